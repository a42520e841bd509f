//! Why a file as a whole cannot be read, or not to its end.

use std::io;

/// The file cannot be read, or not any further. What was delivered before stays good.
///
/// Every message is a sentence for the person who runs the import: what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The operating system's word.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// An archive, a workbook or XML where a table is expected.
    #[error("this is {what}, which cannot be read here: export it as CSV, or unpack it first")]
    NotCsv {
        /// What it looks like, with its article.
        what: &'static str,
    },
    /// An encoding whose name nobody knows.
    #[error(
        "the encoding \"{label}\" is not known; known are for instance utf-8, utf-16le, gb18030, big5, \
         shift_jis, euc-kr and windows-1252"
    )]
    UnknownEncoding {
        /// The name as given by the user or by the XML declaration.
        label: String,
    },
    /// Bytes that mean nothing in the file's encoding.
    #[error(
        "line {line}: there are bytes that are not {encoding}: the file is damaged, or it is in another \
         encoding, which --encoding can name (gb18030, big5, shift_jis, windows-1252, …)"
    )]
    BadBytes {
        /// The line they are on.
        line: u64,
        /// The encoding in which the file was being read.
        encoding: &'static str,
    },
    /// `--map` that is not `field=COLUMN`.
    #[error("\"{text}\" is not a mapping; write field=COLUMN, such as isbn=ISBN13")]
    BadMapping {
        /// What was given.
        text: String,
    },
    /// `--map` for a field that there is not.
    #[error("there is no field \"{field}\" to map; there are {}", known.join(", "))]
    UnknownField {
        /// What was given.
        field: String,
        /// The fields of this kind of file.
        known: Vec<&'static str>,
    },
    /// `--map` together with ONIX, whose elements have fixed names.
    #[error("columns are mapped for CSV files; this file is ONIX")]
    MappingForOnix,
    /// A column that is needed, or that `--map` names, is not in the header line.
    #[error(
        "there is no column \"{wanted}\" for {field}; the columns are: {}; \
         --map {field}=COLUMN tells which one it is",
        present.join(", ")
    )]
    MissingColumn {
        /// The field that the column is for.
        field: &'static str,
        /// The name looked for.
        wanted: String,
        /// The names in the header line.
        present: Vec<String>,
    },
    /// A column that is needed has a name that another one has too.
    #[error("there are two columns \"{name}\"; rename one of them")]
    RepeatedColumn {
        /// Their common name.
        name: String,
    },
    /// The file ends where it cannot end.
    #[error(
        "the file is cut off: it ends on line {line}, inside of what began on line {began}; \
         the records before that are good"
    )]
    CutOff {
        /// The last line.
        line: u64,
        /// Where the unfinished record, or the message, began.
        began: u64,
    },
    /// One record, or one piece of markup, is larger than any real one.
    #[error(
        "what begins on line {line} is larger than 4 MB; is a quotation mark or a tag left open there?"
    )]
    TooLarge {
        /// Where it begins.
        line: u64,
    },
    /// Markup that is not XML.
    #[error("line {line}: this is not well-formed XML: {reason}")]
    Xml {
        /// Where the parser gave up.
        line: u64,
        /// The parser's word.
        reason: String,
    },
    /// XML elements nested deeper than any real file.
    #[error("line {line}: the elements are nested too deep for an ONIX message")]
    TooDeep {
        /// Where the limit was passed.
        line: u64,
    },
    /// XML of another kind.
    #[error("this is not an ONIX message: its root element is <{root}>, not <ONIXMessage>")]
    NotOnix {
        /// The root element's name.
        root: String,
    },
    /// ONIX 2.1 or older.
    #[error(
        "this is ONIX {} and only ONIX 3.0 and 3.1 can be read; \
         ask whoever sends it for an ONIX 3.0 feed (2.1 was withdrawn in 2014)",
        release.as_deref().unwrap_or("without a release number, so 2.1 or older,")
    )]
    OnixRelease {
        /// What the `release` attribute says, where there is one.
        release: Option<String>,
    },
    /// A document type that defines entities, which no ONIX file needs and attackers use.
    #[error(
        "line {line}: the file defines its own entities (a DOCTYPE with [ … ]); \
         that is refused because such definitions can grow without limit"
    )]
    EntityDefinitions {
        /// The line of the document type.
        line: u64,
    },
}

impl ImportError {
    /// The same; where it says that the file is cut off, inside of what began on line `began`.
    pub(crate) fn within(self, began: u64) -> Self {
        match self {
            Self::CutOff { line, .. } => Self::CutOff { line, began },
            other => other,
        }
    }
}
