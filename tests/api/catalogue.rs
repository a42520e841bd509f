//! Reading the catalogue.

use crate::shelf::{EMMA, PRIDE, PRIDE_ZH, UNKNOWN, shopper, stocked};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::catalogue::{Book, BookPage, Format};

stories!(
    a_book_comes_with_all_its_editions,
    both_forms_of_an_isbn_lead_to_the_book,
    the_catalogue_is_read_page_by_page,
    what_cannot_be_read_is_named,
);

async fn a_book_comes_with_all_its_editions(setup: Setup) {
    let world = stocked(setup).await;
    let book: Book = shopper(&world)
        .get(&format!("/v1/books/{PRIDE_ZH}"))
        .await
        .json();
    let isbns: Vec<_> = book
        .editions
        .iter()
        .map(|edition| edition.isbn.as_str())
        .collect();
    assert_eq!(isbns, [PRIDE_ZH, PRIDE]);
    let asked = &book.editions[0];
    assert_eq!(asked.title, "傲慢与偏见");
    assert_eq!(asked.authors, ["简·奥斯丁"]);
    assert_eq!(
        (asked.format, asked.published_on.as_str()),
        (Format::Hardback, "1993-07")
    );
}

async fn both_forms_of_an_isbn_lead_to_the_book(setup: Setup) {
    let world = stocked(setup).await;
    for isbn in ["0141439513", "0-14-143951-3", "978-0-14-143951-8"] {
        let book: Book = shopper(&world)
            .get(&format!("/v1/books/{isbn}"))
            .await
            .json();
        assert_eq!(book.editions[0].isbn.as_str(), PRIDE);
    }
}

async fn the_catalogue_is_read_page_by_page(setup: Setup) {
    let world = stocked(setup).await;
    let first: BookPage = shopper(&world).get("/v1/books?limit=2").await.json();
    let isbns: Vec<_> = first
        .editions
        .iter()
        .map(|edition| edition.isbn.as_str())
        .collect();
    assert_eq!(isbns, [PRIDE, EMMA]);
    let next = first.next.unwrap();
    let last: BookPage = shopper(&world)
        .get(&format!("/v1/books?limit=2&after={next}"))
        .await
        .json();
    assert_eq!(
        (last.editions[0].isbn.as_str(), last.next),
        (PRIDE_ZH, None)
    );
}

async fn what_cannot_be_read_is_named(setup: Setup) {
    let world = stocked(setup).await;
    for (path, code, field) in [
        (
            "/v1/books/9780141439517".to_owned(),
            Code::IsbnInvalid,
            Some("isbn"),
        ),
        (
            "/v1/books/nothing".to_owned(),
            Code::IsbnInvalid,
            Some("isbn"),
        ),
        (format!("/v1/books/{UNKNOWN}"), Code::BookNotFound, None),
        (
            format!("/v1/books/{PRIDE}?colour=red"),
            Code::BadRequest,
            Some("colour"),
        ),
        (
            "/v1/books?limit=0".to_owned(),
            Code::BadRequest,
            Some("limit"),
        ),
        (
            "/v1/books?after=x".to_owned(),
            Code::CursorInvalid,
            Some("after"),
        ),
        ("/v1/books?limit=%zz".to_owned(), Code::BadRequest, None),
        ("/v1/nothing".to_owned(), Code::NotFound, None),
    ] {
        let problem = shopper(&world).get(&path).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, field),
            "{path}"
        );
    }
}
