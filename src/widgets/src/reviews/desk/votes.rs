//! Voting for reviews and reporting them.
//!
//! Cards are text, so what changes in them is changed in the page itself. A vote shows at once, and is taken back when
//! the server refuses it.

use super::Clerk;
use super::writing::Wish;
use crate::dom::{attribute, control, find, focus, set};
use crate::html::Html;
use crate::reasons;
use bookplate_client::{ClientError, Identity, reviews};
use bookplate_wire::reviews::votes::{OwnVote, Votes};
use bookplate_wire::reviews::writing::Reason;
use bookplate_wire::{Code, ReviewId};
use leptos::task::spawn_local;
use web_sys::Element;

impl Clerk {
    /// Somebody presses “yes” or “no”: the one that is pressed already takes the vote back.
    pub(super) fn vote(&self, button: &Element) {
        let Some(of) = review_around(button) else {
            return;
        };
        let yes = attribute(button, "data-vote") == "yes";
        let vote = (attribute(button, "aria-pressed") != "true").then_some(yes);
        let id = attribute(&of, "data-review");
        self.wish(Wish::Vote(id, vote));
    }

    pub(super) fn put_vote(&self, identity: Identity, review: String, vote: Option<bool>) {
        let Some(of) = self.votes_of(&review) else {
            return;
        };
        let (before, votes) = (pressed(&of), votes_in(&of));
        self.press(&of, vote, expected(votes, before, vote));
        tell(&of, "");
        let author = self.author.borrow().clone();
        let this = self.this.clone();
        spawn_local(async move {
            let counted = reviews::vote(&identity, &review, vote).await;
            let Some(clerk) = this.upgrade().filter(|clerk| clerk.is_still(&author)) else {
                return;
            };
            match counted {
                Ok(counted) => clerk.press(&of, vote, counted),
                Err(error) => {
                    clerk.press(&of, before, votes);
                    tell(&of, clerk.why_not(&error));
                }
            }
        });
    }

    fn why_not(&self, error: &ClientError) -> &'static str {
        match error {
            ClientError::Problem(problem) if problem.code == Code::ReviewIsOwn => {
                self.state.texts().own_review()
            }
            ClientError::Offline => self.state.common().offline(),
            _ => self.state.texts().not_taken(),
        }
    }

    /// Shows which votes are the customer's own. Nobody votes for the own review or reports it.
    pub(super) fn mark_votes(&self, votes: &[OwnVote], own: Option<&ReviewId>) {
        let Ok(all) = self.root.query_selector_all(".results .votes") else {
            return;
        };
        for at in 0..all.length() {
            let Some(of) = all.item(at).map(wasm_bindgen::JsCast::unchecked_into) else {
                continue;
            };
            let id = attribute(&of, "data-review");
            let vote = votes.iter().find(|vote| vote.review.as_str() == id);
            show_pressed(&of, vote.map(|vote| vote.helpful));
            if let Some(ask) = find(&of, ".ask") {
                if own.is_some_and(|own| own.as_str() == id) {
                    set(&ask, "hidden", "");
                } else {
                    _ = ask.remove_attribute("hidden");
                }
            }
        }
    }

    fn votes_of(&self, review: &str) -> Option<Element> {
        let mut selector = String::from(".results .votes[data-review=");
        selector.push_str(review);
        selector.push(']');
        self.find(&selector)
    }

    fn press(&self, of: &Element, vote: Option<bool>, votes: Votes) {
        show_pressed(of, vote);
        set(of, "data-helpful", &votes.helpful.to_string());
        set(of, "data-votes", &votes.votes.to_string());
        let words = if votes.votes > 0 {
            self.state.texts().helpful(votes.helpful, votes.votes)
        } else {
            String::new()
        };
        if let Some(line) = find(of, ".helpful") {
            line.set_text_content(Some(&words));
        }
    }

    /// Opens, or closes, the form that asks what is wrong with a review.
    pub(super) fn ask_what_is_wrong(&self, button: &Element) {
        let Some(of) = review_around(button) else {
            return;
        };
        if let Some(form) = find(&of, ".report-form") {
            return form.remove();
        }
        let texts = self.state.texts();
        let mut html = Html::default();
        html.raw("<form class=\"report-form\" part=\"report-form\" novalidate><label class=\"field\"><span class=\"label\">")
            .text(texts.report_why())
            .raw("</span><span class=\"select\"><select name=\"reason\">");
        for reason in Reason::ALL {
            html.raw("<option value=\"")
                .raw(reason.as_str())
                .raw("\">")
                .text(reasons::words(self.state.lang, reason))
                .raw("</option>");
        }
        html.raw("</select></span></label><label class=\"note\"><span class=\"label\">")
            .text(texts.report_note())
            .raw("</span><input name=\"note\" type=\"text\" autocomplete=\"off\" maxlength=\"1000\"></label>\
                  <button type=\"submit\" class=\"button\" part=\"button\">")
            .text(texts.report_send())
            .raw("</button></form>");
        _ = of.insert_adjacent_html("beforeend", &html.finish());
        focus(&of, "select");
    }

    /// Sends it.
    pub(super) fn report(&self, form: &Element) {
        let Some(of) = review_around(form) else {
            return;
        };
        let value = |selector: &str| {
            let control = control(form, selector);
            control.map(|control| control.value()).unwrap_or_default()
        };
        let (reason, note) = (value("[name=reason]"), value("[name=note]"));
        if reason == Reason::Other.as_str() && note.trim().is_empty() {
            tell(&of, self.state.texts().report_note_fault());
            return focus(form, "[name=note]");
        }
        let id = attribute(&of, "data-review");
        self.wish(Wish::Report(id, reason, note));
    }

    pub(super) fn put_report(
        &self,
        identity: Identity,
        review: String,
        reason: String,
        note: String,
    ) {
        let Some(of) = self.votes_of(&review) else {
            return;
        };
        let this = self.this.clone();
        spawn_local(async move {
            let taken = reviews::report(&identity, &review, &reason, &note).await;
            let Some(clerk) = this.upgrade() else { return };
            match taken {
                Ok(()) => {
                    if let Some(form) = find(&of, ".report-form") {
                        form.remove();
                    }
                    tell(&of, clerk.state.texts().reported());
                    focus(&of, "[data-report]");
                }
                Err(error) => tell(&of, clerk.why_not(&error)),
            }
        });
    }

    /// Takes away what somebody has begun to report, and what was said about that and about votes.
    pub(super) fn forget_reports(&self) {
        while let Some(left) = self.find(".report-form, .vote-news") {
            left.remove();
        }
    }

    /// Says something where the wish was: above the form, or below the review.
    pub(super) fn say_for(&self, wish: Option<&Wish>, html: &str) {
        let review = match wish {
            Some(Wish::Vote(review, _) | Wish::Report(review, ..)) => self.votes_of(review),
            _ => None,
        };
        match review {
            Some(of) => news(&of).set_inner_html(html),
            None => self.say(html),
        }
    }
}

/// What belongs to the votes of the review that `element` is in.
fn review_around(element: &Element) -> Option<Element> {
    element.closest(".votes").ok().flatten()
}

fn pressed(of: &Element) -> Option<bool> {
    let on = find(of, "[data-vote][aria-pressed=true]")?;
    Some(attribute(&on, "data-vote") == "yes")
}

fn show_pressed(of: &Element, vote: Option<bool>) {
    for (selector, value) in [("[data-vote=yes]", true), ("[data-vote=no]", false)] {
        if let Some(button) = find(of, selector) {
            let on = vote == Some(value);
            set(&button, "aria-pressed", if on { "true" } else { "false" });
        }
    }
}

fn votes_in(of: &Element) -> Votes {
    let number = |name: &str| attribute(of, name).parse().unwrap_or_default();
    Votes {
        helpful: number("data-helpful"),
        votes: number("data-votes"),
    }
}

/// The figures once a vote has taken the place of another one.
fn expected(mut votes: Votes, before: Option<bool>, vote: Option<bool>) -> Votes {
    if let Some(before) = before {
        votes.votes = votes.votes.saturating_sub(1);
        votes.helpful = votes.helpful.saturating_sub(before.into());
    }
    if let Some(vote) = vote {
        votes.votes += 1;
        votes.helpful += u32::from(vote);
    }
    votes
}

/// Where something is said about one review.
fn news(of: &Element) -> Element {
    if let Some(news) = find(of, ".vote-news") {
        return news;
    }
    _ = of.insert_adjacent_html(
        "beforeend",
        "<div class=\"vote-news\" role=\"status\"></div>",
    );
    find(of, ".vote-news").unwrap_or_else(|| of.clone())
}

fn tell(of: &Element, words: &str) {
    if words.is_empty() && find(of, ".vote-news").is_none() {
        return;
    }
    news(of).set_text_content(Some(words));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_takes_the_place_of_the_one_before() {
        let is = |helpful, votes| Votes { helpful, votes };
        assert_eq!(expected(is(3, 5), None, Some(true)), is(4, 6));
        assert_eq!(expected(is(4, 6), Some(true), Some(false)), is(3, 6));
        assert_eq!(expected(is(3, 6), Some(false), None), is(3, 5));
    }
}
