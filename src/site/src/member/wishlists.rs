//! The customer's wishlists, one at a time; and whether a book is to be on them.

use super::gifts::{key, occasion_line};
use super::together::{add_form, edited_part, own_parts, whose};
use super::wish_own;
use crate::context::Site;
use crate::forms::{About, choice, inside};
use crate::page::{Content, WishDraft, WishUndo, WishedBook, Wishlists};
use bookplate_widgets::{orders, texts};
use bookplate_wire::Isbn;
use bookplate_wire::wishlists::{
    NAME_MAX, NOTE_MAX, Priority, QUANTITY_MAX, Visibility, Wish, Wishlist, shared_path,
};
use leptos::prelude::*;

/// The lists, if `content` is that.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Wishlists(page) = content else {
        return None;
    };
    Some(view(site, page))
}

/// One book, if `content` is that.
pub(super) fn show_wish(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Wish(book) = content else {
        return None;
    };
    Some(one(site, book))
}

/// How many wishes a customer has, and where they are.
pub(super) fn in_few_words(site: Site, lists: &[Wishlist]) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let lines: Vec<_> = lists.iter().map(|list| entry(site, list, false)).collect();
    if lines.is_empty() {
        return view! { <p class="empty">{texts.nothing()}</p> }.into_any();
    }
    view! { <ul class="wishlists">{lines}</ul> }.into_any()
}

/// A list as a link.
fn entry(site: Site, list: &Wishlist, current: bool) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let href = site.href(&format!("{}?list={}", site.path("wishlists"), list.id));
    let current = current.then_some("page");
    view! {
        <li>
            <a href=href aria-current=current dir="auto">{name(site, list)}</a>
            " "
            <span class="quiet">{texts.books(list.count)}</span>
            {whose(site, list).map(|words| view! { " " <span class="quiet" dir="auto">{words}</span> })}
        </li>
    }
    .into_any()
}

fn name(site: Site, list: &Wishlist) -> String {
    if list.name.is_empty() {
        texts::Wishlists(site.lang).unnamed().to_owned()
    } else {
        list.name.clone()
    }
}

fn view(site: Site, page: &Wishlists) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let shown = page.page.as_ref();
    let entries: Vec<_> = page
        .lists
        .iter()
        .chain(&page.together.edited)
        .map(|list| {
            entry(
                site,
                list,
                shown.is_some_and(|shown| shown.list.id == list.id),
            )
        })
        .collect();
    let lists = (entries.len() > 1 || !page.together.edited.is_empty()).then(|| {
        view! { <nav aria-label=texts.heading()><ul class="wishlists">{entries}</ul></nav> }
    });
    let undo = page.undo.as_ref().map(|undo| undo_form(site, undo));
    let full = page
        .full
        .then(|| view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{texts.no_room()}</p> });
    let list = match shown {
        Some(shown) => {
            let wishes = shown.wishes.iter();
            let entries: Vec<_> = wishes
                .map(|wish| wish_entry(site, page, &shown.list, wish))
                .collect();
            let entries = if entries.is_empty() {
                view! { <p class="empty">{texts.empty()}</p> }.into_any()
            } else {
                view! {
                    <ol class="rows wishes">{entries}</ol>
                    {place_form(site, page, &shown.list)}
                }
                .into_any()
            };
            let more = shown.next.as_ref().map(|next| {
                let path = site.path("wishlists");
                let href = site.href(&format!("{path}?list={}&after={next}", shown.list.id));
                view! { <p class="actions"><a class="button" href=href rel="next">{texts.more()}</a></p> }
            });
            view! {
                <h2 dir="auto">{name(site, &shown.list)}</h2>
                {whose(site, &shown.list).map(|words| view! { <p class="quiet" dir="auto">{words}</p> })}
                {occasion_line(site, shown.list.occasion.as_ref())}
                {add_form(site, page, &shown.list)}
                {entries}
                {more}
                {parts(site, page, &shown.list)}
            }
            .into_any()
        }
        None => view! { <p class="empty">{texts.nothing()}</p> }.into_any(),
    };
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {full}
        {undo}
        {lists}
        {list}
        {new_form(site, page)}
    }
    .into_any()
}

/// What can be done with a list, by whose it is or by who edits it.
fn parts(site: Site, page: &Wishlists, list: &Wishlist) -> AnyView {
    if list.owner.is_some() {
        return edited_part(site, list);
    }
    view! {
        {list_forms(site, page, list)}
        {own_parts(site, page, list)}
    }
    .into_any()
}

/// What can be had back.
fn undo_form(site: Site, undo: &WishUndo) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let (what, list, isbn) = match undo {
        WishUndo::Wish(list, isbn) => {
            let list = list.as_ref().map(ToString::to_string);
            ("undo", list.unwrap_or_default(), isbn.to_string())
        }
        WishUndo::List(list) => ("restore", list.to_string(), String::new()),
    };
    view! {
        <form method="post" action=here(site) class="undo">
            <input type="hidden" name="list" value=list />
            <input type="hidden" name="isbn" value=isbn />
            <button type="submit" class="button" name="do" value=what>{texts.undo()}</button>
        </form>
    }
    .into_any()
}

/// Where the forms of the lists go.
pub(super) fn here(site: Site) -> String {
    site.href(&site.path("wishlists"))
}

/// A wish, with what can be done with it.
fn wish_entry(site: Site, page: &Wishlists, list: &Wishlist, wish: &Wish) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let moved = page.moved == Some(wish.isbn);
    let again = wish.bought_at.map(|_| {
        view! {
            <button type="submit" class="button" name="do" value="again">
                {texts.want_again()}
                {of(&wish.title)}
            </button>
        }
    });
    view! {
        <li class="wish-entry" data-isbn=wish.isbn.to_string()>
            <span class="drag" data-drag="" aria-hidden="true"></span>
            {cover(&wish.cover_url, &wish.title)}
            <div class="what">
                {facts(site, &page.book_url, wish)}
                <form method="post" action=here(site) class="actions">
                    {about(page, list, wish.isbn)}
                    {again}
                    <button type="submit" class="button" name="do" value="up" data-focus=moved.then_some("")>
                        {texts.up()}
                        {of(&wish.title)}
                    </button>
                    <button type="submit" class="button" name="do" value="down">
                        {texts.down()}
                        {of(&wish.title)}
                    </button>
                    <button type="submit" class="button" name="do" value="remove">
                        {texts.take_off()}
                        {of(&wish.title)}
                    </button>
                </form>
                {change_form(site, page, list, wish)}
                {wish_own::view(site, page, list, wish)}
            </div>
        </li>
    }
    .into_any()
}

/// What is sent when a wish was put somewhere else by a finger or a mouse: `src/site/js/site.js` fills it in.
fn place_form(site: Site, page: &Wishlists, list: &Wishlist) -> AnyView {
    view! {
        <form method="post" action=here(site) data-place="" hidden=true>
            <input type="hidden" name="do" value="place" />
            <input type="hidden" name="list" value=list.id.to_string() />
            <input type="hidden" name="after" value=page.after.clone() />
            <input type="hidden" name="isbn" />
            <input type="hidden" name="before" />
            <input type="hidden" name="behind" />
        </form>
    }
    .into_any()
}

/// What a wish is, for its owner and for others.
pub(super) fn facts(site: Site, book_url: &str, wish: &Wish) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let title = match orders::page_of_book(book_url, wish.isbn) {
        Some(href) => view! { <a href=href rel="external">{wish.title.clone()}</a> }.into_any(),
        None => wish.title.clone().into_any(),
    };
    let lang = (!wish.language.is_empty()).then(|| wish.language.clone());
    let byline = (!wish.authors.is_empty())
        .then(|| view! { <p class="quiet">{wish.authors.join(", ")}</p> });
    let note = (!wish.note.is_empty())
        .then(|| view! { <p class="wish-note" dir="auto">{wish.note.clone()}</p> });
    let priority = match wish.priority {
        Priority::High => Some(texts.high()),
        Priority::Normal => None,
        Priority::Low => Some(texts.low()),
    };
    let priority = priority.map(|words| view! { <span class="mark">{words}</span> });
    let copies = (wish.quantity > 1).then(|| view! { <span>{texts.copies(wish.quantity)}</span> });
    let bought = wish
        .bought_at
        .map(|_| view! { <span class="mark">{texts.bought()}</span> });
    let facts = (priority.is_some() || copies.is_some() || bought.is_some())
        .then(|| view! { <p class="quiet wish-facts">{bought} {priority} {copies}</p> });
    let added_by = (!wish.added_by.is_empty()).then(|| {
        let words = texts::Gifts(site.lang).added_by(&wish.added_by);
        view! { <p class="quiet" dir="auto">{words}</p> }
    });
    view! {
        <p class="title" lang=lang dir="auto">{title}</p>
        {byline}
        {wish_own::offer(site, wish)}
        {facts}
        {note}
        {added_by}
    }
    .into_any()
}

/// Who sees a list besides its owner.
fn share_form(site: Site, list: &Wishlist) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let choices = Visibility::ALL.into_iter().map(|visibility| {
        let words = match visibility {
            Visibility::Private => texts.private(),
            Visibility::Link => texts.by_link(),
            Visibility::Public => texts.public(),
        };
        let chosen = list.visibility == visibility;
        choice("radio", "visibility", visibility.as_str(), words, chosen)
    });
    let link = list.shared.as_ref().map(|secret| {
        let href = shared_path(&key(site), secret);
        view! { <p><a class="go" href=href rel="external">{texts.shared_page()}</a></p> }
    });
    view! {
        <form method="post" action=here(site)>
            <input type="hidden" name="list" value=list.id.to_string() />
            <fieldset class="field">
                <legend>{texts.visibility()}</legend>
                {choices.collect::<Vec<_>>()}
                <p class="hint">{texts.visibility_hint()}</p>
            </fieldset>
            {link}
            <button type="submit" class="button" name="do" value="share">{texts.save()}</button>
        </form>
    }
    .into_any()
}

/// For who does not see next to what a button stands.
pub(super) fn of(title: &str) -> AnyView {
    view! { <span class="vh">" " {title.to_owned()}</span> }.into_any()
}

/// Of which wish a form speaks.
pub(super) fn about(page: &Wishlists, list: &Wishlist, isbn: Isbn) -> AnyView {
    view! {
        <input type="hidden" name="list" value=list.id.to_string() />
        <input type="hidden" name="isbn" value=isbn.to_string() />
        <input type="hidden" name="after" value=page.after.clone() />
    }
    .into_any()
}

/// A cover, or a plain binding with a letter on it.
pub(super) fn cover(address: &str, title: &str) -> AnyView {
    if address.is_empty() {
        let letter: String = title.chars().take(1).collect();
        return view! { <div class="cover" aria-hidden="true">{letter}</div> }.into_any();
    }
    let address = address.to_owned();
    view! {
        <div class="cover" aria-hidden="true">
            <img alt="" width="48" height="72" loading="lazy" src=address />
        </div>
    }
    .into_any()
}

/// Note, priority, quantity and list of a wish; open where something of it is wrong.
fn change_form(site: Site, page: &Wishlists, list: &Wishlist, wish: &Wish) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let draft = page.draft.as_ref().filter(|draft| draft.isbn == wish.isbn);
    let open = draft.is_some();
    let shown = draft.cloned().unwrap_or_else(|| WishDraft {
        isbn: wish.isbn,
        note: wish.note.clone(),
        priority: wish.priority,
        quantity: wish.quantity.to_string(),
    });
    let fault = |field: &str, words| {
        let wrong = open && page.faults.iter().any(|fault| fault == field);
        wrong.then_some(words)
    };
    let note = About::new("note", "", fault("note", texts.note_fault()));
    let quantity = About::new("quantity", "", fault("quantity", texts.quantity_fault()));
    let priorities: Vec<_> = Priority::ALL
        .into_iter()
        .map(|priority| {
            let words = match priority {
                Priority::High => texts.high(),
                Priority::Normal => texts.normal(),
                Priority::Low => texts.low(),
            };
            let selected = shown.priority == priority;
            view! { <option value=priority.as_str() selected=selected>{words}</option> }
        })
        .collect();
    let others: Vec<_> = page
        .lists
        .iter()
        .map(|other| {
            let selected = other.id == list.id;
            view! { <option value=other.id.to_string() selected=selected>{name(site, other)}</option> }
        })
        .collect();
    // Of somebody else's list nothing is moved away.
    let lists = (others.len() > 1 && list.owner.is_none()).then(|| {
        view! {
            <label class="field">
                <span>{texts.list()}</span>
                <select name="to">{others}</select>
            </label>
        }
    });
    view! {
        <details open=open>
            <summary>{texts.change()} {of(&wish.title)}</summary>
            <form method="post" action=here(site) class="stack">
                {about(page, list, wish.isbn)}
                <input type="hidden" name="note_before" value=wish.note.clone() />
                <label class="field">
                    <span>{texts.note()}</span>
                    <textarea
                        name="note"
                        rows="3"
                        maxlength=longest(&wish.note)
                        aria-invalid=note.invalid()
                        inner_html=inside(&shown.note)
                    ></textarea>
                    {note.view()}
                </label>
                <label class="field">
                    <span>{texts.priority()}</span>
                    <select name="priority">{priorities}</select>
                </label>
                <label class="field">
                    <span>{texts.quantity()}</span>
                    <input
                        name="quantity"
                        type="number"
                        inputmode="numeric"
                        min="1"
                        max=QUANTITY_MAX.to_string()
                        value=shown.quantity
                        aria-invalid=quantity.invalid()
                    />
                    {quantity.view()}
                </label>
                {lists}
                <p class="actions">
                    <button type="submit" class="button primary" name="do" value="set">
                        {texts.save()}
                    </button>
                </p>
            </form>
        </details>
    }
    .into_any()
}

/// Notes of two devices can be longer than one may write; they can still be shortened here.
fn longest(note: &str) -> String {
    note.chars().count().max(NOTE_MAX).to_string()
}

/// The list's name, whether hearts go there, and its end.
fn list_forms(site: Site, page: &Wishlists, list: &Wishlist) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let id = list.id.to_string();
    let others = if list.default {
        view! { <p class="quiet">{texts.default()}</p> }.into_any()
    } else {
        view! {
            <form method="post" action=here(site) class="actions">
                <input type="hidden" name="list" value=id.clone() />
                <button type="submit" class="button" name="do" value="default">
                    {texts.make_default()}
                </button>
                <button type="submit" class="button danger" name="do" value="delete">
                    {texts.delete()}
                </button>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="part">
            <h2>{texts.this_list()}</h2>
            <form method="post" action=here(site)>
                <input type="hidden" name="list" value=id />
                {name_field(site, page, "rename", &list.name)}
                <button type="submit" class="button" name="do" value="rename">{texts.rename()}</button>
            </form>
            {share_form(site, list)}
            {others}
        </section>
    }
    .into_any()
}

/// The name of a list in `form`, which makes one or gives one another name: as it was sent, where something is wrong with it.
fn name_field(site: Site, page: &Wishlists, form: &str, kept: &str) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let sent = page.sent == form;
    let name = if sent { page.name.as_str() } else { kept }.to_owned();
    let wrong = sent && page.faults.iter().any(|fault| fault == "name");
    let fault = About::new("name", "", wrong.then_some(texts.name_fault()));
    view! {
        <label class="field">
            <span>{texts.name()}</span>
            <input
                name="name"
                type="text"
                maxlength=NAME_MAX.to_string()
                autocomplete="off"
                required=true
                value=name
                aria-invalid=fault.invalid()
            />
            {fault.view()}
        </label>
    }
    .into_any()
}

fn new_form(site: Site, page: &Wishlists) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    view! {
        <section class="part">
            <h2>{texts.new_list()}</h2>
            <form method="post" action=here(site)>
                {name_field(site, page, "new", "")}
                <button type="submit" class="button" name="do" value="new">{texts.make()}</button>
            </form>
        </section>
    }
    .into_any()
}

fn one(site: Site, book: &WishedBook) -> AnyView {
    let texts = texts::Wishlists(site.lang);
    let lang = (!book.language.is_empty()).then(|| book.language.clone());
    let byline = (!book.authors.is_empty())
        .then(|| view! { <p class="quiet">{book.authors.join(", ")}</p> });
    let full = book.full.then(
        || view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{texts.full()}</p> },
    );
    let (words, what, button) = if book.wished {
        (texts.is_on(), "remove", texts.take_off())
    } else {
        (texts.add_heading(), "add", texts.add())
    };
    let class = if book.wished {
        "button"
    } else {
        "button primary"
    };
    let action = site.href(&site.path(&format!("wishes/{}", book.isbn)));
    let lists = site.href(&site.path("wishlists"));
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {full}
        <p>{words}</p>
        <div class="wish-entry">
            {cover(&book.cover_url, &book.title)}
            <div class="what">
                <h2 class="title" lang=lang dir="auto">{book.title.clone()}</h2>
                {byline}
            </div>
        </div>
        <form method="post" action=action class="actions">
            <button type="submit" class=class name="do" value=what>{button}</button>
            <a class="go" href=lists>{texts.see_lists()}</a>
        </form>
    }
    .into_any()
}
