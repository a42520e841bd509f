//! What is said of tiers everywhere in the same way, in `<bookplate-points>` and on the hosted pages: which one somebody has and until
//! when, how far it is to the next one, what keeping it takes, and what it gives.

use crate::html::Html;
use crate::texts::Tiers;
use crate::{dates, money, numbers};
use bookplate_wire::Lang;
use bookplate_wire::orders::Money;
use bookplate_wire::points::rewards::name_in;
use bookplate_wire::points::tiers::{ONCE, TierGoal, TierMeasure, TierStanding, words_in};

/// So much of what counts: `€43.20`, `120 points`, `3 days with an order`.
pub fn amount(lang: Lang, measure: TierMeasure, currency: &str, value: i64) -> String {
    let count = u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    match measure {
        TierMeasure::Spend => {
            let currency = currency.to_owned();
            let amount = value;
            money::written(lang, &Money { amount, currency })
        }
        TierMeasure::Points => Tiers(lang).points(count),
        TierMeasure::Visits => Tiers(lang).visits(count),
    }
}

/// Hundredths as a number: `150` as `1.5`.
pub fn times(hundredths: u32) -> String {
    let mut out = numbers::plain(hundredths / 100);
    let rest = hundredths % 100;
    if rest > 0 {
        out.push('.');
        out.push_str(&numbers::plain(rest + 100)[1..]);
        if rest.is_multiple_of(10) {
            out.pop();
        }
    }
    out
}

/// What the tier is called.
pub fn named(lang: Lang, standing: &TierStanding) -> &str {
    words_in(&standing.words, lang).map_or("", |words| &words.name)
}

/// Which tier it is, until when, and how far it is to the next one.
pub fn figures(html: &mut Html, lang: Lang, standing: &TierStanding) {
    let texts = Tiers(lang);
    let day = |day: &str| dates::long(lang, day);
    html.raw("<p class=\"title named\" dir=\"auto\">")
        .text(named(lang, standing))
        .raw("</p><p class=\"quiet\">");
    if !standing.since.is_empty() {
        let since = texts.since(&day(&standing.since));
        html.raw("<span>").text(&since).raw("</span> ");
    }
    if !standing.until.is_empty() && !standing.withdrawn {
        let until = texts.until(&day(&standing.until));
        html.raw("<span>").text(&until).raw("</span>");
    }
    html.raw("</p>");
    if standing.multiplier > ONCE {
        said(html, &texts.times(&times(standing.multiplier)));
    }
    match &standing.next {
        Some(goal) => towards(html, lang, standing, goal),
        None if standing.keeping.is_some() => quiet(html, texts.top()),
        None => {}
    }
    keeping(html, lang, standing);
    let hint = match standing.measure {
        TierMeasure::Spend => texts.spend_hint(&standing.currency),
        TierMeasure::Points => texts.points_hint().to_owned(),
        TierMeasure::Visits => texts.visits_hint().to_owned(),
    };
    quiet(html, &hint);
}

/// What the tier gives besides points, below a heading; nothing where that is nothing.
pub fn privileges(html: &mut Html, lang: Lang, standing: &TierStanding) {
    let words = words_in(&standing.words, lang);
    let Some(words) = words.filter(|words| !words.privileges.is_empty()) else {
        return;
    };
    html.raw("<h3>")
        .text(&Tiers(lang).privileges(&words.name))
        .raw("</h3><ul class=\"gives\">");
    for line in &words.privileges {
        html.raw("<li dir=\"auto\">").text(line).raw("</li>");
    }
    html.raw("</ul>");
}

fn said(html: &mut Html, words: &str) {
    html.raw("<p>").text(words).raw("</p>");
}

fn quiet(html: &mut Html, words: &str) {
    html.raw("<p class=\"quiet\">").text(words).raw("</p>");
}

/// How far it is to the next tier: a bar, and the same in words.
fn towards(html: &mut Html, lang: Lang, standing: &TierStanding, goal: &TierGoal) {
    let texts = Tiers(lang);
    let say = |value| amount(lang, standing.measure, &standing.currency, value);
    let (tier, missing) = (name_in(&goal.names, lang), say(goal.missing));
    let words = if goal.by.is_empty() {
        texts.next(&missing, tier)
    } else {
        texts.next_by(&missing, tier, &dates::long(lang, &goal.by))
    };
    html.raw("<div class=\"towards\"><p id=\"towards\">")
        .text(&words)
        .raw("</p><progress aria-labelledby=\"towards\" max=\"")
        .text(&goal.needed.to_string())
        .raw("\" value=\"")
        .text(&goal.counted.clamp(0, goal.needed).to_string())
        .raw("\"></progress>");
    quiet(html, &texts.counted(&say(goal.counted), &say(goal.needed)));
    html.raw("</div>");
}

/// What keeping the tier takes, and until when it is held if it is not kept.
fn keeping(html: &mut Html, lang: Lang, standing: &TierStanding) {
    if standing.ends.is_empty() {
        return;
    }
    let texts = Tiers(lang);
    let day = |day: &str| dates::long(lang, day);
    let say = |value| amount(lang, standing.measure, &standing.currency, value);
    let Some(goal) = &standing.keeping else {
        return said(html, &texts.gone(&day(&standing.ends)));
    };
    let tier = name_in(&goal.names, lang);
    html.raw("<div class=\"keeping\">");
    if standing.withdrawn {
        said(html, &texts.withdrawn(tier, &day(&standing.ends)));
        said(html, &texts.again(&say(goal.missing)));
    } else if goal.missing > 0 {
        let words = texts.keep(&say(goal.missing), &day(&goal.by), tier, &day(&goal.until));
        said(html, &words);
        if standing.ends != standing.until {
            quiet(html, &texts.grace(&day(&standing.ends)));
        }
    } else {
        said(html, &texts.kept(tier, &day(&goal.until)));
    }
    if goal.missing > 0 {
        quiet(html, &texts.counted(&say(goal.counted), &say(goal.needed)));
    }
    html.raw("</div>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_no_more_digits_than_they_need() {
        for (hundredths, text) in [(100, "1"), (150, "1.5"), (205, "2.05"), (1_000, "10")] {
            assert_eq!(times(hundredths), text);
        }
    }

    #[test]
    fn amounts_are_in_their_measure() {
        let say = |measure, value| amount(Lang::En, measure, "EUR", value);
        assert_eq!(say(TierMeasure::Spend, 4_320), "€43.20");
        assert_eq!(say(TierMeasure::Points, 1_200), "1,200 points");
        assert_eq!(say(TierMeasure::Visits, 1), "1 day with an order");
    }
}
