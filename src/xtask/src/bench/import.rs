//! How fast data comes in.

use super::data::Imports;
use super::table::{Table, grouped};

/// Adds what was noted when the data was loaded.
pub fn report(imports: &Imports, table: &mut Table) {
    let kinds = [
        ("reviews", &imports.reviews, "reviews of one book"),
        ("catalogue", &imports.catalogue, "editions"),
    ];
    for (name, import, what) in kinds {
        let records = u64::from(import.records);
        table.add(
            &format!("import: {name}"),
            format!(
                "{} /s",
                grouped((f64::from(import.records) / import.seconds) as u64)
            ),
            &format!(
                "{} {what} from CSV in {:.1} s, peak memory {:.0} MB",
                grouped(records),
                import.seconds,
                import.peak_megabytes
            ),
        );
    }
}
