//! The staff's inbox: searched, shared out, changed by several at once, and nobody's but the shop's own.

use crate::colleagues::{console, owner};
use crate::desk::Desk;
use crate::feedback_own::{answer, change, followed, full, inbox, new_case, says, writes};
use crate::shelf::{EMMA, PRIDE, shopper};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::feedback::guests::CaseReceipt;
use bookplate_wire::feedback::inbox::{BulkChanged, CasePage, FullCase};
use bookplate_wire::feedback::{CaseState, EntryKind};
use bookplate_wire::staff::Role;
use futures_util::future::join_all;
use serde_json::json;

stories!(
    a_case_is_found_by_any_words_in_any_language,
    cases_are_shared_out_tagged_and_noted,
    two_agents_on_one_case_do_not_overwrite_each_other,
    several_cases_are_changed_at_once,
    duplicates_of_one_shopper_are_merged,
    staff_sees_the_cases_of_its_own_shop_alone,
);

async fn a_case_is_found_by_any_words_in_any_language(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (ann, mei) = (desk.customer("ann").await, desk.customer("mei").await);
    let late = new_case(
        1,
        "complaint",
        "The parcel (A-17) arrived late.",
        json!({ "isbn": EMMA }),
    );
    let late = writes(&ann, &late).await.case.id;
    let torn = new_case(1, "complaint", "快递太慢了，书角破损。", json!({}));
    let torn = writes(&mei, &torn).await.case.id;
    let wet = new_case(2, "complaint", "帯が破れた状態で届いた。", json!({}));
    let wet = writes(&mei, &wet).await.case.id;
    says(&ann, &late, 3, "It was wet too.")
        .await
        .expect_status(201);
    let path = olga.path(&format!("cases/{torn}/notes"));
    let note = json!({ "text": "已联系快递公司" });
    olga.browser.post(&path, &note).await.expect_status(200);
    let found = async |q: &str| -> Vec<_> {
        let mut query = String::from("?state=all");
        bookplate_wire::query::push(&mut query, "q", q);
        let page = inbox(&olga, &query).await;
        page.cases.into_iter().map(|case| case.case.id).collect()
    };
    for (q, ids) in [
        ("parcel", vec![&late]),
        ("PARC arriv", vec![&late]),
        ("a-17", vec![&late]),
        ("wet ann", vec![&late]),
        ("emma", vec![&late]),
        ("ann@mail.example", vec![&late]),
        // The note of the staff is the latest that was said of what is hers.
        ("mei", vec![&torn, &wet]),
        ("快", vec![&torn]),
        ("递太慢", vec![&torn]),
        ("破损 快递", vec![&torn]),
        ("快递公司", vec![&torn]),
        ("破れた", vec![&wet]),
        ("届い", vec![&wet]),
        ("破", vec![&wet, &torn]),
        ("慢快", vec![]),
        ("arcel", vec![]),
        ("?!", vec![]),
        ("\" OR * :", vec![]),
    ] {
        assert_eq!(found(q).await.iter().collect::<Vec<_>>(), ids, "{q}");
    }
    let path = olga.path(&format!("cases?q={}", "a".repeat(101)));
    let problem = olga.browser.get(&path).await.problem();
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        (Code::BadRequest, Some("q"))
    );
}

async fn cases_are_shared_out_tagged_and_noted(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let arno = olga
        .hire(&desk.world, "arno@example.com", Role::Agent)
        .await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    let ann = desk.customer("ann").await;
    let first = writes(&ann, &new_case(1, "question", "When?", json!({}))).await;
    let second = new_case(2, "praise", "Lovely!", json!({ "isbn": PRIDE }));
    writes(&ann, &second).await;
    let id = &first.case.id;
    let count = async |query: &str| inbox(&arno, query).await.cases.len();
    assert_eq!(count("?owner=nobody").await, 2);
    let seen = full(&olga, id).await.case;
    let wish = json!({ "owner": arno.id(), "tags": ["late", "vip", " late "] });
    let changed: FullCase = change(&olga, &seen, wish).await.expect_status(200).json();
    assert_eq!(changed.case.tags, ["late", "vip"]);
    assert_eq!(changed.case.owner_name, "arno@example.com");
    let last = changed.entries.last().unwrap();
    assert_eq!(
        (last.kind, &*last.value),
        (EntryKind::Assigned, "arno@example.com")
    );
    for (query, expected) in [
        ("?owner=me", 1),
        ("?owner=nobody", 1),
        ("?tag=late", 1),
        ("?tag=late&kind=praise", 0),
        ("?kind=praise", 1),
        ("?state=resolved", 0),
        ("?state=received", 2),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    let query = format!("?owner={}", arno.id());
    assert_eq!(count(&query).await, 1);
    // Whoever only looks on learns nobody's name, and changes nothing.
    let text = vera.browser.get(&vera.path(&format!("cases/{id}"))).await;
    assert!(!text.text().contains("ann@mail.example"), "{}", text.text());
    let refused = answer(&vera, &changed.case, "Hello", "resolved").await;
    assert_eq!(refused.problem().code, Code::RoleInsufficient);
    // Nobody who does not work here gets a case.
    let stranger = owner(&desk.world, crate::shelf::KEY, "gone@example.com").await;
    let gone = olga.path(&format!("staff/{}", stranger.id()));
    olga.browser
        .send(reqwest::Method::DELETE, &gone)
        .await
        .expect_status(204);
    let wish = json!({ "owner": stranger.id() });
    let refused = change(&olga, &changed.case, wish).await.problem();
    assert_eq!(refused.field.as_deref(), Some("owner"));
    let wish = json!({ "state": "received", "tags": vec!["a"; 1] });
    let refused = change(&olga, &changed.case, wish).await.problem();
    assert_eq!(refused.field.as_deref(), Some("state"));
    assert_eq!(full(&olga, id).await.case.tags, ["late", "vip"]);
}

async fn two_agents_on_one_case_do_not_overwrite_each_other(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let arno = olga
        .hire(&desk.world, "arno@example.com", Role::Agent)
        .await;
    let ann = desk.customer("ann").await;
    let case = writes(&ann, &new_case(1, "question", "When?", json!({}))).await;
    let seen = full(&olga, &case.case.id).await.case;
    let agents = [&olga, &arno, &olga, &arno];
    let answers = agents.map(|agent| answer(agent, &seen, "On Monday.", "waiting"));
    let mut done: Vec<_> = join_all(answers)
        .await
        .iter()
        .map(bookplate_tests::reply::Reply::status)
        .collect();
    done.sort_unstable();
    assert_eq!(done, [200, 409, 409, 409]);
    let case = followed(&ann, &case.case.id).await;
    let said = case
        .entries
        .iter()
        .filter(|entry| entry.text == "On Monday.");
    assert_eq!(said.count(), 1);
    // A note disturbs nobody, and is disturbed by nobody.
    let seen = full(&arno, &case.case.id).await.case;
    let path = olga.path(&format!("cases/{}/notes", case.case.id));
    let note = json!({ "text": "Called." });
    olga.browser.post(&path, &note).await.expect_status(200);
    change(&arno, &seen, json!({ "tags": ["called"] }))
        .await
        .expect_status(200);
}

async fn several_cases_are_changed_at_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    for number in 0..3 {
        writes(
            &ann,
            &new_case(number, "complaint", "Late again.", json!({})),
        )
        .await;
    }
    let page = inbox(&olga, "").await;
    let tagged = change(&olga, &page.cases[0], json!({ "tags": ["vip"] })).await;
    tagged.expect_status(200);
    let fresh = inbox(&olga, "").await;
    // Of the third one, what was looked at is out of date.
    says(&ann, &fresh.cases[2].case.id, 9, "And wet.")
        .await
        .expect_status(201);
    let seen = fresh.cases.iter();
    let seen: Vec<_> = seen
        .map(|case| json!({ "id": case.case.id, "version": case.version }))
        .collect();
    let bulk = json!({ "cases": seen, "change": { "state": "resolved", "tags": ["late"] } });
    let path = olga.path("cases/changes");
    let done: BulkChanged = olga.browser.post(&path, &bulk).await.json();
    assert_eq!(
        (done.changed, &done.left),
        (2, &vec![fresh.cases[2].case.id.clone()])
    );
    let first = full(&olga, &fresh.cases[0].case.id).await.case;
    assert_eq!(first.tags, ["late", "vip"]);
    assert_eq!(first.case.state, CaseState::Resolved);
    assert_eq!(inbox(&olga, "").await.open, 1);
    let none = json!({ "cases": [], "change": {} });
    let problem = olga.browser.post(&path, &none).await.problem();
    assert_eq!(problem.field.as_deref(), Some("cases"));
}

async fn duplicates_of_one_shopper_are_merged(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let first = writes(&ann, &new_case(1, "complaint", "Late.", json!({}))).await;
    let second = writes(&ann, &new_case(2, "complaint", "Still late.", json!({}))).await;
    let others = writes(&ben, &new_case(1, "complaint", "Late too.", json!({}))).await;
    let (first, second) = (&first.case.id, &second.case.id);
    let path = olga.path(&format!("cases/{second}/merge"));
    let seen = full(&olga, second).await.case;
    let merge = |into| json!({ "version": seen.version, "into": into });
    // Nobody reads what another shopper has written.
    for into in [&others.case.id, second] {
        let problem = olga.browser.post(&path, &merge(into)).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::FieldInvalid, Some("into"))
        );
    }
    let merged: FullCase = olga.browser.post(&path, &merge(first)).await.json();
    assert_eq!(merged.case.case.merged_into.as_ref(), Some(first));
    assert_eq!(merged.case.case.state, CaseState::Resolved);
    let case = followed(&ann, second).await;
    assert!(!case.takes_messages && case.case.merged_into.as_ref() == Some(first));
    let refused = says(&ann, second, 9, "Hello?").await.problem();
    assert_eq!(refused.code, Code::CaseClosed);
    says(&ann, first, 9, "Hello?").await.expect_status(201);
    let entries = full(&olga, first).await.entries;
    let named = entries.iter().find(|entry| entry.kind == EntryKind::Merged);
    assert_eq!(named.unwrap().value, second.as_str());
}

async fn staff_sees_the_cases_of_its_own_shop_alone(setup: Setup) {
    let desk = Desk::open(setup).await;
    let more = desk.world.setup();
    more.shop("pk_other", &["https://other.example"]).await;
    let olga = desk.olga().await;
    let stranger = owner(&desk.world, "pk_other", "stranger@example.com").await;
    let guest = shopper(&desk.world);
    let new = new_case(1, "complaint", "A riddle of ours.", json!({}));
    let receipt = guest.post("/v1/feedback", &new).await;
    let receipt: CaseReceipt = receipt.expect_status(201).json();
    let id = &receipt.case.case.id;
    let theirs = stranger.path("cases?state=all&q=riddle");
    let theirs: CasePage = stranger.browser.get(&theirs).await.json();
    assert_eq!((theirs.cases.len(), theirs.open), (0, 0));
    let path = stranger.path(&format!("cases/{id}"));
    let problem = stranger.browser.get(&path).await.problem();
    assert_eq!(problem.code, Code::CaseNotFound);
    let seen = full(&olga, id).await.case;
    for rest in ["answers", "notes", "merge"] {
        let path = stranger.path(&format!("cases/{id}/{rest}"));
        let body = match rest {
            "answers" => json!({ "version": seen.version, "text": "Ours now" }),
            "notes" => json!({ "text": "Ours now" }),
            _ => json!({ "version": seen.version, "into": id }),
        };
        let problem = stranger.browser.post(&path, &body).await.problem();
        assert_eq!(problem.code, Code::CaseNotFound, "{rest}");
    }
    let bulk = json!({ "cases": [{ "id": id, "version": seen.version }], "change": { "state": "resolved" } });
    let path = stranger.path("cases/changes");
    let done: BulkChanged = stranger.browser.post(&path, &bulk).await.json();
    assert_eq!(done.changed, 0);
    // A code of one shop is none of another's.
    let other = desk.world.page("https://other.example", "pk_other");
    let asked = json!({ "code": receipt.code });
    let problem = other.post("/v1/feedback/lookup", &asked).await.problem();
    assert_eq!(problem.code, Code::CaseNotFound);
    let nobody = console(&desk.world)
        .get(&olga.path("cases"))
        .await
        .problem();
    assert_eq!(nobody.code, Code::StaffSessionRequired);
}
