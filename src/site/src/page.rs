//! What a hosted page is made of: the server sends it as HTML and, to the page's own program, as JSON.

use crate::case_page::{FeedbackForm, OwnCasePage, OwnCasesPage, RatePage, TrackPage};
use crate::console_page::ConsolePage;
pub use crate::done::Done;
use crate::faq_page::{FaqArticlePage, FaqPage};
pub use crate::login_page::{Confirm, Connect, LoginFault, Reset, SignIn, SignUp};
pub use crate::overview_page::{NpsCard, Overview};
pub use crate::points_page::{InvitePage, PointsView, ReferralView, TiersView};
pub use crate::rewards_page::{OwnCode, RewardsView};
use crate::survey_page::SurveyPage;
use crate::together::{GiftsPage, InvitationPage, ReceiptPage, SharedVisit, Together};
pub use crate::wish_page::{AlertDraft, FollowsPage, OwnWish, OwnWishes, ShelfView};
use bookplate_widgets::texts;
use bookplate_wire::accounts::Genre;
pub use bookplate_wire::accounts::member_path;
use bookplate_wire::consents::{Consent, ConsentChange};
use bookplate_wire::notifications::NotificationPage;
use bookplate_wire::orders::OrderPage;
use bookplate_wire::points::besides::ReviewPromise;
use bookplate_wire::problem::Code;
use bookplate_wire::reviews::notes::Vocabulary;
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::reviews::votes::JudgedReview;
use bookplate_wire::reviews::writing::{OwnReview, Reason, ReviewText};
use bookplate_wire::staff::MyShop;
use bookplate_wire::wishlists::{Priority, SharedWishlist, WishPage, Wishlist};
use bookplate_wire::{Isbn, Lang, PasskeyId, ReviewId, SessionId, WishlistId};
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
    /// How many notifications that customer has not seen.
    #[serde(default)]
    pub unread: u32,
    /// Whether the shop has points.
    #[serde(default)]
    pub points: bool,
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
    /// What waits there for somebody.
    #[serde(default)]
    pub waiting: Waiting,
    /// Whether the reader has other shops too.
    #[serde(default)]
    pub several: bool,
}

/// What waits for somebody of a shop's staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waiting {
    /// How many reviews wait for a decision.
    pub reviews: u32,
    /// How many feedback cases are open.
    pub cases: u32,
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
    Overview(Box<Overview>),
    /// The profile, and what may be sent.
    Profile(Box<Profile>),
    /// The orders.
    Orders(Orders),
    /// The customer's reviews.
    Reviews(Reviews),
    /// How to write a review of a book.
    Write(Box<Write>),
    /// Somebody else's review, to be voted for.
    Judged(Box<Judged>),
    /// The customer's wishlists.
    Wishlists(Box<Wishlists>),
    /// Whether the customer wishes for a book.
    Wish(WishedBook),
    /// Somebody's wishlist, as others see it.
    SharedWishlist(Box<SharedList>),
    /// A gift of somebody without an account.
    Receipt(Box<ReceiptPage>),
    /// What the customer gives.
    Gifts(GiftsPage),
    /// An invitation to edit somebody's list.
    Invitation(InvitationPage),
    /// Whom and what the customer follows.
    Follows(FollowsPage),
    /// The customer's reading shelf.
    Shelf(Box<ShelfView>),
    /// The customer's points.
    Points(Box<PointsView>),
    /// An invitation, for whoever has followed its link.
    Invite(Box<InvitePage>),
    /// What points are given for, and the customer's codes.
    Rewards(Box<RewardsView>),
    /// The shop's answers to frequent questions.
    Faq(FaqPage),
    /// One of them.
    FaqArticle(Box<FaqArticlePage>),
    /// A survey, to be answered.
    Survey(Box<SurveyPage>),
    /// How to write to the shop.
    Feedback(Box<FeedbackForm>),
    /// A case of somebody without an account.
    Track(Box<TrackPage>),
    /// How satisfied a shopper is with a case.
    Rate(Box<RatePage>),
    /// The customer's cases.
    OwnCases(OwnCasesPage),
    /// One of them.
    OwnCase(Box<OwnCasePage>),
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
    /// Not by the reader's role.
    Role,
    /// The form cannot be read.
    Unreadable,
    /// The form is longer than forms can be.
    TooLarge,
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
    /// The day from which it can be changed again; empty where it can be changed now.
    pub birthday_free_on: String,
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

/// Among the faults of [`Profile`]: the birthday was changed within a year.
pub const BIRTHDAY_FIXED: &str = "birthday_fixed";

/// Among the faults of [`Write`]: the review was written as often as a day allows.
pub const TOO_OFTEN: &str = "too_often";

/// Somebody else's review, to be voted for or reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The review.
    pub review: JudgedReview,
    /// Whether the customer wants to report it.
    pub reports: bool,
    /// The reason that was chosen.
    pub reason: Option<Reason>,
    /// The note that was written.
    pub note: String,
    /// Whether the note cannot be taken.
    pub wrong: bool,
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
    /// What a review of it earns, where it earns anything.
    pub promise: Option<ReviewPromise>,
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

/// One of the customer's wishlists, and which others there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishlists {
    /// All lists.
    pub lists: Vec<Wishlist>,
    /// Some wishes of the one that is shown; `None` where there is no list yet.
    pub page: Option<WishPage>,
    /// What is the owner's own about them besides.
    pub own: OwnWishes,
    /// Behind what they begin: `next` of the page before; empty for the first.
    pub after: String,
    /// The address of a book in the shop, with `{isbn}` in it, or empty.
    pub book_url: String,
    /// What was just taken away.
    pub undo: Option<WishUndo>,
    /// What was just put somewhere else.
    pub moved: Option<Isbn>,
    /// The wish whose form was sent and has something wrong.
    pub draft: Option<WishDraft>,
    /// The name of a list that cannot be taken, as it was sent.
    pub name: String,
    /// What the form with that name was for: `new` or `rename`.
    pub sent: String,
    /// The fields that break a rule.
    pub faults: Vec<String>,
    /// Whether there is no room for what was asked.
    pub full: bool,
    /// What has to do with others.
    pub together: Together,
}

/// What can be had back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WishUndo {
    /// A book in a list, or in the default one.
    Wish(Option<WishlistId>, Isbn),
    /// A list.
    List(WishlistId),
}

/// What was sent of a wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishDraft {
    /// Of which.
    pub isbn: Isbn,
    /// The note.
    pub note: String,
    /// How much it is wished for.
    pub priority: Priority,
    /// How many copies, as it was typed.
    pub quantity: String,
}

/// A book that may be wished for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishedBook {
    /// The edition.
    pub isbn: Isbn,
    /// Its title.
    pub title: String,
    /// BCP 47 tag of its language, or empty.
    pub language: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Address of its cover, or empty.
    pub cover_url: String,
    /// Whether it is in a list.
    pub wished: bool,
    /// Whether there is no room for it.
    pub full: bool,
}

/// Somebody's wishlist, as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedList {
    /// Its path, without a query.
    pub path: String,
    /// The address of a book in the shop, with `{isbn}` in it, or empty.
    pub book_url: String,
    /// The list.
    pub list: SharedWishlist,
    /// Who looks at it.
    pub visit: SharedVisit,
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
            Content::Failed(Failed::Role) => site.role_refused(),
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
            Content::Judged(_) => texts::Reviews(self.lang).judge(),
            Content::Wishlists(_) | Content::Wish(_) => texts::Wishlists(self.lang).heading(),
            Content::SharedWishlist(page) if !page.list.name.is_empty() => &page.list.name,
            Content::SharedWishlist(_) => texts::Wishlists(self.lang).unnamed(),
            Content::Receipt(_) => texts::Gifts(self.lang).receipt_heading(),
            Content::Gifts(_) => texts::Gifts(self.lang).heading(),
            Content::Invitation(_) => texts::Gifts(self.lang).invited(),
            Content::Follows(_) => texts::Alerts(self.lang).follows(),
            Content::Shelf(_) => texts::Alerts(self.lang).shelf(),
            Content::Points(_) => texts::Points(self.lang).heading(),
            Content::Invite(_) => texts::Referrals(self.lang).accept(),
            Content::Rewards(_) => texts::Rewards(self.lang).heading(),
            Content::Faq(_) => texts::Faq(self.lang).heading(),
            Content::FaqArticle(page) => &page.article.entry.title,
            Content::Survey(page) => &page.survey.title,
            Content::Feedback(_) => texts::Feedback(self.lang).heading(),
            Content::Rate(_) => texts::Feedback(self.lang).rate(),
            Content::Track(_) => texts::Feedback(self.lang).track(),
            Content::OwnCases(_) | Content::OwnCase(_) => texts::Feedback(self.lang).own(),
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

    /// Whether search engines may show it.
    pub fn is_public(&self) -> bool {
        matches!(&self.content, Content::SharedWishlist(page) if page.list.public)
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
