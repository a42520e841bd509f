//! Random histories of a customer's points, and of a friend's: orders, refunds, invitations, birthdays, reviews, adjustments, reservations, rewards, changed rules with tiers, and time in any order,
//! each of them perhaps twice. After each step the ledger is whole, and in the end, when all goods are back and all that can be is
//! cancelled, nobody has gained anything.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "points/besides.rs"]
mod besides;
#[path = "points/birthdays.rs"]
mod birthdays;
#[path = "points/steps.rs"]
mod steps;

use bookplate_store::accounts::Claims;
use bookplate_store::audit::Actor;
use bookplate_store::catalogue::NewEdition;
use bookplate_store::shops::NewShop;
use bookplate_store::{Db, Store, now};
use bookplate_wire::accounts::CustomerRef;
use bookplate_wire::orders::{NewOrder, NewOrderLine, NewRefund, NewRefundLine};
use bookplate_wire::points::adjustments::NewAdjustment;
use bookplate_wire::points::checkout::{NewReservation, ReservationState};
use bookplate_wire::points::rewards::{CouponUse, NewRedemption, Redemption, RewardContent};
use bookplate_wire::points::rules::{BIRTHDAY, NewDraft, REFERRAL, REVIEW, SIGN_UP, WELCOME};
use bookplate_wire::points::{EntryKind, PointsEntry};
use bookplate_wire::reviews::moderation::Decision;
use bookplate_wire::{CustomerId, Isbn, ReservationId, ReviewId, RewardId, ShopId, StaffId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use steps::{Numbers, Step, cny, rules, step};
use tempfile::TempDir;

const DAY: i64 = 24 * 3_600_000;
/// Books of which reviews are written.
const BOOKS: [&str; 3] = ["9780141439518", "9780141439587", "9780141439662"];

/// A shop with a customer, and what has happened so far.
struct History {
    store: Store,
    shop: ShopId,
    customer: CustomerId,
    /// Somebody who invites the customer, or is invited.
    friend: CustomerId,
    orders: Vec<NewOrder>,
    refunds: Vec<NewRefund>,
    drafts: usize,
    adjustments: usize,
    reward: RewardId,
    reservations: Vec<ReservationId>,
    redemptions: Vec<Redemption>,
    /// The books of which reviews are written, and the review of each.
    books: [Isbn; 3],
    reviews: [Option<ReviewId>; 3],
    /// How many wishes were sent.
    wishes: usize,
    /// Whether points were spent for something.
    spent: bool,
    /// Whether refunds have ever let go what was spent.
    stopped: bool,
    /// How many days have gone by.
    days: i64,
    _folder: TempDir,
}

/// A migrated database, to begin with.
static MIGRATED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("points.db");
    let runtime = runtime();
    runtime.block_on(async {
        let store = Store::open(&format!("sqlite:{}", path.display()))
            .await
            .unwrap();
        store.migrate().await.unwrap();
        store.close().await;
    });
    std::fs::read(path).unwrap()
});

fn edition(isbn: Isbn) -> NewEdition {
    let edition =
        serde_json::json!({ "isbn": isbn, "title": "X", "authors": [], "format": "paperback" });
    NewEdition {
        edition: serde_json::from_value(edition).unwrap(),
        work_key: None,
        series: String::new(),
        categories: Vec::new(),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

fn staff(last: u8) -> StaffId {
    StaffId::from_digits(format!("0192f3a0c1d27c3e8a5b6c7d8e9f0a{last:02x}")).unwrap()
}

impl History {
    async fn begin(stop: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("points.db");
        std::fs::write(&path, &*MIGRATED).unwrap();
        let store = Store::open(&format!("sqlite:{}", path.display()))
            .await
            .unwrap();
        let new = NewShop {
            name: "Shop".into(),
            time_zone: "Asia/Shanghai".into(),
            calling_code: None,
            public_key: "pk_demo".into(),
            origins: Vec::new(),
            book_url: None,
            quiet: None,
        };
        let shop = store
            .write(move |db| db.put_shop(&Actor::Command, &new))
            .await
            .unwrap();
        let mut history = Self {
            store,
            shop,
            customer: CustomerId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1b").unwrap(),
            friend: CustomerId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1c").unwrap(),
            orders: Vec::new(),
            refunds: Vec::new(),
            drafts: 0,
            adjustments: 0,
            reward: RewardId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1b").unwrap(),
            reservations: Vec::new(),
            redemptions: Vec::new(),
            books: BOOKS.map(|isbn| isbn.parse().unwrap()),
            reviews: [None, None, None],
            wishes: 0,
            spent: false,
            stopped: false,
            days: 0,
            _folder: folder,
        };
        history.publish((10, 14, 2, 100, 100_000), stop).await;
        let editions: Vec<NewEdition> = history.books.iter().copied().map(edition).collect();
        let shop = history.shop.clone();
        history
            .write(move |db| db.put_editions(&shop, &editions))
            .await;
        let shop = history.shop.clone();
        let content = serde_json::from_value::<RewardContent>(serde_json::json!({
            "names": [{ "language": "en", "name": "A bag" }], "gives": { "kind": "gift" }, "points": 40, "stock": 5,
            "valid_days": 20, "active": true,
        }));
        let content = content.unwrap().checked().unwrap();
        let create = move |db: &mut Db| db.create_reward(&Actor::Command, &shop, &content);
        history.reward = history.write(create).await.unwrap().id;
        history.customer = history.sign_up("c-1").await;
        history.friend = history.sign_up("c-2").await;
        history
    }

    async fn sign_up(&self, id: &str) -> CustomerId {
        let claims = Claims {
            external_id: id.into(),
            told_at: now(),
            ..Claims::default()
        };
        let shop = self.shop.clone();
        self.write(move |db| db.put_customer(&shop, &claims)).await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, bookplate_store::StoreError> + Send + 'static,
    ) -> T {
        self.store.write(work).await.unwrap()
    }

    async fn publish(&mut self, numbers: Numbers, stop: bool) {
        self.drafts += 1;
        self.stopped |= stop;
        let shop = self.shop.clone();
        let draft = NewDraft {
            rules: rules(numbers, stop),
            note: self.drafts.to_string(),
        };
        self.write(move |db| {
            let draft = db.draft_point_rules(&staff(1), &shop, &draft)?;
            let own = db.publish_point_rules(&staff(1), &shop, draft.revision)?;
            assert!(own.is_err());
            db.publish_point_rules(&staff(2), &shop, draft.revision)
        })
        .await
        .unwrap();
    }

    async fn send(&self, order: &NewOrder) {
        let (shop, orders) = (self.shop.clone(), vec![order.clone()]);
        self.write(move |db| db.take_orders(&shop, &orders))
            .await
            .unwrap();
    }

    /// Sends a refund; one that does not fit is refused and changes nothing.
    async fn give_back(&self, refund: &NewRefund) -> bool {
        let (shop, refunds) = (self.shop.clone(), vec![refund.clone()]);
        let taken = self.store.write(move |db| {
            let taken = db.take_refunds(&shop, &refunds)?;
            taken.map_err(|_| bookplate_store::StoreError::Aborted)
        });
        taken.await.is_ok()
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Order(lines, named) => self.order(lines, named.then_some("c-1")).await,
            Step::FriendOrders(lines) => self.order(lines, Some("c-2")).await,
            Step::Invite => self.invite(&self.customer, &self.friend).await,
            Step::Invited => self.invite(&self.friend, &self.customer).await,
            Step::Claim => {
                let unnamed = self
                    .orders
                    .iter()
                    .rposition(|order| order.customer.is_none());
                if let Some(at) = unnamed {
                    self.orders[at].customer = Some(CustomerRef::ExternalId("c-1".into()));
                    self.send(&self.orders[at]).await;
                }
            }
            Step::Refund(order, line, percent, copies) => {
                let at = *order.min(&self.orders.len());
                // Of one that is still to come nothing is known but its number.
                let paid = self.orders.get(at).and_then(|order| order.lines.get(*line));
                let paid = paid.map_or(1_000, |line| line.total.amount);
                let refund = refund(
                    self.refunds.len(),
                    at,
                    line + 1,
                    *copies,
                    paid * percent / 100,
                );
                if (*copies > 0 || refund.lines[0].total.amount > 0)
                    && self.give_back(&refund).await
                {
                    self.refunds.push(refund);
                }
            }
            Step::Adjust(points) => {
                self.adjustments += 1;
                let new = NewAdjustment {
                    reference: format!("x-{}", self.adjustments),
                    points: if *points == 0 { 1 } else { *points },
                    reason: "A story".into(),
                };
                for _ in 0..2 {
                    let (shop, customer, new) =
                        (self.shop.clone(), self.customer.clone(), new.clone());
                    // It may be more than there is.
                    let adjust = move |db: &mut Db| {
                        db.adjust_points(&Actor::Command, &shop, &customer, &new)
                    };
                    let _ = self.write(adjust).await;
                }
            }
            Step::Wait(days) => {
                // Orders are placed today however many days go by, so no tier comes to its end but by refunds.
                self.days = (self.days + days).min(360);
                let at = now() + self.days * DAY;
                let aging = move |db: &mut Db| {
                    for account in db.aging_accounts(at, "", 10)? {
                        db.age_points(&account.shop, &account.customer, at)?;
                    }
                    assert_eq!(db.aging_accounts(at, "", 10)?, []);
                    for review in db.tier_reviews(10)? {
                        for account in &review.accounts {
                            db.age_points(&account.shop, &account.customer, at)?;
                        }
                        db.pass_tier_review(&review)?;
                    }
                    Ok(())
                };
                self.write(aging).await;
            }
            Step::Rules(numbers, stop) => self.publish(*numbers, *stop).await,
            Step::Hold(points) => self.hold(*points).await,
            Step::Consume(which, order) => {
                let order = (*order).min(self.orders.len());
                self.consume(*which, format!("A-{order}")).await;
            }
            Step::Release(which) => self.release(*which).await,
            Step::Redeem => self.redeem().await,
            Step::Cancel(which) => self.cancel(*which).await,
            Step::Use(which) => self.use_code(*which).await,
            Step::Birthday(days) => self.celebrate(*days).await,
            Step::Review(book, length) => self.review(*book, *length).await,
            Step::Refuse(book) => self.decide(*book, Decision::Refuse).await,
            Step::Delete(book) => {
                if let Some(id) = self.reviews[*book].take() {
                    let (shop, customer) = (self.shop.clone(), self.customer.clone());
                    let delete = move |db: &mut Db| db.delete_review(&shop, &customer, &id);
                    assert!(self.write(delete).await);
                }
            }
            Step::Again => {
                for order in &self.orders {
                    self.send(order).await;
                }
                for refund in &self.refunds {
                    self.give_back(refund).await;
                }
            }
        }
    }

    async fn order(&mut self, lines: &[(i64, u32)], by: Option<&str>) {
        let lines = lines
            .iter()
            .zip(1..)
            .map(|((amount, quantity), at)| NewOrderLine {
                line: Some(at.to_string()),
                isbn: None,
                sku: "x".into(),
                title: "X".into(),
                categories: Vec::new(),
                quantity: *quantity,
                total: cny(*amount),
            });
        let order = NewOrder {
            number: format!("A-{}", self.orders.len()),
            placed_at: now(),
            delivered_at: None,
            customer: by.map(|id| CustomerRef::ExternalId(id.into())),
            branch: String::new(),
            lines: lines.collect(),
        };
        self.send(&order).await;
        self.orders.push(order);
    }

    async fn hold(&mut self, points: i64) {
        self.wishes += 1;
        let new = NewReservation {
            reference: format!("v-{}", self.wishes),
            customer: CustomerRef::ExternalId("c-1".into()),
            total: cny(1_000_000),
            points,
            coupon: String::new(),
            minutes: None,
        };
        let mut ids = Vec::new();
        for _ in 0..2 {
            let (shop, customer, new) = (self.shop.clone(), self.customer.clone(), new.clone());
            // It may be more than there is.
            let reserve = move |db: &mut Db| db.reserve_points(&shop, &customer, &new);
            ids.extend(self.write(reserve).await.ok().map(|one| one.id));
        }
        assert!(ids.is_empty() || (ids.len() == 2 && ids[0] == ids[1]));
        self.spent |= !ids.is_empty();
        self.reservations.extend(ids.pop());
    }

    async fn consume(&self, which: usize, order: String) {
        let Some(id) = self.reservations.get(which).cloned() else {
            return;
        };
        for _ in 0..2 {
            let (shop, id, order) = (self.shop.clone(), id.clone(), order.clone());
            let consume = move |db: &mut Db| db.consume_reservation(&shop, &id, &order);
            let _ = self.write(consume).await;
        }
    }

    async fn release(&self, which: usize) {
        let Some(id) = self.reservations.get(which).cloned() else {
            return;
        };
        for _ in 0..2 {
            let (shop, id) = (self.shop.clone(), id.clone());
            let release = move |db: &mut Db| db.release_reservation(&shop, &id);
            let _ = self.write(release).await;
        }
    }

    async fn redeem(&mut self) {
        self.wishes += 1;
        let new = NewRedemption {
            reference: format!("w-{}", self.wishes),
            points: 40,
        };
        let mut had = Vec::new();
        for _ in 0..2 {
            let (shop, customer) = (self.shop.clone(), self.customer.clone());
            let (reward, new) = (self.reward.clone(), new.clone());
            let redeem = move |db: &mut Db| db.redeem_reward(&shop, &customer, (&reward, &new));
            had.extend(self.write(redeem).await);
        }
        assert!(had.is_empty() || (had.len() == 2 && had[0].code == had[1].code));
        self.spent |= !had.is_empty();
        self.redemptions.extend(had.pop());
    }

    async fn cancel(&self, which: usize) {
        let Some(id) = self.redemptions.get(which).map(|one| one.id.clone()) else {
            return;
        };
        for _ in 0..2 {
            let (shop, customer, id) = (self.shop.clone(), self.customer.clone(), id.clone());
            let cancel = move |db: &mut Db| db.cancel_redemption(&shop, &customer, &id);
            let _ = self.write(cancel).await;
        }
    }

    async fn use_code(&self, which: usize) {
        let Some(code) = self.redemptions.get(which).map(|one| one.code.clone()) else {
            return;
        };
        let asked = CouponUse {
            reference: format!("till-{which}"),
            total: None,
        };
        for _ in 0..2 {
            let (shop, code, asked) = (self.shop.clone(), code.clone(), asked.clone());
            let use_coupon = move |db: &mut Db| db.use_coupon(&shop, &code, &asked);
            let _ = self.write(use_coupon).await;
        }
    }

    /// Lets go and cancels all that can be. Of what orders were paid with, which are all given back, nothing is left to come.
    async fn undo(&self) {
        for which in 0..self.reservations.len() {
            self.release(which).await;
        }
        for which in 0..self.redemptions.len() {
            self.cancel(which).await;
        }
        self.check().await;
        let (shop, customer) = (self.shop.clone(), self.customer.clone());
        let read = move |db: &mut Db| db.reservations_of(&shop, &customer);
        for one in self.store.read(read).await.unwrap() {
            let known = self.orders.iter().any(|order| order.number == one.order);
            assert!(one.state != ReservationState::Held);
            assert_eq!(one.returned, if known { one.points } else { 0 }, "{one:?}");
        }
        for whose in [&self.customer, &self.friend] {
            self.expect_no_gain(whose).await;
        }
    }

    /// What somebody has in the end was given by the shop, and not by any order.
    async fn expect_no_gain(&self, whose: &CustomerId) {
        let (mut given, mut positive, mut left) = (0, 0, 0);
        for entry in self.statement(whose).await {
            let change = entry.available + entry.pending;
            left += change;
            let besides = [SIGN_UP, BIRTHDAY, REVIEW];
            let is_besides = entry.rule.is_some_and(|rule| besides.contains(&&*rule.id));
            let moves = matches!(entry.kind, EntryKind::Earned | EntryKind::TakenBack);
            if (is_besides && moves) || entry.kind == EntryKind::Adjusted {
                given += change;
                positive += change.max(0);
            }
        }
        // Where refunds let go what was spent, that may have been taken by an adjustment.
        let most = if self.stopped { positive } else { given };
        assert!(left <= most, "{left} of {most}");
    }

    /// The whole statement, the earliest entry first.
    async fn statement(&self, whose: &CustomerId) -> Vec<PointsEntry> {
        let (shop, customer) = (self.shop.clone(), whose.clone());
        let read = move |db: &mut Db| db.points_entries(&shop, &customer, None, None, 100_000);
        let mut entries = self.store.read(read).await.unwrap().entries;
        entries.reverse();
        entries
    }

    /// What holds at any time.
    async fn check(&self) {
        let wrong = self.store.read(Db::miscounted_points).await.unwrap();
        assert_eq!(wrong, [] as [String; 0]);
        for whose in [&self.customer, &self.friend] {
            self.check_statement(whose).await;
        }
    }

    async fn check_statement(&self, whose: &CustomerId) {
        let (shop, customer) = (self.shop.clone(), whose.clone());
        let read = move |db: &mut Db| db.points_balance(&shop, &customer);
        let balance = self.store.read(read).await.unwrap().unwrap();
        let entries = self.statement(whose).await;
        let sum = |of: fn(&PointsEntry) -> i64| entries.iter().map(of).sum::<i64>();
        assert_eq!(sum(|entry| entry.available), balance.available);
        assert_eq!(sum(|entry| entry.pending), balance.pending);
        assert!(balance.pending >= 0);
        if let Some(last) = entries.last() {
            assert_eq!(last.balance, balance.available);
        }
    }

    /// Gives all goods back. Of each thing that was earned, what was taken back and what has expired is then all of it.
    async fn end(&mut self) {
        let mut left: BTreeMap<(usize, usize), (i64, i64)> = BTreeMap::new();
        for (at, order) in self.orders.iter().enumerate() {
            for (line, sold) in order.lines.iter().enumerate() {
                left.insert(
                    (at, line + 1),
                    (i64::from(sold.quantity), sold.total.amount),
                );
            }
        }
        for refund in &self.refunds {
            let at: usize = refund.order[2..].parse().unwrap();
            for back in &refund.lines {
                // One that waited and was too much has never counted, and the refusal of more says the same.
                if let Some((copies, amount)) = left.get_mut(&(at, back.line.parse().unwrap()))
                    && *copies >= i64::from(back.quantity)
                    && *amount >= back.total.amount
                {
                    *copies -= i64::from(back.quantity);
                    *amount -= back.total.amount;
                }
            }
        }
        for ((at, line), (copies, amount)) in left {
            if copies > 0 || amount > 0 {
                let copies = u32::try_from(copies).unwrap();
                let refund = refund(self.refunds.len(), at, line, copies, amount);
                assert!(self.give_back(&refund).await, "{refund:?}");
                self.refunds.push(refund);
                self.check().await;
            }
        }
        let mut sums: BTreeMap<(CustomerId, String, String, String), i64> = BTreeMap::new();
        for whose in [&self.customer, &self.friend] {
            for entry in self.statement(whose).await {
                let counts = matches!(
                    entry.kind,
                    EntryKind::Earned | EntryKind::TakenBack | EntryKind::Expired
                );
                let Some(rule) = entry.rule.filter(|_| counts) else {
                    continue;
                };
                // An invitation is once, and only some of its entries name the order.
                let of_invitation = [REFERRAL, WELCOME].contains(&&*rule.id);
                let order = if of_invitation {
                    String::new()
                } else {
                    entry.order
                };
                if of_invitation || !order.is_empty() {
                    let key = (whose.clone(), order, entry.line, rule.id);
                    *sums.entry(key).or_default() += entry.available + entry.pending;
                }
            }
        }
        // Where points were spent, they may have come back as lots that belong to no order, or after others stood in for them.
        if !self.spent && !self.stopped {
            assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
        }
        self.undo().await;
    }
}

fn refund(number: usize, order: usize, line: usize, copies: u32, amount: i64) -> NewRefund {
    NewRefund {
        number: format!("R-{number}"),
        order: format!("A-{order}"),
        refunded_at: now(),
        lines: vec![NewRefundLine {
            line: line.to_string(),
            quantity: copies,
            total: cny(amount),
        }],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_is_whole_after_each_step_and_nobody_gains_by_giving_back(
        steps in prop::collection::vec(step(), 1..24),
        stop in prop::bool::ANY,
    ) {
        LazyLock::force(&MIGRATED);
        runtime().block_on(async {
            let mut history = History::begin(stop).await;
            history.check().await;
            for step in &steps {
                history.take(step).await;
                history.check().await;
            }
            history.end().await;
            history.store.close().await;
        });
    }
}
