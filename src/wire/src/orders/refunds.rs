//! Refunds, as a shop's backend or a till reports them.

use super::{
    Money, Outcome, QUANTITY_MAX, check_batch, check_currency, check_instant, check_lines,
    check_money, check_text, invalid, within,
};
use crate::RefundId;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// A refund as the shop reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRefund {
    /// The shop's own number: the same number is the same refund.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub number: String,
    /// The number of the order. An order that has not been reported yet is waited for.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub order: String,
    /// When it was refunded, in milliseconds since 1970 UTC.
    #[cfg_attr(feature = "openapi", schema(minimum = 100_000_000_000_i64))]
    pub refunded_at: i64,
    /// What was refunded.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub lines: Vec<NewRefundLine>,
}

/// A line of a refund as the shop reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRefundLine {
    /// The line of the order, by its name there.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub line: String,
    /// How many were given back; 0 where only money was.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub quantity: u32,
    /// What was paid back.
    pub total: Money,
}

/// Refunds to be taken, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRefunds {
    /// 1 to 1,000 of them.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1_000))]
    pub refunds: Vec<NewRefund>,
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// It waits for its order.
    Waiting,
    /// It counts.
    Applied,
    /// It waited, and then did not fit its order (more than is left, an unknown line, another currency): it does not count,
    /// and somebody has to look at it.
    Excessive,
}

impl RefundState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Applied, Self::Excessive];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Applied => "applied",
            Self::Excessive => "excessive",
        }
    }
}

/// A refund that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenRefund {
    /// What names it here.
    pub id: RefundId,
    /// The shop's own number.
    pub number: String,
    /// What became of it.
    pub outcome: Outcome,
    /// How far it is.
    pub state: RefundState,
}

/// The refunds that were taken, in the order in which they were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenRefunds {
    /// One for each.
    pub refunds: Vec<TakenRefund>,
}

/// A refund that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenRefund {
    /// What names it here.
    pub id: RefundId,
    /// Why it does not count.
    pub state: RefundState,
    /// When it was first reported, in milliseconds since 1970 UTC.
    pub received_at: i64,
    /// What was reported. The same number with other content takes its place.
    pub refund: NewRefund,
}

/// A page of refunds that do not count, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenRefundPage {
    /// The refunds.
    pub refunds: Vec<OpenRefund>,
    /// Give this as `after` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl NewRefunds {
    /// Checks the rules that need no database. `now` is the present time, in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// Names the first field that breaks a rule, such as `refunds[3].lines[0].total.amount`.
    pub fn checked(self, now: i64) -> Result<Self, Problem> {
        check_batch("refunds", self.refunds.iter().map(|refund| &refund.number))?;
        for (at, refund) in self.refunds.iter().enumerate() {
            refund
                .check(now)
                .map_err(|problem| within(problem, "refunds", at))?;
        }
        Ok(self)
    }
}

impl NewRefund {
    /// The currency of the refund; all lines have the same.
    pub fn currency(&self) -> &str {
        let first = self.lines.first();
        first.map_or("", |line| line.total.currency.as_str())
    }

    /// What was paid back for all lines, in minor units.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.total.amount).sum()
    }

    fn check(&self, now: i64) -> Result<(), Problem> {
        check_text(&self.number, "number", 1)?;
        check_text(&self.order, "order", 1)?;
        check_instant(self.refunded_at, "refunded_at", now)?;
        check_lines(self.lines.len())?;
        for (at, line) in self.lines.iter().enumerate() {
            line.check(&self.lines[..at], &self.lines[0].total.currency)
                .map_err(|problem| within(problem, "lines", at))?;
        }
        Ok(())
    }
}

impl NewRefundLine {
    fn check(&self, before: &[Self], currency: &str) -> Result<(), Problem> {
        check_text(&self.line, "line", 1)?;
        if before.iter().any(|other| other.line == self.line) {
            return Err(invalid("line", "a refund names each line once"));
        }
        if self.quantity > QUANTITY_MAX {
            return Err(invalid("quantity", "a quantity is at most 1,000,000"));
        }
        check_money(&self.total, "total")?;
        if self.quantity == 0 && self.total.amount == 0 {
            let rule = "a line of a refund takes back copies, money or both";
            return Err(invalid("total.amount", rule));
        }
        check_currency(&self.total, currency)
    }
}
