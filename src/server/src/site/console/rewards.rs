//! A shop's rewards: the list, and the form to write one.

use super::points_form::amount;
use super::{AtShop, faults};
use crate::app::App;
use crate::points::rewards;
use crate::reply::Failure;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use bookplate_site::console_page::{ConsolePage, RewardForm, RewardPage, RewardsPage};
use bookplate_store::Db;
use bookplate_wire::orders::Money;
use bookplate_wire::points::rewards::{Benefit, RewardContent, RewardKind, RewardName};
use bookplate_wire::{Code, Lang, RewardId};
use std::collections::HashMap;

/// What stands in the address in place of an id while there is none.
const NEW: &str = "new";
const WRITE: &str = "rewards/{reward}";

/// `GET /console/shops/{shop}/rewards`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "rewards")?;
    let page = RewardsPage {
        rewards: rewards::all(&app, at.here().shop).await?,
        tiers: tiers(&app, &at).await?,
        may_change: at.may("PUT", WRITE),
    };
    Ok(at.show(&app, false, ConsolePage::Rewards(page)))
}

/// The reward in the address of a page; `None` for a new one.
fn id_in(path: &HashMap<String, String>) -> Result<Option<RewardId>, Failure> {
    match path.get("reward").map_or("", String::as_str) {
        NEW => Ok(None),
        text => rewards::read_reward(text).map(Some),
    }
}

/// `GET /console/shops/{shop}/rewards/{reward}`, where `new` is one that is still to be written.
pub(crate) async fn show_form(
    State(app): State<App>,
    at: AtShop,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Response, Failure> {
    at.require("PUT", WRITE)?;
    let id = id_in(&path)?;
    let form = match &id {
        None => RewardForm {
            kind: RewardKind::AmountOff.as_str().to_owned(),
            active: true,
            ..RewardForm::default()
        },
        Some(id) => {
            let (shop, id) = (at.here().shop, id.clone());
            let read = move |db: &mut Db| db.reward(&shop, &id);
            let reward = app.store.read(read).await?;
            filled(&reward.ok_or(Code::RewardNotFound)?.content)
        }
    };
    page(&app, &at, id, form, Vec::new()).await
}

async fn page(
    app: &App,
    at: &AtShop,
    id: Option<RewardId>,
    form: RewardForm,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let wrong = !faults.is_empty();
    let page = RewardPage {
        id,
        form,
        tiers: tiers(app, at).await?,
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Reward(Box::new(page))))
}

/// The tiers to which a reward can be limited: those of the rules that count, but the lowest one, which everybody has.
async fn tiers(app: &App, at: &AtShop) -> Result<Vec<(String, Vec<RewardName>)>, Failure> {
    let shop = at.here().shop;
    let read = move |db: &mut Db| db.tiers_of_shop(&shop);
    let tiers = app.store.read(read).await?;
    let levels = tiers.into_iter().flat_map(|tiers| tiers.levels);
    let above = levels.skip(1);
    Ok(above.map(|tier| (tier.id.clone(), tier.names())).collect())
}

/// `POST /console/shops/{shop}/rewards/{reward}`: writes it.
pub(crate) async fn send_form(
    State(app): State<App>,
    at: AtShop,
    Path(path): Path<HashMap<String, String>>,
    form: Form,
) -> Result<Response, Failure> {
    at.require("PUT", WRITE)?;
    let id = id_in(&path)?;
    let typed = typed(&form);
    let wrong = match read(&typed) {
        Ok(content) => {
            let written = rewards::write(&app, at.here(), id.clone(), content).await;
            match written {
                Err(Failure(problem)) if problem.code == Code::RewardNotFound => {
                    return Err(problem.into());
                }
                written => faults(written)?.err(),
            }
        }
        Err(wrong) => Some(wrong),
    };
    match wrong {
        None => Ok(at.saved("rewards")),
        Some(wrong) => page(&app, &at, id, typed, wrong).await,
    }
}

/// The form with what a reward says.
fn filled(content: &RewardContent) -> RewardForm {
    let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
    let gives = &content.gives;
    let money = |money: Option<&Money>| money.map_or_else(String::new, Money::decimal);
    let of_money = gives.amount.as_ref().or(gives.minimum.as_ref());
    RewardForm {
        names: Lang::ALL.map(|lang| {
            let mut names = content.names.iter();
            let name = names.find(|name| name.language == lang);
            name.map_or_else(String::new, |name| name.name.clone())
        }),
        kind: gives.kind.as_str().to_owned(),
        points: content.points.to_string(),
        amount: money(gives.amount.as_ref()),
        percent: number(gives.percent),
        minimum: money(gives.minimum.as_ref()),
        currency: of_money.map_or_else(String::new, |money| money.currency.clone()),
        stock: number(content.stock),
        from: content.from.clone(),
        until: content.until.clone(),
        valid_days: number(content.valid_days),
        tier: content.tier.clone(),
        active: content.active,
    }
}

/// What somebody has typed.
fn typed(form: &Form) -> RewardForm {
    let text = |name: &str| form.text(name).trim().to_owned();
    RewardForm {
        names: Lang::ALL.map(|lang| text(&format!("name-{}", lang.tag()))),
        kind: text("kind"),
        points: text("points"),
        amount: text("amount"),
        percent: text("percent"),
        minimum: text("minimum"),
        currency: text("currency").to_ascii_uppercase(),
        stock: text("stock"),
        from: text("from"),
        until: text("until"),
        valid_days: text("valid_days"),
        tier: text("tier"),
        active: text("active") == "1",
    }
}

/// The reward that a form says.
///
/// # Errors
/// The fields that are no numbers.
fn read(form: &RewardForm) -> Result<RewardContent, Vec<String>> {
    let mut faults = Vec::new();
    let mut number = |field: &str, text: &str| {
        let read = (!text.is_empty()).then(|| text.parse::<u32>());
        read.and_then(|read| {
            if read.is_err() {
                faults.push(field.to_owned());
            }
            read.ok()
        })
    };
    let percent = number("gives.percent", &form.percent);
    let stock = number("stock", &form.stock);
    let valid_days = number("valid_days", &form.valid_days);
    // Without points it is refused as a reward that takes none.
    let points = number("points", &form.points).unwrap_or(0);
    let mut money = |field: &str, text: &str| {
        if text.is_empty() {
            return None;
        }
        let read = amount(text, &form.currency);
        if read.is_none() {
            faults.push(field.to_owned());
        }
        read.map(|amount| Money {
            amount,
            currency: form.currency.clone(),
        })
    };
    let amount = money("gives.amount", &form.amount);
    let minimum = money("gives.minimum", &form.minimum);
    let Some(kind) = RewardKind::from_word(&form.kind) else {
        faults.push("kind".to_owned());
        return Err(faults);
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let names = Lang::ALL.into_iter().zip(&form.names);
    let names = names.filter(|(_, name)| !name.is_empty());
    Ok(RewardContent {
        names: names
            .map(|(language, name)| RewardName {
                language,
                name: name.clone(),
            })
            .collect(),
        gives: Benefit {
            kind,
            amount,
            percent,
            minimum,
        },
        points,
        stock,
        from: form.from.clone(),
        until: form.until.clone(),
        valid_days,
        tier: form.tier.clone(),
        active: form.active,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_says_the_same_reward_again() {
        let content: RewardContent = serde_json::from_value(serde_json::json!({
            "names": [{ "language": "zh-CN", "name": "优惠券" }, { "language": "en", "name": "Coupon" }],
            "gives": {
                "kind": "amount_off", "amount": { "amount": 1_050, "currency": "CNY" },
                "minimum": { "amount": 5_000, "currency": "CNY" },
            },
            "points": 100, "stock": 5, "from": "2026-12-01", "until": "2027-01-31", "valid_days": 90, "tier": "gold", "active": true,
        }))
        .unwrap();
        let mut form = filled(&content);
        assert_eq!(form.amount, "10.50");
        assert_eq!(read(&form), Ok(content));
        form.stock = "many".into();
        form.minimum = "1.234".into();
        assert_eq!(read(&form).unwrap_err(), ["stock", "gives.minimum"]);
    }
}
