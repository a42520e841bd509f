//! How much one address, customer or program may ask for: enough for anybody who means well, and so little that
//! one who does not cannot keep the others from being served.
//!
//! Counting is per instance and in memory (the generic cell rate algorithm): several instances together allow
//! several times as much.

use crate::app::App;
use crate::reply::Failure;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use bookplate_wire::{Code, CustomerId, SecretId};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::convert::Infallible;
use std::hash::Hash;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

pub(crate) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The window of a limit, in seconds: somebody who was quiet for that long may ask for all of it at once.
const WINDOW: u32 = 10;

/// How many photos a customer may send in a minute: two reviews full of them at once, and then one every second.
const PHOTOS: u32 = 60;

/// Requests a minute; 0 for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// From one address, of any kind.
    pub address: u32,
    /// Beginning or renewing sessions, from one address.
    pub sign_in: u32,
    /// By one customer.
    pub customer: u32,
    /// With one secret key.
    pub program: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            // A page needs a few, and a school or a company has one address for many people.
            address: 12_000,
            sign_in: 600,
            customer: 1_200,
            program: 6_000,
        }
    }
}

/// See the module.
pub(crate) struct Limits {
    /// See [`Limits::streams`].
    streams: u32,
    proxies: Vec<IpAddr>,
    addresses: Limit<IpAddr>,
    sign_ins: Limit<IpAddr>,
    customers: Limit<CustomerId>,
    programs: Limit<SecretId>,
    photos: Limit<CustomerId>,
}

impl Limits {
    /// Nobody has asked for anything yet. What comes from `proxies` is counted for whom they name.
    pub(crate) fn new(rates: Rates, proxies: Vec<IpAddr>) -> Self {
        Self {
            streams: rates.address.div_ceil(60),
            proxies,
            addresses: Limit::new("address", rates.address),
            sign_ins: Limit::new("sign-in", rates.sign_in),
            customers: Limit::new("customer", rates.customer),
            programs: Limit::new("program", rates.program),
            photos: Limit::new("photo", rates.customer.min(PHOTOS)),
        }
    }

    /// How many pages of one address are told of changes at the same time: as many as it may make requests in a second; 0
    /// for no limit.
    pub(crate) fn streams(&self) -> u32 {
        self.streams
    }

    /// Counts any request.
    ///
    /// # Errors
    /// With the reply for an address that asks too much.
    pub(crate) fn admit(
        &self,
        extensions: &Extensions,
        headers: &HeaderMap,
    ) -> Result<Standing, Box<Response>> {
        self.addresses.admit(&self.address(extensions, headers))
    }

    /// Counts the beginning of a session.
    ///
    /// # Errors
    /// With the reply for an address that asks too much.
    pub(crate) fn admit_sign_in(
        &self,
        extensions: &Extensions,
        headers: &HeaderMap,
    ) -> Result<Standing, Box<Response>> {
        self.sign_ins.admit(&self.address(extensions, headers))
    }

    /// Counts a request of a customer.
    ///
    /// # Errors
    /// With the reply for a customer who asks too much.
    pub(crate) fn admit_customer(&self, customer: &CustomerId) -> Result<Standing, Box<Response>> {
        self.customers.admit(customer)
    }

    /// Counts a request with a secret key.
    ///
    /// # Errors
    /// With the reply for a program that asks too much.
    pub(crate) fn admit_program(&self, secret: &SecretId) -> Result<Standing, Box<Response>> {
        self.programs.admit(secret)
    }

    /// Counts a photo of a customer, which takes longer than any other request.
    ///
    /// # Errors
    /// [`Code::RateLimited`], with when to come back.
    pub(crate) fn admit_photo(&self, customer: &CustomerId) -> Result<(), Failure> {
        self.photos.check(customer).map(drop).map_err(|figures| {
            let Failure(problem) = Code::RateLimited.into();
            problem.again_in(figures.seconds()).into()
        })
    }

    /// Forgets who has not asked for a while. To be called now and then.
    pub(crate) fn forget(&self) {
        self.addresses.forget();
        self.sign_ins.forget();
        self.customers.forget();
        self.programs.forget();
        self.photos.forget();
    }

    /// The address of who asks: the one that is connected, or whom a proxy of ours names. Anybody can write into
    /// that header, so it is read from the right, and only as far as our own proxies have written it.
    pub(crate) fn address(&self, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        let mut address = peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| {
            peer.0.ip().to_canonical()
        });
        let values = headers.get_all(FORWARDED_FOR).iter();
        // As bytes: what a client has written in front need not even be text.
        let named = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        let mut named: Vec<&[u8]> = named.collect();
        while self.proxies.contains(&address) {
            match named.pop().and_then(forwarded_address) {
                Some(before) => address = before.to_canonical(),
                None => break,
            }
        }
        match address {
            IpAddr::V4(_) => address,
            // One household or one server has a /64, and as many addresses as it likes in it.
            IpAddr::V6(v6) => {
                let bits = u128::from(v6) & !u128::from(u64::MAX);
                IpAddr::V6(bits.into())
            }
        }
    }
}

/// An address as proxies write it: with or without a port, and in brackets where it is of version 6.
fn forwarded_address(name: &[u8]) -> Option<IpAddr> {
    let name = std::str::from_utf8(name).ok()?.trim();
    let bare = || name.parse::<IpAddr>().ok();
    let with_port = || name.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || {
        let inner = name.strip_prefix('[')?.strip_suffix(']')?;
        inner.parse().ok().map(IpAddr::V6)
    };
    bare().or_else(with_port).or_else(in_brackets)
}

/// The address of who asks, as the limits count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller(pub(crate) IpAddr);

impl FromRequestParts<App> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let address = app.limits.address(&parts.extensions, &parts.headers);
        Ok(Self(address))
    }
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// A limit and how far everybody has come.
struct Limit<K: Hash + Eq + Clone> {
    name: &'static str,
    /// `None` for no limit.
    limiter: Option<Limiter<K>>,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(name: &'static str, per_minute: u32) -> Self {
        let limiter = NonZeroU32::new(per_minute).map(|per_minute| {
            let at_once = NonZeroU32::new(per_minute.get().div_ceil(60 / WINDOW));
            let quota = Quota::per_minute(per_minute).allow_burst(at_once.unwrap_or(per_minute));
            RateLimiter::dashmap(quota).with_middleware::<StateInformationMiddleware>()
        });
        Self { name, limiter }
    }

    fn admit(&self, who: &K) -> Result<Standing, Box<Response>> {
        self.check(who).map_err(|figures| {
            let Failure(problem) = Code::RateLimited.into();
            let problem = problem.again_in(figures.seconds());
            let mut response = Failure(problem).into_response();
            Standing(Some(figures)).tell(response.headers_mut());
            Box::new(response)
        })
    }

    fn check(&self, who: &K) -> Result<Standing, Figures> {
        let Some(limiter) = &self.limiter else {
            return Ok(Standing(None));
        };
        match limiter.check_key(who) {
            Ok(state) => Ok(Standing(Some(Figures {
                name: self.name,
                quota: state.quota().burst_size().get(),
                remaining: state.remaining_burst_capacity(),
                wait: Duration::ZERO,
            }))),
            Err(refused) => Err(Figures {
                name: self.name,
                quota: refused.quota().burst_size().get(),
                remaining: 0,
                wait: refused.wait_time_from(DefaultClock::default().now()),
            }),
        }
    }

    fn forget(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
        }
    }
}

/// How far somebody has come with a limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing(Option<Figures>);

#[derive(Debug, Clone, Copy)]
struct Figures {
    name: &'static str,
    quota: u32,
    remaining: u32,
    wait: Duration,
}

impl Figures {
    /// The wait, in whole seconds.
    fn seconds(&self) -> u64 {
        self.wait.as_secs() + u64::from(self.wait.subsec_nanos() > 0)
    }
}

impl Standing {
    /// Writes it into a reply (draft-ietf-httpapi-ratelimit-headers).
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        let Some(figures) = self.0 else { return };
        let seconds = figures.seconds();
        let Figures {
            name,
            quota,
            remaining,
            ..
        } = figures;
        let mut put = |header, text: String| {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(header, value);
            }
        };
        put(
            RATE_LIMIT_POLICY,
            format!("\"{name}\";q={quota};w={WINDOW}"),
        );
        put(RATE_LIMIT, format!("\"{name}\";r={remaining};t={seconds}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_from(peer: &str, forwarded: &str) -> (Extensions, HeaderMap) {
        let mut extensions = Extensions::new();
        let peer: IpAddr = peer.parse().unwrap();
        extensions.insert(ConnectInfo(SocketAddr::new(peer, 1)));
        let mut headers = HeaderMap::new();
        if !forwarded.is_empty() {
            let value = HeaderValue::from_bytes(forwarded.as_bytes());
            headers.insert(FORWARDED_FOR, value.unwrap());
        }
        (extensions, headers)
    }

    fn address(proxies: &[&str], peer: &str, forwarded: &str) -> String {
        let proxies = proxies.iter().map(|proxy| proxy.parse().unwrap());
        let limits = Limits::new(Rates::default(), proxies.collect());
        let (extensions, headers) = asked_from(peer, forwarded);
        limits.address(&extensions, &headers).to_string()
    }

    #[test]
    fn nobody_but_a_proxy_of_ours_speaks_for_others() {
        assert_eq!(address(&[], "192.0.2.1", "198.51.100.7"), "192.0.2.1");
        let ours = ["192.0.2.1", "192.0.2.2"];
        assert_eq!(address(&ours, "192.0.2.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(
            address(&ours, "192.0.2.1", "203.0.113.9, 198.51.100.7, 192.0.2.2"),
            "198.51.100.7",
            "what stands left of a stranger's address was written by the stranger"
        );
        assert_eq!(
            address(&ours, "192.0.2.1", "nons\u{e9}nse, 198.51.100.7"),
            "198.51.100.7",
            "what no text can be is no reason to count for the proxy"
        );
        for with_port in [
            "198.51.100.7:4711",
            " [2001:db8:1:2::3]:4711",
            "[2001:db8:1:2::3]",
        ] {
            let counted = address(&ours, "192.0.2.1", with_port);
            assert!(["198.51.100.7", "2001:db8:1:2::"].contains(&counted.as_str()));
        }
        assert_eq!(address(&ours, "192.0.2.1", "nonsense"), "192.0.2.1");
        assert_eq!(address(&ours, "192.0.2.1", ""), "192.0.2.1");
    }

    #[test]
    fn addresses_of_one_network_count_together() {
        assert_eq!(address(&[], "2001:db8::1:2", ""), "2001:db8::");
        assert_eq!(address(&[], "::ffff:192.0.2.1", ""), "192.0.2.1");
    }

    #[test]
    fn who_asks_too_much_is_told_when_to_come_back() {
        let rates = Rates {
            address: 60,
            ..Rates::default()
        };
        let limits = Limits::new(rates, Vec::new());
        let (extensions, headers) = asked_from("192.0.2.1", "");
        for _ in 0..10 {
            assert!(limits.admit(&extensions, &headers).is_ok());
        }
        let refused = limits.admit(&extensions, &headers).unwrap_err();
        assert_eq!(refused.status(), 429);
        assert_eq!(refused.headers()["retry-after"], "1");
        assert_eq!(
            refused.headers()["ratelimit-policy"],
            "\"address\";q=10;w=10"
        );
        assert_eq!(refused.headers()["ratelimit"], "\"address\";r=0;t=1");
        let (other, headers) = asked_from("192.0.2.2", "");
        assert!(limits.admit(&other, &headers).is_ok());
    }

    #[test]
    fn nothing_limits_where_no_limit_is_set() {
        let rates = Rates {
            address: 0,
            ..Rates::default()
        };
        let limits = Limits::new(rates, Vec::new());
        let (extensions, headers) = asked_from("192.0.2.1", "");
        assert!((0..100_000).all(|_| limits.admit(&extensions, &headers).is_ok()));
    }
}
