//! What has come of a survey: how often what was chosen, and the answers one by one. They do not say whose they are, and
//! shoppers are told so.

use super::QuestionKind;
use super::answers::QuestionAnswer;
use crate::SurveyAnswerId;
use serde::{Deserialize, Serialize};

/// What was answered to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestionResult {
    /// The question's number.
    pub number: u32,
    /// How it is answered.
    pub kind: QuestionKind,
    /// How many have answered it.
    pub answered: u32,
    /// How often each choice, or each step of the scale from 1 on, was chosen; empty for own words.
    pub counts: Vec<u32>,
}

impl QuestionResult {
    /// Of a scale: the mean step in hundredths, rounded; `None` where nobody has answered.
    pub fn mean(&self) -> Option<u64> {
        let steps = (1_u64..).zip(&self.counts);
        let sum: u64 = steps.map(|(step, count)| step * u64::from(*count)).sum();
        let answered: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        if answered == 0 || self.kind != QuestionKind::Scale {
            return None;
        }
        Some((sum * 100 + answered / 2) / answered)
    }

    /// How many of those who have answered chose what was chosen so often, in tenths of a percent.
    pub fn share(&self, count: u32) -> u64 {
        u64::from(count) * 1_000 / u64::from(self.answered.max(1))
    }
}

/// What has come of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyResults {
    /// How often the survey was answered.
    pub answers: u32,
    /// What was answered to each question, in their order.
    pub questions: Vec<QuestionResult>,
}

/// One answer to a survey. Whose it is nobody is told, nor when exactly it came or in which order with others of its day: what was
/// earned by it at that moment would name who has given it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyAnswer {
    /// What names it.
    pub id: SurveyAnswerId,
    /// The beginning of its day in the shop's time zone, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Whether a customer has answered who was signed in.
    pub by_member: bool,
    /// BCP 47 tag of the language in which the survey was read.
    pub language: String,
    /// The answers, by the numbers of the questions.
    pub answers: Vec<QuestionAnswer>,
}

/// A page of answers, those of the latest day first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyAnswerPage {
    /// The answers.
    pub answers: Vec<SurveyAnswer>,
    /// For `after`, where there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
