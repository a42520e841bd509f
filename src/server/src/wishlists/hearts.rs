//! Hearts: whether a book is in any list; and what somebody wished for before signing in.

use super::change;
use crate::accounts::tokens::Access;
use crate::api::{Body, read_isbn, read_isbns, read_query, unknown_parameter};
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::wishlists::{GuestWishes, Merged, Wished};
use bookplate_wire::{Code, Isbn, Problem};
use std::sync::Arc;

/// The largest body of a guest's wishes, in bytes: 200 notes in a script that JSON may escape.
const GUEST: usize = 1024 * 1024;

/// Which of some books the customer wishes for: one question for all hearts of a page.
#[utoipa::path(
    get, path = "/v1/customer/wishes", tag = "wishlists", operation_id = "list_wished",
    params(
        ("isbns" = String, Query, description = "1 to 200 ISBNs, separated by commas"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Wished),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_wished(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Wished>, Failure> {
    let mut isbns = Vec::new();
    read_query(raw.as_deref(), |name, value| {
        if name != "isbns" {
            return Err(unknown_parameter(name));
        }
        isbns = read_isbns(value)?;
        Ok(())
    })?;
    if isbns.is_empty() {
        return Err(Problem::new(Code::BadRequest, "name 1 to 200 books")
            .at("isbns")
            .into());
    }
    let read = move |db: &mut Db| db.wished(&shop.id, &access.customer, &isbns);
    let isbns = app.store.read(read).await?;
    Ok(Json(Wished { isbns }))
}

/// Wishes for a book, unless it is in a wishlist already.
///
/// What was taken out together within the last day comes back where it was; else the book is new in the default list.
#[utoipa::path(
    put, path = "/v1/customer/wishes/{isbn}", tag = "wishlists", operation_id = "wish_for",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "It is in a list"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn wish_for(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
) -> Result<StatusCode, Failure> {
    let isbn = read_isbn(&isbn)?;
    let work = move |db: &mut Db| db.wish_for(&shop.id, &access.customer, isbn);
    change(&app, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a book out of all wishlists.
#[utoipa::path(
    delete, path = "/v1/customer/wishes/{isbn}", tag = "wishlists", operation_id = "unwish",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "It is in no list, or not any more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn unwish(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
) -> Result<StatusCode, Failure> {
    let isbn = read_isbn(&isbn)?;
    let work = move |db: &mut Db| db.unwish(&shop.id, &access.customer, isbn);
    change(&app, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes what somebody wished for before signing in the customer's.
///
/// In its order, before all others of the default list; a book that is in a list already stays where it is and gets the
/// note. Sent again, it changes nothing.
#[utoipa::path(
    post, path = "/v1/customer/wishes", tag = "wishlists", operation_id = "merge_wishes",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = GuestWishes,
    responses(
        (status = 200, body = Merged),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn merge_wishes(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Body(guest): Body<GuestWishes, GUEST>,
) -> Result<Json<Merged>, Failure> {
    let guest = guest.checked()?;
    let work = move |db: &mut Db| db.merge_wishes(&shop.id, &access.customer, &guest);
    Ok(Json(change(&app, work).await?))
}
