//! Where in its list a wish stands.

use crate::db::Sql;
use crate::{Db, StoreError};
use bookplate_wire::WishlistId;

/// How far apart wishes stand at first: twenty moves to one place fit in between before a list is numbered anew.
const GAP: i64 = 1 << 20;

/// A place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// Before all others.
    First,
    /// Before the wish with this id, which is in the list.
    Before(&'a str),
    /// Behind all others.
    Last,
}

/// The position of a place in a list, for `wish`, which may be in it itself.
pub(super) fn position(
    db: &mut Db,
    list: &WishlistId,
    place: Place<'_>,
    wish: &str,
) -> Result<i64, StoreError> {
    match place {
        Place::First => {
            let first = edge(
                db,
                "SELECT MIN(position) FROM wishes WHERE list_id = $1",
                list,
            )?;
            Ok(first.map_or(0, |first| first - GAP))
        }
        Place::Last => {
            let last = edge(
                db,
                "SELECT MAX(position) FROM wishes WHERE list_id = $1",
                list,
            )?;
            Ok(last.map_or(0, |last| last + GAP))
        }
        Place::Before(other) => {
            if let Some(position) = between(db, list, other, wish)? {
                return Ok(position);
            }
            number(db, list)?;
            let position = between(db, list, other, wish)?;
            position.ok_or(StoreError::Corrupt("wishes.position"))
        }
    }
}

fn edge(db: &mut Db, sql: &'static str, list: &WishlistId) -> Result<Option<i64>, StoreError> {
    let edge: Option<Option<i64>> = Sql::new(sql).arg(list).value(db)?;
    Ok(edge.flatten())
}

/// A position before `other` and behind whatever stands before that; `None` where there is no room.
fn between(
    db: &mut Db,
    list: &WishlistId,
    other: &str,
    wish: &str,
) -> Result<Option<i64>, StoreError> {
    let at: Option<i64> = Sql::new("SELECT position FROM wishes WHERE id = $1")
        .arg(other)
        .value(db)?;
    let at = at.ok_or(StoreError::Corrupt("wishes.id"))?;
    let before = Sql::new(
        "SELECT MAX(position) FROM wishes WHERE list_id = $1 AND (position, id) < ($2, $3) AND id <> $4",
    );
    let before: Option<Option<i64>> = before.arg(list).arg(at).arg(other).arg(wish).value(db)?;
    let before = before.flatten().unwrap_or(at - 2 * GAP);
    Ok(Some(before + (at - before) / 2).filter(|between| (before + 1..at).contains(between)))
}

/// Numbers a list anew, those that were taken out of it too: they come back to their places.
fn number(db: &mut Db, list: &WishlistId) -> Result<(), StoreError> {
    Sql::new(
        "UPDATE wishes SET position = ordered.place * CAST($1 AS BIGINT) FROM (SELECT id AS wish, \
         ROW_NUMBER() OVER (ORDER BY position, id) AS place FROM wishes WHERE list_id = $2) ordered \
         WHERE wishes.id = ordered.wish",
    )
    .arg(GAP)
    .arg(list)
    .run(db)
    .map(drop)
}
