//! The staff's inbox.

use super::codes::CODE;
use super::{change, with_times_in};
use crate::api::{Body, FORM, Page, no_parameters, read_query};
use crate::app::App;
use crate::deliveries::masked;
use crate::reply::Failure;
use crate::secrets::hash;
use crate::shops::{minute, zone_named};
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::feedback::{CaseAsked, CaseResult, StaffAct};
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::guests::plain_code;
use bookplate_wire::feedback::inbox::{
    BulkChange, BulkChanged, CaseFilter, CaseMerge, CaseOwner, CasePage, CaseView, FeedbackCase,
    FullCase, NewAnswer, NewNote, SEARCH_MAX, TAG_MAX, VersionedChange,
};
use bookplate_wire::staff::Role;
use bookplate_wire::{CaseId, Code, Problem, ShopId};

/// A page of the shop's cases: open ones by how long they wait, those that are overdue by since when, all others and what is searched for the latest first.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/cases", tag = "feedback", operation_id = "list_cases",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("state" = inline(Option<CaseView>), Query, description = "By how far they are; usually those that are open"),
        ("kind" = inline(Option<CaseKind>), Query, description = "By what they are"),
        ("owner" = Option<String>, Query, description = "By who deals with them: `me`, `nobody`, or the id of somebody of the staff"),
        ("tag" = Option<String>, Query, max_length = 40, description = "By a tag"),
        ("q" = Option<String>, Query, max_length = 100, description = "Words that stand in them, or the code of a receipt"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = CasePage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_cases(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<CasePage>, Failure> {
    let (mut filter, mut at) = (CaseFilter::default(), Page::default());
    read_query(raw.as_deref(), |name, value| {
        if !read_filter(&mut filter, name, value)? {
            at.set(name, value)?;
        }
        Ok(())
    })?;
    Ok(Json(page(&app, here, filter, at).await?))
}

/// Reads one parameter of a filter; whether it is one.
///
/// # Errors
/// When it holds something else.
pub(crate) fn read_filter(
    filter: &mut CaseFilter,
    name: &str,
    value: &str,
) -> Result<bool, Problem> {
    let wrong = |rule: &str| Problem::new(Code::BadRequest, rule).at(name);
    match name {
        "state" => {
            let rule = "open, overdue, received, in_progress, waiting, reopened, resolved or all";
            filter.view = CaseView::from_word(value).ok_or_else(|| wrong(rule))?;
        }
        "kind" => {
            let kind = CaseKind::from_word(value);
            filter.kind = Some(kind.ok_or_else(|| wrong("there is no such kind"))?);
        }
        "owner" => {
            let owner = CaseOwner::from_word(value);
            filter.owner = Some(owner.ok_or_else(|| wrong("me, nobody, or an id"))?);
        }
        "tag" if value.chars().count() <= TAG_MAX => value.trim().clone_into(&mut filter.tag),
        "q" if value.chars().count() <= SEARCH_MAX => value.trim().clone_into(&mut filter.q),
        "tag" | "q" => return Err(wrong("this is too long")),
        _ => return Ok(false),
    }
    Ok(true)
}

/// A page of cases, without what is not for the reader's role.
///
/// # Errors
/// When the cursor does not fit, the search takes too long, or the database does not answer.
pub(crate) async fn page(
    app: &App,
    here: Here,
    filter: CaseFilter,
    at: Page,
) -> Result<CasePage, Failure> {
    let Here { shop, staff, role } = here;
    let code = plain_code(&filter.q);
    let asked = CaseAsked {
        staff,
        code: (code.len() == CODE).then(|| hash(&code)),
        after: at.after,
        limit: at.limit,
        filter,
    };
    let _turn = app.turns.search_if(!asked.filter.q.is_empty()).await?;
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        Ok::<_, Failure>((settings.time_zone, db.case_page(&shop, &asked)?))
    };
    let (zone, mut page) = app.store.read(read).await?;
    for case in &mut page.cases {
        complete(case, &zone, role);
    }
    Ok(page)
}

/// Where the staff looks at a case.
pub(super) fn link_of(app: &App, shop: &ShopId, case: &CaseId) -> String {
    format!("{}/console/shops/{shop}/cases/{case}", app.public_url)
}

/// Gives a case its times for people, and takes out of it what is not for the reader's role.
fn complete(case: &mut FeedbackCase, zone: &str, role: Role) {
    let zone = zone_named(zone);
    case.opened = minute(&zone, case.case.opened_at);
    if let Some(due) = &mut case.due {
        due.when = minute(&zone, due.at);
    }
    if !role.knows_customers() {
        case.customer = None;
        case.name.clear();
        case.external_id.clear();
        case.email = masked(&case.email);
    }
}

/// A case with all of its timeline, the staff's notes too.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/cases/{case}", tag = "feedback", operation_id = "get_case",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("case" = String, Path, description = "The case's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = FullCase),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_case(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, case)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Json<FullCase>, Failure> {
    no_parameters(raw.as_deref())?;
    one(&app, here, &case).await.map(Json)
}

/// A case, without what is not for the reader's role.
///
/// # Errors
/// [`Code::CaseNotFound`]; else when the database does not answer.
pub(crate) async fn one(app: &App, here: Here, case: &str) -> Result<FullCase, Failure> {
    let id: CaseId = case.parse().map_err(|_| Code::CaseNotFound)?;
    let Here { shop, role, .. } = here;
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        let case = db.full_case(&shop, &id)?.ok_or(Code::CaseNotFound)?;
        Ok::<_, Failure>((settings.time_zone, case))
    };
    let (zone, mut case) = app.store.read(read).await?;
    complete(&mut case.case, &zone, role);
    case.linked = case.linked.filter(|_| role.knows_customers());
    with_times_in(&zone, &mut case.entries);
    Ok(case)
}

/// Does something with a case, and shows it as it is then.
///
/// # Errors
/// Why it is refused; else when the database does not answer.
pub(super) async fn act(
    app: &App,
    here: Here,
    case: &str,
    work: impl FnOnce(&mut Db, &StaffAct, &CaseId) -> CaseResult<()> + Send + 'static,
) -> Result<FullCase, Failure> {
    let id: CaseId = case.parse().map_err(|_| Code::CaseNotFound)?;
    let by = act_of(app, &here);
    change(app, move |db: &mut Db| work(db, &by, &id)).await?;
    one(app, here, case).await
}

fn act_of(app: &App, here: &Here) -> StaffAct {
    StaffAct {
        shop: here.shop.clone(),
        staff: here.staff.clone(),
        public_url: app.public_url.clone(),
    }
}

/// Answers to a case. The shopper sees it there and is told, in the account and by email as far as one is known.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/cases/{case}/answers", tag = "feedback", operation_id = "answer_case",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("case" = String, Path, description = "The case's id"),
    ),
    security(("staff_session" = [])),
    request_body = NewAnswer,
    responses(
        (status = 200, body = FullCase),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn answer_case(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, case)): Path<(String, String)>,
    Body(answer): Body<NewAnswer, FORM>,
) -> Result<Json<FullCase>, Failure> {
    answered(&app, here, &case, answer).await.map(Json)
}

/// Answers to a case.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn answered(
    app: &App,
    here: Here,
    case: &str,
    answer: NewAnswer,
) -> Result<FullCase, Failure> {
    let answer = answer.checked()?;
    let work = move |db: &mut Db, by: &StaffAct, id: &CaseId| db.answer_case(by, id, &answer);
    act(app, here, case, work).await
}

/// Notes something in a case, for the staff alone.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/cases/{case}/notes", tag = "feedback", operation_id = "note_case",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("case" = String, Path, description = "The case's id"),
    ),
    security(("staff_session" = [])),
    request_body = NewNote,
    responses(
        (status = 200, body = FullCase),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn note_case(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, case)): Path<(String, String)>,
    Body(note): Body<NewNote, FORM>,
) -> Result<Json<FullCase>, Failure> {
    noted(&app, here, &case, note).await.map(Json)
}

/// Notes something in a case.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn noted(
    app: &App,
    here: Here,
    case: &str,
    note: NewNote,
) -> Result<FullCase, Failure> {
    let note = note.checked()?;
    let work = move |db: &mut Db, by: &StaffAct, id: &CaseId| db.note_case(by, id, &note);
    act(app, here, case, work).await
}

/// Changes how far a case is, who deals with it, its tags, or what the shop says to a return.
#[utoipa::path(
    patch, path = "/v1/console/shops/{shop}/cases/{case}", tag = "feedback", operation_id = "update_case",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("case" = String, Path, description = "The case's id"),
    ),
    security(("staff_session" = [])),
    request_body = VersionedChange,
    responses(
        (status = 200, body = FullCase),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_case(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, case)): Path<(String, String)>,
    Body(change): Body<VersionedChange>,
) -> Result<Json<FullCase>, Failure> {
    changed(&app, here, &case, change).await.map(Json)
}

/// Changes a case.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn changed(
    app: &App,
    here: Here,
    case: &str,
    wished: VersionedChange,
) -> Result<FullCase, Failure> {
    let (version, change) = (wished.version, wished.change.checked()?);
    let work =
        move |db: &mut Db, by: &StaffAct, id: &CaseId| db.change_case(by, id, version, &change);
    act(app, here, case, work).await
}

/// Changes several cases alike. Those that somebody else has changed since are left as they are, and named.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/cases/changes", tag = "feedback", operation_id = "update_cases",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = BulkChange,
    responses(
        (status = 200, body = BulkChanged),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_cases(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(bulk): Body<BulkChange, FORM>,
) -> Result<Json<BulkChanged>, Failure> {
    all_changed(&app, here, bulk).await.map(Json)
}

/// Changes several cases.
///
/// # Errors
/// What is wrong with it; else when the database does not answer.
pub(crate) async fn all_changed(
    app: &App,
    here: Here,
    bulk: BulkChange,
) -> Result<BulkChanged, Failure> {
    let bulk = bulk.checked()?;
    let by = act_of(app, &here);
    let work = move |db: &mut Db| db.change_cases(&by, &bulk);
    Ok(app.store.write(work).await?)
}

/// Deals with a case together with another one of the same shopper: it is resolved, and the shopper goes on with the other one.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/cases/{case}/merge", tag = "feedback", operation_id = "merge_case",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("case" = String, Path, description = "The case's id"),
    ),
    security(("staff_session" = [])),
    request_body = CaseMerge,
    responses(
        (status = 200, body = FullCase),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn merge_case(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, case)): Path<(String, String)>,
    Body(merge): Body<CaseMerge>,
) -> Result<Json<FullCase>, Failure> {
    merged(&app, here, &case, merge).await.map(Json)
}

/// Deals with a case together with another one.
///
/// # Errors
/// Why it is refused; else when the database does not answer.
pub(crate) async fn merged(
    app: &App,
    here: Here,
    case: &str,
    merge: CaseMerge,
) -> Result<FullCase, Failure> {
    let work = move |db: &mut Db, by: &StaffAct, id: &CaseId| db.merge_case(by, id, &merge);
    act(app, here, case, work).await
}
