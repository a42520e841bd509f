//! Who has changed what.

use super::{here, keys, moment, picks, rewards, surveys, with_query};
use crate::console_page::{AuditLog, role_name};
use crate::context::Site;
use crate::timeline::state_words;
use bookplate_widgets::dates;
use bookplate_widgets::texts::{self, Pages};
use bookplate_wire::Lang;
use bookplate_wire::audit::{Action, AuditEntry, Doer, Doers, Fields, INSTANTS};
use bookplate_wire::feedback::CaseState;
use bookplate_wire::points::rewards::RewardKind;
use bookplate_wire::reviews::picks::PickStatus;
use bookplate_wire::reviews::writing::Moderation;
use bookplate_wire::settings::KeyKind;
use bookplate_wire::staff::Role;
use bookplate_wire::surveys::SurveyState;
use leptos::prelude::*;
use std::collections::BTreeSet;

pub(super) fn view(site: Site, log: &AuditLog) -> AnyView {
    let texts = texts::Console(site.lang);
    let entries = log.page.entries.iter();
    let lines: Vec<_> = entries.map(|entry| line(site, entry)).collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.audit_empty()}</p> }.into_any()
    } else {
        view! { <ol class="rows">{lines}</ol> }.into_any()
    };
    let link = |by: Doers, words: &'static str| {
        let current = (by == log.by).then_some("page");
        view! { <li><a href=address(site, by, None) aria-current=current>{words}</a></li> }
    };
    let more = log.page.next.as_deref().map(|next| {
        let href = address(site, log.by, Some(next));
        view! { <p><a class="button" href=href>{texts.earlier()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.audit()}</h1>
        <p class="quiet">{texts.audit_hint()}</p>
        <nav class="tabs" aria-label=texts.audit_by()>
            <ul>
                {link(Doers::People, texts.by_people())}
                {link(Doers::Programs, texts.by_programs())}
            </ul>
        </nav>
        {list}
        {more}
    }
    .into_any()
}

/// The address of what was done by some, from behind `after`.
fn address(site: Site, by: Doers, after: Option<&str>) -> String {
    let by = (by != Doers::default()).then_some(("by", by.as_str()));
    let parameters = by.into_iter().chain(after.map(|after| ("after", after)));
    with_query(here(site, "audit"), parameters)
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
        // What was empty and stays so is no change.
        .filter(|name| {
            let both = [entry.before.get(*name), entry.after.get(*name)];
            both.into_iter().flatten().any(|value| !value.is_empty())
        })
        .map(|name| {
            let value = |fields: &Fields| {
                let value = fields.get(name).filter(|value| !value.is_empty());
                value.map(|value| value_words(site, name, value))
            };
            let (before, after) = (value(&entry.before), value(&entry.after));
            let arrow = (before.is_some() && after.is_some()).then_some(" → ");
            view! {
                <div>
                    <dt>{field_words(site.lang, name)}</dt>
                    <dd>
                        {before.map(|words| view! { <del>{words}</del> })} {arrow}
                        {after.map(|words| view! { <ins>{words}</ins> })}
                    </dd>
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
                <p class="title">{action(site.lang, entry.action)}</p>
                <p class="quiet"><span>{moment(site, &entry.on)}</span> <span>{who}</span> {called} {target}</p>
                {(!changes.is_empty()).then(|| view! { <dl class="changed">{changes}</dl> })}
            </div>
        </li>
    }
    .into_any()
}

/// What a field is called on the page where it is set; its own name where there is none.
fn field_words(lang: Lang, name: &str) -> String {
    let (texts, reviews) = (texts::Console(lang), texts::Moderation(lang));
    let words = match name {
        "name" => texts.field_name(),
        "role" => texts.role(),
        "kind" => texts.key_kind(),
        "time_zone" => texts.time_zone(),
        "languages" => texts.languages(),
        "position" => texts::Faq(lang).position(),
        "default_language" => texts.default_language(),
        "accent" => texts.accent(),
        "accent_dark" => texts.accent_dark(),
        "radius" => texts.radius(),
        "font" => texts.font(),
        "quiet_from" => return format!("{} · {}", texts.quiet(), texts.quiet_from()),
        "quiet_until" => return format!("{} · {}", texts.quiet(), texts.quiet_until()),
        "calling_code" => texts.calling_code(),
        "book_url" => texts.book_url(),
        "origins" => texts.origins(),
        "retires_at" => texts.retires_at(),
        "old_secret_until" => texts.old_secret_until(),
        "hours" => texts::Cases(lang).hours(),
        "holidays" => texts::Cases(lang).holidays(),
        "answer_minutes" => texts::Cases(lang).answer_minutes(),
        "resolve_minutes" => texts::Cases(lang).resolve_minutes(),
        "moderation" => reviews.setting(),
        "half_stars" => reviews.half_stars(),
        "review_request_days" => reviews.request_days(),
        "advance_copies" => reviews.advance_copies(),
        "notes.warnings" => texts::Notes(lang).warnings(),
        "notes.moods" => texts::Notes(lang).moods(),
        "notes.pace" => texts::Notes(lang).pace(),
        "incentivised" => texts::Reviews(lang).incentivised(),
        "characters" => reviews.characters(),
        "state" => texts::Cases(lang).state(),
        "status" => texts::Picks(lang).status(),
        "branch" => texts::Picks(lang).branch(),
        "language" => texts::Picks(lang).language(),
        "picked_on" => texts::Picks(lang).picked_on(),
        "isbn" => "ISBN",
        "points" => texts::Points(lang).points_field(),
        "version" => texts::Points(lang).version_field(),
        "note" => texts::Points(lang).note_field(),
        "adjustment" => texts::Points(lang).adjustment_field(),
        "reward_kind" => texts::Rewards(lang).kind(),
        "amount" => texts::Rewards(lang).amount(),
        "percent" => texts::Rewards(lang).percent(),
        "minimum" => texts::Rewards(lang).minimum_label(),
        "stock" => texts::Rewards(lang).stock(),
        "from" => texts::Rewards(lang).from(),
        "until" => texts::Rewards(lang).until_label(),
        "valid_days" => texts::Rewards(lang).valid_days(),
        "tier" => texts::Rewards(lang).tier(),
        "active" => texts::Rewards(lang).active(),
        "added" => texts.number_added(),
        "changed" => texts.number_changed(),
        other => match other.strip_prefix("words.").and_then(Lang::from_tag) {
            Some(lang) => return format!("{} · {}", reviews.words(), Pages(lang).own_name()),
            None => other,
        },
    };
    words.to_owned()
}

/// What a field holds, in words where the pages have some for it.
fn value_words(site: Site, name: &str, value: &str) -> String {
    let (texts, reviews) = (texts::Console(site.lang), texts::Moderation(site.lang));
    let words = match name {
        "role" => Role::ALL
            .into_iter()
            .find(|of| of.as_str() == value)
            .map(|of| role_name(site.lang, of)),
        "kind" => KeyKind::ALL
            .into_iter()
            .find(|of| of.as_str() == value)
            .map(|of| keys::kind(texts, of)),
        name if INSTANTS.contains(&name) => return moment(site, value),
        "moderation" => Moderation::from_word(value).map(|when| match when {
            Moderation::Before => reviews.before(),
            Moderation::After => reviews.after(),
        }),
        "reward_kind" => RewardKind::from_word(value).map(|kind| rewards::kind(site.lang, kind)),
        "half_stars" | "advance_copies" | "incentivised" | "notes.pace" | "active"
            if value == "true" =>
        {
            Some(reviews.yes())
        }
        "half_stars" | "advance_copies" | "incentivised" | "notes.pace" | "active" => {
            Some(reviews.no())
        }
        "status" => PickStatus::from_word(value)
            .map(|status| picks::status(site.lang, status))
            .or_else(|| SurveyState::from_word(value).map(|one| surveys::state(site.lang, one).1)),
        // The first words of these were what cases were called before they had more states.
        "state" if value == "open" => Some(state_words(site, CaseState::Received)),
        "state" if value == "closed" => Some(state_words(site, CaseState::Resolved)),
        "state" => CaseState::from_word(value).map(|state| state_words(site, state)),
        "picked_on" => return dates::long(site.lang, value),
        _ => None,
    };
    words.unwrap_or(value).to_owned()
}

fn action(lang: Lang, action: Action) -> &'static str {
    let (texts, points) = (texts::Console(lang), texts::Points(lang));
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
        Action::WebhookRotated => texts.webhook_rotated(),
        Action::WebhookPinged => texts.webhook_pinged(),
        Action::DeliveryRetried => texts.delivery_retried(),
        Action::DeliveryDiscarded => texts.delivery_discarded(),
        Action::Imported => texts.imported(),
        Action::Exported => texts.exported(),
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
        Action::ReviewAnswered => texts.review_answered(),
        Action::ReviewLabelled => texts.review_labelled(),
        Action::CaseChanged => texts.case_changed(),
        Action::ArticleCreated => texts.article_created(),
        Action::ArticleChanged => texts.article_changed(),
        Action::ArticleDeleted => texts.article_deleted(),
        Action::SurveyCreated => texts.survey_created(),
        Action::SurveyChanged => texts.survey_changed(),
        Action::SurveyDeleted => texts.survey_deleted(),
        Action::PickCreated => texts.pick_created(),
        Action::PickChanged => texts.pick_changed(),
        Action::PickDeleted => texts.pick_deleted(),
        Action::PasskeyAdded => texts.passkey_added(),
        Action::PasskeyRemoved => texts.passkey_removed(),
        Action::OrdersTaken => texts.orders_taken(),
        Action::RefundsTaken => texts.refunds_taken(),
        Action::OffersTaken => texts.offers_taken(),
        Action::PointsAdjusted => points.audit_adjusted(),
        Action::BirthdayCorrected => points.audit_birthday(),
        Action::AdjustmentDecided => points.audit_decided(),
        Action::PointRulesDrafted => points.audit_drafted(),
        Action::PointRulesPublished => points.audit_published(),
        Action::PointRulesRestored => points.audit_restored(),
        Action::RewardCreated => points.audit_reward_created(),
        Action::RewardChanged => points.audit_reward_changed(),
    }
}
