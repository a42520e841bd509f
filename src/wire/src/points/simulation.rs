//! What a draft of the rules would have changed: the orders of the past months, counted by the rules in force and by the draft.
//!
//! What an order earns is what [`earn`] says, so a simulation and what then happens can differ only in what it takes for
//! granted: each text counts for all these orders, what was returned of one until today is gone from the start, and everybody begins
//! in the tier to which the orders of the twelve months before lead by that text.

mod besides;

pub use besides::{Besides, InvitedOrder};

use super::course::Course;
use super::earn::{Purchase, Returned, earn, given_back, room};
use super::rules::{
    BASE, BIRTHDAY, CapPeriod, FIRST_ORDER, PointRules, REFERRAL, REVIEW, SIGN_UP, SURVEY, TIER,
    WELCOME,
};
use super::tiers::ONCE;
use crate::orders::Money;
use crate::problem::{Code, Problem};
use crate::{CustomerId, StaffId};
use besides::Invitations;
use serde::{Deserialize, Serialize};

/// The longest time that is looked back, in months.
pub const MONTHS_MAX: u32 = 24;
/// How many customers are named who would gain most, and how many who would lose most.
const NAMED: usize = 10;

/// What is to be simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSimulation {
    /// The draft's `revision` that was read.
    pub revision: u32,
    /// The orders of how many months up to today.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 24))]
    pub months: u32,
}

impl NewSimulation {
    /// The same, checked.
    ///
    /// # Errors
    /// Names `months`.
    pub fn checked(self) -> Result<Self, Problem> {
        if (1..=MONTHS_MAX).contains(&self.months) {
            return Ok(self);
        }
        let rule = format!("must be 1 to {MONTHS_MAX}");
        Err(Problem::new(Code::FieldInvalid, rule).at("months"))
    }
}

/// How far a simulation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SimulationState {
    /// It is being computed.
    Running,
    /// It is there.
    Done,
    /// The server that computed it has ended; it can be started again.
    Stopped,
}

/// A simulation of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Simulation {
    /// The draft's `revision`.
    pub revision: u32,
    /// The version that it is compared with; absent where the shop has no points yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<u32>,
    /// The first day of the orders, `YYYY-MM-DD` in the shop's time zone.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Over how many months that is.
    pub months: u32,
    /// How far it is.
    pub state: SimulationState,
    /// How many orders are counted.
    pub done: u64,
    /// How many there are to count.
    pub total: u64,
    /// Who has started it.
    pub by: StaffId,
    /// What that person is called; empty where that is not known any more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by_name: String,
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
    /// What has come out, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Compared>,
}

/// The figures of both texts, without what was returned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Compared {
    /// How many orders were counted. Those of nobody known earn nothing, and are left out.
    pub orders: u64,
    /// Of how many customers.
    pub customers: u64,
    /// By the rules in force.
    pub before: Outcome,
    /// By the draft.
    pub after: Outcome,
    /// Month by month, the earliest first.
    pub months: Vec<ComparedMonth>,
    /// Rule by rule.
    pub rules: Vec<ComparedRule>,
    /// How many customers would have got more or less with their orders, from who would lose most to who would gain most.
    pub changes: Vec<ComparedChange>,
    /// Those who would gain most points, the first most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gain: Vec<ComparedCustomer>,
    /// Those who would lose most points, the first most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lose: Vec<ComparedCustomer>,
}

/// What all orders together, and what rules give besides, would have come to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outcome {
    /// How many points.
    pub points: i64,
    /// What they cost the shop when all of them are used: what they are worth, in each currency in which the rules say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worth: Vec<Money>,
}

/// A month of both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedMonth {
    /// `YYYY-MM`.
    pub month: String,
    /// How many orders.
    pub orders: u64,
    /// Points by the rules in force.
    pub before: i64,
    /// Points by the draft.
    pub after: i64,
}

/// What a rule gives in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedRule {
    /// The rule's id.
    pub rule: String,
    /// What the shop calls it; empty for those that have no name of the shop's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Points by the rules in force.
    pub before: i64,
    /// Points by the draft.
    pub after: i64,
}

/// By how much a customer's points would have changed, in percent of those by the rules in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// More than half of them fewer.
    DownMost,
    /// More than a tenth fewer.
    Down,
    /// Up to a tenth fewer.
    DownLittle,
    /// As many.
    Same,
    /// Up to a tenth more.
    UpLittle,
    /// More than a tenth more.
    Up,
    /// More than half more; also who had none.
    UpMost,
}

impl Change {
    /// All of them, from who would lose most to who would gain most.
    pub const ALL: [Self; 7] = [
        Self::DownMost,
        Self::Down,
        Self::DownLittle,
        Self::Same,
        Self::UpLittle,
        Self::Up,
        Self::UpMost,
    ];

    fn of(before: i64, after: i64) -> Self {
        let (before, change) = (i128::from(before), i128::from(after) - i128::from(before));
        let size = change.abs();
        let (most, some, little) = match change.signum() {
            0 => return Self::Same,
            1 => (Self::UpMost, Self::Up, Self::UpLittle),
            _ => (Self::DownMost, Self::Down, Self::DownLittle),
        };
        if size * 2 > before {
            most
        } else if size * 10 > before {
            some
        } else {
            little
        }
    }
}

/// How many customers' points would have changed by so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedChange {
    /// By how much.
    pub change: Change,
    /// How many customers.
    pub customers: u64,
}

/// A customer who would have got more or less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedCustomer {
    /// Who.
    pub customer: CustomerId,
    /// What the customer is called, as far as somebody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Points by the rules in force.
    pub before: i64,
    /// Points by the draft.
    pub after: i64,
}

impl ComparedCustomer {
    fn change(&self) -> i64 {
        self.after - self.before
    }
}

/// Both texts at work on the same orders. It holds no more than its figures, however many orders there are.
#[derive(Debug)]
pub struct Comparison {
    before: Option<Side>,
    after: Side,
    customer: Option<CustomerId>,
    /// Whether an order of that customer is counted.
    is_counted: bool,
    result: Compared,
}

/// One of the texts.
#[derive(Debug)]
struct Side {
    rules: PointRules,
    /// What the customer has earned.
    earned: i64,
    /// That of the periods that are capped: the one of the latest order, by how its days begin.
    capped: Vec<(CapPeriod, String, i64)>,
    /// What the latest customer's reviews have earned in the latest period of their cap, by how its days begin.
    reviewed: Option<(CustomerId, String, i64)>,
    /// The same of answers to surveys.
    surveyed: Option<(CustomerId, String, i64)>,
    invitations: Invitations,
    /// The customer's tier.
    course: Course,
    /// What each rule has given.
    by_rule: Vec<(String, i64)>,
}

impl Side {
    fn new(rules: PointRules) -> Self {
        Self {
            rules,
            earned: 0,
            capped: Vec::new(),
            reviewed: None,
            surveyed: None,
            invitations: Invitations::default(),
            course: Course::default(),
            by_rule: Vec::new(),
        }
    }

    fn next_customer(&mut self) {
        self.earned = 0;
        self.capped.clear();
        self.course = Course::default();
    }

    /// What an order earns, and keeps. One from before only leads to a tier and fills caps.
    fn order(&mut self, order: &Purchase<'_>, returned: &[Returned], is_before: bool) -> i64 {
        for cap in &self.rules.caps {
            let days = days_of(cap.period, order.placed_on);
            match self.capped.iter_mut().find(|one| one.0 == cap.period) {
                Some(one) if one.1 == days => {}
                Some(one) => (one.1, one.2) = (days.to_owned(), 0),
                None => self.capped.push((cap.period, days.to_owned(), 0)),
            }
        }
        let capped = &self.capped;
        let left = room(&self.rules, |period| {
            let earned = capped.iter().find(|one| one.0 == period);
            Ok::<_, std::convert::Infallible>(earned.map_or(0, |one| one.2))
        });
        let tiers = self.rules.tiers.as_ref();
        let purchase = Purchase {
            multiplier: tiers.map_or(ONCE, |tiers| self.course.multiplier(tiers, order.placed_on)),
            room: left.unwrap_or_default(),
            ..*order
        };
        let mut sum = 0;
        for one in earn(&self.rules, &purchase) {
            let gone = returned.get(one.line);
            let kept = one.points - gone.map_or(0, |line| given_back(one.points, line));
            sum += kept;
            if !is_before {
                give(&mut self.by_rule, one.rule, kept);
            }
        }
        for one in &mut self.capped {
            one.2 += sum;
        }
        if let Some(tiers) = tiers {
            let when = (order.placed_on, order.currency);
            self.course.count(tiers, when, (order.lines, returned), sum);
        }
        if !is_before {
            self.earned += sum;
        }
        sum
    }

    fn given(&self, rule: &str) -> i64 {
        let found = self.by_rule.iter().find(|(one, _)| one == rule);
        found.map_or(0, |(_, points)| *points)
    }

    fn outcome(&self) -> Outcome {
        let points = self.by_rule.iter().map(|(_, points)| points).sum();
        Outcome {
            points,
            worth: self.rules.worth_of(points),
        }
    }
}

fn give(by_rule: &mut Vec<(String, i64)>, rule: &str, points: i64) {
    match by_rule.iter_mut().find(|(one, _)| one == rule) {
        Some((_, sum)) => *sum += points,
        None => by_rule.push((rule.to_owned(), points)),
    }
}

/// How all days of a period begin that has this day.
fn days_of(period: CapPeriod, day: &str) -> &str {
    let length = match period {
        CapPeriod::Day => 10,
        CapPeriod::Month => 7,
        CapPeriod::Year => 4,
    };
    day.get(..length).unwrap_or(day)
}

impl Comparison {
    /// Begins with the rules in force, if there are any, and the draft.
    pub fn new(before: Option<PointRules>, after: PointRules) -> Self {
        Self {
            before: before.map(Side::new),
            after: Side::new(after),
            customer: None,
            is_counted: false,
            result: Compared {
                changes: Change::ALL
                    .map(|change| ComparedChange {
                        change,
                        customers: 0,
                    })
                    .into(),
                ..Compared::default()
            },
        }
    }

    /// Counts an order. All those of a customer come one after the other, in the order in which they were placed;
    /// `returned` is what was given back of each line. The room that caps leave is found here.
    pub fn order(&mut self, customer: &CustomerId, order: &Purchase<'_>, returned: &[Returned]) {
        self.turn_to(customer);
        if !std::mem::replace(&mut self.is_counted, true) {
            self.result.customers += 1;
        }
        let before = self.before.as_mut();
        let before = before.map_or(0, |side| side.order(order, returned, false));
        let after = self.after.order(order, returned, false);
        self.result.orders += 1;
        let month = self.month(days_of(CapPeriod::Month, order.placed_on));
        month.orders += 1;
        month.before += before;
        month.after += after;
    }

    /// Has an order from before those that are counted lead to a tier: of each customer they come first.
    pub fn order_before(
        &mut self,
        customer: &CustomerId,
        order: &Purchase<'_>,
        returned: &[Returned],
    ) {
        self.turn_to(customer);
        for side in self.before.iter_mut().chain([&mut self.after]) {
            side.order(order, returned, true);
        }
    }

    fn turn_to(&mut self, customer: &CustomerId) {
        if self.customer.as_ref() != Some(customer) {
            self.end_customer();
            self.customer = Some(customer.clone());
        }
    }

    /// Whether it matters to one of the texts what was bought before.
    pub fn has_tiers(&self) -> bool {
        let mut sides = self.before.iter().chain([&self.after]);
        sides.any(|side| side.rules.tiers.is_some())
    }

    /// How many orders are counted.
    pub fn orders(&self) -> u64 {
        self.result.orders
    }

    fn month(&mut self, month: &str) -> &mut ComparedMonth {
        let months = &mut self.result.months;
        let at = match months.binary_search_by(|one| one.month.as_str().cmp(month)) {
            Ok(at) => at,
            Err(at) => {
                let new = ComparedMonth {
                    month: month.to_owned(),
                    ..ComparedMonth::default()
                };
                months.insert(at, new);
                at
            }
        };
        &mut months[at]
    }

    fn end_customer(&mut self) {
        let Some(customer) = self.customer.take() else {
            return;
        };
        let one = ComparedCustomer {
            customer,
            name: String::new(),
            before: self.before.as_ref().map_or(0, |side| side.earned),
            after: self.after.earned,
        };
        self.before.iter_mut().for_each(Side::next_customer);
        self.after.next_customer();
        if !std::mem::take(&mut self.is_counted) {
            return;
        }
        let change = Change::of(one.before, one.after);
        for of in &mut self.result.changes {
            of.customers += u64::from(of.change == change);
        }
        let (most, list) = match one.change() {
            0 => return,
            more if more > 0 => (more, &mut self.result.gain),
            less => (-less, &mut self.result.lose),
        };
        let at = list.partition_point(|other| other.change().abs() >= most);
        if at < NAMED {
            list.insert(at, one);
            list.truncate(NAMED);
        }
    }

    /// The figures.
    pub fn finish(mut self) -> Compared {
        self.end_customer();
        let (before, after) = (self.before.as_ref(), &self.after);
        let of = |side: &Side| {
            let bonuses = side.rules.bonuses.iter().map(|bonus| bonus.id.clone());
            bonuses.collect::<Vec<_>>()
        };
        let mut ids = vec![BASE.to_owned(), TIER.to_owned()];
        ids.extend(of(after));
        ids.extend(before.map(of).unwrap_or_default());
        let others = [
            FIRST_ORDER,
            SIGN_UP,
            BIRTHDAY,
            REVIEW,
            SURVEY,
            REFERRAL,
            WELCOME,
        ];
        ids.extend(others.map(str::to_owned));
        let mut rules: Vec<ComparedRule> = Vec::new();
        for rule in ids {
            let name = match after.rules.name_of(&rule) {
                "" => before.map_or("", |side| side.rules.name_of(&rule)),
                name => name,
            };
            let one = ComparedRule {
                name: name.to_owned(),
                before: before.map_or(0, |side| side.given(&rule)),
                after: after.given(&rule),
                rule,
            };
            let is_new = rules.iter().all(|other| other.rule != one.rule);
            if is_new && (one.before, one.after) != (0, 0) {
                rules.push(one);
            }
        }
        Compared {
            before: before.map(Side::outcome).unwrap_or_default(),
            after: after.outcome(),
            rules,
            ..self.result
        }
    }
}

#[cfg(test)]
mod tests;
