//! The form to write a review: the same in the widget, where it works without any script by leading to the hosted page,
//! and on that page.

use crate::html::Html;
use crate::numbers::{plain, points, stars};
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::points::besides::ReviewPromise;
use bookplate_wire::reviews::notes::Vocabulary;
use bookplate_wire::reviews::writing::{AUTHOR_MAX, BODY_MAX, ReviewState, ReviewText, TITLE_MAX};

/// What the form shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form<'a> {
    /// What stands in its fields; a rating of 0 for none yet.
    pub text: ReviewText,
    /// Whether half stars can be given.
    pub half_stars: bool,
    /// What can be said of the book besides.
    pub vocabulary: Vocabulary,
    /// Names of the fields that break a rule.
    pub faults: &'a [String],
}

/// What has become of what an author has written last, in words for the author.
pub const fn state_words(lang: Lang, state: ReviewState) -> &'static str {
    let texts = texts::Writing(lang);
    match state {
        ReviewState::Published => texts.published(),
        ReviewState::Pending => texts.pending(),
        ReviewState::Changes => texts.changes(),
        ReviewState::Refused => texts.refused(),
        ReviewState::HandedOver => texts.handed_over(),
    }
}

/// What a review earns, in words for who has not written it yet.
pub fn promised(lang: Lang, promise: &ReviewPromise) -> String {
    let texts = texts::Writing(lang);
    let mut sentences = vec![texts.earns(&points(promise.points))];
    if promise.min_length > 0 {
        sentences.push(texts.earns_length(&points(promise.min_length.into())));
    }
    if promise.verified_only {
        sentences.push(texts.earns_bought().to_owned());
    }
    sentences.push(texts.earns_label(texts::Reviews(lang).incentivised()));
    // Chinese and Japanese have no space behind a full stop.
    sentences.join(if lang == Lang::En { " " } else { "" })
}

/// The languages that one can say a review is in, apart from the reader's own.
const LANGUAGES: [&str; 10] = ["zh", "en", "ja", "ko", "fr", "de", "es", "it", "pt", "ru"];

impl Form<'_> {
    /// The fields, without the form around them and without its button.
    pub fn write(&self, html: &mut Html, lang: Lang) {
        let texts = texts::Writing(lang);
        self.stars(html, texts);
        self.field(html, "title", texts.title(), "", texts.title_fault(), |html| {
            html.raw("<input id=\"title\" name=\"title\" type=\"text\" autocomplete=\"off\" value=\"")
                .text(&self.text.title)
                .raw("\" maxlength=\"")
                .text(&units(TITLE_MAX))
                .raw("\"");
        });
        self.field(
            html,
            "body",
            texts.body(),
            texts.body_hint(),
            texts.body_fault(),
            |html| {
                html.raw("<textarea id=\"body\" name=\"body\" rows=\"7\" maxlength=\"")
                    .text(&units(BODY_MAX))
                    .raw("\"");
            },
        );
        self.field(html, "author", texts.author(), texts.author_hint(), texts.author_fault(), |html| {
            html.raw("<input id=\"author\" name=\"author\" type=\"text\" autocomplete=\"nickname\" value=\"")
                .text(&self.text.author)
                .raw("\" maxlength=\"")
                .text(&units(AUTHOR_MAX))
                .raw("\"");
        });
        self.language(html, lang, texts);
        let is_wrong = |field: &str| self.is_wrong(field);
        crate::notes::fields(html, lang, &self.vocabulary, &self.text.notes, is_wrong);
        self.incentivised(html, texts);
    }

    /// One radio button a star, or half a star, as a group: arrow keys move in it, and each says what it stands for.
    fn stars(&self, html: &mut Html, texts: texts::Writing) {
        let wrong = self.is_wrong("rating");
        html.raw("<fieldset class=\"rate\"")
            .raw(if wrong {
                " aria-invalid=\"true\" aria-describedby=\"rating-fault\"><legend>"
            } else {
                "><legend>"
            })
            .text(texts.rating())
            .raw("</legend><div class=\"rate-stars\">");
        for half in 1..=10_u8 {
            let whole = half.is_multiple_of(2);
            if !whole && !self.half_stars {
                continue;
            }
            let tenths = half * 5;
            html.raw(match (self.half_stars, whole) {
                (false, _) => "<label class=\"one\"",
                (true, false) => "<label class=\"left\"",
                (true, true) => "<label class=\"right\"",
            })
            .raw("><input type=\"radio\" name=\"rating\" required value=\"")
            .text(&number(tenths.into()))
            .raw(if tenths == self.text.rating {
                "\" checked>"
            } else {
                "\">"
            })
            .raw("<span class=\"vh\">")
            .text(&texts.stars(&stars(tenths)))
            .raw("</span><svg aria-hidden=\"true\" viewBox=\"")
            .raw(match (self.half_stars, whole) {
                (false, _) => "0 0 20 20",
                (true, false) => "0 0 10 20",
                (true, true) => "10 0 10 20",
            })
            .raw("\"><path d=\"M10 1.5")
            .raw(crate::stars::ONE)
            .raw("\"/></svg></label>");
        }
        html.raw("</div>");
        if wrong {
            fault(html, "rating", texts.rating_fault());
        }
        html.raw("</fieldset>");
    }

    /// A field with its label, its hint and what is wrong with it. `begin` writes the control's tag up to its end.
    fn field(
        &self,
        html: &mut Html,
        name: &'static str,
        label: &str,
        hint: &str,
        words: &str,
        begin: impl FnOnce(&mut Html),
    ) {
        let wrong = self.is_wrong(name);
        html.raw("<div class=\"writing-field\"><label for=\"")
            .raw(name)
            .raw("\">")
            .text(label)
            .raw("</label>");
        begin(html);
        html.raw(" aria-describedby=\"")
            .raw(name)
            .raw("-hint ")
            .raw(name)
            .raw(if wrong {
                "-fault\" aria-invalid=\"true\">"
            } else {
                "-fault\">"
            });
        if name == "body" {
            // A line break behind the tag is not part of the text, so that one at its beginning stays.
            html.raw("\n").text(&self.text.body).raw("</textarea>");
        }
        if !hint.is_empty() {
            html.raw("<p class=\"hint\" id=\"")
                .raw(name)
                .raw("-hint\">")
                .text(hint)
                .raw("</p>");
        }
        if wrong {
            fault(html, name, words);
        }
        html.raw("</div>");
    }

    /// In which language the review is written: readers filter by it. The reader's own one is offered first.
    fn language(&self, html: &mut Html, lang: Lang, texts: texts::Writing) {
        let wrong = self.is_wrong("language");
        let own = lang.tag();
        let chosen = match self.text.language.as_str() {
            "" => own,
            told => told,
        };
        html.raw("<div class=\"writing-field\"><label for=\"language\">")
            .text(texts.language())
            .raw("</label><span class=\"select\"><select id=\"language\" name=\"language\"")
            .raw(if wrong {
                " aria-invalid=\"true\" aria-describedby=\"language-fault\">"
            } else {
                ">"
            });
        let primary = crate::languages::primary;
        let others = LANGUAGES.iter().filter(|tag| **tag != primary(own));
        let known = primary(chosen) == primary(own) || LANGUAGES.contains(&primary(chosen));
        let chosen_one = Some(chosen).filter(|_| !known);
        for tag in [own].into_iter().chain(others.copied()).chain(chosen_one) {
            let selected = primary(tag) == primary(chosen);
            // What somebody has told once more exactly is not made less exact.
            html.raw("<option value=\"")
                .text(if selected { chosen } else { tag })
                .raw(if selected { "\" selected>" } else { "\">" })
                .text(crate::languages::own_name(primary(tag)))
                .raw("</option>");
        }
        html.raw("</select></span>");
        if wrong {
            fault(html, "language", texts.language_fault());
        }
        html.raw("</div>");
    }

    /// Whether the author received something, which readers are told.
    fn incentivised(&self, html: &mut Html, texts: texts::Writing) {
        html.raw("<div class=\"tick\"><label><input type=\"checkbox\" id=\"incentivised\" name=\"incentivised\" value=\"true\" aria-describedby=\"incentivised-hint\"")
            .raw(if self.text.incentivised { " checked> " } else { "> " })
            .text(texts.incentivised())
            .raw("</label><p class=\"hint\" id=\"incentivised-hint\">")
            .text(texts.incentivised_hint())
            .raw("</p></div>");
    }

    fn is_wrong(&self, field: &str) -> bool {
        self.faults.iter().any(|wrong| wrong == field)
    }
}

fn fault(html: &mut Html, name: &'static str, words: &str) {
    html.raw("<p class=\"fault\" id=\"")
        .raw(name)
        .raw("-fault\">")
        .text(words)
        .raw("</p>");
}

/// Without separators: it is for a program.
/// What stops a field at the latest. HTML counts in UTF-16, of which an emoji is two: by the number of characters it would cut off
/// what may be sent. What is too long all the same is said to be.
fn units(characters: usize) -> String {
    number(2 * characters)
}

fn number(number: usize) -> String {
    plain(u32::try_from(number).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: &Form<'_>) -> String {
        let mut html = Html::default();
        form.write(&mut html, Lang::En);
        html.finish()
    }

    #[test]
    fn each_star_says_what_it_stands_for() {
        let html = written(&Form::default());
        assert_eq!(html.matches("type=\"radio\"").count(), 5);
        assert!(
            html.contains("value=\"40\">") && html.contains("4 of 5 stars"),
            "{html}"
        );
        let halves = written(&Form {
            half_stars: true,
            text: ReviewText {
                rating: 35,
                ..ReviewText::default()
            },
            ..Form::default()
        });
        assert_eq!(halves.matches("type=\"radio\"").count(), 10);
        assert!(halves.contains("value=\"35\" checked>") && halves.contains("3.5 of 5 stars"));
    }

    #[test]
    fn what_was_typed_stays_and_cannot_become_markup() {
        let html = written(&Form {
            text: ReviewText {
                rating: 50,
                title: "\"><script>".into(),
                body: "</textarea><script>".into(),
                author: "<b>".into(),
                language: "eo".into(),
                photos: Vec::new(),
                incentivised: true,
                ..ReviewText::default()
            },
            ..Form::default()
        });
        assert!(
            !html.contains("<script>") && !html.contains("<b>"),
            "{html}"
        );
        assert!(html.contains("<option value=\"eo\" selected>"), "{html}");
        assert!(html.contains("maxlength=\"20000\""), "{html}");
    }

    #[test]
    fn a_fault_stands_at_its_field() {
        let faults = ["rating".to_owned(), "title".to_owned()];
        let html = written(&Form {
            faults: &faults,
            ..Form::default()
        });
        assert!(html.contains("id=\"rating-fault\"") && html.contains("id=\"title-fault\""));
        assert_eq!(html.matches("aria-invalid").count(), 2);
        // Also where the shop has taken the question away since the page was made.
        let faults = ["language", "notes.pace", "notes.moods"].map(str::to_owned);
        let html = written(&Form {
            faults: &faults,
            ..Form::default()
        });
        for id in ["language-fault", "pace-fault", "moods-fault"] {
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}: {html}");
        }
        assert_eq!(html.matches("aria-invalid").count(), 3);
    }
}
