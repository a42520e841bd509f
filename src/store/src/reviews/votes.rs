//! What readers say of other people's reviews: whether they were helpful, and what is wrong with them.

use crate::catalogue::{catalogue_lock, touch};
use crate::db::{Row, Sql, slot};
use crate::ids::now;
use crate::ratings::helpful_score;
use crate::{Db, StoreError};
use bookplate_wire::privacy::MadeReport;
use bookplate_wire::reviews::moderation::NewReport;
use bookplate_wire::reviews::votes::{JudgedReview, OwnVote, Votes};
use bookplate_wire::reviews::writing::Reason;
use bookplate_wire::{CustomerId, ReviewId, ShopId, WorkId};

/// Why a vote or a report was not taken; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoteRefusal {
    /// Readers see no such review.
    NoReview,
    /// It is the customer's own.
    Own,
}

impl Db {
    /// Takes a customer's vote for a review, changes it, or takes it back (`None`). Doing it twice changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn vote(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        review: &ReviewId,
        vote: Option<bool>,
    ) -> Result<Result<Votes, VoteRefusal>, StoreError> {
        // An import writes the figures of votes as well, and nobody may vote twice at once.
        self.lock_shared(catalogue_lock(shop))?;
        self.lock([format!("review {shop} {}", slot(review.as_str()))])?;
        let row = match of_others(self, shop, customer, review)? {
            Ok(row) => row,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let before: Option<bool> =
            Sql::new("SELECT helpful FROM review_votes WHERE review_id = $1 AND customer_id = $2")
                .arg(review)
                .arg(customer)
                .value(self)?;
        let mut votes = Votes {
            helpful: row.get("helpful")?,
            votes: row.get("votes")?,
        };
        if before == vote {
            return Ok(Ok(votes));
        }
        if let Some(before) = before {
            take_out(&mut votes, before);
        }
        if let Some(helpful) = vote {
            votes.votes += 1;
            votes.helpful += u32::from(helpful);
        }
        match vote {
            Some(helpful) => Sql::new(
                "INSERT INTO review_votes (review_id, customer_id, helpful) VALUES ($1, $2, $3) \
                 ON CONFLICT (review_id, customer_id) DO UPDATE SET helpful = excluded.helpful",
            )
            .arg(review)
            .arg(customer)
            .arg(helpful)
            .run(self)?,
            None => Sql::new("DELETE FROM review_votes WHERE review_id = $1 AND customer_id = $2")
                .arg(review)
                .arg(customer)
                .run(self)?,
        };
        write(self, review, votes)?;
        touch(self, &row.get::<WorkId>("work_id")?)?;
        Ok(Ok(votes))
    }

    /// Takes what a customer has against a review, once for each version that readers see; for the staff to look at.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn report_review(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        review: &ReviewId,
        report: &NewReport,
    ) -> Result<Result<(), VoteRefusal>, StoreError> {
        self.lock_shared(catalogue_lock(shop))?;
        let row = match of_others(self, shop, customer, review)? {
            Ok(row) => row,
            Err(refusal) => return Ok(Err(refusal)),
        };
        Sql::new(
            "INSERT INTO review_reports (review_id, customer_id, shop_id, reason, note, reported_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (review_id, customer_id) DO UPDATE SET \
             reason = excluded.reason, note = excluded.note, reported_at = excluded.reported_at, \
             version = excluded.version, settled_at = NULL WHERE review_reports.version <> excluded.version",
        )
        .arg(review)
        .arg(customer)
        .arg(shop)
        .arg(report.reason.as_str())
        .arg(&report.note)
        .arg(now())
        .arg(row.get::<u32>("version")?)
        .run(self)?;
        Ok(Ok(()))
    }

    /// A review that readers see, with what a customer thinks of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn judged_review(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        review: &ReviewId,
    ) -> Result<Option<JudgedReview>, StoreError> {
        let row = Sql::new(
            "SELECT r.id, r.rating, r.title, r.body, r.language, r.author, r.customer_id, e.isbn, \
             e.title AS book, v.helpful AS vote, p.version AS reported FROM reviews r \
             JOIN editions e ON e.id = r.edition_id \
             LEFT JOIN review_votes v ON v.review_id = r.id AND v.customer_id = $1 \
             LEFT JOIN review_reports p ON p.review_id = r.id AND p.customer_id = $1 \
             AND p.version = r.version WHERE r.id = $2 AND r.shop_id = $3 AND r.status = 'published'",
        )
        .arg(customer)
        .arg(review)
        .arg(shop)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let author: Option<CustomerId> = row.get("customer_id")?;
        Ok(Some(JudgedReview {
            id: row.get("id")?,
            isbn: row.get("isbn")?,
            book: row.get("book")?,
            rating: row.get("rating")?,
            title: row.get("title")?,
            body: row.get("body")?,
            language: row.get("language")?,
            author: row.get("author")?,
            own: author.as_ref() == Some(customer),
            vote: row.get("vote")?,
            reported: row.get::<Option<u32>>("reported")?.is_some(),
        }))
    }

    /// A customer's votes for reviews of a work, or for all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn own_votes(
        &mut self,
        customer: &CustomerId,
        work: Option<&WorkId>,
    ) -> Result<Vec<OwnVote>, StoreError> {
        let mut sql = Sql::new(
            "SELECT v.review_id, v.helpful FROM review_votes v JOIN reviews r ON r.id = v.review_id \
             WHERE v.customer_id = ",
        );
        sql.bind(customer);
        if let Some(work) = work {
            sql.push(" AND r.work_id = ").bind(work);
        }
        sql.push(" ORDER BY v.review_id");
        sql.rows(self)?
            .iter()
            .map(|row| {
                Ok(OwnVote {
                    review: row.get("review_id")?,
                    helpful: row.get("helpful")?,
                })
            })
            .collect()
    }

    /// The reviews of a work that a customer has reported as they are now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn own_reports(
        &mut self,
        customer: &CustomerId,
        work: &WorkId,
    ) -> Result<Vec<ReviewId>, StoreError> {
        Sql::new(
            "SELECT p.review_id FROM review_reports p JOIN reviews r ON r.id = p.review_id \
             WHERE p.customer_id = $1 AND r.work_id = $2 AND p.version = r.version ORDER BY p.review_id",
        )
        .arg(customer)
        .arg(work)
        .values(self)
    }

    /// All that a customer has said against reviews, the latest first.
    pub(crate) fn reports_by(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<MadeReport>, StoreError> {
        Sql::new(
            "SELECT review_id, reason, note, reported_at FROM review_reports \
             WHERE customer_id = $1 ORDER BY reported_at DESC, review_id",
        )
        .arg(customer)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(MadeReport {
                review: row.get("review_id")?,
                reason: Reason::from_word(&row.get::<String>("reason")?)
                    .ok_or(StoreError::Corrupt("review_reports.reason"))?,
                note: row.get("note")?,
                reported_at: row.get("reported_at")?,
            })
        })
        .collect()
    }

    /// Takes a customer's votes and reports back, as if they had never been. Whoever calls this has locked the
    /// catalogue.
    pub(crate) fn let_go_of_votes(&mut self, customer: &CustomerId) -> Result<(), StoreError> {
        let rows = Sql::new(
            "SELECT r.id, r.work_id, r.helpful, r.votes, v.helpful AS vote FROM review_votes v \
             JOIN reviews r ON r.id = v.review_id WHERE v.customer_id = $1 ORDER BY r.work_id",
        )
        .arg(customer)
        .rows(self)?;
        for row in &rows {
            let mut votes = Votes {
                helpful: row.get("helpful")?,
                votes: row.get("votes")?,
            };
            take_out(&mut votes, row.get("vote")?);
            write(self, &row.get("id")?, votes)?;
            touch(self, &row.get("work_id")?)?;
        }
        for statement in [
            "DELETE FROM review_votes WHERE customer_id = $1",
            "DELETE FROM review_reports WHERE customer_id = $1",
            "DELETE FROM review_objections WHERE customer_id = $1",
        ] {
            Sql::new(statement).arg(customer).run(self)?;
        }
        Ok(())
    }
}

fn take_out(votes: &mut Votes, helpful: bool) {
    votes.votes = votes.votes.saturating_sub(1);
    votes.helpful = votes.helpful.saturating_sub(u32::from(helpful));
}

fn write(db: &mut Db, review: &ReviewId, votes: Votes) -> Result<(), StoreError> {
    Sql::new("UPDATE reviews SET helpful = $1, votes = $2, helpful_score = $3 WHERE id = $4")
        .arg(votes.helpful)
        .arg(votes.votes)
        .arg(helpful_score(votes.helpful, votes.votes))
        .arg(review)
        .run(db)
        .map(drop)
}

/// A review that readers see and that is not the customer's own.
fn of_others(
    db: &mut Db,
    shop: &ShopId,
    customer: &CustomerId,
    review: &ReviewId,
) -> Result<Result<Row, VoteRefusal>, StoreError> {
    let row = Sql::new(
        "SELECT work_id, customer_id, version, helpful, votes FROM reviews \
         WHERE id = $1 AND shop_id = $2 AND status = 'published'",
    )
    .arg(review)
    .arg(shop)
    .row(db)?;
    let Some(row) = row else {
        return Ok(Err(VoteRefusal::NoReview));
    };
    if row.get::<Option<CustomerId>>("customer_id")?.as_ref() == Some(customer) {
        return Ok(Err(VoteRefusal::Own));
    }
    Ok(Ok(row))
}
