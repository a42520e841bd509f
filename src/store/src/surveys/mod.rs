//! Surveys: written by the staff, answered by shoppers once each, counted.

mod answers;
mod nps;
mod results;

pub use answers::{SurveyAnswered, SurveyText};

use crate::audit::{Actor, difference, fields_of};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now, secret_digits};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::surveys::{
    SURVEYS_MAX, Survey, SurveyChange, SurveyContent, SurveyLine, SurveyState, SurveyStateChange,
    SurveyTitle,
};
use bookplate_wire::{Problem, ShopId, SurveyId};

/// How many letters and figures a survey's code has.
const CODE: usize = 12;

/// Why nothing was done about a survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SurveyRefusal {
    /// The shop has no such survey, or shoppers do not see it.
    NoSurvey,
    /// It has another version by now.
    Changed,
    /// The shop has as many as it can have.
    TooMany,
    /// It has answers, which would be answers to something else.
    HasAnswers,
    /// It cannot be answered now.
    NotOpen,
    /// The customer has answered it.
    Answered,
    /// Only customers answer it.
    MembersOnly,
    /// The answer breaks a rule.
    Wrong(Box<Problem>),
}

/// What became of it, or why nothing did.
pub type SurveyResult<T> = Result<Result<T, SurveyRefusal>, StoreError>;

/// What is asked of a survey.
const COLUMNS: &str = "SELECT s.id, s.code, s.state, s.content, s.version, s.changed_at, \
                       (SELECT COUNT(*) FROM survey_answers a WHERE a.survey_id = s.id) AS answers \
                       FROM surveys s WHERE s.shop_id = $1";

impl Db {
    /// All surveys of a shop, the newest first, without their questions.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn surveys(&mut self, shop: &ShopId) -> Result<Vec<SurveyLine>, StoreError> {
        let mut sql = Sql::new(COLUMNS).arg(shop);
        sql.push(" ORDER BY s.id DESC");
        let line = |row: &Row| {
            let survey = survey_of(row)?;
            let texts = survey.content.texts.into_iter();
            let titles = texts.map(|text| SurveyTitle {
                language: text.language,
                title: text.title,
            });
            Ok(SurveyLine {
                id: survey.id,
                code: survey.code,
                state: survey.state,
                changed_at: survey.changed_at,
                answers: survey.answers,
                from: survey.content.from,
                until: survey.content.until,
                titles: titles.collect(),
            })
        };
        sql.rows(self)?.iter().map(line).collect()
    }

    /// A survey of a shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn survey(&mut self, shop: &ShopId, id: &SurveyId) -> Result<Option<Survey>, StoreError> {
        let mut sql = Sql::new(COLUMNS).arg(shop);
        sql.push(" AND s.id = ").bind(id);
        sql.row(self)?.as_ref().map(survey_of).transpose()
    }

    /// The survey of a shop with this code.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn survey_by_code(
        &mut self,
        shop: &ShopId,
        code: &str,
    ) -> Result<Option<Survey>, StoreError> {
        // What comes from an address can be anything.
        if code.len() != CODE || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        let mut sql = Sql::new(COLUMNS).arg(shop);
        sql.push(" AND s.code = ").bind(code);
        sql.row(self)?.as_ref().map(survey_of).transpose()
    }

    /// Writes a new survey, a draft, by values that were checked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_survey(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        content: &SurveyContent,
    ) -> SurveyResult<Survey> {
        self.lock([format!("surveys {shop}")])?;
        let count: Option<u32> = Sql::new("SELECT COUNT(*) FROM surveys WHERE shop_id = $1")
            .arg(shop)
            .value(self)?;
        if count.unwrap_or(0) >= SURVEYS_MAX {
            return Ok(Err(SurveyRefusal::TooMany));
        }
        let id = SurveyId::new_id();
        Sql::new(
            "INSERT INTO surveys (id, shop_id, code, state, content, version, changed_at) \
             VALUES ($1, $2, $3, 'draft', $4, 1, $5)",
        )
        .arg(&id)
        .arg(shop)
        .arg(&secret_digits()[..CODE])
        .arg(json(content)?)
        .arg(now())
        .run(self)?;
        let both = (&Fields::new(), &noted(SurveyState::Draft, content));
        self.audit(shop, by, Action::SurveyCreated, id.as_str(), both)?;
        self.written(shop, &id)
    }

    /// Changes what a survey asks, by values that were checked, unless it has another version by now, or answers that would be
    /// answers to something else. What stays as it is changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_survey(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &SurveyId,
        change: &SurveyChange,
    ) -> SurveyResult<Survey> {
        // Nobody answers meanwhile.
        self.lock([lock_of(id)])?;
        let Some(before) = self.survey(shop, id)? else {
            return Ok(Err(SurveyRefusal::NoSurvey));
        };
        let content = &change.content;
        if before.content == *content {
            return Ok(Ok(before));
        }
        if before.version != change.version {
            return Ok(Err(SurveyRefusal::Changed));
        }
        if before.answers > 0 && !content.asks_the_same_as(&before.content) {
            return Ok(Err(SurveyRefusal::HasAnswers));
        }
        Sql::new(
            "UPDATE surveys SET content = $1, version = version + 1, changed_at = $2 WHERE id = $3",
        )
        .arg(json(content)?)
        .arg(now())
        .arg(id)
        .run(self)?;
        let both = (
            noted(before.state, &before.content),
            noted(before.state, content),
        );
        self.note_change(by, shop, id, both)?;
        self.written(shop, id)
    }

    /// Opens a survey or closes it. What stays as it is changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_survey_state(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &SurveyId,
        change: SurveyStateChange,
    ) -> SurveyResult<Survey> {
        self.lock([lock_of(id)])?;
        let Some(before) = self.survey(shop, id)? else {
            return Ok(Err(SurveyRefusal::NoSurvey));
        };
        if before.state == change.state {
            return Ok(Ok(before));
        }
        if before.version != change.version {
            return Ok(Err(SurveyRefusal::Changed));
        }
        Sql::new(
            "UPDATE surveys SET state = $1, version = version + 1, changed_at = $2 WHERE id = $3",
        )
        .arg(change.state.as_str())
        .arg(now())
        .arg(id)
        .run(self)?;
        let both = (
            noted(before.state, &before.content),
            noted(change.state, &before.content),
        );
        self.note_change(by, shop, id, both)?;
        self.written(shop, id)
    }

    /// Deletes a survey with all its answers; false when the shop has none such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn delete_survey(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &SurveyId,
    ) -> Result<bool, StoreError> {
        self.lock([lock_of(id)])?;
        let Some(survey) = self.survey(shop, id)? else {
            return Ok(false);
        };
        for statement in [
            "DELETE FROM survey_replies WHERE survey_id = $1",
            "DELETE FROM survey_answers WHERE survey_id = $1",
            "DELETE FROM surveys WHERE id = $1",
        ] {
            Sql::new(statement).arg(id).run(self)?;
        }
        let mut before = noted(survey.state, &survey.content);
        before.insert("answers".to_owned(), survey.answers.to_string());
        let both = (&before, &Fields::new());
        self.audit(shop, by, Action::SurveyDeleted, id.as_str(), both)?;
        Ok(true)
    }

    fn note_change(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &SurveyId,
        both: (Fields, Fields),
    ) -> Result<(), StoreError> {
        let (before, after) = difference(both);
        let both = (&before, &after);
        self.audit(shop, by, Action::SurveyChanged, id.as_str(), both)
    }

    fn written(&mut self, shop: &ShopId, id: &SurveyId) -> SurveyResult<Survey> {
        let written = self.survey(shop, id)?;
        Ok(Ok(written.ok_or(StoreError::Corrupt("surveys.id"))?))
    }
}

fn lock_of(id: &SurveyId) -> String {
    format!("survey {id}")
}

fn survey_of(row: &Row) -> Result<Survey, StoreError> {
    let content: String = row.get("content")?;
    let state: String = row.get("state")?;
    Ok(Survey {
        id: row.get("id")?,
        code: row.get("code")?,
        state: SurveyState::from_word(&state).ok_or(StoreError::Corrupt("surveys.state"))?,
        version: row.get("version")?,
        changed_at: row.get("changed_at")?,
        answers: row.get("answers")?,
        content: serde_json::from_str(&content)
            .map_err(|_| StoreError::Corrupt("surveys.content"))?,
    })
}

fn json(content: &SurveyContent) -> Result<String, StoreError> {
    serde_json::to_string(content).map_err(|_| StoreError::Corrupt("surveys.content"))
}

/// What the audit log keeps of a survey: not what it says.
fn noted(state: SurveyState, content: &SurveyContent) -> Fields {
    let languages = content.texts.iter().map(|text| text.language.tag());
    fields_of([
        ("status", state.as_str().to_owned()),
        ("languages", languages.collect::<Vec<_>>().join(", ")),
        ("questions", content.questions.len().to_string()),
        ("from", content.from.clone()),
        ("until", content.until.clone()),
    ])
}
