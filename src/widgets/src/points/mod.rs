//! `<bookplate-points>`: what a customer has and why. `<bookplate-earn>` is in [`earn`].
//!
//! What the server renders is the same for everybody: nobody is signed in. What is somebody's own comes in the browser alone.
//! How sums and entries are shown is in [`crate::statement`], the same as on the hosted pages; `state` is what the widget
//! shows, `live` is what happens in the browser.

pub mod earn;
#[cfg(feature = "hydrate")]
mod live;
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "the server renders for nobody in particular")
)]
mod state;

#[cfg(all(test, feature = "ssr"))]
mod tests;

use crate::accounts;
use crate::html::Html;
use crate::slot::Slot;
use crate::{card, referrals, statement, texts, tiers};
use bookplate_wire::accounts::member_path;
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::element::PointsData;
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
pub use live::Handle;
use state::{Model, Points, Standing, Want};

/// The HTML inside the widget's `div.root`; nothing where the shop has no points.
#[cfg(feature = "ssr")]
pub fn render(data: PointsData) -> String {
    if !data.on {
        return String::new();
    }
    Owner::new().with(|| view! { <Overview points=Points::new(data) /> }.to_html())
}

/// Takes over the HTML that the server made of the same `data` inside `container`, for whoever `identity` says.
#[cfg(feature = "hydrate")]
pub fn hydrate(
    container: web_sys::HtmlElement,
    data: PointsData,
    identity: bookplate_client::Identity,
) -> Handle {
    Handle::start(container, data, identity)
}

/// The whole widget. An entry keeps its element when older ones come.
#[component]
fn Overview(points: Points) -> impl IntoView {
    let busy = move || {
        if points.model.with(Model::is_waiting) {
            "true"
        } else {
            "false"
        }
    };
    let entries = move || {
        points.model.with(|model| {
            let entry = |one: &_| view! { <li class="row entry" tabindex="-1" inner_html=std::sync::Arc::clone(one)></li> };
            model.entries.iter().flatten().map(entry).collect::<Vec<_>>()
        })
    };
    view! {
        <section class="points" part="points" aria-labelledby="heading" aria-busy=busy>
            <Slot state=points class="points-head" write=head />
            <Slot state=points class="signed-out" write=nobody />
            <div class="skeleton waiting" aria-hidden="true"></div>
            <Slot state=points class="sums" write=sums />
            <Slot state=points class="tier" write=tier />
            <Slot state=points class="own-card" write=card />
            <Slot state=points class="invited" write=invited />
            <Slot state=points class="invite" write=invite />
            <Slot state=points class="statement-head" write=choice />
            <Slot state=points class="news" role="status" write=news />
            <ol class="rows entries" part="entries">{entries}</ol>
            <Slot state=points class="statement-foot" write=foot />
            <Slot state=points class="problem" role="alert" write=problem />
        </section>
    }
}

fn head(html: &mut Html, points: Points, _: &Model) {
    html.raw("<h2 id=\"heading\" part=\"heading\" tabindex=\"-1\">")
        .text(points.texts().heading())
        .raw("</h2>");
}

fn nobody(html: &mut Html, points: Points, model: &Model) {
    if let Standing::Out(farewell) = model.standing {
        let place = (model.api.as_str(), model.key.as_str());
        let invitation = points.texts().invitation();
        accounts::invite(html, points.lang, place, farewell, invitation);
    }
}

/// What there is, and the ways to what can be done with it.
fn sums(html: &mut Html, points: Points, model: &Model) {
    let Some(balance) = &model.balance else {
        return;
    };
    statement::figures(html, points.lang, balance);
    html.raw("<p class=\"ways\" part=\"ways\">");
    for (page, words) in [
        ("rewards", texts::Rewards(points.lang).all_rewards()),
        ("points", points.texts().all_points()),
    ] {
        html.raw("<a data-enter=\"")
            .raw(page)
            .raw("\" href=\"")
            .text(&model.api)
            .text(&member_path(&model.key, page))
            .raw("?lang=")
            .text(points.lang.tag())
            .raw("\">")
            .text(words)
            .raw("</a>");
    }
    html.raw("</p>");
}

/// The tier, where the shop has any.
fn tier(html: &mut Html, points: Points, model: &Model) {
    let standing = model.balance.as_ref().and_then(|one| one.tier.as_ref());
    let Some(standing) = standing else { return };
    html.raw("<h3 part=\"tier\">")
        .text(texts::Tiers(points.lang).heading())
        .raw("</h3>");
    tiers::figures(html, points.lang, standing);
    tiers::privileges(html, points.lang, standing);
}

/// The membership card.
fn card(html: &mut Html, points: Points, model: &Model) {
    if let Some(card) = &model.card {
        card::card(html, points.lang, card);
    }
}

/// The invitation with which somebody has come to the page, who can take it.
fn invited(html: &mut Html, points: Points, model: &Model) {
    let may_take = model.referral.as_ref().is_some_and(|one| one.may_take);
    if model.invite.is_empty() || !may_take {
        return;
    }
    let texts = texts::Referrals(points.lang);
    html.raw("<p>").text(texts.invited_by_somebody()).raw(" ");
    let offer = model.referral.as_ref().and_then(|one| one.offer.as_ref());
    if let Some(offer) = offer {
        html.text(&referrals::you_get(points.lang, offer));
    }
    html.raw("</p><p class=\"actions\"><button type=\"button\" class=\"button\" part=\"button\" data-do=\"accept\">")
        .text(texts.accept())
        .raw("</button></p>");
    if let Some(words) = model.invite_refused {
        html.raw("<p role=\"alert\">").text(words).raw("</p>");
    }
}

/// The customer's own invitations.
fn invite(html: &mut Html, points: Points, model: &Model) {
    if let Some(referral) = &model.referral {
        referrals::part(html, points.lang, "3", referral);
    }
}

/// The heading of the statement, with what chooses among its entries. The same as long as it is there, so that focus stays
/// in it.
fn choice(html: &mut Html, points: Points, model: &Model) {
    if model.entries.is_none() {
        return;
    }
    let texts = points.texts();
    html.raw("<h3 tabindex=\"-1\">")
        .text(texts.statement())
        .raw("</h3><label class=\"field\"><span class=\"field-name\">")
        .text(texts.kinds())
        .raw("</span><span class=\"select\"><select name=\"kind\"><option value=\"\">")
        .text(texts.all())
        .raw("</option>");
    for kind in EntryKind::ALL {
        html.raw("<option value=\"")
            .raw(kind.as_str())
            .raw("\">")
            .text(statement::kind(points.lang, kind))
            .raw("</option>");
    }
    html.raw("</select></span></label>");
}

/// What is going on, for those who do not see it.
fn news(html: &mut Html, points: Points, model: &Model) {
    if model.is_waiting() {
        html.text(points.texts().widget_loading());
    } else {
        html.text(&model.news);
    }
}

/// What stands below the entries: that there are none, older ones, and all of them as a file.
fn foot(html: &mut Html, points: Points, model: &Model) {
    let Some(entries) = &model.entries else {
        return;
    };
    let texts = points.texts();
    if entries.is_empty() {
        html.raw("<p class=\"empty\" part=\"empty\">")
            .text(if model.kind.is_some() {
                texts.none_of_kind()
            } else {
                texts.none()
            })
            .raw("</p>");
    }
    html.raw("<p class=\"actions\">");
    let older = model.next.is_some().then(|| texts.older());
    for (what, words) in [("older", older), ("save", Some(texts.download()))] {
        if let Some(words) = words {
            html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"")
                .raw(what)
                .raw("\">")
                .text(words)
                .raw("</button>");
        }
    }
    html.raw("</p>");
}

fn problem(html: &mut Html, points: Points, model: &Model) {
    let Some(failure) = &model.failure else {
        return;
    };
    let (texts, common) = (points.texts(), texts::Common(points.lang));
    let nothing = matches!(failure.want, Want::Identity | Want::Overview);
    let words = match (nothing, failure.offline) {
        (true, true) => texts.widget_offline(),
        (true, false) => texts.widget_failed(),
        (false, true) => common.offline(),
        (false, false) => common.failed(),
    };
    accounts::retry(html, points.lang, words);
}
