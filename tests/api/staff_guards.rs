//! What keeps strangers out of the console: who guesses waits longer and longer, and who may is asked last.

use crate::colleagues::{PASSWORD, console, credentials, enrol, owner, shop};
use crate::shelf::KEY;
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::expiry::Fleeting;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::staff::{AccessLink, Role};
use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};

stories!(
    guessing_gets_slower_on_all_instances,
    guessing_at_many_accounts_gets_slower_too,
    who_has_new_access_need_not_wait_for_what_others_guessed,
    a_role_that_is_lost_meanwhile_counts_no_more,
);

const SESSION: &str = "/v1/console/session";

/// Guesses until the next one has to wait for a minute.
async fn guess_until_it_is_slow(world: &World, email: &str) {
    for attempt in 0..11 {
        let asked = credentials(email, "another password", "000000");
        let refused = console(world).post(SESSION, &asked).await.problem();
        assert_eq!(refused.code, Code::CredentialsInvalid, "{attempt}");
        if attempt < 10 {
            world.setup().let_expire(Fleeting::Waits).await;
        }
    }
}

async fn guessing_at_many_accounts_gets_slower_too(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    for one in 0..26 {
        let asked = credentials(&format!("{one}@example.com"), PASSWORD, "000000");
        let refused = console(&world).post(SESSION, &asked).await.problem();
        assert_eq!(refused.code, Code::CredentialsInvalid, "{one}");
        if one < 25 {
            world.setup().let_expire(Fleeting::Waits).await;
        }
    }
    // One more, of an account that nobody has guessed at.
    let asked = credentials("olga@example.com", PASSWORD, &olga.recovery_code());
    let refused = console(&world).post(SESSION, &asked).await.problem();
    assert_eq!(refused.code, Code::RateLimited);
    // Of who tries, and what, nothing can be read in the database, and while somebody has to wait nothing more
    // gets there.
    let store = Store::open(world.setup().database_url()).await.unwrap();
    let count = |db: &mut Db| Sql::new("SELECT COUNT(*) FROM attempts").value::<i64>(db);
    let before = store.read(count).await.unwrap();
    for one in 0..3 {
        let asked = credentials(&format!("more-{one}@example.com"), PASSWORD, "000000");
        let refused = console(&world).post(SESSION, &asked).await.problem();
        assert_eq!(refused.code, Code::RateLimited);
    }
    assert_eq!(store.read(count).await.unwrap(), before);
    let subjects = |db: &mut Db| Sql::new("SELECT subject FROM attempts").values::<String>(db);
    let subjects = store.read(subjects).await.unwrap();
    store.close().await;
    let known = Sha256::digest(b"0@example.com");
    let known = data_encoding::HEXLOWER.encode(&known);
    assert!(!subjects.contains(&known), "a hash that anybody can make");
}

async fn who_has_new_access_need_not_wait_for_what_others_guessed(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    guess_until_it_is_slow(&world, "vera@example.com").await;
    let path = olga.path(&format!("staff/{}/access-link", vera.id()));
    let given: AccessLink = olga.browser.post(&path, &json!({})).await.json();
    let mut vera = enrol(&world, &given.link).await;
    let asked = credentials("vera@example.com", PASSWORD, &vera.code());
    let reply = console(&world).post(SESSION, &asked).await;
    reply.expect_status(201);
}

async fn a_role_that_is_lost_meanwhile_counts_no_more(setup: Setup) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let api = (
        olga.path("keys"),
        "application/json",
        r#"{"kind":"api","name":"back door"}"#,
    );
    let page = format!("/console/shops/{}/keys", olga.shop());
    let form = "application/x-www-form-urlencoded";
    let page = (page, form, "form=add&kind=api&name=back+door");
    for (email, (path, kind, body)) in [("omar@example.com", api), ("oda@example.com", page)] {
        let mut second = olga.hire(&world, email, Role::Owner).await;
        let cookie = {
            let code = second.recovery_code();
            let asked = credentials(email, PASSWORD, &code);
            let reply = console(&world).post(SESSION, &asked).await;
            let cookie = reply.header("set-cookie").split(';').next();
            cookie.unwrap().to_owned()
        };
        let address = world.server().address().trim_start_matches("http://");
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\ncontent-type: {kind}\r\n\
             sec-fetch-site: same-origin\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\
             connection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // The server says this when it begins to read what follows.
        let mut told = Vec::new();
        while !told.ends_with(b"\r\n\r\n") {
            told.push(stream.read_u8().await.unwrap());
        }
        assert!(told.starts_with(b"HTTP/1.1 100 "));
        let hers = olga.path(&format!("staff/{}", second.id()));
        let gone = olga.browser.send(Method::DELETE, &hers).await;
        gone.expect_status(204);
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 404 "), "{reply}");
        let keys = olga.browser.get(&olga.path("keys")).await;
        assert!(!keys.text().contains("back door"), "{}", keys.text());
    }
}

async fn guessing_gets_slower_on_all_instances(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let elsewhere = world.second().await;
    // Of an account that there is not, nothing else is seen.
    for email in ["olga@example.com", "nobody@example.com"] {
        guess_until_it_is_slow(&world, email).await;
        // Now even the right password has to wait.
        let asked = credentials(email, PASSWORD, &olga.recovery_code());
        for world in [&world, &elsewhere] {
            let refused = console(world).post(SESSION, &asked).await;
            assert_eq!(refused.problem().code, Code::RateLimited);
            let wait: u32 = refused.header("retry-after").parse().unwrap();
            assert!((1..=64).contains(&wait), "{wait}");
        }
    }
    // Whoever is in stays in.
    olga.browser.get(SESSION).await.expect_status(200);
}
