//! How an account is taken over, and that everybody can use it.

use super::{HYDRATED, Shop, elsewhere};
use crate::stage::{Build, KEY};
use bookplate_tests::browser::{Browser, Engine, Key, Options};

bookplate_tests::browser_stories!(
    an_account_is_taken_over_without_a_mismatch,
    without_wasm_signing_in_works_all_the_same,
    the_keyboard_does_everything_in_an_account,
    axe_finds_nothing_in_an_account,
    an_account_fits_a_phone_and_a_zoomed_page,
    nothing_moves_while_an_account_loads,
    a_cover_at_a_path_is_a_picture_of_the_shops_own_page,
);

async fn an_account_is_taken_over_without_a_mismatch(browser: Browser) {
    let shop = Shop::open(Build::Debug).await;
    for lang in ["en", "zh-CN"] {
        shop.stage.pages.fill("lang", lang);
        browser.open(&shop.stage.pages.url("/?nobody")).await;
        let account = browser.shadow("bookplate-account");
        account.wait_for_count("h2", 1).await;
        account
            .evaluate::<()>(
                "root.querySelectorAll('section *').forEach((node) => { node.mark = 1 })",
            )
            .await;
        browser.wait_for(HYDRATED).await;
        let new: u32 = account
            .evaluate("[...root.querySelectorAll('section *')].filter((node) => !node.mark).length")
            .await;
        assert_eq!(new, 0);
        // A page that says so itself is believed: our own login is not asked.
        let requests = browser.requests().await;
        let asked = requests
            .iter()
            .find(|request| request.name.contains("/v1/sessions"));
        assert!(asked.is_none(), "{asked:?}");
        browser
            .evaluate::<()>("Bookplate.identify(fetchToken)")
            .await;
        account.wait_for_count(".signed-out a", 1).await;
    }
    shop.stage.pages.fill("lang", "en");
    shop.sign_in(&browser).await;
    if browser.engine() == Engine::Chromium {
        assert_eq!(browser.console().await, [] as [String; 0]);
    }
    // The same HTML, put there by the shop's server.
    let path = format!("/v1/fragments.html?key={KEY}&lang=en&w=account/");
    let include = shop.stage.world.anonymous().get(&path).await;
    shop.stage.pages.fill("include", include.html());
    browser.open(&shop.stage.pages.url("/")).await;
    browser
        .shadow("bookplate-account")
        .wait_for_count(".order", 10)
        .await;
    let requests = browser.requests().await;
    assert!(
        !requests
            .iter()
            .any(|request| request.name.contains("/v1/fragments"))
    );
}

async fn without_wasm_signing_in_works_all_the_same(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    shop.stage
        .pages
        .change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    browser.open(&shop.stage.pages.url("/")).await;
    let account = browser.shadow("bookplate-account");
    account.wait_for_count("[data-tell=sign-in]", 1).await;
    let address: String = account
        .evaluate("root.querySelector('[data-tell=sign-in]').href")
        .await;
    assert!(
        address.ends_with("/shops/pk_stage/member/sign-in?lang=en"),
        "{address}"
    );
    // Nothing waits for what never comes.
    account
        .wait_for("!root.querySelector('.root').matches('[data-expected]')")
        .await;
    assert!(
        account
            .find("[data-tell=sign-in]")
            .await
            .is_displayed()
            .await
            .unwrap()
    );
    browser.wait_for("performance.getEntriesByName(performance.getEntries().find(({ name }) => name.endsWith('identity.js'))?.name).length").await;
    browser
        .evaluate::<()>("void (window.handles = ['sign-in'])")
        .await;
    account.click("[data-tell=sign-in]").await;
    browser
        .wait_for("heard.some(({ type }) => type === 'bookplate-sign-in')")
        .await;
}

async fn the_keyboard_does_everything_in_an_account(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.visit(&browser).await;
    browser
        .evaluate::<()>("void (window.handles = ['sign-in'])")
        .await;
    account
        .find("[data-tell=sign-in]")
        .await
        .focus()
        .await
        .unwrap();
    browser.press(Key::Enter).await;
    browser
        .wait_for("heard.some(({ type }) => type === 'bookplate-sign-in')")
        .await;

    let account = shop.sign_in(&browser).await;
    account.find("[data-do=older]").await.focus().await.unwrap();
    browser.press(Key::Enter).await;
    account.wait_for_count(".order", 12).await;
    // On to the first of the orders that have come.
    account
        .wait_for("root.activeElement === root.querySelectorAll('h4')[10]")
        .await;
    browser.press(Key::Tab).await;
    account
        .wait_for("root.activeElement.matches('.line a')")
        .await;

    account
        .find("[data-do=sign-out]")
        .await
        .focus()
        .await
        .unwrap();
    browser.press(Key::Enter).await;
    account
        .wait_for("root.activeElement?.localName === 'h2'")
        .await;
    browser.press(Key::Tab).await;
    account
        .wait_for("root.activeElement.matches('[data-tell=sign-in]')")
        .await;
}

async fn axe_finds_nothing_in_an_account(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    check_with_axe(&shop, &browser).await;
    let options = Options {
        dark: true,
        reduced_motion: true,
        ..Options::default()
    };
    let dark = Browser::start(browser.engine(), options).await.unwrap();
    check_with_axe(&shop, &dark).await;
}

async fn check_with_axe(shop: &Shop, browser: &Browser) {
    let account = shop.visit(browser).await;
    assert_eq!(browser.axe("body").await, "", "signed out");
    shop.sign_in(browser).await;
    assert_eq!(browser.axe("body").await, "", "signed in");
    browser.evaluate::<()>("Bookplate.identify(() => 42)").await;
    account.wait_for_count(".problem button", 1).await;
    assert_eq!(browser.axe("body").await, "", "failed");
    browser
        .evaluate::<()>("Bookplate.identify(() => new Promise(() => {}))")
        .await;
    account
        .wait_for("root.querySelector('[aria-busy=true]')")
        .await;
    assert_eq!(browser.axe("body").await, "", "waiting");
}

async fn an_account_fits_a_phone_and_a_zoomed_page(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    elsewhere(&shop).await;
    let account = shop.sign_in(&browser).await;
    for width in [390, 320] {
        browser.viewport(width, 700).await;
        let overflow: i32 = browser
            .evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        assert_eq!(overflow, 0, "sideways at {width} px");
        let small: Vec<String> = account
            .evaluate(
                "[...root.querySelectorAll('a, button')]\
                 .filter((target) => target.getBoundingClientRect().height < 44)\
                 .map((target) => target.outerHTML.slice(0, 80))",
            )
            .await;
        assert_eq!(
            small,
            [] as [String; 0],
            "targets below 44 px at {width} px"
        );
    }
}

async fn nothing_moves_while_an_account_loads(browser: Browser) {
    // Only Chromium measures layout shifts; the others have the same style sheets.
    if browser.engine() != Engine::Chromium {
        return;
    }
    let shop = Shop::open(Build::Release).await;
    // Below what floats in the page: half as wide as the screen, a greeting has two lines.
    let account = "<div class=\"below\"><bookplate-account></bookplate-account></div>";
    shop.stage.pages.fill("include", account);
    let account = shop.sign_in(&browser).await;
    for (width, height) in [(1280, 800), (390, 844)] {
        browser.viewport(width, height).await;
        browser.open(&shop.stage.pages.url("/")).await;
        account.wait_for_count(".order", 10).await;
        assert_eq!(browser.layout_shift().await, 0.0, "signed in, {width} px");
        browser.open(&shop.stage.pages.url("/?silent")).await;
        browser.wait_for(HYDRATED).await;
        assert_eq!(browser.layout_shift().await, 0.0, "signed out, {width} px");
    }
}

async fn a_cover_at_a_path_is_a_picture_of_the_shops_own_page(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let csv = format!(
        "isbn,work,title,cover_url\n{},pride,Pride and Prejudice,covers/pride.svg\n",
        crate::stage::PRIDE
    );
    shop.stage.world.setup().import_catalogue(&csv).await;
    let account = shop.sign_in(&browser).await;
    account.wait_for_count(".cover img", 10).await;
    let picture =
        "document.querySelector('bookplate-account').shadowRoot.querySelector('.cover img')";
    browser
        .evaluate::<()>(&format!("void {picture}.scrollIntoView()"))
        .await;
    browser.wait_for(&format!("{picture}.naturalWidth")).await;
    let source: String = browser.evaluate(&format!("{picture}.src")).await;
    assert_eq!(source, shop.stage.pages.url("/covers/pride.svg"));
    assert_eq!(browser.violations().await, [] as [String; 0]);
}
