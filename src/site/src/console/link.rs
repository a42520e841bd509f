//! Whose case it is, and about which order.

use super::case::{action, fault, version};
use crate::case_page::StaffCasePage;
use crate::context::Site;
use crate::forms::Line;
use bookplate_widgets::texts;
use bookplate_wire::accounts::CustomersFound;
use bookplate_wire::feedback::links::LinkedCustomer;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &StaffCasePage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let case = &page.case.case;
    let [who, order] = page
        .link
        .clone()
        .unwrap_or_else(|| [String::new(), case.case.order.clone()]);
    let wrong = ["customer", "order", "sure"];
    let is_open = wrong.iter().any(|field| fault(page, field, "").is_some());
    let choices = page.found.as_ref();
    let choices = choices.map(|found| choose(site, &who, found));
    let who = Line {
        name: "who",
        label: texts.link_customer(),
        value: &who,
        kind: "text",
        autocomplete: "off",
        hint: texts.link_customer_hint(),
        fault: fault(page, "customer", texts.link_customer_fault()),
    };
    let order = Line {
        name: "order",
        label: texts.order(),
        value: &order,
        kind: "text",
        autocomplete: "off",
        hint: "",
        fault: fault(page, "order", texts.link_order_fault()),
    };
    let who = case.customer.is_none().then(|| who.view());
    let linked = page.case.linked.as_ref();
    let is_open = is_open || linked.is_some() || choices.is_some();
    let linked = linked.map(|linked| hand_over(site, page, linked));
    view! {
        <details class="more" open=is_open>
            <summary>{texts.link()}</summary>
            <form method="post" action=action(site, page) class="stack">
                {version(page)}
                {who}
                {choices}
                {order.view()}
                <p class="actions">
                    <button type="submit" class="button" name="form" value="link">{texts.link_do()}</button>
                </p>
            </form>
            {linked}
        </details>
    }
    .into_any()
}

/// The customers whom `who` may mean, to choose from.
fn choose(site: Site, who: &str, found: &CustomersFound) -> AnyView {
    let texts = texts::Cases(site.lang);
    let choices = found.customers.iter().map(|customer| {
        view! {
            <label class="choice">
                <input type="radio" name="customer" value=customer.id.to_string() />
                <span dir="auto">{customer.words()}</span>
            </label>
        }
    });
    let choices: Vec<_> = choices.collect();
    let more = found
        .more
        .then(|| view! { <p class="hint">{texts.found_more()}</p> });
    view! {
        <fieldset class="field" tabindex="-1" data-focus="">
            <legend>{texts.found_choose()}</legend>
            <input type="hidden" name="found_by" value=who.to_owned() />
            {choices}
            {more}
        </fieldset>
    }
    .into_any()
}

/// The customer to whom it is linked, and how it becomes that customer's own.
fn hand_over(site: Site, page: &StaffCasePage, linked: &LinkedCustomer) -> AnyView {
    let texts = texts::Cases(site.lang);
    let known = [&linked.name, &linked.email, &linked.external_id];
    let known: Vec<&str> = known
        .into_iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    let sure = if linked.same_email {
        view! { <p class="quiet">{texts.same_email()}</p> }.into_any()
    } else {
        let wrong = fault(page, "sure", texts.sure_fault());
        let wrong =
            wrong.map(|words| view! { <p class="fault" id="sure-fault">{words.to_owned()}</p> });
        let described = wrong.is_some().then_some("sure-fault");
        let invalid = wrong.is_some().then_some("true");
        view! {
            <label class="choice">
                <input type="checkbox" name="sure" value="1" aria-describedby=described aria-invalid=invalid />
                <span>{texts.sure()}</span>
            </label>
            {wrong}
        }
        .into_any()
    };
    view! {
        <form method="post" action=action(site, page) class="part stack">
            {version(page)}
            <p>{texts.linked_to(&known.join(", "))}</p>
            <p class="hint">{texts.hand_over_hint()}</p>
            {sure}
            <p class="actions">
                <button type="submit" class="button" name="form" value="hand_over">{texts.hand_over()}</button>
                <button type="submit" class="button" name="form" value="unlink" formnovalidate="">{texts.unlink()}</button>
            </p>
        </form>
    }
    .into_any()
}
