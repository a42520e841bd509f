//! CSV files that people open in a spreadsheet.

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bookplate_store::StoreError;
use std::future::Future;

/// By this mark alone a spreadsheet takes a file for UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A reply with rows below a header, as a file `name`. What somebody has typed is [guarded](bookplate_import::guarded)
/// by whoever makes the rows.
pub(crate) fn reply<const N: usize>(
    name: &str,
    header: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Response {
    let mut out = MARK.to_vec();
    out.extend(lines([header]));
    out.extend(lines(rows));
    as_file(name, out)
}

/// The same of any number of columns, and of rows that are read while the file is sent: `read` gives those behind a place, with
/// the place behind which more are.
pub(crate) fn stream<F>(
    name: &str,
    header: Vec<String>,
    read: impl Fn(Option<String>) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = Result<(Vec<Vec<String>>, Option<String>), StoreError>> + Send + 'static,
{
    enum Next {
        Header(Vec<String>),
        Rows(Option<String>),
        Nothing,
    }
    let next = (Next::Header(header), read);
    let parts = futures_util::stream::try_unfold(next, |(next, read)| async move {
        let (part, next) = match next {
            Next::Header(header) => {
                let mut part = MARK.to_vec();
                part.extend(lines([header]));
                (part, Next::Rows(None))
            }
            Next::Rows(after) => {
                let (rows, more) = read(after).await?;
                let next = more.map_or(Next::Nothing, |after| Next::Rows(Some(after)));
                (lines(rows), next)
            }
            Next::Nothing => return Ok(None),
        };
        Ok::<_, StoreError>(Some((Bytes::from(part), (next, read))))
    });
    as_file(name, Body::from_stream(parts))
}

fn as_file(name: &str, body: impl IntoResponse) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, disposition.as_str()),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

fn lines<T: AsRef<[u8]>>(rows: impl IntoIterator<Item = impl IntoIterator<Item = T>>) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        // Writing into memory does not fail.
        let _ = out.write_record(row);
    }
    out.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_quote_what_needs_it() {
        let text = String::from_utf8(lines([["书, \"a\"", "1"]])).unwrap();
        assert_eq!(text, "\"书, \"\"a\"\"\",1\r\n");
    }
}
