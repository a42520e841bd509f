//! What books would earn: asked for a whole page of them at once.

use super::rules::Versions;
use crate::db::{LIST, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::catalogue::Format;
use bookplate_wire::orders::Money;
use bookplate_wire::points::books::PricedBook;
use bookplate_wire::{CustomerId, Isbn, ShopId};
use std::collections::HashMap;

impl Db {
    /// What an order of each book alone would earn now: a customer, or, without one, everybody. `None` for a book without a
    /// price in a currency that earns points, and for all of them where the shop has no points.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn points_for_books(
        &mut self,
        shop: &ShopId,
        customer: Option<&CustomerId>,
        books: &[PricedBook],
    ) -> Result<Vec<Option<i64>>, StoreError> {
        let nothing = vec![None; books.len()];
        if books.is_empty() {
            return Ok(nothing);
        }
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(nothing);
        };
        let Some(situation) = self.situation((shop, &mut versions), customer, now())? else {
            return Ok(nothing);
        };
        let isbns: Vec<Isbn> = books.iter().map(|book| book.isbn).collect();
        let unpriced = books.iter().filter(|book| book.price.is_none());
        let unpriced: Vec<Isbn> = unpriced.map(|book| book.isbn).collect();
        let (formats, prices) = (self.formats(shop, &isbns)?, self.prices(shop, &unpriced)?);
        let rules = versions.rules(self, shop, versions.latest())?;
        let earned = books.iter().map(|book| {
            let price = book.price.as_ref().or_else(|| prices.get(&book.isbn))?;
            let mut rates = rules.rates.iter();
            let earns = rates.any(|rate| rate.currency == price.currency);
            earns.then(|| situation.earns(rules, price, formats.get(&book.isbn).copied()))
        });
        Ok(earned.collect())
    }

    /// How books are made, of those that the catalogue has.
    fn formats(
        &mut self,
        shop: &ShopId,
        isbns: &[Isbn],
    ) -> Result<HashMap<Isbn, Format>, StoreError> {
        let mut formats = HashMap::new();
        for chunk in isbns.chunks(LIST) {
            let mut sql = Sql::new("SELECT isbn, format FROM editions WHERE shop_id = ");
            sql.bind(shop).push(" AND isbn IN (");
            sql.bind_all(chunk).push(")");
            for row in sql.rows(self)? {
                formats.insert(row.get("isbn")?, row.get("format")?);
            }
        }
        Ok(formats)
    }

    /// What books cost, of those of which the shop has told.
    fn prices(
        &mut self,
        shop: &ShopId,
        isbns: &[Isbn],
    ) -> Result<HashMap<Isbn, Money>, StoreError> {
        let mut prices = HashMap::new();
        for chunk in isbns.chunks(LIST) {
            let mut sql = Sql::new("SELECT isbn, amount, currency FROM offers WHERE shop_id = ");
            sql.bind(shop).push(" AND isbn IN (");
            sql.bind_all(chunk).push(")");
            for row in sql.rows(self)? {
                let price = Money {
                    amount: row.get("amount")?,
                    currency: row.get("currency")?,
                };
                prices.insert(row.get("isbn")?, price);
            }
        }
        Ok(prices)
    }
}
