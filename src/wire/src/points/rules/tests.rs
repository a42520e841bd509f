use super::*;

fn rules(json: serde_json::Value) -> PointRules {
    let mut whole = serde_json::json!({
        "rates": [{ "currency": "CNY", "per": 100, "points": 1 }],
        "return_days": 14, "refund_spent": "negative", "adjust_limit": 500,
    });
    for (name, value) in json.as_object().unwrap() {
        whole[name] = value.clone();
    }
    serde_json::from_value(whole).unwrap()
}

#[test]
fn what_breaks_a_rule_is_named_all_at_once() {
    let wrong = rules(serde_json::json!({
        "rates": [
            { "currency": "CNY", "per": 0, "points": 1 },
            { "currency": "CNY", "per": 100, "points": 0 },
        ],
        "bonuses": [
            { "id": "base", "name": " ", "percent": 0, "from": "2026-12-24", "until": "2026-12-01" },
        ],
        "caps": [{ "period": "day", "points": 5 }, { "period": "day", "points": 6 }],
        "expiry_months": 0,
    }));
    let problem = wrong.checked().unwrap_err();
    let fields: Vec<_> = problem.fields().collect();
    assert_eq!(
        fields,
        [
            "rates[0].per",
            "rates[1].currency",
            "rates[1].points",
            "bonuses[0].id",
            "bonuses[0].name",
            "bonuses[0].percent",
            "bonuses[0].until",
            "caps[1].period",
            "expiry_months",
        ]
    );
}

#[test]
fn an_unknown_field_is_refused() {
    let text = r#"{"rates":[],"return_days":0,"refund_spent":"stop","adjust_limit":0,"rate":1}"#;
    assert!(serde_json::from_str::<PointRules>(text).is_err());
}

#[test]
fn worth_is_rounded_down_and_never_below_zero() {
    let worth = serde_json::json!([{ "points": 3, "money": { "amount": 10, "currency": "CNY" } }]);
    let rules = rules(serde_json::json!({ "worth": worth }))
        .checked()
        .unwrap();
    let amounts = [5, 3, 0, -3].map(|points| rules.worth_of(points)[0].amount);
    assert_eq!(amounts, [16, 10, 0, 0]);
}

#[test]
fn a_draft_names_its_fields_from_the_top() {
    let rules = rules(serde_json::json!({ "return_days": 400, "adjust_limit": 2_000_000 }));
    let note = "x".repeat(301);
    let problem = NewDraft { rules, note }.checked().unwrap_err();
    let fields: Vec<_> = problem.fields().collect();
    assert_eq!(fields, ["note", "rules.return_days", "rules.adjust_limit"]);
}
