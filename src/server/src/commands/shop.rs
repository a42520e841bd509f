//! `bookplate shop …`

use super::{ShopCommand, say};
use anyhow::bail;
use bookplate_store::shops::NewShop;
use bookplate_store::{Db, Store};
use jiff::tz::TimeZone;

pub(super) async fn run(command: ShopCommand, store: &Store) -> anyhow::Result<()> {
    match command {
        ShopCommand::Create {
            name,
            public_key,
            origins,
            time_zone,
            book_url,
        } => {
            check_key(&public_key)?;
            for origin in &origins {
                check_origin(origin)?;
            }
            if TimeZone::get(&time_zone).is_err() {
                bail!("--time-zone {time_zone:?}: this is an IANA name such as Asia/Shanghai");
            }
            check_book_url(&book_url)?;
            let shop = NewShop {
                book_url,
                name,
                time_zone,
                public_key,
                origins,
            };
            let id = store.write(move |db| db.put_shop(&shop)).await?;
            say(id.as_str());
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

fn check_key(key: &str) -> anyhow::Result<()> {
    let fits = key.strip_prefix("pk_").is_some_and(|rest| {
        (1..=60).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    });
    if !fits {
        bail!("--public-key {key:?}: this is pk_ and 1 to 60 letters, digits or _");
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
    if !url.is_empty() && !(is_web && is_plain && url.contains("{isbn}")) {
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
    fn keys_begin_with_their_kind() {
        assert!(check_key("pk_demo").is_ok());
        for bad in ["demo", "pk_", "pk_ä", "sk_demo"] {
            assert!(check_key(bad).is_err(), "{bad}");
        }
    }
}
