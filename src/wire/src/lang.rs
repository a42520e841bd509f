//! The languages that the widgets speak.

use serde::{Deserialize, Serialize};

/// A language of the interface (not of a book or a review, which can be in any).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Lang {
    /// Chinese as written in mainland China and Singapore.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// Chinese as written in Taiwan, Hong Kong and Macau.
    #[serde(rename = "zh-TW")]
    ZhTw,
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Japanese.
    #[serde(rename = "ja")]
    Ja,
}

impl Lang {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::ZhCn, Self::ZhTw, Self::En, Self::Ja];

    /// The BCP 47 tag, as in an HTML `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::ZhTw => "zh-TW",
            Self::En => "en",
            Self::Ja => "ja",
        }
    }

    /// The language that serves a reader of the BCP 47 tag `tag` best, if any does.
    ///
    /// Script decides over region (`zh-Hant-CN` is traditional), region over nothing (`zh-HK` too).
    pub fn from_tag(tag: &str) -> Option<Self> {
        let mut parts = tag.trim().split(['-', '_']);
        let primary = parts.next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") {
            return Some(Self::En);
        }
        if primary.eq_ignore_ascii_case("ja") {
            return Some(Self::Ja);
        }
        if !primary.eq_ignore_ascii_case("zh") {
            return None;
        }
        let mut traditional = false;
        for part in parts {
            if part.eq_ignore_ascii_case("hans") {
                return Some(Self::ZhCn);
            }
            traditional |= ["hant", "tw", "hk", "mo"]
                .iter()
                .any(|known| part.eq_ignore_ascii_case(known));
        }
        Some(if traditional { Self::ZhTw } else { Self::ZhCn })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_leads_back_to_its_language() {
        for lang in Lang::ALL {
            assert_eq!(Lang::from_tag(lang.tag()), Some(lang));
        }
    }

    #[test]
    fn relatives_find_their_language() {
        assert_eq!(Lang::from_tag("zh"), Some(Lang::ZhCn));
        assert_eq!(Lang::from_tag("zh-Hant"), Some(Lang::ZhTw));
        assert_eq!(Lang::from_tag("zh-HK"), Some(Lang::ZhTw));
        assert_eq!(Lang::from_tag("zh-Hans-HK"), Some(Lang::ZhCn));
        assert_eq!(Lang::from_tag("EN-gb"), Some(Lang::En));
        assert_eq!(Lang::from_tag("fr"), None);
        assert_eq!(Lang::from_tag(""), None);
    }
}
