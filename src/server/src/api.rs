//! What the handlers of the API share: reading a query string parameter by parameter.

use crate::reply::Failure;
use bookplate_wire::{Code, Isbn, Problem, query};

/// Gives each parameter of `raw` except `key` (which names the shop and was read before) to `set`.
///
/// # Errors
/// When an escape is broken, or `set` refuses a parameter.
pub(crate) fn read_query(
    raw: Option<&str>,
    mut set: impl FnMut(&str, &str) -> Result<(), Problem>,
) -> Result<(), Failure> {
    for pair in query::pairs(raw.unwrap_or_default()) {
        let (name, value) = pair.ok_or_else(|| {
            Problem::new(Code::BadRequest, "a broken percent-escape in the query")
        })?;
        if name != "key" {
            set(&name, &value)?;
        }
    }
    Ok(())
}

/// What a handler answers to a parameter that it does not know.
pub(crate) fn unknown_parameter(name: &str) -> Problem {
    Problem::new(Code::BadRequest, "there is no such parameter").at(name)
}

/// Reads the ISBN in a path.
///
/// # Errors
/// [`Code::IsbnInvalid`], with the rule that it breaks.
pub(crate) fn read_isbn(text: &str) -> Result<Isbn, Failure> {
    text.parse()
        .map_err(|error: bookplate_wire::isbn::IsbnError| {
            Problem::new(Code::IsbnInvalid, error.to_string())
                .at("isbn")
                .into()
        })
}
