//! Photos on reviews: as readers see them, and as their author chooses them.

use crate::html::Html;
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::problem::Code;
use bookplate_wire::reviews::photos::{Photo, ShownPhoto};

/// The photos of a review below the server's address `api`, each a link to the large one, beside the page so that nothing
/// that was begun there is lost. `author` is the name to say where nobody has told what is on a photo.
pub fn list(html: &mut Html, lang: Lang, api: &str, author: &str, photos: &[ShownPhoto]) {
    if photos.is_empty() {
        return;
    }
    html.raw("<ul class=\"photos\" part=\"photos\">");
    for photo in photos {
        html.raw("<li>");
        linked(html, lang, api, author, photo);
        html.raw("</li>");
    }
    html.raw("</ul>");
}

/// The same on a page of ours, with what is said to be on each photo in sight: the author's words like any others.
pub fn list_with_words(html: &mut Html, lang: Lang, author: &str, photos: &[ShownPhoto]) {
    html.raw("<ul class=\"photos\">");
    for photo in photos {
        html.raw("<li>");
        linked(html, lang, "", author, photo);
        if !photo.alt.is_empty() {
            html.raw("<p class=\"on-photo\" dir=\"auto\">")
                .text(&photo.alt)
                .raw("</p>");
        }
        html.raw("</li>");
    }
    html.raw("</ul>");
}

/// A thumbnail that leads to the large one.
fn linked(html: &mut Html, lang: Lang, api: &str, author: &str, photo: &ShownPhoto) {
    html.raw("<a class=\"photo\" part=\"photo\" target=\"_blank\" rel=\"noopener\" href=\"")
        .text(api)
        .text(&photo.url)
        .raw("\">");
    thumbnail(html, api, &photo.thumbnail);
    if photo.alt.is_empty() {
        html.text(&texts::Photos(lang).photo_by(author));
    } else {
        html.text(&photo.alt);
    }
    html.raw("\"></a>");
}

/// A thumbnail up to its description, with room for it before it is there. The number is also in `style/photos.css`.
fn thumbnail(html: &mut Html, api: &str, path: &str) {
    html.raw("<img width=\"96\" height=\"96\" loading=\"lazy\" decoding=\"async\" src=\"")
        .text(api)
        .text(path)
        .raw("\" alt=\"");
}

/// What kinds of files are offered to be chosen.
const ACCEPT: &str = "image/jpeg,image/png,image/webp";

/// The control that chooses files; whoever taps it on a phone is offered the camera as well.
pub fn chooser(html: &mut Html, lang: Lang, words: &str, name: &'static str) {
    html.raw("<label class=\"button\" part=\"button\">")
        .text(words)
        .raw("<input class=\"vh\" type=\"file\" multiple name=\"")
        .raw(name)
        .raw("\" accept=\"")
        .raw(ACCEPT)
        .raw("\" aria-describedby=\"photos-hint photos-fault\"></label>")
        .raw("<p class=\"hint\" id=\"photos-hint\">")
        .text(texts::Photos(lang).hint())
        .raw("</p>");
}

/// A photo that was chosen, the `number`-th: what it shows, and the field to say what is on it.
pub fn chosen(html: &mut Html, lang: Lang, api: &str, number: u32, photo: &Photo) {
    thumbnail(html, api, &photo.thumbnail);
    html.raw("\"><label class=\"alt\"><span>")
        .text(&texts::Photos(lang).alt(number))
        .raw("</span><input name=\"alt\" type=\"text\" autocomplete=\"off\" maxlength=\"200\" value=\"")
        .text(&photo.alt)
        .raw("\"></label>");
}

/// Why a photo was not taken.
pub const fn fault(lang: Lang, code: Code) -> &'static str {
    let texts = texts::Photos(lang);
    match code {
        Code::PhotoTooLarge | Code::TooLarge => texts.too_large(),
        Code::PhotoUnreadable | Code::MediaTypeUnsupported => texts.unreadable(),
        Code::PhotoLimit => texts.limit(),
        Code::PhotoNotFound => texts.gone(),
        _ => texts.failed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(alt: &str) -> ShownPhoto {
        ShownPhoto {
            url: "/photos/1/photo".into(),
            thumbnail: "/photos/1/thumbnail".into(),
            width: 4,
            height: 3,
            alt: alt.into(),
        }
    }

    #[test]
    fn each_photo_is_a_link_that_says_what_it_shows() {
        let mut html = Html::default();
        let photos = [photo(""), photo("A \"cat\"")];
        list(&mut html, Lang::En, "https://r.example", "Lin", &photos);
        let html = html.finish();
        assert_eq!(
            html.matches("href=\"https://r.example/photos/1/photo\"")
                .count(),
            2
        );
        assert!(html.contains("alt=\"Photo by Lin\""), "{html}");
        assert!(html.contains("alt=\"A &quot;cat&quot;\""), "{html}");
        assert!(html.contains("loading=\"lazy\"") && html.contains("width=\"96\""));
    }
}
