//! Prices, stock and what is new about books, in words: the same on pages and in letters.

use crate::{money, texts};
use bookplate_wire::Lang;
use bookplate_wire::catalogue::Format;
use bookplate_wire::notifications::{WishNews, WishNewsKind};
use bookplate_wire::offers::Availability;

/// The word for an availability; none for one that nobody has told.
pub fn availability(lang: Lang, availability: Availability) -> Option<&'static str> {
    let words = texts::Alerts(lang);
    match availability {
        Availability::InStock => Some(words.in_stock()),
        Availability::OutOfStock => Some(words.out_of_stock()),
        Availability::Preorder => Some(words.preorder()),
        Availability::Unknown => None,
    }
}

/// What is new about a book, in one line.
pub fn news(lang: Lang, news: &WishNews) -> String {
    let words = texts::Alerts(lang);
    let book = &news.title;
    let sum = |money: &Option<_>| {
        let money = money.as_ref();
        money.map_or_else(String::new, |money| money::written(lang, money))
    };
    match news.kind {
        WishNewsKind::PriceDrop if news.before.is_some() => {
            words.news_drop(book, &sum(&news.price), &sum(&news.before))
        }
        WishNewsKind::PriceDrop => words.news_price(book, &sum(&news.price)),
        WishNewsKind::BackInStock => words.news_back(book),
        WishNewsKind::NewFormat => words.news_format(book, format(words, news.format)),
        WishNewsKind::NewByAuthor => words.news_author(book, &news.name),
        WishNewsKind::NewInSeries => words.news_series(book, &news.name),
    }
}

fn format(words: texts::Alerts, format: Option<Format>) -> &'static str {
    match format {
        Some(Format::Hardback) => words.hardback(),
        Some(Format::Paperback) => words.paperback(),
        Some(Format::Ebook) => words.ebook(),
        Some(Format::Audiobook) => words.audiobook(),
        Some(Format::Other) | None => words.edition(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::orders::Money;

    #[test]
    fn a_drop_says_from_what_as_far_as_that_is_known() {
        let money = |amount| {
            Some(Money {
                amount,
                currency: "EUR".into(),
            })
        };
        let isbn = "9780141439587".parse().unwrap();
        let mut drop = WishNews {
            title: "Emma".into(),
            price: money(799),
            before: money(999),
            ..WishNews::new(WishNewsKind::PriceDrop, isbn)
        };
        assert_eq!(news(Lang::En, &drop), "Emma: €7.99 instead of €9.99");
        drop.before = None;
        assert_eq!(news(Lang::En, &drop), "Emma: now €7.99");
        let format = WishNews {
            format: Some(Format::Ebook),
            ..WishNews {
                kind: WishNewsKind::NewFormat,
                ..drop
            }
        };
        assert_eq!(news(Lang::Ja, &format), "『Emma』：電子書籍が出ました");
    }
}
