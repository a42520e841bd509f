//! Who has changed what.

use super::here;
use crate::context::Site;
use bookplate_widgets::texts;
use bookplate_wire::audit::{Action, AuditEntry, AuditPage, Doer};
use leptos::prelude::*;
use std::collections::BTreeSet;

pub(super) fn view(site: Site, page: &AuditPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let lines: Vec<_> = page.entries.iter().map(|entry| line(site, entry)).collect();
    let more = page.next.as_ref().map(|next| {
        let href = here(site, "audit");
        let joint = if href.contains('?') { '&' } else { '?' };
        let href = format!("{href}{joint}after={next}");
        view! { <p><a class="button" href=href>{texts.earlier()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.audit()}</h1>
        <p class="quiet">{texts.audit_hint()}</p>
        <ol class="rows">{lines}</ol>
        {more}
    }
    .into_any()
}

fn line(site: Site, entry: &AuditEntry) -> AnyView {
    let texts = texts::Console(site.lang);
    let who = match &entry.actor {
        Doer::Staff { name, .. } => name.clone(),
        Doer::Key { id, name } if name.is_empty() => id.to_string(),
        Doer::Key { name, .. } => name.clone(),
        Doer::Command => texts.operator().to_owned(),
    };
    let names: BTreeSet<&String> = entry.before.keys().chain(entry.after.keys()).collect();
    let changes: Vec<_> = names
        .into_iter()
        .map(|name| {
            let value = |fields: &bookplate_wire::audit::Fields| {
                let value = fields.get(name).filter(|value| !value.is_empty());
                value.cloned().unwrap_or_else(|| "–".to_owned())
            };
            view! {
                <div>
                    <dt><code>{name.clone()}</code></dt>
                    <dd><del>{value(&entry.before)}</del>" → "<ins>{value(&entry.after)}</ins></dd>
                </div>
            }
        })
        .collect();
    let called =
        (!entry.target_name.is_empty()).then(|| view! { <span>{entry.target_name.clone()}</span> });
    let target = (!entry.target.is_empty()).then(|| view! { <code>{entry.target.clone()}</code> });
    view! {
        <li class="row entry">
            <div class="what">
                <p class="title">{action(texts, entry.action)}</p>
                <p class="quiet"><span>{entry.on.clone()}</span> <span>{who}</span> {called} {target}</p>
                {(!changes.is_empty()).then(|| view! { <dl class="changed">{changes}</dl> })}
            </div>
        </li>
    }
    .into_any()
}

fn action(texts: texts::Console, action: Action) -> &'static str {
    match action {
        Action::ShopCreated => texts.shop_created(),
        Action::SettingsChanged => texts.settings_changed(),
        Action::OriginsChanged => texts.origins_changed(),
        Action::BranchCreated => texts.branch_created(),
        Action::BranchChanged => texts.branch_changed(),
        Action::BranchDeleted => texts.branch_deleted(),
        Action::KeyCreated => texts.key_created(),
        Action::KeyRetired => texts.key_retired(),
        Action::WebhookSet => texts.webhook_set(),
        Action::WebhookRemoved => texts.webhook_removed(),
        Action::Imported => texts.imported(),
        Action::StaffInvited => texts.staff_invited(),
        Action::InvitationRevoked => texts.invitation_revoked(),
        Action::StaffJoined => texts.staff_joined(),
        Action::RoleChanged => texts.role_changed(),
        Action::StaffRemoved => texts.staff_removed(),
        Action::AccessLinkMade => texts.access_link_made(),
        Action::AccessRenewed => texts.access_renewed(),
        Action::PasswordChanged => texts.password_changed(),
        Action::RecoveryCodesRenewed => texts.recovery_codes_renewed(),
        Action::RecoveryCodeUsed => texts.recovery_code_used(),
    }
}
