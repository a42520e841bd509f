//! The first page.

use super::Member;
use super::orders::with_covers;
use crate::app::App;
use crate::orders::with_days;
use crate::reply::Failure;
use crate::reviews::own::for_author;
use crate::shops::day;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Overview};
use bookplate_store::{Db, StoreError};

/// How many orders and reviews the overview shows.
const LATEST: u32 = 3;

/// `GET /shops/{key}/member`
pub(crate) async fn show_overview(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let read = {
        let (shop, customer) = (member.shop.id.clone(), member.access.customer.clone());
        move |db: &mut Db| {
            let orders = db.orders(&customer, None, LATEST)?;
            let reviews = db.latest_own_reviews(&customer, LATEST)?;
            let lists = db.wishlists(&customer)?;
            let cases = db.open_cases_of(&customer)?;
            let shelf = db.shelf_counts(&customer)?;
            let points = db.points_balance(&shop, &customer)?;
            Ok::<_, StoreError>((orders, lists, reviews, cases, shelf, points))
        }
    };
    let (page, wishlists, reviews, cases, shelf, points) = app.store.read(read).await?;
    let cases = cases.into_iter().map(|case| {
        let opened_on = day(&member.shop, case.opened_at);
        (opened_on, case)
    });
    let page = with_days(page, &member.shop);
    let overview = Overview {
        name: member.customer.name.clone(),
        since: day(&member.shop, member.customer.created_at),
        orders: with_covers(page, &member.shop).orders,
        book_url: member.shop.book_url.clone(),
        wishlists,
        reviews: for_author(reviews, &member.shop),
        cases: cases.collect(),
        shelf,
        points,
    };
    Ok(member.show(&app, StatusCode::OK, Content::Overview(Box::new(overview))))
}
