//! What books would earn: asked for a whole page of them at once.

use super::rules::Versions;
use crate::catalogue::categories_of;
use crate::db::{LIST, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::catalogue::Format;
use bookplate_wire::orders::Money;
use bookplate_wire::points::books::PricedBook;
use bookplate_wire::points::checkout::QuotedLine;
use bookplate_wire::points::earn::PurchasedLine;
use bookplate_wire::{CustomerId, Isbn, ShopId};
use std::collections::HashMap;

/// How a book is made, and what it is about.
type Known = (Format, Vec<String>);

/// A line of an order, of a book as far as the catalogue knows it.
fn line_of(book: Option<&Known>, amount: i64) -> PurchasedLine {
    PurchasedLine {
        amount,
        format: book.map(|book| book.0),
        categories: book.map_or_else(Vec::new, |book| book.1.clone()),
    }
}

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
        let (known, prices) = (
            self.known_books(shop, &isbns)?,
            self.prices(shop, &unpriced)?,
        );
        let rules = versions.rules(self, shop, versions.latest())?;
        let earned = books.iter().map(|book| {
            let price = book.price.as_ref().or_else(|| prices.get(&book.isbn))?;
            let mut rates = rules.rates.iter();
            let earns = rates.any(|rate| rate.currency == price.currency);
            let line = line_of(known.get(&book.isbn), price.amount);
            earns.then(|| situation.earns(rules, &price.currency, &[line]))
        });
        Ok(earned.collect())
    }

    /// What lines of an order that is about to be paid are, as the rules see them.
    pub(super) fn quoted_lines(
        &mut self,
        shop: &ShopId,
        lines: &[QuotedLine],
    ) -> Result<Vec<PurchasedLine>, StoreError> {
        let isbns: Vec<Isbn> = lines.iter().filter_map(|line| line.isbn).collect();
        let known = self.known_books(shop, &isbns)?;
        let lines = lines.iter().map(|line| {
            let book = line.isbn.and_then(|isbn| known.get(&isbn));
            let mut quoted = line_of(book, line.amount);
            if !line.categories.is_empty() {
                quoted.categories.clone_from(&line.categories);
            }
            quoted
        });
        Ok(lines.collect())
    }

    /// How books are made and what they are about, of those that the catalogue has.
    fn known_books(
        &mut self,
        shop: &ShopId,
        isbns: &[Isbn],
    ) -> Result<HashMap<Isbn, Known>, StoreError> {
        let mut known = HashMap::new();
        for chunk in isbns.chunks(LIST) {
            let mut sql =
                Sql::new("SELECT isbn, format, categories FROM editions WHERE shop_id = ");
            sql.bind(shop).push(" AND isbn IN (");
            sql.bind_all(chunk).push(")");
            for row in sql.rows(self)? {
                let of_book = (row.get("format")?, categories_of(&row)?);
                known.insert(row.get("isbn")?, of_book);
            }
        }
        Ok(known)
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
