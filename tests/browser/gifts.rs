//! A list that somebody shares: visitors without an account give what is on it.

use crate::hosted::{self, HYDRATED};
use crate::member::Account;
use crate::stage::KEY;
use bookplate_tests::browser::{Browser, Engine, Key};

bookplate_tests::browser_stories!(
    a_visitor_reserves_a_book_without_a_reload_and_undoes_it_by_the_code,
    the_pages_of_gifts_are_for_everybody,
    the_pages_of_gifts_are_taken_over_without_a_mismatch,
);

impl Account {
    /// The pages that visitors see.
    async fn visitors_pages(&self) -> [String; 2] {
        let receipt = format!("{}/shops/{KEY}/gifts", self.world.server().address());
        [self.shared().await, receipt]
    }
}

async fn a_visitor_reserves_a_book_without_a_reload_and_undoes_it_by_the_code(browser: Browser) {
    let account = Account::open().await;
    let [shared, receipt] = account.visitors_pages().await;
    browser.open(&format!("{shared}?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    browser.evaluate::<()>("void (window.same = true)").await;
    // By keyboard: the fold, the name, and the button to which Enter leads.
    browser
        .evaluate::<()>("void document.querySelector('.wish-entry summary').focus()")
        .await;
    browser.press(Key::Enter).await;
    let name = browser.find(".wish-entry [name=name]").await;
    name.send_keys("Aunt Zoe").await.unwrap();
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.receipt code')?.textContent.length === 19")
        .await;
    browser
        .wait_for("document.activeElement.matches('.receipt')")
        .await;
    let code: String = browser
        .evaluate("document.querySelector('.receipt code').textContent")
        .await;
    let said =
        "[...document.querySelectorAll('.given')].map(({ textContent }) => textContent.trim())";
    let said: Vec<String> = browser.evaluate(said).await;
    assert_eq!(said, ["1 of 2 given"]);
    assert!(browser.evaluate::<bool>("window.same").await);
    // On another page of the same list nothing tells who it was.
    browser.open(&format!("{shared}?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    let told: bool = browser
        .evaluate(&format!(
            "document.documentElement.outerHTML.includes('Zoe') || document.documentElement.outerHTML.includes('{code}')"
        ))
        .await;
    assert!(!told);
    browser.open(&format!("{receipt}?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    let field = browser.find("main [name=code]").await;
    field.send_keys(&code).await.unwrap();
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('main [value=undo]') !== null")
        .await;
    browser
        .evaluate::<()>("void document.querySelector('main [value=bought]').click()")
        .await;
    browser
        .wait_for("document.querySelector('main [value=reserved]') !== null")
        .await;
    browser
        .evaluate::<()>("void document.querySelector('main [value=undo]').click()")
        .await;
    browser
        .wait_for("document.querySelector('main .notice')?.textContent === 'You do not give it any more.'")
        .await;
    browser.open(&format!("{shared}?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    let given: u32 = browser
        .evaluate("document.querySelectorAll('.given').length")
        .await;
    assert_eq!(given, 0);
    if browser.engine() != Engine::Webkit {
        assert_eq!(browser.console().await, [] as [String; 0]);
    }
}

async fn the_pages_of_gifts_are_for_everybody(browser: Browser) {
    let account = Account::open().await;
    let pages = account.visitors_pages().await;
    hosted::fit(&browser, &pages).await;
    let dark = hosted::dark(&browser).await;
    for browser in [browser, dark] {
        hosted::please_axe(&browser, &pages).await;
    }
}

async fn the_pages_of_gifts_are_taken_over_without_a_mismatch(browser: Browser) {
    let account = Account::debug().await;
    let pages = account.visitors_pages().await;
    hosted::are_taken_over(&browser, &pages).await;
}
