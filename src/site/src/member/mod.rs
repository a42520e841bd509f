//! A shop's member centre: a file for each page.

mod connect;
mod faq;
mod feedback;
mod feedback_form;
mod follows;
mod gifts;
mod invite;
mod notifications;
mod nps;
mod orders;
mod overview;
mod points;
mod privacy;
mod profile;
mod rating;
mod reviews;
mod rewards;
mod sessions;
mod shelf;
mod sign_in;
mod survey;
mod tiers;
mod together;
mod votes;
mod wish_own;
mod wishlists;

pub(crate) use points::{figures as points_figures, line as points_line};
pub(crate) use reviews::photo_list_with_words;
pub(crate) use rewards::{kind_line as reward_line, minimum_line as reward_minimum};
pub(crate) use survey::questions as survey_questions;
pub(crate) use tiers::{figures as tier_figures, history as tier_history};

use crate::context::Site;
use crate::page::{Content, Member};
use crate::shell::{first_section, section};
use bookplate_widgets::texts;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route};
use leptos_router::path;

/// The pages by their addresses.
pub(crate) fn routes() -> AnyView {
    view! {
        <FlatRoutes fallback=|| Site::here().show(|_, _| None)>
            <Route path=path!("/shops/:key/member") view=page(overview::show) />
            <Route path=path!("/shops/:key/member/profile") view=page(profile::show) />
            <Route path=path!("/shops/:key/member/orders") view=page(orders::show) />
            <Route path=path!("/shops/:key/member/points") view=page(points::show) />
            <Route path=path!("/shops/:key/member/rewards") view=page(rewards::show) />
            <Route path=path!("/shops/:key/member/reviews") view=page(reviews::show) />
            <Route path=path!("/shops/:key/member/reviews/:isbn") view=page(reviews::show_write) />
            <Route path=path!("/shops/:key/member/votes/:review") view=page(votes::show) />
            <Route path=path!("/shops/:key/wishlists/:secret") view=page(gifts::show_shared) />
            <Route path=path!("/shops/:key/gifts") view=page(gifts::show_receipt) />
            <Route path=path!("/shops/:key/member/gifts") view=page(gifts::show) />
            <Route path=path!("/shops/:key/member/invitations/:secret") view=page(together::show) />
            <Route path=path!("/shops/:key/member/wishlists") view=page(wishlists::show) />
            <Route path=path!("/shops/:key/member/wishes/:isbn") view=page(wishlists::show_wish) />
            <Route path=path!("/shops/:key/member/follows") view=page(follows::show) />
            <Route path=path!("/shops/:key/member/shelf") view=page(shelf::show) />
            <Route path=path!("/shops/:key/faq") view=page(faq::show) />
            <Route path=path!("/shops/:key/faq/:article") view=page(faq::show_article) />
            <Route path=path!("/shops/:key/surveys/:code") view=page(survey::show) />
            <Route path=path!("/shops/:key/invite/:code") view=page(invite::show) />
            <Route path=path!("/shops/:key/feedback") view=page(feedback_form::show) />
            <Route path=path!("/shops/:key/feedback/track") view=page(feedback::show_track) />
            <Route path=path!("/shops/:key/feedback/rate/:code") view=page(rating::show) />
            <Route path=path!("/shops/:key/member/feedback") view=page(feedback::show_own) />
            <Route path=path!("/shops/:key/member/feedback/:case") view=page(feedback::show_case) />
            <Route
                path=path!("/shops/:key/member/notifications")
                view=page(notifications::show)
            />
            <Route path=path!("/shops/:key/member/sessions") view=page(sessions::show) />
            <Route path=path!("/shops/:key/member/privacy") view=page(privacy::show) />
            <Route path=path!("/shops/:key/member/connect") view=page(connect::show) />
            <Route path=path!("/shops/:key/member/sign-in") view=page(sign_in::show) />
            <Route path=path!("/shops/:key/member/sign-up") view=page(sign_in::show_sign_up) />
            <Route path=path!("/shops/:key/member/confirm") view=page(sign_in::show_confirm) />
            <Route path=path!("/shops/:key/member/reset") view=page(sign_in::show_reset) />
        </FlatRoutes>
    }
    .into_any()
}

/// The view of a route whose content `show` knows.
fn page(
    show: fn(Site, &Content) -> Option<AnyView>,
) -> impl Fn() -> AnyView + Clone + Send + 'static {
    move || Site::here().show(show)
}

/// The list of the pages, for who is signed in.
pub(crate) fn sections(site: Site, member: &Member) -> AnyView {
    if !member.signed_in {
        return ().into_any();
    }
    let texts = site.texts();
    let notifications = texts::Member(site.lang);
    let notifications = match member.unread {
        0 => notifications.notifications().to_owned(),
        unread => notifications.notifications_unread(unread),
    };
    let points = member.points.then(|| {
        section(
            site,
            member.path("points"),
            texts::Points(site.lang).heading(),
        )
    });
    view! {
        <nav class="sections" aria-label=texts.menu()>
            <ul>
                {first_section(site, member.path(""), texts.overview())}
                {section(site, member.path("profile"), texts::Profile(site.lang).heading())}
                {section(site, member.path("orders"), texts::Orders(site.lang).heading())}
                {points}
                {section(site, member.path("reviews"), texts::Writing(site.lang).heading())}
                {section(site, member.path("wishlists"), texts::Wishlists(site.lang).heading())}
                {section(site, member.path("gifts"), texts::Gifts(site.lang).heading())}
                {section(site, member.path("shelf"), texts::Alerts(site.lang).shelf())}
                {section(site, member.path("follows"), texts::Alerts(site.lang).follows())}
                {section(site, member.path("feedback"), texts::Feedback(site.lang).own())}
                {section(site, member.path("notifications"), notifications)}
                {section(site, member.path("sessions"), texts.sessions())}
                {section(site, member.path("privacy"), texts.privacy())}
                <li>
                    <form method="post" action=site.href(&member.path("sign-out"))>
                        <button type="submit">{texts.sign_out()}</button>
                    </form>
                </li>
            </ul>
        </nav>
    }
    .into_any()
}
