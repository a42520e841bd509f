//! Points for answering surveys: the same whatever is answered, once for each survey.

use crate::bookshop::Shop;
use crate::points::{Club, entries, examine, mature, sums};
use crate::surveys::{answer, answers, opened};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::points::EntryKind;
use bookplate_wire::surveys::results::SurveyAnswerPage;
use reqwest::Method;
use serde_json::json;

stories!(
    an_answer_earns_the_same_whatever_it_says_and_once,
    points_for_answers_wait_and_are_capped,
);

async fn an_answer_earns_the_same_whatever_it_says_and_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({ "survey": { "points": 20 } })).await;
    let survey = opened(&club.olga, json!({})).await;
    let (lin, mei) = (
        shop.customer("c-1", json!({})).await,
        shop.customer("c-2", json!({})).await,
    );
    let worst = json!([{ "question": 1, "chosen": [1] }, { "question": 3, "chosen": [1] }]);
    let best = json!([{ "question": 1, "chosen": [2] }, { "question": 3, "chosen": [5] },
                      { "question": 4, "text": "Nothing at all." }]);
    answers(&lin, &survey, &answer(1, worst.clone()))
        .await
        .expect_status(201);
    answers(&mei, &survey, &answer(2, best))
        .await
        .expect_status(201);
    assert_eq!((sums(&lin).await, sums(&mei).await), ((20, 0), (20, 0)));
    let earned = entries(&lin).await;
    let rule = earned[0].rule.clone().unwrap();
    assert_eq!(
        (&*rule.id, earned[0].kind, earned.len()),
        ("survey_reward", EntryKind::Earned, 1)
    );
    // Nothing of an answer tells by its moment whose it is.
    let path = club.olga.path(&format!("surveys/{}/answers", survey.id));
    let given: SurveyAnswerPage = club.olga.browser.get(&path).await.json();
    assert_eq!(given.answers.len(), 2);
    for given in given.answers {
        assert_ne!(given.id.as_str()[4..16], earned[0].id.as_str()[4..16]);
        assert_eq!(given.at % 60_000, 0, "{given:?}");
    }
    // Neither the same answer once more nor another one earns anything.
    answers(&lin, &survey, &answer(1, worst.clone()))
        .await
        .expect_status(201);
    let second = answers(&lin, &survey, &answer(3, worst.clone())).await;
    assert_eq!(second.problem().code, Code::SurveyAnswered);
    assert_eq!(sums(&lin).await, (20, 0));
    // Another survey does.
    let other = opened(&club.olga, json!({})).await;
    answers(&lin, &other, &answer(4, worst))
        .await
        .expect_status(201);
    assert_eq!(sums(&lin).await, (40, 0));
    examine(&shop).await;
}

async fn points_for_answers_wait_and_are_capped(setup: Setup) {
    let shop = Shop::open(setup).await;
    let rule =
        json!({ "points": 20, "pending_days": 7, "cap": { "period": "year", "points": 30 } });
    let club = Club::open(&shop, json!({ "survey": rule })).await;
    let lin = shop.customer("c-1", json!({})).await;
    for (draft, sum) in [(1, 20), (2, 30), (3, 30)] {
        let survey = opened(&club.olga, json!({})).await;
        let said = json!([{ "question": 1, "chosen": [1] }]);
        answers(&lin, &survey, &answer(draft, said))
            .await
            .expect_status(201);
        assert_eq!(sums(&lin).await, (0, sum));
    }
    mature(&shop, &lin).await;
    assert_eq!(sums(&lin).await, (30, 0));
    let path = club.max.path("points/rules/draft");
    let wrong = crate::points::rules(json!({ "survey": { "points": 0 } }));
    let wrong = json!({ "rules": wrong });
    let refused = club.max.browser.send_json(Method::PUT, &path, &wrong);
    let problem = refused.await.problem();
    assert_eq!(problem.field.as_deref(), Some("rules.survey.points"));
    examine(&shop).await;
}
