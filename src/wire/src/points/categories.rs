//! What a book is about, as its catalogue says, or what else is sold, as the shop says with the order; and whether that is
//! what a bonus names.
//!
//! A category is a text: words of the shop's own (`Crime / Nordic`), or a code of a scheme with the scheme before it
//! (`thema:FFP`, `bisac:FIC022000`). A bonus that names one is for everything below it too: words go down with ` / ` or
//! ` > `, and codes become longer.

use crate::text::single_line;

/// The longest category, in characters.
pub const CATEGORY_MAX: usize = 120;
/// How many categories a book or a line of an order has at most, and how many a bonus names.
pub const CATEGORIES_MAX: usize = 50;

/// What [`tidy`] asks of categories.
pub(crate) const RULE: &str = "there are at most 50 categories, each with 1 to 120 characters";

/// Brings each category onto one line, and says whether there are not too many of them and none is too long or empty.
pub(crate) fn tidy(categories: &mut [String]) -> bool {
    for category in &mut *categories {
        *category = single_line(category);
    }
    let fits = |category: &String| (1..=CATEGORY_MAX).contains(&category.chars().count());
    categories.len() <= CATEGORIES_MAX && categories.iter().all(fits)
}

/// Whether what is in `category` is in `named` or below it. Capitals do not matter.
pub fn is_in(category: &str, named: &str) -> bool {
    let (category, named) = (category.to_lowercase(), named.to_lowercase());
    let Some(rest) = category.strip_prefix(&named) else {
        return false;
    };
    rest.is_empty() || is_code(&named) || [" / ", " > "].iter().any(|below| rest.starts_with(below))
}

/// Whether it is a code of a scheme: letters and digits behind a word and a colon.
fn is_code(text: &str) -> bool {
    let is_plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.split_once(':')
        .is_some_and(|(scheme, code)| is_plain(scheme) && is_plain(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_in_what_is_named_and_in_what_is_above() {
        for (category, named, is) in [
            ("Crime", "crime", true),
            ("Crime / Nordic", "Crime", true),
            ("Crime > Nordic > Noir", "crime > nordic", true),
            ("Crime", "Crime / Nordic", false),
            ("Artificial intelligence", "Art", false),
            ("thema:FFP", "thema:FF", true),
            ("thema:FFP", "thema:ffp", true),
            ("thema:FFP", "thema:Y", false),
            ("bisac:FIC022000", "bisac:FIC", true),
            ("bic:FF", "thema:FF", false),
            ("推理小说 / 北欧", "推理小说", true),
            ("推理小说", "推理", false),
        ] {
            assert_eq!(is_in(category, named), is, "{category} in {named}");
        }
    }
}
