//! Surveys: the list, and where one is written, one language at a time.

use super::survey_questions::{adding, question};
use super::{fault, here, moment, readonly, with_query};
use crate::context::Site;
use crate::forms::{Line, Written, choice};
use crate::member::survey_questions;
use crate::survey_page::{SurveyForm, SurveysPage};
use bookplate_widgets::texts::{self, Pages};
use bookplate_widgets::{dates, numbers};
use bookplate_wire::Lang;
use bookplate_wire::faq::{best_language, text_field};
use bookplate_wire::problem::Code;
use bookplate_wire::surveys::answers::ShownSurvey;
use bookplate_wire::surveys::{INTRODUCTION_MAX, SurveyLine, SurveyState, TITLE_MAX};
use leptos::prelude::*;

/// A page about what shoppers are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// Surveys.
    Surveys,
    /// How likely a recommendation is.
    Nps,
}

/// The way to the other page.
pub(super) fn tabs(site: Site, current: Tab) -> AnyView {
    let link = |tab: Tab, path: &str, words: &'static str| {
        let current = (tab == current).then_some("page");
        view! { <li><a href=here(site, path) aria-current=current>{words}</a></li> }
    };
    let texts = texts::Surveys(site.lang);
    view! {
        <nav class="tabs" aria-label=texts.asked()>
            <ul>
                {link(Tab::Surveys, "surveys", texts.heading())}
                {link(Tab::Nps, "nps", texts::Nps(site.lang).heading())}
            </ul>
        </nav>
    }
    .into_any()
}

pub(super) fn list(site: Site, page: &SurveysPage) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let lines = page.surveys.iter();
    let lines: Vec<_> = lines
        .map(|(changed, survey)| line(site, changed, survey))
        .collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.none_yet()}</p> }.into_any()
    } else {
        view! { <ul class="rows">{lines}</ul> }.into_any()
    };
    let new = page.may_change.then(|| {
        view! { <p class="actions"><a class="button primary" href=here(site, "surveys/new")>{texts.write_new()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {tabs(site, Tab::Surveys)}
        <p class="quiet">{texts.hint()}</p>
        {readonly(site, page.may_change)}
        {new}
        {list}
    }
    .into_any()
}

/// What a state is called, and how it is marked.
pub(super) fn state(lang: Lang, state: SurveyState) -> (&'static str, &'static str) {
    let texts = texts::Surveys(lang);
    match state {
        SurveyState::Draft => ("", texts.draft()),
        SurveyState::Open => ("mark", texts.open()),
        SurveyState::Closed => ("", texts.closed()),
    }
}

fn line(site: Site, changed: &str, survey: &SurveyLine) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let has: Vec<Lang> = survey.titles.iter().map(|title| title.language).collect();
    let shown = best_language(&has, site.lang, site.lang);
    let mut titles = survey.titles.iter();
    let title = titles.find(|title| Some(title.language) == shown);
    let title = title.map(|title| title.title.clone());
    let (mark, words) = state(site.lang, survey.state);
    let answers = (survey.answers > 0).then(|| {
        let href = here(site, &format!("surveys/{}/results", survey.id));
        view! { <a href=href>{texts.answers(survey.answers)}</a> }
    });
    let days = days(site.lang, &survey.from, &survey.until);
    view! {
        <li class="row">
            <div class="what">
                <p class="title">
                    <a href=here(site, &format!("surveys/{}", survey.id)) lang=shown.map(Lang::tag)>{title}</a>
                </p>
                <p class="quiet">
                    <span class=mark>{words}</span>
                    {days.map(|days| view! { <span>{days}</span> })}
                    <span>{texts.changed(&moment(site, changed))}</span>
                    {answers}
                </p>
            </div>
        </li>
    }
    .into_any()
}

/// On which days a survey can be answered, in words.
fn days(lang: Lang, from: &str, until: &str) -> Option<String> {
    let texts = texts::Surveys(lang);
    let day = |day: &str| dates::long(lang, day);
    match (from, until) {
        ("", "") => None,
        (from, "") => Some(texts.from_day(&day(from))),
        ("", until) => Some(texts.until_day(&day(until))),
        (from, until) => Some(texts.from_until(&day(from), &day(until))),
    }
}

/// The address of the form in a language.
fn address(site: Site, page: &SurveyForm, language: Lang) -> String {
    let survey = page.id.as_ref().map_or("new", |id| id.as_str());
    let form = here(site, &format!("surveys/{survey}"));
    with_query(form, [("text", language.tag())])
}

pub(super) fn form(site: Site, page: &SurveyForm) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let heading = if page.id.is_some() {
        texts.edit_heading()
    } else {
        texts.new_heading()
    };
    let action = address(site, page, page.language);
    let body = view! {
        <form method="post" action=action.clone() class="stack survey-form">
            <input type="hidden" name="version" value=page.version.to_string() />
            <fieldset class="plain stack" disabled=!page.may_change>
                {fields(site, page)}
                {questions(site, page)}
                {page.may_change.then(|| buttons(site))}
            </fieldset>
        </form>
    };
    view! {
        <p><a class="go" href=here(site, "surveys")>{texts.back()}</a></p>
        <h1 tabindex="-1">{heading}</h1>
        {standing(site, page)}
        {readonly(site, page.may_change)}
        {whole(site, page)}
        {languages(site, page)}
        {body}
        {page.preview.as_ref().map(|survey| preview(site, survey))}
        {end(site, page, &action)}
    }
    .into_any()
}

/// What is wrong, or else to be known, of the form as a whole.
fn whole(site: Site, page: &SurveyForm) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let whole = [
        (Code::SurveyChanged.as_str(), texts.changed_meanwhile()),
        (Code::SurveyLimit.as_str(), texts.too_many()),
        (Code::SurveyHasAnswers.as_str(), texts.has_answers()),
        ("questions", texts.questions_fault()),
        ("texts", texts.texts_fault()),
    ];
    let mut whole = whole.into_iter();
    let wrong = whole.find_map(|(fault_name, words)| fault(&page.faults, fault_name, words));
    if let Some(words) = wrong {
        return view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{words.to_owned()}</p> }
            .into_any();
    }
    let unsaved = page
        .unsaved
        .then(|| view! { <p class="notice" role="status">{texts.unsaved()}</p> });
    view! { {unsaved} }.into_any()
}

/// How far the survey is, where it is, and what has come of it.
fn standing(site: Site, page: &SurveyForm) -> Option<AnyView> {
    let texts = texts::Surveys(site.lang);
    let id = page.id.as_ref()?;
    let (mark, words) = state(site.lang, page.state);
    let results = (page.answers > 0).then(|| {
        let href = here(site, &format!("surveys/{id}/results"));
        let words = texts.answers(page.answers);
        view! { <p><a class="go" href=href>{words}</a></p> }
    });
    let fixed = (page.answers > 0 && page.may_change)
        .then(|| view! { <p class="quiet">{texts.fixed_hint()}</p> });
    let link = (page.state != SurveyState::Draft).then(|| {
        let (href, words) = (page.address.clone(), page.address.clone());
        view! {
            <p>
                <span class="quiet">{texts.page()}</span>
                " "
                <a href=href rel="external" class="address">{words}</a>
            </p>
        }
    });
    let view = view! {
        <p><span class=mark>{words}</span></p>
        {link}
        {results}
        {fixed}
    };
    Some(view.into_any())
}

fn buttons(site: Site) -> AnyView {
    let texts = texts::Surveys(site.lang);
    view! {
        <p class="actions">
            <button type="submit" class="button primary" name="form" value="save">
                {texts::Console(site.lang).save()}
            </button>
            <button type="submit" class="button" name="form" value="preview">{texts.show_preview()}</button>
        </p>
    }
    .into_any()
}

/// How it looks to shoppers. Nothing in it can be sent.
fn preview(site: Site, survey: &ShownSurvey) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let introduction = survey.introduction.lines();
    let introduction: Vec<_> = introduction
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect();
    view! {
        <section class="part" aria-labelledby="preview">
            <h2 id="preview">{texts.preview()}</h2>
            <div class="survey" lang=survey.language.tag()>
                <h3>{survey.title.clone()}</h3>
                {introduction}
                {survey_questions(site, survey, &[], &[])}
            </div>
        </section>
    }
    .into_any()
}

/// What is done with a survey as a whole: opened, closed, copied, deleted.
fn end(site: Site, page: &SurveyForm, action: &str) -> Option<AnyView> {
    let texts = texts::Surveys(site.lang);
    if page.id.is_none() || !page.may_change {
        return None;
    }
    let (turn, words, hint) = match page.state {
        SurveyState::Draft => ("open", texts.open_it(), texts.open_hint()),
        SurveyState::Open => ("close", texts.close_it(), texts.close_hint()),
        SurveyState::Closed => ("open", texts.open_again(), texts.open_hint()),
    };
    let has_several = page.has.len() > 1 && page.has.iter().any(|(lang, _)| *lang == page.language);
    let remove = has_several.then(|| {
        let name = Pages(page.language).own_name();
        view! {
            <button type="submit" class="button danger" name="form" value="remove">
                {texts::Faq(site.lang).remove_language(name)}
            </button>
        }
    });
    let delete_hint = if page.answers > 0 {
        texts.delete_answers_hint(&numbers::points(page.answers.into()))
    } else {
        texts.delete_hint().to_owned()
    };
    let version = page.version.to_string();
    let view = view! {
        <form method="post" action=action.to_owned() class="part stack">
            <input type="hidden" name="version" value=version.clone() />
            <p class="quiet">{hint}</p>
            <p class="actions">
                <button type="submit" class="button" name="form" value=turn>{words}</button>
                <button type="submit" class="button" name="form" value="copy">{texts.copy()}</button>
            </p>
        </form>
        <form method="post" action=action.to_owned() class="part stack">
            <input type="hidden" name="version" value=version />
            <p class="quiet">{delete_hint}</p>
            <p class="actions">
                <button type="submit" class="button danger" name="form" value="delete">
                    {texts.delete()}
                </button>
                {remove}
            </p>
        </form>
    };
    Some(view.into_any())
}

/// The languages, each with what is missing in it.
fn languages(site: Site, page: &SurveyForm) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let links: Vec<_> = Lang::ALL
        .into_iter()
        .map(|lang| {
            let current = (lang == page.language).then_some("page");
            let name = Pages(lang).own_name();
            let missing = page.has.iter().find(|(has, _)| *has == lang);
            let missing = match missing {
                None => Some(texts::Faq(site.lang).missing().to_owned()),
                Some((_, 0)) => None,
                Some((_, count)) => Some(texts.missing(u32::try_from(*count).unwrap_or(u32::MAX))),
            };
            let missing = missing.map(|words| view! { " " <span class="quiet">{words}</span> });
            view! {
                <li>
                    <a href=address(site, page, lang) aria-current=current>
                        <span lang=lang.tag()>{name}</span>
                        {missing}
                    </a>
                </li>
            }
        })
        .collect();
    view! { <nav class="tabs" aria-label=texts::Faq(site.lang).languages()><ul>{links}</ul></nav> }
        .into_any()
}

fn fields(site: Site, page: &SurveyForm) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let of = |name| text_field(page.language, name);
    let written = |name, label, value, most, rows, hint, wrong| {
        let written = Written {
            name,
            label,
            label_lang: None,
            value,
            lang: page.language,
            most,
            rows,
            hint,
            fault: fault(&page.faults, &of(name), wrong),
        };
        written.view()
    };
    let day = |name, label, value, hint| {
        let line = Line {
            name,
            label,
            value,
            kind: "date",
            autocomplete: "off",
            hint,
            fault: fault(&page.faults, name, texts.day_fault()),
        };
        line.view()
    };
    view! {
        {written(
            "title",
            texts.title(),
            &page.title,
            TITLE_MAX,
            None,
            "",
            texts.title_fault(),
        )}
        {written(
            "introduction",
            texts.introduction(),
            &page.introduction,
            INTRODUCTION_MAX,
            Some(4),
            texts.introduction_hint(),
            texts.introduction_fault(),
        )}
        <div class="pair">
            {day("from", texts.from(), &page.from, "")}
            {day("until", texts.until(), &page.until, texts.days_hint())}
        </div>
        {choice("checkbox", "members_only", "1", texts.members_only_field(), page.members_only)}
    }
    .into_any()
}

fn questions(site: Site, page: &SurveyForm) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let count = page.questions.len();
    let rows: Vec<_> = page
        .questions
        .iter()
        .enumerate()
        .map(|(at, row)| question(site, page, at, count, row))
        .collect();
    let fixed = page.answers > 0;
    view! {
        <h2>{texts.questions()}</h2>
        {rows}
        {(page.may_change && !fixed).then(|| adding(site))}
    }
    .into_any()
}
