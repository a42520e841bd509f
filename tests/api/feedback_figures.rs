//! Figures for the staff: how soon cases are answered and resolved, how satisfied their shoppers are, and what is opened again.

use crate::colleagues::Colleague;
use crate::desk::Desk;
use crate::feedback_own::{OWN, answer, change, full, new_case, says, writes};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::feedback::figures::{CaseFigures, FeedbackFigures, TimeFigures};
use bookplate_wire::staff::Role;
use bookplate_wire::{CaseId, Code};
use reqwest::Method;
use serde_json::json;

stories!(
    cases_are_counted_by_week_kind_and_agent,
    hours_that_are_set_later_change_nothing,
    a_shop_without_cases_is_told_so_and_never_zero,
    the_page_tells_what_counts_and_gives_a_file,
    what_is_no_time_is_refused,
);

const HOUR: u32 = 3_600;

async fn figures(staff: &Colleague<'_>, query: &str) -> FeedbackFigures {
    let path = staff.path(&format!("feedback-figures{query}"));
    staff.browser.get(&path).await.expect_status(200).json()
}

/// Somebody is there at any hour, or never but in the last minute of a Sunday.
async fn is_there(staff: &Colleague<'_>, always: bool) {
    let day = |opens, closes| json!({ "opens": opens, "closes": closes });
    let hours = if always {
        vec![day("00:00", "24:00"); 7]
    } else {
        let mut days = vec![day("", ""); 6];
        days.push(day("23:59", "24:00"));
        days
    };
    let clocks = json!({
        "hours": hours, "holidays": [], "answer_minutes": 0, "resolve_minutes": 0,
    });
    let path = staff.path("case-clocks");
    let set = staff.browser.send_json(Method::PUT, &path, &clocks).await;
    set.expect_status(200);
}

async fn answers(staff: &Colleague<'_>, case: &CaseId, then: &str) {
    let seen = full(staff, case).await.case;
    answer(staff, &seen, "Here it is.", then)
        .await
        .expect_status(200);
}

async fn rates(customer: &Actor<'_>, case: &CaseId, score: u8) {
    let path = format!("{OWN}/{case}/rating");
    let rating = json!({ "score": score });
    customer
        .send_json(Method::PUT, &path, &rating)
        .await
        .expect_status(200);
}

/// All that was so far was an hour earlier.
async fn an_hour_passes(desk: &Desk) {
    for statement in [
        "UPDATE feedback_cases SET opened_at = opened_at - 3600000, answered_at = answered_at - 3600000, \
         closed_at = closed_at - 3600000",
        "UPDATE feedback_entries SET at = at - 3600000",
    ] {
        desk.say(statement).await.unwrap();
    }
}

/// Median and 90th percentile in whole hours, and how many that are.
fn hours(times: TimeFigures) -> (u32, Option<u32>, Option<u32>) {
    let hours = |time: Option<u32>| time.map(|time| time / HOUR);
    (times.count, hours(times.median), hours(times.ninetieth))
}

async fn cases_are_counted_by_week_kind_and_agent(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    is_there(&olga, true).await;
    let arno = olga
        .hire(&desk.world, "arno@example.com", Role::Agent)
        .await;
    let ann = desk.customer("ann").await;
    let ask = async |number, kind| {
        let case = writes(&ann, &new_case(number, kind, "Please.", json!({}))).await;
        case.case.id
    };
    // Answered after one hour; after two more it waits for the shopper for one, and is resolved after another one.
    let slow = ask(1, "question").await;
    an_hour_passes(&desk).await;
    answers(&olga, &slow, "in_progress").await;
    let quick = ask(2, "question").await;
    answers(&arno, &quick, "resolved").await;
    an_hour_passes(&desk).await;
    an_hour_passes(&desk).await;
    answers(&olga, &slow, "waiting").await;
    an_hour_passes(&desk).await;
    says(&ann, &slow, 11, "The red one.")
        .await
        .expect_status(201);
    an_hour_passes(&desk).await;
    answers(&olga, &slow, "resolved").await;
    rates(&ann, &slow, 5).await;
    rates(&ann, &quick, 2).await;
    // Opened again: it is open, and what it took so far is not told as if it were resolved.
    says(&ann, &quick, 12, "Still not.")
        .await
        .expect_status(201);
    // Nobody has looked at the third one, and the fourth one is the same once more.
    ask(3, "complaint").await;
    let twice = ask(4, "complaint").await;
    let (seen, into) = (full(&olga, &twice).await.case, slow.clone());
    let merge = json!({ "version": seen.version, "into": into });
    let path = olga.path(&format!("cases/{twice}/merge"));
    olga.browser.post(&path, &merge).await.expect_status(200);

    let report = figures(&olga, "").await;
    let all = report.all;
    assert_eq!((all.cases, all.unanswered, all.unresolved), (3, 1, 2));
    assert_eq!(hours(all.answer), (2, Some(0), Some(1)));
    assert_eq!(hours(all.resolve), (1, Some(4), Some(4)));
    assert_eq!((all.settled, all.reopened), (2, 1));
    assert_eq!((all.rated, all.average, all.satisfied), (2, Some(350), 1));
    // All lines of a table are all cases, whatever week it is.
    assert_eq!((report.unmeasured, report.weeks.len()), (0, 12));
    let cases = |figures: &mut dyn Iterator<Item = CaseFigures>| -> u32 {
        figures.map(|figures| figures.cases).sum()
    };
    assert_eq!(cases(&mut report.weeks.iter().map(|week| week.figures)), 3);
    let kinds = report.kinds.iter();
    let kinds: Vec<_> = kinds
        .map(|kind| (kind.kind.as_str(), kind.figures.cases))
        .collect();
    assert_eq!(kinds, [("complaint", 1), ("question", 2)]);
    let agents = report.agents.iter();
    let agents: Vec<_> = agents
        .map(|agent| (agent.agent.clone(), agent.figures.cases))
        .collect();
    assert_eq!(agents.len(), 3);
    assert_eq!(agents[2], (None, 1));
    assert!(agents.contains(&(Some(olga.id()), 1)) && agents.contains(&(Some(arno.id()), 1)));

    // Once more resolved, what both times took is one time, and one that was answered counts once.
    an_hour_passes(&desk).await;
    let seen = full(&olga, &quick).await.case;
    change(&olga, &seen, json!({ "state": "resolved" }))
        .await
        .expect_status(200);
    let one = figures(&olga, &format!("?kind=question&owner={}", arno.id())).await;
    assert_eq!(hours(one.all.resolve), (1, Some(1), Some(1)));
    assert_eq!(
        (one.all.cases, one.all.settled, one.all.reopened),
        (1, 1, 1)
    );
    let nobodys = figures(&olga, "?owner=nobody").await;
    assert_eq!(nobodys.all.cases, 1);
    assert_eq!(figures(&arno, "?owner=me").await.all.cases, 1);
    // Other shops' cases are theirs, and long ago was nothing.
    let long_ago = figures(&olga, "?from=2001-01-01&until=2001-01-31").await;
    assert_eq!((long_ago.all.cases, long_ago.weeks.len()), (0, 5));
}

async fn hours_that_are_set_later_change_nothing(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    is_there(&olga, true).await;
    let ann = desk.customer("ann").await;
    let case = writes(&ann, &new_case(1, "question", "When?", json!({}))).await;
    let id = case.case.id;
    an_hour_passes(&desk).await;
    answers(&olga, &id, "resolved").await;
    let before = figures(&olga, "").await.all;
    assert_eq!(hours(before.answer), (1, Some(1), Some(1)));
    is_there(&olga, false).await;
    assert_eq!(figures(&olga, "").await.all, before);
    // What comes by the new hours takes none of them.
    says(&ann, &id, 2, "Still not.").await.expect_status(201);
    an_hour_passes(&desk).await;
    answers(&olga, &id, "resolved").await;
    let after = figures(&olga, "").await.all;
    assert_eq!(
        (after.answer, after.resolve),
        (before.answer, before.resolve)
    );
    // Cases of before this was kept are measured by the hours as they are.
    is_there(&olga, true).await;
    desk.say("UPDATE feedback_cases SET answer_took = NULL, resolve_took = 0, resolved = -1")
        .await
        .unwrap();
    wait_until("it is measured", async || {
        figures(&olga, "").await.unmeasured == 0
    })
    .await;
    let measured = figures(&olga, "").await.all;
    assert_eq!(hours(measured.answer), (1, Some(1), Some(1)));
    assert_eq!(hours(measured.resolve), (1, Some(2), Some(2)));
    assert_eq!(measured.reopened, 1);
}

async fn a_shop_without_cases_is_told_so_and_never_zero(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let report = figures(&olga, "").await;
    assert_eq!(report.all, CaseFigures::default());
    assert_eq!((report.all.answer.median, report.all.average), (None, None));
    assert_eq!((report.kinds.len(), report.agents.len()), (0, 0));
    let page = olga.browser.get(&page_of(&olga, "?lang=en")).await;
    let html = page.html();
    assert!(
        html.contains("No cases were received in this time"),
        "{html}"
    );
    assert!(!html.contains("0 min"));
    // One case alone is nothing of the others.
    let ann = desk.customer("ann").await;
    writes(&ann, &new_case(1, "question", "When?", json!({}))).await;
    let page = olga.browser.get(&page_of(&olga, "?lang=en")).await;
    assert!(page.html().contains(">–<"));
}

fn page_of(staff: &Colleague<'_>, query: &str) -> String {
    format!("/console/shops/{}/figures{query}", staff.shop())
}

async fn the_page_tells_what_counts_and_gives_a_file(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    is_there(&olga, true).await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    let ann = desk.customer("ann").await;
    let case = writes(&ann, &new_case(1, "praise", "Thank you.", json!({}))).await;
    an_hour_passes(&desk).await;
    answers(&olga, &case.case.id, "resolved").await;
    rates(&ann, &case.case.id, 4).await;
    for (lang, words) in [
        ("en", ["1 h 0 min", "nearest rank", "1 of 1 (100.0 %)"]),
        (
            "ja",
            ["1 時間 0 分", "最近順位法", "1 件中 1 件（100.0 %）"],
        ),
        ("zh-CN", ["1 小时 0 分钟", "最近秩法", "1／1（100.0 %）"]),
        ("zh-TW", ["1 小時 0 分鐘", "最近秩法", "1／1（100.0 %）"]),
    ] {
        let path = page_of(&vera, &format!("?lang={lang}"));
        let page = vera.browser.get(&path).await;
        for words in words {
            assert!(
                page.html().contains(words),
                "{lang} {words}: {}",
                page.text()
            );
        }
        assert!(page.text().contains("<svg role=\"img\""));
    }
    let file = vera.path("feedback-figures/export");
    let file = vera.browser.get(&file).await;
    let text = file.expect_status(200).text().to_owned();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains("answer_median_seconds"), "{text}");
    assert!(lines[1].starts_with("all,,1,1,0,36"), "{text}");
    // All, twelve weeks, a kind and an agent.
    assert_eq!(lines.len(), 1 + 1 + 12 + 1 + 1, "{text}");
    assert!(text.contains("agent,olga@example.com,1,"), "{text}");
    let page = format!("/console/shops/{}/figures.csv", vera.shop());
    let same = vera.browser.get(&page).await;
    assert_eq!(same.expect_status(200).text(), text);
}

async fn what_is_no_time_is_refused(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    for (query, field) in [
        ("?from=yesterday", "from"),
        ("?until=2027-02-30", "until"),
        ("?from=2027-02-02&until=2027-02-01", "from"),
        ("?from=2020-01-01&until=2027-02-01", "from"),
        ("?kind=gossip", "kind"),
        ("?owner=x", "owner"),
        ("?colour=red", "colour"),
    ] {
        for rest in ["", "/export"] {
            let path = olga.path(&format!("feedback-figures{rest}{query}"));
            let refused = olga.browser.get(&path).await.problem();
            let found = (refused.code, refused.field.as_deref());
            assert_eq!(found, (Code::BadRequest, Some(field)), "{query}");
        }
    }
    // The page says what is wrong, and shows what it usually does.
    let query = "?lang=en&from=2027-02-02&until=2027-02-01";
    let page = olga.browser.get(&page_of(&olga, query)).await;
    assert_eq!(page.status(), 422);
    let words = ["not after the last one", "value=\"2027-02-02\""];
    for words in words {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
}
