//! Invitations on the hosted pages, as a browser without any script gets them.

use crate::bookshop::Shop;
use crate::console::send;
use crate::desk::{decide, decision};
use crate::member::at;
use crate::points::{Club, sums};
use crate::points_pages::browser;
use crate::points_referrals::bought;
use crate::shelf::{EMMA, KEY, PRIDE};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::points::referrals::Referral;
use bookplate_wire::points::rules::RulesBook;
use bookplate_wire::reviews::writing::OwnReview;
use serde_json::json;

stories!(
    a_link_leads_to_a_page_that_says_what_both_get,
    who_has_invited_is_called_by_the_name_that_readers_see,
    who_guesses_links_has_to_wait,
    an_invitation_is_taken_by_one_button,
    who_cannot_take_an_invitation_is_told_why,
    the_staff_writes_the_rule_in_the_form,
);

const RULE: &str = r#"{ "rates": [], "return_days": 0, "referral": {
    "points": 100, "welcome": 50, "minimum": { "amount": 5000, "currency": "CNY" } } }"#;

async fn open(shop: &Shop) -> Club<'_> {
    Club::open(shop, serde_json::from_str(RULE).unwrap()).await
}

async fn code(customer: &Actor<'_>) -> String {
    let own: Referral = customer.get("/v1/customer/points/referral").await.json();
    own.code
}

/// A browser in which the customer is signed in, on pages of ours.
async fn signed_in<'a>(shop: &'a Shop, customer: &Actor<'_>) -> Actor<'a> {
    let browser = browser(shop, customer).await;
    browser.with("origin", shop.world().server().address())
}

fn page_of(code: &str) -> String {
    format!("/shops/{KEY}/invite/{code}")
}

async fn a_link_leads_to_a_page_that_says_what_both_get(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = open(&shop).await;
    let lin = shop.customer("c-1", json!({ "name": "Lin Mei" })).await;
    let code = code(&lin).await;
    let stranger = shop.world().anonymous();
    for (lang, words) in [
        (
            "en",
            "You get 50 points by your first order of at least CN¥50.00.",
        ),
        ("zh-CN", "您获得50积分"),
        ("zh-TW", "您獲得50點"),
        ("ja", "50ポイントを差し上げます"),
    ] {
        let page = stranger
            .get(&format!("{}?lang={lang}", page_of(&code)))
            .await;
        page.expect_status(200);
        assert!(page.html().contains(words), "{lang}: {}", page.html());
        // Nobody's name that is not public anyway.
        assert!(!page.html().contains("Lin"), "{}", page.html());
    }
    let page = stranger.get(&format!("{}?lang=en", page_of(&code))).await;
    for words in [
        "Whoever has invited you gets 100 points by it.",
        "A customer has invited you.",
        // The way on has the code with it.
        &format!("{}?invite={code}", at("/points")),
        &format!("sign-up?back=%2Fshops%2F{KEY}%2Fmember%2Fpoints%3Finvite%3D{code}"),
        &format!("/?invite={code}"),
    ] {
        assert!(page.html().contains(words), "{words}: {}", page.html());
    }
    let unknown = stranger
        .get(&format!("{}?lang=en", page_of("7KQ3-MX9A-BHTB")))
        .await;
    unknown.expect_status(404);
    assert!(
        unknown.text().contains("There is no such invitation."),
        "{}",
        unknown.text()
    );
}

async fn who_has_invited_is_called_by_the_name_that_readers_see(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = open(&shop).await;
    let known = json!({ "name": "Lin Mei", "email": "lin@example.com" });
    let lin = shop.customer("c-1", known).await;
    let ben = shop.customer("c-2", json!({ "name": "Ben Ames" })).await;
    // What a file says of a customer's reviews is the file's word.
    let file = format!(
        "id,isbn,rating,author,created_at,customer,body\nr-1,{EMMA},5,Linda of old,2020-01-02,c-1,Fine.\n"
    );
    shop.world().setup().import_reviews(&file).await;
    let review = async |customer: &Actor<'_>, author: &str| -> OwnReview {
        let new = json!({ "rating": 50, "body": "Wit on every page.", "author": author, "language": "en" });
        let path = format!("/v1/books/{PRIDE}/reviews");
        customer.post(&path, &new).await.expect_status(201).json()
    };
    let decided = async |review: &OwnReview, word: &str| {
        let decided = decide(&club.olga, &[decision(&review.id, 1, word)]).await;
        decided.expect_status(204);
    };
    let path = format!("{}?lang=en", page_of(&code(&lin).await));
    let says = async |by: &str| {
        let page = shop.world().anonymous().get(&path).await;
        assert!(page.html().contains(by), "{by}: {}", page.html());
        for other in ["Lin", "lin@example.com", "Ben", "Bookworm"] {
            assert!(!page.html().contains(other), "{other}: {}", page.html());
        }
    };
    let nobody = "A customer has invited you.";
    says(nobody).await;
    let of_lin = review(&lin, "Ines <L.>").await;
    says(nobody).await;
    decided(&of_lin, "approve").await;
    says("<p dir=\"auto\">Ines &lt;L.&gt; has invited you.</p>").await;
    let of_ben = review(&ben, "Bookworm").await;
    decided(&of_ben, "approve").await;
    says("Ines &lt;L.&gt; has invited you.").await;
    decided(&of_lin, "refuse").await;
    says(nobody).await;
}

async fn who_guesses_links_has_to_wait(mut setup: Setup) {
    setup
        .program()
        .set("BOOKPLATE_TRUSTED_PROXIES", "127.0.0.1");
    let shop = Shop::open(setup).await;
    let _club = open(&shop).await;
    let lin = shop.customer("c-1", json!({})).await;
    let right = format!("{}?lang=en", page_of(&code(&lin).await));
    let behind = |address: &str| shop.world().anonymous().with("x-forwarded-for", address);
    let guesser = behind("198.51.100.1");
    // Who has a link can look as often as they like.
    for _ in 0..25 {
        guesser.get(&right).await.expect_status(200);
    }
    let wrong = format!("{}?lang=en", page_of("7KQ3-MX9A-BHTB"));
    let mut guessed = 0;
    while guesser.get(&wrong).await.status() == 404 {
        guessed += 1;
        assert!(guessed < 60, "no end of it");
    }
    assert!(guessed >= 20, "{guessed}");
    // By then nothing is told of right ones either.
    for path in [&right, &wrong] {
        let refused = guesser.get(path).await;
        refused.expect_status(429);
        let wait: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=180).contains(&wait), "{wait}");
        let text = refused.text();
        assert!(text.contains("These were too many tries."), "{text}");
        assert!(!text.contains("50 points"), "{text}");
    }
    // Others are not concerned.
    behind("198.51.100.2").get(&right).await.expect_status(200);
}

async fn an_invitation_is_taken_by_one_button(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = open(&shop).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mei = shop.customer("c-2", json!({})).await;
    let code = code(&lin).await;
    // Who is not signed in comes back to it.
    let path = format!("{}?invite={code}&lang=en", at("/points"));
    let away = shop.world().anonymous().get(&path).await;
    assert!(
        away.header("location")
            .contains(&format!("invite%3D{code}")),
        "{}",
        away.header("location")
    );
    let friend = signed_in(&shop, &mei).await;
    let page = friend.get(&path).await;
    assert!(
        page.html().contains(&format!("value=\"{code}\""))
            && page.html().contains("Accept the invitation"),
        "{}",
        page.html()
    );
    let done = send(
        &friend,
        &format!("{}?lang=en", at("/points")),
        &[("code", &code)],
    )
    .await;
    done.expect_status(303);
    let page = friend.get(done.header("location")).await;
    assert!(
        page.html().contains("The invitation is accepted."),
        "{}",
        page.html()
    );
    assert!(!page.html().contains("Were you invited?"));
    shop.send(bought("M-1", "c-2")).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((100, 0), (50, 0)));
    let own = signed_in(&shop, &lin).await;
    let page = own.get(&format!("{}?lang=en", at("/points"))).await;
    let html = page.html().replace("<!>", "");
    for words in [
        "Invite a friend",
        &page_of(&code),
        "Accepted: 1. Have ordered: 1. Points for you: 100.",
        "For an invitation: somebody has placed a first order",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let page = friend.get(&format!("{}?lang=en", at("/points"))).await;
    let words = "For the invitation that you have accepted, by your order M-1";
    assert!(page.html().contains(words), "{}", page.html());
}

async fn who_cannot_take_an_invitation_is_told_why(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = open(&shop).await;
    let lin = shop.customer("c-1", json!({})).await;
    let own = signed_in(&shop, &lin).await;
    let path = format!("{}?lang=en", at("/points"));
    for (sent, status, words) in [
        (code(&lin).await, 409, "This is your own invitation"),
        ("7KQ3-MX9A-BHTB".into(), 404, "There is no such invitation."),
        (String::new(), 404, "There is no such invitation."),
    ] {
        let reply = send(&own, &path, &[("code", &sent)]).await;
        reply.expect_status(status);
        assert!(reply.text().contains(words), "{words}: {}", reply.text());
    }
    shop.send(bought("L-1", "c-1")).await;
    let page = own.get(&format!("{path}&invite=7KQ3-MX9A-BHTB")).await;
    let words = "For new customers: accept it before your first order";
    assert!(page.html().contains(words), "{}", page.html());
}

async fn the_staff_writes_the_rule_in_the_form(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = open(&shop).await;
    let path = format!("/console/shops/{}/points", club.olga.shop());
    let page = club.olga.browser.get(&format!("{path}?lang=en")).await;
    let html = page.html().replace("<!>", "");
    for words in [
        "Points for an invitation: 100",
        "Points for who was invited: 50",
        "The order reaches at least: CN¥50.00",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let mut form = vec![
        ("form", "draft"),
        ("return_days", "14"),
        ("refund_spent", "stop"),
        ("adjust_limit", "0"),
        ("referral_points", "20"),
        ("referral_welcome", ""),
        ("referral_minimum", "99.5"),
        ("referral_currency", "eur"),
        ("referral_cap", "60"),
        ("referral_cap_period", "year"),
    ];
    send(&club.olga.browser, &path, &form)
        .await
        .expect_status(303);
    let book: RulesBook = club
        .olga
        .browser
        .get(&club.olga.path("points/rules"))
        .await
        .json();
    let rule = serde_json::to_value(book.draft.unwrap().rules.referral).unwrap();
    let expected = json!({
        "points": 20, "welcome": 0, "minimum": { "amount": 9_950, "currency": "EUR" },
        "cap": { "period": "year", "points": 60 },
    });
    assert_eq!(rule, expected);
    // What is wrong comes back as it was typed.
    form[6].1 = "a lot";
    let wrong = send(&club.olga.browser, &path, &form).await;
    wrong.expect_status(422);
    assert!(wrong.text().contains("value=\"a lot\""), "{}", wrong.text());
}
