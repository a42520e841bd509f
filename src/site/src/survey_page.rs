//! What pages hold of surveys.

use bookplate_wire::surveys::answers::{QuestionAnswer, ShownSurvey};
use bookplate_wire::surveys::nps::{NpsComments, NpsPeriod, NpsReport};
use bookplate_wire::surveys::results::SurveyResults;
use bookplate_wire::surveys::{QuestionKind, Survey, SurveyLine, SurveyState};
use bookplate_wire::{Lang, SurveyId};
use serde::{Deserialize, Serialize};

/// A survey, where a shopper answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyPage {
    /// What is asked.
    pub survey: ShownSurvey,
    /// What names the answer that is being written.
    pub draft: String,
    /// What was answered so far.
    pub answers: Vec<QuestionAnswer>,
    /// The day on which the reader has answered it before, `YYYY-MM-DD` in the shop's time zone; empty where that is not known.
    pub answered_on: String,
    /// Whether the reader is signed in.
    pub signed_in: bool,
    /// How many points the reader earns by answering; 0 for none.
    pub points: i64,
    /// The fields that break a rule, or the code of what is wrong.
    pub faults: Vec<String>,
}

/// The staff's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveysPage {
    /// The surveys, each with the time when it was changed: `YYYY-MM-DD hh:mm` in the shop's time zone.
    pub surveys: Vec<(String, SurveyLine)>,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// Where a survey is written, one language at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyForm {
    /// What names it, where it is there already.
    pub id: Option<SurveyId>,
    /// The address of its page; empty while it has none.
    pub address: String,
    /// How far it is.
    pub state: SurveyState,
    /// The version that was looked at.
    pub version: u32,
    /// How often it was answered.
    pub answers: u32,
    /// The language that is written.
    pub language: Lang,
    /// The languages that it has, with how many texts are missing in each.
    pub has: Vec<(Lang, usize)>,
    /// What it is called, as it is or as it was typed.
    pub title: String,
    /// What it is for, likewise.
    pub introduction: String,
    /// The questions, likewise.
    pub questions: Vec<QuestionRow>,
    /// Whether only customers can answer.
    pub members_only: bool,
    /// The first day, as it is or as it was typed.
    pub from: String,
    /// The last day, likewise.
    pub until: String,
    /// How it looks to shoppers, where that is asked for.
    pub preview: Option<ShownSurvey>,
    /// Whether something in the form is not saved yet.
    pub unsaved: bool,
    /// The question that was just added or moved.
    pub moved: Option<u32>,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// The fields that are wrong, or the code of what is.
    pub faults: Vec<String>,
}

/// A question in the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionRow {
    /// What names it.
    pub number: u32,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether nobody can leave it out.
    pub required: bool,
    /// How many steps its scale has.
    pub steps: u8,
    /// The question.
    pub text: String,
    /// Its choices, one a line.
    pub options: String,
    /// What the first step of its scale means.
    pub low: String,
    /// What the last step means.
    pub high: String,
    /// What it says in another language, for who translates; empty where there is none.
    pub original: String,
}

/// What has come of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyResultsPage {
    /// The survey.
    pub survey: Survey,
    /// The counts.
    pub results: SurveyResults,
    /// What was answered in own words.
    pub texts: Vec<TextAnswers>,
    /// The one question whose own words are shown, where it is not all of the survey.
    pub only: Option<u32>,
    /// Behind what its list begins.
    pub after: Option<String>,
    /// Whether the reader may take the answers along as a file.
    pub may_export: bool,
}

/// Answers in own words to a question, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextAnswers {
    /// The question's number.
    pub number: u32,
    /// The answers.
    pub texts: Vec<TextAnswer>,
    /// For `after`, where there are more.
    pub next: Option<String>,
}

/// An answer in own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextAnswer {
    /// The day, `YYYY-MM-DD` in the shop's time zone.
    pub on: String,
    /// BCP 47 tag of the language in which the survey was read; may be empty.
    pub language: String,
    /// The words.
    pub text: String,
}

/// How likely customers are to recommend the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NpsPage {
    /// Whether anybody is asked, as it is or as it was sent.
    pub asks: bool,
    /// How many days after joining, as it is or as it was typed.
    pub after_days: String,
    /// The score over time.
    pub report: NpsReport,
    /// In which periods.
    pub by: NpsPeriod,
    /// What customers say with it.
    pub comments: NpsComments,
    /// Whether the reader may change whether anybody is asked.
    pub may_change: bool,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}
