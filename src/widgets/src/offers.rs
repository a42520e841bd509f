//! Prices, stock and what is new about books, in words: the same on pages and in letters.

use crate::{money, texts};
use bookplate_wire::Lang;
use bookplate_wire::catalogue::Format;
use bookplate_wire::notifications::{WishNews, WishNewsKind};
use bookplate_wire::offers::Availability;
use bookplate_wire::orders::Money;

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
    let sum = |money: &Option<_>| sum(lang, money.as_ref());
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

fn sum(lang: Lang, money: Option<&Money>) -> String {
    money.map_or_else(String::new, |money| money::written(lang, money))
}

/// What is new about several books, in one line each, with the place of what the line is of: a book that is cheaper and in stock
/// again is named once.
pub fn digest(lang: Lang, all: &[WishNews]) -> Vec<(usize, String)> {
    let drop_of = |isbn| {
        all.iter().find(|one| {
            one.kind == WishNewsKind::PriceDrop && one.isbn == isbn && one.before.is_some()
        })
    };
    let is_back = |isbn| {
        all.iter()
            .any(|one| one.kind == WishNewsKind::BackInStock && one.isbn == isbn)
    };
    let line = |(at, one): (usize, &WishNews)| {
        let sum = |money: &Option<_>| sum(lang, money.as_ref());
        match (one.kind, drop_of(one.isbn)) {
            (WishNewsKind::PriceDrop, Some(_)) if is_back(one.isbn) => None,
            (WishNewsKind::BackInStock, Some(drop)) => {
                let (price, before) = (sum(&drop.price), sum(&drop.before));
                let words = texts::Alerts(lang);
                Some((at, words.news_back_drop(&one.title, &price, &before)))
            }
            _ => Some((at, news(lang, one))),
        }
    };
    all.iter().enumerate().filter_map(line).collect()
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
        let back = WishNews {
            title: "Emma".into(),
            ..WishNews::new(WishNewsKind::BackInStock, isbn)
        };
        let other = WishNews {
            title: "Persuasion".into(),
            ..WishNews::new(WishNewsKind::BackInStock, "9780141439686".parse().unwrap())
        };
        let lines = digest(Lang::En, &[drop.clone(), back, other]);
        let once = "Emma: in stock again, €7.99 instead of €9.99";
        let lines = lines.iter().map(|(at, line)| (*at, line.as_str()));
        assert_eq!(
            lines.collect::<Vec<_>>(),
            [(1, once), (2, "Persuasion: in stock again")]
        );
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
