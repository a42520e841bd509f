//! People who have signed up with us, as the stories need them.

use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::mail::MailServer;
use bookplate_wire::accounts::Session;
use bookplate_wire::{Code, Problem};
use serde_json::{Value, json};

pub const LIN: &str = "lin@example.com";
pub const PASSWORD: &str = "tea with the dean";

/// Has the server send its mail to a server of the story's.
pub async fn mail_server(setup: &mut Setup) -> MailServer {
    let mail = MailServer::start().await;
    let program = setup.program();
    program.set("BOOKPLATE_SMTP_URL", &mail.url());
    program.set("BOOKPLATE_MAIL_FROM", "books@shop.example");
    mail
}

/// A shop without a login of its own.
pub async fn open_shop(mut setup: Setup) -> (World, MailServer) {
    let mail = mail_server(&mut setup).await;
    setup.shop(KEY, &[ORIGIN]).await;
    (setup.open().await, mail)
}

/// The token in the latest of `count` emails to `address` that lead to the page `page`. Two that are sent at the
/// same time arrive in any order.
pub async fn token(mail: &MailServer, address: &str, count: usize, page: &str) -> String {
    mail.mail(address, count).await;
    let received = mail.received();
    let to_address = received.iter().filter(|mail| mail.to == address);
    let start = format!("/shops/{KEY}/member/{page}?");
    let mut links = to_address.filter_map(|mail| mail.text.split_once(&start));
    let (_, link) = links.next_back().unwrap();
    let link = link.split_whitespace().next().unwrap();
    link.split_once("token=").unwrap().1.to_owned()
}

/// A script in one of the server's own pages.
pub fn hosted(world: &World) -> Actor<'_> {
    world.page(world.server().address(), KEY)
}

/// Signs up with an address that is not confirmed yet.
pub async fn sign_up(page: &Actor<'_>, email: &str, password: &str) {
    let new = json!({ "email": email, "password": password, "name": "Lin", "language": "ja" });
    let reply = page.post("/v1/accounts", &new).await;
    reply.expect_status(202);
    assert_eq!(reply.text(), "");
}

/// Signs up, as the first thing about which there is mail to `email`, and confirms.
pub async fn member(world: &World, mail: &MailServer, email: &str) -> Session {
    let page = shopper(world);
    sign_up(&page, email, PASSWORD).await;
    let token = token(mail, email, 1, "confirm").await;
    let confirm = json!({ "token": token, "password": PASSWORD });
    let reply = page.post("/v1/accounts/confirm", &confirm).await;
    reply.expect_status(201).json()
}

pub fn with_password(email: &str, password: &str) -> Value {
    json!({ "grant": "password", "email": email, "password": password })
}

/// Signs in by password.
pub async fn sign_in(page: &Actor<'_>, email: &str, password: &str) -> Session {
    let reply = page
        .post("/v1/sessions", &with_password(email, password))
        .await;
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("set-cookie"), "");
    reply.expect_status(201).json()
}

/// Why somebody cannot sign in by password.
pub async fn turned_away(page: &Actor<'_>, email: &str, password: &str) -> Problem {
    let reply = page
        .post("/v1/sessions", &with_password(email, password))
        .await;
    reply.problem()
}

pub fn with_refresh(session: &Session) -> Value {
    json!({ "grant": "refresh_token", "refresh_token": session.refresh_token })
}

/// Whether the access token of a session is still taken.
pub async fn is_signed_in(page: &Actor<'_>, session: &Session) -> bool {
    let own = page.clone().bearing(&session.access_token);
    let reply = own.get("/v1/customer").await;
    match reply.status() {
        200 => true,
        _ => {
            assert_eq!(reply.problem().code, Code::SessionEnded);
            false
        }
    }
}
