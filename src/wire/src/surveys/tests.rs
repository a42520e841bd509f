use super::answers::{NewSurveyAnswer, QuestionAnswer, ShownSurvey, Standing};
use super::results::QuestionResult;
use super::*;

/// What is done to a survey that is well otherwise.
type Change = fn(&mut SurveyContent);

fn question(number: u32, kind: QuestionKind) -> Question {
    let text = QuestionText {
        language: Lang::En,
        text: format!("Question {number}?"),
        options: if kind.has_options() {
            ["Red", "Green", "Blue"].map(str::to_owned).to_vec()
        } else {
            Vec::new()
        },
        ..QuestionText::default()
    };
    Question {
        number,
        kind,
        required: false,
        steps: if kind == QuestionKind::Scale { 5 } else { 0 },
        texts: vec![text],
    }
}

fn content() -> SurveyContent {
    SurveyContent {
        texts: vec![SurveyText {
            language: Lang::En,
            title: "Your shop".into(),
            introduction: String::new(),
        }],
        questions: (1..)
            .zip(QuestionKind::ALL)
            .map(|(number, kind)| question(number, kind))
            .collect(),
        ..SurveyContent::default()
    }
}

fn fields(result: Result<SurveyContent, Problem>) -> Vec<String> {
    result.unwrap_err().fields().map(str::to_owned).collect()
}

#[test]
fn what_breaks_a_rule_is_named() {
    assert_eq!(content().checked().unwrap(), content());
    let cases: [(Change, &[&str]); 12] = [
        (
            |c| c.texts.clear(),
            &[
                "texts",
                "questions[0].texts",
                "questions[1].texts",
                "questions[2].texts",
                "questions[3].texts",
            ],
        ),
        (|c| c.texts[0].title = " ".into(), &["texts.en.title"]),
        (|c| c.questions.clear(), &["questions"]),
        (|c| c.questions[1].number = 1, &["questions[1].number"]),
        (|c| c.questions[0].steps = 3, &["questions[0].steps"]),
        (|c| c.questions[2].steps = 11, &["questions[2].steps"]),
        (
            |c| c.questions[0].texts[0].options.truncate(1),
            &["questions[0].texts.en.options"],
        ),
        (
            |c| c.questions[1].texts[0].options[0] = "Blue".into(),
            &["questions[1].texts.en.options"],
        ),
        (
            |c| c.questions[3].texts[0].options.push("No".into()),
            &["questions[3].texts.en.options"],
        ),
        (
            |c| c.questions[0].texts[0].low = "bad".into(),
            &["questions[0].texts.en.low"],
        ),
        (|c| c.from = "2030-02-30".into(), &["from"]),
        (
            |c| {
                c.from = "2030-02-02".into();
                c.until = "2030-02-01".into();
            },
            &["until"],
        ),
    ];
    for (break_it, expected) in cases {
        let mut broken = content();
        break_it(&mut broken);
        assert_eq!(fields(broken.checked()), expected);
    }
}

#[test]
fn a_language_is_offered_once_nothing_is_missing_in_it() {
    let mut two = content();
    two.texts.push(SurveyText {
        language: Lang::Ja,
        title: "お店".into(),
        introduction: String::new(),
    });
    assert_eq!(
        (two.missing_in(Lang::Ja), two.missing_in(Lang::ZhCn)),
        (4, 5)
    );
    assert_eq!(two.languages(), [Lang::En]);
    for question in &mut two.questions {
        let mut text = question.texts[0].clone();
        text.language = Lang::Ja;
        question.texts.push(text);
    }
    let two = two.checked().unwrap();
    assert_eq!(two.languages().len(), 2);
    let mut uneven = two.clone();
    uneven.questions[0].texts[1].options.pop();
    assert!(fields(uneven.checked())[0].ends_with(".options"));
    let mut none = two;
    none.questions[0].texts.remove(0);
    none.questions[1].texts.remove(1);
    assert_eq!(fields(none.checked()), ["texts"]);
}

#[test]
fn answers_stay_answers_to_what_was_asked() {
    let before = content();
    let cases: [(Change, bool); 8] = [
        (|c| c.questions[0].texts[0].text = "Mended?".into(), true),
        (|c| c.questions.swap(0, 3), true),
        (|c| c.questions[0].required = true, true),
        (|c| c.until = "2030-01-01".into(), true),
        (|c| c.questions[0].kind = QuestionKind::Many, false),
        (
            |c| {
                c.questions[0].texts[0].options.pop();
            },
            false,
        ),
        (|c| c.questions[2].steps = 7, false),
        (
            |c| {
                c.questions.pop();
            },
            false,
        ),
    ];
    for (change, same) in cases {
        let mut after = content();
        change(&mut after);
        assert_eq!(after.asks_the_same_as(&before), same);
    }
}

#[test]
fn days_are_the_first_and_the_last() {
    let mut dated = content();
    assert!(dated.is_on("2030-01-01"));
    (dated.from, dated.until) = ("2030-01-02".into(), "2030-01-03".into());
    let days = ["2030-01-01", "2030-01-02", "2030-01-03", "2030-01-04"];
    assert_eq!(days.map(|day| dated.is_on(day)), [false, true, true, false]);
}

#[test]
fn shoppers_read_questions_only_while_they_can_answer() {
    let shown =
        |standing| ShownSurvey::of("abc", &content(), standing, (Lang::Ja, Lang::En)).unwrap();
    assert_eq!(
        (
            shown(Standing::Open).questions.len(),
            shown(Standing::Open).language
        ),
        (4, Lang::En)
    );
    assert_eq!(
        (
            shown(Standing::Soon).questions.len(),
            shown(Standing::Over).questions.len()
        ),
        (0, 0)
    );
}

fn chosen(question: u32, chosen: &[u32]) -> QuestionAnswer {
    QuestionAnswer {
        question,
        chosen: chosen.to_vec(),
        text: String::new(),
    }
}

fn said(question: u32, text: &str) -> QuestionAnswer {
    QuestionAnswer {
        question,
        chosen: Vec::new(),
        text: text.to_owned(),
    }
}

#[test]
fn an_answer_fits_its_question() {
    let mut content = content();
    content.questions[0].required = true;
    let answer = |answers: Vec<QuestionAnswer>| NewSurveyAnswer {
        draft: "0".repeat(32),
        language: "en".into(),
        answers,
    };
    let full = vec![
        said(4, " Yes. "),
        chosen(3, &[5]),
        chosen(2, &[3, 1]),
        chosen(1, &[2]),
    ];
    let kept = answer(full).checked(&content).unwrap().answers;
    assert_eq!(
        kept,
        [
            chosen(1, &[2]),
            chosen(2, &[1, 3]),
            chosen(3, &[5]),
            said(4, "Yes.")
        ]
    );
    let one = chosen(1, &[1]);
    let long = "x".repeat(super::answers::TEXT_MAX + 1);
    for (answers, expected) in [
        (vec![], vec!["answers.1"]),
        (vec![chosen(1, &[])], vec!["answers.1"]),
        (vec![chosen(1, &[1, 2])], vec!["answers.1"]),
        (vec![chosen(1, &[4])], vec!["answers.1"]),
        (vec![chosen(1, &[0])], vec!["answers.1"]),
        (vec![said(1, "Red")], vec!["answers.1"]),
        (vec![one.clone(), chosen(2, &[1, 1])], vec!["answers.2"]),
        (vec![one.clone(), chosen(3, &[6])], vec!["answers.3"]),
        (vec![one.clone(), chosen(4, &[1])], vec!["answers.4"]),
        (vec![one.clone(), said(4, &long)], vec!["answers.4"]),
        (vec![one.clone(), one.clone()], vec!["answers"]),
        (vec![one.clone(), chosen(9, &[1])], vec!["answers"]),
    ] {
        let problem = answer(answers).checked(&content).unwrap_err();
        assert_eq!(problem.fields().collect::<Vec<_>>(), expected);
    }
    content.questions[0].required = false;
    let nothing = answer(vec![said(4, "  ")]).checked(&content).unwrap_err();
    assert_eq!(nothing.fields().collect::<Vec<_>>(), ["answers"]);
}

#[test]
fn a_scale_has_a_mean() {
    let result = |counts: &[u32]| QuestionResult {
        number: 1,
        kind: QuestionKind::Scale,
        answered: counts.iter().sum(),
        counts: counts.to_vec(),
    };
    for (counts, mean) in [
        (&[0, 0][..], None),
        (&[1, 0, 2], Some(233)),
        (&[0, 0, 0, 4], Some(400)),
    ] {
        assert_eq!(result(counts).mean(), mean);
    }
    assert_eq!(result(&[1, 0, 2]).share(2), 666);
}
