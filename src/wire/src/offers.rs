//! What books cost in the shop and whether they are there, as the shop's own programs say it.
//!
//! A book has one offer, which the latest word of the shop makes: an older word that arrives late
//! ([`NewOffer::as_of`]) changes nothing. An offer of a book that the catalogue does not have is kept, and finds
//! its book when the catalogue has it.

use crate::Isbn;
use crate::orders::{BATCH_MAX, Money, check_instant, check_money};
use crate::problem::{Code, Problem};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Whether a book can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// At once.
    InStock,
    /// Not at the moment.
    OutOfStock,
    /// It is still to come out, and can be ordered.
    Preorder,
    /// Nobody has told.
    #[default]
    Unknown,
}

impl Availability {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::InStock,
        Self::OutOfStock,
        Self::Preorder,
        Self::Unknown,
    ];

    /// The word on the wire, in the database and in CSV files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InStock => "in_stock",
            Self::OutOfStock => "out_of_stock",
            Self::Preorder => "preorder",
            Self::Unknown => "unknown",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// An offer, as shoppers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// What the book costs, with taxes.
    pub price: Money,
    /// Whether it can be had.
    pub availability: Availability,
}

/// An offer as the shop reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOffer {
    /// The edition, by ISBN-10 or ISBN-13. It need not be in the catalogue yet.
    pub isbn: Isbn,
    /// What it costs, with taxes.
    pub price: Money,
    /// Whether it can be had; `unknown` where nothing is said.
    #[serde(default)]
    pub availability: Availability,
    /// Since when that is so, in milliseconds since 1970 UTC: of two words about a book the one with the later time
    /// counts, in whatever order they arrive. Absent, it is the time of arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 100_000_000_000_i64))]
    pub as_of: Option<i64>,
}

/// Offers to be taken, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOffers {
    /// 1 to 1,000 of them, each book once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1_000))]
    pub offers: Vec<NewOffer>,
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OfferOutcome {
    /// There was none of the book.
    Added,
    /// Price or availability are others now.
    Changed,
    /// It was known just so.
    Unchanged,
    /// Something later is known: nothing was changed.
    Outdated,
}

/// An offer that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenOffer {
    /// The edition.
    pub isbn: Isbn,
    /// What became of it.
    pub outcome: OfferOutcome,
    /// Whether the catalogue has the book. Where it has not, the offer is kept and waits for it.
    pub known: bool,
}

/// The offers that were taken, in the order in which they were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenOffers {
    /// One for each.
    pub offers: Vec<TakenOffer>,
}

impl NewOffers {
    /// Checks the rules that need no database. `now` is the present time, in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// Names the first field that breaks a rule, such as `offers[3].price.amount`.
    pub fn checked(self, now: i64) -> Result<Self, Problem> {
        if !(1..=BATCH_MAX).contains(&self.offers.len()) {
            return Err(invalid("offers", "a request brings 1 to 1,000 of them"));
        }
        let mut seen = HashSet::new();
        for (at, offer) in self.offers.iter().enumerate() {
            let within = |problem: Problem| {
                let field = problem.field.clone().unwrap_or_default();
                problem.at(format!("offers[{at}].{field}"))
            };
            offer.check(now).map_err(within)?;
            if !seen.insert(offer.isbn) {
                return Err(within(invalid("isbn", "a request names each book once")));
            }
        }
        Ok(self)
    }
}

impl NewOffer {
    /// Checks the rules that need no database. `now` is the present time, in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// Names the first field that breaks a rule.
    pub fn check(&self, now: i64) -> Result<(), Problem> {
        check_money(&self.price, "price")?;
        self.as_of
            .map_or(Ok(()), |at| check_instant(at, "as_of", now))
    }
}

fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_564_800_000;

    fn offer(amount: i64, currency: &str, as_of: Option<i64>) -> NewOffer {
        NewOffer {
            isbn: "9780141439518".parse().unwrap(),
            price: Money {
                amount,
                currency: currency.into(),
            },
            availability: Availability::InStock,
            as_of,
        }
    }

    fn field(offers: Vec<NewOffer>) -> String {
        let problem = NewOffers { offers }.checked(NOW).unwrap_err();
        problem.field.unwrap_or_default()
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        let good = offer(990, "EUR", None);
        assert_eq!(field(Vec::new()), "offers");
        assert_eq!(field(vec![good.clone(), good]), "offers[1].isbn");
        assert_eq!(
            field(vec![offer(-1, "EUR", None)]),
            "offers[0].price.amount"
        );
        assert_eq!(
            field(vec![offer(1, "eur", None)]),
            "offers[0].price.currency"
        );
        let seconds = Some(NOW / 1_000);
        assert_eq!(field(vec![offer(1, "EUR", seconds)]), "offers[0].as_of");
        let later = Some(NOW + 2 * 24 * 3_600_000);
        assert_eq!(field(vec![offer(1, "EUR", later)]), "offers[0].as_of");
    }
}
