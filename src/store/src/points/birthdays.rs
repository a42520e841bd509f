//! Birthdays: a gift of points once a year, and how often a birthday can be changed.
//!
//! Who tells a birthday on the day itself gets the gift with that. All others are found when their day begins: how far that has
//! come is noted for each shop, so it can stop anywhere and go on, however late, and any number of servers can do it. That a gift comes once a year is not held by that but by the ledger: none is given to an account that has had one in
//! the 365 days before, whatever the birthday was then.

use super::calendar::{Calendar, is_birthday, year_before};
use super::earn::expiry;
use super::ledger::{About, Ledger, NewLot, Side};
use super::lock_of;
use super::rules::Versions;
use crate::audit::Actor;
use crate::db::Sql;
use crate::ids::now;
use crate::notifications::{Message, To};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::rules::BIRTHDAY;
use bookplate_wire::{CustomerId, ShopId};

/// How many days back birthdays are made up for, when no server was there.
const DAYS_BACK: i64 = 31;

/// A day of a shop on which customers have birthday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BirthdayRound {
    /// The shop.
    pub shop: ShopId,
    /// The day, `YYYY-MM-DD` in its time zone.
    pub day: String,
    /// The latest version of the shop's rules: another one may give something for a day that was looked at.
    pub version: u32,
    /// Whether it is over: once all have had their gift, nobody else has it on that day.
    pub is_over: bool,
}

impl Db {
    /// The days that are to be looked at for birthdays at `now` (milliseconds since 1970 UTC), each shop's earliest first: today, and
    /// those before of which that was not finished.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn birthday_rounds(&mut self, now: i64) -> Result<Vec<BirthdayRound>, StoreError> {
        let shops = Sql::new(
            "SELECT s.id, s.time_zone, COALESCE(b.done_on, '') AS done_on, r.version FROM shops s \
             LEFT JOIN point_birthdays b ON b.shop_id = s.id \
             JOIN (SELECT shop_id, MAX(version) AS version FROM point_rules GROUP BY shop_id) r ON r.shop_id = s.id \
             ORDER BY s.id",
        )
        .rows(self)?;
        let mut rounds = Vec::new();
        for row in &shops {
            let shop: ShopId = row.get("id")?;
            let (done_on, version): (String, u32) = (row.get("done_on")?, row.get("version")?);
            let calendar = Calendar::of(&row.get::<String>("time_zone")?);
            let today = calendar.day(now);
            // With a shop that is met for the first time it begins the day before, which the next time is noted.
            let back = if done_on.is_empty() { 1 } else { DAYS_BACK };
            let days = calendar.days_until(now, back);
            let days = days.filter(|day| *day > done_on);
            rounds.extend(days.map(|day| BirthdayRound {
                shop: shop.clone(),
                is_over: day < today,
                day,
                version,
            }));
        }
        Ok(rounds)
    }

    /// Up to `limit` customers who have birthday on the day of a round and are still to get something for it, from behind
    /// `after`, in the order of their ids. Nobody where the rules of that day name no gift.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn birthday_customers(
        &mut self,
        round: &BirthdayRound,
        after: &str,
        limit: u32,
    ) -> Result<Vec<CustomerId>, StoreError> {
        if self.gift_on(&round.shop, &round.day, now())?.is_none() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new(
            "SELECT c.id FROM customers c WHERE c.birthday <> '' AND c.shop_id = $1 AND c.id > $2 AND NOT EXISTS \
             (SELECT 1 FROM point_accounts a JOIN point_lots l ON l.account_id = a.id \
             WHERE a.customer_id = c.id AND l.rule = $3 AND l.earned_on > $4) AND substr(c.birthday, 6) IN (",
        )
        .arg(&round.shop)
        .arg(after)
        .arg(BIRTHDAY)
        .arg(year_before(&round.day));
        let days = ["02-29", round.day.get(5..).unwrap_or_default()];
        let days = days
            .into_iter()
            .filter(|day| is_birthday(&format!("2000-{day}"), &round.day));
        sql.bind_all(days.map(str::to_owned).collect::<Vec<_>>())
            .push(") ORDER BY c.id LIMIT ")
            .bind(limit);
        sql.values(self)
    }

    /// Gives a customer the gift for a birthday on a day, if that is still due, and tells it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn give_birthday_gift(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        day: &str,
    ) -> Result<(), StoreError> {
        self.lock([lock_of(shop, customer)])?;
        let now = now();
        let Some((version, points)) = self.gift_on(shop, day, now)? else {
            return Ok(());
        };
        // The customer may have left, or have had it, meanwhile.
        let row = Sql::new(
            "SELECT c.birthday, CASE WHEN EXISTS (SELECT 1 FROM point_accounts a JOIN point_lots l ON l.account_id = a.id \
             WHERE a.customer_id = c.id AND l.rule = $1 AND l.earned_on > $2) THEN 1 ELSE 0 END AS had \
             FROM customers c WHERE c.id = $3 AND c.shop_id = $4",
        )
        .arg(BIRTHDAY)
        .arg(year_before(day))
        .arg(customer)
        .arg(shop)
        .row(self)?;
        let Some(row) = row else { return Ok(()) };
        if row.get("had")? || !is_birthday(&row.get::<String>("birthday")?, day) {
            return Ok(());
        }
        let calendar = self.calendar(shop)?;
        let mut versions = Versions::of(self, shop)?.ok_or(StoreError::Corrupt("point_rules"))?;
        let rules = versions.rules(self, shop, version)?;
        let customers = [customer.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now)?;
        let about = About {
            cause: format!("{BIRTHDAY}:{}:{day}", ledger.account(customer)?.id),
            rule: BIRTHDAY.to_owned(),
            version: Some(version),
            ..About::default()
        };
        let lot = NewLot {
            expires_at: expiry(rules, &calendar, now),
            // However late it comes, it is that day's: so it comes no later next year.
            ..NewLot::besides(BIRTHDAY, version, points.into(), (now, day.to_owned()))
        };
        let until = lot.expires_at.map(|end| calendar.last_day(end));
        ledger.grant(customer, (EntryKind::Earned, Side::Issued), about, &lot)?;
        ledger.close(self)?;
        let message = Message::BirthdayGift {
            points: points.into(),
            until: until.unwrap_or_default(),
        };
        self.notify(shop, To::Customer(customer), &message)
    }

    /// Gives a customer the gift at once whose birthday, which was just told, is today.
    pub(crate) fn celebrate_at_once(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        birthday: &str,
    ) -> Result<(), StoreError> {
        let today = self.calendar(shop)?.day(now());
        if is_birthday(birthday, &today) {
            self.give_birthday_gift(shop, customer, &today)?;
        }
        Ok(())
    }

    /// Notes that all birthdays up to a day have had their gift, once it is over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn pass_birthdays(&mut self, round: &BirthdayRound) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO point_birthdays (shop_id, done_on) VALUES ($1, $2) ON CONFLICT (shop_id) DO UPDATE \
             SET done_on = excluded.done_on WHERE point_birthdays.done_on < excluded.done_on",
        )
        .arg(&round.shop)
        .arg(&round.day)
        .run(self)
        .map(drop)
    }

    /// What the rules give for a birthday on a day, and their version: that which is in force, or was when the day was over.
    fn gift_on(
        &mut self,
        shop: &ShopId,
        day: &str,
        now: i64,
    ) -> Result<Option<(u32, u32)>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(None);
        };
        let calendar = self.calendar(shop)?;
        let end = calendar.after_days(calendar.begins(day), 0);
        let Some(version) = versions.at(now.min(end - 1)) else {
            return Ok(None);
        };
        let points = versions.rules(self, shop, version)?.birthday_gift;
        Ok((points > 0).then_some((version, points)))
    }

    /// Changes a customer's birthday (empty takes it away). One that is there can be exchanged once a year, and taken away at any
    /// time; what was taken away within that year cannot be told anew either. Gives the day from which it can be changed again,
    /// `YYYY-MM-DD`, where it was not.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_birthday(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        birthday: &str,
    ) -> Result<Result<(), String>, StoreError> {
        let today = self.calendar(shop)?.day(now());
        let changed = Sql::new(
            "UPDATE customers SET birthday = $1, birthday_free_on = \
             CASE WHEN birthday = '' OR birthday_free_on > $2 THEN birthday_free_on ELSE $3 END, updated_at = $4 \
             WHERE id = $5 AND birthday <> $1 AND (birthday_free_on <= $2 OR CAST($1 AS TEXT) = '')",
        )
        .arg(birthday)
        .arg(&today)
        .arg(self.birthday_free_on(shop)?)
        .arg(now())
        .arg(customer)
        .run(self)?;
        if changed > 0 {
            self.celebrate_at_once(shop, customer, birthday)?;
            return Ok(Ok(()));
        }
        let free_on: Option<String> =
            Sql::new("SELECT birthday_free_on FROM customers WHERE id = $1 AND birthday <> $2")
                .arg(customer)
                .arg(birthday)
                .value(self)?;
        Ok(free_on.map_or(Ok(()), Err))
    }

    /// Corrects a customer's birthday, which the customer can still change then as before; whether the shop has such a customer. No
    /// gift comes sooner by it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn correct_birthday(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        customer: &CustomerId,
        birthday: &str,
    ) -> Result<bool, StoreError> {
        if !self.is_customer_of(shop, customer)? {
            return Ok(false);
        }
        let corrected = Sql::new(
            "UPDATE customers SET birthday = $1, updated_at = $2 WHERE id = $3 AND birthday <> $1",
        )
        .arg(birthday)
        .arg(now())
        .arg(customer)
        .run(self)?;
        if corrected > 0 {
            // Not the days: this log keeps everything for ever.
            let nothing = (&Fields::new(), &Fields::new());
            let action = Action::BirthdayCorrected;
            self.audit(shop, by, action, customer.as_str(), nothing)?;
            self.emit_customer_updated(shop, customer)?;
            self.celebrate_at_once(shop, customer, birthday)?;
        }
        Ok(true)
    }

    /// The day from which a customer's birthday can be changed again, `YYYY-MM-DD`; `None` where it can be changed now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn birthday_fixed_until(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<Option<String>, StoreError> {
        let today = self.calendar(shop)?.day(now());
        Sql::new("SELECT birthday_free_on FROM customers WHERE id = $1 AND birthday_free_on > $2")
            .arg(customer)
            .arg(today)
            .value(self)
    }

    /// From which day a birthday can be changed again that is changed now.
    pub(crate) fn birthday_free_on(&mut self, shop: &ShopId) -> Result<String, StoreError> {
        Ok(self.calendar(shop)?.year_after(now()))
    }

    /// The accounts that have had two gifts within a year.
    pub(super) fn gifts_too_often(&mut self) -> Result<Vec<String>, StoreError> {
        let rows = Sql::new(
            "SELECT account_id, earned_on FROM point_lots WHERE rule = $1 ORDER BY account_id, earned_on",
        )
        .arg(BIRTHDAY)
        .rows(self)?;
        let mut wrong = Vec::new();
        let mut last = (String::new(), String::new());
        for row in rows {
            let gift: (String, String) = (row.get("account_id")?, row.get("earned_on")?);
            if gift.0 == last.0 && last.1 > year_before(&gift.1) {
                wrong.push(gift.0.clone());
            }
            last = gift;
        }
        Ok(wrong)
    }
}
