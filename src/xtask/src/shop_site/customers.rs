//! The pretend shop's customers, and what they have bought.

use crate::paths;
use anyhow::{Context, Result};
use bookplate_wire::accounts::CustomerRef;
use bookplate_wire::orders::{
    Money, NewOrder, NewOrderLine, NewOrders, NewRefund, NewRefundLine, NewRefunds,
};
use serde::Deserialize;

/// Somebody who can sign in at the pretend shop.
#[derive(Debug)]
pub struct Customer {
    /// The shop's own id.
    pub id: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub member_card: &'static str,
}

/// All of them. The last one has not bought anything yet.
pub const CUSTOMERS: [Customer; 5] = [
    Customer {
        id: "c-1001",
        name: "Grace Okafor",
        email: "grace.okafor@example.com",
        member_card: "IL 0042 1001",
    },
    Customer {
        id: "c-1002",
        name: "林晓雨",
        email: "lin.xiaoyu@example.com",
        member_card: "IL 0042 1002",
    },
    Customer {
        id: "c-1003",
        name: "陳怡君",
        email: "chen.yichun@example.com",
        member_card: "IL 0042 1003",
    },
    Customer {
        id: "c-1004",
        name: "佐藤美咲",
        email: "sato.misaki@example.com",
        member_card: "IL 0042 1004",
    },
    Customer {
        id: "c-1005",
        name: "Tom Fisher",
        email: "tom.fisher@example.com",
        member_card: "",
    },
];

/// A line of `public/demo/orders.csv`: a line of an order, and what was given back of it.
#[derive(Deserialize)]
struct Row {
    number: String,
    customer: String,
    placed_at: String,
    delivered_at: Option<String>,
    branch: String,
    isbn: String,
    quantity: u32,
    amount: i64,
    currency: String,
    refunded_at: Option<String>,
    refunded_quantity: Option<u32>,
    refunded_amount: Option<i64>,
}

/// What the customers have bought and given back, as the shop's backend reports it.
///
/// # Errors
/// When the file cannot be read.
pub fn orders() -> Result<(NewOrders, NewRefunds)> {
    let file = paths::root().join("public/demo/orders.csv");
    let reading = || format!("reading {}", file.display());
    let (mut orders, mut refunds): (Vec<NewOrder>, Vec<NewRefund>) = (Vec::new(), Vec::new());
    for row in csv::Reader::from_path(&file)
        .with_context(reading)?
        .deserialize()
    {
        let row: Row = row.with_context(reading)?;
        if orders.last().is_none_or(|order| order.number != row.number) {
            orders.push(NewOrder {
                number: row.number.clone(),
                placed_at: milliseconds(&row.placed_at)?,
                delivered_at: row.delivered_at.as_deref().map(milliseconds).transpose()?,
                customer: Some(CustomerRef::ExternalId(row.customer.clone())),
                branch: row.branch.clone(),
                lines: Vec::new(),
            });
        }
        let order = orders.last_mut().context("the order of a line")?;
        let money = |amount| Money {
            amount,
            currency: row.currency.clone(),
        };
        order.lines.push(NewOrderLine {
            line: None,
            isbn: Some(row.isbn.clone()),
            sku: String::new(),
            title: String::new(),
            categories: Vec::new(),
            quantity: row.quantity,
            total: money(row.amount),
        });
        if let Some(at) = &row.refunded_at {
            let line = order.lines.len().to_string();
            refunds.push(NewRefund {
                number: format!("R-{}-{line}", row.number),
                order: row.number.clone(),
                refunded_at: milliseconds(at)?,
                lines: vec![NewRefundLine {
                    line,
                    quantity: row.refunded_quantity.unwrap_or_default(),
                    total: money(row.refunded_amount.unwrap_or_default()),
                }],
            });
        }
    }
    Ok((NewOrders { orders }, NewRefunds { refunds }))
}

/// A time such as `2026-11-04T12:05:00Z` in milliseconds since 1970.
fn milliseconds(text: &str) -> Result<i64> {
    let at: jiff::Timestamp = text.parse().with_context(|| text.to_owned())?;
    Ok(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_keeps_to_the_rules_of_the_api() {
        let (orders, refunds) = orders().unwrap();
        let of = |id: &str| {
            let id = Some(CustomerRef::ExternalId(id.to_owned()));
            let theirs = orders.orders.iter().filter(|order| order.customer == id);
            theirs.count()
        };
        // More than a page of them, and none at all.
        assert_eq!((of("c-1001"), of("c-1005")), (12, 0));
        assert!(!refunds.refunds.is_empty());
        let now = jiff::Timestamp::now().as_millisecond();
        orders.checked(now).unwrap();
        refunds.checked(now).unwrap();
    }
}
