//! By when cases are answered and resolved, in the hours in which somebody is there, and who is told where that has passed.

use crate::desk::Desk;
use crate::feedback_own::{answer, full, inbox, new_case, says, writes};
use bookplate_tests::actors::Setup;
use bookplate_tests::mail::Mail;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::feedback::clocks::{CaseClock, CaseClocks};
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_case_is_due_by_what_the_shop_has_set,
    whoever_deals_with_an_overdue_case_is_told_once,
    what_is_no_time_is_named_and_clocks_are_the_managers,
);

const MINUTE: i64 = 60_000;

/// Somebody is there at any hour.
fn always(answer: u32, resolve: u32) -> Value {
    let day = json!({ "opens": "00:00", "closes": "24:00" });
    json!({
        "hours": vec![day; 7], "holidays": [], "answer_minutes": answer, "resolve_minutes": resolve,
    })
}

/// What somebody was told of cases that are overdue.
fn overdue(desk: &Desk, address: &str) -> Vec<Mail> {
    let mut received = desk.mail.received();
    received.retain(|mail| mail.to == address && mail.subject.contains("overdue"));
    received
}

/// The last of so many such letters.
async fn told(desk: &Desk, address: &str, count: usize) -> Mail {
    wait_until("somebody is told", async || {
        overdue(desk, address).len() >= count
    })
    .await;
    overdue(desk, address).swap_remove(count - 1)
}

async fn a_case_is_due_by_what_the_shop_has_set(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let clocks = olga.path("case-clocks");
    let usual: CaseClocks = olga.browser.get(&clocks).await.json();
    assert_eq!((usual.answer_minutes, usual.hours.len()), (0, 7));
    let before = writes(&ann, &new_case(1, "question", "When?", json!({}))).await;
    assert_eq!(full(&olga, &before.case.id).await.case.due, None);
    let set = olga
        .browser
        .send_json(Method::PUT, &clocks, &always(60, 120))
        .await;
    set.expect_status(200);
    // Cases that are open already follow.
    wait_until("the first case is due", async || {
        full(&olga, &before.case.id).await.case.due.is_some()
    })
    .await;
    let case = writes(&ann, &new_case(2, "question", "And how?", json!({}))).await;
    let (id, opened) = (&case.case.id, case.case.opened_at);
    let seen = full(&olga, id).await.case;
    let due = seen.due.clone().unwrap();
    assert_eq!(
        (due.clock, due.at, due.is_over),
        (CaseClock::Answer, opened + 60 * MINUTE, false)
    );
    assert_eq!(due.when.len(), "2026-01-01 00:00".len());
    answer(&olga, &seen, "I ask.", "in_progress")
        .await
        .expect_status(200);
    let seen = full(&olga, id).await.case;
    let due = seen.due.clone().unwrap();
    assert_eq!(
        (due.clock, due.at),
        (CaseClock::Resolve, opened + 120 * MINUTE)
    );
    // While the shop waits for the shopper nothing is due.
    answer(&olga, &seen, "Which one?", "waiting")
        .await
        .expect_status(200);
    assert_eq!(full(&olga, id).await.case.due, None);
    says(&ann, id, 3, "The red one.").await.expect_status(201);
    let seen = full(&olga, id).await.case;
    let due = seen.due.clone().unwrap();
    assert!(due.clock == CaseClock::Resolve && due.at > opened + 120 * MINUTE);
    answer(&olga, &seen, "Here.", "resolved")
        .await
        .expect_status(200);
    assert_eq!(full(&olga, id).await.case.due, None);
    // Whoever opens it again begins anew.
    says(&ann, id, 4, "It is torn.").await.expect_status(201);
    let again = full(&olga, id).await;
    let reopened = again.entries.last().unwrap().at;
    assert_eq!(again.case.due.unwrap().at, reopened + 120 * MINUTE);
}

async fn whoever_deals_with_an_overdue_case_is_told_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let arno = olga
        .hire(&desk.world, "arno@example.com", Role::Agent)
        .await;
    let ann = desk.customer("ann").await;
    let other = desk.world.second().await;
    let first = writes(&ann, &new_case(1, "complaint", "It is late.", json!({}))).await;
    let second = writes(&ann, &new_case(2, "question", "When?", json!({}))).await;
    let seen = full(&olga, &second.case.id).await.case;
    let wish = json!({ "owner": arno.id() });
    let given = crate::feedback_own::change(&olga, &seen, wish).await;
    given.expect_status(200);
    assert_eq!(inbox(&olga, "?state=overdue").await.cases.len(), 0);
    // All of it was yesterday, and the second case a little earlier.
    let aged = "UPDATE feedback_cases SET opened_at = opened_at - 86400000 - \
                CASE WHEN owner = '' THEN 0 ELSE 60000 END";
    desk.say(aged).await.unwrap();
    let clocks = olga.path("case-clocks");
    let set = olga
        .browser
        .send_json(Method::PUT, &clocks, &always(60, 0))
        .await;
    set.expect_status(200);
    wait_until("both are overdue", async || {
        inbox(&olga, "").await.overdue == 2
    })
    .await;
    let page = inbox(&olga, "?state=overdue&limit=1").await;
    assert_eq!(page.cases[0].case.id, second.case.id);
    assert!(page.cases[0].due.as_ref().unwrap().is_over);
    let next = format!("?state=overdue&limit=1&after={}", page.next.unwrap());
    let page = inbox(&olga, &next).await;
    assert_eq!(page.cases[0].case.id, first.case.id);
    assert!(page.next.is_none());
    // Who deals with it is told; where nobody does, who is in charge.
    let to_arno = told(&desk, "arno@example.com", 1).await;
    assert!(
        to_arno.link().ends_with(second.case.id.as_str()),
        "{}",
        to_arno.text
    );
    let to_olga = told(&desk, "olga@example.com", 1).await;
    assert!(to_olga.link().ends_with(first.case.id.as_str()));
    assert!(!to_olga.text.contains("It is late."));
    // Not again when it is due at another moment, but once more for the other clock.
    let set = olga
        .browser
        .send_json(Method::PUT, &clocks, &always(30, 90))
        .await;
    set.expect_status(200);
    told(&desk, "arno@example.com", 2).await;
    told(&desk, "olga@example.com", 2).await;
    let third = desk.customer("ben").await;
    writes(&third, &new_case(3, "question", "Me too?", json!({}))).await;
    desk.say(aged).await.unwrap();
    let set = olga
        .browser
        .send_json(Method::PUT, &clocks, &always(20, 80))
        .await;
    set.expect_status(200);
    // Of two servers that look, and of three cases whose clocks were wound anew, each clock is told once.
    told(&desk, "olga@example.com", 4).await;
    assert_eq!(overdue(&desk, "olga@example.com").len(), 4);
    assert_eq!(overdue(&desk, "arno@example.com").len(), 2);
    drop(other);
}

async fn what_is_no_time_is_named_and_clocks_are_the_managers(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let arno = olga
        .hire(&desk.world, "arno@example.com", Role::Agent)
        .await;
    let clocks = olga.path("case-clocks");
    let mut wrong = always(60_001, 0);
    wrong["hours"][0]["closes"] = json!("25:00");
    wrong["holidays"] = json!(["2027-02-30"]);
    let problem = olga
        .browser
        .send_json(Method::PUT, &clocks, &wrong)
        .await
        .problem();
    let fields: Vec<_> = problem.fields().collect();
    assert_eq!(fields, ["hours", "holidays", "answer_minutes"]);
    let refused = arno
        .browser
        .send_json(Method::PUT, &clocks, &always(60, 0))
        .await;
    assert_eq!(refused.problem().code, Code::RoleInsufficient);
    let seen: CaseClocks = arno.browser.get(&clocks).await.json();
    assert_eq!(seen, CaseClocks::default());
}
