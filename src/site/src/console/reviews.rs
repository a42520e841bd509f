//! A shop's reviews: what waits for a decision and what was reported.

mod card;
mod forms;

use super::shop_id;
use crate::console_page::{ReviewFault, ReviewsPage, Undone, console_path, reviews_path};
use crate::context::Site;
use bookplate_widgets::{holds, numbers, texts};
use bookplate_wire::reviews::holds::HoldReason;
use bookplate_wire::reviews::moderation::{Decided, ExportLayout, ModeratedReview, Queue};
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
        let words = match page.queue {
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
        {lists(site, page)}
        {reasons(site, page)}
        {page.undone.as_ref().and_then(|undone| notice(site, undone))}
        {again.map(|review| view! { <ol class="cards again">{card::view(site, page, review)}</ol> })}
        {together}
        {list}
        {more(site, page)}
        {page.may_decide.then(|| shortcuts(site))}
        {page.may_export.then(|| export(site))}
    }
    .into_any()
}

/// A list's address, from behind `after`.
fn address(site: Site, list: (Queue, Option<HoldReason>), after: Option<&str>) -> String {
    site.href(&reviews_path(&shop_id(site), list, after))
}

/// The lists, with how long they are.
fn lists(site: Site, page: &ReviewsPage) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let link = |queue: Queue, words: String| {
        let current = (queue == page.queue).then_some("page");
        view! { <li><a href=address(site, (queue, None), None) aria-current=current>{words}</a></li> }
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
        let current = (hold == page.hold).then_some("page");
        let href = address(site, (page.queue, hold), None);
        view! { <li><a href=href aria-current=current>{words.to_owned()}</a></li> }
    };
    let links: Vec<_> = HoldReason::ALL
        .into_iter()
        .map(|hold| link(Some(hold), holds::short(site.lang, hold)))
        .collect();
    let shown = page
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

/// How many were refused, by stars: whoever decides by stars sees it here, and so do all others.
fn share(site: Site, decided: &[Decided; 5]) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let heads: Vec<_> = (1..=5)
        .map(|stars| view! { <th scope="col">{texts::Reviews(site.lang).stars(stars)}</th> })
        .collect();
    let cells: Vec<_> = decided
        .iter()
        .map(|of| match of.count {
            0 => view! {
                <td>
                    <span aria-hidden="true">"–"</span>
                    <span class="vh">{texts.share_none()}</span>
                </td>
            }
            .into_any(),
            count => view! {
                <td>
                    <strong>{numbers::share(of.refused, count)}</strong>
                    <span>{texts.share_of(of.refused, count)}</span>
                </td>
            }
            .into_any(),
        })
        .collect();
    view! {
        <table class="shares">
            <caption>{texts.share()}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody><tr>{cells}</tr></tbody>
        </table>
    }
    .into_any()
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
        let href = address(site, (page.queue, page.hold), None);
        view! { <a class="button" href=href>{texts.first()}</a> }
    });
    let next = page.page.next.as_deref().map(|next| {
        let href = address(site, (page.queue, page.hold), Some(next));
        view! { <a class="button" href=href rel="next">{texts.next()}</a> }
    });
    let any = first.is_some() || next.is_some();
    any.then(|| view! { <p class="actions">{first} {next}</p> }.into_any())
}

/// The keys, for who wants them. Nobody presses any of them by mistake, or by speaking, who has not switched them on.
fn shortcuts(site: Site) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let keys = [
        ("j", texts.key_next()),
        ("k", texts.key_previous()),
        ("a", texts.key_approve()),
        ("r", texts.key_refuse()),
        ("x", texts.key_choose()),
    ];
    let keys: Vec<_> = keys
        .into_iter()
        .map(|(key, words)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{words}</dd></div> })
        .collect();
    view! {
        <details class="more shortcuts">
            <summary>{texts.shortcuts()}</summary>
            <label class="choice">
                <input type="checkbox" data-shortcuts="" />
                <span>{texts.use_shortcuts()}</span>
            </label>
            <dl>{keys}</dl>
            <p class="hint">{texts.shortcuts_hint()}</p>
        </details>
    }
    .into_any()
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
