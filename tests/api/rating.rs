//! The figures of a book's ratings.

use crate::shelf::{EMMA, PRIDE, PRIDE_ZH, UNKNOWN, shopper, stocked};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::reviews::Summary;

stories!(
    ratings_belong_to_the_work,
    a_book_without_reviews_has_no_average,
    ratings_of_an_unknown_book_are_not_found,
);

async fn ratings_belong_to_the_work(setup: Setup) {
    let world = stocked(setup).await;
    for isbn in [PRIDE, PRIDE_ZH] {
        let summary: Summary = shopper(&world)
            .get(&format!("/v1/books/{isbn}/rating"))
            .await
            .json();
        // (50 + 20 + 40 + 50 + 45) / 5 = 41 tenths of a star.
        assert_eq!((summary.average, summary.count), (41, 5));
        // Four and a half stars count with the fives.
        assert_eq!(summary.stars, [0, 1, 0, 1, 3]);
        let languages: Vec<_> = summary
            .languages
            .iter()
            .map(|l| (l.language.as_str(), l.count))
            .collect();
        assert_eq!(languages, [("en", 3), ("zh", 2)]);
    }
}

async fn a_book_without_reviews_has_no_average(setup: Setup) {
    let world = stocked(setup).await;
    let summary: Summary = shopper(&world)
        .get(&format!("/v1/books/{EMMA}/rating"))
        .await
        .json();
    assert_eq!(summary, Summary::default());
}

async fn ratings_of_an_unknown_book_are_not_found(setup: Setup) {
    let world = stocked(setup).await;
    let problem = shopper(&world)
        .get(&format!("/v1/books/{UNKNOWN}/rating"))
        .await
        .problem();
    assert_eq!(problem.code, Code::BookNotFound);
}
