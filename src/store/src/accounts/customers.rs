//! Customers, and by what they are found.

use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::accounts::{Customer, CustomerChange, CustomerRef, Genre};
use bookplate_wire::notifications::{CustomerEvent, Event};
use bookplate_wire::{CustomerId, ShopId};

/// What a shop says of one of its customers. Texts are in the form in which they are kept; `None` is what
/// the shop did not mention, and stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// The shop's own id of the customer.
    pub external_id: String,
    /// The name.
    pub name: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The birthday.
    pub birthday: Option<String>,
    /// The number of the membership card.
    pub member_card: Option<String>,
}

/// Something that names one customer of a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identifier<'a> {
    /// The shop's own id.
    External(&'a str),
    /// The number of the membership card.
    Card(&'a str),
    /// The phone number.
    Phone(&'a str),
    /// The email address.
    Email(&'a str),
}

impl<'a> From<&'a CustomerRef> for Identifier<'a> {
    fn from(named: &'a CustomerRef) -> Self {
        match named {
            CustomerRef::ExternalId(id) => Self::External(id),
            CustomerRef::MemberCard(number) => Self::Card(number),
            CustomerRef::Phone(number) => Self::Phone(number),
            CustomerRef::Email(address) => Self::Email(address),
        }
    }
}

impl<'a> Identifier<'a> {
    /// The word for its kind, in the database, and what it is.
    pub fn parts(self) -> (&'static str, &'a str) {
        match self {
            Self::External(value) => ("external", value),
            Self::Card(value) => ("card", value),
            Self::Phone(value) => ("phone", value),
            Self::Email(value) => ("email", value),
        }
    }

    /// What whoever gives the identifier a customer, or waits for one, locks.
    pub(crate) fn lock(self, shop: &ShopId) -> String {
        let (kind, value) = self.parts();
        lock(shop, kind, value)
    }
}

/// What whoever gives or takes the identifier `value` of a kind locks.
pub(crate) fn lock(shop: &ShopId, kind: &str, value: &str) -> String {
    format!("identifier {shop} {kind} {value}")
}

const COLUMNS: &str = "SELECT c.id, c.name, c.email, c.phone, c.birthday, c.member_card, c.language, \
    c.genres, c.authors, c.created_at, COALESCE((SELECT MIN(i.value) FROM customer_identifiers i \
    WHERE i.customer_id = c.id AND i.kind = 'external'), '') AS external_id FROM customers c";

fn customer_of(row: &Row) -> Result<Customer, StoreError> {
    Ok(Customer {
        id: row.get("id")?,
        external_id: row.get("external_id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        phone: row.get("phone")?,
        birthday: row.get("birthday")?,
        member_card: row.get("member_card")?,
        language: row.get("language")?,
        genres: lines(&row.get::<String>("genres")?)
            .filter_map(Genre::from_word)
            .collect(),
        authors: lines(&row.get::<String>("authors")?)
            .map(str::to_owned)
            .collect(),
        created_at: row.get("created_at")?,
    })
}

/// The entries of a list that is kept with one a line.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty())
}

impl Db {
    /// The customer with this id, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn customer(&mut self, id: &CustomerId) -> Result<Option<Customer>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.push(" WHERE c.id = ").bind(id);
        sql.row(self)?.as_ref().map(customer_of).transpose()
    }

    /// The customer whom `identifier` names, if any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn customer_by(
        &mut self,
        shop: &ShopId,
        identifier: Identifier<'_>,
    ) -> Result<Option<CustomerId>, StoreError> {
        let (kind, value) = identifier.parts();
        Sql::new(
            "SELECT customer_id FROM customer_identifiers \
             WHERE shop_id = $1 AND kind = $2 AND value = $3",
        )
        .arg(shop)
        .arg(kind)
        .arg(value)
        .value(self)
    }

    /// The customer of whom the shop says `claims`, as far as the store already knows just that: then
    /// nothing has to be written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn known_customer(
        &mut self,
        shop: &ShopId,
        claims: &Claims,
    ) -> Result<Option<Customer>, StoreError> {
        let external = Identifier::External(&claims.external_id);
        let Some(id) = self.customer_by(shop, external)? else {
            return Ok(None);
        };
        let known = self.customer(&id)?;
        Ok(known.filter(|customer| !changes(customer, claims)))
    }

    /// Creates the customer of whom the shop says `claims`, or brings what is known up to date.
    ///
    /// An identifier that names another customer already stays with that one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_customer(
        &mut self,
        shop: &ShopId,
        claims: &Claims,
    ) -> Result<CustomerId, StoreError> {
        let external = Identifier::External(&claims.external_id);
        let told = [
            claims.member_card.as_deref().map(Identifier::Card),
            claims.phone.as_deref().map(Identifier::Phone),
            claims.email.as_deref().map(Identifier::Email),
        ];
        let told = told.into_iter().flatten();
        let all = told.clone().chain([external]);
        self.lock(all.map(|identifier| identifier.lock(shop)))?;
        let known = self.customer_by(shop, external)?;
        let is_new = known.is_none();
        let id = match known {
            Some(id) => id,
            None => {
                let id = self.new_customer(shop)?;
                self.identify(shop, &id, external)?;
                id
            }
        };
        let is_news = match self.customer(&id)? {
            Some(customer) => changes(&customer, claims),
            None => true,
        };
        Sql::new(
            "UPDATE customers SET name = COALESCE($1, name), email = COALESCE($2, email), \
             phone = COALESCE($3, phone), birthday = COALESCE($4, birthday), \
             member_card = COALESCE($5, member_card), updated_at = $6 WHERE id = $7",
        )
        .arg(claims.name.clone())
        .arg(claims.email.clone())
        .arg(claims.phone.clone())
        .arg(claims.birthday.clone())
        .arg(claims.member_card.clone())
        .arg(now())
        .arg(&id)
        .run(self)?;
        for identifier in told {
            // An address that the customer does not have any more names nobody.
            let (kind, value) = identifier.parts();
            Sql::new(
                "DELETE FROM customer_identifiers WHERE customer_id = $1 AND kind = $2 AND value <> $3",
            )
            .arg(&id)
            .arg(kind)
            .arg(value)
            .run(self)?;
            if !value.is_empty() {
                self.identify(shop, &id, identifier)?;
            }
        }
        let about = CustomerEvent {
            customer: id.clone(),
            external_id: claims.external_id.clone(),
        };
        if is_new {
            self.emit(shop, &Event::CustomerCreated(about))?;
        } else if is_news {
            self.emit(shop, &Event::CustomerUpdated(about))?;
        }
        Ok(id)
    }

    /// Writes what a customer has changed of the own profile.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_customer(
        &mut self,
        shop: &ShopId,
        id: &CustomerId,
        change: &CustomerChange,
    ) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE customers SET name = COALESCE($1, name), birthday = COALESCE($2, birthday), \
             language = COALESCE($3, language), phone = COALESCE($4, phone), \
             genres = COALESCE($5, genres), authors = COALESCE($6, authors), updated_at = $7 \
             WHERE id = $8",
        )
        .arg(change.name.clone())
        .arg(change.birthday.clone())
        .arg(change.language.clone())
        .arg(change.phone.clone())
        .arg(change.genres.as_ref().map(|genres| {
            let words: Vec<_> = genres.iter().map(|genre| genre.as_str()).collect();
            words.join("\n")
        }))
        .arg(change.authors.as_ref().map(|names| names.join("\n")))
        .arg(now())
        .arg(id)
        .run(self)?;
        if let Some(phone) = &change.phone {
            // A number that the customer does not have any more names nobody; the new one names somebody once
            // the shop vouches for it.
            Sql::new(
                "DELETE FROM customer_identifiers \
                 WHERE customer_id = $1 AND kind = 'phone' AND value <> $2",
            )
            .arg(id)
            .arg(phone)
            .run(self)?;
        }
        let Some(customer) = self.customer(id)? else {
            return Ok(());
        };
        let about = CustomerEvent {
            customer: customer.id,
            external_id: customer.external_id,
        };
        self.emit(shop, &Event::CustomerUpdated(about))
    }

    fn new_customer(&mut self, shop: &ShopId) -> Result<CustomerId, StoreError> {
        let id = CustomerId::new_id();
        Sql::new(
            "INSERT INTO customers (id, shop_id, created_at, updated_at, signed_out_at, name, email, \
             phone, birthday, member_card, language) VALUES ($1, $2, $3, $4, 0, '', '', '', '', '', '')",
        )
        .arg(&id)
        .arg(shop)
        .arg(now())
        .arg(now())
        .run(self)?;
        Ok(id)
    }

    fn identify(
        &mut self,
        shop: &ShopId,
        id: &CustomerId,
        identifier: Identifier<'_>,
    ) -> Result<(), StoreError> {
        let (kind, value) = identifier.parts();
        Sql::new(
            "INSERT INTO customer_identifiers (shop_id, kind, value, customer_id) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (shop_id, kind, value) DO NOTHING",
        )
        .arg(shop)
        .arg(kind)
        .arg(value)
        .arg(id)
        .run(self)?;
        if self.customer_by(shop, identifier)?.as_ref() == Some(id) {
            self.adopt_orders(shop, id, identifier)?;
        }
        Ok(())
    }
}

/// Whether the shop says something of the customer that is not known yet.
fn changes(customer: &Customer, claims: &Claims) -> bool {
    [
        (&claims.name, &customer.name),
        (&claims.email, &customer.email),
        (&claims.phone, &customer.phone),
        (&claims.birthday, &customer.birthday),
        (&claims.member_card, &customer.member_card),
    ]
    .into_iter()
    .any(|(told, known)| told.as_ref().is_some_and(|told| told != known))
}
