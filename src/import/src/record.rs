//! What an import delivers.

use bookplate_wire::Isbn;
use bookplate_wire::catalogue::Format;
use bookplate_wire::offers::NewOffer;
use bookplate_wire::orders::NewOrder;
use bookplate_wire::reviews::notes::Notes;
use bookplate_wire::reviews::votes::Votes;

/// Longest title and longest subtitle of a book, in characters.
pub const BOOK_TITLE_MAX: usize = 500;
/// Longest name of an author or of a publisher, in characters.
pub const NAME_MAX: usize = 200;
/// How many authors a book has at most.
pub const AUTHORS_MAX: usize = 100;
/// Longest key of a work and longest id of a review, in characters.
pub const KEY_MAX: usize = 200;
/// Longest address of a cover picture, in characters.
pub const URL_MAX: usize = 2_000;
/// Longest title of a review, in characters.
pub const REVIEW_TITLE_MAX: usize = 200;
/// Longest text of a review, in characters.
pub const REVIEW_BODY_MAX: usize = 20_000;
/// Longest name of a reviewer, in characters.
pub const REVIEWER_MAX: usize = 60;

/// One edition of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookRecord {
    /// The line on which the record begins, for reports about what happens to it later.
    pub line: u64,
    /// What names the edition.
    pub isbn: Isbn,
    /// Whether the file had the ISBN in a form that had to be repaired first.
    pub repaired: bool,
    /// A key that the editions of one work share, where the file has one. See [`BookRecord::work_key`].
    pub work: Option<String>,
    /// The title; never empty.
    pub title: String,
    /// The subtitle, or empty.
    pub subtitle: String,
    /// The authors in their order; may be empty.
    pub authors: Vec<String>,
    /// The imprint or the publisher, or empty.
    pub publisher: String,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or empty.
    pub published_on: String,
    /// How the edition is made.
    pub format: Format,
    /// BCP 47 tag of the text's language, or empty.
    pub language: String,
    /// Whether the file names a language that is none we know: then it is left out.
    pub language_unknown: bool,
    /// Address of a picture of the cover, or empty.
    pub cover_url: String,
    /// The name of the series that it belongs to, or empty.
    pub series: String,
    /// What it is about, as the file says: words, or codes with their scheme before them; may be empty.
    pub categories: Vec<String>,
}

impl BookRecord {
    /// The key of the work to which the edition belongs, whether or not the file has one.
    ///
    /// A book without a key is a work of its own. Its key is made of its ISBN, in the form that ONIX
    /// records with related products get too: so a record that names this one as its other format
    /// leads to the same work even if this one does not name it back.
    pub fn work_key(&self) -> String {
        self.work
            .clone()
            .unwrap_or_else(|| format!("isbn:{}", self.isbn))
    }
}

/// One review of a book. What is `None` the file has no column for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRecord {
    /// The line on which the record begins, for reports about what happens to it later.
    pub line: u64,
    /// What names the review in the place that it comes from. Importing it again finds it by this.
    pub source_id: String,
    /// The edition that it is about.
    pub isbn: Isbn,
    /// Tenths of a star, 10 to 50 in steps of 5.
    pub rating: u8,
    /// The title, or empty.
    pub title: Option<String>,
    /// The text with paragraphs separated by line feeds, or empty.
    pub body: Option<String>,
    /// BCP 47 tag of the language it is written in, or empty.
    pub language: Option<String>,
    /// Whether the file names a language that is none we know: then it is left out.
    pub language_unknown: bool,
    /// The name under which it is shown; empty only in a file of ours.
    pub author: String,
    /// When it was written, in milliseconds since 1970 UTC; never in the future.
    pub created_at: i64,
    /// When its author has changed it, if ever, in milliseconds since 1970 UTC; never in the future.
    pub edited_at: Option<i64>,
    /// How many found it helpful, and how many said whether it is helpful or not.
    pub votes: Option<Votes>,
    /// How many of these votes were given where the file was exported from.
    pub here: Votes,
    /// The shop's own id of the customer who has written it, or empty.
    pub customer: Option<String>,
    /// The email address of who has written it, as customers' addresses are kept, or empty.
    pub email: String,
    /// The shop's answer, or empty.
    pub answer: Option<String>,
    /// When it was given, in milliseconds since 1970 UTC; never in the future. Only where there is one.
    pub answered_at: Option<i64>,
    /// Whether its author received the book free or for a reward.
    pub incentivised: bool,
    /// What its author says of the book besides.
    pub notes: Option<Notes>,
    /// The addresses of its pictures, as the file has them, each with what is to be seen there, or empty.
    pub pictures: Vec<Picture>,
}

/// A picture of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its address, as the file has it.
    pub address: String,
    /// What is to be seen, for who cannot see it, or empty.
    pub alt: String,
}

/// What a book costs and whether it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferRecord {
    /// The line on which the record begins, for reports about what happens to it later.
    pub line: u64,
    /// The offer, checked ([`NewOffer::check`]); it says since when it is so.
    pub offer: NewOffer,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRecord {
    /// The line on which the record begins, for reports about what happens to it later.
    pub line: u64,
    /// The order, checked ([`NewOrder::checked`]).
    pub order: NewOrder,
}
