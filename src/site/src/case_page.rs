//! What pages hold of feedback cases.

use bookplate_wire::accounts::CustomersFound;
use bookplate_wire::feedback::canned::CannedAnswer;
use bookplate_wire::feedback::clocks::CaseClocks;
use bookplate_wire::feedback::figures::FeedbackFigures;
use bookplate_wire::feedback::form::{BoughtLine, CaseForm};
use bookplate_wire::feedback::guests::{CaseReceipt, TrackedCase};
use bookplate_wire::feedback::inbox::{CaseFilter, CaseOwner, CasePage, FullCase};
use bookplate_wire::feedback::satisfaction::CaseRating;
use bookplate_wire::feedback::{CaseBook, CaseKind, CaseState, CaseTimeline, OwnCases};
use bookplate_wire::problem::Code;
use bookplate_wire::query;
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::{CannedId, Lang, StaffId};
use serde::{Deserialize, Serialize};

/// The form on which a shopper writes to the shop, as it was sent and cannot be taken, or to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackForm {
    /// Whether a customer is signed in.
    pub signed_in: bool,
    /// What names the draft, so that a form which is sent twice is one case.
    pub draft: String,
    /// What stands in its fields.
    pub form: CaseForm,
    /// The book that it is about, where the shop has it.
    pub book: Option<CaseBook>,
    /// What the customer has bought lately and can give back.
    pub lines: Vec<BoughtLine>,
    /// The photos in it.
    pub photos: Vec<Photo>,
    /// Files that were not taken as photos: what they are called, and why.
    pub refused: Vec<(String, Code)>,
    /// The fields that break a rule, or the code of what is wrong with all of it.
    pub faults: Vec<String>,
    /// Whether the shop has answers to frequent questions.
    pub has_faq: bool,
    /// What was just sent, with the code of who has no account.
    pub receipt: Option<CaseReceipt>,
}

/// A case of somebody without an account, or the form that asks for its code.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TrackPage {
    /// The code, as it was typed.
    pub code: String,
    /// The email address, as it was typed.
    pub email: String,
    /// The case, once it is found.
    pub found: Option<TrackedCase>,
    /// Why there is none, or why nothing was written.
    pub refused: Option<Code>,
    /// What is written to it.
    pub reply: ReplyDraft,
    /// What was just said of how satisfied its shopper is.
    pub rating: Rated,
}

/// What was just said of how satisfied a shopper is with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rated {
    /// Nothing.
    #[default]
    Nothing,
    /// It is kept.
    Sent,
    /// It cannot be taken.
    Wrong,
}

/// The page to which the letter leads that asks how satisfied its reader is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatePage {
    /// The letter's code.
    pub code: String,
    /// What the case is.
    pub kind: CaseKind,
    /// Whether it can still be said.
    pub takes_rating: bool,
    /// What was said, or is chosen.
    pub rating: Option<CaseRating>,
    /// Whether the page's own program sends it by itself.
    pub sends: bool,
    /// Whether it was just sent.
    pub sent: bool,
    /// Whether that cannot be taken.
    pub wrong: bool,
}

/// What somebody writes to a case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReplyDraft {
    /// What names the draft.
    pub draft: String,
    /// What is written.
    pub text: String,
    /// Whether that cannot be taken.
    pub wrong: bool,
    /// Whether it was just sent.
    pub sent: bool,
}

/// A customer's cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCasesPage {
    /// The cases.
    pub page: OwnCases,
    /// The day on which each of them was sent, in the shop's time zone.
    pub days: Vec<String>,
}

/// A customer's case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCasePage {
    /// The case.
    pub case: CaseTimeline,
    /// What is written to it.
    pub reply: ReplyDraft,
    /// Whether what was said of how satisfied its shopper is cannot be taken.
    pub rating_wrong: bool,
}

/// A shop's cases, for its staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasesPage {
    /// The cases.
    pub page: CasePage,
    /// Which of them are listed.
    pub filter: CaseFilter,
    /// Behind what the page begins.
    pub after: Option<String>,
    /// Who can deal with them: id, and name or email address.
    pub owners: Vec<(StaffId, String)>,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// A case, for the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffCasePage {
    /// The case.
    pub case: FullCase,
    /// Who can deal with it.
    pub owners: Vec<(StaffId, String)>,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// Canned answers for cases of its kind: id and title.
    pub canned: Vec<(CannedId, String)>,
    /// The answer that was written and not taken, or into which a canned one was just put.
    pub answer: String,
    /// How far the case is to be after that, as it was chosen.
    pub then: CaseState,
    /// Whether a canned answer was just put into it.
    pub inserted: bool,
    /// The note that was written and not taken.
    pub note: String,
    /// The tags that were written and not taken.
    pub tags: Option<String>,
    /// The case that was named to go on with and not taken.
    pub into: String,
    /// By what a customer was named to link it to, and the order, where that was not taken.
    pub link: Option<[String; 2]>,
    /// Whom that may mean, where it is not sure.
    pub found: Option<CustomersFound>,
    /// The fields that break a rule, or the code of why nothing was changed.
    pub faults: Vec<String>,
}

/// Texts that the staff uses again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedPage {
    /// The answers, each with the time when it was changed: `YYYY-MM-DD hh:mm` in the shop's time zone.
    pub answers: Vec<(String, CannedAnswer)>,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// Where one of them is written, in all languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedForm {
    /// What names it, where it is there already.
    pub id: Option<CannedId>,
    /// The version that was looked at.
    pub version: u32,
    /// What colleagues find it by, as it is or as it was typed.
    pub title: String,
    /// For which kind of cases it is.
    pub kind: Option<CaseKind>,
    /// What it says in each language; empty where it has none.
    pub texts: Vec<(Lang, String)>,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// The fields that are wrong, or the code of what is.
    pub faults: Vec<String>,
}

/// When somebody deals with cases, and how soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClocksPage {
    /// As it is set, or as it was typed and cannot be taken.
    pub clocks: CaseClocks,
    /// In how many hours a case is answered, as typed; may be empty.
    pub answer: String,
    /// In how many hours it is resolved, as typed; may be empty.
    pub resolve: String,
    /// The shop's time zone.
    pub time_zone: String,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// The fields that break a rule.
    pub faults: Vec<String>,
}

/// How soon cases are answered and resolved, and how satisfied their shoppers are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiguresPage {
    /// The first day, as it was typed where that is wrong.
    pub from: String,
    /// The last day, likewise.
    pub until: String,
    /// The kind of cases alone that are counted.
    pub kind: Option<CaseKind>,
    /// Whose cases alone are counted.
    pub owner: Option<CaseOwner>,
    /// Who can deal with cases.
    pub owners: Vec<(StaffId, String)>,
    /// What has come of them.
    pub figures: FeedbackFigures,
    /// Whether the days do not fit together.
    pub is_wrong: bool,
}

impl FiguresPage {
    /// What the address of these figures asks for.
    pub(crate) fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        let owner = self.owner.as_ref().map_or("", CaseOwner::as_str);
        let parameters = [
            ("from", &*self.figures.from),
            ("until", &*self.figures.until),
            ("kind", self.kind.map_or("", CaseKind::as_str)),
            ("owner", owner),
        ];
        parameters
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
    }
}

/// The query of a list of cases, from behind `after`.
pub fn cases_query(filter: &CaseFilter, after: Option<&str>) -> String {
    let mut query = String::from("?");
    let mut push = |name: &str, value: &str| {
        if !value.is_empty() {
            query::push(&mut query, name, value);
        }
    };
    if filter.view != Default::default() {
        push("state", filter.view.as_str());
    }
    push("kind", filter.kind.map_or("", CaseKind::as_str));
    push(
        "owner",
        filter.owner.as_ref().map_or("", |owner| owner.as_str()),
    );
    push("tag", &filter.tag);
    push("q", &filter.q);
    push("after", after.unwrap_or_default());
    if query.len() > 1 {
        query
    } else {
        String::new()
    }
}
