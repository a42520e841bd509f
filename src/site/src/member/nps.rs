//! The question how likely a recommendation of the shop is: a card that asks once, and that can be put away.

use super::survey::steps;
use crate::context::Site;
use crate::forms::{About, inside};
use crate::page::{NpsCard, Place};
use bookplate_widgets::texts;
use bookplate_wire::surveys::nps::{COMMENT_MAX, SCORE_MAX};
use leptos::prelude::*;

/// The card.
pub(super) fn card(site: Site, card: &NpsCard) -> AnyView {
    let texts = texts::Nps(site.lang);
    let shop = site.page.with_untracked(|page| match &page.place {
        Place::Member(member) => member.shop.clone(),
        Place::Nowhere | Place::Console(_) => String::new(),
    });
    let scores = 0..=u32::from(SCORE_MAX);
    let chosen: Vec<u32> = card.score.map(u32::from).into_iter().collect();
    let ends = [texts.low(), texts.high()];
    let fault = card.wrong.then_some(texts.fault());
    let about = About::new("nps", "", fault);
    let comment = About::new("comment", texts.comment_hint(), None);
    view! {
        <form method="post" action=site.href(&site.path("")) class="nps" aria-labelledby="nps-question">
            <input type="hidden" name="ask" value=card.ask.clone() />
            <fieldset class="field" aria-describedby=about.ids() aria-invalid=about.invalid() tabindex="-1">
                <legend id="nps-question">{texts.question(&shop)}</legend>
                {steps(scores, "score", &chosen, ends, site.lang.tag())}
                {about.view()}
            </fieldset>
            <div class="field">
                <label for="comment">{texts.comment()}</label>
                <textarea
                    id="comment"
                    name="comment"
                    rows="2"
                    maxlength=(2 * COMMENT_MAX).to_string()
                    aria-describedby=comment.ids()
                    inner_html=inside(&card.comment)
                ></textarea>
                {comment.view()}
            </div>
            <p class="actions">
                <button type="submit" class="button" name="do" value="answer">{texts.send()}</button>
                <button type="submit" class="button" name="do" value="dismiss">{texts.dismiss()}</button>
            </p>
        </form>
    }
    .into_any()
}
