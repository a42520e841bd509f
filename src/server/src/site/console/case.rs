//! One case of the inbox.

use super::{AtShop, faults};
use crate::accounts::search::search;
use crate::app::App;
use crate::feedback::canned::fill;
use crate::feedback::inbox::{answered, changed, merged, noted, one};
use crate::feedback::links::{handed_over, linked};
use crate::feedback::live::{Watcher, note_writing, once, stream};
use crate::limits::Caller;
use crate::reply::Failure;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use bookplate_site::case_page::StaffCasePage;
use bookplate_site::console_page::ConsolePage;
use bookplate_site::page::Done;
use bookplate_store::{Db, StoreError};
use bookplate_wire::accounts::CustomersFound;
use bookplate_wire::feedback::canned::appended;
use bookplate_wire::feedback::inbox::{
    CaseChange, CaseMerge, FullCase, NewAnswer, NewNote, VersionedChange,
};
use bookplate_wire::feedback::links::{CaseHandOver, CaseLink};
use bookplate_wire::feedback::{CaseState, ReturnState};
use bookplate_wire::{Code, Problem};

/// The page, with nothing in its forms.
async fn blank(app: &App, at: &AtShop, case: &str) -> Result<StaffCasePage, Failure> {
    let here = at.here();
    let shop = here.shop.clone();
    let read =
        move |db: &mut Db| Ok::<_, StoreError>((db.case_owners(&shop)?, db.canned_answers(&shop)?));
    let (owners, canned) = app.store.read(read).await?;
    let case = one(app, here, case).await?;
    let kind = case.case.case.kind;
    let canned = canned.into_iter().filter_map(|answer| {
        let of = answer.content.kind;
        let fits = of.is_none_or(|of| of == kind);
        fits.then_some((answer.id, answer.content.title))
    });
    Ok(StaffCasePage {
        owners,
        canned: canned.collect(),
        case,
        may_change: at.may("PATCH", "cases/{case}"),
        answer: String::new(),
        then: CaseState::InProgress,
        inserted: false,
        note: String::new(),
        tags: None,
        into: String::new(),
        link: None,
        found: None,
        faults: Vec::new(),
    })
}

/// `GET /console/shops/{shop}/cases/{case}`
pub(crate) async fn show(
    State(app): State<App>,
    Path((_shop, case)): Path<(String, String)>,
    at: AtShop,
) -> Result<Response, Failure> {
    at.require("GET", "cases/{case}")?;
    let page = blank(&app, &at, &case).await?;
    Ok(at.show(&app, false, ConsolePage::Case(Box::new(page))))
}

/// `POST /console/shops/{shop}/cases/{case}`: `form` is `answer`, `insert` (a canned answer), `note`, `change`, `link`, `unlink`, `hand_over`
/// or `merge`.
pub(crate) async fn send(
    State(app): State<App>,
    Path((_shop, case)): Path<(String, String)>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let (what, here) = (form.text("form").to_owned(), at.here());
    if what == "insert" {
        return insert(&app, &at, &case, &form).await;
    }
    let version = form.text("version").parse().unwrap_or(0);
    let (sent, done): (Result<FullCase, Failure>, Done) = match &*what {
        "answer" => {
            at.require("POST", "cases/{case}/answers")?;
            let answer = NewAnswer {
                version,
                text: form.text("answer").to_owned(),
                state: CaseState::from_word(form.text("state")).unwrap_or(CaseState::InProgress),
            };
            let sent = answered(&app, here, &case, answer).await;
            (sent, Done::CaseAnswered)
        }
        "note" => {
            at.require("POST", "cases/{case}/notes")?;
            let text = form.text("note").to_owned();
            (
                noted(&app, here, &case, NewNote { text }).await,
                Done::CaseNoted,
            )
        }
        "change" => {
            at.require("PATCH", "cases/{case}")?;
            let change = change_in(&form);
            let sent = changed(&app, here, &case, VersionedChange { version, change }).await;
            (sent, Done::CaseChanged)
        }
        "link" | "unlink" => {
            at.require("PUT", "cases/{case}/link")?;
            let link = match link_in(&app, &at, &form, version).await? {
                Wanted::Link(link) => link,
                Wanted::OneOf(found) => return choose(&app, &at, &case, &form, found).await,
            };
            (linked(&app, here, &case, link).await, Done::CaseChanged)
        }
        "hand_over" => {
            at.require("POST", "cases/{case}/hand-over")?;
            let sure = !form.text("sure").is_empty();
            let hand_over = CaseHandOver { version, sure };
            (
                handed_over(&app, here, &case, hand_over).await,
                Done::CaseChanged,
            )
        }
        "merge" => {
            at.require("POST", "cases/{case}/merge")?;
            let sent = match form.text("into").trim().parse() {
                Ok(into) => merged(&app, here, &case, CaseMerge { version, into }).await,
                Err(_) => Err(Problem::new(Code::FieldInvalid, "this is no case")
                    .at("into")
                    .into()),
            };
            (sent, Done::CaseMerged)
        }
        _ => return Err(Code::NotFound.into()),
    };
    let wrong = match faults(sent)? {
        Ok(_) => return Ok(at.done(&format!("cases/{case}"), done)),
        Err(wrong) => wrong,
    };
    let mut page = blank(&app, &at, &case).await?;
    // Two forms of the page have a text.
    let named = |fault: String| if fault == "text" { what.clone() } else { fault };
    page.faults = wrong.into_iter().map(named).collect();
    page.answer = form.text("answer").to_owned();
    page.then = CaseState::from_word(form.text("state")).unwrap_or(page.then);
    page.note = form.text("note").to_owned();
    page.tags = (what == "change").then(|| form.text("tags").to_owned());
    page.into = form.text("into").to_owned();
    page.link = (what == "link").then(|| link_typed(&form));
    Ok(at.show(&app, true, ConsolePage::Case(Box::new(page))))
}

/// Shows the page with a canned answer behind what was typed; nothing is sent yet.
async fn insert(app: &App, at: &AtShop, case: &str, form: &Form) -> Result<Response, Failure> {
    at.require("GET", "cases/{case}/canned-answers/{answer}")?;
    let filled = fill(app, at.here(), case, form.text("canned")).await?;
    let mut page = blank(app, at, case).await?;
    let typed = form.text("answer");
    let whole = appended(typed, &filled.text);
    page.inserted = whole.is_some();
    if whole.is_none() {
        page.faults.push("canned".to_owned());
    }
    page.answer = whole.unwrap_or_else(|| typed.to_owned());
    page.then = CaseState::from_word(form.text("state")).unwrap_or(page.then);
    let wrong = !page.faults.is_empty();
    Ok(at.show(app, wrong, ConsolePage::Case(Box::new(page))))
}

/// `POST /console/shops/{shop}/cases/{case}/live`: what the page asks while it is open. It is told when something changes, or,
/// with `do=look`, how it is now; with `do=write` the reader's colleagues see that an answer is being written.
pub(crate) async fn follow(
    State(app): State<App>,
    Path((_shop, case)): Path<(String, String)>,
    at: AtShop,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    at.require("GET", "cases/{case}")?;
    let here = at.here();
    let case = one(&app, here.clone(), &case).await?.case.case.id;
    let session = at.colleague.signed_in.session.clone();
    let watcher = Watcher::Staff(here.shop, here.staff.clone(), session);
    match form.text("do") {
        "look" => once(&app, &case, &watcher).await,
        "write" => {
            at.require("POST", "cases/{case}/answers")?;
            note_writing(&app, &case, &here.staff).await?;
            once(&app, &case, &watcher).await
        }
        _ => stream(&app, caller, case, watcher).await,
    }
}

/// What a form wants a case to be linked to.
enum Wanted {
    /// This.
    Link(CaseLink),
    /// One of these customers, if there is any.
    OneOf(CustomersFound),
}

async fn link_in(app: &App, at: &AtShop, form: &Form, version: u32) -> Result<Wanted, Failure> {
    let link = |customer: Option<String>, order: Option<String>| {
        Wanted::Link(CaseLink {
            version,
            customer,
            order,
        })
    };
    if form.text("form") == "unlink" {
        return Ok(link(Some(String::new()), None));
    }
    let (who, chosen) = (form.text("who").trim(), form.text("customer"));
    let order = Some(form.text("order").to_owned());
    if who.is_empty() {
        return Ok(link(None, order));
    }
    // Chosen from what was found by these very words.
    if !chosen.is_empty() && form.text("found_by") == who {
        return Ok(link(Some(chosen.to_owned()), order));
    }
    let search = search(app, at.here().shop, who.to_owned()).await?;
    // Whose name is such a one is for a person to decide.
    match search.only().filter(|_| search.is_named) {
        Some(customer) => Ok(link(Some(customer.to_string()), order)),
        None => Ok(Wanted::OneOf(search.found)),
    }
}

/// Shows the page with the customers whom the form may mean; nothing is linked yet.
async fn choose(
    app: &App,
    at: &AtShop,
    case: &str,
    form: &Form,
    found: CustomersFound,
) -> Result<Response, Failure> {
    let mut page = blank(app, at, case).await?;
    let nobody = found.customers.is_empty();
    if nobody {
        page.faults.push("customer".to_owned());
    }
    page.link = Some(link_typed(form));
    page.found = Some(found).filter(|_| !nobody);
    Ok(at.show(app, nobody, ConsolePage::Case(Box::new(page))))
}

/// By what a form names a customer, and the order.
fn link_typed(form: &Form) -> [String; 2] {
    [form.text("who"), form.text("order")].map(|text| text.trim().to_owned())
}

fn change_in(form: &Form) -> CaseChange {
    let tags = form.text("tags").split([',', '，', '、']);
    CaseChange {
        state: CaseState::from_word(form.text("state")),
        owner: Some(form.text("owner").to_owned()),
        tags: Some(tags.map(str::to_owned).collect()),
        goes_back: ReturnState::from_word(form.text("return")),
    }
}
