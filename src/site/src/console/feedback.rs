//! Feedback cases: what shoppers want the shop to put right.

use super::reviews::paragraphs;
use super::{here, moment, with_query};
use crate::console_page::CasesPage;
use crate::context::Site;
use crate::member::photo_list_with_words;
use bookplate_widgets::texts;
use bookplate_wire::feedback::{CaseState, FeedbackCase};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &CasesPage) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let entries = page.page.cases.iter();
    let entries: Vec<_> = entries.map(|case| entry(site, page, case)).collect();
    let list = if entries.is_empty() {
        let words = match page.state {
            CaseState::Open => texts.none_open(),
            CaseState::Closed => texts.none_closed(),
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        view! { <ol class="rows">{entries}</ol> }.into_any()
    };
    let link = |state: CaseState, words: String| {
        let current = (state == page.state).then_some("page");
        view! { <li><a href=address(site, state, None) aria-current=current>{words}</a></li> }
    };
    let more = page.page.next.as_deref().map(|next| {
        let href = address(site, page.state, Some(next));
        view! { <p class="actions"><a class="button" href=href rel="next">{texts.more()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        <nav class="tabs" aria-label=texts.which()>
            <ul>
                {link(CaseState::Open, texts.open(page.page.open))}
                {link(CaseState::Closed, texts.closed().to_owned())}
            </ul>
        </nav>
        {list}
        {more}
    }
    .into_any()
}

/// The address of a list of cases, from behind `after`.
fn address(site: Site, state: CaseState, after: Option<&str>) -> String {
    let state = (state != CaseState::default()).then_some(("state", state.as_str()));
    let parameters = state.into_iter().chain(after.map(|after| ("after", after)));
    with_query(here(site, "cases"), parameters)
}

fn entry(site: Site, page: &CasesPage, case: &FeedbackCase) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let own = &case.case;
    let title = (!own.title.is_empty()).then(|| view! { <p class="title">{own.title.clone()}</p> });
    let lang = (!own.language.is_empty()).then(|| own.language.clone());
    let known = [&case.name, &case.email, &case.external_id];
    let known: Vec<_> = known.into_iter().filter(|text| !text.is_empty()).collect();
    let from = match known.split_first() {
        None => texts.somebody().to_owned(),
        Some((first, [])) => (*first).clone(),
        Some((first, rest)) => {
            let rest: Vec<&str> = rest.iter().map(|text| text.as_str()).collect();
            format!("{first} ({})", rest.join(", "))
        }
    };
    let by = (!case.closed_by.is_empty()).then(|| {
        view! { <span>{texts.closed_by(&case.closed_by)}</span> }
    });
    let (label, words, state) = match own.closed_at {
        None => (
            texts.close_this(&own.book, &from),
            texts.close(),
            CaseState::Closed,
        ),
        Some(_) => (
            texts.reopen_this(&own.book, &from),
            texts.reopen(),
            CaseState::Open,
        ),
    };
    let act = page.may_change.then(|| {
        view! {
            <form method="post" action=address(site, page.state, None) class="actions">
                <input type="hidden" name="case" value=own.id.to_string() />
                <button type="submit" class="button" name="state" value=state.as_str() aria-label=label>
                    {words}
                </button>
            </form>
        }
    });
    view! {
        <li class="row case">
            <div class="what">
                <h2>{own.book.clone()}</h2>
                <p class="quiet">
                    <span>{texts.from(&from)}</span>
                    <span>{texts.since(&moment(site, &case.opened))}</span>
                    {by}
                </p>
                <div class="text" lang=lang dir="auto">{title} {paragraphs(site, &own.body)}</div>
                {photo_list_with_words(site, &case.name, &case.photos)}
            </div>
            {act}
        </li>
    }
    .into_any()
}
