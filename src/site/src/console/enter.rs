//! Joining by a link: password and authenticator; and the recovery codes, shown once.

use super::fault;
use crate::console_page::{EnterPage, role_name};
use crate::context::Site;
use crate::forms::Line;
use bookplate_widgets::texts;
use bookplate_wire::query;
use bookplate_wire::staff::SecondFactor;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &EnterPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let enrolment = &page.enrolment;
    let shop = enrolment.shop.as_deref().zip(enrolment.role);
    let purpose = shop.map(|(shop, given)| texts.enter_shop(shop, role_name(site.lang, given)));
    let action = site.href("/console/enter");
    let token = page.token.clone();
    // What somebody does who has an account.
    let accept = if page.signed_in {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="token" value=token />
                <button type="submit" class="button primary">{texts.accept()}</button>
            </form>
        }
        .into_any()
    } else {
        // A link in another site's page, such as webmail, brings no cookie along: who is signed in comes back here
        // at once.
        let mut back = "/console/enter?".to_owned();
        query::push(&mut back, "token", &page.token);
        let mut href = "/console/sign-in?".to_owned();
        query::push(&mut href, "back", &back);
        let href = site.href(&href);
        view! { <p><a class="button primary" href=href rel="external">{site.texts().sign_in()}</a></p> }
            .into_any()
    };
    let inside = match &enrolment.second_factor {
        // A role in a shop is no reason to set anything anew for who can sign in.
        Some(factor) if enrolment.renews && shop.is_some() => view! {
            <p>{texts.renew_hint()}</p>
            {accept}
            {enrolment.leaves_others.then(|| view! { <p class="wrong">{texts.leaves_others()}</p> })}
            {form(site, page, factor)}
        }
        .into_any(),
        Some(factor) => form(site, page, factor),
        None if page.signed_in => accept,
        None => view! {
            <p>{texts.sign_in_first()}</p>
            {accept}
        }
        .into_any(),
    };
    view! {
        <div class="card narrow">
            <h1 tabindex="-1">{texts.enter()}</h1>
            {purpose.map(|words| view! { <p>{words}</p> })}
            <p class="quiet">{enrolment.email.clone()}</p>
            {inside}
        </div>
    }
    .into_any()
}

fn form(site: Site, page: &EnterPage, factor: &SecondFactor) -> AnyView {
    let texts = texts::Console(site.lang);
    let wrong = |name, words| fault(&page.faults, name, words);
    let name = Line {
        name: "name",
        label: texts.name(),
        value: &page.name,
        kind: "text",
        autocomplete: "name",
        hint: "",
        fault: wrong("name", texts.name_fault()),
    };
    let password = Line {
        name: "password",
        label: texts.password(),
        value: "",
        kind: "password",
        autocomplete: "new-password",
        hint: texts.password_hint(),
        fault: wrong("password", texts.password_fault()),
    };
    let code = Line {
        name: "code",
        label: texts.authenticator_code(),
        value: "",
        // Digits only, and phones show the keys for them.
        kind: "tel",
        autocomplete: "one-time-code",
        hint: "",
        fault: wrong("code", texts.code_fault()),
    };
    // For password managers, which keep a password under a name.
    let email = page.enrolment.email.clone();
    view! {
        <form method="post" action=site.href("/console/enter") class="stack">
            <input type="hidden" name="token" value=page.token.clone() />
            <input type="hidden" name="secret" value=factor.secret.clone() />
            <input type="text" name="username" autocomplete="username" value=email readonly hidden />
            {name.view()}
            {password.view()}
            <h2>{texts.authenticator()}</h2>
            <p>{texts.authenticator_hint()}</p>
            <div class="qr" role="img" aria-label=texts.qr() inner_html=factor.qr_svg.clone()></div>
            <p class="quiet secret">{texts.authenticator_secret()}" "<code>{spaced(&factor.secret)}</code></p>
            {code.view()}
            <button type="submit" class="button primary">{texts.join()}</button>
        </form>
    }
    .into_any()
}

/// A secret in groups of four, for the eye that types it; apps take it with the spaces.
fn spaced(secret: &str) -> String {
    let mut shown = String::new();
    for (at, c) in secret.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            shown.push(' ');
        }
        shown.push(c);
    }
    shown
}

/// For a link that works no more.
pub(super) fn invalid(site: Site) -> AnyView {
    let texts = texts::Console(site.lang);
    view! {
        <div class="blank">
            <h1 tabindex="-1">{texts.link_invalid()}</h1>
            <p>{texts.link_invalid_hint()}</p>
        </div>
    }
    .into_any()
}

/// Recovery codes.
pub(super) fn codes(site: Site, codes: &[String]) -> AnyView {
    let texts = texts::Console(site.lang);
    let lines: Vec<_> = codes
        .iter()
        .map(|code| view! { <li><code>{code.clone()}</code></li> })
        .collect();
    view! {
        <div class="card narrow">
            <h1 tabindex="-1">{texts.codes()}</h1>
            <p>{texts.codes_hint()}</p>
            <ul class="codes">{lines}</ul>
            <p><a class="button primary" href=site.href("/console") rel="external">{texts.go_on()}</a></p>
        </div>
    }
    .into_any()
}
