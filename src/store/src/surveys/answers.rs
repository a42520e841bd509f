//! What shoppers answer to surveys.

use super::{SurveyRefusal, SurveyResult, lock_of};
use crate::db::{Row, Sql, Value, insert_all};
use crate::ids::survey_answer_id;
use crate::{Db, StoreError};
use bookplate_wire::surveys::answers::{
    AnswerInWords, NewSurveyAnswer, OwnSurveyAnswer, QuestionAnswer,
};
use bookplate_wire::surveys::results::{SurveyAnswer, SurveyAnswerPage};
use bookplate_wire::surveys::{SurveyContent, SurveyState};
use bookplate_wire::{CustomerId, Lang, ShopId, SurveyAnswerId, SurveyId};
use std::collections::BTreeMap;

/// That a survey was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurveyAnswered {
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Whether it is another answer, and not one that was sent once more.
    pub is_new: bool,
}

/// An answer in own words to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyText {
    /// The answer that it is a part of.
    pub answer: SurveyAnswerId,
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
    /// BCP 47 tag of the language in which the survey was read.
    pub language: String,
    /// The words.
    pub text: String,
}

impl Db {
    /// Takes an answer to the survey with this code, of a customer or of a guest, on the day that it is in the shop's time zone. The
    /// same draft sent again is the same answer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn answer_survey(
        &mut self,
        shop: &ShopId,
        code: &str,
        customer: Option<&CustomerId>,
        (answer, today): (NewSurveyAnswer, &str),
    ) -> SurveyResult<SurveyAnswered> {
        let Some(found) = self.survey_by_code(shop, code)? else {
            return Ok(Err(SurveyRefusal::NoSurvey));
        };
        // What it asks stays so until this is written; others answer at the same time.
        self.lock_shared(lock_of(&found.id))?;
        let survey = self.survey(shop, &found.id)?;
        let survey = survey.filter(|survey| survey.state != SurveyState::Draft);
        let Some(survey) = survey else {
            return Ok(Err(SurveyRefusal::NoSurvey));
        };
        if survey.content.members_only && customer.is_none() {
            return Ok(Err(SurveyRefusal::MembersOnly));
        }
        if let Some(before) = self.answered_before(&survey.id, customer, &answer.draft)? {
            return Ok(before);
        }
        if survey.state != SurveyState::Open || !survey.content.is_on(today) {
            return Ok(Err(SurveyRefusal::NotOpen));
        }
        let answer = match answer.checked(&survey.content) {
            Ok(answer) => answer,
            Err(problem) => return Ok(Err(SurveyRefusal::Wrong(Box::new(problem)))),
        };
        // The day and no more: the points that it may earn have their moment, and nobody is to find out by it who has said what.
        let at = self.calendar(shop)?.begins(today);
        let id = survey_answer_id(at);
        let written = Sql::new(
            "INSERT INTO survey_answers (id, survey_id, customer_id, draft, language, at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .arg(&id)
        .arg(&survey.id)
        .arg(customer)
        .arg(&answer.draft)
        .arg(
            survey
                .content
                .language_of(&answer.language)
                .map_or("", Lang::tag),
        )
        .arg(at)
        .run(self)?;
        if written == 0 {
            // Somebody was quicker: the same customer in another window.
            let before = self.answered_before(&survey.id, customer, &answer.draft)?;
            return Ok(before.unwrap_or(Err(SurveyRefusal::Answered)));
        }
        let mut rows: Vec<Vec<Value>> = Vec::new();
        for one in answer.answers {
            let row = |place: u32, text: &str| {
                vec![
                    (&id).into(),
                    (&survey.id).into(),
                    one.question.into(),
                    place.into(),
                    text.into(),
                ]
            };
            if !one.text.is_empty() {
                rows.push(row(0, &one.text));
            }
            rows.extend(one.chosen.iter().map(|place| row(*place, "")));
        }
        let into =
            "INSERT INTO survey_replies (answer_id, survey_id, question, place, text) VALUES ";
        insert_all(self, into, rows)?;
        if let Some(customer) = customer {
            self.reward_survey(shop, customer, &id)?;
        }
        Ok(Ok(SurveyAnswered { at, is_new: true }))
    }

    /// What is to be said to who has answered: the same answer if it is sent once more.
    fn answered_before(
        &mut self,
        survey: &SurveyId,
        customer: Option<&CustomerId>,
        draft: &str,
    ) -> Result<Option<Result<SurveyAnswered, SurveyRefusal>>, StoreError> {
        let mut sql =
            Sql::new("SELECT draft, at, customer_id FROM survey_answers WHERE survey_id = ");
        sql.bind(survey).push(" AND (draft = ").bind(draft);
        if let Some(customer) = customer {
            sql.push(" OR customer_id = ").bind(customer);
        }
        sql.push(")");
        let mut before = None;
        for row in sql.rows(self)? {
            let of: Option<CustomerId> = row.get("customer_id")?;
            let same = row.get::<String>("draft")? == draft && of.as_ref() == customer;
            before = Some(if same {
                Ok(SurveyAnswered {
                    at: row.get("at")?,
                    is_new: false,
                })
            } else {
                Err(SurveyRefusal::Answered)
            });
            if same {
                break;
            }
        }
        Ok(before)
    }

    /// When a customer has answered a survey.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn survey_answered_at(
        &mut self,
        survey: &SurveyId,
        customer: &CustomerId,
    ) -> Result<Option<i64>, StoreError> {
        Sql::new("SELECT at FROM survey_answers WHERE survey_id = $1 AND customer_id = $2")
            .arg(survey)
            .arg(customer)
            .value(self)
    }

    /// Up to `limit` answers to a survey, the latest first, from behind `after` (the `next` of the page before).
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn survey_answers(
        &mut self,
        survey: &SurveyId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<SurveyAnswerPage, StoreError> {
        let mut sql =
            Sql::new("SELECT id, at, customer_id, language FROM survey_answers WHERE survey_id = ");
        sql.bind(survey);
        if let Some(after) = after {
            let after: SurveyAnswerId = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND id < ").bind(&after);
        }
        sql.push(" ORDER BY id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let mut answers = Vec::new();
        for row in rows.iter().take(limit as usize) {
            answers.push(SurveyAnswer {
                id: row.get("id")?,
                at: row.get("at")?,
                by_member: row.get::<Option<CustomerId>>("customer_id")?.is_some(),
                language: row.get("language")?,
                answers: Vec::new(),
            });
        }
        let mut replies = self.replies_of(answers.iter().map(|answer| &answer.id))?;
        for answer in &mut answers {
            answer.answers = replies.remove(&answer.id).unwrap_or_default();
        }
        let more = rows.len() > answers.len();
        let next = answers.last().filter(|_| more);
        let next = next.map(|answer| answer.id.to_string());
        Ok(SurveyAnswerPage { answers, next })
    }

    /// What was answered to each question, of several answers.
    fn replies_of<'a>(
        &mut self,
        answers: impl Iterator<Item = &'a SurveyAnswerId>,
    ) -> Result<BTreeMap<SurveyAnswerId, Vec<QuestionAnswer>>, StoreError> {
        let mut replies: BTreeMap<SurveyAnswerId, Vec<QuestionAnswer>> = BTreeMap::new();
        let answers: Vec<&SurveyAnswerId> = answers.collect();
        for some in answers.chunks(crate::db::LIST) {
            let mut sql = Sql::new(
                "SELECT answer_id, question, place, text FROM survey_replies WHERE answer_id IN (",
            );
            sql.bind_all(some.iter().copied())
                .push(") ORDER BY answer_id, question, place");
            for row in sql.rows(self)? {
                add(replies.entry(row.get("answer_id")?).or_default(), &row)?;
            }
        }
        Ok(replies)
    }

    /// Up to `limit` answers in own words to a question, the latest first, from behind `after`, with what follows them.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn survey_texts(
        &mut self,
        survey: &SurveyId,
        question: u32,
        after: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<SurveyText>, Option<String>), StoreError> {
        let mut sql = Sql::new(
            "SELECT r.answer_id, a.at, a.language, r.text FROM survey_replies r \
             JOIN survey_answers a ON a.id = r.answer_id WHERE r.survey_id = ",
        );
        sql.bind(survey)
            .push(" AND r.question = ")
            .bind(question)
            .push(" AND r.place = 0");
        if let Some(after) = after {
            let after: SurveyAnswerId = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND r.answer_id < ").bind(&after);
        }
        sql.push(" ORDER BY r.answer_id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let text = |row: &Row| {
            Ok::<_, StoreError>(SurveyText {
                answer: row.get("answer_id")?,
                at: row.get("at")?,
                language: row.get("language")?,
                text: row.get("text")?,
            })
        };
        let shown = rows.iter().take(limit as usize);
        let texts: Vec<SurveyText> = shown.map(text).collect::<Result<_, _>>()?;
        let more = rows.len() > texts.len();
        let next = texts.last().filter(|_| more);
        let next = next.map(|text| text.answer.to_string());
        Ok((texts, next))
    }

    /// All that a customer has answered to surveys, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn surveys_answered_by(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<OwnSurveyAnswer>, StoreError> {
        let rows = Sql::new(
            "SELECT a.id, a.at, a.language, s.code, s.content FROM survey_answers a \
             JOIN surveys s ON s.id = a.survey_id WHERE a.customer_id = $1 ORDER BY a.id DESC",
        )
        .arg(customer)
        .rows(self)?;
        let mut answers = Vec::new();
        for row in &rows {
            let id: SurveyAnswerId = row.get("id")?;
            let content: SurveyContent = serde_json::from_str(&row.get::<String>("content")?)
                .map_err(|_| StoreError::Corrupt("surveys.content"))?;
            let language = content.language_of(&row.get::<String>("language")?);
            let title = content.texts.iter();
            let title = title.filter(|text| Some(text.language) == language);
            let said = self.replies_of([&id].into_iter())?.remove(&id);
            let said = said.unwrap_or_default();
            answers.push(OwnSurveyAnswer {
                code: row.get("code")?,
                title: title
                    .map(|text| text.title.clone())
                    .next()
                    .unwrap_or_default(),
                answered_at: row.get("at")?,
                answers: said
                    .iter()
                    .filter_map(|one| AnswerInWords::of(&content, one, language?))
                    .collect(),
            });
        }
        Ok(answers)
    }
}

/// Adds a row to the answers that it belongs to; rows come in the order of the questions.
fn add(answers: &mut Vec<QuestionAnswer>, row: &Row) -> Result<(), StoreError> {
    let (question, place): (u32, u32) = (row.get("question")?, row.get("place")?);
    if answers.last().is_none_or(|last| last.question != question) {
        answers.push(QuestionAnswer {
            question,
            ..QuestionAnswer::default()
        });
    }
    if let Some(last) = answers.last_mut() {
        if place == 0 {
            last.text = row.get("text")?;
        } else {
            last.chosen.push(place);
        }
    }
    Ok(())
}
