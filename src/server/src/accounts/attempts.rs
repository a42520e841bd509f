//! Who guesses passwords, or has mail sent to others, waits longer and longer: by address and by account, on all
//! instances together, and whether there is such an account or not.
//!
//! Whoever has to wait because others have guessed need not: choosing another password by email forgets the tries,
//! and a passkey cannot be guessed, so it never waits.

use super::tokens::random_text;
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use bookplate_store::accounts::Patience;
use bookplate_store::{Db, Store, StoreError};
use bookplate_wire::{Code, CustomerId, ShopId, StaffId};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// What the server's secret for the names of who tries is called.
const SECRET: &str = "attempts";
const MINUTE: i64 = 60 * 1_000;

/// Names who tries without telling who it is: the database keeps no addresses of people who only tried.
pub(crate) struct Attempts {
    secret: String,
}

/// A try that was counted, as one that fails.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// What is tried.
    account: Vec<Patience>,
    /// From where.
    address: Option<Patience>,
}

impl Attempts {
    /// Reads the secret that all instances share, or makes it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn open(store: &Store) -> Result<Self, StoreError> {
        let fresh = random_text();
        let secret = store
            .write(move |db| db.server_secret(SECRET, &fresh))
            .await?;
        Ok(Self { secret })
    }

    /// An attempt to sign in to the account with `email`.
    pub(super) fn sign_in(&self, shop: &ShopId, caller: Caller, email: &str) -> Attempt {
        self.entry(&format!("account {shop} {email}"), "address", caller.0)
    }

    /// An attempt to have a message sent to `email`.
    pub(super) fn message(&self, shop: &ShopId, caller: Caller, email: &str) -> Attempt {
        Attempt {
            account: vec![self.patience(&format!("mail to {shop} {email}"), 3, 15 * MINUTE)],
            address: Some(self.patience(&format!("mail from {}", caller.0), 20, 3 * MINUTE)),
        }
    }

    /// An attempt to sign in to the console as the person with `email`.
    pub(crate) fn staff_sign_in(&self, address: IpAddr, email: &str) -> Attempt {
        self.entry(&format!("staff {email}"), "staff from", address)
    }

    /// A guess at the password of `account`. From one address five are free, and one more every ten minutes; from all
    /// together fifty, so that a stranger cannot lock somebody out so easily. An address has twenty for all accounts, because a
    /// school or an office is one.
    fn entry(&self, account: &str, from: &str, address: IpAddr) -> Attempt {
        Attempt {
            account: vec![
                self.patience(&format!("{account} {address}"), 5, 10 * MINUTE),
                self.patience(account, 50, 10 * MINUTE),
            ],
            address: Some(self.patience(&format!("{from} {address}"), 20, 3 * MINUTE)),
        }
    }

    /// An attempt to prove in an open session that it is really the person's: whoever finds one must not guess on
    /// and on.
    pub(crate) fn staff_proof(&self, staff: &StaffId) -> Attempt {
        Attempt {
            account: vec![self.patience(&format!("staff {staff}"), 5, 10 * MINUTE)],
            address: None,
        }
    }

    /// An invitation of a shop that is sent to `email`. The link is shown as well, so that nobody has to send it
    /// again and again.
    pub(crate) fn invitation(&self, shop: &ShopId, email: &str) -> Attempt {
        Attempt {
            account: vec![
                self.patience(&format!("mail to {shop} {email}"), 3, 15 * MINUTE),
                self.patience(&format!("invitations of {shop}"), 50, 10 * MINUTE),
            ],
            address: None,
        }
    }

    /// An attempt to find a gift by its code: from one address twenty are free, and one more every three minutes.
    pub(crate) fn gift(&self, shop: &ShopId, caller: Caller) -> Attempt {
        self.by_address(&format!("gift of {shop}"), caller, 20)
    }

    /// A feedback case that somebody without an account sends: from one address twenty are free, and one more every three
    /// minutes.
    pub(crate) fn feedback(&self, shop: &ShopId, caller: Caller) -> Attempt {
        self.by_address(&format!("feedback to {shop}"), caller, 20)
    }

    /// A feedback case that a customer sends: thirty are free, and one more every minute.
    pub(crate) fn own_feedback(&self, customer: &CustomerId) -> Attempt {
        Attempt {
            account: vec![self.patience(&format!("feedback of {customer}"), 30, MINUTE)],
            address: None,
        }
    }

    /// A photo for a feedback case of somebody without an account: from one address ten are free, and one more every three
    /// minutes.
    pub(crate) fn feedback_photo(&self, shop: &ShopId, caller: Caller) -> Attempt {
        self.by_address(&format!("photo to {shop}"), caller, 10)
    }

    /// An attempt to find a feedback case by its code: from one address twenty are free, and one more every three minutes.
    pub(crate) fn case(&self, shop: &ShopId, caller: Caller) -> Attempt {
        self.by_address(&format!("case of {shop}"), caller, 20)
    }

    /// Something that an article has answered: from one address twenty are free, and one more every three minutes.
    pub(crate) fn faq(&self, shop: &ShopId, caller: Caller) -> Attempt {
        self.by_address(&format!("answers of {shop}"), caller, 20)
    }

    /// An answer to a survey by somebody without an account: from one address twenty are free, and one more every three minutes.
    pub(crate) fn survey(&self, shop: &ShopId, caller: Caller) -> Attempt {
        self.by_address(&format!("surveys of {shop}"), caller, 20)
    }

    /// An attempt to find who has sent an invitation by its code: from one address twenty are free, and one more every three minutes.
    pub(crate) fn invite(&self, shop: &ShopId, caller: Caller) -> Attempt {
        self.by_address(&format!("invitations to {shop}"), caller, 20)
    }

    /// An invitation that a customer takes: ten tries are free, and one more every ten minutes.
    pub(crate) fn referral(&self, customer: &CustomerId) -> Attempt {
        Attempt {
            account: vec![self.patience(&format!("referral of {customer}"), 10, 10 * MINUTE)],
            address: None,
        }
    }

    /// Something by nobody in particular, of which so many are free from one address, and one more every three minutes.
    fn by_address(&self, what: &str, caller: Caller, free: i64) -> Attempt {
        let who = format!("{what} from {}", caller.0);
        Attempt {
            account: Vec::new(),
            address: Some(self.patience(&who, free, 3 * MINUTE)),
        }
    }

    fn patience(&self, who: &str, free: i64, forgiven_after: i64) -> Patience {
        let named = Sha256::new()
            .chain_update(self.secret.as_bytes())
            .chain_update(who.as_bytes())
            .finalize();
        Patience {
            subject: data_encoding::HEXLOWER.encode(&named),
            free,
            forgiven_after,
        }
    }
}

impl Attempt {
    /// Counts it.
    ///
    /// # Errors
    /// [`Code::RateLimited`] with the time to wait.
    pub(crate) async fn count(self, app: &App) -> Result<Self, Failure> {
        let all = self.all();
        let counted = app.store.write(move |db| db.count_try(&all)).await?;
        counted.map(|()| self).map_err(wait_for)
    }

    /// Counts it together with what it is about, in the same unit of work: where that is not done, it is not counted.
    ///
    /// # Errors
    /// [`Code::RateLimited`] with the time to wait; else when the database does not answer.
    pub(crate) fn count_in(&self, db: &mut Db) -> Result<(), Failure> {
        db.count_try(&self.all())?.map_err(wait_for)
    }

    fn all(&self) -> Vec<Patience> {
        self.account.iter().chain(&self.address).cloned().collect()
    }

    /// Takes it back, because it was no guess: within the unit of work that gives what was asked for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) fn succeeded(&self, db: &mut Db) -> Result<(), StoreError> {
        self.forgiven(db)?;
        match &self.address {
            Some(address) => db.take_back_try(&address.subject),
            None => Ok(()),
        }
    }

    /// Forgets all that was tried with the account.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) fn forgiven(&self, db: &mut Db) -> Result<(), StoreError> {
        for account in &self.account {
            db.forget_tries(&account.subject)?;
        }
        Ok(())
    }
}

/// That so many milliseconds have to pass first.
fn wait_for(wait: i64) -> Failure {
    let Failure(problem) = Code::RateLimited.into();
    let seconds = u64::try_from(wait).unwrap_or_default().div_ceil(1_000);
    problem.again_in(seconds).into()
}
