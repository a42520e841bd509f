//! Tables: catalogues, reviews, orders and offers as CSV.

mod authors;
mod catalogue;
mod guard;
mod header;
mod money;
mod offers;
mod orders;
mod records;
mod reviews;

pub(crate) use catalogue::Catalogue;
pub use guard::guarded;
pub use money::amount;
pub(crate) use offers::Offers;
pub(crate) use orders::Orders;
pub use orders::TornOrders;
pub use reviews::APP_COLUMNS;
pub(crate) use reviews::Reviews;

use crate::source::TextReader;
use crate::{ImportError, Options, Table};
use header::Header;
use records::Records;
use std::io::Read;

/// The columns that reading the file as a table of that kind does not look at.
pub(crate) fn unread_columns<R: Read>(
    text: TextReader<R>,
    options: &Options,
    table: Table,
) -> Result<Vec<String>, ImportError> {
    let fields = match table {
        Table::Catalogue => catalogue::FIELDS.to_vec(),
        Table::Reviews => reviews::FIELDS.to_vec(),
        Table::Orders => orders::fields(),
        Table::Offers => offers::FIELDS.to_vec(),
    };
    let mut records = Records::new(text)?;
    let mut unread = Header::new(records.header()?, &options.map, &fields)?.unread(&fields)?;
    // An export from here tells these to people; they follow from what else is known.
    unread.retain(|name| table != Table::Reviews || !["book", "verified"].contains(&name.as_str()));
    Ok(unread)
}
