//! What the customer has ordered.

use super::state::{Account, Model};
use crate::html::Html;
use crate::slot::Slot;
use leptos::prelude::*;

/// The list. An order keeps its element when older ones come, and focus with it.
#[component]
pub(super) fn Orders(account: Account) -> impl IntoView {
    let entries = move || {
        account.model.with(|model| {
            let entry = |card: &_| view! { <li inner_html=std::sync::Arc::clone(card)></li> };
            model.orders.iter().flatten().map(entry).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="orders" part="orders">
            <Slot state=account class="orders-head" write=head />
            <ol>{entries}</ol>
            <Slot state=account class="more" write=more />
        </div>
    }
}

fn head(html: &mut Html, account: Account, model: &Model) {
    let texts = crate::texts::Orders(account.lang);
    let Some(orders) = &model.orders else { return };
    html.raw("<h3>").text(texts.heading()).raw("</h3>");
    if orders.is_empty() {
        html.raw("<p class=\"empty\" part=\"empty\">")
            .text(texts.empty())
            .raw("</p>");
    }
}

fn more(html: &mut Html, account: Account, model: &Model) {
    if model.next.is_some() {
        html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"older\">")
            .text(crate::texts::Orders(account.lang).older())
            .raw("</button>");
    }
}
