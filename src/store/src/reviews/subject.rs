//! What a review is about: a book, or how it was delivered.

use super::moderation::DecisionFault;
use super::own::own;
use super::versions::{Review, State};
use crate::db::Sql;
use crate::points::TakenAwayBy;
use crate::ratings::Change;
use crate::{Db, StoreError};
use bookplate_wire::reviews::moderation::{Decision, NewDecision};
use bookplate_wire::reviews::writing::{ReviewText, Subject};
use bookplate_wire::{CustomerId, EditionId, ReviewId, ShopId, StaffId, WorkId};
use std::collections::BTreeMap;

/// Why nothing was noted of what a review is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectRefusal {
    /// The customer has no such review.
    NoReview,
    /// The author has written another version since.
    Changed,
}

/// A version of a review that its author has handed over to the shop.
pub(crate) struct Handed {
    pub(crate) edition: EditionId,
    pub(crate) version: u32,
    pub(crate) text: ReviewText,
}

impl Db {
    /// Notes that a version of a customer's own review is about the book.
    pub(crate) fn is_about_book(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        named: (&ReviewId, u32),
    ) -> Result<Result<(), SubjectRefusal>, StoreError> {
        let mut review = match own_version(self, shop, customer, named)? {
            Ok(review) => review,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let id = named.0;
        // What was handed over is a review again once its author writes it anew.
        if review.latest.state != State::HandedOver {
            self.keep_first(shop, &mut review)?;
            self.note_subject(id, review.latest.number, Subject::Book)?;
        }
        Ok(Ok(()))
    }

    /// Takes the latest version of a customer's own review away from readers and staff, as it is not about the book; an earlier
    /// one that readers see stays. The author can write another version, which somebody looks at first.
    pub(crate) fn hand_over(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        named: (&ReviewId, u32),
    ) -> Result<Result<Handed, SubjectRefusal>, StoreError> {
        let mut review = match own_version(self, shop, customer, named)? {
            Ok(review) => review,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let id = named.0;
        if review.latest.state != State::HandedOver {
            self.keep_first(shop, &mut review)?;
            self.note_subject(id, review.latest.number, Subject::Delivery)?;
            if review.shows_latest() {
                let mut changes = BTreeMap::new();
                self.hide(&review, &mut changes)?;
                self.take_reward(shop, &review, TakenAwayBy::Author)?;
                self.apply(changes)?;
                self.settle_reports(id)?;
                // What the shop has answered was about the same: it does not belong below what is written next.
                Sql::new("UPDATE reviews SET answer = '', answered_at = NULL WHERE id = $1")
                    .arg(id)
                    .run(self)?;
            }
        }
        Ok(Ok(Handed {
            edition: review.edition,
            version: review.latest.number,
            text: review.latest.text,
        }))
    }

    /// Decides about the version that readers still see of a review whose latest one was handed over: that one is nobody's to
    /// decide about.
    pub(super) fn decide_earlier(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        decision: &NewDecision,
        review: &Review,
        changes: &mut BTreeMap<WorkId, Change>,
    ) -> Result<Result<(), DecisionFault>, StoreError> {
        if !review.is_published {
            return Ok(Err(DecisionFault::Changed));
        }
        let settled = self.settle_reports(&review.id)?;
        if decision.decision != Decision::Approve {
            self.hide(review, changes)?;
            if decision.decision == Decision::Refuse {
                self.take_reward(shop, review, TakenAwayBy::Staff)?;
            }
            self.note_objection(review, State::Refused)?;
            self.tell_decision(shop, decision, review)?;
        } else if settled == 0 {
            return Ok(Ok(()));
        }
        // About what readers see, which is not what was written last.
        let about = (review.shown_version, review.counted.rating);
        self.log_decision(by, shop, decision, about)?;
        Ok(Ok(()))
    }

    fn note_subject(
        &mut self,
        id: &ReviewId,
        version: u32,
        subject: Subject,
    ) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE review_versions SET subject = $1, state = CASE WHEN CAST($1 AS TEXT) = 'delivery' \
             THEN 'replaced' ELSE state END WHERE review_id = $2 AND version = $3",
        )
        .arg(subject.as_str())
        .arg(id)
        .arg(version)
        .run(self)
        .map(drop)
    }
}

/// A customer's own review, as long as its latest version is the one that is named.
fn own_version(
    db: &mut Db,
    shop: &ShopId,
    customer: &CustomerId,
    (id, version): (&ReviewId, u32),
) -> Result<Result<Review, SubjectRefusal>, StoreError> {
    let Some(review) = own(db, shop, customer, id)? else {
        return Ok(Err(SubjectRefusal::NoReview));
    };
    Ok(if review.latest.number == version {
        Ok(review)
    } else {
        Err(SubjectRefusal::Changed)
    })
}
