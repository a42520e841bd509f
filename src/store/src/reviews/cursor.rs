//! Where a page of reviews ended: the sort columns of its last review, as text that a client hands back.

use crate::StoreError;
use bookplate_wire::ReviewId;
use bookplate_wire::reviews::Sort;

/// The place behind one review in one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The order it was given out for.
    pub(super) sort: Sort,
    /// The order's first column; for [`Sort::Newest`], which has none before the time, 0.
    pub(super) rank: i64,
    /// `created_at` of the review.
    pub(super) created_at: i64,
    /// The review.
    pub(super) id: ReviewId,
}

impl Cursor {
    /// The text on the wire: `helpful.206549000.1767225600000.0192…`.
    pub(super) fn encode(&self) -> String {
        let digits = self.id.as_str().trim_start_matches(ReviewId::PREFIX);
        format!(
            "{}.{}.{}.{digits}",
            self.sort.as_str(),
            self.rank,
            self.created_at
        )
    }

    /// Reads what [`Cursor::encode`] wrote.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] for anything else, and for a cursor of another order.
    pub(super) fn decode(text: &str, sort: Sort) -> Result<Self, StoreError> {
        let mut parts = text.split('.');
        let mut part = || parts.next().ok_or(StoreError::Cursor);
        let (word, rank, created_at, digits) = (part()?, part()?, part()?, part()?);
        if word != sort.as_str() || parts.next().is_some() {
            return Err(StoreError::Cursor);
        }
        Ok(Self {
            sort,
            rank: rank.parse().map_err(|_| StoreError::Cursor)?,
            created_at: created_at.parse().map_err(|_| StoreError::Cursor)?,
            id: ReviewId::from_digits(digits).map_err(|_| StoreError::Cursor)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_for_its_order_only() {
        let cursor = Cursor {
            sort: Sort::Lowest,
            rank: -50,
            created_at: 1_767_225_600_000,
            id: ReviewId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1b").unwrap(),
        };
        assert_eq!(
            Cursor::decode(&cursor.encode(), Sort::Lowest).unwrap(),
            cursor
        );
        assert!(Cursor::decode(&cursor.encode(), Sort::Newest).is_err());
        for broken in [
            "",
            "lowest",
            "lowest.1.2.3",
            "lowest.1.2.0192f3a0c1d27c3e8a5b6c7d8e9f0a1b.5",
        ] {
            assert!(Cursor::decode(broken, Sort::Lowest).is_err(), "{broken}");
        }
    }
}
