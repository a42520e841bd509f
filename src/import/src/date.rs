//! Dates as catalogues and review exports write them.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// Reads a date of publication: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, and what software makes of it.
///
/// Understood are also `2008.0` (a year through a spreadsheet), `20080914`, `2008/9/14`, `2008.9.14`,
/// `2008年9月14日`, a time of day after the date, and zeros for an unknown month or day. A year before 1000
/// gives an empty text: no edition with an ISBN came out then, so it is the work's year.
///
/// `None` is what cannot be read, among it `14/09/2008`, whose order nobody can know for sure.
pub(crate) fn published_on(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    if let Ok(year) = text.parse::<i32>()
        && year < 1000
    {
        return Some(String::new());
    }
    // 2008.10 through a spreadsheet is 2008.1 too: all that is certain is the year.
    let text = text
        .strip_suffix(".1")
        .filter(|year| year.len() == 4)
        .unwrap_or(text);
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        return ymd(&day[..4], &day[4..6], &day[6..]);
    }
    let mut parts = day
        .split(['-', '/', '.', '年', '月', '日'])
        .filter(|part| !part.is_empty());
    let (year, month, rest) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    ymd(year, month.unwrap_or("0"), rest.unwrap_or("0"))
}

/// The date of a four-digit year, a month and a day, where zero is "unknown".
fn ymd(year: &str, month: &str, day: &str) -> Option<String> {
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| -> Option<i8> {
        (digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse().ok())?
    };
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (month, day) = (number(month, 1..=2)?, number(day, 1..=2)?);
    match (month, day) {
        (0, 0) => Some(year.to_owned()),
        (1..=12, 0) => Some(format!("{year}-{month:02}")),
        _ => Date::new(year.parse().ok()?, month, day)
            .ok()
            .map(|date| date.to_string()),
    }
}

/// An instant that cannot be, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoInstant {
    /// Not written in a way that can be read.
    Unreadable,
    /// Later than now.
    Future,
}

/// Reads an instant: RFC 3339, or `YYYY-MM-DD` with or without a time of day, in UTC.
///
/// Both sides are milliseconds since 1970 UTC. A date without an offset may be up to 14 hours ahead of
/// `now`: it is today's date somewhere east of Greenwich, and becomes `now`.
pub(crate) fn instant(text: &str, now: i64) -> Result<i64, NoInstant> {
    let (instant, is_certain) = read_instant(text, &TimeZone::UTC)?;
    let ahead = if is_certain {
        0
    } else {
        SignedDuration::from_hours(14).as_millis() as i64
    };
    if instant > now.saturating_add(ahead) {
        return Err(NoInstant::Future);
    }
    Ok(instant.min(now))
}

/// The same with what has no offset in a time zone that is known.
pub(crate) fn instant_in(text: &str, now: i64, zone: &TimeZone) -> Result<i64, NoInstant> {
    let (instant, _) = read_instant(text, zone)?;
    if instant > now {
        return Err(NoInstant::Future);
    }
    Ok(instant)
}

/// The instant, and whether the text itself says in which time zone it is.
fn read_instant(text: &str, zone: &TimeZone) -> Result<(i64, bool), NoInstant> {
    let text = text.trim();
    // Some shop systems put a blank in front of the offset.
    let joined = text.replace(" +", "+").replace(" -", "-");
    if let Ok(instant) = joined.parse::<Timestamp>() {
        return Ok((instant.as_millisecond(), true));
    }
    let (text, is_utc) = match text.strip_suffix("UTC") {
        Some(text) => (text.trim_end(), true),
        None => (text, false),
    };
    let zone = if is_utc { &TimeZone::UTC } else { zone };
    let instant = text
        .parse::<DateTime>()
        .and_then(|civil| civil.to_zoned(zone.clone()))
        .map_err(|_| NoInstant::Unreadable)?;
    Ok((instant.timestamp().as_millisecond(), is_utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_publication_are_read_as_far_as_they_are_known() {
        for (text, date) in [
            ("2008", "2008"),
            ("2008.0", "2008"),
            ("2008-09", "2008-09"),
            ("2008-09-14", "2008-09-14"),
            ("2008-09-14T00:00:00Z", "2008-09-14"),
            ("2008-09-14 10:11:12", "2008-09-14"),
            ("2008/9/4", "2008-09-04"),
            ("2008.9", "2008-09"),
            ("2008.1", "2008"),
            ("2008年9月", "2008-09"),
            ("2008年9月14日", "2008-09-14"),
            ("20080914", "2008-09-14"),
            ("2008-00-00", "2008"),
            ("2008-09-00", "2008-09"),
            ("-720.0", ""),
            ("8.0", ""),
        ] {
            assert_eq!(published_on(text).as_deref(), Some(date), "{text}");
        }
        for text in [
            "14/09/2008",
            "2008-13",
            "2008-02-30",
            "c1995",
            "20081",
            "2008-1-2-3",
        ] {
            assert_eq!(published_on(text), None, "{text}");
        }
    }

    const NOW: i64 = 1_700_000_000_000; // 2023-11-14T22:13:20Z

    #[test]
    fn instants_are_read_with_their_offset_or_as_utc() {
        for (text, millis) in [
            ("1970-01-02T00:00:00Z", 86_400_000),
            ("1970-01-02T08:00:00+08:00", 86_400_000),
            ("1970-01-02", 86_400_000),
            ("1970-01-02 00:00:01", 86_401_000),
            ("1970-01-02 00:00:01 UTC", 86_401_000),
            ("1970-01-02 08:00:00 +0800", 86_400_000),
        ] {
            assert_eq!(instant(text, NOW), Ok(millis), "{text}");
        }
        for text in ["02/01/1970", "yesterday", "", "1970-13-01", "1970"] {
            assert_eq!(instant(text, NOW), Err(NoInstant::Unreadable), "{text}");
        }
    }

    #[test]
    fn what_has_no_offset_is_in_the_time_zone_that_is_known() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        for (text, millis) in [
            ("1970-01-02 08:00:00", 86_400_000),
            ("1970-01-02", 57_600_000),
            ("1970-01-02 00:00:00 UTC", 86_400_000),
            ("1970-01-02T00:00:00Z", 86_400_000),
        ] {
            assert_eq!(instant_in(text, NOW, &zone), Ok(millis), "{text}");
        }
        assert!(instant_in("2023-11-15 06:13:20", NOW, &zone).is_ok());
        assert_eq!(
            instant_in("2023-11-15 06:13:21", NOW, &zone),
            Err(NoInstant::Future)
        );
    }

    #[test]
    fn the_future_is_refused_but_for_todays_date_in_the_east() {
        assert_eq!(instant("2023-11-14T22:13:21Z", NOW), Err(NoInstant::Future));
        assert_eq!(
            instant("2023-11-14 22:13:21 UTC", NOW),
            Err(NoInstant::Future)
        );
        assert_eq!(instant("2023-11-15", NOW), Ok(NOW));
        assert_eq!(instant("2023-11-16", NOW), Err(NoInstant::Future));
    }
}
