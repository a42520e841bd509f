//! The addresses of the pages about surveys.

use super::{console, member};
use crate::app::App;
use axum::Router;
use axum::routing::get;

/// Where shoppers answer them, and where the staff writes them and sees what has come of them.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route(
            "/shops/{key}/surveys/{code}",
            get(member::show_survey).post(member::answer_survey),
        )
        .route(
            "/console/shops/{shop}/nps",
            get(console::nps::show).post(console::nps::change),
        )
        .route("/console/shops/{shop}/surveys", get(console::surveys::show))
        .route(
            "/console/shops/{shop}/surveys/{survey}",
            get(console::surveys::show_form).post(console::surveys::send_form),
        )
        .route(
            "/console/shops/{shop}/surveys/{survey}/results",
            get(console::surveys::show_results),
        )
        .route(
            "/console/shops/{shop}/surveys/{survey}/answers.csv",
            get(console::surveys::export),
        )
}
