//! What readers of a shop can say of a book besides their review: a part of the page of settings.

use super::{fault, here};
use crate::console_page::SettingsPage;
use crate::context::Site;
use crate::forms::choice;
use bookplate_widgets::texts::{self, Notes, Pages};
use bookplate_wire::Lang;
use bookplate_wire::reviews::notes::{ShopTerm, TermList};
use leptos::prelude::*;

/// How many rows there are for new terms.
const NEW: usize = 2;

pub(super) fn view(site: Site, page: &SettingsPage) -> AnyView {
    let texts = Notes(site.lang);
    let notes = &page.settings.notes;
    let wrong = |field| fault(&page.faults, field, texts.terms_fault());
    view! {
        <form method="post" action=here(site, "settings") class="part stack">
            <input type="hidden" name="form" value="notes" />
            <fieldset class="plain stack" disabled=!page.may_change>
                <h2>{texts.setting()}</h2>
                <p class="quiet">{texts.setting_hint()}</p>
                {choice("checkbox", "warnings_on", "on", texts.offer_warnings(), notes.warnings.on)}
                {list(site, "warnings", texts.warnings(), &notes.warnings, wrong("notes.warnings"))}
                {choice("checkbox", "moods_on", "on", texts.offer_moods(), notes.moods.on)}
                {list(site, "moods", texts.moods(), &notes.moods, wrong("notes.moods"))}
                {choice("checkbox", "pace", "on", texts.ask_pace(), notes.pace)}
                {page.may_change.then(|| view! {
                    <button type="submit" class="button primary">{texts::Console(site.lang).save()}</button>
                })}
            </fieldset>
        </form>
    }
    .into_any()
}

/// A row a term, with a label in each language, and empty rows for new ones.
fn list(
    site: Site,
    name: &'static str,
    heading: &'static str,
    list: &TermList,
    wrong: Option<&str>,
) -> AnyView {
    let texts = Notes(site.lang);
    let heads: Vec<_> = Lang::ALL
        .into_iter()
        .map(|lang| view! { <th scope="col" lang=lang.tag()>{Pages(lang).own_name()}</th> })
        .collect();
    let row = |at: usize, term: Option<&ShopTerm>| {
        let id = term.map_or(String::new(), |term| term.id.clone());
        let called = if id.is_empty() {
            texts.new_term().to_owned()
        } else {
            id.clone()
        };
        let cells: Vec<_> = Lang::ALL
            .into_iter()
            .map(|lang| {
                let label = term.and_then(|term| term.labels.get(&lang).cloned());
                let about = format!("{heading}, {called}, {}", Pages(lang).own_name());
                view! {
                    <td>
                        <input
                            type="text"
                            name=format!("{name}.{at}.{}", lang.tag())
                            lang=lang.tag()
                            value=label.unwrap_or_default()
                            autocomplete="off"
                            aria-label=about
                        />
                    </td>
                }
            })
            .collect();
        view! {
            <tr>
                <td>
                    <input type="hidden" name=name value=id />
                    <code>{called}</code>
                </td>
                {cells}
            </tr>
        }
    };
    let known = list.terms.len();
    let mut rows: Vec<_> = (0..)
        .zip(&list.terms)
        .map(|(at, term)| row(at, Some(term)))
        .collect();
    rows.extend((known..known + NEW).map(|at| row(at, None)));
    let wrong = wrong.map(|words| view! { <p class="fault" role="alert">{words.to_owned()}</p> });
    let is_wrong = wrong.is_some();
    view! {
        <details class="more" open=is_wrong>
            <summary>{heading} {texts::Common(site.lang).colon()} {texts.terms()}</summary>
            {wrong}
            <div class="wide" tabindex="0" role="group" aria-label=heading>
                <table class="terms">
                    <thead><tr><th scope="col">"id"</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}
