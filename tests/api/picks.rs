//! Staff picks: the shop's programs and its staff recommend, and readers see it apart from the reviews.

use crate::colleagues::{Colleague, owner};
use crate::console::send;
use crate::people::new_secret;
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH, UNKNOWN, shopper, stocked};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::reviews::picks::{Pick, PickPage};
use bookplate_wire::reviews::{ReviewPage, Summary};
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    the_shop_recommends_a_book_and_readers_see_it_apart_from_the_reviews,
    the_staff_finds_a_book_recommends_it_and_takes_that_back,
    who_may_recommend_and_what_is_refused,
);

/// What a pick says, by somebody of that name.
fn content(name: &str, body: &str) -> Value {
    json!({ "isbn": PRIDE, "name": name, "body": body, "status": "published", "language": "en" })
}

async fn put(backend: &Actor<'_>, reference: &str, content: &Value) -> Pick {
    let path = format!("/v1/picks/{reference}");
    let reply = backend.send_json(Method::PUT, &path, content).await;
    reply.expect_status(200).json()
}

/// What stands above the reviews of a book.
async fn block(world: &World, isbn: &str) -> String {
    let path = format!("/v1/fragments.html?w=reviews/{isbn}&lang=en");
    let reply = shopper(world).get(&path).await;
    let (above, _) = reply.html().split_once("<div class=\"root\"").unwrap();
    let block = above.split_once("<div class=\"picks\"");
    block.map_or_else(String::new, |(_, block)| block.to_owned())
}

async fn actions(colleague: &Colleague<'_>) -> Vec<Action> {
    let page: AuditPage = colleague.browser.get(&colleague.path("audit")).await.json();
    let entries = page.entries.iter();
    let picks = entries.filter(|entry| entry.target.starts_with("pick_"));
    picks.map(|entry| entry.action).collect()
}

async fn the_shop_recommends_a_book_and_readers_see_it_apart_from_the_reviews(setup: Setup) {
    let world = stocked(setup).await;
    let key = new_secret(world.setup(), "api").await.1;
    let backend = world.anonymous().bearing(&key);
    let olga = owner(&world, KEY, "olga@example.com").await;
    let branch = json!({ "code": "harbour", "name": "Harbour Street", "time_zone": "UTC" });
    let branch: Value = olga
        .browser
        .post(&olga.path("branches"), &branch)
        .await
        .json();
    let page = format!("/v1/books/{PRIDE}/reviews");
    let rating = format!("/v1/books/{PRIDE}/rating");
    let reviews: ReviewPage = shopper(&world).get(&page).await.json();
    let figures: Summary = shopper(&world).get(&rating).await.json();

    let mut ana = content("Ana Ruiz", "Wit.\n\n||They marry.||\u{202e}");
    ana["role"] = json!("fiction buyer");
    ana["branch"] = json!("harbour");
    ana["title"] = json!("Read it <b>twice</b>");
    ana["picked_on"] = json!("2025-03-12");
    ana["position"] = json!(2);
    let first = put(&backend, "p-1", &ana).await;
    assert_eq!(first.content.body, "Wit.\n\n||They marry.||");
    assert_eq!(
        (first.reference.as_str(), first.book.as_str()),
        ("p-1", "Pride and Prejudice")
    );
    assert_eq!(put(&backend, "p-1", &ana).await, first);
    // Of the other edition of the work, and at the first place.
    let mut mei = content("小梅", "百读不厌。");
    mei["isbn"] = json!(PRIDE_ZH);
    put(&backend, "p-2", &mei).await;
    let mut draft = content("Nobody yet", "Not ready.");
    draft["status"] = json!("draft");
    put(&backend, "p-3", &draft).await;

    // Readers of both editions see it, by place, in no list and no figure of reviews.
    for isbn in [PRIDE, PRIDE_ZH] {
        wait_until("the page has it", async || {
            block(&world, isbn).await.contains("小梅")
        })
        .await;
        let block = block(&world, isbn).await;
        for words in [
            "Recommended by the bookshop",
            "Read it &lt;b&gt;twice&lt;/b&gt;",
            "fiction buyer",
            "Harbour Street",
            "12 March 2025",
            "class=\"spoiler\"",
        ] {
            assert!(block.contains(words), "{words}: {block}");
        }
        assert!(block.find("小梅") < block.find("Ana Ruiz"), "{block}");
        assert!(
            !block.contains("Nobody yet") && !block.contains("star"),
            "{block}"
        );
    }
    assert_eq!(block(&world, EMMA).await, "");
    let after: ReviewPage = shopper(&world).get(&page).await.json();
    assert_eq!(after, reviews);
    let after: Summary = shopper(&world).get(&rating).await.json();
    assert_eq!(after, figures);
    let hosted = format!("/shops/{KEY}/books/{PRIDE}/reviews?lang=en");
    let hosted = world.anonymous().get(&hosted).await;
    let (head, body) = hosted.html().split_once("<body").unwrap();
    assert!(!head.contains("Ana Ruiz") && body.contains("Ana Ruiz"));

    // A branch that is called otherwise, or has gone.
    let id = branch["id"].as_str().unwrap();
    let path = olga.path(&format!("branches/{id}"));
    let change = json!({ "name": "At the old harbour" });
    olga.browser.send_json(Method::PATCH, &path, &change).await;
    wait_until("the branch's new name", async || {
        block(&world, PRIDE).await.contains("At the old harbour")
    })
    .await;
    olga.browser
        .send(Method::DELETE, &path)
        .await
        .expect_status(204);
    wait_until("the branch is gone", async || {
        let block = block(&world, PRIDE).await;
        block.contains("Ana Ruiz") && !block.contains("harbour")
    })
    .await;
    // What was there already may stay.
    ana["title"] = json!("Read it again");
    assert_eq!(put(&backend, "p-1", &ana).await.id, first.id);

    let listed: PickPage = backend
        .get(&format!("/v1/picks?q={PRIDE_ZH}&limit=2"))
        .await
        .json();
    let names = |page: &PickPage| -> Vec<String> {
        page.picks
            .iter()
            .map(|pick| pick.content.name.clone())
            .collect()
    };
    assert_eq!(names(&listed), ["Nobody yet", "小梅"]);
    let next = format!("/v1/picks?limit=2&after={}", listed.next.unwrap());
    let listed: PickPage = backend.get(&next).await.json();
    assert_eq!(
        (names(&listed), listed.next),
        (vec!["Ana Ruiz".to_owned()], None)
    );

    for _ in 0..2 {
        backend
            .send(Method::DELETE, "/v1/picks/p-1")
            .await
            .expect_status(204);
    }
    wait_until("it is gone", async || {
        let block = block(&world, PRIDE).await;
        block.contains("小梅") && !block.contains("Ana Ruiz")
    })
    .await;
    let expected = [
        Action::PickDeleted,
        Action::PickChanged,
        Action::PickCreated,
        Action::PickCreated,
        Action::PickCreated,
    ];
    assert_eq!(actions(&olga).await, expected);
    let log = olga.browser.get(&olga.path("audit")).await;
    for words in ["Ana Ruiz", "They marry", "Read it"] {
        assert!(!log.text().contains(words), "{words}");
    }
    let said = world.setup().run(&["doctor"]).await;
    assert!(said.contains("every count equals a recount"), "{said}");
}

async fn the_staff_finds_a_book_recommends_it_and_takes_that_back(setup: Setup) {
    let world = stocked(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let max = olga.hire(&world, "max@example.com", Role::Manager).await;
    let path = max.path("picks");
    let page = path.replace("/v1/console/", "/console/");

    // Whatever the case, by words of title and author, or by an ISBN.
    for (words, found) in [
        ("PRIDE%20and", PRIDE),
        ("jane%20austen", EMMA),
        ("%E5%82%B2%E6%85%A2", PRIDE_ZH),
        ("0141439580", EMMA),
    ] {
        let shown = max.browser.get(&format!("{page}?lang=en&q={words}")).await;
        let link = format!("picks/new?isbn={found}&amp;lang=en");
        assert!(shown.html().contains(&link), "{words}: {}", shown.text());
    }
    let nothing = max.browser.get(&format!("{page}?lang=en&q=%25")).await;
    assert!(
        nothing
            .html()
            .contains("The catalogue has no book like that.")
    );

    let new = format!("{page}/new?lang=en&isbn={EMMA}");
    let form = max.browser.get(&new).await;
    assert!(form.html().contains("<p>Emma"), "{}", form.text());
    let mut fields = vec![
        ("form", "save"),
        ("isbn", EMMA),
        ("name", ""),
        ("body", "A comedy of errors & </textarea>."),
        ("position", "0"),
        ("picked_on", "someday"),
        ("status", "published"),
    ];
    let wrong = send(&max.browser, &new, &fields).await;
    assert_eq!(wrong.status(), 422);
    for words in [
        "A name has 1 to 60 characters.",
        "This is a whole number from 1 to 99.",
        "This is no day.",
        "A comedy of errors &amp; &lt;/textarea>.",
    ] {
        assert!(wrong.text().contains(words), "{words}: {}", wrong.text());
    }
    (fields[2].1, fields[4].1, fields[5].1) = ("Max Weber", "1", "");
    let saved = send(&max.browser, &new, &fields).await;
    assert_eq!(saved.status(), 303);
    wait_until("readers see it", async || {
        block(&world, EMMA).await.contains("Max Weber")
    })
    .await;
    let listed: PickPage = max.browser.get(&format!("{path}?q=emma")).await.json();
    let pick = &listed.picks[0];
    let id = pick.id.as_str();
    assert_eq!(pick.reference, id);
    let read: Pick = max.browser.get(&format!("{path}/{id}")).await.json();
    assert_eq!(read, *pick);

    let withdraw = [("form", "withdraw"), ("id", id)];
    assert_eq!(send(&max.browser, &page, &withdraw).await.status(), 303);
    wait_until("it is taken back", async || {
        block(&world, EMMA).await.is_empty()
    })
    .await;
    for (status, count) in [("withdrawn", 1), ("published", 0), ("draft", 0)] {
        let listed: PickPage = max
            .browser
            .get(&format!("{path}?status={status}"))
            .await
            .json();
        assert_eq!(listed.picks.len(), count, "{status}");
    }
    for (lang, words) in [
        ("en", "Withdrawn"),
        ("zh-CN", "已撤下"),
        ("zh-TW", "已撤下"),
        ("ja", "取り下げ済み"),
    ] {
        let shown = max.browser.get(&format!("{page}?lang={lang}")).await;
        assert!(shown.html().contains(words), "{lang}: {}", shown.text());
    }
    let one = format!("{page}/{id}?lang=en");
    assert_eq!(
        send(&max.browser, &one, &[("form", "delete")])
            .await
            .status(),
        303
    );
    max.browser.get(&one).await.expect_status(404);
    let expected = [
        Action::PickDeleted,
        Action::PickChanged,
        Action::PickCreated,
    ];
    assert_eq!(actions(&max).await, expected);
}

async fn who_may_recommend_and_what_is_refused(setup: Setup) {
    let world = stocked(setup).await;
    let key = new_secret(world.setup(), "api").await.1;
    let backend = world.anonymous().bearing(&key);
    let olga = owner(&world, KEY, "olga@example.com").await;
    let agent = olga.hire(&world, "ada@example.com", Role::Agent).await;
    let pick: Pick = olga
        .browser
        .post(&olga.path("picks"), &content("Olga", "Read it."))
        .await
        .expect_status(201)
        .json();
    let one = agent.path(&format!("picks/{}", pick.id));
    agent.browser.get(&one).await.expect_status(200);
    let other = content("Ada", "Do not.");
    for refused in [
        agent.browser.post(&agent.path("picks"), &other).await,
        agent.browser.send_json(Method::PUT, &one, &other).await,
        agent.browser.send(Method::DELETE, &one).await,
    ] {
        assert_eq!(refused.problem().code, Code::RoleInsufficient);
    }
    let page = agent.path("picks").replace("/v1/console/", "/console/");
    let shown = agent.browser.get(&format!("{page}?lang=en&q=emma")).await;
    assert!(
        shown
            .html()
            .contains("Your role may see this but not change it.")
    );
    assert!(!shown.html().contains("picks/new") && !shown.html().contains("value=\"withdraw\""));

    let long = "x".repeat(5_001);
    for (field, code, wrong) in [
        ("isbn", Code::BookNotFound, json!(UNKNOWN)),
        ("isbn", Code::BodyInvalid, json!("978")),
        ("name", Code::FieldInvalid, json!("\u{200b} ")),
        ("body", Code::FieldInvalid, json!(long)),
        ("branch", Code::FieldInvalid, json!("nowhere\u{0}")),
        ("language", Code::FieldInvalid, json!("Deutsch!")),
        ("picked_on", Code::FieldInvalid, json!("2025-02-30")),
        ("position", Code::FieldInvalid, json!(100)),
        ("status", Code::BodyInvalid, json!("hidden")),
        ("stars", Code::BodyInvalid, json!(5)),
    ] {
        let mut sent = content("Ana", "Read it.");
        sent[field] = wrong;
        let put = backend.send_json(Method::PUT, "/v1/picks/p-9", &sent).await;
        let problem = put.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field))
        );
    }
    let sent = content("Ana", "Read it.");
    let odd = backend
        .send_json(Method::PUT, "/v1/picks/a%2Fb", &sent)
        .await;
    assert_eq!(odd.problem().field.as_deref(), Some("reference"));
    for wrong in ["status=seen", "limit=0", "colour=red"] {
        let reply = backend.get(&format!("/v1/picks?{wrong}")).await;
        assert_eq!(reply.problem().code, Code::BadRequest);
    }
    let none: PickPage = backend.get("/v1/picks?q=emma").await.json();
    assert_eq!(none.picks, []);

    // Nobody without a key, no page, and nobody of another shop.
    let stranger = world
        .anonymous()
        .send_json(Method::PUT, "/v1/picks/p-9", &sent)
        .await;
    assert_eq!(stranger.problem().code, Code::SecretUnknown);
    world
        .setup()
        .shop("pk_other", &["https://other.example"])
        .await;
    let otto = owner(&world, "pk_other", "otto@example.com").await;
    let theirs = otto.path(&format!("picks/{}", pick.id));
    otto.browser.get(&theirs).await.expect_status(404);
    otto.browser
        .send(Method::DELETE, &theirs)
        .await
        .expect_status(404);
    let listed: PickPage = otto.browser.get(&otto.path("picks")).await.json();
    assert_eq!(listed.picks, []);
}
