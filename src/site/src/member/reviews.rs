//! The customer's own reviews, and the form to write one.

use crate::context::Site;
use crate::forms::Line;
use crate::page::{Content, LoginFault, Reviews, SignIn, Write};
use bookplate_widgets::html::Html;
use bookplate_widgets::writing::Form;
use bookplate_widgets::{dates, numbers, reasons, texts};
use bookplate_wire::reviews::spoilers::passages;
use bookplate_wire::reviews::writing::{OwnReview, ReviewState};
use leptos::prelude::*;

/// The list of reviews, if `content` is that.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Reviews(reviews) = content else {
        return None;
    };
    Some(list(site, reviews))
}

/// The form, if `content` is that.
pub(super) fn show_write(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Write(write) = content else {
        return None;
    };
    Some(form(site, write))
}

fn list(site: Site, page: &Reviews) -> AnyView {
    let texts = texts::Writing(site.lang);
    let entries: Vec<_> = page
        .reviews
        .iter()
        .map(|review| entry(site, review, page.delete.as_ref() == Some(&review.id)))
        .collect();
    let list = if entries.is_empty() {
        view! { <p class="empty">{texts.empty()}</p> }.into_any()
    } else {
        view! { <ol class="entries">{entries}</ol> }.into_any()
    };
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {list}
    }
    .into_any()
}

fn entry(site: Site, review: &OwnReview, delete: bool) -> AnyView {
    let texts = texts::Writing(site.lang);
    let state = match review.state {
        ReviewState::Published => texts.published(),
        ReviewState::Pending => texts.pending(),
        ReviewState::Changes => texts.changes(),
        ReviewState::Refused => texts.refused(),
    };
    let why = review.reason.map(|reason| {
        let note = (!review.note.is_empty())
            .then(|| view! { <blockquote dir="auto">{review.note.clone()}</blockquote> });
        view! { <p>{reasons::words(site.lang, reason)}</p> {note} }
    });
    let earlier = review
        .earlier_shown
        .then(|| view! { <p class="quiet">{texts.earlier_shown()}</p> });
    let stars = texts.stars(&numbers::stars(review.rating));
    let title = (!review.title.is_empty())
        .then(|| view! { <p class="title" dir="auto">{review.title.clone()}</p> });
    let href = site.href(&site.path(&format!("reviews/{}", review.isbn)));
    let here = site.href(&site.path("reviews"));
    let id = review.id.to_string();
    let delete = if delete {
        view! {
            <button type="submit" class="button danger" name="sure" value="yes" data-focus="">
                {texts.delete_sure()}
            </button>
        }
        .into_any()
    } else {
        view! { <button type="submit" class="button">{texts.delete()}</button> }.into_any()
    };
    view! {
        <li class="own-review">
            <h2>{review.book.clone()}</h2>
            <p class="quiet">
                <span class="mark">{state}</span> " "
                {stars} " · "
                <time datetime=review.created_on.clone()>
                    {dates::long(site.lang, &review.created_on)}
                </time>
            </p>
            {why}
            {earlier}
            {title}
            <div class="own-body" dir="auto" inner_html=body(&review.body)></div>
            <form method="post" action=here class="actions">
                <input type="hidden" name="review" value=id />
                <a class="button" href=href>{texts.change()}</a>
                {delete}
            </form>
        </li>
    }
    .into_any()
}

/// The text by paragraphs. Its author knows what happens in the book, so that nothing is folded.
fn body(text: &str) -> String {
    let mut html = Html::default();
    for paragraph in text.lines().filter(|line| !line.trim().is_empty()) {
        html.raw("<p>");
        for passage in passages(paragraph) {
            if passage.spoiler {
                html.raw("<mark>").text(passage.text).raw("</mark>");
            } else {
                html.text(passage.text);
            }
        }
        html.raw("</p>");
    }
    html.finish()
}

fn form(site: Site, write: &Write) -> AnyView {
    let texts = texts::Writing(site.lang);
    let mut html = Html::default();
    Form {
        text: write.text.clone(),
        half_stars: write.half_stars,
        vocabulary: write.vocabulary.clone(),
        faults: &write.faults,
    }
    .write(&mut html, site.lang);
    let action = site.href(&site.path(&format!("reviews/{}", write.isbn)));
    let byline = (!write.authors.is_empty())
        .then(|| view! { <p class="quiet">{write.authors.join(", ")}</p> });
    let exists = write
        .exists
        .then(|| view! { <p class="notice" role="status">{texts.exists()}</p> });
    let looked_at = write
        .looked_at
        .then(|| view! { <p class="quiet">{texts.look()}</p> });
    let sign_in = write.sign_in.as_ref().map(|asked| sign_in(site, asked));
    // Who signs in by it is somebody else afterwards: that is another document.
    let plain = write.sign_in.is_some().then_some("");
    let send = if write.exists {
        texts.send_changes()
    } else {
        texts.send()
    };
    let lang = (!write.book_language.is_empty()).then(|| write.book_language.clone());
    view! {
        <h1 tabindex="-1">{texts.write()}</h1>
        <p class="book" lang=lang>{write.book.clone()}</p>
        {byline}
        {exists}
        <form method="post" action=action class="writing" data-plain=plain novalidate=true>
            <div class="writing-fields" inner_html=html.finish()></div>
            {sign_in}
            {looked_at}
            <button type="submit" class="button primary">{send}</button>
        </form>
    }
    .into_any()
}

/// Email address and password, for who is not signed in: one form for all, so that nothing that was written is lost
/// on the way.
fn sign_in(site: Site, asked: &SignIn) -> AnyView {
    let (texts, login) = (texts::Writing(site.lang), texts::Login(site.lang));
    let wrong = asked.fault.map(|fault| match fault {
        LoginFault::Slow => texts.wait(),
        _ => texts.sign_in_fault(),
    });
    let wrong = wrong.map(|words| {
        view! { <p class="wrong" tabindex="-1" data-focus="">{words}</p> }
    });
    let email = Line {
        name: "email",
        label: login.email(),
        value: &asked.email,
        kind: "email",
        autocomplete: "username",
        hint: "",
        fault: None,
    };
    let password = Line {
        name: "password",
        label: login.password(),
        value: "",
        kind: "password",
        autocomplete: "current-password",
        hint: "",
        fault: None,
    };
    view! {
        <fieldset class="plain stack part">
            <legend>{texts.sign_in_to_send()}</legend>
            {wrong}
            {email.view()}
            {password.view()}
        </fieldset>
    }
    .into_any()
}
