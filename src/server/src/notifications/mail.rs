//! The way to the mail server.

use super::letters::Letter;
use bookplate_store::notifications::Ended;
use bookplate_wire::deliveries::{DeliveryError, DeliveryFault};
use lettre::message::{Mailbox, MultiPart, header};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long the mail server may take to answer a command.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection is kept for the next message.
const KEPT: Duration = Duration::from_secs(30);

/// The settings for email, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// Such as `smtps://USER:PASSWORD@mail.example` or `smtp://mail.example:587?tls=required`.
    pub smtp_url: String,
    /// The address that messages come from.
    pub from: String,
}

impl MailSettings {
    /// Whether both settings can be used, and what they have to be if not.
    ///
    /// # Errors
    /// The name of the setting, and its rule.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.smtp_url).map_err(|_| {
            (
                "smtp_url",
                "this is a mail server, such as smtps://USER:PASSWORD@HOST or smtp://HOST:587?tls=required",
            )
        })?;
        self.from.parse::<Address>().map_err(|_| {
            (
                "mail_from",
                "this is the address that messages come from, such as books@shop.example",
            )
        })?;
        Ok(())
    }
}

/// Who gets an email, from whom, and under which name.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    /// The delivery's id, of which the `Message-ID` is made: the same for every attempt.
    pub(super) id: &'a str,
    /// When it was written, in milliseconds since 1970 UTC.
    pub(super) written_at: i64,
    /// The shop's name.
    pub(super) shop: &'a str,
    /// The name of who gets it, empty where nobody told.
    pub(super) name: &'a str,
    /// The address of who gets it.
    pub(super) address: &'a str,
    /// Where to say that no more messages of this kind are wanted; `None` for what is always sent.
    pub(super) unsubscribe: Option<&'a str>,
}

/// Sends email.
#[derive(Debug)]
pub(crate) struct Mailer {
    from: Address,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Mailer {
    /// A mailer with these settings. It connects when there is something to send.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub(crate) fn new(settings: &MailSettings) -> anyhow::Result<Self> {
        let pool = PoolConfig::new().max_size(4).idle_timeout(KEPT);
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.smtp_url)?
            .authentication(vec![Mechanism::Plain, Mechanism::Login])
            .timeout(Some(PATIENCE))
            .pool_config(pool)
            .build();
        Ok(Self {
            from: settings.from.parse()?,
            transport,
        })
    }

    /// Hands a letter to the mail server. `again_at` is when to try again after a failure that may pass;
    /// `None` gives up after any.
    pub(super) async fn send(
        &self,
        envelope: &Envelope<'_>,
        letter: Letter,
        again_at: Option<i64>,
    ) -> Ended {
        let Ok(message) = self.message(envelope, letter) else {
            let error = DeliveryFault::Unreadable.into();
            return Ended::GivenUp { error };
        };
        let Err(error) = self.transport.send(message).await else {
            return Ended::Delivered;
        };
        // The server's words may repeat the address, and end up where nobody looks after them.
        let said = error.status().map_or_else(
            || DeliveryFault::MailServerUnreachable.into(),
            |code| DeliveryError::new(DeliveryFault::MailServerRefused, Some(code.into())),
        );
        match again_at {
            Some(again_at) if !error.is_permanent() => Ended::Failed {
                again_at,
                error: said,
            },
            _ => Ended::GivenUp { error: said },
        }
    }

    fn message(
        &self,
        envelope: &Envelope<'_>,
        letter: Letter,
    ) -> Result<Message, Box<dyn std::error::Error>> {
        let name = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        let written_at = u64::try_from(envelope.written_at).unwrap_or_default();
        let date = UNIX_EPOCH + Duration::from_millis(written_at);
        let raw = |name, value: String| {
            header::HeaderValue::new(header::HeaderName::new_from_ascii_str(name), value)
        };
        let mut message = Message::builder()
            .from(Mailbox::new(name(envelope.shop), self.from.clone()))
            .to(Mailbox::new(name(envelope.name), envelope.address.parse()?))
            .subject(letter.subject)
            .date(date.min(SystemTime::now()))
            .message_id(Some(format!("<{}@{}>", envelope.id, self.from.domain())))
            // No robot answers a robot (RFC 3834).
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(link) = envelope.unsubscribe {
            message = message
                .raw_header(raw("List-Unsubscribe", format!("<{link}>")))
                .raw_header(raw(
                    "List-Unsubscribe-Post",
                    "List-Unsubscribe=One-Click".to_owned(),
                ));
        }
        Ok(message.multipart(MultiPart::alternative_plain_html(letter.text, letter.html))?)
    }
}
