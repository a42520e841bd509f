//! Waiting for what cannot tell by itself that it has happened.

use std::time::{Duration, Instant};

/// How long a story waits before it fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it looks.
const LOOKS: Duration = Duration::from_millis(50);

/// Waits until `condition` holds.
///
/// # Panics
/// When it does not come to hold; `what` is in the message.
pub async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !condition().await {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        tokio::time::sleep(LOOKS).await;
    }
}
