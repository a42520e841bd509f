//! What leaves the server by email and webhook, as the staff sees it: what waits, what has gone, and what was
//! given up.

use crate::DeliveryId;
use core::fmt;
use serde::{Deserialize, Serialize};

/// How something leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// To a mail server.
    Email,
    /// To a program of the shop's.
    Webhook,
}

impl Channel {
    /// The word for it in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }

    /// The channel that `word` stands for, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Email, Self::Webhook];
        all.into_iter().find(|channel| channel.as_str() == word)
    }
}

/// What has become of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It will be tried, for the first time or again.
    Waiting,
    /// The receiver has accepted it.
    Delivered,
    /// It was not wanted any more, or was discarded.
    Dropped,
    /// It was given up: a person has to look at it.
    Dead,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Delivered, Self::Dropped, Self::Dead];

    /// The word for it in JSON, in addresses and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dropped => "dropped",
            Self::Dead => "dead",
        }
    }

    /// The state that `word` stands for, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// Why an attempt has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryFault {
    /// The receiver took too long.
    TooSlow,
    /// What is to be delivered cannot be read, or cannot be written as the receiver needs it.
    Unreadable,
    /// The server has no mail server: the setting `smtp_url` is missing.
    MailServerMissing,
    /// The mail server cannot be reached.
    MailServerUnreachable,
    /// The mail server has refused it, with the `answer`.
    MailServerRefused,
    /// The shop's program cannot be reached.
    ProgramUnreachable,
    /// The shop's program has refused it, with the `answer`.
    ProgramRefused,
    /// The webhook's address is not one of the internet's.
    AddressPrivate,
    /// The webhook was switched off.
    SwitchedOff,
    /// The link in the letter has ended before it could be sent.
    LinkEnded,
    /// Something that this program has no code for.
    Other,
}

impl DeliveryFault {
    /// All that have words of their own.
    const KNOWN: [Self; 10] = [
        Self::TooSlow,
        Self::Unreadable,
        Self::MailServerMissing,
        Self::MailServerUnreachable,
        Self::MailServerRefused,
        Self::ProgramUnreachable,
        Self::ProgramRefused,
        Self::AddressPrivate,
        Self::SwitchedOff,
        Self::LinkEnded,
    ];

    const fn words(self) -> &'static str {
        match self {
            Self::TooSlow => "it took too long",
            Self::Unreadable => "the message cannot be read",
            Self::MailServerMissing => "the setting smtp_url is missing",
            Self::MailServerUnreachable => "the mail server cannot be reached",
            Self::MailServerRefused => "the mail server refused",
            Self::ProgramUnreachable => "the program cannot be reached",
            Self::ProgramRefused => "the program answered",
            Self::AddressPrivate => "the address is not one of the internet's",
            Self::SwitchedOff => "the webhook is switched off",
            Self::LinkEnded => "the link in it works no more",
            Self::Other => "something else",
        }
    }
}

/// Why an attempt has failed, with what the receiver said. There is nothing personal in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryError {
    /// The stable code.
    pub code: DeliveryFault,
    /// The number that the receiver answered with: a status of SMTP or HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<u16>,
    /// The same as an English sentence, for developers.
    pub title: String,
}

impl DeliveryError {
    /// An error with what the receiver answered, where it did.
    pub fn new(code: DeliveryFault, answer: Option<u16>) -> Self {
        let title = match answer {
            None => code.words().to_owned(),
            Some(answer) => format!("{}: {answer}", code.words()),
        };
        Self {
            code,
            answer,
            title,
        }
    }

    /// The error whose title is `text`.
    pub fn read(text: &str) -> Self {
        let (words, answer) = match text.rsplit_once(": ") {
            Some((words, answer)) => (words, answer.parse().ok()),
            None => (text, None),
        };
        let mut known = DeliveryFault::KNOWN.into_iter();
        let code = known.find(|code| code.words() == words);
        Self {
            code: code.unwrap_or(DeliveryFault::Other),
            answer: code.and(answer),
            title: text.to_owned(),
        }
    }
}

impl From<DeliveryFault> for DeliveryError {
    fn from(code: DeliveryFault) -> Self {
        Self::new(code, None)
    }
}

impl fmt::Display for DeliveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

/// An email or a call of a webhook. What it says is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// What names it, also for the receiver.
    pub id: DeliveryId,
    /// What has become of it.
    pub state: DeliveryState,
    /// How it leaves.
    pub channel: Channel,
    /// What it is about: the kind of a message, or the type of an event.
    pub kind: String,
    /// Whom it is for: an email address, or a webhook's address. Who has no right to it sees a part only; of what
    /// has ended in another way than by being given up an email address is not kept.
    pub target: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it failed the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<DeliveryError>,
    /// When it was written, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// The same for people, in the shop's time zone: `YYYY-MM-DD hh:mm`.
    pub created_on: String,
    /// When it is tried next, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<i64>,
    /// The same for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due_on: String,
    /// When it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<i64>,
    /// The same for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ended_on: String,
}

/// Deliveries in one state, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryPage {
    /// The deliveries.
    pub deliveries: Vec<Delivery>,
    /// How many of the shop's wait.
    pub waiting: u32,
    /// How many of the shop's were given up.
    pub dead: u32,
    /// For the page after this one, as `after`; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How many deliveries are tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retried {
    /// How many.
    pub retried: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_read_from_its_own_words() {
        for code in DeliveryFault::KNOWN {
            for answer in [None, Some(550)] {
                let error = DeliveryError::new(code, answer);
                assert_eq!(DeliveryError::read(&error.to_string()), error);
            }
        }
        let old = DeliveryError::read("of an earlier version: 12");
        assert_eq!((old.code, old.answer), (DeliveryFault::Other, None));
        assert_eq!(old.title, "of an earlier version: 12");
    }

    #[test]
    fn every_state_and_channel_has_a_word_of_its_own() {
        for state in DeliveryState::ALL {
            assert_eq!(DeliveryState::from_word(state.as_str()), Some(state));
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(json, format!("\"{}\"", state.as_str()));
        }
        for channel in [Channel::Email, Channel::Webhook] {
            assert_eq!(Channel::from_word(channel.as_str()), Some(channel));
        }
    }
}
