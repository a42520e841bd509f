#![doc = include_str!("../README.md")]

mod categories;
mod csv;
mod date;
mod detect;
mod error;
mod isbn_repair;
mod language;
mod onix;
mod options;
mod progress;
mod record;
mod reject;
mod seen;
mod source;
#[cfg(test)]
mod tests;
mod text;

pub use csv::{APP_COLUMNS, TornOrders, amount, guarded};
pub use detect::{FileKind, detect};
pub use error::ImportError;
pub use options::{ColumnMap, Encoding, OfferOptions, Options, OrderOptions};
pub use progress::CountingReader;
pub use record::{
    AUTHORS_MAX, BOOK_TITLE_MAX, BookRecord, KEY_MAX, NAME_MAX, OfferRecord, OrderRecord, Picture,
    REVIEW_BODY_MAX, REVIEW_TITLE_MAX, REVIEWER_MAX, ReviewRecord, URL_MAX,
};
pub use reject::{RejectCode, Rejected, quoted};

use source::TextReader;
use std::io::Read;

/// What comes out of a file one by one: a record, the reason why one was not taken, or, as the last item,
/// the reason why the file cannot be read any further.
pub type Item<T> = Result<Result<T, Rejected>, ImportError>;

/// Reads a catalogue: CSV or ONIX, whichever `reader` turns out to hold.
///
/// # Errors
/// When the file as a whole cannot be read. Later errors of that kind come out of the iterator, after the
/// records that are good.
pub fn catalogue<R: Read>(
    reader: R,
    options: &Options,
) -> Result<impl Iterator<Item = Item<BookRecord>> + use<R>, ImportError> {
    let (text, kind) = TextReader::open(reader, options.encoding)?;
    let encoding = text.encoding();
    let mut source = match kind {
        FileKind::Csv => Catalogue::Csv(Box::new(csv::Catalogue::open(text, options)?)),
        FileKind::Onix if !options.map.is_empty() => return Err(ImportError::MappingForOnix),
        FileKind::Onix => Catalogue::Onix(Box::new(onix::Message::open(text)?)),
    };
    Ok(items(encoding, move || match &mut source {
        Catalogue::Csv(table) => table.read(),
        Catalogue::Onix(message) => message.read(),
    }))
}

enum Catalogue<R> {
    Csv(Box<csv::Catalogue<R>>),
    Onix(Box<onix::Message<R>>),
}

/// Reads reviews from a CSV file. `now` is in milliseconds since 1970 UTC: no review is from later.
///
/// # Errors
/// When the file as a whole cannot be read. Later errors of that kind come out of the iterator, after the
/// records that are good.
pub fn reviews<R: Read>(
    reader: R,
    options: &Options,
    now: i64,
) -> Result<impl Iterator<Item = Item<ReviewRecord>> + use<R>, ImportError> {
    let text = table(reader, options)?;
    let encoding = text.encoding();
    let mut table = csv::Reviews::open(text, options, now)?;
    Ok(items(encoding, move || table.read()))
}

/// What a CSV file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Books, for [`catalogue`].
    Catalogue,
    /// Reviews, for [`reviews`].
    Reviews,
    /// Lines of orders, for [`orders`].
    Orders,
    /// Prices and availability, for [`offers`].
    Offers,
}

/// The columns of a CSV file that nothing is read from, by their names in its header line; none for another kind of
/// file.
///
/// # Errors
/// As the function that reads the file.
pub fn unread_columns<R: Read>(
    reader: R,
    options: &Options,
    table: Table,
) -> Result<Vec<String>, ImportError> {
    match TextReader::open(reader, options.encoding)? {
        (text, FileKind::Csv) => csv::unread_columns(text, options, table),
        (_, FileKind::Onix) => Ok(Vec::new()),
    }
}

/// Looks through a CSV file for orders whose rows do not stand together, before [`orders`] reads it.
///
/// # Errors
/// When the file cannot be read to its end.
pub fn torn_orders<R: Read>(reader: R, options: &Options) -> Result<TornOrders, ImportError> {
    csv::TornOrders::find(table(reader, options)?, options)
}

/// Reads orders from a CSV file.
///
/// # Errors
/// When the file as a whole cannot be read. Later errors of that kind come out of the iterator, after the
/// records that are good.
pub fn orders<R: Read>(
    reader: R,
    options: &Options,
    of_orders: OrderOptions,
) -> Result<impl Iterator<Item = Item<OrderRecord>> + use<R>, ImportError> {
    let text = table(reader, options)?;
    let encoding = text.encoding();
    let mut table = csv::Orders::open(text, options, of_orders)?;
    Ok(items(encoding, move || table.read()))
}

/// Reads what books cost and whether they are there from a CSV file.
///
/// # Errors
/// When the file as a whole cannot be read. Later errors of that kind come out of the iterator, after the
/// records that are good.
pub fn offers<R: Read>(
    reader: R,
    options: &Options,
    of_offers: OfferOptions,
) -> Result<impl Iterator<Item = Item<OfferRecord>> + use<R>, ImportError> {
    let text = table(reader, options)?;
    let encoding = text.encoding();
    let mut table = csv::Offers::open(text, options, of_offers)?;
    Ok(items(encoding, move || table.read()))
}

/// The text of what has to be a table.
fn table<R: Read>(reader: R, options: &Options) -> Result<TextReader<R>, ImportError> {
    let (text, kind) = TextReader::open(reader, options.encoding)?;
    match kind {
        FileKind::Csv => Ok(text),
        FileKind::Onix => Err(ImportError::NotCsv {
            what: "an XML file",
        }),
    }
}

/// From how many damaged records on a file is given up, if they are most of it.
const DAMAGED: u64 = 20;

/// An iterator that ends at the first error that concerns the whole file. That most records are damaged is one:
/// then it is not a slip here and there, but another encoding, or another kind of file.
fn items<T>(
    encoding: &'static str,
    mut read: impl FnMut() -> Result<Option<Result<T, Rejected>>, ImportError>,
) -> impl Iterator<Item = Item<T>> {
    let (mut sound, mut damaged) = (0_u64, 0_u64);
    let mut first = None;
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let item = read().transpose();
        ended = !matches!(item, Some(Ok(_)));
        match &item {
            Some(Ok(Err(rejected))) if rejected.is_damage() => {
                damaged += 1;
                first.get_or_insert_with(|| rejected.clone());
            }
            Some(Ok(_)) => sound += 1,
            _ => {}
        }
        let is_over = damaged >= DAMAGED || item.is_none();
        if damaged > sound && is_over {
            ended = true;
            return first.take().map(|first| Err(first.for_all(encoding)));
        }
        item
    })
}
