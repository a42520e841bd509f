//! What the staff sets, and that it takes effect.

use crate::colleagues::{owner, shop};
use crate::people::{identity, sign_in};
use crate::shelf::{BOOKS, KEY, ORIGIN, PRIDE, REVIEWS};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::settings::{
    Branch, BranchList, CreatedKey, Key, KeyKind, KeyList, Origins, ShopSettings,
};
use bookplate_wire::{Code, Lang};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_shop_gets_another_name_and_time_zone,
    a_setting_that_breaks_a_rule_is_refused_whole,
    only_pages_of_the_shops_origins_are_answered,
    a_reader_of_a_language_that_is_not_offered_gets_the_default_one,
    a_shop_has_branches,
    a_secret_is_shown_once_and_retires_later,
    public_keys_are_exchanged_without_a_pause,
    addresses_with_a_retired_key_lead_to_the_present_one,
    an_identity_key_can_be_brought_along,
    commands_and_console_see_the_same_keys,
);

async fn a_shop_gets_another_name_and_time_zone(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = olga.path("settings");
    let before: ShopSettings = olga.browser.get(&path).await.json();
    assert_eq!(before.name, "Test shop");
    assert_eq!(before.languages, Lang::ALL);
    assert_eq!(before.origins, [ORIGIN]);
    let change = json!({
        "name": " 一页书店 ", "time_zone": "asia/shanghai", "default_language": "zh-CN",
        "languages": ["en", "zh-CN"],
        "look": { "accent": "#8A2F1F", "radius": 0, "font": "Noto Serif SC, serif" },
    });
    let reply = olga.browser.send_json(Method::PATCH, &path, &change).await;
    let changed: ShopSettings = reply.json();
    assert_eq!(changed.name, "一页书店");
    assert_eq!(changed.time_zone, "Asia/Shanghai");
    assert_eq!(changed.languages, [Lang::ZhCn, Lang::En]);
    assert_eq!(changed.look.accent, "#8a2f1f");
    assert_eq!(changed.look.radius, Some(0));
    let read: ShopSettings = olga.browser.get(&path).await.json();
    assert_eq!(read, changed);
    // What is absent stays.
    let less = json!({ "name": "Bookshop" });
    let reply = olga.browser.send_json(Method::PATCH, &path, &less).await;
    let renamed: ShopSettings = reply.json();
    let expected = ShopSettings {
        name: "Bookshop".into(),
        ..changed
    };
    assert_eq!(renamed, expected);
}

async fn a_setting_that_breaks_a_rule_is_refused_whole(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = olga.path("settings");
    for (field, change) in [
        ("name", json!({ "name": " " })),
        ("name", json!({ "name": "x".repeat(101) })),
        ("time_zone", json!({ "time_zone": "Mars" })),
        ("languages", json!({ "languages": [] })),
        ("default_language", json!({ "languages": ["ja"] })),
        ("look.accent", json!({ "look": { "accent": "#ffffff" } })),
        ("look.accent", json!({ "look": { "accent": "red" } })),
        ("look.radius", json!({ "look": { "radius": 25 } })),
        (
            "look.font",
            json!({ "look": { "font": "x} body { color: red" } }),
        ),
    ] {
        let mut change = change;
        if change["name"].is_null() {
            change["name"] = json!("Another");
        }
        let reply = olga.browser.send_json(Method::PATCH, &path, &change).await;
        let problem = reply.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::FieldInvalid, Some(field)),
            "{change}"
        );
    }
    for (field, change) in [
        ("colour", json!({ "colour": "red" })),
        ("languages[0]", json!({ "languages": ["Klingon"] })),
        ("look.shadow", json!({ "look": { "shadow": 1 } })),
    ] {
        let reply = olga.browser.send_json(Method::PATCH, &path, &change).await;
        let problem = reply.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::BodyInvalid, Some(field))
        );
    }
    let several = json!({ "name": " ", "time_zone": "Mars", "look": { "accent": "red" } });
    let reply = olga.browser.send_json(Method::PATCH, &path, &several).await;
    let problem = reply.problem();
    let fields: Vec<&str> = problem.fields().collect();
    assert_eq!(fields, ["time_zone", "name", "look.accent"]);
    let settings: ShopSettings = olga.browser.get(&path).await.json();
    assert_eq!(settings.name, "Test shop", "nothing half-written");
}

async fn only_pages_of_the_shops_origins_are_answered(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = olga.path("origins");
    for (field, origins) in [
        ("origins", json!([])),
        (
            "origins[1]",
            json!(["https://a.example", "https://a.example/"]),
        ),
        ("origins[0]", json!(["*"])),
    ] {
        let asked = json!({ "origins": origins });
        let reply = olga.browser.send_json(Method::PUT, &path, &asked).await;
        assert_eq!(reply.problem().field.as_deref(), Some(field));
    }
    let asked = json!({ "origins": ["https://new.example", "https://also.example"] });
    let reply = olga.browser.send_json(Method::PUT, &path, &asked).await;
    let Origins { origins } = reply.json();
    assert_eq!(origins, ["https://also.example", "https://new.example"]);
    let world = world.second().await;
    for (origin, status) in [(ORIGIN, 403), ("https://new.example", 200)] {
        let reply = world.page(origin, KEY).get("/v1/books").await;
        assert_eq!(reply.status(), status, "{origin}");
    }
}

async fn a_reader_of_a_language_that_is_not_offered_gets_the_default_one(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    setup.import_catalogue(BOOKS).await;
    setup.import_reviews(REVIEWS).await;
    let world = setup.open().await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let change = json!({ "languages": ["zh-CN", "ja"], "default_language": "ja" });
    let path = olga.path("settings");
    let changed = olga.browser.send_json(Method::PATCH, &path, &change).await;
    changed.expect_status(200);
    let world = world.second().await;
    for (asked, shown) in [
        ("zh-Hans", "zh-CN"),
        ("en", "ja"),
        ("fr", "ja"),
        ("ja", "ja"),
    ] {
        let path = format!("/v1/fragments.html?w=rating/{PRIDE}&lang={asked}");
        let reply = world.page(ORIGIN, KEY).get(&path).await;
        let lang = format!("lang=\"{shown}\"");
        assert!(reply.html().contains(&lang), "{asked}: {}", reply.text());
        let hosted = format!("/shops/{KEY}/books/{PRIDE}/reviews");
        let reader = world.anonymous().with("accept-language", asked);
        let page = reader.get(&hosted).await;
        let html = format!("<html lang=\"{shown}\"");
        assert!(page.html().contains(&html), "{asked}");
        assert!(!page.html().contains("hreflang=\"en\""), "{asked}");
    }
}

async fn a_shop_has_branches(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = olga.path("branches");
    let new = json!({ "code": " SH-1 ", "name": "Nanjing Road", "time_zone": "Asia/Shanghai" });
    let reply = olga.browser.post(&path, &new).await;
    let branch: Branch = reply.expect_status(201).json();
    assert_eq!(branch.code, "SH-1");
    for (code, field, new) in [
        (Code::BranchExists, "code", new.clone()),
        (
            Code::FieldInvalid,
            "code",
            json!({ "code": " ", "name": "x", "time_zone": "UTC" }),
        ),
        (
            Code::FieldInvalid,
            "name",
            json!({ "code": "x", "name": "", "time_zone": "UTC" }),
        ),
        (
            Code::FieldInvalid,
            "time_zone",
            json!({ "code": "x", "name": "x", "time_zone": "" }),
        ),
    ] {
        let problem = olga.browser.post(&path, &new).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field)),
            "{new}"
        );
    }
    let own = format!("{path}/{}", branch.id);
    let change = json!({ "name": "East Nanjing Road" });
    let reply = olga.browser.send_json(Method::PATCH, &own, &change).await;
    let changed: Branch = reply.json();
    assert_eq!(changed.name, "East Nanjing Road");
    assert_eq!(changed.time_zone, "Asia/Shanghai");
    let fixed = json!({ "code": "SH-2" });
    let refused = olga.browser.send_json(Method::PATCH, &own, &fixed).await;
    assert_eq!(refused.problem().code, Code::BodyInvalid);
    let list: BranchList = olga.browser.get(&path).await.json();
    assert_eq!(list.branches, [changed]);
    let gone = olga.browser.send(Method::DELETE, &own).await;
    gone.expect_status(204);
    let list: BranchList = olga.browser.get(&path).await.json();
    assert_eq!(list.branches, []);
}

/// The status of what needs a secret key.
async fn looked_up(till: &Actor<'_>) -> Code {
    let asked = json!({ "external_id": "c-1" });
    till.post("/v1/customers/lookup", &asked)
        .await
        .problem()
        .code
}

async fn a_secret_is_shown_once_and_retires_later(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = olga.path("keys");
    let reply = olga
        .browser
        .post(&path, &json!({ "kind": "api", "name": "till 1" }))
        .await;
    assert_eq!(reply.header("cache-control"), "no-store");
    let made: CreatedKey = reply.expect_status(201).json();
    let secret = made.secret.unwrap();
    assert!(secret.starts_with("sk_"), "{secret}");
    let listed = olga.browser.get(&path).await;
    assert!(!listed.text().contains(&secret));
    let list: KeyList = listed.json();
    assert!(list.keys.contains(&made.key), "{list:?}");

    let till = world.anonymous().bearing(&secret);
    assert_eq!(looked_up(&till).await, Code::CustomerNotFound);
    let retire = format!("{path}/{}/retire", made.key.id);
    let later: Key = olga
        .browser
        .post(&retire, &json!({ "after_hours": 24 }))
        .await
        .json();
    assert!(later.retires_at.is_some());
    assert_eq!(looked_up(&till).await, Code::CustomerNotFound);
    let now = json!({ "after_hours": 0 });
    let ended: Key = olga.browser.post(&retire, &now).await.json();
    assert_eq!(looked_up(&till).await, Code::SecretUnknown);
    // What is over does not come back.
    let again = json!({ "after_hours": 24 });
    let again: Key = olga.browser.post(&retire, &again).await.json();
    assert_eq!(again.retires_at, ended.retires_at);
    let far = json!({ "after_hours": 9_000 });
    let refused = olga.browser.post(&retire, &far).await.problem();
    assert_eq!(refused.field.as_deref(), Some("after_hours"));
    let nobodys = format!("{path}/key_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b/retire");
    let refused = olga.browser.post(&nobodys, &now).await.problem();
    assert_eq!(refused.code, Code::NotFound);
}

async fn public_keys_are_exchanged_without_a_pause(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = olga.path("keys");
    let now = json!({ "after_hours": 0 });
    let old = format!("{path}/{KEY}/retire");
    let refused = olga.browser.post(&old, &now).await.problem();
    assert_eq!(refused.code, Code::LastKey);

    let new = json!({ "kind": "public", "name": "since the leak" });
    let made: CreatedKey = olga.browser.post(&path, &new).await.json();
    assert_eq!(made.secret, None);
    let new = made.key.id;
    assert!(new.starts_with("pk_"), "{new}");
    let secret: CreatedKey = olga
        .browser
        .post(&path, &json!({ "kind": "identity" }))
        .await
        .json();
    let secret = secret.secret.unwrap();
    // While both are taken, the shop's backend may name either for pages that carry either.
    for key in [KEY, &new] {
        let page = world.page(ORIGIN, key);
        page.get("/v1/books").await.expect_status(200);
        for audience in [KEY, &new] {
            let token = identity(&secret, "c-1", json!({ "aud": audience }));
            sign_in(&page, &token).await;
        }
    }
    let retired: Key = olga.browser.post(&old, &now).await.json();
    assert_eq!(retired.kind, KeyKind::Public);
    let last = format!("{path}/{new}/retire");
    let refused = olga.browser.post(&last, &now).await.problem();
    assert_eq!(refused.code, Code::LastKey);
    let world = world.second().await;
    let refused = world.page(ORIGIN, KEY).get("/v1/books").await.problem();
    assert_eq!(refused.code, Code::KeyUnknown);
    let page = world.page(ORIGIN, &new);
    page.get("/v1/books").await.expect_status(200);
    let token = identity(&secret, "c-1", json!({}));
    let refused = page
        .post("/v1/sessions", &crate::people::grant(&token))
        .await;
    assert_eq!(refused.problem().code, Code::IdentityAudience);
}

async fn addresses_with_a_retired_key_lead_to_the_present_one(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let keys = olga.path("keys");
    let mut present = KEY.to_owned();
    for _ in 0..2 {
        let new = json!({ "kind": "public" });
        let made: CreatedKey = olga.browser.post(&keys, &new).await.json();
        let retire = format!("{keys}/{present}/retire");
        let now = json!({ "after_hours": 0 });
        let retired = olga.browser.post(&retire, &now).await;
        retired.expect_status(200);
        present = made.key.id;
    }
    let world = world.second().await;
    let reader = world.anonymous();
    for rest in [
        "/member",
        "/member/confirm?token=a%2Bb&lang=ja",
        "/member/orders?after=1",
        "/wishlists/anything",
        &format!("/books/{PRIDE}/reviews?sort=newest"),
    ] {
        let led = reader.get(&format!("/shops/{KEY}{rest}")).await;
        led.expect_status(303);
        assert_eq!(led.header("location"), format!("/shops/{present}{rest}"));
        assert_eq!(led.header("cache-control"), "no-store");
    }
    // The program of a page that is open still makes a new document of it.
    let program = reader.clone().with("accept", "application/json");
    let led: Value = program
        .get(&format!("/shops/{KEY}/member/orders"))
        .await
        .json();
    assert_eq!(led["leave"], format!("/shops/{present}/member/orders"));
    // That is all: nothing else takes the key, and a key that never was leads nowhere.
    let path = format!("/shops/{KEY}/member/sign-in");
    let form = "application/x-www-form-urlencoded";
    let sent = reader.clone().with("content-type", form);
    let sent = sent.with("sec-fetch-site", "same-origin");
    let sent = sent.send_bytes(Method::POST, &path, b"email=a".to_vec());
    sent.await.expect_status(404);
    let refused = world.page(ORIGIN, KEY).get("/v1/books").await.problem();
    assert_eq!(refused.code, Code::KeyUnknown);
    let nothing = reader.get("/shops/pk_never/member").await;
    nothing.expect_status(404);
}

async fn an_identity_key_can_be_brought_along(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = olga.path("keys");
    // A pair that was made for this test: `openssl genpkey -algorithm ed25519`.
    let public = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEA75GtccCcaZiNx2rN8XOOxO81monZjTL/k2oK8i52DOs=\n\
        -----END PUBLIC KEY-----\n";
    let new = json!({ "kind": "identity_public", "name": "backend", "public_key": public });
    let made: CreatedKey = olga.browser.post(&path, &new).await.json();
    assert_eq!(
        (made.key.kind, made.secret),
        (KeyKind::IdentityPublic, None)
    );
    for new in [
        json!({ "kind": "identity_public" }),
        json!({ "kind": "identity_public", "public_key": "PUBLIC" }),
        json!({ "kind": "api", "public_key": public }),
    ] {
        let problem = olga.browser.post(&path, &new).await.problem();
        assert_eq!(problem.field.as_deref(), Some("public_key"), "{new}");
    }
}

async fn commands_and_console_see_the_same_keys(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = olga.path("keys");
    let new = json!({ "kind": "api", "name": "till" });
    let made: CreatedKey = olga.browser.post(&path, &new).await.json();
    let listed = world.setup().run(&["secret", "list"]).await;
    assert!(listed.contains(&made.key.id), "{listed}");
    world.setup().run(&["secret", "retire", &made.key.id]).await;
    let said = world.setup().run(&["secret", "create", "identity"]).await;
    let id = said.split_whitespace().next().unwrap().to_owned();
    let list: KeyList = olga.browser.get(&path).await.json();
    let ids: Vec<_> = list
        .keys
        .iter()
        .map(|key| (key.id.as_str(), key.retires_at.is_some()))
        .collect();
    assert_eq!(
        ids,
        [
            (KEY, false),
            (made.key.id.as_str(), true),
            (id.as_str(), false)
        ]
    );
    // What a shop has set in the console is not undone by a command that says nothing of it.
    let settings = olga.path("settings");
    let change = json!({ "languages": ["en"], "look": { "radius": 8 } });
    let changed = olga
        .browser
        .send_json(Method::PATCH, &settings, &change)
        .await;
    changed.expect_status(200);
    world.setup().shop(KEY, &["https://new.example"]).await;
    let now: Value = olga.browser.get(&settings).await.json();
    assert_eq!(now["languages"], json!(["en"]));
    assert_eq!(now["look"]["radius"], 8);
    assert_eq!(now["origins"], json!(["https://new.example"]));
}
