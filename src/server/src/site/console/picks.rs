//! A shop's staff picks: the list, and the form to write one.

use super::{AtShop, faults};
use crate::app::App;
use crate::reply::Failure;
use crate::reviews::picks::{first_page, one, page, put, read_pick, search};
use crate::settings::branches::list_branches;
use crate::shops::minute;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::console_page::{ConsolePage, PickForm, PickLine, PicksPage, picks_path};
use bookplate_site::page::Done;
use bookplate_store::Db;
use bookplate_store::reviews::{PickName, PicksAsked};
use bookplate_wire::catalogue::Edition;
use bookplate_wire::reviews::picks::{PickContent, PickStatus};
use bookplate_wire::{Code, Isbn};

/// How many books a search finds at most.
const BOOKS: u32 = 10;
/// What stands in the address in place of an id while there is none.
const NEW: &str = "new";

/// What the address asks for; a search that nobody can make is none.
fn asked(at: &AtShop) -> (PicksAsked, String) {
    let visit = &at.colleague.visit;
    let mut asked = first_page();
    let words = visit.parameter("q").unwrap_or_default();
    let words = search(&mut asked, &words).map_or_else(|_| String::new(), |()| words);
    asked.status = visit
        .parameter("status")
        .and_then(|word| PickStatus::from_word(&word));
    asked.after = visit.parameter("after");
    (asked, words.trim().to_owned())
}

/// `GET /console/shops/{shop}/picks`: with `q`, `status` and `after` as in the API.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "picks")?;
    let (asked, words) = asked(&at);
    let (status, after) = (asked.status, asked.after.clone());
    let books = find(&app, &at, &asked).await?;
    let list = page(&app, at.shop.id.clone(), asked).await?;
    let zone = at.zone(&app).await?;
    let lines = list.picks.into_iter().map(|pick| PickLine {
        changed: minute(&zone, pick.changed_at),
        pick,
    });
    let page = PicksPage {
        picks: lines.collect(),
        next: list.next,
        after,
        words,
        status,
        books,
        may_change: at.may("PUT", "picks/{pick}"),
    };
    Ok(at.show(&app, false, ConsolePage::Picks(Box::new(page))))
}

/// The books that are searched for.
async fn find(app: &App, at: &AtShop, asked: &PicksAsked) -> Result<Vec<Edition>, Failure> {
    let (shop, isbn, words) = (at.shop.id.clone(), asked.isbn, asked.words.clone());
    if isbn.is_none() && words.is_empty() {
        return Ok(Vec::new());
    }
    let _turn = app.turns.search_if(isbn.is_none()).await?;
    let read = move |db: &mut Db| match isbn {
        Some(isbn) => Ok::<_, Failure>(db.edition(&shop, isbn)?.into_iter().collect()),
        None => Ok(db.find_editions(&shop, &words, BOOKS)?),
    };
    app.store.read(read).await
}

/// `POST /console/shops/{shop}/picks`: `form` is `publish` or `withdraw`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    at.require("PUT", "picks/{pick}")?;
    let status = match form.text("form") {
        "publish" => PickStatus::Published,
        "withdraw" => PickStatus::Withdrawn,
        _ => return Err(Code::NotFound.into()),
    };
    let id = read_pick(form.text("id"))?;
    let here = at.here();
    let write = move |db: &mut Db| db.set_pick_status(&here.by(), &here.shop, &id, status);
    app.store.write(write).await?.ok_or(Code::NotFound)?;
    let (asked, words) = asked(&at);
    let after = asked.after.as_deref();
    let path = picks_path(at.shop.id.as_str(), &words, asked.status, after);
    Ok(at.colleague.visit.go(&path, Done::Saved))
}

/// `GET /console/shops/{shop}/picks/{pick}`: `new` with `isbn` for one that is not there yet.
pub(crate) async fn show_form(
    State(app): State<App>,
    Path((_shop, pick)): Path<(String, String)>,
    at: AtShop,
) -> Result<Response, Failure> {
    at.require("GET", "picks/{pick}")?;
    let content = if pick == NEW {
        let isbn = at.colleague.visit.parameter("isbn");
        let isbn: Option<Isbn> = isbn.and_then(|text| text.parse().ok());
        PickContent {
            language: at.colleague.visit.lang.tag().to_owned(),
            status: PickStatus::Published,
            ..PickContent::of(isbn.ok_or(Code::NotFound)?)
        }
    } else {
        let id = read_pick(&pick)?;
        one(&app, at.shop.id.clone(), id).await?.content
    };
    form_page(&app, &at, &pick, content, Vec::new()).await
}

async fn form_page(
    app: &App,
    at: &AtShop,
    pick: &str,
    content: PickContent,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let (shop, isbn) = (at.shop.id.clone(), content.isbn);
    let book = move |db: &mut Db| db.edition(&shop, isbn);
    let book = app.store.read(book).await?.ok_or(Code::NotFound)?;
    let Json(list) = list_branches(State(app.clone()), Extension(at.here())).await?;
    let wrong = !faults.is_empty();
    let page = PickForm {
        id: pick.parse().ok(),
        book: book.title,
        content,
        branches: list.branches,
        may_change: at.may("PUT", "picks/{pick}"),
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Pick(Box::new(page))))
}

/// `POST /console/shops/{shop}/picks/{pick}`: `form` is `save` or `delete`.
pub(crate) async fn send_form(
    State(app): State<App>,
    Path((_shop, pick)): Path<(String, String)>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let name = match pick.as_str() {
        NEW => PickName::New,
        id => PickName::Id(read_pick(id)?),
    };
    let here = at.here();
    if form.text("form") == "delete" {
        at.require("DELETE", "picks/{pick}")?;
        // One that is gone already is what was wanted.
        let delete = move |db: &mut Db| db.delete_pick(&here.by(), &here.shop, &name);
        app.store.write(delete).await?;
        return Ok(at.saved("picks"));
    }
    match name {
        PickName::New => at.require("POST", "picks")?,
        _ => at.require("PUT", "picks/{pick}")?,
    }
    let isbn = form.text("isbn").parse().map_err(|_| Code::NotFound)?;
    let text = |name| form.text(name).to_owned();
    let content = PickContent {
        isbn,
        name: text("name"),
        role: text("role"),
        branch: text("branch"),
        title: text("title"),
        body: text("body"),
        language: text("language"),
        picked_on: text("picked_on"),
        position: form.text("position").trim().parse().unwrap_or(0),
        status: PickStatus::from_word(form.text("status")).unwrap_or_default(),
    };
    let written = put(&app, here.by(), here.shop, name, content.clone()).await;
    match faults(written)? {
        Ok(_) => Ok(at.saved("picks")),
        Err(faults) => form_page(&app, &at, &pick, content, faults).await,
    }
}
