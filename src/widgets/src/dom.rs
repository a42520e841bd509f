//! Small things that are done to the page.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// The first element inside `root` that `selector` finds.
pub(crate) fn find(root: &Element, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok().flatten()
}

/// An attribute, empty where there is none.
pub(crate) fn attribute(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

/// Sets an attribute. It cannot fail for the names that stand in our source.
pub(crate) fn set(element: &Element, name: &str, value: &str) {
    _ = element.set_attribute(name, value);
}

/// Moves focus to the first element inside `root` that `selector` finds.
pub(crate) fn focus(root: &Element, selector: &str) {
    if let Some(found) = find(root, selector) {
        _ = found.unchecked_into::<HtmlElement>().focus();
    }
}

/// The value of the control called `name`. Text areas and lists are taken for inputs: all have `value`, which is all that
/// is used of them.
pub(crate) fn control(root: &Element, selector: &str) -> Option<HtmlInputElement> {
    find(root, selector).map(JsCast::unchecked_into)
}

/// The values of all controls inside `root` that `selector` finds.
pub(crate) fn ticked(root: &Element, selector: &str) -> Vec<String> {
    let Ok(found) = root.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.item(at))
        .map(|node| node.unchecked_into::<HtmlInputElement>().value())
        .collect()
}

/// The element that `selector` finds at `target` or around it.
pub(crate) fn closest(target: &Element, selector: &str) -> Option<Element> {
    target.closest(selector).ok().flatten()
}
