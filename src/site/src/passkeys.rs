//! Passkeys in the pages: buttons that ask for one, and the list of somebody's own.
//!
//! A button says what the page's program is to ask the browser for (`webauthn.rs`), and its form gets the answer in the
//! field `credential`. Without the program nobody could answer, so that there is no such button.

use crate::context::{Phase, Site, Unproven};
use crate::forms::Line;
use crate::page::{PasskeyLine, Passkeys};
use bookplate_widgets::{dates, texts};
use leptos::prelude::*;

/// Whether there is nothing to be seen of what needs a browser with passkeys.
pub(crate) fn hidden(site: Site) -> impl Fn() -> bool + Send + Clone {
    move || site.passkeys.get() != Some(true)
}

/// What became of the browser's question, where it was no passkey. To stand beside the button.
pub(crate) fn trouble(site: Site) -> AnyView {
    let texts = texts::Passkeys(site.lang);
    let words = move || match site.phase.get() {
        Phase::Unproven(Unproven::Cancelled) => Some(texts.cancelled()),
        Phase::Unproven(Unproven::Known) => Some(texts.known()),
        Phase::Unproven(Unproven::Failed) => Some(site.texts().failed()),
        Phase::Calm | Phase::Waiting | Phase::Failed { .. } => None,
    };
    view! { <div class="trouble" role="alert">{words}</div> }.into_any()
}

/// The list of somebody's passkeys, with a form to add one that takes a `proof` of who asks.
pub(crate) fn section(
    site: Site,
    passkeys: &Passkeys,
    action: String,
    hint: &'static str,
    proof: &Line<'_>,
) -> AnyView {
    let texts = texts::Passkeys(site.lang);
    let lines: Vec<_> = passkeys
        .passkeys
        .iter()
        .map(|passkey| view! { <li class="session">{line(site, passkey)}</li> })
        .collect();
    let list = if lines.is_empty() {
        view! { <p>{texts.none()}</p> }.into_any()
    } else {
        view! {
            <form method="post" action=action.clone()>
                <ul class="rows">{lines}</ul>
            </form>
        }
        .into_any()
    };
    let add = match passkeys.options.clone() {
        Some(options) => make(site, passkeys, action, options),
        None => ask(site, passkeys, action, proof),
    };
    view! {
        <section class="part">
            <h2>{texts.heading()}</h2>
            <p class="quiet">{hint}</p>
            {list}
            <div hidden=hidden(site)>{add}</div>
            <p class="quiet" hidden=move || site.passkeys.get() != Some(false)>{texts.unsupported()}</p>
        </section>
    }
    .into_any()
}

fn line(site: Site, passkey: &PasskeyLine) -> AnyView {
    let texts = texts::Passkeys(site.lang);
    let name = if passkey.name.is_empty() {
        texts.unnamed().to_owned()
    } else {
        passkey.name.clone()
    };
    let label = texts.remove_this(&name);
    let used = match &passkey.used {
        Some(day) => texts.used(&dates::long(site.lang, day)),
        None => texts.unused().to_owned(),
    };
    view! {
        <div class="what">
            <p class="title">{name}</p>
            <p class="quiet">
                <span>{texts.added(&dates::long(site.lang, &passkey.since))}</span>
                <span>{used}</span>
            </p>
        </div>
        // Not `remove`: a form's controls hide its own methods of the same name, and Leptos calls that one.
        <button type="submit" class="button" name="passkey" value=passkey.id.to_string() aria-label=label>
            {texts.remove()}
        </button>
    }
    .into_any()
}

/// The first step: a name, and a proof of who asks.
fn ask(site: Site, passkeys: &Passkeys, action: String, proof: &Line<'_>) -> AnyView {
    let texts = texts::Passkeys(site.lang);
    let wrong = |field: &str| passkeys.faults.iter().any(|fault| fault == field);
    let words = if wrong("rate_limited") {
        Some(texts::Login(site.lang).slow())
    } else if wrong("credential") {
        Some(texts.invalid())
    } else {
        None
    };
    let name = Line {
        name: "name",
        label: texts.name(),
        value: &passkeys.name,
        kind: "text",
        autocomplete: "off",
        hint: texts.name_hint(),
        fault: wrong("name").then_some(texts.name_fault()),
    };
    let proof = Line {
        fault: proof.fault.filter(|_| wrong("proof")),
        ..*proof
    };
    view! {
        <form method="post" action=action>
            <input type="hidden" name="form" value="passkey" />
            <h3>{texts.add()}</h3>
            // Focus is put here, so it is read out without being an alert besides.
            {words.map(|words| view! { <p class="wrong" tabindex="-1" data-focus="">{words}</p> })}
            {name.view()}
            {proof.view()}
            <button type="submit" class="button">{texts.go_on()}</button>
        </form>
    }
    .into_any()
}

/// The second one: the browser makes it.
fn make(site: Site, passkeys: &Passkeys, action: String, options: String) -> AnyView {
    let texts = texts::Passkeys(site.lang);
    let back = action.clone();
    view! {
        <form method="post" action=action>
            <input type="hidden" name="form" value="new-passkey" />
            <input type="hidden" name="name" value=passkeys.name.clone() />
            <input type="hidden" name="credential" />
            <h3>{texts.add()}</h3>
            <p>{texts.make_hint()}</p>
            {trouble(site)}
            <p class="actions">
                <button type="submit" class="button primary" data-focus="" data-passkey-new=options>
                    {texts.make()}
                </button>
                <a class="go" href=back>{texts.cancel()}</a>
            </p>
        </form>
    }
    .into_any()
}
