//! Orders and refunds, as a shop's backend or a till reports them.
//!
//! They can come in any order, late, and as often as the sender likes: the shop's own numbers say what is the
//! same, and it counts once.

mod refunds;

pub use refunds::{
    NewRefund, NewRefundLine, NewRefunds, OpenRefund, OpenRefundPage, RefundState, TakenRefund,
    TakenRefunds,
};

use crate::accounts::CustomerRef;
use crate::points::categories;
use crate::problem::{Code, Problem};
use crate::{Isbn, OrderId};
use serde::{Deserialize, Serialize};

/// How many orders or refunds one request can bring.
pub const BATCH_MAX: usize = 1_000;
/// How many lines an order or a refund can have.
pub const LINES_MAX: usize = 500;
/// The longest number of an order, name of a line, SKU, title or branch, in characters.
pub const TEXT_MAX: usize = 200;
/// The largest amount, in minor units: far above any order, and sums of them stay exact.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000;
/// How far the clock of a till may be ahead, or its time zone off, in milliseconds.
const AHEAD: i64 = 24 * 3_600_000;
/// The largest quantity of a line.
pub const QUANTITY_MAX: u32 = 1_000_000;

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// In minor units: cents, fen; whole yen.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub amount: i64,
    /// ISO 4217 code, such as `CNY`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$"))]
    pub currency: String,
}

impl Money {
    /// The amount as a number for programs and forms: `12.50`, of yen `1250`.
    pub fn decimal(&self) -> String {
        let digits = decimals(&self.currency) as usize;
        let mut number = format!("{:0>width$}", self.amount, width = digits + 1);
        if digits > 0 {
            number.insert(number.len() - digits, '.');
        }
        number
    }
}

/// How many decimals a currency has: what its minor unit is (ISO 4217).
pub fn decimals(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "PYG" | "UGX" | "XAF" | "XOF" | "XPF" | "RWF"
        | "KMF" | "GNF" | "DJF" | "BIF" | "VUV" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// An order as the shop reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// The shop's own number: the same number is the same order.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub number: String,
    /// When it was placed, in milliseconds since 1970 UTC.
    #[cfg_attr(feature = "openapi", schema(minimum = 100_000_000_000_i64))]
    pub placed_at: i64,
    /// When it was delivered or handed over; absent while it is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 100_000_000_000_i64))]
    pub delivered_at: Option<i64>,
    /// Whose it is; absent for somebody whom the shop does not know. It may be a customer who has not been
    /// here yet: the order is there when that customer comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerRef>,
    /// The branch where it was placed, by the shop's own name for it; empty for the online shop.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub branch: String,
    /// What was bought.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub lines: Vec<NewOrderLine>,
}

/// A line of an order as the shop reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOrderLine {
    /// The shop's own name for the line, by which refunds name it; where it is absent, the line's position
    /// from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub line: Option<String>,
    /// The book, by ISBN-10 or ISBN-13; absent for what is no book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub isbn: Option<String>,
    /// The shop's own number of the article; may be empty where there is an ISBN.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub sku: String,
    /// What it is called on the bill; may be empty where there is an ISBN.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub title: String,
    /// What it is, for bonuses of points, in the words of the catalogue's categories: `Stationery / Mugs`. Where there is any, it
    /// counts in place of what the catalogue says of the book; empty or absent, the catalogue counts. At most 50, each with 1 to
    /// 120 characters; which comes first does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub categories: Vec<String>,
    /// How many.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub quantity: u32,
    /// What was paid for the whole line in money, after discounts and what points have paid, with taxes.
    pub total: Money,
}

/// Orders to be taken, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOrders {
    /// 1 to 1,000 of them.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1_000))]
    pub orders: Vec<NewOrder>,
}

/// What became of something that was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is new.
    Added,
    /// It was known, and something was added to it: that it was delivered, or whose it is.
    Changed,
    /// It was known just so.
    Unchanged,
}

/// An order that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenOrder {
    /// What names it here.
    pub id: OrderId,
    /// The shop's own number.
    pub number: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Names of lines whose ISBN is none of the catalogue's, or none at all. They are kept, and find their book
    /// when the catalogue has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmatched: Vec<String>,
}

/// The orders that were taken, in the order in which they were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenOrders {
    /// One for each.
    pub orders: Vec<TakenOrder>,
}

/// An order, as its customer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// What names it here.
    pub id: OrderId,
    /// The shop's own number.
    pub number: String,
    /// When it was placed, in milliseconds since 1970 UTC.
    pub placed_at: i64,
    /// The day of `placed_at` in the shop's time zone, `YYYY-MM-DD`.
    pub placed_on: String,
    /// When it was delivered; absent while it is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<i64>,
    /// The day of `delivered_at` in the shop's time zone, `YYYY-MM-DD`; empty while it is under way.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub delivered_on: String,
    /// The branch by the shop's own code for it, empty for the online shop.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub branch: String,
    /// What the branch is called, empty where the shop has none with that code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub branch_name: String,
    /// What was paid for all lines.
    pub total: Money,
    /// What was bought.
    pub lines: Vec<OrderLine>,
}

/// A line of an order, as its customer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderLine {
    /// Its name within the order.
    pub line: String,
    /// The book, where it is one that the catalogue has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isbn: Option<Isbn>,
    /// What it is called.
    pub title: String,
    /// Address of a picture of the cover, empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cover_url: String,
    /// What the shop has said that it is, for bonuses of points; empty where the catalogue's categories count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// How many were bought.
    pub quantity: u32,
    /// What was paid for them.
    pub total: Money,
    /// How many were given back.
    #[serde(default)]
    pub refunded_quantity: u32,
    /// What was paid back.
    pub refunded: Money,
}

/// A page of a customer's orders, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderPage {
    /// The orders.
    pub orders: Vec<Order>,
    /// Give this as `after` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl NewOrders {
    /// Checks the rules that need no database, and brings what names customers and lines into the form that is
    /// kept. `now` is the present time, in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// Names the first field that breaks a rule, such as `orders[3].lines[0].quantity`.
    pub fn checked(mut self, now: i64) -> Result<Self, Problem> {
        check_batch("orders", self.orders.iter().map(|order| &order.number))?;
        for (at, order) in self.orders.iter_mut().enumerate() {
            order
                .check(now)
                .map_err(|problem| within(problem, "orders", at))?;
        }
        Ok(self)
    }

    /// The same, with national phone numbers as those of the country with this calling code.
    #[must_use]
    pub fn international(mut self, calling_code: &str) -> Self {
        for order in &mut self.orders {
            let customer = order.customer.take();
            order.customer = customer.map(|customer| customer.international(calling_code));
        }
        self
    }
}

impl NewOrder {
    /// Checks the rules that need no database, and brings what names customers and lines into the form that is
    /// kept. `now` is the present time, in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// Names the first field that breaks a rule, such as `lines[0].quantity`.
    pub fn checked(mut self, now: i64) -> Result<Self, Problem> {
        self.check(now)?;
        Ok(self)
    }

    fn check(&mut self, now: i64) -> Result<(), Problem> {
        check_text(&self.number, "number", 1)?;
        check_text(&self.branch, "branch", 0)?;
        check_instant(self.placed_at, "placed_at", now)?;
        if let Some(at) = self.delivered_at {
            check_instant(at, "delivered_at", now)?;
            // Somebody may know only the day.
            if at + AHEAD < self.placed_at {
                let rule = "an order is not delivered before it is placed";
                return Err(invalid("delivered_at", rule));
            }
        }
        if let Some(customer) = self.customer.take() {
            let customer = customer.normalised().map_err(|problem| {
                let field = problem.field.clone().unwrap_or_default();
                problem.at(format!("customer.{field}"))
            })?;
            self.customer = Some(customer);
        }
        check_lines(self.lines.len())?;
        let currency = self.lines.first().map(|line| line.total.currency.clone());
        let currency = currency.unwrap_or_default();
        for at in 0..self.lines.len() {
            let line = &mut self.lines[at];
            line.check(at)
                .and_then(|()| check_currency(&line.total, &currency))
                .map_err(|problem| within(problem, "lines", at))?;
            let (before, line) = self.lines.split_at(at);
            if before.iter().any(|other| other.line == line[0].line) {
                let problem = invalid("line", "each line has a name of its own");
                return Err(within(problem, "lines", at));
            }
        }
        Ok(())
    }

    /// The currency of the order; all lines have the same.
    pub fn currency(&self) -> &str {
        self.lines
            .first()
            .map_or("", |line| line.total.currency.as_str())
    }

    /// What was paid for all lines, in minor units.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.total.amount).sum()
    }
}

impl NewOrderLine {
    fn check(&mut self, at: usize) -> Result<(), Problem> {
        let line = self.line.get_or_insert_with(|| (at + 1).to_string());
        check_text(line, "line", 1)?;
        check_text(&self.sku, "sku", 0)?;
        check_text(&self.title, "title", 0)?;
        if let Some(isbn) = &mut self.isbn {
            check_text(isbn, "isbn", 1)?;
            // One that is none is kept as it is: it is what the shop has sold under.
            if let Ok(valid) = isbn.parse::<Isbn>() {
                *isbn = valid.to_string();
            }
        }
        if self.isbn.is_none() && self.sku.is_empty() {
            return Err(invalid("isbn", "a line has an ISBN or a SKU"));
        }
        if !categories::tidy(&mut self.categories) {
            return Err(invalid("categories", categories::RULE));
        }
        // The same ones in another order are the same line.
        self.categories.sort_unstable();
        self.categories.dedup();
        if !(1..=QUANTITY_MAX).contains(&self.quantity) {
            return Err(invalid("quantity", "a quantity is 1 to 1,000,000"));
        }
        check_money(&self.total, "total")
    }
}

fn check_batch<'a>(
    field: &str,
    numbers: impl ExactSizeIterator<Item = &'a String>,
) -> Result<(), Problem> {
    if !(1..=BATCH_MAX).contains(&numbers.len()) {
        return Err(invalid(field, "a request brings 1 to 1,000 of them"));
    }
    let mut seen = std::collections::HashSet::new();
    for (at, number) in numbers.enumerate() {
        if !seen.insert(number) {
            let problem = invalid("number", "a request names each number once");
            return Err(within(problem, field, at));
        }
    }
    Ok(())
}

fn check_lines(count: usize) -> Result<(), Problem> {
    if (1..=LINES_MAX).contains(&count) {
        return Ok(());
    }
    Err(invalid("lines", "there are 1 to 500 lines"))
}

fn check_text(text: &str, field: &str, min: usize) -> Result<(), Problem> {
    let count = text.chars().count();
    let fits = (min..=TEXT_MAX).contains(&count)
        && !text.chars().any(char::is_control)
        && text.trim().len() == text.len();
    if fits {
        return Ok(());
    }
    let rule = "this is text of at most 200 characters without space around it";
    Err(invalid(field, rule))
}

/// A time that has come. A day before 1973 is a time in seconds, or a mistake.
pub(crate) fn check_instant(at: i64, field: &str, now: i64) -> Result<(), Problem> {
    if at < 100_000_000_000 {
        return Err(invalid(field, "this is a time in milliseconds since 1970"));
    }
    if at > now + AHEAD {
        return Err(invalid(field, "this time has not come yet"));
    }
    Ok(())
}

/// Checks an amount in a field called `name`.
pub(crate) fn check_money(money: &Money, name: &str) -> Result<(), Problem> {
    if !(0..=AMOUNT_MAX).contains(&money.amount) {
        let rule = "an amount is 0 to 1,000,000,000,000 minor units";
        return Err(invalid(&[name, ".amount"].concat(), rule));
    }
    let code = money.currency.as_bytes();
    if code.len() != 3 || !code.iter().all(u8::is_ascii_uppercase) {
        // Not from a list: what was sold long ago was paid in currencies that have ended since.
        let rule = "a currency is an ISO 4217 code such as CNY";
        return Err(invalid(&[name, ".currency"].concat(), rule));
    }
    Ok(())
}

fn check_currency(money: &Money, currency: &str) -> Result<(), Problem> {
    if money.currency == currency {
        return Ok(());
    }
    let rule = "all lines have the same currency";
    Err(Problem::new(Code::CurrencyMixed, rule).at("total.currency"))
}

fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

/// The same problem, seen from further out.
fn within(problem: Problem, list: &str, at: usize) -> Problem {
    let field = problem.field.clone().unwrap_or_default();
    problem.at(format!("{list}[{at}].{field}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_564_800_000;

    #[test]
    fn an_amount_has_the_decimals_of_its_currency() {
        for (amount, currency, number) in [
            (1_250, "EUR", "12.50"),
            (5, "EUR", "0.05"),
            (1_200, "JPY", "1200"),
            (1_500, "KWD", "1.500"),
        ] {
            let currency = currency.to_owned();
            assert_eq!(Money { amount, currency }.decimal(), number);
        }
    }

    fn line(amount: i64, currency: &str) -> NewOrderLine {
        NewOrderLine {
            line: None,
            isbn: Some("0-14-143951-3".into()),
            sku: String::new(),
            title: String::new(),
            categories: Vec::new(),
            quantity: 1,
            total: Money {
                amount,
                currency: currency.into(),
            },
        }
    }

    fn order(lines: Vec<NewOrderLine>) -> NewOrders {
        NewOrders {
            orders: vec![NewOrder {
                number: "A-1".into(),
                placed_at: NOW,
                delivered_at: None,
                customer: Some(CustomerRef::Email("Lin@Example.com".into())),
                branch: String::new(),
                lines,
            }],
        }
    }

    /// The code and the field with which something is refused.
    fn refusal(orders: NewOrders) -> (Code, String) {
        let problem = orders.checked(NOW).unwrap_err();
        (problem.code, problem.field.unwrap_or_default())
    }

    #[test]
    fn what_is_taken_is_brought_into_the_form_that_is_kept() {
        let mut sent = order(vec![line(100, "CNY"), line(250, "CNY")]);
        let said = ["Mugs", " Gifts /  Mugs", "Mugs"];
        sent.orders[0].lines[1].categories = said.map(str::to_owned).into();
        let taken = sent.checked(NOW).unwrap();
        let order = &taken.orders[0];
        assert_eq!(
            order.customer,
            Some(CustomerRef::Email("lin@example.com".into()))
        );
        assert_eq!(order.lines[1].line.as_deref(), Some("2"));
        assert_eq!(order.lines[0].isbn.as_deref(), Some("9780141439518"));
        assert_eq!(order.lines[1].categories, ["Gifts / Mugs", "Mugs"]);
        assert_eq!((order.total(), order.currency()), (350, "CNY"));
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        let field = |orders| refusal(orders).1;
        assert_eq!(field(order(vec![])), "orders[0].lines");
        assert_eq!(
            field(order(vec![line(-1, "CNY")])),
            "orders[0].lines[0].total.amount"
        );
        assert_eq!(
            field(order(vec![line(1, "yuan")])),
            "orders[0].lines[0].total.currency"
        );
        let mut twice = order(vec![line(1, "CNY"), line(1, "CNY")]);
        twice.orders[0].lines[1].line = Some("1".into());
        assert_eq!(field(twice), "orders[0].lines[1].line");
        let mut nothing = order(vec![line(1, "CNY")]);
        nothing.orders[0].lines[0].isbn = None;
        assert_eq!(field(nothing), "orders[0].lines[0].isbn");
        for categories in [
            vec![" ".to_owned()],
            vec!["x".repeat(121)],
            vec!["x".into(); 51],
        ] {
            let mut wrong = order(vec![line(1, "CNY")]);
            wrong.orders[0].lines[0].categories = categories;
            assert_eq!(field(wrong), "orders[0].lines[0].categories");
        }
        let mut seconds = order(vec![line(1, "CNY")]);
        seconds.orders[0].placed_at = 1_795_564_800;
        assert_eq!(field(seconds), "orders[0].placed_at");
        let mut future = order(vec![line(1, "CNY")]);
        future.orders[0].placed_at = NOW + 2 * 24 * 3_600_000;
        assert_eq!(field(future), "orders[0].placed_at");
        let mut before = order(vec![line(1, "CNY")]);
        before.orders[0].delivered_at = Some(NOW - 2 * 24 * 3_600_000);
        assert_eq!(field(before), "orders[0].delivered_at");
        let mut nobody = order(vec![line(1, "CNY")]);
        nobody.orders[0].customer = Some(CustomerRef::Phone("home".into()));
        assert_eq!(field(nobody), "orders[0].customer.phone");
        let mut same = order(vec![line(1, "CNY")]);
        same.orders.push(same.orders[0].clone());
        assert_eq!(field(same), "orders[1].number");
        assert_eq!(field(NewOrders { orders: vec![] }), "orders");
    }

    #[test]
    fn an_order_has_one_currency() {
        let mixed = order(vec![line(1, "CNY"), line(1, "JPY")]);
        let expected = (
            Code::CurrencyMixed,
            "orders[0].lines[1].total.currency".into(),
        );
        assert_eq!(refusal(mixed), expected);
    }
}
