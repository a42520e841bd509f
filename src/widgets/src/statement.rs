//! Points and what explains them: the same in `<bookplate-points>` and on the hosted pages.

use crate::html::Html;
use crate::{dates, money, numbers, texts};
use bookplate_wire::Lang;
use bookplate_wire::points::rewards::name_in;
use bookplate_wire::points::rules::{
    BASE, BIRTHDAY, FIRST_ORDER, REFERRAL, REVIEW, SIGN_UP, SURVEY, WELCOME,
};
use bookplate_wire::points::{EntryKind, PointsBalance, PointsEntry};

/// How many points there are, what they are worth, and what becomes of them.
pub fn figures(html: &mut Html, lang: Lang, balance: &PointsBalance) {
    let words = texts::Points(lang);
    let number = |points: i64| words.number(&numbers::points(points));
    html.raw(
        "<div class=\"rows balance\" part=\"balance\"><div class=\"row\"><div class=\"what\">",
    );
    titled(html, words.available(), &number(balance.available));
    for worth in balance.worth.iter().filter(|worth| worth.amount > 0) {
        quiet(html, &words.worth(&money::written(lang, worth)));
    }
    if balance.available < 0 {
        html.raw("<p>").text(words.owes()).raw("</p>");
    }
    if let Some(expires) = &balance.expires {
        let until = dates::long(lang, &expires.until);
        html.raw("<p>")
            .text(&words.expires(&numbers::points(expires.points), &until))
            .raw("</p>");
    }
    html.raw("</div></div>");
    if balance.pending > 0 {
        html.raw("<div class=\"row\"><div class=\"what\">");
        titled(html, words.pending(), &number(balance.pending));
        match &balance.matures {
            Some(next) => {
                let from = dates::long(lang, &next.on);
                html.raw("<p>")
                    .text(&words.matures(&numbers::points(next.points), &from))
                    .raw("</p>");
            }
            None => quiet(html, words.pending_hint()),
        }
        html.raw("</div></div>");
    }
    html.raw("</div>");
}

fn titled(html: &mut Html, what: &str, number: &str) {
    html.raw("<p class=\"title\">")
        .text(what)
        .raw(" <span class=\"points-sum\">")
        .text(number)
        .raw("</span></p>");
}

fn quiet(html: &mut Html, words: &str) {
    html.raw("<p class=\"quiet\">").text(words).raw("</p>");
}

/// What a kind of entry is called.
pub fn kind(lang: Lang, kind: EntryKind) -> &'static str {
    let words = texts::Points(lang);
    match kind {
        EntryKind::Earned => words.earned(),
        EntryKind::Matured => words.matured(),
        EntryKind::TakenBack => words.taken_back(),
        EntryKind::Expired => words.expired(),
        EntryKind::Adjusted => words.adjusted(),
        EntryKind::Held => words.held(),
        EntryKind::Released => words.released(),
        EntryKind::Spent => words.spent_kind(),
        EntryKind::Returned => words.returned(),
        EntryKind::Recovered => words.recovered(),
        EntryKind::Redeemed => words.redeemed(),
        EntryKind::Cancelled => words.cancelled(),
    }
}

/// Why an entry is there.
fn why(lang: Lang, entry: &PointsEntry) -> String {
    let words = texts::Points(lang);
    let order = &entry.order;
    let reward = name_in(&entry.reward, lang);
    let of = |id: &str| entry.rule.as_ref().is_some_and(|rule| rule.id == id);
    let of_review = of(REVIEW);
    match entry.kind {
        EntryKind::Earned => match &entry.rule {
            Some(rule) if rule.id == SIGN_UP => words.why_sign_up().to_owned(),
            Some(rule) if rule.id == BIRTHDAY => words.why_birthday().to_owned(),
            Some(rule) if rule.id == REVIEW => words.why_review().to_owned(),
            Some(rule) if rule.id == SURVEY => words.why_survey().to_owned(),
            Some(rule) if rule.id == REFERRAL => texts::Referrals(lang).why_referral().to_owned(),
            Some(rule) if rule.id == WELCOME => texts::Referrals(lang).why_welcome(order),
            Some(rule) if rule.id == FIRST_ORDER => words.why_first_order(order),
            Some(rule) if !rule.tier.is_empty() => {
                texts::Tiers(lang).why_tier(name_in(&rule.tier, lang), order)
            }
            Some(rule) if rule.id != BASE => words.why_bonus(&rule.name, order),
            _ => words.why_base(order),
        },
        EntryKind::Matured if of_review => words.why_matured_review().to_owned(),
        EntryKind::Matured if of(SURVEY) => words.why_matured_survey().to_owned(),
        EntryKind::Matured if of(REFERRAL) || of(WELCOME) => {
            texts::Referrals(lang).why_matured().to_owned()
        }
        EntryKind::Matured => words.why_matured(order),
        EntryKind::TakenBack if of_review => words.why_review_gone().to_owned(),
        EntryKind::TakenBack if of(REFERRAL) => texts::Referrals(lang).why_undone().to_owned(),
        EntryKind::TakenBack => words.why_taken_back(order),
        EntryKind::Expired => words.why_expired().to_owned(),
        EntryKind::Adjusted => words.why_adjusted().to_owned(),
        EntryKind::Held => words.why_held().to_owned(),
        EntryKind::Released => words.why_released().to_owned(),
        EntryKind::Spent => words.why_spent(order),
        EntryKind::Returned => words.why_returned(order),
        EntryKind::Recovered => words.why_recovered().to_owned(),
        EntryKind::Redeemed => words.why_redeemed(reward),
        EntryKind::Cancelled => words.why_cancelled(reward),
    }
}

/// A number with its sign: `+12`, `−3`.
fn signed(points: i64) -> String {
    let mut out = String::new();
    if points > 0 {
        out.push('+');
    }
    out.push_str(&numbers::points(points));
    out
}

/// An entry of the statement, as the content of its line in a list.
pub fn entry(html: &mut Html, lang: Lang, entry: &PointsEntry) {
    let words = texts::Points(lang);
    // What only changes sides says so by its kind; the sum that can be used is what counts then.
    let change = if entry.available != 0 || entry.pending == 0 {
        signed(entry.available)
    } else {
        words.change_pending(&signed(entry.pending))
    };
    html.raw("<div class=\"what\"><p class=\"title\"><span class=\"points-sum\">")
        .text(&change)
        .raw("</span> · ")
        .text(&why(lang, entry))
        .raw("</p>");
    for text in [&entry.title, &entry.reason] {
        if !text.is_empty() {
            html.raw("<p dir=\"auto\">").text(text).raw("</p>");
        }
    }
    becomes(html, lang, entry);
    if entry.missed > 0 {
        let missed = numbers::points(entry.missed);
        let missed = match entry.kind {
            EntryKind::TakenBack => words.missed_spent(&missed),
            EntryKind::Recovered => words.missed_recovered(&missed),
            _ => words.missed_cap(&missed),
        };
        quiet(html, &missed);
    }
    html.raw("<p class=\"quiet facts\"><time datetime=\"")
        .text(&entry.on)
        .raw("\">")
        .text(&dates::long(lang, &entry.on))
        .raw("</time> ");
    if let Some(rule) = &entry.rule {
        // What a refund takes is told line by line; several rules have earned by the same line.
        let name = match &*rule.name {
            "" => name_in(&rule.tier, lang),
            name => name,
        };
        if entry.kind == EntryKind::TakenBack && !name.is_empty() {
            html.raw("<span>").text(name).raw("</span> ");
        }
        html.raw("<span>")
            .text(&words.rule(&numbers::plain(rule.version)))
            .raw("</span> ");
    }
    html.raw("<span>")
        .text(&words.balance(&numbers::points(entry.balance)))
        .raw("</span></p></div>");
}

/// What becomes of the points of an entry: from when they can be used, or until when what is left of them can.
fn becomes(html: &mut Html, lang: Lang, entry: &PointsEntry) {
    let words = texts::Points(lang);
    let (class, said) = if !entry.usable_from.is_empty() {
        let from = dates::long(lang, &entry.usable_from);
        ("pending", words.usable_from(&from))
    } else if !entry.usable_until.is_empty() {
        let until = dates::long(lang, &entry.usable_until);
        let left = numbers::points(entry.left);
        ("expiring", words.usable_until(&left, &until))
    } else {
        return;
    };
    html.raw("<p class=\"becomes ")
        .raw(class)
        .raw("\" part=\"becomes\">")
        .text(&said)
        .raw("</p>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::points::{EntryRule, PointsMaturity};

    fn earned() -> PointsEntry {
        PointsEntry {
            id: "pts_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b".parse().unwrap(),
            kind: EntryKind::Earned,
            at: 1_741_780_800_000,
            on: "2025-03-12".into(),
            available: 0,
            pending: 1_200,
            balance: -3,
            missed: 0,
            left: 1_200,
            usable_from: "2025-03-27".into(),
            usable_until: String::new(),
            order: "A-1".into(),
            line: "1".into(),
            title: "Emma <1>".into(),
            refund: String::new(),
            rule: Some(EntryRule {
                id: "base".into(),
                name: String::new(),
                version: 2,
                tier: Vec::new(),
            }),
            reward: Vec::new(),
            reason: String::new(),
        }
    }

    fn written(one: &PointsEntry) -> String {
        let mut html = Html::default();
        entry(&mut html, Lang::En, one);
        html.finish()
    }

    #[test]
    fn an_entry_says_how_much_why_by_which_rule_and_from_when_on() {
        let html = written(&earned());
        for part in [
            "+1,200 pending",
            "For your order A-1",
            "Emma &lt;1&gt;",
            "Can be used from 27 March 2025",
            "Rules, version 2",
            "Then usable: \u{2212}3",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn what_is_left_says_until_when() {
        let html = written(&PointsEntry {
            usable_from: String::new(),
            usable_until: "2026-03-31".into(),
            left: 700,
            ..earned()
        });
        assert!(
            html.contains("700 of them can be used until 31 March 2026"),
            "{html}"
        );
    }

    #[test]
    fn the_figures_say_what_comes_next() {
        let mut html = Html::default();
        let balance = PointsBalance {
            tier: None,
            available: 0,
            pending: 50,
            matures: Some(PointsMaturity {
                points: 20,
                at: 0,
                on: "2026-12-15".into(),
            }),
            expires: None,
            worth: Vec::new(),
        };
        figures(&mut html, Lang::En, &balance);
        let html = html.finish();
        assert!(
            html.contains("20 points can be used from 15 December 2026"),
            "{html}"
        );
    }
}
