//! `bookplate shop …`

use super::{ShopCommand, say, tell};
use crate::shops::is_public_key;
use anyhow::{anyhow, bail};
use bookplate_store::audit::Actor;
use bookplate_store::shops::{NewShop, Shop};
use bookplate_store::{Db, Store};
use bookplate_wire::Problem;
use bookplate_wire::origins::check_origin;
use bookplate_wire::settings::{self, QuietHours};
use jiff::tz::TimeZone;

pub(super) async fn run(command: ShopCommand, store: &Store) -> anyhow::Result<()> {
    match command {
        ShopCommand::Create {
            name,
            public_key,
            origins,
            time_zone,
            quiet,
            calling_code,
            book_url,
        } => {
            check_key(&public_key)?;
            for origin in &origins {
                if let Err(problem) = check_origin(origin) {
                    bail!("--origin {origin:?}: {}", problem.title);
                }
            }
            if TimeZone::get(&time_zone).is_err() {
                bail!("--time-zone {time_zone:?}: this is an IANA name such as Asia/Shanghai");
            }
            let wrong = |option: &'static str| {
                move |problem: Problem| anyhow!("{option}: {}", problem.title)
            };
            let shop = NewShop {
                quiet: quiet.as_deref().map(read_quiet).transpose()?,
                book_url: book_url
                    .map(settings::book_url)
                    .transpose()
                    .map_err(wrong("--book-url"))?,
                name,
                time_zone,
                calling_code: calling_code
                    .map(settings::calling_code)
                    .transpose()
                    .map_err(wrong("--calling-code"))?,
                public_key,
                origins,
            };
            let asked = shop.public_key.clone();
            let before = store.read(move |db| db.shop_by_key(&asked)).await?;
            let asked = shop.public_key.clone();
            let put = move |db: &mut Db| db.put_shop(&Actor::Command, &shop);
            let id = store.write(put).await?;
            say(id.as_str());
            let after = store.read(move |db| db.shop_by_key(&asked)).await?;
            if let (Some(before), Some(after)) = (before, after) {
                tell_changes(&before, &after);
            }
        }
        ShopCommand::List => {
            for key in store.read(Db::public_keys).await? {
                let asked = key.clone();
                if let Some(shop) = store.read(move |db| db.shop_by_key(&asked)).await? {
                    say(&format!("{key}  {}  {}", shop.name, shop.origins.join(" ")));
                }
            }
        }
    }
    Ok(())
}

/// Says what has changed of a shop that was there already: whoever has mistaken a key sees what to put back.
fn tell_changes(before: &Shop, after: &Shop) {
    let origins = [before, after].map(|shop| shop.origins.join(" "));
    for (what, old, new) in [
        ("name", &before.name, &after.name),
        ("time zone", &before.time_zone, &after.time_zone),
        ("calling code", &before.calling_code, &after.calling_code),
        ("origins", &origins[0], &origins[1]),
        ("book address", &before.book_url, &after.book_url),
    ] {
        if old != new {
            tell(&format!(
                "{}: {what} changed from {old:?} to {new:?}",
                after.public_key
            ));
        }
    }
}

/// Reads hours such as `22:00-08:00`.
fn read_quiet(hours: &str) -> anyhow::Result<QuietHours> {
    let (from, until) = hours.split_once('-').unwrap_or((hours, ""));
    let quiet = QuietHours {
        from: from.to_owned(),
        until: until.to_owned(),
    };
    quiet
        .checked()
        .map_err(|problem| anyhow!("--quiet {hours:?}: {}", problem.title))
}

fn check_key(key: &str) -> anyhow::Result<()> {
    if !is_public_key(key) {
        bail!("--public-key {key:?}: this is pk_ and 1 to 60 letters, digits or _");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_are_two_times() {
        let night = read_quiet("22:00-08:00").unwrap();
        assert_eq!(
            (night.from.as_str(), night.until.as_str()),
            ("22:00", "08:00")
        );
        for bad in ["22:00", "22:00-22:00", "22-8", "24:00-08:00"] {
            assert!(read_quiet(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_begin_with_their_kind() {
        assert!(check_key("pk_demo").is_ok());
        for bad in ["demo", "pk_", "pk_ä", "sk_demo"] {
            assert!(check_key(bad).is_err(), "{bad}");
        }
    }
}
