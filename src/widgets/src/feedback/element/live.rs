//! What happens in the browser once wasm is there: what is typed is kept, checked by the rules of the server, and sent.
//!
//! It listens at the widget's root for controls marked `data-do`. Those marked `data-enter` are JavaScript's. As long as it is not
//! known what is kept on the device, or where that cannot be had, the form leads to the hosted page.

mod dialog;
mod offers;

use super::{notices, photos};
use crate::dom::{self, closest};
use crate::feedback::faq::Offers;
use crate::feedback::form::{Along, Fields};
use crate::html::Html;
use crate::listener::Listener;
use crate::texts;
use any_spawner::Executor;
use bookplate_client::feedback::WritingDesk;
use bookplate_client::{Following, Identity, Standing, orders};
use bookplate_wire::feedback::element::{FeedbackData, Sent, ShownFeedback, TakenCase};
use bookplate_wire::feedback::form::{BoughtLine, CaseForm};
use bookplate_wire::feedback::writing::{NewCase, PHOTOS_MAX};
use bookplate_wire::problem::Code;
use leptos::task::spawn_local;
use std::cell::{OnceCell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, MouseEvent,
    ShadowRoot,
};

/// In place of the name of a draft where a case is only checked: JavaScript knows it.
const NO_DRAFT: &str = "00000000000000000000000000000000";

/// The widget in the page. Dropping it ends what it does; what stands in the page stays as it is.
#[must_use = "dropping it ends what it does"]
pub struct Handle {
    // Dropped in this order: nothing happens any more, then nothing is followed.
    _listeners: [Listener; 2],
    _following: Following,
    _clerk: Rc<Clerk>,
}

/// The behaviour.
struct Clerk {
    /// For what outlasts a call: it must not keep the widget alive.
    this: Weak<Self>,
    root: HtmlElement,
    data: FeedbackData,
    /// What the page says by the attribute `order`, or empty.
    order: String,
    identity: Identity,
    desk: OnceCell<WritingDesk>,
    known: RefCell<Known>,
    /// What the shop's articles say to it.
    offers: Rc<Offers>,
}

/// What is known by now.
#[derive(Default)]
struct Known {
    /// Whether somebody is signed in.
    is_in: bool,
    /// What they have bought lately, once that was asked for.
    lines: Option<Vec<BoughtLine>>,
    shown: ShownFeedback,
    faults: Vec<String>,
    /// Whether what stands in the form was begun before.
    found: bool,
    /// Whether something stands there.
    begun: bool,
    /// Whether it is on its way.
    busy: bool,
}

/// Makes the HTML inside `root`, which the server made of the same `data`, live, for whoever `identity` says.
pub fn start(root: HtmlElement, data: FeedbackData, identity: Identity) -> Handle {
    // It fails for the second widget of a page, because the first has done it.
    _ = Executor::init_wasm_bindgen();
    let host = root.get_root_node().dyn_into::<ShadowRoot>().ok();
    let host = host.map(|root| root.host());
    let said = |name| host.as_ref().and_then(|host| host.get_attribute(name));
    let clerk = Rc::new_cyclic(|this| Clerk {
        this: this.clone(),
        root: root.clone(),
        data,
        order: said("order").unwrap_or_default(),
        identity: identity.clone(),
        desk: OnceCell::new(),
        known: RefCell::default(),
        offers: Rc::default(),
    });
    clerk.equip(said("kind"), said("as").is_some());
    let weak = Rc::downgrade(&clerk);
    let following = identity.follow(move |standing| {
        if let Some(clerk) = weak.upgrade() {
            clerk.stands(&standing);
        }
    });
    clerk.open_desk();
    let listen = |target: Element, events| {
        let weak = Rc::downgrade(&clerk);
        Listener::start(target, events, move |event| {
            if let Some(clerk) = weak.upgrade() {
                clerk.handle(&event);
            }
        })
    };
    // What a dialog says of itself goes no further.
    let frame = clerk.find(".frame").unwrap_or_else(|| root.clone().into());
    Handle {
        _listeners: [
            listen(root.into(), &["click", "change", "input", "submit"]),
            listen(frame, &["close"]),
        ],
        _following: following,
        _clerk: clerk,
    }
}

impl Clerk {
    /// What the form has only where a script runs, and what the page says of it.
    fn equip(&self, kind: Option<String>, behind_button: bool) {
        self.write(".case-photos", |html| photos::place(html, &self.data));
        if let Some(kind) = kind
            && self.typed().body.is_empty()
            && let Some(choice) = self.find(&["[name=kind][value=\"", &kind, "\"]"].concat())
        {
            dom::set(&choice, "checked", "");
        }
        if let Some(order) = dom::control(&self.root, "[name=order]")
            && order.value().is_empty()
        {
            order.set_value(&self.order);
        }
        if behind_button
            && let (Some(frame), Some(sheet)) = (self.find(".frame"), self.find(".sheet"))
        {
            _ = frame.insert_before(&sheet, None);
        }
    }

    /// Finds out what is kept on the device, and shows it from now on.
    fn open_desk(&self) {
        let mut place = String::from(
            self.data
                .book
                .as_ref()
                .map_or("", |book| book.isbn.as_str()),
        );
        place.push(' ');
        place.push_str(&self.order);
        let (this, identity) = (self.this.clone(), self.identity.clone());
        spawn_local(async move {
            let weak = this.clone();
            let desk = WritingDesk::open(&identity, &place, move |shown| {
                if let Some(clerk) = weak.upgrade() {
                    clerk.take(shown);
                }
            });
            let Ok(desk) = desk.await else { return };
            if let Some(clerk) = this.upgrade() {
                _ = clerk.desk.set(desk);
                // What was typed while it was on its way.
                clerk.keep();
            }
        });
    }

    fn handle(&self, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into().ok());
        let Some(target): Option<Element> = target else {
            return;
        };
        let kind = event.type_();
        match kind.as_str() {
            "click" => self.click(event, &target),
            "submit" => self.submit(event),
            "close" => self.closed(),
            "change" if closest(&target, "[type=file]").is_some() => self.add_photos(&target),
            _ if closest(&target, "[type=file]").is_some() => {}
            _ if closest(&target, ".case").is_some() => {
                self.keep();
                self.ask_for_lines();
                self.offer();
            }
            _ => {}
        }
    }

    fn click(&self, event: &Event, target: &Element) {
        // Beside the dialog: what stands in it is kept.
        if target.class_name() == "frame" {
            return self.close();
        }
        let Some(control) = closest(target, "[data-do]") else {
            return;
        };
        let what = dom::attribute(&control, "data-do");
        let id = dom::attribute(&control, "data-id");
        let Some(desk) = self.desk.get() else { return };
        match what.as_str() {
            "open" => {
                let click: &MouseEvent = event.unchecked_ref();
                // With a modifier a link opens where the shopper wants it to open.
                if !(click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key()) {
                    event.prevent_default();
                    self.show();
                }
            }
            "close" => self.close(),
            "another" => {
                self.write(".done", |_| {});
                self.focus("[name=kind]:checked");
            }
            "copy" => self.copy(&control, id),
            "again" => {
                self.write(".done", |_| {});
                desk.again(&id);
                self.focus("#body");
            }
            "dismiss" => {
                desk.dismiss(&id);
                self.focus("#heading");
            }
            "remove" => {
                desk.remove(&id);
                self.focus("[type=file]");
            }
            "discard" => {
                desk.discard();
                self.focus("#body");
            }
            "answered" | "put-back" => self.answer(desk, &what, &id),
            _ => {}
        }
    }

    // --- who writes ---

    /// Who uses the page is somebody, or nobody, from now on.
    fn stands(&self, standing: &Standing) {
        if *standing == Standing::Asking {
            return;
        }
        let is_in = matches!(standing, Standing::In(_));
        {
            let mut known = self.known.borrow_mut();
            if known.is_in == is_in {
                return;
            }
            known.is_in = is_in;
            known.lines = None;
        }
        self.show_person(&self.typed());
        self.ask_for_lines();
    }

    /// The fields that are others for customers than for anybody else, as `form` fills them.
    fn show_person(&self, form: &CaseForm) {
        let lang = self.data.lang;
        self.fields(form, |fields| {
            self.fill(".goes-back", |html| fields.goes_back(html, lang));
            self.fill(".who", |html| {
                if fields.lines.is_none() {
                    fields.contact(html, lang);
                }
            });
        });
    }

    /// What a customer can give back is asked for once somebody wants to.
    fn ask_for_lines(&self) {
        let wanted = self.find("[name=kind][value=return]:checked").is_some();
        if !wanted || !self.known.borrow().is_in || self.known.borrow().lines.is_some() {
            return;
        }
        // Once.
        self.known.borrow_mut().lines = Some(Vec::new());
        let (this, page) = (self.this.clone(), orders::page(&self.identity, None));
        spawn_local(async move {
            let page = page.await;
            let Some(clerk) = this.upgrade() else { return };
            let lines = page.ok().map(|page| {
                let lines = page.orders.into_iter().flat_map(|order| {
                    let number = order.number;
                    order.lines.into_iter().map(move |line| BoughtLine {
                        order: number.clone(),
                        line: line.line,
                        title: line.title,
                    })
                });
                lines.collect()
            });
            // What could not be had is asked for again.
            clerk.known.borrow_mut().lines = lines;
            clerk.show_person(&clerk.typed());
        });
    }

    // --- what stands in the form ---

    /// What stands in the fields now.
    fn typed(&self) -> CaseForm {
        let form: Option<HtmlFormElement> = self.find(".case").map(JsCast::unchecked_into);
        let fields = form.and_then(|form| FormData::new_with_form(&form).ok());
        CaseForm::read(|name| {
            let value = fields
                .as_ref()
                .and_then(|fields| fields.get(name).as_string());
            value.unwrap_or_default()
        })
    }

    /// An empty form, with all that goes along.
    fn blank(&self) -> CaseForm {
        let known = self.known.borrow();
        let kind = self.typed().kind;
        CaseForm {
            kind,
            isbn: self
                .data
                .book
                .as_ref()
                .map_or_else(String::new, |book| book.isbn.as_str().to_owned()),
            order: self.order.clone(),
            about_order: self.order.clone(),
            page: known.shown.page.clone(),
            ..CaseForm::read(|_| String::new())
        }
    }

    /// Works with the fields as they show `form`.
    fn fields(&self, form: &CaseForm, work: impl FnOnce(&Fields<'_>)) {
        let known = self.known.borrow();
        let lines = known.lines.as_deref().unwrap_or_default();
        work(&Fields {
            form,
            faults: &known.faults,
            lines: known.is_in.then_some(lines),
            along: Along {
                book: self.data.book.as_ref(),
                order: &self.order,
                page: &known.shown.page,
            },
        });
    }

    /// Lets the form show `form`, and what is wrong with it.
    fn put(&self, form: &CaseForm, faults: Vec<String>) {
        let writes = self.find("#body:focus").is_some();
        self.known.borrow_mut().faults = faults;
        self.fields(form, |fields| {
            self.fill(".case .fields", |html| fields.write(html, self.data.lang));
            self.fill(".along", |html| fields.along(html, self.data.lang));
        });
        self.show_person(form);
        if writes {
            self.focus("#body");
        }
        self.offer();
    }

    /// Keeps what stands in the form.
    fn keep(&self) {
        let form = self.typed();
        let Some(desk) = self.desk.get() else { return };
        let has_words = !form.body.is_empty() || !form.value.is_empty();
        if !has_words && !self.known.borrow().begun {
            return;
        }
        desk.keep(&form.to_query());
        self.known.borrow_mut().begun = true;
        self.show_draft();
    }

    fn show_draft(&self) {
        let known = self.known.borrow();
        let begun = known.begun || !known.shown.photos.is_empty();
        self.write(".draft-note", |html| {
            if begun {
                notices::draft(html, &self.data, &known.shown, known.found);
            }
        });
    }

    /// Shows what is kept on the device.
    fn take(&self, shown: ShownFeedback) {
        let (first, other) = {
            let known = self.known.borrow();
            let first = known.shown.page.is_empty();
            (first, known.shown.turn != shown.turn)
        };
        let typed = self.typed();
        let text = shown.text.clone();
        self.known.borrow_mut().shown = shown;
        // What was typed while wasm was on its way comes first.
        if other && (!first || typed.body.is_empty()) {
            {
                let mut known = self.known.borrow_mut();
                known.begun = !text.is_empty();
                known.found = first && known.begun;
            }
            let form = if text.is_empty() {
                self.blank()
            } else {
                CaseForm::from_query(&text)
            };
            self.put(&form, Vec::new());
            self.ask_for_lines();
        } else if first {
            let form = CaseForm {
                isbn: typed.isbn.clone(),
                body: typed.body,
                ..self.blank()
            };
            self.fields(&form, |fields| {
                self.fill(".along", |html| fields.along(html, self.data.lang));
            });
        }
        self.show_draft();
        let known = self.known.borrow();
        self.write(".on-device", |html| {
            notices::on_device(html, &self.data, &known.shown)
        });
        self.write(".opener-news", |html| {
            notices::in_short(html, &self.data, &known.shown)
        });
        self.write(".chosen", |html| {
            photos::list(html, &self.data, &known.shown)
        });
    }

    /// Files were chosen.
    fn add_photos(&self, input: &Element) {
        let input: &HtmlInputElement = input.unchecked_ref();
        let (Some(desk), Some(files)) = (self.desk.get(), input.files()) else {
            return;
        };
        let there = self.known.borrow().shown.photos.len();
        let fits = there + files.length() as usize <= PHOTOS_MAX;
        self.write("#photos-fault", |html| {
            if !fits {
                html.text(texts::Feedback(self.data.lang).photos_hint());
            }
        });
        if fits && files.length() > 0 {
            desk.add(&files);
        }
        // The same file can be chosen again.
        input.set_value("");
    }

    // --- sending ---

    fn submit(&self, event: &Event) {
        let Some(desk) = self.desk.get() else { return };
        event.prevent_default();
        if self.known.borrow().busy {
            return;
        }
        let typed = self.typed();
        let case = match self.checked(&typed) {
            Ok(case) => case,
            Err(fields) => return self.refuse(&typed, fields),
        };
        desk.keep(&typed.to_query());
        self.busy(true);
        self.say(texts::Feedback(self.data.lang).sending());
        let (this, sent) = (self.this.clone(), desk.send(&case));
        spawn_local(async move {
            let sent = sent.await;
            if let Some(clerk) = this.upgrade() {
                clerk.busy(false);
                clerk.say("");
                clerk.sent(sent);
            }
        });
    }

    /// The case that the form makes, by the rules of the server; else the fields that break one.
    fn checked(&self, typed: &CaseForm) -> Result<NewCase, Vec<String>> {
        let lang = self.data.lang.tag();
        let case = typed.case(NO_DRAFT, lang, Vec::new());
        let case = case.and_then(|case| case.checked(self.known.borrow().is_in));
        case.map_err(|problem| problem.fields().map(str::to_owned).collect())
    }

    fn sent(&self, sent: Sent) {
        let texts = texts::Feedback(self.data.lang);
        if let Some(taken) = sent.taken {
            return self.thank(&taken);
        }
        if sent.waits {
            return self.focus("#heading");
        }
        let words = match sent.code.as_str() {
            code if code == Code::DraftConflict.as_str() => texts.sent_before(),
            _ if !sent.fields.is_empty() => return self.refuse(&self.typed(), sent.fields),
            _ => texts.not_taken(),
        };
        self.say(words);
        self.focus("[type=submit]");
    }

    /// It is there: the form makes room for that, and for how it is followed.
    fn thank(&self, taken: &TakenCase) {
        self.write(".done", |html| notices::done(html, &self.data, taken));
        self.focus(".done h3");
    }

    fn refuse(&self, typed: &CaseForm, faults: Vec<String>) {
        self.put(typed, faults);
        self.focus("[aria-invalid]");
    }

    fn busy(&self, busy: bool) {
        self.known.borrow_mut().busy = busy;
        if let Some(form) = self.find(".case") {
            dom::set(&form, "aria-busy", if busy { "true" } else { "false" });
        }
    }

    fn copy(&self, button: &Element, code: String) {
        let receipt = closest(button, ".receipt");
        let place = receipt.and_then(|receipt| {
            let code = dom::find(&receipt, ".code")?;
            Some((code, dom::find(&receipt, ".copied")?))
        });
        let (Some(desk), Some((shown, news))) = (self.desk.get(), place) else {
            return;
        };
        let copied = desk.copy(&code, &shown);
        let texts = texts::Feedback(self.data.lang);
        spawn_local(async move {
            let words = if copied.await {
                texts.copied()
            } else {
                texts.copy_by_hand()
            };
            news.set_text_content(Some(words));
        });
    }

    // --- the page ---

    fn say(&self, words: &str) {
        self.write(".case-news", |html| {
            html.text(words);
        });
    }

    /// Writes what stands in a place, unless it stands there already: what is said once is not said again.
    fn write(&self, place: &str, content: impl FnOnce(&mut Html)) {
        let mut html = Html::default();
        content(&mut html);
        let html = html.finish();
        if let Some(place) = self.find(place)
            && place.inner_html() != html
        {
            place.set_inner_html(&html);
        }
    }

    /// Writes fields. What was typed into those that are there is no part of their HTML, so they are always new ones.
    fn fill(&self, place: &str, fields: impl FnOnce(&mut Html)) {
        let mut html = Html::default();
        fields(&mut html);
        if let Some(place) = self.find(place) {
            place.set_inner_html(&html.finish());
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        dom::find(&self.root, selector)
    }

    fn focus(&self, selector: &str) {
        dom::focus(&self.root, selector);
    }
}
