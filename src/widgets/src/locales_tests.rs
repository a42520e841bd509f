//! What the compiler of the texts refuses.

use crate::locales::{LANGUAGES, compile};

/// What compiling says about texts that are alike in all languages but Japanese.
fn faults(english: &str, japanese: &str) -> String {
    let sources: Vec<String> = LANGUAGES
        .iter()
        .map(|language| {
            if language.tag == "ja" {
                japanese
            } else {
                english
            }
            .to_owned()
        })
        .collect();
    compile("shelf", &sources).expect_err("something to be refused")
}

#[test]
fn a_missing_text_is_named_with_file_and_language() {
    assert_eq!(
        faults("a = 'x'\nb = 'y'", "a = 'x'"),
        "ja/shelf.toml: `b` is missing"
    );
}

#[test]
fn a_text_too_many_is_refused() {
    assert_eq!(
        faults("a = 'x'", "a = 'x'\nb = 'y'"),
        "ja/shelf.toml: `b` is not known in English"
    );
}

#[test]
fn placeholders_must_be_the_same() {
    assert_eq!(
        faults("a = '{title}'", "a = '{titel}'"),
        "ja/shelf.toml: `a` lacks the placeholder {title}\n\
         ja/shelf.toml: `a` has the unknown placeholder {titel}"
    );
    assert_eq!(
        faults("a = '{#n}'", "a = '{n}'"),
        "ja/shelf.toml: `a` lacks the placeholder {#n}\n\
         ja/shelf.toml: `a` has the unknown placeholder {n}"
    );
}

#[test]
fn malformed_texts_are_refused() {
    assert_eq!(faults("a = 'x'", "a = ' '"), "ja/shelf.toml: `a` is empty");
    assert_eq!(
        faults("a = 'x'", "a = 5"),
        "ja/shelf.toml: `a` is not a text"
    );
    assert_eq!(
        faults("a = 'x'", "a = '{'"),
        "ja/shelf.toml: `a` has a `{` without its `}`"
    );
    assert_eq!(
        faults("a = 'x'", "a = '{Title}'"),
        "ja/shelf.toml: `a` has the malformed placeholder {Title}"
    );
    assert!(faults("a = 'x'", "a = ").starts_with("ja/shelf.toml: TOML parse error"));
}

#[test]
fn lists_have_the_same_length() {
    assert_eq!(
        faults("a = ['x', 'y']", "a = ['x']"),
        "ja/shelf.toml: `a` has 1 items, but 2 in English"
    );
    assert_eq!(
        faults("a = ['x']", "a = 'x'"),
        "ja/shelf.toml: `a` is a text, but a list in English"
    );
}

#[test]
fn plural_forms_are_those_of_the_language() {
    let compile = |english: &str, others: &str| {
        let sources: Vec<String> = LANGUAGES
            .iter()
            .map(|language| {
                if language.tag == "en" {
                    english
                } else {
                    others
                }
                .to_owned()
            })
            .collect();
        compile("shelf", &sources)
    };
    let english = "a = { one = '{#count} book', other = '{#count} books' }";
    let code = compile(english, "a = { other = '{#count} 冊' }").unwrap();
    assert!(
        code.contains("pub fn a(self, count: u32) -> String"),
        "{code}"
    );
    assert!(
        compile(english, "a = { one = '1', other = '{#count} 冊' }")
            .unwrap_err()
            .contains("zh-CN/shelf.toml: `a` has the plural form `one`, which the language lacks")
    );
    assert_eq!(
        compile(
            "a = { other = '{#count} books' }",
            "a = { other = '{#count} 冊' }"
        )
        .unwrap_err(),
        "en/shelf.toml: `a` lacks the plural form `one`"
    );
}
