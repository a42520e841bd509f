//! Voting for somebody else's review and reporting it on the hosted page, as a browser without any script does it.

use crate::member::{at, browser, submit};
use crate::review_writing::{Shop, text, write};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use reqwest::Method;
use serde_json::json;

stories!(
    a_vote_is_taken_changed_and_taken_back_without_any_script,
    a_review_is_reported_without_any_script,
    another_sites_button_leads_to_the_page_and_does_nothing,
    nobody_judges_the_own_review_or_one_that_is_not_there,
);

async fn from_elsewhere(member: &Actor<'_>, page: &str, fields: &str) -> Reply {
    let form = member
        .clone()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("sec-fetch-site", "cross-site");
    form.send_bytes(Method::POST, &at(page), fields.as_bytes().to_vec())
        .await
}

/// How many found the only review helpful, and how many said anything.
async fn votes(shop: &Shop) -> (u32, u32) {
    let seen = &shop.reviews().await[0];
    (seen.helpful, seen.votes)
}

async fn a_vote_is_taken_changed_and_taken_back_without_any_script(setup: Setup) {
    let shop = Shop::open(setup).await;
    let review = write(&shop.customer("mei").await, &text(40, "A joy")).await;
    let page = format!("/votes/{}", review.id);
    let asked = shop.world.anonymous().get(&at(&page)).await;
    let to = asked.expect_status(303).header("location");
    assert!(
        to.contains("/sign-in?back=") && to.contains(review.id.as_str()),
        "{to}"
    );
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    let shown = member.get(&at(&format!("{page}?lang=en"))).await;
    let html = shown.html();
    for words in [
        "Pride and Prejudice",
        "A joy",
        "Was this helpful?",
        "4 of 5 stars",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    for (word, done, counted, pressed) in [
        ("yes", "voted", (1, 1), 1),
        ("yes", "voted", (1, 1), 1),
        ("no", "voted", (0, 1), 1),
        ("none", "vote_taken_back", (0, 0), 0),
    ] {
        let sent = submit(&member, &page, &format!("vote={word}")).await;
        let to = sent.expect_status(303).header("location").to_owned();
        assert_eq!(to, format!("{}?done={done}", at(&page)));
        assert_eq!(votes(&shop).await, counted, "{word}");
        let html = member.get(&to).await.html().to_owned();
        assert_eq!(
            html.matches("aria-pressed=\"true\"").count(),
            pressed,
            "{html}"
        );
    }
    submit(&member, &page, "vote=best").await.expect_status(404);
}

async fn a_review_is_reported_without_any_script(setup: Setup) {
    let shop = Shop::open(setup).await;
    let review = write(&shop.customer("mei").await, &text(40, "A joy")).await;
    let page = format!("/votes/{}", review.id);
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    let asked = submit(&member, &format!("{page}?lang=en"), "vote=report").await;
    let html = asked.expect_status(200).text();
    assert!(
        html.contains("What is wrong with it?") && html.contains(" open"),
        "{html}"
    );
    let fields = "vote=report&reason=other&note=+";
    let wrong = submit(&member, &page, fields).await;
    let html = wrong.expect_status(422).text();
    assert!(html.contains("id=\"note-fault\""), "{html}");
    let fields = "vote=report&reason=other&note=Of+another+book";
    let sent = submit(&member, &page, fields).await;
    let to = sent.expect_status(303).header("location").to_owned();
    assert_eq!(to, format!("{}?done=reported", at(&page)));
    let html = member.get(&format!("{to}&lang=en")).await.html().to_owned();
    assert!(
        html.contains("The bookshop will look at it.") && !html.contains("<select"),
        "{html}"
    );
    let archive = member.get(&at("/archive")).await;
    assert!(archive.text().contains("Of another book"));
}

async fn another_sites_button_leads_to_the_page_and_does_nothing(setup: Setup) {
    let shop = Shop::open(setup).await;
    let review = write(&shop.customer("mei").await, &text(40, "A joy")).await;
    let page = format!("/votes/{}", review.id);
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    for (word, more) in [("yes", "?lang=ja"), ("report", "?vote=report&lang=ja")] {
        let fields = format!("vote={word}&reason=spoiler");
        let sent = from_elsewhere(&member, &format!("{page}?lang=ja"), &fields).await;
        let to = sent.expect_status(303).header("location").to_owned();
        assert_eq!(to, format!("{}{more}", at(&page)));
        member.get(&to).await.expect_status(200);
    }
    assert_eq!(votes(&shop).await, (0, 0));
    let html = member.get(&at(&page)).await.html().to_owned();
    assert!(html.contains("<select"), "nothing is reported: {html}");
}

async fn nobody_judges_the_own_review_or_one_that_is_not_there(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1").await;
    let own = write(&lin, &text(40, "A joy")).await;
    let page = format!("/votes/{}", own.id);
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    let html = member.get(&at(&format!("{page}?lang=en"))).await;
    let html = html.html();
    assert!(
        html.contains("This is your own review.") && !html.contains("value=\"yes\""),
        "{html}"
    );
    for fields in ["vote=yes", "vote=report&reason=spoiler"] {
        submit(&member, &page, fields).await.expect_status(409);
    }
    let gone = lin
        .send(Method::DELETE, &format!("/v1/customer/reviews/{}", own.id))
        .await;
    gone.expect_status(204);
    let unknown = format!("/votes/rev_{}", "0".repeat(32));
    for page in [page.as_str(), &unknown, "/votes/1"] {
        member.get(&at(page)).await.expect_status(404);
        submit(&member, page, "vote=yes").await.expect_status(404);
    }
}
