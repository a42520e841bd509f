//! Membership cards: the customer's own, drawn for a till to scan, and what a till asks by its number.

use crate::accounts::tokens::Access;
use crate::api::Body;
use crate::app::App;
use crate::drawings;
use crate::reply::Failure;
use crate::secrets::Backend;
use axum::extract::State;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::accounts::Identifier;
use bookplate_wire::accounts::CustomerRef;
use bookplate_wire::points::cards::{Member, MemberCard, is_mistyped};
use bookplate_wire::{Code, CustomerId, Problem, ShopId};
use std::sync::Arc;

/// The customer's membership card: the shop's own number, where the shop has told one; else one of ours, which is made when it is
/// asked for first and stays.
#[utoipa::path(
    post, path = "/v1/customer/card", tag = "points", operation_id = "get_member_card",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = MemberCard),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_member_card(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<Json<MemberCard>, Failure> {
    let whose = (access.shop.clone(), access.customer.clone());
    Ok(Json(card(&app, whose).await?))
}

/// The customer whom a membership card, a phone number, an email address or the shop's own id names, with their points: for
/// tills.
#[utoipa::path(
    post, path = "/v1/members/lookup", tag = "points", operation_id = "find_member",
    security(("secret_key" = [])),
    request_body = CustomerRef,
    responses(
        (status = 200, body = Member),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn find_member(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Body(asked): Body<CustomerRef>,
) -> Result<Json<Member>, Failure> {
    let asked = asked.normalised()?.international(&backend.calling_code);
    let read = move |db: &mut Db| {
        let found = db.customer_by(&backend.shop, Identifier::from(&asked))?;
        let customer = match &found {
            Some(id) => db.customer(id)?,
            None => None,
        };
        let Some(customer) = customer else {
            return Err(nobody(&asked));
        };
        Ok(Member {
            points: db.points_balance(&backend.shop, &customer.id)?,
            customer: customer.id,
            name: customer.name,
            member_card: customer.member_card,
        })
    };
    Ok(Json(app.store.read(read).await?))
}

/// Why nobody is found. A slip in a number of ours is told, so that the till has it read again.
fn nobody(asked: &CustomerRef) -> Failure {
    match asked {
        CustomerRef::MemberCard(number) if is_mistyped(number) => {
            let Failure(problem) = Code::CardMistyped.into();
            Failure(problem.at("member_card"))
        }
        _ => Code::CustomerNotFound.into(),
    }
}

/// A customer's card, which is made where there is none.
///
/// # Errors
/// [`Code::SessionEnded`] when the customer has left; else when the database does not answer.
pub(crate) async fn card(
    app: &App,
    (shop, customer): (ShopId, CustomerId),
) -> Result<MemberCard, Failure> {
    let known = {
        let customer = customer.clone();
        app.store
            .read(move |db: &mut Db| db.customer(&customer))
            .await?
    };
    let known = known.map(|customer| customer.member_card);
    let number = match known.filter(|number| !number.is_empty()) {
        Some(number) => number,
        None => {
            let made = app
                .store
                .write(move |db| db.member_card(&shop, &customer))
                .await?;
            made.ok_or(Code::SessionEnded)?
        }
    };
    Ok(MemberCard {
        barcode: drawings::barcode(&number)?,
        qr: drawings::qr(&number)?,
        number,
    })
}
