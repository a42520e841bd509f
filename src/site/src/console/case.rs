//! One case: what has happened, and what the staff can do.

use super::feedback::{due, sender};
use super::{canned, here, link, moment, readonly, shop_id, shortcuts};
use crate::case_page::StaffCasePage;
use crate::console_page::{ConsolePage, console_path};
use crate::context::Site;
use crate::forms::{About, Line, choice, inside};
use crate::page::Content;
use crate::timeline::{facts, state_words, timeline};
use bookplate_widgets::{feedback, texts};
use bookplate_wire::feedback::inbox::FullCase;
use bookplate_wire::feedback::live::OtherAgent;
use bookplate_wire::feedback::writing::TEXT_MAX;
use bookplate_wire::feedback::{CaseState, ReturnState};
use bookplate_wire::problem::Code;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &StaffCasePage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let own = &page.case.case.case;
    let quicker = page
        .faults
        .iter()
        .any(|fault| fault == Code::CaseChanged.as_str())
        .then(|| view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{texts.changed()}</p> });
    let keys = [
        ("r", texts.key_answer()),
        ("c", texts.key_canned()),
        ("n", texts.key_note()),
        ("u", texts.key_back()),
    ];
    let forms = page.may_change.then(|| {
        view! {
            {stale(site)}
            {answer(site, page)}
            {change(site, page)}
            {note(site, page)}
            {link::view(site, page)}
            {merge(site, page)}
        }
    });
    view! {
        <div data-keys="">
            <p><a class="go" href=here(site, "cases") data-key="u">{texts.back()}</a></p>
            <h1 tabindex="-1">{feedback::kind(site.lang, own.kind)}</h1>
            {quicker}
            {readonly(site, page.may_change)}
            {site.fresh(&page.case, case_of, so_far)}
            {others(site)}
            {forms}
            {shortcuts::view(site, &keys)}
        </div>
    }
    .into_any()
}

fn case_of(content: &Content) -> Option<&FullCase> {
    match content {
        Content::Console(ConsolePage::Case(page)) => Some(&page.case),
        _ => None,
    }
}

/// How far it is, and what has happened.
fn so_far(site: Site, case: &FullCase) -> AnyView {
    let texts = texts::Cases(site.lang);
    let (case, own, entries) = (&case.case, &case.case.case, &case.entries);
    let owned = (!case.owner_name.is_empty())
        .then(|| view! { <span>{texts.owned_by(&case.owner_name)}</span> });
    let closed = (!case.closed_by.is_empty())
        .then(|| view! { <span>{texts.closed_by(&case.closed_by)}</span> });
    let tags = case.tags.iter();
    let tags: Vec<_> = tags
        .map(|tag| view! { <span class="tag" dir="auto">{tag.clone()}</span> })
        .collect();
    view! {
        <p class="quiet case-facts">
            <span class="mark">{state_words(site, own.state)}</span>
            {due(site, case)}
            <span>{texts.from(&sender(site, case))}</span>
            <span>{texts.since(&moment(site, &case.opened))}</span>
            {owned}
            {closed}
            {tags}
        </p>
        {facts(site, own)}
        <h2>{texts::Feedback(site.lang).timeline()}</h2>
        {timeline(site, own, entries, Some(&case.name))}
    }
    .into_any()
}

/// Says that the case has changed since its forms were shown: what they send would be refused.
fn stale(site: Site) -> AnyView {
    let texts = texts::Cases(site.lang);
    let shown = move || {
        site.renewed.with(Option::is_some).then(|| {
            view! {
                <div class="stale">
                    <p>{texts.stale()}</p>
                    <button type="button" class="button" data-renew="">{texts.renew()}</button>
                </div>
            }
        })
    };
    shown.into_any()
}

/// Who else has the case open.
fn others(site: Site) -> AnyView {
    let texts = texts::Cases(site.lang);
    let line = move |other: &OtherAgent| {
        let words = if other.writing {
            texts.writes(&other.name)
        } else {
            texts.reads(&other.name)
        };
        let class = if other.writing { "writes" } else { "reads" };
        view! { <span class=class>{words}</span> }
    };
    let lines = move || {
        site.others
            .with(|others| others.iter().map(line).collect::<Vec<_>>())
    };
    view! { <p class="others" aria-live="polite">{lines}</p> }.into_any()
}

pub(super) fn action(site: Site, page: &StaffCasePage) -> String {
    let path = format!("cases/{}", page.case.case.case.id);
    site.href(&console_path(&shop_id(site), &path))
}

/// What every form of the page says: which version was looked at.
pub(super) fn version(page: &StaffCasePage) -> AnyView {
    let version = page.case.case.version.to_string();
    view! { <input type="hidden" name="version" value=version /> }.into_any()
}

pub(super) fn fault<'a>(page: &StaffCasePage, name: &str, words: &'a str) -> Option<&'a str> {
    super::fault(&page.faults, name, words)
}

/// A text to write, which `key` leads to. Where it `goes_on`, the focus is put there.
fn area(
    (id, key): (&'static str, &'static str),
    (label, hint): (&str, &str),
    text: &str,
    goes_on: bool,
    wrong: Option<&str>,
) -> AnyView {
    let about = About::new(id, hint, wrong);
    let focus = goes_on.then_some("");
    view! {
        <div class="field">
            <label for=id data-key=key>{label.to_owned()}</label>
            <textarea
                id=id
                name=id
                rows="5"
                required=true
                maxlength=TEXT_MAX.to_string()
                aria-describedby=about.ids()
                aria-invalid=about.invalid()
                data-focus=focus
                inner_html=inside(text)
            ></textarea>
            {about.view()}
        </div>
    }
    .into_any()
}

fn answer(site: Site, page: &StaffCasePage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let unfilled = canned::unfilled(site, &page.answer);
    // Before it is sent, and where it was refused for that.
    let wrong = match &unfilled {
        Some(words) => Some(words.as_str()),
        None => fault(page, "answer", texts.text_fault()),
    };
    let about = (texts.answer(), texts.answer_hint());
    let then = [
        (CaseState::Waiting, texts.then_waiting()),
        (CaseState::InProgress, texts.then_in_progress()),
        (CaseState::Resolved, texts.then_resolved()),
    ];
    let then = then
        .map(|(state, words)| choice("radio", "state", state.as_str(), words, state == page.then));
    view! {
        <form method="post" action=action(site, page) class="stack">
            {version(page)}
            {canned::choose(site, page)}
            {area(("answer", "r"), about, &page.answer, page.inserted, wrong)}
            <fieldset class="field">
                <legend>{texts.then()}</legend>
                <div class="chips">{then.into_iter().collect::<Vec<_>>()}</div>
            </fieldset>
            <p class="actions">
                <button type="submit" class="button primary" name="form" value="answer">{texts.send()}</button>
            </p>
        </form>
    }
    .into_any()
}

fn note(site: Site, page: &StaffCasePage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let wrong = fault(page, "note", texts.text_fault());
    view! {
        <form method="post" action=action(site, page) class="stack">
            {area(("note", "n"), (texts.note(), texts.note_hint()), &page.note, false, wrong)}
            <p class="actions">
                <button type="submit" class="button" name="form" value="note">{texts.keep()}</button>
            </p>
        </form>
    }
    .into_any()
}

fn change(site: Site, page: &StaffCasePage) -> AnyView {
    let (texts, case) = (texts::Cases(site.lang), &page.case.case);
    let owners = page.owners.iter().map(|(id, name)| {
        let is_owner = case.owner.as_ref() == Some(id);
        view! { <option value=id.to_string() selected=is_owner>{name.clone()}</option> }
    });
    let owners: Vec<_> = owners.collect();
    let states = [
        CaseState::InProgress,
        CaseState::Waiting,
        CaseState::Resolved,
    ]
    .map(|state| {
        view! { <option value=state.as_str()>{state_words(site, state)}</option> }
    });
    let written = page.tags.clone().unwrap_or_else(|| case.tags.join(", "));
    let tags = Line {
        name: "tags",
        label: texts.tags(),
        value: &written,
        kind: "text",
        autocomplete: "off",
        hint: texts.tags_hint(),
        fault: fault(page, "tags", texts.tags_fault()),
    };
    let decide = case.case.goes_back.as_ref().map(|back| {
        let option = |state: ReturnState, words: &'static str| {
            view! { <option value=state.as_str() selected=back.state == state>{words}</option> }
        };
        view! {
            <div class="field">
                <label for="return">{texts.decide()}</label>
                <span class="select">
                    <select id="return" name="return">
                        <option value="">{texts.unchanged()}</option>
                        {option(ReturnState::Approved, texts.approve())}
                        {option(ReturnState::Refused, texts.refuse())}
                    </select>
                </span>
            </div>
        }
    });
    view! {
        <form method="post" action=action(site, page) class="stack">
            {version(page)}
            <h2>{texts.facts()}</h2>
            <div class="pair">
                <div class="field">
                    <label for="owner">{texts.owner()}</label>
                    <span class="select">
                        <select id="owner" name="owner">
                            <option value="">{texts.nobody()}</option>
                            {owners}
                        </select>
                    </span>
                </div>
                <div class="field">
                    <label for="state">{texts.state()}</label>
                    <span class="select">
                        <select id="state" name="state">
                            <option value="">{texts.unchanged()}</option>
                            {states.into_iter().collect::<Vec<_>>()}
                        </select>
                    </span>
                </div>
                {decide}
            </div>
            {tags.view()}
            <p class="actions">
                <button type="submit" class="button" name="form" value="change">{texts.save()}</button>
            </p>
        </form>
    }
    .into_any()
}

fn merge(site: Site, page: &StaffCasePage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let into = Line {
        name: "into",
        label: texts.merge_into(),
        value: &page.into,
        kind: "text",
        autocomplete: "off",
        hint: texts.merge_hint(),
        fault: fault(page, "into", texts.merge_fault()),
    };
    view! {
        <details class="more" open=!page.into.is_empty()>
            <summary>{texts.merge()}</summary>
            <form method="post" action=action(site, page) class="stack">
                {version(page)}
                {into.view()}
                <p class="actions">
                    <button type="submit" class="button" name="form" value="merge">{texts.merge_do()}</button>
                </p>
            </form>
        </details>
    }
    .into_any()
}
