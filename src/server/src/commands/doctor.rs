//! `bookplate doctor`

use super::say;
use anyhow::bail;
use bookplate_store::{Db, Store};

/// Recounts what is kept as a count.
pub(super) async fn examine(store: &Store) -> anyhow::Result<()> {
    say("schema: up to date");
    let miscounted = store.read(Db::miscounted_works).await?;
    if miscounted.is_empty() {
        say("ratings: every count equals a recount");
        return Ok(());
    }
    for work in &miscounted {
        say(&format!(
            "ratings: the counts of {work} differ from a recount"
        ));
    }
    bail!("{} works are miscounted", miscounted.len())
}
