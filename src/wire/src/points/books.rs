//! What a book earns: `<bookplate-earn>`.

use crate::orders::{AMOUNT_MAX, Money, decimals};
use crate::problem::{Code, Problem};
use crate::{Isbn, Lang};
use serde::{Deserialize, Serialize};

/// How many books one request may ask about.
pub const BOOKS_MAX: usize = 200;

/// A book, and what the shopper would pay for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PricedBook {
    /// The edition.
    pub isbn: Isbn,
    /// What the page says it costs; without, what the shop's offer says.
    pub price: Option<Money>,
}

/// All that `<bookplate-earn>` shows: what everybody earns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarnData {
    /// The language of the interface.
    pub lang: Lang,
    /// The server's address.
    pub api: String,
    /// The shop's public key.
    pub key: String,
    /// The book.
    pub isbn: Isbn,
    /// What the page says it costs, as [`read_price`] reads it; empty where it says nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub price: String,
    /// How many points it earns; `None` where nobody can say: the shop has no points, or there is no price, or none in a
    /// currency that earns any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
}

/// What books earn the customer, in the order in which they were named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookEarnings {
    /// One for each.
    pub books: Vec<BookEarning>,
}

/// What a book earns the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookEarning {
    /// The edition.
    pub isbn: Isbn,
    /// How many points an order of it alone would earn now; absent where nobody can say: there is no price, or none in a
    /// currency that earns any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
}

impl PricedBook {
    /// Reads `ISBN` or `ISBN:12.50 EUR`.
    ///
    /// # Errors
    /// When the ISBN or the price is none.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (isbn, price) = text.split_once(':').unwrap_or((text, ""));
        let isbn = isbn.parse();
        let isbn =
            isbn.map_err(|_| Problem::new(Code::IsbnInvalid, "one of the ISBNs is not valid"))?;
        let price = (!price.is_empty()).then(|| read_price(price)).transpose()?;
        Ok(Self { isbn, price })
    }
}

/// A price as pages write it: `12.50 EUR`.
pub fn written_price(price: &Money) -> String {
    let mut text = price.decimal();
    text.push(' ');
    text.push_str(&price.currency);
    text
}

/// Reads a price as pages write it: digits, with a point and as many decimals as the currency has at most; then the
/// currency's code (ISO 4217).
///
/// # Errors
/// When it is none.
pub fn read_price(text: &str) -> Result<Money, Problem> {
    price(text).ok_or_else(|| {
        let rule = "a price is a number and a currency, such as 12.50 EUR";
        Problem::new(Code::BadRequest, rule).at("price")
    })
}

fn price(text: &str) -> Option<Money> {
    let (number, currency) = text.trim().split_once(' ')?;
    let currency = currency.trim_start();
    let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let places = decimals(currency) as usize;
    let fraction_given = fraction.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_code
        || !(1..=13).contains(&whole.len())
        || fraction.is_empty()
        || fraction_given.len() > places
        || !digits(whole)
        || !digits(fraction)
    {
        return None;
    }
    let mut amount: i64 = whole.parse().ok()?;
    let mut rest = fraction_given.bytes();
    for _ in 0..places {
        let digit = rest.next().map_or(0, |digit| digit - b'0');
        amount = amount.checked_mul(10)?.checked_add(i64::from(digit))?;
    }
    (amount <= AMOUNT_MAX).then(|| Money {
        amount,
        currency: currency.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_to_the_minor_unit() {
        for (text, amount) in [
            ("12.50 EUR", 1_250),
            ("12.5 EUR", 1_250),
            ("12 EUR", 1_200),
            ("12.5000 EUR", 1_250),
            ("1500 JPY", 1_500),
            ("1500.00 JPY", 1_500),
            ("1.234 KWD", 1_234),
            (" 0.01  CNY", 1),
            ("0 CNY", 0),
        ] {
            assert_eq!(read_price(text).unwrap().amount, amount, "{text}");
        }
        let price = read_price("12.5 EUR").unwrap();
        assert_eq!(written_price(&price), "12.50 EUR");
    }

    #[test]
    fn what_is_not_sure_is_no_price() {
        for text in [
            "",
            "12.50",
            "EUR",
            "12.505 EUR",
            "12,50 EUR",
            "-1 EUR",
            "1. EUR",
            ".5 EUR",
            "1.5 JPY",
            "12 eur",
            "12 EURO",
            "1e3 EUR",
            "99999999999999 EUR",
            "10000000000.01 EUR",
        ] {
            assert_eq!(
                read_price(text).unwrap_err().field.as_deref(),
                Some("price"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_book_is_read_as_it_is_written() {
        let price = |text| PricedBook::parse(text).unwrap().price;
        assert_eq!(price("9780141439518"), None);
        assert_eq!(price("9780141439518:12.50 EUR").unwrap().amount, 1_250);
        assert!(PricedBook::parse("978").is_err());
        assert!(PricedBook::parse("9780141439518:12.50").is_err());
    }
}
