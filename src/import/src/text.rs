//! Text as typed, in one form: NFC, no control characters, no blanks around it.

use crate::reject::{RejectCode, Rejected, quoted};
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A text of one line: line breaks, tabs and runs of blanks become one blank.
///
/// XML is indented inside of long texts, and spreadsheets have line breaks in cells. The ideographic
/// space (U+3000) is a letter's width on purpose and stays.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in nfc(text.trim()).chars() {
        if c.is_ascii_whitespace() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if is_kept(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A text of several paragraphs: every kind of line break becomes a line feed.
pub(crate) fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = nfc(text.trim());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push(' '),
            c if is_kept(c) => out.push(c),
            _ => {}
        }
    }
    out
}

/// A line that somebody has written for others to read, in the form in which it would be kept had it been typed here:
/// nothing in it turns directions around, or cannot be seen.
pub(crate) fn typed_line(text: &str) -> String {
    bookplate_wire::text::single_line(text)
}

/// The same with several paragraphs.
pub(crate) fn typed_paragraphs(text: &str) -> String {
    bookplate_wire::text::multiline(text)
}

fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// U+FEFF is a byte order mark that strayed into the text.
fn is_kept(c: char) -> bool {
    !c.is_control() && c != '\u{FEFF}'
}

/// `text` if it has at most `max` characters.
pub(crate) fn limited(
    at: u64,
    field: &'static str,
    text: String,
    max: usize,
) -> Result<String, Rejected> {
    // A character has at least one byte: most texts are known to be short without counting.
    if text.len() <= max || text.chars().count() <= max {
        return Ok(text);
    }
    let detail = format!("more than {max} characters {}", quoted(&text));
    Err(Rejected::field(at, field, RejectCode::TooLong, detail))
}

/// Whether `text` is an `http` or `https` address. Anything else could be a script.
pub(crate) fn is_web_address(text: &str) -> bool {
    let scheme = text
        .split_once("://")
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(
            line("  The\r\n\t  Hunger \u{0} Games\u{7}\u{feff} "),
            "The Hunger Games"
        );
        assert_eq!(line("銀河\u{3000}鉄道"), "銀河\u{3000}鉄道");
        assert_eq!(line("\u{3000}銀河"), "銀河");
    }

    #[test]
    fn accents_are_composed() {
        assert_eq!(line("Cafe\u{301}"), "Café");
        assert_eq!(line("か\u{3099}"), "が");
    }

    #[test]
    fn paragraphs_stay_apart() {
        assert_eq!(
            paragraphs("one\r\ntwo\rthree\n\nfour\u{2028}\tfive\u{1b} \n"),
            "one\ntwo\nthree\n\nfour\n five"
        );
    }

    #[test]
    fn limits_count_characters_not_bytes() {
        assert!(limited(1, "title", "春".repeat(5), 5).is_ok());
        let rejected = limited(7, "title", "春".repeat(6), 5).unwrap_err();
        assert_eq!((rejected.line, rejected.code), (7, RejectCode::TooLong));
    }
}
