//! What a shopper sends: a new case, and messages to it.

use super::{BookField, CaseKind, Correction, ReturnReason, ReturnWish};
use crate::contacts;
use crate::orders::{QUANTITY_MAX, TEXT_MAX as ORDER_TEXT_MAX};
use crate::problem::{Code, Faults, Problem};
use crate::reviews::writing::is_language;
use crate::text::{multiline, single_line};
use crate::{Isbn, PhotoId};
use serde::{Deserialize, Serialize};

/// The longest message, in characters.
pub const TEXT_MAX: usize = 5_000;
/// The longest name of who writes, in characters.
pub const NAME_MAX: usize = 60;
/// The longest number of an order, or of a line of it, in characters.
pub const NUMBER_MAX: usize = ORDER_TEXT_MAX;
/// The longest right value of a book's data, in characters.
pub const VALUE_MAX: usize = 500;
/// The longest address of a page, in characters.
pub const PAGE_MAX: usize = 500;
/// How many photos a message has at most.
pub const PHOTOS_MAX: usize = 5;
/// How many hexadecimal digits name a draft.
pub const DRAFT: usize = 32;

/// What is to go back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewReturn {
    /// The line of the order, as the shop names it. A customer's has to be one of the order's; of a guest it can be empty.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub line: String,
    /// How many copies, 1 to 1,000,000; 1 if absent.
    #[serde(default = "one")]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000, default = 1)
    )]
    pub quantity: u32,
    /// Why.
    pub reason: ReturnReason,
    /// For what.
    pub wish: ReturnWish,
}

const fn one() -> u32 {
    1
}

/// A new case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCase {
    /// What names the draft: 32 random lower-case hexadecimal digits, made up when writing begins. Sent again, it is the same
    /// case and gets the same reply, whenever that is; with other content it is refused.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 32, max_length = 32, pattern = "^[0-9a-f]{32}$")
    )]
    pub draft: String,
    /// What it is.
    pub kind: CaseKind,
    /// What the shopper says, 1 to 5,000 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 5000))]
    pub body: String,
    /// BCP 47 tag of the language it is written in; empty or absent where nobody told.
    #[serde(default)]
    pub language: String,
    /// The book that it is about. A correction needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isbn: Option<Isbn>,
    /// The shop's number of the order that it is about, or empty. A return needs one; a customer's has to be the customer's
    /// own.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub order: String,
    /// The page on which it is written, or empty. A query and what follows is left out.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub page: String,
    /// What is to go back: of a return, and of nothing else.
    #[serde(default, rename = "return", skip_serializing_if = "Option::is_none")]
    pub goes_back: Option<NewReturn>,
    /// What is wrong in a book's data: of a correction, and of nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// Photos, sent before, at most 5.
    #[serde(default)]
    pub photos: Vec<PhotoId>,
    /// Who writes, without an account; may be empty.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub name: String,
    /// Where answers are sent by email, without an account; may be empty.
    #[serde(default)]
    pub email: String,
}

impl NewCase {
    /// The same in the form in which it is kept, for somebody who has an account (`known`) or none. What an account says
    /// anyway is left out.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self, known: bool) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        faults.keep(check_draft(&self.draft));
        let body = faults.keep(checked_text("body", &self.body));
        let language = self.language.trim().to_owned();
        if !is_language(&language) {
            faults.keep::<()>(Err(invalid("language", "this is no language tag")));
        }
        let order = faults.keep(short("order", &self.order, NUMBER_MAX));
        let page = faults.keep(checked_page(&self.page));
        faults.keep(checked_photos(&self.photos));
        let goes_back = match (self.kind, self.goes_back) {
            (CaseKind::Return, None) => faults.keep(Err(invalid(
                "return",
                "a return says what goes back and why",
            ))),
            (CaseKind::Return, Some(new)) => {
                if order.as_ref().is_some_and(String::is_empty) {
                    faults.keep::<()>(Err(invalid("order", "a return names its order")));
                }
                faults.keep(new.checked(known)).map(Some)
            }
            (_, Some(_)) => faults.keep(Err(invalid("return", "only a return has this"))),
            (_, None) => Some(None),
        };
        let correction = match (self.kind, self.correction) {
            (CaseKind::Correction, None) => faults.keep(Err(invalid(
                "correction",
                "a correction says what is wrong and what is right",
            ))),
            (CaseKind::Correction, Some(said)) => {
                if self.isbn.is_none() {
                    faults.keep::<()>(Err(invalid("isbn", "a correction is about a book")));
                }
                faults.keep(said.checked()).map(Some)
            }
            (_, Some(_)) => faults.keep(Err(invalid("correction", "only a correction has this"))),
            (_, None) => Some(None),
        };
        let (mut name, mut email) = (Some(String::new()), Some(String::new()));
        if !known {
            name = faults.keep(short("name", &self.name, NAME_MAX));
            if !self.email.trim().is_empty() {
                email = faults.keep(contacts::email(&self.email));
            }
        }
        faults.none()?;
        Ok(Self {
            draft: self.draft,
            kind: self.kind,
            body: body.unwrap_or_default(),
            language,
            isbn: self.isbn,
            order: order.unwrap_or_default(),
            page: page.unwrap_or_default(),
            goes_back: goes_back.flatten(),
            correction: correction.flatten(),
            photos: self.photos,
            name: name.unwrap_or_default(),
            email: email.unwrap_or_default(),
        })
    }
}

impl NewReturn {
    fn checked(self, known: bool) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let line = faults.keep(short("return.line", &self.line, NUMBER_MAX));
        if known && line.as_ref().is_some_and(String::is_empty) {
            faults.keep::<()>(Err(invalid(
                "return.line",
                "this names a line of the order",
            )));
        }
        if !(1..=QUANTITY_MAX).contains(&self.quantity) {
            let rule = "a whole number from 1 to 1,000,000";
            faults.keep::<()>(Err(invalid("return.quantity", rule)));
        }
        faults.none()?;
        Ok(Self {
            line: line.unwrap_or_default(),
            ..self
        })
    }
}

impl Correction {
    fn checked(self) -> Result<Self, Problem> {
        let value = short("correction.value", &self.value, VALUE_MAX)?;
        // What has no field of its own is said in the text.
        if value.is_empty() && self.field != BookField::Other {
            return Err(invalid("correction.value", "this says what is right"));
        }
        Ok(Self { value, ..self })
    }
}

/// A message to a case of the customer's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// What names the draft, as of a new case: sent again, it is the same message.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 32, max_length = 32, pattern = "^[0-9a-f]{32}$")
    )]
    pub draft: String,
    /// What the shopper says, 1 to 5,000 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 5000))]
    pub text: String,
    /// Photos, sent before, at most 5.
    #[serde(default)]
    pub photos: Vec<PhotoId>,
}

impl NewMessage {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        faults.keep(check_draft(&self.draft));
        let text = faults.keep(checked_text("text", &self.text));
        faults.keep(checked_photos(&self.photos));
        faults.none()?;
        Ok(Self {
            text: text.unwrap_or_default(),
            ..self
        })
    }
}

/// Whether a draft is named as drafts are.
///
/// # Errors
/// When it is not.
pub fn check_draft(draft: &str) -> Result<(), Problem> {
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if draft.len() == DRAFT && draft.bytes().all(is_digit) {
        return Ok(());
    }
    let rule = "32 random lower-case hexadecimal digits";
    Err(invalid("draft", rule))
}

/// What somebody says, in the form in which it is kept.
///
/// # Errors
/// When it is empty or too long.
pub(super) fn checked_text(field: &str, text: &str) -> Result<String, Problem> {
    let text = multiline(text);
    let length = text.chars().count();
    if (1..=TEXT_MAX).contains(&length) {
        return Ok(text);
    }
    Err(invalid(field, "this has 1 to 5,000 characters"))
}

fn checked_photos(photos: &[PhotoId]) -> Result<(), Problem> {
    let mut rest = photos;
    while let Some((first, others)) = rest.split_first() {
        if others.contains(first) {
            return Err(invalid("photos", "each photo stands here once"));
        }
        rest = others;
    }
    if photos.len() > PHOTOS_MAX {
        return Err(invalid("photos", "there are at most 5 photos"));
    }
    Ok(())
}

/// The address of a page without its query, which may say who looks at it.
fn checked_page(page: &str) -> Result<String, Problem> {
    let page = page.split(['?', '#']).next().unwrap_or_default().trim();
    let is_address = page.is_empty() || page.starts_with("https://") || page.starts_with("http://");
    if !is_address || page.contains(char::is_whitespace) || page.contains(char::is_control) {
        return Err(invalid("page", "this is the address of a page"));
    }
    short("page", page, PAGE_MAX)
}

fn short(field: &str, text: &str, max: usize) -> Result<String, Problem> {
    let text = single_line(text);
    if text.chars().count() > max {
        return Err(invalid(
            field,
            &format!("this has at most {max} characters"),
        ));
    }
    Ok(text)
}

pub(super) fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(kind: CaseKind) -> NewCase {
        NewCase {
            draft: "0123456789abcdef0123456789abcdef".into(),
            kind,
            body: "The spine is broken.".into(),
            language: "en".into(),
            isbn: None,
            order: String::new(),
            page: String::new(),
            goes_back: None,
            correction: None,
            photos: Vec::new(),
            name: String::new(),
            email: String::new(),
        }
    }

    fn faults(case: NewCase, known: bool) -> Vec<String> {
        let problem = case.checked(known).unwrap_err();
        problem.fields().map(str::to_owned).collect()
    }

    #[test]
    fn each_kind_has_the_fields_that_it_needs() {
        for kind in CaseKind::ALL {
            let needs: &[&str] = match kind {
                CaseKind::Return => &["return"],
                CaseKind::Correction => &["correction"],
                _ => {
                    assert!(new(*kind).checked(false).is_ok());
                    continue;
                }
            };
            assert_eq!(faults(new(*kind), true), needs);
        }
        let goes_back = Some(NewReturn {
            line: String::new(),
            quantity: 0,
            reason: ReturnReason::Damaged,
            wish: ReturnWish::Refund,
        });
        let back = NewCase {
            goes_back,
            ..new(CaseKind::Return)
        };
        let wrong = ["order", "return.line", "return.quantity"];
        assert_eq!(faults(back.clone(), true), wrong);
        assert_eq!(faults(back.clone(), false), ["order", "return.quantity"]);
        let praise = NewCase {
            kind: CaseKind::Praise,
            ..back
        };
        assert_eq!(faults(praise, false), ["return"]);
        let correction = NewCase {
            correction: Some(Correction {
                field: BookField::Title,
                value: " ".into(),
            }),
            ..new(CaseKind::Correction)
        };
        assert_eq!(faults(correction, false), ["isbn", "correction.value"]);
    }

    #[test]
    fn a_page_goes_along_without_its_query() {
        let page = |page: &str| NewCase {
            page: page.into(),
            ..new(CaseKind::Question)
        };
        let kept = page("https://shop.example/books/1?session=secret#top").checked(true);
        assert_eq!(kept.unwrap().page, "https://shop.example/books/1");
        assert_eq!(faults(page("javascript:alert(1)"), true), ["page"]);
    }

    #[test]
    fn an_account_says_who_writes_and_a_guest_may() {
        let told = NewCase {
            name: " Lin ".into(),
            email: "Lin@Example.com".into(),
            ..new(CaseKind::Question)
        };
        let guest = told.clone().checked(false).unwrap();
        assert_eq!((&*guest.name, &*guest.email), ("Lin", "lin@example.com"));
        let known = told.clone().checked(true).unwrap();
        assert_eq!((&*known.name, &*known.email), ("", ""));
        let wrong = NewCase {
            email: "lin".into(),
            draft: "1".into(),
            body: " ".into(),
            ..told
        };
        assert_eq!(faults(wrong, false), ["draft", "body", "email"]);
    }
}
