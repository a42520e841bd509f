//! Which settings are accepted.

use super::*;

#[test]
fn an_origin_that_is_none_is_named_by_its_place() {
    let origins = |list: &[&str]| Origins {
        origins: list.iter().map(|origin| (*origin).to_owned()).collect(),
    };
    let two = origins(&[
        "https://b.example",
        "https://a.example",
        "https://b.example",
    ]);
    assert_eq!(
        two.checked().unwrap().origins,
        ["https://a.example", "https://b.example"]
    );
    let field = |list: &[&str]| origins(list).checked().unwrap_err().field.unwrap();
    assert_eq!(field(&["https://a.example", "*"]), "origins[1]");
    assert_eq!(field(&[]), "origins");
}

fn look(accent: &str, accent_dark: &str, font: &str) -> Result<Look, Problem> {
    let look = Look {
        accent: accent.into(),
        accent_dark: accent_dark.into(),
        radius: Some(8),
        font: font.into(),
    };
    look.checked()
}

#[test]
fn a_colour_can_be_made_out_on_its_page() {
    assert_eq!(look("#8A2F1F", "#f0ab94", "").unwrap().accent, "#8a2f1f");
    for (accent, dark, field) in [
        ("#ffff00", "", "look.accent"),
        ("", "#8a2f1f", "look.accent_dark"),
        ("red", "", "look.accent"),
        ("#12345", "", "look.accent"),
        ("#12345g", "", "look.accent"),
    ] {
        let problem = look(accent, dark, "").unwrap_err();
        assert_eq!(problem.field.unwrap(), field, "{accent} {dark}");
    }
    assert!((contrast([0; 3], WHITE) - 21.0).abs() < 1e-9);
}

#[test]
fn fonts_cannot_leave_their_place_in_a_style_sheet() {
    let kept = look("", "", " Noto Serif SC ,, 宋体,serif ").unwrap().font;
    assert_eq!(kept, "Noto Serif SC, 宋体, serif");
    for bad in ["x;color:red", "x}", "\"x\"", "url(x)", "x\\", "a/*", "x\ny"] {
        assert!(look("", "", bad).is_err(), "{bad}");
    }
    let many = Look {
        radius: Some(25),
        ..Look::default()
    };
    assert_eq!(many.checked().unwrap_err().field.unwrap(), "look.radius");
}

#[test]
fn a_shop_offers_each_language_once_and_at_least_one() {
    let change = |languages: &[Lang]| SettingsChange {
        languages: Some(languages.to_vec()),
        ..SettingsChange::default()
    };
    let kept = change(&[Lang::Ja, Lang::ZhCn, Lang::Ja]).checked().unwrap();
    assert_eq!(kept.languages.unwrap(), [Lang::ZhCn, Lang::Ja]);
    assert!(change(&[]).checked().is_err());
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let wrong = SettingsChange {
        name: Some(" ".to_owned()),
        default_language: Some(Lang::Ja),
        languages: Some(vec![Lang::En]),
        look: Some(Look {
            accent: "red".to_owned(),
            font: "x}".to_owned(),
            radius: Some(25),
            ..Look::default()
        }),
        quiet: Some(QuietHours {
            from: "22:00".to_owned(),
            until: String::new(),
        }),
        calling_code: Some("+86".to_owned()),
        book_url: Some("https://shop.example".to_owned()),
        ..SettingsChange::default()
    };
    let problem = wrong.checked().unwrap_err();
    let mut fields: Vec<&str> = problem.fields().collect();
    assert_eq!(problem.field.as_deref(), Some(fields[0]));
    fields.sort_unstable();
    let all = [
        "book_url",
        "calling_code",
        "default_language",
        "look.accent",
        "look.font",
        "look.radius",
        "name",
        "quiet",
    ];
    assert_eq!(fields, all);
    assert!(problem.others.iter().all(|other| !other.title.is_empty()));
}

#[test]
fn quiet_hours_are_two_times() {
    let hours = |from: &str, until: &str| QuietHours {
        from: from.into(),
        until: until.into(),
    };
    for (from, until) in [("", ""), ("22:00", "08:00"), ("00:00", "23:59")] {
        assert!(hours(from, until).checked().is_ok(), "{from} {until}");
    }
    for (from, until) in [
        ("22:00", ""),
        ("22:00", "22:00"),
        ("24:00", "08:00"),
        ("22", "8"),
        ("22:60", "08:00"),
        ("+2:00", "08:00"),
    ] {
        let problem = hours(from, until).checked().unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("quiet"), "{from} {until}");
    }
}

#[test]
fn a_kind_of_key_has_one_word() {
    for kind in KeyKind::ALL {
        let json = serde_json::to_string(&kind).unwrap();
        assert_eq!(json, format!("\"{}\"", kind.as_str()));
    }
}
