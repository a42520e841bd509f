//! What an operator sees.

use crate::shelf::{PRIDE, shopper, stocked};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;

stories!(
    health_and_readiness_are_told,
    every_reply_has_an_id_that_the_log_knows,
    the_log_does_not_repeat_what_people_search_for,
    requests_are_counted_by_route,
    a_wrong_method_is_refused,
    a_path_that_is_not_text_is_refused_like_anything_else,
    a_database_that_is_not_migrated_is_noticed,
    migrating_twice_changes_nothing,
    doctor_finds_everything_in_order,
    a_wrong_setting_is_named,
    the_server_stops_in_order,
);

async fn health_and_readiness_are_told(setup: Setup) {
    let world = setup.open().await;
    for path in ["/healthz", "/readyz"] {
        world.anonymous().get(path).await.expect_status(200);
    }
}

async fn every_reply_has_an_id_that_the_log_knows(mut setup: Setup) {
    setup.program().set("BOOKPLATE_LOG", "debug");
    let world = stocked(setup).await;
    let good = shopper(&world).get(&format!("/v1/books/{PRIDE}")).await;
    let bad = world.anonymous().get("/nowhere").await;
    for id in [good.header("x-request-id"), bad.header("x-request-id")] {
        assert!(!id.is_empty());
        world.server().logged(id).await.unwrap();
    }
}

async fn the_log_does_not_repeat_what_people_search_for(mut setup: Setup) {
    // The most that it ever says.
    setup.program().set("BOOKPLATE_LOG", "trace");
    let world = stocked(setup).await;
    let path = format!("/v1/books/{PRIDE}/reviews?q=very-private-words");
    shopper(&world).get(&path).await.expect_status(200);
    world
        .server()
        .logged("/v1/books/{isbn}/reviews")
        .await
        .unwrap();
    let log = world.server().log();
    assert!(!log.contains("very-private-words"), "{log}");
}

async fn requests_are_counted_by_route(setup: Setup) {
    let world = stocked(setup).await;
    shopper(&world)
        .get(&format!("/v1/books/{PRIDE}"))
        .await
        .expect_status(200);
    let reply = world.anonymous().get("/metrics").await;
    let line = "bookplate_http_requests_total{route=\"/v1/books/{isbn}\",status=\"200\"} 1";
    assert!(reply.text().contains(line), "{}", reply.text());
}

async fn a_path_that_is_not_text_is_refused_like_anything_else(setup: Setup) {
    let world = stocked(setup).await;
    let page = shopper(&world);
    let problem = page.get("/v1/books/%FF").await.problem();
    assert_eq!((problem.status, problem.code), (400, Code::BadRequest));
    let problem = page.get("/assets/%FF/app.js").await.problem();
    assert_eq!(problem.code, Code::BadRequest);
}

async fn a_wrong_method_is_refused(setup: Setup) {
    let world = stocked(setup).await;
    let reply = shopper(&world)
        .send(reqwest::Method::DELETE, &format!("/v1/books/{PRIDE}"))
        .await;
    assert_eq!(reply.problem().code, Code::MethodNotAllowed);
}

async fn a_database_that_is_not_migrated_is_noticed(_: Setup) {
    // The setup's own database is migrated; a fresh one is not.
    let kind = bookplate_tests::database::Kind::Sqlite;
    let program = bookplate_tests::server::Program::new(kind).await.unwrap();
    let said = program.run(&["doctor"]).await.unwrap().expect_failure();
    assert!(said.contains("bookplate migrate"), "{said}");
}

async fn migrating_twice_changes_nothing(setup: Setup) {
    let world = stocked(setup).await;
    let before = shopper(&world).get("/v1/books").await.text().to_owned();
    world.setup().run(&["migrate"]).await;
    assert_eq!(shopper(&world).get("/v1/books").await.text(), before);
}

async fn doctor_finds_everything_in_order(setup: Setup) {
    let world = stocked(setup).await;
    let said = world.setup().run(&["doctor"]).await;
    assert!(said.contains("every count equals a recount"), "{said}");
}

async fn a_wrong_setting_is_named(mut setup: Setup) {
    setup.program().set("BOOKPLATE_LOG_FORMAT", "xml");
    let said = setup
        .program()
        .run(&["doctor"])
        .await
        .unwrap()
        .expect_failure();
    assert!(said.contains("log_format"), "{said}");
    setup.program().set("BOOKPLATE_LOG_FORMAT", "json");
    setup.program().set("BOOKPLATE_COLOUR", "red");
    let said = setup
        .program()
        .run(&["doctor"])
        .await
        .unwrap()
        .expect_failure();
    assert!(said.contains("BOOKPLATE_COLOUR"), "{said}");
}

async fn the_server_stops_in_order(setup: Setup) {
    let world = stocked(setup).await;
    shopper(&world).get("/v1/books").await.expect_status(200);
    // Restarting asserts that the first one ended with success.
    let world = world.restart().await;
    shopper(&world).get("/v1/books").await.expect_status(200);
}
