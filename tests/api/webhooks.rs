//! Webhooks, as the staff sets them: made, tried, switched off, with another secret, taken away.

use crate::colleagues::{Colleague, owner};
use crate::console::send;
use crate::people::{identity, new_secret, sign_in};
use crate::programs::{Program, sign, signatures};
use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::deliveries::{DeliveryFault, DeliveryPage, DeliveryState};
use bookplate_wire::staff::Role;
use bookplate_wire::webhooks::{Ping, Webhook, WebhookList, WebhookWithSecret};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_webhook_is_made_and_its_secret_shown_once,
    what_is_wrong_with_a_webhook_is_named,
    a_webhook_is_in_the_internet_unless_the_operator_allows_others,
    a_shop_has_a_bounded_number_of_webhooks,
    a_test_event_is_heard_whatever_was_chosen,
    a_secret_is_exchanged_without_a_pause,
    who_is_switched_off_hears_nothing,
    with_a_webhook_goes_what_it_was_for,
    each_role_may_what_is_its_own,
    every_change_of_a_webhook_is_noted,
    a_webhook_is_set_by_forms,
    a_form_says_what_is_wrong_in_four_languages,
);

/// A shop that may call this machine, its customers' secret, and its first owner.
async fn open(mut setup: Setup) -> (World, String) {
    setup.program().set("BOOKPLATE_PRIVATE_WEBHOOKS", "true");
    setup.shop(KEY, &[ORIGIN]).await;
    let secret = new_secret(&setup, "identity").await.1;
    (setup.open().await, secret)
}

/// A customer comes for the first time, of which webhooks hear.
async fn come(world: &World, secret: &str, customer: &str) {
    sign_in(&shopper(world), &identity(secret, customer, json!({}))).await;
}

async fn make(olga: &Colleague<'_>, url: &str, events: &[&str]) -> WebhookWithSecret {
    let new = json!({ "url": url, "events": events });
    let made = olga.browser.post(&olga.path("webhooks"), &new).await;
    made.expect_status(201).json()
}

async fn list(olga: &Colleague<'_>) -> Vec<Webhook> {
    let list: WebhookList = olga.browser.get(&olga.path("webhooks")).await.json();
    list.webhooks
}

async fn deliveries(olga: &Colleague<'_>, state: &str) -> DeliveryPage {
    let path = olga.path(&format!("deliveries?state={state}"));
    olga.browser.get(&path).await.json()
}

/// The address of a webhook, or of something that it can be asked.
fn at(olga: &Colleague<'_>, webhook: &Webhook, rest: &str) -> String {
    olga.path(&format!("webhooks/{}{rest}", webhook.id))
}

async fn change(olga: &Colleague<'_>, webhook: &Webhook, what: Value) -> Webhook {
    let path = at(olga, webhook, "");
    let reply = olga.browser.send_json(Method::PATCH, &path, &what).await;
    reply.json()
}

async fn rotate(olga: &Colleague<'_>, webhook: &Webhook, hours: u32) -> WebhookWithSecret {
    let asked = json!({ "overlap_hours": hours });
    let path = at(olga, webhook, "/rotate");
    olga.browser.post(&path, &asked).await.json()
}

async fn ping(olga: &Colleague<'_>, webhook: &Webhook) -> Ping {
    let path = at(olga, webhook, "/ping");
    let reply = olga.browser.post(&path, &json!({})).await;
    reply.expect_status(202).json()
}

async fn a_webhook_is_made_and_its_secret_shown_once(setup: Setup) {
    let program = Program::start(Vec::new()).await;
    let (world, secret) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let made = make(&olga, &program.address, &["customer.created"]).await;
    assert!(made.webhook.active && made.webhook.latest.is_none());
    let listed = olga.browser.get(&olga.path("webhooks")).await;
    assert!(!listed.text().contains("whsec_"), "{}", listed.text());
    assert_eq!(list(&olga).await, [made.webhook]);

    come(&world, &secret, "lin").await;
    let calls = program.called(1).await;
    let (headers, body) = &calls[0];
    let event: Value = serde_json::from_str(body).unwrap();
    assert_eq!(event["type"], "customer.created");
    assert_eq!(signatures(headers), [sign(&made.secret, headers, body)]);
}

async fn what_is_wrong_with_a_webhook_is_named(setup: Setup) {
    let (world, _) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let url = "https://shop.example/hook";
    let made = make(&olga, url, &[]).await;
    let long = format!("https://shop.example/{}", "x".repeat(2_000));
    for (code, field, new) in [
        (Code::FieldInvalid, "url", json!({ "url": "" })),
        (Code::FieldInvalid, "url", json!({ "url": "shop.example" })),
        (Code::FieldInvalid, "url", json!({ "url": long })),
        (
            Code::FieldInvalid,
            "url",
            json!({ "url": "https://user:word@shop.example/" }),
        ),
        (
            Code::FieldInvalid,
            "events[1]",
            json!({ "url": url, "events": ["customer.created", "all"] }),
        ),
        (
            Code::WebhookExists,
            "url",
            json!({ "url": format!(" {url} ") }),
        ),
        (Code::BodyInvalid, "url", json!({ "url": 1 })),
        (
            Code::BodyInvalid,
            "secret",
            json!({ "url": url, "secret": "whsec_1" }),
        ),
    ] {
        let reply = olga.browser.post(&olga.path("webhooks"), &new).await;
        let problem = reply.problem();
        let named = (problem.code, problem.field.as_deref());
        assert_eq!(named, (code, Some(field)), "{new}");
    }
    let path = at(&olga, &made.webhook, "");
    let wrong = json!({ "events": ["ping"] });
    let reply = olga.browser.send_json(Method::PATCH, &path, &wrong).await;
    assert_eq!(reply.problem().field.as_deref(), Some("events[0]"));
    let wrong = json!({ "overlap_hours": 8785 });
    let path = at(&olga, &made.webhook, "/rotate");
    let problem = olga.browser.post(&path, &wrong).await.problem();
    assert_eq!(problem.field.as_deref(), Some("overlap_hours"));
    assert_eq!(list(&olga).await, [made.webhook]);
}

async fn a_webhook_is_in_the_internet_unless_the_operator_allows_others(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let world = setup.open().await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    for url in [
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
    ] {
        let new = json!({ "url": url });
        let reply = olga.browser.post(&olga.path("webhooks"), &new).await;
        let problem = reply.problem();
        assert_eq!(problem.code, Code::FieldInvalid, "{url}");
        assert_eq!(problem.field.as_deref(), Some("url"), "{url}");
    }
    assert_eq!(list(&olga).await, []);
}

async fn a_shop_has_a_bounded_number_of_webhooks(setup: Setup) {
    let (world, _) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    for number in 0..20 {
        make(&olga, &format!("https://shop.example/{number}"), &[]).await;
    }
    let new = json!({ "url": "https://shop.example/more" });
    let refused = olga.browser.post(&olga.path("webhooks"), &new).await;
    assert_eq!(refused.problem().code, Code::WebhookLimit);
    let path = format!("/console/shops/{}/webhooks", olga.shop());
    let form = [("form", "add"), ("url", "https://shop.example/more")];
    let refused = send(&olga.browser, &path, &form).await;
    refused.expect_status(422);
    assert!(refused.text().contains("at most 20 webhooks"));
}

async fn a_test_event_is_heard_whatever_was_chosen(setup: Setup) {
    let program = Program::start(vec![500]).await;
    let (world, _) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let made = make(&olga, &program.address, &["refund.excessive"]).await;
    let sent = ping(&olga, &made.webhook).await;
    // The first call fails, and it is tried again as any other event.
    let calls = program.called(2).await;
    let (headers, body) = &calls[1];
    assert_eq!(headers["webhook-id"], sent.delivery.as_str());
    let event: Value = serde_json::from_str(body).unwrap();
    assert_eq!(event["type"], "ping");
    assert_eq!(event["data"]["webhook"], made.webhook.id.as_str());
    assert_eq!(signatures(headers), [sign(&made.secret, headers, body)]);
    wait_until("the list says that it was heard", async || {
        let latest = list(&olga).await.remove(0).latest.unwrap();
        assert_eq!((&latest.id, latest.kind.as_str()), (&sent.delivery, "ping"));
        latest.state == DeliveryState::Delivered
    })
    .await;
    let latest = list(&olga).await.remove(0).latest.unwrap();
    assert_eq!(latest.target, program.address);
    assert_eq!((latest.attempts, latest.ended_on.len()), (2, 16));
}

async fn a_secret_is_exchanged_without_a_pause(setup: Setup) {
    let program = Program::start(Vec::new()).await;
    let (world, _) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let first = make(&olga, &program.address, &[]).await;
    let second = rotate(&olga, &first.webhook, 24).await;
    assert_ne!(first.secret, second.secret);
    let day = second.webhook.old_secret_until.unwrap() - first.webhook.created_at;
    assert!(day >= 24 * 3_600_000, "{day}");
    ping(&olga, &first.webhook).await;
    let calls = program.called(1).await;
    let (headers, body) = &calls[0];
    let both = [&second, &first].map(|made| sign(&made.secret, headers, body));
    assert_eq!(signatures(headers), both);

    // At once: whoever has the old one has no right to it.
    let third = rotate(&olga, &first.webhook, 0).await;
    assert_eq!(third.webhook.old_secret_until, None);
    ping(&olga, &first.webhook).await;
    let calls = program.called(2).await;
    let (headers, body) = &calls[1];
    assert_eq!(signatures(headers), [sign(&third.secret, headers, body)]);
}

async fn who_is_switched_off_hears_nothing(setup: Setup) {
    let program = Program::start(vec![500]).await;
    let (world, secret) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let webhook = make(&olga, &program.address, &[]).await.webhook;
    come(&world, &secret, "lin").await;
    program.called(1).await;
    let off = change(&olga, &webhook, json!({ "active": false })).await;
    assert!(!off.active && off.events.is_empty());
    let path = at(&olga, &webhook, "/ping");
    let refused = olga.browser.post(&path, &json!({})).await.problem();
    assert_eq!(refused.code, Code::WebhookOff);
    // What is to be tried again is given up, and what happens now is not even written down.
    come(&world, &secret, "mei").await;
    wait_until("what waited is given up", async || {
        deliveries(&olga, "dead").await.dead == 1
    })
    .await;
    let dead = deliveries(&olga, "dead").await;
    assert_eq!(dead.waiting, 0);
    let error = dead.deliveries[0].error.as_ref().unwrap();
    assert_eq!(error.code, DeliveryFault::SwitchedOff);

    let on = change(&olga, &webhook, json!({ "active": true })).await;
    assert!(on.active);
    let path = olga.path(&format!("deliveries/{}/retry", dead.deliveries[0].id));
    let again = olga.browser.post(&path, &json!({})).await;
    again.expect_status(204);
    let calls = program.called(2).await;
    assert_eq!(calls[1].0["webhook-id"], dead.deliveries[0].id.as_str());
    assert!(calls[1].1.contains("\"lin\""), "{}", calls[1].1);
}

async fn with_a_webhook_goes_what_it_was_for(setup: Setup) {
    let program = Program::start(vec![410]).await;
    let (world, _) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let webhook = make(&olga, &program.address, &[]).await.webhook;
    ping(&olga, &webhook).await;
    wait_until("it is given up", async || {
        deliveries(&olga, "dead").await.dead == 1
    })
    .await;
    let dead = deliveries(&olga, "dead").await.deliveries.remove(0);
    let error = dead.error.unwrap();
    assert_eq!(
        (error.code, error.answer),
        (DeliveryFault::ProgramRefused, Some(410))
    );
    assert_eq!(dead.target, program.address);
    let path = at(&olga, &webhook, "");
    let gone = olga.browser.send(Method::DELETE, &path).await;
    gone.expect_status(204);
    assert_eq!(list(&olga).await, []);
    let left = deliveries(&olga, "dead").await;
    assert_eq!((left.dead, left.waiting), (0, 0));
    for (method, path) in [
        (Method::DELETE, path.clone()),
        (Method::PATCH, path),
        (Method::POST, at(&olga, &webhook, "/ping")),
    ] {
        let refused = olga.browser.send_json(method, &path, &json!({})).await;
        assert_eq!(refused.problem().code, Code::NotFound);
    }
}

async fn each_role_may_what_is_its_own(mut setup: Setup) {
    setup.program().set("BOOKPLATE_PRIVATE_WEBHOOKS", "true");
    setup.shop("pk_other", &["https://other.example"]).await;
    let (world, _) = open(setup).await;
    let program = Program::start(vec![410]).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let otto = owner(&world, "pk_other", "otto@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let arno = olga.hire(&world, "arno@example.com", Role::Agent).await;
    let max = olga.hire(&world, "max@example.com", Role::Manager).await;
    let webhook = make(&olga, &program.address, &[]).await.webhook;
    let (all, one) = (olga.path("webhooks"), at(&olga, &webhook, ""));
    for (who, code) in [
        (&vera, Code::RoleInsufficient),
        (&arno, Code::RoleInsufficient),
        (&otto, Code::NotFound),
    ] {
        assert_eq!(who.browser.get(&all).await.problem().code, code);
        let path = at(&olga, &webhook, "/ping");
        let refused = who.browser.post(&path, &json!({})).await;
        assert_eq!(refused.problem().code, code);
    }
    // Nor by the address of his own shop.
    let foreign = at(&otto, &webhook, "");
    for (method, path) in [
        (Method::PATCH, foreign.clone()),
        (Method::DELETE, foreign.clone()),
        (Method::POST, format!("{foreign}/ping")),
    ] {
        let refused = otto.browser.send_json(method, &path, &json!({})).await;
        assert_eq!(refused.problem().code, Code::NotFound);
    }
    assert_eq!(list(&otto).await, []);
    assert_eq!(list(&max).await, std::slice::from_ref(&webhook));
    ping(&max, &webhook).await;
    for (method, path) in [
        (Method::POST, all),
        (Method::PATCH, one.clone()),
        (Method::DELETE, one.clone()),
        (Method::POST, format!("{one}/rotate")),
    ] {
        let refused = max.browser.send_json(method, &path, &json!({})).await;
        assert_eq!(refused.problem().code, Code::RoleInsufficient);
    }
    // What stands in the address can be a secret, and is for those who see the webhooks.
    wait_until("it is given up", async || {
        deliveries(&olga, "dead").await.dead == 1
    })
    .await;
    for (who, target) in [
        (&arno, "http://127.0.0.1/…"),
        (&max, program.address.as_str()),
    ] {
        assert_eq!(deliveries(who, "dead").await.deliveries[0].target, target);
    }
}

async fn every_change_of_a_webhook_is_noted(setup: Setup) {
    let program = Program::start(Vec::new()).await;
    let (world, _) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let made = make(&olga, &program.address, &["customer.created"]).await;
    let webhook = &made.webhook;
    change(&olga, webhook, json!({ "events": [] })).await;
    change(&olga, webhook, json!({ "active": true })).await;
    change(&olga, webhook, json!({ "active": false })).await;
    change(&olga, webhook, json!({ "active": true })).await;
    let rotated = rotate(&olga, webhook, 1).await;
    ping(&olga, webhook).await;
    let path = at(&olga, webhook, "");
    olga.browser.send(Method::DELETE, &path).await;
    let log: AuditPage = olga.browser.get(&olga.path("audit")).await.json();
    let entries = log.entries.iter();
    let about: Vec<_> = entries
        .filter(|entry| entry.target == webhook.id.as_str())
        .collect();
    let actions: Vec<_> = about.iter().map(|entry| entry.action).collect();
    assert_eq!(
        actions,
        [
            Action::WebhookRemoved,
            Action::WebhookPinged,
            Action::WebhookRotated,
            Action::WebhookSet,
            Action::WebhookSet,
            Action::WebhookSet,
            Action::WebhookSet,
        ]
    );
    assert_eq!(about[4].after["active"], "false");
    assert_eq!(about[5].before["events"], "customer.created");
    assert_eq!(about[5].after["events"], "*");
    let kept = serde_json::to_string(&log).unwrap();
    for secret in [made.secret, rotated.secret] {
        assert!(!kept.contains(&secret), "{kept}");
    }
}

async fn a_webhook_is_set_by_forms(setup: Setup) {
    let program = Program::start(Vec::new()).await;
    let (world, _) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let path = format!("/console/shops/{}/webhooks", olga.shop());
    let empty = olga.browser.get(&path).await;
    assert!(empty.html().contains("No webhooks yet."));
    let fields = [
        ("form", "add"),
        ("url", program.address.as_str()),
        ("event", "customer.created"),
        ("event", "customer.deleted"),
    ];
    let made = send(&olga.browser, &path, &fields).await;
    assert!(made.html().contains("<code>whsec_"), "{}", made.text());
    let page = olga.browser.get(&path).await;
    assert!(!page.html().contains("whsec_"));
    assert!(page.html().contains("Not called yet."));
    let webhook = list(&olga).await.remove(0);
    assert_eq!(webhook.events, ["customer.created", "customer.deleted"]);

    let id = webhook.id.to_string();
    let ask = async |form: &str, more: &[(&str, &str)]| {
        let fields = [&[("form", form), ("id", &id)], more].concat();
        send(&olga.browser, &path, &fields).await
    };
    let pinged = ask("ping", &[]).await;
    assert_eq!(pinged.header("location"), format!("{path}?done=pinged"));
    program.called(1).await;
    wait_until("the page says how the call has ended", async || {
        let page = olga.browser.get(&path).await;
        page.html().contains("Test event: accepted on")
    })
    .await;
    let saved = ask("events", &[]).await;
    assert_eq!(saved.header("location"), format!("{path}?done=saved"));
    assert_eq!(list(&olga).await[0].events, [] as [String; 0]);
    ask("off", &[]).await.expect_status(303);
    let page = olga.browser.get(&path).await;
    assert!(page.html().contains("switched off") && !page.html().contains("value=\"ping\""));
    let refused = ask("ping", &[]).await;
    refused.expect_status(422);
    assert!(refused.text().contains("switch it on first"));
    ask("on", &[]).await.expect_status(303);
    let rotated = ask("rotate", &[("overlap_hours", "24")]).await;
    assert!(rotated.html().contains("<code>whsec_"));
    assert!(rotated.html().contains("old secret until"));
    ask("delete", &[]).await.expect_status(303);
    ask("delete", &[]).await.expect_status(303);
    assert_eq!(list(&olga).await, []);

    let max = olga.hire(&world, "max@example.com", Role::Manager).await;
    make(&olga, &program.address, &[]).await;
    let page = max.browser.get(&path).await;
    assert!(page.html().contains("value=\"ping\"") && !page.html().contains("value=\"rotate\""));
    let refused = send(&max.browser, &path, &fields).await;
    refused.expect_status(403);
}

async fn a_form_says_what_is_wrong_in_four_languages(setup: Setup) {
    let (world, _) = open(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    make(&olga, "https://shop.example/hook", &[]).await;
    for (lang, wrong, taken) in [
        (
            "zh-CN",
            "这不是互联网上的 https 地址。",
            "已有使用此地址的 Webhook。",
        ),
        (
            "zh-TW",
            "這不是網際網路上的 https 網址。",
            "已有使用此網址的 Webhook。",
        ),
        (
            "en",
            "This is no https address of the internet.",
            "There is a webhook with this address already.",
        ),
        (
            "ja",
            "インターネット上のhttpsのアドレスではありません。",
            "このアドレスのWebhookはすでにあります。",
        ),
    ] {
        let path = format!("/console/shops/{}/webhooks?lang={lang}", olga.shop());
        for (url, words) in [("ftp://<b>", wrong), ("https://shop.example/hook", taken)] {
            let fields = [("form", "add"), ("url", url), ("event", "customer.updated")];
            let refused = send(&olga.browser, &path, &fields).await;
            refused.expect_status(422);
            assert!(refused.text().contains(words), "{}", refused.text());
            assert!(refused.text().contains("id=\"url-fault\""));
            // What was typed is still there, as text.
            let typed = url.replace('<', "&lt;").replace('>', "&gt;");
            assert!(refused.text().contains(&format!("value=\"{typed}\"")));
        }
    }
}
