//! `bookplate outbox …`

use super::{OutboxCommand, choose_shop, say};
use anyhow::bail;
use bookplate_store::audit::Actor;
use bookplate_store::{Db, Store};
use bookplate_wire::DeliveryId;
use bookplate_wire::deliveries::{Delivery, DeliveryState};
use jiff::Timestamp;

/// How many are listed.
const LISTED: u32 = 200;

pub(super) async fn run(command: OutboxCommand, store: &Store) -> anyhow::Result<()> {
    match command {
        OutboxCommand::Dead { shop } => {
            let shop = choose_shop(store, shop.as_deref()).await?.id;
            let dead =
                store.read(move |db| db.deliveries(&shop, DeliveryState::Dead, None, LISTED));
            for dead in dead.await?.deliveries {
                say(&line(&dead));
            }
        }
        OutboxCommand::Retry { id, shop } => {
            let shop = choose_shop(store, shop.as_deref()).await?.id;
            let Ok(id) = id.parse::<DeliveryId>() else {
                bail!("{id:?}: this is the id of a delivery; `bookplate outbox dead` shows them");
            };
            let retry = {
                let id = id.clone();
                move |db: &mut Db| db.retry_delivery(&Actor::Command, &shop, &id)
            };
            if !store.write(retry).await? {
                bail!("the shop has no delivery {id} that was given up");
            }
        }
    }
    Ok(())
}

fn line(dead: &Delivery) -> String {
    let at = Timestamp::from_millisecond(dead.ended_at.unwrap_or_default()).unwrap_or_default();
    let error = dead.error.as_ref().map_or("", |error| &error.title);
    format!(
        "{}  {}  {}  {}  given up {}, attempts: {}: {error}",
        dead.id,
        dead.channel.as_str(),
        dead.kind,
        dead.target,
        at.strftime("%F %H:%M UTC"),
        dead.attempts,
    )
}
