//! The clocks of cases: by when each is to be answered and resolved, and who is told where that has passed.

use super::hours::Hours;
use super::lock_of;
use super::rows::word;
use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::notifications::{Message, To};
use crate::{Db, StoreError, now};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::feedback::clocks::{CaseClock, CaseClocks};
use bookplate_wire::feedback::{CaseKind, CaseState};
use bookplate_wire::{CaseId, ShopId, StaffId};

/// A case that is overdue, of which nobody was told yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueCase {
    /// Whose case.
    pub shop: ShopId,
    /// The case.
    pub case: CaseId,
}

impl Db {
    /// The clocks of a shop, as its staff has set them; what is usual where nobody has.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn case_clocks(&mut self, shop: &ShopId) -> Result<CaseClocks, StoreError> {
        let settings: Option<String> =
            Sql::new("SELECT settings FROM feedback_clocks WHERE shop_id = $1")
                .arg(shop)
                .value(self)?;
        settings.map_or_else(|| Ok(CaseClocks::default()), |settings| read(&settings))
    }

    /// Sets the clocks of a shop, by values that were checked. Its open cases follow in a while
    /// ([`Db::rewind_clocks`]).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_case_clocks(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        clocks: &CaseClocks,
    ) -> Result<(), StoreError> {
        self.lock([format!("settings {shop}")])?;
        let before = self.case_clocks(shop)?;
        let settings =
            serde_json::to_string(clocks).map_err(|_| StoreError::Corrupt("feedback_clocks"))?;
        Sql::new(
            "INSERT INTO feedback_clocks (shop_id, settings, generation) VALUES ($1, $2, 1) \
             ON CONFLICT (shop_id) DO UPDATE SET settings = excluded.settings, \
             generation = feedback_clocks.generation + 1",
        )
        .arg(shop)
        .arg(settings)
        .run(self)?;
        let both = (noted(&before), noted(clocks));
        self.audit_difference(shop, by, Action::SettingsChanged, "", both)
    }

    /// Notes that a shop's hours are at other moments now, because its time zone is another one.
    pub(crate) fn hours_have_moved(&mut self, shop: &ShopId) -> Result<(), StoreError> {
        Sql::new("UPDATE feedback_clocks SET generation = generation + 1 WHERE shop_id = $1")
            .arg(shop)
            .run(self)
            .map(drop)
    }

    /// Notes by when a case is to be answered and resolved, from all that has happened to it, and how long that took which is
    /// done. Whoever calls it has just changed the case, or holds its lock.
    ///
    /// What took its time was measured by the hours of then, and stays so: only what is done since is added.
    pub(super) fn wind_clocks(&mut self, id: &CaseId) -> Result<(), StoreError> {
        let row = Sql::new(
            "SELECT f.opened_at, f.answered_at, f.closed_at, f.answer_took, f.resolve_took, f.resolved, s.time_zone, \
             c.settings, COALESCE(c.generation, 0) AS generation FROM feedback_cases f \
             JOIN shops s ON s.id = f.shop_id LEFT JOIN feedback_clocks c ON c.shop_id = f.shop_id WHERE f.id = $1",
        )
        .arg(id)
        .row(self)?;
        let Some(row) = row else {
            return Ok(());
        };
        let states = Sql::new(
            "SELECT value, at FROM feedback_entries WHERE case_id = $1 AND kind = 'state' ORDER BY number",
        )
        .arg(id)
        .rows(self)?;
        let states = states
            .iter()
            .map(|row| Ok((word(row, "value", CaseState::from_word)?, row.get("at")?)));
        let states: Vec<_> = states.collect::<Result<_, StoreError>>()?;
        let answered_at: Option<i64> = row.get("answered_at")?;
        let counted: i64 = row.get("resolved")?;
        let settings: Option<String> = row.get("settings")?;
        // Where nothing was ever set nothing is due, and of a case that is new nothing is done.
        if settings.is_none() && states.is_empty() && answered_at.is_none() && counted == 0 {
            return Ok(());
        }
        let clocks = settings
            .as_deref()
            .map_or_else(|| Ok(CaseClocks::default()), read)?;
        let hours = Hours::new(&row.get::<String>("time_zone")?, &clocks);
        let opened_at = row.get("opened_at")?;
        let dues = hours.dues(&clocks, opened_at, &states);
        let is_open = row.get::<Option<i64>>("closed_at")?.is_none();
        let answer = dues.answer.filter(|_| answered_at.is_none());
        let due = [answer, dues.resolve].into_iter().flatten().min();
        let answer_took: Option<i64> = row.get("answer_took")?;
        let answer_took =
            answer_took.or_else(|| answered_at.map(|at| hours.between(opened_at, at)));
        let stretches = hours.stretches(opened_at, &states);
        let new = stretches.iter().skip(usize::try_from(counted).unwrap_or(0));
        let resolve_took = row.get::<i64>("resolve_took")? + new.sum::<i64>();
        Sql::new(
            "UPDATE feedback_cases SET answer_due = $1, resolve_due = $2, due_at = $3, clocks_of = $4, answer_took = $5, \
             resolve_took = $6, resolved = $7 WHERE id = $8",
        )
        .arg(dues.answer)
        .arg(dues.resolve)
        .arg(due.filter(|_| is_open))
        .arg(row.get::<i64>("generation")?)
        .arg(answer_took)
        .arg(resolve_took)
        // As many as a case has entries at most.
        .arg(i64::try_from(stretches.len()).unwrap_or(i64::MAX))
        .arg(id)
        .run(self)
        .map(drop)
    }

    /// Measures how long cases took that were there before that was kept, by the hours as they are, so many at a time; how many
    /// those were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn measure_cases(&mut self, limit: u32) -> Result<u32, StoreError> {
        let cases =
            Sql::new("SELECT id FROM feedback_cases WHERE resolved < 0 ORDER BY id LIMIT $1");
        let cases = cases.arg(limit).values(self)?;
        self.wind_all(&cases, limit)
    }

    /// Winds the clocks of open cases anew whose shop has set them since, so many at a time; how many those were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn rewind_clocks(&mut self, limit: u32) -> Result<u32, StoreError> {
        let cases: Vec<CaseId> = Sql::new(
            "SELECT f.id FROM feedback_clocks c JOIN feedback_cases f ON f.shop_id = c.shop_id \
             AND f.clocks_of <> c.generation WHERE f.closed_at IS NULL ORDER BY f.id LIMIT $1",
        )
        .arg(limit)
        .values(self)?;
        self.wind_all(&cases, limit)
    }

    /// Winds the clocks of these cases; how many they are, which is `limit` at most.
    fn wind_all(&mut self, cases: &[CaseId], limit: u32) -> Result<u32, StoreError> {
        self.lock(cases.iter().map(lock_of))?;
        for case in cases {
            self.wind_clocks(case)?;
        }
        Ok(u32::try_from(cases.len()).unwrap_or(limit))
    }

    /// Cases that are overdue and of which nobody was told, so many at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn untold_overdue(&mut self, limit: u32) -> Result<Vec<OverdueCase>, StoreError> {
        let rows = Sql::new(
            "SELECT f.shop_id, f.id FROM feedback_cases f WHERE f.due_at <= $1 AND ( \
             f.answered_at IS NULL AND f.answer_told = 0 AND f.answer_due <= $1 \
             OR f.resolve_told = 0 AND f.resolve_due <= $1) ORDER BY f.due_at, f.id LIMIT $2",
        )
        .arg(now())
        .arg(limit)
        .rows(self)?;
        let cases = rows.iter().map(|row| {
            Ok(OverdueCase {
                shop: row.get("shop_id")?,
                case: row.get("id")?,
            })
        });
        cases.collect()
    }

    /// Tells who deals with a case that it is overdue, or where nobody does the shop's owners and managers: once for each of its
    /// clocks, whoever of several servers comes first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn tell_overdue(&mut self, overdue: &OverdueCase, link: String) -> Result<(), StoreError> {
        let OverdueCase { shop, case } = overdue;
        self.lock([lock_of(case)])?;
        let row = Sql::new(
            "SELECT kind, owner, answered_at, answer_due, resolve_due, answer_told, resolve_told FROM feedback_cases \
             WHERE id = $1 AND due_at <= $2",
        )
        .arg(case)
        .arg(now())
        .row(self)?;
        // Somebody was quicker.
        let Some(row) = row else {
            return Ok(());
        };
        let kind = word(&row, "kind", CaseKind::from_word)?;
        let owner: String = row.get("owner")?;
        let unanswered = row.get::<Option<i64>>("answered_at")?.is_none();
        let clocks = [
            (
                CaseClock::Answer,
                unanswered && is_new(&row, "answer_due", "answer_told")?,
            ),
            (
                CaseClock::Resolve,
                is_new(&row, "resolve_due", "resolve_told")?,
            ),
        ];
        for (clock, _) in clocks.into_iter().filter(|(_, is_new)| *is_new) {
            let told = Sql::new(match clock {
                CaseClock::Answer => "UPDATE feedback_cases SET answer_told = 1 WHERE id = $1",
                CaseClock::Resolve => "UPDATE feedback_cases SET resolve_told = 1 WHERE id = $1",
            });
            told.arg(case).run(self)?;
            let message = Message::CaseOverdue {
                case: kind,
                clock,
                link: link.clone(),
            };
            for email in self.in_charge(shop, owner.parse().ok().as_ref())? {
                let to = To::Address {
                    email: &email,
                    language: "",
                };
                self.notify(shop, to, &message)?;
            }
        }
        Ok(())
    }

    /// The addresses of who is in charge of a case with this owner.
    fn in_charge(
        &mut self,
        shop: &ShopId,
        owner: Option<&StaffId>,
    ) -> Result<Vec<String>, StoreError> {
        let mut sql = Sql::new(
            "SELECT s.email FROM staff s JOIN staff_roles r ON r.staff_id = s.id WHERE r.shop_id = ",
        );
        sql.bind(shop);
        if let Some(owner) = owner {
            let mut of_owner = sql.clone();
            of_owner
                .push(" AND r.role <> 'viewer' AND s.id = ")
                .bind(owner);
            let found = of_owner.values(self)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        sql.push(" AND r.role IN ('manager', 'owner') ORDER BY s.id");
        sql.values(self)
    }
}

/// Whether a clock has run out of which nobody was told.
fn is_new(row: &Row, due: &'static str, told: &'static str) -> Result<bool, StoreError> {
    let due: Option<i64> = row.get(due)?;
    Ok(due.is_some_and(|due| due <= now()) && row.get::<i64>(told)? == 0)
}

fn read(settings: &str) -> Result<CaseClocks, StoreError> {
    serde_json::from_str(settings).map_err(|_| StoreError::Corrupt("feedback_clocks.settings"))
}

/// As the audit log has it.
fn noted(clocks: &CaseClocks) -> Fields {
    let hours = clocks.hours.iter().map(|day| match day.minutes() {
        Some(_) => format!("{}–{}", day.opens, day.closes),
        None => "–".to_owned(),
    });
    fields_of([
        ("hours", hours.collect::<Vec<_>>().join(", ")),
        ("holidays", clocks.holidays.join(", ")),
        ("answer_minutes", clocks.answer_minutes.to_string()),
        ("resolve_minutes", clocks.resolve_minutes.to_string()),
    ])
}
