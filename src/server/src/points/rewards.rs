//! Rewards: written by the staff, had by customers for points, and used at a till. A checkout uses them by `checkout`.

use crate::accounts::tokens::Access;
use crate::api::{Body, Page, read_page};
use crate::app::App;
use crate::orders::once;
use crate::reply::Failure;
use crate::secrets::Backend;
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_store::points::{RedemptionRefusal, RewardRefusal};
use bookplate_store::{Db, now};
use bookplate_wire::points::checkout::checked_code;
use bookplate_wire::points::rewards::{
    CouponUse, NewRedemption, OfferedRewards, Redemption, RedemptionPage, Reward, RewardContent,
    RewardList, UsedCoupon,
};
use bookplate_wire::{Code, CustomerId, Problem, RedemptionId, RewardId, ShopId};
use std::sync::Arc;

/// What the customer can have for points today, the cheapest first.
#[utoipa::path(
    get, path = "/v1/customer/rewards", tag = "points", operation_id = "list_rewards",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = OfferedRewards),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_rewards(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<Json<OfferedRewards>, Failure> {
    Ok(Json(offered(&app, &access).await?))
}

/// Takes points of the customer's for a reward, and gives a code. The same reference takes them once.
#[utoipa::path(
    post, path = "/v1/customer/rewards/{reward}/redemptions", tag = "points", operation_id = "create_redemption",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("reward" = String, Path, description = "The reward's id"),
    ),
    security(("access_token" = [])),
    request_body = NewRedemption,
    responses(
        (status = 200, body = Redemption),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_redemption(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Path(reward): Path<String>,
    Body(new): Body<NewRedemption>,
) -> Result<Json<Redemption>, Failure> {
    let reward = read_reward(&reward)?;
    Ok(Json(redeem(&app, &access, reward, new).await?))
}

/// The customer's own codes, the latest first, with what has become of them.
#[utoipa::path(
    get, path = "/v1/customer/redemptions", tag = "points", operation_id = "list_redemptions",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = RedemptionPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_redemptions(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<RedemptionPage>, Failure> {
    let page = read_page(raw.as_deref())?;
    Ok(Json(redemptions(&app, &access, page).await?))
}

/// Cancels an own code that was not used: the points are back where they came from. What was cancelled stays so.
#[utoipa::path(
    post, path = "/v1/customer/redemptions/{redemption}/cancel", tag = "points", operation_id = "cancel_redemption",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("redemption" = String, Path, description = "The redemption's id"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Redemption),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn cancel_redemption(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Path(redemption): Path<String>,
) -> Result<Json<Redemption>, Failure> {
    let id = redemption.parse().map_err(|_| Code::RedemptionNotFound)?;
    Ok(Json(cancel(&app, &access, id).await?))
}

/// Uses a code at a till, once: a coupon, or what is handed over for it. The same reference again is the same use.
#[utoipa::path(
    post, path = "/v1/coupons/{code}/consume", tag = "checkout", operation_id = "consume_coupon",
    security(("secret_key" = [])),
    params(
        ("code" = String, Path, description = "The code, as it was typed or scanned"),
        (
            "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
            description = "The same key and body get the same reply for two days",
        ),
    ),
    request_body = CouponUse,
    responses(
        (status = 200, body = UsedCoupon),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn consume_coupon(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(code): Path<String>,
    headers: HeaderMap,
    Body(asked): Body<CouponUse>,
) -> Result<Response, Failure> {
    let sent = (checked_code(&code, "code")?, asked.checked()?);
    let work = |db: &mut Db, shop: &ShopId, (code, asked): &(String, CouponUse)| {
        let used = db.use_coupon(shop, code, asked)?;
        used.map_err(|refusal| {
            let Failure(problem) = coupon_code(refusal).into();
            match refusal {
                RedemptionRefusal::TotalMissing => {
                    let rule = "this coupon needs the total";
                    Problem::new(Code::FieldInvalid, rule).at("total").into()
                }
                RedemptionRefusal::Minimum => problem.at("total").into(),
                _ => Failure::from(problem.at("code")),
            }
        })
    };
    once(&app, backend, &headers, 1, sent, work).await
}

/// All rewards of the shop, also those that customers do not see, the earliest first.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/rewards", tag = "points", operation_id = "list_shop_rewards",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = RewardList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_shop_rewards(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<RewardList>, Failure> {
    let rewards = all(&app, here.shop).await?;
    Ok(Json(RewardList { rewards }))
}

/// Writes a new reward.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/rewards", tag = "points", operation_id = "create_reward",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = RewardContent,
    responses(
        (status = 200, body = Reward),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_reward(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(content): Body<RewardContent>,
) -> Result<Json<Reward>, Failure> {
    Ok(Json(write(&app, here, None, content).await?))
}

/// Writes a reward anew. Codes that customers have already give what they gave.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/rewards/{reward}", tag = "points", operation_id = "update_reward",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("reward" = String, Path, description = "The reward's id"),
    ),
    security(("staff_session" = [])),
    request_body = RewardContent,
    responses(
        (status = 200, body = Reward),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_reward(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, reward)): Path<(String, String)>,
    Body(content): Body<RewardContent>,
) -> Result<Json<Reward>, Failure> {
    let id = read_reward(&reward)?;
    Ok(Json(write(&app, here, Some(id), content).await?))
}

/// The id of a reward in an address.
///
/// # Errors
/// [`Code::RewardNotFound`] when it is none.
pub(crate) fn read_reward(text: &str) -> Result<RewardId, Failure> {
    text.parse().map_err(|_| Code::RewardNotFound.into())
}

/// All rewards of a shop, for its staff.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn all(app: &App, shop: ShopId) -> Result<Vec<Reward>, Failure> {
    let read = move |db: &mut Db| db.rewards(&shop);
    Ok(app.store.read(read).await?)
}

/// Writes a reward, a new one where `id` names none.
///
/// # Errors
/// Names what breaks a rule; else when the database does not answer.
pub(crate) async fn write(
    app: &App,
    here: Here,
    id: Option<RewardId>,
    content: RewardContent,
) -> Result<Reward, Failure> {
    let content = content.checked()?;
    let write = move |db: &mut Db| {
        let written = match id {
            None => db.create_reward(&here.by(), &here.shop, &content)?,
            Some(id) => db.update_reward(&here.by(), &here.shop, &id, &content)?,
        };
        written.map_err(|refusal| match refusal {
            RewardRefusal::NotFound => Failure::from(Code::RewardNotFound),
            RewardRefusal::NoTier => {
                let rule = "the rules have no tier with this id";
                Problem::new(Code::FieldInvalid, rule).at("tier").into()
            }
            RewardRefusal::Stock => {
                let rule = "customers have taken more than that already";
                Problem::new(Code::FieldInvalid, rule).at("stock").into()
            }
        })
    };
    app.store.write(write).await
}

/// What a customer can have today.
///
/// # Errors
/// [`Code::PointsOff`] when the shop has no points; else when the database does not answer.
pub(crate) async fn offered(app: &App, access: &Access) -> Result<OfferedRewards, Failure> {
    let (shop, customer) = (access.shop.clone(), access.customer.clone());
    let read = move |db: &mut Db| {
        if !db.has_points(&shop)? {
            return Err(Failure::from(Code::PointsOff));
        }
        let rewards = db.offered_rewards(&shop, &customer, now())?;
        Ok(OfferedRewards { rewards })
    };
    app.store.read(read).await
}

/// Takes points for a reward.
///
/// # Errors
/// Why it cannot be; else when the database does not answer.
pub(crate) async fn redeem(
    app: &App,
    access: &Access,
    reward: RewardId,
    new: NewRedemption,
) -> Result<Redemption, Failure> {
    let new = new.checked()?;
    let (shop, customer): (ShopId, CustomerId) = (access.shop.clone(), access.customer.clone());
    let write = move |db: &mut Db| {
        let redeemed = db.redeem_reward(&shop, &customer, (&reward, &new))?;
        redeemed.map_err(|refusal| {
            let Failure(problem) = redemption_code(refusal).into();
            match refusal {
                RedemptionRefusal::Conflict => problem.at("reference").into(),
                RedemptionRefusal::Changed => problem.at("points").into(),
                _ => Failure::from(problem),
            }
        })
    };
    app.store.write(write).await
}

/// Cancels an own code.
///
/// # Errors
/// Why it cannot be; else when the database does not answer.
pub(crate) async fn cancel(
    app: &App,
    access: &Access,
    id: RedemptionId,
) -> Result<Redemption, Failure> {
    let (shop, customer) = (access.shop.clone(), access.customer.clone());
    let write = move |db: &mut Db| {
        let cancelled = db.cancel_redemption(&shop, &customer, &id)?;
        cancelled.map_err(|refusal| Failure::from(redemption_code(refusal)))
    };
    app.store.write(write).await
}

/// A page of a customer's codes.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) async fn redemptions(
    app: &App,
    access: &Access,
    page: Page,
) -> Result<RedemptionPage, Failure> {
    let (shop, customer) = (access.shop.clone(), access.customer.clone());
    let read =
        move |db: &mut Db| db.redemptions(&shop, &customer, page.after.as_deref(), page.limit);
    Ok(app.store.read(read).await?)
}

/// Why a customer does not get a reward, or does not get rid of it.
fn redemption_code(refusal: RedemptionRefusal) -> Code {
    match refusal {
        RedemptionRefusal::Off => Code::PointsOff,
        RedemptionRefusal::NoReward => Code::RewardNotFound,
        RedemptionRefusal::NotOffered => Code::RewardOff,
        RedemptionRefusal::Changed => Code::RewardChanged,
        RedemptionRefusal::SoldOut => Code::RewardSoldOut,
        RedemptionRefusal::Tier => Code::TierRequired,
        RedemptionRefusal::Insufficient => Code::PointsInsufficient,
        RedemptionRefusal::Conflict => Code::RedemptionConflict,
        RedemptionRefusal::NotFound => Code::RedemptionNotFound,
        RedemptionRefusal::Held
        | RedemptionRefusal::Used
        | RedemptionRefusal::Ended
        | RedemptionRefusal::Minimum
        | RedemptionRefusal::TotalMissing => Code::RedemptionEnded,
    }
}

/// Why a code cannot be used.
pub(super) fn coupon_code(refusal: RedemptionRefusal) -> Code {
    match refusal {
        RedemptionRefusal::Held => Code::CouponHeld,
        RedemptionRefusal::Used => Code::CouponUsed,
        RedemptionRefusal::Ended => Code::CouponEnded,
        RedemptionRefusal::Minimum | RedemptionRefusal::TotalMissing => Code::CouponMinimum,
        RedemptionRefusal::NotFound => Code::CouponNotFound,
        other => redemption_code(other),
    }
}
