//! The form's controls and the query, each way.

use super::parse;
use crate::numbers::grouped;
use bookplate_wire::reviews::ReviewsQuery;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, HtmlInputElement, UrlSearchParams};

/// What the controls ask for, read as the browser itself would send them.
pub(super) fn read(form: &HtmlFormElement) -> ReviewsQuery {
    FormData::new_with_form(form)
        .and_then(|data| UrlSearchParams::new_with_str_sequence_sequence(&data))
        .map(|pairs| parse(&String::from(pairs.to_string())))
        .unwrap_or_default()
}

/// Lets the controls show `query`.
pub(super) fn write(form: &HtmlFormElement, query: &ReviewsQuery) {
    let stars = query
        .stars
        .map_or_else(String::new, |stars| grouped(stars.into()));
    for (selector, value) in [
        ("[name=sort]", query.sort.as_str()),
        ("[name=stars]", stars.as_str()),
        (
            "[name=language]",
            query.language.as_deref().unwrap_or_default(),
        ),
        ("[name=q]", query.search.as_str()),
    ] {
        // Setting what is there already would move the cursor of somebody who types.
        if let Some(control) = control(form, selector)
            && control.value().trim() != value
        {
            control.set_value(value);
        }
    }
    for (selector, on) in [
        ("[name=verified]", query.verified),
        ("[name=photos]", query.photos),
    ] {
        if let Some(control) = control(form, selector) {
            control.set_checked(on);
        }
    }
}

/// A `select` too is taken for an input: both have `value`, which is all that is used of it.
fn control(form: &HtmlFormElement, selector: &str) -> Option<HtmlInputElement> {
    form.query_selector(selector)
        .ok()
        .flatten()
        .map(JsCast::unchecked_into)
}
