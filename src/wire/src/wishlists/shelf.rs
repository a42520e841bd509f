//! The reading shelf: what somebody wants to read, reads and has read. A work stands there once, whichever its edition.

use crate::Isbn;
use serde::{Deserialize, Serialize};

/// How many books a shelf has room for.
pub const SHELF_MAX: u32 = 10_000;

/// How far somebody is with a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShelfState {
    /// Not begun.
    WantToRead,
    /// Begun.
    Reading,
    /// Done.
    Read,
}

impl ShelfState {
    /// All, in the order in which they follow.
    pub const ALL: [Self; 3] = [Self::WantToRead, Self::Reading, Self::Read];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WantToRead => "want_to_read",
            Self::Reading => "reading",
            Self::Read => "read",
        }
    }

    /// The state that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// Puts a book on the shelf, or says how far somebody is with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShelfChange {
    /// How far.
    pub state: ShelfState,
}

/// A book on the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShelfBook {
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
    /// How far its reader is.
    pub state: ShelfState,
    /// When it was put there, in milliseconds since 1970 UTC.
    pub added_at: i64,
    /// When its state was changed last, in milliseconds since 1970 UTC.
    pub changed_at: i64,
}

/// How many books of each state there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShelfCounts {
    /// Not begun.
    pub want_to_read: u32,
    /// Begun.
    pub reading: u32,
    /// Done.
    pub read: u32,
}

impl ShelfCounts {
    /// Those of one state.
    pub const fn of(&self, state: ShelfState) -> u32 {
        match state {
            ShelfState::WantToRead => self.want_to_read,
            ShelfState::Reading => self.reading,
            ShelfState::Read => self.read,
        }
    }

    /// All together.
    pub const fn all(&self) -> u32 {
        self.want_to_read + self.reading + self.read
    }
}

/// A page of the shelf: what was changed last comes first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShelfPage {
    /// How many there are, of all.
    pub counts: ShelfCounts,
    /// The books.
    pub books: Vec<ShelfBook>,
    /// Give this as `after` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
