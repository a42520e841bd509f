//! Cases as they are read.

use crate::db::{Row, Sql};
use crate::{Db, StoreError, now};
use bookplate_wire::feedback::clocks::{CaseClock, CaseDue};
use bookplate_wire::feedback::inbox::FeedbackCase;
use bookplate_wire::feedback::satisfaction::CaseRating;
use bookplate_wire::feedback::{
    BookField, CaseBook, CaseKind, CaseReturn, CaseState, Correction, OwnCase, ReturnReason,
    ReturnState, ReturnWish,
};
use bookplate_wire::{CaseId, CustomerId, Isbn, ShopId};

/// Whatever is shown of a case `f`, to be gone on with a condition; [`case_of`] reads it.
pub(super) const CASES: &str = "SELECT f.id, f.kind, f.state, f.version, f.customer_id, f.title, f.language, f.order_number, f.order_linked, \
     f.page, f.return_line, f.return_quantity, f.return_reason, f.return_wish, f.return_state, f.wrong_field, f.right_value, \
     f.review_id, f.owner, f.merged_into, f.opened_at, f.changed_at, f.answered_at, f.closed_at, f.answer_due, f.resolve_due, \
     f.due_at, f.score, f.score_comment, \
     e.isbn, COALESCE(e.title, '') AS book, COALESCE(e.language, '') AS book_language, \
     COALESCE(c.name, f.name) AS name, COALESCE(c.email, f.email) AS email, \
     COALESCE((SELECT MIN(i.value) FROM customer_identifiers i WHERE i.customer_id = f.customer_id \
     AND i.kind = 'external'), '') AS external_id, \
     COALESCE((SELECT CASE WHEN s.name = '' THEN s.email ELSE s.name END FROM staff s WHERE s.id = f.owner), '') \
     AS owner_name, \
     COALESCE((SELECT s.email FROM staff s WHERE s.id = f.closed_by), '') AS closed_by, \
     COALESCE((SELECT n.text FROM feedback_entries n WHERE n.case_id = f.id ORDER BY n.number LIMIT 1), '') AS body \
     FROM feedback_cases f LEFT JOIN editions e ON e.id = f.edition_id LEFT JOIN customers c ON c.id = f.customer_id \
     WHERE ";

/// A word of the database's, read by what reads such words.
pub(super) fn word<T>(
    row: &Row,
    column: &'static str,
    read: fn(&str) -> Option<T>,
) -> Result<T, StoreError> {
    read(&row.get::<String>(column)?).ok_or(StoreError::Corrupt(column))
}

/// A case of a row of [`CASES`], without tags, and without the times for people.
pub(super) fn case_of(row: &Row) -> Result<FeedbackCase, StoreError> {
    let owner: String = row.get("owner")?;
    Ok(FeedbackCase {
        case: OwnCase {
            order: row.get("order_number")?,
            ..own_case_of(row)?
        },
        version: row.get("version")?,
        customer: row.get("customer_id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        external_id: row.get("external_id")?,
        owner: owner.parse().ok(),
        owner_name: row.get("owner_name")?,
        tags: Vec::new(),
        opened: String::new(),
        answered_at: row.get("answered_at")?,
        due: due_of(row)?,
        closed_by: row.get("closed_by")?,
    })
}

/// What is due next of a case of a row of [`CASES`], without the time for people.
fn due_of(row: &Row) -> Result<Option<CaseDue>, StoreError> {
    let Some(at) = row.get::<Option<i64>>("due_at")? else {
        return Ok(None);
    };
    let answered: Option<i64> = row.get("answered_at")?;
    let is_answer = answered.is_none() && row.get::<Option<i64>>("answer_due")? == Some(at);
    Ok(Some(CaseDue {
        clock: if is_answer {
            CaseClock::Answer
        } else {
            CaseClock::Resolve
        },
        at,
        when: String::new(),
        is_over: at <= now(),
    }))
}

/// What its shopper sees of a case of a row of [`CASES`].
pub(super) fn own_case_of(row: &Row) -> Result<OwnCase, StoreError> {
    let kind = word(row, "kind", CaseKind::from_word)?;
    let is_guests = row.get::<Option<CustomerId>>("customer_id")?.is_none();
    let order = if is_guests && row.get("order_linked")? {
        String::new()
    } else {
        row.get("order_number")?
    };
    let book = match row.get::<Option<Isbn>>("isbn")? {
        None => None,
        Some(isbn) => Some(CaseBook {
            isbn,
            title: row.get("book")?,
            language: row.get("book_language")?,
        }),
    };
    let goes_back = match kind {
        CaseKind::Return => Some(CaseReturn {
            line: row.get("return_line")?,
            quantity: row.get("return_quantity")?,
            reason: word(row, "return_reason", ReturnReason::from_word)?,
            wish: word(row, "return_wish", ReturnWish::from_word)?,
            state: word(row, "return_state", ReturnState::from_word)?,
        }),
        _ => None,
    };
    let correction = match kind {
        CaseKind::Correction => Some(Correction {
            field: word(row, "wrong_field", BookField::from_word)?,
            value: row.get("right_value")?,
        }),
        _ => None,
    };
    Ok(OwnCase {
        id: row.get("id")?,
        kind,
        state: word(row, "state", CaseState::from_word)?,
        title: row.get("title")?,
        body: row.get("body")?,
        language: row.get("language")?,
        book,
        order,
        page: row.get("page")?,
        goes_back,
        correction,
        review: row.get("review_id")?,
        opened_at: row.get("opened_at")?,
        changed_at: row.get("changed_at")?,
        closed_at: row.get("closed_at")?,
        merged_into: row.get("merged_into")?,
        rating: rating_of(row)?,
    })
}

/// How satisfied the shopper was with a case of a row of [`CASES`].
fn rating_of(row: &Row) -> Result<Option<CaseRating>, StoreError> {
    let Some(score) = row.get::<Option<i64>>("score")? else {
        return Ok(None);
    };
    Ok(Some(CaseRating {
        score: u8::try_from(score).map_err(|_| StoreError::Corrupt("score"))?,
        comment: row.get("score_comment")?,
    }))
}

impl Db {
    /// A case of a shop, with its tags.
    pub(super) fn case_with(
        &mut self,
        shop: &ShopId,
        id: &CaseId,
    ) -> Result<Option<FeedbackCase>, StoreError> {
        let mut sql = Sql::new(CASES);
        sql.push("f.shop_id = ")
            .bind(shop)
            .push(" AND f.id = ")
            .bind(id);
        let Some(row) = sql.row(self)? else {
            return Ok(None);
        };
        let mut case = case_of(&row)?;
        case.tags = self.tags_of(id)?;
        Ok(Some(case))
    }

    /// A case of a customer's.
    pub(super) fn case_of_customer(
        &mut self,
        customer: &CustomerId,
        id: &CaseId,
    ) -> Result<Option<OwnCase>, StoreError> {
        let mut sql = Sql::new(CASES);
        sql.push("f.customer_id = ")
            .bind(customer)
            .push(" AND f.id = ")
            .bind(id);
        sql.row(self)?.as_ref().map(own_case_of).transpose()
    }

    pub(super) fn tags_of(&mut self, id: &CaseId) -> Result<Vec<String>, StoreError> {
        Sql::new("SELECT tag FROM feedback_tags WHERE case_id = $1 ORDER BY tag")
            .arg(id)
            .values(self)
    }
}
