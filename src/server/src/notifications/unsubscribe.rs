//! One click and no more messages of this kind (RFC 8058): mail programs send the click themselves, people get a
//! page with a button, because whoever only follows links (a scanner for viruses) must change nothing.

use crate::accounts::tokens::random_text;
use crate::api::{SMALL, read_body};
use crate::app::App;
use crate::reply::Failure;
use crate::reviews::page::html_reply;
use crate::site::member::place_of;
use crate::site::visit::Visit;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use bookplate_site::page::{Place, with_lang};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, Store, StoreError};
use bookplate_widgets::texts::{Alerts, Notifications, Site};
use bookplate_wire::consents::{ConsentChannel, ConsentPurpose, NewConsent};
use bookplate_wire::{Code, CustomerId, Lang, query};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the server's secret for these links is called.
const SECRET: &str = "unsubscribe";
/// Where the links lead.
const PATH: &str = "/unsubscribe";

/// Makes and reads what stands in the links. They are signed and not stored, and never end: an old message must
/// not become one that cannot be stopped.
pub(crate) struct Unsubscribes {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// What a link says. It names nobody whom its reader could know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wish {
    #[serde(rename = "sub")]
    customer: CustomerId,
    #[serde(rename = "for")]
    purpose: ConsentPurpose,
}

impl Unsubscribes {
    /// Reads the secret that all instances share, or makes it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn open(store: &Store) -> Result<Self, StoreError> {
        let fresh = random_text();
        let secret = store.write(move |db| db.server_secret(SECRET, &fresh));
        let secret = secret.await?;
        Ok(Self {
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
        })
    }

    /// The address where `customer` wishes no more email for `purpose`.
    pub(super) fn link(
        &self,
        public_url: &str,
        customer: &CustomerId,
        purpose: ConsentPurpose,
    ) -> Option<String> {
        let wish = Wish {
            customer: customer.clone(),
            purpose,
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &wish, &self.encoding);
        let mut link = format!("{public_url}{PATH}?");
        query::push(&mut link, "token", &token.ok()?);
        Some(link)
    }

    fn read(&self, token: &str) -> Result<Wish, Failure> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let data = jsonwebtoken::decode::<Wish>(token, &self.decoding, &validation);
        data.map(|data| data.claims)
            .map_err(|_| Code::NotFound.into())
    }
}

/// What the address has behind its question mark.
#[derive(Debug, Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    token: String,
}

/// What is said of ending messages.
pub(super) struct Words {
    question: &'static str,
    /// What to press.
    pub(super) button: &'static str,
    done: &'static str,
    /// What stands before the address in plain text.
    pub(super) here: &'static str,
}

/// What is said of ending messages for `purpose`.
pub(super) fn words(lang: Lang, purpose: ConsentPurpose) -> Words {
    let texts = Notifications(lang);
    match purpose {
        ConsentPurpose::Feedback => Words {
            question: texts.unsubscribe_requests_text(),
            button: texts.unsubscribe_requests_button(),
            done: texts.unsubscribed_requests(),
            here: texts.unsubscribe_requests_here(),
        },
        ConsentPurpose::Wishlists => Words {
            question: texts.unsubscribe_wishlists_text(),
            button: texts.unsubscribe_wishlists_button(),
            done: texts.unsubscribed_wishlists(),
            here: texts.unsubscribe_wishlists_here(),
        },
        ConsentPurpose::News => {
            let texts = Alerts(lang);
            Words {
                question: texts.unsubscribe_text(),
                button: texts.unsubscribe_button(),
                done: texts.unsubscribed(),
                here: texts.unsubscribe_here(),
            }
        }
        ConsentPurpose::Orders | ConsentPurpose::Recommendations => Words {
            question: texts.unsubscribe_orders_text(),
            button: texts.unsubscribe_button(),
            done: texts.unsubscribed(),
            here: texts.unsubscribe_here(),
        },
    }
}

/// `GET /unsubscribe`: asks whether it is meant.
pub(crate) async fn ask(
    State(app): State<App>,
    Query(link): Query<Link>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Ok(wish) = app.unsubscribes.read(&link.token) else {
        return Ok(broken(&app, &headers));
    };
    let (lang, shop) = reader(&app, wish.customer).await?;
    let (texts, words) = (Notifications(lang), words(lang, wish.purpose));
    let mut action = format!("{PATH}?");
    query::push(&mut action, "token", &link.token);
    let body = view! {
        <h1>{texts.unsubscribe_title()}</h1>
        <p>{words.question}</p>
        <form method="post" action=action>
            <button type="submit" class="button primary">{words.button}</button>
        </form>
    };
    Ok(page(&app, lang, shop.as_ref(), body))
}

/// `POST /unsubscribe`: by the button, or by a mail program.
pub(crate) async fn unsubscribe(
    State(app): State<App>,
    Query(link): Query<Link>,
    sent: Body,
) -> Result<Response, Failure> {
    let Wish { customer, purpose } = app.unsubscribes.read(&link.token)?;
    // What a mail program says in it is always the same.
    read_body(sent, SMALL).await?;
    let (lang, shop) = reader(&app, customer.clone()).await?;
    let no = NewConsent {
        channel: ConsentChannel::Email,
        purpose,
        granted: false,
    };
    let write = move |db: &mut Db| match db.customer(&customer)? {
        Some(_) => db.set_consents(&customer, &[no]),
        // Whoever has left gets nothing anyway.
        None => Ok(()),
    };
    app.store.write(write).await?;
    let texts = Notifications(lang);
    let place = shop.as_ref().map(place_of);
    let change = place.and_then(|place| match place {
        Place::Member(member) => Some(with_lang(&member.path("profile"), Some(lang))),
        Place::Nowhere | Place::Console(_) => None,
    });
    let change = change
        .map(|href| view! { <p><a class="button" href=href>{Site(lang).member_centre()}</a></p> });
    let body = view! {
        <h1>{texts.unsubscribe_title()}</h1>
        <p class="notice" role="status">{words(lang, purpose).done}</p>
        {change}
    };
    Ok(page(&app, lang, shop.as_ref(), body))
}

/// The language of whose link it is, and the shop; none where the customer has left.
async fn reader(app: &App, customer: CustomerId) -> Result<(Lang, Option<Shop>), Failure> {
    let read = move |db: &mut Db| {
        let lang = db.language_of(&customer)?.unwrap_or_default();
        Ok::<_, StoreError>((lang, db.shop_of(&customer)?))
    };
    Ok(app.store.read(read).await?)
}

/// The name of the shop, and the way back to it: as on the member centre's pages, but no program runs here.
fn header(lang: Lang, shop: &Shop) -> AnyView {
    let Place::Member(member) = place_of(shop) else {
        return ().into_any();
    };
    let centre = with_lang(&member.path(""), Some(lang));
    let leave = (!member.home.is_empty())
        .then(|| view! { <a class="leave" href=member.home.clone()>{Site(lang).to_shop()}</a> });
    view! {
        <a class="shop" href=centre>{member.shop.clone()}</a>
        {leave}
    }
    .into_any()
}

/// What a link is answered that a mail program has cut off.
fn broken(app: &App, headers: &HeaderMap) -> Response {
    let lang = Visit::new(&Uri::from_static(PATH), headers).lang;
    let texts = Notifications(lang);
    let body = view! {
        <h1>{texts.unsubscribe_broken()}</h1>
        <p>{texts.unsubscribe_broken_hint()}</p>
    };
    let mut response = page(app, lang, None, body);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn page(app: &App, lang: Lang, shop: Option<&Shop>, content: impl IntoView) -> Response {
    let title = Notifications(lang).unsubscribe_title();
    let body = view! {
        <header class="top">{shop.map(|shop| header(lang, shop))}</header>
        <div class="frame">
            <main>
                <div class="narrow">{content}</div>
            </main>
        </div>
    };
    let body = body.to_html();
    let mut response = html_reply(app, "site.css", lang.tag(), title, (), body);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
