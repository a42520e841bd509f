//! Passwords: how they are hashed and compared, on as many threads at a time as the machine has.

use crate::reply::Failure;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use bookplate_wire::Code;
use prometheus_client::metrics::counter::Counter;
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// 19 MiB, in kibibytes, passed over twice by one thread: the first of the costs that OWASP's Password Storage
/// Cheat Sheet names for argon2id. Hashes carry their own, so it can be raised.
const COST: (u32, u32, u32) = (19 * 1_024, 2, 1);

/// The hash of no password, at the same cost: what is compared where there is no account, so that the answer
/// takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Tm9ib2R5J3Mgc2FsdC4uLg$\
    hXYb8T0jJ0mYk2mZC1r8bqvG2l8m8Zt0m1bCq1dP3xA";

/// Hashes and compares passwords.
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    /// More at a time would be no quicker, and would take the memory of each.
    turns: Arc<Semaphore>,
    hashed: Counter,
}

impl Passwords {
    /// Counts in `hashed`.
    pub(crate) fn new(hashed: Counter) -> Self {
        let (memory, passes, threads) = COST;
        let cost = Params::new(memory, passes, threads, None).unwrap_or_default();
        let turns = available_parallelism().map_or(1, usize::from);
        Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, cost),
            turns: Arc::new(Semaphore::new(turns)),
            hashed,
        }
    }

    /// The hash of a password, with a salt of its own (PHC string format).
    ///
    /// # Errors
    /// When the system has no randomness or no memory.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Failure> {
        let password = normalised(password);
        self.in_turn(move |argon2| {
            let hash: Result<PasswordHash, _> = argon2.hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string())
        })
        .await?
        .map_err(|error| {
            tracing::error!(%error, "cannot hash a password");
            Code::Internal.into()
        })
    }

    /// Whether a password is the one with the hash `hash`. Without a hash it never is, after the same work.
    ///
    /// # Errors
    /// When the hash cannot be read.
    pub(crate) async fn fits(&self, password: &str, hash: Option<&str>) -> Result<bool, Failure> {
        let password = normalised(password);
        let is_somebody = hash.is_some();
        let hash = PasswordHash::new(hash.unwrap_or(NOBODY)).map_err(|error| {
            tracing::error!(%error, "cannot read a password's hash");
            Failure::from(Code::Internal)
        })?;
        let fits = self
            .in_turn(move |argon2| argon2.verify_password(password.as_bytes(), &hash).is_ok())
            .await?;
        Ok(fits && is_somebody)
    }

    /// Does the work on a thread where it holds up nobody else.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'_>) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| Failure::from(Code::Internal))?;
        self.hashed.inc();
        let argon2 = self.argon2.clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&argon2);
            drop(turn);
            done
        });
        done.await.map_err(|_| Code::Internal.into())
    }
}

/// A password in the one form in which it is hashed: keyboards write some letters in two ways (NFC).
pub(super) fn normalised(password: &str) -> String {
    password.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_costs_as_much_as_anybodys() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&nobody).unwrap();
        let cost = (params.m_cost(), params.t_cost(), params.p_cost());
        assert_eq!(cost, COST);
        assert_eq!(nobody.salt.unwrap().len(), 16);
        assert_eq!(nobody.hash.unwrap().len(), 32);
        assert_eq!(nobody.algorithm.as_str(), "argon2id");
    }

    #[tokio::test]
    async fn a_password_fits_however_its_letters_are_written() {
        let passwords = Passwords::new(Counter::default());
        // é as one letter, and as e with an accent.
        let hash = passwords.hash("caf\u{e9} au lait").await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let same = passwords.fits("cafe\u{301} au lait", Some(&hash)).await;
        assert!(same.unwrap());
        assert!(!passwords.fits("cafe au lait", Some(&hash)).await.unwrap());
        assert!(!passwords.fits("caf\u{e9} au lait", None).await.unwrap());
        assert_eq!(passwords.hashed.get(), 4);
    }
}
