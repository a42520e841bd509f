//! What happens in the browser once wasm is there: the line says what whoever is signed in earns.

use super::Earn;
use crate::mount::Mounted;
use bookplate_client::{Following, Identity, Standing, points};
use bookplate_wire::points::books::EarnData;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::{Rc, Weak};
use web_sys::HtmlElement;

/// The mounted widget. Dropping it takes the widget out of the page.
#[must_use = "dropping it takes the widget out of the page"]
pub struct Handle {
    // Dropped in this order: nothing happens any more, then nothing is shown.
    _following: Following,
    _live: Rc<Live>,
    _mounted: Mounted,
}

/// The widget's behaviour.
struct Live {
    /// For what outlasts a call: it must not keep the widget alive.
    this: Weak<Self>,
    data: EarnData,
    identity: Identity,
    shown: RwSignal<i64>,
    /// Counts what makes an answer under way worthless.
    turn: Cell<u32>,
}

impl Handle {
    /// Hydrates the content of `root` and starts to follow who is signed in.
    pub(super) fn start(root: HtmlElement, data: EarnData, identity: Identity) -> Self {
        let (mounted, shown) = Mounted::hydrate(root, || {
            let shown = RwSignal::new(data.points.unwrap_or(0));
            let view = view! { <Earn lang=data.lang points=shown /> };
            (view.into_any(), shown)
        });
        let live = Rc::new_cyclic(|this| Live {
            this: this.clone(),
            data,
            identity,
            shown,
            turn: Cell::new(0),
        });
        let weak = Rc::downgrade(&live);
        let following = live.identity.follow(move |standing| {
            if let Some(live) = weak.upgrade() {
                live.take(&standing);
            }
        });
        Self {
            _following: following,
            _live: live,
            _mounted: mounted,
        }
    }
}

impl Live {
    /// Shows what whoever is signed in now earns; where nobody is, what everybody does.
    fn take(&self, standing: &Standing) {
        match standing {
            Standing::In(_) => {}
            // What is shown stays until it is known who it is.
            Standing::Asking => return,
            Standing::Out(_) | Standing::Failed { .. } => {
                self.turn.set(self.turn.get() + 1);
                return self.show(self.data.points);
            }
        }
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        let this = self.this.clone();
        points::ask(
            &self.identity,
            self.data.isbn,
            &self.data.price,
            move |points| {
                if let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) {
                    live.show(points);
                }
            },
        );
    }

    fn show(&self, points: Option<i64>) {
        self.shown.set(points.unwrap_or(0));
    }
}
