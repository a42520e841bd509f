//! Which books or reviews a file has had already.

use crate::reject::{RejectCode, Rejected};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Remembers the key of every record that was taken, and its line.
///
/// The first one is kept and later ones are rejected. A file that names one ISBN twice is wrong in one of
/// the two places; whoever runs the import should hear of it rather than find out which one won. (Two
/// files one after the other are another matter: there the later one updates the earlier.)
///
/// Only a 64-bit hash of each key is kept, 16 bytes a record: a million records fit into 40 MB, and the
/// chance that any two of a million keys collide is one in 37 million.
#[derive(Default)]
pub(crate) struct Seen(HashMap<u64, u64>);

impl Seen {
    /// Remembers `key`, or says on which line it was first.
    pub(crate) fn check(
        &mut self,
        line: u64,
        field: &'static str,
        key: &str,
    ) -> Result<(), Rejected> {
        let first = match self.0.entry(digest(key)) {
            Entry::Vacant(free) => {
                free.insert(line);
                return Ok(());
            }
            Entry::Occupied(taken) => *taken.get(),
        };
        let detail = format!("the record on line {first} is the same one, and is kept (\"{key}\")");
        Err(Rejected::field(line, field, RejectCode::Duplicate, detail))
    }
}

/// What is kept of a key.
pub(crate) fn digest(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
