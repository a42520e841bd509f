//! Orders and refunds: reported by the shop's own programs, seen by their customer.

pub(crate) mod import;
mod once;

use crate::accounts::tokens::Access;
use crate::api::{BATCH, Body, read_page};
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::Backend;
use crate::shops::day;
use crate::staff::access::Here;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::audit::Actor;
use bookplate_store::orders::{Conflict, LineFault, RefundRefusal};
use bookplate_store::shops::Shop;
use bookplate_wire::audit::Action;
use bookplate_wire::orders::{
    NewOrders, NewRefunds, OpenRefundPage, OrderPage, TakenOrders, TakenRefunds,
};
use bookplate_wire::{Code, Problem};
pub(crate) use once::once;
use std::sync::Arc;

/// Takes orders, all or none. Sending them again changes nothing.
#[utoipa::path(
    post, path = "/v1/orders", tag = "orders", operation_id = "create_orders",
    security(("secret_key" = [])),
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
        description = "The same key and body get the same reply for two days",
    )),
    request_body = NewOrders,
    responses(
        (status = 200, body = TakenOrders),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_orders(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    headers: HeaderMap,
    Body(sent): Body<NewOrders, BATCH>,
) -> Result<Response, Failure> {
    let sent = sent
        .checked(bookplate_store::now())?
        .international(&backend.calling_code);
    let count = sent.orders.len();
    let by = Actor::Key(backend.secret.clone());
    once(
        &app,
        backend,
        &headers,
        count,
        sent,
        move |db, shop, sent| match db.take_orders(shop, &sent.orders)? {
            Ok(orders) => {
                let written = orders.iter().map(|order| order.outcome).collect();
                db.audit_written(&by, shop, (Action::OrdersTaken, ""), written)?;
                Ok(TakenOrders { orders })
            }
            Err(Conflict { at }) => Err(at_field(
                Code::OrderConflict,
                format!("orders[{at}].number"),
            )),
        },
    )
    .await
}

/// Takes refunds, all or none. One whose order has not been reported yet waits for it.
#[utoipa::path(
    post, path = "/v1/refunds", tag = "orders", operation_id = "create_refunds",
    security(("secret_key" = [])),
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
        description = "The same key and body get the same reply for two days",
    )),
    request_body = NewRefunds,
    responses(
        (status = 200, body = TakenRefunds),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_refunds(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    headers: HeaderMap,
    Body(sent): Body<NewRefunds, BATCH>,
) -> Result<Response, Failure> {
    let sent = sent.checked(bookplate_store::now())?;
    let count = sent.refunds.len();
    let by = Actor::Key(backend.secret.clone());
    once(
        &app,
        backend,
        &headers,
        count,
        sent,
        move |db, shop, sent| match db.take_refunds(shop, &sent.refunds)? {
            Ok(refunds) => {
                let written = refunds.iter().map(|refund| refund.outcome).collect();
                db.audit_written(&by, shop, (Action::RefundsTaken, ""), written)?;
                Ok(TakenRefunds { refunds })
            }
            Err(RefundRefusal::Conflict { at }) => Err(at_field(
                Code::RefundConflict,
                format!("refunds[{at}].number"),
            )),
            Err(RefundRefusal::Line { at, line, fault }) => {
                let problem = match fault {
                    LineFault::Exceeds => Failure::from(Code::RefundExceeds).0.at(""),
                    LineFault::Unknown => {
                        Problem::new(Code::FieldInvalid, "the order has no such line").at(".line")
                    }
                    LineFault::Currency => {
                        let rule = "the order was paid in another currency";
                        Problem::new(Code::CurrencyMixed, rule).at(".total.currency")
                    }
                };
                let within = problem.field.clone().unwrap_or_default();
                Err(problem
                    .at(format!("refunds[{at}].lines[{line}]{within}"))
                    .into())
            }
        },
    )
    .await
}

/// The shop's refunds that do not count, the latest first: those that wait for their order, and those that were more
/// than it.
#[utoipa::path(
    get, path = "/v1/refunds", tag = "orders", operation_id = "list_open_refunds",
    security(("secret_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    responses(
        (status = 200, body = OpenRefundPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_open_refunds(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<OpenRefundPage>, Failure> {
    let asked = read_page(raw.as_deref())?;
    let read =
        move |db: &mut Db| db.open_refunds(&backend.shop, asked.after.as_deref(), asked.limit);
    Ok(Json(app.store.read(read).await?))
}

/// The same, for the shop's staff.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/refunds", tag = "orders", operation_id = "list_shop_refunds",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = OpenRefundPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_shop_refunds(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<OpenRefundPage>, Failure> {
    let asked = read_page(raw.as_deref())?;
    let read = move |db: &mut Db| db.open_refunds(&here.shop, asked.after.as_deref(), asked.limit);
    Ok(Json(app.store.read(read).await?))
}

fn at_field(code: Code, field: String) -> Failure {
    let Failure(problem) = code.into();
    problem.at(field).into()
}

/// The customer's own orders, the latest first.
#[utoipa::path(
    get, path = "/v1/customer/orders", tag = "orders", operation_id = "list_orders",
    security(("access_token" = [])),
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    responses(
        (status = 200, body = OrderPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_orders(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<OrderPage>, Failure> {
    let asked = read_page(raw.as_deref())?;
    let read = move |db: &mut Db| db.orders(&access.customer, asked.after.as_deref(), asked.limit);
    let page = app.store.read(read).await?;
    Ok(Json(with_days(page, &shop)))
}

/// The page with the days of its orders in the shop's time zone.
pub(crate) fn with_days(mut page: OrderPage, shop: &Shop) -> OrderPage {
    for order in &mut page.orders {
        order.placed_on = day(shop, order.placed_at);
        order.delivered_on = order
            .delivered_at
            .map_or_else(String::new, |at| day(shop, at));
    }
    page
}
