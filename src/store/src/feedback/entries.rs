//! The entries of a case's timeline, and the index of their words.

use super::rows::word;
use super::{CaseRefusal, CaseResult};
use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::reviews::entry_photos;
use crate::words::words_of;
use crate::{Db, StoreError};
use bookplate_wire::feedback::{CaseEntry, EntryBy, EntryKind};
use bookplate_wire::{CaseId, CustomerId, MessageId, PhotoId, ShopId, StaffId};

/// Stands for a program of the shop's, where else somebody of the staff does.
const PROGRAM: &str = "program";
/// How many entries without words are taken into the index at once.
const BATCH: u32 = 500;

/// An entry that is to be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewEntry<'a> {
    pub(super) kind: EntryKind,
    /// Who of the staff has written or done it, or [`PROGRAM`]; nobody for the shopper.
    pub(super) staff: Option<&'a str>,
    pub(super) text: &'a str,
    pub(super) value: &'a str,
    /// The hash of what names the draft, and of all that was sent, where it was sent as a draft.
    pub(super) sent: Option<(&'a str, &'a str)>,
}

impl<'a> NewEntry<'a> {
    /// Something that is done rather than said.
    pub(super) fn done(kind: EntryKind, staff: Option<&'a StaffId>, value: &'a str) -> Self {
        Self {
            kind,
            staff: staff.map(StaffId::as_str),
            text: "",
            value,
            sent: None,
        }
    }

    /// Something that a program of the shop's has done.
    pub(super) fn by_program(kind: EntryKind, value: &'a str) -> Self {
        Self {
            staff: Some(PROGRAM),
            ..Self::done(kind, None, value)
        }
    }

    /// Something that is said.
    pub(super) fn said(kind: EntryKind, staff: Option<&'a StaffId>, text: &'a str) -> Self {
        Self {
            kind,
            staff: staff.map(StaffId::as_str),
            text,
            value: "",
            sent: None,
        }
    }
}

impl Db {
    /// Adds an entry to a case, and its words to the index.
    pub(super) fn add_entry(
        &mut self,
        case: &CaseId,
        new: NewEntry<'_>,
    ) -> Result<MessageId, StoreError> {
        let id = MessageId::new_id();
        let (draft, sent) = new.sent.unzip();
        let number: Option<i64> = Sql::new(
            "INSERT INTO feedback_entries (id, case_id, kind, staff, text, value, draft, sent, at, worded) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) RETURNING number",
        )
        .arg(&id)
        .arg(case)
        .arg(new.kind.as_str())
        .arg(new.staff.unwrap_or_default())
        .arg(new.text)
        .arg(new.value)
        .arg(draft)
        .arg(sent.unwrap_or_default())
        .arg(now())
        .value(self)?;
        let number = number.ok_or(StoreError::Corrupt("feedback_entries.number"))?;
        if !new.text.is_empty() {
            self.index_words(number, case, new.text)?;
        }
        Ok(id)
    }

    /// Makes an entry's words known: its own, and those of what the case is about, so that both are found together.
    fn index_words(&mut self, number: i64, case: &CaseId, text: &str) -> Result<(), StoreError> {
        let about = Sql::new(
            "SELECT f.title, f.order_number, f.right_value, COALESCE(e.title, '') AS book, \
             COALESCE(e.isbn, '') AS isbn, COALESCE(c.name, f.name) AS name, COALESCE(c.email, f.email) AS email \
             FROM feedback_cases f LEFT JOIN editions e ON e.id = f.edition_id \
             LEFT JOIN customers c ON c.id = f.customer_id WHERE f.id = $1",
        )
        .arg(case)
        .row(self)?;
        let Some(about) = about else {
            return Ok(());
        };
        let mut texts = vec![text.to_owned()];
        for column in [
            "title",
            "order_number",
            "right_value",
            "book",
            "isbn",
            "name",
            "email",
        ] {
            texts.push(about.get(column)?);
        }
        let words = words_of(texts.iter().map(String::as_str));
        if words.is_empty() {
            return Ok(());
        }
        Sql::new("INSERT INTO feedback_words (rowid, words) VALUES ($1, $2)")
            .arg(number)
            .arg(words)
            .run(self)
            .map(drop)
    }

    /// Makes the words of entries known that have come into the database without them; whether there are more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn index_feedback(&mut self) -> Result<bool, StoreError> {
        self.lock(["feedback words".to_owned()])?;
        let rows = Sql::new(
            "SELECT number, case_id, text FROM feedback_entries WHERE worded = 0 ORDER BY number LIMIT $1",
        )
        .arg(BATCH)
        .rows(self)?;
        for row in &rows {
            let number: i64 = row.get("number")?;
            self.index_words(number, &row.get("case_id")?, &row.get::<String>("text")?)?;
            Sql::new("UPDATE feedback_entries SET worded = 1 WHERE number = $1")
                .arg(number)
                .run(self)?;
        }
        Ok(rows.len() == BATCH as usize)
    }

    /// The timeline of a case, the earliest entry first; for its shopper without what is the staff's. Times for people are left
    /// empty.
    pub(super) fn entries_of(
        &mut self,
        case: &CaseId,
        for_staff: bool,
    ) -> Result<Vec<CaseEntry>, StoreError> {
        let rows = Sql::new(
            "SELECT n.id, n.kind, n.staff, n.text, n.value, n.at, \
             COALESCE((SELECT CASE WHEN s.name = '' THEN s.email ELSE s.name END FROM staff s WHERE s.id = n.staff), '') \
             AS staff_name, \
             COALESCE((SELECT CASE WHEN s.name = '' THEN s.email ELSE s.name END FROM staff s WHERE s.id = n.value), '') \
             AS value_name FROM feedback_entries n WHERE n.case_id = $1 ORDER BY n.number",
        )
        .arg(case)
        .rows(self)?;
        let mut photos = entry_photos(self, case)?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in &rows {
            let kind = word(row, "kind", EntryKind::from_word)?;
            if !for_staff && !kind.is_shown() {
                continue;
            }
            let (id, staff): (MessageId, String) = (row.get("id")?, row.get("staff")?);
            let column = match kind {
                EntryKind::Assigned => "value_name",
                _ => "value",
            };
            entries.push(CaseEntry {
                photos: photos.remove(&id).unwrap_or_default(),
                kind,
                by: if staff.is_empty() {
                    EntryBy::Shopper
                } else {
                    EntryBy::Staff
                },
                staff: if for_staff {
                    row.get("staff_name")?
                } else {
                    String::new()
                },
                text: row.get("text")?,
                value: row.get(column)?,
                at: row.get("at")?,
                when: String::new(),
                id,
            });
        }
        Ok(entries)
    }

    /// Makes photos of the shopper's an entry's own.
    pub(super) fn attach_photos(
        &mut self,
        shop: &ShopId,
        customer: Option<&CustomerId>,
        entry: &MessageId,
        photos: &[PhotoId],
    ) -> CaseResult<()> {
        for photo in photos {
            let mut sql = Sql::new("UPDATE review_photos SET entry_id = ");
            sql.bind(entry)
                .push(" WHERE review_id IS NULL AND entry_id IS NULL AND shop_id = ")
                .bind(shop)
                .push(" AND id = ")
                .bind(photo);
            match customer {
                Some(customer) => sql.push(" AND customer_id = ").bind(customer),
                None => sql.push(" AND customer_id IS NULL"),
            };
            if sql.run(self)? == 0 {
                return Ok(Err(CaseRefusal::NoPhoto));
            }
        }
        Ok(Ok(()))
    }
}
