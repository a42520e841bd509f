//! Writing to the shop, following it, and answering, on pages that need no script.

use crate::bookshop::Shop;
use crate::colleagues::owner;
use crate::console::send;
use crate::desk::Desk;
use crate::feedback_own::{answer, inbox};
use crate::orders::order;
use crate::shelf::{KEY, PRIDE, shopper};
use crate::wishlist_gifts::pages;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::pictures::{file, picture};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::accounts::Handover;
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::fragments::Fragments;
use image::ImageFormat;
use reqwest::Method;
use serde_json::json;

stories!(
    a_guest_writes_by_a_form_and_follows_it_by_its_code,
    a_customer_asks_to_return_something_by_a_form,
    a_form_that_breaks_rules_comes_back_with_what_was_typed,
    the_staff_answers_by_a_form_and_is_told_when_a_colleague_was_quicker,
    the_pages_speak_four_languages,
    the_element_is_a_form_that_only_our_own_page_sends,
);

/// Sends the form with files, as a browser does from one of our own pages.
async fn submit(browser: &Actor<'_>, fields: &[(&str, &str)], photo: Option<Vec<u8>>) -> Reply {
    const BOUNDARY: &str = "0b0u1n2d3a4r5y6";
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend(part.into_bytes());
    }
    if let Some(photo) = photo {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(photo);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let browser = browser
        .clone()
        .with("content-type", &kind)
        .with("sec-fetch-site", "same-origin");
    let path = format!("/shops/{KEY}/feedback?lang=en");
    browser.send_bytes(Method::POST, &path, body).await
}

/// What the field of a page holds.
fn held(page: &Reply, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.text().split_once(&start).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn a_guest_writes_by_a_form_and_follows_it_by_its_code(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = desk.world.anonymous();
    let page = "https%3A%2F%2Fshop.example%2Fbooks%2F1%3Fsession%3Dsecret";
    let path = format!("/shops/{KEY}/feedback?lang=en&kind=complaint&isbn={PRIDE}&page={page}");
    let shown = guest.get(&path).await;
    for words in [
        "Write to the bookshop",
        "Book: Pride and Prejudice",
        "Page: https://shop.example/books/1<",
    ] {
        assert!(shown.html().contains(words), "{words}: {}", shown.html());
    }
    let draft = held(&shown, "draft");
    let fields = [
        ("draft", &*draft),
        ("kind", "complaint"),
        ("body", "The spine is <broken>."),
        ("isbn", PRIDE),
        // What belongs to other kinds is there too, and left out.
        ("quantity", "1"),
        ("reason", "damaged"),
        ("wish", "refund"),
        ("field", "title"),
        ("value", ""),
        ("name", "Mei Lin"),
        ("email", "mei@mail.example"),
    ];
    let photo = file(&picture(60, 40), ImageFormat::Jpeg);
    let sent = submit(&guest, &fields, Some(photo)).await;
    let html = sent.expect_status(200).html();
    let (_, code) = html.split_once("<p class=\"code\">").unwrap();
    let code = code.split('<').next().unwrap();
    // Going back and sending it again makes nothing new; what has a photo more is another draft.
    let seen = inbox(&olga, "").await.cases.remove(0);
    assert_eq!(seen.case.kind, CaseKind::Complaint);
    assert_eq!(seen.case.page, "");
    assert!(seen.case.goes_back.is_none() && seen.case.correction.is_none());

    let track = format!("/shops/{KEY}/feedback/track?lang=en");
    guest.get(&track).await.expect_status(200);
    let unknown = send(&own(&guest), &track, &[("code", "nothing"), ("do", "look")]).await;
    assert!(
        unknown
            .expect_status(422)
            .text()
            .contains("There is no message with this code.")
    );
    let bare = send(&own(&guest), &track, &[("code", code), ("do", "look")]).await;
    let html = bare.expect_status(422).text();
    assert!(html.contains("Received") && !html.contains("spine") && !html.contains("Mei"));
    let asked = [
        ("code", code),
        ("email", "mei@mail.example"),
        ("do", "look"),
    ];
    let found = send(&own(&guest), &track, &asked).await;
    let html = found.expect_status(200).html();
    assert!(html.contains("The spine is &lt;broken&gt;."), "{html}");
    assert!(html.contains("/photos/"));
    let draft = held(&found, "draft");
    let more = [
        ("code", code),
        ("email", "mei@mail.example"),
        ("draft", &*draft),
        ("text", "And the cover is torn."),
        ("do", "write"),
    ];
    let written = send(&own(&guest), &track, &more).await;
    let html = written.expect_status(200).html();
    assert!(html.contains("And the cover is torn.") && html.contains("Your message is sent."));
    // Not from another site's page.
    let foreign = guest.clone().with("sec-fetch-site", "cross-site");
    let refused = send(&foreign, &track, &more).await;
    refused.expect_status(403);
}

/// The same browser at one of our own pages.
fn own<'a>(browser: &Actor<'a>) -> Actor<'a> {
    browser.clone().with("sec-fetch-site", "same-origin")
}

async fn a_customer_asks_to_return_something_by_a_form(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({ "name": "Lin" })).await;
    shop.send(order("A-1")).await;
    let handover = lin.send(Method::POST, "/v1/customer/handovers").await;
    let Handover { code, .. } = handover.json();
    let form = shopper(shop.world()).with("content-type", "application/x-www-form-urlencoded");
    let enter = format!("/shops/{KEY}/member/enter");
    let entered = form.send_bytes(Method::POST, &enter, format!("code={code}").into_bytes());
    let entered = entered.await;
    let cookie = entered.header("set-cookie").split(';').next().unwrap();
    let browser = shop.world().anonymous().with("cookie", cookie);

    // Every book of an order has a way to the form, which knows which one it is.
    let orders = browser
        .get(&format!("/shops/{KEY}/member/orders?lang=en"))
        .await;
    let html = orders.html();
    let (_, way) = html
        .split_once(&format!("href=\"/shops/{KEY}/feedback?"))
        .unwrap();
    let way = way.split('"').next().unwrap().replace("&amp;", "&");
    assert!(html.contains("Return or exchange"), "{html}");
    let shown = browser.get(&format!("/shops/{KEY}/feedback?{way}")).await;
    assert!(
        shown.html().contains("Pride and Prejudice (order A-1)"),
        "{}",
        shown.html()
    );
    assert!(!shown.html().contains("name=\"email\""));
    let draft = held(&shown, "draft");
    let line = "?order=A-1&line=a";
    let fields = [
        ("draft", &*draft),
        ("kind", "return"),
        ("body", "Pages are missing."),
        ("order_line", line),
        ("quantity", "2"),
        ("reason", "not_as_described"),
        ("wish", "exchange"),
    ];
    let sent = submit(&browser, &fields, None).await;
    let to = sent.expect_status(303).header("location").to_owned();
    assert!(
        to.contains("/member/feedback/case_") && to.contains("done=case_sent"),
        "{to}"
    );
    // Sent twice by a double click, it is one.
    let again = submit(&browser, &fields, None).await;
    assert_eq!(again.expect_status(303).header("location"), to);
    let page = browser.get(&to).await;
    for words in [
        "2 × a",
        "An exchange",
        "Pages are missing.",
        "Return asked for",
    ] {
        assert!(page.html().contains(words), "{words}: {}", page.html());
    }
    let overview = browser.get(&format!("/shops/{KEY}/member?lang=en")).await;
    assert!(overview.html().contains("With the shop"));
    let list = browser
        .get(&format!("/shops/{KEY}/member/feedback?lang=en"))
        .await;
    assert!(list.html().contains("Pages are missing."));

    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let seen = inbox(&olga, "?kind=return").await.cases.remove(0);
    answer(&olga, &seen, "Please send a photo.", "waiting")
        .await
        .expect_status(200);
    let path = format!("/shops/{KEY}/member/feedback/{}?lang=en", seen.case.id);
    let page = browser.get(&path).await;
    assert!(
        page.html().contains("Please send a photo.") && page.html().contains("Waiting for you")
    );
    let more = [
        ("draft", &*held(&page, "draft")),
        ("text", "Page 12 is blank."),
    ];
    let written = send(&own(&browser), &path, &more).await;
    written.expect_status(303);
    assert!(
        browser
            .get(&path)
            .await
            .html()
            .contains("Page 12 is blank.")
    );
    let empty = [("draft", "1"), ("text", " ")];
    send(&own(&browser), &path, &empty).await.expect_status(422);
    let other = format!("/shops/{KEY}/member/feedback/case_{}", "0".repeat(32));
    browser.get(&other).await.expect_status(404);
}

async fn a_form_that_breaks_rules_comes_back_with_what_was_typed(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = desk.world.anonymous();
    let shown = guest.get(&format!("/shops/{KEY}/feedback?lang=en")).await;
    let draft = held(&shown, "draft");
    let fields = [
        ("draft", &*draft),
        ("kind", "correction"),
        ("body", "The year is wrong."),
        ("isbn", "12"),
        ("field", "published"),
        ("value", "1813"),
        ("email", "mei"),
    ];
    let photo = file(&picture(60, 40), ImageFormat::Jpeg);
    let sent = submit(&guest, &fields, Some(photo)).await;
    let html = sent.expect_status(400).text();
    for words in [
        "The year is wrong.",
        "value=\"1813\"",
        "value=\"mei\"",
        "This shop has no book",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert_eq!(held(&sent, "draft"), draft);
    // The photo that came along is kept, and need not be sent again.
    let photo = held(&sent, "photo");
    let mended = [
        ("draft", &*draft),
        ("kind", "correction"),
        ("body", "The year is wrong."),
        ("isbn", PRIDE),
        ("field", "published"),
        ("value", "1813"),
        ("photo", &*photo),
    ];
    submit(&guest, &mended, None).await.expect_status(200);
    let seen = inbox(&olga, "").await.cases.remove(0);
    assert_eq!(seen.case.correction.unwrap().value, "1813");
    let other = [
        ("draft", &*draft),
        ("kind", "praise"),
        ("body", "Thank you."),
    ];
    let refused = submit(&guest, &other, None).await;
    let html = refused.expect_status(409).text();
    assert!(html.contains("This message was sent before") && html.contains("Thank you."));
    assert_ne!(held(&refused, "draft"), draft);
}

async fn the_staff_answers_by_a_form_and_is_told_when_a_colleague_was_quicker(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let new = crate::feedback_own::new_case(1, "question", "When?", json!({}));
    let id = crate::feedback_own::writes(&ann, &new).await.case.id;
    let list = format!("/console/shops/{}/cases", olga.shop());
    let path = format!("{list}/{id}");
    let shown = olga.browser.get(&list).await;
    assert!(
        shown.html().contains(&format!("href=\"{path}\"")),
        "{}",
        shown.html()
    );
    let searched = olga
        .browser
        .get(&format!("{list}?state=all&kind=&owner=&tag=&q=when"))
        .await;
    assert!(searched.html().contains("When?"));
    let page = olga.browser.get(&path).await;
    let version = held(&page, "version");
    let note = [("form", "note"), ("note", "Ask the publisher.")];
    send(&olga.browser, &path, &note).await.expect_status(303);
    let tags = [
        ("form", "change"),
        ("version", &*version),
        ("owner", ""),
        ("state", ""),
        ("tags", "date, 出版，vip"),
    ];
    send(&olga.browser, &path, &tags).await.expect_status(303);
    // What was looked at is out of date now: nothing is lost of what was typed.
    let late = [
        ("form", "answer"),
        ("version", &*version),
        ("answer", "In May."),
        ("state", "resolved"),
    ];
    let refused = send(&olga.browser, &path, &late).await;
    let html = refused.expect_status(422).text();
    assert!(html.contains("A colleague was quicker") && html.contains("In May."));
    let version = held(&refused, "version");
    let fresh = [
        ("form", "answer"),
        ("version", &*version),
        ("answer", "In May."),
        ("state", "resolved"),
    ];
    let done = send(&olga.browser, &path, &fresh).await;
    assert!(
        done.expect_status(303)
            .header("location")
            .ends_with("done=case_answered")
    );
    let page = olga.browser.get(&path).await;
    for words in [
        "In May.",
        "Ask the publisher.",
        "出版",
        "Resolved",
        "resolved by olga@example.com",
    ] {
        assert!(page.html().contains(words), "{words}: {}", page.html());
    }
    let browser = pages(&desk, &ann).await;
    let own = browser
        .get(&format!("/shops/{KEY}/member/feedback/{id}?lang=en"))
        .await;
    assert!(own.html().contains("In May.") && !own.html().contains("publisher"));
}

async fn the_pages_speak_four_languages(setup: Setup) {
    let desk = Desk::open(setup).await;
    let guest = desk.world.anonymous();
    for (lang, form, track) in [
        ("en", "Write to the bookshop", "Follow your message"),
        ("zh-CN", "联系书店", "查看反馈进展"),
        ("zh-TW", "聯絡書店", "查看意見進度"),
        ("ja", "書店へのお問い合わせ", "お問い合わせの状況"),
    ] {
        let shown = guest
            .get(&format!("/shops/{KEY}/feedback?lang={lang}"))
            .await;
        assert!(shown.html().contains(form), "{lang}");
        let shown = guest
            .get(&format!("/shops/{KEY}/feedback/track?lang={lang}"))
            .await;
        assert!(shown.html().contains(track), "{lang}");
    }
}

async fn the_element_is_a_form_that_only_our_own_page_sends(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let page = desk.world.page(crate::shelf::ORIGIN, KEY);
    let path = format!("/v1/fragments?lang=en&w=feedback/{PRIDE}&w=feedback/&w=feedback/123");
    let got: Fragments = page.get(&path).await.json();
    let [about, bare, wrong] = &got.fragments[..] else {
        panic!("{got:?}");
    };
    assert!(
        about.html.contains("Book: Pride and Prejudice"),
        "{}",
        about.html
    );
    assert!(about.html.contains("feedback.css") && about.html.contains("data-widget=\"feedback\""));
    assert!(!bare.html.contains("Book: ") && bare.html.contains("name=\"body\""));
    assert_eq!(
        wrong.problem.as_ref().unwrap().field.as_deref(),
        Some("isbn")
    );
    let html = format!("/v1/fragments.html?lang=en&w=feedback/{PRIDE}");
    let included = page.get(&html).await;
    let begins = format!("<bookplate-feedback isbn=\"{PRIDE}\" lang=\"en\"><template");
    assert!(included.html().contains(&begins), "{}", included.html());

    // Without wasm its form comes from another site: it is put into ours, with what was typed, and sends nothing.
    let foreign = desk.world.anonymous().with("sec-fetch-site", "cross-site");
    let fields = [
        ("kind", "correction"),
        ("body", "It is spelled <otherwise>."),
        ("isbn", PRIDE),
        ("value", "Pride & Prejudice"),
        ("page", "https://shop.example/books/1?session=secret"),
    ];
    let form = format!("/shops/{KEY}/feedback?lang=en");
    let shown = send(&foreign, &form, &fields).await;
    let html = shown.expect_status(200).html();
    for words in [
        "It is spelled &lt;otherwise&gt;.",
        "value=\"Pride &amp; Prejudice\"",
        "value=\"correction\" checked",
        "Page: https://shop.example/books/1<",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert_eq!(inbox(&olga, "").await.cases.len(), 0);
}
