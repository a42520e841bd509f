//! A shop that sells books, for stories in which its programs and its customers meet.

use crate::people::{identity, new_secret, sign_in};
use crate::shelf::{BOOKS, KEY, ORIGIN, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_wire::orders::{TakenOrders, TakenRefunds};
use serde_json::{Value, json};

/// A shop with books, and what its programs and its customers hold.
pub(crate) struct Shop {
    world: World,
    secret: String,
    key: String,
}

impl Shop {
    pub(crate) async fn open(setup: Setup) -> Self {
        setup.shop(KEY, &[ORIGIN]).await;
        setup.import_catalogue(BOOKS).await;
        let secret = new_secret(&setup, "identity").await.1;
        let key = new_secret(&setup, "api").await.1;
        let world = setup.open().await;
        Self { world, secret, key }
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn backend(&self) -> Actor<'_> {
        self.world.anonymous().bearing(&self.key)
    }

    /// What the shop's programs are known by.
    pub(crate) fn secret_key(&self) -> &str {
        &self.key
    }

    /// The same shop after a power cut.
    pub(crate) async fn crash(self) -> Self {
        let world = self.world.crash().await;
        Self { world, ..self }
    }

    /// The same shop after its server has ended in an orderly way, and begun again.
    pub(crate) async fn restart(self) -> Self {
        let world = self.world.restart().await;
        Self { world, ..self }
    }

    /// A signed-in customer of whom the shop says `more`.
    pub(crate) async fn customer(&self, id: &str, more: Value) -> Actor<'_> {
        let page = shopper(&self.world);
        let session = sign_in(&page, &identity(&self.secret, id, more)).await;
        page.bearing(&session.access_token)
    }

    pub(crate) async fn send(&self, order: Value) -> TakenOrders {
        let orders = json!({ "orders": [order] });
        self.backend().post("/v1/orders", &orders).await.json()
    }

    pub(crate) async fn refund(&self, refund: Value) -> TakenRefunds {
        let refunds = json!({ "refunds": [refund] });
        self.backend().post("/v1/refunds", &refunds).await.json()
    }
}
