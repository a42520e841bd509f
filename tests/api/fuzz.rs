//! Requests that nobody has thought of: made up from the API's description, one by one and in sequences that build
//! on each other's answers. There is no server error, no answer that is not described, nothing is taken that the
//! description does not allow, and nobody gets in without what lets them in.
//!
//! `cargo xtask fuzz` tries for longer, and other requests each time.

use crate::colleagues::owner;
use crate::members::mail_server;
use crate::people::{identity, new_secret, sign_in};
use crate::shelf::{BOOKS, KEY, ORIGIN, PRIDE, REVIEWS, shopper};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::schemathesis::Schemathesis;
use bookplate_tests::stories;
use bookplate_wire::staff::Role;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

stories!(requests_made_up_from_the_description_find_no_fault);

/// What ends something that all the others need: a session, the shop's key, the customer. It is tried at last.
const LAST: [&str; 5] = [
    "delete_staff_session",
    "delete_staff",
    "delete_session",
    "delete_customer",
    "retire_key",
];

/// How many requests are made up for each operation where others wait for the end.
const FEW: u32 = 6;
/// The same for each round of a longer search.
const MANY: u32 = 50;

async fn requests_made_up_from_the_description_find_no_fault(mut setup: Setup) {
    let kind = setup.database().kind();
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let minutes: Option<u64> = number("BOOKPLATE_FUZZ_MINUTES");
    let end = Instant::now() + Duration::from_secs(60 * minutes.unwrap_or(0));
    let mut seed = number("BOOKPLATE_FUZZ_SEED").unwrap_or(1);
    let examples = minutes.map_or(FEW, |_| MANY);
    loop {
        eprintln!("{kind:?}: seed {seed}");
        try_out(setup, seed, examples).await;
        if Instant::now() >= end {
            return;
        }
        // A new shop each time: an access token lasts for ten minutes.
        setup = Setup::new(kind).await;
        seed += 1;
    }
}

/// A round, in a shop of its own.
async fn try_out(mut setup: Setup, seed: u64, examples: u32) {
    let kind = setup.database().kind();
    let _mail = mail_server(&mut setup).await;
    let program = setup.program();
    // Everything comes from one address, customer and program, and too much of it is answered before anything else.
    for limit in ["ADDRESS", "SIGN_IN", "CUSTOMER", "PROGRAM"] {
        program.set(&format!("BOOKPLATE_LIMIT_{limit}"), "0");
    }
    // Passkeys belong to a domain.
    program.set("BOOKPLATE_PUBLIC_URL", "https://reviews.example");
    setup.shop(KEY, &[ORIGIN]).await;
    setup.import_catalogue(BOOKS).await;
    setup.import_reviews(REVIEWS).await;
    let signing = new_secret(&setup, "identity").await.1;
    let key = new_secret(&setup, "api").await.1;
    let world = setup.open().await;
    let values = insiders(&world, &signing, key).await;
    let tool = Schemathesis {
        server: world.server().address(),
        seed,
        examples,
        settings: Path::new(env!("CARGO_MANIFEST_DIR")).join("api/schemathesis.toml"),
        values: &values,
    };
    let without = LAST.map(|name| ["--exclude-operation-id", name]);
    let only = LAST.map(|name| ["--include-operation-id", name]);
    // What the links lead from is not among them.
    let alone = ["--phases", "examples,coverage,fuzzing", "--warnings", "off"];
    let only = [only.as_flattened(), &alone].concat();
    for arguments in [without.as_flattened(), &only] {
        if let Err(found) = tool.run(arguments).await {
            panic!("{found:#}\nThis was {kind:?} with seed {seed}, {examples} examples.");
        }
    }
    // What goes wrong behind an answer.
    let log = world.server().log();
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(errors, [] as [&str; 0], "seed {seed}");
}

/// What lets somebody in, and who is there, by the names that the settings have for it.
async fn insiders(world: &World, signing: &str, key: String) -> Vec<(&'static str, String)> {
    let lin = json!({ "name": "Lin", "email": "lin@example.com", "phone": "+8613800138000" });
    let session = sign_in(&shopper(world), &identity(signing, "lin", lin)).await;
    let order = json!({ "orders": [{
        "number": "A-1", "placed_at": 1_795_132_800_000_i64, "customer": { "external_id": "lin" },
        "lines": [{
            "line": "a", "isbn": PRIDE, "quantity": 2, "total": { "amount": 9000, "currency": "CNY" },
        }],
    }] });
    let backend = world.anonymous().bearing(&key);
    let reply = backend.post("/v1/orders", &order).await;
    reply.expect_status(200);
    let kim = owner(world, KEY, "kim@example.com").await;
    let noa = kim.hire(world, "noa@example.com", Role::Viewer).await;
    let cookie = kim.browser.header("cookie");
    let (_, cookie) = cookie.split_once('=').unwrap();
    vec![
        ("PUBLIC_KEY", KEY.to_owned()),
        ("SHOP", kim.shop().to_string()),
        ("STAFF", noa.id().to_string()),
        ("ACCESS_TOKEN", session.access_token),
        ("SECRET_KEY", key),
        ("STAFF_SESSION", cookie.to_owned()),
    ]
}
