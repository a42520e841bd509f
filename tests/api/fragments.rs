//! Widgets as HTML, several at once.

use crate::people;
use crate::shelf::{EMMA, KEY, ORIGIN, PRIDE, REVIEWS, UNKNOWN, shopper, stocked};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::fragments::Fragments;
use bookplate_wire::reviews::ReviewsData;
use serde_json::json;

stories!(
    one_request_brings_many_widgets_in_their_order,
    a_fragment_holds_the_very_data_that_it_shows,
    what_shoppers_wrote_cannot_leave_its_place,
    structured_data_follows_schema_org,
    a_book_without_reviews_claims_no_rating,
    the_same_reply_is_not_sent_twice,
    a_compressed_reply_is_the_same_reply,
    a_change_shows_within_five_seconds,
    every_instance_shows_a_change,
    an_include_is_the_same_fragment_in_a_declared_shadow_root,
    an_account_is_the_same_for_everybody,
    one_bad_widget_does_not_fail_the_others,
    what_cannot_be_read_is_named,
);

async fn fragments(world: &World, query: &str) -> Fragments {
    shopper(world)
        .get(&format!("/v1/fragments?{query}"))
        .await
        .json()
}

/// The data inside of a reviews fragment.
fn data_of(html: &str) -> ReviewsData {
    let (_, rest) = html
        .split_once("<script type=\"application/json\">")
        .unwrap();
    serde_json::from_str(rest.strip_suffix("</script>").unwrap()).unwrap()
}

async fn one_request_brings_many_widgets_in_their_order(setup: Setup) {
    let world = stocked(setup).await;
    let query =
        format!("lang=en&w=rating/{PRIDE}&w=reviews/{PRIDE}&w=rating/{EMMA}&w=rating/{UNKNOWN}");
    let found = fragments(&world, &query).await.fragments;
    assert_eq!(found.len(), 4);
    assert!(found[0].html.contains("data-widget=\"rating\"") && found[0].html.contains("4.1"));
    assert!(found[1].html.contains("data-widget=\"reviews\""));
    assert!(found[2].html.contains("No reviews yet"));
    assert_eq!(
        found[2].html, found[3].html,
        "an unknown book is one without reviews"
    );
}

async fn a_fragment_holds_the_very_data_that_it_shows(setup: Setup) {
    let world = stocked(setup).await;
    let query = format!("lang=zh-CN&w=reviews/{PRIDE}%3Fsort%3Dnewest%26stars%3D5");
    let html = &fragments(&world, &query).await.fragments[0].html;
    let data = data_of(html);
    assert_eq!(
        (data.key.as_str(), data.api.as_str()),
        (KEY, world.server().address())
    );
    let authors: Vec<_> = data
        .page
        .reviews
        .iter()
        .map(|r| r.author.as_str())
        .collect();
    assert_eq!(authors, ["Cy", "阿月", "Ann"]);
    for author in authors {
        assert!(
            html.split_once("<script").unwrap().0.contains(author),
            "{author}"
        );
    }
    assert!(html.contains("lang=\"zh-CN\""));
}

async fn what_shoppers_wrote_cannot_leave_its_place(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    setup.import_catalogue(crate::shelf::BOOKS).await;
    let attack = "</script></template><img src=x onerror=alert(1)>";
    setup
        .import_reviews(&format!(
            "id,isbn,rating,title,body,author,created_at\n1,{PRIDE},5,{attack},{attack},{attack},2024-01-01\n"
        ))
        .await;
    let world = setup.open().await;
    let found = &fragments(&world, &format!("w=reviews/{PRIDE}"))
        .await
        .fragments[0];
    let page = world
        .anonymous()
        .get(&format!("/shops/{KEY}/books/{PRIDE}/reviews"))
        .await;
    for html in [&found.html, found.json_ld.as_ref().unwrap(), page.html()] {
        assert!(!html.contains("<img"), "{html}");
    }
    assert!(
        !found.html.contains("</script></template>"),
        "{}",
        found.html
    );
    assert_eq!(
        data_of(&found.html).page.reviews[0].body,
        attack,
        "kept as it was typed"
    );
}

async fn structured_data_follows_schema_org(setup: Setup) {
    let world = stocked(setup).await;
    let found = fragments(&world, &format!("w=reviews/{PRIDE}%3Flimit%3D2")).await;
    let text = found.fragments[0].json_ld.as_ref().unwrap();
    let book: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(book["@context"], "https://schema.org");
    assert_eq!(
        (&book["@type"], &book["isbn"]),
        (&"Book".into(), &PRIDE.into())
    );
    assert_eq!(book["author"][0]["name"], "Jane Austen");
    let rating = &book["aggregateRating"];
    assert_eq!(rating["ratingValue"], 4.1);
    assert_eq!(
        (&rating["reviewCount"], &rating["bestRating"]),
        (&5.into(), &5.into())
    );
    assert_eq!(book["review"].as_array().unwrap().len(), 2);
    assert_eq!(book["review"][0]["reviewRating"]["ratingValue"], 5);
    assert_eq!(book["review"][0]["datePublished"], "2024-01-01");
}

async fn a_book_without_reviews_claims_no_rating(setup: Setup) {
    let world = stocked(setup).await;
    let found = fragments(&world, &format!("w=reviews/{EMMA}&w=reviews/{UNKNOWN}")).await;
    assert!(
        found
            .fragments
            .iter()
            .all(|fragment| fragment.json_ld.is_none())
    );
}

async fn the_same_reply_is_not_sent_twice(setup: Setup) {
    let world = stocked(setup).await;
    let path = format!("/v1/fragments?w=reviews/{PRIDE}");
    let first = shopper(&world).get(&path).await;
    assert!(
        first
            .header("cache-control")
            .contains("stale-while-revalidate")
    );
    let tag = first.header("etag");
    assert!(!tag.is_empty());
    let again = shopper(&world).with("if-none-match", tag).get(&path).await;
    assert!(again.expect_status(304).bytes().is_empty());
    let other = shopper(&world)
        .with("if-none-match", tag)
        .get(&format!("{path}&lang=ja"))
        .await;
    other.expect_status(200);
}

async fn a_compressed_reply_is_the_same_reply(setup: Setup) {
    let world = stocked(setup).await;
    let path = format!("/v1/fragments?w=reviews/{PRIDE}");
    let plain = shopper(&world).get(&path).await;
    let small = shopper(&world)
        .with("accept-encoding", "gzip, br")
        .get(&path)
        .await;
    assert_eq!(small.header("content-encoding"), "br");
    assert_eq!(small.header("etag"), plain.header("etag"));
    assert!(small.bytes().len() * 2 < plain.bytes().len());
}

async fn a_change_shows_within_five_seconds(setup: Setup) {
    let world = stocked(setup).await;
    assert_change_shows(&world, &shopper(&world)).await;
}

async fn every_instance_shows_a_change(setup: Setup) {
    let world = stocked(setup).await;
    let other = world.second().await;
    assert_change_shows(&world, &other.page(ORIGIN, KEY)).await;
}

/// Changes a review by an import and looks until `reader` sees it, for at most the promised time.
async fn assert_change_shows(world: &World, reader: &bookplate_tests::actors::Actor<'_>) {
    let path = format!("/v1/fragments?w=rating/{PRIDE}&w=reviews/{PRIDE}");
    assert!(reader.get(&path).await.text().contains("A joy"));
    world
        .setup()
        .import_reviews(&REVIEWS.replace("A joy", "A lasting joy"))
        .await;
    let written = std::time::Instant::now();
    loop {
        let asked = written.elapsed();
        if reader.get(&path).await.text().contains("A lasting joy") {
            return;
        }
        assert!(asked.as_secs() < 5, "still the old reply after {asked:?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn an_include_is_the_same_fragment_in_a_declared_shadow_root(setup: Setup) {
    let world = stocked(setup).await;
    let query = format!("key={KEY}&lang=ja&w=reviews/{PRIDE}");
    let found = fragments(&world, &format!("lang=ja&w=reviews/{PRIDE}")).await;
    let fragment = &found.fragments[0];
    let reply = world
        .anonymous()
        .get(&format!("/v1/fragments.html?{query}"))
        .await;
    // The sheet, which holds back the element until it is there, and touches nothing else.
    let (sheet, _) = fragment.html.split_once("<div").unwrap();
    let expected = format!(
        "{sheet}<bookplate-reviews isbn=\"{PRIDE}\" lang=\"ja\"><template shadowrootmode=\"open\">{}\
         </template></bookplate-reviews><script type=\"application/ld+json\">{}</script>",
        fragment.html,
        fragment.json_ld.as_ref().unwrap(),
    );
    assert_eq!(reply.html(), expected);
}

async fn an_account_is_the_same_for_everybody(setup: Setup) {
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let lin = json!({ "name": "Lin Xiaoyu", "email": "lin@example.com" });
    let session = people::sign_in(&page, &people::identity(&secret, "c-1", lin)).await;
    let path = "/v1/fragments?lang=en&w=account/";
    let nobody = page.get(path).await;
    let somebody = page.bearing(&session.access_token).get(path).await;
    assert_eq!(nobody.text(), somebody.text());
    assert_eq!(nobody.header("etag"), somebody.header("etag"));
    assert!(somebody.header("cache-control").starts_with("public"));
    let html = &nobody.json::<Fragments>().fragments[0].html;
    assert!(html.contains("data-widget=\"account\"") && html.contains("/member/sign-in?lang=en"));

    let path = format!("/v1/fragments.html?key={KEY}&lang=ja&w=account/");
    let include = world.anonymous().get(&path).await;
    let element = "<bookplate-account lang=\"ja\"><template shadowrootmode=\"open\">";
    assert!(include.html().contains(element), "{}", include.html());
}

async fn one_bad_widget_does_not_fail_the_others(setup: Setup) {
    let world = stocked(setup).await;
    for (bad, code, field) in [
        ("price/9780141439518", Code::BadRequest, "w"),
        ("reviews/9780141439517", Code::IsbnInvalid, "isbn"),
        ("rating/", Code::IsbnInvalid, "isbn"),
        (
            "reviews/9780141439518%3Fsort%3Dbest",
            Code::BadRequest,
            "sort",
        ),
        (
            "reviews/9780141439518%3Fafter%3Dx",
            Code::CursorInvalid,
            "after",
        ),
        (
            "reviews/9780141439518%3F--%3E%3Cscript%3E%3D1",
            Code::BadRequest,
            "--><script>",
        ),
    ] {
        let query = format!("lang=en&w={bad}&w=rating/{PRIDE}");
        let found = fragments(&world, &query).await.fragments;
        assert_eq!(found.len(), 2, "{bad}");
        let problem = found[0].problem.as_ref().unwrap();
        let said = (problem.code, problem.field.as_deref());
        assert_eq!(said, (code, Some(field)), "{bad}");
        assert_eq!((found[0].html.as_str(), &found[0].json_ld), ("", &None));
        assert!(found[1].html.contains("4.1") && found[1].problem.is_none());

        let path = format!("/v1/fragments.html?key={KEY}&{query}");
        let reply = world.anonymous().get(&path).await;
        let comment = format!("><!-- bookplate: {} --><bookplate-rating", code.as_str());
        assert!(reply.html().contains(&comment), "{}", reply.html());
        assert!(reply.html().contains(&found[1].html));
    }
}

async fn what_cannot_be_read_is_named(setup: Setup) {
    let world = stocked(setup).await;
    for (query, code, field) in [
        ("lang=en".to_owned(), Code::BadRequest, "w"),
        (
            format!("w=rating/{PRIDE}&theme=dark"),
            Code::BadRequest,
            "theme",
        ),
        (
            format!("w=rating/{PRIDE}&").repeat(201),
            Code::BadRequest,
            "w",
        ),
    ] {
        let problem = shopper(&world)
            .get(&format!("/v1/fragments?{query}"))
            .await
            .problem();
        let found = (problem.code, problem.field.as_deref());
        assert_eq!(found, (code, Some(field)), "{query}");
    }
}
