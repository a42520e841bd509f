//! `<bookplate-points>` and `<bookplate-earn>`, on pages of a shop with a login of its own.

use crate::member::{publish_points, publish_rules};
use crate::stage::{Build, EMMA, KEY, PRIDE, Stage, shelf};
use bookplate_tests::actors::Setup;
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};
use bookplate_tests::database::Kind;
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

bookplate_tests::browser_stories!(
    points_and_books_are_taken_over_without_a_mismatch,
    a_customer_sees_what_there_is_and_why,
    points_are_used_by_keyboard_and_fit_a_phone_in_every_language,
    a_shop_without_points_shows_nothing_and_asks_nothing,
    a_hundred_books_say_what_they_earn_by_one_request,
    a_book_says_what_somebody_in_particular_earns,
    where_wasm_is_refused_points_lead_to_a_page_and_books_say_what_they_earn,
    the_account_says_how_many_points_there_are_and_leads_to_them,
    a_friend_comes_by_the_link_and_accepts_on_the_shops_page,
);

pub(crate) const POINTS: &str = "<bookplate-points></bookplate-points>";

fn earn(isbn: &str) -> String {
    format!("<p><bookplate-earn isbn=\"{isbn}\"></bookplate-earn></p>")
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}

fn cny(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "CNY" })
}

/// A shop with a login and points, where a page has `include`.
pub(crate) struct Shop {
    stage: Stage,
}

impl Shop {
    pub(crate) async fn open(build: Build, include: &str) -> Self {
        let shop = Self::without_points(build, include).await;
        publish_points(shop.stage.world.setup()).await;
        shop
    }

    async fn without_points(build: Build, include: &str) -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        if build == Build::Debug {
            setup.program().use_debug_assets();
        }
        let stage = Stage::with_customers("account", setup).await;
        let pages = &stage.pages;
        pages.change_policy(|policy| {
            policy
                .replace("connect-src", "connect-src 'self'")
                .replace("form-action", "form-action 'self'")
        });
        pages.fill("include", include);
        pages.login.sign_with(&stage.secrets.identity, KEY);
        let lin = json!({ "sub": "c-1", "name": "Lin", "email": "lin@example.com" });
        pages.login.customer(lin);
        let shop = Self { stage };
        let offers = [(PRIDE, 4_550), (EMMA, 3_000)].map(|(isbn, amount)| {
            json!({ "isbn": isbn, "price": cny(amount), "availability": "in_stock" })
        });
        shop.tell("/v1/offers", &json!({ "offers": offers })).await;
        shop
    }

    /// Says something as one of the shop's own programs.
    async fn tell(&self, path: &str, what: &Value) -> Value {
        let backend = self.stage.world.anonymous();
        let backend = backend.bearing(&self.stage.secrets.api);
        backend.post(path, what).await.expect_status(200).json()
    }

    /// Lin has bought so much of a book just now.
    async fn order(&self, number: &str, isbn: &str, paid: i64) {
        let order = json!({ "orders": [{
            "number": number, "placed_at": now(), "customer": { "external_id": "c-1" },
            "lines": [{ "isbn": isbn, "quantity": 1, "total": cny(paid) }],
        }] });
        self.tell("/v1/orders", &order).await;
    }

    async fn sign_in(&self, browser: &Browser) {
        browser.open(&self.stage.pages.url("/")).await;
        browser.evaluate::<()>("void (window.before = true)").await;
        browser.find("form button").await.click().await.unwrap();
        browser
            .wait_for("!window.before && document.readyState === 'complete'")
            .await;
    }

    /// The points of Lin, who has signed in.
    pub(crate) async fn points(&self, browser: &Browser) -> Shadow {
        self.sign_in(browser).await;
        let points = browser.shadow("bookplate-points");
        points.wait_for("root.querySelector('.entry')").await;
        points
    }
}

/// How often addresses with `part` in them were asked.
async fn count(browser: &Browser, part: &str) -> usize {
    let requests = browser.requests().await;
    requests
        .iter()
        .filter(|one| one.name.contains(part))
        .count()
}

/// Nothing was refused by the page's policy, and nothing has failed. Before axe, which has styles of its own that the policy refuses.
pub(crate) async fn expect_calm(browser: &Browser) {
    assert_eq!(browser.violations().await, [] as [String; 0]);
    if browser.engine() == Engine::Chromium {
        assert_eq!(browser.console().await, [] as [String; 0]);
    }
}

async fn points_and_books_are_taken_over_without_a_mismatch(browser: Browser) {
    let shop = Shop::open(Build::Debug, &[POINTS, &earn(PRIDE)].concat()).await;
    for lang in ["en", "zh-CN"] {
        shop.stage.pages.fill("lang", lang);
        for (element, path) in [("bookplate-points", "/?nobody"), ("bookplate-earn", "/")] {
            // What a book earns is taken over for who is signed in alone.
            if path == "/" {
                shop.sign_in(&browser).await;
            } else {
                browser.open(&shop.stage.pages.url(path)).await;
            }
            let widget = browser.shadow(element);
            widget
                .wait_for("root.querySelector('.root > :not(.skeleton)')")
                .await;
            // Marked before wasm is there: the very same nodes have to be there after it.
            widget
                .evaluate::<()>(
                    "root.querySelectorAll('.root *').forEach((node) => { node.mark = 1 })",
                )
                .await;
            widget
                .wait_for("root.querySelector('[data-hydrated]')")
                .await;
            let kept = "[...root.querySelector('.root').children].every((node) => node.mark)";
            assert!(widget.evaluate::<bool>(kept).await, "{element}");
        }
        if browser.engine() == Engine::Chromium {
            assert_eq!(browser.console().await, [] as [String; 0]);
        }
    }
}

async fn a_customer_sees_what_there_is_and_why(browser: Browser) {
    let shop = Shop::open(Build::Release, POINTS).await;
    for at in 1..=11 {
        shop.order(&format!("A-{at}"), PRIDE, 4_550).await;
    }
    browser.open(&shop.stage.pages.url("/")).await;
    let points = browser.shadow("bookplate-points");
    points
        .wait_for_count(".signed-out [data-tell=sign-in]", 1)
        .await;
    points.wait_for_count("[data-hydrated]", 1).await;
    let points = shop.points(&browser).await;
    let sums = points.texts(".balance .points-sum").await;
    assert_eq!(sums, ["50 points", "495 points"]);
    let balance = points.text(".balance").await;
    for words in [
        "Worth CN¥0.50",
        "50 points can be used until",
        "495 points can be used from",
    ] {
        assert!(balance.contains(words), "{words}: {balance}");
    }
    // The tier, what it gives, and how far it is to the next one.
    assert_eq!(points.text(".tier .named").await, "Reader");
    let tier = points.text(".tier").await;
    for words in ["CN¥1,499.50 more until Gold", "Free shipping"] {
        assert!(tier.contains(words), "{words}: {tier}");
    }
    assert_eq!(points.count(".towards progress").await, 1);
    // Every line says why, by which rule, and what is there after it; the latest first.
    assert_eq!(points.count(".entry").await, 10);
    let first = points.text(".entry").await;
    for words in [
        "+45 pending · For your order A-11",
        "Pride and Prejudice",
        "Can be used from",
        "Rules, version 1",
        "Then usable: 50",
    ] {
        assert!(first.contains(words), "{words}: {first}");
    }
    points.click("[data-do=older]").await;
    points.wait_for_count(".entry", 12).await;
    points.wait_for_count("[data-do=older]", 0).await;
    points
        .wait_for("root.activeElement === root.querySelectorAll('.entry')[10]")
        .await;
    let last = points.texts(".entry").await.pop().unwrap();
    for words in ["For signing up", "50 of them can be used until"] {
        assert!(last.contains(words), "{words}: {last}");
    }
    // The file is asked for as the customer, and saved by the browser.
    let note = "void (() => { const url = URL.createObjectURL; URL.createObjectURL = (file) => \
                (file.text().then((text) => { window.saved = text }), url.call(URL, file)) })()";
    browser.evaluate::<()>(note).await;
    points.click("[data-do=save]").await;
    browser
        .wait_for("window.saved?.startsWith('id,at,day,') && saved.split('A-').length === 12")
        .await;
    // What has come about elsewhere is there as soon as somebody looks again.
    shop.order("A-12", EMMA, 3_000).await;
    browser
        .evaluate::<()>("void document.dispatchEvent(new Event('visibilitychange'))")
        .await;
    points
        .wait_for("root.querySelector('.entry').textContent.includes('For your order A-12')")
        .await;
    let sums = points.texts(".balance .points-sum").await;
    assert_eq!(sums, ["50 points", "525 points"]);
    // Nothing of it is left for whoever comes next.
    browser.evaluate::<()>("void Bookplate.signOut()").await;
    points
        .wait_for_text(".signed-out p", "You have signed out.")
        .await;
    assert_eq!(
        points.count(".entry").await + points.count(".balance").await,
        0
    );
    expect_calm(&browser).await;
    assert_eq!(browser.axe("body").await, "");
}

async fn points_are_used_by_keyboard_and_fit_a_phone_in_every_language(browser: Browser) {
    let shop = Shop::open(Build::Release, &[POINTS, &earn(PRIDE)].concat()).await;
    shop.order("A-1", PRIDE, 4_550).await;
    browser.viewport(390, 844).await;
    for (lang, none) in [
        ("en", "No entries of this kind."),
        ("zh-CN", "没有此类明细。"),
        ("zh-TW", "沒有此類明細。"),
        ("ja", "この種類の明細はありません。"),
    ] {
        shop.stage.pages.fill("lang", lang);
        let points = shop.points(&browser).await;
        points.wait_for_count(".entry", 2).await;
        points
            .evaluate::<()>("void root.querySelector('[name=kind]').focus()")
            .await;
        // Earned, usable, taken back.
        for _ in 0..3 {
            browser.press(Key::Down).await;
        }
        if browser.engine() == Engine::Webkit {
            // Its list drops down, and is chosen from there.
            browser.press(Key::Enter).await;
            let choose = "void (() => { const select = root.querySelector('[name=kind]'); select.value = 'taken_back'; \
                          select.dispatchEvent(new Event('change', { bubbles: true })) })()";
            points.evaluate::<()>(choose).await;
        }
        points.wait_for_text(".empty", none).await;
        points.wait_for_count(".entry", 0).await;
        // Who chooses stays there.
        points
            .wait_for("root.activeElement === root.querySelector('[name=kind]')")
            .await;
        let fits = "document.documentElement.scrollWidth <= innerWidth";
        assert!(browser.evaluate::<bool>(fits).await, "{lang}");
        if lang == "en" {
            expect_calm(&browser).await;
        }
        assert_eq!(browser.axe("body").await, "");
    }
    if browser.engine() == Engine::Webkit {
        return;
    }
    let points = shop.points(&browser).await;
    let link = points.find("[data-enter=rewards]").await;
    link.focus().await.unwrap();
    browser.press(Key::Enter).await;
    browser
        .wait_for(
            "location.pathname.endsWith('/member/rewards') && document.querySelector('.sections')",
        )
        .await;
}

async fn a_shop_without_points_shows_nothing_and_asks_nothing(browser: Browser) {
    let include = [
        POINTS,
        "<bookplate-account></bookplate-account>",
        &earn(PRIDE),
    ]
    .concat();
    let shop = Shop::without_points(Build::Release, &include).await;
    shop.sign_in(&browser).await;
    let account = browser.shadow("bookplate-account");
    account.wait_for_count(".ways [data-enter]", 4).await;
    for element in ["bookplate-points", "bookplate-earn"] {
        let empty = "root.querySelector('.root') && !root.querySelector('.root').firstChild";
        browser.shadow(element).wait_for(empty).await;
    }
    assert_eq!(count(&browser, "/v1/customer/points").await, 0);
    expect_calm(&browser).await;
}

async fn a_hundred_books_say_what_they_earn_by_one_request(browser: Browser) {
    let stage = Stage::set("shelf", Build::Release).await;
    publish_points(stage.world.setup()).await;
    let mut books = String::new();
    for (at, isbn) in shelf().iter().enumerate() {
        writeln!(
            books,
            "<li>{isbn} <bookplate-earn isbn=\"{isbn}\" price=\"{}.50 CNY\"></bookplate-earn></li>",
            at + 1
        )
        .unwrap();
    }
    stage.pages.fill("books", &books);
    browser.open(&stage.pages.url("/")).await;
    let words = "[...document.querySelectorAll('bookplate-earn')].map(({ shadowRoot }) => shadowRoot?.querySelector('.earn')?.textContent)";
    browser
        .wait_for(&format!(
            "document.readyState === 'complete' && {words}.every(Boolean)"
        ))
        .await;
    let said: Vec<String> = browser.evaluate(words).await;
    assert_eq!(
        (&*said[0], &*said[99]),
        ("Earns 1 point", "Earns 100 points")
    );
    assert_eq!(count(&browser, "/v1/fragments").await, 1);
    // For who is not signed in that is all.
    assert_eq!(
        count(&browser, ".wasm").await + count(&browser, "/v1/customer").await,
        0
    );
    // The price is another one now, as for another edition.
    let change = "void document.querySelector('bookplate-earn').setAttribute('price', '20 CNY')";
    browser.evaluate::<()>(change).await;
    let first = browser.shadow("bookplate-earn");
    first.wait_for_text(".earn", "Earns 20 points").await;
    if browser.engine() == Engine::Chromium {
        assert_eq!(browser.layout_shift().await, 0.0);
    }
    expect_calm(&browser).await;
    assert_eq!(browser.axe("body").await, "");
}

async fn a_book_says_what_somebody_in_particular_earns(browser: Browser) {
    let books: String = [PRIDE, EMMA].map(earn).concat();
    let shop = Shop::open(Build::Release, &books).await;
    // There is room for 30 more this year.
    shop.order("A-1", PRIDE, 4_550).await;
    let capped = json!([{ "period": "year", "points": 75 }]);
    crate::member::publish_rules(shop.stage.world.setup(), json!({ "caps": capped })).await;
    browser.open(&shop.stage.pages.url("/")).await;
    let [pride, emma] = [PRIDE, EMMA].map(|isbn| browser.shadow(&format!("[isbn='{isbn}']")));
    pride.wait_for_text(".earn", "Earns 45 points").await;
    shop.sign_in(&browser).await;
    pride
        .wait_for("root.querySelector('[data-hydrated]')")
        .await;
    pride.wait_for_text(".earn", "Earns 30 points").await;
    emma.wait_for_text(".earn", "Earns 30 points").await;
    assert_eq!(count(&browser, "/v1/customer/points/books").await, 1);
    // Who has gone is nobody in particular again.
    browser.evaluate::<()>("void Bookplate.signOut()").await;
    pride.wait_for_text(".earn", "Earns 45 points").await;
    expect_calm(&browser).await;
}

async fn where_wasm_is_refused_points_lead_to_a_page_and_books_say_what_they_earn(
    browser: Browser,
) {
    let shop = Shop::open(Build::Release, &[POINTS, &earn(PRIDE)].concat()).await;
    shop.stage
        .pages
        .change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    browser.open(&shop.stage.pages.url("/")).await;
    let book = browser.shadow("bookplate-earn");
    book.wait_for_text(".earn", "Earns 45 points").await;
    let points = browser.shadow("bookplate-points");
    points.wait_for_count("[data-tell=sign-in]", 1).await;
    points
        .wait_for("!root.querySelector('.root').matches('[data-expected]')")
        .await;
    let address: String = points
        .evaluate("root.querySelector('[data-tell=sign-in]').href")
        .await;
    assert!(
        address.ends_with("/shops/pk_stage/member/sign-in?lang=en"),
        "{address}"
    );
}

async fn the_account_says_how_many_points_there_are_and_leads_to_them(browser: Browser) {
    let shop = Shop::open(Build::Release, "<bookplate-account></bookplate-account>").await;
    shop.sign_in(&browser).await;
    let account = browser.shadow("bookplate-account");
    account
        .wait_for_text(".ways [data-enter=points]", "50 points")
        .await;
    // One question for all figures, and none in vain.
    assert_eq!(count(&browser, "/v1/customer/overview").await, 1);
    assert_eq!(count(&browser, "/v1/customer/points").await, 0);
    expect_calm(&browser).await;
    if browser.engine() == Engine::Webkit {
        return;
    }
    account.click("[data-enter=points]").await;
    browser
        .wait_for(
            "location.pathname.endsWith('/member/points') && document.querySelector('.sections')",
        )
        .await;
}

async fn a_friend_comes_by_the_link_and_accepts_on_the_shops_page(browser: Browser) {
    let shop = Shop::without_points(Build::Release, POINTS).await;
    let rules = json!({ "referral": { "points": 100, "welcome": 30 }, "return_days": 0 });
    publish_rules(shop.stage.world.setup(), rules).await;
    browser.viewport(390, 844).await;
    let fits = "document.documentElement.scrollWidth <= innerWidth";
    let points = shop.points(&browser).await;
    points.wait_for_count(".invite input", 1).await;
    let gives = points.text(".invite").await;
    assert!(gives.contains("You get 100 points once"), "{gives}");
    let link: String = points
        .evaluate("root.querySelector('.invite input').value")
        .await;
    let copy = points.find(".invite [data-copy]").await;
    copy.focus().await.unwrap();
    browser.press(Key::Enter).await;
    // Some browsers allow it, and some leave it to the reader.
    points
        .wait_for("root.querySelector('.invite-news').textContent.length > 0")
        .await;
    assert!(browser.evaluate::<bool>(fits).await);
    expect_calm(&browser).await;
    assert_eq!(browser.axe("body").await, "");
    // Somebody else follows it.
    browser.open(&link).await;
    browser
        .wait_for("document.body.dataset.hydrated === ''")
        .await;
    let page: String = browser.evaluate("document.body.textContent").await;
    assert!(
        page.contains("You get 30 points by your first order."),
        "{page}"
    );
    assert!(browser.evaluate::<bool>(fits).await);
    assert_eq!(browser.axe("body").await, "");
    let onward = "[...document.querySelectorAll('main a')].at(-1).href";
    let onward: String = browser.evaluate(onward).await;
    let (_, query) = onward.split_once('?').unwrap();
    let mei = json!({ "sub": "c-2", "name": "Mei" });
    shop.stage.pages.login.customer(mei);
    shop.sign_in(&browser).await;
    browser
        .open(&shop.stage.pages.url(&format!("/?{query}")))
        .await;
    let points = browser.shadow("bookplate-points");
    points.wait_for_count(".invited [data-do=accept]", 1).await;
    let accept = points.find(".invited [data-do=accept]").await;
    accept.focus().await.unwrap();
    browser.press(Key::Enter).await;
    points
        .wait_for_text(
            ".news",
            "The invitation is accepted. The points come with your first order.",
        )
        .await;
    points.wait_for_count(".invited [data-do]", 0).await;
    points
        .wait_for("root.activeElement?.id === 'heading'")
        .await;
    let order = json!({ "orders": [{
        "number": "M-1", "placed_at": now(), "customer": { "external_id": "c-2" },
        "lines": [{ "isbn": PRIDE, "quantity": 1, "total": cny(100) }],
    }] });
    shop.tell("/v1/orders", &order).await;
    browser
        .evaluate::<()>("void document.dispatchEvent(new Event('visibilitychange'))")
        .await;
    points
        .wait_for(
            "[...root.querySelectorAll('.entry')].some((one) => one.textContent.includes('+30') && \
             one.textContent.includes('For the invitation that you have accepted, by your order M-1'))",
        )
        .await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
    assert_eq!(browser.axe("body").await, "");
}
