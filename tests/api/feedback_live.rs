//! Pages that show a case are told when something changes, also by another server, and colleagues see each other there.

use crate::colleagues::Colleague;
use crate::console::send;
use crate::desk::Desk;
use crate::feedback_own::{answer, change, full, new_case, says, writes};
use crate::member::at;
use crate::shelf::{KEY, shopper};
use crate::wishlist_gifts::pages;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::events::Events;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::CaseId;
use bookplate_wire::feedback::guests::CaseReceipt;
use bookplate_wire::feedback::live::{OtherAgent, Pulse};
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::json;

stories!(
    a_shopper_is_told_of_an_answer_that_another_server_has_taken,
    a_guest_is_told_by_code_and_address_and_nobody_else_is,
    two_agents_on_one_case_see_each_other,
    streams_end_with_the_session_and_with_the_server,
    nobody_holds_more_streams_than_tabs,
);

fn own<'a>(browser: &Actor<'a>) -> Actor<'a> {
    browser.clone().with("sec-fetch-site", "same-origin")
}

fn at_desk(colleague: &Colleague<'_>, case: &CaseId) -> String {
    format!("/console/shops/{}/cases/{case}/live", colleague.shop())
}

async fn pulse(events: &mut Events) -> Pulse {
    events.next().await.expect("the stream has ended")
}

async fn a_shopper_is_told_of_an_answer_that_another_server_has_taken(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let case = writes(&ann, &new_case(1, "question", "When?", json!({}))).await;
    let id = &case.case.id;
    let browser = own(&pages(&desk, &ann).await);
    let other = desk.world.second().await;
    let there = other
        .anonymous()
        .with("cookie", browser.header("cookie"))
        .with("sec-fetch-site", "same-origin");
    let path = at(&format!("/feedback/{id}/live"));
    let mut events = there.listen(&path, &[]).await;
    assert!(events.are_events());
    let first = pulse(&mut events).await;
    assert_eq!((first.version, first.others.len()), (1, 0));

    // What the staff does among itself is nobody else's business.
    let note = json!({ "text": "I ask the publisher." });
    let notes = olga.path(&format!("cases/{id}/notes"));
    olga.browser.post(&notes, &note).await.expect_status(200);
    let seen = full(&olga, id).await.case;
    let tagged = change(&olga, &seen, json!({ "tags": ["late"] })).await;
    tagged.expect_status(200);
    let seen = full(&olga, id).await.case;
    answer(&olga, &seen, "In May.", "resolved")
        .await
        .expect_status(200);
    let told = pulse(&mut events).await;
    assert_eq!(
        told.version, 3,
        "the answer and the state, and nothing before"
    );
    // The same, asked for once, where no stream comes through.
    let once = send(&browser, &path, &[("do", "look")]).await;
    assert_eq!(once.expect_status(200).json::<Pulse>(), told);

    let ben = own(&pages(&desk, &desk.customer("ben").await).await);
    let refused = ben.listen(&path, &[]).await;
    assert_eq!((refused.status(), refused.are_events()), (404, false));
    let stranger = own(&desk.world.anonymous());
    assert!(!stranger.listen(&path, &[]).await.are_events());
    let foreign = browser.clone().with("sec-fetch-site", "cross-site");
    assert_eq!(foreign.listen(&path, &[]).await.status(), 403);
    // With its case a stream ends.
    let gone = json!({ "reviews": "keep_anonymous" });
    let gone = ann.send_json(Method::DELETE, "/v1/customer", &gone).await;
    assert!(gone.status() < 300, "{}", gone.text());
    assert_eq!(events.next::<Pulse>().await, None);
}

async fn a_guest_is_told_by_code_and_address_and_nobody_else_is(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let more = json!({ "name": "Mei", "email": "mei@mail.example" });
    let new = new_case(1, "complaint", "The spine is broken.", more);
    let receipt: CaseReceipt = guest.post("/v1/feedback", &new).await.json();
    let (code, id) = (&*receipt.code, &receipt.case.case.id);
    let page = own(&desk.world.anonymous());
    let path = format!("/shops/{KEY}/feedback/track/live");
    let asked = [("code", code), ("email", "Mei@mail.example")];
    let mut events = page.listen(&path, &asked).await;
    assert_eq!(pulse(&mut events).await.version, 1);
    let seen = full(&olga, id).await.case;
    answer(&olga, &seen, "We send another one.", "in_progress")
        .await
        .expect_status(200);
    assert_eq!(pulse(&mut events).await.version, 3);
    // The code alone tells how far it is, but not what is written when.
    for wrong in [
        [("code", code), ("email", "")],
        [("code", code), ("email", "ann@mail.example")],
        [("code", "nothing"), ("email", "mei@mail.example")],
    ] {
        let refused = page.listen(&path, &wrong).await;
        assert_eq!((refused.status(), refused.are_events()), (404, false));
        let refused = send(&page, &path, &[wrong[0], wrong[1], ("do", "look")]).await;
        assert_eq!(refused.status(), 404);
    }
}

async fn two_agents_on_one_case_see_each_other(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let arno = olga
        .hire(&desk.world, "arno@example.com", Role::Agent)
        .await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    let ann = desk.customer("ann").await;
    let case = writes(&ann, &new_case(1, "question", "When?", json!({}))).await;
    let id = &case.case.id;
    let path = at_desk(&olga, id);
    let mut of_olga = olga.browser.listen(&path, &[]).await;
    let first = pulse(&mut of_olga).await;
    assert_eq!((first.version, first.others.len()), (2, 0));
    // By another server.
    let other = desk.world.second().await;
    let elsewhere = own(&other.anonymous()).with("cookie", arno.browser.header("cookie"));
    let mut of_arno = elsewhere.listen(&path, &[]).await;
    let reads = |name: &str, writing| OtherAgent {
        name: name.to_owned(),
        writing,
    };
    let told = of_arno
        .until(|pulse: &Pulse| !pulse.others.is_empty())
        .await;
    assert_eq!(told.others, [reads(&olga.me.email, false)]);
    let told = of_olga
        .until(|pulse: &Pulse| !pulse.others.is_empty())
        .await;
    assert_eq!(told.others, [reads("arno@example.com", false)]);
    // One writes, and the other one sees it.
    let wrote = send(&elsewhere, &path, &[("do", "write")]).await;
    assert_eq!(wrote.status(), 200);
    let writes = |pulse: &Pulse| pulse.others.iter().any(|other| other.writing);
    of_olga.until(writes).await;
    // Whoever may not answer does not.
    let refused = send(&vera.browser, &path, &[("do", "write")]).await;
    assert_eq!(refused.status(), 403);
    let seen = full(&arno, id).await.case;
    answer(&arno, &seen, "In May.", "waiting")
        .await
        .expect_status(200);
    let told = of_olga.until(|pulse: &Pulse| pulse.version > 2).await;
    assert!(!writes(&told));
    says(&ann, id, 2, "Thank you.").await.expect_status(201);
    let before = told.version;
    of_olga.until(|pulse: &Pulse| pulse.version > before).await;
    // And whoever closes the page is gone.
    drop(of_arno);
    of_olga.until(|pulse: &Pulse| pulse.others.is_empty()).await;
}

async fn streams_end_with_the_session_and_with_the_server(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let arno = olga
        .hire(&desk.world, "arno@example.com", Role::Agent)
        .await;
    let ann = desk.customer("ann").await;
    let case = writes(&ann, &new_case(1, "question", "When?", json!({}))).await;
    let id = &case.case.id;
    let browser = own(&pages(&desk, &ann).await);
    let other = desk.world.second().await;
    let there =
        |browser: &Actor<'_>| own(&other.anonymous()).with("cookie", browser.header("cookie"));
    let mut of_ann = there(&browser)
        .listen(&at(&format!("/feedback/{id}/live")), &[])
        .await;
    let mut of_arno = there(&arno.browser).listen(&at_desk(&arno, id), &[]).await;
    let mut of_olga = there(&olga.browser).listen(&at_desk(&olga, id), &[]).await;
    pulse(&mut of_ann).await;
    pulse(&mut of_arno).await;
    pulse(&mut of_olga).await;
    let out = send(&browser, &at("/sign-out"), &[]).await;
    out.expect_status(303);
    assert_eq!(of_ann.next::<Pulse>().await, None);
    let out = arno
        .browser
        .send(Method::DELETE, "/v1/console/session")
        .await;
    assert!(out.status() < 300);
    while of_arno.next::<Pulse>().await.is_some() {}
    // A server that is told to stop does not wait for them.
    let stopped = tokio::spawn(async move { while of_olga.next::<Pulse>().await.is_some() {} });
    other.restart().await;
    stopped.await.unwrap();
}

async fn nobody_holds_more_streams_than_tabs(setup: Setup) {
    let desk = Desk::open(setup).await;
    let ann = desk.customer("ann").await;
    let case = writes(&ann, &new_case(1, "question", "When?", json!({}))).await;
    let browser = own(&pages(&desk, &ann).await);
    let path = at(&format!("/feedback/{}/live", case.case.id));
    let mut held = Vec::new();
    for _ in 0..8 {
        let mut events = browser.listen(&path, &[]).await;
        pulse(&mut events).await;
        held.push(events);
    }
    let refused = browser.listen(&path, &[]).await;
    assert_eq!((refused.status(), refused.are_events()), (429, false));
    // Asking now and then is still answered.
    let once = send(&browser, &path, &[("do", "look")]).await;
    assert_eq!(once.expect_status(200).json::<Pulse>().version, 1);
    held.clear();
    wait_until("there is room again", async || {
        browser.listen(&path, &[]).await.are_events()
    })
    .await;
}
