//! The customer's data as a whole: to take along, and to be deleted.

use super::Member;
use crate::accounts::cookie::{Jar, forget};
use crate::app::App;
use crate::privacy::{archive, delete};
use crate::reply::Failure;
use crate::site::forms::Form;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use bookplate_site::page::{Content, Done, Privacy};
use bookplate_wire::privacy::ReviewsKept;

/// `GET /shops/{key}/member/privacy`
pub(crate) async fn show_privacy(State(app): State<App>, member: Member) -> Response {
    member.show(&app, StatusCode::OK, Content::Privacy(Privacy::default()))
}

/// `GET /shops/{key}/member/archive`: a file.
pub(crate) async fn download_archive(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let mut response = archive(&app, &member.access, &member.shop).await?;
    let no_copy = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_copy);
    Ok(response)
}

/// `POST /shops/{key}/member/privacy`: deletes the account.
pub(crate) async fn delete_account(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let chosen = form.text("reviews");
    let reviews = match chosen {
        "keep_anonymous" => Some(ReviewsKept::KeepAnonymous),
        "remove" => Some(ReviewsKept::Remove),
        _ => None,
    };
    let sure = form.text("sure") == "yes";
    let Some(reviews) = reviews.filter(|_| sure) else {
        let missing = [("reviews", reviews.is_none()), ("sure", !sure)];
        let faults = missing.into_iter().filter(|(_, missing)| *missing);
        let content = Content::Privacy(Privacy {
            reviews: chosen.to_owned(),
            faults: faults.map(|(field, _)| field.to_owned()).collect(),
        });
        return Ok(member.show(&app, StatusCode::UNPROCESSABLE_ENTITY, content));
    };
    delete(&app, &member.access, reviews).await?;
    let away = format!("{}?done={}", member.path("sign-in"), Done::Deleted.as_str());
    let mut response = member.visit.leave(&away);
    response
        .headers_mut()
        .insert(SET_COOKIE, forget(Jar::Own, &member.shop.id)?);
    Ok(response)
}
