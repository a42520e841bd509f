//! The form on which a shopper writes to the shop, with an account or without one.
//!
//! Its fields are those of `<bookplate-feedback>`; photos are sent along with it, as it works without any script.

use super::gifts::key;
use crate::case_page::FeedbackForm;
use crate::context::Site;
use crate::page::Content;
use bookplate_widgets::feedback::faq;
use bookplate_widgets::feedback::form::{Along, Fields};
use bookplate_widgets::html::Html;
use bookplate_widgets::{photos, texts};
use bookplate_wire::faq::faq_path;
use bookplate_wire::feedback::guests::CaseReceipt;
use bookplate_wire::feedback::{form_path, track_path};
use bookplate_wire::problem::Code;
use bookplate_wire::reviews::photos::KINDS;
use leptos::prelude::*;

/// The form, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Feedback(form) = content else {
        return None;
    };
    Some(match &form.receipt {
        Some(receipt) => sent(site, receipt),
        None => view(site, form),
    })
}

/// That it is there, and the code by which it is followed.
fn sent(site: Site, receipt: &CaseReceipt) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let key = key(site);
    view! {
        <h1 tabindex="-1">{texts.sent()}</h1>
        <section class="receipt" aria-labelledby="your-code">
            <h2 id="your-code">{texts.your_code()}</h2>
            <p class="code">{receipt.code.clone()}</p>
            <p class="hint">{texts.code_once()}</p>
        </section>
        // A document of its own, as it is another page's: what it is answered has no address that could be gone to.
        <form method="post" action=site.href(&track_path(&key)) class="actions" data-plain="">
            <input type="hidden" name="code" value=receipt.code.clone() />
            <button type="submit" class="button primary" name="do" value="look">{texts.follow()}</button>
            <a class="go" href=site.href(&form_path(&key))>{texts.write_another()}</a>
        </form>
    }
    .into_any()
}

fn view(site: Site, form: &FeedbackForm) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let key = key(site);
    let fields = Fields {
        form: &form.form,
        faults: &form.faults,
        lines: form.signed_in.then_some(&*form.lines),
        // What was taken out is not offered again.
        along: Along {
            book: form.book.as_ref(),
            order: &form.form.about_order,
            page: &form.form.page,
        },
    };
    let part = |write: &dyn Fn(&mut Html)| {
        let mut html = Html::default();
        write(&mut html);
        html.finish()
    };
    let what = part(&|html| fields.write(html, site.lang));
    let along = part(&|html| fields.along(html, site.lang));
    let contact = (!form.signed_in).then(|| part(&|html| fields.contact(html, site.lang)));
    let wrong = form.faults.iter().find_map(|fault| match fault.as_str() {
        code if code == Code::DraftConflict.as_str() => Some(texts.sent_before()),
        code if code == Code::RateLimited.as_str() => Some(texts.too_often()),
        _ => None,
    });
    let track = (!form.signed_in).then(|| {
        view! { <a class="go" href=site.href(&track_path(&key))>{texts.track_link()}</a> }
    });
    let all = form.has_faq.then(|| {
        view! { <a class="go" href=site.href(&faq_path(&key))>{texts::Faq(site.lang).heading()}</a> }
    });
    // What fits is offered there while somebody writes.
    let offers = form
        .has_faq
        .then(|| view! { <div class="faq-offers" inner_html=faq::PLACE></div> });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        <p class="actions">{track}{all}</p>
        {wrong.map(|words| view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{words}</p> })}
        <form
            method="post"
            action=site.href(&form_path(&key))
            enctype="multipart/form-data"
            class="stack feedback-form"
        >
            <input type="hidden" name="draft" value=form.draft.clone() />
            <div class="fields" inner_html=what></div>
            {offers}
            <div class="fields" inner_html=along></div>
            {photo_fields(site, form)}
            {contact.map(|html| view! { <div class="fields" inner_html=html></div> })}
            <p class="actions">
                <button type="submit" class="button primary">{texts.send()}</button>
            </p>
        </form>
    }
    .into_any()
}

fn photo_fields(site: Site, form: &FeedbackForm) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let kept: Vec<_> = (1..)
        .zip(&form.photos)
        .map(|(number, photo)| {
            view! {
                <li>
                    <img src=photo.thumbnail.clone() alt="" width="64" height="64" />
                    <label class="choice">
                        <input type="checkbox" name="photo" value=photo.id.to_string() checked=true />
                        <span>{texts.photo_kept(number)}</span>
                    </label>
                </li>
            }
        })
        .collect();
    let kept = (!kept.is_empty()).then(|| view! { <ul class="photos-kept">{kept}</ul> });
    let refused: Vec<_> = form
        .refused
        .iter()
        .map(|(name, code)| {
            let why = photos::fault(site.lang, *code);
            view! { <p class="fault">{texts.photo_refused(name)} " " {why}</p> }
        })
        .collect();
    view! {
        <div class="field">
            <label for="files">{texts.photos()}</label>
            {kept}
            <input
                id="files"
                type="file"
                name="files"
                accept=KINDS.join(",")
                multiple=true
                aria-describedby="files-hint"
            />
            <p class="hint" id="files-hint">{texts.photos_hint()}</p>
            {refused}
        </div>
    }
    .into_any()
}
