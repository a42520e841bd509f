//! How to get into the member centre: signing in and up, confirming an address, choosing another password.
//!
//! The inputs are in the document itself and say what they are, so that browsers and password managers fill them.

use crate::context::{Phase, Site};
use crate::forms::Line;
use crate::page::{Confirm, Content, LoginFault, Place, Reset, SignIn, SignUp};
use crate::passkeys;
use bookplate_widgets::texts::{Login, Passkeys};
use leptos::prelude::*;

/// The page for signing in, if `content` is its, or the one that it becomes in a window of the shop's.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::SignIn(sign_in) = content else {
        return super::connect::show(site, content);
    };
    Some(view(site, sign_in))
}

/// The page for signing up, if `content` is its.
pub(super) fn show_sign_up(site: Site, content: &Content) -> Option<AnyView> {
    let Content::SignUp(sign_up) = content else {
        return None;
    };
    Some(sign_up_view(site, sign_up))
}

/// The page for confirming an address, if `content` is its.
pub(super) fn show_confirm(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Confirm(confirm) = content else {
        return None;
    };
    Some(confirm_view(site, confirm))
}

/// The page for choosing another password, if `content` is its.
pub(super) fn show_reset(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Reset(reset) = content else {
        return None;
    };
    Some(if reset.choose {
        choose_view(site, reset)
    } else {
        ask_view(site, reset)
    })
}

/// The words of a fault that is not one field's.
fn alert(texts: Login, fault: Option<LoginFault>) -> Option<AnyView> {
    let words = match fault? {
        LoginFault::Credentials => texts.sign_in_fault(),
        LoginFault::Slow => texts.slow(),
        LoginFault::Link => texts.link_fault(),
        LoginFault::Passkey => Passkeys(texts.0).sign_in_fault(),
        LoginFault::Email | LoginFault::Name | LoginFault::Password => return None,
    };
    // Focus is put here, so it is read out without being an alert besides.
    Some(view! { <p class="wrong" tabindex="-1" data-focus="">{words}</p> }.into_any())
}

fn email<'a>(texts: Login, value: &'a str, fault: Option<LoginFault>) -> Line<'a> {
    Line {
        name: "email",
        label: texts.email(),
        value,
        kind: "email",
        autocomplete: "username",
        hint: "",
        fault: (fault == Some(LoginFault::Email)).then_some(texts.email_fault()),
    }
}

fn present_password(texts: Login, fault: Option<&'static str>) -> Line<'static> {
    Line {
        name: "password",
        label: texts.password(),
        value: "",
        kind: "password",
        autocomplete: "current-password",
        hint: "",
        fault,
    }
}

fn new_password(texts: Login, label: &'static str, fault: Option<LoginFault>) -> Line<'static> {
    Line {
        name: "password",
        label,
        value: "",
        kind: "password",
        autocomplete: "new-password",
        hint: texts.password_hint(),
        fault: (fault == Some(LoginFault::Password)).then_some(texts.password_fault()),
    }
}

fn view(site: Site, sign_in: &SignIn) -> AnyView {
    let (texts, fault) = (Login(site.lang), sign_in.fault);
    // In a window of the shop's it is a document that goes on: see `connect`.
    let plain = sign_in
        .back
        .starts_with(&(site.path("connect") + "?"))
        .then_some("");
    let email = Line {
        // Browsers offer passkeys where they offer addresses.
        autocomplete: if sign_in.passkeys {
            "username webauthn"
        } else {
            "username"
        },
        ..email(texts, &sign_in.email, sign_in.fault)
    };
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{texts.sign_in()}</h1>
            // One thing is wrong at a time: what the browser says of a passkey is newer.
            {move || {
                let newer = matches!(site.phase.get(), Phase::Unproven(_));
                alert(texts, fault).filter(|_| !newer)
            }}
            <form method="post" action=site.onward("sign-in") data-plain=plain>
                <input type="hidden" name="back" value=sign_in.back.clone() />
                {email.view()}
                {present_password(texts, None).view()}
                <p class="actions">
                    <button type="submit" class="button primary">{texts.sign_in()}</button>
                    <a class="go" href=site.onward("reset")>{texts.forgotten()}</a>
                </p>
            </form>
            {sign_in.passkeys.then(|| by_passkey(site, sign_in, plain))}
            <p class="part">
                {texts.no_account()} " "
                <a class="go" href=site.onward("sign-up")>{texts.sign_up()}</a>
            </p>
            {at_shop(site)}
        </div>
    }
    .into_any()
}

/// The shop's name, and the address of its own pages; empty where there is none.
pub(super) fn home(site: Site) -> (String, String) {
    site.page.with_untracked(|page| match &page.place {
        Place::Member(member) => (member.shop.clone(), member.home.clone()),
        Place::Nowhere | Place::Console(_) => (String::new(), String::new()),
    })
}

/// The way to the shop's own pages, for whoever signs in there.
pub(super) fn at_shop(site: Site) -> Option<AnyView> {
    let (name, home) = home(site);
    let words = Login(site.lang).at_shop(&name);
    let link = view! { <p class="quiet"><a class="go" href=home.clone()>{words}</a></p> };
    (!home.is_empty()).then(|| link.into_any())
}

/// The form that needs nothing but a passkey.
fn by_passkey(site: Site, sign_in: &SignIn, plain: Option<&'static str>) -> AnyView {
    let key = site.page.with_untracked(|page| match &page.place {
        Place::Member(member) => member.key.clone(),
        Place::Nowhere | Place::Console(_) => String::new(),
    });
    let challenges = format!("/v1/passkeys/challenges?key={key}");
    view! {
        <form method="post" action=site.onward("sign-in") data-plain=plain hidden=passkeys::hidden(site)>
            <input type="hidden" name="back" value=sign_in.back.clone() />
            <input type="hidden" name="credential" />
            {passkeys::trouble(site)}
            <button type="submit" class="button" data-passkey=challenges data-offer="">
                {Passkeys(site.lang).sign_in()}
            </button>
        </form>
    }
    .into_any()
}

fn sign_up_view(site: Site, sign_up: &SignUp) -> AnyView {
    let texts = Login(site.lang);
    if sign_up.sent {
        let hint = texts.sent_hint();
        return sent(site, (texts.sign_up(), hint), &sign_up.email, "sign-up");
    }
    let name = Line {
        name: "name",
        label: texts.name(),
        value: &sign_up.name,
        kind: "text",
        autocomplete: "name",
        hint: "",
        fault: (sign_up.fault == Some(LoginFault::Name)).then_some(texts.name_fault()),
    };
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{texts.sign_up()}</h1>
            {alert(texts, sign_up.fault)}
            <form method="post" action=site.onward("sign-up")>
                {name.view()}
                {email(texts, &sign_up.email, sign_up.fault).view()}
                {new_password(texts, texts.password(), sign_up.fault).view()}
                <button type="submit" class="button primary">{texts.sign_up()}</button>
            </form>
            {known(site)}
        </div>
    }
    .into_any()
}

/// An email is on its way, or would be if there were such an account.
fn sent(
    site: Site,
    (heading, hint): (&'static str, &'static str),
    email: &str,
    again: &str,
) -> AnyView {
    let texts = Login(site.lang);
    // Somebody was on the way to something, and the link of the email is followed in another tab.
    let onward = site.back().map(|_| {
        view! {
            <p class="part">
                {texts.sent_done()} " " <a class="go" href=site.onward("sign-in")>{texts.sign_in()}</a>
            </p>
        }
    });
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{heading}</h1>
            <p class="notice" role="status" tabindex="-1">{texts.sent(email)}</p>
            <p>{hint}</p>
            <p><a class="go" href=site.onward(again)>{site.texts().retry()}</a></p>
            {onward}
        </div>
    }
    .into_any()
}

fn confirm_view(site: Site, confirm: &Confirm) -> AnyView {
    let texts = Login(site.lang);
    let address = site.page.with_untracked(|page| page.address.clone());
    if confirm.fault == Some(LoginFault::Link) {
        return spent(site, texts.confirm(), ("sign-up", texts.sign_up()));
    }
    let wrong = confirm.fault == Some(LoginFault::Password);
    let password = present_password(texts, wrong.then_some(texts.confirm_fault()));
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{texts.confirm()}</h1>
            {alert(texts, confirm.fault)}
            <p>{texts.confirm_hint()}</p>
            <form method="post" action=address>
                {password.view()}
                <button type="submit" class="button primary">{texts.confirm_now()}</button>
            </form>
        </div>
    }
    .into_any()
}

/// The link of an email works no more: no form would help, only another link.
fn spent(site: Site, heading: &'static str, (page, words): (&str, &'static str)) -> AnyView {
    let texts = Login(site.lang);
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{heading}</h1>
            {alert(texts, Some(LoginFault::Link))}
            <p><a class="button primary" href=site.href(&site.path(page))>{words}</a></p>
            {known(site)}
        </div>
    }
    .into_any()
}

/// The way to sign in, for who has got here without need.
fn known(site: Site) -> AnyView {
    let texts = Login(site.lang);
    view! {
        <p class="part">
            {texts.known()} " "
            <a class="go" href=site.onward("sign-in")>{texts.sign_in()}</a>
        </p>
    }
    .into_any()
}

fn ask_view(site: Site, reset: &Reset) -> AnyView {
    let texts = Login(site.lang);
    if reset.sent {
        let hint = texts.reset_sent_hint();
        return sent(site, (texts.reset(), hint), &reset.email, "reset");
    }
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{texts.reset()}</h1>
            {alert(texts, reset.fault)}
            <p>{texts.reset_hint()}</p>
            <form method="post" action=site.onward("reset")>
                {email(texts, &reset.email, reset.fault).view()}
                <button type="submit" class="button primary">{texts.reset_now()}</button>
            </form>
            <p class="part">
                <a class="go" href=site.href(&site.path("sign-in"))>{texts.sign_in()}</a>
            </p>
        </div>
    }
    .into_any()
}

fn choose_view(site: Site, reset: &Reset) -> AnyView {
    let texts = Login(site.lang);
    let address = site.page.with_untracked(|page| page.address.clone());
    if reset.fault == Some(LoginFault::Link) {
        return spent(site, texts.reset(), ("reset", texts.link_again()));
    }
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{texts.reset()}</h1>
            {alert(texts, reset.fault)}
            <form method="post" action=address>
                {new_password(texts, texts.new_password(), reset.fault).view()}
                <button type="submit" class="button primary">{texts.set_now()}</button>
            </form>
        </div>
    }
    .into_any()
}
