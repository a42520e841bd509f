//! Origins: which pages are a shop's.

use crate::{Code, Problem};
use std::net::Ipv6Addr;

/// Checks an origin. It is compared with what browsers send, letter by letter: so it has to be written as they do.
///
/// # Errors
/// With what it has to be.
pub fn check_origin(origin: &str) -> Result<(), Problem> {
    let (place, usual_port) = match origin.strip_prefix("https://") {
        Some(place) => (place, 443),
        None => (origin.strip_prefix("http://").unwrap_or_default(), 80),
    };
    // The colons within an IPv6 address are in brackets.
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (place, None),
    };
    let is_port = |port: &str| {
        let number = port.parse::<u16>().ok().filter(|port| *port != usual_port);
        number.is_some_and(|number| number.to_string() == port)
    };
    if is_host(host) && port.is_none_or(is_port) {
        return Ok(());
    }
    let rule = "this is scheme, host in lower case, and port unless it is the usual one, such as \
                https://shop.example";
    Err(Problem::new(Code::FieldInvalid, rule).at("origin"))
}

/// Whether a browser would write a host so: a name in lower case, or an address.
fn is_host(host: &str) -> bool {
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    if let Some(address) = address {
        return address
            .parse::<Ipv6Addr>()
            .is_ok_and(|parsed| parsed.to_string() == address);
    }
    let is_label = |label: &str| {
        let is_plain =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_send_them() {
        for good in [
            "https://shop.example",
            "http://localhost:4401",
            "http://[::1]:8081",
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
            "https://-",
            "https://[",
            "https://[::1",
            "https://[0:0:0:0:0:0:0:1]",
            "https://a..example",
            "https://a:b:c",
            "https://shop.example:",
            "https://shop.example:0443",
            "https://shop.example:70000",
        ] {
            assert!(check_origin(bad).is_err(), "{bad}");
        }
    }
}
