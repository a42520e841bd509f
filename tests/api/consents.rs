//! What a customer allows to be sent: at first only what concerns the own orders and wishlists, then what was said, with
//! every change kept.

use crate::people::{identity, shop, sign_in};
use crate::shelf::shopper;
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::consents::{Consent, ConsentChannel, ConsentPurpose, Consents};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    nobody_allows_anything_before_having_said_so,
    every_change_is_kept_and_what_is_no_change_is_not,
    a_consent_that_is_unknown_is_refused_whole,
);

const PATH: &str = "/v1/customer/consents";

async fn customer<'a>(world: &'a World, secret: &str) -> Actor<'a> {
    let session = sign_in(&shopper(world), &identity(secret, "c-1", json!({}))).await;
    shopper(world).bearing(&session.access_token)
}

async fn say(customer: &Actor<'_>, channel: &str, purpose: &str, granted: bool) -> Consents {
    let said = json!({ "channel": channel, "purpose": purpose, "granted": granted });
    let body = json!({ "consents": [said] });
    customer.send_json(Method::PUT, PATH, &body).await.json()
}

/// What somebody has allowed, besides what is allowed at first.
fn granted(consents: &Consents) -> Vec<(ConsentChannel, ConsentPurpose)> {
    let granted = consents.consents.iter().filter(|consent| consent.granted);
    let granted = granted.filter(|consent| !consent.purpose.is_granted_at_first());
    granted
        .map(|consent| (consent.channel, consent.purpose))
        .collect()
}

async fn nobody_allows_anything_before_having_said_so(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = customer(&world, &secret).await;
    let consents: Consents = lin.get(PATH).await.json();
    assert_eq!(consents.consents.len(), 15);
    let unsaid = |consent: &Consent| {
        let at_first = [ConsentPurpose::Orders, ConsentPurpose::Wishlists];
        consent.granted == at_first.contains(&consent.purpose) && consent.changed_at.is_none()
    };
    assert!(consents.consents.iter().all(unsaid), "{consents:?}");
    assert!(consents.changes.is_empty());
    let refused = shopper(&world).get(PATH).await.problem();
    assert_eq!(refused.code, Code::SessionRequired);
}

async fn every_change_is_kept_and_what_is_no_change_is_not(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = customer(&world, &secret).await;
    let none = say(&lin, "email", "news", false).await;
    assert!(none.changes.is_empty(), "it was so before");
    let once = say(&lin, "email", "news", true).await;
    assert_eq!(
        granted(&once),
        [(ConsentChannel::Email, ConsentPurpose::News)]
    );
    say(&lin, "email", "news", true).await;
    say(&lin, "post", "feedback", true).await;
    let now = say(&lin, "email", "news", false).await;
    assert_eq!(
        granted(&now),
        [(ConsentChannel::Post, ConsentPurpose::Feedback)]
    );
    let told: Vec<_> = now
        .changes
        .iter()
        .map(|change| (change.channel, change.granted))
        .collect();
    let (email, post) = (ConsentChannel::Email, ConsentChannel::Post);
    assert_eq!(told, [(email, false), (post, true), (email, true)]);
    assert!(
        now.changes
            .windows(2)
            .all(|two| two[0].changed_at >= two[1].changed_at)
    );
    let read: Consents = lin.get(PATH).await.json();
    assert_eq!(read, now);
}

async fn a_consent_that_is_unknown_is_refused_whole(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = customer(&world, &secret).await;
    let good = json!({ "channel": "email", "purpose": "news", "granted": true });
    for (name, wrong) in [
        ("channel", json!("pigeon")),
        ("purpose", json!("everything")),
        ("granted", json!("yes")),
        ("colour", json!("red")),
    ] {
        let mut bad: Value = good.clone();
        bad[name] = wrong;
        let body = json!({ "consents": [good, bad] });
        let refused = lin.send_json(Method::PUT, PATH, &body).await.problem();
        assert_eq!(refused.code, Code::BodyInvalid, "{name}");
        assert!(refused.field.unwrap().starts_with("consents[1]"), "{name}");
    }
    let consents: Consents = lin.get(PATH).await.json();
    assert!(consents.changes.is_empty(), "nothing half-written");
}
