//! Points that people and programs add and take: with a reason, once, and many at once only together with somebody else.

use crate::bookshop::Shop;
use crate::points::{Club, entries, examine, id_of, sums};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::points::adjustments::{Adjustment, AdjustmentState, WaitingAdjustments};
use bookplate_wire::points::{EntryKind, PointsBalance, PointsEntryPage};
use bookplate_wire::staff::Role;
use bookplate_wire::{Code, CustomerId};
use serde_json::{Value, json};

stories!(
    an_adjustment_has_a_reason_and_counts_once,
    many_points_take_a_second_person,
    nobody_takes_more_than_there_is,
    a_program_adjusts_too,
    who_may_adjust_is_a_matter_of_roles,
);

fn adjustment(reference: &str, points: i64) -> Value {
    json!({ "reference": reference, "points": points, "reason": "Damaged on arrival" })
}

async fn an_adjustment_has_a_reason_and_counts_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    let path = club
        .olga
        .path(&format!("customers/{id}/points/adjustments"));
    let browser = &club.olga.browser;
    let first: Adjustment = browser.post(&path, &adjustment("x-1", 40)).await.json();
    assert_eq!((first.state, first.points), (AdjustmentState::Done, 40));
    let again: Adjustment = browser.post(&path, &adjustment("x-1", 40)).await.json();
    assert_eq!(again, first);
    let other = browser.post(&path, &adjustment("x-1", 41)).await.problem();
    assert_eq!(
        (other.code, other.field.as_deref()),
        (Code::AdjustmentConflict, Some("reference"))
    );
    assert_eq!(sums(&lin).await, (40, 0));
    let told = entries(&lin).await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].kind, &*told[0].reason),
        (EntryKind::Adjusted, "Damaged on arrival")
    );
    assert_eq!(told[0].rule, None);
    let wrong = browser.post(&path, &adjustment(" ", 0)).await.problem();
    assert_eq!(wrong.fields().collect::<Vec<_>>(), ["reference", "points"]);
    // The staff sees the same as the customer.
    let path = club.olga.path(&format!("customers/{id}/points"));
    let seen: PointsBalance = browser.get(&path).await.json();
    assert_eq!(seen.available, 40);
    let seen: PointsEntryPage = browser.get(&format!("{path}/entries")).await.json();
    assert_eq!(seen.entries, told);
    let log: AuditPage = browser.get(&club.olga.path("audit")).await.json();
    let latest = &log.entries[0];
    assert_eq!(
        (latest.action, &*latest.target),
        (Action::PointsAdjusted, first.id.as_str())
    );
    assert_eq!(latest.after["points"], "40");
}

async fn many_points_take_a_second_person(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    let path = club
        .olga
        .path(&format!("customers/{id}/points/adjustments"));
    let browser = &club.olga.browser;
    for (reference, points) in [("x-0", 60), ("x-0-more", 40)] {
        let change = adjustment(reference, points);
        let limit: Adjustment = browser.post(&path, &change).await.json();
        assert_eq!(limit.state, AdjustmentState::Done);
    }
    // Many small ones are a large one.
    let point: Adjustment = browser.post(&path, &adjustment("x-0-most", 1)).await.json();
    assert_eq!(point.state, AdjustmentState::Waiting);
    let decision = format!("points/adjustments/{}/decision", point.id);
    let no = json!({ "confirm": false });
    let taken_back = browser.post(&club.olga.path(&decision), &no).await;
    taken_back.expect_status(200);
    let waiting: Adjustment = browser.post(&path, &adjustment("x-1", 101)).await.json();
    assert_eq!(waiting.state, AdjustmentState::Waiting);
    assert_eq!(sums(&lin).await, (100, 0));
    let list = club.olga.path("points/adjustments");
    let listed: WaitingAdjustments = club.max.browser.get(&list).await.json();
    assert_eq!(listed.adjustments, std::slice::from_ref(&waiting));
    let decision = club
        .olga
        .path(&format!("points/adjustments/{}/decision", waiting.id));
    let yes = json!({ "confirm": true });
    let own = browser.post(&decision, &yes).await.problem();
    assert_eq!(own.code, Code::SecondPersonRequired);
    for _ in 0..2 {
        let done: Adjustment = club.max.browser.post(&decision, &yes).await.json();
        assert_eq!(done.state, AdjustmentState::Done);
        assert_eq!(sums(&lin).await, (201, 0));
    }
    let late = club.max.browser.post(&decision, &no).await.problem();
    assert_eq!(late.code, Code::AdjustmentDecided);
    let waiting: Adjustment = browser.post(&path, &adjustment("x-2", -201)).await.json();
    let decision = club
        .olga
        .path(&format!("points/adjustments/{}/decision", waiting.id));
    let rejected: Adjustment = club.max.browser.post(&decision, &no).await.json();
    assert_eq!(rejected.state, AdjustmentState::Rejected);
    assert_eq!(sums(&lin).await, (201, 0));
    let listed: WaitingAdjustments = club.max.browser.get(&list).await.json();
    assert_eq!(listed.adjustments, []);
    examine(&shop).await;
}

async fn nobody_takes_more_than_there_is(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    club.adjust(&id, "x-1", 40).await;
    let path = club
        .olga
        .path(&format!("customers/{id}/points/adjustments"));
    let more = club
        .olga
        .browser
        .post(&path, &adjustment("x-2", -41))
        .await
        .problem();
    assert_eq!(
        (more.code, more.field.as_deref()),
        (Code::PointsInsufficient, Some("points"))
    );
    club.adjust(&id, "x-2", -40).await;
    assert_eq!(sums(&lin).await, (0, 0));
    let stranger = CustomerId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1b").unwrap();
    for stranger in [stranger.as_str(), "nobody"] {
        let path = club
            .olga
            .path(&format!("customers/{stranger}/points/adjustments"));
        let refused = club
            .olga
            .browser
            .post(&path, &adjustment("x-3", 1))
            .await
            .problem();
        assert_eq!(refused.code, Code::CustomerNotFound);
        let path = club.olga.path(&format!("customers/{stranger}/points"));
        assert_eq!(
            club.olga.browser.get(&path).await.problem().code,
            Code::CustomerNotFound
        );
    }
}

async fn a_program_adjusts_too(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    let path = format!("/v1/customers/{id}/points/adjustments");
    let backend = shop.backend().with("idempotency-key", "k-1");
    for _ in 0..2 {
        let done: Adjustment = backend.post(&path, &adjustment("p-1", 15)).await.json();
        assert_eq!(done.state, AdjustmentState::Done);
    }
    let other = backend.post(&path, &adjustment("p-2", 15)).await.problem();
    assert_eq!(other.code, Code::IdempotencyConflict);
    assert_eq!(sums(&lin).await, (15, 0));
    let seen: PointsBalance = shop
        .backend()
        .get(&format!("/v1/customers/{id}/points"))
        .await
        .json();
    assert_eq!(seen.available, 15);
    // A program is one person at most: somebody of the staff is the second.
    let waiting: Adjustment = shop
        .backend()
        .post(&path, &adjustment("p-3", 500))
        .await
        .json();
    assert_eq!(waiting.state, AdjustmentState::Waiting);
    let decision = club
        .olga
        .path(&format!("points/adjustments/{}/decision", waiting.id));
    let yes = json!({ "confirm": true });
    club.olga
        .browser
        .post(&decision, &yes)
        .await
        .expect_status(200);
    assert_eq!(sums(&lin).await, (515, 0));
}

async fn who_may_adjust_is_a_matter_of_roles(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let _lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    let world = shop.world();
    let vera = club
        .olga
        .hire(world, "vera@example.com", Role::Viewer)
        .await;
    let ann = club.olga.hire(world, "ann@example.com", Role::Agent).await;
    let points = club.olga.path(&format!("customers/{id}/points"));
    let path = format!("{points}/adjustments");
    let refused = vera
        .browser
        .post(&path, &adjustment("x-1", 5))
        .await
        .problem();
    assert_eq!(refused.code, Code::RoleInsufficient);
    assert_eq!(
        vera.browser.get(&points).await.problem().code,
        Code::RoleInsufficient
    );
    ann.browser
        .post(&path, &adjustment("x-1", 5))
        .await
        .expect_status(200);
    let waiting: Adjustment = club
        .olga
        .browser
        .post(&path, &adjustment("x-2", 101))
        .await
        .json();
    let decision = club
        .olga
        .path(&format!("points/adjustments/{}/decision", waiting.id));
    let yes = json!({ "confirm": true });
    let refused = ann.browser.post(&decision, &yes).await.problem();
    assert_eq!(refused.code, Code::RoleInsufficient);
}
