//! Customers, as the staff finds them by a part of the name.
//!
//! The words of a name stand in a table of their own, in their order: those that begin alike follow each other, and as many
//! are read as a list shows. Whatever writes a name writes its words in the same unit of work, and they go with the customer.

use crate::db::{Sql, insert_all};
use crate::words::{Asked, words_of};
use crate::{Db, StoreError};
use bookplate_wire::accounts::{CustomersFound, FOUND_MAX, FoundCustomer};
use bookplate_wire::{CustomerId, ShopId};
use std::cmp::Reverse;

/// How many names without words are taken into the index at once.
const BATCH: u32 = 500;

impl Db {
    /// Makes the words of a customer's name known, as it stands now. The caller has just written the customer, so nobody else
    /// does meanwhile.
    pub(super) fn index_name(&mut self, id: &CustomerId) -> Result<(), StoreError> {
        Sql::new("DELETE FROM customer_words WHERE customer_id = $1")
            .arg(id)
            .run(self)?;
        let row = Sql::new("SELECT shop_id, name FROM customers WHERE id = $1")
            .arg(id)
            .row(self)?;
        let Some(row) = row else { return Ok(()) };
        let (shop, name): (ShopId, String) = (row.get("shop_id")?, row.get("name")?);
        let words = words_of([&*name]);
        let words = words.split(' ').filter(|word| !word.is_empty());
        let words = words.map(|word| vec![(&shop).into(), word.into(), id.into()]);
        let into = "INSERT INTO customer_words (shop_id, word, customer_id) VALUES ";
        insert_all(self, into, words.collect())
    }

    /// Makes the words of names known that were there before their index; whether there are more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn index_names(&mut self) -> Result<bool, StoreError> {
        self.lock(["customer words".to_owned()])?;
        let waiting: Vec<CustomerId> = Sql::new(
            "SELECT customer_id FROM customers_without_words ORDER BY customer_id LIMIT $1",
        )
        .arg(BATCH)
        .values(self)?;
        for id in &waiting {
            // Nobody writes the name, and nobody deletes the customer, until its words are there.
            Sql::new("UPDATE customers SET name = name WHERE id = $1")
                .arg(id)
                .run(self)?;
            self.index_name(id)?;
            Sql::new("DELETE FROM customers_without_words WHERE customer_id = $1")
                .arg(id)
                .run(self)?;
        }
        Ok(waiting.len() == BATCH as usize)
    }

    /// The customers of a shop in whose names all words of `text` stand, or begin: of names in Chinese or Japanese any part.
    /// In the order of the words in which the longest one is found, at most [`FOUND_MAX`] of them.
    ///
    /// # Errors
    /// [`StoreError::TooSlow`]; else when the database does not answer.
    pub fn customers_named(
        &mut self,
        shop: &ShopId,
        text: &str,
    ) -> Result<CustomersFound, StoreError> {
        let mut found = CustomersFound::default();
        let Some(asked) = Asked::new(text) else {
            return Ok(found);
        };
        // Fewer names have a longer word: of those it is seen whether they have the others.
        let mut bounds: Vec<_> = asked.bounds().collect();
        bounds.sort_by_key(|(word, _)| Reverse(word.chars().count()));
        let (first, last) = bounds.remove(0);
        // SQLite goes through a CROSS JOIN as it is written.
        let mut sql = Sql::new(
            "SELECT c.id, c.name, c.email, c.phone, \
             COALESCE((SELECT MIN(i.value) FROM customer_identifiers i WHERE i.customer_id = c.id AND i.kind = 'external'), '') \
             AS external_id FROM customer_words w CROSS JOIN customers c WHERE c.id = w.customer_id AND w.shop_id = ",
        );
        sql.bind(shop)
            .push(" AND w.word >= ")
            .bind(&first)
            .push(" AND w.word <= ")
            .bind(&last);
        // Whoever has several words that fit comes by the first of them.
        sql.push(
            " AND NOT EXISTS (SELECT 1 FROM customer_words o WHERE o.customer_id = w.customer_id AND o.word >= ",
        )
        .bind(&first)
        .push(" AND o.word < w.word)");
        for (first, last) in bounds {
            sql.push(" AND EXISTS (SELECT 1 FROM customer_words o WHERE o.customer_id = w.customer_id AND o.word >= ")
                .bind(first)
                .push(" AND o.word <= ")
                .bind(last)
                .push(")");
        }
        sql.push(" ORDER BY w.word, w.customer_id LIMIT ")
            .bind(FOUND_MAX as i64 + 1);
        let rows = self.search(&sql)?;
        found.more = rows.len() > FOUND_MAX;
        for row in rows.iter().take(FOUND_MAX) {
            found.customers.push(FoundCustomer {
                id: row.get("id")?,
                name: row.get("name")?,
                email: row.get("email")?,
                phone: row.get("phone")?,
                external_id: row.get("external_id")?,
            });
        }
        Ok(found)
    }
}
