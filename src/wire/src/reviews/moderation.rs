//! What the staff does about reviews: looks, decides, answers.

use super::ReviewedEdition;
use super::holds::{Hold, HoldReason};
use super::notes::Notes;
use super::photos::Photo;
use super::writing::{Reason, ReviewState};
use crate::problem::{Code, Problem};
use crate::text::multiline;
use crate::{Isbn, ReviewId};
use serde::{Deserialize, Serialize};

/// The longest note to an author or to the staff, in characters.
pub const NOTE_MAX: usize = 1_000;
/// The longest answer of the shop, in characters.
pub const ANSWER_MAX: usize = 3_000;
/// How many reviews one request decides about at most.
pub const DECISIONS_MAX: usize = 100;

/// Which reviews the staff looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Those that wait for a decision, the longest first.
    #[default]
    Waiting,
    /// Those that readers have reported, the longest first.
    Reported,
    /// All of the shop, the latest first.
    All,
}

impl Queue {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Reported, Self::All];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Reported => "reported",
            Self::All => "all",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// Which reviews a list of the staff's has: all that is asked for has to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReviewList {
    /// Those of one queue.
    pub queue: Queue,
    /// Those whose latest version waits for this reason.
    pub hold: Option<HoldReason>,
    /// Those of the work that a book with this ISBN is an edition of.
    pub isbn: Option<Isbn>,
}

impl From<Queue> for ReviewList {
    fn from(queue: Queue) -> Self {
        Self {
            queue,
            ..Self::default()
        }
    }
}

/// The columns of a file of reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportLayout {
    /// Our own, with all that is known.
    #[default]
    Bookplate,
    /// Those that review apps have in common.
    App,
}

impl ExportLayout {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Bookplate, Self::App];

    /// The word on the wire and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bookplate => "bookplate",
            Self::App => "app",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A review as the staff sees it: what its author has written last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModeratedReview {
    /// What names it.
    pub id: ReviewId,
    /// The number of this version; a decision names it, so that nobody decides about what they have not seen.
    pub version: u32,
    /// What has become of this version.
    pub state: ReviewState,
    /// Whether the staff still has to decide about it.
    pub waiting: bool,
    /// Why this version waited before readers could see it, whatever the shop's setting says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Hold>,
    /// Whether readers see the review, in this or an earlier version.
    pub shown: bool,
    /// The edition that it is about.
    pub isbn: Isbn,
    /// That edition in few words.
    pub edition: ReviewedEdition,
    /// The book's title.
    pub book: String,
    /// Tenths of a star.
    pub rating: u8,
    /// The title, or empty.
    pub title: String,
    /// The text, or empty.
    pub body: String,
    /// BCP 47 tag of the language it is written in, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Its photos, in their order, at addresses that are for the staff and its author.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Photo>,
    /// The name under which it is shown, or empty.
    pub author: String,
    /// Whether an order of the author's contains the book.
    pub verified: bool,
    /// Whether its author received the book free or for a reward. Nobody takes that back.
    #[serde(default)]
    pub incentivised: bool,
    /// What its author says of the book besides.
    #[serde(default, skip_serializing_if = "Notes::is_empty")]
    pub notes: Notes,
    /// When this version was written, in milliseconds since 1970 UTC.
    pub written_at: i64,
    /// The same for people, in the shop's time zone: `YYYY-MM-DD HH:MM`.
    pub written: String,
    /// Why it was refused or is to be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What the author was told about that, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The shop's answer, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// What readers have against it and nobody has looked at yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Report>,
    /// Earlier versions, the latest first: the last 10, and the one that readers see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierVersion>,
    /// How many earlier versions there are besides these.
    #[serde(default)]
    pub earlier_left: u32,
    /// What was decided about it, the latest first; at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<PastDecision>,
}

/// What somebody of the staff has decided about a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PastDecision {
    /// About which version.
    pub version: u32,
    /// What.
    pub decision: Decision,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Who, by email address; empty when the account is gone.
    pub by: String,
    /// When, in milliseconds since 1970 UTC.
    pub decided_at: i64,
    /// The same for people, in the shop's time zone: `YYYY-MM-DD HH:MM`.
    pub decided: String,
}

/// What a reader has against a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// What it is about.
    pub reason: Reason,
    /// In the reader's own words, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When, in milliseconds since 1970 UTC.
    pub reported_at: i64,
    /// The same for people, in the shop's time zone: `YYYY-MM-DD HH:MM`.
    pub reported: String,
}

/// What the author of a review has written before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarlierVersion {
    /// Its number.
    pub version: u32,
    /// Tenths of a star.
    pub rating: u8,
    /// The title, or empty.
    pub title: String,
    /// The text, or empty.
    pub body: String,
    /// Its photos, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Photo>,
    /// When it was written, in milliseconds since 1970 UTC.
    pub written_at: i64,
    /// The same for people, in the shop's time zone: `YYYY-MM-DD HH:MM`.
    pub written: String,
    /// Whether readers see this version now.
    pub shown: bool,
}

/// A page of the earlier versions of a review, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarlierVersions {
    /// The versions.
    pub versions: Vec<EarlierVersion>,
    /// For the page after this one, as `before`; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// Reviews for the staff to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModerationPage {
    /// The reviews.
    pub reviews: Vec<ModeratedReview>,
    /// How many wait for a decision, of all.
    pub waiting: u32,
    /// How many are reported, of all.
    pub reported: u32,
    /// What was decided in the last 90 days and what waits, by bar of the histogram from one star to five.
    pub decided: [Decided; 5],
    /// For the page after this one, as `after`; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What the staff does with reviews of one number of stars.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decided {
    /// How many were decided about.
    pub count: u32,
    /// Those that were refused.
    pub refused: u32,
    /// Those whose authors were asked for changes: they are not shown either.
    #[serde(default)]
    pub changes: u32,
    /// How many the staff has labelled as received free or for a reward.
    #[serde(default)]
    pub labelled: u32,
    /// How many wait for a decision now.
    #[serde(default)]
    pub waiting: u32,
    /// Since when the first of these waits, in milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<i64>,
    /// The same for people, in the shop's time zone: `YYYY-MM-DD HH:MM`; empty when none waits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub waiting_from: String,
}

impl Decided {
    /// How many of those that were decided about readers did not get to see.
    pub fn not_shown(&self) -> u32 {
        self.refused + self.changes
    }
}

/// What the staff decides about a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Readers may see it.
    Approve,
    /// Readers may not see it.
    Refuse,
    /// The author is asked for another version; readers do not see this one.
    Changes,
}

impl Decision {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::Changes => "changes",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        let mut all = [Self::Approve, Self::Refuse, Self::Changes].into_iter();
        all.find(|one| one.as_str() == word)
    }
}

/// A decision about a version of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// The review.
    pub review: ReviewId,
    /// The version that was looked at: the latest.
    pub version: u32,
    /// What is decided.
    pub decision: Decision,
    /// Why; needed unless it is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What the author is told about that, or empty; needed with [`Reason::Other`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 1_000))]
    pub note: String,
    /// Whether readers are not to see an earlier version either, unless this one is approved.
    #[serde(default)]
    pub hide_earlier: bool,
    /// What `waiting` was when the review was looked at. Where it is told, and a colleague has decided meanwhile, nothing
    /// is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<bool>,
}

impl NewDecision {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// Names the field that breaks a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let approved = self.decision == Decision::Approve;
        if !approved && self.reason.is_none() {
            return Err(invalid("reason", "say why"));
        }
        let reason = self.reason.filter(|_| !approved);
        let note = if approved {
            String::new()
        } else {
            note(&self.note)?
        };
        if reason == Some(Reason::Other) && note.is_empty() {
            return Err(invalid("note", "say in words why"));
        }
        Ok(Self {
            reason,
            note,
            hide_earlier: self.hide_earlier && !approved,
            ..self
        })
    }
}

/// Decisions to be made together: all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDecisions {
    /// 1 to 100 decisions, each about another review.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub decisions: Vec<NewDecision>,
}

impl NewDecisions {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// Names the field that breaks a rule, with its position: `decisions[2].reason`.
    pub fn checked(self) -> Result<Self, Problem> {
        if !(1..=DECISIONS_MAX).contains(&self.decisions.len()) {
            return Err(invalid("decisions", "decide about 1 to 100 reviews"));
        }
        let mut decisions: Vec<NewDecision> = Vec::with_capacity(self.decisions.len());
        for (at, decision) in self.decisions.into_iter().enumerate() {
            let field = |field: &str| format!("decisions[{at}].{field}");
            if decisions.iter().any(|one| one.review == decision.review) {
                return Err(invalid(&field("review"), "this review is there twice"));
            }
            decisions.push(decision.checked().map_err(|problem| {
                let at = field(problem.field.as_deref().unwrap_or_default());
                problem.at(at)
            })?);
        }
        Ok(Self { decisions })
    }
}

/// The shop's answer to a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// The text; empty takes an answer away.
    #[cfg_attr(feature = "openapi", schema(max_length = 3_000))]
    pub text: String,
}

impl NewAnswer {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// When it is too long.
    pub fn checked(self) -> Result<Self, Problem> {
        let text = multiline(&self.text);
        if text.chars().count() > ANSWER_MAX {
            return Err(invalid("text", "an answer has at most 3,000 characters"));
        }
        Ok(Self { text })
    }
}

/// What a reader has against a review, to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// What it is about.
    pub reason: Reason,
    /// In the reader's own words; may be empty or absent, but not with [`Reason::Other`].
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 1_000))]
    pub note: String,
}

impl NewReport {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// Names the field that breaks a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let note = note(&self.note)?;
        if self.reason == Reason::Other && note.is_empty() {
            return Err(invalid("note", "say in words what is wrong with it"));
        }
        Ok(Self {
            reason: self.reason,
            note,
        })
    }
}

fn note(text: &str) -> Result<String, Problem> {
    let kept = multiline(text);
    if kept.chars().count() > NOTE_MAX {
        return Err(invalid("note", "a note has at most 1,000 characters"));
    }
    Ok(kept)
}

fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(decision: Decision, reason: Option<Reason>, note: &str) -> NewDecision {
        NewDecision {
            review: format!("rev_{}", "0".repeat(32)).parse().unwrap(),
            version: 1,
            decision,
            reason,
            note: note.into(),
            hide_earlier: false,
            waiting: None,
        }
    }

    #[test]
    fn who_refuses_says_why() {
        let field = |decision: NewDecision| decision.checked().unwrap_err().field.unwrap();
        assert_eq!(field(decision(Decision::Refuse, None, "")), "reason");
        assert_eq!(field(decision(Decision::Changes, None, "")), "reason");
        assert_eq!(
            field(decision(Decision::Refuse, Some(Reason::Other), " ")),
            "note"
        );
        assert!(
            decision(Decision::Refuse, Some(Reason::Abuse), "")
                .checked()
                .is_ok()
        );
        // A reason in an approval would be none.
        let mut approved = decision(Decision::Approve, Some(Reason::Abuse), "x");
        approved.hide_earlier = true;
        let approved = approved.checked().unwrap();
        assert_eq!(approved, decision(Decision::Approve, None, ""));
    }

    #[test]
    fn nobody_decides_twice_at_once() {
        let twice = NewDecisions {
            decisions: vec![decision(Decision::Approve, None, ""); 2],
        };
        let problem = twice.checked().unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("decisions[1].review"));
    }
}
