//! Customers, found by the staff by a part of the name.

use crate::case_links::guest_writes;
use crate::colleagues::{Colleague, console, owner};
use crate::console::send;
use crate::desk::Desk;
use crate::feedback_own::full;
use bookplate_store::StoreError;
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::accounts::CustomersFound;
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::json;

stories!(
    a_customer_is_found_by_a_part_of_the_name,
    a_list_of_customers_has_an_end,
    who_is_called_something_else_or_has_gone_is_found_no_more,
    names_from_before_their_index_are_found_after_migrating,
    whom_a_search_means_is_for_who_may_see_customers,
    a_customer_is_chosen_by_name_on_pages_that_need_no_script,
);

/// A customer whom the shop calls `id`, and others by this name.
async fn called<'a>(desk: &'a Desk, id: &str, name: &str) -> Actor<'a> {
    let email = format!("{id}@mail.example");
    desk.customer_of(id, json!({ "name": name, "email": email }))
        .await
}

async fn found(colleague: &Colleague<'_>, text: &str) -> CustomersFound {
    let mut path = colleague.path("customers?");
    bookplate_wire::query::push(&mut path, "q", text);
    colleague.browser.get(&path).await.expect_status(200).json()
}

/// The shop's own ids of those who are found.
async fn ids(colleague: &Colleague<'_>, text: &str) -> Vec<String> {
    let found = found(colleague, text).await;
    assert!(!found.more, "{text}");
    found
        .customers
        .into_iter()
        .map(|customer| customer.external_id)
        .collect()
}

async fn a_customer_is_found_by_a_part_of_the_name(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    for (id, name) in [
        ("k-1", "Mei Lindqvist"),
        ("k-2", "LIN, Jean-Luc"),
        ("k-3", "林小梅"),
        ("k-4", "山田 花子"),
        ("k-5", "Lindqvist Lin"),
        // Who is called as the shop calls another one.
        ("k-6", "k-4"),
        ("k-7", ""),
    ] {
        called(&desk, id, name).await;
    }
    for (text, all) in [
        ("lin", &["k-2", "k-5", "k-1"][..]),
        ("ｌｉｎｄ", &["k-1", "k-5"]),
        ("mei lin", &["k-1"]),
        ("lin lin", &["k-2", "k-5", "k-1"]),
        ("luc jean", &["k-2"]),
        ("小", &["k-3"]),
        ("林小", &["k-3"]),
        ("梅", &["k-3"]),
        ("花子", &["k-4"]),
        ("林梅", &[]),
        ("indqvist", &[]),
        ("mei-x", &[]),
        ("%", &[]),
        ("", &[]),
        // What names one customer comes first.
        ("k-4", &["k-4", "k-6"]),
        ("k-1@mail.example", &["k-1"]),
    ] {
        assert_eq!(ids(&olga, text).await, all, "{text}");
    }
    let mei = found(&olga, "mei").await.customers.remove(0);
    assert_eq!(
        (&*mei.name, &*mei.email),
        ("Mei Lindqvist", "k-1@mail.example")
    );
}

async fn a_list_of_customers_has_an_end(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    for number in 0..21 {
        called(&desk, &format!("k-{number}"), &format!("Lin{number:02}")).await;
    }
    let all = found(&olga, "lin").await;
    assert_eq!((all.customers.len(), all.more), (20, true));
    assert_eq!(all.customers[0].name, "Lin00");
    assert_eq!(ids(&olga, "lin1").await.len(), 10);
}

async fn who_is_called_something_else_or_has_gone_is_found_no_more(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let lin = called(&desk, "k-1", "Mei Lindqvist").await;
    let change = json!({ "name": "Mei Andersson" });
    let changed = lin.send_json(Method::PATCH, "/v1/customer", &change).await;
    changed.expect_status(200);
    assert_eq!(ids(&olga, "lindqvist").await, [] as [&str; 0]);
    assert_eq!(ids(&olga, "andersson").await, ["k-1"]);
    // What the shop says later counts.
    let lin = called(&desk, "k-1", "梅").await;
    assert_eq!(ids(&olga, "andersson").await, [] as [&str; 0]);
    assert_eq!(ids(&olga, "梅").await, ["k-1"]);
    let gone = json!({ "reviews": "remove" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &gone).await;
    gone.expect_status(204);
    assert_eq!(ids(&olga, "梅").await, [] as [&str; 0]);
    assert_eq!(words(&desk).await, 0);
}

/// How many words the index has.
async fn words(desk: &Desk) -> i64 {
    let store = Store::open(desk.world.setup().database_url())
        .await
        .unwrap();
    let count = |db: &mut Db| Sql::new("SELECT COUNT(*) FROM customer_words").value(db);
    let count: Result<Option<i64>, StoreError> = store.read(count).await;
    store.close().await;
    count.unwrap().unwrap()
}

async fn names_from_before_their_index_are_found_after_migrating(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    for number in 0..3 {
        called(&desk, &format!("k-{number}"), "Mei Lindqvist").await;
    }
    for statement in [
        "DELETE FROM customer_words",
        "INSERT INTO customers_without_words (customer_id) SELECT id FROM customers",
    ] {
        desk.say(statement).await.unwrap();
    }
    assert_eq!(ids(&olga, "mei").await, [] as [&str; 0]);
    desk.world.setup().run(&["migrate"]).await;
    assert_eq!(ids(&olga, "mei").await.len(), 3);
    let left = desk.say("DELETE FROM customers_without_words").await;
    assert_eq!(left, Ok(0));
}

async fn whom_a_search_means_is_for_who_may_see_customers(setup: Setup) {
    let desk = Desk::open(setup).await;
    let origins = ["https://other.example"];
    desk.world.setup().shop("pk_other", &origins).await;
    let olga = desk.olga().await;
    called(&desk, "k-1", "Mei Lindqvist").await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    let ada = olga.hire(&desk.world, "ada@example.com", Role::Agent).await;
    assert_eq!(ids(&ada, "mei").await, ["k-1"]);
    let path = olga.path("customers?q=mei");
    for (browser, code) in [
        (&vera.browser, Code::RoleInsufficient),
        (&console(&desk.world), Code::StaffSessionRequired),
    ] {
        assert_eq!(browser.get(&path).await.problem().code, code);
    }
    // Of other shops' customers nothing is known.
    let otto = owner(&desk.world, "pk_other", "otto@example.com").await;
    for text in ["mei", "k-1@mail.example"] {
        assert_eq!(ids(&otto, text).await, [] as [&str; 0]);
    }
    assert_eq!(otto.browser.get(&path).await.problem().code, Code::NotFound);
    for query in [
        "".to_owned(),
        "?name=mei".to_owned(),
        format!("?q={}", "x".repeat(255)),
    ] {
        let path = olga.path(&format!("customers{query}"));
        let problem = olga.browser.get(&path).await.problem();
        assert_eq!(problem.code, Code::BadRequest, "{query}");
    }
}

async fn a_customer_is_chosen_by_name_on_pages_that_need_no_script(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    for (id, name) in [("k-1", "Mei Lindqvist"), ("k-2", "Mei <Lin>")] {
        called(&desk, id, name).await;
    }
    let one = found(&olga, "lindqvist").await.customers.remove(0);
    let other = found(&olga, "k-2").await.customers.remove(0);
    // On the page of points.
    let page = format!("/console/shops/{}/points", olga.shop());
    let leads = olga.browser.get(&format!("{page}?q=lindqvist")).await;
    assert_eq!(leads.header("location"), format!("{page}/{}", one.id));
    let both = olga.browser.get(&format!("{page}?q=mei&lang=en")).await;
    let html = both.html();
    assert!(
        html.contains("Mei &lt;Lin&gt;, k-2@mail.example, k-2"),
        "{html}"
    );
    assert!(html.contains(one.id.as_str()) && html.contains("value=\"mei\""));

    // Where a case is linked.
    let (_, case) = guest_writes(&desk.world, &olga, "else@mail.example").await;
    let page = format!("/console/shops/{}/cases/{case}?lang=en", olga.shop());
    let asked = |who, chosen, by| {
        [
            ("form", "link"),
            ("version", "1"),
            ("who", who),
            ("customer", chosen),
            ("found_by", by),
            ("order", ""),
        ]
    };
    // A name is nobody's alone, even if only one has it.
    for (who, count) in [("mei", 2), ("lindqvist", 1)] {
        let choose = send(&olga.browser, &page, &asked(who, "", "")).await;
        choose.expect_status(200);
        let html = choose.html();
        assert!(html.contains("Which customer is it?"), "{html}");
        assert_eq!(html.matches("name=\"customer\"").count(), count, "{html}");
    }
    // What was chosen for other words is not meant.
    let id = other.id.as_str();
    let again = send(&olga.browser, &page, &asked("lindqvist", id, "mei")).await;
    again.expect_status(200);
    assert_eq!(full(&olga, &case).await.linked, None);
    let chosen = send(&olga.browser, &page, &asked("mei", id, "mei")).await;
    chosen.expect_status(303);
    let linked = full(&olga, &case).await.linked.unwrap();
    assert_eq!(linked.id, other.id);
}
