//! The customer's own reviews, and the form to write one.

use crate::context::Site;
use crate::forms::Line;
use crate::page::{Content, LoginFault, Reviews, SignIn, Write};
use bookplate_widgets::html::Html;
use bookplate_widgets::writing::Form;
use bookplate_widgets::{dates, numbers, photos, reasons, texts};
use bookplate_wire::ReviewId;
use bookplate_wire::reviews::photos::{Photo, ShownPhoto};
use bookplate_wire::reviews::spoilers::passages;
use bookplate_wire::reviews::writing::{OwnReview, ReviewState, ReviewText};
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
            {photo_list(site, &review.author, &review.photos)}
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

/// The photos of a review, each a link to the large one.
pub(crate) fn photo_list(site: Site, author: &str, shown: &[Photo]) -> Option<AnyView> {
    let author = match author {
        "" => texts::Reviews(site.lang).anonymous(),
        name => name,
    };
    let mut html = Html::default();
    let each = shown.iter().cloned().map(ShownPhoto::from);
    photos::list(&mut html, site.lang, "", author, &each.collect::<Vec<_>>());
    let list = view! { <div class="photo-list" inner_html=html.finish()></div> };
    (!shown.is_empty()).then(|| list.into_any())
}

/// The photos in the form, with a box to take each out, and the control to add some.
fn photo_fields(site: Site, write: &Write) -> AnyView {
    let texts = texts::Photos(site.lang);
    let mut html = Html::default();
    html.raw("<ol class=\"chosen\">");
    for (number, photo) in (1..).zip(&write.photos) {
        html.raw("<li><input type=\"hidden\" name=\"photo\" value=\"")
            .text(photo.id.as_str())
            .raw("\">");
        photos::chosen(&mut html, site.lang, "", number, photo);
        html.raw("<label class=\"choice\"><input type=\"checkbox\" name=\"remove\" value=\"")
            .text(photo.id.as_str())
            .raw("\"><span>")
            .text(&texts.remove(number))
            .raw("</span></label></li>");
    }
    html.raw("</ol><div class=\"drop\">");
    photos::chooser(&mut html, site.lang, texts.choose(), "files");
    html.raw("</div>");
    let refused = write.refused.iter().map(|(name, code)| {
        let words = photos::fault(site.lang, *code);
        view! { <p class="fault"><bdi>{name.clone()}</bdi> ": " {words}</p> }
    });
    let refused: Vec<_> = refused.collect();
    let too_many = write.faults.iter().any(|field| field == "photos");
    let too_many = too_many.then(|| view! { <p class="fault">{texts.too_many()}</p> });
    let wrong = !refused.is_empty() || too_many.is_some();
    let wrong = wrong.then_some("");
    view! {
        <fieldset class="writing-photos plain">
            <legend>{texts.photos()}</legend>
            <div inner_html=html.finish()></div>
            <div id="photos-fault" tabindex="-1" data-focus=wrong>{refused} {too_many}</div>
        </fieldset>
    }
    .into_any()
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
    let exists = write.own.is_some().then(|| {
        let words = match write.before {
            Some(_) => texts.replaces(),
            None => texts.exists(),
        };
        view! { <p class="notice" role="status">{words}</p> }
    });
    let replaced = write
        .before
        .as_ref()
        .map(|before| before_view(site, before));
    let own = write.own.as_ref().map(ReviewId::to_string);
    let own = own.unwrap_or_default();
    let looked_at = write
        .looked_at
        .then(|| view! { <p class="quiet">{texts.look()}</p> });
    let sign_in = write.sign_in.as_ref().map(|asked| sign_in(site, asked));
    // Whoever is not signed in has nobody yet to whom photos could belong.
    let first = write.sign_in.is_some();
    let photos = if first {
        let words = texts::Photos(site.lang).sign_in_button();
        view! { <button type="submit" class="button" name="then" value="photos">{words}</button> }
            .into_any()
    } else {
        photo_fields(site, write)
    };
    let (before, after) = if first {
        (None, Some(photos))
    } else {
        (Some(photos), None)
    };
    let send = if write.own.is_some() {
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
        {replaced}
        // Sent by the browser itself: files are no fields of text, and who signs in by it is somebody else afterwards.
        <form
            method="post"
            action=action
            class="writing"
            enctype=(!first).then_some("multipart/form-data")
            data-plain=""
            novalidate=true
        >
            <input type="hidden" name="own" value=own />
            <div class="writing-fields" inner_html=html.finish()></div>
            {before}
            {sign_in}
            {looked_at}
            <p class="actions">
                <button type="submit" class="button primary">{send}</button>
                {after}
            </p>
        </form>
    }
    .into_any()
}

/// What would be replaced.
fn before_view(site: Site, before: &ReviewText) -> AnyView {
    let texts = texts::Writing(site.lang);
    let title = (!before.title.is_empty())
        .then(|| view! { <p class="title" dir="auto">{before.title.clone()}</p> });
    view! {
        <section class="own-review before">
            <h2>{texts.before()}</h2>
            <p class="quiet">{texts.stars(&numbers::stars(before.rating))}</p>
            {title}
            <div class="own-body" dir="auto" inner_html=body(&before.body)></div>
        </section>
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
