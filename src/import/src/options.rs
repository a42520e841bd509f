//! What the caller can say about a file.

use crate::{ImportError, TornOrders};
use std::str::FromStr;

/// What the caller can say about a file. [`Default`] fits a file that needs no help.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which columns of a CSV file hold which fields.
    pub map: Vec<ColumnMap>,
    /// The file's encoding, where it is neither UTF-8 nor told by the file itself (by a byte order mark
    /// or an XML declaration). It wins over the XML declaration, which may be wrong.
    pub encoding: Option<Encoding>,
}

/// What has to be known of a shop to read its orders.
#[derive(Debug, Clone)]
pub struct OrderOptions {
    /// The time zone of dates and times that do not say theirs.
    pub time_zone: jiff::tz::TimeZone,
    /// The currency of orders that do not say theirs, an ISO 4217 code; empty where each has to.
    pub currency: String,
    /// The present time, in milliseconds since 1970 UTC: no order is from later.
    pub now: i64,
    /// What [`torn_orders`](crate::torn_orders) has found in the same file.
    pub torn: TornOrders,
}

/// What has to be known of a shop to read its offers.
#[derive(Debug, Clone)]
pub struct OfferOptions {
    /// The time zone of times that do not say theirs.
    pub time_zone: jiff::tz::TimeZone,
    /// The currency of prices that do not say theirs, an ISO 4217 code; empty where each has to.
    pub currency: String,
    /// The present time, in milliseconds since 1970 UTC: no offer is from later, and those that do not say are from now.
    pub now: i64,
}

/// `field=COLUMN`: the column of a CSV file in which a field stands.
///
/// Given several times for one field, the first column with a usable value wins, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMap {
    pub(crate) field: String,
    pub(crate) column: String,
}

impl FromStr for ColumnMap {
    type Err = ImportError;

    fn from_str(text: &str) -> Result<Self, ImportError> {
        let bad = || ImportError::BadMapping {
            text: text.to_owned(),
        };
        let (field, column) = text.split_once('=').ok_or_else(bad)?;
        let (field, column) = (field.trim(), column.trim());
        if field.is_empty() || column.is_empty() {
            return Err(bad());
        }
        Ok(Self {
            field: field.to_owned(),
            column: column.to_owned(),
        })
    }
}

/// A character encoding by one of the names of the WHATWG Encoding Standard (`gb18030`, `shift_jis`, …).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(pub(crate) &'static encoding_rs::Encoding);

impl FromStr for Encoding {
    type Err = ImportError;

    fn from_str(label: &str) -> Result<Self, ImportError> {
        encoding_rs::Encoding::for_label_no_replacement(label.trim().as_bytes())
            .map(Self)
            .ok_or_else(|| ImportError::UnknownEncoding {
                label: label.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_a_pair() {
        let map: ColumnMap = "isbn = ISBN 13 ".parse().unwrap();
        assert_eq!(
            (map.field.as_str(), map.column.as_str()),
            ("isbn", "ISBN 13")
        );
        for wrong in ["isbn", "isbn=", "=ISBN13", ""] {
            assert!(wrong.parse::<ColumnMap>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn encodings_go_by_many_names() {
        assert_eq!("GBK".parse::<Encoding>().unwrap().0, encoding_rs::GBK);
        assert_eq!(
            "Shift_JIS".parse::<Encoding>().unwrap().0,
            encoding_rs::SHIFT_JIS
        );
        let error = "klingon".parse::<Encoding>().unwrap_err().to_string();
        assert!(
            error.contains("\"klingon\"") && error.contains("gb18030"),
            "{error}"
        );
    }
}
