//! The built browser files, before and after a deploy.

use crate::shelf::{PRIDE, shopper, stocked};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;

stories!(
    a_file_of_the_current_version_may_be_kept_for_ever,
    who_asks_for_an_older_version_is_sent_to_the_current_one,
    glue_of_an_older_version_gets_no_wasm,
);

/// The folder that the loader names, such as `/assets/1f2e3d4c5b6a`.
async fn current(world: &World) -> String {
    let loader = world.anonymous().get("/bookplate.js").await;
    let (_, rest) = loader.text().split_once("assets/").unwrap();
    format!("/assets/{}", rest.split_once('/').unwrap().0)
}

async fn a_file_of_the_current_version_may_be_kept_for_ever(setup: Setup) {
    let world = stocked(setup).await;
    let folder = current(&world).await;
    for name in ["app.js", "app_bg.wasm", "bookplate.css", "page.css"] {
        let reply = world.anonymous().get(&format!("{folder}/{name}")).await;
        assert!(reply.header("cache-control").contains("immutable"));
        reply.expect_status(200);
    }
    let fragment = shopper(&world)
        .get(&format!("/v1/fragments?w=rating/{PRIDE}"))
        .await;
    assert!(fragment.text().contains(&format!("{folder}/bookplate.css")));
    // It keeps its name, so it must not be kept under another.
    let path = format!("{folder}/bookplate.js");
    let loader = world.anonymous().get(&path).await;
    assert_eq!(loader.problem().code, Code::NotFound);
}

async fn who_asks_for_an_older_version_is_sent_to_the_current_one(setup: Setup) {
    let world = stocked(setup).await;
    let folder = current(&world).await;
    for name in ["app.js", "bookplate.css"] {
        let old = world
            .anonymous()
            .get(&format!("/assets/0123456789ab/{name}"))
            .await;
        old.expect_status(307);
        let to = old.header("location");
        assert_eq!(
            to,
            format!("..{}/{name}", folder.trim_start_matches("/assets"))
        );
        assert_eq!(old.header("cache-control"), "public, max-age=60");
        assert_eq!(old.header("access-control-allow-origin"), "*");
    }
}

async fn glue_of_an_older_version_gets_no_wasm(setup: Setup) {
    let world = stocked(setup).await;
    for name in ["app_bg.wasm", "split_reviews.wasm", "nonsense.js"] {
        let path = format!("/assets/0123456789ab/{name}");
        let reply = world.anonymous().get(&path).await;
        assert_eq!(reply.problem().code, Code::NotFound, "{name}");
    }
}
