//! CSV files that people open in a spreadsheet.

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// A reply with rows below a header, as a file `name`. What somebody has typed is [guarded](bookplate_import::guarded)
/// by whoever makes the rows.
pub(crate) fn reply<const N: usize>(
    name: &str,
    header: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, disposition.as_str()),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, file(header, rows)).into_response()
}

fn file<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Vec<u8> {
    // By this mark alone a spreadsheet takes a file for UTF-8.
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    // Writing into memory does not fail.
    let _ = out.write_record(header);
    for row in rows {
        let _ = out.write_record(row);
    }
    out.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_marked_as_utf_8_and_quotes_what_needs_it() {
        let rows = [["书, \"a\"".to_owned(), "1".to_owned()]];
        let file = file(["title", "copies"], rows.into_iter());
        let text = String::from_utf8(file).unwrap();
        assert_eq!(text, "\u{feff}title,copies\r\n\"书, \"\"a\"\"\",1\r\n");
    }
}
