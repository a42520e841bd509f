//! Points: a shop's rules, what waits for a second person, and customers' points.

use super::points_form::{filled, read, typed, with_room};
use super::{AtShop, faults};
use crate::accounts::search::search;
use crate::accounts::tokens::random_text;
use crate::app::App;
use crate::points::{adjustments, balance, birthdays, entries, read_customer, rules, tiers};
use crate::reply::Failure;
use crate::shops::{minute, zone_named};
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use bookplate_site::console_page::{ConsolePage, CustomerPointsPage, PointsPage, RulesForm};
use bookplate_site::page::PointsView;
use bookplate_store::Db;
use bookplate_wire::accounts::{BirthdayCorrection, CustomersFound};
use bookplate_wire::points::adjustments::{AdjustmentState, NewAdjustment};
use bookplate_wire::{AdjustmentId, Code, CustomerId};
use std::collections::HashMap;

const RULES: &str = "points/rules/draft";
const CUSTOMER: &str = "customers/{customer}/points";

/// `GET /console/shops/{shop}/points`; with `q` on to the customer whom that means, or with those whom it may mean.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    let Some(asked) = at.colleague.visit.parameter("q") else {
        return page(&app, &at, None, None, Vec::new()).await;
    };
    at.require("GET", "customers")?;
    let found = search(&app, at.here().shop, asked.clone()).await?;
    if let Some(customer) = found.only() {
        let path = format!("points/{customer}");
        let path = bookplate_site::console_page::console_path(at.shop.id.as_str(), &path);
        return Ok(at.colleague.visit.leave(&path));
    }
    let searched = Some((asked, found.found));
    page(&app, &at, None, searched, Vec::new()).await
}

async fn page(
    app: &App,
    at: &AtShop,
    form: Option<RulesForm>,
    searched: Option<(String, CustomersFound)>,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    at.require("GET", "points/rules")?;
    let book = rules::read(app, at.here().shop).await?;
    let (shop, may_find) = (at.here().shop, at.may("GET", CUSTOMER));
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        let waiting = if may_find {
            db.waiting_adjustments(&shop)?
        } else {
            Vec::new()
        };
        Ok::<_, Failure>((settings.time_zone, waiting))
    };
    let (zone, waiting) = app.store.read(read).await?;
    let zone = zone_named(&zone);
    let published = book.versions.iter().map(|version| version.at);
    let times = published.chain(book.draft.as_ref().map(|draft| draft.at));
    let begun = match (&book.draft, book.versions.first()) {
        (Some(draft), _) => filled(Some(&draft.rules), &draft.note),
        (None, Some(version)) => filled(Some(&version.rules), ""),
        (None, None) => filled(None, ""),
    };
    let wrong = !faults.is_empty();
    let page = PointsPage {
        times: times.map(|at| minute(&zone, at)).collect(),
        waiting: waiting
            .into_iter()
            .map(|one| (minute(&zone, one.at), one))
            .collect(),
        form: form.map_or(begun, with_room),
        may_find,
        may_change: at.may("PUT", RULES),
        may_simulate: at.may("GET", "points/simulation"),
        own_draft: book
            .draft
            .as_ref()
            .is_some_and(|draft| draft.by == at.here().staff),
        book,
        searched,
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Points(Box::new(page))))
}

/// `POST /console/shops/{shop}/points`: `form` is `draft`, `publish`, `restore`, `confirm` or `reject`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let here = at.here();
    let number = |name| form.text(name).parse().map_err(|_| Code::NotFound);
    let done = match form.text("form") {
        "draft" => {
            at.require("PUT", RULES)?;
            let typed = typed(&form);
            let read = read(&typed);
            let wrong = match read {
                Ok(new) => faults(rules::draft(&app, here, new).await)?.err(),
                Err(wrong) => Some(wrong),
            };
            return match wrong {
                None => Ok(at.saved("points")),
                Some(wrong) => page(&app, &at, Some(typed), None, wrong).await,
            };
        }
        "publish" => {
            at.require("POST", "points/rules/publish")?;
            let published = rules::publish(&app, here, number("revision")?).await;
            faults(published)?.map(drop)
        }
        "restore" => {
            at.require("POST", "points/rules/restore")?;
            let restored = rules::restore(&app, here, number("version")?).await;
            faults(restored)?.map(drop)
        }
        word @ ("confirm" | "reject") => {
            at.require("POST", "points/adjustments/{adjustment}/decision")?;
            let id: AdjustmentId = form
                .text("adjustment")
                .parse()
                .map_err(|_| Code::NotFound)?;
            let decided = adjustments::decide(&app, here, id, word == "confirm").await;
            match decided {
                // The problem of a field of the API is one of the whole here.
                Err(Failure(problem)) if problem.code == Code::PointsInsufficient => {
                    Err(vec![problem.code.as_str().to_owned()])
                }
                decided => faults(decided)?.map(drop),
            }
        }
        _ => return Err(Code::NotFound.into()),
    };
    match done {
        Ok(()) => Ok(at.saved("points")),
        Err(wrong) => page(&app, &at, None, None, wrong).await,
    }
}

/// The customer in the address of a page.
fn customer_in(path: &HashMap<String, String>) -> Result<CustomerId, Failure> {
    read_customer(path.get("customer").map_or("", String::as_str))
}

/// `GET /console/shops/{shop}/points/{customer}`
pub(crate) async fn show_customer(
    State(app): State<App>,
    at: AtShop,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Response, Failure> {
    at.require("GET", CUSTOMER)?;
    let customer = customer_in(&path)?;
    customer_page(&app, &at, customer, (empty(), String::new()), Vec::new()).await
}

/// An adjustment that nobody has begun to type.
fn empty() -> NewAdjustment {
    NewAdjustment {
        reference: random_text(),
        points: 0,
        reason: String::new(),
    }
}

async fn correct_birthday(
    app: &App,
    at: &AtShop,
    customer: CustomerId,
    typed: &str,
) -> Result<Response, Failure> {
    at.require("PUT", "customers/{customer}/birthday")?;
    let correction = BirthdayCorrection {
        birthday: typed.to_owned(),
    };
    let corrected = birthdays::correct(app, at.here(), customer.clone(), correction).await;
    match faults(corrected)? {
        Ok(()) => Ok(at.saved(&format!("points/{customer}"))),
        Err(wrong) => customer_page(app, at, customer, (empty(), String::new()), wrong).await,
    }
}

async fn customer_page(
    app: &App,
    at: &AtShop,
    customer: CustomerId,
    (typed, points): (NewAdjustment, String),
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let shop = at.here().shop;
    let balance = balance(app, shop.clone(), customer.clone()).await?;
    let asked = at.page();
    let first = asked.after.is_none();
    let whose = (shop.clone(), customer.clone());
    let view = PointsView {
        card: None,
        referral: None,
        balance,
        tiers: tiers::shown(app, whose.clone(), false).await?,
        page: entries(app, whose, None, asked).await?,
        kind: None,
        first,
    };
    let read = {
        let customer = customer.clone();
        move |db: &mut Db| {
            let known = db.customer(&customer)?.ok_or(Code::CustomerNotFound)?;
            let latest = db.point_rules(&shop)?.versions.into_iter().next();
            Ok::<_, Failure>((
                (known.name, known.birthday),
                latest.map_or(0, |latest| latest.rules.adjust_limit),
            ))
        }
    };
    let ((name, birthday), limit) = app.store.read(read).await?;
    let wrong = !faults.is_empty();
    let page = CustomerPointsPage {
        customer,
        name,
        birthday,
        view,
        reference: typed.reference,
        points,
        reason: typed.reason,
        limit,
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::CustomerPoints(Box::new(page))))
}

/// `POST /console/shops/{shop}/points/{customer}`: `form` is `birthday`, which corrects it; without one it adds points or takes some.
pub(crate) async fn adjust_customer(
    State(app): State<App>,
    at: AtShop,
    Path(path): Path<HashMap<String, String>>,
    form: Form,
) -> Result<Response, Failure> {
    let customer = customer_in(&path)?;
    if form.text("form") == "birthday" {
        return correct_birthday(&app, &at, customer, form.text("birthday")).await;
    }
    at.require("POST", "customers/{customer}/points/adjustments")?;
    let points = form.text("points").trim().to_owned();
    let new = NewAdjustment {
        reference: form.text("reference").to_owned(),
        // What is no number is refused as none.
        points: points.parse().unwrap_or(0),
        reason: form.text("reason").to_owned(),
    };
    let adjusted = adjustments::adjust(&app, at.here(), customer.clone(), new.clone()).await;
    let wrong = match adjusted {
        Err(Failure(problem)) if problem.code == Code::PointsInsufficient => {
            vec!["points".to_owned(), problem.code.as_str().to_owned()]
        }
        adjusted => match faults(adjusted)? {
            Ok(done) if done.state == AdjustmentState::Waiting => return Ok(at.saved("points")),
            Ok(_) => return Ok(at.saved(&format!("points/{customer}"))),
            Err(wrong) => wrong,
        },
    };
    customer_page(&app, &at, customer, (new, points), wrong).await
}
