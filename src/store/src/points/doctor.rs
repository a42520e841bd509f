//! What is kept beside the ledger for speed, recounted.

use crate::db::Sql;
use crate::{Db, StoreError};

/// Each finds accounts with something that is not what the ledger says.
const CHECKS: [&str; 6] = [
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
    // What was taken back of it, let go and not used is what its transactions say.
    "SELECT l.account_id FROM point_lots l LEFT JOIN point_transactions t ON t.lot_id = l.id AND t.kind IN ('taken_back', 'expired') \
     GROUP BY l.id, l.account_id, l.taken, l.missed, l.expired HAVING \
     COALESCE(SUM(CASE t.kind WHEN 'taken_back' THEN -t.available - t.pending ELSE 0 END), 0) <> l.taken \
     OR COALESCE(SUM(CASE t.kind WHEN 'taken_back' THEN t.missed ELSE 0 END), 0) <> l.missed \
     OR COALESCE(SUM(CASE t.kind WHEN 'expired' THEN -t.available ELSE 0 END), 0) <> l.expired",
    // The account is what is left of its lots, unless it owes; then nothing is left that can be used.
    "SELECT a.id FROM point_accounts a LEFT JOIN point_lots l ON l.account_id = a.id \
     GROUP BY a.id, a.available, a.pending HAVING \
     COALESCE(SUM(CASE l.state WHEN 'pending' THEN l.remaining ELSE 0 END), 0) <> a.pending \
     OR COALESCE(SUM(CASE l.state WHEN 'available' THEN l.remaining ELSE 0 END), 0) \
     <> CASE WHEN a.available > 0 THEN a.available ELSE 0 END",
];

impl Db {
    /// The accounts of points of which something is not what a recount says.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn miscounted_points(&mut self) -> Result<Vec<String>, StoreError> {
        let mut wrong: Vec<String> = Vec::new();
        for check in CHECKS {
            wrong.extend(Sql::new(check).values::<String>(self)?);
        }
        wrong.sort_unstable();
        wrong.dedup();
        Ok(wrong)
    }
}
