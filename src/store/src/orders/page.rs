//! A customer's orders, the latest first.

use crate::catalogue::categories_of;
use crate::db::{Row, Sql};
use crate::{Db, StoreError};
use bookplate_wire::orders::{Money, Order, OrderLine, OrderPage};
use bookplate_wire::{CustomerId, OrderId};

impl Db {
    /// Up to `limit` orders of a customer, from behind `after` (the `next` of the page before).
    ///
    /// The days in the reply are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn orders(
        &mut self,
        customer: &CustomerId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<OrderPage, StoreError> {
        let mut sql = Sql::new(
            "SELECT o.id, o.number, o.placed_at, o.delivered_at, o.branch, o.currency, o.total, \
             COALESCE(b.name, '') AS branch_name FROM orders o \
             LEFT JOIN branches b ON b.shop_id = o.shop_id AND b.code = o.branch \
             WHERE o.customer_id = ",
        );
        sql.bind(customer);
        if let Some(after) = after {
            let (placed_at, id) = read_cursor(after)?;
            sql.push(" AND (o.placed_at, o.id) < (")
                .bind(placed_at)
                .push(", ")
                .bind(&id)
                .push(")");
        }
        sql.push(" ORDER BY o.placed_at DESC, o.id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = rows.iter().take(limit as usize);
        let mut orders = shown.map(order_of).collect::<Result<Vec<_>, _>>()?;
        let more = rows.len() > orders.len();
        let next = orders.last().filter(|_| more).map(cursor);
        self.fill_lines(&mut orders)?;
        Ok(OrderPage { orders, next })
    }

    fn fill_lines(&mut self, orders: &mut [Order]) -> Result<(), StoreError> {
        if orders.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new(
            "SELECT l.order_id, l.line, l.title, l.sku, l.isbn AS sold_as, l.categories, l.quantity, l.total, \
             l.refunded_quantity, l.refunded, e.isbn, e.title AS book_title, e.cover_url \
             FROM order_lines l LEFT JOIN editions e ON e.id = l.edition_id WHERE l.order_id IN (",
        );
        sql.bind_all(orders.iter().map(|order| &order.id))
            .push(") ORDER BY l.order_id, l.position");
        for row in sql.rows(self)? {
            let id: OrderId = row.get("order_id")?;
            if let Some(order) = orders.iter_mut().find(|order| order.id == id) {
                let line = line_of(&row, &order.total.currency)?;
                order.lines.push(line);
            }
        }
        Ok(())
    }
}

/// The place behind an order.
fn cursor(order: &Order) -> String {
    let digits = order.id.as_str().trim_start_matches(OrderId::PREFIX);
    format!("{}.{digits}", order.placed_at)
}

fn read_cursor(text: &str) -> Result<(i64, OrderId), StoreError> {
    let (placed_at, digits) = text.split_once('.').ok_or(StoreError::Cursor)?;
    Ok((
        placed_at.parse().map_err(|_| StoreError::Cursor)?,
        OrderId::from_digits(digits).map_err(|_| StoreError::Cursor)?,
    ))
}

fn order_of(row: &Row) -> Result<Order, StoreError> {
    Ok(Order {
        id: row.get("id")?,
        number: row.get("number")?,
        placed_at: row.get("placed_at")?,
        placed_on: String::new(),
        delivered_at: row.get("delivered_at")?,
        delivered_on: String::new(),
        branch: row.get("branch")?,
        branch_name: row.get("branch_name")?,
        total: Money {
            amount: row.get("total")?,
            currency: row.get("currency")?,
        },
        lines: Vec::new(),
    })
}

fn line_of(row: &Row, currency: &str) -> Result<OrderLine, StoreError> {
    let money = |amount| Money {
        amount,
        currency: currency.to_owned(),
    };
    // What stands on the bill; else the catalogue's title; else what it was sold under.
    let names = [
        row.get::<String>("title")?,
        row.get::<Option<String>>("book_title")?.unwrap_or_default(),
        row.get("sold_as")?,
        row.get("sku")?,
    ];
    Ok(OrderLine {
        line: row.get("line")?,
        isbn: row.get("isbn")?,
        title: names
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default(),
        cover_url: row.get::<Option<String>>("cover_url")?.unwrap_or_default(),
        categories: categories_of(row)?,
        quantity: row.get("quantity")?,
        total: money(row.get("total")?),
        refunded_quantity: row.get("refunded_quantity")?,
        refunded: money(row.get("refunded")?),
    })
}
