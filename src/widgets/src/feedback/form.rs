//! The fields of the form on which a shopper writes to the shop: the same in the element and on the hosted page.
//!
//! All of them are there; which belong to the kind that is chosen is shown by the style sheets (`:has`), so that it works
//! without any script and nothing that was typed is lost. What belongs to other kinds is left out of the case.

use super::{field, kind, reason, wish};
use crate::html::Html;
use crate::numbers::plain;
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::feedback::form::{BoughtLine, CaseForm, line_value};
use bookplate_wire::feedback::writing::TEXT_MAX;
use bookplate_wire::feedback::{BookField, CaseBook, CaseKind, ReturnReason, ReturnWish};

/// What the fields show.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    /// What stands in them.
    pub form: &'a CaseForm,
    /// Names of those that break a rule.
    pub faults: &'a [String],
    /// Of a customer, what can go back; of somebody without an account nothing is known.
    pub lines: Option<&'a [BoughtLine]>,
    /// What can go along.
    pub along: Along<'a>,
}

/// What can go along with a message by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Along<'a> {
    /// The book.
    pub book: Option<&'a CaseBook>,
    /// The number of the order, or empty.
    pub order: &'a str,
    /// The page, without a query, or empty.
    pub page: &'a str,
}

/// A line to fill in, or a number.
struct Line<'a> {
    name: &'static str,
    label: &'a str,
    value: &'a str,
    kind: &'static str,
    autocomplete: &'static str,
    hint: &'a str,
    wrong: &'a str,
}

impl Fields<'_> {
    /// What it is, what belongs to that, and the message.
    pub fn write(&self, html: &mut Html, lang: Lang) {
        let texts = texts::Feedback(lang);
        self.kinds(html, lang);
        html.raw("<div class=\"for-return field-group\"><div class=\"goes-back\">");
        self.goes_back(html, lang);
        html.raw("</div>");
        self.about_return(html, lang);
        html.raw("</div><div class=\"for-correction field-group\">");
        self.about_book(html, lang);
        html.raw("</div><div class=\"field\"><label for=\"body\">")
            .text(texts.body())
            .raw("</label><textarea id=\"body\" name=\"body\" rows=\"7\" required maxlength=\"")
            // HTML counts in UTF-16, of which an emoji is two: by the number of characters it would cut off what may be sent.
            .text(&number(2 * TEXT_MAX))
            .raw("\"");
        let wrong = self.wrong(&["body"]).then_some(texts.body_fault());
        about(html, "body", "", wrong);
        // A line break behind the tag is not part of the text, so that one at its beginning stays.
        html.raw(">\n").text(&self.form.body).raw("</textarea>");
        below(html, "body", "", wrong);
        html.raw("</div>");
    }

    fn kinds(&self, html: &mut Html, lang: Lang) {
        html.raw("<fieldset class=\"field\"><legend>")
            .text(texts::Feedback(lang).kind())
            .raw("</legend><div class=\"chips\">");
        for one in CaseKind::ALL {
            let chosen = *one == self.form.kind;
            radio(html, "kind", one.as_str(), kind(lang, *one), chosen);
        }
        html.raw("</div></fieldset>");
    }

    /// What goes back: chosen by a customer, told by anybody else.
    pub fn goes_back(&self, html: &mut Html, lang: Lang) {
        let texts = texts::Feedback(lang);
        let Some(lines) = self.lines else {
            return self.line(
                html,
                &Line {
                    name: "order",
                    label: texts.order(),
                    value: &self.form.order,
                    kind: "text",
                    autocomplete: "off",
                    hint: texts.order_hint(),
                    wrong: texts.order_fault(),
                },
                &["order"],
            );
        };
        let chosen = line_value(&self.form.order, &self.form.line);
        let wrong = self.wrong(&["order", "return.line"]);
        let wrong = wrong.then_some(texts.line_fault());
        select_begin(html, "order_line", texts.which_book(), wrong);
        option(html, "", texts.choose_line(), false);
        for line in lines {
            let value = line.value();
            let words = texts.line_option(&line.title, &line.order);
            option(html, &value, &words, value == chosen);
        }
        select_end(html, "order_line", wrong);
    }

    fn about_return(&self, html: &mut Html, lang: Lang) {
        let texts = texts::Feedback(lang);
        self.line(
            html,
            &Line {
                name: "quantity",
                label: texts.quantity(),
                value: &self.form.quantity,
                kind: "number",
                autocomplete: "off",
                hint: "",
                wrong: texts.quantity_fault(),
            },
            &["return.quantity"],
        );
        select_begin(html, "reason", texts.reason(), None);
        for one in ReturnReason::ALL {
            let chosen = *one == self.form.reason;
            option(html, one.as_str(), reason(lang, *one), chosen);
        }
        select_end(html, "reason", None);
        html.raw("<fieldset class=\"field\"><legend>")
            .text(texts.wish())
            .raw("</legend><div class=\"chips\">");
        for one in ReturnWish::ALL {
            let chosen = *one == self.form.wish;
            radio(html, "wish", one.as_str(), wish(lang, *one), chosen);
        }
        html.raw("</div></fieldset>");
    }

    /// What is wrong in a book's data. A book that goes along is named there.
    fn about_book(&self, html: &mut Html, lang: Lang) {
        let texts = texts::Feedback(lang);
        if self.along.book.is_none() {
            self.line(
                html,
                &Line {
                    name: "typed_isbn",
                    label: texts.isbn(),
                    value: match &*self.form.typed_isbn {
                        // Of a book that the shop does not have.
                        "" => &self.form.isbn,
                        typed => typed,
                    },
                    kind: "text",
                    autocomplete: "off",
                    hint: texts.isbn_hint(),
                    wrong: texts.isbn_fault(),
                },
                &["isbn"],
            );
        }
        select_begin(html, "field", texts.wrong_field(), None);
        for one in BookField::ALL {
            let chosen = *one == self.form.field;
            option(html, one.as_str(), field(lang, *one), chosen);
        }
        select_end(html, "field", None);
        self.line(
            html,
            &Line {
                name: "value",
                label: texts.right_value(),
                value: &self.form.value,
                kind: "text",
                autocomplete: "off",
                hint: "",
                wrong: texts.right_value_fault(),
            },
            &["correction.value"],
        );
    }

    /// What goes along by itself, to be seen and taken out; nothing where there is nothing.
    pub fn along(&self, html: &mut Html, lang: Lang) {
        let Along { book, order, page } = self.along;
        if book.is_none() && order.is_empty() && page.is_empty() {
            return;
        }
        let texts = texts::Feedback(lang);
        html.raw("<fieldset class=\"field\"><legend>")
            .text(texts.along())
            .raw("</legend><p class=\"hint\">")
            .text(texts.along_hint())
            .raw("</p>");
        if let Some(book) = book {
            let ticked = !self.form.isbn.is_empty();
            let words = texts.along_book(&book.title);
            tick(html, ("isbn", ""), book.isbn.as_str(), &words, ticked);
            // A correction is about a book.
            if self.wrong(&["isbn"]) {
                below(html, "isbn", "", Some(texts.isbn_fault()));
            }
        }
        if !order.is_empty() {
            let ticked = !self.form.about_order.is_empty();
            let name = ("about_order", " not-return");
            tick(html, name, order, &texts.along_order(order), ticked);
        }
        if !page.is_empty() {
            let ticked = !self.form.page.is_empty();
            tick(html, ("page", ""), page, &texts.along_page(page), ticked);
        }
        html.raw("</fieldset>");
    }

    /// Who writes and where answers go, of somebody without an account.
    pub fn contact(&self, html: &mut Html, lang: Lang) {
        let texts = texts::Feedback(lang);
        html.raw("<fieldset class=\"field contact\"><legend>")
            .text(texts.contact())
            .raw("</legend><p class=\"hint\">")
            .text(texts.contact_hint())
            .raw("</p>");
        self.line(
            html,
            &Line {
                name: "name",
                label: texts.name(),
                value: &self.form.name,
                kind: "text",
                autocomplete: "name",
                hint: "",
                wrong: texts.name_fault(),
            },
            &["name"],
        );
        self.line(
            html,
            &Line {
                name: "email",
                label: texts.email(),
                value: &self.form.email,
                kind: "email",
                autocomplete: "email",
                hint: texts.email_hint(),
                wrong: texts.email_fault(),
            },
            &["email"],
        );
        html.raw("</fieldset>");
    }

    fn wrong(&self, fields: &[&str]) -> bool {
        self.faults.iter().any(|fault| fields.contains(&&**fault))
    }

    fn line(&self, html: &mut Html, line: &Line<'_>, fields: &[&str]) {
        let wrong = self.wrong(fields).then_some(line.wrong);
        label(html, line.name, line.label);
        html.raw("<input id=\"")
            .raw(line.name)
            .raw("\" name=\"")
            .raw(line.name)
            .raw("\" type=\"")
            .raw(line.kind)
            .raw("\" autocomplete=\"")
            .raw(line.autocomplete)
            .raw("\" value=\"")
            .text(line.value)
            .raw("\"");
        about(html, line.name, line.hint, wrong);
        html.raw(">");
        below(html, line.name, line.hint, wrong);
        html.raw("</div>");
    }
}

fn label(html: &mut Html, of: &'static str, words: &str) {
    html.raw("<div class=\"field\"><label for=\"")
        .raw(of)
        .raw("\">")
        .text(words)
        .raw("</label>");
}

/// The attributes of a control that say what stands below it. The first that is wrong takes the focus.
fn about(html: &mut Html, of: &'static str, hint: &str, wrong: Option<&str>) {
    if hint.is_empty() && wrong.is_none() {
        return;
    }
    html.raw(" aria-describedby=\"");
    if !hint.is_empty() {
        html.raw(of).raw("-hint ");
    }
    if wrong.is_some() {
        html.raw(of).raw("-fault\" aria-invalid=\"true\" autofocus");
    } else {
        html.raw("\"");
    }
}

fn below(html: &mut Html, of: &'static str, hint: &str, wrong: Option<&str>) {
    for (part, words) in [("-hint", Some(hint)), ("-fault", wrong)] {
        let Some(words) = words.filter(|words| !words.is_empty()) else {
            continue;
        };
        html.raw("<p class=\"")
            .raw(&part[1..])
            .raw("\" id=\"")
            .raw(of)
            .raw(part)
            .raw("\">")
            .text(words)
            .raw("</p>");
    }
}

fn select_begin(html: &mut Html, name: &'static str, words: &str, wrong: Option<&str>) {
    label(html, name, words);
    html.raw("<span class=\"select\"><select id=\"")
        .raw(name)
        .raw("\" name=\"")
        .raw(name)
        .raw("\"");
    about(html, name, "", wrong);
    html.raw(">");
}

fn select_end(html: &mut Html, name: &'static str, wrong: Option<&str>) {
    html.raw("</select></span>");
    below(html, name, "", wrong);
    html.raw("</div>");
}

fn option(html: &mut Html, value: &str, words: &str, chosen: bool) {
    html.raw("<option value=\"")
        .text(value)
        .raw(if chosen { "\" selected>" } else { "\">" })
        .text(words)
        .raw("</option>");
}

fn radio(html: &mut Html, name: &'static str, value: &'static str, words: &str, chosen: bool) {
    html.raw("<label class=\"choice\"><input type=\"radio\" name=\"")
        .raw(name)
        .raw("\" value=\"")
        .raw(value)
        .raw(if chosen { "\" checked>" } else { "\">" })
        .raw("<span>")
        .text(words)
        .raw("</span></label>");
}

/// A box to tick, with a class besides its own.
fn tick(
    html: &mut Html,
    (name, class): (&'static str, &'static str),
    value: &str,
    words: &str,
    ticked: bool,
) {
    html.raw("<label class=\"choice")
        .raw(class)
        .raw("\"><input type=\"checkbox\" name=\"")
        .raw(name)
        .raw("\" value=\"")
        .text(value)
        .raw(if ticked { "\" checked>" } else { "\">" })
        .raw("<span dir=\"auto\">")
        .text(words)
        .raw("</span></label>");
}

/// Without separators: it is for a program.
fn number(number: usize) -> String {
    plain(u32::try_from(number).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: &CaseForm, faults: &[String], lines: Option<&[BoughtLine]>) -> String {
        let fields = Fields {
            form,
            faults,
            lines,
            along: Along {
                book: None,
                order: "A-\"1\"",
                page: "https://shop.example/",
            },
        };
        let mut html = Html::default();
        fields.write(&mut html, Lang::En);
        fields.along(&mut html, Lang::En);
        fields.contact(&mut html, Lang::En);
        html.finish()
    }

    #[test]
    fn what_was_typed_stays_and_cannot_become_markup() {
        let form = CaseForm {
            body: "</textarea><script>".into(),
            value: "\"><script>".into(),
            about_order: "A-\"1\"".into(),
            ..CaseForm::from_query("kind=praise&page=https://shop.example/")
        };
        let html = written(&form, &[], None);
        assert!(!html.contains("<script>"), "{html}");
        assert!(html.contains("value=\"praise\" checked>"), "{html}");
        assert!(html.contains("name=\"about_order\" value=\"A-&quot;1&quot;\" checked"));
        assert!(!html.contains("aria-invalid"));
        // What was taken out stays out.
        let html = written(&CaseForm::from_query(""), &[], None);
        assert!(html.contains("value=\"https://shop.example/\">"), "{html}");
    }

    #[test]
    fn a_fault_stands_at_its_field() {
        let fields = [
            "body",
            "order",
            "return.quantity",
            "isbn",
            "correction.value",
            "name",
            "email",
        ];
        let faults = fields.map(str::to_owned);
        let html = written(&CaseForm::from_query(""), &faults, None);
        assert_eq!(html.matches("aria-invalid").count(), fields.len());
        for id in [
            "body",
            "order",
            "quantity",
            "typed_isbn",
            "value",
            "name",
            "email",
        ] {
            assert!(html.contains(&format!("id=\"{id}-fault\"")), "{id}: {html}");
        }
    }

    #[test]
    fn a_customer_chooses_what_goes_back() {
        let line = BoughtLine {
            order: "A-1".into(),
            line: "2".into(),
            title: "Emma".into(),
        };
        let form = CaseForm::from_query("kind=return&order=A-1&line=2");
        let html = written(&form, &["return.line".into()], Some(&[line]));
        assert!(
            html.contains("value=\"?order=A-1&amp;line=2\" selected>"),
            "{html}"
        );
        assert!(html.contains("id=\"order_line-fault\"") && !html.contains("name=\"order\""));
    }
}
