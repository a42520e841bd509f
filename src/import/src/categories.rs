//! What a book is about: words of the shop's own, or codes of a scheme.

use crate::text;
use bookplate_wire::points::categories::{CATEGORIES_MAX, CATEGORY_MAX};

/// The categories of a cell, which `;`, `；` or `|` separate.
pub(crate) fn split(cell: &str) -> Vec<String> {
    let parts = cell.split([';', '；', '|']);
    kept(parts.map(text::line))
}

/// A code of a scheme by ONIX code list 27, with the scheme before it; `None` for keywords and what is no code that shops sort by.
pub(crate) fn coded(scheme: &str, code: &str) -> Option<String> {
    let scheme = match scheme {
        "01" => "ddc",
        "10" => "bisac",
        "12" => "bic",
        "26" => "wgs",
        "93" => "thema",
        _ => return None,
    };
    (!code.is_empty()).then(|| format!("{scheme}:{code}"))
}

/// Those that can be kept, each once: what is too long says nothing that a rule could name.
pub(crate) fn kept(found: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for category in found {
        let fits = (1..=CATEGORY_MAX).contains(&category.chars().count());
        if fits && kept.len() < CATEGORIES_MAX && !kept.contains(&category) {
            kept.push(category);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_several_categories_each_once() {
        assert_eq!(
            split(" Crime / Nordic; Classics |Crime / Nordic；推理小说;"),
            ["Crime / Nordic", "Classics", "推理小说"]
        );
        assert_eq!(split(""), [] as [&str; 0]);
        assert_eq!(split(&"x".repeat(121)), [] as [&str; 0]);
        let many: Vec<_> = (0..60).map(|number| number.to_string()).collect();
        assert_eq!(split(&many.join(";")).len(), CATEGORIES_MAX);
    }

    #[test]
    fn a_code_says_of_which_scheme_it_is() {
        assert_eq!(coded("93", "FFP").as_deref(), Some("thema:FFP"));
        assert_eq!(coded("10", "FIC022000").as_deref(), Some("bisac:FIC022000"));
        // Keywords, and places by Thema, are nothing that a shelf is called by.
        assert_eq!(coded("20", "police"), None);
        assert_eq!(coded("93", ""), None);
    }
}
