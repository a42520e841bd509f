//! The customer's orders.

use super::Member;
use crate::app::App;
use crate::orders::with_days;
use crate::reply::Failure;
use crate::shops::picture;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Orders};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::orders::OrderPage;

/// How many orders a page has.
const PAGE: u32 = 10;

/// `GET /shops/{key}/member/orders`
pub(crate) async fn show_orders(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let after = member.visit.parameter("after");
    let first = after.is_none();
    let customer = member.access.customer.clone();
    let read = move |db: &mut Db| db.orders(&customer, after.as_deref(), PAGE);
    let page = with_days(app.store.read(read).await?, &member.shop);
    let orders = Orders {
        page: with_covers(page, &member.shop),
        first,
        book_url: member.shop.book_url.clone(),
    };
    Ok(member.show(&app, StatusCode::OK, Content::Orders(orders)))
}

/// The page with addresses of covers that work on our pages. Pictures of any other site than the shop's are left out,
/// because the page's policy refuses them.
pub(super) fn with_covers(mut page: OrderPage, shop: &Shop) -> OrderPage {
    let lines = page.orders.iter_mut().flat_map(|order| &mut order.lines);
    for line in lines {
        line.cover_url = own_cover(shop, &line.cover_url);
    }
    page
}

/// The address of a picture of the shop's that works on our pages; empty for any other.
pub(super) fn own_cover(shop: &Shop, address: &str) -> String {
    let of_shop = |url: &str| {
        shop.origins.iter().any(|origin| {
            url.strip_prefix(origin.as_str())
                .is_some_and(|path| path.starts_with('/'))
        })
    };
    let address = Some(picture(shop, address));
    address.filter(|url| of_shop(url)).unwrap_or_default()
}
