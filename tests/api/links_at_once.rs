//! Two who change something about the same people at the same moment. Told to the store itself, as in `at_once`.

use crate::at_once::overlapping;
use crate::shelf::{KEY, ORIGIN};
use bookplate_store::audit::Actor;
use bookplate_store::staff::{
    Account, Credentials, LinkSecrets, NewLink, NotMade, NotTaken, RoleSet,
};
use bookplate_store::{Db, Store, StoreError, now};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::staff::Role;
use bookplate_wire::{InvitationId, ShopId, StaffId};

stories!(
    two_follow_one_link,
    a_link_is_followed_while_it_is_taken_back,
    a_link_is_taken_back_while_it_is_followed,
    a_link_is_followed_while_its_maker_is_taken_out,
    an_owner_who_is_being_taken_out_gives_no_role,
    a_password_is_not_enough_any_more_once_another_is_set,
    an_invitation_takes_no_role_away,
);

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// The database of a story with a shop.
async fn shop(setup: &mut Setup) -> (Store, ShopId) {
    setup.shop(KEY, &[ORIGIN]).await;
    let url = setup.program().database().url().to_owned();
    let store = Store::open(&url).await.unwrap();
    let shop = store.read(|db| db.shop_by_key(KEY)).await.unwrap();
    (store, shop.unwrap().id)
}

fn secrets(hash: &str) -> LinkSecrets {
    LinkSecrets {
        hash: hash.into(),
        expires_at: now() + 60_000,
        mail: None,
    }
}

fn link(email: &str, hash: &str, renews: bool) -> NewLink {
    NewLink {
        email: email.into(),
        name: String::new(),
        renews,
        secrets: secrets(hash),
    }
}

fn chosen(password: &str) -> Credentials {
    Credentials {
        name: String::new(),
        password: password.into(),
        totp_secret: SECRET.into(),
        totp_step: 1,
        recovery: Vec::new(),
    }
}

/// Asks somebody to join by a link that somebody has looked at.
fn invite(
    by: Actor,
    shop: &ShopId,
    role: Role,
    link: NewLink,
) -> impl FnOnce(&mut Db) -> Result<Result<InvitationId, NotMade>, StoreError> + Send + use<> {
    let shop = shop.clone();
    move |db| {
        let made = db.invite(&by, &shop, role, &link)?;
        db.open_staff_link(&link.secrets.hash, SECRET, "")?;
        Ok(made.map(|invitation| invitation.id))
    }
}

fn enrol(
    hash: &str,
    password: &str,
) -> impl FnOnce(&mut Db) -> Result<Result<StaffId, NotTaken>, StoreError> + Send + use<> {
    let (hash, credentials) = (hash.to_owned(), chosen(password));
    move |db| db.enrol(&hash, &credentials)
}

/// Somebody with a role in the shop.
async fn hired(store: &Store, shop: &ShopId, email: &str, role: Role) -> StaffId {
    let asked = invite(Actor::Command, shop, role, link(email, email, true));
    store.write(asked).await.unwrap().unwrap();
    store.write(enrol(email, "first")).await.unwrap().unwrap()
}

async fn account(store: &Store, email: &str) -> Account {
    let email = email.to_owned();
    let read = move |db: &mut Db| db.staff_account(&email);
    store.read(read).await.unwrap().unwrap()
}

fn take_out(
    by: &StaffId,
    shop: &ShopId,
    staff: &StaffId,
) -> impl FnOnce(&mut Db) -> Result<RoleSet, StoreError> + Send + use<> {
    let (by, shop, staff) = (Actor::Staff(by.clone()), shop.clone(), staff.clone());
    move |db| db.remove_staff(&by, &shop, &staff)
}

async fn two_follow_one_link(mut setup: Setup) {
    let (store, shop) = shop(&mut setup).await;
    let new = link("vera@example.com", "link", false);
    let asked = invite(Actor::Command, &shop, Role::Viewer, new);
    store.write(asked).await.unwrap().unwrap();
    let (first, second) = overlapping(&store, enrol("link", "one"), enrol("link", "two")).await;
    assert!(first.is_ok());
    assert_eq!(second, Err(NotTaken::Invalid));
    assert_eq!(account(&store, "vera@example.com").await.password, "one");
}

async fn a_link_is_followed_while_it_is_taken_back(mut setup: Setup) {
    let (store, shop) = shop(&mut setup).await;
    let new = link("vera@example.com", "link", false);
    let asked = invite(Actor::Command, &shop, Role::Viewer, new);
    let id = store.write(asked).await.unwrap().unwrap();
    let revoke = move |db: &mut Db| db.revoke_invitation(&Actor::Command, &shop, &id);
    let (revoked, taken) = overlapping(&store, revoke, enrol("link", "one")).await;
    assert_eq!((revoked, taken), (true, Err(NotTaken::Invalid)));
}

async fn a_link_is_taken_back_while_it_is_followed(mut setup: Setup) {
    let (store, shop) = shop(&mut setup).await;
    let new = link("vera@example.com", "link", false);
    let asked = invite(Actor::Command, &shop, Role::Viewer, new);
    let id = store.write(asked).await.unwrap().unwrap();
    let revoke = move |db: &mut Db| db.revoke_invitation(&Actor::Command, &shop, &id);
    let (taken, revoked) = overlapping(&store, enrol("link", "one"), revoke).await;
    assert!(taken.is_ok());
    assert!(!revoked, "there was nothing left to take back");
}

async fn a_link_is_followed_while_its_maker_is_taken_out(mut setup: Setup) {
    let (store, shop) = shop(&mut setup).await;
    let olga = hired(&store, &shop, "olga@example.com", Role::Owner).await;
    let omar = hired(&store, &shop, "omar@example.com", Role::Owner).await;
    let vera = hired(&store, &shop, "vera@example.com", Role::Viewer).await;
    let make = {
        let (shop, omar, vera) = (shop.clone(), omar.clone(), vera.clone());
        move |db: &mut Db| {
            db.make_access_link(&omar, &shop, &vera, &secrets("access"))?
                .unwrap();
            db.open_staff_link("access", SECRET, "")
        }
    };
    assert!(store.write(make).await.unwrap().is_some());
    let remove = take_out(&olga, &shop, &omar);
    let (removed, taken) = overlapping(&store, remove, enrol("access", "stolen")).await;
    assert_eq!((removed, taken), (RoleSet::Done, Err(NotTaken::Invalid)));
    let hers = account(&store, "vera@example.com").await;
    assert_eq!((hers.id, hers.password.as_str()), (vera, "first"));
}

async fn an_owner_who_is_being_taken_out_gives_no_role(mut setup: Setup) {
    let (store, shop) = shop(&mut setup).await;
    let olga = hired(&store, &shop, "olga@example.com", Role::Owner).await;
    let vera = hired(&store, &shop, "vera@example.com", Role::Viewer).await;
    let omar = hired(&store, &shop, "omar@example.com", Role::Owner).await;
    let promote = {
        let (by, shop) = (Actor::Staff(omar.clone()), shop.clone());
        move |db: &mut Db| db.set_role(&by, &shop, &vera, Role::Owner)
    };
    let remove = take_out(&olga, &shop, &omar);
    let (removed, set) = overlapping(&store, remove, promote).await;
    assert_eq!((removed, set), (RoleSet::Done, RoleSet::Forbidden));
    let oda = hired(&store, &shop, "oda@example.com", Role::Owner).await;
    let new = link("friend@example.com", "friend", false);
    let asked = invite(Actor::Staff(oda.clone()), &shop, Role::Owner, new);
    let remove = take_out(&olga, &shop, &oda);
    let (removed, made) = overlapping(&store, remove, asked).await;
    assert_eq!((removed, made), (RoleSet::Done, Err(NotMade::Forbidden)));
}

async fn a_password_is_not_enough_any_more_once_another_is_set(mut setup: Setup) {
    let (store, shop) = shop(&mut setup).await;
    let vera = hired(&store, &shop, "vera@example.com", Role::Viewer).await;
    let hold = |account: Account| move |db: &mut Db| db.hold_staff_account(&account);
    let before = account(&store, "vera@example.com").await;
    let change = move |db: &mut Db| db.change_staff_password(&vera, "second", "");
    let (_, held) = overlapping(&store, change, hold(before.clone())).await;
    assert!(!held, "signed in by the password from before");
    // The same when a link sets everything anew.
    let before = account(&store, "vera@example.com").await;
    let asked = link("vera@example.com", "again", true);
    let asked = invite(Actor::Command, &shop, Role::Viewer, asked);
    store.write(asked).await.unwrap().unwrap();
    let (anew, held) = overlapping(&store, enrol("again", "third"), hold(before)).await;
    assert!(anew.is_ok() && !held);
    let now = account(&store, "vera@example.com").await;
    assert!(store.write(hold(now)).await.unwrap());
}

async fn an_invitation_takes_no_role_away(mut setup: Setup) {
    let (store, shop) = shop(&mut setup).await;
    let olga = hired(&store, &shop, "olga@example.com", Role::Owner).await;
    let asked = link("olga@example.com", "less", true);
    let asked = invite(Actor::Command, &shop, Role::Viewer, asked);
    store.write(asked).await.unwrap().unwrap();
    let again = store.write(enrol("less", "second")).await.unwrap();
    assert_eq!(again, Ok(olga.clone()));
    let roles = store.read(move |db| db.roles_of(&olga)).await.unwrap();
    assert_eq!(roles, [(shop, Role::Owner)]);
}
