//! The rows of a CSV file, with their lines.

use crate::ImportError;
use crate::reject::{RejectCode, Rejected};
use crate::source::{BAD, TextReader};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::io::{BufRead, Read};

/// Reads rows one by one.
///
/// It drives `csv-core` itself rather than use the `csv` crate on top of it, for three things that one
/// does not do: the line of a row is right after blank lines, a row has a largest size (a quotation mark
/// left open would collect the rest of the file), and a file that ends inside of quotes is noticed.
pub(super) struct Records<R> {
    text: TextReader<R>,
    parser: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    /// The line on which it begins.
    pub(super) line: u64,
    fields: &'a str,
    ends: &'a [usize],
    encoding: &'static str,
}

impl<'a> Record<'a> {
    /// How many fields it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Field `at`, from 0; empty where the row has fewer.
    pub(super) fn get(&self, at: usize) -> &'a str {
        let Some(&end) = self.ends.get(at) else {
            return "";
        };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.fields[start..end]
    }

    /// Fails when there are bytes that mean nothing in the file's encoding, or when the row has not as many fields
    /// as the header line: a separator or a quotation mark is wrong somewhere, so that values stand in columns
    /// where they do not belong. Empty fields too many do no harm.
    pub(super) fn check(&self, expected: usize) -> Result<(), Rejected> {
        if self.fields.contains(BAD) {
            return Err(Rejected::bad_bytes(self.line, self.encoding));
        }
        let surplus_is_empty = (expected..self.len()).all(|at| self.get(at).trim().is_empty());
        if self.len() >= expected && surplus_is_empty {
            return Ok(());
        }
        let detail = format!("{} columns, but the header line has {expected}", self.len());
        Err(Rejected::whole(self.line, RejectCode::Columns, detail))
    }
}

impl<R: Read> Records<R> {
    /// Rows of `text`; the first line tells what separates the fields.
    pub(super) fn new(mut text: TextReader<R>) -> Result<Self, ImportError> {
        let delimiter = delimiter(text.fill()?);
        let parser = ReaderBuilder::new().delimiter(delimiter).build();
        Ok(Self {
            text,
            parser,
            fields: vec![0; 4096],
            ends: vec![0; 64],
        })
    }

    /// The header line. With bad bytes in it, nobody knows what the columns are.
    pub(super) fn header(&mut self) -> Result<Record<'_>, ImportError> {
        let header = self.next()?.ok_or(ImportError::Empty)?;
        if header.fields.contains(BAD) {
            let (line, encoding) = (header.line, header.encoding);
            return Err(ImportError::BadBytes { line, encoding });
        }
        Ok(header)
    }

    /// The next row with something in it: spreadsheets export used-up rows as `,,,`.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, ImportError> {
        loop {
            let Some((line, fields, ends)) = self.read()? else {
                return Ok(None);
            };
            let is_blank = self.fields[..fields].trim_ascii().is_empty();
            if !is_blank {
                // The parser splits UTF-8 at ASCII characters, so this cannot fail.
                let fields = std::str::from_utf8(&self.fields[..fields]).unwrap_or_default();
                return Ok(Some(Record {
                    line,
                    fields,
                    ends: &self.ends[..ends],
                    encoding: self.text.encoding(),
                }));
            }
        }
    }

    /// Reads a row into the buffers: its line, the bytes and the fields that it has.
    fn read(&mut self) -> Result<Option<(u64, usize, usize)>, ImportError> {
        self.skip_line_ends()?;
        self.text.begin_piece();
        let (line, start) = (self.text.line(), self.text.consumed());
        let (mut fields, mut ends) = (0, 0);
        loop {
            let is_begun = self.text.consumed() > start;
            let input = self.text.fill()?;
            let at_end = input.is_empty();
            // At the end of the file a line end is added. A row that is still open after that is open
            // because of a quotation mark.
            let input = if at_end && is_begun { b"\n" } else { input };
            let (result, read, written, ended) =
                self.parser
                    .read_record(input, &mut self.fields[fields..], &mut self.ends[ends..]);
            if !at_end {
                self.text.consume(read);
            }
            fields += written;
            ends += ended;
            match result {
                ReadRecordResult::InputEmpty if at_end => {
                    return Err(ImportError::CutOff {
                        line: self.text.line(),
                        began: line,
                    });
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return Ok(Some((line, fields, ends))),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn skip_line_ends(&mut self) -> Result<(), ImportError> {
        loop {
            let text = self.text.fill()?;
            let skip = text
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            if skip == 0 {
                return Ok(());
            }
            self.text.consume(skip);
            self.text.begin_piece();
        }
    }
}

/// What separates the fields: what the header line has most of, outside of quotes.
fn delimiter(text: &[u8]) -> u8 {
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in text.trim_ascii_start() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts
                .iter_mut()
                .filter(|(c, _)| *c == byte)
                .for_each(|(_, count)| *count += 1),
        }
    }
    // The comma comes last, so that it wins where there is no separator at all.
    counts
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::PIECE_MAX;

    fn rows(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, ImportError> {
        let (text, _) = TextReader::open(text, None)?;
        let mut records = Records::new(text)?;
        let mut rows = Vec::new();
        while let Some(record) = records.next()? {
            let fields = (0..record.len())
                .map(|at| record.get(at).to_owned())
                .collect();
            rows.push((record.line, fields));
        }
        Ok(rows)
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (
            line,
            fields.iter().map(|field| (*field).to_owned()).collect(),
        )
    }

    #[test]
    fn lines_are_right_after_quoted_line_breaks_and_blank_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text =
                "\na,b\n1,\"x\ny\n\nz\"\n\n\n2,\"say \"\"hi\"\"\"\n,\n3,\n".replace('\n', end);
            let inner = "x\ny\n\nz".replace('\n', end);
            assert_eq!(
                rows(text.as_bytes()).unwrap(),
                [
                    row(2, &["a", "b"]),
                    row(3, &["1", &inner]),
                    row(9, &["2", "say \"hi\""]),
                    row(11, &["3", ""]),
                ],
                "{end:?}"
            );
        }
    }

    #[test]
    fn the_header_line_tells_the_separator() {
        assert_eq!(
            rows(b"a;\"b,c,d\";e\n1;2,5;3").unwrap()[1],
            row(2, &["1", "2,5", "3"])
        );
        assert_eq!(rows(b"a\tb\n1\t2").unwrap()[1], row(2, &["1", "2"]));
        assert_eq!(rows(b"a\n1").unwrap()[1], row(2, &["1"]));
    }

    #[test]
    fn a_last_row_needs_no_line_end_but_closed_quotes() {
        assert_eq!(rows(b"a,b\n1,\"2\"").unwrap().len(), 2);
        assert_eq!(rows(b"a,b\n1,").unwrap()[1], row(2, &["1", ""]));
        assert!(matches!(
            rows(b"a,b\n1,2\n3,\"cut\noff"),
            Err(ImportError::CutOff { line: 4, began: 3 })
        ));
        assert!(matches!(rows(b"a,b\n\""), Err(ImportError::CutOff { .. })));
    }

    #[test]
    fn a_quote_left_open_does_not_collect_the_file() {
        let mut text = b"a,b\n1,\"".to_vec();
        text.resize(PIECE_MAX * 2, b'x');
        assert!(matches!(
            rows(&text),
            Err(ImportError::TooLarge { line: 2 })
        ));
    }

    #[test]
    fn long_rows_grow_the_buffers() {
        let wide = vec!["x".repeat(100); 300];
        assert_eq!(rows(wide.join(",").as_bytes()).unwrap()[0].1, wide);
    }
}
