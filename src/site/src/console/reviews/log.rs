//! What was decided about reviews, those that are gone included, and what their authors have written before.

use super::card::written;
use crate::console::{here, moment, shop_id, with_query};
use crate::console_page::{VersionsPage, versions_path};
use crate::context::Site;
use crate::member::photo_list_with_words;
use bookplate_widgets::{reasons, texts};
use bookplate_wire::reviews::decisions::{Act, DecisionLog, LoggedDecision};
use bookplate_wire::reviews::moderation::EarlierVersion;
use leptos::prelude::*;

/// All decisions, the latest first.
pub(in crate::console) fn log(site: Site, log: &DecisionLog) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let lines: Vec<_> = log.decisions.iter().map(|one| line(site, one)).collect();
    let none = lines.is_empty();
    let more = log.next.as_ref().map(|next| {
        let href = with_query(here(site, "reviews/decisions"), [("after", next.as_str())]);
        view! { <p><a class="button" href=href rel="next">{texts.next()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.log()}</h1>
        <p class="quiet">{texts.log_hint()}</p>
        {none.then(|| view! { <p class="empty">{texts.share_none()}</p> })}
        {(!none).then(|| view! { <ol class="rows">{lines}</ol> })}
        {more}
        {back(site)}
    }
    .into_any()
}

fn line(site: Site, decision: &LoggedDecision) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let words = match decision.act {
        Act::Approve => texts.state_approved(),
        Act::Refuse => texts.state_refused(),
        Act::Changes => texts.state_changes(),
        Act::Label => texts.log_labelled(),
    };
    let reason = decision
        .reason
        .map(|reason| view! { <p class="quiet">{reasons::words(site.lang, reason)}</p> });
    let by = match decision.by.as_str() {
        "" => texts.by_nobody().to_owned(),
        email => email.to_owned(),
    };
    let book = match &decision.book {
        Some(book) => book.clone(),
        None => texts.log_gone().to_owned(),
    };
    view! {
        <li class="row entry">
            <div class="what">
                <p class="title">{words}</p>
                <p class="by">
                    <span>{book}</span>
                    <span>{texts::Reviews(site.lang).stars(u32::from(decision.stars))}</span>
                    <span>{texts.version(decision.version)}</span>
                </p>
                {reason}
                <p class="quiet"><span>{moment(site, &decision.decided)}</span> " " <span>{by}</span></p>
            </div>
        </li>
    }
    .into_any()
}

/// The earlier versions of a review, the latest first.
pub(in crate::console) fn versions(site: Site, page: &VersionsPage) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let lines: Vec<_> = page
        .page
        .versions
        .iter()
        .map(|version| one(site, page, version))
        .collect();
    let more = page.page.next.map(|next| {
        let href = site.href(&versions_path(&shop_id(site), &page.review, Some(next)));
        view! { <p><a class="button" href=href rel="next">{texts.next()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.versions()}</h1>
        <p class="quiet">{page.book.clone()}</p>
        <ol class="versions">{lines}</ol>
        {more}
        {back(site)}
    }
    .into_any()
}

fn one(site: Site, page: &VersionsPage, version: &EarlierVersion) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let seen = version
        .shown
        .then(|| view! { <strong>{texts.seen()}</strong> });
    view! {
        <li>
            <p class="by">
                <span>{texts.version(version.version)}</span>
                <span>{moment(site, &version.written)}</span>
                {seen}
            </p>
            {written(site, version.rating, &version.title, &version.body, &page.language)}
            {photo_list_with_words(site, &page.author, &version.photos)}
        </li>
    }
    .into_any()
}

fn back(site: Site) -> AnyView {
    let words = texts::Moderation(site.lang).back();
    view! { <p><a class="go" href=here(site, "reviews")>{words}</a></p> }.into_any()
}
