//! What the customer was told.

use super::Member;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::day;
use crate::site::forms::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Done, Notifications};
use bookplate_store::Db;
use bookplate_wire::{Code, NotificationId};

/// How many notifications a page has.
const PAGE: u32 = 20;

/// `GET /shops/{key}/member/notifications`
pub(crate) async fn show_notifications(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let after = member.visit.parameter("after");
    let first = after.is_none();
    let customer = member.access.customer.clone();
    let read = move |db: &mut Db| db.notifications(&customer, after.as_deref(), PAGE);
    let mut page = app.store.read(read).await?;
    for notification in &mut page.notifications {
        notification.created_on = day(&member.shop, notification.created_at);
    }
    let content = Content::Notifications(Notifications { page, first });
    Ok(member.show(&app, StatusCode::OK, content))
}

/// `POST /shops/{key}/member/notifications`: the customer has seen all up to `up_to`.
pub(crate) async fn read_notifications(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let up_to: NotificationId = form
        .text("up_to")
        .parse()
        .map_err(|_| Failure::from(Code::NotFound))?;
    let customer = member.access.customer.clone();
    let write = move |db: &mut Db| db.read_notifications(&customer, &up_to);
    app.store.write(write).await?;
    Ok(member.visit.go(&member.path("notifications"), Done::Saved))
}
