//! Birthdays: a gift of points once a year, and a birthday that is changed once a year at most.

use crate::bookshop::Shop;
use crate::console::send;
use crate::points::{Club, balance, entries, examine, id_of, order, say, sums};
use bookplate_store::{Db, Store, now};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::reply::Reply;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::notifications::{Notification, NotificationKind, NotificationPage};
use bookplate_wire::points::EntryKind;
use reqwest::Method;
use serde_json::json;

stories!(
    who_has_birthday_gets_a_gift_once_a_year,
    another_birthday_brings_no_second_gift_within_a_year,
    several_servers_give_a_gift_once,
    a_birthday_is_changed_once_a_year_and_taken_away_at_any_time,
    what_the_shop_says_of_a_birthday_counts_at_once,
    the_staff_corrects_a_birthday,
    two_gifts_within_a_year_are_found,
);

const GIFT: i64 = 88;

/// The day so many days from today in the shop's time zone.
fn day_of(days: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(now() + days * 24 * 3_600_000).unwrap();
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// The same as somebody's birthday, in a leap year: so there was such a day.
fn birthday(days: i64) -> String {
    format!("1992{}", &day_of(days)[4..])
}

async fn say_birthday(customer: &Actor<'_>, birthday: &str) -> Reply {
    let change = json!({ "birthday": birthday });
    customer
        .send_json(Method::PATCH, "/v1/customer", &change)
        .await
}

async fn gifts(customer: &Actor<'_>) -> usize {
    let entries = entries(customer).await.into_iter();
    let gifts = entries.filter(|entry| {
        let of_birthday = |rule: &bookplate_wire::points::EntryRule| rule.id == "birthday_gift";
        entry.kind == EntryKind::Earned && entry.rule.as_ref().is_some_and(of_birthday)
    });
    gifts.count()
}

async fn told(customer: &Actor<'_>) -> Vec<Notification> {
    let page: NotificationPage = customer.get("/v1/customer/notifications").await.json();
    page.notifications
}

/// Has the birthday of those who are called so come, past the program: it was told long ago.
async fn let_come(shop: &Shop, name: &str) -> u64 {
    let today = birthday(0);
    let text = format!("UPDATE customers SET birthday = '{today}' WHERE name = '{name}'");
    say(shop, text.leak()).await
}

/// Has the server look at birthdays once more, as it does when it begins: somebody else has got the gift, who comes last.
async fn look_again(shop: Shop, other: &str) -> Shop {
    let told = json!({ "name": "Last of all", "birthday": birthday(1) });
    shop.customer(other, told).await;
    assert_eq!(let_come(&shop, "Last of all").await, 1);
    let shop = shop.restart().await;
    let last = shop.customer(other, json!({})).await;
    wait_until("the last one has a gift", async || gifts(&last).await == 1).await;
    shop
}

async fn who_has_birthday_gets_a_gift_once_a_year(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({ "birthday_gift": GIFT })).await;
    let lin = shop
        .customer("c-1", json!({ "birthday": birthday(0) }))
        .await;
    let mei = shop
        .customer("c-2", json!({ "birthday": birthday(1) }))
        .await;
    // Who tells it on the day itself has it with that.
    assert_eq!((sums(&lin).await, gifts(&mei).await), ((GIFT, 0), 0));
    let shop = look_again(shop, "c-3").await;
    let lin = shop.customer("c-1", json!({})).await;
    let mei = shop.customer("c-2", json!({})).await;
    assert_eq!((gifts(&lin).await, gifts(&mei).await), (1, 0));
    let entry = entries(&lin).await.remove(0);
    let rule = entry.rule.unwrap();
    assert_eq!(
        (entry.kind, entry.available, &*rule.id, rule.version),
        (EntryKind::Earned, GIFT, "birthday_gift", 1)
    );
    let news = told(&lin).await;
    assert_eq!(news[0].kind, NotificationKind::BirthdayGift);
    assert_eq!(news[0].points, Some(GIFT));
    let until = balance(&lin).await.expires.unwrap().until;
    assert_eq!(news[0].until, until);
    examine(&shop).await;
}

async fn another_birthday_brings_no_second_gift_within_a_year(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({ "birthday_gift": GIFT })).await;
    let lin = shop
        .customer("c-1", json!({ "birthday": birthday(0) }))
        .await;
    assert_eq!(gifts(&lin).await, 1);
    // As if it had been 364 days ago: that is still the same year, whatever the birthday is.
    let text = format!(
        "UPDATE point_lots SET earned_on = '{}' WHERE rule = 'birthday_gift'",
        day_of(-364)
    );
    say(&shop, text.leak()).await;
    say_birthday(&lin, &birthday(1)).await.expect_status(200);
    say(&shop, "UPDATE customers SET birthday_free_on = ''").await;
    say_birthday(&lin, &birthday(0)).await.expect_status(200);
    assert_eq!(gifts(&lin).await, 1);
    let shop = look_again(shop, "c-2").await;
    let lin = shop.customer("c-1", json!({})).await;
    assert_eq!(gifts(&lin).await, 1);
    examine(&shop).await;
}

async fn several_servers_give_a_gift_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({ "birthday_gift": GIFT })).await;
    for number in 0..8 {
        let told = json!({ "name": "Friend", "birthday": birthday(1) });
        shop.customer(&format!("c-{number}"), told).await;
    }
    assert_eq!(let_come(&shop, "Friend").await, 8);
    let shop = shop.crash().await;
    let second = shop.world().second().await;
    for number in 0..8 {
        let friend = shop.customer(&format!("c-{number}"), json!({})).await;
        wait_until("the gift is there", async || gifts(&friend).await == 1).await;
    }
    drop(second);
    // Looking again gives nothing more.
    let shop = look_again(shop, "c-99").await;
    for number in 0..8 {
        let friend = shop.customer(&format!("c-{number}"), json!({})).await;
        assert_eq!(sums(&friend).await, (GIFT, 0));
    }
    examine(&shop).await;
}

async fn a_birthday_is_changed_once_a_year_and_taken_away_at_any_time(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    // Told for the first time, then corrected, which is the change of the year.
    for day in ["1990-02-28", "1990-02-27", "1990-02-27"] {
        say_birthday(&lin, day).await.expect_status(200);
    }
    let refused = say_birthday(&lin, "1990-02-26").await.problem();
    assert_eq!(refused.code, Code::BirthdayFixed);
    assert_eq!(refused.field.as_deref(), Some("birthday"));
    let free_on = free_on(0);
    assert!(refused.title.contains(&free_on), "{refused:?}");
    // Nothing is half-written.
    let both = json!({ "name": "Lin Mei", "birthday": "1990-02-26" });
    let reply = lin.send_json(Method::PATCH, "/v1/customer", &both).await;
    assert_eq!(reply.problem().code, Code::BirthdayFixed);
    let known = lin.get("/v1/customer").await;
    assert!(known.text().contains("1990-02-27") && !known.text().contains("Lin Mei"));
    // It is the customer's own to take away; what is told anew within the year would be another one.
    say_birthday(&lin, "").await.expect_status(200);
    let refused = say_birthday(&lin, "1990-02-26").await.problem();
    assert_eq!(refused.code, Code::BirthdayFixed);
    let text = format!("UPDATE customers SET birthday_free_on = '{}'", day_of(0));
    say(&shop, text.leak()).await;
    say_birthday(&lin, "1990-02-26").await.expect_status(200);
}

/// The day from which a birthday can be changed again that is changed today, or so many days from now.
fn free_on(days: i64) -> String {
    let today: jiff::civil::Date = day_of(days).parse().unwrap();
    today
        .checked_add(jiff::ToSpan::years(1))
        .unwrap()
        .to_string()
}

async fn what_the_shop_says_of_a_birthday_counts_at_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let told = async |birthday: &str| {
        shop.customer("c-1", json!({ "birthday": birthday }))
            .await
            .get("/v1/customer")
            .await
            .text()
            .to_owned()
    };
    for day in ["1990-02-28", "1991-02-28", "1992-02-28"] {
        assert!(told(day).await.contains(day));
    }
    // For the customer that was the change of the year.
    let lin = shop.customer("c-1", json!({})).await;
    let refused = say_birthday(&lin, "1990-02-28").await.problem();
    assert_eq!(refused.code, Code::BirthdayFixed);
}

async fn the_staff_corrects_a_birthday(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({ "birthday_gift": GIFT })).await;
    let lin = shop
        .customer("c-1", json!({ "birthday": birthday(0) }))
        .await;
    assert_eq!(gifts(&lin).await, 1);
    let id = id_of(&shop, "c-1").await;
    let path = club.olga.path(&format!("customers/{id}/birthday"));
    let correct = async |day: &str| {
        let body = json!({ "birthday": day });
        let browser = &club.olga.browser;
        browser.send_json(Method::PUT, &path, &body).await
    };
    let refused = correct("2999-01-01").await.problem();
    assert_eq!(refused.field.as_deref(), Some("birthday"));
    // As often as it takes, and the same again changes nothing.
    for day in ["1980-05-20", "1981-05-20", "1981-05-20"] {
        correct(day).await.expect_status(204);
        assert!(lin.get("/v1/customer").await.text().contains(day));
    }
    let audit = club.olga.browser.get(&club.olga.path("audit")).await;
    assert_eq!(audit.text().matches("birthday_corrected").count(), 2);
    assert!(!audit.text().contains("1980-05-20"));
    // By a form of the console, back to today: that brings no second gift.
    let page = format!("/console/shops/{}/points/{id}", club.olga.shop());
    let today = birthday(0);
    let form = [("form", "birthday"), ("birthday", &*today)];
    send(&club.olga.browser, &page, &form)
        .await
        .expect_status(303);
    assert_eq!(gifts(&lin).await, 1);
    let shop = look_again(shop, "c-2").await;
    let lin = shop.customer("c-1", json!({})).await;
    assert_eq!(gifts(&lin).await, 1);
    // The customer's own change of the year is still there.
    say_birthday(&lin, "1982-05-20").await.expect_status(200);
    examine(&shop).await;
}

async fn two_gifts_within_a_year_are_found(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({ "birthday_gift": GIFT, "return_days": 0 })).await;
    let lin = shop
        .customer("c-1", json!({ "birthday": birthday(0) }))
        .await;
    assert_eq!(gifts(&lin).await, 1);
    shop.send(order("A-1")).await;
    examine(&shop).await;
    say(&shop, "UPDATE point_lots SET rule = 'birthday_gift'").await;
    let store = Store::open(shop.world().setup().database_url())
        .await
        .unwrap();
    let wrong = store.read(Db::miscounted_points).await.unwrap();
    store.close().await;
    assert_eq!(wrong.len(), 1, "{wrong:?}");
}
