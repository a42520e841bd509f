//! What every request needs: the store, the built files, the caches.

use crate::accounts::attempts::Attempts;
use crate::accounts::passwords::Passwords;
use crate::accounts::tokens::AccessTokens;
use crate::assets::Assets;
use crate::feedback::codes::Receipts;
use crate::feedback::live::Live;
use crate::fragments::FragmentCache;
use crate::limits::Limits;
use crate::notifications::unsubscribe::Unsubscribes;
use crate::observe::Metrics;
use crate::reviews::holds::Networks;
use crate::shops::ShopCache;
use crate::turns::Turns;
use bookplate_store::{Store, StoreError};
use std::sync::Arc;

/// Shared by all requests; cloning is cheap.
pub type App = Arc<AppState>;

/// See [`App`].
pub struct AppState {
    /// The database.
    pub store: Store,
    /// The built browser files.
    pub assets: Assets,
    /// The server's address as browsers reach it, without a slash at the end.
    pub public_url: String,
    /// Whether webhooks may have addresses that are none of the internet's.
    pub private_webhooks: bool,
    /// Whether mail is sent.
    pub(crate) mails: bool,
    pub(crate) tokens: AccessTokens,
    pub(crate) passwords: Passwords,
    pub(crate) attempts: Attempts,
    pub(crate) unsubscribes: Unsubscribes,
    pub(crate) networks: Networks,
    pub(crate) receipts: Receipts,
    pub(crate) live: Live,
    pub(crate) limits: Limits,
    pub(crate) turns: Turns,
    pub(crate) shops: ShopCache,
    pub(crate) fragments: FragmentCache,
    pub(crate) metrics: Metrics,
}

impl AppState {
    /// All that a server needs, with empty caches.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn open(
        store: Store,
        assets: Assets,
        public_url: String,
        private_webhooks: bool,
        mails: bool,
        limits: Limits,
    ) -> Result<App, StoreError> {
        let metrics = Metrics::default();
        Ok(Arc::new(Self {
            live: Live::new(limits.streams()),
            limits,
            turns: Turns::new(&store),
            tokens: AccessTokens::open(&store).await?,
            unsubscribes: Unsubscribes::open(&store).await?,
            networks: Networks::open(&store).await?,
            receipts: Receipts::open(&store).await?,
            passwords: Passwords::new(metrics.password_hashes.clone()),
            attempts: Attempts::open(&store).await?,
            shops: ShopCache::default(),
            fragments: FragmentCache::default(),
            metrics,
            store,
            assets,
            public_url,
            private_webhooks,
            mails,
        }))
    }
}
