//! Whose account it is.

use super::state::{Account, Model, Standing};
use crate::card::spaced;
use crate::html::Html;
use crate::numbers::{self, grouped};
use crate::texts::{Member, Points, Site, Wishlists, Writing};
use bookplate_wire::accounts::member_path;

/// The heading, and for somebody who is signed in what the shop knows them by and the way out.
pub(super) fn write(html: &mut Html, account: Account, model: &Model) {
    let texts = account.texts();
    html.raw("<h2 id=\"heading\" part=\"heading\" tabindex=\"-1\" dir=\"auto\">");
    let person = match &model.standing {
        Standing::In(person) => person,
        Standing::Out(_) => {
            html.text(texts.nobody()).raw("</h2>");
            return;
        }
        Standing::Waiting => {
            html.text(texts.heading()).raw("</h2>");
            return;
        }
    };
    if person.name.is_empty() {
        html.text(texts.heading());
    } else {
        html.text(&texts.greeting(&person.name));
    }
    html.raw("</h2>");
    if !(person.email.is_empty() && person.member_card.is_empty()) {
        html.raw("<p class=\"known\" part=\"known\">");
        if !person.email.is_empty() {
            html.raw("<span>").text(&person.email).raw("</span>");
        }
        if !person.member_card.is_empty() {
            html.raw("<span>")
                .text(texts.card())
                .raw(" <span class=\"card-number\">")
                .text(&spaced(&person.member_card))
                .raw("</span></span>");
        }
        html.raw("</p>");
    }
    ways(html, account, model);
    html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"sign-out\">")
        .text(texts.sign_out())
        .raw("</button>");
}

/// The ways into the member centre. JavaScript takes the customer there signed in (`data-enter` says to which page);
/// the plain links are for another tab.
fn ways(html: &mut Html, account: Account, model: &Model) {
    let unread = (model.unread > 0).then(|| grouped(model.unread));
    let notifications = Member(account.lang).notifications();
    let reviews = match model.reviews {
        0 => Writing(account.lang).heading().to_owned(),
        written => account.texts().reviews(&grouped(written)),
    };
    let points = model
        .points
        .map(|points| Points(account.lang).number(&numbers::points(points)));
    html.raw("<p class=\"ways\" part=\"ways\">");
    for (page, words) in [
        ("", Some(Site(account.lang).member_centre())),
        ("points", points.as_deref()),
        ("reviews", Some(reviews.as_str())),
        ("wishlists", Some(Wishlists(account.lang).heading())),
        ("notifications", Some(notifications)),
    ] {
        let Some(words) = words else { continue };
        html.raw("<a data-enter=\"").text(page).raw("\" href=\"");
        html.text(&model.api).text(&member_path(&model.key, page));
        html.raw("?lang=")
            .text(account.lang.tag())
            .raw("\">")
            .text(words);
        if let Some(count) = unread.as_deref().filter(|_| page == "notifications") {
            html.raw(" <span class=\"unread\" part=\"unread\">")
                .text(&account.texts().unread(count))
                .raw("</span>");
        }
        html.raw("</a>");
    }
    html.raw("</p>");
}

/// What is going on, for those who do not see it.
pub(super) fn news(html: &mut Html, account: Account, model: &Model) {
    if model.is_waiting() {
        html.text(account.texts().loading());
    } else {
        html.text(&model.news);
    }
}
