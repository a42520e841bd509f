//! Membership points.
//!
//! The ledger (`ledger`) is double entry: every transaction moves points among accounts of a customer and of the shop, its
//! entries add up to zero, and neither is ever changed or deleted, which the database itself refuses. A transaction has a cause
//! that is there once, so whatever is sent or done again counts once. What stands beside it for speed (the sums of an
//! account, what is left of a lot) is written with it, and recounted by `doctor`.
//!
//! Points come in lots (`earn`, `birthdays`, `reviews`, `referrals`, `adjustments`), become usable and expire with time (`aging`), and go when goods come back
//! (`refunds`). By which rules is data with versions (`rules`); how many is a pure function
//! ([`bookplate_wire::points::earn`]). What is read of all that is in `statement`. How much a customer's orders earn depends on the
//! tier in which the customer is (`tiers`).
//!
//! Points are spent (`spending`) for orders, which hold them before (`checkout`) and give them back when they are refunded
//! (`returns`), and for rewards (`rewards`, `redemptions`).
//!
//! What a draft of the rules would have changed is found out by `simulations`, what the shop owes by `liability`.
//!
//! Whoever changes an account holds its customer's lock, after locks of orders, identifiers and the catalogue, and before
//! those of wishlists.

mod adjustments;
mod aging;
mod besides;
mod birthdays;
mod books;
mod calendar;
mod checkout;
mod doctor;
mod earn;
mod ledger;
mod liability;
mod redemptions;
mod referrals;
mod refunds;
mod returns;
mod reviews;
mod rewards;
mod rules;
mod simulations;
mod spending;
mod statement;
mod tiers;

pub use adjustments::AdjustmentRefusal;
pub use aging::AgingAccount;
pub use birthdays::BirthdayRound;
pub use checkout::CheckoutRefusal;
pub use redemptions::RedemptionRefusal;
pub use referrals::ReferralRefusal;
pub(crate) use reviews::{RewardedReview, TakenAwayBy};
pub use rewards::RewardRefusal;
pub use rules::{Beginning, RulesRefusal};
pub use simulations::SimulationRun;
pub use tiers::TierReview;

use crate::db::slot;
use bookplate_wire::{CustomerId, ShopId};

/// What whoever changes a customer's points locks. A batch has orders of a thousand customers, so it is one of a few.
pub(crate) fn lock_of(shop: &ShopId, customer: &CustomerId) -> String {
    format!("points {shop} {}", slot(customer.as_str()))
}
