#![doc = include_str!("../README.md")]

#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod console;
pub mod console_page;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod context;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod forms;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod member;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod page;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod passkeys;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod shell;
#[cfg(feature = "hydrate")]
mod shortcuts;
#[cfg(feature = "hydrate")]
mod webauthn;

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
