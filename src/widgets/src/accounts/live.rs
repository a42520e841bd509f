//! What happens in the browser once wasm is there.
//!
//! It follows who is signed in, asks for what is theirs, and listens at the widget's root for controls marked
//! `data-do`. Those marked `data-tell` are JavaScript's: they work without wasm.

use super::Overview;
use super::asked::InView;
use super::state::{Account, Failure, Farewell, Person, Place, Standing, Want};
use crate::listener::Listener;
use crate::mount::Mounted;
use crate::orders::{self as cards, Ways};
use bookplate_client::{self as client, ClientError, Following, Identity, accounts, orders};
use bookplate_wire::accounts::{AccountData, Customer, CustomerOverview, SignedIn};
use bookplate_wire::orders::OrderPage;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, ShadowRoot};

/// The mounted widget. Dropping it takes the widget out of the page.
#[must_use = "dropping it takes the widget out of the page"]
pub struct Handle {
    // Dropped in this order: nothing happens any more, then nothing is shown.
    _listener: Listener,
    _live: Rc<Live>,
    _mounted: Mounted,
}

impl Handle {
    /// Hydrates the content of `root` and starts to follow who is signed in.
    pub(super) fn start(root: HtmlElement, data: AccountData, identity: Identity) -> Self {
        let (mounted, account) = Mounted::hydrate(root.clone(), || {
            let account = Account::new(data);
            (view! { <Overview account /> }.into_any(), account)
        });
        let live = Rc::new_cyclic(|this| Live {
            this: this.clone(),
            account,
            root: root.clone(),
            identity,
            following: RefCell::new(None),
            turn: Cell::new(0),
            waiting: RefCell::new(None),
        });
        let weak = Rc::downgrade(&live);
        let following = live.identity.follow(move |standing| {
            if let Some(live) = weak.upgrade() {
                live.take(standing);
            }
        });
        live.following.replace(Some(following));
        let weak = Rc::downgrade(&live);
        let listener = Listener::start(root, &["click", "submit"], move |event| {
            if let Some(live) = weak.upgrade() {
                live.click(&event);
            }
        });
        Self {
            _listener: listener,
            _live: live,
            _mounted: mounted,
        }
    }
}

/// The widget's behaviour.
pub(super) struct Live {
    /// For what outlasts a call: it must not keep the widget alive.
    pub(super) this: Weak<Self>,
    pub(super) account: Account,
    root: HtmlElement,
    pub(super) identity: Identity,
    following: RefCell<Option<Following>>,
    /// Counts what makes requests under way worthless: another customer, or none.
    pub(super) turn: Cell<u32>,
    /// Waits until the place for the question how likely a recommendation is comes into view.
    pub(super) waiting: RefCell<Option<InView>>,
}

impl Live {
    /// Shows who is signed in now.
    fn take(&self, standing: client::Standing) {
        let model = self.account.model;
        let standing = match standing {
            client::Standing::In(customer) => return self.welcome(*customer),
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
        let same = model.with_untracked(|model| {
            model.standing == standing && model.failure.is_none() && model.orders.is_none()
        });
        if !same {
            self.forget(standing);
        }
    }

    /// Lets nothing of anybody stay. Whoever was inside with the keyboard is put where the widget begins.
    fn forget(&self, standing: Standing) {
        self.turn.set(self.turn.get() + 1);
        self.waiting.take();
        let inside = self.find(":focus").is_some();
        self.account.model.update(|model| model.forget(standing));
        if inside {
            self.focus_soon("#heading");
        }
    }

    /// Asks for what is a customer's own, unless it is shown already.
    fn welcome(&self, customer: Customer) {
        let person = Person {
            id: customer.id.as_str().to_owned(),
            name: customer.name,
            email: customer.email,
            member_card: customer.member_card,
        };
        let known = self.account.model.with_untracked(
            |model| matches!(&model.standing, Standing::In(before) if before.id == person.id),
        );
        if known {
            let model = self.account.model;
            return model.update(|model| model.standing = Standing::In(person));
        }
        self.forget(Standing::Waiting);
        let turn = self.turn.get();
        let this = self.this.clone();
        // All are on their way before one is awaited.
        let orders = orders::page(&self.identity, None);
        let places = accounts::sessions(&self.identity);
        let overview = accounts::overview(&self.identity);
        spawn_local(async move {
            let (orders, places, overview) = (orders.await, places.await, overview.await);
            let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) else {
                return;
            };
            match (orders, places, overview) {
                (Ok(orders), Ok(places), Ok(overview)) => {
                    live.show(person, &orders, places.sessions, overview);
                }
                (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
                    live.refused(Want::Overview, &error);
                }
            }
        });
    }

    fn show(
        &self,
        person: Person,
        orders: &OrderPage,
        places: Vec<SignedIn>,
        overview: CustomerOverview,
    ) {
        let cards = self.cards(orders);
        let places = places.into_iter().map(|place| self.place(place)).collect();
        self.account.model.update(|model| {
            model.standing = Standing::In(person);
            model.orders = Some(cards);
            model.next.clone_from(&orders.next);
            model.unread = overview.unread;
            model.reviews = overview.reviews;
            model.points = overview.points;
            model.sessions = places;
            model.failure = None;
        });
        if overview.nps {
            self.ask_once_seen();
        }
    }

    fn cards(&self, page: &OrderPage) -> Vec<std::sync::Arc<str>> {
        let book_url = self.attribute("book-url");
        self.account.model.with_untracked(|model| {
            let ways = Ways {
                lang: self.account.lang,
                api: &model.api,
                key: &model.key,
                book_url: &book_url,
                heading: "h4",
            };
            let orders = page.orders.iter();
            orders.map(|order| cards::card(&ways, order)).collect()
        })
    }

    fn place(&self, place: SignedIn) -> Place {
        Place {
            id: place.id.as_str().to_owned(),
            device: place.device,
            seen: self.identity.moment(place.seen_at, self.account.lang),
            current: place.current,
        }
    }

    fn click(&self, event: &Event) {
        if event.type_() == "submit" {
            event.prevent_default();
            return self.tell_nps(false);
        }
        let Some(control) = closest(event, "[data-do]") else {
            return;
        };
        match control.get_attribute("data-do").as_deref() {
            Some("sign-out") => self.identity.sign_out(),
            Some("older") => self.older(),
            Some("end") => self.end(control.get_attribute("data-session").unwrap_or_default()),
            Some("retry") => self.retry(),
            Some("dismiss") => {
                // Its form sends nothing.
                event.prevent_default();
                self.tell_nps(true);
            }
            _ => {}
        }
    }

    fn retry(&self) {
        let model = self.account.model;
        let failure = model.try_update(|model| model.failure.take()).flatten();
        match failure.map(|failure| failure.want) {
            // Whoever it is is asked again, and what is theirs comes along.
            Some(Want::Identity | Want::Overview) => self.identity.again(),
            Some(Want::Older) => self.older(),
            Some(Want::End(id)) => self.end(id),
            Some(Want::Nps(dismissed)) => return self.tell_nps(dismissed),
            None => {}
        }
        self.focus_soon("#heading");
    }

    fn older(&self) {
        let (after, before) = self.account.model.with_untracked(|model| {
            let before = model.orders.as_ref().map_or(0, Vec::len);
            (model.next.clone(), before)
        });
        let Some(after) = after else { return };
        let (this, turn) = (self.this.clone(), self.turn.get());
        let page = orders::page(&self.identity, Some(&after));
        spawn_local(async move {
            let page = page.await;
            let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) else {
                return;
            };
            let page = match page {
                Ok(page) => page,
                Err(error) => return live.refused(Want::Older, &error),
            };
            let cards = live.cards(&page);
            live.account.model.update(|model| {
                // A second click may have been faster.
                if model.next.as_deref() == Some(after.as_str()) {
                    model.orders.get_or_insert_default().extend(cards);
                    model.next.clone_from(&page.next);
                }
                model.failure = None;
            });
            tick().await;
            live.focus("h4", before);
        });
    }

    fn end(&self, id: String) {
        let (this, turn, identity) = (self.this.clone(), self.turn.get(), self.identity.clone());
        spawn_local(async move {
            let ended = accounts::end_session(&identity, &id).await;
            let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) else {
                return;
            };
            if let Err(error) = ended {
                return live.refused(Want::End(id), &error);
            }
            let account = live.account;
            account.model.update(|model| {
                if let Some(at) = model.sessions.iter().position(|place| place.id == id) {
                    let place = model.sessions.remove(at);
                    model.news = account.texts().ended_there(place.name(account));
                }
                model.failure = None;
            });
            tick().await;
            live.focus(".devices h3", 0);
        });
    }

    pub(super) fn refused(&self, want: Want, error: &ClientError) {
        self.fail(want, *error == ClientError::Offline);
    }

    fn fail(&self, want: Want, offline: bool) {
        self.account
            .model
            .update(|model| model.failure = Some(Failure { want, offline }));
    }

    /// An attribute of the element, empty where it has none.
    fn attribute(&self, name: &str) -> String {
        let root = self.root.get_root_node().dyn_into::<ShadowRoot>().ok();
        root.and_then(|root| root.host().get_attribute(name))
            .unwrap_or_default()
    }

    pub(super) fn find(&self, selector: &str) -> Option<Element> {
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
    pub(super) fn focus(&self, selector: &str, position: usize) {
        let found = self.root.query_selector_all(selector).ok();
        let one = found.and_then(|found| found.item(u32::try_from(position).ok()?));
        if let Some(one) = one {
            _ = one.unchecked_into::<HtmlElement>().focus();
        }
    }
}

/// The element that `selector` finds at the event's target or around it.
fn closest(event: &Event, selector: &str) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(selector).ok().flatten()
}
