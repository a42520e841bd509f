//! The question how likely a recommendation of the shop is: a card that asks once, in the member centre and on the shop's own pages.
//!
//! The server writes it for both, so that a page whose customer is not asked loads nothing of it.

use crate::html::Html;
use crate::texts::Nps;
use bookplate_wire::Lang;
use bookplate_wire::surveys::nps::{COMMENT_MAX, SCORE_MAX};
use std::ops::RangeInclusive;

/// What the card holds.
#[derive(Debug, Clone, Copy)]
pub struct Card<'a> {
    /// What names the question.
    pub ask: &'a str,
    /// The shop's name.
    pub shop: &'a str,
    /// Where the answer goes; `None` on a page of the shop's, where a program sends it.
    pub action: Option<&'a str>,
    /// What was chosen.
    pub score: Option<u8>,
    /// What was written.
    pub comment: &'a str,
    /// Whether nothing was chosen, or the comment is too long.
    pub wrong: bool,
}

/// The card's HTML. On a page of the shop's it brings along what is said once it was answered, or put away.
pub fn card(lang: Lang, card: &Card<'_>) -> String {
    let texts = Nps(lang);
    let mut html = Html::default();
    html.raw("<form method=\"post\" class=\"nps\" aria-labelledby=\"nps-question\"");
    match card.action {
        Some(action) => html.raw(" action=\"").text(action),
        None => html
            .raw(" data-thanks=\"")
            .text(texts.thanks())
            .raw("\" data-dismissed=\"")
            .text(texts.dismissed()),
    };
    html.raw("\"><input type=\"hidden\" name=\"ask\" value=\"")
        .text(card.ask)
        .raw("\"><fieldset class=\"field\" tabindex=\"-1\"");
    if card.wrong {
        html.raw(" aria-describedby=\"nps-fault\" aria-invalid=\"true\"");
    }
    html.raw("><legend id=\"nps-question\">")
        .text(&texts.question(card.shop))
        .raw("</legend>");
    let chosen: Vec<u32> = card.score.map(u32::from).into_iter().collect();
    let scores = 0..=u32::from(SCORE_MAX);
    steps(
        &mut html,
        scores,
        "score",
        &chosen,
        [texts.low(), texts.high()],
        lang.tag(),
    );
    // A program of the shop's page uncovers it.
    html.raw("<p class=\"fault\" id=\"nps-fault\" role=\"alert\"");
    html.raw(if card.wrong { ">" } else { " hidden>" });
    html.text(texts.fault())
        .raw("</p></fieldset><div class=\"field\"><label for=\"nps-comment\">")
        .text(texts.comment())
        .raw("</label><textarea id=\"nps-comment\" name=\"comment\" rows=\"2\" aria-describedby=\"nps-comment-hint\" maxlength=\"")
        .text(&(2 * COMMENT_MAX).to_string())
        .raw("\">")
        .text(card.comment)
        .raw("</textarea><p class=\"hint\" id=\"nps-comment-hint\">")
        .text(texts.comment_hint())
        .raw("</p></div><p class=\"actions\"><button type=\"submit\" class=\"button\" name=\"do\" value=\"answer\">")
        .text(texts.send())
        .raw("</button><button type=\"submit\" class=\"button\" name=\"do\" value=\"dismiss\" data-do=\"dismiss\">")
        .text(texts.dismiss())
        .raw("</button></p></form>");
    html.finish()
}

/// Steps to choose one from, in one row from end to end. `ends` says what the first and the last one mean, in the language with
/// this tag; either may be empty.
pub fn steps(
    html: &mut Html,
    range: RangeInclusive<u32>,
    name: &str,
    chosen: &[u32],
    ends: [&str; 2],
    lang: &str,
) {
    let [low, high] = ends;
    let (first, last) = (*range.start(), *range.end());
    html.raw("<div class=\"scale\"><div class=\"steps\">");
    for step in range {
        let number = step.to_string();
        html.raw("<label class=\"choice\"><input type=\"radio\" name=\"")
            .text(name)
            .raw("\" value=\"")
            .text(&number)
            .raw("\"");
        if chosen.contains(&step) {
            html.raw(" checked");
        }
        // Who hears the steps one by one hears what the ends mean with them.
        let end = match step {
            step if step == first => low,
            step if step == last => high,
            _ => "",
        };
        if !end.is_empty() {
            html.raw(" aria-label=\"")
                .text(&number)
                .raw(", ")
                .text(end)
                .raw("\"");
        }
        html.raw("><span>").text(&number).raw("</span></label>");
    }
    html.raw("</div>");
    if !(low.is_empty() && high.is_empty()) {
        html.raw("<p class=\"ends quiet\" aria-hidden=\"true\" lang=\"")
            .text(lang)
            .raw("\"><span>")
            .text(low)
            .raw("</span><span>")
            .text(high)
            .raw("</span></p>");
    }
    html.raw("</div>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_and_written_is_there_again_and_no_markup() {
        let html = card(
            Lang::En,
            &Card {
                ask: "nps_1",
                shop: "<Shop> & Co",
                action: Some("/here?lang=en"),
                score: Some(7),
                comment: "</textarea><script>",
                wrong: true,
            },
        );
        for part in [
            "recommend &lt;Shop&gt; &amp; Co",
            "action=\"/here?lang=en\"",
            "value=\"7\" checked",
            "&lt;/textarea&gt;&lt;script&gt;",
            "aria-invalid=\"true\"",
            "aria-label=\"0, not at all\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert_eq!(html.matches(" checked").count(), 1);
        assert!(!html.contains("hidden>") && !html.contains("data-thanks"));
    }
}
