//! Customers show lists to others, and take that back.

use crate::member::{at, browser, submit};
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH, shopper};
use crate::wishlists::{LISTS, Shop, isbns, lists, put};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::wishlists::{SharedWishlist, Visibility, Wishlist};
use reqwest::Method;
use serde_json::json;

stories!(
    a_shared_list_is_seen_by_who_has_the_link_until_that_is_taken_back,
    a_shared_list_is_a_page_that_tells_nobody_where_it_is,
);

async fn share(customer: &Actor<'_>, visibility: &str) -> Wishlist {
    let path = format!("{LISTS}/default");
    let change = json!({ "visibility": visibility });
    customer
        .send_json(Method::PATCH, &path, &change)
        .await
        .json()
}

async fn a_shared_list_is_seen_by_who_has_the_link_until_that_is_taken_back(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1").await;
    for isbn in [EMMA, PRIDE_ZH, PRIDE] {
        put(&lin, "default", isbn, json!({ "note": "in hardback" })).await;
    }
    let [list] = &lists(&lin).await[..] else {
        panic!("one list");
    };
    assert_eq!(
        (list.visibility, &list.shared),
        (Visibility::Private, &None)
    );
    let first = share(&lin, "link").await.shared.unwrap();
    let friend = shopper(&shop.world);
    let path = format!("/v1/wishlists/{first}");
    let shared: SharedWishlist = friend.get(&format!("{path}?limit=2")).await.json();
    assert_eq!(
        (isbns(&shared.wishes), shared.count, shared.public),
        (vec![PRIDE, PRIDE_ZH], 3, false)
    );
    assert_eq!(shared.wishes[0].note, "in hardback");
    let rest = format!("{path}?after={}", shared.next.unwrap());
    let rest: SharedWishlist = friend.get(&rest).await.json();
    assert_eq!(isbns(&rest.wishes), [EMMA]);
    // Public, it stays where it is; private, the address is no more, and never again.
    assert_eq!(share(&lin, "public").await.shared.as_ref(), Some(&first));
    let shared: SharedWishlist = friend.get(&path).await.json();
    assert!(shared.public);
    assert_eq!(share(&lin, "private").await.shared, None);
    let second = share(&lin, "link").await.shared.unwrap();
    assert_ne!(first, second);
    for secret in [&*first, "x", list.id.as_str(), "%20"] {
        let gone = friend.get(&format!("/v1/wishlists/{secret}")).await;
        assert_eq!(gone.problem().code, Code::WishlistNotFound, "{secret}");
    }
    // With the account the page goes too.
    let path = format!("/v1/wishlists/{second}");
    friend.get(&path).await.expect_status(200);
    let wish = json!({ "reviews": "remove" });
    lin.send_json(Method::DELETE, "/v1/customer", &wish)
        .await
        .expect_status(204);
    friend.get(&path).await.expect_status(404);
}

async fn a_shared_list_is_a_page_that_tells_nobody_where_it_is(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1").await;
    put(
        &lin,
        "default",
        PRIDE,
        json!({ "note": "in hardback", "quantity": 2 }),
    )
    .await;
    let member = browser(&shop.world, &shop.secret, json!({})).await;
    let sent = submit(&member, "/wishlists", "do=share&visibility=link").await;
    sent.expect_status(303);
    let secret = lists(&lin).await.swap_remove(0).shared.unwrap();
    let path = format!("/shops/{KEY}/wishlists/{secret}");
    let own = member.get(&at("/wishlists?lang=en")).await;
    assert!(own.html().contains(&path));
    let stranger = shop.world.anonymous();
    let shown = stranger.get(&format!("{path}?lang=en")).await;
    let html = shown.html();
    for words in [
        "Pride and Prejudice",
        "in hardback",
        "2 copies",
        "1 book",
        "noindex",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    for private in ["c-1", "cus_", "lst_"] {
        assert!(!html.contains(private), "{private}: {html}");
    }
    assert_eq!(shown.header("referrer-policy"), "same-origin");
    assert_eq!(shown.header("cache-control"), "no-store");
    submit(&member, "/wishlists", "do=share&visibility=public")
        .await
        .expect_status(303);
    assert!(!stranger.get(&path).await.html().contains("noindex"));
    submit(&member, "/wishlists", "do=share&visibility=private")
        .await
        .expect_status(303);
    stranger.get(&path).await.expect_status(404);
}
