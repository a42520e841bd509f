//! An order with its lines.

use crate::context::Site;
use bookplate_widgets::money;
use bookplate_widgets::{dates, texts};
use bookplate_wire::orders::{Order, OrderLine};
use leptos::prelude::*;

/// Orders as a list. `below` is whether they stand below a heading of their own; `book_url` is the address of a
/// book in the shop, with `{isbn}` in it, or empty.
pub(super) fn list(site: Site, orders: &[Order], book_url: &str, below: bool) -> AnyView {
    let entries: Vec<_> = orders
        .iter()
        .map(|order| view! { <li>{one(site, order, book_url, below)}</li> })
        .collect();
    view! { <ol class="orders">{entries}</ol> }.into_any()
}

fn one(site: Site, order: &Order, book_url: &str, below: bool) -> AnyView {
    let (lang, texts) = (site.lang, texts::Orders(site.lang));
    let number = texts.number(&order.number);
    let heading = if below {
        view! { <h3>{number}</h3> }.into_any()
    } else {
        view! { <h2>{number}</h2> }.into_any()
    };
    let state = if !order.delivered_on.is_empty() {
        texts.delivered(&dates::long(lang, &order.delivered_on))
    } else if order.branch.is_empty() {
        texts.under_way().to_owned()
    } else {
        texts.at_branch(&order.branch)
    };
    let lines: Vec<_> = order
        .lines
        .iter()
        .map(|entry| view! { <li class="line">{line(site, entry, book_url)}</li> })
        .collect();
    view! {
        <article class="order">
            <header>
                {heading}
                <p class="quiet">
                    <time datetime=order.placed_on.clone()>
                        {texts.placed(&dates::long(lang, &order.placed_on))}
                    </time>
                    <span>{state}</span>
                </p>
            </header>
            <ul>{lines}</ul>
            <p class="total">
                <span>{texts.total()}</span>
                <b>{money::written(lang, &order.total)}</b>
            </p>
        </article>
    }
    .into_any()
}

fn line(site: Site, line: &OrderLine, book_url: &str) -> AnyView {
    let (lang, texts) = (site.lang, texts::Orders(site.lang));
    let refunded = (line.refunded.amount > 0).then(|| {
        let amount = money::written(lang, &line.refunded);
        let words = if line.refunded_quantity > 0 {
            texts.refunded_copies(line.refunded_quantity, &amount)
        } else {
            texts.refunded(&amount)
        };
        view! { <p class="refunded">{words}</p> }
    });
    let again = line.isbn.filter(|_| !book_url.is_empty()).map(|isbn| {
        let href = book_url.replace("{isbn}", isbn.as_str());
        // The words on the link come first: whoever speaks to the device says those.
        let label = format!("{} {}", texts.buy_again(), line.title);
        view! { <a class="again" href=href aria-label=label>{texts.buy_again()}</a> }
    });
    view! {
        {cover(line)}
        <div class="what">
            <p class="title">{line.title.clone()}</p>
            <p class="quiet">{texts.copies(line.quantity)}</p>
            {refunded}
            {again}
        </div>
        <p class="sum">{money::written(lang, &line.total)}</p>
    }
    .into_any()
}

/// The cover; without one a plain binding with the first letter of the title. The title stands beside it.
fn cover(line: &OrderLine) -> AnyView {
    if line.cover_url.is_empty() {
        let letter: String = line.title.chars().take(1).collect();
        return view! { <span class="cover" aria-hidden="true">{letter}</span> }.into_any();
    }
    let address = line.cover_url.clone();
    view! { <img class="cover" src=address alt="" width="48" height="72" loading="lazy" /> }
        .into_any()
}
