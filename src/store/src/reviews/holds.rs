//! Whether a review waits for somebody to look at it: what is known of the text comes from the caller, what surrounds it
//! is looked at here, in the transaction that writes it. No rule knows of stars.

use crate::db::{Row, Sql};
use crate::ids::{new_digits, now};
use crate::{Db, StoreError};
use bookplate_wire::reviews::holds::{Hold, HoldReason, WordList};
use bookplate_wire::{EditionId, Lang, ReviewId, ShopId, WorkId};
use std::collections::BTreeMap;

/// What surrounds a review that is written, as far as the caller knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Circumstances {
    /// What was found in its text.
    pub holds: Vec<Hold>,
    /// A name of the place of the network that it comes from, from which nobody can tell the place; empty where that says
    /// nothing.
    pub network: String,
    /// Whether the author received the book free or for a reward, as those do who read it before it is published.
    pub incentivised: bool,
    /// The day in the shop's time zone, `YYYY-MM-DD`.
    pub today: String,
}

const DAY: i64 = 24 * 3_600_000;
/// Over how many days the past of a work is looked at.
const PAST: u32 = 28;
/// For how long it is known from where reviews came, in milliseconds.
pub(crate) const NETWORK_KEPT: i64 = 28 * DAY;
/// So many reviews of a work a day are no burst, whatever was before.
const BURST_MIN: u32 = 20;
/// So many reviews a day from a new place are no surprise: a family, a class in a library.
const NETWORK_MAX: u32 = 5;

/// From how many reviews a day on it is a burst, by how many there were in the days of [`PAST`].
///
/// If readers come independently of each other, their number a day has a Poisson distribution: with a mean of m it is above
/// m + 3 √m on about one day in a thousand.
fn burst_from(past: u32) -> u32 {
    let mean = f64::from(past) / f64::from(PAST);
    let expected = (mean + 3.0 * mean.sqrt()).floor();
    // Far below 2³², and not negative.
    (expected as u32).max(BURST_MIN) + 1
}

impl Db {
    /// The words with which reviews of a shop wait, a list for each language.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn hold_words(&mut self, shop: &ShopId) -> Result<Vec<WordList>, StoreError> {
        let row = Sql::new("SELECT hold_words FROM shops WHERE id = $1")
            .arg(shop)
            .row(self)?;
        row.as_ref().map_or_else(|| Ok(Vec::new()), words_of)
    }

    /// All reasons for which a review waits, of a work in this edition; of a new one it is noted where it comes from.
    pub(super) fn holds(
        &mut self,
        shop: &ShopId,
        review: &ReviewId,
        (edition, work): (&EditionId, &WorkId),
        told: Circumstances,
        is_new: bool,
    ) -> Result<Vec<Hold>, StoreError> {
        let mut holds = told.holds;
        let mut hold = |reason, found: Option<String>| {
            holds.extend(found.map(|found| Hold {
                reason,
                found: vec![found],
            }));
        };
        let burst = self.burst(review, work)?;
        hold(HoldReason::Burst, burst.map(|count| count.to_string()));
        let crowd = self.crowd(shop, &told.network, is_new)?;
        hold(HoldReason::Network, crowd.map(|count| count.to_string()));
        if !told.incentivised {
            let day = self.unpublished(shop, edition, &told.today)?;
            hold(HoldReason::Unpublished, day);
        }
        Ok(holds)
    }

    /// How many reviews of a work there are within a day, this one included, where these are too many. What a file has
    /// brought counts for the past alone.
    fn burst(&mut self, review: &ReviewId, work: &WorkId) -> Result<Option<u32>, StoreError> {
        let window = now() - DAY;
        let row = Sql::new(
            "SELECT COUNT(CASE WHEN created_at > $1 AND source_id = id AND id <> $2 THEN 1 END) AS now, \
             COUNT(CASE WHEN created_at <= $3 THEN 1 END) AS past FROM reviews \
             WHERE work_id = $4 AND created_at > $5",
        )
        .arg(window)
        .arg(review)
        .arg(window)
        .arg(work)
        .arg(window - i64::from(PAST) * DAY)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let count = row.get::<u32>("now")? + 1;
        Ok((count >= burst_from(row.get("past")?)).then_some(count))
    }

    /// How many reviews came from a place within a day, this one included, where these are too many and none came from
    /// there before. Notes that a new one did.
    fn crowd(
        &mut self,
        shop: &ShopId,
        network: &str,
        is_new: bool,
    ) -> Result<Option<u32>, StoreError> {
        if network.is_empty() {
            return Ok(None);
        }
        if is_new {
            Sql::new(
                "INSERT INTO review_networks (id, shop_id, network, written_at) \
                 VALUES ($1, $2, $3, $4)",
            )
            .arg(new_digits())
            .arg(shop)
            .arg(network)
            .arg(now())
            .run(self)?;
        }
        let row = Sql::new(
            "SELECT COUNT(*) AS now, MIN(written_at) AS first FROM review_networks \
             WHERE shop_id = $1 AND network = $2",
        )
        .arg(shop)
        .arg(network)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let (count, first): (u32, Option<i64>) = (row.get("now")?, row.get("first")?);
        let is_crowd = count > NETWORK_MAX && first.is_some_and(|first| first > now() - DAY);
        Ok(is_crowd.then_some(count))
    }

    /// The day of publication, where it is still to come and the shop wants to wait for it.
    fn unpublished(
        &mut self,
        shop: &ShopId,
        edition: &EditionId,
        today: &str,
    ) -> Result<Option<String>, StoreError> {
        let day: Option<String> = Sql::new(
            "SELECT e.published_on FROM editions e JOIN shops s ON s.id = e.shop_id \
             WHERE s.advance_copies = 0 AND s.id = $1 AND e.id = $2",
        )
        .arg(shop)
        .arg(edition)
        .value(self)?;
        // A year or a month alone is over when it has begun, or else nobody knows when.
        let is_ahead = |day: &String| {
            let known = day.len().min(today.len());
            day.get(..known) > today.get(..known)
        };
        Ok(day.filter(is_ahead))
    }

    /// Remembers why a version waits.
    pub(super) fn note_holds(
        &mut self,
        review: &ReviewId,
        version: u32,
        holds: &[Hold],
    ) -> Result<(), StoreError> {
        for hold in holds {
            Sql::new(
                "INSERT INTO review_holds (review_id, version, reason, found) VALUES ($1, $2, $3, $4)",
            )
            .arg(review)
            .arg(version)
            .arg(hold.reason.as_str())
            .arg(hold.found.join("\n"))
            .run(self)?;
        }
        Ok(())
    }

    /// Why a version has waited.
    pub(super) fn holds_of(
        &mut self,
        review: &ReviewId,
        version: u32,
    ) -> Result<Vec<Hold>, StoreError> {
        let rows = Sql::new(
            "SELECT reason, found FROM review_holds WHERE review_id = $1 AND version = $2",
        )
        .arg(review)
        .arg(version)
        .rows(self)?;
        let mut holds = Vec::with_capacity(rows.len());
        for row in &rows {
            let found: String = row.get("found")?;
            holds.push(Hold {
                reason: HoldReason::from_word(&row.get::<String>("reason")?)
                    .ok_or(StoreError::Corrupt("review_holds.reason"))?,
                found: found.lines().map(str::to_owned).collect(),
            });
        }
        let place = |hold: &Hold| HoldReason::ALL.iter().position(|one| *one == hold.reason);
        holds.sort_by_key(place);
        Ok(holds)
    }
}

/// The lists of words in a row of `shops` with `hold_words`.
pub(crate) fn words_of(row: &Row) -> Result<Vec<WordList>, StoreError> {
    let corrupt = |_| StoreError::Corrupt("shops.hold_words");
    let chosen: String = row.get("hold_words")?;
    let mut chosen: BTreeMap<String, Vec<String>> =
        serde_json::from_str(&chosen).map_err(corrupt)?;
    let list = |language: Lang| WordList {
        language,
        words: chosen
            .remove(language.tag())
            .unwrap_or_else(|| usual(language).lines().map(str::to_owned).collect()),
    };
    Ok(Lang::ALL.into_iter().map(list).collect())
}

/// The lists as they are kept: those that are not the usual ones.
pub(crate) fn kept_words(lists: &[WordList]) -> String {
    let chosen: BTreeMap<&str, &Vec<String>> = lists
        .iter()
        .filter(|list| !usual(list.language).lines().eq(list.words.iter()))
        .map(|list| (list.language.tag(), &list.words))
        .collect();
    // Serialising plain data cannot fail.
    serde_json::to_string(&chosen).unwrap_or_default()
}

/// The words with which a shop begins, one a line.
const fn usual(language: Lang) -> &'static str {
    match language {
        Lang::ZhCn => include_str!("words/zh-CN.txt"),
        Lang::ZhTw => include_str!("words/zh-TW.txt"),
        Lang::En => include_str!("words/en.txt"),
        Lang::Ja => include_str!("words/ja.txt"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_what_the_past_does_not_explain() {
        // Whatever was before, twenty a day are fine.
        assert_eq!((burst_from(0), burst_from(28 * 10)), (21, 21));
        // 100 a day ± 30; 400 ± 60.
        assert_eq!(burst_from(28 * 100), 131);
        assert_eq!(burst_from(28 * 400), 461);
    }

    #[test]
    fn the_usual_lists_keep_their_own_rules() {
        for language in Lang::ALL {
            let words = usual(language).lines().map(str::to_owned).collect();
            let list = WordList { language, words };
            assert_eq!(list.clone().checked().unwrap(), list);
            assert_eq!(kept_words(&[list]), "{}");
        }
    }
}
