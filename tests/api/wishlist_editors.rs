//! Customers let others edit their lists.

use crate::desk::Desk;
use crate::member::{at, submit};
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH, UNKNOWN};
use crate::wishlist_gifts::{pages, share};
use crate::wishlists::{LISTS, isbns, lists, new_list, put, wishes};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::privacy::Archive;
use bookplate_wire::wishlists::editors::{EditedWishlists, Editors, NewListInvitation};
use bookplate_wire::wishlists::{Wished, Wishlist};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    an_invitation_works_once_and_can_be_taken_back,
    an_editor_changes_what_is_in_the_list_and_not_the_list,
    two_editors_at_once_lose_nothing,
    what_an_editor_has_added_outlasts_the_editor,
    a_list_has_so_many_editors_and_not_more,
    invitations_are_made_and_accepted_on_pages,
);

const EDITED: &str = "/v1/customer/edited-wishlists";

/// A link by which somebody joins the default list of `owner`.
pub async fn invite(owner: &Actor<'_>) -> NewListInvitation {
    let made = owner
        .send(Method::POST, &format!("{LISTS}/default/invitations"))
        .await;
    made.expect_status(201).json()
}

/// What a link has at its end.
pub fn secret(invitation: &NewListInvitation) -> &str {
    invitation.link.rsplit('/').next().unwrap()
}

async fn accept(customer: &Actor<'_>, secret: &str) -> bookplate_tests::reply::Reply {
    customer
        .post(EDITED, &json!({ "invitation": secret }))
        .await
}

/// Somebody called `name` who edits the default list of `owner`.
pub async fn editor<'a>(desk: &'a Desk, owner: &Actor<'_>, name: &str) -> Actor<'a> {
    let editor = desk.customer(name).await;
    let invitation = invite(owner).await;
    accept(&editor, secret(&invitation))
        .await
        .expect_status(201);
    editor
}

async fn edited(customer: &Actor<'_>) -> Vec<Wishlist> {
    let lists: EditedWishlists = customer.get(EDITED).await.json();
    lists.lists
}

async fn editors(owner: &Actor<'_>) -> Editors {
    owner.get(&format!("{LISTS}/default/editors")).await.json()
}

async fn an_invitation_works_once_and_can_be_taken_back(setup: Setup) {
    let desk = Desk::open(setup).await;
    let (lin, ed, ben) = (
        desk.customer("lin").await,
        desk.customer("ed").await,
        desk.customer("ben").await,
    );
    put(&lin, "default", PRIDE, json!({})).await;
    let invitation = invite(&lin).await;
    let known = editors(&lin).await;
    assert_eq!(known.invitations[0].id, invitation.id);
    let own = accept(&lin, secret(&invitation)).await.problem();
    assert_eq!(own.code, Code::WishlistIsOwn);
    let list: Wishlist = accept(&ed, secret(&invitation)).await.json();
    assert_eq!((list.owner.as_deref(), list.default), (Some("lin"), false));
    for late in [&ben, &ed] {
        let refused = accept(late, secret(&invitation)).await.problem();
        assert_eq!(refused.code, Code::LinkInvalid);
    }
    let known = editors(&lin).await;
    assert!(known.invitations.is_empty() && known.editors[0].name == "ed");
    // Of many who follow one link in the same breath, one joins.
    let invitation = invite(&lin).await;
    let many: Vec<_> = join_all((0..6).map(|at| {
        let desk = &desk;
        async move { desk.customer(&format!("friend{at}")).await }
    }))
    .await;
    let joined = join_all(many.iter().map(|one| accept(one, secret(&invitation)))).await;
    let joined = joined.iter().filter(|reply| reply.status() == 201).count();
    assert_eq!((joined, editors(&lin).await.editors.len()), (1, 2));
    // Taken back, or too old, it works no more.
    let invitation = invite(&lin).await;
    let path = format!("{LISTS}/default/invitations/{}", invitation.id);
    lin.send(Method::DELETE, &path).await.expect_status(204);
    let refused = accept(&ben, secret(&invitation)).await.problem();
    assert_eq!(refused.code, Code::LinkInvalid);
    let invitation = invite(&lin).await;
    desk.say("UPDATE wishlist_invitations SET expires_at = 1")
        .await
        .unwrap();
    let refused = accept(&ben, secret(&invitation)).await.problem();
    assert_eq!(refused.code, Code::LinkInvalid);
    assert!(editors(&lin).await.invitations.is_empty());
    // Nobody else sees who edits.
    for other in [&ed, &ben] {
        let path = format!("{LISTS}/{}/editors", list.id);
        let refused = other.get(&path).await.status();
        assert!([403, 404].contains(&refused), "{refused}");
    }
}

async fn an_editor_changes_what_is_in_the_list_and_not_the_list(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({ "note": "for Mei" })).await;
    let shared = share(&lin).await;
    let ed = editor(&desk, &lin, "ed").await;
    let [list] = &edited(&ed).await[..] else {
        panic!("one list");
    };
    let id = list.id.as_str();
    assert_eq!((list.count, &list.shared), (1, &None));
    // It is no list of the editor's own, and a heart is about those.
    assert!(lists(&ed).await.is_empty());
    let wished: Wished = ed
        .get(&format!("/v1/customer/wishes?isbns={PRIDE}"))
        .await
        .json();
    assert!(wished.isbns.is_empty());

    let added = put(&ed, id, EMMA, json!({ "note": "hardback" })).await;
    assert_eq!(added.added_by, "ed");
    put(&ed, id, PRIDE, json!({ "quantity": 2 })).await;
    let path = format!("{LISTS}/{id}/wishes/{EMMA}/move");
    ed.post(&path, &json!({})).await.expect_status(200);
    let shown = wishes(&lin, "default").await;
    assert_eq!(isbns(&shown), [PRIDE, EMMA]);
    let by: Vec<_> = shown.iter().map(|wish| &*wish.added_by).collect();
    assert_eq!((by, shown[0].quantity), (vec!["", "ed"], 2));
    // Visitors read nobody's name.
    let seen = desk.world.page(crate::shelf::ORIGIN, KEY);
    let seen = seen.get(&format!("/v1/wishlists/{shared}")).await;
    assert!(!seen.text().contains("added_by"), "{}", seen.text());
    let path = format!("{LISTS}/{id}/wishes/{PRIDE}");
    ed.send(Method::DELETE, &path).await.expect_status(204);
    assert_eq!(isbns(&wishes(&lin, "default").await), [EMMA]);

    // The list itself is its owner's.
    let mine = new_list(&ed, "Mine").await;
    let path = format!("{LISTS}/{id}");
    let refusals = [
        ed.send_json(Method::PATCH, &path, &json!({ "name": "Ours" }))
            .await,
        ed.send_json(Method::PATCH, &path, &json!({ "visibility": "public" }))
            .await,
        ed.send(Method::DELETE, &path).await,
        ed.send(Method::POST, &format!("{path}/invitations")).await,
        ed.get(&format!("{path}/gifts")).await,
        ed.post(
            &format!("{path}/wishes/{EMMA}/move"),
            &json!({ "to": mine.id }),
        )
        .await,
    ];
    for refused in refusals {
        assert_eq!(refused.problem().code, Code::WishlistNotOwn);
    }
    // Shown the door, it is over at once.
    let one = editors(&lin).await.editors.swap_remove(0);
    let path = format!("{LISTS}/default/editors/{}", one.id);
    for _ in 0..2 {
        lin.send(Method::DELETE, &path).await.expect_status(204);
    }
    let path = format!("{LISTS}/{id}/wishes/{PRIDE}");
    let gone = ed.send_json(Method::PUT, &path, &json!({})).await;
    assert_eq!(gone.problem().code, Code::WishlistNotFound);
    assert!(edited(&ed).await.is_empty());
    // And an editor leaves.
    let ben = editor(&desk, &lin, "ben").await;
    let path = format!("{EDITED}/{id}");
    for _ in 0..2 {
        ben.send(Method::DELETE, &path).await.expect_status(204);
    }
    assert!(edited(&ben).await.is_empty() && editors(&lin).await.editors.is_empty());
}

async fn two_editors_at_once_lose_nothing(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({ "note": "for Mei" })).await;
    let (ed, ben) = (
        editor(&desk, &lin, "ed").await,
        editor(&desk, &lin, "ben").await,
    );
    let id = edited(&ed).await.swap_remove(0).id.to_string();
    let changes: [(&Actor<'_>, &str, Value); 5] = [
        (
            &ed,
            PRIDE,
            json!({ "note": "for Mei, in May", "note_before": "for Mei" }),
        ),
        (
            &ben,
            PRIDE,
            json!({ "note": "in hardback", "note_before": "for Mei" }),
        ),
        (&lin, PRIDE, json!({ "priority": "high" })),
        (&ed, EMMA, json!({})),
        (&ben, PRIDE_ZH, json!({})),
    ];
    let sent = changes.into_iter();
    join_all(sent.map(|(one, isbn, change)| put(one, &id, isbn, change))).await;
    let shown = wishes(&lin, "default").await;
    assert_eq!(shown.len(), 3);
    let pride = shown
        .iter()
        .find(|wish| wish.isbn.as_str() == PRIDE)
        .unwrap();
    let mut notes: Vec<_> = pride.note.lines().collect();
    notes.sort_unstable();
    assert_eq!(notes, ["for Mei, in May", "in hardback"]);
}

async fn what_an_editor_has_added_outlasts_the_editor(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({})).await;
    let ed = editor(&desk, &lin, "ed").await;
    let id = edited(&ed).await.swap_remove(0).id.to_string();
    put(&ed, &id, EMMA, json!({ "note": "for us" })).await;
    let archive: Archive = ed.get("/v1/customer/archive").await.json();
    assert_eq!(archive.edited_wishlists[0].id.as_str(), id);
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.wishlists[0].editors[0].name, "ed");
    let gone = json!({ "reviews": "remove" });
    ed.send_json(Method::DELETE, "/v1/customer", &gone)
        .await
        .expect_status(204);
    let shown = wishes(&lin, "default").await;
    assert_eq!(
        (isbns(&shown), &*shown[0].added_by),
        (vec![EMMA, PRIDE], "")
    );
    assert!(editors(&lin).await.editors.is_empty());
    // And an owner who goes takes the list along.
    let ben = editor(&desk, &lin, "ben").await;
    lin.send_json(Method::DELETE, "/v1/customer", &gone)
        .await
        .expect_status(204);
    assert!(edited(&ben).await.is_empty());
    let path = format!("{LISTS}/{id}/wishes");
    assert_eq!(ben.get(&path).await.problem().code, Code::WishlistNotFound);
}

async fn a_list_has_so_many_editors_and_not_more(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({})).await;
    let path = format!("{LISTS}/default/invitations");
    let made = join_all((0..24).map(|_| lin.send(Method::POST, &path))).await;
    let count = |status: u16| made.iter().filter(|reply| reply.status() == status).count();
    assert_eq!((count(201), count(409)), (20, 4));
    let refused = lin.send(Method::POST, &path).await.problem();
    assert_eq!(refused.code, Code::EditorLimit);
    let member = pages(&desk, &lin).await;
    let full = submit(&member, "/wishlists?lang=en", "do=invite").await;
    full.expect_status(409);
    assert!(
        full.text().contains("There is no room for more"),
        "{}",
        full.text()
    );
}

async fn invitations_are_made_and_accepted_on_pages(setup: Setup) {
    let desk = Desk::open(setup).await;
    let (lin, ed) = (desk.customer("lin").await, desk.customer("ed").await);
    put(&lin, "default", PRIDE, json!({})).await;
    let (owner, friend) = (pages(&desk, &lin).await, pages(&desk, &ed).await);
    let made = submit(&owner, "/wishlists?lang=en", "do=invite").await;
    made.expect_status(200);
    let html = made.text();
    let link = html
        .split("<code>")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    let way = format!("/invitations/{}", link.unwrap().rsplit('/').next().unwrap());
    let again = owner.get(&at("/wishlists?lang=en")).await;
    assert!(!again.html().contains(&way) && again.html().contains("Open invitation, until"));
    // Whoever is not signed in does that first, and comes back.
    let stranger = desk.world.anonymous().get(&at(&way)).await;
    stranger.expect_status(303);
    let asked = friend.get(&at(&format!("{way}?lang=en"))).await;
    assert!(
        asked.html().contains("lin invites you to edit"),
        "{}",
        asked.html()
    );
    let joined = submit(&friend, &format!("{way}?lang=en"), "do=accept").await;
    joined.expect_status(303);
    let shown = friend.get(joined.header("location")).await;
    let html = shown.html();
    for words in [
        "You edit this list now.",
        "lin’s list",
        "Leave this list",
        "Add a book",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    for words in [
        "Delete this list",
        "Who sees this list",
        "Invite somebody",
        "Rename",
    ] {
        assert!(!html.contains(words), "{words}: {html}");
    }
    let late = submit(&friend, &format!("{way}?lang=en"), "do=accept").await;
    late.expect_status(422);
    assert!(late.text().contains("was used"), "{}", late.text());
    let id = edited(&ed).await.swap_remove(0).id;
    let add = format!("do=put&list={id}&isbn=978-0-14-143958-7");
    submit(&friend, "/wishlists", &add).await.expect_status(303);
    let shown = owner.get(&at("/wishlists?lang=en")).await;
    assert!(shown.html().contains("Added by ed"), "{}", shown.html());
    for wrong in [UNKNOWN, "soon"] {
        let add = format!("do=put&list={id}&isbn={wrong}");
        let again = submit(&friend, "/wishlists?lang=en", &add).await;
        assert!(again.status() >= 400 && again.text().contains("has no book with this ISBN"));
    }
    submit(
        &friend,
        "/wishlists",
        &format!("do=remove&list={id}&isbn={EMMA}"),
    )
    .await
    .expect_status(303);
    submit(&friend, "/wishlists", &format!("do=leave&list={id}"))
        .await
        .expect_status(303);
    assert!(edited(&ed).await.is_empty());
}
