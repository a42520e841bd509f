//! What the server holds.

use super::process::Running;
use super::table::Table;
use anyhow::Result;

/// What the server may hold when nobody has asked for much yet, in megabytes.
const AT_REST_MAX: f64 = 30.0;

/// What the server has in memory now, in megabytes.
///
/// # Errors
/// When it has ended.
pub fn resident(server: &Running) -> Result<f64> {
    Ok(server.kilobytes("VmRSS")? as f64 * 1_024.0 / 1e6)
}

/// Adds what it had after its first requests, and after everything that was measured.
pub fn report(at_rest: f64, after_load: f64, table: &mut Table) {
    table.add_with_goal(
        "memory: at rest",
        format!("{at_rest:.1} MB"),
        format!("≤ {AT_REST_MAX:.0} MB"),
        at_rest <= AT_REST_MAX,
        "resident, after the server's start and its first requests",
    );
    table.add(
        "memory: after load",
        format!("{after_load:.1} MB"),
        "resident, after all that was measured; with up to 16 MB of kept fragments",
    );
}
