//! The customer's data as a whole: to take along, and to be deleted.

use crate::context::Site;
use crate::forms::{About, choice};
use crate::page::{Content, Privacy};
use bookplate_widgets::texts;
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Privacy(privacy) = content else {
        return None;
    };
    Some(view(site, privacy))
}

fn view(site: Site, privacy: &Privacy) -> AnyView {
    let texts = texts::Privacy(site.lang);
    let fault = |field: &str, words| privacy.faults.iter().any(|at| at == field).then_some(words);
    let reviews = About::new("reviews", "", fault("reviews", texts.reviews_fault()));
    let sure = About::new("sure", "", fault("sure", texts.sure_fault()));
    let chosen = |value| privacy.reviews == value;
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <section class="part">
            <h2>{texts.take()}</h2>
            <p>{texts.take_hint()}</p>
            <p>
                <a class="button" href=site.path("archive") download="account.json" rel="external">
                    {texts.download()}
                </a>
            </p>
        </section>
        <section class="part">
            <h2>{texts.delete()}</h2>
            <p>{texts.delete_hint()}</p>
            <form method="post" action=site.href(&site.path("privacy"))>
                <fieldset
                    class="field"
                    aria-describedby=reviews.ids()
                    aria-invalid=reviews.invalid()
                    tabindex="-1"
                >
                    <legend>{texts.reviews()}</legend>
                    {choice(
                        "radio",
                        "reviews",
                        "keep_anonymous",
                        texts.keep_anonymous(),
                        chosen("keep_anonymous"),
                    )}
                    {choice("radio", "reviews", "remove", texts.remove(), chosen("remove"))}
                    {reviews.view()}
                </fieldset>
                <div class="field">
                    <label class="choice">
                        <input
                            type="checkbox"
                            name="sure"
                            value="yes"
                            aria-describedby=sure.ids()
                            aria-invalid=sure.invalid()
                        />
                        <span>{texts.sure()}</span>
                    </label>
                    {sure.view()}
                </div>
                <button type="submit" class="button danger">{texts.delete_now()}</button>
            </form>
        </section>
    }
    .into_any()
}
