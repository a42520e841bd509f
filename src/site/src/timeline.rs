//! The timeline of a feedback case: the same for its shopper and for the staff, who see more of it.

use crate::context::Site;
use crate::member::photo_list_with_words;
use bookplate_widgets::{dates, feedback, texts};
use bookplate_wire::feedback::{CaseEntry, CaseState, EntryBy, EntryKind, OwnCase, ReturnState};
use leptos::prelude::*;

/// What has happened, the earliest first. `shopper` is the name of who has sent the case, where the staff knows it; for the
/// shopper it is `None`.
pub(crate) fn timeline(
    site: Site,
    case: &OwnCase,
    entries: &[CaseEntry],
    shopper: Option<&str>,
) -> AnyView {
    let lines: Vec<_> = entries
        .iter()
        .map(|entry| line(site, case, entry, shopper))
        .collect();
    view! { <ol class="timeline">{lines}</ol> }.into_any()
}

fn line(site: Site, case: &OwnCase, entry: &CaseEntry, shopper: Option<&str>) -> AnyView {
    let when = view! {
        <time datetime=entry.when.replace(' ', "T")>{dates::moment(site.lang, &entry.when)}</time>
    };
    match entry.kind {
        EntryKind::Message | EntryKind::Note => {
            let lang = (entry.by == EntryBy::Shopper && !case.language.is_empty())
                .then(|| case.language.clone());
            let class = match (entry.kind, entry.by) {
                (EntryKind::Note, _) => "said note",
                (_, EntryBy::Staff) => "said by-shop",
                (_, EntryBy::Shopper) => "said by-shopper",
            };
            view! {
                <li class=class>
                    <p class="who"><strong>{who(site, entry, shopper)}</strong> {when}</p>
                    <p class="words" lang=lang dir="auto">{entry.text.clone()}</p>
                    {photo_list_with_words(site, shopper.unwrap_or_default(), &entry.photos)}
                </li>
            }
            .into_any()
        }
        _ => view! { <li class="done"><p>{done(site, entry, shopper)} " " {when}</p></li> }
            .into_any(),
    }
}

/// Who has said it.
fn who(site: Site, entry: &CaseEntry, shopper: Option<&str>) -> String {
    let texts = texts::Feedback(site.lang);
    let for_staff = texts::Cases(site.lang);
    match (entry.by, shopper) {
        (EntryBy::Shopper, None) => texts.from_you().to_owned(),
        (EntryBy::Shopper, Some("")) => for_staff.said_shopper().to_owned(),
        (EntryBy::Shopper, Some(name)) => name.to_owned(),
        (EntryBy::Staff, None) => texts.from_shop().to_owned(),
        (EntryBy::Staff, Some(_)) if entry.kind == EntryKind::Note => {
            for_staff.said_note(&entry.staff)
        }
        (EntryBy::Staff, Some(_)) => entry.staff.clone(),
    }
}

/// What was done.
fn done(site: Site, entry: &CaseEntry, shopper: Option<&str>) -> String {
    let texts = texts::Feedback(site.lang);
    let for_staff = texts::Cases(site.lang);
    let by = match entry.by {
        EntryBy::Shopper => for_staff.by_shopper(),
        EntryBy::Staff if entry.staff.is_empty() => for_staff.by_program(),
        EntryBy::Staff => entry.staff.as_str(),
    };
    match entry.kind {
        EntryKind::Assigned if entry.value.is_empty() => for_staff.is_released(by),
        EntryKind::Assigned => for_staff.is_assigned(by, &entry.value),
        EntryKind::Linked if entry.value.is_empty() => for_staff.is_unlinked(by),
        EntryKind::Linked => for_staff.is_linked(by),
        EntryKind::Order => for_staff.is_about_order(by, &entry.value),
        EntryKind::HandedOver => for_staff.is_handed_over(by),
        EntryKind::Merged => for_staff.is_merged(by, &entry.value),
        EntryKind::Return => {
            let state = ReturnState::from_word(&entry.value).unwrap_or(ReturnState::Asked);
            match (shopper, state) {
                (Some(_), state) => {
                    for_staff.is_state(by, feedback::return_state(site.lang, state))
                }
                (None, ReturnState::Refused) => texts.is_refused().to_owned(),
                (None, ReturnState::PartRefunded) => texts.is_part_refunded().to_owned(),
                (None, ReturnState::Refunded) => texts.is_refunded().to_owned(),
                (None, ReturnState::Asked | ReturnState::Approved) => {
                    texts.is_approved().to_owned()
                }
            }
        }
        _ => {
            let state = CaseState::from_word(&entry.value).unwrap_or(CaseState::Received);
            let words = match state {
                CaseState::Received => texts.is_received(),
                CaseState::InProgress => texts.is_in_progress(),
                CaseState::Waiting => texts.is_waiting(),
                CaseState::Resolved => texts.is_resolved(),
                CaseState::Reopened => texts.is_reopened(),
            };
            match shopper {
                Some(_) => for_staff.is_state(by, state_words(site, state)),
                None => words.to_owned(),
            }
        }
    }
}

/// How the state of a case looks to its shopper.
pub(crate) fn mark(state: CaseState) -> &'static str {
    match state {
        CaseState::Waiting => "mark due",
        CaseState::Resolved => "mark",
        CaseState::Received | CaseState::InProgress | CaseState::Reopened => "mark open",
    }
}

/// How far a case is, to the staff.
pub(crate) fn state_words(site: Site, state: CaseState) -> &'static str {
    match state {
        CaseState::Waiting => texts::Cases(site.lang).waiting(),
        state => feedback::state(site.lang, state),
    }
}

/// What a case is about, besides its words: book, order, page, what goes back, what is wrong.
pub(crate) fn facts(site: Site, case: &OwnCase) -> AnyView {
    let (texts, words) = (texts::Cases(site.lang), texts::Feedback(site.lang));
    let mut lines: Vec<(&str, AnyView)> = Vec::new();
    if let Some(book) = &case.book {
        let lang = (!book.language.is_empty()).then(|| book.language.clone());
        let shown = view! { <span lang=lang dir="auto">{book.title.clone()}</span> };
        lines.push((texts.book(), shown.into_any()));
    }
    if !case.order.is_empty() {
        lines.push((texts.order(), case.order.clone().into_any()));
    }
    if let Some(back) = &case.goes_back {
        let line = match back.line.as_str() {
            "" => texts.without_line(),
            line => line,
        };
        let (reason, wish) = (
            feedback::reason(site.lang, back.reason),
            feedback::wish(site.lang, back.wish),
        );
        let shown = texts.returned(back.quantity, line, reason, wish);
        let state = feedback::return_state(site.lang, back.state);
        let shown = view! { <span>{shown}</span> " " <span class="mark">{state}</span> };
        lines.push((words.return_case(), shown.into_any()));
    }
    if let Some(wrong) = &case.correction {
        let shown = texts.correction(feedback::field(site.lang, wrong.field), &wrong.value);
        lines.push((words.correction(), shown.into_any()));
    }
    if let Some(rating) = &case.rating {
        let score = feedback::score(site.lang, rating.score);
        let comment = (!rating.comment.is_empty())
            .then(|| view! { <p class="words" dir="auto">{rating.comment.clone()}</p> });
        let mark = match rating.score {
            4.. => "mark",
            3 => "mark open",
            _ => "mark off",
        };
        let shown = view! { <span class=mark>{score}</span> {comment} };
        lines.push((words.rated(), shown.into_any()));
    }
    if !case.page.is_empty() {
        let href = case.page.clone();
        let shown = view! {
            <a href=href rel="external nofollow noopener noreferrer">{case.page.clone()}</a>
        };
        lines.push((texts.page(), shown.into_any()));
    }
    let title = (!case.title.is_empty())
        .then(|| view! { <p class="title" dir="auto">{case.title.clone()}</p> });
    let some = !lines.is_empty();
    let lines: Vec<_> = lines
        .into_iter()
        .map(|(name, shown)| view! { <div><dt>{name.to_owned()}</dt><dd>{shown}</dd></div> })
        .collect();
    view! {
        {title}
        {some.then(|| view! { <dl class="facts-list">{lines}</dl> })}
    }
    .into_any()
}
