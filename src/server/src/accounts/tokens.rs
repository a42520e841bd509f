//! Access tokens: what a page holds in memory to speak as its customer.
//!
//! They are signed and not stored, so that handing one out writes nothing. They are short-lived, and each use
//! asks whether the session behind it still stands.

use crate::reply::Failure;
use bookplate_store::accounts::Standing;
use bookplate_store::{Store, StoreError};
use bookplate_wire::{Code, CustomerId, SessionId, ShopId};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

/// How long an access token is taken, in milliseconds.
const LIFETIME: i64 = 10 * 60 * 1_000;
/// What the server's secret for them is called.
const SECRET: &str = "access_tokens";

/// Makes and reads access tokens.
pub(crate) struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Access {
    /// The shop whose customer it is.
    pub(crate) shop: ShopId,
    /// The customer.
    #[serde(rename = "sub")]
    pub(crate) customer: CustomerId,
    /// The session.
    #[serde(rename = "sid")]
    pub(crate) session: SessionId,
    /// Which generation of the session it was given out for: signing out begins the next one.
    #[serde(rename = "gen")]
    pub(crate) generation: i64,
    /// When the customer, or the shop for the customer, has last shown who that is, in milliseconds since 1970 UTC.
    /// What is given out for this token counts from then, so that passing a session on does not prolong it.
    #[serde(rename = "auth_at")]
    pub(crate) proven_at: i64,
    /// When it was made, in milliseconds since 1970 UTC (`iat` has seconds only).
    #[serde(rename = "at")]
    pub(crate) given_at: i64,
}

impl Access {
    /// The session as it stood when the token was made.
    pub(crate) fn standing(&self) -> Standing {
        Standing {
            session: self.session.clone(),
            generation: self.generation,
        }
    }

    /// When it stops being taken, in milliseconds since 1970 UTC.
    pub(crate) fn expires_at(&self) -> i64 {
        self.given_at.saturating_add(LIFETIME)
    }
}

impl AccessTokens {
    /// Reads the secret that all instances share, or makes it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn open(store: &Store) -> Result<Self, StoreError> {
        let fresh = random_text();
        let secret = store
            .write(move |db| db.server_secret(SECRET, &fresh))
            .await?;
        Ok(Self {
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
        })
    }

    /// The token that says `access`.
    pub(crate) fn encode(&self, access: &Access) -> Result<String, Failure> {
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), access, &self.encoding);
        token.map_err(|_| Code::Internal.into())
    }

    /// Reads a token at the time `now`, in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`Code::SessionInvalid`] or [`Code::SessionExpired`].
    pub(crate) fn decode(&self, token: &str, now: i64) -> Result<Access, Failure> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let data = jsonwebtoken::decode::<Access>(token, &self.decoding, &validation);
        let access = data
            .map_err(|_| Failure::from(Code::SessionInvalid))?
            .claims;
        if access.expires_at() <= now {
            return Err(Code::SessionExpired.into());
        }
        Ok(access)
    }
}

/// 256 bits that nobody can guess, as 43 characters that can stand anywhere.
///
/// # Panics
/// When the system has no source of randomness: nothing could be safe then.
pub(crate) fn random_text() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system's source of randomness");
    BASE64URL_NOPAD.encode(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(secret: &str) -> AccessTokens {
        AccessTokens {
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
        }
    }

    #[test]
    fn a_token_is_read_by_who_made_it_and_for_ten_minutes() {
        let digits = "0192f3a0c1d27c3e8a5b6c7d8e9f0a1b";
        let access = Access {
            shop: ShopId::from_digits(digits).unwrap(),
            customer: CustomerId::from_digits(digits).unwrap(),
            session: SessionId::from_digits(digits).unwrap(),
            generation: 1,
            proven_at: 500,
            given_at: 1_000,
        };
        let token = tokens("ours").encode(&access).unwrap();
        let refused = |tokens: AccessTokens, token: &str, now| {
            let Failure(problem) = tokens.decode(token, now).unwrap_err();
            problem.code
        };
        assert_eq!(tokens("ours").decode(&token, 600_999).unwrap(), access);
        assert_eq!(
            refused(tokens("ours"), &token, 601_000),
            Code::SessionExpired
        );
        assert_eq!(
            refused(tokens("theirs"), &token, 1_000),
            Code::SessionInvalid
        );
        assert_eq!(
            refused(tokens("ours"), "a.b.c", 1_000),
            Code::SessionInvalid
        );
    }

    #[test]
    fn random_text_is_never_the_same() {
        assert_ne!(random_text(), random_text());
        assert_eq!(random_text().len(), 43);
    }
}
