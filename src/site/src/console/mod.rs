//! The console of the shops' staff: a file for each page.

use crate::context::Site;
use crate::page::Console;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route};
use leptos_router::path;

/// The pages by their addresses.
pub(crate) fn routes() -> AnyView {
    view! {
        <FlatRoutes fallback=|| Site::here().show(|_, _| None)>
            <Route path=path!("/console") view=|| Site::here().show(|_, _| None) />
        </FlatRoutes>
    }
    .into_any()
}

/// The list of the pages, for who is signed in.
pub(crate) fn sections(_: Site, _: &Console) -> AnyView {
    ().into_any()
}
