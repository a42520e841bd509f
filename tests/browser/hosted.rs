//! What every hosted page has to be, of the member centre and of the console.

use bookplate_tests::browser::{Browser, Engine, Options};

/// True once the page is taken over.
pub const HYDRATED: &str = "document.body.dataset.hydrated === ''";

/// Opens a page in a language, waits until it is taken over, and unfolds everything that is folded.
async fn open(browser: &Browser, address: &str, lang: &str) {
    let joint = if address.contains('?') { '&' } else { '?' };
    browser.open(&format!("{address}{joint}lang={lang}")).await;
    browser.wait_for(HYDRATED).await;
    let unfold = "document.querySelectorAll('details').forEach((one) => { one.open = true; })";
    browser.evaluate::<()>(unfold).await;
}

/// The pages are taken over without a mismatch, of which Leptos tells in the console of an engine that has one.
pub async fn are_taken_over(browser: &Browser, pages: &[String]) {
    for page in pages {
        for lang in ["en", "zh-CN"] {
            open(browser, page, lang).await;
            if browser.engine() != Engine::Webkit {
                assert_eq!(browser.console().await, [] as [String; 0], "{page} {lang}");
            }
        }
    }
}

/// Axe finds nothing on the pages.
pub async fn please_axe(browser: &Browser, pages: &[String]) {
    for page in pages {
        open(browser, page, "en").await;
        assert_eq!(browser.axe("html").await, "", "{page}");
    }
}

/// The same engine with dark colours, in which nothing moves.
pub async fn dark(browser: &Browser) -> Browser {
    let options = Options {
        dark: true,
        reduced_motion: true,
        ..Options::default()
    };
    Browser::start(browser.engine(), options).await.unwrap()
}

/// The pages fit a phone and a page at a zoom of 200 %, and everything on them can be hit by a finger.
pub async fn fit(browser: &Browser, pages: &[String]) {
    // 320 px is also what a page of 640 px has at a zoom of 200 %.
    for width in [390, 320] {
        browser.viewport(width, 700).await;
        for page in pages {
            open(browser, page, "en").await;
            let overflow =
                "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let overflow: i32 = browser.evaluate(overflow).await;
            assert!(overflow <= 0, "{page} sideways at {width} px: {overflow}");
            let small: Vec<String> = browser
                .evaluate(
                    "[...document.querySelectorAll('a:not(.skip), button, select, textarea, input:not([type=hidden], [hidden]), \
                     summary')].filter((target) => !target.closest('[popover]:not(:popover-open)') && \
                     (target.closest('label') ?? target).getBoundingClientRect().height < 43.9).map((target) => target.outerHTML.slice(0, 90))",
                )
                .await;
            assert_eq!(
                small,
                [] as [String; 0],
                "{page}: targets below 44 px at {width} px"
            );
        }
    }
}
