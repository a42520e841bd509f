//! Invitations: the customer's own link with what has come of it, and taking somebody else's.

use crate::accounts::tokens::Access;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::State;
use axum::http::Method;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::points::ReferralRefusal;
use bookplate_store::shops::Shop;
use bookplate_wire::points::referrals::{Referral, TakenReferral, invite_path};
use bookplate_wire::{Code, CustomerId, Problem};
use std::sync::Arc;

/// The customer's invitations: the link for others, how many have taken it and what has come of that, and what the rules give today.
/// The code in the link is made when it is asked for first, and stays.
#[utoipa::path(
    get, path = "/v1/customer/points/referral", tag = "points", operation_id = "get_referral",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Referral),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_referral(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    method: Method,
) -> Result<Json<Referral>, Failure> {
    let own = referral(&app, &shop, &access.customer, &method).await?;
    Ok(Json(own))
}

/// Takes somebody's invitation, for a customer who is new: who has ordered nothing yet and was first seen at most 30 days ago. The same
/// one again changes nothing; another one is refused. Both sides get their points by the customer's first order from then on.
#[utoipa::path(
    put, path = "/v1/customer/points/referral", tag = "points", operation_id = "take_referral",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    request_body = TakenReferral,
    responses(
        (status = 200, body = Referral),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn take_referral(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    method: Method,
    Body(taken): Body<TakenReferral>,
) -> Result<Json<Referral>, Failure> {
    take(&app, &shop, &access.customer, taken).await?;
    let own = referral(&app, &shop, &access.customer, &method).await?;
    Ok(Json(own))
}

/// A customer's invitations, with a code that is made where there is none; not for who asks for the head alone.
///
/// # Errors
/// [`Code::PointsOff`] when the shop has no points, [`Code::SessionEnded`] when the customer has left; else when the database does not
/// answer.
pub(crate) async fn referral(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    method: &Method,
) -> Result<Referral, Failure> {
    let (of, who) = (shop.id.clone(), customer.clone());
    let read = move |db: &mut Db| db.referral(&of, &who);
    let mut found = app.store.read(read).await?.ok_or(Code::PointsOff)?;
    if found.offer.is_some() {
        if found.code.is_empty() && *method != Method::HEAD {
            let (of, who) = (shop.id.clone(), customer.clone());
            let make = move |db: &mut Db| db.referral_code(&of, &who);
            found.code = app.store.write(make).await?.ok_or(Code::SessionEnded)?;
        }
        found.url = [
            &*app.public_url,
            &invite_path(&shop.public_key, &found.code),
        ]
        .concat();
    }
    Ok(found)
}

/// Takes an invitation.
///
/// # Errors
/// Why it is refused, [`Code::RateLimited`] for who guesses; else when the database does not answer.
pub(crate) async fn take(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    taken: TakenReferral,
) -> Result<(), Failure> {
    let attempt = app.attempts.referral(customer).count(app).await?;
    let (shop, customer) = (shop.id.clone(), customer.clone());
    let work = move |db: &mut Db| -> Result<(), Failure> {
        db.take_referral(&shop, &customer, &taken.code)?
            .map_err(refused)?;
        Ok(attempt.succeeded(db)?)
    };
    app.store.write(work).await
}

/// A refusal, as the API says it.
fn refused(refusal: ReferralRefusal) -> Failure {
    let code = match refusal {
        ReferralRefusal::NoPoints => return Code::PointsOff.into(),
        ReferralRefusal::Off => Code::ReferralOff,
        ReferralRefusal::Unknown => Code::ReferralUnknown,
        ReferralRefusal::Own => Code::ReferralOwn,
        ReferralRefusal::Taken => Code::ReferralTaken,
        ReferralRefusal::NotNew => Code::ReferralNotNew,
    };
    let Failure(problem) = code.into();
    problem.at("code").into()
}
