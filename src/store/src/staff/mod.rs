//! The staff of shops: who they are, what they may in which shop, how they get in, and where they are signed in.

mod joining;
mod links;
mod people;
mod sessions;

pub use joining::{Credentials, NotTaken};
pub use links::{Link, LinkSecrets, MailedSecret, NewLink, NotMade, Sets};
pub use people::{RoleSet, Who};
pub use sessions::{Account, Seen};

use crate::StoreError;
use crate::db::Row;
use bookplate_wire::staff::Role;

fn role_of(row: &Row) -> Result<Role, StoreError> {
    let word: String = row.get("role")?;
    Role::from_word(&word).ok_or(StoreError::Corrupt("role"))
}
