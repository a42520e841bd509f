//! Co-editors: whom a list's owner lets change what is in it.
//!
//! A co-editor adds books, notes them, puts them in order and takes them out, by the same requests and rules as the
//! owner. The list itself (its name, who sees it, its end) stays the owner's.

use super::Wishlist;
use crate::{EditorId, ListInvitationId};
use serde::{Deserialize, Serialize};

/// How many people a list has at most who edit it or are invited to.
pub const EDITORS_MAX: u32 = 20;
/// How many lists of others a customer edits at most.
pub const EDITED_MAX: u32 = 200;

/// Somebody who edits a list, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Editor {
    /// What names the editor of this list.
    pub id: EditorId,
    /// The customer's name; may be empty.
    pub name: String,
    /// Since when, in milliseconds since 1970 UTC.
    pub joined_at: i64,
}

/// An invitation that nobody has accepted yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListInvitation {
    /// What names it.
    pub id: ListInvitationId,
    /// When it was made, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Until when it can be accepted, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}

/// Who edits a list, and who is invited to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Editors {
    /// Those who edit it, the first one first.
    pub editors: Vec<Editor>,
    /// The invitations that are open, the first one first.
    pub invitations: Vec<ListInvitation>,
}

/// A new invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewListInvitation {
    /// What names it.
    pub id: ListInvitationId,
    /// The address where it is accepted, which is never shown again. It works once.
    pub link: String,
    /// Until when, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}

/// Accepts an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InvitationAnswer {
    /// What stands at the end of the invitation's address.
    pub invitation: String,
}

/// What somebody is invited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitedTo {
    /// The list's name; may be empty.
    pub list: String,
    /// Whose it is; may be empty.
    pub owner: String,
}

/// The lists of others that a customer edits, those joined first first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EditedWishlists {
    /// The lists; each says whose it is.
    pub lists: Vec<Wishlist>,
}

/// Path of the page where an invitation is accepted.
pub fn invitation_path(key: &str, secret: &str) -> String {
    ["/shops/", key, "/member/invitations/", secret].concat()
}
