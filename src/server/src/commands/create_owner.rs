//! `bookplate create-owner`

use super::{say, tell};
use crate::config::Config;
use crate::staff::new_link;
use anyhow::{Context, anyhow};
use bookplate_store::audit::Actor;
use bookplate_store::staff::{LinkSecrets, NewLink};
use bookplate_store::{Db, Store, now};
use bookplate_wire::staff::Role;
use bookplate_wire::{Problem, ShopId, contacts};

/// How long the link works, in milliseconds: a day.
const LIFETIME: i64 = 24 * 60 * 60 * 1_000;

pub(super) async fn run(
    config: &Config,
    store: &Store,
    shop: ShopId,
    email: &str,
    name: &str,
) -> anyhow::Result<()> {
    let wrong =
        |option: &'static str| move |problem: Problem| anyhow!("{option}: {}", problem.title);
    let public_url = match &config.public_url {
        Some(url) => url.clone(),
        None => format!("http://{}", config.listen),
    };
    let (link, hash) = new_link(&public_url);
    let new = NewLink {
        email: contacts::email(email).map_err(wrong("--email"))?,
        name: contacts::name(name).map_err(wrong("--name"))?,
        renews: true,
        secrets: LinkSecrets {
            hash,
            expires_at: now() + LIFETIME,
            mail: None,
        },
    };
    let invite = move |db: &mut Db| db.invite(&Actor::Command, &shop, Role::Owner, &new);
    store
        .write(invite)
        .await?
        .ok()
        .context("the link was not kept")?;
    tell("open this within a day; it works once:");
    say(&link);
    Ok(())
}
