//! The words of an email, in the language of who gets it.

use super::unsubscribe;
use crate::shops::{minute, zone_named};
use bookplate_site::console_page::role_name;
use bookplate_store::notifications::Message;
use bookplate_widgets::html::Html;
use bookplate_widgets::texts::{Alerts, Feedback, Notifications, Points, Tiers};
use bookplate_widgets::{dates, feedback, money, numbers, occasions, offers, reasons, tiers};
use bookplate_wire::Lang;
use bookplate_wire::points::rewards::name_in;

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
    note: Option<String>,
    /// Several places to go to, each with its name.
    links: Vec<(String, String)>,
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
        text: plain(&hello, &words, &sent_by, end.as_ref()),
        html: html(lang, shop, &hello, &words, &sent_by, end.as_ref()),
        subject: words.subject,
    }
}

fn words(message: &Message, lang: Lang, shop: &str, zone: &str) -> Words {
    let t = Notifications(lang);
    match message {
        Message::ConfirmEmail { link, .. } => Words {
            subject: t.confirm_email_subject(shop),
            text: t.confirm_email_text(shop),
            button: Some((t.confirm_email_button(), link.clone())),
            note: Some(t.confirm_email_note().to_owned()),
            ..Words::default()
        },
        Message::AlreadyRegistered { link } => Words {
            subject: t.already_registered_subject(shop),
            text: t.already_registered_text(shop),
            button: Some((t.already_registered_button(), link.clone())),
            note: Some(t.already_registered_note().to_owned()),
            ..Words::default()
        },
        Message::ResetPassword { link } => Words {
            subject: t.reset_password_subject(shop),
            text: t.reset_password_text(shop),
            button: Some((t.reset_password_button(), link.clone())),
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
            note: written(note),
            ..Words::default()
        },
        Message::ReviewRefused { book, reason, note } => Words {
            subject: t.review_refused_subject(book),
            text: t.review_refused_text(shop, book, reasons::words(lang, *reason)),
            note: written(note),
            ..Words::default()
        },
        Message::ReviewAnswered { book, answer } => Words {
            subject: t.review_answered_subject(book),
            text: t.review_answered_text(shop, book),
            note: written(answer),
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
        Message::CaseAnswered { case, text, link } => {
            let (t, what) = (Feedback(lang), feedback::kind(lang, *case));
            Words {
                subject: t.answered_subject(shop, what),
                text: t.answered_text(shop, what),
                button: Some((t.follow(), link.clone())),
                note: Some(text.clone()),
                ..Words::default()
            }
        }
        Message::CaseResolved { case, link } => {
            let (t, what) = (Feedback(lang), feedback::kind(lang, *case));
            Words {
                subject: t.resolved_subject(shop, what),
                text: t.resolved_text(shop, what),
                button: Some((t.follow(), link.clone())),
                note: Some(t.resolved_note().to_owned()),
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
                button: Some((t.follow(), link.clone())),
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
            let links = news.iter();
            Words {
                subject: t.news_subject(shop),
                text: t.news_text().to_owned(),
                note: Some(t.news_note(shop)),
                links: links
                    .map(|told| (offers::news(lang, &told.news), told.link.clone()))
                    .collect(),
                ..Words::default()
            }
        }
        Message::PointsTakenBack {
            order,
            points,
            balance,
        } => {
            let t = Points(lang);
            let [points, balance] = [*points, *balance].map(numbers::points);
            Words {
                subject: t.taken_back_subject(order),
                text: t.taken_back_text(shop, &points, order),
                note: Some(t.taken_back_note(&balance)),
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
    if let Some((_, link)) = &words.button {
        parts.push(link);
    }
    parts.extend(links.iter().map(String::as_str));
    parts.extend(words.note.as_deref());
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
    if let Some((label, link)) = &words.button {
        html.raw("<p style=\"margin:0 0 24px\"><a href=\"")
            .text(link)
            .raw(
                "\" style=\"display:inline-block;padding:12px 24px;border-radius:6px;\
                 background:#1f4b8f;color:#ffffff;text-decoration:none;font-weight:600\">",
            )
            .text(label)
            .raw("</a></p>");
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
    if let Some((_, link)) = &words.button {
        html.raw("<p style=\"margin:0;font-size:13px;word-break:break-all\">")
            .text(Notifications(lang).link_instead())
            .raw("<br>")
            .text(link)
            .raw("</p>");
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
mod tests {
    use super::*;
    use bookplate_store::notifications::{RequestedBook, ToldWish};
    use bookplate_wire::feedback::CaseKind;
    use bookplate_wire::notifications::{WishNews, WishNewsKind};
    use bookplate_wire::orders::Money;
    use bookplate_wire::points::rewards::RewardName;
    use bookplate_wire::points::tiers::TierMeasure;
    use bookplate_wire::reviews::writing::Reason;
    use bookplate_wire::staff::Role;
    use bookplate_wire::wishlists::occasions::{Occasion, OccasionKind};

    #[test]
    fn a_letter_says_the_same_twice() {
        let link = "https://x.example/confirm?token=abc&lang=en".to_owned();
        let message = confirmation(link);
        let letter = write(&message, Lang::En, ("Books & Co", "UTC"), "Lin", None);
        assert_eq!(letter.subject, "Confirm your email address for Books & Co");
        assert!(
            letter.text.starts_with("Hello Lin,\n\nSomebody"),
            "{}",
            letter.text
        );
        assert!(
            letter
                .text
                .contains("\nhttps://x.example/confirm?token=abc&lang=en\n")
        );
        assert!(
            letter
                .html
                .contains("href=\"https://x.example/confirm?token=abc&amp;lang=en\"")
        );
        assert!(letter.html.contains("Books &amp; Co"));
    }

    fn confirmation(link: String) -> Message {
        let sign_up = String::from("abc");
        Message::ConfirmEmail { link, sign_up }
    }

    /// To be a manager, until noon of a day in London.
    fn invitation(link: String) -> Message {
        Message::StaffInvitation {
            invitation: "inv_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b".parse().unwrap(),
            role: Role::Manager,
            link,
            until: 1_741_780_800_000,
        }
    }

    #[test]
    fn an_invitation_says_to_what_and_until_when_in_the_shops_time() {
        let message = invitation("https://x.example/console/enter?token=abc".to_owned());
        let shop = ("Books & Co", "Asia/Shanghai");
        let letter = write(&message, Lang::En, shop, "", None);
        assert_eq!(letter.subject, "Join the staff of Books & Co");
        for words in ["“Manager”", "until 12 March 2025 20:00 (Asia/Shanghai)"] {
            assert!(letter.text.contains(words), "{}", letter.text);
        }
        assert!(letter.html.contains("enter?token=abc"));
    }

    fn request(again: bool) -> Message {
        let book = |title: &str, link: &str| RequestedBook {
            title: title.to_owned(),
            link: link.to_owned(),
        };
        Message::ReviewRequest {
            order: "1001".into(),
            books: vec![
                book("围城", "https://shop.example/1"),
                book("<Emma>", "https://shop.example/2?a&b"),
            ],
            again,
        }
    }

    fn reminder(list: &str) -> Message {
        Message::OccasionReminder {
            list: list.to_owned(),
            occasion: Occasion {
                kind: OccasionKind::Birthday,
                words: String::new(),
                on: "2027-05-12".into(),
            },
            link: "https://x.example/shops/pk_demo/wishlists/abc".into(),
        }
    }

    #[test]
    fn a_reminder_says_of_what_and_when_and_leads_to_the_list() {
        let letter = write(
            &reminder("Lin’s wishes"),
            Lang::En,
            ("Books & Co", "UTC"),
            "",
            None,
        );
        assert_eq!(letter.subject, "Coming up on 12 May 2027: Birthday");
        for words in ["“Lin’s wishes”", "/shops/pk_demo/wishlists/abc"] {
            assert!(letter.text.contains(words), "{}", letter.text);
        }
    }

    #[test]
    fn each_book_that_a_review_is_asked_for_has_its_link() {
        let letter = write(
            &request(false),
            Lang::En,
            ("Books & Co", "UTC"),
            "Lin",
            None,
        );
        assert!(
            letter.text.contains("\n围城\nhttps://shop.example/1\n"),
            "{}",
            letter.text
        );
        let link =
            "<a href=\"https://shop.example/2?a&amp;b\" style=\"color:inherit\">&lt;Emma&gt;</a>";
        assert!(letter.html.contains(link), "{}", letter.html);
    }

    fn gold() -> Vec<RewardName> {
        vec![RewardName {
            language: Lang::En,
            name: "Gold".into(),
        }]
    }

    fn ending(missing: Option<i64>, measure: Option<TierMeasure>, currency: &str) -> Message {
        Message::TierEnding {
            tier: gold(),
            until: "2027-05-31".into(),
            missing,
            measure,
            currency: currency.into(),
        }
    }

    fn news() -> Message {
        let isbn = "9780141439587".parse().unwrap();
        let told = |kind| ToldWish {
            news: WishNews {
                title: "<Emma>".into(),
                ..WishNews::new(kind, isbn)
            },
            link: "https://shop.example/2?a&b".into(),
        };
        let kinds = [
            WishNewsKind::PriceDrop,
            WishNewsKind::BackInStock,
            WishNewsKind::NewFormat,
            WishNewsKind::NewByAuthor,
            WishNewsKind::NewInSeries,
        ];
        Message::WishNews {
            news: kinds.map(told).into(),
        }
    }

    fn decided(approved: bool, link: &str) -> Message {
        Message::ReturnDecided {
            approved,
            order: "1001".into(),
            link: link.to_owned(),
        }
    }

    #[test]
    fn every_message_has_words_in_every_language() {
        let link = String::from("https://x.example/");
        let amount = Money {
            amount: 1_250,
            currency: "CNY".into(),
        };
        let messages = [
            confirmation(link.clone()),
            Message::AlreadyRegistered { link: link.clone() },
            Message::ResetPassword { link: link.clone() },
            invitation(link.clone()),
            Message::PasswordChanged,
            Message::RefundNoted {
                order: "1001".into(),
                amount,
            },
            Message::ReviewPublished {
                book: "围城".into(),
            },
            Message::ReviewChanges {
                book: "围城".into(),
                reason: Reason::Spoiler,
                note: String::new(),
            },
            Message::ReviewRefused {
                book: "围城".into(),
                reason: Reason::Other,
                note: "Please write about the book.".into(),
            },
            Message::ReviewAnswered {
                book: "围城".into(),
                answer: "Thank you.".into(),
            },
            Message::ReviewLabelled {
                book: "围城".into(),
            },
            request(false),
            request(true),
            reminder(""),
            reminder("Wishes of ours"),
            Message::GiftGone {
                book: "围城".into(),
            },
            Message::CaseAnswered {
                case: CaseKind::Question,
                text: "On Monday.".into(),
                link: link.clone(),
            },
            Message::CaseResolved {
                case: CaseKind::Complaint,
                link: link.clone(),
            },
            decided(true, &link),
            decided(false, &link),
            news(),
            Message::PointsTakenBack {
                order: "1001".into(),
                points: 120,
                balance: -20,
            },
            Message::PointsExpiring {
                points: 1_200,
                until: "2027-05-31".into(),
            },
            Message::TierReached {
                tier: gold(),
                until: "2027-05-31".into(),
            },
            ending(Some(4_320), Some(TierMeasure::Spend), "EUR"),
            ending(Some(3), Some(TierMeasure::Visits), ""),
            ending(None, None, ""),
        ];
        for lang in Lang::ALL {
            for message in &messages {
                let letter = write(
                    message,
                    lang,
                    ("晴窗书店", "Asia/Shanghai"),
                    "",
                    Some("https://x.example/unsubscribe"),
                );
                assert!(letter.text.contains("晴窗书店"), "{}", letter.text);
                assert!(!letter.text.contains('{') && !letter.subject.contains('{'));
            }
        }
    }

    #[test]
    fn a_name_cannot_become_markup() {
        let letter = write(
            &Message::PasswordChanged,
            Lang::En,
            ("Shop", "UTC"),
            "<b>x",
            None,
        );
        assert!(letter.html.contains("&lt;b&gt;x"), "{}", letter.html);
    }
}
