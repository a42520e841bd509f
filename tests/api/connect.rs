//! A page of the shop's gets to know who has signed in with us: by a window, a code, and a cookie of its own.

use crate::members::{LIN, PASSWORD, hosted, is_signed_in, member, open_shop, with_refresh};
use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::accounts::{Handover, Session};
use bookplate_wire::{Code, query};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_page_of_the_shops_goes_on_by_a_cookie_of_its_own,
    a_partitioned_cookie_is_for_the_shops_pages_and_for_nothing_else,
    a_partitioned_cookie_of_another_shop_is_nobodys,
    a_code_is_exchanged_once_for_a_cookie,
    signing_out_takes_the_partitioned_cookie_away,
    the_window_asks_and_gives_the_code_to_a_page_of_the_shops_only,
    whoever_signs_in_in_the_window_is_not_asked_again,
    whoever_is_somebody_else_signs_out_in_the_window_and_comes_back,
    the_way_into_the_member_centre_leads_to_the_page_that_is_wanted,
);

fn by_partitioned_cookie() -> Value {
    json!({ "grant": "partitioned_cookie" })
}

/// A code for the session of somebody who has just signed up.
async fn code(world: &World, session: &Session) -> String {
    let own = hosted(world).bearing(&session.access_token);
    let reply = own.send(Method::POST, "/v1/customer/handovers").await;
    reply.expect_status(201).json::<Handover>().code
}

async fn exchange(page: &Actor<'_>, code: &str) -> Reply {
    let asked = json!({ "grant": "handover", "code": code, "keep": "partitioned" });
    page.post("/v1/sessions", &asked).await
}

/// The cookie as a browser sends it back.
fn cookie(reply: &Reply) -> String {
    let set = reply.header("set-cookie");
    set.split(';').next().unwrap().to_owned()
}

async fn a_page_of_the_shops_goes_on_by_a_cookie_of_its_own(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let lin = member(&world, &mail, LIN).await;
    let page = shopper(&world).with("sec-fetch-site", "cross-site");
    let reply = exchange(&page, &code(&world, &lin).await).await;
    let session: Session = reply.expect_status(201).json();
    let set = reply.header("set-cookie");
    let mut parts: Vec<_> = set.split("; ").collect();
    assert!(
        parts.remove(0).starts_with("__Host-bookplate-page-shop_"),
        "{set}"
    );
    parts.sort_unstable();
    let expected = [
        "HttpOnly",
        "Max-Age=2592000",
        "Partitioned",
        "Path=/",
        "SameSite=None",
        "Secure",
    ];
    assert_eq!(parts, expected, "{set}");
    assert_eq!(reply.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(reply.header("access-control-allow-credentials"), "true");
    // For browsers that do not keep it.
    let renewed = page.post("/v1/sessions", &with_refresh(&session)).await;
    renewed.expect_status(201);

    let next_page = page.clone().with("cookie", &cookie(&reply));
    for _ in 0..2 {
        let reply = next_page
            .post("/v1/sessions", &by_partitioned_cookie())
            .await;
        assert_eq!(reply.header("set-cookie"), "", "it stays the same");
        assert_eq!(reply.header("access-control-allow-credentials"), "true");
        let next: Session = reply.expect_status(201).json();
        assert_eq!(
            (&next.customer, &next.refresh_token),
            (&lin.customer, &None)
        );
        assert!(is_signed_in(&shopper(&world), &next).await);
    }
    // Most who look at a page are nobody, and that is no fault.
    let nobody = page.post("/v1/sessions", &by_partitioned_cookie()).await;
    assert_eq!(nobody.expect_status(204).header("set-cookie"), "");
}

async fn a_partitioned_cookie_is_for_the_shops_pages_and_for_nothing_else(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let lin = member(&world, &mail, LIN).await;
    let page = shopper(&world);
    let cookie = cookie(&exchange(&page, &code(&world, &lin).await).await);
    let path = format!("/v1/sessions?key={KEY}");
    let stranger = world.page("https://evil.example", KEY);
    let nowhere = world.anonymous();
    for (page, path) in [
        (stranger, "/v1/sessions"),
        (world.page("null", KEY), "/v1/sessions"),
        (hosted(&world), "/v1/sessions"),
        (nowhere, path.as_str()),
    ] {
        let reply = page
            .clone()
            .with("cookie", &cookie)
            .post(path, &by_partitioned_cookie())
            .await;
        assert_eq!(reply.problem().code, Code::OriginNotAllowed);
        // Nor does such a page get one.
        let asked =
            json!({ "grant": "handover", "code": code(&world, &lin).await, "keep": "partitioned" });
        let reply = page.post(path, &asked).await;
        assert_eq!(reply.problem().code, Code::OriginNotAllowed);
        assert_eq!(reply.header("set-cookie"), "");
    }
    let page = page.with("cookie", &cookie);
    // What a form can send does not do.
    let form = page
        .clone()
        .with("content-type", "text/plain")
        .send_bytes(
            Method::POST,
            "/v1/sessions",
            by_partitioned_cookie().to_string().into(),
        )
        .await;
    assert_eq!(form.problem().code, Code::MediaTypeUnsupported);
    // It opens nothing else, and nobody else may send cookies along.
    let reply = page.get("/v1/customer").await;
    assert_eq!(reply.problem().code, Code::SessionRequired);
    assert_eq!(reply.header("access-control-allow-credentials"), "");
    let (name, secret) = cookie.split_once('=').unwrap();
    let as_ours = format!("{}={secret}", name.replace("-page-", "-"));
    let inside = world.anonymous().with("cookie", &as_ours);
    let inside = inside.get(&format!("/shops/{KEY}/member")).await;
    inside.expect_status(303);
}

async fn a_partitioned_cookie_of_another_shop_is_nobodys(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let (world, mail) = open_shop(setup).await;
    let lin = member(&world, &mail, LIN).await;
    let cookie = cookie(&exchange(&shopper(&world), &code(&world, &lin).await).await);
    let elsewhere = world.page("https://other.example", "pk_other");
    let reply = elsewhere
        .clone()
        .with("cookie", &cookie)
        .post("/v1/sessions", &by_partitioned_cookie())
        .await;
    reply.expect_status(204);
    // Nor under the name that the other shop's has.
    let code = code(&world, &lin).await;
    let reply = exchange(&elsewhere, &code).await;
    assert_eq!(reply.problem().code, Code::HandoverInvalid);
}

async fn a_code_is_exchanged_once_for_a_cookie(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let lin = member(&world, &mail, LIN).await;
    let code = code(&world, &lin).await;
    let page = shopper(&world);
    exchange(&page, &code).await.expect_status(201);
    let again = exchange(&page, &code).await;
    assert_eq!(again.problem().code, Code::HandoverInvalid);
    assert_eq!(again.header("set-cookie"), "");
}

async fn signing_out_takes_the_partitioned_cookie_away(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let lin = member(&world, &mail, LIN).await;
    let page = shopper(&world).with("sec-fetch-site", "cross-site");
    let begun = exchange(&page, &code(&world, &lin).await).await;
    let session: Session = begun.json();
    let page = page.with("cookie", &cookie(&begun));
    let own = page.clone().bearing(&session.access_token);
    let gone = own
        .send(Method::DELETE, "/v1/customer/sessions/current")
        .await;
    assert_eq!(gone.header("access-control-allow-credentials"), "true");
    let cleared = gone.expect_status(204).header("set-cookie");
    assert!(
        cleared.starts_with("__Host-bookplate-page-shop_")
            && cleared.contains("Max-Age=0")
            && cleared.contains("Partitioned"),
        "{cleared}"
    );
    // Another site's page that still has it is told once, and loses it.
    let reply = page.post("/v1/sessions", &by_partitioned_cookie()).await;
    assert_eq!(reply.problem().code, Code::SessionEnded);
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    let refused = page.post("/v1/sessions", &with_refresh(&session)).await;
    assert_eq!(refused.problem().code, Code::SessionEnded);
}

/// The address of the window that a page of `origin` opens.
fn window(origin: &str) -> String {
    let mut path = format!("/shops/{KEY}/member/connect?");
    query::push(&mut path, "for", origin);
    query::push(&mut path, "lang", "en");
    path
}

/// Sends a form of one of our own pages as the browser does.
async fn submit(world: &World, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Reply {
    let mut body = String::new();
    for (name, value) in fields {
        query::push(&mut body, name, value);
    }
    let form = world
        .anonymous()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("origin", world.server().address())
        .with("sec-fetch-site", "same-origin")
        .with("cookie", cookie);
    form.send_bytes(Method::POST, path, body.into()).await
}

/// The code and the page that gets it, as the window's script reads them.
fn given(reply: &Reply) -> Option<(String, String)> {
    let attribute = |name: &str| {
        let (_, rest) = reply.text().split_once(&format!("{name}=\""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    Some((attribute("data-handover")?, attribute("data-opener")?))
}

/// Signs in in one of our own pages; the cookie.
async fn inside(world: &World) -> String {
    let path = format!("/shops/{KEY}/member/sign-in");
    let fields = [("email", LIN), ("password", PASSWORD)];
    cookie(&submit(world, &path, "", &fields).await)
}

async fn the_window_asks_and_gives_the_code_to_a_page_of_the_shops_only(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    let own = inside(&world).await;
    for other in [
        "https://evil.example",
        "null",
        "",
        "https://shop.example.evil.example",
    ] {
        let stranger = world.anonymous().get(&window(other)).await;
        stranger.expect_status(403);
        let shown = world.anonymous().with("cookie", &own);
        shown.get(&window(other)).await.expect_status(403);
        let forced = submit(&world, &window(other), &own, &[]).await;
        forced.expect_status(403);
        assert_eq!(given(&forced), None);
    }
    let asked = world.anonymous().with("cookie", &own);
    let asked = asked.get(&window(ORIGIN)).await;
    assert!(asked.html().contains("Go on as Lin"), "{}", asked.html());
    assert_eq!(given(&asked), None);
    // Another site cannot answer in the customer's place.
    let forged = world
        .anonymous()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("origin", ORIGIN)
        .with("sec-fetch-site", "cross-site")
        .with("cookie", &own)
        .send_bytes(Method::POST, &window(ORIGIN), Vec::new())
        .await;
    forged.expect_status(403);
    assert_eq!(given(&forged), None);

    let agreed = submit(&world, &window(ORIGIN), &own, &[]).await;
    agreed.expect_status(200);
    assert_eq!(agreed.header("cache-control"), "no-store");
    let (code, opener) = given(&agreed).unwrap();
    assert_eq!(opener, ORIGIN);
    exchange(&shopper(&world), &code).await.expect_status(201);
}

async fn whoever_signs_in_in_the_window_is_not_asked_again(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    let first = world.anonymous().get(&window(ORIGIN)).await;
    let sign_in = first.expect_status(303).header("location").to_owned();
    let shown = world.anonymous().get(&sign_in).await;
    // Whoever has no account yet comes back here, too.
    assert!(shown.html().contains("sign-up?back="), "{}", shown.html());
    assert!(shown.html().contains("data-plain"), "{}", shown.html());
    let back = window(ORIGIN);
    let fields = |password| {
        [
            ("email", LIN),
            ("password", password),
            ("back", back.as_str()),
        ]
    };
    let wrong = submit(&world, &sign_in, "", &fields("not the password")).await;
    wrong.expect_status(422);
    assert_eq!(given(&wrong), None);
    assert!(wrong.text().contains("data-plain"), "{}", wrong.text());

    let done = submit(&world, &sign_in, "", &fields(PASSWORD)).await;
    let (code, opener) = given(done.expect_status(200)).unwrap();
    assert_eq!(opener, ORIGIN);
    let page: Session = exchange(&shopper(&world), &code).await.json();
    assert_eq!(page.customer.email, LIN);
    // And is signed in here as well.
    let here = world.anonymous().with("cookie", &cookie(&done));
    let here = here.get(&format!("/shops/{KEY}/member")).await;
    here.expect_status(200);
    // A page that is none of the shop's gets nothing, whoever signs in.
    let evil = window("https://evil.example");
    let fields = [
        ("email", LIN),
        ("password", PASSWORD),
        ("back", evil.as_str()),
    ];
    let lured = submit(&world, &sign_in, "", &fields).await;
    lured.expect_status(303);
}

async fn whoever_is_somebody_else_signs_out_in_the_window_and_comes_back(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    let own = inside(&world).await;
    let path = format!("/shops/{KEY}/member/sign-out");
    let back = window(ORIGIN);
    let out = submit(&world, &path, &own, &[("back", &back)]).await;
    let location = out.expect_status(303).header("location");
    let mut wanted = format!("/shops/{KEY}/member/sign-in?done=signed_out");
    query::push(&mut wanted, "back", &back);
    assert_eq!(location, wanted);
    let again = world.anonymous().get(location).await;
    assert!(again.html().contains("data-plain"), "{}", again.html());
}

async fn the_way_into_the_member_centre_leads_to_the_page_that_is_wanted(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let lin = member(&world, &mail, LIN).await;
    for (to, expected) in [
        ("&to=notifications&lang=ja", "/notifications?lang=ja"),
        ("&to=&lang=zh-CN", "?lang=zh-CN"),
        (
            "&to=feedback%2Fcase_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b",
            "/feedback/case_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b",
        ),
        ("&to=feedback%2F..%2Fpoints", ""),
        ("&to=..%2F..%2Fevil&lang=xx", ""),
        ("&to=%2F%2Fevil.example", ""),
    ] {
        let form = format!("code={}{to}", code(&world, &lin).await);
        let browser = world
            .anonymous()
            .with("origin", ORIGIN)
            .with("content-type", "application/x-www-form-urlencoded");
        let path = format!("/shops/{KEY}/member/enter");
        let reply = browser.send_bytes(Method::POST, &path, form.into()).await;
        let expected = format!("/shops/{KEY}/member{expected}");
        assert_eq!(reply.expect_status(303).header("location"), expected);
        assert!(!reply.header("set-cookie").is_empty());
    }
}
