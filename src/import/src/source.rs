//! Bytes of any encoding in, UTF-8 with line numbers out.

use crate::detect::{self, FileKind};
use crate::{Encoding, ImportError};
use encoding_rs::{Decoder, DecoderResult};
use std::io::{self, BufRead, Read};

/// How much is read and decoded at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// The largest record, and the largest single piece of markup, in bytes. Real ones have a hundredth of it;
/// without a limit, one quotation mark too many would collect the rest of the file in memory.
pub(crate) const PIECE_MAX: usize = 4 * 1024 * 1024;

/// A file's text as UTF-8, which knows the line of what comes next.
///
/// Unlike common transcoding readers it never puts U+FFFD in the place of bytes that it does not
/// understand: a shop would find its titles full of them after a "successful" import. It puts [`BAD`] there, and
/// whoever finds that in a record rejects the record.
pub(crate) struct TextReader<R> {
    source: R,
    source_ended: bool,
    decoder: Decoder,
    raw: Box<[u8]>,
    raw_at: usize,
    raw_end: usize,
    text: Box<[u8]>,
    at: usize,
    end: usize,
    ended: bool,
    /// Why no more text can be had once the decoded part is used up.
    broken: Option<io::Error>,
    line: u64,
    after_cr: bool,
    consumed: u64,
    piece_line: u64,
    piece_left: usize,
    error: Option<ImportError>,
}

/// Stands where bytes mean nothing in the file's encoding. Unicode guarantees that it is no character, so no text
/// has it.
pub(crate) const BAD: char = '\u{fdd0}';

impl<R: Read> TextReader<R> {
    /// Reads the beginning of `source` and tells what it is.
    pub(crate) fn open(source: R, told: Option<Encoding>) -> Result<(Self, FileKind), ImportError> {
        let mut reader = Self {
            source,
            source_ended: false,
            decoder: encoding_rs::UTF_8.new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK].into_boxed_slice(),
            raw_at: 0,
            raw_end: 0,
            text: vec![0; CHUNK].into_boxed_slice(),
            at: 0,
            end: 0,
            ended: false,
            broken: None,
            line: 1,
            after_cr: false,
            consumed: 0,
            piece_line: 1,
            piece_left: PIECE_MAX,
            error: None,
        };
        reader.read_chunk();
        if reader.raw_end == 0
            && let Some(error) = reader.broken.take()
        {
            return Err(error.into());
        }
        let start = detect::start(&reader.raw[..reader.raw_end], told)?;
        reader.decoder = start.encoding.new_decoder_without_bom_handling();
        reader.raw_at = start.mark;
        Ok((reader, start.kind))
    }

    /// The line of the next character, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The name of the encoding that is read.
    pub(crate) fn encoding(&self) -> &'static str {
        self.decoder.encoding().name()
    }

    /// How many bytes of UTF-8 were consumed.
    pub(crate) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Says that a new piece begins here, which may have [`PIECE_MAX`] bytes.
    pub(crate) fn begin_piece(&mut self) {
        self.piece_line = self.line;
        self.piece_left = PIECE_MAX;
    }

    /// The next text; empty at the end.
    pub(crate) fn fill(&mut self) -> Result<&[u8], ImportError> {
        self.prepare()?;
        Ok(&self.text[self.at..self.end])
    }

    /// The reason behind an error that came out of [`BufRead::fill_buf`].
    pub(crate) fn take_error(&mut self) -> Option<ImportError> {
        self.error.take()
    }

    fn prepare(&mut self) -> Result<(), ImportError> {
        if self.piece_left == 0 {
            return Err(ImportError::TooLarge {
                line: self.piece_line,
            });
        }
        while self.at == self.end && !self.ended {
            if self.raw_at == self.raw_end
                && let Some(error) = self.broken.take()
            {
                return Err(error.into());
            }
            if self.raw_at == self.raw_end && !self.source_ended {
                self.read_chunk();
            }
            self.decode();
        }
        Ok(())
    }

    /// Fills the buffer from the source, or up to its end: pipes deliver in small parts.
    fn read_chunk(&mut self) {
        (self.raw_at, self.raw_end) = (0, 0);
        while self.raw_end < self.raw.len() {
            match self.source.read(&mut self.raw[self.raw_end..]) {
                Ok(0) => {
                    self.source_ended = true;
                    return;
                }
                Ok(read) => self.raw_end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.broken = Some(error);
                    return;
                }
            }
        }
    }

    fn decode(&mut self) {
        let raw = &self.raw[self.raw_at..self.raw_end];
        // Room is left for what stands in the place of bad bytes.
        let room = self.text.len() - BAD.len_utf8();
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
            raw,
            &mut self.text[..room],
            self.source_ended,
        );
        self.raw_at += read;
        (self.at, self.end) = (0, written);
        match result {
            DecoderResult::InputEmpty => self.ended = self.source_ended,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                self.end += BAD.encode_utf8(&mut self.text[written..]).len();
            }
        }
    }
}

impl<R: Read> Read for TextReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let text = self.fill_buf()?;
        let len = text.len().min(buffer.len());
        buffer[..len].copy_from_slice(&text[..len]);
        self.consume(len);
        Ok(len)
    }
}

impl<R: Read> BufRead for TextReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Err(error) = self.prepare() {
            let text = error.to_string();
            self.error = Some(error);
            return Err(io::Error::other(text));
        }
        Ok(&self.text[self.at..self.end])
    }

    fn consume(&mut self, len: usize) {
        for &byte in &self.text[self.at..self.at + len] {
            // CR LF is one line end, a lone CR (old Macintosh) is one too.
            self.line += u64::from(byte == b'\r' || (byte == b'\n' && !self.after_cr));
            self.after_cr = byte == b'\r';
        }
        self.at += len;
        self.consumed += len as u64;
        self.piece_left = self.piece_left.saturating_sub(len);
    }
}
