//! A case that changes while its page is open: by a stream that tells so, and by asking now and then where there is none.
//!
//! What has changed is asked for as any page. What somebody is typing is never touched: as long as there is something, only the
//! parts of the page around its forms follow (see `Site::fresh`).

use crate::case_page::StaffCasePage;
use crate::console_page::ConsolePage;
use crate::context::Site;
use crate::live::{Ask, FORM, reset_forms, sent};
use crate::page::{Content, Page, Reply};
use bookplate_widgets::texts;
use bookplate_wire::feedback::live::Pulse;
use bookplate_wire::feedback::{CaseEntry, EntryBy, EntryKind};
use bookplate_wire::query;
use gloo_net::http::{Request, Response};
use leptos::ev::{self, Custom};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, Element, Event, HtmlElement, HtmlTextAreaElement, ReadableStreamDefaultReader,
    VisibilityState,
};

/// How long a stream has for its first word. Some proxies keep it until the end.
const FIRST: Duration = Duration::from_secs(5);
/// How long it may be silent then: the server says something every 15 seconds.
const SILENT: Duration = Duration::from_secs(40);
/// How long one waits at most before trying again, in milliseconds.
const WAIT_MAX: f64 = 15_000.0;
/// How often colleagues are told that somebody is still writing, in milliseconds.
const WRITES: f64 = 4_000.0;

/// Follows whatever case a page shows from now on.
pub(crate) fn start(site: Site) {
    let follower = Follower {
        site,
        following: Rc::default(),
        touched: Rc::default(),
        wrote_at: Rc::new(Cell::new(f64::NEG_INFINITY)),
    };
    Effect::new({
        let follower = follower.clone();
        move |_| {
            let target = site.page.with(Target::of);
            follower
                .touched
                .set(site.page.with_untracked(|page| has_draft(&page.content)));
            follower.follow(target);
        }
    });
    let looking = window_event_listener(Custom::<Event>::new("visibilitychange"), {
        let follower = follower.clone();
        move |_| {
            let target = site.page.with_untracked(Target::of);
            follower.follow(target);
        }
    });
    let typing = window_event_listener(ev::input, {
        let follower = follower.clone();
        move |event| {
            let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
            follower.typed(target);
        }
    });
    let going_on = window_event_listener(ev::click, {
        let follower = follower.clone();
        move |event| {
            let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
            if target.is_some_and(|target| target.has_attribute("data-renew")) {
                follower.go_on();
            }
        }
    });
    on_cleanup(move || {
        looking.remove();
        typing.remove();
        going_on.remove();
    });
}

/// A case that is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    /// Where its changes are told.
    address: String,
    /// What shows that one may know.
    fields: String,
}

impl Target {
    /// The case that a page shows, if it shows one.
    fn of(page: &Page) -> Option<Self> {
        let mut fields = String::new();
        match &page.content {
            Content::OwnCase(_) | Content::Console(ConsolePage::Case(_)) => {}
            Content::Track(track) if track.found.as_ref()?.case.is_some() => {
                query::push(&mut fields, "code", &track.code);
                query::push(&mut fields, "email", &track.email);
            }
            _ => return None,
        }
        let path = page.address.split('?').next().unwrap_or_default();
        Some(Self {
            address: format!("{path}/live"),
            fields,
        })
    }

    /// The fields, with what is wanted.
    fn asking(&self, wish: &str) -> String {
        let mut fields = self.fields.clone();
        query::push(&mut fields, "do", wish);
        fields
    }

    /// Asks for the page with this address, which shows the case.
    async fn page(&self, address: String) -> Option<Reply> {
        let ask = if self.fields.is_empty() {
            Ask::Show(address)
        } else {
            Ask::Send(address, self.asking("look"))
        };
        sent(&ask).await.ok().flatten()
    }

    /// Asks where changes are told.
    async fn send(&self, wish: &str) -> Option<Response> {
        let request = Request::post(&self.address)
            .header("accept", "application/json")
            .header("content-type", FORM);
        request.body(self.asking(wish)).ok()?.send().await.ok()
    }
}

/// How far the case that a page shows has come there: counted as the server does.
fn version(content: &Content) -> Option<u32> {
    let count = |entries: &[CaseEntry]| u32::try_from(entries.len()).unwrap_or(u32::MAX);
    match content {
        Content::Console(ConsolePage::Case(page)) => {
            Some(page.case.case.version + count(&page.case.entries))
        }
        _ => entries(content).map(count),
    }
}

fn entries(content: &Content) -> Option<&[CaseEntry]> {
    match content {
        Content::OwnCase(page) => Some(&page.case.entries),
        Content::Track(page) => Some(&page.found.as_ref()?.case.as_ref()?.entries),
        Content::Console(ConsolePage::Case(page)) => Some(&page.case.entries),
        _ => None,
    }
}

/// Whether a form of the page has something in it already.
fn has_draft(content: &Content) -> bool {
    match content {
        Content::OwnCase(page) => !page.reply.text.is_empty(),
        Content::Track(page) => !page.reply.text.is_empty(),
        Content::Console(ConsolePage::Case(page)) => {
            let texts = [&page.answer, &page.note, &page.into];
            page.tags.is_some() || texts.iter().any(|text| !text.is_empty())
        }
        _ => false,
    }
}

/// A case that is followed right now.
struct Following {
    target: Target,
    is_on: Cell<bool>,
    /// Ends the stream that is open.
    stream: RefCell<Option<AbortController>>,
    /// The latest version that was told, and whether it is being asked for.
    told: Cell<u32>,
    asks: Cell<bool>,
}

impl Following {
    fn end(&self) {
        self.is_on.set(false);
        self.end_stream();
    }

    fn end_stream(&self) {
        if let Some(stream) = self.stream.borrow_mut().take() {
            stream.abort();
        }
    }
}

/// Follows one case after the other.
#[derive(Clone)]
struct Follower {
    site: Site,
    following: Rc<RefCell<Option<Rc<Following>>>>,
    /// Whether somebody has typed into a form of the page.
    touched: Rc<Cell<bool>>,
    /// When colleagues were told last that somebody is writing.
    wrote_at: Rc<Cell<f64>>,
}

impl Follower {
    /// Follows `target` from now on; nothing in a tab that nobody sees.
    fn follow(&self, target: Option<Target>) {
        let is_seen = document().visibility_state() == VisibilityState::Visible;
        let target = target.filter(|_| is_seen);
        let mut following = self.following.borrow_mut();
        if following.as_ref().map(|following| &following.target) == target.as_ref() {
            return;
        }
        if let Some(before) = following.take() {
            before.end();
            self.site.others.set(Vec::new());
        }
        let Some(target) = target else {
            return;
        };
        let next = Rc::new(Following {
            target,
            is_on: Cell::new(true),
            stream: RefCell::default(),
            told: Cell::new(0),
            asks: Cell::new(false),
        });
        *following = Some(next.clone());
        let follower = self.clone();
        spawn_local(async move { follower.work(&next).await });
    }

    /// Holds a stream for as long as the case is followed. Where there is none, asks instead, less and less often.
    async fn work(&self, following: &Rc<Following>) {
        let mut failed = 0;
        while following.is_on.get() {
            if self.listen(following).await {
                failed = 0;
            } else {
                failed += 1;
                if following.is_on.get() {
                    self.look(following).await;
                }
            }
            // Not all at the same moment where a server has ended.
            let wait = 1_000.0 * f64::from(1_u32 << failed.min(5)).min(WAIT_MAX / 1_000.0);
            pause(wait * (0.5 + js_sys::Math::random() / 2.0)).await;
        }
    }

    /// Hears a stream until it ends; whether it has told anything.
    async fn listen(&self, following: &Rc<Following>) -> bool {
        let Ok(over) = AbortController::new() else {
            return false;
        };
        *following.stream.borrow_mut() = Some(over.clone());
        let mut patience = Patience::new(&over, FIRST);
        let request = Request::post(&following.target.address)
            .header("accept", "text/event-stream")
            .header("content-type", FORM)
            .abort_signal(Some(&over.signal()));
        let Ok(request) = request.body(following.target.asking("watch")) else {
            return false;
        };
        let reader = request.send().await.ok().and_then(reader_of);
        let Some(reader) = reader else {
            return false;
        };
        let (mut bytes, mut told) = (Vec::new(), false);
        while let Some(more) = next_bytes(&reader).await {
            patience.renew(&over, SILENT);
            bytes.extend(more);
            while let Some(end) = bytes.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = bytes.drain(..end + 2).collect();
                if let Some(pulse) = read_event(&event) {
                    told = true;
                    self.hear(following, pulse);
                }
            }
        }
        told
    }

    /// Asks once how far the case is.
    async fn look(&self, following: &Rc<Following>) {
        let Some(reply) = following.target.send("look").await else {
            return;
        };
        // It is not there any more, or not ours: asking again would be guessing.
        if reply.status() == 404 {
            following.end();
            return;
        }
        let text = reply.text().await.unwrap_or_default();
        if let Ok(pulse) = serde_json::from_str::<Pulse>(&text) {
            self.hear(following, pulse);
        } else if let Ok(Reply::Leave(to)) = serde_json::from_str(&text) {
            // Whoever was signed in is not any more. It throws for an address that is none, which is not sent.
            _ = window().location().replace(&to);
        }
    }

    fn hear(&self, following: &Rc<Following>, pulse: Pulse) {
        if !following.is_on.get() {
            return;
        }
        if self
            .site
            .others
            .with_untracked(|others| *others != pulse.others)
        {
            self.site.others.set(pulse.others);
        }
        following.told.set(following.told.get().max(pulse.version));
        if self.shown() < following.told.get() && !following.asks.replace(true) {
            let (follower, following) = (self.clone(), following.clone());
            spawn_local(async move {
                follower.renew(&following).await;
                following.asks.set(false);
            });
        }
    }

    /// Which version is on the screen.
    fn shown(&self) -> u32 {
        let renewed = self
            .site
            .renewed
            .with_untracked(|content| content.as_ref().and_then(version));
        let page = self.site.page.with_untracked(|page| version(&page.content));
        renewed.max(page).unwrap_or_default()
    }

    /// Asks for the page until it is as new as was told.
    async fn renew(&self, following: &Following) {
        while following.is_on.get() && self.shown() < following.told.get() {
            let told = following.told.get();
            let address = self.site.page.with_untracked(|page| page.address.clone());
            match following.target.page(address).await {
                Some(Reply::Page(page)) if following.is_on.get() => self.show(following, *page),
                _ => {}
            }
            if self.shown() < told {
                // It did not come: the next stream tells it again.
                following.end_stream();
                return;
            }
        }
    }

    /// Shows what is new: all of the page while nobody is about to write, else the parts that follow.
    fn show(&self, following: &Following, mut page: Page) {
        let is_same = self.site.page.with_untracked(Target::of).as_ref() == Some(&following.target);
        if !is_same || version(&page.content).is_none_or(|version| version <= self.shown()) {
            return;
        }
        self.site.news.set(self.news(&page.content));
        if self.touched.get() || is_in_form() {
            self.site.renewed.set(Some(page.content));
        } else {
            page.done = None;
            self.site.turn_to(page);
            request_animation_frame(reset_forms);
        }
    }

    /// What is said of it to who does not see it.
    fn news(&self, content: &Content) -> String {
        let before = self.site.renewed.with_untracked(|renewed| {
            let page = || self.site.page.with_untracked(|page| count(&page.content));
            renewed.as_ref().map_or_else(page, count)
        });
        let fresh = entries(content).unwrap_or_default();
        let fresh = fresh.get(before..).unwrap_or_default();
        let said = |by: EntryBy| {
            let is_said = |entry: &CaseEntry| entry.kind == EntryKind::Message && entry.by == by;
            fresh.iter().any(is_said)
        };
        let (lang, for_staff) = (self.site.lang, matches!(content, Content::Console(_)));
        let words = match for_staff {
            true if said(EntryBy::Shopper) => texts::Cases(lang).news_shopper(),
            true => texts::Cases(lang).news(),
            false if said(EntryBy::Staff) => texts::Feedback(lang).news_answer(),
            false => texts::Feedback(lang).news(),
        };
        words.to_owned()
    }

    fn typed(&self, target: Option<Element>) {
        let is_at = |css: &str| {
            let matches = |target: &Element| target.matches(css).unwrap_or(false);
            target.as_ref().is_some_and(matches)
        };
        if is_at("main form *") {
            self.touched.set(true);
        }
        let following = self.following.borrow().clone();
        let now = window().performance().map_or(0.0, |clock| clock.now());
        if let Some(following) = following
            && is_at("#answer")
            && now - self.wrote_at.get() > WRITES
        {
            self.wrote_at.set(now);
            spawn_local(async move {
                _ = following.target.send("write").await;
            });
        }
    }

    /// Goes on with the case as it is by now, with what was written so far.
    fn go_on(&self) {
        let renewed = self.site.renewed.get_untracked();
        let Some(Content::Console(ConsolePage::Case(fresh))) = renewed else {
            return;
        };
        let fresh = StaffCasePage {
            answer: written("#answer"),
            note: written("#note"),
            ..*fresh
        };
        let mut page = self.site.page.get_untracked();
        page.done = None;
        page.content = Content::Console(ConsolePage::Case(Box::new(fresh)));
        self.site.turn_to(page);
        request_animation_frame(|| {
            reset_forms();
            let answer = document().query_selector("#answer").ok().flatten();
            if let Some(answer) = answer.and_then(|answer| answer.dyn_into::<HtmlElement>().ok()) {
                _ = answer.focus();
            }
        });
    }
}

fn count(content: &Content) -> usize {
    entries(content).map_or(0, <[_]>::len)
}

/// What stands in a field.
fn written(css: &str) -> String {
    let field = document().query_selector(css).ok().flatten();
    let field = field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
    field.map(|field| field.value()).unwrap_or_default()
}

/// Whether the focus is where something is written or chosen.
fn is_in_form() -> bool {
    let focused = document().active_element();
    focused.is_some_and(|focused| focused.closest("main form").ok().flatten().is_some())
}

/// Ends a stream that says nothing for too long.
struct Patience(Option<TimeoutHandle>);

impl Patience {
    fn new(over: &AbortController, silence: Duration) -> Self {
        let over = over.clone();
        Self(set_timeout_with_handle(move || over.abort(), silence).ok())
    }

    fn renew(&mut self, over: &AbortController, silence: Duration) {
        *self = Self::new(over, silence);
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            handle.clear();
        }
    }
}

/// The way to read a stream of events as it comes; `None` where the reply is none.
fn reader_of(reply: Response) -> Option<ReadableStreamDefaultReader> {
    let kind = reply.headers().get("content-type")?;
    if !reply.ok() || !kind.starts_with("text/event-stream") {
        return None;
    }
    ReadableStreamDefaultReader::new(&reply.body()?).ok()
}

/// The bytes that come next; `None` at the end.
async fn next_bytes(reader: &ReadableStreamDefaultReader) -> Option<Vec<u8>> {
    let chunk = JsFuture::from(reader.read()).await.ok()?;
    let value = js_sys::Reflect::get(&chunk, &"value".into()).ok()?;
    let bytes: js_sys::Uint8Array = value.dyn_into().ok()?;
    Some(bytes.to_vec())
}

/// What an event says; nothing where it is there to be there only.
fn read_event(event: &[u8]) -> Option<Pulse> {
    let event = std::str::from_utf8(event).ok()?;
    let mut lines = event.lines();
    let data = lines.find_map(|line| line.strip_prefix("data:"))?;
    serde_json::from_str(data.trim_start()).ok()
}

/// Waits.
pub(crate) async fn pause(milliseconds: f64) {
    let wait = Duration::from_millis(milliseconds as u64);
    let over = js_sys::Promise::new(&mut |resolve, _| {
        // Resolving cannot fail.
        set_timeout(move || drop(resolve.call0(&JsValue::UNDEFINED)), wait);
    });
    _ = JsFuture::from(over).await;
}
