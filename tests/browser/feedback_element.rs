//! `<bookplate-feedback>`: in place and behind a button, by guests and customers, on pages of a shop with a login of its own; what
//! is kept on the device, and sent once, is in `feedback_queue`.

use crate::office::type_keys;
use crate::owner::Owner;
use crate::photos::{put, wait_for_pictures};
use crate::stage::{KEY, PRIDE};
use crate::wishlists::Shop;
use crate::writing::expect_to_fit;
use bookplate_tests::browser::{Browser, Engine, Key, Options, Shadow};
use bookplate_tests::logs;
use bookplate_tests::pictures::from_a_phone;
use bookplate_wire::feedback::inbox::CasePage;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

bookplate_tests::browser_stories!(
    a_guest_writes_on_a_phone_comes_back_to_the_draft_and_gets_a_code,
    behind_a_button_a_customer_returns_a_book_by_keyboard_alone,
    the_dialog_keeps_the_focus_and_gives_it_back,
    who_wants_little_motion_sees_the_dialog_without_any,
    in_every_language_the_form_is_there_without_a_fault,
    where_wasm_is_refused_the_form_leads_to_the_hosted_page_with_what_was_typed,
);

/// What a shop writes for the form about a book, with more attributes.
pub fn element(more: &str) -> String {
    format!("<bookplate-feedback isbn=\"{PRIDE}\" {more}></bookplate-feedback>")
}

/// A shop with these elements in its page, and its owner.
pub async fn open(include: &str) -> (Shop, Owner) {
    let shop = Shop::open().await;
    shop.stage.pages.fill("include", include);
    shop.stage
        .pages
        .change_policy(|policy| policy.replace(" data:", ""));
    let owner = Owner::enrol(&shop.stage.world, None).await;
    (shop, owner)
}

/// Opens the shop's page; the form, once it is live.
pub async fn visit(shop: &Shop, browser: &Browser, path: &str) -> Shadow {
    browser.open(&shop.stage.pages.url(path)).await;
    live(browser).await
}

/// The form, once it is live.
pub async fn live(browser: &Browser) -> Shadow {
    let form = browser.shadow("bookplate-feedback");
    form.wait_for(
        "root.querySelector('[data-hydrated]') && root.querySelector('.along [name=page]')",
    )
    .await;
    form
}

/// The cases that the shop has.
pub async fn cases(shop: &Shop, owner: &Owner) -> CasePage {
    let world = &shop.stage.world;
    let asked = owner
        .elsewhere(world)
        .get(&owner.api("cases?state=all"))
        .await;
    asked.json()
}

/// What is kept on the device of drafts.
const DRAFTS: &str =
    "Object.keys(localStorage).filter((name) => name.startsWith('bookplate draft'))";

/// Moves the focus on, until it is at what `css` finds.
async fn tab_to(browser: &Browser, form: &Shadow, css: &str) {
    for _ in 0..40 {
        browser.press(Key::Tab).await;
        let there = format!("!!root.activeElement?.matches({})", json!(css));
        if form.evaluate::<bool>(&there).await {
            return;
        }
    }
    panic!("{css} is not reached by Tab");
}

async fn fits(browser: &Browser, form: &Shadow) {
    let targets = "[...root.querySelectorAll('button, .button, .choice, select, textarea, input:not([type=hidden], [type=file])')]\
                   .filter((one) => one.checkVisibility()).map((one) => one.closest('label') ?? one)";
    expect_to_fit(form, ".feedback *", targets).await;
    let sideways = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    browser.wait_for(sideways).await;
}

async fn a_guest_writes_on_a_phone_comes_back_to_the_draft_and_gets_a_code(browser: Browser) {
    let (shop, olga) = open(&element("kind=\"complaint\"")).await;
    let folder = TempDir::new().unwrap();
    browser.viewport(390, 844).await;
    let form = visit(&shop, &browser, "/?nobody&session=secret").await;
    form.wait_for("root.querySelector('[value=complaint]').checked")
        .await;
    // What goes along is seen, without the query.
    let along = form.texts(".along span").await;
    assert_eq!(along[0], "Book: Pride and Prejudice");
    assert!(
        along[1].ends_with("/") && !along[1].contains("secret"),
        "{along:?}"
    );
    // Nothing is kept before something is written.
    assert_eq!(browser.evaluate::<Value>(DRAFTS).await, json!([]));
    form.click("[type=submit]").await;
    form.wait_for_text(
        "#body-fault",
        "Please write at most 5,000 characters, and at least a word.",
    )
    .await;
    form.wait_for("root.activeElement.id === 'body'").await;
    fits(&browser, &form).await;
    form.type_into("#body", "The spine is broken.").await;
    form.type_into("#name", "Mei Lin").await;
    let photo = put(&folder, "spine.jpg", &from_a_phone(600, 400));
    form.type_into("[type=file]", &photo).await;
    wait_for_pictures(&form, ".chosen img", 1).await;
    let kept = "What you write is kept on this device until you send it. Throw it away";
    form.wait_for_text(".draft-note p", kept).await;
    form.click(".along [name=page]").await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
    assert_eq!(browser.axe("bookplate-feedback").await, "");

    // Another page, and back.
    let form = visit(&shop, &browser, "/?nobody").await;
    let found = "What you had begun to write was kept on this device. Throw it away";
    form.wait_for_text(".draft-note p", found).await;
    let typed = "['#body', '#name'].map((css) => root.querySelector(css).value)";
    assert_eq!(
        form.evaluate::<Value>(typed).await,
        json!(["The spine is broken.", "Mei Lin"])
    );
    form.wait_for("!root.querySelector('.along [name=page]').checked")
        .await;
    wait_for_pictures(&form, ".chosen img", 1).await;
    form.click("[type=submit]").await;
    form.wait_for_text(".done h3", "Thank you. The bookshop has your message.")
        .await;
    form.wait_for("root.activeElement.matches('.done h3')")
        .await;
    let code = form.text(".receipt .code").await;
    logs::keep_out(&code);
    fits(&browser, &form).await;
    assert_eq!(browser.evaluate::<Value>(DRAFTS).await, json!([]));
    let sent = cases(&shop, &olga).await.cases;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].case.page, "");
    assert_eq!(sent[0].case.body, "The spine is broken.");
    // By this code it is followed.
    let world = &shop.stage.world;
    let lookup = format!("/v1/feedback/lookup?key={KEY}");
    let page = world.page(shop.stage.pages.origin(), KEY);
    let tracked: Value = page.post(&lookup, &json!({ "code": code })).await.json();
    assert_eq!(
        tracked["case"]["entries"][0]["photos"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    form.click("[data-do=copy]").await;
    form.wait_for("root.querySelector('.copied').textContent.length > 0")
        .await;
    form.click("[data-do=another]").await;
    form.wait_for("root.querySelector('#body').value === '' && root.querySelector('[type=submit]').checkVisibility()")
        .await;
    // What is thrown away does not come back.
    form.type_into("#body", "Never mind.").await;
    form.click("[data-do=discard]").await;
    form.wait_for("root.querySelector('#body').value === ''")
        .await;
    assert_eq!(browser.evaluate::<Value>(DRAFTS).await, json!([]));
    assert_eq!(cases(&shop, &olga).await.cases.len(), 1);
}

async fn behind_a_button_a_customer_returns_a_book_by_keyboard_alone(browser: Browser) {
    let (shop, olga) = open(&element("as=\"button\" order=\"A-1\"")).await;
    let world = &shop.stage.world;
    browser.open(&shop.stage.pages.url("/")).await;
    browser.find("form button").await.click().await.unwrap();
    let form = live(&browser).await;
    form.wait_for("root.querySelector('.who').textContent === ''")
        .await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let order = json!({
        "number": "A-1", "placed_at": now.as_millis() as u64, "customer": { "external_id": "c-1" },
        "lines": [{ "line": "a", "isbn": PRIDE, "quantity": 2, "total": { "amount": 1_798, "currency": "GBP" } }],
    });
    let backend = world.anonymous().bearing(&shop.stage.secrets.api);
    let orders = json!({ "orders": [order] });
    backend.post("/v1/orders", &orders).await.expect_status(200);
    let is_open = "root.querySelector('dialog').open";
    form.wait_for(&format!(
        "!{is_open} && !root.querySelector('#body').checkVisibility()"
    ))
    .await;
    let scrolls = "getComputedStyle(document.documentElement).overflowY";
    assert_eq!(browser.evaluate::<String>(scrolls).await, "visible");
    form.evaluate::<()>("void root.querySelector('[data-do=open]').focus()")
        .await;
    browser.press(Key::Enter).await;
    form.wait_for(&format!("{is_open} && root.activeElement.id === 'heading'"))
        .await;
    assert_eq!(browser.evaluate::<String>(scrolls).await, "hidden");
    browser.press(Key::Escape).await;
    form.wait_for(&format!(
        "!{is_open} && root.activeElement.matches('[data-do=open]')"
    ))
    .await;
    browser.wait_for(&format!("{scrolls} === 'visible'")).await;
    browser.press(Key::Enter).await;
    form.wait_for(is_open).await;
    tab_to(&browser, &form, "[name=kind]").await;
    for kind in ["suggestion", "praise", "return"] {
        browser.press(Key::Down).await;
        form.wait_for(&format!("root.querySelector('[value={kind}]').checked"))
            .await;
    }
    form.wait_for("root.querySelectorAll('[name=order_line] option').length === 2")
        .await;
    assert_eq!(browser.axe("bookplate-feedback").await, "");
    tab_to(&browser, &form, "[name=order_line]").await;
    browser.press(Key::Down).await;
    tab_to(&browser, &form, "#body").await;
    type_keys(&browser, "Pages are missing.").await;
    tab_to(&browser, &form, "[type=submit]").await;
    browser.press(Key::Enter).await;
    form.wait_for_count(".done [data-enter^='feedback/case_']", 1)
        .await;
    let sent = cases(&shop, &olga).await.cases;
    assert_eq!(sent.len(), 1);
    let back = sent[0].case.goes_back.as_ref().unwrap();
    assert_eq!((&*sent[0].case.order, &*back.line), ("A-1", "a"));
    if browser.engine() != Engine::Chromium {
        // WebKitGTK keeps no `Secure` cookie of a server without https, so nobody is signed in there.
        return;
    }
    // In the member centre, signed in there too.
    form.click(".done [data-enter]").await;
    browser
        .wait_for("document.querySelector('.timeline')?.innerText.includes('Pages are missing.')")
        .await;
}

/// Opens the dialog from its button; the form.
async fn opened(shop: &Shop, browser: &Browser) -> Shadow {
    let form = visit(shop, browser, "/?nobody").await;
    form.evaluate::<()>("void root.querySelector('[data-do=open]').focus()")
        .await;
    browser.press(Key::Enter).await;
    form.wait_for("root.querySelector('dialog').open && root.activeElement.id === 'heading'")
        .await;
    form
}

async fn the_dialog_keeps_the_focus_and_gives_it_back(browser: Browser) {
    let (shop, _) = open(&format!(
        "<a href=\"/\">before</a> {} <a href=\"/\">behind</a>",
        element("as=\"button\"")
    ))
    .await;
    let form = opened(&shop, &browser).await;
    // Where the focus can be: in the dialog, or at none of the page's elements while it is at the browser's own.
    let inside = "root.querySelector('dialog').contains(root.activeElement) || document.activeElement === document.body";
    let mut back = 0;
    for _ in 0..80 {
        browser.press(Key::Tab).await;
        assert!(
            form.evaluate::<bool>(inside).await,
            "{}",
            browser.describe().await
        );
        let first = "!!root.activeElement?.matches('[name=kind]')";
        if form.evaluate::<bool>(first).await {
            back += 1;
        }
    }
    assert!(back > 1, "the focus goes round: {back}");
    if browser.engine() == Engine::Chromium {
        for _ in 0..20 {
            browser.press_with(Key::Shift, Key::Tab).await;
            assert!(
                form.evaluate::<bool>(inside).await,
                "{}",
                browser.describe().await
            );
        }
    }
    let shut = "!root.querySelector('dialog').open && root.activeElement.matches('[data-do=open]')";
    browser.press(Key::Escape).await;
    form.wait_for(shut).await;
    // By its own button too.
    browser.press(Key::Enter).await;
    form.wait_for("root.querySelector('dialog').open").await;
    tab_to(&browser, &form, "[data-do=close]").await;
    browser.press(Key::Enter).await;
    form.wait_for(shut).await;
}

async fn who_wants_little_motion_sees_the_dialog_without_any(browser: Browser) {
    let (shop, _) = open(&element("as=\"button\"")).await;
    let moves = "[...root.querySelectorAll('*')].flatMap((one) => ['', '::before', '::after', '::backdrop'].map((part) => \
                 getComputedStyle(one, part || null))).some((style) => style.animationName !== 'none' || \
                 style.transitionDuration.split(', ').some((time) => time !== '0s'))";
    let form = opened(&shop, &browser).await;
    assert!(form.evaluate::<bool>(moves).await, "it moves for others");
    let options = Options {
        reduced_motion: true,
        ..Options::default()
    };
    let still = Browser::start(browser.engine(), options).await.unwrap();
    let form = opened(&shop, &still).await;
    assert!(!form.evaluate::<bool>(moves).await);
    for kind in ["return", "correction"] {
        form.click(&format!("[value={kind}]")).await;
        assert!(!form.evaluate::<bool>(moves).await);
    }
    form.click("[type=submit]").await;
    form.wait_for("root.querySelector('#body-fault').textContent !== ''")
        .await;
    assert!(!form.evaluate::<bool>(moves).await);
}

async fn in_every_language_the_form_is_there_without_a_fault(browser: Browser) {
    let (shop, _) = open(&element("")).await;
    browser.viewport(390, 844).await;
    for (lang, heading) in [
        ("zh-CN", "联系书店"),
        ("zh-TW", "聯絡書店"),
        ("ja", "書店へのお問い合わせ"),
        ("en", "Write to the bookshop"),
    ] {
        shop.stage.pages.fill("lang", lang);
        let form = visit(&shop, &browser, "/?nobody").await;
        form.wait_for_text("#heading", heading).await;
        for kind in ["return", "correction"] {
            form.click(&format!("[value={kind}]")).await;
            fits(&browser, &form).await;
        }
        if browser.engine() == Engine::Chromium {
            assert_eq!(browser.console().await, [] as [String; 0]);
        }
        assert_eq!(browser.violations().await, [] as [String; 0]);
    }
    assert_eq!(browser.axe("bookplate-feedback").await, "");
}

async fn where_wasm_is_refused_the_form_leads_to_the_hosted_page_with_what_was_typed(
    browser: Browser,
) {
    let (shop, olga) = open(&element("")).await;
    shop.stage
        .pages
        .change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    browser.open(&shop.stage.pages.url("/?nobody")).await;
    let form = browser.shadow("bookplate-feedback");
    form.type_into("#body", "Do you wrap gifts?").await;
    form.click("[type=submit]").await;
    browser
        .wait_for("location.pathname.endsWith('/feedback') && document.querySelector('#body')?.value === 'Do you wrap gifts?'")
        .await;
    // Nothing is sent for anybody by another site's page.
    assert_eq!(cases(&shop, &olga).await.cases.len(), 0);
    browser
        .find("main form button[type=submit]")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.querySelector('.receipt .code')")
        .await;
    let sent = cases(&shop, &olga).await.cases;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].case.book.as_ref().unwrap().isbn.as_str(), PRIDE);
}
