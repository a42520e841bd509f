//! Marks reviews as verified purchases soon after orders and refunds have come.

use crate::app::App;
use bookplate_store::{Db, StoreError};
use std::time::Duration;

/// How often it is looked whether purchases have changed.
const POLL: Duration = Duration::from_secs(1);

/// Works until it is dropped. Any number of servers can do so: each note is looked at once.
pub(crate) async fn mark(app: App) {
    loop {
        if let Err(error) = mark_all(&app).await {
            tracing::error!(%error, "purchases are not marked");
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn mark_all(app: &App) -> Result<(), StoreError> {
    while let Some(shop) = app.store.read(Db::shop_with_purchases).await? {
        app.store.write(move |db| db.mark_purchases(&shop)).await?;
    }
    Ok(())
}
