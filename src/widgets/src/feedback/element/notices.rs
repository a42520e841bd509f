//! What the element says: what is kept on the device, what waits, and what has become of it.

use crate::feedback::kind;
use crate::html::Html;
use crate::texts;
use bookplate_wire::feedback::element::{FeedbackData, ShownFeedback, TakenCase};
use bookplate_wire::feedback::{own_path, track_path};

/// A button that is listened to.
pub(super) fn button(html: &mut Html, what: &'static str, id: &str, words: &str) {
    html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"")
        .raw(what)
        .raw("\" data-id=\"")
        .text(id)
        .raw("\">")
        .text(words)
        .raw("</button>");
}

/// What waits, and what has become of what did.
pub(super) fn on_device(html: &mut Html, data: &FeedbackData, shown: &ShownFeedback) {
    let texts = texts::Feedback(data.lang);
    for one in &shown.waiting {
        let kind = kind(data.lang, one.kind);
        html.raw("<p class=\"waits\">").text(&if one.sending {
            texts.kept_sending(kind)
        } else if shown.lasts {
            texts.kept(kind)
        } else {
            texts.kept_page(kind)
        });
        html.raw("</p>");
    }
    for one in &shown.refused {
        html.raw("<div class=\"refused\"><p>")
            .text(&texts.kept_refused(kind(data.lang, one.kind)))
            .raw("</p><p class=\"actions\">");
        button(html, "again", &one.id, texts.look_again());
        button(html, "dismiss", &one.id, texts.throw_away());
        html.raw("</p></div>");
    }
    for one in &shown.taken {
        html.raw("<div class=\"taken\"><p>")
            .text(&texts.kept_sent(kind(data.lang, one.kind)))
            .raw("</p>");
        receipt(html, data, one);
        html.raw("<p class=\"actions\">");
        button(html, "dismiss", &one.id, texts.seen());
        html.raw("</p></div>");
    }
}

/// The same in a few words, for a button whose form is closed.
pub(super) fn in_short(html: &mut Html, data: &FeedbackData, shown: &ShownFeedback) {
    let texts = texts::Feedback(data.lang);
    let words = if !shown.taken.is_empty() {
        texts.short_sent()
    } else if !shown.refused.is_empty() {
        texts.short_refused()
    } else if shown.waiting.iter().any(|one| one.sending) {
        texts.sending()
    } else if !shown.waiting.is_empty() {
        texts.short_kept()
    } else {
        return;
    };
    html.raw("<p>").text(words).raw("</p>");
}

/// What was just sent is there, and how it is followed.
pub(super) fn done(html: &mut Html, data: &FeedbackData, taken: &TakenCase) {
    let texts = texts::Feedback(data.lang);
    html.raw("<h3 tabindex=\"-1\">")
        .text(texts.sent())
        .raw("</h3>");
    receipt(html, data, taken);
    html.raw("<p class=\"actions\">");
    button(html, "another", "", texts.write_another());
    html.raw("</p>");
}

fn receipt(html: &mut Html, data: &FeedbackData, taken: &TakenCase) {
    let texts = texts::Feedback(data.lang);
    if taken.left_out > 0 {
        html.raw("<p>")
            .text(&texts.left_out(taken.left_out))
            .raw("</p>");
    }
    if let Some(case) = &taken.case {
        html.raw("<p><a class=\"button main\" part=\"button\" data-enter=\"feedback/")
            .text(case.as_str())
            .raw("\" href=\"")
            .text(&data.api)
            .text(&own_path(&data.key, case))
            .raw("?lang=")
            .text(data.lang.tag())
            .raw("\">")
            .text(texts.follow_own())
            .raw("</a></p>");
        return;
    }
    html.raw("<div class=\"receipt\" part=\"receipt\"><p class=\"code-name\">")
        .text(texts.your_code())
        .raw("</p><p class=\"code\">")
        .text(&taken.code)
        .raw("</p><p class=\"hint\">")
        .text(texts.code_once())
        .raw("</p><p class=\"actions\">");
    button(html, "copy", &taken.code, texts.copy());
    html.raw("<a class=\"button\" part=\"button\" target=\"_blank\" rel=\"noopener\" href=\"")
        .text(&data.api)
        .text(&track_path(&data.key))
        .raw("?lang=")
        .text(data.lang.tag())
        .raw("\">")
        .text(texts.track())
        .raw("</a></p><p class=\"copied\" role=\"status\"></p></div>");
}

/// That what is written is kept, and how it is thrown away; nothing while nothing is.
pub(super) fn draft(html: &mut Html, data: &FeedbackData, shown: &ShownFeedback, found: bool) {
    let texts = texts::Feedback(data.lang);
    html.raw("<p>")
        .text(if !shown.lasts {
            texts.draft_page()
        } else if found {
            texts.draft_found()
        } else {
            texts.draft_kept()
        })
        .raw(" <button type=\"button\" class=\"textlike\" data-do=\"discard\">")
        .text(texts.throw_away())
        .raw("</button></p>");
}
