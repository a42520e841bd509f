//! One review.

use crate::html::Html;
use crate::languages::{own_name, primary};
use crate::numbers::{decimal, plain};
use crate::{dates, notes, photos, stars, texts};
use bookplate_wire::Lang;
use bookplate_wire::catalogue::Format;
use bookplate_wire::reviews::notes::Vocabulary;
use bookplate_wire::reviews::spoilers::{Passage, paragraphs};
use bookplate_wire::reviews::{Review, ReviewedEdition, vote_path};
use std::sync::Arc;

/// From how much text on a review is folded, in columns: a Chinese character takes two.
const LONG: usize = 640;
/// What a paragraph's end counts for, in columns: it leaves about half a line empty.
const PARAGRAPH: usize = 40;

/// A review as the content of its entry in the list. `api` is the server's address, `key` the shop's public one.
pub(super) fn html(
    lang: Lang,
    (api, key): (&str, &str),
    vocabulary: &Vocabulary,
    review: &Review,
) -> Arc<str> {
    let texts = texts::Reviews(lang);
    let mut html = Html::default();
    html.raw("<article class=\"review\" part=\"review\"><div class=\"head\">");
    title(&mut html, lang, review);
    let words = texts::Common(lang).out_of_five(&decimal(review.rating));
    stars::again(&mut html, review.rating, &words);
    html.raw("</div>");
    body(&mut html, lang, &review.language, &review.body);
    photos::list(&mut html, lang, api, author(lang, review), &review.photos);
    notes::lines(&mut html, lang, vocabulary, &review.notes);
    byline(&mut html, lang, review);
    answer(&mut html, texts, review);
    votes(&mut html, texts, (api, key), review);
    html.raw("</article>");
    html.finish().into()
}

/// What the shop says to it.
fn answer(html: &mut Html, texts: texts::Reviews, review: &Review) {
    if review.answer.is_empty() {
        return;
    }
    html.raw("<div class=\"answer\" part=\"answer\" dir=\"auto\"><h4>")
        .text(texts.answer())
        .raw("</h4>");
    for paragraph in review.answer.lines().filter(|line| !line.trim().is_empty()) {
        html.raw("<p>").text(paragraph).raw("</p>");
    }
    html.raw("</div>");
}

/// How many found it helpful, and the buttons to say so. Without a script they lead to the hosted page for that.
fn votes(html: &mut Html, texts: texts::Reviews, (api, key): (&str, &str), review: &Review) {
    html.raw("<div class=\"votes\" data-review=\"")
        .text(review.id.as_str())
        .raw("\" data-helpful=\"")
        .text(&plain(review.helpful))
        .raw("\" data-votes=\"")
        .text(&plain(review.votes))
        .raw("\"><p class=\"helpful\" part=\"helpful\">");
    if review.votes > 0 {
        html.text(&texts.helpful(review.helpful, review.votes));
    }
    html.raw("</p><form class=\"ask\" method=\"post\" action=\"")
        .text(api)
        .text(&vote_path(key, &review.id))
        .raw("?lang=")
        .raw(texts.0.tag())
        .raw("\"><span>")
        .text(texts.was_helpful())
        .raw("</span>");
    for (value, words) in [("yes", texts.yes()), ("no", texts.no())] {
        html.raw(
            "<button name=\"vote\" class=\"vote\" part=\"vote\" aria-pressed=\"false\" value=\"",
        )
        .raw(value)
        .raw("\" data-vote=\"")
        .raw(value)
        .raw("\">")
        .text(words)
        .raw("</button>");
    }
    html.raw("<button name=\"vote\" class=\"vote report\" part=\"report\" value=\"report\" data-report=\"\">")
        .text(texts.report())
        .raw("</button></form></div>");
}

/// Every review has a heading, so that those who jump from heading to heading miss none.
fn title(html: &mut Html, lang: Lang, review: &Review) {
    if review.title.is_empty() {
        html.raw("<h3 class=\"vh\" tabindex=\"-1\">")
            .text(&texts::Reviews(lang).review_by(author(lang, review)));
    } else {
        html.raw("<h3 part=\"review-title\" tabindex=\"-1\"");
        written_in(html, &review.language);
        html.text(&review.title);
    }
    html.raw("</h3>");
}

/// Ends a tag with the language and direction of somebody's own words.
pub(super) fn written_in(html: &mut Html, language: &str) {
    if !language.is_empty() {
        html.raw(" lang=\"").text(language).raw("\"");
    }
    html.raw(" dir=\"auto\">");
}

/// The text by paragraphs, and the switch that unfolds a long one.
///
/// A long text is all there; the stylesheet cuts it off while the `details` behind it is closed. So
/// nothing has to be split, screen readers and search engines read it whole, and no script is needed.
pub(super) fn body(html: &mut Html, lang: Lang, language: &str, text: &str) {
    let paragraphs = paragraphs(text);
    if paragraphs.is_empty() {
        return;
    }
    let long = is_long(text);
    html.raw(if long {
        "<div class=\"body long\" part=\"review-body\""
    } else {
        "<div class=\"body\" part=\"review-body\""
    });
    written_in(html, language);
    for passages in paragraphs {
        paragraph(html, lang, passages);
    }
    html.raw("</div>");
    if long {
        let texts = texts::Reviews(lang);
        html.raw("<details class=\"unfold\"><summary part=\"unfold\"><span class=\"closed\">")
            .text(texts.read_more())
            .raw("</span><span class=\"open\">")
            .text(texts.read_less())
            .raw("</span></summary></details>");
    }
}

/// A paragraph. Something that folds cannot stand in a `p`.
fn paragraph(html: &mut Html, lang: Lang, passages: Vec<Passage<'_>>) {
    let folds = passages.iter().any(|passage| passage.spoiler);
    html.raw(if folds { "<div class=\"para\">" } else { "<p>" });
    for passage in passages {
        if passage.spoiler {
            spoiler(html, lang, passage.text);
        } else {
            html.text(passage.text);
        }
    }
    html.raw(if folds { "</div>" } else { "</p>" });
}

/// What gives the story away: there for who asks, by keyboard too and without any script.
fn spoiler(html: &mut Html, lang: Lang, text: &str) {
    html.raw("<details class=\"spoiler\" part=\"spoiler\"><summary>")
        .text(texts::Reviews(lang).spoiler())
        .raw("</summary><span>")
        .text(text)
        .raw("</span></details>");
}

fn is_long(text: &str) -> bool {
    let columns: usize = text
        .chars()
        .map(|c| match c {
            '\n' => PARAGRAPH,
            // From Hangul and the CJK radicals on, nearly all that people write is wide.
            '\u{1100}'..='\u{11ff}' | '\u{2e80}'.. => 2,
            _ => 1,
        })
        .sum();
    columns > LONG
}

/// The name under which it is shown. Who has had the account deleted and left the reviews has none any more.
fn author(lang: Lang, review: &Review) -> &str {
    if review.author.is_empty() {
        texts::Reviews(lang).anonymous()
    } else {
        &review.author
    }
}

/// Who, when, about which edition, and whether they bought it.
fn byline(html: &mut Html, lang: Lang, review: &Review) {
    html.raw("<p class=\"byline\" part=\"byline\"><span class=\"author\" part=\"author\">")
        .text(author(lang, review))
        .raw("</span><time datetime=\"")
        .text(&review.created_on)
        .raw("\">")
        .text(&dates::long(lang, &review.created_on))
        .raw("</time>");
    let edition = review.edition.as_ref();
    let edition = edition.map_or_else(String::new, |edition| edition_words(lang, edition));
    if !edition.is_empty() {
        html.raw("<span class=\"edition\" part=\"edition\">")
            .text(&edition)
            .raw("</span>");
    }
    if review.edited_at.is_some() {
        html.raw("<span class=\"edited\">")
            .text(texts::Reviews(lang).edited())
            .raw("</span>");
    }
    if review.verified {
        html.raw("<span class=\"badge\" part=\"badge\">")
            .text(texts::Reviews(lang).verified())
            .raw("</span>");
    }
    if review.incentivised {
        html.raw("<span class=\"label\" part=\"label\">")
            .text(texts::Reviews(lang).incentivised())
            .raw("</span>");
    }
    html.raw("</p>");
}

/// “Paperback, 2003”, with the book's language where that is not the reader's.
fn edition_words(lang: Lang, edition: &ReviewedEdition) -> String {
    let texts = texts::Reviews(lang);
    let format = match edition.format {
        Format::Hardback => texts.hardback(),
        Format::Paperback => texts.paperback(),
        Format::Ebook => texts.ebook(),
        Format::Audiobook => texts.audiobook(),
        Format::Other => "",
    };
    let mut words = match (format, edition.year.as_str()) {
        (format, "") => format.to_owned(),
        ("", year) => year.to_owned(),
        (format, year) => texts.edition(format, year),
    };
    let language = primary(&edition.language);
    if !language.is_empty() && language != primary(lang.tag()) {
        if !words.is_empty() {
            // A line may end with the dot, but not begin with it.
            words.push_str("\u{a0}· ");
        }
        words.push_str(own_name(language));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_measured_in_columns() {
        assert!(!is_long(&"a".repeat(640)));
        assert!(is_long(&"a".repeat(641)));
        assert!(!is_long(&"春".repeat(320)));
        assert!(is_long(&"春".repeat(321)));
        assert!(is_long(&"line\n".repeat(20)));
    }

    #[test]
    fn an_edition_is_named_by_what_is_known() {
        let words = |lang, format, language: &str, year: &str| {
            let isbn = "9780141439518".parse().unwrap();
            let edition = ReviewedEdition {
                isbn,
                format,
                language: language.into(),
                year: year.into(),
            };
            edition_words(lang, &edition)
        };
        assert_eq!(
            words(Lang::En, Format::Paperback, "en-GB", "2003"),
            "Paperback, 2003"
        );
        assert_eq!(
            words(Lang::En, Format::Paperback, "zh-CN", "2017"),
            "Paperback, 2017\u{a0}· 中文"
        );
        assert_eq!(
            words(Lang::ZhCn, Format::Hardback, "zh", "2017"),
            "精装，2017年"
        );
        assert_eq!(words(Lang::Ja, Format::Other, "", "1998"), "1998");
        assert_eq!(words(Lang::Ja, Format::Other, "en", ""), "English");
        assert_eq!(words(Lang::En, Format::Other, "", ""), "");
    }
}
