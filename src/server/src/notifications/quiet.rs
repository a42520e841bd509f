//! Quiet hours: a message that can wait is not what wakes somebody up.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// When the quiet hours end that it is in at `now`, both in milliseconds since 1970 UTC; `None` outside of
/// them. `from` and `until` are `HH:MM` in `zone`, and may span midnight; equal or unreadable ones are none.
pub(crate) fn end(from: &str, until: &str, zone: &TimeZone, now: i64) -> Option<i64> {
    let (from, until) = (time(from)?, time(until)?);
    let now = Timestamp::from_millisecond(now)
        .ok()?
        .to_zoned(zone.clone());
    let at = now.time();
    let (is_quiet, ends_today) = if from < until {
        (from <= at && at < until, true)
    } else if from > until {
        (at >= from || at < until, at < until)
    } else {
        return None;
    };
    if !is_quiet {
        return None;
    }
    let day = if ends_today {
        now.date()
    } else {
        now.date().checked_add(1.day()).ok()?
    };
    // Where clocks are put back this time of day comes twice, and the first may be over.
    let end = zone.to_ambiguous_timestamp(day.to_datetime(until));
    let first = end.compatible().ok()?;
    let end = if first > now.timestamp() {
        first
    } else {
        end.later().ok()?
    };
    Some(end.as_millisecond())
}

/// Reads `HH:MM`.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| (digits.len() == 2).then(|| digits.parse().ok()).flatten();
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn the_night_spans_midnight() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let ends = |now| end("22:00", "08:00", &zone, at(now));
        // 23:30 in Shanghai.
        assert_eq!(
            ends("2026-11-25T15:30:00Z"),
            Some(at("2026-11-26T00:00:00Z"))
        );
        // 07:59, and then 08:00.
        assert_eq!(
            ends("2026-11-25T23:59:00Z"),
            Some(at("2026-11-26T00:00:00Z"))
        );
        assert_eq!(ends("2026-11-26T00:00:00Z"), None);
        // 21:59.
        assert_eq!(ends("2026-11-25T13:59:00Z"), None);
    }

    #[test]
    fn a_rest_at_noon_ends_the_same_day() {
        let ends = |now| end("12:00", "14:00", &TimeZone::UTC, at(now));
        assert_eq!(
            ends("2026-11-25T12:00:00Z"),
            Some(at("2026-11-25T14:00:00Z"))
        );
        assert_eq!(ends("2026-11-25T14:00:00Z"), None);
    }

    #[test]
    fn an_hour_that_comes_twice_ends_after_now() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let ends = |now| end("22:00", "01:30", &zone, at(now));
        // 01:10 in summer time, and again in winter time.
        assert_eq!(
            ends("2026-11-01T05:10:00Z"),
            Some(at("2026-11-01T05:30:00Z"))
        );
        assert_eq!(
            ends("2026-11-01T06:10:00Z"),
            Some(at("2026-11-01T06:30:00Z"))
        );
        assert_eq!(ends("2026-11-01T06:30:00Z"), None);
    }

    #[test]
    fn no_hours_are_never_quiet() {
        let ends = |from, until| end(from, until, &TimeZone::UTC, at("2026-11-25T12:00:00Z"));
        assert_eq!(ends("", ""), None);
        assert_eq!(ends("12:00", "12:00"), None);
        assert_eq!(ends("12", "25:00"), None);
    }
}
