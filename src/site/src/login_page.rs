//! What the pages are made of by which somebody gets in.

use serde::{Deserialize, Serialize};

/// What is wrong with what was sent to sign in, sign up or choose a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginFault {
    /// Email address and password do not belong together.
    Credentials,
    /// Too many attempts.
    Slow,
    /// The link of an email has expired or was used.
    Link,
    /// The email address is none.
    Email,
    /// The name is too long.
    Name,
    /// The password is refused.
    Password,
    /// The passkey is none of ours, or has signed too late.
    Passkey,
}

/// How to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignIn {
    /// Path and query of the page that was asked for; empty for the overview.
    pub back: String,
    /// The email address, as it was sent.
    pub email: String,
    /// Whether a passkey will do.
    pub passkeys: bool,
    /// Why it did not work.
    pub fault: Option<LoginFault>,
}

/// How to sign up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignUp {
    /// The email address, as it was sent.
    pub email: String,
    /// The name, as it was sent.
    pub name: String,
    /// Whether an email is on its way.
    pub sent: bool,
    /// Why it did not work.
    pub fault: Option<LoginFault>,
}

/// How to confirm an address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Confirm {
    /// Why it did not work.
    pub fault: Option<LoginFault>,
}

/// How to choose another password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reset {
    /// Whether the link of an email has led here; else one is asked for.
    pub choose: bool,
    /// The email address, as it was sent.
    pub email: String,
    /// Whether an email is on its way.
    pub sent: bool,
    /// Why it did not work.
    pub fault: Option<LoginFault>,
}

/// A window that a page of the shop's has opened, to get to know who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Connect {
    /// Who is signed in: the name, or else the email address.
    pub name: String,
    /// The origin of the page.
    pub opener: String,
    /// What the page gets, once the customer has agreed.
    pub code: Option<String>,
}
