//! Surveys: a few questions that the staff asks shoppers. What is asked is here, what shoppers answer in [`answers`], and what
//! has come of it in [`results`]. One question that every shop can ask is in [`nps`].

pub mod answers;
pub mod nps;
pub mod results;

use crate::contacts::is_day;
use crate::problem::Faults;
use crate::text::{multiline, single_line};
use crate::{Code, Lang, Problem, SurveyId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest title, in characters.
pub const TITLE_MAX: usize = 120;
/// The longest introduction, in characters.
pub const INTRODUCTION_MAX: usize = 2_000;
/// The most questions of a survey.
pub const QUESTIONS_MAX: usize = 30;
/// The longest question, in characters.
pub const QUESTION_MAX: usize = 300;
/// The most choices of a question; the fewest are 2.
pub const OPTIONS_MAX: usize = 20;
/// The longest of them, in characters.
pub const OPTION_MAX: usize = 120;
/// The longest words at an end of a scale, in characters.
pub const END_MAX: usize = 60;
/// The most steps of a scale; the fewest are 2.
pub const STEPS_MAX: u8 = 10;
/// The largest number that names a question.
pub const NUMBER_MAX: u32 = 999;
/// How many surveys a shop can have.
pub const SURVEYS_MAX: u32 = 500;

/// The path of the page on which the survey with this code is answered, of the shop with this public key.
pub fn survey_path(key: &str, code: &str) -> String {
    ["/shops/", key, "/surveys/", code].concat()
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// By one of its choices.
    One,
    /// By any number of them.
    Many,
    /// By a step of a scale, from 1 on.
    Scale,
    /// In own words.
    Text,
}

impl QuestionKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::One, Self::Many, Self::Scale, Self::Text];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Many => "many",
            Self::Scale => "scale",
            Self::Text => "text",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// Whether a question of this kind has choices.
    pub const fn has_options(self) -> bool {
        matches!(self, Self::One | Self::Many)
    }
}

/// A question in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuestionText {
    /// The language.
    pub language: Lang,
    /// The question, 1 to 300 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub text: String,
    /// Of `one` and `many`: the choices, as many and in the same order in each language. 2 to 20, each with 1 to 120 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub options: Vec<String>,
    /// Of `scale`: what its first step means, at most 60 characters; may be empty or absent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub low: String,
    /// Of `scale`: what its last step means, likewise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub high: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What names it among those of the survey, whatever their order: 1 to 999.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 999))]
    pub number: u32,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether nobody can leave it out.
    #[serde(default)]
    pub required: bool,
    /// Of `scale`: how many steps it has, 2 to 10; else 0 or absent.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "openapi", schema(maximum = 10))]
    pub steps: u8,
    /// The words, in at least one of the survey's languages. A language in which one is missing is offered to nobody.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 4))]
    pub texts: Vec<QuestionText>,
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

impl Question {
    /// The words in a language.
    pub fn text_in(&self, language: Lang) -> Option<&QuestionText> {
        self.texts.iter().find(|text| text.language == language)
    }

    /// How many choices it has, or steps.
    pub fn places(&self) -> usize {
        match self.kind {
            QuestionKind::One | QuestionKind::Many => {
                self.texts.first().map_or(0, |text| text.options.len())
            }
            QuestionKind::Scale => self.steps.into(),
            QuestionKind::Text => 0,
        }
    }
}

/// What a survey is called in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SurveyText {
    /// The language.
    pub language: Lang,
    /// What it is called, 1 to 120 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
    pub title: String,
    /// What it is for; may be empty or absent. At most 2,000 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2_000))]
    pub introduction: String,
}

/// What the staff writes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SurveyContent {
    /// What it is called, in one to four languages, each once. In at least one of them all its questions are there. Who reads
    /// another language is shown the other Chinese if that is theirs, else the shop's, else the first.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 4))]
    pub texts: Vec<SurveyText>,
    /// The questions, in their order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 30))]
    pub questions: Vec<Question>,
    /// Whether only customers who are signed in can answer.
    #[serde(default)]
    pub members_only: bool,
    /// The first day on which it can be answered, `YYYY-MM-DD` in the shop's time zone; empty or absent for no such day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// The last day; empty or absent for no such day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
}

/// What a part of a question in one language is called where it breaks a rule: `questions[0].texts.ja.text`.
pub fn question_field(at: usize, language: Lang, part: &str) -> String {
    format!("questions[{at}].texts.{}.{part}", language.tag())
}

impl SurveyContent {
    /// The languages in which nothing is missing.
    pub fn languages(&self) -> Vec<Lang> {
        let texts = self.texts.iter().map(|text| text.language);
        texts
            .filter(|language| self.missing_in(*language) == 0)
            .collect()
    }

    /// The language in which somebody has read it who says the one with this tag: that one if it is offered, else the first.
    pub fn language_of(&self, tag: &str) -> Option<Lang> {
        let offered = self.languages();
        let said = Lang::from_tag(tag).filter(|lang| offered.contains(lang));
        said.or_else(|| offered.first().copied())
    }

    /// How many texts are missing in a language.
    pub fn missing_in(&self, language: Lang) -> usize {
        let untitled = !self.texts.iter().any(|text| text.language == language);
        let questions = self.questions.iter();
        let missing = questions.filter(|question| question.text_in(language).is_none());
        usize::from(untitled) + missing.count()
    }

    /// Whether answers to `before` are answers to this: the same questions of the same kinds, with as many choices or steps. Words
    /// can be mended, in any language, and the order of the questions, and whether they have to be answered.
    pub fn asks_the_same_as(&self, before: &Self) -> bool {
        let asked = |content: &Self| -> BTreeSet<(u32, &'static str, usize)> {
            let questions = content.questions.iter();
            let what = |one: &Question| (one.number, one.kind.as_str(), one.places());
            questions.map(what).collect()
        };
        asked(self) == asked(before)
    }

    /// Whether it can be answered on a day, `YYYY-MM-DD` in the shop's time zone, as far as its dates say.
    pub fn is_on(&self, day: &str) -> bool {
        (self.from.is_empty() || &*self.from <= day)
            && (self.until.is_empty() || day <= &*self.until)
    }

    /// The same in the form in which it is kept: cleaned, and in the order of the languages.
    ///
    /// # Errors
    /// Names all fields that break a rule, in the order of the form.
    pub fn checked(mut self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let mut need = |right: bool, field: String, rule: &str| {
            if !right {
                faults.keep::<()>(Err(Problem::new(Code::FieldInvalid, rule).at(field)));
            }
        };
        self.texts.sort_by_key(|text| text.language);
        let languages: BTreeSet<Lang> = self.texts.iter().map(|text| text.language).collect();
        need(
            !languages.is_empty() && languages.len() == self.texts.len(),
            "texts".into(),
            "a survey has one to four languages, each once",
        );
        for text in &mut self.texts {
            text.title = single_line(&text.title);
            text.introduction = multiline(&text.introduction);
            let field = |part: &str| format!("texts.{}.{part}", text.language.tag());
            need(
                has(&text.title, 1, TITLE_MAX),
                field("title"),
                "a title has 1 to 120 characters",
            );
            need(
                has(&text.introduction, 0, INTRODUCTION_MAX),
                field("introduction"),
                "an introduction has at most 2,000 characters",
            );
        }
        need(
            (1..=QUESTIONS_MAX).contains(&self.questions.len()),
            "questions".into(),
            "a survey has 1 to 30 questions",
        );
        let mut numbers = BTreeSet::new();
        for (at, question) in self.questions.iter_mut().enumerate() {
            let is_new = numbers.insert(question.number);
            need(
                is_new && (1..=NUMBER_MAX).contains(&question.number),
                format!("questions[{at}].number"),
                "each question has a number of its own, from 1 to 999",
            );
            question.check(at, &languages, &mut need);
        }
        need(
            self.questions.is_empty() || self.texts.is_empty() || !self.languages().is_empty(),
            "texts".into(),
            "in one language all questions are there",
        );
        for (field, day) in [("from", &self.from), ("until", &self.until)] {
            need(
                day.is_empty() || is_day(day),
                field.into(),
                "a day is YYYY-MM-DD",
            );
        }
        need(
            self.from.is_empty() || self.until.is_empty() || self.from <= self.until,
            "until".into(),
            "the last day is not before the first",
        );
        faults.none()?;
        Ok(self)
    }
}

impl Question {
    fn check(
        &mut self,
        at: usize,
        languages: &BTreeSet<Lang>,
        need: &mut impl FnMut(bool, String, &str),
    ) {
        self.texts.sort_by_key(|text| text.language);
        let own: BTreeSet<Lang> = self.texts.iter().map(|text| text.language).collect();
        need(
            !own.is_empty() && own.len() == self.texts.len() && own.is_subset(languages),
            format!("questions[{at}].texts"),
            "a question has words in one or more languages of the survey, each once",
        );
        let is_scale = self.kind == QuestionKind::Scale;
        let steps = if is_scale { 2..=STEPS_MAX } else { 0..=0 };
        need(
            steps.contains(&self.steps),
            format!("questions[{at}].steps"),
            "a scale has 2 to 10 steps, and other questions none",
        );
        let places = self.places();
        for text in &mut self.texts {
            text.text = single_line(&text.text);
            text.low = single_line(&text.low);
            text.high = single_line(&text.high);
            for option in &mut text.options {
                *option = single_line(option);
            }
            let field = |part: &str| question_field(at, text.language, part);
            need(
                has(&text.text, 1, QUESTION_MAX),
                field("text"),
                "a question has 1 to 300 characters",
            );
            let different: BTreeSet<&String> = text.options.iter().collect();
            let fits = if self.kind.has_options() {
                (2..=OPTIONS_MAX).contains(&text.options.len())
                    && text.options.len() == places
                    && different.len() == places
                    && text.options.iter().all(|one| has(one, 1, OPTION_MAX))
            } else {
                text.options.is_empty()
            };
            need(
                fits,
                field("options"),
                "a question has 2 to 20 choices, each another one with 1 to 120 characters, as many in each language; \
                 only where something is to be chosen",
            );
            for (part, end) in [("low", &text.low), ("high", &text.high)] {
                need(
                    end.is_empty() || (is_scale && has(end, 1, END_MAX)),
                    field(part),
                    "an end of a scale has at most 60 characters",
                );
            }
        }
    }
}

fn has(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count())
}

/// How far a survey is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SurveyState {
    /// Nobody has seen it but the staff.
    Draft,
    /// It can be answered, on its days.
    Open,
    /// It cannot be answered any more. It can be opened again.
    Closed,
}

impl SurveyState {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Draft, Self::Open, Self::Closed];
        all.into_iter().find(|one| one.as_str() == word)
    }
}

/// What the staff changes a survey to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SurveyChange {
    /// The version that was looked at. Where the survey has another one, nothing is changed.
    pub version: u32,
    /// What it asks from then on. Once somebody has answered, only words, the order, whether a question has to be answered, days
    /// and who may answer can be changed: an answer stays an answer to what was asked.
    pub content: SurveyContent,
}

/// How far the staff wants a survey to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SurveyStateChange {
    /// The version that was looked at. Where the survey has another one, nothing is changed.
    pub version: u32,
    /// `open` or `closed`.
    pub state: SurveyState,
}

/// A survey as the staff sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Survey {
    /// What names it.
    pub id: SurveyId,
    /// What names it in the address of its page.
    pub code: String,
    /// How far it is.
    pub state: SurveyState,
    /// Grows with each change.
    pub version: u32,
    /// When it was changed last, in milliseconds since 1970 UTC.
    pub changed_at: i64,
    /// How often it was answered.
    pub answers: u32,
    /// What it asks.
    pub content: SurveyContent,
}

/// A survey without its questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyLine {
    /// What names it.
    pub id: SurveyId,
    /// What names it in the address of its page.
    pub code: String,
    /// How far it is.
    pub state: SurveyState,
    /// When it was changed last, in milliseconds since 1970 UTC.
    pub changed_at: i64,
    /// How often it was answered.
    pub answers: u32,
    /// The first day on which it can be answered, `YYYY-MM-DD` in the shop's time zone; empty for no such day.
    pub from: String,
    /// The last day; empty for no such day.
    pub until: String,
    /// What it is called, in each of its languages.
    pub titles: Vec<SurveyTitle>,
}

/// What a survey is called in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyTitle {
    /// The language.
    pub language: Lang,
    /// The title.
    pub title: String,
}

/// All surveys of a shop, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyList {
    /// The surveys.
    pub surveys: Vec<SurveyLine>,
}

#[cfg(test)]
mod tests;
