//! The API's description, generated from the handlers, and a page of it for people.

use crate::app::App;
use crate::reviews::page::html_reply;
use crate::router;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use serde_json::Value;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{RefOr, Responses};
use utoipa::{Modify, OpenApi};

/// What stands at the top of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Bookplate",
        description = "Customer relations for online bookstores as drop-in widgets. Ratings are whole numbers in tenths of a star, instants are milliseconds since 1970 UTC. Errors are RFC 9457 problems with a stable `code`."
    ),
    tags(
        (name = "fragments", description = "Widgets as HTML"),
        (name = "catalogue", description = "Books and their editions"),
        (name = "reviews", description = "Ratings and reviews"),
        (name = "faq", description = "The shop's answers to frequent questions"),
        (name = "surveys", description = "Questions of the shop's to its shoppers"),
        (name = "feedback", description = "What shoppers want the shop to put right"),
        (name = "wishlists", description = "What customers wish for"),
        (name = "gifts", description = "What others give of shared wishlists"),
        (name = "orders", description = "Orders and refunds"),
        (name = "points", description = "Membership points: what customers have and why, and the rules"),
        (name = "checkout", description = "Paying with points and coupons, for checkouts and tills"),
        (name = "offers", description = "Prices and availability"),
        (name = "accounts", description = "Customers and their sessions"),
        (name = "notifications", description = "What customers are told"),
        (name = "staff", description = "The staff of shops: signing in to the console, joining, roles. `x-least-role` says of each operation who may"),
        (name = "settings", description = "What the staff sets: the shop, its branches, its keys"),
        (name = "webhooks", description = "Where a shop's own programs hear of events"),
        (name = "deliveries", description = "What leaves the server by email and webhook"),
        (name = "audit", description = "Who has changed what"),
    ),
    modifiers(&Callers)
)]
pub(crate) struct Api;

/// How callers show who they are.
struct Callers;

impl Modify for Callers {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = |text: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
            SecurityScheme::Http(scheme.description(Some(text)).build())
        };
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "access_token",
            bearer("A customer in a page: the access token of `POST /v1/sessions`"),
        );
        components.add_security_scheme(
            "secret_key",
            bearer("A shop's own program: one of its secret keys, `sk_…`"),
        );
        let cookie = ApiKeyValue::with_description(
            "__Host-bookplate-staff",
            "Somebody of a shop's staff: the cookie of `POST /v1/console/session`. What changes something has to come from a page of the same origin",
        );
        components.add_security_scheme(
            "staff_session",
            SecurityScheme::ApiKey(ApiKey::Cookie(cookie)),
        );
    }
}

/// The OpenAPI 3.1 document of the API as this program serves it.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = router::api().into_openapi();
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            describe(&mut operation.responses);
        }
    }
    document
}

/// Every reply has a description, or the document is none. Where a handler has nothing special to say, it is what
/// the status means here.
fn describe(responses: &mut Responses) {
    for (status, response) in &mut responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        if response.description.is_empty() {
            response.description = match status.as_str() {
                "201" => "It is stored",
                "202" => "It is taken on",
                "204" => "It is done, and there is nothing more to say",
                "304" => "The client's copy is current",
                "4XX" => "The request is refused: a problem with a stable `code`",
                "5XX" => "The server cannot do it now: a problem with a stable `code`",
                _ => "What was asked for",
            }
            .to_owned();
        }
    }
}

/// `GET /v1/openapi.json`
pub(crate) async fn get_openapi() -> impl IntoResponse {
    Json(document())
}

/// `GET /`: the document as a page.
pub(crate) async fn show_api_page(State(app): State<App>) -> Response {
    let document = serde_json::to_value(document()).unwrap_or_default();
    let body = view! {
        <header>
            <h1>"Bookplate API"</h1>
            <p>{text(&document["info"]["description"])}</p>
            <p><a href="/v1/openapi.json">"OpenAPI 3.1 document"</a></p>
        </header>
        <main>{operations(&document)}</main>
    };
    // Nothing takes this page over in the browser, so the marks for that are of no use.
    let body = body.to_html().replace("<!>", "");
    html_reply(&app, "page.css", "en", "Bookplate API", (), body)
}

fn operations(document: &Value) -> Vec<AnyView> {
    let mut views = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            views.push(operation_view(path, method, operation));
        }
    }
    views
}

fn operation_view(path: &str, method: &str, operation: &Value) -> AnyView {
    let parameters: Vec<_> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| {
            let required = parameter["required"].as_bool().unwrap_or(false);
            view! {
                <tr>
                    <th scope="row"><code>{text(&parameter["name"])}</code></th>
                    <td>{text(&parameter["in"])}</td>
                    <td>{if required { "required" } else { "optional" }}</td>
                    <td>{text(&parameter["description"])}</td>
                </tr>
            }
        })
        .collect();
    let replies: Vec<_> = operation["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(status, reply)| {
            view! {
                <li><code>{status.clone()}</code>" "{reply_kind(reply)}</li>
            }
        })
        .collect();
    let id = text(&operation["operationId"]);
    let (heading, label) = (format!("{id}-heading"), format!("Parameters of {id}"));
    let labelled = heading.clone();
    view! {
        <section id=id aria-labelledby=labelled>
            <h2 id=heading><code>{method.to_uppercase()}" "{path.to_owned()}</code></h2>
            <p>{text(&operation["summary"])}</p>
            <div class="scroll" tabindex="0" role="region" aria-label=label>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Parameter"</th>
                            <th scope="col">"In"</th>
                            <th scope="col">"Needed"</th>
                            <th scope="col">"Meaning"</th>
                        </tr>
                    </thead>
                    <tbody>{parameters}</tbody>
                </table>
            </div>
            <ul>{replies}</ul>
        </section>
    }
    .into_any()
}

/// In one line what a reply holds: its schema's name, or its description.
fn reply_kind(reply: &Value) -> String {
    let content = reply["content"].as_object().into_iter().flatten().next();
    match content {
        Some((kind, media)) => {
            let schema = text(&media["schema"]["$ref"]);
            let schema = schema.rsplit('/').next().unwrap_or_default();
            format!("{kind} {schema}")
        }
        None => text(&reply["description"]),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
