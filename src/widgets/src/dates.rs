//! Calendar dates as readers write them.

use crate::numbers::grouped;
use crate::texts::Common;
use bookplate_wire::Lang;

/// `YYYY-MM-DD` in words: “12 March 2025”, “2025年3月12日”. Anything else is shown as it is.
///
/// There is no time zone here: the server has decided the day, or server and browser would differ.
pub fn long(lang: Lang, date: &str) -> String {
    in_words(lang, date).unwrap_or_else(|| date.to_owned())
}

/// `YYYY-MM-DD hh:mm`, a time of the server's, in words: “12 March 2025 14:05”. Anything else is shown as it is.
pub fn moment(lang: Lang, time: &str) -> String {
    match time.split_once(' ') {
        Some((day, minute)) => format!("{} {minute}", long(lang, day)),
        None => time.to_owned(),
    }
}

/// `YYYY-MM` in words: “March 2025”. Anything else is shown as it is.
pub fn month(lang: Lang, month: &str) -> String {
    let words = || {
        let (year, number) = month.split_once('-')?;
        let texts = Common(lang);
        let months = texts.months();
        let name = *months.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
        Some(texts.month(name, year))
    };
    words().unwrap_or_else(|| month.to_owned())
}

fn in_words(lang: Lang, date: &str) -> Option<String> {
    let (year, rest) = date.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let texts = Common(lang);
    let months = texts.months();
    let month = *months.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    let day = grouped(day.parse::<u8>().ok()?.into());
    Some(texts.date(&day, month, year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_follows_its_language() {
        assert_eq!(long(Lang::En, "2025-03-12"), "12 March 2025");
        assert_eq!(long(Lang::En, "1998-12-01"), "1 December 1998");
        assert_eq!(long(Lang::ZhCn, "2025-03-12"), "2025年3月12日");
        assert_eq!(long(Lang::ZhTw, "2025-10-02"), "2025年10月2日");
        assert_eq!(long(Lang::Ja, "2025-03-01"), "2025年3月1日");
    }

    #[test]
    fn a_month_follows_its_language() {
        assert_eq!(month(Lang::En, "2025-03"), "March 2025");
        assert_eq!(month(Lang::ZhCn, "2025-12"), "2025年12月");
        assert_eq!(month(Lang::En, "2025-13"), "2025-13");
    }

    #[test]
    fn a_moment_has_a_date_and_a_time() {
        assert_eq!(moment(Lang::En, "2025-03-12 14:05"), "12 March 2025 14:05");
        assert_eq!(moment(Lang::Ja, "soon"), "soon");
    }

    #[test]
    fn what_is_no_date_is_left_alone() {
        for text in [
            "",
            "2025",
            "2025-03",
            "2025-13-01",
            "2025-00-01",
            "soon-ish-maybe",
        ] {
            assert_eq!(long(Lang::En, text), text);
        }
    }
}
