//! Cases of shoppers without an account: sent, and followed by a code.

use super::{change, keys, refused, take, with_times};
use crate::accounts::attempts::Attempt;
use crate::api::{Body, FORM};
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::reviews::photos::{keep_guests, receive_photo};
use crate::secrets::hash;
use crate::shops::day;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::feedback::{CaseHolder, CaseSender};
use bookplate_store::shops::Shop;
use bookplate_wire::contacts;
use bookplate_wire::feedback::CaseTimeline;
use bookplate_wire::feedback::guests::{
    CaseCode, CaseReceipt, GuestMessage, TrackedCase, plain_code, spaced_code,
};
use bookplate_wire::feedback::writing::{NewCase, NewMessage};
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::{Code, Problem};
use std::sync::Arc;

/// Who sends a draft, as far as that matters to its being the same.
const GUEST: &str = "guest";

/// Sends a case to the shop without an account. The reply has a code by which it is followed.
///
/// Sent again with the same `draft`, it is the same case and the same code.
#[utoipa::path(
    post, path = "/v1/feedback", tag = "feedback", operation_id = "create_guest_case",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = NewCase,
    responses(
        (status = 201, body = CaseReceipt),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_guest_case(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(new): Body<NewCase, FORM>,
) -> Result<(StatusCode, Json<CaseReceipt>), Failure> {
    let receipt = open(&app, &shop, caller, new).await?;
    Ok((StatusCode::CREATED, Json(receipt)))
}

/// Takes a case of somebody without an account.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn open(
    app: &App,
    shop: &Shop,
    caller: Caller,
    new: NewCase,
) -> Result<CaseReceipt, Failure> {
    let new = new.checked(false)?;
    let attempt = app.attempts.feedback(&shop.id, caller);
    let code = app.receipts.code(&shop.id, &new.draft);
    let sender = CaseSender::Guest(hash(&code));
    let case = take(app, shop, (GUEST, sender), new, attempt).await?;
    let code = spaced_code(&code);
    Ok(CaseReceipt { code, case })
}

/// Takes a photo for a case that somebody without an account is about to send, as `POST /v1/customer/photos` does. It is kept
/// for a day unless a message names it.
#[utoipa::path(
    post, path = "/v1/feedback/photos", tag = "feedback", operation_id = "create_guest_photo",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body(
        description = "The file. What it is called does not matter, its content does",
        content(
            (inline(crate::reviews::photos::PhotoFile) = "image/jpeg"),
            (inline(crate::reviews::photos::PhotoFile) = "image/png"),
            (inline(crate::reviews::photos::PhotoFile) = "image/webp"),
            (inline(crate::reviews::photos::PhotoFile) = "application/octet-stream"),
        ),
    ),
    responses(
        (status = 201, body = Photo),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_guest_photo(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<(StatusCode, Json<Photo>), Failure> {
    let (_turn, file) = receive_photo(&app, &headers, body).await?;
    let photo = keep_guests(&app, &shop, caller, file).await?;
    Ok((StatusCode::CREATED, Json(photo)))
}

/// A case of somebody without an account, by its code.
///
/// All of it is told only with the email address that was left with it, where one was.
#[utoipa::path(
    post, path = "/v1/feedback/lookup", tag = "feedback", operation_id = "find_guest_case",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = CaseCode,
    responses(
        (status = 200, body = TrackedCase),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn find_guest_case(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(asked): Body<CaseCode>,
) -> Result<Json<TrackedCase>, Failure> {
    find(&app, &shop, caller, &asked).await.map(Json)
}

/// Looks for a case by its code. What does not fit is counted as a guess, of the code or of the address.
///
/// # Errors
/// [`Code::RateLimited`], [`Code::CaseNotFound`]; else when the database does not answer.
pub(crate) async fn find(
    app: &App,
    shop: &Shop,
    caller: Caller,
    asked: &CaseCode,
) -> Result<TrackedCase, Failure> {
    let attempt: Attempt = app.attempts.case(&shop.id, caller).count(app).await?;
    let holder = CaseHolder::Code(hash(&plain_code(&asked.code)));
    let told = asked.email.trim().to_owned();
    let of = shop.id.clone();
    let look = move |db: &mut Db| -> Result<_, Failure> {
        let (case, email) = db.held_case(&of, &holder)?.map_err(refused)?;
        let is_own = email.is_empty() || contacts::email(&told).is_ok_and(|told| told == email);
        if is_own || told.is_empty() {
            attempt.succeeded(db)?;
        }
        Ok((case, is_own))
    };
    let (mut case, is_own) = app.store.write(look).await?;
    with_times(shop, &mut case.entries);
    Ok(TrackedCase {
        kind: case.case.kind,
        state: case.case.state,
        opened_on: day(shop, case.case.opened_at),
        changed_on: day(shop, case.case.changed_at),
        case: is_own.then_some(case),
    })
}

/// Writes to a case of somebody without an account. Where it is resolved that opens it again, within 14 days.
#[utoipa::path(
    post, path = "/v1/feedback/messages", tag = "feedback", operation_id = "create_guest_message",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = GuestMessage,
    responses(
        (status = 201, body = CaseTimeline),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_guest_message(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(message): Body<GuestMessage, FORM>,
) -> Result<(StatusCode, Json<CaseTimeline>), Failure> {
    let (asked, message) = message.split();
    let case = write(&app, &shop, caller, &asked, message).await?;
    Ok((StatusCode::CREATED, Json(case)))
}

/// The code of a case, in the form in which codes are compared, of who has shown that the case is the own one.
///
/// # Errors
/// As [`find`]; [`Code::CaseNotFound`] also where the email address is another one than was left with the case.
pub(super) async fn shown_code(
    app: &App,
    shop: &Shop,
    caller: Caller,
    asked: &CaseCode,
) -> Result<String, Failure> {
    if find(app, shop, caller, asked).await?.case.is_none() {
        let Failure(problem) = Code::CaseNotFound.into();
        return Err(problem.at("email").into());
    }
    Ok(plain_code(&asked.code))
}

/// Adds a message to a case of somebody without an account.
///
/// # Errors
/// What is wrong with it, or why it is refused; [`Code::CaseNotFound`] also where the email address is another one than
/// was left with the case; else when the database does not answer.
pub(crate) async fn write(
    app: &App,
    shop: &Shop,
    caller: Caller,
    asked: &CaseCode,
    message: NewMessage,
) -> Result<CaseTimeline, Failure> {
    let message = message.checked()?;
    let code = shown_code(app, shop, caller, asked).await?;
    let keys = keys(&format!("{GUEST} {code}"), &message.draft, &message);
    let (of, holder) = (shop.id.clone(), CaseHolder::Code(hash(&code)));
    let work = move |db: &mut Db| db.add_message(&of, &holder, &message, &keys);
    let mut case = change(app, work).await?;
    with_times(shop, &mut case.entries);
    Ok(case)
}
