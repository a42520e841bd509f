//! What shoppers tell the shop: a review that talks of delivery, which its author hands over with one press, and what
//! somebody without an account writes on the hosted page. The staff deals with it.

use crate::office::{HYDRATED, tab_to, type_keys};
use crate::owner::Owner;
use crate::stage::{Build, KEY, PRIDE};
use crate::writing::{Shop, expect_to_fit};
use bookplate_tests::browser::{Browser, Key};
use bookplate_wire::feedback::inbox::CasePage;

bookplate_tests::browser_stories!(
    a_complaint_about_delivery_is_handed_over_with_one_press,
    a_guest_writes_on_a_phone_and_follows_it_by_the_code,
);

async fn a_complaint_about_delivery_is_handed_over_with_one_press(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let world = &shop.stage.world;
    browser.viewport(390, 844).await;
    let reviews = shop.sign_in(&browser).await;
    reviews.click(".writing > summary").await;
    reviews.click(".rate label:nth-child(1)").await;
    reviews
        .type_into("#body", "The parcel was wet and the cover is torn.")
        .await;
    reviews.click(".write button[type=submit]").await;
    let question = "Is this about the book, or about delivery, packaging or print?";
    reviews.wait_for_text(".subject strong", question).await;
    let targets = "[...root.querySelectorAll('.subject button')]";
    expect_to_fit(&reviews, ".writing *", targets).await;
    // Before axe puts styles into the page, which its policy refuses.
    assert_eq!(browser.violations().await, [] as [String; 0]);
    assert_eq!(browser.axe("bookplate-reviews").await, "");
    reviews
        .evaluate::<()>("void root.querySelector('.subject button').focus()")
        .await;
    browser.press(Key::Enter).await;
    let thanks = "Thank you. The shop has it now, and it is not shown as a review. \
                  You can still review the book itself.";
    reviews.wait_for_text(".writing-news", thanks).await;
    // What is written next is about the book.
    reviews
        .wait_for(
            "root.querySelector('#body').value === '' && root.activeElement.matches('summary')",
        )
        .await;
    assert_eq!(shop.approve().await, 0);

    let mut olga = Owner::enrol(world, None).await;
    let asked = olga.elsewhere(world).get(&olga.api("cases")).await;
    let cases: CasePage = asked.json();
    assert_eq!(
        cases.cases[0].case.body,
        "The parcel was wet and the cover is torn."
    );
    if !olga.sign_in(&browser).await {
        return;
    }
    tab_to(&browser, ".sections a[href*='/cases']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('main .case')?.innerText.includes('parcel was wet')")
        .await;
    assert_eq!(browser.axe("html").await, "");
    let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    browser.wait_for(wide).await;
    tab_to(&browser, ".case h2 a").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.timeline .said')?.innerText.includes('parcel was wet')")
        .await;
    browser.wait_for(wide).await;
    assert_eq!(browser.axe("html").await, "");
    tab_to(&browser, "#answer").await;
    type_keys(&browser, "We send you another one.").await;
    tab_to(&browser, "[name=state]:checked").await;
    browser.press(Key::Down).await;
    browser
        .wait_for("document.activeElement.value === 'resolved'")
        .await;
    tab_to(&browser, "button[value=answer]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('main .notice')?.innerText === 'The answer is sent.'")
        .await;
    browser
        .wait_for("document.querySelector('.case-facts').innerText.includes('Resolved')")
        .await;
    browser
        .wait_for("!document.querySelector('.sections').innerText.includes('Cases (')")
        .await;
}

async fn a_guest_writes_on_a_phone_and_follows_it_by_the_code(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let world = &shop.stage.world;
    browser.viewport(390, 844).await;
    let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    let form = format!(
        "{}/shops/{KEY}/feedback?lang=en&isbn={PRIDE}",
        world.server().address()
    );
    browser.open(&form).await;
    browser.wait_for(HYDRATED).await;
    // Only what the chosen kind needs is there.
    let shown = |css: &str| format!("document.querySelector('{css}').checkVisibility()");
    assert!(!browser.evaluate::<bool>(&shown(".for-return")).await);
    tab_to(&browser, "[name=kind]").await;
    for kind in ["suggestion", "praise", "return"] {
        browser.press(Key::Down).await;
        let chosen = format!("document.querySelector('[value={kind}]').checked");
        browser.wait_for(&chosen).await;
    }
    browser.wait_for(&shown(".for-return")).await;
    assert_eq!(browser.axe("html").await, "");
    browser.wait_for(fits).await;
    tab_to(&browser, "[name=order]").await;
    type_keys(&browser, "A-1").await;
    tab_to(&browser, "#body").await;
    type_keys(&browser, "Pages are missing.").await;
    tab_to(&browser, "[name=email]").await;
    type_keys(&browser, "mei@mail.example").await;
    tab_to(&browser, "main form button[type=submit]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.receipt .code')")
        .await;
    assert_eq!(browser.axe("html").await, "");
    browser.wait_for(fits).await;
    tab_to(&browser, "button[value=look]").await;
    browser.press(Key::Enter).await;
    // The code alone does not show what was written.
    browser
        .wait_for("document.readyState === 'complete' && document.querySelector('#email')")
        .await;
    let text = "document.querySelector('main').innerText";
    let told: String = browser.evaluate(text).await;
    assert!(
        told.contains("Received") && !told.contains("Pages are missing."),
        "{told}"
    );
    tab_to(&browser, "#email").await;
    type_keys(&browser, "mei@mail.example").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.timeline')?.innerText.includes('Pages are missing.')")
        .await;
    assert_eq!(browser.axe("html").await, "");
    browser.wait_for(fits).await;
    tab_to(&browser, "#text").await;
    type_keys(&browser, "Page 12, to begin with.").await;
    tab_to(&browser, "button[value=write]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.timeline')?.innerText.includes('Page 12')")
        .await;
}
