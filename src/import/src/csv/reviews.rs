//! Reviews as CSV: our own layout, and the columns of common review apps.

use super::guard::unguarded;
use super::header::{Column, Field, Header};
use super::records::{Record, Records};
use crate::date::{self, NoInstant};
use crate::record::{
    KEY_MAX, Picture, REVIEW_BODY_MAX, REVIEW_TITLE_MAX, REVIEWER_MAX, ReviewRecord,
};
use crate::reject::{RejectCode, Rejected, quoted};
use crate::seen::Seen;
use crate::source::TextReader;
use crate::text::{self, limited};
use crate::{ImportError, Options, isbn_repair, language};
use bookplate_wire::contacts;
use bookplate_wire::reviews::moderation::ANSWER_MAX;
use bookplate_wire::reviews::notes::{self, Notes, Pace};
use bookplate_wire::reviews::photos::ALT_MAX;
use bookplate_wire::reviews::votes::Votes;
use sha2::{Digest, Sha256};
use std::io::Read;

/// The columns of an export of ours in the layout of review apps. Files from before there was the last one are ours too.
pub const APP_COLUMNS: [&str; 13] = [
    "title",
    "body",
    "rating",
    "review_date",
    "reviewer_name",
    "reviewer_email",
    "product_handle",
    "isbn",
    "reply",
    "reply_date",
    "picture_urls",
    "id",
    "incentivised",
];

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
const PICTURE_URLS: Field = Field {
    name: "picture_urls",
    aliases: &[
        "pictureurl",
        "pictures",
        "imageurls",
        "images",
        "photourls",
        "photos",
        "reviewimages",
    ],
    required: false,
};

const PICTURE_ALTS: Field = Field {
    name: "picture_alts",
    aliases: &[],
    required: false,
};
const WARNINGS: Field = Field {
    name: "warnings",
    aliases: &["contentwarnings"],
    required: false,
};
const MOODS: Field = Field {
    name: "moods",
    aliases: &[],
    required: false,
};
const PACE: Field = Field {
    name: "pace",
    aliases: &[],
    required: false,
};
const EDITED_AT: Field = Field {
    name: "edited_at",
    aliases: &[],
    required: false,
};

pub(super) const FIELDS: [&Field; 23] = [
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
    &PICTURE_URLS,
    &PICTURE_ALTS,
    &WARNINGS,
    &MOODS,
    &PACE,
    &EDITED_AT,
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
    picture_urls: Column,
    picture_alts: Column,
    warnings: Column,
    moods: Column,
    pace: Column,
    edited_at: Column,
    /// Whether the file is an export of ours.
    ours: bool,
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
            picture_urls: header.column(&PICTURE_URLS)?,
            picture_alts: header.column(&PICTURE_ALTS)?,
            warnings: header.column(&WARNINGS)?,
            moods: header.column(&MOODS)?,
            pace: header.column(&PACE)?,
            edited_at: header.column(&EDITED_AT)?,
            // Nobody else has such a column, or all of these.
            ours: !header.column(&VOTES_HERE)?.is_absent()
                || header.is(&APP_COLUMNS)
                || header.is(&APP_COLUMNS[..APP_COLUMNS.len() - 1]),
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
        let ours = self.ours;
        let one = |field: &Field, column: &Column, max| {
            let text = text::line(&unguarded(column.get(row), ours));
            limited(line, field.name, text, max)
        };
        let author = text::typed_line(&unguarded(self.author.get(row), ours));
        let author = limited(line, AUTHOR.name, author, REVIEWER_MAX)?;
        // Only a file of ours has reviews whose authors have given no name, or have taken it away.
        if author.is_empty() && !ours {
            // A review is shown under a name; whether it may be "Anonymous" is the shop's to say.
            let detail = "there is no name to show the review under";
            return Err(Rejected::field(
                line,
                AUTHOR.name,
                RejectCode::Missing,
                detail,
            ));
        }
        let title = self.typed(row, &TITLE, &self.title, text::typed_line, REVIEW_TITLE_MAX)?;
        let paragraphs = text::typed_paragraphs;
        let body = self.typed(row, &BODY, &self.body, paragraphs, REVIEW_BODY_MAX)?;
        let written = self.created_at.get(row);
        let created_at = instant(line, &CREATED_AT, written, now)?;
        let answer = self.typed(row, &ANSWER, &self.answer, paragraphs, ANSWER_MAX)?;
        let answered_at = match (answer.as_deref(), self.answered_at.get(row)) {
            (None | Some(""), _) => None,
            // Nobody has said when: no sooner than there was something to answer.
            (_, "") => Some(created_at),
            (_, said) => Some(instant(line, &ANSWERED_AT, said, now)?),
        };
        let edited_at = match self.edited_at.get(row) {
            "" => None,
            said => Some(instant(line, &EDITED_AT, said, now)?),
        };
        let id = one(&ID, &self.id, KEY_MAX)?;
        let customer = one(&CUSTOMER, &self.customer, KEY_MAX)?;
        let language = self.language.get(row);
        Ok(ReviewRecord {
            line,
            source_id: if id.is_empty() {
                self.fingerprint(row, isbn.as_str())
            } else {
                id
            },
            isbn,
            rating: rating(line, self.rating.get(row))?,
            title,
            body,
            language: (!self.language.is_absent()).then(|| language::tag(language)),
            language_unknown: language::is_unknown(language),
            author,
            created_at,
            edited_at,
            votes: self.votes(row)?,
            here: Votes {
                helpful: count(line, &HELPFUL_HERE, self.helpful_here.get(row))?
                    .unwrap_or_default(),
                votes: count(line, &VOTES_HERE, self.votes_here.get(row))?.unwrap_or_default(),
            },
            customer: (!self.customer.is_absent()).then_some(customer),
            // It is only looked for among the customers' addresses; one that is none belongs to nobody.
            email: contacts::email(&unguarded(self.email.get(row), ours)).unwrap_or_default(),
            answer,
            answered_at,
            incentivised: is_incentivised(line, self.incentivised.get(row))?,
            notes: self.notes(row)?,
            pictures: self.pictures(row)?,
        })
    }

    /// What somebody has written, in the form in which it would be kept had it been written here; `None` where the file
    /// has no such column.
    fn typed(
        &self,
        row: Record<'_>,
        field: &Field,
        column: &Column,
        kept: fn(&str) -> String,
        max: usize,
    ) -> Result<Option<String>, Rejected> {
        if column.is_absent() {
            return Ok(None);
        }
        let text = kept(&unguarded(column.get(row), self.ours));
        limited(row.line, field.name, text, max).map(Some)
    }

    /// What names a review that has no id. It is made of what is in the file, not of what is kept of it: that may change
    /// with the rules for it, and the review would come a second time.
    fn fingerprint(&self, row: Record<'_>, isbn: &str) -> String {
        let line = |column: &Column| text::line(&unguarded(column.get(row), self.ours));
        let body = text::paragraphs(&unguarded(self.body.get(row), self.ours));
        let (author, title) = (line(&self.author), line(&self.title));
        fingerprint([isbn, &author, self.created_at.get(row), &title, &body])
    }

    /// How many voted. Apps that only count helpful votes have no number of votes: then all were helpful.
    fn votes(&self, row: Record<'_>) -> Result<Option<Votes>, Rejected> {
        let line = row.line;
        let helpful = count(line, &HELPFUL, self.helpful.get(row))?.unwrap_or_default();
        let votes = count(line, &VOTES, self.votes.get(row))?.unwrap_or(helpful);
        if votes < helpful {
            let detail = format!("{helpful} of {votes} votes cannot be helpful");
            let (field, code) = (VOTES.name, RejectCode::Invalid);
            return Err(Rejected::field(line, field, code, detail));
        }
        let is_told = !self.helpful.is_absent() || !self.votes.is_absent();
        Ok(is_told.then_some(Votes { helpful, votes }))
    }

    /// Content warnings, moods and pace.
    fn notes(&self, row: Record<'_>) -> Result<Option<Notes>, Rejected> {
        let columns = [&self.warnings, &self.moods, &self.pace];
        if columns.into_iter().all(Column::is_absent) {
            return Ok(None);
        }
        let invalid = |field: &Field, cell: &str| {
            let detail = format!("this is none of what readers can choose {}", quoted(cell));
            Rejected::field(row.line, field.name, RejectCode::Invalid, detail)
        };
        let ids = |field: &Field, column: &Column, max: usize| {
            let cell = column.get(row);
            let ids = cell.split([',', ';', ' ']).filter(|id| !id.is_empty());
            let ids: Vec<String> = ids.map(str::to_owned).collect();
            if ids.len() > max || !ids.iter().all(|id| notes::is_id(id)) {
                return Err(invalid(field, cell));
            }
            Ok(ids)
        };
        let pace = match self.pace.get(row) {
            "" => None,
            word => Some(Pace::from_word(word).ok_or_else(|| invalid(&PACE, word))?),
        };
        let notes = Notes {
            warnings: ids(&WARNINGS, &self.warnings, notes::WARNINGS_MAX)?,
            moods: ids(&MOODS, &self.moods, notes::MOODS_MAX)?,
            pace,
        };
        Ok(Some(notes.each_once()))
    }

    /// The pictures, with what is to be seen on them: a line each.
    fn pictures(&self, row: Record<'_>) -> Result<Vec<Picture>, Rejected> {
        let alts = unguarded(self.picture_alts.get(row), self.ours);
        let mut alts = alts.split('\n').map(text::typed_line);
        let addresses = pictures(self.picture_urls.get(row)).into_iter();
        let picture = |address| {
            let alt = alts.next().unwrap_or_default();
            let alt = limited(row.line, PICTURE_ALTS.name, alt, ALT_MAX)?;
            Ok(Picture { address, alt })
        };
        addresses.map(picture).collect()
    }
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

/// The addresses in a cell: separated by white space, or by commas and semicolons before the next address, as an address
/// can have some too.
fn pictures(cell: &str) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for word in cell.split_whitespace() {
        let mut within = false;
        for part in word.split([',', ';']).filter(|part| !part.is_empty()) {
            let begins = part.starts_with("http://") || part.starts_with("https://");
            match addresses.last_mut().filter(|_| within && !begins) {
                Some(last) => {
                    last.push(',');
                    last.push_str(part);
                }
                None => addresses.push(part.to_owned()),
            }
            within |= begins;
        }
    }
    addresses
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
