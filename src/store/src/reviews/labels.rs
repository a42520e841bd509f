//! Labels of reviews whose authors received something for them, points included: once one is there, nothing takes it away.

use super::versions::Review;
use crate::audit::{Actor, fields_of};
use crate::catalogue::{catalogue_lock, touch};
use crate::db::Sql;
use crate::notifications::{Message, To};
use crate::points::TakenAwayBy;
use crate::{Db, StoreError};
use bookplate_wire::audit::Action;
use bookplate_wire::reviews::decisions::Act;
use bookplate_wire::{CustomerId, ReviewId, ShopId, StaffId, WorkId};

impl Db {
    /// Tells readers of a review that its author received the book free or for a reward, and tells the author; whether there
    /// is such a review. Nobody can take that back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn label_review(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        id: &ReviewId,
    ) -> Result<bool, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let Some(review) = self.review_with_latest(shop, id)? else {
            return Ok(false);
        };
        if self.label(id)? {
            touch(self, &review.work)?;
            let about = (review.latest.number, review.latest.text.rating);
            self.log_act(by, shop, id, about, (Act::Label, None))?;
            let labelled = |is: bool| fields_of([("incentivised", is.to_string())]);
            let both = (&labelled(false), &labelled(true));
            let by = Actor::Staff(by.clone());
            self.audit(shop, &by, Action::ReviewLabelled, id.as_str(), both)?;
            if let Some(author) = &review.author {
                let book = self.book_of(id)?;
                self.notify(
                    shop,
                    To::Customer(author),
                    &Message::ReviewLabelled { book },
                )?;
            }
        }
        Ok(true)
    }

    /// Has a review earn points that readers see from now on, where the rules of points say so; readers are told of it then.
    pub(super) fn give_reward(&mut self, shop: &ShopId, review: &Review) -> Result<(), StoreError> {
        let Some(rewarded) = review.rewarded() else {
            return Ok(());
        };
        let length = review.latest.text.body.chars().count();
        if self.reward_review(shop, rewarded, length)? && self.label(&review.id)? {
            touch(self, &review.work)?;
        }
        Ok(())
    }

    /// Takes back what a review has earned that readers see no more.
    pub(super) fn take_reward(
        &mut self,
        shop: &ShopId,
        review: &Review,
        by: TakenAwayBy,
    ) -> Result<(), StoreError> {
        match review.rewarded() {
            Some(rewarded) => self.take_back_reward(shop, rewarded, by),
            None => Ok(()),
        }
    }

    /// Tells readers from now on that the author received something for a review; false where they are told already.
    pub(super) fn label(&mut self, review: &ReviewId) -> Result<bool, StoreError> {
        let labelled =
            Sql::new("UPDATE reviews SET incentivised = 1 WHERE id = $1 AND incentivised = 0")
                .arg(review)
                .run(self)?;
        Ok(labelled > 0)
    }

    /// Whether a review of the work that the customer has deleted was labelled.
    pub(super) fn was_labelled(
        &mut self,
        customer: &CustomerId,
        work: &WorkId,
    ) -> Result<bool, StoreError> {
        let row = Sql::new("SELECT 1 FROM review_labels WHERE customer_id = $1 AND work_id = $2")
            .arg(customer)
            .arg(work)
            .row(self)?;
        Ok(row.is_some())
    }

    /// Remembers of a review that goes that its author received something for it: writing it anew takes that back as
    /// little as changing it does.
    pub(super) fn remember_label(&mut self, review: &Review) -> Result<(), StoreError> {
        let author = review.author.as_ref();
        let Some(author) = author.filter(|_| review.latest.text.incentivised) else {
            return Ok(());
        };
        Sql::new(
            "INSERT INTO review_labels (customer_id, work_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .arg(author)
        .arg(&review.work)
        .run(self)
        .map(drop)
    }
}
