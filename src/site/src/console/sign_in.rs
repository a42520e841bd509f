//! Getting into the console.

use crate::console_page::{SignInFault, StaffSignInPage};
use crate::context::Site;
use crate::forms::Line;
use crate::passkeys;
use bookplate_widgets::texts;
use leptos::prelude::*;

/// The way to sign in without a code. The password is still needed.
fn by_passkey(site: Site) -> AnyView {
    view! {
        <div hidden=passkeys::hidden(site)>
            <input type="hidden" name="credential" />
            {passkeys::trouble(site)}
            <button type="submit" class="button" data-passkey="/v1/console/session/challenges">
                {texts::Passkeys(site.lang).second()}
            </button>
        </div>
    }
    .into_any()
}

pub(super) fn view(site: Site, page: &StaffSignInPage) -> AnyView {
    let texts = texts::Console(site.lang);
    let line = |name, label, kind, autocomplete| Line {
        name,
        label,
        value: "",
        kind,
        autocomplete,
        hint: "",
        fault: None,
    };
    let email = Line {
        value: &page.email,
        ..line("email", texts.email(), "email", "username")
    };
    let password = line("password", texts.password(), "password", "current-password");
    let code = Line {
        hint: texts.code_hint(),
        ..line("code", texts.code(), "text", "one-time-code")
    };
    let fault = page.fault.map(|fault| match fault {
        SignInFault::Refused => texts.sign_in_refused().to_owned(),
        SignInFault::Wait(seconds) => texts.sign_in_wait(seconds),
    });
    view! {
        <div class="card narrow">
            <h1 tabindex="-1">{texts.sign_in()}</h1>
            {fault.map(|words| view! { <p class="wrong" role="alert">{words}</p> })}
            <form method="post" action=site.href("/console/sign-in") class="stack">
                <input type="hidden" name="back" value=page.back.clone() />
                {email.view()}
                {password.view()}
                {code.view()}
                <button type="submit" class="button primary">{site.texts().sign_in()}</button>
                {page.passkeys.then(|| by_passkey(site))}
            </form>
        </div>
    }
    .into_any()
}
