//! What readers say of a book besides their review, as it is kept, and the terms with which a shop begins.

use crate::StoreError;
use crate::db::Row;
use bookplate_wire::Lang;
use bookplate_wire::reviews::notes::{Notes, ShopNotes, ShopTerm, TermList};

/// What stands in a row with the column `name`: JSON, empty for nothing.
pub(super) fn notes_of(row: &Row, name: &'static str) -> Result<Notes, StoreError> {
    let kept: String = row.get(name)?;
    if kept.is_empty() {
        return Ok(Notes::default());
    }
    serde_json::from_str(&kept).map_err(|_| StoreError::Corrupt("reviews.notes"))
}

/// The same as text.
pub(super) fn kept_notes(notes: &Notes) -> String {
    if notes.is_empty() {
        return String::new();
    }
    // Serialising plain data cannot fail.
    serde_json::to_string(notes).unwrap_or_default()
}

/// What the readers of a shop can say, from a row of `shops`: JSON, empty for what is usual.
pub(crate) fn shop_notes_of(row: &Row) -> Result<ShopNotes, StoreError> {
    let kept: String = row.get("notes")?;
    if kept.is_empty() {
        return Ok(usual());
    }
    serde_json::from_str(&kept).map_err(|_| StoreError::Corrupt("shops.notes"))
}

/// The same as text.
pub(crate) fn kept_shop_notes(notes: &ShopNotes) -> String {
    if *notes == usual() {
        return String::new();
    }
    serde_json::to_string(notes).unwrap_or_default()
}

/// With what a shop begins.
fn usual() -> ShopNotes {
    let list = |terms: &[(&str, [&str; 4])]| TermList {
        on: true,
        terms: terms
            .iter()
            .map(|(id, labels)| ShopTerm {
                id: (*id).to_owned(),
                labels: Lang::ALL
                    .into_iter()
                    .zip(labels.map(str::to_owned))
                    .collect(),
            })
            .collect(),
    };
    ShopNotes {
        warnings: list(&WARNINGS),
        moods: list(&MOODS),
        pace: true,
    }
}

/// Ids, and labels in the order of [`Lang::ALL`].
const WARNINGS: [(&str, [&str; 4]); 11] = [
    ("violence", ["暴力", "暴力", "Violence", "暴力"]),
    (
        "sexual-violence",
        ["性暴力", "性暴力", "Sexual violence", "性暴力"],
    ),
    ("abuse", ["虐待", "虐待", "Abuse", "虐待"]),
    (
        "animal-cruelty",
        ["虐待动物", "虐待動物", "Cruelty to animals", "動物虐待"],
    ),
    ("death", ["死亡", "死亡", "Death", "死"]),
    ("suicide", ["自杀", "自殺", "Suicide", "自殺"]),
    ("self-harm", ["自残", "自殘", "Self-harm", "自傷"]),
    ("illness", ["重病", "重病", "Serious illness", "重い病気"]),
    ("addiction", ["成瘾", "成癮", "Addiction", "依存症"]),
    ("war", ["战争", "戰爭", "War", "戦争"]),
    ("racism", ["种族歧视", "種族歧視", "Racism", "人種差別"]),
];

const MOODS: [(&str, [&str; 4]); 12] = [
    ("adventurous", ["冒险", "冒險", "Adventurous", "冒険的"]),
    ("dark", ["沉重", "沉重", "Dark", "重苦しい"]),
    ("emotional", ["感人", "感人", "Emotional", "感動的"]),
    ("funny", ["幽默", "幽默", "Funny", "笑える"]),
    ("hopeful", ["给人希望", "給人希望", "Hopeful", "希望がわく"]),
    (
        "informative",
        ["长见识", "長見識", "Informative", "ためになる"],
    ),
    ("mysterious", ["神秘", "神祕", "Mysterious", "謎めいた"]),
    (
        "reflective",
        ["引人深思", "引人深思", "Reflective", "考えさせられる"],
    ),
    ("relaxing", ["轻松", "輕鬆", "Relaxing", "くつろげる"]),
    ("romantic", ["浪漫", "浪漫", "Romantic", "ロマンチック"]),
    ("sad", ["悲伤", "悲傷", "Sad", "悲しい"]),
    ("tense", ["紧张", "緊張", "Tense", "緊迫した"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_keeps_its_own_rules() {
        assert_eq!(usual().checked(), Ok(usual()));
        assert_eq!(kept_shop_notes(&usual()), "");
    }
}
