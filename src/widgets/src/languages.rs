//! Names of the languages that reviews are written in.

/// The language's own name, which those who read it know; the tag itself where we know no name.
///
/// One table serves all languages of the interface, and nobody needs to find “Japanese” in Chinese.
pub(crate) fn own_name(tag: &str) -> &str {
    match tag {
        "zh" => "中文",
        "en" => "English",
        "ja" => "日本語",
        "ko" => "한국어",
        "fr" => "Français",
        "de" => "Deutsch",
        "es" => "Español",
        "it" => "Italiano",
        "pt" => "Português",
        "nl" => "Nederlands",
        "ru" => "Русский",
        "ar" => "العربية",
        _ => tag,
    }
}

/// The primary subtag: `zh` of `zh-Hant-TW`.
pub(crate) fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}
