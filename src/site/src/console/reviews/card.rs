//! One review with all that is known of it, and what can be done about it.

use super::super::{moment, shop_id};
use super::forms;
use crate::console_page::{ReviewsPage, versions_path};
use crate::context::Site;
use crate::member::photo_list_with_words;
use bookplate_widgets::html::Html;
use bookplate_widgets::{holds, notes, numbers, reasons, stars, texts};
use bookplate_wire::reviews::moderation::{Decision, ModeratedReview};
use bookplate_wire::reviews::page_path;
use bookplate_wire::reviews::spoilers::{self, Passage};
use bookplate_wire::reviews::writing::ReviewState;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &ReviewsPage, review: &ModeratedReview) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let href = site.href(&page_path(&page.key, review.isbn));
    let verified = review
        .verified
        .then(|| view! { <span class="mark">{texts::Reviews(site.lang).verified()}</span> });
    let incentivised = review
        .incentivised
        .then(|| view! { <span class="mark">{texts::Reviews(site.lang).incentivised()}</span> });
    view! {
        <li class="card" data-card="" tabindex="-1">
            <article>
                <div class="head">
                    {(page.may_decide && !forms::is_gone(review)).then(|| forms::choose(site, page, review))}
                    <h2><a href=href rel="external">{review.book.clone()}</a></h2>
                    {state(site, review)}
                </div>
                {written(site, review.rating, &review.title, &review.body, &review.language)}
                {photo_list_with_words(site, &review.author, &review.photos)}
                <div inner_html=said_besides(site, page, review)></div>
                <p class="by">
                    <span>{author(site, review)}</span>
                    <span>{moment(site, &review.written)}</span>
                    {verified}
                    {incentivised}
                    <code>{review.isbn.to_string()}</code>
                </p>
                {held(site, review)}
                {told(site, review)}
                {reports(site, review)}
                {earlier(site, review)}
                {decisions(site, review)}
                {(!review.answer.is_empty()).then(|| view! {
                    <div class="answer"><h3>{texts.answer()}</h3>{plain(&review.answer)}</div>
                })}
            </article>
            {forms::actions(site, page, review)}
        </li>
    }
    .into_any()
}

/// Moods, pace and content warnings.
fn said_besides(site: Site, page: &ReviewsPage, review: &ModeratedReview) -> String {
    let mut html = Html::default();
    notes::lines(&mut html, site.lang, &page.vocabulary, &review.notes);
    html.finish()
}

/// The name under which a review is shown.
pub(super) fn author(site: Site, review: &ModeratedReview) -> String {
    if review.author.is_empty() {
        texts::Reviews(site.lang).anonymous().to_owned()
    } else {
        review.author.clone()
    }
}

/// What has become of it, and what readers see.
fn state(site: Site, review: &ModeratedReview) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let (kind, words) = match review.state {
        _ if review.waiting => ("waiting", texts.state_waiting()),
        ReviewState::Pending => ("waiting", texts.state_waiting()),
        ReviewState::Published => ("approved", texts.state_approved()),
        ReviewState::Changes => ("changes", texts.state_changes()),
        ReviewState::Refused => ("refused", texts.state_refused()),
        ReviewState::HandedOver => ("handed-over", texts.state_handed_over()),
    };
    let seen = match (review.shown, review.state) {
        (true, ReviewState::Published) => texts.seen(),
        (true, _) => texts.seen_earlier(),
        (false, _) => texts.unseen(),
    };
    view! {
        <p class="state" data-state=kind>
            <strong>{words}</strong>
            <span>{seen}</span>
        </p>
    }
    .into_any()
}

/// Stars, title and text as its author has written them.
pub(super) fn written(site: Site, rating: u8, title: &str, body: &str, language: &str) -> AnyView {
    let label = texts::Common(site.lang).out_of_five(&numbers::decimal(rating));
    let lang = (!language.is_empty()).then(|| language.to_owned());
    let text = if title.is_empty() && body.is_empty() {
        view! { <p class="quiet">{texts::Moderation(site.lang).no_words()}</p> }.into_any()
    } else {
        let title = (!title.is_empty()).then(|| view! { <p class="title">{title.to_owned()}</p> });
        view! { <div class="text" lang=lang dir="auto">{title} {paragraphs(site, body)}</div> }
            .into_any()
    };
    view! {
        <div class="written">
            <div inner_html=stars::alone(rating, &label)></div>
            {text}
        </div>
    }
    .into_any()
}

/// What gives the story away can be read, and is marked: whether it is marked is a part of the decision.
fn paragraphs(site: Site, text: &str) -> Vec<AnyView> {
    let paragraph = |passages: Vec<Passage<'_>>| {
        let parts: Vec<_> = passages
            .into_iter()
            .map(|part| {
                let text = part.text.to_owned();
                if part.spoiler {
                    let word = texts::Moderation(site.lang).spoiler();
                    view! { <mark class="spoiler"><b lang=site.lang.tag()>{word}</b>" "{text}</mark> }
                        .into_any()
                } else {
                    text.into_any()
                }
            })
            .collect();
        view! { <p>{parts}</p> }.into_any()
    };
    let paragraphs = spoilers::paragraphs(text).into_iter();
    paragraphs.map(paragraph).collect()
}

/// What the shop says itself, as readers see it: bars mean nothing in it.
fn plain(text: &str) -> Vec<AnyView> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| view! { <p>{line.to_owned()}</p> }.into_any())
        .collect()
}

/// Why it waits, whatever the shop's setting says, with what was found.
fn held(site: Site, review: &ModeratedReview) -> Option<AnyView> {
    let texts = texts::Moderation(site.lang);
    let lines: Vec<_> = review
        .holds
        .iter()
        .map(|hold| view! { <li inner_html=holds::words(site.lang, hold)></li> })
        .collect();
    (!lines.is_empty()).then(|| {
        view! { <div class="told held"><h3>{texts.held()}</h3><ul>{lines}</ul></div> }.into_any()
    })
}

/// What the author was told about the last decision.
fn told(site: Site, review: &ModeratedReview) -> Option<AnyView> {
    let reason = review.reason?;
    let note = (!review.note.is_empty()).then(|| plain(&review.note));
    let shown = view! {
        <div class="told">
            <p>{texts::Moderation(site.lang).told()} " " {reasons::words(site.lang, reason)}</p>
            {note}
        </div>
    };
    Some(shown.into_any())
}

/// What readers have against it.
fn reports(site: Site, review: &ModeratedReview) -> Option<AnyView> {
    let texts = texts::Moderation(site.lang);
    let count = u32::try_from(review.reports.len()).unwrap_or(u32::MAX);
    let lines: Vec<_> = review
        .reports
        .iter()
        .map(|report| {
            let note = (!report.note.is_empty()).then(|| paragraphs(site, &report.note));
            view! {
                <li>
                    <p>
                        <strong>{reasons::words(site.lang, report.reason)}</strong>
                        " "
                        <span class="quiet">{moment(site, &report.reported)}</span>
                    </p>
                    {note}
                </li>
            }
        })
        .collect();
    (count > 0).then(|| {
        view! { <div class="reports"><h3>{texts.reports(count)}</h3><ul>{lines}</ul></div> }
            .into_any()
    })
}

/// What the author has written before.
fn earlier(site: Site, review: &ModeratedReview) -> Option<AnyView> {
    let texts = texts::Moderation(site.lang);
    let told = u32::try_from(review.earlier.len()).unwrap_or(u32::MAX);
    let count = told.saturating_add(review.earlier_left);
    let versions: Vec<_> = review
        .earlier
        .iter()
        .map(|version| {
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
                    {written(site, version.rating, &version.title, &version.body, &review.language)}
                    {photo_list_with_words(site, &review.author, &version.photos)}
                </li>
            }
        })
        .collect();
    (count > 0).then(|| {
        view! {
            <details class="more">
                <summary>{texts.earlier(count)}</summary>
                <ol class="versions">{versions}</ol>
                {left(site, review)}
            </details>
        }
        .into_any()
    })
}

/// The way to the earlier versions that are not told here.
fn left(site: Site, review: &ModeratedReview) -> Option<AnyView> {
    let words = texts::Moderation(site.lang).earlier_left(review.earlier_left);
    let href = site.href(&versions_path(&shop_id(site), &review.id, None));
    (review.earlier_left > 0)
        .then(|| view! { <p><a class="go" href=href>{words}</a></p> }.into_any())
}

/// What was decided about it, and by whom.
fn decisions(site: Site, review: &ModeratedReview) -> Option<AnyView> {
    let texts = texts::Moderation(site.lang);
    let lines: Vec<_> = review
        .decisions
        .iter()
        .map(|decision| {
            let words = match decision.decision {
                Decision::Approve => texts.state_approved(),
                Decision::Refuse => texts.state_refused(),
                Decision::Changes => texts.state_changes(),
            };
            let reason = decision
                .reason
                .map(|reason| reasons::words(site.lang, reason));
            let by = match decision.by.as_str() {
                "" => texts.by_nobody().to_owned(),
                email => email.to_owned(),
            };
            view! {
                <li>
                    <p class="by">
                        <strong>{words}</strong>
                        <span>{texts.version(decision.version)}</span>
                        <span>{by}</span>
                        <span>{moment(site, &decision.decided)}</span>
                    </p>
                    {reason.map(|reason| view! { <p class="quiet">{reason}</p> })}
                </li>
            }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary>{texts.decisions()}</summary>
                <ol class="versions">{lines}</ol>
            </details>
        }
        .into_any()
    })
}
