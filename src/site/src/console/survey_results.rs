//! What has come of a survey: plots with the numbers beside them, and what was said in own words.

use super::plot::{Pair, plot, track};
use super::{here, survey_questions, with_query};
use crate::context::Site;
use crate::survey_page::{SurveyResultsPage, TextAnswers};
use bookplate_widgets::numbers::points;
use bookplate_widgets::{dates, texts};
use bookplate_wire::faq::best_language;
use bookplate_wire::surveys::results::QuestionResult;
use bookplate_wire::surveys::{Question, QuestionKind, QuestionText};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &SurveyResultsPage) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let survey = &page.survey;
    let language = best_language(&survey.content.languages(), site.lang, site.lang);
    let mut titles = survey.content.texts.iter();
    let title = titles.find(|text| Some(text.language) == language);
    let title = title.map(|text| text.title.clone()).unwrap_or_default();
    let words = |question: &Question| {
        let text = language.and_then(|language| question.text_in(language));
        text.cloned().unwrap_or_default()
    };
    let results = survey.content.questions.iter().zip(&page.results.questions);
    let shown =
        results.filter(|(question, _)| page.only.is_none_or(|only| only == question.number));
    let shown: Vec<_> = shown
        .map(|(question, result)| of_question(site, page, question, &words(question), result))
        .collect();
    let form = here(site, &format!("surveys/{}", survey.id));
    let all = match page.only {
        None => view! { <a class="go" href=form>{texts.back_to_survey()}</a> },
        Some(_) => {
            let href = here(site, &format!("surveys/{}/results", survey.id));
            view! { <a class="go" href=href>{texts.all_results()}</a> }
        }
    };
    let export = (page.may_export && page.results.answers > 0).then(|| {
        let href = here(site, &format!("surveys/{}/answers.csv", survey.id));
        view! {
            <p class="actions">
                <a class="button" href=href rel="external" download="">{texts.download()}</a>
            </p>
        }
    });
    view! {
        <p>{all}</p>
        <h1 tabindex="-1" dir="auto">{title}</h1>
        <p>{texts.answers(page.results.answers)}</p>
        <p class="quiet">{texts.no_names()}</p>
        {shown}
        {export}
    }
    .into_any()
}

fn of_question(
    site: Site,
    page: &SurveyResultsPage,
    question: &Question,
    words: &QuestionText,
    result: &QuestionResult,
) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let kind = survey_questions::kind(site.lang, question.kind);
    let answered = texts.answered(result.answered);
    let body = match question.kind {
        QuestionKind::One | QuestionKind::Many => choices(site, words, result),
        QuestionKind::Scale => scale(site, words, result),
        QuestionKind::Text => {
            let mut texts = page.texts.iter();
            let texts = texts.find(|texts| texts.number == question.number);
            texts.map_or_else(|| ().into_any(), |texts| own_words(site, page, texts))
        }
    };
    view! {
        <section class="part">
            <h2 dir="auto">{words.text.clone()}</h2>
            <p class="quiet">{kind} " · " {answered}</p>
            {body}
        </section>
    }
    .into_any()
}

/// A share in tenths of a percent, as people read it.
fn percent(tenths: u64) -> String {
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// How often each choice was made, as a bar beside its numbers.
fn choices(site: Site, words: &QuestionText, result: &QuestionResult) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let lines: Vec<_> = words
        .options
        .iter()
        .zip(&result.counts)
        .map(|(option, count)| {
            let share = result.share(*count);
            view! {
                <tr>
                    <th scope="row" dir="auto">{option.clone()}</th>
                    <td class="number">{points((*count).into())}</td>
                    <td class="number">{percent(share)}</td>
                    {track("bar out", share)}
                </tr>
            }
        })
        .collect();
    view! {
        <table class="figures spread">
            <thead>
                <tr>
                    <th scope="col">{texts.choice()}</th>
                    <th scope="col" class="number">{texts.chosen()}</th>
                    <th scope="col" class="number">{texts.share()}</th>
                    <td></td>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

/// How often each step was chosen, as a plot with the numbers below.
fn scale(site: Site, words: &QuestionText, result: &QuestionResult) -> AnyView {
    let texts = texts::Surveys(site.lang);
    let mean = result
        .mean()
        .map(|mean| format!("{}.{:02}", mean / 100, mean % 100));
    let said = mean.map(|mean| texts.mean(&mean, &result.counts.len().to_string()));
    let figures: Vec<(i64, i64)> = result.counts.iter().map(|one| ((*one).into(), 0)).collect();
    let label = said.clone().unwrap_or_default();
    let svg = plot(&label, Pair::Part, &figures);
    let drawn = (result.answered > 0).then(|| {
        view! {
            <div class="plot" inner_html=svg></div>
            <p class="ends quiet" dir="auto" aria-hidden="true">
                <span>{words.low.clone()}</span>
                <span>{words.high.clone()}</span>
            </p>
        }
    });
    let last = result.counts.len();
    let lines: Vec<_> = result
        .counts
        .iter()
        .enumerate()
        .map(|(at, count)| {
            let end = match at + 1 {
                1 => words.low.clone(),
                step if step == last => words.high.clone(),
                _ => String::new(),
            };
            view! {
                <tr>
                    <th scope="row">
                        {(at + 1).to_string()}
                        {(!end.is_empty()).then(|| view! { <span class="quiet" dir="auto">{end.clone()}</span> })}
                    </th>
                    <td class="number">{points((*count).into())}</td>
                    <td class="number">{percent(result.share(*count))}</td>
                </tr>
            }
        })
        .collect();
    view! {
        {said.map(|words| view! { <p>{words}</p> })}
        {drawn}
        <table class="figures">
            <thead>
                <tr>
                    <th scope="col">{texts.step()}</th>
                    <th scope="col" class="number">{texts.chosen()}</th>
                    <th scope="col" class="number">{texts.share()}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

fn own_words(site: Site, page: &SurveyResultsPage, texts: &TextAnswers) -> AnyView {
    let lines: Vec<_> = texts
        .texts
        .iter()
        .map(|one| {
            let lang = Some(one.language.clone()).filter(|lang| !lang.is_empty());
            let lines: Vec<_> = one
                .text
                .lines()
                .map(|line| view! { <p>{line.to_owned()}</p> })
                .collect();
            view! {
                <li class="row">
                    <div class="what">
                        <div class="said" dir="auto" lang=lang>{lines}</div>
                        <p class="quiet">{dates::long(site.lang, &one.on)}</p>
                    </div>
                </li>
            }
        })
        .collect();
    let number = texts.number.to_string();
    let results = here(site, &format!("surveys/{}/results", page.survey.id));
    let more = texts.next.as_ref().map(|next| {
        let mut parameters = vec![("question", &*number)];
        // The first page is all that stands below the other questions.
        if page.only.is_some() {
            parameters.push(("after", next));
        }
        let href = with_query(results, parameters);
        view! { <p><a class="go" href=href>{texts::Surveys(site.lang).more()}</a></p> }
    });
    view! {
        {(!lines.is_empty()).then(|| view! { <ul class="rows">{lines}</ul> })}
        {more}
    }
    .into_any()
}
