//! Reviews in the console, in a browser: somebody of the staff decides about them with nothing but the keyboard.

use crate::office::{HYDRATED, Office, tab_to};
use crate::stage::{EMMA, PRIDE};
use bookplate_tests::browser::{Browser, Engine, Key};
use serde_json::{Value, json};

bookplate_tests::browser_stories!(
    reviews_are_approved_and_refused_with_the_keyboard_alone,
    who_wants_keys_for_that_switches_them_on,
    who_decides_too_late_is_shown_what_there_is_now,
    what_waits_for_a_reason_is_listed_by_itself_and_can_be_labelled,
    reviews_of_one_book_are_found_by_its_isbn,
    everything_works_without_any_script,
);

/// Opens the page of reviews, signed in. False where the engine does not keep the cookie.
async fn open(office: &mut Office, browser: &Browser) -> bool {
    let signed_in = office.owner.sign_in(browser).await;
    if signed_in {
        browser.open(&office.owner.at("reviews?lang=en")).await;
        cards(browser, 3).await;
    }
    signed_in
}

async fn cards(browser: &Browser, count: usize) {
    let shown = format!("document.querySelectorAll('main .card').length === {count}");
    browser.wait_for(&shown).await;
}

/// What is said to be done.
async fn done(browser: &Browser, words: &str) {
    let said = format!(
        "document.querySelector('main [role=status]')?.innerText.startsWith({})",
        json!(words)
    );
    browser.wait_for(&said).await;
}

/// Types into whatever has the focus.
async fn type_keys(browser: &Browser, keys: &str) {
    let chain = browser.web().action_chain().send_keys(keys);
    chain.perform().await.unwrap();
}

async fn waiting(office: &Office) -> Value {
    let page: Value = office.olga().get(&office.owner.api("reviews")).await.json();
    page["waiting"].clone()
}

async fn reviews_are_approved_and_refused_with_the_keyboard_alone(browser: Browser) {
    let mut office = Office::open().await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    tab_to(&browser, ".sections a[href*='/reviews']").await;
    browser.press(Key::Enter).await;
    cards(&browser, 3).await;
    let shown: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    for words in [
        "Stars play no part in it",
        "Waiting (3)",
        "Reported (1)",
        "Wit on every page.",
        "Spoiler In the end they marry.",
        "Readers do not see it",
        "1 earlier version",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    tab_to(&browser, "button[value=approve][data-key]").await;
    browser.press(Key::Enter).await;
    done(&browser, "Approved").await;
    cards(&browser, 2).await;
    browser
        .wait_for("document.querySelector('.sections [aria-current]').innerText === 'Reviews (2)'")
        .await;

    // The next one is in Chinese. At first she forgets to say why.
    tab_to(&browser, ".card .do summary").await;
    browser.press(Key::Enter).await;
    tab_to(&browser, ".card button[value=refuse]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.activeElement.matches('select[aria-invalid=true]')")
        .await;
    assert_eq!(browser.axe("html").await, "");
    type_keys(&browser, "It gives the story").await;
    browser.press(Key::Tab).await;
    type_keys(&browser, "Please mark the end.").await;
    browser.press(Key::Tab).await;
    browser.press(Key::Enter).await;
    done(&browser, "Refused").await;
    cards(&browser, 1).await;

    tab_to(&browser, ".tabs a[href*='queue=reported']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for(
            "document.querySelector('.reports')?.innerText.includes('not read it to the end')",
        )
        .await;
    tab_to(&browser, ".card button[value=approve]").await;
    let words: String = browser.evaluate("document.activeElement.innerText").await;
    assert_eq!(words, "Leave as it is");
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('main .empty')?.innerText.includes('No reader')")
        .await;
    let page: Value = office
        .olga()
        .get(&office.owner.api("reviews?queue=all"))
        .await
        .json();
    let of = |body: &str| {
        let reviews = page["reviews"].as_array().unwrap();
        let mut found = reviews
            .iter()
            .filter(|one| one["body"].as_str().unwrap().starts_with(body));
        found.next().unwrap().clone()
    };
    assert_eq!(of("Wit on every page.")["state"], "published");
    let refused = of("译文流畅");
    assert_eq!(
        (&refused["state"], &refused["reason"]),
        (&json!("refused"), &json!("spoiler"))
    );
    assert_eq!(refused["note"], "Please mark the end.");
    assert_eq!(
        (&page["waiting"], &page["reported"]),
        (&json!(1), &json!(0))
    );
}

async fn who_wants_keys_for_that_switches_them_on(browser: Browser) {
    let mut office = Office::open().await;
    if !open(&mut office, &browser).await {
        return;
    }
    browser.wait_for(HYDRATED).await;
    let at = async |place: usize| {
        let there =
            format!("document.activeElement === document.querySelectorAll('main .card')[{place}]");
        browser.wait_for(&there).await;
    };
    // As long as they are not wanted, letters do nothing.
    type_keys(&browser, "ja").await;
    assert_eq!(waiting(&office).await, 3);
    tab_to(&browser, ".shortcuts summary").await;
    browser.press(Key::Enter).await;
    tab_to(&browser, "[data-shortcuts]").await;
    type_keys(&browser, " ").await;
    type_keys(&browser, "j").await;
    at(0).await;
    type_keys(&browser, "jjjk").await;
    at(1).await;
    type_keys(&browser, "x").await;
    browser
        .wait_for("document.querySelectorAll('.card input:checked').length === 1")
        .await;
    type_keys(&browser, "xk").await;
    at(0).await;
    type_keys(&browser, "a").await;
    done(&browser, "Approved").await;
    cards(&browser, 2).await;
    // On with the next one, which has come to that place.
    at(0).await;
    type_keys(&browser, "r").await;
    browser
        .wait_for("document.activeElement.matches('.card details[open] select')")
        .await;
    type_keys(&browser, "It insults").await;
    browser.press(Key::Tab).await;
    // Letters are letters again.
    type_keys(&browser, "Dear reader, a kind word, please.").await;
    browser.press(Key::Tab).await;
    browser.press(Key::Tab).await;
    browser.press(Key::Enter).await;
    done(&browser, "The author is asked for changes").await;
    at(0).await;
    assert_eq!(waiting(&office).await, 1);

    // The browser keeps that she wants them.
    browser.open(&office.owner.at("reviews?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    type_keys(&browser, "ja").await;
    browser
        .wait_for("document.querySelector('main .empty')?.innerText.includes('Nothing is waiting')")
        .await;
    assert_eq!(waiting(&office).await, 0);
}

async fn who_decides_too_late_is_shown_what_there_is_now(browser: Browser) {
    let mut office = Office::open().await;
    if !open(&mut office, &browser).await {
        return;
    }
    browser.wait_for(HYDRATED).await;
    browser.evaluate::<()>("void (window.same = true)").await;
    let page: Value = office.olga().get(&office.owner.api("reviews")).await.json();
    let of_ben = page["reviews"][2]["id"].as_str().unwrap().to_owned();
    let ben = office.customer("ben").await;
    office.rewrite(&ben, &of_ben, "Four balls.").await;
    let approve = ".card:nth-child(3) button[value=approve]";
    browser.find(approve).await.click().await.unwrap();
    browser
        .wait_for("document.activeElement.matches('.wrong[role=alert]')")
        .await;
    let shown: String = browser
        .evaluate("document.querySelector('.again').innerText")
        .await;
    assert!(shown.contains("Four balls."), "{shown}");
    assert_eq!(waiting(&office).await, 3);
    assert_eq!(browser.axe("html").await, "");
    browser
        .find(".again button[value=approve]")
        .await
        .click()
        .await
        .unwrap();
    done(&browser, "Approved").await;
    assert_eq!(waiting(&office).await, 2);
    assert!(browser.evaluate::<bool>("window.same").await, "no reload");
}

async fn what_waits_for_a_reason_is_listed_by_itself_and_can_be_labelled(browser: Browser) {
    let mut office = Office::open().await;
    let eve = office.customer("eve").await;
    let new = json!({
        "rating": 50, "body": "Bullshit. More at cheap.example.com", "author": "Eve",
        "notes": { "moods": ["funny"], "warnings": ["death"] },
    });
    let path = format!("/v1/books/{PRIDE}/reviews");
    eve.post(&path, &new).await.expect_status(201);
    if !office.owner.sign_in(&browser).await {
        return;
    }
    browser.open(&office.owner.at("reviews?lang=en")).await;
    cards(&browser, 4).await;
    tab_to(&browser, ".reasons summary").await;
    browser.press(Key::Enter).await;
    tab_to(&browser, ".reasons a[href*='hold=link']").await;
    browser.press(Key::Enter).await;
    cards(&browser, 1).await;
    let shown: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    for words in [
        "Waits for: Link or email address",
        "Link or email address: cheap.example.com",
        "Words of your lists: bullshit",
        "Funny",
        "Content warnings: show",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    browser
        .evaluate::<()>("void document.querySelector('button[value=label]').closest('details').querySelector('summary').focus()")
        .await;
    browser.press(Key::Enter).await;
    assert_eq!(browser.axe("html").await, "");
    browser.press(Key::Tab).await;
    browser.press(Key::Enter).await;
    done(&browser, "Labelled").await;
    // One is back in the list by that reason, and the label cannot be set again.
    cards(&browser, 1).await;
    let labelled = "document.querySelector('.card .by').innerText.includes('Received free')";
    browser.wait_for(labelled).await;
    let again: bool = browser
        .evaluate("document.querySelector('button[value=label]') !== null")
        .await;
    assert!(!again);
}

async fn everything_works_without_any_script(browser: Browser) {
    let mut office = Office::open().await;
    if browser.engine() == Engine::Webkit || !office.owner.sign_in(&browser).await {
        return;
    }
    browser.block(&["*/site.js"]).await;
    browser.open(&office.owner.at("reviews?lang=en")).await;
    cards(&browser, 3).await;
    assert!(
        browser
            .evaluate::<bool>(
                "getComputedStyle(document.querySelector('.shortcuts')).display === 'none'"
            )
            .await
    );
    browser
        .find("button[value=approve][data-key]")
        .await
        .click()
        .await
        .unwrap();
    done(&browser, "Approved").await;
    cards(&browser, 2).await;
    browser.find(".together a").await.click().await.unwrap();
    browser
        .wait_for("document.querySelectorAll('.card input:checked').length === 2")
        .await;
    browser
        .find(".together summary")
        .await
        .click()
        .await
        .unwrap();
    browser
        .find(".together button[value=refuse]")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.activeElement.matches('.together select[aria-invalid=true]')")
        .await;
    let reason = browser.find(".together select").await;
    reason.send_keys("It insults").await.unwrap();
    browser
        .find(".together button[value=refuse]")
        .await
        .click()
        .await
        .unwrap();
    done(&browser, "Refused").await;
    assert_eq!(waiting(&office).await, 0);

    // An answer, on the list of all.
    browser
        .find(".tabs a[href*='queue=all']")
        .await
        .click()
        .await
        .unwrap();
    cards(&browser, 4).await;
    let answer = "[...document.querySelectorAll('summary')].find((one) => one.innerText.trim() === 'Answer').click()";
    browser.evaluate::<()>(answer).await;
    let text = browser.find("details[open] textarea[name=text]").await;
    text.send_keys("Thank you, Ann.").await.unwrap();
    browser
        .find("details[open] button[value=answer]")
        .await
        .click()
        .await
        .unwrap();
    done(&browser, "Answered").await;
    browser
        .wait_for("document.querySelector('main').innerText.includes('Thank you, Ann.')")
        .await;
}

async fn reviews_of_one_book_are_found_by_its_isbn(browser: Browser) {
    let mut office = Office::open().await;
    if !open(&mut office, &browser).await {
        return;
    }
    browser.wait_for(HYDRATED).await;
    tab_to(&browser, ".tabs a[href*='queue=all']").await;
    browser.press(Key::Enter).await;
    cards(&browser, 4).await;
    tab_to(&browser, ".find input[name=isbn]").await;
    type_keys(&browser, EMMA).await;
    browser.press(Key::Enter).await;
    cards(&browser, 1).await;
    browser
        .wait_for("document.querySelector('main .card').innerText.includes('It drags on')")
        .await;
    let tabs = "document.querySelectorAll('.tabs a[href*=isbn]').length === 3";
    browser.wait_for(tabs).await;
    assert_eq!(browser.axe("html").await, "");
    tab_to(&browser, ".find a").await;
    browser.press(Key::Enter).await;
    cards(&browser, 4).await;
}
