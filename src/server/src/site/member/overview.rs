//! The first page.

use super::Member;
use super::orders::with_covers;
use crate::app::App;
use crate::orders::with_days;
use crate::reply::Failure;
use crate::reviews::own::for_author;
use crate::shops::day;
use crate::site::forms::Form;
use crate::site::visit::is_to_be_seen;
use crate::surveys::nps::{dismiss, keep, take_turn};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use bookplate_site::page::{Content, Done, NpsCard, Overview};
use bookplate_store::{Db, StoreError};
use bookplate_wire::Code;
use bookplate_wire::surveys::nps::NpsAnswer;

/// How many orders and reviews the overview shows.
const LATEST: u32 = 3;

/// `GET /shops/{key}/member`. It may ask how likely a recommendation of the shop is: then that counts as asked.
pub(crate) async fn show_overview(
    State(app): State<App>,
    member: Member,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    // What is asked for by the page's own program need not be shown: it also looks whether somebody is still signed in.
    let ask = if member.visit.json || !is_to_be_seen(&method, &headers) {
        None
    } else {
        take_turn(&app, &member.shop, &member.access).await?
    };
    let card = ask.map(|ask| NpsCard {
        ask: ask.to_string(),
        score: None,
        comment: String::new(),
        wrong: false,
    });
    overview(&app, &member, StatusCode::OK, card).await
}

/// `POST /shops/{key}/member`: answers that question, or with `do=dismiss` puts it away.
pub(crate) async fn answer_nps(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let ask = form.text("ask");
    if form.text("do") == "dismiss" {
        dismiss(&app, &member.access, ask).await?;
        return Ok(member.visit.go(&member.path(""), Done::NpsDismissed));
    }
    // What is no number is as wrong as one that is out of bounds.
    let score: Option<u8> = form.text("score").parse().ok();
    let answer = NpsAnswer {
        score: score.unwrap_or(u8::MAX),
        comment: form.text("comment").to_owned(),
    };
    match keep(&app, &member.access, ask, answer).await {
        Ok(()) => Ok(member.visit.go(&member.path(""), Done::NpsAnswered)),
        Err(Failure(problem)) if problem.code == Code::FieldInvalid => {
            let card = NpsCard {
                ask: ask.to_owned(),
                score,
                comment: form.text("comment").to_owned(),
                wrong: true,
            };
            overview(&app, &member, StatusCode::UNPROCESSABLE_ENTITY, Some(card)).await
        }
        Err(failure) => Err(failure),
    }
}

async fn overview(
    app: &App,
    member: &Member,
    status: StatusCode,
    nps: Option<NpsCard>,
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
        nps,
    };
    Ok(member.show(app, status, Content::Overview(Box::new(overview))))
}
