//! Wishlists: what a customer wants to read, in lists with an order.
//!
//! # Several devices at once
//!
//! A request says what is to be done to one thing and never carries a whole list, so two devices that change different
//! things lose nothing. Where both change the same thing:
//!
//! - of one book's priority, quantity or place in its list, and of a list's name, the later word counts; a move out of a list in
//!   which the book is no more is refused (`wish_not_found`), as it was decided on an old view;
//! - a note is never overwritten unseen: who sends one says which note it replaces ([`WishChange::note_before`]), and
//!   where another one stands there by now, both are kept, one below the other;
//! - what is changed on one device after it was taken out on another comes back;
//! - a book is in a list once, however often it is added, and what is taken out twice is gone once.
//!
//! Each request can be repeated without doing more, so that what was sent over a bad line is sent again.

pub mod alerts;
pub mod demand;
pub mod editors;
mod element;
pub mod follows;
pub mod gifts;
pub mod occasions;
pub mod shelf;

pub use element::{ShownWish, ShownWishlist, ShownWishlists, Standing, WishlistData};

use crate::offers::Offer;
use crate::problem::{Code, Faults, Problem};
use crate::text::{multiline, single_line};
use crate::{Isbn, Lang, WishlistId};
use occasions::Occasion;
use serde::{Deserialize, Serialize};

/// How many lists a customer has at most.
pub const LISTS_MAX: u32 = 200;
/// How many wishes a list has at most.
pub const WISHES_MAX: u32 = 2_000;
/// The longest name of a list, in characters.
pub const NAME_MAX: usize = 60;
/// The longest note that is sent, in characters. Two that were written at once can be kept together.
pub const NOTE_MAX: usize = 500;
/// The most copies that are wished for.
pub const QUANTITY_MAX: u32 = 99;
/// How many books are asked about at once, and how many wishes of a guest are merged by one request.
pub const BOOKS_MAX: usize = 200;

/// How much a book is wished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// More than others.
    High,
    /// As most.
    #[default]
    Normal,
    /// Some day.
    Low,
}

impl Priority {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// Who sees a list besides its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Nobody.
    #[default]
    Private,
    /// Whoever has the link. Search engines are told to leave it alone.
    Link,
    /// Everybody.
    Public,
}

impl Visibility {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Private, Self::Link, Self::Public];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Link => "link",
            Self::Public => "public",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A list, as its owner sees it, and who edits it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Wishlist {
    /// What names it.
    pub id: WishlistId,
    /// Its name; empty for the first one as long as nobody has named it.
    pub name: String,
    /// Whether it is the one that takes what is wished for by the button.
    pub default: bool,
    /// Who else sees it.
    pub visibility: Visibility,
    /// The end of the address of its page for others, `/shops/{key}/wishlists/{shared}`; absent while it is private.
    /// Sharing a list anew makes another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<String>,
    /// How many wishes it has.
    pub count: u32,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<Occasion>,
    /// Whose it is, where that is somebody else who lets the customer edit it: a name, which may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it was made, in milliseconds since 1970 UTC.
    pub created_at: i64,
}

/// All lists of a customer: the default one first, then the oldest first. There is none before the first wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Wishlists {
    /// The lists.
    pub lists: Vec<Wishlist>,
}

/// A list more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWishlist {
    /// What names it, where the sender has made that up: `lst_` and 32 random hexadecimal digits. Sent again, it makes no
    /// other list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<WishlistId>,
    /// Its name, 1 to 60 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
}

impl NewWishlist {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// When the name breaks a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        Ok(Self {
            name: checked_name(&self.name)?,
            ..self
        })
    }
}

/// What is to be another way in a list; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WishlistChange {
    /// Its name, 1 to 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: Option<String>,
    /// `true` makes it the default one in place of the one that was. There always is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<bool>,
    /// Who else sees it, with its notes. `private` ends the address that was given away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
}

impl WishlistChange {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let name = self.name.and_then(|name| faults.keep(checked_name(&name)));
        if self.default == Some(false) {
            let rule = "make another list the default one instead";
            faults.keep::<()>(Err(invalid("default", rule)));
        }
        faults.none()?;
        Ok(Self { name, ..self })
    }
}

/// A wish, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Wish {
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
    /// The owner's note, or empty.
    pub note: String,
    /// How much it is wished for.
    pub priority: Priority,
    /// How many copies.
    pub quantity: u32,
    /// The name of who has added it, where that is somebody who edits the list and not its owner.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub added_by: String,
    /// Whether any edition of the work will do.
    #[serde(default)]
    pub any_edition: bool,
    /// What this edition costs and whether it is there, where the shop has told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// When it was added, in milliseconds since 1970 UTC.
    pub added_at: i64,
    /// When the owner has bought it, or another edition where any will do, in milliseconds since 1970 UTC, as an order tells; absent
    /// while it is wished for. It stays in the list until it is taken out, or wished for again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought_at: Option<i64>,
}

/// Some wishes of a list, in the owner's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WishPage {
    /// The list.
    pub list: Wishlist,
    /// The wishes.
    pub wishes: Vec<Wish>,
    /// What to ask for as `after` to get what follows; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Adds a book to a list, or changes the wish that is there; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WishChange {
    /// The note; empty takes it away. At most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: Option<String>,
    /// The note that the sender has seen. Where another one stands there by now, and both have words, both are kept.
    /// Absent, the note takes the place of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_before: Option<String>,
    /// How much it is wished for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// How many copies, 1 to 99.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 99))]
    pub quantity: Option<u32>,
    /// Whether any edition of the work will do: then its heart is full on each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any_edition: Option<bool>,
}

impl WishChange {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let note = self
            .note
            .and_then(|note| faults.keep(checked_note(&note, "note")));
        if let Some(quantity) = self.quantity {
            faults.keep(checked_quantity(quantity, "quantity"));
        }
        faults.none()?;
        let note_before = self.note_before.map(|note| multiline(&note));
        Ok(Self {
            note,
            note_before,
            ..self
        })
    }
}

/// Puts a wish somewhere else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WishMove {
    /// Into which list; absent, it stays in its own. Where the book is there already, the two become one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<WishlistId>,
    /// Before which book of that list; absent, or where that book is not there any more, at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Isbn>,
}

/// Which of some books a customer wishes for and has not bought yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Wished {
    /// Those that are in any list, in the order in which they were asked about.
    pub isbns: Vec<Isbn>,
}

/// What somebody wished for before signing in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GuestWishes {
    /// The wishes in their order, at most 200.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub wishes: Vec<GuestWish>,
}

/// A wish of somebody who was not signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GuestWish {
    /// The edition.
    pub isbn: Isbn,
    /// The note; empty or absent for none. At most 500 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: String,
}

impl GuestWishes {
    /// The same in the form in which they are kept, each book once.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        if self.wishes.len() > BOOKS_MAX {
            return Err(invalid("wishes", "at most 200 wishes at once"));
        }
        let mut faults = Faults::default();
        let mut wishes: Vec<GuestWish> = Vec::with_capacity(self.wishes.len());
        for (at, wish) in self.wishes.into_iter().enumerate() {
            let field = format!("wishes[{at}].note");
            let Some(note) = faults.keep(checked_note(&wish.note, &field)) else {
                continue;
            };
            match wishes.iter_mut().find(|known| known.isbn == wish.isbn) {
                Some(known) if known.note.is_empty() => known.note = note,
                Some(_) => {}
                None => wishes.push(GuestWish { note, ..wish }),
            }
        }
        faults.none()?;
        Ok(Self { wishes })
    }
}

/// What has become of a guest's wishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Merged {
    /// How many books are new in the default list.
    pub added: u32,
    /// The books that the shop does not have.
    pub unknown: Vec<Isbn>,
    /// The books that the default list has no room for.
    pub left_out: Vec<Isbn>,
}

/// A list that its owner has shared, as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedWishlist {
    /// Its name; may be empty.
    pub name: String,
    /// How many wishes it has.
    pub count: u32,
    /// Whether it is for everybody, and not only for who has the link.
    pub public: bool,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<Occasion>,
    /// Which of the wishes below are given already, and how many copies of them. Absent for whose list it is, and for who
    /// edits it: gifts are a surprise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gifts: Option<Vec<gifts::Given>>,
    /// Some wishes, in the owner's order.
    pub wishes: Vec<Wish>,
    /// What to ask for as `after` to get what follows; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// All that `<bookplate-wish-button>` shows at first, the same for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishButtonData {
    /// The language of the interface.
    pub lang: Lang,
    /// The server's address.
    pub api: String,
    /// The shop's public key.
    pub key: String,
    /// The book.
    pub isbn: Isbn,
    /// Its title; empty where the shop's catalogue does not have it, and then there is nothing to press.
    pub title: String,
    /// How many customers wish for it, where the page wants to show that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// A list with all that is in it, to take along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptWishlist {
    /// The list.
    pub list: Wishlist,
    /// Its wishes, in their order.
    pub wishes: Vec<Wish>,
    /// Who else edits it.
    #[serde(default)]
    pub editors: Vec<editors::Editor>,
    /// What was given, as far as the owner may see it yet.
    #[serde(default)]
    pub gifts: Vec<gifts::ReceivedGift>,
}

/// Path of the page of a list that is shared by `secret`.
pub fn shared_path(key: &str, secret: &str) -> String {
    ["/shops/", key, "/wishlists/", secret].concat()
}

/// Two notes of one book that were written without knowing of each other: both, one below the other, where both have
/// words that the other has not.
pub fn joined(first: &str, second: &str) -> String {
    if first.contains(second) {
        return first.to_owned();
    }
    if second.contains(first) {
        return second.to_owned();
    }
    [first, second].join("\n")
}

fn checked_name(name: &str) -> Result<String, Problem> {
    let name = single_line(name);
    if !(1..=NAME_MAX).contains(&name.chars().count()) {
        return Err(invalid("name", "a list's name has 1 to 60 characters"));
    }
    Ok(name)
}

fn checked_note(note: &str, field: &str) -> Result<String, Problem> {
    let note = multiline(note);
    if note.chars().count() > NOTE_MAX {
        return Err(invalid(field, "a note has at most 500 characters"));
    }
    Ok(note)
}

fn checked_quantity(quantity: u32, field: &str) -> Result<(), Problem> {
    if (1..=QUANTITY_MAX).contains(&quantity) {
        return Ok(());
    }
    Err(invalid(field, "1 to 99 copies"))
}

fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_said_at_once() {
        let change = WishChange {
            note: Some("书".repeat(501)),
            quantity: Some(0),
            ..WishChange::default()
        };
        let problem = change.checked().unwrap_err();
        assert_eq!(problem.fields().collect::<Vec<_>>(), ["note", "quantity"]);
        let change = WishlistChange {
            name: Some(" \u{200b} ".into()),
            default: Some(false),
            visibility: None,
        };
        let problem = change.checked().unwrap_err();
        assert_eq!(problem.fields().collect::<Vec<_>>(), ["name", "default"]);
    }

    #[test]
    fn a_guests_book_is_merged_once_with_its_note() {
        let isbn: Isbn = "9780141439518".parse().unwrap();
        let wish = |note: &str| GuestWish {
            isbn,
            note: note.into(),
        };
        let wishes = vec![wish(""), wish(" for Mei "), wish("later")];
        let checked = GuestWishes { wishes }.checked().unwrap();
        assert_eq!(checked.wishes, [wish("for Mei")]);
        let wishes = vec![wish(""), wish(&"a".repeat(501))];
        let problem = GuestWishes { wishes }.checked().unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("wishes[1].note"));
    }

    #[test]
    fn notes_that_were_written_at_once_are_both_kept() {
        assert_eq!(joined("for Mei", "hardback"), "for Mei\nhardback");
        assert_eq!(joined("for Mei", ""), "for Mei");
        assert_eq!(joined("", "hardback"), "hardback");
        assert_eq!(joined("for Mei\nhardback", "hardback"), "for Mei\nhardback");
    }
}
