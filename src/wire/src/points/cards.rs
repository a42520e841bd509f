//! Membership cards: the number that a till scans, or somebody reads out.
//!
//! A shop that has cards of its own tells their numbers (`member_card` of the identity token). Whoever has none gets one of ours:
//! sixteen digits, of which the first two are always the same and the last one checks the others by Luhn's formula
//! (ISO/IEC 7812-1, annex B), which finds every single wrong digit and nearly all neighbours that have changed places.

use super::PointsBalance;
use crate::CustomerId;
use serde::{Deserialize, Serialize};

/// How a number of ours begins: with the 9 that ISO/IEC 7812 leaves to national bodies, so that none is a payment card's.
const BEGIN: &str = "98";
/// How many digits one has.
const LENGTH: usize = 16;

/// The card's number of a random number.
pub fn number_of(mut random: u128) -> String {
    let mut number = BEGIN.to_owned();
    while number.len() < LENGTH - 1 {
        number.push(char::from(b'0' + (random % 10) as u8));
        random /= 10;
    }
    let check = (10 - luhn(&number, 1)) % 10;
    number.push(char::from(b'0' + check));
    number
}

/// Whether a number is, or is meant to be, one of ours.
pub fn is_ours(number: &str) -> bool {
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    number.len() == LENGTH && digits && number.starts_with(BEGIN)
}

/// Whether somebody has mistyped a number: it has the form of ours, and the last digit does not fit the others.
pub fn is_mistyped(number: &str) -> bool {
    is_ours(number) && luhn(number, 0) != 0
}

/// Luhn's sum, modulo 10. Every second digit is doubled, counted from the end, where `missing` digits are still to come.
fn luhn(number: &str, missing: usize) -> u8 {
    let from_the_end = number.bytes().rev().zip(missing..);
    let digits = from_the_end.map(|(byte, place)| {
        let digit = byte - b'0';
        match (place % 2, digit) {
            (0, _) => digit,
            (_, 0..=4) => digit * 2,
            _ => digit * 2 - 9,
        }
    });
    (digits.map(u32::from).sum::<u32>() % 10) as u8
}

/// A customer's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberCard {
    /// Its number: digits, or for a shop's own cards upper-case letters too.
    pub number: String,
    /// The number as a bar code (Code 128).
    pub barcode: Drawing,
    /// The number as a QR code.
    pub qr: Drawing,
}

/// A picture in black and white, its quiet zone included, of squares with sides of 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Drawing {
    /// How wide it is.
    pub width: u32,
    /// How high it is. A bar code has a height of 1, to be stretched.
    pub height: u32,
    /// What is black: the data of an SVG path.
    pub path: String,
}

/// A customer, as a till sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// What names the customer here.
    pub customer: CustomerId,
    /// The name, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The number of the membership card, empty where there is none yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub member_card: String,
    /// What the customer has; absent where the shop has no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<PointsBalance>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_luhns() {
        // The example of the standard, and one that differs in its last digit.
        assert_eq!(luhn("79927398713", 0), 0);
        assert_ne!(luhn("79927398710", 0), 0);
    }

    #[test]
    fn every_single_slip_is_found() {
        for random in [0, 1, 99_999_999_999_999, 31_415_926_535_897, u128::MAX] {
            let number = number_of(random);
            assert!(is_ours(&number) && !is_mistyped(&number), "{number}");
            for at in BEGIN.len()..LENGTH {
                for digit in '0'..='9' {
                    let mut typed: Vec<char> = number.chars().collect();
                    let same = std::mem::replace(&mut typed[at], digit) == digit;
                    let typed: String = typed.into_iter().collect();
                    assert_eq!(is_mistyped(&typed), !same, "{typed}");
                }
            }
        }
    }

    #[test]
    fn a_card_of_the_shops_own_is_never_called_mistyped() {
        for number in ["IL00421001", "1234567890123456", "98", "98000000000000A1"] {
            assert!(!is_mistyped(number), "{number}");
        }
    }
}
