//! The staff of shops, as the stories need them.

use crate::shelf::{KEY, ORIGIN};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::reply::Reply;
use bookplate_wire::staff::{Enrolled, Enrolment, Invited, Me, Role};
use bookplate_wire::{ShopId, StaffId};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret, Totp};

/// What everybody here has as a password.
pub const PASSWORD: &str = "correct horse battery";

/// Somebody of the staff, in a browser that is signed in.
pub struct Colleague<'a> {
    /// The browser.
    pub browser: Actor<'a>,
    /// Who it is.
    pub me: Me,
    /// The recovery codes.
    pub recovery_codes: Vec<String>,
    authenticator: Authenticator,
}

/// Makes codes, each once.
pub struct Authenticator {
    totp: Totp,
    used: u64,
}

impl Authenticator {
    /// One that was set up with this secret.
    pub fn new(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        Self { totp, used: 0 }
    }

    /// The code of the present step, or after that one was used, of the next: servers take it already. There
    /// is no third one without waiting.
    pub fn code(&mut self) -> String {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let step = since.as_secs() / 30;
        self.used = step.max(self.used + 1);
        self.totp.generate(self.used * 30).to_string()
    }
}

/// A shop and its first owner.
pub async fn shop(setup: Setup) -> World {
    setup.shop(KEY, &[ORIGIN]).await;
    setup.open().await
}

/// A browser on one of the console's own pages.
pub fn console(world: &World) -> Actor<'_> {
    world.anonymous().with("sec-fetch-site", "same-origin")
}

/// The first owner of the shop with this public key, made by the operator.
pub async fn owner<'a>(world: &'a World, key: &str, email: &str) -> Colleague<'a> {
    let link = owner_link(world, key, email).await;
    enrol(world, &link).await
}

/// The link that the operator gives somebody.
pub async fn owner_link(world: &World, key: &str, email: &str) -> String {
    let arguments = ["create-owner", "--email", email, "--shop", key];
    let said = world.setup().run(&arguments).await;
    said.trim().to_owned()
}

/// The secret part of a link.
pub fn token(link: &str) -> &str {
    link.split_once("/console/enter?token=").unwrap().1
}

/// What a link is for.
pub async fn look_up(world: &World, link: &str) -> Enrolment {
    let asked = json!({ "token": token(link) });
    let reply = console(world)
        .post("/v1/console/enrolments/lookup", &asked)
        .await;
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.json()
}

/// Follows a link: sets password and authenticator.
pub async fn enrol<'a>(world: &'a World, link: &str) -> Colleague<'a> {
    let enrolment = look_up(world, link).await;
    let second_factor = enrolment.second_factor.unwrap();
    let mut authenticator = Authenticator::new(&second_factor.secret);
    let asked = json!({
        "token": token(link), "name": enrolment.name, "password": PASSWORD, "code": authenticator.code(),
    });
    let reply = console(world).post("/v1/console/enrolments", &asked).await;
    let browser = carrying(world, &reply);
    let enrolled: Enrolled = reply.expect_status(201).json();
    Colleague {
        browser,
        me: enrolled.me,
        recovery_codes: enrolled.recovery_codes,
        authenticator,
    }
}

/// A browser that has kept the cookie of a reply.
pub fn carrying<'a>(world: &'a World, reply: &Reply) -> Actor<'a> {
    let cookie = reply.header("set-cookie");
    console(world).with("cookie", cookie.split(';').next().unwrap())
}

/// What one signs in with.
pub fn credentials(email: &str, password: &str, code: &str) -> Value {
    json!({ "email": email, "password": password, "code": code })
}

impl<'a> Colleague<'a> {
    /// The person's id.
    pub fn id(&self) -> StaffId {
        self.me.id.clone()
    }

    /// The first shop's id.
    pub fn shop(&self) -> ShopId {
        self.me.shops[0].id.clone()
    }

    /// An address of the first shop's console.
    pub fn path(&self, rest: &str) -> String {
        format!("/v1/console/shops/{}/{rest}", self.shop())
    }

    /// The next code of the authenticator.
    pub fn code(&mut self) -> String {
        self.authenticator.code()
    }

    /// A recovery code that was not used yet.
    pub fn recovery_code(&mut self) -> String {
        self.recovery_codes.pop().unwrap()
    }

    /// Signs in once more, in another browser.
    pub async fn sign_in(&mut self, world: &'a World) -> Actor<'a> {
        let code = self.recovery_code();
        let asked = credentials(&self.me.email, PASSWORD, &code);
        let reply = console(world).post("/v1/console/session", &asked).await;
        carrying(world, reply.expect_status(201))
    }

    /// Asks somebody to join the first shop; gives the link.
    pub async fn invite(&self, email: &str, role: Role) -> String {
        let asked = json!({ "email": email, "role": role });
        let path = self.path("invitations");
        let invited: Invited = self.browser.post(&path, &asked).await.json();
        assert_eq!(invited.invitation.role, role);
        invited.link
    }

    /// The same, and the person follows the link.
    pub async fn hire(&self, world: &'a World, email: &str, role: Role) -> Colleague<'a> {
        enrol(world, &self.invite(email, role).await).await
    }
}
