//! The form for the rules of points: from rules to what is typed, and back.

use super::tiers_form;
use crate::site::forms::Form;
use bookplate_site::console_page::{
    BonusRow, RateRow, ReferralRow, ReviewRow, RulesForm, SurveyRow, TierRow,
};
use bookplate_wire::catalogue::Format;
use bookplate_wire::orders::{Money, decimals};
use bookplate_wire::points::besides::{ReviewReward, SurveyReward};
use bookplate_wire::points::checkout::Payment;
use bookplate_wire::points::referrals::ReferralReward;
use bookplate_wire::points::rules::{
    Bonus, Cap, CapPeriod, Combination, LIST_MAX, NewDraft, PointRules, Rate, RefundSpent, Worth,
};

const PERIODS: [(CapPeriod, &str); 3] = [
    (CapPeriod::Day, "cap_day"),
    (CapPeriod::Month, "cap_month"),
    (CapPeriod::Year, "cap_year"),
];

/// How many points a cap has, and the word of its period; none and nothing without one.
fn cap_of(cap: Option<Cap>) -> (u32, &'static str) {
    let cap = cap.map(|cap| (cap.points, cap.period.as_str()));
    cap.unwrap_or_default()
}

/// The form with what rules say, and a row more of everything.
pub(super) fn filled(rules: Option<&PointRules>, note: &str) -> RulesForm {
    let Some(rules) = rules else {
        return with_room(RulesForm {
            return_days: "14".into(),
            expiry_months: "12".into(),
            adjust_limit: "500".into(),
            tiers: tiers_form::filled(None),
            ..RulesForm::default()
        });
    };
    let count = |number: u32| match number {
        0 => String::new(),
        number => number.to_string(),
    };
    let row = |points: u32, money: &Money| RateRow {
        points: points.to_string(),
        amount: money.decimal(),
        currency: money.currency.clone(),
    };
    let cap = |period| {
        let cap = rules.caps.iter().find(|cap| cap.period == period);
        cap.map_or_else(String::new, |cap| cap.points.to_string())
    };
    let bonuses = rules.bonuses.iter().map(|bonus| BonusRow {
        id: bonus.id.clone(),
        name: bonus.name.clone(),
        percent: bonus.percent.to_string(),
        formats: bonus.formats.clone(),
        categories: bonus.categories.join("\n"),
        from: bonus.from.clone(),
        until: bonus.until.clone(),
        birthday_month: bonus.birthday_month,
    });
    let rates = rules.rates.iter();
    let worth = rules.worth.iter();
    with_room(RulesForm {
        rates: rates
            .map(|rate| {
                let (amount, currency) = (rate.per, rate.currency.clone());
                row(rate.points, &Money { amount, currency })
            })
            .collect(),
        bonuses: bonuses.collect(),
        best_of: rules.combination == Combination::BestOf,
        first_order: count(rules.first_order),
        sign_up: count(rules.sign_up),
        birthday_gift: count(rules.birthday_gift),
        survey: rules.survey.map_or_else(SurveyRow::default, |survey| {
            let (cap, period) = cap_of(survey.cap);
            SurveyRow {
                points: count(survey.points),
                pending_days: count(survey.pending_days),
                cap: count(cap),
                cap_period: period.to_owned(),
            }
        }),
        review: rules.review.map_or_else(ReviewRow::default, |review| {
            let (cap, period) = cap_of(review.cap);
            ReviewRow {
                points: count(review.points),
                min_length: count(review.min_length),
                pending_days: count(review.pending_days),
                verified_only: review.verified_only,
                cap: count(cap),
                cap_period: period.to_owned(),
            }
        }),
        referral: rules
            .referral
            .as_ref()
            .map_or_else(ReferralRow::default, |referral| {
                let (cap, period) = cap_of(referral.cap);
                let minimum = referral.minimum.as_ref();
                ReferralRow {
                    points: count(referral.points),
                    welcome: count(referral.welcome),
                    minimum: minimum.map_or_else(String::new, Money::decimal),
                    currency: minimum.map_or_else(String::new, |least| least.currency.clone()),
                    cap: count(cap),
                    cap_period: period.to_owned(),
                }
            }),
        caps: PERIODS.map(|(period, _)| cap(period)),
        return_days: rules.return_days.to_string(),
        expiry_months: rules.expiry_months.map_or_else(String::new, count),
        stop: rules.refund_spent == RefundSpent::Stop,
        worth: worth.map(|worth| row(worth.points, &worth.money)).collect(),
        payment: rules.payment.map_or_else(Default::default, |payment| {
            [payment.min_percent, payment.max_percent].map(|percent| percent.to_string())
        }),
        tiers: tiers_form::filled(rules.tiers.as_ref()),
        adjust_limit: rules.adjust_limit.to_string(),
        note: note.to_owned(),
    })
}

/// The form with an empty row behind each list.
pub(super) fn with_room(mut form: RulesForm) -> RulesForm {
    form.rates.push(RateRow::default());
    form.worth.push(RateRow::default());
    form.bonuses.push(BonusRow::default());
    form.tiers.rows.push(TierRow::default());
    form
}

/// What somebody has typed. Rows that are empty are left out.
pub(super) fn typed(form: &Form) -> RulesForm {
    let text = |name: &str| form.text(name).trim().to_owned();
    let rows = |of: &str| {
        let rows = (0..=LIST_MAX).map(|at| RateRow {
            points: text(&format!("{of}-{at}-points")),
            amount: text(&format!("{of}-{at}-amount")),
            currency: text(&format!("{of}-{at}-currency")).to_ascii_uppercase(),
        });
        rows.filter(|row| !row.points.is_empty()).collect()
    };
    let bonuses = (0..=LIST_MAX).map(|at| {
        let name = |part: &str| format!("bonus-{at}-{part}");
        BonusRow {
            id: text(&name("id")),
            name: text(&name("name")),
            percent: text(&name("percent")),
            formats: form
                .all(&name("format"))
                .filter_map(Format::from_word)
                .collect(),
            categories: text(&name("categories")).replace("\r\n", "\n"),
            from: text(&name("from")),
            until: text(&name("until")),
            birthday_month: text(&name("birthday")) == "1",
        }
    });
    RulesForm {
        rates: rows("rate"),
        bonuses: bonuses
            .filter(|bonus| !bonus.name.is_empty() || !bonus.percent.is_empty())
            .collect(),
        best_of: form.text("combination") == "best_of",
        first_order: text("first_order"),
        sign_up: text("sign_up"),
        birthday_gift: text("birthday_gift"),
        survey: SurveyRow {
            points: text("survey_points"),
            pending_days: text("survey_pending"),
            cap: text("survey_cap"),
            cap_period: text("survey_cap_period"),
        },
        referral: ReferralRow {
            points: text("referral_points"),
            welcome: text("referral_welcome"),
            minimum: text("referral_minimum"),
            currency: text("referral_currency").to_ascii_uppercase(),
            cap: text("referral_cap"),
            cap_period: text("referral_cap_period"),
        },
        review: ReviewRow {
            points: text("review_points"),
            min_length: text("review_min"),
            pending_days: text("review_pending"),
            verified_only: form.text("review_verified") == "1",
            cap: text("review_cap"),
            cap_period: text("review_cap_period"),
        },
        caps: PERIODS.map(|(_, name)| text(name)),
        return_days: text("return_days"),
        expiry_months: text("expiry_months"),
        stop: form.text("refund_spent") == "stop",
        worth: rows("worth"),
        payment: ["pay_min", "pay_max"].map(text),
        tiers: tiers_form::typed(form),
        adjust_limit: text("adjust_limit"),
        note: text("note"),
    }
}

/// The draft that a form says.
///
/// # Errors
/// The fields that are no numbers.
pub(super) fn read(form: &RulesForm) -> Result<NewDraft, Vec<String>> {
    let mut faults = Vec::new();
    let mut number = |field: &str, text: &str, empty: Option<u32>| {
        let read = if text.is_empty() {
            empty
        } else {
            text.parse().ok()
        };
        read.unwrap_or_else(|| {
            faults.push(format!("rules.{field}"));
            0
        })
    };
    let first_order = number("first_order", &form.first_order, Some(0));
    let sign_up = number("sign_up", &form.sign_up, Some(0));
    let birthday_gift = number("birthday_gift", &form.birthday_gift, Some(0));
    let review = match &form.review {
        row if row.points.is_empty() => None,
        row => Some(ReviewReward {
            points: number("review.points", &row.points, None),
            verified_only: row.verified_only,
            min_length: number("review.min_length", &row.min_length, Some(0)),
            pending_days: number("review.pending_days", &row.pending_days, Some(0)),
            cap: (!row.cap.is_empty()).then(|| Cap {
                period: CapPeriod::from_word(&row.cap_period).unwrap_or(CapPeriod::Month),
                points: number("review.cap", &row.cap, None),
            }),
        }),
    };
    let survey = match &form.survey {
        row if row.points.is_empty() => None,
        row => Some(SurveyReward {
            points: number("survey.points", &row.points, None),
            pending_days: number("survey.pending_days", &row.pending_days, Some(0)),
            cap: (!row.cap.is_empty()).then(|| Cap {
                period: CapPeriod::from_word(&row.cap_period).unwrap_or(CapPeriod::Month),
                points: number("survey.cap", &row.cap, None),
            }),
        }),
    };
    let referral = match &form.referral {
        row if row.points.is_empty() => None,
        row => Some(ReferralReward {
            points: number("referral.points", &row.points, None),
            welcome: number("referral.welcome", &row.welcome, Some(0)),
            minimum: (!row.minimum.is_empty()).then(|| Money {
                // Zero is refused with the field's name.
                amount: amount(&row.minimum, &row.currency).unwrap_or(0),
                currency: row.currency.clone(),
            }),
            cap: (!row.cap.is_empty()).then(|| Cap {
                period: CapPeriod::from_word(&row.cap_period).unwrap_or(CapPeriod::Month),
                points: number("referral.cap", &row.cap, None),
            }),
        }),
    };
    let return_days = number("return_days", &form.return_days, None);
    let adjust_limit = number("adjust_limit", &form.adjust_limit, None);
    let expiry_months = match form.expiry_months.as_str() {
        "" => None,
        text => Some(number("expiry_months", text, None)),
    };
    let payment = match &form.payment {
        [_, most] if most.is_empty() => None,
        [least, most] => Some(Payment {
            min_percent: number("payment.min_percent", least, Some(0)),
            max_percent: number("payment.max_percent", most, None),
        }),
    };
    let mut caps = Vec::new();
    for ((period, _), text) in PERIODS.into_iter().zip(&form.caps) {
        if !text.is_empty() {
            let points = number("caps", text, None);
            caps.push(Cap { period, points });
        }
    }
    let mut money = |field: &str, row: &RateRow| {
        let points = number(field, &row.points, None);
        let amount = amount(&row.amount, &row.currency);
        // Zero is refused with the list's name.
        let currency = row.currency.clone();
        (
            points,
            Money {
                amount: amount.unwrap_or(0),
                currency,
            },
        )
    };
    let rates: Vec<(u32, Money)> = form.rates.iter().map(|row| money("rates", row)).collect();
    let worth: Vec<(u32, Money)> = form.worth.iter().map(|row| money("worth", row)).collect();
    let mut bonuses: Vec<Bonus> = Vec::new();
    for row in &form.bonuses {
        let id = match row.id.as_str() {
            "" => new_id(form, &bonuses),
            id => id.to_owned(),
        };
        bonuses.push(Bonus {
            id,
            name: row.name.clone(),
            percent: number("bonuses", &row.percent, None),
            formats: row.formats.clone(),
            categories: row
                .categories
                .lines()
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect(),
            from: row.from.clone(),
            until: row.until.clone(),
            birthday_month: row.birthday_month,
        });
    }
    let tiers = tiers_form::read(&form.tiers, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let rates = rates.into_iter().map(|(points, money)| Rate {
        currency: money.currency,
        per: money.amount,
        points,
    });
    let worth = worth
        .into_iter()
        .map(|(points, money)| Worth { points, money });
    let rules = PointRules {
        rates: rates.collect(),
        bonuses,
        combination: if form.best_of {
            Combination::BestOf
        } else {
            Combination::Add
        },
        first_order,
        sign_up,
        birthday_gift,
        review,
        survey,
        referral,
        caps,
        return_days,
        expiry_months,
        refund_spent: if form.stop {
            RefundSpent::Stop
        } else {
            RefundSpent::Negative
        },
        worth: worth.collect(),
        payment,
        tiers,
        adjust_limit,
    };
    Ok(NewDraft {
        rules,
        note: form.note.clone(),
    })
}

/// An id that no bonus has.
fn new_id(form: &RulesForm, bonuses: &[Bonus]) -> String {
    let taken = |id: &str| {
        form.bonuses.iter().any(|row| row.id == id) || bonuses.iter().any(|bonus| bonus.id == id)
    };
    let mut ids = (1..).map(|number| format!("bonus-{number}"));
    ids.find(|id| !taken(id)).unwrap_or_default()
}

/// Minor units of an amount as somebody types it: `12.5`.
pub(super) fn amount(text: &str, currency: &str) -> Option<i64> {
    let digits = decimals(currency) as usize;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let fits = part.len() <= digits
        && !whole.is_empty()
        && [whole, part]
            .iter()
            .all(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let minor = format!("{whole}{part:0<digits$}");
    if fits { minor.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_typed_in_major_units() {
        for (text, currency, minor) in [
            ("1", "CNY", Some(100)),
            ("1.5", "CNY", Some(150)),
            ("0.05", "EUR", Some(5)),
            ("100", "JPY", Some(100)),
            ("1.5", "JPY", None),
            ("1.234", "CNY", None),
            ("-1", "CNY", None),
            ("", "CNY", None),
            ("one", "CNY", None),
        ] {
            assert_eq!(amount(text, currency), minor, "{text} {currency}");
        }
    }

    #[test]
    fn what_is_filled_in_says_the_same_rules_again() {
        let rules: PointRules = serde_json::from_value(serde_json::json!({
            "rates": [{ "currency": "CNY", "per": 150, "points": 2 }],
            "bonuses": [{ "id": "hard", "name": "Hardbacks", "percent": 50, "formats": ["hardback"], "categories": ["Crime", "thema:FF"], "from": "2027-01-01" }],
            "combination": "best_of", "first_order": 5, "birthday_gift": 30,
            "review": { "points": 20, "verified_only": true, "min_length": 50, "pending_days": 14, "cap": { "period": "month", "points": 100 } },
            "referral": { "points": 100, "welcome": 50, "minimum": { "amount": 5050, "currency": "CNY" }, "cap": { "period": "year", "points": 500 } }, "caps": [{ "period": "month", "points": 500 }],
            "return_days": 0, "expiry_months": 12, "refund_spent": "stop", "adjust_limit": 0,
            "worth": [{ "points": 100, "money": { "amount": 105, "currency": "CNY" } }],
            "payment": { "min_percent": 5, "max_percent": 50 },
            "tiers": {
                "measure": "visits", "period": "rolling",
                "levels": [{ "id": "all", "words": [{ "language": "en", "name": "All" }], "threshold": 0 }],
            },
        }))
        .unwrap();
        let mut form = filled(Some(&rules), "Why");
        // The rows that are there to be filled in.
        form.rates.pop();
        form.worth.pop();
        form.bonuses.pop();
        form.tiers.rows.pop();
        let draft = read(&form).unwrap();
        assert_eq!((draft.rules, &*draft.note), (rules, "Why"));
        form.return_days = "soon".into();
        form.bonuses[0].percent = "half".into();
        assert_eq!(
            read(&form).unwrap_err(),
            ["rules.return_days", "rules.bonuses"]
        );
    }
}
