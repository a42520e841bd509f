//! A customer changes wishlists on several devices at once, and nothing that was done on any of them is lost.

use crate::shelf::{EMMA, PRIDE, PRIDE_ZH};
use crate::wishlists::{LISTS, Shop, heart, isbns, lists, merge, new_list, put, wishes};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::wishlists::Priority;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

stories!(
    two_devices_change_the_same_wish_and_both_changes_stay,
    what_one_device_takes_out_and_another_changes_comes_back,
    two_devices_merge_in_the_same_breath,
    eight_devices_at_once_make_one_default_list_and_keep_the_limit,
);

async fn two_devices_change_the_same_wish_and_both_changes_stay(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (phone, laptop) = (shop.customer("lin").await, shop.customer("lin").await);
    put(&phone, "default", PRIDE, json!({ "note": "for Mei" })).await;
    let changes = [
        (&phone, json!({ "priority": "high" })),
        (&laptop, json!({ "quantity": 2 })),
        (
            &phone,
            json!({ "note": "for Mei, in May", "note_before": "for Mei" }),
        ),
        (
            &laptop,
            json!({ "note": "in hardback", "note_before": "for Mei" }),
        ),
    ];
    let sent = changes.into_iter();
    join_all(sent.map(|(device, change)| put(device, "default", PRIDE, change))).await;
    let wish = wishes(&phone, "default").await.swap_remove(0);
    assert_eq!((wish.priority, wish.quantity), (Priority::High, 2));
    let mut notes: Vec<_> = wish.note.lines().collect();
    notes.sort_unstable();
    assert_eq!(notes, ["for Mei, in May", "in hardback"]);
    // Once that was seen, it is put in order.
    let tidy = json!({ "note": "for Mei, in hardback", "note_before": wish.note });
    let wish = put(&laptop, "default", PRIDE, tidy).await;
    assert_eq!(wish.note, "for Mei, in hardback");

    // Moving and renaming disturb nobody who does something else.
    for isbn in [EMMA, PRIDE_ZH] {
        heart(&phone, isbn, true).await;
    }
    let path = format!("{LISTS}/default/wishes/{PRIDE}/move");
    let change = json!({ "name": "To read" });
    let (before, rename) = (json!({ "before": PRIDE_ZH }), format!("{LISTS}/default"));
    let (moved, renamed, ()) = futures_util::join!(
        phone.post(&path, &before),
        laptop.send_json(Method::PATCH, &rename, &change),
        heart(&laptop, EMMA, false),
    );
    moved.expect_status(200);
    renamed.expect_status(200);
    assert_eq!(isbns(&wishes(&phone, "default").await), [PRIDE, PRIDE_ZH]);
    assert_eq!(lists(&phone).await[0].name, "To read");
}

async fn what_one_device_takes_out_and_another_changes_comes_back(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (phone, laptop) = (shop.customer("lin").await, shop.customer("lin").await);
    put(&phone, "default", PRIDE, json!({ "quantity": 3 })).await;
    heart(&phone, PRIDE, false).await;
    let wish = put(&laptop, "default", PRIDE, json!({ "note": "for Mei" })).await;
    assert_eq!((wish.quantity, &*wish.note), (3, "for Mei"));
    // Into a list that the other device has just deleted nothing goes, and the wish stays where it is.
    let gifts = new_list(&phone, "Gifts").await;
    let path = format!("{LISTS}/{}", gifts.id);
    phone.send(Method::DELETE, &path).await.expect_status(204);
    let to = json!({ "to": gifts.id });
    let path = format!("{LISTS}/default/wishes/{PRIDE}/move");
    laptop.post(&path, &to).await.expect_status(404);
    assert_eq!(isbns(&wishes(&phone, "default").await), [PRIDE]);
}

async fn two_devices_merge_in_the_same_breath(setup: Setup) {
    let shop = Shop::open(setup).await;
    let devices = [
        (shop.customer("lin").await, [(PRIDE, "for Mei"), (EMMA, "")]),
        (
            shop.customer("lin").await,
            [(EMMA, "in hardback"), (PRIDE_ZH, "")],
        ),
    ];
    let merges = devices.iter().cycle().take(6);
    let merged = join_all(merges.map(|(device, guest)| merge(device, guest))).await;
    assert_eq!(merged.iter().map(|merged| merged.added).sum::<u32>(), 3);
    let shown = wishes(&devices[0].0, "default").await;
    let at = |isbn: &str| shown.iter().position(|wish| wish.isbn.as_str() == isbn);
    assert_eq!(shown.len(), 3);
    let note = |isbn: &str| &*shown[at(isbn).unwrap()].note;
    assert_eq!(
        [PRIDE, EMMA, PRIDE_ZH].map(note),
        ["for Mei", "in hardback", ""]
    );
    assert_eq!(lists(&devices[0].0).await.len(), 1);
}

async fn eight_devices_at_once_make_one_default_list_and_keep_the_limit(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let hearts = [PRIDE, EMMA, PRIDE_ZH].iter().cycle().take(24);
    join_all(hearts.map(|isbn| heart(&lin, isbn, true))).await;
    let known = lists(&lin).await;
    assert_eq!((known.len(), known[0].count), (1, 3));
    let names = (0..12).map(|at| format!("List {at}"));
    let made = names.map(async |name| new_list(&lin, &name).await);
    join_all(made).await;
    let known = lists(&lin).await;
    assert_eq!(known.iter().filter(|list| list.default).count(), 1);
    assert_eq!(known.len(), 13);
    // The same wish moved at once to many places is in one of them.
    let moves = known[1..].iter().map(|list| {
        let path = format!("{LISTS}/default/wishes/{PRIDE}/move");
        let to = json!({ "to": list.id });
        let lin = &lin;
        async move { lin.post(&path, &to).await.status() }
    });
    let moved = join_all(moves).await;
    assert_eq!(moved.iter().filter(|status| **status == 200).count(), 1);
    let known = lists(&lin).await;
    assert_eq!(known.iter().map(|list| list.count).sum::<u32>(), 3);
}
