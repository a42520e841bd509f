//! The form on which a shopper writes to the shop, in the element and on the hosted page: what stands in its fields, and the
//! case that it makes.

use super::writing::{NewCase, NewReturn};
use super::{BookField, CaseKind, Correction, ReturnReason, ReturnWish};
use crate::problem::{Code, Problem};
use crate::{Isbn, PhotoId, query};
use serde::{Deserialize, Serialize};

/// What stands in the fields, as it was typed; photos apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseForm {
    /// What it is.
    pub kind: CaseKind,
    /// What the shopper says.
    pub body: String,
    /// The ISBN of the book that goes along; may be empty.
    pub isbn: String,
    /// The ISBN of the book in whose data something is wrong, where none goes along; may be empty.
    pub typed_isbn: String,
    /// The number of the order of which something goes back; may be empty.
    pub order: String,
    /// Which line of that order goes back; may be empty.
    pub line: String,
    /// The number of the order that anything else is about; may be empty.
    pub about_order: String,
    /// The page on which the shopper is, without a query; may be empty.
    pub page: String,
    /// How many copies go back.
    pub quantity: String,
    /// Why.
    pub reason: ReturnReason,
    /// For what.
    pub wish: ReturnWish,
    /// What is wrong in the book's data.
    pub field: BookField,
    /// What is right.
    pub value: String,
    /// Who writes, without an account.
    pub name: String,
    /// Where answers are sent, without an account.
    pub email: String,
}

impl CaseForm {
    /// What a form holds, of fields that `text` knows by their names; a field that it does not know is empty.
    pub fn read(text: impl Fn(&str) -> String) -> Self {
        let mut form = Self {
            kind: CaseKind::from_word(&text("kind")).unwrap_or(CaseKind::Question),
            body: text("body"),
            isbn: text("isbn"),
            typed_isbn: text("typed_isbn"),
            order: text("order"),
            line: text("line"),
            about_order: text("about_order"),
            page: without_query(&text("page")).to_owned(),
            quantity: text("quantity"),
            reason: ReturnReason::from_word(&text("reason")).unwrap_or(ReturnReason::Damaged),
            wish: ReturnWish::from_word(&text("wish")).unwrap_or(ReturnWish::Refund),
            field: BookField::from_word(&text("field")).unwrap_or(BookField::Title),
            value: text("value"),
            name: text("name"),
            email: text("email"),
        };
        if form.quantity.is_empty() {
            form.quantity.push('1');
        }
        let chosen = text("order_line");
        for (name, value) in query::pairs(chosen.trim_start_matches('?')).flatten() {
            match &*name {
                "order" => form.order = value,
                "line" => form.line = value,
                _ => {}
            }
        }
        form
    }

    /// What [`read`](Self::read) makes the same form of.
    pub fn to_query(&self) -> String {
        let mut out = String::new();
        for (name, value) in [
            ("kind", self.kind.as_str()),
            ("body", &self.body),
            ("isbn", &self.isbn),
            ("typed_isbn", &self.typed_isbn),
            ("order", &self.order),
            ("line", &self.line),
            ("about_order", &self.about_order),
            ("page", &self.page),
            ("quantity", &self.quantity),
            ("reason", self.reason.as_str()),
            ("wish", self.wish.as_str()),
            ("field", self.field.as_str()),
            ("value", &self.value),
            ("name", &self.name),
            ("email", &self.email),
        ] {
            query::push(&mut out, name, value);
        }
        out
    }

    /// The form that `text` was made of by [`to_query`](Self::to_query).
    pub fn from_query(text: &str) -> Self {
        let pairs: Vec<(String, String)> = query::pairs(text).flatten().collect();
        Self::read(|name| {
            let found = pairs.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        })
    }

    /// What the form says, as a case. What belongs to other kinds is left out. `language` is that of the page.
    ///
    /// # Errors
    /// When the ISBN is none. All else is checked by [`NewCase::checked`].
    pub fn case(
        &self,
        draft: &str,
        language: &str,
        photos: Vec<PhotoId>,
    ) -> Result<NewCase, Problem> {
        let isbn = match self.isbn.trim() {
            "" if self.kind == CaseKind::Correction => self.typed_isbn.trim(),
            isbn => isbn,
        };
        let isbn = match isbn {
            "" => None,
            isbn => Some(isbn.parse::<Isbn>().map_err(|_| {
                Problem::new(Code::IsbnInvalid, "the ISBN is not valid").at("isbn")
            })?),
        };
        let goes_back = self.kind == CaseKind::Return;
        Ok(NewCase {
            draft: draft.to_owned(),
            kind: self.kind,
            body: self.body.clone(),
            language: language.to_owned(),
            isbn,
            order: if goes_back {
                self.order.clone()
            } else {
                self.about_order.clone()
            },
            page: self.page.clone(),
            goes_back: goes_back.then(|| NewReturn {
                line: self.line.clone(),
                // No number is as wrong as one that is out of bounds.
                quantity: self.quantity.trim().parse().unwrap_or(0),
                reason: self.reason,
                wish: self.wish,
            }),
            correction: (self.kind == CaseKind::Correction).then(|| Correction {
                field: self.field,
                value: self.value.clone(),
            }),
            photos,
            name: self.name.clone(),
            email: self.email.clone(),
        })
    }
}

/// The address of a page without what may say who looks at it.
pub fn without_query(page: &str) -> &str {
    page.split(['?', '#']).next().unwrap_or_default()
}

/// Something that a customer has bought and can give back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoughtLine {
    /// The shop's number of the order.
    pub order: String,
    /// The line.
    pub line: String,
    /// The book's title.
    pub title: String,
}

impl BoughtLine {
    /// Order and line as one value of a form.
    pub fn value(&self) -> String {
        line_value(&self.order, &self.line)
    }
}

/// Order and line as one value of a form.
pub fn line_value(order: &str, line: &str) -> String {
    let mut value = String::from("?");
    query::push(&mut value, "order", order);
    query::push(&mut value, "line", line);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAFT: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_form_is_the_same_after_it_was_kept() {
        let form = CaseForm::read(|name| match name {
            "kind" => "return".to_owned(),
            "order_line" => line_value("A&1", "b=2"),
            "page" => "https://shop.example/books/1?session=secret".to_owned(),
            "body" => "Two lines\nand an &amp; sign".to_owned(),
            _ => String::new(),
        });
        assert_eq!((&*form.order, &*form.line), ("A&1", "b=2"));
        assert_eq!(
            (&*form.page, &*form.quantity),
            ("https://shop.example/books/1", "1")
        );
        assert_eq!(CaseForm::from_query(&form.to_query()), form);
    }

    #[test]
    fn what_belongs_to_other_kinds_is_left_out() {
        let form = |kind: &str| {
            let kind = kind.to_owned();
            CaseForm::read(|name| match name {
                "kind" => kind.clone(),
                "order" => "A-1".to_owned(),
                "about_order" => "A-2".to_owned(),
                "typed_isbn" => "0-14-143951-3".to_owned(),
                "value" => "Emma".to_owned(),
                _ => String::new(),
            })
        };
        let case = |kind| form(kind).case(DRAFT, "en", Vec::new()).unwrap();
        let question = case("question");
        assert_eq!(question.order, "A-2");
        assert!(question.goes_back.is_none() && question.correction.is_none());
        assert_eq!(
            (question.isbn, case("correction").isbn),
            (None, "9780141439518".parse().ok())
        );
        assert_eq!(case("return").order, "A-1");
        assert_eq!(case("correction").correction.unwrap().value, "Emma");
        let wrong = CaseForm {
            isbn: "123".into(),
            ..form("question")
        };
        let problem = wrong.case(DRAFT, "en", Vec::new()).unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("isbn"));
    }
}
