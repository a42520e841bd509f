//! How satisfied a shopper is with what has become of a case.

use super::gifts::key;
use crate::case_page::RatePage;
use crate::context::Site;
use crate::forms::{About, choice, inside};
use crate::page::Content;
use bookplate_widgets::{feedback, texts};
use bookplate_wire::feedback::CaseTimeline;
use bookplate_wire::feedback::satisfaction::{COMMENT_MAX, CaseRating, rate_path};
use leptos::prelude::*;

/// The scores as a form sends them, the best first.
const SCORES: [(&str, u8); 5] = [("5", 5), ("4", 4), ("3", 3), ("2", 2), ("1", 1)];

/// The page to which the letter leads, if `content` is that.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Rate(page) = content else {
        return None;
    };
    Some(view(site, page))
}

/// Asks on the page of a case that is resolved; `shown_by` is what shows whose it is.
pub(super) fn ask(
    site: Site,
    case: &CaseTimeline,
    action: &str,
    shown_by: AnyView,
    wrong: bool,
) -> Option<AnyView> {
    let ask = || {
        let rating = case.case.rating.as_ref();
        let form = form(site, rating, action, shown_by, wrong, At::Case);
        view! { <section class="part">{form}</section> }.into_any()
    };
    case.takes_rating.then(ask)
}

fn view(site: Site, page: &RatePage) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let rest = if page.sent {
        let score = page.rating.as_ref().map(|rating| rating.score);
        let said = score.map(|score| texts.rated_as(feedback::score(site.lang, score)));
        view! {
            <div class="notice" role="status" tabindex="-1">
                <p>{texts.rated_done()}</p>
                <p>{said}</p>
            </div>
        }
        .into_any()
    } else if page.takes_rating {
        ().into_any()
    } else {
        view! { <p class="quiet">{texts.rate_closed()}</p> }.into_any()
    };
    let action = site.href(&rate_path(&key(site), &page.code));
    let form = page.takes_rating.then(|| {
        let rating = page.rating.as_ref();
        let at = if page.sent {
            At::Said
        } else {
            At::Letter { sends: page.sends }
        };
        form(site, rating, &action, ().into_any(), page.wrong, at)
    });
    view! {
        <h1 tabindex="-1">{texts.rate()}</h1>
        <p class="quiet">{feedback::kind(site.lang, page.kind)}</p>
        {rest}
        {form}
    }
    .into_any()
}

/// Where the form stands.
#[derive(Clone, Copy)]
enum At {
    /// On the page of the case, with its question.
    Case,
    /// On the page of the letter, below the question; the page's own program may send it by itself.
    Letter { sends: bool },
    /// There too, once it is said: more can be.
    Said,
}

fn form(
    site: Site,
    rating: Option<&CaseRating>,
    action: &str,
    shown_by: AnyView,
    wrong: bool,
    at: At,
) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let chosen = rating.map(|rating| rating.score);
    let choices: Vec<_> = SCORES
        .into_iter()
        .map(|(value, score)| {
            let words = feedback::score(site.lang, score);
            choice("radio", "score", value, words, chosen == Some(score))
        })
        .collect();
    let (legend, button) = match at {
        At::Case => ("", "button"),
        At::Letter { .. } | At::Said => ("vh", "button primary"),
    };
    let scores = view! {
        <fieldset class="field">
            <legend class=legend>{texts.rate()}</legend>
            <div class="chips">{choices}</div>
        </fieldset>
    };
    let (before, after) = match at {
        At::Said => {
            let scores = view! {
                <details class="more">
                    <summary>{texts.rate_again()}</summary>
                    {scores}
                </details>
            };
            (None, Some(scores))
        }
        At::Case | At::Letter { .. } => (Some(scores), None),
    };
    let sends = matches!(at, At::Letter { sends: true });
    let fault = wrong.then_some(texts.rate_fault());
    let about = About::new("comment", texts.rate_comment_hint(), fault);
    let comment = rating.map_or("", |rating| &rating.comment);
    view! {
        <form method="post" action=action.to_owned() class="stack" data-once=sends.then_some("")>
            {shown_by}
            {before}
            <div class="field">
                <label for="comment">{texts.rate_comment()}</label>
                <textarea
                    id="comment"
                    name="comment"
                    rows="3"
                    maxlength=(2 * COMMENT_MAX).to_string()
                    aria-describedby=about.ids()
                    aria-invalid=about.invalid()
                    inner_html=inside(comment)
                ></textarea>
                {about.view()}
            </div>
            {after}
            <p class="actions">
                <button type="submit" class=button name="do" value="rate">{texts.rate_send()}</button>
            </p>
        </form>
    }
    .into_any()
}
