//! The staff's one-time links: what they give, to whom, and when they stop.

use crate::colleagues::{
    Authenticator, Colleague, PASSWORD, console, credentials, enrol, look_up, owner, shop, token,
};
use crate::members::mail_server;
use crate::shelf::KEY;
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::expiry::Fleeting;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditEntry, AuditPage};
use bookplate_wire::staff::{AccessLink, Invited, Me, Role, StaffList};
use reqwest::Method;
use serde_json::json;

stories!(
    a_link_for_new_access_leads_into_no_other_shop,
    a_link_for_new_access_is_not_for_who_has_become_an_owner,
    what_an_owner_has_made_ends_with_the_owner,
    what_was_made_for_somebody_ends_with_the_place,
    nobody_sets_an_owners_access_anew_but_the_operator,
    who_has_seen_a_link_first_keeps_no_second_factor,
    who_was_quicker_with_an_address_loses_it_to_who_reads_its_mail,
    no_shop_loses_its_last_owner_to_a_link,
    an_account_without_a_place_is_set_anew_by_an_invitation,
    who_was_invited_is_forgotten,
    nobody_gets_one_invitation_after_another_by_mail,
    an_invitation_by_mail_says_to_what_and_until_when,
);

const SESSION: &str = "/v1/console/session";
const OTHER: &str = "pk_other";

async fn two_shops(setup: Setup) -> World {
    setup.shop(OTHER, &["https://other.example"]).await;
    shop(setup).await
}

/// What somebody is told who looks at a link that does not work.
async fn refused(world: &World, link: &str) -> Code {
    let asked = json!({ "token": token(link) });
    let lookup = "/v1/console/enrolments/lookup";
    console(world).post(lookup, &asked).await.problem().code
}

/// A link with which `of` sets password and second factor anew.
async fn access_link(by: &Colleague<'_>, of: &Colleague<'_>) -> String {
    let path = by.path(&format!("staff/{}/access-link", of.id()));
    let made: AccessLink = by.browser.post(&path, &json!({})).await.json();
    made.link
}

async fn accept(colleague: &Colleague<'_>, link: &str) -> Me {
    let asked = json!({ "token": token(link) });
    let accept = "/v1/console/enrolments/accept";
    colleague.browser.post(accept, &asked).await.json()
}

async fn log(colleague: &Colleague<'_>) -> Vec<AuditEntry> {
    let page: AuditPage = colleague.browser.get(&colleague.path("audit")).await.json();
    page.entries
}

async fn a_link_for_new_access_leads_into_no_other_shop(setup: Setup) {
    let world = two_shops(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let otto = owner(&world, OTHER, "otto@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    // Made while she works for Olga alone, and kept.
    let link = access_link(&olga, &vera).await;
    look_up(&world, &link).await;
    let invitation = otto.invite("vera@example.com", Role::Manager).await;
    assert_eq!(accept(&vera, &invitation).await.shops.len(), 2);
    assert_eq!(refused(&world, &link).await, Code::LinkInvalid);
    let new = json!({ "token": token(&link), "name": "", "password": PASSWORD, "code": "000000" });
    let taken = console(&world).post("/v1/console/enrolments", &new).await;
    assert_eq!(taken.problem().code, Code::LinkInvalid);
    vera.browser.get(SESSION).await.expect_status(200);
}

async fn a_link_for_new_access_is_not_for_who_has_become_an_owner(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let link = access_link(&olga, &vera).await;
    let path = olga.path(&format!("staff/{}", vera.id()));
    let owner = json!({ "role": "owner" });
    let done = olga.browser.send_json(Method::PATCH, &path, &owner).await;
    done.expect_status(204);
    assert_eq!(refused(&world, &link).await, Code::LinkInvalid);
}

async fn what_an_owner_has_made_ends_with_the_owner(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    for (email, demoted) in [("omar@example.com", true), ("oda@example.com", false)] {
        let second = olga.hire(&world, email, Role::Owner).await;
        let invitation = second.invite("friend@example.com", Role::Owner).await;
        let links = [invitation, access_link(&second, &vera).await];
        let kept = olga.invite("another@example.com", Role::Viewer).await;
        let path = olga.path(&format!("staff/{}", second.id()));
        if demoted {
            let less = json!({ "role": "manager" });
            olga.browser.send_json(Method::PATCH, &path, &less).await
        } else {
            olga.browser.send(Method::DELETE, &path).await
        }
        .expect_status(204);
        for link in &links {
            assert_eq!(refused(&world, link).await, Code::LinkInvalid, "{email}");
        }
        look_up(&world, &kept).await;
        let list: StaffList = olga.browser.get(&olga.path("staff")).await.json();
        assert_eq!(list.invitations.len(), 1, "{:?}", list.invitations);
        let noted = log(&olga).await;
        let revoked = noted.iter().take(2);
        let mut revoked = revoked.filter(|entry| entry.action == Action::InvitationRevoked);
        assert!(revoked.next().is_some(), "{noted:?}");
    }
}

async fn what_was_made_for_somebody_ends_with_the_place(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let link = access_link(&olga, &vera).await;
    let path = olga.path(&format!("staff/{}", vera.id()));
    let gone = olga.browser.send(Method::DELETE, &path).await;
    gone.expect_status(204);
    assert_eq!(refused(&world, &link).await, Code::LinkInvalid);
}

async fn nobody_sets_an_owners_access_anew_but_the_operator(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let omar = olga.hire(&world, "omar@example.com", Role::Owner).await;
    let page = format!("/console/shops/{}/staff", olga.shop());
    let button = "name=\"form\" value=\"link\"";
    for of in [&olga, &omar] {
        let path = olga.path(&format!("staff/{}/access-link", of.id()));
        let refused = olga.browser.post(&path, &json!({})).await.problem();
        assert_eq!(refused.code, Code::RoleInsufficient);
        assert!(!olga.browser.get(&page).await.html().contains(button));
    }
    olga.hire(&world, "vera@example.com", Role::Manager).await;
    let shown = olga.browser.get(&page).await;
    assert_eq!(shown.html().matches(button).count(), 1, "{}", shown.text());
}

async fn who_has_seen_a_link_first_keeps_no_second_factor(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let link = olga.invite("vera@example.com", Role::Viewer).await;
    let seen = look_up(&world, &link).await.second_factor.unwrap().secret;
    let mut vera = enrol(&world, &link).await;
    let mut stolen = Authenticator::new(&seen);
    let asked = credentials("vera@example.com", PASSWORD, &stolen.code());
    let refused = console(&world).post(SESSION, &asked).await.problem();
    assert_eq!(refused.code, Code::CredentialsInvalid);
    let asked = credentials("vera@example.com", PASSWORD, &vera.code());
    let hers = console(&world).post(SESSION, &asked).await;
    hers.expect_status(201);
    // Nor does a second factor count that was seen before somebody else looked.
    let link = olga.invite("max@example.com", Role::Viewer).await;
    let seen = look_up(&world, &link).await.second_factor.unwrap().secret;
    look_up(&world, &link).await;
    let mut stolen = Authenticator::new(&seen);
    let new = json!({
        "token": token(&link), "name": "", "password": PASSWORD, "code": stolen.code(),
    });
    let late = console(&world).post("/v1/console/enrolments", &new).await;
    assert_eq!(late.problem().field.as_deref(), Some("code"));
}

async fn who_was_quicker_with_an_address_loses_it_to_who_reads_its_mail(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let world = two_shops(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let otto = owner(&world, OTHER, "otto@example.com").await;
    // Olga takes an address that is not hers: she is shown the link, so she can follow it.
    let shown = olga.invite("vera@mail.example", Role::Manager).await;
    mail.mail("vera@mail.example", 1).await;
    let squatter = enrol(&world, &shown).await;
    let asked = json!({ "email": "vera@mail.example", "role": "viewer" });
    let path = otto.path("invitations");
    let invited: Invited = otto.browser.post(&path, &asked).await.json();
    assert!(invited.mailed);
    // What Otto is shown does not make him the one who has the account.
    let shown = look_up(&world, &invited.link).await;
    assert!(shown.second_factor.is_none() && !shown.renews);
    let link = mail.mail("vera@mail.example", 2).await.link().to_owned();
    assert_ne!(link, invited.link);
    let shown = look_up(&world, &link).await;
    assert!(shown.second_factor.is_some() && shown.renews && shown.leaves_others);
    let page = format!("/console/enter?token={}", token(&link));
    let page = console(&world).get(&page).await;
    assert!(page.html().contains("loses its roles in other shops"));

    let mut vera = enrol(&world, &link).await;
    let roles: Vec<_> = vera.me.shops.iter().map(|shop| shop.role).collect();
    assert_eq!((vera.shop(), roles), (otto.shop(), vec![Role::Viewer]));
    let ended = squatter.browser.get(SESSION).await.problem();
    assert_eq!(ended.code, Code::StaffSessionRequired);
    let removed = log(&olga).await.remove(0);
    assert_eq!(
        (removed.action, removed.target.as_str()),
        (Action::StaffRemoved, vera.id().as_str())
    );
    assert_eq!(refused(&world, &invited.link).await, Code::LinkInvalid);

    // From now on it is known whose the address is, and nothing sets the account anew by an invitation.
    olga.invite("vera@mail.example", Role::Viewer).await;
    let link = mail.mail("vera@mail.example", 3).await.link().to_owned();
    assert!(look_up(&world, &link).await.second_factor.is_none());
    assert_eq!(accept(&vera, &link).await.shops.len(), 2);
    let asked = credentials("vera@mail.example", PASSWORD, &vera.code());
    let again = console(&world).post(SESSION, &asked).await;
    again.expect_status(201);
}

async fn no_shop_loses_its_last_owner_to_a_link(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let world = two_shops(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let otto = owner(&world, OTHER, "otto@example.com").await;
    let shown = olga.invite("last@mail.example", Role::Owner).await;
    mail.mail("last@mail.example", 1).await;
    let last = enrol(&world, &shown).await;
    let path = olga.path(&format!("staff/{}", olga.id()));
    let gone = olga.browser.send(Method::DELETE, &path).await;
    gone.expect_status(204);
    otto.invite("last@mail.example", Role::Viewer).await;
    let link = mail.mail("last@mail.example", 2).await.link().to_owned();
    assert!(look_up(&world, &link).await.second_factor.is_none());
    assert_eq!(accept(&last, &link).await.shops.len(), 2);
}

async fn an_account_without_a_place_is_set_anew_by_an_invitation(setup: Setup) {
    let world = two_shops(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let otto = owner(&world, OTHER, "otto@example.com").await;
    let squatter = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let path = olga.path(&format!("staff/{}", squatter.id()));
    olga.browser.send(Method::DELETE, &path).await;
    let link = otto.invite("vera@example.com", Role::Viewer).await;
    let vera = enrol(&world, &link).await;
    assert_eq!(vera.id(), squatter.id());
    let ended = squatter.browser.get(SESSION).await.problem();
    assert_eq!(ended.code, Code::StaffSessionRequired);
}

async fn who_was_invited_is_forgotten(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let asked = json!({ "email": "vera@example.com", "name": "Vera Verne", "role": "viewer" });
    let path = olga.path("invitations");
    let invited: Invited = olga.browser.post(&path, &asked).await.json();
    let id = invited.invitation.id.to_string();
    let path = format!("{path}/{id}");
    let back = olga.browser.send(Method::DELETE, &path).await;
    back.expect_status(204);
    let noted = log(&olga).await;
    for entry in &noted[..2] {
        assert_eq!(
            (entry.target.as_str(), entry.target_name.as_str()),
            (id.as_str(), "vera@example.com")
        );
    }
    let page = format!("/console/shops/{}/audit", olga.shop());
    let shown = olga.browser.get(&page).await;
    assert!(shown.html().contains("vera@example.com"));

    let store = Store::open(world.setup().database_url()).await.unwrap();
    let forget = |db: &mut Db| {
        db.forget_invited()?;
        let kept = Sql::new("SELECT COUNT(*) FROM staff_invited").value::<i64>(db)?;
        Sql::new("UPDATE staff_invited SET forget_at = 1").run(db)?;
        db.forget_invited()?;
        Ok::<_, bookplate_store::StoreError>(kept)
    };
    assert!(store.write(forget).await.unwrap() > Some(0));
    store.close().await;
    let kept = serde_json::to_string(&log(&olga).await).unwrap();
    assert!(kept.contains(&id), "{kept}");
    assert!(!kept.contains("vera@") && !kept.contains("Verne"), "{kept}");
}

async fn nobody_gets_one_invitation_after_another_by_mail(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    for invitation in 0..10 {
        olga.invite("vera@mail.example", Role::Viewer).await;
        if invitation < 9 {
            world.setup().let_expire(Fleeting::Waits).await;
        }
    }
    let asked = json!({ "email": "vera@mail.example", "role": "viewer" });
    let refused = olga.browser.post(&olga.path("invitations"), &asked).await;
    assert_eq!(refused.problem().code, Code::RateLimited);
    assert!(refused.header("retry-after").parse::<u32>().is_ok());
    // The latest has taken the place of the others, some of which had left before.
    let mut tried = 0;
    wait_until("a letter has come whose link works", async || {
        for letter in mail.received().iter().skip(tried) {
            tried += 1;
            let asked = json!({ "token": token(letter.link()) });
            let lookup = "/v1/console/enrolments/lookup";
            if console(&world).post(lookup, &asked).await.status() == 200 {
                return true;
            }
        }
        false
    })
    .await;
}

async fn an_invitation_by_mail_says_to_what_and_until_when(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    for (lang, [subject, role, until]) in [
        ("en", ["Join the staff of Test shop", "“Manager”", "until "]),
        ("zh-CN", ["邀请您加入Test shop的团队", "“经理”", "有效期至"]),
        (
            "zh-TW",
            ["邀請您加入Test shop的團隊", "「經理」", "有效期至"],
        ),
        (
            "ja",
            ["【Test shop】スタッフへの招待", "役割：管理者", "まで"],
        ),
    ] {
        world.setup().speak(lang).await;
        let email = format!("vera.{lang}@mail.example").to_lowercase();
        olga.invite(&email, Role::Manager).await;
        let letter = mail.mail(&email, 1).await;
        assert_eq!(letter.subject, subject);
        for words in [role, until] {
            assert!(letter.text.contains(words), "{words}: {}", letter.text);
            assert!(letter.html.contains(words), "{words}: {}", letter.html);
        }
        let shown = look_up(&world, letter.link()).await;
        assert_eq!(shown.role, Some(Role::Manager));
    }
}
