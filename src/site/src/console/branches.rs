//! A shop's branches.

use super::{fault, here, readonly};
use crate::console_page::BranchesPage;
use crate::context::Site;
use crate::forms::Line;
use bookplate_widgets::texts;
use bookplate_wire::settings::Branch;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &BranchesPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let lines: Vec<_> = page
        .branches
        .iter()
        .map(|branch| line(site, branch, page.may_change))
        .collect();
    let none = lines.is_empty();
    view! {
        <h1 tabindex="-1">{texts.branches()}</h1>
        <p class="quiet">{texts.branches_hint()}</p>
        {readonly(site, page.may_change)}
        {none.then(|| view! { <p class="empty">{texts.no_branches()}</p> })}
        {(!none).then(|| view! { <ul class="rows">{lines}</ul> })}
        {page.may_change.then(|| add(site, page))}
    }
    .into_any()
}

fn line(site: Site, branch: &Branch, may_change: bool) -> AnyView {
    let texts = texts::Console(site.lang);
    let delete = may_change.then(|| {
        let label = texts.delete_this(&branch.name);
        view! {
            <form method="post" action=here(site, "branches")>
                <input type="hidden" name="form" value="delete" />
                <input type="hidden" name="id" value=branch.id.to_string() />
                <button type="submit" class="button danger" aria-label=label>{texts.delete()}</button>
            </form>
        }
    });
    view! {
        <li class="row">
            <div class="what">
                <p class="title">{branch.name.clone()}</p>
                <p class="quiet"><code>{branch.code.clone()}</code> <span>{branch.time_zone.clone()}</span></p>
            </div>
            {delete}
        </li>
    }
    .into_any()
}

fn add(site: Site, page: &BranchesPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let line = |name, label, value, hint, words| {
        Line {
            name,
            label,
            value,
            kind: "text",
            autocomplete: "off",
            hint,
            fault: fault(&page.faults, name, words),
        }
        .view()
    };
    view! {
        <form method="post" action=here(site, "branches") class="part stack">
            <input type="hidden" name="form" value="add" />
            <h2>{texts.add_branch()}</h2>
            {line("code", texts.branch_code(), &page.new.code, texts.branch_code_hint(), texts.branch_code_fault())}
            {line("name", texts.branch_name(), &page.new.name, "", texts.name_fault())}
            {line("time_zone", texts.time_zone(), &page.new.time_zone, "", texts.time_zone_fault())}
            <button type="submit" class="button primary">{texts.add()}</button>
        </form>
    }
    .into_any()
}
