//! The XML of a message as events, within bounds.

use crate::ImportError;
use crate::source::TextReader;
use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::events::Event;
use std::io::Read;

/// How deep elements may be nested. ONIX needs nine levels, XHTML in a text a few more.
const DEPTH_MAX: usize = 64;

/// Reads one event after another, none of them larger than a limit, none deeper than a limit, and without
/// entities that the file defines itself.
pub(super) struct Events<R> {
    xml: Reader<TextReader<R>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<R: Read> Events<R> {
    pub(super) fn new(text: TextReader<R>) -> Self {
        let mut xml = Reader::from_reader(text);
        let config = xml.config_mut();
        config.expand_empty_elements = true;
        // "AT&T" is no XML, but it is clear what it means, and it is in many feeds.
        config.allow_dangling_amp = true;
        // Whoever reads the events knows what is open: a tag that is not closed may spoil one product only.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self {
            xml,
            buffer: Vec::new(),
            depth: 0,
        }
    }

    /// Says how many elements are open here, whatever was not closed before.
    pub(super) fn set_depth(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// The name of the encoding that is read.
    pub(super) fn encoding(&self) -> &'static str {
        self.xml.get_ref().encoding()
    }

    /// The line of what comes next.
    pub(super) fn line(&self) -> u64 {
        self.xml.get_ref().line()
    }

    /// How many bytes of UTF-8 were read.
    pub(super) fn position(&self) -> u64 {
        self.xml.get_ref().consumed()
    }

    /// How much memory the buffer for events takes.
    #[cfg(test)]
    pub(super) fn buffer_capacity(&self) -> usize {
        self.buffer.capacity()
    }

    /// The next event. The end of the file is an error: a message ends with its root element.
    pub(super) fn next(&mut self) -> Result<Event<'_>, ImportError> {
        let line = self.line();
        self.buffer.clear();
        self.xml.get_mut().begin_piece();
        // Errors are sorted out before the event is borrowed, because they need the reader again.
        match self.xml.read_event_into(&mut self.buffer) {
            Ok(Event::Eof) => Err(ImportError::CutOff { line, began: line }),
            Ok(Event::DocType(definition)) if definition.contains('[') => {
                Err(ImportError::EntityDefinitions { line })
            }
            Ok(event) => {
                match event {
                    Event::Start(_) => self.depth += 1,
                    Event::End(_) => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                if self.depth > DEPTH_MAX {
                    return Err(ImportError::TooDeep { line });
                }
                Ok(event)
            }
            Err(error) => {
                let text = self.xml.get_mut();
                Err(match (text.take_error(), error) {
                    (Some(reason), _) => reason,
                    // The parser's syntax errors all mean that the input ended too early.
                    (None, Error::Syntax(_)) => ImportError::CutOff {
                        line: text.line(),
                        began: line,
                    },
                    (None, error) => ImportError::Xml {
                        line,
                        reason: error.to_string(),
                    },
                })
            }
        }
    }
}
