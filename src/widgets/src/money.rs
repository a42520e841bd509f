//! Amounts of money as readers write them, the same on both sides: `Intl` differs among browsers and is not on
//! the server.

use crate::numbers::grouped;
use bookplate_wire::Lang;
use bookplate_wire::orders::Money;

/// `1250` `GBP` as “£12.50”, `980` `JPY` as “¥980”, what has no sign of its own as “CHF 12.50”.
pub fn written(lang: Lang, money: &Money) -> String {
    let mut out = String::new();
    match sign(lang, &money.currency) {
        "" => {
            out.push_str(&money.currency);
            out.push('\u{a0}');
        }
        sign => out.push_str(sign),
    }
    let digits = digits(&money.currency);
    let unit = 10_u64.pow(digits);
    // Amounts are never negative, and whole units of more than four thousand million are no book's price.
    let amount = money.amount.unsigned_abs();
    out.push_str(&grouped(u32::try_from(amount / unit).unwrap_or(u32::MAX)));
    if digits > 0 {
        let fraction = (unit + amount % unit) as u32;
        out.push('.');
        // Behind the 1 that keeps the zeros.
        let text = grouped(fraction).replace(',', "");
        out.push_str(&text[1..]);
    }
    out
}

/// How many decimals a currency has (ISO 4217).
fn digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// The sign of a currency for readers of a language; empty where its code is clearer.
fn sign(lang: Lang, currency: &str) -> &'static str {
    match (currency, lang) {
        ("CNY", Lang::ZhCn) | ("JPY", Lang::En | Lang::Ja) => "¥",
        ("CNY", _) => "CN¥",
        ("JPY", _) => "JP¥",
        ("TWD", Lang::ZhTw) | ("USD", Lang::En | Lang::Ja) => "$",
        ("TWD", _) => "NT$",
        ("USD", _) => "US$",
        ("HKD", _) => "HK$",
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("KRW", _) => "₩",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lang: Lang, amount: i64, currency: &str) -> String {
        let currency = currency.to_owned();
        written(lang, &Money { amount, currency })
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        assert_eq!(text(Lang::En, 1_250, "GBP"), "£12.50");
        assert_eq!(text(Lang::En, 5, "EUR"), "€0.05");
        assert_eq!(text(Lang::En, 123_456_700, "USD"), "$1,234,567.00");
        assert_eq!(text(Lang::Ja, 1_980, "JPY"), "¥1,980");
        assert_eq!(text(Lang::En, 12_005, "KWD"), "KWD\u{a0}12.005");
        assert_eq!(text(Lang::En, 0, "CHF"), "CHF\u{a0}0.00");
    }

    #[test]
    fn a_sign_that_two_currencies_share_is_the_readers_own() {
        assert_eq!(text(Lang::ZhCn, 2_300, "CNY"), "¥23.00");
        assert_eq!(text(Lang::En, 2_300, "CNY"), "CN¥23.00");
        assert_eq!(text(Lang::ZhCn, 980, "JPY"), "JP¥980");
        assert_eq!(text(Lang::ZhTw, 45_000, "TWD"), "$450.00");
        assert_eq!(text(Lang::ZhTw, 45_000, "USD"), "US$450.00");
    }
}
