//! The console's page of reviews, as it works without any script.

use crate::colleagues::Colleague;
use crate::console::send;
use crate::desk::{Desk, decide, decision, one, queue, report, rewrite, show_at_once, write};
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH, UNKNOWN};
use bookplate_tests::actors::Setup;
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::reviews::moderation::ModerationPage;
use bookplate_wire::reviews::writing::{Moderation, OwnReview, ReviewState};
use bookplate_wire::settings::ShopSettings;
use bookplate_wire::staff::Role;
use serde_json::json;

stories!(
    a_review_is_decided_about_by_a_form,
    several_are_chosen_and_decided_about_together,
    what_is_missing_stands_beside_its_field,
    who_decides_too_late_sees_the_new_version,
    a_review_is_answered_by_a_form,
    reviews_of_one_book_are_found_by_its_isbn,
    the_list_of_pages_says_how_many_wait,
    a_viewer_reads_and_does_nothing,
    the_shop_chooses_when_readers_see_reviews,
    nothing_in_a_review_becomes_markup,
    the_page_speaks_four_languages,
);

fn path(colleague: &Colleague<'_>) -> String {
    format!("/console/shops/{}/reviews", colleague.shop())
}

/// As the card of a review says what was looked at.
fn seen(review: &OwnReview, version: u32) -> String {
    format!("{}.{version}.waiting", review.id)
}

fn expect(page: &Reply, words: &[&str]) {
    for words in words {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
}

async fn a_review_is_decided_about_by_a_form(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (lin, mei) = (desk.customer("lin").await, desk.customer("mei").await);
    let good = write(&lin, PRIDE, 4, "Good. ||They marry.||").await;
    let bad = write(&mei, PRIDE, 5, "Buy at my shop!").await;
    let page = olga.browser.get(&path(&olga)).await;
    assert!(page.html().contains("<mark class=\"spoiler\">"));
    expect(
        &page,
        &[
            "Waiting (2)",
            "Stars play no part",
            "4.0 out of 5 stars",
            "Spoiler",
            "They marry.",
            "Readers do not see it",
            &format!("/shops/{KEY}/books/{PRIDE}/reviews"),
            "aria-label=\"Approve: Pride and Prejudice, Reader\"",
            "It insults or threatens somebody.",
        ],
    );
    let approve = [("review", seen(&good, 1)), ("form", "approve".to_owned())];
    let approve = approve
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let done = send(&olga.browser, &path(&olga), &approve).await;
    done.expect_status(303);
    let to = format!("{}?done=approved", path(&olga));
    assert_eq!(done.header("location"), to);
    let page = olga.browser.get(&to).await;
    expect(&page, &["Approved: readers can see it.", "Waiting (1)"]);
    assert_eq!(desk.seen(PRIDE).await.len(), 1);

    let list = format!("{}?queue=all", path(&olga));
    let review = seen(&bad, 1);
    let refuse = [
        ("review", review.as_str()),
        ("reason", "advertising"),
        ("note", "No other shops,\r\nplease."),
        ("form", "refuse"),
    ];
    let done = send(&olga.browser, &list, &refuse).await;
    assert_eq!(done.header("location"), format!("{list}&done=refused"));
    let page = olga.browser.get(done.header("location")).await;
    expect(
        &page,
        &[
            "Refused. The author is told why.",
            "It is advertising, or leads to other sites.",
            "<p>please.",
            "0 of 1",
            "1 of 1",
            "100%",
        ],
    );
    assert_eq!(one(&olga, &bad.id).await.state, ReviewState::Refused);
}

async fn several_are_chosen_and_decided_about_together(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let mut written = Vec::new();
    for name in ["ann", "ben", "cem"] {
        written.push(write(&desk.customer(name).await, EMMA, 4, name).await);
    }
    let chosen = |page: &Reply| page.text().matches(" checked").count();
    let page = olga.browser.get(&path(&olga)).await;
    assert_eq!(chosen(&page), 0);
    let all = format!("{}?chosen=all", path(&olga));
    expect(&page, &[&format!("href=\"{all}\"")]);
    assert_eq!(chosen(&olga.browser.get(&all).await), 3);

    let none = [("together", "on"), ("form", "approve")];
    let none = send(&olga.browser, &path(&olga), &none).await;
    none.expect_status(422);
    expect(&none, &["Choose at least one review first."]);
    let marks: Vec<String> = written.iter().map(|review| seen(review, 1)).collect();
    let decide = async |form: &str, reason: &str| {
        let mut fields = vec![("together", "on"), ("reason", reason), ("form", form)];
        fields.extend(marks[..2].iter().map(|mark| ("review", mark.as_str())));
        send(&olga.browser, &path(&olga), &fields).await
    };
    let wrong = decide("refuse", "").await;
    wrong.expect_status(422);
    expect(&wrong, &["id=\"reason-fault-together\""]);
    assert_eq!(chosen(&wrong), 2, "they stay chosen");
    assert_eq!(queue(&olga, "waiting").await.waiting, 3);
    decide("refuse", "abuse").await.expect_status(303);
    assert_eq!(queue(&olga, "waiting").await.waiting, 1);
    // One of them has changed meanwhile: none is approved.
    let dan = desk.customer("dan").await;
    let other = write(&dan, EMMA, 4, "dan").await;
    rewrite(&dan, &other, 4, "dan, later").await;
    let (kept, outdated) = (&marks[2], seen(&other, 1));
    let fields = [
        ("together", "on"),
        ("review", kept.as_str()),
        ("review", &outdated),
        ("form", "approve"),
    ];
    let late = send(&olga.browser, &path(&olga), &fields).await;
    late.expect_status(422);
    expect(&late, &["they are still chosen", "dan, later"]);
    assert_eq!(chosen(&late), 1, "the one that is as it was");
    assert_eq!(queue(&olga, "waiting").await.waiting, 2);
}

async fn what_is_missing_stands_beside_its_field(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let review = write(&desk.customer("lin").await, EMMA, 4, "Hm.").await;
    let mark = seen(&review, 1);
    let refuse = async |reason: &str, note: &str| {
        let fields = [
            ("review", mark.as_str()),
            ("reason", reason),
            ("note", note),
            ("form", "refuse"),
        ];
        send(&olga.browser, &path(&olga), &fields).await
    };
    let wrong = refuse("", "As I <said>.").await;
    wrong.expect_status(422);
    let fault = |field: &str| format!("id=\"{field}-fault-{}\"", review.id);
    expect(
        &wrong,
        &[
            &fault("reason"),
            "As I &lt;said>.",
            "aria-invalid=\"true\"",
            "<details open data-key",
        ],
    );
    let wrong = refuse("other", "").await;
    expect(
        &wrong,
        &[&fault("note"), "<option value=\"other\" selected"],
    );
    let wrong = refuse("abuse", &"很".repeat(1_001)).await;
    expect(&wrong, &[&fault("note"), &"很".repeat(1_001)]);
    for nonsense in ["", "rev_1.1.waiting", &review.id.to_string()] {
        let fields = [("review", nonsense), ("form", "approve")];
        let refused = send(&olga.browser, &path(&olga), &fields).await;
        assert_eq!(refused.status(), 404, "{nonsense}");
    }
    assert!(one(&olga, &review.id).await.waiting);
}

async fn who_decides_too_late_sees_the_new_version(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let lin = desk.customer("lin").await;
    let review = write(&lin, EMMA, 4, "Harmless.").await;
    rewrite(&lin, &review, 4, "Not so harmless.").await;
    let mark = seen(&review, 1);
    let approve = [("review", mark.as_str()), ("form", "approve")];
    let late = send(&olga.browser, &path(&olga), &approve).await;
    late.expect_status(422);
    expect(
        &late,
        &["another version", "Not so harmless.", &seen(&review, 2)],
    );
    assert_eq!(
        late.text().matches("<article>").count(),
        1,
        "once, at the top"
    );
    // What was written to the author is not lost.
    let refuse = [
        ("review", mark.as_str()),
        ("reason", "abuse"),
        ("note", "Mind your words."),
        ("form", "refuse"),
    ];
    let late = send(&olga.browser, &path(&olga), &refuse).await;
    expect(
        &late,
        &["Mind your words.", "<option value=\"abuse\" selected"],
    );
    assert!(one(&olga, &review.id).await.waiting);
    // A colleague was faster.
    let mark = seen(&review, 2);
    let refuse = [
        ("review", mark.as_str()),
        ("reason", "abuse"),
        ("form", "refuse"),
    ];
    send(&olga.browser, &path(&olga), &refuse)
        .await
        .expect_status(303);
    let approve = [("review", mark.as_str()), ("form", "approve")];
    let late = send(&olga.browser, &path(&olga), &approve).await;
    expect(
        &late,
        &["a colleague has decided", "data-state=\"refused\""],
    );
    let own = format!("/v1/customer/reviews/{}", review.id);
    lin.send(reqwest::Method::DELETE, &own)
        .await
        .expect_status(204);
    let gone = send(&olga.browser, &path(&olga), &approve).await;
    expect(&gone, &["The author has deleted this review"]);
}

async fn a_review_is_answered_by_a_form(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let lin = desk.customer("lin").await;
    let review = write(&lin, EMMA, 2, "A page was missing.").await;
    let mark = seen(&review, 1);
    let answer = async |form: &str, text: &str| {
        let fields = [("review", mark.as_str()), ("text", text), ("form", form)];
        send(&olga.browser, &path(&olga), &fields).await
    };
    // As long as it may be, in a script whose letters a form writes with nine bytes each.
    let text = "书".repeat(3_000);
    let done = answer("answer", &text).await;
    assert_eq!(
        done.header("location"),
        format!("{}?done=answered", path(&olga))
    );
    assert_eq!(desk.seen(EMMA).await[0].answer, text);
    let long = answer("answer", &"书".repeat(3_001)).await;
    long.expect_status(422);
    expect(
        &long,
        &[
            &format!("id=\"answer-fault-{}\"", review.id),
            &"书".repeat(3_001),
        ],
    );
    let done = answer("remove_answer", "").await;
    assert_eq!(
        done.header("location"),
        format!("{}?done=answer_removed", path(&olga))
    );
    assert_eq!(desk.seen(EMMA).await[0].answer, "");
    let refuse = [
        ("review", mark.as_str()),
        ("reason", "abuse"),
        ("form", "refuse"),
    ];
    send(&olga.browser, &path(&olga), &refuse)
        .await
        .expect_status(303);
    let late = answer("answer", "Thank you.").await;
    expect(&late, &["nothing to answer"]);
}

async fn reviews_of_one_book_are_found_by_its_isbn(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let mut written = Vec::new();
    for (name, isbn) in [
        ("ann", PRIDE),
        ("ben", PRIDE_ZH),
        ("cem", EMMA),
        ("dan", PRIDE),
    ] {
        written.push(write(&desk.customer(name).await, isbn, 4, name).await);
    }
    let found = async |query: &str| -> (Vec<String>, Option<String>) {
        let path = olga.path(&format!("reviews?{query}"));
        let page: ModerationPage = olga.browser.get(&path).await.json();
        let bodies = page.reviews.into_iter().map(|review| review.body);
        (bodies.collect(), page.next)
    };
    // All editions of the work, in the list that is asked for and page by page.
    for isbn in [PRIDE, PRIDE_ZH, "0-14-143951-3"] {
        let (bodies, _) = found(&format!("isbn={isbn}")).await;
        assert_eq!(bodies, ["ann", "ben", "dan"], "{isbn}");
    }
    let query = format!("queue=all&isbn={PRIDE}&limit=2");
    let (bodies, next) = found(&query).await;
    assert_eq!(bodies, ["dan", "ben"]);
    let (bodies, next) = found(&format!("{query}&after={}", next.unwrap())).await;
    assert_eq!((bodies, next), (vec!["ann".to_owned()], None));
    let cem = &written[2].id;
    let shown = decide(&olga, &[decision(cem, 1, "approve")]).await;
    shown.expect_status(204);
    report(&desk.customer("ann").await, cem, "spoiler", "").await;
    for (query, bodies) in [
        (format!("isbn={UNKNOWN}"), vec![]),
        (format!("isbn={EMMA}&hold=link"), vec![]),
        (format!("queue=reported&isbn={PRIDE}"), vec![]),
        (format!("queue=reported&isbn={EMMA}"), vec!["cem"]),
    ] {
        assert_eq!(found(&query).await.0, bodies, "{query}");
    }
    let refused = olga
        .browser
        .get(&olga.path("reviews?isbn=9780141439519"))
        .await;
    let problem = refused.problem();
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        (Code::IsbnInvalid, Some("isbn"))
    );

    // The page for people: what is done there leads back to what was found.
    let list = format!("{}?queue=all&isbn={PRIDE}&lang=en", path(&olga));
    let page = olga.browser.get(&list).await;
    assert_eq!(
        page.html().matches("data-card").count(),
        3,
        "{}",
        page.text()
    );
    let value = format!("name=\"isbn\" type=\"search\" value=\"{PRIDE}\"");
    let tab = format!("reviews?isbn={PRIDE}&amp;lang=en");
    expect(
        &page,
        &[
            &value,
            &tab,
            "Show all books",
            "name=\"queue\" value=\"all\"",
        ],
    );
    let review = seen(&written[0], 1);
    let approve = [("review", review.as_str()), ("form", "approve")];
    let done = send(&olga.browser, &list, &approve).await;
    let to = done.expect_status(303).header("location").to_owned();
    assert!(to.contains(&format!("isbn={PRIDE}")), "{to}");
    let unknown = format!("{}?isbn={UNKNOWN}&lang=en", path(&olga));
    let page = olga.browser.get(&unknown).await;
    expect(&page, &["No review of this book is in this list."]);
    let wrong = format!("{}?isbn=Emma&lang=en", path(&olga));
    let page = olga.browser.get(&wrong).await;
    expect(
        page.expect_status(422),
        &["This is not an ISBN", "id=\"isbn-fault\""],
    );
}

async fn the_list_of_pages_says_how_many_wait(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let settings = format!("/console/shops/{}/settings", olga.shop());
    let link = |words: &str| format!(">{words}</a>");
    for page in [settings.as_str(), "/console/account"] {
        expect(&olga.browser.get(page).await, &[&link("Reviews")]);
    }
    write(&desk.customer("lin").await, EMMA, 4, "Hm.").await;
    for page in [settings.as_str(), "/console/account"] {
        expect(&olga.browser.get(page).await, &[&link("Reviews (1)")]);
    }
}

async fn a_viewer_reads_and_does_nothing(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    let review = write(&desk.customer("lin").await, EMMA, 4, "Hm, hm.").await;
    let page = vera.browser.get(&path(&vera)).await;
    assert!(page.html().contains("Hm, hm."));
    for form in [
        "name=\"review\"",
        "value=\"approve\"",
        "<textarea",
        "type=\"checkbox\"",
    ] {
        assert!(!page.text().contains(form), "{form}");
    }
    let mark = seen(&review, 1);
    for form in ["approve", "refuse", "changes", "answer", "remove_answer"] {
        let fields = [
            ("review", mark.as_str()),
            ("reason", "abuse"),
            ("form", form),
        ];
        let refused = send(&vera.browser, &path(&vera), &fields).await;
        assert_eq!(refused.status(), 403, "{form}");
        // Nor may a page of another site in Olga's browser.
        let foreign = olga.browser.clone().with("sec-fetch-site", "cross-site");
        let refused = send(&foreign, &path(&olga), &fields).await;
        assert_eq!(refused.status(), 403, "{form}");
    }
    assert!(one(&olga, &review.id).await.waiting);
}

async fn the_shop_chooses_when_readers_see_reviews(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let settings = format!("/console/shops/{}/settings", olga.shop());
    let page = olga.browser.get(&settings).await;
    expect(
        &page,
        &[
            "name=\"moderation\" value=\"before\" checked",
            "name=\"half_stars\"",
        ],
    );
    let fields = [
        ("form", "settings"),
        ("name", "Test shop"),
        ("time_zone", "UTC"),
        ("language", "en"),
        ("default_language", "en"),
        ("moderation", "after"),
        ("half_stars", "on"),
    ];
    send(&olga.browser, &settings, &fields)
        .await
        .expect_status(303);
    let kept: ShopSettings = olga.browser.get(&olga.path("settings")).await.json();
    assert_eq!(
        (kept.moderation, kept.half_stars),
        (Moderation::After, true)
    );
    let lin = desk.customer("lin").await;
    let new = json!({ "rating": 35, "body": "Good." });
    let written = lin.post(&format!("/v1/books/{EMMA}/reviews"), &new).await;
    let review: OwnReview = written.expect_status(201).json();
    assert_eq!(review.state, ReviewState::Published);
    expect(
        &olga.browser.get(&path(&olga)).await,
        &["3.5 out of 5 stars", "Readers see it"],
    );
    let audit = format!("/console/shops/{}/audit", olga.shop());
    expect(
        &olga.browser.get(&audit).await,
        &[
            "When readers see a review",
            "At once; somebody looks at it later",
            "half stars",
            "<ins>yes</ins>",
        ],
    );
    // A box that is not ticked is not sent.
    send(&olga.browser, &settings, &fields[..6])
        .await
        .expect_status(303);
    let kept: ShopSettings = olga.browser.get(&olga.path("settings")).await.json();
    assert_eq!(
        (kept.moderation, kept.half_stars),
        (Moderation::After, false)
    );
}

async fn nothing_in_a_review_becomes_markup(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let evil = "<img src=x> ||<b>secret</b>|| </script><script>alert(1)</script>";
    let new = json!({ "rating": 10, "title": evil, "body": evil, "author": "<i>Lin</i>" });
    let lin = desk.customer("lin").await;
    let path_to = format!("/v1/books/{EMMA}/reviews");
    lin.post(&path_to, &new).await.expect_status(201);
    let page = olga.browser.get(&path(&olga)).await;
    for markup in [
        "<img",
        "<b>secret",
        "<script>alert",
        "<i>Lin",
        "</script><script>",
    ] {
        assert!(!page.html().contains(markup), "{markup}: {}", page.text());
    }
}

async fn the_page_speaks_four_languages(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    for (lang, words) in [
        ("en", "Nothing is waiting for a decision."),
        ("zh-CN", "没有待审核的评论。"),
        ("zh-TW", "沒有待審核的評論。"),
        ("ja", "確認待ちのレビューはありません。"),
    ] {
        let page = olga
            .browser
            .get(&format!("{}?lang={lang}", path(&olga)))
            .await;
        expect(&page, &[words, &format!("queue=all&amp;lang={lang}")]);
    }
}
