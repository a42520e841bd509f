//! Passages that give away how a book ends: `||between two pairs of bars||`.
//!
//! Authors mark them while they write; readers see them folded. The marks are plain text, so that a review is the same
//! text everywhere: in a form without any script, in the API, in a file.

use std::ops::Range;

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

/// The text with a part of it marked as well, and where that part is now. Positions are in bytes, at the boundaries of
/// characters.
///
/// What is marked already stays so: a part that lies within a passage changes nothing, one that reaches into some becomes one
/// passage with them. Where nothing is selected a passage begins that is still to be written.
pub fn mark(text: &str, part: Range<usize>) -> (String, Range<usize>) {
    let runs = runs(text);
    let touches = |run: &&Range<usize>| run.start <= part.end && part.start <= run.end;
    let met: Vec<&Range<usize>> = runs.iter().filter(touches).collect();
    if met
        .iter()
        .any(|run| run.start <= part.start && part.end <= run.end)
    {
        return (text.to_owned(), part);
    }
    let start = met
        .first()
        .map_or(part.start, |run| run.start.min(part.start));
    let end = met.last().map_or(part.end, |run| run.end.max(part.end));
    // The marks of the passages that go into this one.
    let before = match met.first() {
        Some(run) if run.start == start => without_last_mark(&text[..start]),
        _ => text[..start].to_owned(),
    };
    let after = match met.last() {
        Some(run) if run.end == end => text[end..].replacen(MARK, "", 1),
        _ => text[end..].to_owned(),
    };
    let inside = text[start..end].replace(MARK, "");
    let begin = before.len() + MARK.len();
    let marked = begin..begin + inside.len();
    (format!("{before}{MARK}{inside}{MARK}{after}"), marked)
}

/// Where passages are that give something away; those with nothing else between them as one.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut goes_on = false;
    for passage in paragraphs(text).into_iter().flatten() {
        // A passage is a part of the text.
        let start = passage.text.as_ptr() as usize - text.as_ptr() as usize;
        let end = start + passage.text.len();
        match runs.last_mut().filter(|_| goes_on && passage.spoiler) {
            Some(run) => run.end = end,
            None if passage.spoiler => runs.push(start..end),
            None => {}
        }
        goes_on = passage.spoiler;
    }
    runs
}

fn without_last_mark(text: &str) -> String {
    match text.rsplit_once(MARK) {
        Some((before, after)) => format!("{before}{after}"),
        None => text.to_owned(),
    }
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

    /// The text with what stands between `[` and `]` marked, and where it then is.
    fn marked(text: &str) -> String {
        let start = text.find('[').unwrap();
        let end = text.find(']').unwrap() - 1;
        let (text, part) = mark(&text.replace(['[', ']'], ""), start..end);
        format!(
            "{}[{}]{}",
            &text[..part.start],
            &text[part.clone()],
            &text[part.end..]
        )
    }

    #[test]
    fn a_part_is_marked_once_however_often_one_asks() {
        for (asked, answered) in [
            ("Good. [He dies.]", "Good. ||[He dies.]||"),
            ("Good. ||[He dies.]||", "Good. ||[He dies.]||"),
            ("||He dies and [she lives]||", "||He dies and [she lives]||"),
            (
                "||He dies|| [and she lives.]",
                "||He dies|| ||[and she lives.]||",
            ),
            (
                "||He [dies|| and she] lives.",
                "||[He dies and she]|| lives.",
            ),
            (
                "Well, [he ||dies||, she ||lives||] on",
                "Well, ||[he dies, she lives]|| on",
            ),
            (
                "[Well. ||He] dies.\n\nShe too.|| Sad.",
                "||[Well. He dies.\n\nShe too.]|| Sad.",
            ),
            ("书[里]。", "书||[里]||。"),
            ("Good. []", "Good. ||[]||"),
        ] {
            assert_eq!(marked(asked), answered, "{asked}");
        }
    }

    #[test]
    fn nothing_is_given_away() {
        assert_eq!(hidden("One ||two||\nthree"), "One …\nthree");
        assert_eq!(hidden("||One\n\ntwo|| three"), "…\n… three");
    }
}
