//! What the server renders of an account.

use super::render;
use bookplate_wire::Lang;
use bookplate_wire::accounts::AccountData;

#[test]
fn the_server_renders_for_nobody_and_offers_to_sign_in() {
    for lang in Lang::ALL {
        let html = render(AccountData {
            lang,
            api: "https://reviews.example".into(),
            key: "pk_demo".into(),
        });
        let link = format!(
            "data-tell=\"sign-in\" href=\"https://reviews.example/shops/pk_demo/member/sign-in?lang={}\"",
            lang.tag()
        );
        assert!(html.contains(&link), "{html}");
        assert!(html.contains("aria-busy=\"false\""), "{html}");
        assert!(!html.contains("data-do="), "{html}");
    }
}
