//! New cases.
//!
//! A draft that is sent again is found by its name, so that a shopper whose network has failed can send it as often as it
//! takes. Nothing is locked for all: cases of different shoppers are written together.

use super::entries::NewEntry;
use super::returns::return_event;
use super::{CaseRefusal, CaseResult, taken};
use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::reviews::{Handed, SubjectRefusal};
use crate::wishlists::lock_of as customer_lock;
use crate::{Db, StoreError};
use bookplate_wire::feedback::writing::NewCase;
use bookplate_wire::feedback::{CaseKind, CaseState, CaseTimeline, EntryKind, ReturnState};
use bookplate_wire::notifications::Event;
use bookplate_wire::reviews::writing::{NewSubject, Subject};
use bookplate_wire::{CaseId, CustomerId, EditionId, OrderId, ReviewId, ShopId};

/// Who sends a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseSender {
    /// Somebody with an account.
    Customer(CustomerId),
    /// Somebody without one, who gets a code of which this is the hash.
    Guest(String),
}

/// By what something that is sent again is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The hash of what names the draft.
    pub draft: String,
    /// The hash of all that was sent, and of who sends it.
    pub sent: String,
}

impl Db {
    /// Takes a new case, by values that were checked; with whether it is new. Sent again it is the same case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn open_case(
        &mut self,
        shop: &ShopId,
        sender: &CaseSender,
        new: &NewCase,
        keys: &Keys,
    ) -> CaseResult<(CaseTimeline, bool)> {
        let (customer, code) = match sender {
            CaseSender::Customer(customer) => {
                // Nobody deletes the customer meanwhile.
                self.lock([customer_lock(customer)])?;
                if !self.is_customer_of(shop, customer)? {
                    return Ok(Err(CaseRefusal::NoCustomer));
                }
                (Some(customer), None)
            }
            CaseSender::Guest(code) => (None, Some(code.as_str())),
        };
        if let Some(known) = taken!(self.sent_before(shop, keys)) {
            return Ok(Ok((known, false)));
        }
        let edition = taken!(self.case_edition(shop, new));
        if let Some(customer) = customer {
            taken!(self.check_order(shop, customer, new));
        }
        let id = CaseId::new_id();
        let back = new.goes_back.as_ref();
        let wrong = new.correction.as_ref();
        let inserted = Sql::new(
            "INSERT INTO feedback_cases (id, shop_id, customer_id, kind, state, version, draft, sent, code, name, email, \
             language, edition_id, order_number, page, return_line, return_quantity, return_reason, return_wish, \
             return_state, wrong_field, right_value, title, owner, opened_at, changed_at, closed_by) \
             VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
             '', '', $22, $22, '') ON CONFLICT DO NOTHING",
        )
        .arg(&id)
        .arg(shop)
        .arg(customer)
        .arg(new.kind.as_str())
        .arg(CaseState::Received.as_str())
        .arg(&keys.draft)
        .arg(&keys.sent)
        .arg(code)
        .arg(&new.name)
        .arg(&new.email)
        .arg(&new.language)
        .arg(edition.as_ref())
        .arg(&new.order)
        .arg(&new.page)
        .arg(back.map_or("", |back| back.line.as_str()))
        .arg(back.map_or(0, |back| back.quantity))
        .arg(back.map_or("", |back| back.reason.as_str()))
        .arg(back.map_or("", |back| back.wish.as_str()))
        .arg(back.map_or("", |_| ReturnState::Asked.as_str()))
        .arg(wrong.map_or("", |wrong| wrong.field.as_str()))
        .arg(wrong.map_or("", |wrong| wrong.value.as_str()))
        .arg(now())
        .run(self)?;
        if inserted == 0 {
            // Sent twice at the same moment: the other one was quicker.
            let known = taken!(self.sent_before(shop, keys));
            let known = known.ok_or(StoreError::Corrupt("feedback_cases.draft"))?;
            return Ok(Ok((known, false)));
        }
        let entry = self.add_entry(&id, NewEntry::said(EntryKind::Message, None, &new.body))?;
        taken!(self.attach_photos(shop, customer, &entry, &new.photos));
        self.wind_clocks(&id)?;
        let case = self.timeline(shop, &id)?;
        let case = case.ok_or(StoreError::Corrupt("feedback_cases.id"))?;
        if let Some(back) = &case.case.goes_back {
            let about = return_event(&id, &new.order, back);
            self.emit(shop, &Event::ReturnRequested(about))?;
        }
        Ok(Ok((case, true)))
    }

    /// The case that a draft has become.
    fn sent_before(&mut self, shop: &ShopId, keys: &Keys) -> CaseResult<Option<CaseTimeline>> {
        let known =
            Sql::new("SELECT id, sent FROM feedback_cases WHERE shop_id = $1 AND draft = $2")
                .arg(shop)
                .arg(&keys.draft)
                .row(self)?;
        let Some(known) = known else {
            return Ok(Ok(None));
        };
        if known.get::<String>("sent")? != keys.sent {
            return Ok(Err(CaseRefusal::Conflict));
        }
        Ok(Ok(self.timeline(shop, &known.get("id")?)?))
    }

    fn case_edition(&mut self, shop: &ShopId, new: &NewCase) -> CaseResult<Option<EditionId>> {
        let Some(isbn) = new.isbn else {
            return Ok(Ok(None));
        };
        let edition = Sql::new("SELECT id FROM editions WHERE shop_id = $1 AND isbn = $2")
            .arg(shop)
            .arg(&isbn)
            .value(self)?;
        Ok(edition.map(Some).ok_or(CaseRefusal::NoBook))
    }

    /// Whether an order that a customer names is the customer's own, and has what is to go back.
    fn check_order(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        new: &NewCase,
    ) -> CaseResult<()> {
        if new.order.is_empty() {
            return Ok(Ok(()));
        }
        let order: Option<OrderId> = Sql::new(
            "SELECT id FROM orders WHERE shop_id = $1 AND number = $2 AND customer_id = $3",
        )
        .arg(shop)
        .arg(&new.order)
        .arg(customer)
        .value(self)?;
        let Some(order) = order else {
            return Ok(Err(CaseRefusal::NoOrder));
        };
        let Some(back) = &new.goes_back else {
            return Ok(Ok(()));
        };
        let copies: Option<u32> =
            Sql::new("SELECT quantity FROM order_lines WHERE order_id = $1 AND line = $2")
                .arg(&order)
                .arg(&back.line)
                .value(self)?;
        Ok(match copies {
            None => Err(CaseRefusal::NoLine),
            Some(copies) if copies < back.quantity => Err(CaseRefusal::TooManyCopies),
            Some(_) => Ok(()),
        })
    }

    /// Says what a version of a customer's own review is about, where the text left that open. One that is about delivery
    /// becomes a case, and readers do not see it (any more). Saying the same again changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_review_subject(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        review: &ReviewId,
        said: NewSubject,
    ) -> Result<Result<(), SubjectRefusal>, StoreError> {
        self.lock([crate::catalogue::catalogue_lock(shop)])?;
        let named = (review, said.version);
        let handed = match said.subject {
            Subject::Book => return self.is_about_book(shop, customer, named),
            Subject::Delivery => self.hand_over(shop, customer, named)?,
        };
        let Handed {
            edition,
            version,
            text,
        } = match handed {
            Ok(handed) => handed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let id = CaseId::new_id();
        let inserted = Sql::new(
            "INSERT INTO feedback_cases (id, shop_id, customer_id, kind, state, version, sent, name, email, language, \
             edition_id, order_number, page, return_line, return_quantity, return_reason, return_wish, return_state, \
             wrong_field, right_value, review_id, review_version, title, owner, opened_at, changed_at, closed_by) \
             VALUES ($1, $2, $3, $4, $5, 1, '', '', '', $6, $7, '', '', '', 0, '', '', '', '', '', $8, $9, $10, '', $11, \
             $11, '') ON CONFLICT (review_id, review_version) DO NOTHING",
        )
        .arg(&id)
        .arg(shop)
        .arg(customer)
        .arg(CaseKind::Complaint.as_str())
        .arg(CaseState::Received.as_str())
        .arg(&text.language)
        .arg(&edition)
        .arg(review)
        .arg(version)
        .arg(&text.title)
        .arg(now())
        .run(self)?;
        if inserted > 0 {
            self.add_entry(&id, NewEntry::said(EntryKind::Message, None, &text.body))?;
            self.wind_clocks(&id)?;
        }
        Ok(Ok(()))
    }
}
