//! Cases of shoppers without an account, linked to a customer and an order.

use super::entries::NewEntry;
use super::staff::StaffAct;
use super::{CaseRefusal, CaseResult, taken};
use crate::audit::fields_of;
use crate::db::Sql;
use crate::{Db, StoreError, now};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::feedback::EntryKind;
use bookplate_wire::feedback::inbox::FeedbackCase;
use bookplate_wire::feedback::links::{CaseHandOver, CaseLink, LinkedCustomer};
use bookplate_wire::{CaseId, CustomerId, ShopId};

impl Db {
    /// The customer to whom a case of the shop is linked.
    pub(super) fn linked_customer(
        &mut self,
        shop: &ShopId,
        case: &CaseId,
    ) -> Result<Option<LinkedCustomer>, StoreError> {
        let row = Sql::new(
            "SELECT c.id, c.name, c.email, f.email AS written_by, \
             COALESCE((SELECT MIN(i.value) FROM customer_identifiers i WHERE i.customer_id = c.id AND i.kind = 'external'), '') \
             AS external_id FROM feedback_cases f JOIN customers c ON c.id = f.linked_customer \
             WHERE f.shop_id = $1 AND f.id = $2",
        )
        .arg(shop)
        .arg(case)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let (email, written_by): (String, String) = (row.get("email")?, row.get("written_by")?);
        Ok(Some(LinkedCustomer {
            id: row.get("id")?,
            name: row.get("name")?,
            same_email: !email.is_empty() && email == written_by,
            email,
            external_id: row.get("external_id")?,
        }))
    }

    /// Links a case to a customer, an order, or both, by values that were checked. Only the staff sees it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn link_case(&mut self, act: &StaffAct, id: &CaseId, link: &CaseLink) -> CaseResult<()> {
        let case = taken!(self.hold_case(act, id, link.version));
        let before = self.linked_customer(&act.shop, id)?.map(|linked| linked.id);
        let customer = match &link.customer {
            None => before.clone(),
            Some(wanted) => taken!(self.linkable(act, &case, wanted)),
        };
        let whose = case.customer.as_ref().or(customer.as_ref());
        let order = link.order.as_deref().unwrap_or(&case.case.order);
        // What the shopper has written is no link, whatever it says.
        let is_linked = link.order.is_some() || self.is_order_linked(id)?;
        if is_linked && !order.is_empty() {
            let found =
                Sql::new("SELECT customer_id FROM orders WHERE shop_id = $1 AND number = $2")
                    .arg(&act.shop)
                    .arg(order)
                    .row(self)?;
            let of: Option<CustomerId> = match found {
                Some(row) => row.get("customer_id")?,
                None => return Ok(Err(CaseRefusal::NoOrder)),
            };
            if whose.is_some() && of.as_ref() != whose {
                return Ok(Err(CaseRefusal::NoOrder));
            }
        }
        let mut told = Vec::new();
        if customer != before {
            let value = customer.as_ref().map_or("", CustomerId::as_str);
            told.push((EntryKind::Linked, value));
        }
        if let Some(order) = link
            .order
            .as_deref()
            .filter(|order| *order != case.case.order)
        {
            told.push((EntryKind::Order, order));
        }
        for (kind, value) in &told {
            self.add_entry(id, NewEntry::done(*kind, Some(&act.staff), value))?;
        }
        if told.is_empty() {
            return Ok(Ok(()));
        }
        Sql::new(
            "UPDATE feedback_cases SET linked_customer = $1, order_number = $2, order_linked = $3, version = version + 1 \
             WHERE id = $4",
        )
        .arg(customer.as_ref())
        .arg(order)
        .arg(is_linked)
        .arg(id)
        .run(self)?;
        Ok(Ok(()))
    }

    /// Whether the order of a case is one that the staff has linked.
    fn is_order_linked(&mut self, id: &CaseId) -> Result<bool, StoreError> {
        let linked = Sql::new("SELECT order_linked FROM feedback_cases WHERE id = $1").arg(id);
        Ok(linked.value(self)?.unwrap_or(false))
    }

    /// A customer of the shop's to whom a case can be linked; nobody for an empty id.
    fn linkable(
        &mut self,
        act: &StaffAct,
        case: &FeedbackCase,
        wanted: &str,
    ) -> CaseResult<Option<CustomerId>> {
        if wanted.is_empty() {
            return Ok(Ok(None));
        }
        let found: Option<CustomerId> =
            Sql::new("SELECT id FROM customers WHERE shop_id = $1 AND id = $2")
                .arg(&act.shop)
                .arg(wanted)
                .value(self)?;
        // Whose case it is already, it stays.
        Ok(match found {
            Some(customer) if case.customer.is_none() => Ok(Some(customer)),
            _ => Err(CaseRefusal::NotToLink),
        })
    }

    /// Makes a case the own one of the customer to whom it is linked, who sees all of it from then on. Its code stays good: who has
    /// it has written the case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn hand_over_case(
        &mut self,
        act: &StaffAct,
        id: &CaseId,
        hand_over: &CaseHandOver,
    ) -> CaseResult<()> {
        let case = taken!(self.hold_case(act, id, hand_over.version));
        let linked = self.linked_customer(&act.shop, id)?;
        let Some(linked) = linked.filter(|_| case.customer.is_none()) else {
            return Ok(Err(CaseRefusal::NotToLink));
        };
        if !linked.same_email && !hand_over.sure {
            return Ok(Err(CaseRefusal::NotSure));
        }
        let entry = NewEntry::done(EntryKind::HandedOver, Some(&act.staff), linked.id.as_str());
        self.add_entry(id, entry)?;
        Sql::new(
            "UPDATE feedback_cases SET customer_id = $1, linked_customer = NULL, changed_at = $2, version = version + 1 \
             WHERE id = $3",
        )
        .arg(&linked.id)
        .arg(now())
        .arg(id)
        .run(self)?;
        let told = fields_of([("customer", linked.id.to_string())]);
        let both = (&Fields::new(), &told);
        self.audit(&act.shop, &act.by(), Action::CaseChanged, id.as_str(), both)?;
        Ok(Ok(()))
    }
}
