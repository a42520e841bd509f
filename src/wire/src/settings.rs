//! What the staff of a shop sets: its name, languages and look, its branches, and the keys of its pages and
//! programs.

use crate::contacts;
use crate::origins::check_origin;
use crate::problem::Faults;
use crate::reviews::holds::WordList;
use crate::reviews::notes::ShopNotes;
use crate::reviews::writing::Moderation;
use crate::{BranchId, Code, Lang, Problem, ShopId};
use serde::{Deserialize, Serialize};

/// The longest name of a shop, branch or key, in characters.
pub const NAME_MAX: usize = 100;
/// How many origins a shop can have.
pub const ORIGINS_MAX: usize = 50;
/// The longest code of a branch, in characters: what orders can carry.
pub const BRANCH_CODE_MAX: usize = crate::orders::TEXT_MAX;
/// The roundest corners, in CSS pixels.
pub const RADIUS_MAX: u32 = 24;
/// The longest list of fonts, in characters.
pub const FONT_MAX: usize = 200;
/// How long a key can be kept beside its successor, in hours: a year.
pub const OVERLAP_MAX: u32 = 366 * 24;

/// How long after delivery a review can be asked for, in days.
pub const REQUEST_DAYS_MAX: u32 = 90;

/// A shop as its staff sets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShopSettings {
    /// What names the shop.
    pub id: ShopId,
    /// Its name, for people.
    pub name: String,
    /// IANA name of its time zone: its days are days there.
    pub time_zone: String,
    /// The language for readers of a language that is not offered.
    pub default_language: Lang,
    /// The languages that are offered, that one included.
    pub languages: Vec<Lang>,
    /// The origins whose pages may use the shop's public keys.
    pub origins: Vec<String>,
    /// How its widgets and hosted pages look.
    pub look: Look,
    /// When nothing is sent that can wait.
    pub quiet: QuietHours,
    /// The calling code of its country, such as `86`; empty where it is not known.
    pub calling_code: String,
    /// The address of a book in the shop, with `{isbn}` in it; empty where nobody told.
    pub book_url: String,
    /// Whether reviews are shown before or after somebody of the staff has looked at them.
    pub moderation: Moderation,
    /// Whether readers can give half stars.
    pub half_stars: bool,
    /// How many days after delivery customers who allow it are asked for a review; 0 for never.
    pub review_request_days: u32,
    /// Whether reviews from before the book's publication are taken like any other.
    pub advance_copies: bool,
    /// Words with which a review waits for somebody to look at it, a list for each language.
    pub words: Vec<WordList>,
    /// What readers can say of a book besides their review.
    pub notes: ShopNotes,
}

/// When customers are left in peace: the hours of each day in the shop's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// From when, `HH:MM`; empty, like the other, for never.
    pub from: String,
    /// Until when, `HH:MM`; on the next day where it is earlier.
    pub until: String,
}

impl QuietHours {
    /// The same, when it is two times or none.
    ///
    /// # Errors
    /// When it is not.
    pub fn checked(self) -> Result<Self, Problem> {
        let is_time = |text: &str| {
            let number = |part: &str, end: u32| {
                part.len() == 2
                    && part.bytes().all(|b| b.is_ascii_digit())
                    && part.parse().is_ok_and(|number: u32| number < end)
            };
            text.split_once(':')
                .is_some_and(|(hour, minute)| number(hour, 24) && number(minute, 60))
        };
        let never = self.from.is_empty() && self.until.is_empty();
        if !never && (!is_time(&self.from) || !is_time(&self.until) || self.from == self.until) {
            let rule = "quiet hours are two different times such as 22:00 and 08:00";
            return Err(invalid("quiet", rule));
        }
        Ok(self)
    }
}

/// How a shop's widgets and hosted pages look. What its own pages say by `--bookplate-*` goes before.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Look {
    /// The colour of links and marks on light pages, `#rrggbb`; empty for the usual one.
    pub accent: String,
    /// The same on dark pages.
    pub accent_dark: String,
    /// How round corners are, 0 to 24 CSS pixels; absent for the usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius: Option<u32>,
    /// Names of fonts as in CSS, the preferred one first; empty for the page's own.
    pub font: String,
}

/// What is changed of a shop; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SettingsChange {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Another default language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_language: Option<Lang>,
    /// Other languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<Lang>>,
    /// Another look, as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look: Option<Look>,
    /// Other quiet hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
    /// Another calling code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calling_code: Option<String>,
    /// Another address of books; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub book_url: Option<String>,
    /// Whether reviews are shown before or after somebody of the staff has looked at them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
    /// Whether readers can give half stars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_stars: Option<bool>,
    /// How many days after delivery customers who allow it are asked for a review, at most 90; 0 for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 90))]
    pub review_request_days: Option<u32>,
    /// Whether reviews from before the book's publication are taken like any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advance_copies: Option<bool>,
    /// Other lists of words with which a review waits; those of languages that are not named stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Vec<WordList>>,
    /// What readers can say of a book besides their review, as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<ShopNotes>,
}

impl SettingsChange {
    /// The same in the form in which it is kept. Whether there is such a time zone is for the server to say,
    /// which knows them.
    ///
    /// # Errors
    /// Names all fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let offered = self.languages.and_then(|all| faults.keep(languages(all)));
        if let (Some(default), Some(offered)) = (self.default_language, &offered)
            && !offered.contains(&default)
        {
            faults.keep::<Lang>(Err(default_not_offered()));
        }
        let change = Self {
            name: self.name.and_then(|text| faults.keep(name(&text, "name"))),
            time_zone: self.time_zone,
            default_language: self.default_language,
            languages: offered,
            look: self.look.and_then(|look| faults.keep(look.checked())),
            quiet: self.quiet.and_then(|quiet| faults.keep(quiet.checked())),
            calling_code: self
                .calling_code
                .and_then(|code| faults.keep(calling_code(code))),
            book_url: self.book_url.and_then(|url| faults.keep(book_url(url))),
            moderation: self.moderation,
            half_stars: self.half_stars,
            review_request_days: self
                .review_request_days
                .and_then(|days| faults.keep(review_request_days(days))),
            advance_copies: self.advance_copies,
            words: self.words.map(|lists| {
                let checked = lists.into_iter().map(WordList::checked);
                checked.filter_map(|list| faults.keep(list)).collect()
            }),
            notes: self.notes.and_then(|notes| faults.keep(notes.checked())),
        };
        faults.none()?;
        Ok(change)
    }
}

fn review_request_days(days: u32) -> Result<u32, Problem> {
    if days > REQUEST_DAYS_MAX {
        let rule = "reviews are asked for 1 to 90 days after delivery, or never (0)";
        return Err(invalid("review_request_days", rule));
    }
    Ok(days)
}

/// The languages that a shop offers, each once and in our order.
fn languages(mut offered: Vec<Lang>) -> Result<Vec<Lang>, Problem> {
    offered.sort_by_key(|lang| Lang::ALL.iter().position(|known| known == lang));
    offered.dedup();
    if offered.is_empty() {
        return Err(invalid("languages", "a shop offers at least one language"));
    }
    Ok(offered)
}

/// What is wrong where a shop does not offer its default language.
pub fn default_not_offered() -> Problem {
    let rule = "the default language is one of those that are offered";
    invalid("default_language", rule)
}

impl Look {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// Names all fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let mut text = |checked| faults.keep(checked).unwrap_or_default();
        let look = Self {
            accent: text(colour(&self.accent, "look.accent", WHITE)),
            accent_dark: text(colour(&self.accent_dark, "look.accent_dark", DARK)),
            radius: self.radius,
            font: text(fonts(&self.font)),
        };
        if self.radius.is_some_and(|radius| radius > RADIUS_MAX) {
            let rule = "corners have 0 to 24 pixels";
            faults.keep::<u32>(Err(invalid("look.radius", rule)));
        }
        faults.none()?;
        Ok(look)
    }
}

/// What light pages are like.
const WHITE: [u8; 3] = [0xff, 0xff, 0xff];
/// What dark pages are like, at their lightest: the widgets' own surface.
const DARK: [u8; 3] = [0x26, 0x22, 0x1e];

fn colour(text: &str, field: &str, on: [u8; 3]) -> Result<String, Problem> {
    let kept = text.trim().to_ascii_lowercase();
    if kept.is_empty() {
        return Ok(kept);
    }
    let parts = kept
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .ok_or_else(|| invalid(field, "a colour is # and six hexadecimal digits"))?;
    let [_, red, green, blue] = parts.to_be_bytes();
    // What readers have to make out (WCAG 2.2, 1.4.3) must not depend on a shop's taste.
    if contrast([red, green, blue], on) < 4.5 {
        let rule = "the colour has a contrast of less than 4.5 to 1 with the page behind it";
        return Err(invalid(field, rule));
    }
    Ok(kept)
}

/// The contrast ratio of two colours (WCAG 2.2).
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let luminance = |colour: [u8; 3]| {
        let [red, green, blue] = colour.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Names of fonts. They end up in a style sheet, so nothing can stand in them that means something there.
fn fonts(text: &str) -> Result<String, Problem> {
    let kept = text.trim();
    let plain = |c: char| c.is_alphanumeric() || " ,-_".contains(c);
    if !kept.chars().all(plain) || kept.chars().count() > FONT_MAX {
        let rule = "fonts are names of letters, digits, spaces and hyphens, separated by commas";
        return Err(invalid("look.font", rule));
    }
    let names: Vec<_> = kept
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    Ok(names.join(", "))
}

/// The calling code of a country.
///
/// # Errors
/// When it is none.
pub fn calling_code(code: String) -> Result<String, Problem> {
    let fits = code.len() <= 3 && code.bytes().all(|b| b.is_ascii_digit());
    if !fits || code.starts_with('0') {
        return Err(invalid("calling_code", "this is 1 to 3 digits, such as 86"));
    }
    Ok(code)
}

/// The address of a book in the shop, with `{isbn}` in it.
///
/// # Errors
/// When it is none.
pub fn book_url(url: String) -> Result<String, Problem> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_plain = url
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"\"<>".contains(&b));
    let fits = is_web && is_plain && url.contains("{isbn}") && url.len() <= 2_000;
    if !url.is_empty() && !fits {
        let rule =
            "this is an address with {isbn} in it, such as https://shop.example/books/{isbn}";
        return Err(invalid("book_url", rule));
    }
    Ok(url)
}

/// A name of something, as it is kept.
///
/// # Errors
/// When it is blank or longer than [`NAME_MAX`].
pub fn name(text: &str, field: &str) -> Result<String, Problem> {
    match contacts::name(text) {
        Ok(kept) if !kept.is_empty() => Ok(kept),
        _ => Err(invalid(field, "a name has 1 to 100 characters")),
    }
}

/// Which pages may use a shop's public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Origins {
    /// The origins, such as `https://shop.example`.
    pub origins: Vec<String>,
}

impl Origins {
    /// The same, each once and in order.
    ///
    /// # Errors
    /// Names the first that is none; when there are too many.
    pub fn checked(mut self) -> Result<Self, Problem> {
        if !(1..=ORIGINS_MAX).contains(&self.origins.len()) {
            return Err(invalid("origins", "a shop has 1 to 50 origins"));
        }
        for (at, origin) in self.origins.iter().enumerate() {
            check_origin(origin).map_err(|problem| problem.at(format!("origins[{at}]")))?;
        }
        self.origins.sort_unstable();
        self.origins.dedup();
        Ok(self)
    }
}

/// A branch of a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Branch {
    /// What names the branch.
    pub id: BranchId,
    /// What its orders carry as their `branch`.
    pub code: String,
    /// Its name, for people.
    pub name: String,
    /// IANA name of its time zone.
    pub time_zone: String,
}

/// A shop's branches, by code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BranchList {
    /// The branches.
    pub branches: Vec<Branch>,
}

/// A branch to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewBranch {
    /// What its orders carry as their `branch`: 1 to 200 characters, never to be changed.
    pub code: String,
    /// Its name, for people.
    pub name: String,
    /// IANA name of its time zone.
    pub time_zone: String,
}

impl NewBranch {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// Names the field that breaks a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let code = self.code.trim().to_owned();
        let length = code.chars().count();
        if !(1..=BRANCH_CODE_MAX).contains(&length) || code.chars().any(char::is_control) {
            return Err(invalid("code", "a code has 1 to 200 characters"));
        }
        Ok(Self {
            code,
            name: name(&self.name, "name")?,
            time_zone: self.time_zone,
        })
    }
}

/// What is changed of a branch; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BranchChange {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Pages carry it, `pk_…`. It is no secret.
    Public,
    /// The shop's backend and tills call the API with it, `sk_…`.
    Api,
    /// The shop's backend signs identity tokens with it (HS256), `ik_…`.
    Identity,
    /// The shop's backend signs identity tokens with its own private half (Ed25519); this is the public half.
    IdentityPublic,
}

impl KeyKind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Public,
        Self::Api,
        Self::Identity,
        Self::IdentityPublic,
    ];

    /// The word for it in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Api => "api",
            Self::Identity => "identity",
            Self::IdentityPublic => "identity_public",
        }
    }
}

/// A key, without what is secret of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Key {
    /// What names it: of a public key the key itself, else `key_…`.
    pub id: String,
    /// What it is for.
    pub kind: KeyKind,
    /// Its name, for people.
    pub name: String,
    /// Made, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// When it stops being taken, or stopped; absent while that is not planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retires_at: Option<i64>,
}

/// A shop's keys, retired ones included, by kind and then the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyList {
    /// The keys.
    pub keys: Vec<Key>,
}

/// A key to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What it is for.
    pub kind: KeyKind,
    /// A name, for people.
    #[serde(default)]
    pub name: String,
    /// For `identity_public`: the public key of an Ed25519 pair, as PEM.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub public_key: String,
}

/// A key that has just been made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedKey {
    /// The key.
    pub key: Key,
    /// What is secret of it. Shown only now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// When a key stops being taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Retirement {
    /// In how many hours: 0 is at once, and at most 8784, a year.
    #[cfg_attr(feature = "openapi", schema(maximum = 8_784))]
    pub after_hours: u32,
}

impl Retirement {
    /// The same, when it is not too far away.
    ///
    /// # Errors
    /// When it is.
    pub fn checked(self) -> Result<Self, Problem> {
        if self.after_hours > OVERLAP_MAX {
            return Err(invalid("after_hours", "a key retires within a year"));
        }
        Ok(self)
    }
}

fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
