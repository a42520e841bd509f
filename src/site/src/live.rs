//! What happens in the browser: taking over the server's HTML, going from page to page, sending forms.

use crate::card_live;
use crate::case_live;
use crate::context::{Phase, Site};
use crate::faq_live;
use crate::page::{Page, Reply};
use crate::shell::App;
use crate::shortcuts;
use crate::tabs;
use crate::webauthn::{self, Ceremony};
use any_spawner::Executor;
use bookplate_widgets::referrals;
use gloo_net::http::{Request, RequestBuilder};
use leptos::ev;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::PositionState;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    AbortController, Element, HtmlElement, HtmlFormElement, HtmlInputElement, SubmitEvent,
    UrlSearchParams,
};

/// Where focus goes once a new page is there: to the first fault, else to what was done, else to the heading.
const FAULTS: [&str; 2] = ["main [aria-invalid=true]", "main [data-focus]"];
const FOCUS: [&str; 2] = ["main [role=status]", "main h1"];

/// After how long a page that changes by itself is asked for again.
const REFRESH: Duration = Duration::from_secs(1);

/// How forms are encoded.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Takes over the page. Without its data, or with data of another version, it stays what it is.
#[wasm_bindgen(start)]
pub fn take_over() {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|panic| {
        leptos::logging::error!("{panic}");
    }));
    let data = document()
        .get_element_by_id("data")
        .and_then(|data| data.text_content());
    let page = data.and_then(|json| serde_json::from_str::<Page>(&json).ok());
    let (Some(page), Some(body)) = (page, document().body()) else {
        return;
    };
    _ = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let state = owner.with(|| {
        let site = Site::new(page);
        let cursor = Cursor::new(body.clone().unchecked_into());
        let view = view! { <App site /> }.into_any();
        view.hydrate::<true>(&cursor, &PositionState::default())
    });
    // For as long as the document is there.
    std::mem::forget((owner, state));
    shortcuts::settle();
    body.dataset().set("hydrated", "").unwrap_or_default();
}

/// What is sent to the server.
#[derive(Clone)]
pub(crate) enum Ask {
    /// What an address shows.
    Show(String),
    /// A form's fields, encoded, to an address.
    Send(String, String),
}

/// Follows links and sends forms from now on. Called where the router is in reach.
pub(crate) fn start(site: Site) {
    let asker = Asker {
        site,
        turn: Rc::default(),
        last: Rc::default(),
        offered: Rc::default(),
        go: use_navigate(),
    };
    Effect::new({
        let asker = asker.clone();
        move |_| {
            site.passkeys.set(Some(webauthn::is_supported()));
            asker.offer();
            asker.look_again();
            send_by_itself();
        }
    });
    let location = use_location();
    let (path, query) = (location.pathname, location.search);
    Effect::new({
        let asker = asker.clone();
        move |_| {
            let address = joined(&path.get(), &query.get());
            let shown = site.page.with_untracked(|page| page.address == address);
            if !shown {
                asker.ask(Ask::Show(address));
            }
        }
    });
    let submitting = window_event_listener(ev::submit, {
        let asker = asker.clone();
        move |event| asker.submit(&event)
    });
    let retrying = window_event_listener(ev::click, move |event| {
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        let Some(target) = target else { return };
        if target.has_attribute("data-retry") {
            asker.again();
        } else if target.has_attribute("data-copy") {
            referrals::copy(&target, site.lang);
        }
    });
    let pressing = shortcuts::start();
    tabs::start(site);
    case_live::start(site);
    faq_live::start(site);
    card_live::start();
    on_cleanup(move || {
        submitting.remove();
        retrying.remove();
        for listener in pressing {
            listener.remove();
        }
    });
}

/// Sends the form whose reader has said all in the link that led here (`data-once`). Looking alone sends nothing: programs that
/// check letters follow links, too.
fn send_by_itself() {
    let button = document().query_selector("main form[data-once] [type=submit]");
    if let Some(button) = button.ok().flatten()
        && let Ok(button) = button.dyn_into::<HtmlElement>()
    {
        button.click();
    }
}

fn joined(path: &str, query: &str) -> String {
    let joint = if query.is_empty() { "" } else { "?" };
    format!("{path}{joint}{query}")
}

/// Asks the server, one thing at a time: what was asked before does not matter any more.
#[derive(Clone)]
struct Asker<Go> {
    site: Site,
    turn: Rc<Cell<u32>>,
    last: Rc<RefCell<Option<Ask>>>,
    /// Ends the browser's offer of passkeys.
    offered: Rc<RefCell<Option<AbortController>>>,
    go: Go,
}

impl<Go: Fn(&str, NavigateOptions) + Clone + 'static> Asker<Go> {
    fn again(&self) {
        let last = self.last.borrow().clone();
        if let Some(ask) = last {
            self.ask(ask);
        }
    }

    fn submit(&self, event: &SubmitEvent) {
        let Some(form) = event
            .target()
            .and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
        else {
            return;
        };
        if event.default_prevented() || form.method() != "post" {
            return;
        }
        let ceremony = event.submitter().as_ref().and_then(Ceremony::of);
        if ceremony.is_none() && form.has_attribute("data-plain") {
            return;
        }
        event.prevent_default();
        // A second press of the button is no second wish.
        if self.site.phase.get_untracked() == Phase::Waiting {
            return;
        }
        if let Some(ceremony) = ceremony {
            self.prove(form, ceremony);
            return;
        }
        let Some(fields) = fields(&form, event.submitter()) else {
            return;
        };
        shortcuts::note(&form);
        self.ask(Ask::Send(form.action(), fields));
    }

    /// Has the browser ask for a passkey, and sends it by the form.
    fn prove(&self, form: HtmlFormElement, ceremony: Ceremony) {
        self.withdraw();
        self.site.phase.set(Phase::Waiting);
        let asker = self.clone();
        spawn_local(async move {
            match ceremony.ask().await {
                Ok(credential) => asker.send_credential(&form, &credential),
                Err(why) => {
                    asker.site.phase.set(Phase::Unproven(why));
                    asker.offer();
                }
            }
        });
    }

    /// Has the browser offer passkeys by itself, where the page shown takes one.
    fn offer(&self) {
        self.withdraw();
        let button = document().query_selector("main [data-passkey][data-offer]");
        let button = button.ok().flatten().filter(|_| webauthn::is_supported());
        let Some((button, over)) = button.zip(AbortController::new().ok()) else {
            return;
        };
        let form = button.closest("form").ok().flatten();
        let form = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        let (Some(form), Some(address)) = (form, button.get_attribute("data-passkey")) else {
            return;
        };
        *self.offered.borrow_mut() = Some(over.clone());
        let asker = self.clone();
        spawn_local(async move {
            let chosen = webauthn::offer(&address, &over).await;
            // Whoever wants none just goes on.
            if let Ok(credential) = chosen {
                asker.send_credential(&form, &credential);
            }
        });
    }

    /// Takes that offer back: a browser asks for one thing at a time.
    fn withdraw(&self) {
        if let Some(offered) = self.offered.borrow_mut().take() {
            offered.abort();
        }
    }

    fn send_credential(&self, form: &HtmlFormElement, credential: &str) {
        let field = form.query_selector("[name=credential]").ok().flatten();
        let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        field.set_value(credential);
        if form.has_attribute("data-plain") {
            // It throws for a form that is not in the document any more.
            _ = form.submit();
            return;
        }
        let fields = fields(form, None);
        // It is good for once: whoever then takes a code sends no passkey along.
        field.set_value("");
        if let Some(fields) = fields {
            self.ask(Ask::Send(form.action(), fields));
        }
    }

    /// Asks once more for a page that says that it changes by itself (`data-refresh`), after a while and without moving the
    /// focus. What somebody asks for meanwhile comes first.
    fn look_again(&self) {
        let changes = document().query_selector("main [data-refresh]");
        if changes.ok().flatten().is_none() {
            return;
        }
        let (asker, turn) = (self.clone(), self.turn.get());
        let look = move || {
            spawn_local(async move {
                let is_still = || asker.turn.get() == turn;
                if !is_still() {
                    return;
                }
                let address = asker.site.page.with_untracked(|page| page.address.clone());
                let reply = sent(&Ask::Show(address.clone())).await;
                if !is_still() {
                    return;
                }
                if let Ok(Some(Reply::Page(page))) = reply
                    && page.address == address
                {
                    asker.site.turn_to(*page);
                }
                let asker = asker.clone();
                request_animation_frame(move || asker.look_again());
            });
        };
        set_timeout(look, REFRESH);
    }

    /// A new page is in the document.
    fn settle(&self) {
        settle();
        self.offer();
        self.look_again();
        // The form before it was sent for nothing else.
        let button = document().query_selector("main [data-passkey-new]");
        if let Some(button) = button.ok().flatten()
            && let Ok(button) = button.dyn_into::<HtmlElement>()
        {
            button.click();
        }
    }

    fn ask(&self, ask: Ask) {
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        *self.last.borrow_mut() = Some(ask.clone());
        self.site.phase.set(Phase::Waiting);
        let asker = self.clone();
        spawn_local(async move {
            let reply = sent(&ask).await;
            if asker.turn.get() == turn {
                asker.take(&ask, reply);
            }
        });
    }

    fn take(&self, ask: &Ask, reply: Result<Option<Reply>, gloo_net::Error>) {
        match reply {
            Ok(Some(Reply::Page(page))) if page.lang == self.site.lang => {
                self.site.phase.set(Phase::Calm);
                document().set_title(&page.title());
                self.site.turn_to(*page);
                let asker = self.clone();
                request_animation_frame(move || asker.settle());
            }
            // Another language, or an address that shows no page of ours: the browser knows what to do.
            Ok(Some(Reply::Page(_)) | None) => match ask {
                Ask::Show(address) => leave(address),
                Ask::Send(..) => self.site.phase.set(Phase::Failed { offline: false }),
            },
            Ok(Some(Reply::Leave(to))) => leave(&to),
            Ok(Some(Reply::Go(to))) => {
                // The router notices nothing where the window has the address already, as after a form that was sent
                // twice: with a fault, which shows the form's own address, and then without.
                let here = self.site.page.with_untracked(|page| page.address == to)
                    || windows_address().is_some_and(|address| address == to);
                let options = NavigateOptions {
                    replace: true,
                    scroll: false,
                    resolve: false,
                    ..NavigateOptions::default()
                };
                if here {
                    self.ask(Ask::Show(to));
                } else {
                    (self.go)(&to, options);
                }
            }
            Err(_) => self.site.phase.set(Phase::Failed {
                offline: !window().navigator().on_line(),
            }),
        }
    }
}

/// Path and query of the window's address.
fn windows_address() -> Option<String> {
    let location = window().location();
    Some(location.pathname().ok()? + &location.search().ok()?)
}

/// The reply; `None` for one that is none of ours.
pub(crate) async fn sent(ask: &Ask) -> Result<Option<Reply>, gloo_net::Error> {
    let json = |request: RequestBuilder| request.header("accept", "application/json");
    let reply = match ask {
        Ask::Show(address) => json(Request::get(address)).send().await?,
        Ask::Send(address, fields) => {
            let request = json(Request::post(address)).header("content-type", FORM);
            request.body(fields.clone())?.send().await?
        }
    };
    Ok(serde_json::from_str(&reply.text().await?).ok())
}

/// The fields as the browser itself would send them.
fn fields(form: &HtmlFormElement, submitter: Option<HtmlElement>) -> Option<String> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    if let Some(button) = submitter {
        let name = button.get_attribute("name").unwrap_or_default();
        if !name.is_empty() {
            fields.append(&name, &button.get_attribute("value").unwrap_or_default());
        }
    }
    Some(fields.to_string().into())
}

/// Goes to an address as a new document.
fn leave(address: &str) {
    // It throws for an address that is none, which the server does not send.
    _ = window().location().assign(address);
}

/// Inputs show what the page says.
pub(crate) fn reset_forms() {
    if let Ok(forms) = document().query_selector_all("main form") {
        for at in 0..forms.length() {
            if let Some(form) = forms
                .get(at)
                .and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
            {
                form.reset();
            }
        }
    }
}

/// A new page is in the document: inputs show what it says, and focus is where reading goes on.
fn settle() {
    let document = document();
    reset_forms();
    shortcuts::settle();
    let found = |css: &[&str]| {
        let mut css = css.iter();
        let found = css.find_map(|css| document.query_selector(css).ok().flatten());
        found.and_then(|element| element.dyn_into::<HtmlElement>().ok())
    };
    // Whoever goes from card to card goes on with the next one, unless something is wrong.
    let next = shortcuts::next_card();
    let element = found(&FAULTS).or(next).or_else(|| found(&FOCUS));
    if let Some(element) = element {
        _ = element.focus();
    }
}
