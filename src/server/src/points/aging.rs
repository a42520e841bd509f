//! Lets time work on points and tiers: points mature, their end is told, and they expire; tiers are kept or end; birthdays bring
//! their gift.

use crate::app::App;
use bookplate_store::points::{AgingAccount, BirthdayRound};
use bookplate_store::{Db, StoreError, now};
use bookplate_wire::ShopId;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How often it is looked whether it is time for somebody's points.
const POLL: Duration = Duration::from_secs(2);
/// How often it is looked whether a day has begun somewhere, or rules give something for birthdays that did not.
const DAYS: Duration = Duration::from_mins(1);
/// How many accounts are looked up at a time.
const BATCH: u32 = 100;
/// How many times as many are reviewed before it is looked again whose time has come.
const BATCHES: u32 = 100;

/// Works until it is dropped. Any number of servers can do so: whoever has an account first does it, and it is noted there.
pub(crate) async fn age(app: App) {
    let (mut celebrated, mut days_at) = (HashMap::new(), Instant::now());
    loop {
        if let Err(error) = age_all(&app).await {
            tracing::error!(%error, "it is not found out whose points it is time for");
        }
        if let Err(error) = review_all(&app).await {
            tracing::error!(%error, "it is not found out who reaches tiers that are new");
        }
        if Instant::now() >= days_at {
            days_at = Instant::now() + DAYS;
            if let Err(error) = give_all(&app, &mut celebrated).await {
                tracing::error!(%error, "it is not found out who has birthday");
            }
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn age_all(app: &App) -> Result<(), StoreError> {
    let now = now();
    let mut after = String::new();
    loop {
        let behind = after.clone();
        let read = move |db: &mut Db| db.aging_accounts(now, &behind, BATCH);
        let accounts = app.store.read(read).await?;
        let Some(last) = accounts.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for account in accounts {
            age_one(app, account, now).await;
        }
    }
}

/// One that fails takes nobody else along.
async fn age_one(app: &App, account: AgingAccount, now: i64) {
    let age = move |db: &mut Db| db.age_points(&account.shop, &account.customer, now);
    if let Err(error) = app.store.write(age).await {
        tracing::error!(%error, "somebody's points do not age");
    }
}

/// Gives everybody something who has birthday, or had one when no server was there. `celebrated` is of each shop today, once all have
/// had theirs: whoever tells a birthday of today later gets the gift with that.
async fn give_all(
    app: &App,
    celebrated: &mut HashMap<ShopId, BirthdayRound>,
) -> Result<(), StoreError> {
    let now = now();
    let rounds = app
        .store
        .read(move |db: &mut Db| db.birthday_rounds(now))
        .await?;
    for round in rounds {
        if celebrated.get(&round.shop) == Some(&round) || !give_on(app, &round).await? {
            continue;
        }
        if round.is_over {
            let pass = move |db: &mut Db| db.pass_birthdays(&round);
            app.store.write(pass).await?;
        } else {
            celebrated.insert(round.shop.clone(), round);
        }
    }
    Ok(())
}

/// Whether all have had theirs. One that fails takes nobody else along, and is tried again.
async fn give_on(app: &App, round: &BirthdayRound) -> Result<bool, StoreError> {
    let (mut after, mut is_whole) = (String::new(), true);
    loop {
        let (of, behind) = (round.clone(), after.clone());
        let read = move |db: &mut Db| db.birthday_customers(&of, &behind, BATCH);
        let customers = app.store.read(read).await?;
        let Some(last) = customers.last() else {
            return Ok(is_whole);
        };
        after = last.to_string();
        for customer in customers {
            let BirthdayRound { shop, day, .. } = round.clone();
            let give = move |db: &mut Db| db.give_birthday_gift(&shop, &customer, &day);
            if let Err(error) = app.store.write(give).await {
                tracing::error!(%error, "somebody does not get a birthday gift");
                is_whole = false;
            }
        }
    }
}

/// Looks up who has reached a tier of rules that were just published: how far it has come is noted after each batch.
async fn review_all(app: &App) -> Result<(), StoreError> {
    for _ in 0..BATCHES {
        let reviews = app.store.read(|db: &mut Db| db.tier_reviews(BATCH)).await?;
        if reviews.is_empty() {
            return Ok(());
        }
        for review in reviews {
            for account in &review.accounts {
                age_one(app, account.clone(), now()).await;
            }
            let pass = move |db: &mut Db| db.pass_tier_review(&review);
            app.store.write(pass).await?;
        }
    }
    Ok(())
}
