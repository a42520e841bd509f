//! The staff's Markdown as HTML.

use bookplate_wire::text::single_line;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// What a link may lead to. Anything else, such as a script, is text.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];
/// How many levels a heading is lowered: the page and the article have their own.
const LOWERED: usize = 2;

/// `text` (CommonMark with strike-through) as HTML. What is HTML in it is shown as it was written, pictures by their
/// descriptions alone, and links lead to pages and mailboxes only.
pub(crate) fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 3 / 2);
    let mut links = Vec::new();
    let events = Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH);
    html::push_html(
        &mut html,
        events.filter_map(|event| plain(event, &mut links)),
    );
    html
}

/// How `text` begins, as plain text on one line of at most `max` characters; where there is more, the last of them says so.
pub(crate) fn opening(text: &str, max: usize) -> String {
    let mut plain_text = String::new();
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(words)
            | Event::Code(words)
            | Event::Html(words)
            | Event::InlineHtml(words) => {
                plain_text.push_str(&words);
            }
            Event::SoftBreak | Event::HardBreak | Event::Rule | Event::End(TagEnd::Item) => {
                plain_text.push(' ')
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock) => {
                plain_text.push(' ')
            }
            _ => {}
        }
        // Whatever follows is not shown.
        if plain_text.chars().nth(4 * max).is_some() {
            break;
        }
    }
    let words = single_line(&plain_text);
    if words.chars().nth(max).is_none() {
        return words;
    }
    let mut begin: String = words.chars().take(max - 1).collect();
    begin.truncate(begin.trim_end().len());
    begin.push('…');
    begin
}

/// An event without what must not come into a page. `links` are those that are open, and whether each is one.
fn plain<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    Some(match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: lowered(level as usize),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level as usize))),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            id,
            ..
        }) => {
            let leads = SCHEMES.iter().any(|scheme| {
                let begin = dest_url.get(..scheme.len());
                begin.is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
            });
            links.push(leads);
            if !leads {
                return None;
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title: CowStr::Borrowed(""),
                id,
            })
        }
        Event::End(TagEnd::Link) if links.pop() != Some(true) => return None,
        event => event,
    })
}

fn lowered(level: usize) -> pulldown_cmark::HeadingLevel {
    let level = (level + LOWERED).min(6);
    level.try_into().unwrap_or(pulldown_cmark::HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_formatted() {
        assert_eq!(
            to_html(
                "# Returns\n\nWithin *30* days, **unread**:\n\n1. [Write](https://shop.example/a?b&c)\n2. Send"
            ),
            "<h3>Returns</h3>\n<p>Within <em>30</em> days, <strong>unread</strong>:</p>\n<ol>\n\
             <li><a href=\"https://shop.example/a?b&amp;c\">Write</a></li>\n<li>Send</li>\n</ol>\n"
        );
    }

    #[test]
    fn nothing_in_it_can_run() {
        for text in [
            "<script>alert(1)</script>",
            "Hello <img src=x onerror=alert(1)> you",
            "[here](javascript:alert(1))",
            "[here](JaVaScRiPt:alert(1))",
            "[here]( data:text/html,<script>alert(1)</script>)",
            "[here](//evil.example)",
            "![picture](https://evil.example/pixel.gif)",
            "<https://shop.example/\" onclick=\"alert(1)>",
            "[a](https://shop.example/\"onclick=\"alert`1`)",
            "[a](https://shop.example 'x\" onclick=\"alert(1)')",
            "<div\nonclick=alert(1)>\n\n*x*\n</div>",
            "# x {onclick=alert(1)}",
            "```\"onclick=alert(1)\n</code><script>\n```",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ] {
            let html = to_html(text);
            // What stands within a tag, and is no text.
            let tags = html
                .split('<')
                .skip(1)
                .filter_map(|rest| rest.split('>').next());
            for tag in tags {
                let mut values = tag.split('"');
                let outside: String = values.by_ref().step_by(2).collect();
                assert!(!outside.contains("onclick"), "{text}: {html}");
                let name = outside.trim_start_matches('/').split([' ', '\n']).next();
                let known = ["p", "em", "a", "code", "pre", "h3"];
                assert!(known.contains(&name.unwrap_or_default()), "{text}: {html}");
            }
            assert!(
                !html.contains("href=\"j") && !html.contains("href=\"J"),
                "{html}"
            );
            assert!(
                !html.contains("href=\"//") && !html.contains("href=\"d"),
                "{html}"
            );
        }
    }

    #[test]
    fn an_opening_is_one_line_of_words() {
        let text = "# Returns\n\nWithin *30*\ndays, `unread`, <b>new</b>:\n\n1. [Write](https://shop.example)\n2. Send";
        assert_eq!(
            opening(text, 160),
            "Returns Within 30 days, unread, <b>new</b>: Write Send"
        );
        assert_eq!(opening("三天之内送到。", 7), "三天之内送到。");
        assert_eq!(opening("三天之内就会送到。", 7), "三天之内就会…");
        assert_eq!(opening("one two three", 5), "one…");
        assert_eq!(opening("", 5), "");
    }

    #[test]
    fn what_leads_nowhere_is_text() {
        assert_eq!(
            to_html("[a *b*](javascript:x) [c](https://d.example)"),
            "<p>a <em>b</em> <a href=\"https://d.example\">c</a></p>\n"
        );
        assert_eq!(
            to_html("![a picture](https://d.example/x.png)"),
            "<p>a picture</p>\n"
        );
    }
}
