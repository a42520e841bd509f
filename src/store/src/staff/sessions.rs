//! What somebody of the staff signs in with, and where they are signed in.

use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::passkeys::{NewPasskey, PasskeyHolder};
use crate::{Db, StoreError};
use bookplate_wire::audit::Action;
use bookplate_wire::passkeys::Passkey;
use bookplate_wire::{PasskeyId, SessionId, StaffId};

/// How long a session lasts at most, in milliseconds: a working day.
const LIFETIME: i64 = 12 * 60 * 60 * 1_000;
/// How long it lasts while nobody uses it, in milliseconds.
const IDLE: i64 = 2 * 60 * 60 * 1_000;
/// How exactly it is known when a session was last used, in milliseconds.
const SEEN_WITHIN: i64 = 10 * 60 * 1_000;

/// What is needed to check who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub id: StaffId,
    /// The password's hash.
    pub password: String,
    /// The second factor's secret, in base 32.
    pub totp_secret: String,
}

/// A session that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whose it is.
    pub staff: StaffId,
    /// Whether it has to be noted that it is used.
    pub is_stale: bool,
}

impl Db {
    /// The account with this email address.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn staff_account(&mut self, email: &str) -> Result<Option<Account>, StoreError> {
        Sql::new("SELECT id, password, totp_secret FROM staff WHERE email = $1")
            .arg(email)
            .row(self)?
            .map(|row| {
                Ok(Account {
                    id: row.get("id")?,
                    password: row.get("password")?,
                    totp_secret: row.get("totp_secret")?,
                })
            })
            .transpose()
    }

    /// Whether an account still has the password and the second factor that were read before, which is so until this
    /// unit of work has ended: checking a password takes a while, in which both can be set anew.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn hold_staff_account(&mut self, account: &Account) -> Result<bool, StoreError> {
        let held = Sql::new(
            "UPDATE staff SET totp_step = totp_step \
             WHERE id = $1 AND password = $2 AND totp_secret = $3",
        )
        .arg(&account.id)
        .arg(&account.password)
        .arg(&account.totp_secret)
        .run(self)?;
        Ok(held > 0)
    }

    /// Takes the code of a step; false when that step's code, or a later one, was taken before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_totp_step(&mut self, staff: &StaffId, step: i64) -> Result<bool, StoreError> {
        let taken = Sql::new("UPDATE staff SET totp_step = $1 WHERE id = $2 AND totp_step < $1")
            .arg(step)
            .arg(staff)
            .run(self)?;
        Ok(taken > 0)
    }

    /// Takes a recovery code, by its SHA-256; false when there is none such (any more).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_recovery_code(&mut self, staff: &StaffId, hash: &str) -> Result<bool, StoreError> {
        let taken = Sql::new("DELETE FROM staff_recovery_codes WHERE staff_id = $1 AND hash = $2")
            .arg(staff)
            .arg(hash)
            .run(self)?;
        if taken > 0 {
            self.audit_own(staff, Action::RecoveryCodeUsed)?;
        }
        Ok(taken > 0)
    }

    /// Puts other recovery codes in place of somebody's.
    pub(super) fn put_recovery_codes(
        &mut self,
        staff: &StaffId,
        hashes: &[String],
    ) -> Result<(), StoreError> {
        Sql::new("DELETE FROM staff_recovery_codes WHERE staff_id = $1")
            .arg(staff)
            .run(self)?;
        for hash in hashes {
            Sql::new("INSERT INTO staff_recovery_codes (staff_id, hash) VALUES ($1, $2)")
                .arg(staff)
                .arg(hash)
                .run(self)?;
        }
        Ok(())
    }

    /// The same, asked for by the person.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn renew_recovery_codes(
        &mut self,
        staff: &StaffId,
        hashes: &[String],
    ) -> Result<(), StoreError> {
        self.put_recovery_codes(staff, hashes)?;
        self.audit_own(staff, Action::RecoveryCodesRenewed)
    }

    /// Gives somebody a passkey more as second factor; `None` when there is one of that name already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_staff_passkey(
        &mut self,
        staff: &StaffId,
        new: &NewPasskey,
    ) -> Result<Option<Passkey>, StoreError> {
        let added = self.add_passkey(&PasskeyHolder::Staff(staff.clone()), new)?;
        if added.is_some() {
            self.audit_own(staff, Action::PasskeyAdded)?;
        }
        Ok(added)
    }

    /// Takes a passkey of somebody's away; false when the person has no such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_staff_passkey(
        &mut self,
        staff: &StaffId,
        id: &PasskeyId,
    ) -> Result<bool, StoreError> {
        let removed = self.remove_passkey(&PasskeyHolder::Staff(staff.clone()), id)?;
        if removed {
            self.audit_own(staff, Action::PasskeyRemoved)?;
        }
        Ok(removed)
    }

    /// Gives somebody another password, by its hash, and ends all other sessions than the one with this SHA-256.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_staff_password(
        &mut self,
        staff: &StaffId,
        password: &str,
        session: &str,
    ) -> Result<(), StoreError> {
        Sql::new("UPDATE staff SET password = $1 WHERE id = $2")
            .arg(password)
            .arg(staff)
            .run(self)?;
        self.end_staff_sessions(staff, session)?;
        self.audit_own(staff, Action::PasswordChanged)
    }

    /// Begins a session whose secret has the SHA-256 `hash`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn begin_staff_session(&mut self, staff: &StaffId, hash: &str) -> Result<(), StoreError> {
        let now = now();
        Sql::new("DELETE FROM staff_sessions WHERE expires_at < $1")
            .arg(now)
            .run(self)?;
        Sql::new(
            "INSERT INTO staff_sessions (id, staff_id, hash, created_at, seen_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .arg(&SessionId::new_id())
        .arg(staff)
        .arg(hash)
        .arg(now)
        .arg(now)
        .arg(now + LIFETIME)
        .run(self)
        .map(drop)
    }

    /// The session whose secret has this SHA-256, as long as it lasts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn staff_session(&mut self, hash: &str) -> Result<Option<Seen>, StoreError> {
        let now = now();
        Sql::new(
            "SELECT staff_id, seen_at FROM staff_sessions \
             WHERE hash = $1 AND expires_at > $2 AND seen_at > $3",
        )
        .arg(hash)
        .arg(now)
        .arg(now - IDLE)
        .row(self)?
        .map(|row| {
            let seen_at: i64 = row.get("seen_at")?;
            Ok(Seen {
                staff: row.get("staff_id")?,
                is_stale: seen_at < now - SEEN_WITHIN,
            })
        })
        .transpose()
    }

    /// Notes that a session is used.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn see_staff_session(&mut self, hash: &str) -> Result<(), StoreError> {
        Sql::new("UPDATE staff_sessions SET seen_at = $1 WHERE hash = $2")
            .arg(now())
            .arg(hash)
            .run(self)
            .map(drop)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn end_staff_session(&mut self, hash: &str) -> Result<(), StoreError> {
        Sql::new("DELETE FROM staff_sessions WHERE hash = $1")
            .arg(hash)
            .run(self)
            .map(drop)
    }

    /// Ends all sessions of somebody but the one with the SHA-256 `but`.
    pub(super) fn end_staff_sessions(
        &mut self,
        staff: &StaffId,
        but: &str,
    ) -> Result<(), StoreError> {
        Sql::new("DELETE FROM staff_sessions WHERE staff_id = $1 AND hash <> $2")
            .arg(staff)
            .arg(but)
            .run(self)
            .map(drop)
    }
}
