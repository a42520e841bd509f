//! The console of the shops' staff: a file for each page.

mod account;
mod audit;
mod besides_form;
mod branches;
mod canned;
mod case;
mod clocks;
mod deliveries;
mod demand;
mod enter;
mod faq;
mod feedback;
mod figures;
mod keys;
mod liability;
mod link;
mod notes;
mod nps;
mod picks;
mod plot;
mod points;
mod points_customer;
mod points_form;
mod refunds;
mod reviews;
mod rewards;
mod settings;
mod shortcuts;
mod sign_in;
mod simulation;
mod staff;
mod survey_questions;
mod survey_results;
mod surveys;
mod table;
mod tiers_form;
mod webhooks;

use crate::console_page::{ACCOUNT, ConsolePage, console_path, role_name};
use crate::context::Site;
use crate::page::{Console, Content, Place};
use crate::shell::section;
use bookplate_widgets::{dates, texts};
use bookplate_wire::query;
use bookplate_wire::staff::{MyShop, Role};
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route};
use leptos_router::path;

/// The pages by their addresses.
pub(crate) fn routes() -> AnyView {
    view! {
        <FlatRoutes fallback=|| Site::here().show(|_, _| None)>
            <Route path=path!("/console") view=page />
            <Route path=path!("/console/sign-in") view=page />
            <Route path=path!("/console/enter") view=page />
            <Route path=path!("/console/account") view=page />
            <Route path=path!("/console/shops/:shop/reviews") view=page />
            <Route path=path!("/console/shops/:shop/reviews/decisions") view=page />
            <Route path=path!("/console/shops/:shop/reviews/:review/versions") view=page />
            <Route path=path!("/console/shops/:shop/picks") view=page />
            <Route path=path!("/console/shops/:shop/picks/:pick") view=page />
            <Route path=path!("/console/shops/:shop/settings") view=page />
            <Route path=path!("/console/shops/:shop/branches") view=page />
            <Route path=path!("/console/shops/:shop/keys") view=page />
            <Route path=path!("/console/shops/:shop/webhooks") view=page />
            <Route path=path!("/console/shops/:shop/deliveries") view=page />
            <Route path=path!("/console/shops/:shop/cases") view=page />
            <Route path=path!("/console/shops/:shop/cases/:case") view=page />
            <Route path=path!("/console/shops/:shop/canned") view=page />
            <Route path=path!("/console/shops/:shop/canned/:answer") view=page />
            <Route path=path!("/console/shops/:shop/faq") view=page />
            <Route path=path!("/console/shops/:shop/faq/:article") view=page />
            <Route path=path!("/console/shops/:shop/surveys") view=page />
            <Route path=path!("/console/shops/:shop/surveys/:survey") view=page />
            <Route path=path!("/console/shops/:shop/surveys/:survey/results") view=page />
            <Route path=path!("/console/shops/:shop/nps") view=page />
            <Route path=path!("/console/shops/:shop/clocks") view=page />
            <Route path=path!("/console/shops/:shop/figures") view=page />
            <Route path=path!("/console/shops/:shop/refunds") view=page />
            <Route path=path!("/console/shops/:shop/demand") view=page />
            <Route path=path!("/console/shops/:shop/points") view=page />
            <Route path=path!("/console/shops/:shop/points/simulation") view=page />
            <Route path=path!("/console/shops/:shop/points/liability") view=page />
            <Route path=path!("/console/shops/:shop/points/:customer") view=page />
            <Route path=path!("/console/shops/:shop/rewards") view=page />
            <Route path=path!("/console/shops/:shop/rewards/:reward") view=page />
            <Route path=path!("/console/shops/:shop/staff") view=page />
            <Route path=path!("/console/shops/:shop/audit") view=page />
        </FlatRoutes>
    }
    .into_any()
}

/// The view of any route: what is shown is in the content.
fn page() -> AnyView {
    Site::here().show(show)
}

fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Console(page) = content else {
        return None;
    };
    Some(match page {
        ConsolePage::SignIn(page) => sign_in::view(site, page),
        ConsolePage::Enter(page) => enter::view(site, page),
        ConsolePage::LinkInvalid => enter::invalid(site),
        ConsolePage::Codes(codes) => enter::codes(site, codes),
        ConsolePage::Shops(shops) => choose(site, shops),
        ConsolePage::Account(page) => account::view(site, page),
        ConsolePage::Reviews(page) => reviews::view(site, page),
        ConsolePage::Decisions(log) => reviews::log(site, log),
        ConsolePage::Versions(page) => reviews::versions(site, page),
        ConsolePage::Picks(page) => picks::list(site, page),
        ConsolePage::Pick(page) => picks::form(site, page),
        ConsolePage::Settings(page) => settings::view(site, page),
        ConsolePage::Branches(page) => branches::view(site, page),
        ConsolePage::Keys(page) => keys::view(site, page),
        ConsolePage::Webhooks(page) => webhooks::view(site, page),
        ConsolePage::Deliveries(page) => deliveries::view(site, page),
        ConsolePage::Cases(page) => feedback::view(site, page),
        ConsolePage::Case(page) => case::view(site, page),
        ConsolePage::Articles(page) => faq::list(site, page),
        ConsolePage::Article(page) => faq::form(site, page),
        ConsolePage::Surveys(page) => surveys::list(site, page),
        ConsolePage::Survey(page) => surveys::form(site, page),
        ConsolePage::SurveyResults(page) => survey_results::view(site, page),
        ConsolePage::Nps(page) => nps::view(site, page),
        ConsolePage::Canned(page) => canned::list(site, page),
        ConsolePage::CannedForm(page) => canned::form(site, page),
        ConsolePage::Clocks(page) => clocks::view(site, page),
        ConsolePage::Figures(page) => figures::view(site, page),
        ConsolePage::Refunds(page) => refunds::view(site, page),
        ConsolePage::Demand(page) => demand::view(site, page),
        ConsolePage::Points(page) => points::view(site, page),
        ConsolePage::CustomerPoints(page) => points_customer::view(site, page),
        ConsolePage::Simulation(page) => simulation::view(site, page),
        ConsolePage::Liability(page) => liability::view(site, page),
        ConsolePage::Rewards(page) => rewards::list(site, page),
        ConsolePage::Reward(page) => rewards::form(site, page),
        ConsolePage::Staff(page) => staff::view(site, page),
        ConsolePage::Audit(page) => audit::view(site, page),
    })
}

/// The shops of who is signed in.
fn choose(site: Site, shops: &[MyShop]) -> AnyView {
    let texts = texts::Console(site.lang);
    let lines: Vec<_> = shops
        .iter()
        .map(|shop| {
            let href = site.href(&console_path(shop.id.as_str(), "settings"));
            view! {
                <li class="row">
                    <a href=href rel="external">{shop.name.clone()}</a>
                    <span class="quiet">{role_name(site.lang, shop.role)}</span>
                </li>
            }
        })
        .collect();
    let none = lines.is_empty();
    view! {
        <h1 tabindex="-1">{texts.shops()}</h1>
        {none.then(|| view! { <p class="empty">{texts.no_shops()}</p> })}
        {(!none).then(|| view! { <ul class="rows">{lines}</ul> })}
    }
    .into_any()
}

/// The list of the pages, for who is signed in.
pub(crate) fn sections(site: Site, console: &Console) -> AnyView {
    if console.staff.is_none() {
        return ().into_any();
    }
    let texts = texts::Console(site.lang);
    let pages = console.shop.as_ref().map(|shop| {
        let link = |page, words: &str| section(site, console_path(shop.id.as_str(), page), words);
        let manages = shop.role >= Role::Manager;
        let reviews = texts::Moderation(site.lang);
        let reviews = match console.waiting.reviews {
            0 => reviews.heading().to_owned(),
            waiting => reviews.heading_waiting(waiting),
        };
        let cases = texts::Cases(site.lang);
        let cases = match console.waiting.cases {
            0 => cases.heading().to_owned(),
            open => cases.heading_open(open),
        };
        view! {
            {link("reviews", &reviews)}
            {link("picks", texts::Picks(site.lang).console())}
            {link("cases", &cases)}
            {link("faq", texts::Faq(site.lang).heading())}
            {link("surveys", texts::Surveys(site.lang).heading())}
            {link("demand", texts::Demand(site.lang).heading())}
            {link("points", texts::Points(site.lang).heading())}
            {link("rewards", texts::Rewards(site.lang).heading())}
            {link("settings", texts.settings())}
            {link("branches", texts.branches())}
            {manages.then(|| link("keys", texts.keys()))}
            {manages.then(|| link("webhooks", texts::Webhooks(site.lang).heading()))}
            {link("deliveries", texts::Deliveries(site.lang).heading())}
            {link("refunds", texts::Refunds(site.lang).heading())}
            {manages.then(|| link("staff", texts.staff()))}
            {manages.then(|| link("audit", texts.audit()))}
        }
    });
    let others = console.several.then(|| {
        view! { <li><a href=site.href("/console") rel="external">{texts.shops()}</a></li> }
    });
    view! {
        <nav class="sections" aria-label=site.texts().menu()>
            <ul>
                {pages}
                {others}
                {section(site, ACCOUNT.to_owned(), texts.account())}
                <li>
                    <form method="post" action=site.href("/console/sign-out")>
                        <button type="submit">{site.texts().sign_out()}</button>
                    </form>
                </li>
            </ul>
        </nav>
    }
    .into_any()
}

/// Path of a page of the shop that is shown.
fn here(site: Site, page: &str) -> String {
    site.href(&console_path(&shop_id(site), page))
}

/// An address of ours with parameters more.
fn with_query<'a>(
    mut href: String,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    for (name, value) in parameters {
        if !href.contains('?') {
            href.push('?');
        }
        query::push(&mut href, name, value);
    }
    href
}

/// What names the shop that is shown.
fn shop_id(site: Site) -> String {
    site.page.with_untracked(|shown| match &shown.place {
        Place::Console(Console {
            shop: Some(shop), ..
        }) => shop.id.to_string(),
        _ => String::new(),
    })
}

/// What can only be read.
fn readonly(site: Site, may_change: bool) -> Option<AnyView> {
    (!may_change).then(|| {
        let words = texts::Console(site.lang).readonly();
        view! { <p class="quiet">{words}</p> }.into_any()
    })
}

/// What is wrong with the field called `name`, in words.
fn fault<'a>(faults: &[String], name: &str, words: &'a str) -> Option<&'a str> {
    faults.iter().any(|fault| fault == name).then_some(words)
}

/// A time of the server's, `YYYY-MM-DD hh:mm`, as readers write it.
fn moment(site: Site, time: &str) -> String {
    dates::moment(site.lang, time)
}
