//! Keys and origins: who may read what.

use crate::shelf::{KEY, ORIGIN, shopper, stocked};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;

stories!(
    a_shops_own_page_may_read,
    a_foreign_page_may_not_read,
    a_failure_can_be_read_by_the_shops_own_page,
    a_missing_or_unknown_key_is_refused,
    a_shop_can_move_to_another_origin,
    a_shop_with_unusable_settings_is_refused,
    who_changes_a_shop_sees_what_it_was,
);

const PATH: &str = "/v1/fragments?w=rating/9780141439518";

async fn a_shops_own_page_may_read(setup: Setup) {
    let world = stocked(setup).await;
    let reply = shopper(&world).get(PATH).await;
    assert_eq!(
        reply
            .expect_status(200)
            .header("access-control-allow-origin"),
        ORIGIN
    );
    assert!(
        reply
            .headers()
            .get_all("vary")
            .iter()
            .any(|value| value == "origin")
    );
    // From a page of another site, no cookie is ever asked for.
    assert_eq!(reply.header("access-control-allow-credentials"), "");
}

async fn a_foreign_page_may_not_read(setup: Setup) {
    let world = stocked(setup).await;
    for origin in [
        "http://evil.example",
        "http://localhost:4402",
        "https://localhost:4401",
        "null",
    ] {
        let reply = world.page(origin, KEY).get(PATH).await;
        assert_eq!(reply.problem().code, Code::OriginNotAllowed, "{origin}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
    }
}

async fn a_failure_can_be_read_by_the_shops_own_page(setup: Setup) {
    let world = stocked(setup).await;
    let reply = shopper(&world).get("/v1/fragments?nothing=1").await;
    assert_eq!(reply.problem().code, Code::BadRequest);
    assert_eq!(reply.header("access-control-allow-origin"), ORIGIN);
}

async fn a_missing_or_unknown_key_is_refused(setup: Setup) {
    let world = stocked(setup).await;
    for (actor, whose) in [
        (world.anonymous(), "nobody's"),
        (world.page(ORIGIN, "pk_nobody"), "an unknown"),
        (world.page(ORIGIN, ""), "an empty"),
        (world.page(ORIGIN, "pk_%00"), "an unspeakable"),
    ] {
        let problem = actor.get(PATH).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::KeyUnknown, Some("key")),
            "{whose}"
        );
    }
    let page = "/shops/pk_%00/books/9780141439518/reviews";
    world.anonymous().get(page).await.expect_status(404);
}

async fn a_shop_can_move_to_another_origin(setup: Setup) {
    let world = stocked(setup).await;
    shopper(&world).get(PATH).await.expect_status(200);
    world.setup().shop(KEY, &["https://new.example"]).await;
    let world = world.restart().await;
    world
        .page("https://new.example", KEY)
        .get(PATH)
        .await
        .expect_status(200);
    assert_eq!(
        shopper(&world).get(PATH).await.problem().code,
        Code::OriginNotAllowed
    );
}

async fn a_shop_with_unusable_settings_is_refused(mut setup: Setup) {
    for (arguments, word) in [
        (
            [
                "--public-key",
                "demo",
                "--origin",
                ORIGIN,
                "--time-zone",
                "UTC",
            ],
            "--public-key",
        ),
        (
            [
                "--public-key",
                KEY,
                "--origin",
                "shop.example",
                "--time-zone",
                "UTC",
            ],
            "--origin",
        ),
        (
            [
                "--public-key",
                KEY,
                "--origin",
                ORIGIN,
                "--time-zone",
                "Mars",
            ],
            "--time-zone",
        ),
    ] {
        let arguments = [&["shop", "create", "--name", "x"][..], &arguments].concat();
        let said = setup
            .program()
            .run(&arguments)
            .await
            .unwrap()
            .expect_failure();
        assert!(said.contains(word), "{said}");
    }
    assert_eq!(
        setup.run(&["shop", "list"]).await,
        "",
        "nothing half-written"
    );
}

async fn who_changes_a_shop_sees_what_it_was(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let create = ["shop", "create", "--public-key", KEY, "--origin", ORIGIN];
    let again = said(
        &mut setup,
        &[&create[..], &["--name", "Test shop"]].concat(),
    )
    .await;
    assert!(!again.contains("changed"), "{again}");
    let renamed = said(&mut setup, &[&create[..], &["--name", "Another"]].concat()).await;
    let said = format!("{KEY}: name changed from \"Test shop\" to \"Another\"");
    assert!(renamed.contains(&said), "{renamed}");
}

/// What a command that succeeds tells the person who waits.
async fn said(setup: &mut Setup, arguments: &[&str]) -> String {
    let finished = setup.program().run(arguments).await.unwrap();
    assert!(finished.status.success(), "{finished:?}");
    finished.stderr
}
