//! Invitations: the customer's own link and what has come of it. The same in `<bookplate-points>` and in the member centre.

use crate::html::Html;
use crate::{money, numbers, texts};
use bookplate_wire::Lang;
use bookplate_wire::points::referrals::{Referral, ReferralOffer};
use bookplate_wire::problem::Code;

/// What names the field with the link, for its label.
const FIELD: &str = "invite-link";

/// What an invitation gives, the link, and how many have come. Nothing where nothing is given and nobody has come. The link is a
/// field, so that it can be selected where no script copies it. `level` is that of its heading.
pub fn part(html: &mut Html, lang: Lang, level: &'static str, referral: &Referral) {
    let words = texts::Referrals(lang);
    if referral.offer.is_none() && referral.invited == 0 {
        return;
    }
    html.raw("<h").raw(level).raw(">").text(words.heading());
    html.raw("</h").raw(level).raw(">");
    if let Some(offer) = &referral.offer {
        let points = numbers::points(offer.points);
        let gives = match &offer.minimum {
            Some(least) => words.gives_minimum(&points, &money::written(lang, least)),
            None => words.gives(&points),
        };
        html.raw("<p>").text(&gives);
        if offer.welcome > 0 {
            html.raw("</p><p>")
                .text(&words.gives_friend(&numbers::points(offer.welcome)));
        }
        html.raw("</p><p class=\"invite-line\"><label for=\"")
            .raw(FIELD)
            .raw("\">")
            .text(words.link())
            .raw("</label><input type=\"text\" readonly part=\"input\" id=\"")
            .raw(FIELD)
            .raw("\" value=\"")
            .text(&referral.url)
            .raw("\"><button type=\"button\" class=\"button\" part=\"button\" data-copy>")
            .text(words.copy())
            .raw("</button></p><p class=\"invite-news\" role=\"status\"></p>");
    }
    let sums = match referral.invited {
        0 => words.nobody().to_owned(),
        invited => words.sums(
            &numbers::plain(invited),
            &numbers::plain(referral.earned),
            &numbers::points(referral.points),
        ),
    };
    html.raw("<p class=\"quiet\">").text(&sums).raw("</p>");
}

/// What somebody gets who accepts an invitation, as far as there is something.
pub fn you_get(lang: Lang, offer: &ReferralOffer) -> String {
    let words = texts::Referrals(lang);
    let points = numbers::points(offer.welcome);
    match &offer.minimum {
        _ if offer.welcome == 0 => String::new(),
        Some(least) => words.you_get_minimum(&points, &money::written(lang, least)),
        None => words.you_get(&points),
    }
}

/// Why an invitation was not taken; `None` for what is no reason of an invitation's.
pub fn refused(lang: Lang, code: Code) -> Option<&'static str> {
    let words = texts::Referrals(lang);
    Some(match code {
        Code::ReferralOff | Code::PointsOff => words.off(),
        Code::ReferralUnknown => words.unknown(),
        Code::ReferralOwn => words.own(),
        Code::ReferralTaken => words.taken(),
        Code::ReferralNotNew => words.not_new(),
        Code::RateLimited => words.slow(),
        _ => return None,
    })
}

/// Copies the link beside which the `button` marked `data-copy` stands, and says so. Where the browser does not allow that, the
/// link is selected for who copies by hand.
#[cfg(feature = "hydrate")]
pub fn copy(button: &web_sys::Element, lang: Lang) {
    use leptos::task::spawn_local;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::HtmlInputElement;

    let near = button.closest(".invite").ok().flatten();
    let find = |css: &str| near.as_ref()?.query_selector(css).ok().flatten();
    let field = find("input").and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let (Some(field), Some(news)) = (field, find(".invite-news")) else {
        return;
    };
    let copying = clipboard::write_text(&field.value());
    spawn_local(async move {
        let words = texts::Referrals(lang);
        let copied = match copying {
            Ok(copying) => JsFuture::from(copying).await.is_ok(),
            Err(_) => false,
        };
        if copied {
            news.set_text_content(Some(words.copied()));
        } else {
            _ = field.focus();
            field.select();
            news.set_text_content(Some(words.copy_by_hand()));
        }
    });
}

#[cfg(feature = "hydrate")]
mod clipboard {
    use wasm_bindgen::prelude::*;
    use web_sys::js_sys::Promise;

    #[wasm_bindgen]
    extern "C" {
        /// There is none where the page is not of a secure origin: then it throws.
        #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
        pub(super) fn write_text(text: &str) -> Result<Promise, JsValue>;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::orders::Money;

    fn referral(invited: u32) -> Referral {
        Referral {
            code: "7KQ3-MX9A-BHTB".into(),
            url: "https://reviews.example/shops/pk_demo/invite/7KQ3-MX9A-BHTB".into(),
            invited,
            earned: 1,
            points: 1_100,
            offer: Some(ReferralOffer {
                points: 1_100,
                welcome: 50,
                minimum: Some(Money {
                    amount: 5_000,
                    currency: "CNY".into(),
                }),
            }),
            may_take: false,
        }
    }

    fn written(one: &Referral) -> String {
        let mut html = Html::default();
        part(&mut html, Lang::En, "2", one);
        html.finish()
    }

    #[test]
    fn it_says_what_both_get_and_how_many_have_come() {
        let html = written(&referral(2));
        for part in [
            "You get 1,100 points once",
            "of at least CN¥50.00.",
            "Your friend gets 50 points",
            "value=\"https://reviews.example/shops/pk_demo/invite/7KQ3-MX9A-BHTB\"",
            "Accepted: 2. Have ordered: 1. Points for you: 1,100.",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(written(&referral(0)).contains("Nobody has accepted it yet."));
    }

    #[test]
    fn where_nothing_is_given_there_is_only_what_has_come() {
        let mut none = referral(2);
        (none.offer, none.url, none.code) = (None, String::new(), String::new());
        assert!(!written(&none).contains("<input"));
        assert!(written(&none).contains("Accepted: 2."));
        none.invited = 0;
        assert_eq!(written(&none), "");
    }
}
