//! How likely customers are to recommend the shop: asked once in 90 days, never while a case is open, told without names.

use crate::colleagues::Colleague;
use crate::console::send;
use crate::desk::Desk;
use crate::feedback_own::{change, inbox, new_case, writes};
use crate::member::at;
use crate::people::new_secret;
use crate::wishlist_gifts::pages;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::accounts::CustomerOverview;
use bookplate_wire::privacy::Archive;
use bookplate_wire::staff::Role;
use bookplate_wire::surveys::nps::{NpsAsked, NpsComments, NpsReport, NpsSettings};
use bookplate_wire::{Code, NpsAskId};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

stories!(
    a_customer_is_asked_once_however_many_pages_ask,
    nobody_is_asked_whom_the_rules_spare,
    the_member_centre_asks_by_a_card_that_can_be_put_away,
    a_page_that_nobody_sees_takes_nobodys_turn,
    a_page_of_the_shop_gets_the_card_with_the_turn,
    the_staff_sees_the_score_with_its_numbers_and_no_names,
    what_was_said_goes_with_the_account,
);

async fn set(staff: &Colleague<'_>, asks: bool, after_days: u32) {
    let settings = json!({ "asks": asks, "after_days": after_days });
    let path = staff.path("nps/settings");
    let set = staff.browser.send_json(Method::PUT, &path, &settings).await;
    set.expect_status(200);
}

/// Whether a page that asks now gets something to show.
async fn asked(customer: &Actor<'_>) -> Option<NpsAskId> {
    let asked = customer.send(Method::POST, "/v1/customer/nps").await;
    let asked: NpsAsked = asked.expect_status(200).json();
    asked.ask
}

async fn answers(customer: &Actor<'_>, ask: &NpsAskId, score: u8, comment: &str) -> u16 {
    let answer = json!({ "score": score, "comment": comment });
    let path = format!("/v1/customer/nps/{ask}");
    customer
        .send_json(Method::PUT, &path, &answer)
        .await
        .status()
}

async fn a_customer_is_asked_once_however_many_pages_ask(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    set(&olga, true, 0).await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    // Many tabs at the same time, and one of them asks.
    let at_once = (0..8).map(|_| asked(&ann));
    let all: Vec<_> = join_all(at_once).await.into_iter().flatten().collect();
    let [ask] = &*all else {
        panic!("{all:?}");
    };
    assert_eq!(asked(&ann).await, None);
    // Nobody answers for somebody else, and no number is out of bounds.
    assert_eq!(answers(&ben, ask, 5, "").await, 404);
    let wrong = json!({ "score": 11 });
    let path = format!("/v1/customer/nps/{ask}");
    let refused = ann.send_json(Method::PUT, &path, &wrong).await.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::FieldInvalid, Some("score"))
    );
    assert_eq!(answers(&ann, ask, 9, "Quick").await, 204);
    // 90 days later it is the customer's turn again; of an answer that came late the days count anew.
    desk.say("UPDATE nps_turns SET asked_at = asked_at - 7776000000")
        .await
        .unwrap();
    assert_eq!(asked(&ann).await, None);
    desk.say("UPDATE nps_asks SET answered_at = answered_at - 7776000000")
        .await
        .unwrap();
    let again = asked(&ann).await.unwrap();
    let put_away = ann
        .send(Method::DELETE, &format!("/v1/customer/nps/{again}"))
        .await;
    put_away.expect_status(204);
    assert_eq!(asked(&ann).await, None);
}

async fn nobody_is_asked_whom_the_rules_spare(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    // Nobody is asked until the shop wants it, nor just after joining.
    assert_eq!(asked(&ann).await, None);
    set(&olga, true, 30).await;
    assert_eq!(asked(&ann).await, None);
    desk.say("UPDATE customers SET created_at = created_at - 2592000000")
        .await
        .unwrap();
    // Nor while the shop owes an answer.
    let case = writes(&ann, &new_case(1, "question", "Where is it?", json!({}))).await;
    assert_eq!(asked(&ann).await, None);
    let seen = inbox(&olga, "").await.cases.remove(0);
    assert_eq!(seen.case.id, case.case.id);
    change(&olga, &seen, json!({ "state": "resolved" }))
        .await
        .expect_status(200);
    assert!(asked(&ann).await.is_some());
}

async fn the_member_centre_asks_by_a_card_that_can_be_put_away(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    set(&olga, true, 0).await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let own = async |customer| {
        let browser = pages(&desk, customer).await;
        browser.with("sec-fetch-site", "same-origin")
    };
    let (ann, ben) = (own(&ann).await, own(&ben).await);
    let page = at("?lang=en");
    let field = |html: &str| {
        let (_, rest) = html.split_once("name=\"ask\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let shown = ann.get(&page).await;
    assert!(
        shown
            .html()
            .contains("How likely is it that you would recommend")
    );
    let ask = field(shown.text());
    // Shown is asked: another look shows it no more.
    assert!(!ann.get(&page).await.html().contains("name=\"ask\""));
    let empty = [("do", "answer"), ("ask", &*ask), ("comment", "<b>Hm</b>")];
    let wrong = send(&ann, &page, &empty).await;
    assert_eq!(wrong.status(), 422);
    for words in ["Please choose a number from 0 to 10", "&lt;b&gt;Hm"] {
        assert!(wrong.text().contains(words), "{words}: {}", wrong.text());
    }
    let right = [
        ("do", "answer"),
        ("ask", &*ask),
        ("score", "10"),
        ("comment", ""),
    ];
    let sent = send(&ann, &page, &right).await;
    assert_eq!(sent.status(), 303);
    let thanks = ann.get(sent.header("location")).await;
    assert!(thanks.html().contains("Thank you, that is noted."));

    let ask = field(ben.get(&page).await.text());
    let away = [("do", "dismiss"), ("ask", &*ask)];
    let sent = send(&ben, &page, &away).await;
    let told = ben.get(sent.header("location")).await;
    assert!(
        told.html()
            .contains("we shall not ask again for three months")
    );
    assert_eq!(
        send(&ben, &page, &[("do", "dismiss"), ("ask", "x")])
            .await
            .status(),
        404
    );
}

async fn a_page_that_nobody_sees_takes_nobodys_turn(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    set(&olga, true, 0).await;
    let ann = desk.customer("ann").await;
    let own = pages(&desk, &ann).await;
    let own = own.with("sec-fetch-site", "same-origin");
    let page = at("?lang=en");
    own.send(Method::HEAD, &page).await.expect_status(200);
    for purpose in ["prefetch", "prefetch;prerender"] {
        let beforehand = own.clone().with("sec-purpose", purpose);
        let shown = beforehand.get(&page).await;
        assert!(!shown.html().contains("name=\"ask\""), "{purpose}");
    }
    let shown = own.get(&page).await;
    assert!(shown.html().contains("name=\"ask\""));
}

async fn a_page_of_the_shop_gets_the_card_with_the_turn(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let is_due = async || -> bool {
        let overview = ann.get("/v1/customer/overview").await;
        let overview: CustomerOverview = overview.expect_status(200).json();
        overview.nps
    };
    assert!(!is_due().await);
    set(&olga, true, 0).await;
    // To look whose turn it is takes it from nobody.
    assert!(is_due().await && is_due().await);
    for query in ["lang=tlh", "colour=red"] {
        let path = format!("/v1/customer/nps?{query}");
        let refused = ann.send(Method::POST, &path).await.problem();
        assert_eq!(refused.code, Code::BadRequest, "{query}");
    }
    let path = "/v1/customer/nps?lang=ja";
    let asked: NpsAsked = ann.send(Method::POST, path).await.json();
    let (ask, html) = asked.ask.zip(asked.html).unwrap();
    for part in [ask.as_str(), "data-thanks", "勧める可能性"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!is_due().await);
    let again: NpsAsked = ann.send(Method::POST, path).await.json();
    assert_eq!((again.ask, again.html), (None, None));
}

async fn the_staff_sees_the_score_with_its_numbers_and_no_names(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    set(&olga, true, 0).await;
    for (name, score, comment) in [
        ("ann", Some(10), "Lovely"),
        ("ben", Some(9), ""),
        ("cy", Some(7), ""),
        ("dan", Some(2), "Slow & <loud>"),
        ("eve", None, ""),
    ] {
        let customer = desk.customer(name).await;
        let ask = asked(&customer).await.unwrap();
        if let Some(score) = score {
            assert_eq!(answers(&customer, &ask, score, comment).await, 204);
        }
    }
    let report: NpsReport = vera.browser.get(&vera.path("nps")).await.json();
    let all = report.figures;
    assert_eq!(
        (all.asked, all.promoters, all.passives, all.detractors),
        (5, 2, 1, 1)
    );
    assert_eq!((report.score, report.parts.len()), (Some(25), 12));
    assert_eq!(report.parts[11].figures, all);
    let key = new_secret(desk.world.setup(), "api").await.1;
    let backend = desk.world.anonymous().bearing(&key);
    let weeks: NpsReport = backend.get("/v1/nps?by=week").await.json();
    assert_eq!((weeks.score, weeks.parts[11].figures), (Some(25), all));
    assert_eq!(
        backend
            .get("/v1/nps?by=year")
            .await
            .problem()
            .field
            .as_deref(),
        Some("by")
    );

    let page = olga
        .path("nps?lang=en")
        .replace("/v1/console/", "/console/");
    let shown = vera.browser.get(&page).await;
    for words in [
        "+25",
        "4 have answered, 5 were asked",
        "Lovely",
        "Slow &amp; &lt;loud&gt;",
        "2 of 10",
    ] {
        assert!(shown.html().contains(words), "{words}: {}", shown.text());
    }
    for name in ["ann@", "dan@", ">dan<"] {
        assert!(!shown.html().contains(name), "{name}: {}", shown.text());
    }
    let path = olga.path("nps/comments?limit=1");
    let comments: NpsComments = olga.browser.get(&path).await.json();
    assert_eq!(comments.comments[0].comment, "Slow & <loud>");
    let next = comments.next.unwrap();
    let rest: NpsComments = olga
        .browser
        .get(&format!("{path}&after={next}"))
        .await
        .json();
    assert_eq!((&*rest.comments[0].comment, rest.next), ("Lovely", None));

    // The switch, by a form.
    let typed = [("asks", "1"), ("after_days", "soon")];
    let wrong = send(&olga.browser, &page, &typed).await;
    assert_eq!(wrong.status(), 422);
    assert!(
        wrong
            .text()
            .contains("This is a whole number from 0 to 365.")
    );
    assert_eq!(send(&vera.browser, &page, &typed).await.status(), 403);
    let off = [("after_days", "60")];
    assert_eq!(send(&olga.browser, &page, &off).await.status(), 303);
    let kept: NpsSettings = olga.browser.get(&olga.path("nps/settings")).await.json();
    assert_eq!((kept.asks, kept.after_days), (false, 60));
}

async fn what_was_said_goes_with_the_account(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    set(&olga, true, 0).await;
    let ann = desk.customer("ann").await;
    let ask = asked(&ann).await.unwrap();
    assert_eq!(answers(&ann, &ask, 3, "So so").await, 204);
    let archive: Archive = ann.get("/v1/customer/archive").await.json();
    assert_eq!(
        (archive.nps[0].score, &*archive.nps[0].comment),
        (Some(3), "So so")
    );
    let leave = json!({ "reviews": "remove" });
    let left = ann.send_json(Method::DELETE, "/v1/customer", &leave).await;
    left.expect_status(204);
    let report: NpsReport = olga.browser.get(&olga.path("nps")).await.json();
    assert_eq!(report.figures.asked, 0);
}
