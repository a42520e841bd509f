//! What the server renders of a heart.

#![allow(clippy::unwrap_used)]

use super::render;
use bookplate_wire::Lang;
use bookplate_wire::wishlists::WishButtonData;

fn heart(lang: Lang, title: &str) -> String {
    counted(lang, title, None)
}

fn counted(lang: Lang, title: &str, count: Option<u32>) -> String {
    render(WishButtonData {
        lang,
        api: "https://reviews.example".into(),
        key: "pk_demo".into(),
        isbn: "9780141439587".parse().unwrap(),
        title: title.into(),
        count,
    })
}

#[test]
fn the_server_renders_for_nobody_a_form_that_leads_to_the_wish() {
    for lang in Lang::ALL {
        let html = heart(lang, "Emma");
        let action = "action=\"https://reviews.example/shops/pk_demo/member/wishes/9780141439587\"";
        assert!(html.contains(action), "{html}");
        let value = format!("value=\"{}\"", lang.tag());
        assert!(html.contains(&value), "{html}");
        assert!(
            !html.contains("aria-pressed") && !html.contains("hidden=\"\""),
            "{html}"
        );
    }
    let html = heart(Lang::En, "Wit & \"Wisdom\"");
    assert!(
        html.contains("aria-label=\"Wishlist: Wit &amp; &quot;Wisdom&quot;\""),
        "{html}"
    );
}

#[test]
fn a_book_that_the_shop_does_not_have_has_no_heart() {
    let html = heart(Lang::En, "");
    assert!(html.contains("<form") && html.contains(" hidden"), "{html}");
}

#[test]
fn how_many_wish_for_it_is_said_where_the_page_wants_that() {
    assert!(!heart(Lang::En, "Emma").contains("readers wish"));
    let html = counted(Lang::En, "Emma", Some(1_200));
    assert!(
        html.contains(">1,200<") && html.contains("1,200 readers wish for it"),
        "{html}"
    );
    assert!(counted(Lang::En, "Emma", Some(1)).contains("1 reader wishes for it"));
}
