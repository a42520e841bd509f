//! The part of the form for the rules of points that is about tiers: from rules to what is typed, and back.

use super::points_form::amount;
use crate::site::forms::Form;
use bookplate_site::console_page::{TierRow, TiersForm};
use bookplate_widgets::tiers::times;
use bookplate_wire::Lang;
use bookplate_wire::orders::Money;
use bookplate_wire::points::tiers::{
    ONCE, TIERS_MAX, Tier, TierMeasure, TierPeriod, TierRules, TierWords,
};

/// The currency by whose decimals hundredths are typed.
const HUNDREDTHS: &str = "EUR";

/// The form with what rules say.
pub(super) fn filled(rules: Option<&TierRules>) -> TiersForm {
    let Some(rules) = rules else {
        return TiersForm {
            measure: TierMeasure::Spend.as_str().to_owned(),
            grace_days: "14".to_owned(),
            ..TiersForm::default()
        };
    };
    let typed = |value: i64| match rules.measure {
        TierMeasure::Spend => {
            let currency = rules.currency.clone();
            let amount = value;
            Money { amount, currency }.decimal()
        }
        TierMeasure::Points | TierMeasure::Visits => value.to_string(),
    };
    let rows = rules.levels.iter().map(|tier| {
        let of = |lang| tier.words.iter().find(|words| words.language == lang);
        TierRow {
            id: tier.id.clone(),
            names: Lang::ALL
                .map(|lang| of(lang).map_or_else(String::new, |words| words.name.clone())),
            privileges: Lang::ALL
                .map(|lang| of(lang).map_or_else(String::new, |words| words.privileges.join("\n"))),
            threshold: match tier.threshold {
                0 => String::new(),
                threshold => typed(threshold),
            },
            renewal: tier.renewal.map_or_else(String::new, typed),
            multiplier: times(tier.multiplier),
        }
    });
    TiersForm {
        measure: rules.measure.as_str().to_owned(),
        currency: rules.currency.clone(),
        calendar: rules.period == TierPeriod::Calendar,
        grace_days: rules.grace_days.to_string(),
        rows: rows.collect(),
    }
}

/// What somebody has typed. Rows without a name are left out.
pub(super) fn typed(form: &Form) -> TiersForm {
    let text = |name: &str| form.text(name).trim().to_owned();
    let rows = (0..=TIERS_MAX).map(|at| {
        let name = |part: &str| format!("tier-{at}-{part}");
        let in_lang =
            |part: &str| Lang::ALL.map(|lang| text(&name(&format!("{part}-{}", lang.tag()))));
        TierRow {
            id: text(&name("id")),
            names: in_lang("name"),
            privileges: in_lang("privileges"),
            threshold: text(&name("threshold")),
            renewal: text(&name("renewal")),
            multiplier: text(&name("multiplier")),
        }
    });
    TiersForm {
        measure: text("tier_measure"),
        currency: text("tier_currency").to_ascii_uppercase(),
        calendar: text("tier_period") == "calendar",
        grace_days: text("tier_grace"),
        rows: rows
            .filter(|row| row.names.iter().any(|name| !name.is_empty()))
            .collect(),
    }
}

/// The tiers that a form says; `None` for none. What is wrong is added to `faults`.
pub(super) fn read(form: &TiersForm, faults: &mut Vec<String>) -> Option<TierRules> {
    if form.rows.is_empty() {
        return None;
    }
    let measure = TierMeasure::from_word(&form.measure).unwrap_or(TierMeasure::Spend);
    let currency = match measure {
        TierMeasure::Spend => form.currency.clone(),
        TierMeasure::Points | TierMeasure::Visits => String::new(),
    };
    let value = |text: &str| match measure {
        TierMeasure::Spend => amount(text, &currency),
        TierMeasure::Points | TierMeasure::Visits => text.parse().ok(),
    };
    let mut wrong = |field: String| faults.push(format!("rules.tiers.{field}"));
    let grace_days = match form.grace_days.as_str() {
        "" => 0,
        text => text.parse().unwrap_or_else(|_| {
            wrong("grace_days".to_owned());
            0
        }),
    };
    let mut levels: Vec<Tier> = Vec::new();
    for (at, row) in form.rows.iter().enumerate() {
        let mut read = |field: &str, text: &str, read: Option<i64>| {
            if !text.is_empty() && read.is_none() {
                wrong(format!("levels[{at}].{field}"));
            }
            read
        };
        let threshold = read("threshold", &row.threshold, value(&row.threshold));
        let renewal = read("renewal", &row.renewal, value(&row.renewal));
        let multiplier = amount(&row.multiplier, HUNDREDTHS);
        let multiplier = read("multiplier", &row.multiplier, multiplier);
        let multiplier = multiplier.map_or(ONCE, |multiplier| {
            u32::try_from(multiplier).unwrap_or(u32::MAX)
        });
        let words = Lang::ALL.into_iter().zip(&row.names).zip(&row.privileges);
        let words = words.filter(|((_, name), _)| !name.is_empty());
        levels.push(Tier {
            id: match row.id.as_str() {
                "" => new_id(form, &levels),
                id => id.to_owned(),
            },
            words: words
                .map(|((language, name), privileges)| TierWords {
                    language,
                    name: name.clone(),
                    privileges: privileges.lines().map(str::to_owned).collect(),
                })
                .collect(),
            // Without one it is refused, but for the lowest tier.
            threshold: threshold.unwrap_or(0),
            renewal,
            multiplier,
        });
    }
    let period = if form.calendar {
        TierPeriod::Calendar
    } else {
        TierPeriod::Rolling
    };
    Some(TierRules {
        measure,
        currency,
        period,
        grace_days,
        levels,
    })
}

/// An id that no tier has.
fn new_id(form: &TiersForm, levels: &[Tier]) -> String {
    let is_taken = |id: &str| {
        form.rows.iter().any(|row| row.id == id) || levels.iter().any(|tier| tier.id == id)
    };
    let mut ids = (1..).map(|number| format!("tier-{number}"));
    ids.find(|id| !is_taken(id)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_says_the_same_tiers_again() {
        let rules: TierRules = serde_json::from_value(serde_json::json!({
            "measure": "spend", "currency": "EUR", "period": "calendar", "grace_days": 14,
            "levels": [
                { "id": "reader", "words": [{ "language": "en", "name": "Reader" }], "threshold": 0 },
                {
                    "id": "gold", "threshold": 30_050, "renewal": 20_000, "multiplier": 150,
                    "words": [{ "language": "zh-CN", "name": "金卡", "privileges": ["生日礼", "包邮"] }],
                },
            ],
        }))
        .unwrap();
        let mut form = filled(Some(&rules));
        assert_eq!(
            (&*form.rows[1].threshold, &*form.rows[1].multiplier),
            ("300.50", "1.5")
        );
        let mut faults = Vec::new();
        assert_eq!(read(&form, &mut faults), Some(rules));
        assert_eq!(faults, [] as [String; 0]);
        form.rows[1].renewal = "half".into();
        form.grace_days = "soon".into();
        read(&form, &mut faults);
        assert_eq!(
            faults,
            ["rules.tiers.grace_days", "rules.tiers.levels[1].renewal"]
        );
        assert_eq!(read(&filled(None), &mut Vec::new()), None);
    }

    #[test]
    fn a_new_tier_gets_an_id_that_no_other_has() {
        let row = |id: &str| TierRow {
            id: id.into(),
            names: ["A".into(), String::new(), String::new(), String::new()],
            ..TierRow::default()
        };
        let form = TiersForm {
            measure: "visits".into(),
            rows: vec![row(""), row("tier-1"), row("")],
            ..TiersForm::default()
        };
        let rules = read(&form, &mut Vec::new()).unwrap();
        let ids: Vec<_> = rules.levels.iter().map(|tier| &*tier.id).collect();
        assert_eq!(ids, ["tier-2", "tier-1", "tier-3"]);
    }
}
