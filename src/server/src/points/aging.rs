//! Lets time work on points: they mature, their end is told, and they expire.

use crate::app::App;
use bookplate_store::{Db, StoreError, now};
use std::time::Duration;

/// How often it is looked whether it is time for somebody's points.
const POLL: Duration = Duration::from_secs(2);
/// How many accounts are looked up at a time.
const BATCH: u32 = 100;

/// Works until it is dropped. Any number of servers can do so: whoever has an account first does it, and it is noted there.
pub(crate) async fn age(app: App) {
    loop {
        if let Err(error) = age_all(&app).await {
            tracing::error!(%error, "it is not found out whose points it is time for");
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn age_all(app: &App) -> Result<(), StoreError> {
    let now = now();
    let mut after = String::new();
    loop {
        let behind = after.clone();
        let read = move |db: &mut Db| db.aging_accounts(now, &behind, BATCH);
        let accounts = app.store.read(read).await?;
        let Some(last) = accounts.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for account in accounts {
            // One that fails takes nobody else along.
            let age = move |db: &mut Db| db.age_points(&account.shop, &account.customer, now);
            if let Err(error) = app.store.write(age).await {
                tracing::error!(%error, "somebody's points do not age");
            }
        }
    }
}
