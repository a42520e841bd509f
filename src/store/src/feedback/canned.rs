//! Canned answers: texts that the staff uses again and again.

use crate::audit::{Actor, difference, fields_of};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::feedback::canned::{CANNED_MAX, CannedAnswer, CannedChange, CannedContent};
use bookplate_wire::{CannedId, ShopId, StaffId};

/// Why a canned answer was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannedRefusal {
    /// The shop has no such answer.
    NoAnswer,
    /// It has another version by now.
    Changed,
    /// The shop has as many as it can have.
    TooMany,
}

const COLUMNS: &str =
    "SELECT id, content, version, changed_at FROM canned_answers WHERE shop_id = $1";

impl Db {
    /// All canned answers of a shop, by their titles.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn canned_answers(&mut self, shop: &ShopId) -> Result<Vec<CannedAnswer>, StoreError> {
        let mut sql = Sql::new(COLUMNS).arg(shop);
        sql.push(" ORDER BY title, id");
        sql.rows(self)?.iter().map(answer_of).collect()
    }

    /// A canned answer of a shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn canned_answer(
        &mut self,
        shop: &ShopId,
        id: &CannedId,
    ) -> Result<Option<CannedAnswer>, StoreError> {
        let mut sql = Sql::new(COLUMNS).arg(shop);
        sql.push(" AND id = ").bind(id);
        sql.row(self)?.as_ref().map(answer_of).transpose()
    }

    /// Writes a new canned answer, of values that were checked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_canned_answer(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        content: &CannedContent,
    ) -> Result<Result<CannedAnswer, CannedRefusal>, StoreError> {
        self.lock([lock_of(shop)])?;
        let count: Option<u32> = Sql::new("SELECT COUNT(*) FROM canned_answers WHERE shop_id = $1")
            .arg(shop)
            .value(self)?;
        if count.unwrap_or(0) >= CANNED_MAX {
            return Ok(Err(CannedRefusal::TooMany));
        }
        let answer = CannedAnswer {
            id: CannedId::new_id(),
            version: 1,
            changed_at: now(),
            content: content.clone(),
        };
        Sql::new(
            "INSERT INTO canned_answers (id, shop_id, title, content, version, changed_at) VALUES ($1, $2, $3, $4, 1, $5)",
        )
        .arg(&answer.id)
        .arg(shop)
        .arg(&content.title)
        .arg(written(content)?)
        .arg(answer.changed_at)
        .run(self)?;
        let both = (&Fields::new(), &noted(content));
        self.audit(shop, by, Action::CannedCreated, answer.id.as_str(), both)?;
        Ok(Ok(answer))
    }

    /// Changes a canned answer, unless it has another version by now. What stays as it is changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_canned_answer(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &CannedId,
        change: &CannedChange,
    ) -> Result<Result<CannedAnswer, CannedRefusal>, StoreError> {
        self.lock([lock_of(shop)])?;
        let Some(before) = self.canned_answer(shop, id)? else {
            return Ok(Err(CannedRefusal::NoAnswer));
        };
        let content = &change.content;
        if before.content == *content {
            return Ok(Ok(before));
        }
        if before.version != change.version {
            return Ok(Err(CannedRefusal::Changed));
        }
        let answer = CannedAnswer {
            id: id.clone(),
            version: before.version + 1,
            changed_at: now(),
            content: content.clone(),
        };
        Sql::new(
            "UPDATE canned_answers SET title = $1, content = $2, version = $3, changed_at = $4 WHERE id = $5",
        )
        .arg(&content.title)
        .arg(written(content)?)
        .arg(answer.version)
        .arg(answer.changed_at)
        .arg(id)
        .run(self)?;
        let both = difference((noted(&before.content), noted(content)));
        self.audit(
            shop,
            by,
            Action::CannedChanged,
            id.as_str(),
            (&both.0, &both.1),
        )?;
        Ok(Ok(answer))
    }

    /// Deletes a canned answer; false when the shop has none such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn delete_canned_answer(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &CannedId,
    ) -> Result<bool, StoreError> {
        self.lock([lock_of(shop)])?;
        let Some(answer) = self.canned_answer(shop, id)? else {
            return Ok(false);
        };
        Sql::new("DELETE FROM canned_answers WHERE id = $1")
            .arg(id)
            .run(self)?;
        let both = (&noted(&answer.content), &Fields::new());
        self.audit(shop, by, Action::CannedDeleted, id.as_str(), both)?;
        Ok(true)
    }

    /// What somebody of the staff is called to shoppers: the name, or nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn agent_name(&mut self, staff: &StaffId) -> Result<String, StoreError> {
        let name = Sql::new("SELECT name FROM staff WHERE id = $1")
            .arg(staff)
            .value(self)?;
        Ok(name.unwrap_or_default())
    }
}

fn lock_of(shop: &ShopId) -> String {
    format!("canned {shop}")
}

fn answer_of(row: &Row) -> Result<CannedAnswer, StoreError> {
    let content: String = row.get("content")?;
    Ok(CannedAnswer {
        id: row.get("id")?,
        version: row.get("version")?,
        changed_at: row.get("changed_at")?,
        content: serde_json::from_str(&content)
            .map_err(|_| StoreError::Corrupt("canned_answers.content"))?,
    })
}

fn written(content: &CannedContent) -> Result<String, StoreError> {
    serde_json::to_string(content).map_err(|_| StoreError::Corrupt("canned_answers.content"))
}

/// What the audit log keeps of a canned answer: not what it says.
fn noted(content: &CannedContent) -> Fields {
    let languages: Vec<&str> = content
        .texts
        .iter()
        .map(|text| text.language.tag())
        .collect();
    fields_of([
        ("title", content.title.clone()),
        ("languages", languages.join(", ")),
    ])
}
