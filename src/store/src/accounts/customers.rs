//! Customers, and by what they are found.

use crate::db::{Row, Sql, slot};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::accounts::{Customer, CustomerChange, CustomerRef, Genre};
use bookplate_wire::notifications::{CustomerEvent, Event};
use bookplate_wire::points::cards::is_ours;
use bookplate_wire::{CustomerId, ShopId};

/// What a shop says of one of its customers. Texts are in the form in which they are kept; `None` is what
/// the shop did not mention, and stays as it is; empty is what the customer does not have (any more).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// The shop's own id of the customer.
    pub external_id: String,
    /// The name.
    pub name: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// Whether the shop says that it does not know whose address that is: then it is only shown.
    pub email_unchecked: bool,
    /// The phone number.
    pub phone: Option<String>,
    /// Whether the shop says that it does not know whose number that is: then it is only shown.
    pub phone_unchecked: bool,
    /// The birthday.
    pub birthday: Option<String>,
    /// The number of the membership card.
    pub member_card: Option<String>,
    /// When the shop has said so, in milliseconds since 1970 UTC.
    pub told_at: i64,
}

/// Something that names one customer of a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

    /// What whoever gives the identifier a customer, or waits for one, locks. Sorted by name the shop's own ids
    /// come first: it takes one of them to know which others have to be locked.
    pub(crate) fn lock(self, shop: &ShopId) -> String {
        let (kind, value) = self.parts();
        lock(shop, kind, value)
    }
}

/// What whoever gives or takes the identifier `value` of a kind locks.
pub(crate) fn lock(shop: &ShopId, kind: &str, value: &str) -> String {
    match kind {
        "external" => format!("external {shop} {}", slot(value)),
        _ => format!("identifier {shop} {}", slot(&format!("{kind} {value}"))),
    }
}

const COLUMNS: &str = "SELECT c.id, c.name, c.email, c.phone, c.birthday, c.member_card, c.language, \
    c.genres, c.authors, c.created_at, c.told_name, c.told_phone, c.told_birthday, c.told_at, c.email_checked, \
    c.phone_checked, COALESCE((SELECT MIN(i.value) FROM customer_identifiers i \
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
    /// Whether a shop has this customer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn is_customer_of(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<bool, StoreError> {
        let found = Sql::new("SELECT id FROM customers WHERE id = $1 AND shop_id = $2")
            .arg(customer)
            .arg(shop)
            .row(self)?;
        Ok(found.is_some())
    }

    /// The customer with this id, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn customer(&mut self, id: &CustomerId) -> Result<Option<Customer>, StoreError> {
        customer_row(self, id)?
            .as_ref()
            .map(customer_of)
            .transpose()
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
        let Some(row) = customer_row(self, &id)? else {
            return Ok(None);
        };
        let customer = customer_of(&row)?;
        let news = News::of(&row, &customer, claims)?;
        Ok(Some(customer).filter(|_| !news.any()))
    }

    /// Creates the customer of whom the shop says `claims`, or brings what is known up to date. What was said
    /// before something that is known already changes nothing.
    ///
    /// An identifier that names another customer names this one from now on, unless it was said of the other one
    /// later. Orders that were taken until then stay where they are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_customer(
        &mut self,
        shop: &ShopId,
        claims: &Claims,
    ) -> Result<CustomerId, StoreError> {
        let external = Identifier::External(&claims.external_id);
        self.lock([external.lock(shop)])?;
        let known = self.customer_by(shop, external)?;
        let is_new = known.is_none();
        let mut adopted = false;
        let id = match known {
            Some(id) => id,
            None => {
                let id = self.new_customer(shop)?;
                adopted = self.identify(shop, &id, external, claims.told_at)?;
                id
            }
        };
        let row = customer_row(self, &id)?.ok_or(StoreError::Corrupt("customers.id"))?;
        let news = News::of(&row, &customer_of(&row)?, claims)?;
        if claims.told_at >= row.get("told_at")? {
            self.write_claims((shop, &id), claims, &news)?;
        }
        adopted |= self.change_identifiers(shop, &id, claims, &news)?;
        if is_new || adopted {
            self.settle_adopted(shop, &id, is_new)?;
        }
        let about = CustomerEvent {
            customer: id.clone(),
            external_id: claims.external_id.clone(),
        };
        if is_new {
            self.emit(shop, &Event::CustomerCreated(about))?;
        } else if news.any() {
            self.emit(shop, &Event::CustomerUpdated(about))?;
        }
        if let Some(birthday) = claims.birthday.as_ref().filter(|_| news.birthday) {
            self.celebrate_at_once(shop, &id, birthday)?;
        }
        Ok(id)
    }

    /// What a shop says counts at once, also of a birthday: it vouches for its customers. For the customer that is the change of
    /// the year.
    fn write_claims(
        &mut self,
        (shop, id): (&ShopId, &CustomerId),
        claims: &Claims,
        news: &News,
    ) -> Result<(), StoreError> {
        let name = claims.name.clone().filter(|_| news.name);
        let birthday = claims.birthday.clone().filter(|_| news.birthday);
        let phone = claims.phone.clone().filter(|_| news.phone);
        let checked = |unchecked: bool, is_news: bool| is_news.then_some(!unchecked);
        Sql::new(
            "UPDATE customers SET name = COALESCE($1, name), told_name = COALESCE($1, told_name), \
             birthday = COALESCE($2, birthday), told_birthday = COALESCE($2, told_birthday), \
             birthday_free_on = CASE WHEN birthday IN ('', COALESCE($2, birthday)) THEN birthday_free_on ELSE $3 END, \
             email = COALESCE($4, email), email_checked = COALESCE($5, email_checked), \
             phone = COALESCE($6, phone), told_phone = COALESCE($6, told_phone), \
             phone_checked = COALESCE($7, phone_checked), \
             member_card = COALESCE($8, member_card), told_at = $9, updated_at = $10 WHERE id = $11",
        )
        .arg(name)
        .arg(birthday)
        .arg(self.birthday_free_on(shop)?)
        .arg(claims.email.clone())
        .arg(checked(claims.email_unchecked, news.email))
        .arg(phone)
        .arg(checked(claims.phone_unchecked, news.phone))
        .arg(claims.member_card.clone().filter(|_| news.card))
        .arg(claims.told_at)
        .arg(now())
        .arg(id)
        .run(self)?;
        if news.name {
            self.index_name(id)?;
        }
        Ok(())
    }

    /// By what a customer is found from now on; whether orders were found by that.
    fn change_identifiers(
        &mut self,
        shop: &ShopId,
        id: &CustomerId,
        claims: &Claims,
        news: &News,
    ) -> Result<bool, StoreError> {
        // One for which nobody vouches names nobody, just as an empty one.
        let checked = |text: &'_ Option<String>, unchecked: bool| match text {
            Some(text) if !unchecked => text.clone(),
            _ => String::new(),
        };
        let card = checked(&claims.member_card, false);
        let phone = checked(&claims.phone, claims.phone_unchecked);
        let email = checked(&claims.email, claims.email_unchecked);
        let told = [
            (news.card, Identifier::Card(&card)),
            (news.phone, Identifier::Phone(&phone)),
            (news.email, Identifier::Email(&email)),
        ];
        let told = told.into_iter().filter(|(is_news, _)| *is_news);
        let told: Vec<Identifier<'_>> = told.map(|(_, identifier)| identifier).collect();
        if told.is_empty() {
            return Ok(false);
        }
        let old = Sql::new(
            "SELECT kind, value FROM customer_identifiers \
             WHERE customer_id = $1 AND kind <> 'external'",
        )
        .arg(id)
        .rows(self)?;
        let mut locks: Vec<String> = told.iter().map(|told| told.lock(shop)).collect();
        for row in old {
            let (kind, value): (String, String) = (row.get("kind")?, row.get("value")?);
            if told.iter().any(|told| told.parts().0 == kind) {
                locks.push(lock(shop, &kind, &value));
            }
        }
        self.lock(locks)?;
        let mut adopted = false;
        for identifier in told {
            // An address that the customer does not have any more names nobody; one that the customer has
            // confirmed is known better than the shop knows it.
            let (kind, value) = identifier.parts();
            Sql::new(
                "DELETE FROM customer_identifiers WHERE customer_id = $1 AND kind = $2 AND value <> $3 \
                 AND NOT (kind = 'email' AND EXISTS (SELECT 1 FROM logins l \
                 WHERE l.customer_id = customer_identifiers.customer_id \
                 AND l.email = customer_identifiers.value))",
            )
            .arg(id)
            .arg(kind)
            .arg(value)
            .run(self)?;
            if !value.is_empty() {
                adopted |= self.identify(shop, id, identifier, claims.told_at)?;
            }
        }
        Ok(adopted)
    }

    /// Writes what a customer has changed of the own profile, all but the birthday ([`Db::change_birthday`]).
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
            "UPDATE customers SET name = COALESCE($1, name), language = COALESCE($2, language), \
             phone = COALESCE($3, phone), genres = COALESCE($4, genres), authors = COALESCE($5, authors), \
             updated_at = $6 WHERE id = $7",
        )
        .arg(change.name.clone())
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
        if change.name.is_some() {
            self.index_name(id)?;
        }
        if let Some(phone) = &change.phone {
            // A number that the customer does not have any more names nobody; the new one names somebody once
            // the shop vouches for it.
            let old: Vec<String> = Sql::new(
                "SELECT value FROM customer_identifiers WHERE customer_id = $1 AND kind = 'phone'",
            )
            .arg(id)
            .values(self)?;
            self.lock(old.iter().map(|old| lock(shop, "phone", old)))?;
            Sql::new(
                "DELETE FROM customer_identifiers \
                 WHERE customer_id = $1 AND kind = 'phone' AND value <> $2",
            )
            .arg(id)
            .arg(phone)
            .run(self)?;
            // Nobody vouches for a new one.
            Sql::new(
                "UPDATE customers SET phone_checked = 0 WHERE id = $1 AND NOT EXISTS \
                 (SELECT 1 FROM customer_identifiers i WHERE i.customer_id = customers.id \
                 AND i.kind = 'phone')",
            )
            .arg(id)
            .run(self)?;
        }
        self.emit_customer_updated(shop, id)
    }

    /// Tells the shop's programs that something of a customer is another now.
    pub(crate) fn emit_customer_updated(
        &mut self,
        shop: &ShopId,
        id: &CustomerId,
    ) -> Result<(), StoreError> {
        let Some(customer) = self.customer(id)? else {
            return Ok(());
        };
        let about = CustomerEvent {
            customer: customer.id,
            external_id: customer.external_id,
        };
        self.emit(shop, &Event::CustomerUpdated(about))
    }

    pub(super) fn new_customer(&mut self, shop: &ShopId) -> Result<CustomerId, StoreError> {
        let id = CustomerId::new_id();
        Sql::new(
            "INSERT INTO customers (id, shop_id, created_at, updated_at, signed_out_at, name, email, \
             phone, birthday, member_card, language, told_name, told_phone, told_birthday, told_at, \
             email_checked, phone_checked) \
             VALUES ($1, $2, $3, $4, 0, '', '', '', '', '', '', '', '', '', 0, 0, 0)",
        )
        .arg(&id)
        .arg(shop)
        .arg(now())
        .arg(now())
        .run(self)?;
        Ok(id)
    }

    /// Has an identifier name a customer; whether orders were found by that, which are still to be settled
    /// ([`Db::settle_adopted`]).
    pub(super) fn identify(
        &mut self,
        shop: &ShopId,
        id: &CustomerId,
        identifier: Identifier<'_>,
        told_at: i64,
    ) -> Result<bool, StoreError> {
        let (kind, value) = identifier.parts();
        Sql::new(
            "INSERT INTO customer_identifiers (shop_id, kind, value, customer_id, told_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (shop_id, kind, value) DO UPDATE \
             SET customer_id = excluded.customer_id, told_at = excluded.told_at \
             WHERE customer_identifiers.told_at < excluded.told_at",
        )
        .arg(shop)
        .arg(kind)
        .arg(value)
        .arg(id)
        .arg(told_at)
        .run(self)?;
        let mut adopted = false;
        if self.customer_by(shop, identifier)?.as_ref() == Some(id) {
            adopted = self.adopt_orders(shop, id, identifier)?;
            if let Identifier::External(external_id) = identifier {
                self.adopt_reviews(shop, id, external_id)?;
            }
        }
        Ok(adopted)
    }
}

fn customer_row(db: &mut Db, id: &CustomerId) -> Result<Option<Row>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE c.id = ").bind(id);
    sql.row(db)
}

/// Which of the things that the shop says are news.
#[derive(Debug, Clone, Copy, Default)]
struct News {
    name: bool,
    birthday: bool,
    email: bool,
    phone: bool,
    card: bool,
}

impl News {
    /// What is news in `claims`, for the customer in a row of [`COLUMNS`].
    fn of(row: &Row, customer: &Customer, claims: &Claims) -> Result<Self, StoreError> {
        if claims.told_at < row.get("told_at")? {
            return Ok(Self::default());
        }
        let differs = |told: &Option<String>, known: &String| {
            let told = told.as_ref();
            told.is_some_and(|told| told != known)
        };
        let checked_or_not = |told: &Option<String>, unchecked: bool, known: bool| {
            let told = told.as_ref();
            told.is_some_and(|told| !told.is_empty()) && known == unchecked
        };
        let email_checked = row.get("email_checked")?;
        let phone_checked = row.get("phone_checked")?;
        Ok(Self {
            name: differs(&claims.name, &row.get("told_name")?),
            birthday: differs(&claims.birthday, &row.get("told_birthday")?),
            email: differs(&claims.email, &customer.email)
                || checked_or_not(&claims.email, claims.email_unchecked, email_checked),
            phone: differs(&claims.phone, &row.get("told_phone")?)
                || checked_or_not(&claims.phone, claims.phone_unchecked, phone_checked),
            // A shop without cards says so, and means none of ours.
            card: differs(&claims.member_card, &customer.member_card)
                && !(claims.member_card.as_ref().is_some_and(String::is_empty)
                    && is_ours(&customer.member_card)),
        })
    }

    fn any(self) -> bool {
        self.name || self.birthday || self.email || self.phone || self.card
    }
}
