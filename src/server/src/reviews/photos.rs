//! Photos on reviews: taken from their authors, and shown to readers.

use super::own::at;
use super::pictures::{develop, pixels};
use crate::accounts::tokens::Access;
use crate::api::read_body;
use crate::app::App;
use crate::caching::has_it;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::turns::Turn;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::reviews::{NewPhoto, PhotoRefusal};
use bookplate_store::shops::Shop;
use bookplate_wire::reviews::photos::{BYTES_MAX, Photo, PhotoSize};
use bookplate_wire::{Code, CustomerId, PhotoId, Problem};
use std::sync::Arc;

/// The address to which photos are sent one by one.
pub(crate) const UPLOAD: &str = "/v1/customer/photos";

/// Whether pages of other sites may show it; they can ask for that to be said (`Cross-Origin-Embedder-Policy`).
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// For how long anybody may keep a photo that readers see without asking again: as long as it can be seen after it was
/// refused or deleted.
const PUBLIC: HeaderValue = HeaderValue::from_static("public, max-age=600");
/// The same for its author and the staff.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, max-age=600");

/// The bytes of a file, as the API's description speaks of them.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "is described only")]
pub(crate) struct PhotoFile(Vec<u8>);

/// Takes a photo for a review that the customer is about to write: a JPEG, PNG or WebP file of at most 8 MB and 40
/// megapixels. It is written anew without anything that the camera has written into it, and kept for a day unless a review
/// names it.
#[utoipa::path(
    post, path = "/v1/customer/photos", tag = "reviews", operation_id = "create_photo",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    request_body(
        description = "The file. What it is called does not matter, its content does",
        content(
            (inline(PhotoFile) = "image/jpeg"), (inline(PhotoFile) = "image/png"),
            (inline(PhotoFile) = "image/webp"), (inline(PhotoFile) = "application/octet-stream"),
        ),
    ),
    responses(
        (status = 201, body = Photo),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_photo(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Failure> {
    let (_turn, file) = receive_photo(&app, &headers, body).await?;
    let photo = keep(&app, &shop, &access.customer, file).await?;
    Ok((StatusCode::CREATED, Json(photo)))
}

/// Reads a file that may be a photo; with the turn for it, which is kept as long as the file is.
///
/// # Errors
/// When it says that it is none, is too large, or there is no room for it.
pub(crate) async fn receive_photo(
    app: &App,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Turn, Vec<u8>), Failure> {
    let kind = headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !is_picture(kind) {
        let rule = "the body is a picture: image/jpeg, image/png or image/webp";
        return Err(Problem::new(Code::MediaTypeUnsupported, rule).into());
    }
    let turn = app.turns.receive(length(headers, BYTES_MAX)).await?;
    let file = read_body(body, BYTES_MAX).await;
    let file = file.map_err(|Failure(problem)| match problem.code {
        Code::TooLarge => Code::PhotoTooLarge.into(),
        _ => Failure(problem),
    })?;
    Ok((turn, file))
}

/// Whether a media type may be that of a picture: in any case, whatever its parameters say.
fn is_picture(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind.starts_with("image/") || kind == "application/octet-stream"
}

/// How much will be read of a body, in bytes.
pub(crate) fn length(headers: &HeaderMap, max: usize) -> usize {
    let told = headers.get(CONTENT_LENGTH);
    let told = told.and_then(|told| told.to_str().ok()?.parse().ok());
    told.unwrap_or(max).min(max)
}

/// Makes a photo of a file, and keeps it as the customer's.
///
/// # Errors
/// [`Code::PhotoUnreadable`], [`Code::PhotoTooLarge`], [`Code::PhotoLimit`], [`Code::RateLimited`], [`Code::SessionEnded`]
/// when the customer has just gone; else when the database does not answer.
pub(crate) async fn keep(
    app: &App,
    shop: &Arc<Shop>,
    customer: &CustomerId,
    file: Vec<u8>,
) -> Result<Photo, Failure> {
    app.limits.admit_photo(customer)?;
    let new = developed(app, file).await?;
    let (shop, customer) = (shop.clone(), customer.clone());
    let write = move |db: &mut Db| db.put_photo(&shop.id, &customer, new);
    let kept = app.store.write(write).await?;
    kept.map_err(|refusal| match refusal {
        PhotoRefusal::NoCustomer => Code::SessionEnded.into(),
        PhotoRefusal::TooMany => Code::PhotoLimit.into(),
    })
}

/// Makes a photo of a file, and keeps it for a feedback case of somebody without an account.
///
/// # Errors
/// [`Code::PhotoUnreadable`], [`Code::PhotoTooLarge`], [`Code::RateLimited`]; else when the database does not answer.
pub(crate) async fn keep_guests(
    app: &App,
    shop: &Shop,
    caller: Caller,
    file: Vec<u8>,
) -> Result<Photo, Failure> {
    let attempt = app.attempts.feedback_photo(&shop.id, caller);
    attempt.count(app).await?;
    let new = developed(app, file).await?;
    let shop = shop.id.clone();
    let write = move |db: &mut Db| db.put_guest_photo(&shop, new);
    Ok(app.store.write(write).await?)
}

/// Decodes a file, where nobody waits for it but who has sent it, and only a few at a time.
async fn developed(app: &App, file: Vec<u8>) -> Result<NewPhoto, Failure> {
    // Also the head of a file takes its turn: decoders unpack what it says besides of the picture.
    let head = app.turns.develop(0).await?;
    let (pixels, file) = aside(move || {
        let _head = head;
        pixels(&file).map(|pixels| (pixels, file))
    })
    .await?;
    // Kept until it is done, also when nobody waits for it any more.
    let turn = app.turns.develop(pixels).await?;
    aside(move || {
        let _turn = turn;
        develop(&file)
    })
    .await
}

async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Code> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.unwrap_or_else(|error| {
        tracing::warn!(%error, "decoding a photo has failed");
        Err(Code::PhotoUnreadable)
    });
    Ok(done?)
}

/// Deletes a photo of the customer's that belongs to no review. Those of a review go when it is written without them and
/// deleted.
#[utoipa::path(
    delete, path = "/v1/customer/photos/{photo}", tag = "reviews", operation_id = "delete_photo",
    params(
        ("photo" = String, Path, description = "The photo's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_photo(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Path(photo): Path<String>,
) -> Result<StatusCode, Failure> {
    let id = read_photo(&photo)?;
    let write = move |db: &mut Db| db.delete_photo(&access.customer, &id);
    if !app.store.write(write).await? {
        return Err(Code::PhotoNotFound.into());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /photos/{photo}/{size}`: a photo that readers see.
pub(crate) async fn get_photo(
    State(app): State<App>,
    Path((photo, size)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    picture(&app, &photo, None, &size, &headers).await
}

/// `GET /photos/{photo}/{secret}/{size}`: a photo for its author and the staff, whether readers see it or not.
pub(crate) async fn get_own_photo(
    State(app): State<App>,
    Path((photo, secret, size)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    picture(&app, &photo, Some(secret), &size, &headers).await
}

async fn picture(
    app: &App,
    photo: &str,
    secret: Option<String>,
    size: &str,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let id = read_photo(photo)?;
    let size = PhotoSize::from_word(size).ok_or(Code::PhotoNotFound)?;
    let cache = if secret.is_some() { PRIVATE } else { PUBLIC };
    // The bytes behind an id never change.
    let tag = HeaderValue::try_from(format!("\"{}-{id}\"", size.as_str()));
    let tag = tag.map_err(|_| Code::PhotoNotFound)?;
    let read = move |db: &mut Db| db.photo_file(&id, secret.as_deref(), size);
    let file = app.store.read(read).await?.ok_or(Code::PhotoNotFound)?;
    let known = has_it(headers, &tag);
    let about = [(CACHE_CONTROL, cache), (ETAG, tag)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    let kind = [
        (CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("inline; filename=\"photo.jpg\""),
        ),
        // Should a browser ever take it for a document, nothing in it does anything.
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
        (RESOURCE_POLICY, HeaderValue::from_static("cross-origin")),
    ];
    Ok((about, kind, file).into_response())
}

/// Reads the id in a path.
fn read_photo(id: &str) -> Result<PhotoId, Failure> {
    id.parse().map_err(|_| Code::PhotoNotFound.into())
}

/// A review names a photo at this position that it cannot have.
pub(super) fn no_photo(position: usize) -> Failure {
    at(Code::PhotoNotFound, &format!("photos[{position}].id"))
}

#[cfg(test)]
mod tests {
    use super::is_picture;

    #[test]
    fn media_types_have_any_case_and_parameters() {
        for kind in [
            "image/jpeg",
            "IMAGE/JPEG",
            "Image/Png; name=a.png",
            "application/octet-stream; x",
            "application/octet-stream ;x=y",
        ] {
            assert!(is_picture(kind), "{kind}");
        }
        for kind in ["", "text/plain", "application/json; image/png", "imagery"] {
            assert!(!is_picture(kind), "{kind}");
        }
    }
}
