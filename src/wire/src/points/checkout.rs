//! Paying with points and coupons: what a shop's checkout or till asks, holds and takes.
//!
//! What points may pay for is computed here alone ([`PointRules::payable`]). A reservation keeps what it was about, so
//! whatever the rules say later, a refund gives points back in proportion to what was paid with them then.

use super::categories;
use super::earn::Returned;
use super::rewards::{Benefit, RewardName, check_reference};
use super::rules::PointRules;
use crate::accounts::CustomerRef;
use crate::orders::{AMOUNT_MAX, LINES_MAX, Money, TEXT_MAX, check_money};
use crate::problem::{Code, Faults, Problem};
use crate::{Isbn, ReservationId};
use serde::{Deserialize, Serialize};

/// For how many minutes a reservation holds, where nothing is said.
pub const MINUTES: u32 = 30;
/// The most minutes.
pub const MINUTES_MAX: u32 = 1_440;
/// The most points that one order is paid with.
pub const POINTS_MAX: i64 = 100_000_000;

/// How much of an order can be paid with points, in percent of what is to be paid. What a point is worth says `worth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// The least: who pays with points pays at least so much with them.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 100))]
    pub min_percent: u32,
    /// The most.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100))]
    pub max_percent: u32,
}

/// How many points can pay for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payable {
    /// The fewest that are taken.
    pub min: i64,
    /// The most; 0 where none are taken.
    pub max: i64,
}

impl PointRules {
    /// What points are worth in a currency, rounded down; `None` where they are worth nothing in it.
    pub fn worth_in(&self, points: i64, currency: &str) -> Option<i64> {
        let worth = self.worth_of(points);
        let worth = worth.into_iter().find(|worth| worth.currency == currency);
        worth.map(|worth| worth.amount)
    }

    /// How many of `available` points can pay for an order of `total`; `None` where the shop takes none in that currency.
    /// The most is no more than what the same money takes: no point goes for nothing.
    pub fn payable(&self, available: i64, total: &Money) -> Option<Payable> {
        let payment = self.payment?;
        let mut worth = self.worth.iter();
        let worth = worth.find(|worth| worth.money.currency == total.currency)?;
        let (per, gives) = (
            i128::from(worth.points.max(1)),
            i128::from(worth.money.amount.max(1)),
        );
        let share = |percent: u32| i128::from(total.amount.max(0)) * i128::from(percent);
        let most = share(payment.max_percent.min(100)) / 100;
        let least = (share(payment.min_percent) + 99) / 100;
        // The most points that are worth no more than that.
        let points =
            (((most + 1) * per - 1) / gives).min(i128::from(available.clamp(0, POINTS_MAX)));
        let money = points * gives / per;
        let fewest = |money: i128| (money * per + gives - 1) / gives;
        let (min, max) = (fewest(least.max(1)), fewest(money));
        let none = money == 0 || max < min;
        let number = |points: i128| i64::try_from(points).unwrap_or(i64::MAX);
        Some(Payable {
            min: number(min),
            max: if none { 0 } else { number(max) },
        })
    }
}

/// How many of the points that an order was paid with are given back in all, after the refunds so far: in proportion to the money,
/// rounded down, and everything once all copies or all the money are back. An order that was paid with points alone has no money to
/// go by, so there the copies count.
pub fn paid_back(points: i64, order: &Returned) -> i64 {
    let (part, whole) = if order.total > 0 {
        (order.refunded, order.total)
    } else {
        (order.refunded_quantity, order.quantity)
    };
    if order.refunded_quantity >= order.quantity || part >= whole {
        let nothing = order.refunded_quantity == 0 && order.refunded == 0;
        return if nothing { 0 } else { points };
    }
    let back = i128::from(points) * i128::from(part.max(0)) / i128::from(whole);
    i64::try_from(back).unwrap_or(0)
}

/// An order that is about to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// Whose order.
    pub customer: CustomerRef,
    /// What is to be paid.
    pub total: Money,
    /// What is to be bought, for what it would earn: at most 500 lines. Empty or absent for goods without conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub lines: Vec<QuotedLine>,
}

/// A line of an order that is about to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuotedLine {
    /// The book; absent for what is no book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isbn: Option<Isbn>,
    /// What it is, as the order will say: counts in place of what the catalogue says of the book. At most 50, each with 1 to 120
    /// characters; empty or absent where the catalogue counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub categories: Vec<String>,
    /// What is to be paid for the whole line, in minor units of the total's currency.
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 1_000_000_000_000_i64)
    )]
    pub amount: i64,
}

/// A coupon that the order can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsableCoupon {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub names: Vec<RewardName>,
    /// What it gives.
    pub gives: Benefit,
    /// What it takes off this order.
    pub discount: Money,
}

/// What an order can be paid with, and what it would earn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    /// How many points the customer can use.
    pub available: i64,
    /// The fewest points that are taken for this order; absent where the shop takes none in this currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_points: Option<i64>,
    /// The most points that this customer can pay with; 0 where none.
    pub max_points: i64,
    /// What those are worth.
    pub max_worth: Money,
    /// The customer's coupons that this order can have. They come before points: points pay for what is left.
    pub coupons: Vec<UsableCoupon>,
    /// How many points the order would earn if all of it was paid in money now: its lines, where they were named, else
    /// goods without conditions.
    pub earns: i64,
}

/// Points and a coupon to be held for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewReservation {
    /// What names it for who sends it, 1 to 100 visible ASCII characters: the same reference is the same reservation.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, pattern = "^[!-~]+$")
    )]
    pub reference: String,
    /// Whose order.
    pub customer: CustomerRef,
    /// What is to be paid, before the coupon and the points.
    pub total: Money,
    /// How many points to pay with; 0 or absent for none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100_000_000))]
    pub points: i64,
    /// The code of a coupon of this customer's; empty or absent for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 40))]
    pub coupon: String,
    /// For how many minutes it holds; usually 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_440))]
    pub minutes: Option<u32>,
}

/// What has become of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReservationState {
    /// It holds points and coupon.
    Held,
    /// An order was paid with them.
    Consumed,
    /// They were let go.
    Released,
    /// Its time is over, and they were let go.
    Expired,
}

impl ReservationState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Held, Self::Consumed, Self::Released, Self::Expired];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Consumed => "consumed",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }

    /// The state that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// Points and a coupon that are held for an order, or were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reservation {
    /// What names it here.
    pub id: ReservationId,
    /// What names it for who has sent it.
    pub reference: String,
    /// What has become of it.
    pub state: ReservationState,
    /// How many points.
    pub points: i64,
    /// What they pay.
    pub worth: Money,
    /// The code of the coupon, where there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub coupon: String,
    /// What the coupon gives, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives: Option<Benefit>,
    /// What the coupon takes off.
    pub discount: Money,
    /// What is left to be paid in money.
    pub due: Money,
    /// Until when it holds, in milliseconds since 1970 UTC.
    pub expires_at: i64,
    /// The shop's number of the order that was paid with it; empty before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub order: String,
    /// How many of the points refunds of the order have given back.
    pub returned: i64,
}

/// The order that is paid with a reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Consumption {
    /// The shop's number of the order, as it is or will be reported. 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub order: String,
}

impl QuoteRequest {
    /// Checks the customer, the total and the lines; a national phone number becomes one of the country with this calling code.
    ///
    /// # Errors
    /// Names the fields that break a rule.
    pub fn checked(mut self, calling_code: &str) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let customer = faults.keep(checked_customer(self.customer, calling_code));
        faults.keep(check_money(&self.total, "total"));
        let mut need = |holds: bool, field: String, rule: &str| {
            let problem = || Problem::new(Code::FieldInvalid, rule).at(field);
            faults.keep(holds.then_some(()).ok_or_else(problem));
        };
        let count = self.lines.len();
        need(
            count <= LINES_MAX,
            "lines".into(),
            "an order has at most 500 lines",
        );
        for (at, line) in self.lines.iter_mut().take(LINES_MAX).enumerate() {
            let fits = (0..=AMOUNT_MAX).contains(&line.amount);
            let rule = "an amount is 0 to 1,000,000,000,000 minor units";
            need(fits, format!("lines[{at}].amount"), rule);
            let fits = categories::tidy(&mut line.categories);
            need(fits, format!("lines[{at}].categories"), categories::RULE);
        }
        faults.none()?;
        let missing = || Problem::new(Code::FieldInvalid, "this names nobody").at("customer");
        Ok(Self {
            customer: customer.ok_or_else(missing)?,
            total: self.total,
            lines: self.lines,
        })
    }
}

fn checked_customer(customer: CustomerRef, calling_code: &str) -> Result<CustomerRef, Problem> {
    let named = customer.normalised().map_err(|problem| {
        let kind = problem.field.clone().unwrap_or_default();
        problem.at(format!("customer.{kind}"))
    })?;
    Ok(named.international(calling_code))
}

impl NewReservation {
    /// Checks the rules that need no database.
    ///
    /// # Errors
    /// Names all fields that break a rule.
    pub fn checked(self, calling_code: &str) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let mut need = |holds: bool, field: &str, rule: &str| {
            faults.keep(if holds {
                Ok(())
            } else {
                Err(Problem::new(Code::FieldInvalid, rule).at(field))
            });
        };
        let fits =
            (0..=POINTS_MAX).contains(&self.points) && (self.points > 0 || !self.coupon.is_empty());
        need(
            fits,
            "points",
            "an order is paid with 1 to 100,000,000 points, or with a coupon",
        );
        let minutes = self.minutes.unwrap_or(MINUTES);
        let fits = (1..=MINUTES_MAX).contains(&minutes);
        need(
            fits,
            "minutes",
            "a reservation holds for 1 to 1,440 minutes",
        );
        faults.keep(check_reference(&self.reference));
        let customer = faults.keep(checked_customer(self.customer, calling_code));
        faults.keep(check_money(&self.total, "total"));
        let coupon = faults.keep(match self.coupon.as_str() {
            "" => Ok(String::new()),
            typed => checked_code(typed, "coupon"),
        });
        faults.none()?;
        let missing = || Problem::new(Code::FieldInvalid, "this names nobody").at("customer");
        Ok(Self {
            customer: customer.ok_or_else(missing)?,
            coupon: coupon.unwrap_or_default(),
            reference: self.reference,
            total: self.total,
            points: self.points,
            minutes: self.minutes,
        })
    }
}

/// A code as it is kept.
///
/// # Errors
/// When its check character does not fit; `field` is where it stands.
pub fn checked_code(typed: &str, field: &str) -> Result<String, Problem> {
    let rule = "the code has a slip: its last character does not fit";
    let problem = || Problem::new(Code::FieldInvalid, rule).at(field);
    super::codes::read_code(typed).ok_or_else(problem)
}

impl Consumption {
    /// Checks the number.
    ///
    /// # Errors
    /// Names the field.
    pub fn checked(self) -> Result<Self, Problem> {
        let count = self.order.chars().count();
        let fits = (1..=TEXT_MAX).contains(&count)
            && !self.order.chars().any(char::is_control)
            && self.order.trim().len() == self.order.len();
        if fits {
            return Ok(self);
        }
        let rule = "an order's number is text of 1 to 200 characters without space around it";
        Err(Problem::new(Code::FieldInvalid, rule).at("order"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cny(amount: i64) -> Money {
        Money {
            amount,
            currency: "CNY".into(),
        }
    }

    fn rules(points: u32, amount: i64, payment: serde_json::Value) -> PointRules {
        let rules = json!({
            "rates": [], "return_days": 14, "refund_spent": "negative", "adjust_limit": 500, "payment": payment,
            "worth": [{ "points": points, "money": { "amount": amount, "currency": "CNY" } }],
        });
        serde_json::from_value::<PointRules>(rules)
            .unwrap()
            .checked()
            .unwrap()
    }

    #[test]
    fn points_pay_within_the_shares_of_the_rules() {
        let half = json!({ "min_percent": 10, "max_percent": 50 });
        let rules = rules(100, 100, half);
        let payable = |available, total| {
            let payable = rules.payable(available, &cny(total)).unwrap();
            (payable.min, payable.max)
        };
        assert_eq!(payable(10_000, 9_000), (900, 4_500));
        assert_eq!(payable(1_000, 9_000), (900, 1_000));
        // Less than the least is nothing.
        assert_eq!(payable(899, 9_000), (900, 0));
        assert_eq!(payable(-5, 9_000).1, 0);
        assert_eq!(payable(1_000, 0).1, 0);
        let yen = Money {
            amount: 900,
            currency: "JPY".into(),
        };
        assert_eq!(rules.payable(1_000, &yen), None);
        let off = super::tests::rules(100, 100, json!(null));
        assert_eq!(off.payable(1_000, &cny(900)), None);
    }

    #[test]
    fn no_point_goes_for_nothing_and_none_is_worth_more_than_the_share() {
        let all = json!({ "max_percent": 100 });
        for (points, amount) in [(3, 10), (100, 1), (7, 3), (1, 1_000)] {
            let rules = rules(points, amount, all.clone());
            for total in [0, 1, 9, 10, 99, 1_000, 12_345] {
                for available in [0, 1, 2, 50, 1_000, 1_000_000] {
                    let payable = rules.payable(available, &cny(total)).unwrap();
                    let worth = |points| rules.worth_in(points, "CNY").unwrap();
                    assert!(payable.max <= available && worth(payable.max) <= total);
                    if payable.max > 0 {
                        assert!(worth(payable.max - 1) < worth(payable.max));
                        assert!(payable.min <= payable.max && worth(payable.min) > 0);
                    }
                }
            }
        }
    }

    #[test]
    fn points_come_back_in_proportion_and_all_of_them_in_the_end() {
        let order = |refunded, refunded_quantity| Returned {
            quantity: 3,
            total: 1_000,
            refunded_quantity,
            refunded,
        };
        assert_eq!(paid_back(100, &order(0, 0)), 0);
        assert_eq!(paid_back(100, &order(333, 1)), 33);
        assert_eq!(paid_back(100, &order(999, 2)), 99);
        assert_eq!(paid_back(100, &order(1_000, 2)), 100);
        assert_eq!(paid_back(100, &order(0, 3)), 100);
        // All of it was paid with points.
        let free = |refunded_quantity| Returned {
            total: 0,
            ..order(0, refunded_quantity)
        };
        assert_eq!(paid_back(100, &free(0)), 0);
        assert_eq!(paid_back(100, &free(1)), 33);
        assert_eq!(paid_back(100, &free(3)), 100);
    }
}
