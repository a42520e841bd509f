//! What a shop's customers wish for, for its staff: counts only, nobody's name.

use crate::Isbn;
use crate::offers::Offer;
use serde::{Deserialize, Serialize};

/// How many weeks the trend has.
pub const WEEKS: usize = 12;

/// Since when wishes are counted. Those count that are on a list now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// The last seven days.
    Week,
    /// The last 30 days.
    Month,
    /// The last 90 days.
    Quarter,
    /// The last 365 days.
    Year,
    /// Ever.
    #[default]
    All,
}

impl Period {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::All,
    ];

    /// The word in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::All => "all",
        }
    }

    /// The period that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// How many days it has; none for ever.
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Week => Some(7),
            Self::Month => Some(30),
            Self::Quarter => Some(90),
            Self::Year => Some(365),
            Self::All => None,
        }
    }
}

/// Which books are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DemandList {
    /// All that are wished for.
    #[default]
    Wished,
    /// Those that are out of stock: unmet demand.
    Unmet,
}

impl DemandList {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Wished, Self::Unmet];

    /// The word in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wished => "wished",
            Self::Unmet => "unmet",
        }
    }

    /// The list that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A book that is wished for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemandBook {
    /// The edition.
    pub isbn: Isbn,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// How many customers wish for it.
    pub customers: u32,
    /// How many copies they wish for.
    pub copies: u32,
    /// What it costs and whether it is there, where the shop has told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
}

/// Seven days of the trend.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemandWeek {
    /// The first of the days in the shop's time zone, `YYYY-MM-DD`.
    pub from_on: String,
    /// How many wishes were added then that are still there.
    pub wishes: u32,
    /// How many of them are for books that are out of stock now.
    pub unmet: u32,
}

/// What a shop's customers wish for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Demand {
    /// The books, those first that most customers wish for.
    pub books: Vec<DemandBook>,
    /// The last twelve weeks, the earliest first; the last one ends today.
    pub weeks: Vec<DemandWeek>,
}
