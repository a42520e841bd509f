//! Taking orders: each number once, however often and in whatever order they are sent.

use crate::accounts::Identifier;
use crate::catalogue::{catalogue_lock, categories_of};
use crate::db::{LIST, Row, Sql, Value, insert_all, slot};
use crate::ids::{NewId, now};
use crate::reviews::Of;
use crate::{Db, StoreError};
use bookplate_wire::accounts::CustomerRef;
use bookplate_wire::orders::{Money, NewOrder, NewOrderLine, Outcome, TakenOrder};
use bookplate_wire::{CustomerId, EditionId, Isbn, OrderId, ShopId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An order whose number is known with other content; nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// Its position among those that were sent.
    pub at: usize,
}

impl Db {
    /// Takes orders that were checked ([`bookplate_wire::orders::NewOrders::checked`]), all or none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_orders(
        &mut self,
        shop: &ShopId,
        orders: &[NewOrder],
    ) -> Result<Result<Vec<TakenOrder>, Conflict>, StoreError> {
        let plan = Plan::make(self, shop, orders)?;
        if let Some(at) = plan.taken.iter().position(Option::is_none) {
            return Ok(Err(Conflict { at }));
        }
        let taken = plan.carry_out(self, shop)?;
        Ok(Ok(taken.into_iter().flatten().collect()))
    }

    /// Takes orders that were checked, those that can be taken: `None` is one whose number is known with other
    /// content.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn import_orders(
        &mut self,
        shop: &ShopId,
        orders: &[NewOrder],
    ) -> Result<Vec<Option<TakenOrder>>, StoreError> {
        Plan::make(self, shop, orders)?.carry_out(self, shop)
    }

    /// Gives a customer the orders that have named that customer before anybody knew who it is. What follows from that
    /// ([`Db::settle_adopted`]) is the caller's to do, once everything is known by which the customer is found: whether there
    /// were any.
    pub(crate) fn adopt_orders(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        identifier: Identifier<'_>,
    ) -> Result<bool, StoreError> {
        let (kind, value) = identifier.parts();
        let adopted = Sql::new(
            "UPDATE orders SET customer_id = $1 WHERE shop_id = $2 AND customer_kind = $3 \
             AND customer_value = $4 AND customer_id IS NULL",
        )
        .arg(customer)
        .arg(shop)
        .arg(kind)
        .arg(value)
        .run(self)?;
        if adopted > 0 {
            self.note_purchases(shop, Of::Customer, [customer])?;
        }
        Ok(adopted > 0)
    }

    /// Gives a customer what comes with orders that were found to be the customer's, and to one who is new what is for that.
    pub(crate) fn settle_adopted(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        is_new: bool,
    ) -> Result<(), StoreError> {
        self.earn_points_of(shop, customer, is_new)?;
        self.settle_bought_by(customer)
    }

    /// Gives lines that were sold under an ISBN their book, now that the catalogue has it; whether there were any.
    pub(crate) fn match_order_lines(
        &mut self,
        shop: &ShopId,
        isbn: &Isbn,
        edition: &EditionId,
    ) -> Result<bool, StoreError> {
        let matched = Sql::new(
            "UPDATE order_lines SET edition_id = $1 WHERE shop_id = $2 AND isbn = $3 \
             AND edition_id IS NULL",
        )
        .arg(edition)
        .arg(shop)
        .arg(isbn)
        .run(self)?;
        Ok(matched > 0)
    }
}

/// What is to be written of orders, and what is to be said of each.
struct Plan {
    taken: Vec<Option<TakenOrder>>,
    new: NewRows,
    updates: Vec<(OrderId, Sql)>,
    awaited: BTreeSet<String>,
}

impl Plan {
    fn make(db: &mut Db, shop: &ShopId, orders: &[NewOrder]) -> Result<Self, StoreError> {
        let numbers = orders.iter().map(|order| order_lock(shop, &order.number));
        let named = orders.iter().filter_map(|order| order.customer.as_ref());
        let identifiers = named.map(|named| Identifier::from(named).lock(shop));
        db.lock(numbers.chain(identifiers))?;
        let mut known = known_orders(db, shop, orders)?;
        let editions = settled_editions(db, shop, orders)?;
        let customers = customers_of(db, shop, orders)?;
        let mut plan = Self {
            taken: Vec::with_capacity(orders.len()),
            new: NewRows::default(),
            updates: Vec::new(),
            awaited: awaited_orders(db, shop, orders)?,
        };
        for order in orders {
            let named = order.customer.as_ref();
            let customer = named.and_then(|named| customers.get(&Identifier::from(named)));
            let (id, outcome) = match known.remove(&order.number) {
                None => (
                    plan.new.add(shop, order, customer, &editions),
                    Outcome::Added,
                ),
                Some(old) if old.contradicts(order) => {
                    plan.taken.push(None);
                    continue;
                }
                Some(old) => {
                    let id = old.id.clone();
                    match update(&old, order, customer) {
                        None => (id, Outcome::Unchanged),
                        Some(update) => {
                            plan.updates.push((id.clone(), update));
                            (id, Outcome::Changed)
                        }
                    }
                }
            };
            let unmatched = order
                .lines
                .iter()
                .filter(|line| edition(line, &editions).is_none());
            plan.taken.push(Some(TakenOrder {
                id,
                number: order.number.clone(),
                outcome,
                unmatched: unmatched.filter_map(|line| line.line.clone()).collect(),
            }));
        }
        Ok(plan)
    }

    fn carry_out(
        mut self,
        db: &mut Db,
        shop: &ShopId,
    ) -> Result<Vec<Option<TakenOrder>>, StoreError> {
        let updated = self.updates.iter().map(|(id, _)| id.clone());
        let of_customers: Vec<OrderId> = self.new.owned.drain(..).chain(updated).collect();
        db.note_purchases(shop, Of::Order, &of_customers)?;
        self.new.insert(db)?;
        // In the same order by everybody, so that no two wait for each other.
        self.updates.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (_, update) in self.updates {
            update.run(db)?;
        }
        for number in self.awaited {
            db.settle_refunds(shop, &number)?;
        }
        db.earn_points(shop, &of_customers)?;
        // Whoever has paid with points need not be known by the order.
        let taken = self.taken.iter().flatten();
        let taken: Vec<OrderId> = taken.map(|order| order.id.clone()).collect();
        db.return_points(shop, &taken)?;
        db.settle_bought(&of_customers)?;
        Ok(self.taken)
    }
}

/// What whoever changes an order, or waits for it, locks.
pub(crate) fn order_lock(shop: &ShopId, number: &str) -> String {
    format!("order {shop} {}", slot(number))
}

/// The `customer_kind` of an order whose customer has deleted the account: it names nobody, and nobody ever again.
pub(crate) const GONE: &str = "gone";

/// An order as it stands in the database.
struct Known {
    id: OrderId,
    order: NewOrder,
    /// Whether its customer has deleted the account.
    is_let_go: bool,
}

impl Known {
    /// Whether `order` says something else of the same sale. That it was delivered, and whose it is where
    /// nobody was named, can be added.
    fn contradicts(&self, order: &NewOrder) -> bool {
        let old = &self.order;
        old.placed_at != order.placed_at
            || old.branch != order.branch
            || old.lines != order.lines
            || (!self.is_let_go && both_but_different(&old.customer, &order.customer))
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
             o.customer_kind, o.customer_value, l.line, l.isbn, l.sku, l.title, l.categories, l.quantity, l.total \
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
                        is_let_go: row.get::<String>("customer_kind")? == GONE,
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
        categories: categories_of(row)?,
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
    let is_any_missing = lines.filter_map(|line| line.isbn.as_ref()).any(is_missing);
    if db.has_one_writer() || !is_any_missing {
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

/// The customers whom the orders name, as far as they are known.
fn customers_of<'o>(
    db: &mut Db,
    shop: &ShopId,
    orders: &'o [NewOrder],
) -> Result<HashMap<Identifier<'o>, CustomerId>, StoreError> {
    let mut kinds: BTreeMap<&'static str, BTreeMap<&'o str, Identifier<'o>>> = BTreeMap::new();
    for named in orders.iter().filter_map(|order| order.customer.as_ref()) {
        let identifier = Identifier::from(named);
        let (kind, value) = identifier.parts();
        kinds.entry(kind).or_default().insert(value, identifier);
    }
    let mut customers = HashMap::new();
    for (kind, named) in kinds {
        let values: Vec<&str> = named.keys().copied().collect();
        for chunk in values.chunks(LIST) {
            let mut sql =
                Sql::new("SELECT value, customer_id FROM customer_identifiers WHERE shop_id = ");
            sql.bind(shop)
                .push(" AND kind = ")
                .bind(kind)
                .push(" AND value IN (")
                .bind_all(chunk.iter().copied())
                .push(")");
            for row in sql.rows(db)? {
                let value: String = row.get("value")?;
                if let Some(identifier) = named.get(value.as_str()) {
                    customers.insert(*identifier, row.get("customer_id")?);
                }
            }
        }
    }
    Ok(customers)
}

/// The numbers of those orders that a refund waits for; each once, in the same order by everybody.
fn awaited_orders(
    db: &mut Db,
    shop: &ShopId,
    orders: &[NewOrder],
) -> Result<BTreeSet<String>, StoreError> {
    let mut awaited = BTreeSet::new();
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

/// Orders that are new and their lines, to be written many at a time.
#[derive(Default)]
struct NewRows {
    /// Those whose customer is known. Of the others there is news once somebody turns out to be it.
    owned: Vec<OrderId>,
    orders: Vec<Vec<Value>>,
    lines: Vec<Vec<Value>>,
}

impl NewRows {
    fn add(
        &mut self,
        shop: &ShopId,
        order: &NewOrder,
        customer: Option<&CustomerId>,
        editions: &HashMap<String, EditionId>,
    ) -> OrderId {
        let id = OrderId::new_id();
        let named = order.customer.as_ref();
        let (kind, value) = named.map_or(("", ""), |named| Identifier::from(named).parts());
        self.orders.push(vec![
            (&id).into(),
            shop.into(),
            (&order.number).into(),
            order.placed_at.into(),
            order.delivered_at.into(),
            (&order.branch).into(),
            order.currency().into(),
            order.total().into(),
            customer.into(),
            kind.into(),
            value.into(),
            now().into(),
        ]);
        for (position, line) in (1_i64..).zip(&order.lines) {
            self.lines.push(vec![
                (&id).into(),
                position.into(),
                line.line.as_deref().unwrap_or_default().into(),
                shop.into(),
                edition(line, editions).into(),
                line.isbn.as_deref().unwrap_or_default().into(),
                (&line.sku).into(),
                (&line.title).into(),
                line.categories.join("\n").into(),
                line.quantity.into(),
                line.total.amount.into(),
                // Nothing is refunded yet.
                0_i64.into(),
                0_i64.into(),
            ]);
        }
        if customer.is_some() {
            self.owned.push(id.clone());
        }
        id
    }

    fn insert(self, db: &mut Db) -> Result<(), StoreError> {
        insert_all(
            db,
            "INSERT INTO orders (id, shop_id, number, placed_at, delivered_at, branch, currency, \
             total, customer_id, customer_kind, customer_value, received_at) VALUES ",
            self.orders,
        )?;
        insert_all(
            db,
            "INSERT INTO order_lines (order_id, position, line, shop_id, edition_id, isbn, sku, \
             title, categories, quantity, total, refunded_quantity, refunded) VALUES ",
            self.lines,
        )
    }
}

/// What adds what is new; `None` when nothing is.
fn update(old: &Known, order: &NewOrder, customer: Option<&CustomerId>) -> Option<Sql> {
    let delivered_at = order.delivered_at.or(old.order.delivered_at);
    let is_delivery_news = delivered_at != old.order.delivered_at;
    // Whose it is is known already, or is not to be known any more.
    if old.is_let_go || old.order.customer.is_some() || order.customer.is_none() {
        let sql = Sql::new("UPDATE orders SET delivered_at = $1 WHERE id = $2");
        return is_delivery_news.then(|| sql.arg(delivered_at).arg(&old.id));
    }
    let named = order.customer.as_ref();
    let (kind, value) = named.map_or(("", ""), |named| Identifier::from(named).parts());
    let sql = Sql::new(
        "UPDATE orders SET delivered_at = $1, customer_id = COALESCE(customer_id, $2), \
         customer_kind = $3, customer_value = $4 WHERE id = $5",
    );
    Some(
        sql.arg(delivered_at)
            .arg(customer)
            .arg(kind)
            .arg(value)
            .arg(&old.id),
    )
}
