//! The keys of a shop's pages and programs.

use super::{fault, here, readonly};
use crate::console_page::{KeyLine, KeysPage};
use crate::context::Site;
use crate::forms::Line;
use bookplate_widgets::{dates, texts};
use bookplate_wire::settings::KeyKind;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &KeysPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let lines: Vec<_> = page
        .keys
        .iter()
        .map(|line| row(site, line, page.may_change))
        .collect();
    let secret = page.secret.clone().map(|secret| {
        view! {
            <div class="notice" role="status" tabindex="-1">
                <p>{texts.secret_once()}</p>
                <p><code>{secret}</code></p>
            </div>
        }
    });
    let last = fault(&page.faults, "last_key", texts.last_key());
    view! {
        <h1 tabindex="-1">{texts.keys()}</h1>
        {secret}
        {last.map(|words| view! { <p class="wrong" role="alert">{words}</p> })}
        <p class="quiet">{texts.keys_hint()}</p>
        {readonly(site, page.may_change)}
        <ul class="rows">{lines}</ul>
        {page.may_change.then(|| add(site, page))}
    }
    .into_any()
}

/// What a key is for.
pub(super) fn kind(texts: texts::Console, kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Public => texts.key_public(),
        KeyKind::Api => texts.key_api(),
        KeyKind::Identity => texts.key_identity(),
        KeyKind::IdentityPublic => texts.key_identity_public(),
    }
}

fn row(site: Site, line: &KeyLine, may_change: bool) -> AnyView {
    let texts = texts::Console(site.lang);
    let key = &line.key;
    let since = texts.since(&dates::long(site.lang, &line.since));
    let ends = line.ends.as_ref().map(|day| {
        let day = dates::long(site.lang, day);
        if line.retired {
            texts.retired(&day)
        } else {
            texts.retires(&day)
        }
    });
    let retire = (may_change && !line.retired).then(|| {
        let label = texts.retire_this(&key.id);
        view! {
            <form method="post" action=here(site, "keys") class="actions">
                <input type="hidden" name="form" value="retire" />
                <input type="hidden" name="id" value=key.id.clone() />
                <span class="select">
                    <select name="after_hours" aria-label=label.clone()>
                        <option value="24">{texts.in_a_day()}</option>
                        <option value="168">{texts.in_a_week()}</option>
                        <option value="0">{texts.at_once()}</option>
                    </select>
                </span>
                <button type="submit" class="button danger" aria-label=label>{texts.retire()}</button>
            </form>
        }
    });
    view! {
        <li class="row">
            <div class="what">
                <p class="title">{kind(texts, key.kind)}</p>
                <p class="quiet"><code>{key.id.clone()}</code></p>
                <p class="quiet">
                    {(!key.name.is_empty()).then(|| view! { <span>{key.name.clone()}</span> })}
                    <span>{since}</span>
                    {ends.map(|words| view! { <span>{words}</span> })}
                </p>
            </div>
            {retire}
        </li>
    }
    .into_any()
}

fn add(site: Site, page: &KeysPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let options: Vec<_> = KeyKind::ALL
        .into_iter()
        .map(|of| view! { <option value=of.as_str()>{kind(texts, of)}</option> })
        .collect();
    let name = Line {
        name: "name",
        label: texts.key_name(),
        value: "",
        kind: "text",
        autocomplete: "off",
        hint: texts.key_name_hint(),
        fault: fault(&page.faults, "name", texts.name_fault()),
    };
    let wrong = fault(&page.faults, "public_key", texts.public_half_fault());
    view! {
        <form method="post" action=here(site, "keys") class="part stack">
            <input type="hidden" name="form" value="add" />
            <h2>{texts.add_key()}</h2>
            <div class="field">
                <label for="kind">{texts.key_kind()}</label>
                <span class="select"><select id="kind" name="kind">{options}</select></span>
            </div>
            {name.view()}
            <div class="field">
                <label for="public_key">{texts.public_half()}</label>
                <textarea id="public_key" name="public_key" rows="3" spellcheck="false" inner_html=""></textarea>
                <p class="hint">{texts.public_half_hint()}</p>
                {wrong.map(|words| view! { <p class="fault" role="alert">{words}</p> })}
            </div>
            <button type="submit" class="button primary">{texts.add()}</button>
        </form>
    }
    .into_any()
}
