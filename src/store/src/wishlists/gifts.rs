//! What visitors give of a list, and who may see that.
//!
//! A gift is of a book in a list. Whoever gives holds the lock of the list's owner, as everybody does who changes the
//! owner's lists: so never more is given than is wished for. What counts against a wish are gifts since it was added: one
//! that was received, forgotten and is wished for again begins anew.

use super::{Changed, WishRefusal, earliest_day, edition, hold, lock_of, taken};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::wishlists::Wish;
use bookplate_wire::wishlists::gifts::{
    Gift, GiftStatus, Given, NewGift, OPEN_GIFTS_MAX, ReceivedGift, ReceivedGifts, left,
};
use bookplate_wire::{CustomerId, EditionId, GiftId, ShopId, WishlistId};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// For how long a request that is sent again is known as the same, in milliseconds.
const REPEATED: i64 = 10 * MINUTE;
/// For how long it is known from which network somebody without an account has given, in milliseconds.
pub(crate) const NETWORK_KEPT: i64 = DAY;

/// Whatever its giver is shown of a gift `g`.
const GIFT: &str = "SELECT g.id, e.isbn, e.title, e.authors, e.language, e.cover_url, g.quantity, g.bought, g.name, \
     g.until_on, g.shown_at, g.given_at, CASE WHEN l.removed_at IS NULL THEN l.secret ELSE '' END AS secret, \
     CASE WHEN l.removed_at IS NULL AND l.secret <> '' THEN l.name ELSE '' END AS list, \
     CASE WHEN l.removed_at IS NULL AND EXISTS (SELECT 1 FROM wishes w WHERE w.list_id = g.list_id \
     AND w.edition_id = g.edition_id AND w.removed_at IS NULL AND w.bought_at IS NULL AND w.added_at <= g.given_at) \
     THEN 0 ELSE 1 END AS gone \
     FROM wishlist_gifts g JOIN wishlists l ON l.id = g.list_id JOIN editions e ON e.id = g.edition_id WHERE ";

/// Gifts that the list's owner does not see before the day that follows.
const HIDDEN: &str = "g.shown_at IS NULL AND (g.until_on = '' OR g.until_on >= ";

/// Who gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Giver {
    /// Somebody with an account.
    Customer(CustomerId),
    /// Somebody without one.
    Guest {
        /// The hash of the code that the guest is shown.
        code: String,
        /// From where the request comes, by a name that tells nobody where that is; empty where that cannot be told.
        network: String,
    },
}

/// By what somebody shows that a gift is the own one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GiftHolder {
    /// By being the customer who gives it.
    Customer(CustomerId, GiftId),
    /// By the code, of which this is the hash.
    Code(String),
}

impl GiftHolder {
    fn bind(&self, shop: &ShopId, sql: &mut Sql) {
        sql.push("shop_id = ").bind(shop);
        match self {
            Self::Customer(customer, gift) => sql
                .push(" AND customer_id = ")
                .bind(customer)
                .push(" AND id = ")
                .bind(gift),
            Self::Code(code) => sql.push(" AND code <> '' AND code = ").bind(code),
        };
    }
}

impl Db {
    /// Reserves copies of a wish of the list that is shared by `secret`, or notes that they are bought, by values that were
    /// checked. Sent again with its id, it is the same gift; a guest's then has the code of the later request. `today` is
    /// the day in the shop's time zone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn give(
        &mut self,
        shop: &ShopId,
        secret: &str,
        giver: &Giver,
        new: &NewGift,
        today: &str,
    ) -> Changed<Gift> {
        let (list, owner) = taken!(self.shared_by(shop, secret));
        let mut name = new.name.clone();
        match giver {
            Giver::Guest { .. } => self.lock([lock_of(&owner)])?,
            Giver::Customer(customer) => {
                self.lock([lock_of(&owner), lock_of(customer)])?;
                taken!(hold(self, shop, customer));
                if self.knows_too_much(&list, &owner, customer)? {
                    return Ok(Err(WishRefusal::IsOwn));
                }
                if name.is_empty() {
                    let known = Sql::new("SELECT name FROM customers WHERE id = $1");
                    name = known.arg(customer).value(self)?.unwrap_or_default();
                }
            }
        }
        // It may have been taken back while we waited.
        taken!(self.shared_by(shop, secret));
        let edition = taken!(edition(self, shop, new.isbn));
        if let Some(id) = &new.id
            && let Some(known) = gift_row(self, id)?
        {
            return self.given_again(shop, giver, &known, (&list, &edition), new);
        }
        if self.open_gifts(giver, shop, today)? >= OPEN_GIFTS_MAX {
            return Ok(Err(WishRefusal::TooManyGifts));
        }
        let Some((wished, given)) = self.wished_and_given(&list, &edition)? else {
            return Ok(Err(WishRefusal::NoWish));
        };
        let left = left(wished, given);
        if left < new.quantity {
            return Ok(Err(WishRefusal::GiftTaken(left)));
        }
        let until = self.wishlist(&owner, Some(&list))?;
        let until = until.ok().and_then(|list| list.occasion);
        let until = until.map_or_else(String::new, |occasion| occasion.on_from(today));
        let id = new.id.clone().unwrap_or_else(GiftId::new_id);
        let (customer, code, network) = match giver {
            Giver::Customer(customer) => (Some(customer), "", ""),
            Giver::Guest { code, network } => (None, code.as_str(), network.as_str()),
        };
        Sql::new(
            "INSERT INTO wishlist_gifts (id, shop_id, list_id, edition_id, customer_id, code, network, name, quantity, \
             bought, given_at, until_on, told) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)",
        )
        .arg(&id)
        .arg(shop)
        .arg(&list)
        .arg(&edition)
        .arg(customer)
        .arg(code)
        .arg(network)
        .arg(name)
        .arg(new.quantity)
        .arg(new.status == GiftStatus::Bought)
        .arg(now())
        .arg(until)
        .run(self)?;
        self.gift_with(&id)
    }

    /// What is answered to a request that comes with the id of a gift that is there.
    fn given_again(
        &mut self,
        shop: &ShopId,
        giver: &Giver,
        known: &Row,
        (list, edition): (&WishlistId, &EditionId),
        new: &NewGift,
    ) -> Changed<Gift> {
        let id: GiftId = known.get("id")?;
        let of: Option<CustomerId> = known.get("customer_id")?;
        let same = known.get::<ShopId>("shop_id")? == *shop
            && known.get::<WishlistId>("list_id")? == *list
            && known.get::<EditionId>("edition_id")? == *edition
            && known.get::<u32>("quantity")? == new.quantity;
        let is_givers = match (giver, &of) {
            (Giver::Customer(customer), Some(of)) => customer == of,
            (Giver::Guest { .. }, None) => {
                known.get::<String>("name")? == new.name
                    && known.get::<i64>("given_at")? > now() - REPEATED
            }
            _ => false,
        };
        if !same || !is_givers {
            return Ok(Err(WishRefusal::IdTaken));
        }
        if let Giver::Guest { code, .. } = giver {
            Sql::new("UPDATE wishlist_gifts SET code = $1 WHERE id = $2")
                .arg(code)
                .arg(&id)
                .run(self)?;
        }
        self.gift_with(&id)
    }

    fn gift_with(&mut self, id: &GiftId) -> Changed<Gift> {
        let mut sql = Sql::new(GIFT);
        sql.push("g.id = ").bind(id);
        let gift = sql.row(self)?.as_ref().map(gift_of).transpose()?;
        Ok(gift.ok_or(WishRefusal::NoGift))
    }

    /// How many gifts of somebody the owners do not see yet; of a guest, those from one network within a day.
    fn open_gifts(&mut self, giver: &Giver, shop: &ShopId, today: &str) -> Result<u32, StoreError> {
        let mut sql = Sql::new("SELECT COUNT(*) FROM wishlist_gifts g WHERE g.shop_id = ");
        sql.bind(shop);
        match giver {
            Giver::Customer(customer) => sql
                .push(" AND g.customer_id = ")
                .bind(customer)
                .push(" AND ")
                .push(HIDDEN)
                .bind(today)
                .push(")"),
            Giver::Guest { network, .. } => sql
                .push(" AND g.network <> '' AND g.network = ")
                .bind(network)
                .push(" AND g.given_at > ")
                .bind(now() - NETWORK_KEPT),
        };
        Ok(sql.value(self)?.unwrap_or_default())
    }

    /// How many copies of an edition are wished for in a list and how many are given; `None` where it is not in it, or its owner has
    /// bought it.
    fn wished_and_given(
        &mut self,
        list: &WishlistId,
        edition: &EditionId,
    ) -> Result<Option<(u32, u32)>, StoreError> {
        let row = Sql::new(
            "SELECT w.quantity, (SELECT CAST(COALESCE(SUM(g.quantity), 0) AS BIGINT) FROM wishlist_gifts g \
             WHERE g.list_id = w.list_id AND g.edition_id = w.edition_id AND g.given_at >= w.added_at) AS given \
             FROM wishes w WHERE w.list_id = $1 AND w.edition_id = $2 AND w.removed_at IS NULL \
             AND w.bought_at IS NULL",
        )
        .arg(list)
        .arg(edition)
        .row(self)?;
        row.map(|row| Ok((row.get("quantity")?, row.get("given")?)))
            .transpose()
    }

    /// Which of some wishes of a list are given, and how many copies of them.
    pub(super) fn given_of(
        &mut self,
        list: &WishlistId,
        wishes: &[Wish],
    ) -> Result<Vec<Given>, StoreError> {
        let rows = Sql::new(
            "SELECT e.isbn, CAST(SUM(g.quantity) AS BIGINT) AS given FROM wishlist_gifts g \
             JOIN wishes w ON w.list_id = g.list_id AND w.edition_id = g.edition_id \
             JOIN editions e ON e.id = g.edition_id \
             WHERE g.list_id = $1 AND w.removed_at IS NULL AND g.given_at >= w.added_at GROUP BY e.isbn",
        )
        .arg(list)
        .rows(self)?;
        let mut given = Vec::new();
        for row in &rows {
            let isbn = row.get("isbn")?;
            let Some(wish) = wishes.iter().find(|wish| wish.isbn == isbn) else {
                continue;
            };
            let count = row.get("given")?;
            given.push(Given {
                isbn,
                given: count,
                left: left(wish.quantity, count),
            });
        }
        Ok(given)
    }

    /// A gift, to who shows that it is the own one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn gift(&mut self, shop: &ShopId, holder: &GiftHolder) -> Changed<Gift> {
        let mut sql = Sql::new("SELECT id FROM wishlist_gifts WHERE ");
        holder.bind(shop, &mut sql);
        match sql.value::<GiftId>(self)? {
            Some(id) => self.gift_with(&id),
            None => Ok(Err(WishRefusal::NoGift)),
        }
    }

    /// Says how far a gift is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_gift(
        &mut self,
        shop: &ShopId,
        holder: &GiftHolder,
        status: GiftStatus,
    ) -> Changed<Gift> {
        let mut sql = Sql::new("UPDATE wishlist_gifts SET bought = ");
        sql.bind(status == GiftStatus::Bought).push(" WHERE ");
        holder.bind(shop, &mut sql);
        sql.run(self)?;
        self.gift(shop, holder)
    }

    /// Gives something no more, so that others can. Returns whether there was such a gift.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn undo_gift(&mut self, shop: &ShopId, holder: &GiftHolder) -> Result<bool, StoreError> {
        let mut sql = Sql::new("DELETE FROM wishlist_gifts WHERE ");
        holder.bind(shop, &mut sql);
        Ok(sql.run(self)? > 0)
    }

    /// What a customer gives, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn gifts_of(&mut self, customer: &CustomerId) -> Result<Vec<Gift>, StoreError> {
        let mut sql = Sql::new(GIFT);
        sql.push("g.customer_id = ")
            .bind(customer)
            .push(" ORDER BY g.given_at DESC, g.id DESC");
        sql.rows(self)?.iter().map(gift_of).collect()
    }

    /// What a list's owner may see on the day `today` of what was given; of the default list where `list` is `None`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn received_gifts(
        &mut self,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        today: &str,
    ) -> Changed<ReceivedGifts> {
        let list = taken!(self.own_wishlist(customer, list));
        let gifts = self.seen_gifts(&list.id, today)?;
        let day = list.occasion.map(|occasion| occasion.on_from(today));
        Ok(Ok(ReceivedGifts {
            hidden_until_asked: day.is_none(),
            hidden_until: day.filter(|day| day.as_str() >= today),
            gifts,
        }))
    }

    pub(super) fn seen_gifts(
        &mut self,
        list: &WishlistId,
        today: &str,
    ) -> Result<Vec<ReceivedGift>, StoreError> {
        let mut sql = Sql::new(
            "SELECT e.isbn, e.title, e.language, g.quantity, g.bought, g.name, g.given_at FROM wishlist_gifts g \
             JOIN editions e ON e.id = g.edition_id WHERE NOT (",
        );
        sql.push(HIDDEN)
            .bind(today)
            .push(")) AND g.list_id = ")
            .bind(list)
            .push(" ORDER BY g.given_at DESC, g.id DESC");
        let gifts = sql.rows(self)?;
        let gifts = gifts.iter().map(|row| {
            Ok(ReceivedGift {
                isbn: row.get("isbn")?,
                title: row.get("title")?,
                language: row.get("language")?,
                quantity: row.get("quantity")?,
                status: status_of(row)?,
                name: row.get("name")?,
                given_at: row.get("given_at")?,
            })
        });
        gifts.collect()
    }

    /// Shows a list's owner what was given by now, where the list has no day. What is given later stays hidden.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn show_gifts(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        today: &str,
    ) -> Changed<ReceivedGifts> {
        taken!(hold(self, shop, customer));
        let known = taken!(self.own_wishlist(customer, list));
        if known.occasion.is_some() {
            return Ok(Err(WishRefusal::GiftsHidden));
        }
        Sql::new(
            "UPDATE wishlist_gifts SET shown_at = $1 WHERE list_id = $2 AND shown_at IS NULL AND until_on = ''",
        )
        .arg(now())
        .arg(&known.id)
        .run(self)?;
        self.received_gifts(customer, Some(&known.id), today)
    }

    /// Forgets from which networks guests have given longer ago.
    pub(crate) fn forget_gift_networks(&mut self) -> Result<(), StoreError> {
        Sql::new("UPDATE wishlist_gifts SET network = '' WHERE network <> '' AND given_at < $1")
            .arg(now() - NETWORK_KEPT)
            .run(self)
            .map(drop)
    }
}

/// Has the gifts of a list that its owner does not see yet wait until `on` has been. What was given for a day waits for it
/// also where the list has none any more: else its owner could look by taking the day away.
pub(super) fn delay_gifts(
    db: &mut Db,
    list: &WishlistId,
    on: &str,
    today: &str,
) -> Result<(), StoreError> {
    Sql::new(
        "UPDATE wishlist_gifts SET until_on = $1 WHERE list_id = $2 AND shown_at IS NULL \
         AND (until_on = '' OR until_on >= $3)",
    )
    .arg(on)
    .arg(list)
    .arg(today)
    .run(db)
    .map(drop)
}

/// Since when a wish that comes into a list counts, where it was moved out of it before: since before what was given of it,
/// as far as who gives has not been told that it is gone.
pub(super) fn given_before(
    db: &mut Db,
    list: &WishlistId,
    edition: &EditionId,
) -> Result<Option<i64>, StoreError> {
    let since: Option<i64> = Sql::new(
        "SELECT MIN(given_at) FROM wishlist_gifts WHERE list_id = $1 AND edition_id = $2 AND gone_at IS NOT NULL \
         AND told = 0",
    )
    .arg(list)
    .arg(edition)
    .value(db)?
    .flatten();
    Ok(since)
}

/// Notes that a wish was moved out of a list, for who gives it.
pub(super) fn note_moved(
    db: &mut Db,
    list: &WishlistId,
    edition: &EditionId,
) -> Result<(), StoreError> {
    Sql::new(
        "UPDATE wishlist_gifts SET gone_at = $1 WHERE list_id = $2 AND edition_id = $3 AND gone_at IS NULL AND told = 0",
    )
    .arg(now())
    .arg(list)
    .arg(edition)
    .run(db)
    .map(drop)
}

fn gift_row(db: &mut Db, id: &GiftId) -> Result<Option<Row>, StoreError> {
    Sql::new(
        "SELECT id, shop_id, list_id, edition_id, customer_id, quantity, name, given_at FROM wishlist_gifts WHERE id = $1",
    )
    .arg(id)
    .row(db)
}

fn status_of(row: &Row) -> Result<GiftStatus, StoreError> {
    Ok(if row.get("bought")? {
        GiftStatus::Bought
    } else {
        GiftStatus::Reserved
    })
}

fn gift_of(row: &Row) -> Result<Gift, StoreError> {
    let authors: String = row.get("authors")?;
    let secret: String = row.get("secret")?;
    let until: String = row.get("until_on")?;
    let is_over = !until.is_empty() && until < earliest_day(now());
    Ok(Gift {
        seen: is_over || row.get::<Option<i64>>("shown_at")?.is_some(),
        id: row.get("id")?,
        isbn: row.get("isbn")?,
        title: row.get("title")?,
        authors: authors.lines().map(str::to_owned).collect(),
        language: row.get("language")?,
        cover_url: row.get("cover_url")?,
        list: row.get("list")?,
        shared: Some(secret).filter(|secret| !secret.is_empty()),
        quantity: row.get("quantity")?,
        status: status_of(row)?,
        name: row.get("name")?,
        gone: row.get("gone")?,
        until,
        given_at: row.get("given_at")?,
    })
}
