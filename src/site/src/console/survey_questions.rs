//! The questions in the form of a survey.

use crate::context::Site;
use crate::forms::{About, inside};
use crate::survey_page::{QuestionRow, SurveyForm};
use bookplate_widgets::texts;
use bookplate_wire::Lang;
use bookplate_wire::surveys::{
    END_MAX, OPTION_MAX, OPTIONS_MAX, QUESTION_MAX, QuestionKind, STEPS_MAX, question_field,
};
use leptos::prelude::*;

/// What a kind of question is called.
pub(super) fn kind(lang: Lang, kind: QuestionKind) -> &'static str {
    let texts = texts::Surveys(lang);
    match kind {
        QuestionKind::One => texts.kind_one(),
        QuestionKind::Many => texts.kind_many(),
        QuestionKind::Scale => texts.kind_scale(),
        QuestionKind::Text => texts.kind_text(),
    }
}

/// The buttons that add a question.
pub(super) fn adding(site: Site) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let buttons = QuestionKind::ALL.map(|one| {
        view! {
            <button type="submit" class="button" name="form" value=format!("add:{}", one.as_str())>
                {kind(site.lang, one)}
            </button>
        }
    });
    view! {
        <fieldset class="field">
            <legend>{texts.add()}</legend>
            <p class="actions">{buttons.into_iter().collect::<Vec<_>>()}</p>
        </fieldset>
    }
    .into_any()
}

/// A question, the one at `at` of so many.
pub(super) fn question(
    site: Site,
    page: &SurveyForm,
    at: usize,
    count: usize,
    row: &QuestionRow,
) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let number = row.number;
    let place = (at + 1).to_string();
    let legend = texts.question_heading(&place, kind(site.lang, row.kind));
    let is_moved = page.moved == Some(number);
    let original = (!row.original.is_empty()).then(|| {
        view! { <p class="hint">{texts.original()} " " <span dir="auto">{row.original.clone()}</span></p> }
    });
    view! {
        <fieldset
            class="field-group question-asked"
            id=format!("question-{number}")
            tabindex="-1"
            data-focus=is_moved.then_some("")
        >
            <legend>{legend}</legend>
            <input type="hidden" name="number" value=number.to_string() />
            <input type="hidden" name=format!("kind_{number}") value=row.kind.as_str() />
            {original}
            {words(site, page, at, row)}
            {of_kind(site, page, at, row)}
            <label class="choice">
                <input
                    type="checkbox"
                    name=format!("required_{number}")
                    value="1"
                    checked=row.required
                />
                <span>{texts.required()}</span>
            </label>
            {page.may_change.then(|| moving(site, page, at, count, number))}
        </fieldset>
    }
    .into_any()
}

/// The buttons that move a question or take it out. Each names the question, for who hears them alone.
fn moving(site: Site, page: &SurveyForm, at: usize, count: usize, number: u32) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let button = |what: &str, words: &'static str| {
        let label = texts.of_question(words, &(at + 1).to_string());
        view! {
            <button type="submit" class="button small" name="form" value=format!("{what}:{number}") aria-label=label>
                {words}
            </button>
        }
    };
    let up = (at > 0).then(|| button("up", texts.up()));
    let down = (at + 1 < count).then(|| button("down", texts.down()));
    let drop = (page.answers == 0).then(|| button("drop", texts.drop()));
    view! { <p class="actions">{up} {down} {drop}</p> }.into_any()
}

/// Whether a part of the question at `at` is wrong.
fn is_wrong(page: &SurveyForm, at: usize, part: &str) -> bool {
    let field = question_field(at, page.language, part);
    page.faults.contains(&field)
}

fn words(site: Site, page: &SurveyForm, at: usize, row: &QuestionRow) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let name = format!("text_{}", row.number);
    let wrong = is_wrong(page, at, "text").then_some(texts.question_fault());
    let about = About::new(&name, "", wrong);
    view! {
        <div class="field">
            <label for=name.clone()>{texts.question()}</label>
            <input
                id=name.clone()
                name=name
                type="text"
                class="long"
                value=row.text.clone()
                lang=page.language.tag()
                maxlength=(2 * QUESTION_MAX).to_string()
                autocomplete="off"
                aria-describedby=about.ids()
                aria-invalid=about.invalid()
            />
            {about.view()}
        </div>
    }
    .into_any()
}

/// What only some kinds of questions have.
fn of_kind(site: Site, page: &SurveyForm, at: usize, row: &QuestionRow) -> AnyView {
    match row.kind {
        QuestionKind::One | QuestionKind::Many => options(site, page, at, row),
        QuestionKind::Scale => scale(site, page, at, row),
        QuestionKind::Text => ().into_any(),
    }
}

fn options(site: Site, page: &SurveyForm, at: usize, row: &QuestionRow) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let name = format!("options_{}", row.number);
    let wrong = is_wrong(page, at, "options").then_some(texts.options_fault());
    let about = About::new(&name, texts.options_hint(), wrong);
    view! {
        <div class="field">
            <label for=name.clone()>{texts.options()}</label>
            <textarea
                id=name.clone()
                name=name
                rows="4"
                lang=page.language.tag()
                maxlength=(2 * OPTION_MAX * OPTIONS_MAX).to_string()
                aria-describedby=about.ids()
                aria-invalid=about.invalid()
                inner_html=inside(&row.options)
            ></textarea>
            {about.view()}
        </div>
    }
    .into_any()
}

fn scale(site: Site, page: &SurveyForm, at: usize, row: &QuestionRow) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let number = row.number;
    let end = |part: &str, label: &'static str, value: &str| {
        let name = format!("{part}_{number}");
        let wrong = is_wrong(page, at, part).then_some(texts.end_fault());
        let about = About::new(&name, "", wrong);
        view! {
            <div class="field">
                <label for=name.clone()>{label}</label>
                <input
                    id=name.clone()
                    name=name
                    type="text"
                    value=value.to_owned()
                    lang=page.language.tag()
                    maxlength=(2 * END_MAX).to_string()
                    autocomplete="off"
                    aria-describedby=about.ids()
                    aria-invalid=about.invalid()
                />
                {about.view()}
            </div>
        }
    };
    let steps: Vec<_> = (2..=STEPS_MAX)
        .map(|steps| {
            let words = steps.to_string();
            view! { <option value=words.clone() selected=steps == row.steps>{words.clone()}</option> }
        })
        .collect();
    let name = format!("steps_{number}");
    view! {
        <div class="field">
            <label for=name.clone()>{texts.steps()}</label>
            <span class="select">
                <select id=name.clone() name=name>{steps}</select>
            </span>
        </div>
        <div class="pair">
            {end("low", texts.low(), &row.low)}
            {end("high", texts.high(), &row.high)}
        </div>
    }
    .into_any()
}
