//! The customer's wishlists, and the page to which a heart leads where no script runs.

use super::orders::own_cover;
use super::{Member, together, wish_own};
use crate::api::read_isbn;
use crate::app::App;
use crate::reply::Failure;
use crate::site::forms::Form;
use crate::wishlists::{read_list, refused};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Done, WishDraft, WishUndo, WishedBook, Wishlists};
use bookplate_store::Db;
use bookplate_store::wishlists::Changed;
use bookplate_wire::wishlists::{
    NewWishlist, Priority, Visibility, WishChange, WishMove, WishPage, WishlistChange,
};
use bookplate_wire::{Code, Isbn, Problem, WishlistId, query};

/// How many wishes a page has.
const PAGE: u32 = 50;

/// `GET /shops/{key}/member/wishes/{isbn}`: asks whether a book is to be wished for.
pub(crate) async fn show_wish(
    State(app): State<App>,
    Path((_key, isbn)): Path<(String, String)>,
    member: Member,
) -> Result<Response, Failure> {
    let book = wished_book(&app, &member, read_isbn(&isbn)?).await?;
    Ok(member.show(&app, StatusCode::OK, Content::Wish(book)))
}

/// `POST /shops/{key}/member/wishes/{isbn}`: wishes for it, or does not any more.
pub(crate) async fn change_wish(
    State(app): State<App>,
    Path((_key, isbn)): Path<(String, String)>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let isbn = read_isbn(&isbn)?;
    let (shop, customer) = (member.shop.id.clone(), member.access.customer.clone());
    if form.text("do") == "remove" {
        let work = move |db: &mut Db| db.unwish(&shop, &customer, isbn);
        crate::wishlists::change(&app, work).await?;
        let path = member.path(&format!("wishes/{isbn}"));
        return Ok(member.visit.go(&path, Done::WishRemoved));
    }
    let work = move |db: &mut Db| db.wish_for(&shop, &customer, isbn);
    match crate::wishlists::change(&app, work).await {
        Ok(()) => Ok(member.visit.go(&member.path("wishlists"), Done::WishAdded)),
        Err(Failure(problem)) if problem.code == Code::WishLimit => {
            let mut book = wished_book(&app, &member, isbn).await?;
            book.full = true;
            Ok(member.show(&app, StatusCode::CONFLICT, Content::Wish(book)))
        }
        Err(failure) => Err(failure),
    }
}

async fn wished_book(app: &App, member: &Member, isbn: Isbn) -> Result<WishedBook, Failure> {
    let (shop, customer) = (member.shop.clone(), member.access.customer.clone());
    let read = move |db: &mut Db| -> Result<_, Failure> {
        let edition = db.edition(&shop.id, isbn)?.ok_or(Code::BookNotFound)?;
        let wished = !db.wished(&shop.id, &customer, &[isbn])?.is_empty();
        Ok((edition, wished))
    };
    let (edition, wished) = app.store.read(read).await?;
    Ok(WishedBook {
        isbn,
        title: edition.title,
        language: edition.language,
        authors: edition.authors,
        cover_url: own_cover(&member.shop, &edition.cover_url),
        wished,
        full: false,
    })
}

/// `GET /shops/{key}/member/wishlists`: one of the lists, and what the others are.
pub(crate) async fn show_wishlists(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let list = member.visit.parameter("list").unwrap_or_default();
    let after = member.visit.parameter("after").unwrap_or_default();
    let page = page(&app, &member, &list, after).await?;
    Ok(member.show(&app, StatusCode::OK, Content::Wishlists(Box::new(page))))
}

/// A list by its id, or the default one, from behind `after`.
async fn page(app: &App, member: &Member, list: &str, after: String) -> Result<Wishlists, Failure> {
    let list = list_of(list)?;
    let undo = undo(member, list.as_ref());
    let moved = member.visit.parameter("moved");
    let shop = member.shop.clone();
    let customer = member.access.customer.clone();
    let of = shop.id.clone();
    let asked = list.is_some();
    let read = move |db: &mut Db| -> Result<_, Failure> {
        let lists = db.wishlists(&customer)?;
        let behind = Some(after.as_str()).filter(|after| !after.is_empty());
        let page = db.wishes(&customer, list.as_ref(), behind, PAGE)?;
        let page = match page {
            Ok(page) => Some(page),
            // There is none yet.
            Err(_) if !asked => None,
            Err(refusal) => return Err(refused(refusal)),
        };
        let wishes = page.iter().flat_map(|page| &page.wishes);
        let isbns: Vec<Isbn> = wishes.map(|wish| wish.isbn).collect();
        let own = wish_own::read(db, &of, &customer, &isbns)?;
        Ok((lists, page, own, after))
    };
    let (lists, page, own, after) = app.store.read(read).await?;
    let shown = page.as_ref().map(|page| &page.list);
    let is_own = shown.is_some_and(|list| list.owner.is_none());
    let shown = shown.map(|list| list.id.clone());
    let together = together::of_page(app, member, shown.as_ref(), is_own).await?;
    Ok(Wishlists {
        together,
        lists,
        page: page.map(|page| with_covers(page, member)),
        own,
        after,
        book_url: shop.book_url.clone(),
        undo,
        moved: moved.and_then(|isbn| isbn.parse().ok()),
        draft: None,
        name: String::new(),
        sent: String::new(),
        faults: Vec::new(),
        full: false,
    })
}

fn with_covers(mut page: WishPage, member: &Member) -> WishPage {
    for wish in &mut page.wishes {
        wish.cover_url = own_cover(&member.shop, &wish.cover_url);
    }
    page
}

/// What was taken away on the page before, as the address says.
fn undo(member: &Member, list: Option<&WishlistId>) -> Option<WishUndo> {
    let isbn = member
        .visit
        .parameter("undo")
        .and_then(|isbn| isbn.parse().ok());
    let gone = member
        .visit
        .parameter("gone")
        .and_then(|id| id.parse().ok());
    match (isbn, gone) {
        (Some(isbn), _) => Some(WishUndo::Wish(list.cloned(), isbn)),
        (None, Some(list)) => Some(WishUndo::List(list)),
        (None, None) => None,
    }
}

fn list_of(text: &str) -> Result<Option<WishlistId>, Failure> {
    read_list(if text.is_empty() { "default" } else { text })
}

/// Which page is shown after a change, below the path of the wishlists.
struct Next {
    query: String,
    done: Done,
}

impl Next {
    fn new(list: &str, done: Done) -> Self {
        let mut query = String::new();
        if !list.is_empty() {
            query::push(&mut query, "list", list);
        }
        Self { query, done }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        query::push(&mut self.query, name, value);
        self
    }
}

/// `POST /shops/{key}/member/wishlists`: changes a list, or what is in it.
pub(crate) async fn change_wishlists(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    if form.text("do") == "invite" {
        return invite(&app, &member, &form).await;
    }
    match perform(&app, &member, &form).await {
        Ok(next) => {
            let mut path = member.path("wishlists");
            if !next.query.is_empty() {
                path.push('?');
                path.push_str(&next.query);
            }
            Ok(member.visit.go(&path, next.done))
        }
        Err(Failure(problem)) => sent_again(&app, &member, &form, problem).await,
    }
}

/// The page with the address of an invitation that was just made.
async fn invite(app: &App, member: &Member, form: &Form) -> Result<Response, Failure> {
    let list = list_of(form.text("list"))?;
    let mut page = page(app, member, form.text("list"), String::new()).await?;
    match together::invitation(app, member, list, &mut page).await {
        Ok(()) => {
            let content = Content::Wishlists(Box::new(page));
            Ok(member.show(app, StatusCode::OK, content))
        }
        Err(Failure(problem)) => sent_again(app, member, form, problem).await,
    }
}

/// The form with what was sent and what is wrong with it, where that can be mended.
async fn sent_again(
    app: &App,
    member: &Member,
    form: &Form,
    problem: Problem,
) -> Result<Response, Failure> {
    let full = matches!(problem.code, Code::WishLimit | Code::WishlistLimit);
    let is_alert = form.text("do") == "alerts";
    if !full && problem.code != Code::FieldInvalid && !together::is_said(problem.code, form) {
        return Err(problem.into());
    }
    let mut page = page(
        app,
        member,
        form.text("list"),
        form.text("after").to_owned(),
    )
    .await?;
    page.full = full;
    let said = together::sent_again(&mut page, form, &problem);
    page.faults = problem.fields().map(str::to_owned).collect();
    form.text("name").clone_into(&mut page.name);
    form.text("do").clone_into(&mut page.sent);
    page.own.draft = is_alert.then(|| wish_own::draft(form)).flatten();
    let isbn = form
        .text("isbn")
        .parse()
        .ok()
        .filter(|_| !is_alert && !said);
    page.draft = isbn.map(|isbn| WishDraft {
        isbn,
        note: form.text("note").to_owned(),
        priority: Priority::from_word(form.text("priority")).unwrap_or_default(),
        quantity: form.text("quantity").to_owned(),
    });
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    Ok(member.show(app, status, Content::Wishlists(Box::new(page))))
}

async fn perform(app: &App, member: &Member, form: &Form) -> Result<Next, Failure> {
    let (list_text, isbn_text) = (form.text("list"), form.text("isbn"));
    let list = list_of(list_text)?;
    let (shop, customer) = (member.shop.id.clone(), member.access.customer.clone());
    let isbn = || read_isbn(isbn_text);
    let here = |done| {
        let next = Next::new(list_text, done);
        match form.text("after") {
            "" => next,
            after => next.with("after", after),
        }
    };
    match form.text("do") {
        "new" => {
            let name = form.text("name").to_owned();
            let new = NewWishlist { id: None, name }.checked()?;
            let made = change(app, move |db| db.create_wishlist(&shop, &customer, &new)).await?;
            Ok(Next::new(made.id.as_str(), Done::Saved))
        }
        what @ ("rename" | "default" | "share") => {
            let changed = match what {
                "rename" => WishlistChange {
                    name: Some(form.text("name").to_owned()),
                    ..WishlistChange::default()
                },
                "default" => WishlistChange {
                    default: Some(true),
                    ..WishlistChange::default()
                },
                _ => WishlistChange {
                    visibility: Visibility::from_word(form.text("visibility")),
                    ..WishlistChange::default()
                },
            };
            let changed = changed.checked()?;
            let work =
                move |db: &mut Db| db.change_wishlist(&shop, &customer, list.as_ref(), &changed);
            change(app, work).await.map(|_| here(Done::Saved))
        }
        "delete" => {
            let work = move |db: &mut Db| db.remove_wishlist(&shop, &customer, list.as_ref());
            change(app, work).await?;
            Ok(Next::new("", Done::WishlistDeleted).with("gone", list_text))
        }
        "restore" => {
            let gone = list.ok_or(Code::WishlistNotFound)?;
            let work = move |db: &mut Db| db.restore_wishlist(&shop, &customer, &gone);
            change(app, work).await.map(|_| here(Done::Saved))
        }
        "remove" => {
            let isbn = isbn()?;
            let work = move |db: &mut Db| db.remove_wish(&shop, &customer, list.as_ref(), isbn);
            change(app, work).await?;
            let next = here(Done::WishRemoved);
            Ok(next.with("undo", isbn.as_str()))
        }
        "undo" => {
            let isbn = isbn()?;
            let work = move |db: &mut Db| {
                db.put_wish(
                    &shop,
                    &customer,
                    list.as_ref(),
                    isbn,
                    &WishChange::default(),
                )
            };
            change(app, work).await?;
            Ok(Next::new(list_text, Done::WishAdded))
        }
        way @ ("up" | "down") => {
            let isbn = isbn()?;
            let up = way == "up";
            let work = move |db: &mut Db| db.shift_wish(&shop, &customer, list.as_ref(), isbn, up);
            change(app, work).await?;
            Ok(here(Done::Saved).with("moved", isbn.as_str()))
        }
        "place" => {
            let isbn = isbn()?;
            let [before, behind] = ["before", "behind"].map(|name| form.text(name).parse().ok());
            let work = move |db: &mut Db| {
                let into = WishMove {
                    to: None,
                    before: before.or(behind),
                };
                let moved = db.move_wish(&shop, &customer, list.as_ref(), isbn, &into)?;
                // Behind the last one of the page there may be more.
                if before.is_none() && behind.is_some() && moved.is_ok() {
                    return db.shift_wish(&shop, &customer, list.as_ref(), isbn, false);
                }
                Ok(moved.map(drop))
            };
            change(app, work).await?;
            Ok(here(Done::Saved).with("moved", isbn.as_str()))
        }
        "again" => {
            let isbn = isbn()?;
            let work = move |db: &mut Db| db.wish_for(&shop, &customer, isbn);
            change(app, work).await.map(|()| here(Done::WishAdded))
        }
        "set" => {
            let isbn = isbn()?;
            let changed = read_change(form)?;
            let to: Option<WishlistId> = form.text("to").parse().ok();
            let work = move |db: &mut Db| {
                let put = db.put_wish(&shop, &customer, list.as_ref(), isbn, &changed)?;
                match to.filter(|to| Some(to) != list.as_ref()) {
                    Some(to) if put.is_ok() => {
                        let into = WishMove {
                            to: Some(to),
                            before: None,
                        };
                        db.move_wish(&shop, &customer, list.as_ref(), isbn, &into)
                    }
                    _ => Ok(put),
                }
            };
            change(app, work).await.map(|_| here(Done::Saved))
        }
        what @ ("alerts" | "shelf" | "follow" | "unfollow" | "any" | "this") => {
            let isbn = isbn()?;
            wish_own::perform(app, member, form, (what, list, isbn)).await?;
            Ok(here(Done::Saved).with("moved", isbn.as_str()))
        }
        _ => {
            let (done, away) = together::perform(app, member, form, list).await?;
            Ok(if away {
                Next::new("", done)
            } else {
                here(done)
            })
        }
    }
}

/// What the form says of a wish.
fn read_change(form: &Form) -> Result<WishChange, Problem> {
    let quantity = form.text("quantity").trim().parse();
    let [note, before] = ["note", "note_before"].map(|name| form.text(name).replace("\r\n", "\n"));
    WishChange {
        // One of two devices can be longer than what may be sent: as long as it stays, the rest can be changed.
        note: (note != before).then_some(note),
        note_before: Some(before),
        priority: Priority::from_word(form.text("priority")),
        // No number is as wrong as one that is out of bounds.
        quantity: Some(quantity.unwrap_or(0)),
        any_edition: None,
    }
    .checked()
}

async fn change<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&mut Db) -> Changed<T> + Send + 'static,
) -> Result<T, Failure> {
    crate::wishlists::change(app, work).await
}
