//! Text that people write for others to read: what is taken out of it before it is kept, and in which form it is.
//!
//! On the server letters and their marks are put together (NFC), so that the same words are the same text however they were
//! typed. Browsers leave that to the server: the tables for it would be a large part of what they load.

/// The most marks above and below one letter; more of them cover the lines around.
const MARKS_MAX: usize = 4;

/// Digits, letters and signs as wide as Chinese and Japanese ones, as input methods write them, in their usual form. For what is
/// compared, such as codes and numbers; texts keep what was typed.
pub fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{3000}' => ' ',
        // The block has the visible characters of ASCII in their order.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).collect()
}

/// One line: without space around it, and with one space for each stretch of space inside.
pub fn single_line(text: &str) -> String {
    let spaced = text.replace(char::is_whitespace, " ");
    let clean: String = plain(&spaced);
    composed(clean.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Lines and paragraphs: without space at the end of lines, and with at most one empty line in a row.
pub fn multiline(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let mut kept = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.split('\n') {
        let line = plain(&line.replace('\t', " "));
        let line = line.trim_end();
        empty = if line.trim_start().is_empty() {
            empty + 1
        } else {
            0
        };
        if empty > 1 || (empty == 1 && kept.is_empty()) {
            continue;
        }
        if !kept.is_empty() {
            kept.push('\n');
        }
        kept.push_str(line);
    }
    composed(kept.trim().to_owned())
}

/// The text with letters and their marks put together, at last: what stood between them is gone then.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn composed(text: String) -> String {
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text
    } else {
        text.nfc().collect()
    }
}

/// The text as it is: see the module.
#[cfg(target_family = "wasm")]
pub(crate) fn composed(text: String) -> String {
    text
}

/// The text without characters that are no text: control characters, what turns the direction of everything behind
/// it around, what cannot be seen (joiners stay where they join something: emoji and Indic scripts need them), and
/// marks piled upon each other.
fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut marks, mut joined) = (0, true);
    for c in text.chars() {
        let joiner = matches!(c, '\u{200c}' | '\u{200d}');
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if c.is_control() || is_invisible(c) || marks > MARKS_MAX || (joiner && joined) {
            continue;
        }
        joined = joiner || c.is_whitespace();
        kept.push(c);
    }
    while kept.ends_with(['\u{200c}', '\u{200d}']) {
        kept.pop();
    }
    kept
}

/// Characters without width or with power over the direction of others (Unicode's `Default_Ignorable_Code_Point` as
/// far as nothing legible needs them, and the bidirectional controls of UAX #9).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e001f}' | '\u{e0080}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' | '\u{f0000}'..)
}

/// Marks that stand above or below the letter before them, or choose its shape, of the blocks that are made of
/// nothing else.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe2f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_not_turned_around() {
        assert_eq!(single_line("a\u{202e}b\u{2066}c\u{2069}d"), "abcd");
        assert_eq!(multiline("\u{200f}שלום\u{202c}"), "שלום");
    }

    #[test]
    fn what_cannot_be_seen_is_not_kept() {
        assert_eq!(single_line(&"\u{200b}".repeat(5_000)), "");
        assert_eq!(single_line(&"\u{200d}".repeat(5_000)), "");
        assert_eq!(single_line("a\u{200d}\u{200d}\u{200d}b"), "a\u{200d}b");
        assert_eq!(single_line("\u{3164}\u{115f}"), "");
        assert_eq!(single_line("a\u{0}\u{7f}\u{9f}b"), "ab");
    }

    #[test]
    fn letters_and_their_marks_are_put_together() {
        assert_eq!(single_line("Cafe\u{301}"), "Café");
        assert_eq!(multiline("か\u{3099}\nn\u{303}"), "が\nñ");
        // Also where something that is not kept stood between them.
        assert_eq!(single_line("e\u{200b}\u{301}"), "é");
    }

    #[test]
    fn scripts_and_emoji_stay_whole() {
        for text in [
            "👩‍👩‍👧 liked it",
            "क्‍ष",
            "می‌خواهم",
            "Ngữ âm tiếng Việt",
            "葛\u{e0101}城",
            "❤️",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        ] {
            assert_eq!(single_line(text), text);
        }
    }

    #[test]
    fn marks_are_not_piled_up() {
        let piled = format!("Z{}a", "\u{35f}".repeat(500));
        assert_eq!(single_line(&piled), format!("Z{}a", "\u{35f}".repeat(4)));
    }

    #[test]
    fn paragraphs_stay_and_gaps_close() {
        assert_eq!(multiline("\n\n a \r\nb\n\n\n\nc\td \n"), "a\nb\n\nc d");
        assert_eq!(single_line(" a\n\tb  c "), "a b c");
    }
}
