//! What leaves the server, as the staff sees it: what waits, what was given up, and what is done about that.

use crate::colleagues::{Colleague, owner};
use crate::console::send;
use crate::members::{PASSWORD, mail_server, open_shop, sign_up};
use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_store::Store;
use bookplate_store::db::Sql;
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::mail::MailServer;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditPage, Doer};
use bookplate_wire::deliveries::{
    Channel, Delivery, DeliveryFault, DeliveryPage, DeliveryState, Retried,
};
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::json;

stories!(
    what_was_given_up_is_seen_and_sent_again,
    everything_is_sent_again_at_once,
    what_is_discarded_is_not_kept,
    what_waits_is_seen,
    each_role_sees_and_does_what_is_its_own,
    another_shop_sees_and_does_nothing,
    deliveries_are_read_page_by_page,
    a_form_sends_again_and_discards,
    who_may_not_decide_is_shown_no_buttons,
    the_page_says_what_is_wrong_in_four_languages,
);

const LIN: &str = "lin@mail.example";

/// The list in one state.
async fn list(colleague: &Colleague<'_>, state: &str) -> DeliveryPage {
    let path = colleague.path(&format!("deliveries?state={state}"));
    colleague.browser.get(&path).await.json()
}

/// Signs up people whose addresses the mail server does not know, and waits until their letters were given up.
async fn give_up(
    world: &World,
    mail: &MailServer,
    seen_by: &Colleague<'_>,
    emails: &[&str],
) -> Vec<Delivery> {
    for email in emails {
        mail.forget(email);
        sign_up(&shopper(world), email, PASSWORD).await;
    }
    wait_until("the letters are given up", async || {
        list(seen_by, "dead").await.dead as usize == emails.len()
    })
    .await;
    list(seen_by, "dead").await.deliveries
}

async fn latest(colleague: &Colleague<'_>) -> bookplate_wire::audit::AuditEntry {
    let page: AuditPage = colleague.browser.get(&colleague.path("audit")).await.json();
    page.entries.into_iter().next().unwrap()
}

fn retry(colleague: &Colleague<'_>, delivery: &Delivery) -> String {
    colleague.path(&format!("deliveries/{}/retry", delivery.id))
}

async fn what_was_given_up_is_seen_and_sent_again(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let dead = give_up(&world, &mail, &olga, &[LIN]).await;
    let [one] = dead.as_slice() else {
        panic!("{dead:?}");
    };
    assert_eq!(one.state, DeliveryState::Dead);
    assert_eq!(
        (one.channel, one.kind.as_str()),
        (Channel::Email, "confirm_email")
    );
    assert_eq!((one.target.as_str(), one.attempts), (LIN, 1));
    let error = one.error.as_ref().unwrap();
    assert_eq!(error.code, DeliveryFault::MailServerRefused);
    assert_eq!(error.answer, Some(550));
    assert_eq!((one.created_on.len(), one.ended_on.len()), (16, 16));
    assert!(one.ended_at.unwrap() >= one.created_at && one.due_at.is_none());

    mail.remember(LIN);
    let done = olga.browser.post(&retry(&olga, one), &json!({})).await;
    done.expect_status(204);
    let letter = mail.mail(LIN, 1).await;
    assert!(letter.id.contains(one.id.as_str()), "{}", letter.id);
    wait_until("nothing waits", async || {
        list(&olga, "waiting").await.waiting == 0
    })
    .await;
    assert_eq!(list(&olga, "dead").await.deliveries, []);
    // What has arrived is known without whom it was for.
    let delivered = list(&olga, "delivered").await.deliveries;
    assert_eq!(
        (&delivered[0].id, delivered[0].target.as_str()),
        (&one.id, "")
    );
    assert_eq!(delivered[0].error, None);

    let entry = latest(&olga).await;
    assert_eq!(entry.action, Action::DeliveryRetried);
    assert_eq!(entry.target, one.id.as_str());
    assert_eq!(entry.after["kind"], "confirm_email");
    assert!(matches!(entry.actor, Doer::Staff { id, .. } if id == olga.id()));
    let log = olga.browser.get(&olga.path("audit")).await;
    assert!(!log.text().contains(LIN), "{}", log.text());
    // It is not given up any more.
    let again = olga.browser.post(&retry(&olga, one), &json!({})).await;
    assert_eq!(again.problem().code, Code::NotFound);
}

async fn everything_is_sent_again_at_once(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let emails = ["a@mail.example", "b@mail.example", "c@mail.example"];
    give_up(&world, &mail, &olga, &emails).await;
    for email in emails {
        mail.remember(email);
    }
    let path = olga.path("deliveries/retry");
    let done: Retried = olga.browser.post(&path, &json!({})).await.json();
    assert_eq!(done.retried, 3);
    for email in emails {
        mail.mail(email, 1).await;
    }
    assert_eq!(latest(&olga).await.after["deliveries"], "3");
    let none: Retried = olga.browser.post(&path, &json!({})).await.json();
    assert_eq!(none.retried, 0);
    // What changes nothing is not noted.
    assert_eq!(latest(&olga).await.after["deliveries"], "3");
}

async fn what_is_discarded_is_not_kept(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let dead = give_up(&world, &mail, &olga, &[LIN]).await;
    let path = olga.path(&format!("deliveries/{}", dead[0].id));
    let done = olga.browser.send(Method::DELETE, &path).await;
    done.expect_status(204);
    assert_eq!(list(&olga, "dead").await.dead, 0);
    let dropped = list(&olga, "dropped").await.deliveries;
    assert_eq!(
        (&dropped[0].id, dropped[0].target.as_str()),
        (&dead[0].id, "")
    );
    let store = Store::open(world.setup().database_url()).await.unwrap();
    let kept = |db: &mut bookplate_store::Db| {
        Sql::new("SELECT payload || target FROM outbox").values::<String>(db)
    };
    assert_eq!(store.read(kept).await.unwrap(), [""]);
    store.close().await;
    assert_eq!(latest(&olga).await.action, Action::DeliveryDiscarded);
    for (method, path) in [
        (Method::DELETE, path),
        (Method::POST, retry(&olga, &dead[0])),
    ] {
        let refused = olga.browser.send_json(method, &path, &json!({})).await;
        assert_eq!(refused.problem().code, Code::NotFound);
    }
}

async fn what_waits_is_seen(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    mail.fall_silent();
    sign_up(&shopper(&world), LIN, PASSWORD).await;
    let page = list(&olga, "waiting").await;
    assert_eq!((page.waiting, page.dead), (1, 0));
    let one = &page.deliveries[0];
    assert_eq!((one.state, one.ended_at), (DeliveryState::Waiting, None));
    assert!(one.due_at.unwrap() >= one.created_at && one.due_on.len() == 16);
    // Nobody decides about what is under way.
    let refused = olga.browser.post(&retry(&olga, one), &json!({})).await;
    assert_eq!(refused.problem().code, Code::NotFound);
    mail.answer();
    mail.mail(LIN, 1).await;
}

async fn each_role_sees_and_does_what_is_its_own(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let arno = olga.hire(&world, "arno@example.com", Role::Agent).await;
    let max = olga.hire(&world, "max@example.com", Role::Manager).await;
    let dead = give_up(&world, &mail, &olga, &[LIN, "mei@mail.example"]).await;
    let (all, one) = (
        olga.path("deliveries/retry"),
        olga.path(&format!("deliveries/{}", dead[0].id)),
    );
    for (who, masked, retries, decides) in [
        (&vera, true, false, false),
        (&arno, false, true, false),
        (&max, false, true, true),
    ] {
        let seen = list(who, "dead").await;
        let addresses: Vec<_> = seen.deliveries.iter().map(|one| &one.target).collect();
        let shown = if masked {
            ["m…@mail.example", "l…@mail.example"]
        } else {
            ["mei@mail.example", LIN]
        };
        assert_eq!(addresses, shown);
        let refused = |reply: bookplate_tests::reply::Reply, may: bool| {
            let code = (reply.status() >= 400).then(|| reply.problem().code);
            assert_eq!(code, (!may).then_some(Code::RoleInsufficient));
        };
        refused(
            who.browser.post(&retry(&olga, &dead[1]), &json!({})).await,
            retries,
        );
        wait_until("it is given up again", async || {
            list(&olga, "dead").await.dead == 2
        })
        .await;
        if !decides {
            refused(who.browser.post(&all, &json!({})).await, false);
            refused(who.browser.send(Method::DELETE, &one).await, false);
        }
    }
    max.browser
        .send(Method::DELETE, &one)
        .await
        .expect_status(204);
    max.browser.post(&all, &json!({})).await.expect_status(200);
}

async fn another_shop_sees_and_does_nothing(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    setup.shop("pk_other", &["https://other.example"]).await;
    setup.shop(KEY, &[ORIGIN]).await;
    let world = setup.open().await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let otto = owner(&world, "pk_other", "otto@example.com").await;
    let dead = give_up(&world, &mail, &olga, &[LIN]).await;
    for state in ["dead", "waiting", "delivered", "dropped"] {
        let theirs = list(&otto, state).await;
        assert_eq!(theirs.deliveries, [], "{state}");
        assert_eq!((theirs.waiting, theirs.dead), (0, 0));
    }
    // Neither by his shop's address nor by hers.
    for shop in [&otto, &olga] {
        let reply = otto.browser.post(&retry(shop, &dead[0]), &json!({})).await;
        assert_eq!(reply.problem().code, Code::NotFound);
        let path = shop.path(&format!("deliveries/{}", dead[0].id));
        let reply = otto.browser.send(Method::DELETE, &path).await;
        assert_eq!(reply.problem().code, Code::NotFound);
    }
    let all = otto.path("deliveries/retry");
    let none: Retried = otto.browser.post(&all, &json!({})).await.json();
    assert_eq!(none.retried, 0);
    assert_eq!(list(&olga, "dead").await.deliveries, dead);
}

async fn deliveries_are_read_page_by_page(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let emails = [
        "a@mail.example",
        "b@mail.example",
        "c@mail.example",
        "d@mail.example",
        "e@mail.example",
    ];
    let all = give_up(&world, &mail, &olga, &emails).await;
    let mut read = Vec::new();
    let mut after = String::new();
    loop {
        let path = olga.path(&format!("deliveries?limit=2&after={after}"));
        let page: DeliveryPage = olga.browser.get(&path).await.json();
        assert_eq!(page.dead, 5);
        read.extend(page.deliveries);
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(read, all);
    let newest: Vec<_> = read.iter().map(|one| one.target.as_str()).collect();
    assert!(newest.iter().rev().eq(emails.iter()), "{newest:?}");
    for (query, code, field) in [
        ("after=nonsense", Code::CursorInvalid, "after"),
        ("limit=0", Code::BadRequest, "limit"),
        ("limit=101", Code::BadRequest, "limit"),
        ("state=lost", Code::BadRequest, "state"),
        ("colour=red", Code::BadRequest, "colour"),
    ] {
        let path = olga.path(&format!("deliveries?{query}"));
        let problem = olga.browser.get(&path).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field)),
            "{query}"
        );
    }
}

async fn a_form_sends_again_and_discards(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let emails = ["a@mail.example", "b@mail.example", "c@mail.example"];
    let path = format!("/console/shops/{}/deliveries", olga.shop());
    let empty = olga.browser.get(&path).await;
    assert!(empty.html().contains("Nothing was given up."));
    let dead = give_up(&world, &mail, &olga, &emails).await;
    let page = olga.browser.get(&path).await;
    for shown in [
        "Given up (3)",
        "Waiting (0)",
        "a@mail.example",
        "with the number 550",
        "1 attempt<",
        "Send all again",
    ] {
        assert!(page.html().contains(shown), "{shown}: {}", page.text());
    }
    let what = |at: usize| dead[at].id.to_string();
    let fields = [("form", "discard"), ("id", &what(0))];
    let done = send(&olga.browser, &path, &fields).await;
    done.expect_status(303);
    assert_eq!(done.header("location"), format!("{path}?done=discarded"));
    let page = olga.browser.get(done.header("location")).await;
    assert!(page.html().contains("It will not be sent.") && page.html().contains("Given up (2)"));

    for email in emails {
        mail.remember(email);
    }
    let again = send(&olga.browser, &path, &[("form", "retry"), ("id", &what(1))]).await;
    assert_eq!(again.header("location"), format!("{path}?done=retried"));
    mail.mail("b@mail.example", 1).await;
    let all = send(&olga.browser, &path, &[("form", "retry_all")]).await;
    all.expect_status(303);
    mail.mail("a@mail.example", 1).await;
    // Somebody else was faster.
    let late = send(&olga.browser, &path, &[("form", "retry"), ("id", &what(1))]).await;
    late.expect_status(303);
    let nonsense = send(&olga.browser, &path, &[("form", "burn"), ("id", &what(1))]).await;
    nonsense.expect_status(404);
}

async fn who_may_not_decide_is_shown_no_buttons(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let arno = olga.hire(&world, "arno@example.com", Role::Agent).await;
    let dead = give_up(&world, &mail, &olga, &[LIN, "mei@mail.example"]).await;
    let path = format!("/console/shops/{}/deliveries", olga.shop());
    let seen = vera.browser.get(&path).await;
    assert!(seen.html().contains("l…@mail.example"));
    for hidden in [LIN, "value=\"retry", "value=\"discard"] {
        assert!(!seen.html().contains(hidden), "{hidden}");
    }
    let seen = arno.browser.get(&path).await;
    assert!(seen.html().contains(LIN) && seen.html().contains("value=\"retry\""));
    for hidden in ["value=\"retry_all\"", "value=\"discard\""] {
        assert!(!seen.html().contains(hidden), "{hidden}");
    }
    let id = dead[0].id.to_string();
    for (who, form) in [
        (&vera, "retry"),
        (&vera, "discard"),
        (&arno, "retry_all"),
        (&arno, "discard"),
    ] {
        let refused = send(&who.browser, &path, &[("form", form), ("id", &id)]).await;
        refused.expect_status(403);
    }
    assert_eq!(list(&olga, "dead").await.deliveries, dead);
}

async fn the_page_says_what_is_wrong_in_four_languages(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    give_up(&world, &mail, &olga, &[LIN]).await;
    for (lang, words) in [
        ("zh-CN", ["投递失败（1）", "邮件服务器拒收，代码 550。"]),
        ("zh-TW", ["傳送失敗（1）", "郵件伺服器拒收，代碼 550。"]),
        (
            "en",
            [
                "Given up (1)",
                "The mail server has refused it, with the number 550.",
            ],
        ),
        (
            "ja",
            [
                "配信失敗（1）",
                "メールサーバーに拒否されました（番号550）。",
            ],
        ),
    ] {
        let path = format!("/console/shops/{}/deliveries?lang={lang}", olga.shop());
        let page = olga.browser.get(&path).await;
        for word in words {
            assert!(page.html().contains(word), "{word}: {}", page.text());
        }
    }
}
