//! What is done about reviews: decisions about one or several, and the shop's answer.

use super::address;
use super::card::author;
use crate::console_page::{ReviewFault, ReviewsPage, Undone};
use crate::context::Site;
use crate::forms::inside;
use bookplate_widgets::{reasons, texts};
use bookplate_wire::ReviewId;
use bookplate_wire::reviews::moderation::ModeratedReview;
use bookplate_wire::reviews::writing::{Reason, ReviewState};
use leptos::prelude::*;

/// The id of the form that decides about several.
const TOGETHER: &str = "together";

/// Where forms are sent: the list that is shown, so that one comes back to it.
fn action(site: Site, page: &ReviewsPage) -> String {
    address(site, page.list, page.after.as_deref())
}

/// What was looked at: the review, its version, and whether it waits.
fn seen(review: &ModeratedReview) -> String {
    let waits = if review.waiting { "waiting" } else { "decided" };
    format!("{}.{}.{waits}", review.id, review.version)
}

/// What was sent about this review alone and not done.
fn undone<'p>(page: &'p ReviewsPage, review: &ReviewId) -> Option<&'p Undone> {
    let undone = page.undone.as_ref()?;
    let alone = !undone.together && undone.reviews.as_slice() == std::slice::from_ref(review);
    alone.then_some(undone)
}

/// What was sent about several and not done.
fn undone_together(page: &ReviewsPage) -> Option<&Undone> {
    page.undone.as_ref().filter(|undone| undone.together)
}

/// The box that takes a review into a decision about several.
pub(super) fn choose(site: Site, page: &ReviewsPage, review: &ModeratedReview) -> AnyView {
    let label = texts::Moderation(site.lang).choose(&review.book, &author(site, review));
    let undone = undone_together(page);
    let chosen = page.all_chosen
        || undone.is_some_and(|undone| {
            let changed = undone.now.as_ref().is_some_and(|now| now.id == review.id);
            undone.reviews.contains(&review.id) && !changed
        });
    view! {
        <label class="choice">
            <input
                type="checkbox"
                name="review"
                value=seen(review)
                form=TOGETHER
                checked=chosen
                aria-label=label
                data-key="x"
            />
        </label>
    }
    .into_any()
}

/// The form that decides about all chosen ones.
pub(super) fn together(site: Site, page: &ReviewsPage) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let (all, words) = if page.all_chosen {
        (false, texts.choose_none())
    } else {
        (true, texts.choose_all())
    };
    let mut path = action(site, page);
    if all {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str("chosen=all");
    }
    let objection = Objection {
        id: TOGETHER,
        undone: undone_together(page),
        hide_earlier: false,
    };
    view! {
        <form method="post" action=action(site, page) id=TOGETHER class="together" aria-label=texts.together()>
            <input type="hidden" name="together" value="on" />
            <a class="go" href=path>{words}</a>
            <button type="submit" class="button" name="form" value="approve">{texts.approve_chosen()}</button>
            <details class="more" open=objection.is_open()>
                <summary>{texts.object_chosen()}</summary>
                {objection.view(site)}
            </details>
        </form>
    }
    .into_any()
}

/// Whether its author has handed it over and readers see nothing of it: there is nothing to decide about.
pub(super) fn is_gone(review: &ModeratedReview) -> bool {
    review.state == ReviewState::HandedOver && !review.shown
}

/// What can be done about one review.
pub(super) fn actions(site: Site, page: &ReviewsPage, review: &ModeratedReview) -> Option<AnyView> {
    if is_gone(review) {
        return None;
    }
    let answers = page.may_answer && review.shown;
    (page.may_decide || answers).then(|| {
        view! {
            <div class="do">
                {page.may_decide.then(|| decide(site, page, review))}
                {answers.then(|| answer(site, page, review))}
                {(page.may_decide && !review.incentivised).then(|| label(site, page, review))}
            </div>
        }
        .into_any()
    })
}

fn decide(site: Site, page: &ReviewsPage, review: &ModeratedReview) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let by = author(site, review);
    let handed_over = review.state == ReviewState::HandedOver;
    let done = handed_over || (review.state == ReviewState::Published && !review.waiting);
    let (label, words) = if done {
        (texts.keep_this(&review.book, &by), texts.keep())
    } else {
        (texts.approve_this(&review.book, &by), texts.approve())
    };
    // What readers see and nobody has reported is decided.
    let approve = (!done || !review.reports.is_empty()).then(|| {
        view! {
            <form method="post" action=action(site, page)>
                <input type="hidden" name="review" value=seen(review) />
                <button
                    type="submit"
                    class="button primary"
                    name="form"
                    value="approve"
                    aria-label=label
                    data-key="a"
                >
                    {words}
                </button>
            </form>
        }
    });
    let objection = Objection {
        id: review.id.as_str(),
        undone: undone(page, &review.id),
        hide_earlier: review.shown && review.state != ReviewState::Published && !handed_over,
    };
    view! {
        {approve}
        <details class="more" open=objection.is_open() data-key="r">
            <summary>{texts.object()}</summary>
            <form method="post" action=action(site, page)>
                <input type="hidden" name="review" value=seen(review) />
                {objection.view(site)}
            </form>
        </details>
    }
    .into_any()
}

/// Why something is refused or to be changed.
struct Objection<'a> {
    /// What the fields' ids end with.
    id: &'a str,
    /// What was sent and not done.
    undone: Option<&'a Undone>,
    /// Whether readers see an earlier version, which can be taken away too.
    hide_earlier: bool,
}

impl Objection<'_> {
    fn has(&self, fault: ReviewFault) -> bool {
        self.undone.is_some_and(|undone| undone.fault == fault)
    }

    /// Whether there is something in it to be read or sent again.
    fn is_open(&self) -> bool {
        self.has(ReviewFault::Reason)
            || self.has(ReviewFault::Note)
            || self.undone.is_some_and(|undone| {
                undone.fault == ReviewFault::Changed && !undone.reason.is_empty()
            })
    }

    fn view(&self, site: Site) -> AnyView {
        let texts = texts::Moderation(site.lang);
        let typed = self.undone.filter(|_| self.is_open());
        let reason = typed
            .map(|undone| undone.reason.as_str())
            .unwrap_or_default();
        let options: Vec<_> = Reason::ALL
            .into_iter()
            .map(|one| {
                let chosen = one.as_str() == reason;
                let words = reasons::words(site.lang, one);
                view! { <option value=one.as_str() selected=chosen>{words}</option> }
            })
            .collect();
        let id = |field: &str| format!("{field}-{}", self.id);
        let (no_reason, bad_note) = (self.has(ReviewFault::Reason), self.has(ReviewFault::Note));
        let about_reason = no_reason.then(|| id("reason-fault"));
        let about_note = if bad_note {
            format!("{} {}", id("note-hint"), id("note-fault"))
        } else {
            id("note-hint")
        };
        let reason_fault = no_reason.then(|| {
            view! { <p class="fault" id=id("reason-fault")>{texts.reason_fault()}</p> }
        });
        let note_fault = bad_note.then(|| {
            view! { <p class="fault" id=id("note-fault")>{texts.note_fault()}</p> }
        });
        let hide_earlier = self.hide_earlier.then(|| {
            view! {
                <label class="choice">
                    <input type="checkbox" name="hide_earlier" />
                    <span>{texts.hide_earlier()}</span>
                </label>
            }
        });
        view! {
            <div class="field">
                <label for=id("reason")>{texts.reason()}</label>
                <span class="select">
                    <select
                        id=id("reason")
                        name="reason"
                        aria-describedby=about_reason
                        aria-invalid=no_reason.then_some("true")
                        autofocus=no_reason
                    >
                        <option value="">{texts.choose_reason()}</option>
                        {options}
                    </select>
                </span>
                {reason_fault}
            </div>
            <div class="field">
                <label for=id("note")>{texts.note()}</label>
                <textarea
                    id=id("note")
                    name="note"
                    rows="3"
                    aria-describedby=about_note
                    aria-invalid=bad_note.then_some("true")
                    autofocus=bad_note
                    inner_html=inside(typed.map(|undone| undone.text.as_str()).unwrap_or_default())
                ></textarea>
                <p class="hint" id=id("note-hint")>{texts.note_hint()}</p>
                {note_fault}
            </div>
            {hide_earlier}
            <p class="actions">
                <button type="submit" class="button danger" name="form" value="refuse">{texts.refuse()}</button>
                <button type="submit" class="button" name="form" value="changes">{texts.ask_changes()}</button>
            </p>
        }
        .into_any()
    }
}

/// What is never taken back is behind a fold that says so.
fn label(site: Site, page: &ReviewsPage, review: &ModeratedReview) -> AnyView {
    let texts = texts::Moderation(site.lang);
    view! {
        <details class="more">
            <summary>{texts.label()}</summary>
            <form method="post" action=action(site, page)>
                <input type="hidden" name="review" value=seen(review) />
                <p class="hint">{texts.label_hint(texts::Reviews(site.lang).incentivised())}</p>
                <button type="submit" class="button" name="form" value="label">
                    {texts.label_now()}
                </button>
            </form>
        </details>
    }
    .into_any()
}

fn answer(site: Site, page: &ReviewsPage, review: &ModeratedReview) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let wrong = undone(page, &review.id).filter(|undone| undone.fault == ReviewFault::Answer);
    let text = wrong.map_or(review.answer.as_str(), |undone| undone.text.as_str());
    let has_one = !review.answer.is_empty();
    let words = if has_one {
        texts.change_answer()
    } else {
        texts.answer_it()
    };
    let id = |field: &str| format!("{field}-{}", review.id);
    let about = match wrong {
        Some(_) => format!("{} {}", id("answer-hint"), id("answer-fault")),
        None => id("answer-hint"),
    };
    let fault = wrong.is_some().then(|| {
        view! { <p class="fault" id=id("answer-fault")>{texts.answer_fault()}</p> }
    });
    let remove = has_one.then(|| {
        view! {
            <button type="submit" class="button danger" name="form" value="remove_answer">
                {texts.remove_answer()}
            </button>
        }
    });
    view! {
        <details class="more" open=wrong.is_some()>
            <summary>{words}</summary>
            <form method="post" action=action(site, page)>
                <input type="hidden" name="review" value=seen(review) />
                <div class="field">
                    <label for=id("answer")>{texts.answer_text()}</label>
                    <textarea
                        id=id("answer")
                        name="text"
                        rows="4"
                        aria-describedby=about
                        aria-invalid=wrong.is_some().then_some("true")
                        autofocus=wrong.is_some()
                        inner_html=inside(text)
                    ></textarea>
                    <p class="hint" id=id("answer-hint")>{texts.answer_hint()}</p>
                    {fault}
                </div>
                <p class="actions">
                    <button type="submit" class="button primary" name="form" value="answer">
                        {texts::Console(site.lang).save()}
                    </button>
                    {remove}
                </p>
            </form>
        </details>
    }
    .into_any()
}
