//! What happens in the browser once wasm is there.
//!
//! It follows who is signed in, asks for what is theirs, and listens at the widget's root for controls marked `data-do` and for
//! the choice of a kind. Those marked `data-tell` and `data-enter` are JavaScript's: they work without wasm.

use super::Overview;
use super::state::{Failure, Points, Standing, Want};
use crate::accounts::Farewell;
use crate::card::awake::{self, Awake};
use crate::html::Html;
use crate::listener::Listener;
use crate::mount::Mounted;
use crate::{referrals, statement, texts};
use bookplate_client::{self as client, ClientError, Following, Identity, points};
use bookplate_wire::points::element::PointsData;
use bookplate_wire::points::referrals::{INVITE, Referral};
use bookplate_wire::points::{EntryKind, PointsBalance, PointsEntry, PointsEntryPage};
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlSelectElement, UrlSearchParams, VisibilityState};

/// The mounted widget. Dropping it takes the widget out of the page.
#[must_use = "dropping it takes the widget out of the page"]
pub struct Handle {
    // Dropped in this order: nothing happens any more, then nothing is shown.
    _following: Following,
    _listeners: (Listener, Option<Listener>),
    _live: Rc<Live>,
    _mounted: Mounted,
}

/// The widget's behaviour.
struct Live {
    /// For what outlasts a call: it must not keep the widget alive.
    this: Weak<Self>,
    points: Points,
    root: HtmlElement,
    identity: Identity,
    /// Counts what makes requests under way worthless: another customer, or none; another kind of entries.
    turn: Cell<u32>,
    /// Follows the card that is shown.
    card: RefCell<Option<Awake>>,
}

impl Handle {
    /// Hydrates the content of `root` and starts to follow who is signed in.
    pub(super) fn start(root: HtmlElement, data: PointsData, identity: Identity) -> Self {
        let (mounted, points) = Mounted::hydrate(root.clone(), || {
            let points = Points::new(data);
            (view! { <Overview points /> }.into_any(), points)
        });
        let live = Rc::new_cyclic(|this| Live {
            this: this.clone(),
            points,
            root: root.clone(),
            identity,
            turn: Cell::new(0),
            card: RefCell::default(),
        });
        if let Some(code) = code_in_address() {
            points.model.update(|model| model.invite = code);
        }
        let weak = Rc::downgrade(&live);
        let following = live.identity.follow(move |standing| {
            if let Some(live) = weak.upgrade() {
                live.take(standing);
            }
        });
        let weak = Rc::downgrade(&live);
        let within = Listener::start(root, &["click", "change"], move |event| {
            if let Some(live) = weak.upgrade() {
                live.handle(&event);
            }
        });
        // Points may have come or gone where no message comes from: in the member centre, at a till, by an order.
        let weak = Rc::downgrade(&live);
        let document = web_sys::window().and_then(|window| window.document());
        let around = document.map(|document| {
            Listener::start(document, &["visibilitychange"], move |_| {
                if let Some(live) = weak.upgrade() {
                    live.look_again();
                }
            })
        });
        Self {
            _following: following,
            _listeners: (within, around),
            _live: live,
            _mounted: mounted,
        }
    }
}

impl Live {
    /// Shows who is signed in now.
    fn take(&self, standing: client::Standing) {
        let standing = match standing {
            client::Standing::In(customer) => return self.welcome(customer.id.as_str()),
            client::Standing::Asking => Standing::Waiting,
            client::Standing::Failed { offline } => {
                self.forget(Standing::Waiting);
                return self.fail(Want::Identity, offline);
            }
            client::Standing::Out(farewell) => Standing::Out(match farewell {
                client::Farewell::Page => Farewell::None,
                client::Farewell::Asked => Farewell::Asked,
                client::Farewell::Elsewhere => Farewell::Elsewhere,
                client::Farewell::Ended => Farewell::Ended,
            }),
        };
        let same = self.points.model.with_untracked(|model| {
            model.standing == standing && model.failure.is_none() && model.balance.is_none()
        });
        if !same {
            self.forget(standing);
        }
    }

    /// Lets nothing of anybody stay. Whoever was inside with the keyboard is put where the widget begins.
    fn forget(&self, standing: Standing) {
        self.next_turn();
        self.card.take();
        let inside = self.find(":focus").is_some();
        self.points.model.update(|model| model.forget(standing));
        if inside {
            self.focus_soon("#heading");
        }
    }

    fn next_turn(&self) -> u32 {
        self.turn.set(self.turn.get() + 1);
        self.turn.get()
    }

    /// Asks for what is a customer's own. What is shown of it already stays until there is something newer.
    fn welcome(&self, id: &str) {
        let known = self.points.model.with_untracked(
            |model| matches!(&model.standing, Standing::In(before) if before == id),
        );
        if !known {
            self.forget(Standing::Waiting);
        }
        self.ask(id.to_owned());
    }

    /// Asks again what somebody has who is shown.
    fn look_again(&self) {
        let visible = web_sys::window()
            .and_then(|window| window.document())
            .is_some_and(|document| document.visibility_state() == VisibilityState::Visible);
        let standing = self
            .points
            .model
            .with_untracked(|model| model.standing.clone());
        if let (true, Standing::In(id)) = (visible, standing) {
            self.ask(id);
        }
    }

    /// Asks for the balance and the latest entries.
    fn ask(&self, id: String) {
        let turn = self.next_turn();
        let kind = self.points.model.with_untracked(|model| model.kind);
        let this = self.this.clone();
        // All are on their way before one is awaited.
        let balance = points::balance(&self.identity);
        let page = points::entries(&self.identity, kind, None);
        let referral = points::referral(&self.identity);
        let known = self
            .points
            .model
            .with_untracked(|model| model.card.is_some());
        let card = (!known).then(|| points::card(&self.identity));
        spawn_local(async move {
            let (balance, page, referral) = (balance.await, page.await, referral.await);
            let card = match card {
                Some(card) => card.await.map(Some),
                None => Ok(None),
            };
            let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) else {
                return;
            };
            match (balance, page, card, referral) {
                (Ok(balance), Ok(page), Ok(card), Ok(referral)) => {
                    live.show_referral(referral);
                    if card.is_some() {
                        live.points.model.update(|model| model.card = card);
                    }
                    live.show(id, balance, &page);
                }
                (Err(error), ..)
                | (_, Err(error), ..)
                | (_, _, Err(error), _)
                | (.., Err(error)) => {
                    live.refused(Want::Overview, &error);
                }
            }
        });
    }

    fn show(&self, id: String, balance: PointsBalance, page: &PointsEntryPage) {
        let same = self.points.model.with_untracked(|model| {
            model.entries.is_some()
                && model.failure.is_none()
                && model.latest == latest(page)
                && model.balance.as_ref() == Some(&balance)
        });
        if same {
            return;
        }
        self.points.model.update(|model| {
            model.standing = Standing::In(id);
            model.balance = Some(balance);
        });
        self.show_entries(page);
    }

    fn show_referral(&self, referral: Referral) {
        let model = self.points.model;
        // What is there stays as it is: somebody may be about to select the link.
        if model.with_untracked(|model| model.referral.as_ref() != Some(&referral)) {
            model.update(|model| model.referral = Some(referral));
        }
    }

    /// Takes the invitation with which somebody has come to the page.
    fn accept(&self) {
        let code = self
            .points
            .model
            .with_untracked(|model| model.invite.clone());
        let (this, turn, identity) = (self.this.clone(), self.turn.get(), self.identity.clone());
        spawn_local(async move {
            let taken = points::take_referral(&identity, &code).await;
            let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) else {
                return;
            };
            let refused = match &taken {
                Err(ClientError::Problem(problem)) => {
                    referrals::refused(live.points.lang, problem.code)
                }
                _ => None,
            };
            match taken {
                Ok(referral) => {
                    let said = texts::Referrals(live.points.lang).accepted();
                    live.points.model.update(|model| {
                        model.referral = Some(referral);
                        model.invite_refused = None;
                        said.clone_into(&mut model.news);
                        model.failure = None;
                    });
                    // Its button is gone.
                    live.focus_soon("#heading");
                }
                Err(_) if refused.is_some() => {
                    live.points
                        .model
                        .update(|model| model.invite_refused = refused);
                    live.focus_soon("[data-do=accept]");
                }
                Err(error) => live.refused(Want::Invite, &error),
            }
        });
    }

    /// Shows these entries and no others.
    fn show_entries(&self, page: &PointsEntryPage) {
        let entries = self.written(&page.entries);
        self.points.model.update(|model| {
            model.entries = Some(entries);
            latest(page).clone_into(&mut model.latest);
            model.next.clone_from(&page.next);
            model.failure = None;
        });
    }

    fn written(&self, entries: &[PointsEntry]) -> Vec<Arc<str>> {
        let written = entries.iter().map(|entry| {
            let mut html = Html::default();
            statement::entry(&mut html, self.points.lang, entry);
            html.finish().into()
        });
        written.collect()
    }

    fn handle(&self, event: &Event) {
        let Some(target) = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
        else {
            return;
        };
        if event.type_() == "change" {
            if let Ok(select) = target.dyn_into::<HtmlSelectElement>() {
                self.choose(EntryKind::from_word(&select.value()));
            }
            return;
        }
        if let Ok(Some(button)) = target.closest("[data-copy]") {
            return referrals::copy(&button, self.points.lang);
        }
        if let Ok(Some(button)) = target.closest(".card-line button") {
            self.card.replace(awake::follow(&button));
        }
        let control = target.closest("[data-do]").ok().flatten();
        match control
            .and_then(|control| control.get_attribute("data-do"))
            .as_deref()
        {
            Some("older") => self.older(),
            Some("save") => self.save(),
            Some("retry") => self.retry(),
            Some("accept") => self.accept(),
            _ => {}
        }
    }

    fn retry(&self) {
        let model = self.points.model;
        let failure = model.try_update(|model| model.failure.take()).flatten();
        match failure.map(|failure| failure.want) {
            // Whoever it is is asked again, and what is theirs comes along.
            Some(Want::Identity | Want::Overview) => self.identity.again(),
            Some(Want::Kind) => self.choose(model.with_untracked(|model| model.kind)),
            Some(Want::Older) => self.older(),
            Some(Want::File) => self.save(),
            Some(Want::Invite) => self.accept(),
            None => {}
        }
        self.focus_soon("#heading");
    }

    /// Shows entries of one kind, or all.
    fn choose(&self, kind: Option<EntryKind>) {
        let turn = self.next_turn();
        self.points.model.update(|model| model.kind = kind);
        let this = self.this.clone();
        let page = points::entries(&self.identity, kind, None);
        spawn_local(async move {
            let page = page.await;
            let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) else {
                return;
            };
            match page {
                Ok(page) => {
                    live.show_entries(&page);
                    live.say_how_many();
                }
                Err(error) => live.refused(Want::Kind, &error),
            }
        });
    }

    fn say_how_many(&self) {
        let texts = self.points.texts();
        self.points.model.update(|model| {
            let count = model.entries.as_ref().map_or(0, Vec::len);
            model.news = texts.entries(u32::try_from(count).unwrap_or(u32::MAX));
        });
    }

    fn older(&self) {
        let (kind, after, before) = self.points.model.with_untracked(|model| {
            let before = model.entries.as_ref().map_or(0, Vec::len);
            (model.kind, model.next.clone(), before)
        });
        let Some(after) = after else { return };
        let (this, turn) = (self.this.clone(), self.turn.get());
        let page = points::entries(&self.identity, kind, Some(&after));
        spawn_local(async move {
            let page = page.await;
            let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) else {
                return;
            };
            let page = match page {
                Ok(page) => page,
                Err(error) => return live.refused(Want::Older, &error),
            };
            let entries = live.written(&page.entries);
            live.points.model.update(|model| {
                // A second click may have been faster.
                if model.next.as_deref() == Some(after.as_str()) {
                    model.entries.get_or_insert_default().extend(entries);
                    model.next.clone_from(&page.next);
                }
                model.failure = None;
            });
            live.say_how_many();
            tick().await;
            live.focus(".entries > li", before);
        });
    }

    fn save(&self) {
        let (this, turn, identity) = (self.this.clone(), self.turn.get(), self.identity.clone());
        spawn_local(async move {
            let saved = points::save(&identity).await;
            let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) else {
                return;
            };
            match saved {
                Ok(()) => live.points.model.update(|model| model.failure = None),
                Err(error) => live.refused(Want::File, &error),
            }
        });
    }

    fn refused(&self, want: Want, error: &ClientError) {
        self.fail(want, *error == ClientError::Offline);
    }

    fn fail(&self, want: Want, offline: bool) {
        let failure = Some(Failure { want, offline });
        self.points.model.update(|model| model.failure = failure);
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).ok().flatten()
    }

    /// Puts focus on what `selector` finds, once what has changed is in the page.
    fn focus_soon(&self, selector: &'static str) {
        let this = self.this.clone();
        spawn_local(async move {
            tick().await;
            if let Some(live) = this.upgrade() {
                live.focus(selector, 0);
            }
        });
    }

    /// Puts focus on the element at a position among those that `selector` finds.
    fn focus(&self, selector: &str, position: usize) {
        let found = self.root.query_selector_all(selector).ok();
        let one = found.and_then(|found| found.item(u32::try_from(position).ok()?));
        if let Some(one) = one {
            _ = one.unchecked_into::<HtmlElement>().focus();
        }
    }
}

/// The code of the invitation in the page's address.
fn code_in_address() -> Option<String> {
    let query = web_sys::window()?.location().search().ok()?;
    let code = UrlSearchParams::new_with_str(&query).ok()?.get(INVITE)?;
    (!code.is_empty()).then_some(code)
}

/// What names the latest entry of a page; empty where there is none.
fn latest(page: &PointsEntryPage) -> &str {
    page.entries.first().map_or("", |entry| entry.id.as_str())
}
