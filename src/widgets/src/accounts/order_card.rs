//! One order.

use crate::html::Html;
use crate::{dates, money, texts};
use bookplate_wire::orders::{Order, OrderLine};
use bookplate_wire::reviews::page_path;
use bookplate_wire::{Isbn, Lang, query};
use std::sync::Arc;

/// Where the links of an order lead.
pub(super) struct Ways<'a> {
    pub(super) lang: Lang,
    pub(super) api: &'a str,
    pub(super) key: &'a str,
    /// The shop's page of a book, with `{isbn}` in it; empty where nobody told.
    pub(super) book_url: &'a str,
}

/// An order as the content of its entry in the list.
pub(super) fn html(ways: &Ways<'_>, order: &Order) -> Arc<str> {
    let (words, own) = (texts::Orders(ways.lang), texts::Accounts(ways.lang));
    let mut html = Html::default();
    html.raw(
        "<article class=\"order\" part=\"order\"><div class=\"order-head\"><h4 tabindex=\"-1\">",
    )
    .raw("<time datetime=\"")
    .text(&order.placed_on)
    .raw("\">")
    .text(&dates::long(ways.lang, &order.placed_on))
    .raw("</time></h4><p class=\"order-facts\"><span>")
    .text(&words.number(&order.number))
    .raw("</span>");
    if !order.branch.is_empty() {
        html.raw("<span>")
            .text(&words.at_branch(&order.branch))
            .raw("</span>");
    }
    html.raw("<span class=\"way\">")
        .text(if order.delivered_at.is_some() {
            own.delivered()
        } else {
            words.under_way()
        })
        .raw("</span></p><p class=\"sum\"><span class=\"vh\">")
        .text(words.total())
        .raw(" </span>")
        .text(&money::written(ways.lang, &order.total))
        .raw("</p></div><ul class=\"lines\">");
    for line in &order.lines {
        html.raw("<li class=\"line\" part=\"line\">");
        line_html(&mut html, ways, line);
        html.raw("</li>");
    }
    html.raw("</ul></article>");
    html.finish().into()
}

fn line_html(html: &mut Html, ways: &Ways<'_>, line: &OrderLine) {
    let words = texts::Orders(ways.lang);
    html.raw("<div class=\"cover\" aria-hidden=\"true\">");
    if !line.cover_url.is_empty() {
        html.raw("<img alt=\"\" width=\"48\" height=\"72\" loading=\"lazy\" src=\"")
            .text(&line.cover_url)
            .raw("\">");
    }
    html.raw("</div><div class=\"what\"><p class=\"title\" dir=\"auto\">");
    let page = line.isbn.and_then(|isbn| book_page(ways, isbn));
    match &page {
        Some(page) => {
            html.raw("<a href=\"")
                .text(page)
                .raw("\">")
                .text(&line.title)
                .raw("</a>");
        }
        None => _ = html.text(&line.title),
    }
    html.raw("</p><p class=\"facts\"><span>");
    html.text(&words.copies(line.quantity))
        .raw("</span><span>")
        .text(&money::written(ways.lang, &line.total))
        .raw("</span>");
    given_back(html, ways.lang, line);
    html.raw("</p>");
    if let Some(isbn) = line.isbn {
        actions(html, ways, line, isbn, page.as_deref());
    }
    html.raw("</div>");
}

/// What was returned of a line, or paid back for it.
fn given_back(html: &mut Html, lang: Lang, line: &OrderLine) {
    if line.refunded_quantity == 0 && line.refunded.amount == 0 {
        return;
    }
    let words = texts::Orders(lang);
    let amount = money::written(lang, &line.refunded);
    let all = line.refunded_quantity >= line.quantity && line.refunded.amount >= line.total.amount;
    html.raw("<span class=\"refunded\" part=\"refunded\">")
        .text(&if all {
            texts::Accounts(lang).all_returned().to_owned()
        } else if line.refunded_quantity > 0 {
            words.refunded_copies(line.refunded_quantity, &amount)
        } else {
            words.refunded(&amount)
        })
        .raw("</span>");
}

/// What can be done with a book that was bought. The page is told first, and may do it in its own way.
fn actions(html: &mut Html, ways: &Ways<'_>, line: &OrderLine, isbn: Isbn, page: Option<&str>) {
    let (words, own) = (texts::Orders(ways.lang), texts::Accounts(ways.lang));
    let detail = detail(line, isbn);
    html.raw("<p class=\"actions\">");
    // Nobody but the shop knows where its books are sold.
    if let Some(page) = page {
        html.raw("<a data-tell=\"buy\" data-detail=\"")
            .text(&detail)
            .raw("\" href=\"")
            .text(page)
            .raw("\">")
            .text(words.buy_again());
        end(html, line);
    }
    html.raw("<a data-tell=\"review\" data-detail=\"")
        .text(&detail)
        .raw("\" href=\"")
        .text(ways.api)
        .text(&page_path(ways.key, isbn))
        .raw("?lang=")
        .text(ways.lang.tag())
        .raw("\">")
        .text(own.review());
    end(html, line);
    html.raw("</p>");
}

/// Ends a link whose words are the same for every book: a screen reader says which one it is.
fn end(html: &mut Html, line: &OrderLine) {
    html.raw("<span class=\"vh\"> ")
        .text(&line.title)
        .raw("</span></a>");
}

/// The shop's own page of a book.
fn book_page(ways: &Ways<'_>, isbn: Isbn) -> Option<String> {
    let (before, after) = ways.book_url.split_once("{isbn}")?;
    let mut page = String::from(before);
    query::encode_into(&mut page, isbn.as_str());
    page.push_str(after);
    Some(page)
}

/// What the page is told of a line, as JSON.
fn detail(line: &OrderLine, isbn: Isbn) -> String {
    let mut json = String::from("{\"isbn\":\"");
    json.push_str(isbn.as_str());
    json.push_str("\",\"quantity\":");
    json.push_str(&crate::numbers::grouped(line.quantity).replace(',', ""));
    json.push_str(",\"title\":\"");
    for c in line.title.chars() {
        match c {
            '"' | '\\' => {
                json.push('\\');
                json.push(c);
            }
            // None is in a title, and none may stand in JSON.
            c if c.is_control() => json.push(' '),
            c => json.push(c),
        }
    }
    json.push_str("\"}");
    json
}
