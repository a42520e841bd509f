//! The addresses of surveys, grouped by who calls them as in the server's own table of contents.

use super::{nps, results};
use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What a page asks without anybody being signed in.
pub(crate) fn pages() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // GET /v1/surveys/{code}, POST …/{code}/answers
        .routes(routes!(super::get_survey))
        .routes(routes!(super::create_guest_survey_answer))
}

/// What a customer asks, by an access token.
pub(crate) fn customers() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // POST /v1/customer/surveys/{code}/answers
        .routes(routes!(super::create_survey_answer))
        // POST /v1/customer/nps, PUT and DELETE …/{ask}
        .routes(routes!(nps::ask_nps))
        .routes(routes!(nps::answer_nps, nps::dismiss_nps))
}

/// What a shop's own programs ask, by a secret key.
pub(crate) fn backends() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // GET /v1/surveys, …/{code}/results, …/{code}/answers, GET /v1/nps
        .routes(routes!(results::list_surveys))
        .routes(routes!(results::get_survey_results))
        .routes(routes!(results::list_survey_answers))
        .routes(routes!(nps::get_nps))
}
