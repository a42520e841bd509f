//! A shop's staff picks: the list, in which books are found to be recommended, and the form.

use super::{fault, here, moment, readonly, shop_id};
use crate::console_page::{PickForm, PickLine, PicksPage, console_path, picks_path};
use crate::context::Site;
use crate::forms::{About, Line, choice, inside};
use bookplate_widgets::texts::{self, Pages};
use bookplate_wire::catalogue::Edition;
use bookplate_wire::reviews::picks::{PickContent, PickStatus};
use bookplate_wire::{Isbn, Lang};
use leptos::prelude::*;

/// How much of a text the list shows, in characters.
const EXCERPT: usize = 160;

/// The word for a status.
pub(super) fn status(lang: Lang, status: PickStatus) -> &'static str {
    let texts = texts::Picks(lang);
    match status {
        PickStatus::Draft => texts.is_draft(),
        PickStatus::Published => texts.is_published(),
        PickStatus::Withdrawn => texts.is_withdrawn(),
    }
}

/// A list's address, from behind `after`.
fn address(site: Site, words: &str, status: Option<PickStatus>, after: Option<&str>) -> String {
    site.href(&picks_path(&shop_id(site), words, status, after))
}

/// The address of the form for a pick of a book.
fn new(site: Site, isbn: Isbn) -> String {
    let path = console_path(&shop_id(site), "picks/new");
    site.href(&format!("{path}?isbn={isbn}"))
}

pub(super) fn list(site: Site, page: &PicksPage) -> AnyView {
    let texts = texts::Picks(site.lang);
    let lines = page.picks.iter().map(|pick| line(site, page, pick));
    let lines: Vec<_> = lines.collect();
    let list = if lines.is_empty() {
        let words = if page.words.is_empty() {
            texts.none()
        } else {
            texts.none_found()
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        view! { <ol class="rows picks">{lines}</ol> }.into_any()
    };
    view! {
        <h1 tabindex="-1">{texts.console()}</h1>
        <p class="quiet">{texts.hint()}</p>
        {readonly(site, page.may_change)}
        {search(site, page)}
        {(page.may_change && !page.words.is_empty()).then(|| books(site, page))}
        {tabs(site, page)}
        {list}
        {more(site, page)}
    }
    .into_any()
}

fn search(site: Site, page: &PicksPage) -> AnyView {
    let texts = texts::Picks(site.lang);
    let lang = site.page.with_untracked(|page| page.lang_chosen);
    let lang = lang.then(|| view! { <input type="hidden" name="lang" value=site.lang.tag() /> });
    let clear = (!page.words.is_empty()).then(|| {
        view! { <a class="go" href=address(site, "", None, None)>{texts.clear()}</a> }
    });
    view! {
        <form method="get" action=console_path(&shop_id(site), "picks") role="search" class="find">
            {lang}
            <div class="field">
                <label for="q">{texts.search()}</label>
                <input id="q" name="q" type="search" value=page.words.clone() autocomplete="off" maxlength="100" />
            </div>
            <button type="submit" class="button">{texts.find()}</button>
            {clear}
        </form>
    }
    .into_any()
}

/// The books that were found, each with the way to recommend it.
fn books(site: Site, page: &PicksPage) -> AnyView {
    let texts = texts::Picks(site.lang);
    let lines: Vec<_> = page.books.iter().map(|book| of_book(site, book)).collect();
    let list = if lines.is_empty() {
        view! { <p class="quiet">{texts.no_books()}</p> }.into_any()
    } else {
        view! { <ul class="rows">{lines}</ul> }.into_any()
    };
    view! {
        <h2>{texts.books()}</h2>
        {list}
    }
    .into_any()
}

fn of_book(site: Site, book: &Edition) -> AnyView {
    let texts = texts::Picks(site.lang);
    let label = texts.write_this(&book.title);
    let language = Some(book.language.clone()).filter(|tag| !tag.is_empty());
    view! {
        <li class="row">
            <div class="what">
                <p class="title" lang=language>{book.title.clone()}</p>
                <p class="quiet">
                    <span>{book.authors.join(", ")}</span>
                    <span>{book.isbn.to_string()}</span>
                    <span>{book.published_on.clone()}</span>
                </p>
            </div>
            <a class="button" href=new(site, book.isbn) aria-label=label>{texts.write()}</a>
        </li>
    }
    .into_any()
}

fn tabs(site: Site, page: &PicksPage) -> AnyView {
    let texts = texts::Picks(site.lang);
    let link = |status: Option<PickStatus>, words: &'static str| {
        let current = (status == page.status).then_some("page");
        let href = address(site, &page.words, status, None);
        view! { <li><a href=href aria-current=current>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=texts.lists()>
            <ul>
                {link(None, texts.all())}
                {link(Some(PickStatus::Draft), texts.draft())}
                {link(Some(PickStatus::Published), texts.published())}
                {link(Some(PickStatus::Withdrawn), texts.withdrawn())}
            </ul>
        </nav>
    }
    .into_any()
}

fn line(site: Site, page: &PicksPage, line: &PickLine) -> AnyView {
    let texts = texts::Picks(site.lang);
    let (pick, content) = (&line.pick, &line.pick.content);
    let mut excerpt: String = content.body.chars().take(EXCERPT).collect();
    if excerpt.len() < content.body.len() {
        excerpt.push('…');
    }
    let mark = match content.status {
        PickStatus::Published => "mark",
        PickStatus::Draft => "",
        PickStatus::Withdrawn => "mark off",
    };
    let edit = format!("picks/{}", pick.id);
    let edit_label = texts.edit_this(&pick.book, &content.name);
    let change = page.may_change.then(|| {
        let (word, label, words) = if content.status == PickStatus::Published {
            let label = texts.withdraw_this(&pick.book, &content.name);
            ("withdraw", label, texts.withdraw())
        } else {
            let label = texts.publish_this(&pick.book, &content.name);
            ("publish", label, texts.publish())
        };
        let action = address(site, &page.words, page.status, page.after.as_deref());
        view! {
            <form method="post" action=action>
                <input type="hidden" name="id" value=pick.id.to_string() />
                <button type="submit" class="button" name="form" value=word aria-label=label>{words}</button>
            </form>
        }
    });
    let language = Some(content.language.clone()).filter(|tag| !tag.is_empty());
    view! {
        <li class="row">
            <div class="what">
                <p class="title">{pick.book.clone()}</p>
                <p lang=language>{excerpt}</p>
                <p class="quiet">
                    <span class=mark>{status(site.lang, content.status)}</span>
                    <span>{content.name.clone()}</span>
                    <span>{content.isbn.to_string()}</span>
                    <span>{texts.changed(&moment(site, &line.changed))}</span>
                </p>
            </div>
            <div class="actions">
                <a class="go" href=here(site, &edit) aria-label=edit_label>{texts.edit()}</a>
                {change}
            </div>
        </li>
    }
    .into_any()
}

/// The way through a long list.
fn more(site: Site, page: &PicksPage) -> Option<AnyView> {
    let texts = texts::Picks(site.lang);
    let link = |after: Option<&str>, words: &'static str| {
        let href = address(site, &page.words, page.status, after);
        view! { <a class="button" href=href>{words}</a> }
    };
    let first = page.after.is_some().then(|| link(None, texts.first()));
    let next = page
        .next
        .as_deref()
        .map(|next| link(Some(next), texts.next()));
    let any = first.is_some() || next.is_some();
    any.then(|| view! { <p class="actions">{first} {next}</p> }.into_any())
}

pub(super) fn form(site: Site, page: &PickForm) -> AnyView {
    let texts = texts::Picks(site.lang);
    let content = &page.content;
    let (action, heading) = match &page.id {
        Some(id) => (here(site, &format!("picks/{id}")), texts.edit_heading()),
        None => (new(site, content.isbn), texts.new_pick()),
    };
    let wrong_isbn = fault(&page.faults, "isbn", texts.isbn_fault());
    let fields = view! {
        <form method="post" action=action.clone() class="stack">
            <input type="hidden" name="isbn" value=content.isbn.to_string() />
            {wrong_isbn.map(|words| view! { <p class="fault" role="alert">{words.to_owned()}</p> })}
            <fieldset class="plain stack" disabled=!page.may_change>
                {fields(site, page)}
                {page.may_change.then(|| view! {
                    <button type="submit" class="button primary" name="form" value="save">
                        {texts::Console(site.lang).save()}
                    </button>
                })}
            </fieldset>
        </form>
    };
    let delete = (page.may_change && page.id.is_some()).then(|| {
        view! {
            <form method="post" action=action class="part stack">
                <p class="quiet">{texts.delete_hint()}</p>
                <button type="submit" class="button danger" name="form" value="delete">{texts.delete()}</button>
            </form>
        }
    });
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <p>{page.book.clone()} " " <span class="quiet">{content.isbn.to_string()}</span></p>
        <p><a class="go" href=here(site, "picks")>{texts.back()}</a></p>
        {readonly(site, page.may_change)}
        {fields}
        {delete}
    }
    .into_any()
}

fn fields(site: Site, page: &PickForm) -> AnyView {
    let texts = texts::Picks(site.lang);
    let content = &page.content;
    let line = |name, label, value: &str, kind, hint, words| {
        Line {
            name,
            label,
            value,
            kind,
            autocomplete: "off",
            hint,
            fault: fault(&page.faults, name, words),
        }
        .view()
    };
    let title_fault = texts::Writing(site.lang).title_fault();
    let position = content.position.to_string();
    view! {
        {line("name", texts.name(), &content.name, "text", texts.name_hint(), texts.name_fault())}
        {line("role", texts.role(), &content.role, "text", texts.role_hint(), texts.role_fault())}
        {branch(site, page)}
        {line("title", texts.title(), &content.title, "text", texts.title_hint(), title_fault)}
        {text(site, page)}
        {language(site, content)}
        {line("picked_on", texts.picked_on(), &content.picked_on, "date", texts.picked_on_hint(), texts.picked_on_fault())}
        {line("position", texts.position(), &position, "number", texts.position_hint(), texts.position_fault())}
        {readers(site, content)}
    }
    .into_any()
}

fn branch(site: Site, page: &PickForm) -> Option<AnyView> {
    let texts = texts::Picks(site.lang);
    let chosen = &page.content.branch;
    if page.branches.is_empty() && chosen.is_empty() {
        return None;
    }
    // One that is gone stays until another one is chosen.
    let gone = !chosen.is_empty() && page.branches.iter().all(|branch| branch.code != *chosen);
    let gone = gone
        .then(|| view! { <option value=chosen.clone() selected=true>{chosen.clone()}</option> });
    let options: Vec<_> = page
        .branches
        .iter()
        .map(|branch| {
            let selected = branch.code == *chosen;
            view! { <option value=branch.code.clone() selected=selected>{branch.name.clone()}</option> }
        })
        .collect();
    let about = About::new(
        "branch",
        "",
        fault(&page.faults, "branch", texts.branch_fault()),
    );
    Some(
        view! {
            <div class="field">
                <label for="branch">{texts.branch()}</label>
                <span class="select">
                    <select id="branch" name="branch" aria-describedby=about.ids() aria-invalid=about.invalid()>
                        <option value="" selected=chosen.is_empty()>{texts.no_branch()}</option>
                        {gone}
                        {options}
                    </select>
                </span>
                {about.view()}
            </div>
        }
        .into_any(),
    )
}

fn text(site: Site, page: &PickForm) -> AnyView {
    let texts = texts::Picks(site.lang);
    let about = About::new(
        "body",
        texts.body_hint(),
        fault(&page.faults, "body", texts.body_fault()),
    );
    view! {
        <div class="field">
            <label for="body">{texts.body()}</label>
            <textarea
                id="body"
                name="body"
                rows="8"
                aria-describedby=about.ids()
                aria-invalid=about.invalid()
                autofocus=page.faults.first().is_some_and(|first| first == "body")
                inner_html=inside(&page.content.body)
            ></textarea>
            {about.view()}
        </div>
    }
    .into_any()
}

fn language(site: Site, content: &PickContent) -> AnyView {
    let texts = texts::Picks(site.lang);
    let chosen = &content.language;
    // One that a program has sent stays as it is.
    let other = !chosen.is_empty() && Lang::ALL.iter().all(|lang| lang.tag() != chosen);
    let other = other
        .then(|| view! { <option value=chosen.clone() selected=true>{chosen.clone()}</option> });
    let options: Vec<_> = Lang::ALL
        .into_iter()
        .map(|lang| {
            let selected = chosen == lang.tag();
            view! {
                <option value=lang.tag() lang=lang.tag() selected=selected>{Pages(lang).own_name()}</option>
            }
        })
        .collect();
    view! {
        <div class="field">
            <label for="language">{texts.language()}</label>
            <span class="select">
                <select id="language" name="language">
                    {options}
                    {other}
                    <option value="" selected=chosen.is_empty()>{texts.language_unsaid()}</option>
                </select>
            </span>
        </div>
    }
    .into_any()
}

fn readers(site: Site, content: &PickContent) -> AnyView {
    let texts = texts::Picks(site.lang);
    let choices: Vec<_> = PickStatus::ALL
        .into_iter()
        .map(|status| {
            let words = match status {
                PickStatus::Draft => texts.status_draft(),
                PickStatus::Published => texts.status_published(),
                PickStatus::Withdrawn => texts.status_withdrawn(),
            };
            choice(
                "radio",
                "status",
                status.as_str(),
                words,
                status == content.status,
            )
        })
        .collect();
    view! {
        <fieldset class="plain">
            <legend>{texts.status()}</legend>
            {choices}
        </fieldset>
    }
    .into_any()
}
