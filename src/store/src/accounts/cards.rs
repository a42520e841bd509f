//! Numbers of membership cards: the shop's own, or else one of ours.

use super::Identifier;
use crate::db::Sql;
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::points::cards::number_of;
use bookplate_wire::{CustomerId, ShopId};
use uuid::Uuid;

impl Db {
    /// The number of a customer's card; who has none gets one. `None` where the customer has left.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn member_card(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<Option<String>, StoreError> {
        match self.known_card(customer)? {
            Some(number) if number.is_empty() => {}
            known => return Ok(known),
        }
        let mut number = String::new();
        // Nobody has it, but for a chance of one in millions with a million customers.
        while number.is_empty() || self.customer_by(shop, Identifier::Card(&number))?.is_some() {
            number = number_of(Uuid::new_v4().as_u128());
        }
        let card = Identifier::Card(&number);
        self.lock([format!("card of {customer}"), card.lock(shop)])?;
        // Somebody may have been faster.
        let given = Sql::new(
            "UPDATE customers SET member_card = $1, updated_at = $2 WHERE id = $3 AND member_card = ''",
        )
        .arg(&number)
        .arg(now())
        .arg(customer)
        .run(self)?;
        if given > 0 && self.identify(shop, customer, card, now())? {
            self.settle_adopted(shop, customer, false)?;
        }
        self.known_card(customer)
    }

    fn known_card(&mut self, customer: &CustomerId) -> Result<Option<String>, StoreError> {
        Sql::new("SELECT member_card FROM customers WHERE id = $1")
            .arg(customer)
            .value(self)
    }
}
