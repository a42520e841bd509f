//! The hosted pages to write a review and to see one's own, as a browser without any script gets them.

use crate::members::{LIN, PASSWORD, mail_server, member};
use crate::review_writing::see_at_once;
use crate::shelf::{BOOKS, KEY, ORIGIN, PRIDE, PRIDE_ZH, UNKNOWN, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::reply::Reply;
use bookplate_tests::{scripts, stories};
use bookplate_wire::query;
use bookplate_wire::reviews::ReviewPage;
use reqwest::Method;

stories!(
    a_form_of_the_shops_page_leads_here_and_nothing_is_lost_on_the_way,
    whoever_signs_in_in_the_form_sends_it_with_the_same_press,
    a_form_comes_back_with_everything_that_is_wrong,
    an_author_changes_and_deletes_the_own_review_without_any_script,
    a_book_that_is_none_has_no_form,
    a_script_in_a_review_stays_text_in_its_authors_pages,
);

/// What stands in the form.
const FIELDS: &str =
    "rating=40&title=A+joy&body=Wit.%0D%0A%0D%0A%7C%7CThey+marry.%7C%7C&author=Lin&language=en";

/// A shop without a login of its own, where Lin has an account.
pub async fn open(mut setup: Setup) -> World {
    let mail = mail_server(&mut setup).await;
    setup.shop(KEY, &[ORIGIN]).await;
    setup.import_catalogue(BOOKS).await;
    see_at_once(&setup).await;
    let world = setup.open().await;
    member(&world, &mail, LIN).await;
    // The server sends mail as long as the story lasts.
    std::mem::forget(mail);
    world
}

pub fn write_at(isbn: &str) -> String {
    format!("/shops/{KEY}/member/reviews/{isbn}?lang=en")
}

pub async fn submit(browser: &Actor<'_>, path: &str, site: &str, fields: &str) -> Reply {
    let form = browser
        .clone()
        .with("content-type", "application/x-www-form-urlencoded")
        .with(
            "origin",
            if site == "same-origin" {
                browser.server()
            } else {
                ORIGIN
            },
        )
        .with("sec-fetch-site", site);
    form.send_bytes(Method::POST, path, fields.into()).await
}

/// The review that a form would change.
pub fn own_in(form: &Reply) -> &str {
    let (_, rest) = form.text().split_once("name=\"own\" value=\"").unwrap();
    rest.split('"').next().unwrap()
}

/// The fields with which Lin signs in as well.
fn signed(fields: &str) -> String {
    let password = PASSWORD.replace(' ', "+");
    format!("{fields}&email={LIN}&password={password}")
}

/// Lin, who has sent a review.
pub async fn lin<'a>(world: &'a World, fields: &str) -> Actor<'a> {
    let guest = world.anonymous();
    let sent = submit(&guest, &write_at(PRIDE), "same-origin", &signed(fields)).await;
    let to = format!("/shops/{KEY}/member/reviews?done=review_published&lang=en");
    assert_eq!(
        (sent.status(), sent.header("location")),
        (303, &*to),
        "{}",
        sent.text()
    );
    let cookie = sent.header("set-cookie").split(';').next().unwrap();
    world.anonymous().with("cookie", cookie)
}

pub async fn reviews(world: &World) -> ReviewPage {
    let path = format!("/v1/books/{PRIDE}/reviews");
    shopper(world).get(&path).await.json()
}

async fn a_form_of_the_shops_page_leads_here_and_nothing_is_lost_on_the_way(setup: Setup) {
    let world = open(setup).await;
    let guest = world.anonymous();
    let shown = submit(&guest, &write_at(PRIDE), "cross-site", FIELDS).await;
    let html = shown.html();
    for kept in [
        "Pride and Prejudice",
        "value=\"40\" checked",
        "value=\"A joy\"",
        "Wit.\n\n||They marry.||</textarea>",
        "name=\"password\"",
        "You have a login at",
    ] {
        assert!(html.contains(kept), "{kept} is missing in\n{html}");
    }
    assert!(reviews(&world).await.reviews.is_empty());
    // Not even with a session: another site's page decides nothing.
    let lin = lin(&world, FIELDS).await;
    let other = FIELDS.replace("A+joy", "Bought+words");
    for site in ["cross-site", "same-site"] {
        let shown = submit(&lin, &write_at(PRIDE), site, &other).await;
        assert!(shown.html().contains("value=\"Bought words\""));
    }
    let seen = reviews(&world).await.reviews;
    assert_eq!((seen.len(), &*seen[0].title), (1, "A joy"));
    assert_eq!(seen[0].body, "Wit.\n\n||They marry.||");
}

async fn whoever_signs_in_in_the_form_sends_it_with_the_same_press(setup: Setup) {
    let world = open(setup).await;
    let guest = world.anonymous();
    for fields in [
        FIELDS.to_owned(),
        format!("{FIELDS}&email={LIN}&password=guessed"),
    ] {
        let again = submit(&guest, &write_at(PRIDE), "same-origin", &fields).await;
        again.expect_status(422);
        let html = again.text();
        assert!(html.contains("do not belong together"), "{html}");
        assert!(html.contains("value=\"A joy\"") && !html.contains("guessed"));
    }
    assert!(reviews(&world).await.reviews.is_empty());
    let lin = lin(&world, FIELDS).await;
    let own = lin
        .get(&format!("/shops/{KEY}/member/reviews?lang=en"))
        .await;
    let html = own.html();
    assert!(
        html.contains("A joy") && html.contains("Published"),
        "{html}"
    );
    assert_eq!(reviews(&world).await.reviews.len(), 1);

    // Who has forgotten about that is shown both, signed in, and nothing is replaced until it is sent once more.
    let other = signed(&FIELDS.replace("A+joy", "Second+thoughts"));
    let shown = submit(&guest, &write_at(PRIDE), "same-origin", &other).await;
    let html = shown.html();
    for text in [
        "value=\"Second thoughts\"",
        "What you wrote before",
        "A joy",
    ] {
        assert!(html.contains(text), "{text} is missing in\n{html}");
    }
    assert!(!html.contains("name=\"password\""));
    assert_eq!(reviews(&world).await.reviews[0].title, "A joy");
    let cookie = shown.header("set-cookie").split(';').next().unwrap();
    let member = world.anonymous().with("cookie", cookie);
    let unseen = FIELDS.replace("A+joy", "Second+thoughts");
    let again = submit(&member, &write_at(PRIDE), "same-origin", &unseen).await;
    assert!(again.html().contains("What you wrote before"));
    let fields = format!("{unseen}&own={}", own_in(&again));
    let sent = submit(&member, &write_at(PRIDE), "same-origin", &fields).await;
    sent.expect_status(303);
    let seen = reviews(&world).await.reviews;
    assert_eq!((seen.len(), &*seen[0].title), (1, "Second thoughts"));
}

async fn a_form_comes_back_with_everything_that_is_wrong(setup: Setup) {
    let world = open(setup).await;
    let guest = world.anonymous();
    let wrong = format!(
        "rating=&title={}&body=Fine&author={}",
        "a".repeat(121),
        "b".repeat(41)
    );
    let again = submit(&guest, &write_at(PRIDE), "same-origin", &signed(&wrong)).await;
    again.expect_status(422);
    for fault in ["rating-fault", "title-fault", "author-fault"] {
        let at = format!("<p class=\"fault\" id=\"{fault}\">");
        assert!(again.text().contains(&at), "{}", again.text());
    }
    assert!(again.text().contains("Fine</textarea>"));
    assert!(!again.text().contains(PASSWORD));
    assert!(reviews(&world).await.reviews.is_empty());
}

async fn an_author_changes_and_deletes_the_own_review_without_any_script(setup: Setup) {
    let world = open(setup).await;
    let lin = lin(&world, FIELDS).await;
    // From another edition's page: it is the same work.
    let form = lin.get(&write_at(PRIDE_ZH)).await;
    assert!(form.html().contains("You have reviewed this book already"));
    assert!(form.html().contains("value=\"A joy\""));
    let changed = FIELDS.replace("rating=40", "rating=20");
    let changed = format!("{changed}&own={}", own_in(&form));
    let sent = submit(&lin, &write_at(PRIDE_ZH), "same-origin", &changed).await;
    sent.expect_status(303);
    let seen = reviews(&world).await.reviews.remove(0);
    assert_eq!(seen.rating, 20);
    let list = format!("/shops/{KEY}/member/reviews?lang=en");
    let fields = format!("review={}", seen.id);
    let asked = submit(&lin, &list, "same-origin", &fields).await;
    assert!(asked.html().contains("Yes, delete this review"));
    assert_eq!(reviews(&world).await.reviews.len(), 1);
    let fields = format!("review={}&sure=yes", seen.id);
    let elsewhere = submit(&lin, &list, "cross-site", &fields).await;
    elsewhere.expect_status(403);
    let gone = submit(&lin, &list, "same-origin", &fields).await;
    assert!(gone.header("location").contains("done=review_deleted"));
    assert!(reviews(&world).await.reviews.is_empty());
    let empty = lin.get(gone.header("location")).await;
    assert!(empty.html().contains("Your review was deleted."));
}

async fn a_book_that_is_none_has_no_form(setup: Setup) {
    let world = open(setup).await;
    for isbn in [UNKNOWN, "9780141439519"] {
        let missing = world.anonymous().get(&write_at(isbn)).await;
        assert!(
            [400, 404].contains(&missing.status()),
            "{}",
            missing.status()
        );
        assert!(missing.text().contains("<h1"), "{}", missing.text());
    }
}

async fn a_script_in_a_review_stays_text_in_its_authors_pages(setup: Setup) {
    let world = open(setup).await;
    let guest = world.anonymous();
    let lin = lin(&world, FIELDS).await;
    let evil = scripts::texts("hit()").join("\n");
    // The same lines with nothing in them that could be markup.
    let kept = |c: char| c == '\n' || c == '|' || c.is_ascii_alphanumeric();
    let harmless: String = evil
        .chars()
        .map(|c| if kept(c) { c } else { 'x' })
        .collect();
    let mut elements = Vec::new();
    for text in [harmless, evil] {
        // Neither is shown before somebody has looked.
        let text = format!("{text}\nhttps://books.example");
        let first = |max: usize| text.chars().take(max).collect::<String>();
        let mut fields = String::from("rating=40");
        query::push(&mut fields, "title", &first(120));
        query::push(&mut fields, "body", &text);
        query::push(&mut fields, "author", &first(40));
        let filled = submit(&guest, &write_at(PRIDE), "cross-site", &fields).await;
        let form = lin.get(&write_at(PRIDE)).await;
        fields.push_str(&format!("&own={}", own_in(&form)));
        let sent = submit(&lin, &write_at(PRIDE), "same-origin", &fields).await;
        sent.expect_status(303);
        let list = lin
            .get(&format!("/shops/{KEY}/member/reviews?lang=en"))
            .await;
        let form = lin.get(&write_at(PRIDE)).await;
        // Whatever was written: text has no such sign, and no quotation mark ends an attribute.
        elements.push([&filled, &list, &form].map(|page| page.html().matches('<').count()));
        for page in [&filled, &form] {
            assert!(!page.text().contains("value=\"<"), "{}", page.text());
        }
    }
    assert_eq!(elements[0], elements[1]);
}
