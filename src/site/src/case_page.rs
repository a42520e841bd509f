//! What pages hold of feedback cases.

use bookplate_wire::StaffId;
use bookplate_wire::feedback::clocks::CaseClocks;
use bookplate_wire::feedback::guests::{CaseReceipt, TrackedCase};
use bookplate_wire::feedback::inbox::{CaseFilter, CasePage, FullCase};
use bookplate_wire::feedback::{
    BookField, CaseBook, CaseKind, CaseTimeline, OwnCases, ReturnReason, ReturnWish,
};
use bookplate_wire::problem::Code;
use bookplate_wire::query;
use bookplate_wire::reviews::photos::Photo;
use serde::{Deserialize, Serialize};

/// The form on which a shopper writes to the shop, as it was sent and cannot be taken, or to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackForm {
    /// Whether a customer is signed in.
    pub signed_in: bool,
    /// What names the draft, so that a form which is sent twice is one case.
    pub draft: String,
    /// What it is.
    pub kind: CaseKind,
    /// What the shopper says.
    pub body: String,
    /// The ISBN of the book that it is about, as it was typed; may be empty.
    pub isbn: String,
    /// That book, where the shop has it.
    pub book: Option<CaseBook>,
    /// The number of the order, as it was typed; may be empty.
    pub order: String,
    /// The page on which the shopper was, without a query; may be empty.
    pub page: String,
    /// What the customer has bought lately and can give back.
    pub lines: Vec<BoughtLine>,
    /// Which line of the order goes back; may be empty.
    pub line: String,
    /// How many copies, as it was typed.
    pub quantity: String,
    /// Why.
    pub reason: ReturnReason,
    /// For what.
    pub wish: ReturnWish,
    /// What is wrong in the book's data.
    pub field: BookField,
    /// What is right.
    pub value: String,
    /// Who writes, without an account.
    pub name: String,
    /// Where answers are sent, without an account.
    pub email: String,
    /// The photos in it.
    pub photos: Vec<Photo>,
    /// Files that were not taken as photos: what they are called, and why.
    pub refused: Vec<(String, Code)>,
    /// The fields that break a rule, or the code of what is wrong with all of it.
    pub faults: Vec<String>,
    /// What was just sent, with the code of who has no account.
    pub receipt: Option<CaseReceipt>,
}

/// Something that a customer has bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoughtLine {
    /// The shop's number of the order.
    pub order: String,
    /// The line.
    pub line: String,
    /// The book's title.
    pub title: String,
}

impl BoughtLine {
    /// Order and line as one value of a form.
    pub fn value(&self) -> String {
        line_value(&self.order, &self.line)
    }
}

/// Order and line as one value of a form.
pub fn line_value(order: &str, line: &str) -> String {
    let mut value = String::from("?");
    query::push(&mut value, "order", order);
    query::push(&mut value, "line", line);
    value
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
    /// The answer that was written and not taken.
    pub answer: String,
    /// The note that was written and not taken.
    pub note: String,
    /// The tags that were written and not taken.
    pub tags: Option<String>,
    /// The case that was named to go on with and not taken.
    pub into: String,
    /// The fields that break a rule, or the code of why nothing was changed.
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
