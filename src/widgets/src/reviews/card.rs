//! One review.

use super::languages::{own_name, primary};
use crate::numbers::decimal;
use crate::stars::Stars;
use crate::{dates, texts};
use bookplate_wire::Lang;
use bookplate_wire::catalogue::Format;
use bookplate_wire::reviews::{Review, ReviewedEdition};
use leptos::prelude::*;
use std::sync::Arc;

/// From how much text on a review is folded, in columns: a Chinese character takes two.
const LONG: usize = 640;
/// What a paragraph's end counts for, in columns: it leaves about half a line empty.
const PARAGRAPH: usize = 40;

/// A review as an entry of the list. Nothing in it changes, so it holds no signal.
#[component]
pub(super) fn Card(lang: Lang, review: Arc<Review>) -> impl IntoView {
    let texts = texts::Reviews(lang);
    let written_in = (!review.language.is_empty()).then(|| review.language.clone());
    let stars = texts::Common(lang).out_of_five(&decimal(review.rating));
    let title = if review.title.is_empty() {
        view! { <h3 class="vh" tabindex="-1">{texts.review_by(&review.author)}</h3> }.into_any()
    } else {
        view! {
            <h3 part="review-title" tabindex="-1" lang=written_in.clone() dir="auto">
                {review.title.clone()}
            </h3>
        }
        .into_any()
    };
    view! {
        <li>
            <article class="review" part="review">
                <div class="head">
                    {title}
                    <Stars tenths=review.rating label=stars />
                </div>
                {body(lang, &review.body, written_in)}
                {byline(lang, &review)}
                {(review.votes > 0)
                    .then(|| {
                        view! {
                            <p class="helpful" part="helpful">
                                {texts.helpful(review.helpful, review.votes)}
                            </p>
                        }
                    })}
            </article>
        </li>
    }
}

/// The text by paragraphs, and the switch that unfolds a long one.
///
/// A long text is all there; the stylesheet cuts it off while the `details` behind it is closed. So
/// nothing has to be split, screen readers and search engines read it whole, and no script is needed.
fn body(lang: Lang, text: &str, written_in: Option<String>) -> AnyView {
    let paragraphs: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    if paragraphs.is_empty() {
        return ().into_any();
    }
    let long = is_long(text);
    let class = if long { "body long" } else { "body" };
    view! {
        <div class=class part="review-body" lang=written_in dir="auto">
            {paragraphs.into_iter().map(|text| view! { <p>{text}</p> }).collect::<Vec<_>>()}
        </div>
        {long
            .then(|| {
                let texts = texts::Reviews(lang);
                view! {
                    <details class="unfold">
                        <summary part="unfold">
                            <span class="closed">{texts.read_more()}</span>
                            <span class="open">{texts.read_less()}</span>
                        </summary>
                    </details>
                }
            })}
    }
    .into_any()
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

/// Who, when, about which edition, and whether they bought it.
fn byline(lang: Lang, review: &Review) -> AnyView {
    let edition = review
        .edition
        .as_ref()
        .map(|edition| edition_words(lang, edition));
    view! {
        <p class="byline" part="byline">
            <span class="author" part="author">{review.author.clone()}</span>
            <time datetime=review.created_on.clone()>{dates::long(lang, &review.created_on)}</time>
            {edition
                .filter(|words| !words.is_empty())
                .map(|words| view! { <span class="edition" part="edition">{words}</span> })}
            {review
                .verified
                .then(|| {
                    view! {
                        <span class="badge" part="badge">{texts::Reviews(lang).verified()}</span>
                    }
                })}
        </p>
    }
    .into_any()
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
