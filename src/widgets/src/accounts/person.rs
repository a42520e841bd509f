//! Whose account it is.

use super::state::{Account, Model, Standing};
use crate::html::Html;

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
                .text(&person.member_card)
                .raw("</span></span>");
        }
        html.raw("</p>");
    }
    html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"sign-out\">")
        .text(texts.sign_out())
        .raw("</button>");
}

/// What is going on, for those who do not see it.
pub(super) fn news(html: &mut Html, account: Account, model: &Model) {
    if model.is_waiting() {
        html.text(account.texts().loading());
    } else {
        html.text(&model.news);
    }
}
