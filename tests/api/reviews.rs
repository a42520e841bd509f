//! Reading a book's reviews.

use crate::shelf::{EMMA, KEY, ORIGIN, PRIDE, PRIDE_ZH, UNKNOWN, shopper, stocked};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::fragments::Fragments;
use bookplate_wire::reviews::ReviewPage;

stories!(
    every_order_is_total,
    pages_follow_each_other_without_gap_or_repetition,
    filters_narrow_the_list,
    a_search_finds_text_in_any_script_and_case,
    wildcards_in_a_search_are_just_characters,
    a_review_names_its_edition_and_its_day,
    the_day_is_the_shops_own,
    a_cursor_of_another_order_is_refused,
    what_cannot_be_read_is_named,
    the_hosted_page_holds_the_reviews,
    the_hosted_page_speaks_the_readers_language,
    the_hosted_page_of_an_unknown_book_is_not_found,
    a_parameter_that_is_given_twice_is_refused,
    a_hosted_page_that_cannot_be_shown_says_so_in_words,
    a_link_into_a_list_that_has_changed_leads_to_its_beginning,
    the_hosted_page_leads_to_the_shop,
    a_cover_at_a_path_is_a_picture_of_the_shops_own_site,
);

async fn page(world: &World, isbn: &str, query: &str) -> ReviewPage {
    shopper(world)
        .get(&format!("/v1/books/{isbn}/reviews?{query}"))
        .await
        .json()
}

async fn authors(world: &World, query: &str) -> Vec<String> {
    let page = page(world, PRIDE, query).await;
    page.reviews
        .into_iter()
        .map(|review| review.author)
        .collect()
}

async fn every_order_is_total(setup: Setup) {
    let world = stocked(setup).await;
    for (sort, expected) in [
        // Wilson: 90 of 100, then 3 of 3, then 1 of 10; without a helpful vote the newest first.
        ("helpful", ["Ann", "小林", "Ben", "Cy", "阿月"]),
        ("newest", ["Cy", "阿月", "小林", "Ben", "Ann"]),
        ("highest", ["阿月", "Ann", "Cy", "小林", "Ben"]),
        ("lowest", ["Ben", "小林", "Cy", "阿月", "Ann"]),
    ] {
        assert_eq!(
            authors(&world, &format!("sort={sort}")).await,
            expected,
            "{sort}"
        );
    }
}

async fn pages_follow_each_other_without_gap_or_repetition(setup: Setup) {
    let world = stocked(setup).await;
    for sort in ["helpful", "newest", "highest", "lowest"] {
        let whole = authors(&world, &format!("sort={sort}")).await;
        let mut pieces = Vec::new();
        let mut query = format!("sort={sort}&limit=2");
        loop {
            let page = page(&world, PRIDE_ZH, &query).await;
            pieces.extend(page.reviews.into_iter().map(|review| review.author));
            let Some(next) = page.next else { break };
            query = format!("sort={sort}&limit=2&after={next}");
        }
        assert_eq!(pieces, whole, "{sort}");
    }
}

async fn filters_narrow_the_list(setup: Setup) {
    let world = stocked(setup).await;
    for (query, expected) in [
        ("stars=5&sort=newest", vec!["Cy", "阿月", "Ann"]),
        ("stars=5&sort=highest", vec!["阿月", "Ann", "Cy"]),
        ("stars=5&sort=lowest", vec!["Cy", "阿月", "Ann"]),
        ("stars=5", vec!["Ann", "Cy", "阿月"]),
        ("stars=2", vec!["Ben"]),
        ("stars=1", vec![]),
        ("language=zh&sort=newest", vec!["阿月", "小林"]),
        ("language=zh&stars=4", vec!["小林"]),
        ("verified=true", vec![]),
        ("photos=true", vec![]),
    ] {
        assert_eq!(authors(&world, query).await, expected, "{query}");
    }
}

async fn a_search_finds_text_in_any_script_and_case(setup: Setup) {
    let world = stocked(setup).await;
    assert_eq!(authors(&world, "q=WIT").await, ["Ann"]);
    // 值得再读
    assert_eq!(
        authors(&world, "q=%E5%80%BC%E5%BE%97%E5%86%8D%E8%AF%BB").await,
        ["小林"]
    );
    // In the title, and with full-width letters.
    assert_eq!(
        authors(&world, "q=%EF%BD%93%EF%BD%8C%EF%BD%8F%EF%BD%97").await,
        ["Ben"]
    );
    assert!(authors(&world, "q=absent").await.is_empty());
}

async fn wildcards_in_a_search_are_just_characters(setup: Setup) {
    let world = stocked(setup).await;
    assert_eq!(authors(&world, "q=100%25").await, ["Cy"]);
    assert!(authors(&world, "q=1%25").await.is_empty());
    assert!(authors(&world, "q=w_t").await.is_empty());
    assert!(authors(&world, "q=%27%3B--").await.is_empty());
}

async fn a_review_names_its_edition_and_its_day(setup: Setup) {
    let world = stocked(setup).await;
    let page = page(&world, PRIDE, "q=fluent%20no").await;
    assert!(page.reviews.is_empty());
    let page = self::page(&world, PRIDE, "stars=4").await;
    let review = &page.reviews[0];
    let edition = review.edition.as_ref().unwrap();
    assert_eq!(
        (edition.isbn.as_str(), edition.year.as_str()),
        (PRIDE_ZH, "1993")
    );
    assert_eq!(
        (review.created_on.as_str(), review.language.as_str()),
        ("2024-03-01", "zh-CN")
    );
    assert_eq!(
        (review.helpful, review.votes, review.verified),
        (3, 3, false)
    );
}

async fn the_day_is_the_shops_own(setup: Setup) {
    let world = stocked(setup).await;
    let day = async || {
        page(&world, PRIDE, "sort=newest&limit=1").await.reviews[0]
            .created_on
            .clone()
    };
    assert_eq!(day().await, "2024-05-01");
    let zone = ["--time-zone", "Asia/Shanghai"];
    let shop = ["shop", "create", "--name", "Test", "--public-key", KEY];
    let origin = ["--origin", crate::shelf::ORIGIN];
    world
        .setup()
        .run(&[&shop[..], &origin, &zone].concat())
        .await;
    let world = world.restart().await;
    let newest = page(&world, PRIDE, "sort=newest&limit=1").await;
    assert_eq!(newest.reviews[0].created_on, "2024-05-02");
}

async fn a_cursor_of_another_order_is_refused(setup: Setup) {
    let world = stocked(setup).await;
    let next = page(&world, PRIDE, "sort=newest&limit=1")
        .await
        .next
        .unwrap();
    let path = format!("/v1/books/{PRIDE}/reviews?sort=lowest&after={next}");
    let problem = shopper(&world).get(&path).await.problem();
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        (Code::CursorInvalid, Some("after"))
    );
}

async fn what_cannot_be_read_is_named(setup: Setup) {
    let world = stocked(setup).await;
    for (query, field) in [
        ("sort=best", "sort"),
        ("stars=6", "stars"),
        ("stars=4.5", "stars"),
        ("language=English", "language"),
        ("verified=1", "verified"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("page=2", "page"),
        ("q=a%00b", "q"),
    ] {
        let path = format!("/v1/books/{PRIDE}/reviews?{query}");
        let problem = shopper(&world).get(&path).await.problem();
        let found = (problem.code, problem.field.as_deref());
        assert_eq!(found, (Code::BadRequest, Some(field)), "{query}");
    }
    let path = format!("/v1/books/{UNKNOWN}/reviews");
    assert_eq!(
        shopper(&world).get(&path).await.problem().code,
        Code::BookNotFound
    );
}

async fn the_hosted_page_holds_the_reviews(setup: Setup) {
    let world = stocked(setup).await;
    let path = format!("/shops/{KEY}/books/{PRIDE}/reviews?sort=newest");
    let reply = world.anonymous().get(&path).await;
    let html = reply.html();
    assert!(
        reply
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
    for part in [
        "<!DOCTYPE html>",
        "<template shadowrootmode=\"open\">",
        "Nearly perfect",
        "译文流畅",
        "application/ld+json",
        "\"@type\":\"AggregateRating\"",
        "\"ratingValue\":4.1",
    ] {
        assert!(html.contains(part), "{part} is not in\n{html}");
    }
    assert!(
        html.find("Nearly perfect") < html.find("A joy"),
        "newest first"
    );
}

async fn the_hosted_page_speaks_the_readers_language(setup: Setup) {
    let world = stocked(setup).await;
    let path = format!("/shops/{KEY}/books/{EMMA}/reviews");
    let reader = world
        .anonymous()
        .with("accept-language", "fr-FR, ja;q=0.8, en;q=0.5");
    assert!(
        reader
            .get(&path)
            .await
            .html()
            .contains("<html lang=\"ja\">")
    );
    // The address says more than the browser.
    let reply = reader.get(&format!("{path}?lang=zh-HK")).await;
    assert!(reply.html().contains("<html lang=\"zh-TW\">"));
}

async fn the_hosted_page_of_an_unknown_book_is_not_found(setup: Setup) {
    let world = stocked(setup).await;
    let path = format!("/shops/{KEY}/books/{UNKNOWN}/reviews");
    let reply = world.anonymous().get(&path).await;
    assert!(
        reply
            .expect_status(404)
            .text()
            .contains("<bookplate-reviews")
    );
}

async fn a_parameter_that_is_given_twice_is_refused(setup: Setup) {
    let world = stocked(setup).await;
    let shopper = shopper(&world);
    for (query, field) in [
        ("sort=newest&sort=lowest", "sort"),
        ("limit=1&q=a&limit=1", "limit"),
        (&format!("key={KEY}"), "key"),
    ] {
        let path = format!("/v1/books/{PRIDE}/reviews?{query}");
        let problem = shopper.get(&path).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::BadRequest, Some(field))
        );
    }
    // Widgets are many, each with a query of its own.
    let rating = format!("w=rating/{PRIDE}&w=rating/{PRIDE}");
    let path = format!("/v1/fragments?{rating}&w=reviews/{PRIDE}%3Fsort%3Dnewest%26sort%3Dnewest");
    let fragments: Fragments = shopper.get(&path).await.json();
    let problem = fragments.fragments[2].problem.as_ref().unwrap();
    assert_eq!(problem.field.as_deref(), Some("sort"));
    assert!(fragments.fragments[1].problem.is_none());
}

async fn a_hosted_page_that_cannot_be_shown_says_so_in_words(setup: Setup) {
    let world = stocked(setup).await;
    let reader = world.anonymous().with("accept-language", "en");
    for (path, home) in [
        (format!("/shops/pk_nobody/books/{PRIDE}/reviews"), ""),
        (format!("/shops/{KEY}/books/9780141439519/reviews"), ORIGIN),
        (format!("/shops/{KEY}/books/%FF/reviews"), ORIGIN),
    ] {
        let reply = reader.get(&path).await;
        reply.expect_status(404);
        assert!(
            reply.header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert!(reply.text().contains("There is no such page"), "{path}");
        let way_on = format!("href=\"{home}\"");
        assert!(home.is_empty() || reply.text().contains(&way_on), "{path}");
    }
}

async fn a_link_into_a_list_that_has_changed_leads_to_its_beginning(setup: Setup) {
    let world = stocked(setup).await;
    let page = format!("/shops/{KEY}/books/{PRIDE}/reviews");
    let reader = world.anonymous().with("accept-language", "ja");
    for wrong in [
        "after=old",
        "sort=bogus",
        "colour=red",
        "q=%FF",
        "limit=0&lang=ja",
    ] {
        let reply = reader.get(&format!("{page}?{wrong}")).await;
        reply.expect_status(303);
        assert_eq!(
            reply.header("location"),
            format!("{page}?lang=ja"),
            "{wrong}"
        );
    }
    let first = reader.get(&format!("{page}?lang=ja")).await;
    assert!(first.html().contains("Nearly perfect"));
}

async fn the_hosted_page_leads_to_the_shop(setup: Setup) {
    let world = stocked(setup).await;
    let page = format!("/shops/{KEY}/books/{PRIDE}/reviews");
    let html = world.anonymous().get(&page).await.html().to_owned();
    assert!(html.contains(&format!("<a href=\"{ORIGIN}\">")), "{html}");
    let icon = world.anonymous().get("/favicon.ico").await;
    assert_eq!(
        icon.expect_status(200).header("content-type"),
        "image/svg+xml"
    );
    assert!(html.contains("rel=\"icon\""), "{html}");

    // With a cover, and an address of the book itself.
    let setup = world.setup();
    let csv = format!(
        "isbn,work,title,cover_url\n{PRIDE},pride,Pride and Prejudice,https://covers.example/p.svg?x=1\n"
    );
    setup.import_catalogue(&csv).await;
    let arguments = [
        "shop",
        "create",
        "--public-key",
        KEY,
        "--name",
        "A shop",
        "--origin",
        ORIGIN,
        "--book-url",
        "https://shop.example/b/{isbn}",
    ];
    setup.run(&arguments).await;
    let world = world.restart().await;
    let reply = world.anonymous().get(&page).await;
    let book = format!("<a href=\"https://shop.example/b/{PRIDE}\">");
    assert!(reply.html().contains(&book), "{}", reply.html());
    assert!(
        reply
            .html()
            .contains("src=\"https://covers.example/p.svg?x=1\"")
    );
    let policy = reply.header("content-security-policy");
    assert!(
        policy.contains("img-src 'self' https://covers.example;"),
        "{policy}"
    );
}

async fn a_cover_at_a_path_is_a_picture_of_the_shops_own_site(setup: Setup) {
    let world = stocked(setup).await;
    let csv = format!(
        "isbn,work,title,cover_url\n{PRIDE},pride,Pride and Prejudice,/covers/p.svg\n\
         {PRIDE_ZH},pride,傲慢与偏见,covers/z.svg\n"
    );
    world.setup().import_catalogue(&csv).await;
    for (isbn, file) in [(PRIDE, "p"), (PRIDE_ZH, "z")] {
        let page = format!("/shops/{KEY}/books/{isbn}/reviews");
        let reply = world.anonymous().get(&page).await;
        let (html, cover) = (reply.html(), format!("{ORIGIN}/covers/{file}.svg"));
        assert!(html.contains(&format!("src=\"{cover}\"")), "{html}");
        assert!(html.contains(&format!("\"image\":\"{cover}\"")), "{html}");
        let policy = reply.header("content-security-policy");
        assert!(
            policy.contains(&format!("img-src 'self' {ORIGIN};")),
            "{policy}"
        );
    }
}
