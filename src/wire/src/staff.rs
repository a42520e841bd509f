//! The staff of shops: who they are, what they may, and how they sign in to the console.

use crate::{InvitationId, ShopId, StaffId};
use serde::{Deserialize, Serialize};

/// What somebody may do in a shop. Each role may what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Answers customers.
    Agent,
    /// Changes how the shop appears, and sees who has changed what.
    Manager,
    /// Decides who may, and with which keys and from which origins.
    Owner,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Agent, Self::Manager, Self::Owner];

    /// The role as it stands in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }

    /// Whether it is for this role to know customers by name and address.
    pub fn knows_customers(self) -> bool {
        self >= Self::Agent
    }

    /// The role that `word` stands for, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// How somebody of the staff signs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StaffSignIn {
    /// The email address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The six digits of the authenticator, or one of the recovery codes; empty for who shows a passkey.
    #[serde(default)]
    pub code: String,
    /// In place of the code what the browser gives for the options of `POST /v1/console/session/challenges`: the text
    /// of a passkey's credential as JSON (`JSON.stringify(credential)`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// What names the person.
    pub id: StaffId,
    /// The email address.
    pub email: String,
    /// The name, empty where nobody told.
    pub name: String,
    /// The shops with the role in each, by name.
    pub shops: Vec<MyShop>,
    /// How many recovery codes have not been used.
    pub recovery_codes_left: u32,
}

/// A shop of somebody's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyShop {
    /// What names the shop.
    pub id: ShopId,
    /// Its name.
    pub name: String,
    /// The newest of its public keys.
    pub public_key: String,
    /// What the person may there.
    pub role: Role,
}

/// The secret part of a link that makes somebody a member of the staff.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LinkToken {
    /// What stands behind `token=` in the link.
    pub token: String,
}

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrolment {
    /// Whose link it is.
    pub email: String,
    /// The name, empty where nobody told.
    pub name: String,
    /// The shop, where it gives a role in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// That role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether the person has an account already, which is set anew. Who can sign in to it accepts instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub renews: bool,
    /// Whether that account then loses its roles in other shops.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leaves_others: bool,
    /// What the authenticator needs. Absent for somebody who has an account already and only has to sign in
    /// and accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactor>,
}

/// What an authenticator needs to make codes (RFC 6238: SHA-1, six digits, 30 seconds).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactor {
    /// The secret, in base 32, for typing.
    pub secret: String,
    /// The same as an address that authenticators open.
    pub otpauth_uri: String,
    /// That address as a QR code: an SVG picture.
    pub qr_svg: String,
}

/// How somebody takes up the place that a link gives.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewStaff {
    /// What stands behind `token=` in the link.
    pub token: String,
    /// The name by which the others know the person.
    pub name: String,
    /// The password, of 10 to 256 characters.
    pub password: String,
    /// Six digits of the authenticator, which show that it works.
    pub code: String,
}

/// Somebody who has just become a member of the staff, and is signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrolled {
    /// Who.
    pub me: Me,
    /// For the day on which the authenticator is lost; each works once. Shown only now.
    pub recovery_codes: Vec<String>,
}

/// New recovery codes; those from before are void.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// The codes, shown only now.
    pub recovery_codes: Vec<String>,
}

/// What shows that it is really the person who asks: a fresh code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The six digits of the authenticator, or one of the recovery codes.
    pub code: String,
}

/// Somebody of a shop's staff, as the others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffMember {
    /// What names the person.
    pub id: StaffId,
    /// The email address.
    pub email: String,
    /// The name, empty where nobody told.
    pub name: String,
    /// What the person may.
    pub role: Role,
    /// Since when, in milliseconds since 1970 UTC.
    pub since: i64,
    /// Last seen, in milliseconds since 1970 UTC, within ten minutes; absent for who was not seen lately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<i64>,
}

/// Somebody who was asked to join and has not done so yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// What names the invitation.
    pub id: InvitationId,
    /// The email address.
    pub email: String,
    /// The name, empty where nobody told.
    pub name: String,
    /// What the person may then.
    pub role: Role,
    /// Made, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Until when its link works, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}

/// A shop's staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffList {
    /// Who belongs to it, the highest role first.
    pub members: Vec<StaffMember>,
    /// Who was asked to.
    pub invitations: Vec<Invitation>,
}

/// Whom to ask to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The email address, by which the person will sign in.
    pub email: String,
    /// The name, where it is known.
    #[serde(default)]
    pub name: String,
    /// What the person may then.
    pub role: Role,
}

/// An invitation with its link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// What to send to the person, over a way that reaches nobody else. Shown only now.
    pub link: String,
    /// Whether a link was sent to the address as well: so it is where the server sends mail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mailed: bool,
}

/// A link with which somebody sets password and second factor anew.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessLink {
    /// What to send to the person, over a way that reaches nobody else. Shown only now.
    pub link: String,
    /// Until when it works, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}

/// Another role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RoleChange {
    /// The role.
    pub role: Role,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_those_before_it_may() {
        let mut sorted = Role::ALL;
        sorted.sort_unstable();
        assert_eq!(sorted, Role::ALL);
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.as_str()), Some(role));
            let json = serde_json::to_string(&role).unwrap();
            assert_eq!(json, format!("\"{}\"", role.as_str()));
        }
        assert_eq!(Role::from_word("boss"), None);
    }
}
