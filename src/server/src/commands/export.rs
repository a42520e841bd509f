//! `bookplate export …`

use super::tell;
use crate::reviews::export::Export;
use anyhow::Context;
use bookplate_store::audit::Actor;
use bookplate_store::shops::Shop;
use bookplate_store::{Db, Store};
use bookplate_wire::reviews::moderation::ExportLayout;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Writes all reviews that readers of a shop see into a file, which has its name only when it is whole.
///
/// # Errors
/// When the file cannot be written, or the database does not answer.
pub(super) async fn reviews(
    store: Store,
    shop: Shop,
    file: &Path,
    layout: ExportLayout,
) -> anyhow::Result<()> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let name = || part.display().to_string();
    let mut out = File::create(part).with_context(name)?;
    let mut export = Export::new(store.clone(), shop.id.clone(), layout);
    while let Some(lines) = export.lines().await? {
        out.write_all(&lines).with_context(name)?;
    }
    out.sync_all().with_context(name)?;
    fs::rename(part, file).with_context(|| file.display().to_string())?;
    store
        .write(move |db: &mut Db| db.audit_export(&Actor::Command, &shop.id, "reviews"))
        .await?;
    tell(&format!("written: {}", file.display()));
    Ok(())
}
