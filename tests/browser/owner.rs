//! The owner of a shop, at the console.

use bookplate_tests::actors::{Actor, World};
use bookplate_tests::browser::{Browser, Engine, Key};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret, Totp};

const OLGA: &str = "olga@shop.example";
pub const PASSWORD: &str = "correct horse battery";

/// Olga, who owns a shop.
pub struct Owner {
    /// Where browsers find the server.
    server: String,
    authenticator: Totp,
    /// The last step of which a code was used: each is taken once.
    used: u64,
    shop: String,
    cookie: String,
    /// Recovery codes that were not used yet.
    codes: Vec<String>,
}

impl Owner {
    /// Makes her the owner of the only shop. `named` is the server's name, where it has one.
    pub async fn enrol(world: &World, named: Option<String>) -> Self {
        Self::enrol_as(world, named, (OLGA, "Olga Brandt")).await
    }

    /// The same for somebody else, with email address and name.
    pub async fn enrol_as(
        world: &World,
        named: Option<String>,
        (email, name): (&str, &str),
    ) -> Self {
        let create = ["create-owner", "--email", email, "--name", name];
        let link = world.setup().run(&create).await;
        let (_, token) = link.trim().split_once("token=").unwrap();
        let own = world.anonymous().with("sec-fetch-site", "same-origin");
        let lookup = "/v1/console/enrolments/lookup";
        let enrolment: Value = own.post(lookup, &json!({ "token": token })).await.json();
        let seed = enrolment["second_factor"]["secret"].as_str().unwrap();
        let seed = Secret::try_from_base32(seed).unwrap();
        let authenticator = Builder::new().with_secret(seed).build().unwrap();
        let used = step();
        let code = authenticator.generate(used * 30).to_string();
        let new = json!({ "token": token, "name": name, "password": PASSWORD, "code": code });
        let enrolled = own.post("/v1/console/enrolments", &new).await;
        let cookie = enrolled.header("set-cookie").split(';').next().unwrap();
        let cookie = cookie.to_owned();
        let enrolled: Value = enrolled.json();
        let shop = enrolled["me"]["shops"][0]["id"].as_str().unwrap();
        let codes = enrolled["recovery_codes"].as_array().unwrap().iter();
        let codes = codes.map(|code| code.as_str().unwrap().to_owned());
        Self {
            server: named.unwrap_or_else(|| world.server().address().to_owned()),
            authenticator,
            used,
            shop: shop.to_owned(),
            cookie,
            codes: codes.collect(),
        }
    }

    /// Herself in another browser.
    pub fn elsewhere<'a>(&self, world: &'a World) -> Actor<'a> {
        let own = world.anonymous().with("sec-fetch-site", "same-origin");
        own.with("cookie", &self.cookie)
    }

    /// An address of the API.
    pub fn api(&self, rest: &str) -> String {
        format!("/v1/console/shops/{}/{rest}", self.shop)
    }

    pub fn at(&self, page: &str) -> String {
        let (server, shop) = (&self.server, &self.shop);
        format!("{server}/console/shops/{shop}/{page}")
    }

    /// The page for signing in.
    pub fn entry(&self) -> String {
        format!("{}/console/sign-in", self.server)
    }

    /// The address of the page about her account.
    pub fn account(&self) -> String {
        format!("{}/console/account?lang=en", self.server)
    }

    /// Another of her recovery codes.
    pub fn recovery_code(&mut self) -> String {
        self.codes.pop().unwrap()
    }

    /// Types her email address and a password.
    pub async fn type_credentials(&self, browser: &Browser, password: &str) {
        let email = browser.find("#email").await;
        email.clear().await.unwrap();
        email.send_keys(OLGA).await.unwrap();
        browser.press(Key::Tab).await;
        let field = browser.web().active_element().await.unwrap();
        field.send_keys(password).await.unwrap();
    }

    /// Signs in on the page for that, with nothing but the keyboard. False where the engine does not keep the cookie.
    pub async fn sign_in(&mut self, browser: &Browser) -> bool {
        browser.open(&format!("{}?lang=en", self.entry())).await;
        if browser.engine() == Engine::Webkit {
            return false;
        }
        self.used = step().max(self.used + 1);
        let code = self.authenticator.generate(self.used * 30).to_string();
        self.type_credentials(browser, PASSWORD).await;
        browser.press(Key::Tab).await;
        let field = browser.web().active_element().await.unwrap();
        field.send_keys(&code).await.unwrap();
        browser.press(Key::Enter).await;
        browser
            .wait_for("location.pathname.endsWith('/settings')")
            .await;
        true
    }
}

/// The present step of the authenticator.
fn step() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs() / 30
}
