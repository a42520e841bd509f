//! What ONIX code lists say, as far as an import needs it.

use crate::{date, language};
use bookplate_wire::catalogue::Format;

/// Lists 150 and 175: how the product is made.
///
/// A digital product (`E…`) whose details name an audio format (`A…`) is an audiobook to download.
pub(super) fn format(form: &str, details: &[String]) -> Format {
    match form.as_bytes() {
        [b'E', ..] if details.iter().any(|detail| detail.starts_with('A')) => Format::Audiobook,
        [b'E', ..] => Format::Ebook,
        [b'A', ..] => Format::Audiobook,
        // Hardback, leather and fine bindings.
        b"BB" | b"BG" => Format::Hardback,
        // Paperback, spiral bound and pamphlet; the other B… are loose leaves, board books, bath books.
        b"BC" | b"BE" | b"BF" => Format::Paperback,
        _ => Format::Other,
    }
}

/// Lists 74, 91 and 121: a language, the country whose variety it is, and its script.
pub(super) fn language(code: &str, country: &str, script: &str) -> String {
    let mut tag = code.to_owned();
    for part in [script, country]
        .into_iter()
        .filter(|part| !part.is_empty())
    {
        tag.push('-');
        tag.push_str(part);
    }
    language::tag(&tag)
}

/// List 55: a date in the format that the file names, or in the one that its length shows.
///
/// Empty for formats that are no dates of the Gregorian calendar (spans, seasons, Hijri years).
pub(super) fn date(format: &str, text: &str) -> String {
    let digits = text.split('T').next().unwrap_or_default();
    let plain = matches!(format, "" | "00" | "01" | "05" | "13" | "14");
    if !plain || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return String::new();
    }
    let date = match digits.len() {
        6 => date::published_on(&format!("{}-{}", &digits[..4], &digits[4..])),
        4 | 8 => date::published_on(digits),
        _ => None,
    };
    date.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_become_formats() {
        assert_eq!(format("BB", &[]), Format::Hardback);
        assert_eq!(format("BC", &["B105".into()]), Format::Paperback);
        assert_eq!(format("ED", &["E101".into()]), Format::Ebook);
        assert_eq!(format("ED", &["A103".into()]), Format::Audiobook);
        assert_eq!(format("AC", &[]), Format::Audiobook);
        assert_eq!(format("PC", &[]), Format::Other);
        assert_eq!(format("", &[]), Format::Other);
    }

    #[test]
    fn dates_are_as_precise_as_the_file() {
        assert_eq!(date("00", "20060807"), "2006-08-07");
        assert_eq!(date("", "20060807"), "2006-08-07");
        assert_eq!(date("01", "200608"), "2006-08");
        assert_eq!(date("05", "2006"), "2006");
        assert_eq!(date("14", "20060807T1030Z"), "2006-08-07");
        for (format, text) in [
            ("12", "Spring 2006"),
            ("20", "14270713"),
            ("00", "20061332"),
            ("", "2"),
        ] {
            assert_eq!(date(format, text), "", "{format} {text}");
        }
    }

    #[test]
    fn a_language_has_its_country_and_script() {
        assert_eq!(language("eng", "US", ""), "en-US");
        assert_eq!(language("chi", "", "Hant"), "zh-Hant");
        assert_eq!(language("", "", ""), "");
    }
}
