//! What the shop's customers wish for: most of all, what of it is out of stock, and whether it becomes more.

use super::plot::{Pair, plot};
use super::shop_id;
use crate::console_page::{DemandPage, console_path, demand_path};
use crate::context::Site;
use bookplate_widgets::numbers::grouped;
use bookplate_widgets::{dates, money, offers, texts};
use bookplate_wire::Lang;
use bookplate_wire::wishlists::demand::{DemandBook, DemandList, DemandWeek, Period};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &DemandPage) -> AnyView {
    let texts = texts::Demand(site.lang);
    let books = if page.demand.books.is_empty() {
        let words = match page.list {
            DemandList::Wished => texts.none(),
            DemandList::Unmet => texts.none_unmet(),
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        table(site, &page.demand.books)
    };
    let file = demand_path(&shop_id(site), "demand.csv", page.list, page.period);
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        {tabs(site, page)}
        {period_form(site, page)}
        {books}
        <p class="actions"><a class="button" href=site.href(&file) rel="external" download="">{texts.download()}</a></p>
        <h2>{texts.trend()}</h2>
        <p class="quiet">{texts.trend_hint()}</p>
        {trend(site, &page.demand.weeks)}
        {numbers(site, &page.demand.weeks)}
    }
    .into_any()
}

fn tabs(site: Site, page: &DemandPage) -> AnyView {
    let texts = texts::Demand(site.lang);
    let link = |list: DemandList, words: &'static str| {
        let current = (list == page.list).then_some("page");
        let href = site.href(&demand_path(&shop_id(site), "demand", list, page.period));
        view! { <li><a href=href aria-current=current>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=texts.lists()>
            <ul>
                {link(DemandList::Wished, texts.wished())}
                {link(DemandList::Unmet, texts.unmet())}
            </ul>
        </nav>
    }
    .into_any()
}

fn period_words(lang: Lang, period: Period) -> &'static str {
    let texts = texts::Demand(lang);
    match period {
        Period::Week => texts.week(),
        Period::Month => texts.month(),
        Period::Quarter => texts.quarter(),
        Period::Year => texts.year(),
        Period::All => texts.ever(),
    }
}

fn period_form(site: Site, page: &DemandPage) -> AnyView {
    let texts = texts::Demand(site.lang);
    let lang = site.page.with_untracked(|page| page.lang_chosen);
    let lang = lang.then(|| view! { <input type="hidden" name="lang" value=site.lang.tag() /> });
    let periods: Vec<_> = Period::ALL
        .into_iter()
        .map(|period| {
            let selected = period == page.period;
            view! {
                <option value=period.as_str() selected=selected>{period_words(site.lang, period)}</option>
            }
        })
        .collect();
    view! {
        <form method="get" action=console_path(&shop_id(site), "demand") class="find">
            {lang}
            <input type="hidden" name="list" value=page.list.as_str() />
            <div class="field">
                <label for="period">{texts.period()}</label>
                <select id="period" name="period">{periods}</select>
            </div>
            <button type="submit" class="button">{texts.show()}</button>
        </form>
    }
    .into_any()
}

fn table(site: Site, books: &[DemandBook]) -> AnyView {
    let texts = texts::Demand(site.lang);
    let lines: Vec<_> = books.iter().map(|book| line(site, book)).collect();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=texts.heading()>
            <table class="figures">
                <thead>
                    <tr>
                        <th scope="col">{texts.book()}</th>
                        <th scope="col" class="number">{texts.customers()}</th>
                        <th scope="col" class="number">{texts.copies()}</th>
                        <th scope="col">{texts.offer()}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(site: Site, book: &DemandBook) -> AnyView {
    let offer = match &book.offer {
        Some(offer) => {
            let stock = offers::availability(site.lang, offer.availability);
            let price = money::written(site.lang, &offer.price);
            view! { <span>{price}</span> " " {stock.map(|words| view! { <span>{words}</span> })} }
                .into_any()
        }
        None => texts::Demand(site.lang).unknown().into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <span dir="auto">{book.title.clone()}</span>
                <span class="quiet">{book.authors.join(", ")} " " {book.isbn.to_string()}</span>
            </th>
            <td class="number">{grouped(book.customers)}</td>
            <td class="number">{grouped(book.copies)}</td>
            <td>{offer}</td>
        </tr>
    }
    .into_any()
}

/// The weeks as bars; what is out of stock is the lower part of each.
fn trend(site: Site, weeks: &[DemandWeek]) -> AnyView {
    let texts = texts::Demand(site.lang);
    view! {
        <div class="plot" inner_html=bars(site.lang, weeks)></div>
        <p class="key">
            <span class="of-bar">{texts.wishes()}</span>
            <span class="of-bar out">{texts.out()}</span>
        </p>
    }
    .into_any()
}

fn bars(lang: Lang, weeks: &[DemandWeek]) -> String {
    let count = |week: Option<&DemandWeek>| grouped(week.map_or(0, |week| week.wishes));
    let (first, last) = (count(weeks.first()), count(weeks.last()));
    let label = texts::Demand(lang).trend_plot(&first, &last);
    let figures = weeks
        .iter()
        .map(|week| (week.wishes.into(), week.unmet.into()));
    plot(&label, Pair::Part, &figures.collect::<Vec<_>>())
}

/// The numbers behind the plot.
fn numbers(site: Site, weeks: &[DemandWeek]) -> AnyView {
    let texts = texts::Demand(site.lang);
    let lines: Vec<_> = weeks
        .iter()
        .map(|week| {
            view! {
                <tr>
                    <th scope="row">{dates::long(site.lang, &week.from_on)}</th>
                    <td class="number">{grouped(week.wishes)}</td>
                    <td class="number">{grouped(week.unmet)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <details class="more">
            <summary>{texts.numbers()}</summary>
            <table class="figures">
                <thead>
                    <tr>
                        <th scope="col">{texts.from()}</th>
                        <th scope="col" class="number">{texts.wishes()}</th>
                        <th scope="col" class="number">{texts.out()}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </details>
    }
    .into_any()
}
