//! What is said of tiers everywhere in the same way: how much of what counts, and how many times the points.

use crate::texts::Tiers;
use crate::{money, numbers};
use bookplate_wire::Lang;
use bookplate_wire::orders::Money;
use bookplate_wire::points::tiers::TierMeasure;

/// So much of what counts: `€43.20`, `120 points`, `3 days with an order`.
pub fn amount(lang: Lang, measure: TierMeasure, currency: &str, value: i64) -> String {
    let count = u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    match measure {
        TierMeasure::Spend => {
            let currency = currency.to_owned();
            let amount = value;
            money::written(lang, &Money { amount, currency })
        }
        TierMeasure::Points => Tiers(lang).points(count),
        TierMeasure::Visits => Tiers(lang).visits(count),
    }
}

/// Hundredths as a number: `150` as `1.5`.
pub fn times(hundredths: u32) -> String {
    let mut out = numbers::plain(hundredths / 100);
    let rest = hundredths % 100;
    if rest > 0 {
        out.push('.');
        out.push_str(&numbers::plain(rest + 100)[1..]);
        if rest.is_multiple_of(10) {
            out.pop();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_no_more_digits_than_they_need() {
        for (hundredths, text) in [(100, "1"), (150, "1.5"), (205, "2.05"), (1_000, "10")] {
            assert_eq!(times(hundredths), text);
        }
    }

    #[test]
    fn amounts_are_in_their_measure() {
        let say = |measure, value| amount(Lang::En, measure, "EUR", value);
        assert_eq!(say(TierMeasure::Spend, 4_320), "€43.20");
        assert_eq!(say(TierMeasure::Points, 1_200), "1,200 points");
        assert_eq!(say(TierMeasure::Visits, 1), "1 day with an order");
    }
}
