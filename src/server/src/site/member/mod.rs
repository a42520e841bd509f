//! A shop's member centre: a file for each page.

mod connect;
mod notifications;
mod orders;
mod overview;
mod privacy;
mod profile;
mod reviews;
mod sessions;
mod sign_in;

pub(crate) use connect::{connect_page, show_connect};
pub(crate) use notifications::{read_notifications, show_notifications};
pub(crate) use orders::show_orders;
pub(crate) use overview::show_overview;
pub(crate) use privacy::{delete_account, download_archive, show_privacy};
pub(crate) use profile::{change_profile, show_profile};
pub(crate) use reviews::{delete_review, send_review, show_reviews, show_write};
pub(crate) use sessions::{change_sessions, show_sessions};
pub(crate) use sign_in::{
    confirm, reset, show_confirm, show_reset, show_sign_in, show_sign_up, sign_in, sign_out,
    sign_up,
};

use super::visit::Visit;
use crate::accounts::cookie::cookie_session;
use crate::accounts::tokens::Access;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::shop_by_key;
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bookplate_site::page::{Content, Member as MemberPlace, Place, member_path};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::accounts::Customer;
use bookplate_wire::{Code, Lang, query};
use std::collections::HashMap;
use std::sync::Arc;

/// Somebody at a page of a shop's member centre, signed in or not.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    /// What is asked.
    pub(crate) visit: Visit,
    /// The shop.
    pub(crate) shop: Arc<Shop>,
}

/// A customer at a page of a shop's member centre. Whoever is not signed in is sent to the page for that.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// What is asked.
    pub(crate) visit: Visit,
    /// The shop.
    pub(crate) shop: Arc<Shop>,
    /// The session.
    pub(crate) access: Arc<Access>,
    /// Who it is.
    pub(crate) customer: Customer,
}

impl FromRequestParts<App> for Guest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let visit = Visit::new(&parts.uri, &parts.headers);
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, app).await;
        let key = path.ok().and_then(|Path(mut path)| path.remove("key"));
        let shop = shop_by_key(app, &key.unwrap_or_default()).await?;
        Ok(Self { visit, shop })
    }
}

impl FromRequestParts<App> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let guest = Guest::from_request_parts(parts, app).await;
        let Guest { mut visit, shop } = guest.map_err(IntoResponse::into_response)?;
        let access = cookie_session(app, &shop, &parts.headers).await;
        let Some(access) = access.map_err(IntoResponse::into_response)? else {
            return Err(sign_in_first(&visit, &shop));
        };
        app.limits
            .admit_customer(&access.customer)
            .map_err(|refused| *refused)?;
        let customer = {
            let id = access.customer.clone();
            let read = app.store.read(move |db: &mut Db| db.customer(&id)).await;
            read.map_err(|error| Failure::from(error).into_response())?
        };
        let Some(customer) = customer else {
            return Err(sign_in_first(&visit, &shop));
        };
        if let Some(lang) = Lang::from_tag(&customer.language).filter(|_| !visit.lang_chosen) {
            visit.lang = lang;
        }
        let access = Arc::new(access);
        Ok(Self {
            visit,
            shop,
            access,
            customer,
        })
    }
}

/// To the page for signing in, and from there back to what was asked for.
fn sign_in_first(visit: &Visit, shop: &Shop) -> Response {
    let mut path = member_path(&shop.public_key, "sign-in");
    path.push('?');
    query::push(&mut path, "back", &visit.address);
    visit.leave(&path)
}

impl Guest {
    /// The page at this address.
    pub(crate) fn show(&self, app: &App, status: StatusCode, content: Content) -> Response {
        self.visit
            .show(app, status, place_of(&self.shop, false), content, &[])
    }

    /// The same person after signing in.
    ///
    /// # Errors
    /// [`Code::SessionEnded`] when the customer has just gone; else when the database does not answer.
    pub(crate) async fn signed_in(&self, app: &App, access: Access) -> Result<Member, Failure> {
        let id = access.customer.clone();
        let customer = app.store.read(move |db: &mut Db| db.customer(&id)).await?;
        Ok(Member {
            visit: self.visit.clone(),
            shop: self.shop.clone(),
            access: Arc::new(access),
            customer: customer.ok_or(Code::SessionEnded)?,
        })
    }
}

impl Member {
    /// The path of one of the member centre's pages, such as `orders`.
    pub(crate) fn path(&self, page: &str) -> String {
        member_path(&self.shop.public_key, page)
    }

    /// The page at this address.
    pub(crate) fn show(&self, app: &App, status: StatusCode, content: Content) -> Response {
        let place = place_of(&self.shop, true);
        self.visit
            .show(app, status, place, content, &self.shop.origins)
    }
}

/// The member centre of a shop.
pub(crate) fn place_of(shop: &Shop, signed_in: bool) -> Place {
    Place::Member(MemberPlace {
        key: shop.public_key.clone(),
        shop: shop.name.clone(),
        home: shop.origins.first().cloned().unwrap_or_default(),
        signed_in,
    })
}

/// An address below the member centre that no page has.
pub(crate) async fn show_nothing(member: Member) -> Failure {
    drop(member);
    Code::NotFound.into()
}
