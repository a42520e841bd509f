//! From what has happened to books to whom it may concern: notes that imports and offers leave are looked at once.
//!
//! Of new books only those are news whose date of publication is recent or still to come, so that a list of older books that
//! is read in tells nobody anything.

use super::alerts::ANY;
use crate::catalogue::catalogue_lock;
use crate::db::{LIST, Row, Sql};
use crate::ids::now;
use crate::text::fold;
use crate::{Db, StoreError};
use bookplate_wire::{EditionId, ShopId, WorkId};

const DAY: i64 = 24 * 3_600_000;
/// For how long what has come out is new, in days.
pub const RECENT: i64 = 90;
/// For how long it is waited for more to tell, in milliseconds.
const GATHER: i64 = 3_600_000;
/// How many notes are looked at in one unit of work.
const NOTES: u32 = 5;

/// Has it looked whether there is something to tell those who are selected by what follows: soon, and no sooner than a day
/// after what was told last.
const RAISE: &str = "INSERT INTO wish_digests (customer_id, shop_id, due_at) ";
const RAISED: &str = " ON CONFLICT (customer_id) DO UPDATE SET due_at = CASE \
     WHEN wish_digests.due_at IS NOT NULL THEN wish_digests.due_at \
     WHEN wish_digests.sent_at + 86400000 > excluded.due_at THEN wish_digests.sent_at + 86400000 \
     ELSE excluded.due_at END";

/// What whoever looks at a shop's notes, or tells its customers, locks.
pub(super) fn news_lock(shop: &ShopId) -> String {
    format!("wish news {shop}")
}

/// A new edition.
struct Fresh {
    id: EditionId,
    work: WorkId,
    /// When the work has come into the catalogue.
    since: i64,
    authors: String,
    series: String,
    format: String,
    language: String,
    published_on: String,
}

fn fresh_of(row: &Row) -> Result<Fresh, StoreError> {
    Ok(Fresh {
        id: row.get("id")?,
        work: row.get("work_id")?,
        since: row.get("created_at")?,
        authors: row.get("authors")?,
        series: row.get("series")?,
        format: row.get("format")?,
        language: row.get("language")?,
        published_on: row.get("published_on")?,
    })
}

/// Whether a book came out on or after the day `since` (`YYYY-MM-DD`), or is still to come, as far as its date is known.
fn is_recent(published_on: &str, since: &str) -> bool {
    let end = match published_on.len() {
        4 => "-12-31",
        7 => "-31",
        10 => "",
        _ => return false,
    };
    *[published_on, end].concat() >= *since
}

impl Db {
    /// A shop in which something has happened that was not looked at yet, if there is any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shop_with_wish_causes(&mut self) -> Result<Option<ShopId>, StoreError> {
        Sql::new("SELECT shop_id FROM wish_causes ORDER BY id LIMIT 1").value(self)
    }

    /// Looks at some of what has happened to a shop's books, and finds whom it may concern. `since` is the day 90 days ago,
    /// `YYYY-MM-DD`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn spread_wish_causes(&mut self, shop: &ShopId, since: &str) -> Result<(), StoreError> {
        self.lock([news_lock(shop)])?;
        // Nobody leaves meanwhile.
        self.lock_shared(catalogue_lock(shop))?;
        let notes = Sql::new(
            "SELECT id, kind, isbns FROM wish_causes WHERE shop_id = $1 ORDER BY id LIMIT $2",
        )
        .arg(shop)
        .arg(NOTES)
        .rows(self)?;
        for note in &notes {
            let isbns: String = note.get("isbns")?;
            let isbns: Vec<&str> = isbns.lines().collect();
            let is_new = note.get::<String>("kind")? == "edition";
            for isbns in isbns.chunks(LIST) {
                self.note_missed(shop, isbns)?;
                self.raise_watching(shop, isbns)?;
                if is_new {
                    self.find_readers(shop, isbns, since)?;
                }
            }
            Sql::new("DELETE FROM wish_causes WHERE id = $1")
                .arg(note.get::<String>("id")?)
                .run(self)?;
        }
        Ok(())
    }

    /// Notes for those who wait for it that a book cannot be had. Where any edition will do that is found out at the
    /// moment of telling.
    fn note_missed(&mut self, shop: &ShopId, isbns: &[&str]) -> Result<(), StoreError> {
        let mut sql = Sql::new(
            "UPDATE wish_alerts AS a SET missed = 1 WHERE a.stock = 1 AND a.missed = 0 AND a.edition_id IN \
             (SELECT e.id FROM editions e JOIN offers o ON o.shop_id = e.shop_id AND o.isbn = e.isbn \
             WHERE o.availability IN ('out_of_stock', 'preorder') AND e.shop_id = ",
        );
        sql.bind(shop)
            .push(" AND e.isbn IN (")
            .bind_all(isbns.iter().copied())
            .push(")) AND NOT ")
            .push(ANY);
        sql.run(self).map(drop)
    }

    /// Has it looked whether there is something to tell those who watch a book of the same work.
    fn raise_watching(&mut self, shop: &ShopId, isbns: &[&str]) -> Result<(), StoreError> {
        let mut sql = Sql::new(RAISE);
        sql.push("SELECT DISTINCT a.customer_id, a.shop_id, CAST(")
            .bind(now() + GATHER)
            .push(
                " AS BIGINT) FROM editions f JOIN editions e ON e.work_id = f.work_id \
                 JOIN wish_alerts a ON a.edition_id = e.id WHERE (a.price = 1 OR a.stock = 1) AND f.shop_id = ",
            )
            .bind(shop)
            .push(" AND f.isbn IN (")
            .bind_all(isbns.iter().copied())
            .push(")")
            .push(RAISED);
        sql.run(self).map(drop)
    }

    /// Finds who wants to be told of new editions.
    fn find_readers(
        &mut self,
        shop: &ShopId,
        isbns: &[&str],
        since: &str,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new(
            "SELECT e.id, e.work_id, w.created_at, e.authors, e.series, e.format, e.language, e.published_on \
             FROM editions e JOIN works w ON w.id = e.work_id WHERE e.shop_id = ",
        );
        sql.bind(shop)
            .push(" AND e.isbn IN (")
            .bind_all(isbns.iter().copied())
            .push(") ORDER BY e.isbn");
        for row in sql.rows(self)? {
            let fresh = fresh_of(&row)?;
            if !is_recent(&fresh.published_on, since) {
                continue;
            }
            let others = self.other_editions(&fresh)?;
            if fresh.is_new_format(&others) {
                self.find_by_format(&fresh)?;
            }
            let is_old = |other: &(String, String, String)| {
                !other.2.is_empty() && !is_recent(&other.2, since)
            };
            if fresh.since > now() - RECENT * DAY && !others.iter().any(is_old) {
                self.find_by_name(shop, &fresh)?;
            }
            let mut sql = Sql::new(RAISE);
            sql.push("SELECT n.customer_id, c.shop_id, CAST(")
                .bind(now() + GATHER)
                .push(
                    " AS BIGINT) FROM wish_news n JOIN customers c ON c.id = n.customer_id \
                     WHERE n.told_at IS NULL AND n.edition_id = ",
                )
                .bind(&fresh.id)
                .push(RAISED);
            sql.run(self)?;
        }
        Ok(())
    }

    /// Format, language and date of the other editions of a new one's work.
    fn other_editions(
        &mut self,
        fresh: &Fresh,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        Sql::new(
            "SELECT format, language, published_on FROM editions WHERE work_id = $1 AND id <> $2",
        )
        .arg(&fresh.work)
        .arg(&fresh.id)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok((
                row.get("format")?,
                row.get("language")?,
                row.get("published_on")?,
            ))
        })
        .collect()
    }

    fn find_by_format(&mut self, fresh: &Fresh) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO wish_news (customer_id, edition_id, kind, name, folded, found_at) \
             SELECT DISTINCT a.customer_id, CAST($1 AS TEXT), 'format', '', '', CAST($2 AS BIGINT) \
             FROM editions e JOIN wish_alerts a ON a.edition_id = e.id WHERE a.format = 1 AND e.work_id = $3 \
             AND e.id <> CAST($1 AS TEXT) AND ($4 IN ('', e.language) OR e.language = '') \
             ON CONFLICT (customer_id, edition_id) DO NOTHING",
        )
        .arg(&fresh.id)
        .arg(now())
        .arg(&fresh.work)
        .arg(&fresh.language)
        .run(self)
        .map(drop)
    }

    /// Finds who follows the authors or the series of a new work. Who was told of another edition of it knows.
    fn find_by_name(&mut self, shop: &ShopId, fresh: &Fresh) -> Result<(), StoreError> {
        let authors = fresh.authors.lines().map(|name| ("author", name));
        let series = Some(("series", &*fresh.series)).filter(|(_, name)| !name.is_empty());
        for (kind, name) in authors.chain(series) {
            let folded = fold(name);
            let mut sql = Sql::new(
                "INSERT INTO wish_news (customer_id, edition_id, kind, name, folded, found_at) \
                 SELECT r.customer_id, CAST(",
            );
            sql.bind(&fresh.id)
                .push(" AS TEXT), CAST(")
                .bind(kind)
                .push(" AS TEXT), CAST(")
                .bind(name)
                .push(" AS TEXT), CAST(")
                .bind(&folded)
                .push(" AS TEXT), CAST(")
                .bind(now())
                .push(" AS BIGINT) FROM (SELECT customer_id FROM follows WHERE shop_id = ")
                .bind(shop)
                .push(" AND kind = ")
                .bind(kind)
                .push(" AND folded = ")
                .bind(&folded);
            if kind == "author" {
                sql.push(" UNION SELECT customer_id FROM wish_alert_authors WHERE shop_id = ")
                    .bind(shop)
                    .push(" AND author = ")
                    .bind(&folded);
            }
            sql.push(
                ") r WHERE NOT EXISTS (SELECT 1 FROM wish_news n JOIN editions x ON x.id = n.edition_id \
                 WHERE n.customer_id = r.customer_id AND n.kind <> 'format' AND x.work_id = ",
            )
            .bind(&fresh.work)
            .push(") ON CONFLICT (customer_id, edition_id) DO NOTHING");
            sql.run(self)?;
        }
        Ok(())
    }
}

impl Fresh {
    /// Whether it is the first edition of its work in its format and language.
    fn is_new_format(&self, others: &[(String, String, String)]) -> bool {
        let is_same = |(format, language, _): &(String, String, String)| {
            *format == self.format
                && (language.is_empty() || self.language.is_empty() || *language == self.language)
        };
        self.format != "other" && !others.is_empty() && !others.iter().any(is_same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_counts_as_far_as_it_is_known() {
        let since = "2026-09-01";
        for recent in ["2026", "2027-01", "2026-09", "2026-09-01", "2030-12-31"] {
            assert!(is_recent(recent, since), "{recent}");
        }
        for old in ["", "2025", "2026-08", "2026-08-31", "1813"] {
            assert!(!is_recent(old, since), "{old}");
        }
    }
}
