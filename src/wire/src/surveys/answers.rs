//! What shoppers are asked by a survey, and what they answer.

use super::{Question, QuestionKind, SurveyContent};
use crate::faq::best_language;
use crate::feedback::writing::check_draft;
use crate::problem::Faults;
use crate::text::multiline;
use crate::{Code, Lang, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest answer in own words, in characters.
pub const TEXT_MAX: usize = 2_000;

/// A question as shoppers read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShownQuestion {
    /// What names it.
    pub number: u32,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether nobody can leave it out.
    pub required: bool,
    /// The question.
    pub text: String,
    /// The choices, where it has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// How many steps its scale has, where it has one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub steps: u8,
    /// What its first step means; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub low: String,
    /// What its last step means; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub high: String,
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

/// Whether a survey can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not yet.
    Soon,
    /// Now.
    Open,
    /// Not any more.
    Over,
}

/// A survey as shoppers read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShownSurvey {
    /// What names it.
    pub code: String,
    /// The language of what follows.
    pub language: Lang,
    /// What it is called.
    pub title: String,
    /// What it is for; may be empty.
    pub introduction: String,
    /// Whether it can be answered.
    pub standing: Standing,
    /// The first day on which it can, `YYYY-MM-DD` in the shop's time zone; empty for no such day.
    pub from: String,
    /// The last day; empty for no such day.
    pub until: String,
    /// Whether only customers who are signed in can answer.
    pub members_only: bool,
    /// The questions; none where it cannot be answered.
    pub questions: Vec<ShownQuestion>,
}

impl ShownSurvey {
    /// The survey for a reader of `reader`; `None` where it has no language.
    pub fn of(
        code: &str,
        content: &SurveyContent,
        standing: Standing,
        (reader, shop): (Lang, Lang),
    ) -> Option<Self> {
        let language = best_language(&content.languages(), reader, shop)?;
        let text = content
            .texts
            .iter()
            .find(|text| text.language == language)?;
        let asked: &[Question] = match standing {
            Standing::Open => &content.questions,
            Standing::Soon | Standing::Over => &[],
        };
        let shown = |question: &Question| {
            let text = question.text_in(language)?.clone();
            Some(ShownQuestion {
                number: question.number,
                kind: question.kind,
                required: question.required,
                text: text.text,
                options: text.options,
                steps: question.steps,
                low: text.low,
                high: text.high,
            })
        };
        Some(Self {
            code: code.to_owned(),
            language,
            title: text.title.clone(),
            introduction: text.introduction.clone(),
            standing,
            from: content.from.clone(),
            until: content.until.clone(),
            members_only: content.members_only,
            questions: asked.iter().filter_map(shown).collect(),
        })
    }
}

/// The answer to one question. Only what is for its kind is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuestionAnswer {
    /// The question's `number`.
    pub question: u32,
    /// Of `one`, `many` and `scale`: which choices, or which step, counted from 1. One but for `many`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub chosen: Vec<u32>,
    /// Of `text`: the words, at most 2,000 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2_000))]
    pub text: String,
}

impl QuestionAnswer {
    fn is_empty(&self) -> bool {
        self.chosen.is_empty() && self.text.is_empty()
    }
}

/// What somebody answers to a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSurveyAnswer {
    /// What names the answer: 32 random lower-case hexadecimal digits, made up when answering begins. Sent again, it is the same
    /// answer and counts once.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 32, max_length = 32, pattern = "^[0-9a-f]{32}$")
    )]
    pub draft: String,
    /// BCP 47 tag of the language in which the survey was read.
    #[serde(default)]
    pub language: String,
    /// The answers, to each question at most one.
    #[cfg_attr(feature = "openapi", schema(max_items = 30))]
    pub answers: Vec<QuestionAnswer>,
}

/// What the answer to a question is called where it breaks a rule, by the question's number: `answers.3`.
pub fn answer_field(question: u32) -> String {
    format!("answers.{question}")
}

impl NewSurveyAnswer {
    /// Checks how the answer is named, before anything is looked up by that.
    ///
    /// # Errors
    /// When it is named otherwise.
    pub fn check_draft(&self) -> Result<(), Problem> {
        check_draft(&self.draft)
    }

    /// The same in the form in which it is kept: cleaned, without answers that say nothing, and in the order of the questions.
    ///
    /// # Errors
    /// Names all that break a rule, in that order.
    pub fn checked(self, content: &SurveyContent) -> Result<Self, Problem> {
        check_draft(&self.draft)?;
        let mut faults = Faults::default();
        let mut need = |right: bool, field: String, rule: &str| {
            if !right {
                faults.keep::<()>(Err(Problem::new(Code::FieldInvalid, rule).at(field)));
            }
        };
        let asked: BTreeSet<u32> = content.questions.iter().map(|one| one.number).collect();
        let answered: BTreeSet<u32> = self.answers.iter().map(|one| one.question).collect();
        need(
            answered.len() == self.answers.len() && answered.is_subset(&asked),
            "answers".into(),
            "each answer is to a question of the survey, and each question has at most one",
        );
        let mut kept = Vec::new();
        for question in &content.questions {
            let mut found = self.answers.iter();
            let found = found.find(|one| one.question == question.number);
            let mut answer = found.cloned().unwrap_or_default();
            answer.question = question.number;
            answer.text = multiline(&answer.text);
            answer.chosen.sort_unstable();
            let field = answer_field(question.number);
            if answer.is_empty() {
                let rule = "this question has to be answered";
                need(!question.required, field, rule);
                continue;
            }
            need(
                question.takes(&answer),
                field,
                "the choices of the question, each once, or a step of its scale; or words, at most 2,000 characters",
            );
            kept.push(answer);
        }
        faults.none()?;
        if kept.is_empty() {
            let rule = "at least one question has an answer";
            return Err(Problem::new(Code::FieldInvalid, rule).at("answers"));
        }
        Ok(Self {
            answers: kept,
            ..self
        })
    }
}

impl Question {
    /// Whether an answer, whose choices are in order, is one to this question.
    fn takes(&self, answer: &QuestionAnswer) -> bool {
        if self.kind == QuestionKind::Text {
            return answer.chosen.is_empty() && answer.text.chars().count() <= TEXT_MAX;
        }
        let places = u32::try_from(self.places()).unwrap_or(0);
        let each_once = answer.chosen.windows(2).all(|two| two[0] < two[1]);
        let in_place = answer.chosen.iter().all(|one| (1..=places).contains(one));
        let enough = self.kind == QuestionKind::Many || answer.chosen.len() == 1;
        answer.text.is_empty() && each_once && in_place && enough
    }
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyThanks {
    /// The beginning of the day on which it was answered, in the shop's time zone, in milliseconds since 1970 UTC.
    pub answered_at: i64,
}

/// What a customer has answered to a survey, for the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnSurveyAnswer {
    /// What names the survey.
    pub code: String,
    /// What it is called, in the language in which it was answered as far as it has that.
    pub title: String,
    /// The beginning of the day on which it was answered, in the shop's time zone, in milliseconds since 1970 UTC.
    pub answered_at: i64,
    /// What was asked and answered.
    pub answers: Vec<AnswerInWords>,
}

/// The answer to one question, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerInWords {
    /// The question.
    pub question: String,
    /// The choices, the step of the scale, or the own words.
    pub answer: Vec<String>,
}

impl AnswerInWords {
    /// An answer to one of the questions of a survey, in a language that it has.
    pub fn of(content: &SurveyContent, answer: &QuestionAnswer, language: Lang) -> Option<Self> {
        let mut questions = content.questions.iter();
        let question = questions.find(|one| one.number == answer.question)?;
        let text = question.text_in(language)?;
        let chosen = answer.chosen.iter().map(|place| {
            let option = (*place as usize).checked_sub(1);
            let option = option.and_then(|at| text.options.get(at));
            option.map_or_else(|| place.to_string(), String::clone)
        });
        let words = Some(answer.text.clone()).filter(|words| !words.is_empty());
        Some(Self {
            question: text.text.clone(),
            answer: chosen.chain(words).collect(),
        })
    }
}
