//! The staff's side of a shop, as stories in browsers need it.

use crate::owner::Owner;
use crate::stage::{Build, EMMA, KEY, PRIDE};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::browser::{Browser, Key};
use bookplate_tests::database::Kind;
use bookplate_tests::logs;
use bookplate_tests::mail::MailServer;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

pub const HYDRATED: &str = "document.body.dataset.hydrated === ''";
/// Whose mail server does not know her.
pub const LIN: &str = "lin.mei@mail.example";
const ORIGIN: &str = "https://shop.example";

/// A shop with an owner, Olga, with mail that cannot be delivered, and with reviews to be decided about.
pub struct Office {
    pub world: World,
    pub owner: Owner,
    pub mail: MailServer,
    /// Signs identity tokens.
    secret: String,
}

impl Office {
    pub async fn open() -> Self {
        Self::with(Setup::new(Kind::Sqlite).await, None).await
    }

    /// With debug assertions, so that Leptos tells of a hydration mismatch.
    pub async fn debug() -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        setup.program().use_debug_assets();
        Self::with(setup, None).await
    }

    /// With a name of the server's, so that there can be passkeys.
    pub async fn with_passkeys(build: Build) -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        if build == Build::Debug {
            setup.program().use_debug_assets();
        }
        let named = Some(setup.program().name_the_server());
        Self::with(setup, named).await
    }

    async fn with(mut setup: Setup, named: Option<String>) -> Self {
        let mail = MailServer::start().await;
        let program = setup.program();
        program.set("BOOKPLATE_SMTP_URL", &mail.url());
        program.set("BOOKPLATE_MAIL_FROM", "books@shop.example");
        program.set("BOOKPLATE_PRIVATE_WEBHOOKS", "true");
        setup.shop(KEY, &[ORIGIN]).await;
        let books = format!(
            "isbn,title,authors\n{PRIDE},Pride and Prejudice,Jane Austen\n{EMMA},Emma,Jane Austen\n"
        );
        setup.import_catalogue(&books).await;
        let secret = ["secret", "create", "identity", "--shop", KEY];
        let secret = setup.run(&secret).await;
        let (_, secret) = secret.trim().split_once("  ").unwrap();
        let key = setup.run(&["secret", "create", "api"]).await;
        let world = setup.open().await;
        let office = Self {
            owner: Owner::enrol(&world, named).await,
            world,
            mail,
            secret: secret.to_owned(),
        };
        let (_, key) = key.trim().split_once("  ").unwrap();
        office.refund(key).await;
        office.fail().await;
        office.review().await;
        office
    }

    /// A letter and a call of a webhook that cannot be delivered.
    async fn fail(&self) {
        self.mail.forget(LIN);
        let new = json!({
            "email": LIN, "password": "tea with the dean", "name": "Lin", "language": "en",
        });
        let page = self.world.page(ORIGIN, KEY);
        let reply = page.post("/v1/accounts", &new).await;
        reply.expect_status(202);
        // Nobody listens there, and nobody is sent there while it is off.
        let new = json!({ "url": "http://127.0.0.1:9/hooks/of/a/shop/with/a/long/address" });
        let webhooks = self.owner.api("webhooks");
        let made: Value = self.olga().post(&webhooks, &new).await.json();
        let webhook = format!("{webhooks}/{}", made["webhook"]["id"].as_str().unwrap());
        let ping = format!("{webhook}/ping");
        let sent = self.olga().post(&ping, &json!({})).await;
        sent.expect_status(202);
        let off = json!({ "active": false });
        self.olga().send_json(Method::PATCH, &webhook, &off).await;
        let list = self.owner.api("deliveries");
        bookplate_tests::wait_until("both are given up", async || {
            let page: Value = self.olga().get(&list).await.json();
            page["dead"] == 2
        })
        .await;
    }

    /// Three reviews that wait, in this order: Ann's, Mei's, and Ben's, which has an earlier version. One of Ann's was
    /// published, answered, and reported since.
    async fn review(&self) {
        let (ann, ben) = (self.customer("ann").await, self.customer("ben").await);
        let mei = self.customer("mei").await;
        let decisions = self.owner.api("reviews/decisions");
        let emma = self
            .write(&ann, EMMA, 20, "It drags on. Mr Knightley was right.")
            .await;
        let approve = json!({ "review": emma, "version": 1, "decision": "approve" });
        let decided = json!({ "decisions": [approve] });
        self.olga()
            .post(&decisions, &decided)
            .await
            .expect_status(204);
        let answer = json!({ "text": "Thank you for your patience with Emma." });
        let path = self.owner.api(&format!("reviews/{emma}/answer"));
        self.olga()
            .send_json(Method::PUT, &path, &answer)
            .await
            .expect_status(204);
        let report = json!({ "reason": "other", "note": "She has not read it to the end." });
        let path = format!("/v1/reviews/{emma}/reports");
        assert!(mei.post(&path, &report).await.status() < 300);

        self.write(
            &ann,
            PRIDE,
            50,
            "Wit on every page.\n\n||In the end they marry.|| I cried.",
        )
        .await;
        self.write(&mei, PRIDE, 10, "译文流畅，值得再读。||结局很美满。||")
            .await;
        let of_ben = self.write(&ben, PRIDE, 30, "Balls, balls, balls.").await;
        let changes =
            json!({ "review": of_ben, "version": 1, "decision": "changes", "reason": "off_topic" });
        let decided = json!({ "decisions": [changes] });
        self.olga()
            .post(&decisions, &decided)
            .await
            .expect_status(204);
        self.rewrite(
            &ben,
            &of_ben,
            "Three balls, and each of them moves the story.",
        )
        .await;
    }

    /// A refund that waits for its order, and one that is more than its order.
    async fn refund(&self, key: &str) {
        let backend = self.world.anonymous().bearing(key);
        let money = |amount: i64| json!({ "amount": amount, "currency": "CNY" });
        let refund = |number: &str, order: &str| {
            json!({
                "number": number, "order": order, "refunded_at": 1_795_132_800_000_i64,
                "lines": [{ "line": "1", "quantity": 1, "total": money(128_000) }],
            })
        };
        let refunds = [
            refund("R-2026-000017", "A-1001"),
            refund("R-2026-000018", "A-1002"),
        ];
        let refunds = json!({ "refunds": refunds });
        let sent = backend.post("/v1/refunds", &refunds).await;
        sent.expect_status(200);
        let line =
            json!({ "sku": "tote", "title": "Tote bag", "quantity": 1, "total": money(9_900) });
        let order =
            json!({ "number": "A-1001", "placed_at": 1_795_046_400_000_i64, "lines": [line] });
        let orders = json!({ "orders": [order] });
        let sent = backend.post("/v1/orders", &orders).await;
        sent.expect_status(200);
    }

    /// A customer on a page of the shop.
    pub async fn customer(&self, name: &str) -> Actor<'_> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let claims = json!({ "aud": KEY, "sub": name, "iat": now, "exp": now + 300, "name": name });
        let key = EncodingKey::from_secret(self.secret.as_bytes());
        let token = encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
        let page = self.world.page(ORIGIN, KEY);
        let grant = json!({ "grant": "identity_token", "identity_token": token });
        let session: Value = page.post("/v1/sessions", &grant).await.json();
        page.bearing(session["access_token"].as_str().unwrap())
    }

    /// Somebody's review of a book; gives its id.
    async fn write(&self, customer: &Actor<'_>, isbn: &str, rating: u8, body: &str) -> String {
        let path = format!("/v1/books/{isbn}/reviews");
        let written: Value = customer.post(&path, &text(rating, body)).await.json();
        written["id"].as_str().unwrap().to_owned()
    }

    /// Another version of it.
    pub async fn rewrite(&self, customer: &Actor<'_>, id: &str, body: &str) {
        let path = format!("/v1/customer/reviews/{id}");
        let done = customer
            .send_json(Method::PUT, &path, &text(30, body))
            .await;
        done.expect_status(200);
    }

    /// Asks somebody to join the staff; gives the link.
    pub async fn invite(&self, email: &str) -> String {
        let asked = json!({ "email": email, "role": "viewer" });
        let path = self.owner.api("invitations");
        let invited: Value = self.olga().post(&path, &asked).await.json();
        invited["link"].as_str().unwrap().to_owned()
    }

    /// Drafts rules of points, as Olga elsewhere.
    pub async fn draft_rules(&self) {
        let rules = json!({
            "rates": [{ "currency": "CNY", "per": 100, "points": 1 }],
            "return_days": 14, "refund_spent": "negative", "adjust_limit": 100, "sign_up": 50,
            "worth": [{ "points": 100, "money": { "amount": 100, "currency": "CNY" } }],
        });
        let path = self.owner.api("points/rules/draft");
        let new = json!({ "rules": rules, "note": "The first rules" });
        let drafted = self.olga().send_json(Method::PUT, &path, &new).await;
        drafted.expect_status(200);
    }

    /// Olga in another browser.
    pub fn olga(&self) -> Actor<'_> {
        self.owner.elsewhere(&self.world)
    }
}

/// Presses Tab until the focus is on what `css` finds.
pub async fn tab_to(browser: &Browser, css: &str) {
    let there = format!("document.activeElement.matches({})", json!(css));
    for _ in 0..60 {
        if browser.evaluate::<bool>(&there).await {
            return;
        }
        browser.press(Key::Tab).await;
    }
    panic!("Tab does not lead to {css}: {}", browser.describe().await);
}

/// Types into whatever has the focus.
pub async fn type_keys(browser: &Browser, keys: &str) {
    logs::keep_out(keys);
    let chain = browser.web().action_chain().send_keys(keys);
    chain.perform().await.unwrap();
}

fn text(rating: u8, body: &str) -> Value {
    json!({ "rating": rating, "title": "My view", "body": body, "author": "Reader" })
}
