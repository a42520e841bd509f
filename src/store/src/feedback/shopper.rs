//! Cases as their shoppers see them, and how they go with a customer.

use super::rows::{CASES, own_case_of};
use crate::db::Sql;
use crate::{Db, StoreError, now};
use bookplate_wire::feedback::satisfaction::takes_rating;
use bookplate_wire::feedback::{CaseTimeline, OwnCase, OwnCases};
use bookplate_wire::{CaseId, CustomerId, ShopId};

/// What is a customer's own of cases and goes with the customer, in an order that references allow.
pub(crate) const OWN: [&str; 6] = [
    // What was only taken for the customer's is somebody else's.
    "UPDATE feedback_cases SET linked_customer = NULL WHERE linked_customer = $1",
    "DELETE FROM feedback_words WHERE rowid IN (SELECT n.number FROM feedback_entries n JOIN feedback_cases f \
     ON f.id = n.case_id WHERE f.customer_id = $1)",
    "DELETE FROM review_photos WHERE entry_id IN (SELECT n.id FROM feedback_entries n JOIN feedback_cases f \
     ON f.id = n.case_id WHERE f.customer_id = $1)",
    "DELETE FROM feedback_entries WHERE case_id IN (SELECT id FROM feedback_cases WHERE customer_id = $1)",
    "DELETE FROM feedback_tags WHERE case_id IN (SELECT id FROM feedback_cases WHERE customer_id = $1)",
    "DELETE FROM feedback_cases WHERE customer_id = $1",
];

impl Db {
    /// A case of a shop with what its shopper sees of its timeline.
    pub(super) fn timeline(
        &mut self,
        shop: &ShopId,
        id: &CaseId,
    ) -> Result<Option<CaseTimeline>, StoreError> {
        let mut sql = Sql::new(CASES);
        sql.push("f.shop_id = ")
            .bind(shop)
            .push(" AND f.id = ")
            .bind(id);
        match sql.row(self)? {
            Some(row) => self.with_entries(own_case_of(&row)?).map(Some),
            None => Ok(None),
        }
    }

    fn with_entries(&mut self, case: OwnCase) -> Result<CaseTimeline, StoreError> {
        Ok(CaseTimeline {
            entries: self.entries_of(&case.id, false)?,
            takes_messages: case.takes_messages(now()),
            takes_rating: takes_rating(case.closed_at, case.merged_into.is_some(), now()),
            case,
        })
    }

    /// A customer's own case with its timeline.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn own_case(
        &mut self,
        customer: &CustomerId,
        id: &CaseId,
    ) -> Result<Option<CaseTimeline>, StoreError> {
        match self.case_of_customer(customer, id)? {
            Some(case) => self.with_entries(case).map(Some),
            None => Ok(None),
        }
    }

    /// A page of a customer's cases, the latest first.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn own_cases(
        &mut self,
        customer: &CustomerId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<OwnCases, StoreError> {
        let mut sql = Sql::new(CASES);
        sql.push("f.customer_id = ").bind(customer);
        if let Some(after) = after {
            let after: CaseId = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND f.id < ").bind(&after);
        }
        sql.push(" ORDER BY f.id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = rows.iter().take(limit as usize).map(own_case_of);
        let cases: Vec<OwnCase> = shown.collect::<Result<_, _>>()?;
        let last = cases.last().filter(|_| rows.len() > cases.len());
        Ok(OwnCases {
            next: last.map(|last| last.id.to_string()),
            cases,
        })
    }

    /// The cases of a customer that are not resolved, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn open_cases_of(&mut self, customer: &CustomerId) -> Result<Vec<OwnCase>, StoreError> {
        let mut sql = Sql::new(CASES);
        sql.push("f.closed_at IS NULL AND f.customer_id = ")
            .bind(customer)
            .push(" ORDER BY f.id DESC");
        sql.rows(self)?.iter().map(own_case_of).collect()
    }

    /// All cases of a customer with their timelines, the latest first.
    pub(crate) fn cases_of(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<CaseTimeline>, StoreError> {
        let cases = self.own_cases(customer, None, u32::MAX)?.cases;
        let cases = cases.into_iter().map(|case| self.with_entries(case));
        cases.collect()
    }
}
