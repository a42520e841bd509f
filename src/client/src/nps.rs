//! How likely the customer is to recommend the shop.

use crate::json::written::object;
use crate::{ClientError, Identity};
use bookplate_wire::surveys::nps::NpsAsked;
use bookplate_wire::{Lang, query};

/// Asks whether the customer is to be asked now, for the question in a language. Whoever gets one has to show it. The request is
/// on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn ask(
    identity: &Identity,
    lang: Lang,
) -> impl Future<Output = Result<NpsAsked, ClientError>> + use<> {
    let mut path = String::from("customer/nps?");
    query::push(&mut path, "lang", lang.tag());
    identity.post(&path)
}

/// Answers the question with this name.
///
/// # Errors
/// See [`ClientError`].
pub async fn answer(
    identity: &Identity,
    ask: &str,
    score: u32,
    comment: &str,
) -> Result<(), ClientError> {
    let body = object(&[
        ("score", f64::from(score).into()),
        ("comment", comment.into()),
    ]);
    identity.tell("PUT", &path_of(ask), body).await
}

/// Puts the question with this name away.
///
/// # Errors
/// See [`ClientError`].
pub async fn dismiss(identity: &Identity, ask: &str) -> Result<(), ClientError> {
    identity.delete(&path_of(ask)).await
}

fn path_of(ask: &str) -> String {
    let mut path = String::from("customer/nps/");
    path.push_str(ask);
    path
}
