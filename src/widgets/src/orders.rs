//! One order as a card: the same in `<bookplate-account>` and on the hosted pages.

use crate::html::Html;
use crate::{dates, money, texts};
use bookplate_wire::feedback::{CaseKind, form_path};
use bookplate_wire::orders::{Order, OrderLine};
use bookplate_wire::reviews::write_path;
use bookplate_wire::{Isbn, Lang, query};
use std::sync::Arc;

/// Where the links of an order lead, and below what it stands.
pub struct Ways<'a> {
    /// The language of the words.
    pub lang: Lang,
    /// The server's address; empty on its own pages.
    pub api: &'a str,
    /// The shop's public key.
    pub key: &'a str,
    /// The shop's page of a book, with `{isbn}` in it; empty where nobody told.
    pub book_url: &'a str,
    /// The element of the order's heading, such as `h3`.
    pub heading: &'static str,
}

/// An order as the content of its entry in a list.
pub fn card(ways: &Ways<'_>, order: &Order) -> Arc<str> {
    let words = texts::Orders(ways.lang);
    let mut html = Html::default();
    html.raw("<article class=\"order\" part=\"order\"><div class=\"order-head\"><")
        .raw(ways.heading)
        .raw(" tabindex=\"-1\"><time datetime=\"")
        .text(&order.placed_on)
        .raw("\">")
        .text(&dates::long(ways.lang, &order.placed_on))
        .raw("</time></")
        .raw(ways.heading)
        .raw("><p class=\"order-facts\"><span>")
        .text(&words.number(&order.number))
        .raw("</span>");
    for fact in whereabouts(ways.lang, order) {
        html.raw("<span>").text(&fact).raw("</span>");
    }
    html.raw("</p><p class=\"sum\"><span class=\"vh\">")
        .text(words.total())
        .raw(" </span>")
        .text(&money::written(ways.lang, &order.total))
        .raw("</p></div><ul class=\"lines\">");
    for line in &order.lines {
        html.raw("<li class=\"line\" part=\"line\">");
        line_html(&mut html, ways, order, line);
        html.raw("</li>");
    }
    html.raw("</ul></article>");
    html.finish().into()
}

/// The branch, and how far the books are. What was bought in a branch is mostly carried home at once.
fn whereabouts(lang: Lang, order: &Order) -> impl Iterator<Item = String> {
    let words = texts::Orders(lang);
    let online = order.branch.is_empty();
    let name = if order.branch_name.is_empty() {
        &order.branch
    } else {
        &order.branch_name
    };
    let branch = (!online).then(|| words.at_branch(name));
    let way = if order.delivered_on.is_empty() {
        online.then(|| words.under_way().to_owned())
    } else {
        (online || order.delivered_on != order.placed_on)
            .then(|| words.delivered(&dates::long(lang, &order.delivered_on)))
    };
    branch.into_iter().chain(way)
}

fn line_html(html: &mut Html, ways: &Ways<'_>, order: &Order, line: &OrderLine) {
    let words = texts::Orders(ways.lang);
    html.raw("<div class=\"cover\" aria-hidden=\"true\">");
    if line.cover_url.is_empty() {
        // A plain binding with a letter on it; the title stands beside it.
        let end = line.title.char_indices().nth(1).map(|(end, _)| end);
        html.text(end.map_or(&*line.title, |end| &line.title[..end]));
    } else {
        html.raw("<img alt=\"\" width=\"48\" height=\"72\" loading=\"lazy\" src=\"")
            .text(&line.cover_url)
            .raw("\">");
    }
    html.raw("</div><div class=\"what\"><p class=\"title\" dir=\"auto\">");
    let page = line.isbn.and_then(|isbn| page_of_book(ways.book_url, isbn));
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
    html.raw("</p><p class=\"line-facts\"><span>")
        .text(&words.copies(line.quantity))
        .raw("</span><span>")
        .text(&money::written(ways.lang, &line.total))
        .raw("</span>");
    given_back(html, ways.lang, line);
    html.raw("</p>");
    html.raw("<p class=\"actions\">");
    if let Some(isbn) = line.isbn {
        actions(html, ways, line, isbn, page.as_deref());
    }
    if line.refunded_quantity < line.quantity {
        way_back(html, ways, order, line);
    }
    html.raw("</p></div>");
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
            words.all_returned().to_owned()
        } else if line.refunded_quantity > 0 {
            words.refunded_copies(line.refunded_quantity, &amount)
        } else {
            words.refunded(&amount)
        })
        .raw("</span>");
}

/// What can be done with a book that was bought. The page is told first, and may do it in its own way.
fn actions(html: &mut Html, ways: &Ways<'_>, line: &OrderLine, isbn: Isbn, page: Option<&str>) {
    let words = texts::Orders(ways.lang);
    let detail = detail(line, isbn);
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
    // Not one of the pages that a hosted page changes to without a new document.
    html.raw("<a rel=\"external\" data-tell=\"review\" data-detail=\"")
        .text(&detail)
        .raw("\" href=\"")
        .text(ways.api)
        .text(&write_path(ways.key, isbn))
        .raw("?lang=")
        .text(ways.lang.tag())
        .raw("\">")
        .text(words.review());
    end(html, line);
}

/// The way to ask for a return or an exchange.
fn way_back(html: &mut Html, ways: &Ways<'_>, order: &Order, line: &OrderLine) {
    let mut way = form_path(ways.key);
    way.push('?');
    query::push(&mut way, "kind", CaseKind::Return.as_str());
    query::push(&mut way, "order", &order.number);
    query::push(&mut way, "line", &line.line);
    query::push(&mut way, "lang", ways.lang.tag());
    html.raw("<a rel=\"external\" href=\"")
        .text(ways.api)
        .text(&way)
        .raw("\">")
        .text(texts::Feedback(ways.lang).return_case());
    end(html, line);
}

/// Ends a link whose words are the same for every book: a screen reader says which one it is.
fn end(html: &mut Html, line: &OrderLine) {
    html.raw("<span class=\"vh\"> ")
        .text(&line.title)
        .raw("</span></a>");
}

/// The shop's own page of a book, where `book_url` has `{isbn}` in it.
pub fn page_of_book(book_url: &str, isbn: Isbn) -> Option<String> {
    let (before, after) = book_url.split_once("{isbn}")?;
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use bookplate_wire::orders::Money;

    fn gbp(amount: i64) -> Money {
        let currency = "GBP".to_owned();
        Money { amount, currency }
    }

    fn order(refunded_quantity: u32, refunded: i64) -> Order {
        Order {
            id: "ord_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b".parse().unwrap(),
            number: "IL-1 <b>".into(),
            placed_at: 0,
            placed_on: "2026-11-04".into(),
            delivered_at: None,
            delivered_on: String::new(),
            branch: String::new(),
            branch_name: String::new(),
            total: gbp(2_198),
            lines: vec![OrderLine {
                line: "1".into(),
                isbn: Some("9780141441146".parse().unwrap()),
                title: "“Jane” \"Eyre\"".into(),
                cover_url: "/covers/9780141441146.svg".into(),
                categories: Vec::new(),
                quantity: 2,
                total: gbp(2_198),
                refunded_quantity,
                refunded: gbp(refunded),
            }],
        }
    }

    fn card(book_url: &str, order: &Order) -> String {
        let ways = Ways {
            lang: Lang::En,
            api: "https://reviews.example",
            key: "pk_demo",
            book_url,
            heading: "h4",
        };
        super::card(&ways, order).to_string()
    }

    #[test]
    fn an_order_says_what_was_bought_and_what_became_of_it() {
        let html = card("/books/{isbn}.html", &order(0, 0));
        for part in [
            "4 November 2026",
            "Order IL-1 &lt;b&gt;",
            "On its way",
            "£21.98",
            "2 copies",
            "href=\"/books/9780141441146.html\"",
            "/shops/pk_demo/member/reviews/9780141441146?lang=en",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("refunded"), "{html}");
    }

    #[test]
    fn what_was_given_back_is_marked() {
        let whole = card("", &order(2, 2_198));
        assert!(whole.contains(">Returned<"), "{whole}");
        let one = card("", &order(1, 1_099));
        assert!(one.contains("1 copy returned, £10.99 refunded"), "{one}");
        let money = card("", &order(0, 500));
        assert!(money.contains(">Refunded £5.00<"), "{money}");
    }

    #[test]
    fn what_was_bought_in_a_branch_is_not_said_to_be_on_its_way() {
        let mut bought = order(0, 0);
        bought.delivered_on = "2026-11-06".into();
        assert!(card("", &bought).contains("<span>Delivered on 6 November 2026</span>"));
        bought.branch = "PIC-1".into();
        assert!(card("", &bought).contains("<span>At PIC-1</span>"));
        bought.branch_name = "Piccadilly".into();
        let ordered = card("", &bought);
        assert!(ordered.contains("<span>At Piccadilly</span><span>Delivered on"));
        for day in ["", "2026-11-04"] {
            bought.delivered_on = day.into();
            let html = card("", &bought);
            let only = "<span>At Piccadilly</span></p>";
            assert!(html.contains(only), "{day}: {html}");
        }
    }

    #[test]
    fn a_book_without_a_picture_shows_the_letter_that_its_title_begins_with() {
        let mut lost = order(0, 0);
        lost.lines[0].cover_url.clear();
        lost.lines[0].title = "書".into();
        let html = card("", &lost);
        assert!(html.contains("aria-hidden=\"true\">書</div>"), "{html}");
    }

    #[test]
    fn where_the_shop_does_not_say_where_it_sells_nothing_leads_there() {
        let html = card("", &order(0, 0));
        assert!(!html.contains("data-tell=\"buy\""), "{html}");
        assert!(html.contains("data-tell=\"review\""), "{html}");
    }

    #[test]
    fn the_page_is_told_in_json_what_a_link_is_about() {
        let html = card("/{isbn}", &order(0, 0));
        let detail = html.split("data-detail=\"").nth(1).unwrap();
        let detail = detail.split("\" href").next().unwrap();
        assert_eq!(
            detail.replace("&quot;", "\""),
            "{\"isbn\":\"9780141441146\",\"quantity\":2,\"title\":\"“Jane” \\\"Eyre\\\"\"}"
        );
    }
}
