//! Reviews as CSV: our own layout, and the columns of common review apps.

use super::guard::is_formula;
use super::header::{Column, Field, Header};
use super::records::{Record, Records};
use crate::date::{self, NoInstant};
use crate::record::{KEY_MAX, REVIEW_BODY_MAX, REVIEW_TITLE_MAX, REVIEWER_MAX, ReviewRecord};
use crate::reject::{RejectCode, Rejected, quoted};
use crate::seen::Seen;
use crate::source::TextReader;
use crate::text::{self, limited};
use crate::{ImportError, Options, isbn_repair, language};
use bookplate_wire::contacts;
use bookplate_wire::reviews::moderation::ANSWER_MAX;
use sha2::{Digest, Sha256};
use std::io::Read;

const ID: Field = Field {
    name: "id",
    aliases: &["reviewid"],
    required: false,
};
const ISBN: Field = Field {
    name: "isbn",
    aliases: &[
        "isbn13",
        "isbn10",
        "ean",
        "gtin",
        "barcode",
        "sku",
        "productsku",
        "producthandle",
    ],
    required: true,
};
const RATING: Field = Field {
    name: "rating",
    aliases: &["stars", "score"],
    required: true,
};
const TITLE: Field = Field {
    name: "title",
    aliases: &["reviewtitle", "headline"],
    required: false,
};
const BODY: Field = Field {
    name: "body",
    aliases: &["reviewbody", "content", "review", "text"],
    required: false,
};
const LANGUAGE: Field = Field {
    name: "language",
    aliases: &["languagecode", "lang", "locale"],
    required: false,
};
const AUTHOR: Field = Field {
    name: "author",
    aliases: &["reviewername", "reviewer", "nickname", "displayname"],
    required: true,
};
const CREATED_AT: Field = Field {
    name: "created_at",
    aliases: &["reviewdate", "date", "createdon"],
    required: true,
};
const HELPFUL: Field = Field {
    name: "helpful",
    aliases: &["helpfulvotes", "upvotes"],
    required: false,
};
const VOTES: Field = Field {
    name: "votes",
    aliases: &["totalvotes"],
    required: false,
};
const HELPFUL_HERE: Field = Field {
    name: "helpful_here",
    aliases: &[],
    required: false,
};
const VOTES_HERE: Field = Field {
    name: "votes_here",
    aliases: &[],
    required: false,
};
const CUSTOMER: Field = Field {
    name: "customer",
    aliases: &["customerid"],
    required: false,
};
const EMAIL: Field = Field {
    name: "email",
    aliases: &["revieweremail", "customeremail"],
    required: false,
};
const ANSWER: Field = Field {
    name: "answer",
    aliases: &["reply", "shopreply", "merchantreply"],
    required: false,
};
const ANSWERED_AT: Field = Field {
    name: "answered_at",
    aliases: &["replydate", "repliedat"],
    required: false,
};

const INCENTIVISED: Field = Field {
    name: "incentivised",
    aliases: &["incentivized", "isincentivised", "isincentivized"],
    required: false,
};

pub(super) const FIELDS: [&Field; 17] = [
    &ID,
    &ISBN,
    &RATING,
    &TITLE,
    &BODY,
    &LANGUAGE,
    &AUTHOR,
    &CREATED_AT,
    &HELPFUL,
    &VOTES,
    &HELPFUL_HERE,
    &VOTES_HERE,
    &CUSTOMER,
    &EMAIL,
    &ANSWER,
    &ANSWERED_AT,
    &INCENTIVISED,
];

/// The reviews of a CSV file.
pub(crate) struct Reviews<R> {
    records: Records<R>,
    columns: Columns,
    now: i64,
    seen: Seen,
}

struct Columns {
    count: usize,
    id: Column,
    isbn: Column,
    rating: Column,
    title: Column,
    body: Column,
    language: Column,
    author: Column,
    created_at: Column,
    helpful: Column,
    votes: Column,
    helpful_here: Column,
    votes_here: Column,
    customer: Column,
    email: Column,
    answer: Column,
    answered_at: Column,
    incentivised: Column,
}

impl<R: Read> Reviews<R> {
    pub(crate) fn open(
        text: TextReader<R>,
        options: &Options,
        now: i64,
    ) -> Result<Self, ImportError> {
        let mut records = Records::new(text)?;
        let header = records.header()?;
        let header = Header::new(header, &options.map, &FIELDS)?;
        let columns = Columns {
            count: header.len(),
            id: header.column(&ID)?,
            isbn: header.column(&ISBN)?,
            rating: header.column(&RATING)?,
            title: header.column(&TITLE)?,
            body: header.column(&BODY)?,
            language: header.column(&LANGUAGE)?,
            author: header.column(&AUTHOR)?,
            created_at: header.column(&CREATED_AT)?,
            helpful: header.column(&HELPFUL)?,
            votes: header.column(&VOTES)?,
            helpful_here: header.column(&HELPFUL_HERE)?,
            votes_here: header.column(&VOTES_HERE)?,
            customer: header.column(&CUSTOMER)?,
            email: header.column(&EMAIL)?,
            answer: header.column(&ANSWER)?,
            answered_at: header.column(&ANSWERED_AT)?,
            incentivised: header.column(&INCENTIVISED)?,
        };
        Ok(Self {
            records,
            columns,
            now,
            seen: Seen::default(),
        })
    }

    pub(crate) fn read(&mut self) -> Result<Option<Result<ReviewRecord, Rejected>>, ImportError> {
        let Some(record) = self.records.next()? else {
            return Ok(None);
        };
        Ok(Some(self.columns.review(record, self.now).and_then(
            |review| {
                self.seen.check(review.line, "id", &review.source_id)?;
                Ok(review)
            },
        )))
    }
}

impl Columns {
    fn review(&self, row: Record<'_>, now: i64) -> Result<ReviewRecord, Rejected> {
        let line = row.line;
        row.check(self.count)?;
        let (isbn, _) = isbn_repair::prove(line, self.isbn.all(row).map(isbn_of_handle))?;
        let one = |field: &Field, column: &Column, max| {
            limited(
                line,
                field.name,
                text::line(unguarded(column.get(row))),
                max,
            )
        };
        let paragraphs = |field: &Field, column: &Column, max| {
            let text = text::paragraphs(unguarded(column.get(row)));
            limited(line, field.name, text, max)
        };
        let author = one(&AUTHOR, &self.author, REVIEWER_MAX)?;
        // Only a file of ours has reviews whose authors have taken their names away.
        if author.is_empty() && self.votes_here.is_absent() {
            // A review is shown under a name; whether it may be "Anonymous" is the shop's to say.
            let detail = "there is no name to show the review under";
            return Err(Rejected::field(
                line,
                AUTHOR.name,
                RejectCode::Missing,
                detail,
            ));
        }
        let title = one(&TITLE, &self.title, REVIEW_TITLE_MAX)?;
        let body = paragraphs(&BODY, &self.body, REVIEW_BODY_MAX)?;
        let written = self.created_at.get(row);
        let created_at = instant(line, &CREATED_AT, written, now)?;
        let answer = paragraphs(&ANSWER, &self.answer, ANSWER_MAX)?;
        let answered_at = match (answer.as_str(), self.answered_at.get(row)) {
            ("", _) => None,
            // Nobody has said when: no sooner than there was something to answer.
            (_, "") => Some(created_at),
            (_, said) => Some(instant(line, &ANSWERED_AT, said, now)?),
        };
        let id = one(&ID, &self.id, KEY_MAX)?;
        let helpful = count(line, &HELPFUL, self.helpful.get(row))?;
        Ok(ReviewRecord {
            line,
            source_id: if id.is_empty() {
                fingerprint([isbn.as_str(), &author, written, &title, &body])
            } else {
                id
            },
            isbn,
            rating: rating(line, self.rating.get(row))?,
            title,
            body,
            language: language::tag(self.language.get(row)),
            language_unknown: language::is_unknown(self.language.get(row)),
            author,
            created_at,
            helpful: helpful.unwrap_or_default(),
            votes: votes(line, helpful, count(line, &VOTES, self.votes.get(row))?)?,
            helpful_here: count(line, &HELPFUL_HERE, self.helpful_here.get(row))?
                .unwrap_or_default(),
            votes_here: count(line, &VOTES_HERE, self.votes_here.get(row))?.unwrap_or_default(),
            customer: one(&CUSTOMER, &self.customer, KEY_MAX)?,
            // It is only looked for among the customers' addresses; one that is none belongs to nobody.
            email: contacts::email(unguarded(self.email.get(row))).unwrap_or_default(),
            answer,
            answered_at,
            incentivised: is_incentivised(line, self.incentivised.get(row))?,
        })
    }
}

/// A text without the apostrophe that an export puts before what a spreadsheet would take for a formula
/// ([`guarded`](super::guarded)).
fn unguarded(cell: &str) -> &str {
    let text = cell.strip_prefix('\'');
    let text = text.filter(|text| is_formula(text.trim_start_matches('\'')));
    text.unwrap_or(cell)
}

/// Review apps name a product by its "handle" (`the-hunger-games-9780439023481`), which shops often end
/// with the ISBN.
fn isbn_of_handle(cell: &str) -> &str {
    let is_handle = cell.contains('-') && cell.bytes().any(|byte| byte.is_ascii_alphabetic());
    let last = cell.rsplit('-').next().unwrap_or(cell);
    if is_handle && last.len() == 13 {
        last
    } else {
        cell
    }
}

/// A stable name for a review without an id: the same review has it in the next export too.
///
/// Each part is preceded by its length, so that no two different reviews run together to the same text.
fn fingerprint(parts: [&str; 5]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize()[..16]
        .iter()
        .fold(String::from("sha256:"), |mut out, byte| {
            out.extend(
                [byte >> 4, byte & 15]
                    .map(|half| char::from(b"0123456789abcdef"[usize::from(half)])),
            );
            out
        })
}

/// Tenths of a star for `0.5` to `5` with halves.
fn rating(line: u64, text: &str) -> Result<u8, Rejected> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let half = match fraction.trim_end_matches('0') {
        "" => Some(0),
        "5" => Some(5),
        _ => None,
    };
    let tenths = whole
        .parse::<u8>()
        .ok()
        .zip(half)
        .and_then(|(whole, half)| {
            whole
                .checked_mul(10)?
                .checked_add(half)
                .filter(|tenths| (5..=50).contains(tenths))
        });
    tenths.ok_or_else(|| {
        let detail = format!("a rating is 0.5 to 5 with halves {}", quoted(text));
        let code = if text.is_empty() {
            RejectCode::Missing
        } else {
            RejectCode::Invalid
        };
        Rejected::field(line, RATING.name, code, detail)
    })
}

fn instant(line: u64, field: &Field, text: &str, now: i64) -> Result<i64, Rejected> {
    date::instant(text, now).map_err(|problem| {
        let (code, detail) = match problem {
            NoInstant::Future => (RejectCode::Future, "the date is still to come"),
            NoInstant::Unreadable if text.is_empty() => (RejectCode::Missing, "there is no date"),
            NoInstant::Unreadable => (
                RejectCode::Invalid,
                "the date is neither RFC 3339 nor YYYY-MM-DD",
            ),
        };
        Rejected::field(line, field.name, code, format!("{detail} {}", quoted(text)))
    })
}

/// Whether a cell says yes.
fn is_incentivised(line: u64, text: &str) -> Result<bool, Rejected> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Ok(true),
        "" | "false" | "no" | "n" | "0" => Ok(false),
        _ => {
            let detail = format!("this is true or false {}", quoted(text));
            let (field, code) = (INCENTIVISED.name, RejectCode::Invalid);
            Err(Rejected::field(line, field, code, detail))
        }
    }
}

fn count(line: u64, field: &Field, text: &str) -> Result<Option<u32>, Rejected> {
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.strip_suffix(".0").unwrap_or(text);
    digits.parse().map(Some).map_err(|_| {
        let detail = format!("not a count {}", quoted(text));
        Rejected::field(line, field.name, RejectCode::Invalid, detail)
    })
}

/// How many voted. Apps that only count helpful votes have no number of votes: then all were helpful.
fn votes(line: u64, helpful: Option<u32>, votes: Option<u32>) -> Result<u32, Rejected> {
    let helpful = helpful.unwrap_or_default();
    match votes {
        Some(votes) if votes < helpful => {
            let detail = format!("{helpful} of {votes} votes cannot be helpful");
            Err(Rejected::field(
                line,
                VOTES.name,
                RejectCode::Invalid,
                detail,
            ))
        }
        votes => Ok(votes.unwrap_or(helpful)),
    }
}
