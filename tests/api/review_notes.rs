//! What readers say of a book besides their review: content warnings, moods and pace.

use crate::colleagues::Colleague;
use crate::console::send;
use crate::desk::{Desk, one, own, show_at_once};
use crate::shelf::{KEY, PRIDE, shopper};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::Lang;
use bookplate_wire::reviews::notes::Pace;
use bookplate_wire::reviews::writing::OwnReview;
use bookplate_wire::settings::ShopSettings;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    what_a_reader_says_besides_is_kept_and_shown,
    a_term_stays_chosen_when_it_is_called_otherwise,
);

/// A page of the console.
fn page_of(colleague: &Colleague<'_>, page: &str) -> String {
    colleague.path(page).replace("/v1/console/", "/console/")
}

/// Which of the words stand in the widget, as readers of English get it.
async fn shown<'w>(world: &World, words: &[&'w str]) -> Vec<&'w str> {
    let path = format!("/v1/fragments.html?w=reviews/{PRIDE}&lang=en");
    let reply = shopper(world).get(&path).await;
    let html = reply.html();
    // What stands behind the form for writing and before the data.
    let list = html.split_once("class=\"results\"").unwrap().1;
    let list = list.split("<script").next().unwrap();
    words
        .iter()
        .copied()
        .filter(|word| list.contains(word))
        .collect()
}

async fn what_a_reader_says_besides_is_kept_and_shown(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let lin = desk.customer("lin").await;
    let write = format!("/v1/books/{PRIDE}/reviews");
    let new = |notes: Value| json!({ "rating": 50, "body": "Wit.", "notes": notes });
    for (field, notes) in [
        ("notes.moods", json!({ "moods": ["unheard-of"] })),
        ("notes.moods", json!({ "moods": vec!["funny"; 6] })),
        ("notes.warnings", json!({ "warnings": ["funny"] })),
    ] {
        let problem = lin.post(&write, &new(notes)).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::FieldInvalid, Some(field))
        );
    }
    let wrong = lin.post(&write, &new(json!({ "pace": "mad" }))).await;
    assert_eq!(wrong.problem().code, Code::BodyInvalid);
    let notes =
        json!({ "warnings": ["death", "war"], "moods": ["tense", "funny"], "pace": "fast" });
    let review: OwnReview = lin
        .post(&write, &new(notes))
        .await
        .expect_status(201)
        .json();
    assert_eq!(review.notes.moods, ["tense", "funny"]);
    assert_eq!(review.notes.pace, Some(Pace::Fast));
    for seen in [
        desk.seen(PRIDE).await.remove(0).notes,
        own(&lin).await.notes,
        one(&olga, &review.id).await.notes,
    ] {
        assert_eq!(seen, review.notes);
    }
    let words = ["Funny · Tense · Fast pace", "Death · War"];
    assert_eq!(shown(&desk.world, &words).await, words);
    let page = olga
        .browser
        .get(&page_of(&olga, "reviews?queue=all&lang=en"))
        .await;
    assert!(words.iter().all(|words| page.html().contains(words)));
    // Another version without them takes them away.
    let at = format!("/v1/customer/reviews/{}", review.id);
    lin.send_json(Method::PUT, &at, &new(json!({})))
        .await
        .expect_status(200);
    assert!(desk.seen(PRIDE).await[0].notes.is_empty());
}

async fn a_term_stays_chosen_when_it_is_called_otherwise(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let lin = desk.customer("lin").await;
    let write = format!("/v1/books/{PRIDE}/reviews");
    let new = json!({ "rating": 50, "body": "Wit.", "notes": { "moods": ["funny", "sad"] } });
    lin.post(&write, &new).await.expect_status(201);
    // By the form of the console: one term is called otherwise, one is taken away, one is new.
    let fields = [
        ("form", "notes"),
        ("moods_on", "on"),
        ("moods", "funny"),
        ("moods.0.en", "Hilarious"),
        ("moods.0.zh-CN", "爆笑"),
        ("moods", "sad"),
        ("moods", ""),
        ("moods.2.en", "Laugh out loud"),
        ("moods", ""),
    ];
    let saved = send(&olga.browser, &page_of(&olga, "settings"), &fields).await;
    assert_eq!(saved.status(), 303, "{}", saved.text());
    let settings: ShopSettings = olga.browser.get(&olga.path("settings")).await.json();
    let moods = &settings.notes.moods;
    let ids: Vec<&str> = moods.terms.iter().map(|term| term.id.as_str()).collect();
    assert_eq!((moods.on, ids), (true, vec!["funny", "laugh-out-loud"]));
    assert_eq!(moods.terms[0].labels[&Lang::ZhCn], "爆笑");
    assert!(!settings.notes.pace && settings.notes.warnings.terms.is_empty());
    let audit = olga.browser.get(&olga.path("audit")).await;
    assert!(audit.text().contains("funny: 爆笑 / Hilarious"));
    // Servers use what they know of a shop for two seconds; another one knows nothing yet.
    let world = desk.world.second().await;
    let words = ["Hilarious", "Funny", "Sad"];
    assert_eq!(shown(&world, &words).await, ["Hilarious"]);
    let hosted = format!("/shops/{KEY}/member/reviews/{PRIDE}?lang=ja");
    let form = world.anonymous().get(&hosted).await;
    let form = form.html();
    assert!(form.contains("value=\"laugh-out-loud\"") && !form.contains("name=\"pace\""));
    for wrong in ["Not an id", "funny"] {
        let fields = [
            ("form", "notes"),
            ("moods", "funny"),
            ("moods.0.en", "Hilarious"),
            ("moods", wrong),
            ("moods.1.en", "Sad"),
        ];
        let refused = send(&olga.browser, &page_of(&olga, "settings"), &fields).await;
        assert_eq!(refused.status(), 422);
        assert!(refused.text().contains("value=\"Hilarious\""));
    }
}
