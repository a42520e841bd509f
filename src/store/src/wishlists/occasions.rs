//! What lists are for, who follows them, and the reminder before the day.

use super::gifts::delay_gifts;
use super::{Changed, WishRefusal, hold, lock_of, taken};
use crate::catalogue::catalogue_lock;
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::notifications::{Message, To};
use crate::{Db, StoreError};
use bookplate_wire::wishlists::Wishlist;
use bookplate_wire::wishlists::occasions::{
    FOLLOWED_MAX, FollowedWishlist, Occasion, OccasionKind, coming,
};
use bookplate_wire::{CustomerId, ShopId, WishlistId};

/// What the list `l` of a row is for.
pub(super) fn occasion_of(row: &Row) -> Result<Option<Occasion>, StoreError> {
    let kind: String = row.get("occasion")?;
    if kind.is_empty() {
        return Ok(None);
    }
    Ok(Some(Occasion {
        kind: OccasionKind::from_word(&kind).ok_or(StoreError::Corrupt("wishlists.occasion"))?,
        words: row.get("occasion_words")?,
        on: row.get("occasion_on")?,
    }))
}

/// A shop of which a list has a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemindingShop {
    /// What names it.
    pub id: ShopId,
    /// A public key of it, in the addresses of its hosted pages.
    pub public_key: String,
    /// IANA name of its time zone.
    pub time_zone: String,
}

/// A follower to be reminded.
struct Reminded {
    list: WishlistId,
    customer: CustomerId,
    name: String,
    secret: String,
    occasion: Option<Occasion>,
}

impl Db {
    /// Says what a customer's list, or the default one (`None`), is for, by values that were checked on the day `today`, with
    /// the day as the owner gave it; or that it is for nothing more (`None`). Gifts that are still hidden stay so until the new day has been.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_occasion(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        occasion: Option<(&Occasion, &str)>,
        today: &str,
    ) -> Changed<Wishlist> {
        taken!(hold(self, shop, customer));
        let known = taken!(self.own_wishlist(customer, list));
        let (kind, words, day, on) = occasion.map_or(("", "", "", ""), |(occasion, day)| {
            let Occasion { kind, words, on } = occasion;
            (kind.as_str(), words.as_str(), day, on.as_str())
        });
        if known.occasion.as_ref() == occasion.map(|(occasion, _)| occasion) {
            return Ok(Ok(known));
        }
        // Who was reminded of a day that has only been moved is not reminded twice.
        let over = known
            .occasion
            .as_ref()
            .is_some_and(|old| old.on.as_str() < today);
        if over {
            forget_reminders(self, &known.id)?;
        }
        Sql::new(
            "UPDATE wishlists SET occasion = $1, occasion_words = $2, occasion_day = $3, occasion_on = $4 WHERE id = $5",
        )
        .arg(kind)
        .arg(words)
        .arg(day)
        .arg(on)
        .arg(&known.id)
        .run(self)?;
        if !on.is_empty() {
            delay_gifts(self, &known.id, on, today)?;
        }
        self.wishlist(customer, Some(&known.id))
    }

    /// Follows the list that is shared by `secret`, or does not any more. Either can be said twice.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn follow_wishlist(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        secret: &str,
        follow: bool,
    ) -> Changed<()> {
        let (list, owner) = taken!(self.shared_by(shop, secret));
        self.lock([lock_of(customer), lock_of(&owner)])?;
        // It may have been taken back while we waited.
        taken!(self.shared_by(shop, secret));
        taken!(hold(self, shop, customer));
        if !follow {
            return unfollow(self, &list, customer).map(Ok);
        }
        if self.knows_too_much(&list, &owner, customer)? {
            return Ok(Err(WishRefusal::IsOwn));
        }
        let followed = Sql::new(
            "SELECT COUNT(*) FROM wishlist_followers WHERE customer_id = $1 AND list_id <> $2",
        )
        .arg(customer)
        .arg(&list)
        .value::<u32>(self)?;
        if followed.unwrap_or_default() >= FOLLOWED_MAX {
            return Ok(Err(WishRefusal::TooManyFollowed));
        }
        Sql::new(
            "INSERT INTO wishlist_followers (list_id, customer_id, followed_at, reminded) VALUES ($1, $2, $3, 0) \
             ON CONFLICT (list_id, customer_id) DO NOTHING",
        )
        .arg(&list)
        .arg(customer)
        .arg(now())
        .run(self)?;
        Ok(Ok(()))
    }

    /// Whether a customer follows a list that is shared by `secret`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn follows_wishlist(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        secret: &str,
    ) -> Result<bool, StoreError> {
        let row = Sql::new(
            "SELECT 1 FROM wishlists l JOIN wishlist_followers f ON f.list_id = l.id \
             WHERE l.shop_id = $1 AND l.secret = $2 AND l.secret <> '' AND l.removed_at IS NULL AND f.customer_id = $3",
        )
        .arg(shop)
        .arg(secret)
        .arg(customer)
        .row(self)?;
        Ok(row.is_some())
    }

    /// The lists that a customer follows, as long as they are shared: those with a day first, the next day first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn followed_wishlists(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<FollowedWishlist>, StoreError> {
        Sql::new(
            "SELECT l.name, l.secret, l.occasion, l.occasion_words, l.occasion_on, f.followed_at \
             FROM wishlist_followers f JOIN wishlists l ON l.id = f.list_id \
             WHERE f.customer_id = $1 AND l.secret <> '' AND l.removed_at IS NULL \
             ORDER BY CASE l.occasion_on WHEN '' THEN 1 ELSE 0 END, l.occasion_on, f.followed_at, l.id",
        )
        .arg(customer)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(FollowedWishlist {
                name: row.get("name")?,
                shared: row.get("secret")?,
                occasion: occasion_of(row)?,
                followed_at: row.get("followed_at")?,
            })
        })
        .collect()
    }

    /// The shops of which a list has a day.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shops_with_occasions(&mut self) -> Result<Vec<RemindingShop>, StoreError> {
        Sql::new(
            "SELECT s.id, s.time_zone, (SELECT k.public_key FROM shop_keys k WHERE k.shop_id = s.id \
             AND (k.retires_at IS NULL OR k.retires_at > $1) ORDER BY k.created_at DESC LIMIT 1) AS public_key \
             FROM shops s WHERE EXISTS (SELECT 1 FROM wishlists l WHERE l.shop_id = s.id AND l.occasion_on <> '') \
             ORDER BY s.id",
        )
        .arg(now())
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(RemindingShop {
                id: row.get("id")?,
                public_key: row.get::<Option<String>>("public_key")?.unwrap_or_default(),
                time_zone: row.get("time_zone")?,
            })
        })
        .collect()
    }

    /// Has the birthdays of a shop's lists that were before `today` come again, of up to `limit` lists. Those who follow
    /// them can be reminded anew. Returns how many it were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn roll_occasions(
        &mut self,
        shop: &ShopId,
        today: &str,
        limit: u32,
    ) -> Result<u32, StoreError> {
        let over = |db: &mut Self, owner: Option<&CustomerId>| {
            let mut sql = Sql::new(
                "SELECT id, customer_id, occasion_day FROM wishlists WHERE occasion_on <> '' AND occasion = 'birthday' \
                 AND shop_id = ",
            );
            sql.bind(shop).push(" AND occasion_on < ").bind(today);
            if let Some(owner) = owner {
                sql.push(" AND customer_id = ").bind(owner);
            }
            sql.push(" ORDER BY customer_id, id LIMIT ").bind(limit);
            sql.rows(db)
        };
        let found = over(self, None)?;
        let owners = found.iter().map(|row| row.get::<CustomerId>("customer_id"));
        let mut owners = owners.collect::<Result<Vec<_>, _>>()?;
        owners.dedup();
        self.lock(owners.iter().map(lock_of))?;
        for owner in &owners {
            // What its owner has just changed is another day by now.
            for row in over(self, Some(owner))? {
                let (list, day): (WishlistId, String) = (row.get("id")?, row.get("occasion_day")?);
                Sql::new("UPDATE wishlists SET occasion_on = $1 WHERE id = $2")
                    .arg(coming(&day, today))
                    .arg(&list)
                    .run(self)?;
                forget_reminders(self, &list)?;
            }
        }
        Ok(u32::try_from(found.len()).unwrap_or(limit))
    }

    /// Reminds up to `limit` followers of lists with a day from `today` until `horizon` (both `YYYY-MM-DD`): each once. `link`
    /// gives where a list is seen. Returns how many it were; fewer than `limit` when there are no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remind_of_occasions(
        &mut self,
        shop: &ShopId,
        (today, horizon): (&str, &str),
        link: impl Fn(&str) -> String,
        limit: u32,
    ) -> Result<u32, StoreError> {
        // Two instances would remind twice; and whoever is just being told does not leave in between.
        self.lock([format!("occasions {shop}")])?;
        self.lock_shared(catalogue_lock(shop))?;
        let due = Sql::new(
            "SELECT l.id, l.name, l.secret, l.occasion, l.occasion_words, l.occasion_on, f.customer_id \
             FROM wishlists l JOIN wishlist_followers f ON f.list_id = l.id \
             WHERE l.shop_id = $1 AND l.occasion_on <> '' AND l.occasion_on >= $2 AND l.occasion_on <= $3 \
             AND l.secret <> '' AND l.removed_at IS NULL AND f.reminded = 0 ORDER BY l.id, f.customer_id LIMIT $4",
        )
        .arg(shop)
        .arg(today)
        .arg(horizon)
        .arg(limit)
        .rows(self)?;
        for row in &due {
            let one = Reminded {
                list: row.get("id")?,
                customer: row.get("customer_id")?,
                name: row.get("name")?,
                secret: row.get("secret")?,
                occasion: occasion_of(row)?,
            };
            self.remind_of_occasion(shop, one, &link)?;
        }
        Ok(u32::try_from(due.len()).unwrap_or(limit))
    }

    fn remind_of_occasion(
        &mut self,
        shop: &ShopId,
        one: Reminded,
        link: &impl Fn(&str) -> String,
    ) -> Result<(), StoreError> {
        let marked = Sql::new(
            "UPDATE wishlist_followers SET reminded = 1 WHERE list_id = $1 AND customer_id = $2 AND reminded = 0 \
             AND EXISTS (SELECT 1 FROM wishlists l WHERE l.id = $1 AND l.secret = $3 AND l.removed_at IS NULL)",
        )
        .arg(&one.list)
        .arg(&one.customer)
        .arg(&one.secret)
        .run(self)?;
        let Some(occasion) = one.occasion.filter(|_| marked > 0) else {
            return Ok(());
        };
        let message = Message::OccasionReminder {
            list: one.name,
            occasion,
            link: link(&one.secret),
        };
        self.notify(shop, To::Customer(&one.customer), &message)
    }
}

/// Lets those who follow a list be reminded of its next day.
fn forget_reminders(db: &mut Db, list: &WishlistId) -> Result<(), StoreError> {
    Sql::new("UPDATE wishlist_followers SET reminded = 0 WHERE list_id = $1")
        .arg(list)
        .run(db)
        .map(drop)
}

fn unfollow(db: &mut Db, list: &WishlistId, customer: &CustomerId) -> Result<(), StoreError> {
    Sql::new("DELETE FROM wishlist_followers WHERE list_id = $1 AND customer_id = $2")
        .arg(list)
        .arg(customer)
        .run(db)
        .map(drop)
}
