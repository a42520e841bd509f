//! Power cuts while points come and go: nothing that was acknowledged is lost, and nothing counts twice.

use crate::bookshop::Shop;
use crate::points::{Club, examine, id_of};
use crate::points_checkout::{RESERVATIONS, paying};
use crate::shelf::PRIDE;
use bookplate_store::db::Sql;
use bookplate_store::{Store, now};
use bookplate_tests::actors::Setup;
use bookplate_tests::{stories, wait_until};
use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

stories!(what_was_acknowledged_survives_every_crash);

/// How many send at once.
const CLIENTS: usize = 8;
/// How many customers there are: few, so that they are in each other's way.
const CUSTOMERS: usize = 3;
/// What each of them has at first: nobody runs out.
const BEGIN: i64 = 100_000;

/// Something with a name of its own that counts once, however often it is done.
#[derive(Debug, Clone)]
struct Deed {
    name: String,
    customer: usize,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// An order of so many yuan, which earns as many points.
    Buy(i64),
    /// A refund of all of such an order.
    Return(String, i64),
    /// Points are added, or taken.
    Adjust(i64),
    /// Points are held, and an order is paid with them.
    Pay(i64),
}

impl Deed {
    /// What a client does as its `turn`th.
    fn new(client: usize, turn: usize) -> Self {
        let size = i64::try_from(1 + (client * 31 + turn * 17) % 97).unwrap();
        let what = match turn % 4 {
            0 => What::Buy(size),
            // Never none.
            1 => What::Adjust(2 * size - 81),
            2 => What::Pay(size),
            // What the same client has bought three turns before.
            _ => {
                let Self { name, what, .. } = Self::new(client, turn - 3);
                let What::Buy(yuan) = what else {
                    unreachable!()
                };
                What::Return(name, yuan)
            }
        };
        Self {
            name: format!("deed-{client}-{turn}"),
            customer: (client + turn / 4) % CUSTOMERS,
            what,
        }
    }

    /// By how much it changes what the customer can use.
    fn points(&self) -> i64 {
        match self.what {
            What::Buy(yuan) => yuan,
            What::Return(_, yuan) => -yuan,
            What::Adjust(points) => points,
            What::Pay(points) => -points,
        }
    }

    /// Does it; whether that was acknowledged. Anything but a server that is gone is a fault.
    async fn is_done(&self, till: &Till) -> bool {
        let money = |yuan: i64| json!({ "amount": yuan * 100, "currency": "CNY" });
        let customer = json!({ "external_id": format!("c-{}", self.customer) });
        let name = &self.name;
        match &self.what {
            What::Buy(yuan) => {
                let line =
                    json!({ "line": "a", "isbn": PRIDE, "quantity": 1, "total": money(*yuan) });
                let order = json!({
                    "number": name, "placed_at": till.opened_at, "customer": customer, "lines": [line],
                });
                let orders = json!({ "orders": [order] });
                till.post("/v1/orders", &orders).await.is_some()
            }
            What::Return(order, yuan) => {
                let line = json!({ "line": "a", "quantity": 1, "total": money(*yuan) });
                let refund = json!({
                    "number": name, "order": order, "refunded_at": till.opened_at, "lines": [line],
                });
                let refunds = json!({ "refunds": [refund] });
                till.post("/v1/refunds", &refunds).await.is_some()
            }
            What::Adjust(points) => {
                let path = format!(
                    "/v1/customers/{}/points/adjustments",
                    till.customers[self.customer]
                );
                let new = json!({ "reference": name, "points": points, "reason": "A story" });
                till.post(&path, &new).await.is_some()
            }
            What::Pay(points) => {
                let wish = json!({
                    "reference": name, "customer": customer, "total": money(1_000), "points": points,
                });
                let Some(held) = till.post(RESERVATIONS, &wish).await else {
                    return false;
                };
                let path = format!("{RESERVATIONS}/{}/consume", held["id"].as_str().unwrap());
                let order = json!({ "order": format!("paid-{name}") });
                till.post(&path, &order).await.is_some()
            }
        }
    }
}

/// A program of the shop's that goes on where the server does not.
struct Till {
    client: Client,
    address: String,
    key: String,
    customers: Vec<String>,
    opened_at: i64,
}

impl Till {
    /// The reply; nothing where there is no server any more.
    async fn post(&self, path: &str, body: &Value) -> Option<Value> {
        let request = self.client.post(format!("{}{path}", self.address));
        let reply = request
            .bearer_auth(&self.key)
            .json(body)
            .send()
            .await
            .ok()?;
        let status = reply.status();
        let text = reply.text().await.ok()?;
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        serde_json::from_str(&text).ok()
    }
}

/// What the database knows by name.
async fn known(shop: &Shop) -> HashSet<String> {
    let url = shop.world().setup().database_url();
    let store = Store::open(url).await.unwrap();
    let names = store
        .read(|db| {
            Sql::new(
                "SELECT number FROM orders UNION ALL SELECT number FROM refunds WHERE state = 'applied' \
                 UNION ALL SELECT reference FROM point_adjustments WHERE state = 'done' \
                 UNION ALL SELECT reference FROM point_reservations WHERE state = 'consumed'",
            )
            .values::<String>(db)
        })
        .await
        .unwrap();
    store.close().await;
    names.into_iter().collect()
}

async fn what_was_acknowledged_survives_every_crash(setup: Setup) {
    let mut shop = Shop::open(setup).await;
    let club = Club::open(&shop, paying(json!({}))).await;
    let mut customers = Vec::new();
    for number in 0..CUSTOMERS {
        let name = format!("c-{number}");
        shop.customer(&name, json!({})).await;
        let id = id_of(&shop, &name).await;
        club.adjust(&id, &format!("begin-{number}"), BEGIN).await;
        customers.push(id);
    }
    drop(club);
    // A few, or as many as `cargo xtask fuzz` says.
    let crashes = std::env::var("BOOKPLATE_FUZZ_CRASHES").ok();
    let crashes: usize = crashes.map_or(3, |crashes| crashes.parse().unwrap());
    let opened_at = now();
    let mut turns = [0_usize; CLIENTS];
    let mut expected: BTreeMap<usize, i64> = (0..CUSTOMERS).map(|one| (one, BEGIN)).collect();
    for crash in 0..crashes {
        let till = |shop: &Shop| Till {
            client: Client::new(),
            address: shop.world().server().address().to_owned(),
            key: shop.secret_key().to_owned(),
            customers: customers.clone(),
            opened_at,
        };
        let till_before = Arc::new(till(&shop));
        let acknowledged: Arc<Mutex<Vec<Deed>>> = Arc::default();
        let count = Arc::new(AtomicUsize::new(0));
        let clients = turns.into_iter().enumerate().map(|(client, begin)| {
            let (till, count) = (Arc::clone(&till_before), Arc::clone(&count));
            let acknowledged = Arc::clone(&acknowledged);
            tokio::spawn(async move {
                for turn in begin.. {
                    let deed = Deed::new(client, turn);
                    if !deed.is_done(&till).await {
                        return turn;
                    }
                    acknowledged.lock().unwrap().push(deed);
                    count.fetch_add(1, Ordering::Relaxed);
                }
                unreachable!("a client goes on until the server is gone")
            })
        });
        let clients: Vec<_> = clients.collect();
        // At some moment or other, in the middle of what all do.
        let enough = 1 + crash * 7 % 41;
        wait_until("enough is done", async || {
            count.load(Ordering::Relaxed) >= enough
        })
        .await;
        shop = shop.crash().await;
        let reached = join_all(clients).await;
        let known = known(&shop).await;
        for deed in acknowledged.lock().unwrap().iter() {
            assert!(
                known.contains(&deed.name),
                "crash {crash} has lost {deed:?}"
            );
        }
        // All is sent again, in the same order by each: what was on its way, and what had come.
        let till = till(&shop);
        for (client, reached) in reached.into_iter().enumerate() {
            let reached = reached.unwrap();
            for turn in turns[client]..=reached {
                let deed = Deed::new(client, turn);
                assert!(deed.is_done(&till).await, "{deed:?}");
                *expected.get_mut(&deed.customer).unwrap() += deed.points();
            }
            turns[client] = reached + 1;
        }
        for (number, id) in customers.iter().enumerate() {
            let path = format!("/v1/customers/{id}/points");
            let balance: Value = shop.backend().get(&path).await.json();
            assert_eq!(
                balance["available"], expected[&number],
                "c-{number} after crash {crash}"
            );
        }
    }
    examine(&shop).await;
}
