//! What a page has to do with the browser's other tabs: whoever signs out in one of them is signed out in all, and nothing
//! of theirs stays on a screen.

use crate::context::Site;
use crate::done::Done;
use crate::live::{Ask, sent};
use crate::page::{Page, Place, Reply};
use leptos::ev::Custom;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, Event, PageTransitionEvent, VisibilityState};

/// How long a page that is looked at again trusts what it was told before, in milliseconds.
const TRUSTED: f64 = 15_000.0;

/// Tells the other tabs what this page says, and listens to them from now on.
pub(crate) fn start(site: Site) {
    let channel = site.page.with_untracked(|page| {
        let channel = Channel::open(&page.place, move || begin_anew(site))?;
        // Whichever way somebody has signed out, with this program or without it, leads to such a page.
        if matches!(page.done, Some(Done::SignedOut | Done::Deleted)) {
            channel.tell();
        }
        Some(channel)
    });
    // Closed with the page's program.
    StoredValue::new_local(channel);
    let returning = window_event_listener(
        Custom::<PageTransitionEvent>::new("pageshow"),
        // From the browser's memory, which may be of somebody who has signed out since.
        move |event| {
            if event.persisted() {
                begin_anew(site);
            }
        },
    );
    let asked_at = Cell::new(f64::NEG_INFINITY);
    let looking = window_event_listener(Custom::<Event>::new("visibilitychange"), move |_| {
        let now = performance();
        if document().visibility_state() == VisibilityState::Visible
            && now - asked_at.get() > TRUSTED
            && let Some(address) = shown_to_somebody(site)
        {
            asked_at.set(now);
            spawn_local(ask(address));
        }
    });
    on_cleanup(move || {
        returning.remove();
        looking.remove();
    });
}

/// Asks whether the page's reader is still signed in. It may have ended where no message comes from: on a page of the
/// shop's, or on another device. What somebody has begun to type here stays, unless it has.
async fn ask(address: String) {
    if let Ok(Some(Reply::Leave(to))) = sent(&Ask::Show(address)).await {
        replace(&to);
    }
}

/// The page as it is now, if it shows something of somebody's own.
fn begin_anew(site: Site) {
    if let Some(address) = shown_to_somebody(site) {
        // Not by reloading: a page that a form has led to would send the form again.
        replace(&address);
    }
}

/// The page's address, where somebody is signed in.
fn shown_to_somebody(site: Site) -> Option<String> {
    let address = |page: &Page| {
        let signed_in = match &page.place {
            Place::Nowhere => false,
            Place::Member(member) => member.signed_in,
            Place::Console(console) => console.staff.is_some(),
        };
        signed_in.then(|| page.address.clone())
    };
    site.page.with_untracked(address)
}

/// Goes to an address without a way back to what is shown.
fn replace(address: &str) {
    // It throws for an address that is none, which the server does not send.
    _ = window().location().replace(address);
}

/// Milliseconds of a clock that nobody sets.
fn performance() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// The way to other tabs that show the same place.
struct Channel {
    channel: BroadcastChannel,
    _heard: Closure<dyn FnMut()>,
}

impl Channel {
    /// Calls `signed_out` whenever another tab tells so.
    fn open(place: &Place, signed_out: impl Fn() + 'static) -> Option<Self> {
        let name = match place {
            Place::Nowhere => return None,
            // The one of the widgets, which stand on pages of ours too: see `element/js/identity.js`.
            Place::Member(member) => format!("bookplate {}", member.key),
            Place::Console(_) => "bookplate console".to_owned(),
        };
        // It throws where a browser has locked the page away from everything else.
        let channel = BroadcastChannel::new(&name).ok()?;
        let heard = Closure::<dyn FnMut()>::new(signed_out);
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _heard: heard,
        })
    }

    /// Tells the others that nobody is signed in any more.
    fn tell(&self) {
        // Text can always be sent.
        _ = self.channel.post_message(&"".into());
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
