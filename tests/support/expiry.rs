//! Time that passes while a story is told.

use crate::actors::Setup;
use bookplate_store::Store;
use bookplate_store::db::Sql;

/// What is taken for a time only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fleeting {
    /// Links that confirm an address.
    SignUps,
    /// Links to choose another password.
    PasswordResets,
    /// Invitations to join the staff.
    Invitations,
    /// Links of such that were sent by mail.
    MailedLinks,
    /// Refresh tokens, cookies, and codes to go on elsewhere.
    SessionSecrets,
    /// What a passkey is to sign.
    PasskeyChallenges,
    /// The wait before the next attempt.
    Waits,
}

impl Setup {
    /// As if all of `what` had been given out long ago.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn let_expire(&self, what: Fleeting) {
        let text = match what {
            Fleeting::SignUps => "UPDATE sign_ups SET expires_at = 1",
            Fleeting::PasswordResets => "UPDATE password_resets SET expires_at = 1",
            Fleeting::Invitations => "UPDATE staff_links SET expires_at = 1",
            Fleeting::MailedLinks => "UPDATE staff_links SET mail_until = 1",
            Fleeting::SessionSecrets => "UPDATE session_secrets SET expires_at = 1",
            Fleeting::PasskeyChallenges => "UPDATE passkey_challenges SET expires_at = 1",
            Fleeting::Waits => "UPDATE attempts SET free_at = 1",
        };
        self.say(Sql::new(text)).await;
    }

    /// As if what is still to go to `address` had been written `hours` earlier.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn age_deliveries(&self, address: &str, hours: i64) {
        let text = "UPDATE outbox SET created_at = created_at - $1 WHERE target = $2";
        let aged = Sql::new(text).arg(hours * 3_600_000).arg(address);
        self.say(aged).await;
    }

    /// As if the shops had chosen `language` for who has told none.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn speak(&self, language: &str) {
        let text = "UPDATE shops SET default_language = $1";
        self.say(Sql::new(text).arg(language)).await;
    }

    /// Says something to the database past the program.
    async fn say(&self, sql: Sql) {
        let store = Store::open(self.database().url()).await.unwrap();
        store.write(move |db| sql.run(db)).await.unwrap();
        store.close().await;
    }
}
