//! A shop's reviews: the staff looks, decides, answers.

use super::AtShop;
use crate::app::App;
use crate::reply::Failure;
use crate::reviews::export::download;
use crate::reviews::moderation::{Asked, answer_to, decide, decisions, label, one, page, versions};
use crate::reviews::own::read_review;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use bookplate_site::console_page::{
    ConsolePage, ReviewFault, ReviewsPage, Undone, VersionsPage, reviews_path,
};
use bookplate_site::page::Done;
use bookplate_store::Db;
use bookplate_wire::reviews::holds::HoldReason;
use bookplate_wire::reviews::moderation::{
    Decision, ExportLayout, ModeratedReview, NewAnswer, NewDecision, NewDecisions, Queue,
    ReviewList,
};
use bookplate_wire::reviews::writing::Reason;
use bookplate_wire::{Code, Problem, ReviewId};

/// `GET /console/shops/{shop}/reviews`: with `queue`, `hold`, `isbn` and `after` as in the API, and with `chosen=all` all boxes ticked.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "reviews")?;
    shown(&app, &at, None).await
}

fn asked(at: &AtShop) -> Asked {
    let visit = &at.colleague.visit;
    let queue = visit.parameter("queue");
    let list = ReviewList {
        queue: queue
            .and_then(|word| Queue::from_word(&word))
            .unwrap_or_default(),
        hold: visit
            .parameter("hold")
            .and_then(|word| HoldReason::from_word(&word)),
        isbn: typed_isbn(at).parse().ok(),
    };
    Asked {
        list,
        page: at.page(),
    }
}

/// What was typed to find the reviews of one book.
fn typed_isbn(at: &AtShop) -> String {
    let typed = at.colleague.visit.parameter("isbn").unwrap_or_default();
    typed.trim().to_owned()
}

async fn shown(app: &App, at: &AtShop, undone: Option<Undone>) -> Result<Response, Failure> {
    let asked = asked(at);
    let (list, after) = (asked.list, asked.page.after.clone());
    let isbn = typed_isbn(at);
    let wrong = undone.is_some() || (list.isbn.is_none() && !isbn.is_empty());
    let (shop, lang) = (at.shop.id.clone(), at.colleague.visit.lang);
    let words = move |db: &mut Db| db.settings(&shop);
    let settings = app.store.read(words).await?.ok_or(Code::NotFound)?;
    let page = ReviewsPage {
        page: page(app, at.shop.id.clone(), asked).await?,
        list,
        isbn,
        after,
        key: at.shop.public_key.clone(),
        all_chosen: at.colleague.visit.parameter("chosen").as_deref() == Some("all"),
        may_decide: at.may("POST", "reviews/decisions"),
        may_export: at.may("GET", "reviews/export"),
        may_answer: at.may("PUT", "reviews/{review}/answer"),
        vocabulary: settings.notes.in_words(lang),
        undone,
    };
    Ok(at.show(app, wrong, ConsolePage::Reviews(Box::new(page))))
}

/// `GET /console/shops/{shop}/reviews/decisions`: with `after` as in the API.
pub(crate) async fn show_decisions(
    State(app): State<App>,
    at: AtShop,
) -> Result<Response, Failure> {
    at.require("GET", "reviews/decisions")?;
    let log = decisions(&app, at.shop.id.clone(), at.page()).await?;
    Ok(at.show(&app, false, ConsolePage::Decisions(log)))
}

/// `GET /console/shops/{shop}/reviews/{review}/versions`: with `before` as in the API.
pub(crate) async fn show_versions(
    State(app): State<App>,
    Path((_shop, review)): Path<(String, String)>,
    at: AtShop,
) -> Result<Response, Failure> {
    at.require("GET", "reviews/{review}/versions")?;
    let (id, shop) = (read_review(&review)?, at.shop.id.clone());
    let before = at.colleague.visit.parameter("before");
    let before = before.and_then(|before| before.parse().ok());
    let review = one(&app, shop.clone(), id.clone()).await?;
    let review = review.ok_or(Code::NotFound)?;
    let page = versions(&app, shop, id, before, at.page().limit).await?;
    let page = VersionsPage {
        review: review.id,
        book: review.book,
        author: review.author,
        language: review.language,
        page: page.ok_or(Code::NotFound)?,
    };
    Ok(at.show(&app, false, ConsolePage::Versions(Box::new(page))))
}

/// `GET /console/shops/{shop}/reviews.csv`: all reviews as a file, with `layout` as in the API.
pub(crate) async fn export(
    State(app): State<App>,
    at: AtShop,
    method: Method,
) -> Result<Response, Failure> {
    at.require("GET", "reviews/export")?;
    let layout = at.colleague.visit.parameter("layout");
    let layout = layout.and_then(|word| ExportLayout::from_word(&word));
    download(&app, at.here(), &method, layout.unwrap_or_default()).await
}

/// `POST /console/shops/{shop}/reviews`: `form` is `approve`, `refuse` or `changes`, about one review or several
/// together, or `answer`, `remove_answer` or `label`,
/// about one.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    match form.text("form") {
        "answer" => answer(&app, &at, &form, form.text("text"), Done::Answered).await,
        "remove_answer" => answer(&app, &at, &form, "", Done::AnswerRemoved).await,
        "label" => label_one(&app, &at, &form).await,
        word => match Decision::from_word(word) {
            Some(decision) => decide_about(&app, &at, &form, decision).await,
            None => Err(Code::NotFound.into()),
        },
    }
}

async fn decide_about(
    app: &App,
    at: &AtShop,
    form: &Form,
    decision: Decision,
) -> Result<Response, Failure> {
    at.require("POST", "reviews/decisions")?;
    let new = |seen: &str| {
        let (review, version, waiting) = read_seen(seen)?;
        Some(NewDecision {
            review,
            version,
            decision,
            reason: Reason::from_word(form.text("reason")),
            note: form.text("note").to_owned(),
            hide_earlier: form.text("hide_earlier") == "on",
            waiting: Some(waiting),
        })
    };
    let seen = form.all("review").map(new).collect::<Option<Vec<_>>>();
    let decisions = seen.ok_or(Code::NotFound)?;
    let reviews: Vec<ReviewId> = decisions.iter().map(|one| one.review.clone()).collect();
    let problem = match decide(app, at.here(), NewDecisions { decisions }).await {
        Ok(()) => {
            let done = match decision {
                Decision::Approve => Done::Approved,
                Decision::Refuse => Done::Refused,
                Decision::Changes => Done::ChangesAsked,
            };
            return Ok(back(at, done));
        }
        Err(Failure(problem)) => problem,
    };
    // Such as `decisions[2].reason`.
    let field = problem.field.as_deref().unwrap_or_default();
    let (list, field) = field.split_once("].").unwrap_or(("", field));
    let position = list.split_once('[').and_then(|(_, at)| at.parse().ok());
    let about = position.and_then(|at: usize| reviews.get(at)).cloned();
    let fault = match field {
        "decisions" => ReviewFault::Nothing,
        "reason" => ReviewFault::Reason,
        "note" => ReviewFault::Note,
        _ => changed_or_gone(problem)?,
    };
    let together = form.text("together") == "on";
    // What is wrong with reason or note of several is said in their form.
    let fields = matches!(fault, ReviewFault::Reason | ReviewFault::Note);
    let undone = Undone {
        fault,
        together,
        reason: form.text("reason").to_owned(),
        text: form.text("note").to_owned(),
        now: now(app, at, about.filter(|_| !(together && fields))).await?,
        reviews,
    };
    shown(app, at, Some(undone)).await
}

async fn answer(
    app: &App,
    at: &AtShop,
    form: &Form,
    text: &str,
    done: Done,
) -> Result<Response, Failure> {
    at.require("PUT", "reviews/{review}/answer")?;
    let (review, ..) = read_seen(form.text("review")).ok_or(Code::NotFound)?;
    let new = NewAnswer {
        text: text.to_owned(),
    };
    let problem = match answer_to(app, at.here(), review.clone(), new).await {
        Ok(()) => return Ok(back(at, done)),
        Err(Failure(problem)) => problem,
    };
    let fault = match problem.field.as_deref() {
        Some("text") => ReviewFault::Answer,
        _ => changed_or_gone(problem)?,
    };
    let undone = Undone {
        fault,
        together: false,
        reason: String::new(),
        text: text.to_owned(),
        now: now(app, at, Some(review.clone())).await?,
        reviews: vec![review],
    };
    shown(app, at, Some(undone)).await
}

async fn label_one(app: &App, at: &AtShop, form: &Form) -> Result<Response, Failure> {
    at.require("PUT", "reviews/{review}/label")?;
    let (review, ..) = read_seen(form.text("review")).ok_or(Code::NotFound)?;
    let problem = match label(app, at.here(), review.clone()).await {
        Ok(()) => return Ok(back(at, Done::Labelled)),
        Err(Failure(problem)) => problem,
    };
    let undone = Undone {
        fault: changed_or_gone(problem)?,
        together: false,
        reason: String::new(),
        text: String::new(),
        now: None,
        reviews: vec![review],
    };
    shown(app, at, Some(undone)).await
}

/// What a card says of the review that it shows: id, version, and whether it waits.
fn read_seen(seen: &str) -> Option<(ReviewId, u32, bool)> {
    let mut parts = seen.split('.');
    let review = parts.next()?.parse().ok()?;
    let version = parts.next()?.parse().ok()?;
    Some((review, version, parts.next()? == "waiting"))
}

/// # Errors
/// When it is something else.
fn changed_or_gone(problem: Problem) -> Result<ReviewFault, Failure> {
    match problem.code {
        Code::ReviewChanged => Ok(ReviewFault::Changed),
        Code::ReviewNotFound => Ok(ReviewFault::Gone),
        _ => Err(problem.into()),
    }
}

/// The review as it stands now.
async fn now(
    app: &App,
    at: &AtShop,
    review: Option<ReviewId>,
) -> Result<Option<ModeratedReview>, Failure> {
    match review {
        Some(review) => one(app, at.shop.id.clone(), review).await,
        None => Ok(None),
    }
}

/// On to the list in which it was done.
fn back(at: &AtShop, done: Done) -> Response {
    let asked = asked(at);
    let path = reviews_path(at.shop.id.as_str(), asked.list, asked.page.after.as_deref());
    at.colleague.visit.go(&path, done)
}
