//! Membership points: what orders earn, line by line, however often and in whatever order they come; rules and the statement.

use crate::bookshop::Shop;
use crate::colleagues::{Colleague, owner};
use crate::shelf::{EMMA, PRIDE, PRIDE_ZH};
use bookplate_store::{Store, now};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::points::adjustments::{Adjustment, AdjustmentState};
use bookplate_wire::points::rules::{RulesBook, RulesDraft, RulesVersion};
use bookplate_wire::points::{EntryKind, PointsBalance, PointsEntry, PointsEntryPage};
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_shop_without_rules_has_no_points,
    an_order_earns_line_by_line_and_counts_once,
    an_order_from_before_its_customer_earns_when_the_customer_comes,
    an_order_earns_by_the_version_of_its_time,
    bonuses_and_caps_are_those_of_the_rules,
    who_signs_up_gets_points_once,
    rules_are_published_by_a_second_person,
    a_statement_is_read_page_by_page_and_as_a_file,
);

pub(crate) const BALANCE: &str = "/v1/customer/points";
pub(crate) const ENTRIES: &str = "/v1/customer/points/entries";

/// A shop with points, and two of its staff.
pub(crate) struct Club<'a> {
    pub(crate) olga: Colleague<'a>,
    pub(crate) max: Colleague<'a>,
}

/// One point a yuan, returned within 14 days, used within a year; with `more`.
pub(crate) fn rules(more: Value) -> Value {
    let mut rules = json!({
        "rates": [{ "currency": "CNY", "per": 100, "points": 1 }],
        "return_days": 14, "expiry_months": 12, "refund_spent": "negative", "adjust_limit": 100,
        "worth": [{ "points": 100, "money": { "amount": 100, "currency": "CNY" } }],
    });
    for (name, value) in more.as_object().unwrap() {
        rules[name] = value.clone();
    }
    rules
}

impl<'a> Club<'a> {
    pub(crate) async fn open(shop: &'a Shop, more: Value) -> Self {
        let world: &World = shop.world();
        let olga = owner(world, crate::shelf::KEY, "olga@example.com").await;
        let max = olga.hire(world, "max@example.com", Role::Manager).await;
        let club = Self { olga, max };
        club.publish(more).await;
        club
    }

    /// Publishes rules; they count for what is placed from now on.
    pub(crate) async fn publish(&self, more: Value) {
        let draft = self.draft(more).await;
        let path = self.olga.path("points/rules/publish");
        let asked = json!({ "revision": draft.revision });
        self.max
            .browser
            .post(&path, &asked)
            .await
            .expect_status(200);
    }

    async fn draft(&self, more: Value) -> RulesDraft {
        let path = self.olga.path("points/rules/draft");
        let new = json!({ "rules": rules(more), "note": "As agreed." });
        let reply = self.olga.browser.send_json(Method::PUT, &path, &new).await;
        reply.expect_status(200).json()
    }

    /// Has points of a customer's adjusted by Olga, and by Max too where that takes a second person.
    pub(crate) async fn adjust(&self, customer: &str, reference: &str, points: i64) {
        let path = self
            .olga
            .path(&format!("customers/{customer}/points/adjustments"));
        let new = json!({ "reference": reference, "points": points, "reason": "For a story" });
        let adjusted: Adjustment = self.olga.browser.post(&path, &new).await.json();
        if adjusted.state == AdjustmentState::Waiting {
            let path = format!("points/adjustments/{}/decision", adjusted.id);
            let yes = json!({ "confirm": true });
            let decided = self.max.browser.post(&self.max.path(&path), &yes).await;
            decided.expect_status(200);
        }
    }
}

pub(crate) async fn balance(customer: &Actor<'_>) -> PointsBalance {
    customer.get(BALANCE).await.json()
}

/// Available and pending.
pub(crate) async fn sums(customer: &Actor<'_>) -> (i64, i64) {
    let balance = balance(customer).await;
    (balance.available, balance.pending)
}

/// All entries, the earliest first.
pub(crate) async fn entries(customer: &Actor<'_>) -> Vec<PointsEntry> {
    let page: PointsEntryPage = customer.get(&format!("{ENTRIES}?limit=100")).await.json();
    assert_eq!(page.next, None);
    page.entries.into_iter().rev().collect()
}

/// The id of a customer of the shop's.
pub(crate) async fn id_of(shop: &Shop, external: &str) -> String {
    let named = json!({ "external_id": external });
    let found: Value = shop
        .backend()
        .post("/v1/customers/lookup", &named)
        .await
        .json();
    found["id"].as_str().unwrap().to_owned()
}

fn money(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "CNY" })
}

/// An order of this moment for the customer `c-1`: two of one book for 90.00, and one of another for 35.50.
pub(crate) fn order(number: &str) -> Value {
    json!({
        "number": number,
        "placed_at": now(),
        "customer": { "external_id": "c-1" },
        "lines": [
            { "line": "a", "isbn": PRIDE, "quantity": 2, "total": money(9_000) },
            { "line": "b", "isbn": EMMA, "quantity": 1, "total": money(3_550) },
        ],
    })
}

/// A refund of this moment.
pub(crate) fn refund(number: &str, order: &str, line: &str, quantity: u32, amount: i64) -> Value {
    json!({
        "number": number, "order": order, "refunded_at": now(),
        "lines": [{ "line": line, "quantity": quantity, "total": money(amount) }],
    })
}

/// Has all points of the shop's be such as can be used.
pub(crate) async fn mature(shop: &Shop, customer: &Actor<'_>) {
    say(
        shop,
        "UPDATE point_lots SET matures_at = 1 WHERE state = 'pending'",
    )
    .await;
    let none_pends = async || sums(customer).await.1 == 0;
    bookplate_tests::wait_until("nothing is pending any more", none_pends).await;
}

/// Says something to the database past the program; how many rows that was about.
pub(crate) async fn say(shop: &Shop, text: &'static str) -> u64 {
    let store = Store::open(shop.world().setup().database_url())
        .await
        .unwrap();
    let sql = bookplate_store::db::Sql::new(text);
    let said = store.write(move |db| sql.run(db)).await.unwrap();
    store.close().await;
    said
}

/// The program finds that all sums are those of the ledger.
pub(crate) async fn examine(shop: &Shop) {
    let said = shop.world().setup().run(&["doctor"]).await;
    assert!(
        said.contains("points: every sum equals the ledger's"),
        "{said}"
    );
}

async fn a_shop_without_rules_has_no_points(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    for path in [
        BALANCE.to_owned(),
        format!("/v1/customers/{}/points", id_of(&shop, "c-1").await),
    ] {
        let asked = if path == BALANCE {
            &lin
        } else {
            &shop.backend()
        };
        assert_eq!(asked.get(&path).await.problem().code, Code::PointsOff);
    }
    assert_eq!(entries(&lin).await, []);
    let rules = shop.backend().get("/v1/points/rules").await.problem();
    assert_eq!(rules.code, Code::PointsOff);
    // What was bought before earns nothing afterwards either, however often it is sent.
    let before = order("A-2");
    let _club = Club::open(&shop, json!({})).await;
    shop.send(before).await;
    assert_eq!(sums(&lin).await, (0, 0));
    examine(&shop).await;
}

async fn an_order_earns_line_by_line_and_counts_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mut sent = order("A-1");
    for _ in 0..2 {
        shop.send(sent.clone()).await;
    }
    sent["delivered_at"] = json!(now());
    shop.send(sent).await;
    assert_eq!(sums(&lin).await, (0, 125));
    let told = entries(&lin).await;
    let told: Vec<_> = told
        .iter()
        .map(|entry| {
            let rule = entry.rule.as_ref().unwrap();
            (
                entry.kind,
                &*entry.order,
                &*entry.line,
                &*entry.title,
                &*rule.id,
                rule.version,
                entry.pending,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                EntryKind::Earned,
                "A-1",
                "a",
                "Pride and Prejudice",
                "base",
                1,
                90
            ),
            (EntryKind::Earned, "A-1", "b", "Emma", "base", 1, 35),
        ]
    );
    mature(&shop, &lin).await;
    let has = balance(&lin).await;
    assert_eq!((has.available, has.pending), (125, 0));
    assert_eq!((has.worth[0].amount, &*has.worth[0].currency), (125, "CNY"));
    let expires = has.expires.unwrap();
    assert_eq!(expires.points, 125);
    // The last day of a month.
    assert!(
        ["28", "29", "30", "31"]
            .iter()
            .any(|day| expires.until.ends_with(day)),
        "{expires:?}"
    );
    examine(&shop).await;
}

async fn an_order_from_before_its_customer_earns_when_the_customer_comes(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({ "first_order": 50 })).await;
    for (number, named) in [
        ("A-1", json!({ "external_id": "c-1" })),
        ("A-2", json!({ "email": "lin@example.com" })),
        ("A-3", json!({ "email": "somebody@example.com" })),
    ] {
        let mut order = order(number);
        order["customer"] = named;
        shop.send(order).await;
    }
    shop.refund(refund("R-1", "A-2", "b", 1, 3_550)).await;
    let told = json!({ "email": "lin@example.com" });
    let lin = shop.customer("c-1", told.clone()).await;
    assert_eq!(sums(&lin).await, (0, 125 + 50 + 90));
    shop.customer("c-1", told).await;
    assert_eq!(sums(&lin).await, (0, 125 + 50 + 90));
    examine(&shop).await;
}

async fn an_order_earns_by_the_version_of_its_time(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let late = order("A-1");
    let doubled = json!([{ "currency": "CNY", "per": 100, "points": 2 }]);
    club.publish(json!({ "rates": doubled })).await;
    shop.send(order("A-2")).await;
    // It was placed before, and is told of only now.
    shop.send(late).await;
    assert_eq!(sums(&lin).await, (0, 251 + 125));
    let versions: Vec<_> = entries(&lin)
        .await
        .into_iter()
        .map(|one| one.rule.unwrap().version)
        .collect();
    assert_eq!(versions, [2, 2, 1, 1]);
}

async fn bonuses_and_caps_are_those_of_the_rules(setup: Setup) {
    let shop = Shop::open(setup).await;
    let more = json!({
        "bonuses": [
            { "id": "hardbacks", "name": "Hardbacks", "percent": 50, "formats": ["hardback"] },
            { "id": "over", "name": "Over", "percent": 500, "until": "2001-01-01" },
        ],
        "caps": [{ "period": "year", "points": 150 }],
    });
    let _club = Club::open(&shop, more).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mut first = order("A-1");
    first["lines"][0]["isbn"] = json!(PRIDE_ZH);
    shop.send(first).await;
    let told = entries(&lin).await;
    let told: Vec<_> = told
        .iter()
        .map(|one| (one.rule.as_ref().unwrap(), one.pending, one.missed))
        .map(|(rule, points, missed)| (&*rule.id, &*rule.name, points, missed))
        .collect();
    let expected = [
        ("base", "", 90, 0),
        ("hardbacks", "Hardbacks", 45, 0),
        ("base", "", 15, 20),
    ];
    assert_eq!(told, expected);
    // Nothing more this year, and it is said why.
    shop.send(order("A-2")).await;
    assert_eq!(sums(&lin).await, (0, 150));
    let last = entries(&lin).await.pop().unwrap();
    assert_eq!((last.pending, last.missed, &*last.order), (0, 35, "A-2"));
    // What is given back makes room.
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    shop.send(order("A-3")).await;
    assert_eq!(sums(&lin).await, (0, 150));
    examine(&shop).await;
}

async fn who_signs_up_gets_points_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({ "sign_up": 30 })).await;
    for _ in 0..2 {
        let lin = shop.customer("c-1", json!({ "name": "Lin" })).await;
        assert_eq!(sums(&lin).await, (30, 0));
    }
    let lin = shop.customer("c-1", json!({ "name": "Lin Mei" })).await;
    let told = entries(&lin).await;
    assert_eq!(
        (told.len(), &*told[0].rule.as_ref().unwrap().id),
        (1, "sign_up")
    );
}

async fn rules_are_published_by_a_second_person(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let (olga, max) = (&club.olga, &club.max);
    let draft = club.draft(json!({ "return_days": 30 })).await;
    let publish = olga.path("points/rules/publish");
    let asked = json!({ "revision": draft.revision });
    let own = olga.browser.post(&publish, &asked).await.problem();
    assert_eq!(own.code, Code::SecondPersonRequired);
    let other = json!({ "revision": draft.revision + 1 });
    let other = max.browser.post(&publish, &other).await.problem();
    assert_eq!(other.code, Code::PointRulesChanged);
    let book: RulesBook = max.browser.post(&publish, &asked).await.json();
    assert_eq!(
        (book.versions[0].version, book.versions.len(), book.draft),
        (2, 2, None)
    );
    assert_eq!(
        (&book.versions[0].drafted_by, &book.versions[0].published_by),
        (&olga.id(), &max.id())
    );
    let again = max.browser.post(&publish, &asked).await.problem();
    assert_eq!(again.code, Code::PointRulesChanged);
    // Back to the first text, as a third version.
    let restore = olga.path("points/rules/restore");
    let book: RulesBook = max
        .browser
        .post(&restore, &json!({ "version": 1 }))
        .await
        .json();
    let latest = &book.versions[0];
    assert_eq!(
        (latest.version, latest.restores, latest.rules.return_days),
        (3, Some(1), 14)
    );
    let none = max
        .browser
        .post(&restore, &json!({ "version": 9 }))
        .await
        .problem();
    assert_eq!(
        (none.code, none.field.as_deref()),
        (Code::FieldInvalid, Some("version"))
    );
    let told: RulesVersion = shop.backend().get("/v1/points/rules").await.json();
    assert_eq!(told.version, 3);
    // What is wrong is named, and who may not may not.
    let path = olga.path("points/rules/draft");
    let wrong = json!({ "rules": rules(json!({ "return_days": 400 })) });
    let wrong = olga
        .browser
        .send_json(Method::PUT, &path, &wrong)
        .await
        .problem();
    assert_eq!(
        (wrong.code, wrong.field.as_deref()),
        (Code::FieldInvalid, Some("rules.return_days"))
    );
    let unknown = json!({ "rules": rules(json!({ "colour": 1 })) });
    let unknown = olga
        .browser
        .send_json(Method::PUT, &path, &unknown)
        .await
        .problem();
    assert_eq!(
        (unknown.code, unknown.field.as_deref()),
        (Code::BodyInvalid, Some("rules.colour"))
    );
    let agent = olga
        .hire(shop.world(), "ann@example.com", Role::Agent)
        .await;
    let draft = json!({ "rules": rules(json!({})) });
    let refused = agent
        .browser
        .send_json(Method::PUT, &path, &draft)
        .await
        .problem();
    assert_eq!(refused.code, Code::RoleInsufficient);
    agent
        .browser
        .get(&olga.path("points/rules"))
        .await
        .expect_status(200);
}

async fn a_statement_is_read_page_by_page_and_as_a_file(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    for number in 1..=3 {
        shop.send(order(&format!("A-{number}"))).await;
    }
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    let whole = entries(&lin).await;
    assert_eq!(whole.len(), 7);
    let (mut read, mut after) = (Vec::new(), String::new());
    loop {
        let page: PointsEntryPage = lin
            .get(&format!("{ENTRIES}?limit=3&after={after}"))
            .await
            .json();
        read.extend(page.entries);
        match page.next {
            None => break,
            Some(next) => after = next,
        }
    }
    read.reverse();
    assert_eq!(read, whole);
    let path = format!(
        "/v1/customers/{}/points/entries?kind=taken_back",
        id_of(&shop, "c-1").await
    );
    let page: PointsEntryPage = shop.backend().get(&path).await.json();
    assert_eq!((page.entries.len(), &*page.entries[0].refund), (1, "R-1"));
    for (query, code) in [
        ("kind=kept", Code::BadRequest),
        ("after=x", Code::CursorInvalid),
    ] {
        let refused = lin.get(&format!("{ENTRIES}?{query}")).await.problem();
        assert_eq!(refused.code, code, "{query}");
    }
    let file = lin.get("/v1/customer/points/export").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.text().trim().lines().count(), 8);
    // Somebody else's are somebody else's.
    let ann = shop.customer("c-2", json!({})).await;
    assert_eq!(entries(&ann).await, []);
}
