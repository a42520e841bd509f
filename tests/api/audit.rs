//! Who has changed what: every change has its entry, and no entry ever changes.

use crate::colleagues::{Colleague, PASSWORD, console, credentials, owner, shop};
use crate::orders::{order, refund};
use crate::people::new_secret;
use crate::shelf::{BOOKS, KEY, ORIGIN};
use bookplate_store::db::Sql;
use bookplate_store::{Store, StoreError};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditEntry, AuditPage, Doer, Fields};
use bookplate_wire::settings::{Branch, CreatedKey};
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::json;

stories!(
    a_change_is_noted_with_who_what_before_and_after,
    what_the_operator_does_is_noted_too,
    the_page_shows_times_of_the_shop,
    an_import_is_noted_once,
    people_and_keys_are_noted,
    what_programs_report_is_noted_apart,
    what_changes_nothing_is_not_noted,
    what_is_refused_is_not_noted,
    the_log_is_read_page_by_page,
    nobody_changes_the_log,
    each_shop_has_a_log_of_its_own,
);

async fn entries(colleague: &Colleague<'_>) -> Vec<AuditEntry> {
    let page: AuditPage = colleague.browser.get(&colleague.path("audit")).await.json();
    assert_eq!(page.next, None);
    page.entries
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

async fn a_change_is_noted_with_who_what_before_and_after(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let max = olga.hire(&world, "max@example.com", Role::Manager).await;
    let change =
        json!({ "name": "New name", "time_zone": "Asia/Shanghai", "look": { "radius": 8 } });
    let path = olga.path("settings");
    let done = max.browser.send_json(Method::PATCH, &path, &change).await;
    done.expect_status(200);
    let latest = entries(&max).await.remove(0);
    assert_eq!(latest.action, Action::SettingsChanged);
    let by = Doer::Staff {
        id: max.id(),
        name: "max@example.com".into(),
    };
    assert_eq!(latest.actor, by);
    let before = [("name", "Test shop"), ("radius", ""), ("time_zone", "UTC")];
    assert_eq!(latest.before, fields(&before));
    let after = [
        ("name", "New name"),
        ("radius", "8"),
        ("time_zone", "Asia/Shanghai"),
    ];
    assert_eq!(latest.after, fields(&after));
    // The time for people is the shop's: eight hours ahead of UTC.
    let hour: i64 = latest.on[11..13].parse().unwrap();
    assert_eq!(hour, (latest.at / 3_600_000 + 8) % 24, "{latest:?}");
}

async fn what_the_operator_does_is_noted_too(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let (id, secret) = new_secret(world.setup(), "api").await;
    world.setup().run(&["secret", "retire", &id]).await;
    world.setup().shop(KEY, &["https://new.example"]).await;
    let log = entries(&olga).await;
    // An invitation is called by whom it was for, and so is who has come.
    let target = |entry: &AuditEntry| match entry.target_name.as_str() {
        "" => entry.target.clone(),
        name => name.to_owned(),
    };
    let seen: Vec<_> = log
        .iter()
        .filter(|entry| entry.actor == Doer::Command)
        .map(|entry| (entry.action, target(entry)))
        .collect();
    assert_eq!(
        seen,
        [
            (Action::OriginsChanged, String::new()),
            (Action::KeyRetired, id.clone()),
            (Action::KeyCreated, id),
            (Action::StaffInvited, "olga@example.com".into()),
            (Action::OriginsChanged, String::new()),
            (Action::KeyCreated, KEY.into()),
            (Action::ShopCreated, String::new()),
        ]
    );
    assert_eq!(log[0].before, fields(&[("origins", ORIGIN)]));
    assert_eq!(log[0].after, fields(&[("origins", "https://new.example")]));
    let kept = serde_json::to_string(&log).unwrap();
    assert!(!kept.contains(&secret), "{kept}");
}

async fn the_page_shows_times_of_the_shop(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let zone = json!({ "time_zone": "Asia/Tokyo" });
    let set = olga.path("settings");
    let changed = olga.browser.send_json(Method::PATCH, &set, &zone).await;
    changed.expect_status(200);
    let (id, _) = new_secret(world.setup(), "api").await;
    world.setup().run(&["secret", "retire", &id]).await;
    let entry = &entries(&olga).await[0];
    assert_eq!(entry.action, Action::KeyRetired);
    // Programs get the instant, people the time in Tokyo.
    let at: i64 = entry.after["retires_at"].parse().unwrap();
    let day_and_minute = (at / 60_000 + 9 * 60) % (24 * 60);
    let time = format!("{:02}:{:02}", day_and_minute / 60, day_and_minute % 60);
    let page = format!("/console/shops/{}/audit?lang=en", olga.shop());
    let page = olga.browser.get(&page).await;
    let (_, changes) = page.html().split_once("Retires<").unwrap();
    let (value, _) = changes.split_once("</ins>").unwrap();
    assert!(value.ends_with(&time), "{time}: {value}");
}

async fn an_import_is_noted_once(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    world.setup().import_catalogue(BOOKS).await;
    let log = entries(&olga).await;
    let (action, target) = (log[0].action, log[0].target.as_str());
    assert_eq!((action, target), (Action::Imported, "catalogue"));
    assert_eq!(log[0].actor, Doer::Command);
    assert_eq!(log[0].after["changed"], "0");
    assert!(log[0].after["added"].parse::<u32>().unwrap() > 0);
    // What changes nothing is not noted.
    world.setup().import_catalogue(BOOKS).await;
    assert_eq!(entries(&olga).await, log);
}

async fn people_and_keys_are_noted(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let hers = olga.path(&format!("staff/{}", vera.id()));
    let role = json!({ "role": "agent" });
    olga.browser.send_json(Method::PATCH, &hers, &role).await;
    let link = format!("{hers}/access-link");
    olga.browser
        .post(&link, &json!({}))
        .await
        .expect_status(201);
    olga.browser.send(Method::DELETE, &hers).await;
    let new = json!({ "code": "SH-1", "name": "One", "time_zone": "UTC" });
    let branch: Branch = olga.browser.post(&olga.path("branches"), &new).await.json();
    let branch = olga.path(&format!("branches/{}", branch.id));
    let renamed = json!({ "name": "Two" });
    olga.browser
        .send_json(Method::PATCH, &branch, &renamed)
        .await;
    olga.browser.send(Method::DELETE, &branch).await;
    let new = json!({ "kind": "api", "name": "till" });
    let key: CreatedKey = olga.browser.post(&olga.path("keys"), &new).await.json();
    let retire = olga.path(&format!("keys/{}/retire", key.key.id));
    olga.browser
        .post(&retire, &json!({ "after_hours": 1 }))
        .await;
    olga.sign_in(&world).await;
    let change = json!({ "current": PASSWORD, "password": "a better password" });
    let path = "/v1/console/session/password";
    olga.browser.send_json(Method::PUT, path, &change).await;
    let log = entries(&olga).await;
    let by_staff = log.iter().filter(|entry| entry.actor != Doer::Command);
    let actions: Vec<_> = by_staff.map(|entry| entry.action).collect();
    assert_eq!(
        actions,
        [
            Action::PasswordChanged,
            Action::RecoveryCodeUsed,
            Action::KeyRetired,
            Action::KeyCreated,
            Action::BranchDeleted,
            Action::BranchChanged,
            Action::BranchCreated,
            Action::StaffRemoved,
            Action::AccessLinkMade,
            Action::RoleChanged,
            Action::StaffJoined,
            Action::StaffInvited,
            Action::StaffJoined,
        ]
    );
    let changed = &log[9];
    assert_eq!(changed.target, vera.id().as_str());
    assert_eq!(changed.before, fields(&[("role", "viewer")]));
    assert_eq!(changed.after, fields(&[("role", "agent")]));
    let kept = serde_json::to_string(&log).unwrap();
    for secret in [
        key.secret.unwrap(),
        PASSWORD.into(),
        "a better password".into(),
    ] {
        assert!(!kept.contains(&secret), "{kept}");
    }
}

async fn what_programs_report_is_noted_apart(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let (id, key) = new_secret(&setup, "api").await;
    let world = setup.open().await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let till = world.anonymous().bearing(&key);
    let orders = json!({ "orders": [order("A-1"), order("A-2")] });
    let refunds = json!({ "refunds": [refund("R-1", "a", 1, 100)] });
    let offers = json!({ "offers": [{
        "isbn": "9780141439518", "price": { "amount": 999, "currency": "CNY" }, "availability": "in_stock",
    }] });
    for (path, sent) in [
        ("orders", &orders),
        ("refunds", &refunds),
        ("offers", &offers),
    ] {
        // The second time nothing is new.
        for _ in 0..2 {
            let reply = till.post(&format!("/v1/{path}"), sent).await;
            reply.expect_status(200);
        }
    }
    let refused = till.post("/v1/orders", &json!({ "orders": [] })).await;
    refused.problem();
    let by = async |doers: &str| -> Vec<AuditEntry> {
        let path = olga.path(&format!("audit?by={doers}"));
        let page: AuditPage = olga.browser.get(&path).await.json();
        page.entries
    };
    let programs = by("programs").await;
    let shown: Vec<_> = programs
        .iter()
        .map(|entry| (entry.action, entry.after.clone()))
        .collect();
    let written = |count| fields(&[("added", count), ("changed", "0")]);
    assert_eq!(
        shown,
        [
            (Action::OffersTaken, written("1")),
            (Action::RefundsTaken, written("1")),
            (Action::OrdersTaken, written("2")),
        ]
    );
    assert!(
        programs
            .iter()
            .all(|entry| matches!(&entry.actor, Doer::Key { id: by, .. } if by.to_string() == id)),
        "{programs:?}"
    );
    let people = by("people").await;
    assert!(!people.is_empty());
    assert_eq!(entries(&olga).await.len(), people.len() + programs.len());
    let console = async |query: &str| {
        let page = format!("/console/shops/{}/audit?lang=en{query}", olga.shop());
        olga.browser.get(&page).await.text().to_owned()
    };
    assert!(!console("").await.contains("Orders reported"));
    assert!(console("&by=programs").await.contains("Orders reported"));
}

async fn what_changes_nothing_is_not_noted(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let before = entries(&olga).await;
    world.setup().shop(KEY, &[ORIGIN]).await;
    let same = json!({ "name": "Test shop" });
    let path = olga.path("settings");
    let done = olga.browser.send_json(Method::PATCH, &path, &same).await;
    done.expect_status(200);
    assert_eq!(entries(&olga).await, before);
}

async fn what_is_refused_is_not_noted(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let before = entries(&olga).await;
    let own = olga.path(&format!("staff/{}", olga.id()));
    let refused = olga.browser.send(Method::DELETE, &own).await;
    assert_eq!(refused.problem().code, Code::LastOwner);
    let change = json!({ "name": "New", "languages": ["ja"] });
    let path = olga.path("settings");
    let refused = olga.browser.send_json(Method::PATCH, &path, &change).await;
    assert_eq!(refused.problem().code, Code::FieldInvalid);
    // Not even when it is refused after something was written.
    let code = olga.recovery_code();
    let wrong = credentials("olga@example.com", "another password", &code);
    let refused = console(&world).post("/v1/console/session", &wrong).await;
    assert_eq!(refused.problem().code, Code::CredentialsInvalid);
    assert_eq!(entries(&olga).await, before);
}

async fn the_log_is_read_page_by_page(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    for name in ["One", "Two", "Three"] {
        let change = json!({ "name": name });
        let path = olga.path("settings");
        olga.browser.send_json(Method::PATCH, &path, &change).await;
    }
    let all = entries(&olga).await;
    let mut read = Vec::new();
    let mut after = String::new();
    loop {
        let path = olga.path(&format!("audit?limit=2&after={after}"));
        let page: AuditPage = olga.browser.get(&path).await.json();
        assert!(page.entries.len() <= 2);
        read.extend(page.entries);
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(read, all);
    for (query, code) in [
        ("after=nonsense", Code::CursorInvalid),
        ("limit=0", Code::BadRequest),
        ("limit=201", Code::BadRequest),
        ("by=nobody", Code::BadRequest),
        ("colour=red", Code::BadRequest),
    ] {
        let path = olga.path(&format!("audit?{query}"));
        assert_eq!(
            olga.browser.get(&path).await.problem().code,
            code,
            "{query}"
        );
    }
}

async fn nobody_changes_the_log(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let before = entries(&olga).await;
    let store = Store::open(world.setup().database_url()).await.unwrap();
    for statement in [
        "UPDATE audit_log SET actor_id = ''",
        "DELETE FROM audit_log",
        "INSERT INTO audit_log SELECT id, shop_id, at, actor_kind, '', action, target, before, after FROM audit_log",
    ] {
        let done = store.write(move |db| Sql::new(statement).run(db)).await;
        assert!(
            matches!(done, Err(StoreError::Refused(_))),
            "{statement}: {done:?}"
        );
    }
    let own_words = match store.backend() {
        bookplate_store::Backend::Sqlite => {
            "REPLACE INTO audit_log SELECT id, shop_id, at, actor_kind, '', action, target, before, after FROM audit_log"
        }
        bookplate_store::Backend::Postgres => "TRUNCATE audit_log",
    };
    let done = store.write(move |db| Sql::new(own_words).run(db)).await;
    assert!(matches!(done, Err(StoreError::Refused(_))), "{done:?}");
    store.close().await;
    assert_eq!(entries(&olga).await, before);
}

async fn each_shop_has_a_log_of_its_own(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let otto = owner(&world, "pk_other", "otto@example.com").await;
    let change = json!({ "name": "Otto's" });
    let path = otto.path("settings");
    otto.browser.send_json(Method::PATCH, &path, &change).await;
    let theirs = entries(&otto).await;
    assert_eq!(theirs[0].action, Action::SettingsChanged);
    let ours = entries(&olga).await;
    assert!(ours.iter().all(|entry| !theirs.contains(entry)));
    let refused = olga.browser.get(&otto.path("audit")).await.problem();
    assert_eq!(refused.code, Code::NotFound);
}
