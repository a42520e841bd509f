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
        .map(|branch| row(site, page, branch))
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

fn row(site: Site, page: &BranchesPage, branch: &Branch) -> AnyView {
    let texts = texts::Console(site.lang);
    let delete = page.may_change.then(|| {
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
            {page.may_change.then(|| change(site, page, branch))}
        </li>
    }
    .into_any()
}

/// Where a branch gets another name or time zone; open where what was typed could not be taken.
fn change(site: Site, page: &BranchesPage, branch: &Branch) -> AnyView {
    let texts = texts::Console(site.lang);
    let typed = page.draft.as_ref().filter(|draft| draft.id == branch.id);
    let shown = typed.unwrap_or(branch);
    let none: &[String] = &[];
    let faults = typed.map_or(none, |_| &page.faults);
    let line = |name, label, value, words| {
        Line {
            name,
            label,
            value,
            kind: "text",
            autocomplete: "off",
            hint: "",
            fault: fault(faults, name, words),
        }
        .view_as(&format!("{name}-{}", branch.id))
    };
    view! {
        <details class="more" open=typed.is_some()>
            <summary aria-label=texts.change_this(&branch.name)>{texts.change()}</summary>
            <form method="post" action=here(site, "branches")>
                <input type="hidden" name="form" value="change" />
                <input type="hidden" name="id" value=branch.id.to_string() />
                {line("name", texts.branch_name(), &shown.name, texts.name_fault())}
                {line("time_zone", texts.time_zone(), &shown.time_zone, texts.time_zone_fault())}
                <button type="submit" class="button">{texts.save()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn add(site: Site, page: &BranchesPage) -> AnyView {
    let texts = texts::Console(site.lang);
    // What is wrong is about the branch that was to be changed.
    let none: &[String] = &[];
    let faults = page.draft.as_ref().map_or(&*page.faults, |_| none);
    let line = |name, label, value, hint, words| {
        Line {
            name,
            label,
            value,
            kind: "text",
            autocomplete: "off",
            hint,
            fault: fault(faults, name, words),
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
