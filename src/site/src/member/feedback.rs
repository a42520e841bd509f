//! Cases of shoppers: the customer's own, and those that are followed by a code.

use super::gifts::key;
use super::rating;
use crate::case_page::{OwnCasePage, OwnCasesPage, Rated, ReplyDraft, TrackPage};
use crate::context::Site;
use crate::forms::{About, Line, inside};
use crate::page::Content;
use crate::timeline::{facts, mark, timeline};
use bookplate_widgets::{dates, feedback, texts};
use bookplate_wire::feedback::guests::TrackedCase;
use bookplate_wire::feedback::writing::TEXT_MAX;
use bookplate_wire::feedback::{CaseState, CaseTimeline, OwnCase, form_path, own_path, track_path};
use bookplate_wire::problem::Code;
use leptos::prelude::*;

/// The customer's cases, if `content` is that.
pub(super) fn show_own(site: Site, content: &Content) -> Option<AnyView> {
    let Content::OwnCases(page) = content else {
        return None;
    };
    Some(own(site, page))
}

/// One of them, if `content` is that.
pub(super) fn show_case(site: Site, content: &Content) -> Option<AnyView> {
    let Content::OwnCase(page) = content else {
        return None;
    };
    Some(own_case(site, page))
}

/// A case that is followed by its code, if `content` is that.
pub(super) fn show_track(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Track(page) = content else {
        return None;
    };
    Some(track(site, page))
}

fn own(site: Site, page: &OwnCasesPage) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let days = page.days.iter();
    let lines: Vec<_> = page
        .page
        .cases
        .iter()
        .zip(days)
        .map(|(case, day)| line(site, case, day))
        .collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.own_none()}</p> }.into_any()
    } else {
        view! { <ol class="rows">{lines}</ol> }.into_any()
    };
    let more = page.page.next.as_ref().map(|next| {
        let href = site.href(&format!("{}?after={next}", site.path("feedback")));
        view! { <a class="button" href=href rel="next">{texts.own_more()}</a> }
    });
    view! {
        <h1 tabindex="-1">{texts.own()}</h1>
        {list}
        <p class="actions">
            {more}
            <a class="go" href=site.href(&form_path(&key(site)))>{texts.heading()}</a>
        </p>
    }
    .into_any()
}

/// A case in a list, with the day on which it was sent.
pub(super) fn line(site: Site, case: &OwnCase, day: &str) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let href = site.href(&own_path(&key(site), &case.id));
    let about = match (&case.book, case.order.as_str()) {
        (Some(book), _) => Some(book.title.clone()),
        (None, "") => None,
        (None, order) => Some(texts.about_order(order)),
    };
    let about = about.map(|about| view! { <span dir="auto">{about}</span> });
    view! {
        <li class="row">
            <div class="what">
                <p class="title">
                    <a class="go" href=href>{feedback::kind(site.lang, case.kind)}</a>
                </p>
                <p class="excerpt" dir="auto">{case.body.clone()}</p>
                <p class="quiet">
                    <span class=mark(case.state)>{feedback::state(site.lang, case.state)}</span>
                    <span>{texts.sent_on(&dates::long(site.lang, day))}</span>
                    {about}
                </p>
            </div>
        </li>
    }
    .into_any()
}

fn own_case(site: Site, page: &OwnCasePage) -> AnyView {
    let case = &page.case;
    let action = site.href(&own_path(&key(site), &case.case.id));
    let back = site.href(&site.path("feedback"));
    view! {
        <p><a class="go" href=back>{texts::Feedback(site.lang).own()}</a></p>
        <h1 tabindex="-1">{feedback::kind(site.lang, case.case.kind)}</h1>
        {site.fresh(case, own_of, |site, case| {
            view! {
                <p class="quiet">
                    <span class=mark(case.case.state)>{feedback::state(site.lang, case.case.state)}</span>
                </p>
                {history(site, case)}
            }
                .into_any()
        })}
        {rating::ask(site, case, &action, ().into_any(), page.rating_wrong)}
        {reply(site, case, &page.reply, &action, ().into_any())}
    }
    .into_any()
}

fn own_of(content: &Content) -> Option<&CaseTimeline> {
    match content {
        Content::OwnCase(page) => Some(&page.case),
        _ => None,
    }
}

fn tracked_of(content: &Content) -> Option<&TrackedCase> {
    match content {
        Content::Track(page) => page.found.as_ref(),
        _ => None,
    }
}

fn history(site: Site, case: &CaseTimeline) -> AnyView {
    view! {
        {facts(site, &case.case)}
        <h2>{texts::Feedback(site.lang).timeline()}</h2>
        {timeline(site, &case.case, &case.entries, None)}
    }
    .into_any()
}

/// The form to write more, with what shows whose case it is.
fn reply(
    site: Site,
    case: &CaseTimeline,
    draft: &ReplyDraft,
    action: &str,
    shown_by: AnyView,
) -> AnyView {
    let texts = texts::Feedback(site.lang);
    if case.case.merged_into.is_some() {
        return view! { <p class="quiet">{texts.reply_merged()}</p> }.into_any();
    }
    if !case.takes_messages {
        return view! { <p class="quiet">{texts.reply_closed()}</p> }.into_any();
    }
    let (label, hint, send) = match case.case.state {
        CaseState::Waiting => (texts.reply_waiting(), "", texts.reply_send()),
        CaseState::Resolved => (texts.reply(), texts.reply_reopens(), texts.reply_reopen()),
        _ => (texts.reply(), "", texts.reply_send()),
    };
    let about = About::new("text", hint, draft.wrong.then_some(texts.body_fault()));
    view! {
        <form method="post" action=action.to_owned() class="stack">
            {shown_by}
            <input type="hidden" name="draft" value=draft.draft.clone() />
            <div class="field">
                <label for="text">{label}</label>
                <textarea
                    id="text"
                    name="text"
                    rows="5"
                    required=true
                    maxlength=TEXT_MAX.to_string()
                    aria-describedby=about.ids()
                    aria-invalid=about.invalid()
                    inner_html=inside(&draft.text)
                ></textarea>
                {about.view()}
            </div>
            <p class="actions">
                <button type="submit" class="button primary" name="do" value="write">{send}</button>
            </p>
        </form>
    }
    .into_any()
}

fn track(site: Site, page: &TrackPage) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let action = site.href(&track_path(&key(site)));
    let found = page
        .found
        .as_ref()
        .map(|found| tracked(site, page, found, &action));
    let asks = page
        .found
        .as_ref()
        .is_none_or(|found| found.case.is_none())
        .then(|| ask(site, page, &action));
    let done = match page.rating {
        Rated::Sent => Some(texts.rated_done()),
        _ => page.reply.sent.then_some(texts.reply_done()),
    };
    let sent =
        done.map(|words| view! { <p class="notice" role="status" tabindex="-1">{words}</p> });
    view! {
        <h1 tabindex="-1">{texts.track()}</h1>
        {sent}
        {found}
        {asks}
        <p class="actions">
            <a class="go" href=site.href(&form_path(&key(site)))>{texts.write_another()}</a>
        </p>
    }
    .into_any()
}

/// What is found: how far it is, and all of it to who has shown that it is the own one.
fn tracked(site: Site, page: &TrackPage, found: &TrackedCase, action: &str) -> AnyView {
    let shown_by = || {
        view! {
            <input type="hidden" name="code" value=page.code.clone() />
            <input type="hidden" name="email" value=page.email.clone() />
        }
        .into_any()
    };
    let all = found.case.as_ref().map(|case| {
        let wrong = page.rating == Rated::Wrong;
        view! {
            {rating::ask(site, case, action, shown_by(), wrong)}
            {reply(site, case, &page.reply, action, shown_by())}
        }
    });
    view! {
        {site.fresh(found, tracked_of, how_far)}
        {all}
    }
    .into_any()
}

fn how_far(site: Site, found: &TrackedCase) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let all = found.case.as_ref().map(|case| history(site, case));
    view! {
        <h2>{feedback::kind(site.lang, found.kind)}</h2>
        <p class="quiet case-facts">
            <span class=mark(found.state)>{feedback::state(site.lang, found.state)}</span>
            <span>{texts.sent_on(&dates::long(site.lang, &found.opened_on))}</span>
            <span>{texts.changed_on(&dates::long(site.lang, &found.changed_on))}</span>
        </p>
        {all}
    }
    .into_any()
}

/// Asks for the code, and for the address that was left.
fn ask(site: Site, page: &TrackPage, action: &str) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let code_fault = match page.refused {
        Some(Code::CaseNotFound) => Some(texts.code_unknown()),
        Some(Code::RateLimited) => Some(texts.too_slow()),
        _ => None,
    };
    let email_fault = match &page.found {
        Some(_) if page.email.is_empty() => Some(texts.email_unknown()),
        Some(_) => Some(texts.email_wrong()),
        None => None,
    };
    let code = Line {
        name: "code",
        label: texts.code(),
        value: &page.code,
        kind: "text",
        autocomplete: "off",
        hint: texts.code_hint(),
        fault: code_fault,
    };
    let email = Line {
        name: "email",
        label: texts.email(),
        value: &page.email,
        kind: "email",
        autocomplete: "email",
        hint: texts.code_email_hint(),
        fault: email_fault,
    };
    view! {
        <form method="post" action=action.to_owned() class="stack">
            {code.view()}
            {email.view()}
            <p class="actions">
                <button type="submit" class="button primary" name="do" value="look">{texts.look()}</button>
            </p>
        </form>
    }
    .into_any()
}
