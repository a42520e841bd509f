//! Staff picks: what the shop's own people recommend, in a block of their own above the reviews.
//!
//! Nothing in it changes in the browser, so it stands outside of what wasm takes over, and costs none.

use super::card::{body, written_in};
use crate::html::Html;
use crate::{dates, texts};
use bookplate_wire::Lang;
use bookplate_wire::reviews::picks::ShownPick;

/// The block, beside the widget's `div.root`; nothing where nobody recommends the book.
pub fn render(lang: Lang, picks: &[ShownPick]) -> String {
    let mut html = Html::default();
    if picks.is_empty() {
        return html.finish();
    }
    html.raw("<div class=\"picks\" part=\"picks\" lang=\"")
        .raw(lang.tag())
        .raw("\"><section class=\"reviews\" aria-labelledby=\"picks\"><h2 id=\"picks\" part=\"heading\">")
        .text(texts::Picks(lang).heading())
        .raw("</h2><ul>");
    for pick in picks {
        entry(&mut html, lang, pick);
    }
    html.raw("</ul></section></div>");
    html.finish()
}

fn entry(html: &mut Html, lang: Lang, pick: &ShownPick) {
    html.raw("<li class=\"review\" part=\"pick\">");
    // Every pick has a heading, as every review has.
    if pick.title.is_empty() {
        html.raw("<h3 class=\"vh\">").text(&pick.name);
    } else {
        html.raw("<h3 part=\"pick-title\"");
        written_in(html, &pick.language);
        html.text(&pick.title);
    }
    html.raw("</h3>");
    body(html, lang, &pick.language, &pick.body);
    html.raw("<p class=\"byline\" part=\"byline\"><span class=\"author\" part=\"author\">")
        .text(&pick.name)
        .raw("</span>");
    for words in [&pick.role, &pick.branch] {
        if !words.is_empty() {
            html.raw("<span>").text(words).raw("</span>");
        }
    }
    if !pick.picked_on.is_empty() {
        html.raw("<time datetime=\"")
            .text(&pick.picked_on)
            .raw("\">")
            .text(&dates::long(lang, &pick.picked_on))
            .raw("</time>");
    }
    html.raw("</p></li>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pick_says_who_recommends_and_looks_like_no_review() {
        assert_eq!(render(Lang::En, &[]), "");
        let pick = ShownPick {
            name: "<b>Ana".into(),
            role: "fiction buyer".into(),
            branch: String::new(),
            title: String::new(),
            body: "Read it. ||They marry.||".into(),
            language: "en".into(),
            picked_on: "2025-03-12".into(),
        };
        let html = render(Lang::En, &[pick]);
        assert!(
            html.contains("<h3 class=\"vh\">&lt;b&gt;Ana</h3>"),
            "{html}"
        );
        assert!(html.contains("<span>fiction buyer</span>"), "{html}");
        assert!(html.contains("12 March 2025"), "{html}");
        assert!(html.contains("<details class=\"spoiler\""), "{html}");
        for of_reviews in ["<article", "stars", "votes", "tabindex", "<ol"] {
            assert!(!html.contains(of_reviews), "{of_reviews}: {html}");
        }
    }
}
