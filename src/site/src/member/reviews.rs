//! The customer's own reviews, and the form to write one.

use super::sign_in::at_shop;
use crate::context::Site;
use crate::forms::Line;
use crate::page::{Content, LoginFault, Reviews, SignIn, TOO_OFTEN, Write};
use bookplate_widgets::html::Html;
use bookplate_widgets::writing::{Form, promised, state_words};
use bookplate_widgets::{about, dates, numbers, photos, reasons, texts};
use bookplate_wire::ReviewId;
use bookplate_wire::reviews::photos::{Photo, ShownPhoto};
use bookplate_wire::reviews::spoilers::paragraphs;
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

/// Reviews as a list of what has become of them.
pub(super) fn in_few_words(site: Site, reviews: &[OwnReview]) -> AnyView {
    let href = site.href(&site.path("reviews"));
    let lines: Vec<_> = reviews
        .iter()
        .map(|review| {
            view! {
                <li class="row">
                    <div class="what">
                        <p class="title" dir="auto">{review.book.clone()}</p>
                        <p class="quiet">
                            <span class=mark(review.state)>{state_words(site.lang, review.state)}</span>
                            <time datetime=review.created_on.clone()>
                                {dates::long(site.lang, &review.created_on)}
                            </time>
                        </p>
                    </div>
                </li>
            }
        })
        .collect();
    if lines.is_empty() {
        let words = texts::Writing(site.lang).empty();
        return view! { <p class="empty">{words}</p> }.into_any();
    }
    view! {
        <ul class="rows">{lines}</ul>
        <p><a class="go" href=href>{texts::Member(site.lang).all_reviews()}</a></p>
    }
    .into_any()
}

/// How a state looks: what is shown, what waits for the shop, what waits for its author, what is not shown.
fn mark(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Published => "mark",
        ReviewState::Pending | ReviewState::HandedOver => "mark open",
        ReviewState::Changes => "mark due",
        ReviewState::Refused => "mark off",
    }
}

fn entry(site: Site, review: &OwnReview, delete: bool) -> AnyView {
    let texts = texts::Writing(site.lang);
    let state = state_words(site.lang, review.state);
    let why = review.reason.map(|reason| {
        let note = (!review.note.is_empty())
            .then(|| view! { <blockquote dir="auto">{review.note.clone()}</blockquote> });
        view! { <p>{reasons::words(site.lang, reason)}</p> {note} }
    });
    let earlier = review
        .earlier_shown
        .then_some(match review.state {
            ReviewState::HandedOver => texts.earlier_stays(),
            _ => texts.earlier_shown(),
        })
        .map(|words| view! { <p class="quiet">{words}</p> });
    let stars = texts.stars(&numbers::stars(review.rating));
    let label = texts::Reviews(site.lang).incentivised();
    let label = review
        .incentivised
        .then(|| view! { <span class="tag">{label}</span> });
    let title = (!review.title.is_empty())
        .then(|| view! { <p class="title" dir="auto">{review.title.clone()}</p> });
    let answer = (!review.answer.is_empty()).then(|| {
        view! {
            <section class="answer">
                <h3>{texts::Reviews(site.lang).answer()}</h3>
                <p dir="auto">{review.answer.clone()}</p>
            </section>
        }
    });
    let href = site.href(&site.path(&format!("reviews/{}", review.isbn)));
    let here = site.href(&site.path("reviews"));
    let id = review.id.to_string();
    let question = review.asks_subject.then(|| {
        let mut html = Html::default();
        about::ask(
            &mut html,
            site.lang,
            "type=\"submit\" name=\"subject\" value=\"",
        );
        view! {
            <form method="post" action=here.clone()>
                <input type="hidden" name="review" value=review.id.to_string() />
                <input type="hidden" name="version" value=review.version.to_string() />
                <div inner_html=html.finish()></div>
            </form>
        }
    });
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
            <p class="quiet case-facts">
                <span class=mark(review.state)>{state}</span>
                <span>{stars}</span>
                <time datetime=review.created_on.clone()>
                    {dates::long(site.lang, &review.created_on)}
                </time>
                {label}
            </p>
            {why}
            {earlier}
            {title}
            <div class="own-body" dir="auto" inner_html=body(&review.body)></div>
            {photo_list(site, &review.author, &review.photos)}
            {answer}
            {question}
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
    for paragraph in paragraphs(text) {
        html.raw("<p>");
        for passage in paragraph {
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
fn photo_list(site: Site, author: &str, shown: &[Photo]) -> Option<AnyView> {
    let write = |html: &mut Html, author: &str, photos: &[ShownPhoto]| {
        photos::list(html, site.lang, "", author, photos);
    };
    photos_written(site, author, shown, write)
}

/// The same for the staff, with what is said to be on them: words that are decided about like any others.
pub(crate) fn photo_list_with_words(site: Site, author: &str, shown: &[Photo]) -> Option<AnyView> {
    let write = |html: &mut Html, author: &str, photos: &[ShownPhoto]| {
        photos::list_with_words(html, site.lang, author, photos);
    };
    photos_written(site, author, shown, write)
}

fn photos_written(
    site: Site,
    author: &str,
    shown: &[Photo],
    write: impl FnOnce(&mut Html, &str, &[ShownPhoto]),
) -> Option<AnyView> {
    let author = match author {
        "" => texts::Reviews(site.lang).anonymous(),
        name => name,
    };
    let mut html = Html::default();
    let each: Vec<_> = shown.iter().cloned().map(ShownPhoto::from).collect();
    write(&mut html, author, &each);
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
    let colon = texts::Common(site.lang).colon();
    let refused = write.refused.iter().map(|(name, code)| {
        let words = photos::fault(site.lang, *code);
        view! { <p class="fault"><bdi>{name.clone()}</bdi> {colon} {words}</p> }
    });
    let refused: Vec<_> = refused.collect();
    let fault = write.faults.iter().any(|field| field == "photos");
    let fault = fault.then(|| view! { <p class="fault">{texts.fault()}</p> });
    let wrong = !refused.is_empty() || fault.is_some();
    let wrong = wrong.then_some("");
    view! {
        <fieldset class="writing-photos plain">
            <legend>{texts.photos()}</legend>
            <div inner_html=html.finish()></div>
            <div id="photos-fault" tabindex="-1" data-focus=wrong>{refused} {fault}</div>
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
    // Without script, too, whoever is not let in gets to where that is said.
    let action = if write.sign_in.is_some() {
        action + "#not-in"
    } else {
        action
    };
    let byline = (!write.authors.is_empty())
        .then(|| view! { <p class="quiet">{write.authors.join(", ")}</p> });
    let exists = write.own.is_some().then(|| {
        let words = match write.before {
            Some(_) => texts.replaces(),
            None => texts.exists(),
        };
        view! { <p class="notice" role="status">{words}</p> }
    });
    let promise = write.promise.as_ref();
    let promise =
        promise.map(|promise| view! { <p class="quiet">{promised(site.lang, promise)}</p> });
    let too_often = write.faults.iter().any(|fault| fault == TOO_OFTEN);
    let too_often = too_often.then(|| {
        view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{texts.too_often()}</p> }
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
        {too_often}
        {exists}
        {promise}
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
        view! { <p class="wrong" id="not-in" tabindex="-1" data-focus="">{words}</p> }
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
            // In another tab, so that nothing that was written is lost.
            <p class="actions">
                <a class="go" href=site.href(&site.path("reset")) target="_blank">{login.forgotten()}</a>
                <a class="go" href=site.href(&site.path("sign-up")) target="_blank">{login.sign_up()}</a>
            </p>
            {at_shop(site)}
        </fieldset>
    }
    .into_any()
}
