//! Tiers in the member centre and in the console, as browsers without any script get them.

use crate::bookshop::Shop;
use crate::colleagues::owner;
use crate::console::send;
use crate::member::at;
use crate::points::{Club, id_of, order};
use crate::points_checkout::paying;
use crate::points_pages::browser;
use crate::points_rewards::{coupon, write};
use crate::points_tiers::tiers;
use crate::shelf::KEY;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::points::rules::RulesBook;
use bookplate_wire::points::tiers::TierMeasure;
use bookplate_wire::staff::Role;
use serde_json::json;

stories!(
    the_page_says_how_far_it_is_and_welcomes_once,
    a_reward_says_for_which_tier_it_is,
    the_staff_writes_tiers_by_a_form,
    the_tier_speaks_every_language,
);

async fn shown(reader: &Actor<'_>, path: &str) -> String {
    let page = reader.get(path).await;
    page.expect_status(200);
    // Marks by which scripts find their places.
    page.html().replace("<!>", "")
}

fn expect(html: &str, there: &[&str], gone: &[&str]) {
    for words in there {
        assert!(html.contains(words), "{words}: {html}");
    }
    for words in gone {
        assert!(!html.contains(words), "{words}: {html}");
    }
}

async fn the_page_says_how_far_it_is_and_welcomes_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, tiers(json!({}))).await;
    let customer = shop.customer("c-1", json!({})).await;
    let lin = browser(&shop, &customer).await;
    let path = at("/points?lang=en");
    let begin = shown(&lin, &path).await;
    let words = [
        "CN¥100.00 more until Silver",
        "<progress",
        "max=\"10000\" value=\"0\"",
        "Orders in CNY count",
        "CN¥500.00 within twelve months",
        "Kept by CN¥50.00",
        "Free shipping",
    ];
    expect(
        &begin,
        &words,
        &["class=\"reached\"", "How you have come to it"],
    );
    shop.send(order("A-1")).await;
    // Who looks at a part of the statement is welcomed on the whole page later.
    let part = shown(&lin, &at("/points?lang=en&kind=earned")).await;
    expect(&part, &[], &["class=\"reached\"", "<progress"]);
    let welcome = shown(&lin, &path).await;
    let words = [
        "role=\"status\" class=\"reached\"",
        "Welcome to Silver",
        "Orders earn 1.5 times the points.",
        "CN¥374.50 more until Gold, by ",
        "CN¥125.50 of CN¥500.00",
        "keeps Silver until ",
        "If it is not kept, it is yours until ",
        "What Silver gives you",
        "Silver reached: CN¥125.50 of CN¥100.00",
        "Rules, version 1",
    ];
    expect(&welcome, &words, &[]);
    let again = shown(&lin, &path).await;
    expect(&again, &words[2..], &["class=\"reached\""]);
    let overview = shown(&lin, &at("?lang=en")).await;
    expect(&overview, &["Your tier: <strong dir=\"auto\">Silver"], &[]);
    shop.send(order("A-2")).await;
    let statement = shown(&lin, &path).await;
    expect(&statement, &["Silver, for your order A-2"], &[]);
    let file = lin.get(&at("/points.csv")).await;
    let file = file.text();
    assert!(file.contains("tier:silver,Silver,1"), "{file}");
    let told = shown(&lin, &at("/notifications?lang=en")).await;
    expect(&told, &["You have reached Silver. It is yours until "], &[]);
    // The staff sees the same of the customer, and that takes nobody's welcome.
    let page = format!(
        "/console/shops/{}/points/{}?lang=en",
        club.olga.shop(),
        id_of(&shop, "c-1").await
    );
    let seen = shown(&club.olga.browser, &page).await;
    expect(&seen, &["Silver", "History of the tier", words[9]], &[]);
}

async fn a_reward_says_for_which_tier_it_is(setup: Setup) {
    let shop = Shop::open(setup).await;
    let mut more = paying(json!({}));
    more["tiers"] = tiers(json!({}))["tiers"].clone();
    let club = Club::open(&shop, more).await;
    let customer = shop.customer("c-1", json!({})).await;
    let lin = browser(&shop, &customer).await;
    let lin = lin.with("origin", shop.world().server().address());
    club.adjust(&id_of(&shop, "c-1").await, "begin", 500).await;
    let reward = write(&club, &coupon(json!({ "tier": "silver" }))).await;
    let path = at("/rewards?lang=en");
    let page = shown(&lin, &path).await;
    expect(&page, &["For customers from Silver on."], &["Get it for"]);
    let id = reward.id.to_string();
    let wish = [
        ("do", "redeem"),
        ("reward", &*id),
        ("points", "200"),
        ("reference", "w-1"),
    ];
    let refused = send(&lin, &path, &wish).await;
    refused.expect_status(422);
    assert!(refused.text().contains("for customers of a higher tier"));
    shop.send(order("A-1")).await;
    let page = shown(&lin, &path).await;
    expect(&page, &["From tier Silver", "Get it for 200 points"], &[]);
    send(&lin, &path, &wish).await.expect_status(303);
    let list = format!("/console/shops/{}/rewards", club.olga.shop());
    let page = shown(&club.olga.browser, &format!("{list}?lang=en")).await;
    expect(&page, &["From tier Silver"], &[]);
    let form = shown(&club.olga.browser, &format!("{list}/{id}?lang=en")).await;
    let words = [
        "Lowest tier that can have it",
        "<option value=\"silver\" selected",
    ];
    expect(&form, &words, &[]);
}

/// A form for rules with two tiers.
const FORM: [(&str, &str); 16] = [
    ("form", "draft"),
    ("rate-0-points", "1"),
    ("rate-0-amount", "1.00"),
    ("rate-0-currency", "cny"),
    ("return_days", "14"),
    ("refund_spent", "negative"),
    ("adjust_limit", "50"),
    ("tier_measure", "spend"),
    ("tier_currency", "cny"),
    ("tier_period", "calendar"),
    ("tier_grace", "14"),
    ("tier-0-name-en", "Reader"),
    ("tier-1-name-en", "Gold"),
    ("tier-1-privileges-en", "Free shipping\r\nA tote <bag>"),
    ("tier-1-threshold", "300.50"),
    ("tier-1-multiplier", "1.5"),
];

async fn the_staff_writes_tiers_by_a_form(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let max = olga
        .hire(shop.world(), "max@example.com", Role::Manager)
        .await;
    let path = format!("/console/shops/{}/points?lang=en", olga.shop());
    let empty = shown(&olga.browser, &path).await;
    expect(&empty, &["Tiers", "Tier 1, the lowest"], &[]);
    for (at, value) in [
        (8, "yuan"),
        (10, "long"),
        (14, "much"),
        (14, "0"),
        (15, "0.5"),
    ] {
        let mut wrong = FORM;
        wrong[at].1 = value;
        let back = send(&olga.browser, &path, &wrong).await;
        back.expect_status(422);
        let html = back.text().replace("<!>", "");
        let typed = format!("value=\"{}\"", value.to_uppercase());
        let is_there = html.contains(&typed) || html.contains(&typed.to_lowercase());
        assert!(is_there, "{value}: {html}");
        expect(
            &html,
            &["This cannot be taken as it is.", "A tote &lt;bag>"],
            &[],
        );
    }
    send(&olga.browser, &path, &FORM).await.expect_status(303);
    let draft = shown(&max.browser, &path).await;
    let words = [
        "Tiers by: What is paid, in one currency, A calendar year, 14 days of grace",
        "Gold: reached by CN¥300.50, kept by CN¥300.50, 1.5 times the points · Free shipping",
    ];
    expect(&draft, &words, &[]);
    let book: RulesBook = max.browser.get(&olga.path("points/rules")).await.json();
    let draft = book.draft.unwrap();
    let revision = draft.revision.to_string();
    let tiers = draft.rules.tiers.unwrap();
    assert_eq!(
        (tiers.measure, &*tiers.currency),
        (TierMeasure::Spend, "CNY")
    );
    let gold = &tiers.levels[1];
    assert_eq!(
        (&*gold.id, gold.threshold, gold.renewal, gold.multiplier),
        ("tier-2", 30_050, None, 150)
    );
    assert_eq!(gold.words[0].privileges, ["Free shipping", "A tote <bag>"]);
    let publish = [("form", "publish"), ("revision", &*revision)];
    send(&max.browser, &path, &publish).await.expect_status(303);
    // The form begins with them, and an id stays what it is.
    let form = shown(&olga.browser, &path).await;
    let words = [
        "name=\"tier-1-id\" value=\"tier-2\"",
        "value=\"300.50\"",
        "A tote &lt;bag>",
        "Tier 3",
    ];
    expect(&form, &words, &["Tier 4"]);
}

async fn the_tier_speaks_every_language(setup: Setup) {
    let shop = Shop::open(setup).await;
    let mut rules = tiers(json!({}));
    rules["tiers"]["levels"][1]["words"] = json!([
        { "language": "zh-CN", "name": "银卡" }, { "language": "ja", "name": "シルバー" },
    ]);
    let club = Club::open(&shop, rules).await;
    let customer = shop.customer("c-1", json!({})).await;
    let lin = browser(&shop, &customer).await;
    shop.send(order("A-1")).await;
    for (lang, words) in [
        ("zh-CN", "升为银卡：累计"),
        ("zh-TW", "升為银卡：累計"),
        ("ja", "シルバーになりました"),
    ] {
        let page = shown(&lin, &at(&format!("/points?lang={lang}"))).await;
        expect(&page, &[words], &[]);
        let told = shown(&lin, &at(&format!("/notifications?lang={lang}"))).await;
        assert!(told.contains("银卡") || told.contains("シルバー"), "{told}");
        let path = format!("/console/shops/{}/points?lang={lang}", club.olga.shop());
        let form = shown(&club.olga.browser, &path).await;
        assert!(form.contains("tier-1-threshold"), "{form}");
    }
}
