//! `bookplate points …`

use super::{PointsCommand, choose_shop, say};
use anyhow::{Context, anyhow, bail};
use bookplate_store::audit::Actor;
use bookplate_store::points::{Beginning, RewardRefusal};
use bookplate_store::{Db, Store};
use bookplate_wire::Problem;
use bookplate_wire::contacts::is_day;
use bookplate_wire::points::rewards::RewardContent;
use bookplate_wire::points::rules::PointRules;
use serde::Deserialize;
use std::path::Path;

/// What the file holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rules: PointRules,
    #[serde(default)]
    rewards: Vec<RewardContent>,
}

pub(super) async fn run(command: PointsCommand, store: &Store) -> anyhow::Result<()> {
    match command {
        PointsCommand::Begin { file, since, shop } => {
            let shop = choose_shop(store, shop.as_deref()).await?.id;
            let (rules, rewards) = read(&file)?;
            if let Some(day) = since.as_deref().filter(|day| !is_day(day)) {
                bail!("--since {day:?}: this is a day such as 2026-01-31");
            }
            let begin = Beginning { rules, since };
            let done = store
                .write(move |db: &mut Db| {
                    if !db.begin_points(&shop, &begin)? {
                        return Ok(Ok(false));
                    }
                    for reward in &rewards {
                        if let Err(refusal) = db.create_reward(&Actor::Command, &shop, reward)? {
                            return Ok(Err(refusal));
                        }
                    }
                    Ok::<_, bookplate_store::StoreError>(Ok(true))
                })
                .await?;
            match done {
                Ok(true) => say("the shop has points"),
                Ok(false) => say("the shop has rules of points already: nothing has changed"),
                Err(RewardRefusal::NoTier) => {
                    bail!("a reward is for a tier that the rules do not have")
                }
                Err(refusal) => bail!("a reward cannot be created: {refusal:?}"),
            }
        }
    }
    Ok(())
}

/// The rules and rewards of a file, checked.
fn read(file: &Path) -> anyhow::Result<(PointRules, Vec<RewardContent>)> {
    let named = || file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(named)?;
    let File { rules, rewards } = serde_json::from_str(&text).with_context(named)?;
    let wrong = |part: &str, problem: &Problem| {
        let field = problem.field.as_deref().unwrap_or_default();
        anyhow!("{}: {part}{field}: {}", named(), problem.title)
    };
    let rules = rules
        .checked()
        .map_err(|problem| wrong("rules.", &problem))?;
    let rewards = rewards.into_iter().enumerate().map(|(at, reward)| {
        let checked = reward.checked();
        checked.map_err(|problem| wrong(&format!("rewards[{at}]."), &problem))
    });
    Ok((rules, rewards.collect::<anyhow::Result<_>>()?))
}
