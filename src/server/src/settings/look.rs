//! A shop's look as a style sheet. No page lets us style anything inline, and a sheet can be kept.
//!
//! Widgets link it inside of their shadow roots, after their own sheet. It speaks of shadow hosts alone, and
//! what a shop's page says by `--bookplate-*` goes before.

use crate::app::App;
use crate::caching;
use crate::reply::Failure;
use crate::shops::shop_by_key;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use bookplate_store::shops::Shop;
use bookplate_wire::settings::Look;
use std::fmt::Write;
use xxhash_rust::xxh3::xxh3_64;

/// For a sheet whose address changes with its content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Names that stand for a kind of font, and are no font when they are quoted.
const KINDS: [&str; 9] = [
    "serif",
    "sans-serif",
    "monospace",
    "system-ui",
    "ui-serif",
    "ui-sans-serif",
    "ui-rounded",
    "cursive",
    "fantasy",
];

/// The link to a shop's look, as HTML: none, when it has the usual one.
pub(crate) fn link(app: &App, shop: &Shop) -> String {
    let sheet = sheet(&shop.look);
    if sheet.is_empty() {
        return sheet;
    }
    let (url, key, version) = (&app.public_url, &shop.public_key, version(&sheet));
    format!("<link rel=\"stylesheet\" href=\"{url}/shops/{key}/look.css?{version}\">")
}

/// `GET /shops/{key}/look.css?{version}`
pub(crate) async fn get_look(
    State(app): State<App>,
    Path(key): Path<String>,
    RawQuery(asked): RawQuery,
) -> Result<impl IntoResponse, Failure> {
    let shop = shop_by_key(&app, &key).await?;
    let sheet = sheet(&shop.look);
    // Another instance may know a change before us.
    let is_current = asked.is_some_and(|asked| asked == version(&sheet));
    let kept = if is_current {
        FOR_EVER
    } else {
        caching::PUBLIC
    };
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept)], sheet))
}

fn version(sheet: &str) -> String {
    format!("{:016x}", xxh3_64(sheet.as_bytes()))
}

/// The sheet, empty for the usual look.
fn sheet(look: &Look) -> String {
    let mut rules = String::new();
    let mut old = String::new();
    if !look.accent.is_empty() || !look.accent_dark.is_empty() {
        let or = |colour: &str, usual: &str| match colour {
            "" => usual.to_owned(),
            colour => colour.to_owned(),
        };
        let light = or(&look.accent, "#8a2f1f");
        let dark = or(&look.accent_dark, "#f0ab94");
        put(
            &mut rules,
            "accent",
            &format!("light-dark({light}, {dark})"),
        );
        put(&mut old, "accent", &light);
    }
    if let Some(radius) = look.radius {
        put(&mut rules, "radius", &format!("{radius}px"));
    }
    if !look.font.is_empty() {
        put(&mut rules, "font", &fonts(&look.font));
    }
    if rules.is_empty() {
        return rules;
    }
    // `:not(_)` matches everything. It outweighs the widgets' own sheet, which comes later where a script has put
    // it in. The reader's own colours stay.
    let mut sheet = format!("@media (forced-colors: none) {{\n:host(:not(_)) {{\n{rules}}}\n");
    if !old.is_empty() {
        let without = "@supports not (color: light-dark(#000, #fff))";
        sheet.push_str(&format!("{without} {{\n:host(:not(_)) {{\n{old}}}\n}}\n"));
    }
    sheet.push_str("}\n");
    sheet
}

fn put(rules: &mut String, name: &str, value: &str) {
    // Writing to memory cannot fail.
    let _ = writeln!(rules, "--_{name}: var(--bookplate-{name}, {value});");
}

/// Names of fonts, quoted where they are names.
fn fonts(names: &str) -> String {
    let quoted = names.split(", ").map(|name| {
        if KINDS.contains(&name) {
            name.to_owned()
        } else {
            format!("\"{name}\"")
        }
    });
    quoted.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_look_needs_no_sheet() {
        assert_eq!(sheet(&Look::default()), "");
    }

    #[test]
    fn a_look_speaks_of_shadow_hosts_alone() {
        let look = Look {
            accent: "#123456".into(),
            accent_dark: String::new(),
            radius: Some(0),
            font: "Noto Serif SC, serif".into(),
        };
        assert_eq!(
            sheet(&look),
            "@media (forced-colors: none) {\n:host(:not(_)) {\n\
             --_accent: var(--bookplate-accent, light-dark(#123456, #f0ab94));\n\
             --_radius: var(--bookplate-radius, 0px);\n\
             --_font: var(--bookplate-font, \"Noto Serif SC\", serif);\n}\n\
             @supports not (color: light-dark(#000, #fff)) {\n:host(:not(_)) {\n\
             --_accent: var(--bookplate-accent, #123456);\n}\n}\n}\n"
        );
    }
}
