//! The codes by which shoppers without an account follow their cases.
//!
//! A code is made of the draft's name and a secret of the server's: so whoever sends the same draft again, because the reply
//! was lost, gets the same code, and only its hash is kept. It has 80 bits, which no guessing reaches, and none of the
//! figures that are taken for letters.

use crate::accounts::tokens::random_text;
use bookplate_store::{Db, Store, StoreError};
use bookplate_wire::ShopId;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How many letters and figures a code has.
pub(crate) const CODE: usize = 16;

/// Makes codes.
pub(crate) struct Receipts {
    secret: String,
}

impl Receipts {
    /// What the server's secret is called.
    const SECRET: &str = "feedback";

    /// Reads the secret that all instances share, or makes it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn open(store: &Store) -> Result<Self, StoreError> {
        let fresh = random_text();
        let read = move |db: &mut Db| db.server_secret(Self::SECRET, &fresh);
        Ok(Self {
            secret: store.write(read).await?,
        })
    }

    /// The code of a draft, in the form in which codes are compared.
    pub(crate) fn code(&self, shop: &ShopId, draft: &str) -> String {
        // A key of any length will do.
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else {
            return random_text();
        };
        let mac = mac
            .chain_update(shop.as_str())
            .chain_update(" ")
            .chain_update(draft)
            .finalize()
            .into_bytes();
        let mut code = BASE32_NOPAD.encode(&mac).to_ascii_lowercase();
        code.truncate(CODE);
        code
    }
}
