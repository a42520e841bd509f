//! What other rules of points would have given: a draft is counted on the orders of the past.

use crate::bookshop::Shop;
use crate::console::send;
use crate::points::{Club, id_of, order, refund, rules, say, sums};
use crate::points_referrals::{bought, referral, take, two};
use crate::shelf::EMMA;
use bookplate_store::now;
use bookplate_tests::actors::Setup;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::points::rules::RulesDraft;
use bookplate_wire::points::simulation::{Change, Simulation, SimulationState};
use bookplate_wire::staff::Role;
use bookplate_wire::{Code, CustomerId};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_draft_is_counted_on_what_was_sold,
    invitations_count_as_they_were_taken,
    a_simulation_of_another_draft_is_refused,
    a_simulation_is_started_and_read_on_a_page,
    who_has_left_is_in_no_simulation,
);

const SIMULATION: &str = "points/simulation";

impl Club<'_> {
    async fn prepare(&self, more: Value) -> RulesDraft {
        let new = json!({ "rules": rules(more), "note": "" });
        let path = self.olga.path("points/rules/draft");
        let reply = self.olga.browser.send_json(Method::PUT, &path, &new).await;
        reply.expect_status(200).json()
    }

    /// Simulates a draft on the orders of the last year, and waits for what comes out.
    async fn simulate(&self, draft: &RulesDraft) -> Simulation {
        let asked = json!({ "revision": draft.revision, "months": 12 });
        let path = self.olga.path(SIMULATION);
        self.olga
            .browser
            .post(&path, &asked)
            .await
            .expect_status(202);
        let is_done = async || self.simulated().await.state == SimulationState::Done;
        wait_until("the simulation is done", is_done).await;
        self.simulated().await
    }

    async fn simulated(&self) -> Simulation {
        self.max
            .browser
            .get(&self.olga.path(SIMULATION))
            .await
            .json()
    }
}

/// An order for 20.00 of the customer `c-2`.
fn small(number: &str) -> Value {
    json!({
        "number": number, "placed_at": now(), "customer": { "external_id": "c-2" },
        "lines": [{
            "line": "a", "isbn": EMMA, "quantity": 1, "total": { "amount": 2_000, "currency": "CNY" },
        }],
    })
}

async fn a_draft_is_counted_on_what_was_sold(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({ "first_order": 20 })).await;
    let lin = shop.customer("c-1", json!({ "name": "Lin Mei" })).await;
    let max = shop.customer("c-2", json!({})).await;
    shop.send(order("A-1")).await;
    shop.send(order("A-2")).await;
    shop.send(small("B-1")).await;
    // One of two copies, for half of what they cost.
    shop.refund(refund("R-1", "A-2", "a", 1, 4_500)).await;
    // Nobody knows whose this is: it earns nothing by any rules.
    let mut unknown = order("C-1");
    unknown["customer"] = json!({ "external_id": "c-9" });
    shop.send(unknown).await;
    let draft = club
        .prepare(json!({
            "first_order": 0, "sign_up": 5,
            "bonuses": [{ "id": "emma", "name": "Twice", "percent": 100 }],
            "caps": [{ "period": "year", "points": 200 }],
        }))
        .await;
    let found = club.simulate(&draft).await;
    assert_eq!((found.base, found.revision), (Some(1), draft.revision));
    assert_eq!((found.done, found.total), (3, 3));
    let result = found.result.unwrap();
    assert_eq!((result.orders, result.customers), (3, 2));
    // What the rules in force give is what they have given.
    let (of_lin, of_max) = (sums(&lin).await.1, sums(&max).await.1);
    assert_eq!((of_lin, of_max), (125 + 20 + 80, 20 + 20));
    assert_eq!(result.before.points, of_lin + of_max);
    // Twice what was paid, but for one 200 a year; and two have signed up.
    assert_eq!(result.after.points, 200 + 40 + 10);
    assert_eq!(result.after.worth[0].amount, 250);
    let named: Vec<_> = result
        .lose
        .iter()
        .map(|one| (&*one.name, one.after))
        .collect();
    assert_eq!(named, [("Lin Mei", 200)]);
    assert!(result.gain.is_empty());
    let changed = result.changes.iter().filter(|one| one.customers > 0);
    let changed: Vec<_> = changed.map(|one| (one.change, one.customers)).collect();
    assert_eq!(changed, [(Change::Down, 1), (Change::Same, 1)]);
    let by_rule = result
        .rules
        .iter()
        .map(|one| (&*one.rule, one.before > 0, one.after > 0));
    assert_eq!(
        by_rule.collect::<Vec<_>>(),
        [
            ("base", true, true),
            ("emma", false, true),
            ("first_order", true, false),
            ("sign_up", false, true)
        ]
    );
    // Nothing has changed by it.
    assert_eq!(sums(&lin).await.1, of_lin);
}

async fn invitations_count_as_they_were_taken(setup: Setup) {
    let shop = Shop::open(setup).await;
    let rule = |referral: Value| json!({ "rates": [], "return_days": 0, "referral": referral });
    let club = Club::open(&shop, rule(json!({ "points": 100, "welcome": 50 }))).await;
    let (lin, mei) = two(&shop).await;
    let ben = shop.customer("c-3", json!({})).await;
    take(&ben, &referral(&lin).await.code)
        .await
        .expect_status(200);
    for (number, by) in [("M-1", "c-2"), ("M-2", "c-2"), ("B-1", "c-3")] {
        shop.send(bought(number, by)).await;
    }
    // Of Mei's first order half comes back.
    shop.refund(refund("R-1", "M-1", "a", 1, 5_000)).await;
    let minimum = json!({ "amount": 10_000, "currency": "CNY" });
    let draft = club
        .prepare(rule(json!({ "points": 200, "minimum": minimum })))
        .await;
    let found = club.simulate(&draft).await.result.unwrap();
    // What the rules in force give is what they have given.
    let given = [sums(&lin).await.0, sums(&mei).await.0, sums(&ben).await.0];
    assert_eq!(given, [50 + 100, 25, 50]);
    assert_eq!(found.before.points, 225);
    let by_rule = found
        .rules
        .iter()
        .map(|one| (&*one.rule, one.before, one.after));
    assert_eq!(
        by_rule.collect::<Vec<_>>(),
        [
            ("referral_reward", 150, 100 + 200),
            ("referral_welcome", 75, 0)
        ]
    );
    let page = format!("/console/shops/{}/points/simulation", club.olga.shop());
    let page = club.olga.browser.get(&format!("{page}?lang=en")).await;
    for words in ["Points for who has invited", "Points for who was invited"] {
        assert!(page.html().contains(words), "{words}: {}", page.html());
    }
    // By a draft without invitations, nothing is left of it.
    let draft = club.prepare(json!({ "rates": [] })).await;
    let found = club.simulate(&draft).await.result.unwrap();
    assert_eq!((found.before.points, found.after.points), (225, 0));
}

async fn a_simulation_of_another_draft_is_refused(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let path = club.olga.path(SIMULATION);
    let none = club.olga.browser.get(&path).await.problem();
    assert_eq!(none.code, Code::NotFound);
    let ask = async |revision: u32, months: u32| {
        let asked = json!({ "revision": revision, "months": months });
        club.olga.browser.post(&path, &asked).await.problem()
    };
    assert_eq!(ask(1, 12).await.code, Code::PointRulesChanged);
    let draft = club.prepare(json!({ "sign_up": 1 })).await;
    assert_eq!(
        ask(draft.revision + 1, 12).await.code,
        Code::PointRulesChanged
    );
    for months in [0, 25] {
        let refused = ask(draft.revision, months).await;
        assert_eq!(refused.field.as_deref(), Some("months"));
    }
    let none = club.olga.browser.get(&path).await.problem();
    assert_eq!(none.code, Code::NotFound);
}

async fn a_simulation_is_started_and_read_on_a_page(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let _lin = shop.customer("c-1", json!({ "name": "Lin <Mei>" })).await;
    shop.send(order("A-1")).await;
    let path = format!("/console/shops/{}/points", club.olga.shop());
    let page = format!("{path}/simulation");
    let shown = async || club.olga.browser.get(&format!("{page}?lang=en")).await;
    assert!(shown().await.html().contains("There is no draft"));
    let draft = club
        .prepare(json!({ "sign_up": 5, "first_order": 100 }))
        .await;
    let points = club.olga.browser.get(&path).await;
    assert!(points.html().contains(&page));
    let revision = draft.revision.to_string();
    let form = [("revision", &*revision), ("months", "3")];
    let started = send(&club.max.browser, &page, &form).await;
    assert_eq!(
        (started.status(), started.header("location")),
        (303, &*page)
    );
    wait_until("the simulation is done", async || {
        club.simulated().await.state == SimulationState::Done
    })
    .await;
    let result = shown().await;
    let html = result.html().replace("<!>", "");
    for words in [
        "1 orders of 1 customers",
        "Lin &lt;Mei&gt;",
        "+105",
        "100.0 %",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    // A draft that has changed since is another one.
    club.prepare(json!({ "sign_up": 6 })).await;
    assert!(shown().await.html().contains("has changed since"));
    let late = send(&club.max.browser, &format!("{page}?lang=en"), &form).await;
    late.expect_status(422);
    assert!(
        late.text().contains("has changed meanwhile"),
        "{}",
        late.text()
    );
    // A server that has gone leaves it unfinished.
    let left = "UPDATE point_simulations SET result = '', touched_at = 1";
    assert_eq!(say(&shop, left).await, 1);
    assert_eq!(club.simulated().await.state, SimulationState::Stopped);
    assert!(shown().await.html().contains("has stopped before its end"));
    // Who sees no customers sees none here.
    let vera = club
        .olga
        .hire(shop.world(), "vera@example.com", Role::Viewer)
        .await;
    assert_eq!(vera.browser.get(&page).await.status(), 403);
    assert!(!vera.browser.get(&path).await.html().contains(&page));
}

async fn who_has_left_is_in_no_simulation(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let id: CustomerId = id_of(&shop, "c-1").await.parse().unwrap();
    let draft = club.prepare(json!({ "first_order": 100 })).await;
    let found = club.simulate(&draft).await;
    assert_eq!(found.result.unwrap().gain[0].customer, id);
    let gone = json!({ "reviews": "remove" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &gone).await;
    gone.expect_status(204);
    let none = club.olga.browser.get(&club.olga.path(SIMULATION)).await;
    assert_eq!(none.problem().code, Code::NotFound);
}
