//! What the server renders of points.

use super::{earn, render};
use bookplate_wire::Lang;
use bookplate_wire::points::books::EarnData;
use bookplate_wire::points::element::PointsData;

fn data(lang: Lang, on: bool) -> PointsData {
    PointsData {
        lang,
        api: "https://reviews.example".into(),
        key: "pk_demo".into(),
        on,
    }
}

#[test]
fn the_server_renders_for_nobody_and_offers_to_sign_in() {
    for lang in Lang::ALL {
        let html = render(data(lang, true));
        let link = format!(
            "data-tell=\"sign-in\" href=\"https://reviews.example/shops/pk_demo/member/sign-in?lang={}\"",
            lang.tag()
        );
        assert!(html.contains(&link), "{html}");
        assert!(html.contains("aria-busy=\"false\""), "{html}");
        assert!(!html.contains("data-do="), "{html}");
    }
}

#[test]
fn a_shop_without_points_shows_nothing() {
    assert_eq!(render(data(Lang::En, false)), "");
}

#[test]
fn a_book_says_what_it_earns_as_far_as_somebody_can_tell() {
    let render = |points| {
        earn::render(EarnData {
            lang: Lang::En,
            api: "https://reviews.example".into(),
            key: "pk_demo".into(),
            isbn: "9780141439518".parse().unwrap(),
            price: String::new(),
            points,
        })
    };
    assert!(
        render(Some(1)).contains("Earns 1 point<"),
        "{}",
        render(Some(1))
    );
    assert!(render(Some(1_200)).contains("Earns 1,200 points<"));
    // Somebody in particular may earn something all the same.
    assert!(render(Some(0)).contains("part=\"earn\"") && !render(Some(0)).contains("Earns"));
    assert_eq!(render(None), "");
}
