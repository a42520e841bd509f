//! What can be measured of the looks: nothing moves, everybody can use it, and it fits.

use crate::reviews::HYDRATED;
use crate::stage::{Build, EMMA, PRIDE, Stage};
use bookplate_tests::browser::{Browser, Engine, Options};

bookplate_tests::browser_stories!(
    nothing_moves_while_it_loads,
    axe_finds_nothing_in_light_and_dark,
    it_fits_a_phone_and_a_zoomed_page,
    the_shops_style_does_not_leak_in,
);

async fn nothing_moves_while_it_loads(browser: Browser) {
    // Only Chromium measures layout shifts; the others have the same style sheets.
    if browser.engine() != Engine::Chromium {
        return;
    }
    let stage = Stage::set("book", Build::Release).await;
    for (width, height) in [(1280, 800), (390, 844)] {
        browser.viewport(width, height).await;
        for isbn in [PRIDE, EMMA] {
            stage.pages.fill("isbn", isbn);
            stage.open(&browser).await;
            browser.wait_for(HYDRATED).await;
            assert_eq!(browser.layout_shift().await, 0.0, "{isbn} at {width} px");
        }
    }
}

async fn axe_finds_nothing_in_light_and_dark(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    check_with_axe(&stage, &browser).await;
    let options = Options {
        dark: true,
        reduced_motion: true,
        ..Options::default()
    };
    let dark = Browser::start(browser.engine(), options).await.unwrap();
    check_with_axe(&stage, &dark).await;
}

async fn check_with_axe(stage: &Stage, browser: &Browser) {
    for isbn in [PRIDE, EMMA] {
        stage.pages.fill("isbn", isbn);
        stage.open(browser).await;
        browser.wait_for(HYDRATED).await;
        assert_eq!(browser.axe("body").await, "", "{isbn}");
    }
}

async fn it_fits_a_phone_and_a_zoomed_page(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    // 320 px is also what a page of 640 px has at a zoom of 200 %.
    for width in [390, 320] {
        browser.viewport(width, 700).await;
        let widget = stage.open(&browser).await;
        browser.wait_for(HYDRATED).await;
        let overflow: i32 = browser
            .evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        assert_eq!(overflow, 0, "sideways at {width} px");
        let small: Vec<String> = widget
            .evaluate(
                "[...root.querySelectorAll('a, button, select, input:not([type=hidden]), summary')]\
                 .filter((target) => target.getBoundingClientRect().height > 0)\
                 .filter((target) => (target.closest('label') ?? target).getBoundingClientRect().height < 44)\
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

async fn the_shops_style_does_not_leak_in(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    let widget = stage.open(&browser).await;
    widget.wait_for_count("article", 10).await;
    let displays: Vec<String> = widget
        .evaluate("['section', 'article', '.root'].map((css) => getComputedStyle(root.querySelector(css)).float \
                   + getComputedStyle(root.querySelector(css)).display)")
        .await;
    assert!(
        displays.iter().all(|display| !display.contains("left")),
        "{displays:?}"
    );
    assert!(
        displays.iter().all(|display| display != "noneinline"),
        "{displays:?}"
    );
    assert!(widget.find("article").await.is_displayed().await.unwrap());
}
