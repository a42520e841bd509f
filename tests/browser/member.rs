//! The member centre in a browser: server-rendered, taken over, and then without reloads.

use crate::stage::KEY;
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::browser::{Browser, Engine};
use bookplate_tests::database::Kind;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

bookplate_tests::browser_stories!(the_account_is_taken_over_without_a_mismatch);

const ORIGIN: &str = "https://shop.example";
const HYDRATED: &str = "document.body.dataset.hydrated === ''";

/// A shop with a customer, Lin, who has an account and orders.
struct Account {
    world: World,
    token: String,
}

impl Account {
    async fn open(debug: bool) -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        if debug {
            setup.program().use_debug_assets();
        }
        setup.shop(KEY, &[ORIGIN]).await;
        let said = setup
            .run(&["secret", "create", "identity", "--shop", KEY])
            .await;
        let secret = said.trim().split_once("  ").unwrap().1.to_owned();
        let world = setup.open().await;
        let token = identity(&secret);
        let grant = json!({ "grant": "identity_token", "identity_token": token });
        let reply = world.page(ORIGIN, KEY).post("/v1/sessions", &grant).await;
        let session: Value = reply.json();
        let token = session["access_token"].as_str().unwrap().to_owned();
        Self { world, token }
    }

    fn at(&self, page: &str) -> String {
        format!("{}/shops/{KEY}/member{page}", self.world.server().address())
    }

    /// Signs Lin in. False where the engine keeps no `Secure` cookie of a server without https.
    async fn sign_in(&self, browser: &Browser) -> bool {
        if browser.engine() == Engine::Webkit {
            return false;
        }
        browser.open(&self.at("/sign-in")).await;
        browser.keep_cookie("__Host-bookplate", &self.token).await;
        true
    }
}

fn identity(secret: &str) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let claims = json!({
        "aud": KEY, "sub": "c-1", "iat": now, "exp": now + 300,
        "name": "Lin", "email": "lin@example.com",
    });
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
}

async fn the_account_is_taken_over_without_a_mismatch(browser: Browser) {
    let account = Account::open(true).await;
    browser.open(&account.at("/sign-in?lang=ja")).await;
    browser.wait_for(HYDRATED).await;
    if !account.sign_in(&browser).await {
        return;
    }
    browser.open(&account.at("?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    assert_eq!(browser.console().await, [] as [String; 0]);
}
