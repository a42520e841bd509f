//! The harness itself, on a page that needs no server of ours: what stories rely on in each engine.

use bookplate_tests::browser::{Browser, Engine, Key, Options};
use bookplate_tests::pages::Pages;

bookplate_tests::browser_stories!(
    a_person_types_clicks_and_presses_inside_a_shadow_root,
    a_page_can_be_as_narrow_as_a_phone,
    wishes_for_dark_colours_and_little_motion_reach_the_page,
    what_the_policy_refuses_is_seen,
    a_policy_can_refuse_wasm,
    no_other_site_gets_a_cookie,
    faults_inside_shadow_roots_are_found,
    a_failed_wait_shows_what_was_there_instead,
    what_only_chromium_measures_is_measured,
);

async fn smoke(browser: &Browser) -> Pages {
    let pages = Pages::start("smoke").await;
    pages.fill("api", "http://127.0.0.1:9");
    browser.open(&pages.url("/")).await;
    browser
        .wait_for("document.querySelector('smoke-counter[data-ready]')")
        .await;
    pages
}

async fn a_person_types_clicks_and_presses_inside_a_shadow_root(browser: Browser) {
    let _pages = smoke(&browser).await;
    let counter = browser.shadow("smoke-counter");
    counter.type_into("input", "Lin").await;
    assert_eq!(
        counter
            .evaluate::<String>("root.querySelector('input').value")
            .await,
        "Lin"
    );
    counter.click("button").await;
    counter.wait_for_text("output", "1").await;
    browser.press(Key::Enter).await;
    counter.wait_for_text("output", "2").await;
    match browser.engine() {
        Engine::Chromium => browser.press_with(Key::Shift, Key::Tab).await,
        Engine::Webkit => counter.find("input").await.focus().await.unwrap(),
    }
    counter.wait_for("root.activeElement.id === 'name'").await;
    browser.press(Key::Tab).await;
    counter
        .wait_for("root.activeElement.localName === 'button'")
        .await;
    counter.wait_for_count("button", 1).await;
    assert_eq!(counter.texts("output").await, ["2"]);
    assert_eq!(
        browser.find("h1").await.text().await.unwrap(),
        "The API is at http://127.0.0.1:9"
    );
}

async fn a_page_can_be_as_narrow_as_a_phone(browser: Browser) {
    let _pages = smoke(&browser).await;
    for (width, height) in [(390, 844), (320, 568), (1280, 800)] {
        browser.viewport(width, height).await;
        assert_eq!(
            browser
                .evaluate::<u32>("document.body.parentElement.clientWidth")
                .await,
            width
        );
    }
}

async fn wishes_for_dark_colours_and_little_motion_reach_the_page(browser: Browser) {
    let wishes = "getComputedStyle(document.documentElement).getPropertyValue('--scheme') +                   getComputedStyle(document.documentElement).getPropertyValue('--motion')";
    let _pages = smoke(&browser).await;
    assert_eq!(browser.evaluate::<String>(wishes).await, "lightfull");

    let options = Options {
        dark: true,
        reduced_motion: true,
        ..Options::default()
    };
    let browser = Browser::start(browser.engine(), options).await.unwrap();
    let _pages = smoke(&browser).await;
    assert_eq!(browser.evaluate::<String>(wishes).await, "darkreduced");
}

async fn what_the_policy_refuses_is_seen(browser: Browser) {
    let _pages = smoke(&browser).await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
    let style = "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')";
    browser.evaluate::<()>(style).await;
    browser.wait_for("policyViolations.length > 0").await;
    assert!(browser.violations().await[0].starts_with("style-src-attr"));
}

async fn a_policy_can_refuse_wasm(browser: Browser) {
    let pages = smoke(&browser).await;
    browser
        .wait_for("document.body.dataset.wasm === 'ran'")
        .await;
    pages.change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    browser.open(&pages.url("/")).await;
    browser
        .wait_for("document.body.dataset.wasm === 'refused'")
        .await;
}

async fn no_other_site_gets_a_cookie(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let pages = Pages::start("smoke").await;
    // The same server under the name of another site.
    let other = pages.origin().replace("localhost", "127.0.0.1");
    pages.fill("api", &other);
    pages.change_policy(|policy| policy.replace("connect-src", "connect-src 'self'"));
    browser.open(&pages.url("/")).await;
    for (site, expected) in [(pages.origin(), "seen=1"), (&other, "")] {
        let twice = format!(
            "void (async () => {{ const get = () => fetch('{site}/cookie', {{ credentials: 'include' }}); \
             await get(); window.cookie = await (await get()).text(); }})()"
        );
        browser.evaluate::<()>("void delete window.cookie").await;
        browser.evaluate::<()>(&twice).await;
        browser.wait_for("'cookie' in window").await;
        assert_eq!(
            browser.evaluate::<String>("window.cookie").await,
            expected,
            "{site}"
        );
    }
}

async fn faults_inside_shadow_roots_are_found(browser: Browser) {
    let _pages = smoke(&browser).await;
    assert_eq!(browser.axe("body").await, "");
    let counter = browser.shadow("smoke-counter");
    counter
        .evaluate::<()>("root.querySelector('label').remove()")
        .await;
    let found = browser.axe("body").await;
    assert!(
        found.contains("label (critical)") && found.contains("#name"),
        "{found}"
    );
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn a_failed_wait_shows_what_was_there_instead(browser: Browser) {
    let _pages = smoke(&browser).await;
    let described = browser.describe().await;
    assert!(
        described.contains("A page to try the harness on"),
        "{described}"
    );
    assert!(
        described.contains("<smoke-counter>\n  Name\n  Count"),
        "{described}"
    );
}

async fn what_only_chromium_measures_is_measured(browser: Browser) {
    let pages = smoke(&browser).await;
    assert!(
        browser
            .requests()
            .await
            .iter()
            .any(|request| request.name.ends_with("/page.css"))
    );
    if browser.engine() != Engine::Chromium {
        return;
    }
    assert_eq!(browser.layout_shift().await, 0.0);
    let push = "document.querySelector('main').style.marginTop = '200px'";
    browser.evaluate::<String>(push).await;
    assert!(browser.layout_shift().await > 0.0);

    assert_eq!(browser.console().await, [] as [String; 0]);
    browser.block(&["*/page.css"]).await;
    browser.open(&pages.url("/")).await;
    assert!(
        browser
            .evaluate::<String>(
                "getComputedStyle(document.documentElement).getPropertyValue('--scheme')"
            )
            .await
            .is_empty()
    );
    browser.evaluate::<()>("console.error('oh dear')").await;
    let console = browser.console().await;
    assert!(
        console.iter().any(|line| line.contains("oh dear")),
        "{console:?}"
    );
}
