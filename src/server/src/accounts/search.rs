//! Finding customers, for the staff: by what names one of them, or by a part of the name.

use crate::api::{read_query, unknown_parameter};
use crate::app::App;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::accounts::Identifier;
use bookplate_wire::accounts::{CustomerRef, CustomersFound, FIND_MAX, FOUND_MAX};
use bookplate_wire::{Code, CustomerId, Problem, ShopId};

/// The customers whom a text may mean: the one whose email address, phone number, membership card or id at the shop it is, and those in whose names all of its words stand or begin. At most 20.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/customers", tag = "accounts", operation_id = "find_shop_customers",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("q" = String, Query, max_length = 254, description = "A part of the name, or an email address, a phone number, a card, or the shop's own id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = CustomersFound),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn find_shop_customers(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<CustomersFound>, Failure> {
    let mut asked = None;
    read_query(raw.as_deref(), |name, value| {
        if name != "q" {
            return Err(unknown_parameter(name));
        }
        asked = Some(value.to_owned());
        Ok(())
    })?;
    let missing = || Problem::new(Code::BadRequest, "say whom to look for").at("q");
    let asked = asked.ok_or_else(missing)?;
    Ok(Json(search(&app, here.shop, asked).await?.found))
}

/// What a search has come to.
pub(crate) struct Search {
    /// The customers whom the text may mean.
    pub(crate) found: CustomersFound,
    /// Whether the first of them is the one whom it names by an address, a number or an id.
    pub(crate) is_named: bool,
}

impl Search {
    /// The only customer whom the text can mean.
    pub(crate) fn only(&self) -> Option<&CustomerId> {
        match &*self.found.customers {
            [only] => Some(&only.id),
            _ => None,
        }
    }
}

/// Looks for customers. Nobody is found by nothing.
///
/// # Errors
/// [`Code::BadRequest`] for what is too long; else when the search takes too long, or the database does not answer.
pub(crate) async fn search(app: &App, shop: ShopId, asked: String) -> Result<Search, Failure> {
    if asked.chars().count() > FIND_MAX {
        let problem = Problem::new(Code::BadRequest, "this is too long").at("q");
        return Err(problem.into());
    }
    let asked = asked.trim().to_owned();
    let _turn = app.turns.search_if(true).await?;
    let read = move |db: &mut Db| {
        let mut found = db.customers_named(&shop, &asked)?;
        let named = named(db, &shop, asked)?;
        let named = match named {
            Some(id) => db.customer(&id)?,
            None => None,
        };
        let is_named = named.is_some();
        if let Some(named) = named {
            found.customers.retain(|other| other.id != named.id);
            found.customers.insert(0, named.into());
            found.more |= found.customers.len() > FOUND_MAX;
            found.customers.truncate(FOUND_MAX);
        }
        Ok::<_, Failure>(Search { found, is_named })
    };
    app.store.read(read).await
}

/// The customer whom a text names, in whichever way.
fn named(db: &mut Db, shop: &ShopId, asked: String) -> Result<Option<CustomerId>, Failure> {
    let settings = db.settings(shop)?.ok_or(Code::NotFound)?;
    let ways = [
        CustomerRef::Email(asked.clone()),
        CustomerRef::ExternalId(asked.clone()),
        CustomerRef::MemberCard(asked.clone()),
        CustomerRef::Phone(asked),
    ];
    for way in ways {
        let Ok(way) = way.normalised() else { continue };
        let way = way.international(&settings.calling_code);
        if let Some(found) = db.customer_by(shop, Identifier::from(&way))? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
