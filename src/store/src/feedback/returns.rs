//! What becomes of returns: the shop's programs hear of them, and the refund that follows closes the case.
//!
//! A refund counts for the case of the order's own customer that names the line, from the day on which the case was opened, and
//! the earliest case first. What counts is copies: money alone settles nothing. Where all of a case's copies are refunded it is
//! resolved; where some are missing it says how many came back and stays open.

use super::entries::NewEntry;
use super::{lock_of, rows::word};
use crate::db::Sql;
use crate::notifications::{Message, To};
use crate::{Db, StoreError, now};
use bookplate_wire::feedback::inbox::FeedbackCase;
use bookplate_wire::feedback::{CaseKind, CaseReturn, CaseState, EntryKind, ReturnState, own_path};
use bookplate_wire::notifications::{Event, ReturnEvent};
use bookplate_wire::{CaseId, CustomerId, ShopId};

/// Some programs know the day of a refund only, and call it by the day's beginning. In milliseconds.
const DAY: i64 = 24 * 3_600_000;

/// Copies of a line that came back with a refund.
#[derive(Debug, Clone)]
pub(crate) struct CameBack {
    /// The shop's number of the order.
    pub(crate) order: String,
    /// Whose order it is.
    pub(crate) customer: CustomerId,
    /// The line.
    pub(crate) line: String,
    /// How many.
    pub(crate) quantity: u32,
    /// When, in milliseconds since 1970 UTC.
    pub(crate) at: i64,
}

/// What is told of a return in an event.
pub(super) fn return_event(case: &CaseId, order: &str, back: &CaseReturn) -> ReturnEvent {
    ReturnEvent {
        case: case.clone(),
        order: order.to_owned(),
        line: back.line.clone(),
        quantity: back.quantity,
        reason: back.reason,
        wish: back.wish,
    }
}

impl Db {
    /// Tells the shop's programs what the staff says to a return.
    pub(super) fn emit_decision(
        &mut self,
        shop: &ShopId,
        case: &FeedbackCase,
        decided: ReturnState,
    ) -> Result<(), StoreError> {
        let Some(back) = &case.case.goes_back else {
            return Ok(());
        };
        let about = return_event(&case.case.id, &case.case.order, back);
        match decided {
            ReturnState::Approved => self.emit(shop, &Event::ReturnApproved(about)),
            ReturnState::Refused => self.emit(shop, &Event::ReturnRefused(about)),
            ReturnState::Asked | ReturnState::PartRefunded | ReturnState::Refunded => Ok(()),
        }
    }

    /// Settles the returns for which copies have come back.
    pub(crate) fn settle_returns(
        &mut self,
        shop: &ShopId,
        came_back: &[CameBack],
    ) -> Result<(), StoreError> {
        let mut waiting = Vec::new();
        for back in came_back {
            let cases: Vec<CaseId> = Sql::new(
                "SELECT id FROM feedback_cases WHERE shop_id = $1 AND kind = 'return' AND order_number = $2 \
                 AND return_line = $3 AND customer_id = $4 AND opened_at <= $5 AND closed_at IS NULL \
                 AND return_state <> 'refused' AND return_done < return_quantity ORDER BY id",
            )
            .arg(shop)
            .arg(&back.order)
            .arg(&back.line)
            .arg(&back.customer)
            .arg(back.at + DAY)
            .values(self)?;
            waiting.push(cases);
        }
        self.lock(waiting.iter().flatten().map(lock_of))?;
        for (back, cases) in came_back.iter().zip(&waiting) {
            let mut left = back.quantity;
            for case in cases {
                left -= self.settle_return(case, left)?;
            }
        }
        Ok(())
    }

    /// Counts so many copies for a case at most; how many it has taken.
    fn settle_return(&mut self, id: &CaseId, copies: u32) -> Result<u32, StoreError> {
        let row = Sql::new(
            "SELECT return_quantity - return_done AS missing FROM feedback_cases WHERE id = $1 AND closed_at IS NULL",
        )
        .arg(id)
        .row(self)?;
        let missing: u32 = match row {
            Some(row) => row.get("missing")?,
            None => 0,
        };
        let taken = missing.min(copies);
        if taken == 0 {
            return Ok(0);
        }
        let is_whole = taken == missing;
        let state = if is_whole {
            ReturnState::Refunded
        } else {
            ReturnState::PartRefunded
        };
        self.add_entry(id, NewEntry::by_program(EntryKind::Return, state.as_str()))?;
        Sql::new(
            "UPDATE feedback_cases SET return_done = return_done + $1, return_state = $2, changed_at = $3, \
             version = version + 1 WHERE id = $4",
        )
        .arg(taken)
        .arg(state.as_str())
        .arg(now())
        .arg(id)
        .run(self)?;
        if is_whole {
            let resolved = CaseState::Resolved.as_str();
            self.add_entry(id, NewEntry::by_program(EntryKind::State, resolved))?;
            Sql::new(
                "UPDATE feedback_cases SET state = $1, closed_at = $2, refund_untold = 1 WHERE id = $3",
            )
            .arg(resolved)
            .arg(now())
            .arg(id)
            .run(self)?;
            self.renew_rate_code(id)?;
            self.wind_clocks(id)?;
        }
        Ok(taken)
    }

    /// Tells shoppers whose returns were resolved by a refund, so many at a time; how many those were. `public_url` is the
    /// server's address as browsers reach it. It is not told by who takes the refund: that may be a command, which does not
    /// know that address.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn tell_refunded(&mut self, public_url: &str, limit: u32) -> Result<u32, StoreError> {
        let cases: Vec<CaseId> =
            Sql::new("SELECT id FROM feedback_cases WHERE refund_untold = 1 ORDER BY id LIMIT $1")
                .arg(limit)
                .values(self)?;
        self.lock(cases.iter().map(lock_of))?;
        for id in &cases {
            let row = Sql::new(
                "UPDATE feedback_cases SET refund_untold = 0 WHERE id = $1 AND refund_untold = 1 \
                 RETURNING shop_id, customer_id, kind",
            )
            .arg(id)
            .row(self)?;
            // Another server was quicker.
            let Some(row) = row else { continue };
            let (shop, customer): (ShopId, Option<CustomerId>) =
                (row.get("shop_id")?, row.get("customer_id")?);
            let Some(customer) = customer else { continue };
            let path = own_path(&self.newest_key(&shop)?, id);
            let message = Message::CaseResolved {
                case: word(&row, "kind", CaseKind::from_word)?,
                link: [public_url, &path].concat(),
                rate: self.rate_link(public_url, &shop, id)?,
            };
            self.notify(&shop, To::Customer(&customer), &message)?;
        }
        // No more than the limit.
        Ok(u32::try_from(cases.len()).unwrap_or(limit))
    }

    /// The public key by which a shop's hosted pages are reached.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn newest_key(&mut self, shop: &ShopId) -> Result<String, StoreError> {
        let key: Option<String> = Sql::new(
            "SELECT public_key FROM shop_keys WHERE shop_id = $1 AND (retires_at IS NULL OR retires_at > $2) \
             ORDER BY created_at DESC LIMIT 1",
        )
        .arg(shop)
        .arg(now())
        .value(self)?;
        Ok(key.unwrap_or_default())
    }
}
