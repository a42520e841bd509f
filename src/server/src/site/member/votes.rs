//! Voting for somebody else's review, and reporting it, where no script runs.
//!
//! The buttons stand in the widget, on pages of the shop. What they send comes from another site, without a session, and
//! does nothing but lead here: who is signed in votes on this page.

use super::{Guest, Member};
use crate::app::App;
use crate::reply::Failure;
use crate::reviews::own::{put_report, put_vote, read_review};
use crate::site::forms::AnyForm;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Done, Judged};
use bookplate_store::Db;
use bookplate_wire::reviews::moderation::NewReport;
use bookplate_wire::reviews::vote_path;
use bookplate_wire::reviews::writing::Reason;
use bookplate_wire::{Code, Problem};

/// `GET /shops/{key}/member/votes/{review}`; with `vote=report` the form for reporting it is open.
pub(crate) async fn show_vote(
    State(app): State<App>,
    Path((_key, review)): Path<(String, String)>,
    member: Member,
) -> Result<Response, Failure> {
    let mut page = judged(&app, &member, &review).await?;
    page.reports = member.visit.parameter("vote").as_deref() == Some("report");
    Ok(member.show(&app, StatusCode::OK, Content::Judged(Box::new(page))))
}

/// `POST /shops/{key}/member/votes/{review}`: `vote` is `yes`, `no`, `none` to take it back, or `report`.
pub(crate) async fn change_vote(
    State(app): State<App>,
    Path((_key, review)): Path<(String, String)>,
    guest: Guest,
    member: Result<Member, Response>,
    sent: AnyForm,
) -> Result<Response, Failure> {
    let AnyForm { form, own } = sent;
    let word = form.text("vote");
    let mut path = vote_path(&guest.shop.public_key, &read_review(&review)?);
    if !own {
        if word == "report" {
            path.push_str("?vote=report");
        }
        return Ok(guest.visit.leave(&path));
    }
    let member = match member {
        Ok(member) => member,
        Err(sign_in_first) => return Ok(sign_in_first),
    };
    let vote = match word {
        "yes" => Some(true),
        "no" => Some(false),
        "none" => None,
        "report" => return report(&app, &member, &review, &path, &form).await,
        _ => return Err(Code::NotFound.into()),
    };
    match put_vote(&app, &member.shop, &member.access, &review, vote).await {
        Ok(_) => {
            let done = vote.map_or(Done::VoteTakenBack, |_| Done::Voted);
            Ok(member.visit.go(&path, done))
        }
        Err(failure) => own_after_all(&app, &member, &review, failure).await,
    }
}

/// Reports it; without a reason the form for that is shown.
async fn report(
    app: &App,
    member: &Member,
    review: &str,
    path: &str,
    form: &crate::site::forms::Form,
) -> Result<Response, Failure> {
    let note = form.text("note").to_owned();
    let Some(reason) = Reason::from_word(form.text("reason")) else {
        let mut page = judged(app, member, review).await?;
        page.reports = true;
        return Ok(member.show(app, StatusCode::OK, Content::Judged(Box::new(page))));
    };
    let report = NewReport {
        reason,
        note: note.clone(),
    };
    match put_report(app, &member.shop, &member.access, review, report).await {
        Ok(()) => Ok(member.visit.go(path, Done::Reported)),
        Err(Failure(Problem {
            code: Code::FieldInvalid,
            ..
        })) => {
            let mut page = judged(app, member, review).await?;
            page.reports = true;
            page.reason = Some(reason);
            page.note = note;
            page.wrong = true;
            let content = Content::Judged(Box::new(page));
            Ok(member.show(app, StatusCode::UNPROCESSABLE_ENTITY, content))
        }
        Err(failure) => own_after_all(app, member, review, failure).await,
    }
}

/// The page says itself that nobody judges the own review.
async fn own_after_all(
    app: &App,
    member: &Member,
    review: &str,
    failure: Failure,
) -> Result<Response, Failure> {
    if failure.0.code != Code::ReviewIsOwn {
        return Err(failure);
    }
    let page = judged(app, member, review).await?;
    Ok(member.show(app, StatusCode::CONFLICT, Content::Judged(Box::new(page))))
}

/// The page of a review that readers see.
async fn judged(app: &App, member: &Member, review: &str) -> Result<Judged, Failure> {
    let id = read_review(review)?;
    let (shop, customer) = (member.shop.id.clone(), member.access.customer.clone());
    let read = move |db: &mut Db| db.judged_review(&shop, &customer, &id);
    let review = app.store.read(read).await?.ok_or(Code::ReviewNotFound)?;
    Ok(Judged {
        review,
        reports: false,
        reason: None,
        note: String::new(),
        wrong: false,
    })
}
