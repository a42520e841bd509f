//! Gifts: a list as others see it, what a visitor gives of it, and where that is changed.

use super::wishlists::{cover, facts, of};
use crate::context::Site;
use crate::forms::About;
use crate::page::{Content, Place, SharedList};
use crate::together::{GiftDraft, GiftsPage, ReceiptPage};
use bookplate_widgets::{dates, occasions, orders, texts};
use bookplate_wire::problem::Code;
use bookplate_wire::query;
use bookplate_wire::wishlists::gifts::{GIVER_MAX, Gift, GiftStatus, Receipt};
use bookplate_wire::wishlists::occasions::{FollowedWishlist, Occasion};
use bookplate_wire::wishlists::{Wish, shared_path};
use leptos::prelude::*;

/// A list as others see it, if `content` is that.
pub(super) fn show_shared(site: Site, content: &Content) -> Option<AnyView> {
    let Content::SharedWishlist(page) = content else {
        return None;
    };
    Some(shared(site, page))
}

/// The gift of somebody without an account, if `content` is that.
pub(super) fn show_receipt(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Receipt(page) = content else {
        return None;
    };
    Some(receipt_page(site, page))
}

/// What the customer gives, if `content` is that.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Gifts(page) = content else {
        return None;
    };
    Some(own(site, page))
}

/// The shop's public key.
pub(super) fn key(site: Site) -> String {
    site.page.with_untracked(|page| match &page.place {
        Place::Member(member) => member.key.clone(),
        Place::Nowhere | Place::Console(_) => String::new(),
    })
}

/// Where a gift is found by its code.
fn receipt_path(site: Site) -> String {
    ["/shops/", &key(site), "/gifts"].concat()
}

/// What a list is for, in a line.
pub(super) fn occasion_line(site: Site, occasion: Option<&Occasion>) -> Option<AnyView> {
    let occasion = occasion?;
    let (what, on) = (
        occasions::words(site.lang, occasion),
        dates::long(site.lang, &occasion.on),
    );
    let words = texts::Gifts(site.lang).occasion_line(&what, &on);
    Some(view! { <p class="occasion" dir="auto">{words}</p> }.into_any())
}

/// It does not say whose it is, and nothing in it can be changed.
fn shared(site: Site, page: &SharedList) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let list = &page.list;
    let entries = list.wishes.iter().map(|wish| {
        view! {
            <li class="wish-entry">
                {cover(&wish.cover_url, &wish.title)}
                <div class="what">
                    {facts(site, &page.book_url, wish)}
                    {gift_part(site, page, wish)}
                </div>
            </li>
        }
    });
    let entries: Vec<_> = entries.collect();
    let entries = if entries.is_empty() {
        view! { <p class="empty">{texts.empty()}</p> }.into_any()
    } else {
        view! { <ol class="rows wishes">{entries}</ol> }.into_any()
    };
    let more = list.next.as_ref().map(|next| {
        let href = site.href(&format!("{}?after={next}", page.path));
        view! { <p class="actions"><a class="button" href=href rel="next">{texts.more()}</a></p> }
    });
    let receipt = page.visit.receipt.as_ref();
    view! {
        <h1 tabindex="-1" dir="auto">{occasions::named(site.lang, &list.name)}</h1>
        {occasion_line(site, list.occasion.as_ref())}
        <p class="quiet">{texts.books(list.count)}</p>
        {page.visit.refused.map(|code| refused(site, code))}
        {receipt.map(|receipt| receipt_part(site, receipt))}
        {follow_part(site, page)}
        {entries}
        {more}
    }
    .into_any()
}

fn refused(site: Site, code: Code) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let words = match code {
        Code::GiftTaken => texts.taken(),
        Code::WishNotFound | Code::BookNotFound => texts.gone(),
        Code::GiftLimit => texts.limit(),
        Code::FollowedListLimit => texts.follow_full(),
        Code::WishlistIsOwn => texts.own_view(),
        _ => texts::Wishlists(site.lang).failed(),
    };
    view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{words}</p> }.into_any()
}

/// Where a form of a shared list is sent: its page, at the same place in the list.
fn action(site: Site, page: &SharedList) -> String {
    let mut path = page.path.clone();
    if !page.visit.after.is_empty() {
        path.push('?');
        query::push(&mut path, "after", &page.visit.after);
    }
    site.href(&path)
}

/// Being reminded of the list, for others than who has it.
fn follow_part(site: Site, page: &SharedList) -> AnyView {
    let (texts, visit) = (texts::Gifts(site.lang), &page.visit);
    if page.list.gifts.is_none() {
        return view! { <p class="facts">{texts.own_view()}</p> }.into_any();
    }
    if !visit.signed_in {
        let mut path = site.path("sign-in");
        path.push('?');
        query::push(&mut path, "back", &page.path);
        let (way, receipt) = (site.href(&path), site.href(&receipt_path(site)));
        return view! {
            <p class="actions">
                <a class="go" href=way rel="external nofollow">{texts.follow_sign_in()}</a>
                <a class="go" href=receipt rel="nofollow">{texts.receipt()}</a>
            </p>
        }
        .into_any();
    }
    let (words, value, button) = if visit.follows {
        (texts.following(), "unfollow", texts.unfollow())
    } else {
        (texts.follow_hint(), "follow", texts.follow())
    };
    view! {
        <form method="post" action=action(site, page) class="follow">
            <button type="submit" class="button" name="do" value=value>{button}</button>
            <p class="hint">{words}</p>
        </form>
    }
    .into_any()
}

/// How much of a wish is given, and the form to give it; nothing for whom it is a surprise.
fn gift_part(site: Site, page: &SharedList, wish: &Wish) -> Option<AnyView> {
    let texts = texts::Gifts(site.lang);
    let gifts = page.list.gifts.as_ref()?;
    let given = gifts.iter().find(|given| given.isbn == wish.isbn);
    let left = given.map_or(wish.quantity, |given| given.left);
    let said = given.map(|given| {
        let words = if wish.quantity > 1 && left > 0 {
            texts.given(given.given, wish.quantity)
        } else {
            texts.all_given().to_owned()
        };
        view! { <p class="given"><span class="mark">{words}</span></p> }
    });
    let form = (left > 0).then(|| gift_form(site, page, wish, left));
    Some(view! { {said} {form} }.into_any())
}

fn gift_form(site: Site, page: &SharedList, wish: &Wish, left: u32) -> AnyView {
    let (texts, visit) = (texts::Gifts(site.lang), &page.visit);
    let draft: Option<&GiftDraft> = visit.draft.as_ref().filter(|draft| draft.isbn == wish.isbn);
    let fault = |field: &str, words| {
        let wrong = draft.is_some_and(|draft| draft.faults.iter().any(|fault| fault == field));
        wrong.then_some(words)
    };
    let named = (!visit.signed_in).then(|| {
        let hint = About::new(
            "giver",
            texts.give_name_hint(),
            fault("name", texts.give_name_fault()),
        );
        let value = draft.map(|draft| draft.name.clone()).unwrap_or_default();
        view! {
            <label class="field">
                <span>{texts.give_name()}</span>
                <input
                    name="name"
                    type="text"
                    maxlength=GIVER_MAX.to_string()
                    autocomplete="name"
                    required=true
                    value=value
                    aria-invalid=hint.invalid()
                />
                {hint.without_ids()}
            </label>
        }
    });
    let several = (left > 1).then(|| {
        let hint = About::new(
            "quantity",
            "",
            fault("quantity", texts.give_quantity_fault()),
        );
        let value = draft.map_or_else(|| String::from("1"), |draft| draft.quantity.clone());
        view! {
            <label class="field">
                <span>{texts.give_quantity()}</span>
                <input
                    name="quantity"
                    type="number"
                    inputmode="numeric"
                    min="1"
                    max=left.to_string()
                    value=value
                    aria-invalid=hint.invalid()
                />
                {hint.without_ids()}
            </label>
        }
    });
    let until = page.list.occasion.as_ref().map_or_else(
        || texts.seen_asked().to_owned(),
        |occasion| texts.seen_after(&dates::long(site.lang, &occasion.on)),
    );
    let code = (!visit.signed_in).then(|| view! { <p class="hint">{texts.give_code_hint()}</p> });
    view! {
        <details open=draft.is_some()>
            <summary>{texts.give()} {of(&wish.title)}</summary>
            <form method="post" action=action(site, page) class="stack">
                <input type="hidden" name="isbn" value=wish.isbn.to_string() />
                <input type="hidden" name="id" value=visit.fresh.to_string() />
                {named}
                {several}
                <div>
                    <p class="hint">{until}</p>
                    {code}
                </div>
                <p class="actions">
                    <button type="submit" class="button primary" name="do" value="reserved">
                        {texts.reserve()}
                        {of(&wish.title)}
                    </button>
                    <button type="submit" class="button" name="do" value="bought">
                        {texts.have_bought()}
                        {of(&wish.title)}
                    </button>
                </p>
            </form>
        </details>
    }
    .into_any()
}

/// What a visitor without an account has just reserved, with the code.
fn receipt_part(site: Site, receipt: &Receipt) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let words = match receipt.gift.status {
        GiftStatus::Reserved => texts.reserved_done(),
        GiftStatus::Bought => texts.bought_done(),
    };
    let href = site.href(&receipt_path(site));
    view! {
        <div class="notice receipt" role="status" tabindex="-1">
            <p>{words} " " <strong dir="auto">{receipt.gift.title.clone()}</strong></p>
            <p>{texts.code()} {texts::Common(site.lang).colon()} <code>{receipt.code.clone()}</code></p>
            <p>{texts.code_once()}</p>
            <p><a class="go" href=href rel="nofollow">{texts.receipt()}</a></p>
        </div>
    }
    .into_any()
}

fn receipt_page(site: Site, page: &ReceiptPage) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let wrong = page.refused.map(|code| match code {
        Code::RateLimited => texts.receipt_slow(),
        _ => texts.receipt_unknown(),
    });
    let about = About::new("code", texts.receipt_hint(), wrong);
    let undone = page.undone.then(|| {
        view! { <p class="notice" role="status" tabindex="-1">{texts.undone()}</p> }
    });
    let action = site.href(&receipt_path(site));
    let below = match &page.gift {
        Some(gift) => {
            let code = Some(page.code.as_str());
            view! { <ul class="rows">{entry(site, "", gift, &action, code)}</ul> }.into_any()
        }
        None => view! {
            <form method="post" action=action>
                <div class="field">
                    <label for="code">{texts.code()}</label>
                    <input
                        id="code"
                        name="code"
                        type="text"
                        maxlength="60"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        required=true
                        value=page.code.clone()
                        aria-describedby=about.ids()
                        aria-invalid=about.invalid()
                    />
                    {about.view()}
                </div>
                <button type="submit" class="button primary" name="do" value="look">
                    {texts.receipt_look()}
                </button>
            </form>
        }
        .into_any(),
    };
    view! {
        <h1 tabindex="-1">{texts.receipt_heading()}</h1>
        {undone}
        {below}
    }
    .into_any()
}

/// A gift, with what its giver can do with it. `code` is that of who has no account.
fn entry(site: Site, book_url: &str, gift: &Gift, action: &str, code: Option<&str>) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let title = match orders::page_of_book(book_url, gift.isbn) {
        Some(href) => view! { <a href=href rel="external">{gift.title.clone()}</a> }.into_any(),
        None => gift.title.clone().into_any(),
    };
    let lang = (!gift.language.is_empty()).then(|| gift.language.clone());
    let byline = (!gift.authors.is_empty())
        .then(|| view! { <p class="quiet">{gift.authors.join(", ")}</p> });
    let list = gift.shared.as_ref().map(|secret| {
        let href = site.href(&shared_path(&key(site), secret));
        let name = occasions::named(site.lang, &gift.list);
        view! { <a class="go" href=href dir="auto">{name}</a> }
    });
    let warning = match (&gift.shared, gift.gone) {
        (_, true) => Some(texts.gone_hint()),
        (None, false) => Some(texts.unshared_hint()),
        (Some(_), false) => None,
    };
    let (status, other, other_words) = match gift.status {
        GiftStatus::Reserved => (texts.reserved(), "bought", texts.mark_bought()),
        GiftStatus::Bought => (texts.bought(), "reserved", texts.mark_reserved()),
    };
    let copies = (gift.quantity > 1).then(|| view! { <span>{texts.copies(gift.quantity)}</span> });
    let until = if gift.until.is_empty() {
        texts.seen_asked().to_owned()
    } else {
        texts.seen_after(&dates::long(site.lang, &gift.until))
    };
    let of_whom = match code {
        Some(code) => {
            view! { <input type="hidden" name="code" value=code.to_owned() /> }.into_any()
        }
        None => view! { <input type="hidden" name="gift" value=gift.id.to_string() /> }.into_any(),
    };
    view! {
        <li class="wish-entry">
            {cover(&gift.cover_url, &gift.title)}
            <div class="what">
                <p class="title" lang=lang dir="auto">{title}</p>
                {byline}
                <p class="quiet wish-facts"><span class="mark">{status}</span> {copies}</p>
                {list}
                {warning.map(|words| view! { <p class="fault">{words}</p> })}
                {(!gift.seen).then(|| view! { <p class="hint">{until}</p> })}
                <form method="post" action=action.to_owned() class="actions">
                    {of_whom}
                    <button type="submit" class="button" name="do" value=other>
                        {other_words}
                        {of(&gift.title)}
                    </button>
                    <button type="submit" class="button danger" name="do" value="undo">
                        {texts.undo()}
                        {of(&gift.title)}
                    </button>
                </form>
            </div>
        </li>
    }
    .into_any()
}

fn own(site: Site, page: &GiftsPage) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let action = site.href(&site.path("gifts"));
    let gifts = page.gifts.iter();
    let gifts: Vec<_> = gifts
        .map(|gift| entry(site, &page.book_url, gift, &action, None))
        .collect();
    let gifts = if gifts.is_empty() {
        view! { <p class="empty">{texts.nothing()}</p> }.into_any()
    } else {
        view! { <ol class="rows wishes">{gifts}</ol> }.into_any()
    };
    let followed: Vec<_> = page
        .followed
        .iter()
        .map(|list| followed(site, list, &action))
        .collect();
    let followed = if followed.is_empty() {
        view! { <p class="empty">{texts.follows_nothing()}</p> }.into_any()
    } else {
        view! { <ul class="rows">{followed}</ul> }.into_any()
    };
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {gifts}
        <h2>{texts.followed()}</h2>
        {followed}
    }
    .into_any()
}

fn followed(site: Site, list: &FollowedWishlist, action: &str) -> AnyView {
    let texts = texts::Gifts(site.lang);
    let href = site.href(&shared_path(&key(site), &list.shared));
    let name = occasions::named(site.lang, &list.name);
    view! {
        <li class="session">
            <div class="what">
                <p class="title"><a class="go" href=href dir="auto">{name.clone()}</a></p>
                {occasion_line(site, list.occasion.as_ref())}
            </div>
            <form method="post" action=action.to_owned() class="actions">
                <input type="hidden" name="shared" value=list.shared.clone() />
                <button type="submit" class="button" name="do" value="unfollow">
                    {texts.unfollow()}
                    {of(&name)}
                </button>
            </form>
        </li>
    }
    .into_any()
}
