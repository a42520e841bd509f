//! Who asks too much is told so, and takes nobody else along.

use crate::people::{grant, identity, new_secret, shop, sign_in};
use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;
use serde_json::json;

stories!(
    an_address_that_asks_too_much_is_told_when_to_come_back,
    a_proxy_speaks_for_its_own_clients_only,
    signing_in_is_limited_more_strictly,
    a_customer_and_a_program_have_limits_of_their_own,
    whoever_does_not_come_to_an_end_is_let_go,
    whoever_is_refused_early_can_ask_again_on_the_same_connection,
);

/// The statuses of several requests, one after the other.
async fn statuses(actor: &Actor<'_>, path: &str, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(actor.get(path).await.status());
    }
    statuses
}

async fn an_address_that_asks_too_much_is_told_when_to_come_back(mut setup: Setup) {
    // Three at once, and one more every 3.3 seconds.
    setup.program().set("BOOKPLATE_LIMIT_ADDRESS", "18");
    let world = setup.open().await;
    let first = world.anonymous().get("/healthz").await;
    assert_eq!(first.status(), 200);
    assert!(first.header("ratelimit").starts_with("\"address\";r=2;"));
    let statuses = statuses(&world.anonymous(), "/healthz", 2).await;
    assert_eq!(statuses, [200; 2]);
    let refused = world.anonymous().get("/healthz").await;
    assert_eq!(refused.problem().code, Code::RateLimited);
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1..=4).contains(&wait), "{wait}");
    assert_eq!(refused.header("ratelimit-policy"), "\"address\";q=3;w=10");
    // A page's script can read that as well.
    let refused = shopper(&world).get("/v1/books").await;
    assert_eq!(refused.problem().code, Code::RateLimited);
    assert_eq!(refused.header("access-control-allow-origin"), ORIGIN);
    let exposed = refused.header("access-control-expose-headers");
    assert!(exposed.contains("retry-after"), "{exposed}");
}

async fn a_proxy_speaks_for_its_own_clients_only(mut setup: Setup) {
    setup.program().set("BOOKPLATE_LIMIT_ADDRESS", "18");
    setup
        .program()
        .set("BOOKPLATE_TRUSTED_PROXIES", "127.0.0.1");
    let world = setup.open().await;
    let behind = |address: &str| world.anonymous().with("x-forwarded-for", address);
    assert_eq!(
        statuses(&behind("198.51.100.1"), "/healthz", 4).await,
        [200, 200, 200, 429]
    );
    assert_eq!(
        statuses(&behind("198.51.100.2"), "/healthz", 3).await,
        [200; 3]
    );
    // What a client writes in front of its own address changes nothing.
    let lying = behind("203.0.113.5, 198.51.100.1");
    assert_eq!(statuses(&lying, "/healthz", 1).await, [429]);
}

async fn signing_in_is_limited_more_strictly(mut setup: Setup) {
    setup.program().set("BOOKPLATE_LIMIT_SIGN_IN", "18");
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    for n in 0..3 {
        let reply = page.post("/v1/sessions", &grant("no token")).await;
        assert_eq!(reply.problem().code, Code::IdentityMalformed);
        assert_eq!(
            reply.header("ratelimit").split(';').nth(1),
            Some(format!("r={}", 2 - n).as_str())
        );
    }
    let token = identity(&secret, "c-1", json!({}));
    let refused = page.post("/v1/sessions", &grant(&token)).await;
    assert_eq!(refused.problem().code, Code::RateLimited);
    // The page learns why, and everything else goes on.
    assert_eq!(refused.header("access-control-allow-origin"), ORIGIN);
    page.get("/v1/books").await.expect_status(200);
}

async fn a_customer_and_a_program_have_limits_of_their_own(mut setup: Setup) {
    setup.program().set("BOOKPLATE_LIMIT_CUSTOMER", "12");
    setup.program().set("BOOKPLATE_LIMIT_PROGRAM", "6");
    setup.shop(KEY, &[ORIGIN]).await;
    let key = new_secret(&setup, "api").await.1;
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    let own = async |id: &str| {
        let session = sign_in(&page, &identity(&secret, id, json!({}))).await;
        page.clone().bearing(&session.access_token)
    };
    let (lin, mei) = (own("c-1").await, own("c-2").await);
    assert_eq!(statuses(&lin, "/v1/customer", 3).await, [200, 200, 429]);
    assert_eq!(statuses(&mei, "/v1/customer", 1).await, [200]);
    let till = world.anonymous().bearing(&key);
    let asked = json!({ "external_id": "c-1" });
    till.post("/v1/customers/lookup", &asked)
        .await
        .expect_status(200);
    let refused = till.post("/v1/customers/lookup", &asked).await;
    assert_eq!(refused.problem().code, Code::RateLimited);
}

async fn whoever_does_not_come_to_an_end_is_let_go(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let world = setup.open().await;
    // The server answers or closes the connection; else this would wait until the test is ended from outside.
    let head = sent_in_part(&world, "GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ");
    let begun = format!(
        "POST /v1/sessions?key={KEY} HTTP/1.1\r\nhost: x\r\norigin: {ORIGIN}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{{"
    );
    let body = sent_in_part(&world, &begun);
    let (head, body) = futures_util::future::join(head, body).await;
    assert!(!head.contains("200 OK"), "{head}");
    assert!(
        body.contains(" 408 ") && body.contains("\"request_timeout\""),
        "{body}"
    );
    world.anonymous().get("/healthz").await.expect_status(200);
}

async fn whoever_is_refused_early_can_ask_again_on_the_same_connection(setup: Setup) {
    let world = setup.open().await;
    // Far more than lies in buffers on the way; nobody reads it, since no key was shown.
    let body = vec![b' '; 2_000_000];
    let head = |more: &str| {
        format!(
            "POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n{more}\r\n",
            body.len()
        )
    };
    let next = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answers = sent(&world, &[head("").as_bytes(), &body, next]).await;
    assert!(answers.starts_with("HTTP/1.1 401 "), "{answers}");
    assert!(answers.contains("HTTP/1.1 200 "), "{answers}");

    // A client that waits to be asked for the body need not send it, and is told that the connection ends.
    let waiting = sent_in_part(&world, &head("expect: 100-continue\r\n")).await;
    assert!(waiting.starts_with("HTTP/1.1 401 "), "{waiting}");
    assert!(waiting.contains("\r\nconnection: close\r\n"), "{waiting}");
}

/// What comes back for a request of which no more than this is ever sent.
async fn sent_in_part(world: &World, part: &str) -> String {
    sent(world, &[part.as_bytes()]).await
}

/// What comes back, until the server closes the connection, for what is sent in these pieces.
async fn sent(world: &World, pieces: &[&[u8]]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = world.server().address().trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    for piece in pieces {
        stream.write_all(piece).await.unwrap();
    }
    let mut rest = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut rest).await;
    String::from_utf8_lossy(&rest).into_owned()
}
