//! Invitations: a customer's code, who has taken it, and what comes of that.
//!
//! Both sides are accounts of points. What an invitation earns is written once for ever: its causes name the account that was
//! invited, so no order that comes late, twice or out of its turn earns it again. Refunds of the order take both sides back in
//! proportion to what came back of the whole order. Nothing of one side is told to the other.

use super::calendar::Calendar;
use super::earn::{expiry, given_back_of};
use super::ledger::{About, Ledger, NewLot, Side};
use super::lock_of;
use super::refunds::{EarnedLot, Taken, note_taken};
use super::rules::Versions;
use crate::db::{LIST, Row, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::orders::Money;
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::codes::{code_of, read_code};
use bookplate_wire::points::earn::Returned;
use bookplate_wire::points::referrals::{
    KeptInvitation, KeptReferral, NEW_DAYS, Referral, ReferralOffer,
};
use bookplate_wire::points::rules::{REFERRAL, WELCOME};
use bookplate_wire::{CustomerId, OrderId, RefundId, ShopId};
use std::collections::HashMap;
use uuid::Uuid;

const DAY: i64 = 24 * 60 * 60 * 1_000;
/// By how many milliseconds an order may seem to be from before the invitation was taken: a shop's clock goes wrong a little, and may
/// know whole minutes only.
pub(super) const SLACK: i64 = 60 * 1_000;

/// Why an invitation was not taken; nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferralRefusal {
    /// The shop has no points.
    NoPoints,
    /// Nothing is given for invitations.
    Off,
    /// Nobody of the shop has this code.
    Unknown,
    /// It is the customer's own, or of somebody whom the customer has invited.
    Own,
    /// Another one was taken before.
    Taken,
    /// The customer has ordered before, or was first seen too long ago.
    NotNew,
}

/// An order by which an invitation may earn.
pub(super) struct Purchased<'a> {
    pub(super) id: &'a OrderId,
    pub(super) customer: &'a CustomerId,
    pub(super) placed_at: i64,
    pub(super) version: u32,
    /// What was paid for all of it.
    pub(super) total: Money,
}

/// An invitation that was taken and has not earned yet.
struct Waiting {
    account: String,
    inviter: String,
    /// `None` where that one has left.
    inviter_customer: Option<CustomerId>,
    taken_at: i64,
}

/// What refunds have to take back of what an invitation has earned.
pub(super) struct Undone {
    of_order: Returned,
    /// The shop's number of the order, and its customer.
    number: String,
    buyer: Option<CustomerId>,
    order: OrderId,
    /// The latest of the refunds, and when it was made.
    refund: RefundId,
    refunded_at: i64,
    lots: Vec<EarnedLot>,
}

impl Undone {
    /// Whose points it is about.
    pub(super) fn customers(&self) -> impl Iterator<Item = &CustomerId> {
        self.lots.iter().map(|lot| &lot.customer)
    }
}

fn cause_of(rule: &str, account: &str) -> String {
    match rule {
        WELCOME => format!("referral welcome:{account}"),
        _ => format!("referral:{account}"),
    }
}

impl Db {
    /// A customer's invitations, without the address of the link; `None` where the shop has no points. There is no code before
    /// [`Db::referral_code`] was asked for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn referral(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<Option<Referral>, StoreError> {
        if !self.has_points(shop)? {
            return Ok(None);
        }
        let offer = self.referral_offer(shop)?;
        let sums = Sql::new(
            "SELECT COUNT(*) AS invited, COUNT(r.order_id) AS earned FROM referrals r \
             JOIN point_accounts a ON a.id = r.inviter_id WHERE a.customer_id = $1",
        )
        .arg(customer)
        .row(self)?
        .ok_or(StoreError::Corrupt("referrals"))?;
        let points = Sql::new(
            "SELECT CAST(COALESCE(SUM(l.granted - l.taken - l.missed), 0) AS BIGINT) FROM point_lots l \
             JOIN point_accounts a ON a.id = l.account_id WHERE a.customer_id = $1 AND l.rule = $2",
        )
        .arg(customer)
        .arg(REFERRAL)
        .value(self)?;
        let code = match &offer {
            Some(_) => self.known_referral_code(customer)?,
            None => String::new(),
        };
        let may_take = offer.is_some()
            && self.referral_taken(customer)?.is_none()
            && self.is_new_customer(customer)?;
        Ok(Some(Referral {
            code,
            url: String::new(),
            invited: sums.get("invited")?,
            earned: sums.get("earned")?,
            points: points.unwrap_or(0),
            offer,
            may_take,
        }))
    }

    /// The code by which a customer invites others; who has none gets one. `None` where the customer has left.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn referral_code(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<Option<String>, StoreError> {
        // Nobody has it, but for a chance that is none; then the next request makes another one. Somebody may have been faster.
        Sql::new(
            "INSERT INTO referral_codes (customer_id, shop_id, code) \
             SELECT c.id, c.shop_id, CAST($1 AS TEXT) FROM customers c WHERE c.id = $2 AND c.shop_id = $3 \
             ON CONFLICT DO NOTHING",
        )
        .arg(code_of(Uuid::new_v4().as_u128()))
        .arg(customer)
        .arg(shop)
        .run(self)?;
        let code = self.known_referral_code(customer)?;
        Ok(Some(code).filter(|code| !code.is_empty()))
    }

    fn known_referral_code(&mut self, customer: &CustomerId) -> Result<String, StoreError> {
        let code = Sql::new("SELECT code FROM referral_codes WHERE customer_id = $1")
            .arg(customer)
            .value(self)?;
        Ok(code.unwrap_or_default())
    }

    /// What the rules in force give for an invitation, if they give anything.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn referral_offer(&mut self, shop: &ShopId) -> Result<Option<ReferralOffer>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(None);
        };
        let version = versions.latest();
        let rules = versions.rules(self, shop, version)?;
        Ok(rules.referral.as_ref().map(|reward| reward.offer()))
    }

    /// What readers know of who has sent an invitation: the name under a review that they see, or an empty one. `None` where nobody has
    /// the code.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn inviter_name(
        &mut self,
        shop: &ShopId,
        code: &str,
    ) -> Result<Option<String>, StoreError> {
        // Also for what cannot be a code: the answer takes as long.
        let code = read_code(code).unwrap_or_default();
        Sql::new(
            "SELECT COALESCE((SELECT r.author FROM reviews r WHERE r.customer_id = i.customer_id AND r.status = 'published' \
             AND r.source_id = r.id ORDER BY r.created_at DESC, r.id DESC LIMIT 1), '') FROM referral_codes i \
             WHERE i.shop_id = $1 AND i.code = $2",
        )
        .arg(shop)
        .arg(code)
        .value(self)
    }

    /// Takes an invitation for a customer who is new. The same one again changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_referral(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        code: &str,
    ) -> Result<Result<(), ReferralRefusal>, StoreError> {
        if !self.has_points(shop)? {
            return Ok(Err(ReferralRefusal::NoPoints));
        }
        let code = read_code(code).unwrap_or_default();
        let Some(inviter) = self.inviter_by(shop, &code)? else {
            return Ok(Err(ReferralRefusal::Unknown));
        };
        if inviter == *customer {
            return Ok(Err(ReferralRefusal::Own));
        }
        self.lock([&inviter, customer].map(|one| lock_of(shop, one)))?;
        // Either may have left meanwhile.
        let both = [inviter.clone(), customer.clone()];
        if self.inviter_by(shop, &code)?.is_none() || !self.is_customer_of(shop, customer)? {
            return Ok(Err(ReferralRefusal::Unknown));
        }
        let now = now();
        let ledger = Ledger::open(self, shop, &both, now)?;
        let (inviter, account) = (
            ledger.account(&inviter)?.id.clone(),
            ledger.account(customer)?.id.clone(),
        );
        ledger.close(self)?;
        match self.referral_taken(customer)? {
            Some((by, _)) if by == inviter => return Ok(Ok(())),
            Some(_) => return Ok(Err(ReferralRefusal::Taken)),
            None => {}
        }
        let other_way =
            Sql::new("SELECT taken_at FROM referrals WHERE account_id = $1 AND inviter_id = $2")
                .arg(&inviter)
                .arg(&account)
                .row(self)?;
        if other_way.is_some() {
            return Ok(Err(ReferralRefusal::Own));
        }
        if !self.is_new_customer(customer)? {
            return Ok(Err(ReferralRefusal::NotNew));
        }
        if self.referral_offer(shop)?.is_none() {
            return Ok(Err(ReferralRefusal::Off));
        }
        Sql::new("INSERT INTO referrals (account_id, inviter_id, taken_at) VALUES ($1, $2, $3)")
            .arg(account)
            .arg(inviter)
            .arg(now)
            .run(self)?;
        Ok(Ok(()))
    }

    fn inviter_by(&mut self, shop: &ShopId, code: &str) -> Result<Option<CustomerId>, StoreError> {
        Sql::new("SELECT customer_id FROM referral_codes WHERE shop_id = $1 AND code = $2")
            .arg(shop)
            .arg(code)
            .value(self)
    }

    /// By which account a customer was invited, and when that was taken.
    fn referral_taken(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Option<(String, i64)>, StoreError> {
        Sql::new(
            "SELECT r.inviter_id, r.taken_at FROM referrals r JOIN point_accounts a ON a.id = r.account_id \
             WHERE a.customer_id = $1",
        )
        .arg(customer)
        .row(self)?
        .map(|row| Ok((row.get("inviter_id")?, row.get("taken_at")?)))
        .transpose()
    }

    /// Whether a customer has ordered nothing yet, and was first seen a short while ago.
    fn is_new_customer(&mut self, customer: &CustomerId) -> Result<bool, StoreError> {
        let found = Sql::new(
            "SELECT id FROM customers c WHERE c.id = $1 AND c.created_at >= $2 \
             AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)",
        )
        .arg(customer)
        .arg(now() - NEW_DAYS * DAY)
        .row(self)?;
        Ok(found.is_some())
    }

    /// What is known of a customer's invitations.
    pub(crate) fn kept_referral(
        &mut self,
        customer: &CustomerId,
    ) -> Result<KeptReferral, StoreError> {
        let invited = Sql::new(
            "SELECT r.taken_at, CASE WHEN r.order_id IS NULL THEN 0 ELSE 1 END AS earned FROM referrals r \
             JOIN point_accounts a ON a.id = r.inviter_id WHERE a.customer_id = $1 ORDER BY r.taken_at, r.account_id",
        )
        .arg(customer)
        .rows(self)?;
        let invited = invited.iter().map(|row| {
            Ok(KeptInvitation {
                taken_at: row.get("taken_at")?,
                earned: row.get("earned")?,
            })
        });
        Ok(KeptReferral {
            code: self.known_referral_code(customer)?,
            taken_at: self.referral_taken(customer)?.map(|(_, at)| at),
            invited: invited.collect::<Result<_, StoreError>>()?,
        })
    }

    /// Customers, and those whose points orders of theirs may change besides: of invitations that wait for their orders, or have
    /// earned by some orders. For whoever locks points.
    pub(super) fn with_referrals(
        &mut self,
        versions: &Versions,
        customers: &[CustomerId],
        orders: &[OrderId],
    ) -> Result<Vec<CustomerId>, StoreError> {
        let mut all = customers.to_vec();
        if !versions.has_referrals() {
            return Ok(all);
        }
        for chunk in customers.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT i.customer_id FROM referrals r JOIN point_accounts a ON a.id = r.account_id \
                 JOIN point_accounts i ON i.id = r.inviter_id WHERE r.order_id IS NULL \
                 AND i.customer_id IS NOT NULL AND a.customer_id IN (",
            );
            sql.bind_all(chunk).push(")");
            all.extend(sql.values::<CustomerId>(self)?);
        }
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT a.customer_id FROM referrals r JOIN point_accounts a ON a.id IN (r.inviter_id, r.account_id) \
                 WHERE a.customer_id IS NOT NULL AND r.order_id IN (",
            );
            sql.bind_all(chunk).push(")");
            all.extend(sql.values::<CustomerId>(self)?);
        }
        Ok(all)
    }

    /// Has invitations earn by orders, of which those come first that were placed first. Whoever calls it has locked the points of all
    /// ([`Db::with_referrals`]) and has no ledger open.
    pub(super) fn earn_referrals(
        &mut self,
        shop: &ShopId,
        versions: &mut Versions,
        (calendar, now): (&Calendar, i64),
        orders: &[Purchased<'_>],
    ) -> Result<(), StoreError> {
        let mut may_earn = Vec::new();
        for order in orders {
            if versions
                .rules(self, shop, order.version)?
                .referral
                .is_some()
            {
                may_earn.push(order);
            }
        }
        let mut waiting = self.waiting_referrals(&may_earn)?;
        // One that was taken since the locks were chosen has another lock; the others are held already.
        let inviters = waiting
            .values()
            .filter_map(|one| one.inviter_customer.as_ref());
        self.lock(inviters.map(|inviter| lock_of(shop, inviter)))?;
        for order in may_earn {
            let Some(one) = waiting.get(order.customer) else {
                continue;
            };
            let rules = versions.rules(self, shop, order.version)?;
            let Some(reward) = &rules.referral else {
                continue;
            };
            if order.placed_at < one.taken_at - SLACK {
                continue;
            }
            let placed_on = calendar.day(order.placed_at);
            let before = self.earned_by_rule(&one.inviter, REFERRAL, reward.cap, &placed_on)?;
            let Some((points, missed)) = reward.earns(&order.total, before) else {
                continue;
            };
            let matures_at = match rules.return_days {
                0 => now,
                days => calendar.after_days(order.placed_at, days),
            };
            let expires_at = expiry(rules, calendar, matures_at.max(now));
            let mut sides = Vec::new();
            // What was bought is nobody's business but the buyer's.
            if let Some(inviter) = &one.inviter_customer {
                sides.push((inviter, REFERRAL, (points, missed), None));
            }
            if reward.welcome > 0 {
                let welcome = (reward.welcome.into(), 0);
                sides.push((order.customer, WELCOME, welcome, Some(order.id.clone())));
            }
            let customers: Vec<CustomerId> = sides.iter().map(|side| side.0.clone()).collect();
            let mut ledger = Ledger::open(self, shop, &customers, now)?;
            for (customer, rule, (points, missed), about_order) in sides {
                let about = About {
                    cause: cause_of(rule, &one.account),
                    order: about_order,
                    rule: rule.to_owned(),
                    version: Some(order.version),
                    missed,
                    ..About::default()
                };
                if points == 0 {
                    ledger.note(customer, EntryKind::Earned, about)?;
                    continue;
                }
                let lot = NewLot {
                    matures_at,
                    expires_at,
                    ..NewLot::besides(rule, order.version, points, (now, placed_on.clone()))
                };
                let kind = (EntryKind::Earned, Side::Issued);
                ledger.grant(customer, kind, about, &lot)?;
            }
            ledger.close(self)?;
            Sql::new("UPDATE referrals SET order_id = $1 WHERE account_id = $2")
                .arg(order.id)
                .arg(&one.account)
                .run(self)?;
            waiting.remove(order.customer);
        }
        Ok(())
    }

    /// The invitations of those who have ordered, as long as they have not earned.
    fn waiting_referrals(
        &mut self,
        orders: &[&Purchased<'_>],
    ) -> Result<HashMap<CustomerId, Waiting>, StoreError> {
        let mut waiting = HashMap::new();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT a.customer_id, r.account_id, r.inviter_id, r.taken_at, i.customer_id AS inviter FROM referrals r \
                 JOIN point_accounts a ON a.id = r.account_id JOIN point_accounts i ON i.id = r.inviter_id \
                 WHERE r.order_id IS NULL AND a.customer_id IN (",
            );
            sql.bind_all(chunk.iter().map(|order| order.customer))
                .push(")");
            for row in sql.rows(self)? {
                let one = Waiting {
                    account: row.get("account_id")?,
                    inviter: row.get("inviter_id")?,
                    inviter_customer: row.get("inviter")?,
                    taken_at: row.get("taken_at")?,
                };
                waiting.insert(row.get("customer_id")?, one);
            }
        }
        Ok(waiting)
    }

    /// The invitations that have earned by some orders of which something was given back.
    pub(super) fn undone_referrals(
        &mut self,
        shop: &ShopId,
        orders: &[OrderId],
    ) -> Result<Vec<Undone>, StoreError> {
        let mut undone = Vec::new();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT r.account_id, o.id, o.number, o.customer_id, CAST(SUM(l.quantity) AS BIGINT) AS quantity, \
                 CAST(SUM(l.total) AS BIGINT) AS total, CAST(SUM(l.refunded_quantity) AS BIGINT) AS refunded_quantity, \
                 CAST(SUM(l.refunded) AS BIGINT) AS refunded FROM referrals r JOIN orders o ON o.id = r.order_id \
                 JOIN order_lines l ON l.order_id = o.id WHERE o.id IN (",
            );
            sql.bind_all(chunk).push(
                ") GROUP BY r.account_id, o.id, o.number, o.customer_id \
                 HAVING SUM(l.refunded_quantity) > 0 OR SUM(l.refunded) > 0 ORDER BY o.id",
            );
            for row in sql.rows(self)? {
                undone.extend(self.undone_referral(shop, &row)?);
            }
        }
        Ok(undone)
    }

    fn undone_referral(&mut self, shop: &ShopId, row: &Row) -> Result<Option<Undone>, StoreError> {
        let (account, number): (String, String) = (row.get("account_id")?, row.get("number")?);
        let refund = Sql::new(
            "SELECT id, refunded_at FROM refunds WHERE shop_id = $1 AND order_number = $2 AND state = 'applied' \
             ORDER BY refunded_at DESC, id DESC LIMIT 1",
        )
        .arg(shop)
        .arg(&number)
        .row(self)?;
        let Some(refund) = refund else {
            return Ok(None);
        };
        let mut sql = Sql::new(EarnedLot::ALL);
        sql.push(" AND t.id IN (SELECT x.lot_id FROM point_transactions x WHERE x.shop_id = ")
            .bind(shop)
            .push(" AND x.cause IN (")
            .bind(cause_of(REFERRAL, &account))
            .push(", ")
            .bind(cause_of(WELCOME, &account))
            .push(")) ORDER BY t.id");
        Ok(Some(Undone {
            of_order: Returned {
                quantity: row.get("quantity")?,
                total: row.get("total")?,
                refunded_quantity: row.get("refunded_quantity")?,
                refunded: row.get("refunded")?,
            },
            number,
            buyer: row.get("customer_id")?,
            order: row.get("id")?,
            refund: refund.get("id")?,
            refunded_at: refund.get("refunded_at")?,
            lots: sql
                .rows(self)?
                .iter()
                .map(EarnedLot::of)
                .collect::<Result<_, _>>()?,
        }))
    }

    /// Takes back of what an invitation has earned what refunds have not taken yet.
    pub(super) fn undo_referral(
        &mut self,
        (shop, ledger): (&ShopId, &mut Ledger<'_>),
        versions: &mut Versions,
        taken: &mut Taken,
        undone: Undone,
    ) -> Result<(), StoreError> {
        for mut lot in undone.lots {
            // As it is now: what was taken before it may have come out of this one.
            self.refresh(&mut lot)?;
            let due = given_back_of(lot.granted, &undone.of_order) - lot.expired - lot.settled;
            if due <= 0 {
                continue;
            }
            let policy = versions.rules(self, shop, lot.version)?.refund_spent;
            let is_buyer = undone.buyer.as_ref() == Some(&lot.customer);
            let about = About {
                cause: format!("referral undone:{}:{}", lot.id, lot.settled),
                order: is_buyer.then(|| undone.order.clone()),
                refund: is_buyer.then(|| undone.refund.clone()),
                ..About::default()
            };
            let sums = self.take_of_lot(ledger, &mut lot, (due, policy), about)?;
            let number = if is_buyer { &*undone.number } else { "" };
            let refund = (&undone.refund, undone.refunded_at);
            note_taken(taken, &lot.customer, refund, (number, sums));
        }
        Ok(())
    }
}
