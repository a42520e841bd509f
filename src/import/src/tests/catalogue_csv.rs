use super::{catalogue, catalogue_with, refused, told};
use crate::{BookRecord, ImportError, Options, RejectCode};
use bookplate_wire::catalogue::Format;

const HEADER: &str =
    "isbn,work,title,subtitle,authors,publisher,published_on,format,language,cover_url\n";

#[test]
fn every_column_of_our_layout_is_read() {
    let file = format!(
        "{HEADER}0-14-143951-3,pride,Pride and Prejudice,A Novel,Jane Austen; Vivien Jones,Penguin,\
         2002-12-31,paperback,en-GB,https://shop.example/pride.jpg\n"
    );
    assert_eq!(
        catalogue(file).all(),
        [BookRecord {
            line: 2,
            isbn: "9780141439518".parse().unwrap(),
            repaired: false,
            work: Some("pride".into()),
            title: "Pride and Prejudice".into(),
            subtitle: "A Novel".into(),
            authors: vec!["Jane Austen".into(), "Vivien Jones".into()],
            publisher: "Penguin".into(),
            published_on: "2002-12-31".into(),
            format: Format::Paperback,
            language: "en-GB".into(),
            language_unknown: false,
            cover_url: "https://shop.example/pride.jpg".into(),
            series: String::new(),
            categories: Vec::new(),
        }]
    );
}

#[test]
fn a_book_needs_no_more_than_an_isbn_and_a_title() {
    let books = catalogue("Title;ISBN-13\nこころ;9784101010137\n").all();
    assert_eq!(books[0].title, "こころ");
    assert_eq!(books[0].work_key(), "isbn:9784101010137");
    assert_eq!(
        (books[0].format, books[0].published_on.as_str()),
        (Format::Other, "")
    );
}

#[test]
fn a_cover_may_be_a_path_on_the_shops_site() {
    let of = |cover: &str| {
        let table = format!("isbn,title,cover_url\n9780141439518,A book,\"{cover}\"\n");
        catalogue(table)
    };
    for (given, read) in [
        ("/covers/1.jpg", "/covers/1.jpg"),
        ("covers/1.jpg?v=2", "/covers/1.jpg?v=2"),
        ("./1.webp", "/1.webp"),
        ("https://shop.example/1.jpg", "https://shop.example/1.jpg"),
    ] {
        assert_eq!(of(given).all()[0].cover_url, read);
    }
    for wrong in [
        "n/a",
        "none",
        "//cdn.example/1.jpg",
        "www.shop.example/1.jpg",
        "../1.jpg",
        "C:\\covers\\1.jpg",
        "file:1.jpg",
        "a cover.jpg",
        ".jpg",
    ] {
        let reasons = of(wrong).reasons();
        assert_eq!(
            reasons,
            [(2, Some("cover_url"), RejectCode::Invalid)],
            "{wrong}"
        );
    }
}

#[test]
fn bad_rows_are_reported_with_their_line_and_good_ones_kept() {
    let outcome = catalogue(
        "isbn,title,published_on,cover_url\n\
         9780141439518,\"A\ntitle\",,\n\
         9780141439517,Wrong check digit,,\n\
         ,No number,,\n\
         9780439023481,,,\n\
         9780439023481,Day or month,14/09/2008,\n\
         9780439023481,Script,,javascript:alert(1)\n\
         9780439023481,A row too short,\n\
         9780439023481,\"A row\",too,long,indeed\n\
         9780439023481,Good,2008,/covers/1.svg,\n",
    );
    assert_eq!(
        outcome.reasons(),
        [
            (4, Some("isbn"), RejectCode::Invalid),
            (5, Some("isbn"), RejectCode::Missing),
            (6, Some("title"), RejectCode::Missing),
            (7, Some("published_on"), RejectCode::Invalid),
            (8, Some("cover_url"), RejectCode::Invalid),
            (9, None, RejectCode::Columns),
            (10, None, RejectCode::Columns),
        ]
    );
    let taken: Vec<_> = outcome
        .taken
        .iter()
        .map(|book| (book.line, &*book.title))
        .collect();
    assert_eq!(taken, [(2, "A title"), (11, "Good")]);
}

#[test]
fn the_first_of_two_records_of_a_book_is_kept() {
    let outcome =
        catalogue("isbn,title\n0141439513,First\n9780439023481,B\n9780141439518,Second\n");
    assert_eq!(
        outcome
            .taken
            .iter()
            .map(|book| &*book.title)
            .collect::<Vec<_>>(),
        ["First", "B"]
    );
    assert_eq!(
        outcome.reasons(),
        [(4, Some("isbn"), RejectCode::Duplicate)]
    );
    assert!(
        outcome.rejected[0].detail.contains("line 2"),
        "{}",
        outcome.rejected[0]
    );
}

#[test]
fn a_rejected_record_does_not_stand_in_the_way_of_a_later_good_one() {
    let outcome = catalogue("isbn,title\n9780141439518,\n9780141439518,Good\n");
    assert_eq!(outcome.taken[0].line, 3);
}

#[test]
fn columns_can_be_mapped_and_the_first_usable_isbn_wins() {
    let options = told(
        &[
            "isbn=ISBN13",
            "isbn=isbn",
            "published_on=original_publication_year",
            "work=work_id",
        ],
        None,
    );
    let books = catalogue_with(
        "work_id,isbn,isbn13,authors,original_publication_year,title,language_code\n\
         1,439023483,9.78043902348e+12,Suzanne Collins,2008.0,The Hunger Games,eng\n\
         2,439554934,9.78043955493e+12,\"J.K. Rowling, Mary GrandPré\",1997.0,Harry Potter,chi\n\
         3,0141439513,,Jane Austen,1813.0,Pride and Prejudice,\n",
        &options,
    )
    .all();
    let read: Vec<_> = books
        .iter()
        .map(|book| {
            (
                book.isbn.as_str(),
                book.repaired,
                &*book.published_on,
                &*book.language,
            )
        })
        .collect();
    assert_eq!(
        read,
        [
            ("9780439023481", true, "2008", "en"),
            ("9780439554930", true, "1997", "zh"),
            ("9780141439518", false, "1813", ""),
        ]
    );
    assert_eq!(books[1].authors, ["J.K. Rowling", "Mary GrandPré"]);
    assert_eq!(books[1].work.as_deref(), Some("2"));
}

#[test]
fn mappings_that_cannot_work_are_refused_with_the_names_that_can() {
    let file = "Number,Name\n9780141439518,A\n";
    let error = refused(file, &told(&["ibsn=Number"], None)).to_string();
    assert!(
        error.contains("\"ibsn\"") && error.contains("isbn, work, title"),
        "{error}"
    );
    let error = refused(file, &told(&["isbn=Nummer"], None)).to_string();
    assert!(
        error.contains("\"Nummer\"") && error.contains("Number, Name"),
        "{error}"
    );
    let error = refused(file, &Options::default()).to_string();
    assert!(error.contains("--map isbn=COLUMN"), "{error}");
    assert!(matches!(
        refused("isbn,title,Title\n", &Options::default()),
        ImportError::RepeatedColumn { name } if name == "Title"
    ));
    assert_eq!(
        catalogue_with(file, &told(&["isbn=number", "title=NAME"], None))
            .all()
            .len(),
        1
    );
}

#[test]
fn other_encodings_are_read_when_named() {
    let text = "isbn,title,authors\n9787506365437,活着,余华\n";
    for label in ["gb18030", "big5"] {
        let text = if label == "big5" {
            text.replace("活着,余华", "活著,余華")
        } else {
            text.into()
        };
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (bytes, _, _) = encoding.encode(&text);
        let books = catalogue_with(bytes, &told(&[], Some(label))).all();
        assert!(
            text.contains(&books[0].title) && text.contains(&books[0].authors[0]),
            "{label}"
        );
    }
}

#[test]
fn utf_16_and_byte_order_marks_are_noticed() {
    let text = "isbn\ttitle\r\n9784101010137\tこころ\r\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let files = [
        text.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        [b"\xff\xfe", &little[..]].concat(),
        [b"\xfe\xff", &big[..]].concat(),
        little,
    ];
    for file in files {
        assert_eq!(
            catalogue(&file).all()[0].title,
            "こころ",
            "{:x?}",
            &file[..4]
        );
    }
}

#[test]
fn bytes_that_are_not_utf_8_spoil_their_row_and_are_never_replaced() {
    let mut file = b"isbn,title\n9780141439518,Good\n9787506365437,".to_vec();
    file.extend(encoding_rs::GB18030.encode("活着\n").0.iter());
    file.extend(b"9780439023481,\xff\n9787020008735,Good too\n");
    let outcome = catalogue(&file);
    let spoilt = |line| (line, None, RejectCode::Encoding);
    assert_eq!(outcome.reasons(), [spoilt(3), spoilt(4)]);
    let titles: Vec<_> = outcome
        .taken
        .iter()
        .map(|book| book.title.as_str())
        .collect();
    assert_eq!(titles, ["Good", "Good too"]);
    assert!(outcome.ended_by.is_none(), "{:?}", outcome.ended_by);
}

#[test]
fn a_file_in_another_encoding_is_given_up_with_advice() {
    let mut file = b"isbn,title\n".to_vec();
    for _ in 0..1_000 {
        file.extend(encoding_rs::GB18030.encode("9787506365437,活着\n").0.iter());
    }
    let outcome = catalogue(&file);
    assert!(outcome.taken.is_empty() && outcome.rejected.len() < 20);
    let error = outcome.ended_by.unwrap();
    let encoding = "UTF-8";
    assert!(
        matches!(error, ImportError::BadBytes { line: 2, encoding: named } if named == encoding),
        "{error}"
    );
    assert!(error.to_string().contains("--encoding"), "{error}");

    let header = b"isbn,title,\xff\n9780141439518,Good,1\n";
    assert!(matches!(
        refused(header, &Options::default()),
        ImportError::BadBytes { line: 1, .. }
    ));
}

#[test]
fn a_file_cut_off_inside_of_quotes_is_noticed() {
    let outcome = catalogue("isbn,title\n9780141439518,Good\n9780439023481,\"The Hun");
    assert_eq!(outcome.taken.len(), 1);
    assert!(matches!(
        outcome.ended_by,
        Some(ImportError::CutOff { line: 3, began: 3 })
    ));
}

#[test]
fn files_that_are_no_tables_are_refused() {
    assert!(matches!(
        refused("", &Options::default()),
        ImportError::Empty
    ));
    assert!(matches!(
        refused("\n\n", &Options::default()),
        ImportError::Empty
    ));
    assert!(matches!(
        refused("PK\u{3}\u{4}", &Options::default()),
        ImportError::NotCsv { .. }
    ));
}

#[test]
fn texts_over_their_limits_are_rejected() {
    let file = format!("isbn,title\n9780141439518,{}\n", "春".repeat(501));
    assert_eq!(
        catalogue(file).reasons(),
        [(2, Some("title"), RejectCode::TooLong)]
    );
    let names: String = (0..101).map(|n| format!("Author {n};")).collect();
    let file = format!("isbn,title,authors\n9780141439518,A,{names}\n");
    assert_eq!(
        catalogue(file).reasons(),
        [(2, Some("authors"), RejectCode::TooLong)]
    );
}
