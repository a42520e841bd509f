//! Staff picks: written in the console, or by the shop's own programs.

use crate::api::{Body, FORM, PAGE, PAGE_MAX, read_limit, read_query, unknown_parameter};
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::Backend;
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::audit::Actor;
use bookplate_store::reviews::{PickName, PickRefusal, PicksAsked};
use bookplate_wire::reviews::SEARCH_MAX;
use bookplate_wire::reviews::picks::{Pick, PickContent, PickPage, PickStatus, reference};
use bookplate_wire::text::single_line;
use bookplate_wire::{Code, PickId, Problem, ShopId};
use std::sync::Arc;

/// The first page of a shop's picks.
pub(crate) fn first_page() -> PicksAsked {
    PicksAsked {
        limit: PAGE,
        ..PicksAsked::default()
    }
}

/// What is searched for: an ISBN, or words.
///
/// # Errors
/// When it is too long.
pub(crate) fn search(asked: &mut PicksAsked, text: &str) -> Result<(), Problem> {
    let words = single_line(text);
    if words.chars().count() > SEARCH_MAX {
        let rule = "a search has at most 100 characters";
        return Err(Problem::new(Code::BadRequest, rule).at("q"));
    }
    match words.parse() {
        Ok(isbn) => asked.isbn = Some(isbn),
        Err(_) => asked.words = words,
    }
    Ok(())
}

fn read_asked(raw: Option<&str>) -> Result<PicksAsked, Failure> {
    let mut asked = first_page();
    read_query(raw, |name, value| {
        match name {
            "q" => search(&mut asked, value)?,
            "status" => {
                asked.status = match value {
                    "" => None,
                    _ => Some(PickStatus::from_word(value).ok_or_else(|| {
                        let rule = "status is draft, published or withdrawn";
                        Problem::new(Code::BadRequest, rule).at(name)
                    })?),
                };
            }
            "after" => asked.after = Some(value.to_owned()).filter(|text| !text.is_empty()),
            "limit" => asked.limit = read_limit(value, PAGE_MAX)?,
            _ => return Err(unknown_parameter(name)),
        }
        Ok(())
    })?;
    Ok(asked)
}

/// A page of a shop's picks.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) async fn page(app: &App, shop: ShopId, asked: PicksAsked) -> Result<PickPage, Failure> {
    let _turn = app.turns.search_if(!asked.words.is_empty()).await?;
    app.store
        .read(move |db: &mut Db| Ok(db.picks(&shop, &asked)?))
        .await
}

/// Writes a pick, by its `name`.
///
/// # Errors
/// Names what breaks a rule; [`Code::NotFound`] when the shop has no such pick, [`Code::BookNotFound`] when it has no such
/// book; else when the database does not answer.
pub(crate) async fn put(
    app: &App,
    by: Actor,
    shop: ShopId,
    name: PickName,
    content: PickContent,
) -> Result<Pick, Failure> {
    let content = content.checked()?;
    let write = move |db: &mut Db| {
        let written = db.put_pick(&by, &shop, &name, &content)?;
        written.map_err(|refusal| match refusal {
            PickRefusal::NoPick => Failure::from(Code::NotFound),
            PickRefusal::NoBook => {
                let Failure(problem) = Code::BookNotFound.into();
                problem.at("isbn").into()
            }
            PickRefusal::NoBranch => {
                let rule = "the shop has no branch with this code";
                Problem::new(Code::FieldInvalid, rule).at("branch").into()
            }
        })
    };
    app.store.write(write).await
}

/// What names a pick in an address of the console.
///
/// # Errors
/// [`Code::NotFound`].
pub(crate) fn read_pick(text: &str) -> Result<PickId, Failure> {
    text.parse().map_err(|_| Code::NotFound.into())
}

/// The shop's staff picks, the newest first.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/picks", tag = "reviews", operation_id = "list_shop_picks",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("q" = Option<String>, Query, max_length = 100, description = "An ISBN, or words of the book's title or authors"),
        ("status" = inline(Option<PickStatus>), Query, description = "Only those with this status"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = PickPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_shop_picks(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<PickPage>, Failure> {
    let asked = read_asked(raw.as_deref())?;
    Ok(Json(page(&app, here.shop, asked).await?))
}

/// Writes a staff pick.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/picks", tag = "reviews", operation_id = "create_pick",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = PickContent,
    responses(
        (status = 201, body = Pick, links(
            ("read" = (
                operation_id = "get_pick",
                parameters(("shop" = "$request.path.shop"), ("pick" = "$response.body#/id")),
            )),
            ("change" = (
                operation_id = "update_pick",
                parameters(("shop" = "$request.path.shop"), ("pick" = "$response.body#/id")),
            )),
            ("remove" = (
                operation_id = "delete_pick",
                parameters(("shop" = "$request.path.shop"), ("pick" = "$response.body#/id")),
            )),
        )),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_pick(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(content): Body<PickContent, FORM>,
) -> Result<impl IntoResponse, Failure> {
    let pick = put(&app, here.by(), here.shop, PickName::New, content).await?;
    Ok((StatusCode::CREATED, Json(pick)))
}

/// A staff pick.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/picks/{pick}", tag = "reviews", operation_id = "get_pick",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("pick" = String, Path, description = "The pick's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = Pick),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_pick(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, pick)): Path<(String, String)>,
) -> Result<Json<Pick>, Failure> {
    Ok(Json(one(&app, here.shop, read_pick(&pick)?).await?))
}

/// A pick of a shop.
///
/// # Errors
/// [`Code::NotFound`]; else when the database does not answer.
pub(crate) async fn one(app: &App, shop: ShopId, id: PickId) -> Result<Pick, Failure> {
    let read = move |db: &mut Db| Ok::<_, Failure>(db.pick(&shop, &id)?);
    Ok(app.store.read(read).await?.ok_or(Code::NotFound)?)
}

/// Changes a staff pick: it says this from now on. That readers do not see it any more is one of its states.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/picks/{pick}", tag = "reviews", operation_id = "update_pick",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("pick" = String, Path, description = "The pick's id"),
    ),
    security(("staff_session" = [])),
    request_body = PickContent,
    responses(
        (status = 200, body = Pick),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_pick(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, pick)): Path<(String, String)>,
    Body(content): Body<PickContent, FORM>,
) -> Result<Json<Pick>, Failure> {
    let name = PickName::Id(read_pick(&pick)?);
    Ok(Json(put(&app, here.by(), here.shop, name, content).await?))
}

/// Deletes a staff pick for good.
#[utoipa::path(
    delete, path = "/v1/console/shops/{shop}/picks/{pick}", tag = "reviews", operation_id = "delete_pick",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("pick" = String, Path, description = "The pick's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_pick(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, pick)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let name = PickName::Id(read_pick(&pick)?);
    let write = move |db: &mut Db| db.delete_pick(&here.by(), &here.shop, &name);
    if !app.store.write(write).await? {
        return Err(Code::NotFound.into());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The shop's staff picks, the newest first.
#[utoipa::path(
    get, path = "/v1/picks", tag = "reviews", operation_id = "list_picks",
    params(
        ("q" = Option<String>, Query, max_length = 100, description = "An ISBN, or words of the book's title or authors"),
        ("status" = inline(Option<PickStatus>), Query, description = "Only those with this status"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("secret_key" = [])),
    responses(
        (status = 200, body = PickPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_picks(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<PickPage>, Failure> {
    let asked = read_asked(raw.as_deref())?;
    Ok(Json(page(&app, backend.shop.clone(), asked).await?))
}

/// Writes the staff pick that the shop's program calls so, or changes it. Doing it twice changes nothing.
#[utoipa::path(
    put, path = "/v1/picks/{reference}", tag = "reviews", operation_id = "set_pick",
    params((
        "reference" = String, Path, pattern = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$",
        description = "What the shop's program calls the pick",
    )),
    security(("secret_key" = [])),
    request_body = PickContent,
    responses(
        (status = 200, body = Pick),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_pick(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(name): Path<String>,
    Body(content): Body<PickContent, FORM>,
) -> Result<Json<Pick>, Failure> {
    let name = PickName::Reference(reference(&name)?);
    let by = Actor::Key(backend.secret.clone());
    let pick = put(&app, by, backend.shop.clone(), name, content).await?;
    Ok(Json(pick))
}

/// Deletes the staff pick that the shop's program calls so, if there is one.
#[utoipa::path(
    delete, path = "/v1/picks/{reference}", tag = "reviews", operation_id = "remove_pick",
    params((
        "reference" = String, Path, pattern = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$",
        description = "What the shop's program calls the pick",
    )),
    security(("secret_key" = [])),
    responses(
        (status = 204, description = "There is no such pick now"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn remove_pick(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(name): Path<String>,
) -> Result<StatusCode, Failure> {
    let name = PickName::Reference(reference(&name)?);
    let by = Actor::Key(backend.secret.clone());
    let write = move |db: &mut Db| db.delete_pick(&by, &backend.shop, &name);
    app.store.write(write).await?;
    Ok(StatusCode::NO_CONTENT)
}
