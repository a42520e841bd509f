//! Customers, by what they are found, their logins and their sessions.

mod attempts;
mod cards;
mod customers;
mod logins;
mod names;
mod session_secrets;
mod sessions;

pub use attempts::Patience;
pub(crate) use customers::lock;
pub use customers::{Claims, Identifier};
pub use logins::{CONFIRMED_WITHIN, Login, SignUp};
pub use session_secrets::{Expiry, Holder, SecretKind};
pub use sessions::{Given, Refusal, Standing};
