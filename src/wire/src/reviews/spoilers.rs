//! Passages that give away how a book ends: `||between two pairs of bars||`.
//!
//! Authors mark them while they write; readers see them folded. The marks are plain text, so that a review is the same
//! text everywhere: in a form without any script, in the API, in a file.

/// What stands before and behind such a passage.
pub const MARK: &str = "||";

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage<'t> {
    /// The text, without marks.
    pub text: &'t str,
    /// Whether it gives something away.
    pub spoiler: bool,
}

/// The paragraphs of a text, each in parts; neither a paragraph nor a part is empty.
///
/// A passage may go on over several paragraphs: a mark that has no counterpart in its own line has one in the next line
/// of which that can be said, and all between them gives something away. Lines whose marks are even in number are whole
/// by themselves, so that a mark which somebody has forgotten does not turn the passages of all that follows inside out.
/// A mark without any counterpart is text.
pub fn paragraphs(text: &str) -> Vec<Vec<Passage<'_>>> {
    let is_odd = |line: &&str| line.matches(MARK).count() % 2 == 1;
    let mut odd_lines = text.lines().filter(is_odd).count();
    let mut open = false;
    let mut paragraphs = Vec::new();
    for line in text.lines() {
        let marks = line.matches(MARK).count();
        let odd = is_odd(&line);
        let lone = odd && !open && odd_lines == 1;
        // The last of them is text, if it has no counterpart.
        let parts = line
            .trim()
            .splitn(if lone { marks } else { marks + 1 }, MARK);
        let mut inside = open;
        // What is even in an open passage is all of it.
        let turns = odd || !open;
        if odd {
            odd_lines -= 1;
            open = !open && !lone;
        }
        let mut passages = Vec::new();
        for text in parts {
            if !text.is_empty() {
                passages.push(Passage {
                    text,
                    spoiler: inside,
                });
            }
            inside ^= turns;
        }
        if !passages.is_empty() {
            paragraphs.push(passages);
        }
    }
    paragraphs
}

/// The text by paragraphs with `…` in place of each such passage: for search engines, mail, and wherever nothing can be
/// folded.
pub fn hidden(text: &str) -> String {
    let mut hidden = String::new();
    for paragraph in paragraphs(text) {
        if !hidden.is_empty() {
            hidden.push('\n');
        }
        for passage in paragraph {
            hidden.push_str(if passage.spoiler { "…" } else { passage.text });
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts = Vec<Vec<(&'static str, bool)>>;

    fn parts(text: &'static str) -> Parts {
        let parts = |paragraph: Vec<Passage<'static>>| {
            let parts = paragraph.into_iter();
            parts.map(|part| (part.text, part.spoiler)).collect()
        };
        paragraphs(text).into_iter().map(parts).collect()
    }

    #[test]
    fn a_passage_stands_between_two_marks() {
        assert_eq!(
            parts("Well. ||He dies.|| Sad."),
            [[("Well. ", false), ("He dies.", true), (" Sad.", false)]]
        );
        assert_eq!(parts("||all||"), [[("all", true)]]);
        assert_eq!(parts("||a||||b||"), [[("a", true), ("b", true)]]);
        assert_eq!(
            parts("plain\n\n text "),
            [[("plain", false)], [("text", false)]]
        );
        assert_eq!(parts(""), Parts::new());
        assert_eq!(parts("||||\n\n"), Parts::new());
    }

    #[test]
    fn a_passage_goes_on_over_paragraphs() {
        assert_eq!(
            parts("Well. ||He dies.\n\nShe ||too||.\r\nAll|| of them."),
            [
                vec![("Well. ", false), ("He dies.", true)],
                vec![("She ", true), ("too", true), (".", true)],
                vec![("All", true), (" of them.", false)],
            ]
        );
        assert_eq!(
            parts("||\nHe dies.\n||\nSad."),
            [[("He dies.", true)], [("Sad.", false)]]
        );
        assert_eq!(
            parts("||a|| b ||c\nd|| e ||f||"),
            [
                vec![("a", true), (" b ", false), ("c", true)],
                vec![("d", true), (" e ", false), ("f", true)],
            ]
        );
    }

    #[test]
    fn a_mark_alone_is_text_and_changes_nothing_of_what_follows() {
        assert_eq!(parts("true || false"), [[("true || false", false)]]);
        assert_eq!(parts("||a|| b || c"), [[("a", true), (" b || c", false)]]);
        assert_eq!(
            parts("true || false\n\n||He dies.||"),
            [[("true || false", false)], [("He dies.", true)]]
        );
        assert_eq!(
            parts("||a\nb||\nc || d"),
            [[("a", true)], [("b", true)], [("c || d", false)]]
        );
    }

    #[test]
    fn nothing_is_given_away() {
        assert_eq!(hidden("One ||two||\nthree"), "One …\nthree");
        assert_eq!(hidden("||One\n\ntwo|| three"), "…\n… three");
    }
}
