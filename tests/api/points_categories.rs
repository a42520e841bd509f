//! Bonuses for what books are about, as the catalogue says; and the first rules of a shop that brings them along.

use crate::bookshop::Shop;
use crate::points::{Club, entries, examine, order, refund, sums};
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH};
use bookplate_store::now;
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::orders::{OrderPage, Outcome};
use bookplate_wire::points::books::BookEarnings;
use bookplate_wire::points::checkout::Quote;
use bookplate_wire::points::rules::RulesVersion;
use serde_json::{Value, json};
use std::io::Write;
use tempfile::NamedTempFile;

stories!(
    a_bonus_is_for_what_books_are_about,
    codes_of_an_onix_file_are_categories_too,
    an_order_says_of_its_own_lines_what_they_are,
    what_is_said_of_a_line_is_checked,
    a_quote_says_what_its_lines_would_earn,
    a_shop_brings_its_first_rules_along,
);

const ABOUT: &str = "\
isbn,work,title,authors,published_on,format,language,categories
9780141439518,pride,Pride and Prejudice,Jane Austen,2003,paperback,en,Fiction / Classics; Love
9780141439587,emma,Emma,Jane Austen,2003,paperback,en,Fiction
";

fn bonus(categories: &[&str]) -> Value {
    json!({
        "return_days": 0,
        "bonuses": [{ "id": "about", "name": "A week of it", "percent": 100, "categories": categories }],
    })
}

async fn a_bonus_is_for_what_books_are_about(setup: Setup) {
    let shop = Shop::open(setup).await;
    let said = shop.world().setup().import_catalogue(ABOUT).await;
    assert!(said.contains("2 changed"), "{said}");
    let said = shop.world().setup().import_catalogue(ABOUT).await;
    assert!(said.contains("2 unchanged"), "{said}");
    let club = Club::open(&shop, bonus(&["fiction / classics"])).await;
    let lin = shop.customer("c-1", json!({})).await;
    // What the element says is what an order earns.
    let path = format!("/v1/customer/points/books?books={PRIDE}:90.00%20CNY,{EMMA}:35.50%20CNY");
    let said: BookEarnings = lin.get(&path).await.json();
    let said: Vec<_> = said.books.iter().map(|book| book.points).collect();
    assert_eq!(said, [Some(180), Some(35)]);
    shop.send(order("A-1")).await;
    assert_eq!(sums(&lin).await, (180 + 35, 0));
    let about = entries(&lin)
        .await
        .into_iter()
        .filter_map(|entry| entry.rule);
    let about: Vec<_> = about.filter(|rule| rule.id == "about").collect();
    assert_eq!((about.len(), &*about[0].name), (1, "A week of it"));
    // What is above is for what is below.
    club.publish(bonus(&["Fiction"])).await;
    shop.send(order("A-2")).await;
    assert_eq!(sums(&lin).await, (215 + 180 + 70, 0));
    // Of a book of which the catalogue says nothing, nobody knows what it is about.
    let mut other = order("A-3");
    other["lines"] = json!([{
        "line": "a", "isbn": PRIDE_ZH, "quantity": 1, "total": { "amount": 1_000, "currency": "CNY" },
    }]);
    shop.send(other).await;
    assert_eq!(sums(&lin).await, (465 + 10, 0));
    examine(&shop).await;
}

async fn codes_of_an_onix_file_are_categories_too(setup: Setup) {
    let shop = Shop::open(setup).await;
    let file = NamedTempFile::with_suffix(".xml").unwrap();
    let onix = format!(
        "<ONIXMessage release=\"3.0\" xmlns=\"http://ns.editeur.org/onix/3.0/reference\"><Header><Sender><SenderName>X</SenderName></Sender>\
         <SentDateTime>20260101</SentDateTime></Header><Product><RecordReference>1</RecordReference>\
         <NotificationType>03</NotificationType><ProductIdentifier><ProductIDType>15</ProductIDType>\
         <IDValue>{EMMA}</IDValue></ProductIdentifier><DescriptiveDetail><ProductForm>BC</ProductForm>\
         <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>Emma</TitleText></TitleElement></TitleDetail><Subject><SubjectSchemeIdentifier>93</SubjectSchemeIdentifier>\
         <SubjectCode>FBC</SubjectCode></Subject></DescriptiveDetail></Product></ONIXMessage>"
    );
    file.as_file().write_all(onix.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap();
    let said = shop
        .world()
        .setup()
        .run(&["import", "catalogue", path])
        .await;
    assert!(said.contains("1 changed"), "{said}");
    let _club = Club::open(&shop, bonus(&["thema:FB"])).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    assert_eq!(sums(&lin).await, (90 + 70, 0));
    examine(&shop).await;
}

async fn an_order_says_of_its_own_lines_what_they_are(setup: Setup) {
    let shop = Shop::open(setup).await;
    shop.world().setup().import_catalogue(ABOUT).await;
    let club = Club::open(&shop, bonus(&["Gifts"])).await;
    let lin = shop.customer("c-1", json!({})).await;
    let line = |line: &str, more: Value, amount: i64| {
        let mut whole = json!({
            "line": line, "quantity": 2, "total": { "amount": amount, "currency": "CNY" },
        });
        let fields = whole.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        whole
    };
    let mut bought = order("A-1");
    bought["lines"] = json!([
        line(
            "mug",
            json!({ "sku": "mug", "categories": ["Kitchen", "Gifts / Mugs"] }),
            2_000
        ),
        line("bag", json!({ "sku": "bag" }), 500),
        line(
            "book",
            json!({ "isbn": PRIDE, "categories": ["Gifts"] }),
            9_000
        ),
    ]);
    // What a quote says of the lines is what the order earns.
    let quoted = json!({
        "customer": { "external_id": "c-1" }, "total": { "amount": 11_500, "currency": "CNY" },
        "lines": [
            { "categories": ["Gifts / Mugs"], "amount": 2_000 }, { "amount": 500 },
            { "isbn": PRIDE, "categories": ["Gifts"], "amount": 9_000 },
        ],
    });
    let backend = shop.backend();
    let quote: Quote = backend.post("/v1/checkout/quote", &quoted).await.json();
    assert_eq!(quote.earns, 20 + 5 + 90 + 20 + 90);
    shop.send(bought.clone()).await;
    assert_eq!(sums(&lin).await, (quote.earns, 0));
    // Which comes first does not matter; what is another one does.
    bought["lines"][0]["categories"] = json!(["Gifts / Mugs", "Kitchen"]);
    let again = shop.send(bought.clone()).await;
    assert_eq!(again.orders[0].outcome, Outcome::Unchanged);
    bought["lines"][0]["categories"] = json!(["Kitchen"]);
    let other = json!({ "orders": [bought] });
    let refused = backend.post("/v1/orders", &other).await.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::OrderConflict, Some("orders[0].number"))
    );
    // The customer sees and takes along what was said.
    let page: OrderPage = lin.get("/v1/customer/orders").await.json();
    assert_eq!(
        page.orders[0].lines[0].categories,
        ["Gifts / Mugs", "Kitchen"]
    );
    let kept: Value = lin.get("/v1/customer/archive").await.json();
    let kept = &kept["orders"][0]["lines"];
    assert_eq!(kept[0]["categories"], json!(["Gifts / Mugs", "Kitchen"]));
    assert_eq!(kept[1].get("categories"), None);
    // A book that the order puts elsewhere is not what the catalogue says, then: of the second one it says nothing.
    club.publish(bonus(&["Love"])).await;
    let mut elsewhere = order("A-2");
    elsewhere["lines"] = json!([
        line(
            "a",
            json!({ "isbn": PRIDE, "categories": ["Gifts"] }),
            1_000
        ),
        line("b", json!({ "isbn": PRIDE }), 1_000),
    ]);
    shop.send(elsewhere).await;
    assert_eq!(sums(&lin).await, (225 + 10 + 20, 0));
    // A mug comes back: what it has earned under the rules of its day goes, and nothing else.
    shop.refund(refund("R-1", "A-1", "mug", 1, 1_000)).await;
    assert_eq!(sums(&lin).await, (255 - 20, 0));
    shop.refund(refund("R-2", "A-1", "mug", 1, 1_000)).await;
    assert_eq!(sums(&lin).await, (255 - 40, 0));
    examine(&shop).await;
}

async fn what_is_said_of_a_line_is_checked(setup: Setup) {
    let shop = Shop::open(setup).await;
    let backend = shop.backend();
    let mut order = order("A-1");
    let mut quoted = json!({
        "customer": { "external_id": "c-1" }, "total": { "amount": 100, "currency": "CNY" },
        "lines": [{ "amount": 100 }],
    });
    for wrong in [json!([""]), json!(["x".repeat(121)]), json!(vec!["x"; 51])] {
        order["lines"][1]["categories"].clone_from(&wrong);
        let sent = json!({ "orders": [order] });
        let refused = backend.post("/v1/orders", &sent).await.problem();
        let field = refused.field.as_deref();
        assert_eq!(field, Some("orders[0].lines[1].categories"), "{wrong}");
        quoted["lines"][0]["categories"].clone_from(&wrong);
        let refused = backend.post("/v1/checkout/quote", &quoted).await.problem();
        let field = refused.field.as_deref();
        assert_eq!(field, Some("lines[0].categories"), "{wrong}");
    }
}

async fn a_quote_says_what_its_lines_would_earn(setup: Setup) {
    let shop = Shop::open(setup).await;
    shop.world().setup().import_catalogue(ABOUT).await;
    let mut rules = bonus(&["Love"]);
    rules["bonuses"][0]["formats"] = json!(["paperback"]);
    let _club = Club::open(&shop, rules).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mut asked = json!({
        "customer": { "external_id": "c-1" }, "total": { "amount": 12_550, "currency": "CNY" },
    });
    let backend = shop.backend();
    let quote = async |asked: &Value| {
        let reply = backend.post("/v1/checkout/quote", asked).await;
        reply.json::<Quote>().earns
    };
    assert_eq!(quote(&asked).await, 125);
    asked["lines"] = json!([
        { "isbn": PRIDE, "amount": 9_000 }, { "isbn": EMMA, "amount": 3_000 }, { "amount": 550 },
    ]);
    let said = quote(&asked).await;
    assert_eq!(said, 125 + 90);
    let mut bought = order("A-1");
    let total = |amount: i64| json!({ "amount": amount, "currency": "CNY" });
    bought["lines"] = json!([
        { "line": "a", "isbn": PRIDE, "quantity": 2, "total": total(9_000) },
        { "line": "b", "isbn": EMMA, "quantity": 1, "total": total(3_000) },
        { "line": "c", "sku": "bag", "quantity": 1, "total": total(550) },
    ]);
    shop.send(bought).await;
    assert_eq!(sums(&lin).await, (said, 0));
    asked["lines"][1]["amount"] = json!(-1);
    let refused = backend.post("/v1/checkout/quote", &asked).await.problem();
    assert_eq!(refused.field.as_deref(), Some("lines[1].amount"));
}

async fn a_shop_brings_its_first_rules_along(setup: Setup) {
    let shop = Shop::open(setup).await;
    let file = NamedTempFile::with_suffix(".json").unwrap();
    let brought = json!({
        "rules": {
            "rates": [{ "currency": "CNY", "per": 100, "points": 1 }],
            "return_days": 0, "refund_spent": "negative", "adjust_limit": 0,
        },
        "rewards": [{
            "names": [{ "language": "en", "name": "A bag" }], "gives": { "kind": "gift" }, "points": 40, "active": true,
        }],
    });
    file.as_file()
        .write_all(brought.to_string().as_bytes())
        .unwrap();
    let path = file.path().to_str().unwrap();
    let begin = [
        "points",
        "begin",
        "--shop",
        KEY,
        "--since",
        "2025-01-01",
        path,
    ];
    let said = shop.world().setup().run(&begin).await;
    assert!(said.contains("has points"), "{said}");
    // Said again, nothing changes.
    let said = shop.world().setup().run(&begin).await;
    assert!(said.contains("nothing has changed"), "{said}");
    let lin = shop.customer("c-1", json!({})).await;
    let mut past = order("A-1");
    past["placed_at"] = json!(now() - 90 * 24 * 3_600_000);
    shop.send(past).await;
    assert_eq!(sums(&lin).await, (125, 0));
    let rules: RulesVersion = shop.backend().get("/v1/points/rules").await.json();
    assert_eq!((rules.version, &*rules.published_by_name), (1, "bookplate"));
    let rewards: Value = lin.get("/v1/customer/rewards").await.json();
    assert_eq!(rewards["rewards"].as_array().map(Vec::len), Some(1));
    examine(&shop).await;
}
