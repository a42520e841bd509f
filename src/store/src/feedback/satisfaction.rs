//! How satisfied shoppers are with what has become of their cases.

use super::{CaseHolder, CaseRefusal, CaseResult, lock_of};
use crate::db::Sql;
use crate::{Db, StoreError, now};
use bookplate_wire::feedback::CaseTimeline;
use bookplate_wire::feedback::satisfaction::{CaseRating, rate_path, takes_rating};
use bookplate_wire::{CaseId, ShopId};
use uuid::Uuid;

impl Db {
    /// Says how satisfied a shopper is with the own case, by values that were checked. Said again, the last word counts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn rate_case(
        &mut self,
        shop: &ShopId,
        holder: &CaseHolder,
        rating: &CaseRating,
    ) -> CaseResult<CaseTimeline> {
        let Some((id, _)) = self.find_held(shop, holder)? else {
            return Ok(Err(CaseRefusal::NoCase));
        };
        self.lock([lock_of(&id)])?;
        let Some(case) = self.timeline(shop, &id)? else {
            // Gone with its customer while we waited.
            return Ok(Err(CaseRefusal::NoCase));
        };
        let closed = case.case.closed_at;
        if !takes_rating(closed, case.case.merged_into.is_some(), now()) {
            return Ok(Err(CaseRefusal::NotToRate));
        }
        Sql::new(
            "UPDATE feedback_cases SET score = $1, score_comment = $2, scored_at = $3, version = version + 1 WHERE id = $4",
        )
        .arg(i64::from(rating.score))
        .arg(&rating.comment)
        .arg(now())
        .arg(&id)
        .run(self)?;
        Ok(self.timeline(shop, &id)?.ok_or(CaseRefusal::NoCase))
    }

    /// Makes the code by which the letter about a case that was just resolved leads to where its shopper rates it.
    pub(super) fn renew_rate_code(&mut self, id: &CaseId) -> Result<(), StoreError> {
        Sql::new("UPDATE feedback_cases SET rate_code = $1 WHERE id = $2")
            .arg(Uuid::new_v4().simple().to_string())
            .arg(id)
            .run(self)
            .map(drop)
    }

    /// Where its shopper rates a case that is resolved; empty where it is not. `public_url` is the server's address as browsers
    /// reach it.
    pub(super) fn rate_link(
        &mut self,
        public_url: &str,
        shop: &ShopId,
        id: &CaseId,
    ) -> Result<String, StoreError> {
        let code: Option<String> = Sql::new(
            "SELECT rate_code FROM feedback_cases WHERE closed_at IS NOT NULL AND rate_code IS NOT NULL AND id = $1",
        )
        .arg(id)
        .value(self)?;
        let Some(code) = code else {
            return Ok(String::new());
        };
        let key = self.newest_key(shop)?;
        Ok([public_url, &rate_path(&key, &code)].concat())
    }
}
