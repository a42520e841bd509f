//! What `<bookplate-feedback>` begins with, and what it shows.

use super::{CaseBook, CaseKind};
use crate::{CaseId, Lang};
use serde::{Deserialize, Serialize};

/// All that `<bookplate-feedback>` shows at first, the same for everybody: an empty form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackData {
    /// The language of the interface.
    pub lang: Lang,
    /// The server's address.
    pub api: String,
    /// The shop's public key.
    pub key: String,
    /// The book that goes along, where the page names one that the shop has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub book: Option<CaseBook>,
}

/// What is kept on the device of what somebody writes, as `element/js/feedback.js` tells the element.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownFeedback {
    /// Counts how often something else was put into the form than what is typed there: then it shows `text`.
    pub turn: u32,
    /// What stands in the form, as `CaseForm::to_query` writes it; empty where nothing was begun.
    pub text: String,
    /// The address of the page, without a query.
    pub page: String,
    /// The photos in the form.
    pub photos: Vec<KeptPhoto>,
    /// What was sent and has no answer yet.
    pub waiting: Vec<WaitingCase>,
    /// What waited and was refused in the end.
    pub refused: Vec<RefusedCase>,
    /// What waited and was taken in the end, until its sender has seen it.
    pub taken: Vec<TakenCase>,
    /// Whether what is kept outlives the page.
    pub lasts: bool,
    /// Whether photos do.
    pub files_last: bool,
}

/// A photo that goes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPhoto {
    /// What names it on the device.
    pub key: String,
    /// What its file is called.
    pub name: String,
    /// How far it is.
    pub state: PhotoState,
    /// The path of a small picture of it, once the server has it; else empty.
    pub thumbnail: String,
    /// The code of a refusal, else empty.
    pub code: String,
}

/// How far a photo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoState {
    /// It is on the device, and goes along with what is sent.
    Kept,
    /// It is on its way.
    Sending,
    /// The server has it.
    Sent,
    /// The server does not take it.
    Refused,
}

/// A case that has no answer yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingCase {
    /// What names its draft.
    pub id: String,
    /// What it is.
    pub kind: CaseKind,
    /// Whether it is on its way just now.
    pub sending: bool,
}

/// A case that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedCase {
    /// What names its draft.
    pub id: String,
    /// What it is.
    pub kind: CaseKind,
}

/// A case that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenCase {
    /// What names its draft.
    pub id: String,
    /// What it is.
    pub kind: CaseKind,
    /// By which who has no account follows it; else empty.
    pub code: String,
    /// Who has one follows it by this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// How many of its photos were not taken.
    pub left_out: u32,
}

/// What became of a case that was just sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sent {
    /// That it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<TakenCase>,
    /// Whether it waits to be sent.
    pub waits: bool,
    /// The code of a refusal, else empty.
    pub code: String,
    /// The fields that break a rule.
    pub fields: Vec<String>,
}
