use super::{Outcome, told};
use crate::{ImportError, Options, RejectCode, ReviewRecord};

const NOW: i64 = 1_700_000_000_000; // 2023-11-14T22:13:20Z

#[track_caller]
fn reviews(file: &str) -> Outcome<ReviewRecord> {
    Outcome::of(crate::reviews(file.as_bytes(), &Options::default(), NOW).unwrap())
}

#[test]
fn every_column_of_our_layout_is_read() {
    let file = "id,isbn,rating,title,body,language,author,created_at,helpful,votes,incentivised\n\
        r1,9780141439518,4.5, Good ,\"One.\r\n\r\nTwo.\",en-GB,Ann,2020-01-02T03:04:05Z,3,4,Yes\n";
    assert_eq!(
        reviews(file).all(),
        [ReviewRecord {
            line: 2,
            source_id: "r1".into(),
            isbn: "9780141439518".parse().unwrap(),
            rating: 45,
            title: "Good".into(),
            body: "One.\n\nTwo.".into(),
            language: "en-GB".into(),
            language_unknown: false,
            author: "Ann".into(),
            created_at: 1_577_934_245_000,
            helpful: 3,
            customer: String::new(),
            incentivised: true,
            votes: 4,
            helpful_here: 0,
            votes_here: 0,
            email: String::new(),
            answer: String::new(),
            answered_at: None,
        }]
    );
}

#[test]
fn the_layout_of_review_apps_is_read() {
    let file = "title,body,rating,review_date,reviewer_name,reviewer_email,product_id,product_handle,reply\n\
        Nice,Read it twice.,5,2020-01-02 03:04:05 UTC,Bob,bob@example.com,77,pride-and-prejudice-9780141439518,Thanks\n\
        Fine,,4,2020-01-02,Eve,,78,978-0-439-02348-1,\n";
    let read = reviews(file).all();
    assert_eq!(
        (read[0].isbn.as_str(), &*read[0].author),
        ("9780141439518", "Bob")
    );
    assert_eq!(
        (&*read[0].email, &*read[0].answer, read[0].answered_at),
        ("bob@example.com", "Thanks", Some(read[0].created_at))
    );
    assert_eq!(
        (read[0].created_at, read[0].rating),
        (1_577_934_245_000, 50)
    );
    assert_eq!(
        (read[1].isbn.as_str(), &*read[1].body),
        ("9780439023481", "")
    );
}

#[test]
fn a_review_without_an_id_has_the_same_name_every_time() {
    let ids = |file: &str| {
        reviews(file)
            .all()
            .into_iter()
            .map(|review| review.source_id)
            .collect::<Vec<_>>()
    };
    let first = ids(
        "isbn,rating,author,date,body\n0141439513,5,Ann,2020-01-02,Good\n\
        0141439513,5,An,2020-01-02,nGood\n",
    );
    let again = ids("body;date;author;rating;isbn;votes\nGood;2020-01-02;Ann;4;978-0141439518;7\n");
    assert_eq!(first[0], again[0]);
    assert_ne!(first[0], first[1]);
    assert_eq!(first[0].len(), "sha256:".len() + 32);
}

#[test]
fn ratings_have_halves_and_nothing_finer() {
    let rating = |text: &str| {
        let file = format!("isbn;rating;author;date\n0141439513;{text};A;2020-01-01\n");
        reviews(&file).taken.first().map(|review| review.rating)
    };
    for (text, tenths) in [
        ("1", 10),
        ("0.5", 5),
        ("5.0", 50),
        ("4.5", 45),
        ("3,5", 35),
        ("2.50", 25),
    ] {
        assert_eq!(rating(text), Some(tenths), "{text}");
    }
    for text in ["0", "0.0", "5.5", "6", "4.2", "-1", "five", "", "4.", "300"] {
        assert_eq!(
            rating(text),
            if text == "4." { Some(40) } else { None },
            "{text}"
        );
    }
}

#[test]
fn bad_rows_are_reported_with_their_line_and_good_ones_kept() {
    let long = "x".repeat(20_001);
    let outcome = reviews(&format!(
        "id,isbn,rating,author,created_at,helpful,votes,body\n\
         1,9780141439518,5,Ann,2020-01-01,,,\"a\nb\"\n\
         2,9780141439517,5,Ann,2020-01-01,,,\n\
         3,9780141439518,9,Ann,2020-01-01,,,\n\
         4,9780141439518,5,,2020-01-01,,,\n\
         5,9780141439518,5,Ann,02/01/2020,,,\n\
         6,9780141439518,5,Ann,2024-01-01,,,\n\
         7,9780141439518,5,Ann,2020-01-01,3,2,\n\
         8,9780141439518,5,Ann,2020-01-01,many,,\n\
         9,9780141439518,5,Ann,2020-01-01,,,{long}\n\
         10,9780141439518,5,{name},2020-01-01,,,\n\
         1,9780141439518,5,Ann,2020-01-01,,,again\n\
         11,9780141439518,5,Ann,2020-01-01,2,,\n",
        name = "n".repeat(61)
    ));
    assert_eq!(
        outcome.reasons(),
        [
            (4, Some("isbn"), RejectCode::Invalid),
            (5, Some("rating"), RejectCode::Invalid),
            (6, Some("author"), RejectCode::Missing),
            (7, Some("created_at"), RejectCode::Invalid),
            (8, Some("created_at"), RejectCode::Future),
            (9, Some("votes"), RejectCode::Invalid),
            (10, Some("helpful"), RejectCode::Invalid),
            (11, Some("body"), RejectCode::TooLong),
            (12, Some("author"), RejectCode::TooLong),
            (13, Some("id"), RejectCode::Duplicate),
        ]
    );
    let taken: Vec<_> = outcome
        .taken
        .iter()
        .map(|one| (&*one.source_id, one.votes))
        .collect();
    assert_eq!(taken, [("1", 0), ("11", 2)]);
}

#[test]
fn columns_can_be_mapped() {
    let file = "stars,wann,who,code\n5,2020-01-01,Ann,0141439513\n";
    let options = told(&["created_at=Wann", "author=who", "isbn=code"], None);
    let items = crate::reviews(file.as_bytes(), &options, NOW).unwrap();
    assert_eq!(Outcome::of(items).all().len(), 1);
    let error = crate::reviews(file.as_bytes(), &Options::default(), NOW)
        .err()
        .unwrap();
    assert!(
        matches!(error, ImportError::MissingColumn { field: "isbn", .. }),
        "{error}"
    );
}
