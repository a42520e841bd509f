//! What a file is, from its first bytes.

use crate::{Encoding, ImportError};
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

/// The kinds of files that a catalogue can come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A table with a header line.
    Csv,
    /// An ONIX for Books message.
    Onix,
}

/// What the first bytes of a file tell.
pub(crate) struct Start {
    pub(crate) kind: FileKind,
    pub(crate) encoding: &'static encoding_rs::Encoding,
    /// The length of the byte order mark, which is not part of the text.
    pub(crate) mark: usize,
}

/// Tells the kind of a file whose first bytes are `head` (a hundred are plenty): ONIX begins with `<`.
pub fn detect(head: &[u8]) -> FileKind {
    let mark = encoding_rs::Encoding::for_bom(head).map_or(0, |(_, mark)| mark);
    // NUL is the other half of an ASCII character in UTF-16.
    let first = head[mark..]
        .iter()
        .find(|byte| **byte != 0 && !byte.is_ascii_whitespace());
    if first == Some(&b'<') {
        FileKind::Onix
    } else {
        FileKind::Csv
    }
}

/// Tells how to read a file whose first bytes are `head`.
///
/// A byte order mark is never wrong; next comes what the user said, then what the file says.
pub(crate) fn start(head: &[u8], told: Option<Encoding>) -> Result<Start, ImportError> {
    if head.is_empty() {
        return Err(ImportError::Empty);
    }
    for (magic, what) in [
        (&b"PK\x03\x04"[..], "a ZIP archive or an .xlsx workbook"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\xd0\xcf\x11\xe0", "an .xls workbook"),
    ] {
        if head.starts_with(magic) {
            return Err(ImportError::NotCsv { what });
        }
    }
    let kind = detect(head);
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(head) {
        return Ok(Start {
            kind,
            encoding,
            mark,
        });
    }
    let encoding = match (told, head) {
        (Some(told), _) => told.0,
        (None, [0, second, ..]) if *second != 0 => UTF_16BE,
        (None, [first, 0, ..]) if *first != 0 => UTF_16LE,
        (None, _) if kind == FileKind::Onix => declared(head)?.unwrap_or(UTF_8),
        (None, _) => UTF_8,
    };
    Ok(Start {
        kind,
        encoding,
        mark: 0,
    })
}

/// The encoding that an XML declaration in ASCII characters names.
fn declared(head: &[u8]) -> Result<Option<&'static encoding_rs::Encoding>, ImportError> {
    let Some(declaration) = declaration(head) else {
        return Ok(None);
    };
    let Some((_, value)) = declaration.split_once("encoding") else {
        return Ok(None);
    };
    let value = value.trim_start().trim_start_matches('=').trim_start();
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return Ok(None);
    };
    let label = value[1..].split(quote).next().unwrap_or_default();
    let encoding: Encoding = label.parse()?;
    // What can be read as ASCII is not UTF-16, whatever it says of itself.
    let is_utf_16 = encoding.0 == UTF_16LE || encoding.0 == UTF_16BE;
    Ok(Some(if is_utf_16 { UTF_8 } else { encoding.0 }))
}

/// The inside of `<?xml … ?>`, if the file begins with it.
fn declaration(head: &[u8]) -> Option<&str> {
    let rest = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = rest.windows(2).position(|pair| pair == b"?>")?;
    std::str::from_utf8(&rest[..end]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(head: &[u8]) -> &'static str {
        start(head, None).unwrap().encoding.name()
    }

    #[test]
    fn the_kind_shows_in_any_encoding() {
        assert_eq!(
            detect(b"\xef\xbb\xbf\r\n <?xml version='1.0'?>"),
            FileKind::Onix
        );
        assert_eq!(detect(b"\xfe\xff\0<\0?"), FileKind::Onix);
        assert_eq!(detect(b"<\0?\0"), FileKind::Onix);
        assert_eq!(detect(b"isbn,title"), FileKind::Csv);
        assert_eq!(detect(b""), FileKind::Csv);
    }

    #[test]
    fn an_xml_declaration_tells_the_encoding() {
        assert_eq!(
            encoding(b"<?xml version='1.0' encoding='GB18030'?><x/>"),
            "gb18030"
        );
        assert_eq!(
            encoding(b"<?xml version=\"1.0\" encoding = \"Shift_JIS\" ?>"),
            "Shift_JIS"
        );
        assert_eq!(
            encoding(b"<?xml version='1.0' encoding='UTF-16'?><x/>"),
            "UTF-8"
        );
        assert_eq!(
            encoding(b"<?xml version='1.0'?><x encoding='big5'/>"),
            "UTF-8"
        );
        assert!(matches!(
            start(b"<?xml version='1.0' encoding='EBCDIC'?>", None),
            Err(ImportError::UnknownEncoding { label }) if label == "EBCDIC"
        ));
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_its_zeros() {
        assert_eq!(encoding(b"\xff\xfei\0s\0"), "UTF-16LE");
        assert_eq!(encoding(b"i\0s\0"), "UTF-16LE");
        assert_eq!(encoding(b"\0<\0?"), "UTF-16BE");
    }

    #[test]
    fn archives_and_workbooks_are_named_for_what_they_are() {
        let error = |head: &[u8]| start(head, None).err().unwrap().to_string();
        assert!(error(b"PK\x03\x04\x14\0").contains(".xlsx"));
        assert!(error(b"\x1f\x8b\x08").contains("gzip"));
        assert_eq!(error(b""), "the file is empty");
    }
}
