//! Customers are told what is new about books that they wish for or follow: what they have chosen, once, and in one message a
//! day.

use crate::desk::{Desk, told};
use crate::offers::{offer, send};
use crate::people::{new_secret, seconds};
use crate::shelf::{EMMA, KEY, ORIGIN, PRIDE, PRIDE_ZH, UNKNOWN};
use crate::wishlists::heart;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::notifications::{WishNews, WishNewsKind};
use bookplate_wire::privacy::Archive;
use bookplate_wire::wishlists::Wished;
use bookplate_wire::wishlists::alerts::{Alert, AlertPage};
use bookplate_wire::wishlists::follows::{Follow, Follows};
use bookplate_wire::wishlists::shelf::{ShelfBook, ShelfPage, ShelfState};
use bookplate_wire::{Code, Isbn};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_drop_is_told_once_by_email_to_who_allows_it,
    what_is_over_bought_or_taken_off_is_not_told,
    two_servers_tell_it_once,
    nobody_is_told_in_quiet_hours_and_then_what_still_holds,
    what_stops_in_the_middle_of_telling_goes_on_and_tells_nobody_twice,
    a_wish_for_any_edition_has_a_heart_on_each,
    new_books_are_told_to_followers_and_old_ones_are_not,
    alerts_are_chosen_for_wishes_only,
    a_work_is_on_the_reading_shelf_once,
    what_is_ones_own_is_in_the_archive_and_goes_with_the_account,
);

/// Due at once, whatever was told before.
const DUE: &str = "UPDATE wish_digests SET due_at = 1 WHERE due_at IS NOT NULL";

async fn backend(desk: &Desk) -> Actor<'_> {
    let key = new_secret(desk.world.setup(), "api").await.1;
    desk.world.anonymous().bearing(&key)
}

async fn alert(customer: &Actor<'_>, isbn: &str, choice: Value) -> Alert {
    let path = format!("/v1/customer/alerts/{isbn}");
    customer.send_json(Method::PUT, &path, &choice).await.json()
}

async fn allow(customer: &Actor<'_>) {
    let said = json!({ "channel": "email", "purpose": "news", "granted": true });
    let body = json!({ "consents": [said] });
    let path = "/v1/customer/consents";
    let done = customer.send_json(Method::PUT, path, &body).await;
    done.expect_status(200);
}

/// What a question with a number for an answer is answered by the database.
async fn count(desk: &Desk, sql: &'static str) -> i64 {
    let url = desk.world.setup().database_url();
    let store = bookplate_store::Store::open(url).await.unwrap();
    let read = move |db: &mut bookplate_store::Db| bookplate_store::db::Sql::new(sql).value(db);
    let count: Result<Option<i64>, bookplate_store::StoreError> = store.read(read).await;
    store.close().await;
    count.unwrap().unwrap()
}

/// Waits until everything that has happened was looked at.
async fn spread(desk: &Desk) {
    wait_until("all that has happened was looked at", async || {
        count(desk, "SELECT COUNT(*) FROM wish_causes").await == 0
    })
    .await;
}

/// Waits until everything that has happened was looked at, and what is to be told was told.
async fn settle(desk: &Desk) {
    spread(desk).await;
    desk.say(DUE).await.unwrap();
    let due = "SELECT COUNT(*) FROM wish_digests WHERE due_at < 2";
    wait_until("what is due is told", async || count(desk, due).await == 0).await;
}

/// The year, in UTC.
fn this_year() -> u64 {
    1970 + seconds() / 31_556_952
}

/// All news that a customer was told, the latest message first.
async fn news(customer: &Actor<'_>) -> Vec<Vec<(WishNewsKind, String)>> {
    let told = told(customer).await;
    let kinds = |news: &[WishNews]| {
        let news = news.iter();
        news.map(|news| (news.kind, news.isbn.to_string()))
            .collect()
    };
    let told = told.iter().filter(|told| !told.news.is_empty());
    told.map(|told| kinds(&told.news)).collect()
}

fn drop_of(isbn: &str) -> Vec<(WishNewsKind, String)> {
    vec![(WishNewsKind::PriceDrop, isbn.to_owned())]
}

async fn a_drop_is_told_once_by_email_to_who_allows_it(setup: Setup) {
    let desk = Desk::open(setup).await;
    let till = backend(&desk).await;
    let (lin, ben) = (desk.customer("lin").await, desk.customer("ben").await);
    send(
        &till,
        &[
            offer(EMMA, 1_000, "in_stock"),
            offer(PRIDE, 900, "out_of_stock"),
        ],
    )
    .await;
    for customer in [&lin, &ben] {
        heart(customer, EMMA, true).await;
        heart(customer, PRIDE, true).await;
    }
    let set = alert(&lin, EMMA, json!({ "price": {} })).await;
    assert_eq!(set.price_before.unwrap().amount, 1_000);
    alert(&lin, PRIDE, json!({ "back_in_stock": true })).await;
    let most = json!({ "at_most": { "amount": 850, "currency": "EUR" } });
    alert(&ben, EMMA, json!({ "price": most })).await;
    allow(&lin).await;
    send(
        &till,
        &[offer(EMMA, 900, "in_stock"), offer(PRIDE, 900, "in_stock")],
    )
    .await;
    settle(&desk).await;
    let mail = desk.mail.mail("lin@mail.example", 1).await;
    assert_eq!(
        mail.header("subject"),
        Some("News about your books at Test shop")
    );
    for words in [
        "Emma: €9.00 instead of €10.00",
        "Pride and Prejudice: in stock again",
        "No more emails with news and offers:",
    ] {
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
    }
    assert_eq!(
        mail.header("list-unsubscribe-post"),
        Some("List-Unsubscribe=One-Click")
    );
    assert_eq!(news(&lin).await[0].len(), 2);
    assert!(news(&ben).await.is_empty());

    // Nothing is told twice, but a deeper drop is; and who allows no email finds it in the account.
    send(&till, &[offer(EMMA, 901, "in_stock")]).await;
    settle(&desk).await;
    assert_eq!(news(&lin).await.len(), 1);
    send(&till, &[offer(EMMA, 850, "in_stock")]).await;
    settle(&desk).await;
    assert_eq!(news(&lin).await[0], drop_of(EMMA));
    assert_eq!(news(&ben).await, [drop_of(EMMA)]);
    desk.mail.mail("lin@mail.example", 2).await;
    let mails = desk.mail.received();
    assert!(mails.iter().all(|mail| mail.to != "ben@mail.example"));
}

async fn what_is_over_bought_or_taken_off_is_not_told(setup: Setup) {
    let desk = Desk::open(setup).await;
    let till = backend(&desk).await;
    let offers = |amount| {
        let at = |isbn| offer(isbn, amount, "in_stock");
        [at(EMMA), at(PRIDE), at(PRIDE_ZH)]
    };
    send(&till, &offers(1_000)).await;
    let lin = desk.customer("lin").await;
    for isbn in [EMMA, PRIDE, PRIDE_ZH] {
        heart(&lin, isbn, true).await;
        alert(&lin, isbn, json!({ "price": {} })).await;
    }
    send(&till, &offers(800)).await;
    // One is up again, one was bought, one is off the list.
    send(&till, &[offer(EMMA, 1_000, "in_stock")]).await;
    let money = json!({ "amount": 800, "currency": "EUR" });
    let order = json!({
        "number": "A-1", "placed_at": seconds() * 1_000, "customer": { "external_id": "lin" },
        "lines": [{ "isbn": PRIDE, "quantity": 1, "total": money }],
    });
    // The order is placed after the alert was chosen, in whole seconds.
    desk.say("UPDATE wish_alerts SET set_at = set_at - 60000")
        .await
        .unwrap();
    let sent = till.post("/v1/orders", &json!({ "orders": [order] })).await;
    sent.expect_status(200);
    heart(&lin, PRIDE_ZH, false).await;
    settle(&desk).await;
    assert!(news(&lin).await.is_empty());
    // It is still watched.
    send(&till, &[offer(EMMA, 700, "in_stock")]).await;
    settle(&desk).await;
    assert_eq!(news(&lin).await, [drop_of(EMMA)]);
    // One message a day: the next is due a day after this one.
    send(&till, &[offer(EMMA, 600, "in_stock")]).await;
    let waits = "UPDATE wish_digests SET due_at = due_at WHERE due_at > sent_at + 86000000";
    wait_until("the next message is due", async || {
        desk.say(waits).await.unwrap() > 0
    })
    .await;
    assert_eq!(news(&lin).await.len(), 1);
}

async fn two_servers_tell_it_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let second = desk.world.second().await;
    let till = backend(&desk).await;
    send(&till, &[offer(EMMA, 1_000, "in_stock")]).await;
    let mut customers = Vec::new();
    for name in ["lin", "ben", "cem", "dea"] {
        let customer = desk.customer(name).await;
        heart(&customer, EMMA, true).await;
        alert(&customer, EMMA, json!({ "price": {} })).await;
        customers.push(customer);
    }
    send(&till, &[offer(EMMA, 500, "in_stock")]).await;
    settle(&desk).await;
    for customer in &customers {
        assert_eq!(news(customer).await, [drop_of(EMMA)]);
    }
    drop(second);
}

async fn nobody_is_told_in_quiet_hours_and_then_what_still_holds(setup: Setup) {
    let desk = Desk::open(setup).await;
    let till = backend(&desk).await;
    let lin = desk.customer("lin").await;
    send(
        &till,
        &[
            offer(EMMA, 1_000, "in_stock"),
            offer(PRIDE, 1_000, "in_stock"),
        ],
    )
    .await;
    for isbn in [EMMA, PRIDE] {
        heart(&lin, isbn, true).await;
        alert(&lin, isbn, json!({ "price": {} })).await;
    }
    allow(&lin).await;
    // From an hour ago for two hours, by the shop's clock.
    let minutes = seconds() / 60 % 1_440;
    let time = |at: u64| format!("{:02}:{:02}", at % 1_440 / 60, at % 60);
    let night = format!("{}-{}", time(minutes + 1_380), time(minutes + 60));
    let create = ["shop", "create", "--name", "Test shop", "--origin", ORIGIN];
    let quiet = [&create[..], &["--public-key", KEY, "--quiet", &night]].concat();
    desk.world.setup().run(&quiet).await;
    send(
        &till,
        &[offer(EMMA, 900, "in_stock"), offer(PRIDE, 900, "in_stock")],
    )
    .await;
    spread(&desk).await;
    desk.say(DUE).await.unwrap();
    // What is found out is found out before it is told. So once the second of these is, what is due was looked at.
    for amount in [1, 2] {
        send(&till, &[offer(UNKNOWN, amount, "in_stock")]).await;
        spread(&desk).await;
    }
    assert!(news(&lin).await.is_empty());
    let due = "SELECT COUNT(*) FROM wish_digests WHERE due_at = 1";
    assert_eq!(count(&desk, due).await, 1);
    // By the end of the night one of them costs what it did.
    send(&till, &[offer(PRIDE, 1_000, "in_stock")]).await;
    desk.say("UPDATE shops SET quiet_from = '', quiet_until = ''")
        .await
        .unwrap();
    settle(&desk).await;
    assert_eq!(news(&lin).await, [drop_of(EMMA)]);
    let mail = desk.mail.mail("lin@mail.example", 1).await;
    assert!(!mail.text.contains("Pride"), "{}", mail.text);
}

async fn what_stops_in_the_middle_of_telling_goes_on_and_tells_nobody_twice(setup: Setup) {
    let desk = Desk::open(setup).await;
    let till = backend(&desk).await;
    let offers = |amount| [EMMA, PRIDE_ZH].map(|isbn| offer(isbn, amount, "in_stock"));
    send(&till, &offers(1_000)).await;
    // So many that they are told in two goes.
    for at in 0..24 {
        let customer = desk.customer(&format!("c{at}")).await;
        heart(&customer, EMMA, true).await;
        alert(&customer, EMMA, json!({ "price": {} })).await;
    }
    let last = desk.customer("last").await;
    heart(&last, PRIDE_ZH, true).await;
    alert(
        &last,
        PRIDE_ZH,
        json!({ "price": {}, "back_in_stock": true }),
    )
    .await;
    send(&till, &offers(900)).await;
    spread(&desk).await;
    // The last one cannot be told: nobody of the second go is.
    desk.say("UPDATE editions SET isbn = '?' WHERE isbn = '9787020008735'")
        .await
        .unwrap();
    desk.say(
        "UPDATE wish_digests SET due_at = CASE WHEN customer_id IN \
         (SELECT customer_id FROM wish_alerts WHERE stock = 1) THEN 1 ELSE 0 END",
    )
    .await
    .unwrap();
    let told = "SELECT COUNT(*) FROM notifications WHERE kind = 'wish_news'";
    let people = "SELECT COUNT(DISTINCT customer_id) FROM notifications WHERE kind = 'wish_news'";
    wait_until("the first go is told", async || {
        count(&desk, told).await == 20
    })
    .await;
    let failed = "news of books are not told by a shop";
    desk.world.server().logged(failed).await.unwrap();
    assert_eq!(count(&desk, told).await, 20);
    let desk = desk.crash().await;
    desk.say("UPDATE editions SET isbn = '9787020008735' WHERE isbn = '?'")
        .await
        .unwrap();
    settle(&desk).await;
    assert_eq!(
        (count(&desk, told).await, count(&desk, people).await),
        (25, 25)
    );
    assert_eq!(
        news(&desk.customer("last").await).await,
        [drop_of(PRIDE_ZH)]
    );
}

async fn a_wish_for_any_edition_has_a_heart_on_each(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    let hearts = async || -> Vec<Isbn> {
        let path = format!("/v1/customer/wishes?isbns={PRIDE},{PRIDE_ZH},{EMMA}");
        let wished: Wished = lin.get(&path).await.json();
        wished.isbns
    };
    heart(&lin, PRIDE, true).await;
    assert_eq!(hearts().await.len(), 1);
    let path = format!("/v1/customer/wishlists/default/wishes/{PRIDE}");
    let any = json!({ "any_edition": true });
    lin.send_json(Method::PUT, &path, &any)
        .await
        .expect_status(200);
    assert_eq!(hearts().await.len(), 2);
    // The heart of the other edition takes it off, and brings it back.
    heart(&lin, PRIDE_ZH, false).await;
    assert!(hearts().await.is_empty());
    heart(&lin, PRIDE_ZH, true).await;
    assert_eq!(hearts().await.len(), 2);
    let wishes = crate::wishlists::wishes(&lin, "default").await;
    assert!(wishes.len() == 1 && wishes[0].any_edition && wishes[0].isbn.as_str() == PRIDE);
    // A drop of any edition counts.
    let till = backend(&desk).await;
    send(
        &till,
        &[
            offer(PRIDE, 1_000, "in_stock"),
            offer(PRIDE_ZH, 1_500, "in_stock"),
        ],
    )
    .await;
    alert(&lin, PRIDE, json!({ "price": {} })).await;
    send(&till, &[offer(PRIDE_ZH, 700, "in_stock")]).await;
    settle(&desk).await;
    assert_eq!(news(&lin).await, [drop_of(PRIDE_ZH)]);
}

async fn new_books_are_told_to_followers_and_old_ones_are_not(setup: Setup) {
    let desk = Desk::open(setup).await;
    let (lin, ben) = (desk.customer("lin").await, desk.customer("ben").await);
    let follow = json!({ "kind": "author", "name": "JANE  austen" });
    let first: Follow = lin.post("/v1/customer/follows", &follow).await.json();
    let again: Follow = lin.post("/v1/customer/follows", &follow).await.json();
    assert_eq!(first.id, again.id);
    let series = json!({ "kind": "series", "name": "Juvenilia" });
    ben.post("/v1/customer/follows", &series)
        .await
        .expect_status(200);
    heart(&ben, EMMA, true).await;
    alert(&ben, EMMA, json!({ "new_format": true, "new_book": true })).await;
    let year = this_year() + 1;
    let csv = format!(
        "isbn,work,title,authors,published_on,format,language,series\n\
         {UNKNOWN},lady,Lady Susan,Jane Austen,{year},hardback,en,Juvenilia\n\
         9780743273565,sanditon,Sanditon,Jane Austen,1925,hardback,en,\n\
         9780140449136,emma,Emma,Jane Austen,{year},ebook,en,\n\
         9780142437247,emma,Emma,Jane Austen,{year},paperback,en,\n"
    );
    let said = desk.world.setup().import_catalogue(&csv).await;
    assert!(said.starts_with("4 added"), "{said}");
    settle(&desk).await;
    let by_author = (WishNewsKind::NewByAuthor, UNKNOWN.to_owned());
    assert_eq!(news(&lin).await, [vec![by_author.clone()]]);
    let mut told = news(&ben).await.concat();
    told.sort_by_key(|(_, isbn)| isbn.clone());
    let format = (WishNewsKind::NewFormat, "9780140449136".to_owned());
    assert_eq!(told, [format, by_author]);
    let path = format!("/v1/customer/follows/{}", first.id);
    for _ in 0..2 {
        lin.send(Method::DELETE, &path).await.expect_status(204);
    }
    let left: Follows = lin.get("/v1/customer/follows").await.json();
    assert!(left.follows.is_empty());
    let nothing = json!({ "kind": "author", "name": " " });
    let refused = lin.post("/v1/customer/follows", &nothing).await.problem();
    assert_eq!(refused.field.as_deref(), Some("name"));
}

async fn alerts_are_chosen_for_wishes_only(setup: Setup) {
    let desk = Desk::open(setup).await;
    let (lin, ben) = (desk.customer("lin").await, desk.customer("ben").await);
    let path = format!("/v1/customer/alerts/{EMMA}");
    let all = json!({ "price": {}, "back_in_stock": true, "new_format": true, "new_book": true });
    let refused = lin.send_json(Method::PUT, &path, &all).await.problem();
    assert_eq!(refused.code, Code::WishNotFound);
    heart(&lin, EMMA, true).await;
    let set = alert(&lin, EMMA, all.clone()).await;
    assert!(set.choice.is_any() && set.title == "Emma");
    let bad = json!({ "price": { "at_most": { "amount": 0, "currency": "EUR" } } });
    let refused = lin.send_json(Method::PUT, &path, &bad).await.problem();
    assert_eq!(refused.field.as_deref(), Some("price.at_most.amount"));
    let page: AlertPage = lin.get("/v1/customer/alerts").await.json();
    assert_eq!(page.alerts, [set]);
    let others: AlertPage = ben.get("/v1/customer/alerts").await.json();
    assert!(others.alerts.is_empty());
    alert(&lin, EMMA, json!({})).await;
    let page: AlertPage = lin.get("/v1/customer/alerts").await.json();
    assert!(page.alerts.is_empty());
    alert(&lin, EMMA, all).await;
    for _ in 0..2 {
        lin.send(Method::DELETE, &path).await.expect_status(204);
    }
    let refused = lin.get("/v1/customer/alerts?after=x").await.problem();
    assert_eq!(refused.code, Code::CursorInvalid);
}

async fn a_work_is_on_the_reading_shelf_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    let put = async |isbn: &str, state: &str| -> ShelfBook {
        let path = format!("/v1/customer/shelf/{isbn}");
        let state = json!({ "state": state });
        lin.send_json(Method::PUT, &path, &state).await.json()
    };
    let first = put(PRIDE, "want_to_read").await;
    put(EMMA, "reading").await;
    let other = put(PRIDE_ZH, "read").await;
    assert_eq!(
        (other.state, other.added_at),
        (ShelfState::Read, first.added_at)
    );
    let page: ShelfPage = lin.get("/v1/customer/shelf").await.json();
    let books: Vec<&str> = page.books.iter().map(|book| book.isbn.as_str()).collect();
    assert_eq!(books, [PRIDE_ZH, EMMA]);
    let counts = page.counts;
    assert_eq!(
        (counts.want_to_read, counts.reading, counts.read),
        (0, 1, 1)
    );
    let page: ShelfPage = lin
        .get("/v1/customer/shelf?state=reading&limit=1")
        .await
        .json();
    assert!(page.books.len() == 1 && page.next.is_none());
    let refused = lin.get("/v1/customer/shelf?state=lost").await.problem();
    assert_eq!(refused.field.as_deref(), Some("state"));
    let unknown = json!({ "state": "read" });
    let path = format!("/v1/customer/shelf/{UNKNOWN}");
    let refused = lin.send_json(Method::PUT, &path, &unknown).await.problem();
    assert_eq!(refused.code, Code::BookNotFound);
    let path = format!("/v1/customer/shelf/{PRIDE}");
    lin.send(Method::DELETE, &path).await.expect_status(204);
    let page: ShelfPage = lin.get("/v1/customer/shelf").await.json();
    assert_eq!(page.counts.all(), 1);
}

async fn what_is_ones_own_is_in_the_archive_and_goes_with_the_account(setup: Setup) {
    let desk = Desk::open(setup).await;
    let till = backend(&desk).await;
    let lin = desk.customer("lin").await;
    send(&till, &[offer(EMMA, 1_000, "in_stock")]).await;
    heart(&lin, EMMA, true).await;
    alert(&lin, EMMA, json!({ "price": {}, "new_book": true })).await;
    let follow = json!({ "kind": "author", "name": "Jane Austen" });
    lin.post("/v1/customer/follows", &follow)
        .await
        .expect_status(200);
    let read = json!({ "state": "read" });
    let path = format!("/v1/customer/shelf/{EMMA}");
    lin.send_json(Method::PUT, &path, &read)
        .await
        .expect_status(200);
    let year = this_year();
    let csv = format!("isbn,title,authors,published_on\n{UNKNOWN},Lady Susan,Jane Austen,{year}\n");
    desk.world.setup().import_catalogue(&csv).await;
    send(&till, &[offer(EMMA, 900, "in_stock")]).await;
    settle(&desk).await;
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(
        (
            archive.alerts.len(),
            archive.follows.len(),
            archive.shelf.len()
        ),
        (1, 1, 1)
    );
    assert!(
        archive
            .notifications
            .iter()
            .any(|told| told.news.len() == 2)
    );
    let gone = json!({ "reviews": "remove" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &gone).await;
    gone.expect_status(204);
}
