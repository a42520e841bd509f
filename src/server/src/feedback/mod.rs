//! Feedback cases: what shoppers tell the shop, and what becomes of it.

pub(crate) mod canned;
pub(crate) mod clocks;
pub(crate) mod codes;
pub(crate) mod figures;
pub(crate) mod guests;
pub(crate) mod inbox;
pub(crate) mod links;
pub(crate) mod live;
pub(crate) mod own;
pub(crate) mod routes;
pub(crate) mod satisfaction;

use crate::accounts::attempts::Attempt;
use crate::app::App;
use crate::reply::Failure;
use crate::reviews::holds::Words;
use crate::secrets::hash;
use crate::shops::{minute, zone_named};
use bookplate_store::Db;
use bookplate_store::feedback::{CaseRefusal, CaseResult, CaseSender, Keys};
use bookplate_store::shops::Shop;
use bookplate_wire::catalogue::Edition;
use bookplate_wire::feedback::writing::NewCase;
use bookplate_wire::feedback::{CaseBook, CaseEntry, CaseTimeline};
use bookplate_wire::reviews::writing::{OwnReview, Reason};
use bookplate_wire::{Code, Problem};
use serde::Serialize;
use std::sync::LazyLock;

/// Words of all languages by which people talk of delivery, packaging and print, one a line.
static DELIVERY: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("delivery.txt").lines()));

/// Whether a review may be about delivery, packaging or print rather than the book: its words say so, or the staff does.
/// Stars do not matter to it.
pub(crate) fn talks_of_delivery(review: &OwnReview) -> bool {
    review.reason == Some(Reason::Service)
        || [&review.title, &review.body]
            .into_iter()
            .any(|text| !DELIVERY.found_in(text).is_empty())
}

/// Takes a new case, by values that were checked, of whom the words name. One that is new is counted as an attempt.
///
/// # Errors
/// Why it is refused; else when the database does not answer.
async fn take(
    app: &App,
    shop: &Shop,
    (who, sender): (&str, CaseSender),
    new: NewCase,
    attempt: Attempt,
) -> Result<CaseTimeline, Failure> {
    let (of, keys) = (shop.id.clone(), keys(who, &new.draft, &new));
    let work = move |db: &mut Db| -> Result<_, Failure> {
        let (case, is_new) = db.open_case(&of, &sender, &new, &keys)?.map_err(refused)?;
        if is_new {
            attempt.count_in(db)?;
        }
        Ok(case)
    };
    let mut case = app.store.write(work).await?;
    with_times(shop, &mut case.entries);
    Ok(case)
}

/// Does something with a case, and nothing of it where that is refused.
///
/// # Errors
/// Why it is refused; else when the database does not answer.
async fn change<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&mut Db) -> CaseResult<T> + Send + 'static,
) -> Result<T, Failure> {
    app.store.write(move |db| work(db)?.map_err(refused)).await
}

/// A refusal, as the API says it.
pub(crate) fn refused(refusal: CaseRefusal) -> Failure {
    let field = |field: &str, rule: &str| Problem::new(Code::FieldInvalid, rule).at(field).into();
    match refusal {
        CaseRefusal::NoCustomer => Code::SessionEnded.into(),
        CaseRefusal::NoBook => {
            let Failure(problem) = Code::BookNotFound.into();
            problem.at("isbn").into()
        }
        CaseRefusal::NoOrder => field("order", "this is no order of the customer's"),
        CaseRefusal::NoLine => field("return.line", "the order has no such line"),
        CaseRefusal::TooManyCopies => field("return.quantity", "the line has fewer copies"),
        CaseRefusal::NoPhoto => {
            let Failure(problem) = Code::PhotoNotFound.into();
            problem.at("photos").into()
        }
        CaseRefusal::Conflict => Code::DraftConflict.into(),
        CaseRefusal::NoCase => Code::CaseNotFound.into(),
        CaseRefusal::Changed => Code::CaseChanged.into(),
        CaseRefusal::Closed => Code::CaseClosed.into(),
        CaseRefusal::NotToRate => Code::RatingClosed.into(),
        CaseRefusal::NoStaff => field("owner", "this is nobody of the shop's staff"),
        CaseRefusal::NotToLink => field(
            "customer",
            "this is no customer of the shop's, or the case is a customer's",
        ),
        CaseRefusal::NotSure => field(
            "sure",
            "it was not written under the customer's email address",
        ),
        CaseRefusal::NoReturn => field("return", "the case is no return"),
        CaseRefusal::OtherShopper => field("into", "this is no open case of the same shopper"),
    }
}

/// By what something that `who` sends is known when it is sent again.
fn keys(who: &str, draft: &str, sent: &impl Serialize) -> Keys {
    // Serialising plain data cannot fail.
    let sent = serde_json::to_string(sent).unwrap_or_default();
    Keys {
        draft: hash(&format!("draft {who} {draft}")),
        sent: hash(&format!("{who} {sent}")),
    }
}

/// A book, as cases and their forms name it.
pub(crate) fn case_book(edition: Edition) -> CaseBook {
    CaseBook {
        isbn: edition.isbn,
        title: edition.title,
        language: edition.language,
    }
}

/// Gives entries their times for people, in the shop's time zone.
pub(crate) fn with_times(shop: &Shop, entries: &mut [CaseEntry]) {
    with_times_in(&shop.time_zone, entries);
}

fn with_times_in(zone: &str, entries: &mut [CaseEntry]) {
    let zone = zone_named(zone);
    for entry in entries {
        entry.when = minute(&zone, entry.at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_delivery_is_told_from_what_is_about_the_book() {
        for text in [
            "Delivery took three weeks.",
            "The parcel was wet",
            "快递太慢了",
            "書到了，但封面破損",
            "帯が破れた状態で届いた。",
            "Half of the pages are missing!",
        ] {
            assert!(!DELIVERY.found_in(text).is_empty(), "{text}");
        }
        for text in [
            "She delivers her lines with wit.",
            "A tale of couriers between empires",
            "这本书写得很好",
            "主人公の心に響く物語",
        ] {
            assert_eq!(DELIVERY.found_in(text), [""; 0], "{text}");
        }
    }
}
