//! Where a shop's own programs hear of events.

use super::deliveries::reason;
use super::{fault, here, moment, readonly};
use crate::console_page::{WebhookLine, WebhooksPage};
use crate::context::Site;
use crate::forms::{Line, choice};
use bookplate_widgets::{dates, texts};
use bookplate_wire::deliveries::{Delivery, DeliveryState};
use bookplate_wire::notifications::Event;
use bookplate_wire::webhooks::Webhook;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &WebhooksPage) -> AnyView {
    let texts = texts::Webhooks(site.lang);
    let lines: Vec<_> = page
        .webhooks
        .iter()
        .map(|line| row(site, page, line))
        .collect();
    let none = lines.is_empty();
    let secret = page.secret.as_ref().map(|(url, secret)| {
        view! {
            <div class="notice" role="status" tabindex="-1">
                <p>{texts.secret_for(url)}</p>
                <p><code>{secret.clone()}</code></p>
            </div>
        }
    });
    let wrong = [
        ("webhook_limit", texts.limit()),
        ("webhook_off", texts.is_off()),
    ];
    let wrong = wrong
        .into_iter()
        .find_map(|(name, words)| fault(&page.faults, name, words));
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {secret}
        {wrong.map(|words| view! { <p class="wrong" role="alert">{words}</p> })}
        <p class="quiet">{texts.hint()}</p>
        {readonly(site, page.may_change)}
        {none.then(|| view! { <p class="empty">{texts.none()}</p> })}
        {(!none).then(|| view! { <ul class="rows">{lines}</ul> })}
        {page.may_change.then(|| add(site, page))}
    }
    .into_any()
}

/// The words for a type of events. One of a later version is called what that calls it.
pub(super) fn event(site: Site, name: &str) -> String {
    let texts = texts::Webhooks(site.lang);
    let words = match name {
        "customer.created" => texts.customer_created(),
        "customer.updated" => texts.customer_updated(),
        "customer.deleted" => texts.customer_deleted(),
        "refund.excessive" => texts.refund_excessive(),
        "return.requested" => texts.return_requested(),
        "return.approved" => texts.return_approved(),
        "return.refused" => texts.return_refused(),
        "ping" => texts.ping(),
        other => other,
    };
    words.to_owned()
}

fn row(site: Site, page: &WebhooksPage, line: &WebhookLine) -> AnyView {
    let texts = texts::Webhooks(site.lang);
    let webhook = &line.webhook;
    let events = if webhook.events.is_empty() {
        view! { <span>{texts.all_events()}</span> }.into_any()
    } else {
        let events = webhook.events.iter();
        let events: Vec<_> = events
            .map(|name| view! { <span>{event(site, name)}</span> })
            .collect();
        events.into_any()
    };
    let until = line.old_secret_until.as_ref();
    let until = until.map(|time| texts.old_until(&moment(site, time)));
    let off = (!webhook.active).then(|| view! { <span class="mark off">{texts.off()}</span> });
    view! {
        <li class="row">
            <div class="what">
                <p class="title"><code>{webhook.url.clone()}</code></p>
                <p class="quiet">{off} {events}</p>
                <p class="quiet">
                    <span>{texts.since(&dates::long(site.lang, &line.since))}</span>
                    {until.map(|words| view! { <span>{words}</span> })}
                </p>
                {latest(site, webhook.latest.as_ref())}
            </div>
            {(page.may_ping || page.may_change).then(|| quick(site, page, webhook))}
            {page.may_change.then(|| more(site, webhook))}
        </li>
    }
    .into_any()
}

/// How the latest call has ended.
fn latest(site: Site, latest: Option<&Delivery>) -> AnyView {
    let texts = texts::Webhooks(site.lang);
    let Some(latest) = latest else {
        return view! { <p class="quiet">{texts.never_called()}</p> }.into_any();
    };
    let about = event(site, &latest.kind);
    let ended = moment(site, &latest.ended_on);
    let words = match latest.state {
        DeliveryState::Delivered => texts.called(&about, &ended),
        DeliveryState::Waiting => texts.calling(&about, &moment(site, &latest.due_on)),
        DeliveryState::Dead => texts.given_up(&about, &ended),
        DeliveryState::Dropped => texts.dropped(&about, &ended),
    };
    let error = latest.error.as_ref();
    let error = error.map(|error| view! { <p class="fault">{reason(site, error)}</p> });
    view! {
        <p class="quiet">{words}</p>
        {error}
    }
    .into_any()
}

/// What is done without a second look.
fn quick(site: Site, page: &WebhooksPage, webhook: &Webhook) -> AnyView {
    let texts = texts::Webhooks(site.lang);
    let url = &webhook.url;
    let test = (page.may_ping && webhook.active).then(|| {
        let label = texts.test_this(url);
        view! {
            <button type="submit" class="button" name="form" value="ping" aria-label=label>{texts.test()}</button>
        }
    });
    let (value, words, label) = if webhook.active {
        ("off", texts.switch_off(), texts.switch_off_this(url))
    } else {
        ("on", texts.switch_on(), texts.switch_on_this(url))
    };
    let switch = page.may_change.then(|| {
        view! {
            <button type="submit" class="button" name="form" value=value aria-label=label>{words}</button>
        }
    });
    view! {
        <form method="post" action=here(site, "webhooks") class="actions">
            <input type="hidden" name="id" value=webhook.id.to_string() />
            {test}
            {switch}
        </form>
    }
    .into_any()
}

/// What is done now and then: other events, another secret, the end.
fn more(site: Site, webhook: &Webhook) -> AnyView {
    let (texts, common) = (texts::Webhooks(site.lang), texts::Console(site.lang));
    let (url, id) = (&webhook.url, webhook.id.to_string());
    let action = here(site, "webhooks");
    view! {
        <details class="more">
            <summary aria-label=texts.change_this(url)>{texts.change()}</summary>
            <form method="post" action=action.clone()>
                <input type="hidden" name="form" value="events" />
                <input type="hidden" name="id" value=id.clone() />
                <fieldset class="field chips">
                    <legend><span class="vh">{texts.events_of(url)}</span></legend>
                    <div>{boxes(site, &webhook.events)}</div>
                    <p class="hint">{texts.events_hint()}</p>
                </fieldset>
                <button type="submit" class="button">{common.save()}</button>
            </form>
            <form method="post" action=action.clone()>
                <input type="hidden" name="form" value="rotate" />
                <input type="hidden" name="id" value=id.clone() />
                <div class="actions">
                    <span class="select">
                        <select name="overlap_hours" aria-label=texts.old_ends(url)>
                            <option value="24">{texts.ends_in_a_day()}</option>
                            <option value="168">{texts.ends_in_a_week()}</option>
                            <option value="0">{texts.ends_at_once()}</option>
                        </select>
                    </span>
                    <button type="submit" class="button">{texts.rotate()}</button>
                </div>
                <p class="hint">{texts.rotate_hint()}</p>
            </form>
            <form method="post" action=action>
                <input type="hidden" name="form" value="delete" />
                <input type="hidden" name="id" value=id />
                <button type="submit" class="button danger" aria-label=common.delete_this(url)>
                    {common.delete()}
                </button>
                <p class="hint">{texts.delete_hint()}</p>
            </form>
        </details>
    }
    .into_any()
}

/// A box for each type of events.
fn boxes(site: Site, chosen: &[String]) -> Vec<AnyView> {
    let types = Event::TYPES.into_iter();
    types
        .map(|name| {
            let is_chosen = chosen.iter().any(|chosen| chosen == name);
            choice("checkbox", "event", name, &event(site, name), is_chosen)
        })
        .collect()
}

fn add(site: Site, page: &WebhooksPage) -> AnyView {
    let (texts, common) = (texts::Webhooks(site.lang), texts::Console(site.lang));
    let taken = fault(&page.faults, "webhook_exists", texts.url_taken());
    let url = Line {
        name: "url",
        label: texts.url(),
        value: &page.new.url,
        kind: "url",
        autocomplete: "off",
        hint: texts.url_hint(),
        fault: taken.or(fault(&page.faults, "url", texts.url_fault())),
    };
    view! {
        <form method="post" action=here(site, "webhooks") class="part stack" novalidate>
            <input type="hidden" name="form" value="add" />
            <h2>{texts.add()}</h2>
            {url.view()}
            <fieldset class="field chips">
                <legend>{texts.events()}</legend>
                <div>{boxes(site, &page.new.events)}</div>
                <p class="hint">{texts.events_hint()}</p>
            </fieldset>
            <button type="submit" class="button primary">{common.add()}</button>
        </form>
    }
    .into_any()
}
