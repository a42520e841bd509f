//! Gathering what `<bookplate-reviews>` shows.

use crate::reply::Failure;
use crate::shops::zone;
use bookplate_store::Db;
use bookplate_store::ratings::Rated;
use bookplate_store::shops::Shop;
use bookplate_wire::reviews::picks::ShownPick;
use bookplate_wire::reviews::{ReviewPage, ReviewsData, ReviewsQuery, Summary};
use bookplate_wire::{Isbn, Lang};
use jiff::Timestamp;

/// A page of a work's reviews, with each day in the shop's time zone.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) fn page(
    db: &mut Db,
    shop: &Shop,
    rated: &Rated,
    query: &ReviewsQuery,
) -> Result<ReviewPage, Failure> {
    let mut page = db.reviews(rated, query)?;
    let zone = zone(shop);
    for review in &mut page.reviews {
        if let Ok(at) = Timestamp::from_millisecond(review.created_at) {
            review.created_on = at.to_zoned(zone.clone()).date().to_string();
        }
    }
    Ok(page)
}

/// Who asks, and for whom: what every widget's data begin with.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    /// The language of the interface.
    pub(crate) lang: Lang,
    /// The server's address.
    pub(crate) api: String,
    /// The shop's public key.
    pub(crate) key: String,
}

/// What stands on a book's page.
pub(crate) struct OfBook {
    /// All that the widget shows at first.
    pub(crate) reviews: ReviewsData,
    /// What the shop's own people recommend.
    pub(crate) picks: Vec<ShownPick>,
}

/// What stands on a book's page. `rated` is `None` for a book that the catalogue does not have:
/// the widget then shows that there are no reviews.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) fn of_book(
    db: &mut Db,
    shop: &Shop,
    reader: Reader,
    isbn: Isbn,
    query: ReviewsQuery,
    rated: Option<&Rated>,
) -> Result<OfBook, Failure> {
    let mut data = ReviewsData {
        lang: reader.lang,
        api: reader.api,
        key: reader.key,
        isbn,
        edition: None,
        summary: Summary::default(),
        half_stars: shop.half_stars,
        vocabulary: shop.notes.in_words(reader.lang),
        promise: None,
        query,
        page: ReviewPage {
            reviews: Vec::new(),
            next: None,
        },
    };
    let mut picks = Vec::new();
    if let Some(rated) = rated {
        data.edition = db.edition(&shop.id, isbn)?;
        data.summary = rated.summary.clone();
        data.summary.languages = db.review_languages(&rated.work)?;
        data.page = page(db, shop, rated, &data.query)?;
        data.promise = db.review_promise(&shop.id, None, &rated.work)?;
        picks = db.shown_picks(&shop.id, &rated.work)?;
    }
    Ok(OfBook {
        reviews: data,
        picks,
    })
}
