//! The membership card's bright page: scanned from the screen, which stays on meanwhile.

use crate::hosted::HYDRATED;
use crate::member::Account;
use crate::points::{POINTS, Shop, expect_calm};
use crate::stage::Build;
use bookplate_tests::browser::{Browser, Key};
use rxing::BarcodeFormat;
use rxing::helpers::detect_in_luma;
use tempfile::TempDir;

bookplate_tests::browser_stories!(
    a_till_scans_the_card_from_the_screen,
    the_screen_stays_on_while_the_card_is_shown,
    a_screen_that_cannot_stay_on_shows_the_card_all_the_same,
    the_member_centres_card_keeps_the_screen_on_too,
);

/// Has the page note who wants the screen to stay on (in `lit`), and say yes. Browsers without a screen refuse it.
const NOTED: &str = "void (window.lit = [], Object.defineProperty(navigator, 'wakeLock', { configurable: true, value: { \
     request: async (kind) => { \
         const one = { kind, on: true, release: async () => { one.on = false; } }; lit.push(one); return one; \
     } } }))";
const SHOW: &str = ".card-line button";
const CLOSE: &str = ".card-screen button";

/// Waits until so many have asked, of whom these have not been let go.
async fn wait_for_lit(browser: &Browser, on: &[bool]) {
    let on: Vec<_> = on.iter().map(|on| format!("screen {on}")).collect();
    let lit = format!(
        "lit.map((one) => `${{one.kind}} ${{one.on}}`).join() === '{}'",
        on.join(",")
    );
    browser.wait_for(&lit).await;
}

async fn look_again(browser: &Browser) {
    let seen = "void document.dispatchEvent(new Event('visibilitychange'))";
    browser.evaluate::<()>(seen).await;
}

/// What a scanner reads in a picture of the screen.
fn scan(picture: &image::GrayImage, format: BarcodeFormat) -> String {
    let (width, height) = picture.dimensions();
    let read = detect_in_luma(picture.as_raw().clone(), width, height, Some(format));
    read.unwrap_or_else(|error| panic!("{format}: {error}"))
        .getText()
        .to_owned()
}

async fn a_till_scans_the_card_from_the_screen(browser: Browser) {
    let shop = Shop::open(Build::Release, POINTS).await;
    browser.viewport(390, 844).await;
    let points = shop.points(&browser).await;
    let shown = points.text(".card-line .card-number").await;
    points
        .evaluate::<()>("void root.querySelector('.card-line button').focus()")
        .await;
    browser.press(Key::Enter).await;
    points
        .wait_for("root.querySelector('.card-screen').matches(':popover-open')")
        .await;
    let folder = TempDir::with_prefix("bookplate-card-").unwrap();
    let file = folder.path().join("screen.png");
    browser.screenshot(&file).await;
    let picture = image::open(&file).unwrap().to_luma8();
    let number = shown.replace(' ', "");
    for format in [BarcodeFormat::CODE_128, BarcodeFormat::QR_CODE] {
        assert_eq!(scan(&picture, format), number);
    }
    // White, and left by Escape to where one was.
    assert_eq!(picture.get_pixel(2, 2).0, [255]);
    browser.press(Key::Escape).await;
    points
        .wait_for("!root.querySelector('.card-screen').matches(':popover-open')")
        .await;
    points
        .wait_for("root.activeElement === root.querySelector('.card-line button')")
        .await;
    expect_calm(&browser).await;
    points.click(".card-line button").await;
    assert_eq!(browser.axe("bookplate-points").await, "");
}

async fn the_screen_stays_on_while_the_card_is_shown(browser: Browser) {
    let shop = Shop::open(Build::Release, POINTS).await;
    let points = shop.points(&browser).await;
    browser.evaluate::<()>(NOTED).await;
    points.click(SHOW).await;
    wait_for_lit(&browser, &[true]).await;
    // The browser has let go of it while another page was looked at.
    look_again(&browser).await;
    wait_for_lit(&browser, &[false, true]).await;
    browser.press(Key::Escape).await;
    wait_for_lit(&browser, &[false, false]).await;
    points
        .wait_for("root.activeElement === root.querySelector('.card-line button')")
        .await;
    look_again(&browser).await;
    points.click(SHOW).await;
    wait_for_lit(&browser, &[false, false, true]).await;
    points.click(CLOSE).await;
    wait_for_lit(&browser, &[false, false, false]).await;
    // The page takes the widget away.
    points.click(SHOW).await;
    wait_for_lit(&browser, &[false, false, false, true]).await;
    let gone = "void document.querySelector('bookplate-points').remove()";
    browser.evaluate::<()>(gone).await;
    wait_for_lit(&browser, &[false; 4]).await;
    expect_calm(&browser).await;
}

async fn a_screen_that_cannot_stay_on_shows_the_card_all_the_same(browser: Browser) {
    let shop = Shop::open(Build::Release, POINTS).await;
    let points = shop.points(&browser).await;
    let shown = "root.querySelector('.card-screen').matches(':popover-open')";
    let inside = "root.activeElement === root.querySelector('.card-screen button')";
    let back = "root.activeElement === root.querySelector('.card-line button')";
    browser.evaluate::<()>(NOTED).await;
    for (asked, answer) in [
        (
            1,
            "async () => { lit.push({}); throw new Error('refused'); }",
        ),
        (2, "() => { lit.push({}); throw new Error('refused'); }"),
    ] {
        let refuse = format!("void (navigator.wakeLock.request = {answer})");
        browser.evaluate::<()>(&refuse).await;
        points.click(SHOW).await;
        browser.wait_for(&format!("lit.length === {asked}")).await;
        assert!(
            points
                .evaluate::<bool>(&format!("{shown} && {inside}"))
                .await
        );
        browser.press(Key::Escape).await;
        points.wait_for(back).await;
    }
    // An answer that comes when the card is closed already.
    let late =
        "void (navigator.wakeLock.request = () => new Promise((tell) => { window.tell = tell; }))";
    browser.evaluate::<()>(late).await;
    points.click(SHOW).await;
    browser.wait_for("window.tell").await;
    browser.press(Key::Escape).await;
    points.wait_for(back).await;
    let tell = "void tell({ release: async () => { window.released = true; } })";
    browser.evaluate::<()>(tell).await;
    browser.wait_for("window.released").await;
    let none = "void Object.defineProperty(navigator, 'wakeLock', { value: undefined })";
    browser.evaluate::<()>(none).await;
    points.click(SHOW).await;
    points.wait_for(&format!("{shown} && {inside}")).await;
    browser.press(Key::Escape).await;
    points.wait_for(back).await;
    expect_calm(&browser).await;
}

async fn the_member_centres_card_keeps_the_screen_on_too(browser: Browser) {
    let account = Account::open().await;
    if !account.sign_in(&browser).await {
        return;
    }
    browser.open(&account.at("/orders?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    browser.evaluate::<()>(NOTED).await;
    let click = async |css: &str| browser.find(css).await.click().await.unwrap();
    click(".sections a[href*='/points']").await;
    browser
        .wait_for("document.querySelector('.own-card')")
        .await;
    click(SHOW).await;
    wait_for_lit(&browser, &[true]).await;
    look_again(&browser).await;
    wait_for_lit(&browser, &[false, true]).await;
    click(CLOSE).await;
    wait_for_lit(&browser, &[false, false]).await;
    browser
        .wait_for("document.activeElement === document.querySelector('.card-line button')")
        .await;
    // Whoever goes back sees the card no more.
    click(SHOW).await;
    wait_for_lit(&browser, &[false, false, true]).await;
    browser.web().back().await.unwrap();
    wait_for_lit(&browser, &[false; 3]).await;
}
