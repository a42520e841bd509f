//! What in a review's text is a reason for somebody to look at it first, and from where reviews come.
//!
//! Text is compared as readers see it: in Unicode's compatibility form (NFKC), without characters of no width, and, for
//! words, without case. Nothing here knows how many stars were given.

use super::contacts::{links, phones};
use crate::accounts::tokens::random_text;
use crate::shops::day;
use crate::webhooks::call::is_public;
use aho_corasick::AhoCorasick;
use bookplate_store::reviews::Circumstances;
use bookplate_store::shops::Shop;
use bookplate_store::{Db, Store, StoreError, now};
use bookplate_wire::ShopId;
use bookplate_wire::reviews::holds::{Hold, HoldReason, WordList};
use bookplate_wire::reviews::writing::ReviewText;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::net::IpAddr;
use unicode_normalization::UnicodeNormalization;

/// How many passages are told for each reason.
const FOUND_MAX: usize = 5;

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
    let lines = [&text.title, &text.body, &text.author].into_iter();
    let lines = lines.chain(text.photos.iter().map(|photo| &photo.alt));
    let lines: Vec<&str> = lines.map(String::as_str).collect();
    Ok(Circumstances {
        holds: in_text(&lines.join("\n"), &words, &shop.calling_code),
        network,
        incentivised: text.incentivised,
        today: day(shop, now()),
    })
}

/// The reasons that stand in a text of a shop whose country has this calling code.
fn in_text(text: &str, lists: &[WordList], calling_code: &str) -> Vec<Hold> {
    let text: String = text.nfkc().filter(|c| !is_ignorable(*c)).collect();
    let words = lists.iter().flat_map(|list| &list.words);
    let words = Words::new(words.map(String::as_str));
    let found = [
        (HoldReason::Link, links(&text)),
        (HoldReason::Phone, phones(&text, calling_code)),
        (HoldReason::Words, words.found_in(&text)),
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

/// Words to be found in texts. In scripts without spaces between words a word is found wherever it stands; in others it has
/// to stand by itself.
pub(crate) struct Words {
    words: Vec<String>,
    patterns: Vec<String>,
    /// Nothing where there are too many words, which some hundred short ones are not.
    search: Option<AhoCorasick>,
}

impl Words {
    pub(crate) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let words: Vec<String> = words.map(str::to_owned).collect();
        let patterns: Vec<String> = words.iter().map(|word| folded(word)).collect();
        Self {
            search: AhoCorasick::new(&patterns).ok(),
            words,
            patterns,
        }
    }

    /// The first few of them that stand in a text.
    pub(crate) fn found_in(&self, text: &str) -> Vec<String> {
        let Some(search) = &self.search else {
            return Vec::new();
        };
        let text = folded(text);
        let found = search.find_overlapping_iter(&text).filter(|found| {
            let word = &self.patterns[found.pattern().as_usize()];
            let begins = word.chars().next().is_none_or(has_no_spaces);
            let ends = word.chars().next_back().is_none_or(has_no_spaces);
            let before = text[..found.start()].chars().next_back();
            let after = text[found.end()..].chars().next();
            (begins || before.is_none_or(is_apart)) && (ends || after.is_none_or(is_apart))
        });
        first(found.map(|found| self.words[found.pattern().as_usize()].clone()))
    }
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
pub(super) fn first(found: impl Iterator<Item = String>) -> Vec<String> {
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
        self.named(shop, &place.to_be_bytes())
    }

    /// The name of an address itself, for one shop; empty as above.
    pub(crate) fn visitor(&self, shop: &ShopId, address: IpAddr) -> String {
        if !is_public(address) {
            return String::new();
        }
        self.named(shop, address.to_string().as_bytes())
    }

    fn named(&self, shop: &ShopId, place: &[u8]) -> String {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else {
            return String::new();
        };
        let named = mac
            .chain_update(shop.as_str())
            .chain_update(place)
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
        let mut holds = in_text(text, &lists, "86").into_iter();
        let hold = holds.find(|hold| hold.reason == reason);
        hold.map(|hold| hold.found).unwrap_or_default()
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
