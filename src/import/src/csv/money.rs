//! Amounts of money as tables write them.

use bookplate_wire::orders::{AMOUNT_MAX, decimals};

/// The amount in minor units of `currency`: of `12.50`, `12,50`, `1,234.50`, `1.234,50`, `¥30`.
///
/// `None` is what cannot be read for sure: more decimals than the currency has, a sign of less than nothing.
pub fn amount(text: &str, currency: &str) -> Option<i64> {
    let digits = |c: char| c.is_ascii_digit();
    let text = text.trim_matches(|c: char| c.is_whitespace() || "¥￥$€£元円".contains(c));
    let text = text.strip_prefix(currency).unwrap_or(text).trim();
    let places = decimals(currency) as usize;
    // What stands last separates the decimals. A comma before three digits separates thousands, unless the currency
    // has three decimals; a dot there could be either.
    let (whole, decimal) = match text.rfind(['.', ',']) {
        Some(at) if text.len() - at - 1 != 3 || places == 3 => (&text[..at], &text[at + 1..]),
        Some(at) if text[at..].starts_with('.') => return None,
        _ => (text, ""),
    };
    let decimal = decimal.trim_end_matches('0');
    if decimal.len() > places || !decimal.chars().all(digits) {
        return None;
    }
    let mut groups = whole.split([',', '.', ' ', '\u{a0}', '\'']);
    let first = groups.next()?;
    let mut number = first.to_owned();
    for group in groups {
        // Thousands in groups of three, and at most three in front of them.
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        number.push_str(group);
    }
    if number.is_empty() || !number.chars().all(digits) {
        return None;
    }
    let decimal = format!("{decimal:0<places$}");
    let number: i64 = (number + &decimal).parse().ok()?;
    (number <= AMOUNT_MAX).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, currency, minor) in [
            ("12.50", "EUR", 1_250),
            ("12,50", "EUR", 1_250),
            ("12.5", "EUR", 1_250),
            ("12", "EUR", 1_200),
            ("12.5000", "EUR", 1_250),
            ("1,234.50", "USD", 123_450),
            ("1.234,50", "EUR", 123_450),
            ("1 234,50", "EUR", 123_450),
            ("1'234.50", "CHF", 123_450),
            ("1,234", "USD", 123_400),
            ("12,345,678", "USD", 1_234_567_800),
            ("¥39.80", "CNY", 3_980),
            ("39.80元", "CNY", 3_980),
            ("JPY 1,500", "JPY", 1_500),
            ("1500.00", "JPY", 1_500),
            ("0", "JPY", 0),
            ("1.234", "KWD", 1_234),
        ] {
            assert_eq!(amount(text, currency), Some(minor), "{text} {currency}");
        }
    }

    #[test]
    fn what_is_not_sure_is_no_amount() {
        for (text, currency) in [
            ("-1.00", "EUR"),
            ("12.500", "EUR"),
            ("12.5050", "EUR"),
            ("12.5", "JPY"),
            ("1,23,456.00", "INR"),
            ("1234,567.00", "EUR"),
            ("twelve", "EUR"),
            ("", "EUR"),
            (".", "EUR"),
            ("99999999999999", "EUR"),
        ] {
            assert_eq!(amount(text, currency), None, "{text} {currency}");
        }
    }
}
