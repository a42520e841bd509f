//! Whole files in, records and rejections out.

mod catalogue_csv;
mod catalogue_onix;
mod offers_csv;
mod onix_bounds;
mod onix_broken;
mod orders_csv;
mod reviews_csv;

use crate::{BookRecord, ImportError, Item, Options, RejectCode, Rejected};

/// What came out of a file.
#[derive(Debug)]
struct Outcome<T> {
    taken: Vec<T>,
    rejected: Vec<Rejected>,
    ended_by: Option<ImportError>,
}

impl<T> Outcome<T> {
    fn of(items: impl Iterator<Item = Item<T>>) -> Self {
        let mut outcome = Self {
            taken: Vec::new(),
            rejected: Vec::new(),
            ended_by: None,
        };
        for item in items {
            assert!(
                outcome.ended_by.is_none(),
                "something came after the last error"
            );
            match item {
                Ok(Ok(record)) => outcome.taken.push(record),
                Ok(Err(rejected)) => outcome.rejected.push(rejected),
                Err(error) => outcome.ended_by = Some(error),
            }
        }
        outcome
    }

    /// The records of a file without any fault.
    #[track_caller]
    fn all(self) -> Vec<T> {
        assert_eq!(self.rejected, []);
        assert!(self.ended_by.is_none(), "{:?}", self.ended_by);
        self.taken
    }

    /// Line, field and code of what was rejected.
    fn reasons(&self) -> Vec<(u64, Option<&'static str>, RejectCode)> {
        self.rejected
            .iter()
            .map(|one| (one.line, one.field, one.code))
            .collect()
    }
}

/// A catalogue that can at least be begun.
#[track_caller]
fn catalogue(file: impl AsRef<[u8]>) -> Outcome<BookRecord> {
    catalogue_with(file, &Options::default())
}

#[track_caller]
fn catalogue_with(file: impl AsRef<[u8]>, options: &Options) -> Outcome<BookRecord> {
    Outcome::of(crate::catalogue(file.as_ref(), options).unwrap())
}

/// The error of a catalogue that cannot even be begun.
#[track_caller]
fn refused(file: impl AsRef<[u8]>, options: &Options) -> ImportError {
    crate::catalogue(file.as_ref(), options).err().unwrap()
}

/// Options with `--map` and `--encoding`.
fn told(map: &[&str], encoding: Option<&str>) -> Options {
    Options {
        map: map.iter().map(|pair| pair.parse().unwrap()).collect(),
        encoding: encoding.map(|label| label.parse().unwrap()),
    }
}
