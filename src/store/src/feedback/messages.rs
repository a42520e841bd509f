//! What shoppers write to their cases.

use super::entries::NewEntry;
use super::intake::Keys;
use super::rows::word;
use super::{CaseRefusal, CaseResult, lock_of};
use crate::db::Sql;
use crate::{Db, StoreError, now};
use bookplate_wire::feedback::writing::NewMessage;
use bookplate_wire::feedback::{CaseState, CaseTimeline, EntryKind, takes_messages};
use bookplate_wire::{CaseId, CustomerId, ShopId};

/// By what somebody shows that a case is the own one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseHolder {
    /// By being the customer who has sent it.
    Customer(CustomerId, CaseId),
    /// By the code, of which this is the hash.
    Code(String),
    /// By the code of the letter about its being resolved, which is good for rating it alone.
    RateCode(String),
}

impl Db {
    /// The case of somebody, with the email address that was left with it where it has no customer; by which who has its
    /// code shows that it is really the own one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn held_case(
        &mut self,
        shop: &ShopId,
        holder: &CaseHolder,
    ) -> CaseResult<(CaseTimeline, String)> {
        let Some((id, email)) = self.find_held(shop, holder)? else {
            return Ok(Err(CaseRefusal::NoCase));
        };
        let case = self.timeline(shop, &id)?;
        Ok(case.map(|case| (case, email)).ok_or(CaseRefusal::NoCase))
    }

    pub(super) fn find_held(
        &mut self,
        shop: &ShopId,
        holder: &CaseHolder,
    ) -> Result<Option<(CaseId, String)>, StoreError> {
        let mut sql = Sql::new("SELECT id, email FROM feedback_cases WHERE shop_id = ");
        sql.bind(shop);
        match holder {
            CaseHolder::Customer(customer, id) => sql
                .push(" AND customer_id = ")
                .bind(customer)
                .push(" AND id = ")
                .bind(id),
            CaseHolder::Code(code) => sql.push(" AND code = ").bind(code),
            CaseHolder::RateCode(code) => sql.push(" AND rate_code = ").bind(code),
        };
        let row = sql.row(self)?;
        row.map(|row| Ok((row.get("id")?, row.get("email")?)))
            .transpose()
    }

    /// Adds a shopper's message to the own case, by values that were checked. One to a case that is resolved opens it again;
    /// one to a case that has waited for the shopper gives it back to the staff. Sent again it is the same message.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_message(
        &mut self,
        shop: &ShopId,
        holder: &CaseHolder,
        message: &NewMessage,
        keys: &Keys,
    ) -> CaseResult<CaseTimeline> {
        let Some((id, _)) = self.find_held(shop, holder)? else {
            return Ok(Err(CaseRefusal::NoCase));
        };
        self.lock([lock_of(&id)])?;
        let row = Sql::new(
            "SELECT f.state, f.closed_at, CASE WHEN f.merged_into IS NULL THEN 0 ELSE 1 END AS merged, \
             (SELECT n.sent FROM feedback_entries n WHERE n.case_id = f.id AND n.draft = $1) AS sent \
             FROM feedback_cases f WHERE f.id = $2",
        )
        .arg(&keys.draft)
        .arg(&id)
        .row(self)?;
        // Gone with its customer while we waited.
        let Some(row) = row else {
            return Ok(Err(CaseRefusal::NoCase));
        };
        match row.get::<Option<String>>("sent")? {
            None => {}
            Some(sent) if sent == keys.sent => return self.shown(shop, &id),
            Some(_) => return Ok(Err(CaseRefusal::Conflict)),
        }
        if !takes_messages(row.get("closed_at")?, row.get("merged")?, now()) {
            return Ok(Err(CaseRefusal::Closed));
        }
        let before = word(&row, "state", CaseState::from_word)?;
        let after = match before {
            CaseState::Waiting => CaseState::InProgress,
            CaseState::Resolved => CaseState::Reopened,
            same => same,
        };
        let entry = NewEntry {
            sent: Some((&keys.draft, &keys.sent)),
            ..NewEntry::said(EntryKind::Message, None, &message.text)
        };
        let entry = self.add_entry(&id, entry)?;
        // Who writes by a code has sent photos as nobody, also where the case is a customer's by now.
        let customer = match holder {
            CaseHolder::Customer(customer, _) => Some(customer),
            CaseHolder::Code(_) | CaseHolder::RateCode(_) => None,
        };
        let attached = self.attach_photos(shop, customer, &entry, &message.photos)?;
        if let Err(refusal) = attached {
            return Ok(Err(refusal));
        }
        if after != before {
            let entry = NewEntry::done(EntryKind::State, None, after.as_str());
            self.add_entry(&id, entry)?;
        }
        Sql::new(
            "UPDATE feedback_cases SET state = $1, version = version + 1, changed_at = $2, closed_at = NULL, \
             closed_by = '' WHERE id = $3",
        )
        .arg(after.as_str())
        .arg(now())
        .arg(&id)
        .run(self)?;
        if after != before {
            self.wind_clocks(&id)?;
        }
        self.shown(shop, &id)
    }

    fn shown(
        &mut self,
        shop: &ShopId,
        id: &CaseId,
    ) -> Result<Result<CaseTimeline, CaseRefusal>, StoreError> {
        Ok(self.timeline(shop, id)?.ok_or(CaseRefusal::NoCase))
    }
}
