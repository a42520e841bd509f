//! What the staff does with cases.

use super::entries::NewEntry;
use super::{CaseRefusal, CaseResult, lock_of, taken};
use crate::audit::{Actor, fields_of};
use crate::db::Sql;
use crate::notifications::{Message, To};
use crate::{Db, StoreError, now};
use bookplate_wire::audit::Action;
use bookplate_wire::feedback::inbox::{
    BulkChange, BulkChanged, CaseChange, CaseMerge, FeedbackCase, FullCase, NewAnswer, NewNote,
};
use bookplate_wire::feedback::{CaseState, EntryKind, ReturnState, own_path, track_path};
use bookplate_wire::{CaseId, ShopId, StaffId};

/// Who of the staff does something, and how shoppers reach the server who are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffAct {
    /// In which shop.
    pub shop: ShopId,
    /// Who.
    pub staff: StaffId,
    /// The server's address as browsers reach it, without a slash at the end.
    pub public_url: String,
}

impl StaffAct {
    pub(super) fn by(&self) -> Actor {
        Actor::Staff(self.staff.clone())
    }
}

impl Db {
    /// A case with all of its timeline.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn full_case(
        &mut self,
        shop: &ShopId,
        id: &CaseId,
    ) -> Result<Option<FullCase>, StoreError> {
        let Some(case) = self.case_with(shop, id)? else {
            return Ok(None);
        };
        Ok(Some(FullCase {
            case,
            linked: self.linked_customer(shop, id)?,
            entries: self.entries_of(id, true)?,
        }))
    }

    /// A case, in the version that somebody has looked at, which nobody else changes meanwhile.
    pub(super) fn hold_case(
        &mut self,
        act: &StaffAct,
        id: &CaseId,
        version: u32,
    ) -> CaseResult<FeedbackCase> {
        self.lock([lock_of(id)])?;
        let Some(case) = self.case_with(&act.shop, id)? else {
            return Ok(Err(CaseRefusal::NoCase));
        };
        Ok(if case.version == version {
            Ok(case)
        } else {
            Err(CaseRefusal::Changed)
        })
    }

    /// Answers to a case, by values that were checked. The shopper is told.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn answer_case(
        &mut self,
        act: &StaffAct,
        id: &CaseId,
        answer: &NewAnswer,
    ) -> CaseResult<()> {
        let case = taken!(self.hold_case(act, id, answer.version));
        let said = NewEntry::said(EntryKind::Message, Some(&act.staff), &answer.text);
        self.add_entry(id, said)?;
        self.set_state(act, &case, answer.state)?;
        self.has_written(id, &act.staff)?;
        Sql::new(
            "UPDATE feedback_cases SET answered_at = COALESCE(answered_at, $1), changed_at = $1, version = version + 1, \
             owner = CASE WHEN owner = '' THEN $2 ELSE owner END WHERE id = $3",
        )
        .arg(now())
        .arg(&act.staff)
        .arg(id)
        .run(self)?;
        let rate = self.rate_link(&act.public_url, &act.shop, id)?;
        self.wind_clocks(id)?;
        self.tell_shopper(act, &case, |link| Message::CaseAnswered {
            case: case.case.kind,
            text: answer.text.clone(),
            link,
            rate,
        })?;
        Ok(Ok(()))
    }

    /// Adds a note for the staff, by values that were checked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn note_case(&mut self, act: &StaffAct, id: &CaseId, note: &NewNote) -> CaseResult<()> {
        self.lock([lock_of(id)])?;
        if self.case_with(&act.shop, id)?.is_none() {
            return Ok(Err(CaseRefusal::NoCase));
        }
        let said = NewEntry::said(EntryKind::Note, Some(&act.staff), &note.text);
        self.add_entry(id, said)?;
        Ok(Ok(()))
    }

    /// Changes a case, by values that were checked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_case(
        &mut self,
        act: &StaffAct,
        id: &CaseId,
        version: u32,
        change: &CaseChange,
    ) -> CaseResult<()> {
        let case = taken!(self.hold_case(act, id, version));
        self.apply_change(act, &case, change)
    }

    /// Changes several cases alike, by values that were checked. Those that cannot be changed stay as they are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_cases(
        &mut self,
        act: &StaffAct,
        bulk: &BulkChange,
    ) -> Result<BulkChanged, StoreError> {
        // All at once and in one order, so that nobody waits for somebody who waits.
        self.lock(bulk.cases.iter().map(|seen| lock_of(&seen.id)))?;
        let mut done = BulkChanged {
            changed: 0,
            left: Vec::new(),
        };
        for seen in &bulk.cases {
            let change = match self.case_with(&act.shop, &seen.id)? {
                Some(case) if case.version == seen.version => {
                    let tags = bulk.change.tags.as_ref().map(|more| {
                        let mut tags = case.tags.clone();
                        tags.extend(more.iter().cloned());
                        tags
                    });
                    let change = CaseChange {
                        tags,
                        ..bulk.change.clone()
                    };
                    // With the tags that it has there may be too many.
                    match change.checked() {
                        Ok(change) => self.apply_change(act, &case, &change)?,
                        Err(_) => Err(CaseRefusal::Changed),
                    }
                }
                _ => Err(CaseRefusal::Changed),
            };
            match change {
                Ok(()) => done.changed += 1,
                Err(_) => done.left.push(seen.id.clone()),
            }
        }
        Ok(done)
    }

    /// Nothing is written before it is known that all can be.
    fn apply_change(
        &mut self,
        act: &StaffAct,
        case: &FeedbackCase,
        change: &CaseChange,
    ) -> CaseResult<()> {
        let id = &case.case.id;
        if change.goes_back.is_some() && case.case.goes_back.is_none() {
            return Ok(Err(CaseRefusal::NoReturn));
        }
        if let Some(owner) = change.owner.as_deref().filter(|owner| !owner.is_empty()) {
            let works_here =
                Sql::new("SELECT 1 FROM staff_roles WHERE shop_id = $1 AND staff_id = $2");
            if works_here.arg(&act.shop).arg(owner).row(self)?.is_none() {
                return Ok(Err(CaseRefusal::NoStaff));
            }
        }
        let is_resolved = change.state == Some(CaseState::Resolved) && case.case.state.is_open();
        if let Some(state) = change.state {
            self.set_state(act, case, state)?;
        }
        let owner = case.owner.as_ref().map_or("", StaffId::as_str);
        if let Some(wanted) = change.owner.as_deref().filter(|wanted| *wanted != owner) {
            let entry = NewEntry::done(EntryKind::Assigned, Some(&act.staff), wanted);
            self.add_entry(id, entry)?;
            Sql::new("UPDATE feedback_cases SET owner = $1 WHERE id = $2")
                .arg(wanted)
                .arg(id)
                .run(self)?;
        }
        if let Some(tags) = &change.tags {
            Sql::new("DELETE FROM feedback_tags WHERE case_id = $1")
                .arg(id)
                .run(self)?;
            for tag in tags {
                Sql::new("INSERT INTO feedback_tags (case_id, tag) VALUES ($1, $2)")
                    .arg(id)
                    .arg(tag)
                    .run(self)?;
            }
        }
        let decided = match (&case.case.goes_back, change.goes_back) {
            (Some(back), Some(decided)) if back.state != decided => Some(decided),
            _ => None,
        };
        if let Some(decided) = decided {
            self.decide_return(act, case, decided)?;
        } else if is_resolved {
            let rate = self.rate_link(&act.public_url, &act.shop, id)?;
            self.tell_shopper(act, case, |link| Message::CaseResolved {
                case: case.case.kind,
                link,
                rate,
            })?;
        }
        Sql::new("UPDATE feedback_cases SET version = version + 1, changed_at = $1 WHERE id = $2")
            .arg(now())
            .arg(id)
            .run(self)?;
        Ok(Ok(()))
    }

    fn decide_return(
        &mut self,
        act: &StaffAct,
        case: &FeedbackCase,
        decided: ReturnState,
    ) -> Result<(), StoreError> {
        let id = &case.case.id;
        let entry = NewEntry::done(EntryKind::Return, Some(&act.staff), decided.as_str());
        self.add_entry(id, entry)?;
        Sql::new("UPDATE feedback_cases SET return_state = $1 WHERE id = $2")
            .arg(decided.as_str())
            .arg(id)
            .run(self)?;
        self.emit_decision(&act.shop, case, decided)?;
        self.tell_shopper(act, case, |link| Message::ReturnDecided {
            approved: decided == ReturnState::Approved,
            order: case.case.order.clone(),
            link,
        })
    }

    /// Says how far a case is, in its timeline and in the audit log; nothing where it is that already.
    fn set_state(
        &mut self,
        act: &StaffAct,
        case: &FeedbackCase,
        state: CaseState,
    ) -> Result<(), StoreError> {
        let before = case.case.state;
        if before == state {
            return Ok(());
        }
        let id = &case.case.id;
        let entry = NewEntry::done(EntryKind::State, Some(&act.staff), state.as_str());
        self.add_entry(id, entry)?;
        let (closed_at, closed_by) = if state.is_open() {
            (None, "")
        } else {
            (Some(now()), act.staff.as_str())
        };
        Sql::new(
            "UPDATE feedback_cases SET state = $1, closed_at = $2, closed_by = $3, merged_into = NULL WHERE id = $4",
        )
        .arg(state.as_str())
        .arg(closed_at)
        .arg(closed_by)
        .arg(id)
        .run(self)?;
        if !state.is_open() {
            self.renew_rate_code(id)?;
        }
        self.wind_clocks(id)?;
        let told = |state: CaseState| fields_of([("state", state.as_str().to_owned())]);
        let both = (&told(before), &told(state));
        self.audit(&act.shop, &act.by(), Action::CaseChanged, id.as_str(), both)
    }

    /// Deals with a case together with another one of the same shopper: it is resolved, and what comes is written to the
    /// other one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn merge_case(&mut self, act: &StaffAct, id: &CaseId, merge: &CaseMerge) -> CaseResult<()> {
        self.lock([lock_of(id), lock_of(&merge.into)])?;
        let case = taken!(self.hold_case(act, id, merge.version));
        let Some(into) = self.case_with(&act.shop, &merge.into)? else {
            return Ok(Err(CaseRefusal::OtherShopper));
        };
        // Whose case is not another shopper's to read: not of the staff's notes about it either.
        let is_same = match (&case.customer, &into.customer) {
            (Some(one), Some(other)) => one == other,
            (None, None) => !case.email.is_empty() && case.email == into.email,
            _ => false,
        };
        if !is_same || into.case.merged_into.is_some() || into.case.id == *id {
            return Ok(Err(CaseRefusal::OtherShopper));
        }
        self.set_state(act, &case, CaseState::Resolved)?;
        let staff = Some(&act.staff);
        self.add_entry(
            id,
            NewEntry::done(EntryKind::Merged, staff, merge.into.as_str()),
        )?;
        self.add_entry(
            &merge.into,
            NewEntry::done(EntryKind::Merged, staff, id.as_str()),
        )?;
        Sql::new(
            "UPDATE feedback_cases SET merged_into = $1, version = version + 1, changed_at = $2 WHERE id = $3",
        )
        .arg(&merge.into)
        .arg(now())
        .arg(id)
        .run(self)?;
        Sql::new("UPDATE feedback_cases SET version = version + 1 WHERE id = $1")
            .arg(&merge.into)
            .run(self)?;
        Ok(Ok(()))
    }

    /// Tells a shopper what has become of a case, as far as it is known how.
    fn tell_shopper(
        &mut self,
        act: &StaffAct,
        case: &FeedbackCase,
        message: impl FnOnce(String) -> Message,
    ) -> Result<(), StoreError> {
        let key = self.newest_key(&act.shop)?;
        let (to, path) = match &case.customer {
            Some(customer) => (To::Customer(customer), own_path(&key, &case.case.id)),
            None => {
                let to = To::Address {
                    email: &case.email,
                    language: &case.case.language,
                };
                (to, track_path(&key))
            }
        };
        let link = [&*act.public_url, &path].concat();
        self.notify(&act.shop, to, &message(link))
    }
}
