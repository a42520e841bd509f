//! The staff sees what customers wish for, in numbers; and customers choose what they are told, without any script.

use crate::colleagues::owner;
use crate::member::{at, browser, submit};
use crate::offers::{backend, offer, send};
use crate::shelf::{EMMA, KEY, PRIDE};
use crate::wishlists::{Shop, heart, put};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::wishlists::alerts::AlertPage;
use bookplate_wire::wishlists::demand::Demand;
use bookplate_wire::wishlists::follows::Follows;
use bookplate_wire::wishlists::shelf::ShelfPage;
use serde_json::json;

stories!(
    the_staff_sees_what_is_wished_for_most_and_what_is_missing,
    alerts_shelf_and_following_are_chosen_without_any_script,
);

async fn the_staff_sees_what_is_wished_for_most_and_what_is_missing(setup: Setup) {
    let shop = Shop::open(setup).await;
    let till = backend(&shop).await;
    for (name, books) in [("lin", vec![EMMA, PRIDE]), ("ben", vec![EMMA])] {
        let customer = shop.customer(name).await;
        for isbn in books {
            heart(&customer, isbn, true).await;
        }
        put(&customer, "default", EMMA, json!({ "quantity": 2 })).await;
    }
    shop.world
        .setup()
        .import_catalogue(&format!(
            "isbn,title,authors\n{PRIDE},=SUM(A1),Jane Austen\n"
        ))
        .await;
    send(
        &till,
        &[
            offer(PRIDE, 990, "out_of_stock"),
            offer(EMMA, 500, "in_stock"),
        ],
    )
    .await;
    let olga = owner(&shop.world, KEY, "olga@example.com").await;
    let demand: Demand = olga
        .browser
        .get(&olga.path("demand?period=week"))
        .await
        .json();
    let books: Vec<_> = demand
        .books
        .iter()
        .map(|book| (book.isbn.as_str(), book.customers, book.copies))
        .collect();
    assert_eq!(books, [(EMMA, 2, 4), (PRIDE, 1, 1)]);
    assert_eq!(demand.weeks.len(), 12);
    let last = demand.weeks.last().unwrap();
    assert_eq!((last.wishes, last.unmet), (3, 1));
    let unmet: Demand = olga
        .browser
        .get(&olga.path("demand?list=unmet"))
        .await
        .json();
    assert_eq!(unmet.books.len(), 1);
    let refused = olga.browser.get(&olga.path("demand?period=day")).await;
    assert_eq!(refused.problem().field.as_deref(), Some("period"));

    let csv = olga
        .browser
        .get(&olga.path("demand/export?list=unmet"))
        .await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    let text = csv.text();
    let row = format!("\r\n{PRIDE},'=SUM(A1),Jane Austen,1,1,out_of_stock,9.90,EUR\r\n");
    assert!(text.ends_with(&row), "{text}");
    let page = format!("/console/shops/{}/demand", olga.shop());
    let shown = olga.browser.get(&format!("{page}?lang=en")).await;
    let html = shown.html();
    for words in [
        "Most wished for",
        "Emma",
        "<rect class=\"bar\"",
        "Week from",
        "demand.csv",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let shown = olga
        .browser
        .get(&format!("{page}?list=unmet&lang=en"))
        .await;
    assert!(!shown.html().contains("Emma"));
    let file = olga.browser.get(&format!("{page}.csv?list=unmet")).await;
    assert_eq!(file.text(), text);
    let stranger = shop.world.anonymous().get(&olga.path("demand")).await;
    assert_eq!(stranger.problem().code, Code::StaffSessionRequired);
}

async fn alerts_shelf_and_following_are_chosen_without_any_script(setup: Setup) {
    let shop = Shop::open(setup).await;
    let till = backend(&shop).await;
    send(&till, &[offer(EMMA, 990, "in_stock")]).await;
    let lin = shop.customer("c-1").await;
    heart(&lin, EMMA, true).await;
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    let shown = member.get(&at("/wishlists?lang=en")).await;
    let html = shown.html();
    for words in [
        "€9.90",
        "In stock",
        "Tell me when",
        "Follow Jane Austen",
        "Want to read",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    // Nobody allows news by leaving a box as it is.
    let (_, box_of_mail) = html.split_once("name=\"mail\"").unwrap();
    let (box_of_mail, _) = box_of_mail.split_once('>').unwrap();
    assert!(!box_of_mail.contains("checked"), "{box_of_mail}");
    let send = async |fields: String| submit(&member, "/wishlists?lang=en", &fields).await;
    let wrong = send(format!(
        "do=alerts&isbn={EMMA}&price=on&at_most=cheap&currency=EUR"
    ))
    .await;
    wrong.expect_status(422);
    let html = wrong.text();
    assert!(
        html.contains("Please enter a price above 0") && html.contains("value=\"cheap\""),
        "{html}"
    );
    for fields in [
        format!("do=alerts&isbn={EMMA}&price=on&at_most=8,50&currency=EUR&stock=on&mail=on"),
        format!("do=shelf&isbn={EMMA}&state=reading"),
        format!("do=follow&isbn={EMMA}&kind=author&name=Jane+Austen"),
        format!("do=any&isbn={EMMA}"),
    ] {
        send(fields).await.expect_status(303);
    }
    let alerts: AlertPage = lin.get("/v1/customer/alerts").await.json();
    let choice = &alerts.alerts[0].choice;
    let most = choice.price.as_ref().unwrap().at_most.as_ref().unwrap();
    assert!(most.amount == 850 && choice.back_in_stock && !choice.new_book);
    let consents = lin.get("/v1/customer/consents").await;
    let consents = consents.text();
    assert!(
        consents.contains("\"purpose\":\"news\",\"granted\":true"),
        "{consents}"
    );
    let shown = member.get(&at("/wishlists?lang=en")).await;
    let html = shown.html();
    for words in [
        "(chosen)",
        "value=\"8.50\"",
        "Unfollow Jane Austen",
        "Only this edition",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let overview = member.get(&at("?lang=en")).await;
    assert!(
        overview.html().contains("Reading (1)"),
        "{}",
        overview.html()
    );
    let shelf = member.get(&at("/shelf?state=reading&lang=en")).await;
    assert!(shelf.html().contains("Emma"));
    let fields = format!("do=set&isbn={EMMA}&state=read&shown=reading");
    submit(&member, "/shelf", &fields).await.expect_status(303);
    let page: ShelfPage = lin.get("/v1/customer/shelf").await.json();
    assert_eq!(page.counts.read, 1);
    let fields = "do=follow&kind=series&name=";
    let wrong = submit(&member, "/follows?lang=en", fields).await;
    wrong.expect_status(422);
    assert!(
        wrong.text().contains("Please enter a name"),
        "{}",
        wrong.text()
    );
    let follows: Follows = lin.get("/v1/customer/follows").await.json();
    let fields = format!("do=unfollow&follow={}", follows.follows[0].id);
    submit(&member, "/follows", &fields)
        .await
        .expect_status(303);
    let shown = member.get(&at("/follows?lang=en")).await;
    assert!(shown.html().contains("You follow nobody yet."));
    // The list that others see says nothing of it.
    assert!(!shown.html().contains("Jane Austen"));
}
