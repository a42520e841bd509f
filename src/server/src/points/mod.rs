//! Membership points: what a customer has and why, for the customer, the shop's programs and its staff.
//!
//! Points come with orders and go with refunds inside the store, in the very transactions that take these. Here is what is
//! asked of them; [`rules`] has what the staff says, [`adjustments`] what people and programs add and take, [`aging`] what time
//! does, [`books`] what a page says that books earn, [`cards`] who has them, [`checkout`] what orders are paid with, [`rewards`]
//! what points are given for, [`tiers`] how customers have come to theirs, [`simulation`] what other rules would have done,
//! [`liability`] what the shop owes, [`referrals`] who has invited whom.

pub(crate) mod adjustments;
pub(crate) mod aging;
pub(crate) mod birthdays;
pub(crate) mod books;
pub(crate) mod cards;
pub(crate) mod checkout;
pub(crate) mod liability;
pub(crate) mod referrals;
pub(crate) mod rewards;
pub(crate) mod routes;
pub(crate) mod rules;
pub(crate) mod simulation;
pub(crate) mod tiers;

use crate::accounts::tokens::Access;
use crate::api::{Page, read_query};
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::Backend;
use crate::spreadsheet;
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_import::guarded;
use bookplate_store::Db;
use bookplate_wire::points::rewards::name_in;
use bookplate_wire::points::{EntryKind, PointsBalance, PointsEntry, PointsEntryPage};
use bookplate_wire::{Code, CustomerId, Lang, Problem, ShopId};
use jiff::Timestamp;
use std::sync::Arc;

/// How many entries a file has at most.
const EXPORTED_MAX: usize = 100_000;
/// How many of them are read at a time.
const EXPORTED_AT_ONCE: u32 = 1_000;

/// The customer's points: how many can be used, how many are pending, what expires next, and what they are worth.
#[utoipa::path(
    get, path = "/v1/customer/points", tag = "points", operation_id = "get_points",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = PointsBalance),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_points(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<Json<PointsBalance>, Failure> {
    let read = move |db: &mut Db| db.points_balance(&access.shop, &access.customer);
    let balance = app.store.read(read).await?;
    Ok(Json(balance.ok_or(Code::PointsOff)?))
}

/// The customer's statement, the latest entry first: each with its reason, order, rule and version of the rules.
#[utoipa::path(
    get, path = "/v1/customer/points/entries", tag = "points", operation_id = "list_points_entries",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("kind" = inline(Option<EntryKind>), Query, description = "Only entries of this kind"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = PointsEntryPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_points_entries(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<PointsEntryPage>, Failure> {
    let (kind, page) = read_asked(raw.as_deref())?;
    let whose = (access.shop.clone(), access.customer.clone());
    Ok(Json(entries(&app, whose, kind, page).await?))
}

/// The same as CSV, up to 100,000 entries.
#[utoipa::path(
    get, path = "/v1/customer/points/export", tag = "points", operation_id = "export_points",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn export_points(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<Response, Failure> {
    download(&app, &access).await
}

/// A customer's points, for the shop's programs.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/points", tag = "points", operation_id = "get_customer_points",
    params(("customer" = String, Path, description = "The customer's id")),
    security(("secret_key" = [])),
    responses(
        (status = 200, body = PointsBalance),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_customer_points(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(customer): Path<String>,
) -> Result<Json<PointsBalance>, Failure> {
    let customer = read_customer(&customer)?;
    Ok(Json(balance(&app, backend.shop.clone(), customer).await?))
}

/// A customer's statement, for the shop's programs.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/points/entries", tag = "points", operation_id = "list_customer_points_entries",
    params(
        ("customer" = String, Path, description = "The customer's id"),
        ("kind" = inline(Option<EntryKind>), Query, description = "Only entries of this kind"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("secret_key" = [])),
    responses(
        (status = 200, body = PointsEntryPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_customer_points_entries(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(customer): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<PointsEntryPage>, Failure> {
    let (kind, page) = read_asked(raw.as_deref())?;
    let whose = (backend.shop.clone(), read_customer(&customer)?);
    balance(&app, whose.0.clone(), whose.1.clone()).await?;
    Ok(Json(entries(&app, whose, kind, page).await?))
}

/// A customer's points, for the shop's staff.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/customers/{customer}/points", tag = "points",
    operation_id = "get_shop_customer_points",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("customer" = String, Path, description = "The customer's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = PointsBalance),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_shop_customer_points(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, customer)): Path<(String, String)>,
) -> Result<Json<PointsBalance>, Failure> {
    let customer = read_customer(&customer)?;
    Ok(Json(balance(&app, here.shop, customer).await?))
}

/// A customer's statement, for the shop's staff.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/customers/{customer}/points/entries", tag = "points",
    operation_id = "list_shop_customer_points_entries",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("customer" = String, Path, description = "The customer's id"),
        ("kind" = inline(Option<EntryKind>), Query, description = "Only entries of this kind"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = PointsEntryPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_shop_customer_points_entries(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, customer)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Json<PointsEntryPage>, Failure> {
    let (kind, page) = read_asked(raw.as_deref())?;
    let whose = (here.shop, read_customer(&customer)?);
    balance(&app, whose.0.clone(), whose.1.clone()).await?;
    Ok(Json(entries(&app, whose, kind, page).await?))
}

/// The id of a customer in an address.
///
/// # Errors
/// [`Code::CustomerNotFound`] when it is none.
pub(crate) fn read_customer(text: &str) -> Result<CustomerId, Failure> {
    text.parse().map_err(|_| Code::CustomerNotFound.into())
}

/// What a customer of a shop has.
///
/// # Errors
/// [`Code::CustomerNotFound`] when the shop has no such customer, [`Code::PointsOff`] when it has no points; else when the
/// database does not answer.
pub(crate) async fn balance(
    app: &App,
    shop: ShopId,
    customer: CustomerId,
) -> Result<PointsBalance, Failure> {
    let read = move |db: &mut Db| {
        if !db.is_customer_of(&shop, &customer)? {
            return Err(Failure::from(Code::CustomerNotFound));
        }
        Ok(db.points_balance(&shop, &customer)?)
    };
    let balance = app.store.read(read).await?;
    Ok(balance.ok_or(Code::PointsOff)?)
}

/// A page of the statement of a customer of a shop.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) async fn entries(
    app: &App,
    (shop, customer): (ShopId, CustomerId),
    kind: Option<EntryKind>,
    page: Page,
) -> Result<PointsEntryPage, Failure> {
    let read = move |db: &mut Db| {
        db.points_entries(&shop, &customer, kind, page.after.as_deref(), page.limit)
    };
    Ok(app.store.read(read).await?)
}

/// The kind of entry that is asked for, and the page.
pub(crate) fn read_asked(raw: Option<&str>) -> Result<(Option<EntryKind>, Page), Failure> {
    let (mut kind, mut page) = (None, Page::default());
    read_query(raw, |name, value| {
        if name == "kind" {
            kind = Some(EntryKind::from_word(value).ok_or_else(|| {
                let words: Vec<_> = EntryKind::ALL.map(EntryKind::as_str).into();
                let rule = format!("a kind is one of {}", words.join(", "));
                Problem::new(Code::BadRequest, rule).at("kind")
            })?);
            return Ok(());
        }
        page.set(name, value)
    })?;
    Ok((kind, page))
}

/// The customer's own statement as a file.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn download(app: &App, access: &Access) -> Result<Response, Failure> {
    let access = access.clone();
    let read = move |db: &mut Db| {
        let (mut all, mut after) = (Vec::new(), None::<String>);
        loop {
            let (shop, customer) = (&access.shop, &access.customer);
            let page =
                db.points_entries(shop, customer, None, after.as_deref(), EXPORTED_AT_ONCE)?;
            all.extend(page.entries);
            after = page.next;
            if after.is_none() || all.len() >= EXPORTED_MAX {
                all.truncate(EXPORTED_MAX);
                return Ok::<_, bookplate_store::StoreError>(all);
            }
        }
    };
    let entries = app.store.read(read).await?;
    let header = [
        "id",
        "at",
        "day",
        "kind",
        "available",
        "pending",
        "balance",
        "missed",
        "order",
        "line",
        "title",
        "refund",
        "rule",
        "rule_name",
        "rule_version",
        "reward",
        "reason",
    ];
    Ok(spreadsheet::reply(
        "points.csv",
        header,
        entries.iter().map(cells),
    ))
}

fn cells(entry: &PointsEntry) -> [String; 17] {
    let at = Timestamp::from_millisecond(entry.at);
    let guarded = |text: &str| guarded(text).into_owned();
    let rule = entry.rule.as_ref();
    [
        entry.id.to_string(),
        at.map_or_else(|_| String::new(), |at| at.to_string()),
        entry.on.clone(),
        entry.kind.as_str().to_owned(),
        entry.available.to_string(),
        entry.pending.to_string(),
        entry.balance.to_string(),
        entry.missed.to_string(),
        guarded(&entry.order),
        guarded(&entry.line),
        guarded(&entry.title),
        guarded(&entry.refund),
        rule.map_or_else(String::new, |rule| rule.id.clone()),
        rule.map_or_else(String::new, |rule| {
            let tier = name_in(&rule.tier, Lang::En);
            guarded(if tier.is_empty() { &rule.name } else { tier })
        }),
        rule.map_or_else(String::new, |rule| rule.version.to_string()),
        guarded(name_in(&entry.reward, Lang::En)),
        guarded(&entry.reason),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::points::EntryRule;

    #[test]
    fn a_row_says_why_and_is_no_formula() {
        let entry = PointsEntry {
            id: "pts_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b".parse().unwrap(),
            kind: EntryKind::Earned,
            at: 1_741_780_800_000,
            on: "2025-03-12".into(),
            available: 0,
            pending: 12,
            balance: -3,
            missed: 0,
            left: 12,
            usable_from: String::new(),
            usable_until: String::new(),
            order: "=1+1".into(),
            line: "a".into(),
            title: "Emma".into(),
            refund: String::new(),
            rule: Some(EntryRule {
                id: "base".into(),
                name: String::new(),
                version: 2,
                tier: Vec::new(),
            }),
            reward: Vec::new(),
            reason: String::new(),
        };
        let row = cells(&entry).join(",");
        let expected = "pts_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b,2025-03-12T12:00:00Z,2025-03-12,earned,0,12,-3,0,\
                        '=1+1,a,Emma,,base,,2,,";
        assert_eq!(row, expected);
    }
}
