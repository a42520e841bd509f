//! What the staff decides about reviews, and what readers and authors see of it.

use crate::colleagues::{console, owner};
use crate::desk::{
    Desk, decide, decision, one, own, queue, report, rewrite, show_at_once, told, write,
};
use crate::shelf::{EMMA, PRIDE, PRIDE_ZH, REVIEWS};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::notifications::NotificationKind;
use bookplate_wire::reviews::moderation::ModerationPage;
use bookplate_wire::reviews::writing::{Reason, ReviewState};
use bookplate_wire::staff::Role;
use bookplate_wire::{Code, ReviewId};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    who_waits_longest_comes_first_page_by_page,
    each_role_looks_or_decides,
    another_shop_sees_and_decides_nothing,
    what_is_approved_is_seen_and_counted,
    what_is_refused_is_gone_and_its_author_knows_why,
    what_was_refused_waits_however_often_it_is_sent_again,
    while_changes_are_asked_for_readers_see_what_they_saw,
    an_earlier_version_can_be_taken_away_too,
    nobody_decides_about_what_they_have_not_seen,
    of_two_colleagues_the_second_looks_again,
    several_are_decided_about_together_or_not_at_all,
    a_decision_that_is_sent_twice_is_made_once,
    the_log_of_decisions_cannot_be_changed,
    refusals_are_told_by_stars,
    a_hundred_decisions_with_their_notes_fit_into_a_request,
);

async fn who_waits_longest_comes_first_page_by_page(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let mut written = Vec::new();
    for name in ["ann", "ben", "cem", "dan", "eve"] {
        let customer = desk.customer(name).await;
        written.push(write(&customer, PRIDE, 4, name).await);
    }
    let ids = |page: &ModerationPage| -> Vec<ReviewId> {
        page.reviews
            .iter()
            .map(|review| review.id.clone())
            .collect()
    };
    let expected: Vec<ReviewId> = written.iter().map(|review| review.id.clone()).collect();
    let whole = queue(&olga, "waiting").await;
    assert_eq!(
        (ids(&whole), whole.waiting, whole.reported),
        (expected.clone(), 5, 0)
    );
    let first = &whole.reviews[0];
    assert_eq!(
        (first.version, first.waiting, first.shown, first.state),
        (1, true, false, ReviewState::Pending)
    );
    assert_eq!(
        (first.book.as_str(), first.body.as_str()),
        ("Pride and Prejudice", "ann")
    );
    assert_eq!((first.written.len(), first.author.as_str()), (16, "Reader"));
    for (list, backwards) in [("waiting", false), ("all", true)] {
        let (mut pieces, mut query) = (Vec::new(), format!("reviews?limit=2&queue={list}"));
        loop {
            let page: ModerationPage = olga.browser.get(&olga.path(&query)).await.json();
            pieces.extend(ids(&page));
            let Some(next) = page.next else { break };
            query = format!("reviews?limit=2&queue={list}&after={next}");
        }
        if backwards {
            pieces.reverse();
        }
        assert_eq!(pieces, expected, "{list}");
    }
    // Whoever writes anew waits anew.
    let ann = desk.customer("ann").await;
    rewrite(&ann, &written[0], 5, "ann again").await;
    let later = queue(&olga, "waiting").await;
    assert_eq!((later.waiting, &later.reviews[4].id), (5, &expected[0]));
    assert_eq!(later.reviews[4].earlier[0].body, "ann");
    for wrong in ["queue=best", "after=x", "limit=0", "colour=red"] {
        let path = olga.path(&format!("reviews?{wrong}"));
        assert_eq!(olga.browser.get(&path).await.status(), 400, "{wrong}");
    }
}

async fn each_role_looks_or_decides(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    let arno = olga
        .hire(&desk.world, "arno@example.com", Role::Agent)
        .await;
    let review = write(&desk.customer("lin").await, PRIDE, 4, "Fine.").await;
    let answer = olga.path(&format!("reviews/{}/answer", review.id));
    let text = json!({ "text": "Thank you." });
    assert_eq!(one(&vera, &review.id).await.body, "Fine.");
    assert_eq!(queue(&vera, "waiting").await.waiting, 1);
    let approve = [decision(&review.id, 1, "approve")];
    let refused = decide(&vera, &approve).await.problem();
    assert_eq!(refused.code, Code::RoleInsufficient);
    let refused = vera.browser.send_json(Method::PUT, &answer, &text).await;
    assert_eq!(refused.problem().code, Code::RoleInsufficient);
    let done = arno.browser.send_json(Method::PUT, &answer, &text).await;
    done.expect_status(204);
    decide(&arno, &approve).await.expect_status(204);
    assert_eq!(queue(&vera, "waiting").await.waiting, 0);
    let stranger = console(&desk.world);
    let refused = stranger.get(&olga.path("reviews")).await.problem();
    assert_eq!(refused.code, Code::StaffSessionRequired);
}

async fn another_shop_sees_and_decides_nothing(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let other = ["https://other.example"];
    desk.world.setup().shop("pk_other", &other).await;
    let otto = owner(&desk.world, "pk_other", "otto@example.com").await;
    let review = write(&desk.customer("lin").await, PRIDE, 1, "Hm.").await;
    for list in ["waiting", "reported", "all"] {
        assert_eq!(queue(&otto, list).await.reviews, [], "{list}");
    }
    assert_eq!(queue(&otto, "waiting").await.waiting, 0);
    let path = otto.path(&format!("reviews/{}", review.id));
    let none = otto.browser.get(&path).await.problem();
    assert_eq!(none.code, Code::ReviewNotFound);
    let refused = decide(&otto, &[decision(&review.id, 1, "refuse")]).await;
    assert_eq!(refused.problem().code, Code::ReviewNotFound);
    let text = json!({ "text": "Ours!" });
    let path = format!("{path}/answer");
    let refused = otto.browser.send_json(Method::PUT, &path, &text).await;
    assert_eq!(refused.problem().code, Code::ReviewNotFound);
    assert!(one(&olga, &review.id).await.waiting);
}

async fn what_is_approved_is_seen_and_counted(setup: Setup) {
    let desk = Desk::with_reviews(setup, REVIEWS).await;
    let olga = desk.olga().await;
    let lin = desk.customer("lin").await;
    let before = desk.rating(PRIDE).await;
    let review = write(&lin, PRIDE, 1, "One star, and I mean it.").await;
    assert_eq!(review.state, ReviewState::Pending);
    assert_eq!(
        (desk.rating(PRIDE).await, desk.seen(PRIDE).await.len()),
        (before, 5)
    );
    desk.recount().await;

    decide(&olga, &[decision(&review.id, 1, "approve")])
        .await
        .expect_status(204);
    // Whichever edition one looks at.
    assert_eq!(desk.rating(PRIDE_ZH).await.0, before.0 + 1);
    assert_eq!(desk.seen(PRIDE).await[0].body, "One star, and I mean it.");
    desk.recount().await;
    assert_eq!(own(&lin).await.state, ReviewState::Published);
    let news = told(&lin).await;
    assert_eq!(
        (news.len(), news[0].kind),
        (1, NotificationKind::ReviewPublished)
    );
    assert_eq!(news[0].book, "Pride and Prejudice");
    let mail = desk.mail.mail("lin@mail.example", 1).await;
    assert!(
        mail.subject.contains("Pride and Prejudice"),
        "{}",
        mail.subject
    );
    // Nobody has changed their mind, so nobody is told again.
    let page = queue(&olga, "all").await;
    assert_eq!(
        (page.waiting, page.reviews[0].state),
        (0, ReviewState::Published)
    );
    // A change of it waits again, and readers see what they saw.
    rewrite(&lin, &review, 5, "Five, on second thoughts.").await;
    assert_eq!(desk.seen(PRIDE).await[0].rating, 10);
    decide(&olga, &[decision(&review.id, 2, "approve")])
        .await
        .expect_status(204);
    let shown = &desk.seen(PRIDE).await[0];
    assert_eq!((shown.rating, shown.edited_at.is_some()), (50, true));
    assert_eq!(desk.rating(PRIDE).await.0, before.0 + 1);
    desk.recount().await;
}

async fn what_is_refused_is_gone_and_its_author_knows_why(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let lin = desk.customer("lin").await;
    let review = write(&lin, EMMA, 5, "Buy at my shop!").await;
    assert_eq!(
        (review.state, desk.rating(EMMA).await),
        (ReviewState::Published, (1, 50))
    );
    let seen = one(&olga, &review.id).await;
    assert!(seen.waiting && seen.shown);
    let mut refuse = decision(&review.id, 1, "refuse");
    refuse["reason"] = json!("advertising");
    refuse["note"] = json!("No other shops, please.");
    decide(&olga, &[refuse]).await.expect_status(204);
    assert_eq!(
        (desk.rating(EMMA).await, desk.seen(EMMA).await.len()),
        ((0, 0), 0)
    );
    desk.recount().await;
    let own = own(&lin).await;
    assert_eq!(
        (own.state, own.reason),
        (ReviewState::Refused, Some(Reason::Advertising))
    );
    assert_eq!(
        (own.note.as_str(), own.earlier_shown),
        ("No other shops, please.", false)
    );
    let news = told(&lin).await;
    assert_eq!(
        (news.len(), news[0].kind),
        (1, NotificationKind::ReviewRefused)
    );
    assert_eq!(news[0].reason, Some(Reason::Advertising));
    assert_eq!(news[0].text, "No other shops, please.");
    let mail = desk.mail.mail("lin@mail.example", 1).await;
    assert!(
        mail.text.contains("No other shops, please."),
        "{}",
        mail.text
    );
    // Whoever refuses says why.
    let mut mute = decision(&review.id, 1, "refuse");
    mute["reason"] = Value::Null;
    let problem = decide(&olga, &[mute.clone()]).await.problem();
    assert_eq!(problem.field.as_deref(), Some("decisions[0].reason"));
    mute["reason"] = json!("other");
    let problem = decide(&olga, &[mute]).await.problem();
    assert_eq!(problem.field.as_deref(), Some("decisions[0].note"));
    // It was a mistake.
    decide(&olga, &[decision(&review.id, 1, "approve")])
        .await
        .expect_status(204);
    assert_eq!(desk.rating(EMMA).await, (1, 50));
    desk.recount().await;
}

async fn what_was_refused_waits_however_often_it_is_sent_again(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    for (name, how) in [("lin", "refuse"), ("mei", "changes")] {
        let customer = desk.customer(name).await;
        let review = write(&customer, EMMA, 2, "You fools!").await;
        decide(&olga, &[decision(&review.id, 1, how)])
            .await
            .expect_status(204);
        for (version, body) in [(2, "Fools!"), (3, "Fools, I say!")] {
            let again = rewrite(&customer, &review, 2, body).await;
            assert_eq!(again.state, ReviewState::Pending, "{how}: {body}");
            assert_eq!(one(&olga, &review.id).await.version, version);
            assert!(desk.seen(EMMA).await.is_empty(), "{how}: {body}");
        }
        decide(&olga, &[decision(&review.id, 3, "approve")])
            .await
            .expect_status(204);
        assert_eq!(desk.seen(EMMA).await.len(), 1);
        // Now the author is trusted again.
        let at_once = rewrite(&customer, &review, 3, "Well.").await;
        assert_eq!(at_once.state, ReviewState::Published);
        customer
            .send(
                Method::DELETE,
                &format!("/v1/customer/reviews/{}", review.id),
            )
            .await;
    }
    desk.recount().await;
}

async fn while_changes_are_asked_for_readers_see_what_they_saw(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let lin = desk.customer("lin").await;
    let review = write(&lin, EMMA, 4, "Good.").await;
    decide(&olga, &[decision(&review.id, 1, "approve")])
        .await
        .expect_status(204);
    rewrite(&lin, &review, 3, "Good, and the butler did it.").await;
    let mut changes = decision(&review.id, 2, "changes");
    changes["reason"] = json!("spoiler");
    decide(&olga, &[changes]).await.expect_status(204);
    let seen = desk.seen(EMMA).await;
    assert_eq!(
        (seen.len(), seen[0].body.as_str(), seen[0].rating),
        (1, "Good.", 40)
    );
    let own = own(&lin).await;
    assert_eq!((own.state, own.earlier_shown), (ReviewState::Changes, true));
    let looked = one(&olga, &review.id).await;
    assert_eq!((looked.shown, looked.state), (true, ReviewState::Changes));
    assert!(looked.earlier[0].shown && looked.earlier[0].written.len() == 16);
    assert_eq!(told(&lin).await[0].kind, NotificationKind::ReviewChanges);
    rewrite(&lin, &review, 3, "Good. ||The butler did it.||").await;
    decide(&olga, &[decision(&review.id, 3, "approve")])
        .await
        .expect_status(204);
    assert_eq!(desk.seen(EMMA).await[0].rating, 30);
    desk.recount().await;
}

async fn an_earlier_version_can_be_taken_away_too(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (lin, mei) = (desk.customer("lin").await, desk.customer("mei").await);
    let review = write(&lin, EMMA, 4, "Ann lives in Elm Street 4.").await;
    decide(&olga, &[decision(&review.id, 1, "approve")])
        .await
        .expect_status(204);
    // What was reported does not stay because its author writes something else.
    report(&mei, &review.id, "personal_data", "").await;
    rewrite(&lin, &review, 4, "Ann lives in Elm Street.").await;
    let mut refuse = decision(&review.id, 2, "refuse");
    refuse["hide_earlier"] = json!(true);
    decide(&olga, &[refuse]).await.expect_status(204);
    assert!(desk.seen(EMMA).await.is_empty());
    assert_eq!(desk.rating(EMMA).await, (0, 0));
    let looked = one(&olga, &review.id).await;
    assert!(!looked.shown && !looked.earlier[0].shown && looked.reports.is_empty());
    desk.recount().await;
}

async fn nobody_decides_about_what_they_have_not_seen(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let lin = desk.customer("lin").await;
    let review = write(&lin, EMMA, 4, "Harmless.").await;
    rewrite(&lin, &review, 4, "Not so harmless.").await;
    for how in ["approve", "refuse", "changes"] {
        let problem = decide(&olga, &[decision(&review.id, 1, how)])
            .await
            .problem();
        assert_eq!(problem.code, Code::ReviewChanged, "{how}");
        assert_eq!(problem.field.as_deref(), Some("decisions[0].review"));
    }
    let now = one(&olga, &review.id).await;
    assert!(now.waiting && !now.shown && now.version == 2);
    assert_eq!(
        (told(&lin).await.len(), desk.seen(EMMA).await.len()),
        (0, 0)
    );
    let decided = queue(&olga, "all").await.decided;
    assert!(decided.iter().all(|of| of.count == 0), "{decided:?}");
    lin.send(
        Method::DELETE,
        &format!("/v1/customer/reviews/{}", review.id),
    )
    .await;
    let gone = decide(&olga, &[decision(&review.id, 2, "approve")]).await;
    assert_eq!(gone.problem().code, Code::ReviewNotFound);
}

async fn of_two_colleagues_the_second_looks_again(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let review = write(&desk.customer("lin").await, EMMA, 4, "Fools!").await;
    let with_waiting = |how: &str, waiting: bool| {
        let mut new = decision(&review.id, 1, how);
        new["waiting"] = json!(waiting);
        new
    };
    decide(&olga, &[with_waiting("refuse", true)])
        .await
        .expect_status(204);
    let late = decide(&olga, &[with_waiting("approve", true)]).await;
    assert_eq!(late.problem().code, Code::ReviewChanged);
    assert!(desk.seen(EMMA).await.is_empty());
    // Who has seen that decides otherwise.
    decide(&olga, &[with_waiting("approve", false)])
        .await
        .expect_status(204);
    assert_eq!(desk.seen(EMMA).await.len(), 1);
}

async fn several_are_decided_about_together_or_not_at_all(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (lin, mei) = (desk.customer("lin").await, desk.customer("mei").await);
    let one_of_lin = write(&lin, EMMA, 4, "Good.").await;
    let other_of_lin = write(&lin, PRIDE, 5, "Better.").await;
    let of_mei = write(&mei, EMMA, 1, "Bad.").await;
    rewrite(&mei, &of_mei, 2, "Not that bad.").await;
    let mut all = [
        decision(&one_of_lin.id, 1, "approve"),
        decision(&other_of_lin.id, 1, "refuse"),
        decision(&of_mei.id, 1, "approve"),
    ];
    let problem = decide(&olga, &all).await.problem();
    assert_eq!(problem.code, Code::ReviewChanged);
    assert_eq!(problem.field.as_deref(), Some("decisions[2].review"));
    assert_eq!(queue(&olga, "waiting").await.waiting, 3);
    assert_eq!((desk.rating(EMMA).await.0, told(&lin).await.len()), (0, 0));
    let twice = decide(&olga, &[all[0].clone(), all[0].clone()])
        .await
        .problem();
    assert_eq!(twice.field.as_deref(), Some("decisions[1].review"));
    assert_eq!(
        decide(&olga, &[]).await.problem().field.as_deref(),
        Some("decisions")
    );

    all[2]["version"] = json!(2);
    decide(&olga, &all).await.expect_status(204);
    assert_eq!(queue(&olga, "waiting").await.waiting, 0);
    assert_eq!(
        (desk.rating(EMMA).await, desk.rating(PRIDE).await.0),
        ((2, 30), 0)
    );
    assert_eq!((told(&lin).await.len(), told(&mei).await.len()), (2, 1));
    desk.recount().await;
}

async fn a_decision_that_is_sent_twice_is_made_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (lin, mei) = (desk.customer("lin").await, desk.customer("mei").await);
    let (good, bad) = (
        write(&lin, EMMA, 4, "Good.").await,
        write(&mei, EMMA, 4, "Fools!").await,
    );
    for _ in 0..2 {
        let both = [
            decision(&good.id, 1, "approve"),
            decision(&bad.id, 1, "refuse"),
        ];
        decide(&olga, &both).await.expect_status(204);
    }
    assert_eq!((told(&lin).await.len(), told(&mei).await.len()), (1, 1));
    let decided = &queue(&olga, "all").await.decided[3];
    assert_eq!((decided.count, decided.refused), (2, 1));
    assert_eq!(desk.rating(EMMA).await.0, 1);
    desk.recount().await;
}

async fn the_log_of_decisions_cannot_be_changed(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let lin = desk.customer("lin").await;
    let review = write(&lin, EMMA, 2, "Fools!").await;
    decide(&olga, &[decision(&review.id, 1, "refuse")])
        .await
        .expect_status(204);
    for statement in [
        "UPDATE review_decisions SET decision = 'approve'",
        "DELETE FROM review_decisions",
    ] {
        let refused = desk.say(statement).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
    // Not even the author's going away changes it.
    lin.send(
        Method::DELETE,
        &format!("/v1/customer/reviews/{}", review.id),
    )
    .await;
    assert_eq!(queue(&olga, "all").await.decided[1].refused, 1);
}

async fn refusals_are_told_by_stars(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    for (name, stars, how) in [
        ("ann", 1, "refuse"),
        ("ben", 1, "approve"),
        ("cem", 1, "changes"),
        ("dan", 5, "refuse"),
        ("eve", 4, "approve"),
    ] {
        let review = write(&desk.customer(name).await, EMMA, stars, name).await;
        decide(&olga, &[decision(&review.id, 1, how)])
            .await
            .expect_status(204);
    }
    // One of long ago does not count.
    let old = "INSERT INTO review_decisions (id, shop_id, review_id, version, stars, decision, reason, staff_id, \
        decided_at) SELECT '018c251ec00000000000000000000000', shop_id, review_id, 1, 5, 'refuse', 'abuse', staff_id, \
        1701388800000 FROM review_decisions LIMIT 1";
    assert_eq!(desk.say(old).await.unwrap(), 1);
    let decided = queue(&olga, "waiting").await.decided;
    let figures = decided.map(|of| (of.count, of.refused));
    assert_eq!(figures, [(3, 1), (0, 0), (0, 0), (1, 0), (1, 1)]);
    // Who asks for changes instead of refusing is seen as well, and so is who lets things wait.
    write(&desk.customer("fay").await, EMMA, 1, "Dull.").await;
    let decided = queue(&olga, "waiting").await.decided;
    let not_shown = decided.each_ref().map(|of| of.not_shown());
    assert_eq!(not_shown, [2, 0, 0, 0, 1]);
    let waiting = decided.each_ref().map(|of| of.waiting);
    assert_eq!(waiting, [1, 0, 0, 0, 0]);
    let since = decided.each_ref().map(|of| of.waiting_since.is_some());
    assert_eq!(since, [true, false, false, false, false]);
    assert!(!decided[0].waiting_from.is_empty() && decided[4].waiting_from.is_empty());
    let path = format!("/console/shops/{}/reviews?lang=en", olga.shop());
    let page = olga.browser.get(&path).await;
    let page = page.text();
    for words in ["2 of 3", "1 of 1", "Waiting for a decision now"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

async fn a_hundred_decisions_with_their_notes_fit_into_a_request(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let review = write(&desk.customer("lin").await, EMMA, 2, "Fools!").await;
    let mut decisions = vec![decision(&review.id, 1, "refuse")];
    for digit in 1..100 {
        let nobody: ReviewId = format!("rev_{digit:032x}").parse().unwrap();
        decisions.push(decision(&nobody, 1, "refuse"));
    }
    for decision in &mut decisions {
        decision["note"] = json!("请不要辱骂他人。".repeat(30));
    }
    let problem = decide(&olga, &decisions).await.problem();
    assert_eq!(problem.code, Code::ReviewNotFound);
    assert_eq!(problem.field.as_deref(), Some("decisions[1].review"));
    assert!(one(&olga, &review.id).await.waiting);
}
