//! Words, as cases and articles are searched by them.
//!
//! Each database has an index of words of its own (FTS5, GIN). Both are given words that are cut here, and are asked for
//! words that are cut the same way, so that both find the same. Scripts with spaces are cut at what is no letter or
//! digit. Chinese and Japanese have none: there each two neighbours are a word, and the last one of a row is one
//! alone. So any part of a row is found, one sign too, which every word that begins with it has.

use crate::text::fold;
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;

/// How many words a search has at most: more of them find nothing less, but take longer.
const ASKED_MAX: usize = 12;
/// The longest word that is told from another one, in characters.
const WORD_MAX: usize = 40;
/// Behind every other sign; no text has it.
const LAST: &str = "\u{10ffff}";

/// All words of some texts, each once, separated by spaces.
pub(crate) fn words_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut words = BTreeSet::new();
    for text in texts {
        cut(&fold(text), |word, _| {
            words.insert(word);
        });
    }
    words.into_iter().collect::<Vec<_>>().join(" ")
}

/// What a text is about: its words without those that stand in every text, English ones by their stems. Of a row of
/// Chinese or Japanese signs only pairs tell anything.
pub(crate) fn subjects_of(text: &str) -> BTreeSet<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    let common = stop_words::get(stop_words::Language::English);
    let mut words = BTreeSet::new();
    cut(&fold(text), |word, place| {
        let tells = match place {
            Place::Free => !common.contains(&word.as_str()),
            Place::Pair | Place::Single => true,
            Place::End => false,
        };
        if tells {
            words.insert(stemmer.stem(&word).into_owned());
        }
    });
    words
}

/// As what the words stand in a text that somebody searches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// As they are. A database goes through these one by one, and stops when there are enough.
    Words,
    /// As the beginnings of words, too. A database has to put together all words that begin so before the first is found.
    Beginnings,
}

/// The words that somebody searches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked(Vec<(String, bool)>);

impl Asked {
    /// The words of `text`, all of which have to stand in what is found. None are found by nothing but signs.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let mut asked: Vec<(String, bool)> = Vec::new();
        cut(&fold(text), |word, place| {
            // The last of a row stands alone only there; what is searched for may go on.
            let is_end = place == Place::End;
            let whole = place == Place::Pair;
            if !is_end && !asked.iter().any(|(known, _)| *known == word) {
                asked.push((word, whole));
            }
        });
        asked.truncate(ASKED_MAX);
        (!asked.is_empty()).then_some(Self(asked))
    }

    /// Whether words can be found by their beginnings: of a row of signs there are pairs, which are whole.
    pub(crate) fn has_beginnings(&self) -> bool {
        self.0.iter().any(|(_, whole)| !whole)
    }

    /// Between which words, both of them taken in, each stands in a list that is in the order of bytes.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().map(|(word, whole)| {
            let last = if *whole { "" } else { LAST };
            (word.clone(), format!("{word}{last}"))
        })
    }

    /// For FTS5.
    pub(crate) fn for_sqlite(&self, by: By) -> String {
        let words = self.0.iter().map(|(word, whole)| {
            let any = if *whole || by == By::Words { "" } else { "*" };
            format!("\"{word}\"{any}")
        });
        words.collect::<Vec<_>>().join(" AND ")
    }

    /// For `tsquery`.
    pub(crate) fn for_postgres(&self, by: By) -> String {
        let words = self.0.iter().map(|(word, whole)| {
            let any = if *whole || by == By::Words { "" } else { ":*" };
            format!("'{word}'{any}")
        });
        words.collect::<Vec<_>>().join(" & ")
    }
}

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between spaces: what is searched for may be its beginning.
    Free,
    /// Two neighbours.
    Pair,
    /// One sign alone: what is searched for may go on.
    Single,
    /// The last one of a row of several.
    End,
}

/// Gives each word of folded text to `found`.
fn cut(text: &str, mut found: impl FnMut(String, Place)) {
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        rest = &rest[start..];
        let dense = rest.starts_with(is_dense);
        let belongs = |c: char| c.is_alphanumeric() && is_dense(c) == dense;
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let (row, behind) = rest.split_at(end);
        rest = behind;
        if !dense {
            found(row.chars().take(WORD_MAX).collect(), Place::Free);
            continue;
        }
        let signs: Vec<char> = row.chars().collect();
        for pair in signs.windows(2) {
            found(pair.iter().collect(), Place::Pair);
        }
        let last = if signs.len() > 1 {
            Place::End
        } else {
            Place::Single
        };
        found(signs.into_iter().next_back().into_iter().collect(), last);
    }
}

/// Whether a sign is of a script that is written without spaces: Chinese characters, kana and what repeats them.
fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3031}'..='\u{3035}' | '\u{303b}' | '\u{3041}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a search for `asked` finds `text`, as both databases look for words.
    fn finds(asked: &str, text: &str) -> bool {
        let words = words_of([text]);
        let Some(Asked(asked)) = Asked::new(asked) else {
            return false;
        };
        asked.iter().all(|(word, whole)| {
            let mut words = words.split(' ');
            words.any(|known| known == word || (!whole && known.starts_with(word.as_str())))
        })
    }

    #[test]
    fn words_are_found_by_their_beginnings() {
        let text = "The Parcel (A-1) arrived late, café.";
        for asked in ["parcel", "arriv late", "a-1", "CAFÉ", "ｐａｒｃｅｌ"] {
            assert!(finds(asked, text), "{asked}");
        }
        for asked in ["arcel", "parcel early", "", "?!"] {
            assert!(!finds(asked, text), "{asked}");
        }
    }

    #[test]
    fn any_part_of_a_row_without_spaces_is_found() {
        let text = "快递太慢了，书角破损";
        for asked in ["快", "递太慢", "慢了", "损", "破损 快递", "了"] {
            assert!(finds(asked, text), "{asked}");
        }
        for asked in ["慢快", "书破", "雪"] {
            assert!(!finds(asked, text), "{asked}");
        }
        let text = "帯が破れた状態でISBN123が届いた。";
        for asked in ["破れた", "届い", "が", "isbn123", "isbn 届"] {
            assert!(finds(asked, text), "{asked}");
        }
        assert_eq!(words_of(["慢了 ab"]), "ab 了 慢了");
    }

    #[test]
    fn words_that_begin_alike_stand_between_two_bounds() {
        let between = |asked: &str, word: &str| {
            let asked = Asked::new(asked).unwrap();
            asked
                .bounds()
                .all(|(first, last)| *first <= *word && *word <= *last)
        };
        assert!(between("me", "me") && between("me", "mei") && between("me", "me龘"));
        assert!(!between("me", "m") && !between("me", "mf"));
        // Two neighbours are whole, and one sign is the beginning of them.
        assert!(between("小林", "小林") && between("小", "小林") && !between("林", "小林"));
    }

    #[test]
    fn a_text_is_about_what_is_not_in_every_text() {
        let about = |text: &str| subjects_of(text).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(about("How do I return the books?"), about("returned book"));
        assert_eq!(about("我的积分"), "我的 的积 积分");
        assert_eq!(about("what is this"), "");
    }

    #[test]
    fn nothing_but_letters_and_digits_comes_into_a_query() {
        let asked = Asked::new("it's \"a\" OR b:* & 快递 !").unwrap();
        let query = asked.for_sqlite(By::Beginnings);
        assert_eq!(
            query,
            "\"it\"* AND \"s\"* AND \"a\"* AND \"or\"* AND \"b\"* AND \"快递\""
        );
        assert_eq!(
            asked.for_postgres(By::Beginnings),
            "'it':* & 's':* & 'a':* & 'or':* & 'b':* & '快递'"
        );
    }
}
