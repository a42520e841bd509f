//! The whole way of a review on a phone, in each language: written on the shop's page with a photo, looked at by the staff,
//! read by somebody else who votes for it and reports it, changed by its author, and answered by the shop.

use crate::office::tab_to;
use crate::owner::Owner;
use crate::photos::{open, put, wait_for_pictures};
use crate::writing::Shop;
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};
use bookplate_tests::pictures::from_a_phone;
use bookplate_wire::Lang;
use bookplate_wire::reviews::moderation::ModerationPage;
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

bookplate_tests::browser_stories!(a_review_goes_its_whole_way_in_each_language);

/// What the widget says of a review that was sent.
fn thanks(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhCn => "感谢您的评论，审核后即会展示。",
        Lang::ZhTw => "感謝您的評論，審核後即會顯示。",
        Lang::En => "Thank you. Your review will be looked at and then shown.",
        Lang::Ja => "ありがとうございます。確認のうえ掲載します。",
    }
}

async fn a_review_goes_its_whole_way_in_each_language(browser: Browser) {
    let shop = open().await;
    let mut olga = Owner::enrol(&shop.stage.world, None).await;
    browser.viewport(390, 844).await;
    let at_console = olga.sign_in(&browser).await;
    shop.sign_in(&browser).await;
    // The other engine keeps no cookie of the console's here, and is slower: it goes one of the ways.
    let languages = match browser.engine() {
        Engine::Chromium => &Lang::ALL[..],
        Engine::Webkit => &[Lang::Ja],
    };
    for &lang in languages {
        let way = Way {
            shop: &shop,
            olga: &olga,
            browser: &browser,
            at_console,
            lang,
        };
        way.go().await;
    }
}

struct Way<'a> {
    shop: &'a Shop,
    olga: &'a Owner,
    browser: &'a Browser,
    at_console: bool,
    lang: Lang,
}

impl Way<'_> {
    async fn go(&self) {
        let folder = TempDir::new().unwrap();
        let reviews = self.visit("author").await;
        self.open_form(&reviews).await;
        let photo = put(&folder, "cover.jpg", &from_a_phone(600, 400));
        reviews.type_into(".write [type=file]", &photo).await;
        wait_for_pictures(&reviews, ".chosen img", 1).await;
        focus(&reviews, "[name=rating]").await;
        self.browser.press(Key::Space).await;
        self.browser.press(Key::Right).await;
        let first = format!("First words ({})", self.lang.tag());
        self.write_and_send(&reviews, &first).await;
        wait_for_pictures(&reviews, ".own .photo img", 1).await;
        assert_eq!(self.browser.violations().await, [] as [String; 0]);
        assert_eq!(self.browser.axe("bookplate-reviews").await, "");
        self.approve().await;

        let reviews = self.see_as_reader(&first).await;
        wait_for_pictures(&reviews, ".results li:first-child:has(h3) .photo img", 1).await;
        for vote in ["yes", "no"] {
            let button = format!(".results li:first-child:has(h3) [data-vote={vote}]");
            focus(&reviews, &button).await;
            self.browser.press(Key::Enter).await;
            reviews
                .wait_for(&format!(
                    "root.querySelector('{button}').ariaPressed === 'true'"
                ))
                .await;
        }
        focus(&reviews, ".results li:first-child:has(h3) [data-report]").await;
        self.browser.press(Key::Enter).await;
        reviews
            .wait_for("root.activeElement.name === 'reason'")
            .await;
        let choose = "void (root.querySelector('[name=reason]').value = 'copied')";
        reviews.evaluate::<()>(choose).await;
        focus(&reviews, ".report-form button").await;
        self.browser.press(Key::Enter).await;
        reviews.wait_for_count(".report-form", 0).await;

        let reviews = self.visit("author").await;
        self.open_form(&reviews).await;
        reviews
            .wait_for(&format!(
                "root.querySelector('#title').value === {}",
                json!(first)
            ))
            .await;
        let second = format!("Second words ({})", self.lang.tag());
        self.write_and_send(&reviews, &second).await;
        self.approve().await;
        let answer = format!("The shop says thank you ({})", self.lang.tag());
        self.answer(&answer).await;
        let reviews = self.see_as_reader(&second).await;
        reviews
            .wait_for(&format!(
                "root.querySelector('.results li:first-child:has(h3)').innerText.includes({})",
                json!(answer)
            ))
            .await;
    }

    /// The shop's page, as somebody whom the shop vouches for.
    async fn visit(&self, name: &str) -> Shadow {
        let pages = &self.shop.stage.pages;
        pages.fill("lang", self.lang.tag());
        let sub = format!("{name}-{}", self.lang.tag());
        pages
            .login
            .customer(json!({ "sub": sub, "name": name, "email": format!("{sub}@mail.example") }));
        self.shop.visit(self.browser).await
    }

    async fn open_form(&self, reviews: &Shadow) {
        focus(reviews, ".writing > summary").await;
        self.browser.press(Key::Enter).await;
        reviews.wait_for_count(".write [type=file]", 1).await;
    }

    async fn write_and_send(&self, reviews: &Shadow, title: &str) {
        let empty = "void (root.querySelector('#title').value = '')";
        reviews.evaluate::<()>(empty).await;
        reviews.type_into("#title", title).await;
        focus(reviews, ".write button[type=submit]").await;
        self.browser.press(Key::Enter).await;
        reviews
            .wait_for_text(".writing-news .sent", thanks(self.lang))
            .await;
    }

    /// Olga approves what waits, on the console's page where the engine can be there.
    async fn approve(&self) {
        if !self.at_console {
            assert_eq!(self.shop.approve().await, 1);
            return;
        }
        let list = self.olga.at(&format!("reviews?lang={}", self.lang.tag()));
        self.browser.open(&list).await;
        let cards = "document.querySelectorAll('main .card').length === 1";
        self.browser.wait_for(cards).await;
        self.browser
            .wait_for("document.body.dataset.hydrated === ''")
            .await;
        tab_to(self.browser, "button[value=approve][data-key]").await;
        self.browser.press(Key::Enter).await;
        let none = "document.querySelectorAll('main .card').length === 0";
        self.browser.wait_for(none).await;
        assert_eq!(self.browser.axe("html").await, "");
    }

    async fn answer(&self, words: &str) {
        let olga = self.olga.elsewhere(&self.shop.stage.world);
        let page: ModerationPage = olga.get(&self.olga.api("reviews?queue=all")).await.json();
        let path = self
            .olga
            .api(&format!("reviews/{}/answer", page.reviews[0].id));
        let answer = json!({ "text": words });
        let sent = olga.send_json(Method::PUT, &path, &answer).await;
        sent.expect_status(204);
    }

    /// The page as another customer has it, once a review stands first there.
    async fn see_as_reader(&self, title: &str) -> Shadow {
        let reviews = self.visit("reader").await;
        let newest = async || {
            self.browser.open(&self.shop.stage.pages.url("/")).await;
            let sorted = "void (root.querySelector('[name=sort]').value = 'newest', \
                          root.querySelector('[name=sort]').dispatchEvent(new Event('change', { bubbles: true })))";
            reviews
                .wait_for("root.querySelector('[data-hydrated]')")
                .await;
            reviews.evaluate::<()>(sorted).await;
            reviews
                .wait_for("root.querySelector('.results').ariaBusy !== 'true'")
                .await;
            reviews.text(".results li:first-child h3").await == title
        };
        bookplate_tests::wait_until("readers see the review", newest).await;
        reviews
    }
}

async fn focus(reviews: &Shadow, css: &str) {
    reviews
        .evaluate::<()>(&format!("void root.querySelector({}).focus()", json!(css)))
        .await;
}
