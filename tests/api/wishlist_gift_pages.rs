//! Gifts on hosted pages, as a browser without any script has them.

use crate::desk::Desk;
use crate::member::{at, submit};
use crate::shelf::{KEY, ORIGIN, PRIDE};
use crate::wishlist_gifts::{gifts_of, pages, share};
use crate::wishlists::{lists, put, wishes};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use reqwest::Method;
use serde_json::json;

stories!(a_guest_gives_by_forms_without_any_script);

/// Sends a form of a shared list, or of the page for codes.
async fn send_form(browser: &Actor<'_>, path: &str, fields: &str) -> Reply {
    let form = browser
        .clone()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("sec-fetch-site", "same-origin");
    form.send_bytes(Method::POST, path, fields.as_bytes().to_vec())
        .await
}

async fn a_guest_gives_by_forms_without_any_script(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({ "quantity": 2 })).await;
    let secret = share(&lin).await;
    let path = format!("/shops/{KEY}/wishlists/{secret}");
    let english = format!("{path}?lang=en");
    let guest = desk.world.anonymous();
    let shown = guest.get(&english).await;
    let html = shown.html();
    for words in [
        "Give this book",
        "Your name",
        "Reserve it",
        "Sign in to be reminded",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let nameless = send_form(&guest, &english, &format!("do=reserved&isbn={PRIDE}&name=")).await;
    nameless.expect_status(422);
    assert!(
        nameless.text().contains("Please tell a name"),
        "{}",
        nameless.text()
    );
    let fields = format!("do=reserved&isbn={PRIDE}&name=Mei&quantity=2");
    let made = send_form(&guest, &english, &fields).await;
    made.expect_status(200);
    let html = made.text();
    let code = html
        .split("<code>")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    let code = code.unwrap().to_owned();
    assert!(html.contains("it is shown only now") && html.contains("Somebody gives this already"));
    assert!(!guest.get(&english).await.html().contains(&code));
    let late = send_form(&guest, &english, &fields.replace("Mei", "Ben")).await;
    late.expect_status(409);
    assert!(
        late.text().contains("Somebody was quicker"),
        "{}",
        late.text()
    );

    let receipts = format!("/shops/{KEY}/gifts?lang=en");
    let asked = guest.get(&receipts).await;
    assert!(asked.html().contains("Your code"));
    // Its own program shows the gift in this very document, with the shop's picture of the book.
    let policy = asked.header("content-security-policy");
    assert!(
        policy.contains(&format!("img-src 'self' {ORIGIN}")),
        "{policy}"
    );
    let unknown = send_form(&guest, &receipts, "do=look&code=abcd").await;
    unknown.expect_status(422);
    assert!(unknown.text().contains("There is no gift with this code"));
    let found = send_form(&guest, &receipts, &format!("do=look&code={code}")).await;
    assert!(found.text().contains("Pride and Prejudice") && found.text().contains("Reserved"));
    let bought = send_form(&guest, &receipts, &format!("do=bought&code={code}")).await;
    assert!(
        bought.text().contains("Not bought yet"),
        "{}",
        bought.text()
    );
    let undone = send_form(&guest, &receipts, &format!("do=undo&code={code}")).await;
    assert!(undone.text().contains("You do not give it any more"));

    // With an account it is in the own pages.
    let ben = desk.customer("ben").await;
    let member = pages(&desk, &ben).await;
    let fields = format!("do=bought&isbn={PRIDE}&quantity=1");
    let made = send_form(&member, &english, &fields).await;
    made.expect_status(303);
    assert!(made.header("location").contains("done=gift_bought"));
    send_form(&member, &english, "do=follow")
        .await
        .expect_status(303);
    let own = member.get(&at("/gifts?lang=en")).await;
    let html = own.html();
    for words in [
        "Pride and Prejudice",
        "Bought",
        "Lists you follow",
        "Stop following",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let gift = gifts_of(&ben).await.swap_remove(0).id;
    submit(&member, "/gifts", &format!("do=undo&gift={gift}"))
        .await
        .expect_status(303);
    submit(&member, "/gifts", &format!("do=unfollow&shared={secret}"))
        .await
        .expect_status(303);
    let own = member.get(&at("/gifts?lang=en")).await;
    assert!(
        own.html().contains("You give nothing yet.")
            && own.html().contains("You follow no list yet.")
    );
    // Another site's form does nothing.
    let elsewhere = guest
        .clone()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("sec-fetch-site", "cross-site");
    let sent = elsewhere
        .send_bytes(Method::POST, &path, fields.into_bytes())
        .await;
    sent.expect_status(403);
    assert_eq!(wishes(&lin, "default").await.len(), 1);
    assert_eq!(lists(&lin).await.len(), 1);
}
