//! What feedback cases are and how far they are, in words; the form on which a shopper writes, what is offered meanwhile, and
//! `<bookplate-feedback>`.

#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod element;
pub mod faq;
pub mod form;

#[cfg(feature = "ssr")]
pub use element::render;
#[cfg(feature = "hydrate")]
pub use element::{Handle, start};

use crate::texts::Feedback;
use bookplate_wire::Lang;
use bookplate_wire::feedback::{
    BookField, CaseKind, CaseState, ReturnReason, ReturnState, ReturnWish,
};

/// What a case is.
pub fn kind(lang: Lang, kind: CaseKind) -> &'static str {
    let texts = Feedback(lang);
    match kind {
        CaseKind::Complaint => texts.complaint(),
        CaseKind::Question => texts.question(),
        CaseKind::Suggestion => texts.suggestion(),
        CaseKind::Praise => texts.praise(),
        CaseKind::Return => texts.return_case(),
        CaseKind::Correction => texts.correction(),
    }
}

/// How far a case is, to its shopper.
pub fn state(lang: Lang, state: CaseState) -> &'static str {
    let texts = Feedback(lang);
    match state {
        CaseState::Received => texts.received(),
        CaseState::InProgress => texts.in_progress(),
        CaseState::Waiting => texts.waiting(),
        CaseState::Resolved => texts.resolved(),
        CaseState::Reopened => texts.reopened(),
    }
}

/// How satisfied somebody is with a case: 1 to 5.
pub fn score(lang: Lang, score: u8) -> &'static str {
    let texts = Feedback(lang);
    match score {
        ..=1 => texts.score_1(),
        2 => texts.score_2(),
        3 => texts.score_3(),
        4 => texts.score_4(),
        5.. => texts.score_5(),
    }
}

/// Why something goes back.
pub fn reason(lang: Lang, reason: ReturnReason) -> &'static str {
    let texts = Feedback(lang);
    match reason {
        ReturnReason::Damaged => texts.damaged(),
        ReturnReason::WrongItem => texts.wrong_item(),
        ReturnReason::NotAsDescribed => texts.not_as_described(),
        ReturnReason::ChangedMind => texts.changed_mind(),
        ReturnReason::Other => texts.other_reason(),
    }
}

/// What is wanted for it.
pub fn wish(lang: Lang, wish: ReturnWish) -> &'static str {
    let texts = Feedback(lang);
    match wish {
        ReturnWish::Refund => texts.refund(),
        ReturnWish::Exchange => texts.exchange(),
    }
}

/// What the shop says to that.
pub fn return_state(lang: Lang, state: ReturnState) -> &'static str {
    let texts = Feedback(lang);
    match state {
        ReturnState::Asked => texts.return_asked(),
        ReturnState::Approved => texts.return_approved(),
        ReturnState::Refused => texts.return_refused(),
        ReturnState::PartRefunded => texts.return_part_refunded(),
        ReturnState::Refunded => texts.return_refunded(),
    }
}

/// What is wrong in a book's data.
pub fn field(lang: Lang, field: BookField) -> &'static str {
    let texts = Feedback(lang);
    match field {
        BookField::Title => texts.field_title(),
        BookField::Authors => texts.field_authors(),
        BookField::Publisher => texts.field_publisher(),
        BookField::Published => texts.field_published(),
        BookField::Language => texts.field_language(),
        BookField::Cover => texts.field_cover(),
        BookField::Description => texts.field_description(),
        BookField::Other => texts.field_other(),
    }
}
