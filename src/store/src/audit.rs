//! The audit log: written in the very unit of work that makes the change, and never changed afterwards.
//!
//! It has what changes a shop's settings, people and keys, which files were imported, what the staff does about what was
//! given up, staff picks, and which program has reported orders and refunds, with how many: each of them has a
//! record of its own, as has what customers do. Nothing of a customer's stands in it, and of the staff only ids: what they
//! are called stands where it can be forgotten.

use crate::catalogue::Written;
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, AuditEntry, AuditPage, Doer, Doers, Fields};
use bookplate_wire::{AuditId, SecretId, ShopId, StaffId};

/// Who makes a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody of the staff.
    Staff(StaffId),
    /// A program of the shop's, by its secret key.
    Key(SecretId),
    /// The operator, by a command on the server itself.
    Command,
}

impl Actor {
    pub(crate) fn columns(&self) -> (&'static str, &str) {
        match self {
            Self::Staff(id) => ("staff", id.as_str()),
            Self::Key(id) => ("key", id.as_str()),
            Self::Command => ("command", ""),
        }
    }
}

impl Db {
    /// Notes a change of a shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn audit(
        &mut self,
        shop: &ShopId,
        by: &Actor,
        action: Action,
        target: &str,
        (before, after): (&Fields, &Fields),
    ) -> Result<(), StoreError> {
        let (kind, id) = by.columns();
        Sql::new(
            "INSERT INTO audit_log (id, shop_id, at, actor_kind, actor_id, action, target, before, after) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .arg(&AuditId::new_id())
        .arg(shop)
        .arg(now())
        .arg(kind)
        .arg(id)
        .arg(action.as_str())
        .arg(target)
        .arg(json(before)?)
        .arg(json(after)?)
        .run(self)
        .map(drop)
    }

    /// Notes what is different after a change; nothing, when nothing is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) fn audit_difference(
        &mut self,
        shop: &ShopId,
        by: &Actor,
        action: Action,
        target: &str,
        both: (Fields, Fields),
    ) -> Result<(), StoreError> {
        let (before, after) = difference(both);
        if before.is_empty() && after.is_empty() {
            return Ok(());
        }
        self.audit(shop, by, action, target, (&before, &after))
    }

    /// Notes that a file of a `kind` was read into the shop, and how much of it was new; nothing, when nothing was.
    /// A file is written in many transactions: this entry comes after the last one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn audit_import(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        kind: &str,
        written: Written,
    ) -> Result<(), StoreError> {
        self.audit_written(by, shop, (Action::Imported, kind), written)
    }

    /// Notes that many things were written at once by what is `done`, to a target; nothing, when none of them was new or
    /// another way.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn audit_written(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        (done, target): (Action, &str),
        written: Written,
    ) -> Result<(), StoreError> {
        if written.added + written.changed == 0 {
            return Ok(());
        }
        let after = fields_of([
            ("added", written.added.to_string()),
            ("changed", written.changed.to_string()),
        ]);
        self.audit(shop, by, done, target, (&Fields::new(), &after))
    }

    /// Notes that somebody has taken along what `kind` names.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn audit_export(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        kind: &str,
    ) -> Result<(), StoreError> {
        let nothing = Fields::new();
        self.audit(shop, by, Action::Exported, kind, (&nothing, &nothing))
    }

    /// Up to `limit` changes of a shop, those by some only or by all, the latest first, from behind `after` (the `next` of
    /// the page before).
    ///
    /// The times for people are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn audit_page(
        &mut self,
        shop: &ShopId,
        by: Option<Doers>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        let mut sql = Sql::new(
            "SELECT a.id, a.at, a.actor_kind, a.actor_id, a.action, a.target, a.before, a.after, \
             COALESCE(NULLIF(s.name, ''), s.email, k.name, '') AS actor_name, \
             COALESCE(NULLIF(t.name, ''), t.email, i.email, '') AS target_name FROM audit_log a \
             LEFT JOIN staff t ON t.id = a.target LEFT JOIN staff_invited i ON i.id = a.target \
             LEFT JOIN staff s ON a.actor_kind = 'staff' AND s.id = a.actor_id \
             LEFT JOIN shop_secrets k ON a.actor_kind = 'key' AND k.id = a.actor_id \
             WHERE a.shop_id = ",
        );
        sql.bind(shop);
        // As the indexes have it.
        sql.push(match by {
            None => "",
            Some(Doers::People) => " AND a.actor_kind <> 'key'",
            Some(Doers::Programs) => " AND a.actor_kind = 'key'",
        });
        if let Some(after) = after {
            let after: AuditId = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND a.id < ").bind(&after);
        }
        sql.push(" ORDER BY a.id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = rows.iter().take(limit as usize);
        let entries = shown.map(entry_of).collect::<Result<Vec<_>, _>>()?;
        let more = rows.len() > entries.len();
        let next = entries.last().filter(|_| more);
        let next = next.map(|entry| entry.id.to_string());
        Ok(AuditPage { entries, next })
    }
}

fn entry_of(row: &Row) -> Result<AuditEntry, StoreError> {
    let id: String = row.get("actor_id")?;
    let name = row.get("actor_name")?;
    let unreadable = |_| StoreError::Corrupt("audit_log.actor_id");
    Ok(AuditEntry {
        id: row.get("id")?,
        at: row.get("at")?,
        on: String::new(),
        actor: match row.get::<String>("actor_kind")?.as_str() {
            "staff" => Doer::Staff {
                id: id.parse().map_err(unreadable)?,
                name,
            },
            "key" => Doer::Key {
                id: id.parse().map_err(unreadable)?,
                name,
            },
            _ => Doer::Command,
        },
        action: Action::from_word(&row.get::<String>("action")?)
            .ok_or(StoreError::Corrupt("audit_log.action"))?,
        target: row.get("target")?,
        target_name: row.get("target_name")?,
        before: fields(row, "before")?,
        after: fields(row, "after")?,
    })
}

fn json(fields: &Fields) -> Result<String, StoreError> {
    serde_json::to_string(fields).map_err(|_| StoreError::Corrupt("audit_log"))
}

fn fields(row: &Row, column: &'static str) -> Result<Fields, StoreError> {
    serde_json::from_str(&row.get::<String>(column)?).map_err(|_| StoreError::Corrupt(column))
}

/// What is different of what was there before and after.
pub(crate) fn difference((before, after): (Fields, Fields)) -> (Fields, Fields) {
    let other = |than: &Fields, fields: &Fields| {
        let fields = fields.iter();
        let fields = fields.filter(|(name, value)| than.get(*name) != Some(value));
        let fields = fields.map(|(name, value)| (name.clone(), value.clone()));
        fields.collect()
    };
    (other(&after, &before), other(&before, &after))
}

/// Fields of the log from names and values.
pub(crate) fn fields_of<const N: usize>(pairs: [(&str, String); N]) -> Fields {
    let pairs = pairs.into_iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
