//! Canned answers, where the staff writes them.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::feedback::canned::{
    create_canned_answer, delete_canned_answer, get_canned_answer, list_canned_answers,
    update_canned_answer,
};
use crate::reply::Failure;
use crate::settings::get_settings;
use crate::shops::{minute, zone_named};
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::case_page::{CannedForm, CannedPage};
use bookplate_site::console_page::ConsolePage;
use bookplate_wire::Lang;
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::canned::{
    CannedAnswer, CannedChange, CannedContent, CannedText, text_field,
};

/// What stands in the address in place of an id while there is none.
const NEW: &str = "new";

/// `GET /console/shops/{shop}/canned`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "canned-answers")?;
    let (state, here) = (State(app.clone()), Extension(at.here()));
    let Json(settings) = get_settings(state.clone(), here.clone()).await?;
    let zone = zone_named(&settings.time_zone);
    let Json(list) = list_canned_answers(state, here).await?;
    let answers = list.answers.into_iter();
    let page = CannedPage {
        answers: answers
            .map(|answer| (minute(&zone, answer.changed_at), answer))
            .collect(),
        may_change: at.may("PUT", "canned-answers/{answer}"),
    };
    Ok(at.show(&app, false, ConsolePage::Canned(page)))
}

/// The form with an answer as it is.
fn blank(at: &AtShop, answer: Option<CannedAnswer>) -> CannedForm {
    let (id, version) = match &answer {
        Some(answer) => (Some(answer.id.clone()), answer.version),
        None => (None, 0),
    };
    let content = answer.map(|answer| answer.content);
    let text = |lang: Lang| {
        let mut texts = content.iter().flat_map(|content| &content.texts);
        let found = texts.find(|text| text.language == lang);
        (
            lang,
            found.map_or_else(String::new, |text| text.text.clone()),
        )
    };
    CannedForm {
        id,
        version,
        texts: Lang::ALL.into_iter().map(text).collect(),
        kind: content.as_ref().and_then(|content| content.kind),
        title: content.map_or_else(String::new, |content| content.title),
        may_change: at.may("PUT", "canned-answers/{answer}"),
        faults: Vec::new(),
    }
}

/// `GET /console/shops/{shop}/canned/{answer}`: `new` for one that is not there yet.
pub(crate) async fn show_form(
    State(app): State<App>,
    Path((shop, answer)): Path<(String, String)>,
    at: AtShop,
) -> Result<Response, Failure> {
    at.require("GET", "canned-answers/{answer}")?;
    let found = if answer == NEW {
        None
    } else {
        let (here, path) = (Extension(at.here()), Path((shop, answer)));
        Some(get_canned_answer(State(app.clone()), here, path).await?.0)
    };
    let form = blank(&at, found);
    Ok(at.show(&app, false, ConsolePage::CannedForm(Box::new(form))))
}

/// `POST /console/shops/{shop}/canned/{answer}`: `form` is `save` or `delete`.
pub(crate) async fn send_form(
    State(app): State<App>,
    Path((shop, name)): Path<(String, String)>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let path = Path((shop, name.clone()));
    let (state, here) = (State(app.clone()), Extension(at.here()));
    if form.text("form") == "delete" {
        at.require("DELETE", "canned-answers/{answer}")?;
        // One that is gone already is what was wanted.
        let _ = faults(delete_canned_answer(state, here, path).await)?;
        return Ok(at.saved("canned"));
    }
    let typed = |lang: Lang| (lang, form.text(&text_field(lang)).to_owned());
    let texts: Vec<(Lang, String)> = Lang::ALL.into_iter().map(typed).collect();
    let written = texts.iter().filter(|(_, text)| !text.trim().is_empty());
    let written = written.map(|(language, text)| CannedText {
        language: *language,
        text: text.clone(),
    });
    let content = CannedContent {
        title: form.text("title").to_owned(),
        kind: CaseKind::from_word(form.text("kind")),
        texts: written.collect(),
    };
    let version = form.text("version").parse().unwrap_or(0);
    let mut page = CannedForm {
        id: name.parse().ok(),
        version,
        title: content.title.clone(),
        kind: content.kind,
        texts,
        may_change: true,
        faults: Vec::new(),
    };
    let kept = if name == NEW {
        at.require("POST", "canned-answers")?;
        let made = create_canned_answer(state, here, Body(content)).await;
        made.map(|_| ())
    } else {
        at.require("PUT", "canned-answers/{answer}")?;
        // Where a colleague was quicker, who saves once more has seen that.
        let now = get_canned_answer(state.clone(), here.clone(), Path(path.0.clone())).await?;
        page.version = now.0.version;
        let change = CannedChange { version, content };
        let made = update_canned_answer(state, here, path, Body(change)).await;
        made.map(|_| ())
    };
    match faults(kept)? {
        Ok(()) => Ok(at.saved("canned")),
        Err(wrong) => {
            page.faults = wrong;
            Ok(at.show(&app, true, ConsolePage::CannedForm(Box::new(page))))
        }
    }
}
