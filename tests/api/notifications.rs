//! What customers are told, and what the shop's programs are told: in the account, by email, by webhook;
//! once, whatever crashes.

use crate::people::{identity, new_secret, sign_in};
use crate::programs::{Program, sign, signatures};
use crate::shelf::{BOOKS, KEY, ORIGIN, PRIDE, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::mail::{Mail, MailServer};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::notifications::{NotificationKind, NotificationPage};
use serde_json::{Value, json};
use std::collections::HashSet;

stories!(
    a_refund_is_told_in_the_account_and_by_email,
    what_is_long_past_is_no_news,
    notifications_are_read_page_by_page,
    a_message_is_sent_again_when_the_mail_server_is_busy,
    what_cannot_be_delivered_is_given_up_and_can_be_tried_again,
    without_a_mail_server_the_operator_is_told,
    a_crash_after_sending_repeats_the_message_under_its_id,
    a_crash_before_sending_loses_nothing,
    several_instances_send_each_message_once,
    nobody_is_woken_up_by_what_can_wait,
    who_does_not_allow_a_message_does_not_get_it,
    one_click_ends_messages_of_a_kind,
    a_webhook_is_told_and_can_check_who_tells,
    a_webhook_that_fails_is_called_again,
    a_webhook_hears_only_what_it_asked_for,
    a_webhook_cannot_reach_what_stands_beside_the_server,
);

/// A shop with a mail server, and what its programs hold.
pub struct Shop {
    pub world: World,
    pub mail: MailServer,
    /// Signs identity tokens.
    pub secret: String,
    key: String,
}

impl Shop {
    pub async fn open(setup: Setup) -> Self {
        Self::with_mail(setup, MailServer::start().await).await
    }

    pub async fn with_mail(mut setup: Setup, mail: MailServer) -> Self {
        setup.program().set("BOOKPLATE_SMTP_URL", &mail.url());
        setup
            .program()
            .set("BOOKPLATE_MAIL_FROM", "books@shop.example");
        setup.shop(KEY, &[ORIGIN]).await;
        setup.import_catalogue(BOOKS).await;
        Self::with(setup, mail).await
    }

    async fn with(setup: Setup, mail: MailServer) -> Self {
        let secret = new_secret(&setup, "identity").await.1;
        let key = new_secret(&setup, "api").await.1;
        Self {
            world: setup.open().await,
            mail,
            secret,
            key,
        }
    }

    /// Waits until so many attempts over `channel` have ended like that.
    pub async fn attempts(&self, channel: &str, ended: &str, count: u32) {
        let what = format!("{count} attempts by {channel} are {ended}");
        bookplate_tests::wait_until(&what, async || {
            self.attempted(channel, ended).await >= count
        })
        .await;
    }

    /// How many attempts over `channel` have ended like that.
    pub async fn attempted(&self, channel: &str, ended: &str) -> u32 {
        let metrics = self.world.anonymous().get("/metrics").await;
        let line = format!(
            "bookplate_delivery_attempts_total{{channel=\"{channel}\",ended=\"{ended}\"}} "
        );
        let count = metrics
            .text()
            .lines()
            .find_map(|text| text.strip_prefix(&line));
        count.map_or(0, |count| count.parse().unwrap())
    }

    /// Signs in `id`, whose address is `id@mail.example`.
    pub async fn customer(&self, id: &str) -> Actor<'_> {
        let page = shopper(&self.world);
        let told = json!({ "name": "林美", "email": format!("{id}@mail.example") });
        let session = sign_in(&page, &identity(&self.secret, id, told)).await;
        page.bearing(&session.access_token)
    }

    /// Sells `customer` a book and takes it back `days` ago.
    pub async fn refund(&self, customer: &str, number: &str, days: i64) {
        let backend = self.world.anonymous().bearing(&self.key);
        let at = 1_000 * crate::people::seconds() as i64 - days * 86_400_000;
        let line =
            json!({ "line": "a", "quantity": 1, "total": { "amount": 4_500, "currency": "CNY" } });
        let mut sold = line.clone();
        sold["isbn"] = json!(PRIDE);
        let order = json!({
            "number": number, "placed_at": at, "customer": { "external_id": customer },
            "lines": [sold],
        });
        let refund =
            json!({ "number": number, "order": number, "refunded_at": at, "lines": [line] });
        let orders = json!({ "orders": [order] });
        backend.post("/v1/orders", &orders).await.expect_status(200);
        let refunds = json!({ "refunds": [refund] });
        backend
            .post("/v1/refunds", &refunds)
            .await
            .expect_status(200);
    }

    /// The server is gone all at once, and comes back on the same data.
    async fn crash(self) -> Self {
        Self {
            world: self.world.crash().await,
            ..self
        }
    }

    pub async fn run(&self, arguments: &[&str]) -> String {
        self.world.setup().run(arguments).await
    }
}

async fn told(customer: &Actor<'_>) -> NotificationPage {
    customer.get("/v1/customer/notifications").await.json()
}

async fn a_refund_is_told_in_the_account_and_by_email(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    assert_eq!(told(&lin).await.unread, 0);
    shop.refund("lin", "1001", 0).await;

    let page = told(&lin).await;
    assert_eq!(page.unread, 1);
    let [one] = page.notifications.as_slice() else {
        panic!("{page:?}");
    };
    assert_eq!(one.kind, NotificationKind::RefundNoted);
    assert_eq!(one.order, "1001");
    assert_eq!(one.amount.as_ref().unwrap().amount, 4_500);
    assert_eq!(one.created_on.len(), 10);
    assert!(!one.read);
    let seen = json!({ "up_to": one.id });
    let reply = lin.post("/v1/customer/notifications/read", &seen).await;
    reply.expect_status(204);
    let page = told(&lin).await;
    assert!(page.unread == 0 && page.notifications[0].read, "{page:?}");

    let mail = shop.mail.mail("lin@mail.example", 1).await;
    assert_eq!(mail.subject, "A refund for your order 1001");
    assert!(mail.text.contains("Hello 林美,"), "{}", mail.text);
    assert!(mail.text.contains("CN¥45.00"), "{}", mail.text);
    assert!(mail.html.contains("CN¥45.00"), "{}", mail.html);
    assert!(mail.id.starts_with("<dlv_"), "{}", mail.id);
    assert!(mail.id.ends_with("@shop.example>"), "{}", mail.id);
    assert_eq!(mail.header("auto-submitted"), Some("auto-generated"));
    let from = mail.header("from").unwrap();
    assert!(
        from.contains("Test shop") && from.contains("<books@shop.example>"),
        "{from}"
    );
}

async fn what_is_long_past_is_no_news(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    shop.refund("lin", "old", 8).await;
    shop.refund("lin", "new", 1).await;
    // In the order in which they were written.
    let mail = shop.mail.mail("lin@mail.example", 1).await;
    assert!(mail.subject.ends_with("new"), "{}", mail.subject);
    assert_eq!(told(&lin).await.notifications.len(), 1);
}

async fn notifications_are_read_page_by_page(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (lin, other) = (shop.customer("lin").await, shop.customer("mei").await);
    for number in ["1", "2", "3", "4", "5"] {
        shop.refund("lin", number, 0).await;
    }
    let mut numbers = Vec::new();
    let mut path = "/v1/customer/notifications?limit=2".to_owned();
    loop {
        let page: NotificationPage = lin.get(&path).await.json();
        assert_eq!(page.unread, 5);
        numbers.extend(page.notifications.into_iter().map(|one| one.order));
        let Some(next) = page.next else { break };
        path = format!("/v1/customer/notifications?limit=2&after={next}");
    }
    assert_eq!(numbers, ["5", "4", "3", "2", "1"]);
    assert_eq!(told(&other).await.notifications, []);

    let wrong = lin.get("/v1/customer/notifications?after=x").await;
    assert_eq!(wrong.problem().code, Code::CursorInvalid);
    let wrong = json!({ "up_to": "rev_1" });
    let reply = lin.post("/v1/customer/notifications/read", &wrong).await;
    assert_eq!(reply.problem().code, Code::BodyInvalid);
    let stranger = shopper(&shop.world);
    let reply = stranger.get("/v1/customer/notifications").await;
    assert_eq!(reply.problem().code, Code::SessionRequired);
}

async fn a_message_is_sent_again_when_the_mail_server_is_busy(setup: Setup) {
    let shop = Shop::open(setup).await;
    shop.customer("lin").await;
    shop.mail.be_busy("lin@mail.example");
    shop.refund("lin", "1001", 0).await;
    shop.mail.mail("lin@mail.example", 1).await;
    assert_eq!(shop.run(&["outbox", "dead"]).await, "");
}

async fn what_cannot_be_delivered_is_given_up_and_can_be_tried_again(setup: Setup) {
    let shop = Shop::open(setup).await;
    shop.customer("lin").await;
    shop.mail.forget("lin@mail.example");
    shop.refund("lin", "1001", 0).await;
    shop.world.server().logged("not delivered").await.unwrap();

    let dead = shop.run(&["outbox", "dead"]).await;
    assert!(
        dead.contains("email  refund_noted  lin@mail.example"),
        "{dead}"
    );
    assert!(dead.contains("refused: 550"), "{dead}");
    // Whom it was for is nothing for a log.
    let log = shop.world.server().log();
    assert!(!log.contains("lin@mail.example"), "{log}");
    let doctor = shop.run(&["doctor"]).await;
    assert!(doctor.contains("outbox: 1 given up"), "{doctor}");

    shop.mail.remember("lin@mail.example");
    let id = dead.split_whitespace().next().unwrap();
    shop.run(&["outbox", "retry", id]).await;
    shop.mail.mail("lin@mail.example", 1).await;
    assert_eq!(shop.run(&["outbox", "dead"]).await, "");
}

async fn without_a_mail_server_the_operator_is_told(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    setup.import_catalogue(BOOKS).await;
    let shop = Shop::with(setup, MailServer::start().await).await;
    let doctor = shop.run(&["doctor"]).await;
    assert!(doctor.contains("smtp_url is missing"), "{doctor}");
    let lin = shop.customer("lin").await;
    shop.refund("lin", "1001", 0).await;
    shop.world.server().logged("not delivered").await.unwrap();
    let dead = shop.run(&["outbox", "dead"]).await;
    assert!(dead.contains("smtp_url is missing"), "{dead}");
    assert_eq!(told(&lin).await.unread, 1);
}

async fn a_crash_after_sending_repeats_the_message_under_its_id(setup: Setup) {
    let shop = Shop::open(setup).await;
    shop.customer("lin").await;
    shop.mail.fall_silent();
    shop.refund("lin", "1001", 0).await;
    // The mail server has it, and the server has not heard that.
    let first = shop.mail.mail("lin@mail.example", 1).await;
    let shop = shop.crash().await;
    shop.mail.answer();
    let second = shop.mail.mail("lin@mail.example", 2).await;
    // By these a mail program knows it as the same. (Where to unsubscribe has the server's address in it, which is
    // another one in each start of a test.)
    let said = |mail: &Mail| (mail.id.clone(), mail.subject.clone());
    assert_eq!(said(&first), said(&second));
    assert_eq!(first.header("date"), second.header("date"));
}

async fn a_crash_before_sending_loses_nothing(setup: Setup) {
    let shop = Shop::open(setup).await;
    shop.customer("lin").await;
    for number in ["1", "2", "3"] {
        shop.refund("lin", number, 0).await;
    }
    let shop = shop.crash().await;
    let mut subjects = HashSet::new();
    for count in 1.. {
        subjects.insert(shop.mail.mail("lin@mail.example", count).await.subject);
        if subjects.len() == 3 {
            break;
        }
    }
}

async fn several_instances_send_each_message_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let second = shop.world.second().await;
    shop.customer("lin").await;
    for number in 1..=20 {
        shop.refund("lin", &number.to_string(), 0).await;
    }
    shop.mail.mail("lin@mail.example", 20).await;
    drop(second);
    let received = shop.mail.received();
    let ids: HashSet<_> = received.iter().map(|mail| mail.id.clone()).collect();
    assert_eq!((received.len(), ids.len()), (20, 20));
}

async fn nobody_is_woken_up_by_what_can_wait(mut setup: Setup) {
    let mail = MailServer::start().await;
    setup.program().set("BOOKPLATE_SMTP_URL", &mail.url());
    setup
        .program()
        .set("BOOKPLATE_MAIL_FROM", "books@shop.example");
    let minutes = crate::people::seconds() / 60 % 1_440;
    let time = |at: u64| format!("{:02}:{:02}", at % 1_440 / 60, at % 60);
    let night = format!("{}-{}", time(minutes + 1_380), time(minutes + 60));
    let create = ["shop", "create", "--name", "Test shop", "--origin", ORIGIN];
    let quiet = [&create[..], &["--public-key", KEY, "--quiet", &night]].concat();
    setup.run(&quiet).await;
    setup.import_catalogue(BOOKS).await;
    let shop = Shop::with(setup, mail).await;
    let lin = shop.customer("lin").await;
    shop.refund("lin", "1001", 0).await;
    assert_eq!(told(&lin).await.unread, 1);

    // Another message shows that the outbox was looked into; by day both arrive.
    let looked = async || {
        let metrics = shop.world.anonymous().get("/metrics").await;
        metrics
            .text()
            .contains("delivery_attempts_total{channel=\"email\",ended=\"deferred\"} 1")
    };
    bookplate_tests::wait_until("the message is put off", looked).await;
    assert_eq!(shop.mail.received(), []);
}

/// Allows or refuses email about orders.
async fn allow(customer: &Actor<'_>, granted: bool) {
    let said = json!({ "channel": "email", "purpose": "orders", "granted": granted });
    let said = json!({ "consents": [said] });
    let put = customer.send_json(reqwest::Method::PUT, "/v1/customer/consents", &said);
    put.await.expect_status(200);
}

async fn who_does_not_allow_a_message_does_not_get_it(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    allow(&lin, false).await;
    shop.refund("lin", "1", 0).await;
    // It is there in the account all the same, and with the last word being yes the next one comes by email.
    bookplate_tests::wait_until("the message is dropped", async || {
        let metrics = shop.world.anonymous().get("/metrics").await;
        metrics.text().contains("ended=\"dropped\"} 1")
    })
    .await;
    assert_eq!(told(&lin).await.unread, 1);
    allow(&lin, true).await;
    shop.refund("lin", "2", 0).await;
    let mail = shop.mail.mail("lin@mail.example", 1).await;
    assert!(mail.subject.ends_with('2'), "{}", mail.subject);
}

async fn one_click_ends_messages_of_a_kind(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    shop.refund("lin", "1", 0).await;
    let mail = shop.mail.mail("lin@mail.example", 1).await;
    let click = Some("List-Unsubscribe=One-Click");
    assert_eq!(mail.header("list-unsubscribe-post"), click);
    let link = mail.header("list-unsubscribe").unwrap();
    let link = link.trim_matches(['<', '>']);
    assert!(mail.text.contains(link) && mail.html.contains(link));
    let path = link.strip_prefix(shop.world.server().address()).unwrap();

    // Looking at the link changes nothing: scanners do that.
    let program = shop.world.anonymous();
    let page = program.get(path).await;
    for words in ["<form", "Test shop", "site.css"] {
        assert!(page.html().contains(words), "{words}: {}", page.html());
    }
    let cut_off = program.get(&path[..path.len() - 9]).await;
    assert_eq!(cut_off.status(), 404);
    assert!(cut_off.text().contains("This link cannot be read"));
    let granted = async || {
        let consents: Value = lin.get("/v1/customer/consents").await.json();
        let mut consents = consents["consents"].as_array().unwrap().iter();
        let orders = consents
            .find(|one| one["channel"] == "email" && one["purpose"] == "orders")
            .unwrap();
        orders["granted"].as_bool().unwrap()
    };
    assert!(granted().await);
    let mailer = program
        .clone()
        .with("content-type", "application/x-www-form-urlencoded");
    let clicked = mailer.send_bytes(
        reqwest::Method::POST,
        path,
        b"List-Unsubscribe=One-Click".to_vec(),
    );
    clicked.await.expect_status(200);
    assert!(!granted().await);

    let forged = format!("{path}x");
    let refused = program.send(reqwest::Method::POST, &forged).await;
    assert_eq!(refused.problem().code, Code::NotFound);
}

/// A shop with `program` as its webhook; the secret too.
async fn listening(mut setup: Setup, program: &Program, more: &[&str]) -> (Shop, String) {
    setup.program().set("BOOKPLATE_PRIVATE_WEBHOOKS", "true");
    setup.shop(KEY, &[ORIGIN]).await;
    let create = ["webhook", "create", &program.address];
    let said = setup.run(&[&create[..], more].concat()).await;
    let secret = said.trim().split_once("  ").unwrap().1.to_owned();
    let shop = Shop::with(setup, MailServer::start().await).await;
    (shop, secret)
}

async fn a_webhook_is_told_and_can_check_who_tells(setup: Setup) {
    let program = Program::start(Vec::new()).await;
    let (shop, secret) = listening(setup, &program, &[]).await;
    let lin = shop.customer("lin").await;
    lin.send_json(
        reqwest::Method::PATCH,
        "/v1/customer",
        &json!({ "name": "Lin" }),
    )
    .await
    .expect_status(200);

    let calls = program.called(2).await;
    let mut types = Vec::new();
    for (headers, body) in &calls {
        let event: Value = serde_json::from_str(body).unwrap();
        types.push(event["type"].as_str().unwrap().to_owned());
        assert_eq!(event["data"]["external_id"], "lin");
        assert!(event["timestamp"].as_str().unwrap().ends_with('Z'));
        // Nothing that the queue would have to keep secret.
        assert!(!body.contains("mail.example"), "{body}");

        assert_eq!(signatures(headers), [sign(&secret, headers, body)]);
    }
    types.sort();
    assert_eq!(types, ["customer.created", "customer.updated"]);
}

async fn a_webhook_that_fails_is_called_again(setup: Setup) {
    let program = Program::start(vec![500]).await;
    let (shop, _) = listening(setup, &program, &[]).await;
    shop.customer("lin").await;
    let calls = program.called(2).await;
    assert_eq!(calls[0].0["webhook-id"], calls[1].0["webhook-id"]);
    assert_eq!(calls[0].1, calls[1].1);
}

async fn a_webhook_hears_only_what_it_asked_for(setup: Setup) {
    let program = Program::start(Vec::new()).await;
    let (shop, _) = listening(setup, &program, &["--event", "customer.updated"]).await;
    let lin = shop.customer("lin").await;
    lin.send_json(
        reqwest::Method::PATCH,
        "/v1/customer",
        &json!({ "name": "Lin" }),
    )
    .await
    .expect_status(200);
    let calls = program.called(1).await;
    assert!(calls[0].1.contains("customer.updated"), "{}", calls[0].1);

    let listed = shop.run(&["webhook", "list"]).await;
    assert!(
        listed.contains("customer.updated") && !listed.contains("whsec_"),
        "{listed}"
    );
    let id = listed.split_whitespace().next().unwrap();
    shop.run(&["webhook", "remove", id]).await;
    assert_eq!(shop.run(&["webhook", "list"]).await, "");
}

async fn a_webhook_cannot_reach_what_stands_beside_the_server(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    for address in [
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
    ] {
        let create = ["webhook", "create", address];
        let said = setup.program().run(&create).await.unwrap();
        assert!(said.expect_failure().contains("private_webhooks"));
    }
    let create = [
        "webhook",
        "create",
        "https://shop.example/",
        "--event",
        "all",
    ];
    let said = setup.program().run(&create).await.unwrap().expect_failure();
    assert!(said.contains("customer.created"), "{said}");

    // A name that leads to the server's own machine passes here, and is stopped when it is called.
    setup
        .run(&["webhook", "create", "https://localhost/"])
        .await;
    let shop = Shop::with(setup, MailServer::start().await).await;
    shop.customer("lin").await;
    let unreachable = "the program cannot be reached";
    shop.world.server().logged(unreachable).await.unwrap();
}
