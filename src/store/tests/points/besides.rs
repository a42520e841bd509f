//! What comes to the customer of a random history besides orders: birthdays, reviews and invitations.

use super::{DAY, History, staff};
use bookplate_store::accounts::Claims;
use bookplate_store::reviews::Circumstances;
use bookplate_store::{Db, now};
use bookplate_wire::CustomerId;
use bookplate_wire::reviews::moderation::{Decision, NewDecision};
use bookplate_wire::reviews::writing::{Reason, ReviewText};

impl History {
    /// The customer has birthday so many days from today, as the shop says now, and gets what is due, asked for twice.
    pub(super) async fn celebrate(&mut self, days: i64) {
        self.wishes += 1;
        let day = jiff::Timestamp::from_millisecond(now() + days * DAY).unwrap();
        let day = day.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        let claims = Claims {
            external_id: "c-1".into(),
            // There was such a day in that year.
            birthday: Some(format!("1992{}", &day[4..])),
            told_at: now() + i64::try_from(self.wishes).unwrap(),
            ..Claims::default()
        };
        let (shop, customer) = (self.shop.clone(), self.customer.clone());
        let give = move |db: &mut Db| {
            db.put_customer(&shop, &claims)?;
            db.give_birthday_gift(&shop, &customer, &day)?;
            db.give_birthday_gift(&shop, &customer, &day)
        };
        self.write(give).await;
    }

    /// Somebody takes the invitation of somebody else, twice. Whether that is refused is the same both times.
    pub(super) async fn invite(&self, inviter: &CustomerId, invited: &CustomerId) {
        let (shop, inviter, invited) = (self.shop.clone(), inviter.clone(), invited.clone());
        let take = move |db: &mut Db| {
            let code = db.referral_code(&shop, &inviter)?.unwrap();
            let first = db.take_referral(&shop, &invited, &code)?;
            assert_eq!(db.take_referral(&shop, &invited, &code)?, first);
            Ok(())
        };
        self.write(take).await;
    }

    /// Writes a review, or writes it again, and has it approved.
    pub(super) async fn review(&mut self, book: usize, length: usize) {
        self.wishes += 1;
        let (shop, customer) = (self.shop.clone(), self.customer.clone());
        let (isbn, known) = (self.books[book], self.reviews[book].clone());
        let text = ReviewText {
            rating: 10,
            // Never the same again.
            title: self.wishes.to_string(),
            body: "x".repeat(length),
            ..ReviewText::default()
        };
        let told = Circumstances::default();
        let written = self.write(move |db| match known {
            None => db.write_review(&shop, &customer, isbn, text, told),
            Some(id) => {
                let written = db.rewrite_review(&shop, &customer, &id, text, told)?;
                Ok(written.map(|()| id))
            }
        });
        let id = written.await.unwrap();
        self.reviews[book] = Some(id);
        self.decide(book, Decision::Approve).await;
    }

    /// Decides about a review, twice.
    pub(super) async fn decide(&self, book: usize, decision: Decision) {
        let Some(review) = self.reviews[book].clone() else {
            return;
        };
        let (shop, customer) = (self.shop.clone(), self.customer.clone());
        let decide = move |db: &mut Db| {
            let reviews = db.own_reviews(&customer, None)?;
            let own = reviews.into_iter().find(|own| own.id == review).unwrap();
            let reason = (decision != Decision::Approve).then_some(Reason::Advertising);
            let decision = NewDecision {
                review,
                version: own.version,
                decision,
                reason,
                note: String::new(),
                hide_earlier: true,
                waiting: None,
            };
            for _ in 0..2 {
                db.decide(&staff(1), &shop, std::slice::from_ref(&decision))?
                    .unwrap();
            }
            Ok(())
        };
        self.write(decide).await;
    }
}
