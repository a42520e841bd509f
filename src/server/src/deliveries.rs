//! What leaves the server by email and webhook, as a shop's staff sees it and decides about what was given up.
//!
//! Everybody of the staff sees that something is stuck; whom it is for only who may know that.

use crate::api::{Page, read_query};
use crate::app::App;
use crate::reply::Failure;
use crate::shops::{minute, zone_named};
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_wire::deliveries::{Channel, Delivery, DeliveryPage, DeliveryState, Retried};
use bookplate_wire::staff::Role;
use bookplate_wire::{Code, DeliveryId, Problem};
use jiff::tz::TimeZone;

/// What a request asks of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The state of what is listed.
    pub(crate) state: DeliveryState,
    /// Which page of them.
    pub(crate) page: Page,
}

/// Deliveries of the shop in one state, the latest first, with how many wait and how many were given up.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/deliveries", tag = "deliveries", operation_id = "list_deliveries",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("state" = Option<DeliveryState>, Query, description = "Only those in this state; usually `dead`"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = DeliveryPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_deliveries(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<DeliveryPage>, Failure> {
    let mut asked = Asked {
        state: DeliveryState::Dead,
        page: Page::default(),
    };
    read_query(raw.as_deref(), |name, value| {
        match name {
            "state" => {
                asked.state = DeliveryState::from_word(value).ok_or_else(|| {
                    let rule = "state is waiting, delivered, dropped or dead";
                    Problem::new(Code::BadRequest, rule).at(name)
                })?;
            }
            _ => asked.page.set(name, value)?,
        }
        Ok(())
    })?;
    Ok(Json(page(&app, here, asked).await?))
}

/// A page of the list.
pub(crate) async fn page(app: &App, here: Here, asked: Asked) -> Result<DeliveryPage, Failure> {
    let role = here.role;
    let read = move |db: &mut Db| {
        let settings = db.settings(&here.shop)?.ok_or(Code::NotFound)?;
        let page = db.deliveries(
            &here.shop,
            asked.state,
            asked.page.after.as_deref(),
            asked.page.limit,
        )?;
        Ok::<_, Failure>((settings.time_zone, page))
    };
    let (zone, mut page) = app.store.read(read).await?;
    let zone = zone_named(&zone);
    for delivery in &mut page.deliveries {
        show(delivery, role, &zone);
    }
    Ok(page)
}

/// Fills in the times for people, and takes out what is not for this role.
pub(crate) fn show(delivery: &mut Delivery, role: Role, zone: &TimeZone) {
    let on = |at: Option<i64>| at.map_or_else(String::new, |at| minute(zone, at));
    delivery.created_on = minute(zone, delivery.created_at);
    delivery.due_on = on(delivery.due_at);
    delivery.ended_on = on(delivery.ended_at);
    match delivery.channel {
        Channel::Email if !role.knows_customers() => delivery.target = masked(&delivery.target),
        // Whoever does not see the webhooks does not learn here what stands in their paths, which can be a secret.
        Channel::Webhook if role < Role::Manager => delivery.target = place(&delivery.target),
        Channel::Email | Channel::Webhook => {}
    }
}

/// An email address of which only the first letter and the domain can be read.
pub(crate) fn masked(email: &str) -> String {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return String::new();
    };
    let first: String = local.chars().take(1).collect();
    format!("{first}…@{domain}")
}

/// Scheme and host of a webhook's address.
fn place(url: &str) -> String {
    let uri = url.parse::<Uri>().unwrap_or_default();
    match (uri.scheme_str(), uri.host()) {
        (Some(scheme), Some(host)) => format!("{scheme}://{host}/…"),
        _ => String::new(),
    }
}

/// Tries a delivery again that was given up.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/deliveries/{delivery}/retry", tag = "deliveries",
    operation_id = "retry_delivery",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("delivery" = String, Path, description = "The delivery's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "It is tried in a moment"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn retry_delivery(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, delivery)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id: DeliveryId = delivery.parse().map_err(|_| Code::NotFound)?;
    let write = move |db: &mut Db| db.retry_delivery(&here.by(), &here.shop, &id);
    done(app.store.write(write).await?)
}

/// Tries all deliveries again that were given up.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/deliveries/retry", tag = "deliveries",
    operation_id = "retry_deliveries",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = Retried),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn retry_deliveries(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<Retried>, Failure> {
    let write = move |db: &mut Db| db.retry_deliveries(&here.by(), &here.shop);
    let retried = app.store.write(write).await?;
    Ok(Json(Retried { retried }))
}

/// Discards a delivery that was given up: nothing is kept of what it said and whom it was for.
#[utoipa::path(
    delete, path = "/v1/console/shops/{shop}/deliveries/{delivery}", tag = "deliveries",
    operation_id = "delete_delivery",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("delivery" = String, Path, description = "The delivery's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "It will not be sent"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_delivery(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, delivery)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id: DeliveryId = delivery.parse().map_err(|_| Code::NotFound)?;
    let write = move |db: &mut Db| db.discard_delivery(&here.by(), &here.shop, &id);
    done(app.store.write(write).await?)
}

fn done(found: bool) -> Result<StatusCode, Failure> {
    if found {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_names_nobody() {
        for (email, shown) in [
            ("lin.mei@mail.example", "l…@mail.example"),
            ("林美@mail.example", "林…@mail.example"),
            ("", ""),
        ] {
            assert_eq!(masked(email), shown);
        }
        let hook = "https://hooks.example:8443/T0/B0/secret?token=1";
        assert_eq!(place(hook), "https://hooks.example/…");
        assert_eq!(place("whk_1"), "");
    }
}
