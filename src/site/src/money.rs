//! Sums of money as readers write them.

use bookplate_widgets::numbers::grouped;
use bookplate_wire::Lang;
use bookplate_wire::orders::Money;

/// Currencies without minor units, and those with a thousand of them; all others have a hundred (ISO 4217).
const WHOLE: [&str; 8] = ["JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF"];
const THOUSAND: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// `1234` minor units of `CNY` as `¥12.34`.
pub(crate) fn sum(lang: Lang, money: &Money) -> String {
    let currency = money.currency.as_str();
    let digits = match currency {
        _ if WHOLE.contains(&currency) => 0,
        _ if THOUSAND.contains(&currency) => 3,
        _ => 2,
    };
    let unit = 10_u64.pow(digits);
    let amount = money.amount.unsigned_abs();
    // An order has at most 10^12 minor units; what does not fit into the groups is shown without them.
    let whole = amount / unit;
    let whole = u32::try_from(whole).map_or_else(|_| whole.to_string(), grouped);
    let mut out = String::new();
    if money.amount < 0 {
        out.push('−');
    }
    out.push_str(&symbol(lang, currency));
    out.push_str(&whole);
    if digits > 0 {
        let rest = (amount % unit).to_string();
        out.push('.');
        out.extend(std::iter::repeat_n('0', digits as usize - rest.len()));
        out.push_str(&rest);
    }
    out
}

/// What stands before the number. A sign that several currencies have is only for the one of the reader's own.
fn symbol(lang: Lang, currency: &str) -> String {
    let symbol = match (currency, lang) {
        ("CNY", Lang::ZhCn) | ("JPY", Lang::Ja | Lang::En) => "¥",
        ("CNY", _) => "CN¥",
        ("JPY", _) => "JP¥",
        ("TWD", Lang::ZhTw) => "$",
        ("TWD", _) => "NT$",
        ("HKD", _) => "HK$",
        ("USD", Lang::En) => "$",
        ("USD", _) => "US$",
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        // With a space that does not break.
        (code, _) => return format!("{code}\u{a0}"),
    };
    symbol.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lang: Lang, amount: i64, currency: &str) -> String {
        let currency = currency.to_owned();
        sum(lang, &Money { amount, currency })
    }

    #[test]
    fn a_sum_has_the_decimals_of_its_currency() {
        assert_eq!(told(Lang::ZhCn, 125_50, "CNY"), "¥125.50");
        assert_eq!(told(Lang::En, 5, "EUR"), "€0.05");
        assert_eq!(told(Lang::Ja, 1_650, "JPY"), "¥1,650");
        assert_eq!(told(Lang::En, 1_234_567, "KWD"), "KWD\u{a0}1,234.567");
        assert_eq!(told(Lang::En, -100, "USD"), "−$1.00");
        assert_eq!(told(Lang::En, 1_000_000_000_000, "USD"), "$10000000000.00");
    }

    #[test]
    fn a_sign_is_of_the_readers_own_currency() {
        assert_eq!(told(Lang::En, 100, "CNY"), "CN¥1.00");
        assert_eq!(told(Lang::ZhTw, 100, "TWD"), "$1.00");
        assert_eq!(told(Lang::ZhCn, 100, "TWD"), "NT$1.00");
    }
}
