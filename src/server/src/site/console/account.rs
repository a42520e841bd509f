//! The own account: password and recovery codes.

use super::{Colleague, waiting_reviews};
use crate::app::App;
use crate::reply::Failure;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use crate::staff::sessions::{change_password, renew_codes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::console_page::{ACCOUNT, AccountPage, ConsolePage};
use bookplate_site::page::{Content, Done};
use bookplate_wire::accounts::PasswordChange;
use bookplate_wire::{Code, Problem};

/// `GET /console/account`
pub(crate) async fn show(
    State(app): State<App>,
    colleague: Colleague,
) -> Result<Response, Failure> {
    page(&app, &colleague, StatusCode::OK, Vec::new()).await
}

async fn page(
    app: &App,
    colleague: &Colleague,
    status: StatusCode,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let page = AccountPage {
        email: colleague.me.email.clone(),
        codes_left: colleague.me.recovery_codes_left,
        faults,
    };
    show_page(app, colleague, status, ConsolePage::Account(page)).await
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
        Some(shop) => waiting_reviews(app, shop).await?,
        None => 0,
    };
    let (place, content) = (colleague.place(shop, waiting), Content::Console(page));
    Ok(colleague.visit.show(app, status, place, content, &[]))
}

/// `POST /console/account`: `form` is `password` or `codes`.
pub(crate) async fn change(
    State(app): State<App>,
    colleague: Colleague,
    form: Form,
) -> Result<Response, Failure> {
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
    match done {
        Ok(response) => Ok(response),
        Err(Failure(Problem {
            field: Some(field), ..
        })) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&app, &colleague, status, vec![field]).await
        }
        Err(Failure(Problem {
            code,
            retry_after: Some(seconds),
            ..
        })) => {
            let faults = vec![code.as_str().to_owned()];
            let page = page(&app, &colleague, StatusCode::TOO_MANY_REQUESTS, faults).await?;
            Ok(must_wait(page, seconds))
        }
        Err(failure) => Err(failure),
    }
}
