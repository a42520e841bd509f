//! Invitations: the page to which a customer's link leads, and what the page of points has of them.

use super::gifts::key;
use super::sign_in::home;
use crate::context::Site;
use crate::forms::Line;
use crate::page::{Content, InvitePage, ReferralView, member_path};
use bookplate_widgets::html::Html;
use bookplate_widgets::{numbers, referrals, texts};
use bookplate_wire::points::referrals::{INVITE, ReferralOffer};
use bookplate_wire::problem::Code;
use bookplate_wire::query;
use leptos::prelude::*;

/// The page to which a link leads, if `content` is it.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Invite(page) = content else {
        return None;
    };
    Some(view(site, page))
}

fn view(site: Site, page: &InvitePage) -> AnyView {
    let texts = texts::Referrals(site.lang);
    let (shop, address) = home(site);
    let heading = texts.invited_to(&shop);
    let refused = match (page.refused, &page.by, &page.offer) {
        (Some(code), ..) => Some(code),
        (None, None, _) => Some(Code::ReferralUnknown),
        (None, Some(_), None) => Some(Code::ReferralOff),
        (None, Some(_), Some(_)) => None,
    };
    if let Some(words) = refused.and_then(|code| referrals::refused(site.lang, code)) {
        return view! {
            <h1 tabindex="-1">{heading}</h1>
            <p class="wrong" role="alert" tabindex="-1" data-focus="">{words}</p>
        }
        .into_any();
    }
    let by = match page.by.as_deref() {
        Some("") | None => texts.invited_by_somebody().to_owned(),
        Some(name) => texts.invited_by(name),
    };
    let points = with_code(&member_path(&key(site), "points"), &page.code);
    let mut sign_up = member_path(&key(site), "sign-up");
    sign_up.push('?');
    query::push(&mut sign_up, "back", &points);
    // Where the shop has a login of its own, the widget of its pages takes it.
    let at_shop = (!address.is_empty()).then(|| {
        let href = with_code(&format!("{address}/"), &page.code);
        view! { <p><a class="go" href=href rel="external">{texts.at_shop(&shop)}</a></p> }
    });
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{heading}</h1>
            <p dir="auto">{by}</p>
            {page.offer.as_ref().map(|offer| promise(site, offer))}
            <p class="quiet">{texts.for_whom()}</p>
            <p class="actions">
                <a class="button primary" href=site.href(&points) rel="external">{texts.accept()}</a>
                <a class="button" href=site.href(&sign_up) rel="external">{texts.sign_up()}</a>
            </p>
            {at_shop}
        </div>
    }
    .into_any()
}

/// An address with the code of an invitation.
fn with_code(address: &str, code: &str) -> String {
    let mut address = format!("{address}?");
    query::push(&mut address, INVITE, code);
    address
}

/// What both get.
fn promise(site: Site, offer: &ReferralOffer) -> AnyView {
    let texts = texts::Referrals(site.lang);
    let you = referrals::you_get(site.lang, offer);
    let you = (!you.is_empty()).then(|| view! { <p>{you}</p> });
    let they = texts.they_get(&numbers::points(offer.points));
    view! {
        {you}
        <p>{they}</p>
    }
    .into_any()
}

/// The customer's own invitations, and the way to take somebody's.
pub(super) fn own_part(site: Site, referral: &ReferralView) -> AnyView {
    let mut html = Html::default();
    referrals::part(&mut html, site.lang, "2", &referral.own);
    view! {
        {taking(site, referral)}
        <div class="invite" inner_html=html.finish()></div>
    }
    .into_any()
}

/// The invitation that somebody has come with, or the field for its code; nothing for who can take none and has come with none.
fn taking(site: Site, referral: &ReferralView) -> Option<AnyView> {
    let texts = texts::Referrals(site.lang);
    let is_named = !referral.code.is_empty();
    let refused = match referral.refused {
        None if is_named && !referral.own.may_take => return Some(too_late(site, referral)),
        refused => refused.and_then(|code| referrals::refused(site.lang, code)),
    };
    if !referral.own.may_take && refused.is_none() {
        return None;
    }
    let code = Line {
        name: "code",
        label: texts.code(),
        value: &referral.code,
        kind: "text",
        autocomplete: "off",
        hint: texts.code_hint(),
        fault: refused,
    };
    let promise = referral.own.offer.as_ref();
    let promise = promise.map(|offer| referrals::you_get(site.lang, offer));
    let action = site.href(&site.path("points"));
    Some(
        view! {
            <details class="more invited" open=is_named || refused.is_some()>
                <summary>{texts.enter()}</summary>
                <form method="post" action=action>
                    <p>{promise}</p>
                    {code.view()}
                    <button type="submit" class="button primary">{texts.accept()}</button>
                </form>
            </details>
        }
        .into_any(),
    )
}

/// Why there is no button, for who has come with an invitation.
fn too_late(site: Site, referral: &ReferralView) -> AnyView {
    let texts = texts::Referrals(site.lang);
    let words = match referral.own.offer {
        Some(_) => texts.for_whom(),
        None => texts.off(),
    };
    view! { <p class="quiet">{words}</p> }.into_any()
}
