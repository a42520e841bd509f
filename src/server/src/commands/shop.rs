//! `bookplate shop …`

use super::{ShopCommand, say, tell};
use crate::notifications::quiet::time;
use crate::shops::is_public_key;
use anyhow::bail;
use bookplate_store::shops::{NewShop, Shop};
use bookplate_store::{Db, Store};
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
            if let Some(code) = &calling_code {
                check_calling_code(code)?;
            }
            check_key(&public_key)?;
            for origin in &origins {
                check_origin(origin)?;
            }
            if TimeZone::get(&time_zone).is_err() {
                bail!("--time-zone {time_zone:?}: this is an IANA name such as Asia/Shanghai");
            }
            if let Some(address) = &book_url {
                check_book_url(address)?;
            }
            let shop = NewShop {
                quiet: quiet.as_deref().map(read_quiet).transpose()?,
                book_url,
                name,
                time_zone,
                calling_code,
                public_key,
                origins,
            };
            let asked = shop.public_key.clone();
            let before = store.read(move |db| db.shop_by_key(&asked)).await?;
            let asked = shop.public_key.clone();
            let id = store.write(move |db| db.put_shop(&shop)).await?;
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
fn read_quiet(hours: &str) -> anyhow::Result<(String, String)> {
    let times = hours
        .split_once('-')
        .filter(|(from, until)| time(from).is_some() && time(until).is_some() && from != until);
    match times {
        Some((from, until)) => Ok((from.to_owned(), until.to_owned())),
        None => bail!("--quiet {hours:?}: these are two times of the day, such as 22:00-08:00"),
    }
}

fn check_key(key: &str) -> anyhow::Result<()> {
    if !is_public_key(key) {
        bail!("--public-key {key:?}: this is pk_ and 1 to 60 letters, digits or _");
    }
    Ok(())
}

fn check_calling_code(code: &str) -> anyhow::Result<()> {
    let fits = (1..=3).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_digit())
        && !code.starts_with('0');
    if !fits {
        bail!("--calling-code {code:?}: this is 1 to 3 digits, such as 86");
    }
    Ok(())
}

/// An origin is compared with what browsers send, letter by letter: so it must be written as they do.
fn check_origin(origin: &str) -> anyhow::Result<()> {
    let (host, usual_port) = match origin.strip_prefix("https://") {
        Some(host) => (host, ":443"),
        None => (origin.strip_prefix("http://").unwrap_or_default(), ":80"),
    };
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:[]".contains(&b);
    let fits = !host.is_empty() && host.bytes().all(is_plain) && !host.ends_with(usual_port);
    if !fits {
        bail!(
            "--origin {origin:?}: this is scheme, host in lower case, and port unless it is the \
             usual one, such as https://shop.example"
        );
    }
    Ok(())
}

fn check_book_url(url: &str) -> anyhow::Result<()> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_plain = url
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"\"<>".contains(&b));
    let fits = is_web && is_plain && url.contains("{isbn}");
    if !url.is_empty() && !fits {
        bail!(
            "--book-url {url:?}: this is an address with {{isbn}} in it, such as https://shop.example/books/{{isbn}}"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_send_them() {
        for good in [
            "https://shop.example",
            "http://localhost:4401",
            "http://[::1]:80801",
        ] {
            assert!(check_origin(good).is_ok(), "{good}");
        }
        for bad in [
            "shop.example",
            "https://shop.example/",
            "https://Shop.example",
            "*",
            "https://",
            "http://shop.example:80",
            "https://shop.example:443",
            "null",
        ] {
            assert!(check_origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn quiet_hours_are_two_times() {
        let night = ("22:00".to_owned(), "08:00".to_owned());
        assert_eq!(read_quiet("22:00-08:00").unwrap(), night);
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
