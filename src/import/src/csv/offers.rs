//! Offers as CSV: what books cost and whether they are there, in our own layout and as product feeds have it.

use super::header::{Column, Field, Header};
use super::money;
use super::records::{Record, Records};
use crate::date::{self, NoInstant};
use crate::record::OfferRecord;
use crate::reject::{RejectCode, Rejected, quoted};
use crate::seen::Seen;
use crate::source::TextReader;
use crate::{ImportError, OfferOptions, Options, isbn_repair};
use bookplate_wire::offers::{Availability, NewOffer};
use bookplate_wire::orders::Money;
use std::io::Read;

const ISBN: Field = Field {
    name: "isbn",
    aliases: &["isbn13", "ean", "ean13", "gtin", "barcode", "isbn10"],
    required: true,
};
const PRICE: Field = Field {
    name: "price",
    aliases: &["saleprice", "retailprice", "unitprice"],
    required: true,
};
const CURRENCY: Field = Field {
    name: "currency",
    aliases: &["currencycode"],
    required: false,
};
const AVAILABILITY: Field = Field {
    name: "availability",
    aliases: &["stock", "instock", "stockstatus", "quantity", "qty"],
    required: false,
};
const AS_OF: Field = Field {
    name: "as_of",
    aliases: &["updatedat", "changedat", "lastmodified"],
    required: false,
};

pub(super) const FIELDS: [&Field; 5] = [&ISBN, &PRICE, &CURRENCY, &AVAILABILITY, &AS_OF];

/// The offers of a CSV file.
pub(crate) struct Offers<R> {
    records: Records<R>,
    columns: Columns,
    options: OfferOptions,
    seen: Seen,
}

struct Columns {
    count: usize,
    isbn: Column,
    price: Column,
    currency: Column,
    availability: Column,
    as_of: Column,
}

impl<R: Read> Offers<R> {
    pub(crate) fn open(
        text: TextReader<R>,
        options: &Options,
        of_offers: OfferOptions,
    ) -> Result<Self, ImportError> {
        let mut records = Records::new(text)?;
        let header = Header::new(records.header()?, &options.map, &FIELDS)?;
        let columns = Columns {
            count: header.len(),
            isbn: header.column(&ISBN)?,
            price: header.column(&PRICE)?,
            currency: header.column(&CURRENCY)?,
            availability: header.column(&AVAILABILITY)?,
            as_of: header.column(&AS_OF)?,
        };
        Ok(Self {
            records,
            columns,
            options: of_offers,
            seen: Seen::default(),
        })
    }

    pub(crate) fn read(&mut self) -> Result<Option<Result<OfferRecord, Rejected>>, ImportError> {
        let Some(record) = self.records.next()? else {
            return Ok(None);
        };
        let offer = self.columns.offer(record, &self.options);
        Ok(Some(offer.and_then(|record| {
            let isbn = record.offer.isbn.as_str();
            self.seen.check(record.line, ISBN.name, isbn)?;
            Ok(record)
        })))
    }
}

impl Columns {
    fn offer(&self, row: Record<'_>, options: &OfferOptions) -> Result<OfferRecord, Rejected> {
        let line = row.line;
        row.check(self.count)?;
        let (isbn, _) = isbn_repair::prove(line, self.isbn.all(row))?;
        let offer = NewOffer {
            isbn,
            price: price(
                line,
                self.price.get(row),
                self.currency.get(row),
                &options.currency,
            )?,
            availability: availability(line, self.availability.get(row))?,
            as_of: Some(instant(line, self.as_of.get(row), options)?),
        };
        offer.check(options.now).map_err(|problem| {
            let detail = format!("{}: {}", problem.field.unwrap_or_default(), problem.title);
            Rejected::whole(line, RejectCode::Invalid, detail)
        })?;
        Ok(OfferRecord { line, offer })
    }
}

/// The amount, in the currency that stands beside it (`9.99 EUR`), in its own column, or that the operator has told.
fn price(line: u64, text: &str, currency: &str, usual: &str) -> Result<Money, Rejected> {
    if text.is_empty() {
        let detail = "there is no price";
        return Err(Rejected::field(
            line,
            PRICE.name,
            RejectCode::Missing,
            detail,
        ));
    }
    let (amount, beside) = match text.rsplit_once(' ') {
        Some((amount, code)) if is_currency(code) => (amount.trim_end(), code),
        _ => match text.split_once(' ') {
            Some((code, amount)) if is_currency(code) => (amount.trim_start(), code),
            _ => (text, ""),
        },
    };
    let currency = [beside, currency, usual]
        .into_iter()
        .find(|code| !code.is_empty())
        .map(str::to_ascii_uppercase)
        .ok_or_else(|| {
            let detail = "there is no currency";
            Rejected::field(line, CURRENCY.name, RejectCode::Missing, detail)
        })?;
    let amount = money::amount(amount, &currency).ok_or_else(|| {
        let detail = format!("not an amount of {currency} {}", quoted(text));
        Rejected::field(line, PRICE.name, RejectCode::Invalid, detail)
    })?;
    Ok(Money { amount, currency })
}

fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Our own words, those of product feeds, or how many there are.
fn availability(line: u64, text: &str) -> Result<Availability, Rejected> {
    let word: String = text
        .chars()
        .map(|c| if matches!(c, ' ' | '-') { '_' } else { c })
        .flat_map(char::to_lowercase)
        .collect();
    // A schema.org term is an address.
    let word = word.rsplit('/').next().unwrap_or_default();
    let known = match word {
        "" => Some(Availability::Unknown),
        "instock" | "available" | "yes" | "true" | "有货" | "有貨" | "在庫あり" => {
            Some(Availability::InStock)
        }
        "outofstock" | "soldout" | "sold_out" | "backorder" | "back_order" | "no" | "false"
        | "缺货" | "缺貨" | "在庫なし" => Some(Availability::OutOfStock),
        "pre_order" | "预售" | "預購" | "予約" => Some(Availability::Preorder),
        word => Availability::from_word(word).or_else(|| match word.parse::<f64>() {
            Ok(count) if count > 0.0 => Some(Availability::InStock),
            Ok(_) => Some(Availability::OutOfStock),
            Err(_) => None,
        }),
    };
    known.ok_or_else(|| {
        let detail = format!(
            "this is in_stock, out_of_stock, preorder, unknown or a number {}",
            quoted(text)
        );
        Rejected::field(line, AVAILABILITY.name, RejectCode::Invalid, detail)
    })
}

/// Since when it is so: where the file does not say, since now.
fn instant(line: u64, text: &str, options: &OfferOptions) -> Result<i64, Rejected> {
    if text.is_empty() {
        return Ok(options.now);
    }
    date::instant_in(text, options.now, &options.time_zone).map_err(|problem| {
        let (code, detail) = match problem {
            NoInstant::Future => (RejectCode::Future, "the time is still to come"),
            NoInstant::Unreadable => (
                RejectCode::Invalid,
                "the time is neither RFC 3339 nor YYYY-MM-DD",
            ),
        };
        Rejected::field(line, AS_OF.name, code, format!("{detail} {}", quoted(text)))
    })
}
