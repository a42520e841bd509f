//! Wishlists in the member centre, as a browser without any script gets them; and hearts as fragments.

use crate::member::{at, browser, submit};
use crate::shelf::{EMMA, PRIDE, PRIDE_ZH, UNKNOWN, shopper};
use crate::wishlists::{Shop, heart, isbns, lists, new_list, put, wishes};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::fragments::Fragments;
use bookplate_wire::wishlists::Priority;
use reqwest::Method;
use serde_json::json;

stories!(
    a_heart_without_script_leads_to_a_page_that_adds_the_book,
    lists_are_kept_without_any_script,
    a_form_that_breaks_rules_comes_back_with_what_was_written,
    a_page_may_have_hearts_for_many_books,
);

async fn a_heart_without_script_leads_to_a_page_that_adds_the_book(setup: Setup) {
    let shop = Shop::open(setup).await;
    let page = format!("/wishes/{PRIDE}");
    let asked = shop.world.anonymous().get(&at(&page)).await;
    asked.expect_status(303);
    let to = asked.header("location");
    assert!(to.contains("/sign-in?back=") && to.contains(PRIDE), "{to}");
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    let nothing = member.get(&at("/wishlists?lang=en")).await;
    assert!(nothing.html().contains("You have wished for nothing yet."));
    let shown = member.get(&at(&format!("{page}?lang=en"))).await;
    let html = shown.html();
    assert!(
        html.contains("Pride and Prejudice") && html.contains("Put it on the wishlist"),
        "{html}"
    );
    let added = submit(&member, &page, "do=add").await;
    assert_eq!(
        added.header("location"),
        format!("{}?done=wish_added", at("/wishlists"))
    );
    let lin = shop.customer("c-1").await;
    assert_eq!(isbns(&wishes(&lin, "default").await), [PRIDE]);
    let shown = member.get(&at(&format!("{page}?lang=en"))).await;
    assert!(shown.html().contains("This book is on your wishlist."));
    submit(&member, &page, "do=remove").await.expect_status(303);
    assert!(wishes(&lin, "default").await.is_empty());
    let unknown = member.get(&at(&format!("/wishes/{UNKNOWN}"))).await;
    unknown.expect_status(404);
    // Another site's form does nothing.
    let elsewhere = member
        .clone()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("sec-fetch-site", "cross-site");
    let sent = elsewhere
        .send_bytes(Method::POST, &at(&page), b"do=add".to_vec())
        .await;
    sent.expect_status(403);
    assert!(wishes(&lin, "default").await.is_empty());
}

async fn lists_are_kept_without_any_script(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1").await;
    for isbn in [EMMA, PRIDE_ZH, PRIDE] {
        heart(&lin, isbn, true).await;
    }
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    let page = "/wishlists";
    let send = async |fields: String| {
        let sent = submit(&member, page, &fields).await;
        sent.expect_status(303);
        sent.header("location").to_owned()
    };
    let order = async || {
        let shown = wishes(&lin, "default").await;
        shown
            .iter()
            .map(|wish| wish.isbn.to_string())
            .collect::<Vec<_>>()
    };
    send(format!("do=up&isbn={EMMA}")).await;
    assert_eq!(order().await, [PRIDE, EMMA, PRIDE_ZH]);
    let next = send(format!("do=down&isbn={PRIDE}")).await;
    assert_eq!(order().await, [EMMA, PRIDE, PRIDE_ZH]);
    assert!(next.contains(&format!("moved={PRIDE}")), "{next}");
    for way in ["up", "down"] {
        let end = if way == "up" { EMMA } else { PRIDE_ZH };
        send(format!("do={way}&isbn={end}")).await;
        assert_eq!(order().await, [EMMA, PRIDE, PRIDE_ZH]);
    }
    // Out and back, with a note that another device has written meanwhile.
    let next = send(format!("do=remove&isbn={PRIDE}")).await;
    assert_eq!(order().await, [EMMA, PRIDE_ZH]);
    let shown = member.get(&format!("{next}&lang=en")).await;
    let html = shown.html();
    assert!(
        html.contains("Taken off your wishlist.") && html.contains("value=\"undo\""),
        "{html}"
    );
    send(format!("do=undo&isbn={PRIDE}")).await;
    assert_eq!(order().await, [EMMA, PRIDE, PRIDE_ZH]);
    put(&lin, "default", PRIDE, json!({ "note": "for Mei" })).await;
    let next = send("do=new&name=Gifts".to_owned()).await;
    let gifts = lists(&lin).await.swap_remove(1);
    assert!(next.contains(gifts.id.as_str()), "{next}");
    let to = &gifts.id;
    send(format!(
        "do=set&isbn={PRIDE}&note=in+hardback&note_before=&priority=high&quantity=2&to={to}"
    ))
    .await;
    let wish = wishes(&lin, to.as_str()).await.swap_remove(0);
    assert_eq!(
        (&*wish.note, wish.priority, wish.quantity),
        ("for Mei\nin hardback", Priority::High, 2)
    );
    let shown = member.get(&at(&format!("{page}?list={to}&lang=en"))).await;
    let html = shown.html();
    for words in [
        "Gifts",
        "in hardback",
        "Most wanted",
        "2 copies",
        "Pride and Prejudice",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    send(format!("do=rename&list={to}&name=Presents")).await;
    send(format!("do=default&list={to}")).await;
    assert_eq!(lists(&lin).await[0].name, "Presents");
    let other = lists(&lin).await.swap_remove(1).id;
    let next = send(format!("do=delete&list={other}")).await;
    assert_eq!(lists(&lin).await.len(), 1);
    let shown = member.get(&next).await;
    assert!(shown.html().contains("value=\"restore\""));
    send(format!("do=restore&list={other}")).await;
    assert_eq!(lists(&lin).await.len(), 2);
    // They are in the overview too.
    let overview = member.get(&at("?lang=en")).await;
    assert!(overview.html().contains("Presents"));
}

async fn a_form_that_breaks_rules_comes_back_with_what_was_written(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1").await;
    heart(&lin, PRIDE, true).await;
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    let fields = format!(
        "do=set&isbn={PRIDE}&note={}&priority=low&quantity=many",
        "a".repeat(501)
    );
    let again = submit(&member, "/wishlists?lang=en", &fields).await;
    again.expect_status(422);
    let html = again.text();
    for words in [
        &"a".repeat(501),
        "A note has at most",
        "a number from 1 to 99",
        "value=\"many\"",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert_eq!(wishes(&lin, "default").await[0].quantity, 1);
    let long = "b".repeat(61);
    let again = submit(
        &member,
        "/wishlists?lang=en",
        &format!("do=new&name={long}"),
    )
    .await;
    again.expect_status(422);
    assert!(again.text().contains("A list needs a name") && again.text().contains(&long));
    let nothing = submit(&member, "/wishlists", "do=paint").await;
    nothing.expect_status(404);
    let ben = shop.customer("ben").await;
    let foreign = new_list(&ben, "Mine").await;
    let fields = format!("do=rename&list={}&name=Yours", foreign.id);
    submit(&member, "/wishlists", &fields)
        .await
        .expect_status(404);
    assert_eq!(lists(&ben).await[0].name, "Mine");
}

async fn a_page_may_have_hearts_for_many_books(setup: Setup) {
    let shop = Shop::open(setup).await;
    let page = shopper(&shop.world);
    let path = format!(
        "/v1/fragments?lang=en&w=wish-button/{PRIDE}&w=wish-button/{UNKNOWN}&w=wish-button/1"
    );
    let Fragments { fragments } = page.get(&path).await.json();
    let html = &fragments[0].html;
    assert!(
        html.contains("Wishlist: Pride and Prejudice") && html.contains("wishlists.css"),
        "{html}"
    );
    assert!(
        fragments[1].html.contains(" hidden"),
        "{}",
        fragments[1].html
    );
    let problem = fragments[2].problem.as_ref().unwrap();
    assert_eq!(problem.code, Code::IsbnInvalid);
    let include = page
        .get(&path.replace("fragments?", "fragments.html?"))
        .await;
    let html = include.html();
    assert!(
        html.contains(&format!("<bookplate-wish-button isbn=\"{PRIDE}\"")),
        "{html}"
    );
    // What a title says stays text.
    shop.world
        .setup()
        .import_catalogue("isbn,title\n9780141439587,\"<img src=x onerror=alert(1)>\"\n")
        .await;
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    let lin = shop.customer("c-1").await;
    put(
        &lin,
        "default",
        EMMA,
        json!({ "note": "</textarea><script>alert(1)</script>" }),
    )
    .await;
    for page in [at("/wishlists"), at(&format!("/wishes/{EMMA}"))] {
        let shown = member.get(&page).await;
        let html = shown.html();
        assert!(
            !html.contains("<img src=x") && !html.contains("<script>alert"),
            "{html}"
        );
    }
}
