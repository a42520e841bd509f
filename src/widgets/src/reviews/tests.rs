//! The HTML of the important states.

#![allow(clippy::unwrap_used)]

use super::render;
use bookplate_wire::Lang;
use bookplate_wire::catalogue::Format;
use bookplate_wire::reviews::{
    LanguageCount, Review, ReviewPage, ReviewedEdition, ReviewsData, ReviewsQuery, Sort, Summary,
};

fn review(number: u8) -> Review {
    Review {
        id: bookplate_wire::ReviewId::from_digits(format!("{number:032x}")).unwrap(),
        rating: 45,
        title: "A <quiet> joy".into(),
        body: "First paragraph.\n\nSecond & last.".into(),
        language: "en".into(),
        author: "Lin".into(),
        created_at: 1_741_737_600_000,
        created_on: "2025-03-12".into(),
        edition: Some(ReviewedEdition {
            isbn: "9780141439518".parse().unwrap(),
            format: Format::Paperback,
            language: "en".into(),
            year: "2003".into(),
        }),
        edited_at: None,
        verified: false,
        photos: Vec::new(),
        incentivised: false,
        notes: Default::default(),
        helpful: 12,
        votes: 15,
        answer: String::new(),
    }
}

/// A book with 1,000 reviews, of which ten are shown.
fn data() -> ReviewsData {
    ReviewsData {
        lang: Lang::En,
        api: "https://reviews.example".into(),
        key: "pk_demo".into(),
        isbn: "9780141439518".parse().unwrap(),
        edition: None,
        summary: Summary {
            average: 43,
            count: 1000,
            stars: [30, 0, 120, 230, 620],
            ..Summary::default()
        },
        half_stars: false,
        vocabulary: Default::default(),
        promise: None,
        query: ReviewsQuery::default(),
        page: ReviewPage {
            reviews: (0..10).map(review).collect(),
            next: Some("c_10".into()),
        },
    }
}

#[track_caller]
fn has(html: &str, piece: &str) {
    assert!(html.contains(piece), "{piece} is missing in\n{html}");
}

#[track_caller]
fn lacks(html: &str, piece: &str) {
    assert!(!html.contains(piece), "{piece} should not be in\n{html}");
}

const PAGE: &str = "https://reviews.example/shops/pk_demo/books/9780141439518/reviews?lang=en";

/// The address of the hosted page with these options, as it stands in an attribute.
fn href(options: &str) -> String {
    format!("href=\"{PAGE}{}\"", options.replace('&', "&amp;"))
}

#[test]
fn the_figures_are_there_in_words() {
    let html = render(data());
    has(&html, r#"aria-label="4.3 out of 5, 1,000 reviews""#);
    has(&html, "5-star reviews: 620, 62%");
    has(&html, r#"<rect width="62%""#);
}

#[test]
fn a_bar_filters_and_the_selected_one_clears() {
    let html = render(data());
    has(&html, &href("&stars=5"));
    lacks(&html, &href("&stars=2"));
    lacks(&html, "aria-current");

    let query = ReviewsQuery {
        stars: Some(5),
        sort: Sort::Newest,
        ..Default::default()
    };
    let html = render(ReviewsData { query, ..data() });
    assert_eq!(html.matches("aria-current=\"true\"").count(), 1);
    has(&html, "5-star reviews: 620, 62%. Selected; show all again");
    has(&html, &href("&sort=newest&stars=4"));
    // Both the bar itself and the chip lead back to all reviews.
    assert_eq!(html.matches(&href("&sort=newest")).count(), 2);
    has(&html, r#"name="stars" value="5""#);
}

#[test]
fn a_review_says_who_when_and_about_which_edition() {
    let html = render(data());
    has(&html, r#"aria-label="4.5 out of 5 stars""#);
    has(&html, r#"<time datetime="2025-03-12">12 March 2025</time>"#);
    has(&html, ">Paperback, 2003<");
    has(&html, "12 of 15 found this helpful");
    has(&html, "<p>First paragraph.</p><p>Second &amp; last.</p>");
    lacks(&html, "Verified purchase");
}

#[test]
fn a_passage_over_several_paragraphs_is_folded_in_each() {
    let mut data = data();
    data.page.reviews[0].body = "Good.\n\n||He dies.\n\nShe dies too.|| Sad.".into();
    let html = render(data);
    assert_eq!(html.matches("class=\"spoiler\"").count(), 2);
    for (folded, behind) in [("He dies.", "</div>"), ("She dies too.", " Sad.</div>")] {
        has(
            &html,
            &format!("</summary><span>{folded}</span></details>{behind}"),
        );
    }
    lacks(&html, "||He");
}

#[test]
fn a_vote_without_script_leads_to_the_hosted_page() {
    let html = render(data());
    let action = "action=\"https://reviews.example/shops/pk_demo/member/votes/rev_\
                  00000000000000000000000000000003?lang=en\"";
    has(&html, action);
    for word in ["yes", "no", "report"] {
        assert_eq!(html.matches(&format!("value=\"{word}\"")).count(), 10);
    }
}

#[test]
fn what_readers_write_is_escaped() {
    let html = render(data());
    has(&html, "A &lt;quiet&gt; joy");
    lacks(&html, "<quiet>");
}

#[test]
fn a_review_carries_its_own_language() {
    let mut data = data();
    data.page.reviews[0].language = "zh-Hant".into();
    data.page.reviews[1].language = String::new();
    let html = render(data);
    assert_eq!(html.matches(r#"lang="zh-Hant""#).count(), 2);
    assert_eq!(html.matches(r#"lang="en""#).count(), 16);
}

#[test]
fn a_long_review_can_be_unfolded_without_script() {
    let mut data = data();
    lacks(&render(data.clone()), "class=\"unfold\"");
    data.page.reviews[0].body = "A long sentence about a long book. ".repeat(30);
    let html = render(data);
    assert_eq!(html.matches("<details class=\"unfold\"").count(), 1);
    has(&html, "body long");
}

#[test]
fn a_review_without_title_still_has_a_heading() {
    let mut data = data();
    data.page.reviews[0].title.clear();
    has(&render(data), ">Review by Lin</h3>");
}

#[test]
fn only_orders_make_a_badge() {
    let mut data = data();
    data.page.reviews[0].verified = true;
    assert_eq!(render(data).matches("Verified purchase").count(), 1);
}

#[test]
fn more_leads_to_a_longer_list_and_then_to_the_next_one() {
    let html = render(data());
    has(&html, &href("&limit=20"));
    has(&html, "Showing 10 of 1,000 reviews");

    let mut long = data();
    long.page.reviews = (0..100).map(review).collect();
    let html = render(long);
    has(&html, &href("&after=c_10"));
    has(&html, "Showing 100 of 1,000 reviews");

    let mut later = data();
    later.query.after = Some("c_100".into());
    let html = render(later);
    has(&html, &href("&after=c_100&limit=20"));
    has(&html, "Back to the first reviews");
    has(&html, "Showing 10 reviews");

    let mut end = data();
    end.page.next = None;
    lacks(&render(end), "data-more");
}

#[test]
fn the_toolbar_offers_only_what_the_book_has() {
    let html = render(data());
    has(&html, r#"<option value="helpful" selected"#);
    for absent in ["All languages", "name=\"verified\"", "name=\"photos\""] {
        lacks(&html, absent);
    }

    let mut data = data();
    data.summary.verified = 3;
    data.summary.photos = 2;
    data.summary.languages = ["en", "zh"]
        .map(|language| LanguageCount {
            language: language.into(),
            count: 5,
        })
        .to_vec();
    data.query = ReviewsQuery {
        sort: Sort::Lowest,
        language: Some("zh".into()),
        verified: true,
        search: "“x” & y".into(),
        ..Default::default()
    };
    let html = render(data);
    has(&html, r#"<option value="lowest" selected"#);
    has(&html, r#"<option value="zh" selected"#);
    has(&html, r#"name="verified" value="true" checked"#);
    lacks(&html, r#"name="photos" value="true" checked"#);
    has(&html, "value=\"“x” &amp; y\"");
}

#[test]
fn each_filter_can_be_taken_off() {
    let mut data = data();
    data.query.stars = Some(4);
    data.query.search = "burn".into();
    let html = render(data);
    has(&html, &href("&q=burn"));
    has(&html, &href("&stars=4"));
    has(&html, ">Clear all filters<");
}

#[test]
fn a_book_without_reviews_says_so_and_offers_nothing() {
    let mut data = data();
    data.summary = Summary::default();
    data.page = ReviewPage {
        reviews: Vec::new(),
        next: None,
    };
    let html = render(data);
    has(&html, "No reader has reviewed this book yet.");
    for absent in ["class=\"toolbar\"", "<ol", "class=\"bars\"", "href"] {
        lacks(&html, absent);
    }
}

#[test]
fn filters_that_leave_nothing_say_so_and_can_be_cleared() {
    let mut data = data();
    data.query.search = "zebra".into();
    data.page = ReviewPage {
        reviews: Vec::new(),
        next: None,
    };
    let html = render(data);
    has(&html, "No review matches what you chose.");
    has(&html, "0 reviews found");
    has(&html, &href(""));
}

#[test]
fn no_style_attribute_needs_a_weaker_policy() {
    let html = render(data());
    lacks(&html, "style=");
    lacks(&html, "<script");
    // No handler in an attribute, whatever the event. (The words of a text may begin so.)
    for rest in html.split(" on").skip(1) {
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        assert!(!name.starts_with('='), " on{rest}");
    }
}

#[test]
fn every_language_has_its_own_words() {
    for (lang, words) in [
        (
            Lang::ZhCn,
            [
                "读者评论",
                "已显示10条，共1,000条",
                "2025年3月12日",
                "平装，2003年\u{a0}· English",
            ],
        ),
        (
            Lang::ZhTw,
            [
                "讀者評論",
                "已顯示10則，共1,000則",
                "2025年3月12日",
                "平裝，2003年\u{a0}· English",
            ],
        ),
        (
            Lang::Ja,
            [
                "読者レビュー",
                "1,000件中10件を表示",
                "2025年3月12日",
                "ペーパーバック、2003年\u{a0}· English",
            ],
        ),
    ] {
        let html = render(ReviewsData { lang, ..data() });
        for piece in words {
            has(&html, piece);
        }
    }
}
