//! More than a hundred ways to write a script into a review, everywhere where people read it: none becomes markup, so
//! that it does not even take a policy to keep it from running.

use crate::office::Office;
use crate::owner::Owner;
use crate::reviews::HYDRATED;
use crate::stage::{EMMA, KEY, REVIEWS, Stage, shelf};
use crate::writing::Shop;
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::browser::{Browser, Engine};
use bookplate_tests::database::Kind;
use bookplate_tests::pictures::{file, picture};
use bookplate_tests::scripts;
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::Duration;

bookplate_tests::browser_stories!(
    no_script_in_a_review_becomes_one_where_readers_see_it,
    no_script_in_a_review_becomes_one_where_the_staff_sees_it,
    no_script_that_customers_and_staff_write_besides_becomes_one,
);

/// What such a script would do.
const HIT: &str = "document.documentElement.setAttribute(`data-hit`,1)";

/// What has become of scripts in `root`: nothing, as text is all that they are. Photos are pictures of ours.
const FOUND: &str = "((root) => { \
    const markup = 'iframe, object, embed, img:not([src*=\"/photos/\"]), image, audio, video, track, base, math, marquee, frameset, applet, \
        keygen, isindex, xss, x, template, foreignObject, animate, set, body meta, body script:not([src]):not([type])'; \
    const found = [...root.querySelectorAll(markup)].map((element) => element.outerHTML); \
    for (const element of root.querySelectorAll('*')) for (const { name, value } of element.attributes) \
        if (/^on/i.test(name) || (/^(href|src|action|formaction|data|srcdoc|style)$/i.test(name) \
            && /(javascript|vbscript|data):/i.test(value))) found.push(`${element.localName} ${name}=${value}`); \
    if (document.documentElement.hasAttribute('data-hit')) found.push('it has run'); \
    return found.slice(0, 3); \
})";

/// Reviews of which title, text, name and answer are such texts.
fn reviews(isbn: &str, texts: &[String]) -> String {
    let cell = |text: &str, max: usize| {
        let text: String = text.chars().take(max).collect();
        format!("\"{}\"", text.replace('"', "\"\""))
    };
    let mut csv = String::from("isbn,rating,title,body,author,created_at,answer\n");
    for (at, text) in texts.iter().enumerate() {
        let (title, body, author) = (cell(text, 200), cell(text, 2_000), cell(text, 60));
        let second = at % 60;
        let written = format!("2024-01-01T{:02}:{second:02}:00Z", at / 60);
        writeln!(csv, "{isbn},3,{title},{body},{author},{written},{body}").unwrap();
    }
    csv
}

/// Staff picks that say such texts, a few dozen in each.
async fn recommend(world: &World, key: &str, isbn: &str, texts: &[String]) {
    let backend = world.anonymous().bearing(key);
    for (at, texts) in texts.chunks(texts.len().div_ceil(20)).enumerate() {
        let short = |max: usize| texts[0].chars().take(max).collect::<String>();
        let body: String = texts.join("\n").chars().take(5_000).collect();
        let content = json!({
            "isbn": isbn, "name": short(60), "role": short(60), "title": short(120), "body": body,
            "status": "published",
        });
        let path = format!("/v1/picks/{isbn}-{at}");
        let written = backend.send_json(Method::PUT, &path, &content).await;
        written.expect_status(200);
    }
}

async fn no_script_in_a_review_becomes_one_where_readers_see_it(browser: Browser) {
    let setup = Setup::new(Kind::Sqlite).await;
    let stage = Stage::with_customers("book", setup).await;
    let texts = scripts::texts(HIT);
    let (some, others) = texts.split_at(texts.len() / 2);
    let books = [EMMA.to_owned(), shelf()[0].clone()];
    for (isbn, texts) in books.iter().zip([some, others]) {
        let said = stage
            .world
            .setup()
            .import_reviews(&reviews(isbn, texts))
            .await;
        assert!(said.contains(" 0 rejected"), "{said}");
        recommend(&stage.world, &stage.secrets.api, isbn, texts).await;
        let count = texts.len();

        // On the shop's page, as the server has rendered it and as wasm goes on.
        stage.pages.fill("isbn", isbn);
        let widget = stage.open(&browser).await;
        browser.wait_for(HYDRATED).await;
        while widget.count("article").await < count {
            let shown = widget.count("article").await;
            widget.click("[data-more]").await;
            widget
                .wait_for(&format!(
                    "root.querySelectorAll('article').length > {shown}"
                ))
                .await;
        }
        assert!(widget.count(".picks li").await > 10);
        let found: Vec<String> = widget.evaluate(&format!("{FOUND}(root)")).await;
        assert_eq!(found, [] as [String; 0]);
        let found: Vec<String> = browser.evaluate(&format!("{FOUND}(document)")).await;
        assert_eq!(
            found,
            [] as [String; 0],
            "structured data stands in the head"
        );

        // On the hosted page.
        browser
            .open(&format!("{}?limit=100", stage.hosted(isbn)))
            .await;
        let widget = browser.shadow("bookplate-reviews");
        widget.wait_for_count("article", count).await;
        let found: Vec<String> = widget.evaluate(&format!("{FOUND}(root)")).await;
        assert_eq!(found, [] as [String; 0]);
        let found: Vec<String> = browser.evaluate(&format!("{FOUND}(document)")).await;
        assert_eq!(found, [] as [String; 0]);
    }
}

async fn no_script_in_a_review_becomes_one_where_the_staff_sees_it(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        // Nobody can be signed in there.
        return;
    }
    let mut office = Office::open().await;
    let texts = scripts::texts(HIT);
    office
        .world
        .setup()
        .import_reviews(&reviews(EMMA, &texts))
        .await;
    let key = ["secret", "create", "api", "--shop", KEY];
    let key = office.world.setup().run(&key).await;
    let (_, key) = key.trim().split_once("  ").unwrap();
    recommend(&office.world, key, EMMA, &texts).await;
    assert!(office.owner.sign_in(&browser).await);
    let picks: Value = office.olga().get(&office.owner.api("picks")).await.json();
    let one = picks["picks"][0]["id"].as_str().unwrap();
    for page in ["picks?lang=en", &format!("picks/{one}?lang=en")] {
        look(&browser, &office.owner.at(page)).await;
    }
    let mut next = Some(office.owner.at("reviews?queue=all&lang=en"));
    let mut seen = 0;
    while let Some(address) = next {
        look(&browser, &address).await;
        let shown: usize = browser
            .evaluate("document.querySelectorAll('main .card').length")
            .await;
        seen += shown;
        next = browser
            .evaluate("document.querySelector('a[rel=next]')?.href ?? null")
            .await;
    }
    assert!(seen >= texts.len(), "{seen}");
}

/// Texts without end, each field with as many of them as there is room for.
struct Words<'a> {
    texts: std::iter::Peekable<std::iter::Cycle<std::slice::Iter<'a, String>>>,
}

impl Words<'_> {
    fn fill(&mut self, max: usize) -> String {
        let first = self.texts.next().unwrap();
        let mut filled: String = first.chars().take(max).collect();
        while let Some(next) = self.texts.peek() {
            if filled.chars().count() + 1 + next.chars().count() > max {
                break;
            }
            filled.push(' ');
            filled.push_str(next);
            self.texts.next();
        }
        filled
    }
}

/// A review by a customer, both of which are called by such texts.
struct Written {
    isbn: String,
    claims: Value,
    id: String,
}

/// What happens to reviews, in turns.
const WAYS: usize = 3;

/// Reviews of which each has five photos, by customers with three of them each: one is published and reported, one is
/// refused, one is handed over.
async fn written(shop: &Shop, olga: &Owner, words: &mut Words<'_>) -> Vec<Written> {
    let (world, pages) = (&shop.stage.world, &shop.stage.pages);
    let mut written = Vec::new();
    let decisions = olga.api("reviews/decisions");
    let reader = session(shop, &json!({ "sub": "reader", "name": words.fill(60) })).await;
    for (at, isbn) in shelf().into_iter().take(8 * WAYS).enumerate() {
        let name = format!("c-{}", at / WAYS);
        let email = format!("{name}@mail.example");
        let claims = json!({ "sub": name, "name": words.fill(60), "email": email });
        let token = session(shop, &claims).await;
        let author = world.page(pages.origin(), KEY).bearing(&token);
        let mut photos = Vec::new();
        for _ in 0..5 {
            let photo = upload(&author).await;
            photos.push(json!({ "id": photo["id"], "alt": words.fill(200) }));
        }
        let text = json!({
            "rating": 30, "title": words.fill(120), "body": words.fill(2_000), "author": words.fill(40),
            "photos": photos,
        });
        let sent = author
            .post(&format!("/v1/books/{isbn}/reviews"), &text)
            .await;
        let review: Value = sent.expect_status(201).json();
        let id = review["id"].as_str().unwrap().to_owned();
        let decided = match at % WAYS {
            0 => json!({ "review": id, "version": 1, "decision": "approve" }),
            1 => json!({
                "review": id, "version": 1, "decision": "refuse", "reason": "other", "note": words.fill(1_000),
            }),
            _ => {
                let said = json!({ "version": 1, "subject": "delivery" });
                let path = format!("/v1/customer/reviews/{id}/subject");
                let sent = author.send_json(Method::PUT, &path, &said).await;
                sent.expect_status(200);
                Value::Null
            }
        };
        if !decided.is_null() {
            let sent = json!({ "decisions": [decided] });
            let sent = olga.elsewhere(world).post(&decisions, &sent).await;
            sent.expect_status(204);
        }
        if at % WAYS == 0 {
            let report = json!({ "reason": "other", "note": words.fill(1_000) });
            let reader = world.page(pages.origin(), KEY).bearing(&reader);
            let path = format!("/v1/reviews/{id}/reports");
            reader.post(&path, &report).await.expect_status(204);
        }
        written.push(Written { isbn, claims, id });
    }
    written
}

/// A photo of somebody's; as the server asks of those who send many, not before it says.
async fn upload(author: &Actor<'_>) -> Value {
    loop {
        let sender = author.clone().with("content-type", "image/jpeg");
        let jpeg = file(&picture(20, 20), ImageFormat::Jpeg);
        let sent = sender
            .send_bytes(Method::POST, "/v1/customer/photos", jpeg)
            .await;
        if sent.status() != 429 {
            return sent.expect_status(201).json();
        }
        let wait = sent.problem().retry_after.unwrap();
        tokio::time::sleep(Duration::from_secs(wait)).await;
    }
}

/// An access token of whom the shop vouches for with these claims, who is signed in at the shop from now on.
pub async fn session(shop: &Shop, claims: &Value) -> String {
    let pages = &shop.stage.pages;
    pages.login.customer(claims.clone());
    let grant = json!({ "grant": "identity_token", "identity_token": pages.login.token(0) });
    let page = shop.stage.world.page(pages.origin(), KEY);
    let session: Value = page.post("/v1/sessions", &grant).await.json();
    session["access_token"].as_str().unwrap().to_owned()
}

async fn no_script_that_customers_and_staff_write_besides_becomes_one(browser: Browser) {
    let shop = crate::photos::open().await;
    let pages = &shop.stage.pages;
    let mut olga = Owner::enrol(&shop.stage.world, None).await;
    let texts = scripts::texts(HIT);
    let texts = texts.iter().cycle().peekable();
    let mut words = Words { texts };
    let written = written(&shop, &olga, &mut words).await;

    // Each author's own part of the widget, and what readers see of the photos.
    let widget = shop.sign_in(&browser).await;
    let seen = match browser.engine() {
        Engine::Chromium => written.len(),
        Engine::Webkit => 2 * WAYS,
    };
    for (at, review) in written.iter().take(seen).enumerate() {
        pages.login.customer(review.claims.clone());
        pages.fill("include", &REVIEWS.replace("{{isbn}}", &review.isbn));
        shop.visit(&browser).await;
        widget.click(".writing > summary").await;
        widget.wait_for_count("[data-delete]", 1).await;
        widget.wait_for_count(".chosen img", 5).await;
        if at % WAYS == 0 {
            widget.click(".results .photo").await;
            widget.wait_for_count(".lightbox[open] .caption", 1).await;
        }
        let found: Vec<String> = widget.evaluate(&format!("{FOUND}(root)")).await;
        assert_eq!(found, [] as [String; 0], "{}", review.id);
    }
    if browser.engine() != Engine::Chromium {
        // Nobody can be signed in there.
        return;
    }

    // The member centre.
    let server = shop.stage.world.server().address().to_owned();
    for (at, review) in written.iter().enumerate().step_by(WAYS) {
        let token = session(&shop, &review.claims).await;
        enter(&browser, &shop, &server, &token).await;
        let other = &written[(at + WAYS) % written.len()];
        for page in [
            "".to_owned(),
            "/reviews".to_owned(),
            format!("/reviews/{}", review.isbn),
            "/profile".to_owned(),
            "/notifications".to_owned(),
            format!("/votes/{}", other.id),
        ] {
            look(&browser, &format!("{server}/shops/{KEY}/member{page}")).await;
        }
    }

    // The console.
    assert!(olga.sign_in(&browser).await);
    for page in ["reviews?queue=all", "reviews?queue=reported", "cases"] {
        let mut next = Some(olga.at(page));
        let mut seen = 0;
        while let Some(address) = next {
            look(&browser, &address).await;
            let entries = "document.querySelectorAll('main .card, main .case').length";
            seen += browser.evaluate::<usize>(entries).await;
            next = browser
                .evaluate("document.querySelector('a[rel=next]')?.href ?? null")
                .await;
        }
        assert!(seen >= 8, "{page}: {seen}");
    }
}

/// Goes to the member centre, signed in there, as a shop's page does it.
pub async fn enter(browser: &Browser, shop: &Shop, server: &str, token: &str) {
    let own = shop.stage.world.page(shop.stage.pages.origin(), KEY);
    let own = own.bearing(token);
    let handover: Value = own
        .send(Method::POST, "/v1/customer/handovers")
        .await
        .json();
    browser
        .open(&format!("{server}/shops/{KEY}/member/sign-in"))
        .await;
    let form = format!(
        "void ((form, code) => {{ form.method = 'post'; form.action = '{server}/shops/{KEY}/member/enter'; \
         code.name = 'code'; code.value = {}; form.append(code); document.body.append(form); form.submit(); }})\
         (document.createElement('form'), document.createElement('input'))",
        handover["code"]
    );
    browser.evaluate::<()>(&form).await;
    browser
        .wait_for("document.querySelector('.sections')")
        .await;
}

/// A page of ours has nothing but text.
async fn look(browser: &Browser, address: &str) {
    browser.open(address).await;
    browser.wait_for(crate::office::HYDRATED).await;
    let found: Vec<String> = browser.evaluate(&format!("{FOUND}(document)")).await;
    assert_eq!(found, [] as [String; 0], "{address}");
}
