//! Cases of shoppers without an account, linked to a customer and an order by the staff.
//!
//! These are two steps, because who sees more by them differs. A link is for the staff alone: it shows whose case this seems to be,
//! and nobody outside the shop notices. Handing over makes it the customer's own case, with every message and photo in it: to the
//! wrong customer it would show what somebody else has written. So it is done by itself, and where the case was not written
//! under the customer's own email address somebody has to say that they have made sure.

use super::writing::invalid;
use crate::text::single_line;
use crate::{CustomerId, Problem};
use serde::{Deserialize, Serialize};

/// The longest number of an order, in characters.
const ORDER_MAX: usize = 100;

/// To whom, and to which order, a case is to be linked; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseLink {
    /// Which version of the case was looked at.
    pub version: u32,
    /// The customer's id, for a case of somebody without an account; empty for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The number of an order of the shop's, of the customer's where one is known; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub order: Option<String>,
}

impl CaseLink {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// When the customer's id is none, or the order's number too long.
    pub fn checked(mut self) -> Result<Self, Problem> {
        if let Some(customer) = self.customer.as_deref().filter(|id| !id.is_empty())
            && customer.parse::<CustomerId>().is_err()
        {
            return Err(invalid("customer", "this is no customer of the shop's"));
        }
        if let Some(order) = &mut self.order {
            *order = single_line(order);
            if order.chars().count() > ORDER_MAX {
                return Err(invalid("order", "a number of at most 100 characters"));
            }
        }
        Ok(self)
    }
}

/// Makes a case the own one of the customer to whom it is linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseHandOver {
    /// Which version of the case was looked at.
    pub version: u32,
    /// That somebody has made sure that the customer has written it: needed where it was not written under the customer's email
    /// address.
    #[serde(default)]
    pub sure: bool,
}

/// The customer to whom a case is linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedCustomer {
    /// What names the customer.
    pub id: CustomerId,
    /// The name, or empty.
    pub name: String,
    /// The email address, or empty.
    pub email: String,
    /// The shop's own id of the customer, or empty.
    pub external_id: String,
    /// Whether the case was written under that email address.
    pub same_email: bool,
}
