//! Rewards: what the customer can have for points, and the codes.

use super::points;
use crate::context::Site;
use crate::page::{Content, OwnCode, RewardsView};
use bookplate_widgets::{dates, money, numbers, texts};
use bookplate_wire::points::rewards::{
    Benefit, OfferedReward, RedemptionState, RewardKind, name_in,
};
use bookplate_wire::problem::Code;
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Rewards(page) = content else {
        return None;
    };
    Some(view(site, page))
}

fn here(site: Site, after: Option<&str>) -> String {
    let path = site.path("rewards");
    let path = after.map_or_else(|| path.clone(), |after| format!("{path}?after={after}"));
    site.href(&path)
}

fn view(site: Site, page: &RewardsView) -> AnyView {
    let texts = texts::Rewards(site.lang);
    let fault = page.fault.map(|code| {
        view! { <p class="fault" role="alert" tabindex="-1">{fault_words(site, code)}</p> }
    });
    let offers: Vec<_> = page
        .rewards
        .iter()
        .map(|reward| offer(site, page, reward))
        .collect();
    let offers = if offers.is_empty() {
        view! { <p class="empty">{texts.none()}</p> }.into_any()
    } else {
        view! { <ul class="rows">{offers}</ul> }.into_any()
    };
    let codes: Vec<_> = page.codes.iter().map(|code| own(site, code)).collect();
    let codes = if codes.is_empty() {
        view! { <p class="empty">{texts.no_own()}</p> }.into_any()
    } else {
        view! { <ol class="rows">{codes}</ol> }.into_any()
    };
    let older = page.next.as_deref().map(|next| {
        view! { <a class="button" href=here(site, Some(next)) rel="next">{texts.older()}</a> }
    });
    let latest =
        (!page.first).then(|| view! { <a class="go" href=here(site, None)>{texts.latest()}</a> });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        {fault}
        {points::figures(site, &page.balance)}
        {offers}
        <h2>{texts.own()}</h2>
        {codes}
        <p class="actions">{older} {latest}</p>
    }
    .into_any()
}

/// Why what was sent was not done.
fn fault_words(site: Site, code: Code) -> &'static str {
    let texts = texts::Rewards(site.lang);
    match code {
        Code::RewardSoldOut => texts.sold_out_fault(),
        Code::RewardOff | Code::RewardNotFound => texts.off_fault(),
        Code::RewardChanged => texts.changed_fault(),
        Code::PointsInsufficient => texts.few_fault(),
        Code::TierRequired => texts.tier_fault(),
        Code::RedemptionEnded => texts.ended_fault(),
        _ => texts.other_fault(),
    }
}

/// What a code gives, in a line.
pub(crate) fn kind_line(site: Site, gives: &Benefit) -> String {
    let texts = texts::Rewards(site.lang);
    match gives.kind {
        RewardKind::AmountOff => {
            let amount = gives.amount.as_ref();
            let amount =
                amount.map_or_else(String::new, |amount| money::written(site.lang, amount));
            texts.amount_off(&amount)
        }
        RewardKind::PercentOff => {
            texts.percent_off(&numbers::points(gives.percent.unwrap_or(0).into()))
        }
        RewardKind::FreeShipping => texts.free_shipping().to_owned(),
        RewardKind::Gift => texts.gift().to_owned(),
        RewardKind::EventSeat => texts.event_seat().to_owned(),
    }
}

/// For which orders it is, where not for all.
pub(crate) fn minimum_line(site: Site, gives: &Benefit) -> Option<String> {
    let minimum = gives.minimum.as_ref()?;
    let minimum = money::written(site.lang, minimum);
    Some(texts::Rewards(site.lang).minimum(&minimum))
}

fn offer(site: Site, page: &RewardsView, reward: &OfferedReward) -> AnyView {
    let texts = texts::Rewards(site.lang);
    let name = name_in(&reward.names, site.lang).to_owned();
    let lacking = i64::from(reward.points) - page.balance.available;
    let minimum = minimum_line(site, &reward.gives).map(|words| view! { <p>{words}</p> });
    let left = reward
        .left
        .map(|left| view! { <span>{texts.left(&numbers::points(left.into()))}</span> " " });
    let until = (!reward.until.is_empty())
        .then(|| view! { <span>{texts.until(&dates::long(site.lang, &reward.until))}</span> });
    let valid = reward.valid_days.map(|days| {
        let words = texts.valid_for(&numbers::points(days.into()));
        view! { <p class="quiet">{words}</p> }
    });
    let points = numbers::points(reward.points.into());
    let tier = name_in(&reward.tier, site.lang).to_owned();
    let from_tier = (!tier.is_empty() && !reward.tier_missing)
        .then(|| view! { <span dir="auto">{texts.from_tier(&tier)}</span> " " });
    let action = if reward.tier_missing {
        view! { <p class="quiet">{texts.tier_missing(&tier)}</p> }.into_any()
    } else if reward.left == Some(0) {
        view! { <p class="quiet">{texts.sold_out()}</p> }.into_any()
    } else if lacking > 0 {
        view! { <p class="quiet">{texts.too_few(&numbers::points(lacking))}</p> }.into_any()
    } else {
        let words = texts.redeem(&points);
        let label = format!("{name}: {words}");
        view! {
            <form method="post" action=here(site, None)>
                <input type="hidden" name="do" value="redeem" />
                <input type="hidden" name="reward" value=reward.id.to_string() />
                <input type="hidden" name="points" value=reward.points.to_string() />
                <input type="hidden" name="reference" value=page.reference.clone() />
                <button type="submit" class="button primary" aria-label=label>{words}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <li class="row">
            <div class="what">
                <p class="title" dir="auto">{name}</p>
                <p>{kind_line(site, &reward.gives)} " · " {texts.price(&points)}</p>
                {minimum}
                <p class="quiet">{from_tier} {left} {until}</p>
                {valid}
            </div>
            {action}
        </li>
    }
    .into_any()
}

fn state_words(site: Site, state: RedemptionState) -> &'static str {
    let texts = texts::Rewards(site.lang);
    match state {
        RedemptionState::Open => texts.open(),
        RedemptionState::Held => texts.held(),
        RedemptionState::Used => texts.used(),
        RedemptionState::Cancelled => texts.cancelled(),
        RedemptionState::Expired => texts.expired(),
    }
}

fn own(site: Site, code: &OwnCode) -> AnyView {
    let texts = texts::Rewards(site.lang);
    let one = &code.redemption;
    let name = name_in(&one.names, site.lang).to_owned();
    let minimum = minimum_line(site, &one.gives).map(|words| view! { <p>{words}</p> });
    let until = (!one.until.is_empty()).then(|| {
        view! { <span>{texts.valid_until(&dates::long(site.lang, &one.until))}</span> }
    });
    let picture = (!code.qr_svg.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary>{texts.show_qr()}</summary>
                <div
                    class="qr"
                    role="img"
                    aria-label=texts.qr(&one.code)
                    inner_html=code.qr_svg.clone()
                ></div>
            </details>
        }
    });
    let cancel = (one.state == RedemptionState::Open).then(|| {
        view! {
            <form method="post" action=here(site, None)>
                <input type="hidden" name="do" value="cancel" />
                <input type="hidden" name="redemption" value=one.id.to_string() />
                <button type="submit" class="button" aria-label=texts.cancel_of(&name)>
                    {texts.cancel()}
                </button>
            </form>
        }
    });
    view! {
        <li class="row entry">
            <div class="what">
                <p class="title" dir="auto">{name}</p>
                <p>{kind_line(site, &one.gives)} " · " {state_words(site, one.state)}</p>
                <p>{texts.code()} " " <code>{one.code.clone()}</code></p>
                {minimum}
                <p class="quiet">
                    <span>{texts.had_on(&dates::long(site.lang, &one.on))}</span> " " {until}
                </p>
                {picture}
            </div>
            {cancel}
        </li>
    }
    .into_any()
}
