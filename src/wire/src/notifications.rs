//! What customers are told, and what a shop's own programs are told by webhooks.

use crate::catalogue::Format;
use crate::feedback::{CaseKind, ReturnReason, ReturnWish};
use crate::orders::Money;
use crate::points::rewards::RewardName;
use crate::reviews::writing::Reason;
use crate::wishlists::occasions::Occasion;
use crate::{CaseId, CustomerId, Isbn, NotificationId, WebhookId};
use serde::{Deserialize, Serialize};

/// What a notification in the account is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A refund has been counted: `order` and `amount` say which and how much.
    RefundNoted,
    /// The password is another one now.
    PasswordChanged,
    /// Readers see the customer's review of `book` now.
    ReviewPublished,
    /// The customer is asked for another version of the review of `book`: `reason` and `text` say why.
    ReviewChanges,
    /// The customer's review of `book` is not shown: `reason` and `text` say why.
    ReviewRefused,
    /// The shop has answered to the customer's review of `book`, as in `text`.
    ReviewAnswered,
    /// The shop has told readers that the customer received something for the review of `book`.
    ReviewLabelled,
    /// The `occasion` of a list that the customer follows is near: `list` is its name, and `link` leads to it.
    OccasionReminder,
    /// `book`, which the customer has reserved as a gift, is on its list no more.
    GiftGone,
    /// There is something new about books that the customer wishes for or follows, as in `news`.
    WishNews,
    /// The shop has answered to the customer's feedback case, as in `text`: `case` says what that is, and `link` leads to it.
    CaseAnswered,
    /// The shop has dealt with the customer's feedback case: `case` says what that is, and `link` leads to it.
    CaseResolved,
    /// What the customer wants to give back of `order` may go back; `link` leads to the case.
    ReturnApproved,
    /// What the customer wants to give back of `order` may not go back; `link` leads to the case.
    ReturnRefused,
    /// A refund of `order` has taken back `points`, and let go `missed` that were spent already; `balance` says how many can be
    /// used since, and is below zero where points are owed.
    PointsTakenBack,
    /// `points` expire: they can be used until the day `until`.
    PointsExpiring,
    /// The customer has got `points` for the birthday; they can be used until the day `until`, where it is not empty.
    BirthdayGift,
    /// The customer has reached the tier `tier`, and has it to the day `until` at least.
    TierReached,
    /// The tier `tier` is held to the day `until`, unless so much more is counted as `amount`, `points` or `visits` says.
    TierEnding,
}

/// What is new about a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WishNewsKind {
    /// It costs `price`, and `before` before that.
    PriceDrop,
    /// It can be had.
    BackInStock,
    /// Its work has come out in another `format`.
    NewFormat,
    /// It is new, by the author `name`.
    NewByAuthor,
    /// It is new, in the series `name`.
    NewInSeries,
}

/// Something new about a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WishNews {
    /// What it is.
    pub kind: WishNewsKind,
    /// The edition that it is about.
    pub isbn: Isbn,
    /// The book's title.
    pub title: String,
    /// What it costs now, where that is the news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// What it cost before, as far as that was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Money>,
    /// The new format, where that is the news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// The author or the series, where that is why it is told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl WishNews {
    /// News of a kind about an edition, of which nothing else is said yet.
    pub const fn new(kind: WishNewsKind, isbn: Isbn) -> Self {
        Self {
            kind,
            isbn,
            title: String::new(),
            price: None,
            before: None,
            format: None,
            name: String::new(),
        }
    }
}

/// Something that the customer is told in the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notification {
    /// What names it.
    pub id: NotificationId,
    /// What it is about.
    pub kind: NotificationKind,
    /// The shop's number of the order, where it is about one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub order: String,
    /// The sum, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The title of the book, where it is about one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub book: String,
    /// Why, where something was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What somebody has written about it, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The name of the list, where it is about one that has a name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub list: String,
    /// What the list is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<Occasion>,
    /// What the feedback case is, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseKind>,
    /// Where it leads, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub link: String,
    /// What is new about books, where it is about that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub news: Vec<WishNews>,
    /// How many points, where it is about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// How many more points would have been taken that were spent already.
    #[serde(default, skip_serializing_if = "crate::points::is_zero")]
    pub missed: i64,
    /// How many points can be used since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<i64>,
    /// What the tier is called, in each language, where it is about one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tier: Vec<RewardName>,
    /// How many days with an order, where it is about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visits: Option<i64>,
    /// The last day, `YYYY-MM-DD`, where it is about one; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// When it came, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// The day of that in the shop's time zone, `YYYY-MM-DD`.
    pub created_on: String,
    /// Whether the customer has seen it.
    pub read: bool,
}

/// Notifications, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationPage {
    /// The notifications.
    pub notifications: Vec<Notification>,
    /// How many the customer has not seen, of all.
    pub unread: u32,
    /// For the page after this one, as `after`; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Which notifications the customer has seen: all up to this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NotificationsRead {
    /// The latest that was seen.
    pub up_to: NotificationId,
}

/// What a webhook is told. It names who and what, and not more: whatever else the shop's program wants to
/// know it asks for, so that nothing personal waits in a queue or arrives out of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// Somebody is a customer now.
    #[serde(rename = "customer.created")]
    CustomerCreated(CustomerEvent),
    /// What is known of a customer has changed.
    #[serde(rename = "customer.updated")]
    CustomerUpdated(CustomerEvent),
    /// A customer has had the account deleted.
    #[serde(rename = "customer.deleted")]
    CustomerDeleted(CustomerEvent),
    /// A refund that had waited for its order takes back more than was paid, and does not count.
    #[serde(rename = "refund.excessive")]
    RefundExcessive(RefundEvent),
    /// A shopper wants to give something back.
    #[serde(rename = "return.requested")]
    ReturnRequested(ReturnEvent),
    /// The staff has approved that.
    #[serde(rename = "return.approved")]
    ReturnApproved(ReturnEvent),
    /// The staff has refused it.
    #[serde(rename = "return.refused")]
    ReturnRefused(ReturnEvent),
    /// Nothing has happened: somebody of the staff tries whether the webhook is heard. It comes whatever types
    /// the webhook has chosen.
    #[serde(rename = "ping")]
    Ping(PingEvent),
}

/// The customer of an [`Event`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerEvent {
    /// What names the customer here.
    pub customer: CustomerId,
    /// What the shop calls the customer, empty for one who has signed up with us.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub external_id: String,
}

/// The refund of an [`Event`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundEvent {
    /// The shop's number of the refund.
    pub refund: String,
    /// The shop's number of the order.
    pub order: String,
}

/// The return of an [`Event`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnEvent {
    /// The feedback case in which it is dealt with.
    pub case: CaseId,
    /// The shop's number of the order, as the shopper has told it; checked where the shopper is a customer.
    pub order: String,
    /// The line of the order; empty where a shopper without an account has none to name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub line: String,
    /// How many copies.
    pub quantity: u32,
    /// Why.
    pub reason: ReturnReason,
    /// For what.
    pub wish: ReturnWish,
}

/// The webhook that is tried by an [`Event`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PingEvent {
    /// What names the webhook.
    pub webhook: WebhookId,
}

impl Event {
    /// The names of all types, as a webhook chooses among them.
    pub const TYPES: [&'static str; 7] = [
        "customer.created",
        "customer.updated",
        "customer.deleted",
        "refund.excessive",
        "return.requested",
        "return.approved",
        "return.refused",
    ];

    /// The name of its type.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CustomerCreated(_) => Self::TYPES[0],
            Self::CustomerUpdated(_) => Self::TYPES[1],
            Self::CustomerDeleted(_) => Self::TYPES[2],
            Self::RefundExcessive(_) => Self::TYPES[3],
            Self::ReturnRequested(_) => Self::TYPES[4],
            Self::ReturnApproved(_) => Self::TYPES[5],
            Self::ReturnRefused(_) => Self::TYPES[6],
            Self::Ping(_) => "ping",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_written_under_its_name() {
        let about = RefundEvent {
            refund: "r1".into(),
            order: "1001".into(),
        };
        let event = Event::RefundExcessive(about);
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["type"], event.name());
        assert_eq!(json["data"]["order"], "1001");
    }
}
