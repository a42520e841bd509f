//! What can be measured of the looks: nothing moves, everybody can use it, and it fits.

use crate::reviews::HYDRATED;
use crate::stage::{Build, EMMA, PRIDE, Stage};
use bookplate_tests::browser::{Browser, Engine, Options, Shadow};

bookplate_tests::browser_stories!(
    nothing_moves_while_it_loads,
    an_included_fragment_is_never_seen_without_its_style,
    the_hosted_page_is_never_seen_without_its_style,
    the_sheet_before_an_include_touches_nothing_of_the_page,
    axe_finds_nothing_in_light_and_dark,
    it_fits_a_phone_and_a_zoomed_page,
    the_shops_style_does_not_leak_in,
    headings_have_the_shops_type_in_every_language,
    on_paper_reviews_are_whole_and_nothing_is_to_be_pressed,
    in_forced_colours_empty_stars_are_outlines,
    the_only_list_has_its_row_to_itself,
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

/// How late the style sheet arrives, in milliseconds: after the page has been painted without it, if it can be.
const LATE: u32 = 300;

/// What is watched: a review.
const WATCHED: &str = ".review";

async fn an_included_fragment_is_never_seen_without_its_style(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    stage.include().await;
    if browser.engine() == Engine::Webkit {
        stage.open(&browser).await;
        return is_painted_with_style(&browser).await;
    }
    browser.slow_network(LATE).await;
    browser.watch(WATCHED).await;
    for (width, height) in [(1280, 800), (390, 844)] {
        browser.viewport(width, height).await;
        browser.block(&[]).await;
        let widget = stage.open(&browser).await;
        browser.wait_for(HYDRATED).await;
        has_one_look(&browser).await;
        // And where the loader does not run.
        browser.block(&["*/bookplate.js"]).await;
        stage.open(&browser).await;
        widget.wait_for_count("article", 10).await;
        browser.wait_for("document.readyState === 'complete'").await;
        has_one_look(&browser).await;
    }
    // A sheet that cannot be had holds nothing back for ever.
    browser.block(&["*/bookplate.css"]).await;
    let widget = stage.open(&browser).await;
    assert!(widget.find("article").await.is_displayed().await.unwrap());
}

async fn the_hosted_page_is_never_seen_without_its_style(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    if browser.engine() == Engine::Webkit {
        browser.open(&stage.hosted(PRIDE)).await;
        return is_painted_with_style(&browser).await;
    }
    browser.slow_network(LATE).await;
    browser.watch(WATCHED).await;
    for (width, height) in [(1280, 800), (390, 844)] {
        browser.viewport(width, height).await;
        browser.open(&stage.hosted(PRIDE)).await;
        browser.wait_for(HYDRATED).await;
        has_one_look(&browser).await;
    }
}

/// What is watched has its style in the first frame that shows it, and no other in any later one.
async fn has_one_look(browser: &Browser) {
    let looks = browser.watched().await;
    assert_eq!(looks.len(), 1, "{looks:#?}");
    assert!(looks[0].starts_with("display: grid"), "{looks:?}");
}

/// WebKit does not measure shifts, but tells when it painted first: not before the sheet was there.
async fn is_painted_with_style(browser: &Browser) {
    let painted = "performance.getEntriesByType('paint')[0]?.startTime";
    browser.wait_for(painted).await;
    let arrived = "performance.getEntriesByType('resource')\
                   .find(({ name }) => name.endsWith('/bookplate.css')).responseEnd";
    let (painted, arrived): (f64, f64) = browser.evaluate(&format!("[{painted}, {arrived}]")).await;
    assert!(
        painted >= arrived,
        "painted at {painted}, sheet at {arrived}"
    );
}

async fn the_sheet_before_an_include_touches_nothing_of_the_page(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    stage.include().await;
    stage.open(&browser).await;
    browser.wait_for(HYDRATED).await;
    // One of everything that the sheet speaks of, as the shop might have it.
    let same: bool = browser
        .evaluate(
            "(() => { \
               const main = document.querySelector('main'); \
               for (const name of ['h2', 'h3', 'p', 'ol', 'a', 'button', 'select', 'svg', 'article']) { \
                 const one = document.createElement(name); one.className = 'reviews bar button'; \
                 one.lang = 'zh'; main.append(one); } \
               const look = () => [...document.querySelectorAll('body *')].map((one) => { \
                 const style = getComputedStyle(one); \
                 return [...style].map((name) => style.getPropertyValue(name)).join(); }).join(); \
               const before = look(); \
               document.querySelector('main > link').disabled = true; \
               return before === look(); })()",
        )
        .await;
    assert!(same);
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
        check_fits(&browser, &widget, width).await;
    }
}

/// Nothing leads sideways, and everything can be hit with a finger.
pub async fn check_fits(browser: &Browser, widget: &Shadow, width: u32) {
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

async fn headings_have_the_shops_type_in_every_language(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    let widget = stage.open(&browser).await;
    widget.wait_for_count("article", 10).await;
    let set = "document.documentElement.style.setProperty('--bookplate-font-heading', 'Georgia')";
    browser.evaluate::<()>(set).await;
    let fonts: Vec<String> = widget
        .evaluate(
            "['h2', 'h3[lang=en]', 'h3[lang|=zh]', '.body[lang|=zh]']\
             .map((css) => getComputedStyle(root.querySelector(css)).fontFamily)",
        )
        .await;
    assert_eq!(fonts[..3], ["Georgia"; 3]);
    assert_ne!(fonts[3], "Georgia");
}

async fn on_paper_reviews_are_whole_and_nothing_is_to_be_pressed(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let stage = Stage::set("book", Build::Release).await;
    let widget = stage.open(&browser).await;
    browser.wait_for(HYDRATED).await;
    widget.click("[data-more]").await;
    widget.wait_for_count("article", 20).await;
    let cut = "(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1)\
               (root.querySelector('.long'))";
    assert!(widget.evaluate::<bool>(cut).await, "on screen it is cut");
    browser.paper().await;
    assert!(!widget.evaluate::<bool>(cut).await);
    let shown: Vec<String> = widget
        .evaluate(
            "[...root.querySelectorAll('select, input, button, summary, [data-more]')]\
             .filter((control) => control.getBoundingClientRect().height > 0)\
             .map((control) => control.outerHTML)",
        )
        .await;
    assert_eq!(shown, [] as [String; 0]);
}

async fn in_forced_colours_empty_stars_are_outlines(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let stage = Stage::set("book", Build::Release).await;
    let options = Options {
        forced_colors: true,
        ..Options::default()
    };
    let browser = Browser::start(browser.engine(), options).await.unwrap();
    let widget = stage.open(&browser).await;
    widget.wait_for_count("article", 10).await;
    let drawn: Vec<String> = widget
        .evaluate(
            "['.stars', '.stars svg svg'].flatMap((css) => \
             (({ fill, stroke }) => [fill, stroke])(getComputedStyle(root.querySelector(css))))",
        )
        .await;
    assert_eq!(drawn[0], "none", "{drawn:?}");
    assert!(
        drawn[1..].iter().all(|colour| colour != "none"),
        "{drawn:?}"
    );
}

async fn the_only_list_has_its_row_to_itself(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    browser.viewport(320, 700).await;
    let widget = stage.open(&browser).await;
    widget.wait_for_count("article", 10).await;
    let rest = "root.querySelector('.toolbar').clientWidth \
                - root.querySelector('[name=sort]').getBoundingClientRect().width";
    assert!(
        widget.evaluate::<f64>(rest).await > 100.0,
        "two share a row"
    );
    // As for a book whose reviews are all in one language.
    let remove = "root.querySelector('.toolbar [name=language]').closest('.field').remove()";
    widget.evaluate::<()>(remove).await;
    assert!(widget.evaluate::<f64>(rest).await < 1.0);
}
