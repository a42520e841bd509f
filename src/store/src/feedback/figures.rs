//! What counts of cases: how long they took, how often they were resolved, and how satisfied their shoppers are.

use super::rows::word;
use crate::db::{Row, Sql};
use crate::{Db, StoreError};
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::figures::CaseCounts;
use bookplate_wire::{ShopId, StaffId};

/// Which cases are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FiguresAsked {
    /// Those that were received from this moment on, in milliseconds since 1970 UTC.
    pub from: i64,
    /// Those that were received before this moment, likewise.
    pub until: i64,
    /// Those of a kind alone.
    pub kind: Option<CaseKind>,
    /// Those of somebody of the staff alone; of nobody where the inner one is `None`.
    pub agent: Option<Option<StaffId>>,
}

/// A case that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedCase {
    /// What it is.
    pub kind: CaseKind,
    /// Who of the staff deals with it.
    pub agent: Option<StaffId>,
    /// What counts of it; `None` where that is still to be measured ([`Db::measure_cases`]).
    pub counts: Option<CaseCounts>,
}

impl Db {
    /// What counts of the cases of a shop that are asked for, without those that were merged into another one.
    ///
    /// # Errors
    /// When the database does not answer, or there is too much to count.
    pub fn counted_cases(
        &mut self,
        shop: &ShopId,
        asked: &FiguresAsked,
    ) -> Result<Vec<CountedCase>, StoreError> {
        let mut sql = Sql::new(
            "SELECT kind, owner, closed_at, answer_took, resolve_took, resolved, score FROM feedback_cases \
             WHERE merged_into IS NULL AND shop_id = ",
        );
        sql.bind(shop)
            .push(" AND opened_at >= ")
            .bind(asked.from)
            .push(" AND opened_at < ")
            .bind(asked.until);
        if let Some(kind) = asked.kind {
            sql.push(" AND kind = ").bind(kind.as_str());
        }
        if let Some(agent) = &asked.agent {
            let agent = agent.as_ref().map_or("", StaffId::as_str);
            sql.push(" AND owner = ").bind(agent);
        }
        self.search(&sql)?.iter().map(counted).collect()
    }

    /// What somebody is called who deals with cases, or has; empty for who is gone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn case_owner_name(&mut self, agent: &StaffId) -> Result<String, StoreError> {
        let name = Sql::new(
            "SELECT CASE WHEN name = '' THEN email ELSE name END AS name FROM staff WHERE id = $1",
        );
        Ok(name.arg(agent).value(self)?.unwrap_or_default())
    }
}

fn counted(row: &Row) -> Result<CountedCase, StoreError> {
    let resolved: i64 = row.get("resolved")?;
    let seconds = |time: i64| u32::try_from(time / 1_000).unwrap_or(u32::MAX);
    let counts = match u32::try_from(resolved) {
        Ok(resolved) => Some(CaseCounts {
            answer: row.get::<Option<i64>>("answer_took")?.map(seconds),
            resolve: seconds(row.get("resolve_took")?),
            resolved,
            is_open: row.get::<Option<i64>>("closed_at")?.is_none(),
            score: row.get("score")?,
        }),
        Err(_) => None,
    };
    Ok(CountedCase {
        kind: word(row, "kind", CaseKind::from_word)?,
        agent: row.get::<String>("owner")?.parse().ok(),
        counts,
    })
}
