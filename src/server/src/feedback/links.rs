//! Cases of shoppers without an account, linked to a customer and an order.

use super::inbox::act;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::feedback::StaffAct;
use bookplate_wire::feedback::inbox::FullCase;
use bookplate_wire::feedback::links::{CaseHandOver, CaseLink};
use bookplate_wire::{CaseId, Problem};

/// Links a case to a customer, if it is of somebody without an account, and to an order. Only the staff sees to whom.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/cases/{case}/link", tag = "feedback", operation_id = "link_case",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("case" = String, Path, description = "The case's id"),
    ),
    security(("staff_session" = [])),
    request_body = CaseLink,
    responses(
        (status = 200, body = FullCase),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn link_case(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, case)): Path<(String, String)>,
    Body(link): Body<CaseLink>,
) -> Result<Json<FullCase>, Failure> {
    linked(&app, here, &case, link).await.map(Json)
}

/// Links a case.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn linked(
    app: &App,
    here: Here,
    case: &str,
    link: CaseLink,
) -> Result<FullCase, Failure> {
    let link = link.checked()?;
    let work = move |db: &mut Db, by: &StaffAct, id: &CaseId| db.link_case(by, id, &link);
    act(app, here, case, work).await
}

/// Makes a case the own one of the customer to whom it is linked: in the member centre, with all that was written in it. That cannot be taken back.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/cases/{case}/hand-over", tag = "feedback", operation_id = "hand_over_case",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("case" = String, Path, description = "The case's id"),
    ),
    security(("staff_session" = [])),
    request_body = CaseHandOver,
    responses(
        (status = 200, body = FullCase),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn hand_over_case(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, case)): Path<(String, String)>,
    Body(hand_over): Body<CaseHandOver>,
) -> Result<Json<FullCase>, Failure> {
    handed_over(&app, here, &case, hand_over).await.map(Json)
}

/// Hands a case over.
///
/// # Errors
/// Why it is refused; else when the database does not answer.
pub(crate) async fn handed_over(
    app: &App,
    here: Here,
    case: &str,
    hand_over: CaseHandOver,
) -> Result<FullCase, Failure> {
    let work = move |db: &mut Db, by: &StaffAct, id: &CaseId| db.hand_over_case(by, id, &hand_over);
    act(app, here, case, work).await
}
