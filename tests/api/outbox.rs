//! How what is in the outbox leaves: nobody waits for somebody else's receiver, and nothing is sent that is of no
//! use any more.

use crate::colleagues::{look_up, owner};
use crate::members::{LIN, PASSWORD, member, sign_up, token};
use crate::notifications::Shop;
use crate::people::{identity, seconds, sign_in};
use crate::shelf::{KEY, shopper};
use bookplate_store::accounts::CONFIRMED_WITHIN;
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store, now};
use bookplate_tests::actors::Setup;
use bookplate_tests::expiry::Fleeting;
use bookplate_tests::mail::MailServer;
use bookplate_tests::stories;
use bookplate_wire::staff::{Role, StaffList};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::watch;

stories!(
    a_slow_mail_server_is_waited_for_and_gets_one_copy,
    a_program_that_never_answers_holds_up_nobody,
    what_the_mail_server_has_against_us_loses_no_message,
    who_has_told_no_language_is_written_to_in_the_shops,
    news_of_a_password_goes_where_its_owner_signs_in,
    a_letter_that_leaves_late_has_a_link_that_works,
    a_link_that_has_ended_is_not_sent,
);

/// A shop's program that takes calls and never answers.
struct Silent {
    address: String,
    /// How many are on the line, and how many were at most.
    lines: watch::Receiver<(usize, usize)>,
}

impl Silent {
    async fn start() -> Self {
        let (sender, lines) = watch::channel((0, 0));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let sender = sender.clone();
                tokio::spawn(async move {
                    sender.send_modify(|(now, most)| {
                        *now += 1;
                        *most = (*most).max(*now);
                    });
                    let mut heard = Vec::new();
                    stream.read_to_end(&mut heard).await.ok();
                    sender.send_modify(|(now, _)| *now -= 1);
                });
            }
        });
        Self { address, lines }
    }

    async fn called(&self) {
        let mut lines = self.lines.clone();
        let called = lines.wait_for(|(now, _)| *now > 0);
        let called = tokio::time::timeout(Duration::from_secs(60), called).await;
        called.expect("the program was not called").unwrap();
    }

    fn most(&self) -> usize {
        self.lines.borrow().1
    }

    /// Opens a shop that calls it, with a mail server.
    async fn shop(&self, mut setup: Setup) -> Shop {
        setup.program().set("BOOKPLATE_PRIVATE_WEBHOOKS", "true");
        let shop = Shop::open(setup).await;
        shop.run(&["webhook", "create", &self.address]).await;
        shop
    }
}

async fn a_slow_mail_server_is_waited_for_and_gets_one_copy(setup: Setup) {
    let silent = Silent::start().await;
    let shop = silent.shop(setup).await;
    shop.mail.fall_silent();
    shop.customer("lin").await;
    shop.refund("lin", "1001", 0).await;
    shop.mail.mail("lin@mail.example", 1).await;
    // So long that a program would have been given up twice.
    shop.attempts("webhook", "failed", 2).await;
    assert_eq!(shop.attempted("email", "failed").await, 0);
    shop.mail.answer();
    shop.attempts("email", "delivered", 1).await;
    assert_eq!(shop.mail.received().len(), 1);
}

async fn a_program_that_never_answers_holds_up_nobody(setup: Setup) {
    let silent = Silent::start().await;
    let shop = silent.shop(setup).await;
    member(&shop.world, &shop.mail, LIN).await;
    let mei = shop.customer("mei").await;
    for number in 0..30 {
        let change = json!({ "name": format!("Mei {number}") });
        let changed = mei.send_json(Method::PATCH, "/v1/customer", &change).await;
        changed.expect_status(200);
    }
    silent.called().await;
    let asked = json!({ "email": LIN });
    let page = shopper(&shop.world);
    let reply = page.post("/v1/accounts/reset", &asked).await;
    reply.expect_status(202);
    token(&shop.mail, LIN, 2, "reset").await;
    // It has not come when the calls had failed: most of them are still to be made.
    let failed = shop.attempted("webhook", "failed").await;
    assert!(failed < 16, "{failed}");
    assert!(silent.most() <= 4, "{}", silent.most());
}

async fn what_the_mail_server_has_against_us_loses_no_message(setup: Setup) {
    let mail = MailServer::guarded().await;
    mail.turn_away();
    let shop = Shop::with_mail(setup, mail).await;
    shop.customer("lin").await;
    shop.refund("lin", "1001", 0).await;
    shop.attempts("email", "failed", 1).await;
    let log = shop.world.server().logged("refused: 535").await;
    log.unwrap();
    shop.mail.mail("lin@mail.example", 1).await;
    assert_eq!(shop.run(&["outbox", "dead"]).await, "");
}

async fn who_has_told_no_language_is_written_to_in_the_shops(setup: Setup) {
    let shop = Shop::open(setup).await;
    shop.world.setup().speak("zh-CN").await;
    shop.customer("lin").await;
    shop.refund("lin", "1001", 0).await;
    let mail = shop.mail.mail("lin@mail.example", 1).await;
    assert_eq!(mail.subject, "您的订单1001已退款");

    let link = mail.header("list-unsubscribe").unwrap();
    let link = link.trim_matches(['<', '>']);
    let path = link.strip_prefix(shop.world.server().address()).unwrap();
    let page = shop.world.anonymous().get(path).await;
    let html = page.expect_status(200).html();
    assert!(html.contains("来自本书店的邮件"), "{html}");
}

async fn news_of_a_password_goes_where_its_owner_signs_in(setup: Setup) {
    let shop = Shop::open(setup).await;
    let page = shopper(&shop.world);
    let told = json!({ "email": LIN, "iat": seconds() - 10, "exp": seconds() + 60 });
    sign_in(&page, &identity(&shop.secret, "lin", told)).await;
    let own = member(&shop.world, &shop.mail, LIN).await;
    // The shop has heard of another address, and has not checked it.
    let told = json!({ "email": "mei@example.com", "email_verified": false });
    let same = sign_in(&page, &identity(&shop.secret, "lin", told)).await;
    assert_eq!(same.customer.id, own.customer.id);
    assert_eq!(same.customer.email, "mei@example.com");

    let asked = json!({ "email": LIN });
    let reply = page.post("/v1/accounts/reset", &asked).await;
    reply.expect_status(202);
    let token = token(&shop.mail, LIN, 2, "reset").await;
    let new = json!({ "token": token, "password": "coffee with the dean" });
    let reply = page.post("/v1/accounts/password", &new).await;
    reply.expect_status(204);
    let news = shop.mail.mail(LIN, 3).await;
    assert!(news.subject.contains("パスワード"), "{}", news.subject);
    assert!(shop.mail.received().iter().all(|mail| mail.to == LIN));
}

/// Tries everything again that was given up.
async fn retry_all(shop: &Shop) {
    for line in shop.run(&["outbox", "dead"]).await.lines() {
        let id = line.split_whitespace().next().unwrap();
        shop.run(&["outbox", "retry", id]).await;
    }
}

async fn a_letter_that_leaves_late_has_a_link_that_works(setup: Setup) {
    let shop = Shop::open(setup).await;
    member(&shop.world, &shop.mail, LIN).await;
    let olga = owner(&shop.world, KEY, "olga@example.com").await;
    let (mei, vera) = ("mei@example.com", "vera@example.com");
    for address in [LIN, mei, vera] {
        shop.mail.forget(address);
    }
    let page = shopper(&shop.world);
    let asked = json!({ "email": LIN });
    let reply = page.post("/v1/accounts/reset", &asked).await;
    reply.expect_status(202);
    sign_up(&page, mei, PASSWORD).await;
    olga.invite(vera, Role::Viewer).await;
    shop.attempts("email", "given_up", 3).await;
    let setup = shop.world.setup();
    for what in [Fleeting::PasswordResets, Fleeting::MailedLinks] {
        setup.let_expire(what).await;
    }
    for address in [LIN, mei, vera] {
        setup.age_deliveries(address, 23).await;
        shop.mail.remember(address);
    }
    let written = now();
    retry_all(&shop).await;

    let link = token(&shop.mail, LIN, 2, "reset").await;
    let new = json!({ "token": link, "password": "coffee with the dean" });
    let reply = page.post("/v1/accounts/password", &new).await;
    reply.expect_status(204);
    let letter = shop.mail.mail(vera, 1).await;
    look_up(&shop.world, letter.link()).await;
    // It says that there is a day left.
    let link = token(&shop.mail, mei, 1, "confirm").await;
    let store = Store::open(setup.database_url()).await.unwrap();
    let end = |db: &mut Db| Sql::new("SELECT expires_at FROM sign_ups").value::<i64>(db);
    let end = store.read(end).await.unwrap().unwrap();
    store.close().await;
    assert!(end >= written + CONFIRMED_WITHIN, "{end}");
    let confirm = json!({ "token": link, "password": PASSWORD });
    let reply = page.post("/v1/accounts/confirm", &confirm).await;
    reply.expect_status(201);
}

async fn a_link_that_has_ended_is_not_sent(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(&shop.world, KEY, "olga@example.com").await;
    let (mei, hua) = ("mei@mail.example", "hua@mail.example");
    let (vera, omar) = ("vera@mail.example", "omar@mail.example");
    for address in [mei, hua, vera, omar] {
        shop.mail.forget(address);
    }
    let (page, setup) = (shopper(&shop.world), shop.world.setup());
    // Nobody has confirmed, and nobody has joined, for as long as that was possible.
    sign_up(&page, hua, PASSWORD).await;
    olga.invite(omar, Role::Viewer).await;
    shop.attempts("email", "given_up", 2).await;
    setup.let_expire(Fleeting::SignUps).await;
    setup.let_expire(Fleeting::Invitations).await;
    setup.age_deliveries(hua, 24).await;
    setup.age_deliveries(omar, 7 * 24).await;
    // What others wait for they do not need any more.
    olga.invite(vera, Role::Viewer).await;
    sign_up(&page, mei, PASSWORD).await;
    shop.attempts("email", "given_up", 4).await;
    for address in [mei, hua, vera, omar] {
        shop.mail.remember(address);
    }
    member(&shop.world, &shop.mail, mei).await;
    let staff: StaffList = olga.browser.get(&olga.path("staff")).await.json();
    let path = olga.path(&format!("invitations/{}", staff.invitations[0].id));
    let back = olga.browser.send(Method::DELETE, &path).await;
    back.expect_status(204);

    retry_all(&shop).await;
    shop.attempts("email", "given_up", 6).await;
    shop.attempts("email", "dropped", 2).await;
    let dead = shop.run(&["outbox", "dead"]).await;
    let mut dead: Vec<&str> = dead.lines().collect();
    dead.sort_unstable_by_key(|line| !line.contains(hua));
    for (line, address) in dead.iter().zip([hua, omar]) {
        assert!(line.contains(address), "{line}");
        assert!(line.ends_with("the link in it works no more"), "{line}");
    }
    assert_eq!(dead.len(), 2);
    let page = format!("/console/shops/{}/deliveries?lang=en", olga.shop());
    let page = olga.browser.get(&page).await;
    assert!(page.html().contains("The link in it works no more"));
    let received = shop.mail.received();
    let to: Vec<&str> = received.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, [mei]);
}
