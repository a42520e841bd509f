//! The own account: password, recovery codes and passkeys.

use super::fault;
use crate::console_page::{ACCOUNT, AccountPage};
use crate::context::Site;
use crate::forms::Line;
use crate::page::Passkeys;
use bookplate_widgets::texts;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &AccountPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let wait = fault(&page.faults, "rate_limited", texts.wait());
    view! {
        <h1 tabindex="-1">{texts.account()}</h1>
        <p class="quiet">{page.email.clone()}</p>
        {wait.map(|words| view! { <p class="wrong" role="alert">{words}</p> })}
        {password(site, page)}
        {codes(site, page)}
        {page.passkeys.as_ref().map(|own| passkeys(site, own))}
    }
    .into_any()
}

fn passkeys(site: Site, own: &Passkeys) -> AnyView {
    let texts = texts::Console(site.lang);
    let proof = Line {
        name: "proof",
        label: texts.code(),
        value: "",
        kind: "text",
        autocomplete: "one-time-code",
        hint: texts.code_hint(),
        fault: Some(texts.code_fault()),
    };
    let hint = texts::Passkeys(site.lang).staff_hint();
    crate::passkeys::section(site, own, site.href(ACCOUNT), hint, &proof)
}

fn password(site: Site, page: &AccountPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let line = |name, label, autocomplete| Line {
        name,
        label,
        value: "",
        kind: "password",
        autocomplete,
        hint: "",
        fault: None,
    };
    let current = Line {
        fault: fault(&page.faults, "current", texts.current_password_fault()),
        ..line("current", texts.current_password(), "current-password")
    };
    let new = Line {
        hint: texts.password_hint(),
        fault: fault(&page.faults, "password", texts.password_fault()),
        ..line("password", texts.new_password(), "new-password")
    };
    view! {
        <form method="post" action=site.href(ACCOUNT) class="part stack">
            <input type="hidden" name="form" value="password" />
            // For password managers, which keep a password under a name.
            <input type="text" name="username" autocomplete="username" value=page.email.clone() readonly hidden />
            <h2>{texts.change_password()}</h2>
            <p class="quiet">{texts.change_password_hint()}</p>
            {current.view()}
            {new.view()}
            <button type="submit" class="button primary">{texts.change_password()}</button>
        </form>
    }
    .into_any()
}

fn codes(site: Site, page: &AccountPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let code = Line {
        name: "code",
        label: texts.code(),
        value: "",
        kind: "text",
        autocomplete: "one-time-code",
        hint: texts.code_hint(),
        fault: fault(&page.faults, "code", texts.code_fault()),
    };
    view! {
        <form method="post" action=site.href(ACCOUNT) class="part stack">
            <input type="hidden" name="form" value="codes" />
            <h2>{texts.codes()}</h2>
            <p>{texts.codes_left(page.codes_left)}</p>
            <p class="quiet">{texts.new_codes_hint()}</p>
            {code.view()}
            <button type="submit" class="button">{texts.new_codes()}</button>
        </form>
    }
    .into_any()
}
