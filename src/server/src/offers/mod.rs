//! Prices and availability, as the shop's own programs report them.

pub(crate) mod import;

use crate::api::{BATCH, Body};
use crate::app::App;
use crate::orders::once;
use crate::reply::Failure;
use crate::secrets::Backend;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use bookplate_store::audit::Actor;
use bookplate_wire::Problem;
use bookplate_wire::audit::Action;
use bookplate_wire::offers::{NewOffers, TakenOffers};
use std::sync::Arc;

/// Takes what books cost and whether they are there, all or none. Sending it again changes nothing.
#[utoipa::path(
    post, path = "/v1/offers", tag = "offers", operation_id = "create_offers",
    security(("secret_key" = [])),
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
        description = "The same key and body get the same reply for two days",
    )),
    request_body = NewOffers,
    responses(
        (status = 200, body = TakenOffers),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_offers(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    headers: HeaderMap,
    Body(sent): Body<NewOffers, BATCH>,
) -> Result<Response, Failure> {
    let sent = sent.checked(bookplate_store::now())?;
    let count = sent.offers.len();
    let by = Actor::Key(backend.secret.clone());
    once(
        &app,
        backend,
        &headers,
        count,
        sent,
        move |db, shop, sent| {
            let offers = db.take_offers(shop, &sent.offers)?;
            let written = offers.iter().map(|offer| offer.outcome).collect();
            db.audit_written(&by, shop, (Action::OffersTaken, ""), written)?;
            Ok(TakenOffers { offers })
        },
    )
    .await
}
