//! Gathering what `<bookplate-reviews>` shows.

use crate::app::App;
use crate::reply::Failure;
use bookplate_store::ratings::Rated;
use bookplate_store::shops::Shop;
use bookplate_wire::reviews::{ReviewPage, ReviewsData, ReviewsQuery, Summary};
use bookplate_wire::{Isbn, Lang, WorkId};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A page of a work's reviews, with each day in the shop's time zone.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) async fn page(
    app: &App,
    shop: &Shop,
    work: &WorkId,
    query: &ReviewsQuery,
) -> Result<ReviewPage, Failure> {
    let mut page = app.store.reviews(work, query).await?;
    let zone = TimeZone::get(&shop.time_zone).unwrap_or(TimeZone::UTC);
    for review in &mut page.reviews {
        if let Ok(at) = Timestamp::from_millisecond(review.created_at) {
            review.created_on = at.to_zoned(zone.clone()).date().to_string();
        }
    }
    Ok(page)
}

/// All that the widget shows at first. `rated` is `None` for a book that the catalogue does not have:
/// the widget then shows that there are no reviews.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) async fn reviews_data(
    app: &App,
    shop: &Shop,
    key: &str,
    lang: Lang,
    isbn: Isbn,
    query: ReviewsQuery,
    rated: Option<&Rated>,
) -> Result<ReviewsData, Failure> {
    let mut data = ReviewsData {
        lang,
        api: app.public_url.clone(),
        key: key.to_owned(),
        isbn,
        edition: None,
        summary: Summary::default(),
        query,
        page: ReviewPage {
            reviews: Vec::new(),
            next: None,
        },
    };
    if let Some(rated) = rated {
        data.edition = app.store.edition(&shop.id, isbn).await?;
        data.summary = rated.summary.clone();
        data.summary.languages = app.store.review_languages(&rated.work).await?;
        data.page = page(app, shop, &rated.work, &data.query).await?;
    }
    Ok(data)
}
