//! How points go out of lots for something, and come back where nothing has become of it.
//!
//! They go out of those lots first that expire first, and never of one whose time is over, also before somebody has noted that.
//! Which lots a transaction has drawn from stands in its entries; there they come back to.

use super::ledger::{About, Ledger, Move, Side, Sums, drawn, filled_up};
use crate::db::Sql;
use crate::{Db, StoreError};
use bookplate_wire::CustomerId;
use bookplate_wire::points::EntryKind;

/// What a transaction has drawn from a lot.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    /// The lot.
    pub(super) lot: String,
    /// The lot that has earned its points: itself, unless they came back before.
    pub(super) origin: String,
    /// How many points.
    pub(super) points: i64,
    /// The version of the rules by which they came.
    pub(super) version: u32,
    /// When they expire.
    pub(super) expires_at: Option<i64>,
}

/// What a lot has of points that a refund has found spent and let go.
struct LetGo {
    lot: String,
    points: i64,
}

impl Ledger<'_> {
    /// The entries that take `points` out of what can be used now; `None` where there are fewer.
    pub(super) fn drawable(
        &self,
        db: &mut Db,
        customer: &CustomerId,
        points: i64,
    ) -> Result<Option<Vec<Move>>, StoreError> {
        let account = self.account(customer)?;
        if points > account.available {
            return Ok(None);
        }
        let lots = super::ledger::lots_alive(db, account, self.now())?;
        let (moves, taken) = drawn(&lots, points);
        Ok((taken == points).then_some(moves))
    }

    /// Moves points that are [`Ledger::drawable`] to a side of the shop's.
    pub(super) fn spend(
        &mut self,
        db: &mut Db,
        customer: &CustomerId,
        (kind, side): (EntryKind, Side),
        about: About,
        mut moves: Vec<Move>,
    ) -> Result<(), StoreError> {
        let points: i64 = moves.iter().map(|one| -one.points).sum();
        moves.push(Move::of_shop(side, points));
        self.move_lots(db, customer, kind, about, (moves, Sums::default()))
    }

    /// Lets points come back from a side of the shop's to the lots from which the transaction of `drawn_by` (its cause) has
    /// drawn them. What is owed is filled up at once; what refunds have found spent meanwhile and let go is taken first.
    pub(super) fn give_back(
        &mut self,
        db: &mut Db,
        customer: &CustomerId,
        (kind, side): (EntryKind, Side),
        about: About,
        drawn_by: &str,
    ) -> Result<(), StoreError> {
        let (sequence, mut parts) = self.drawn_by(db, drawn_by)?;
        let recovered = self.recover(db, customer, (side, sequence), &about, &mut parts)?;
        let back: i64 = parts.iter().map(|part| part.points).sum();
        if back == 0 && recovered > 0 {
            return Ok(());
        }
        let mut owed = self.owed(customer, back)?;
        let mut moves = vec![Move::of_shop(side, -back)];
        for part in parts.iter().filter(|part| part.points > 0) {
            moves.push(Move::of_lot(Side::Available, &part.lot, part.points));
            let filled = owed.min(part.points);
            moves.extend(filled_up(&part.lot, filled));
            owed -= filled;
        }
        self.move_lots(db, customer, kind, about, (moves, Sums::default()))
    }

    /// Takes of points that come back what refunds have let go since they were drawn, because they found them spent: else who
    /// buys, spends, gives back what was bought and then what was paid with points would have gained those. It is off `parts`
    /// then; how many points.
    pub(super) fn recover(
        &mut self,
        db: &mut Db,
        customer: &CustomerId,
        (side, since): (Side, i64),
        about: &About,
        parts: &mut [Drawn],
    ) -> Result<i64, StoreError> {
        let account = self.account(customer)?.id.clone();
        let mut sum = 0;
        for gone in let_go(db, &account, since)? {
            let mut taken = 0;
            for part in parts.iter_mut() {
                let points = part.points.min(gone.points - taken);
                part.points -= points;
                taken += points;
            }
            if taken == 0 {
                break;
            }
            let about = About {
                cause: format!("{}:recovered:{}", about.cause, gone.lot),
                lot: Some(gone.lot),
                missed: taken,
                ..about.clone()
            };
            let moves = vec![
                Move::of_shop(side, -taken),
                Move::of_shop(Side::TakenBack, taken),
            ];
            let sums = Sums {
                taken,
                missed: -taken,
                ..Sums::default()
            };
            self.move_lots(db, customer, EntryKind::Recovered, about, (moves, sums))?;
            sum += taken;
        }
        Ok(sum)
    }

    /// What the transaction with a cause has drawn from lots, in its order, and its place among those of its account.
    pub(super) fn drawn_by(
        &self,
        db: &mut Db,
        cause: &str,
    ) -> Result<(i64, Vec<Drawn>), StoreError> {
        let rows = Sql::new(
            "SELECT t.sequence, e.lot_id, e.points, l.version, l.expires_at, COALESCE(l.origin_id, l.id) AS origin \
             FROM point_transactions t JOIN point_entries e ON e.transaction_id = t.id \
             JOIN point_lots l ON l.id = e.lot_id WHERE t.shop_id = $1 AND t.cause = $2 ORDER BY e.position",
        )
        .arg(self.shop())
        .arg(cause)
        .rows(db)?;
        let missing = StoreError::Corrupt("point_transactions.cause");
        let sequence = rows.first().ok_or(missing)?.get("sequence")?;
        let parts = rows.iter().map(|row| {
            Ok(Drawn {
                lot: row.get("lot_id")?,
                origin: row.get("origin")?,
                points: -row.get::<i64>("points")?,
                version: row.get("version")?,
                expires_at: row.get("expires_at")?,
            })
        });
        Ok((sequence, parts.collect::<Result<_, StoreError>>()?))
    }
}

/// What refunds have let go after a transaction of an account, and nobody has taken yet, the earliest lot first.
fn let_go(db: &mut Db, account: &str, since: i64) -> Result<Vec<LetGo>, StoreError> {
    let rows = Sql::new(
        "SELECT l.id, l.missed, CAST(SUM(t.missed) AS BIGINT) AS lately FROM point_lots l \
         JOIN point_transactions t ON t.lot_id = l.id AND t.kind = 'taken_back' \
         WHERE l.account_id = $1 AND l.missed > 0 AND t.sequence > $2 GROUP BY l.id, l.missed ORDER BY l.id",
    )
    .arg(account)
    .arg(since)
    .rows(db)?;
    let gone = rows.iter().map(|row| {
        let (missed, lately): (i64, i64) = (row.get("missed")?, row.get("lately")?);
        Ok(LetGo {
            lot: row.get("id")?,
            points: missed.min(lately),
        })
    });
    gone.collect()
}
