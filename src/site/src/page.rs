//! What a hosted page is made of: the server sends it as HTML and, to the page's own program, as JSON.

use crate::console_page::ConsolePage;
use bookplate_widgets::texts;
use bookplate_wire::accounts::Genre;
pub use bookplate_wire::accounts::member_path;
use bookplate_wire::consents::{Consent, ConsentChange};
use bookplate_wire::notifications::NotificationPage;
use bookplate_wire::orders::{Order, OrderPage};
use bookplate_wire::problem::Code;
use bookplate_wire::reviews::notes::Vocabulary;
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::reviews::writing::{OwnReview, ReviewText};
use bookplate_wire::staff::MyShop;
use bookplate_wire::{Isbn, Lang, PasskeyId, ReviewId, SessionId};
use serde::{Deserialize, Serialize};

/// Everything that a page shows. The same page always gives the same HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The language of the interface.
    pub lang: Lang,
    /// Whether the reader has chosen the language by the address, so that every link has to carry it on.
    pub lang_chosen: bool,
    /// Path and query of the page.
    pub address: String,
    /// Whose page it is.
    pub place: Place,
    /// What was just done, to be said once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
    /// What it shows.
    pub content: Content,
}

/// What was just done; in an address as `done=…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// Something was saved.
    Saved,
    /// Sessions were ended.
    Ended,
    /// The customer has signed out.
    SignedOut,
    /// The account was deleted.
    Deleted,
    /// Another password was chosen.
    Password,
    /// What was given up is sent again.
    Retried,
    /// What was given up is not sent any more.
    Discarded,
    /// A test event is on its way.
    Pinged,
    /// A review was sent and waits to be looked at.
    ReviewSent,
    /// A review was sent, and readers see it.
    ReviewPublished,
    /// A review was deleted.
    ReviewDeleted,
    /// There is a passkey more.
    PasskeyAdded,
    /// A passkey was taken away.
    PasskeyRemoved,
    /// Reviews were approved.
    Approved,
    /// Reviews were refused.
    Refused,
    /// Authors were asked for changes.
    ChangesAsked,
    /// The shop has answered a review.
    Answered,
    /// The shop's answer was taken away.
    AnswerRemoved,
    /// Readers are told that an author received something.
    Labelled,
}

impl Done {
    /// The word in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Ended => "ended",
            Self::SignedOut => "signed_out",
            Self::Deleted => "deleted",
            Self::Password => "password",
            Self::Retried => "retried",
            Self::Discarded => "discarded",
            Self::Pinged => "pinged",
            Self::ReviewSent => "review_sent",
            Self::ReviewPublished => "review_published",
            Self::ReviewDeleted => "review_deleted",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::ChangesAsked => "changes_asked",
            Self::Answered => "answered",
            Self::AnswerRemoved => "answer_removed",
            Self::Labelled => "labelled",
        }
    }

    /// What `word` stands for in an address.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [
            Self::Saved,
            Self::Ended,
            Self::SignedOut,
            Self::Deleted,
            Self::Password,
            Self::Retried,
            Self::Discarded,
            Self::Pinged,
            Self::ReviewSent,
            Self::ReviewPublished,
            Self::ReviewDeleted,
            Self::PasskeyAdded,
            Self::PasskeyRemoved,
            Self::Approved,
            Self::Refused,
            Self::ChangesAsked,
            Self::Answered,
            Self::AnswerRemoved,
            Self::Labelled,
        ];
        all.into_iter().find(|done| done.as_str() == word)
    }
}

/// What a request of the page's own program gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// What the address shows, or the form again with what is wrong.
    Page(Box<Page>),
    /// It is done: go on at this address.
    Go(String),
    /// The same, but as a new document: who is signed in has changed.
    Leave(String),
}

/// Whose page it is, which decides what stands around the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Of no shop that is known.
    Nowhere,
    /// The member centre of a shop.
    Member(Member),
    /// The console of the shops' staff.
    Console(Console),
}

/// A shop's member centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The shop's public key.
    pub key: String,
    /// The shop's name.
    pub shop: String,
    /// The address of the shop's own pages.
    pub home: String,
    /// Whether a customer is signed in.
    pub signed_in: bool,
}

/// The console.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Console {
    /// The name of who is signed in, if anybody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// The shop that the page is of, with the reader's role there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<MyShop>,
    /// How many of its reviews wait for a decision.
    #[serde(default)]
    pub waiting_reviews: u32,
    /// Whether the reader has other shops too.
    #[serde(default)]
    pub several: bool,
}

/// What a page shows. A page more is a variant more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Nothing has the address.
    NotFound,
    /// The request has failed.
    Failed(Failed),
    /// How to sign in.
    SignIn(SignIn),
    /// How to sign up.
    SignUp(SignUp),
    /// How to confirm an address.
    Confirm(Confirm),
    /// How to choose another password.
    Reset(Reset),
    /// Whether a page of the shop's may know who is signed in.
    Connect(Connect),
    /// The first page of the member centre.
    Overview(Overview),
    /// The profile, and what may be sent.
    Profile(Box<Profile>),
    /// The orders.
    Orders(Orders),
    /// The customer's reviews.
    Reviews(Reviews),
    /// How to write a review of a book.
    Write(Box<Write>),
    /// What the customer was told.
    Notifications(Notifications),
    /// Where the customer is signed in.
    Sessions(Sessions),
    /// The customer's data as a whole.
    Privacy(Privacy),
    /// A page of the console.
    Console(ConsolePage),
}

/// Why a request has failed, as far as it concerns the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failed {
    /// A fault of ours, or the database is away.
    Trouble,
    /// Too many requests.
    Busy,
    /// Not from here: another site has sent the form.
    Refused,
    /// The form cannot be read.
    Unreadable,
    /// The form is longer than forms can be.
    TooLarge,
}

/// What is wrong with what was sent to sign in, sign up or choose a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginFault {
    /// Email address and password do not belong together.
    Credentials,
    /// Too many attempts.
    Slow,
    /// The link of an email has expired or was used.
    Link,
    /// The email address is none.
    Email,
    /// The name is too long.
    Name,
    /// The password is refused.
    Password,
    /// The passkey is none of ours, or has signed too late.
    Passkey,
}

/// How to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignIn {
    /// Path and query of the page that was asked for; empty for the overview.
    pub back: String,
    /// The email address, as it was sent.
    pub email: String,
    /// Whether a passkey will do.
    pub passkeys: bool,
    /// Why it did not work.
    pub fault: Option<LoginFault>,
}

/// How to sign up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignUp {
    /// The email address, as it was sent.
    pub email: String,
    /// The name, as it was sent.
    pub name: String,
    /// Whether an email is on its way.
    pub sent: bool,
    /// Why it did not work.
    pub fault: Option<LoginFault>,
}

/// How to confirm an address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Confirm {
    /// Why it did not work.
    pub fault: Option<LoginFault>,
}

/// How to choose another password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reset {
    /// Whether the link of an email has led here; else one is asked for.
    pub choose: bool,
    /// The email address, as it was sent.
    pub email: String,
    /// Whether an email is on its way.
    pub sent: bool,
    /// Why it did not work.
    pub fault: Option<LoginFault>,
}

/// A window that a page of the shop's has opened, to get to know who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Connect {
    /// Who is signed in: the name, or else the email address.
    pub name: String,
    /// The origin of the page.
    pub opener: String,
    /// What the page gets, once the customer has agreed.
    pub code: Option<String>,
}

/// The first page of the member centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The customer's name, empty where nobody told.
    pub name: String,
    /// The day of the first visit in the shop's time zone, `YYYY-MM-DD`.
    pub since: String,
    /// The latest orders.
    pub orders: Vec<Order>,
    /// The address of a book in the shop, with `{isbn}` in it, or empty.
    pub book_url: String,
}

/// The profile as it is, or as it was sent and cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// The email address, which cannot be changed here; may be empty.
    pub email: String,
    /// The number of the membership card; may be empty.
    pub member_card: String,
    /// Whether the shop tells who the customer is, and the phone number with it.
    pub of_shop: bool,
    /// The name.
    pub name: String,
    /// The phone number.
    pub phone: String,
    /// The birthday, `YYYY-MM-DD`.
    pub birthday: String,
    /// BCP 47 tag of the language for messages; may be empty.
    pub language: String,
    /// Favourite genres.
    pub genres: Vec<Genre>,
    /// Favourite authors, one a line.
    pub authors: String,
    /// The fields that cannot be taken.
    pub faults: Vec<String>,
    /// What the customer allows to be sent.
    pub consents: Vec<Consent>,
    /// How that has changed, with the day in the shop's time zone.
    pub changes: Vec<(String, ConsentChange)>,
}

/// A page of orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// The orders.
    pub page: OrderPage,
    /// Whether it is the first page.
    pub first: bool,
    /// The address of a book in the shop, with `{isbn}` in it, or empty.
    pub book_url: String,
}

/// The customer's reviews, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviews {
    /// The reviews.
    pub reviews: Vec<OwnReview>,
    /// The one that is to be deleted, and is not before the customer has said so once more.
    pub delete: Option<ReviewId>,
}

/// How to write a review of a book, or to change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    /// The edition.
    pub isbn: Isbn,
    /// The book's title, and what language that is in.
    pub book: String,
    /// The authors.
    pub authors: Vec<String>,
    /// BCP 47 tag of the book's language, or empty.
    pub book_language: String,
    /// Whether half stars can be given.
    pub half_stars: bool,
    /// What can be said of the book besides.
    pub vocabulary: Vocabulary,
    /// Whether somebody looks before readers see it.
    pub looked_at: bool,
    /// What stands in the form; a rating of 0 for none yet.
    pub text: ReviewText,
    /// The photos in it.
    pub photos: Vec<Photo>,
    /// Files that were not taken as photos: what they are called, and why.
    pub refused: Vec<(String, Code)>,
    /// The fields that break a rule.
    pub faults: Vec<String>,
    /// The customer's own review of the book, which is changed, where there is one.
    pub own: Option<ReviewId>,
    /// What was written before, where something else stands in the form.
    pub before: Option<ReviewText>,
    /// What somebody who is not signed in has to do as well.
    pub sign_in: Option<SignIn>,
}

/// What the customer was told, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifications {
    /// The notifications.
    pub page: NotificationPage,
    /// Whether it is the first page.
    pub first: bool,
}

/// Where the customer is signed in, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    /// The sessions.
    pub sessions: Vec<SessionLine>,
    /// The passkeys, where there can be any.
    pub passkeys: Option<Passkeys>,
}

/// Somebody's passkeys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Passkeys {
    /// The passkeys, the latest first.
    pub passkeys: Vec<PasskeyLine>,
    /// What was typed as the name of another one.
    pub name: String,
    /// What the browser makes that one of (for `parseCreationOptionsFromJSON`), once it is known who asks.
    pub options: Option<String>,
    /// The fields that are wrong.
    pub faults: Vec<String>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyLine {
    /// What names it.
    pub id: PasskeyId,
    /// What its holder calls it, or else the device on which it was added; may be empty.
    pub name: String,
    /// The day on which it was added.
    pub since: String,
    /// The day on which somebody has signed in with it last.
    pub used: Option<String>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// What names it.
    pub id: SessionId,
    /// Browser and system; empty where unknown.
    pub device: String,
    /// The day on which it has begun, in the shop's time zone.
    pub since: String,
    /// The day on which it was seen last.
    pub seen: String,
    /// Whether it is the session that asks.
    pub current: bool,
}

/// The customer's data as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Privacy {
    /// What was chosen for the reviews: `keep_anonymous`, `remove`, or nothing yet.
    pub reviews: String,
    /// The fields that are missing.
    pub faults: Vec<String>,
}

impl Page {
    /// What stands in the browser's title bar.
    pub fn title(&self) -> String {
        let site = texts::Site(self.lang);
        let page = match &self.content {
            Content::NotFound => site.not_found(),
            Content::Failed(Failed::Trouble) => site.trouble(),
            Content::Failed(Failed::Busy) => site.busy(),
            Content::Failed(Failed::Refused) => site.refused(),
            Content::Failed(Failed::Unreadable) => site.unreadable(),
            Content::Failed(Failed::TooLarge) => site.too_large(),
            Content::SignIn(_) => site.sign_in(),
            Content::SignUp(_) => texts::Login(self.lang).sign_up(),
            Content::Confirm(_) => texts::Login(self.lang).confirm(),
            Content::Reset(_) => texts::Login(self.lang).reset(),
            Content::Connect(_) => site.sign_in(),
            Content::Overview(_) => site.member_centre(),
            Content::Profile(_) => texts::Profile(self.lang).heading(),
            Content::Orders(_) => texts::Orders(self.lang).heading(),
            Content::Reviews(_) => texts::Writing(self.lang).heading(),
            Content::Write(_) => texts::Writing(self.lang).write(),
            Content::Notifications(_) => texts::Member(self.lang).notifications(),
            Content::Sessions(_) => texts::Sessions(self.lang).heading(),
            Content::Privacy(_) => texts::Privacy(self.lang).heading(),
            Content::Console(page) => page.title(self.lang),
        };
        match &self.place {
            Place::Nowhere => page.to_owned(),
            Place::Member(member) => site.title(page, &member.shop),
            Place::Console(_) => site.title(page, site.console()),
        }
    }

    /// `path` with the language, where the reader has chosen it.
    pub fn href(&self, path: &str) -> String {
        with_lang(path, self.lang_chosen.then_some(self.lang))
    }
}

impl Member {
    /// The path of one of the member centre's pages: empty for the first one, else such as `orders`.
    pub fn path(&self, page: &str) -> String {
        member_path(&self.key, page)
    }
}

/// `path`, which may have a query, with a language in it.
pub fn with_lang(path: &str, lang: Option<Lang>) -> String {
    match lang {
        Some(lang) => {
            let joint = if path.contains('?') { '&' } else { '?' };
            format!("{path}{joint}lang={}", lang.tag())
        }
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_language_goes_along() {
        assert_eq!(with_lang("/a", None), "/a");
        assert_eq!(with_lang("/a", Some(Lang::Ja)), "/a?lang=ja");
        assert_eq!(with_lang("/a?b=c", Some(Lang::ZhCn)), "/a?b=c&lang=zh-CN");
    }

    #[test]
    fn the_first_page_has_no_name() {
        assert_eq!(member_path("pk_demo", ""), "/shops/pk_demo/member");
        assert_eq!(
            member_path("pk_demo", "orders"),
            "/shops/pk_demo/member/orders"
        );
    }
}
