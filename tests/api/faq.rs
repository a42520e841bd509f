//! The shop's answers to frequent questions: written by the staff, found by shoppers.

use crate::colleagues::{Colleague, console, owner, shop};
use crate::console::send;
use crate::shelf::{KEY, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::faq::{Article, ArticleList, FaqArticle, FaqList, FaqOffers};
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    what_the_staff_writes_is_found_by_who_asks_in_any_language,
    a_reader_gets_the_language_that_fits_best,
    nobody_overwrites_what_a_colleague_has_written,
    markdown_of_the_staff_runs_no_script,
    that_it_answered_is_counted_once,
    articles_are_written_on_a_page_that_needs_no_script,
    shoppers_read_articles_on_pages_that_need_no_script,
    what_breaks_a_rule_is_named,
);

/// What names a draft.
const DRAFT: &str = "0123456789abcdef0123456789abcdef";

/// An article that shoppers see, of languages with question and answer.
fn content(texts: &[(&str, &str, &str)]) -> Value {
    let texts = texts.iter().map(
        |(language, title, body)| json!({ "language": language, "title": title, "body": body }),
    );
    json!({ "texts": texts.collect::<Vec<_>>(), "published": true })
}

async fn write(staff: &Colleague<'_>, content: &Value) -> Article {
    let reply = staff.browser.post(&staff.path("faq"), content).await;
    reply.expect_status(201).json()
}

/// What fits a text.
async fn offers(shopper: &Actor<'_>, lang: &str, text: &str) -> FaqOffers {
    let path = "/v1/faq/search";
    let reply = shopper
        .post(path, &json!({ "text": text, "lang": lang }))
        .await;
    reply.expect_status(200).json()
}

/// Titles of what fits a text.
async fn found(shopper: &Actor<'_>, lang: &str, text: &str) -> Vec<String> {
    let offers = offers(shopper, lang, text).await.articles;
    offers.into_iter().map(|offer| offer.title).collect()
}

fn titles(list: FaqList) -> Vec<String> {
    list.articles.into_iter().map(|entry| entry.title).collect()
}

async fn page(world: &World, rest: &str) -> String {
    let page = world
        .anonymous()
        .get(&format!("/shops/{KEY}/faq{rest}"))
        .await;
    page.expect_status(200).text().to_owned()
}

async fn what_the_staff_writes_is_found_by_who_asks_in_any_language(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let shopper = shopper(&world);
    let late = content(&[
        (
            "en",
            "When does my parcel arrive?",
            "Within three days. You can follow it.",
        ),
        (
            "zh-CN",
            "我的包裹什么时候到？",
            "三天之内。您可以查询物流。",
        ),
        ("ja", "荷物はいつ届きますか？", "3日以内にお届けします。"),
    ]);
    write(&olga, &late).await;
    let back = content(&[
        (
            "en",
            "How do I return a book?",
            "Write to us within thirty days. We pay the parcel.",
        ),
        (
            "zh-CN",
            "怎样退货？",
            "请在三十天之内联系我们。运费由我们承担。",
        ),
    ]);
    write(&olga, &back).await;
    let mut hidden = content(&[("en", "Parcel secrets", "Not ready.")]);
    hidden["published"] = json!(false);
    let hidden = write(&olga, &hidden).await;

    for (lang, text, title) in [
        (
            "en",
            "Hello, I ordered a novel last week and the PARCEL still has not arrived!",
            "When does my parcel arrive?",
        ),
        (
            "en",
            "I would like to return two books, they were returned to me",
            "How do I return a book?",
        ),
        (
            "zh-CN",
            "你好，上周买的书，包裹还没有到",
            "我的包裹什么时候到？",
        ),
        ("zh-CN", "这本书我想退货", "怎样退货？"),
        (
            "ja",
            "先週注文した荷物がまだ届きません",
            "荷物はいつ届きますか？",
        ),
        // Who writes another language than the page has is understood, too.
        ("ja", "my parcel has not arrived", "荷物はいつ届きますか？"),
    ] {
        let found = found(&shopper, lang, text).await;
        assert_eq!(
            found.first().map(String::as_str),
            Some(title),
            "{text}: {found:?}"
        );
    }
    for text in ["", "?!", "hello, how are you", "天气很好", "the and of my"] {
        assert_eq!(found(&shopper, "en", text).await, [""; 0], "{text}");
    }
    let long = "parcel ".repeat(4_000);
    assert_eq!(found(&shopper, "en", &long).await.len(), 1);

    let list: FaqList = shopper.get("/v1/faq?lang=en").await.json();
    let expected = ["When does my parcel arrive?", "How do I return a book?"];
    assert_eq!(titles(list), expected);
    let one = format!("/v1/faq/{}?lang=en", hidden.id);
    assert_eq!(shopper.get(&one).await.problem().code, Code::NotFound);

    // What is not shown any more is not found any more.
    let list: ArticleList = olga.browser.get(&olga.path("faq")).await.json();
    assert_eq!(list.articles.len(), 3);
    let (first, second) = (&list.articles[0].id, &list.articles[1].id);
    let mut late = late;
    late["published"] = json!(false);
    let change = json!({ "version": 1, "content": late });
    let path = olga.path(&format!("faq/{first}"));
    let changed = olga.browser.send_json(Method::PUT, &path, &change).await;
    changed.expect_status(200);
    assert_eq!(found(&shopper, "en", "my parcel").await, [""; 0]);
    let path = olga.path(&format!("faq/{second}"));
    olga.browser
        .send(Method::DELETE, &path)
        .await
        .expect_status(204);
    assert_eq!(found(&shopper, "en", "return").await, [""; 0]);
    let again = olga.browser.send(Method::DELETE, &path).await;
    assert_eq!(again.problem().code, Code::NotFound);

    let log: AuditPage = olga.browser.get(&olga.path("audit")).await.json();
    let entries = log.entries.iter();
    let entries = entries.filter(|entry| entry.target.starts_with("faq_"));
    let actions: Vec<Action> = entries.map(|entry| entry.action).collect();
    let expected = [
        Action::ArticleDeleted,
        Action::ArticleChanged,
        Action::ArticleCreated,
        Action::ArticleCreated,
        Action::ArticleCreated,
    ];
    assert_eq!(actions, expected);
}

async fn a_reader_gets_the_language_that_fits_best(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let shopper = shopper(&world);
    let both = content(&[("ja", "配送", "三日です。"), ("zh-TW", "運送", "三天。")]);
    let both = write(&olga, &both).await;
    let languages: Vec<&str> = both
        .content
        .texts
        .iter()
        .map(|text| text.language.tag())
        .collect();
    assert_eq!(languages, ["zh-TW", "ja"]);
    for (asked, given) in [
        ("zh-TW", "運送"),
        ("zh-CN", "運送"),
        ("ja", "配送"),
        ("en", "運送"),
    ] {
        let path = format!("/v1/faq/{}?lang={asked}", both.id);
        let article: FaqArticle = shopper.get(&path).await.json();
        assert_eq!(article.entry.title, given, "{asked}");
    }
}

async fn nobody_overwrites_what_a_colleague_has_written(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let max = olga.hire(&world, "max@example.com", Role::Agent).await;
    let article = write(&max, &content(&[("en", "Opening hours", "Nine to five.")])).await;
    let path = olga.path(&format!("faq/{}", article.id));
    let to = |body: &str| {
        let content = content(&[("en", "Opening hours", body)]);
        json!({ "version": 1, "content": content })
    };
    let first = olga
        .browser
        .send_json(Method::PUT, &path, &to("Ten to six."))
        .await;
    let first: Article = first.expect_status(200).json();
    assert_eq!(first.version, 2);
    let second = max
        .browser
        .send_json(Method::PUT, &path, &to("Ten to seven."))
        .await;
    let refused = second.problem();
    assert_eq!((refused.code, refused.status), (Code::ArticleChanged, 409));
    // The answer to the first was lost on the way, and it is sent again.
    let again = olga
        .browser
        .send_json(Method::PUT, &path, &to("Ten to six."))
        .await;
    assert_eq!(again.expect_status(200).json::<Article>(), first);
    let kept: Article = olga.browser.get(&path).await.json();
    assert_eq!(kept.content.texts[0].body, "Ten to six.");

    // By the form, what was typed is not lost.
    let form = olga.path(&format!("faq/{}?lang=en&text=en", article.id));
    let form = form.replace("/v1/console/", "/console/");
    let fields = [
        ("form", "save"),
        ("version", "1"),
        ("title", "Opening hours"),
        ("body", "Ten to seven."),
        ("position", "1"),
        ("published", "1"),
    ];
    let refused = send(&max.browser, &form, &fields).await;
    assert_eq!(refused.status(), 422);
    assert!(
        refused
            .text()
            .contains("A colleague has changed this article")
    );
    assert!(refused.text().contains("Ten to seven."));
    assert!(refused.text().contains("name=\"version\" value=\"2\""));
}

async fn markdown_of_the_staff_runs_no_script(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let body = "**Bold** <script>alert(1)</script> [x](javascript:alert(1)) ![p](https://evil.example/p.gif)";
    let article = write(&olga, &content(&[("en", "A <b>title</b>", body)])).await;
    let path = format!("/v1/faq/{}?lang=en", article.id);
    let read: FaqArticle = shopper(&world).get(&path).await.json();
    let html = "<p><strong>Bold</strong> &lt;script&gt;alert(1)&lt;/script&gt; x p</p>\n";
    assert_eq!(read.html, html);
    let offered = offers(&shopper(&world), "en", "a bold title").await;
    let opening = "Bold <script>alert(1)</script> x p";
    assert_eq!(
        (&*offered.articles[0].html, &*offered.articles[0].opening),
        (html, opening)
    );
    let page = page(&world, &format!("/{}?lang=en", article.id)).await;
    assert!(page.contains(html.trim_end()), "{page}");
    assert!(page.contains("A &lt;b&gt;title&lt;/b&gt;"), "{page}");
}

async fn that_it_answered_is_counted_once(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let shopper = shopper(&world);
    let article = write(&olga, &content(&[("en", "Opening hours", "Nine to five.")])).await;
    let path = format!("/v1/faq/{}/answered", article.id);
    for _ in 0..3 {
        let said = shopper.post(&path, &json!({ "draft": DRAFT })).await;
        said.expect_status(204);
    }
    let other = DRAFT.replace('0', "f");
    shopper
        .post(&path, &json!({ "draft": other }))
        .await
        .expect_status(204);
    let list: ArticleList = olga.browser.get(&olga.path("faq")).await.json();
    assert_eq!(list.articles[0].answered, 2);
    let refused = shopper
        .post(&path, &json!({ "draft": "x" }))
        .await
        .problem();
    let named: Vec<&str> = refused.fields().collect();
    assert_eq!((refused.code, named), (Code::FieldInvalid, vec!["draft"]));
    let gone = path.replace(article.id.as_str(), "faq_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b");
    let gone = shopper.post(&gone, &json!({ "draft": DRAFT })).await;
    assert_eq!(gone.problem().code, Code::NotFound);
    // Of one address only so many are counted.
    let mut limited = false;
    for number in 0..40 {
        let draft = format!("{number:032x}");
        let said = shopper.post(&path, &json!({ "draft": draft })).await;
        limited |= said.status() == 429;
    }
    assert!(limited);
}

async fn articles_are_written_on_a_page_that_needs_no_script(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let list = olga.path("faq").replace("/v1/console/", "/console/");
    let new = format!("{list}/new?lang=en&text=ja");
    let empty = [
        ("form", "save"),
        ("title", ""),
        ("body", ""),
        ("position", "x"),
    ];
    let wrong = send(&olga.browser, &new, &empty).await;
    assert_eq!(wrong.status(), 422);
    for words in [
        "A question has 1 to 200 characters.",
        "An answer has 1 to 10,000 characters.",
        "This is a whole number from 1 to 999.",
    ] {
        assert!(wrong.text().contains(words), "{words}: {}", wrong.text());
    }
    let mut fields = vec![
        ("form", "preview"),
        ("version", "0"),
        ("title", "営業時間 & </textarea>"),
        ("body", "**9時**から</textarea>"),
        ("position", "3"),
    ];
    let looked = send(&olga.browser, &new, &fields).await;
    assert!(
        looked.html().contains("<strong>9時</strong>"),
        "{}",
        looked.text()
    );
    let none: ArticleList = olga.browser.get(&olga.path("faq")).await.json();
    assert!(none.articles.is_empty());
    fields[0].1 = "save";
    assert_eq!(send(&olga.browser, &new, &fields).await.status(), 303);
    let kept: ArticleList = olga.browser.get(&olga.path("faq")).await.json();
    let article = &kept.articles[0];
    assert_eq!((article.position, article.published), (3, false));

    // Another language, and shown from now on.
    let form = format!("{list}/{}?lang=en&text=en", article.id);
    let blank = olga.browser.get(&form).await;
    assert!(
        blank.html().contains("name=\"version\" value=\"1\""),
        "{}",
        blank.text()
    );
    let fields = [
        ("form", "save"),
        ("version", "1"),
        ("title", "Opening hours"),
        ("body", "From nine."),
        ("position", "3"),
        ("published", "1"),
    ];
    assert_eq!(send(&olga.browser, &form, &fields).await.status(), 303);
    let shown = page(&world, &format!("/{}?lang=en", article.id)).await;
    assert!(shown.contains("From nine."), "{shown}");
    let remove = [("form", "remove"), ("version", "2")];
    let japanese = form.replace("text=en", "text=ja");
    assert_eq!(send(&olga.browser, &japanese, &remove).await.status(), 303);
    let shown = page(&world, &format!("/{}?lang=ja", article.id)).await;
    assert!(shown.contains("From nine."), "{shown}");

    let looked = vera.browser.get(&form).await;
    assert!(looked.html().contains("disabled"), "{}", looked.text());
    assert_eq!(send(&vera.browser, &form, &fields).await.status(), 403);
    let delete = [("form", "delete"), ("version", "3")];
    for _ in 0..2 {
        assert_eq!(send(&olga.browser, &form, &delete).await.status(), 303);
    }
    let empty = page(&world, "?lang=en").await;
    assert!(empty.contains("There is nothing here yet."), "{empty}");
}

async fn shoppers_read_articles_on_pages_that_need_no_script(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let hours = content(&[
        ("en", "Opening hours", "Nine to five."),
        ("ja", "営業時間", "9時から"),
    ]);
    let hours = write(&olga, &hours).await;
    write(&olga, &content(&[("en", "Gift wrapping", "Of course.")])).await;

    let all = page(&world, "?lang=en").await;
    assert!(
        all.contains("Opening hours") && all.contains("Gift wrapping"),
        "{all}"
    );
    let some = page(&world, "?lang=en&q=wrapped").await;
    assert!(
        !some.contains("Opening hours") && some.contains("Gift wrapping"),
        "{some}"
    );
    let none = page(&world, "?lang=en&q=dragons").await;
    assert!(none.contains("Nothing here is about that."), "{none}");
    for (lang, words) in [
        ("en", "Nine to five."),
        ("ja", "9時から"),
        ("zh-CN", "Nine to five."),
    ] {
        let shown = page(&world, &format!("/{}?lang={lang}", hours.id)).await;
        assert!(shown.contains(words), "{lang}: {shown}");
    }
    let path = format!("/shops/{KEY}/faq/{}?lang=en", hours.id);
    let thanked = send(&console(&world), &path, &[("draft", DRAFT)]).await;
    assert_eq!(thanked.status(), 303);
    let to = thanked.header("location");
    let thanks = world.anonymous().get(to).await;
    assert!(thanks.html().contains("Good to know."), "{}", thanks.text());
    let list: ArticleList = olga.browser.get(&olga.path("faq")).await.json();
    assert_eq!(list.articles[0].answered, 1);
    let nothing = format!("/shops/{KEY}/faq/faq_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b");
    assert_eq!(world.anonymous().get(&nothing).await.status(), 404);
}

async fn what_breaks_a_rule_is_named(setup: Setup) {
    let world = shop(setup).await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let long = "x".repeat(201);
    let cases = [
        (content(&[]), vec!["texts"]),
        (
            content(&[("en", "A", "b"), ("en", "C", "d")]),
            vec!["texts"],
        ),
        (
            content(&[("en", &long, "b"), ("ja", "c", " ")]),
            vec!["texts.en.title", "texts.ja.body"],
        ),
        (
            json!({ "texts": [{ "language": "en", "title": "a", "body": "b" }], "position": 1_000 }),
            vec!["position"],
        ),
    ];
    for (content, fields) in cases {
        let refused = olga
            .browser
            .post(&olga.path("faq"), &content)
            .await
            .problem();
        let named: Vec<&str> = refused.fields().collect();
        assert_eq!(
            (refused.code, named),
            (Code::FieldInvalid, fields),
            "{content}"
        );
    }
}
