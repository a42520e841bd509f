//! What is the owner's own about a wish: alerts, the reading shelf, whom to follow; and what the shop offers.

use super::wishlists::{about, here, of};
use crate::context::Site;
use crate::forms::{About, choice};
use crate::page::{AlertDraft, OwnWish, Wishlists};
use bookplate_widgets::{money, offers, texts};
use bookplate_wire::Lang;
use bookplate_wire::orders::Money;
use bookplate_wire::wishlists::alerts::PriceAlert;
use bookplate_wire::wishlists::follows::FollowKind;
use bookplate_wire::wishlists::shelf::ShelfState;
use bookplate_wire::wishlists::{Wish, Wishlist};
use leptos::prelude::*;

/// What the shop offers, and whether any edition will do; nothing where there is nothing to say.
pub(super) fn offer(site: Site, wish: &Wish) -> Option<AnyView> {
    let texts = texts::Alerts(site.lang);
    let price = wish.offer.as_ref().map(|offer| {
        let stock = offers::availability(site.lang, offer.availability);
        view! {
            <span class="price">{money::written(site.lang, &offer.price)}</span>
            {stock.map(|words| view! { <span>{words}</span> })}
        }
    });
    let any = wish
        .any_edition
        .then(|| view! { <span>{texts.any_edition()}</span> });
    (price.is_some() || any.is_some())
        .then(|| view! { <p class="quiet wish-facts">{price} {any}</p> }.into_any())
}

/// What the owner can choose of a wish besides.
pub(super) fn view(site: Site, page: &Wishlists, list: &Wishlist, wish: &Wish) -> Option<AnyView> {
    let mut own = page.own.wishes.iter();
    let own = own.find(|own| own.isbn == wish.isbn)?;
    let shown = view! {
        {alerts_form(site, page, list, wish, own)}
        {more(site, page, list, wish, own)}
    };
    Some(shown.into_any())
}

fn alerts_form(
    site: Site,
    page: &Wishlists,
    list: &Wishlist,
    wish: &Wish,
    own: &OwnWish,
) -> AnyView {
    let texts = texts::Alerts(site.lang);
    let draft = page.own.draft.as_ref();
    let draft: Option<&AlertDraft> = draft.filter(|draft| draft.isbn == wish.isbn);
    let chosen = draft.map_or(&own.alert, |draft| &draft.choice);
    let summary = if own.alert.is_any() {
        texts.alerts_on()
    } else {
        texts.alerts()
    };
    let mail = if page.own.by_mail {
        view! { <p class="hint">{texts.mail_on()}</p> }.into_any()
    } else {
        choice("checkbox", "mail", "on", texts.by_mail(), false)
    };
    view! {
        <details open=draft.is_some()>
            <summary>{summary} {of(&wish.title)}</summary>
            <form method="post" action=here(site) class="stack">
                {about(page, list, wish.isbn)}
                {choice("checkbox", "price", "on", texts.cheaper(), chosen.price.is_some())}
                {threshold(site, wish, own, draft)}
                {choice("checkbox", "stock", "on", texts.back(), chosen.back_in_stock)}
                {choice("checkbox", "format", "on", texts.new_format(), chosen.new_format)}
                {choice("checkbox", "book", "on", texts.new_book(), chosen.new_book)}
                {mail}
                <p class="actions">
                    <button type="submit" class="button primary" name="do" value="alerts">
                        {texts.save()}
                    </button>
                </p>
            </form>
        </details>
    }
    .into_any()
}

/// The most that it may cost, in the currency that the shop has for the book, as far as that is known.
fn threshold(
    site: Site,
    wish: &Wish,
    own: &OwnWish,
    draft: Option<&AlertDraft>,
) -> Option<AnyView> {
    let texts = texts::Alerts(site.lang);
    let most = own.alert.price.as_ref().and_then(most_of);
    let offered = wish.offer.as_ref().map(|offer| &offer.price);
    let currency = offered.or(most)?.currency.clone();
    let value = match draft {
        Some(draft) => draft.at_most.clone(),
        None => most
            .filter(|most| most.currency == currency)
            .map_or_else(String::new, Money::decimal),
    };
    let fault = draft.map(|_| texts.at_most_fault());
    let about = About::new("at_most", texts.at_most_hint(), fault);
    let shown = view! {
        <label class="field">
            <span>{texts.at_most(&currency)}</span>
            <input
                name="at_most"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                maxlength="20"
                value=value
                aria-invalid=about.invalid()
            />
            {about.view()}
        </label>
        <input type="hidden" name="currency" value=currency />
    };
    Some(shown.into_any())
}

fn most_of(price: &PriceAlert) -> Option<&Money> {
    price.at_most.as_ref()
}

/// The word for how far somebody is with a book.
pub(super) fn state_words(lang: Lang, state: ShelfState) -> &'static str {
    let texts = texts::Alerts(lang);
    match state {
        ShelfState::WantToRead => texts.want_to_read(),
        ShelfState::Reading => texts.reading(),
        ShelfState::Read => texts.done(),
    }
}

/// The reading shelf, whom to follow, and which edition.
fn more(site: Site, page: &Wishlists, list: &Wishlist, wish: &Wish, own: &OwnWish) -> AnyView {
    let texts = texts::Alerts(site.lang);
    let states = [None].into_iter().chain(ShelfState::ALL.map(Some));
    let states = states.map(|state| {
        let words = state.map_or(texts.shelf_none(), |state| state_words(site.lang, state));
        let selected = own.shelf == state;
        let value = state.map_or("", ShelfState::as_str);
        view! { <option value=value selected=selected>{words}</option> }
    });
    let states: Vec<_> = states.collect();
    let follows = own.follows.iter().map(|(kind, name, followed)| {
        let words = match (followed, kind) {
            (true, _) => texts.unfollow_name(name),
            (false, FollowKind::Author) => texts.follow_author(name),
            (false, FollowKind::Series) => texts.follow_series(name),
        };
        let what = if *followed { "unfollow" } else { "follow" };
        view! {
            <form method="post" action=here(site) class="actions">
                {about(page, list, wish.isbn)}
                <input type="hidden" name="kind" value=kind.as_str() />
                <input type="hidden" name="name" value=name.clone() />
                <button type="submit" class="button" name="do" value=what>{words}</button>
            </form>
        }
    });
    let follows: Vec<_> = follows.collect();
    let (edition, words) = if wish.any_edition {
        ("this", texts.this_button())
    } else {
        ("any", texts.any_button())
    };
    view! {
        <details>
            <summary>{texts.more()} {of(&wish.title)}</summary>
            <form method="post" action=here(site) class="stack">
                {about(page, list, wish.isbn)}
                <label class="field">
                    <span>{texts.shelf()}</span>
                    <select name="state">{states}</select>
                </label>
                <p class="actions">
                    <button type="submit" class="button" name="do" value="shelf">{texts.save()}</button>
                </p>
            </form>
            {follows}
            <form method="post" action=here(site) class="actions">
                {about(page, list, wish.isbn)}
                <button type="submit" class="button" name="do" value=edition>{words}</button>
            </form>
        </details>
    }
    .into_any()
}
