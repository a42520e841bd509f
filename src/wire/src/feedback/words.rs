//! The words of a case: what it is, how far it is, and what is asked for.

use serde::{Deserialize, Serialize};

/// An enumeration whose variants are words on the wire, in addresses and in the database.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// All of them, in the order in which they are offered.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word on the wire, in addresses and in the database.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The one that `word` names.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words!(
    /// What a case is.
    CaseKind {
        /// Something went wrong.
        Complaint "complaint",
        /// Something is not clear.
        Question "question",
        /// Something could be better.
        Suggestion "suggestion",
        /// Something was good.
        Praise "praise",
        /// Something that was bought is to go back.
        Return "return",
        /// Something that the shop says of a book is wrong.
        Correction "correction",
    }
);

words!(
    /// How far a case is.
    CaseState {
        /// Nobody has dealt with it yet.
        Received "received",
        /// Somebody of the staff deals with it.
        InProgress "in_progress",
        /// The staff has asked the shopper something.
        Waiting "waiting",
        /// Somebody of the staff has dealt with it.
        Resolved "resolved",
        /// The shopper was not content with that.
        Reopened "reopened",
    }
);

words!(
    /// Why something is to go back.
    ReturnReason {
        /// It has arrived damaged.
        Damaged "damaged",
        /// It is something else than what was ordered.
        WrongItem "wrong_item",
        /// It is not as it was described.
        NotAsDescribed "not_as_described",
        /// It is not wanted any more.
        ChangedMind "changed_mind",
        /// Something else.
        Other "other",
    }
);

words!(
    /// What the shopper wants for what goes back.
    ReturnWish {
        /// The money.
        Refund "refund",
        /// The same again, or another one.
        Exchange "exchange",
    }
);

words!(
    /// What the shop says to a return.
    ReturnState {
        /// Nothing yet.
        Asked "asked",
        /// It may go back.
        Approved "approved",
        /// It may not.
        Refused "refused",
        /// Some of the copies are refunded.
        PartRefunded "part_refunded",
        /// All of them are.
        Refunded "refunded",
    }
);

words!(
    /// What is wrong in what the shop says of a book.
    BookField {
        /// The title.
        Title "title",
        /// Who wrote it.
        Authors "authors",
        /// Who publishes it.
        Publisher "publisher",
        /// When it came out.
        Published "published",
        /// The language.
        Language "language",
        /// The picture.
        Cover "cover",
        /// The description.
        Description "description",
        /// Something else.
        Other "other",
    }
);

words!(
    /// Who has written or done something in a case.
    EntryBy {
        /// The shopper.
        Shopper "shopper",
        /// The shop's staff.
        Staff "staff",
    }
);

words!(
    /// What an entry of a case's timeline is.
    EntryKind {
        /// Words from one to the other.
        Message "message",
        /// Words of the staff for the staff.
        Note "note",
        /// How far the case is, from then on.
        State "state",
        /// What the shop says to the return.
        Return "return",
        /// Who of the staff deals with it, from then on.
        Assigned "assigned",
        /// It is dealt with together with another one.
        Merged "merged",
        /// The staff takes it for a customer's.
        Linked "linked",
        /// The staff takes it to be about an order.
        Order "order",
        /// It is the customer's own from then on.
        HandedOver "handed_over",
    }
);

impl CaseState {
    /// Whether somebody waits for something.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Resolved)
    }
}

impl EntryKind {
    /// Whether the shopper sees such an entry.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Message | Self::State | Self::Return)
    }
}
