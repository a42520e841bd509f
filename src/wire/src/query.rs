//! Reading and writing query strings (`application/x-www-form-urlencoded`), the same on both sides.
//!
//! Small on purpose: this is compiled into the wasm that every shopper downloads.

/// Appends `key=value` to `out`, percent-encoded, with `&` where something stands before it.
pub fn push(out: &mut String, key: &str, value: &str) {
    if !out.is_empty() && !out.ends_with('?') {
        out.push('&');
    }
    encode_into(out, key);
    out.push('=');
    encode_into(out, value);
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub fn encode_into(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
}

/// The decoded text, or `None` where an escape is broken or the result is not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = (bytes.next()? as char).to_digit(16)?;
                let low = (bytes.next()? as char).to_digit(16)?;
                (high * 16 + low) as u8
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// The name of a parameter that comes again, if there is one. `but` may.
pub fn repeated(query: &str, but: &str) -> Option<String> {
    let mut seen: Vec<String> = Vec::new();
    for (name, _) in pairs(query).flatten() {
        if seen.contains(&name) {
            return Some(name);
        }
        if name != but {
            seen.push(name);
        }
    }
    None
}

/// The pairs of a query string in their order; `None` in place of a pair that cannot be decoded.
pub fn pairs(query: &str) -> impl Iterator<Item = Option<(String, String)>> + '_ {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decode(key)?, decode(value)?))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let mut query = String::new();
        push(&mut query, "q", "春 & 秋=100%");
        push(&mut query, "sort", "newest");
        let read: Vec<_> = pairs(&query).map(Option::unwrap).collect();
        assert_eq!(
            read,
            [
                ("q".into(), "春 & 秋=100%".into()),
                ("sort".to_owned(), "newest".to_owned())
            ]
        );
    }

    #[test]
    fn broken_escapes_are_noticed() {
        for broken in ["q=%", "q=%4", "q=%zz", "q=%ff"] {
            assert_eq!(pairs(broken).next(), Some(None), "{broken}");
        }
    }
}
