//! What is kept beside the ledger for speed, recounted.

use crate::db::Sql;
use crate::{Db, StoreError};

/// Each finds accounts, or rewards, with something that is not what the ledger says.
const CHECKS: [&str; 13] = [
    // The entries of each transaction add up to zero, and to what the transaction says of the account.
    "SELECT t.account_id FROM point_transactions t LEFT JOIN point_entries e ON e.transaction_id = t.id \
     GROUP BY t.id, t.account_id, t.available, t.pending HAVING COALESCE(SUM(e.points), 0) <> 0 \
     OR COALESCE(SUM(CASE e.account WHEN 'available' THEN e.points ELSE 0 END), 0) <> t.available \
     OR COALESCE(SUM(CASE e.account WHEN 'pending' THEN e.points ELSE 0 END), 0) <> t.pending",
    // The account is the sum of its transactions, none of which is missing.
    "SELECT a.id FROM point_accounts a LEFT JOIN point_transactions t ON t.account_id = a.id \
     GROUP BY a.id, a.available, a.pending, a.sequence HAVING COALESCE(SUM(t.available), 0) <> a.available \
     OR COALESCE(SUM(t.pending), 0) <> a.pending OR COUNT(t.id) <> a.sequence",
    // Each transaction says what was there after it.
    "SELECT r.account_id FROM (SELECT account_id, balance, SUM(available) OVER \
     (PARTITION BY account_id ORDER BY sequence) AS running FROM point_transactions) r WHERE r.running <> r.balance",
    // What is left of a lot is what its entries say.
    "SELECT l.account_id FROM point_lots l LEFT JOIN point_entries e ON e.lot_id = l.id \
     GROUP BY l.id, l.account_id, l.remaining HAVING COALESCE(SUM(e.points), 0) <> l.remaining",
    // What was taken back of it, let go and not used is what its transactions say. What was let go may have come back later, and
    // is taken then.
    "SELECT l.account_id FROM point_lots l LEFT JOIN point_transactions t ON t.lot_id = l.id AND t.kind IN ('taken_back', 'recovered', 'expired') \
     GROUP BY l.id, l.account_id, l.taken, l.missed, l.expired HAVING \
     COALESCE(SUM(CASE t.kind WHEN 'taken_back' THEN -t.available - t.pending WHEN 'recovered' THEN t.missed ELSE 0 END), 0) <> l.taken \
     OR COALESCE(SUM(CASE t.kind WHEN 'taken_back' THEN t.missed WHEN 'recovered' THEN -t.missed ELSE 0 END), 0) <> l.missed \
     OR COALESCE(SUM(CASE t.kind WHEN 'expired' THEN -t.available ELSE 0 END), 0) <> l.expired",
    // The account is what is left of its lots, unless it owes; then nothing is left that can be used.
    "SELECT a.id FROM point_accounts a LEFT JOIN point_lots l ON l.account_id = a.id \
     GROUP BY a.id, a.available, a.pending HAVING \
     COALESCE(SUM(CASE l.state WHEN 'pending' THEN l.remaining ELSE 0 END), 0) <> a.pending \
     OR COALESCE(SUM(CASE l.state WHEN 'available' THEN l.remaining ELSE 0 END), 0) \
     <> CASE WHEN a.available > 0 THEN a.available ELSE 0 END",
    // What is held is what reservations hold, what was spent is what orders were paid with and have not given back, and what was
    // redeemed is what rewards were had for.
    "SELECT a.id FROM point_accounts a \
     LEFT JOIN (SELECT t.account_id, SUM(CASE e.account WHEN 'held' THEN e.points ELSE 0 END) AS held, \
     SUM(CASE e.account WHEN 'spent' THEN e.points ELSE 0 END) AS spent, \
     SUM(CASE e.account WHEN 'redeemed' THEN e.points ELSE 0 END) AS redeemed FROM point_entries e \
     JOIN point_transactions t ON t.id = e.transaction_id WHERE e.account IN ('held', 'spent', 'redeemed') \
     GROUP BY t.account_id) e ON e.account_id = a.id \
     LEFT JOIN (SELECT account_id, SUM(CASE state WHEN 'held' THEN points ELSE 0 END) AS held, \
     SUM(CASE state WHEN 'consumed' THEN points - returned ELSE 0 END) AS spent FROM point_reservations \
     GROUP BY account_id) v ON v.account_id = a.id \
     LEFT JOIN (SELECT account_id, SUM(CASE state WHEN 'cancelled' THEN 0 ELSE points END) AS redeemed \
     FROM point_redemptions GROUP BY account_id) d ON d.account_id = a.id \
     WHERE COALESCE(e.held, 0) <> COALESCE(v.held, 0) OR COALESCE(e.spent, 0) <> COALESCE(v.spent, 0) \
     OR COALESCE(e.redeemed, 0) <> COALESCE(d.redeemed, 0)",
    // Of each reservation and each redemption the ledger has what it says.
    "SELECT v.account_id FROM point_reservations v LEFT JOIN point_transactions t ON t.reservation_id = v.id AND t.kind = 'held' \
     GROUP BY v.id, v.account_id, v.points HAVING COALESCE(SUM(-t.available), 0) <> v.points",
    "SELECT d.account_id FROM point_redemptions d LEFT JOIN point_transactions t ON t.redemption_id = d.id \
     AND t.kind = 'redeemed' GROUP BY d.id, d.account_id, d.points HAVING COALESCE(SUM(-t.available), 0) <> d.points",
    // A coupon is held by the one reservation that it names, and by none else.
    "SELECT d.account_id FROM point_redemptions d LEFT JOIN point_reservations v ON v.redemption_id = d.id AND v.state = 'held' \
     GROUP BY d.id, d.account_id, d.state HAVING COUNT(v.id) <> CASE d.state WHEN 'held' THEN 1 ELSE 0 END",
    // Only of what was spent something came back.
    "SELECT v.account_id FROM point_reservations v WHERE v.returned > 0 AND v.state <> 'consumed'",
    // What an invitation has given is of one that has earned by an order, and of an account that it is about.
    "SELECT t.account_id FROM point_transactions t LEFT JOIN referrals r ON r.order_id IS NOT NULL AND r.account_id = \
     CASE t.rule WHEN 'referral_reward' THEN substr(t.cause, 10) ELSE substr(t.cause, 18) END \
     AND t.account_id = CASE t.rule WHEN 'referral_reward' THEN r.inviter_id ELSE r.account_id END \
     WHERE t.kind = 'earned' AND t.rule IN ('referral_reward', 'referral_welcome') AND r.account_id IS NULL",
    // What was taken of a reward is what customers have had and not cancelled.
    "SELECT w.id FROM point_rewards w LEFT JOIN point_redemptions d ON d.reward_id = w.id AND d.state <> 'cancelled' \
     GROUP BY w.id, w.taken HAVING COUNT(d.id) <> w.taken",
];

impl Db {
    /// The accounts of points, with their tiers, and the rewards, of which something is not what a recount says.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn miscounted_points(&mut self) -> Result<Vec<String>, StoreError> {
        let mut wrong: Vec<String> = Vec::new();
        for check in CHECKS {
            wrong.extend(Sql::new(check).values::<String>(self)?);
        }
        wrong.extend(self.miscounted_tiers()?);
        wrong.extend(self.gifts_too_often()?);
        wrong.sort_unstable();
        wrong.dedup();
        Ok(wrong)
    }
}
