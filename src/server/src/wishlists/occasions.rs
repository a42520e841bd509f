//! What lists are for, and who follows lists of others. Who follows one is reminded before its day.

use super::{change, read_list, refused};
use crate::accounts::tokens::Access;
use crate::api::{Body, no_parameters};
use crate::app::App;
use crate::reply::Failure;
use crate::shops::{today, zone_named};
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::shops::Shop;
use bookplate_store::wishlists::RemindingShop;
use bookplate_store::{Db, StoreError};
use bookplate_wire::wishlists::occasions::{FollowedWishlists, NewOccasion, REMINDER_DAYS};
use bookplate_wire::wishlists::{Wishlist, shared_path};
use bookplate_wire::{CustomerId, Problem, ShopId, WishlistId};
use jiff::{Timestamp, ToSpan};
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whether somebody is to be told something.
const POLL: Duration = Duration::from_secs(5);
/// How many are told in one unit of work, so that nobody waits behind it.
const BATCH: u32 = 50;

/// Says what a wishlist is for: a day, and of which kind.
///
/// What others give stays hidden until the day is over. Gifts that are hidden now stay so until the new day is.
#[utoipa::path(
    put, path = "/v1/customer/wishlists/{list}/occasion", tag = "wishlists", operation_id = "set_occasion",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NewOccasion,
    responses(
        (status = 200, body = Wishlist),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_occasion(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(list): Path<String>,
    Body(new): Body<NewOccasion>,
) -> Result<Json<Wishlist>, Failure> {
    let list = read_list(&list)?;
    let kept = keep(&app, &shop, &access.customer, list, Some(new)).await?;
    Ok(Json(kept))
}

/// Says that a wishlist is for nothing in particular. What others give then stays hidden until the owner asks.
#[utoipa::path(
    delete, path = "/v1/customer/wishlists/{list}/occasion", tag = "wishlists", operation_id = "delete_occasion",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Wishlist),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_occasion(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(list): Path<String>,
) -> Result<Json<Wishlist>, Failure> {
    let list = read_list(&list)?;
    let kept = keep(&app, &shop, &access.customer, list, None).await?;
    Ok(Json(kept))
}

/// Keeps what a list is for, or that it is for nothing.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn keep(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    list: Option<WishlistId>,
    new: Option<NewOccasion>,
) -> Result<Wishlist, Failure> {
    let (of, customer, today) = (shop.id.clone(), customer.clone(), today(shop));
    let day = new.as_ref().map(|new| new.on.trim().to_owned());
    let occasion = new.map(|new| new.checked(&today)).transpose()?;
    let work = move |db: &mut Db| {
        let occasion = occasion.as_ref().zip(day.as_deref());
        db.set_occasion(&of, &customer, list.as_ref(), occasion, &today)
    };
    change(app, work).await
}

/// The wishlists of others that the customer follows.
#[utoipa::path(
    get, path = "/v1/customer/shared-wishlists", tag = "wishlists", operation_id = "list_followed_wishlists",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = FollowedWishlists),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_followed_wishlists(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<FollowedWishlists>, Failure> {
    no_parameters(raw.as_deref())?;
    let read = move |db: &mut Db| db.followed_wishlists(&access.customer);
    let lists = app.store.read(read).await?;
    Ok(Json(FollowedWishlists { lists }))
}

/// Follows a wishlist that somebody shares: the customer is reminded two weeks before its day.
#[utoipa::path(
    put, path = "/v1/customer/shared-wishlists/{secret}", tag = "wishlists", operation_id = "follow_wishlist",
    params(
        ("secret" = String, Path, description = "What the list's owner has given away: `shared` of the list"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Followed"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn follow_wishlist(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(secret): Path<String>,
) -> Result<StatusCode, Failure> {
    follow(&app, &shop.id, &access.customer, secret, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Follows a wishlist no more.
#[utoipa::path(
    delete, path = "/v1/customer/shared-wishlists/{secret}", tag = "wishlists", operation_id = "unfollow_wishlist",
    params(
        ("secret" = String, Path, description = "What the list's owner has given away: `shared` of the list"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Not followed, or not any more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn unfollow_wishlist(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(secret): Path<String>,
) -> Result<StatusCode, Failure> {
    follow(&app, &shop.id, &access.customer, secret, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has a customer follow a shared list, or follow it no more.
///
/// # Errors
/// The refusal; else when the database does not answer.
pub(crate) async fn follow(
    app: &App,
    shop: &ShopId,
    customer: &CustomerId,
    secret: String,
    follow: bool,
) -> Result<(), Failure> {
    let (shop, customer) = (shop.clone(), customer.clone());
    let work = move |db: &mut Db| db.follow_wishlist(&shop, &customer, &secret, follow);
    app.store.write(move |db| work(db)?.map_err(refused)).await
}

/// Reminds those who follow a list of its day, and tells those who give what is gone. Works until it is dropped. Any
/// number of servers can do so: nobody is told twice.
pub(crate) async fn remind(app: App) {
    loop {
        if let Err(error) = remind_all(&app).await {
            tracing::error!(%error, "nobody is reminded of wishlists");
        }
        if let Err(error) = tell_all(&app).await {
            tracing::error!(%error, "nobody is told of gifts that are gone");
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn remind_all(app: &App) -> Result<(), StoreError> {
    for shop in app.store.read(Db::shops_with_occasions).await? {
        // One that fails takes nobody else along.
        if let Err(error) = remind_of(app, shop).await {
            tracing::error!(%error, "nobody is reminded of wishlists by a shop");
        }
    }
    Ok(())
}

async fn remind_of(app: &App, shop: RemindingShop) -> Result<(), StoreError> {
    let shop = Arc::new(shop);
    let (today, horizon) = days(&shop.time_zone);
    loop {
        let (of, today) = (shop.clone(), today.clone());
        let roll = move |db: &mut Db| db.roll_occasions(&of.id, &today, BATCH);
        if app.store.write(roll).await? < BATCH {
            break;
        }
    }
    loop {
        let (of, days) = (shop.clone(), (today.clone(), horizon.clone()));
        let public_url = app.public_url.clone();
        let remind = move |db: &mut Db| {
            let link = |secret: &str| [&*public_url, &shared_path(&of.public_key, secret)].concat();
            db.remind_of_occasions(&of.id, (&days.0, &days.1), link, BATCH)
        };
        if app.store.write(remind).await? < BATCH {
            return Ok(());
        }
    }
}

/// The present day in a time zone, and the last one of which somebody is reminded.
fn days(zone: &str) -> (String, String) {
    let today = Timestamp::now().to_zoned(zone_named(zone)).date();
    let horizon = today.saturating_add(i64::from(REMINDER_DAYS).days());
    (today.to_string(), horizon.to_string())
}

async fn tell_all(app: &App) -> Result<(), StoreError> {
    for (shop, zone) in app.store.read(Db::shops_with_gone_gifts).await? {
        let (today, _) = days(&zone);
        loop {
            let (of, today) = (shop.clone(), today.clone());
            let tell = move |db: &mut Db| db.tell_givers(&of, &today, BATCH);
            match app.store.write(tell).await {
                Ok(BATCH) => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "nobody is told of gifts that are gone by a shop");
                    break;
                }
            }
        }
    }
    Ok(())
}
