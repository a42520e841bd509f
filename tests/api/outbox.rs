//! How what is in the outbox leaves: nobody waits for somebody else's receiver, and nothing is sent that is of no
//! use any more.

use crate::members::{LIN, PASSWORD, member, sign_up, token};
use crate::notifications::Shop;
use crate::people::{identity, seconds, sign_in};
use crate::shelf::shopper;
use bookplate_tests::actors::Setup;
use bookplate_tests::mail::MailServer;
use bookplate_tests::stories;
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

async fn a_link_that_has_ended_is_not_sent(setup: Setup) {
    let shop = Shop::open(setup).await;
    member(&shop.world, &shop.mail, LIN).await;
    let (mei, hua) = ("mei@example.com", "hua@example.com");
    for address in [LIN, mei, hua] {
        shop.mail.forget(address);
    }
    let page = shopper(&shop.world);
    let asked = json!({ "email": LIN });
    let reply = page.post("/v1/accounts/reset", &asked).await;
    reply.expect_status(202);
    sign_up(&page, mei, PASSWORD).await;
    sign_up(&page, hua, PASSWORD).await;
    shop.attempts("email", "given_up", 3).await;
    // A link to choose a password works for an hour, one to confirm an address for a day.
    let setup = shop.world.setup();
    setup.age_deliveries(LIN, 1).await;
    setup.age_deliveries(mei, 1).await;
    setup.age_deliveries(hua, 24).await;

    for address in [LIN, mei, hua] {
        shop.mail.remember(address);
    }
    let dead = shop.run(&["outbox", "dead"]).await;
    for line in dead.lines() {
        let id = line.split_whitespace().next().unwrap();
        shop.run(&["outbox", "retry", id]).await;
    }
    shop.mail.mail(mei, 1).await;
    shop.attempts("email", "dropped", 2).await;
    assert_eq!(shop.run(&["outbox", "dead"]).await, "");
    // One of them was there before.
    let received = shop.mail.received();
    let to: Vec<&str> = received.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, [LIN, mei]);
}
