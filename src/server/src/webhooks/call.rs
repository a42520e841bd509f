//! Calls the programs of shops, signed as the Standard Webhooks specification has it: `webhook-id`,
//! `webhook-timestamp`, and `webhook-signature` over both and the body.

use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::{Method, Request, StatusCode, Uri};
use bookplate_store::notifications::{Delivery, Ended};
use bookplate_store::webhooks::Webhook;
use bookplate_wire::deliveries::{DeliveryError, DeliveryFault};
use bytes::Bytes;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use serde_json::value::RawValue;
use sha2::Sha256;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::Service;

/// What every secret begins with.
const PREFIX: &str = "whsec_";
/// Bytes of a secret.
const SECRET: usize = 32;

/// A new secret to sign calls with: what the shop's program checks them by.
///
/// # Panics
/// When the system has no source of randomness: nothing could be safe then.
pub(crate) fn new_secret() -> String {
    let mut bytes = [0; SECRET];
    getrandom::fill(&mut bytes).expect("the system's source of randomness");
    format!("{PREFIX}{}", BASE64.encode(&bytes))
}

/// Whether a shop may name `url`: `https://`, or `http://` where `private` addresses are allowed too.
pub(crate) fn is_address(url: &str, private: bool) -> bool {
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let scheme = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => private,
        _ => false,
    };
    // Only this one knows which ports there are.
    let named =
        url::Url::parse(url).is_ok_and(|url| url.username().is_empty() && url.password().is_none());
    scheme
        && named
        && !url.contains('#')
        && uri
            .host()
            .is_some_and(|host| literal(host).is_none_or(|ip| private || is_public(ip)))
}

/// The address that a host is, where it is no name.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

/// Whether an address is one of the internet's. Who can name a webhook must not reach with it what stands
/// beside the server, such as a cloud's metadata service.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || ip.is_documentation()
                || a == 0
                || a >= 240
                // Shared by carriers (RFC 6598), benchmarks (RFC 2544), protocol assignments (RFC 6890).
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (b == 18 || b == 19))
                || (a == 192 && b == 0))
        }
        IpAddr::V6(ip) => {
            if let Some(mapped) = ip.to_ipv4_mapped() {
                return is_public(mapped.into());
            }
            // 2000::/3 is what has been given out, but for documentation and ways back to IPv4.
            let [first, second, ..] = ip.segments();
            first & 0xe000 == 0x2000
                && first != 0x2002
                && !(first == 0x2001 && (second == 0x0db8 || second < 0x0200))
        }
    }
}

/// Calls webhooks.
pub(crate) struct Caller {
    client: Client<HttpsConnector<HttpConnector<PublicResolver>>, Full<Bytes>>,
    private: bool,
}

impl Caller {
    /// A caller; with `private` it also calls addresses that are none of the internet's.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub(crate) fn new(private: bool) -> std::io::Result<Self> {
        let resolver = PublicResolver {
            inner: GaiResolver::new(),
            private,
        };
        let mut http = HttpConnector::new_with_resolver(resolver);
        http.enforce_http(false);
        let provider = rustls::crypto::ring::default_provider();
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        Ok(Self {
            client: Client::builder(TokioExecutor::new())
                // Calls are rare, and a connection that was kept may be gone without a word.
                .pool_max_idle_per_host(0)
                .build(https),
            private,
        })
    }

    /// Calls `webhook`. `wait` is how long to wait after a failure, in milliseconds; `None` gives up.
    pub(crate) async fn call(
        &self,
        webhook: &Webhook,
        delivery: &Delivery,
        now: i64,
        wait: Option<i64>,
    ) -> Ended {
        let error = match self.post(webhook, delivery, now).await {
            Ok(status) if status.is_success() => return Ended::Delivered,
            // Gone for good, it says itself.
            Ok(status) if status == StatusCode::GONE => {
                let error = refused(status);
                return Ended::GivenUp { error };
            }
            Ok(status) => refused(status),
            Err(fault) => fault.into(),
        };
        match wait {
            Some(wait) => Ended::Failed {
                again_at: bookplate_store::now() + wait,
                error,
            },
            None => Ended::GivenUp { error },
        }
    }

    async fn post(
        &self,
        webhook: &Webhook,
        delivery: &Delivery,
        now: i64,
    ) -> Result<StatusCode, DeliveryFault> {
        if !is_address(&webhook.url, self.private) {
            return Err(DeliveryFault::AddressPrivate);
        }
        let body = body(delivery).ok_or(DeliveryFault::Unreadable)?;
        let seconds = now / 1_000;
        let signature = signatures(webhook, delivery.id.as_str(), now, &body)
            .ok_or(DeliveryFault::Unreadable)?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(&webhook.url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("Bookplate/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", delivery.id.as_str())
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| DeliveryFault::Unreadable)?;
        // The answer's body is of no interest, and dropping it ends the connection.
        let answer = self.client.request(request).await;
        let answer = answer.map_err(|_| DeliveryFault::ProgramUnreachable)?;
        Ok(answer.status())
    }
}

fn refused(status: StatusCode) -> DeliveryError {
    DeliveryError::new(DeliveryFault::ProgramRefused, Some(status.as_u16()))
}

/// What is sent: the event as it was written, with its time.
fn body(delivery: &Delivery) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Written<'a> {
        #[serde(rename = "type")]
        name: &'a str,
        #[serde(borrow)]
        data: &'a RawValue,
    }
    #[derive(serde::Serialize)]
    struct Sent<'a> {
        #[serde(rename = "type")]
        name: &'a str,
        timestamp: String,
        data: &'a RawValue,
    }
    let Written { name, data } = serde_json::from_str(&delivery.payload).ok()?;
    let timestamp = Timestamp::from_millisecond(delivery.created_at)
        .ok()?
        .to_string();
    serde_json::to_string(&Sent {
        name,
        timestamp,
        data,
    })
    .ok()
}

/// A signature with the secret, and while it is exchanged one with the old secret too: the specification has a list
/// of them, and takes the call when one fits.
fn signatures(webhook: &Webhook, id: &str, now: i64, body: &str) -> Option<String> {
    let seconds = now / 1_000;
    let mut signatures = sign(&webhook.secret, id, seconds, body)?;
    if let Some((old, until)) = &webhook.old_secret
        && now < *until
    {
        signatures.push(' ');
        signatures.push_str(&sign(old, id, seconds, body)?);
    }
    Some(signatures)
}

fn sign(secret: &str, id: &str, seconds: i64, body: &str) -> Option<String> {
    let key = BASE64
        .decode(secret.strip_prefix(PREFIX)?.as_bytes())
        .ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body.as_bytes());
    Some(format!(
        "v1,{}",
        BASE64.encode(&mac.finalize().into_bytes())
    ))
}

/// Finds the addresses of a name, as far as they may be called. Checked here, at the moment of the call,
/// because a name can be given another address at any time.
#[derive(Clone)]
struct PublicResolver {
    inner: GaiResolver,
    private: bool,
}

impl Service<Name> for PublicResolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let found = self.inner.call(name);
        let private = self.private;
        Box::pin(async move {
            let found = found.await?;
            let allowed: Vec<_> = found
                .filter(|address| private || is_public(address.ip()))
                .collect();
            Ok(allowed.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::WebhookId;

    #[test]
    fn a_signature_is_as_the_specification_has_it() {
        // The example of the specification's own reference libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = r#"{"test": 2432232314}"#;
        let signed = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(
            signed.unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn only_addresses_of_the_internet_are_called() {
        for good in [
            "https://shop.example/hook",
            "https://8.8.8.8/",
            "https://[2606:4700::1]/",
        ] {
            assert!(is_address(good, false), "{good}");
        }
        for bad in [
            "http://shop.example/hook",
            "https://user:secret@shop.example/",
            "https://shop.example:99999/",
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://100.100.100.200/",
            "https://169.254.169.254/latest",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
            "https://0.0.0.0/",
            "ftp://shop.example/",
            "shop.example",
        ] {
            assert!(!is_address(bad, false), "{bad}");
        }
        assert!(is_address("http://127.0.0.1:4000/hook", true));
    }

    #[test]
    fn while_secrets_are_exchanged_both_sign() {
        let (new, old) = (new_secret(), new_secret());
        let webhook = Webhook {
            id: WebhookId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1b").unwrap(),
            url: "https://shop.example/".into(),
            secret: new.clone(),
            old_secret: Some((old.clone(), 5_000)),
            events: Vec::new(),
            active: true,
            created_at: 0,
        };
        let by = |secret: &str, seconds| sign(secret, "dlv_1", seconds, "{}").unwrap();
        let both = signatures(&webhook, "dlv_1", 4_999, "{}").unwrap();
        assert_eq!(both, format!("{} {}", by(&new, 4), by(&old, 4)));
        let later = signatures(&webhook, "dlv_1", 5_000, "{}").unwrap();
        assert_eq!(later, by(&new, 5));
    }

    #[test]
    fn a_new_secret_can_sign() {
        assert!(sign(&new_secret(), "dlv_1", 1, "{}").is_some());
        assert_ne!(new_secret(), new_secret());
    }
}
