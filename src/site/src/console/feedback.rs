//! The inbox: what shoppers have written.

use super::{here, moment, readonly, shop_id, shortcuts};
use crate::case_page::{CasesPage, cases_query};
use crate::console_page::console_path;
use crate::context::Site;
use crate::timeline::state_words;
use bookplate_widgets::{feedback, texts};
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::clocks::CaseClock;
use bookplate_wire::feedback::inbox::{
    CaseFilter, CaseOwner, CaseView, FeedbackCase, SEARCH_MAX, TAG_MAX,
};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &CasesPage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let entries = page.page.cases.iter();
    let entries: Vec<_> = entries.map(|case| entry(site, page, case)).collect();
    let list = if entries.is_empty() {
        let is_plain = CaseFilter {
            view: page.filter.view,
            ..CaseFilter::default()
        } == page.filter;
        let words = match page.filter.view {
            _ if !is_plain => texts.none_found(),
            CaseView::Open => texts.none_open(),
            CaseView::Overdue => texts.none_overdue(),
            _ => texts.none(),
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        let action = address(site, &page.filter, page.after.as_deref());
        view! {
            <form method="post" action=action class="plain">
                <ol class="rows">{entries}</ol>
                {page.may_change.then(|| bulk(site))}
            </form>
        }
        .into_any()
    };
    let more = page.page.next.as_deref().map(|next| {
        let href = address(site, &page.filter, Some(next));
        view! { <p class="actions"><a class="button" href=href rel="next">{texts.more()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        {readonly(site, page.may_change)}
        {search(site, page)}
        {tabs(site, page)}
        {list}
        {more}
        {keys(site)}
        <p class="actions">
            <a class="go" href=here(site, "figures")>{texts::Figures(site.lang).heading()}</a>
            <a class="go" href=here(site, "canned")>{texts.canned()}</a>
            <a class="go" href=here(site, "clocks")>{texts.clocks()}</a>
        </p>
    }
    .into_any()
}

/// The keys, for who wants them.
fn keys(site: Site) -> AnyView {
    let texts = texts::Cases(site.lang);
    let keys = [
        ("j", texts.key_next()),
        ("k", texts.key_previous()),
        ("o", texts.key_look()),
        ("x", texts.key_choose()),
    ];
    shortcuts::view(site, &keys)
}

/// The address of a list of cases, from behind `after`.
fn address(site: Site, filter: &CaseFilter, after: Option<&str>) -> String {
    let path = console_path(&shop_id(site), "cases");
    site.href(&format!("{path}{}", cases_query(filter, after)))
}

fn tabs(site: Site, page: &CasesPage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let link = |view: CaseView, owner: Option<CaseOwner>, words: String| {
        let filter = CaseFilter {
            view,
            owner,
            ..page.filter.clone()
        };
        let current = (filter == page.filter).then_some("page");
        let href = address(site, &filter, None);
        view! { <li><a href=href aria-current=current>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=texts.which()>
            <ul>
                {link(CaseView::Open, None, texts.open(page.page.open))}
                {link(CaseView::Overdue, None, texts.overdue(page.page.overdue))}
                {link(CaseView::Open, Some(CaseOwner::Me), texts.mine().to_owned())}
                {link(CaseView::Open, Some(CaseOwner::Nobody), texts.nobody().to_owned())}
                {link(CaseView::Waiting, None, texts.waiting().to_owned())}
                {link(CaseView::Resolved, None, texts.resolved().to_owned())}
                {link(CaseView::All, None, texts.all().to_owned())}
            </ul>
        </nav>
    }
    .into_any()
}

fn search(site: Site, page: &CasesPage) -> AnyView {
    let (texts, filter) = (texts::Cases(site.lang), &page.filter);
    let chosen = site.page.with_untracked(|page| page.lang_chosen);
    let lang = chosen.then(|| view! { <input type="hidden" name="lang" value=site.lang.tag() /> });
    let kinds = CaseKind::ALL.iter().map(|kind| {
        let words = feedback::kind(site.lang, *kind);
        view! { <option value=kind.as_str() selected=filter.kind == Some(*kind)>{words}</option> }
    });
    let kinds: Vec<_> = kinds.collect();
    let owner_is = |owner: CaseOwner| filter.owner.as_ref() == Some(&owner);
    let owners = page.owners.iter().map(|(id, name)| {
        let is_chosen = owner_is(CaseOwner::Staff(id.clone()));
        view! { <option value=id.to_string() selected=is_chosen>{name.clone()}</option> }
    });
    let owners: Vec<_> = owners.collect();
    let is_any = *filter == CaseFilter::default();
    let clear = (!is_any).then(|| {
        let href = address(site, &CaseFilter::default(), None);
        view! { <a class="go" href=href>{texts.clear()}</a> }
    });
    let open = (filter.kind.is_some() || filter.owner.is_some() || !filter.tag.is_empty())
        || !filter.q.is_empty();
    view! {
        <details class="filter" open=open>
            <summary>{texts.search()}</summary>
            <form method="get" action=console_path(&shop_id(site), "cases") role="search" class="stack">
                {lang}
                <input type="hidden" name="state" value=CaseView::All.as_str() />
                <div class="field">
                    <label for="q">{texts.search()}</label>
                    <input
                        id="q"
                        name="q"
                        type="search"
                        value=filter.q.clone()
                        autocomplete="off"
                        maxlength=SEARCH_MAX.to_string()
                        aria-describedby="q-hint"
                    />
                    <p class="hint" id="q-hint">{texts.search_hint()}</p>
                </div>
                <div class="pair">
                    <div class="field">
                        <label for="kind">{texts.kind()}</label>
                        <span class="select">
                            <select id="kind" name="kind">
                                <option value="">{texts.any_kind()}</option>
                                {kinds}
                            </select>
                        </span>
                    </div>
                    <div class="field">
                        <label for="owner">{texts.owner()}</label>
                        <span class="select">
                            <select id="owner" name="owner">
                                <option value="">{texts.any_owner()}</option>
                                <option value="me" selected=owner_is(CaseOwner::Me)>{texts.me()}</option>
                                <option value="nobody" selected=owner_is(CaseOwner::Nobody)>
                                    {texts.nobody()}
                                </option>
                                {owners}
                            </select>
                        </span>
                    </div>
                    <div class="field">
                        <label for="tag">{texts.tag()}</label>
                        <input
                            id="tag"
                            name="tag"
                            type="text"
                            value=filter.tag.clone()
                            autocomplete="off"
                            maxlength=TAG_MAX.to_string()
                        />
                    </div>
                </div>
                <p class="actions">
                    <button type="submit" class="button">{texts.apply()}</button>
                    {clear}
                </p>
            </form>
        </details>
    }
    .into_any()
}

/// What is due next.
pub(super) fn due(site: Site, case: &FeedbackCase) -> Option<AnyView> {
    let texts = texts::Cases(site.lang);
    let due = case.due.as_ref()?;
    let time = moment(site, &due.when);
    let words = match (due.clock, due.is_over) {
        (CaseClock::Answer, true) => texts.over_answer(&time),
        (CaseClock::Answer, false) => texts.due_answer(&time),
        (CaseClock::Resolve, true) => texts.over_resolve(&time),
        (CaseClock::Resolve, false) => texts.due_resolve(&time),
    };
    let class = if due.is_over { "over" } else { "due" };
    Some(view! { <span class=class>{words}</span> }.into_any())
}

/// Who has sent a case, as far as that is known.
pub(super) fn sender(site: Site, case: &FeedbackCase) -> String {
    let texts = texts::Cases(site.lang);
    let known = [&case.name, &case.email, &case.external_id];
    let known: Vec<&str> = known
        .into_iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    match known.split_first() {
        None if case.customer.is_some() => texts.a_customer().to_owned(),
        None => texts.somebody().to_owned(),
        Some((first, [])) => (*first).to_owned(),
        Some((first, rest)) => format!("{first} ({})", rest.join(", ")),
    }
}

fn entry(site: Site, page: &CasesPage, case: &FeedbackCase) -> AnyView {
    let (texts, own) = (texts::Cases(site.lang), &case.case);
    let kind = feedback::kind(site.lang, own.kind);
    let from = sender(site, case);
    let path = console_path(&shop_id(site), &format!("cases/{}", own.id));
    let choose = page.may_change.then(|| {
        let label = texts.choose(kind, &from);
        let value = format!("{}:{}", own.id, case.version);
        view! {
            <label class="choice">
                <input type="checkbox" name="case" value=value aria-label=label data-key="x" />
            </label>
        }
    });
    let owned = (!case.owner_name.is_empty())
        .then(|| view! { <span>{texts.owned_by(&case.owner_name)}</span> });
    let closed = (!case.closed_by.is_empty())
        .then(|| view! { <span>{texts.closed_by(&case.closed_by)}</span> });
    let book = own.book.as_ref();
    let book = book.map(|book| view! { <span dir="auto">{book.title.clone()}</span> });
    let tags = case.tags.iter();
    let tags: Vec<_> = tags
        .map(|tag| view! { <span class="tag" dir="auto">{tag.clone()}</span> })
        .collect();
    let lang = (!own.language.is_empty()).then(|| own.language.clone());
    view! {
        <li class="row case" data-card="" tabindex="-1">
            {choose}
            <div class="what">
                <h2>
                    <a class="go" href=site.href(&path) aria-label=texts.look(kind, &from) data-key="o">
                        {kind}
                    </a>
                </h2>
                <p class="excerpt" lang=lang dir="auto">{own.body.clone()}</p>
                <p class="quiet">
                    <span class="mark">{state_words(site, own.state)}</span>
                    {due(site, case)}
                    <span>{texts.from(&from)}</span>
                    <span>{texts.since(&moment(site, &case.opened))}</span>
                    {book}
                    {owned}
                    {closed}
                    {tags}
                </p>
            </div>
        </li>
    }
    .into_any()
}

fn bulk(site: Site) -> AnyView {
    let texts = texts::Cases(site.lang);
    view! {
        <fieldset class="field bulk">
            <legend>{texts.bulk()}</legend>
            <p class="actions">
                <button type="submit" class="button" name="do" value="take">{texts.take()}</button>
                <button type="submit" class="button" name="do" value="resolve">{texts.resolve()}</button>
            </p>
            <div class="field">
                <label for="new-tag">{texts.add_tag()}</label>
                <input id="new-tag" name="tag" type="text" autocomplete="off" maxlength=TAG_MAX.to_string() />
            </div>
            <p class="actions">
                <button type="submit" class="button" name="do" value="tag">{texts.add()}</button>
            </p>
        </fieldset>
    }
    .into_any()
}
