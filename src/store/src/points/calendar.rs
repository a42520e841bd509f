//! Days of a shop: points become usable and expire at the turn of one, whatever the length of days and months.

use bookplate_wire::points::rules::CapPeriod;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The calendar in a shop's time zone.
#[derive(Debug, Clone)]
pub(crate) struct Calendar(TimeZone);

impl Calendar {
    /// The calendar in the time zone with this IANA name; in UTC where the machine does not know it.
    pub(super) fn of(zone: &str) -> Self {
        Self(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
    }

    fn date(&self, instant: i64) -> Date {
        let at = Timestamp::from_millisecond(instant).unwrap_or(Timestamp::MAX);
        at.to_zoned(self.0.clone()).date()
    }

    /// The first instant of a day, in milliseconds since 1970 UTC.
    fn begin(&self, date: Date) -> i64 {
        // Where a day begins later than at midnight, it is that moment.
        let begins = date.to_zoned(self.0.clone());
        begins.map_or(i64::MAX, |at| at.timestamp().as_millisecond())
    }

    /// The first instant of a day that is written as `YYYY-MM-DD`, in milliseconds since 1970 UTC.
    pub(crate) fn begins(&self, day: &str) -> i64 {
        day.parse().map_or(i64::MAX, |day| self.begin(day))
    }

    /// The day of an instant, `YYYY-MM-DD`.
    pub(super) fn day(&self, instant: i64) -> String {
        self.date(instant).to_string()
    }

    /// When so many whole days after the day of an instant are over.
    pub(super) fn after_days(&self, instant: i64, days: u32) -> i64 {
        let day = self.date(instant).checked_add((i64::from(days) + 1).days());
        day.map_or(i64::MAX, |day| self.begin(day))
    }

    /// When the calendar month is over that is so many months after that of an instant.
    pub(super) fn after_months(&self, instant: i64, months: u32) -> i64 {
        let first = self.date(instant).first_of_month();
        let next = first.checked_add((i64::from(months) + 1).months());
        next.map_or(i64::MAX, |day| self.begin(day))
    }

    /// When the day begins that is so many months before that of an instant.
    pub(super) fn before_months(&self, instant: i64, months: u32) -> i64 {
        let day = self.date(instant).checked_sub(i64::from(months).months());
        day.map_or(0, |day| self.begin(day))
    }

    /// When each of so many calendar months begins, the last of which is that of an instant.
    pub(super) fn months_until(&self, instant: i64, count: usize) -> Vec<i64> {
        let first = self.date(instant).first_of_month();
        let back = i64::try_from(count).unwrap_or(0);
        let begins = (0..back).rev().filter_map(|back| {
            let first = first.checked_sub(back.months()).ok()?;
            Some(self.begin(first))
        });
        begins.collect()
    }

    /// So many days before that of an instant and that day itself, the earliest first.
    pub(super) fn days_until(&self, instant: i64, back: i64) -> impl Iterator<Item = String> {
        let last = self.date(instant);
        let days = (0..=back).rev();
        days.filter_map(move |back| Some(last.checked_sub(back.days()).ok()?.to_string()))
    }

    /// The day of an instant a year later, `YYYY-MM-DD`.
    pub(super) fn year_after(&self, instant: i64) -> String {
        let day = self.date(instant).checked_add(1.year());
        day.map_or_else(|_| String::new(), |day| day.to_string())
    }

    /// The last day before something ends at an instant, `YYYY-MM-DD`.
    pub(super) fn last_day(&self, end: i64) -> String {
        self.day(end - 1)
    }
}

/// The first and the last day of the period that a day is in. The last one need not be there: it is for comparing.
pub(super) fn period(period: CapPeriod, day: &str) -> (String, String) {
    let (from, until) = match period {
        CapPeriod::Day => (day.to_owned(), day.to_owned()),
        CapPeriod::Month => {
            let month = day.get(..7).unwrap_or(day);
            (format!("{month}-01"), format!("{month}-31"))
        }
        CapPeriod::Year => {
            let year = day.get(..4).unwrap_or(day);
            (format!("{year}-01-01"), format!("{year}-12-31"))
        }
    };
    (from, until)
}

/// Whether it is birthday on a day, both `YYYY-MM-DD`: who was born on 29 February has it on the 28th in other years.
pub(super) fn is_birthday(birthday: &str, day: &str) -> bool {
    let date = |text: &str| text.parse::<Date>().ok();
    let (Some(born), Some(day)) = (date(birthday), date(day)) else {
        return false;
    };
    let leap = (born.month(), born.day()) == (2, 29) && !day.in_leap_year();
    let on = if leap { 28 } else { born.day() };
    (born.month(), on) == (day.month(), day.day())
}

/// The day 365 days before one, `YYYY-MM-DD`: birthdays that follow each other are never closer.
pub(super) fn year_before(day: &str) -> String {
    let day = day.parse::<Date>();
    let before = day.and_then(|day| day.checked_sub(365.days()));
    before.map_or_else(|_| String::new(), |day| day.to_string())
}

/// The days from one to another, both `YYYY-MM-DD`, on which somebody has birthday.
pub(super) fn birthdays<'a>(
    birthday: &'a str,
    from: &str,
    until: &'a str,
) -> impl Iterator<Item = String> + 'a {
    let first = from.parse::<Date>().ok();
    let days = std::iter::successors(first, |day| day.tomorrow().ok());
    let days = days.map(|day| day.to_string());
    let days = days.take_while(move |day| day.as_str() <= until);
    days.filter(move |day| is_birthday(birthday, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn a_day_is_the_shops() {
        let shanghai = Calendar::of("Asia/Shanghai");
        assert_eq!(shanghai.day(at("2026-12-31T16:00:00Z")), "2027-01-01");
        assert_eq!(
            Calendar::of("nowhere").day(at("2026-12-31T23:59:59Z")),
            "2026-12-31"
        );
    }

    #[test]
    fn days_are_whole_also_where_clocks_change() {
        let berlin = Calendar::of("Europe/Berlin");
        // The night between has 25 hours.
        let end = berlin.after_days(at("2026-10-24T10:00:00Z"), 1);
        assert_eq!(end, at("2026-10-25T23:00:00Z"));
        let same_day = berlin.after_days(at("2026-10-24T10:00:00Z"), 0);
        assert_eq!(same_day, at("2026-10-24T22:00:00Z"));
    }

    #[test]
    fn months_end_when_they_do_also_in_leap_years() {
        let utc = Calendar::of("UTC");
        for (from, months, end) in [
            ("2027-01-31T12:00:00Z", 1, "2027-03-01T00:00:00Z"),
            ("2028-01-31T12:00:00Z", 1, "2028-03-01T00:00:00Z"),
            ("2028-02-29T12:00:00Z", 12, "2029-03-01T00:00:00Z"),
            ("2026-11-30T23:59:59Z", 12, "2027-12-01T00:00:00Z"),
        ] {
            assert_eq!(utc.after_months(at(from), months), at(end), "{from}");
        }
        let before = utc.before_months(at("2028-03-31T12:00:00Z"), 1);
        assert_eq!(before, at("2028-02-29T00:00:00Z"));
        let begins = utc.months_until(at("2028-03-31T12:00:00Z"), 3);
        let days: Vec<_> = begins.iter().map(|begin| utc.day(*begin)).collect();
        assert_eq!(days, ["2028-01-01", "2028-02-01", "2028-03-01"]);
        assert_eq!(utc.last_day(at("2028-03-01T00:00:00Z")), "2028-02-29");
    }

    #[test]
    fn a_birthday_comes_once_a_year_also_on_a_leap_day() {
        for (birthday, day, is) in [
            ("1990-05-20", "2027-05-20", true),
            ("1990-05-20", "2027-05-21", false),
            ("2000-02-29", "2028-02-29", true),
            ("2000-02-29", "2028-02-28", false),
            ("2000-02-29", "2027-02-28", true),
            ("2000-02-29", "2027-03-01", false),
            ("2000-02-28", "2028-02-28", true),
            ("2000-02-28", "2028-02-29", false),
            ("", "2028-02-29", false),
        ] {
            assert_eq!(is_birthday(birthday, day), is, "{birthday} {day}");
        }
        for born in ["2000-02-29", "2000-03-01"] {
            let days: Vec<_> = birthdays(born, "2026-01-01", "2033-12-31").collect();
            assert_eq!(days.len(), 8, "{days:?}");
            let mut years = days.windows(2);
            assert!(years.all(|two| two[0] <= year_before(&two[1])), "{days:?}");
        }
    }

    #[test]
    fn days_follow_each_other_to_that_of_an_instant() {
        let shanghai = Calendar::of("Asia/Shanghai");
        let now = at("2027-02-28T16:00:00Z");
        let days: Vec<_> = shanghai.days_until(now, 2).collect();
        assert_eq!(days, ["2027-02-27", "2027-02-28", "2027-03-01"]);
        assert_eq!(shanghai.year_after(now), "2028-03-01");
        let leap = Calendar::of("UTC").year_after(at("2028-02-29T12:00:00Z"));
        assert_eq!(leap, "2029-02-28");
    }

    #[test]
    fn a_period_has_all_its_days() {
        let (from, until) = period(CapPeriod::Month, "2028-02-29");
        assert!(from.as_str() <= "2028-02-29" && "2028-02-29" <= until.as_str());
        assert!("2028-03-01" > until.as_str());
        assert_eq!(period(CapPeriod::Year, "2028-02-29").0, "2028-01-01");
        assert_eq!(period(CapPeriod::Day, "2028-02-29").1, "2028-02-29");
    }
}
