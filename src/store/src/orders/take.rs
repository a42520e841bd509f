//! Taking orders: each number once, however often and in whatever order they are sent.

use crate::accounts::Identifier;
use crate::catalogue::catalogue_lock;
use crate::db::{LIST, Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::accounts::CustomerRef;
use bookplate_wire::orders::{Money, NewOrder, NewOrderLine, Outcome, TakenOrder};
use bookplate_wire::{CustomerId, EditionId, Isbn, OrderId, ShopId};
use std::collections::{HashMap, HashSet};

/// An order whose number is known with other content; nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// Its position among those that were sent.
    pub at: usize,
}

impl Db {
    /// Takes orders that were checked ([`bookplate_wire::orders::NewOrders::checked`]).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_orders(
        &mut self,
        shop: &ShopId,
        orders: &[NewOrder],
    ) -> Result<Result<Vec<TakenOrder>, Conflict>, StoreError> {
        let numbers = orders.iter().map(|order| order_lock(shop, &order.number));
        let named = orders.iter().filter_map(|order| order.customer.as_ref());
        let identifiers = named.map(|named| Identifier::from(named).lock(shop));
        self.lock(numbers.chain(identifiers))?;
        let mut known = known_orders(self, shop, orders)?;
        let editions = settled_editions(self, shop, orders)?;
        let customers = customers_of(self, shop, orders)?;
        let awaited = awaited_orders(self, shop, orders)?;
        let mut taken = Vec::with_capacity(orders.len());
        for (at, order) in orders.iter().enumerate() {
            let customer = order
                .customer
                .as_ref()
                .and_then(|named| customers.get(named));
            let (id, outcome) = match known.remove(&order.number) {
                None => {
                    let id = insert(self, shop, order, customer, &editions)?;
                    if awaited.contains(&order.number) {
                        self.settle_refunds(shop, &order.number)?;
                    }
                    (id, Outcome::Added)
                }
                Some(old) if old.contradicts(order) => return Ok(Err(Conflict { at })),
                Some(old) if old.order == *order => (old.id, Outcome::Unchanged),
                Some(old) => {
                    let changed = update(self, &old, order, customer)?;
                    let outcome = if changed {
                        Outcome::Changed
                    } else {
                        Outcome::Unchanged
                    };
                    (old.id, outcome)
                }
            };
            let unmatched = order
                .lines
                .iter()
                .filter(|line| edition(line, &editions).is_none());
            taken.push(TakenOrder {
                id,
                number: order.number.clone(),
                outcome,
                unmatched: unmatched.filter_map(|line| line.line.clone()).collect(),
            });
        }
        Ok(Ok(taken))
    }

    /// Gives a customer the orders that have named that customer before anybody knew who it is.
    pub(crate) fn adopt_orders(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        identifier: Identifier<'_>,
    ) -> Result<(), StoreError> {
        let (kind, value) = identifier.parts();
        Sql::new(
            "UPDATE orders SET customer_id = $1 WHERE shop_id = $2 AND customer_kind = $3 \
             AND customer_value = $4 AND customer_id IS NULL",
        )
        .arg(customer)
        .arg(shop)
        .arg(kind)
        .arg(value)
        .run(self)
        .map(drop)
    }

    /// Gives lines that were sold under an ISBN their book, now that the catalogue has it.
    pub(crate) fn match_order_lines(
        &mut self,
        shop: &ShopId,
        isbn: &Isbn,
        edition: &EditionId,
    ) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE order_lines SET edition_id = $1 WHERE shop_id = $2 AND isbn = $3 \
             AND edition_id IS NULL",
        )
        .arg(edition)
        .arg(shop)
        .arg(isbn)
        .run(self)
        .map(drop)
    }
}

/// What whoever changes an order, or waits for it, locks.
pub(super) fn order_lock(shop: &ShopId, number: &str) -> String {
    format!("order {shop} {number}")
}

/// An order as it stands in the database.
struct Known {
    id: OrderId,
    order: NewOrder,
}

impl Known {
    /// Whether `order` says something else of the same sale. That it was delivered, and whose it is where
    /// nobody was named, can be added.
    fn contradicts(&self, order: &NewOrder) -> bool {
        let old = &self.order;
        old.placed_at != order.placed_at
            || old.branch != order.branch
            || old.lines != order.lines
            || both_but_different(&old.customer, &order.customer)
            || both_but_different(&old.delivered_at, &order.delivered_at)
    }
}

fn both_but_different<T: PartialEq>(old: &Option<T>, new: &Option<T>) -> bool {
    old.is_some() && new.is_some() && old != new
}

fn known_orders(
    db: &mut Db,
    shop: &ShopId,
    orders: &[NewOrder],
) -> Result<HashMap<String, Known>, StoreError> {
    let mut known: HashMap<OrderId, Known> = HashMap::new();
    for chunk in orders.chunks(LIST) {
        let mut sql = Sql::new(
            "SELECT o.id, o.number, o.placed_at, o.delivered_at, o.branch, o.currency, \
             o.customer_kind, o.customer_value, l.line, l.isbn, l.sku, l.title, l.quantity, l.total \
             FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.shop_id = ",
        );
        sql.bind(shop)
            .push(" AND o.number IN (")
            .bind_all(chunk.iter().map(|order| &order.number))
            .push(") ORDER BY o.id, l.position");
        for row in sql.rows(db)? {
            let id: OrderId = row.get("id")?;
            if !known.contains_key(&id) {
                let order = order_of(&row)?;
                known.insert(
                    id.clone(),
                    Known {
                        id: id.clone(),
                        order,
                    },
                );
            }
            if let Some(known) = known.get_mut(&id) {
                known.order.lines.push(line_of(&row)?);
            }
        }
    }
    Ok(known
        .into_values()
        .map(|known| (known.order.number.clone(), known))
        .collect())
}

/// The order in a row, without its lines.
fn order_of(row: &Row) -> Result<NewOrder, StoreError> {
    let value: String = row.get("customer_value")?;
    let customer = match row.get::<String>("customer_kind")?.as_str() {
        "external" => Some(CustomerRef::ExternalId(value)),
        "card" => Some(CustomerRef::MemberCard(value)),
        "phone" => Some(CustomerRef::Phone(value)),
        "email" => Some(CustomerRef::Email(value)),
        _ => None,
    };
    Ok(NewOrder {
        number: row.get("number")?,
        placed_at: row.get("placed_at")?,
        delivered_at: row.get("delivered_at")?,
        customer,
        branch: row.get("branch")?,
        lines: Vec::new(),
    })
}

fn line_of(row: &Row) -> Result<NewOrderLine, StoreError> {
    let isbn: String = row.get("isbn")?;
    Ok(NewOrderLine {
        line: row.get("line")?,
        isbn: Some(isbn).filter(|isbn| !isbn.is_empty()),
        sku: row.get("sku")?,
        title: row.get("title")?,
        quantity: row.get("quantity")?,
        total: Money {
            amount: row.get("total")?,
            currency: row.get("currency")?,
        },
    })
}

/// The editions of all lines that have one. An import that adds a book gives it the lines that it finds; one
/// that does so at the same moment is waited for, because it does not see these lines yet.
fn settled_editions(
    db: &mut Db,
    shop: &ShopId,
    orders: &[NewOrder],
) -> Result<HashMap<String, EditionId>, StoreError> {
    let editions = editions_of(db, shop, orders)?;
    let lines = orders.iter().flat_map(|order| &order.lines);
    let is_missing = |isbn: &String| !editions.contains_key(isbn);
    if !lines.filter_map(|line| line.isbn.as_ref()).any(is_missing) {
        return Ok(editions);
    }
    db.lock_shared(catalogue_lock(shop))?;
    editions_of(db, shop, orders)
}

fn editions_of(
    db: &mut Db,
    shop: &ShopId,
    orders: &[NewOrder],
) -> Result<HashMap<String, EditionId>, StoreError> {
    let mut isbns: Vec<&String> = orders
        .iter()
        .flat_map(|order| &order.lines)
        .filter_map(|line| line.isbn.as_ref())
        .collect();
    isbns.sort_unstable();
    isbns.dedup();
    let mut editions = HashMap::new();
    for chunk in isbns.chunks(LIST) {
        let mut sql = Sql::new("SELECT isbn, id FROM editions WHERE shop_id = ");
        sql.bind(shop)
            .push(" AND isbn IN (")
            .bind_all(chunk.iter().copied())
            .push(")");
        for row in sql.rows(db)? {
            editions.insert(row.get("isbn")?, row.get("id")?);
        }
    }
    Ok(editions)
}

fn customers_of(
    db: &mut Db,
    shop: &ShopId,
    orders: &[NewOrder],
) -> Result<HashMap<CustomerRef, CustomerId>, StoreError> {
    let mut customers = HashMap::new();
    let named: HashSet<&CustomerRef> = orders.iter().filter_map(|o| o.customer.as_ref()).collect();
    for named in named {
        if let Some(id) = db.customer_by(shop, Identifier::from(named))? {
            customers.insert(named.clone(), id);
        }
    }
    Ok(customers)
}

/// The numbers of orders that a refund waits for.
fn awaited_orders(
    db: &mut Db,
    shop: &ShopId,
    orders: &[NewOrder],
) -> Result<HashSet<String>, StoreError> {
    let mut awaited = HashSet::new();
    for chunk in orders.chunks(LIST) {
        let mut sql = Sql::new("SELECT order_number FROM refunds WHERE shop_id = ");
        sql.bind(shop)
            .push(" AND order_number IN (")
            .bind_all(chunk.iter().map(|order| &order.number))
            .push(") AND state = 'waiting'");
        awaited.extend(sql.values::<String>(db)?);
    }
    Ok(awaited)
}

fn edition<'e>(
    line: &NewOrderLine,
    editions: &'e HashMap<String, EditionId>,
) -> Option<&'e EditionId> {
    editions.get(line.isbn.as_ref()?)
}

fn insert(
    db: &mut Db,
    shop: &ShopId,
    order: &NewOrder,
    customer: Option<&CustomerId>,
    editions: &HashMap<String, EditionId>,
) -> Result<OrderId, StoreError> {
    let id = OrderId::new_id();
    let named = order
        .customer
        .as_ref()
        .map(|named| Identifier::from(named).parts());
    let (kind, value) = named.unwrap_or_default();
    Sql::new(
        "INSERT INTO orders (id, shop_id, number, placed_at, delivered_at, branch, currency, total, \
         customer_id, customer_kind, customer_value, received_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .arg(&id)
    .arg(shop)
    .arg(&order.number)
    .arg(order.placed_at)
    .arg(order.delivered_at)
    .arg(&order.branch)
    .arg(order.currency())
    .arg(order.total())
    .arg(customer)
    .arg(kind)
    .arg(value)
    .arg(now())
    .run(db)?;
    for (position, line) in (1_i64..).zip(&order.lines) {
        Sql::new(
            "INSERT INTO order_lines (order_id, position, line, shop_id, edition_id, isbn, sku, title, \
             quantity, total, refunded_quantity, refunded) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0)",
        )
        .arg(&id)
        .arg(position)
        .arg(line.line.as_deref().unwrap_or_default())
        .arg(shop)
        .arg(edition(line, editions))
        .arg(line.isbn.as_deref().unwrap_or_default())
        .arg(&line.sku)
        .arg(&line.title)
        .arg(line.quantity)
        .arg(line.total.amount)
        .run(db)?;
    }
    Ok(id)
}

/// Adds what is new; whether anything was.
fn update(
    db: &mut Db,
    old: &Known,
    order: &NewOrder,
    customer: Option<&CustomerId>,
) -> Result<bool, StoreError> {
    let delivered_at = order.delivered_at.or(old.order.delivered_at);
    let named = order.customer.as_ref().or(old.order.customer.as_ref());
    if delivered_at == old.order.delivered_at && named == old.order.customer.as_ref() {
        return Ok(false);
    }
    let (kind, value) = named
        .map(|named| Identifier::from(named).parts())
        .unwrap_or_default();
    Sql::new(
        "UPDATE orders SET delivered_at = $1, customer_id = COALESCE(customer_id, $2), \
         customer_kind = $3, customer_value = $4 WHERE id = $5",
    )
    .arg(delivered_at)
    .arg(customer)
    .arg(kind)
    .arg(value)
    .arg(&old.id)
    .run(db)?;
    Ok(true)
}
