//! The staff: how somebody gets in, what each role may, and what a stranger cannot do.

use crate::colleagues::{
    Colleague, PASSWORD, carrying, console, credentials, enrol, look_up, owner, owner_link, shop,
    token,
};
use crate::shelf::{KEY, ORIGIN};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::staff::{AccessLink, Me, RecoveryCodes, Role, StaffList};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    the_operator_makes_the_first_owner,
    a_link_is_refused_while_something_in_it_is_wrong,
    somebody_signs_in_with_password_and_second_factor,
    a_code_is_taken_once,
    nobody_learns_what_was_wrong,
    what_changes_something_comes_from_a_page_of_our_own,
    each_role_may_what_the_table_says,
    somebody_is_invited_promoted_and_taken_out,
    a_shop_keeps_an_owner,
    an_invitation_can_be_taken_back,
    somebody_works_in_several_shops_with_a_role_in_each,
    who_has_lost_everything_gets_a_new_link,
    a_new_password_ends_the_other_sessions,
    new_recovery_codes_make_the_old_ones_void,
    the_log_does_not_name_the_staff,
);

const SESSION: &str = "/v1/console/session";

async fn the_operator_makes_the_first_owner(setup: Setup) {
    let world = shop(setup).await;
    let link = owner_link(&world, KEY, "Olga@Example.com").await;
    let enrolment = look_up(&world, &link).await;
    assert_eq!(enrolment.email, "olga@example.com");
    assert_eq!(enrolment.role, Some(Role::Owner));
    assert_eq!(enrolment.shop.as_deref(), Some("Test shop"));
    let second_factor = enrolment.second_factor.unwrap();
    let uri = &second_factor.otpauth_uri;
    assert!(uri.starts_with("otpauth://totp/Bookplate:olga"), "{uri}");
    assert!(second_factor.qr_svg.starts_with("<svg"));

    let olga = enrol(&world, &link).await;
    let me: Me = olga.browser.get(SESSION).await.json();
    assert_eq!(me, olga.me);
    assert_eq!((me.shops.len(), me.recovery_codes_left), (1, 10));
    assert_eq!(me.shops[0].role, Role::Owner);
    assert_eq!(me.shops[0].public_key, KEY);
    // It works once.
    let again = json!({ "token": token(&link) });
    let lookup = "/v1/console/enrolments/lookup";
    let again = console(&world).post(lookup, &again).await.problem();
    assert_eq!(again.code, Code::LinkInvalid);
}

async fn a_link_is_refused_while_something_in_it_is_wrong(setup: Setup) {
    let world = shop(setup).await;
    let link = owner_link(&world, KEY, "olga@example.com").await;
    for (field, change) in [
        ("password", json!({ "password": "short" })),
        ("password", json!({ "password": "Olga@example.com" })),
        ("password", json!({ "password": "1234567890" })),
        ("code", json!({ "code": "000000" })),
        ("code", json!({ "code": "none" })),
        ("name", json!({ "name": "x".repeat(101) })),
    ] {
        let mut asked =
            json!({ "token": token(&link), "name": "Olga", "password": PASSWORD, "code": "" });
        for (name, value) in change.as_object().unwrap() {
            asked[name] = value.clone();
        }
        let problem = console(&world)
            .post("/v1/console/enrolments", &asked)
            .await
            .problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::FieldInvalid, Some(field)),
            "{change}"
        );
    }
    // It still works.
    enrol(&world, &link).await;
}

async fn somebody_signs_in_with_password_and_second_factor(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let gone = olga.browser.send(Method::DELETE, SESSION).await;
    gone.expect_status(204);
    let cookie = gone.header("set-cookie");
    assert!(cookie.starts_with("__Host-bookplate-staff=;") && cookie.contains("Max-Age=0"));
    let problem = olga.browser.get(SESSION).await.problem();
    assert_eq!(problem.code, Code::StaffSessionRequired);

    let asked = credentials(" OLGA@example.com", PASSWORD, &olga.code());
    let reply = console(&world).post(SESSION, &asked).await;
    let me: Me = reply.expect_status(201).json();
    assert_eq!(me, olga.me);
    assert_eq!(reply.header("cache-control"), "no-store");
    let cookie = reply.header("set-cookie");
    for rule in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(rule), "{cookie}");
    }
    carrying(&world, &reply)
        .get(SESSION)
        .await
        .expect_status(200);
}

async fn a_code_is_taken_once(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let code = olga.code();
    let recovery = olga.recovery_code();
    for code in [code, recovery] {
        let asked = credentials("olga@example.com", PASSWORD, &code);
        let first = console(&world).post(SESSION, &asked).await;
        first.expect_status(201);
        let second = console(&world).post(SESSION, &asked).await.problem();
        assert_eq!(second.code, Code::CredentialsInvalid);
    }
    let me: Me = olga.browser.get(SESSION).await.json();
    assert_eq!(me.recovery_codes_left, 9);
}

async fn nobody_learns_what_was_wrong(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let code = olga.code();
    let mut problems = Vec::new();
    for asked in [
        credentials("nobody@example.com", PASSWORD, &code),
        credentials("olga@example.com", "another password", &code),
        credentials("olga@example.com", PASSWORD, "000000"),
        credentials("olga@example.com", PASSWORD, "aaaa-bbbb-cccc-dddd"),
    ] {
        problems.push(console(&world).post(SESSION, &asked).await.problem());
    }
    problems.dedup();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].code, Code::CredentialsInvalid);
}

async fn what_changes_something_comes_from_a_page_of_our_own(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let path = olga.path("settings");
    let cookie = {
        let code = olga.recovery_code();
        let asked = credentials("olga@example.com", PASSWORD, &code);
        let reply = console(&world).post(SESSION, &asked).await;
        reply
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    };
    let from = |headers: &[(&str, &str)]| {
        let mut actor = world.anonymous().with("cookie", &cookie);
        for (name, value) in headers {
            actor = actor.with(name, value);
        }
        actor
    };
    let own = world.server().address();
    let change = json!({ "name": "Another name" });
    for headers in [
        &[][..],
        &[("origin", ORIGIN)],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", own)],
        &[("sec-fetch-site", "same-site"), ("origin", own)],
        &[("sec-fetch-site", "none")],
    ] {
        let refused = from(headers).send_json(Method::PATCH, &path, &change).await;
        let problem = refused.problem();
        assert_eq!(problem.code, Code::OriginNotAllowed, "{headers:?}");
        let asked = credentials("olga@example.com", PASSWORD, "000000");
        let refused = from(headers).post(SESSION, &asked).await.problem();
        assert_eq!(refused.code, Code::OriginNotAllowed);
    }
    let settings: Value = from(&[]).get(&path).await.json();
    assert_eq!(settings["name"], "Test shop");
    for headers in [&[("origin", own)], &[("sec-fetch-site", "same-origin")]] {
        let changed = from(headers).send_json(Method::PATCH, &path, &change).await;
        changed.expect_status(200);
    }
    // No page of another origin ever reads a reply.
    let read = from(&[("origin", ORIGIN)]).get(&path).await;
    assert_eq!(read.header("access-control-allow-origin"), "");
}

/// Method, path and the least role of everything that concerns a shop, as the API's description says.
fn table(shop: &str) -> Vec<(Method, String, String)> {
    let document: Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
    let mut table = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/v1/console/") {
            continue;
        }
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            // Ids that nothing has: who may is told that there is no such thing, who may not is not.
            let nobody = "0192f3a0c1d27c3e8a5b6c7d8e9f0a1b";
            let path = path
                .replace("{shop}", shop)
                .replace("{branch}", &format!("brn_{nobody}"))
                .replace("{staff}", &format!("stf_{nobody}"))
                .replace("{invitation}", &format!("inv_{nobody}"))
                .replace("{webhook}", &format!("whk_{nobody}"))
                .replace("{passkey}", &format!("psk_{nobody}"))
                .replace("{delivery}", &format!("dlv_{nobody}"))
                .replace("{review}", &format!("rev_{nobody}"))
                .replace("{case}", &format!("case_{nobody}"))
                .replace("{answer}", &format!("can_{nobody}"))
                .replace("{article}", &format!("faq_{nobody}"))
                .replace("{pick}", &format!("pick_{nobody}"))
                .replace("{survey}", &format!("srv_{nobody}"))
                .replace("{customer}", &format!("cus_{nobody}"))
                .replace("{reward}", &format!("rwd_{nobody}"))
                .replace("{adjustment}", &format!("adj_{nobody}"))
                .replace("{id}", &format!("key_{nobody}"));
            assert!(!path.contains('{'), "{path}");
            let least = operation["x-least-role"].as_str();
            let least = least.unwrap_or_else(|| panic!("{path} does not say who may"));
            table.push((method, path, least.to_owned()));
        }
    }
    assert!(table.len() > 20, "{table:?}");
    table
}

async fn each_role_may_what_the_table_says(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let stranger = owner(&world, "pk_other", "stranger@example.com").await;
    let mut staff: Vec<(Role, Colleague<'_>)> = Vec::new();
    for role in [Role::Viewer, Role::Agent, Role::Manager] {
        let email = format!("{}@example.com", role.as_str());
        staff.push((role, olga.hire(&world, &email, role).await));
    }
    let shop = olga.shop();
    staff.push((Role::Owner, olga));
    let ask = async |browser: &Actor<'_>, method: &Method, path: &str| {
        let body = json!({});
        let reply = browser.send_json(method.clone(), path, &body).await;
        (reply.status() >= 400).then(|| reply.problem().code)
    };
    for (method, path, least) in table(shop.as_str()) {
        let line = format!("{method} {path}");
        let nobody = ask(&console(&world), &method, &path).await;
        if least == "anyone" {
            // Passkeys belong to a domain, which this server has none of.
            let told = [Code::BodyInvalid, Code::PasskeysUnavailable].map(Some);
            assert!(told.contains(&nobody), "{line}: {nobody:?}");
            continue;
        }
        assert_eq!(nobody, Some(Code::StaffSessionRequired), "{line}");
        let guess = console(&world).with("cookie", "__Host-bookplate-staff=guess");
        let guess = ask(&guess, &method, &path).await;
        assert_eq!(guess, Some(Code::StaffSessionRequired), "{line}");
        let Some(least) = Role::from_word(&least) else {
            assert_eq!(least, "signed_in", "{line}");
            continue;
        };
        let refused = ask(&stranger.browser, &method, &path).await;
        assert_eq!(refused, Some(Code::NotFound), "{line}");
        for (role, colleague) in &staff {
            let refused = ask(&colleague.browser, &method, &path).await;
            if *role < least {
                assert_eq!(refused, Some(Code::RoleInsufficient), "{line} as {role:?}");
            } else {
                let told = [
                    None,
                    Some(Code::NotFound),
                    Some(Code::ReviewNotFound),
                    Some(Code::CaseNotFound),
                    Some(Code::CustomerNotFound),
                    Some(Code::PointsOff),
                    Some(Code::BodyInvalid),
                    // A search without what is searched for.
                    Some(Code::BadRequest),
                ];
                assert!(told.contains(&refused), "{line} as {role:?}: {refused:?}");
            }
        }
    }
}

async fn somebody_is_invited_promoted_and_taken_out(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let again = json!({ "email": "vera@example.com", "role": "owner" });
    let again = olga.browser.post(&olga.path("invitations"), &again).await;
    assert_eq!(again.problem().code, Code::AlreadyStaff);

    let list: StaffList = olga.browser.get(&olga.path("staff")).await.json();
    let seen: Vec<_> = list
        .members
        .iter()
        .map(|member| (member.email.as_str(), member.role))
        .collect();
    assert_eq!(
        seen,
        [
            ("olga@example.com", Role::Owner),
            ("vera@example.com", Role::Viewer)
        ]
    );
    assert_eq!(list.invitations, []);
    assert!(list.members[1].seen_at.is_some());

    let settings = olga.path("settings");
    let change = json!({ "name": "New name" });
    let refused = vera
        .browser
        .send_json(Method::PATCH, &settings, &change)
        .await;
    assert_eq!(refused.problem().code, Code::RoleInsufficient);
    // Another role counts from the next request on, in the session that she has.
    let hers = olga.path(&format!("staff/{}", vera.id()));
    let promoted = json!({ "role": "manager" });
    let done = olga
        .browser
        .send_json(Method::PATCH, &hers, &promoted)
        .await;
    done.expect_status(204);
    let changed = vera
        .browser
        .send_json(Method::PATCH, &settings, &change)
        .await;
    changed.expect_status(200);
    let gone = olga.browser.send(Method::DELETE, &hers).await;
    gone.expect_status(204);
    let refused = vera.browser.get(&settings).await.problem();
    assert_eq!(refused.code, Code::NotFound);
    let me: Me = vera.browser.get(SESSION).await.json();
    assert_eq!(me.shops, []);
    let gone = olga.browser.send(Method::DELETE, &hers).await.problem();
    assert_eq!(gone.code, Code::NotFound);
}

async fn a_shop_keeps_an_owner(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    olga.hire(&world, "max@example.com", Role::Manager).await;
    let own = olga.path(&format!("staff/{}", olga.id()));
    let less = json!({ "role": "manager" });
    let refused = olga.browser.send_json(Method::PATCH, &own, &less).await;
    assert_eq!(refused.problem().code, Code::LastOwner);
    let refused = olga.browser.send(Method::DELETE, &own).await;
    assert_eq!(refused.problem().code, Code::LastOwner);
    // With a second one the first may go.
    let omar = olga.hire(&world, "omar@example.com", Role::Owner).await;
    let gone = olga.browser.send(Method::DELETE, &own).await;
    gone.expect_status(204);
    let last = omar.path(&format!("staff/{}", omar.id()));
    let refused = omar.browser.send(Method::DELETE, &last).await;
    assert_eq!(refused.problem().code, Code::LastOwner);
}

async fn an_invitation_can_be_taken_back(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let first = olga.invite("vera@example.com", Role::Viewer).await;
    // A later one takes its place.
    let second = olga.invite("vera@example.com", Role::Agent).await;
    let list: StaffList = olga.browser.get(&olga.path("staff")).await.json();
    assert_eq!(list.invitations.len(), 1, "{:?}", list.invitations);
    let id = &list.invitations[0].id;
    let path = olga.path(&format!("invitations/{id}"));
    olga.browser
        .send(Method::DELETE, &path)
        .await
        .expect_status(204);
    for link in [first, second] {
        let asked = json!({ "token": token(&link) });
        let lookup = "/v1/console/enrolments/lookup";
        let refused = console(&world).post(lookup, &asked).await.problem();
        assert_eq!(refused.code, Code::LinkInvalid);
    }
    let again = olga.browser.send(Method::DELETE, &path).await.problem();
    assert_eq!(again.code, Code::NotFound);
}

async fn somebody_works_in_several_shops_with_a_role_in_each(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let otto = owner(&world, "pk_other", "otto@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let link = otto.invite("vera@example.com", Role::Manager).await;
    // She has an account, so the link asks for no other password; and it is hers alone.
    assert!(look_up(&world, &link).await.second_factor.is_none());
    let asked = json!({ "token": token(&link) });
    let mut again = json!({ "name": "Vera", "password": PASSWORD, "code": "123456" });
    again["token"] = asked["token"].clone();
    let again = console(&world).post("/v1/console/enrolments", &again).await;
    assert_eq!(again.problem().code, Code::SignInFirst);
    let accept = "/v1/console/enrolments/accept";
    let refused = olga.browser.post(accept, &asked).await.problem();
    assert_eq!(refused.code, Code::LinkInvalid);

    let me: Me = vera.browser.post(accept, &asked).await.json();
    let roles: Vec<_> = me
        .shops
        .iter()
        .map(|shop| (shop.public_key.as_str(), shop.role))
        .collect();
    assert!(roles.contains(&(KEY, Role::Viewer)), "{roles:?}");
    assert!(roles.contains(&("pk_other", Role::Manager)), "{roles:?}");
    let change = json!({ "name": "New name" });
    for (path, status) in [(olga.path("settings"), 403), (otto.path("settings"), 200)] {
        let reply = vera.browser.send_json(Method::PATCH, &path, &change).await;
        assert_eq!(reply.status(), status, "{path}");
    }
    // Neither owner gets into the other's shop by her: a new link would make its holder Vera everywhere.
    let path = olga.path(&format!("staff/{}/access-link", vera.id()));
    let refused = olga.browser.post(&path, &json!({})).await.problem();
    assert_eq!(refused.code, Code::RoleInsufficient);
}

async fn who_has_lost_everything_gets_a_new_link(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let path = olga.path(&format!("staff/{}/access-link", vera.id()));
    let given: AccessLink = olga.browser.post(&path, &json!({})).await.json();
    // Until she follows it nothing has changed.
    vera.browser.get(SESSION).await.expect_status(200);
    let anew = enrol(&world, &given.link).await;
    assert_eq!(anew.me.id, vera.me.id);
    assert_eq!(anew.me.shops, vera.me.shops);
    let ended = vera.browser.get(SESSION).await.problem();
    assert_eq!(ended.code, Code::StaffSessionRequired);
    let old = vera.recovery_codes[0].clone();
    let old = credentials("vera@example.com", PASSWORD, &old);
    let refused = console(&world).post(SESSION, &old).await.problem();
    assert_eq!(refused.code, Code::CredentialsInvalid);
    // For an owner it is the operator who helps.
    let anew = owner(&world, KEY, "olga@example.com").await;
    assert_eq!(anew.me.id, olga.me.id);
    let lost = credentials("olga@example.com", PASSWORD, &olga.recovery_code());
    let refused = console(&world).post(SESSION, &lost).await.problem();
    assert_eq!(refused.code, Code::CredentialsInvalid);
}

async fn a_new_password_ends_the_other_sessions(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let elsewhere = olga.sign_in(&world).await;
    let path = "/v1/console/session/password";
    let wrong = json!({ "current": "another password", "password": "a better password" });
    let refused = olga.browser.send_json(Method::PUT, path, &wrong).await;
    assert_eq!(refused.problem().field.as_deref(), Some("current"));
    let poor = json!({ "current": PASSWORD, "password": "olga@example.com" });
    let refused = olga.browser.send_json(Method::PUT, path, &poor).await;
    assert_eq!(refused.problem().field.as_deref(), Some("password"));
    let good = json!({ "current": PASSWORD, "password": "a better password" });
    let changed = olga.browser.send_json(Method::PUT, path, &good).await;
    changed.expect_status(204);
    olga.browser.get(SESSION).await.expect_status(200);
    let ended = elsewhere.get(SESSION).await.problem();
    assert_eq!(ended.code, Code::StaffSessionRequired);
    let code = olga.code();
    let old = credentials("olga@example.com", PASSWORD, &code);
    let refused = console(&world).post(SESSION, &old).await.problem();
    assert_eq!(refused.code, Code::CredentialsInvalid);
    // A wrong password has not used up the code.
    let new = credentials("olga@example.com", "a better password", &code);
    console(&world).post(SESSION, &new).await.expect_status(201);
}

async fn new_recovery_codes_make_the_old_ones_void(setup: Setup) {
    let world = shop(setup).await;
    let mut olga = owner(&world, KEY, "olga@example.com").await;
    let path = "/v1/console/session/recovery-codes";
    let wrong = olga.browser.post(path, &json!({ "code": "000000" })).await;
    assert_eq!(wrong.problem().field.as_deref(), Some("code"));
    let asked = json!({ "code": olga.code() });
    let new: RecoveryCodes = olga.browser.post(path, &asked).await.json();
    assert_eq!(new.recovery_codes.len(), 10);
    let old = credentials("olga@example.com", PASSWORD, &olga.recovery_code());
    let refused = console(&world).post(SESSION, &old).await.problem();
    assert_eq!(refused.code, Code::CredentialsInvalid);
    // However it is typed.
    let typed = new.recovery_codes[0].to_uppercase().replace('-', " ");
    let asked = credentials("olga@example.com", PASSWORD, &typed);
    console(&world)
        .post(SESSION, &asked)
        .await
        .expect_status(201);
}

async fn the_log_does_not_name_the_staff(mut setup: Setup) {
    setup.program().set("BOOKPLATE_LOG", "trace");
    let world = shop(setup).await;
    let link = owner_link(&world, KEY, "olga@example.com").await;
    let mut olga = enrol(&world, &link).await;
    let code = olga.recovery_code();
    let asked = credentials("olga@example.com", PASSWORD, &code);
    let reply = console(&world).post(SESSION, &asked).await;
    let secret = reply.header("set-cookie").split(['=', ';']).nth(1).unwrap();
    let refused = credentials("olga@example.com", "another password", "000000");
    console(&world).post(SESSION, &refused).await.problem();
    let id = console(&world).get(SESSION).await;
    world
        .server()
        .logged(id.header("x-request-id"))
        .await
        .unwrap();
    let log = world.server().log();
    for private in [
        "olga",
        PASSWORD,
        "another password",
        secret,
        &code,
        token(&link),
    ] {
        assert!(!log.contains(private), "{private} in\n{log}");
    }
}
