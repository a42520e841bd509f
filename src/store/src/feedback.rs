//! Feedback cases: opened by shoppers, dealt with by the staff.

use crate::audit::{Actor, fields_of};
use crate::catalogue::catalogue_lock;
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::reviews::{Handed, SubjectRefusal};
use crate::text::place_of;
use crate::{Db, StoreError};
use bookplate_wire::audit::Action;
use bookplate_wire::feedback::{CasePage, CaseState, FeedbackCase, OwnCase};
use bookplate_wire::reviews::writing::{NewSubject, Subject};
use bookplate_wire::{CaseId, CustomerId, ReviewId, ShopId, StaffId};

const COLUMNS: &str = "SELECT f.id, f.review_id, f.review_version, f.title, f.body, f.language, f.opened_at, \
    f.closed_at, e.isbn, e.title AS book, c.name, COALESCE(s.email, '') AS closed_by, \
    c.email, COALESCE((SELECT MIN(i.value) FROM customer_identifiers i WHERE i.customer_id = c.id \
    AND i.kind = 'external'), '') AS external_id \
    FROM feedback_cases f JOIN editions e ON e.id = f.edition_id JOIN customers c ON c.id = f.customer_id \
    LEFT JOIN staff s ON s.id = f.closed_by WHERE ";

impl Db {
    /// Says what a version of a customer's own review is about, where the text left that open. One that is about delivery
    /// becomes a case, and readers do not see it (any more). Saying the same again changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_review_subject(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        review: &ReviewId,
        said: NewSubject,
    ) -> Result<Result<(), SubjectRefusal>, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let named = (review, said.version);
        let handed = match said.subject {
            Subject::Book => return self.is_about_book(shop, customer, named),
            Subject::Delivery => self.hand_over(shop, customer, named)?,
        };
        let Handed {
            edition,
            version,
            text,
        } = match handed {
            Ok(handed) => handed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        Sql::new(
            "INSERT INTO feedback_cases (id, shop_id, customer_id, edition_id, review_id, review_version, \
             title, body, language, opened_at, closed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '') \
             ON CONFLICT (review_id, review_version) DO NOTHING",
        )
        .arg(&CaseId::new_id())
        .arg(shop)
        .arg(customer)
        .arg(&edition)
        .arg(review)
        .arg(version)
        .arg(&text.title)
        .arg(&text.body)
        .arg(&text.language)
        .arg(now())
        .run(self)?;
        Ok(Ok(()))
    }

    /// A page of a shop's cases. The times for people are left empty: they depend on the shop's time zone, which the caller
    /// knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn case_page(
        &mut self,
        shop: &ShopId,
        state: CaseState,
        after: Option<&str>,
        limit: u32,
    ) -> Result<CasePage, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.push("f.shop_id = ").bind(shop);
        match state {
            CaseState::Open => {
                sql.push(" AND f.closed_at IS NULL");
                if let Some(after) = after {
                    let after: CaseId = after.parse().map_err(|_| StoreError::Cursor)?;
                    sql.push(" AND f.id > ").bind(&after);
                }
                sql.push(" ORDER BY f.id LIMIT ");
            }
            CaseState::Closed => {
                sql.push(" AND f.closed_at IS NOT NULL");
                if let Some(after) = after {
                    let (closed_at, id): (i64, CaseId) = place_of(after)?;
                    sql.push(" AND (f.closed_at, f.id) < (")
                        .bind(closed_at)
                        .push(", ")
                        .bind(&id)
                        .push(")");
                }
                sql.push(" ORDER BY f.closed_at DESC, f.id DESC LIMIT ");
            }
        }
        let rows = sql.bind(i64::from(limit) + 1).rows(self)?;
        let shown = &rows[..rows.len().min(limit as usize)];
        let mut cases = Vec::with_capacity(shown.len());
        for row in shown {
            let case = own_case_of(row)?;
            let mut photos = self.version_photos(&case.review)?;
            cases.push(FeedbackCase {
                photos: photos
                    .remove(&row.get("review_version")?)
                    .unwrap_or_default(),
                name: row.get("name")?,
                email: row.get("email")?,
                external_id: row.get("external_id")?,
                opened: String::new(),
                closed_by: row.get("closed_by")?,
                case,
            });
        }
        let last = cases.last().filter(|_| rows.len() > shown.len());
        let next = last.map(|last| match last.case.closed_at {
            None => last.case.id.to_string(),
            Some(closed_at) => format!("{closed_at}.{}", last.case.id),
        });
        Ok(CasePage {
            cases,
            open: self.open_cases(shop)?,
            next,
        })
    }

    /// How many cases of a shop are open.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn open_cases(&mut self, shop: &ShopId) -> Result<u32, StoreError> {
        let open = Sql::new(
            "SELECT COUNT(*) FROM feedback_cases WHERE shop_id = $1 AND closed_at IS NULL",
        )
        .arg(shop)
        .value(self)?;
        Ok(open.unwrap_or_default())
    }

    /// Closes a case, or opens it again; whether the shop has it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_case_state(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        id: &CaseId,
        state: CaseState,
    ) -> Result<bool, StoreError> {
        let (closed_at, closed_by) = match state {
            CaseState::Open => (None, ""),
            CaseState::Closed => (Some(now()), by.as_str()),
        };
        let changed = Sql::new(
            "UPDATE feedback_cases SET closed_at = $1, closed_by = $2 WHERE id = $3 AND shop_id = $4 \
             AND (closed_at IS NULL) <> (CAST($1 AS BIGINT) IS NULL)",
        )
        .arg(closed_at)
        .arg(closed_by)
        .arg(id)
        .arg(shop)
        .run(self)?;
        if changed > 0 {
            let before = match state {
                CaseState::Open => CaseState::Closed,
                CaseState::Closed => CaseState::Open,
            };
            let told = |state: CaseState| fields_of([("state", state.as_str().to_owned())]);
            let by = Actor::Staff(by.clone());
            let both = (&told(before), &told(state));
            self.audit(shop, &by, Action::CaseChanged, id.as_str(), both)?;
            return Ok(true);
        }
        let known = Sql::new("SELECT 1 FROM feedback_cases WHERE id = $1 AND shop_id = $2");
        Ok(known.arg(id).arg(shop).row(self)?.is_some())
    }

    /// The cases of a customer that nobody has dealt with yet, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn open_cases_of(&mut self, customer: &CustomerId) -> Result<Vec<OwnCase>, StoreError> {
        let mut cases = self.cases_of(customer)?;
        cases.retain(|case| case.closed_at.is_none());
        Ok(cases)
    }

    /// All cases of a customer, the latest first.
    pub(crate) fn cases_of(&mut self, customer: &CustomerId) -> Result<Vec<OwnCase>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.push("f.customer_id = ")
            .bind(customer)
            .push(" ORDER BY f.id DESC");
        sql.rows(self)?.iter().map(own_case_of).collect()
    }
}

fn own_case_of(row: &Row) -> Result<OwnCase, StoreError> {
    Ok(OwnCase {
        id: row.get("id")?,
        isbn: row.get("isbn")?,
        book: row.get("book")?,
        review: row.get("review_id")?,
        title: row.get("title")?,
        body: row.get("body")?,
        language: row.get("language")?,
        opened_at: row.get("opened_at")?,
        closed_at: row.get("closed_at")?,
    })
}
