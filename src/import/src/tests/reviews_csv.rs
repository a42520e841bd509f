use super::{Outcome, told};
use crate::{ImportError, Options, Picture, RejectCode, ReviewRecord};
use bookplate_wire::reviews::notes::{Notes, Pace};
use bookplate_wire::reviews::votes::Votes;

const NOW: i64 = 1_700_000_000_000; // 2023-11-14T22:13:20Z

#[track_caller]
fn reviews(file: &str) -> Outcome<ReviewRecord> {
    Outcome::of(crate::reviews(file.as_bytes(), &Options::default(), NOW).unwrap())
}

#[test]
fn every_column_of_our_layout_is_read() {
    let file = "id,isbn,rating,title,body,language,author,created_at,helpful,votes,incentivised,picture_urls,\
        picture_alts,warnings,moods,pace,edited_at\n\
        r1,9780141439518,4.5, Good ,\"One.\r\n\r\nTwo.\",en-GB,Ann,2020-01-02T03:04:05Z,3,4,Yes,1.jpg 2.jpg,\
        \"'\n A cat\",\"death,war,death\",,slow,2020-02-01\n";
    assert_eq!(
        reviews(file).all(),
        [ReviewRecord {
            line: 2,
            source_id: "r1".into(),
            isbn: "9780141439518".parse().unwrap(),
            rating: 45,
            title: Some("Good".into()),
            body: Some("One.\n\nTwo.".into()),
            language: Some("en-GB".into()),
            language_unknown: false,
            author: "Ann".into(),
            created_at: 1_577_934_245_000,
            edited_at: Some(1_580_515_200_000),
            votes: Some(Votes {
                helpful: 3,
                votes: 4
            }),
            here: Votes::default(),
            customer: None,
            incentivised: true,
            email: String::new(),
            answer: None,
            answered_at: None,
            notes: Some(Notes {
                warnings: vec!["death".into(), "war".into()],
                moods: Vec::new(),
                pace: Some(Pace::Slow),
            }),
            pictures: vec![
                Picture {
                    address: "1.jpg".into(),
                    alt: String::new(),
                },
                Picture {
                    address: "2.jpg".into(),
                    alt: "A cat".into(),
                }
            ],
        }]
    );
}

#[test]
fn addresses_of_pictures_are_told_apart() {
    for (cell, pictures) in [
        ("", &[] as &[&str]),
        (
            "\"https://c.example/1.jpg,https://c.example/2.jpg?w=1\"",
            &["https://c.example/1.jpg", "https://c.example/2.jpg?w=1"],
        ),
        (
            "https://c.example/1.jpg;  2.png",
            &["https://c.example/1.jpg", "2.png"],
        ),
        ("\"1.jpg, 2.jpg,\"", &["1.jpg", "2.jpg"]),
        (
            "\"https://c.example/w_9,h_9/1.jpg,http://c.example/2.jpg\"",
            &["https://c.example/w_9,h_9/1.jpg", "http://c.example/2.jpg"],
        ),
    ] {
        let file = format!(
            "isbn,rating,author,created_at,picture_urls\n9780141439518,5,Ann,2020-01-02,{cell}\n"
        );
        let read = reviews(&file).all().remove(0).pictures.into_iter();
        let read: Vec<String> = read.map(|picture| picture.address).collect();
        assert_eq!(read, pictures, "{cell}");
    }
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
        (
            &*read[0].email,
            read[0].answer.as_deref(),
            read[0].answered_at
        ),
        ("bob@example.com", Some("Thanks"), Some(read[0].created_at))
    );
    assert_eq!(
        (read[0].created_at, read[0].rating),
        (1_577_934_245_000, 50)
    );
    assert_eq!(
        (read[1].isbn.as_str(), read[1].body.as_deref()),
        ("9780439023481", Some(""))
    );
    // Of what it has no column for it says nothing, which is not the same as saying that there is none.
    assert_eq!(
        (&read[0].language, &read[0].votes, &read[0].customer),
        (&None, &None, &None)
    );
    assert_eq!(read[0].notes, None);
}

#[test]
fn nothing_that_cannot_be_seen_comes_in() {
    let file = "isbn,rating,title,body,author,created_at\n\
        9780141439518,5,a\u{202e}b\u{200b}c,\"Cafe\u{301}\n\n\n\n\u{2066}Two\",A\u{feff}nn,2020-01-02\n\
        9780141439518,5,x,y,\u{3164},2020-01-02\n";
    let outcome = reviews(file);
    let read = &outcome.taken[0];
    assert_eq!(
        (read.title.as_deref(), read.body.as_deref(), &*read.author),
        (Some("abc"), Some("Café\n\nTwo"), "Ann")
    );
    assert_eq!(
        outcome.reasons(),
        [(7, Some("author"), RejectCode::Missing)]
    );
}

#[test]
fn what_nobody_can_choose_is_no_mood() {
    for (column, cell) in [
        ("moods", "Very dark"),
        ("moods", "a b c d e f"),
        ("pace", "warp"),
    ] {
        let file = format!(
            "isbn,rating,author,created_at,{column}\n9780141439518,5,Ann,2020-01-02,{cell}\n"
        );
        let reasons = reviews(&file).reasons();
        assert_eq!(reasons, [(2, Some(column), RejectCode::Invalid)], "{cell}");
    }
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
        .map(|one| (&*one.source_id, one.votes.unwrap().votes))
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
