//! Customers write reviews, change and delete them, and readers see what they may see.

use crate::people::{identity, new_secret, seconds, sign_in};
use crate::shelf::{BOOKS, EMMA, KEY, ORIGIN, PRIDE, PRIDE_ZH, UNKNOWN, shopper};
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::stories;
use bookplate_tests::wait_until;
use bookplate_wire::Code;
use bookplate_wire::privacy::Archive;
use bookplate_wire::reviews::moderation::{Decision, NewDecision};
use bookplate_wire::reviews::votes::OwnPart;
use bookplate_wire::reviews::writing::{OwnReview, OwnReviews, Reason, ReviewState};
use bookplate_wire::reviews::{Review, ReviewPage, Summary};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

stories!(
    readers_see_a_review_only_after_somebody_has_looked,
    where_the_shop_wishes_so_readers_see_a_review_at_once,
    a_customer_has_one_review_of_a_work,
    a_wrong_review_is_refused_and_nothing_of_it_is_kept,
    half_stars_are_given_where_the_shop_offers_them,
    an_author_changes_the_own_review_and_nobody_elses,
    an_author_deletes_the_own_review,
    what_was_refused_waits_however_often_it_is_written_anew,
    who_is_not_signed_in_writes_nothing,
    a_review_from_a_file_is_its_authors_own,
    a_deleted_account_takes_along_what_readers_never_saw,
    many_writers_at_once_leave_the_figures_exact,
);

/// A shop with a login of its own and a till.
pub struct Shop {
    pub world: World,
    pub secret: String,
    till: String,
}

impl Shop {
    /// One that shows reviews at once.
    pub async fn open(setup: Setup) -> Self {
        Self::with(setup, "after").await
    }

    async fn with(setup: Setup, moderation: &'static str) -> Self {
        setup.shop(KEY, &[ORIGIN]).await;
        setup.import_catalogue(BOOKS).await;
        set(&setup, "UPDATE shops SET moderation = $1", moderation).await;
        let secret = new_secret(&setup, "identity").await.1;
        let till = new_secret(&setup, "api").await.1;
        let world = setup.open().await;
        Self {
            world,
            secret,
            till,
        }
    }

    /// The shop's customer with this id, signed in.
    pub async fn customer(&self, id: &str) -> Actor<'_> {
        let page = shopper(&self.world);
        let told = json!({ "name": id, "email": format!("{id}@example.com") });
        let session = sign_in(&page, &identity(&self.secret, id, told)).await;
        page.bearing(&session.access_token)
    }

    pub async fn reviews(&self) -> Vec<Review> {
        let path = format!("/v1/books/{PRIDE}/reviews?sort=newest&limit=100");
        let page: ReviewPage = shopper(&self.world).get(&path).await.json();
        page.reviews
    }

    pub async fn summary(&self) -> Summary {
        let path = format!("/v1/books/{PRIDE}/rating");
        shopper(&self.world).get(&path).await.json()
    }

    /// Reports a sale of `isbn` to whom `customer` names.
    pub async fn sell(&self, number: &str, customer: Value, isbn: &str) {
        let line = json!({
            "line": "a", "isbn": isbn, "quantity": 1, "total": { "amount": 4_500, "currency": "CNY" },
        });
        let order = json!({
            "number": number, "placed_at": seconds() * 1_000, "customer": customer, "lines": [line],
        });
        let till = self.world.anonymous().bearing(&self.till);
        let sent = till.post("/v1/orders", &json!({ "orders": [order] })).await;
        sent.expect_status(200);
    }

    pub async fn refund(&self, order: &str) {
        let money = json!({ "amount": 4_500, "currency": "CNY" });
        let refund = json!({
            "number": format!("R-{order}"), "order": order, "refunded_at": seconds() * 1_000,
            "lines": [{ "line": "a", "quantity": 1, "total": money }],
        });
        let till = self.world.anonymous().bearing(&self.till);
        let sent = json!({ "refunds": [refund] });
        till.post("/v1/refunds", &sent).await.expect_status(200);
    }

    /// Waits until all that is known of purchases has been looked at: then this many of the book's reviews are marked.
    pub async fn verified(&self, count: u32) {
        let store = Store::open(self.world.setup().database_url())
            .await
            .unwrap();
        let looked = async || store.read(Db::shop_with_purchases).await.unwrap().is_none();
        wait_until("purchases have been looked at", looked).await;
        let marked = self.reviews().await;
        let marked = marked.iter().filter(|review| review.verified).count();
        let summary = self.summary().await;
        assert_eq!((marked, summary.verified), (count as usize, count));
    }

    pub async fn doctor(&self) {
        self.world.setup().run(&["doctor"]).await;
    }
}

/// Has the shop show reviews at once.
pub async fn see_at_once(setup: &Setup) {
    set(setup, "UPDATE shops SET moderation = $1", "after").await;
}

async fn set(setup: &Setup, statement: &'static str, value: &'static str) {
    let store = Store::open(setup.database_url()).await.unwrap();
    let change = move |db: &mut Db| Sql::new(statement).arg(value).run(db);
    store.write(change).await.unwrap();
    store.close().await;
}

pub fn text(rating: u8, title: &str) -> Value {
    json!({ "rating": rating, "title": title, "body": "Wit on every page.", "author": "Lin", "language": "en" })
}

pub async fn write(author: &Actor<'_>, text: &Value) -> OwnReview {
    let path = format!("/v1/books/{PRIDE}/reviews");
    author.post(&path, text).await.expect_status(201).json()
}

async fn rewrite(author: &Actor<'_>, review: &OwnReview, text: &Value) -> OwnReview {
    let path = format!("/v1/customer/reviews/{}", review.id);
    author.send_json(Method::PUT, &path, text).await.json()
}

async fn own(author: &Actor<'_>) -> Vec<OwnReview> {
    let own: OwnReviews = author.get("/v1/customer/reviews").await.json();
    own.reviews
}

async fn readers_see_a_review_only_after_somebody_has_looked(setup: Setup) {
    let shop = Shop::with(setup, "before").await;
    let lin = shop.customer("lin").await;
    let written = write(&lin, &text(40, "A joy")).await;
    assert_eq!(written.state, ReviewState::Pending);
    assert_eq!(
        (written.isbn.as_str(), &*written.book),
        (PRIDE, "Pride and Prejudice")
    );
    assert!(!written.created_on.is_empty());
    assert!(shop.reviews().await.is_empty());
    assert_eq!(shop.summary().await.count, 0);
    // The author sees it, whichever edition is looked at.
    let path = format!("/v1/books/{PRIDE_ZH}/reviews/own");
    let part: OwnPart = lin.get(&path).await.json();
    assert_eq!(part.review.unwrap().title, "A joy");
    let ben = shop.customer("ben").await;
    let part: OwnPart = ben.get(&path).await.json();
    assert_eq!(part.review, None);
    shop.doctor().await;
}

async fn where_the_shop_wishes_so_readers_see_a_review_at_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let sent = json!({
        "rating": 40, "title": " A \u{202e}joy\n", "body": "Wit.\r\n\r\n\r\n||They marry.||", "author": "Lin",
        "language": "en-GB",
    });
    let written = write(&lin, &sent).await;
    assert_eq!(written.state, ReviewState::Published);
    let reviews = shop.reviews().await;
    assert_eq!(reviews.len(), 1);
    let seen = &reviews[0];
    assert_eq!(
        (seen.rating, &*seen.title, &*seen.author),
        (40, "A joy", "Lin")
    );
    assert_eq!(seen.body, "Wit.\n\n||They marry.||");
    assert_eq!((seen.verified, seen.edited_at), (false, None));
    let summary = shop.summary().await;
    assert_eq!((summary.count, summary.average), (1, 40));
    assert_eq!(summary.languages[0].language, "en");
    shop.doctor().await;
}

async fn a_customer_has_one_review_of_a_work(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let written = write(&lin, &text(40, "A joy")).await;
    for isbn in [PRIDE, PRIDE_ZH] {
        let path = format!("/v1/books/{isbn}/reviews");
        let refused = lin.post(&path, &text(10, "Changed my mind")).await;
        assert_eq!(refused.problem().code, Code::ReviewExists);
    }
    // Twice at once.
    let ben = shop.customer("ben").await;
    let path = format!("/v1/books/{PRIDE}/reviews");
    let sent = text(20, "Slow");
    let both = tokio::join!(ben.post(&path, &sent), ben.post(&path, &sent));
    let mut statuses = [both.0.status(), both.1.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(shop.reviews().await.len(), 2);
    let path = format!("/v1/customer/reviews/{}", written.id);
    lin.send(Method::DELETE, &path).await.expect_status(204);
    write(&lin, &text(30, "Again")).await;
    shop.doctor().await;
}

async fn a_wrong_review_is_refused_and_nothing_of_it_is_kept(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let path = format!("/v1/books/{PRIDE}/reviews");
    for (field, value) in [
        ("rating", json!(0)),
        ("rating", json!(45)),
        ("rating", json!(60)),
        ("title", json!("a".repeat(121))),
        ("body", json!("书".repeat(10_001))),
        ("author", json!("a".repeat(41))),
        ("language", json!("English, please")),
    ] {
        let mut sent = text(40, "A joy");
        sent[field] = value;
        let problem = lin.post(&path, &sent).await.problem();
        let found = (problem.code, problem.field.as_deref());
        assert_eq!(found, (Code::FieldInvalid, Some(field)), "{sent}");
    }
    for (field, value) in [
        ("rating", json!("4")),
        ("rating", json!(4.5)),
        ("rating", json!(-10)),
        ("verified", json!(true)),
    ] {
        let mut sent = text(40, "A joy");
        sent[field] = value;
        let problem = lin.post(&path, &sent).await.problem();
        assert_eq!(problem.code, Code::BodyInvalid, "{sent}");
    }
    let elsewhere = format!("/v1/books/{UNKNOWN}/reviews");
    let problem = lin.post(&elsewhere, &text(40, "A joy")).await.problem();
    assert_eq!(problem.code, Code::BookNotFound);
    assert!(shop.reviews().await.is_empty() && own(&lin).await.is_empty());
    // Stars alone are a review.
    write(&lin, &json!({ "rating": 30 })).await;
}

async fn half_stars_are_given_where_the_shop_offers_them(setup: Setup) {
    let shop = Shop::open(setup).await;
    set(
        shop.world.setup(),
        "UPDATE shops SET half_stars = 1 WHERE name <> $1",
        "",
    )
    .await;
    let lin = shop.customer("lin").await;
    let path = format!("/v1/books/{PRIDE}/reviews");
    let taken = async || lin.post(&path, &text(45, "Nearly")).await.status() == 201;
    // A server may know a shop's settings for a moment longer.
    wait_until("half stars are taken", taken).await;
    assert_eq!(shop.summary().await.average, 45);
}

async fn an_author_changes_the_own_review_and_nobody_elses(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let first = write(&lin, &text(40, "A joy")).await;
    let same = rewrite(&lin, &first, &text(40, "A joy")).await;
    assert_eq!(same, first);
    assert_eq!(shop.reviews().await[0].edited_at, None);
    let changed = rewrite(&lin, &first, &text(20, "Less of a joy")).await;
    assert_eq!((changed.id, changed.rating), (first.id.clone(), 20));
    let seen = &shop.reviews().await[0];
    assert_eq!((seen.rating, &*seen.title), (20, "Less of a joy"));
    assert!(seen.edited_at.is_some() && seen.created_at == first.created_at);
    let summary = shop.summary().await;
    assert_eq!((summary.count, summary.average), (1, 20));
    let ben = shop.customer("ben").await;
    let path = format!("/v1/customer/reviews/{}", first.id);
    let refused = ben.send_json(Method::PUT, &path, &text(10, "Mine")).await;
    assert_eq!(refused.problem().code, Code::ReviewNotFound);
    let refused = ben.send(Method::DELETE, &path).await;
    assert_eq!(refused.problem().code, Code::ReviewNotFound);
    assert_eq!(shop.reviews().await[0].title, "Less of a joy");
    shop.doctor().await;
}

async fn an_author_deletes_the_own_review(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let written = write(&lin, &text(40, "A joy")).await;
    let ben = shop.customer("ben").await;
    let vote = format!("/v1/reviews/{}/vote", written.id);
    let helpful = json!({ "helpful": true });
    let voted = ben.send_json(Method::PUT, &vote, &helpful).await;
    voted.expect_status(200);
    let path = format!("/v1/customer/reviews/{}", written.id);
    lin.send(Method::DELETE, &path).await.expect_status(204);
    assert_eq!(lin.send(Method::DELETE, &path).await.status(), 404);
    assert!(shop.reviews().await.is_empty() && own(&lin).await.is_empty());
    assert_eq!(shop.summary().await.count, 0);
    let archive: Archive = ben.get("/v1/customer/archive").await.json();
    assert!(archive.review_votes.is_empty());
    shop.doctor().await;
}

async fn what_was_refused_waits_however_often_it_is_written_anew(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let store = Store::open(shop.world.setup().database_url())
        .await
        .unwrap();
    let decide = async |review: &OwnReview, decision: Decision| {
        let decision = NewDecision {
            review: review.id.clone(),
            version: 1,
            decision,
            reason: (decision == Decision::Refuse).then_some(Reason::Abuse),
            note: String::new(),
            hide_earlier: false,
            waiting: None,
        };
        let decide = move |db: &mut Db| {
            let shop = db.shop_by_key(KEY)?.unwrap().id;
            let staff = format!("stf_{}", "0".repeat(32)).parse().unwrap();
            db.decide(&staff, &shop, &[decision])
        };
        store.write(decide).await.unwrap().unwrap();
    };
    let anew = async |review: &OwnReview| {
        let path = format!("/v1/customer/reviews/{}", review.id);
        lin.send(Method::DELETE, &path).await.expect_status(204);
        write(&lin, &text(10, "A fool's book")).await
    };
    let review = write(&lin, &text(10, "A fool's book")).await;
    assert_eq!(review.state, ReviewState::Published);
    decide(&review, Decision::Refuse).await;
    let review = anew(&review).await;
    assert_eq!(review.state, ReviewState::Pending);
    let changed = rewrite(&lin, &review, &text(10, "Still")).await;
    assert_eq!(changed.state, ReviewState::Pending);
    let review = anew(&review).await;
    assert_eq!(review.state, ReviewState::Pending);
    assert!(shop.reviews().await.is_empty());
    // Once something was approved, the author is trusted again.
    decide(&review, Decision::Approve).await;
    let changed = rewrite(&lin, &review, &text(20, "Better")).await;
    assert_eq!(changed.state, ReviewState::Published);
    shop.doctor().await;
}

async fn who_is_not_signed_in_writes_nothing(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let review = write(&lin, &text(40, "A joy")).await.id;
    let reader = shopper(&shop.world);
    let own = format!("/v1/customer/reviews/{review}");
    let vote = format!("/v1/reviews/{review}/vote");
    for (method, path, body) in [
        (
            Method::POST,
            format!("/v1/books/{PRIDE}/reviews"),
            text(40, ""),
        ),
        (
            Method::GET,
            format!("/v1/books/{PRIDE}/reviews/own"),
            json!({}),
        ),
        (Method::PUT, own.clone(), text(10, "")),
        (Method::DELETE, own, json!({})),
        (Method::PUT, vote.clone(), json!({ "helpful": true })),
        (Method::DELETE, vote, json!({})),
        (
            Method::POST,
            format!("/v1/reviews/{review}/reports"),
            json!({ "reason": "abuse" }),
        ),
    ] {
        let refused = reader.send_json(method, &path, &body).await.problem();
        assert_eq!(refused.code, Code::SessionRequired, "{path}");
    }
    assert_eq!(shop.reviews().await[0].votes, 0);
}

async fn a_review_from_a_file_is_its_authors_own(setup: Setup) {
    const FILE: &str = "\
id,isbn,rating,title,body,language,author,created_at,helpful,votes,customer
r1,9780141439518,5,Old words,Wit.,en,Lin,2024-01-01,3,4,lin
";
    let shop = Shop::open(setup).await;
    let setup = shop.world.setup();
    setup.import_reviews(FILE).await;
    shop.sell("A-1", json!({ "external_id": "lin" }), PRIDE)
        .await;
    let lin = shop.customer("lin").await;
    shop.verified(1).await;
    let review = own(&lin).await.remove(0);
    assert_eq!(
        (review.state, &*review.title),
        (ReviewState::Published, "Old words")
    );
    let path = format!("/v1/books/{PRIDE}/reviews");
    let refused = lin.post(&path, &text(10, "Another")).await;
    assert_eq!(refused.problem().code, Code::ReviewExists);
    // Votes that were given here are kept beside those of the file.
    let ben = shop.customer("ben").await;
    let vote = format!("/v1/reviews/{}/vote", review.id);
    let helpful = json!({ "helpful": true });
    let voted = ben.send_json(Method::PUT, &vote, &helpful).await;
    voted.expect_status(200);
    setup
        .import_reviews(&FILE.replace("3,4,lin", "5,6,lin"))
        .await;
    let seen = &shop.reviews().await[0];
    assert_eq!((seen.helpful, seen.votes), (6, 7));
    let again = setup
        .import_reviews(&FILE.replace("3,4,lin", "5,6,lin"))
        .await;
    assert!(again.contains("1 unchanged"), "{again}");
    // What the author writes here counts from then on, and not what the file says.
    rewrite(&lin, &review, &text(20, "New words")).await;
    setup
        .import_reviews(&FILE.replace("Old words", "Older words"))
        .await;
    assert_eq!(shop.reviews().await[0].title, "New words");
    let path = format!("/v1/customer/reviews/{}", review.id);
    lin.send(Method::DELETE, &path).await.expect_status(204);
    setup.import_reviews(FILE).await;
    assert!(shop.reviews().await.is_empty());
    shop.doctor().await;
}

async fn a_deleted_account_takes_along_what_readers_never_saw(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let written = write(&lin, &text(40, "A joy")).await;
    set(
        shop.world.setup(),
        "UPDATE shops SET moderation = $1",
        "before",
    )
    .await;
    let dee = shop.customer("dee").await;
    let waits = async || {
        let path = format!("/v1/books/{EMMA}/reviews");
        let reply = dee.post(&path, &text(30, "Fine")).await;
        let review: OwnReview = reply.expect_status(201).json();
        let path = format!("/v1/customer/reviews/{}", review.id);
        dee.send(Method::DELETE, &path).await.expect_status(204);
        review.state == ReviewState::Pending
    };
    // A server may know a shop's settings for a moment longer.
    wait_until("what is written waits", waits).await;
    let changed = rewrite(&lin, &written, &text(10, "I am Lin of Lake Street")).await;
    assert!(changed.state == ReviewState::Pending && changed.earlier_shown);
    let ben = shop.customer("ben").await;
    let vote = format!("/v1/reviews/{}/vote", written.id);
    let helpful = json!({ "helpful": true });
    let voted = ben.send_json(Method::PUT, &vote, &helpful).await;
    voted.expect_status(200);
    for (customer, wish) in [(&lin, "keep_anonymous"), (&ben, "remove")] {
        let wish = json!({ "reviews": wish });
        let gone = customer.send_json(Method::DELETE, "/v1/customer", &wish);
        gone.await.expect_status(204);
    }
    let seen = &shop.reviews().await[0];
    assert_eq!((&*seen.title, &*seen.author), ("A joy", ""));
    assert_eq!((seen.helpful, seen.votes), (0, 0));
    let store = Store::open(shop.world.setup().database_url())
        .await
        .unwrap();
    let count = |db: &mut Db| {
        Sql::new("SELECT COUNT(*) FROM review_versions WHERE author <> '' OR title <> 'A joy'")
            .value(db)
    };
    let left: Option<i64> = store.read(count).await.unwrap();
    assert_eq!(left, Some(0));
    shop.doctor().await;
}

async fn many_writers_at_once_leave_the_figures_exact(setup: Setup) {
    let shop = Shop::open(setup).await;
    let writers: Vec<String> = (0..16).map(|number| format!("w{number}")).collect();
    let first = shop.customer("lin").await;
    let other = write(&first, &text(50, "First")).await;
    // A few rounds, or as many as fit into the minutes of `cargo xtask fuzz`.
    let minutes = std::env::var("BOOKPLATE_FUZZ_MINUTES").ok();
    let minutes: u64 = minutes.map_or(0, |minutes| minutes.parse().unwrap());
    let (begun, long) = (Instant::now(), Duration::from_secs(60 * minutes));
    let work = |writer: String| {
        let (shop, other) = (&shop, &other);
        async move {
            let mut author = shop.customer(&writer).await;
            let vote = format!("/v1/reviews/{}/vote", other.id);
            let mut round = 0_u32;
            while round < 5 || begun.elapsed() < long {
                if round % 200 == 199 {
                    // Before the session ends.
                    author = shop.customer(&writer).await;
                }
                let stars = (round % 5) as u8;
                let review = write(&author, &text(10 + 10 * stars, "One")).await;
                rewrite(&author, &review, &text(50 - 10 * stars, "Two")).await;
                let helpful = json!({ "helpful": round.is_multiple_of(2) });
                author
                    .send_json(Method::PUT, &vote, &helpful)
                    .await
                    .expect_status(200);
                shop.sell(
                    &format!("{writer}-{round}"),
                    json!({ "external_id": writer }),
                    PRIDE,
                )
                .await;
                let path = format!("/v1/customer/reviews/{}", review.id);
                author.send(Method::DELETE, &path).await.expect_status(204);
                round += 1;
            }
            let helpful = json!({ "helpful": true });
            let last = author.send_json(Method::PUT, &vote, &helpful).await;
            last.expect_status(200);
            write(&author, &text(30, "Last")).await;
        }
    };
    futures_util::future::join_all(writers.into_iter().map(work)).await;
    let summary = shop.summary().await;
    assert_eq!((summary.count, summary.stars), (17, [0, 0, 16, 0, 1]));
    shop.verified(16).await;
    let seen = shop.reviews().await;
    let voted = seen.iter().find(|review| review.id == other.id).unwrap();
    assert_eq!((voted.helpful, voted.votes), (16, 16));
    shop.doctor().await;
}
