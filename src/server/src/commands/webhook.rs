//! `bookplate webhook …`

use super::{WebhookCommand, choose_shop, say};
use crate::config::Config;
use crate::webhooks::call::{is_address, new_secret};
use anyhow::bail;
use bookplate_store::audit::Actor;
use bookplate_store::webhooks::NotAdded;
use bookplate_store::{Db, Store};
use bookplate_wire::WebhookId;
use bookplate_wire::notifications::Event;
use bookplate_wire::webhooks::{NewWebhook, WEBHOOKS_MAX};

pub(super) async fn run(
    command: WebhookCommand,
    config: &Config,
    store: &Store,
) -> anyhow::Result<()> {
    match command {
        WebhookCommand::Create { url, events, shop } => {
            if !is_address(&url, config.private_webhooks) {
                bail!(
                    "{url:?}: this is an https address of the internet; the setting \
                     private_webhooks allows others"
                );
            }
            if let Some(unknown) = events
                .iter()
                .find(|name| !Event::TYPES.contains(&name.as_str()))
            {
                let all = Event::TYPES.join(", ");
                bail!("--event {unknown:?}: there is no such type of events; there are {all}");
            }
            let shop = choose_shop(store, shop.as_deref()).await?.id;
            let secret = new_secret();
            let new = NewWebhook { url, events }
                .checked()
                .map_err(|problem| anyhow::anyhow!(problem.title))?;
            let put = move |db: &mut Db| db.put_webhook(&Actor::Command, &shop, &new, &secret);
            match store.write(put).await? {
                Ok(webhook) => say(&format!("{}  {}", webhook.id, webhook.secret)),
                Err(NotAdded::Exists | NotAdded::TooMany) => {
                    bail!("a shop has at most {WEBHOOKS_MAX} webhooks")
                }
            }
        }
        WebhookCommand::List { shop } => {
            let shop = choose_shop(store, shop.as_deref()).await?.id;
            for webhook in store.read(move |db| db.webhooks(&shop)).await? {
                let events = match webhook.events.as_slice() {
                    [] => "all events".to_owned(),
                    some => some.join(", "),
                };
                let off = if webhook.active { "" } else { "  off" };
                say(&format!("{}  {}  {events}{off}", webhook.id, webhook.url));
            }
        }
        WebhookCommand::Remove { id, shop } => {
            let shop = choose_shop(store, shop.as_deref()).await?.id;
            let Ok(id) = id.parse::<WebhookId>() else {
                bail!("{id:?}: this is the id of a webhook; `bookplate webhook list` shows them");
            };
            let remove = {
                let id = id.clone();
                move |db: &mut Db| db.remove_webhook(&Actor::Command, &shop, &id)
            };
            if !store.write(remove).await? {
                bail!("the shop has no webhook {id}");
            }
        }
    }
    Ok(())
}
