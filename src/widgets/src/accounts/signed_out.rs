//! What stands in place of somebody's own, or next to it when something is missing.

use super::state::{Account, Farewell, Model, Standing, Want};
use crate::html::Html;
use bookplate_wire::accounts::sign_in_path;

/// Nobody is signed in: says why, and offers to.
///
/// The link tells the page first, whose own way of signing in comes before ours.
pub(super) fn write(html: &mut Html, account: Account, model: &Model) {
    let Standing::Out(farewell) = model.standing else {
        return;
    };
    let texts = account.texts();
    html.raw("<p>")
        .text(match farewell {
            Farewell::None => texts.invitation(),
            Farewell::Asked => texts.signed_out(),
            Farewell::Elsewhere => texts.elsewhere(),
            Farewell::Ended => texts.ended(),
        })
        .raw("</p><a class=\"button main\" part=\"button\" data-tell=\"sign-in\" href=\"")
        .text(&model.api)
        .text(&sign_in_path(&model.key))
        .raw("?lang=")
        .text(account.lang.tag())
        .raw("\">")
        .text(texts.sign_in())
        .raw("</a>");
}

/// A request has failed: says so, keeps what is shown, and offers another try.
pub(super) fn problem(html: &mut Html, account: Account, model: &Model) {
    let Some(failure) = &model.failure else {
        return;
    };
    let (texts, common) = (account.texts(), account.common());
    let nothing = matches!(failure.want, Want::Identity | Want::Overview);
    html.raw("<p>")
        .text(match (nothing, failure.offline) {
            (true, true) => texts.offline(),
            (true, false) => texts.failed(),
            (false, true) => common.offline(),
            (false, false) => common.failed(),
        })
        .raw("</p><button type=\"button\" class=\"button\" part=\"button\" data-do=\"retry\">")
        .text(common.retry())
        .raw("</button>");
}
