//! A survey, where a shopper answers it.

use super::gifts::key;
use crate::context::Site;
use crate::forms::{About, inside};
use crate::page::{Content, Done, member_path};
use crate::survey_page::SurveyPage;
use bookplate_widgets::html::Html;
use bookplate_widgets::nps::steps;
use bookplate_widgets::{dates, numbers, texts};
use bookplate_wire::problem::Code;
use bookplate_wire::query;
use bookplate_wire::surveys::answers::{
    QuestionAnswer, ShownQuestion, ShownSurvey, Standing, TEXT_MAX, answer_field,
};
use bookplate_wire::surveys::{QuestionKind, survey_path};
use leptos::prelude::*;

/// The page, if `content` is it.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Survey(page) = content else {
        return None;
    };
    Some(view(site, page))
}

fn view(site: Site, page: &SurveyPage) -> AnyView {
    let survey = &page.survey;
    let introduction = introduction(survey);
    view! {
        <div lang=survey.language.tag()>
            <h1 tabindex="-1">{survey.title.clone()}</h1>
            {introduction}
        </div>
        {rest(site, page)}
    }
    .into_any()
}

/// What a survey is for, a paragraph a line.
fn introduction(survey: &ShownSurvey) -> Option<AnyView> {
    let lines = survey.introduction.lines();
    let lines: Vec<_> = lines
        .filter(|line| !line.is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect();
    (!lines.is_empty()).then(|| view! { <div class="prose">{lines}</div> }.into_any())
}

/// What can be done with a survey: the form, or why there is none.
fn rest(site: Site, page: &SurveyPage) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let survey = &page.survey;
    let done = site.page.with_untracked(|page| page.done);
    if !page.answered_on.is_empty() {
        let day = dates::long(site.lang, &page.answered_on);
        return view! { <p class="quiet">{texts.answered_on(&day)}</p> }.into_any();
    }
    if done == Some(Done::SurveyAnswered) {
        return ().into_any();
    }
    let closed = |words: String| view! { <p class="quiet">{words}</p> }.into_any();
    match survey.standing {
        Standing::Soon => closed(texts.begins(&dates::long(site.lang, &survey.from))),
        Standing::Over => closed(texts.over().to_owned()),
        Standing::Open if survey.members_only && !page.signed_in => {
            let key = key(site);
            let mut path = member_path(&key, "sign-in");
            path.push('?');
            query::push(&mut path, "back", &survey_path(&key, &survey.code));
            view! {
                <p>{texts.members_only()}</p>
                <p class="actions">
                    <a class="button primary" href=site.href(&path) rel="external">{texts.sign_in()}</a>
                </p>
            }
            .into_any()
        }
        Standing::Open => form(site, page),
    }
}

fn form(site: Site, page: &SurveyPage) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let survey = &page.survey;
    let whole = [
        (Code::RateLimited.as_str(), texts.too_often()),
        ("answers", texts.nothing_answered()),
        (Code::SurveyAnswered.as_str(), texts.answered_before()),
    ];
    let whole = whole
        .into_iter()
        .find(|(fault, _)| page.faults.iter().any(|one| one == fault));
    let whole = whole.map(|(_, words)| {
        view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{words}</p> }
    });
    let until = (!survey.until.is_empty()).then(|| {
        let day = dates::long(site.lang, &survey.until);
        view! { <p class="quiet">{texts.open_until(&day)}</p> }
    });
    let promise = (page.points > 0).then(|| {
        let words = texts.promise(&numbers::points(page.points));
        view! { <p class="quiet">{words}</p> }
    });
    let action = site.href(&survey_path(&key(site), &survey.code));
    view! {
        {whole}
        <form method="post" action=action class="survey">
            <input type="hidden" name="draft" value=page.draft.clone() />
            {questions(site, survey, &page.answers, &page.faults)}
            <p class="quiet">{texts.without_name()}</p>
            {promise}
            {until}
            <p class="actions">
                <button type="submit" class="button primary">{texts.send()}</button>
            </p>
        </form>
    }
    .into_any()
}

/// The questions with what was answered so far.
pub(crate) fn questions(
    site: Site,
    survey: &ShownSurvey,
    answers: &[QuestionAnswer],
    faults: &[String],
) -> AnyView {
    let shown: Vec<_> = survey
        .questions
        .iter()
        .map(|question| {
            let answer = answers.iter().find(|one| one.question == question.number);
            let field = answer_field(question.number);
            let wrong = faults.contains(&field);
            one(site, survey, question, answer, wrong)
        })
        .collect();
    view! { <ol class="questions-asked">{shown}</ol> }.into_any()
}

fn one(
    site: Site,
    survey: &ShownSurvey,
    question: &ShownQuestion,
    answer: Option<&QuestionAnswer>,
    wrong: bool,
) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let name = format!("q{}", question.number);
    let fault = wrong.then(|| match question.kind {
        QuestionKind::Text if answer.is_some() => texts.text_fault(),
        _ => texts.required_fault(),
    });
    let hint = match question.kind {
        QuestionKind::Many => texts.several(),
        QuestionKind::One | QuestionKind::Scale | QuestionKind::Text => "",
    };
    // What is to be known before choosing stands above.
    let (hint, about) = (About::new(&name, hint, None), About::new(&name, "", fault));
    let ids = [hint.ids(), about.ids()].into_iter().flatten();
    let ids = Some(ids.collect::<Vec<_>>().join(" ")).filter(|ids| !ids.is_empty());
    let optional =
        (!question.required).then(|| view! { " " <span class="quiet">{texts.optional()}</span> });
    let lang = survey.language.tag();
    let asked = view! {
        <span lang=lang>{question.text.clone()}</span>
        {optional}
    };
    if question.kind == QuestionKind::Text {
        let said = answer.map_or("", |answer| &answer.text);
        return view! {
            <li>
                <div class="field">
                    <label for=name.clone()>{asked}</label>
                    <textarea
                        id=name.clone()
                        name=name
                        rows="3"
                        maxlength=(2 * TEXT_MAX).to_string()
                        aria-describedby=about.ids()
                        aria-invalid=about.invalid()
                        inner_html=inside(said)
                    ></textarea>
                    {about.view()}
                </div>
            </li>
        }
        .into_any();
    }
    let chosen = answer.map_or(&[][..], |answer| &answer.chosen);
    let places = match question.kind {
        QuestionKind::Scale => scale(question, lang, &name, chosen),
        _ => choices(question, lang, &name, chosen),
    };
    view! {
        <li>
            <fieldset class="field" aria-describedby=ids aria-invalid=about.invalid() tabindex="-1">
                <legend>{asked}</legend>
                {hint.view()}
                {places}
                {about.view()}
            </fieldset>
        </li>
    }
    .into_any()
}

fn choices(question: &ShownQuestion, lang: &'static str, name: &str, chosen: &[u32]) -> AnyView {
    let kind = match question.kind {
        QuestionKind::Many => "checkbox",
        _ => "radio",
    };
    let options: Vec<_> = (1_u32..)
        .zip(&question.options)
        .map(|(place, words)| {
            view! {
                <label class="choice">
                    <input
                        type=kind
                        name=name.to_owned()
                        value=place.to_string()
                        checked=chosen.contains(&place)
                    />
                    <span lang=lang>{words.clone()}</span>
                </label>
            }
        })
        .collect();
    view! { <div>{options}</div> }.into_any()
}

fn scale(question: &ShownQuestion, lang: &'static str, name: &str, chosen: &[u32]) -> AnyView {
    let ends = [&*question.low, &*question.high];
    let mut html = Html::default();
    steps(
        &mut html,
        1..=question.steps.into(),
        name,
        chosen,
        ends,
        lang,
    );
    view! { <div inner_html=html.finish()></div> }.into_any()
}
