//! What a browser downloads.

use super::table::{Table, grouped};
use crate::wasm::publish::{Assets, LOADER_MAX, Place};
use crate::wasm::report::PAGE_MAX;

/// Adds the sizes of the built files, as they go over the wire to a browser that takes brotli.
pub fn measure(assets: &Assets, table: &mut Table) {
    let mut all = 0;
    for file in &assets.files {
        let name = format!("size: {}", file.name);
        let bytes = format!("{} B", grouped(file.brotli as u64));
        match file.name.as_str() {
            "bookplate.js" => table.add_with_goal(
                &name,
                bytes,
                format!("≤ {} B", grouped(LOADER_MAX as u64)),
                file.brotli <= LOADER_MAX,
                "the loader, which stands in every page of a shop, brotli 11",
            ),
            _ if file.place != Place::Reviews => {
                table.add(&name, bytes, "not on a page with reviews, brotli 11");
                continue;
            }
            _ => table.add(&name, bytes, "brotli 11"),
        }
        all += file.brotli;
    }
    table.add_with_goal(
        "size: a page with reviews",
        format!("{} B", grouped(all as u64)),
        format!("≤ {} B", grouped(PAGE_MAX as u64)),
        all <= PAGE_MAX,
        "JavaScript, wasm and styles in all, brotli 11",
    );
}
