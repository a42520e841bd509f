//! Photos in the form: as for reviews, but that what is on them need not be said, and that they wait on the device where there is
//! no network.

use crate::html::Html;
use crate::{photos, texts};
use bookplate_wire::Code;
use bookplate_wire::feedback::element::{FeedbackData, KeptPhoto, PhotoState, ShownFeedback};

/// The control that chooses them, and what has been chosen.
pub(super) fn place(html: &mut Html, data: &FeedbackData) {
    let texts = texts::Photos(data.lang);
    html.raw("<fieldset class=\"field\"><legend>")
        .text(texts.photos())
        .raw("</legend><ol class=\"chosen\"></ol><div class=\"choose\">");
    photos::chooser(html, data.lang, texts.add(), "");
    html.raw("</div><div class=\"fault\" id=\"photos-fault\" role=\"alert\"></div></fieldset>");
}

/// What has been chosen.
pub(super) fn list(html: &mut Html, data: &FeedbackData, shown: &ShownFeedback) {
    let texts = texts::Photos(data.lang);
    for (number, photo) in (1..).zip(&shown.photos) {
        html.raw("<li>");
        if photo.thumbnail.is_empty() {
            html.raw("<span class=\"no-picture\"></span>");
        } else {
            html.raw("<img width=\"64\" height=\"64\" alt=\"\" src=\"")
                .text(&data.api)
                .text(&photo.thumbnail)
                .raw("\">");
        }
        html.raw("<span class=\"about-photo\"><bdi>")
            .text(&photo.name)
            .raw("</bdi>");
        let words = state(data, shown, number, photo);
        if !words.is_empty() {
            html.raw(if photo.state == PhotoState::Refused {
                "<span class=\"fault\">"
            } else {
                "<span class=\"hint\">"
            })
            .text(&words)
            .raw("</span>");
        }
        html.raw("</span><button type=\"button\" class=\"close\" data-do=\"remove\" data-id=\"")
            .text(&photo.key)
            .raw("\" aria-label=\"")
            .text(&texts.remove(number))
            .raw("\"><span class=\"cross\"></span></button></li>");
    }
}

fn state(data: &FeedbackData, shown: &ShownFeedback, number: u32, photo: &KeptPhoto) -> String {
    let texts = texts::Feedback(data.lang);
    match photo.state {
        PhotoState::Sent => String::new(),
        PhotoState::Sending => texts::Photos(data.lang).sending(number),
        PhotoState::Kept if shown.files_last => texts.photo_waits().to_owned(),
        PhotoState::Kept => texts.photo_page().to_owned(),
        PhotoState::Refused => photos::fault(data.lang, code(&photo.code)).to_owned(),
    }
}

/// Those that there are words for.
fn code(code: &str) -> Code {
    const KNOWN: [Code; 6] = [
        Code::PhotoTooLarge,
        Code::TooLarge,
        Code::PhotoUnreadable,
        Code::MediaTypeUnsupported,
        Code::PhotoLimit,
        Code::PhotoNotFound,
    ];
    let found = KNOWN.into_iter().find(|known| known.as_str() == code);
    found.unwrap_or(Code::Unavailable)
}
