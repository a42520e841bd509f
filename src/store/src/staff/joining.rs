//! Taking up a link.

use super::Link;
use crate::audit::{Actor, fields_of};
use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::passkeys::PasskeyHolder;
use crate::{Db, StoreError};
use bookplate_wire::StaffId;
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::staff::Role;

/// What somebody signs in with from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name by which the others know the person.
    pub name: String,
    /// The password's hash.
    pub password: String,
    /// The second factor, in base 32, which has to be the one that the link sets up.
    pub totp_secret: String,
    /// The step of the code that has shown that the authenticator works.
    pub totp_step: i64,
    /// SHA-256 of each recovery code.
    pub recovery: Vec<String>,
}

/// Why a link was not taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// It does not work any more.
    Invalid,
    /// It is for somebody else.
    NotYours,
    /// Its person has an account, and has to sign in and accept.
    SignInFirst,
    /// Somebody has looked at it since, so that it sets up another second factor.
    OtherSecret,
}

impl Db {
    /// Takes up a link that sets password and second factor: makes the account, or renews it, and ends the
    /// sessions that it had.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn enrol(
        &mut self,
        hash: &str,
        credentials: &Credentials,
    ) -> Result<Result<StaffId, NotTaken>, StoreError> {
        let Some(link) = self.hold_link(hash)? else {
            return Ok(Err(NotTaken::Invalid));
        };
        let Some(sets) = &link.sets else {
            return Ok(Err(NotTaken::SignInFirst));
        };
        if sets.totp_secret.is_empty() || sets.totp_secret != credentials.totp_secret {
            return Ok(Err(NotTaken::OtherSecret));
        }
        let staff = match &link.known {
            Some(who) => who.id.clone(),
            None => StaffId::new_id(),
        };
        Sql::new(
            "INSERT INTO staff (id, email, name, password, totp_secret, totp_step, created_at, \
             confirmed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET \
             name = excluded.name, password = excluded.password, totp_secret = excluded.totp_secret, \
             totp_step = excluded.totp_step, confirmed_at = excluded.confirmed_at",
        )
        .arg(&staff)
        .arg(&link.email)
        .arg(&credentials.name)
        .arg(&credentials.password)
        .arg(&credentials.totp_secret)
        .arg(credentials.totp_step)
        .arg(now())
        .arg(link.confirms.then(now))
        .run(self)?;
        self.put_recovery_codes(&staff, &credentials.recovery)?;
        // What somebody had as second factor before is none any more.
        self.remove_passkeys(&PasskeyHolder::Staff(staff.clone()))?;
        self.end_staff_sessions(&staff, "")?;
        if link.known.is_some() {
            self.audit_own(&staff, Action::AccessRenewed)?;
        }
        if sets.alone {
            self.leave_others(&staff, &link)?;
        }
        self.join(&staff, &link)?;
        Ok(Ok(staff))
    }

    /// Takes up a link as somebody who has an account already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn accept_link(
        &mut self,
        hash: &str,
        staff: &StaffId,
    ) -> Result<Result<(), NotTaken>, StoreError> {
        let Some(link) = self.hold_link(hash)? else {
            return Ok(Err(NotTaken::Invalid));
        };
        if link.known.as_ref().is_none_or(|who| who.id != *staff) {
            return Ok(Err(NotTaken::NotYours));
        }
        if link.confirms {
            Sql::new("UPDATE staff SET confirmed_at = $1 WHERE id = $2 AND confirmed_at IS NULL")
                .arg(now())
                .arg(staff)
                .run(self)?;
        }
        self.join(staff, &link)?;
        Ok(Ok(()))
    }

    /// The link, with everything that it depends on, for this unit of work alone.
    fn hold_link(&mut self, hash: &str) -> Result<Option<Link>, StoreError> {
        let Some(link) = self.staff_link(hash)? else {
            return Ok(None);
        };
        let shop = link.role.as_ref().map(|(shop, _)| shop);
        self.lock_person(&link.email, shop)?;
        // It may have been used or taken back meanwhile, or what its maker may has changed.
        self.staff_link(hash)
    }

    /// Gives what the link gives, and makes it void.
    fn join(&mut self, staff: &StaffId, link: &Link) -> Result<(), StoreError> {
        self.delete_link(&link.id)?;
        let Some((shop, role)) = &link.role else {
            return Ok(());
        };
        let before = self.role_in(shop, staff)?;
        // An invitation takes nothing away, and so no shop its last owner.
        if before >= Some(*role) {
            return Ok(());
        }
        self.put_role(shop, staff, *role)?;
        let noted = |role: Option<Role>| match role {
            Some(role) => fields_of([("role", role.as_str().into())]),
            None => Fields::new(),
        };
        let both = (noted(before), noted(Some(*role)));
        let by = Actor::Staff(staff.clone());
        self.audit_difference(shop, &by, Action::StaffJoined, staff.as_str(), both)
    }

    /// Takes somebody out of all shops but the link's: what was given there was given to whoever had the address
    /// before.
    fn leave_others(&mut self, staff: &StaffId, link: &Link) -> Result<(), StoreError> {
        let by = Actor::Staff(staff.clone());
        let here = link.role.as_ref().map(|(shop, _)| shop);
        for (shop, role) in self.roles_of(staff)? {
            if Some(&shop) != here {
                self.take_out(&by, &shop, staff, role)?;
            }
        }
        Ok(())
    }
}
