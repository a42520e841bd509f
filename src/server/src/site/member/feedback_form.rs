//! The form on which a shopper writes to the shop, with an account or without one.

use super::feedback::new_draft;
use super::{Guest, Member, place_of};
use crate::accounts::tokens::Access;
use crate::app::App;
use crate::feedback::{case_book, guests, own};
use crate::limits::Caller;
use crate::reply::Failure;
use crate::reviews::photos::{keep, keep_guests};
use crate::site::failures::must_wait;
use crate::site::forms::{Form, FormWithFiles};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::case_page::FeedbackForm;
use bookplate_site::page::{Content, Done};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, StoreError};
use bookplate_wire::feedback::form::{BoughtLine, CaseForm};
use bookplate_wire::feedback::own_path;
use bookplate_wire::feedback::writing::{PHOTOS_MAX, check_draft};
use bookplate_wire::{Code, Isbn, Lang, Problem};
use std::sync::Arc;

/// Of how many of the latest orders something can be chosen to go back.
const ORDERS: u32 = 20;

/// Who writes, or reads what everybody may.
pub(super) enum Writer {
    /// Somebody who is not signed in.
    Guest(Guest),
    /// A customer.
    Member(Box<Member>),
}

impl Writer {
    /// Whoever is not signed in writes without an account: nobody is sent to sign in first.
    pub(super) fn new(guest: Guest, member: Result<Member, Response>) -> Self {
        match member {
            Ok(member) => Self::Member(Box::new(member)),
            Err(_) => Self::Guest(guest),
        }
    }

    pub(super) fn shop(&self) -> &Arc<Shop> {
        match self {
            Self::Guest(guest) => &guest.shop,
            Self::Member(member) => &member.shop,
        }
    }

    pub(super) fn access(&self) -> Option<&Access> {
        match self {
            Self::Guest(_) => None,
            Self::Member(member) => Some(&*member.access),
        }
    }

    /// The language of the page, in which the shop had better answer.
    pub(super) fn lang(&self) -> Lang {
        match self {
            Self::Guest(guest) => guest.visit.lang,
            Self::Member(member) => member.visit.lang,
        }
    }

    fn show(&self, app: &App, status: StatusCode, form: FeedbackForm) -> Response {
        self.show_content(app, status, Content::Feedback(Box::new(form)))
    }

    /// On to one of the shop's pages, which says what was done.
    pub(super) fn go(&self, path: &str, done: Done) -> Response {
        match self {
            Self::Guest(guest) => guest.visit.go(path, done),
            Self::Member(member) => member.visit.go(path, done),
        }
    }

    /// A page with what stands around it for who that is.
    pub(super) fn show_content(&self, app: &App, status: StatusCode, content: Content) -> Response {
        match self {
            Self::Guest(guest) => {
                guest
                    .visit
                    .show(app, status, place_of(&guest.shop), content, &[])
            }
            Self::Member(member) => member.show(app, status, content),
        }
    }

    /// The form with what the database knows of what it names.
    async fn complete(
        &self,
        app: &App,
        mut form: FeedbackForm,
        photos: Vec<String>,
    ) -> Result<FeedbackForm, Failure> {
        form.signed_in = self.access().is_some();
        let shop = self.shop().id.clone();
        let customer = self.access().map(|access| access.customer.clone());
        let isbn: Option<Isbn> = form.form.isbn.trim().parse().ok();
        let photos = photos.iter().filter_map(|id| id.parse().ok()).collect();
        let read = move |db: &mut Db| {
            let book = match isbn {
                Some(isbn) => db.edition(&shop, isbn)?,
                None => None,
            };
            let orders = match &customer {
                Some(customer) => db.orders(customer, None, ORDERS)?.orders,
                None => Vec::new(),
            };
            let photos: Vec<_> = photos;
            let photos = db.waiting_photos(&shop, customer.as_ref(), &photos)?;
            Ok::<_, StoreError>((book, orders, photos, db.has_faq(&shop)?))
        };
        let (book, orders, photos, has_faq) = app.store.read(read).await?;
        form.has_faq = has_faq;
        form.book = book.map(case_book);
        form.lines = orders
            .into_iter()
            .flat_map(|order| {
                let number = order.number;
                order.lines.into_iter().map(move |line| BoughtLine {
                    order: number.clone(),
                    line: line.line,
                    title: line.title,
                })
            })
            .collect();
        form.photos = photos;
        Ok(form)
    }
}

/// What a form holds, of fields that `text` knows.
fn read(text: impl Fn(&str) -> String) -> FeedbackForm {
    let mut form = FeedbackForm {
        signed_in: false,
        draft: text("draft"),
        form: CaseForm::read(text),
        book: None,
        lines: Vec::new(),
        photos: Vec::new(),
        refused: Vec::new(),
        faults: Vec::new(),
        has_faq: false,
        receipt: None,
    };
    // One that is damaged names nothing that was sent before.
    if check_draft(&form.draft).is_err() {
        form.draft = new_draft();
    }
    form
}

/// `GET /shops/{key}/feedback`: the form. `kind`, `isbn`, `order`, `line` and `page` say what stands in it.
pub(crate) async fn show_feedback(
    State(app): State<App>,
    guest: Guest,
    member: Result<Member, Response>,
) -> Result<Response, Failure> {
    let known = ["kind", "isbn", "order", "line", "page"];
    let form = read(|name| {
        // Whether something of an order goes back, or anything else is about it, the kind says.
        let name = if name == "about_order" { "order" } else { name };
        let known = known.contains(&name).then(|| guest.visit.parameter(name));
        known.flatten().unwrap_or_default()
    });
    let writer = Writer::new(guest, member);
    let form = writer.complete(&app, form, Vec::new()).await?;
    Ok(writer.show(&app, StatusCode::OK, form))
}

/// `POST /shops/{key}/feedback`: sends it, from a form of ours; what another page has sent, as `<bookplate-feedback>` does
/// without wasm, is only put into ours.
pub(crate) async fn send_feedback(
    State(app): State<App>,
    guest: Guest,
    member: Result<Member, Response>,
    caller: Caller,
    sent: FormWithFiles,
) -> Result<Response, Failure> {
    let writer = Writer::new(guest, member);
    let sent_form: &Form = &sent.form;
    let photos = sent_form.all("photo").map(str::to_owned).collect();
    let form = read(|name| sent_form.text(name).to_owned());
    let mut form = writer.complete(&app, form, photos).await?;
    if !sent.own {
        return Ok(writer.show(&app, StatusCode::OK, form));
    }
    take(&app, &writer, caller, &mut form, sent.files).await?;
    if !form.refused.is_empty() || !form.faults.is_empty() {
        return Ok(writer.show(&app, StatusCode::UNPROCESSABLE_ENTITY, form));
    }
    let photos = form.photos.iter().map(|photo| photo.id.clone()).collect();
    let case = form.form.case(&form.draft, writer.lang().tag(), photos);
    let case = match case {
        Ok(case) => case,
        Err(problem) => return wrong(&app, &writer, form, problem),
    };
    let shop = writer.shop();
    match &writer {
        Writer::Member(member) => {
            match own::open(&app, shop, &member.access.customer, case).await {
                Ok(case) => {
                    let path = own_path(&shop.public_key, &case.case.id);
                    Ok(member.visit.go(&path, Done::CaseSent))
                }
                Err(Failure(problem)) => wrong(&app, &writer, form, problem),
            }
        }
        Writer::Guest(_) => match guests::open(&app, shop, caller, case).await {
            Ok(receipt) => {
                // What is shown once is in this very reply.
                form.receipt = Some(receipt);
                Ok(writer.show(&app, StatusCode::OK, form))
            }
            Err(Failure(problem)) => wrong(&app, &writer, form, problem),
        },
    }
}

/// The form again with what is wrong with it, where that can be mended.
fn wrong(
    app: &App,
    writer: &Writer,
    mut form: FeedbackForm,
    problem: Problem,
) -> Result<Response, Failure> {
    let is_said = matches!(
        problem.code,
        Code::FieldInvalid
            | Code::IsbnInvalid
            | Code::BookNotFound
            | Code::PhotoNotFound
            | Code::DraftConflict
            | Code::RateLimited
    );
    if !is_said {
        return Err(problem.into());
    }
    form.faults = problem.fields().map(str::to_owned).collect();
    if form.faults.is_empty() {
        form.faults.push(problem.code.as_str().to_owned());
    }
    if problem.code == Code::DraftConflict {
        form.draft = new_draft();
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    let response = writer.show(app, status, form);
    Ok(match problem.retry_after {
        Some(seconds) => must_wait(response, seconds),
        None => response,
    })
}

/// Takes the files of a form as photos, as many as there is room for.
async fn take(
    app: &App,
    writer: &Writer,
    caller: Caller,
    form: &mut FeedbackForm,
    files: Vec<(String, Vec<u8>)>,
) -> Result<(), Failure> {
    for (name, file) in files {
        if form.photos.len() >= PHOTOS_MAX {
            form.refused.push((name, Code::PhotoLimit));
            continue;
        }
        let kept = match writer.access() {
            Some(access) => keep(app, writer.shop(), &access.customer, file).await,
            None => keep_guests(app, writer.shop(), caller, file).await,
        };
        match kept {
            Ok(photo) => form.photos.push(photo),
            Err(Failure(problem)) => match problem.code {
                code @ (Code::PhotoUnreadable
                | Code::PhotoTooLarge
                | Code::PhotoLimit
                | Code::RateLimited
                | Code::Unavailable) => form.refused.push((name, code)),
                _ => return Err(Failure(problem)),
            },
        }
    }
    Ok(())
}
