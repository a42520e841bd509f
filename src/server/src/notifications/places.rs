//! A place for each delivery under way, so that nobody waits for a receiver that is not its own.

use bookplate_store::notifications::{Delivery, Due};
use bookplate_wire::DeliveryId;
use bookplate_wire::deliveries::Channel;
use std::collections::HashMap;
use tokio::task::Id;

/// How many emails are under way at the same time.
const EMAILS: usize = 16;
/// How many calls of webhooks are.
const CALLS: usize = 32;
/// How many of them are of one webhook: one that never answers leaves places for the others.
const CALLS_OF_ONE: usize = 4;

/// What is under way, by the task that tries it.
#[derive(Default)]
pub(super) struct Places {
    taken: HashMap<Id, Taken>,
    /// The webhook that was served last: where there are more than places, they take turns.
    last: String,
}

struct Taken {
    id: DeliveryId,
    channel: Channel,
    target: String,
}

impl Places {
    /// `task` tries `delivery` now.
    pub(super) fn take(&mut self, task: Id, delivery: &Delivery) {
        let taken = Taken {
            id: delivery.id.clone(),
            channel: delivery.channel,
            target: delivery.target.clone(),
        };
        self.taken.insert(task, taken);
    }

    /// `task` has come to its end.
    pub(super) fn leave(&mut self, task: Id) {
        self.taken.remove(&task);
    }

    /// All that is under way.
    pub(super) fn under_way(&self) -> Vec<DeliveryId> {
        self.taken.values().map(|taken| taken.id.clone()).collect()
    }

    /// For how many emails there is a place, and for how many calls of which webhooks, of what is due.
    pub(super) fn free(&mut self, due: &Due) -> (usize, Vec<(String, usize)>) {
        let mut emails = 0;
        let mut calls: HashMap<&str, usize> = HashMap::new();
        for taken in self.taken.values() {
            match taken.channel {
                Channel::Email => emails += 1,
                Channel::Webhook => *calls.entry(&taken.target).or_default() += 1,
            }
        }
        let mut left = CALLS.saturating_sub(calls.values().sum());
        let (served, next) = due.webhooks.split_at(
            due.webhooks
                .partition_point(|webhook| *webhook <= self.last),
        );
        let mut free: Vec<(String, usize)> = Vec::new();
        free.extend(
            next.iter()
                .chain(served)
                .map(|webhook| (webhook.clone(), 0)),
        );
        for _ in 0..CALLS_OF_ONE {
            for (webhook, more) in &mut free {
                let taken = calls.get(webhook.as_str()).copied().unwrap_or_default();
                if left > 0 && taken + *more < CALLS_OF_ONE {
                    *more += 1;
                    left -= 1;
                    self.last.clone_from(webhook);
                }
            }
        }
        free.retain(|(_, more)| *more > 0);
        let emails = match due.email {
            true => EMAILS.saturating_sub(emails),
            false => 0,
        };
        (emails, free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tries `count` deliveries of that kind to `target`; gives who tries them.
    fn take(places: &mut Places, channel: Channel, target: &str, count: usize) -> Vec<Id> {
        let delivery = Delivery {
            id: "dlv_0192f0c1d2e3f4a5b6c7d8e9f0a1b2c3".parse().unwrap(),
            shop: "shop_0192f0c1d2e3f4a5b6c7d8e9f0a1b2c3".parse().unwrap(),
            shop_name: String::new(),
            shop_language: String::new(),
            time_zone: String::new(),
            quiet: (String::new(), String::new()),
            customer: None,
            channel,
            target: target.to_owned(),
            language: String::new(),
            payload: String::new(),
            attempt: 1,
            created_at: 0,
        };
        let mut tasks = Vec::new();
        for _ in 0..count {
            let task = tokio::spawn(std::future::ready(())).id();
            places.take(task, &delivery);
            tasks.push(task);
        }
        tasks
    }

    fn due(webhooks: &[&str]) -> Due {
        Due {
            email: true,
            webhooks: webhooks.iter().map(|&webhook| webhook.to_owned()).collect(),
        }
    }

    fn calls(calls: &[(&str, usize)]) -> Vec<(String, usize)> {
        let calls = calls
            .iter()
            .map(|&(webhook, more)| (webhook.to_owned(), more));
        calls.collect()
    }

    #[tokio::test]
    async fn calls_take_no_place_of_an_email() {
        let mut places = Places::default();
        for webhook in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            take(&mut places, Channel::Webhook, webhook, CALLS_OF_ONE);
        }
        assert_eq!(places.free(&due(&["a", "i"])), (EMAILS, Vec::new()));
        let sent = take(&mut places, Channel::Email, "lin@example.com", EMAILS);
        assert_eq!(places.free(&due(&[])).0, 0);
        places.leave(sent[0]);
        assert_eq!(places.free(&due(&[])).0, 1);
        assert_eq!(places.under_way().len(), CALLS + EMAILS - 1);
    }

    #[tokio::test]
    async fn a_webhook_has_only_so_many_places() {
        let mut places = Places::default();
        let all = calls(&[("a", CALLS_OF_ONE), ("b", CALLS_OF_ONE)]);
        assert_eq!(places.free(&due(&["a", "b"])).1, all);
        take(&mut places, Channel::Webhook, "a", CALLS_OF_ONE);
        take(&mut places, Channel::Webhook, "b", 1);
        let rest = calls(&[("b", CALLS_OF_ONE - 1)]);
        assert_eq!(places.free(&due(&["a", "b"])).1, rest);
    }

    #[tokio::test]
    async fn where_places_are_few_webhooks_take_turns() {
        let mut places = Places::default();
        let mut silent = Vec::new();
        for webhook in ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"] {
            silent.extend(take(&mut places, Channel::Webhook, webhook, CALLS_OF_ONE));
        }
        // Of a webhook that has all its places nothing more is tried.
        let all = due(&["a", "b", "s1", "s2"]);
        for next in ["a", "b", "a", "b"] {
            places.leave(silent.pop().unwrap());
            assert_eq!(places.free(&all).1, calls(&[(next, 1)]));
            take(&mut places, Channel::Webhook, next, 1);
        }
    }
}
