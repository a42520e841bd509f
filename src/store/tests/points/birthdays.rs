//! Birthdays day by day, as the job that gives the gifts goes through them.

use super::{DAY, History, MIGRATED, runtime};
use bookplate_store::accounts::Claims;
use bookplate_store::points::BirthdayRound;
use bookplate_store::{Db, now};
use std::sync::LazyLock;

impl History {
    async fn rounds(&self, at: i64) -> Vec<BirthdayRound> {
        let read = move |db: &mut Db| db.birthday_rounds(at);
        self.store.read(read).await.unwrap()
    }

    async fn whose(&self, round: &BirthdayRound) -> usize {
        let round = round.clone();
        let read = move |db: &mut Db| db.birthday_customers(&round, "", 10);
        self.store.read(read).await.unwrap().len()
    }

    async fn pass(&self, round: &BirthdayRound) {
        let round = round.clone();
        self.write(move |db| db.pass_birthdays(&round)).await;
    }
}

#[test]
fn birthdays_are_made_up_for_day_by_day() {
    LazyLock::force(&MIGRATED);
    runtime().block_on(async {
        let history = History::begin(false).await;
        let begin = now();
        let first = history.rounds(begin).await;
        let over: Vec<_> = first.iter().map(|round| round.is_over).collect();
        assert_eq!(over, [true, false]);
        history.pass(&first[0]).await;
        assert_eq!(history.rounds(begin).await, first[1..]);
        // Nobody is there for three days, on the second of which the customer has birthday.
        let later = history.rounds(begin + 3 * DAY).await;
        assert_eq!(later.len(), 4);
        let claims = Claims {
            external_id: "c-1".into(),
            birthday: Some(format!("1992{}", &later[1].day[4..])),
            told_at: begin + 1,
            ..Claims::default()
        };
        let shop = history.shop.clone();
        history
            .write(move |db| db.put_customer(&shop, &claims))
            .await;
        let mut due = Vec::new();
        for round in &later {
            due.push(history.whose(round).await);
        }
        assert_eq!(due, [0, 1, 0, 0]);
        // It can stop after each of them, and be done again.
        for _ in 0..2 {
            let (shop, customer) = (history.shop.clone(), history.customer.clone());
            let day = later[1].day.clone();
            let give = move |db: &mut Db| db.give_birthday_gift(&shop, &customer, &day);
            history.write(give).await;
            assert_eq!(history.whose(&later[1]).await, 0);
        }
        for round in &later[..3] {
            assert!(round.is_over);
            history.pass(round).await;
        }
        // One that was passed before takes nothing back.
        history.pass(&later[0]).await;
        assert_eq!(history.rounds(begin + 3 * DAY).await, later[3..]);
        // The next one is due after a whole year, and not a day before, whatever the birthday is then.
        for (days, due) in [(364, 0), (365, 1)] {
            let at = later[1].day.parse::<jiff::civil::Date>().unwrap();
            let day = at
                .checked_add(jiff::ToSpan::days(days))
                .unwrap()
                .to_string();
            let claims = Claims {
                external_id: "c-1".into(),
                birthday: Some(format!("1992{}", &day[4..])),
                told_at: begin + days,
                ..Claims::default()
            };
            let round = BirthdayRound {
                day,
                ..later[1].clone()
            };
            let shop = history.shop.clone();
            history
                .write(move |db| db.put_customer(&shop, &claims))
                .await;
            assert_eq!(history.whose(&round).await, due, "{days}");
        }
        // After a long time not all days are made up for.
        let days = history.rounds(begin + 400 * DAY).await.len();
        assert_eq!(days, 32);
        history.check().await;
        let gifts = history.statement(&history.customer).await.into_iter();
        let gifts = gifts.filter(|entry| {
            entry
                .rule
                .as_ref()
                .is_some_and(|rule| rule.id == super::BIRTHDAY)
        });
        assert_eq!(gifts.count(), 1);
        history.store.close().await;
    });
}
