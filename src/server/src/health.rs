//! Whether the program lives, and whether it can do its work.

use crate::app::App;
use crate::reply::Failure;
use axum::extract::State;

/// `GET /healthz`: the process answers. A supervisor restarts it when it does not.
pub(crate) async fn get_health() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too and has the right schema. A balancer sends traffic only then.
pub(crate) async fn get_readiness(State(app): State<App>) -> Result<&'static str, Failure> {
    app.store.check_migrated().await?;
    Ok("ready\n")
}
