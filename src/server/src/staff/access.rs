//! Who may ask what of the console: one table, of which the router is made, so that no address can be there
//! without a line that says who may.

use super::sessions::cookie;
use crate::api::receive;
use crate::app::App;
use crate::reply::Failure;
use crate::{
    accounts, audit, deliveries, faq, feedback, orders, points, reviews, settings, staff, surveys,
    webhooks, wishlists,
};
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::header::{CACHE_CONTROL, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bookplate_store::Db;
use bookplate_store::audit::Actor;
use bookplate_wire::staff::Role;
use bookplate_wire::{Code, ShopId, StaffId};
use std::net::IpAddr;
use std::sync::Arc;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::PathItem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Who may at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Least {
    /// Everybody: this is how one gets in.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever has this role, or a higher one, in the shop that the path names.
    In(Role),
}

impl Least {
    /// The word for it in the API's description.
    fn word(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::SignedIn => "signed_in",
            Self::In(role) => role.as_str(),
        }
    }
}

/// A line of the table.
struct Line {
    method: &'static str,
    path: &'static str,
    least: Least,
}

/// Makes the table and the router of the same lines.
macro_rules! table {
    ($($method:ident $path:literal $least:expr => $first:ident $(:: $rest:ident)*;)*) => {
        const TABLE: &[Line] = &[
            $(Line { method: stringify!($method), path: $path, least: $least },)*
        ];

        fn handlers() -> OpenApiRouter<App> {
            OpenApiRouter::new()$(.routes(routes!($first $(:: $rest)*)))*
        }
    };
}

use Least::{Anyone, In, SignedIn};
use Role::{Agent, Manager, Owner, Viewer};

table! {
    // Signing in and out.
    POST "/v1/console/session" Anyone => staff::sessions::create_staff_session;
    GET "/v1/console/session" SignedIn => staff::sessions::get_staff_session;
    DELETE "/v1/console/session" SignedIn => staff::sessions::delete_staff_session;
    PUT "/v1/console/session/password" SignedIn => staff::sessions::change_staff_password;
    POST "/v1/console/session/recovery-codes" SignedIn => staff::sessions::renew_recovery_codes;
    POST "/v1/console/session/challenges" Anyone => staff::passkeys::create_staff_passkey_challenge;
    GET "/v1/console/session/passkeys" SignedIn => staff::passkeys::list_staff_passkeys;
    POST "/v1/console/session/passkeys" SignedIn => staff::passkeys::create_staff_passkey;
    POST "/v1/console/session/passkeys/challenges" SignedIn => staff::passkeys::request_staff_passkey;
    DELETE "/v1/console/session/passkeys/{passkey}" SignedIn => staff::passkeys::delete_staff_passkey;

    // Joining, by a link.
    POST "/v1/console/enrolments/lookup" Anyone => staff::enrolments::find_enrolment;
    POST "/v1/console/enrolments" Anyone => staff::enrolments::create_enrolment;
    POST "/v1/console/enrolments/accept" SignedIn => staff::enrolments::accept_enrolment;

    // A shop's settings.
    GET "/v1/console/shops/{shop}/settings" In(Viewer) => settings::get_settings;
    PATCH "/v1/console/shops/{shop}/settings" In(Manager) => settings::update_settings;
    PUT "/v1/console/shops/{shop}/origins" In(Owner) => settings::replace_origins;
    GET "/v1/console/shops/{shop}/branches" In(Viewer) => settings::branches::list_branches;
    POST "/v1/console/shops/{shop}/branches" In(Manager) => settings::branches::create_branch;
    PATCH "/v1/console/shops/{shop}/branches/{branch}" In(Manager) => settings::branches::update_branch;
    DELETE "/v1/console/shops/{shop}/branches/{branch}" In(Manager) => settings::branches::delete_branch;

    // Its keys.
    GET "/v1/console/shops/{shop}/keys" In(Manager) => settings::keys::list_keys;
    POST "/v1/console/shops/{shop}/keys" In(Owner) => settings::keys::create_key;
    POST "/v1/console/shops/{shop}/keys/{id}/retire" In(Owner) => settings::keys::retire_key;

    // Its webhooks.
    GET "/v1/console/shops/{shop}/webhooks" In(Manager) => webhooks::list_webhooks;
    POST "/v1/console/shops/{shop}/webhooks" In(Owner) => webhooks::create_webhook;
    PATCH "/v1/console/shops/{shop}/webhooks/{webhook}" In(Owner) => webhooks::update_webhook;
    DELETE "/v1/console/shops/{shop}/webhooks/{webhook}" In(Owner) => webhooks::delete_webhook;
    POST "/v1/console/shops/{shop}/webhooks/{webhook}/rotate" In(Owner) => webhooks::rotate_webhook;
    POST "/v1/console/shops/{shop}/webhooks/{webhook}/ping" In(Manager) => webhooks::ping_webhook;

    // What leaves the server.
    GET "/v1/console/shops/{shop}/deliveries" In(Viewer) => deliveries::list_deliveries;
    POST "/v1/console/shops/{shop}/deliveries/retry" In(Manager) => deliveries::retry_deliveries;
    POST "/v1/console/shops/{shop}/deliveries/{delivery}/retry" In(Agent) => deliveries::retry_delivery;
    DELETE "/v1/console/shops/{shop}/deliveries/{delivery}" In(Manager) => deliveries::delete_delivery;

    // Reviews.
    GET "/v1/console/shops/{shop}/reviews" In(Viewer) => reviews::moderation::list_moderated_reviews;
    GET "/v1/console/shops/{shop}/reviews/export" In(Manager) => reviews::export::export_reviews;
    POST "/v1/console/shops/{shop}/reviews/decisions" In(Agent) => reviews::moderation::decide_reviews;
    GET "/v1/console/shops/{shop}/reviews/decisions" In(Viewer) => reviews::moderation::list_decisions;
    GET "/v1/console/shops/{shop}/reviews/{review}" In(Viewer) => reviews::moderation::get_moderated_review;
    GET "/v1/console/shops/{shop}/reviews/{review}/versions" In(Viewer) => reviews::moderation::list_review_versions;
    PUT "/v1/console/shops/{shop}/reviews/{review}/answer" In(Agent) => reviews::moderation::answer_review;
    PUT "/v1/console/shops/{shop}/reviews/{review}/label" In(Agent) => reviews::moderation::label_review;

    // What shoppers want the shop to put right.
    GET "/v1/console/shops/{shop}/cases" In(Viewer) => feedback::inbox::list_cases;
    POST "/v1/console/shops/{shop}/cases/changes" In(Agent) => feedback::inbox::update_cases;
    GET "/v1/console/shops/{shop}/case-clocks" In(Viewer) => feedback::clocks::get_case_clocks;
    PUT "/v1/console/shops/{shop}/case-clocks" In(Manager) => feedback::clocks::set_case_clocks;
    GET "/v1/console/shops/{shop}/feedback-figures" In(Viewer) => feedback::figures::get_feedback_figures;
    GET "/v1/console/shops/{shop}/feedback-figures/export" In(Viewer) => feedback::figures::export_feedback_figures;
    GET "/v1/console/shops/{shop}/cases/{case}" In(Viewer) => feedback::inbox::get_case;
    PATCH "/v1/console/shops/{shop}/cases/{case}" In(Agent) => feedback::inbox::update_case;
    POST "/v1/console/shops/{shop}/cases/{case}/answers" In(Agent) => feedback::inbox::answer_case;
    POST "/v1/console/shops/{shop}/cases/{case}/notes" In(Agent) => feedback::inbox::note_case;
    POST "/v1/console/shops/{shop}/cases/{case}/merge" In(Agent) => feedback::inbox::merge_case;
    PUT "/v1/console/shops/{shop}/cases/{case}/link" In(Agent) => feedback::links::link_case;
    POST "/v1/console/shops/{shop}/cases/{case}/hand-over" In(Agent) => feedback::links::hand_over_case;
    GET "/v1/console/shops/{shop}/canned-answers" In(Viewer) => feedback::canned::list_canned_answers;
    POST "/v1/console/shops/{shop}/canned-answers" In(Agent) => feedback::canned::create_canned_answer;
    GET "/v1/console/shops/{shop}/canned-answers/{answer}" In(Viewer) => feedback::canned::get_canned_answer;
    PUT "/v1/console/shops/{shop}/canned-answers/{answer}" In(Agent) => feedback::canned::update_canned_answer;
    DELETE "/v1/console/shops/{shop}/canned-answers/{answer}" In(Agent) => feedback::canned::delete_canned_answer;
    GET "/v1/console/shops/{shop}/cases/{case}/canned-answers/{answer}" In(Agent) => feedback::canned::fill_canned_answer;

    // Frequent questions.
    GET "/v1/console/shops/{shop}/faq" In(Viewer) => faq::articles::list_articles;
    POST "/v1/console/shops/{shop}/faq" In(Agent) => faq::articles::create_article;
    GET "/v1/console/shops/{shop}/faq/{article}" In(Viewer) => faq::articles::get_article;
    PUT "/v1/console/shops/{shop}/faq/{article}" In(Agent) => faq::articles::update_article;
    DELETE "/v1/console/shops/{shop}/faq/{article}" In(Agent) => faq::articles::delete_article;

    // Surveys.
    GET "/v1/console/shops/{shop}/surveys" In(Viewer) => surveys::staff::list_shop_surveys;
    POST "/v1/console/shops/{shop}/surveys" In(Manager) => surveys::staff::create_survey;
    GET "/v1/console/shops/{shop}/surveys/{survey}" In(Viewer) => surveys::staff::get_shop_survey;
    PUT "/v1/console/shops/{shop}/surveys/{survey}" In(Manager) => surveys::staff::update_survey;
    PUT "/v1/console/shops/{shop}/surveys/{survey}/state" In(Manager) => surveys::staff::set_survey_state;
    DELETE "/v1/console/shops/{shop}/surveys/{survey}" In(Manager) => surveys::staff::delete_survey;
    GET "/v1/console/shops/{shop}/surveys/{survey}/results" In(Viewer) => surveys::results::get_shop_survey_results;
    GET "/v1/console/shops/{shop}/surveys/{survey}/answers" In(Viewer) => surveys::results::list_shop_survey_answers;
    GET "/v1/console/shops/{shop}/surveys/{survey}/export" In(Manager) => surveys::results::export_survey;

    // How likely customers are to recommend the shop.
    GET "/v1/console/shops/{shop}/nps" In(Viewer) => surveys::nps::get_shop_nps;
    GET "/v1/console/shops/{shop}/nps/comments" In(Viewer) => surveys::nps::list_nps_comments;
    GET "/v1/console/shops/{shop}/nps/settings" In(Viewer) => surveys::nps::get_nps_settings;
    PUT "/v1/console/shops/{shop}/nps/settings" In(Manager) => surveys::nps::set_nps_settings;

    // Staff picks.
    GET "/v1/console/shops/{shop}/picks" In(Viewer) => reviews::picks::list_shop_picks;
    POST "/v1/console/shops/{shop}/picks" In(Manager) => reviews::picks::create_pick;
    GET "/v1/console/shops/{shop}/picks/{pick}" In(Viewer) => reviews::picks::get_pick;
    PUT "/v1/console/shops/{shop}/picks/{pick}" In(Manager) => reviews::picks::update_pick;
    DELETE "/v1/console/shops/{shop}/picks/{pick}" In(Manager) => reviews::picks::delete_pick;

    // Refunds that do not count.
    GET "/v1/console/shops/{shop}/refunds" In(Viewer) => orders::list_shop_refunds;

    // Customers.
    GET "/v1/console/shops/{shop}/customers" In(Agent) => accounts::search::find_shop_customers;

    // Customers' points, and their rules.
    GET "/v1/console/shops/{shop}/customers/{customer}/points" In(Agent) => points::get_shop_customer_points;
    GET "/v1/console/shops/{shop}/customers/{customer}/points/entries" In(Agent) => points::list_shop_customer_points_entries;
    POST "/v1/console/shops/{shop}/customers/{customer}/points/adjustments" In(Agent) => points::adjustments::create_shop_adjustment;
    PUT "/v1/console/shops/{shop}/customers/{customer}/birthday" In(Agent) => points::birthdays::correct_birthday;
    GET "/v1/console/shops/{shop}/points/adjustments" In(Agent) => points::adjustments::list_waiting_adjustments;
    POST "/v1/console/shops/{shop}/points/adjustments/{adjustment}/decision" In(Manager) => points::adjustments::decide_adjustment;
    GET "/v1/console/shops/{shop}/points/rules" In(Viewer) => points::rules::list_point_rules;
    PUT "/v1/console/shops/{shop}/points/rules/draft" In(Manager) => points::rules::draft_point_rules;
    POST "/v1/console/shops/{shop}/points/rules/publish" In(Manager) => points::rules::publish_point_rules;
    POST "/v1/console/shops/{shop}/points/rules/restore" In(Manager) => points::rules::restore_point_rules;
    GET "/v1/console/shops/{shop}/points/liability" In(Viewer) => points::liability::get_liability;
    GET "/v1/console/shops/{shop}/points/liability/export" In(Viewer) => points::liability::export_liability;
    GET "/v1/console/shops/{shop}/points/simulation" In(Agent) => points::simulation::get_simulation;
    POST "/v1/console/shops/{shop}/points/simulation" In(Manager) => points::simulation::start_simulation;

    // What points are given for.
    GET "/v1/console/shops/{shop}/rewards" In(Viewer) => points::rewards::list_shop_rewards;
    POST "/v1/console/shops/{shop}/rewards" In(Manager) => points::rewards::create_reward;
    PUT "/v1/console/shops/{shop}/rewards/{reward}" In(Manager) => points::rewards::update_reward;

    // What customers wish for, in numbers.
    GET "/v1/console/shops/{shop}/demand" In(Viewer) => wishlists::demand::get_demand;
    GET "/v1/console/shops/{shop}/demand/export" In(Viewer) => wishlists::demand::export_demand;

    // Its people.
    GET "/v1/console/shops/{shop}/staff" In(Manager) => staff::members::list_staff;
    PATCH "/v1/console/shops/{shop}/staff/{staff}" In(Owner) => staff::members::update_staff;
    DELETE "/v1/console/shops/{shop}/staff/{staff}" In(Owner) => staff::members::delete_staff;
    POST "/v1/console/shops/{shop}/staff/{staff}/access-link" In(Owner) => staff::members::create_access_link;
    POST "/v1/console/shops/{shop}/invitations" In(Owner) => staff::members::create_invitation;
    DELETE "/v1/console/shops/{shop}/invitations/{invitation}" In(Owner) => staff::members::delete_invitation;

    // What was changed.
    GET "/v1/console/shops/{shop}/audit" In(Manager) => audit::list_audit;
}

/// What the console asks. The description says of each operation who may, as `x-least-role`.
pub(crate) fn console() -> OpenApiRouter<App> {
    let mut router = handlers();
    let paths = &mut router.get_openapi_mut().paths.paths;
    for line in TABLE {
        let operation = paths
            .get_mut(line.path)
            .and_then(|item| operation(item, line.method));
        if let Some(operation) = operation {
            let least = ExtensionsBuilder::new().add("x-least-role", line.least.word());
            operation.extensions = Some(least.build());
        }
    }
    router
}

fn operation<'a>(
    item: &'a mut PathItem,
    method: &str,
) -> Option<&'a mut utoipa::openapi::path::Operation> {
    match method {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "PATCH" => item.patch.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

/// The address of who wants to get in; not for who tries too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Newcomer(pub(crate) IpAddr);

impl FromRequestParts<App> for Newcomer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let standing = app.limits.admit_sign_in(&parts.extensions, &parts.headers);
        standing.map_err(|refused| *refused)?;
        Ok(Self(app.limits.address(&parts.extensions, &parts.headers)))
    }
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedInAs {
    /// Who.
    pub(crate) staff: StaffId,
    /// SHA-256 of the session's secret.
    pub(crate) session: String,
}

/// Where somebody does something who may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Here {
    /// In which shop.
    pub(crate) shop: ShopId,
    /// Who.
    pub(crate) staff: StaffId,
    /// The role there.
    pub(crate) role: Role,
}

impl Here {
    /// The same as the audit log names it.
    pub(crate) fn by(&self) -> Actor {
        Actor::Staff(self.staff.clone())
    }
}

/// For everything that the console asks: refuses who may not.
pub(crate) async fn require_staff(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match admit(&app, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => *refusal,
    };
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, never);
    response
}

async fn admit(app: &App, request: Request) -> Result<Request, Box<Response>> {
    let refused = |failure: Failure| Box::new(failure.into_response());
    let least = least(&request).ok_or_else(|| refused(Code::NotFound.into()))?;
    if !request.method().is_safe() && !is_same_origin(app, request.headers()) {
        return Err(refused(Code::OriginNotAllowed.into()));
    }
    if least == Anyone {
        return Ok(request);
    }
    // Who may is asked when the whole request is there.
    let request = receive(request).await.map_err(refused)?;
    known(app, request, least).await.map_err(refused)
}

/// The line of the table for a request.
fn least(request: &Request) -> Option<Least> {
    let path = request.extensions().get::<MatchedPath>()?.as_str();
    let method = match *request.method() {
        Method::HEAD => Method::GET.as_str(),
        ref method => method.as_str(),
    };
    let line = TABLE
        .iter()
        .find(|line| line.path == path && line.method == method)?;
    Some(line.least)
}

/// Whether a request comes from a page of ours. Browsers say so where they know how; else they name the page's
/// origin with everything that changes something. What says neither is no browser of ours.
///
/// The cookie is `SameSite=Strict` already; but a shop's page can be on the same site as the console.
pub(crate) fn is_same_origin(app: &App, headers: &HeaderMap) -> bool {
    match (headers.get(SEC_FETCH_SITE), headers.get(ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.as_bytes() == app.public_url.as_bytes(),
        (None, None) => false,
    }
}

/// The request with who is signed in and where, when that is enough.
async fn known(app: &App, request: Request, least: Least) -> Result<Request, Failure> {
    let found = signed_in(app, request.headers()).await?;
    let (signed_in_as, roles) = found.ok_or(Code::StaffSessionRequired)?;
    let (mut parts, body) = request.into_parts();
    if let In(least) = least {
        let shop = shop_of(&mut parts).await;
        // Of a shop where somebody has no role it is not even told that it exists.
        let (shop, role) = roles
            .into_iter()
            .find(|(of, _)| Some(of) == shop.as_ref())
            .ok_or(Code::NotFound)?;
        if role < least {
            return Err(Code::RoleInsufficient.into());
        }
        parts.extensions.insert(Here {
            shop,
            staff: signed_in_as.staff.clone(),
            role,
        });
    }
    parts.extensions.insert(Arc::new(signed_in_as));
    Ok(Request::from_parts(parts, body))
}

/// The shop that a path names.
pub(crate) async fn shop_of(parts: &mut Parts) -> Option<ShopId> {
    let params = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    let (_, id) = params.iter().find(|(name, _)| *name == "shop")?;
    id.parse().ok()
}

/// Who is signed in, with the role in each shop.
pub(crate) async fn signed_in(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<(SignedInAs, Vec<(ShopId, Role)>)>, Failure> {
    let Some(session) = cookie(headers).map(super::hash) else {
        return Ok(None);
    };
    let read = {
        let session = session.clone();
        move |db: &mut Db| match db.staff_session(&session)? {
            Some(seen) => Ok(Some((db.roles_of(&seen.staff)?, seen))),
            None => Ok::<_, Failure>(None),
        }
    };
    let Some((roles, seen)) = app.store.read(read).await? else {
        return Ok(None);
    };
    if seen.is_stale {
        let session = session.clone();
        let note = move |db: &mut Db| db.see_staff_session(&session);
        app.store.write(note).await?;
    }
    let staff = seen.staff;
    Ok(Some((SignedInAs { staff, session }, roles)))
}

/// Whether who has this role in a shop may what the table says of `method` and `path`. For the console's pages,
/// which do the same things.
pub(crate) fn allows(role: Role, method: &str, path: &str) -> bool {
    let mut lines = TABLE.iter();
    let line = lines.find(|line| line.path == path && line.method == method);
    line.is_some_and(|line| matches!(line.least, In(least) if role >= least))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_address_has_its_line_and_every_line_its_address() {
        let document = console().into_openapi();
        let mut served = BTreeSet::new();
        for (path, mut item) in document.paths.paths {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if operation(&mut item, method).is_some() {
                    served.insert((path.clone(), method));
                }
            }
        }
        let lines = TABLE.iter().map(|line| (line.path.to_owned(), line.method));
        assert_eq!(served, lines.collect());
    }

    #[test]
    fn pages_ask_the_same_table() {
        let path = "/v1/console/shops/{shop}/settings";
        assert!(allows(Role::Viewer, "GET", path));
        assert!(!allows(Role::Agent, "PATCH", path) && allows(Role::Owner, "PATCH", path));
        assert!(!allows(
            Role::Owner,
            "GET",
            "/v1/console/shops/{shop}/nothing"
        ));
    }

    #[test]
    fn what_needs_a_role_names_a_shop() {
        for line in TABLE {
            let names_a_shop = line.path.starts_with("/v1/console/shops/{shop}/");
            assert_eq!(matches!(line.least, In(_)), names_a_shop, "{}", line.path);
        }
    }
}
