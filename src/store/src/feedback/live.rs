//! What pages that show a case are told while they are open, and who of the staff has which of them open.

use crate::db::{LIST, Sql};
use crate::{Db, StoreError, now};
use bookplate_wire::feedback::EntryKind;
use bookplate_wire::{CaseId, StaffId};

/// For how long somebody is taken to have a case open whose page has not said so again, in milliseconds: two rounds of
/// [`Db::keep_readers`] may get lost.
const OPEN: i64 = 30_000;
/// For how long somebody is taken to write who has not touched a key since, in milliseconds.
const WRITES: i64 = 10_000;

/// How far a case has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseBeat {
    /// Which case.
    pub case: CaseId,
    /// How many entries of its timeline its shopper sees.
    pub shown: u32,
    /// How many entries it has, and its version.
    pub all: u32,
    /// Who of the staff has it open, by name.
    pub readers: Vec<Reader>,
}

/// Somebody of the staff who has a case open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub staff: StaffId,
    /// The name, or else the email address.
    pub name: String,
    /// Whether an answer is being written.
    pub writes: bool,
}

impl Db {
    /// How far cases have come; those that are gone are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn case_beats(&mut self, cases: &[CaseId]) -> Result<Vec<CaseBeat>, StoreError> {
        let mut beats = Vec::with_capacity(cases.len());
        for cases in cases.chunks(LIST) {
            let first = beats.len();
            let mut sql = Sql::new(
                "SELECT f.id, f.version + (SELECT COUNT(*) FROM feedback_entries n WHERE n.case_id = f.id) AS total, \
                 (SELECT COUNT(*) FROM feedback_entries n WHERE n.case_id = f.id AND n.kind IN (",
            );
            let kinds = EntryKind::ALL.iter().filter(|kind| kind.is_shown());
            sql.bind_all(kinds.map(|kind| kind.as_str()))
                .push(")) AS shown FROM feedback_cases f WHERE f.id IN (")
                .bind_all(cases)
                .push(")");
            for row in sql.rows(self)? {
                beats.push(CaseBeat {
                    case: row.get("id")?,
                    shown: row.get("shown")?,
                    all: row.get("total")?,
                    readers: Vec::new(),
                });
            }
            let mut sql = Sql::new("SELECT r.case_id, r.staff_id, CASE WHEN r.writing_until > ");
            sql.bind(now())
                .push(
                    " THEN 1 ELSE 0 END AS writes, CASE WHEN s.name = '' THEN s.email ELSE s.name END AS name \
                     FROM feedback_readers r JOIN staff s ON s.id = r.staff_id WHERE r.until > ",
                )
                .bind(now())
                .push(" AND r.case_id IN (")
                .bind_all(cases)
                .push(") ORDER BY name, r.staff_id");
            for row in sql.rows(self)? {
                let case: CaseId = row.get("case_id")?;
                let beat = beats[first..].iter_mut().find(|beat| beat.case == case);
                if let Some(beat) = beat {
                    beat.readers.push(Reader {
                        staff: row.get("staff_id")?,
                        name: row.get("name")?,
                        writes: row.get("writes")?,
                    });
                }
            }
        }
        Ok(beats)
    }

    /// Notes who still has which case open, and who not any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn keep_readers(
        &mut self,
        present: &[(CaseId, StaffId)],
        gone: &[(CaseId, StaffId)],
    ) -> Result<(), StoreError> {
        // One server after the other: else two could wait for each other's rows.
        self.lock(["feedback readers".to_owned()])?;
        for (case, staff) in gone {
            Sql::new("DELETE FROM feedback_readers WHERE case_id = $1 AND staff_id = $2")
                .arg(case)
                .arg(staff)
                .run(self)?;
        }
        for (case, staff) in present {
            Sql::new(
                "INSERT INTO feedback_readers (case_id, staff_id, until, writing_until) VALUES ($1, $2, $3, 0) \
                 ON CONFLICT (case_id, staff_id) DO UPDATE SET until = excluded.until",
            )
            .arg(case)
            .arg(staff)
            .arg(now() + OPEN)
            .run(self)?;
        }
        Ok(())
    }

    /// Notes that somebody writes an answer to a case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn note_writing(&mut self, case: &CaseId, staff: &StaffId) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO feedback_readers (case_id, staff_id, until, writing_until) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (case_id, staff_id) DO UPDATE SET until = excluded.until, \
             writing_until = excluded.writing_until",
        )
        .arg(case)
        .arg(staff)
        .arg(now() + OPEN)
        .arg(now() + WRITES)
        .run(self)
        .map(drop)
    }

    /// Notes that somebody writes no answer any more, because it is sent.
    pub(super) fn has_written(&mut self, case: &CaseId, staff: &StaffId) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE feedback_readers SET writing_until = 0 WHERE case_id = $1 AND staff_id = $2",
        )
        .arg(case)
        .arg(staff)
        .run(self)
        .map(drop)
    }
}
