//! What the customer was told.

use crate::context::Site;

use crate::page::{Content, Notifications};
use bookplate_widgets::{
    dates, feedback, money, numbers, occasions, offers, reasons, texts, tiers,
};
use bookplate_wire::notifications::{Notification, NotificationKind};
use bookplate_wire::points::rewards::name_in;
use bookplate_wire::points::tiers::TierMeasure;
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Notifications(notifications) = content else {
        return None;
    };
    Some(view(site, notifications))
}

fn view(site: Site, notifications: &Notifications) -> AnyView {
    let texts = texts::Member(site.lang);
    let page = &notifications.page;
    let path = site.path("notifications");
    let lines: Vec<_> = page
        .notifications
        .iter()
        .map(|notification| view! { <li class="notification">{line(site, notification)}</li> })
        .collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.no_notifications()}</p> }.into_any()
    } else {
        view! { <ol class="rows">{lines}</ol> }.into_any()
    };
    // What has come since the page was made stays new.
    let read = page
        .notifications
        .first()
        .filter(|_| page.unread > 0 && notifications.first);
    let read = read.map(|latest| {
        view! {
            <form method="post" action=site.href(&path)>
                <input type="hidden" name="up_to" value=latest.id.to_string() />
                <button type="submit" class="button">{texts.mark_read()}</button>
            </form>
        }
    });
    let older = page.next.as_ref().map(|next| {
        let href = site.href(&format!("{path}?after={next}"));
        view! { <a class="button" href=href rel="next">{texts.older_notifications()}</a> }
    });
    view! {
        <h1 tabindex="-1">{texts.notifications()}</h1>
        {read}
        {list}
        <p class="actions">{older}</p>
    }
    .into_any()
}

fn why(site: Site, notification: &Notification) -> &'static str {
    let reason = notification.reason;
    reason.map_or("", |reason| reasons::words(site.lang, reason))
}

/// How much more it takes to keep a tier, where that is said.
fn missing(site: Site, notification: &Notification) -> Option<String> {
    if let Some(amount) = &notification.amount {
        return Some(money::written(site.lang, amount));
    }
    let of = |measure, value: Option<i64>| {
        value.map(|value| tiers::amount(site.lang, measure, "", value))
    };
    let points = of(TierMeasure::Points, notification.points);
    points.or_else(|| of(TierMeasure::Visits, notification.visits))
}

fn line(site: Site, notification: &Notification) -> AnyView {
    let texts = texts::Notifications(site.lang);
    let what = notification.case;
    let what = what.map_or("", |case| feedback::kind(site.lang, case));
    let words = match notification.kind {
        NotificationKind::RefundNoted => {
            let amount = notification.amount.as_ref();
            let amount =
                amount.map_or_else(String::new, |amount| money::written(site.lang, amount));
            texts.refund_noted_title(&amount, &notification.order)
        }
        NotificationKind::PasswordChanged => texts.password_changed_title().to_owned(),
        NotificationKind::ReviewPublished => texts.review_published_title(&notification.book),
        NotificationKind::ReviewChanges => {
            texts.review_changes_title(&notification.book, why(site, notification))
        }
        NotificationKind::ReviewRefused => {
            texts.review_refused_title(&notification.book, why(site, notification))
        }
        NotificationKind::WishNews => texts::Alerts(site.lang).news_title().to_owned(),
        NotificationKind::ReviewAnswered => texts.review_answered_title(&notification.book),
        NotificationKind::ReviewLabelled => texts.review_labelled_title(&notification.book),
        NotificationKind::OccasionReminder => {
            let occasion = notification.occasion.as_ref();
            let (what, on) = occasion.map_or_else(Default::default, |occasion| {
                let on = dates::long(site.lang, &occasion.on);
                (occasions::words(site.lang, occasion), on)
            });
            texts.occasion_reminder_title(&on, &what)
        }
        NotificationKind::PointsTakenBack => {
            let texts = texts::Points(site.lang);
            let (order, balance) = (&*notification.order, notification.balance);
            let owed = balance.filter(|balance| *balance < 0);
            match (notification.points.unwrap_or_default(), owed) {
                (0, _) => texts.let_go_title(&numbers::points(notification.missed), order),
                (points, _) if order.is_empty() => {
                    texts::Referrals(site.lang).undone_title(&numbers::points(points))
                }
                (points, Some(owed)) => {
                    let points = numbers::points(points);
                    texts.owed_title(&points, order, &numbers::points(-owed))
                }
                (points, None) => texts.taken_back_title(&numbers::points(points), order),
            }
        }
        NotificationKind::PointsExpiring => {
            let points = numbers::points(notification.points.unwrap_or_default());
            let until = dates::long(site.lang, &notification.until);
            texts::Points(site.lang).expiring_title(&points, &until)
        }
        NotificationKind::BirthdayGift => {
            let points = numbers::points(notification.points.unwrap_or_default());
            match &*notification.until {
                "" => texts::Points(site.lang).birthday_title(&points),
                day => {
                    let until = dates::long(site.lang, day);
                    texts::Points(site.lang).birthday_title_until(&points, &until)
                }
            }
        }
        NotificationKind::TierReached => {
            let tier = name_in(&notification.tier, site.lang);
            let until = dates::long(site.lang, &notification.until);
            texts::Tiers(site.lang).reached_title(tier, &until)
        }
        NotificationKind::TierEnding => {
            let texts = texts::Tiers(site.lang);
            let tier = name_in(&notification.tier, site.lang);
            let until = dates::long(site.lang, &notification.until);
            match missing(site, notification) {
                Some(amount) => texts.ending_title(tier, &until, &amount),
                None => texts.ending_gone_title(tier, &until),
            }
        }
        NotificationKind::GiftGone => texts.gift_gone_title(&notification.book),
        NotificationKind::CaseAnswered => texts::Feedback(site.lang).answered_title(what),
        NotificationKind::CaseResolved => texts::Feedback(site.lang).resolved_title(what),
        NotificationKind::ReturnApproved => {
            texts::Feedback(site.lang).approved_title(&notification.order)
        }
        NotificationKind::ReturnRefused => {
            texts::Feedback(site.lang).refused_title(&notification.order)
        }
    };
    let written = (!notification.text.is_empty())
        .then(|| view! { <blockquote dir="auto">{notification.text.clone()}</blockquote> });
    let link = (!notification.link.is_empty()).then(|| {
        let name = match notification.kind {
            NotificationKind::OccasionReminder => occasions::named(site.lang, &notification.list),
            _ => texts::Feedback(site.lang).follow().to_owned(),
        };
        let href = notification.link.clone();
        view! { <p><a class="go" href=href rel="external" dir="auto">{name}</a></p> }
    });
    let news = notification.news.iter();
    let news = news.map(|news| view! { <li dir="auto">{offers::news(site.lang, news)}</li> });
    let news: Vec<_> = news.collect();
    let news = (!news.is_empty()).then(|| view! { <ul class="news">{news}</ul> });
    let new = (!notification.read)
        .then(|| view! { <span class="mark">{texts::Member(site.lang).unread()}</span> });
    view! {
        <p class="title">{words}</p>
        {written}
        {link}
        {news}
        <p class="quiet">
            <time datetime=notification.created_on.clone()>
                {dates::long(site.lang, &notification.created_on)}
            </time>
            {new}
        </p>
    }
    .into_any()
}
