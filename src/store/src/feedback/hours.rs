//! Time in which somebody is there: the one place that knows how to count it.

use bookplate_wire::feedback::CaseState;
use bookplate_wire::feedback::clocks::CaseClocks;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeSet;

/// How far is looked ahead for hours, in days. Whoever is there so seldom that a time is not over by then is never late.
const HORIZON: usize = 5 * 366;

/// When somebody is there.
#[derive(Debug, Clone)]
pub(super) struct Hours {
    zone: TimeZone,
    /// From when until when, in minutes since midnight, Monday first.
    days: [Option<(u16, u16)>; 7],
    holidays: BTreeSet<Date>,
}

/// When a case is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Dues {
    /// By when it is to be answered first, also where it was since; nothing where that is not counted.
    pub(super) answer: Option<i64>,
    /// By when it is to be resolved; nothing where that is not counted, or not right now.
    pub(super) resolve: Option<i64>,
}

impl Hours {
    /// As a shop in a time zone has set them. A zone that is not known is UTC.
    pub(super) fn new(zone: &str, clocks: &CaseClocks) -> Self {
        let mut days = [None; 7];
        for (day, hours) in days.iter_mut().zip(&clocks.hours) {
            *day = hours.minutes();
        }
        let holidays = clocks.holidays.iter();
        Self {
            zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
            days,
            holidays: holidays.filter_map(|day| day.parse().ok()).collect(),
        }
    }

    /// The hours of a day as milliseconds since 1970 UTC; none where nobody is there.
    ///
    /// They are as long as clocks on the wall say but for the days on which those are put forward or back meanwhile: then as
    /// long as it takes.
    fn of(&self, date: Date) -> Option<(i64, i64)> {
        let weekday = date.weekday().to_monday_zero_offset();
        let (opens, closes) = self.days[usize::try_from(weekday).ok()?]?;
        if self.holidays.contains(&date) {
            return None;
        }
        let at = |minutes: u16| {
            let midnight = date.at(0, 0, 0, 0);
            let moment = midnight.checked_add(i64::from(minutes).minutes()).ok()?;
            let moment = self.zone.to_ambiguous_timestamp(moment).compatible().ok()?;
            Some(moment.as_millisecond())
        };
        let (opens, closes) = (at(opens)?, at(closes)?);
        (opens < closes).then_some((opens, closes))
    }

    /// The hours from a moment on, the first of them cut there.
    fn from(&self, moment: i64) -> impl Iterator<Item = (i64, i64)> {
        let first = Timestamp::from_millisecond(moment).unwrap_or(Timestamp::UNIX_EPOCH);
        // Hours until midnight may end on the next day where clocks are put back.
        let first = self.zone.to_datetime(first).date().saturating_sub(1.day());
        first
            .series(1.day())
            .take(HORIZON)
            .filter_map(|date| self.of(date))
            .filter_map(move |(opens, closes)| {
                let opens = opens.max(moment);
                (opens < closes).then_some((opens, closes))
            })
    }

    /// For how long somebody is there between two moments, in milliseconds.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        self.from(from)
            .take_while(|(opens, _)| *opens < to)
            .map(|(opens, closes)| closes.min(to) - opens)
            .sum()
    }

    /// When somebody has been there for `time` milliseconds since a moment; nothing where that takes for ever.
    pub(super) fn after(&self, from: i64, time: i64) -> Option<i64> {
        let mut left = time;
        for (opens, closes) in self.from(from) {
            if left <= closes - opens {
                return Some(opens + left);
            }
            left -= closes - opens;
        }
        None
    }

    /// When a case is due that was opened at a moment and has gone through these states since.
    ///
    /// The time to resolve it stands still while it waits for the shopper, and begins anew where the shopper opens it again. What
    /// was late before it stood still is late again afterwards, since the same moment.
    pub(super) fn dues(
        &self,
        clocks: &CaseClocks,
        opened_at: i64,
        states: &[(CaseState, i64)],
    ) -> Dues {
        let target = |minutes: u32| (minutes > 0).then(|| i64::from(minutes) * 60_000);
        let answer = target(clocks.answer_minutes).and_then(|time| self.after(opened_at, time));
        let Some(time) = target(clocks.resolve_minutes) else {
            return Dues {
                answer,
                resolve: None,
            };
        };
        let (mut left, mut since, mut late) = (time, Some(opened_at), None);
        for (state, at) in states {
            if let Some(since) = since.take() {
                if late.is_none() {
                    late = self.after(since, left).filter(|due| due < at);
                }
                left -= self.between(since, *at);
            }
            match state {
                CaseState::Waiting | CaseState::Resolved => {}
                CaseState::Reopened => {
                    (left, since, late) = (time, Some(*at), None);
                }
                CaseState::Received | CaseState::InProgress => since = Some(*at),
            }
        }
        let resolve = since.and_then(|since| late.or_else(|| self.after(since, left)));
        Dues { answer, resolve }
    }

    /// How long it took to resolve a case that was opened at a moment and has gone through these states since, in milliseconds:
    /// one time for each time that it was, from when it was opened, or opened again. What it has waited for the shopper is not
    /// in it.
    pub(super) fn stretches(&self, opened_at: i64, states: &[(CaseState, i64)]) -> Vec<i64> {
        let (mut stretches, mut took, mut since) = (Vec::new(), 0, Some(opened_at));
        for (state, at) in states {
            if let Some(since) = since.take() {
                took += self.between(since, *at);
            }
            match state {
                CaseState::Waiting => {}
                CaseState::Resolved => stretches.push(std::mem::take(&mut took)),
                CaseState::Received | CaseState::InProgress | CaseState::Reopened => {
                    since = Some(*at);
                }
            }
        }
        stretches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::feedback::clocks::DayHours;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;

    fn clocks(days: [Option<(&str, &str)>; 7], holidays: &[&str]) -> CaseClocks {
        let hours = days.map(|day| {
            let (opens, closes) = day.unwrap_or_default();
            DayHours {
                opens: opens.to_owned(),
                closes: closes.to_owned(),
            }
        });
        CaseClocks {
            hours: hours.to_vec(),
            holidays: holidays.iter().map(|day| (*day).to_owned()).collect(),
            answer_minutes: 60,
            resolve_minutes: 8 * 60,
        }
    }

    fn office(holidays: &[&str]) -> CaseClocks {
        let day = Some(("09:00", "17:00"));
        clocks([day, day, day, day, day, None, None], holidays)
    }

    /// A moment in a time zone.
    fn at(zone: &str, moment: &str) -> i64 {
        let moment: jiff::civil::DateTime = moment.parse().unwrap();
        let zone = TimeZone::get(zone).unwrap();
        let moment = zone.to_ambiguous_timestamp(moment).compatible().unwrap();
        moment.as_millisecond()
    }

    #[test]
    fn a_case_of_the_night_is_due_in_the_morning() {
        let hours = Hours::new("Asia/Shanghai", &office(&["2026-10-01", "2026-10-02"]));
        let at = |moment: &str| at("Asia/Shanghai", moment);
        for (opened, due) in [
            ("2026-09-28T03:00", "2026-09-28T10:00"),
            ("2026-09-28T09:00", "2026-09-28T10:00"),
            ("2026-09-28T16:30", "2026-09-29T09:30"),
            ("2026-09-28T16:00", "2026-09-28T17:00"),
            // Over holidays and a weekend.
            ("2026-09-30T23:59", "2026-10-05T10:00"),
            ("2026-09-30T16:59", "2026-10-05T09:59"),
        ] {
            assert_eq!(hours.after(at(opened), HOUR), Some(at(due)), "{opened}");
        }
        assert_eq!(
            hours.between(at("2026-09-30T00:00"), at("2026-10-06T00:00")),
            16 * HOUR
        );
    }

    #[test]
    fn each_time_that_a_case_is_resolved_has_taken_what_was_the_shops() {
        let hours = Hours::new("UTC", &office(&[]));
        let at = |moment: &str| at("UTC", moment);
        let states = |states: &[(CaseState, &str)]| -> Vec<_> {
            let states = states.iter();
            states.map(|(state, when)| (*state, at(when))).collect()
        };
        // A Friday: an hour until the shopper is asked, two of Monday, and what was opened again on Tuesday.
        let opened = at("2026-10-02T09:00");
        let all = states(&[
            (CaseState::InProgress, "2026-10-02T09:30"),
            (CaseState::Waiting, "2026-10-02T10:00"),
            (CaseState::InProgress, "2026-10-04T12:00"),
            (CaseState::Resolved, "2026-10-05T11:00"),
            (CaseState::Reopened, "2026-10-06T08:00"),
            (CaseState::Resolved, "2026-10-06T09:30"),
        ]);
        assert_eq!(hours.stretches(opened, &all), [3 * HOUR, HOUR / 2]);
        assert_eq!(hours.stretches(opened, &all[..3]), [0; 0]);
        // It waits for the shopper until it is resolved.
        let waits = states(&[
            (CaseState::Waiting, "2026-10-02T12:00"),
            (CaseState::Resolved, "2026-10-09T12:00"),
        ]);
        assert_eq!(hours.stretches(opened, &waits), [3 * HOUR]);
    }

    #[test]
    fn clocks_that_are_put_forward_or_back_take_nothing_and_give_nothing() {
        let night = Some(("00:00", "06:00"));
        let clocks = clocks([night; 7], &[]);
        let hours = Hours::new("Europe/Berlin", &clocks);
        let at = |moment: &str| at("Europe/Berlin", moment);
        // In that night six hours on the wall are five, and in the other one seven.
        let spring = (at("2026-03-29T00:00"), at("2026-03-29T12:00"));
        assert_eq!(hours.between(spring.0, spring.1), 5 * HOUR);
        let autumn = (at("2026-10-25T00:00"), at("2026-10-25T12:00"));
        assert_eq!(hours.between(autumn.0, autumn.1), 7 * HOUR);
        assert_eq!(
            hours.after(spring.0, 5 * HOUR),
            Some(at("2026-03-29T06:00"))
        );
    }

    #[test]
    fn whoever_is_never_there_is_never_late() {
        let hours = Hours::new("UTC", &clocks([None; 7], &[]));
        assert_eq!(hours.after(0, 1), None);
        assert_eq!(hours.between(0, 1_000 * HOUR), 0);
    }

    #[test]
    fn waiting_for_the_shopper_does_not_count() {
        let clocks = office(&[]);
        let hours = Hours::new("UTC", &clocks);
        let at = |moment: &str| at("UTC", moment);
        let opened = at("2026-09-28T09:00");
        let dues = |states: &[(CaseState, &str)]| {
            let states: Vec<_> = states
                .iter()
                .map(|(state, moment)| (*state, at(moment)))
                .collect();
            hours.dues(&clocks, opened, &states)
        };
        use CaseState::{InProgress, Reopened, Resolved, Waiting};
        let resolve = |states: &[(CaseState, &str)]| dues(states).resolve;
        assert_eq!(dues(&[]).answer, Some(at("2026-09-28T10:00")));
        assert_eq!(resolve(&[]), Some(at("2026-09-28T17:00")));
        let waits = (Waiting, "2026-09-28T11:00");
        assert_eq!(resolve(&[waits]), None);
        let goes_on = (InProgress, "2026-09-30T11:00");
        assert_eq!(resolve(&[waits, goes_on]), Some(at("2026-09-30T17:00")));
        assert_eq!(resolve(&[(Resolved, "2026-09-28T12:00")]), None);
        let again = (Reopened, "2026-10-02T10:00");
        assert_eq!(
            resolve(&[(Resolved, "2026-09-28T12:00"), again]),
            Some(at("2026-10-05T10:00"))
        );
        // What was late before it waited is late since then.
        let late = [
            (Waiting, "2026-09-29T10:00"),
            (InProgress, "2026-09-29T11:00"),
        ];
        assert_eq!(resolve(&late), Some(at("2026-09-28T17:00")));
    }

    fn zone() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "UTC",
            "Asia/Shanghai",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "America/Havana",
        ])
    }

    prop_compose! {
        fn some_hours()(
            zone in zone(),
            days in prop::array::uniform7(prop::option::of((0_u16..1_440, 1_u16..=1_440))),
            holidays in prop::collection::btree_set(0_i64..400, 0..20),
            always in 0_usize..7,
        ) -> Hours {
            let mut days = days.map(|day| day.filter(|(opens, closes)| opens < closes));
            days[always] = Some((540, 1_080));
            let first = Date::constant(2026, 1, 1);
            let holidays = holidays.into_iter().map(|day| first.saturating_add(day.days()));
            Hours { zone: TimeZone::get(zone).unwrap(), days, holidays: holidays.collect() }
        }
    }

    /// Somewhere in 2026, in milliseconds.
    fn moment() -> impl Strategy<Value = i64> {
        (1_767_225_600_000_i64..1_798_761_600_000).prop_map(|moment| moment / 1_000 * 1_000)
    }

    proptest! {
        #[test]
        fn what_is_due_is_due_after_just_that_time(hours in some_hours(), from in moment(), minutes in 1_i64..20_000) {
            let time = minutes * MINUTE;
            let due = hours.after(from, time).unwrap();
            prop_assert_eq!(hours.between(from, due), time);
            prop_assert_eq!(hours.between(from, due - 1), time - 1);
        }

        #[test]
        fn time_adds_up(hours in some_hours(), from in moment(), one in 0_i64..2_000, other in 0_i64..2_000) {
            let (middle, to) = (from + one * HOUR, from + (one + other) * HOUR);
            let parts = hours.between(from, middle) + hours.between(middle, to);
            prop_assert_eq!(hours.between(from, to), parts);
            prop_assert!(hours.between(from, to) <= to - from);
        }

        #[test]
        fn who_comes_later_is_not_served_sooner(hours in some_hours(), from in moment(), later in 0_i64..1_000, minutes in 1_i64..5_000) {
            let time = minutes * MINUTE;
            let (one, other) = (hours.after(from, time), hours.after(from + later * HOUR, time));
            prop_assert!(one.unwrap() <= other.unwrap());
        }
    }
}
