//! Identity tokens: which are taken, which are not, and for how long.

use crate::people::{grant, identity, new_secret, seconds, shop, sign_in};
use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    an_older_identity_token_changes_nothing,
    an_identity_token_that_is_wrong_is_refused_and_leaves_nothing,
    an_identity_token_is_not_taken_again_after_signing_out,
    signing_out_counts_for_a_shop_whose_clock_is_ahead,
    identity_secrets_are_exchanged_without_a_pause,
);

async fn an_older_identity_token_changes_nothing(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    let told = |ago: u64, name: &str, email: &str| {
        let more =
            json!({ "iat": seconds() - ago, "exp": seconds() + 60, "name": name, "email": email });
        identity(&secret, "c-1", more)
    };
    sign_in(&page, &told(10, "Lin", "lin@example.com")).await;
    // A tab that was asleep, on another device so that something is written.
    for page in [
        page.clone(),
        page.clone().with("user-agent", "Firefox/140.0 (Linux)"),
    ] {
        let late = sign_in(&page, &told(60, "Old name", "old@example.com")).await;
        assert_eq!(
            (late.customer.name.as_str(), late.customer.email.as_str()),
            ("Lin", "lin@example.com")
        );
    }
    let later = sign_in(&page, &told(5, "Lin Mei", "mei@example.com")).await;
    assert_eq!(later.customer.email, "mei@example.com");
}

async fn an_identity_token_that_is_wrong_is_refused_and_leaves_nothing(setup: Setup) {
    let api = {
        setup.shop(KEY, &[ORIGIN]).await;
        new_secret(&setup, "api").await.1
    };
    let secret = new_secret(&setup, "identity").await.1;
    let world = setup.open().await;
    let token = |more: Value| identity(&secret, "c-1", more);
    let unsigned = {
        let signed = token(json!({}));
        let claims = signed.split('.').nth(1).unwrap();
        // {"alg":"none"}
        format!("eyJhbGciOiJub25lIn0.{claims}.")
    };
    let wrong = [
        (
            identity("another secret", "c-1", json!({})),
            Code::IdentitySignature,
        ),
        (unsigned, Code::IdentityAlgorithm),
        (
            token(json!({ "exp": seconds() - 1 })),
            Code::IdentityExpired,
        ),
        (
            token(json!({ "exp": seconds() + 3_600 })),
            Code::IdentityLifetime,
        ),
        (
            token(json!({ "iat": seconds() + 120 })),
            Code::IdentityNotYet,
        ),
        (token(json!({ "aud": "pk_other" })), Code::IdentityAudience),
        (
            token(json!({ "birthday": "2999-01-01" })),
            Code::IdentityClaim,
        ),
        ("no token".into(), Code::IdentityMalformed),
    ];
    for (token, code) in wrong {
        let reply = shopper(&world).post("/v1/sessions", &grant(&token)).await;
        assert_eq!(reply.problem().code, code, "{token}");
    }
    let till = world.anonymous().bearing(&api);
    let asked = json!({ "external_id": "c-1" });
    let nobody = till.post("/v1/customers/lookup", &asked).await.problem();
    assert_eq!(nobody.code, Code::CustomerNotFound);
}

async fn an_identity_token_is_not_taken_again_after_signing_out(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    let token = identity(&secret, "c-1", json!({}));
    let session = sign_in(&page, &token).await;
    // Until then a page may use it as often as it likes.
    sign_in(&page, &token).await;
    let lin = page.clone().bearing(&session.access_token);
    let gone = lin
        .send(Method::DELETE, "/v1/customer/sessions/current")
        .await;
    gone.expect_status(204);
    assert_eq!(
        lin.get("/v1/customer").await.problem().code,
        Code::SessionEnded
    );
    // Neither on this device nor on another one.
    for page in [
        page.clone(),
        page.clone().with("user-agent", "Firefox/140.0 (Linux)"),
    ] {
        let again = page.post("/v1/sessions", &grant(&token)).await.problem();
        assert_eq!(again.code, Code::IdentityReplayed);
    }
    // A new login of the shop is made later; its clock has whole seconds.
    let later = json!({ "iat": seconds() + 2 });
    sign_in(&page, &identity(&secret, "c-1", later)).await;
    assert_eq!(
        lin.get("/v1/customer").await.problem().code,
        Code::SessionEnded
    );
}

async fn signing_out_counts_for_a_shop_whose_clock_is_ahead(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    // The first visit, a later one that tells nothing new, and one on another device.
    let ahead = |by: u64| identity(&secret, "c-1", json!({ "iat": seconds() + by }));
    let tokens = [ahead(5), ahead(10), ahead(15)];
    sign_in(&page, &tokens[0]).await;
    let phone = shopper(&world).with("user-agent", "Version/18.0 Safari/604.1 (iPhone)");
    sign_in(&phone, &tokens[2]).await;
    let session = sign_in(&page, &tokens[1]).await;
    let lin = page.clone().bearing(&session.access_token);
    let path = "/v1/customer/sessions/current";
    lin.send(Method::DELETE, path).await.expect_status(204);
    for token in tokens {
        let again = page.post("/v1/sessions", &grant(&token)).await.problem();
        assert_eq!(again.code, Code::IdentityReplayed);
    }
    sign_in(&page, &ahead(25)).await;
}

async fn identity_secrets_are_exchanged_without_a_pause(setup: Setup) {
    let (world, old) = shop(setup).await;
    let page = shopper(&world);
    let new = new_secret(world.setup(), "identity").await.1;
    for secret in [&old, &new] {
        sign_in(&page, &identity(secret, "c-1", json!({}))).await;
    }
    let listed = world.setup().run(&["secret", "list"]).await;
    let oldest = listed.split_whitespace().next().unwrap();
    world
        .setup()
        .run(&["secret", "retire", oldest, "--after", "24"])
        .await;
    sign_in(&page, &identity(&old, "c-1", json!({}))).await;
    world.setup().run(&["secret", "retire", oldest]).await;
    let retired = page
        .post("/v1/sessions", &grant(&identity(&old, "c-1", json!({}))))
        .await;
    assert_eq!(retired.problem().code, Code::IdentitySignature);
    sign_in(&page, &identity(&new, "c-1", json!({}))).await;
}
