//! What the server renders of the lists.

use super::render;
use bookplate_wire::Lang;
use bookplate_wire::wishlists::WishlistData;

#[test]
fn the_server_renders_for_nobody_the_way_to_the_hosted_page() {
    for lang in Lang::ALL {
        let html = render(WishlistData {
            lang,
            api: "https://reviews.example".into(),
            key: "pk_demo".into(),
            book_url: "/books/{isbn}".into(),
        });
        let href = format!(
            "href=\"https://reviews.example/shops/pk_demo/member/wishlists?lang={}\"",
            lang.tag()
        );
        assert!(html.contains(&href), "{html}");
        assert!(
            html.contains("<ol class=\"wishes\" part=\"wishes\"></ol>"),
            "{html}"
        );
        assert!(!html.contains("<form"), "{html}");
    }
}
