//! What was just done, as the next page says.

use serde::{Deserialize, Serialize};

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
    /// A review was handed over to the shop.
    ReviewHandedOver,
    /// A review is about the book, its author says.
    ReviewKept,
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
    /// A feedback case was sent.
    CaseSent,
    /// More was written to a feedback case.
    ReplySent,
    /// A customer has said how satisfied he is with a feedback case.
    Rated,
    /// An article has answered what the reader wanted to know.
    AnsweredByFaq,
    /// A survey was answered.
    SurveyAnswered,
    /// A survey was copied.
    SurveyCopied,
    /// A customer has said how likely a recommendation of the shop is.
    NpsAnswered,
    /// A customer does not want to say so.
    NpsDismissed,
    /// The staff has answered to a feedback case.
    CaseAnswered,
    /// The staff has noted something in a feedback case.
    CaseNoted,
    /// The staff has changed a feedback case.
    CaseChanged,
    /// A feedback case was merged into another one.
    CaseMerged,
    /// The staff has changed several feedback cases.
    CasesChanged,
    /// A customer has voted for a review.
    Voted,
    /// A vote was taken back.
    VoteTakenBack,
    /// A customer has reported a review.
    Reported,
    /// A book is on a wishlist.
    WishAdded,
    /// A book is off a wishlist.
    WishRemoved,
    /// A wishlist was deleted.
    WishlistDeleted,
    /// A gift was reserved.
    GiftReserved,
    /// A gift is noted as bought.
    GiftBought,
    /// A gift was undone.
    GiftUndone,
    /// A list of somebody else's is followed.
    Followed,
    /// A list of somebody else's is followed no more.
    Unfollowed,
    /// An invitation to edit a list was accepted.
    EditorJoined,
    /// A list of somebody else's is edited no more.
    ListLeft,
    /// Somebody's invitation was taken.
    InvitationTaken,
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
            Self::ReviewHandedOver => "review_handed_over",
            Self::ReviewKept => "review_kept",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::ChangesAsked => "changes_asked",
            Self::Answered => "answered",
            Self::AnswerRemoved => "answer_removed",
            Self::Labelled => "labelled",
            Self::CaseSent => "case_sent",
            Self::Rated => "rated",
            Self::AnsweredByFaq => "answered_by_faq",
            Self::SurveyAnswered => "survey_answered",
            Self::NpsAnswered => "nps_answered",
            Self::NpsDismissed => "nps_dismissed",
            Self::SurveyCopied => "survey_copied",
            Self::ReplySent => "reply_sent",
            Self::CaseAnswered => "case_answered",
            Self::CaseNoted => "case_noted",
            Self::CaseChanged => "case_changed",
            Self::CaseMerged => "case_merged",
            Self::CasesChanged => "cases_changed",
            Self::Voted => "voted",
            Self::VoteTakenBack => "vote_taken_back",
            Self::Reported => "reported",
            Self::WishAdded => "wish_added",
            Self::WishRemoved => "wish_removed",
            Self::WishlistDeleted => "wishlist_deleted",
            Self::GiftReserved => "gift_reserved",
            Self::GiftBought => "gift_bought",
            Self::GiftUndone => "gift_undone",
            Self::Followed => "followed",
            Self::Unfollowed => "unfollowed",
            Self::EditorJoined => "editor_joined",
            Self::ListLeft => "list_left",
            Self::InvitationTaken => "invitation_taken",
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
            Self::ReviewHandedOver,
            Self::ReviewKept,
            Self::CaseSent,
            Self::Rated,
            Self::AnsweredByFaq,
            Self::SurveyAnswered,
            Self::NpsAnswered,
            Self::NpsDismissed,
            Self::SurveyCopied,
            Self::ReplySent,
            Self::CaseAnswered,
            Self::CaseNoted,
            Self::CaseChanged,
            Self::CaseMerged,
            Self::CasesChanged,
            Self::Approved,
            Self::Refused,
            Self::ChangesAsked,
            Self::Answered,
            Self::AnswerRemoved,
            Self::Labelled,
            Self::Voted,
            Self::VoteTakenBack,
            Self::Reported,
            Self::WishAdded,
            Self::WishRemoved,
            Self::WishlistDeleted,
            Self::GiftReserved,
            Self::GiftBought,
            Self::GiftUndone,
            Self::Followed,
            Self::Unfollowed,
            Self::EditorJoined,
            Self::ListLeft,
            Self::InvitationTaken,
        ];
        all.into_iter().find(|done| done.as_str() == word)
    }
}
