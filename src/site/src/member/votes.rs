//! Somebody else's review: whether it was helpful, and what is wrong with it.

use super::gifts::key;
use crate::context::Site;
use crate::page::{Content, Judged};
use bookplate_widgets::{numbers, reasons, texts};
use bookplate_wire::reviews::page_path;
use bookplate_wire::reviews::spoilers::hidden;
use bookplate_wire::reviews::writing::Reason;
use leptos::prelude::*;

/// The review, if `content` is that.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Judged(page) = content else {
        return None;
    };
    Some(view(site, page))
}

fn view(site: Site, page: &Judged) -> AnyView {
    let texts = texts::Reviews(site.lang);
    let review = &page.review;
    let author = match review.author.as_str() {
        "" => texts.anonymous().to_owned(),
        name => name.to_owned(),
    };
    let stars = texts::Writing(site.lang).stars(&numbers::stars(review.rating));
    let lang = (!review.language.is_empty()).then(|| review.language.clone());
    let title = (!review.title.is_empty())
        .then(|| view! { <p class="title" dir="auto">{review.title.clone()}</p> });
    let text = hidden(&review.body);
    let paragraphs: Vec<_> = text
        .lines()
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect();
    let all = site.href(&page_path(&key(site), review.isbn));
    let judging = if review.own {
        view! { <p class="notice">{texts.own_review()}</p> }.into_any()
    } else {
        view! { {vote(site, page)} {report(site, page)} }.into_any()
    };
    view! {
        <h1 tabindex="-1">{texts.judge()}</h1>
        <section class="own-review">
            <h2>{review.book.clone()}</h2>
            <p class="quiet">{stars} " · " <bdi>{author}</bdi></p>
            <div lang=lang>{title} <div class="own-body" dir="auto">{paragraphs}</div></div>
        </section>
        {judging}
        <p><a class="go" href=all rel="external">{texts.judge_back()}</a></p>
    }
    .into_any()
}

fn action(site: Site, page: &Judged) -> String {
    site.href(&site.path(&format!("votes/{}", page.review.id)))
}

/// Whether it was helpful. The answer that was given is pressed; another press takes it back.
fn vote(site: Site, page: &Judged) -> AnyView {
    let texts = texts::Reviews(site.lang);
    let answer = |helpful: bool, word: &'static str, words: &'static str| {
        let pressed = page.review.vote == Some(helpful);
        let class = if pressed { "button primary" } else { "button" };
        let word = if pressed { "none" } else { word };
        view! {
            <button type="submit" class=class name="vote" value=word aria-pressed=pressed.to_string()>
                {words}
            </button>
        }
    };
    let hint = page
        .review
        .vote
        .map(|_| view! { <p class="quiet">{texts.judge_again()}</p> });
    view! {
        <form method="post" action=action(site, page)>
            <fieldset class="plain">
                <legend>{texts.was_helpful()}</legend>
                <p class="actions">
                    {answer(true, "yes", texts.yes())} {answer(false, "no", texts.no())}
                </p>
                {hint}
            </fieldset>
        </form>
    }
    .into_any()
}

fn report(site: Site, page: &Judged) -> AnyView {
    let texts = texts::Reviews(site.lang);
    if page.review.reported {
        return view! { <p class="quiet">{texts.reported()}</p> }.into_any();
    }
    let options: Vec<_> = Reason::ALL
        .into_iter()
        .map(|reason| {
            let chosen = page.reason == Some(reason);
            view! {
                <option value=reason.as_str() selected=chosen>{reasons::words(site.lang, reason)}</option>
            }
        })
        .collect();
    let fault = page
        .wrong
        .then(|| view! { <p class="fault" id="note-fault">{texts.report_note_fault()}</p> });
    view! {
        <details class="more" open=page.reports>
            <summary>{texts.report()}</summary>
            <form method="post" action=action(site, page) class="stack">
                <input type="hidden" name="vote" value="report" />
                <div class="field">
                    <label for="reason">{texts.report_why()}</label>
                    <select id="reason" name="reason" data-focus=(page.reports && !page.wrong).then_some("")>
                        {options}
                    </select>
                </div>
                <div class="field">
                    <label for="note">{texts.report_note()}</label>
                    <input
                        id="note"
                        name="note"
                        type="text"
                        autocomplete="off"
                        maxlength="1000"
                        value=page.note.clone()
                        aria-invalid=page.wrong.then_some("true")
                        aria-describedby=page.wrong.then_some("note-fault")
                        data-focus=page.wrong.then_some("")
                    />
                    {fault}
                </div>
                <p class="actions"><button type="submit" class="button">{texts.report_send()}</button></p>
            </form>
        </details>
    }
    .into_any()
}
