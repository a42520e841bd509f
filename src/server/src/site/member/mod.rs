//! A shop's member centre: a file for each page.

mod connect;
mod faq;
mod feedback;
mod feedback_form;
mod feedback_live;
mod follows;
mod gifts;
mod invite;
mod notifications;
mod orders;
mod overview;
mod points;
mod privacy;
mod profile;
mod rating;
mod reviews;
mod rewards;
mod sessions;
mod shelf;
mod sign_in;
mod survey;
mod together;
mod votes;
mod wish_own;
mod wishlists;

pub(crate) use connect::{connect_page, show_connect};
pub(crate) use faq::{answer_by_faq, show_faq, show_faq_article};
pub(crate) use feedback::{
    change_track, show_own_case, show_own_cases, show_track, write_own_case,
};
pub(crate) use feedback_form::{send_feedback, show_feedback};
pub(crate) use feedback_live::{follow_own_case, follow_track};
pub(crate) use follows::{change_follows, show_follows};
pub(crate) use gifts::{
    change_gifts, change_receipt, change_shared_wishlist, show_gifts, show_receipt,
    show_shared_wishlist,
};
pub(crate) use invite::{show_invite, take_invitation};
pub(crate) use notifications::{read_notifications, show_notifications};
pub(crate) use orders::show_orders;
pub(crate) use overview::{answer_nps, show_overview};
pub(crate) use points::{download_points, show_points};
pub(crate) use privacy::{delete_account, download_archive, show_privacy};
pub(crate) use profile::{change_profile, show_profile};
pub(crate) use rating::{send_rate, show_rate};
pub(crate) use reviews::{change_review, send_review, show_reviews, show_write};
pub(crate) use rewards::{change_rewards, show_rewards};
pub(crate) use sessions::{change_sessions, show_sessions};
pub(crate) use shelf::{change_shelf, show_shelf};
pub(crate) use sign_in::{
    confirm, reset, show_confirm, show_reset, show_sign_in, show_sign_up, sign_in, sign_out,
    sign_up,
};
pub(crate) use survey::{answer_survey, show_survey};
pub(crate) use together::{accept_invitation, show_invitation};
pub(crate) use votes::{change_vote, show_vote};
pub(crate) use wishlists::{change_wish, change_wishlists, show_wish, show_wishlists};

use super::visit::Visit;
use crate::accounts::cookie::cookie_session;
use crate::accounts::tokens::Access;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::shop_by_key;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bookplate_site::page::{Content, Member as MemberPlace, Place, member_path};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, StoreError};
use bookplate_wire::accounts::Customer;
use bookplate_wire::{Code, query};
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
    /// How many notifications the customer has not seen.
    unread: u32,
    /// Whether the shop has points.
    points: bool,
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
        let found = known(app, &access).await;
        let found = found.map_err(IntoResponse::into_response)?;
        let Some((customer, unread, points)) = found else {
            return Err(sign_in_first(&visit, &shop));
        };
        visit.speak(&customer.language);
        let access = Arc::new(access);
        Ok(Self {
            visit,
            shop,
            access,
            customer,
            unread,
            points,
        })
    }
}

/// Whose session it is, how many notifications that customer has not seen, and whether the shop has points.
async fn known(app: &App, access: &Access) -> Result<Option<(Customer, u32, bool)>, Failure> {
    let (shop, id) = (access.shop.clone(), access.customer.clone());
    let read = move |db: &mut Db| {
        let Some(customer) = db.customer(&id)? else {
            return Ok(None);
        };
        Ok::<_, StoreError>(Some((
            customer,
            db.unread_notifications(&id)?,
            db.has_points(&shop)?,
        )))
    };
    Ok(app.store.read(read).await?)
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
            .show(app, status, place_of(&self.shop), content, &[])
    }

    /// The same person after signing in.
    ///
    /// # Errors
    /// [`Code::SessionEnded`] when the customer has just gone; else when the database does not answer.
    pub(crate) async fn signed_in(&self, app: &App, access: Access) -> Result<Member, Failure> {
        let (customer, unread, points) = known(app, &access).await?.ok_or(Code::SessionEnded)?;
        Ok(Member {
            visit: self.visit.clone(),
            shop: self.shop.clone(),
            access: Arc::new(access),
            customer,
            unread,
            points,
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
        let place = own_place(&self.shop, self.unread, self.points);
        self.visit
            .show(app, status, place, content, &self.shop.origins)
    }
}

/// The member centre of a shop, for who is not signed in.
pub(crate) fn place_of(shop: &Shop) -> Place {
    Place::Member(member_of(shop))
}

/// The member centre of a shop for whoever sends these cookies. For a page that says that there is none, so nothing goes
/// wrong here.
pub(crate) async fn place_seen_with(
    app: &App,
    visit: &mut Visit,
    shop: &Shop,
    cookies: &HeaderMap,
) -> Place {
    let access = cookie_session(app, shop, cookies).await.ok().flatten();
    let found = match access {
        Some(access) => known(app, &access).await.ok().flatten(),
        None => None,
    };
    let Some((customer, unread, points)) = found else {
        return place_of(shop);
    };
    visit.speak(&customer.language);
    own_place(shop, unread, points)
}

/// The member centre of a shop, which has points or not, for a customer with so many unread notifications.
fn own_place(shop: &Shop, unread: u32, points: bool) -> Place {
    Place::Member(MemberPlace {
        signed_in: true,
        unread,
        points,
        ..member_of(shop)
    })
}

fn member_of(shop: &Shop) -> MemberPlace {
    MemberPlace {
        key: shop.public_key.clone(),
        shop: shop.name.clone(),
        home: shop.origins.first().cloned().unwrap_or_default(),
        signed_in: false,
        unread: 0,
        points: false,
    }
}

/// An address below the member centre that no page has.
pub(crate) async fn show_nothing(member: Member) -> Failure {
    drop(member);
    Code::NotFound.into()
}
