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
        let form = form(site, rating, action, shown_by, wrong, false);
        view! { <section class="part">{form}</section> }.into_any()
    };
    case.takes_rating.then(ask)
}

fn view(site: Site, page: &RatePage) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let rest = if page.sent {
        let score = page.rating.as_ref().map(|rating| rating.score);
        let score = score.map(|score| feedback::score(site.lang, score));
        view! {
            <p class="notice" role="status" tabindex="-1">{texts.rated_done()}</p>
            <p><strong>{score}</strong></p>
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
        form(site, rating, &action, ().into_any(), page.wrong, page.sends)
    });
    view! {
        <h1 tabindex="-1">{texts.rate()}</h1>
        <p class="quiet">{feedback::kind(site.lang, page.kind)}</p>
        {rest}
        {form}
    }
    .into_any()
}

fn form(
    site: Site,
    rating: Option<&CaseRating>,
    action: &str,
    shown_by: AnyView,
    wrong: bool,
    sends: bool,
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
    let fault = wrong.then_some(texts.rate_fault());
    let about = About::new("comment", texts.rate_comment_hint(), fault);
    let comment = rating.map_or("", |rating| &rating.comment);
    view! {
        <form method="post" action=action.to_owned() class="stack" data-once=sends.then_some("")>
            {shown_by}
            <fieldset class="field">
                <legend>{texts.rate()}</legend>
                <div class="chips">{choices}</div>
            </fieldset>
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
            <p class="actions">
                <button type="submit" class="button" name="do" value="rate">{texts.rate_send()}</button>
            </p>
        </form>
    }
    .into_any()
}
