//! A shop's settings.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::settings::{get_settings, replace_origins, update_settings};
use crate::site::forms::Form;
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::console_page::{ConsolePage, SettingsPage};
use bookplate_wire::Lang;
use bookplate_wire::reviews::holds::WordList;
use bookplate_wire::reviews::writing::Moderation;
use bookplate_wire::settings::{Look, Origins, QuietHours, SettingsChange, ShopSettings};

/// `GET /console/shops/{shop}/settings`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    let settings = current(&app, &at).await?;
    let origins = settings.origins.join("\n");
    Ok(page(&app, &at, settings, origins, Vec::new()))
}

async fn current(app: &App, at: &AtShop) -> Result<ShopSettings, Failure> {
    let Json(settings) = get_settings(State(app.clone()), Extension(at.here())).await?;
    Ok(settings)
}

fn page(
    app: &App,
    at: &AtShop,
    settings: ShopSettings,
    origins: String,
    faults: Vec<String>,
) -> Response {
    let wrong = !faults.is_empty();
    let page = SettingsPage {
        settings,
        origins,
        may_change: at.may("PATCH", "settings"),
        may_change_origins: at.may("PUT", "origins"),
        faults,
    };
    at.show(app, wrong, ConsolePage::Settings(Box::new(page)))
}

/// `POST /console/shops/{shop}/settings`: `form` is `settings`, `words`, `notes` or `origins`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    if form.text("form") == "origins" {
        return change_origins(app, at, form).await;
    }
    at.require("PATCH", "settings")?;
    let change = match form.text("form") {
        "words" => read_words(&form),
        "notes" => super::notes::read(&form),
        _ => read(&form),
    };
    let changed = update_settings(
        State(app.clone()),
        Extension(at.here()),
        Body(change.clone()),
    );
    match faults(changed.await)? {
        Ok(_) => Ok(at.saved("settings")),
        Err(faults) => {
            let settings = current(&app, &at).await?;
            let origins = settings.origins.join("\n");
            if let Some(words) = change.words {
                let typed = ShopSettings { words, ..settings };
                return Ok(page(&app, &at, typed, origins, faults));
            }
            if let Some(notes) = change.notes {
                let typed = ShopSettings { notes, ..settings };
                return Ok(page(&app, &at, typed, origins, faults));
            }
            let typed = ShopSettings {
                name: change.name.unwrap_or_default(),
                time_zone: change.time_zone.unwrap_or_default(),
                default_language: change.default_language.unwrap_or_default(),
                languages: change.languages.unwrap_or_default(),
                look: change.look.unwrap_or_default(),
                quiet: change.quiet.unwrap_or_default(),
                calling_code: change.calling_code.unwrap_or_default(),
                book_url: change.book_url.unwrap_or_default(),
                moderation: change.moderation.unwrap_or(settings.moderation),
                half_stars: change.half_stars.unwrap_or_default(),
                review_request_days: change.review_request_days.unwrap_or_default(),
                advance_copies: change.advance_copies.unwrap_or_default(),
                ..settings
            };
            Ok(page(&app, &at, typed, origins, faults))
        }
    }
}

fn read(form: &Form) -> SettingsChange {
    let text = |name| Some(form.text(name).trim().to_owned());
    let lang = |tag: &str| Lang::ALL.into_iter().find(|lang| lang.tag() == tag);
    let radius = form.text("look.radius").trim();
    SettingsChange {
        name: text("name"),
        time_zone: text("time_zone"),
        default_language: lang(form.text("default_language")),
        languages: Some(form.all("language").filter_map(lang).collect()),
        look: Some(Look {
            accent: form.text("look.accent").to_owned(),
            accent_dark: form.text("look.accent_dark").to_owned(),
            // What is no number is refused like one that is too large.
            radius: (!radius.is_empty()).then(|| radius.parse().unwrap_or(u32::MAX)),
            font: form.text("look.font").to_owned(),
        }),
        quiet: Some(QuietHours {
            from: form.text("quiet_from").to_owned(),
            until: form.text("quiet_until").to_owned(),
        }),
        calling_code: text("calling_code"),
        book_url: text("book_url"),
        moderation: Moderation::from_word(form.text("moderation")),
        half_stars: Some(form.text("half_stars") == "on"),
        review_request_days: Some(match form.text("review_request_days").trim() {
            "" => 0,
            // What is no number is refused like one that is too large.
            days => days.parse().unwrap_or(u32::MAX),
        }),
        advance_copies: Some(form.text("advance_copies") == "on"),
        words: None,
        notes: None,
    }
}

fn read_words(form: &Form) -> SettingsChange {
    let list = |language: Lang| WordList {
        language,
        words: form
            .text(WordList::field(language))
            .lines()
            .map(str::to_owned)
            .collect(),
    };
    SettingsChange {
        words: Some(Lang::ALL.into_iter().map(list).collect()),
        ..SettingsChange::default()
    }
}

async fn change_origins(app: App, at: AtShop, form: Form) -> Result<Response, Failure> {
    at.require("PUT", "origins")?;
    let typed = form.text("origins").to_owned();
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let origins = Origins {
        origins: lines.map(str::to_owned).collect(),
    };
    let replaced = replace_origins(State(app.clone()), Extension(at.here()), Body(origins));
    match faults(replaced.await)? {
        Ok(_) => Ok(at.saved("settings")),
        Err(faults) => {
            let settings = current(&app, &at).await?;
            Ok(page(&app, &at, settings, typed, faults))
        }
    }
}
