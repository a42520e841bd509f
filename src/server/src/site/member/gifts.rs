//! Gifts: somebody's list as others see it, what they give of it, and where that is changed.

use super::orders::own_cover;
use super::{Guest, Member, known, own_place, place_of};
use crate::accounts::cookie::cookie_session;
use crate::accounts::tokens::Access;
use crate::api::read_isbn;
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use crate::wishlists::gifts::{
    by_code, give_as_customer, give_as_guest, of_customer, own, set, undo,
};
use crate::wishlists::occasions::follow;
use crate::wishlists::refused;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bookplate_site::page::{Content, Done, SharedList};
use bookplate_site::together::{GiftDraft, GiftsPage, ReceiptPage, SharedVisit};
use bookplate_store::{Db, new_gift_id};
use bookplate_wire::wishlists::gifts::{GiftStatus, NewGift};
use bookplate_wire::wishlists::shared_path;
use bookplate_wire::{Code, GiftId, Problem, query};

/// How many wishes a page has.
const PAGE: u32 = 50;

/// Somebody at a shared list, signed in or not.
struct Viewer {
    guest: Guest,
    secret: String,
    access: Option<Access>,
    unread: u32,
    points: bool,
}

impl Viewer {
    async fn new(
        app: &App,
        guest: Guest,
        headers: &HeaderMap,
        secret: String,
    ) -> Result<Self, Failure> {
        let access = cookie_session(app, &guest.shop, headers).await?;
        let known = match &access {
            Some(access) => known(app, access).await?,
            None => None,
        };
        let (unread, points) = known.map_or((0, false), |(_, unread, points)| (unread, points));
        Ok(Self {
            guest,
            secret,
            access,
            unread,
            points,
        })
    }

    fn path(&self) -> String {
        shared_path(&self.guest.shop.public_key, &self.secret)
    }

    fn after(&self) -> String {
        self.guest.visit.parameter("after").unwrap_or_default()
    }

    /// The page, with nothing that was just done.
    async fn page(&self, app: &App) -> Result<SharedList, Failure> {
        let after = self.after();
        let (shop, secret) = (self.guest.shop.id.clone(), self.secret.clone());
        let viewer = self.access.as_ref().map(|access| access.customer.clone());
        let read = move |db: &mut Db| -> Result<_, Failure> {
            let behind = Some(after.as_str()).filter(|after| !after.is_empty());
            let list = db.shared_wishlist(&shop, &secret, viewer.as_ref(), behind, PAGE)?;
            let follows = match &viewer {
                Some(viewer) => db.follows_wishlist(&shop, viewer, &secret)?,
                None => false,
            };
            Ok((list.map_err(refused)?, follows, after))
        };
        let (mut list, follows, after) = app.store.read(read).await?;
        for wish in &mut list.wishes {
            wish.cover_url = own_cover(&self.guest.shop, &wish.cover_url);
        }
        Ok(SharedList {
            path: self.path(),
            book_url: self.guest.shop.book_url.clone(),
            list,
            visit: SharedVisit {
                signed_in: self.access.is_some(),
                follows,
                after,
                fresh: new_gift_id(),
                receipt: None,
                refused: None,
                draft: None,
            },
        })
    }

    fn show(&self, app: &App, status: StatusCode, page: SharedList) -> Response {
        let shop = &self.guest.shop;
        let place = match &self.access {
            Some(_) => own_place(shop, self.unread, self.points),
            None => place_of(shop),
        };
        let content = Content::SharedWishlist(Box::new(page));
        self.guest
            .visit
            .show(app, status, place, content, &shop.origins)
    }

    /// On to the page, at the same place of the list.
    fn go(&self, done: Done) -> Response {
        let (mut path, after) = (self.path(), self.after());
        if !after.is_empty() {
            path.push('?');
            query::push(&mut path, "after", &after);
        }
        self.guest.visit.go(&path, done)
    }
}

/// `GET /shops/{key}/wishlists/{secret}`: a list as others see it.
pub(crate) async fn show_shared_wishlist(
    State(app): State<App>,
    Path((_key, secret)): Path<(String, String)>,
    guest: Guest,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let viewer = Viewer::new(&app, guest, &headers, secret).await?;
    let page = viewer.page(&app).await?;
    Ok(viewer.show(&app, StatusCode::OK, page))
}

/// `POST /shops/{key}/wishlists/{secret}`: `do` is `reserved`, `bought`, `follow` or `unfollow`.
pub(crate) async fn change_shared_wishlist(
    State(app): State<App>,
    Path((_key, secret)): Path<(String, String)>,
    guest: Guest,
    caller: Caller,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let viewer = Viewer::new(&app, guest, &headers, secret).await?;
    let done = match form.text("do") {
        what @ ("follow" | "unfollow") => follow_or_not(&app, &viewer, what == "follow").await,
        what => match GiftStatus::from_word(what) {
            Some(status) => give(&app, &viewer, caller, &form, status).await,
            None => Err(Code::NotFound.into()),
        },
    };
    match done {
        Ok(response) => Ok(response),
        Err(Failure(problem)) => again(&app, &viewer, &form, problem).await,
    }
}

async fn follow_or_not(app: &App, viewer: &Viewer, wanted: bool) -> Result<Response, Failure> {
    let access = viewer.access.as_ref().ok_or(Code::NotFound)?;
    let shop = &viewer.guest.shop.id;
    follow(app, shop, &access.customer, viewer.secret.clone(), wanted).await?;
    Ok(viewer.go(if wanted {
        Done::Followed
    } else {
        Done::Unfollowed
    }))
}

async fn give(
    app: &App,
    viewer: &Viewer,
    caller: Caller,
    form: &Form,
    status: GiftStatus,
) -> Result<Response, Failure> {
    let quantity = form.text("quantity").trim();
    let new = NewGift {
        id: form.text("id").parse::<GiftId>().ok(),
        isbn: read_isbn(form.text("isbn"))?,
        // No number is as wrong as one that is out of bounds.
        quantity: match quantity {
            "" => 1,
            number => number.parse().unwrap_or(0),
        },
        status,
        name: form.text("name").to_owned(),
    };
    let shop = &viewer.guest.shop;
    let secret = || viewer.secret.clone();
    if let Some(access) = &viewer.access {
        let new = NewGift {
            name: String::new(),
            ..new
        };
        let given = give_as_customer(app, shop, &access.customer, secret(), new.clone()).await;
        if is_other(&given) {
            let new = NewGift { id: None, ..new };
            give_as_customer(app, shop, &access.customer, secret(), new).await?;
        } else {
            given?;
        }
        return Ok(viewer.go(match status {
            GiftStatus::Reserved => Done::GiftReserved,
            GiftStatus::Bought => Done::GiftBought,
        }));
    }
    let given = give_as_guest(app, shop, caller, secret(), new.clone()).await;
    let receipt = if is_other(&given) {
        give_as_guest(app, shop, caller, secret(), NewGift { id: None, ..new }).await?
    } else {
        given?
    };
    // What is shown once is in this very reply.
    let mut page = viewer.page(app).await?;
    page.visit.receipt = Some(receipt);
    Ok(viewer.show(app, StatusCode::OK, page))
}

/// Whether a page that was shown again (by going back) has sent the name of a gift that it had reserved before.
fn is_other<T>(given: &Result<T, Failure>) -> bool {
    let Err(Failure(problem)) = given else {
        return false;
    };
    problem.code == Code::FieldInvalid && problem.field.as_deref() == Some("id")
}

/// The page with what was sent and what is wrong with it, where that can be mended.
async fn again(
    app: &App,
    viewer: &Viewer,
    form: &Form,
    problem: Problem,
) -> Result<Response, Failure> {
    let is_said = matches!(
        problem.code,
        Code::GiftTaken
            | Code::WishNotFound
            | Code::BookNotFound
            | Code::GiftLimit
            | Code::FollowedListLimit
            | Code::WishlistIsOwn
    );
    if !is_said && problem.code != Code::FieldInvalid {
        return Err(problem.into());
    }
    let mut page = viewer.page(app).await?;
    page.visit.refused = is_said.then_some(problem.code);
    page.visit.draft = form.text("isbn").parse().ok().map(|isbn| GiftDraft {
        isbn,
        name: form.text("name").to_owned(),
        quantity: form.text("quantity").to_owned(),
        faults: problem.fields().map(str::to_owned).collect(),
    });
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    Ok(viewer.show(app, status, page))
}

/// `GET /shops/{key}/gifts`: asks for the code of a gift.
pub(crate) async fn show_receipt(State(app): State<App>, guest: Guest) -> Response {
    show_page(&app, &guest, StatusCode::OK, ReceiptPage::default())
}

/// The page, which may show the shop's pictures: what is allowed stays as it was with the first one, whatever its own program
/// shows next.
fn show_page(app: &App, guest: &Guest, status: StatusCode, page: ReceiptPage) -> Response {
    let (place, content) = (place_of(&guest.shop), Content::Receipt(Box::new(page)));
    let origins = &guest.shop.origins;
    guest.visit.show(app, status, place, content, origins)
}

/// `POST /shops/{key}/gifts`: finds a gift by its code, and does with it what `do` says: `look`, `reserved`, `bought` or
/// `undo`.
pub(crate) async fn change_receipt(
    State(app): State<App>,
    guest: Guest,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    let code = form.text("code").to_owned();
    let (holder, gift) = match by_code(&app, &guest.shop, caller, &code).await {
        Ok(found) => found,
        Err(Failure(problem)) => return not_found(&app, &guest, code, problem),
    };
    let mut page = ReceiptPage {
        code,
        gift: Some(gift),
        ..ReceiptPage::default()
    };
    match form.text("do") {
        "look" => {}
        "undo" => {
            undo(&app, &guest.shop, holder).await?;
            page = ReceiptPage {
                undone: true,
                ..ReceiptPage::default()
            };
        }
        what => {
            let status = GiftStatus::from_word(what).ok_or(Code::NotFound)?;
            page.gift = Some(set(&app, &guest.shop, holder, status).await?);
        }
    }
    Ok(show_page(&app, &guest, StatusCode::OK, page))
}

fn not_found(
    app: &App,
    guest: &Guest,
    code: String,
    problem: Problem,
) -> Result<Response, Failure> {
    let status = match problem.code {
        Code::GiftNotFound => StatusCode::UNPROCESSABLE_ENTITY,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        _ => return Err(problem.into()),
    };
    let page = ReceiptPage {
        code,
        refused: Some(problem.code),
        ..ReceiptPage::default()
    };
    let response = show_page(app, guest, status, page);
    Ok(match problem.retry_after {
        Some(seconds) => must_wait(response, seconds),
        None => response,
    })
}

/// `GET /shops/{key}/member/gifts`: what the customer gives, and which lists the customer follows.
pub(crate) async fn show_gifts(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let gifts = of_customer(&app, &member.shop, &member.access.customer).await?;
    let customer = member.access.customer.clone();
    let read = move |db: &mut Db| db.followed_wishlists(&customer);
    let page = GiftsPage {
        gifts,
        followed: app.store.read(read).await?,
        book_url: member.shop.book_url.clone(),
    };
    Ok(member.show(&app, StatusCode::OK, Content::Gifts(page)))
}

/// `POST /shops/{key}/member/gifts`: `do` is `reserved`, `bought`, `undo` or `unfollow`.
pub(crate) async fn change_gifts(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let (shop, customer) = (&member.shop, &member.access.customer);
    let done = match form.text("do") {
        "unfollow" => {
            let secret = form.text("shared").to_owned();
            follow(&app, &shop.id, customer, secret, false).await?;
            Done::Unfollowed
        }
        "undo" => {
            undo(&app, shop, own(customer, form.text("gift"))?).await?;
            Done::GiftUndone
        }
        what => {
            let status = GiftStatus::from_word(what).ok_or(Code::NotFound)?;
            set(&app, shop, own(customer, form.text("gift"))?, status).await?;
            match status {
                GiftStatus::Reserved => Done::GiftReserved,
                GiftStatus::Bought => Done::GiftBought,
            }
        }
    };
    Ok(member.visit.go(&member.path("gifts"), done))
}
