//! Asks customers for reviews of what was delivered to them, days later.

use crate::app::App;
use bookplate_store::reviews::AskingShop;
use bookplate_store::{Db, StoreError};
use std::time::Duration;

/// How often it is looked whether somebody is to be asked.
const POLL: Duration = Duration::from_secs(5);
/// How many are asked in one unit of work, so that nobody waits behind it.
const BATCH: u32 = 50;

/// Works until it is dropped. Any number of servers can do so: nobody is asked twice.
pub(crate) async fn ask(app: App) {
    loop {
        if let Err(error) = ask_all(&app).await {
            tracing::error!(%error, "reviews are not asked for");
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn ask_all(app: &App) -> Result<(), StoreError> {
    for shop in app.store.read(Db::shops_that_ask_for_reviews).await? {
        loop {
            match ask_some(app, shop.clone()).await {
                Ok(BATCH) => {}
                Ok(_) => break,
                // One that fails takes nobody else along.
                Err(error) => {
                    tracing::error!(%error, "reviews are not asked for by a shop");
                    break;
                }
            }
        }
    }
    Ok(())
}

async fn ask_some(app: &App, shop: AskingShop) -> Result<u32, StoreError> {
    let public_url = app.public_url.clone();
    let ask = move |db: &mut Db| {
        let link = |isbn| shop.link(&public_url, isbn);
        db.ask_for_reviews(&shop.id, link, BATCH)
    };
    app.store.write(ask).await
}
