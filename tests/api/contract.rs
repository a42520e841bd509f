//! The API's description is a contract: what changes in it is seen in a review.

use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use serde_json::Value;
use std::collections::BTreeSet;

stories!(
    the_description_is_the_one_that_was_agreed,
    the_description_is_whole,
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

async fn the_description_is_whole(setup: Setup) {
    let world = setup.open().await;
    let document: Value = world.anonymous().get("/v1/openapi.json").await.json();
    for at in ["/info/title", "/info/version"] {
        assert!(document.pointer(at).is_some_and(Value::is_string), "{at}");
    }
    let mut names = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let at = format!("{method} {path}");
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{at}: {name} is another's name, too");
            let responses = operation["responses"].as_object().unwrap();
            assert!(!responses.is_empty(), "{at}");
            for (status, response) in responses {
                let words = response["description"].as_str().unwrap_or_default();
                assert!(!words.is_empty(), "{at}: {status} has no description");
            }
            check_parameters(&at, path, operation);
        }
    }
    check_references(&document, &document);
}

/// Each parameter says what and where it is, each of the path's is there, and a page has bounds.
fn check_parameters(at: &str, path: &str, operation: &Value) {
    let none = Vec::new();
    let parameters = operation["parameters"].as_array().unwrap_or(&none);
    for parameter in parameters {
        let name = parameter["name"].as_str().unwrap();
        let place = parameter["in"].as_str().unwrap();
        assert!(
            ["query", "header", "path", "cookie"].contains(&place),
            "{at}: {name}"
        );
        assert!(parameter["schema"].is_object(), "{at}: {name}");
        let words = parameter["description"].as_str().unwrap_or_default();
        assert!(!words.is_empty(), "{at}: {name} has no description");
        assert!(
            place != "path" || parameter["required"] == true,
            "{at}: {name}"
        );
        if name == "limit" {
            let schema = &parameter["schema"];
            assert_eq!(schema["minimum"], 1, "{at}");
            assert!(schema["maximum"].is_number(), "{at}");
        }
    }
    for part in path.split('/').filter_map(|part| part.strip_prefix('{')) {
        let name = part.trim_end_matches('}');
        let found = parameters.iter().any(|parameter| parameter["name"] == name);
        assert!(found, "{at}: {name} is not described");
    }
}

/// Whatever the document refers to is in it.
fn check_references(document: &Value, part: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(to) = fields.get("$ref").and_then(Value::as_str) {
                let there = to.strip_prefix('#').and_then(|at| document.pointer(at));
                assert!(there.is_some(), "{to} is nowhere");
            }
            fields
                .values()
                .for_each(|field| check_references(document, field));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| check_references(document, item)),
        _ => {}
    }
}

async fn the_description_can_be_read_by_people(setup: Setup) {
    let world = setup.open().await;
    let page = world.anonymous().get("/").await;
    let document: Value = serde_json::from_str(AGREED).unwrap();
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(page.html().contains(path), "{path}");
    }
}
