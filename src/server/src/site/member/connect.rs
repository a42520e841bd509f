//! The window in which a page of the shop's gets to know who is signed in here.
//!
//! The page opens it (`element/js/login.js`) and names its origin. The customer agrees, or signs in, and the window
//! gives the page a code, with which the session goes on there.

use super::{Guest, Member, place_of};
use crate::accounts::cookie::is_shops_page;
use crate::accounts::handovers::hand_over;
use crate::accounts::tokens::Access;
use crate::app::App;
use crate::reply::Failure;
use crate::site::forms::Form;
use crate::site::visit::Visit;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Connect, Content, member_path};
use bookplate_store::shops::Shop;
use bookplate_wire::accounts::Customer;
use bookplate_wire::{Code, query};

/// `GET /shops/{key}/member/connect?for=ORIGIN`: asks whether the page may know.
///
/// # Errors
/// [`Code::OriginNotAllowed`] for a page that is none of the shop's, before anybody signs in for it.
pub(crate) async fn show_connect(
    State(app): State<App>,
    guest: Guest,
    member: Result<Member, Response>,
) -> Result<Response, Failure> {
    let opener = opener(&guest.shop, &guest.visit.address).ok_or(Code::OriginNotAllowed)?;
    let member = match member {
        Ok(member) => member,
        Err(sign_in_first) => return Ok(sign_in_first),
    };
    let content = connect(&member.customer, opener, None);
    Ok(shown(&app, &member.visit, &member.shop, content))
}

/// `POST /shops/{key}/member/connect?for=ORIGIN`: the page may know.
pub(crate) async fn connect_page(
    State(app): State<App>,
    member: Member,
    _: Form,
) -> Result<Response, Failure> {
    let opener = opener(&member.shop, &member.visit.address).ok_or(Code::OriginNotAllowed)?;
    let code = hand_over(&app, &member.access).await?.code;
    let content = connect(&member.customer, opener, Some(code));
    Ok(shown(&app, &member.visit, &member.shop, content))
}

/// The page that gives the code to `opener` at once: whoever has just signed in for that is not asked once more.
pub(super) async fn connected(
    app: &App,
    guest: &Guest,
    opener: String,
    access: &Access,
    customer: &Customer,
) -> Result<Response, Failure> {
    let code = hand_over(app, access).await?.code;
    let content = connect(customer, opener, Some(code));
    Ok(shown(app, &guest.visit, &guest.shop, content))
}

/// The origin that an address of this page names, if it is one of the shop's.
pub(super) fn opener(shop: &Shop, address: &str) -> Option<String> {
    let (path, raw) = address.split_once('?')?;
    if path != member_path(&shop.public_key, "connect") {
        return None;
    }
    let mut named = query::pairs(raw)
        .flatten()
        .filter(|(name, _)| name == "for");
    let (_, origin) = named.next()?;
    is_shops_page(shop, &origin).then_some(origin)
}

fn connect(customer: &Customer, opener: String, code: Option<String>) -> Content {
    let name = if customer.name.is_empty() {
        &customer.email
    } else {
        &customer.name
    };
    Content::Connect(Connect {
        name: name.clone(),
        opener,
        code,
    })
}

/// Without the way to the other pages: it is a small window for one thing.
fn shown(app: &App, visit: &Visit, shop: &Shop, content: Content) -> Response {
    visit.show(app, StatusCode::OK, place_of(shop), content, &[])
}
