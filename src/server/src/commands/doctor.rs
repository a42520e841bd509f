//! `bookplate doctor`

use super::say;
use crate::config::Config;
use anyhow::bail;
use bookplate_store::{Db, Store};

/// Recounts what is kept as a count, and says what an operator should know.
pub(super) async fn examine(config: &Config, store: &Store) -> anyhow::Result<()> {
    say("schema: up to date");
    say(match config.mail {
        Some(_) => "email: sent",
        None => "email: not sent, because the setting smtp_url is missing",
    });
    let dead = store.read(Db::count_dead_deliveries).await?;
    say(&format!("outbox: {dead} given up"));
    let open = store.read(Db::count_open_refunds).await?;
    say(&format!("refunds: {open} that do not count"));
    let miscounted = store.read(Db::miscounted_works).await?;
    if miscounted.is_empty() {
        say("ratings: every count equals a recount");
    }
    let points = store.read(Db::miscounted_points).await?;
    if points.is_empty() {
        say("points: every sum equals the ledger's");
    }
    for account in &points {
        say(&format!(
            "points: the sums of account {account} differ from the ledger"
        ));
    }
    for work in &miscounted {
        say(&format!(
            "ratings: the counts of {work} differ from a recount"
        ));
    }
    match (miscounted.len(), points.len()) {
        (0, 0) => Ok(()),
        (works, 0) => bail!("{works} works are miscounted"),
        (0, accounts) => bail!("{accounts} accounts of points are miscounted"),
        (works, accounts) => {
            bail!("{works} works and {accounts} accounts of points are miscounted")
        }
    }
}
