//! The customer's own reviews, and the form to write one.
//!
//! The form stands in the widget as well, on pages of the shop. Where no script runs there it is sent to this page from
//! another site, without a session: what was written then stands in the form here, and its author signs in and
//! sends it from here.

use super::sign_in::session_of;
use super::{Guest, Member};
use crate::accounts::grants::create_session;
use crate::accounts::tokens::Access;
use crate::api::{Body, read_isbn};
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::reviews::own::{by_rules, for_author, put_subject, read_review, rewrite, write};
use crate::reviews::photos::keep;
use crate::site::failures::must_wait;
use crate::site::forms::{Form, FormWithFiles};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use bookplate_site::page::{
    Content, Done, LoginFault, Reviews, SignIn, TOO_OFTEN, Write, member_path,
};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::accounts::{Keep, NewSession};
use bookplate_wire::catalogue::Edition;
use bookplate_wire::reviews::notes::{Notes, Pace};
use bookplate_wire::reviews::photos::{ChosenPhoto, PHOTOS_MAX, Photo};
use bookplate_wire::reviews::writing::{
    Moderation, NewSubject, OwnReview, ReviewState, ReviewText, Subject,
};
use bookplate_wire::{Code, CustomerId, Isbn, Lang, Problem, ReviewId};
use std::sync::Arc;

/// `GET /shops/{key}/member/reviews`
pub(crate) async fn show_reviews(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let content = reviews(&app, &member, None).await?;
    Ok(member.show(&app, StatusCode::OK, content))
}

async fn reviews(app: &App, member: &Member, delete: Option<&str>) -> Result<Content, Failure> {
    let customer = member.access.customer.clone();
    let read = move |db: &mut Db| db.own_reviews(&customer, None);
    let reviews = for_author(app.store.read(read).await?, &member.shop);
    let delete = delete.map(read_review).transpose()?;
    Ok(Content::Reviews(Reviews { reviews, delete }))
}

/// `POST /shops/{key}/member/reviews`: says what one is about (`subject`), or deletes it, when the customer has said so twice.
pub(crate) async fn change_review(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let named = form.text("review");
    if let Some(subject) = Subject::from_word(form.text("subject")) {
        let (id, customer) = (read_review(named)?, member.access.customer.clone());
        let version = form.text("version").parse().unwrap_or_default();
        let said = NewSubject { version, subject };
        let review = match put_subject(&app, &member.shop, customer, id, said).await {
            Ok(review) => review,
            // Written anew elsewhere: here is what there is now.
            Err(Failure(problem)) if problem.code == Code::ReviewChanged => {
                let content = reviews(&app, &member, None).await?;
                return Ok(member.show(&app, StatusCode::CONFLICT, content));
            }
            Err(failure) => return Err(failure),
        };
        let done = match review.state {
            ReviewState::HandedOver => Done::ReviewHandedOver,
            _ => Done::ReviewKept,
        };
        return Ok(member.visit.go(&member.path("reviews"), done));
    }
    if form.text("sure") != "yes" {
        let content = reviews(&app, &member, Some(named)).await?;
        return Ok(member.show(&app, StatusCode::OK, content));
    }
    let id = read_review(named)?;
    let (shop, customer) = (member.shop.id.clone(), member.access.customer.clone());
    let write = move |db: &mut Db| db.delete_review(&shop, &customer, &id);
    // One that has gone already is gone just the same.
    app.store.write(write).await?;
    Ok(member
        .visit
        .go(&member.path("reviews"), Done::ReviewDeleted))
}

/// `GET /shops/{key}/member/reviews/{isbn}`: the form, with what the customer has written before.
pub(crate) async fn show_write(
    State(app): State<App>,
    Path((_key, isbn)): Path<(String, String)>,
    guest: Guest,
    member: Result<Member, Response>,
) -> Result<Response, Failure> {
    let writer = Writer::new(guest, member)?;
    let page = writer.page(&app, &isbn, None).await?;
    Ok(writer.show(&app, StatusCode::OK, page))
}

/// `POST /shops/{key}/member/reviews/{isbn}`: sends the review, from a form of ours; from any other page it is only put
/// into ours.
pub(crate) async fn send_review(
    State(app): State<App>,
    Path((_key, isbn)): Path<(String, String)>,
    guest: Guest,
    member: Result<Member, Response>,
    caller: Caller,
    headers: HeaderMap,
    sent: FormWithFiles,
) -> Result<Response, Failure> {
    let writer = Writer::new(guest, member)?;
    let form = &sent.form;
    let mut page = writer
        .page(&app, &isbn, Some((read(form), sent.own)))
        .await?;
    if !sent.own {
        return Ok(writer.show(&app, StatusCode::OK, page));
    }
    let photos_next = form.text("then") == "photos";
    if let Writer::Member(member) = &writer {
        take(&app, member, &mut page, sent.files).await?;
    }
    let text = match by_rules(page.text.clone(), writer.shop()) {
        Ok(text) => text,
        // What is wrong is said once it is sent.
        Err(_) if photos_next => page.text.clone(),
        Err(problems) => {
            let fields = problems.into_iter().filter_map(|problem| problem.field);
            page.faults.extend(fields);
            return Ok(writer.show(&app, StatusCode::UNPROCESSABLE_ENTITY, page));
        }
    };
    if !page.refused.is_empty() || !page.faults.is_empty() {
        return Ok(writer.show(&app, StatusCode::UNPROCESSABLE_ENTITY, page));
    }
    match &writer {
        // What would be replaced has to have been seen: it may have been written elsewhere meanwhile.
        Writer::Member(_) if form.text("own") != page.own.as_ref().map_or("", ReviewId::as_str) => {
            Ok(writer.show(&app, StatusCode::OK, page))
        }
        Writer::Member(member) => {
            let customer = &member.access.customer;
            match send(&app, &member.shop, caller, customer, page.isbn, text).await {
                Ok(done) => Ok(member.visit.go(&member.path("reviews"), done)),
                Err(Failure(problem)) if problem.code == Code::ReviewVersionLimit => {
                    page.faults.push(TOO_OFTEN.to_owned());
                    Ok(writer.show(&app, StatusCode::CONFLICT, page))
                }
                Err(failure) => Err(failure),
            }
        }
        Writer::Guest(guest) => {
            let begun = match sign_in(&app, guest, caller, headers, form).await? {
                Ok(begun) => begun,
                Err((asked, wait)) => {
                    page.sign_in = Some(asked);
                    let shown = writer.show(&app, StatusCode::UNPROCESSABLE_ENTITY, page);
                    return Ok(match wait {
                        Some(seconds) => must_wait(shown, seconds),
                        None => shown,
                    });
                }
            };
            let member = guest.signed_in(&app, begun.access).await?;
            let customer = member.access.customer.clone();
            let writer = Writer::Member(Box::new(member));
            let page = writer
                .page(&app, &isbn, Some((text.clone(), false)))
                .await?;
            // Whoever is at this page as a guest has not seen what would be lost.
            let mut response = if photos_next || page.own.is_some() {
                writer.show(&app, StatusCode::OK, page)
            } else {
                let done = send(&app, &guest.shop, caller, &customer, page.isbn, text).await?;
                let path = member_path(&guest.shop.public_key, "reviews");
                guest.visit.leave(&format!("{path}?done={}", done.as_str()))
            };
            response
                .headers_mut()
                .extend(begun.cookie.map(|cookie| (SET_COOKIE, cookie)));
            Ok(response)
        }
    }
}

/// Who writes.
enum Writer {
    /// Somebody who is not signed in.
    Guest(Guest),
    /// A customer.
    Member(Box<Member>),
}

impl Writer {
    fn new(guest: Guest, member: Result<Member, Response>) -> Result<Self, Failure> {
        match member {
            Ok(member) => Ok(Self::Member(Box::new(member))),
            // Too many requests are too many for a guest as well.
            Err(refused) if refused.status() == StatusCode::TOO_MANY_REQUESTS => {
                Err(Code::RateLimited.into())
            }
            Err(_) => Ok(Self::Guest(guest)),
        }
    }

    fn shop(&self) -> &Arc<Shop> {
        match self {
            Self::Guest(guest) => &guest.shop,
            Self::Member(member) => &member.shop,
        }
    }

    fn lang(&self) -> Lang {
        match self {
            Self::Guest(guest) => guest.visit.lang,
            Self::Member(member) => member.visit.lang,
        }
    }

    /// The form with what was sent, or else with what the customer has written before. Where it was not sent from a page
    /// of ours (`sent.1`), the photos are those of before: it cannot have had any.
    async fn page(
        &self,
        app: &App,
        isbn: &str,
        sent: Option<(ReviewText, bool)>,
    ) -> Result<Write, Failure> {
        let isbn = read_isbn(isbn)?;
        let shop = self.shop().clone();
        let customer = match self {
            Self::Guest(_) => None,
            Self::Member(member) => Some(member.access.customer.clone()),
        };
        let read = {
            let shop = shop.clone();
            move |db: &mut Db| {
                let edition = db.edition(&shop.id, isbn)?;
                let edition = edition.ok_or(Code::BookNotFound)?;
                let rated = db.ratings(&shop.id, &[isbn])?.pop();
                let promise = match &rated {
                    Some(rated) => db.review_promise(&shop.id, customer.as_ref(), &rated.work)?,
                    None => None,
                };
                let (own, photos) = match &customer {
                    Some(customer) => (own_of(db, &shop, customer, isbn)?, db.photos_of(customer)?),
                    None => (None, Vec::new()),
                };
                Ok::<_, Failure>(((edition, own, photos), promise))
            }
        };
        let (found, promise) = app.store.read(read).await?;
        let (edition, own, known): (Edition, Option<OwnReview>, Vec<Photo>) = found;
        let name = match self {
            Self::Guest(_) => "",
            Self::Member(member) => &member.customer.name,
        };
        let known_as = own.as_ref().map(|own| own.id.clone());
        let before = own.as_ref().map(OwnReview::text);
        let is_sent = sent.is_some();
        let mut text = match sent {
            None => text_of(own, name),
            Some((text, true)) => text,
            Some((text, false)) => ReviewText {
                photos: before
                    .as_ref()
                    .map(|before| before.photos.clone())
                    .unwrap_or_default(),
                ..text
            },
        };
        let photos = shown(&text.photos, &known);
        text.photos = photos.iter().map(Photo::chosen).collect();
        let before = before.filter(|before| is_sent && *before != text);
        Ok(Write {
            isbn,
            book: edition.title,
            authors: edition.authors,
            book_language: edition.language,
            half_stars: shop.half_stars,
            vocabulary: shop.notes.in_words(self.lang()),
            looked_at: shop.moderation == Moderation::Before,
            promise,
            text,
            photos,
            refused: Vec::new(),
            faults: Vec::new(),
            own: known_as,
            before,
            sign_in: matches!(self, Self::Guest(_)).then(SignIn::default),
        })
    }

    fn show(&self, app: &App, status: StatusCode, page: Write) -> Response {
        let content = Content::Write(Box::new(page));
        match self {
            Self::Guest(guest) => guest.show(app, status, content),
            Self::Member(member) => member.show(app, status, content),
        }
    }
}

/// The customer's review of the work of a book.
fn own_of(
    db: &mut Db,
    shop: &Shop,
    customer: &CustomerId,
    isbn: Isbn,
) -> Result<Option<OwnReview>, Failure> {
    let Some(rated) = db.ratings(&shop.id, &[isbn])?.pop() else {
        return Ok(None);
    };
    let own = db.own_reviews(customer, Some(&rated.work))?;
    Ok(own.into_iter().next())
}

/// What stands in the form to begin with: what was written before, or else only the name.
fn text_of(own: Option<OwnReview>, name: &str) -> ReviewText {
    match own {
        Some(own) => own.text(),
        None => ReviewText {
            author: name.to_owned(),
            ..ReviewText::default()
        },
    }
}

/// Those of the customer's photos that were chosen, as they were chosen. One that is not there any more is left out.
fn shown(chosen: &[ChosenPhoto], known: &[Photo]) -> Vec<Photo> {
    let shown = chosen.iter().filter_map(|chosen| {
        let photo = known.iter().find(|photo| photo.id == chosen.id)?;
        Some(Photo {
            alt: chosen.alt.clone(),
            ..photo.clone()
        })
    });
    shown.collect()
}

/// Makes photos of the files, as many as there is room for, and puts them into the form.
async fn take(
    app: &App,
    member: &Member,
    page: &mut Write,
    files: Vec<(String, Vec<u8>)>,
) -> Result<(), Failure> {
    for (name, file) in files {
        if page.photos.len() >= PHOTOS_MAX {
            page.faults.push("photos".to_owned());
            break;
        }
        match keep(app, &member.shop, &member.access.customer, file).await {
            Ok(photo) => {
                page.text.photos.push(photo.chosen());
                page.photos.push(photo);
            }
            Err(Failure(problem)) => match problem.code {
                code @ (Code::PhotoUnreadable
                | Code::PhotoTooLarge
                | Code::PhotoLimit
                | Code::RateLimited
                | Code::Unavailable) => page.refused.push((name, code)),
                _ => return Err(Failure(problem)),
            },
        }
    }
    Ok(())
}

/// The photos in a form, without those that are to be taken out.
fn photos_in(form: &Form) -> Vec<ChosenPhoto> {
    let removed: Vec<&str> = form.all("remove").collect();
    let photos = form.all("photo").zip(form.all("alt"));
    let photos = photos.filter(|(id, _)| !removed.contains(id));
    let chosen = photos.filter_map(|(id, alt)| {
        Some(ChosenPhoto {
            id: id.parse().ok()?,
            alt: alt.to_owned(),
        })
    });
    chosen.collect()
}

/// What a form holds. A rating that is none breaks the rule just as none at all.
fn read(form: &Form) -> ReviewText {
    ReviewText {
        rating: form.text("rating").parse().unwrap_or_default(),
        title: form.text("title").to_owned(),
        body: form.text("body").replace("\r\n", "\n"),
        author: form.text("author").to_owned(),
        language: form.text("language").to_owned(),
        photos: photos_in(form),
        incentivised: form.text("incentivised") == "true",
        notes: Notes {
            warnings: form.all("warnings").map(str::to_owned).collect(),
            moods: form.all("moods").map(str::to_owned).collect(),
            pace: Pace::from_word(form.text("pace")),
        },
    }
}

/// Writes the review, or what is changed of the one that there is.
async fn send(
    app: &App,
    shop: &Arc<Shop>,
    caller: Caller,
    customer: &CustomerId,
    isbn: Isbn,
    text: ReviewText,
) -> Result<Done, Failure> {
    let known = {
        let (shop, customer) = (shop.clone(), customer.clone());
        app.store
            .read(move |db: &mut Db| own_of(db, &shop, &customer, isbn))
            .await?
    };
    let customer = customer.clone();
    let review = match known {
        Some(own) => rewrite(app, shop, caller, customer, own.id, text).await?,
        None => write(app, shop, caller, customer, isbn, text).await?,
    };
    Ok(match review.state {
        ReviewState::Published => Done::ReviewPublished,
        _ => Done::ReviewSent,
    })
}

/// A session that has just begun.
struct Begun {
    access: Access,
    cookie: Option<HeaderValue>,
}

/// Signs a guest in by the fields of the form; or what to ask again, and how long to wait.
async fn sign_in(
    app: &App,
    guest: &Guest,
    caller: Caller,
    headers: HeaderMap,
    form: &Form,
) -> Result<Result<Begun, (SignIn, Option<u64>)>, Failure> {
    let email = form.text("email").trim().to_owned();
    let asked = NewSession::Password {
        email: email.clone(),
        password: form.text("password").to_owned(),
        keep: Keep::Cookie,
    };
    let shop = Extension(guest.shop.clone());
    let begun = create_session(State(app.clone()), shop, caller, headers, Body(asked)).await;
    let mut begun = match begun {
        Ok(begun) => begun,
        Err(failure) => {
            let Failure(Problem {
                code, retry_after, ..
            }) = &failure;
            let fault = match code {
                Code::CredentialsInvalid | Code::FieldInvalid => LoginFault::Credentials,
                Code::RateLimited => LoginFault::Slow,
                _ => return Err(failure),
            };
            let again = SignIn {
                email,
                fault: Some(fault),
                ..SignIn::default()
            };
            return Ok(Err((again, *retry_after)));
        }
    };
    let session = session_of(&mut begun).await?;
    Ok(Ok(Begun {
        access: app
            .tokens
            .decode(&session.access_token, bookplate_store::now())?,
        cookie: begun.headers().get(SET_COOKIE).cloned(),
    }))
}
