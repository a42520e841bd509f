//! Reviews of a book.

use crate::get::get;
use crate::json::written::{object, properties};
use crate::{ClientError, Identity};
use bookplate_wire::reviews::notes::Notes;
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::reviews::votes::{OwnPart, Votes};
use bookplate_wire::reviews::writing::{OwnReview, ReviewText};
use bookplate_wire::reviews::{ReviewPage, ReviewsQuery};
use bookplate_wire::{Isbn, PhotoId, ReviewId, query};
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, File};

/// Asks the server at `api` for a page of the reviews of `isbn` in the shop with the public key `key`.
///
/// # Errors
/// See [`ClientError`]; it is [`ClientError::Aborted`] once the owner of `signal` is dropped.
pub async fn page(
    api: &str,
    key: &str,
    isbn: Isbn,
    query: &ReviewsQuery,
    signal: Option<&AbortSignal>,
) -> Result<ReviewPage, ClientError> {
    get(&page_url(api, key, isbn, query), signal).await
}

/// What the customer has to do with the reviews of `isbn`.
///
/// # Errors
/// See [`ClientError`].
pub async fn own_part(identity: &Identity, isbn: Isbn) -> Result<OwnPart, ClientError> {
    let mut path = of_book(isbn);
    path.push_str("/own");
    identity.get(&path).await
}

/// Writes a review of `isbn`, or another version of the customer's `known` one.
///
/// # Errors
/// See [`ClientError`].
pub async fn write(
    identity: &Identity,
    isbn: Isbn,
    known: Option<&ReviewId>,
    text: &ReviewText,
) -> Result<OwnReview, ClientError> {
    let photos: Array = text
        .photos
        .iter()
        .map(|photo| {
            properties(&[
                ("id", photo.id.as_str().into()),
                ("alt", photo.alt.as_str().into()),
            ])
        })
        .collect();
    let body = object(&[
        ("rating", f64::from(text.rating).into()),
        ("title", text.title.as_str().into()),
        ("body", text.body.as_str().into()),
        ("author", text.author.as_str().into()),
        ("language", text.language.as_str().into()),
        ("photos", photos.into()),
        ("incentivised", text.incentivised.into()),
        ("notes", notes(&text.notes)),
    ]);
    let (method, path) = match known {
        Some(id) => ("PUT", of_own(id)),
        None => ("POST", of_book(isbn)),
    };
    identity.send(method, &path, Some(body)).await
}

/// Deletes the customer's own review.
///
/// # Errors
/// See [`ClientError`].
pub async fn delete_own(identity: &Identity, review: &ReviewId) -> Result<(), ClientError> {
    identity.delete(&of_own(review)).await
}

/// Says what the customer's own review is about: `book` or `delivery`.
///
/// # Errors
/// See [`ClientError`].
pub async fn set_subject(
    identity: &Identity,
    review: &OwnReview,
    subject: &str,
) -> Result<OwnReview, ClientError> {
    let mut path = of_own(&review.id);
    path.push_str("/subject");
    let version = f64::from(review.version);
    let body = object(&[("version", version.into()), ("subject", subject.into())]);
    identity.send("PUT", &path, Some(body)).await
}

/// Sends a photo for a review that is about to be written.
///
/// # Errors
/// See [`ClientError`].
pub async fn send_photo(identity: &Identity, file: &File) -> Result<Photo, ClientError> {
    identity.post_file("customer/photos", file).await
}

/// Deletes a photo that belongs to no review.
///
/// # Errors
/// See [`ClientError`].
pub async fn delete_photo(identity: &Identity, photo: &PhotoId) -> Result<(), ClientError> {
    let mut path = String::from("customer/photos/");
    path.push_str(photo.as_str());
    identity.delete(&path).await
}

/// Votes for somebody else's review, or takes the vote back.
///
/// # Errors
/// See [`ClientError`].
pub async fn vote(
    identity: &Identity,
    review: &str,
    helpful: Option<bool>,
) -> Result<Votes, ClientError> {
    let path = of_review(review, "/vote");
    match helpful {
        Some(helpful) => {
            let body = object(&[("helpful", helpful.into())]);
            identity.send("PUT", &path, Some(body)).await
        }
        None => identity.send("DELETE", &path, None).await,
    }
}

/// Reports somebody else's review to the shop.
///
/// # Errors
/// See [`ClientError`].
pub async fn report(
    identity: &Identity,
    review: &str,
    reason: &str,
    note: &str,
) -> Result<(), ClientError> {
    let body = object(&[("reason", reason.into()), ("note", note.into())]);
    identity
        .tell("POST", &of_review(review, "/reports"), body)
        .await
}

fn of_book(isbn: Isbn) -> String {
    let mut path = String::from("books/");
    path.push_str(isbn.as_str());
    path.push_str("/reviews");
    path
}

fn of_own(review: &ReviewId) -> String {
    let mut path = String::from("customer/reviews/");
    path.push_str(review.as_str());
    path
}

fn of_review(review: &str, what: &str) -> String {
    let mut path = String::from("reviews/");
    path.push_str(review);
    path.push_str(what);
    path
}

/// What is said besides a review.
fn notes(notes: &Notes) -> JsValue {
    let list = |ids: &[String]| JsValue::from(ids.iter().map(JsValue::from).collect::<Array>());
    let pace = notes
        .pace
        .map_or(JsValue::NULL, |pace| pace.as_str().into());
    properties(&[
        ("warnings", list(&notes.warnings)),
        ("moods", list(&notes.moods)),
        ("pace", pace),
    ])
    .into()
}

fn page_url(api: &str, key: &str, isbn: Isbn, query: &ReviewsQuery) -> String {
    let mut url = String::from(api);
    url.push_str("/v1/books/");
    url.push_str(isbn.as_str());
    url.push_str("/reviews?");
    query::push(&mut url, "key", key);
    let options = query.to_query();
    if !options.is_empty() {
        url.push('&');
        url.push_str(&options);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::reviews::Sort;

    #[test]
    fn the_address_has_the_key_and_what_differs_from_the_default() {
        let isbn = "9780141439518".parse().unwrap();
        let url =
            |query: &ReviewsQuery| page_url("https://reviews.example", "pk_demo", isbn, query);
        assert_eq!(
            url(&ReviewsQuery::default()),
            "https://reviews.example/v1/books/9780141439518/reviews?key=pk_demo"
        );
        let query = ReviewsQuery {
            sort: Sort::Newest,
            after: Some("c".into()),
            ..Default::default()
        };
        assert_eq!(
            url(&query),
            "https://reviews.example/v1/books/9780141439518/reviews?key=pk_demo&sort=newest&after=c"
        );
    }
}
