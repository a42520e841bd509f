//! Sums of money as readers write them: with the sign that their language has for a currency (Unicode CLDR),
//! the decimals that the currency has (ISO 4217), and thousands grouped.

use bookplate_wire::Lang;
use bookplate_wire::orders::{Money, decimals};

/// A sum, such as `€12.50`, `¥1,200`, `CHF 8.00`.
pub fn written(lang: Lang, money: &Money) -> String {
    let mut out = String::with_capacity(16);
    if money.amount < 0 {
        out.push('\u{2212}');
    }
    match sign(lang, &money.currency) {
        Some(sign) => out.push_str(sign),
        None => {
            out.push_str(&money.currency);
            out.push('\u{a0}');
        }
    }
    let digits = decimals(&money.currency);
    let scale = 10_u64.pow(digits);
    let amount = money.amount.unsigned_abs();
    push_grouped(&mut out, amount / scale);
    if digits > 0 {
        out.push('.');
        let mut rest = amount % scale;
        let mut place = scale / 10;
        while place > 0 {
            out.push(digit(rest / place));
            rest %= place;
            place /= 10;
        }
    }
    out
}

fn push_grouped(out: &mut String, number: u64) {
    let mut digits = [0_u8; 20];
    let mut len = 0;
    let mut rest = number;
    loop {
        digits[len] = (rest % 10) as u8;
        len += 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    for at in (0..len).rev() {
        out.push(digit(u64::from(digits[at])));
        if at > 0 && at % 3 == 0 {
            out.push(',');
        }
    }
}

fn digit(value: u64) -> char {
    char::from(b'0' + (value % 10) as u8)
}

/// What a language writes for a currency in front of the digits, where it has a sign for it.
fn sign(lang: Lang, currency: &str) -> Option<&'static str> {
    Some(match (currency, lang) {
        ("CNY", Lang::ZhCn) => "¥",
        ("CNY", Lang::Ja) => "元",
        ("CNY", _) => "CN¥",
        ("JPY", Lang::ZhCn) => "JP¥",
        ("JPY", Lang::Ja) => "￥",
        ("JPY", _) => "¥",
        ("TWD", Lang::ZhTw) => "$",
        ("TWD", _) => "NT$",
        ("HKD", _) => "HK$",
        ("USD", Lang::En | Lang::Ja) => "$",
        ("USD", _) => "US$",
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("KRW", _) => "₩",
        ("INR", _) => "₹",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lang: Lang, amount: i64, currency: &str) -> String {
        let currency = currency.to_owned();
        written(lang, &Money { amount, currency })
    }

    #[test]
    fn a_currency_has_its_sign_and_its_decimals() {
        assert_eq!(text(Lang::En, 1_250, "EUR"), "€12.50");
        assert_eq!(text(Lang::En, 123_456_789, "USD"), "$1,234,567.89");
        assert_eq!(text(Lang::ZhCn, 5_900, "CNY"), "¥59.00");
        assert_eq!(text(Lang::En, 5_905, "CNY"), "CN¥59.05");
        assert_eq!(text(Lang::Ja, 1_200, "JPY"), "￥1,200");
        assert_eq!(text(Lang::En, 1_500, "KWD"), "KWD\u{a0}1.500");
    }

    #[test]
    fn no_sum_is_too_small_or_too_large() {
        assert_eq!(text(Lang::En, 0, "EUR"), "€0.00");
        assert_eq!(text(Lang::En, 7, "EUR"), "€0.07");
        assert_eq!(text(Lang::En, -7, "EUR"), "\u{2212}€0.07");
        assert_eq!(
            text(Lang::En, i64::MIN, "JPY"),
            "\u{2212}¥9,223,372,036,854,775,808"
        );
    }
}
