//! Telling somebody something.

use super::outbox::NewDelivery;
use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::shops::Shop;
use crate::{Db, StoreError};
use bookplate_wire::consents::ConsentPurpose;
use bookplate_wire::deliveries::Channel;
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::clocks::CaseClock;
use bookplate_wire::notifications::{NotificationKind, WishNews};
use bookplate_wire::orders::Money;
use bookplate_wire::points::rewards::RewardName;
use bookplate_wire::points::tiers::TierMeasure;
use bookplate_wire::reviews::writing::Reason;
use bookplate_wire::staff::Role;
use bookplate_wire::wishlists::occasions::Occasion;
use bookplate_wire::{CustomerId, InvitationId, Lang, NotificationId, ShopId};
use serde::{Deserialize, Serialize};

/// What somebody is told, with what the words need. The words themselves are chosen where they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// Somebody has signed up with this address: is it theirs?
    ConfirmEmail {
        /// Where to say so.
        link: String,
        /// What names the sign-up: the hash of the link's token.
        sign_up: String,
    },
    /// Somebody has signed up with an address that has an account already.
    AlreadyRegistered {
        /// Where to sign in, or to choose another password.
        link: String,
    },
    /// Somebody has asked to choose another password for the account with this address. Whether there is one is
    /// found out by who sends it.
    ResetPassword {
        /// Where to do that. The token is added at the moment of sending.
        link: String,
    },
    /// Somebody is asked to join the staff of the shop.
    StaffInvitation {
        /// The invitation.
        invitation: InvitationId,
        /// What it gives.
        role: Role,
        /// Where to accept.
        link: String,
        /// Until when that works, in milliseconds since 1970 UTC. Whoever sends it says so anew.
        until: i64,
    },
    /// The password is another one now.
    PasswordChanged,
    /// A refund has been counted.
    RefundNoted {
        /// The shop's number of the order.
        order: String,
        /// How much was given back.
        amount: Money,
    },
    /// Readers see the customer's review now.
    ReviewPublished {
        /// The book's title.
        book: String,
    },
    /// The customer is asked for another version of a review.
    ReviewChanges {
        /// The book's title.
        book: String,
        /// Why.
        reason: Reason,
        /// What the staff says about that, or empty.
        note: String,
    },
    /// The customer's review is not shown.
    ReviewRefused {
        /// The book's title.
        book: String,
        /// Why.
        reason: Reason,
        /// What the staff says about that, or empty.
        note: String,
    },
    /// The shop has answered to the customer's review.
    ReviewAnswered {
        /// The book's title.
        book: String,
        /// The answer.
        answer: String,
    },
    /// The shop has told readers that the customer received something for the review.
    ReviewLabelled {
        /// The book's title.
        book: String,
    },
    /// The customer is asked for reviews of books that were delivered.
    ReviewRequest {
        /// The shop's number of the order.
        order: String,
        /// The books.
        books: Vec<RequestedBook>,
        /// Whether it is the reminder.
        again: bool,
    },
    /// The day of a list that the customer follows is near.
    OccasionReminder {
        /// The list's name; may be empty.
        list: String,
        /// What it is for.
        occasion: Occasion,
        /// Where the list is seen.
        link: String,
    },
    /// What the customer has reserved as a gift is on its list no more.
    GiftGone {
        /// The book's title.
        book: String,
    },
    /// There is something new about books that the customer wishes for or follows.
    WishNews {
        /// What.
        news: Vec<ToldWish>,
    },
    /// The shop has answered to the shopper's feedback case.
    CaseAnswered {
        /// What the case is.
        case: CaseKind,
        /// The answer.
        text: String,
        /// Where the case is followed.
        link: String,
        /// Where the shopper says how satisfied he is, where the case is resolved by it; else empty.
        #[serde(default)]
        rate: String,
    },
    /// The shop has dealt with the shopper's feedback case.
    CaseResolved {
        /// What the case is.
        case: CaseKind,
        /// Where the case is followed.
        link: String,
        /// Where the shopper says how satisfied he is; may be empty.
        #[serde(default)]
        rate: String,
    },
    /// A feedback case is overdue, for the staff.
    CaseOverdue {
        /// What the case is.
        case: CaseKind,
        /// What it waits for.
        clock: CaseClock,
        /// Where the staff deals with it.
        link: String,
    },
    /// The shop has decided about what the shopper wants to give back.
    ReturnDecided {
        /// Whether it may go back.
        approved: bool,
        /// The shop's number of the order.
        order: String,
        /// Where the case is followed.
        link: String,
    },
    /// A refund has taken points back.
    PointsTakenBack {
        /// The shop's number of the order.
        order: String,
        /// How many; 0 where all were spent already.
        points: i64,
        /// How many more would have been taken that were spent already.
        #[serde(default)]
        missed: i64,
        /// How many can be used since.
        balance: i64,
    },
    /// Points expire soon.
    PointsExpiring {
        /// How many.
        points: i64,
        /// The last day on which they can be used, in the shop's time zone, `YYYY-MM-DD`.
        until: String,
    },
    /// The customer has got points for the birthday.
    BirthdayGift {
        /// How many.
        points: i64,
        /// The last day on which they can be used, `YYYY-MM-DD`; empty where there is none.
        until: String,
    },
    /// The customer has reached a tier.
    TierReached {
        /// What it is called, in each language.
        tier: Vec<RewardName>,
        /// The last day of its period, `YYYY-MM-DD`.
        until: String,
    },
    /// The customer's tier ends soon.
    TierEnding {
        /// What it is called, in each language.
        tier: Vec<RewardName>,
        /// The last day on which it is held, `YYYY-MM-DD`.
        until: String,
        /// How much more keeps it; nothing where the rules do not have it any more.
        missing: Option<i64>,
        /// By what that is measured.
        measure: Option<TierMeasure>,
        /// The currency of that; empty for what is no money.
        currency: String,
    },
}

/// Something new about a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldWish {
    /// What it is.
    pub news: WishNews,
    /// Where the book is shown. Nobody is signed in by it.
    pub link: String,
}

/// A book of which a review is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedBook {
    /// Its title.
    pub title: String,
    /// Where it is reviewed. Nobody is signed in by it.
    pub link: String,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To<'a> {
    /// A customer: in the account where the message belongs there, and by email as far as one is known.
    Customer(&'a CustomerId),
    /// An email address, whoever it is.
    Address {
        /// The address.
        email: &'a str,
        /// BCP 47 tag of the language to write in; empty for the shop's.
        language: &'a str,
    },
}

impl Message {
    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ConfirmEmail { .. } => "confirm_email",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::ResetPassword { .. } => "reset_password",
            Self::StaffInvitation { .. } => "staff_invitation",
            Self::PasswordChanged => "password_changed",
            Self::RefundNoted { .. } => "refund_noted",
            Self::ReviewPublished { .. } => "review_published",
            Self::ReviewChanges { .. } => "review_changes",
            Self::ReviewRefused { .. } => "review_refused",
            Self::ReviewAnswered { .. } => "review_answered",
            Self::ReviewLabelled { .. } => "review_labelled",
            Self::ReviewRequest { .. } => "review_request",
            Self::OccasionReminder { .. } => "occasion_reminder",
            Self::GiftGone { .. } => "gift_gone",
            Self::WishNews { .. } => "wish_news",
            Self::CaseAnswered { .. } => "case_answered",
            Self::CaseResolved { .. } => "case_resolved",
            Self::CaseOverdue { .. } => "case_overdue",
            Self::ReturnDecided { .. } => "return_decided",
            Self::PointsTakenBack { .. } => "points_taken_back",
            Self::PointsExpiring { .. } => "points_expiring",
            Self::BirthdayGift { .. } => "birthday_gift",
            Self::TierReached { .. } => "tier_reached",
            Self::TierEnding { .. } => "tier_ending",
        }
    }

    /// As what the account shows it, if it does.
    pub fn shown_as(&self) -> Option<NotificationKind> {
        match self {
            Self::ConfirmEmail { .. }
            | Self::AlreadyRegistered { .. }
            | Self::ResetPassword { .. }
            | Self::StaffInvitation { .. }
            | Self::CaseOverdue { .. }
            | Self::ReviewRequest { .. } => None,
            Self::PasswordChanged => Some(NotificationKind::PasswordChanged),
            Self::RefundNoted { .. } => Some(NotificationKind::RefundNoted),
            Self::ReviewPublished { .. } => Some(NotificationKind::ReviewPublished),
            Self::ReviewChanges { .. } => Some(NotificationKind::ReviewChanges),
            Self::ReviewRefused { .. } => Some(NotificationKind::ReviewRefused),
            Self::ReviewAnswered { .. } => Some(NotificationKind::ReviewAnswered),
            Self::ReviewLabelled { .. } => Some(NotificationKind::ReviewLabelled),
            Self::OccasionReminder { .. } => Some(NotificationKind::OccasionReminder),
            Self::GiftGone { .. } => Some(NotificationKind::GiftGone),
            Self::WishNews { .. } => Some(NotificationKind::WishNews),
            Self::CaseAnswered { .. } => Some(NotificationKind::CaseAnswered),
            Self::CaseResolved { .. } => Some(NotificationKind::CaseResolved),
            Self::ReturnDecided { approved: true, .. } => Some(NotificationKind::ReturnApproved),
            Self::ReturnDecided { .. } => Some(NotificationKind::ReturnRefused),
            Self::PointsTakenBack { .. } => Some(NotificationKind::PointsTakenBack),
            Self::PointsExpiring { .. } => Some(NotificationKind::PointsExpiring),
            Self::BirthdayGift { .. } => Some(NotificationKind::BirthdayGift),
            Self::TierReached { .. } => Some(NotificationKind::TierReached),
            Self::TierEnding { .. } => Some(NotificationKind::TierEnding),
        }
    }

    /// What a customer has to allow for it to be sent. `None` for what concerns the safety of an account: that
    /// is sent at any hour, and cannot be refused.
    pub fn purpose(&self) -> Option<ConsentPurpose> {
        match self {
            Self::ConfirmEmail { .. }
            | Self::AlreadyRegistered { .. }
            | Self::ResetPassword { .. }
            | Self::StaffInvitation { .. }
            | Self::CaseOverdue { .. }
            | Self::PasswordChanged => None,
            Self::RefundNoted { .. }
            | Self::ReviewPublished { .. }
            | Self::ReviewChanges { .. }
            | Self::ReviewRefused { .. }
            | Self::ReviewAnswered { .. }
            | Self::ReviewLabelled { .. }
            | Self::CaseAnswered { .. }
            | Self::CaseResolved { .. }
            | Self::ReturnDecided { .. }
            | Self::PointsTakenBack { .. }
            | Self::PointsExpiring { .. }
            | Self::BirthdayGift { .. }
            | Self::TierReached { .. }
            | Self::TierEnding { .. } => Some(ConsentPurpose::Orders),
            Self::ReviewRequest { .. } => Some(ConsentPurpose::Feedback),
            Self::OccasionReminder { .. } | Self::GiftGone { .. } => {
                Some(ConsentPurpose::Wishlists)
            }
            Self::WishNews { .. } => Some(ConsentPurpose::News),
        }
    }
}

impl Db {
    /// Tells somebody something: in the account at once, by email through the outbox.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn notify(
        &mut self,
        shop: &ShopId,
        to: To<'_>,
        message: &Message,
    ) -> Result<(), StoreError> {
        let params = serde_json::to_string(message).map_err(|_| StoreError::Corrupt("message"))?;
        let (customer, email, language) = match to {
            To::Address { email, language } => (None, email.to_owned(), language.to_owned()),
            To::Customer(id) => {
                if message.shown_as().is_some() {
                    self.show(shop, id, message.kind(), &params)?;
                }
                let mut sql = Sql::new("SELECT COALESCE(");
                if message.purpose().is_none() {
                    // What concerns a login goes where its owner signs in, whatever the shop says.
                    sql.push("(SELECT l.email FROM logins l WHERE l.customer_id = c.id), ");
                }
                // Only an address of which it is known that it is this customer's.
                sql.push(
                    "(SELECT i.value FROM customer_identifiers i WHERE i.customer_id = c.id \
                     AND i.kind = 'email' AND i.value = c.email), '') AS email, c.language \
                     FROM customers c WHERE c.id = ",
                )
                .bind(id);
                let Some(row) = sql.row(self)? else {
                    return Ok(());
                };
                (Some(id.clone()), row.get("email")?, row.get("language")?)
            }
        };
        if email.is_empty() {
            return Ok(());
        }
        self.post(&NewDelivery {
            shop,
            customer: customer.as_ref(),
            channel: Channel::Email,
            kind: message.kind(),
            target: &email,
            language: &language,
            payload: &params,
        })
        .map(drop)
    }

    /// The language to speak to a customer in: what the customer has told, or else the shop's. `None` where
    /// there is no such customer any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn language_of(&mut self, customer: &CustomerId) -> Result<Option<Lang>, StoreError> {
        let row = Sql::new(
            "SELECT c.language, s.default_language FROM customers c \
             JOIN shops s ON s.id = c.shop_id WHERE c.id = $1",
        )
        .arg(customer)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let (told, usual): (String, String) = (row.get("language")?, row.get("default_language")?);
        Ok(Lang::from_tag(&told).or_else(|| Lang::from_tag(&usual)))
    }

    /// A customer's shop, as its hosted pages know it; `None` where there is no such customer any more, or no key.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shop_of(&mut self, customer: &CustomerId) -> Result<Option<Shop>, StoreError> {
        let shop = "SELECT shop_id FROM customers WHERE id = $1";
        let shop: Option<ShopId> = Sql::new(shop).arg(customer).value(self)?;
        let Some(shop) = shop else { return Ok(None) };
        let key = self.newest_key(&shop)?;
        self.shop_by_key(&key)
    }

    fn show(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        kind: &str,
        params: &str,
    ) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO notifications (id, shop_id, customer_id, kind, params, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .arg(&NotificationId::new_id())
        .arg(shop)
        .arg(customer)
        .arg(kind)
        .arg(params)
        .arg(now())
        .run(self)
        .map(drop)
    }
}
