//! The console of the shops' staff: a file for each page.
//!
//! A page does what the API does, by the API's own functions, and asks the same table who may.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod branches;
pub(crate) mod canned;
pub(crate) mod case;
pub(crate) mod clocks;
pub(crate) mod deliveries;
pub(crate) mod demand;
pub(crate) mod entry;
pub(crate) mod faq;
pub(crate) mod feedback;
pub(crate) mod figures;
pub(crate) mod keys;
pub(crate) mod liability;
mod notes;
pub(crate) mod nps;
pub(crate) mod picks;
pub(crate) mod points;
mod points_form;
pub(crate) mod refunds;
pub(crate) mod reviews;
pub(crate) mod rewards;
pub(crate) mod settings;
pub(crate) mod simulation;
pub(crate) mod staff;
pub(crate) mod surveys;
mod tiers_form;
pub(crate) mod webhooks;

use super::visit::Visit;
use crate::api::Page;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::zone_named;
use crate::staff::access::{self, Here, SignedInAs};
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bookplate_site::console_page::{ConsolePage, console_path};
use bookplate_site::page::{Console, Content, Done, Place, Waiting};
use bookplate_store::Db;
use bookplate_wire::staff::{Me, MyShop};
use bookplate_wire::{Code, query};
use jiff::tz::TimeZone;

/// Somebody of the staff at a page of the console. Whoever is not signed in is sent to the page for that.
#[derive(Debug, Clone)]
pub(crate) struct Colleague {
    /// What is asked.
    visit: Visit,
    /// The session.
    signed_in: SignedInAs,
    /// Who it is.
    me: Me,
}

/// Somebody of the staff of a shop at a page about it.
#[derive(Debug, Clone)]
pub(crate) struct AtShop {
    /// Who it is, and what is asked.
    colleague: Colleague,
    /// The shop, with the role there.
    shop: MyShop,
    /// What waits there for somebody.
    waiting: Waiting,
}

impl FromRequestParts<App> for Colleague {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visit = Visit::new(&parts.uri, &parts.headers);
        let found = find(app, parts)
            .await
            .map_err(IntoResponse::into_response)?;
        let Some((signed_in, me)) = found else {
            let mut path = "/console/sign-in?".to_owned();
            query::push(&mut path, "back", &visit.address);
            return Err(visit.leave(&path));
        };
        Ok(Self {
            visit,
            signed_in,
            me,
        })
    }
}

async fn find(app: &App, parts: &Parts) -> Result<Option<(SignedInAs, Me)>, Failure> {
    let Some((signed_in, _)) = access::signed_in(app, &parts.headers).await? else {
        return Ok(None);
    };
    let staff = signed_in.staff.clone();
    let me = app.store.read(move |db: &mut Db| db.me(&staff)).await?;
    Ok(me.map(|me| (signed_in, me)))
}

impl FromRequestParts<App> for AtShop {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let colleague = Colleague::from_request_parts(parts, app).await?;
        let asked = access::shop_of(parts).await;
        let mut shops = colleague.me.shops.iter();
        let shop = shops.find(|shop| Some(&shop.id) == asked.as_ref()).cloned();
        // Of a shop where somebody has no role it is not even told that it exists.
        let shop = shop.ok_or_else(|| Failure::from(Code::NotFound).into_response())?;
        let waiting = waiting(app, &shop)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self {
            colleague,
            shop,
            waiting,
        })
    }
}

/// What waits for somebody of a shop's staff, for the list of pages.
async fn waiting(app: &App, shop: &MyShop) -> Result<Waiting, Failure> {
    let id = shop.id.clone();
    let count = move |db: &mut Db| {
        Ok(Waiting {
            reviews: db.waiting_reviews(&id)?,
            cases: db.open_cases(&id)?,
        })
    };
    app.store.read(count).await
}

impl Colleague {
    fn place(&self, shop: Option<MyShop>, waiting: Waiting) -> Place {
        let name = Some(&self.me.name).filter(|name| !name.is_empty());
        Place::Console(Console {
            staff: Some(name.unwrap_or(&self.me.email).clone()),
            shop,
            waiting,
            several: self.me.shops.len() > 1,
        })
    }
}

impl AtShop {
    /// The shop's time zone, in which its staff reads times.
    async fn zone(&self, app: &App) -> Result<TimeZone, Failure> {
        let shop = self.shop.id.clone();
        let settings = app.store.read(move |db: &mut Db| db.settings(&shop));
        let settings = settings.await?.ok_or(Code::NotFound)?;
        Ok(zone_named(&settings.time_zone))
    }

    /// Where, and who, for the functions of the API.
    fn here(&self) -> Here {
        Here {
            shop: self.shop.id.clone(),
            staff: self.colleague.me.id.clone(),
            role: self.shop.role,
        }
    }

    /// Whether the reader may what the API's table says of `method` and what follows the shop in the path.
    fn may(&self, method: &str, rest: &str) -> bool {
        let path = format!("/v1/console/shops/{{shop}}/{rest}");
        access::allows(self.shop.role, method, &path)
    }

    /// Which page of a list is asked for.
    fn page(&self) -> Page {
        Page {
            after: self.colleague.visit.parameter("after"),
            ..Page::default()
        }
    }

    /// # Errors
    /// When the reader may not.
    fn require(&self, method: &str, rest: &str) -> Result<(), Failure> {
        if self.may(method, rest) {
            Ok(())
        } else {
            Err(Code::RoleInsufficient.into())
        }
    }

    /// The page at this address; with `faults` it was not done.
    fn show(&self, app: &App, faults: bool, page: ConsolePage) -> Response {
        let status = if faults {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        };
        let place = self.colleague.place(Some(self.shop.clone()), self.waiting);
        let content = Content::Console(page);
        self.colleague.visit.show(app, status, place, content, &[])
    }

    /// On to one of the shop's pages, which says that something was saved.
    fn saved(&self, page: &str) -> Response {
        self.done(page, Done::Saved)
    }

    /// On to one of the shop's pages, which says what was done.
    fn done(&self, page: &str, done: Done) -> Response {
        let path = console_path(self.shop.id.as_str(), page);
        self.colleague.visit.go(&path, done)
    }
}

/// What is wrong, as names of fields or else as the problem's code.
///
/// # Errors
/// When it is our fault.
fn faults<T>(result: Result<T, Failure>) -> Result<Result<T, Vec<String>>, Failure> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(Failure(problem)) if problem.status < 500 => {
            // Which line of a list is wrong the words do not say.
            let list = |field: &str| field.split('[').next().unwrap_or_default().to_owned();
            let mut fields: Vec<String> = problem.fields().map(list).collect();
            if fields.is_empty() {
                fields.push(problem.code.as_str().to_owned());
            }
            Ok(Err(fields))
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /console`: the shops; where there is only one, its settings.
pub(crate) async fn show_shops(State(app): State<App>, colleague: Colleague) -> Response {
    if let [only] = colleague.me.shops.as_slice() {
        let path = console_path(only.id.as_str(), "settings");
        return colleague.visit.leave(&path);
    }
    let page = ConsolePage::Shops(colleague.me.shops.clone());
    let (place, content) = (
        colleague.place(None, Waiting::default()),
        Content::Console(page),
    );
    colleague
        .visit
        .show(&app, StatusCode::OK, place, content, &[])
}
