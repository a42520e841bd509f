//! The profile, and what may be sent.

use crate::context::Site;
use crate::forms::{About, Line, choice};
use crate::page::{BIRTHDAY_FIXED, Content, Profile};
use bookplate_widgets::dates;
use bookplate_widgets::texts::{self, Pages};
use bookplate_wire::Lang;
use bookplate_wire::accounts::Genre;
use bookplate_wire::consents::{ConsentChannel, ConsentPurpose};
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Profile(profile) = content else {
        return None;
    };
    Some(view(site, profile))
}

fn view(site: Site, profile: &Profile) -> AnyView {
    let texts = texts::Profile(site.lang);
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {facts(site, profile)}
        {form(site, profile)}
        <section class="part" aria-labelledby="consents">
            <h2 id="consents">{texts.consents()}</h2>
            <p class="quiet">{texts.consents_hint()}</p>
            {consents(site, profile)}
            {changes(site, profile)}
        </section>
    }
    .into_any()
}

/// What the customer cannot change here.
fn facts(site: Site, profile: &Profile) -> Option<AnyView> {
    let texts = texts::Profile(site.lang);
    let known = [
        (texts.email(), &profile.email, true),
        (texts.phone(), &profile.phone, profile.of_shop),
        (texts.member_card(), &profile.member_card, true),
    ];
    let rows: Vec<_> = known
        .into_iter()
        .filter(|(_, value, fixed)| *fixed && !value.is_empty())
        .map(|(name, value, _)| view! { <div><dt>{name}</dt><dd>{value.clone()}</dd></div> })
        .collect();
    (!rows.is_empty()).then(|| view! { <dl class="facts">{rows}</dl> }.into_any())
}

fn form(site: Site, profile: &Profile) -> AnyView {
    let texts = texts::Profile(site.lang);
    let fault = |field: &str, words| profile.faults.iter().any(|at| at == field).then_some(words);
    let line = |name, label, value, kind, autocomplete| Line {
        name,
        label,
        value,
        kind,
        autocomplete,
        hint: "",
        fault: None,
    };
    let name = Line {
        fault: fault("name", texts.name_fault()),
        ..line("name", texts.name(), &*profile.name, "text", "name")
    };
    let phone = Line {
        fault: fault("phone", texts.phone_fault()),
        ..line("phone", texts.phone(), &*profile.phone, "tel", "tel")
    };
    let free_on = match &*profile.birthday_free_on {
        "" => None,
        day => Some(texts.birthday_fixed(&dates::long(site.lang, day))),
    };
    let free_on = free_on.as_deref();
    let fixed = free_on.and_then(|words| fault(BIRTHDAY_FIXED, words));
    let birthday = Line {
        hint: match free_on {
            Some(words) if fixed.is_none() => words,
            _ => texts.birthday_hint(),
        },
        fault: fault("birthday", texts.birthday_fault()).or(fixed),
        ..line(
            "birthday",
            texts.birthday(),
            &*profile.birthday,
            "date",
            "bday",
        )
    };
    let authors = About::new(
        "authors",
        texts.authors_hint(),
        fault("authors", texts.authors_fault()),
    );
    // Inside of it only these two mean something; as a child it could not be empty, which hydration needs.
    let text = profile.authors.replace('&', "&amp;").replace('<', "&lt;");
    let genres: Vec<_> = Genre::ALL
        .into_iter()
        .map(|genre| {
            let chosen = profile.genres.contains(&genre);
            choice(
                "checkbox",
                "genre",
                genre.as_str(),
                genre_words(texts, genre),
                chosen,
            )
        })
        .collect();
    view! {
        <form method="post" action=site.href(&site.path("profile"))>
            <input type="hidden" name="form" value="profile" />
            {name.view()}
            {(!profile.of_shop).then(|| phone.view())}
            {birthday.view()}
            {language(site, profile)}
            <fieldset class="field chips">
                <legend>{texts.genres()}</legend>
                <div>{genres}</div>
            </fieldset>
            <div class="field">
                <label for="authors">{texts.authors()}</label>
                <textarea
                    id="authors"
                    name="authors"
                    rows="4"
                    aria-describedby=authors.ids()
                    aria-invalid=authors.invalid()
                    inner_html=text
                ></textarea>
                {authors.view()}
            </div>
            <button type="submit" class="button primary">{texts.save()}</button>
        </form>
    }
    .into_any()
}

fn language(site: Site, profile: &Profile) -> AnyView {
    let texts = texts::Profile(site.lang);
    let options: Vec<_> = Lang::ALL
        .into_iter()
        .map(|lang| {
            let chosen = profile.language == lang.tag();
            view! {
                <option value=lang.tag() lang=lang.tag() selected=chosen>{Pages(lang).own_name()}</option>
            }
        })
        .collect();
    // Once chosen, a language can only be exchanged for another one.
    let unsaid = profile.language.is_empty().then(|| {
        view! { <option value="" selected=true>{texts.language_any()}</option> }
    });
    view! {
        <div class="field">
            <label for="language">{texts.language()}</label>
            <span class="select">
                <select id="language" name="language">{unsaid} {options}</select>
            </span>
        </div>
    }
    .into_any()
}

fn genre_words(texts: texts::Profile, genre: Genre) -> &'static str {
    match genre {
        Genre::Fiction => texts.fiction(),
        Genre::Crime => texts.crime(),
        Genre::Fantasy => texts.fantasy(),
        Genre::Romance => texts.romance(),
        Genre::Poetry => texts.poetry(),
        Genre::Comics => texts.comics(),
        Genre::Children => texts.children(),
        Genre::History => texts.history(),
        Genre::Biography => texts.biography(),
        Genre::Ideas => texts.ideas(),
        Genre::Science => texts.science(),
        Genre::Arts => texts.arts(),
        Genre::Business => texts.business(),
        Genre::Living => texts.living(),
        Genre::Travel => texts.travel(),
    }
}

fn channel_words(texts: texts::Profile, channel: ConsentChannel) -> &'static str {
    match channel {
        ConsentChannel::Email => texts.by_email(),
        ConsentChannel::Sms => texts.by_sms(),
        ConsentChannel::Post => texts.by_post(),
    }
}

fn purpose_words(texts: texts::Profile, purpose: ConsentPurpose) -> &'static str {
    match purpose {
        ConsentPurpose::Orders => texts.orders(),
        ConsentPurpose::News => texts.news(),
        ConsentPurpose::Recommendations => texts.recommendations(),
        ConsentPurpose::Feedback => texts.feedback(),
        ConsentPurpose::Wishlists => texts.wishlists(),
    }
}

/// A group of boxes for each purpose, one for each channel.
fn consents(site: Site, profile: &Profile) -> AnyView {
    let texts = texts::Profile(site.lang);
    let groups: Vec<_> = ConsentPurpose::ALL
        .into_iter()
        .map(|purpose| {
            let consents = profile.consents.iter();
            let boxes: Vec<_> = consents
                .filter(|consent| consent.purpose == purpose)
                .map(|consent| {
                    let words = channel_words(texts, consent.channel);
                    let name = purpose.as_str();
                    choice(
                        "checkbox",
                        name,
                        consent.channel.as_str(),
                        words,
                        consent.granted,
                    )
                })
                .collect();
            view! {
                <fieldset class="consent">
                    <legend>{purpose_words(texts, purpose)}</legend>
                    <div>{boxes}</div>
                </fieldset>
            }
        })
        .collect();
    view! {
        <form method="post" action=site.href(&site.path("profile"))>
            <input type="hidden" name="form" value="consents" />
            {groups}
            <button type="submit" class="button primary">{texts.save()}</button>
        </form>
    }
    .into_any()
}

fn changes(site: Site, profile: &Profile) -> Option<AnyView> {
    let texts = texts::Profile(site.lang);
    let lines: Vec<_> = profile
        .changes
        .iter()
        .map(|(day, change)| {
            let date = dates::long(site.lang, day);
            let channel = channel_words(texts, change.channel);
            let purpose = purpose_words(texts, change.purpose);
            let words = if change.granted {
                texts.granted(&date, purpose, channel)
            } else {
                texts.withdrawn(&date, purpose, channel)
            };
            view! { <li>{words}</li> }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <details class="changes">
                <summary>{texts.changes()}</summary>
                <ol>{lines}</ol>
            </details>
        }
        .into_any()
    })
}
