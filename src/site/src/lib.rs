#![doc = include_str!("../README.md")]

#[cfg(feature = "hydrate")]
mod card_live;
#[cfg(feature = "hydrate")]
mod case_live;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod case_page;
mod console;
pub mod console_page;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod context;
mod done;
#[cfg(feature = "hydrate")]
mod faq_live;
pub mod faq_page;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod forms;
#[cfg(feature = "hydrate")]
mod live;
mod login_page;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod member;
mod overview_page;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod page;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod passkeys;
mod points_page;
mod rewards_page;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod shell;
#[cfg(feature = "hydrate")]
mod shortcuts;
pub mod survey_page;
#[cfg(feature = "hydrate")]
mod tabs;
mod timeline;
pub mod together;
#[cfg(feature = "hydrate")]
mod webauthn;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod wish_page;

/// The HTML inside the page's `body`.
#[cfg(feature = "ssr")]
pub fn render(page: page::Page) -> String {
    use leptos::prelude::*;
    use leptos_router::location::RequestUrl;
    Owner::new().with(|| {
        provide_context(RequestUrl::new(&page.address));
        let site = context::Site::new(page);
        view! { <shell::App site /> }.to_html()
    })
}
