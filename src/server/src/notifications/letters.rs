//! The words of an email, in the language of who gets it.

use super::unsubscribe;
use crate::shops::{minute, zone_named};
use bookplate_site::console_page::role_name;
use bookplate_store::notifications::Message;
use bookplate_widgets::html::Html;
use bookplate_widgets::texts::{
    Alerts, Cases, Common, Feedback, Notifications, Points, Referrals, Tiers,
};
use bookplate_widgets::{dates, feedback, money, numbers, occasions, offers, reasons, tiers};
use bookplate_wire::feedback::clocks::CaseClock;
use bookplate_wire::feedback::satisfaction::SCORE_MAX;
use bookplate_wire::points::rewards::name_in;
use bookplate_wire::{Lang, query};

/// An email without its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// What a message says.
#[derive(Default)]
struct Words {
    subject: String,
    text: String,
    /// What to press, and where it leads.
    button: Option<(&'static str, String)>,
    /// What somebody of the staff has written: what the letter is for.
    said: Option<String>,
    note: Option<String>,
    /// Several places to go to, each with its name.
    links: Vec<(String, String)>,
    /// What is asked in the end, and where each answer leads.
    question: Option<(&'static str, Vec<(&'static str, String)>)>,
}

/// Asks how satisfied somebody is, if it is known where that is said.
fn satisfied(lang: Lang, rate: &str) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    let answer = |score| {
        let link = spoken(&format!("{rate}?score={score}"), lang);
        (feedback::score(lang, score), link)
    };
    let answers = (1..=SCORE_MAX).rev().map(answer);
    (!rate.is_empty()).then(|| (Feedback(lang).rate(), answers.collect()))
}

/// Writes `message` to somebody called `name` (empty where nobody told) for a shop, of which the name and the time
/// zone (IANA) are needed. `unsubscribe` is where to say that no more of the kind are wanted.
pub(super) fn write(
    message: &Message,
    lang: Lang,
    (shop, zone): (&str, &str),
    name: &str,
    unsubscribe: Option<&str>,
) -> Letter {
    let texts = Notifications(lang);
    let words = words(message, lang, shop, zone);
    let hello = match name {
        "" => texts.hello_anybody().to_owned(),
        name => texts.hello(name),
    };
    let sent_by = texts.sent_by(shop);
    let end = unsubscribe.zip(message.purpose());
    let end = end.map(|(link, purpose)| (link, unsubscribe::words(lang, purpose)));
    Letter {
        text: plain(lang, &hello, &words, &sent_by, end.as_ref()),
        html: html(lang, shop, &hello, &words, &sent_by, end.as_ref()),
        subject: words.subject,
    }
}

/// A page of ours in the letter's language: whoever is not signed in there has told none.
fn spoken(link: &str, lang: Lang) -> String {
    let (path, rest) = link.split_once('?').unwrap_or((link, ""));
    if query::pairs(rest).flatten().any(|(name, _)| name == "lang") {
        return link.to_owned();
    }
    let joint = if rest.is_empty() { "" } else { "&" };
    format!("{path}?lang={}{joint}{rest}", lang.tag())
}

fn words(message: &Message, lang: Lang, shop: &str, zone: &str) -> Words {
    let t = Notifications(lang);
    match message {
        Message::ConfirmEmail { link, .. } => Words {
            subject: t.confirm_email_subject(shop),
            text: t.confirm_email_text(shop),
            button: Some((t.confirm_email_button(), spoken(link, lang))),
            note: Some(t.confirm_email_note().to_owned()),
            ..Words::default()
        },
        Message::AlreadyRegistered { link } => Words {
            subject: t.already_registered_subject(shop),
            text: t.already_registered_text(shop),
            button: Some((t.already_registered_button(), spoken(link, lang))),
            note: Some(t.already_registered_note().to_owned()),
            ..Words::default()
        },
        Message::ResetPassword { link } => Words {
            subject: t.reset_password_subject(shop),
            text: t.reset_password_text(shop),
            button: Some((t.reset_password_button(), spoken(link, lang))),
            note: Some(t.reset_password_note().to_owned()),
            ..Words::default()
        },
        Message::StaffInvitation {
            role, link, until, ..
        } => {
            let until = dates::moment(lang, &minute(&zone_named(zone), *until));
            Words {
                subject: t.staff_invitation_subject(shop),
                text: t.staff_invitation_text(shop, role_name(lang, *role)),
                button: Some((t.staff_invitation_button(), link.clone())),
                note: Some(t.staff_invitation_note(&until, zone)),
                ..Words::default()
            }
        }
        Message::PasswordChanged => Words {
            subject: t.password_changed_subject(shop),
            text: t.password_changed_text(shop),
            note: Some(t.password_changed_note(shop)),
            ..Words::default()
        },
        Message::RefundNoted { order, amount } => Words {
            subject: t.refund_noted_subject(order),
            text: t.refund_noted_text(shop, &money::written(lang, amount), order),
            ..Words::default()
        },
        Message::ReviewPublished { book } => Words {
            subject: t.review_published_subject(book),
            text: t.review_published_text(shop, book),
            ..Words::default()
        },
        Message::ReviewChanges { book, reason, note } => Words {
            subject: t.review_changes_subject(book),
            text: t.review_changes_text(shop, book, reasons::words(lang, *reason)),
            said: written(note),
            ..Words::default()
        },
        Message::ReviewRefused { book, reason, note } => Words {
            subject: t.review_refused_subject(book),
            text: t.review_refused_text(shop, book, reasons::words(lang, *reason)),
            said: written(note),
            ..Words::default()
        },
        Message::ReviewAnswered { book, answer } => Words {
            subject: t.review_answered_subject(book),
            text: t.review_answered_text(shop, book),
            said: written(answer),
            ..Words::default()
        },
        Message::ReviewLabelled { book } => Words {
            subject: t.review_labelled_subject(book),
            text: t.review_labelled_text(shop, book),
            ..Words::default()
        },
        Message::OccasionReminder {
            list,
            occasion,
            link,
        } => {
            let (what, on) = (
                occasions::words(lang, occasion),
                dates::long(lang, &occasion.on),
            );
            let list = occasions::named(lang, list);
            Words {
                subject: t.occasion_reminder_subject(&on, &what),
                text: t.occasion_reminder_text(shop, &list, &what, &on),
                button: Some((t.occasion_reminder_button(), link.clone())),
                note: Some(t.occasion_reminder_note().to_owned()),
                ..Words::default()
            }
        }
        Message::CaseAnswered {
            case,
            text,
            link,
            rate,
        } => {
            let (t, what) = (Feedback(lang), feedback::kind(lang, *case));
            Words {
                subject: t.answered_subject(shop, what),
                text: t.answered_text(shop, what),
                button: Some((t.follow(), spoken(link, lang))),
                said: written(text),
                question: satisfied(lang, rate),
                ..Words::default()
            }
        }
        Message::CaseResolved { case, link, rate } => {
            let (t, what) = (Feedback(lang), feedback::kind(lang, *case));
            Words {
                subject: t.resolved_subject(shop, what),
                text: t.resolved_text(shop, what),
                button: Some((t.follow(), spoken(link, lang))),
                note: Some(t.resolved_note().to_owned()),
                question: satisfied(lang, rate),
                ..Words::default()
            }
        }
        Message::CaseOverdue { case, clock, link } => {
            let (t, what) = (Cases(lang), feedback::kind(lang, *case));
            let text = match clock {
                CaseClock::Answer => t.overdue_answer_text(shop, what),
                CaseClock::Resolve => t.overdue_resolve_text(shop, what),
            };
            Words {
                subject: t.overdue_subject(shop, what),
                text,
                button: Some((t.overdue_look(), link.clone())),
                ..Words::default()
            }
        }
        Message::ReturnDecided {
            approved,
            order,
            link,
        } => {
            let t = Feedback(lang);
            let (subject, text) = if *approved {
                (t.approved_subject(order), t.approved_text(shop, order))
            } else {
                (t.refused_subject(order), t.refused_text(shop, order))
            };
            Words {
                subject,
                text,
                button: Some((t.follow(), spoken(link, lang))),
                ..Words::default()
            }
        }
        Message::GiftGone { book } => Words {
            subject: t.gift_gone_subject(book),
            text: t.gift_gone_text(shop, book),
            note: Some(t.gift_gone_note().to_owned()),
            ..Words::default()
        },
        Message::WishNews { news } => {
            let t = Alerts(lang);
            let all: Vec<_> = news.iter().map(|told| told.news.clone()).collect();
            let lines = offers::digest(lang, &all).into_iter();
            Words {
                subject: t.news_subject(shop),
                text: t.news_text().to_owned(),
                note: Some(t.news_note(shop)),
                links: lines
                    .map(|(at, line)| (line, news[at].link.clone()))
                    .collect(),
                ..Words::default()
            }
        }
        Message::PointsTakenBack {
            order,
            points,
            missed,
            balance,
        } => {
            let t = Points(lang);
            let note = match balance {
                0.. => t.taken_back_note(&numbers::points(*balance)),
                _ => t.owed_note(&numbers::points(-balance)),
            };
            if *points == 0 {
                return Words {
                    subject: t.taken_back_subject(order),
                    text: t.let_go_text(order, &numbers::points(*missed), shop),
                    note: Some(note),
                    ..Words::default()
                };
            }
            let spent = (*missed > 0).then(|| t.missed_spent(&numbers::points(*missed)));
            let points = numbers::points(*points);
            // What somebody else has bought is not named.
            let (subject, text) = match order.as_str() {
                "" => {
                    let t = Referrals(lang);
                    (t.undone_subject().to_owned(), t.undone_text(shop, &points))
                }
                order => (
                    t.taken_back_subject(order),
                    t.taken_back_text(shop, &points, order),
                ),
            };
            Words {
                subject,
                text,
                note: spent.or(Some(note)),
                ..Words::default()
            }
        }
        Message::PointsExpiring { points, until } => {
            let t = Points(lang);
            let (points, until) = (numbers::points(*points), dates::long(lang, until));
            Words {
                subject: t.expiring_subject(&points, &until),
                text: t.expiring_text(shop, &points, &until),
                ..Words::default()
            }
        }
        Message::BirthdayGift { points, until } => {
            let t = Points(lang);
            let until = (!until.is_empty()).then(|| dates::long(lang, until));
            Words {
                subject: t.birthday_subject(shop),
                text: t.birthday_text(shop, &numbers::points(*points)),
                note: until.map(|day| t.birthday_note(&day)),
                ..Words::default()
            }
        }
        Message::TierReached { tier, until } => {
            let tier = name_in(tier, lang);
            Words {
                subject: Tiers(lang).reached_subject(tier),
                text: Tiers(lang).reached_text(shop, tier, &dates::long(lang, until)),
                ..Words::default()
            }
        }
        Message::TierEnding {
            tier,
            until,
            missing,
            measure,
            currency,
        } => {
            let t = Tiers(lang);
            let (tier, until) = (name_in(tier, lang), dates::long(lang, until));
            let more = missing.zip(*measure);
            let more = more.map(|(more, measure)| tiers::amount(lang, measure, currency, more));
            Words {
                subject: t.ending_subject(tier, &until),
                text: match more {
                    Some(amount) => t.ending_text(shop, tier, &until, &amount),
                    None => t.ending_gone_text(shop, tier, &until),
                },
                ..Words::default()
            }
        }
        Message::ReviewRequest { books, again, .. } => {
            let first = books.first().map_or("", |book| book.title.as_str());
            let links = books.iter();
            Words {
                subject: if *again {
                    t.review_request_again_subject(first)
                } else {
                    t.review_request_subject(first)
                },
                text: t.review_request_text(shop),
                note: Some(t.review_request_note().to_owned()),
                links: links
                    .map(|book| (book.title.clone(), book.link.clone()))
                    .collect(),
                ..Words::default()
            }
        }
    }
}

/// What somebody of the staff has written, if anything.
fn written(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn plain(
    lang: Lang,
    hello: &str,
    words: &Words,
    sent_by: &str,
    end: Option<&(&str, unsubscribe::Words)>,
) -> String {
    let links: Vec<String> = words
        .links
        .iter()
        .map(|(name, link)| format!("{name}\n{link}"))
        .collect();
    let mut parts = vec![hello, &words.text];
    parts.extend(words.said.as_deref());
    if let Some((_, link)) = &words.button {
        parts.push(link);
    }
    parts.extend(links.iter().map(String::as_str));
    parts.extend(words.note.as_deref());
    let question = words.question.as_ref().map(|(words, answers)| {
        let colon = Common(lang).colon();
        let answers = answers
            .iter()
            .map(|(name, link)| format!("{name}{colon}{link}"));
        let answers: Vec<_> = answers.collect();
        format!("{words}\n{}", answers.join("\n"))
    });
    parts.extend(question.as_deref());
    parts.extend(["-- ", sent_by]);
    let mut text = parts.join("\n\n");
    text = text.replace("-- \n\n", "-- \n");
    if let Some((link, end)) = end {
        text = format!("{text}\n{} {link}", end.here);
    }
    text.push('\n');
    text
}

/// Tables and inline styles, because that is what mail programs understand. No pictures and nothing from
/// anywhere else: opening a message tells nobody.
fn html(
    lang: Lang,
    shop: &str,
    hello: &str,
    words: &Words,
    sent_by: &str,
    end: Option<&(&str, unsubscribe::Words)>,
) -> String {
    let mut html = Html::default();
    html.raw("<!doctype html><html lang=\"")
        .raw(lang.tag())
        .raw(
            "\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>",
        )
        .text(&words.subject)
        .raw(
            "</title></head><body style=\"margin:0;padding:24px 16px;font:16px/1.6 -apple-system,\
             'Segoe UI',Roboto,'PingFang SC','Hiragino Sans','Microsoft YaHei',sans-serif\">\
             <table role=\"presentation\" width=\"100%\" style=\"max-width:560px;margin:0 auto;\
             border-collapse:collapse\"><tr><td style=\"padding:0 0 16px;font-size:18px;\
             font-weight:600;border-bottom:1px solid #8884\">",
        )
        .text(shop)
        .raw("</td></tr><tr><td style=\"padding:24px 0\"><p style=\"margin:0 0 16px\">")
        .text(hello)
        .raw("</p><p style=\"margin:0 0 24px\">")
        .text(&words.text)
        .raw("</p>");
    if let Some(said) = &words.said {
        html.raw(
            "<p style=\"margin:0 0 24px;padding:0 0 0 16px;border-left:3px solid #8884;\
             white-space:pre-line\">",
        )
        .text(said)
        .raw("</p>");
    }
    if let Some((label, link)) = &words.button {
        html.raw("<p style=\"margin:0 0 12px\"><a href=\"")
            .text(link)
            .raw(
                "\" style=\"display:inline-block;padding:12px 24px;border-radius:3px;\
                 background:#8a2f1f;color:#fffaf4;text-decoration:none;font-weight:600\">",
            )
            .text(label)
            .raw("</a></p><p style=\"margin:0 0 24px;font-size:13px;word-break:break-all\">")
            .text(Notifications(lang).link_instead())
            .raw("<br>")
            .text(link)
            .raw("</p>");
    }
    for (name, link) in &words.links {
        html.raw("<p style=\"margin:0 0 16px;font-weight:600\"><a href=\"")
            .text(link)
            .raw("\" style=\"color:inherit\">")
            .text(name)
            .raw("</a></p>");
    }
    if let Some(note) = &words.note {
        html.raw("<p style=\"margin:0 0 16px;font-size:14px\">")
            .text(note)
            .raw("</p>");
    }
    if let Some((question, answers)) = &words.question {
        html.raw("<p style=\"margin:24px 0 8px;font-weight:600\">")
            .text(question)
            .raw("</p>");
        for (name, link) in answers {
            // As high as a finger needs.
            html.raw("<p style=\"margin:0\"><a href=\"")
                .text(link)
                .raw("\" style=\"display:inline-block;padding:10px 0;color:inherit\">")
                .text(name)
                .raw("</a></p>");
        }
    }
    html.raw(
        "</td></tr><tr><td style=\"padding:16px 0 0;font-size:13px;border-top:1px solid #8884\">",
    )
    .text(sent_by);
    if let Some((link, end)) = end {
        html.raw("<br><a href=\"")
            .text(link)
            .raw("\" style=\"color:inherit\">")
            .text(end.button)
            .raw("</a>");
    }
    html.raw("</td></tr></table></body></html>");
    html.finish()
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
