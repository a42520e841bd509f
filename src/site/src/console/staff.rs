//! A shop's people.

use super::{fault, here, readonly};
use crate::console_page::{StaffPage, role_name};
use crate::context::Site;
use crate::forms::Line;
use bookplate_widgets::texts;
use bookplate_wire::Lang;
use bookplate_wire::staff::{Invitation, Role, StaffMember};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &StaffPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let members: Vec<_> = page
        .members
        .iter()
        .map(|who| member(site, who, page.may_change))
        .collect();
    let invitations: Vec<_> = page
        .invitations
        .iter()
        .map(|invitation| invited(site, invitation, page.may_change))
        .collect();
    let link = page.link.as_ref().map(|made| {
        let mailed = made.mailed.then(|| view! { <p>{texts.link_mailed()}</p> });
        view! {
            <div class="notice" role="status" tabindex="-1">
                <p>{texts.link_for(&made.email)}</p>
                <p><code>{made.link.clone()}</code></p>
                {mailed}
            </div>
        }
    });
    let wrong = [
        ("last_owner", texts.last_owner()),
        ("already_staff", texts.already_staff()),
        ("role_insufficient", texts.other_shops()),
        ("rate_limited", texts.wait()),
    ];
    let wrong = wrong
        .into_iter()
        .find_map(|(name, words)| fault(&page.faults, name, words));
    view! {
        <h1 tabindex="-1">{texts.staff()}</h1>
        {link}
        {wrong.map(|words| view! { <p class="wrong" role="alert">{words}</p> })}
        {readonly(site, page.may_change)}
        <ul class="rows">{members}</ul>
        {(!invitations.is_empty()).then(|| view! {
            <h2>{texts.invitations()}</h2>
            <ul class="rows">{invitations}</ul>
        })}
        {page.may_change.then(|| add(site, page))}
    }
    .into_any()
}

fn roles(lang: Lang, chosen: Role) -> Vec<AnyView> {
    let roles = Role::ALL.into_iter();
    roles
        .map(|of| {
            view! { <option value=of.as_str() selected=of == chosen>{role_name(lang, of)}</option> }
                .into_any()
        })
        .collect()
}

fn member(site: Site, who: &StaffMember, may_change: bool) -> AnyView {
    let texts = texts::Console(site.lang);
    let name = if who.name.is_empty() {
        who.email.clone()
    } else {
        who.name.clone()
    };
    let change = may_change.then(|| {
        let id = who.id.to_string();
        // An owner gets one from the operator.
        let link = (who.role < Role::Owner).then(|| {
            let label = texts.new_link_for(&name);
            view! {
                <button type="submit" class="button" name="form" value="link" aria-label=label>
                    {texts.new_link()}
                </button>
            }
        });
        view! {
            <form method="post" action=here(site, "staff") class="actions">
                <input type="hidden" name="id" value=id />
                <span class="select">
                    <select name="role" aria-label=texts.role_of(&name)>{roles(site.lang, who.role)}</select>
                </span>
                <button type="submit" class="button" name="form" value="role">{texts.save()}</button>
                {link}
                <button type="submit" class="button danger" name="form" value="remove" aria-label=texts.remove_this(&name)>
                    {texts.remove()}
                </button>
            </form>
        }
    });
    view! {
        <li class="row">
            <div class="what">
                <p class="title">{name.clone()}</p>
                <p class="quiet"><span>{who.email.clone()}</span> <span>{role_name(site.lang, who.role)}</span></p>
            </div>
            {change}
        </li>
    }
    .into_any()
}

fn invited(site: Site, invitation: &Invitation, may_change: bool) -> AnyView {
    let texts = texts::Console(site.lang);
    let revoke = may_change.then(|| {
        let label = texts.revoke_this(&invitation.email);
        view! {
            <form method="post" action=here(site, "staff")>
                <input type="hidden" name="form" value="revoke" />
                <input type="hidden" name="id" value=invitation.id.to_string() />
                <button type="submit" class="button" aria-label=label>{texts.revoke()}</button>
            </form>
        }
    });
    view! {
        <li class="row">
            <div class="what">
                <p class="title">{invitation.email.clone()}</p>
                <p class="quiet">{role_name(site.lang, invitation.role)}</p>
            </div>
            {revoke}
        </li>
    }
    .into_any()
}

fn add(site: Site, page: &StaffPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let line = |name, label, kind, words| {
        Line {
            name,
            label,
            value: "",
            kind,
            autocomplete: "off",
            hint: "",
            fault: fault(&page.faults, name, words),
        }
        .view()
    };
    view! {
        <form method="post" action=here(site, "staff") class="part stack">
            <input type="hidden" name="form" value="invite" />
            <h2>{texts.invite()}</h2>
            <p class="quiet">{texts.invite_hint()}</p>
            {line("email", texts.email(), "email", texts.email_fault())}
            {line("name", texts.name(), "text", texts.name_fault())}
            <div class="field">
                <label for="role">{texts.role()}</label>
                <span class="select">
                    <select id="role" name="role" aria-describedby="role-hint">{roles(site.lang, Role::Viewer)}</select>
                </span>
                <p class="hint" id="role-hint">{texts.role_hint()}</p>
            </div>
            <button type="submit" class="button primary">{texts.invite()}</button>
        </form>
    }
    .into_any()
}
