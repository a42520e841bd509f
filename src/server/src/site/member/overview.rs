//! The first page.

use super::Member;
use super::orders::with_covers;
use crate::app::App;
use crate::orders::with_days;
use crate::reply::Failure;
use crate::shops::day;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Overview};
use bookplate_store::Db;

/// How many orders the overview shows.
const LATEST: u32 = 3;

/// `GET /shops/{key}/member`
pub(crate) async fn show_overview(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let read = {
        let customer = member.access.customer.clone();
        move |db: &mut Db| db.orders(&customer, None, LATEST)
    };
    let page = with_days(app.store.read(read).await?, &member.shop);
    let overview = Overview {
        name: member.customer.name.clone(),
        since: day(&member.shop, member.customer.created_at),
        orders: with_covers(page, &member.shop).orders,
        book_url: member.shop.book_url.clone(),
    };
    Ok(member.show(&app, StatusCode::OK, Content::Overview(overview)))
}
