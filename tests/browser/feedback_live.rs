//! A case that changes while its page is open: shopper and staff see it without asking, colleagues see each other, and nothing
//! that somebody types is lost.

use crate::member::Account;
use crate::office::{HYDRATED, tab_to, type_keys};
use crate::owner::Owner;
use crate::stage::{Build, KEY};
use crate::writing::Shop;
use bookplate_tests::actors::Actor;
use bookplate_tests::browser::{Browser, Key};
use bookplate_wire::CaseId;
use bookplate_wire::feedback::CaseTimeline;
use bookplate_wire::feedback::guests::CaseReceipt;
use bookplate_wire::feedback::inbox::FullCase;
use reqwest::Method;
use serde_json::json;

bookplate_tests::browser_stories!(
    a_guest_sees_the_answer_come_also_where_no_stream_comes_through,
    a_customer_sees_the_answer_come_in_the_member_centre,
    two_agents_see_each_other_and_neither_overwrites,
);

const EMAIL: &str = "mei@mail.example";

/// What a guest has written.
pub async fn written(shop: &Shop) -> CaseReceipt {
    let pages = &shop.stage.pages;
    let guest = shop.stage.world.page(pages.origin(), KEY);
    let new = json!({
        "draft": format!("{:032x}", 1), "kind": "question", "body": "When does it come?",
        "name": "Mei Lin", "email": EMAIL, "language": "en",
    });
    guest.post("/v1/feedback", &new).await.json()
}

async fn answer(agent: &Actor<'_>, owner: &Owner, case: &CaseId, text: &str) {
    let path = owner.api(&format!("cases/{case}"));
    let seen: FullCase = agent.get(&path).await.json();
    let answer = json!({ "version": seen.case.version, "text": text, "state": "in_progress" });
    let sent = agent.post(&format!("{path}/answers"), &answer).await;
    sent.expect_status(200);
}

async fn a_guest_sees_the_answer_come_also_where_no_stream_comes_through(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let world = &shop.stage.world;
    let receipt = written(&shop).await;
    let (code, case) = (&*receipt.code, &receipt.case.case.id);
    let olga = Owner::enrol(world, None).await;
    let agent = olga.elsewhere(world);
    browser.viewport(390, 844).await;
    let track = format!("/shops/{KEY}/feedback/track");
    let address = format!("{}{track}?lang=en", world.server().address());
    let follows = async || {
        browser.open(&address).await;
        browser.wait_for(HYDRATED).await;
        tab_to(&browser, "#code").await;
        type_keys(&browser, code).await;
        tab_to(&browser, "#email").await;
        type_keys(&browser, EMAIL).await;
        browser.press(Key::Enter).await;
        browser
            .wait_for(
                "document.querySelector('.timeline')?.innerText.includes('When does it come?')",
            )
            .await;
    };
    let shows =
        |text: &str| format!("document.querySelector('.timeline')?.innerText.includes('{text}')");
    follows().await;
    answer(&agent, &olga, case, "On Monday.").await;
    browser.wait_for(&shows("On Monday.")).await;
    browser
        .wait_for(
            "document.querySelector('[aria-live]').innerText === 'The bookshop has answered.'",
        )
        .await;
    // What somebody types stays, and so does where.
    tab_to(&browser, "#text").await;
    type_keys(&browser, "And the second").await;
    answer(&agent, &olga, case, "Both, I mean.").await;
    browser.wait_for(&shows("Both, I mean.")).await;
    type_keys(&browser, " volume?").await;
    let typed: String = browser
        .evaluate("document.querySelector('#text').value")
        .await;
    assert_eq!(typed, "And the second volume?");
    assert_eq!(browser.axe("html").await, "");
    tab_to(&browser, "button[value=write]").await;
    browser.press(Key::Enter).await;
    browser.wait_for(&shows("And the second volume?")).await;

    // Eight other tabs have all the streams that there are for one code.
    browser.open("about:blank").await;
    let page = world.anonymous().with("sec-fetch-site", "same-origin");
    let asked = [("code", code), ("email", EMAIL)];
    let mut held = Vec::new();
    while held.len() < 8 {
        let stream = page.listen(&format!("{track}/live"), &asked).await;
        // The one of the page that was left ends in a moment.
        if stream.are_events() {
            held.push(stream);
        }
    }
    follows().await;
    answer(&agent, &olga, case, "All of them.").await;
    browser.wait_for(&shows("All of them.")).await;
    drop(held);
}

async fn a_customer_sees_the_answer_come_in_the_member_centre(browser: Browser) {
    let account = Account::open().await;
    let world = &account.world;
    let new = json!({
        "draft": format!("{:032x}", 1), "kind": "question", "body": "When does it come?", "language": "en",
    });
    let written = account.lin().post("/v1/customer/feedback", &new).await;
    let case: CaseTimeline = written.expect_status(201).json();
    let case = &case.case.id;
    let olga = Owner::enrol(world, None).await;
    let agent = olga.elsewhere(world);
    if !account.sign_in(&browser).await {
        return;
    }
    browser.viewport(390, 844).await;
    browser
        .open(&account.at(&format!("/feedback/{case}?lang=en")))
        .await;
    browser.wait_for(HYDRATED).await;
    let shows = |text: &str| format!("document.querySelector('main').innerText.includes('{text}')");
    // Who is about to write sees the answer come, and goes on where the words end.
    tab_to(&browser, "#text").await;
    type_keys(&browser, "And the second").await;
    answer(&agent, &olga, case, "On Monday.").await;
    browser.wait_for(&shows("On Monday.")).await;
    browser.wait_for(&shows("In progress")).await;
    browser
        .wait_for(
            "document.querySelector('[aria-live]').innerText === 'The bookshop has answered.'",
        )
        .await;
    type_keys(&browser, " volume?").await;
    let typed: String = browser
        .evaluate("document.querySelector('#text').value")
        .await;
    assert_eq!(typed, "And the second volume?");
    assert_eq!(browser.axe("html").await, "");
    // What is done is seen too: then it can be said how satisfied one is.
    let path = olga.api(&format!("cases/{case}"));
    let seen: FullCase = agent.get(&path).await.json();
    let done = json!({ "version": seen.case.version, "change": { "state": "resolved" } });
    let done = agent.send_json(Method::PATCH, &path, &done).await;
    done.expect_status(200);
    browser.wait_for(&shows("Resolved")).await;
    let typed: String = browser
        .evaluate("document.querySelector('#text').value")
        .await;
    assert_eq!(typed, "And the second volume?");
    let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    browser.wait_for(fits).await;
}

async fn two_agents_see_each_other_and_neither_overwrites(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let world = &shop.stage.world;
    let case = written(&shop).await.case.case.id;
    let mut olga = Owner::enrol(world, None).await;
    let arno = Owner::enrol_as(world, None, ("arno@shop.example", "Arno Veit")).await;
    let agent = arno.elsewhere(world);
    if !olga.sign_in(&browser).await {
        return;
    }
    browser
        .open(&format!("{}?lang=en", olga.at(&format!("cases/{case}"))))
        .await;
    browser.wait_for(HYDRATED).await;
    let live = format!("{}/live", arno.at(&format!("cases/{case}")));
    let live = live.strip_prefix(world.server().address()).unwrap();
    let others = |words: &str| format!("document.querySelector('.others').innerText === '{words}'");
    let stream = agent.listen(live, &[]).await;
    browser
        .wait_for(&others("Arno Veit has this case open too."))
        .await;
    agent.listen(live, &[("do", "write")]).await;
    browser
        .wait_for(&others("Arno Veit is writing an answer."))
        .await;
    assert_eq!(browser.axe("html").await, "");
    tab_to(&browser, "#answer").await;
    type_keys(&browser, "I ask the publisher").await;
    answer(&agent, &arno, &case, "It comes on Monday.").await;
    // What he has done is there, what she has written too, and she is told before she sends it.
    browser
        .wait_for("document.querySelector('.timeline').innerText.includes('It comes on Monday.')")
        .await;
    browser.wait_for("document.querySelector('.stale')").await;
    assert_eq!(browser.axe("html").await, "");
    let typed = "document.querySelector('#answer').value === 'I ask the publisher'";
    assert!(browser.evaluate::<bool>(typed).await);
    tab_to(&browser, "[data-renew]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("!document.querySelector('.stale') && document.activeElement.id === 'answer'")
        .await;
    assert!(browser.evaluate::<bool>(typed).await);
    type_keys(&browser, " for the second volume.").await;
    tab_to(&browser, "button[value=answer]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('main .notice')?.innerText === 'The answer is sent.'")
        .await;
    drop(stream);
    browser.wait_for(&others("")).await;
    // While nobody types the whole page follows.
    answer(&agent, &arno, &case, "The second one in June.").await;
    browser
        .wait_for("document.querySelector('.timeline').innerText.includes('in June')")
        .await;
    assert!(
        !browser
            .evaluate::<bool>("!!document.querySelector('.stale')")
            .await
    );
}
