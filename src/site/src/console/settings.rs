//! A shop's settings.

use super::{fault, here, notes, readonly};
use crate::console_page::SettingsPage;
use crate::context::Site;
use crate::forms::{About, Line, choice, inside};
use bookplate_widgets::texts::{self, Pages};
use bookplate_wire::Lang;
use bookplate_wire::reviews::holds::WordList;
use bookplate_wire::reviews::writing::Moderation;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &SettingsPage) -> AnyView {
    let texts = texts::Console(site.lang);
    view! {
        <h1 tabindex="-1">{texts.settings()}</h1>
        {readonly(site, page.may_change)}
        {form(site, page)}
        {words(site, page)}
        {notes::view(site, page)}
        {origins(site, page)}
    }
    .into_any()
}

fn form(site: Site, page: &SettingsPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let settings = &page.settings;
    let radius = settings.look.radius.map(|radius| radius.to_string());
    let radius = radius.unwrap_or_default();
    let line = |name, label, value, kind, hint, words| {
        Line {
            name,
            label,
            value,
            kind,
            autocomplete: "off",
            hint,
            fault: fault(&page.faults, name, words),
        }
        .view()
    };
    let colour = texts.colour_fault();
    let quiet = Line {
        name: "quiet_from",
        label: texts.quiet_from(),
        value: &settings.quiet.from,
        kind: "time",
        autocomplete: "off",
        hint: "",
        fault: fault(&page.faults, "quiet", texts.quiet_fault()),
    };
    view! {
        <form method="post" action=here(site, "settings") class="stack">
            <input type="hidden" name="form" value="settings" />
            <fieldset class="plain stack" disabled=!page.may_change>
                {line("name", texts.shop_name(), &settings.name, "text", "", texts.name_fault())}
                {line("time_zone", texts.time_zone(), &settings.time_zone, "text", texts.time_zone_hint(), texts.time_zone_fault())}
                {languages(site, page)}
                <h2>{texts.look()}</h2>
                <p class="quiet">{texts.look_hint()}</p>
                {line("look.accent", texts.accent(), &settings.look.accent, "text", texts.accent_hint(), colour)}
                {line("look.accent_dark", texts.accent_dark(), &settings.look.accent_dark, "text", "", colour)}
                {line("look.radius", texts.radius(), &radius, "text", texts.radius_hint(), texts.radius_fault())}
                {line("look.font", texts.font(), &settings.look.font, "text", texts.font_hint(), texts.font_fault())}
                <h2>{texts.quiet()}</h2>
                <p class="quiet">{texts.quiet_hint()}</p>
                <div class="pair">
                    {quiet.view()}
                    {line("quiet_until", texts.quiet_until(), &settings.quiet.until, "time", "", "")}
                </div>
                {reviews(site, page)}
                <h2>{texts.addresses()}</h2>
                {line("book_url", texts.book_url(), &settings.book_url, "text", texts.book_url_hint(), texts.book_url_fault())}
                {line("calling_code", texts.calling_code(), &settings.calling_code, "text", texts.calling_code_hint(), texts.calling_code_fault())}
                {page.may_change.then(|| view! {
                    <button type="submit" class="button primary">{texts.save()}</button>
                })}
            </fieldset>
        </form>
    }
    .into_any()
}

fn languages(site: Site, page: &SettingsPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let settings = &page.settings;
    let offered: Vec<_> = Lang::ALL
        .into_iter()
        .map(|lang| {
            let chosen = settings.languages.contains(&lang);
            choice(
                "checkbox",
                "language",
                lang.tag(),
                Pages(lang).own_name(),
                chosen,
            )
        })
        .collect();
    let options: Vec<_> = Lang::ALL
        .into_iter()
        .map(|lang| {
            let chosen = settings.default_language == lang;
            view! {
                <option value=lang.tag() lang=lang.tag() selected=chosen>{Pages(lang).own_name()}</option>
            }
        })
        .collect();
    let about = About::new(
        "default_language",
        texts.default_language_hint(),
        fault(
            &page.faults,
            "default_language",
            texts.default_language_fault(),
        ),
    );
    let none = fault(&page.faults, "languages", texts.languages_fault());
    let none = About::new("languages", "", none);
    view! {
        <fieldset class="field chips" aria-describedby=none.ids()>
            <legend>{texts.languages()}</legend>
            <div>{offered}</div>
            {none.view()}
        </fieldset>
        <div class="field">
            <label for="default_language">{texts.default_language()}</label>
            <span class="select">
                <select
                    id="default_language"
                    name="default_language"
                    aria-describedby=about.ids()
                    aria-invalid=about.invalid()
                >
                    {options}
                </select>
            </span>
            {about.view()}
        </div>
    }
    .into_any()
}

/// When readers see what customers write, and how finely these can rate.
fn reviews(site: Site, page: &SettingsPage) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let days = match page.settings.review_request_days {
        // Nothing, or what was no number.
        0 | u32::MAX => String::new(),
        days => days.to_string(),
    };
    let name = "review_request_days";
    let request_days = Line {
        name,
        label: texts.request_days(),
        value: &days,
        kind: "number",
        autocomplete: "off",
        hint: texts.request_days_hint(),
        fault: fault(&page.faults, name, texts.request_days_fault()),
    };
    let when = |moderation: Moderation, words| {
        let chosen = page.settings.moderation == moderation;
        choice("radio", "moderation", moderation.as_str(), words, chosen)
    };
    view! {
        <h2>{texts.heading()}</h2>
        <fieldset class="field" aria-describedby="moderation-hint">
            <legend>{texts.setting()}</legend>
            {when(Moderation::Before, texts.before())}
            {when(Moderation::After, texts.after())}
            <p class="hint" id="moderation-hint">{texts.setting_hint()}</p>
        </fieldset>
        {choice("checkbox", "half_stars", "on", texts.half_stars(), page.settings.half_stars)}
        {request_days.view()}
        {choice(
            "checkbox",
            "advance_copies",
            "on",
            texts.advance_copies(),
            page.settings.advance_copies,
        )}
        <p class="hint">{texts.advance_copies_hint()}</p>
    }
    .into_any()
}

/// The words with which a review waits, by language.
fn words(site: Site, page: &SettingsPage) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let list = |list: &WordList| {
        let (name, lang) = (WordList::field(list.language), list.language.tag());
        let about = About::new(name, "", fault(&page.faults, name, texts.words_fault()));
        view! {
            <div class="field">
                <label for=name lang=lang>{Pages(list.language).own_name()}</label>
                <textarea
                    id=name
                    name=name
                    lang=lang
                    rows="4"
                    spellcheck="false"
                    aria-describedby=about.ids()
                    aria-invalid=about.invalid()
                    inner_html=inside(&list.words.join("\n"))
                ></textarea>
                {about.view()}
            </div>
        }
    };
    let lists: Vec<_> = page.settings.words.iter().map(list).collect();
    view! {
        <form method="post" action=here(site, "settings") class="part stack">
            <input type="hidden" name="form" value="words" />
            <fieldset class="plain stack" disabled=!page.may_change>
                <h2>{texts.words()}</h2>
                <p class="quiet">{texts.words_hint()}</p>
                {lists}
                {page.may_change.then(|| view! {
                    <button type="submit" class="button primary">{texts::Console(site.lang).save()}</button>
                })}
            </fieldset>
        </form>
    }
    .into_any()
}

fn origins(site: Site, page: &SettingsPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let about = About::new(
        "origins",
        texts.origins_hint(),
        fault(&page.faults, "origins", texts.origins_fault()),
    );
    view! {
        <form method="post" action=here(site, "settings") class="part stack">
            <input type="hidden" name="form" value="origins" />
            <fieldset class="plain stack" disabled=!page.may_change_origins>
                <h2>{texts.origins()}</h2>
                <div class="field">
                    <label for="origins">{texts.origins_label()}</label>
                    <textarea
                        id="origins"
                        name="origins"
                        rows="4"
                        spellcheck="false"
                        aria-describedby=about.ids()
                        aria-invalid=about.invalid()
                        inner_html=inside(&page.origins)
                    ></textarea>
                    {about.view()}
                </div>
                {page.may_change_origins.then(|| view! {
                    <button type="submit" class="button primary">{texts.save()}</button>
                })}
            </fieldset>
        </form>
    }
    .into_any()
}
