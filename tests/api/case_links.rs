//! Cases of shoppers without an account: linked to a customer and an order by the staff, and handed over.

use crate::bookshop::Shop;
use crate::colleagues::{Colleague, owner};
use crate::console::send;
use crate::feedback_own::{followed, full};
use crate::orders::order;
use crate::shelf::{KEY, shopper};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::feedback::guests::{CaseReceipt, TrackedCase};
use bookplate_wire::feedback::inbox::{CasePage, FullCase};
use bookplate_wire::feedback::{CaseTimeline, EntryKind, OwnCases};
use bookplate_wire::staff::Role;
use bookplate_wire::{CaseId, Code};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_link_is_the_staffs_alone_and_only_handing_over_shows_the_case,
    what_cannot_be_linked_is_refused,
    a_case_is_linked_and_handed_over_on_a_page_that_needs_no_script,
);

const LIN: &str = "lin@mail.example";

/// Somebody without an account writes under this address: the code, and the case.
pub async fn guest_writes(world: &World, olga: &Colleague<'_>, email: &str) -> (String, CaseId) {
    let new = json!({
        "draft": format!("{:032x}", email.len()), "kind": "question", "body": "Where is my parcel?", "language": "en",
        "name": "Lin", "email": email,
    });
    let sent = shopper(world).post("/v1/feedback", &new).await;
    let receipt: CaseReceipt = sent.expect_status(201).json();
    let page: CasePage = olga.browser.get(&olga.path("cases")).await.json();
    let case = page.cases.into_iter().find(|case| case.email == email);
    (receipt.code, case.unwrap().case.id)
}

async fn link(colleague: &Colleague<'_>, seen: &FullCase, wish: Value) -> Reply {
    let path = colleague.path(&format!("cases/{}/link", seen.case.case.id));
    let mut wish = wish;
    wish["version"] = json!(seen.case.version);
    colleague.browser.send_json(Method::PUT, &path, &wish).await
}

async fn hand_over(colleague: &Colleague<'_>, seen: &FullCase, sure: bool) -> Reply {
    let path = colleague.path(&format!("cases/{}/hand-over", seen.case.case.id));
    let wish = json!({ "version": seen.case.version, "sure": sure });
    colleague.browser.post(&path, &wish).await
}

/// The id of a customer, as the shop's programs find it.
async fn id_of(shop: &Shop, external: &str) -> String {
    let asked = json!({ "external_id": external });
    let found: Value = shop
        .backend()
        .post("/v1/customers/lookup", &asked)
        .await
        .json();
    found["id"].as_str().unwrap().to_owned()
}

async fn a_link_is_the_staffs_alone_and_only_handing_over_shows_the_case(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let vera = olga
        .hire(shop.world(), "vera@example.com", Role::Viewer)
        .await;
    let lin = shop
        .customer("c-1", json!({ "name": "Lin Mei", "email": LIN }))
        .await;
    shop.send(order("A-1")).await;
    let customer = id_of(&shop, "c-1").await;
    let (code, case) = guest_writes(shop.world(), &olga, LIN).await;
    let seen = full(&olga, &case).await;
    let wish = json!({ "customer": customer, "order": "A-1" });
    let seen: FullCase = link(&olga, &seen, wish).await.expect_status(200).json();
    let linked = seen.linked.as_ref().unwrap();
    assert_eq!((&*linked.external_id, linked.same_email), ("c-1", true));
    assert_eq!(seen.case.case.order, "A-1");
    let kinds: Vec<EntryKind> = seen.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(
        kinds,
        [EntryKind::Message, EntryKind::Linked, EntryKind::Order]
    );
    // A viewer is not told who that is, and the customer nothing at all.
    assert_eq!(full(&vera, &case).await.linked, None);
    let own: OwnCases = lin.get("/v1/customer/feedback").await.json();
    assert_eq!(own.cases, []);
    let asked = json!({ "code": code, "email": LIN });
    let guest = shopper(shop.world());
    let tracked: TrackedCase = guest.post("/v1/feedback/lookup", &asked).await.json();
    assert_eq!(tracked.case.unwrap().case.order, "");

    let given: FullCase = hand_over(&olga, &seen, false)
        .await
        .expect_status(200)
        .json();
    assert_eq!(given.linked, None);
    assert_eq!(given.case.customer.as_ref().unwrap().as_str(), customer);
    let timeline: CaseTimeline = followed(&lin, &case).await;
    assert_eq!(timeline.case.order, "A-1");
    let kinds: Vec<EntryKind> = timeline.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Message]);
    // Who has the code goes on by it.
    let message = json!({ "code": code, "email": LIN, "draft": format!("{:032x}", 99), "text": "Still nothing." });
    shopper(shop.world())
        .post("/v1/feedback/messages", &message)
        .await
        .expect_status(201);
    assert_eq!(followed(&lin, &case).await.entries.len(), 2);
    let again = hand_over(&olga, &full(&olga, &case).await, true)
        .await
        .problem();
    assert_eq!(again.field.as_deref(), Some("customer"));
}

async fn what_cannot_be_linked_is_refused(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let lin = shop.customer("c-1", json!({ "email": LIN })).await;
    shop.customer("c-2", json!({ "email": "ben@mail.example" }))
        .await;
    shop.send(order("A-1")).await;
    let (lins, bens) = (id_of(&shop, "c-1").await, id_of(&shop, "c-2").await);
    let (_, case) = guest_writes(shop.world(), &olga, "else@mail.example").await;
    let seen = full(&olga, &case).await;
    for (wish, field) in [
        (json!({ "customer": "olga" }), "customer"),
        (
            json!({ "customer": "cus_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b" }),
            "customer",
        ),
        (json!({ "order": "A-9" }), "order"),
        (json!({ "customer": bens, "order": "A-1" }), "order"),
        (json!({ "order": "x".repeat(101) }), "order"),
    ] {
        let refused = link(&olga, &seen, wish).await.problem();
        let told = (refused.code, refused.field.as_deref());
        assert_eq!(told, (Code::FieldInvalid, Some(field)));
    }
    assert_eq!(full(&olga, &case).await, seen);
    let unlinked = hand_over(&olga, &seen, true).await.problem();
    assert_eq!(unlinked.field.as_deref(), Some("customer"));
    // Written under another address it is only handed over by who is sure of it.
    let seen: FullCase = link(&olga, &seen, json!({ "customer": lins })).await.json();
    let unsure = hand_over(&olga, &seen, false).await.problem();
    assert_eq!(
        (unsure.code, unsure.field.as_deref()),
        (Code::FieldInvalid, Some("sure"))
    );
    let stale = link(&olga, &seen, json!({ "customer": "" })).await;
    stale.expect_status(200);
    let late = hand_over(&olga, &seen, true).await.problem();
    assert_eq!(late.code, Code::CaseChanged);
    // Who goes is not held by what was only taken for theirs.
    let seen = full(&olga, &case).await;
    link(&olga, &seen, json!({ "customer": lins }))
        .await
        .expect_status(200);
    let gone = json!({ "reviews": "keep_anonymous" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &gone).await;
    assert!(gone.status() < 300, "{}", gone.text());
    assert_eq!(full(&olga, &case).await.linked, None);
}

async fn a_case_is_linked_and_handed_over_on_a_page_that_needs_no_script(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let lin = shop
        .customer("c-1", json!({ "name": "Lin Mei", "email": LIN }))
        .await;
    let (_, case) = guest_writes(shop.world(), &olga, "else@mail.example").await;
    let page = olga.path(&format!("cases/{case}?lang=en"));
    let page = page.replace("/v1/console/", "/console/");
    let nobody = [
        ("form", "link"),
        ("version", "1"),
        ("who", "nobody@mail.example"),
        ("order", ""),
    ];
    let wrong = send(&olga.browser, &page, &nobody).await;
    assert_eq!(wrong.status(), 422);
    for words in ["Nobody is found by that.", "value=\"nobody@mail.example\""] {
        assert!(wrong.text().contains(words), "{words}: {}", wrong.text());
    }
    let found = [
        ("form", "link"),
        ("version", "1"),
        ("who", LIN),
        ("order", ""),
    ];
    assert_eq!(send(&olga.browser, &page, &found).await.status(), 303);
    let looked = olga.browser.get(&page).await;
    assert!(
        looked.html().contains("Linked to Lin Mei"),
        "{}",
        looked.text()
    );
    let give = [("form", "hand_over"), ("version", "2")];
    let unsure = send(&olga.browser, &page, &give).await;
    assert_eq!(unsure.status(), 422);
    let said = "please make sure first.";
    assert!(unsure.text().contains(said), "{}", unsure.text());
    let sure = [("form", "hand_over"), ("version", "2"), ("sure", "1")];
    assert_eq!(send(&olga.browser, &page, &sure).await.status(), 303);
    assert_eq!(followed(&lin, &case).await.case.id, case);
}
