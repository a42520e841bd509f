//! The member centre, as a browser without any script gets it.

use crate::people::{identity, new_secret, shop, sign_in};
use crate::shelf::{KEY, ORIGIN, PRIDE, UNKNOWN, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::accounts::Handover;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    who_is_not_signed_in_is_led_to_signing_in_and_back,
    who_is_signed_in_sees_the_own_account,
    a_page_answers_with_its_data_to_its_own_program,
    an_address_that_nothing_has_is_a_page_that_says_so,
    each_reader_gets_the_own_language,
    a_form_from_elsewhere_does_nothing,
    signing_out_ends_the_session,
    a_profile_is_changed_by_its_form,
    a_birthday_that_was_changed_says_from_when_it_can_be_again,
    a_form_that_breaks_rules_comes_back_with_every_fault,
    consents_are_given_and_withdrawn_by_their_form,
    orders_are_read_page_by_page_with_a_way_to_buy_again,
    other_sessions_are_ended_and_this_one_stays,
    a_customer_takes_everything_along_and_goes,
);

/// A browser in which a customer is signed in.
pub async fn browser<'a>(world: &'a World, secret: &str, told: Value) -> Actor<'a> {
    let session = sign_in(&shopper(world), &identity(secret, "c-1", told)).await;
    let own = shopper(world).bearing(&session.access_token);
    let handover = own.send(Method::POST, "/v1/customer/handovers").await;
    let Handover { code, .. } = handover.json();
    let form = shopper(world).with("content-type", "application/x-www-form-urlencoded");
    let code = format!("code={code}");
    let entered = form
        .send_bytes(Method::POST, &at("/enter"), code.into())
        .await;
    let cookie = entered.header("set-cookie").split(';').next().unwrap();
    world.anonymous().with("cookie", cookie)
}

/// Sends a form of a page as the browser does.
pub async fn submit(browser: &Actor<'_>, page: &str, fields: &str) -> Reply {
    let form = browser
        .clone()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("sec-fetch-site", "same-origin");
    let fields = fields.as_bytes().to_vec();
    form.send_bytes(Method::POST, &at(page), fields).await
}

/// The path of a page of the shop's member centre.
pub fn at(page: &str) -> String {
    format!("/shops/{KEY}/member{page}")
}

async fn who_is_not_signed_in_is_led_to_signing_in_and_back(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let stranger = world.anonymous();
    let sent = stranger.get(&at("?lang=ja")).await;
    sent.expect_status(303);
    let way = sent.header("location").to_owned();
    assert_eq!(
        way,
        format!(
            "{}?back=%2Fshops%2F{KEY}%2Fmember%3Flang%3Dja&lang=ja",
            at("/sign-in")
        )
    );
    assert!(stranger.get(&way).await.html().contains("ログイン"));
    let lin = browser(&world, &secret, json!({})).await;
    let back = lin.get(&way).await;
    back.expect_status(303);
    assert!(back.header("location").starts_with(&at("?lang=ja")));
    // A link must not lead anybody to another site.
    let lured = format!("{}?back=https%3A%2F%2Fevil.example", at("/sign-in"));
    assert_eq!(lin.get(&lured).await.header("location"), at(""));
    // Nor, by steps up, out of this member centre.
    for up in [
        "..%2F..%2F..%2Fconsole",
        "%252e%252E%2F..%2Fconsole",
        "..%5C..%5Cconsole",
    ] {
        let back = at("%2F").replace('/', "%2F").replace("%2F%2F", "%2F");
        let lured = format!("{}?back={back}{up}", at("/sign-in"));
        assert_eq!(lin.get(&lured).await.header("location"), at(""), "{up}");
    }
}

async fn who_is_signed_in_sees_the_own_account(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({ "name": "Lin <Mei>" })).await;
    let page = lin.get(&at("")).await;
    assert!(
        page.html().contains("Hello, Lin &lt;Mei&gt;"),
        "{}",
        page.html()
    );
    assert!(!page.html().contains("<Mei>"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    // The customer of one shop is nobody in another.
    world
        .setup()
        .shop("pk_other", &["https://other.example"])
        .await;
    let elsewhere = lin.get("/shops/pk_other/member").await;
    elsewhere.expect_status(303);
}

async fn a_page_answers_with_its_data_to_its_own_program(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({ "name": "Lin" })).await;
    let program = lin.with("accept", "application/json");
    let reply: Value = program.get(&at("")).await.json();
    assert_eq!(reply["page"]["content"]["overview"]["name"], "Lin");
    let stranger = world.anonymous().with("accept", "application/json");
    let reply: Value = stranger.get(&at("")).await.json();
    assert!(
        reply["leave"]
            .as_str()
            .unwrap()
            .starts_with(&at("/sign-in?back="))
    );
}

async fn an_address_that_nothing_has_is_a_page_that_says_so(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({})).await;
    for path in [
        &at("/nothing"),
        "/shops/pk_nobody/member",
        "/console/nothing",
    ] {
        let page = lin.get(path).await;
        page.expect_status(404);
        assert!(page.text().contains("There is no such page"), "{path}");
    }
}

async fn each_reader_gets_the_own_language(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({})).await;
    let german = lin.clone().with("accept-language", "de, zh-TW;q=0.8");
    assert!(
        german
            .get(&at(""))
            .await
            .html()
            .contains("<html lang=\"zh-TW\"")
    );
    let change = json!({ "language": "ja" });
    let session = sign_in(&shopper(&world), &identity(&secret, "c-1", json!({}))).await;
    let api = shopper(&world).bearing(&session.access_token);
    let changed = api.send_json(Method::PATCH, "/v1/customer", &change).await;
    changed.expect_status(200);
    // What the customer has chosen for good, and what for this once.
    assert!(
        german
            .get(&at(""))
            .await
            .html()
            .contains("<html lang=\"ja\"")
    );
    // A page that there is not is in the own frame too, with the way to sign out.
    let nothing = german.get(&at("/nothing")).await;
    assert!(nothing.text().contains("<html lang=\"ja\""));
    assert!(nothing.text().contains(&at("/sign-out")));
    let once = german.get(&at("?lang=en")).await;
    assert!(once.html().contains("<html lang=\"en\""));
    assert!(
        once.html()
            .contains(&format!("{}?lang=en", at("/sign-out")))
    );
}

async fn a_form_from_elsewhere_does_nothing(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({})).await;
    let form = lin
        .clone()
        .with("content-type", "application/x-www-form-urlencoded");
    for site in ["cross-site", "same-site", "none"] {
        let evil = form.clone().with("sec-fetch-site", site);
        let refused = evil.send(Method::POST, &at("/sign-out")).await;
        refused.expect_status(403);
        assert!(refused.text().contains("cannot be done from here"));
    }
    let evil = form
        .with("origin", "https://evil.example")
        .with("accept", "application/json");
    let refused = evil.send(Method::POST, &at("/sign-out")).await;
    assert_eq!(refused.problem().code, Code::OriginNotAllowed);
    lin.get(&at("")).await.expect_status(200);
}

async fn signing_out_ends_the_session(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({})).await;
    let form = lin
        .clone()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("sec-fetch-site", "same-origin");
    let gone = form.send(Method::POST, &at("/sign-out")).await;
    gone.expect_status(303);
    assert_eq!(gone.header("location"), at("/sign-in?done=signed_out"));
    assert!(
        gone.header("set-cookie")
            .starts_with("__Host-bookplate-shop_")
    );
    lin.get(&at("")).await.expect_status(303);
}

async fn a_profile_is_changed_by_its_form(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({ "phone": "13800138000" })).await;
    let fields = "form=profile&name=+Lin+Mei+&birthday=1990-02-28&language=zh-TW&genre=poetry&genre=crime\
                  &genre=unheard&authors=Eileen+Chang%0D%0A%0D%0AEileen+Chang%0D%0ALu+Xun";
    let done = submit(&lin, "/profile", fields).await;
    done.expect_status(303);
    assert_eq!(done.header("location"), at("/profile?done=saved"));
    let page = lin.get(done.header("location")).await;
    // In the language that was chosen just now.
    assert!(page.html().contains("<html lang=\"zh-TW\""));
    assert!(page.html().contains("已儲存"));
    assert!(page.html().contains("value=\"Lin Mei\""), "{}", page.html());
    assert!(page.html().contains("Eileen Chang\nLu Xun</textarea>"));
    // Two genres, and messages about orders and wishlists by three ways, which are allowed at first.
    let boxes = page.html().matches(" checked").count();
    assert_eq!(boxes, 8, "{}", page.html());
    // The shop tells the number, and nobody changes it here.
    submit(&lin, "/profile", "form=profile&name=Lin&phone=110").await;
    assert!(
        lin.get(&at("/profile"))
            .await
            .html()
            .contains("13800138000")
    );
}

async fn a_birthday_that_was_changed_says_from_when_it_can_be_again(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({ "name": "Lin" })).await;
    let born = async |day: &str| {
        let fields = format!("form=profile&name=Lin&birthday={day}");
        submit(&lin, "/profile?lang=en", &fields).await
    };
    let words = "You can change it again from";
    for (day, says) in [("1990-02-28", false), ("1990-02-27", true)] {
        born(day).await.expect_status(303);
        let page = lin.get(&at("/profile?lang=en")).await;
        assert_eq!(page.html().contains(words), says, "{day}");
        assert!(!page.html().contains("aria-invalid"));
    }
    let refused = born("1990-02-26").await;
    refused.expect_status(409);
    // What was typed stays, and what is wrong is said at the field.
    let html = refused.text();
    assert!(html.contains(words) && html.contains("value=\"1990-02-26\""));
    assert_eq!(html.matches("aria-invalid=\"true\"").count(), 1);
    // Something else can be changed, and the birthday be taken away.
    born("1990-02-27").await.expect_status(303);
    born("").await.expect_status(303);
}

async fn a_form_that_breaks_rules_comes_back_with_every_fault(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({ "name": "Lin" })).await;
    let long = "x".repeat(101);
    let fields =
        format!("form=profile&name={long}&birthday=2999-01-01&authors={long}&genre=poetry");
    let again = submit(&lin, "/profile", &fields).await;
    again.expect_status(422);
    let html = again.text();
    for words in [
        "A name has at most 100 characters.",
        "not in the future",
        "Up to 30 authors",
        &format!("value=\"{long}\""),
        "value=\"2999-01-01\"",
    ] {
        assert!(html.contains(words), "{words}\n{html}");
    }
    assert_eq!(html.matches("aria-invalid=\"true\"").count(), 3);
    assert!(
        lin.get(&at("")).await.html().contains("Hello, Lin<"),
        "nothing half-written"
    );
    let json = lin.clone().with("accept", "application/json");
    let reply = submit(&json, "/profile", &fields).await;
    let reply: Value = serde_json::from_str(reply.text()).unwrap();
    let faults = &reply["page"]["content"]["profile"]["faults"];
    assert_eq!(*faults, json!(["name", "birthday", "authors"]));
}

async fn consents_are_given_and_withdrawn_by_their_form(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({})).await;
    // What is allowed at first stays so.
    let first = "form=consents&orders=email&orders=sms&orders=post\
                 &wishlists=email&wishlists=sms&wishlists=post";
    let given = format!("{first}&news=email&news=post&feedback=sms");
    let given = submit(&lin, "/profile", &given).await;
    given.expect_status(303);
    let page = lin.get(&at("/profile")).await;
    assert_eq!(page.html().matches(" checked").count(), 9);
    let fewer = format!("{first}&news=post");
    submit(&lin, "/profile", &fewer).await.expect_status(303);
    let page = lin.get(&at("/profile")).await;
    assert_eq!(page.html().matches(" checked").count(), 7);
    assert_eq!(page.html().matches(": allowed").count(), 3);
    assert_eq!(page.html().matches("no longer allowed").count(), 2);
}

async fn orders_are_read_page_by_page_with_a_way_to_buy_again(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let book = "https://shop.example/books/{isbn}";
    let shop = ["shop", "create", "--name", "Test shop", "--public-key", KEY];
    setup
        .run(&[&shop[..], &["--origin", ORIGIN, "--book-url", book]].concat())
        .await;
    let cover =
        format!("isbn,work,title,cover_url\n{PRIDE},pride,Pride and Prejudice,/covers/p.svg\n");
    setup.import_catalogue(&cover).await;
    let secret = new_secret(&setup, "identity").await.1;
    let key = new_secret(&setup, "api").await.1;
    let world = setup.open().await;
    let lin = browser(&world, &secret, json!({})).await;
    let money = json!({ "amount": 4_500, "currency": "CNY" });
    let order = |at: i64| {
        json!({
            "number": format!("A-{at}"), "placed_at": 1_790_000_000_000_i64 + at * 86_400_000,
            "customer": { "external_id": "c-1" },
            "lines": [
                { "isbn": PRIDE, "quantity": 2, "total": money },
                { "isbn": UNKNOWN, "title": "Out of <print>", "quantity": 1, "total": money },
            ],
        })
    };
    let orders: Vec<Value> = (0..12).map(order).collect();
    let backend = world.anonymous().bearing(&key);
    let orders = backend
        .post("/v1/orders", &json!({ "orders": orders }))
        .await;
    orders.expect_status(200);
    let first = lin.get(&at("/orders")).await;
    let html = first.html();
    assert_eq!(html.matches("<article").count(), 10);
    assert!(html.contains("Order A-11") && !html.contains("Order A-1<"));
    assert!(html.contains("CN¥90.00") && html.contains("Out of &lt;print&gt;"));
    let again = format!("href=\"https://shop.example/books/{PRIDE}\"");
    // The title, and "buy again".
    assert_eq!(html.matches(&again).count(), 2 * 10);
    let cover = format!("src=\"{ORIGIN}/covers/p.svg\"");
    assert_eq!(html.matches(&cover).count(), 10);
    let older = html.split("href=\"").find_map(|rest| {
        let href = rest.split('"').next()?;
        href.contains("after=").then(|| href.to_owned())
    });
    let last = lin.get(&older.unwrap()).await;
    assert_eq!(last.html().matches("<article").count(), 2);
    assert!(last.html().contains("Back to the latest orders"));
    let broken = lin.get(&at("/orders?after=nonsense")).await;
    broken.expect_status(404);
}

async fn other_sessions_are_ended_and_this_one_stays(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let phone = shopper(&world).with("user-agent", "Version/18.0 Safari/604.1 (iPhone)");
    let token = identity(&secret, "c-1", json!({}));
    let phone = phone
        .clone()
        .bearing(&sign_in(&phone, &token).await.access_token);
    let lin = browser(&world, &secret, json!({})).await;
    let page = lin.get(&at("/sessions")).await;
    assert!(page.html().contains("Safari, iPhone") && page.html().contains("This device"));
    let stranger = submit(&lin, "/sessions", "end=nothing").await;
    stranger.expect_status(404);
    let done = submit(&lin, "/sessions", "end=others").await;
    done.expect_status(303);
    assert_eq!(
        phone.get("/v1/customer").await.problem().code,
        Code::SessionEnded
    );
    let page = lin.get(&at("/sessions?done=ended")).await;
    assert!(page.html().contains("Signed out there.") && !page.html().contains("iPhone"));
}

async fn a_customer_takes_everything_along_and_goes(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({ "email": "lin@example.com" })).await;
    let file = lin.get(&at("/archive")).await;
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("cache-control"), "no-store");
    assert_eq!(file.json::<Value>()["profile"]["email"], "lin@example.com");
    let asked = submit(&lin, "/privacy", "reviews=remove").await;
    asked.expect_status(422);
    assert!(asked.text().contains("Please confirm"));
    assert!(!asked.text().contains("Please choose"), "that was said");
    lin.get(&at("")).await.expect_status(200);
    let gone = submit(&lin, "/privacy", "reviews=remove&sure=yes").await;
    gone.expect_status(303);
    assert!(gone.header("set-cookie").contains("Max-Age=0"));
    let page = world.anonymous().get(gone.header("location")).await;
    assert!(page.html().contains("Your account has been deleted"));
    lin.get(&at("")).await.expect_status(303);
}
