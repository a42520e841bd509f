//! What shops do to the tags: wrong, late, inside of something else, and across a deploy.

use crate::reviews::HYDRATED;
use crate::stage::{Build, EMMA, PRIDE, Stage};
use bookplate_tests::browser::{Browser, Engine};

bookplate_tests::browser_stories!(
    a_wrong_isbn_leaves_the_others_alone,
    a_script_tag_that_cannot_work_says_why,
    inside_of_the_shops_own_component_the_pages_language_is_known,
    html_of_another_version_stays_html_that_works,
    a_loader_from_before_a_deploy_still_makes_it_interactive,
    attributes_that_change_in_a_hurry_end_with_the_last,
);

async fn a_wrong_isbn_leaves_the_others_alone(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    let more = "<bookplate-rating isbn=\"4006381333931\"></bookplate-rating>\
                <bookplate-reviews></bookplate-reviews>";
    let include = format!("<bookplate-reviews isbn=\"{PRIDE}\"></bookplate-reviews>{more}");
    stage.pages.fill("include", &include);
    let widget = stage.open(&browser).await;
    widget.wait_for_count("article", 10).await;
    browser.wait_for(HYDRATED).await;
    let shown: Vec<String> = browser
        .evaluate(
            "[...document.querySelectorAll('bookplate-rating')]\
             .map((rating) => rating.shadowRoot.textContent)",
        )
        .await;
    assert!(shown[0].contains("3.6") && shown[1].is_empty(), "{shown:?}");
    if browser.engine() == Engine::Chromium {
        let console = browser.console().await.join("\n");
        assert!(console.contains("isbn_invalid"), "{console}");
        assert!(!console.contains("SEVERE"), "{console}");
    }
}

async fn a_script_tag_that_cannot_work_says_why(browser: Browser) {
    // Other drivers do not hand out the console.
    if browser.engine() != Engine::Chromium {
        return;
    }
    let stage = Stage::set("book", Build::Release).await;
    stage.open(&browser).await;
    browser.wait_for(HYDRATED).await;
    for wrong in ["tag.type = 'module'; tag.dataset.key = 'pk_stage'", ""] {
        browser.console().await;
        let address = stage.world.server().address();
        let script = format!(
            "void (() => {{ const tag = document.createElement('script'); {wrong}; \
             tag.src = '{address}/bookplate.js'; tag.onload = () => {{ window.told = true }}; \
             tag.onerror = tag.onload; window.told = false; document.head.append(tag); }})()"
        );
        browser.evaluate::<()>(&script).await;
        browser.wait_for("told").await;
        let console = browser.console().await.join("\n");
        assert!(console.contains("data-key"), "{wrong}: {console}");
    }
}

async fn inside_of_the_shops_own_component_the_pages_language_is_known(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    stage.pages.fill("lang", "ja");
    stage.open(&browser).await;
    let script = format!(
        "void (() => {{ const host = document.createElement('shop-card'); \
         host.attachShadow({{ mode: 'open' }}).innerHTML = \
           '<bookplate-rating isbn=\"{EMMA}\"></bookplate-rating>'; \
         document.querySelector('main').prepend(host); }})()"
    );
    browser.evaluate::<()>(&script).await;
    let rating = browser.shadow("shop-card").shadow("bookplate-rating");
    rating.wait_for("root.querySelector('.rating')").await;
    let lang: String = rating.evaluate("root.querySelector('.root').lang").await;
    assert_eq!(lang, "ja");
}

async fn html_of_another_version_stays_html_that_works(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    // As a shop's server sends it that has kept an include from before a deploy.
    let current = stage.include().await;
    let (_, rest) = current.split_once("data-version=\"").unwrap();
    let version = rest.split_once('"').unwrap().0;
    stage
        .pages
        .fill("include", &current.replace(version, "0123456789ab"));
    let widget = stage.open(&browser).await;
    widget.wait_for_count("article", 10).await;
    widget.click("a.bar").await;
    // The fragment that comes is of this version, and is taken over.
    browser.wait_for(HYDRATED).await;
    let requests = browser.requests().await;
    let swapped = |part: &str| requests.iter().any(|request| request.name.contains(part));
    assert!(
        swapped("stars%3D5") && !swapped("/v1/books/"),
        "{requests:?}"
    );
}

async fn a_loader_from_before_a_deploy_still_makes_it_interactive(browser: Browser) {
    let stage = Stage::set_after_a_deploy("book").await;
    let widget = stage.open(&browser).await;
    widget.wait_for_count("article", 10).await;
    browser.wait_for(HYDRATED).await;
    let requests = browser.requests().await;
    let asked = |name: &str| requests.iter().any(|request| request.name.ends_with(name));
    assert!(asked("/assets/0123456789ab/app.js"), "{requests:?}");
    assert!(!asked("/assets/0123456789ab/app_bg.wasm"), "{requests:?}");
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn attributes_that_change_in_a_hurry_end_with_the_last(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    let widget = stage.open(&browser).await;
    browser.wait_for(HYDRATED).await;
    let script = format!(
        "void (() => {{ const element = document.querySelector('bookplate-reviews'); \
         for (let turn = 0; turn < 50; turn++) {{ \
           element.setAttribute('isbn', turn % 2 ? '{PRIDE}' : '{EMMA}'); \
           element.lang = turn % 3 ? 'ja' : 'en'; }} \
         element.removeAttribute('isbn'); element.setAttribute('isbn', '{EMMA}'); \
         element.lang = 'ja'; }})()"
    );
    browser.evaluate::<()>(&script).await;
    widget
        .wait_for("root.querySelector('.empty')?.textContent && root.querySelector('.root').lang === 'ja'")
        .await;
    browser.wait_for(HYDRATED).await;
    assert_eq!(widget.count("article").await, 0);
}
