//! Text as it is searched.

use unicode_normalization::UnicodeNormalization;

/// `text` without the differences that a search ignores: case, width and compatibility forms (NFKC).
pub(crate) fn fold(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// A `LIKE` pattern, for `ESCAPE '\'`, that finds `text` anywhere in folded text.
pub(crate) fn contains_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in fold(text).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searching_ignores_case_and_width() {
        assert_eq!(fold("Ｗｉｄｅ Émile ﾌﾞｯｸ"), "wide émile ブック");
    }

    #[test]
    fn wildcards_are_searched_for_literally() {
        assert_eq!(contains_pattern("100%_\\"), "%100\\%\\_\\\\%");
    }
}
