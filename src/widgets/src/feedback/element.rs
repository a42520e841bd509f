//! `<bookplate-feedback>`: the form on which a shopper writes to the shop, in place or behind a button.
//!
//! What the server renders is the same for everybody: an empty form, which leads to the hosted page as long as there is no
//! wasm, and is there in full before any script. The browser takes it over as it stands; nothing in it changes by itself, so that
//! what somebody types while wasm is on its way stays. `notices` is what it says, `live` is what happens in the browser; what
//! is kept on the device and sent is JavaScript's matter (`element/js/feedback.js`).

#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "hydrate")]
mod notices;
#[cfg(feature = "hydrate")]
mod photos;

#[cfg(feature = "hydrate")]
pub use live::{Handle, start};

/// The HTML inside the widget's `div.root`. Whether the form stands in place or behind a button says the element's attribute
/// `as`, by the style sheet.
#[cfg(feature = "ssr")]
pub fn render(data: &bookplate_wire::feedback::element::FeedbackData) -> String {
    use super::faq;
    use super::form::{Along, Fields};
    use crate::html::Html;
    use crate::texts;
    use bookplate_wire::feedback::form::CaseForm;
    use bookplate_wire::feedback::form_path;

    let texts = texts::Feedback(data.lang);
    let form = CaseForm {
        isbn: data
            .book
            .as_ref()
            .map_or_else(String::new, |book| book.isbn.to_string()),
        ..CaseForm::read(|_| String::new())
    };
    let fields = Fields {
        form: &form,
        faults: &[],
        lines: None,
        along: Along {
            book: data.book.as_ref(),
            ..Along::default()
        },
    };
    let page = [&*data.api, &form_path(&data.key), "?lang=", data.lang.tag()].concat();
    let mut html = Html::default();
    html.raw("<section class=\"feedback\" part=\"feedback\" aria-labelledby=\"heading\"><p class=\"opener\"><a class=\"button main\" part=\"button\" data-do=\"open\" href=\"")
        .text(&page);
    if let Some(book) = &data.book {
        html.raw("&amp;isbn=").text(book.isbn.as_str());
    }
    html.raw("\">")
        .text(texts.heading())
        .raw("</a></p><div class=\"opener-news\" role=\"status\"></div><dialog class=\"frame\" part=\"dialog\" aria-labelledby=\"heading\"></dialog><div class=\"sheet\" part=\"sheet\"><div class=\"sheet-head\"><h2 id=\"heading\" part=\"heading\" tabindex=\"-1\">")
        .text(texts.heading())
        .raw("</h2><button type=\"button\" class=\"close\" data-do=\"close\" aria-label=\"")
        .text(texts.close())
        .raw("\"><span class=\"cross\"></span></button></div><div class=\"on-device\" role=\"status\"></div><div class=\"done\"></div><form class=\"case\" part=\"form\" method=\"post\" novalidate action=\"");
    html.text(&page)
        .raw("\"><p class=\"quiet\">")
        .text(texts.hint())
        .raw("</p><div class=\"case-news\" role=\"alert\"></div><div class=\"fields\">");
    fields.write(&mut html, data.lang);
    html.raw("</div><div class=\"faq-offers\">")
        .raw(faq::PLACE)
        .raw("</div><div class=\"fields along\">");
    fields.along(&mut html, data.lang);
    // A form that leads to another site's page cannot carry files along that far; `live` puts more here.
    html.raw("</div><div class=\"case-photos\"><p class=\"hint\">")
        .text(texts::Photos(data.lang).later())
        .raw("</p></div><div class=\"fields who\">");
    fields.contact(&mut html, data.lang);
    html.raw(
        "</div><p class=\"actions\"><button type=\"submit\" class=\"button main\" part=\"button\">",
    )
    .text(texts.send())
    .raw("</button></p><div class=\"draft-note\"></div></form></div></section>");
    html.finish()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::render;
    use bookplate_wire::Lang;
    use bookplate_wire::feedback::CaseBook;
    use bookplate_wire::feedback::element::FeedbackData;

    #[test]
    fn without_wasm_the_form_leads_to_the_hosted_page_with_what_was_typed() {
        let data = |book| FeedbackData {
            lang: Lang::En,
            api: "https://r.example".into(),
            key: "pk_demo".into(),
            book,
        };
        let html = render(&data(None));
        let action = "action=\"https://r.example/shops/pk_demo/feedback?lang=en";
        assert!(
            html.contains(action) && html.contains("name=\"body\""),
            "{html}"
        );
        assert!(html.contains("name=\"typed_isbn\" type=\"text\""), "{html}");
        let html = render(&data(Some(CaseBook {
            isbn: "9780141439518".parse().unwrap(),
            title: "Pride & Prejudice".into(),
            language: "en".into(),
        })));
        assert!(html.contains("Book: Pride &amp; Prejudice"), "{html}");
        assert!(html.contains("name=\"isbn\" value=\"9780141439518\" checked>"));
        assert!(html.contains("feedback?lang=en&amp;isbn=9780141439518\">"));
    }
}
