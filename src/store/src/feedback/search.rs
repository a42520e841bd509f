//! Searching the staff's inbox: the case comes first in which somebody has last used the words, and behind all of these those
//! in which words only begin so.
//!
//! Entries are looked through from the latest one back, and no further than a page needs: a word that stands in nearly every
//! message is found as quickly as a rare one. Sorting by when cases were opened would have to find all of them before.

use super::CaseAsked;
use super::rows::{CASES, case_of};
use crate::db::Sql;
use crate::words::{Asked, By};
use crate::{Db, StoreError};
use bookplate_wire::feedback::inbox::FeedbackCase;
use bookplate_wire::{CaseId, ShopId};
use std::collections::{HashMap, HashSet};

/// How many entries are looked at first, and by how much more each time that was not enough: most messages of a page are of
/// different cases.
const FIRST: i64 = 200;
const MORE: i64 = 4;
/// The most that are looked at at a time.
const MOST: i64 = 20_000;
/// In how many of the latest entries PostgreSQL looks whether words are rare, and in how many of these rare words stand at most.
const LATEST: i64 = 5_000;
const RARE: i64 = 50;

/// Where in the search a case was found: in which round, and by which entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(u8, i64);

impl Place {
    /// Reads what a page has said is behind it.
    fn read(text: &str) -> Result<Self, StoreError> {
        let (round, number) = text.split_once('.').ok_or(StoreError::Cursor)?;
        let place = round.parse().ok().zip(number.parse().ok());
        place
            .map(|(round, number)| Self(round, number))
            .ok_or(StoreError::Cursor)
    }

    fn is_behind(self, other: Self) -> bool {
        self.0 > other.0 || self.0 == other.0 && self.1 < other.1
    }
}

/// The cases of a page, and of those before.
struct Found {
    after: Option<Place>,
    most: usize,
    seen: HashSet<CaseId>,
    cases: Vec<(Place, CaseId)>,
}

impl Found {
    fn add(&mut self, place: Place, case: CaseId) {
        let is_new = self.seen.insert(case.clone());
        if is_new && self.after.is_none_or(|after| place.is_behind(after)) {
            self.cases.push((place, case));
        }
    }

    /// Whether it is known that there is another page.
    fn is_full(&self) -> bool {
        self.cases.len() > self.most
    }
}

impl Db {
    /// A page of the cases with an entry in which all words stand that are searched for, but first the one whose code it is; and
    /// behind what the next page begins, if there is more.
    ///
    /// A page begins behind an entry: so each begins with the latest one again, to know which cases were on the pages before.
    pub(super) fn find_cases(
        &mut self,
        shop: &ShopId,
        asked: &CaseAsked,
    ) -> Result<(Vec<FeedbackCase>, Option<String>), StoreError> {
        let mut found = Found {
            after: asked.after.as_deref().map(Place::read).transpose()?,
            most: asked.limit as usize,
            seen: HashSet::new(),
            cases: Vec::new(),
        };
        if let Some(code) = &asked.code {
            let mut sql = Sql::new("SELECT f.id FROM feedback_cases f WHERE ");
            asked.narrow(shop, &mut sql);
            sql.push(" AND f.code = ").bind(code);
            if let Some(case) = sql.value(self)? {
                found.add(Place(0, i64::MAX), case);
            }
        }
        if let Some(words) = Asked::new(&asked.filter.q) {
            self.look_through(shop, asked, (&words, By::Words), &mut found)?;
            if !found.is_full() && words.has_beginnings() {
                self.look_through(shop, asked, (&words, By::Beginnings), &mut found)?;
            }
        }
        let more = found.is_full();
        found.cases.truncate(found.most);
        let next = found.cases.last().filter(|_| more);
        let next = next.map(|(Place(round, number), _)| format!("{round}.{number}"));
        Ok((self.cases_in_order(&found.cases)?, next))
    }

    /// Looks for cases from the latest entry back, until a page is full.
    fn look_through(
        &mut self,
        shop: &ShopId,
        asked: &CaseAsked,
        (words, by): (&Asked, By),
        found: &mut Found,
    ) -> Result<(), StoreError> {
        let round = if by == By::Words { 0 } else { 1 };
        let is_rare = self.are_rare(words, by)?;
        let (mut below, mut count) = (i64::MAX, FIRST);
        loop {
            let mut sql = if is_rare {
                // All that the words' index has, so that it is used, and of these as many as are looked at.
                let mut sql =
                    Sql::new("WITH m AS MATERIALIZED (SELECT w.rowid FROM feedback_words w WHERE ");
                self.match_words(&mut sql, words, by);
                sql.push("), w AS MATERIALIZED (SELECT rowid FROM m WHERE rowid < ")
                    .bind(below)
                    .push(" ORDER BY rowid DESC LIMIT ")
                    .bind(count)
                    .push(
                        ") SELECT w.rowid AS number, c.case_id FROM w LEFT JOIN LATERAL (SELECT n.case_id \
                         FROM feedback_entries n JOIN feedback_cases f ON f.id = n.case_id WHERE n.number = w.rowid AND ",
                    );
                asked.narrow(shop, &mut sql);
                sql.push(") c ON TRUE");
                sql
            } else {
                // SQLite goes through a CROSS JOIN as it is written: so it takes what it needs of the words' index, from its end.
                let mut sql = Sql::new(
                    "SELECT n.number, n.case_id FROM feedback_words w CROSS JOIN feedback_entries n \
                     CROSS JOIN feedback_cases f WHERE ",
                );
                asked.narrow(shop, &mut sql);
                sql.push(" AND n.number = w.rowid AND f.id = n.case_id AND w.rowid < ")
                    .bind(below)
                    .push(" AND ");
                self.match_words(&mut sql, words, by);
                sql
            };
            sql.push(" ORDER BY w.rowid DESC LIMIT ").bind(count);
            let rows = self.search(&sql)?;
            for row in &rows {
                below = row.get("number")?;
                if let Some(case) = row.get("case_id")? {
                    found.add(Place(round, below), case);
                }
            }
            if found.is_full() || rows.len() < count as usize {
                return Ok(());
            }
            count = MOST.min(count * MORE);
        }
    }

    /// Whether hardly any of the latest entries has the words. PostgreSQL does not know how rare a word is that is not among the
    /// most common ones, and would go through all entries for it; SQLite goes through its index in any case.
    fn are_rare(&mut self, words: &Asked, by: By) -> Result<bool, StoreError> {
        if self.has_one_writer() {
            return Ok(false);
        }
        let mut sql = Sql::new(
            "SELECT COUNT(*) FROM feedback_words w WHERE w.rowid > \
             (SELECT COALESCE(MAX(rowid), 0) FROM feedback_words) - ",
        );
        sql.bind(LATEST).push(" AND ");
        self.match_words(&mut sql, words, by);
        Ok(sql.value::<i64>(self)?.unwrap_or(0) <= RARE)
    }

    /// Adds that the words stand in the entry `w`: the one thing that each database has its own words for.
    fn match_words(&self, sql: &mut Sql, words: &Asked, by: By) {
        if self.has_one_writer() {
            sql.push("w.feedback_words MATCH ")
                .bind(words.for_sqlite(by));
        } else {
            sql.push("array_to_tsvector(string_to_array(w.words, ' ')) @@ CAST(CAST(")
                .bind(words.for_postgres(by))
                .push(" AS TEXT) AS tsquery)");
        }
    }

    fn cases_in_order(
        &mut self,
        found: &[(Place, CaseId)],
    ) -> Result<Vec<FeedbackCase>, StoreError> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new(CASES);
        sql.push("f.id IN (")
            .bind_all(found.iter().map(|(_, case)| case))
            .push(")");
        let mut cases: HashMap<CaseId, FeedbackCase> = HashMap::new();
        for row in &sql.rows(self)? {
            let case = case_of(row)?;
            cases.insert(case.case.id.clone(), case);
        }
        Ok(found
            .iter()
            .filter_map(|(_, case)| cases.remove(case))
            .collect())
    }
}
