//! The form on which a shopper writes to the shop, with an account or without one.
//!
//! All fields are there; which of them belong to the kind that is chosen is shown by the style sheet (`:has`), so that it
//! works without any script and nothing that was typed is lost. The server leaves out those of other kinds.

use super::gifts::key;
use crate::case_page::{FeedbackForm, line_value};
use crate::context::Site;
use crate::forms::{About, Line, inside};
use crate::page::Content;
use bookplate_widgets::{feedback, photos, texts};
use bookplate_wire::feedback::guests::CaseReceipt;
use bookplate_wire::feedback::writing::TEXT_MAX;
use bookplate_wire::feedback::{
    BookField, CaseKind, ReturnReason, ReturnWish, form_path, track_path,
};
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
    let fault = |name: &str, words| form.faults.iter().any(|one| one == name).then_some(words);
    let body = About::new("body", "", fault("body", texts.body_fault()));
    let wrong = form.faults.iter().find_map(|fault| match fault.as_str() {
        code if code == Code::DraftConflict.as_str() => Some(texts.sent_before()),
        code if code == Code::RateLimited.as_str() => Some(texts.too_often()),
        _ => None,
    });
    let track = (!form.signed_in).then(|| {
        view! { <a class="go" href=site.href(&track_path(&key))>{texts.track_link()}</a> }
    });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        <p class="actions">{track}</p>
        {wrong.map(|words| view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{words}</p> })}
        <form
            method="post"
            action=site.href(&form_path(&key))
            enctype="multipart/form-data"
            class="stack feedback-form"
        >
            <input type="hidden" name="draft" value=form.draft.clone() />
            {kinds(site, form)}
            <div class="for-return field-group">{return_fields(site, form)}</div>
            <div class="for-correction field-group">{correction_fields(site, form)}</div>
            <div class="field">
                <label for="body">{texts.body()}</label>
                <textarea
                    id="body"
                    name="body"
                    rows="7"
                    required=true
                    maxlength=TEXT_MAX.to_string()
                    aria-describedby=body.ids()
                    aria-invalid=body.invalid()
                    inner_html=inside(&form.body)
                ></textarea>
                {body.view()}
            </div>
            {along(site, form)}
            {photo_fields(site, form)}
            {(!form.signed_in).then(|| contact(site, form))}
            <p class="actions">
                <button type="submit" class="button primary">{texts.send()}</button>
            </p>
        </form>
    }
    .into_any()
}

fn kinds(site: Site, form: &FeedbackForm) -> AnyView {
    let choices: Vec<_> = CaseKind::ALL
        .iter()
        .map(|kind| {
            let words = feedback::kind(site.lang, *kind);
            crate::forms::choice("radio", "kind", kind.as_str(), words, *kind == form.kind)
        })
        .collect();
    view! {
        <fieldset class="field">
            <legend>{texts::Feedback(site.lang).kind()}</legend>
            <div class="chips">{choices}</div>
        </fieldset>
    }
    .into_any()
}

/// A list to choose one of.
fn choose(
    name: &'static str,
    label: &str,
    fault: Option<&str>,
    options: Vec<(String, String, bool)>,
) -> AnyView {
    let about = About::new(name, "", fault);
    let options: Vec<_> = options
        .into_iter()
        .map(
            |(value, words, chosen)| view! { <option value=value selected=chosen>{words}</option> },
        )
        .collect();
    view! {
        <div class="field">
            <label for=name>{label.to_owned()}</label>
            <span class="select">
                <select id=name name=name aria-describedby=about.ids() aria-invalid=about.invalid()>
                    {options}
                </select>
            </span>
            {about.view()}
        </div>
    }
    .into_any()
}

fn return_fields(site: Site, form: &FeedbackForm) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let fault = |name: &str, words| form.faults.iter().any(|one| one == name).then_some(words);
    let what = if form.signed_in {
        let chosen = line_value(&form.order, &form.line);
        let none = (String::new(), texts.choose_line().to_owned(), false);
        let lines = form.lines.iter().map(|line| {
            let words = texts.line_option(&line.title, &line.order);
            let value = line.value();
            let is_chosen = value == chosen;
            (value, words, is_chosen)
        });
        let wrong =
            fault("order", texts.line_fault()).or_else(|| fault("return.line", texts.line_fault()));
        let options = std::iter::once(none).chain(lines).collect();
        choose("order_line", texts.which_book(), wrong, options)
    } else {
        let order = Line {
            name: "order",
            label: texts.order(),
            value: &form.order,
            kind: "text",
            autocomplete: "off",
            hint: texts.order_hint(),
            fault: fault("order", texts.order_fault()),
        };
        order.view()
    };
    let quantity = Line {
        name: "quantity",
        label: texts.quantity(),
        value: &form.quantity,
        kind: "number",
        autocomplete: "off",
        hint: "",
        fault: fault("return.quantity", texts.quantity_fault()),
    };
    let reasons = ReturnReason::ALL.iter().map(|reason| {
        let words = feedback::reason(site.lang, *reason).to_owned();
        (reason.as_str().to_owned(), words, *reason == form.reason)
    });
    let wishes = ReturnWish::ALL.iter().map(|wish| {
        let words = feedback::wish(site.lang, *wish);
        crate::forms::choice("radio", "wish", wish.as_str(), words, *wish == form.wish)
    });
    let wishes: Vec<_> = wishes.collect();
    view! {
        {what}
        {quantity.view()}
        {choose("reason", texts.reason(), None, reasons.collect())}
        <fieldset class="field">
            <legend>{texts.wish()}</legend>
            <div class="chips">{wishes}</div>
        </fieldset>
    }
    .into_any()
}

fn correction_fields(site: Site, form: &FeedbackForm) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let fault = |name: &str, words| form.faults.iter().any(|one| one == name).then_some(words);
    let fields = BookField::ALL.iter().map(|field| {
        let words = feedback::field(site.lang, *field).to_owned();
        (field.as_str().to_owned(), words, *field == form.field)
    });
    let value = Line {
        name: "value",
        label: texts.right_value(),
        value: &form.value,
        kind: "text",
        autocomplete: "off",
        hint: "",
        fault: fault("correction.value", texts.right_value_fault()),
    };
    // A book that goes along is named there.
    let isbn = form.book.is_none().then(|| {
        let isbn = Line {
            name: "isbn",
            label: texts.isbn(),
            value: &form.isbn,
            kind: "text",
            autocomplete: "off",
            hint: texts.isbn_hint(),
            fault: fault("isbn", texts.isbn_fault()),
        };
        isbn.view()
    });
    view! {
        {isbn}
        {choose("field", texts.wrong_field(), None, fields.collect())}
        {value.view()}
    }
    .into_any()
}

/// What goes along by itself, to be seen and taken out.
fn along(site: Site, form: &FeedbackForm) -> Option<AnyView> {
    let texts = texts::Feedback(site.lang);
    let part = |name: &'static str, value: &str, words: String| {
        view! {
            <label class="choice">
                <input type="checkbox" name=name value=value.to_owned() checked=true />
                <span dir="auto">{words}</span>
            </label>
        }
        .into_any()
    };
    let mut parts = Vec::new();
    if let Some(book) = &form.book {
        parts.push(part(
            "isbn",
            book.isbn.as_str(),
            texts.along_book(&book.title),
        ));
    }
    // Of a return the order is chosen above.
    if form.signed_in && !form.order.is_empty() && form.kind != CaseKind::Return {
        parts.push(part("order", &form.order, texts.along_order(&form.order)));
    }
    if !form.page.is_empty() {
        parts.push(part("page", &form.page, texts.along_page(&form.page)));
    }
    (!parts.is_empty()).then(|| {
        view! {
            <fieldset class="field">
                <legend>{texts.along()}</legend>
                <p class="hint">{texts.along_hint()}</p>
                {parts}
            </fieldset>
        }
        .into_any()
    })
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

fn contact(site: Site, form: &FeedbackForm) -> AnyView {
    let texts = texts::Feedback(site.lang);
    let fault = |name: &str, words| form.faults.iter().any(|one| one == name).then_some(words);
    let name = Line {
        name: "name",
        label: texts.name(),
        value: &form.name,
        kind: "text",
        autocomplete: "name",
        hint: "",
        fault: fault("name", texts.name_fault()),
    };
    let email = Line {
        name: "email",
        label: texts.email(),
        value: &form.email,
        kind: "email",
        autocomplete: "email",
        hint: texts.email_hint(),
        fault: fault("email", texts.email_fault()),
    };
    view! {
        <fieldset class="field">
            <legend>{texts.contact()}</legend>
            <p class="hint">{texts.contact_hint()}</p>
            {name.view()}
            {email.view()}
        </fieldset>
    }
    .into_any()
}
