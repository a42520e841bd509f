//! What a book says that it earns is, to the point, what an order of it then earns.

use crate::bookshop::Shop;
use crate::points::{Club, balance, entries, mature, order, sums};
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH, UNKNOWN, shopper};
use bookplate_store::now;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::accounts::CustomerOverview;
use bookplate_wire::fragments::Fragments;
use bookplate_wire::points::books::BookEarnings;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    an_order_of_a_book_earns_what_the_book_says,
    everybody_is_told_what_a_book_earns_with_the_page,
    a_book_without_a_price_says_nothing,
    what_cannot_be_asked_of_books_is_named,
    what_is_pending_and_what_is_left_says_until_when,
    an_account_begins_with_figures,
);

const BOOKS: &str = "/v1/customer/points/books";

fn cny(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "CNY" })
}

/// Has the shop sell books at these prices, in fen.
async fn offer(shop: &Shop, prices: &[(&str, i64)]) {
    let offers = prices.iter().map(
        |(isbn, amount)| json!({ "isbn": isbn, "price": cny(*amount), "availability": "in_stock" }),
    );
    let offers: Vec<Value> = offers.collect();
    let taken = shop
        .backend()
        .post("/v1/offers", &json!({ "offers": offers }))
        .await;
    taken.expect_status(200);
}

/// What books earn the customer, as they say.
async fn earnings(customer: &Actor<'_>, books: &str) -> Vec<Option<i64>> {
    let said: BookEarnings = customer
        .get(&format!("{BOOKS}?books={books}"))
        .await
        .expect_status(200)
        .json();
    said.books.into_iter().map(|book| book.points).collect()
}

/// Buys so many of a book alone; how many points came of it.
async fn buy(
    shop: &Shop,
    customer: &Actor<'_>,
    number: &str,
    isbn: &str,
    quantity: u32,
    paid: i64,
) -> i64 {
    let before = sums(customer).await.1;
    let sent = json!({
        "number": number, "placed_at": now(), "customer": { "external_id": "c-1" },
        "lines": [{ "line": "1", "isbn": isbn, "quantity": quantity, "total": cny(paid) }],
    });
    shop.send(sent).await;
    sums(customer).await.1 - before
}

async fn an_order_of_a_book_earns_what_the_book_says(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({ "sign_up": 1 })).await;
    let lin = shop.customer("c-1", json!({})).await;
    // 1992 was a leap year: a birthday like today there always was.
    let birthday = format!("1992{}", &entries(&lin).await[0].on[4..]);
    let told = json!({ "birthday": birthday });
    let changed = lin.send_json(Method::PATCH, "/v1/customer", &told).await;
    changed.expect_status(200);
    let prices = [(PRIDE, 4_550), (PRIDE_ZH, 3_990), (UNKNOWN, 99)];
    offer(&shop, &prices).await;
    let bonuses = json!([
        { "id": "hardbacks", "name": "Hardbacks", "percent": 50, "formats": ["hardback"] },
        { "id": "fair", "name": "Book fair", "percent": 30, "from": "2001-01-01", "until": "9999-12-31" },
        { "id": "over", "name": "Over", "percent": 500, "until": "2001-01-01" },
    ]);
    let birthday =
        json!([{ "id": "birthday", "name": "Birthday", "percent": 100, "birthday_month": true }]);
    let doubled = json!([{ "currency": "CNY", "per": 333, "points": 7 }]);
    for (at, more) in [
        // The customer's first order counts once, so the next book says less.
        json!({ "first_order": 50 }),
        json!({ "bonuses": bonuses }),
        json!({ "bonuses": bonuses, "combination": "best_of" }),
        json!({ "bonuses": birthday, "rates": doubled }),
    ]
    .into_iter()
    .enumerate()
    {
        club.publish(more.clone()).await;
        for (isbn, price) in prices {
            let said = earnings(&lin, isbn).await;
            let number = format!("A-{at}-{isbn}");
            let given = buy(&shop, &lin, &number, isbn, 1, price).await;
            assert_eq!(said, [Some(given)], "{isbn}: {more}");
            // Several copies at what the page says that they cost together.
            let three = price * 3;
            let asked = format!("{isbn}:{}.{:02}%20CNY", three / 100, three % 100);
            let said = earnings(&lin, &asked).await;
            let given = buy(&shop, &lin, &format!("{number}-3"), isbn, 3, three).await;
            assert_eq!(said, [Some(given)], "three of {isbn}: {more}");
        }
    }
    // There is room for one and a half of the same book.
    let earned = sums(&lin).await.1;
    let more = json!({ "caps": [{ "period": "year", "points": earned + 68 }] });
    club.publish(more).await;
    for (number, room) in [("B-1", 45), ("B-2", 23), ("B-3", 0)] {
        assert_eq!(earnings(&lin, PRIDE).await, [Some(room)]);
        assert_eq!(buy(&shop, &lin, number, PRIDE, 1, 4_550).await, room);
    }
}

/// What stands in the fragments of books for everybody.
async fn fragments(shop: &Shop, widgets: &[String]) -> Vec<String> {
    let mut path = "/v1/fragments?lang=en".to_owned();
    for widget in widgets {
        path.push_str("&w=");
        path.push_str(widget);
    }
    let found: Fragments = shopper(shop.world()).get(&path).await.json();
    found.fragments.into_iter().map(|one| one.html).collect()
}

async fn everybody_is_told_what_a_book_earns_with_the_page(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({ "first_order": 50 })).await;
    offer(&shop, &[(PRIDE, 4_550), (EMMA, 100)]).await;
    let books = [
        format!("earn/{PRIDE}"),
        format!("earn/{EMMA}"),
        format!("earn/{EMMA}%3F1200.00%20CNY"),
        format!("earn/{EMMA}%3F0.99%20CNY"),
    ];
    let shown = fragments(&shop, &books).await;
    for (html, words) in
        shown
            .iter()
            .zip(["Earns 45 points", "Earns 1 point<", "Earns 1,200 points"])
    {
        assert!(html.contains(words), "{words}: {html}");
    }
    // It earns nothing, and says nothing.
    assert!(!shown[3].contains("Earns"), "{}", shown[3]);
    // What everybody is told is what somebody earns of whom nothing is known: the first order is somebody's.
    let mei = shop.customer("c-2", json!({})).await;
    assert_eq!(earnings(&mei, PRIDE).await, [Some(95)]);
    let html = format!("/v1/fragments.html?lang=en&w=earn/{EMMA}%3F1200%20CNY");
    let html = shopper(shop.world()).get(&html).await;
    let element = format!("<bookplate-earn isbn=\"{EMMA}\" price=\"1200.00 CNY\" lang=\"en\">");
    assert!(html.html().contains(&element), "{}", html.html());
    // Other rules show soon.
    let doubled = json!([{ "currency": "CNY", "per": 100, "points": 2 }]);
    club.publish(json!({ "rates": doubled })).await;
    let shows = async || fragments(&shop, &books).await[0].contains("Earns 91 points");
    wait_until("the page says what the new rules give", shows).await;
}

async fn a_book_without_a_price_says_nothing(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    offer(&shop, &[(PRIDE, 4_550)]).await;
    let widgets = [format!("earn/{PRIDE}"), "points/".to_owned()];
    let root = |widget: &str, html: &str| {
        let (_, rest) = html
            .split_once(&format!("data-widget=\"{widget}\""))
            .unwrap();
        let (_, rest) = rest.split_once('>').unwrap();
        rest.split_once("</div><script").unwrap().0.to_owned()
    };
    // A shop without points has nothing to show, and no question is asked in vain.
    let shown = fragments(&shop, &widgets).await;
    assert_eq!(
        (root("earn", &shown[0]), root("points", &shown[1])),
        Default::default()
    );
    assert_eq!(earnings(&lin, PRIDE).await, [None]);
    let _club = Club::open(&shop, json!({})).await;
    let shows = async || root("points", &fragments(&shop, &widgets).await[1]).contains("sign-in");
    wait_until("the shop has points", shows).await;
    let yen = format!("{PRIDE},{EMMA},{PRIDE}:900%20JPY");
    assert_eq!(earnings(&lin, &yen).await, [Some(45), None, None]);
    let shown = fragments(&shop, &[format!("earn/{EMMA}")]).await;
    assert_eq!(root("earn", &shown[0]), "");
}

async fn what_cannot_be_asked_of_books_is_named(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let many = vec![PRIDE; 201].join(",");
    for (query, code, field) in [
        (String::new(), Code::BadRequest, "books"),
        ("books=".into(), Code::IsbnInvalid, "books"),
        ("books=978".into(), Code::IsbnInvalid, "books"),
        (
            format!("books={PRIDE},{EMMA}:12.505%20CNY"),
            Code::BadRequest,
            "books",
        ),
        (format!("books={PRIDE}:12"), Code::BadRequest, "books"),
        (format!("books={many}"), Code::BadRequest, "books"),
        (format!("books={PRIDE}&for=me"), Code::BadRequest, "for"),
    ] {
        let problem = lin.get(&format!("{BOOKS}?{query}")).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field)),
            "{query}"
        );
    }
    let nobody = shopper(shop.world())
        .get(&format!("{BOOKS}?books={PRIDE}"))
        .await;
    assert_eq!(nobody.problem().code, Code::SessionRequired);
    let path = format!("/v1/fragments?lang=en&w=earn/{PRIDE}%3Fcheap");
    let found: Fragments = shopper(shop.world()).get(&path).await.json();
    let problem = found.fragments[0].problem.as_ref().unwrap();
    assert_eq!(problem.field.as_deref(), Some("price"), "{KEY}");
}

async fn what_is_pending_and_what_is_left_says_until_when(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({ "sign_up": 30 })).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let has = balance(&lin).await;
    let next = has.matures.unwrap();
    assert_eq!((next.points, has.pending), (125, 125));
    let told = entries(&lin).await;
    assert_eq!((told[0].left, &*told[0].usable_from), (30, ""));
    assert_eq!(told[0].usable_until, has.expires.unwrap().until);
    assert_eq!((told[1].left, &told[1].usable_from), (90, &next.on));
    assert!(next.on > told[1].on, "{next:?}");
    mature(&shop, &lin).await;
    assert_eq!(balance(&lin).await.matures, None);
    let told = entries(&lin).await;
    // They say it once, where they came.
    assert_eq!((told[1].left, &*told[1].usable_from), (90, ""));
    assert!(!told[1].usable_until.is_empty());
    assert_eq!((told[3].left, &*told[3].usable_until), (0, ""));
}

async fn an_account_begins_with_figures(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let overview = async || -> CustomerOverview { lin.get("/v1/customer/overview").await.json() };
    let begins = overview().await;
    assert_eq!((begins.unread, begins.reviews, begins.points), (0, 0, None));
    let club = Club::open(&shop, json!({})).await;
    assert_eq!(overview().await.points, Some(0));
    let id = crate::points::id_of(&shop, "c-1").await;
    club.adjust(&id, "x-1", 70).await;
    assert_eq!(overview().await.points, Some(70));
    let nobody = shopper(shop.world()).get("/v1/customer/overview").await;
    assert_eq!(nobody.problem().code, Code::SessionRequired);
}
