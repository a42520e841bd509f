//! What in a review's text is a reason for somebody to look at it first, and from where reviews come.
//!
//! Text is compared as readers see it: in Unicode's compatibility form (NFKC), without characters of no width, and, for
//! words, without case. Nothing here knows how many stars were given.

use crate::accounts::tokens::random_text;
use crate::shops::day;
use crate::webhooks::call::is_public;
use aho_corasick::AhoCorasick;
use bookplate_store::reviews::Circumstances;
use bookplate_store::shops::Shop;
use bookplate_store::{Db, Store, StoreError, now};
use bookplate_wire::reviews::holds::{Hold, HoldReason, WordList};
use bookplate_wire::reviews::writing::ReviewText;
use bookplate_wire::{Isbn, ShopId};
use hmac::{Hmac, KeyInit, Mac};
use regex::Regex;
use sha2::Sha256;
use std::net::IpAddr;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// How many passages are told for each reason.
const FOUND_MAX: usize = 5;

/// A web address with its scheme or `www`, an email address, or a name that may be one of the internet's.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        (?<certain>
            (?i: https? :// | www\. ) [^\s<>\x22|]+ |
            [A-Za-z0-9._%+-]+ @ (?: [A-Za-z0-9-]+ \. )+ [A-Za-z]{2,}
        ) |
        (?<name> (?: [A-Za-z0-9] [A-Za-z0-9-]{0,62} \. )+ [A-Za-z]{2,24} )
        ",
    )
});

/// A number with its country, or one of a Chinese mobile phone.
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        (?: \+ | \b 00 ) [1-9] [0-9\x20().-]{6,20} [0-9] |
        (?: 86 [\x20-]? )? 1 [3-9] [0-9] [\x20-]? [0-9]{4} [\x20-]? [0-9]{4}
        ",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of ours is one")
}

/// All that the server can say of a review that a customer writes.
///
/// # Errors
/// When the database does not answer.
pub(crate) fn circumstances(
    db: &mut Db,
    shop: &Shop,
    text: &ReviewText,
    network: String,
) -> Result<Circumstances, StoreError> {
    let words = db.hold_words(&shop.id)?;
    let lines = [&text.title, &text.body, &text.author].map(String::as_str);
    Ok(Circumstances {
        holds: in_text(&lines.join("\n"), &words),
        network,
        incentivised: text.incentivised,
        today: day(shop, now()),
    })
}

/// The reasons that stand in a text.
fn in_text(text: &str, words: &[WordList]) -> Vec<Hold> {
    let text: String = text.nfkc().filter(|c| !is_ignorable(*c)).collect();
    let found = [
        (HoldReason::Link, links(&text)),
        (HoldReason::Phone, phones(&text)),
        (HoldReason::Words, words_in(&text, words)),
    ];
    found
        .into_iter()
        .filter(|(_, found)| !found.is_empty())
        .map(|(reason, found)| Hold { reason, found })
        .collect()
}

/// What changes nothing that one sees: joiners, and what chooses a letter's shape. Other characters of that kind are not
/// kept at all (`bookplate_wire::text`).
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{fe00}'..='\u{fe0f}')
}

fn links(text: &str) -> Vec<String> {
    let found = LINK.captures_iter(text).filter_map(|found| {
        let name = found.name("name").map(|name| name.as_str());
        let certain = found.name("certain").map(|link| link.as_str());
        certain.or(name.filter(|name| is_domain(name)))
    });
    first(found.map(str::to_owned))
}

/// Whether a name with dots is one of the internet's: it ends with a suffix under which names are given out. The end of a
/// sentence without space behind it (`read.It`) is none, though `.it` is.
fn is_domain(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or_default();
    let is_even =
        end.bytes().all(|b| b.is_ascii_lowercase()) || end.bytes().all(|b| b.is_ascii_uppercase());
    is_even
        && psl::domain(name.to_ascii_lowercase().as_bytes())
            .is_some_and(|domain| domain.suffix().is_known())
}

fn phones(text: &str) -> Vec<String> {
    let found = PHONE.find_iter(text).filter(|found| {
        let digits = found.as_str().bytes().filter(u8::is_ascii_digit).count();
        // Not a part of a longer number, such as an ISBN, nor behind a point.
        let before = text[..found.start()].trim_end_matches(['-', '.']);
        let is_apart = !before.ends_with(|c: char| c.is_ascii_digit())
            && !text[found.end()..].starts_with(|c: char| c.is_ascii_digit());
        let is_book = found.as_str().parse::<Isbn>().is_ok();
        (8..=15).contains(&digits) && is_apart && !is_book
    });
    first(found.map(|found| found.as_str().to_owned()))
}

/// The words of the lists that stand in a text. In scripts without spaces between words a word is found wherever it stands;
/// in others it has to stand by itself.
fn words_in(text: &str, lists: &[WordList]) -> Vec<String> {
    let words: Vec<&String> = lists.iter().flat_map(|list| &list.words).collect();
    let text = folded(text);
    let patterns: Vec<String> = words.iter().map(|word| folded(word)).collect();
    // Some hundred short words fit.
    let Ok(search) = AhoCorasick::new(&patterns) else {
        return Vec::new();
    };
    let found = search.find_overlapping_iter(&text).filter(|found| {
        let word = &patterns[found.pattern().as_usize()];
        let begins = word.chars().next().is_none_or(has_no_spaces);
        let ends = word.chars().next_back().is_none_or(has_no_spaces);
        let before = text[..found.start()].chars().next_back();
        let after = text[found.end()..].chars().next();
        (begins || before.is_none_or(is_apart)) && (ends || after.is_none_or(is_apart))
    });
    first(found.map(|found| words[found.pattern().as_usize()].clone()))
}

/// Without case, and with one space for each stretch of space.
fn folded(text: &str) -> String {
    let text: String = text.nfkc().filter(|c| !is_ignorable(*c)).collect();
    let text = text.to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character is of a script that has no spaces between words, beginning with Hangul and the CJK radicals.
fn has_no_spaces(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1100}'..='\u{11ff}' | '\u{2e80}'..)
}

fn is_apart(c: char) -> bool {
    !c.is_alphanumeric() || has_no_spaces(c)
}

/// The first few, each once.
fn first(found: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept = Vec::new();
    for one in found {
        if kept.len() < FOUND_MAX && !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

/// Names places of the network without telling which they are: the database keeps no addresses of those who write.
pub(crate) struct Networks {
    secret: String,
}

impl Networks {
    /// What the server's secret is called.
    const SECRET: &str = "networks";

    /// Reads the secret that all instances share, or makes it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn open(store: &Store) -> Result<Self, StoreError> {
        let fresh = random_text();
        let read = move |db: &mut Db| db.server_secret(Self::SECRET, &fresh);
        Ok(Self {
            secret: store.write(read).await?,
        })
    }

    /// The name of the place in which an address is, for one shop. Empty for addresses that are none of the internet's: of
    /// a proxy, for instance, that the server was not told of, and behind which are all readers.
    pub(crate) fn name(&self, shop: &ShopId, address: IpAddr) -> String {
        if !is_public(address) {
            return String::new();
        }
        let place = match address {
            IpAddr::V4(v4) => u128::from(u32::from(v4) & 0xffff_ff00),
            IpAddr::V6(v6) => u128::from(v6) & !(u128::MAX >> 48),
        };
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else {
            return String::new();
        };
        let named = mac
            .chain_update(shop.as_str())
            .chain_update(place.to_be_bytes())
            .finalize()
            .into_bytes();
        data_encoding::HEXLOWER.encode(&named[..16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::Lang;

    fn found(text: &str, reason: HoldReason) -> Vec<String> {
        let list = |language, words: &[&str]| WordList {
            language,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        let lists = [
            list(Lang::En, &["ass", "Damn  it", "naïve"]),
            list(Lang::ZhCn, &["加微信", "QQ群"]),
        ];
        let mut holds = in_text(text, &lists).into_iter();
        let hold = holds.find(|hold| hold.reason == reason);
        hold.map(|hold| hold.found).unwrap_or_default()
    }

    #[test]
    fn links_are_found_with_and_without_their_scheme() {
        let links = |text: &str| found(text, HoldReason::Link);
        assert_eq!(
            links("See http://a.example/x?y now"),
            ["http://a.example/x?y"]
        );
        assert_eq!(links("看www.shop-1.cn吧"), ["www.shop-1.cn吧"]);
        assert_eq!(links("去shop.com.cn买"), ["shop.com.cn"]);
        assert_eq!(
            links("Write to lin@books.co.uk, or BOOKS.COM"),
            ["lin@books.co.uk", "BOOKS.COM"]
        );
        assert_eq!(links("ｓｈｏｐ．ｃｏｍ"), ["shop.com"]);
        assert_eq!(links("sh\u{200d}op.com"), ["shop.com"]);
        for plain in [
            "e.g. this, i.e. that, 3.5 stars, vol.ii, U.S.A. and Mr.Darcy",
            "I could not stop to read.It was late.So I slept.",
            "Wait... what? It ends at 10.30 p.m., p.12–13.",
            "Written in node.js, saved as book.txt",
            "好看.推荐.Great.",
        ] {
            assert_eq!(links(plain), [""; 0], "{plain}");
        }
    }

    #[test]
    fn numbers_of_phones_are_found_and_others_are_not() {
        let phones = |text: &str| found(text, HoldReason::Phone);
        assert_eq!(phones("Call +44 20 7946 0958!"), ["+44 20 7946 0958"]);
        assert_eq!(phones("ring 0049 (30) 901820"), ["0049 (30) 901820"]);
        assert_eq!(phones("电话13800138000，微信同号"), ["13800138000"]);
        assert_eq!(phones("１３８ ００１３ ８０００"), ["138 0013 8000"]);
        assert_eq!(phones("86-138-0013-8000"), ["86-138-0013-8000"]);
        for plain in [
            "ISBN 9787020002207, 978-7-02-000220-7 or 7-02-000220-X",
            "978-1-5905-9500-8 and 9781590595008",
            "It was 1,380,013 copies at ￥138.00 in 2019–2024.",
            "Read 1984 and 2001 in 1990-1991; 007 is no +1.",
            "Order 138001380001 of 3.13800138000",
        ] {
            assert_eq!(phones(plain), [""; 0], "{plain}");
        }
    }

    #[test]
    fn words_stand_by_themselves_where_there_are_spaces() {
        let words = |text: &str| found(text, HoldReason::Words);
        assert_eq!(words("What an ASS!"), ["ass"]);
        assert_eq!(words("damn\nit, so na\u{ef}ve"), ["Damn  it", "naïve"]);
        assert_eq!(words("ａｓｓ and a\u{200b}ss"), ["ass"]);
        assert_eq!(words("有兴趣加微\u{200d}信，进qq群"), ["加微信", "QQ群"]);
        for plain in ["A classic assassin passes", "damn the it", "微信公众号"] {
            assert_eq!(words(plain), [""; 0], "{plain}");
        }
    }

    #[test]
    fn a_place_has_a_name_that_tells_nothing() {
        let networks = Networks { secret: "s".into() };
        let shop = |digit: &str| format!("shop_{}", digit.repeat(32)).parse().unwrap();
        let (one, other): (ShopId, ShopId) = (shop("1"), shop("2"));
        let name = |shop, address: &str| networks.name(shop, address.parse().unwrap());
        assert_eq!(name(&one, "8.8.8.8"), name(&one, "8.8.8.200"));
        assert_ne!(name(&one, "8.8.8.8"), name(&one, "8.8.9.8"));
        assert_ne!(name(&one, "8.8.8.8"), name(&other, "8.8.8.8"));
        assert_eq!(name(&one, "2a00:1:2:3::"), name(&one, "2a00:1:2:ffff::9"));
        assert_ne!(name(&one, "2a00:1:2:3::"), name(&one, "2a00:1:3:3::"));
        for own in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.7",
            "100.64.0.1",
            "::1",
            "fd00::1",
        ] {
            assert_eq!(name(&one, own), "", "{own}");
        }
    }
}
