//! The frame around every page: header, sections, languages, footer.

use crate::context::{Phase, Site};
use crate::page::{Content, Done, Failed, Place, with_lang};
use crate::{console, member};
use bookplate_widgets::texts::{self, Pages};
use bookplate_wire::Lang;
use leptos::prelude::*;
use leptos_router::components::Router;

/// The whole of `body`.
#[component]
pub(crate) fn App(site: Site) -> impl IntoView {
    provide_context(site);
    view! {
        <Router>
            <Frame />
        </Router>
    }
}

/// Everything, now that the router is there.
#[component]
fn Frame() -> impl IntoView {
    let site = Site::here();
    #[cfg(feature = "hydrate")]
    crate::live::start(site);
    let place = Memo::new(move |_| site.page.with(|page| page.place.clone()));
    let is_console = place.with_untracked(|place| matches!(place, Place::Console(_)));
    let routes = if is_console {
        console::routes()
    } else {
        member::routes()
    };
    view! {
        <a class="skip" href="#main" rel="external">{site.texts().skip()}</a>
        <header class="top">{move || place.with(|place| header(site, place))}</header>
        <div class="frame">
            {move || place.with(|place| sections(site, place))}
            <main id="main" aria-busy=move || (site.phase.get() == Phase::Waiting).then_some("true")>
                <p class="vh" aria-live="polite">{move || site.news.get()}</p>
                <div class="trouble" role="alert">{move || trouble(site)}</div>
                {move || site.page.with(|page| page.done).map(|done| notice(site, done))}
                {routes}
            </main>
        </div>
        <footer class="bottom">
            {move || site.page.with(|page| languages(site.lang, &page.address))}
        </footer>
    }
}

fn header(site: Site, place: &Place) -> AnyView {
    let texts = site.texts();
    match place {
        Place::Nowhere => ().into_any(),
        Place::Member(member) => {
            let home = member.path("");
            view! {
                <a class="shop" href=site.href(&home)>{member.shop.clone()}</a>
                <a class="leave" href=member.home.clone()>{texts.to_shop()}</a>
            }
            .into_any()
        }
        // Whoever works for several shops has to see which one this is.
        Place::Console(console) => view! {
            <a class="shop" href=site.href("/console")>
                {console.shop.as_ref().map(|shop| view! { <span>{shop.name.clone()}</span> })}
                <span>{texts.console()}</span>
            </a>
            {console.staff.clone().map(|name| view! { <span class="who">{name}</span> })}
        }
        .into_any(),
    }
}

fn sections(site: Site, place: &Place) -> AnyView {
    match place {
        Place::Nowhere => ().into_any(),
        Place::Member(place) => member::sections(site, place),
        Place::Console(place) => console::sections(site, place),
    }
}

/// The page in the other languages. A new document each: type and reading order change with it.
fn languages(lang: Lang, address: &str) -> impl IntoView + use<> {
    let links: Vec<_> = Lang::ALL
        .into_iter()
        .map(|other| {
            let href = in_language(address, other);
            let current = (other == lang).then_some("page");
            view! {
                <li>
                    <a href=href rel="external" lang=other.tag() hreflang=other.tag() aria-current=current>
                        {Pages(other).own_name()}
                    </a>
                </li>
            }
        })
        .collect();
    view! { <nav class="languages" aria-label=Pages(lang).languages()><ul>{links}</ul></nav> }
}

/// The address in another language, without what was only said once (such as that something was saved).
fn in_language(address: &str, lang: Lang) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("lang=") && !pair.starts_with("done="))
        .collect();
    let joint = if kept.is_empty() { "" } else { "?" };
    with_lang(&format!("{path}{joint}{}", kept.join("&")), Some(lang))
}

/// What was just done.
fn notice(site: Site, done: Done) -> AnyView {
    let words = match done {
        Done::Saved => texts::Profile(site.lang).saved(),
        Done::Ended => texts::Sessions(site.lang).ended(),
        Done::SignedOut => texts::Privacy(site.lang).signed_out(),
        Done::Deleted => texts::Privacy(site.lang).deleted(),
        Done::Password => texts::Login(site.lang).set(),
        Done::Retried => texts::Deliveries(site.lang).retried(),
        Done::Discarded => texts::Deliveries(site.lang).discarded(),
        Done::Pinged => texts::Webhooks(site.lang).pinged(),
        Done::ReviewSent => texts::Writing(site.lang).sent_pending(),
        Done::ReviewPublished => texts::Writing(site.lang).sent_published(),
        Done::ReviewDeleted => texts::Writing(site.lang).deleted(),
        Done::ReviewHandedOver => texts::Writing(site.lang).handed_over_done(),
        Done::ReviewKept => texts::Writing(site.lang).kept_done(),
        Done::PasskeyAdded => texts::Passkeys(site.lang).was_added(),
        Done::PasskeyRemoved => texts::Passkeys(site.lang).was_removed(),
        Done::Approved => texts::Moderation(site.lang).approved_done(),
        Done::Refused => texts::Moderation(site.lang).refused_done(),
        Done::ChangesAsked => texts::Moderation(site.lang).changes_done(),
        Done::Answered => texts::Moderation(site.lang).answered_done(),
        Done::AnswerRemoved => texts::Moderation(site.lang).answer_removed_done(),
        Done::Labelled => texts::Moderation(site.lang).labelled_done(),
        Done::AnsweredByFaq => texts::Faq(site.lang).thanks(),
        Done::SurveyAnswered => texts::Surveys(site.lang).thanks(),
        Done::SurveyCopied => texts::Surveys(site.lang).copied(),
        Done::NpsAnswered => texts::Nps(site.lang).thanks(),
        Done::NpsDismissed => texts::Nps(site.lang).dismissed(),
        Done::Rated => texts::Feedback(site.lang).rated_done(),
        Done::CaseSent => texts::Feedback(site.lang).case_done(),
        Done::ReplySent => texts::Feedback(site.lang).reply_done(),
        Done::CaseAnswered => texts::Cases(site.lang).answered_done(),
        Done::CaseNoted => texts::Cases(site.lang).noted_done(),
        Done::CaseChanged => texts::Cases(site.lang).changed_done(),
        Done::CaseMerged => texts::Cases(site.lang).merged_done(),
        Done::CasesChanged => texts::Cases(site.lang).bulk_done(),
        Done::Voted => texts::Reviews(site.lang).voted(),
        Done::VoteTakenBack => texts::Reviews(site.lang).vote_taken_back(),
        Done::Reported => texts::Reviews(site.lang).reported(),
        Done::WishAdded => texts::Wishlists(site.lang).added(),
        Done::WishRemoved => texts::Wishlists(site.lang).removed(),
        Done::WishlistDeleted => texts::Wishlists(site.lang).deleted(),
        Done::GiftReserved => texts::Gifts(site.lang).reserved_done(),
        Done::GiftBought => texts::Gifts(site.lang).bought_done(),
        Done::GiftUndone => texts::Gifts(site.lang).undone(),
        Done::Followed => texts::Gifts(site.lang).followed_done(),
        Done::Unfollowed => texts::Gifts(site.lang).unfollowed_done(),
        Done::EditorJoined => texts::Gifts(site.lang).joined(),
        Done::ListLeft => texts::Gifts(site.lang).left(),
        Done::InvitationTaken => texts::Referrals(site.lang).accepted(),
    };
    view! { <p class="notice" role="status" tabindex="-1">{words}</p> }.into_any()
}

/// What is shown when a request of the page's own program got no reply.
fn trouble(site: Site) -> Option<AnyView> {
    let Phase::Failed { offline } = site.phase.get() else {
        return None;
    };
    let texts = site.texts();
    let words = if offline {
        texts.offline()
    } else {
        texts.failed()
    };
    let shown = view! {
        <p>{words}</p>
        <button type="button" class="button" data-retry="">{texts.retry()}</button>
    };
    Some(shown.into_any())
}

/// What any page may have to show in place of its own content.
pub(crate) fn of_any_page(site: Site, content: &Content) -> Option<AnyView> {
    let texts = site.texts();
    let (heading, hint) = match content {
        Content::NotFound => (texts.not_found(), texts.not_found_hint()),
        Content::Failed(Failed::Trouble) => (texts.trouble(), texts.trouble_hint()),
        Content::Failed(Failed::Busy) => (texts.busy(), texts.busy_hint()),
        Content::Failed(Failed::Refused) => (texts.refused(), texts.refused_hint()),
        Content::Failed(Failed::Role) => (texts.role_refused(), texts.role_refused_hint()),
        Content::Failed(Failed::Unreadable) => (texts.unreadable(), texts.unreadable_hint()),
        Content::Failed(Failed::TooLarge) => (texts.too_large(), texts.too_large_hint()),
        _ => return None,
    };
    let (beginning, words) = site.page.with_untracked(|page| match &page.place {
        Place::Nowhere => (None, ""),
        Place::Member(member) => (Some(member.path("")), texts.member_centre()),
        Place::Console(_) => (Some("/console".to_owned()), texts.console()),
    });
    let way = beginning.map(|path| {
        view! { <p><a class="go" href=site.href(&path) rel="external">{words}</a></p> }
    });
    let shown = view! {
        <div class="blank">
            <h1 tabindex="-1">{heading}</h1>
            <p>{hint}</p>
            {way}
        </div>
    };
    Some(shown.into_any())
}

/// What a route shows until its content is there.
pub(crate) fn waiting(site: Site) -> AnyView {
    view! { <p class="waiting">{site.texts().loading()}</p> }.into_any()
}

/// A link of the sections' list: marked for its page, and for those below it.
pub(crate) fn section(site: Site, path: String, words: impl Into<String>) -> AnyView {
    let (page, below) = (path.clone(), format!("{path}/"));
    marked(site, &path, words.into(), move |at| {
        let is_below = at.starts_with(&below).then_some("true");
        (*at == page).then_some("page").or(is_below)
    })
}

/// A link of the sections' list to the page that all others are below.
pub(crate) fn first_section(site: Site, path: String, words: impl Into<String>) -> AnyView {
    let at = path.clone();
    marked(site, &path, words.into(), move |is| {
        (*is == at).then_some("page")
    })
}

fn marked(
    site: Site,
    path: &str,
    words: String,
    mark: impl Fn(&String) -> Option<&'static str> + Send + Sync + 'static,
) -> AnyView {
    let pathname = leptos_router::hooks::use_location().pathname;
    let href = site.href(path);
    view! {
        <li>
            <a href=href aria-current=move || pathname.with(|at| mark(at))>
                {words}
            </a>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_language_keeps_the_page_and_forgets_what_was_said_once() {
        assert_eq!(in_language("/a", Lang::Ja), "/a?lang=ja");
        assert_eq!(
            in_language("/a?lang=en&after=1.2&done=saved", Lang::ZhTw),
            "/a?after=1.2&lang=zh-TW"
        );
    }
}
