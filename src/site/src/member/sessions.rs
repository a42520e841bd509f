//! Where the customer is signed in.

use crate::context::Site;
use crate::forms::Line;
use crate::page::{Content, SessionLine, Sessions};
use crate::passkeys;
use bookplate_widgets::{dates, texts};
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Sessions(sessions) = content else {
        return None;
    };
    Some(view(site, sessions))
}

fn view(site: Site, sessions: &Sessions) -> AnyView {
    let texts = texts::Sessions(site.lang);
    let lines: Vec<_> = sessions
        .sessions
        .iter()
        .map(|session| view! { <li class="session">{line(site, session)}</li> })
        .collect();
    let others = (sessions.sessions.len() > 1).then(|| {
        view! {
            <button type="submit" class="button" name="end" value="others">{texts.end_others()}</button>
        }
    });
    let address = site.href(&site.path("sessions"));
    let passkeys = sessions.passkeys.as_ref().map(|own| {
        let texts = texts::Passkeys(site.lang);
        let proof = Line {
            name: "proof",
            label: texts.proof(),
            value: "",
            kind: "password",
            autocomplete: "current-password",
            hint: "",
            fault: Some(texts.proof_fault()),
        };
        passkeys::section(site, own, address.clone(), texts.hint(), &proof)
    });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        <form method="post" action=address>
            <ul class="rows">{lines}</ul>
            {others}
        </form>
        {passkeys}
    }
    .into_any()
}

fn line(site: Site, session: &SessionLine) -> AnyView {
    let texts = texts::Sessions(site.lang);
    let device = if session.device.is_empty() {
        texts.unknown().to_owned()
    } else {
        session.device.clone()
    };
    let label = texts.end_this(&device);
    let action = if session.current {
        view! { <p class="mark">{texts.current()}</p> }.into_any()
    } else {
        let id = session.id.to_string();
        view! {
            <button type="submit" class="button" name="end" value=id aria-label=label>{texts.end()}</button>
        }
        .into_any()
    };
    view! {
        <div class="what">
            <p class="title">{device}</p>
            <p class="quiet">
                <span>{texts.since(&dates::long(site.lang, &session.since))}</span>
                <span>{texts.seen(&dates::long(site.lang, &session.seen))}</span>
            </p>
        </div>
        {action}
    }
    .into_any()
}
