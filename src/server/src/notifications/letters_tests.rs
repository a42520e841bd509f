//! Every message in every language, and nothing of it markup.

use super::*;
use bookplate_store::notifications::{RequestedBook, ToldWish};
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::clocks::CaseClock;
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
            rate: String::new(),
        },
        Message::CaseResolved {
            case: CaseKind::Complaint,
            link: link.clone(),
            rate: link.clone(),
        },
        Message::CaseOverdue {
            case: CaseKind::Question,
            clock: CaseClock::Answer,
            link: link.clone(),
        },
        Message::CaseOverdue {
            case: CaseKind::Return,
            clock: CaseClock::Resolve,
            link: link.clone(),
        },
        decided(true, &link),
        decided(false, &link),
        news(),
        Message::PointsTakenBack {
            order: "1001".into(),
            points: 120,
            missed: 0,
            balance: -20,
        },
        Message::PointsTakenBack {
            order: "1001".into(),
            points: 100,
            missed: 20,
            balance: 0,
        },
        Message::PointsTakenBack {
            order: "1001".into(),
            points: 0,
            missed: 120,
            balance: 0,
        },
        Message::PointsExpiring {
            points: 1_200,
            until: "2027-05-31".into(),
        },
        Message::BirthdayGift {
            points: 100,
            until: "2027-05-31".into(),
        },
        Message::BirthdayGift {
            points: 100,
            until: String::new(),
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
fn an_answer_comes_first_and_what_helps_a_button_stands_below_it() {
    let link = "https://x.example/track".to_owned();
    let answered = Message::CaseAnswered {
        case: CaseKind::Question,
        text: "On Monday.".into(),
        link,
        rate: "https://x.example/rate".into(),
    };
    let letter = write(&answered, Lang::Ja, ("Shop", "UTC"), "", None);
    for (text, button, helps) in [
        (&letter.html, "track?lang=ja\"", "track?lang=ja</p>"),
        (&letter.text, "/track?lang=ja", "/track?lang=ja"),
    ] {
        let place = |words| {
            text.find(words)
                .unwrap_or_else(|| panic!("{words}: {text}"))
        };
        let places = ["On Monday.", button, helps, "rate?lang=ja&"].map(place);
        assert!(places.is_sorted(), "{text}");
    }
    assert!(letter.text.contains("：https://"), "{}", letter.text);
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
