//! Catalogues as CSV.

use super::authors;
use super::header::{Column, Field, Header};
use super::records::{Record, Records};
use crate::record::{AUTHORS_MAX, BOOK_TITLE_MAX, BookRecord, KEY_MAX, NAME_MAX, URL_MAX};
use crate::reject::{RejectCode, Rejected, quoted};
use crate::seen::Seen;
use crate::source::TextReader;
use crate::text::{self, limited};
use crate::{ImportError, Options, categories, date, isbn_repair, language};
use bookplate_wire::catalogue::Format;
use std::io::Read;

const ISBN: Field = Field {
    name: "isbn",
    aliases: &["isbn13", "ean", "ean13", "gtin", "isbn10"],
    required: true,
};
const WORK: Field = Field {
    name: "work",
    aliases: &["workid", "workkey"],
    required: false,
};
const TITLE: Field = Field {
    name: "title",
    aliases: &["booktitle"],
    required: true,
};
const SUBTITLE: Field = Field {
    name: "subtitle",
    aliases: &[],
    required: false,
};
const AUTHORS: Field = Field {
    name: "authors",
    aliases: &["author"],
    required: false,
};
const PUBLISHER: Field = Field {
    name: "publisher",
    aliases: &["imprint"],
    required: false,
};
const PUBLISHED_ON: Field = Field {
    name: "published_on",
    aliases: &["publicationdate", "publishdate", "pubdate", "published"],
    required: false,
};
const FORMAT: Field = Field {
    name: "format",
    aliases: &["binding"],
    required: false,
};
const LANGUAGE: Field = Field {
    name: "language",
    aliases: &["languagecode", "lang"],
    required: false,
};
const COVER_URL: Field = Field {
    name: "cover_url",
    aliases: &["cover", "coverimage", "imageurl", "image"],
    required: false,
};

const SERIES: Field = Field {
    name: "series",
    aliases: &["seriesname", "seriestitle", "collection"],
    required: false,
};

const CATEGORIES: Field = Field {
    name: "categories",
    aliases: &["category", "subjects", "subject", "genres", "genre"],
    required: false,
};

pub(super) const FIELDS: [&Field; 12] = [
    &ISBN,
    &WORK,
    &TITLE,
    &SUBTITLE,
    &AUTHORS,
    &PUBLISHER,
    &PUBLISHED_ON,
    &FORMAT,
    &LANGUAGE,
    &COVER_URL,
    &SERIES,
    &CATEGORIES,
];

/// The books of a CSV file.
pub(crate) struct Catalogue<R> {
    records: Records<R>,
    columns: Columns,
    seen: Seen,
}

struct Columns {
    count: usize,
    isbn: Column,
    work: Column,
    title: Column,
    subtitle: Column,
    authors: Column,
    publisher: Column,
    published_on: Column,
    format: Column,
    language: Column,
    cover_url: Column,
    series: Column,
    categories: Column,
}

impl<R: Read> Catalogue<R> {
    pub(crate) fn open(text: TextReader<R>, options: &Options) -> Result<Self, ImportError> {
        let mut records = Records::new(text)?;
        let header = records.header()?;
        let header = Header::new(header, &options.map, &FIELDS)?;
        let columns = Columns {
            count: header.len(),
            isbn: header.column(&ISBN)?,
            work: header.column(&WORK)?,
            title: header.column(&TITLE)?,
            subtitle: header.column(&SUBTITLE)?,
            authors: header.column(&AUTHORS)?,
            publisher: header.column(&PUBLISHER)?,
            published_on: header.column(&PUBLISHED_ON)?,
            format: header.column(&FORMAT)?,
            language: header.column(&LANGUAGE)?,
            cover_url: header.column(&COVER_URL)?,
            series: header.column(&SERIES)?,
            categories: header.column(&CATEGORIES)?,
        };
        Ok(Self {
            records,
            columns,
            seen: Seen::default(),
        })
    }

    pub(crate) fn read(&mut self) -> Result<Option<Result<BookRecord, Rejected>>, ImportError> {
        let Some(record) = self.records.next()? else {
            return Ok(None);
        };
        Ok(Some(self.columns.book(record).and_then(|book| {
            self.seen.check(book.line, "isbn", book.isbn.as_str())?;
            Ok(book)
        })))
    }
}

impl Columns {
    fn book(&self, row: Record<'_>) -> Result<BookRecord, Rejected> {
        let line = row.line;
        row.check(self.count)?;
        let (isbn, repaired) = isbn_repair::prove(line, self.isbn.all(row))?;
        let one = |field: &Field, column: &Column, max| {
            limited(line, field.name, text::line(column.get(row)), max)
        };
        let work = one(&WORK, &self.work, KEY_MAX)?;
        let title = one(&TITLE, &self.title, BOOK_TITLE_MAX)?;
        if title.is_empty() {
            let detail = format!("there is no title for {isbn}");
            return Err(Rejected::field(
                line,
                TITLE.name,
                RejectCode::Missing,
                detail,
            ));
        }
        Ok(BookRecord {
            line,
            isbn,
            repaired,
            work: (!work.is_empty()).then_some(work),
            title,
            subtitle: one(&SUBTITLE, &self.subtitle, BOOK_TITLE_MAX)?,
            authors: limited_authors(line, authors::split(self.authors.get(row)))?,
            publisher: one(&PUBLISHER, &self.publisher, NAME_MAX)?,
            published_on: published_on(line, self.published_on.get(row))?,
            format: format(self.format.get(row)),
            language: language::tag(self.language.get(row)),
            language_unknown: language::is_unknown(self.language.get(row)),
            cover_url: cover_url(line, self.cover_url.get(row))?,
            series: one(&SERIES, &self.series, NAME_MAX)?,
            categories: categories::split(self.categories.get(row)),
        })
    }
}

fn limited_authors(line: u64, authors: Vec<String>) -> Result<Vec<String>, Rejected> {
    if authors.len() > AUTHORS_MAX {
        let detail = format!("more than {AUTHORS_MAX} authors");
        return Err(Rejected::field(
            line,
            AUTHORS.name,
            RejectCode::TooLong,
            detail,
        ));
    }
    authors
        .into_iter()
        .map(|name| limited(line, AUTHORS.name, name, NAME_MAX))
        .collect()
}

fn published_on(line: u64, text: &str) -> Result<String, Rejected> {
    if text.is_empty() {
        return Ok(String::new());
    }
    date::published_on(text).ok_or_else(|| {
        let detail = format!(
            "the date is not YYYY, YYYY-MM or YYYY-MM-DD {}",
            quoted(text)
        );
        Rejected::field(line, PUBLISHED_ON.name, RejectCode::Invalid, detail)
    })
}

/// An address on the web, or a path on the shop's own site. A table stands on no page, so what is relative begins
/// at the top of that site.
fn cover_url(line: u64, url: &str) -> Result<String, Rejected> {
    let is_path = url.starts_with('/') && !url.starts_with("//");
    if url.is_empty() || is_path || text::is_web_address(url) {
        return limited(line, COVER_URL.name, text::line(url), URL_MAX);
    }
    let relative = url.strip_prefix("./").unwrap_or(url);
    if is_relative(relative) {
        return limited(line, COVER_URL.name, format!("/{relative}"), URL_MAX);
    }
    let detail = format!(
        "the address is neither one with https:// nor a path on the shop's site {}",
        quoted(url)
    );
    Err(Rejected::field(
        line,
        COVER_URL.name,
        RejectCode::Invalid,
        detail,
    ))
}

/// Whether it is a file below the top of a site: `a.jpg`, `covers/a.jpg`, but neither `none` nor `shop.example/a.jpg`,
/// which lacks its `https://`.
fn is_relative(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (name, ending) = file.rsplit_once('.').unwrap_or_default();
    let is_plain = |c: char| c != ':' && c != '\\' && !c.is_whitespace();
    path.chars().all(is_plain)
        && !path.starts_with('/')
        && !folders.contains('.')
        && !name.is_empty()
        && ending.len() >= 3
        && ending.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Our own words, and what shops write in their place; anything else is [`Format::Other`].
fn format(text: &str) -> Format {
    let word = text.to_lowercase();
    match word.as_str() {
        "hardcover" | "hard cover" | "hc" | "cloth" | "精装" | "精裝" | "単行本" | "上製" => {
            Format::Hardback
        }
        "softcover"
        | "soft cover"
        | "pb"
        | "mass market paperback"
        | "trade paperback"
        | "平装"
        | "平裝"
        | "文庫"
        | "新書"
        | "並製" => Format::Paperback,
        "e-book" | "electronic" | "epub" | "pdf" | "kindle" | "电子书" | "電子書" | "電子書籍" => {
            Format::Ebook
        }
        "audio" | "audio book" | "audio cd" | "mp3" | "有声书" | "有聲書" | "オーディオブック" => {
            Format::Audiobook
        }
        word => Format::from_word(word).unwrap_or_default(),
    }
}
