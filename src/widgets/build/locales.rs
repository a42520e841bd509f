//! From `<language>/<feature>.toml` to one Rust type a feature with one function a text.
//!
//! English is the reference: every other language must have the same texts, and no more, with the same
//! placeholders. A placeholder `{name}` becomes an argument `name: &str`; `{#name}` becomes
//! `name: u32`, shown with grouped digits. A table of plural forms is chosen from by `{#count}`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use toml::Value;

/// A language: its folder, its variant of `Lang`, and the plural forms that it tells apart.
pub struct Language {
    pub tag: &'static str,
    pub variant: &'static str,
    pub forms: &'static [&'static str],
}

/// The languages, the reference first. `one` is for exactly 1, as CLDR has it for English.
pub const LANGUAGES: [Language; 4] = [
    Language {
        tag: "en",
        variant: "En",
        forms: &["one", "other"],
    },
    Language {
        tag: "zh-CN",
        variant: "ZhCn",
        forms: &["other"],
    },
    Language {
        tag: "zh-TW",
        variant: "ZhTw",
        forms: &["other"],
    },
    Language {
        tag: "ja",
        variant: "Ja",
        forms: &["other"],
    },
];

/// One text of one language.
#[derive(Debug, PartialEq)]
pub enum Text {
    /// Always the same words.
    Plain(String),
    /// Words by number, in the order of the language's forms.
    Plural(Vec<String>),
    /// Several texts in a fixed order, such as the months.
    List(Vec<String>),
}

/// The code for one feature from its sources, which are in the order of [`LANGUAGES`].
///
/// The error has one line for each fault, naming language, file and text.
pub fn compile(feature: &str, sources: &[String]) -> Result<String, String> {
    let mut faults = Vec::new();
    let mut parsed = Vec::new();
    for (language, source) in LANGUAGES.iter().zip(sources) {
        let file = format!("{}/{feature}.toml", language.tag);
        match read(language, source) {
            Ok(texts) => parsed.push((file, texts)),
            Err(found) => faults.extend(found.into_iter().map(|f| format!("{file}: {f}"))),
        }
    }
    if faults.is_empty() {
        let (_, reference) = &parsed[0];
        for (file, texts) in &parsed[1..] {
            faults.extend(
                differences(reference, texts)
                    .into_iter()
                    .map(|f| format!("{file}: {f}")),
            );
        }
    }
    if faults.is_empty() {
        Ok(generate(feature, &parsed))
    } else {
        Err(faults.join("\n"))
    }
}

type Texts = BTreeMap<String, Text>;

fn read(language: &Language, source: &str) -> Result<Texts, Vec<String>> {
    let table: toml::Table = source
        .parse()
        .map_err(|e: toml::de::Error| vec![e.to_string()])?;
    let mut texts = Texts::new();
    let mut faults = Vec::new();
    for (key, value) in table {
        match text(language, value) {
            Ok(text) => _ = texts.insert(key, text),
            Err(fault) => faults.push(format!("`{key}` {fault}")),
        }
    }
    if faults.is_empty() {
        Ok(texts)
    } else {
        Err(faults)
    }
}

fn text(language: &Language, value: Value) -> Result<Text, String> {
    let words = |value: Value| match value {
        Value::String(words) if words.trim().is_empty() => Err("is empty".to_owned()),
        Value::String(words) => {
            arguments(&words)?;
            Ok(words)
        }
        _ => Err("is not a text".to_owned()),
    };
    match value {
        Value::Array(items) => Ok(Text::List(
            items.into_iter().map(words).collect::<Result<_, _>>()?,
        )),
        Value::Table(mut forms) => {
            let mut found = Vec::new();
            for form in language.forms {
                let value = forms
                    .remove(*form)
                    .ok_or(format!("lacks the plural form `{form}`"))?;
                found.push(words(value)?);
            }
            match forms.keys().next() {
                Some(form) => Err(format!(
                    "has the plural form `{form}`, which the language lacks"
                )),
                None => Ok(Text::Plural(found)),
            }
        }
        value => words(value).map(Text::Plain),
    }
}

/// The placeholders in `words`, each once, in their order, `#` included.
fn arguments(words: &str) -> Result<Vec<&str>, String> {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some((_, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}').ok_or("has a `{` without its `}`")?;
        let plain = name.strip_prefix('#').unwrap_or(name);
        if plain.is_empty() || !plain.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return Err(format!("has the malformed placeholder {{{name}}}"));
        }
        if !found.contains(&name) {
            found.push(name);
        }
        rest = after;
    }
    Ok(found)
}

impl Text {
    fn kind(&self) -> &'static str {
        match self {
            Self::Plain(_) => "a text",
            Self::Plural(_) => "plural forms",
            Self::List(_) => "a list",
        }
    }

    fn all(&self) -> &[String] {
        match self {
            Self::Plain(words) => std::slice::from_ref(words),
            Self::Plural(words) | Self::List(words) => words,
        }
    }

    /// What the text's function takes: the placeholders of all forms, after the number that chooses.
    fn arguments(&self) -> Vec<&str> {
        let mut all = if matches!(self, Self::Plural(_)) {
            vec!["#count"]
        } else {
            Vec::new()
        };
        for words in self.all() {
            // Malformed placeholders were refused when the text was read.
            for name in arguments(words).unwrap_or_default() {
                if !all.contains(&name) {
                    all.push(name);
                }
            }
        }
        all
    }
}

fn differences(reference: &Texts, texts: &Texts) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, wanted) in reference {
        let Some(text) = texts.get(key) else {
            faults.push(format!("`{key}` is missing"));
            continue;
        };
        if text.kind() != wanted.kind() {
            faults.push(format!(
                "`{key}` is {}, but {} in English",
                text.kind(),
                wanted.kind()
            ));
        } else if let (Text::List(items), Text::List(others)) = (text, wanted)
            && items.len() != others.len()
        {
            faults.push(format!(
                "`{key}` has {} items, but {} in English",
                items.len(),
                others.len()
            ));
        }
        let (have, want) = (text.arguments(), wanted.arguments());
        for name in want.iter().filter(|name| !have.contains(name)) {
            faults.push(format!("`{key}` lacks the placeholder {{{name}}}"));
        }
        for name in have.iter().filter(|name| !want.contains(name)) {
            faults.push(format!("`{key}` has the unknown placeholder {{{name}}}"));
        }
    }
    for key in texts.keys().filter(|key| !reference.contains_key(*key)) {
        faults.push(format!("`{key}` is not known in English"));
    }
    faults
}

fn generate(feature: &str, parsed: &[(String, Texts)]) -> String {
    let name: String = feature.split('_').map(capitalised).collect();
    let mut code = format!(
        "/// Texts of `{feature}.toml` in one language.\n\
         #[derive(Debug, Clone, Copy)]\npub struct {name}(pub Lang);\n\nimpl {name} {{\n"
    );
    for (key, reference) in &parsed[0].1 {
        let texts: Vec<&Text> = parsed.iter().map(|(_, texts)| &texts[key]).collect();
        // As code, because a text may hold an address or a bracket.
        _ = writeln!(
            code,
            "    /// In English: `{}`",
            reference.all().join(" / ")
        );
        code.push_str(&function(key, reference, &texts));
    }
    code.push_str("}\n\n");
    code
}

fn function(key: &str, reference: &Text, texts: &[&Text]) -> String {
    let arguments = reference.arguments();
    let choice = choice(texts, &arguments);
    if let Text::List(items) = reference {
        let len = items.len();
        return format!(
            "    pub const fn {key}(self) -> [&'static str; {len}] {{\n        {choice}\n    }}\n"
        );
    }
    if arguments.is_empty() {
        return format!(
            "    pub const fn {key}(self) -> &'static str {{\n        {choice}\n    }}\n"
        );
    }
    let (mut takes, mut gives) = (String::new(), String::new());
    for argument in &arguments {
        match argument.strip_prefix('#') {
            Some(name) => {
                _ = write!(takes, ", {name}: u32");
                _ = write!(gives, "&crate::numbers::grouped({name}), ");
            }
            None => {
                _ = write!(takes, ", {argument}: &str");
                _ = write!(gives, "{argument}, ");
            }
        }
    }
    format!(
        "    pub fn {key}(self{takes}) -> String {{\n        let pattern = {choice};\n        \
         fill(pattern, &[{gives}])\n    }}\n"
    )
}

/// The `match` that finds the words by language and number.
fn choice(texts: &[&Text], arguments: &[&str]) -> String {
    let mut code = String::from("match self.0 {\n");
    for (language, text) in LANGUAGES.iter().zip(texts) {
        let words: Vec<String> = text
            .all()
            .iter()
            .map(|words| format!("{:?}", numbered(words, arguments)))
            .collect();
        let words = match (text, words.as_slice()) {
            (Text::List(_), items) => format!("[{}]", items.join(", ")),
            (_, [one, other]) => format!("if count == 1 {{ {one} }} else {{ {other} }}"),
            (_, words) => words.join(""),
        };
        _ = writeln!(code, "            Lang::{} => {words},", language.variant);
    }
    code.push_str("        }");
    code
}

/// The words with each placeholder replaced by its position among the arguments, for `fill`.
fn numbered(words: &str, arguments: &[&str]) -> String {
    let mut out = words.to_owned();
    for (at, argument) in arguments.iter().enumerate() {
        out = out.replace(&format!("{{{argument}}}"), &format!("{{{at}}}"));
    }
    out
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
