//! `bookplate serve`

use super::{open, say};
use crate::app::{App, AppState};
use crate::assets::Assets;
use crate::config::Config;
use crate::connections::Acceptor;
use crate::feedback::{clocks, live};
use crate::limits::Limits;
use crate::notifications::mail::Mailer;
use crate::notifications::outbox::Outbox;
use crate::points::aging;
use crate::reviews::{purchases, requests};
use crate::router::router;
use crate::webhooks::call::Caller;
use crate::wishlists::{digests, occasions};
use anyhow::Context;
use axum_server::Handle;
use bookplate_store::Db;
use hyper_util::rt::TokioTimer;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// How long the head of a request may take. Who sends it byte by byte, to hold on to a connection, is let go.
const HEAD: Duration = Duration::from_secs(10);
/// How long requests that are under way have when the server is told to stop: longer than any may take.
const LAST: Duration = Duration::from_secs(35);
/// How often it is forgotten who has asked long ago.
const FORGET: Duration = Duration::from_secs(60);
/// How many old replies one transaction forgets.
const FORGET_MAX: u32 = 500;

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
    let mailer = config.mail.as_ref().map(Mailer::new).transpose()?;
    let private = config.private_webhooks;
    let caller = Caller::new(private).context("the system's certificates")?;
    let limits = Limits::new(config.rates, config.trusted_proxies);
    let mails = mailer.is_some();
    let app = AppState::open(store.clone(), assets, public_url, private, mails, limits).await?;

    let forgetting = tokio::spawn({
        let app = app.clone();
        async move {
            loop {
                tokio::time::sleep(FORGET).await;
                app.limits.forget();
                forget_replies(&app).await;
                let forget = |db: &mut Db| {
                    db.forget_what_has_ended()?;
                    db.forget_invited()
                };
                if let Err(error) = app.store.write(forget).await {
                    tracing::warn!(%error, "what has ended is not forgotten");
                }
            }
        }
    });
    let marking = tokio::spawn(purchases::mark(app.clone()));
    let asking = tokio::spawn(requests::ask(app.clone()));
    let reminding = tokio::spawn(occasions::remind(app.clone()));
    let telling = tokio::spawn(digests::tell(app.clone()));
    let aging = tokio::spawn(aging::age(app.clone()));
    let timing = tokio::spawn(clocks::run(app.clone()));
    let watching = tokio::spawn(live::watch(app.clone()));
    let (stop_delivering, stopped) = oneshot::channel();
    let delivering = tokio::spawn(Outbox::new(mailer, caller).work(app.clone(), stopped));
    let handle = Handle::new();
    let stopping = tokio::spawn(stop(handle.clone(), app.clone())?);
    say(&format!("listening on http://{address}"));
    let mut server = axum_server::from_tcp(listener.into_std()?)?
        .acceptor(Acceptor)
        .handle(handle)
        .first_request_timeout(HEAD);
    // Proxies speak HTTP/1.1 to it. Of HTTP/2 it would have to be told otherwise who takes no reply.
    let builder = server.http_builder();
    *builder = builder.clone().http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD);
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let served = server.serve(service).await;
    stopping.abort();
    forgetting.abort();
    marking.abort();
    asking.abort();
    reminding.abort();
    telling.abort();
    aging.abort();
    timing.abort();
    watching.abort();
    // What is on its way to a mail server or a webhook has a few seconds left.
    drop(stop_delivering);
    let _ = delivering.await;
    store.close().await;
    Ok(served?)
}

/// Forgets replies of long ago, a few at a time, so that nobody waits behind it.
async fn forget_replies(app: &App) {
    loop {
        match app.store.write(|db| db.forget_replies(FORGET_MAX)).await {
            Ok(count) if count >= u64::from(FORGET_MAX) => {}
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%error, "old replies are not forgotten");
                return;
            }
        }
    }
}

/// Waits for a signal and then lets the server come to its end.
fn stop(handle: Handle<SocketAddr>, app: App) -> std::io::Result<impl Future<Output = ()> + use<>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: no new requests, finishing those under way");
        // These have no end of their own.
        app.live.close();
        handle.graceful_shutdown(Some(LAST));
    })
}
