//! Several authors in one cell.

use crate::text;

/// What follows a name after a comma and is none itself.
const SUFFIXES: [&str; 8] = ["Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV", "Ph.D."];

/// Splits a cell into authors.
///
/// A semicolon (also `；` and `、`) always separates. Without one, a comma can stand between two authors
/// (`Sjöwall Maj, Wahlöö Per`) or inside of one (`Sjöwall, Maj`). It is taken to stand between authors
/// where every part is a whole name, or of three parts and more at least two and the majority. A whole
/// name has a blank inside or is written in letters that are not Latin. `Jr.` and the like stay with the
/// name before them. An author who is named twice counts once.
pub(super) fn split(cell: &str) -> Vec<String> {
    let separators = [';', '；', '、'];
    let parts = if cell.contains(separators) {
        names(cell, &separators)
    } else {
        at_commas(cell)
    };
    let mut authors: Vec<String> = Vec::with_capacity(parts.len());
    for part in parts {
        if !authors.contains(&part) {
            authors.push(part);
        }
    }
    authors
}

fn names(cell: &str, separators: &[char]) -> Vec<String> {
    cell.split(separators)
        .map(text::line)
        .filter(|name| !name.is_empty())
        .collect()
}

fn at_commas(cell: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in names(cell, &[',', '，']) {
        match parts.last_mut() {
            Some(name) if SUFFIXES.contains(&part.as_str()) => {
                name.push_str(", ");
                name.push_str(&part);
            }
            _ => parts.push(part),
        }
    }
    let whole = parts.iter().filter(|part| is_whole_name(part)).count();
    if whole == parts.len() || (whole >= 2 && whole * 2 > parts.len()) {
        parts
    } else {
        names(cell, &[])
    }
}

fn is_whole_name(name: &str) -> bool {
    name.contains(' ') || name.chars().any(|c| c.is_alphabetic() && !is_latin(c))
}

/// Latin letters with and without marks, as far as names have them.
fn is_latin(c: char) -> bool {
    matches!(c, '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_always_separate() {
        assert_eq!(
            split("Sjöwall, Maj; Wahlöö, Per;"),
            ["Sjöwall, Maj", "Wahlöö, Per"]
        );
        assert_eq!(split("鲁迅；老舍、巴金"), ["鲁迅", "老舍", "巴金"]);
    }

    #[test]
    fn a_comma_separates_whole_names_only() {
        assert_eq!(
            split("J.K. Rowling, Mary GrandPré"),
            ["J.K. Rowling", "Mary GrandPré"]
        );
        assert_eq!(split("Yoko Kamio, 神尾葉子"), ["Yoko Kamio", "神尾葉子"]);
        assert_eq!(split("鲁迅，老舍"), ["鲁迅", "老舍"]);
        assert_eq!(split("Sjöwall, Maj"), ["Sjöwall, Maj"]);
        assert_eq!(split("Tolkien, J. R. R."), ["Tolkien, J. R. R."]);
        assert_eq!(
            split("Homer, Robert Fagles, Bernard Knox"),
            ["Homer", "Robert Fagles", "Bernard Knox"]
        );
        assert_eq!(split("Plato"), ["Plato"]);
        assert_eq!(split(" "), Vec::<String>::new());
    }

    #[test]
    fn a_suffix_is_no_author() {
        assert_eq!(
            split("Martin Luther King, Jr."),
            ["Martin Luther King, Jr."]
        );
        assert_eq!(
            split("Sammy Davis, Jr., Jane Boyar"),
            ["Sammy Davis, Jr.", "Jane Boyar"]
        );
    }

    #[test]
    fn nobody_is_listed_twice() {
        assert_eq!(split("Louis Sachar, Louis  Sachar"), ["Louis Sachar"]);
    }
}
