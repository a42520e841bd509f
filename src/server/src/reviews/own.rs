//! What customers do with reviews: write, change and delete their own, vote for and report those of others.

use super::holds::circumstances;
use super::photos::no_photo;
use crate::accounts::tokens::Access;
use crate::api::{
    Body, FORM, PAGE_MAX, no_parameters, read_isbn, read_limit, read_query, unknown_parameter,
};
use crate::app::App;
use crate::feedback::talks_of_delivery;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::shops::day;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::reviews::{SubjectRefusal, VoteRefusal, WriteRefusal};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, StoreError};
use bookplate_wire::reviews::moderation::NewReport;
use bookplate_wire::reviews::votes::{NewVote, OwnPart, Votes};
use bookplate_wire::reviews::writing::{NewSubject, OwnReview, OwnReviews, ReviewText};
use bookplate_wire::{Code, CustomerId, Isbn, Problem, ReviewId};
use std::sync::Arc;

/// Writes a review of a book. A customer has one review of a work, whichever edition it is about.
#[utoipa::path(
    post, path = "/v1/books/{isbn}/reviews", tag = "reviews", operation_id = "create_review",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition that it is about"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = ReviewText,
    responses(
        (status = 201, body = OwnReview),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_review(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Path(isbn): Path<String>,
    Body(text): Body<ReviewText, FORM>,
) -> Result<impl IntoResponse, Failure> {
    let isbn = read_isbn(&isbn)?;
    let text = checked(text, &shop)?;
    let review = write(&app, &shop, caller, access.customer.clone(), isbn, text).await?;
    let location = format!("/v1/customer/reviews/{}", review.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(review)))
}

/// Writes a text that was checked as a customer's review of a book.
///
/// # Errors
/// [`Code::BookNotFound`], [`Code::ReviewExists`], [`Code::PhotoNotFound`], [`Code::SessionEnded`] when the customer has
/// just gone; else when the database does not answer.
pub(crate) async fn write(
    app: &App,
    shop: &Arc<Shop>,
    caller: Caller,
    customer: CustomerId,
    isbn: Isbn,
    text: ReviewText,
) -> Result<OwnReview, Failure> {
    let network = app.networks.name(&shop.id, caller.0);
    let shop = shop.clone();
    let write = move |db: &mut Db| {
        let told = circumstances(db, &shop, &text, network)?;
        let written = db.write_review(&shop.id, &customer, isbn, text, told)?;
        let id = written.map_err(not_written)?;
        own_review(db, &shop, &customer, &id)
    };
    app.store.write(write).await
}

/// Why a review was not written, new or again.
fn not_written(refusal: WriteRefusal) -> Failure {
    match refusal {
        WriteRefusal::NoBook => at(Code::BookNotFound, "isbn"),
        WriteRefusal::Exists(_) => Code::ReviewExists.into(),
        WriteRefusal::NoCustomer => Code::SessionEnded.into(),
        WriteRefusal::NoReview => Code::ReviewNotFound.into(),
        WriteRefusal::TooOften => Code::ReviewVersionLimit.into(),
        WriteRefusal::NoPhoto(position) => no_photo(position),
    }
}

/// A text by the rules, and by what the shop offers.
///
/// # Errors
/// All that breaks a rule; at least one problem.
pub(crate) fn by_rules(text: ReviewText, shop: &Shop) -> Result<ReviewText, Vec<Problem>> {
    let text = text.checked(shop.half_stars)?;
    match shop.notes.offers(&text.notes) {
        Ok(()) => Ok(text),
        Err(problem) => Err(vec![problem]),
    }
}

/// The first problem of a text, as the API says it.
fn checked(text: ReviewText, shop: &Shop) -> Result<ReviewText, Failure> {
    by_rules(text, shop).map_err(|mut problems| problems.swap_remove(0).into())
}

/// A code with the field at fault.
pub(super) fn at(code: Code, field: &str) -> Failure {
    let Failure(problem) = code.into();
    problem.at(field).into()
}

/// A review of the customer's own.
fn own_review(
    db: &mut Db,
    shop: &Shop,
    customer: &CustomerId,
    id: &ReviewId,
) -> Result<OwnReview, Failure> {
    let reviews = for_author(db.own_reviews(customer, None)?, shop);
    let mut reviews = reviews.into_iter();
    let review = reviews.find(|review| review.id == *id);
    Ok(review.ok_or(Code::ReviewNotFound)?)
}

/// The reviews as their author sees them: with their days in the shop's time zone, and the question what they are about
/// where that is open.
pub(crate) fn for_author(mut reviews: Vec<OwnReview>, shop: &Shop) -> Vec<OwnReview> {
    for review in &mut reviews {
        review.created_on = day(shop, review.created_at);
        review.asks_subject = review.subject.is_none() && talks_of_delivery(review);
    }
    reviews
}

/// The customer's own reviews, the latest first.
#[utoipa::path(
    get, path = "/v1/customer/reviews", tag = "reviews", operation_id = "list_own_reviews",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100 of the latest, usually all"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = OwnReviews),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_own_reviews(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<OwnReviews>, Failure> {
    let mut limit = None;
    read_query(raw.as_deref(), |name, value| {
        if name != "limit" {
            return Err(unknown_parameter(name));
        }
        limit = Some(read_limit(value, PAGE_MAX)?);
        Ok(())
    })?;
    let read = move |db: &mut Db| {
        let customer = &access.customer;
        let reviews = match limit {
            Some(limit) => db.latest_own_reviews(customer, limit)?,
            None => db.own_reviews(customer, None)?,
        };
        Ok::<_, StoreError>((reviews, db.count_own_reviews(customer)?))
    };
    let (reviews, total) = app.store.read(read).await?;
    let reviews = for_author(reviews, &shop);
    Ok(Json(OwnReviews { reviews, total }))
}

/// What the customer has to do with the reviews of a book: the own one, and the votes and reports for others.
#[utoipa::path(
    get, path = "/v1/books/{isbn}/reviews/own", tag = "reviews", operation_id = "get_own_part",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = OwnPart),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_own_part(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<OwnPart>, Failure> {
    let isbn = read_isbn(&isbn)?;
    no_parameters(raw.as_deref())?;
    let read = move |db: &mut Db| {
        let rated = super::rated(db, &shop, isbn)?;
        let work = Some(&rated.work);
        let reviews = for_author(db.own_reviews(&access.customer, work)?, &shop);
        Ok::<_, Failure>(OwnPart {
            review: reviews.into_iter().next(),
            votes: db.own_votes(&access.customer, work)?,
            reported: db.own_reports(&access.customer, &rated.work)?,
        })
    };
    Ok(Json(app.store.read(read).await?))
}

/// Writes another version of a review of the customer's own. The same text again changes nothing.
#[utoipa::path(
    put, path = "/v1/customer/reviews/{review}", tag = "reviews", operation_id = "update_review",
    params(
        ("review" = String, Path, description = "The review's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = ReviewText,
    responses(
        (status = 200, body = OwnReview),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_review(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Path(review): Path<String>,
    Body(text): Body<ReviewText, FORM>,
) -> Result<Json<OwnReview>, Failure> {
    let id = read_review(&review)?;
    let text = checked(text, &shop)?;
    Ok(Json(
        rewrite(&app, &shop, caller, access.customer.clone(), id, text).await?,
    ))
}

/// Writes a text that was checked as another version of a customer's own review.
///
/// # Errors
/// [`Code::ReviewNotFound`], [`Code::PhotoNotFound`], [`Code::ReviewVersionLimit`]; else when the database does not answer.
pub(crate) async fn rewrite(
    app: &App,
    shop: &Arc<Shop>,
    caller: Caller,
    customer: CustomerId,
    id: ReviewId,
    text: ReviewText,
) -> Result<OwnReview, Failure> {
    let network = app.networks.name(&shop.id, caller.0);
    let shop = shop.clone();
    let write = move |db: &mut Db| {
        let told = circumstances(db, &shop, &text, network)?;
        let written = db.rewrite_review(&shop.id, &customer, &id, text, told)?;
        written.map_err(not_written)?;
        own_review(db, &shop, &customer, &id)
    };
    app.store.write(write).await
}

/// Deletes a review of the customer's own, with all its versions.
#[utoipa::path(
    delete, path = "/v1/customer/reviews/{review}", tag = "reviews", operation_id = "delete_review",
    params(
        ("review" = String, Path, description = "The review's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_review(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(review): Path<String>,
) -> Result<StatusCode, Failure> {
    let id = read_review(&review)?;
    let write = move |db: &mut Db| db.delete_review(&shop.id, &access.customer, &id);
    if !app.store.write(write).await? {
        return Err(Code::ReviewNotFound.into());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Says what a review of the customer's own is about. One that is about delivery, packaging or print becomes a feedback case,
/// and readers do not see it; an earlier version that they see stays. Written anew it is a review again.
#[utoipa::path(
    put, path = "/v1/customer/reviews/{review}/subject", tag = "reviews", operation_id = "set_review_subject",
    params(
        ("review" = String, Path, description = "The review's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NewSubject,
    responses(
        (status = 200, body = OwnReview),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_review_subject(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(review): Path<String>,
    Body(said): Body<NewSubject>,
) -> Result<Json<OwnReview>, Failure> {
    let id = read_review(&review)?;
    let customer = access.customer.clone();
    let review = put_subject(&app, &shop, customer, id, said).await?;
    Ok(Json(review))
}

/// Notes what a customer's own review is about.
///
/// # Errors
/// [`Code::ReviewNotFound`], [`Code::ReviewChanged`]; else when the database does not answer.
pub(crate) async fn put_subject(
    app: &App,
    shop: &Arc<Shop>,
    customer: CustomerId,
    id: ReviewId,
    said: NewSubject,
) -> Result<OwnReview, Failure> {
    let shop = shop.clone();
    let write = move |db: &mut Db| {
        let said = db.set_review_subject(&shop.id, &customer, &id, said)?;
        said.map_err(|refusal| match refusal {
            SubjectRefusal::NoReview => Code::ReviewNotFound,
            SubjectRefusal::Changed => Code::ReviewChanged,
        })?;
        own_review(db, &shop, &customer, &id)
    };
    app.store.write(write).await
}

/// Votes for somebody else's review, or changes the vote.
#[utoipa::path(
    put, path = "/v1/reviews/{review}/vote", tag = "reviews", operation_id = "set_vote",
    params(
        ("review" = String, Path, description = "The review's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NewVote,
    responses(
        (status = 200, body = Votes),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_vote(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(review): Path<String>,
    Body(vote): Body<NewVote>,
) -> Result<Json<Votes>, Failure> {
    let votes = put_vote(&app, &shop, &access, &review, Some(vote.helpful)).await?;
    Ok(Json(votes))
}

/// Takes the customer's vote back.
#[utoipa::path(
    delete, path = "/v1/reviews/{review}/vote", tag = "reviews", operation_id = "delete_vote",
    params(
        ("review" = String, Path, description = "The review's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Votes),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_vote(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(review): Path<String>,
) -> Result<Json<Votes>, Failure> {
    Ok(Json(put_vote(&app, &shop, &access, &review, None).await?))
}

/// Takes a customer's vote, or takes it back.
///
/// # Errors
/// [`Code::ReviewNotFound`], [`Code::ReviewIsOwn`]; else when the database does not answer.
pub(crate) async fn put_vote(
    app: &App,
    shop: &Arc<Shop>,
    access: &Arc<Access>,
    review: &str,
    vote: Option<bool>,
) -> Result<Votes, Failure> {
    let id = read_review(review)?;
    let (shop, access) = (shop.clone(), access.clone());
    let write = move |db: &mut Db| db.vote(&shop.id, &access.customer, &id, vote);
    app.store.write(write).await?.map_err(refused)
}

/// Reports somebody else's review to the shop, once.
#[utoipa::path(
    post, path = "/v1/reviews/{review}/reports", tag = "reviews", operation_id = "report_review",
    params(
        ("review" = String, Path, description = "The review's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NewReport,
    responses(
        (status = 204, description = "Somebody will look at it; a second report by the same customer changes nothing"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn report_review(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(review): Path<String>,
    Body(report): Body<NewReport>,
) -> Result<StatusCode, Failure> {
    put_report(&app, &shop, &access, &review, report).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes what a customer has against a review.
///
/// # Errors
/// When the report breaks a rule; [`Code::ReviewNotFound`], [`Code::ReviewIsOwn`]; else when the database does not answer.
pub(crate) async fn put_report(
    app: &App,
    shop: &Arc<Shop>,
    access: &Arc<Access>,
    review: &str,
    report: NewReport,
) -> Result<(), Failure> {
    let id = read_review(review)?;
    let report = report.checked()?;
    let (shop, access) = (shop.clone(), access.clone());
    let write = move |db: &mut Db| db.report_review(&shop.id, &access.customer, &id, &report);
    app.store.write(write).await?.map_err(refused)
}

fn refused(refusal: VoteRefusal) -> Failure {
    match refusal {
        VoteRefusal::NoReview => Code::ReviewNotFound.into(),
        VoteRefusal::Own => Code::ReviewIsOwn.into(),
    }
}

/// Reads the id in a path.
///
/// # Errors
/// [`Code::ReviewNotFound`] when it is none.
pub(crate) fn read_review(id: &str) -> Result<ReviewId, Failure> {
    id.parse().map_err(|_| Code::ReviewNotFound.into())
}
