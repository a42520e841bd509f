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

/// The parts of one paragraph, in order; none is empty. A mark without its counterpart is text.
pub fn passages(paragraph: &str) -> Vec<Passage<'_>> {
    let mut passages = Vec::new();
    let mut rest = paragraph;
    while let Some((before, after)) = rest.split_once(MARK) {
        let Some((inside, behind)) = after.split_once(MARK) else {
            break;
        };
        passages.extend([(before, false), (inside, true)]);
        rest = behind;
    }
    passages.push((rest, false));
    let passages = passages.into_iter().filter(|(text, _)| !text.is_empty());
    passages
        .map(|(text, spoiler)| Passage { text, spoiler })
        .collect()
}

/// The text with `…` in place of each such passage: for search engines, mail, and wherever nothing can be folded.
pub fn hidden(text: &str) -> String {
    text.split('\n')
        .map(|paragraph| {
            passages(paragraph)
                .into_iter()
                .map(|passage| if passage.spoiler { "…" } else { passage.text })
                .collect::<String>()
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(&str, bool)> {
        passages(text)
            .into_iter()
            .map(|passage| (passage.text, passage.spoiler))
            .collect()
    }

    #[test]
    fn a_passage_stands_between_two_marks() {
        assert_eq!(
            parts("Well. ||He dies.|| Sad."),
            [("Well. ", false), ("He dies.", true), (" Sad.", false)]
        );
        assert_eq!(parts("||all||"), [("all", true)]);
        assert_eq!(parts("||a||||b||"), [("a", true), ("b", true)]);
        assert_eq!(parts("plain"), [("plain", false)]);
        assert!(parts("").is_empty());
    }

    #[test]
    fn a_mark_alone_is_text() {
        assert_eq!(parts("true || false"), [("true || false", false)]);
        assert_eq!(parts("||a|| b || c"), [("a", true), (" b || c", false)]);
        assert!(parts("||||").is_empty());
    }

    #[test]
    fn nothing_is_given_away() {
        assert_eq!(hidden("One ||two||\nthree"), "One …\nthree");
    }
}
