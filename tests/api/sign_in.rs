//! Our own login in the member centre, as a browser without any script uses it.

use crate::members::{LIN, PASSWORD, open_shop, token};
use crate::shelf::KEY;
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::expiry::Fleeting;
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use reqwest::Method;

stories!(
    somebody_signs_up_confirms_and_is_in_by_forms_alone,
    who_signs_up_on_the_way_to_a_page_gets_there_by_the_email,
    who_mistypes_is_told_what_and_not_whether_there_is_an_account,
    a_forgotten_password_is_replaced_by_forms_alone,
    who_guesses_at_the_page_is_told_when_to_come_back,
);

fn at(page: &str) -> String {
    format!("/shops/{KEY}/member{page}")
}

/// Sends a form of a page as the browser does.
async fn submit(world: &World, page: &str, fields: &[(&str, &str)]) -> Reply {
    let mut body = String::new();
    for (name, value) in fields {
        bookplate_wire::query::push(&mut body, name, value);
    }
    let form = world
        .anonymous()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("origin", world.server().address())
        .with("sec-fetch-site", "same-origin");
    form.send_bytes(Method::POST, &at(page), body.into()).await
}

/// The account's first page, by the cookie that `reply` has set.
async fn account(world: &World, reply: &Reply) -> Reply {
    let cookie = reply.header("set-cookie").split(';').next().unwrap();
    world.anonymous().with("cookie", cookie).get(&at("")).await
}

async fn somebody_signs_up_confirms_and_is_in_by_forms_alone(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let fields = [("email", LIN), ("password", PASSWORD), ("name", "Lin")];
    let sent = submit(&world, "/sign-up?lang=en", &fields).await;
    assert!(sent.html().contains("on its way to lin@example.com"));
    let fields = [("email", LIN), ("password", PASSWORD)];
    let early = submit(&world, "/sign-in?lang=en", &fields).await;
    early.expect_status(422);
    let token = token(&mail, LIN, 1, "confirm").await;
    let page = format!("/confirm?token={token}&lang=en");
    let shown = world.anonymous().get(&at(&page)).await;
    assert!(shown.html().contains("Confirm your address"));
    assert_eq!(shown.header("referrer-policy"), "same-origin");
    let wrong = submit(&world, &page, &[("password", "coffee with the dean")]).await;
    wrong.expect_status(422);
    assert!(
        wrong
            .text()
            .contains("not the password that you have chosen")
    );
    let confirmed = submit(&world, &page, &[("password", PASSWORD)]).await;
    confirmed.expect_status(303);
    assert!(
        account(&world, &confirmed)
            .await
            .html()
            .contains("Hello, Lin")
    );
    let again = submit(&world, &page, &[("password", PASSWORD)]).await;
    again.expect_status(422);
    assert!(
        again.text().contains("expired or was used"),
        "{}",
        again.text()
    );
    // From now on by the password, and back to where it was wanted.
    let orders = at("/orders");
    let fields = [("email", LIN), ("password", PASSWORD), ("back", &orders)];
    let back = submit(&world, "/sign-in", &fields).await;
    back.expect_status(303);
    assert_eq!(back.header("location"), orders);
    account(&world, &back).await.expect_status(200);
    let lured = [
        ("email", LIN),
        ("password", PASSWORD),
        ("back", "//evil.example"),
    ];
    let lured = submit(&world, "/sign-in", &lured).await;
    assert_eq!(lured.header("location"), at(""));
}

async fn who_signs_up_on_the_way_to_a_page_gets_there_by_the_email(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let fields = [("email", LIN), ("password", PASSWORD), ("name", "Lin")];
    let wanted = at("/points?invite=FRIEND");
    let mut page = "/sign-up?".to_owned();
    bookplate_wire::query::push(&mut page, "back", &wanted);
    submit(&world, &page, &fields).await.expect_status(200);
    // The link, as it stands in the email.
    let page = format!("/confirm?token={}", token(&mail, LIN, 1, "confirm").await);
    assert!(page.contains("&back="), "{page}");
    let confirmed = submit(&world, &page, &[("password", PASSWORD)]).await;
    confirmed.expect_status(303);
    assert_eq!(confirmed.header("location"), wanted);
    // An address in a link must not lead anybody elsewhere.
    let lured = "/sign-up?back=https%3A%2F%2Fevil.example";
    let fields = [
        ("email", "mei@example.com"),
        ("password", PASSWORD),
        ("name", "Mei"),
    ];
    submit(&world, lured, &fields).await.expect_status(200);
    let token = token(&mail, "mei@example.com", 1, "confirm").await;
    let page = format!("/confirm?token={token}&back=https%3A%2F%2Fevil.example");
    let confirmed = submit(&world, &page, &[("password", PASSWORD)]).await;
    assert_eq!(confirmed.header("location"), at(""));
}

async fn who_mistypes_is_told_what_and_not_whether_there_is_an_account(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let fields = [("email", LIN), ("password", PASSWORD), ("name", "Lin")];
    submit(&world, "/sign-up", &fields).await.expect_status(200);
    let token = token(&mail, LIN, 1, "confirm").await;
    let page = format!("/confirm?token={token}");
    let confirmed = submit(&world, &page, &[("password", PASSWORD)]).await;
    confirmed.expect_status(303);
    let mut answers = Vec::new();
    for email in [LIN, "nobody@example.com"] {
        let fields = [("email", email), ("password", "not the password")];
        let refused = submit(&world, "/sign-in?lang=en", &fields).await;
        refused.expect_status(422);
        assert_eq!(refused.header("set-cookie"), "");
        answers.push(refused.text().replace(email, "…"));
    }
    assert_eq!(answers[0], answers[1]);
    let fields = [
        ("email", "nowhere"),
        ("password", PASSWORD),
        ("name", "Lin"),
    ];
    let wrong = submit(&world, "/sign-up?lang=en", &fields).await;
    wrong.expect_status(422);
    assert!(wrong.text().contains("This is not an email address."));
    let fields = [("email", LIN), ("password", "1234567890"), ("name", "Lin")];
    let weak = submit(&world, "/sign-up?lang=ja", &fields).await;
    weak.expect_status(422);
    assert!(weak.text().contains("10文字以上で"));
    assert!(
        !weak.text().contains("1234567890"),
        "no password comes back"
    );
}

async fn a_forgotten_password_is_replaced_by_forms_alone(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let fields = [("email", LIN), ("password", PASSWORD), ("name", "Lin")];
    submit(&world, "/sign-up", &fields).await.expect_status(200);
    let confirm = format!("/confirm?token={}", token(&mail, LIN, 1, "confirm").await);
    let first = submit(&world, &confirm, &[("password", PASSWORD)]).await;
    let sent = submit(&world, "/reset?lang=en", &[("email", LIN)]).await;
    assert!(sent.html().contains("on its way to lin@example.com"));
    let token = token(&mail, LIN, 2, "reset").await;
    let page = format!("/reset?token={token}&lang=en");
    let weak = submit(&world, &page, &[("password", "short")]).await;
    weak.expect_status(422);
    let done = submit(&world, &page, &[("password", "coffee with the dean")]).await;
    done.expect_status(303);
    let told = world.anonymous().get(done.header("location")).await;
    assert!(told.html().contains("Your new password is set"));
    // Whoever was in is out.
    account(&world, &first).await.expect_status(303);
    let fields = [("email", LIN), ("password", "coffee with the dean")];
    let again = submit(&world, "/sign-in", &fields).await;
    account(&world, &again).await.expect_status(200);
}

async fn who_guesses_at_the_page_is_told_when_to_come_back(setup: Setup) {
    let (world, _mail) = open_shop(setup).await;
    let fields = [("email", LIN), ("password", "not the password")];
    for attempt in 0..11 {
        let wrong = submit(&world, "/sign-in?lang=en", &fields).await;
        wrong.expect_status(422);
        if attempt < 10 {
            world.setup().let_expire(Fleeting::Waits).await;
        }
    }
    let slow = submit(&world, "/sign-in?lang=en", &fields).await;
    slow.expect_status(429);
    assert!(slow.header("retry-after").parse::<u32>().is_ok());
    assert!(slow.text().contains("value=\"lin@example.com\""));
}
