//! Canned answers: the list, where one is written, and how one gets into the answer to a case.

use super::{fault, here, moment, readonly};
use crate::case_page::{CannedForm, CannedPage, StaffCasePage};
use crate::context::Site;
use crate::forms::{About, Line, Written};
use bookplate_widgets::feedback;
use bookplate_widgets::texts::{self, Pages};
use bookplate_wire::Lang;
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::canned::{
    CannedAnswer, Variable, text_field, unknown_in, variables_in,
};
use bookplate_wire::feedback::writing::TEXT_MAX;
use bookplate_wire::problem::Code;
use leptos::prelude::*;

pub(super) fn list(site: Site, page: &CannedPage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let lines = page.answers.iter();
    let lines: Vec<_> = lines
        .map(|(changed, answer)| line(site, changed, answer))
        .collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.no_canned()}</p> }.into_any()
    } else {
        view! { <ul class="rows">{lines}</ul> }.into_any()
    };
    let new = page.may_change.then(|| {
        view! { <p class="actions"><a class="button primary" href=here(site, "canned/new")>{texts.write_canned()}</a></p> }
    });
    view! {
        <p><a class="go" href=here(site, "cases")>{texts.back()}</a></p>
        <h1 tabindex="-1">{texts.canned()}</h1>
        <p class="quiet">{texts.canned_hint()}</p>
        {readonly(site, page.may_change)}
        {new}
        {list}
    }
    .into_any()
}

fn line(site: Site, changed: &str, answer: &CannedAnswer) -> AnyView {
    let languages = answer.content.texts.iter().map(|text| text.language);
    let languages: Vec<_> = languages.map(|lang| Pages(lang).own_name()).collect();
    let kind = answer.content.kind;
    let kind = kind.map(|kind| view! { <span>{feedback::kind(site.lang, kind)}</span> });
    let href = here(site, &format!("canned/{}", answer.id));
    view! {
        <li class="row">
            <div class="what">
                <p class="title"><a href=href dir="auto">{answer.content.title.clone()}</a></p>
                <p class="quiet">
                    {kind}
                    <span>{languages.join(", ")}</span>
                    <span>{texts::Faq(site.lang).changed(&moment(site, changed))}</span>
                </p>
            </div>
        </li>
    }
    .into_any()
}

pub(super) fn form(site: Site, page: &CannedForm) -> AnyView {
    let texts = texts::Cases(site.lang);
    let id = page.id.as_ref().map_or("new", |id| id.as_str());
    let action = here(site, &format!("canned/{id}"));
    let whole = [
        (Code::ArticleChanged.as_str(), texts.canned_changed()),
        (Code::ArticleLimit.as_str(), texts.canned_limit()),
        ("texts", texts.canned_empty()),
    ];
    let whole = whole
        .into_iter()
        .find_map(|(code, words)| fault(&page.faults, code, words));
    let whole = whole.map(|words| {
        view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{words.to_owned()}</p> }
    });
    let title = Line {
        name: "title",
        label: texts.canned_title(),
        value: &page.title,
        kind: "text",
        autocomplete: "off",
        hint: texts.canned_title_hint(),
        fault: fault(&page.faults, "title", texts.canned_title_fault()),
    };
    let kinds = CaseKind::ALL.iter().map(|kind| {
        let chosen = page.kind == Some(*kind);
        view! { <option value=kind.as_str() selected=chosen>{feedback::kind(site.lang, *kind)}</option> }
    });
    let areas: Vec<_> = page
        .texts
        .iter()
        .map(|(lang, text)| area(site, page, *lang, text))
        .collect();
    let delete = (page.may_change && page.id.is_some()).then(|| {
        view! {
            <form method="post" action=action.clone() class="part">
                <button type="submit" class="button danger" name="form" value="delete">
                    {texts::Faq(site.lang).delete()}
                </button>
            </form>
        }
    });
    let save = page.may_change.then(|| {
        view! {
            <p class="actions">
                <button type="submit" class="button primary" name="form" value="save">
                    {texts::Console(site.lang).save()}
                </button>
            </p>
        }
    });
    view! {
        <p><a class="go" href=here(site, "canned")>{texts.all_canned()}</a></p>
        <h1 tabindex="-1">{if page.id.is_some() { texts.edit_canned() } else { texts.new_canned() }}</h1>
        {readonly(site, page.may_change)}
        {whole}
        {variables(site)}
        <form method="post" action=action class="stack">
            <input type="hidden" name="version" value=page.version.to_string() />
            <fieldset class="plain stack" disabled=!page.may_change>
                {title.view()}
                <div class="field">
                    <label for="kind">{texts.kind()}</label>
                    <span class="select">
                        <select id="kind" name="kind">
                            <option value="">{texts.any_kind()}</option>
                            {kinds.collect::<Vec<_>>()}
                        </select>
                    </span>
                </div>
                {areas}
                {save}
            </fieldset>
        </form>
        {delete}
    }
    .into_any()
}

/// What can stand in braces.
fn variables(site: Site) -> AnyView {
    let texts = texts::Cases(site.lang);
    let lines = Variable::ALL.map(|variable| {
        let words = match variable {
            Variable::Customer => texts.variable_customer(),
            Variable::Order => texts.variable_order(),
            Variable::Book => texts.variable_book(),
            Variable::Shop => texts.variable_shop(),
            Variable::Agent => texts.variable_agent(),
        };
        view! { <div><dt><code>{variable.in_braces()}</code></dt><dd>{words}</dd></div> }
    });
    view! {
        <section class="variables" aria-labelledby="variables">
            <h2 id="variables">{texts.variables()}</h2>
            <p class="quiet">{texts.variables_hint()}</p>
            <dl class="facts-list">{lines.into_iter().collect::<Vec<_>>()}</dl>
        </section>
    }
    .into_any()
}

fn area(site: Site, page: &CannedForm, lang: Lang, text: &str) -> AnyView {
    let texts = texts::Cases(site.lang);
    let field = text_field(lang);
    let words = match unknown_in(text).first() {
        Some(unknown) => texts.variable_unknown(unknown),
        None => texts.text_fault().to_owned(),
    };
    let written = Written {
        name: &field,
        label: Pages(lang).own_name(),
        label_lang: Some(lang),
        value: text,
        lang,
        most: TEXT_MAX,
        rows: Some(6),
        hint: "",
        fault: fault(&page.faults, &field, &words),
    };
    written.view()
}

/// Where one is chosen to be put into the answer that is being written; nothing where there is none.
pub(super) fn choose(site: Site, page: &StaffCasePage) -> Option<AnyView> {
    let texts = texts::Cases(site.lang);
    if page.canned.is_empty() {
        return None;
    }
    let options: Vec<_> = page
        .canned
        .iter()
        .map(|(id, title)| view! { <option value=id.to_string()>{title.clone()}</option> })
        .collect();
    let wrong = fault(&page.faults, "canned", texts.canned_long());
    let about = About::new("canned", texts.insert_hint(), wrong);
    Some(
        view! {
            <div class="field">
                <label for="canned" data-key="c">{texts.canned_one()}</label>
                <div class="beside">
                    <span class="select">
                        <select
                            id="canned"
                            name="canned"
                            aria-describedby=about.ids()
                            aria-invalid=about.invalid()
                        >
                            {options}
                        </select>
                    </span>
                    <button type="submit" class="button" name="form" value="insert" formnovalidate="">
                        {texts.insert()}
                    </button>
                </div>
                {about.view()}
            </div>
        }
        .into_any(),
    )
}

/// That something in an answer is still to be filled in; `None` where nothing is.
pub(super) fn unfilled(site: Site, answer: &str) -> Option<String> {
    let left = variables_in(answer).into_iter().map(Variable::in_braces);
    let left: Vec<_> = left.collect();
    (!left.is_empty()).then(|| texts::Cases(site.lang).unfilled(&left.join(", ")))
}
