//! schema.org data for search engines: a `Book` with its `AggregateRating` and the reviews on the page.

use crate::shops::picture;
use bookplate_store::shops::Shop;
use bookplate_wire::catalogue::{Edition, Format};
use bookplate_wire::reviews::{Review, ReviewsData, Summary, spoilers};
use serde_json::{Map, Value, json};

/// The text of a `<script type="application/ld+json">`, safe to stand inside HTML; `None` for a book that
/// is unknown or has no rating, of which there is nothing to say.
pub(crate) fn book(shop: &Shop, data: &ReviewsData) -> Option<String> {
    let edition = data.edition.as_ref()?;
    if data.summary.count == 0 {
        return None;
    }
    let mut book = describe(shop, edition);
    book.insert("aggregateRating".into(), aggregate(&data.summary));
    let reviews: Vec<Value> = data.page.reviews.iter().map(review).collect();
    if !reviews.is_empty() {
        book.insert("review".into(), reviews.into());
    }
    Some(for_html(&Value::Object(book)))
}

/// `value` as JSON that can stand in a `<script>`: no `<` can end the element or begin a comment.
pub(crate) fn for_html(value: &impl serde::Serialize) -> String {
    // Serialising plain data cannot fail; inside JSON a `<` stands in strings only.
    serde_json::to_string(value)
        .unwrap_or_default()
        .replace('<', "\\u003c")
}

fn describe(shop: &Shop, edition: &Edition) -> Map<String, Value> {
    let mut book = Map::new();
    book.insert("@context".into(), "https://schema.org".into());
    book.insert("@type".into(), "Book".into());
    book.insert("@id".into(), format!("urn:isbn:{}", edition.isbn).into());
    book.insert("isbn".into(), edition.isbn.as_str().into());
    book.insert("name".into(), edition.title.as_str().into());
    let authors: Vec<Value> = edition
        .authors
        .iter()
        .map(|name| json!({ "@type": "Person", "name": name }))
        .collect();
    if !authors.is_empty() {
        book.insert("author".into(), authors.into());
    }
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            book.insert(name.into(), value.into());
        }
    };
    put("inLanguage", &edition.language);
    put("datePublished", &edition.published_on);
    put(
        "bookFormat",
        match edition.format {
            Format::Hardback => "https://schema.org/Hardcover",
            Format::Paperback => "https://schema.org/Paperback",
            Format::Ebook => "https://schema.org/EBook",
            Format::Audiobook => "https://schema.org/AudiobookFormat",
            Format::Other => "",
        },
    );
    // A path would be read against the page, which may be ours or the shop's.
    put("image", &picture(shop, &edition.cover_url));
    if !edition.publisher.is_empty() {
        book.insert(
            "publisher".into(),
            json!({ "@type": "Organization", "name": edition.publisher }),
        );
    }
    book
}

fn aggregate(summary: &Summary) -> Value {
    json!({
        "@type": "AggregateRating",
        "ratingValue": stars(summary.average),
        "ratingCount": summary.count,
        "reviewCount": summary.count,
        "bestRating": 5,
        "worstRating": 1,
    })
}

fn review(review: &Review) -> Value {
    let author = if review.author.is_empty() {
        "Anonymous"
    } else {
        &review.author
    };
    let mut value = json!({
        "@type": "Review",
        "author": { "@type": "Person", "name": author },
        "datePublished": review.created_on,
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": stars(review.rating),
            "bestRating": 5,
            "worstRating": 1,
        },
    });
    let body = spoilers::hidden(&review.body);
    for (name, text) in [
        ("name", &review.title),
        ("reviewBody", &body),
        ("inLanguage", &review.language),
    ] {
        if !text.is_empty() {
            value[name] = text.as_str().into();
        }
    }
    value
}

/// Tenths of a star as stars.
fn stars(tenths: u8) -> Value {
    if tenths.is_multiple_of(10) {
        (tenths / 10).into()
    } else {
        (f64::from(tenths) / 10.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cannot_end_its_script_element() {
        let text = for_html(&json!({ "name": "</script><!--" }));
        assert!(!text.contains('<'));
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap()["name"],
            Value::from("</script><!--")
        );
    }

    #[test]
    fn whole_stars_are_whole_numbers() {
        assert_eq!(stars(40), json!(4));
        assert_eq!(stars(43), json!(4.3));
    }
}
