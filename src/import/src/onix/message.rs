//! A whole message: its root, its products one after another.

use super::events::Events;
use super::product::Product;
use super::tags::Tag;
use crate::reject::{RejectCode, Rejected, quoted};
use crate::seen::Seen;
use crate::source::{BAD, PIECE_MAX, TextReader};
use crate::{BookRecord, ImportError};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::io::Read;

/// The books of an ONIX message.
pub(crate) struct Message<R> {
    events: Events<R>,
    began: u64,
    seen: Seen,
    /// How the last product has ended.
    last: End,
}

/// How a product ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// With its own end tag.
    Whole,
    /// Without one, because the next product begins on this line.
    Next(u64),
    /// Without one, because the message ends.
    Message,
}

impl<R: Read> Message<R> {
    /// Reads up to the root element.
    pub(crate) fn open(text: TextReader<R>) -> Result<Self, ImportError> {
        let mut events = Events::new(text);
        loop {
            let line = events.line();
            if let Event::Start(root) = events.next()? {
                check_root(&root)?;
                return Ok(Self {
                    events,
                    began: line,
                    seen: Seen::default(),
                    last: End::Whole,
                });
            }
        }
    }

    /// The next book.
    pub(crate) fn read(&mut self) -> Result<Option<Result<BookRecord, Rejected>>, ImportError> {
        match self.last {
            End::Whole => {}
            End::Next(line) => return self.book(line).map(Some),
            End::Message => return Ok(None),
        }
        let encoding = self.events.encoding();
        // What is open below the root: the header is passed over, and so is what is no record.
        let mut open: Vec<String> = Vec::new();
        let mut unread: Option<Rejected> = None;
        loop {
            let line = self.events.line();
            let event = self.events.next();
            match event.map_err(|error| error.within(self.began))? {
                Event::Start(element) => {
                    let name = element.local_name();
                    if open.is_empty() {
                        match Tag::named(name.as_ref()) {
                            Tag::Product => return self.book(line).map(Some),
                            Tag::Header | Tag::NoProduct => {}
                            _ => unread = Some(not_read(line, name.as_ref(), encoding)),
                        }
                    }
                    open.push(name.as_ref().to_owned());
                }
                Event::End(element) => {
                    let name = element.local_name();
                    match open.pop() {
                        None if Tag::named(name.as_ref()) == Tag::Message => return Ok(None),
                        Some(opened) if opened == name.as_ref() => {
                            // Whole now. A file full of them must not look like an empty one.
                            if open.is_empty() && unread.is_some() {
                                return Ok(unread.map(Err));
                            }
                        }
                        _ => {
                            let reason = format!("</{}> closes nothing", name.as_ref());
                            return Err(ImportError::Xml { line, reason });
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Reads a product to its end, whose start was on `line`, unless its book has come before.
    fn book(&mut self, line: u64) -> Result<Result<BookRecord, Rejected>, ImportError> {
        // The root and the product: more is not open, whatever the one before has left unclosed.
        self.events.set_depth(2);
        Ok(self.product(line)?.and_then(|book| {
            self.seen.check(line, "isbn", book.isbn.as_str())?;
            Ok(book)
        }))
    }

    /// Reads a product to its end, whose start was on `line`.
    fn product(&mut self, line: u64) -> Result<Result<BookRecord, Rejected>, ImportError> {
        let start = self.events.position();
        let mut product = Product::default();
        let mut path: Vec<Tag> = Vec::new();
        // The text of the element at this depth is being gathered, with that of its children: titles
        // can hold XHTML.
        let mut gathering: Option<usize> = None;
        let mut text = String::new();
        let mut problem: Option<Rejected> = None;
        let encoding = self.events.encoding();
        self.last = End::Whole;
        loop {
            let at = self.events.line();
            let event = self.events.next().map_err(|error| error.within(line))?;
            match event {
                Event::Start(element) => {
                    let tag = Tag::named(element.local_name().as_ref());
                    if tag == Tag::Product {
                        self.last = End::Next(at);
                        problem.get_or_insert_with(|| unclosed(line, "Product"));
                        break;
                    }
                    path.push(tag);
                    if element.contains(BAD) {
                        problem.get_or_insert_with(|| Rejected::bad_bytes(line, encoding));
                        gathering = None;
                    }
                    if problem.is_some() {
                        continue;
                    }
                    if gathering.is_none() && tag.is_value() {
                        gathering = Some(path.len());
                        text.clear();
                    }
                    if tag == Tag::Date
                        && let Ok(Some(format)) = element.try_get_attribute("dateformat")
                    {
                        // What 3.0 still had as an element of its own.
                        let beside = [&path[..path.len() - 1], &[Tag::DateFormat]].concat();
                        product.value(&beside, &format.value);
                    }
                }
                Event::End(element) => {
                    let name = element.local_name();
                    let tag = Tag::named(name.as_ref());
                    if tag == Tag::Message {
                        self.last = End::Message;
                        problem.get_or_insert_with(|| unclosed(line, "Product"));
                        break;
                    }
                    if path.last().is_none_or(|opened| *opened != tag)
                        && !(path.is_empty() && tag == Tag::Product)
                    {
                        problem.get_or_insert_with(|| misplaced(line, name.as_ref(), encoding));
                        gathering = None;
                        if tag == Tag::Product {
                            break;
                        }
                        // Up to what it closes, with all that is unclosed inside of that.
                        if let Some(opened) = path.iter().rposition(|opened| *opened == tag) {
                            path.truncate(opened);
                        }
                        continue;
                    }
                    if gathering == Some(path.len()) {
                        product.value(&path, &text);
                        gathering = None;
                    }
                    if path.is_empty() {
                        break;
                    }
                    if problem.is_none() {
                        product.close(&path);
                    }
                    path.pop();
                }
                Event::Text(part) if part.contains(BAD) => {
                    problem.get_or_insert_with(|| Rejected::bad_bytes(line, encoding));
                    gathering = None;
                }
                Event::CData(part) if part.contains(BAD) => {
                    problem.get_or_insert_with(|| Rejected::bad_bytes(line, encoding));
                    gathering = None;
                }
                Event::Text(part) if gathering.is_some() => text.push_str(&part),
                Event::CData(part) if gathering.is_some() => text.push_str(&part),
                Event::GeneralRef(entity)
                    if gathering.is_some() && !resolve(&entity, &mut text) =>
                {
                    let name = quoted(&format!("&{};", &*entity));
                    let detail = format!("an entity that is not defined {name}");
                    problem = Some(Rejected::whole(line, RejectCode::Entity, detail));
                    gathering = None;
                }
                _ => {}
            }
            if self.events.position() - start > PIECE_MAX as u64 && problem.is_none() {
                // The rest is read for its end only, so that it takes no memory.
                let detail = "the record is larger than 4 MB";
                problem = Some(Rejected::whole(line, RejectCode::TooLarge, detail));
                gathering = None;
                product = Product::default();
            }
        }
        Ok(problem.map_or_else(|| product.book(line), Err))
    }

    /// How much memory the buffer for events takes.
    #[cfg(test)]
    pub(crate) fn buffer_capacity(&self) -> usize {
        self.events.buffer_capacity()
    }
}

/// An element below the root, beginning on `line`, where only products are read.
fn not_read(line: u64, name: &str, encoding: &str) -> Rejected {
    if name.contains(BAD) {
        return Rejected::bad_bytes(line, encoding);
    }
    let name = quoted(&format!("<{name}>"));
    let detail = format!("the element is not read: a record is a <Product> {name}");
    Rejected::whole(line, RejectCode::Unread, detail)
}

/// A product that begins on `line` with an element that is never closed.
fn unclosed(line: u64, name: &str) -> Rejected {
    let detail = format!("the record is not well-formed XML: <{name}> is not closed");
    Rejected::whole(line, RejectCode::Xml, detail)
}

/// A product that begins on `line` with an end tag where nothing of that name is open.
fn misplaced(line: u64, name: &str, encoding: &str) -> Rejected {
    if name.contains(BAD) {
        return Rejected::bad_bytes(line, encoding);
    }
    let name = quoted(&format!("</{name}>"));
    let detail = format!("the record is not well-formed XML: a tag is not closed before {name}");
    Rejected::whole(line, RejectCode::Xml, detail)
}

fn check_root(root: &BytesStart<'_>) -> Result<(), ImportError> {
    let name = root.local_name();
    if Tag::named(name.as_ref()) != Tag::Message {
        return Err(ImportError::NotOnix {
            root: name.as_ref().chars().take(60).collect(),
        });
    }
    let release = root.try_get_attribute("release").ok().flatten();
    let release = release.map(|release| release.value.trim().to_owned());
    match release.as_deref() {
        Some("3.0" | "3.1") => Ok(()),
        // 3.0.8 and the like name a revision of the documents.
        Some(known) if known.starts_with("3.0.") || known.starts_with("3.1.") => Ok(()),
        _ => Err(ImportError::OnixRelease { release }),
    }
}

/// Appends what an entity stands for: a character's number, or a name that XML or HTML knows.
fn resolve(entity: &BytesRef<'_>, text: &mut String) -> bool {
    match entity.resolve_char_ref() {
        Ok(Some(c)) => text.push(c),
        Ok(None) => match resolve_predefined_entity(entity) {
            Some(known) => text.push_str(known),
            None => return false,
        },
        Err(_) => return false,
    }
    true
}
