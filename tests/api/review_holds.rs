//! Reviews that wait for somebody to look at them although the shop shows reviews at once.

use crate::desk::{Desk, decide, decision, one, own, rewrite, show_at_once, write};
use crate::people::seconds;
use crate::shelf::{EMMA, PRIDE};
use bookplate_store::Store;
use bookplate_store::db::Sql;
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::reviews::holds::{Hold, HoldReason};
use bookplate_wire::reviews::moderation::ModerationPage;
use bookplate_wire::reviews::writing::{OwnReview, ReviewState};
use bookplate_wire::settings::ShopSettings;
use reqwest::Method;
use serde_json::json;

stories!(
    what_a_review_says_can_make_it_wait_and_its_stars_cannot,
    a_version_that_waits_leaves_readers_the_one_before,
    a_shop_has_words_of_its_own,
    a_burst_of_reviews_waits,
    many_reviews_from_one_new_place_wait,
    before_publication_reviews_wait_unless_the_shop_takes_them,
);

/// The least and the most that a reader can give.
const STARS: [u8; 2] = [1, 5];

/// Reasons and what was found, as the staff sees them.
fn told(holds: &[Hold]) -> Vec<(HoldReason, Vec<&str>)> {
    holds
        .iter()
        .map(|hold| (hold.reason, hold.found.iter().map(String::as_str).collect()))
        .collect()
}

async fn what_a_review_says_can_make_it_wait_and_its_stars_cannot(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let link = (HoldReason::Link, vec!["shop.example.com"]);
    let phone = (HoldReason::Phone, vec!["138 0013 8000"]);
    let words = |found| (HoldReason::Words, vec![found]);
    let mut waiting = 0;
    for (at, (text, expected)) in [
        ("Wit, e.g. in 9780141439518, for 3.5 hours.", vec![]),
        ("More at shop.example.com!", vec![link.clone()]),
        ("微信同号138 0013 8000", vec![phone.clone()]),
        ("Bullshit.", vec![words("bullshit")]),
        (
            "加微信138 0013 8000或shop.example.com",
            vec![link, phone, words("加微信")],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        for stars in STARS {
            let author = desk.customer(&format!("reader{at}{stars}")).await;
            let review = write(&author, PRIDE, stars, text).await;
            let state = if expected.is_empty() {
                ReviewState::Published
            } else {
                waiting += 1;
                ReviewState::Pending
            };
            assert_eq!(review.state, state, "{text}");
            assert_eq!(
                told(&one(&olga, &review.id).await.holds),
                expected,
                "{stars}"
            );
            // What was looked for is not told to who could write around it.
            let said = author.get("/v1/customer/reviews").await;
            assert!(!said.text().contains("hold"), "{}", said.text());
        }
    }
    assert_eq!(desk.seen(PRIDE).await.len(), 2);
    let listed = async |query: &str| -> usize {
        let path = olga.path(&format!("reviews?limit=100&{query}"));
        let page: ModerationPage = olga.browser.get(&path).await.json();
        page.reviews.len()
    };
    assert_eq!(listed("").await, waiting + 2);
    assert_eq!(listed("hold=link").await, 4);
    assert_eq!(listed("hold=words&queue=all").await, 4);
    assert_eq!(listed("hold=burst").await, 0);
    let wrong = olga.browser.get(&olga.path("reviews?hold=stars")).await;
    assert_eq!(wrong.problem().field.as_deref(), Some("hold"));
    desk.recount().await;
}

async fn a_version_that_waits_leaves_readers_the_one_before(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let lin = desk.customer("lin").await;
    let review = write(&lin, PRIDE, 4, "Fine.").await;
    let changed = rewrite(&lin, &review, 2, "Buy at cheap.example.org").await;
    assert_eq!(
        (changed.state, changed.earlier_shown),
        (ReviewState::Pending, true)
    );
    assert_eq!(desk.seen(PRIDE).await[0].body, "Fine.");
    // Taking the link out does not help: somebody looks first.
    let again = rewrite(&lin, &review, 2, "Buy it.").await;
    assert_eq!(again.state, ReviewState::Pending);
    let seen = one(&olga, &review.id).await;
    assert_eq!((seen.version, seen.holds), (3, vec![]));
    let approve = [decision(&review.id, 3, "approve")];
    decide(&olga, &approve).await.expect_status(204);
    assert_eq!(own(&lin).await.state, ReviewState::Published);
    assert_eq!(desk.seen(PRIDE).await[0].body, "Buy it.");
    // Nothing of it stays in the way of deleting.
    let path = format!("/v1/customer/reviews/{}", review.id);
    lin.send(Method::DELETE, &path).await.expect_status(204);
}

async fn a_shop_has_words_of_its_own(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let path = olga.path("settings");
    let settings: ShopSettings = olga.browser.get(&path).await.json();
    assert_eq!(settings.words.len(), 4);
    assert!(settings.words.iter().all(|list| !list.words.is_empty()));
    let change = json!({ "words": [
        { "language": "en", "words": [] },
        { "language": "zh-CN", "words": [" 剧透 ", "", "剧透", "Spoiler alert"] },
    ] });
    let changed = olga.browser.send_json(Method::PATCH, &path, &change).await;
    let changed: ShopSettings = changed.json();
    let words = |at: usize| changed.words[at].words.clone();
    assert_eq!(words(0), ["剧透", "Spoiler alert"]);
    assert_eq!(
        (words(1), words(2).len()),
        (settings.words[1].words.clone(), 0)
    );
    for wrong in [
        json!({ "language": "ja", "words": ["a".repeat(51)] }),
        json!({ "language": "ja", "words": ["!"] }),
    ] {
        let change = json!({ "words": [wrong] });
        let refused = olga.browser.send_json(Method::PATCH, &path, &change).await;
        let problem = refused.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::FieldInvalid, Some("words.ja"))
        );
    }
    for (name, text, found) in [
        ("ann", "Bullshit.", vec![]),
        ("ben", "有剧透", vec!["剧透"]),
        ("cem", "SPOILER\nalert: no alerts", vec!["Spoiler alert"]),
        ("dan", "No spoiler, no alert.", vec![]),
    ] {
        let review = write(&desk.customer(name).await, PRIDE, 4, text).await;
        let holds = one(&olga, &review.id).await.holds;
        let words: Vec<String> = holds.into_iter().flat_map(|hold| hold.found).collect();
        assert_eq!(words, found, "{text}");
    }
    let audit = olga.browser.get(&olga.path("audit")).await;
    assert!(audit.text().contains("剧透, Spoiler alert"));
}

async fn a_burst_of_reviews_waits(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    for at in 0..20_u8 {
        let author = desk.customer(&format!("reader{at}")).await;
        let review = write(&author, PRIDE, 1 + 4 * (at % 2), "So so.").await;
        assert_eq!(review.state, ReviewState::Published, "{at}");
    }
    for (stars, count) in [(1, "21"), (5, "22")] {
        let author = desk.customer(&format!("late{stars}")).await;
        let review = write(&author, PRIDE, stars, "So so.").await;
        assert_eq!(review.state, ReviewState::Pending);
        assert_eq!(
            told(&one(&olga, &review.id).await.holds),
            [(HoldReason::Burst, vec![count])]
        );
        // Another book has nothing to do with it.
        let other = write(&author, EMMA, stars, "So so.").await;
        assert_eq!(other.state, ReviewState::Published);
    }
    assert_eq!(desk.seen(PRIDE).await.len(), 10, "a page");
    assert_eq!(desk.rating(PRIDE).await.0, 20);
}

async fn many_reviews_from_one_new_place_wait(mut setup: Setup) {
    setup
        .program()
        .set("BOOKPLATE_TRUSTED_PROXIES", "127.0.0.1");
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let from = async |name: &str, address: &str, stars| -> OwnReview {
        let author = desk.customer(name).await.with("x-forwarded-for", address);
        write(&author, PRIDE, stars, "So so.").await
    };
    for at in 0..5_u8 {
        let review = from(&format!("r{at}"), &format!("8.8.8.{at}"), 3).await;
        assert_eq!(review.state, ReviewState::Published, "{at}");
    }
    for (stars, count) in [(1, "6"), (5, "7")] {
        let review = from(&format!("late{stars}"), "8.8.8.200", stars).await;
        assert_eq!(review.state, ReviewState::Pending);
        assert_eq!(
            told(&one(&olga, &review.id).await.holds),
            [(HoldReason::Network, vec![count])]
        );
    }
    let elsewhere = from("else", "8.8.9.200", 1).await;
    assert_eq!(elsewhere.state, ReviewState::Published);
    // What is kept of a place tells nobody which it was.
    let store = Store::open(desk.world.setup().database_url()).await;
    let read = |db: &mut bookplate_store::Db| {
        Sql::new("SELECT network FROM review_networks WHERE network LIKE '%8.8%'")
            .values::<String>(db)
    };
    assert_eq!(store.unwrap().read(read).await.unwrap(), [""; 0]);
    // From where somebody has written before, many may write: a school, a library.
    let days = "UPDATE review_networks SET written_at = written_at - 172800000";
    desk.say(days).await.unwrap();
    let known = from("known", "8.8.8.7", 1).await;
    assert_eq!(known.state, ReviewState::Published);
}

async fn before_publication_reviews_wait_unless_the_shop_takes_them(setup: Setup) {
    let next_year = 1970 + seconds() / 31_556_952 + 1;
    let desk = Desk::open(setup).await;
    let books = format!(
        "isbn,title,authors,published_on,language\n{EMMA},Emma,Jane Austen,{next_year}-03-01,en\n"
    );
    desk.world.setup().import_catalogue(&books).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let day = format!("{next_year}-03-01");
    for stars in STARS {
        let author = desk.customer(&format!("early{stars}")).await;
        let review = write(&author, EMMA, stars, "I know it already.").await;
        assert_eq!(review.state, ReviewState::Pending);
        assert_eq!(
            told(&one(&olga, &review.id).await.holds),
            [(HoldReason::Unpublished, vec![day.as_str()])]
        );
        let other = write(&author, PRIDE, stars, "So so.").await;
        assert_eq!(other.state, ReviewState::Published);
    }
    // Who says that it was an advance copy is believed, and readers are told so.
    let new = json!({ "rating": 10, "body": "I know it already.", "incentivised": true });
    let path = format!("/v1/books/{EMMA}/reviews");
    let marked = desk.customer("marked").await.post(&path, &new).await;
    let marked: OwnReview = marked.expect_status(201).json();
    assert_eq!(marked.state, ReviewState::Published);
    let change = json!({ "advance_copies": true });
    let path = olga.path("settings");
    let changed = olga.browser.send_json(Method::PATCH, &path, &change).await;
    changed.expect_status(200);
    let author = desk.customer("later").await;
    let review = write(&author, EMMA, 1, "I know it already.").await;
    assert_eq!(review.state, ReviewState::Published);
}
