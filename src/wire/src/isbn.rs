//! International Standard Book Numbers (ISO 2108), kept as ISBN-13.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};

/// A valid ISBN, always in its 13-digit form without hyphens.
///
/// Reading accepts ISBN-10 and ISBN-13 with or without hyphens and spaces; the check digit must fit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Isbn([u8; 13]);

/// Why a text is no ISBN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IsbnError {
    /// Neither 10 nor 13 characters are left without hyphens and spaces.
    Length,
    /// A character that cannot stand there.
    Character,
    /// Thirteen digits that begin neither with 978 nor with 979.
    Prefix,
    /// All is well formed, but the check digit does not fit: a digit is wrong or two are swapped.
    CheckDigit,
}

impl fmt::Display for IsbnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "an ISBN has 10 or 13 digits",
            Self::Character => "an ISBN has digits only (and X at the end of an ISBN-10)",
            Self::Prefix => "an ISBN-13 begins with 978 or 979",
            Self::CheckDigit => "the check digit does not fit: a digit is wrong or missing",
        })
    }
}

impl Isbn {
    /// The 13 digits.
    pub fn as_str(&self) -> &str {
        // Only ASCII digits are ever stored, so this cannot fail.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The ISBN-13 whose first twelve digits are `digits` (each 0 to 9), with its check digit.
    fn with_check_digit(digits: [u8; 12]) -> Self {
        let mut text = [b'0'; 13];
        for (to, from) in text.iter_mut().zip(digits) {
            *to = b'0' + from;
        }
        text[12] = b'0' + check_digit_13(&digits);
        Self(text)
    }
}

/// ISO 2108: weights 1 and 3 in turn, the sum filled up to a multiple of ten.
fn check_digit_13(digits: &[u8; 12]) -> u8 {
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(at, &digit)| u32::from(digit) * if at % 2 == 0 { 1 } else { 3 })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

/// ISO 2108 (1970): weights 10 down to 1, the sum a multiple of eleven; ten is written X.
fn fits_isbn_10(digits: &[u8; 10]) -> bool {
    let sum: u32 = digits
        .iter()
        .zip((1..=10).rev())
        .map(|(&digit, weight)| u32::from(digit) * weight)
        .sum();
    sum.is_multiple_of(11)
}

impl FromStr for Isbn {
    type Err = IsbnError;

    fn from_str(text: &str) -> Result<Self, IsbnError> {
        let mut digits = [0_u8; 13];
        let mut len = 0;
        for c in text.trim().chars() {
            let digit = match c {
                '0'..='9' => c as u8 - b'0',
                'X' | 'x' if len == 9 => 10,
                '-' | ' ' | '\u{2010}'..='\u{2013}' => continue,
                _ => return Err(IsbnError::Character),
            };
            *digits.get_mut(len).ok_or(IsbnError::Length)? = digit;
            len += 1;
        }
        let mut ten = [0; 10];
        ten.copy_from_slice(&digits[..10]);
        match len {
            10 if !fits_isbn_10(&ten) => Err(IsbnError::CheckDigit),
            10 => {
                let mut twelve = [9, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                twelve[3..].copy_from_slice(&ten[..9]);
                Ok(Self::with_check_digit(twelve))
            }
            13 if digits.contains(&10) => Err(IsbnError::Character),
            13 if !matches!(digits, [9, 7, 8 | 9, ..]) => Err(IsbnError::Prefix),
            13 => {
                let mut twelve = [0; 12];
                twelve.copy_from_slice(&digits[..12]);
                if check_digit_13(&twelve) == digits[12] {
                    Ok(Self::with_check_digit(twelve))
                } else {
                    Err(IsbnError::CheckDigit)
                }
            }
            _ => Err(IsbnError::Length),
        }
    }
}

impl TryFrom<String> for Isbn {
    type Error = IsbnError;

    fn try_from(text: String) -> Result<Self, IsbnError> {
        text.parse()
    }
}

impl From<Isbn> for String {
    fn from(isbn: Isbn) -> Self {
        isbn.as_str().to_owned()
    }
}

impl fmt::Display for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(feature = "openapi")]
mod openapi {
    use super::Isbn;
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    use utoipa::openapi::{RefOr, Schema};

    impl utoipa::PartialSchema for Isbn {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some(
                    "ISBN-10 or ISBN-13, hyphens allowed; replies carry the 13 digits.",
                ))
                .examples(["9780141439518"])
                .into()
        }
    }

    impl utoipa::ToSchema for Isbn {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lengths_become_thirteen_digits() {
        for text in [
            "0141439513",
            "0-14-143951-3",
            "978-0-14-143951-8",
            " 9780141439518 ",
        ] {
            assert_eq!(text.parse::<Isbn>().unwrap().as_str(), "9780141439518");
        }
        assert_eq!(
            "097522980x".parse::<Isbn>().unwrap().as_str(),
            "9780975229804"
        );
    }

    #[test]
    fn a_wrong_number_says_what_is_wrong() {
        let error = |text: &str| text.parse::<Isbn>().unwrap_err();
        assert_eq!(error("978014143951"), IsbnError::Length);
        assert_eq!(error("97801414395188"), IsbnError::Length);
        assert_eq!(error(""), IsbnError::Length);
        assert_eq!(error("9780141439517"), IsbnError::CheckDigit);
        assert_eq!(error("9781041439518"), IsbnError::CheckDigit);
        assert_eq!(error("0141439514"), IsbnError::CheckDigit);
        assert_eq!(error("9770141439518"), IsbnError::Prefix);
        assert_eq!(error("97801414395X8"), IsbnError::Character);
        assert_eq!(error("978014143951X"), IsbnError::Character);
        assert_eq!(error("9.78014E+12"), IsbnError::Character);
    }

    #[test]
    fn json_carries_the_thirteen_digits() {
        let isbn: Isbn = serde_json::from_str("\"0-14-143951-3\"").unwrap();
        assert_eq!(serde_json::to_string(&isbn).unwrap(), "\"9780141439518\"");
    }
}
