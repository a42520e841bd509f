//! The customer's reading shelf.

use super::Member;
use super::orders::own_cover;
use crate::api::read_isbn;
use crate::app::App;
use crate::reply::Failure;
use crate::site::forms::Form;
use crate::wishlists::change;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Done, ShelfView};
use bookplate_store::Db;
use bookplate_wire::wishlists::shelf::ShelfState;
use bookplate_wire::{Code, query};

/// How many books a page has.
const PAGE: u32 = 50;

/// `GET /shops/{key}/member/shelf`: with `state` and `after` as in the API.
pub(crate) async fn show_shelf(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let state = member.visit.parameter("state");
    let state = state.and_then(|word| ShelfState::from_word(&word));
    let after = member.visit.parameter("after").unwrap_or_default();
    let customer = member.access.customer.clone();
    let behind = Some(after.clone()).filter(|after| !after.is_empty());
    let read = move |db: &mut Db| db.shelf(&customer, state, behind.as_deref(), PAGE);
    let mut page = app.store.read(read).await?;
    for book in &mut page.books {
        book.cover_url = own_cover(&member.shop, &book.cover_url);
    }
    let page = ShelfView {
        page,
        state,
        after,
        book_url: member.shop.book_url.clone(),
    };
    Ok(member.show(&app, StatusCode::OK, Content::Shelf(Box::new(page))))
}

/// `POST /shops/{key}/member/shelf`: `do` is `set` or `remove`.
pub(crate) async fn change_shelf(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let (shop, customer) = (member.shop.id.clone(), member.access.customer.clone());
    let isbn = read_isbn(form.text("isbn"))?;
    match form.text("do") {
        "set" => {
            let state = ShelfState::from_word(form.text("state")).ok_or(Code::NotFound)?;
            let work = move |db: &mut Db| db.put_on_shelf(&shop, &customer, isbn, state);
            change(&app, work).await?;
        }
        "remove" => {
            let work = move |db: &mut Db| db.take_off_shelf(&shop, &customer, isbn);
            change(&app, work).await?;
        }
        _ => return Err(Code::NotFound.into()),
    }
    let mut asked = String::new();
    for (name, value) in [("state", form.text("shown")), ("after", form.text("after"))] {
        if !value.is_empty() {
            query::push(&mut asked, name, value);
        }
    }
    let mut path = member.path("shelf");
    if !asked.is_empty() {
        path.push('?');
        path.push_str(&asked);
    }
    Ok(member.visit.go(&path, Done::Saved))
}
