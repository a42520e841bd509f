//! How likely customers are to recommend the shop: whose turn it is to be asked, and what was answered.

use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::surveys::nps::{
    NpsAnswer, NpsComment, NpsComments, NpsFigures, NpsSettings, NpsTurn, OwnNps, PAUSE,
};
use bookplate_wire::{CustomerId, NpsAskId, ShopId};
use std::collections::BTreeMap;

impl Db {
    /// Whether and whom a shop asks.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn nps_settings(&mut self, shop: &ShopId) -> Result<NpsSettings, StoreError> {
        let row = Sql::new("SELECT asks, after_days FROM nps_settings WHERE shop_id = $1")
            .arg(shop)
            .row(self)?;
        row.map_or_else(
            || Ok(NpsSettings::default()),
            |row| {
                Ok(NpsSettings {
                    asks: row.get("asks")?,
                    after_days: row.get("after_days")?,
                })
            },
        )
    }

    /// Sets that, by values that were checked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_nps_settings(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        settings: NpsSettings,
    ) -> Result<(), StoreError> {
        self.lock([format!("settings {shop}")])?;
        let before = self.nps_settings(shop)?;
        Sql::new(
            "INSERT INTO nps_settings (shop_id, asks, after_days) VALUES ($1, $2, $3) \
             ON CONFLICT (shop_id) DO UPDATE SET asks = excluded.asks, after_days = excluded.after_days",
        )
        .arg(shop)
        .arg(settings.asks)
        .arg(settings.after_days)
        .run(self)?;
        let both = (noted(before), noted(settings));
        self.audit_difference(shop, by, Action::SettingsChanged, "", both)
    }

    /// Whether a customer is due, as the rules say. Asks nobody.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn nps_is_due(&mut self, shop: &ShopId, customer: &CustomerId) -> Result<bool, StoreError> {
        let settings = self.nps_settings(shop)?;
        if !settings.asks {
            return Ok(false);
        }
        let Some(known) = self.customer(customer)? else {
            return Ok(false);
        };
        let asked_at = Sql::new("SELECT asked_at FROM nps_turns WHERE customer_id = $1")
            .arg(customer)
            .value(self)?;
        let answered_at = Sql::new(
            "SELECT answered_at FROM nps_asks WHERE customer_id = $1 AND answered_at IS NOT NULL \
             ORDER BY answered_at DESC LIMIT 1",
        )
        .arg(customer)
        .value(self)?;
        let turn = NpsTurn {
            settings,
            joined_at: known.created_at,
            asked_at,
            answered_at,
            open_cases: self.open_cases_of(customer)?.len(),
        };
        Ok(turn.is_due(now()))
    }

    /// Takes the turn of a customer who is due, on the day that it is in the shop's time zone: whoever gets a name for it shows the
    /// question, and nobody else does for 90 days, on whichever server.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_nps_turn(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        today: &str,
    ) -> Result<Option<NpsAskId>, StoreError> {
        if !self.nps_is_due(shop, customer)? {
            return Ok(None);
        }
        let at = now();
        // The one condition that counts, however many ask at the same time.
        let taken = Sql::new(
            "INSERT INTO nps_turns (customer_id, asked_at) VALUES ($1, $2) \
             ON CONFLICT (customer_id) DO UPDATE SET asked_at = excluded.asked_at WHERE nps_turns.asked_at <= $3",
        )
        .arg(customer)
        .arg(at)
        .arg(at - PAUSE)
        .run(self)?;
        if taken == 0 {
            return Ok(None);
        }
        let id = NpsAskId::new_id();
        Sql::new(
            "INSERT INTO nps_asks (id, shop_id, customer_id, asked_at, asked_on) VALUES ($1, $2, $3, $4, $5)",
        )
        .arg(&id)
        .arg(shop)
        .arg(customer)
        .arg(at)
        .arg(today)
        .run(self)?;
        Ok(Some(id))
    }

    /// Keeps what a customer answers, by values that were checked; false where that customer was not asked so. Said again, the last
    /// word counts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn answer_nps(
        &mut self,
        customer: &CustomerId,
        ask: &NpsAskId,
        answer: &NpsAnswer,
    ) -> Result<bool, StoreError> {
        let written = Sql::new(
            "UPDATE nps_asks SET score = $1, comment = $2, answered_at = $3, dismissed_at = NULL \
             WHERE id = $4 AND customer_id = $5",
        )
        .arg(answer.score)
        .arg(&answer.comment)
        .arg(now())
        .arg(ask)
        .arg(customer)
        .run(self)?;
        Ok(written > 0)
    }

    /// Notes that a customer does not want to answer; false where that customer was not asked so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn dismiss_nps(
        &mut self,
        customer: &CustomerId,
        ask: &NpsAskId,
    ) -> Result<bool, StoreError> {
        let noted =
            Sql::new("UPDATE nps_asks SET dismissed_at = $1 WHERE id = $2 AND customer_id = $3")
                .arg(now())
                .arg(ask)
                .arg(customer)
                .run(self)?;
        Ok(noted > 0)
    }

    /// How many of those who were asked since a day, `YYYY-MM-DD` in the shop's time zone, have answered what, day by day.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn nps_by_day(
        &mut self,
        shop: &ShopId,
        since: &str,
    ) -> Result<BTreeMap<String, NpsFigures>, StoreError> {
        let mut sql = Sql::new(
            "SELECT asked_on, COALESCE(score, -1) AS score, COUNT(*) AS n FROM nps_asks \
             WHERE shop_id = ",
        );
        sql.bind(shop)
            .push(" AND asked_on >= ")
            .bind(since)
            .push(" GROUP BY asked_on, score");
        let mut days: BTreeMap<String, NpsFigures> = BTreeMap::new();
        for row in self.search(&sql)? {
            let score: i64 = row.get("score")?;
            let day = days.entry(row.get("asked_on")?).or_default();
            day.add(u8::try_from(score).ok(), row.get("n")?);
        }
        Ok(days)
    }

    /// Up to `limit` answers with a comment, the latest first, from behind `after` (the `next` of the page before).
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn nps_comments(
        &mut self,
        shop: &ShopId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<NpsComments, StoreError> {
        let mut sql = Sql::new(
            "SELECT id, asked_on, score, comment FROM nps_asks WHERE comment <> '' AND shop_id = ",
        );
        sql.bind(shop);
        if let Some(after) = after {
            let after: NpsAskId = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND id < ").bind(&after);
        }
        sql.push(" ORDER BY id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let comment = |row: &Row| {
            Ok::<_, StoreError>(NpsComment {
                id: row.get("id")?,
                on: row.get("asked_on")?,
                score: row.get("score")?,
                comment: row.get("comment")?,
            })
        };
        let shown = rows.iter().take(limit as usize);
        let comments: Vec<NpsComment> = shown.map(comment).collect::<Result<_, _>>()?;
        let more = rows.len() > comments.len();
        let next = comments.last().filter(|_| more);
        let next = next.map(|comment| comment.id.to_string());
        Ok(NpsComments { comments, next })
    }

    /// Each time that a customer was asked, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn nps_of(&mut self, customer: &CustomerId) -> Result<Vec<OwnNps>, StoreError> {
        Sql::new(
            "SELECT asked_at, score, comment FROM nps_asks WHERE customer_id = $1 ORDER BY asked_at DESC",
        )
        .arg(customer)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(OwnNps {
                asked_at: row.get("asked_at")?,
                score: row.get("score")?,
                comment: row.get("comment")?,
            })
        })
        .collect()
    }
}

/// What the audit log keeps of the settings.
fn noted(settings: NpsSettings) -> Fields {
    fields_of([
        ("nps", settings.asks.to_string()),
        ("nps_after_days", settings.after_days.to_string()),
    ])
}
