//! Refunds that do not count: those that wait for their order, and those that were more than it.

use super::{here, moment};
use crate::console_page::{RefundLine, RefundsPage};
use crate::context::Site;
use bookplate_widgets::{money, texts};
use bookplate_wire::orders::RefundState;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &RefundsPage) -> AnyView {
    let texts = texts::Refunds(site.lang);
    let lines = page.refunds.iter().map(|refund| line(site, refund));
    let lines: Vec<_> = lines.collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.none()}</p> }.into_any()
    } else {
        view! { <ol class="rows">{lines}</ol> }.into_any()
    };
    let older = page.next.as_ref().map(|next| {
        let href = here(site, "refunds");
        let joint = if href.contains('?') { '&' } else { '?' };
        let href = format!("{href}{joint}after={next}");
        view! { <p class="actions"><a class="button" href=href rel="next">{texts.older()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        {list}
        {older}
    }
    .into_any()
}

fn line(site: Site, refund: &RefundLine) -> AnyView {
    let texts = texts::Refunds(site.lang);
    let reason = match refund.state {
        RefundState::Excessive => view! { <p class="fault">{texts.excessive()}</p> }.into_any(),
        // Those that count are not listed.
        RefundState::Waiting | RefundState::Applied => {
            view! { <p>{texts.waiting()}</p> }.into_any()
        }
    };
    view! {
        <li class="row">
            <div class="what">
                <p class="title">{texts.refund(&refund.number)}</p>
                {reason}
                <p class="quiet">
                    <span>{texts.order(&refund.order)}</span>
                    <span>{money::written(site.lang, &refund.amount)}</span>
                    <span>{texts.since(&moment(site, &refund.since))}</span>
                </p>
            </div>
        </li>
    }
    .into_any()
}
