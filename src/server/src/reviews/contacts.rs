//! Addresses and phone numbers that stand in texts, in the form in which [`super::holds`] compares them.

use super::holds::first;
use bookplate_wire::Isbn;
use regex::Regex;
use std::sync::LazyLock;

/// A web address with its scheme or `www`, an email address, or a name that may be one of the internet's: of letters of any
/// script, with dots as everybody types them, or between Latin letters with the ideographic full stop that Chinese and
/// Japanese keyboards give for one.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        (?<certain>
            (?i: https? :// | www\. ) [^\s<>\x22|]+ |
            [A-Za-z0-9._%+-]+ @ (?: [A-Za-z0-9-]+ \. )+ [A-Za-z]{2,}
        ) |
        (?<name>
            (?:
                [\p{L}\p{N}] [\p{L}\p{N}\p{M}-]* \. |
                [A-Za-z0-9] [A-Za-z0-9-]{0,62} \u{3002}
            )+
            [A-Za-z]{2,24}
        )
        ",
    )
});

/// Ends of names that are no words: they are such in any case.
const CERTAIN_ENDS: [&str; 9] = ["com", "net", "org", "cn", "tw", "jp", "hk", "uk", "xyz"];

/// A number with its country, or one of a Chinese mobile phone.
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        (?: \+ | \b 00 ) [1-9] [0-9\x20().-]{6,20} [0-9] |
        (?: 86 [\x20.-]? )? 1 [3-9] [0-9] [\x20.-]? [0-9]{4} [\x20.-]? [0-9]{4}
        ",
    )
});

/// A number as it is dialled within a country: with an area code that begins with 0, and in groups.
static NATIONAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        \(? 0 [1-9] [0-9]{0,3} (?: \) [\x20.-]? | [\x20.-] )
        [0-9]{1,4} [\x20.-]? [0-9]{3,4}
        ",
    )
});

/// Numbers that are only known for what they are where they are dialled, each with the calling code of the country: of
/// services in China, of mobile phones in Taiwan and in Japan without groups, and of North America.
static LOCAL: LazyLock<[(&str, Regex); 4]> = LazyLock::new(|| {
    [
        ("86", pattern(r"[48]00[ .-]?[0-9]{3}[ .-]?[0-9]{4}")),
        ("886", pattern(r"09[0-9]{8}")),
        ("81", pattern(r"0[5789]0[0-9]{8}")),
        (
            "1",
            pattern(r"\(?[2-9][0-9]{2}(?:\) ?|[ .-])[0-9]{3}[ .-][0-9]{4}"),
        ),
    ]
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of ours is one")
}

/// The first few addresses in a text.
pub(super) fn links(text: &str) -> Vec<String> {
    let found = LINK.captures_iter(text).filter_map(|found| {
        let name = found.name("name").map(|name| by_itself(name.as_str()));
        let certain = found.name("certain").map(|link| link.as_str());
        certain.or(name.filter(|name| is_domain(name)))
    });
    first(found.map(str::to_owned))
}

/// A name without the words before it, where a script without spaces goes over into Latin letters: `去shop.com`.
fn by_itself(name: &str) -> &str {
    let label = name.split(['.', '\u{3002}']).next().unwrap_or_default();
    let latin = label.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
    if latin.len() < label.len() {
        name[latin.len()..].trim_start_matches('-')
    } else {
        name
    }
}

/// Whether a name with dots is one of the internet's: it ends with a suffix under which names are given out. The end of a
/// sentence without space behind it (`read.It`) is none, though `.it` is.
fn is_domain(name: &str) -> bool {
    let name = name.replace('\u{3002}', ".");
    let end = name.rsplit('.').next().unwrap_or_default();
    let is_even = end.bytes().all(|b| b.is_ascii_lowercase())
        || end.bytes().all(|b| b.is_ascii_uppercase())
        || CERTAIN_ENDS.contains(&end.to_ascii_lowercase().as_str());
    is_even
        && psl::domain(name.to_lowercase().as_bytes())
            .is_some_and(|domain| domain.suffix().is_known())
}

/// The first few phone numbers in a text of a shop whose country has this calling code; empty for one that nobody has told.
pub(super) fn phones(text: &str, calling_code: &str) -> Vec<String> {
    let here = LOCAL.iter();
    let here = here.filter(|(code, _)| calling_code.is_empty() || *code == calling_code);
    let patterns = [(&*PHONE, 8_usize..=15), (&*NATIONAL, 9..=11)]
        .into_iter()
        .chain(here.map(|(_, pattern)| (pattern, 10..=11)));
    let found = patterns.flat_map(|(pattern, digits)| {
        pattern.find_iter(text).filter(move |found| {
            let count = found.as_str().bytes().filter(u8::is_ascii_digit).count();
            // Not a part of a longer number, such as an ISBN, nor behind a point.
            let before = text[..found.start()].trim_end_matches(['-', '.']);
            let is_apart = !before.ends_with(|c: char| c.is_ascii_digit())
                && !text[found.end()..].starts_with(|c: char| c.is_ascii_digit());
            let is_book = found.as_str().parse::<Isbn>().is_ok();
            // With the country, a number has more digits than two years behind an agent.
            let is_whole = !found.as_str().starts_with("00") || count >= 12;
            digits.contains(&count) && is_apart && is_whole && !is_book
        })
    });
    first(found.map(|found| found.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    /// As [`super::super::holds`] has it.
    fn plain(text: &str) -> String {
        text.nfkc().filter(|c| *c != '\u{200d}').collect()
    }

    #[test]
    fn links_are_found_with_and_without_their_scheme() {
        let links = |text: &str| links(&plain(text));
        assert_eq!(
            links("See http://a.example/x?y now"),
            ["http://a.example/x?y"]
        );
        assert_eq!(links("看www.shop-1.cn吧"), ["www.shop-1.cn"]);
        assert_eq!(links("去shop.com.cn买"), ["shop.com.cn"]);
        assert_eq!(
            links("Write to lin@books.co.uk, or BOOKS.COM"),
            ["lin@books.co.uk", "BOOKS.COM"]
        );
        assert_eq!(links("ｓｈｏｐ．ｃｏｍ"), ["shop.com"]);
        assert_eq!(links("sh\u{200d}op.com"), ["shop.com"]);
        assert_eq!(links("shop.Com, SHOP.cOm"), ["shop.Com", "SHOP.cOm"]);
        assert_eq!(links("书店.com"), ["书店.com"]);
        assert_eq!(links("例え.jp"), ["例え.jp"]);
        assert_eq!(links("去shop。com。cn，"), ["shop。com。cn"]);
        assert_eq!(links("ｗｗｗ。ｓｈｏｐ｡ｃｏｍ"), ["www。shop。com"]);
        for plain in [
            "e.g. this, i.e. that, 3.5 stars, vol.ii, U.S.A. and Mr.Darcy",
            "I could not stop to read.It was late.So I slept.",
            "Wait... what? It ends at 10.30 p.m., p.12–13.",
            "Written in node.js, saved as book.txt",
            "好看.推荐.Great.",
            "很好看。com 是什么？真好。so good",
            "一九八四。1984。Orwell",
        ] {
            assert_eq!(links(plain), [""; 0], "{plain}");
        }
    }

    #[test]
    fn numbers_of_phones_are_found_and_others_are_not() {
        let phones = |text: &str| phones(&plain(text), "86");
        assert_eq!(phones("Call +44 20 7946 0958!"), ["+44 20 7946 0958"]);
        assert_eq!(phones("ring 0049 (30) 901820"), ["0049 (30) 901820"]);
        assert_eq!(phones("电话13800138000，微信同号"), ["13800138000"]);
        assert_eq!(phones("１３８ ００１３ ８０００"), ["138 0013 8000"]);
        assert_eq!(phones("86-138-0013-8000"), ["86-138-0013-8000"]);
        for number in [
            "138.0013.8000",
            "400-820-8820",
            "4008208820",
            "010-65551234",
            "090-1234-5678",
            "03-1234-5678",
            "0120-123-456",
            "0912-345-678",
            "(02) 2345-6789",
            "(02)2345-6789",
            "020 7946 0958",
            "030 901820",
        ] {
            assert_eq!(phones(&format!("打{number}。")), [number], "{number}");
        }
        for plain in [
            "ISBN 9787020002207, 978-7-02-000220-7 or 7-02-000220-X",
            "978-1-5905-9500-8 and 9781590595008",
            "It was 1,380,013 copies at ￥138.00 in 2019–2024.",
            "Read 1984 and 2001 in 1990-1991; 007 is no +1.",
            "Order 138001380001 of 3.13800138000",
            "0-14-143951-8, 978 0 141 43951 8, 0141439518 and 978-0141-43951-8",
            "01.02.2024, 05-06-2023 and 2024-01-02 09:30",
            "p. 012-345, 0.99, 1 000 000 and 007 2001 2010",
            "9784101010014, 4-10-101001-4",
        ] {
            for code in ["86", "81", "886", "1", ""] {
                assert_eq!(super::phones(plain, code), [""; 0], "{plain}");
            }
        }
    }

    #[test]
    fn numbers_without_groups_are_known_where_they_are_dialled() {
        for (number, code) in [
            ("09012345678", "81"),
            ("0912345678", "886"),
            ("4008208820", "86"),
            ("(555) 123-4567", "1"),
            ("555-123-4567", "1"),
        ] {
            assert_eq!(phones(number, code), [number]);
            assert_eq!(phones(number, ""), [number]);
            assert_eq!(phones(number, "44"), [""; 0]);
        }
    }
}
