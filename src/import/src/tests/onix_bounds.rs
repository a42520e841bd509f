use super::catalogue_onix::product;
use super::{Outcome, catalogue, refused};
use crate::onix::Message;
use crate::source::{PIECE_MAX, TextReader};
use crate::{ImportError, Options, RejectCode};
use std::io::Read;

/// A file that never was on a disk: a beginning, a part that is repeated, and an end.
fn repeated(start: &str, part: String, times: usize, end: &str) -> impl Read {
    let (start, end) = (start.as_bytes().to_vec(), end.as_bytes().to_vec());
    let parts = Repeat {
        part: part.into_bytes(),
        at: 0,
        left: times,
    };
    std::io::Cursor::new(start)
        .chain(parts)
        .chain(std::io::Cursor::new(end))
}

struct Repeat {
    part: Vec<u8>,
    at: usize,
    left: usize,
}

impl Read for Repeat {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let read = (&self.part[self.at..]).read(buffer)?;
        self.at += read;
        if self.at == self.part.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        Ok(read)
    }
}

const START: &str = "<ONIXMessage release='3.0'>";
const END: &str = "</ONIXMessage>";

#[test]
fn memory_does_not_grow_with_the_file() {
    let text = "<CollateralDetail><TextContent><Text>word &amp; word</Text></TextContent></CollateralDetail>";
    let record = format!(
        "<Product>{}</Product>\n",
        product("9780141439518", &text.repeat(20))
    );
    let file = repeated(START, record, 5_000, END);
    let (text, _) = TextReader::open(file, None).unwrap();
    let mut message = Message::open(text).unwrap();
    let mut records = 0;
    while message.read().unwrap().is_some() {
        records += 1;
        assert!(
            message.buffer_capacity() < 4096,
            "{}",
            message.buffer_capacity()
        );
    }
    assert_eq!(records, 5_000);
}

#[test]
fn a_record_of_many_small_parts_over_the_limit_is_rejected_and_passed_over() {
    let name = "<Contributor><ContributorRole>A01</ContributorRole><PersonName>N</PersonName></Contributor>";
    let times = PIECE_MAX / name.len() + 1;
    let end = format!(
        "</DescriptiveDetail></Product>\n<Product>{}</Product>{END}",
        product("9780141439518", "")
    );
    let start = format!("{START}\n<Product><DescriptiveDetail>");
    let items = crate::catalogue(
        repeated(&start, name.into(), times, &end),
        &Options::default(),
    );
    let outcome = Outcome::of(items.unwrap());
    assert_eq!(outcome.reasons(), [(2, None, RejectCode::TooLarge)]);
    assert_eq!(outcome.taken.len(), 1);
}

#[test]
fn a_single_text_over_the_limit_ends_the_import() {
    let start = format!(
        "{START}\n<Product>{}</Product>\n<Product>",
        product("9780141439518", "")
    );
    // As much as a gigabyte, of which no more than the limit is ever read.
    let items = crate::catalogue(
        repeated(&start, "x".repeat(1 << 20), 1 << 10, END),
        &Options::default(),
    );
    let outcome = Outcome::of(items.unwrap());
    assert_eq!(outcome.taken.len(), 1);
    assert!(matches!(
        outcome.ended_by,
        Some(ImportError::TooLarge { line: 3 })
    ));
}

#[test]
fn a_document_type_without_end_is_not_collected() {
    let definition = "<!ENTITY a \"aaaaaaaaaa\">".repeat(1 << 12);
    let file = repeated("<!DOCTYPE ONIXMessage [", definition, 1 << 14, "]>");
    let error = crate::catalogue(file, &Options::default()).err().unwrap();
    assert!(
        matches!(error, ImportError::TooLarge { line: 1 }),
        "{error}"
    );
}

#[test]
fn elements_nested_without_end_are_refused() {
    let deep = "<a>".repeat(100_000);
    assert!(matches!(
        refused(&deep, &Options::default()),
        ImportError::NotOnix { .. }
    ));
    let outcome = catalogue(format!("{START}\n<Product>{deep}"));
    assert!(matches!(
        outcome.ended_by,
        Some(ImportError::TooDeep { line: 2 })
    ));
    let outcome = catalogue(format!("{START}<Header>{deep}"));
    assert!(matches!(
        outcome.ended_by,
        Some(ImportError::TooDeep { line: 1 })
    ));
}
