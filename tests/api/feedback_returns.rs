//! Returns: the shop's programs hear of them, and the refund that follows closes the case.

use crate::bookshop::Shop;
use crate::colleagues::owner;
use crate::desk::told;
use crate::feedback_own::{change, followed, inbox, lines, new_case, writes};
use crate::orders::{order, refund};
use crate::people::seconds;
use crate::programs::Program;
use crate::shelf::KEY;
use bookplate_tests::actors::Setup;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::feedback::{CaseState, CaseTimeline, EntryBy, EntryKind, ReturnState};
use bookplate_wire::notifications::NotificationKind;
use serde_json::{Value, json};

stories!(
    the_shops_programs_hear_of_a_return_and_of_what_the_staff_says,
    a_refund_closes_the_return_that_it_is_for,
    what_is_refunded_for_something_else_closes_nothing,
);

/// A return of so many copies of a line of order A-1.
fn back(number: u32, line: &str, quantity: u32) -> Value {
    let back = json!({ "line": line, "quantity": quantity, "reason": "damaged", "wish": "refund" });
    let more = json!({ "order": "A-1", "return": back });
    new_case(number, "return", "Pages are missing.", more)
}

/// A refund of today.
fn today(number: &str, line: &str, quantity: u32, amount: i64) -> Value {
    let mut refund = refund(number, line, quantity, amount);
    refund["refunded_at"] = json!(seconds() * 1_000);
    refund
}

fn state(case: &CaseTimeline) -> (CaseState, ReturnState) {
    (case.case.state, case.case.goes_back.as_ref().unwrap().state)
}

async fn the_shops_programs_hear_of_a_return_and_of_what_the_staff_says(mut setup: Setup) {
    setup.program().set("BOOKPLATE_PRIVATE_WEBHOOKS", "true");
    let shop = Shop::open(setup).await;
    let program = Program::start(Vec::new()).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let new = json!({ "url": program.address, "events": ["return.requested", "return.refused"] });
    let made = olga.browser.post(&olga.path("webhooks"), &new).await;
    made.expect_status(201);
    let lin = shop.customer("c-1", json!({ "name": "Lin" })).await;
    shop.send(order("A-1")).await;
    let case = writes(&lin, &back(1, "a", 2)).await;
    // Sent again it is the same one, of which nobody hears twice.
    writes(&lin, &back(1, "a", 2)).await;
    let about = json!({
        "case": case.case.id, "order": "A-1", "line": "a", "quantity": 2, "reason": "damaged", "wish": "refund",
    });
    let heard = program.called(1).await;
    let event: Value = serde_json::from_str(&heard[0].1).unwrap();
    assert_eq!(
        (&event["type"], &event["data"]),
        (&json!("return.requested"), &about)
    );
    let seen = inbox(&olga, "").await.cases.remove(0);
    change(&olga, &seen, json!({ "return": "approved" }))
        .await
        .expect_status(200);
    let seen = inbox(&olga, "").await.cases.remove(0);
    change(&olga, &seen, json!({ "return": "refused" }))
        .await
        .expect_status(200);
    // Not of what it has not chosen.
    let heard = program.called(2).await;
    let event: Value = serde_json::from_str(&heard[1].1).unwrap();
    assert_eq!(
        (&event["type"], &event["data"]),
        (&json!("return.refused"), &about)
    );
}

async fn a_refund_closes_the_return_that_it_is_for(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let case = writes(&lin, &back(1, "a", 2)).await;
    let id = &case.case.id;
    let part = today("r1", "a", 1, 4_500);
    shop.refund(part.clone()).await;
    let case = followed(&lin, id).await;
    assert_eq!(
        state(&case),
        (CaseState::Received, ReturnState::PartRefunded)
    );
    // The same refund again is the same one.
    shop.refund(part).await;
    let case = followed(&lin, id).await;
    assert_eq!(
        state(&case),
        (CaseState::Received, ReturnState::PartRefunded)
    );
    shop.refund(today("r2", "a", 1, 4_500)).await;
    let case = followed(&lin, id).await;
    assert_eq!(state(&case), (CaseState::Resolved, ReturnState::Refunded));
    assert_eq!(
        lines(&case)[1..],
        [
            (EntryKind::Return, EntryBy::Staff, "part_refunded"),
            (EntryKind::Return, EntryBy::Staff, "refunded"),
            (EntryKind::State, EntryBy::Staff, "resolved"),
        ]
    );
    // Whoever sees it differently can still say so.
    assert!(case.takes_messages);
    wait_until("the shopper is told", async || {
        let told = told(&lin).await;
        told.iter().any(|told| {
            told.kind == NotificationKind::CaseResolved && told.link.ends_with(id.as_str())
        })
    })
    .await;
}

async fn what_is_refunded_for_something_else_closes_nothing(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let first = writes(&lin, &back(1, "a", 1)).await.case.id;
    let second = writes(&lin, &back(2, "a", 1)).await.case.id;
    let refused = writes(&lin, &back(3, "b", 1)).await.case.id;
    let seen = inbox(&olga, "").await.cases.pop().unwrap();
    assert_eq!(seen.case.id, refused);
    change(&olga, &seen, json!({ "return": "refused" }))
        .await
        .expect_status(200);
    // Another line, of which the return was refused; money without a copy; and what was refunded long before.
    shop.refund(today("r1", "b", 1, 3_550)).await;
    shop.refund(today("r2", "a", 0, 100)).await;
    let mut long_ago = today("r3", "a", 1, 1_000);
    long_ago["refunded_at"] = json!((seconds() - 10 * 86_400) * 1_000);
    shop.refund(long_ago).await;
    for id in [&first, &second, &refused] {
        assert_eq!(followed(&lin, id).await.case.state, CaseState::Received);
    }
    // One copy settles one return: the one that was there first.
    shop.refund(today("r4", "a", 1, 1_000)).await;
    let state_of = async |id| followed(&lin, id).await.case.state;
    assert_eq!(state_of(&first).await, CaseState::Resolved);
    assert_eq!(state_of(&second).await, CaseState::Received);
}
