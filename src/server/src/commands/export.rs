//! `bookplate export …`

use super::tell;
use crate::reviews::export::Export;
use anyhow::Context;
use bookplate_store::audit::Actor;
use bookplate_store::shops::Shop;
use bookplate_store::{Db, Store};
use bookplate_wire::reviews::moderation::ExportLayout;
use std::io::Write;
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes all reviews that readers of a shop see into a file, which has its name only when it is whole.
///
/// # Errors
/// When the file cannot be written, or the database does not answer.
pub(super) async fn reviews(
    store: Store,
    shop: Shop,
    file: &Path,
    layout: ExportLayout,
    public_url: Option<String>,
) -> anyhow::Result<()> {
    let by = (Actor::Command, shop.id.clone());
    store
        .write(move |db: &mut Db| db.audit_export(&by.0, &by.1, "reviews"))
        .await?;
    // With the addresses of authors: for nobody else on the machine, and gone unless it is whole.
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut part = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .with_context(|| file.display().to_string())?;
    let mut export = Export::new(store, shop.id, layout, public_url);
    while let Some(lines) = export.lines().await? {
        part.write_all(&lines)?;
    }
    part.as_file().sync_all()?;
    part.persist(file)
        .with_context(|| file.display().to_string())?;
    tell(&format!("written: {}", file.display()));
    Ok(())
}
