//! What leaves the server by email and webhook: what waits, and what was given up.

use super::{here, moment, webhooks};
use crate::console_page::DeliveriesPage;
use crate::context::Site;
use bookplate_widgets::texts;
use bookplate_wire::deliveries::{Channel, Delivery, DeliveryError, DeliveryFault, DeliveryState};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &DeliveriesPage) -> AnyView {
    let texts = texts::Deliveries(site.lang);
    let waits = page.state == DeliveryState::Waiting;
    let lines: Vec<_> = page
        .page
        .deliveries
        .iter()
        .map(|delivery| line(site, page, delivery))
        .collect();
    let list = if lines.is_empty() {
        let words = if waits {
            texts.no_waiting()
        } else {
            texts.no_dead()
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        view! { <ol class="rows">{lines}</ol> }.into_any()
    };
    let all = page.may_retry_all && !waits && page.page.dead > 1;
    let all = all.then(|| {
        view! {
            <form method="post" action=here(site, "deliveries")>
                <input type="hidden" name="form" value="retry_all" />
                <button type="submit" class="button">{texts.retry_all()}</button>
            </form>
        }
    });
    let older = page.page.next.as_ref().map(|next| {
        let href = address(site, page.state, Some(next));
        view! { <p class="actions"><a class="button" href=href rel="next">{texts.older()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        {lists(site, page)}
        {all}
        {list}
        {older}
    }
    .into_any()
}

/// The two lists, with how long they are.
fn lists(site: Site, page: &DeliveriesPage) -> AnyView {
    let texts = texts::Deliveries(site.lang);
    let link = |state: DeliveryState, words: String| {
        let current = (state == page.state).then_some("page");
        view! { <li><a href=address(site, state, None) aria-current=current>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=texts.lists()>
            <ul>
                {link(DeliveryState::Dead, texts.dead(page.page.dead))}
                {link(DeliveryState::Waiting, texts.waiting(page.page.waiting))}
            </ul>
        </nav>
    }
    .into_any()
}

/// The address of a list, from behind `after`.
fn address(site: Site, state: DeliveryState, after: Option<&String>) -> String {
    let mut href = here(site, "deliveries");
    let mut add = |name: &str, value: &str| {
        href.push(if href.contains('?') { '&' } else { '?' });
        href.push_str(name);
        href.push('=');
        href.push_str(value);
    };
    if state != DeliveryState::Dead {
        add("state", state.as_str());
    }
    if let Some(after) = after {
        add("after", after);
    }
    href
}

fn line(site: Site, page: &DeliveriesPage, delivery: &Delivery) -> AnyView {
    let texts = texts::Deliveries(site.lang);
    let channel = match delivery.channel {
        Channel::Email => texts.email(),
        Channel::Webhook => texts.webhook(),
    };
    let written = texts.written(&moment(site, &delivery.created_on));
    let next = match delivery.state {
        DeliveryState::Waiting => texts.due(&moment(site, &delivery.due_on)),
        _ => texts.ended(&moment(site, &delivery.ended_on)),
    };
    let error = delivery
        .error
        .as_ref()
        .map(|error| view! { <p class="fault">{reason(site, error)}</p> });
    let what = about(site, delivery);
    view! {
        <li class="row">
            <div class="what">
                <p class="title">{what.clone()}</p>
                <p class="quiet"><span>{channel}</span> <span>{delivery.target.clone()}</span></p>
                {error}
                <p class="quiet">
                    <span>{texts.attempts(delivery.attempts)}</span> <span>{written}</span> <span>{next}</span>
                </p>
            </div>
            {(delivery.state == DeliveryState::Dead).then(|| decide(site, page, delivery, &what))}
        </li>
    }
    .into_any()
}

/// What can be done with what was given up.
fn decide(site: Site, page: &DeliveriesPage, delivery: &Delivery, what: &str) -> Option<AnyView> {
    let texts = texts::Deliveries(site.lang);
    let retry = page.may_retry.then(|| {
        let label = texts.retry_this(what, &delivery.target);
        view! {
            <button type="submit" class="button" name="form" value="retry" aria-label=label>
                {texts.retry()}
            </button>
        }
    });
    let discard = page.may_discard.then(|| {
        let label = texts.discard_this(what, &delivery.target);
        view! {
            <button type="submit" class="button danger" name="form" value="discard" aria-label=label>
                {texts.discard()}
            </button>
        }
    });
    (page.may_retry || page.may_discard).then(|| {
        view! {
            <form method="post" action=here(site, "deliveries") class="actions">
                <input type="hidden" name="id" value=delivery.id.to_string() />
                {retry}
                {discard}
            </form>
        }
        .into_any()
    })
}

/// What a delivery is about. One of a later version is called what that calls it.
fn about(site: Site, delivery: &Delivery) -> String {
    let texts = texts::Deliveries(site.lang);
    let words = match (delivery.channel, delivery.kind.as_str()) {
        (Channel::Webhook, event) => return webhooks::event(site, event),
        (_, "confirm_email") => texts.confirm_email(),
        (_, "already_registered") => texts.already_registered(),
        (_, "reset_password") => texts.reset_password(),
        (_, "staff_invitation") => texts.staff_invitation(),
        (_, "password_changed") => texts.password_changed(),
        (_, "refund_noted") => texts.refund_noted(),
        (_, "review_published") => texts.review_published(),
        (_, "review_changes") => texts.review_changes(),
        (_, "review_refused") => texts.review_refused(),
        (_, "review_answered") => texts.review_answered(),
        (_, "review_labelled") => texts.review_labelled(),
        (_, "review_request") => texts.review_request(),
        (_, "occasion_reminder") => texts.occasion_reminder(),
        (_, "gift_gone") => texts.gift_gone(),
        (_, "case_answered") => texts::Feedback(site.lang).told_answered(),
        (_, "case_resolved") => texts::Feedback(site.lang).told_resolved(),
        (_, "case_overdue") => texts::Cases(site.lang).told_overdue(),
        (_, "return_decided") => texts::Feedback(site.lang).told_return(),
        (_, "points_taken_back") => texts::Points(site.lang).taken_back(),
        (_, "points_expiring") => texts::Points(site.lang).expiring(),
        (_, "birthday_gift") => texts::Points(site.lang).birthday_delivery(),
        (_, other) => other,
    };
    words.to_owned()
}

/// Why an attempt has failed, in the reader's language.
pub(super) fn reason(site: Site, error: &DeliveryError) -> String {
    let texts = texts::Deliveries(site.lang);
    let answer = error.answer.map(|answer| answer.to_string());
    let words = match (error.code, answer) {
        (DeliveryFault::MailServerRefused, Some(answer)) => {
            return texts.mail_server_refused(&answer);
        }
        (DeliveryFault::ProgramRefused, Some(answer)) => return texts.program_refused(&answer),
        (DeliveryFault::TooSlow, _) => texts.too_slow(),
        (DeliveryFault::Unreadable, _) => texts.unreadable(),
        (DeliveryFault::MailServerMissing, _) => texts.mail_server_missing(),
        (DeliveryFault::MailServerUnreachable, _) => texts.mail_server_unreachable(),
        (DeliveryFault::ProgramUnreachable, _) => texts.program_unreachable(),
        (DeliveryFault::AddressPrivate, _) => texts.address_private(),
        (DeliveryFault::SwitchedOff, _) => texts.switched_off(),
        (DeliveryFault::LinkEnded, _) => texts.link_ended(),
        (
            DeliveryFault::MailServerRefused | DeliveryFault::ProgramRefused | DeliveryFault::Other,
            _,
        ) => error.title.as_str(),
    };
    words.to_owned()
}
