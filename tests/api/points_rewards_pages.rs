//! Rewards in the member centre and in the console, as browsers without any script get them.

use crate::bookshop::Shop;
use crate::console::send;
use crate::member::at;
use crate::points::{Club, examine, id_of, sums};
use crate::points_checkout::paying;
use crate::points_pages::browser;
use crate::points_rewards::{coupon, write};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::points::rewards::RewardList;
use bookplate_wire::staff::Role;
use serde_json::json;

stories!(
    a_customer_has_a_reward_and_cancels_it_by_forms,
    the_staff_writes_a_reward_by_a_form,
    the_rewards_speak_every_language,
);

/// What a hidden field of a page holds.
fn field(html: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = html.split_once(&start).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn a_customer_has_a_reward_and_cancels_it_by_forms(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, paying(json!({}))).await;
    let customer = shop.customer("c-1", json!({})).await;
    let lin = browser(&shop, &customer).await;
    let lin = lin.with("origin", shop.world().server().address());
    club.adjust(&id_of(&shop, "c-1").await, "begin", 250).await;
    let name = json!([{ "language": "en", "name": "Ten <off>" }]);
    let reward = write(
        &club,
        &coupon(json!({ "names": name, "stock": 2, "valid_days": 30 })),
    )
    .await;
    write(&club, &coupon(json!({ "points": 1_000 }))).await;
    let path = at("/rewards?lang=en");
    let shown = async || {
        let page = lin.get(&path).await;
        page.expect_status(200);
        // Marks by which scripts find their places.
        page.html().replace("<!>", "")
    };
    let html = shown().await;
    for words in [
        "Ten &lt;off&gt;",
        "For orders of ",
        "2 left",
        "Get it for 200 points",
        "You need 750 points more.",
        "You have had no rewards yet.",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let (id, reference) = (reward.id.to_string(), field(&html, "reference"));
    let wish = [
        ("do", "redeem"),
        ("reward", &*id),
        ("points", "200"),
        ("reference", &*reference),
    ];
    // However often it is sent.
    for _ in 0..2 {
        send(&lin, &path, &wish).await.expect_status(303);
    }
    assert_eq!(sums(&customer).await, (50, 0));
    let html = shown().await;
    for words in [
        "Can be used",
        "Show as QR code",
        "<svg",
        "Valid until ",
        "1 left",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let statement = lin.get(&at("/points?lang=en")).await;
    let statement = statement.html().replace("<!>", "");
    assert!(
        statement.contains("\u{2212}200</span> · Ten &lt;off&gt;"),
        "{statement}"
    );
    let wish = [
        ("do", "redeem"),
        ("reward", &*id),
        ("points", "200"),
        ("reference", "w-2"),
    ];
    let refused = send(&lin, &path, &wish).await;
    refused.expect_status(422);
    assert!(refused.text().contains("You have fewer points than that."));
    let redemption = field(&html, "redemption");
    let cancel = [("do", "cancel"), ("redemption", &*redemption)];
    for _ in 0..2 {
        send(&lin, &path, &cancel).await.expect_status(303);
    }
    assert_eq!(sums(&customer).await, (250, 0));
    let html = shown().await;
    assert!(
        html.contains("Cancelled") && !html.contains("<svg"),
        "{html}"
    );
    let kind = at("/points?lang=en&kind=cancelled");
    let statement = lin.get(&kind).await.html().replace("<!>", "");
    assert!(
        statement.contains("+200</span> · Ten &lt;off&gt;, cancelled"),
        "{statement}"
    );
    examine(&shop).await;
}

async fn the_staff_writes_a_reward_by_a_form(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, paying(json!({}))).await;
    let (olga, max) = (&club.olga, &club.max);
    let vera = olga
        .hire(shop.world(), "vera@example.com", Role::Viewer)
        .await;
    let list = format!("/console/shops/{}/rewards", olga.shop());
    let new = format!("{list}/new?lang=en");
    let fields = [
        ("name-en", "Ten off"),
        ("name-zh-CN", "十元券"),
        ("kind", "amount_off"),
        ("amount", "10.00"),
        ("minimum", "50"),
        ("currency", "cny"),
        ("points", "200"),
        ("stock", "5"),
        ("active", "1"),
    ];
    olga.browser.get(&new).await.expect_status(200);
    for (at, value) in [(0, ""), (3, "ten"), (6, "0"), (7, "many")] {
        let mut wrong = fields;
        wrong[at].1 = value;
        if at == 0 {
            wrong[1].1 = "";
        }
        let back = send(&olga.browser, &new, &wrong).await;
        back.expect_status(422);
        assert!(
            back.text().contains("This cannot be taken as it is."),
            "{value}"
        );
    }
    send(&olga.browser, &new, &fields).await.expect_status(303);
    let rewards: RewardList = olga.browser.get(&olga.path("rewards")).await.json();
    let reward = &rewards.rewards[0];
    assert_eq!(reward.content.names.len(), 2);
    let amounts = [&reward.content.gives.amount, &reward.content.gives.minimum];
    let amounts = amounts.map(|money| money.as_ref().map(|money| money.amount));
    assert_eq!(amounts, [Some(1_000), Some(5_000)]);
    let one = format!("{list}/{}?lang=en", reward.id);
    let form = max.browser.get(&one).await;
    assert!(form.html().contains("value=\"10.00\""), "{}", form.html());
    let mut hidden = fields[..8].to_vec();
    hidden[7].1 = "7";
    send(&max.browser, &one, &hidden).await.expect_status(303);
    let shown = vera.browser.get(&format!("{list}?lang=en")).await;
    shown.expect_status(200);
    let html = shown.html().replace("<!>", "");
    for words in ["Ten off", "0 of 7 taken", "Hidden from customers"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("rewards/new"), "{html}");
    send(&vera.browser, &one, &fields).await.expect_status(403);
    let audit = format!("/console/shops/{}/audit?lang=en", olga.shop());
    let audit = olga.browser.get(&audit).await.html().replace("<!>", "");
    for words in ["Reward written", "Reward changed", "Coupon: an amount off"] {
        assert!(audit.contains(words), "{words}: {audit}");
    }
}

async fn the_rewards_speak_every_language(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, paying(json!({}))).await;
    let customer = shop.customer("c-1", json!({})).await;
    let lin = browser(&shop, &customer).await;
    write(&club, &coupon(json!({}))).await;
    for (lang, words, name) in [
        ("zh-CN", "积分兑换", "十元券"),
        ("zh-TW", "點數兌換", "Ten off"),
        ("ja", "お持ちのコード", "Ten off"),
    ] {
        let page = lin.get(&at(&format!("/rewards?lang={lang}"))).await;
        let html = page.html();
        assert!(
            html.contains(words) && html.contains(name),
            "{lang}: {html}"
        );
    }
}
