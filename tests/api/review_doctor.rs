//! What an operator is told of figures that are not those of the reviews.

use crate::desk::{Desk, show_at_once, write};
use crate::shelf::{PRIDE, REVIEWS};
use bookplate_store::{Db, Store};
use bookplate_tests::actors::Setup;
use bookplate_tests::{stories, wait_until};
use reqwest::Method;
use serde_json::json;

stories!(every_figure_that_is_wrong_is_found);

async fn every_figure_that_is_wrong_is_found(setup: Setup) {
    let desk = Desk::with_reviews(setup, REVIEWS).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let lin = desk.customer("lin").await;
    write(&lin, PRIDE, 4, "Wit.").await;
    let ann = &desk.seen(PRIDE).await[5];
    let vote = format!("/v1/reviews/{}/vote", ann.id);
    let helpful = json!({ "helpful": true });
    let voted = lin.send_json(Method::PUT, &vote, &helpful).await;
    voted.expect_status(200);
    // Marks are told of once all purchases have been looked at.
    let looked = async || {
        let store = Store::open(desk.world.setup().database_url())
            .await
            .unwrap();
        let waits = store.read(Db::shop_with_purchases).await.unwrap();
        store.close().await;
        waits.is_none()
    };
    wait_until("purchases have been looked at", looked).await;
    desk.recount().await;
    for (wrong, right) in [
        (
            "UPDATE work_languages SET count = count + 1 WHERE language = 'zh'",
            "UPDATE work_languages SET count = count - 1 WHERE language = 'zh'",
        ),
        (
            "UPDATE work_languages SET language = 'xx' WHERE language = 'zh'",
            "UPDATE work_languages SET language = 'zh' WHERE language = 'xx'",
        ),
        (
            "UPDATE reviews SET helpful = helpful + 5, votes = votes + 5 WHERE source_id = 'r1'",
            "UPDATE reviews SET helpful = helpful - 5, votes = votes - 5 WHERE source_id = 'r1'",
        ),
        (
            "UPDATE reviews SET votes = votes + 5 WHERE author = 'Reader'",
            "UPDATE reviews SET votes = votes - 5 WHERE author = 'Reader'",
        ),
        (
            "UPDATE reviews SET helpful_score = helpful_score + 1 WHERE source_id = 'r1'",
            "UPDATE reviews SET helpful_score = helpful_score - 1 WHERE source_id = 'r1'",
        ),
        (
            "UPDATE reviews SET verified = 1 WHERE author = 'Reader'",
            "UPDATE reviews SET verified = 0 WHERE author = 'Reader'",
        ),
    ] {
        // The figures of the work are as if it were so.
        let marked = wrong.contains("verified");
        if marked {
            let more = "UPDATE work_ratings SET verified = 1 WHERE rating_sum > 0";
            desk.say(more).await.unwrap();
        } else {
            assert_eq!(miscounted(&desk).await, 0, "{wrong}");
        }
        assert!(desk.say(wrong).await.unwrap() > 0, "{wrong}");
        assert_eq!(miscounted(&desk).await, 1, "{wrong}");
        desk.say(right).await.unwrap();
        if marked {
            let less = "UPDATE work_ratings SET verified = 0 WHERE rating_sum > 0";
            desk.say(less).await.unwrap();
        }
    }
    desk.recount().await;
}

/// How many works an operator is told of.
async fn miscounted(desk: &Desk) -> usize {
    let store = Store::open(desk.world.setup().database_url())
        .await
        .unwrap();
    let works = store.read(Db::miscounted_works).await.unwrap();
    store.close().await;
    works.len()
}
