//! The API's description is a contract: what changes in it is seen in a review.

use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use serde_json::Value;

stories!(
    the_description_is_the_one_that_was_agreed,
    the_description_can_be_read_by_people
);

const AGREED: &str = include_str!("openapi.json");

async fn the_description_is_the_one_that_was_agreed(setup: Setup) {
    let world = setup.open().await;
    let served: Value = world.anonymous().get("/v1/openapi.json").await.json();
    assert!(
        served["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        served["openapi"]
    );
    let printed: Value = serde_json::from_str(&world.setup().run(&["openapi"]).await).unwrap();
    assert_eq!(served, printed);
    let agreed: Value = serde_json::from_str(AGREED).unwrap();
    assert!(
        served == agreed,
        "the API has changed: if that is meant, `bookplate openapi > tests/api/openapi.json`"
    );
}

async fn the_description_can_be_read_by_people(setup: Setup) {
    let world = setup.open().await;
    let page = world.anonymous().get("/").await;
    let document: Value = serde_json::from_str(AGREED).unwrap();
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(page.html().contains(path), "{path}");
    }
}
