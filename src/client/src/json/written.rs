//! Writing JSON. The browser does it: that costs no code of ours.

use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::JsValue;

/// A JSON object with these fields.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> String {
    JSON::stringify(&properties(fields))
        .map(String::from)
        .unwrap_or_default()
}

/// The same, to stand in another one.
pub(crate) fn properties(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // It fails for objects that are sealed or no objects.
        _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}
