//! What readers say of a book besides their review: the part of the form for it, and the words below a review.

use crate::html::Html;
use crate::texts::Notes as Texts;
use bookplate_wire::Lang;
use bookplate_wire::reviews::notes::{Notes, Pace, Term, Vocabulary};

/// The folded part of the form; nothing where the shop asks for nothing.
pub fn fields(
    html: &mut Html,
    lang: Lang,
    vocabulary: &Vocabulary,
    notes: &Notes,
    is_wrong: impl Fn(&str) -> bool,
) {
    let wrong = ["notes.warnings", "notes.moods", "notes.pace"].map(is_wrong);
    let right = wrong == [false; 3];
    if *vocabulary == Vocabulary::default() && right {
        return;
    }
    let texts = Texts(lang);
    html.raw(if notes.is_empty() && right {
        "<details class=\"notes\"><summary>"
    } else {
        "<details class=\"notes\" open><summary>"
    })
    .text(texts.more())
    .raw("</summary>");
    let lists = [
        ("warnings", texts.warnings(), texts.warnings_fault()),
        ("moods", texts.moods(), texts.moods_fault()),
    ];
    let terms = [&vocabulary.warnings, &vocabulary.moods];
    let chosen = [&notes.warnings, &notes.moods];
    for at in [0, 1] {
        let (name, legend, fault) = lists[at];
        // What is wrong is said also where the shop has taken the list away meanwhile.
        if terms[at].is_empty() && !wrong[at] {
            continue;
        }
        begin(html, name, legend, wrong[at]);
        for term in terms[at] {
            let is_chosen = chosen[at].contains(&term.id);
            choice(html, "checkbox", name, &term.id, &term.label, is_chosen);
        }
        end(html, name, wrong[at].then_some(fault));
    }
    if vocabulary.pace || wrong[2] {
        begin(html, "pace", texts.pace(), wrong[2]);
        choice(
            html,
            "radio",
            "pace",
            "",
            texts.no_pace(),
            notes.pace.is_none(),
        );
        for pace in Pace::ALL {
            let is_chosen = notes.pace == Some(pace);
            choice(
                html,
                "radio",
                "pace",
                pace.as_str(),
                pace_words(texts, pace),
                is_chosen,
            );
        }
        end(html, "pace", wrong[2].then(|| texts.pace_fault()));
    }
    html.raw("</details>");
}

fn begin(html: &mut Html, name: &'static str, legend: &str, wrong: bool) {
    html.raw("<fieldset");
    if wrong {
        html.raw(" aria-invalid=\"true\" aria-describedby=\"")
            .raw(name)
            .raw("-fault\"");
    }
    html.raw("><legend>").text(legend).raw("</legend><div>");
}

fn end(html: &mut Html, name: &'static str, fault: Option<&str>) {
    html.raw("</div>");
    if let Some(words) = fault {
        html.raw("<p class=\"fault\" id=\"")
            .raw(name)
            .raw("-fault\">")
            .text(words)
            .raw("</p>");
    }
    html.raw("</fieldset>");
}

fn choice(
    html: &mut Html,
    kind: &'static str,
    name: &'static str,
    value: &str,
    words: &str,
    chosen: bool,
) {
    html.raw("<label><input type=\"")
        .raw(kind)
        .raw("\" name=\"")
        .raw(name)
        .raw("\" value=\"")
        .text(value)
        .raw(if chosen { "\" checked>" } else { "\">" })
        .text(words)
        .raw("</label>");
}

/// What a reader has said, in two quiet lines below the review; warnings are for who asks for them.
pub fn lines(html: &mut Html, lang: Lang, vocabulary: &Vocabulary, notes: &Notes) {
    let texts = Texts(lang);
    let mut moods = labels(&vocabulary.moods, &notes.moods);
    if let Some(pace) = notes.pace.filter(|_| vocabulary.pace) {
        if !moods.is_empty() {
            moods.push_str(" · ");
        }
        moods.push_str(&texts.pace_is(pace_words(texts, pace)));
    }
    if !moods.is_empty() {
        html.raw("<p class=\"notes\" part=\"notes\">")
            .text(&moods)
            .raw("</p>");
    }
    let warnings = labels(&vocabulary.warnings, &notes.warnings);
    if !warnings.is_empty() {
        html.raw("<details class=\"spoiler\" part=\"warnings\"><summary>")
            .text(texts.show_warnings())
            .raw("</summary><span>")
            .text(&warnings)
            .raw("</span></details>");
    }
}

/// The labels of what was chosen, in the order in which it is offered; what is not offered any more is left out.
fn labels(terms: &[Term], ids: &[String]) -> String {
    let mut words = String::new();
    for term in terms.iter().filter(|term| ids.contains(&term.id)) {
        if !words.is_empty() {
            words.push_str(" · ");
        }
        words.push_str(&term.label);
    }
    words
}

fn pace_words(texts: Texts, pace: Pace) -> &'static str {
    match pace {
        Pace::Slow => texts.slow(),
        Pace::Medium => texts.medium(),
        Pace::Fast => texts.fast(),
    }
}
