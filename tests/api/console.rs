//! The console's pages, as they work without any script.

use crate::colleagues::{
    PASSWORD, carrying, console, enrol, look_up, owner, owner_link, shop, token,
};
use crate::shelf::{KEY, ORIGIN};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::query;
use bookplate_wire::settings::ShopSettings;
use bookplate_wire::staff::Role;
use reqwest::Method;

stories!(
    somebody_signs_in_by_a_form_and_out_again,
    somebody_joins_by_a_form,
    a_setting_is_changed_by_a_form,
    what_is_wrong_stands_beside_what_was_typed,
    a_secret_is_shown_on_the_page_that_made_it,
    a_page_is_for_who_may_see_it,
    a_form_of_another_site_is_refused,
    the_console_speaks_four_languages,
);

/// Sends a form, as a browser does.
pub async fn send(browser: &Actor<'_>, path: &str, fields: &[(&str, &str)]) -> Reply {
    let mut body = String::new();
    for (name, value) in fields {
        query::push(&mut body, name, value);
    }
    let form = "application/x-www-form-urlencoded";
    let browser = browser.clone().with("content-type", form);
    browser.send_bytes(Method::POST, path, body.into()).await
}

async fn somebody_signs_in_by_a_form_and_out_again(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let stranger = console(&world);
    let sent = stranger.get("/console").await;
    sent.expect_status(303);
    assert_eq!(sent.header("location"), "/console/sign-in?back=%2Fconsole");
    let page = stranger.get("/console/sign-in?back=%2Fconsole").await;
    assert!(page.html().contains("autocomplete=\"one-time-code\""));
    assert_eq!(page.header("cache-control"), "no-store");

    let mut fields = [
        ("back", "/console"),
        ("email", "olga@example.com"),
        ("password", "another password"),
        ("code", "000000"),
    ];
    let wrong = send(&stranger, "/console/sign-in", &fields).await;
    wrong.expect_status(422);
    assert!(wrong.text().contains("the password or the code is wrong"));
    assert!(wrong.text().contains("value=\"olga@example.com\""));
    assert!(!wrong.text().contains("another password"));
    let code = olga.recovery_code();
    (fields[2].1, fields[3].1) = (PASSWORD, &code);
    let right = send(&stranger, "/console/sign-in", &fields).await;
    right.expect_status(303);
    assert_eq!(right.header("location"), "/console");
    let browser = carrying(&world, &right);
    let start = browser.get("/console").await;
    let settings = format!("/console/shops/{}/settings", olga.shop());
    assert_eq!(start.header("location"), settings);
    let out = send(&browser, "/console/sign-out", &[]).await;
    out.expect_status(303);
    browser.get(&settings).await.expect_status(303);
    // An address in a link leads nobody elsewhere.
    let code = olga.recovery_code();
    fields[0].1 = "https://evil.example/console/";
    fields[3].1 = &code;
    let right = send(&stranger, "/console/sign-in", &fields).await;
    assert_eq!(right.header("location"), "/console");
}

async fn somebody_joins_by_a_form(setup: Setup) {
    let world = shop(setup).await;
    let link = owner_link(&world, KEY, "olga@example.com").await;
    let path = format!("/console/enter?token={}", token(&link));
    let page = console(&world).get(&path).await;
    assert!(page.html().contains("<svg"), "the QR code");
    let secret = look_up(&world, &link).await.second_factor.unwrap().secret;
    assert!(page.html().contains(&secret));
    let fields = [
        ("token", token(&link)),
        ("name", "Olga <3"),
        ("password", "short"),
        ("code", "000000"),
    ];
    let wrong = send(&console(&world), "/console/enter", &fields).await;
    wrong.expect_status(422);
    assert!(
        wrong.text().contains("value=\"Olga &lt;3\""),
        "{}",
        wrong.text()
    );
    assert!(wrong.text().contains("id=\"password-fault\""));
    // A link that has been followed is for nobody.
    enrol(&world, &link).await;
    let late = console(&world).get(&path).await;
    late.expect_status(404);
    assert!(late.text().contains("This link works no more"));
}

async fn a_setting_is_changed_by_a_form(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = format!("/console/shops/{}/settings", olga.shop());
    let page = olga.browser.get(&path).await;
    assert!(page.html().contains("value=\"Test shop\""));
    let fields = [
        ("form", "settings"),
        ("name", "一页书店"),
        ("time_zone", "Asia/Shanghai"),
        ("language", "zh-CN"),
        ("language", "en"),
        ("default_language", "zh-CN"),
        ("look.accent", "#8a2f1f"),
        ("look.radius", "8"),
        ("quiet_from", "22:00"),
        ("quiet_until", "08:00"),
    ];
    let saved = send(&olga.browser, &path, &fields).await;
    saved.expect_status(303);
    assert_eq!(saved.header("location"), format!("{path}?done=saved"));
    let shown = olga.browser.get(saved.header("location")).await;
    assert!(shown.html().contains("value=\"一页书店\""));
    assert!(shown.html().contains("role=\"status\""));
    let kept: ShopSettings = olga.browser.get(&olga.path("settings")).await.json();
    assert_eq!(kept.look.radius, Some(8));
    assert_eq!(
        (kept.quiet.from.as_str(), kept.languages.len()),
        ("22:00", 2)
    );

    let lines = "https://new.example\r\n\r\n https://also.example ";
    let fields = [("form", "origins"), ("origins", lines)];
    let saved = send(&olga.browser, &path, &fields).await;
    saved.expect_status(303);
    let kept: ShopSettings = olga.browser.get(&olga.path("settings")).await.json();
    assert_eq!(
        kept.origins,
        ["https://also.example", "https://new.example"]
    );
}

async fn what_is_wrong_stands_beside_what_was_typed(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = format!("/console/shops/{}/settings", olga.shop());
    let fields = [
        ("form", "settings"),
        ("name", "Another"),
        ("time_zone", "Mars"),
        ("language", "en"),
        ("default_language", "en"),
    ];
    let wrong = send(&olga.browser, &path, &fields).await;
    wrong.expect_status(422);
    for shown in [
        "value=\"Mars\"",
        "value=\"Another\"",
        "id=\"time_zone-fault\"",
    ] {
        assert!(wrong.text().contains(shown), "{shown}: {}", wrong.text());
    }
    let fields = [("form", "origins"), ("origins", "https://a.example/")];
    let wrong = send(&olga.browser, &path, &fields).await;
    wrong.expect_status(422);
    assert!(wrong.text().contains("id=\"origins-fault\""));
    let kept: ShopSettings = olga.browser.get(&olga.path("settings")).await.json();
    assert_eq!((kept.name.as_str(), kept.origins.len()), ("Test shop", 1));
}

async fn a_secret_is_shown_on_the_page_that_made_it(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = format!("/console/shops/{}/keys", olga.shop());
    let fields = [("form", "add"), ("kind", "api"), ("name", "till 2")];
    let made = send(&olga.browser, &path, &fields).await;
    assert!(made.html().contains("<code>sk_"), "{}", made.text());
    let later = olga.browser.get(&path).await;
    assert!(later.html().contains("till 2") && !later.html().contains("<code>sk_"));
    let fields = [("form", "retire"), ("id", KEY), ("after_hours", "0")];
    let last = send(&olga.browser, &path, &fields).await;
    last.expect_status(422);
    assert!(last.text().contains("add another one first"));

    let path = format!("/console/shops/{}/staff", olga.shop());
    let fields = [
        ("form", "invite"),
        ("email", "vera@example.com"),
        ("role", "viewer"),
    ];
    let made = send(&olga.browser, &path, &fields).await;
    assert!(made.html().contains("/console/enter?token="));
    let later = olga.browser.get(&path).await;
    assert!(later.html().contains("vera@example.com"));
    assert!(!later.html().contains("/console/enter?token="));
}

async fn a_page_is_for_who_may_see_it(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let otto = owner(&world, "pk_other", "otto@example.com").await;
    for (page, status) in [
        ("settings", 200),
        ("branches", 200),
        ("keys", 403),
        ("webhooks", 403),
        ("deliveries", 200),
        ("staff", 403),
        ("audit", 403),
        ("nothing", 404),
    ] {
        let path = format!("/console/shops/{}/{page}", olga.shop());
        vera.browser.get(&path).await.expect_status(status);
        otto.browser.get(&path).await.expect_status(404);
        let own = if status == 404 { 404 } else { 200 };
        olga.browser.get(&path).await.expect_status(own);
    }
    let path = format!("/console/shops/{}/settings", olga.shop());
    for form in ["settings", "origins"] {
        let refused = send(&vera.browser, &path, &[("form", form), ("name", "x")]).await;
        refused.expect_status(403);
    }
}

async fn a_form_of_another_site_is_refused(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = format!("/console/shops/{}/settings", olga.shop());
    let fields = [("form", "origins"), ("origins", "https://evil.example")];
    for site in ["cross-site", "same-site"] {
        let foreign = olga.browser.clone().with("sec-fetch-site", site);
        let foreign = foreign.with("origin", ORIGIN);
        send(&foreign, &path, &fields).await.expect_status(403);
        send(&foreign, "/console/sign-out", &[])
            .await
            .expect_status(403);
    }
    let kept: ShopSettings = olga.browser.get(&olga.path("settings")).await.json();
    assert_eq!(kept.origins, [ORIGIN]);
}

async fn the_console_speaks_four_languages(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    for (lang, word) in [
        ("zh-CN", "操作日志"),
        ("zh-TW", "操作紀錄"),
        ("en", "Audit log"),
        ("ja", "操作記録"),
    ] {
        let path = format!("/console/shops/{}/audit?lang={lang}", olga.shop());
        let page = olga.browser.get(&path).await;
        let html = format!("<html lang=\"{lang}\"");
        assert!(
            page.html().contains(&html) && page.html().contains(word),
            "{lang}"
        );
    }
}
