//! What customers are told, in their accounts and by email, and what a shop's own programs are told by
//! webhooks.
//!
//! Whatever causes a message writes it with itself, in one transaction (`bookplate_store::notifications`).
//! [`outbox`] delivers: [`links`] has what a letter leads to work, [`letters`] finds the words, [`mail`] hands them to
//! the mail server over [`smtp`], [`webhooks`](crate::webhooks) calls the shop's programs. What the staff sees of it is in
//! [`deliveries`](crate::deliveries).

mod letters;
mod links;
pub(crate) mod mail;
pub(crate) mod outbox;
mod places;
pub(crate) mod quiet;
mod smtp;
pub(crate) mod unsubscribe;

use crate::accounts::tokens::Access;
use crate::api::{Body, read_page};
use crate::app::App;
use crate::reply::Failure;
use crate::shops::day;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::Problem;
use bookplate_wire::notifications::{NotificationPage, NotificationsRead};
use std::sync::Arc;

/// The customer's own notifications, the latest first.
#[utoipa::path(
    get, path = "/v1/customer/notifications", tag = "notifications",
    operation_id = "list_notifications",
    security(("access_token" = [])),
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    responses(
        (status = 200, body = NotificationPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_notifications(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<NotificationPage>, Failure> {
    let asked = read_page(raw.as_deref())?;
    let read =
        move |db: &mut Db| db.notifications(&access.customer, asked.after.as_deref(), asked.limit);
    let mut page = app.store.read(read).await?;
    for notification in &mut page.notifications {
        notification.created_on = day(&shop, notification.created_at);
    }
    Ok(Json(page))
}

/// Notes that the customer has seen all notifications up to one.
#[utoipa::path(
    post, path = "/v1/customer/notifications/read", tag = "notifications",
    operation_id = "read_notifications",
    security(("access_token" = [])),
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = NotificationsRead,
    responses(
        (status = 204),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn read_notifications(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Body(seen): Body<NotificationsRead>,
) -> Result<StatusCode, Failure> {
    let write = move |db: &mut Db| db.read_notifications(&access.customer, &seen.up_to);
    app.store.write(write).await?;
    Ok(StatusCode::NO_CONTENT)
}
