//! Works and their editions.

use crate::db::{LIST, Row, Sql};
use crate::ids::{NewId, now};
use crate::ratings::{Change, Counted};
use crate::reviews::Of;
use crate::text::{contains_pattern, fold};
use crate::{Db, StoreError};
use bookplate_wire::catalogue::{Book, BookPage, Edition};
use bookplate_wire::orders::Outcome;
use bookplate_wire::{EditionId, Isbn, ShopId, WorkId};
use std::collections::HashMap;

/// An edition to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEdition {
    /// What is known of it.
    pub edition: Edition,
    /// What the shop's files call the work that it belongs to; `None` leaves an edition that is known
    /// already where it is and gives a new one a work of its own.
    pub work_key: Option<String>,
    /// The name of the series that it belongs to, or empty.
    pub series: String,
    /// What it is about; may be empty.
    pub categories: Vec<String>,
}

/// How many records a batch added, changed and found as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Were not there before.
    pub added: u64,
    /// Were there with other content.
    pub changed: u64,
    /// Were there just so.
    pub unchanged: u64,
}

impl std::ops::AddAssign for Written {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }
}

impl From<Outcome> for Written {
    fn from(outcome: Outcome) -> Self {
        let mut one = Self::default();
        *match outcome {
            Outcome::Added => &mut one.added,
            Outcome::Changed => &mut one.changed,
            Outcome::Unchanged => &mut one.unchanged,
        } = 1;
        one
    }
}

impl<O: Into<Self>> FromIterator<O> for Written {
    fn from_iter<I: IntoIterator<Item = O>>(outcomes: I) -> Self {
        let mut written = Self::default();
        for outcome in outcomes {
            written += outcome.into();
        }
        written
    }
}

const EDITION_COLUMNS: &str = "e.isbn, e.title, e.subtitle, e.authors, e.publisher, e.published_on, \
                               e.format, e.language, e.cover_url";

fn edition_of(row: &Row) -> Result<Edition, StoreError> {
    let authors: String = row.get("authors")?;
    Ok(Edition {
        isbn: row.get("isbn")?,
        title: row.get("title")?,
        subtitle: row.get("subtitle")?,
        authors: authors.lines().map(str::to_owned).collect(),
        publisher: row.get("publisher")?,
        published_on: row.get("published_on")?,
        format: row.get("format")?,
        language: row.get("language")?,
        cover_url: row.get("cover_url")?,
    })
}

/// The categories in a row with `categories`, one a line; none where the edition is not there that would have them.
pub(crate) fn categories_of(row: &Row) -> Result<Vec<String>, StoreError> {
    let text: Option<String> = row.get("categories")?;
    let text = text.unwrap_or_default();
    Ok(text.lines().map(str::to_owned).collect())
}

impl Db {
    /// The edition with this ISBN, the first of its work's book; `None` where the shop has no such book.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn edition(&mut self, shop: &ShopId, isbn: Isbn) -> Result<Option<Edition>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(EDITION_COLUMNS)
            .push(" FROM editions e WHERE e.shop_id = ")
            .bind(shop)
            .push(" AND e.isbn = ")
            .bind(&isbn);
        sql.row(self)?.as_ref().map(edition_of).transpose()
    }

    /// The titles of some editions, by ISBN, as far as the shop has these.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn titles(
        &mut self,
        shop: &ShopId,
        isbns: &[Isbn],
    ) -> Result<HashMap<Isbn, String>, StoreError> {
        if isbns.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sql = Sql::new("SELECT isbn, title FROM editions WHERE shop_id = ");
        sql.bind(shop)
            .push(" AND isbn IN (")
            .bind_all(isbns)
            .push(")");
        let rows = sql.rows(self)?;
        let entry = |row: &Row| Ok((row.get("isbn")?, row.get("title")?));
        rows.iter().map(entry).collect()
    }

    /// The book with this ISBN and all its editions, the one that was asked for first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn book(&mut self, shop: &ShopId, isbn: Isbn) -> Result<Option<Book>, StoreError> {
        let mut sql = Sql::new("SELECT e.work_id, ");
        sql.push(EDITION_COLUMNS)
            .push(" FROM editions a JOIN editions e ON e.work_id = a.work_id WHERE a.shop_id = ")
            .bind(shop)
            .push(" AND a.isbn = ")
            .bind(&isbn)
            .push(" ORDER BY e.published_on DESC, e.isbn");
        let rows = sql.rows(self)?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let work: WorkId = first.get("work_id")?;
        let mut editions = rows.iter().map(edition_of).collect::<Result<Vec<_>, _>>()?;
        editions.sort_by_key(|edition| edition.isbn != isbn);
        Ok(Some(Book { work, editions }))
    }

    /// Up to `limit` editions with these words in title, subtitle or authors, in the order of their titles.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn find_editions(
        &mut self,
        shop: &ShopId,
        words: &str,
        limit: u32,
    ) -> Result<Vec<Edition>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(EDITION_COLUMNS)
            .push(" FROM editions e WHERE e.shop_id = ")
            .bind(shop)
            .push(" AND e.search_text LIKE ")
            .bind(contains_pattern(words))
            .push(" ESCAPE '\\' ORDER BY e.title, e.isbn LIMIT ")
            .bind(i64::from(limit));
        self.search(&sql)?.iter().map(edition_of).collect()
    }

    /// Those of some editions that the shop has, in the order of their ISBNs.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn editions_of(&mut self, shop: &ShopId, isbns: &[Isbn]) -> Result<BookPage, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(EDITION_COLUMNS)
            .push(" FROM editions e WHERE e.shop_id = ")
            .bind(shop)
            .push(" AND e.isbn IN (")
            .bind_all(isbns)
            .push(") ORDER BY e.isbn");
        let rows = sql.rows(self)?;
        let editions = rows.iter().map(edition_of).collect::<Result<_, _>>()?;
        let next = None;
        Ok(BookPage { editions, next })
    }

    /// Up to `limit` editions in the order of their ISBNs, from behind `after`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn editions(
        &mut self,
        shop: &ShopId,
        after: Option<Isbn>,
        limit: u32,
    ) -> Result<BookPage, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(EDITION_COLUMNS)
            .push(" FROM editions e WHERE e.shop_id = ")
            .bind(shop)
            .push(" AND e.isbn > ")
            .bind(after.as_ref().map_or("", Isbn::as_str))
            .push(" ORDER BY e.isbn LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let more = rows.len() > limit as usize;
        let editions = rows
            .iter()
            .take(limit as usize)
            .map(edition_of)
            .collect::<Result<Vec<_>, _>>()?;
        let next = editions
            .last()
            .filter(|_| more)
            .map(|edition| edition.isbn.to_string());
        Ok(BookPage { editions, next })
    }

    /// Remembers a batch of editions. Doing it twice changes nothing.
    ///
    /// # Errors
    /// When the database does not answer; nothing of the batch is written then.
    pub fn put_editions(
        &mut self,
        shop: &ShopId,
        batch: &[NewEdition],
    ) -> Result<Written, StoreError> {
        let mut written = Written::default();
        if batch.is_empty() {
            return Ok(written);
        }
        self.lock([catalogue_lock(shop)])?;
        let mut known = known_editions(self, shop, batch)?;
        let mut news = Vec::new();
        for new in batch {
            match known.remove(&new.edition.isbn) {
                None => {
                    insert_edition(self, shop, new)?;
                    news.push(new.edition.isbn);
                    written.added += 1;
                }
                Some(old) if old.is(new) => written.unchanged += 1,
                Some(old) => {
                    update_edition(self, shop, &old, new)?;
                    written.changed += 1;
                }
            }
        }
        self.note_wish_cause(shop, "edition", &news)?;
        Ok(written)
    }
}

/// What whoever changes books, or the figures of their reviews, locks: both are read first and written as a
/// difference.
pub(crate) fn catalogue_lock(shop: &ShopId) -> String {
    format!("catalogue {shop}")
}

/// What is searched of an edition.
fn search_text(edition: &Edition) -> String {
    let authors = edition.authors.join("\n");
    fold(&format!("{} {} {authors}", edition.title, edition.subtitle))
}

/// An edition as it stands in the database.
struct Known {
    id: EditionId,
    work_id: WorkId,
    work_key: String,
    search_text: String,
    edition: Edition,
    series: String,
    categories: Vec<String>,
}

impl Known {
    fn is(&self, new: &NewEdition) -> bool {
        self.edition == new.edition
            && self.series == new.series
            && self.categories == new.categories
            && !self.moves_to(new)
            && self.search_text == search_text(&new.edition)
    }

    fn moves_to(&self, new: &NewEdition) -> bool {
        new.work_key
            .as_ref()
            .is_some_and(|key| *key != self.work_key)
    }
}

fn known_editions(
    db: &mut Db,
    shop: &ShopId,
    batch: &[NewEdition],
) -> Result<HashMap<Isbn, Known>, StoreError> {
    let mut known = HashMap::new();
    for chunk in batch.chunks(LIST) {
        let mut sql = Sql::new(
            "SELECT e.id, e.work_id, w.source_key, e.search_text, e.series, e.categories, ",
        );
        sql.push(EDITION_COLUMNS)
            .push(" FROM editions e JOIN works w ON w.id = e.work_id WHERE e.shop_id = ")
            .bind(shop)
            .push(" AND e.isbn IN (")
            .bind_all(chunk.iter().map(|new| &new.edition.isbn))
            .push(")");
        for row in sql.rows(db)? {
            let edition = Known {
                id: row.get("id")?,
                work_id: row.get("work_id")?,
                work_key: row.get("source_key")?,
                search_text: row.get("search_text")?,
                edition: edition_of(&row)?,
                series: row.get("series")?,
                categories: categories_of(&row)?,
            };
            known.insert(edition.edition.isbn, edition);
        }
    }
    Ok(known)
}

/// The work with this key, made where it is missing.
fn put_work(db: &mut Db, shop: &ShopId, key: &str) -> Result<WorkId, StoreError> {
    let id = WorkId::new_id();
    let inserted = Sql::new(
        "INSERT INTO works (id, shop_id, source_key, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (shop_id, source_key) DO NOTHING",
    )
    .arg(&id)
    .arg(shop)
    .arg(key)
    .arg(now())
    .run(db)?;
    if inserted == 0 {
        let known = Sql::new("SELECT id FROM works WHERE shop_id = $1 AND source_key = $2")
            .arg(shop)
            .arg(key)
            .value(db)?;
        return known.ok_or(StoreError::Corrupt("works.source_key"));
    }
    Sql::new(
        "INSERT INTO work_ratings (work_id, version, rating_sum, stars_1, stars_2, stars_3, stars_4, \
         stars_5, verified, photos) VALUES ($1, 1, 0, 0, 0, 0, 0, 0, 0, 0)",
    )
    .arg(&id)
    .run(db)?;
    Ok(id)
}

fn insert_edition(db: &mut Db, shop: &ShopId, new: &NewEdition) -> Result<(), StoreError> {
    let own_key = || format!("isbn:{}", new.edition.isbn);
    let key = new.work_key.clone().unwrap_or_else(own_key);
    let work = put_work(db, shop, &key)?;
    let edition = &new.edition;
    let id = EditionId::new_id();
    Sql::new(
        "INSERT INTO editions (id, shop_id, work_id, isbn, title, subtitle, authors, publisher, \
         published_on, format, language, cover_url, search_text, updated_at, series, categories) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .arg(&id)
    .arg(shop)
    .arg(&work)
    .arg(&edition.isbn)
    .arg(&edition.title)
    .arg(&edition.subtitle)
    .arg(edition.authors.join("\n"))
    .arg(&edition.publisher)
    .arg(&edition.published_on)
    .arg(edition.format.as_str())
    .arg(&edition.language)
    .arg(&edition.cover_url)
    .arg(search_text(edition))
    .arg(now())
    .arg(&new.series)
    .arg(new.categories.join("\n"))
    .run(db)?;
    if db.match_order_lines(shop, &edition.isbn, &id)? {
        db.note_purchases(shop, Of::Work, [&work])?;
    }
    touch(db, &work)
}

fn update_edition(
    db: &mut Db,
    shop: &ShopId,
    old: &Known,
    new: &NewEdition,
) -> Result<(), StoreError> {
    let mut work = old.work_id.clone();
    if let Some(key) = new.work_key.as_ref().filter(|_| old.moves_to(new)) {
        work = put_work(db, shop, key)?;
        move_reviews(db, &old.id, &old.work_id, &work)?;
        db.note_purchases(shop, Of::Work, [&old.work_id, &work])?;
        touch(db, &old.work_id)?;
    }
    let edition = &new.edition;
    Sql::new(
        "UPDATE editions SET work_id = $1, title = $2, subtitle = $3, authors = $4, publisher = $5, \
         published_on = $6, format = $7, language = $8, cover_url = $9, search_text = $10, updated_at = $11, series = $12, \
         categories = $13 WHERE id = $14",
    )
    .arg(&work)
    .arg(&edition.title)
    .arg(&edition.subtitle)
    .arg(edition.authors.join("\n"))
    .arg(&edition.publisher)
    .arg(&edition.published_on)
    .arg(edition.format.as_str())
    .arg(&edition.language)
    .arg(&edition.cover_url)
    .arg(search_text(edition))
    .arg(now())
    .arg(&new.series)
    .arg(new.categories.join("\n"))
    .arg(&old.id)
    .run(db)?;
    touch(db, &work)
}

/// Tells caches that something of the work has changed.
pub(crate) fn touch(db: &mut Db, work: &WorkId) -> Result<(), StoreError> {
    Sql::new("UPDATE work_ratings SET version = version + 1 WHERE work_id = $1")
        .arg(work)
        .run(db)
        .map(drop)
}

/// Takes the reviews of an edition along when the edition goes to another work.
fn move_reviews(
    db: &mut Db,
    edition: &EditionId,
    from: &WorkId,
    to: &WorkId,
) -> Result<(), StoreError> {
    let rows = Sql::new(
        "SELECT rating, language_primary, verified, photos FROM reviews \
         WHERE edition_id = $1 AND status = 'published'",
    )
    .arg(edition)
    .rows(db)?;
    let (mut less, mut more) = (Change::default(), Change::default());
    for row in &rows {
        let counted = Counted::of(row)?;
        less.remove(&counted);
        more.add(&counted);
    }
    // What is remembered of authors and the work goes where their next review will be: with all that was written of the
    // edition, and without anything being forgotten of the old work.
    for statement in [
        "INSERT INTO review_objections (customer_id, work_id) SELECT customer_id, CAST($1 AS TEXT) \
         FROM review_objections WHERE work_id = $2 ON CONFLICT DO NOTHING",
        "INSERT INTO review_labels (customer_id, work_id) SELECT customer_id, CAST($1 AS TEXT) \
         FROM review_labels WHERE work_id = $2 ON CONFLICT DO NOTHING",
    ] {
        Sql::new(statement).arg(to).arg(from).run(db)?;
    }
    Sql::new("UPDATE reviews SET work_id = $1 WHERE edition_id = $2")
        .arg(to)
        .arg(edition)
        .run(db)?;
    less.apply(db, from)?;
    more.apply(db, to)
}
