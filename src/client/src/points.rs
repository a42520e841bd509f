//! The customer's points, and what books would earn.

use crate::json::written::object;
use crate::{ClientError, Identity};
use bookplate_wire::points::books::{BOOKS_MAX, BookEarnings};
use bookplate_wire::points::cards::MemberCard;
use bookplate_wire::points::referrals::Referral;
use bookplate_wire::points::{EntryKind, PointsBalance, PointsEntryPage};
use bookplate_wire::{Isbn, query};
use js_sys::Promise;
use std::cell::RefCell;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// What the customer has. The request is on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn balance(
    identity: &Identity,
) -> impl Future<Output = Result<PointsBalance, ClientError>> + use<> {
    identity.get("customer/points")
}

/// A page of the customer's statement, of all entries or those of a kind: the latest, or those behind `after`, which is the
/// page's before `next`. The request is on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn entries(
    identity: &Identity,
    kind: Option<EntryKind>,
    after: Option<&str>,
) -> impl Future<Output = Result<PointsEntryPage, ClientError>> + use<> {
    let mut path = String::from("customer/points/entries?");
    query::push(&mut path, "limit", "10");
    if let Some(kind) = kind {
        query::push(&mut path, "kind", kind.as_str());
    }
    if let Some(after) = after {
        query::push(&mut path, "after", after);
    }
    identity.get(&path)
}

/// The customer's membership card. The request is on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn card(identity: &Identity) -> impl Future<Output = Result<MemberCard, ClientError>> + use<> {
    identity.post("customer/card")
}

/// The customer's invitations. The request is on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn referral(
    identity: &Identity,
) -> impl Future<Output = Result<Referral, ClientError>> + use<> {
    identity.get(REFERRAL)
}

/// Takes somebody's invitation for the customer; gives the customer's own then.
///
/// # Errors
/// See [`ClientError`].
pub async fn take_referral(identity: &Identity, code: &str) -> Result<Referral, ClientError> {
    let body = object(&[("code", code.into())]);
    identity.send("PUT", REFERRAL, Some(body)).await
}

/// Has the browser save all of the statement as a file.
///
/// # Errors
/// See [`ClientError`].
pub async fn save(identity: &Identity) -> Result<(), ClientError> {
    identity.save("customer/points/export", "points.csv").await
}

const REFERRAL: &str = "customer/points/referral";

/// How long to wait for other books of the page, in milliseconds.
const SOON: i32 = 20;

/// A book that somebody asks about.
struct Question {
    /// As the API reads it.
    book: String,
    tell: Box<dyn FnOnce(Option<i64>)>,
}

thread_local! {
    /// What was asked since the last request.
    static ASKED: RefCell<Vec<Question>> = const { RefCell::new(Vec::new()) };
}

/// Asks what `isbn` earns the customer at a price as pages write it, empty for the shop's own. `tell` is called with the answer,
/// unless there is none. What all of a page asks at about the same time is one request.
pub fn ask(identity: &Identity, isbn: Isbn, price: &str, tell: impl FnOnce(Option<i64>) + 'static) {
    let mut book = String::from(isbn.as_str());
    if !price.is_empty() {
        book.push(':');
        book.push_str(price);
    }
    let tell = Box::new(tell);
    let begins = ASKED.with_borrow_mut(|asked| {
        asked.push(Question { book, tell });
        asked.len() == 1
    });
    if begins {
        spawn_local(gather(identity.clone()));
    }
}

/// Waits until no more books come, then asks about all of them.
async fn gather(identity: Identity) {
    let mut before = 0;
    loop {
        pause().await;
        let now = ASKED.with_borrow(Vec::len);
        if now == before {
            break;
        }
        before = now;
    }
    let mut asked = ASKED.take();
    while !asked.is_empty() {
        let some: Vec<Question> = asked.drain(..asked.len().min(BOOKS_MAX)).collect();
        let mut books = String::new();
        for question in &some {
            if !books.is_empty() {
                books.push(',');
            }
            books.push_str(&question.book);
        }
        let mut path = String::from("customer/points/books?");
        query::push(&mut path, "books", &books);
        // What everybody earns stays shown where there is no answer.
        let Ok(said) = identity.get::<BookEarnings>(&path).await else {
            continue;
        };
        for (question, book) in some.into_iter().zip(said.books) {
            (question.tell)(book.points);
        }
    }
}

async fn pause() {
    let pause = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, SOON);
        }
    });
    _ = JsFuture::from(pause).await;
}
