//! A shop's points without its staff, for `cargo xtask bench`: publishes rules, or simulates others on all orders of the last year.

use bookplate_store::points::SimulationRun;
use bookplate_store::{Db, Store, StoreError};
use bookplate_wire::points::rules::{NewDraft, PointRules};
use bookplate_wire::points::simulation::{Comparison, NewSimulation};
use bookplate_wire::{ShopId, StaffId};
use std::error::Error;
use std::time::Instant;

/// A point a yuan, at once.
const RULES: &str = r#"{
    "rates": [{ "currency": "CNY", "per": 100, "points": 1 }],
    "return_days": 0, "expiry_months": 24, "refund_spent": "negative", "adjust_limit": 1000000
}"#;
/// Two points for two and a half yuan, twice for what is bought in the month of the birthday, and no more than 400 a month.
const OTHER: &str = r#"{
    "rates": [{ "currency": "CNY", "per": 250, "points": 2 }],
    "bonuses": [{ "id": "birthday", "name": "Birthday", "percent": 100, "birthday_month": true }],
    "caps": [{ "period": "month", "points": 400 }],
    "return_days": 0, "expiry_months": 24, "refund_spent": "negative", "adjust_limit": 1000000
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(what), Some(database), Some(key)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: points publish|simulate DATABASE PUBLIC_KEY".into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let store = Store::open(&database).await?;
        let shop = store
            .read(move |db: &mut Db| db.shop_by_key(&key))
            .await?
            .ok_or("no such shop")?
            .id;
        match what.as_str() {
            "publish" => publish(&store, shop).await?,
            "simulate" => simulate(&store, shop).await?,
            other => return Err(format!("no such command: {other}").into()),
        }
        store.close().await;
        Ok(())
    })
}

fn staff(number: u8) -> Result<StaffId, Box<dyn Error>> {
    let id = StaffId::from_digits(format!("{number:032x}"));
    id.map_err(|_| "no id".into())
}

fn draft(text: &str) -> Result<NewDraft, Box<dyn Error>> {
    let rules: PointRules = serde_json::from_str(text)?;
    let note = String::new();
    let draft = NewDraft { rules, note }.checked();
    draft.map_err(|problem| problem.title.into())
}

async fn publish(store: &Store, shop: ShopId) -> Result<(), Box<dyn Error>> {
    let (one, other, new) = (staff(1)?, staff(2)?, draft(RULES)?);
    let write = move |db: &mut Db| {
        let draft = db.draft_point_rules(&one, &shop, &new)?;
        db.publish_point_rules(&other, &shop, draft.revision)
    };
    let published = store.write(write).await?;
    published.map_err(|refusal| format!("{refusal:?}"))?;
    Ok(())
}

async fn simulate(store: &Store, shop: ShopId) -> Result<(), Box<dyn Error>> {
    let (one, new) = (staff(1)?, draft(OTHER)?);
    let start = move |db: &mut Db| {
        let draft = db.draft_point_rules(&one, &shop, &new)?;
        let asked = NewSimulation {
            revision: draft.revision,
            months: 12,
        };
        db.start_simulation(&one, &shop, &asked, "bench".to_owned())
    };
    let run: SimulationRun = store
        .write(start)
        .await?
        .map_err(|refusal| format!("{refusal:?}"))?
        .ok_or("it is being simulated already")?;
    let mut comparison = Comparison::new(run.before.clone(), run.after.clone());
    let (begun, mut after) = (Instant::now(), String::new());
    loop {
        let run = run.clone();
        let read = move |db: &mut Db| {
            let next = db.simulate(&run, &mut comparison, &after)?;
            Ok::<_, StoreError>((comparison, next))
        };
        let (counted, next) = store.read(read).await?;
        comparison = counted;
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    #[allow(
        clippy::print_stdout,
        reason = "whoever started this waits for the line"
    )]
    {
        println!("{} {seconds:.2}", comparison.finish().orders);
    }
    Ok(())
}
