//! A customer's data as a whole: to take along, and to be deleted.

use crate::accounts::tokens::Access;
use crate::api::Body;
use crate::app::App;
use crate::feedback::with_times;
use crate::orders::with_days;
use crate::reply::Failure;
use crate::shops::{day, picture};
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, StoreError};
use bookplate_wire::orders::OrderPage;
use bookplate_wire::privacy::{AccountDeletion, Archive, ReviewsKept};
use bookplate_wire::{Code, Problem};
use std::sync::Arc;

/// How often a deletion is tried again that something new was in the way of.
const DELETED_AGAIN: u32 = 5;

/// All that the shop's server knows of the customer, as one file.
#[utoipa::path(
    get, path = "/v1/customer/archive", tag = "accounts", operation_id = "get_archive",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Archive),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_archive(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
) -> Result<Response, Failure> {
    archive(&app, &access, &shop).await
}

/// The archive as a file.
pub(crate) async fn archive(app: &App, access: &Access, shop: &Shop) -> Result<Response, Failure> {
    let read = {
        let access = access.clone();
        move |db: &mut Db| db.archive(&access.customer, &access.session)
    };
    let mut archive = app.store.read(read).await?.ok_or(Code::SessionEnded)?;
    archive.shop.clone_from(&shop.name);
    let orders = OrderPage {
        orders: archive.orders,
        next: None,
    };
    archive.orders = with_days(orders, shop).orders;
    let wishes = archive
        .wishlists
        .iter_mut()
        .flat_map(|kept| &mut kept.wishes);
    for wish in wishes {
        wish.cover_url = picture(shop, &wish.cover_url);
    }
    for book in &mut archive.shelf {
        book.cover_url = picture(shop, &book.cover_url);
    }
    // The file is read elsewhere, where a path alone leads nowhere.
    let of_reviews = archive.reviews.iter_mut().flat_map(|one| &mut one.photos);
    for case in &mut archive.feedback_cases {
        with_times(shop, &mut case.entries);
    }
    let cases = archive.feedback_cases.iter_mut();
    let of_cases = cases
        .flat_map(|case| &mut case.entries)
        .flat_map(|entry| &mut entry.photos);
    let photos = archive.photos.iter_mut().chain(of_reviews);
    for photo in photos.chain(of_cases) {
        photo.url.insert_str(0, &app.public_url);
        photo.thumbnail.insert_str(0, &app.public_url);
    }
    for notification in &mut archive.notifications {
        notification.created_on = day(shop, notification.created_at);
    }
    // It is read by people too. Serialising plain data cannot fail.
    let json = serde_json::to_vec_pretty(&archive).unwrap_or_default();
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"account.json\""),
        ),
    ];
    Ok((headers, json).into_response())
}

/// Deletes the customer's account, at once and for good. Orders stay with the shop and name nobody any more.
#[utoipa::path(
    delete, path = "/v1/customer", tag = "accounts", operation_id = "delete_customer",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    request_body = AccountDeletion,
    responses(
        (status = 204, description = "Deleted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_customer(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Body(wish): Body<AccountDeletion>,
) -> Result<StatusCode, Failure> {
    delete(&app, &access, wish.reviews).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes the account of who asks.
pub(crate) async fn delete(
    app: &App,
    access: &Access,
    reviews: ReviewsKept,
) -> Result<(), Failure> {
    let delete = || {
        let access = access.clone();
        let write = move |db: &mut Db| db.delete_customer(&access.shop, &access.customer, reviews);
        app.store.write(write)
    };
    let mut deleted = delete().await;
    for _ in 0..DELETED_AGAIN {
        // Something was begun for the customer at this very moment. It is there by now, and is deleted with the rest.
        if !matches!(deleted, Err(StoreError::Dangling(_))) {
            break;
        }
        deleted = delete().await;
    }
    Ok(deleted?)
}
