//! Customers keep lists of what they wish for.

use crate::people::{identity, new_secret, sign_in};
use crate::shelf::{BOOKS, EMMA, KEY, ORIGIN, PRIDE, PRIDE_ZH, UNKNOWN, shopper};
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::stories;
use bookplate_wire::privacy::Archive;
use bookplate_wire::wishlists::{Merged, Priority, Wish, WishPage, Wished, Wishlist, Wishlists};
use bookplate_wire::{Code, Problem};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_heart_is_in_the_default_list_until_it_is_taken_back,
    a_list_is_named_and_deleted_and_had_back,
    a_wish_has_a_note_a_priority_and_a_quantity,
    wishes_are_put_in_order_and_into_other_lists,
    what_a_guest_wished_for_is_merged_once_in_its_order_with_notes,
    nobody_sees_or_changes_the_lists_of_others,
    limits_end_in_a_clear_answer,
    wishlists_are_in_the_archive_and_go_with_the_account,
    what_was_taken_out_long_ago_is_forgotten,
);

/// A shop with a login of its own.
pub struct Shop {
    pub world: World,
    pub secret: String,
}

impl Shop {
    pub async fn open(setup: Setup) -> Self {
        setup.shop(KEY, &[ORIGIN]).await;
        setup.import_catalogue(BOOKS).await;
        let secret = new_secret(&setup, "identity").await.1;
        let world = setup.open().await;
        Self { world, secret }
    }

    /// The shop's customer with this id, signed in on another device each time.
    pub async fn customer(&self, id: &str) -> Actor<'_> {
        let page = shopper(&self.world);
        let session = sign_in(&page, &identity(&self.secret, id, json!({}))).await;
        page.bearing(&session.access_token)
    }

    async fn change(&self, work: impl FnOnce(&mut Db) + Send + 'static) {
        let url = self.world.setup().database_url();
        let store = Store::open(url).await.unwrap();
        let change = |db: &mut Db| {
            work(db);
            Ok::<_, bookplate_store::StoreError>(())
        };
        store.write(change).await.unwrap();
        store.close().await;
    }
}

pub const LISTS: &str = "/v1/customer/wishlists";

pub async fn lists(customer: &Actor<'_>) -> Vec<Wishlist> {
    let lists: Wishlists = customer.get(LISTS).await.json();
    lists.lists
}

pub async fn new_list(customer: &Actor<'_>, name: &str) -> Wishlist {
    let made = customer.post(LISTS, &json!({ "name": name })).await;
    made.expect_status(201).json()
}

/// What is in a list, or in the one called `default`.
pub async fn wishes(customer: &Actor<'_>, list: &str) -> Vec<Wish> {
    let page: WishPage = customer
        .get(&format!("{LISTS}/{list}/wishes?limit=100"))
        .await
        .json();
    assert_eq!(page.list.count as usize, page.wishes.len());
    page.wishes
}

pub fn isbns(wishes: &[Wish]) -> Vec<&str> {
    wishes.iter().map(|wish| wish.isbn.as_str()).collect()
}

pub async fn put(customer: &Actor<'_>, list: &str, isbn: &str, change: Value) -> Wish {
    let path = format!("{LISTS}/{list}/wishes/{isbn}");
    customer.send_json(Method::PUT, &path, &change).await.json()
}

pub async fn heart(customer: &Actor<'_>, isbn: &str, wished: bool) {
    let method = if wished { Method::PUT } else { Method::DELETE };
    let path = format!("/v1/customer/wishes/{isbn}");
    customer.send(method, &path).await.expect_status(204);
}

async fn hearts(customer: &Actor<'_>) -> Vec<String> {
    let path = format!("/v1/customer/wishes?isbns={EMMA},{UNKNOWN},{PRIDE}");
    let wished: Wished = customer.get(&path).await.json();
    wished.isbns.iter().map(ToString::to_string).collect()
}

pub async fn merge(customer: &Actor<'_>, wishes: &[(&str, &str)]) -> Merged {
    let wishes: Vec<_> = wishes
        .iter()
        .map(|(isbn, note)| json!({ "isbn": isbn, "note": note }))
        .collect();
    let path = "/v1/customer/wishes";
    customer
        .post(path, &json!({ "wishes": wishes }))
        .await
        .json()
}

async fn a_heart_is_in_the_default_list_until_it_is_taken_back(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    // Nothing is made of nothing.
    assert!(lists(&lin).await.is_empty() && hearts(&lin).await.is_empty());
    for isbn in [PRIDE, EMMA, PRIDE] {
        heart(&lin, isbn, true).await;
    }
    assert_eq!(hearts(&lin).await, [EMMA, PRIDE]);
    let [list] = &lists(&lin).await[..] else {
        panic!("one list");
    };
    assert!(list.default && list.name.is_empty() && list.count == 2);
    // The latest wish stands first.
    let shown = wishes(&lin, "default").await;
    assert_eq!(isbns(&shown), [EMMA, PRIDE]);
    assert_eq!(
        (&*shown[0].title, &*shown[0].authors[0]),
        ("Emma", "Jane Austen")
    );

    // What is taken back comes back as it was, in all lists that it was in.
    let gifts = new_list(&lin, "Gifts").await;
    put(&lin, gifts.id.as_str(), PRIDE, json!({ "note": "for Mei" })).await;
    for _ in 0..2 {
        heart(&lin, PRIDE, false).await;
        assert_eq!(hearts(&lin).await, [EMMA]);
        assert!(wishes(&lin, gifts.id.as_str()).await.is_empty());
    }
    heart(&lin, PRIDE, true).await;
    assert_eq!(isbns(&wishes(&lin, "default").await), [EMMA, PRIDE]);
    assert_eq!(wishes(&lin, gifts.id.as_str()).await[0].note, "for Mei");

    // An edition is a wish of its own, and a book that the shop does not have is none.
    heart(&lin, PRIDE_ZH, true).await;
    assert_eq!(wishes(&lin, "default").await.len(), 3);
    let path = format!("/v1/customer/wishes/{UNKNOWN}");
    let refused = lin.send(Method::PUT, &path).await.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::BookNotFound, Some("isbn"))
    );
    for (query, code) in [
        ("", Code::BadRequest),
        ("?isbns=", Code::IsbnInvalid),
        ("?isbns=123", Code::IsbnInvalid),
        ("?isbn=123", Code::BadRequest),
    ] {
        let path = format!("/v1/customer/wishes{query}");
        assert_eq!(lin.get(&path).await.problem().code, code, "{query}");
    }
}

async fn a_list_is_named_and_deleted_and_had_back(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let id = format!("lst_{}", "1f".repeat(16));
    for _ in 0..2 {
        let new = json!({ "id": id, "name": " Summer  books " });
        let made: Wishlist = lin.post(LISTS, &new).await.json();
        assert_eq!(
            (made.id.as_str(), &*made.name, made.default),
            (&*id, "Summer books", true)
        );
    }
    let gifts = new_list(&lin, "Gifts").await;
    put(&lin, gifts.id.as_str(), EMMA, json!({})).await;
    let path = format!("{LISTS}/{}", gifts.id);
    // The default one stays, until another one is it.
    let kept = lin.send(Method::DELETE, &format!("{LISTS}/{id}")).await;
    assert_eq!(kept.problem().code, Code::WishlistIsDefault);
    let change = json!({ "name": "Presents", "default": true });
    let changed: Wishlist = lin.send_json(Method::PATCH, &path, &change).await.json();
    assert_eq!(
        (&*changed.name, changed.default, changed.count),
        ("Presents", true, 1)
    );
    let names = |lists: &[Wishlist]| {
        lists
            .iter()
            .map(|list| list.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&lists(&lin).await), ["Presents", "Summer books"]);
    let back = json!({ "default": true });
    let of_summer = format!("{LISTS}/{id}");
    lin.send_json(Method::PATCH, &of_summer, &back)
        .await
        .expect_status(200);
    for _ in 0..2 {
        lin.send(Method::DELETE, &path).await.expect_status(204);
        assert_eq!(names(&lists(&lin).await), ["Summer books"]);
    }
    assert!(hearts(&lin).await.is_empty());
    for _ in 0..2 {
        let restored = lin.send(Method::POST, &format!("{path}/restore")).await;
        let restored: Wishlist = restored.json();
        assert_eq!((&*restored.name, restored.count), ("Presents", 1));
    }
    assert_eq!(hearts(&lin).await, [EMMA]);
    for (change, fields) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "a".repeat(61) }), "name"),
        (json!({ "default": false }), "default"),
    ] {
        let refused = lin.send_json(Method::PATCH, &path, &change).await.problem();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (Code::FieldInvalid, Some(fields))
        );
    }
}

async fn a_wish_has_a_note_a_priority_and_a_quantity(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let wish = put(&lin, "default", PRIDE, json!({})).await;
    assert_eq!(
        (&*wish.note, wish.priority, wish.quantity),
        ("", Priority::Normal, 1)
    );
    let change =
        json!({ "note": "for Mei\n\n\n\u{202e}hardback ", "priority": "high", "quantity": 2 });
    let wish = put(&lin, "default", PRIDE, change).await;
    let is = ("for Mei\n\nhardback", Priority::High, 2);
    assert_eq!((&*wish.note, wish.priority, wish.quantity), is);
    // What is not named stays.
    let wish = put(&lin, "default", PRIDE, json!({ "quantity": 3 })).await;
    assert_eq!((&*wish.note, wish.priority, wish.quantity), (is.0, is.1, 3));
    let wish = put(&lin, "default", PRIDE, json!({ "note": "" })).await;
    assert_eq!((&*wish.note, wish.priority), ("", Priority::High));
    let path = format!("{LISTS}/default/wishes/{PRIDE}");
    for (change, code, field) in [
        (
            json!({ "note": "a".repeat(501) }),
            Code::FieldInvalid,
            "note",
        ),
        (json!({ "quantity": 0 }), Code::FieldInvalid, "quantity"),
        (json!({ "quantity": 100 }), Code::FieldInvalid, "quantity"),
        (
            json!({ "priority": "urgent" }),
            Code::BodyInvalid,
            "priority",
        ),
        (json!({ "colour": "red" }), Code::BodyInvalid, "colour"),
    ] {
        let refused = lin.send_json(Method::PUT, &path, &change).await.problem();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (code, Some(field))
        );
    }
    assert_eq!(wishes(&lin, "default").await, [wish]);
}

async fn wishes_are_put_in_order_and_into_other_lists(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    for isbn in [EMMA, PRIDE_ZH, PRIDE] {
        put(&lin, "default", isbn, json!({ "note": isbn })).await;
    }
    let moved = async |isbn: &str, to: Value| -> Wish {
        let path = format!("{LISTS}/default/wishes/{isbn}/move");
        lin.post(&path, &to).await.json()
    };
    let order = async || {
        let shown = wishes(&lin, "default").await;
        shown
            .iter()
            .map(|wish| wish.isbn.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(order().await, [PRIDE, PRIDE_ZH, EMMA]);
    moved(EMMA, json!({ "before": PRIDE })).await;
    assert_eq!(order().await, [EMMA, PRIDE, PRIDE_ZH]);
    moved(EMMA, json!({})).await;
    assert_eq!(order().await, [PRIDE, PRIDE_ZH, EMMA]);
    // As often as one likes to the same place.
    for _ in 0..30 {
        moved(EMMA, json!({ "before": PRIDE_ZH })).await;
        assert_eq!(order().await, [PRIDE, EMMA, PRIDE_ZH]);
        moved(PRIDE, json!({ "before": PRIDE_ZH })).await;
        assert_eq!(order().await, [EMMA, PRIDE, PRIDE_ZH]);
    }
    // Page by page.
    let page: WishPage = lin
        .get(&format!("{LISTS}/default/wishes?limit=2"))
        .await
        .json();
    assert_eq!(isbns(&page.wishes), [EMMA, PRIDE]);
    let rest = format!(
        "{LISTS}/default/wishes?limit=2&after={}",
        page.next.unwrap()
    );
    let rest: WishPage = lin.get(&rest).await.json();
    assert_eq!((isbns(&rest.wishes), rest.next), (vec![PRIDE_ZH], None));
    let wrong = lin.get(&format!("{LISTS}/default/wishes?after=x")).await;
    assert_eq!(wrong.problem().code, Code::CursorInvalid);

    // Into another list, where a book that is there already becomes one with it.
    let gifts = new_list(&lin, "Gifts").await;
    let to = gifts.id.as_str();
    put(&lin, to, EMMA, json!({ "note": "for Mei", "quantity": 4 })).await;
    for _ in 0..2 {
        let both = moved(EMMA, json!({ "to": to })).await;
        assert_eq!((both.note, both.quantity), (format!("for Mei\n{EMMA}"), 4));
    }
    moved(PRIDE, json!({ "to": to, "before": EMMA })).await;
    assert_eq!(isbns(&wishes(&lin, to).await), [PRIDE, EMMA]);
    assert_eq!(order().await, [PRIDE_ZH]);
    let path = format!("{LISTS}/default/wishes/{UNKNOWN}/move");
    assert_eq!(
        lin.post(&path, &json!({})).await.problem().code,
        Code::BookNotFound
    );
    let path = format!("{LISTS}/default/wishes/{PRIDE}/move");
    assert_eq!(
        lin.post(&path, &json!({})).await.problem().code,
        Code::WishNotFound
    );
}

async fn what_a_guest_wished_for_is_merged_once_in_its_order_with_notes(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    put(
        &lin,
        "default",
        PRIDE_ZH,
        json!({ "note": "from the library" }),
    )
    .await;
    let guest = [
        (PRIDE, "for Mei"),
        (PRIDE_ZH, "in hardback"),
        (UNKNOWN, ""),
        (EMMA, ""),
    ];
    let merged = merge(&lin, &guest).await;
    assert_eq!(
        (merged.added, merged.unknown.len(), merged.left_out.len()),
        (2, 1, 0)
    );
    let shown = wishes(&lin, "default").await;
    assert_eq!(isbns(&shown), [PRIDE, EMMA, PRIDE_ZH]);
    let notes: Vec<_> = shown.iter().map(|wish| &*wish.note).collect();
    assert_eq!(notes, ["for Mei", "", "from the library\nin hardback"]);
    assert_eq!(merge(&lin, &guest).await.added, 0);
    assert_eq!(wishes(&lin, "default").await, shown);
    let path = "/v1/customer/wishes";
    let many = vec![json!({ "isbn": EMMA }); 201];
    let long = vec![json!({ "isbn": EMMA, "note": "a".repeat(501) })];
    for (wishes, field) in [(many, "wishes"), (long, "wishes[0].note")] {
        let refused = lin.post(path, &json!({ "wishes": wishes })).await.problem();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (Code::FieldInvalid, Some(field))
        );
    }
}

async fn nobody_sees_or_changes_the_lists_of_others(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (lin, ben) = (shop.customer("lin").await, shop.customer("ben").await);
    let gifts = new_list(&lin, "Gifts").await;
    put(&lin, gifts.id.as_str(), EMMA, json!({})).await;
    heart(&ben, PRIDE, true).await;
    let list = format!("{LISTS}/{}", gifts.id);
    let wish = format!("{list}/wishes/{EMMA}");
    let tries = [
        (Method::GET, format!("{list}/wishes"), None),
        (Method::PATCH, list.clone(), Some(json!({ "name": "Mine" }))),
        (Method::DELETE, list.clone(), None),
        (Method::POST, format!("{list}/restore"), None),
        (Method::PUT, wish.clone(), Some(json!({ "note": "mine" }))),
        (Method::DELETE, wish.clone(), None),
        (Method::POST, format!("{wish}/move"), Some(json!({}))),
        (
            Method::POST,
            format!("{LISTS}/default/wishes/{PRIDE}/move"),
            Some(json!({ "to": gifts.id })),
        ),
        (Method::GET, format!("{LISTS}/lst_x/wishes"), None),
    ];
    for (method, path, body) in tries {
        let reply = match body {
            Some(body) => ben.send_json(method, &path, &body).await,
            None => ben.send(method, &path).await,
        };
        assert_eq!(reply.problem().code, Code::WishlistNotFound, "{path}");
    }
    let taken = json!({ "id": gifts.id, "name": "Mine" });
    let refused = ben.post(LISTS, &taken).await.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::FieldInvalid, Some("id"))
    );
    assert_eq!(hearts(&ben).await, [PRIDE]);
    assert_eq!(isbns(&wishes(&lin, gifts.id.as_str()).await), [EMMA]);
    for path in [LISTS, "/v1/customer/wishes?isbns=9780141439518"] {
        let refused: Problem = shopper(&shop.world).get(path).await.problem();
        assert_eq!(refused.code, Code::SessionRequired);
    }
}

async fn limits_end_in_a_clear_answer(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    heart(&lin, EMMA, true).await;
    let gifts = new_list(&lin, "Gifts").await;
    shop.change(|db| {
        for statement in [
            "INSERT INTO wishlists (id, shop_id, customer_id, name, is_default, created_at) \
             WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 198) \
             SELECT 'lst_0000000000000000000000000000' || (1000 + at), l.shop_id, l.customer_id, 'List', 0, 1 FROM n, wishlists l \
             WHERE l.is_default = 1",
            "INSERT INTO editions (id, shop_id, work_id, isbn, title, subtitle, authors, publisher, \
             published_on, format, language, cover_url, updated_at) \
             WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 1999) \
             SELECT 'edn_0000000000000000000000000000' || (1000 + at), e.shop_id, e.work_id, 'isbn ' || at, '', '', '', '', '', e.format, \
             '', '', 1 FROM n, editions e WHERE e.title = 'Emma'",
            "INSERT INTO wishes (id, list_id, edition_id, position, note, priority, quantity, added_at) \
             SELECT e.id, l.id, e.id, 1, '', 'normal', 1, 1 FROM editions e, wishlists l \
             WHERE l.is_default = 1 AND e.isbn LIKE 'isbn%'",
        ] {
            Sql::new(statement).run(db).unwrap();
        }
    })
    .await;
    let refused = lin.post(LISTS, &json!({ "name": "One more" })).await;
    assert_eq!(refused.problem().code, Code::WishlistLimit);
    let full = Code::WishLimit;
    let path = format!("/v1/customer/wishes/{PRIDE}");
    assert_eq!(lin.send(Method::PUT, &path).await.problem().code, full);
    let path = format!("{LISTS}/default/wishes/{PRIDE}");
    let refused = lin.send_json(Method::PUT, &path, &json!({})).await;
    assert_eq!(refused.problem().code, full);
    put(&lin, gifts.id.as_str(), PRIDE, json!({})).await;
    let path = format!("{LISTS}/{}/wishes/{PRIDE}/move", gifts.id);
    let list = lists(&lin).await.swap_remove(0);
    let refused = lin.post(&path, &json!({ "to": list.id })).await;
    assert_eq!((refused.problem().code, list.count), (full, 2_000));
    // What a guest brings is told one by one, and what is there already can still be changed.
    let merged = merge(&lin, &[(EMMA, "for Mei"), (PRIDE_ZH, ""), (PRIDE, "here")]).await;
    assert_eq!(
        (merged.added, &*merged.left_out[0].to_string()),
        (0, PRIDE_ZH)
    );
    assert_eq!(wishes(&lin, gifts.id.as_str()).await[0].note, "here");
    // Taking one out makes room for one, however many come at once, and so does a list that goes.
    heart(&lin, EMMA, false).await;
    let path = |isbn: &str| format!("{LISTS}/default/wishes/{isbn}");
    let eight = [PRIDE, PRIDE_ZH, EMMA].map(path);
    let eight = eight.iter().cycle().take(8);
    let as_it_is = json!({});
    let eight = eight.map(|path| lin.send_json(Method::PUT, path, &as_it_is));
    let mut taken = std::collections::BTreeSet::new();
    for sent in join_all(eight).await {
        if sent.status() == 200 {
            taken.insert(sent.json::<Wish>().isbn.to_string());
        } else {
            assert_eq!(sent.problem().code, full);
        }
    }
    let list = lists(&lin).await.swap_remove(0);
    assert_eq!((taken.len(), list.count), (1, 2_000), "{taken:?}");
    let gone = format!("{LISTS}/{}", gifts.id);
    lin.send(Method::DELETE, &gone).await.expect_status(204);
    let eight = (0..8).map(async |_| lin.post(LISTS, &json!({ "name": "New" })).await.status());
    let made = join_all(eight).await;
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(lists(&lin).await.len(), 200);
}

async fn wishlists_are_in_the_archive_and_go_with_the_account(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (lin, ben) = (shop.customer("lin").await, shop.customer("ben").await);
    heart(&lin, PRIDE, true).await;
    heart(&ben, PRIDE, true).await;
    let gifts = new_list(&lin, "Gifts").await;
    put(&lin, gifts.id.as_str(), EMMA, json!({ "note": "for Mei" })).await;
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    let [first, second] = &archive.wishlists[..] else {
        panic!("{archive:?}");
    };
    assert_eq!(
        (first.list.default, isbns(&first.wishes)),
        (true, vec![PRIDE])
    );
    assert_eq!(
        (&*second.list.name, &*second.wishes[0].note),
        ("Gifts", "for Mei")
    );
    let wish = json!({ "reviews": "remove" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &wish).await;
    gone.expect_status(204);
    shop.change(|db| {
        let left = Sql::new("SELECT COUNT(*) FROM wishes").value::<i64>(db);
        assert_eq!(left.unwrap(), Some(1));
        let left = Sql::new("SELECT COUNT(*) FROM wishlists").value::<i64>(db);
        assert_eq!(left.unwrap(), Some(1));
    })
    .await;
    assert_eq!(hearts(&ben).await, [PRIDE]);
}

async fn what_was_taken_out_long_ago_is_forgotten(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    put(&lin, "default", PRIDE, json!({ "note": "for Mei" })).await;
    let gifts = new_list(&lin, "Gifts").await;
    put(&lin, gifts.id.as_str(), EMMA, json!({})).await;
    heart(&lin, PRIDE, false).await;
    let path = format!("{LISTS}/{}", gifts.id);
    lin.send(Method::DELETE, &path).await.expect_status(204);
    shop.change(|db| {
        for statement in [
            "UPDATE wishes SET removed_at = 1 WHERE removed_at IS NOT NULL",
            "UPDATE wishlists SET removed_at = 1 WHERE removed_at IS NOT NULL",
        ] {
            Sql::new(statement).run(db).unwrap();
        }
        db.forget_what_has_ended().unwrap();
    })
    .await;
    let restored = lin.send(Method::POST, &format!("{path}/restore")).await;
    assert_eq!(restored.problem().code, Code::WishlistNotFound);
    heart(&lin, PRIDE, true).await;
    assert_eq!(wishes(&lin, "default").await[0].note, "");
}
