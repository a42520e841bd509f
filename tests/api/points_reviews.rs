//! Points for reviews: once for each work, however many stars, told to readers, and taken back with the review.

use crate::bookshop::Shop;
use crate::desk::{decide, decision, own, rewrite, show_at_once, write};
use crate::points::{Club, entries, examine, id_of, mature, order, sums};
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH, shopper};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::points::EntryKind;
use bookplate_wire::reviews::ReviewPage;
use bookplate_wire::reviews::writing::OwnReview;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_review_earns_once_for_its_work_however_many_stars_it_gives,
    a_rewarded_review_tells_readers_for_good,
    a_review_earns_when_readers_see_it_and_loses_when_the_staff_refuses_it,
    what_was_spent_when_a_review_was_refused_counts_when_it_earns_again,
    deleting_a_review_early_loses_its_points_and_later_does_not,
    only_what_the_rule_is_for_earns,
    a_cap_is_one_customers_and_is_explained,
    what_came_from_a_file_earns_nothing,
    the_form_says_before_what_a_review_earns,
);

/// Rules by which a review earns 20 points, with `more`.
fn rule(more: Value) -> Value {
    let mut review = json!({ "points": 20 });
    for (name, value) in more.as_object().unwrap() {
        review[name] = value.clone();
    }
    json!({ "review": review })
}

async fn labelled(shop: &Shop, isbn: &str) -> Vec<bool> {
    let path = format!("/v1/books/{isbn}/reviews?sort=newest");
    let page: ReviewPage = shopper(shop.world()).get(&path).await.json();
    let reviews = page.reviews.iter();
    reviews.map(|review| review.incentivised).collect()
}

async fn delete(customer: &Actor<'_>, review: &OwnReview) {
    let path = format!("/v1/customer/reviews/{}", review.id);
    let gone = customer.send(Method::DELETE, &path).await;
    gone.expect_status(204);
}

async fn a_review_earns_once_for_its_work_however_many_stars_it_gives(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, rule(json!({}))).await;
    show_at_once(&club.olga).await;
    let lin = shop.customer("c-1", json!({})).await;
    let worst = write(&lin, PRIDE, 1, "Not for me.").await;
    assert_eq!(sums(&lin).await, (20, 0));
    write(&lin, EMMA, 5, "Lovely.").await;
    assert_eq!(sums(&lin).await, (40, 0));
    let earned = entries(&lin).await;
    let told: Vec<_> = earned
        .iter()
        .map(|entry| (entry.kind, &*entry.title, entry.available))
        .collect();
    assert_eq!(
        told,
        [
            (EntryKind::Earned, "Pride and Prejudice", 20),
            (EntryKind::Earned, "Emma", 20)
        ]
    );
    let rule = earned[0].rule.clone().unwrap();
    assert_eq!((&*rule.id, rule.version), ("review_reward", 1));
    // Neither another version nor another edition of the same work earns anything more.
    rewrite(&lin, &worst, 5, "Better than I thought.").await;
    delete(&lin, &worst).await;
    write(&lin, PRIDE_ZH, 3, "Once more.").await;
    assert_eq!(sums(&lin).await, (40, 0));
    examine(&shop).await;
}

async fn a_rewarded_review_tells_readers_for_good(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, rule(json!({ "min_length": 10 }))).await;
    show_at_once(&club.olga).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mei = shop.customer("c-2", json!({})).await;
    let review = write(&lin, PRIDE, 4, "Long enough for some points.").await;
    assert_eq!(labelled(&shop, PRIDE).await, [true]);
    assert!(own(&lin).await.incentivised);
    // What has earned nothing says nothing.
    write(&mei, PRIDE, 4, "Short.").await;
    assert_eq!(labelled(&shop, PRIDE).await, [false, true]);
    // Nobody takes it away: not with another version, nor by writing it anew after its points are gone.
    rewrite(&lin, &review, 2, "For nothing, I say.").await;
    delete(&lin, &review).await;
    write(&lin, PRIDE, 3, "Anew.").await;
    assert_eq!(labelled(&shop, PRIDE).await, [true, false]);
    examine(&shop).await;
}

async fn a_review_earns_when_readers_see_it_and_loses_when_the_staff_refuses_it(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, rule(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let review = write(&lin, PRIDE, 5, "Great.").await;
    assert_eq!(sums(&lin).await, (0, 0));
    let act = async |word: &str| {
        let decided = decide(&club.olga, &[decision(&review.id, 1, word)]).await;
        decided.expect_status(204);
    };
    // Each button twice.
    for (word, points) in [
        ("approve", 20),
        ("approve", 20),
        ("refuse", 0),
        ("refuse", 0),
        // Somebody was wrong: what was taken back comes again.
        ("approve", 20),
    ] {
        act(word).await;
        assert_eq!(sums(&lin).await, (points, 0), "{word}");
    }
    let told = entries(&lin).await;
    let kinds: Vec<_> = told
        .iter()
        .map(|entry| (entry.kind, entry.available))
        .collect();
    assert_eq!(
        kinds,
        [
            (EntryKind::Earned, 20),
            (EntryKind::TakenBack, -20),
            (EntryKind::Earned, 20)
        ]
    );
    assert!(
        told.iter()
            .all(|entry| entry.title == "Pride and Prejudice")
    );
    examine(&shop).await;
}

async fn what_was_spent_when_a_review_was_refused_counts_when_it_earns_again(setup: Setup) {
    let shop = Shop::open(setup).await;
    let mut rules = rule(json!({}));
    rules["refund_spent"] = json!("stop");
    let club = Club::open(&shop, rules).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    let review = write(&lin, PRIDE, 5, "Great.").await;
    let act = async |word: &str| {
        let decided = decide(&club.olga, &[decision(&review.id, 1, word)]).await;
        decided.expect_status(204);
    };
    act("approve").await;
    club.adjust(&id, "a-part", -15).await;
    act("refuse").await;
    assert_eq!(sums(&lin).await, (0, 0));
    // As often as it comes and goes, nobody has more than 20 of it.
    for turn in ["second", "third"] {
        act("approve").await;
        assert_eq!(sums(&lin).await, (5, 0), "{turn}");
        act("refuse").await;
        assert_eq!(sums(&lin).await, (0, 0), "{turn}");
    }
    act("approve").await;
    club.adjust(&id, "the-rest", -5).await;
    act("refuse").await;
    act("approve").await;
    assert_eq!(sums(&lin).await, (0, 0));
    examine(&shop).await;
}

async fn deleting_a_review_early_loses_its_points_and_later_does_not(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, rule(json!({ "pending_days": 14 }))).await;
    show_at_once(&club.olga).await;
    let lin = shop.customer("c-1", json!({})).await;
    let early = write(&lin, PRIDE, 5, "Great.").await;
    assert_eq!(sums(&lin).await, (0, 20));
    delete(&lin, &early).await;
    assert_eq!(sums(&lin).await, (0, 0));
    // Written anew it earns anew, once.
    let later = write(&lin, PRIDE, 5, "Great, really.").await;
    assert_eq!(sums(&lin).await, (0, 20));
    mature(&shop, &lin).await;
    assert_eq!(sums(&lin).await, (20, 0));
    delete(&lin, &later).await;
    assert_eq!(sums(&lin).await, (20, 0));
    write(&lin, PRIDE, 1, "A third time.").await;
    assert_eq!(sums(&lin).await, (20, 0));
    let kinds = entries(&lin).await.into_iter().map(|entry| entry.kind);
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        [
            EntryKind::Earned,
            EntryKind::TakenBack,
            EntryKind::Earned,
            EntryKind::Matured
        ]
    );
    examine(&shop).await;
}

async fn only_what_the_rule_is_for_earns(setup: Setup) {
    let shop = Shop::open(setup).await;
    let strict = rule(json!({ "verified_only": true, "min_length": 12 }));
    let club = Club::open(&shop, strict).await;
    show_at_once(&club.olga).await;
    let lin = shop.customer("c-1", json!({})).await;
    let before = write(&lin, PRIDE, 5, "Not bought here yet.").await;
    assert_eq!(sums(&lin).await, (0, 0));
    shop.send(order("A-1")).await;
    let bought = sums(&lin).await.1;
    wait_until("the purchase is noted", async || {
        let path = format!("/v1/books/{PRIDE}/reviews");
        let page: ReviewPage = shopper(shop.world()).get(&path).await.json();
        page.reviews[0].verified
    })
    .await;
    // A character less, counted as readers do; then enough.
    let short = write(&lin, EMMA, 5, "十一个字也不算长的评论").await;
    assert_eq!(sums(&lin).await, (0, bought));
    rewrite(&lin, &short, 5, "十二个字就算够长的评论了。").await;
    assert_eq!(sums(&lin).await, (20, bought));
    rewrite(&lin, &before, 5, "Bought here meanwhile.").await;
    assert_eq!(sums(&lin).await, (40, bought));
    examine(&shop).await;
}

async fn a_cap_is_one_customers_and_is_explained(setup: Setup) {
    let shop = Shop::open(setup).await;
    let capped = rule(json!({ "cap": { "period": "year", "points": 30 } }));
    let club = Club::open(&shop, capped).await;
    show_at_once(&club.olga).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mei = shop.customer("c-2", json!({})).await;
    for isbn in [PRIDE, EMMA] {
        write(&lin, isbn, 5, "Great.").await;
    }
    write(&mei, PRIDE, 5, "Great.").await;
    assert_eq!((sums(&lin).await.0, sums(&mei).await.0), (30, 20));
    let last = entries(&lin).await.pop().unwrap();
    assert_eq!(
        (last.available, last.missed, &*last.title),
        (10, 10, "Emma")
    );
    examine(&shop).await;
}

async fn what_came_from_a_file_earns_nothing(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, rule(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let file = format!(
        "id,isbn,rating,body,author,created_at,customer\nf1,{PRIDE},5,Great.,Lin,2024-01-01,c-1\n"
    );
    shop.world().setup().import_reviews(&file).await;
    let review = own(&lin).await;
    for (version, word) in [(0, "refuse"), (1, "approve")] {
        let decided = decide(&club.olga, &[decision(&review.id, version, word)]).await;
        decided.expect_status(204);
    }
    assert_eq!(labelled(&shop, PRIDE).await, [false]);
    assert_eq!(sums(&lin).await, (0, 0));
    examine(&shop).await;
}

async fn the_form_says_before_what_a_review_earns(setup: Setup) {
    let shop = Shop::open(setup).await;
    let widget = format!("/v1/fragments.html?w=reviews/{PRIDE}&lang=en");
    let page = format!("/shops/{KEY}/member/reviews/{PRIDE}?lang=en");
    let promises = async |path: &str| {
        let reader = shopper(shop.world());
        let page = reader.get(path).await;
        page.text().contains("earns 20 points, however many stars")
    };
    assert!(!promises(&widget).await);
    let club = Club::open(
        &shop,
        rule(json!({ "min_length": 50, "verified_only": true })),
    )
    .await;
    wait_until("the form promises", async || promises(&widget).await).await;
    let shown = shopper(shop.world()).get(&widget).await;
    for words in [
        "50 characters",
        "bought here",
        "Received free or for a reward",
    ] {
        assert!(shown.text().contains(words), "{words}");
    }
    assert!(promises(&page).await);
    club.publish(json!({})).await;
    wait_until("the form promises nothing", async || {
        !promises(&widget).await
    })
    .await;
}
