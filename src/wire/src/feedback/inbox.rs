//! The staff's inbox: which cases it shows, and what becomes of them.
//!
//! Whatever changes a case says which version of it was looked at. Where a colleague, or the shopper, was quicker nothing is
//! changed: who comes second looks again. Notes are added to, never changed, and need no version.

use super::canned::all_filled;
use super::clocks::CaseDue;
use super::links::LinkedCustomer;
use super::writing::{checked_text, invalid};
use super::{CaseEntry, CaseKind, CaseState, OwnCase, ReturnState};
use crate::problem::{Faults, Problem};
use crate::text::single_line;
use crate::{CaseId, CustomerId, StaffId};
use serde::{Deserialize, Serialize};

/// How many tags a case has at most.
pub const TAGS_MAX: usize = 10;
/// The longest tag, in characters.
pub const TAG_MAX: usize = 40;
/// How many cases are changed at once at most.
pub const BULK_MAX: usize = 100;
/// The longest text that is searched for, in characters.
pub const SEARCH_MAX: usize = 100;

/// Which cases, by how far they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseView {
    /// All that are not resolved.
    #[default]
    Open,
    /// Those that were to be answered or resolved by now.
    Overdue,
    /// Those that nobody has dealt with yet.
    Received,
    /// Those that somebody deals with.
    InProgress,
    /// Those that wait for the shopper.
    Waiting,
    /// Those that the shopper has opened again.
    Reopened,
    /// Those that are resolved.
    Resolved,
    /// All.
    All,
}

impl CaseView {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Overdue,
        Self::Received,
        Self::InProgress,
        Self::Waiting,
        Self::Reopened,
        Self::Resolved,
        Self::All,
    ];

    /// The word in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::All => "all",
            Self::Received => CaseState::Received.as_str(),
            Self::InProgress => CaseState::InProgress.as_str(),
            Self::Waiting => CaseState::Waiting.as_str(),
            Self::Reopened => CaseState::Reopened.as_str(),
            Self::Resolved => CaseState::Resolved.as_str(),
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The one state that it shows, where it is one.
    pub fn state(self) -> Option<CaseState> {
        CaseState::from_word(self.as_str())
    }
}

/// Which cases the staff looks at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaseFilter {
    /// By how far they are.
    pub view: CaseView,
    /// By what they are.
    pub kind: Option<CaseKind>,
    /// By who deals with them.
    pub owner: Option<CaseOwner>,
    /// By a tag; empty for any.
    pub tag: String,
    /// Words that stand in them: in messages, notes, the shopper's name and address, the order's number, the book's title;
    /// or the code of the receipt. Empty for any.
    pub q: String,
}

/// Who deals with a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseOwner {
    /// Nobody yet.
    Nobody,
    /// Who asks.
    Me,
    /// Somebody of the staff.
    Staff(StaffId),
}

impl CaseOwner {
    /// The word in an address.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Nobody => "nobody",
            Self::Me => "me",
            Self::Staff(id) => id.as_str(),
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "nobody" => Some(Self::Nobody),
            "me" => Some(Self::Me),
            id => id.parse().ok().map(Self::Staff),
        }
    }
}

/// A case as the staff sees it, without its timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackCase {
    /// What its shopper sees.
    #[serde(flatten)]
    pub case: OwnCase,
    /// Which version of it this is: whatever changes it says so.
    pub version: u32,
    /// The customer; absent for somebody without an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The shopper's name, or empty.
    pub name: String,
    /// The shopper's email address as far as it is known, or empty.
    pub email: String,
    /// The shop's own id of the customer, or empty.
    pub external_id: String,
    /// Who deals with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<StaffId>,
    /// The name of who deals with it, or else the email address; empty for nobody.
    pub owner_name: String,
    /// Its tags, in alphabetical order.
    pub tags: Vec<String>,
    /// [`OwnCase::opened_at`] for people: `YYYY-MM-DD hh:mm` in the shop's time zone.
    pub opened: String,
    /// When the staff has answered first, in milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<i64>,
    /// What is due next, where it is open and something is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<CaseDue>,
    /// Who has closed it, or empty.
    pub closed_by: String,
}

/// A page of cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CasePage {
    /// The cases: open ones by how long they wait, those that are overdue by since when, all others the latest first.
    pub cases: Vec<FeedbackCase>,
    /// How many are open.
    pub open: u32,
    /// How many of those are overdue.
    pub overdue: u32,
    /// For `after`, where there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A case with its timeline, as the staff sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FullCase {
    /// The case.
    #[serde(flatten)]
    pub case: FeedbackCase,
    /// The customer to whom the staff has linked a case of somebody without an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked: Option<LinkedCustomer>,
    /// What has happened, the earliest first.
    pub entries: Vec<CaseEntry>,
}

/// An answer to the shopper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// Which version of the case was looked at.
    pub version: u32,
    /// What the shop says, 1 to 5,000 characters. With a variable of a canned answer in it, such as `{customer}`, it is refused:
    /// the shopper would read that.
    #[cfg_attr(feature = "openapi", schema(max_length = 5000))]
    pub text: String,
    /// How far the case is then: `in_progress`, `waiting` for the shopper, or `resolved`; in progress if absent.
    #[serde(default = "in_progress")]
    pub state: CaseState,
}

const fn in_progress() -> CaseState {
    CaseState::InProgress
}

impl NewAnswer {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let text = faults.keep(checked_text("text", &self.text));
        faults.keep(by_staff(self.state));
        if let Some(text) = &text {
            faults.keep(all_filled("text", text));
        }
        faults.none()?;
        Ok(Self {
            text: text.unwrap_or_default(),
            ..self
        })
    }
}

/// Received and reopened is a case by what its shopper does.
fn by_staff(state: CaseState) -> Result<(), Problem> {
    match state {
        CaseState::InProgress | CaseState::Waiting | CaseState::Resolved => Ok(()),
        CaseState::Received | CaseState::Reopened => {
            Err(invalid("state", "in_progress, waiting or resolved"))
        }
    }
}

/// A note of the staff for the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// What it says, 1 to 5,000 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 5000))]
    pub text: String,
}

impl NewNote {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// When it is empty or too long.
    pub fn checked(self) -> Result<Self, Problem> {
        Ok(Self {
            text: checked_text("text", &self.text)?,
        })
    }
}

/// What is to be different with a case; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseChange {
    /// How far it is: `in_progress`, `waiting` or `resolved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<CaseState>,
    /// Who deals with it: the id of somebody of the staff, or empty for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// All its tags, at most 10 of at most 40 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// What the shop says to a return: `approved` or `refused`. The shopper is told.
    #[serde(default, rename = "return", skip_serializing_if = "Option::is_none")]
    pub goes_back: Option<ReturnState>,
}

impl CaseChange {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        if let Some(state) = self.state {
            faults.keep(by_staff(state));
        }
        if let Some(owner) = self.owner.as_deref().filter(|owner| !owner.is_empty())
            && owner.parse::<StaffId>().is_err()
        {
            faults.keep::<()>(Err(invalid("owner", "this is nobody of the shop's staff")));
        }
        let decided = [ReturnState::Approved, ReturnState::Refused];
        if self
            .goes_back
            .is_some_and(|state| !decided.contains(&state))
        {
            faults.keep::<()>(Err(invalid("return", "approved or refused")));
        }
        let tags = match self.tags {
            Some(tags) => faults.keep(checked_tags(&tags)).map(Some),
            None => Some(None),
        };
        faults.none()?;
        Ok(Self {
            tags: tags.flatten(),
            ..self
        })
    }
}

/// Tags as they are kept: each once, in alphabetical order.
fn checked_tags(tags: &[String]) -> Result<Vec<String>, Problem> {
    let mut kept: Vec<String> = tags.iter().map(|tag| single_line(tag)).collect();
    kept.retain(|tag| !tag.is_empty());
    kept.sort();
    kept.dedup();
    if kept.len() > TAGS_MAX || kept.iter().any(|tag| tag.chars().count() > TAG_MAX) {
        return Err(invalid("tags", "at most 10 tags of at most 40 characters"));
    }
    Ok(kept)
}

/// What is to be different with one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VersionedChange {
    /// Which version of it was looked at.
    pub version: u32,
    /// The change.
    pub change: CaseChange,
}

/// A case, in the version that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SeenCase {
    /// Which case.
    pub id: CaseId,
    /// Which version of it.
    pub version: u32,
}

/// What is to be different with several cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkChange {
    /// The cases, 1 to 100.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub cases: Vec<SeenCase>,
    /// The change. Tags are added to those that a case has.
    pub change: CaseChange,
}

impl BulkChange {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        if !(1..=BULK_MAX).contains(&self.cases.len()) {
            return Err(invalid("cases", "1 to 100 cases"));
        }
        Ok(Self {
            change: self.change.checked()?,
            ..self
        })
    }
}

/// What has become of a change of several cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkChanged {
    /// How many are changed.
    pub changed: u32,
    /// Those that have another version by now, or do not take the change, and are as they were.
    pub left: Vec<CaseId>,
}

/// Deals with a case together with another one of the same shopper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseMerge {
    /// Which version of the case was looked at.
    pub version: u32,
    /// The case that goes on.
    pub into: CaseId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_told_by_words() {
        for view in CaseView::ALL {
            assert_eq!(CaseView::from_word(view.as_str()), Some(view));
        }
        assert_eq!(CaseView::Open.state(), None);
        assert_eq!(CaseView::Overdue.state(), None);
        assert_eq!(CaseView::Resolved.state(), Some(CaseState::Resolved));
    }

    #[test]
    fn tags_are_kept_once_and_in_order() {
        let tags = ["late", " late ", "", "broken"].map(str::to_owned);
        let change = CaseChange {
            tags: Some(tags.to_vec()),
            ..CaseChange::default()
        };
        let kept = change.checked().unwrap().tags.unwrap();
        assert_eq!(kept, ["broken", "late"]);
        let wrong = CaseChange {
            state: Some(CaseState::Received),
            owner: Some("olga".into()),
            goes_back: Some(ReturnState::Asked),
            tags: Some(vec!["a".repeat(41)]),
        };
        let problem = wrong.checked().unwrap_err();
        let fields: Vec<_> = problem.fields().collect();
        assert_eq!(fields, ["state", "owner", "return", "tags"]);
    }
}
