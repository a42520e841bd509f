//! A shop's reviews: what waits for a decision and what was reported.

mod card;
mod forms;
mod log;

pub(super) use log::{log, versions};

use super::{here, shop_id, shortcuts};
use crate::console_page::{ReviewFault, ReviewsPage, Undone, console_path, reviews_path};
use crate::context::Site;
use crate::forms::Line;
use bookplate_widgets::{holds, numbers, texts};
use bookplate_wire::reviews::holds::HoldReason;
use bookplate_wire::reviews::moderation::{
    Decided, ExportLayout, ModeratedReview, Queue, ReviewList,
};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &ReviewsPage) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let again = page.undone.as_ref().and_then(|undone| again(page, undone));
    let listed = page.page.reviews.iter();
    let cards: Vec<_> = listed
        .filter(|review| again.is_none_or(|again| again.id != review.id))
        .map(|review| card::view(site, page, review))
        .collect();
    let list = if cards.is_empty() {
        let words = match page.list.queue {
            _ if page.list.isbn.is_some() => texts.none_of_book(),
            Queue::Waiting => texts.none_waiting(),
            Queue::Reported => texts.none_reported(),
            Queue::All => texts.none_all(),
        };
        // Behind other pages an empty one means only that all of this one is decided.
        let none = again.is_none() && page.after.is_none();
        none.then(|| view! { <p class="empty">{words}</p> }.into_any())
    } else {
        Some(view! { <ol class="cards">{cards}</ol> }.into_any())
    };
    let together =
        (page.may_decide && page.page.reviews.len() > 1).then(|| forms::together(site, page));
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        {share(site, &page.page.decided)}
        {search(site, page)}
        {lists(site, page)}
        {reasons(site, page)}
        {page.undone.as_ref().and_then(|undone| notice(site, undone))}
        {again.map(|review| view! { <ol class="cards again">{card::view(site, page, review)}</ol> })}
        {together}
        {list}
        {more(site, page)}
        {page.may_decide.then(|| keys(site))}
        {page.may_export.then(|| export(site))}
    }
    .into_any()
}

/// A list's address, from behind `after`.
fn address(site: Site, list: ReviewList, after: Option<&str>) -> String {
    site.href(&reviews_path(&shop_id(site), list, after))
}

/// The way to the reviews of one book, in the list that is shown.
fn search(site: Site, page: &ReviewsPage) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let lang = site.page.with_untracked(|page| page.lang_chosen);
    let hidden = |name: &'static str, value: Option<&'static str>| {
        value.map(|value| view! { <input type="hidden" name=name value=value /> })
    };
    let wrong = page.list.isbn.is_none() && !page.isbn.is_empty();
    let isbn = Line {
        name: "isbn",
        label: texts.find_isbn(),
        value: &page.isbn,
        kind: "search",
        autocomplete: "off",
        hint: "",
        fault: wrong.then(|| texts.find_fault()),
    };
    let clear = (!page.isbn.is_empty()).then(|| {
        let all = ReviewList {
            isbn: None,
            ..page.list
        };
        view! { <a class="go" href=address(site, all, None)>{texts.find_clear()}</a> }
    });
    view! {
        <form method="get" action=console_path(&shop_id(site), "reviews") role="search" class="find">
            {hidden("lang", lang.then(|| site.lang.tag()))}
            {hidden("queue", Some(page.list.queue.as_str()))}
            {hidden("hold", page.list.hold.map(HoldReason::as_str))}
            {isbn.view()}
            <button type="submit" class="button">{texts::Reviews(site.lang).submit()}</button>
            {clear}
        </form>
    }
    .into_any()
}

/// The lists, with how long they are.
fn lists(site: Site, page: &ReviewsPage) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let link = |queue: Queue, words: String| {
        let current = (queue == page.list.queue).then_some("page");
        let list = ReviewList {
            queue,
            hold: None,
            isbn: page.list.isbn,
        };
        view! { <li><a href=address(site, list, None) aria-current=current>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=texts.lists()>
            <ul>
                {link(Queue::Waiting, texts.waiting(page.page.waiting))}
                {link(Queue::Reported, texts.reported(page.page.reported))}
                {link(Queue::All, texts.all().to_owned())}
            </ul>
        </nav>
    }
    .into_any()
}

/// The same list with only those that wait for one reason: folded, because it is needed seldom and has many links.
fn reasons(site: Site, page: &ReviewsPage) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let link = |hold: Option<HoldReason>, words: &str| {
        let current = (hold == page.list.hold).then_some("page");
        let href = address(site, ReviewList { hold, ..page.list }, None);
        view! { <li><a href=href aria-current=current>{words.to_owned()}</a></li> }
    };
    let links: Vec<_> = HoldReason::ALL
        .into_iter()
        .map(|hold| link(Some(hold), holds::short(site.lang, hold)))
        .collect();
    let shown = page
        .list
        .hold
        .map_or(texts.hold_any(), |hold| holds::short(site.lang, hold));
    view! {
        <details class="more reasons">
            <summary>{format!("{} {shown}", texts.hold_filter())}</summary>
            <nav aria-label=texts.hold_filter()>
                <ul>{link(None, texts.hold_any())} {links}</ul>
            </nav>
        </details>
    }
    .into_any()
}

/// What readers did not get to see, what waits and what was labelled, by stars: whoever decides by stars sees it here, and
/// so do all others.
fn share(site: Site, decided: &[Decided; 5]) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let heads: Vec<_> = (1..=5)
        .map(|stars| view! { <th scope="col">{texts::Reviews(site.lang).stars(stars)}</th> })
        .collect();
    let not_shown = |of: &Decided| match of.count {
        0 => none(texts.share_none()),
        count => view! {
            <strong>{numbers::share(of.not_shown(), count)}</strong>
            <span>{texts.share_of(of.not_shown(), count)}</span>
        }
        .into_any(),
    };
    let waiting = |of: &Decided| match of.waiting {
        0 => none(texts.share_nothing()),
        waiting => {
            // In figures: a fifth of a phone has no room for the name of a month.
            let day = of.waiting_from.split(' ').next().unwrap_or_default();
            let since = texts.share_since(day);
            view! { <strong>{waiting.to_string()}</strong> <span>{since}</span> }.into_any()
        }
    };
    let labelled = |of: &Decided| match of.labelled {
        0 => none(texts.share_nothing()),
        labelled => view! { <strong>{labelled.to_string()}</strong> }.into_any(),
    };
    view! {
        <table class="shares">
            <caption>{texts.share()}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody><tr>{cells(decided, not_shown)}</tr></tbody>
            <tbody>
                <tr><th colspan="5" scope="rowgroup">{texts.share_waiting()}</th></tr>
                <tr>{cells(decided, waiting)}</tr>
            </tbody>
            <tbody>
                <tr><th colspan="5" scope="rowgroup">{texts.share_labelled()}</th></tr>
                <tr>{cells(decided, labelled)}</tr>
            </tbody>
        </table>
        <p><a class="go" href=here(site, "reviews/decisions")>{texts.log()}</a></p>
    }
    .into_any()
}

fn cells(decided: &[Decided; 5], cell: impl Fn(&Decided) -> AnyView) -> Vec<AnyView> {
    let cells = decided.iter();
    cells
        .map(|of| view! { <td>{cell(of)}</td> }.into_any())
        .collect()
}

/// What is shown where there is nothing, with what is said of that.
fn none(words: &'static str) -> AnyView {
    view! { <span aria-hidden="true">"–"</span> <span class="vh">{words}</span> }.into_any()
}

/// The review to be looked at again, where it stands apart from the list: it has changed, or is not listed any more.
fn again<'p>(page: &'p ReviewsPage, undone: &'p Undone) -> Option<&'p ModeratedReview> {
    let now = undone.now.as_ref()?;
    let apart = matches!(undone.fault, ReviewFault::Changed | ReviewFault::Gone)
        || !page.page.reviews.iter().any(|review| review.id == now.id);
    apart.then_some(now)
}

/// Why nothing was done, unless a field says it.
fn notice(site: Site, undone: &Undone) -> Option<AnyView> {
    let texts = texts::Moderation(site.lang);
    let words = match undone.fault {
        ReviewFault::Nothing => texts.nothing_chosen(),
        ReviewFault::Changed => texts.changed(),
        ReviewFault::Gone if undone.now.is_some() => texts.unseen_now(),
        ReviewFault::Gone => texts.gone(),
        ReviewFault::Reason | ReviewFault::Note | ReviewFault::Answer => return None,
    };
    let others = undone.together && undone.reviews.len() > 1;
    let others = others.then(|| view! { <p>{texts.still_chosen()}</p> });
    let shown = view! {
        <div class="wrong" role="alert" tabindex="-1" data-focus="">
            <p>{words}</p>
            {others}
        </div>
    };
    Some(shown.into_any())
}

/// The way through a long list.
fn more(site: Site, page: &ReviewsPage) -> Option<AnyView> {
    let texts = texts::Moderation(site.lang);
    let first = page.after.is_some().then(|| {
        let href = address(site, page.list, None);
        view! { <a class="button" href=href>{texts.first()}</a> }
    });
    let next = page.page.next.as_deref().map(|next| {
        let href = address(site, page.list, Some(next));
        view! { <a class="button" href=href rel="next">{texts.next()}</a> }
    });
    let any = first.is_some() || next.is_some();
    any.then(|| view! { <p class="actions">{first} {next}</p> }.into_any())
}

/// The keys, for who wants them.
fn keys(site: Site) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let keys = [
        ("j", texts.key_next()),
        ("k", texts.key_previous()),
        ("a", texts.key_approve()),
        ("r", texts.key_refuse()),
        ("x", texts.key_choose()),
    ];
    shortcuts::view(site, &keys)
}

/// All reviews as a file.
fn export(site: Site) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let path = console_path(&shop_id(site), "reviews.csv");
    let link = |layout: ExportLayout, words: &'static str| {
        let href = match layout {
            ExportLayout::Bookplate => path.clone(),
            ExportLayout::App => format!("{path}?layout={}", layout.as_str()),
        };
        view! { <a class="button" href=href rel="external nofollow" download="">{words}</a> }
    };
    view! {
        <details class="more export">
            <summary>{texts.export()}</summary>
            <p class="hint">{texts.export_hint()}</p>
            <p class="actions">
                {link(ExportLayout::Bookplate, texts.export_own())}
                {link(ExportLayout::App, texts.export_app())}
            </p>
        </details>
    }
    .into_any()
}
