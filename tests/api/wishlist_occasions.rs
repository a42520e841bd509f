//! A list is for a day, and those who follow it are reminded.

use crate::desk::{Desk, told};
use crate::member::submit;
use crate::shelf::{EMMA, PRIDE};
use crate::wishlist_gifts::{gives, in_days, pages, seen, share};
use crate::wishlists::{LISTS, lists, new_list, put};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::notifications::NotificationKind;
use bookplate_wire::privacy::Archive;
use bookplate_wire::wishlists::Wishlist;
use bookplate_wire::wishlists::occasions::{FollowedWishlists, Occasion, OccasionKind};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_list_has_a_day_that_its_visitors_see,
    those_who_follow_a_list_are_reminded_once_before_its_day,
    nobody_is_reminded_of_what_is_not_shown_or_not_wanted,
    a_reminder_that_leaves_late_is_of_what_is_followed_still,
    a_birthday_comes_again,
);

async fn set(owner: &Actor<'_>, occasion: Value) -> Occasion {
    let path = format!("{LISTS}/default/occasion");
    let set = owner.send_json(Method::PUT, &path, &occasion).await;
    let list: Wishlist = set.expect_status(200).json();
    list.occasion.unwrap()
}

async fn follow(customer: &Actor<'_>, secret: &str) {
    let path = format!("/v1/customer/shared-wishlists/{secret}");
    for _ in 0..2 {
        customer.send(Method::PUT, &path).await.expect_status(204);
    }
}

async fn followed(customer: &Actor<'_>) -> FollowedWishlists {
    customer.get("/v1/customer/shared-wishlists").await.json()
}

/// Mail to a friend who follows a list with a day that is near comes after all that the same server had to say before.
async fn until_all_is_said(desk: &Desk, name: &str) {
    let owner = desk.customer(&format!("{name}-owner")).await;
    put(&owner, "default", EMMA, json!({})).await;
    set(
        &owner,
        json!({ "kind": "other", "words": "The end", "on": in_days(1) }),
    )
    .await;
    let secret = share(&owner).await;
    let friend = desk.customer(name).await;
    follow(&friend, &secret).await;
    desk.mail.mail(&format!("{name}@mail.example"), 1).await;
}

async fn a_list_has_a_day_that_its_visitors_see(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({})).await;
    let secret = share(&lin).await;
    let words = json!({ "kind": "other", "words": " Our <housewarming> ", "on": in_days(30) });
    let occasion = set(&lin, words).await;
    assert_eq!(
        (occasion.kind, &*occasion.words),
        (OccasionKind::Other, "Our <housewarming>")
    );
    let visitor = crate::shelf::shopper(&desk.world);
    assert_eq!(seen(&visitor, &secret).await.occasion, Some(occasion));
    let path = format!("{LISTS}/default/occasion");
    for (wrong, field) in [
        (json!({ "kind": "wedding", "on": in_days(-2) }), "on"),
        (json!({ "kind": "other", "on": in_days(3) }), "words"),
        (json!({ "kind": "christmas", "on": "soon" }), "on"),
    ] {
        let problem = lin.send_json(Method::PUT, &path, &wrong).await.problem();
        assert_eq!(problem.field.as_deref(), Some(field));
    }
    let ben = desk.customer("ben").await;
    let foreign = format!("{LISTS}/{}/occasion", lists(&lin).await[0].id);
    let day = json!({ "kind": "wedding", "on": in_days(3) });
    let refused = ben.send_json(Method::PUT, &foreign, &day).await;
    assert_eq!(refused.problem().code, Code::WishlistNotFound);
    // By its form.
    let member = pages(&desk, &lin).await;
    let fields = format!("do=occasion&kind=wedding&words=&on={}", in_days(-3));
    let wrong = submit(&member, "/wishlists?lang=en", &fields).await;
    wrong.expect_status(422);
    assert!(wrong.text().contains("Please choose a day from today on"));
    assert!(wrong.text().contains(&in_days(-3)));
    let fields = format!("do=occasion&kind=wedding&words=&on={}", in_days(40));
    submit(&member, "/wishlists", &fields)
        .await
        .expect_status(303);
    assert_eq!(
        lists(&lin).await[0].occasion.as_ref().unwrap().on,
        in_days(40)
    );
    submit(&member, "/wishlists", "do=no_occasion")
        .await
        .expect_status(303);
    assert_eq!(lists(&lin).await[0].occasion, None);
    lin.send(Method::DELETE, &path).await.expect_status(200);
}

async fn those_who_follow_a_list_are_reminded_once_before_its_day(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({})).await;
    let change = json!({ "name": "Lin’s wishes" });
    lin.send_json(Method::PATCH, &format!("{LISTS}/default"), &change)
        .await
        .expect_status(200);
    let secret = share(&lin).await;
    let ben = desk.customer("ben").await;
    follow(&ben, &secret).await;
    let list = followed(&ben).await.lists.swap_remove(0);
    assert_eq!((&*list.name, &list.shared), ("Lin’s wishes", &secret));
    let own = format!("/v1/customer/shared-wishlists/{secret}");
    let own = lin.send(Method::PUT, &own).await;
    assert_eq!(own.problem().code, Code::WishlistIsOwn);
    // Not weeks before, and then once, however often the day is moved.
    set(&lin, json!({ "kind": "wedding", "on": in_days(40) })).await;
    until_all_is_said(&desk, "first").await;
    assert!(told(&ben).await.is_empty());
    set(&lin, json!({ "kind": "wedding", "on": in_days(10) })).await;
    let mail = desk.mail.mail("ben@mail.example", 1).await;
    let subject = mail.header("subject").unwrap();
    assert!(subject.ends_with(": Wedding"), "{subject}");
    let page = format!("/wishlists/{secret}");
    assert!(
        mail.text.contains("Lin’s wishes") && mail.text.contains(&page),
        "{}",
        mail.text
    );
    assert!(mail.header("list-unsubscribe-post").is_some());
    let news = told(&ben).await.swap_remove(0);
    assert_eq!(
        (news.kind, &*news.list),
        (NotificationKind::OccasionReminder, "Lin’s wishes")
    );
    assert!(news.link.ends_with(&page));
    set(&lin, json!({ "kind": "wedding", "on": in_days(12) })).await;
    until_all_is_said(&desk, "second").await;
    assert_eq!(told(&ben).await.len(), 1);
    let archive: Archive = ben.get("/v1/customer/archive").await.json();
    assert_eq!(archive.followed_wishlists.len(), 1);
    let path = format!("/v1/customer/shared-wishlists/{secret}");
    for _ in 0..2 {
        ben.send(Method::DELETE, &path).await.expect_status(204);
    }
    assert!(followed(&ben).await.lists.is_empty());
}

async fn nobody_is_reminded_of_what_is_not_shown_or_not_wanted(setup: Setup) {
    let desk = Desk::open(setup).await;
    let (lin, ben, cem) = (
        desk.customer("lin").await,
        desk.customer("ben").await,
        desk.customer("cem").await,
    );
    put(&lin, "default", PRIDE, json!({})).await;
    let secret = share(&lin).await;
    follow(&ben, &secret).await;
    // Shown to nobody any more, it has no followers, also when it is shown again.
    let hide = json!({ "visibility": "private" });
    lin.send_json(Method::PATCH, &format!("{LISTS}/default"), &hide)
        .await
        .expect_status(200);
    set(&lin, json!({ "kind": "wedding", "on": in_days(3) })).await;
    let secret = share(&lin).await;
    assert!(followed(&ben).await.lists.is_empty());
    // Who wants no such letters is told in the account.
    let no = json!({ "channel": "email", "purpose": "wishlists", "granted": false });
    let no = json!({ "consents": [no] });
    cem.send_json(Method::PUT, "/v1/customer/consents", &no)
        .await
        .expect_status(200);
    follow(&cem, &secret).await;
    until_all_is_said(&desk, "friend").await;
    assert_eq!(told(&cem).await.len(), 1);
    assert!(told(&ben).await.is_empty());
    let mails = desk.mail.received();
    let to = |name: &str| mails.iter().filter(|mail| mail.to == name).count();
    assert_eq!((to("ben@mail.example"), to("cem@mail.example")), (0, 0));
}

async fn a_reminder_that_leaves_late_is_of_what_is_followed_still(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    // The first one is the default one, which cannot be deleted.
    new_list(&lin, "Lin’s").await;
    let friends = ["hal", "del", "uma", "ann", "ben"];
    let mut followed = Vec::new();
    for name in friends {
        desk.mail.forget(&format!("{name}@mail.example"));
        let path = format!("{LISTS}/{}", new_list(&lin, name).await.id);
        let share = json!({ "visibility": "link" });
        let shared = lin.send_json(Method::PATCH, &path, &share).await;
        let list: Wishlist = shared.json();
        let secret = list.shared.unwrap();
        follow(&desk.customer(name).await, &secret).await;
        let day = json!({ "kind": "wedding", "on": in_days(5) });
        let set = lin
            .send_json(Method::PUT, &format!("{path}/occasion"), &day)
            .await;
        set.expect_status(200);
        followed.push((path, secret));
    }
    let dead = async || {
        let said = desk.world.setup().run(&["outbox", "dead"]).await;
        let ids = said.lines().map(|line| line.split(' ').next().unwrap());
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    wait_until("all reminders are held up", async || {
        dead().await.len() == friends.len()
    })
    .await;
    // Meanwhile one list is hidden, one is deleted, one is not followed any more, one is for nothing, and one has another name.
    let [hidden, deleted, left, plain, named] = &followed[..] else {
        panic!("five lists");
    };
    let private = json!({ "visibility": "private" });
    lin.send_json(Method::PATCH, &hidden.0, &private)
        .await
        .expect_status(200);
    lin.send(Method::DELETE, &deleted.0)
        .await
        .expect_status(204);
    let path = format!("/v1/customer/shared-wishlists/{}", left.1);
    let uma = desk.customer("uma").await;
    uma.send(Method::DELETE, &path).await.expect_status(204);
    let path = format!("{}/occasion", plain.0);
    lin.send(Method::DELETE, &path).await.expect_status(200);
    let name = json!({ "name": "Our day" });
    lin.send_json(Method::PATCH, &named.0, &name)
        .await
        .expect_status(200);
    for name in friends {
        desk.mail.remember(&format!("{name}@mail.example"));
    }
    for id in dead().await {
        desk.world.setup().run(&["outbox", "retry", &id]).await;
    }
    let mail = desk.mail.mail("ben@mail.example", 1).await;
    assert!(mail.text.contains("Our day"), "{}", mail.text);
    let dropped = "bookplate_delivery_attempts_total{channel=\"email\",ended=\"dropped\"} 4";
    wait_until("the others are not sent", async || {
        let metrics = desk.world.anonymous().get("/metrics").await;
        metrics.text().contains(dropped)
    })
    .await;
    assert_eq!(desk.mail.received().len(), 1);
}

async fn a_birthday_comes_again(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({})).await;
    let secret = share(&lin).await;
    // Born on a day like the one in ten days.
    let soon = in_days(10);
    let born = format!("1990{}", &soon[4..]);
    if &soon[5..] != "02-29" {
        assert_eq!(
            set(&lin, json!({ "kind": "birthday", "on": born }))
                .await
                .on,
            soon
        );
    }
    let ben = desk.customer("ben").await;
    follow(&ben, &secret).await;
    desk.mail.mail("ben@mail.example", 1).await;
    gives(&ben, &secret, json!({ "isbn": PRIDE }))
        .await
        .expect_status(201);
    // The day has been: it is in a year, with another reminder then, and what was given is seen.
    desk.say("UPDATE wishlists SET occasion_on = '2020-05-12', occasion_day = '1990-05-12' WHERE occasion = 'birthday'")
        .await
        .unwrap();
    desk.say("UPDATE wishlist_gifts SET until_on = '2020-05-12'")
        .await
        .unwrap();
    let on = async || lists(&lin).await.swap_remove(0).occasion.unwrap().on;
    wait_until("the birthday comes again", async || {
        on().await != "2020-05-12"
    })
    .await;
    let next = on().await;
    assert!(next.ends_with("-05-12") && next >= in_days(-1), "{next}");
    let path = format!("{LISTS}/default/gifts");
    let shown: bookplate_wire::wishlists::gifts::ReceivedGifts = lin.get(&path).await.json();
    assert_eq!((shown.gifts.len(), shown.hidden_until), (1, Some(next)));
    set(&lin, json!({ "kind": "birthday", "on": in_days(9) })).await;
    desk.mail.mail("ben@mail.example", 2).await;
}
