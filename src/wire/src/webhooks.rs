//! Webhooks: the addresses of a shop's own programs that hear of events.

use crate::deliveries::Delivery;
use crate::notifications::Event;
use crate::settings::OVERLAP_MAX;
use crate::{Code, DeliveryId, Problem, WebhookId};
use serde::{Deserialize, Serialize};

/// The longest address, in bytes.
pub const URL_MAX: usize = 2_000;
/// How many webhooks a shop can have: each event is kept once for each.
pub const WEBHOOKS_MAX: usize = 20;

/// An address that hears of events, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// What names it.
    pub id: WebhookId,
    /// Where it is called.
    pub url: String,
    /// The types of events that it hears of; empty for all, those of later versions too.
    pub events: Vec<String>,
    /// Whether it is called at all.
    pub active: bool,
    /// Since when there is such a webhook, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Until when calls are signed with the secret before the present one as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_secret_until: Option<i64>,
    /// The latest of its deliveries, as long as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Delivery>,
}

/// A shop's webhooks, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookList {
    /// The webhooks.
    pub webhooks: Vec<Webhook>,
}

/// A webhook to make.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where it is called: an `https://` address of the internet.
    pub url: String,
    /// The types of events that it hears of; empty or absent for all, those of later versions too.
    #[serde(default)]
    pub events: Vec<String>,
}

impl NewWebhook {
    /// The same in the form in which it is kept. Whether the server may call the address is for the server to say.
    ///
    /// # Errors
    /// Names the field that breaks a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let url = self.url.trim().to_owned();
        if url.is_empty() || url.len() > URL_MAX {
            return Err(invalid("url", "an address has 1 to 2000 bytes"));
        }
        let events = events(self.events)?;
        Ok(Self { url, events })
    }
}

/// What is changed of a webhook; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct WebhookChange {
    /// The types of events that it hears of; empty for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// Whether it is called at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

impl WebhookChange {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// Names the field that breaks a rule.
    pub fn checked(mut self) -> Result<Self, Problem> {
        self.events = self.events.map(events).transpose()?;
        Ok(self)
    }
}

/// A webhook that was made or got another secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookWithSecret {
    /// The webhook.
    pub webhook: Webhook,
    /// What its calls are signed with, `whsec_…`: shown only here.
    pub secret: String,
}

/// How a secret is exchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SecretRotation {
    /// For how many hours calls are signed with the secret of before as well: 0 for no longer, at most 8784, a
    /// year.
    pub overlap_hours: u32,
}

impl SecretRotation {
    /// The same, when it is not too long.
    ///
    /// # Errors
    /// When it is.
    pub fn checked(self) -> Result<Self, Problem> {
        if self.overlap_hours > OVERLAP_MAX {
            return Err(invalid("overlap_hours", "a secret retires within a year"));
        }
        Ok(self)
    }
}

/// A test event that is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ping {
    /// The delivery, which the program sees as `webhook-id`.
    pub delivery: DeliveryId,
}

/// Types of events, each once and in order.
fn events(asked: Vec<String>) -> Result<Vec<String>, Problem> {
    if let Some(unknown) = asked
        .iter()
        .position(|name| !Event::TYPES.contains(&name.as_str()))
    {
        let rule = format!("types of events are {}", Event::TYPES.join(", "));
        return Err(invalid(&format!("events[{unknown}]"), &rule));
    }
    let known = Event::TYPES.into_iter();
    let chosen = known.filter(|name| asked.iter().any(|asked| asked == name));
    Ok(chosen.map(str::to_owned).collect())
}

fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_known_and_each_there_once() {
        let new = |events: &[&str]| NewWebhook {
            url: " https://shop.example/hook ".into(),
            events: events.iter().map(|name| (*name).to_owned()).collect(),
        };
        let kept = new(&["refund.excessive", "customer.created", "refund.excessive"]);
        let kept = kept.checked().unwrap();
        assert_eq!(kept.events, ["customer.created", "refund.excessive"]);
        assert_eq!(kept.url, "https://shop.example/hook");
        assert_eq!(new(&[]).checked().unwrap().events, [] as [String; 0]);
        let refused = new(&["customer.created", "ping"]).checked().unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("events[1]"));
    }

    #[test]
    fn an_address_is_there_and_not_endless() {
        for url in [String::new(), "x".repeat(URL_MAX + 1)] {
            let new = NewWebhook {
                url,
                events: Vec::new(),
            };
            assert_eq!(new.checked().unwrap_err().field.as_deref(), Some("url"));
        }
    }
}
