//! Authors and series that the customer follows.

use crate::context::Site;
use crate::forms::{Line, choice};
use crate::page::{Content, FollowsPage};
use bookplate_widgets::texts;
use bookplate_wire::wishlists::follows::{Follow, FollowKind};
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Follows(page) = content else {
        return None;
    };
    Some(view(site, page))
}

fn here(site: Site) -> String {
    site.href(&site.path("follows"))
}

fn view(site: Site, page: &FollowsPage) -> AnyView {
    let texts = texts::Alerts(site.lang);
    let of = |kind| -> Vec<&Follow> {
        let follows = page.follows.iter();
        follows.filter(|follow| follow.kind == kind).collect()
    };
    let none = page
        .follows
        .is_empty()
        .then(|| view! { <p class="empty">{texts.follows_none()}</p> });
    let mail = if page.by_mail {
        texts.mail_on()
    } else {
        texts.mail_off()
    };
    let full = page.full.then(
        || view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{texts.full()}</p> },
    );
    view! {
        <h1 tabindex="-1">{texts.follows()}</h1>
        <p class="quiet">{texts.follows_hint()}</p>
        <p class="quiet">{mail}</p>
        {full}
        {none}
        {list(site, texts.authors(), &of(FollowKind::Author))}
        {list(site, texts.series(), &of(FollowKind::Series))}
        {new_form(site, page)}
    }
    .into_any()
}

fn list(site: Site, heading: &'static str, follows: &[&Follow]) -> Option<AnyView> {
    if follows.is_empty() {
        return None;
    }
    let texts = texts::Alerts(site.lang);
    let lines = follows.iter().map(|follow| {
        let label = texts.unfollow_name(&follow.name);
        view! {
            <li class="session">
                <p class="what" dir="auto">{follow.name.clone()}</p>
                <form method="post" action=here(site)>
                    <input type="hidden" name="follow" value=follow.id.to_string() />
                    <button type="submit" class="button" name="do" value="unfollow" aria-label=label>
                        {texts.unfollow()}
                    </button>
                </form>
            </li>
        }
    });
    let lines: Vec<_> = lines.collect();
    let shown = view! {
        <h2>{heading}</h2>
        <ul class="rows">{lines}</ul>
    };
    Some(shown.into_any())
}

fn new_form(site: Site, page: &FollowsPage) -> AnyView {
    let texts = texts::Alerts(site.lang);
    let wrong = page.faults.iter().any(|fault| fault == "name");
    let name = Line {
        name: "name",
        label: texts.name(),
        value: &page.name,
        kind: "text",
        autocomplete: "off",
        hint: "",
        fault: wrong.then(|| texts.name_fault()),
    };
    let kind = |kind: FollowKind, words| {
        let chosen = page.kind == kind;
        choice("radio", "kind", kind.as_str(), words, chosen)
    };
    view! {
        <section class="part">
            <h2>{texts.follow_new()}</h2>
            <form method="post" action=here(site)>
                <fieldset class="field">
                    <legend>{texts.follow_kind()}</legend>
                    {kind(FollowKind::Author, texts.author())}
                    {kind(FollowKind::Series, texts.one_series())}
                </fieldset>
                {name.view()}
                <button type="submit" class="button" name="do" value="follow">{texts.follow()}</button>
            </form>
        </section>
    }
    .into_any()
}
