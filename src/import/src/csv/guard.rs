//! Text that spreadsheets do not take for a formula.
//!
//! Whoever can write a review could else have the spreadsheet of whoever opens an export call addresses or run programs
//! ("CSV injection", OWASP).

use std::borrow::Cow;

/// Whether a spreadsheet takes a cell for a formula: by its first character, also as East Asian keyboards make it.
pub(super) fn is_formula(cell: &str) -> bool {
    let first = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    cell.starts_with(first)
}

/// The text as it stands in a cell: with an apostrophe before what would be a formula, and before an apostrophe
/// that stands before one, so that reading it gives the same text again.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_formula_gets_an_apostrophe() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+44 20", "'+44 20"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("'quoted'", "'quoted'"),
            ("1=1", "1=1"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), cell);
        }
    }
}
