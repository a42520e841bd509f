//! What readers of a shop can say of a book besides their review: the form on the page of settings.

use crate::site::forms::Form;
use bookplate_wire::Lang;
use bookplate_wire::reviews::notes::{ShopNotes, ShopTerm, TermList};
use bookplate_wire::settings::SettingsChange;

/// What the form says.
pub(super) fn read(form: &Form) -> SettingsChange {
    SettingsChange {
        notes: Some(ShopNotes {
            warnings: list(form, "warnings"),
            moods: list(form, "moods"),
            pace: form.text("pace") == "on",
        }),
        ..SettingsChange::default()
    }
}

/// A list by its rows; those without any label are not there any more.
fn list(form: &Form, name: &str) -> TermList {
    let known: Vec<&str> = form.all(name).collect();
    let mut terms: Vec<ShopTerm> = Vec::with_capacity(known.len());
    for (at, id) in known.iter().enumerate() {
        let label = |lang: Lang| {
            let label = form.text(&format!("{name}.{at}.{}", lang.tag())).trim();
            (lang, label.to_owned())
        };
        let labels = Lang::ALL.into_iter().map(label);
        let labels: Vec<_> = labels.filter(|(_, label)| !label.is_empty()).collect();
        if labels.is_empty() {
            continue;
        }
        let id = if id.is_empty() {
            let taken = |id: &str| known.contains(&id) || terms.iter().any(|term| term.id == id);
            new_id(form.text(&format!("{name}.{at}.{}", Lang::En.tag())), taken)
        } else {
            (*id).to_owned()
        };
        terms.push(ShopTerm {
            id,
            labels: labels.into_iter().collect(),
        });
    }
    TermList {
        on: form.text(&format!("{name}_on")) == "on",
        terms,
    }
}

/// An id for a new term: its English label, or else a word, with a number where that is taken.
fn new_id(label: &str, taken: impl Fn(&str) -> bool) -> String {
    let words = label.to_ascii_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric());
    let mut id = words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    id.truncate(30);
    if id.is_empty() {
        id.push_str("term");
    }
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let mut ids = std::iter::once(id.clone()).chain(numbered);
    ids.find(|id| !taken(id)).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_term_is_named_by_its_label() {
        assert_eq!(new_id("Slow burn!", |_| false), "slow-burn");
        assert_eq!(new_id("悬疑", |id| id == "term"), "term-2");
    }
}
