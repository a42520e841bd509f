//! What HTTP says about copies: encodings, entity tags, lifetimes.

use axum::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue};
use xxhash_rust::xxh3::xxh3_128;

/// For replies that anybody may keep: used for two seconds without asking, and for thirty more while a
/// new one is fetched. Together with the server's own two seconds no reply is staler than five.
pub(crate) const PUBLIC: HeaderValue =
    HeaderValue::from_static("public, max-age=2, stale-while-revalidate=30");

/// Whether a request accepts the content coding `name`.
pub(crate) fn accepts(headers: &HeaderMap, name: &str) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value.split(',').any(|part| {
                let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
                coding.trim().eq_ignore_ascii_case(name)
                    && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
            })
        })
}

/// A strong entity tag for a body.
pub(crate) fn entity_tag(body: &[u8]) -> HeaderValue {
    let tag = format!("\"{:032x}\"", xxh3_128(body));
    HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether the client has the reply with this entity tag already (RFC 9110, weak comparison).
pub(crate) fn has_it(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let Ok(tag) = tag.to_str() else { return false };
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value
                .split(',')
                .map(str::trim)
                .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: axum::http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_refused_encoding_is_not_accepted() {
        let asked = headers(ACCEPT_ENCODING, "gzip, br;q=0");
        assert!(accepts(&asked, "gzip"));
        assert!(!accepts(&asked, "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn a_known_tag_is_recognised_among_others() {
        let tag = entity_tag(b"body");
        let known = HeaderMap::from_iter([(
            IF_NONE_MATCH,
            HeaderValue::from_str(&format!("\"x\", W/{}", tag.to_str().unwrap())).unwrap(),
        )]);
        assert!(has_it(&known, &tag));
        assert!(!has_it(&known, &entity_tag(b"other")));
    }
}
