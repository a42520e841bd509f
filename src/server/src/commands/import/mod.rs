//! `bookplate import …`: a thread reads the file, this task writes batches, and the person who waits sees
//! how far it is.

mod pictures;
mod report;

use super::{ImportKind, tell};
use crate::sink::Sink;
use crate::{catalogue, offers, orders, reviews, shops};
use anyhow::Context;
use bookplate_import::{
    BookRecord, CountingReader, ImportError, OfferOptions, OfferRecord, Options, OrderOptions,
    OrderRecord, Rejected, ReviewRecord, unread_columns,
};
use bookplate_store::audit::Actor;
use bookplate_store::shops::Shop;
use bookplate_store::{Db, Store, StoreError};
use jiff::Timestamp;
use pictures::Named;
use report::{Refusal, Report};
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc;

/// How many records are written in one transaction. Each touches the same few pages of every index, so that
/// many together write much less than many one by one; and a server on the same file waits for no longer than
/// such a transaction takes.
const BATCH: usize = 2_000;

/// Which file, and what the operator says about it.
pub(super) struct Source {
    pub(super) file: PathBuf,
    pub(super) map: Vec<String>,
    pub(super) encoding: Option<String>,
    pub(super) rejected: Option<PathBuf>,
    /// Of orders and prices that do not say theirs.
    pub(super) currency: Option<String>,
    /// The folder with the pictures of reviews.
    pub(super) pictures: Option<PathBuf>,
    /// Whether it is only told what would be written.
    pub(super) dry_run: bool,
}

/// Reads the file and writes its records. Good records stay, whatever happens to others.
///
/// # Errors
/// When the file as a whole cannot be read (to its end), or the database does not answer.
pub(super) async fn import(
    store: Store,
    shop: Shop,
    kind: ImportKind,
    source: Source,
) -> anyhow::Result<()> {
    let options = Options {
        map: source
            .map
            .iter()
            .map(|text| text.parse())
            .collect::<Result<_, _>>()
            .context("--map")?,
        encoding: source
            .encoding
            .map(|name| name.parse())
            .transpose()
            .context("--encoding")?,
    };
    if let Some(folder) = &source.pictures {
        let there = folder.is_dir();
        anyhow::ensure!(there, "--pictures: {} is no folder", folder.display());
    }
    let sink = Sink {
        store,
        rehearses: source.dry_run,
    };
    let name = source.file.display().to_string();
    let file = File::open(&source.file).with_context(|| name.clone())?;
    let size = file.metadata()?.len();
    // What comes through a pipe cannot be read twice. What is wrong with the header line is told by whoever reads the file.
    if file.metadata()?.is_file()
        && let Ok(columns) = unread_columns(File::open(&source.file)?, &options, kind.table())
        && !columns.is_empty()
    {
        tell(&format!(
            "columns that are not read: {}",
            columns.join(", ")
        ));
    }
    let (file, read) = CountingReader::new(file);
    let mut report = Report::new(size, read, source.rejected)?;
    let result = match kind {
        ImportKind::Catalogue => {
            let open = move || bookplate_import::catalogue(file, &options);
            pump(open, &mut report, async |batch: Vec<BookRecord>, report| {
                report.repaired += batch.iter().filter(|record| record.repaired).count() as u64;
                let unknown = batch.iter().filter(|record| record.language_unknown);
                report.languages_unknown += unknown.count() as u64;
                report.written += catalogue::import::put(&sink, &shop.id, batch).await?;
                Ok(())
            })
            .await
        }
        ImportKind::Reviews => {
            let now = Timestamp::now().as_millisecond();
            let folder = source.pictures.map(Arc::new);
            let open = move || bookplate_import::reviews(file, &options, now);
            pump(
                open,
                &mut report,
                async |batch: Vec<ReviewRecord>, report| {
                    let unknown = batch.iter().filter(|record| record.language_unknown);
                    report.languages_unknown += unknown.count() as u64;
                    let places: Vec<_> = batch.iter().map(|r| (r.line, r.isbn)).collect();
                    let mut named: Vec<_> = batch.iter().map(Named::of).collect();
                    let done = reviews::import::put(&sink, &shop.id, batch).await?;
                    report.written += done.written;
                    report.removed += done.removed;
                    for at in done.without_book {
                        let (line, isbn) = places[at];
                        named[at] = None;
                        report.refuse(Refusal::without_book(line, isbn));
                    }
                    let named: Vec<Named> = named.into_iter().flatten().collect();
                    match &folder {
                        Some(folder) => pictures::put(&sink, &shop.id, folder, named, report).await,
                        None => {
                            let pictures = named.iter().map(Named::count);
                            report.pictures_unread += pictures.sum::<u64>();
                            Ok(())
                        }
                    }
                },
            )
            .await
        }
        ImportKind::Orders => {
            let of_orders = OrderOptions {
                time_zone: shops::zone(&shop),
                currency: source.currency.unwrap_or_default(),
                now: Timestamp::now().as_millisecond(),
                torn: {
                    let (options, file) = (options.clone(), File::open(&source.file)?);
                    let look = move || bookplate_import::torn_orders(file, &options);
                    tokio::task::spawn_blocking(look)
                        .await?
                        .with_context(|| name.clone())?
                },
            };
            let open = move || bookplate_import::orders(file, &options, of_orders);
            pump(
                open,
                &mut report,
                async |batch: Vec<OrderRecord>, report| {
                    let places: Vec<_> = batch
                        .iter()
                        .map(|record| (record.line, record.order.number.clone()))
                        .collect();
                    let done =
                        orders::import::put(&sink, &shop.id, &shop.calling_code, batch).await?;
                    report.written += done.written;
                    report.unmatched += done.unmatched;
                    for (line, number) in done.contradicting.into_iter().map(|at| &places[at]) {
                        report.refuse(Refusal::contradicting(*line, number));
                    }
                    Ok(())
                },
            )
            .await
        }
        ImportKind::Offers => {
            let of_offers = OfferOptions {
                time_zone: shops::zone(&shop),
                currency: source.currency.unwrap_or_default().to_ascii_uppercase(),
                now: Timestamp::now().as_millisecond(),
            };
            let open = move || bookplate_import::offers(file, &options, of_offers);
            pump(
                open,
                &mut report,
                async |batch: Vec<OfferRecord>, report| {
                    let places: Vec<_> = batch.iter().map(|r| (r.line, r.offer.isbn)).collect();
                    let done = offers::import::put(&sink, &shop.id, batch).await?;
                    report.written += done.written;
                    report.without_book += done.unknown;
                    for (line, isbn) in done.outdated.into_iter().map(|at| places[at]) {
                        report.refuse(Refusal::outdated(line, isbn));
                    }
                    Ok(())
                },
            )
            .await
        }
    };
    // What was written stays, even when the rest of the file could not be read.
    let (kind, written) = (kind.word(), report.written);
    if sink.rehearses {
        tell("nothing of this was written:");
    } else {
        let audit = move |db: &mut Db| db.audit_import(&Actor::Command, &shop.id, kind, written);
        sink.store.write(audit).await?;
    }
    report.finish(result.is_ok())?;
    result.with_context(|| name)
}

/// Carries records from the reading thread to `put`, in batches.
async fn pump<R, I, E>(
    open: impl FnOnce() -> Result<I, ImportError> + Send + 'static,
    report: &mut Report,
    put: E,
) -> anyhow::Result<()>
where
    R: Send + 'static,
    I: Iterator<Item = Result<Result<R, Rejected>, ImportError>>,
    E: AsyncFn(Vec<R>, &mut Report) -> Result<(), StoreError>,
{
    // A batch ahead: reading and writing overlap, and memory stays bounded.
    let (send, mut receive) = mpsc::channel(2 * BATCH);
    let reader = tokio::task::spawn_blocking(move || -> Result<(), ImportError> {
        for item in open()? {
            // The receiver is gone only when writing has failed, which it reports itself.
            if send.blocking_send(item?).is_err() {
                break;
            }
        }
        Ok(())
    });
    let mut items = Vec::with_capacity(BATCH);
    while receive.recv_many(&mut items, BATCH).await > 0 {
        let mut batch = Vec::with_capacity(items.len());
        for item in items.drain(..) {
            match item {
                Ok(record) => batch.push(record),
                Err(rejected) => report.refuse(Refusal::from(rejected)),
            }
        }
        put(batch, report).await?;
        report.progress();
    }
    drop(receive);
    Ok(reader.await??)
}
