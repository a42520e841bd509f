//! What a random history is made of.

use bookplate_wire::orders::Money;
use bookplate_wire::points::rules::PointRules;
use proptest::prelude::*;

/// One step of a history.
#[derive(Debug, Clone)]
pub enum Step {
    /// An order with these amounts and quantities; under its customer's name or under nobody's yet.
    Order(Vec<(i64, u32)>, bool),
    /// The customer's own invitation is taken by a friend, unless that has ordered already; asked for twice.
    Invite,
    /// The customer takes a friend's invitation, unless too late; asked for twice.
    Invited,
    /// An order by that friend of these amounts and quantities.
    FriendOrders(Vec<(i64, u32)>),
    /// The last order that named nobody finds its customer.
    Claim,
    /// A part (in percent of what was paid) and so many copies of a line of one of the orders, or of the next that will come.
    Refund(usize, usize, i64, u32),
    /// Points added or taken.
    Adjust(i64),
    /// So many days go by.
    Wait(i64),
    /// The rules are these from now on: a rate, days to return, months to expire, a bonus, a cap, and whether a refund lets go what
    /// was spent.
    Rules(Numbers, bool),
    /// So many points are held for an order.
    Hold(i64),
    /// One of the reservations pays for one of the orders, or for the next that will come.
    Consume(usize, usize),
    /// One of the reservations is let go.
    Release(usize),
    /// A reward is had.
    Redeem,
    /// One of those that were had is cancelled.
    Cancel(usize),
    /// The code of one of them is used at a till.
    Use(usize),
    /// The shop says another birthday, so many days from today: the gift for it is given, if one is due.
    Birthday(i64),
    /// A review of one of the books is written and approved, or written again, with so many characters.
    Review(usize, usize),
    /// The review of one of them is refused.
    Refuse(usize),
    /// The review of one of them is deleted by its author.
    Delete(usize),
    /// The last order and all refunds are sent again.
    Again,
}

/// What a version of the rules is made of.
pub type Numbers = (u32, u32, u32, u32, u32);

/// Any step.
pub fn step() -> impl Strategy<Value = Step> {
    let line = (0_i64..20_000, 1_u32..4);
    prop_oneof![
        4 => (prop::collection::vec(line, 1..5), prop::bool::weighted(0.8)).prop_map(|(lines, named)| Step::Order(lines, named)),
        1 => Just(Step::Claim),
        2 => Just(Step::Invite),
        2 => Just(Step::Invited),
        2 => prop::collection::vec((0_i64..20_000, 1_u32..4), 1..5).prop_map(Step::FriendOrders),
        5 => (0_usize..6, 0_usize..4, 0_i64..=100, 0_u32..3).prop_map(|(order, line, percent, copies)| Step::Refund(order, line, percent, copies)),
        2 => (-150_i64..150).prop_map(Step::Adjust),
        3 => (0_i64..90).prop_map(Step::Wait),
        1 => ((1_u32..20, 0_u32..40, 1_u32..4, 1_u32..300, 50_u32..2_000), prop::bool::weighted(0.3)).prop_map(|(numbers, stop)| Step::Rules(numbers, stop)),
        3 => (1_i64..200).prop_map(Step::Hold),
        3 => (0_usize..6, 0_usize..6).prop_map(|(which, order)| Step::Consume(which, order)),
        1 => (0_usize..6).prop_map(Step::Release),
        2 => Just(Step::Redeem),
        1 => (0_usize..6).prop_map(Step::Cancel),
        1 => (0_usize..6).prop_map(Step::Use),
        2 => (0_i64..800).prop_map(Step::Birthday),
        3 => (0_usize..3, 0_usize..20).prop_map(|(book, length)| Step::Review(book, length)),
        1 => (0_usize..3).prop_map(Step::Refuse),
        1 => (0_usize..3).prop_map(Step::Delete),
        1 => Just(Step::Again),
    ]
}

/// Rules of these numbers.
pub fn rules((rate, days, months, bonus, cap): Numbers, stop: bool) -> PointRules {
    let named = |name: &str| serde_json::json!([{ "language": "en", "name": name }]);
    // Now and then there are no tiers, and what they take and give is another thing each time.
    let tiers = (rate % 4 != 0).then(|| {
        serde_json::json!({
            "measure": if bonus % 2 == 0 { "spend" } else { "points" },
            "currency": if bonus % 2 == 0 { "CNY" } else { "" },
            "period": "rolling",
            "levels": [
                { "id": "all", "words": named("All"), "threshold": 0 },
                { "id": "silver", "words": named("Silver"), "threshold": 100 * bonus, "multiplier": 100 + bonus / 2 },
                { "id": "gold", "words": named("Gold"), "threshold": 100 * (bonus + cap), "multiplier": 100 + bonus },
            ],
        })
    });
    let mut json = serde_json::json!({
        "rates": [{ "currency": "CNY", "per": 100, "points": rate }],
        "bonuses": [
            { "id": "more", "name": "More", "percent": bonus },
            { "id": "paper", "name": "Paper", "percent": 50, "formats": ["paperback"] },
        ],
        "caps": [{ "period": "year", "points": cap }],
        "birthday_gift": bonus,
        "review": {
            "points": rate, "min_length": 5, "pending_days": days, "cap": { "period": "month", "points": 30 },
        },
        "referral": {
            "points": 10 * rate, "welcome": bonus, "cap": { "period": "month", "points": 150 },
            "minimum": cny(i64::from(cap)),
        },
        "first_order": 20, "sign_up": 10, "return_days": days, "expiry_months": months,
        "refund_spent": if stop { "stop" } else { "negative" }, "adjust_limit": 1_000,
        "worth": [{ "points": 1, "money": cny(10) }], "payment": { "max_percent": 100 },
    });
    if let Some(tiers) = tiers {
        json["tiers"] = tiers;
    }
    serde_json::from_value::<PointRules>(json)
        .unwrap()
        .checked()
        .unwrap()
}

/// An amount of minor units.
pub fn cny(amount: i64) -> Money {
    Money {
        amount,
        currency: "CNY".into(),
    }
}
