//! `<bookplate-rating>`: the stars of a book in one line, for list pages.
//!
//! HTML only. A list page has a hundred of them, and nothing in them can be clicked, so there is
//! nothing that wasm could add.

use crate::html::Html;
use crate::numbers::{decimal, grouped};
use crate::{stars, texts};
use bookplate_wire::reviews::RatingData;
use leptos::prelude::*;

/// The HTML inside the widget's `div.root`.
pub fn render(data: RatingData) -> String {
    Owner::new().with(|| view! { <Rating data /> }.to_html())
}

#[component]
fn Rating(data: RatingData) -> impl IntoView {
    let RatingData {
        lang,
        average,
        count,
    } = data;
    let mut html = Html::default();
    if count == 0 {
        html.text(texts::Rating(lang).none());
    } else {
        let mean = decimal(average);
        stars::first(&mut html, average, &texts::Common(lang).rated(count, &mean));
        html.raw("<span class=\"average\" part=\"average\" aria-hidden=\"true\">")
            .text(&mean)
            .raw("</span><span class=\"count\" part=\"count\" aria-hidden=\"true\">")
            .text(&grouped(count))
            .raw("</span>");
    }
    let class = if count == 0 { "rating none" } else { "rating" };
    view! { <span class=class part="rating" inner_html=html.finish()></span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::Lang;

    #[test]
    fn the_picture_has_the_whole_rating_in_words() {
        let html = render(RatingData {
            lang: Lang::En,
            average: 43,
            count: 1000,
        });
        assert!(
            html.contains(r#"role="img" aria-label="4.3 out of 5, 1,000 reviews""#),
            "{html}"
        );
        assert!(html.contains(">4.3<") && html.contains(">1,000<"), "{html}");
    }

    #[test]
    fn a_book_without_reviews_says_so() {
        let html = render(RatingData {
            lang: Lang::Ja,
            average: 0,
            count: 0,
        });
        assert!(html.contains("レビューはまだありません"), "{html}");
        assert!(!html.contains("svg"), "{html}");
    }
}
