//! One conversation with the mail server a message.
//!
//! A connection belongs to who sends over it, and ends with that: a reply that comes when nobody waits for it any more
//! is never taken for the reply to somebody else's message. And it is known which command was refused, because only
//! what was said of the message or its receiver is about them.

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailParameter};
use lettre::transport::smtp::response::Code;
use percent_encoding::percent_decode_str;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// How long a connection may take to come about.
const CONNECTED: Duration = Duration::from_secs(30);
/// How long the mail server may take to greet, to answer a command (RFC 5321, 4.5.3.2).
const ANSWERED: Duration = Duration::from_secs(5 * 60);
/// How long it may take to accept a message that it has: who gives up before it answers sends a copy.
const ACCEPTED: Duration = Duration::from_secs(10 * 60);
/// How long it may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(10);
/// The ways to say a password.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
/// What is said of the sender's own login, at whatever command: no message can help it, a person can.
const OURS: [u16; 4] = [530, 534, 535, 538];

/// Where messages are handed over, and as whom.
#[derive(Debug)]
pub(super) struct MailServer {
    host: String,
    port: u16,
    tls: Tls,
    name: ClientId,
    credentials: Option<Credentials>,
}

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no connection, or nothing comes over it that is to be understood.
    Unreachable,
    /// It did not answer in time.
    TooSlow,
    /// It said no, and may say something else another time.
    ForNow(Code),
    /// It said no to this message or its receiver, for good.
    ForGood(Code),
}

impl Refusal {
    fn new(error: &Error) -> Self {
        match error.status() {
            None => Self::Unreachable,
            Some(code) if error.is_permanent() && !OURS.contains(&code.into()) => {
                Self::ForGood(code)
            }
            Some(code) => Self::ForNow(code),
        }
    }

    /// What was said before there was a message or a receiver to speak of: the operator can put it right.
    fn of_us(self) -> Self {
        match self {
            Self::ForGood(code) => Self::ForNow(code),
            other => other,
        }
    }
}

impl MailServer {
    /// The server at `smtps://USER:PASSWORD@HOST`, `smtp://HOST` or `smtp://HOST:PORT?tls=required`; the path, if
    /// there is one, is how we call ourselves. `None` where it is no such address.
    pub(super) fn at(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        let tls = url.query_pairs().find(|(name, _)| name == "tls");
        let parameters = || TlsParameters::new(host.clone()).ok();
        let (tls, port) = match (url.scheme(), tls.as_ref().map(|(_, how)| how.as_ref())) {
            ("smtp", None) => (Tls::None, 25),
            ("smtp", Some("required")) => (Tls::Required(parameters()?), 587),
            ("smtp", Some("opportunistic")) => (Tls::Opportunistic(parameters()?), 587),
            ("smtps", _) => (Tls::Wrapper(parameters()?), 465),
            _ => return None,
        };
        let name = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        let decoded = |text| percent_decode_str(text).decode_utf8().ok();
        let credentials = match url.password() {
            None => None,
            Some(password) => Some(Credentials::new(
                decoded(url.username())?.into_owned(),
                decoded(password)?.into_owned(),
            )),
        };
        Some(Self {
            port: url.port().unwrap_or(port),
            host,
            tls,
            name,
            credentials,
        })
    }

    /// Hands a message over. Where this is dropped before its end, nobody knows whether it was taken.
    pub(super) async fn take(&self, message: &Message) -> Result<(), Refusal> {
        let connected = within(ANSWERED, self.connect()).await;
        let mut connection = connected.map_err(Refusal::of_us)?;
        let taken = hand_over(&mut connection, message).await;
        if let Ok(()) | Err(Refusal::ForNow(_) | Refusal::ForGood(_)) = taken {
            // Nobody waits for that: what was taken has to be noted at once.
            tokio::spawn(async move { timeout(FAREWELL, connection.quit()).await.is_ok() });
        }
        taken
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let at_once = match &self.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let at = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(at, Some(CONNECTED), &self.name, at_once, None)
                .await?;
        let then = match &self.tls {
            Tls::Required(parameters) => Some(parameters),
            Tls::Opportunistic(parameters) if connection.can_starttls() => Some(parameters),
            _ => None,
        };
        if let Some(parameters) = then {
            connection.starttls(parameters.clone(), &self.name).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

async fn hand_over(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Refusal> {
    let envelope = message.envelope();
    let addresses = envelope.from().into_iter().chain(envelope.to());
    let is_plain = addresses.map(AsRef::<str>::as_ref).all(str::is_ascii);
    let parameters = match is_plain {
        true => Vec::new(),
        false => vec![MailParameter::SmtpUtfEight],
    };
    let from = Mail::new(envelope.from().cloned(), parameters);
    let answered = within(ANSWERED, connection.command(from)).await;
    answered.map_err(Refusal::of_us)?;
    for to in envelope.to() {
        let to = Rcpt::new(to.clone(), Vec::new());
        within(ANSWERED, connection.command(to)).await?;
    }
    within(ANSWERED, connection.command(Data)).await?;
    within(ACCEPTED, connection.message(&message.formatted())).await?;
    Ok(())
}

async fn within<T>(
    patience: Duration,
    reply: impl Future<Output = Result<T, Error>>,
) -> Result<T, Refusal> {
    match timeout(patience, reply).await {
        Ok(reply) => reply.map_err(|error| Refusal::new(&error)),
        Err(_) => Err(Refusal::TooSlow),
    }
}
