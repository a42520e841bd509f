//! The shop's pages: files, with the name of whoever is signed in; and pages in four languages that share their
//! head and foot with the language's page of a book.

use crate::paths;
use std::path::{Component, Path, PathBuf};

/// The ends of the names of a page's languages, each with the page of a book in that language.
const LANGUAGES: [(&str, &str); 4] = [
    ("", "/"),
    ("-zh", "/zh.html"),
    ("-zh-tw", "/zh-tw.html"),
    ("-ja", "/ja.html"),
];

/// The pages that are made of a book's page and a middle of their own, in `public/shop/`.
const COMPOSED: [&str; 2] = ["account", "sign-in"];

/// Where the name of whoever is signed in stands; the attribute has the words for nobody.
const NAME: &str = "<span data-name=\"";

/// `/` is the repository's `index.html`; everything else lies in `public/`.
pub fn file_of(path: &str) -> Option<PathBuf> {
    if matches!(path, "/" | "/index.html") {
        return Some(paths::root().join("index.html"));
    }
    let relative = Path::new(path.trim_start_matches('/'));
    relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
        .then(|| paths::root().join("public").join(relative))
}

/// The HTML of `/account.html`, `/account-zh.html` and so on; `None` for any other path.
pub async fn composed(path: &str) -> Option<String> {
    let name = path.strip_prefix('/')?.strip_suffix(".html")?;
    let kind = COMPOSED.into_iter().find(|kind| name.starts_with(kind))?;
    let (_, book) = LANGUAGES
        .into_iter()
        .find(|(end, _)| name.strip_prefix(kind) == Some(end))?;
    let layout = tokio::fs::read_to_string(file_of(book)?).await.ok()?;
    let middle = tokio::fs::read_to_string(file_of(&format!("/shop/{name}.html"))?)
        .await
        .ok()?;
    compose(&layout, &middle, kind)
}

/// A layout with another title and middle, whose languages lead to the same page in each.
fn compose(layout: &str, middle: &str, kind: &str) -> Option<String> {
    let (title, main) = middle.split_once('\n')?;
    let mut page = layout.to_owned();
    for (begin, end, new) in [
        ("<title>", "</title>", title),
        ("    <meta name=\"description\"", "\n", ""),
        ("<main", "</main>", main.trim()),
    ] {
        let (before, rest) = page.split_once(begin)?;
        let (_, after) = rest.split_once(end)?;
        page = format!("{before}{new}{after}");
    }
    for (end, book) in LANGUAGES {
        page = page.replace(
            &format!("<a href=\"{book}\" hreflang"),
            &format!("<a href=\"/{kind}{end}.html\" hreflang"),
        );
    }
    Some(page)
}

/// The page with the name of whoever is signed in, in place of the words for nobody.
pub fn named(page: &str, name: &str) -> String {
    let replaced = || {
        let (before, rest) = page.split_once(NAME)?;
        let (words, rest) = rest.split_once("\">")?;
        let (_, after) = rest.split_once("</span>")?;
        Some(format!("{before}{NAME}{words}\">{name}</span>{after}"))
    };
    replaced().unwrap_or_else(|| page.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_shop_is_served() {
        assert!(file_of("/").is_some_and(|file| file.ends_with("index.html")));
        assert!(
            file_of("/shop/shop.css").is_some_and(|file| file.ends_with("public/shop/shop.css"))
        );
        assert_eq!(file_of("/../Cargo.toml"), None);
        assert_eq!(file_of("/shop/../../Cargo.toml"), None);
    }

    #[tokio::test]
    async fn every_page_is_there_in_every_language() {
        for kind in COMPOSED {
            for (end, _) in LANGUAGES {
                let page = composed(&format!("/{kind}{end}.html")).await;
                let page = page.unwrap_or_else(|| panic!("{kind}{end}"));
                assert!(!page.contains("<meta name=\"description\""), "{kind}{end}");
                assert!(page.contains(&format!("href=\"/{kind}-ja.html\" hreflang")));
                assert!(named(&page, "Grace").contains("\">Grace</span>"));
            }
        }
        assert_eq!(composed("/account-fr.html").await, None);
        assert_eq!(composed("/accounts.html").await, None);
    }
}
