//! Points that people and programs add or take. Above the limit of the rules they wait for a second person.

use super::calendar::Calendar;
use super::earn::expiry;
use super::ledger::{About, Ledger, Move, NewLot, Side, Sums, drawn, usable_lots};
use super::lock_of;
use super::rules::Versions;
use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql, slot};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::adjustments::{Adjustment, AdjustmentState, NewAdjustment};
use bookplate_wire::{AdjustmentId, CustomerId, ShopId, StaffId};

/// How long what somebody has done alone for a customer counts towards the limit, in milliseconds: many small adjustments are a
/// large one.
const TOGETHER: i64 = 24 * 60 * 60 * 1_000;

/// How many that wait are shown.
const WAITING_MAX: u32 = 100;

/// Why points were not adjusted; nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdjustmentRefusal {
    /// The shop has no points.
    Off,
    /// The shop has no such customer.
    NoCustomer,
    /// The shop has no such adjustment.
    NotFound,
    /// The reference is known with other content.
    Conflict,
    /// The customer has fewer points.
    Insufficient,
    /// It comes from who wants to confirm it.
    SecondPerson,
    /// Somebody has decided otherwise.
    Decided,
}

/// An adjustment with what stands beside it in the database.
struct Known {
    adjustment: Adjustment,
    by: (String, String),
    decided_by: String,
}

const COLUMNS: &str = "SELECT j.id, j.reference, a.customer_id, j.points, j.reason, j.state, j.by_kind, j.by_id, \
     j.decided_by, j.created_at, COALESCE(NULLIF(s.name, ''), s.email, k.name, '') AS by_name FROM point_adjustments j \
     JOIN point_accounts a ON a.id = j.account_id LEFT JOIN staff s ON j.by_kind = 'staff' AND s.id = j.by_id \
     LEFT JOIN shop_secrets k ON j.by_kind = 'key' AND k.id = j.by_id \
     WHERE a.customer_id IS NOT NULL AND j.shop_id = ";

impl Db {
    /// Adds points to a customer's or takes some, by values that were checked ([`NewAdjustment::checked`]); above the limit of
    /// the rules it waits for a second person. A known reference with the same content is the same adjustment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn adjust_points(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        customer: &CustomerId,
        new: &NewAdjustment,
    ) -> Result<Result<Adjustment, AdjustmentRefusal>, StoreError> {
        let reference = slot(&new.reference);
        self.lock([format!("adjustment {shop} {reference}")])?;
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(Err(AdjustmentRefusal::Off));
        };
        self.lock([lock_of(shop, customer)])?;
        if !self.is_customer_of(shop, customer)? {
            return Ok(Err(AdjustmentRefusal::NoCustomer));
        }
        let taken =
            Sql::new("SELECT id FROM point_adjustments WHERE shop_id = $1 AND reference = $2")
                .arg(shop)
                .arg(&new.reference)
                .value::<AdjustmentId>(self)?;
        if let Some(id) = taken {
            let known = self.known_adjustment(shop, &id)?;
            let same = known.map(|known| known.adjustment).filter(|known| {
                (&known.customer, known.points, &known.reason)
                    == (customer, new.points, &new.reason)
            });
            return Ok(same.ok_or(AdjustmentRefusal::Conflict));
        }
        let customers = [customer.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now())?;
        let version = versions.latest();
        let limit = i64::from(versions.rules(self, shop, version)?.adjust_limit);
        let id = AdjustmentId::new_id();
        let account = ledger.account(customer)?.id.clone();
        let before = match by {
            Actor::Staff(staff) => self.adjusted_alone(staff, &account)?,
            _ => 0,
        };
        let waits = (before + new.points).abs() > limit;
        if !waits {
            let change = (&id, new.points);
            if let Err(refusal) =
                self.carry_out(&mut ledger, &mut versions, shop, customer, change)?
            {
                return Ok(Err(refusal));
            }
        }
        let state = if waits {
            AdjustmentState::Waiting
        } else {
            AdjustmentState::Done
        };
        let (kind, by_id) = by.columns();
        Sql::new(
            "INSERT INTO point_adjustments (id, shop_id, reference, account_id, points, reason, by_kind, by_id, state, \
             decided_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10)",
        )
        .arg(&id)
        .arg(shop)
        .arg(&new.reference)
        .arg(&account)
        .arg(new.points)
        .arg(&new.reason)
        .arg(kind)
        .arg(by_id)
        .arg(state.as_str())
        .arg(now())
        .run(self)?;
        ledger.close(self)?;
        let after = fields_of([("points", new.points.to_string())]);
        let both = (&Fields::new(), &after);
        self.audit(shop, by, Action::PointsAdjusted, id.as_str(), both)?;
        let known = self.known_adjustment(shop, &id)?;
        let missing = StoreError::Corrupt("point_adjustments.id");
        Ok(Ok(known.ok_or(missing)?.adjustment))
    }

    /// How many points somebody of the staff has added to an account lately, less what they have taken, without a second person.
    fn adjusted_alone(&mut self, staff: &StaffId, account: &str) -> Result<i64, StoreError> {
        let sum = Sql::new(
            "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM point_adjustments WHERE account_id = $1 \
             AND by_kind = 'staff' AND by_id = $2 AND state = 'done' AND decided_by = '' AND created_at > $3",
        )
        .arg(account)
        .arg(staff)
        .arg(now() - TOGETHER)
        .value(self)?;
        Ok(sum.unwrap_or(0))
    }

    /// Confirms an adjustment that waits, or not. Who wants it cannot; the same decision by the same person again changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn decide_adjustment(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        id: &AdjustmentId,
        confirm: bool,
    ) -> Result<Result<Adjustment, AdjustmentRefusal>, StoreError> {
        let Some(known) = self.known_adjustment(shop, id)? else {
            return Ok(Err(AdjustmentRefusal::NotFound));
        };
        let customer = known.adjustment.customer;
        self.lock([lock_of(shop, &customer)])?;
        // As it is now that nobody else changes it.
        let Some(mut known) = self.known_adjustment(shop, id)? else {
            return Ok(Err(AdjustmentRefusal::NotFound));
        };
        let state = if confirm {
            AdjustmentState::Done
        } else {
            AdjustmentState::Rejected
        };
        if known.adjustment.state != AdjustmentState::Waiting {
            let again = known.adjustment.state == state && known.decided_by == by.as_str();
            let refusal = AdjustmentRefusal::Decided;
            return Ok(if again {
                Ok(known.adjustment)
            } else {
                Err(refusal)
            });
        }
        // Who wants it can take it back, and only not confirm it.
        let own = known.by == ("staff".to_owned(), by.to_string());
        if confirm && own {
            return Ok(Err(AdjustmentRefusal::SecondPerson));
        }
        if confirm {
            let Some(mut versions) = Versions::of(self, shop)? else {
                return Ok(Err(AdjustmentRefusal::Off));
            };
            let customers = [customer.clone()];
            let mut ledger = Ledger::open(self, shop, &customers, now())?;
            let change = (id, known.adjustment.points);
            let done = self.carry_out(&mut ledger, &mut versions, shop, &customer, change)?;
            if let Err(refusal) = done {
                return Ok(Err(refusal));
            }
            ledger.close(self)?;
        }
        Sql::new("UPDATE point_adjustments SET state = $1, decided_by = $2 WHERE id = $3")
            .arg(state.as_str())
            .arg(by)
            .arg(id)
            .run(self)?;
        let after = fields_of([("adjustment", state.as_str().to_owned())]);
        let both = (&Fields::new(), &after);
        let actor = Actor::Staff(by.clone());
        self.audit(shop, &actor, Action::AdjustmentDecided, id.as_str(), both)?;
        known.adjustment.state = state;
        Ok(Ok(known.adjustment))
    }

    /// The adjustments of a shop that wait for a second person, the earliest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn waiting_adjustments(&mut self, shop: &ShopId) -> Result<Vec<Adjustment>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop)
            .push(" AND j.state = 'waiting' ORDER BY j.id LIMIT ")
            .bind(WAITING_MAX);
        let rows = sql.rows(self)?;
        rows.iter()
            .map(|row| Ok(known_of(row)?.adjustment))
            .collect()
    }

    fn known_adjustment(
        &mut self,
        shop: &ShopId,
        id: &AdjustmentId,
    ) -> Result<Option<Known>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop).push(" AND j.id = ").bind(id);
        sql.row(self)?.as_ref().map(known_of).transpose()
    }

    fn carry_out(
        &mut self,
        ledger: &mut Ledger<'_>,
        versions: &mut Versions,
        shop: &ShopId,
        customer: &CustomerId,
        (id, points): (&AdjustmentId, i64),
    ) -> Result<Result<(), AdjustmentRefusal>, StoreError> {
        let about = About {
            cause: format!("adjustment:{id}"),
            adjustment: Some(id.clone()),
            ..About::default()
        };
        if points < 0 {
            let account = ledger.account(customer)?.clone();
            let lots = usable_lots(self, &account)?;
            let (mut moves, taken) = drawn(&lots, -points);
            if taken < -points {
                return Ok(Err(AdjustmentRefusal::Insufficient));
            }
            moves.push(Move::of_shop(Side::Adjusted, -points));
            let kind = EntryKind::Adjusted;
            ledger.move_lots(self, customer, kind, about, (moves, Sums::default()))?;
            return Ok(Ok(()));
        }
        let version = versions.latest();
        let calendar: Calendar = self.calendar(shop)?;
        let now = ledger.now();
        let lot = NewLot {
            order: None,
            line: String::new(),
            // Of no rule: by people.
            rule: String::new(),
            version,
            earned_on: calendar.day(now),
            points,
            matures_at: now,
            expires_at: expiry(versions.rules(self, shop, version)?, &calendar, now),
            origin: None,
            edition: None,
        };
        ledger.grant(customer, (EntryKind::Adjusted, Side::Adjusted), about, &lot)?;
        Ok(Ok(()))
    }
}

fn known_of(row: &Row) -> Result<Known, StoreError> {
    let state: String = row.get("state")?;
    Ok(Known {
        adjustment: Adjustment {
            id: row.get("id")?,
            reference: row.get("reference")?,
            customer: row.get("customer_id")?,
            points: row.get("points")?,
            reason: row.get("reason")?,
            state: AdjustmentState::from_word(&state)
                .ok_or(StoreError::Corrupt("point_adjustments.state"))?,
            by: row.get("by_name")?,
            at: row.get("created_at")?,
        },
        by: (row.get("by_kind")?, row.get("by_id")?),
        decided_by: row.get("decided_by")?,
    })
}
