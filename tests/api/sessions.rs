//! Sessions of our own login: how they go on, where, and how they end.

use crate::members::{
    LIN, PASSWORD, hosted, is_signed_in, member, open_shop, sign_in, turned_away, with_password,
    with_refresh,
};
use crate::people::{self, identity};
use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::expiry::Fleeting;
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::accounts::{Handover, Session, SignedInList};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    two_equal_phones_are_two_sessions,
    a_page_goes_on_with_ever_new_refresh_tokens,
    a_refresh_token_that_comes_again_ends_its_session,
    of_two_that_use_a_refresh_token_at_once_nobody_stays,
    a_refresh_token_is_for_its_shop_and_for_a_day,
    our_own_pages_are_signed_in_by_a_cookie,
    a_cookie_is_for_pages_of_our_own_site_only,
    signing_out_ends_refresh_token_and_cookie,
    the_shops_customer_enters_the_hosted_pages_without_a_second_login,
    a_session_that_is_passed_on_and_on_ends_when_it_would_have_ended,
    a_handover_works_once_and_for_a_minute,
    nobody_is_signed_in_as_somebody_else_by_another_site,
    a_handover_can_go_on_in_memory,
    who_guesses_a_password_waits_longer_and_longer,
    who_tries_many_accounts_waits_too,
    a_stranger_keeps_nobody_out,
    mail_to_one_address_is_limited,
);

async fn two_equal_phones_are_two_sessions(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    let phone = shopper(&world).with("user-agent", "Version/18.0 Safari/604.1 (iPhone)");
    let (one, two) = (
        sign_in(&phone, LIN, PASSWORD).await,
        sign_in(&phone, LIN, PASSWORD).await,
    );
    let own = phone.clone().bearing(&one.access_token);
    let list: SignedInList = own.get("/v1/customer/sessions").await.json();
    let phones = list
        .sessions
        .iter()
        .filter(|session| session.device == "Safari, iPhone");
    assert_eq!(phones.clone().count(), 2, "{list:?}");
    assert_eq!(phones.filter(|session| session.current).count(), 1);
    own.send(Method::DELETE, "/v1/customer/sessions/current")
        .await
        .expect_status(204);
    assert!(!is_signed_in(&phone, &one).await);
    assert!(is_signed_in(&phone, &two).await);
    let own = phone.clone().bearing(&two.access_token);
    let list: SignedInList = own.get("/v1/customer/sessions").await.json();
    let left = list
        .sessions
        .iter()
        .filter(|session| session.device == "Safari, iPhone");
    assert_eq!(left.count(), 1, "{list:?}");
}

async fn a_page_goes_on_with_ever_new_refresh_tokens(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let mut session = member(&world, &mail, LIN).await;
    let page = shopper(&world);
    for _ in 0..3 {
        let next: Session = page
            .post("/v1/sessions", &with_refresh(&session))
            .await
            .json();
        assert_ne!(next.refresh_token, session.refresh_token);
        assert_eq!(next.customer, session.customer);
        assert!(is_signed_in(&page, &next).await);
        session = next;
    }
    let own = page.bearing(&session.access_token);
    let list: SignedInList = own.get("/v1/customer/sessions").await.json();
    assert_eq!(
        list.sessions.len(),
        1,
        "it is one session all along: {list:?}"
    );
}

async fn a_refresh_token_that_comes_again_ends_its_session(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let stolen = member(&world, &mail, LIN).await;
    let page = shopper(&world);
    let other = sign_in(&page, LIN, PASSWORD).await;
    let next: Session = page
        .post("/v1/sessions", &with_refresh(&stolen))
        .await
        .json();
    let again = page
        .post("/v1/sessions", &with_refresh(&stolen))
        .await
        .problem();
    assert_eq!(again.code, Code::SessionReused);
    assert!(!is_signed_in(&page, &next).await);
    let dead = page
        .post("/v1/sessions", &with_refresh(&next))
        .await
        .problem();
    assert_eq!(dead.code, Code::SessionEnded);
    assert!(is_signed_in(&page, &other).await, "other sessions go on");
}

async fn of_two_that_use_a_refresh_token_at_once_nobody_stays(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let second = world.second().await;
    let session = member(&world, &mail, LIN).await;
    let body = with_refresh(&session);
    let (here, there) = (shopper(&world), shopper(&second));
    let (one, two) = tokio::join!(
        here.post("/v1/sessions", &body),
        there.post("/v1/sessions", &body)
    );
    let mut statuses = [one.status(), two.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401]);
    for reply in [&one, &two] {
        if reply.status() == 201 {
            let next: Session = reply.json();
            assert!(!is_signed_in(&here, &next).await);
        } else {
            assert_eq!(reply.problem().code, Code::SessionReused);
        }
    }
}

async fn a_refresh_token_is_for_its_shop_and_for_a_day(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let (world, mail) = open_shop(setup).await;
    let session = member(&world, &mail, LIN).await;
    let elsewhere = world.page("https://other.example", "pk_other");
    let refused = elsewhere
        .post("/v1/sessions", &with_refresh(&session))
        .await;
    assert_eq!(refused.problem().code, Code::SessionInvalid);
    world.setup().let_expire(Fleeting::SessionSecrets).await;
    let late = shopper(&world)
        .post("/v1/sessions", &with_refresh(&session))
        .await;
    assert_eq!(late.problem().code, Code::SessionExpired);
}

/// Signs in by password in one of our own pages, which keeps the session in a cookie.
async fn sign_in_by_cookie(page: &Actor<'_>) -> Reply {
    let mut asked = with_password(LIN, PASSWORD);
    asked["keep"] = json!("cookie");
    page.post("/v1/sessions", &asked).await
}

/// The cookie as a browser sends it back.
fn cookie(reply: &Reply) -> String {
    reply
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

fn by_cookie() -> Value {
    json!({ "grant": "cookie" })
}

async fn our_own_pages_are_signed_in_by_a_cookie(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    let page = hosted(&world);
    let reply = sign_in_by_cookie(&page).await;
    let session: Session = reply.expect_status(201).json();
    assert_eq!(session.refresh_token, None);
    let set = reply.header("set-cookie");
    let mut parts: Vec<_> = set.split("; ").collect();
    assert!(
        parts.remove(0).starts_with("__Host-bookplate-shop_"),
        "{set}"
    );
    parts.sort_unstable();
    let expected = [
        "HttpOnly",
        "Max-Age=2592000",
        "Path=/",
        "SameSite=Lax",
        "Secure",
    ];
    assert_eq!(parts, expected, "{set}");
    assert_eq!(reply.header("access-control-allow-credentials"), "true");
    let page = page.with("cookie", &cookie(&reply));
    for _ in 0..2 {
        let reply = page.post("/v1/sessions", &by_cookie()).await;
        assert_eq!(reply.header("set-cookie"), "", "it stays the same");
        let next: Session = reply.expect_status(201).json();
        assert_eq!(next.refresh_token, None);
        assert!(is_signed_in(&hosted(&world), &next).await);
    }
    let nobody = hosted(&world).post("/v1/sessions", &by_cookie()).await;
    assert_eq!(nobody.problem().code, Code::SessionRequired);
}

async fn a_cookie_is_for_pages_of_our_own_site_only(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    let cookie = cookie(&sign_in_by_cookie(&hosted(&world)).await);
    let shops = shopper(&world).with("cookie", &cookie);
    let without_origin = world.anonymous().with("cookie", &cookie);
    for refused in [
        shops.clone(),
        shops.clone().with("sec-fetch-site", "cross-site"),
        shops.clone().with("sec-fetch-site", "none"),
        hosted(&world)
            .with("cookie", &cookie)
            .with("sec-fetch-site", "cross-site"),
    ] {
        for asked in [by_cookie(), {
            let mut asked = with_password(LIN, PASSWORD);
            asked["keep"] = json!("cookie");
            asked
        }] {
            let reply = refused.post("/v1/sessions", &asked).await;
            assert_eq!(reply.problem().code, Code::OriginNotAllowed);
            assert_eq!(reply.header("set-cookie"), "");
        }
    }
    let path = format!("/v1/sessions?key={KEY}");
    let reply = without_origin.post(&path, &by_cookie()).await;
    assert_eq!(reply.problem().code, Code::OriginNotAllowed);
    // A page of the shop's on the same site, as the browser says.
    let same_site = shops.with("sec-fetch-site", "same-site");
    let reply = same_site.post("/v1/sessions", &by_cookie()).await;
    reply.expect_status(201);
    assert_eq!(reply.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(reply.header("access-control-allow-credentials"), "true");
    // The cookie opens nothing else.
    let reply = hosted(&world)
        .with("cookie", &cookie)
        .get("/v1/customer")
        .await;
    assert_eq!(reply.problem().code, Code::SessionRequired);
}

async fn signing_out_ends_refresh_token_and_cookie(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let in_memory = member(&world, &mail, LIN).await;
    let reply = sign_in_by_cookie(&hosted(&world)).await;
    let by_page: Session = reply.json();
    let page = hosted(&world).with("cookie", &cookie(&reply));

    let sign_out = async |actor: Actor<'_>, session: &Session| {
        let actor = actor.bearing(&session.access_token);
        actor
            .send(Method::DELETE, "/v1/customer/sessions/current")
            .await
    };
    let gone = sign_out(shopper(&world), &in_memory).await;
    assert_eq!(gone.expect_status(204).header("set-cookie"), "");
    let refused = shopper(&world)
        .post("/v1/sessions", &with_refresh(&in_memory))
        .await;
    assert_eq!(refused.problem().code, Code::SessionEnded);
    page.post("/v1/sessions", &by_cookie())
        .await
        .expect_status(201);

    let gone = sign_out(page.clone(), &by_page).await;
    let cleared = gone.expect_status(204).header("set-cookie");
    assert!(cleared.contains("Max-Age=0"), "{cleared}");
    let refused = page.post("/v1/sessions", &by_cookie()).await;
    assert_eq!(refused.problem().code, Code::SessionEnded);
    assert!(!is_signed_in(&hosted(&world), &by_page).await);
}

/// The code with which a session goes on elsewhere.
async fn handover(page: &Actor<'_>, session: &Session) -> Handover {
    let own = page.clone().bearing(&session.access_token);
    let reply = own.send(Method::POST, "/v1/customer/handovers").await;
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.expect_status(201).json()
}

/// What a browser does that sends a form from a page of `origin`.
async fn enter(world: &World, origin: &str, code: &str) -> Reply {
    let browser = world.anonymous().with("origin", origin);
    let browser = browser.with("content-type", "application/x-www-form-urlencoded");
    let path = format!("/shops/{KEY}/member/enter");
    let form = format!("code={code}");
    browser.send_bytes(Method::POST, &path, form.into()).await
}

/// Fails unless the browser is sent to where one can sign in.
#[track_caller]
fn expect_stranger(reply: &Reply) {
    assert_eq!(reply.expect_status(303).header("set-cookie"), "");
    let expected = format!("/shops/{KEY}/member/sign-in");
    assert_eq!(reply.header("location"), expected);
}

async fn the_shops_customer_enters_the_hosted_pages_without_a_second_login(setup: Setup) {
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let session = people::sign_in(&page, &identity(&secret, "c-1", json!({}))).await;
    let code = handover(&page, &session).await.code;
    let reply = enter(&world, ORIGIN, &code).await;
    assert_eq!(
        reply.expect_status(303).header("location"),
        format!("/shops/{KEY}/member")
    );
    assert_eq!(reply.header("cache-control"), "no-store");
    let set = reply.header("set-cookie");
    assert!(
        set.contains("Secure; HttpOnly; SameSite=Lax") && !set.contains("Max-Age"),
        "{set}"
    );
    let inside = hosted(&world).with("cookie", &cookie(&reply));
    let there: Session = inside.post("/v1/sessions", &by_cookie()).await.json();
    assert_eq!(there.customer.id, session.customer.id);
    // It is one session: signing out at the shop ends it there too.
    let own = page.clone().bearing(&session.access_token);
    own.send(Method::DELETE, "/v1/customer/sessions/current")
        .await
        .expect_status(204);
    let refused = inside.post("/v1/sessions", &by_cookie()).await;
    assert_eq!(refused.problem().code, Code::SessionEnded);
    assert!(!is_signed_in(&page, &there).await);
}

async fn a_session_that_is_passed_on_and_on_ends_when_it_would_have_ended(setup: Setup) {
    let url = setup.database_url().to_owned();
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let mut session = people::sign_in(&page, &identity(&secret, "c-1", json!({}))).await;
    for _ in 0..3 {
        let code = handover(&page, &session).await.code;
        let reply = enter(&world, ORIGIN, &code).await;
        let inside = hosted(&world).with("cookie", &cookie(&reply));
        session = inside.post("/v1/sessions", &by_cookie()).await.json();
    }
    let store = Store::open(&url).await.unwrap();
    let ends = Sql::new("SELECT expires_at FROM session_secrets WHERE kind = 'cookie'");
    let ends: Vec<i64> = store
        .read(move |db: &mut Db| ends.values(db))
        .await
        .unwrap();
    assert_eq!(ends.len(), 3);
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

async fn a_handover_works_once_and_for_a_minute(setup: Setup) {
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let session = people::sign_in(&page, &identity(&secret, "c-1", json!({}))).await;
    let code = handover(&page, &session).await.code;
    enter(&world, ORIGIN, &code).await.expect_status(303);
    expect_stranger(&enter(&world, ORIGIN, &code).await);
    assert!(is_signed_in(&page, &session).await);
    let again = json!({ "grant": "handover", "code": code });
    let refused = page.post("/v1/sessions", &again).await.problem();
    assert_eq!(refused.code, Code::HandoverInvalid);
    let late = handover(&page, &session).await.code;
    world.setup().let_expire(Fleeting::SessionSecrets).await;
    expect_stranger(&enter(&world, ORIGIN, &late).await);
    expect_stranger(&enter(&world, ORIGIN, "no-such-code").await);
    // After signing out, what was under way leads nowhere.
    let code = handover(&page, &session).await.code;
    let own = page.clone().bearing(&session.access_token);
    own.send(Method::DELETE, "/v1/customer/sessions/current")
        .await
        .expect_status(204);
    expect_stranger(&enter(&world, ORIGIN, &code).await);
}

async fn nobody_is_signed_in_as_somebody_else_by_another_site(setup: Setup) {
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let session = people::sign_in(&page, &identity(&secret, "c-1", json!({}))).await;
    let code = handover(&page, &session).await.code;
    for origin in ["https://evil.example", "null"] {
        expect_stranger(&enter(&world, origin, &code).await);
    }
    let own = world.server().address();
    let reply = enter(&world, own, &code).await;
    assert_eq!(
        reply.header("location"),
        format!("/shops/{KEY}/member"),
        "it was not used up"
    );
}

async fn a_handover_can_go_on_in_memory(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let session = member(&world, &mail, LIN).await;
    let page = shopper(&world);
    let code = handover(&page, &session).await.code;
    let asked = json!({ "grant": "handover", "code": code });
    let there: Session = page
        .post("/v1/sessions", &asked)
        .await
        .expect_status(201)
        .json();
    assert!(there.refresh_token.is_some());
    let next: Session = page
        .post("/v1/sessions", &with_refresh(&there))
        .await
        .json();
    assert!(is_signed_in(&page, &next).await && is_signed_in(&page, &session).await);
}

async fn who_guesses_a_password_waits_longer_and_longer(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let second = world.second().await;
    member(&world, &mail, LIN).await;
    for email in [LIN, "nobody@example.com"] {
        let guess = async |world: &World| {
            let asked = with_password(email, "not the password");
            shopper(world).post("/v1/sessions", &asked).await
        };
        let mut waits = Vec::new();
        for attempt in 0..8 {
            // On one instance or the other, it is the same.
            let world = if attempt % 2 == 0 { &world } else { &second };
            let reply = guess(world).await;
            assert_eq!(reply.problem().code, Code::CredentialsInvalid, "{attempt}");
            if attempt < 5 {
                continue;
            }
            for world in [world, &second] {
                let refused = guess(world).await;
                assert_eq!(refused.problem().code, Code::RateLimited);
                let wait: u64 = refused.header("retry-after").parse().unwrap();
                assert_eq!(refused.problem().retry_after, Some(wait));
                waits.push(wait);
            }
            world.setup().let_expire(Fleeting::Waits).await;
        }
        let bounds = [2, 2, 4, 4, 8, 8];
        for (wait, most) in waits.iter().zip(bounds) {
            assert!((1..=most).contains(wait), "{waits:?}");
        }
    }
    // Who knows the password is let in, and all is forgotten.
    sign_in(&shopper(&world), LIN, PASSWORD).await;
    for _ in 0..5 {
        let refused = turned_away(&shopper(&world), LIN, "not the password").await;
        assert_eq!(refused.code, Code::CredentialsInvalid);
    }
}

async fn who_tries_many_accounts_waits_too(mut setup: Setup) {
    setup
        .program()
        .set("BOOKPLATE_TRUSTED_PROXIES", "127.0.0.1");
    let (world, _) = open_shop(setup).await;
    let from = |address: &str| shopper(&world).with("x-forwarded-for", address);
    let mut codes = Vec::new();
    for n in 0..22 {
        let email = format!("somebody-{n}@example.com");
        codes.push(
            turned_away(&from("198.51.100.1"), &email, "Spring in the park")
                .await
                .code,
        );
    }
    assert_eq!(codes.remove(21), Code::RateLimited);
    assert!(
        codes.iter().all(|code| *code == Code::CredentialsInvalid),
        "{codes:?}"
    );
    let other = turned_away(&from("198.51.100.2"), LIN, PASSWORD).await;
    assert_eq!(other.code, Code::CredentialsInvalid);
}

async fn a_stranger_keeps_nobody_out(mut setup: Setup) {
    setup
        .program()
        .set("BOOKPLATE_TRUSTED_PROXIES", "127.0.0.1");
    let (world, mail) = open_shop(setup).await;
    let from = |address: &str| shopper(&world).with("x-forwarded-for", address);
    member(&world, &mail, LIN).await;
    let guess = async |address: &str| {
        turned_away(&from(address), LIN, "not the password")
            .await
            .code
    };
    for _ in 0..6 {
        assert_eq!(guess("198.51.100.1").await, Code::CredentialsInvalid);
    }
    assert_eq!(guess("198.51.100.1").await, Code::RateLimited);
    sign_in(&from("198.51.100.2"), LIN, PASSWORD).await;
    // Many strangers together are slowed down all the same.
    for n in 0..51 {
        let address = format!("203.0.113.{n}");
        assert_eq!(guess(&address).await, Code::CredentialsInvalid, "{n}");
    }
    assert_eq!(guess("203.0.113.99").await, Code::RateLimited);
}

async fn mail_to_one_address_is_limited(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    for email in [LIN, "nobody@example.com"] {
        let mut codes = Vec::new();
        for _ in 0..5 {
            let asked = json!({ "email": email });
            let reply = shopper(&world).post("/v1/accounts/reset", &asked).await;
            codes.push(reply.status());
        }
        // Signing up has been one for the first of them.
        let free = if email == LIN { 3 } else { 4 };
        let expected: Vec<u16> = (0..5).map(|n| if n < free { 202 } else { 429 }).collect();
        assert_eq!(codes, expected, "{email}");
    }
}
