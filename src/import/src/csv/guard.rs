//! Text that spreadsheets do not take for a formula.
//!
//! Whoever can write a review could else have the spreadsheet of whoever opens an export call addresses or run programs
//! ("CSV injection", OWASP).
//!
//! Our files have commas between their cells. Where a spreadsheet is set to semicolons or tabs it splits them there, and
//! quotes inside of what it then takes for a cell do not stop it: `1,"a;=HYPERLINK(…)"` has a cell that begins with `=`. So
//! does the next line of a text. Quoting every cell would not help, as what stands between two semicolons still begins
//! somewhere in the middle; therefore each place where a cell could begin is looked at, not only the first.

use std::borrow::Cow;

/// Where a spreadsheet may begin another cell: behind one of these.
const SEPARATORS: [char; 4] = [';', '\t', '\r', '\n'];

/// Whether a spreadsheet takes what begins here for a formula: by its first character, also as East Asian keyboards
/// make it. Quotes and spaces before that may be taken away first.
fn is_formula(text: &str) -> bool {
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    text.trim_start_matches(['\'', '"', ' ']).starts_with(signs)
}

/// The same at the beginning of a cell, where it may also be white space that makes the formula.
fn is_formula_at(text: &str, at: usize) -> bool {
    is_formula(text)
        || (at == 0
            && text
                .trim_start_matches('\'')
                .starts_with(['\t', '\r', '\n']))
}

/// The text as it stands in a cell: with an apostrophe before what would be a formula, and before an apostrophe
/// that stands before one, so that reading it gives the same text again.
pub fn guarded(text: &str) -> Cow<'_, str> {
    changed(text, |text, at, out| {
        if is_formula_at(text, at) {
            out.push('\'');
        }
        0
    })
}

/// The text without the apostrophes of [`guarded`]. In a file that is not `ours` only the first one can be a guard, as other
/// programs set it; what stands within a text is its author's.
pub(super) fn unguarded(cell: &str, ours: bool) -> Cow<'_, str> {
    changed(cell, |text, at, _| {
        let rest = text.strip_prefix('\'').filter(|_| ours || at == 0);
        usize::from(rest.is_some_and(|rest| is_formula_at(rest, at)))
    })
}

/// The text with what `begin` writes wherever a cell could begin, and without as many bytes as it says. It is given what
/// stands there, and where that is.
fn changed(text: &str, begin: impl Fn(&str, usize, &mut String) -> usize) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len() + 1);
    for (at, part) in parts(text) {
        let left_out = begin(&text[at..], at, &mut out);
        out.push_str(&part[left_out..]);
    }
    if out == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(out)
    }
}

/// The text in pieces that end with a separator, each with where it begins.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive(SEPARATORS).map(move |part| {
        let begins = at;
        at += part.len();
        (begins, part)
    })
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
            ("\t=1", "'\t'=1"),
            ("\tx", "'\tx"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("'quoted'", "'quoted'"),
            ("1=1", "1=1"),
            ("", ""),
            // Where the file is split elsewhere than at its commas.
            ("a;=1", "a;'=1"),
            ("a;; =1;b", "a;;' =1;b"),
            ("a;\"=1\"", "a;'\"=1\""),
            ("a\t@x", "a\t'@x"),
            ("One.\n\n- two\r\n+3", "One.\n\n'- two\r\n'+3"),
            ("a;'=1", "a;''=1"),
            ("a,=1 - 2; b", "a,=1 - 2; b"),
        ] {
            assert_eq!(guarded(text), cell);
            assert_eq!(unguarded(cell, true), text);
        }
    }

    #[test]
    fn within_a_text_of_somebody_elses_file_no_apostrophe_is_a_guard() {
        assert_eq!(unguarded("'=1", false), "=1");
        for text in ["Nice.\n'- and so on,' she says", "a;'=1"] {
            assert_eq!(unguarded(text, false), text);
        }
    }

    #[test]
    fn other_apostrophes_stay() {
        for text in ["'tis", "a; 'b'", "a\n'twas = 1", "'"] {
            assert_eq!(unguarded(text, true), text);
            assert_eq!(guarded(text), text);
        }
    }
}
