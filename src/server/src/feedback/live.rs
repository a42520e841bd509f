//! Cases live: a page that shows one is told when something has changed, and staff sees who else has it open.
//!
//! A page holds a stream of server-sent events, each of which says no more than which version there is now; the page then asks
//! for what its reader may see, as for any page. So nothing has to be kept for who was away, and a stream that somebody else got
//! hold of would tell next to nothing.
//!
//! Pages ask by POST and read the reply as it comes (`fetch`, not `EventSource`): so the code and the address of who has no
//! account stay in a body and out of every address and log, nothing has to be handed out in their place, and a page sees why
//! it is refused.
//!
//! One task a server looks every second how far the cases that are open on a page have come: one query for 200 of them, by
//! their primary key, and none while nobody looks. `LISTEN` would tell a second sooner, but takes a connection of its own,
//! which poolers do not pass on, and SQLite has nothing like it: one way for both is half as much that can go wrong.

use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bookplate_store::Db;
use bookplate_store::accounts::Standing;
use bookplate_store::feedback::{CaseBeat, Reader};
use bookplate_wire::feedback::live::{OtherAgent, Pulse};
use bookplate_wire::{CaseId, Code, CustomerId, ShopId, StaffId};
use futures_util::stream::unfold;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// How often it is looked whether something has changed.
const TICK: Duration = Duration::from_secs(1);
/// Every how many ticks it is noted again who has which case open.
const NOTED: u32 = 10;
/// How often it is asked whether somebody is still signed in.
const CHECKED: Duration = Duration::from_secs(5);
/// After how long without news a line is sent that says nothing, so that no proxy ends the connection.
const SILENCE: Duration = Duration::from_secs(15);
/// How many streams one server holds; whoever comes then is told to ask now and then instead.
const STREAMS: u32 = 5_000;
/// How many streams one session, or one code, holds: as many tabs.
const OF_ONE: u32 = 8;

/// Who has which case open on this server.
pub(crate) struct Live {
    open: Mutex<Open>,
    /// Becomes true when the server stops.
    closing: watch::Sender<bool>,
    /// How many streams one address holds at most; 0 for no limit.
    of_address: u32,
}

#[derive(Default)]
struct Open {
    streams: u32,
    held: HashMap<HeldBy, u32>,
    cases: HashMap<CaseId, watch::Sender<CaseBeat>>,
    /// How many pages of whom of the staff show a case.
    readers: HashMap<(CaseId, StaffId), u32>,
    /// Who has closed the last one since it was noted.
    gone: Vec<(CaseId, StaffId)>,
}

/// By what streams are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum HeldBy {
    Address(IpAddr),
    Reader(String),
}

/// Who reads a case, and why that is allowed.
#[derive(Debug, Clone)]
pub(crate) enum Watcher {
    /// Somebody who has shown the code of which this is the hash.
    Guest(String),
    /// A customer, by a session.
    Customer(CustomerId, Standing),
    /// Somebody of the staff of a shop, by a session of which this is the hash.
    Staff(ShopId, StaffId, String),
}

impl Watcher {
    /// What the streams of one reader are counted by.
    fn key(&self) -> String {
        match self {
            Self::Guest(code) => code.clone(),
            Self::Customer(_, standing) => standing.session.to_string(),
            Self::Staff(_, _, session) => session.clone(),
        }
    }

    fn staff(&self) -> Option<&StaffId> {
        match self {
            Self::Staff(_, staff, _) => Some(staff),
            Self::Guest(_) | Self::Customer(..) => None,
        }
    }

    /// Whether it is still allowed. Asking does not keep a session alive: a page that was left open is nobody's presence.
    async fn may_go_on(&self, app: &App) -> bool {
        let asked = self.clone();
        let read = move |db: &mut Db| match asked {
            Self::Guest(_) => Ok(true),
            Self::Customer(customer, standing) => db.is_signed_in(&customer, &standing),
            Self::Staff(shop, staff, session) => {
                let here = |(of, _): &(ShopId, _)| *of == shop;
                Ok(db.staff_session(&session)?.is_some() && db.roles_of(&staff)?.iter().any(here))
            }
        };
        // While the database is away nobody learns anything new anyway.
        app.store.read(read).await.unwrap_or(true)
    }

    /// What of a case's state this reader may know.
    fn pulse(&self, beat: &CaseBeat) -> Pulse {
        let Some(me) = self.staff() else {
            return Pulse {
                version: beat.shown,
                others: Vec::new(),
            };
        };
        let others = beat.readers.iter().filter(|reader| reader.staff != *me);
        let other = |reader: &Reader| OtherAgent {
            name: reader.name.clone(),
            writing: reader.writes,
        };
        Pulse {
            version: beat.all,
            others: others.map(other).collect(),
        }
    }
}

impl Live {
    /// Nobody has anything open. `of_address` is how many streams one address holds at most, 0 for no limit.
    pub(crate) fn new(of_address: u32) -> Self {
        Self {
            open: Mutex::default(),
            closing: watch::Sender::new(false),
            of_address,
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        // Nothing in there is half done where somebody panics.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all streams: the server stops. Their pages come back to whoever answers then.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// # Errors
    /// [`Code::RateLimited`] for who holds enough streams already.
    fn take_seat(
        &self,
        caller: Caller,
        case: &CaseId,
        watcher: &Watcher,
    ) -> Result<[HeldBy; 2], Code> {
        let keys = [HeldBy::Address(caller.0), HeldBy::Reader(watcher.key())];
        let most = [self.of_address, OF_ONE];
        let mut open = self.open();
        let is_full = |(key, most): (&HeldBy, u32)| {
            most > 0 && open.held.get(key).is_some_and(|count| *count >= most)
        };
        if open.streams >= STREAMS || keys.iter().zip(most).any(is_full) {
            return Err(Code::RateLimited);
        }
        open.streams += 1;
        for key in &keys {
            *open.held.entry(key.clone()).or_default() += 1;
        }
        if let Some(staff) = watcher.staff() {
            *open
                .readers
                .entry((case.clone(), staff.clone()))
                .or_default() += 1;
        }
        Ok(keys)
    }

    /// The state of a case from now on, which was `beat` just now.
    fn follow(&self, beat: CaseBeat) -> watch::Receiver<CaseBeat> {
        let mut open = self.open();
        let case = open.cases.entry(beat.case.clone());
        case.or_insert_with(|| watch::Sender::new(beat)).subscribe()
    }

    /// The cases that are open, without those that nobody looks at any more.
    fn cases(&self) -> Vec<CaseId> {
        let mut open = self.open();
        open.cases.retain(|_, sender| sender.receiver_count() > 0);
        open.cases.keys().cloned().collect()
    }

    /// Tells the pages of `asked` what has become of their cases. The streams of those that are gone end.
    fn tell(&self, asked: &[CaseId], beats: Vec<CaseBeat>) {
        let mut open = self.open();
        let mut gone: Vec<&CaseId> = asked.iter().collect();
        for beat in beats {
            gone.retain(|case| **case != beat.case);
            if let Some(sender) = open.cases.get(&beat.case) {
                sender.send_if_modified(|known| {
                    let is_new = *known != beat;
                    *known = beat;
                    is_new
                });
            }
        }
        for case in gone {
            open.cases.remove(case);
        }
    }
}

/// One stream's place, until it ends.
struct Seat {
    app: App,
    case: CaseId,
    watcher: Watcher,
    keys: [HeldBy; 2],
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.app.live.open();
        open.streams -= 1;
        for key in &self.keys {
            count_down(open.held.entry(key.clone()));
        }
        if let Some(staff) = self.watcher.staff() {
            let reader = (self.case.clone(), staff.clone());
            if count_down(open.readers.entry(reader.clone())) {
                open.gone.push(reader);
            }
        }
    }
}

/// Counts one less; whether that was the last one.
fn count_down<K>(entry: Entry<'_, K, u32>) -> bool {
    let Entry::Occupied(mut count) = entry else {
        return false;
    };
    *count.get_mut() -= 1;
    let was_last = *count.get() == 0;
    if was_last {
        count.remove();
    }
    was_last
}

/// What a stream goes on from.
struct Stream {
    seat: Seat,
    beats: watch::Receiver<CaseBeat>,
    closing: watch::Receiver<bool>,
    told: Option<Pulse>,
    check_at: Instant,
}

impl Stream {
    /// The next event; `None` at the end.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if *self.closing.borrow_and_update() {
                return None;
            }
            let pulse = self.seat.watcher.pulse(&self.beats.borrow_and_update());
            if self.told.as_ref() != Some(&pulse) {
                // Serialising plain data cannot fail.
                let event = Event::default().json_data(&pulse).ok()?;
                self.told = Some(pulse);
                return Some((Ok(event), self));
            }
            tokio::select! {
                changed = self.beats.changed() => changed.ok()?,
                changed = self.closing.changed() => changed.ok()?,
                () = sleep_until(self.check_at) => {
                    if !self.seat.watcher.may_go_on(&self.seat.app).await {
                        return None;
                    }
                    self.check_at = Instant::now() + CHECKED;
                }
            }
        }
    }
}

/// Begins a stream about a case, of which `watcher` is known to be a reader.
///
/// # Errors
/// [`Code::RateLimited`] for who holds enough streams already, [`Code::CaseNotFound`]; else when the database does not answer.
pub(crate) async fn stream(
    app: &App,
    caller: Caller,
    case: CaseId,
    watcher: Watcher,
) -> Result<Response, Failure> {
    let keys = app.live.take_seat(caller, &case, &watcher)?;
    let seat = Seat {
        app: app.clone(),
        case: case.clone(),
        watcher: watcher.clone(),
        keys,
    };
    if let Some(staff) = watcher.staff() {
        let present = [(case.clone(), staff.clone())];
        let note = move |db: &mut Db| db.keep_readers(&present, &[]);
        app.store.write(note).await?;
    }
    let stream = Stream {
        beats: app.live.follow(beat(app, &case).await?),
        closing: app.live.closing.subscribe(),
        told: None,
        check_at: Instant::now() + CHECKED,
        seat,
    };
    let silence = KeepAlive::new().interval(SILENCE);
    let mut reply = Sse::new(unfold(stream, Stream::next))
        .keep_alive(silence)
        .into_response();
    let headers = reply.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Asks nginx to pass on what there is as it comes.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(reply)
}

/// How far a case has come, told once: for a page whose network lets no stream through.
///
/// # Errors
/// [`Code::CaseNotFound`]; else when the database does not answer.
pub(crate) async fn once(app: &App, case: &CaseId, watcher: &Watcher) -> Result<Response, Failure> {
    let pulse = watcher.pulse(&beat(app, case).await?);
    let never = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((never, Json(pulse)).into_response())
}

async fn beat(app: &App, case: &CaseId) -> Result<CaseBeat, Failure> {
    let asked = [case.clone()];
    let beats = app.store.read(move |db: &mut Db| db.case_beats(&asked));
    Ok(beats.await?.pop().ok_or(Code::CaseNotFound)?)
}

/// Notes that somebody of the staff writes an answer to a case.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn note_writing(app: &App, case: &CaseId, staff: &StaffId) -> Result<(), Failure> {
    let (case, staff) = (case.clone(), staff.clone());
    let note = move |db: &mut Db| db.note_writing(&case, &staff);
    Ok(app.store.write(note).await?)
}

/// Looks what has changed until it is dropped, and notes who has what open.
pub(crate) async fn watch(app: App) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut number: u32 = 0;
    loop {
        ticks.tick().await;
        number = number.wrapping_add(1);
        if let Err(error) = note_readers(&app, number.is_multiple_of(NOTED)).await {
            tracing::warn!(%error, "it is not noted who has cases open");
        }
        let cases = app.live.cases();
        if cases.is_empty() {
            continue;
        }
        let asked = cases.clone();
        let read = move |db: &mut Db| db.case_beats(&asked);
        match app.store.read(read).await {
            Ok(beats) => app.live.tell(&cases, beats),
            Err(error) => tracing::warn!(%error, "pages are not told what has changed"),
        }
    }
}

/// Notes who has closed a case, and with `all` also who still has one open.
async fn note_readers(app: &App, all: bool) -> Result<(), bookplate_store::StoreError> {
    let (present, gone) = {
        let mut open = app.live.open();
        let present: Vec<_> = if all {
            open.readers.keys().cloned().collect()
        } else {
            Vec::new()
        };
        // Whoever has come back meanwhile is there.
        let mut gone = std::mem::take(&mut open.gone);
        gone.retain(|reader| !open.readers.contains_key(reader));
        (present, gone)
    };
    if present.is_empty() && gone.is_empty() {
        return Ok(());
    }
    let note = move |db: &mut Db| db.keep_readers(&present, &gone);
    app.store.write(note).await
}
