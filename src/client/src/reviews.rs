//! Reviews of a book.

use crate::ClientError;
use crate::get::get;
use bookplate_wire::Isbn;
use bookplate_wire::query;
use bookplate_wire::reviews::{ReviewPage, ReviewsQuery};
use web_sys::AbortSignal;

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
