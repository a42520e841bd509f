//! What a list's page has to do with others: what it is for, what was given, who edits it; and invitations to edit.

use super::wishlists::{here, of};
use crate::context::Site;
use crate::forms::{About, Line};
use crate::page::{Content, Wishlists};
use crate::together::{InvitationPage, OccasionDraft, Together};
use bookplate_widgets::{dates, occasions, texts};
use bookplate_wire::problem::Code;
use bookplate_wire::wishlists::Wishlist;
use bookplate_wire::wishlists::gifts::{GiftStatus, ReceivedGift};
use bookplate_wire::wishlists::occasions::OccasionKind;
use leptos::prelude::*;

/// An invitation, if `content` is that.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Invitation(page) = content else {
        return None;
    };
    Some(invitation(site, page))
}

/// Whose list it is, where that is somebody else's.
pub(super) fn whose(site: Site, list: &Wishlist) -> Option<String> {
    let texts = texts::Gifts(site.lang);
    list.owner.as_ref().map(|owner| match owner.as_str() {
        "" => texts.of_somebody().to_owned(),
        name => texts.of_owner(name),
    })
}

/// The parts of a customer's own list.
pub(super) fn own_parts(site: Site, page: &Wishlists, list: &Wishlist) -> AnyView {
    view! {
        {occasion_part(site, page, list)}
        {received_part(site, page, list)}
        {editors_part(site, page, list)}
    }
    .into_any()
}

/// What stands below a list of somebody else's in place of them.
pub(super) fn edited_part(site: Site, list: &Wishlist) -> AnyView {
    let texts = texts::Gifts(site.lang);
    view! {
        <section class="part">
            <p class="quiet">{texts.edit_hint()}</p>
            <form method="post" action=here(site) class="actions">
                <input type="hidden" name="list" value=list.id.to_string() />
                <button type="submit" class="button danger" name="do" value="leave">{texts.leave()}</button>
            </form>
        </section>
    }
    .into_any()
}

/// Adds a book by its number.
pub(super) fn add_form(site: Site, page: &Wishlists, list: &Wishlist) -> AnyView {
    let (texts, together) = (texts::Gifts(site.lang), &page.together);
    let unknown = matches!(
        together.refused,
        Some(Code::BookNotFound | Code::IsbnInvalid)
    );
    let line = Line {
        name: "isbn",
        label: texts.isbn(),
        value: &together.isbn,
        kind: "text",
        autocomplete: "off",
        hint: texts.isbn_hint(),
        fault: unknown.then_some(texts.isbn_fault()),
    };
    view! {
        <details class="more" open=unknown>
            <summary>{texts.add_book()}</summary>
            <form method="post" action=here(site)>
                <input type="hidden" name="list" value=list.id.to_string() />
                {line.view()}
                <button type="submit" class="button" name="do" value="put">{texts.add_book()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn is_wrong(page: &Wishlists, field: &str) -> bool {
    page.faults.iter().any(|fault| fault == field)
}

fn occasion_part(site: Site, page: &Wishlists, list: &Wishlist) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let kept = list.occasion.as_ref().map(|occasion| OccasionDraft {
        kind: occasion.kind,
        words: occasion.words.clone(),
        on: occasion.on.clone(),
    });
    let shown = page.together.occasion.clone().or(kept);
    let chosen = shown.as_ref().map(|shown| shown.kind);
    let kinds: Vec<_> = OccasionKind::ALL
        .into_iter()
        .map(|kind| {
            let words = occasions::kind_words(site.lang, kind);
            view! { <option value=kind.as_str() selected=chosen == Some(kind)>{words}</option> }
        })
        .collect();
    let (words, on) = shown.map_or_else(Default::default, |shown| (shown.words, shown.on));
    let words_fault = is_wrong(page, "words").then_some(texts.occasion_words_fault());
    let words = Line {
        name: "words",
        label: texts.occasion_words(),
        value: &words,
        kind: "text",
        autocomplete: "off",
        hint: texts.occasion_words_hint(),
        fault: words_fault,
    };
    let day = Line {
        name: "on",
        label: texts.occasion_on(),
        value: &on,
        kind: "date",
        autocomplete: "off",
        hint: texts.occasion_on_hint(),
        fault: is_wrong(page, "on").then_some(texts.occasion_on_fault()),
    };
    let none = list.occasion.is_some().then(|| {
        view! {
            <button type="submit" class="button" name="do" value="no_occasion" formnovalidate=true>
                {texts.no_occasion()}
            </button>
        }
    });
    view! {
        <section class="part">
            <h2>{texts.occasion()}</h2>
            <form method="post" action=here(site)>
                <input type="hidden" name="list" value=list.id.to_string() />
                <div class="field">
                    <label for="kind">{texts.occasion_kind()}</label>
                    <span class="select"><select id="kind" name="kind">{kinds}</select></span>
                </div>
                {words.view()}
                {day.view()}
                <p class="actions">
                    <button type="submit" class="button" name="do" value="occasion">{texts.save()}</button>
                    {none}
                </p>
            </form>
        </section>
    }
    .into_any()
}

/// What was given, as far as the owner may see it.
fn received_part(site: Site, page: &Wishlists, list: &Wishlist) -> AnyView {
    let (texts, received) = (texts::Gifts(site.lang), &page.together.received);
    let gifts: Vec<_> = received
        .gifts
        .iter()
        .map(|gift| received_entry(site, gift))
        .collect();
    let nothing =
        gifts.is_empty() && received.hidden_until.is_none() && !received.hidden_until_asked;
    let gifts = (!gifts.is_empty()).then(|| view! { <ul class="rows">{gifts}</ul> });
    let hidden = received.hidden_until.as_ref().map(|day| {
        let words = texts.hidden_until(&dates::long(site.lang, day));
        view! { <p class="quiet">{words}</p> }
    });
    let ask = received.hidden_until_asked.then(|| {
        let about = About::new("sure", "", is_wrong(page, "sure").then_some(texts.sure_fault()));
        view! {
            <p class="quiet">{texts.hidden_asked()}</p>
            <form method="post" action=here(site)>
                <input type="hidden" name="list" value=list.id.to_string() />
                <div class="field">
                    <label class="choice">
                        <input type="checkbox" name="sure" value="yes" aria-invalid=about.invalid() />
                        <span>{texts.sure()}</span>
                    </label>
                    {about.view()}
                </div>
                <button type="submit" class="button" name="do" value="show_gifts">{texts.show()}</button>
            </form>
        }
    });
    let nothing = nothing.then(|| view! { <p class="empty">{texts.nothing_seen()}</p> });
    view! {
        <section class="part">
            <h2>{texts.received()}</h2>
            {hidden}
            {gifts}
            {nothing}
            {ask}
        </section>
    }
    .into_any()
}

fn received_entry(site: Site, gift: &ReceivedGift) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let lang = (!gift.language.is_empty()).then(|| gift.language.clone());
    let from = match gift.name.as_str() {
        "" => texts.from_somebody().to_owned(),
        name => texts.from(name),
    };
    let status = match gift.status {
        GiftStatus::Reserved => texts.reserved(),
        GiftStatus::Bought => texts.bought(),
    };
    let copies = (gift.quantity > 1).then(|| view! { <span>{texts.copies(gift.quantity)}</span> });
    view! {
        <li class="session">
            <div class="what">
                <p class="title" lang=lang dir="auto">{gift.title.clone()}</p>
                <p class="quiet"><span dir="auto">{from}</span> <span>{status}</span> {copies}</p>
            </div>
        </li>
    }
    .into_any()
}

fn name_of(site: Site, name: &str) -> String {
    match name {
        "" => texts::Gifts(site.lang).nameless().to_owned(),
        name => name.to_owned(),
    }
}

/// Who edits the list with its owner.
fn editors_part(site: Site, page: &Wishlists, list: &Wishlist) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let together = &page.together;
    let full = (together.refused == Some(Code::EditorLimit)).then(|| {
        view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{texts.editors_full()}</p> }
    });
    let (editors, invitations) = (
        editor_lines(site, list, together),
        invitation_lines(site, list, together),
    );
    let lines = (!editors.is_empty() || !invitations.is_empty())
        .then(|| view! { <ul class="rows">{editors} {invitations}</ul> });
    let invited = together.invited.as_ref().map(|(invitation, until)| {
        let words = texts.invitation_link(&dates::long(site.lang, until));
        view! {
            <div class="notice receipt" role="status" tabindex="-1">
                <p>{words}</p>
                <p><code>{invitation.link.clone()}</code></p>
            </div>
        }
    });
    view! {
        <section class="part">
            <h2>{texts.editors()}</h2>
            <p class="quiet">{texts.editors_hint()}</p>
            {full}
            {invited}
            {lines}
            <form method="post" action=here(site) class="actions">
                <input type="hidden" name="list" value=list.id.to_string() />
                <button type="submit" class="button" name="do" value="invite">{texts.invite()}</button>
            </form>
        </section>
    }
    .into_any()
}

fn editor_lines(site: Site, list: &Wishlist, together: &Together) -> Vec<AnyView> {
    let texts = texts::Gifts(site.lang);
    let editors = together.editors.editors.iter().zip(&together.days.0);
    let lines = editors.map(|(editor, since)| {
        let name = name_of(site, &editor.name);
        let since = texts.editor_since(&dates::long(site.lang, since));
        let id = editor.id.to_string();
        line(
            site,
            list,
            &name,
            Some(since),
            ("editor", id),
            ("remove_editor", texts.remove_editor()),
        )
    });
    lines.collect()
}

fn invitation_lines(site: Site, list: &Wishlist, together: &Together) -> Vec<AnyView> {
    let texts = texts::Gifts(site.lang);
    let invitations = together.editors.invitations.iter().zip(&together.days.1);
    let lines = invitations.map(|(invitation, until)| {
        let words = texts.invitation(&dates::long(site.lang, until));
        let id = invitation.id.to_string();
        line(
            site,
            list,
            &words,
            None,
            ("invitation", id),
            ("revoke", texts.revoke()),
        )
    });
    lines.collect()
}

fn line(
    site: Site,
    list: &Wishlist,
    title: &str,
    more: Option<String>,
    (field, id): (&'static str, String),
    (what, button): (&'static str, &'static str),
) -> AnyView {
    view! {
        <li class="session">
            <div class="what">
                <p class="title" dir="auto">{title.to_owned()}</p>
                {more.map(|words| view! { <p class="quiet">{words}</p> })}
            </div>
            <form method="post" action=here(site) class="actions">
                <input type="hidden" name="list" value=list.id.to_string() />
                <input type="hidden" name=field value=id />
                <button type="submit" class="button" name="do" value=what>
                    {button}
                    {of(title)}
                </button>
            </form>
        </li>
    }
    .into_any()
}

fn invitation(site: Site, page: &InvitationPage) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let wrong = page.refused.map(|code| match code {
        Code::WishlistIsOwn => texts.invited_own(),
        Code::EditorLimit => texts.invited_full(),
        _ => texts.invited_ended(),
    });
    let wrong = wrong.map(
        |words| view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{words}</p> },
    );
    let lists = site.href(&site.path("wishlists"));
    let form = page.to.as_ref().map(|to| {
        let list = occasions::named(site.lang, &to.list);
        let words = match to.owner.as_str() {
            "" => texts.invited_to(&list),
            owner => texts.invited_by(owner, &list),
        };
        view! {
            <p dir="auto">{words}</p>
            <p class="quiet">{texts.invited_hint()}</p>
            <form method="post">
                <button type="submit" class="button primary" name="do" value="accept">{texts.accept()}</button>
            </form>
        }
    });
    view! {
        <h1 tabindex="-1">{texts.invited()}</h1>
        {wrong}
        {form}
        <p><a class="go" href=lists>{texts::Wishlists(site.lang).see_lists()}</a></p>
    }
    .into_any()
}
