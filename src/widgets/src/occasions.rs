//! What lists are for, in words.

use crate::texts::{Gifts, Wishlists};
use bookplate_wire::Lang;
use bookplate_wire::wishlists::occasions::{Occasion, OccasionKind};

/// What an occasion is called.
pub fn words(lang: Lang, occasion: &Occasion) -> String {
    match occasion.kind {
        OccasionKind::Other => occasion.words.clone(),
        kind => kind_words(lang, kind).to_owned(),
    }
}

/// What a kind of occasion is called.
pub fn kind_words(lang: Lang, kind: OccasionKind) -> &'static str {
    let texts = Gifts(lang);
    match kind {
        OccasionKind::Birthday => texts.birthday(),
        OccasionKind::Wedding => texts.wedding(),
        OccasionKind::Christmas => texts.christmas(),
        OccasionKind::MothersDay => texts.mothers_day(),
        OccasionKind::Other => texts.other(),
    }
}

/// What a list is called, whether it has a name or not.
pub fn named(lang: Lang, list: &str) -> String {
    match list {
        "" => Wishlists(lang).unnamed().to_owned(),
        name => name.to_owned(),
    }
}
