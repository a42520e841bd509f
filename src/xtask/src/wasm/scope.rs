//! Makes the widgets' style sheet say nothing outside of a shadow root.
//!
//! An included fragment links the sheet twice: in its shadow root, where it is needed, and before the element,
//! where browsers hold back what follows until it is there ([why][hold]). There it must not touch the shop's
//! page, so each selector is put below `:host`, which is nothing in a document. That makes all of them more
//! specific by the same amount, and so changes nothing among them.
//!
//! [hold]: ../../../server/src/fragments/include.rs

/// What a brace has opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Rules with selectors: the sheet itself, `@media` and the like.
    Rules,
    /// Declarations, key frames: nothing with selectors to change.
    Other,
}

/// The same sheet with each selector below `host`, which is `:host` or begins with it, without its comments. The sheet has no
/// nested rules.
pub fn scoped(css: &str, host: &str) -> String {
    let mut out = String::with_capacity(css.len() * 5 / 4);
    let mut blocks = vec![Block::Rules];
    let mut prelude = String::new();
    let mut rest = css;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        match c {
            '/' if rest.starts_with("/*") => {
                rest = rest.split_once("*/").map_or("", |(_, after)| after);
                continue;
            }
            '"' | '\'' => {
                taken = string_len(rest, c);
                prelude.push_str(&rest[..taken]);
            }
            '{' => {
                let inside = blocks.last() == Some(&Block::Rules);
                blocks.push(open((inside, host), &prelude, &mut out));
                prelude.clear();
            }
            '}' | ';' => {
                out.push_str(&prelude);
                out.push(c);
                prelude.clear();
                if c == '}' {
                    blocks.pop();
                }
            }
            _ => prelude.push(c),
        }
        rest = &rest[taken..];
    }
    out + &prelude
}

/// Writes what stands before a brace, and the brace.
fn open((among_rules, host): (bool, &str), prelude: &str, out: &mut String) -> Block {
    const GROUPS: [&str; 4] = ["@media", "@supports", "@container", "@layer"];
    let text = prelude.trim_start();
    let (text, block) = if !among_rules {
        (prelude.to_owned(), Block::Other)
    } else if GROUPS.iter().any(|group| text.starts_with(group)) {
        (prelude.to_owned(), Block::Rules)
    } else if text.starts_with('@') {
        (prelude.to_owned(), Block::Other)
    } else {
        let below = selectors(text).map(|selector| match selector.trim() {
            own if own.starts_with(":host") => own.to_owned(),
            other => format!("{host} {other}"),
        });
        (below.collect::<Vec<_>>().join(",\n"), Block::Other)
    };
    out.push_str(&text);
    out.push('{');
    block
}

/// The selectors of a list; commas inside of parentheses and brackets belong to one of them.
fn selectors(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    list.split(move |c| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
}

/// The bytes of the string at the beginning of `text`, quotes included.
fn string_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_selector_is_below_the_host() {
        assert_eq!(scoped("a{color:red}", ":host"), ":host a{color:red}");
        assert_eq!(
            scoped(":is(h2, h3),\n.x[data-a='1,2'] p{}", ":host"),
            ":host :is(h2, h3),\n:host .x[data-a='1,2'] p{}"
        );
        assert_eq!(
            scoped("@media (width > 1px){b{}@supports (a:b){i{}}}u{}", ":host"),
            "@media (width > 1px){:host b{}@supports (a:b){:host i{}}}:host u{}"
        );
    }

    #[test]
    fn the_host_itself_stays() {
        let css = ":host([hidden]),\n:host(x-y) .root{a:b}";
        assert_eq!(scoped(css, ":host"), css);
    }

    #[test]
    fn key_frames_strings_and_values_are_left_alone() {
        let css = "@keyframes spin{to{a:b}}";
        assert_eq!(scoped(css, ":host"), css);
        assert_eq!(
            scoped("a::before{content:\"}{ /* \\\"\";c:url('{')}", ":host"),
            ":host a::before{content:\"}{ /* \\\"\";c:url('{')}"
        );
        assert_eq!(scoped("/* a{} */p{/* } */}", ":host"), ":host p{}");
    }
}
