//! What stands in place of somebody's own, or next to it when something is missing.

use super::state::{Account, Farewell, Model, Standing, Want};
use crate::html::Html;
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::accounts::sign_in_path;

/// Nobody is signed in: says why, and offers to.
pub(super) fn write(html: &mut Html, account: Account, model: &Model) {
    if let Standing::Out(farewell) = model.standing {
        let place = (model.api.as_str(), model.key.as_str());
        let invitation = account.texts().invitation();
        invite(html, account.lang, place, farewell, invitation);
    }
}

/// Says why nobody is signed in, and offers to: with `invitation` where nobody has been. The place is the server's address and
/// the shop's public key.
///
/// The link tells the page first, whose own way of signing in comes before ours.
pub(crate) fn invite(
    html: &mut Html,
    lang: Lang,
    (api, key): (&str, &str),
    farewell: Farewell,
    invitation: &str,
) {
    let texts = texts::Accounts(lang);
    html.raw("<p>")
        .text(match farewell {
            Farewell::None => invitation,
            Farewell::Asked => texts.signed_out(),
            Farewell::Elsewhere => texts.elsewhere(),
            Farewell::Ended => texts.ended(),
        })
        .raw("</p><a class=\"button main\" part=\"button\" data-tell=\"sign-in\" href=\"")
        .text(api)
        .text(&sign_in_path(key))
        .raw("?lang=")
        .text(lang.tag())
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
    let words = match (nothing, failure.offline) {
        (true, true) => texts.offline(),
        (true, false) => texts.failed(),
        (false, true) => common.offline(),
        (false, false) => common.failed(),
    };
    retry(html, account.lang, words);
}

/// Says what has failed, and offers another try.
pub(crate) fn retry(html: &mut Html, lang: Lang, words: &str) {
    html.raw("<p>")
        .text(words)
        .raw("</p><button type=\"button\" class=\"button\" part=\"button\" data-do=\"retry\">")
        .text(texts::Common(lang).retry())
        .raw("</button>");
}
