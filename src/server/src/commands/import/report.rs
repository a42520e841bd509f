//! What an import tells: how far it is, what it refused and why, and the sum at the end.

use crate::commands::{say, tell};
use anyhow::Context;
use bookplate_import::{Rejected, quoted};
use bookplate_store::catalogue::Written;
use bookplate_wire::{Code, Isbn};
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many refused records are shown; a file takes them all if asked to.
const SHOWN: u64 = 20;

/// A record that was not taken.
pub(super) struct Refusal {
    line: u64,
    field: &'static str,
    code: &'static str,
    detail: String,
}

impl Refusal {
    /// A review of a book that the catalogue does not have.
    pub(super) fn without_book(line: u64, isbn: Isbn) -> Self {
        let detail = format!("the shop's catalogue has no book {isbn}; import the catalogue first");
        Self {
            line,
            field: "isbn",
            code: "book_not_found",
            detail,
        }
    }

    /// A picture that is left out.
    pub(super) fn picture(line: u64, address: &str, code: Code) -> Self {
        let why = match code {
            Code::PhotoNotFound => "there is no such file in the folder",
            Code::PhotoTooLarge => "it is too large: at most 8 MB and 40 megapixels",
            Code::PhotoLimit => "the review has as many as it can have",
            _ => "it is no JPEG, PNG or WebP picture that can be read",
        };
        Self {
            line,
            field: "picture_urls",
            code: code.as_str(),
            detail: format!("a picture is left out, {why} {}", quoted(address)),
        }
    }

    /// An offer of which the shop has said something later.
    pub(super) fn outdated(line: u64, isbn: Isbn) -> Self {
        let detail = format!("something later is known of {isbn}");
        Self {
            line,
            field: "as_of",
            code: "outdated",
            detail,
        }
    }

    /// An order whose number is known with other content.
    pub(super) fn contradicting(line: u64, number: &str) -> Self {
        let detail =
            format!("order {number} is known with another date, branch, customer or lines");
        Self {
            line,
            field: "number",
            code: "order_conflict",
            detail,
        }
    }
}

impl From<Rejected> for Refusal {
    fn from(rejected: Rejected) -> Self {
        Self {
            line: rejected.line,
            field: rejected.field.unwrap_or_default(),
            code: rejected.code.as_str(),
            detail: rejected.detail,
        }
    }
}

/// The running account of one import.
pub(super) struct Report {
    pub(super) written: Written,
    pub(super) repaired: u64,
    pub(super) languages_unknown: u64,
    pub(super) unmatched: u64,
    pub(super) without_book: u64,
    pub(super) removed: u64,
    pub(super) pictures: u64,
    pub(super) pictures_unread: u64,
    pictures_left_out: u64,
    refused: u64,
    told: u64,
    size: u64,
    read: Arc<AtomicU64>,
    shown_percent: u64,
    file: Option<(PathBuf, BufWriter<File>)>,
}

impl Report {
    /// An account of a file of `size` bytes, of which `read` have been read.
    pub(super) fn new(
        size: u64,
        read: Arc<AtomicU64>,
        rejected: Option<PathBuf>,
    ) -> anyhow::Result<Self> {
        let file = rejected
            .map(|path| {
                let file = File::create(&path).with_context(|| path.display().to_string())?;
                let mut file = BufWriter::new(file);
                writeln!(file, "line,field,code,detail")?;
                anyhow::Ok((path, file))
            })
            .transpose()?;
        let written = Written::default();
        Ok(Self {
            written,
            repaired: 0,
            languages_unknown: 0,
            unmatched: 0,
            without_book: 0,
            removed: 0,
            pictures: 0,
            pictures_unread: 0,
            pictures_left_out: 0,
            refused: 0,
            told: 0,
            size,
            read,
            shown_percent: 0,
            file,
        })
    }

    /// Notes a record that was not taken.
    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.refused += 1;
        self.note(refusal);
    }

    /// Notes a picture that was not taken; its review was.
    pub(super) fn leave_out(&mut self, refusal: Refusal) {
        self.pictures_left_out += 1;
        self.note(refusal);
    }

    fn note(&mut self, refusal: Refusal) {
        let Refusal {
            line,
            field,
            code,
            detail,
        } = refusal;
        self.told += 1;
        if self.told <= SHOWN {
            let place = if field.is_empty() {
                String::new()
            } else {
                format!("{field}: ")
            };
            tell(&format!("line {line}: {place}{detail}"));
        }
        if let Some((_, file)) = &mut self.file {
            // A full disk shows when the file is finished.
            let detail = detail.replace('"', "\"\"");
            let _ = writeln!(file, "{line},{field},{code},\"{detail}\"");
        }
    }

    /// Shows how far it is: in place on a terminal, else a line for each tenth.
    pub(super) fn progress(&mut self) {
        // The file is read ahead of what is written: it is at its end when all is written.
        let percent = self.read.load(Ordering::Relaxed) * 100 / self.size.max(1);
        self.show(percent.min(99));
    }

    fn show(&mut self, percent: u64) {
        let Written {
            added,
            changed,
            unchanged,
        } = self.written;
        let records = many(added + changed + unchanged + self.refused, "record");
        let text = format!("{percent:3} %  {records}");
        if std::io::stderr().is_terminal() {
            eprint!("\r{text}");
        } else if percent / 10 > self.shown_percent / 10 {
            tell(&text);
        }
        self.shown_percent = percent;
    }

    /// The sum. `whole` is whether the file was read to its end.
    pub(super) fn finish(&mut self, whole: bool) -> anyhow::Result<()> {
        if whole {
            self.show(100);
        }
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
        if let Some((path, file)) = &mut self.file {
            file.flush().with_context(|| path.display().to_string())?;
        } else if self.told > SHOWN {
            tell(&format!(
                "… and {} more; --rejected FILE writes them all",
                self.told - SHOWN
            ));
        }
        let Written {
            added,
            changed,
            unchanged,
        } = self.written;
        let mut notes = Vec::new();
        if self.repaired > 0 {
            notes.push(format!("{} repaired", many(self.repaired, "ISBN")));
        }
        if self.languages_unknown > 0 {
            let languages = many(self.languages_unknown, "unknown language");
            notes.push(format!("{languages} left out"));
        }
        if self.unmatched > 0 {
            let lines = many(self.unmatched, "line");
            notes.push(format!(
                "{lines} of no known book, until the catalogue has it"
            ));
        }
        if self.without_book > 0 {
            let offers = many(self.without_book, "offer");
            notes.push(format!(
                "{offers} of no known book, until the catalogue has it"
            ));
        }
        if self.removed > 0 {
            let reviews = many(self.removed, "review");
            notes.push(format!(
                "{reviews} of writers who have deleted their accounts left out"
            ));
        }
        if self.pictures > 0 {
            notes.push(format!("{} added", many(self.pictures, "picture")));
        }
        if self.pictures_left_out > 0 {
            let pictures = many(self.pictures_left_out, "picture");
            notes.push(format!("{pictures} left out"));
        }
        if self.pictures_unread > 0 {
            let pictures = many(self.pictures_unread, "picture");
            notes.push(format!(
                "{pictures} not looked for: --pictures DIR says where they are"
            ));
        }
        let notes = if notes.is_empty() {
            String::new()
        } else {
            format!(" ({})", notes.join(", "))
        };
        say(&format!(
            "{added} added, {changed} changed, {unchanged} unchanged, {} rejected{notes}",
            self.refused
        ));
        Ok(())
    }
}

/// “1 record”, “2 records”.
fn many(count: u64, one: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {one}{ending}")
}
