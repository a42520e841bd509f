//! `bookplate secret …`

use super::{SecretCommand, SecretKind, choose_shop, say};
use crate::accounts::identity_secret;
use crate::secrets::{is_public_half, new_key};
use anyhow::{Context, bail};
use bookplate_store::audit::Actor;
use bookplate_store::secrets::{Material, Secret};
use bookplate_store::{Store, now};
use bookplate_wire::SecretId;
use jiff::Timestamp;

/// Milliseconds in an hour.
const HOUR: i64 = 60 * 60 * 1_000;

pub(super) async fn run(command: SecretCommand, store: &Store) -> anyhow::Result<()> {
    match command {
        SecretCommand::Create {
            kind,
            name,
            public_key,
            shop,
        } => {
            let shop = choose_shop(store, shop.as_deref()).await?.id;
            let (shown, material) = match (kind, public_key) {
                (SecretKind::Api, None) => {
                    let (key, hash) = new_key();
                    (Some(key), Material::Api(hash))
                }
                (SecretKind::Identity, None) => {
                    let secret = identity_secret();
                    (Some(secret.clone()), Material::Hs256(secret))
                }
                (SecretKind::Identity, Some(file)) => {
                    let pem = std::fs::read_to_string(&file)
                        .with_context(|| format!("--public-key {}", file.display()))?;
                    if !is_public_half(&pem) {
                        bail!(
                            "--public-key {}: this has to be the public half of an Ed25519 pair as PEM",
                            file.display()
                        );
                    }
                    (None, Material::EdDsa(pem))
                }
                (SecretKind::Api, Some(_)) => {
                    bail!("--public-key: only an identity key can be a pair")
                }
            };
            let add = {
                let name = name.unwrap_or_default();
                move |db: &mut bookplate_store::Db| {
                    db.add_secret(&Actor::Command, &shop, &name, &material)
                }
            };
            let id = store.write(add).await?;
            // The only time that anybody sees it.
            match shown {
                Some(secret) => say(&format!("{id}  {secret}")),
                None => say(id.as_str()),
            }
        }
        SecretCommand::List { shop } => {
            let shop = choose_shop(store, shop.as_deref()).await?.id;
            for secret in store.read(move |db| db.secrets(&shop)).await? {
                say(&line(&secret));
            }
        }
        SecretCommand::Retire { id, after, shop } => {
            let shop = choose_shop(store, shop.as_deref()).await?.id;
            let Ok(id) = id.parse::<SecretId>() else {
                bail!("{id:?}: this is the id of a secret; `bookplate secret list` shows them");
            };
            let at = now() + i64::from(after) * HOUR;
            let retire = {
                let id = id.clone();
                move |db: &mut bookplate_store::Db| {
                    db.retire_secret(&Actor::Command, &shop, &id, at)
                }
            };
            if !store.write(retire).await? {
                bail!("the shop has no secret {id}");
            }
        }
    }
    Ok(())
}

fn line(secret: &Secret) -> String {
    let kind = match secret.material {
        Material::Api(_) => "api",
        Material::Hs256(_) => "identity HS256",
        Material::EdDsa(_) => "identity EdDSA",
    };
    let day = |at: i64| {
        let at = Timestamp::from_millisecond(at).unwrap_or_default();
        at.strftime("%F %H:%M UTC").to_string()
    };
    let end = match secret.retires_at {
        None => String::new(),
        Some(at) if at <= now() => format!("  retired {}", day(at)),
        Some(at) => format!("  retires {}", day(at)),
    };
    let (id, name, since) = (&secret.id, &secret.name, day(secret.created_at));
    format!("{id}  {kind}  {name}  since {since}{end}")
}
