//! Staff picks: what the shop's own people recommend.

use crate::audit::{Actor, difference, fields_of};
use crate::catalogue::{catalogue_lock, touch};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::text::contains_pattern;
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::reviews::picks::{
    Pick, PickContent, PickPage, PickStatus, SHOWN_MAX, ShownPick,
};
use bookplate_wire::{EditionId, Isbn, PickId, ShopId, WorkId};

/// Which pick is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PickName {
    /// A new one.
    New,
    /// The one with this id.
    Id(PickId),
    /// The one that the shop's programs call so, new or not.
    Reference(String),
}

/// Why a pick was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickRefusal {
    /// The shop has no such pick.
    NoPick,
    /// The shop has no book with this ISBN.
    NoBook,
    /// The shop has no branch with this code.
    NoBranch,
}

/// Which picks of a shop are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PicksAsked {
    /// Those of this book, in whichever edition.
    pub isbn: Option<Isbn>,
    /// Those of books with these words in title, subtitle or authors.
    pub words: String,
    /// Those with this status.
    pub status: Option<PickStatus>,
    /// From behind this one: the `next` of the page before.
    pub after: Option<String>,
    /// How many at most.
    pub limit: u32,
}

const COLUMNS: &str = "SELECT p.id, p.reference, p.edition_id, p.status, p.position, p.name, p.role, p.branch, \
                       p.title, p.body, p.language, p.picked_on, p.changed_at, e.isbn, e.work_id, \
                       e.title AS book FROM review_picks p JOIN editions e ON e.id = p.edition_id WHERE p.shop_id = ";

impl Db {
    /// A page of a shop's picks, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn picks(&mut self, shop: &ShopId, asked: &PicksAsked) -> Result<PickPage, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop);
        if let Some(isbn) = &asked.isbn {
            sql.push(" AND e.work_id = (SELECT work_id FROM editions WHERE shop_id = ")
                .bind(shop)
                .push(" AND isbn = ")
                .bind(isbn)
                .push(")");
        }
        if !asked.words.is_empty() {
            sql.push(" AND e.search_text LIKE ")
                .bind(contains_pattern(&asked.words))
                .push(" ESCAPE '\\'");
        }
        if let Some(status) = asked.status {
            sql.push(" AND p.status = ").bind(status.as_str());
        }
        if let Some(after) = &asked.after {
            let after: PickId = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND p.id < ").bind(&after);
        }
        sql.push(" ORDER BY p.id DESC LIMIT ")
            .bind(i64::from(asked.limit) + 1);
        let rows = if asked.words.is_empty() {
            sql.rows(self)?
        } else {
            self.search(&sql)?
        };
        let more = rows.len() > asked.limit as usize;
        let shown = rows.iter().take(asked.limit as usize);
        let picks = shown.map(pick_of).collect::<Result<Vec<_>, _>>()?;
        let next = picks.last().filter(|_| more);
        let next = next.map(|pick| pick.id.to_string());
        Ok(PickPage { picks, next })
    }

    /// A pick of a shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn pick(&mut self, shop: &ShopId, id: &PickId) -> Result<Option<Pick>, StoreError> {
        let found = self.known_pick(shop, &PickName::Id(id.clone()))?;
        Ok(found.map(|known| known.pick))
    }

    /// What readers of a work see, in its order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shown_picks(
        &mut self,
        shop: &ShopId,
        work: &WorkId,
    ) -> Result<Vec<ShownPick>, StoreError> {
        Sql::new(
            "SELECT p.name, p.role, COALESCE(b.name, '') AS branch, p.title, p.body, p.language, p.picked_on \
             FROM editions e JOIN review_picks p ON p.edition_id = e.id \
             LEFT JOIN branches b ON b.shop_id = p.shop_id AND b.code = p.branch \
             WHERE e.work_id = $1 AND p.shop_id = $2 AND p.status = 'published' \
             ORDER BY p.position, p.id DESC LIMIT $3",
        )
        .arg(work)
        .arg(shop)
        .arg(i64::from(SHOWN_MAX))
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(ShownPick {
                name: row.get("name")?,
                role: row.get("role")?,
                branch: row.get("branch")?,
                title: row.get("title")?,
                body: row.get("body")?,
                language: row.get("language")?,
                picked_on: row.get("picked_on")?,
            })
        })
        .collect()
    }

    /// Writes a pick. Doing it twice changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_pick(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        name: &PickName,
        content: &PickContent,
    ) -> Result<Result<Pick, PickRefusal>, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let known = self.known_pick(shop, name)?;
        if known.is_none() && matches!(name, PickName::Id(_)) {
            return Ok(Err(PickRefusal::NoPick));
        }
        if let Some(known) = &known
            && known.pick.content == *content
        {
            return Ok(Ok(known.pick.clone()));
        }
        let edition = Sql::new("SELECT id, work_id FROM editions WHERE shop_id = $1 AND isbn = $2")
            .arg(shop)
            .arg(&content.isbn)
            .row(self)?;
        let Some(edition) = edition else {
            return Ok(Err(PickRefusal::NoBook));
        };
        // One that has gone may stay where it is.
        let before = known.as_ref().map(|known| &known.pick.content);
        if before.is_none_or(|before| before.branch != content.branch)
            && !self.has_branch(shop, &content.branch)?
        {
            return Ok(Err(PickRefusal::NoBranch));
        }
        let (edition, work) = (edition.get("id")?, edition.get("work_id")?);
        let id = match &known {
            Some(known) => {
                self.update_pick(&known.pick.id, &edition, content)?;
                touch(self, &known.work)?;
                known.pick.id.clone()
            }
            None => self.insert_pick(shop, name, &edition, content)?,
        };
        touch(self, &work)?;
        let (action, before) = match before {
            Some(before) => (Action::PickChanged, noted(before)),
            None => (Action::PickCreated, Fields::new()),
        };
        let (before, after) = difference((before, noted(content)));
        self.audit(shop, by, action, id.as_str(), (&before, &after))?;
        let written = self.known_pick(shop, &PickName::Id(id))?;
        let written = written.ok_or(StoreError::Corrupt("review_picks.id"))?;
        Ok(Ok(written.pick))
    }

    /// Shows a pick to readers or takes it away from them; nothing when the shop has no such pick.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_pick_status(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &PickId,
        status: PickStatus,
    ) -> Result<Option<Pick>, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let Some(Pick { content, .. }) = self.pick(shop, id)? else {
            return Ok(None);
        };
        let content = PickContent { status, ..content };
        let written = self.put_pick(by, shop, &PickName::Id(id.clone()), &content)?;
        Ok(written.ok())
    }

    /// Deletes a pick; false when the shop has no such pick.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn delete_pick(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        name: &PickName,
    ) -> Result<bool, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let Some(known) = self.known_pick(shop, name)? else {
            return Ok(false);
        };
        Sql::new("DELETE FROM review_picks WHERE id = $1")
            .arg(&known.pick.id)
            .run(self)?;
        touch(self, &known.work)?;
        let both = (&noted(&known.pick.content), &Fields::new());
        self.audit(shop, by, Action::PickDeleted, known.pick.id.as_str(), both)?;
        Ok(true)
    }

    /// Tells caches that a branch is called otherwise than before.
    pub(crate) fn touch_picks_of_branch(
        &mut self,
        shop: &ShopId,
        code: &str,
    ) -> Result<(), StoreError> {
        self.lock([catalogue_lock(shop)])?;
        Sql::new(
            "UPDATE work_ratings SET version = version + 1 WHERE work_id IN (SELECT e.work_id FROM review_picks p \
             JOIN editions e ON e.id = p.edition_id WHERE p.shop_id = $1 AND p.branch = $2)",
        )
        .arg(shop)
        .arg(code)
        .run(self)
        .map(drop)
    }

    fn known_pick(&mut self, shop: &ShopId, name: &PickName) -> Result<Option<Known>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop);
        match name {
            PickName::New => return Ok(None),
            PickName::Id(id) => sql.push(" AND p.id = ").bind(id),
            PickName::Reference(reference) => sql.push(" AND p.reference = ").bind(reference),
        };
        let row = sql.row(self)?;
        row.map(|row| {
            Ok(Known {
                work: row.get("work_id")?,
                pick: pick_of(&row)?,
            })
        })
        .transpose()
    }

    fn has_branch(&mut self, shop: &ShopId, code: &str) -> Result<bool, StoreError> {
        if code.is_empty() {
            return Ok(true);
        }
        let found: Option<i64> =
            Sql::new("SELECT 1 FROM branches WHERE shop_id = $1 AND code = $2")
                .arg(shop)
                .arg(code)
                .value(self)?;
        Ok(found.is_some())
    }

    fn insert_pick(
        &mut self,
        shop: &ShopId,
        name: &PickName,
        edition: &EditionId,
        content: &PickContent,
    ) -> Result<PickId, StoreError> {
        let id = PickId::new_id();
        let reference = match name {
            PickName::Reference(reference) => reference.as_str(),
            PickName::New | PickName::Id(_) => id.as_str(),
        };
        Sql::new(
            "INSERT INTO review_picks (id, shop_id, reference, edition_id, status, position, name, role, branch, \
             title, body, language, picked_on, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .arg(&id)
        .arg(shop)
        .arg(reference)
        .arg(edition)
        .arg(content.status.as_str())
        .arg(i64::from(content.position))
        .arg(&content.name)
        .arg(&content.role)
        .arg(&content.branch)
        .arg(&content.title)
        .arg(&content.body)
        .arg(&content.language)
        .arg(&content.picked_on)
        .arg(now())
        .run(self)?;
        Ok(id)
    }

    fn update_pick(
        &mut self,
        id: &PickId,
        edition: &EditionId,
        content: &PickContent,
    ) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE review_picks SET edition_id = $1, status = $2, position = $3, name = $4, role = $5, \
             branch = $6, title = $7, body = $8, language = $9, picked_on = $10, changed_at = $11 WHERE id = $12",
        )
        .arg(edition)
        .arg(content.status.as_str())
        .arg(i64::from(content.position))
        .arg(&content.name)
        .arg(&content.role)
        .arg(&content.branch)
        .arg(&content.title)
        .arg(&content.body)
        .arg(&content.language)
        .arg(&content.picked_on)
        .arg(now())
        .arg(id)
        .run(self)
        .map(drop)
    }
}

/// A pick with the work that it belongs to.
struct Known {
    pick: Pick,
    work: WorkId,
}

fn pick_of(row: &Row) -> Result<Pick, StoreError> {
    let status: String = row.get("status")?;
    Ok(Pick {
        id: row.get("id")?,
        reference: row.get("reference")?,
        book: row.get("book")?,
        changed_at: row.get("changed_at")?,
        content: PickContent {
            isbn: row.get("isbn")?,
            name: row.get("name")?,
            role: row.get("role")?,
            branch: row.get("branch")?,
            title: row.get("title")?,
            body: row.get("body")?,
            language: row.get("language")?,
            picked_on: row.get("picked_on")?,
            position: row.get("position")?,
            status: PickStatus::from_word(&status)
                .ok_or(StoreError::Corrupt("review_picks.status"))?,
        },
    })
}

/// Not the words, nor the name of anybody: the log keeps everything for ever.
fn noted(content: &PickContent) -> Fields {
    let characters = content.title.chars().count() + content.body.chars().count();
    fields_of([
        ("isbn", content.isbn.to_string()),
        ("status", content.status.as_str().to_owned()),
        ("position", content.position.to_string()),
        ("branch", content.branch.clone()),
        ("language", content.language.clone()),
        ("picked_on", content.picked_on.clone()),
        ("characters", characters.to_string()),
    ])
}
