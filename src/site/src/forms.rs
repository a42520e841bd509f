//! Parts of forms, each with its label, its hint and what is wrong with it.

use bookplate_wire::Lang;
use leptos::prelude::*;

/// A line to fill in.
pub(crate) struct Line<'a> {
    /// The field's name in the form.
    pub(crate) name: &'static str,
    /// What is asked for.
    pub(crate) label: &'a str,
    /// What stands there.
    pub(crate) value: &'a str,
    /// `text`, `email`, `tel`, `date`, `number`, `password`.
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
        self.view_as(self.name)
    }

    /// The same, with an id of its own where several forms of a page have such a field.
    pub(crate) fn view_as(&self, id: &str) -> AnyView {
        let Self { name, kind, .. } = *self;
        let about = About::new(id, self.hint, self.fault);
        view! {
            <div class="field">
                <label for=id.to_owned()>{self.label.to_owned()}</label>
                <input
                    id=id.to_owned()
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

/// A text to write in a language: one line, or several.
pub(crate) struct Written<'a> {
    /// The field's name in the form.
    pub(crate) name: &'a str,
    /// What is asked for.
    pub(crate) label: &'a str,
    /// In which language that is said, where it is not the page's.
    pub(crate) label_lang: Option<Lang>,
    /// What stands there.
    pub(crate) value: &'a str,
    /// The language of what stands there.
    pub(crate) lang: Lang,
    /// How many characters are kept. Twice as many can be typed, so that who pastes too much sees all of it.
    pub(crate) most: usize,
    /// How many rows there are; one line where there is none.
    pub(crate) rows: Option<u8>,
    /// What helps to write it; empty for nothing.
    pub(crate) hint: &'a str,
    /// What is wrong with it.
    pub(crate) fault: Option<&'a str>,
}

impl Written<'_> {
    /// The label with the field.
    pub(crate) fn view(&self) -> AnyView {
        let about = About::new(self.name, self.hint, self.fault);
        let name = || self.name.to_owned();
        let most = (2 * self.most).to_string();
        let field = match self.rows {
            Some(rows) => view! {
                <textarea
                    id=name()
                    name=name()
                    rows=rows.to_string()
                    lang=self.lang.tag()
                    maxlength=most
                    aria-describedby=about.ids()
                    aria-invalid=about.invalid()
                    inner_html=inside(self.value)
                ></textarea>
            }
            .into_any(),
            None => view! {
                <input
                    id=name()
                    name=name()
                    type="text"
                    value=self.value.to_owned()
                    lang=self.lang.tag()
                    maxlength=most
                    autocomplete="off"
                    aria-describedby=about.ids()
                    aria-invalid=about.invalid()
                />
            }
            .into_any(),
        };
        view! {
            <div class="field">
                <label for=name() lang=self.label_lang.map(Lang::tag)>{self.label.to_owned()}</label>
                {field}
                {about.view()}
            </div>
        }
        .into_any()
    }
}

/// What stands below a field: a hint, and what is wrong.
pub(crate) struct About {
    of: String,
    hint: Option<String>,
    fault: Option<String>,
}

impl About {
    /// For the field with the id `of`; an empty hint is none.
    pub(crate) fn new(of: &str, hint: &str, fault: Option<&str>) -> Self {
        Self {
            of: of.to_owned(),
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
        format!("{}-{part}", self.of)
    }

    /// The same where a field of this name is there many times: nothing has an id.
    pub(crate) fn without_ids(&self) -> AnyView {
        let (hint, fault) = (self.hint.clone(), self.fault.clone());
        view! {
            {hint.map(|words| view! { <span class="hint">{words}</span> })}
            {fault.map(|words| view! { <span class="fault">{words}</span> })}
        }
        .into_any()
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
