//! What somebody wants to be told of a book on a wishlist.
//!
//! All that there is to tell goes into one message a day at most, by email to who allows news, and in the account. It is
//! looked at when the message is made: a price that is up again by then, a book that is out of stock again, was bought or
//! taken off the list meanwhile is not told, and nothing is told twice.

use super::invalid;
use crate::Isbn;
use crate::orders::{Money, check_money};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// A drop of the price.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceAlert {
    /// Only once it costs so much at most. Absent, any price counts that is below the one at the time of choosing this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Money>,
}

/// What to be told of a book; what is absent is not told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AlertChoice {
    /// That it costs less, and can be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<PriceAlert>,
    /// That it can be had again, or for the first time.
    #[serde(default)]
    pub back_in_stock: bool,
    /// That the work comes out in another format, in the same language.
    #[serde(default)]
    pub new_format: bool,
    /// That another book by one of its authors comes out.
    #[serde(default)]
    pub new_book: bool,
}

impl AlertChoice {
    /// Whether there is anything to be told.
    pub fn is_any(&self) -> bool {
        self.price.is_some() || self.back_in_stock || self.new_format || self.new_book
    }

    /// The same, if it breaks no rule.
    ///
    /// # Errors
    /// Names the part of the price that breaks one.
    pub fn checked(self) -> Result<Self, Problem> {
        if let Some(money) = self.price.as_ref().and_then(|price| price.at_most.as_ref()) {
            check_money(money, "price.at_most")?;
            if money.amount == 0 {
                return Err(invalid("price.at_most.amount", "a price is more than 0"));
            }
        }
        Ok(self)
    }
}

/// What somebody is told of a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alert {
    /// The edition that is wished for.
    pub isbn: Isbn,
    /// Its title.
    pub title: String,
    /// What is told.
    pub choice: AlertChoice,
    /// What it cost when drops of the price were chosen, as far as that was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_before: Option<Money>,
    /// When it was chosen last, in milliseconds since 1970 UTC.
    pub set_at: i64,
}

/// A page of all that a customer is told of, by ISBN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertPage {
    /// One for each book.
    pub alerts: Vec<Alert>,
    /// Give this as `after` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_a_price() {
        let choice = |amount, currency: &str| AlertChoice {
            price: Some(PriceAlert {
                at_most: Some(Money {
                    amount,
                    currency: currency.into(),
                }),
            }),
            ..AlertChoice::default()
        };
        assert!(choice(999, "EUR").checked().is_ok());
        for (amount, currency, field) in [
            (0, "EUR", "price.at_most.amount"),
            (-1, "EUR", "price.at_most.amount"),
            (1, "€", "price.at_most.currency"),
        ] {
            let problem = choice(amount, currency).checked().unwrap_err();
            assert_eq!(problem.field.as_deref(), Some(field));
        }
        assert!(!AlertChoice::default().is_any());
    }
}
