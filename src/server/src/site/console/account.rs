//! The own account: password, recovery codes and passkeys.

use super::{Colleague, waiting};
use crate::app::App;
use crate::passkeys::are_available;
use crate::reply::Failure;
use crate::shops::{day_in, zone_named};
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use crate::site::passkeys::{Outcome, Wish, lines};
use crate::staff::passkeys::{add, challenge_for_new, list, remove};
use crate::staff::sessions::{change_password, renew_codes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bookplate_site::console_page::{ACCOUNT, AccountPage, ConsolePage};
use bookplate_site::page::{Content, Done, Passkeys, Waiting};
use bookplate_store::Db;
use bookplate_wire::accounts::PasswordChange;
use bookplate_wire::{Code, Problem};
use jiff::tz::TimeZone;

/// `GET /console/account`
pub(crate) async fn show(
    State(app): State<App>,
    colleague: Colleague,
) -> Result<Response, Failure> {
    page(&app, &colleague, StatusCode::OK, Shown::default()).await
}

/// What the page shows of a form that was sent.
#[derive(Default)]
struct Shown {
    /// The fields that are wrong.
    faults: Vec<String>,
    /// The form for another passkey.
    passkeys: Passkeys,
}

async fn page(
    app: &App,
    colleague: &Colleague,
    status: StatusCode,
    shown: Shown,
) -> Result<Response, Failure> {
    let passkeys = if are_available(app) {
        let own = list(app, &colleague.me.id).await?;
        let zone = zone_of(app, colleague).await?;
        Some(Passkeys {
            passkeys: lines(own, |at| day_in(zone.clone(), at)),
            ..shown.passkeys
        })
    } else {
        None
    };
    let page = AccountPage {
        email: colleague.me.email.clone(),
        codes_left: colleague.me.recovery_codes_left,
        passkeys,
        faults: shown.faults,
    };
    show_page(app, colleague, status, ConsolePage::Account(page)).await
}

/// The time zone of the first of the reader's shops: an account has none of its own.
async fn zone_of(app: &App, colleague: &Colleague) -> Result<TimeZone, Failure> {
    let Some(shop) = colleague.me.shops.first() else {
        return Ok(TimeZone::UTC);
    };
    let shop = shop.id.clone();
    let read = move |db: &mut Db| db.settings(&shop);
    let settings = app.store.read(read).await?;
    Ok(settings.map_or(TimeZone::UTC, |settings| zone_named(&settings.time_zone)))
}

async fn show_page(
    app: &App,
    colleague: &Colleague,
    status: StatusCode,
    page: ConsolePage,
) -> Result<Response, Failure> {
    // Whoever has one shop only finds the way back to its pages.
    let shop = match colleague.me.shops.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    };
    let waiting = match &shop {
        Some(shop) => waiting(app, shop).await?,
        None => Waiting::default(),
    };
    let (place, content) = (colleague.place(shop, waiting), Content::Console(page));
    Ok(colleague.visit.show(app, status, place, content, &[]))
}

/// `POST /console/account`: `form` is `password` or `codes`; else it is about passkeys.
pub(crate) async fn change(
    State(app): State<App>,
    colleague: Colleague,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    if let Some(wish) = Wish::of(&form) {
        return change_passkeys(&app, &colleague, &headers, wish).await;
    }
    let done = match form.text("form") {
        "password" => {
            let asked = PasswordChange {
                current: form.text("current").to_owned(),
                password: form.text("password").to_owned(),
            };
            let changed = change_password(&app, &colleague.signed_in, asked).await;
            changed.map(|()| colleague.visit.go(ACCOUNT, Done::Saved))
        }
        "codes" => {
            let staff = &colleague.signed_in.staff;
            match renew_codes(&app, staff, form.text("code")).await {
                // They are shown in this very reply, and never again.
                Ok(codes) => {
                    let page = ConsolePage::Codes(codes);
                    show_page(&app, &colleague, StatusCode::OK, page).await
                }
                Err(failure) => Err(failure),
            }
        }
        _ => return Err(Code::NotFound.into()),
    };
    let (fault, wait) = match done {
        Ok(response) => return Ok(response),
        Err(Failure(Problem {
            field: Some(field), ..
        })) => (field, None),
        Err(Failure(Problem {
            code,
            retry_after: Some(seconds),
            ..
        })) => (code.as_str().to_owned(), Some(seconds)),
        Err(failure) => return Err(failure),
    };
    let shown = Shown {
        faults: vec![fault],
        ..Shown::default()
    };
    refused(&app, &colleague, shown, wait).await
}

/// The page once more, with what is wrong; where waiting helps, for how many seconds.
async fn refused(
    app: &App,
    colleague: &Colleague,
    shown: Shown,
    wait: Option<u64>,
) -> Result<Response, Failure> {
    let page = page(app, colleague, StatusCode::UNPROCESSABLE_ENTITY, shown).await?;
    Ok(match wait {
        Some(seconds) => must_wait(page, seconds),
        None => page,
    })
}

async fn change_passkeys(
    app: &App,
    colleague: &Colleague,
    headers: &HeaderMap,
    wish: Wish,
) -> Result<Response, Failure> {
    let signed_in = &colleague.signed_in;
    let outcome = wish.grant(
        async |code| challenge_for_new(app, &signed_in.staff, &code).await,
        async |new| add(app, signed_in, headers, &new).await,
        async |id| remove(app, &signed_in.staff, id).await,
    );
    let shown = |passkeys| Shown {
        passkeys,
        ..Shown::default()
    };
    match outcome.await? {
        Outcome::Done(done) => Ok(colleague.visit.go(ACCOUNT, done)),
        Outcome::Make(form) => page(app, colleague, StatusCode::OK, shown(form)).await,
        Outcome::Again(form, wait) => refused(app, colleague, shown(form), wait).await,
    }
}
