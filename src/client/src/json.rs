//! Reading JSON in a browser, small.
//!
//! `serde_json` explains every fault with words and reads structs from arrays too and numbers with
//! fractions. In wasm that costs every shopper some 12 KB, and no shopper reads those words. This reader
//! knows one fault, and the JSON that our own server writes: objects for structs, words for enums,
//! whole numbers. `serde_json` stays the judge of what is right: the tests compare the two.

mod de;
mod reader;
pub(crate) mod written;

use serde::de::DeserializeOwned;

/// Text that is not the JSON which was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// Reads `json` as a `T`.
///
/// # Errors
/// When it is anything else.
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    let mut reader = reader::Reader::new(json);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

impl core::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("not the JSON that was expected")
    }
}

impl core::error::Error for Unreadable {}

impl serde::de::Error for Unreadable {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }

    // The ones below would format a text first, only to throw it away.

    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::catalogue::{Edition, Format};
    use bookplate_wire::reviews::notes::{Notes, Pace, Vocabulary};
    use bookplate_wire::reviews::photos::ShownPhoto;
    use bookplate_wire::reviews::{
        LanguageCount, Review, ReviewPage, ReviewedEdition, ReviewsData, ReviewsQuery, Summary,
    };
    use bookplate_wire::{Code, Isbn, Lang, Problem};

    fn data() -> ReviewsData {
        let isbn: Isbn = "9780141439518".parse().unwrap();
        let review = Review {
            id: "rev_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b".parse().unwrap(),
            rating: 45,
            title: "Quotes \" and \\ and \u{8} and 春 and 𝄞".into(),
            body: "line\r\nline\ttab \u{2028}".into(),
            language: "zh-Hant".into(),
            author: "林".into(),
            created_at: -1,
            created_on: "1969-12-31".into(),
            edition: Some(ReviewedEdition {
                isbn,
                format: Format::Ebook,
                language: String::new(),
                year: "2003".into(),
            }),
            edited_at: Some(1),
            verified: true,
            photos: vec![ShownPhoto {
                url: "/photos/pho_1/photo".into(),
                thumbnail: "/photos/pho_1/thumbnail".into(),
                width: 0,
                height: 0,
                alt: "春".into(),
            }],
            incentivised: true,
            notes: Notes {
                moods: vec!["funny".into()],
                pace: Some(Pace::Fast),
                ..Notes::default()
            },
            helpful: 12,
            votes: u32::MAX,
            answer: "Thank you".into(),
        };
        ReviewsData {
            lang: Lang::ZhTw,
            api: "https://reviews.example".into(),
            key: "pk_demo".into(),
            isbn,
            edition: Some(Edition {
                isbn,
                title: "Pride and Prejudice".into(),
                subtitle: String::new(),
                authors: vec!["Jane Austen".into()],
                publisher: "Penguin".into(),
                published_on: "2003".into(),
                format: Format::Paperback,
                language: "en".into(),
                cover_url: String::new(),
            }),
            summary: Summary {
                average: 43,
                count: 1000,
                stars: [1, 2, 3, 4, 990],
                languages: vec![LanguageCount {
                    language: "zh".into(),
                    count: 7,
                }],
                ..Default::default()
            },
            half_stars: true,
            vocabulary: Vocabulary::default(),
            promise: None,
            query: ReviewsQuery {
                stars: Some(5),
                search: "a".into(),
                ..Default::default()
            },
            page: ReviewPage {
                reviews: vec![review],
                next: Some("c_1".into()),
            },
        }
    }

    #[test]
    fn what_the_server_writes_is_read() {
        for json in [
            serde_json::to_string(&data()).unwrap(),
            serde_json::to_string_pretty(&data()).unwrap(),
        ] {
            assert_eq!(read(&json), Ok(data()));
        }
        let problem = Problem::new(Code::CursorInvalid, "no").at("after");
        assert_eq!(read(&serde_json::to_string(&problem).unwrap()), Ok(problem));
    }

    #[test]
    fn fields_of_a_newer_server_are_skipped() {
        let json = r#"{"new": {"a": [1, -2.5e3, {"b": null}, "x\"]}"], "c": true}, "reviews": [], "newer": []}"#;
        let page = ReviewPage {
            reviews: Vec::new(),
            next: None,
        };
        assert_eq!(read(json), Ok(page));
    }

    #[test]
    fn escapes_are_read_as_serde_json_reads_them() {
        for json in [
            r#""""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\u6625\u00e9\ud834\udd1e""#,
            r#""mixed \u6625 春 𝄞""#,
        ] {
            let expected: String = serde_json::from_str(json).unwrap();
            assert_eq!(read::<String>(json), Ok(expected));
        }
    }

    #[test]
    fn numbers_keep_to_their_range() {
        assert_eq!(read("255"), Ok(255_u8));
        assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(read("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(read::<u8>("256"), Err(Unreadable));
        assert_eq!(read::<u8>("-1"), Err(Unreadable));
        assert_eq!(read::<u64>("18446744073709551616"), Err(Unreadable));
        assert_eq!(read::<u32>("1.5"), Err(Unreadable));
        assert_eq!(read::<u32>("1e2"), Err(Unreadable));
    }

    #[test]
    fn every_cut_of_a_reply_is_unreadable() {
        let json = serde_json::to_string(&data()).unwrap();
        for (end, _) in json.char_indices() {
            assert_eq!(read::<ReviewsData>(&json[..end]), Err(Unreadable), "{end}");
        }
    }

    #[test]
    fn what_is_no_json_is_unreadable() {
        for text in [
            "<!doctype html>",
            "{\"reviews\": []} x",
            "{\"reviews\": [,]}",
            "{\"reviews\" []}",
            "{reviews: []}",
            "{\"reviews\": [] \"next\": null}",
            "{\"reviews\": []",
            "null",
            "[]",
        ] {
            assert_eq!(read::<ReviewPage>(text), Err(Unreadable), "{text}");
        }
        for text in [
            "\"\\ud834\"",
            "\"\\ud834\\u0041\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"a\nb\"",
            "\"\\udd1e\"",
        ] {
            assert_eq!(read::<String>(text), Err(Unreadable), "{text}");
        }
    }

    #[test]
    fn deep_nesting_cannot_exhaust_the_stack() {
        let deep = "[".repeat(1_000_000);
        let json = format!("{{\"unknown\": {deep}");
        assert_eq!(read::<ReviewPage>(&json), Err(Unreadable));
    }
}
