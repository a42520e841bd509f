//! Points in the console, as browsers without any script get it.

use crate::bookshop::Shop;
use crate::colleagues::owner;
use crate::console::send;
use crate::points::{entries, examine, id_of, sums};
use crate::shelf::KEY;
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::points::rules::RulesBook;
use bookplate_wire::staff::Role;
use serde_json::json;

stories!(
    rules_are_written_published_and_restored_by_forms,
    what_is_wrong_with_rules_comes_back_as_it_was_typed,
    a_customers_points_are_found_and_adjusted,
    who_may_not_change_sees_the_rules_alone,
);

/// A form for rules: a point a yuan, and half of it more for hardbacks.
const RULES: [(&str, &str); 17] = [
    ("form", "draft"),
    ("rate-0-points", "1"),
    ("rate-0-amount", "1.00"),
    ("rate-0-currency", "cny"),
    ("bonus-0-name", "Hardbacks"),
    ("bonus-0-percent", "50"),
    ("bonus-0-format", "hardback"),
    ("combination", "add"),
    ("cap_month", "5000"),
    ("return_days", "14"),
    ("expiry_months", "12"),
    ("refund_spent", "negative"),
    ("worth-0-points", "100"),
    ("worth-0-amount", "1"),
    ("worth-0-currency", "CNY"),
    ("adjust_limit", "50"),
    ("note", "The first rules"),
];

async fn rules_are_written_published_and_restored_by_forms(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let max = olga
        .hire(shop.world(), "max@example.com", Role::Manager)
        .await;
    let path = format!("/console/shops/{}/points", olga.shop());
    let shown = async |browser: &bookplate_tests::actors::Actor<'_>| {
        let page = browser.get(&format!("{path}?lang=en")).await;
        page.expect_status(200);
        page.html().replace("<!>", "")
    };
    assert!(
        shown(&olga.browser)
            .await
            .contains("No rules are published")
    );
    send(&olga.browser, &path, &RULES).await.expect_status(303);
    let own = shown(&olga.browser).await;
    for words in [
        "You have written it",
        "Hardbacks: 50 % on top",
        "The first rules",
        "Points: 1 for each",
    ] {
        assert!(own.contains(words), "{words}: {own}");
    }
    assert!(!own.contains("value=\"publish\""));
    let publish = |revision: &str| {
        [("form", "publish"), ("revision", revision)].map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    let book: RulesBook = max.browser.get(&olga.path("points/rules")).await.json();
    let revision = book.draft.unwrap().revision.to_string();
    let fields = publish(&revision);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (&**a, &**b)).collect();
    let refused = send(&olga.browser, &format!("{path}?lang=en"), &fields).await;
    refused.expect_status(422);
    assert!(
        refused.text().contains("This takes somebody else"),
        "{}",
        refused.text()
    );
    assert!(shown(&max.browser).await.contains("value=\"publish\""));
    send(&max.browser, &path, &fields).await.expect_status(303);
    let again = send(&max.browser, &format!("{path}?lang=en"), &fields).await;
    assert!(
        again.text().contains("The draft is another one by now"),
        "{}",
        again.text()
    );
    // What the form was filled in with says the same; another rate is another version.
    let mut other = RULES;
    other[1] = ("rate-0-points", "2");
    send(&max.browser, &path, &other).await.expect_status(303);
    let book: RulesBook = max.browser.get(&olga.path("points/rules")).await.json();
    let revision = book.draft.unwrap().revision.to_string();
    let fields = [("form", "publish"), ("revision", &*revision)];
    send(&olga.browser, &path, &fields).await.expect_status(303);
    let restore = [("form", "restore"), ("version", "1")];
    send(&olga.browser, &path, &restore)
        .await
        .expect_status(303);
    let book: RulesBook = max.browser.get(&olga.path("points/rules")).await.json();
    let latest = &book.versions[0];
    assert_eq!(
        (
            latest.version,
            latest.restores,
            latest.rules.rates[0].points
        ),
        (3, Some(1), 1)
    );
    assert_eq!(
        (latest.rules.rates[0].per, &*latest.rules.bonuses[0].id),
        (100, "bonus-1")
    );
    assert!(
        shown(&max.browser)
            .await
            .contains("Takes up version 1 again")
    );
}

async fn what_is_wrong_with_rules_comes_back_as_it_was_typed(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let path = format!("/console/shops/{}/points?lang=en", olga.shop());
    for (at, value) in [(9, "soon"), (9, "400"), (5, "0"), (2, "1.234"), (3, "yuan")] {
        let mut wrong = RULES;
        wrong[at].1 = value;
        let back = send(&olga.browser, &path, &wrong).await;
        back.expect_status(422);
        let html = back.text();
        assert!(
            html.contains("This cannot be taken as it is."),
            "{value}: {html}"
        );
        let typed = format!("value=\"{}\"", if at == 3 { "YUAN" } else { value });
        assert!(html.contains(&typed), "{typed}: {html}");
    }
    let book: RulesBook = olga.browser.get(&olga.path("points/rules")).await.json();
    assert_eq!((book.versions.len(), book.draft), (0, None));
}

async fn a_customers_points_are_found_and_adjusted(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let max = olga
        .hire(shop.world(), "max@example.com", Role::Manager)
        .await;
    let path = format!("/console/shops/{}/points", olga.shop());
    send(&olga.browser, &path, &RULES).await.expect_status(303);
    let book: RulesBook = max.browser.get(&olga.path("points/rules")).await.json();
    let revision = book.draft.unwrap().revision.to_string();
    let fields = [("form", "publish"), ("revision", &*revision)];
    send(&max.browser, &path, &fields).await.expect_status(303);
    let told = json!({ "name": "Lin <Mei>", "email": "lin@example.com", "phone": "13800138000" });
    let lin = shop.customer("c-1", told).await;
    let id = id_of(&shop, "c-1").await;
    let own = format!("{path}/{id}");
    for asked in ["lin%40example.com", "c-1", "138+0013+8000"] {
        let found = olga.browser.get(&format!("{path}?q={asked}")).await;
        assert_eq!(
            (found.status(), found.header("location")),
            (303, &*own),
            "{asked}"
        );
    }
    let none = olga.browser.get(&format!("{path}?q=nobody&lang=en")).await;
    assert!(
        none.html().contains("No customer is found by that."),
        "{}",
        none.html()
    );
    let page = olga.browser.get(&format!("{own}?lang=en")).await;
    assert!(page.html().contains("Lin &lt;Mei&gt;"), "{}", page.html());
    let (_, rest) = page
        .html()
        .split_once("name=\"reference\" value=\"")
        .unwrap();
    let reference = rest.split('"').next().unwrap();
    let adjust = [
        ("reference", reference),
        ("points", "40"),
        ("reason", "Damaged on arrival"),
    ];
    for _ in 0..2 {
        send(&olga.browser, &own, &adjust).await.expect_status(303);
    }
    assert_eq!(sums(&lin).await, (40, 0));
    let page = olga.browser.get(&format!("{own}?lang=en")).await;
    assert!(
        page.html().contains("Damaged on arrival"),
        "{}",
        page.html()
    );
    for (points, words) in [
        ("-41", "The customer has fewer points than that."),
        ("some", "This cannot be taken as it is."),
    ] {
        let adjust = [
            ("reference", "r-2"),
            ("points", points),
            ("reason", "Why not"),
        ];
        let refused = send(&olga.browser, &format!("{own}?lang=en"), &adjust).await;
        refused.expect_status(422);
        assert!(refused.text().contains(words), "{}", refused.text());
    }
    // Above the limit it waits on the page of the points.
    for (reference, form) in [("r-3", "confirm"), ("r-4", "reject")] {
        let adjust = [
            ("reference", reference),
            ("points", "60"),
            ("reason", "A prize"),
        ];
        let waits = send(&olga.browser, &own, &adjust).await;
        assert!(
            waits.header("location").starts_with(&format!("{path}?")),
            "{}",
            waits.header("location")
        );
        let page = max.browser.get(&format!("{path}?lang=en")).await;
        assert!(page.html().contains("A prize"), "{}", page.html());
        let (_, rest) = page
            .html()
            .split_once("name=\"adjustment\" value=\"")
            .unwrap();
        let adjustment = rest.split('"').next().unwrap();
        let decide = [("form", form), ("adjustment", adjustment)];
        if form == "confirm" {
            let own = send(&olga.browser, &format!("{path}?lang=en"), &decide).await;
            assert!(
                own.text().contains("This takes somebody else"),
                "{}",
                own.text()
            );
        }
        send(&max.browser, &path, &decide).await.expect_status(303);
    }
    assert_eq!(sums(&lin).await, (100, 0));
    assert_eq!(entries(&lin).await.len(), 2);
    examine(&shop).await;
}

async fn who_may_not_change_sees_the_rules_alone(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let vera = olga
        .hire(shop.world(), "vera@example.com", Role::Viewer)
        .await;
    let path = format!("/console/shops/{}/points", olga.shop());
    send(&olga.browser, &path, &RULES).await.expect_status(303);
    let page = vera.browser.get(&format!("{path}?lang=en")).await;
    for words in ["Hardbacks", "The first rules"] {
        assert!(page.html().contains(words), "{}", page.html());
    }
    for words in [
        "Look up",
        "name=\"q\"",
        "<form method=\"post\" action=\"/console/shops",
    ] {
        assert!(!page.html().contains(words), "{words}: {}", page.html());
    }
    send(&vera.browser, &path, &RULES).await.expect_status(403);
    let _lin = shop.customer("c-1", json!({})).await;
    let own = format!("{path}/{}", id_of(&shop, "c-1").await);
    vera.browser.get(&own).await.expect_status(403);
    vera.browser
        .get(&format!("{path}?q=c-1"))
        .await
        .expect_status(403);
}
