//! Which cases the staff looks at.

use super::rows::{CASES, case_of};
use crate::db::Sql;
use crate::{Db, StoreError, now};
use bookplate_wire::feedback::inbox::{CaseFilter, CaseOwner, CasePage, CaseView, FeedbackCase};
use bookplate_wire::{CaseId, ShopId, StaffId};

/// Which page of which cases somebody of the staff asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseAsked {
    /// Who asks.
    pub staff: StaffId,
    /// Which cases.
    pub filter: CaseFilter,
    /// The hash of what is searched for, if that may be the code of a receipt.
    pub code: Option<String>,
    /// Behind what the page begins: `next` of the page before.
    pub after: Option<String>,
    /// How many at most.
    pub limit: u32,
}

impl CaseAsked {
    /// Goes on a query with the conditions for a case `f`, but for what is searched for.
    pub(super) fn narrow(&self, shop: &ShopId, sql: &mut Sql) {
        let filter = &self.filter;
        sql.push("f.shop_id = ").bind(shop);
        match filter.view {
            CaseView::All => {}
            CaseView::Open => {
                sql.push(" AND f.closed_at IS NULL");
            }
            CaseView::Overdue => {
                sql.push(" AND f.due_at <= ").bind(now());
            }
            view => {
                let state = view.state().map_or("", |state| state.as_str());
                sql.push(" AND f.state = ").bind(state);
            }
        }
        if let Some(kind) = filter.kind {
            sql.push(" AND f.kind = ").bind(kind.as_str());
        }
        if let Some(owner) = &filter.owner {
            sql.push(" AND f.owner = ").bind(match owner {
                CaseOwner::Nobody => "",
                CaseOwner::Me => self.staff.as_str(),
                CaseOwner::Staff(staff) => staff.as_str(),
            });
        }
        if !filter.tag.is_empty() {
            sql.push(
                " AND EXISTS (SELECT 1 FROM feedback_tags t WHERE t.case_id = f.id AND t.tag = ",
            )
            .bind(&filter.tag)
            .push(")");
        }
    }
}

impl Db {
    /// A page of a shop's cases: open ones by how long they wait, those that are overdue by since when, all others the latest
    /// first, and what is searched for by when the words were last used. The times for people are left empty: they depend on the
    /// shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; [`StoreError::TooSlow`] where searching takes too long; else when the
    /// database does not answer.
    pub fn case_page(&mut self, shop: &ShopId, asked: &CaseAsked) -> Result<CasePage, StoreError> {
        let (open, overdue) = (self.open_cases(shop)?, self.overdue_count(shop)?);
        let (mut cases, next) = if asked.filter.q.trim().is_empty() {
            self.listed_cases(shop, asked)?
        } else {
            self.find_cases(shop, asked)?
        };
        for case in &mut cases {
            case.tags = self.tags_of(&case.case.id)?;
        }
        Ok(CasePage {
            next,
            cases,
            open,
            overdue,
        })
    }

    /// A page of the cases that nothing is searched in, and behind what the next one begins, if there is more.
    fn listed_cases(
        &mut self,
        shop: &ShopId,
        asked: &CaseAsked,
    ) -> Result<(Vec<FeedbackCase>, Option<String>), StoreError> {
        let mut sql = Sql::new(CASES);
        asked.narrow(shop, &mut sql);
        let by_due = asked.filter.view == CaseView::Overdue;
        let earliest_first = asked.filter.view == CaseView::Open;
        if let Some(after) = asked.after.as_deref().filter(|_| by_due) {
            let (due, id) = after.split_once('.').ok_or(StoreError::Cursor)?;
            let due: i64 = due.parse().map_err(|_| StoreError::Cursor)?;
            let id: CaseId = id.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND (f.due_at > ")
                .bind(due)
                .push(" OR f.due_at = ")
                .bind(due)
                .push(" AND f.id > ")
                .bind(&id)
                .push(")");
        } else if let Some(after) = asked.after.as_deref() {
            let after: CaseId = after.parse().map_err(|_| StoreError::Cursor)?;
            let beyond = if earliest_first {
                " AND f.id > "
            } else {
                " AND f.id < "
            };
            sql.push(beyond).bind(&after);
        }
        sql.push(if by_due {
            " ORDER BY f.due_at, f.id LIMIT "
        } else if earliest_first {
            " ORDER BY f.id LIMIT "
        } else {
            " ORDER BY f.id DESC LIMIT "
        });
        sql.bind(i64::from(asked.limit) + 1);
        let rows = sql.rows(self)?;
        let shown = rows.iter().take(asked.limit as usize).map(case_of);
        let cases: Vec<FeedbackCase> = shown.collect::<Result<_, _>>()?;
        let last = cases.last().filter(|_| rows.len() > cases.len());
        let next = last.map(|last| match &last.due {
            Some(due) if by_due => format!("{}.{}", due.at, last.case.id),
            _ => last.case.id.to_string(),
        });
        Ok((cases, next))
    }

    /// How many cases of a shop are overdue.
    fn overdue_count(&mut self, shop: &ShopId) -> Result<u32, StoreError> {
        let overdue =
            Sql::new("SELECT COUNT(*) FROM feedback_cases WHERE shop_id = $1 AND due_at <= $2")
                .arg(shop)
                .arg(now())
                .value(self)?;
        Ok(overdue.unwrap_or_default())
    }

    /// How many cases of a shop are open.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn open_cases(&mut self, shop: &ShopId) -> Result<u32, StoreError> {
        let open = Sql::new(
            "SELECT COUNT(*) FROM feedback_cases WHERE shop_id = $1 AND closed_at IS NULL",
        )
        .arg(shop)
        .value(self)?;
        Ok(open.unwrap_or_default())
    }

    /// Who of the staff can deal with a shop's cases: id and name, or else the email address.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn case_owners(&mut self, shop: &ShopId) -> Result<Vec<(StaffId, String)>, StoreError> {
        let rows = Sql::new(
            "SELECT s.id, CASE WHEN s.name = '' THEN s.email ELSE s.name END AS name FROM staff s \
             JOIN staff_roles r ON r.staff_id = s.id WHERE r.shop_id = $1 AND r.role <> 'viewer' ORDER BY name, s.id",
        )
        .arg(shop)
        .rows(self)?;
        let owners = rows
            .iter()
            .map(|row| Ok((row.get("id")?, row.get("name")?)));
        owners.collect()
    }
}
