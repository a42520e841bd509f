//! Why a single record was not taken.

use crate::ImportError;
use std::fmt;

/// A record that was not taken, with the reason. The file's other records are not affected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The line of the file on which the record begins, from 1.
    pub line: u64,
    /// The field at fault, by our name for it; none where the record as a whole is.
    pub field: Option<&'static str>,
    /// The reason for programs.
    pub code: RejectCode,
    /// The reason for people, with the value at fault.
    pub detail: String,
}

/// Reasons to reject a record. The words are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectCode {
    /// A field that every record needs is empty.
    Missing,
    /// A value that cannot be what the field asks for.
    Invalid,
    /// An ISBN harmed by a spreadsheet in a way that leaves more than one number, or none, possible.
    IsbnDamaged,
    /// The record's columns name different ISBNs, and nothing tells which is right.
    IsbnContradicted,
    /// A text longer than its field allows.
    TooLong,
    /// A row with more or fewer columns than the header line.
    Columns,
    /// The same book or review came earlier in the file.
    Duplicate,
    /// A date that is still to come.
    Future,
    /// An ONIX record that asks for a deletion, which an import does not do.
    Deletion,
    /// A record larger than any real one.
    TooLarge,
    /// A text with an entity that XML and HTML do not know.
    Entity,
    /// Bytes that mean nothing in the file's encoding.
    Encoding,
    /// An ONIX record that is not well-formed XML.
    Xml,
    /// An element in the place of an ONIX record that is none.
    Unread,
}

impl RejectCode {
    /// The word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Invalid => "invalid",
            Self::IsbnDamaged => "isbn_damaged",
            Self::IsbnContradicted => "isbn_contradicted",
            Self::TooLong => "too_long",
            Self::Columns => "columns",
            Self::Duplicate => "duplicate",
            Self::Future => "future",
            Self::Deletion => "deletion",
            Self::TooLarge => "too_large",
            Self::Entity => "entity",
            Self::Encoding => "encoding",
            Self::Xml => "xml",
            Self::Unread => "unread",
        }
    }
}

impl Rejected {
    /// A rejection for the sake of one field.
    pub(crate) fn field(
        line: u64,
        field: &'static str,
        code: RejectCode,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            line,
            field: Some(field),
            code,
            detail: detail.into(),
        }
    }

    /// A rejection for the sake of bytes that mean nothing in `encoding`.
    pub(crate) fn bad_bytes(line: u64, encoding: &str) -> Self {
        let detail = format!("there are bytes that are not {encoding}");
        Self::whole(line, RejectCode::Encoding, detail)
    }

    /// Whether the file itself is damaged there, and it is not that a value breaks a rule.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self.code, RejectCode::Encoding | RejectCode::Xml)
    }

    /// What it means for a file that is damaged everywhere.
    pub(crate) fn for_all(self, encoding: &'static str) -> ImportError {
        let line = self.line;
        if self.code == RejectCode::Xml {
            let reason = self.detail;
            ImportError::Xml { line, reason }
        } else {
            ImportError::BadBytes { line, encoding }
        }
    }

    /// A rejection of the record as a whole.
    pub(crate) fn whole(line: u64, code: RejectCode, detail: impl Into<String>) -> Self {
        Self {
            line,
            field: None,
            code,
            detail: detail.into(),
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(field) = self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.detail)
    }
}

/// `value` in quotes for a message, shortened where it is long.
pub fn quoted(value: &str) -> String {
    const SHOWN: usize = 60;
    let mut chars = value.chars();
    let shown: String = chars
        .by_ref()
        .take(SHOWN)
        .filter(|c| !c.is_control())
        .collect();
    let rest = if chars.next().is_some() { "…" } else { "" };
    format!("(\"{shown}{rest}\")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_reads_as_a_sentence_with_its_place() {
        let detail = format!("the check digit does not fit {}", quoted("9780141439517"));
        let rejected = Rejected::field(12, "isbn", RejectCode::Invalid, detail);
        assert_eq!(
            rejected.to_string(),
            "line 12: isbn: the check digit does not fit (\"9780141439517\")"
        );
    }

    #[test]
    fn long_values_are_shortened_between_characters() {
        assert_eq!(
            quoted(&"春".repeat(61)),
            format!("(\"{}…\")", "春".repeat(60))
        );
    }
}
