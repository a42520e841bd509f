//! Breaks words into lines and finds the size at which they fit.
//!
//! Nobody knows which fonts the reader has, so widths are estimated on the safe side: for a wide
//! serif. Lines are then of similar length instead of full ones with a lonely last word.

/// What stands on a cover.
pub struct Words<'a> {
    /// The title as on the title page.
    pub title: &'a str,
    /// The subtitle, may be empty.
    pub subtitle: &'a str,
    /// The authors, may be none.
    pub authors: Vec<&'a str>,
    /// The BCP 47 tag of all that; readers' machines choose the shapes of Han characters by it.
    pub language: &'a str,
}

/// How a language is written, as far as it matters to a cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// With spaces between words, in lines only.
    Latin,
    /// Without spaces, in lines or in columns.
    Han,
}

impl Script {
    /// The script of the language with this BCP 47 tag.
    pub fn of(language: &str) -> Self {
        match language.split('-').next() {
            Some("zh" | "ja") => Self::Han,
            _ => Self::Latin,
        }
    }
}

/// Whether `c` takes a full square and lines may break on either side of it.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a line must not begin with `c` (the part of the Japanese and Chinese rules that titles need).
fn clings(c: char) -> bool {
    "、。，．：；！？）」』》〉】・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ…".contains(c)
}

/// Whether a line must not end with `c`.
fn leads(c: char) -> bool {
    "（「『《〈【".contains(c)
}

/// Whether `c` is part of a Japanese word that is spelled by sound and reads badly when broken.
fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ' | 'ー')
}

/// The estimated width of `text` in hundredths of the font size.
pub fn width(text: &str) -> i32 {
    text.chars()
        .map(|c| match c {
            c if is_wide(c) => 100,
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '’' | '!' | '|' => 36,
            'f' | 'r' | 't' | 's' | ' ' | '(' | ')' | '-' => 42,
            'm' | 'M' | 'W' | 'w' => 96,
            'A'..='Z' | '&' => 76,
            _ => 62,
        })
        .sum()
}

/// Whether every character of `text` can stand above the next without lying on its side.
pub fn stands_upright(text: &str) -> bool {
    text.chars()
        .all(|c| matches!(c, '・' | '·') || is_wide(c) && !clings(c) && !leads(c))
}

/// Whether a column suits `title`.
pub fn is_column(title: &str) -> bool {
    stands_upright(title) && title.chars().count() <= 9
}

/// The pieces of `text` that no line break may divide, and whether a space goes before each.
fn pieces(text: &str) -> Vec<(bool, String)> {
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for word in text.split_whitespace() {
        let mut spaced = !pieces.is_empty();
        let mut last = None;
        for c in word.chars() {
            let breakable = last.is_some_and(|last| {
                let within_word = is_katakana(last) && is_katakana(c);
                (is_wide(last) || is_wide(c)) && !within_word && !clings(c) && !leads(last)
            });
            match pieces.last_mut() {
                Some((_, piece)) if last.is_some() && !breakable => piece.push(c),
                _ => pieces.push((std::mem::take(&mut spaced), c.to_string())),
            }
            last = Some(c);
        }
    }
    pieces
}

/// `text` in lines of at most `limit` hundredths of the font size, each as full as can be; `None`
/// when a single piece is wider than that.
fn fill(text: &str, limit: i32) -> Option<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    for (spaced, piece) in pieces(text) {
        if width(&piece) > limit {
            return None;
        }
        let space = if spaced { " " } else { "" };
        match lines.last_mut() {
            Some(line) if width(line) + width(space) + width(&piece) <= limit => {
                line.push_str(space);
                line.push_str(&piece);
            }
            _ => lines.push(piece),
        }
    }
    Some(lines)
}

/// `text` in as few lines of at most `limit` hundredths of the font size as possible, made similarly
/// long; `None` when a single piece is wider than that.
pub fn wrap(text: &str, limit: i32) -> Option<Vec<String>> {
    let mut best = fill(text, limit)?;
    // The narrowest measure that needs no further line is the most even one.
    let mut narrower = limit;
    while narrower > 20 {
        narrower -= 20;
        match fill(text, narrower) {
            Some(lines) if lines.len() == best.len() => best = lines,
            _ => break,
        }
    }
    Some(best)
}

/// Lines with the size at which they fit.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The lines from top to bottom.
    pub lines: Vec<String>,
    /// The font size.
    pub size: i32,
    /// The distance from one line to the next.
    pub leading: i32,
}

impl Block {
    /// `text` at the largest size up to `largest` that fits `width_max` and `height_max`.
    pub fn fitting(text: &str, width_max: i32, height_max: i32, largest: i32) -> Self {
        let spread = if text.chars().any(is_wide) { 128 } else { 112 };
        for size in (12..=largest).rev() {
            let leading = size * spread / 100;
            let Some(lines) = wrap(text, width_max * 100 / size) else {
                continue;
            };
            if lines.len() as i32 * leading <= height_max {
                return Self {
                    lines,
                    size,
                    leading,
                };
            }
        }
        Self {
            lines: vec![text.to_owned()],
            size: 12,
            leading: 14,
        }
    }

    /// How much height the lines take.
    pub fn height(&self) -> i32 {
        self.lines.len() as i32 * self.leading
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, limit: i32) -> Vec<String> {
        wrap(text, limit).unwrap()
    }

    #[test]
    fn latin_words_stay_whole_and_lines_are_even() {
        let title = "The Life and Opinions of Tristram Shandy, Gentleman";
        let wrapped = lines(title, 1600);
        assert_eq!(wrapped.join(" "), title);
        let widths: Vec<i32> = wrapped.iter().map(|line| width(line)).collect();
        let (short, long) = (widths.iter().min().unwrap(), widths.iter().max().unwrap());
        assert!(*long <= 1600 && long - short < 700, "{wrapped:?}");
    }

    #[test]
    fn a_word_wider_than_the_line_has_no_wrapping() {
        assert_eq!(wrap("Incomprehensibilities", 300), None);
    }

    #[test]
    fn han_text_breaks_between_characters_but_not_before_punctuation() {
        assert_eq!(lines("世界尽头与冷酷仙境", 500), ["世界尽头与", "冷酷仙境"]);
        for limit in [300, 400, 500, 600] {
            for line in lines("あるいは「ゆき」、雪だるま。", limit) {
                assert!(
                    !line.starts_with(clings) && !line.ends_with(leads),
                    "{line} at {limit}"
                );
            }
        }
    }

    #[test]
    fn words_in_katakana_stay_whole() {
        assert_eq!(
            lines("窓ぎわのトットちゃん", 700),
            ["窓ぎわの", "トットちゃん"]
        );
    }

    #[test]
    fn mixed_text_keeps_its_spaces_and_latin_words() {
        assert_eq!(lines("三体 The Dark 森林", 10_000), ["三体 The Dark 森林"]);
        assert!(lines("三体 Remembrance", 800).contains(&"Remembrance".to_owned()));
    }

    #[test]
    fn a_block_fits_its_box() {
        for text in [
            "Emma",
            "One Hundred Years of Solitude",
            "红楼梦",
            "海辺のカフカ",
        ] {
            let block = Block::fitting(text, 280, 160, 60);
            assert!(block.height() <= 160, "{block:?}");
            assert!(
                block
                    .lines
                    .iter()
                    .all(|line| width(line) * block.size <= 28_000),
                "{block:?}"
            );
        }
    }

    #[test]
    fn short_titles_without_marks_and_latin_letters_make_a_column() {
        assert!(is_column("雪国") && is_column("夜は短し歩けよ乙女"));
        for title in [
            "1984",
            "ハーモニー",
            "ノルウェイの森",
            "三体Ⅱ",
            "成瀬は天下を取りにいく",
        ] {
            assert!(!is_column(title), "{title}");
        }
    }
}
