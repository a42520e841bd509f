//! A review that talks of delivery: its author is asked, hands it over with one press, and the staff deals with it.

use crate::office::tab_to;
use crate::owner::Owner;
use crate::stage::Build;
use crate::writing::{Shop, expect_to_fit};
use bookplate_tests::browser::{Browser, Key};
use bookplate_wire::feedback::CasePage;

bookplate_tests::browser_stories!(a_complaint_about_delivery_is_handed_over_with_one_press);

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
    tab_to(&browser, ".case button").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('main .empty')?.innerText.startsWith('Nothing waits')")
        .await;
    browser
        .wait_for("document.querySelector('.sections [aria-current]').innerText === 'Cases'")
        .await;
}
