//! Tells customers what is new about books that they wish for or follow: in one message a day at most.

use crate::app::App;
use crate::notifications::quiet;
use crate::shops::zone_named;
use bookplate_store::wishlists::{DigestShop, RECENT};
use bookplate_store::{Db, StoreError, now};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use std::time::Duration;

/// How often it is looked whether somebody is to be told something.
const POLL: Duration = Duration::from_secs(5);
/// How many are told in one unit of work, so that nobody waits behind it.
const BATCH: u32 = 20;

/// Works until it is dropped. Any number of servers can do so: nobody is told twice.
pub(crate) async fn tell(app: App) {
    loop {
        if let Err(error) = spread(&app).await {
            tracing::error!(%error, "it is not found out whom news of books concern");
        }
        if let Err(error) = tell_all(&app).await {
            tracing::error!(%error, "news of books are not told");
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Finds whom it may concern what has happened to books.
async fn spread(app: &App) -> Result<(), StoreError> {
    while let Some(shop) = app.store.read(Db::shop_with_wish_causes).await? {
        let since = Timestamp::now().to_zoned(TimeZone::UTC).date() - RECENT.days();
        let since = since.to_string();
        let work = move |db: &mut Db| db.spread_wish_causes(&shop, &since);
        app.store.write(work).await?;
    }
    Ok(())
}

async fn tell_all(app: &App) -> Result<(), StoreError> {
    for shop in app.store.read(Db::shops_with_wish_digests).await? {
        // What is told at the end of the quiet hours is looked at then.
        let (from, until) = &shop.quiet;
        if quiet::end(from, until, &zone_named(&shop.time_zone), now()).is_some() {
            continue;
        }
        loop {
            match tell_some(app, shop.clone()).await {
                Ok(BATCH) => {}
                Ok(_) => break,
                // One that fails takes nobody else along.
                Err(error) => {
                    tracing::error!(%error, "news of books are not told by a shop");
                    break;
                }
            }
        }
    }
    Ok(())
}

async fn tell_some(app: &App, shop: DigestShop) -> Result<u32, StoreError> {
    let public_url = app.public_url.clone();
    let tell = move |db: &mut Db| {
        let link = |isbn| shop.link(&public_url, isbn);
        db.send_wish_digests(&shop.id, link, BATCH)
    };
    app.store.write(tell).await
}
