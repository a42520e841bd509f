//! What somebody has begun to write is kept on the device, until it is sent, thrown away, or its author signs out
//! (`forgetDrafts` in `element/js/identity.js`).

use super::Clerk;
use super::writing::show;
use crate::dom::{control, find, focus};
use crate::html::Html;
use crate::reviews::state::State;
use bookplate_wire::query;
use bookplate_wire::reviews::notes::Pace;
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::reviews::writing::{BODY_MAX, ReviewText};
use leptos::prelude::*;
use web_sys::Storage;

impl Clerk {
    /// Shows what was written before, if anything was.
    pub(super) fn restore_draft(&self) {
        let Some(form) = self.find(".write") else {
            return;
        };
        let kept = storage().and_then(|kept| kept.get_item(&name(self.state)).ok().flatten());
        // What was typed while wasm was on its way comes first.
        let typed = self.typed(&form);
        if !is_empty(&typed) {
            return self.keep_draft();
        }
        let Some(kept) = kept else { return };
        let (mut text, mut photos) = (ReviewText::default(), Vec::<Photo>::new());
        for (name, value) in query::pairs(&kept).flatten() {
            match name.as_str() {
                "rating" => text.rating = value.parse().unwrap_or_default(),
                "title" => text.title = value,
                "body" => text.body = value,
                "author" => text.author = value,
                "language" => text.language = value,
                "photo" => photos.extend(kept_photo(&value)),
                "thumbnail" => with_last(&mut photos, |photo| photo.thumbnail = value),
                "alt" => with_last(&mut photos, |photo| photo.alt = value),
                "incentivised" => text.incentivised = true,
                "warnings" => text.notes.warnings.push(value),
                "moods" => text.notes.moods.push(value),
                "by" => _ = self.author.replace(value),
                "pace" => text.notes.pace = Pace::from_word(&value),
                _ => {}
            }
        }
        show(self, &text, &[]);
        self.put_photos(photos);
        let texts = self.state.writing();
        let mut html = Html::default();
        html.raw("<p class=\"draft\">")
            .text(texts.draft())
            .raw(" <button type=\"button\" class=\"textlike\" data-discard=\"\">")
            .text(texts.draft_away())
            .raw("</button></p>");
        self.say(&html.finish());
    }

    /// Keeps what stands in the form now, and says how much that is.
    pub(super) fn keep_draft(&self) {
        let Some(form) = self.find(".write") else {
            return;
        };
        let text = self.typed(&form);
        self.count();
        let Some(storage) = storage() else { return };
        // A full storage keeps no draft; there is nothing to say about that.
        if is_empty(&text) {
            return self.forget_draft();
        }
        let mut kept = String::new();
        query::push(&mut kept, "rating", &text.rating.to_string());
        for (name, value) in [
            ("title", &text.title),
            ("body", &text.body),
            ("author", &text.author),
            ("language", &text.language),
        ] {
            query::push(&mut kept, name, value);
        }
        for photo in self.sent_photos() {
            query::push(&mut kept, "photo", photo.id.as_str());
            query::push(&mut kept, "thumbnail", &photo.thumbnail);
            query::push(&mut kept, "alt", &photo.alt);
        }
        // Whoever comes next on this device, perhaps only after another page, is not shown it.
        query::push(&mut kept, "by", &self.author.borrow());
        if text.incentivised {
            query::push(&mut kept, "incentivised", "true");
        }
        let notes = &text.notes;
        for (name, ids) in [("warnings", &notes.warnings), ("moods", &notes.moods)] {
            for id in ids {
                query::push(&mut kept, name, id);
            }
        }
        if let Some(pace) = notes.pace {
            query::push(&mut kept, "pace", pace.as_str());
        }
        _ = storage.set_item(&name(self.state), &kept);
    }

    /// Forgets it.
    pub(super) fn forget_draft(&self) {
        if let Some(storage) = storage() {
            _ = storage.remove_item(&name(self.state));
        }
    }

    /// Throws it away, as its author wishes.
    pub(super) fn discard_draft(&self) {
        self.forget_draft();
        // What is written next may be somebody else's.
        if !self
            .known
            .borrow()
            .as_ref()
            .is_some_and(|known| known.is_in)
        {
            self.author.take();
        }
        show(self, &ReviewText::default(), &[]);
        self.put_photos(Vec::new());
        self.say("");
        focus(&self.root, ".write #title");
    }

    /// Says how much stands in the form.
    pub(super) fn count(&self) {
        let (Some(count), Some(body)) = (
            find(&self.root, ".write .count"),
            control(&self.root, ".write #body"),
        ) else {
            return;
        };
        let used = u32::try_from(body.value().chars().count()).unwrap_or(u32::MAX);
        let most = u32::try_from(BODY_MAX).unwrap_or(u32::MAX);
        count.set_text_content(Some(&self.state.writing().count(used, most)));
    }
}

fn is_empty(text: &ReviewText) -> bool {
    text.rating == 0 && text.title.is_empty() && text.body.is_empty() && text.photos.is_empty()
}

/// A photo of which only its id is known as yet.
fn kept_photo(id: &str) -> Option<Photo> {
    Some(Photo {
        id: id.parse().ok()?,
        url: String::new(),
        thumbnail: String::new(),
        width: 0,
        height: 0,
        alt: String::new(),
    })
}

fn with_last(photos: &mut [Photo], change: impl FnOnce(&mut Photo)) {
    if let Some(photo) = photos.last_mut() {
        change(photo);
    }
}

/// Whether something is kept that its author has begun to write.
pub(in crate::reviews) fn is_kept(state: State) -> bool {
    let kept = storage().and_then(|kept| kept.get_item(&name(state)).ok().flatten());
    kept.is_some()
}

fn name(state: State) -> String {
    state.model.with_untracked(|model| {
        let mut name = String::from("bookplate draft ");
        name.push_str(&model.key);
        name.push(' ');
        name.push_str(model.isbn.as_str());
        name
    })
}

fn storage() -> Option<Storage> {
    // It throws where the shopper allows none.
    web_sys::window()?.local_storage().ok().flatten()
}
