//! Books: works and their editions.

use crate::{Isbn, WorkId};
use serde::{Deserialize, Serialize};

/// How an edition is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Sewn or glued boards.
    Hardback,
    /// Soft cover of any size.
    Paperback,
    /// To be read on a screen.
    Ebook,
    /// To be listened to.
    Audiobook,
    /// Anything else, and editions whose format nobody told.
    #[default]
    Other,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Hardback,
        Self::Paperback,
        Self::Ebook,
        Self::Audiobook,
        Self::Other,
    ];

    /// The word on the wire, in the database and in CSV files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hardback => "hardback",
            Self::Paperback => "paperback",
            Self::Ebook => "ebook",
            Self::Audiobook => "audiobook",
            Self::Other => "other",
        }
    }

    /// The format that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }
}

/// One edition of a work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Edition {
    /// What names it.
    pub isbn: Isbn,
    /// The title as on this edition's title page.
    pub title: String,
    /// The subtitle, empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subtitle: String,
    /// Authors in the order of the title page; may be empty.
    pub authors: Vec<String>,
    /// The publisher or imprint, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub publisher: String,
    /// When it came or comes out: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub published_on: String,
    /// How it is made.
    pub format: Format,
    /// BCP 47 tag of the text's language, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Address of a picture of the cover, empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cover_url: String,
}

/// A book: a work with all its editions that the shop knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Book {
    /// The work, which ratings belong to.
    pub work: WorkId,
    /// The editions; the one that was asked for comes first.
    pub editions: Vec<Edition>,
}

/// A page of the catalogue, by ISBN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookPage {
    /// Up to the requested number of editions.
    pub editions: Vec<Edition>,
    /// Give this as `after` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
