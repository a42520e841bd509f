//! Reviews, those who write them and those who decide about them, as the stories need them.

use crate::colleagues::{Colleague, owner};
use crate::members::mail_server;
use crate::people::{identity, new_secret, sign_in};
use crate::shelf::{BOOKS, KEY, ORIGIN, shopper};
use bookplate_store::db::Sql;
use bookplate_store::{Store, StoreError};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::mail::MailServer;
use bookplate_tests::reply::Reply;
use bookplate_wire::ReviewId;
use bookplate_wire::notifications::{Notification, NotificationPage};
use bookplate_wire::reviews::moderation::{ModeratedReview, ModerationPage};
use bookplate_wire::reviews::writing::{OwnReview, OwnReviews};
use bookplate_wire::reviews::{Review, ReviewPage, Summary};
use reqwest::Method;
use serde_json::{Value, json};

/// A shop with three books, a mail server, and customers whom it vouches for.
pub struct Desk {
    pub world: World,
    pub mail: MailServer,
    secret: String,
}

impl Desk {
    pub async fn open(setup: Setup) -> Self {
        Self::with_reviews(setup, "").await
    }

    /// The same with reviews from a file.
    pub async fn with_reviews(mut setup: Setup, csv: &str) -> Self {
        let mail = mail_server(&mut setup).await;
        setup.shop(KEY, &[ORIGIN]).await;
        setup.import_catalogue(BOOKS).await;
        if !csv.is_empty() {
            setup.import_reviews(csv).await;
        }
        let secret = new_secret(&setup, "identity").await.1;
        Self {
            world: setup.open().await,
            mail,
            secret,
        }
    }

    pub async fn olga(&self) -> Colleague<'_> {
        owner(&self.world, KEY, "olga@example.com").await
    }

    /// The customer whom the shop calls `name`, on one of the shop's pages.
    pub async fn customer(&self, name: &str) -> Actor<'_> {
        let email = format!("{name}@mail.example");
        self.customer_of(name, json!({ "name": name, "email": email }))
            .await
    }

    /// The customer whom the shop calls `id`, and of whom it says `more`.
    pub async fn customer_of(&self, id: &str, more: Value) -> Actor<'_> {
        let token = identity(&self.secret, id, more);
        let page = shopper(&self.world);
        let session = sign_in(&page, &token).await;
        page.bearing(&session.access_token)
    }

    /// What readers see of a book.
    pub async fn seen(&self, isbn: &str) -> Vec<Review> {
        let path = format!("/v1/books/{isbn}/reviews?sort=newest");
        let page: ReviewPage = shopper(&self.world).get(&path).await.json();
        page.reviews
    }

    /// How many ratings readers see of a book, and their mean in tenths.
    pub async fn rating(&self, isbn: &str) -> (u32, u8) {
        let path = format!("/v1/books/{isbn}/rating");
        let summary: Summary = shopper(&self.world).get(&path).await.json();
        (summary.count, summary.average)
    }

    /// Every figure is what a recount gives.
    pub async fn recount(&self) {
        let said = self.world.setup().run(&["doctor"]).await;
        assert!(said.contains("every count equals a recount"), "{said}");
    }

    /// The server is gone all at once, and comes back on the same data.
    pub async fn crash(self) -> Self {
        Self {
            world: self.world.crash().await,
            ..self
        }
    }

    pub async fn say(&self, statement: &'static str) -> Result<u64, StoreError> {
        let store = Store::open(self.world.setup().database_url())
            .await
            .unwrap();
        let done = store.write(move |db| Sql::new(statement).run(db)).await;
        store.close().await;
        done
    }
}

/// Lets readers see what customers write at once.
pub async fn show_at_once(olga: &Colleague<'_>) {
    let change = json!({ "moderation": "after" });
    let path = olga.path("settings");
    let changed = olga.browser.send_json(Method::PATCH, &path, &change).await;
    changed.expect_status(200);
}

/// Somebody's review of a book, with so many stars.
pub async fn write(customer: &Actor<'_>, isbn: &str, stars: u8, body: &str) -> OwnReview {
    let new = json!({ "rating": stars * 10, "title": "My view", "body": body, "author": "Reader", "language": "en" });
    let reply = customer
        .post(&format!("/v1/books/{isbn}/reviews"), &new)
        .await;
    reply.expect_status(201).json()
}

/// Another version of it.
pub async fn rewrite(customer: &Actor<'_>, review: &OwnReview, stars: u8, body: &str) -> OwnReview {
    let new = json!({ "rating": stars * 10, "title": "My view", "body": body, "author": "Reader", "language": "en" });
    let path = format!("/v1/customer/reviews/{}", review.id);
    customer.send_json(Method::PUT, &path, &new).await.json()
}

pub async fn own(customer: &Actor<'_>) -> OwnReview {
    let own: OwnReviews = customer.get("/v1/customer/reviews").await.json();
    own.reviews.into_iter().next().unwrap()
}

pub async fn told(customer: &Actor<'_>) -> Vec<Notification> {
    let page: NotificationPage = customer.get("/v1/customer/notifications").await.json();
    page.notifications
}

pub async fn report(customer: &Actor<'_>, review: &ReviewId, reason: &str, note: &str) {
    let path = format!("/v1/reviews/{review}/reports");
    let new = json!({ "reason": reason, "note": note });
    assert!(customer.post(&path, &new).await.status() < 300);
}

pub async fn queue(colleague: &Colleague<'_>, queue: &str) -> ModerationPage {
    let path = colleague.path(&format!("reviews?queue={queue}"));
    colleague.browser.get(&path).await.json()
}

pub async fn one(colleague: &Colleague<'_>, id: &ReviewId) -> ModeratedReview {
    let path = colleague.path(&format!("reviews/{id}"));
    colleague.browser.get(&path).await.json()
}

pub fn decision(review: &ReviewId, version: u32, decision: &str) -> Value {
    let mut new = json!({ "review": review, "version": version, "decision": decision });
    if decision != "approve" {
        new["reason"] = json!("abuse");
    }
    new
}

pub async fn decide(colleague: &Colleague<'_>, decisions: &[Value]) -> Reply {
    let path = colleague.path("reviews/decisions");
    let new = json!({ "decisions": decisions });
    colleague.browser.post(&path, &new).await
}
