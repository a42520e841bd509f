//! The console's pages, as they work without any script.

use crate::colleagues::{PASSWORD, carrying, console, enrol, owner, owner_link, shop, token};
use crate::shelf::{BOOKS, KEY, ORIGIN, PRIDE};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::console::PAGES;
use bookplate_tests::expiry::Fleeting;
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::query;
use bookplate_wire::settings::{BranchList, ShopSettings};
use bookplate_wire::staff::Role;
use reqwest::Method;

stories!(
    somebody_signs_in_by_a_form_and_out_again,
    somebody_joins_by_a_form,
    a_setting_is_changed_by_a_form,
    what_is_wrong_stands_beside_what_was_typed,
    a_branch_gets_another_name_by_a_form,
    a_secret_is_shown_on_the_page_that_made_it,
    a_page_is_for_who_may_see_it,
    a_form_of_another_site_is_refused,
    an_invitation_in_webmail_leads_back_after_signing_in,
    who_guesses_at_the_page_is_told_when_to_come_back,
    the_own_account_has_a_page,
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

/// What a hidden field of a page holds.
fn field(page: &Reply, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.text().split_once(&start).unwrap();
    rest.split('"').next().unwrap().to_owned()
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
    assert!(
        wrong
            .text()
            .contains("the password, the code or the passkey is wrong")
    );
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
    let secret = field(&page, "secret");
    // For the eye it is in groups of four.
    let shown = page.html().replace(' ', "");
    assert!(shown.contains(&format!("<code>{secret}</code>")));
    let fields = [
        ("token", token(&link)),
        ("secret", &secret),
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
    // Whoever has scanned the picture need not do so again, but nobody else gets to see it.
    assert_eq!(field(&wrong, "secret"), secret);
    let stranger = send(&console(&world), "/console/enter", &fields[..1]).await;
    assert!(!stranger.text().replace(' ', "").contains(&secret));
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
        ("default_language", "en"),
        ("look.accent", "red"),
        ("look.radius", "round"),
        ("quiet_from", "22:00"),
        ("calling_code", "+86"),
    ];
    let wrong = send(&olga.browser, &path, &fields).await;
    wrong.expect_status(422);
    for shown in ["value=\"Mars\"", "value=\"Another\""] {
        assert!(wrong.text().contains(shown), "{shown}: {}", wrong.text());
    }
    // All at once, each at its field.
    for field in [
        "time_zone",
        "languages",
        "look.accent",
        "look.radius",
        "quiet_from",
        "calling_code",
    ] {
        let shown = format!("id=\"{field}-fault\"");
        assert!(wrong.text().contains(&shown), "{shown}: {}", wrong.text());
    }
    assert!(!wrong.text().contains("id=\"name-fault\""));
    let fields = [("form", "origins"), ("origins", "https://a.example/")];
    let wrong = send(&olga.browser, &path, &fields).await;
    wrong.expect_status(422);
    assert!(wrong.text().contains("id=\"origins-fault\""));
    let kept: ShopSettings = olga.browser.get(&olga.path("settings")).await.json();
    assert_eq!((kept.name.as_str(), kept.origins.len()), ("Test shop", 1));
}

async fn a_branch_gets_another_name_by_a_form(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = format!("/console/shops/{}/branches", olga.shop());
    let mut add = [
        ("form", "add"),
        ("code", "SH-1"),
        ("name", "Nanjing Road"),
        ("time_zone", "Asia/Shanghai"),
    ];
    send(&olga.browser, &path, &add).await.expect_status(303);
    let list: BranchList = olga.browser.get(&olga.path("branches")).await.json();
    let id = list.branches[0].id.to_string();
    let change = async |name: &str, zone: &str| {
        let fields = [
            ("form", "change"),
            ("id", &*id),
            ("name", name),
            ("time_zone", zone),
        ];
        send(&olga.browser, &path, &fields).await
    };
    let wrong = change("East Nanjing Road", "Mars").await;
    wrong.expect_status(422);
    // At the field of that branch, and not at the one of a new branch.
    let fault = format!("id=\"time_zone-{id}-fault\"");
    for shown in [&*fault, "value=\"East Nanjing Road\"", "value=\"Mars\""] {
        assert!(wrong.text().contains(shown), "{shown}: {}", wrong.text());
    }
    assert!(!wrong.text().contains("id=\"time_zone-fault\""));
    let changed = change(" East Nanjing Road ", "asia/shanghai").await;
    changed.expect_status(303);
    let list: BranchList = olga.browser.get(&olga.path("branches")).await.json();
    let branch = &list.branches[0];
    assert_eq!(
        (&*branch.name, &*branch.time_zone, &*branch.code),
        ("East Nanjing Road", "Asia/Shanghai", "SH-1")
    );
    // What is wrong with a new one stands at the new one.
    add[1].1 = "";
    let wrong = send(&olga.browser, &path, &add).await;
    wrong.expect_status(422);
    assert!(wrong.text().contains("id=\"code-fault\""));
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let fields = [("form", "change"), ("id", &*id), ("name", "Vera's")];
    let refused = send(&vera.browser, &path, &fields).await;
    refused.expect_status(403);
    let gone = [("form", "change"), ("id", "brn_0"), ("name", "x")];
    let gone = send(&olga.browser, &path, &gone).await;
    gone.expect_status(404);
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
    setup.shop(KEY, &[ORIGIN]).await;
    setup.import_catalogue(BOOKS).await;
    setup.shop("pk_other", &["https://other.example"]).await;
    let world = setup.open().await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let otto = owner(&world, "pk_other", "otto@example.com").await;
    // Of the pages that the list of pages leads to, none is forgotten here.
    let start = format!("/console/shops/{}/settings", olga.shop());
    let start = olga.browser.get(&start).await;
    let (_, list) = start.html().split_once("class=\"sections\"").unwrap();
    let (list, _) = list.split_once("</nav>").unwrap();
    let link = format!("href=\"/console/shops/{}/", olga.shop());
    let listed = list.split(&link).skip(1);
    let listed: Vec<&str> = listed.filter_map(|link| link.split('"').next()).collect();
    assert_eq!(listed, PAGES.map(|(page, _)| page));
    let pages = PAGES.map(|(page, viewers)| (page, if viewers { 200 } else { 403 }));
    let more = [
        ("reviews.csv", 403),
        ("clocks", 200),
        ("canned", 200),
        ("canned/new", 200),
        (&*format!("picks/new?isbn={PRIDE}"), 200),
        ("nothing", 404),
    ];
    for (page, status) in pages.into_iter().chain(more) {
        let path = format!("/console/shops/{}/{page}", olga.shop());
        let seen = vera.browser.get(&path).await;
        seen.expect_status(status);
        let is_told = seen.text().contains("This is not for your role");
        assert_eq!(is_told, status == 403, "{}", seen.text());
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

async fn an_invitation_in_webmail_leads_back_after_signing_in(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let otto = owner(&world, "pk_other", "otto@example.com").await;
    let link = otto.invite("olga@example.com", Role::Viewer).await;
    let path = format!("/console/enter?token={}", token(&link));
    // From another site no cookie comes along.
    let page = console(&world).get(&path).await;
    let mut sign_in = "/console/sign-in?".to_owned();
    query::push(&mut sign_in, "back", &path);
    assert!(page.html().contains(&sign_in), "{}", page.text());
    let back = olga.browser.get(&sign_in).await;
    assert_eq!(back.header("location"), path);
    let page = olga.browser.get(&path).await;
    assert!(page.html().contains("Accept"));
    let fields = [("token", token(&link))];
    let accepted = send(&olga.browser, "/console/enter", &fields).await;
    assert_eq!(accepted.header("location"), "/console");
    let path = format!("/console/shops/{}/settings", otto.shop());
    olga.browser.get(&path).await.expect_status(200);
}

async fn who_guesses_at_the_page_is_told_when_to_come_back(setup: Setup) {
    let world = shop(setup).await;
    let fields = [
        ("email", "olga@example.com"),
        ("password", "another password"),
        ("code", "000000"),
    ];
    for attempt in 0..11 {
        let wrong = send(&console(&world), "/console/sign-in", &fields).await;
        wrong.expect_status(422);
        if attempt < 10 {
            world.setup().let_expire(Fleeting::Waits).await;
        }
    }
    let slow = send(&console(&world), "/console/sign-in", &fields).await;
    slow.expect_status(429);
    let wait: u32 = slow.header("retry-after").parse().unwrap();
    let told = format!("try again in {wait} seconds");
    assert!(slow.text().contains(&told), "{}", slow.text());
    assert!(slow.text().contains("value=\"olga@example.com\""));
}

async fn the_own_account_has_a_page(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let elsewhere = olga.sign_in(&world).await;
    let path = "/console/account";
    let sent = console(&world).get(path).await;
    assert_eq!(
        sent.header("location"),
        "/console/sign-in?back=%2Fconsole%2Faccount"
    );
    let page = olga.browser.get(path).await;
    assert!(page.html().contains("olga@example.com"));
    assert!(page.html().contains("Not used yet: 9"), "{}", page.text());
    assert!(
        page.html().contains("Audit log"),
        "the way back to her shop"
    );
    let settings = format!("/console/shops/{}/settings", olga.shop());
    let link = format!("href=\"{path}\"");
    assert!(olga.browser.get(&settings).await.html().contains(&link));

    let new = "a better password";
    let change = async |current: &str, password: &str| {
        let fields = [
            ("form", "password"),
            ("current", current),
            ("password", password),
        ];
        send(&olga.browser, path, &fields).await
    };
    for (current, password, fault) in [
        ("another password", new, "current-fault"),
        (PASSWORD, "short", "password-fault"),
    ] {
        let wrong = change(current, password).await;
        wrong.expect_status(422);
        let fault = format!("id=\"{fault}\"");
        assert!(wrong.text().contains(&fault), "{}", wrong.text());
        assert!(!wrong.text().contains(new));
    }
    elsewhere.get(path).await.expect_status(200);
    let changed = change(PASSWORD, new).await;
    changed.expect_status(303);
    assert_eq!(changed.header("location"), "/console/account?done=saved");
    olga.browser.get(path).await.expect_status(200);
    elsewhere.get(path).await.expect_status(303);

    let wrong = [("form", "codes"), ("code", "000000")];
    let wrong = send(&olga.browser, path, &wrong).await;
    wrong.expect_status(422);
    assert!(wrong.text().contains("id=\"code-fault\""));
    let code = olga.code();
    let fields = [("form", "codes"), ("code", code.as_str())];
    let made = send(&olga.browser, path, &fields).await;
    made.expect_status(200);
    assert_eq!(made.html().matches("<li><code>").count(), 10);
    let page = olga.browser.get(path).await;
    assert!(page.html().contains("Not used yet: 10"));
    let log: AuditPage = olga.browser.get(&olga.path("audit")).await.json();
    let latest: Vec<_> = log.entries.iter().map(|entry| entry.action).collect();
    assert_eq!(
        latest[..2],
        [Action::RecoveryCodesRenewed, Action::PasswordChanged]
    );
    // Whoever finds the session open guesses no further than at the sign-in page.
    for attempt in 0..11 {
        let wrong = [("form", "codes"), ("code", "000000")];
        let wrong = send(&olga.browser, path, &wrong).await;
        assert_eq!(wrong.status(), 422, "{attempt}");
        if attempt < 10 {
            world.setup().let_expire(Fleeting::Waits).await;
        }
    }
    let slow = send(&olga.browser, path, &[("form", "codes"), ("code", "0")]).await;
    slow.expect_status(429);
    assert!(slow.header("retry-after").parse::<u32>().is_ok());
    for (lang, word) in [
        ("zh-CN", "我的账号"),
        ("zh-TW", "我的帳號"),
        ("ja", "アカウント"),
    ] {
        let page = olga.browser.get(&format!("{path}?lang={lang}")).await;
        assert!(page.html().contains(word), "{lang}");
    }
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
