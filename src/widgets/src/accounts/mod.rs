//! `<bookplate-account>`: who is signed in, what they have ordered, and where else they are signed in.
//!
//! What the server renders is the same for everybody: nobody is signed in. What is somebody's own comes in the
//! browser alone. A file for each part; `state` is what they share, `live` is what happens in the browser.

#[cfg(feature = "hydrate")]
mod asked;
#[cfg(feature = "hydrate")]
mod live;
mod orders;
mod person;
mod sessions;
mod signed_out;
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "the server renders for nobody in particular")
)]
mod state;

#[cfg(all(test, feature = "ssr"))]
mod tests;

use crate::slot::Slot;
use bookplate_wire::accounts::AccountData;
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
pub use live::Handle;
use orders::Orders;
pub(crate) use signed_out::{invite, retry};
use state::Account;
pub(crate) use state::Farewell;

/// The HTML inside the widget's `div.root`.
#[cfg(feature = "ssr")]
pub fn render(data: AccountData) -> String {
    Owner::new().with(|| view! { <Overview account=Account::new(data) /> }.to_html())
}

/// Takes over the HTML that the server made of the same `data` inside `container`, for whoever `identity` says.
#[cfg(feature = "hydrate")]
pub fn hydrate(
    container: web_sys::HtmlElement,
    data: AccountData,
    identity: bookplate_client::Identity,
) -> Handle {
    Handle::start(container, data, identity)
}

/// The whole widget. The grey lines of `waiting` are there from the beginning: where somebody is likely to be
/// signed in, they are shown until that is known (see the stylesheet).
#[component]
fn Overview(account: Account) -> impl IntoView {
    let busy = move || {
        if account.model.with(state::Model::is_waiting) {
            "true"
        } else {
            "false"
        }
    };
    view! {
        <section class="account" part="account" aria-labelledby="heading" aria-busy=busy>
            <Slot state=account class="person" write=person::write />
            <Slot state=account class="signed-out" write=signed_out::write />
            <div class="skeleton waiting" aria-hidden="true"></div>
            <Slot state=account class="news" role="status" write=person::news />
            <Orders account />
            <Slot state=account class="devices" write=sessions::write />
            <div class="nps-place" part="nps" inner_html=move || account.model.with(|model| model.nps.clone())></div>
            <Slot state=account class="problem" role="alert" write=signed_out::problem />
        </section>
    }
}
