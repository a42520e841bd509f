//! Authors and series that customers follow.

use super::{Changed, WishRefusal, hold, taken};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::text::fold;
use crate::{Db, StoreError};
use bookplate_wire::wishlists::follows::{FOLLOWS_MAX, Follow, FollowKind, NewFollow};
use bookplate_wire::{CustomerId, FollowId, ShopId};

const FOLLOW: &str = "SELECT id, kind, name, followed_at FROM follows WHERE customer_id = ";

fn follow_of(row: &Row) -> Result<Follow, StoreError> {
    let kind: String = row.get("kind")?;
    Ok(Follow {
        id: row.get("id")?,
        kind: FollowKind::from_word(&kind).ok_or(StoreError::Corrupt("follows.kind"))?,
        name: row.get("name")?,
        followed_at: row.get("followed_at")?,
    })
}

impl Db {
    /// All that a customer follows: authors first, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn follows(&mut self, customer: &CustomerId) -> Result<Vec<Follow>, StoreError> {
        let mut sql = Sql::new(FOLLOW);
        sql.bind(customer).push(" ORDER BY kind, folded, id");
        sql.rows(self)?.iter().map(follow_of).collect()
    }

    /// Follows an author or a series, by a name that was checked. What is followed already stays as it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn follow(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        new: &NewFollow,
    ) -> Changed<Follow> {
        taken!(hold(self, shop, customer));
        let folded = fold(&new.name);
        if let Some(known) = self.followed(customer, new.kind, &folded)? {
            return Ok(Ok(known));
        }
        let count: Option<u32> = Sql::new("SELECT COUNT(*) FROM follows WHERE customer_id = $1")
            .arg(customer)
            .value(self)?;
        if count.unwrap_or_default() >= FOLLOWS_MAX {
            return Ok(Err(WishRefusal::TooManyFollows));
        }
        let follow = Follow {
            id: FollowId::new_id(),
            kind: new.kind,
            name: new.name.clone(),
            followed_at: now(),
        };
        Sql::new(
            "INSERT INTO follows (id, shop_id, customer_id, kind, name, folded, followed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .arg(&follow.id)
        .arg(shop)
        .arg(customer)
        .arg(follow.kind.as_str())
        .arg(&follow.name)
        .arg(folded)
        .arg(follow.followed_at)
        .run(self)?;
        Ok(Ok(follow))
    }

    fn followed(
        &mut self,
        customer: &CustomerId,
        kind: FollowKind,
        folded: &str,
    ) -> Result<Option<Follow>, StoreError> {
        let mut sql = Sql::new(FOLLOW);
        sql.bind(customer)
            .push(" AND kind = ")
            .bind(kind.as_str())
            .push(" AND folded = ")
            .bind(folded);
        sql.row(self)?.as_ref().map(follow_of).transpose()
    }

    /// Follows something no more. What is not followed stays so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn unfollow(&mut self, customer: &CustomerId, follow: &FollowId) -> Result<(), StoreError> {
        Sql::new("DELETE FROM follows WHERE id = $1 AND customer_id = $2")
            .arg(follow)
            .arg(customer)
            .run(self)
            .map(drop)
    }

    /// The same by the name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn unfollow_named(
        &mut self,
        customer: &CustomerId,
        what: &NewFollow,
    ) -> Result<(), StoreError> {
        Sql::new("DELETE FROM follows WHERE customer_id = $1 AND kind = $2 AND folded = $3")
            .arg(customer)
            .arg(what.kind.as_str())
            .arg(fold(&what.name))
            .run(self)
            .map(drop)
    }
}
