//! What books cost and whether they are there: one offer a book, by the latest word of the shop.

use crate::catalogue::Written;
use crate::db::{LIST, Row, Sql, Value, insert_all};
use crate::ids::{new_digits, now};
use crate::{Db, StoreError};
use bookplate_wire::offers::{Availability, NewOffer, Offer, OfferOutcome, TakenOffer};
use bookplate_wire::orders::{Money, Outcome};
use bookplate_wire::{Isbn, ShopId};
use std::collections::{HashMap, HashSet};

/// An offer as it stands in the database.
struct Known {
    offer: Offer,
    as_of: i64,
}

/// What an offer is told by, in a query in which it may be missing.
pub(crate) const OFFER: &str = "o.amount, o.currency, o.availability";

/// The offer in a row with [`OFFER`], where there is one.
pub(crate) fn offer_of(row: &Row) -> Result<Option<Offer>, StoreError> {
    let Some(amount) = row.get::<Option<i64>>("amount")? else {
        return Ok(None);
    };
    let availability: String = row.get("availability")?;
    Ok(Some(Offer {
        price: Money {
            amount,
            currency: row.get("currency")?,
        },
        availability: Availability::from_word(&availability)
            .ok_or(StoreError::Corrupt("offers.availability"))?,
    }))
}

impl Db {
    /// Takes offers that were checked ([`bookplate_wire::offers::NewOffers::checked`]), and notes which are others now, for who
    /// wants to be told.
    ///
    /// # Errors
    /// When the database does not answer; nothing is written then.
    pub fn take_offers(
        &mut self,
        shop: &ShopId,
        offers: &[NewOffer],
    ) -> Result<Vec<TakenOffer>, StoreError> {
        self.lock([format!("offers {shop}")])?;
        let (known, books) = (
            known_offers(self, shop, offers)?,
            books(self, shop, offers)?,
        );
        let received_at = now();
        let (mut taken, mut news, mut new) = (Vec::new(), Vec::new(), Vec::new());
        for offer in offers {
            let as_of = offer.as_of.unwrap_or(received_at);
            let outcome = match known.get(&offer.isbn) {
                None => OfferOutcome::Added,
                Some(old) if old.as_of > as_of => OfferOutcome::Outdated,
                Some(old) if old.is(offer) => OfferOutcome::Unchanged,
                Some(_) => OfferOutcome::Changed,
            };
            let row = [
                offer.price.amount.into(),
                (&offer.price.currency).into(),
                offer.availability.as_str().into(),
                as_of.into(),
                received_at.into(),
            ];
            match outcome {
                OfferOutcome::Outdated => {}
                OfferOutcome::Added => {
                    let named: [Value; 2] = [shop.into(), (&offer.isbn).into()];
                    new.push(named.into_iter().chain(row).collect());
                }
                OfferOutcome::Changed | OfferOutcome::Unchanged => {
                    update(self, shop, &offer.isbn, row)?;
                }
            }
            if matches!(outcome, OfferOutcome::Added | OfferOutcome::Changed) {
                news.push(offer.isbn);
            }
            taken.push(TakenOffer {
                isbn: offer.isbn,
                outcome,
                known: books.contains(&offer.isbn),
            });
        }
        insert_all(
            self,
            "INSERT INTO offers (shop_id, isbn, amount, currency, availability, as_of, received_at) VALUES ",
            new,
        )?;
        self.note_wish_cause(shop, "offer", &news)?;
        Ok(taken)
    }

    /// Notes that something has happened to books that somebody may want to be told of.
    pub(crate) fn note_wish_cause(
        &mut self,
        shop: &ShopId,
        kind: &'static str,
        isbns: &[Isbn],
    ) -> Result<(), StoreError> {
        if isbns.is_empty() {
            return Ok(());
        }
        let lines: Vec<&str> = isbns.iter().map(Isbn::as_str).collect();
        Sql::new("INSERT INTO wish_causes (id, shop_id, kind, isbns) VALUES ($1, $2, $3, $4)")
            .arg(new_digits())
            .arg(shop)
            .arg(kind)
            .arg(lines.join("\n"))
            .run(self)
            .map(drop)
    }
}

impl From<OfferOutcome> for Written {
    fn from(outcome: OfferOutcome) -> Self {
        match outcome {
            OfferOutcome::Added => Outcome::Added.into(),
            OfferOutcome::Changed => Outcome::Changed.into(),
            OfferOutcome::Unchanged => Outcome::Unchanged.into(),
            OfferOutcome::Outdated => Self::default(),
        }
    }
}

impl Known {
    fn is(&self, new: &NewOffer) -> bool {
        self.offer.price == new.price && self.offer.availability == new.availability
    }
}

fn update(
    db: &mut Db,
    shop: &ShopId,
    isbn: &Isbn,
    [amount, currency, availability, as_of, received_at]: [Value; 5],
) -> Result<(), StoreError> {
    Sql::new(
        "UPDATE offers SET amount = $1, currency = $2, availability = $3, as_of = $4, received_at = $5 \
         WHERE shop_id = $6 AND isbn = $7",
    )
    .arg(amount)
    .arg(currency)
    .arg(availability)
    .arg(as_of)
    .arg(received_at)
    .arg(shop)
    .arg(isbn)
    .run(db)
    .map(drop)
}

fn known_offers(
    db: &mut Db,
    shop: &ShopId,
    offers: &[NewOffer],
) -> Result<HashMap<Isbn, Known>, StoreError> {
    let mut known = HashMap::new();
    for chunk in offers.chunks(LIST) {
        let mut sql = Sql::new("SELECT o.isbn, o.as_of, ");
        sql.push(OFFER)
            .push(" FROM offers o WHERE o.shop_id = ")
            .bind(shop)
            .push(" AND o.isbn IN (")
            .bind_all(chunk.iter().map(|offer| &offer.isbn))
            .push(")");
        for row in sql.rows(db)? {
            let offer = offer_of(&row)?.ok_or(StoreError::Corrupt("offers.amount"))?;
            let as_of = row.get("as_of")?;
            known.insert(row.get("isbn")?, Known { offer, as_of });
        }
    }
    Ok(known)
}

/// Which of them the catalogue has.
fn books(db: &mut Db, shop: &ShopId, offers: &[NewOffer]) -> Result<HashSet<Isbn>, StoreError> {
    let mut books = HashSet::new();
    for chunk in offers.chunks(LIST) {
        let mut sql = Sql::new("SELECT isbn FROM editions WHERE shop_id = ");
        sql.bind(shop)
            .push(" AND isbn IN (")
            .bind_all(chunk.iter().map(|offer| &offer.isbn))
            .push(")");
        books.extend(sql.values::<Isbn>(db)?);
    }
    Ok(books)
}
