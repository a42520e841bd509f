//! A customer's tier in the member centre, in a browser.

use crate::hosted::{self, HYDRATED};
use crate::member::Account;
use bookplate_tests::browser::{Browser, Key};

bookplate_tests::browser_stories!(
    a_new_tier_is_welcomed_once_and_nothing_moves_where_nothing_should,
    how_a_tier_was_come_to_is_unfolded_by_keyboard,
);

const WELCOMES: &str = "document.querySelectorAll('.reached').length";

async fn a_new_tier_is_welcomed_once_and_nothing_moves_where_nothing_should(browser: Browser) {
    let account = Account::open().await;
    // In dark colours, and by somebody who wants nothing to move.
    let still = hosted::dark(&browser).await;
    if !account.sign_in(&still).await {
        return;
    }
    let points = account.at("/points?lang=en");
    let open = async || {
        still.open(&points).await;
        still.wait_for(HYDRATED).await;
        still.evaluate::<i32>(WELCOMES).await
    };
    account.buy("B-0", 100).await;
    assert_eq!(open().await, 0);
    let progress = "(() => { const bar = document.querySelector('progress'); return [bar.value, bar.max]; })()";
    let (value, max): (i64, i64) = still.evaluate(progress).await;
    assert!(0 < value && value < max, "{value} of {max}");
    account.buy("B-1", 200_000).await;
    assert_eq!(open().await, 1);
    let moving = "document.getAnimations().length";
    assert_eq!(still.evaluate::<i32>(moving).await, 0);
    assert_eq!(still.axe("html").await, "");
    for width in [390, 320] {
        still.viewport(width, 700).await;
        let overflow =
            "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert!(still.evaluate::<i32>(overflow).await <= 0, "{width}");
    }
    // Nothing that the policy of the pages refuses, nor anything else.
    assert_eq!(still.console().await, [] as [String; 0]);
    assert_eq!(open().await, 0);
    let named = "document.querySelector('.named').textContent";
    assert_eq!(still.evaluate::<String>(named).await, "Gold");
}

async fn how_a_tier_was_come_to_is_unfolded_by_keyboard(browser: Browser) {
    let account = Account::debug().await;
    if !account.sign_in(&browser).await {
        return;
    }
    account.buy("B-1", 200_000).await;
    // Where things may move, the welcome does, and comes to rest.
    browser.open(&account.at("/points?lang=zh-CN")).await;
    browser.wait_for(HYDRATED).await;
    assert_eq!(browser.evaluate::<i32>(WELCOMES).await, 1);
    browser
        .wait_for("document.getAnimations().length === 0")
        .await;
    assert_eq!(browser.axe("html").await, "");
    let last = "[...document.querySelectorAll('.tier summary')].at(-1)";
    browser.evaluate::<()>(&format!("{last}.focus()")).await;
    browser.press(Key::Enter).await;
    browser
        .wait_for(&format!(
            "{last}.parentElement.open && {last}.parentElement.querySelectorAll('.entry').length === 1"
        ))
        .await;
    assert_eq!(browser.console().await, [] as [String; 0]);
}
