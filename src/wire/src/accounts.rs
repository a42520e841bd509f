//! Customers and their sessions: who the shopper is, told by the shop that knows, or by a login of ours.

use crate::{CustomerId, Lang, Problem, SessionId, contacts};
use serde::{Deserialize, Serialize};

/// How a session is begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "grant", rename_all = "snake_case", deny_unknown_fields)]
pub enum NewSession {
    /// The shop's backend vouches for the customer.
    IdentityToken {
        /// A JSON Web Token that the shop's backend has signed: HS256 or EdDSA, valid for five minutes at
        /// most, `aud` the shop's public key, `sub` the shop's own id of the customer.
        identity_token: String,
    },
    /// A customer who has signed up with us.
    Password {
        /// The email address.
        email: String,
        /// The password.
        password: String,
        /// How the session is kept.
        #[serde(default)]
        keep: Keep,
    },
    /// A session that was begun with `keep` `memory` goes on.
    RefreshToken {
        /// The latest one of the session. Each is taken once; one that comes again ends the session.
        refresh_token: String,
    },
    /// A session that was begun with `keep` `cookie` goes on, in a page of the server's own site.
    Cookie {},
    /// A session that was begun with `keep` `partitioned` goes on, in a page of the shop's. Answered by 204 where
    /// nobody is signed in.
    PartitionedCookie {},
    /// A session goes on elsewhere: in the hosted pages, in a page of the shop's, or in an app.
    Handover {
        /// The code of `POST /v1/customer/handovers`.
        code: String,
        /// How the session is kept there.
        #[serde(default)]
        keep: Keep,
    },
    /// A customer with a passkey.
    Passkey {
        /// What the browser gives for the options of `POST /v1/passkeys/challenges`: the text of the
        /// credential as JSON (`JSON.stringify(credential)`).
        credential: String,
        /// How the session is kept.
        #[serde(default)]
        keep: Keep,
    },
}

/// How a page keeps a session of our own login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// By a refresh token in the page's memory: what a page of another site can do.
    #[default]
    Memory,
    /// By a cookie that no script can read: for pages of the server's own site only.
    Cookie,
    /// By a cookie that no script can read and that only pages of this site send (`Partitioned`), and for browsers that
    /// keep no such cookie by a refresh token besides: for the shop's own pages only.
    Partitioned,
}

/// A session that has begun or goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// For the header `Authorization: Bearer …`. To be kept in memory only.
    pub access_token: String,
    /// When it stops being accepted, in milliseconds since 1970 UTC.
    pub expires_at: i64,
    /// What the session goes on with once the access token has expired, where it is kept in memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Whose it is.
    pub customer: Customer,
}

/// A customer, as the customer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    /// What names the customer here.
    pub id: CustomerId,
    /// What the shop calls the customer, empty for one who has signed up with us.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub external_id: String,
    /// The name, empty where nobody told.
    pub name: String,
    /// The email address, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// The phone number, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// The birthday, `YYYY-MM-DD`, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub birthday: String,
    /// The number of the membership card, empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub member_card: String,
    /// BCP 47 tag of the language for messages, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Favourite genres.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub genres: Vec<Genre>,
    /// Favourite authors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// First seen, in milliseconds since 1970 UTC.
    pub created_at: i64,
}

/// How many customers a search gives at most.
pub const FOUND_MAX: usize = 20;
/// The longest text that customers are searched for, in characters.
pub const FIND_MAX: usize = 254;

/// A customer, as the staff finds them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundCustomer {
    /// What names the customer here.
    pub id: CustomerId,
    /// The name, or empty.
    pub name: String,
    /// The email address, or empty.
    pub email: String,
    /// The phone number, or empty.
    pub phone: String,
    /// What the shop calls the customer, or empty.
    pub external_id: String,
}

impl From<Customer> for FoundCustomer {
    fn from(customer: Customer) -> Self {
        Self {
            id: customer.id,
            name: customer.name,
            email: customer.email,
            phone: customer.phone,
            external_id: customer.external_id,
        }
    }
}

impl FoundCustomer {
    /// What tells the customer from others: name, email address, phone number and the shop's own id, as far as there are.
    pub fn words(&self) -> String {
        let known = [&self.name, &self.email, &self.phone, &self.external_id];
        let known: Vec<&str> = known
            .into_iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        known.join(", ")
    }
}

/// The customers whom a text may mean.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomersFound {
    /// They: first the one whom the text names by an address, a number or an id, then those by a part of whose name it is.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub customers: Vec<FoundCustomer>,
    /// Whether there are more: a longer part of the name finds fewer.
    pub more: bool,
}

/// What is new and what there is of a customer's, in figures: what an account begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerOverview {
    /// How many notifications the customer has not seen.
    pub unread: u32,
    /// How many reviews the customer has written.
    pub reviews: u32,
    /// How many points the customer can use; absent where the shop has no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// Whether it is the customer's turn to be asked how likely a recommendation of the shop is (`POST /v1/customer/nps`).
    #[serde(default)]
    pub nps: bool,
}

/// A kind of books, as far as readers choose by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Genre {
    /// Novels and stories.
    Fiction,
    /// Crime and suspense.
    Crime,
    /// Science fiction and fantasy.
    Fantasy,
    /// Romance.
    Romance,
    /// Poetry and drama.
    Poetry,
    /// Comics and manga.
    Comics,
    /// For children and young people.
    Children,
    /// History and politics.
    History,
    /// Lives of people.
    Biography,
    /// Thought and society.
    Ideas,
    /// Science and nature.
    Science,
    /// Art, music and film.
    Arts,
    /// Work and money.
    Business,
    /// Cooking, health and home.
    Living,
    /// Travel.
    Travel,
}

impl Genre {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 15] = [
        Self::Fiction,
        Self::Crime,
        Self::Fantasy,
        Self::Romance,
        Self::Poetry,
        Self::Comics,
        Self::Children,
        Self::History,
        Self::Biography,
        Self::Ideas,
        Self::Science,
        Self::Arts,
        Self::Business,
        Self::Living,
        Self::Travel,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fiction => "fiction",
            Self::Crime => "crime",
            Self::Fantasy => "fantasy",
            Self::Romance => "romance",
            Self::Poetry => "poetry",
            Self::Comics => "comics",
            Self::Children => "children",
            Self::History => "history",
            Self::Biography => "biography",
            Self::Ideas => "ideas",
            Self::Science => "science",
            Self::Arts => "arts",
            Self::Business => "business",
            Self::Living => "living",
            Self::Travel => "travel",
        }
    }

    /// The genre that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|genre| genre.as_str() == word)
    }
}

/// What somebody signs up with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The email address, which gets a link to confirm it.
    pub email: String,
    /// The password, see [`crate::passwords`].
    pub password: String,
    /// The name.
    #[serde(default)]
    pub name: String,
    /// The language of messages.
    pub language: Lang,
}

/// Confirms the email address of an account. Whoever reads the mail proves to own the address, the password proves
/// that it is the same person who has signed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountConfirmation {
    /// What stands in the link of the email.
    pub token: String,
    /// The password with which the account was signed up.
    pub password: String,
    /// How the session that begins with it is kept.
    #[serde(default)]
    pub keep: Keep,
}

/// Asks for an email with a link to choose another password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    /// The email address of the account.
    pub email: String,
}

/// A new password for an account whose old one is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// What stands in the link of the email.
    pub token: String,
    /// The new password, see [`crate::passwords`].
    pub password: String,
}

/// A new password from a customer who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present password.
    pub current: String,
    /// The new one, see [`crate::passwords`].
    pub password: String,
}

/// A code with which a session goes on elsewhere, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Handover {
    /// The code.
    pub code: String,
    /// When it stops being accepted, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}

/// By what a shop's own program names a customer: by exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", try_from = "NamedCustomer")]
pub enum CustomerRef {
    /// The shop's own id, as in the identity token's `sub`.
    ExternalId(String),
    /// The number of the membership card.
    MemberCard(String),
    /// The phone number.
    Phone(String),
    /// The email address.
    Email(String),
}

/// What stands in the JSON, so that none and several can be told apart from something else that is wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedCustomer {
    external_id: Option<String>,
    member_card: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

impl TryFrom<NamedCustomer> for CustomerRef {
    type Error = &'static str;

    fn try_from(named: NamedCustomer) -> Result<Self, Self::Error> {
        let all = [
            named.external_id.map(Self::ExternalId),
            named.member_card.map(Self::MemberCard),
            named.phone.map(Self::Phone),
            named.email.map(Self::Email),
        ];
        let mut all = all.into_iter().flatten();
        match (all.next(), all.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(
                "a customer is named by exactly one of external_id, member_card, phone and email",
            ),
        }
    }
}

impl CustomerRef {
    /// The same in the form in which it is kept and compared.
    ///
    /// # Errors
    /// When it breaks the rules for its kind; the field is the kind.
    pub fn normalised(self) -> Result<Self, Problem> {
        Ok(match self {
            Self::ExternalId(id) => Self::ExternalId(contacts::external_id(&id)?),
            Self::MemberCard(number) => Self::MemberCard(contacts::member_card(&number)?),
            Self::Phone(number) => Self::Phone(contacts::phone(&number)?),
            Self::Email(address) => Self::Email(contacts::email(&address)?),
        })
    }

    /// The same, with a national phone number as that of the country with this calling code.
    #[must_use]
    pub fn international(self, calling_code: &str) -> Self {
        match self {
            Self::Phone(number) => Self::Phone(contacts::international(&number, calling_code)),
            other => other,
        }
    }
}

/// What a customer changes of the own profile; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CustomerChange {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another phone number; empty takes it away. Not for customers of whom the shop tells it; and the shop's
    /// programs do not find anybody by a number that nobody vouches for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Another birthday, `YYYY-MM-DD`; empty takes it away, which is possible at any time. One that is there can be exchanged
    /// once a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<String>,
    /// Another language for messages: zh-CN, zh-TW, en or ja.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Other favourite genres, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genres: Option<Vec<Genre>>,
    /// Other favourite authors, all of them: up to 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<Vec<String>>,
}

/// A customer's birthday as the staff corrects it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BirthdayCorrection {
    /// The birthday, `YYYY-MM-DD`; empty takes it away.
    pub birthday: String,
}

/// A place where the customer is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// What names the session.
    pub id: SessionId,
    /// Browser and system in words of their own, such as `Firefox, Linux`; empty where unknown.
    pub device: String,
    /// Begun, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Last seen, in milliseconds since 1970 UTC, within ten minutes.
    pub seen_at: i64,
    /// Whether it is the session that asks.
    pub current: bool,
}

/// All places where the customer is signed in, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedInList {
    /// The sessions.
    pub sessions: Vec<SignedIn>,
}

/// What `<bookplate-account>` is rendered from. Nothing in it is about anybody, so that everybody may keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountData {
    /// The language of the words.
    pub lang: Lang,
    /// Origin of the server.
    pub api: String,
    /// The shop's public key.
    pub key: String,
}

/// Path of the hosted page where customers of the shop sign in.
pub fn sign_in_path(key: &str) -> String {
    member_path(key, "sign-in")
}

/// Path of a page of a shop's member centre: `page` is empty for the first one, else such as `orders`.
pub fn member_path(key: &str, page: &str) -> String {
    let mut path = String::from("/shops/");
    path.push_str(key);
    path.push_str("/member");
    if !page.is_empty() {
        path.push('/');
        path.push_str(page);
    }
    path
}
