//! What has come of surveys, counted.

use crate::db::Sql;
use crate::{Db, StoreError};
use bookplate_wire::surveys::Survey;
use bookplate_wire::surveys::results::{QuestionResult, SurveyResults};
use std::collections::BTreeMap;

impl Db {
    /// How often each choice and each step was chosen in the answers to a survey.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn survey_results(&mut self, survey: &Survey) -> Result<SurveyResults, StoreError> {
        let rows = Sql::new(
            "SELECT question, place, COUNT(*) AS n FROM survey_replies WHERE survey_id = $1 \
             GROUP BY question, place",
        )
        .arg(&survey.id)
        .rows(self)?;
        let mut counts: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for row in &rows {
            counts.insert((row.get("question")?, row.get("place")?), row.get("n")?);
        }
        let rows = Sql::new(
            "SELECT question, COUNT(DISTINCT answer_id) AS n FROM survey_replies WHERE survey_id = $1 \
             GROUP BY question",
        )
        .arg(&survey.id)
        .rows(self)?;
        let mut answered: BTreeMap<u32, u32> = BTreeMap::new();
        for row in &rows {
            answered.insert(row.get("question")?, row.get("n")?);
        }
        let questions = survey.content.questions.iter();
        let questions = questions.map(|question| {
            let places = 1..=u32::try_from(question.places()).unwrap_or(0);
            let of = |place| counts.get(&(question.number, place)).copied().unwrap_or(0);
            QuestionResult {
                number: question.number,
                kind: question.kind,
                answered: answered.get(&question.number).copied().unwrap_or(0),
                counts: places.map(of).collect(),
            }
        });
        Ok(SurveyResults {
            answers: survey.answers,
            questions: questions.collect(),
        })
    }
}
