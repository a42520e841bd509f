//! The audit log: who has changed what of a shop's settings, people and keys, and what the staff had delivered.

use crate::{AuditId, SecretId, StaffId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fields with what they hold, as text.
pub type Fields = BTreeMap<String, String>;

/// The fields that hold an instant, in milliseconds since 1970 UTC.
pub const INSTANTS: [&str; 2] = ["retires_at", "old_secret_until"];

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The shop was created.
    ShopCreated,
    /// Its name, languages, time zone, look or quiet hours were changed.
    SettingsChanged,
    /// The origins whose pages may use its public keys were changed.
    OriginsChanged,
    /// A branch was added.
    BranchCreated,
    /// A branch was changed.
    BranchChanged,
    /// A branch was taken away.
    BranchDeleted,
    /// A key was made.
    KeyCreated,
    /// It was planned when a key stops being taken.
    KeyRetired,
    /// An address of a program of the shop's hears of events, or of other ones than before.
    WebhookSet,
    /// It does not any more.
    WebhookRemoved,
    /// Its calls are signed with another secret.
    WebhookRotated,
    /// A test event was sent to it.
    WebhookPinged,
    /// What was given up is tried again.
    DeliveryRetried,
    /// What was given up is not wanted any more.
    DeliveryDiscarded,
    /// Books, reviews or orders were read from a file.
    Imported,
    /// Reviews were written into a file, with whose they are.
    Exported,
    /// Somebody was asked to join the staff.
    StaffInvited,
    /// That was taken back.
    InvitationRevoked,
    /// Somebody joined the staff.
    StaffJoined,
    /// Somebody got another role.
    RoleChanged,
    /// Somebody was taken out of the staff.
    StaffRemoved,
    /// A link was made with which somebody sets password and second factor anew.
    AccessLinkMade,
    /// Somebody has set password and second factor anew.
    AccessRenewed,
    /// Somebody has changed the own password.
    PasswordChanged,
    /// Somebody has got new recovery codes.
    RecoveryCodesRenewed,
    /// Somebody has signed in with a recovery code in place of the authenticator.
    RecoveryCodeUsed,
    /// The shop's answer to a review was written, changed or taken away.
    ReviewAnswered,
    /// Readers are told that the author of a review received something for it.
    ReviewLabelled,
    /// A feedback case was closed, or opened again.
    CaseChanged,
    /// An article of the answers to frequent questions was written.
    ArticleCreated,
    /// It was changed: what it says, or whether shoppers see it.
    ArticleChanged,
    /// It was deleted.
    ArticleDeleted,
    /// A survey was written.
    SurveyCreated,
    /// A survey was changed: what it asks, or whether it can be answered.
    SurveyChanged,
    /// A survey was deleted, with its answers.
    SurveyDeleted,
    /// A staff pick was written.
    PickCreated,
    /// A staff pick was changed: what it says, or whether readers see it.
    PickChanged,
    /// A staff pick was deleted.
    PickDeleted,
    /// Somebody has got a passkey more as second factor.
    PasskeyAdded,
    /// Somebody has taken a passkey of the own away.
    PasskeyRemoved,
    /// Orders were reported, or more of known ones.
    OrdersTaken,
    /// Refunds were reported.
    RefundsTaken,
    /// Prices were reported, and which books are there.
    OffersTaken,
    /// Points of a customer were added or taken, or are to be.
    PointsAdjusted,
    /// The birthday of a customer was corrected.
    BirthdayCorrected,
    /// A second person has confirmed an adjustment of points, or not.
    AdjustmentDecided,
    /// Rules for points were drafted.
    PointRulesDrafted,
    /// The draft of somebody else was published as a version of the rules.
    PointRulesPublished,
    /// An older text of the rules counts again, as a new version.
    PointRulesRestored,
    /// A reward was written.
    RewardCreated,
    /// A reward was changed: what it says, its stock, or whether customers see it.
    RewardChanged,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 51] = [
        Self::ShopCreated,
        Self::SettingsChanged,
        Self::OriginsChanged,
        Self::BranchCreated,
        Self::BranchChanged,
        Self::BranchDeleted,
        Self::KeyCreated,
        Self::KeyRetired,
        Self::WebhookSet,
        Self::WebhookRemoved,
        Self::WebhookRotated,
        Self::WebhookPinged,
        Self::DeliveryRetried,
        Self::DeliveryDiscarded,
        Self::Imported,
        Self::Exported,
        Self::StaffInvited,
        Self::InvitationRevoked,
        Self::StaffJoined,
        Self::RoleChanged,
        Self::StaffRemoved,
        Self::AccessLinkMade,
        Self::AccessRenewed,
        Self::PasswordChanged,
        Self::RecoveryCodesRenewed,
        Self::RecoveryCodeUsed,
        Self::ReviewAnswered,
        Self::ReviewLabelled,
        Self::CaseChanged,
        Self::ArticleCreated,
        Self::ArticleChanged,
        Self::ArticleDeleted,
        Self::SurveyCreated,
        Self::SurveyChanged,
        Self::SurveyDeleted,
        Self::PickCreated,
        Self::PickChanged,
        Self::PickDeleted,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::OrdersTaken,
        Self::RefundsTaken,
        Self::OffersTaken,
        Self::PointsAdjusted,
        Self::BirthdayCorrected,
        Self::AdjustmentDecided,
        Self::PointRulesDrafted,
        Self::PointRulesPublished,
        Self::PointRulesRestored,
        Self::RewardCreated,
        Self::RewardChanged,
    ];

    /// The word for it in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ShopCreated => "shop_created",
            Self::SettingsChanged => "settings_changed",
            Self::OriginsChanged => "origins_changed",
            Self::BranchCreated => "branch_created",
            Self::BranchChanged => "branch_changed",
            Self::BranchDeleted => "branch_deleted",
            Self::KeyCreated => "key_created",
            Self::KeyRetired => "key_retired",
            Self::WebhookSet => "webhook_set",
            Self::WebhookRemoved => "webhook_removed",
            Self::WebhookRotated => "webhook_rotated",
            Self::WebhookPinged => "webhook_pinged",
            Self::DeliveryRetried => "delivery_retried",
            Self::DeliveryDiscarded => "delivery_discarded",
            Self::Imported => "imported",
            Self::Exported => "exported",
            Self::StaffInvited => "staff_invited",
            Self::InvitationRevoked => "invitation_revoked",
            Self::StaffJoined => "staff_joined",
            Self::RoleChanged => "role_changed",
            Self::StaffRemoved => "staff_removed",
            Self::AccessLinkMade => "access_link_made",
            Self::AccessRenewed => "access_renewed",
            Self::PasswordChanged => "password_changed",
            Self::RecoveryCodesRenewed => "recovery_codes_renewed",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::ReviewAnswered => "review_answered",
            Self::ReviewLabelled => "review_labelled",
            Self::CaseChanged => "case_changed",
            Self::ArticleCreated => "article_created",
            Self::ArticleChanged => "article_changed",
            Self::ArticleDeleted => "article_deleted",
            Self::SurveyCreated => "survey_created",
            Self::SurveyChanged => "survey_changed",
            Self::SurveyDeleted => "survey_deleted",
            Self::PickCreated => "pick_created",
            Self::PickChanged => "pick_changed",
            Self::PickDeleted => "pick_deleted",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::OrdersTaken => "orders_taken",
            Self::RefundsTaken => "refunds_taken",
            Self::OffersTaken => "offers_taken",
            Self::PointsAdjusted => "points_adjusted",
            Self::BirthdayCorrected => "birthday_corrected",
            Self::AdjustmentDecided => "adjustment_decided",
            Self::PointRulesDrafted => "point_rules_drafted",
            Self::PointRulesPublished => "point_rules_published",
            Self::PointRulesRestored => "point_rules_restored",
            Self::RewardCreated => "reward_created",
            Self::RewardChanged => "reward_changed",
        }
    }

    /// The action that `word` stands for, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }
}

/// Who has done something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Doer {
    /// Somebody of the staff.
    Staff {
        /// Who.
        id: StaffId,
        /// The name at present, or else the email address.
        name: String,
    },
    /// A program of the shop's, by its secret key.
    Key {
        /// Which key.
        id: SecretId,
        /// The key's name.
        name: String,
    },
    /// The operator, by a command on the server itself.
    Command,
}

/// Whose changes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Doers {
    /// Those of people: the staff, and the operator.
    #[default]
    People,
    /// Those of the shop's programs, by their secret keys.
    Programs,
}

impl Doers {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::People, Self::Programs];

    /// The word for it in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Programs => "programs",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// What names the entry.
    pub id: AuditId,
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
    /// The same for people, in the shop's time zone: `YYYY-MM-DD hh:mm`.
    pub on: String,
    /// Who.
    pub actor: Doer,
    /// What was done.
    pub action: Action,
    /// What it was done to: an id, a key, a branch's code, what kind of file was read; empty for the shop itself.
    pub target: String,
    /// What that is called: of somebody of the staff the name, or else the email address; of an invitation the
    /// address, for as long as that is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target_name: String,
    /// What was there before, as far as it is different.
    pub before: Fields,
    /// What is there since.
    pub after: Fields,
}

/// A page of the audit log, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// For `after`, where there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_word_of_its_own() {
        for action in Action::ALL {
            assert_eq!(Action::from_word(action.as_str()), Some(action));
            let json = serde_json::to_string(&action).unwrap();
            assert_eq!(json, format!("\"{}\"", action.as_str()));
        }
    }
}
