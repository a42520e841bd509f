//! Gifts: what visitors of a shared list reserve or have bought of it, so that nobody gives twice.
//!
//! Whose list it is, and who edits it, does not see any of that before the day after the list's occasion; of a list
//! without a day, not before the owner has asked to. Until then no reply to them depends on it.

use super::{QUANTITY_MAX, checked_quantity, invalid};
use crate::problem::{Code, Faults, Problem};
use crate::text::single_line;
use crate::{GiftId, Isbn};
use serde::{Deserialize, Serialize};

/// The longest name of who gives, in characters.
pub const GIVER_MAX: usize = 60;
/// How many gifts a visitor has at most that the list's owner does not see yet: with an account, or without one from one
/// network within a day.
pub const OPEN_GIFTS_MAX: u32 = 50;

/// How far a gift is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GiftStatus {
    /// Somebody means to give it.
    #[default]
    Reserved,
    /// Somebody has bought it.
    Bought,
}

impl GiftStatus {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Bought => "bought",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Reserved, Self::Bought]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

/// Reserves copies of a wish, or says that they are bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewGift {
    /// What names it, where the sender has made that up: `gift_` and 32 random hexadecimal digits. Sent again within ten
    /// minutes, it reserves nothing more; who has no account gets another code in place of the one that was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<GiftId>,
    /// The edition that is wished for.
    pub isbn: Isbn,
    /// How many copies, 1 to 99; 1 if absent.
    #[serde(default = "one")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 99, default = 1))]
    pub quantity: u32,
    /// How far it is; reserved if absent.
    #[serde(default)]
    pub status: GiftStatus,
    /// Who gives, as the list's owner will read it, 1 to 60 characters. With an account it may be empty: then it is the
    /// customer's name.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub name: String,
}

const fn one() -> u32 {
    1
}

impl NewGift {
    /// The same in the form in which it is kept, for somebody who has to tell a name or need not.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self, named: bool) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let name = single_line(&self.name);
        let length = name.chars().count();
        if length > GIVER_MAX || (named && length == 0) {
            let rule = "who gives has a name of at most 60 characters";
            faults.keep::<()>(Err(invalid("name", rule)));
        }
        faults.keep(checked_quantity(self.quantity, "quantity"));
        faults.none()?;
        Ok(Self { name, ..self })
    }
}

/// What becomes of a gift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiftChange {
    /// How far it is now.
    pub status: GiftStatus,
}

/// Which gift of somebody without an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiftCode {
    /// The code that was shown when it was reserved. Spaces, hyphens and capitals do not matter.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub code: String,
}

/// What becomes of a gift of somebody without an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiftCodeChange {
    /// The code.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub code: String,
    /// How far it is now.
    pub status: GiftStatus,
}

/// A gift, as who gives it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gift {
    /// What names it.
    pub id: GiftId,
    /// The edition.
    pub isbn: Isbn,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// BCP 47 tag of the language it is in, empty where unknown.
    pub language: String,
    /// Address of its cover, empty where there is none.
    pub cover_url: String,
    /// The list's name; may be empty.
    pub list: String,
    /// The end of the address of the list's page; absent while nobody sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<String>,
    /// How many copies.
    pub quantity: u32,
    /// How far it is.
    pub status: GiftStatus,
    /// Who gives, as the list's owner will read it.
    pub name: String,
    /// Whether the book is on the list no more, so that it is perhaps not wished for any longer.
    pub gone: bool,
    /// The day after which the list's owner sees it, `YYYY-MM-DD`; empty where the owner has to ask.
    pub until: String,
    /// Whether the owner can see it by now.
    pub seen: bool,
    /// When it was reserved, in milliseconds since 1970 UTC.
    pub given_at: i64,
}

/// All gifts of a customer that can be told, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gifts {
    /// The gifts.
    pub gifts: Vec<Gift>,
}

/// A gift of somebody without an account, with what it is changed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The gift.
    pub gift: Gift,
    /// The code, which is never shown again. Whoever has it can undo the gift.
    pub code: String,
}

/// How much of a wish is given already, as other visitors see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Given {
    /// The edition.
    pub isbn: Isbn,
    /// How many copies are reserved or bought.
    pub given: u32,
    /// How many are still wished for.
    pub left: u32,
}

/// A gift, as the list's owner sees it once it may be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceivedGift {
    /// The edition.
    pub isbn: Isbn,
    /// Its title.
    pub title: String,
    /// BCP 47 tag of the language it is in, empty where unknown.
    pub language: String,
    /// How many copies.
    pub quantity: u32,
    /// How far it is.
    pub status: GiftStatus,
    /// Who gives; empty where the account has gone.
    pub name: String,
    /// When it was reserved, in milliseconds since 1970 UTC.
    pub given_at: i64,
}

/// What a list's owner may see of gifts. It says nothing of those that may not be seen yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceivedGifts {
    /// The day after which more can be seen, `YYYY-MM-DD`; absent where the list has no day that is yet to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_until: Option<String>,
    /// Whether the owner has to ask, because the list has no day.
    pub hidden_until_asked: bool,
    /// The gifts that can be seen, the latest first.
    pub gifts: Vec<ReceivedGift>,
}

/// Asks to see what was given of a list without a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiftsAsked {
    /// `true`: the surprise may be spoilt.
    pub sure: bool,
}

impl GiftsAsked {
    /// Nothing, where the owner is sure.
    ///
    /// # Errors
    /// Where not.
    pub fn checked(self) -> Result<(), Problem> {
        if self.sure {
            return Ok(());
        }
        Err(invalid("sure", "true, or nothing is shown"))
    }
}

/// A code as it is compared: without what people add or change when they write it down.
pub fn plain_code(code: &str) -> String {
    crate::text::half_width(code)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// A code as people read it: groups of four.
pub fn spaced_code(plain: &str) -> String {
    let groups: Vec<&str> = plain
        .as_bytes()
        .chunks(4)
        .filter_map(|group| core::str::from_utf8(group).ok())
        .collect();
    groups.join("-")
}

/// How many copies of a wish can still be given. An owner may wish for fewer than are given by now, and is not told.
pub fn left(wished: u32, given: u32) -> u32 {
    wished.min(QUANTITY_MAX).saturating_sub(given)
}

/// That more copies are to be given than are left.
pub fn taken(left: u32) -> Problem {
    let rule = format!("of these copies {left} are left to give");
    Problem::new(Code::GiftTaken, rule).at("quantity")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_has_to_tell_a_name_and_a_customer_need_not() {
        let gift = |name: &str, quantity: u32| NewGift {
            id: None,
            isbn: "9780141439518".parse().unwrap(),
            quantity,
            status: GiftStatus::Reserved,
            name: name.into(),
        };
        let problem = gift(" \u{200b}", 0).checked(true).unwrap_err();
        assert_eq!(problem.fields().collect::<Vec<_>>(), ["name", "quantity"]);
        assert_eq!(
            gift(" Aunt  Mei", 1).checked(true).unwrap().name,
            "Aunt Mei"
        );
        assert!(gift("", 1).checked(false).is_ok());
        assert!(gift(&"a".repeat(61), 1).checked(false).is_err());
    }

    #[test]
    fn a_code_can_be_written_down_in_any_way() {
        let spaced = spaced_code("k3j9xw2p");
        assert_eq!(spaced, "k3j9-xw2p");
        assert_eq!(plain_code(&spaced), "k3j9xw2p");
        assert_eq!(plain_code(" K3J9 — xw2p\n"), "k3j9xw2p");
    }

    #[test]
    fn fewer_wishes_than_gifts_leave_nothing() {
        assert_eq!([left(3, 1), left(2, 2), left(1, 5)], [2, 0, 0]);
    }
}
