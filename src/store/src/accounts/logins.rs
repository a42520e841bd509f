//! Logins of our own: an email address that was confirmed, and a password.

use super::Identifier;
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::passkeys::PasskeyHolder;
use crate::{Db, StoreError};
use bookplate_wire::notifications::{CustomerEvent, Event};
use bookplate_wire::{CustomerId, Lang, ShopId};

/// How long a link that confirms an address is taken, in milliseconds: a day.
pub const CONFIRMED_WITHIN: i64 = 24 * 60 * 60 * 1_000;
/// How long a link to choose another password is taken, in milliseconds: an hour.
const RESET_WITHIN: i64 = 60 * 60 * 1_000;

/// When an address that somebody has confirmed counts as told: later than anything that the shop says of
/// anybody else, who would else get the orders that name it.
const CONFIRMED: i64 = i64::MAX;

/// A login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Whose it is.
    pub customer: CustomerId,
    /// The email address.
    pub email: String,
    /// The hash of the password, with salt and cost (PHC string format).
    pub password: String,
}

/// What somebody has signed up with. Texts are in the form in which they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUp {
    /// The email address, not confirmed yet.
    pub email: String,
    /// The hash of the password.
    pub password: String,
    /// The name, empty where it was not told.
    pub name: String,
    /// The language of messages.
    pub language: Lang,
}

fn login_of(row: &Row) -> Result<Login, StoreError> {
    Ok(Login {
        customer: row.get("customer_id")?,
        email: row.get("email")?,
        password: row.get("password")?,
    })
}

impl Db {
    /// The login with an email address, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn login(&mut self, shop: &ShopId, email: &str) -> Result<Option<Login>, StoreError> {
        Sql::new(
            "SELECT customer_id, email, password FROM logins WHERE shop_id = $1 AND email = $2",
        )
        .arg(shop)
        .arg(email)
        .row(self)?
        .as_ref()
        .map(login_of)
        .transpose()
    }

    /// The login of a customer, who has none where the shop has its own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn login_of(&mut self, customer: &CustomerId) -> Result<Option<Login>, StoreError> {
        Sql::new("SELECT customer_id, email, password FROM logins WHERE customer_id = $1")
            .arg(customer)
            .row(self)?
            .as_ref()
            .map(login_of)
            .transpose()
    }

    /// Whether a login is still just so. If it is, it stays so until this unit of work has ended: who is about to
    /// change it waits, and then finds what was written here.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn hold_login(&mut self, login: &Login) -> Result<bool, StoreError> {
        let held = Sql::new(
            "UPDATE logins SET changed_at = changed_at \
             WHERE customer_id = $1 AND email = $2 AND password = $3",
        )
        .arg(&login.customer)
        .arg(&login.email)
        .arg(&login.password)
        .run(self)?;
        Ok(held > 0)
    }

    /// Keeps a sign-up until it is confirmed by the token whose hash is `hash`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_sign_up(
        &mut self,
        shop: &ShopId,
        hash: &str,
        sign_up: &SignUp,
    ) -> Result<(), StoreError> {
        let now = now();
        Sql::new("DELETE FROM sign_ups WHERE expires_at < $1")
            .arg(now)
            .run(self)?;
        Sql::new(
            "INSERT INTO sign_ups (hash, shop_id, email, password, name, language, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .arg(hash)
        .arg(shop)
        .arg(&sign_up.email)
        .arg(&sign_up.password)
        .arg(&sign_up.name)
        .arg(sign_up.language.tag())
        .arg(now + CONFIRMED_WITHIN)
        .run(self)
        .map(drop)
    }

    /// The sign-up that a token confirms, as long as it does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn sign_up(&mut self, shop: &ShopId, hash: &str) -> Result<Option<SignUp>, StoreError> {
        let row = Sql::new(
            "SELECT email, password, name, language FROM sign_ups \
             WHERE hash = $1 AND shop_id = $2 AND expires_at > $3",
        )
        .arg(hash)
        .arg(shop)
        .arg(now())
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let language: String = row.get("language")?;
        Ok(Some(SignUp {
            email: row.get("email")?,
            password: row.get("password")?,
            name: row.get("name")?,
            language: Lang::from_tag(&language).ok_or(StoreError::Corrupt("language"))?,
        }))
    }

    /// Has the token of a sign-up confirm it for another day. False when it does not any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn renew_sign_up(&mut self, shop: &ShopId, hash: &str) -> Result<bool, StoreError> {
        let now = now();
        let renewed = Sql::new(
            "UPDATE sign_ups SET expires_at = $1 \
             WHERE hash = $2 AND shop_id = $3 AND expires_at > $4",
        )
        .arg(now + CONFIRMED_WITHIN)
        .arg(hash)
        .arg(shop)
        .arg(now)
        .run(self)?;
        Ok(renewed > 0)
    }

    /// Makes a login of the sign-up that a token confirms; `None` when it does not any more, for instance
    /// because another sign-up with this address was confirmed meanwhile. The caller has checked the password.
    ///
    /// Where the address names a customer already, it becomes that customer's login, and orders, points and
    /// reviews stay together. That is safe for two reasons. What names a customer was vouched for by the
    /// shop or was confirmed (see `customer_identifiers`). And who confirms shows both the mailbox and the
    /// password: by the mailbox alone, somebody could sign up with another person's address and wait until
    /// that person, thinking of nothing bad, clicks on the link.
    ///
    /// A customer has one login. If there is one with another address, which is so when the shop has told of a
    /// new one, it is replaced with its passkeys and with links to choose its password, and what was signed in by it is not
    /// any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn confirm_sign_up(
        &mut self,
        shop: &ShopId,
        hash: &str,
    ) -> Result<Option<CustomerId>, StoreError> {
        let Some(SignUp {
            email,
            password,
            name,
            language,
        }) = self.sign_up(shop, hash)?
        else {
            return Ok(None);
        };
        let identifier = Identifier::Email(&email);
        self.lock([identifier.lock(shop)])?;
        if self.login(shop, &email)?.is_some() {
            return Ok(None);
        }
        let known = self.customer_by(shop, identifier)?;
        let is_new = known.is_none();
        let id = match known {
            Some(id) => id,
            None => self.new_customer(shop)?,
        };
        let old = self.login_of(&id)?;
        if let Some(old) = &old {
            // Before anything else of the customer, as everybody does who changes a login.
            self.hold_login(old)?;
        }
        let adopted = self.identify(shop, &id, identifier, CONFIRMED)?;
        let now = now();
        // What the shop has told of the customer stays.
        Sql::new(
            "UPDATE customers SET name = CASE WHEN name = '' THEN $1 ELSE name END, \
             email_checked = CASE WHEN email = '' OR email = $2 THEN 1 ELSE email_checked END, \
             email = CASE WHEN email = '' THEN $2 ELSE email END, \
             language = CASE WHEN language = '' THEN $3 ELSE language END, \
             updated_at = $4 WHERE id = $5",
        )
        .arg(&name)
        .arg(&email)
        .arg(language.tag())
        .arg(now)
        .arg(&id)
        .run(self)?;
        self.index_name(&id)?;
        Sql::new(
            "INSERT INTO logins (customer_id, shop_id, email, password, created_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (customer_id) DO UPDATE SET \
             email = excluded.email, password = excluded.password, changed_at = excluded.changed_at",
        )
        .arg(&id)
        .arg(shop)
        .arg(&email)
        .arg(&password)
        .arg(now)
        .arg(now)
        .run(self)?;
        if let Some(old) = old {
            self.release_address(shop, &id, &old.email)?;
            self.remove_passkeys(&PasskeyHolder::Customer(id.clone()))?;
            Sql::new("DELETE FROM password_resets WHERE customer_id = $1")
                .arg(&id)
                .run(self)?;
            self.end_sessions(&id, None)?;
        }
        Sql::new("DELETE FROM sign_ups WHERE shop_id = $1 AND email = $2")
            .arg(shop)
            .arg(&email)
            .run(self)?;
        if is_new || adopted {
            self.settle_adopted(shop, &id, is_new)?;
        }
        let about = CustomerEvent {
            external_id: self.customer(&id)?.map_or(String::new(), |c| c.external_id),
            customer: id.clone(),
        };
        self.emit(
            shop,
            &if is_new {
                Event::CustomerCreated(about)
            } else {
                Event::CustomerUpdated(about)
            },
        )?;
        Ok(Some(id))
    }

    /// Has an address name its customer no more firmly than the shop's word does.
    fn release_address(
        &mut self,
        shop: &ShopId,
        id: &CustomerId,
        email: &str,
    ) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE customer_identifiers SET told_at = $1 \
             WHERE shop_id = $2 AND kind = 'email' AND value = $3 AND customer_id = $4",
        )
        .arg(now())
        .arg(shop)
        .arg(email)
        .arg(id)
        .run(self)
        .map(drop)
    }

    /// Keeps the hash of a token by which a customer can choose another password, for an hour.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_password_reset(
        &mut self,
        shop: &ShopId,
        hash: &str,
        customer: &CustomerId,
    ) -> Result<(), StoreError> {
        let now = now();
        Sql::new("DELETE FROM password_resets WHERE expires_at < $1")
            .arg(now)
            .run(self)?;
        Sql::new(
            "INSERT INTO password_resets (hash, shop_id, customer_id, expires_at) \
             VALUES ($1, $2, $3, $4)",
        )
        .arg(hash)
        .arg(shop)
        .arg(customer)
        .arg(now + RESET_WITHIN)
        .run(self)
        .map(drop)
    }

    /// The login whose password a token can change, as long as it can.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn password_reset(
        &mut self,
        shop: &ShopId,
        hash: &str,
    ) -> Result<Option<Login>, StoreError> {
        let customer: Option<CustomerId> = Sql::new(
            "SELECT customer_id FROM password_resets WHERE hash = $1 AND shop_id = $2 \
             AND expires_at > $3 AND customer_id IS NOT NULL",
        )
        .arg(hash)
        .arg(shop)
        .arg(now())
        .value(self)?;
        match customer {
            Some(customer) => self.login_of(&customer),
            None => Ok(None),
        }
    }

    /// Uses up the token whose hash is `hash`, and with it all others of that customer. False when it was
    /// used meanwhile.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn use_password_reset(
        &mut self,
        customer: &CustomerId,
        hash: &str,
    ) -> Result<bool, StoreError> {
        let used = Sql::new("DELETE FROM password_resets WHERE hash = $1")
            .arg(hash)
            .run(self)?;
        Sql::new("DELETE FROM password_resets WHERE customer_id = $1")
            .arg(customer)
            .run(self)?;
        Ok(used > 0)
    }

    /// Gives a login another password, by its hash.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_password(
        &mut self,
        customer: &CustomerId,
        password: &str,
    ) -> Result<(), StoreError> {
        Sql::new("UPDATE logins SET password = $1, changed_at = $2 WHERE customer_id = $3")
            .arg(password)
            .arg(now())
            .arg(customer)
            .run(self)
            .map(drop)
    }
}
