//! Parts of forms, each with its label, its hint and what is wrong with it.

use leptos::prelude::*;

/// A line to fill in.
pub(crate) struct Line<'a> {
    /// The field's name in the form.
    pub(crate) name: &'static str,
    /// What is asked for.
    pub(crate) label: &'a str,
    /// What stands there.
    pub(crate) value: &'a str,
    /// `text`, `email`, `tel`, `date`, `password`.
    pub(crate) kind: &'static str,
    /// What a browser may fill in by itself.
    pub(crate) autocomplete: &'static str,
    /// What helps to fill it in; empty for nothing.
    pub(crate) hint: &'a str,
    /// What is wrong with it.
    pub(crate) fault: Option<&'a str>,
}

impl Line<'_> {
    /// The label with the input.
    pub(crate) fn view(&self) -> AnyView {
        let Self { name, kind, .. } = *self;
        let about = About::new(name, self.hint, self.fault);
        view! {
            <div class="field">
                <label for=name>{self.label.to_owned()}</label>
                <input
                    id=name
                    name=name
                    type=kind
                    value=self.value.to_owned()
                    autocomplete=self.autocomplete
                    aria-describedby=about.ids()
                    aria-invalid=about.invalid()
                    autofocus=about.fault.is_some()
                />
                {about.view()}
            </div>
        }
        .into_any()
    }
}

/// What stands below a field: a hint, and what is wrong.
pub(crate) struct About {
    name: &'static str,
    hint: Option<String>,
    fault: Option<String>,
}

impl About {
    /// For the field called `name`; an empty hint is none.
    pub(crate) fn new(name: &'static str, hint: &str, fault: Option<&str>) -> Self {
        Self {
            name,
            hint: (!hint.is_empty()).then(|| hint.to_owned()),
            fault: fault.map(str::to_owned),
        }
    }

    /// For `aria-describedby`.
    pub(crate) fn ids(&self) -> Option<String> {
        let ids = [
            self.hint.is_some().then(|| self.id("hint")),
            self.fault.is_some().then(|| self.id("fault")),
        ];
        let ids: Vec<String> = ids.into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// For `aria-invalid`.
    pub(crate) fn invalid(&self) -> Option<&'static str> {
        self.fault.is_some().then_some("true")
    }

    fn id(&self, part: &str) -> String {
        format!("{}-{part}", self.name)
    }

    /// Hint and fault.
    pub(crate) fn view(&self) -> AnyView {
        let hint = self.hint.clone();
        let fault = self.fault.clone();
        let (hint_id, fault_id) = (self.id("hint"), self.id("fault"));
        view! {
            {hint.map(|words| view! { <p class="hint" id=hint_id>{words}</p> })}
            {fault.map(|words| view! { <p class="fault" id=fault_id>{words}</p> })}
        }
        .into_any()
    }
}

/// A box to tick, or one of several buttons to choose from.
pub(crate) fn choice(
    kind: &'static str,
    name: &'static str,
    value: &'static str,
    words: &str,
    chosen: bool,
) -> AnyView {
    view! {
        <label class="choice">
            <input type=kind name=name value=value checked=chosen />
            <span>{words.to_owned()}</span>
        </label>
    }
    .into_any()
}

/// What stands in a `textarea`, as its inner HTML. Inside of it only these two characters mean something; as a child it
/// could not be empty, which hydration needs.
pub(crate) fn inside(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
