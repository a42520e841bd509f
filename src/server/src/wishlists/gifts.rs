//! Gifts: what visitors reserve or have bought of a shared list, with an account or without one.

use super::{change, read_list, refused};
use crate::accounts::attempts::Attempt;
use crate::accounts::tokens::Access;
use crate::api::{Body, no_parameters};
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::secrets::hash;
use crate::shops::{picture, today};
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_store::wishlists::{GiftHolder, Giver};
use bookplate_wire::wishlists::gifts::{
    Gift, GiftChange, GiftCode, GiftCodeChange, GiftStatus, Gifts, GiftsAsked, NewGift, Receipt,
    ReceivedGifts, plain_code, spaced_code,
};
use bookplate_wire::{Code, CustomerId, GiftId, Problem, WishlistId};
use data_encoding::BASE32_NOPAD;
use std::sync::Arc;

/// How many random bytes a code has: 80 bits, which no guessing reaches.
const CODE: usize = 10;

/// A new code: 16 letters and figures, none of which is taken for another once it is written down.
fn new_code() -> String {
    let mut bytes = [0; CODE];
    getrandom::fill(&mut bytes).expect("the system's source of randomness");
    BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()
}

/// A gift with the address of its book's cover, where the catalogue has a path of the shop's site.
fn with_cover(mut gift: Gift, shop: &Shop) -> Gift {
    gift.cover_url = picture(shop, &gift.cover_url);
    gift
}

/// Reserves copies of a wish of a shared list, or notes that they are bought, without an account.
///
/// The code in the reply is shown once: by it the gift is changed and undone.
#[utoipa::path(
    post, path = "/v1/wishlists/{secret}/gifts", tag = "gifts", operation_id = "create_guest_gift",
    params(
        ("secret" = String, Path, description = "What the list's owner has given away: `shared` of the list"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    request_body = NewGift,
    responses(
        (status = 201, body = Receipt),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_guest_gift(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Path(secret): Path<String>,
    Body(new): Body<NewGift>,
) -> Result<(StatusCode, Json<Receipt>), Failure> {
    let receipt = give_as_guest(&app, &shop, caller, secret, new).await?;
    Ok((StatusCode::CREATED, Json(receipt)))
}

/// Reserves something for somebody without an account.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn give_as_guest(
    app: &App,
    shop: &Shop,
    caller: Caller,
    secret: String,
    new: NewGift,
) -> Result<Receipt, Failure> {
    let new = new.checked(true)?;
    let code = new_code();
    let giver = Giver::Guest {
        code: hash(&code),
        network: app.networks.visitor(&shop.id, caller.0),
    };
    let gift = give(app, shop, secret, giver, new).await?;
    let code = spaced_code(&code);
    Ok(Receipt { gift, code })
}

async fn give(
    app: &App,
    shop: &Shop,
    secret: String,
    giver: Giver,
    new: NewGift,
) -> Result<Gift, Failure> {
    let (of, today) = (shop.id.clone(), today(shop));
    let work = move |db: &mut Db| db.give(&of, &secret, &giver, &new, &today);
    Ok(with_cover(change(app, work).await?, shop))
}

/// Reserves copies of a wish of a shared list, or notes that they are bought.
#[utoipa::path(
    post, path = "/v1/customer/shared-wishlists/{secret}/gifts", tag = "gifts", operation_id = "create_gift",
    params(
        ("secret" = String, Path, description = "What the list's owner has given away: `shared` of the list"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NewGift,
    responses(
        (status = 201, body = Gift),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_gift(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(secret): Path<String>,
    Body(new): Body<NewGift>,
) -> Result<(StatusCode, Json<Gift>), Failure> {
    let gift = give_as_customer(&app, &shop, &access.customer, secret, new).await?;
    Ok((StatusCode::CREATED, Json(gift)))
}

/// Reserves something for a customer.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn give_as_customer(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    secret: String,
    new: NewGift,
) -> Result<Gift, Failure> {
    let new = new.checked(false)?;
    give(app, shop, secret, Giver::Customer(customer.clone()), new).await
}

/// What the customer gives, the latest first.
#[utoipa::path(
    get, path = "/v1/customer/gifts", tag = "gifts", operation_id = "list_gifts",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Gifts),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_gifts(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Gifts>, Failure> {
    no_parameters(raw.as_deref())?;
    let gifts = of_customer(&app, &shop, &access.customer).await?;
    Ok(Json(Gifts { gifts }))
}

/// What a customer gives, the latest first.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn of_customer(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
) -> Result<Vec<Gift>, Failure> {
    let customer = customer.clone();
    let gifts = app.store.read(move |db: &mut Db| db.gifts_of(&customer));
    let gifts = gifts.await?.into_iter();
    Ok(gifts.map(|gift| with_cover(gift, shop)).collect())
}

/// Says how far one of the customer's gifts is.
#[utoipa::path(
    patch, path = "/v1/customer/gifts/{gift}", tag = "gifts", operation_id = "update_gift",
    params(
        ("gift" = String, Path, description = "The gift's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = GiftChange,
    responses(
        (status = 200, body = Gift),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_gift(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(gift): Path<String>,
    Body(changed): Body<GiftChange>,
) -> Result<Json<Gift>, Failure> {
    let holder = own(&access.customer, &gift)?;
    set(&app, &shop, holder, changed.status).await.map(Json)
}

/// The gift with this id, of a customer.
///
/// # Errors
/// [`Code::GiftNotFound`] when it is no id.
pub(crate) fn own(customer: &CustomerId, gift: &str) -> Result<GiftHolder, Failure> {
    let gift: GiftId = gift.parse().map_err(|_| Code::GiftNotFound)?;
    Ok(GiftHolder::Customer(customer.clone(), gift))
}

/// Says how far a gift is.
///
/// # Errors
/// [`Code::GiftNotFound`]; else when the database does not answer.
pub(crate) async fn set(
    app: &App,
    shop: &Shop,
    holder: GiftHolder,
    status: GiftStatus,
) -> Result<Gift, Failure> {
    let of = shop.id.clone();
    let work = move |db: &mut Db| db.change_gift(&of, &holder, status);
    Ok(with_cover(change(app, work).await?, shop))
}

/// Gives one of the customer's gifts no more, so that others can.
#[utoipa::path(
    delete, path = "/v1/customer/gifts/{gift}", tag = "gifts", operation_id = "delete_gift",
    params(
        ("gift" = String, Path, description = "The gift's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Not given, or not any more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_gift(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(gift): Path<String>,
) -> Result<StatusCode, Failure> {
    undo(&app, &shop, own(&access.customer, &gift)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Undoes a gift. Returns whether there was one.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn undo(app: &App, shop: &Shop, holder: GiftHolder) -> Result<bool, Failure> {
    let of = shop.id.clone();
    let work = move |db: &mut Db| db.undo_gift(&of, &holder);
    Ok(app.store.write(work).await?)
}

/// Looks for a gift by its code, which is counted as a guess where it is none.
///
/// # Errors
/// [`Code::RateLimited`], [`Code::GiftNotFound`]; else when the database does not answer.
pub(crate) async fn by_code(
    app: &App,
    shop: &Shop,
    caller: Caller,
    code: &str,
) -> Result<(GiftHolder, Gift), Failure> {
    let attempt: Attempt = app.attempts.gift(&shop.id, caller).count(app).await?;
    let holder = GiftHolder::Code(hash(&plain_code(code)));
    let (of, asked) = (shop.id.clone(), holder.clone());
    let look = move |db: &mut Db| -> Result<_, Failure> {
        let gift = db.gift(&of, &asked)?.map_err(refused)?;
        attempt.succeeded(db)?;
        Ok(gift)
    };
    let gift = app.store.write(look).await?;
    Ok((holder, with_cover(gift, shop)))
}

/// A gift of somebody without an account, by the code that was shown once.
#[utoipa::path(
    post, path = "/v1/gifts/lookup", tag = "gifts", operation_id = "find_guest_gift",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    request_body = GiftCode,
    responses(
        (status = 200, body = Gift),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn find_guest_gift(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(asked): Body<GiftCode>,
) -> Result<Json<Gift>, Failure> {
    let (_, gift) = by_code(&app, &shop, caller, &asked.code).await?;
    Ok(Json(gift))
}

/// Says how far a gift of somebody without an account is.
#[utoipa::path(
    post, path = "/v1/gifts/status", tag = "gifts", operation_id = "update_guest_gift",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    request_body = GiftCodeChange,
    responses(
        (status = 200, body = Gift),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_guest_gift(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(asked): Body<GiftCodeChange>,
) -> Result<Json<Gift>, Failure> {
    let (holder, _) = by_code(&app, &shop, caller, &asked.code).await?;
    set(&app, &shop, holder, asked.status).await.map(Json)
}

/// Undoes a gift of somebody without an account, so that others can give it.
#[utoipa::path(
    post, path = "/v1/gifts/undo", tag = "gifts", operation_id = "delete_guest_gift",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    request_body = GiftCode,
    responses(
        (status = 204, description = "Given no more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_guest_gift(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(asked): Body<GiftCode>,
) -> Result<StatusCode, Failure> {
    let (holder, _) = by_code(&app, &shop, caller, &asked.code).await?;
    undo(&app, &shop, holder).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a wishlist's owner may see of what was given: from the day after its occasion on, or once the owner has asked.
#[utoipa::path(
    get, path = "/v1/customer/wishlists/{list}/gifts", tag = "gifts", operation_id = "list_received_gifts",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = ReceivedGifts),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_received_gifts(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(list): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<ReceivedGifts>, Failure> {
    no_parameters(raw.as_deref())?;
    let (list, today) = (read_list(&list)?, today(&shop));
    let read = move |db: &mut Db| db.received_gifts(&access.customer, list.as_ref(), &today);
    let gifts = app.store.read(read).await?.map_err(refused)?;
    Ok(Json(gifts))
}

/// Shows a wishlist's owner what was given by now, where the list has no day. What is given later stays hidden.
#[utoipa::path(
    post, path = "/v1/customer/wishlists/{list}/gifts/show", tag = "gifts", operation_id = "show_received_gifts",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = GiftsAsked,
    responses(
        (status = 200, body = ReceivedGifts),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_received_gifts(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(list): Path<String>,
    Body(asked): Body<GiftsAsked>,
) -> Result<Json<ReceivedGifts>, Failure> {
    let list = read_list(&list)?;
    show(&app, &shop, &access.customer, list, asked)
        .await
        .map(Json)
}

/// Shows an owner what was given of a list without a day.
///
/// # Errors
/// Where the owner is not sure, or the list has a day; else when the database does not answer.
pub(crate) async fn show(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    list: Option<WishlistId>,
    asked: GiftsAsked,
) -> Result<ReceivedGifts, Failure> {
    asked.checked()?;
    let (of, customer, today) = (shop.id.clone(), customer.clone(), today(shop));
    let work = move |db: &mut Db| db.show_gifts(&of, &customer, list.as_ref(), &today);
    change(app, work).await
}
