//! `bookplate serve`

use super::{open, say};
use crate::app::AppState;
use crate::assets::Assets;
use crate::config::Config;
use crate::router::router;
use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Migrates, listens, and answers until SIGTERM or SIGINT; what was accepted by then is finished.
pub(super) async fn serve(config: Config) -> anyhow::Result<()> {
    let assets = Assets::read(&config.assets)?;
    let store = open(&config).await?;
    store.migrate().await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listen = {:?}", config.listen.to_string()))?;
    let address = listener.local_addr()?;
    let public_url = config
        .public_url
        .unwrap_or_else(|| format!("http://{address}"));
    let app = AppState::open(store.clone(), assets, public_url).await?;
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    say(&format!("listening on http://{address}"));
    axum::serve(listener, router(app))
        .with_graceful_shutdown(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("stopping: no new requests, finishing those under way");
        })
        .await?;
    store.close().await;
    Ok(())
}
