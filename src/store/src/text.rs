//! Text as it is searched, and as a page's cursor.

use crate::StoreError;
use std::str::FromStr;
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

/// Where a page begins: by what the list is ordered and the id of the last one of the page before, as
/// `1700000000000.rev_…`.
///
/// # Errors
/// [`StoreError::Cursor`] when it is none.
pub(crate) fn place_of<T: FromStr>(cursor: &str) -> Result<(i64, T), StoreError> {
    let parts = cursor.split_once('.');
    let place = parts.and_then(|(place, id)| Some((place.parse().ok()?, id.parse().ok()?)));
    place.ok_or(StoreError::Cursor)
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
