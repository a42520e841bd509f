//! Surveys, where the staff writes them and sees what has come of them.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::{day_in, minute};
use crate::site::forms::Form;
use crate::surveys::results::{count, download};
use crate::surveys::staff::{
    create_survey, delete_survey, find, list_shop_surveys, set_survey_state, update_survey,
};
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bookplate_site::console_page::{ConsolePage, console_path};
use bookplate_site::page::Done;
use bookplate_site::survey_page::{
    QuestionRow, SurveyForm, SurveyResultsPage, SurveysPage, TextAnswer, TextAnswers,
};
use bookplate_store::{Db, StoreError};
use bookplate_wire::faq::best_language;
use bookplate_wire::surveys::answers::{ShownSurvey, Standing};
use bookplate_wire::surveys::{
    NUMBER_MAX, Question, QuestionKind, QuestionText, Survey, SurveyChange, SurveyContent,
    SurveyState, SurveyStateChange, SurveyText, survey_path,
};
use bookplate_wire::{Lang, query};

/// What stands in the address in place of an id while there is none.
const NEW: &str = "new";
/// How many steps a scale has that is added.
const STEPS: u8 = 5;
/// How many answers in own words are shown below each question, and on a page of their own.
const TEXTS: u32 = 5;
const TEXTS_ALONE: u32 = 50;

/// `GET /console/shops/{shop}/surveys`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "surveys")?;
    let Json(list) = list_shop_surveys(State(app.clone()), Extension(at.here())).await?;
    let zone = at.zone(&app).await?;
    let surveys = list.surveys.into_iter();
    let page = SurveysPage {
        surveys: surveys
            .map(|survey| (minute(&zone, survey.changed_at), survey))
            .collect(),
        may_change: at.may("POST", "surveys"),
    };
    Ok(at.show(&app, false, ConsolePage::Surveys(page)))
}

impl AtShop {
    /// The survey that the address names, unless it is a new one.
    async fn survey(&self, app: &App, id: &str) -> Result<Option<Survey>, Failure> {
        if id == NEW {
            return Ok(None);
        }
        find(app, self.here(), id).await.map(Some)
    }

    /// The address of a survey's page.
    async fn survey_address(&self, app: &App, survey: &Survey) -> Result<String, Failure> {
        let shop = self.shop.id.clone();
        let read = move |db: &mut Db| db.newest_key(&shop);
        let key = app.store.read(read).await?;
        Ok([&*app.public_url, &survey_path(&key, &survey.code)].concat())
    }

    /// The form with a survey as it is.
    async fn blank(&self, app: &App, survey: Option<&Survey>) -> Result<SurveyForm, Failure> {
        let visit = &self.colleague.visit;
        let asked = visit.parameter("text");
        let asked = asked.and_then(|tag| Lang::from_tag(&tag));
        let empty = SurveyContent::default();
        let content = survey.map_or(&empty, |survey| &survey.content);
        let has: Vec<Lang> = content.texts.iter().map(|text| text.language).collect();
        let language = asked
            .or_else(|| best_language(&has, visit.lang, visit.lang))
            .unwrap_or(visit.lang);
        let text = content.texts.iter().find(|text| text.language == language);
        let address = match survey {
            Some(survey) => self.survey_address(app, survey).await?,
            None => String::new(),
        };
        let questions = content.questions.iter();
        Ok(SurveyForm {
            id: survey.map(|survey| survey.id.clone()),
            address,
            state: survey.map_or(SurveyState::Draft, |survey| survey.state),
            version: survey.map_or(0, |survey| survey.version),
            answers: survey.map_or(0, |survey| survey.answers),
            language,
            has: has
                .into_iter()
                .map(|language| (language, content.missing_in(language)))
                .collect(),
            title: text.map_or_else(String::new, |text| text.title.clone()),
            introduction: text.map_or_else(String::new, |text| text.introduction.clone()),
            questions: questions.map(|one| row(one, language)).collect(),
            members_only: content.members_only,
            from: content.from.clone(),
            until: content.until.clone(),
            preview: None,
            unsaved: false,
            moved: None,
            may_change: self.may("POST", "surveys"),
            faults: Vec::new(),
        })
    }
}

/// A question in a language, as the form holds it.
fn row(question: &Question, language: Lang) -> QuestionRow {
    let text = question.text_in(language).cloned().unwrap_or_default();
    let mut others = question.texts.iter();
    let original = others.find(|text| text.language != language);
    let original = original.map_or_else(String::new, |text| {
        let words = std::iter::once(&text.text).chain(&text.options);
        let ends = [&text.low, &text.high].into_iter();
        let words = words.chain(ends.filter(|end| !end.is_empty()));
        words.cloned().collect::<Vec<_>>().join(" / ")
    });
    QuestionRow {
        number: question.number,
        kind: question.kind,
        required: question.required,
        steps: question.steps,
        text: text.text,
        options: text.options.join("\n"),
        low: text.low,
        high: text.high,
        original,
    }
}

/// `GET /console/shops/{shop}/surveys/{survey}`: `new` for one that is not there yet; `text` is the language.
pub(crate) async fn show_form(
    State(app): State<App>,
    Path((_shop, survey)): Path<(String, String)>,
    at: AtShop,
) -> Result<Response, Failure> {
    at.require("GET", "surveys/{survey}")?;
    let survey = at.survey(&app, &survey).await?;
    let form = at.blank(&app, survey.as_ref()).await?;
    Ok(at.show(&app, false, ConsolePage::Survey(Box::new(form))))
}

/// What is typed in a form, on top of what is there.
fn read(form: &Form, typed: &mut SurveyForm) {
    typed.title = form.text("title").to_owned();
    typed.introduction = form.text("introduction").to_owned();
    typed.members_only = !form.text("members_only").is_empty();
    typed.from = form.text("from").to_owned();
    typed.until = form.text("until").to_owned();
    // The version that was looked at stays: a colleague may have changed it since.
    typed.version = form.text("version").parse().unwrap_or(0);
    let before = std::mem::take(&mut typed.questions);
    let numbers = form.all("number").filter_map(|number| number.parse().ok());
    typed.questions = numbers
        .map(|number: u32| {
            let text = |part: &str| form.text(&format!("{part}_{number}")).to_owned();
            let mut known = before.iter();
            let known = known.find(|row| row.number == number);
            QuestionRow {
                number,
                kind: QuestionKind::from_word(&text("kind")).unwrap_or(QuestionKind::Text),
                required: !text("required").is_empty(),
                steps: text("steps").parse().unwrap_or(0),
                text: text("text"),
                options: text("options"),
                low: text("low"),
                high: text("high"),
                original: known.map_or_else(String::new, |row| row.original.clone()),
            }
        })
        .collect();
}

/// Does what a button says to the questions that are not saved yet; false where it says something else.
fn rearrange(typed: &mut SurveyForm, button: &str) -> bool {
    let Some((what, which)) = button.split_once(':') else {
        return false;
    };
    let rows = &mut typed.questions;
    if what == "add" {
        let Some(kind) = QuestionKind::from_word(which) else {
            return false;
        };
        let mut free = 1..=NUMBER_MAX;
        let number = free.find(|number| rows.iter().all(|row| row.number != *number));
        let number = number.unwrap_or(NUMBER_MAX);
        rows.push(QuestionRow {
            number,
            kind,
            required: false,
            steps: if kind == QuestionKind::Scale {
                STEPS
            } else {
                0
            },
            text: String::new(),
            options: String::new(),
            low: String::new(),
            high: String::new(),
            original: String::new(),
        });
        typed.moved = Some(number);
        return true;
    }
    let number = which.parse().unwrap_or(0);
    let Some(at) = rows.iter().position(|row| row.number == number) else {
        return false;
    };
    match what {
        "up" if at > 0 => rows.swap(at, at - 1),
        "down" if at + 1 < rows.len() => rows.swap(at, at + 1),
        "drop" => {
            rows.remove(at);
            typed.moved = rows.get(at.saturating_sub(1)).map(|row| row.number);
            return true;
        }
        _ => {}
    }
    typed.moved = Some(number);
    true
}

/// What a survey asks with the language of the form as it was typed, or without it.
fn content_of(typed: &SurveyForm, survey: Option<&Survey>, removes: bool) -> SurveyContent {
    let before = survey.map_or_else(SurveyContent::default, |survey| survey.content.clone());
    let mut texts: Vec<SurveyText> = before.texts;
    texts.retain(|text| text.language != typed.language);
    if !removes {
        texts.push(SurveyText {
            language: typed.language,
            title: typed.title.clone(),
            introduction: typed.introduction.clone(),
        });
    }
    let questions = typed.questions.iter().map(|row| {
        let mut known = before.questions.iter();
        let known = known.find(|one| one.number == row.number && one.kind == row.kind);
        let mut texts = known.map_or_else(Vec::new, |one| one.texts.clone());
        texts.retain(|text| text.language != typed.language);
        let text = text_of(row, typed.language);
        // What is not translated yet is missing, and no fault.
        let is_empty = text.text.is_empty() && text.options.is_empty();
        if !removes && (!is_empty || texts.is_empty()) {
            texts.push(text);
        }
        Question {
            number: row.number,
            kind: row.kind,
            required: row.required,
            steps: row.steps,
            texts,
        }
    });
    SurveyContent {
        texts,
        questions: questions.collect(),
        members_only: typed.members_only,
        from: typed.from.trim().to_owned(),
        until: typed.until.trim().to_owned(),
    }
}

fn text_of(row: &QuestionRow, language: Lang) -> QuestionText {
    let options = row.options.lines().map(str::trim);
    QuestionText {
        language,
        text: row.text.trim().to_owned(),
        options: options
            .filter(|option| !option.is_empty())
            .map(str::to_owned)
            .collect(),
        low: row.low.trim().to_owned(),
        high: row.high.trim().to_owned(),
    }
}

/// `POST /console/shops/{shop}/surveys/{survey}`: `form` is `save`, `preview`, `remove` (a language), `open`, `close`, `copy`,
/// `delete`; or `add:` with a kind behind it, `up:`, `down:` or `drop:` with a question's number.
pub(crate) async fn send_form(
    State(app): State<App>,
    Path((_shop, name)): Path<(String, String)>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let button = form.text("form");
    let version = form.text("version").parse().unwrap_or(0);
    if button == "delete" {
        at.require("DELETE", "surveys/{survey}")?;
        let path = Path((String::new(), name));
        // One that is gone already is what was wanted.
        let _ = faults(delete_survey(State(app), Extension(at.here()), path).await)?;
        return Ok(at.saved("surveys"));
    }
    at.require("POST", "surveys")?;
    let survey = at.survey(&app, &name).await?;
    let mut typed = at.blank(&app, survey.as_ref()).await?;
    match (button, &survey) {
        ("open" | "close", Some(survey)) => {
            let state = if button == "open" {
                SurveyState::Open
            } else {
                SurveyState::Closed
            };
            let change = Body(SurveyStateChange { version, state });
            let path = Path((String::new(), name.clone()));
            let set = set_survey_state(State(app.clone()), Extension(at.here()), path, change);
            return answer(&app, &at, survey.id.as_str(), typed, faults(set.await)?);
        }
        ("copy", Some(survey)) => {
            let content = Body(survey.content.clone());
            let made = create_survey(State(app.clone()), Extension(at.here()), content).await;
            return match faults(made.map(IntoResponse::into_response))? {
                Ok(_) => Ok(at.done("surveys", Done::SurveyCopied)),
                Err(faults) => answer(&app, &at, &name, typed, Err::<(), _>(faults)),
            };
        }
        _ => {}
    }
    let removes = button == "remove";
    if !removes {
        read(&form, &mut typed);
    }
    if rearrange(&mut typed, button) {
        typed.unsaved = true;
        return Ok(at.show(&app, false, ConsolePage::Survey(Box::new(typed))));
    }
    let content = content_of(&typed, survey.as_ref(), removes);
    let content = match content.checked() {
        Ok(content) => content,
        Err(problem) => {
            typed.faults = problem.fields().map(str::to_owned).collect();
            return Ok(at.show(&app, true, ConsolePage::Survey(Box::new(typed))));
        }
    };
    if button == "preview" {
        let languages = (typed.language, typed.language);
        typed.preview = ShownSurvey::of("", &content, Standing::Open, languages);
        typed.unsaved = survey.is_none_or(|survey| survey.content != content);
        return Ok(at.show(&app, false, ConsolePage::Survey(Box::new(typed))));
    }
    let (state, here) = (State(app.clone()), Extension(at.here()));
    if survey.is_some() {
        let change = Body(SurveyChange { version, content });
        let path = Path((String::new(), name.clone()));
        let changed = update_survey(state, here, path, change).await;
        return answer(&app, &at, &name, typed, faults(changed)?);
    }
    let made = create_survey(state, here, Body(content)).await;
    match faults(made.map(IntoResponse::into_response))? {
        Ok(_) => Ok(at.saved("surveys")),
        Err(faults) => answer(&app, &at, &name, typed, Err::<(), _>(faults)),
    }
}

/// On to the survey after something was done with it, or the form with why it was not.
fn answer<T>(
    app: &App,
    at: &AtShop,
    name: &str,
    mut typed: SurveyForm,
    done: Result<T, Vec<String>>,
) -> Result<Response, Failure> {
    match done {
        Ok(_) => {
            let mut back = console_path(at.shop.id.as_str(), "surveys");
            back = format!("{back}/{name}?");
            query::push(&mut back, "text", typed.language.tag());
            Ok(at.colleague.visit.go(&back, Done::Saved))
        }
        Err(faults) => {
            typed.faults = faults;
            Ok(at.show(app, true, ConsolePage::Survey(Box::new(typed))))
        }
    }
}

/// `GET /console/shops/{shop}/surveys/{survey}/results`: with `question` the own words to that one alone, from behind `after`.
pub(crate) async fn show_results(
    State(app): State<App>,
    Path((_shop, survey)): Path<(String, String)>,
    at: AtShop,
) -> Result<Response, Failure> {
    at.require("GET", "surveys/{survey}/results")?;
    let survey = find(&app, at.here(), &survey).await?;
    let results = count(&app, survey.clone()).await?;
    let visit = &at.colleague.visit;
    let only: Option<u32> = visit
        .parameter("question")
        .and_then(|number| number.parse().ok());
    let after = visit.parameter("after").filter(|_| only.is_some());
    let zone = at.zone(&app).await?;
    let read = {
        let (survey, after) = (survey.clone(), after.clone());
        move |db: &mut Db| -> Result<Vec<TextAnswers>, StoreError> {
            let limit = if only.is_some() { TEXTS_ALONE } else { TEXTS };
            let questions = survey.content.questions.iter();
            let asked = questions.filter(|one| {
                one.kind == QuestionKind::Text && only.is_none_or(|only| only == one.number)
            });
            let mut all = Vec::new();
            for question in asked {
                let (texts, next) =
                    db.survey_texts(&survey.id, question.number, after.as_deref(), limit)?;
                let texts = texts.into_iter().map(|text| TextAnswer {
                    on: day_in(zone.clone(), text.at),
                    language: text.language,
                    text: text.text,
                });
                all.push(TextAnswers {
                    number: question.number,
                    texts: texts.collect(),
                    next,
                });
            }
            Ok(all)
        }
    };
    let page = SurveyResultsPage {
        texts: app.store.read(read).await?,
        survey,
        results,
        only,
        after,
        may_export: at.may("GET", "surveys/{survey}/export"),
    };
    Ok(at.show(&app, false, ConsolePage::SurveyResults(Box::new(page))))
}

/// `GET /console/shops/{shop}/surveys/{survey}/answers.csv`
pub(crate) async fn export(
    State(app): State<App>,
    Path((_shop, survey)): Path<(String, String)>,
    at: AtShop,
    method: Method,
) -> Result<Response, Failure> {
    at.require("GET", "surveys/{survey}/export")?;
    download(&app, at.here(), &method, &survey).await
}
