//! A shop's points, for its staff: the way to a customer's, adjustments that wait, and the rules.

use super::{here, moment, points_form, readonly, shop_id};
use crate::console_page::{PointsPage, console_path};
use crate::context::Site;
use bookplate_widgets::{numbers, texts};
use bookplate_wire::accounts::{CustomersFound, FIND_MAX};
use bookplate_wire::points::adjustments::Adjustment;
use bookplate_wire::points::rules::{RulesDraft, RulesVersion};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &PointsPage) -> AnyView {
    let texts = texts::Points(site.lang);
    let versions = page.book.versions.iter().zip(&page.times);
    let mut versions = versions.map(|(version, time)| of_version(site, page, version, time));
    let current = versions.next();
    let none = current
        .is_none()
        .then(|| view! { <p class="empty">{texts.no_rules()}</p> });
    let earlier: Vec<_> = versions.collect();
    let earlier = (!earlier.is_empty()).then(|| {
        view! {
            <h2>{texts.earlier_versions()}</h2>
            <ol class="rows">{earlier}</ol>
        }
    });
    let draft = page.book.draft.as_ref().zip(page.times.last());
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {tabs(site, Tab::Rules, page.may_simulate)}
        {readonly(site, page.may_change)}
        {problem(site, &page.faults)}
        {page.may_find.then(|| find(site, page))}
        {page.may_find.then(|| waiting(site, page))}
        <h2>{texts.rules_heading()}</h2>
        {none}
        {current.map(|current| view! { <ol class="rows">{current}</ol> })}
        {draft.map(|(draft, time)| of_draft(site, page, draft, time))}
        {page.may_change.then(|| points_form::view(site, page))}
        {earlier}
    }
    .into_any()
}

/// A page about a shop's points.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// Customers' points, and the rules.
    Rules,
    /// What a draft would have changed.
    Simulation,
    /// What is owed to customers.
    Liability,
}

/// The way to the other pages about points.
pub(super) fn tabs(site: Site, current: Tab, may_simulate: bool) -> AnyView {
    let link = |tab: Tab, path: &str, words: &'static str| {
        let current = (tab == current).then_some("page");
        view! { <li><a href=here(site, path) aria-current=current>{words}</a></li> }
    };
    let simulation = may_simulate.then(|| {
        let words = texts::Simulation(site.lang).heading();
        link(Tab::Simulation, "points/simulation", words)
    });
    let texts = texts::Points(site.lang);
    view! {
        <nav class="tabs" aria-label=texts.pages()>
            <ul>
                {link(Tab::Rules, "points", texts.overview())}
                {simulation}
                {link(Tab::Liability, "points/liability", texts::Liability(site.lang).heading())}
            </ul>
        </nav>
    }
    .into_any()
}

/// What has kept something from being done that is no field of a form, in words.
pub(super) fn problem(site: Site, faults: &[String]) -> Option<AnyView> {
    let texts = texts::Points(site.lang);
    let words = faults.iter().find_map(|fault| match fault.as_str() {
        "second_person_required" => Some(texts.second_person()),
        "point_rules_changed" => Some(texts.draft_changed()),
        "adjustment_decided" => Some(texts.decided()),
        "points_insufficient" => Some(texts.insufficient()),
        _ => None,
    });
    words.map(|words| view! { <p class="fault" role="alert">{words}</p> }.into_any())
}

fn find(site: Site, page: &PointsPage) -> AnyView {
    let texts = texts::Points(site.lang);
    let lang = site.page.with_untracked(|page| page.lang_chosen);
    let lang = lang.then(|| view! { <input type="hidden" name="lang" value=site.lang.tag() /> });
    let (typed, found) = page.searched.clone().unzip();
    view! {
        <form method="get" action=console_path(&shop_id(site), "points") role="search" class="find">
            {lang}
            <div class="field">
                <label for="q">{texts.find_label()}</label>
                <input
                    id="q"
                    name="q"
                    type="search"
                    value=typed.unwrap_or_default()
                    autocomplete="off"
                    maxlength=FIND_MAX.to_string()
                />
            </div>
            <button type="submit" class="button">{texts.find_button()}</button>
        </form>
        {found.map(|found| whom(site, &found))}
    }
    .into_any()
}

/// The customers whom a search may mean.
fn whom(site: Site, found: &CustomersFound) -> AnyView {
    let texts = texts::Points(site.lang);
    if found.customers.is_empty() {
        return view! { <p class="fault" role="alert">{texts.not_found()}</p> }.into_any();
    }
    let lines = found.customers.iter().map(|customer| {
        let href = here(site, &format!("points/{}", customer.id));
        view! { <li class="row"><a class="go" href=href dir="auto">{customer.words()}</a></li> }
    });
    let lines: Vec<_> = lines.collect();
    let more = found.more.then(|| {
        let words = texts::Cases(site.lang).found_more();
        view! { <p class="quiet">{words}</p> }
    });
    view! {
        <h2 tabindex="-1" data-focus="">{texts.found()}</h2>
        <ol class="rows">{lines}</ol>
        {more}
    }
    .into_any()
}

fn waiting(site: Site, page: &PointsPage) -> AnyView {
    let texts = texts::Points(site.lang);
    let lines = page.waiting.iter();
    let lines: Vec<_> = lines
        .map(|(time, one)| of_adjustment(site, page, one, time))
        .collect();
    let list = if lines.is_empty() {
        view! { <p class="quiet">{texts.no_waiting()}</p> }.into_any()
    } else {
        view! {
            <p class="quiet">{texts.waiting_hint()}</p>
            <ol class="rows">{lines}</ol>
        }
        .into_any()
    };
    view! {
        <h2>{texts.waiting()}</h2>
        {list}
    }
    .into_any()
}

fn of_adjustment(site: Site, page: &PointsPage, one: &Adjustment, time: &str) -> AnyView {
    let texts = texts::Points(site.lang);
    let href = here(site, &format!("points/{}", one.customer));
    let points = texts.number(&numbers::points(one.points));
    let decide = page.may_change.then(|| {
        let form = |value: &'static str, class: &'static str, words: &'static str| {
            let label = format!("{words}: {points}");
            view! {
                <form method="post" action=here(site, "points")>
                    <input type="hidden" name="form" value=value />
                    <input type="hidden" name="adjustment" value=one.id.to_string() />
                    <button type="submit" class=class aria-label=label>{words}</button>
                </form>
            }
        };
        view! {
            {form("confirm", "button primary", texts.confirm())}
            {form("reject", "button danger", texts.reject())}
        }
    });
    view! {
        <li class="row">
            <div class="what">
                <p class="title"><a href=href>{points.clone()}</a></p>
                <p dir="auto">{one.reason.clone()}</p>
                <p class="quiet"><span>{one.by.clone()}</span> " " <span>{moment(site, time)}</span></p>
            </div>
            {decide}
        </li>
    }
    .into_any()
}

fn of_version(site: Site, page: &PointsPage, version: &RulesVersion, time: &str) -> AnyView {
    let texts = texts::Points(site.lang);
    let number = version.version.to_string();
    let is_current = page.book.versions.first() == Some(version);
    let (drafter, publisher) = (&version.drafted_by_name, &version.published_by_name);
    let restores = version
        .restores
        .map(|of| view! { <p>{texts.restores(&of.to_string())}</p> });
    let note =
        (!version.note.is_empty()).then(|| view! { <p dir="auto">{version.note.clone()}</p> });
    let restore = (page.may_change && !is_current).then(|| {
        view! {
            <form method="post" action=here(site, "points")>
                <input type="hidden" name="form" value="restore" />
                <input type="hidden" name="version" value=number.clone() />
                <button type="submit" class="button">{texts.restore(&number)}</button>
            </form>
        }
    });
    view! {
        <li class="row">
            <div class="what">
                <p class="title">{texts.version(&number)}</p>
                <p class="quiet">{texts.published(drafter, publisher, &moment(site, time))}</p>
                {restores}
                {note}
                {points_form::in_words(site, &version.rules)}
            </div>
            {restore}
        </li>
    }
    .into_any()
}

fn of_draft(site: Site, page: &PointsPage, draft: &RulesDraft, time: &str) -> AnyView {
    let texts = texts::Points(site.lang);
    let note = (!draft.note.is_empty()).then(|| view! { <p dir="auto">{draft.note.clone()}</p> });
    let publish = if page.own_draft {
        view! { <p class="quiet">{texts.own_draft()}</p> }.into_any()
    } else if page.may_change {
        view! {
            <form method="post" action=here(site, "points")>
                <input type="hidden" name="form" value="publish" />
                <input type="hidden" name="revision" value=draft.revision.to_string() />
                <p class="quiet">{texts.publish_hint()}</p>
                <button type="submit" class="button primary">{texts.publish()}</button>
            </form>
        }
        .into_any()
    } else {
        ().into_any()
    };
    let simulate = page.may_simulate.then(|| {
        let words = texts::Simulation(site.lang).to_simulation();
        view! { <p><a href=here(site, "points/simulation")>{words}</a></p> }
    });
    view! {
        <h2>{texts.draft()}</h2>
        <div class="row">
            <div class="what">
                <p class="quiet">{texts.drafted(&draft.by_name, &moment(site, time))}</p>
                {note}
                {points_form::in_words(site, &draft.rules)}
                {simulate}
            </div>
            {publish}
        </div>
    }
    .into_any()
}
