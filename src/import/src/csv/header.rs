//! Which column holds which field.

use super::records::Record;
use crate::{ColumnMap, ImportError, text};
use std::collections::HashSet;

/// A field of our layout, and the other names by which its column is known.
pub(super) struct Field {
    pub(super) name: &'static str,
    /// Names in lower case, without blanks, hyphens and underscores; the first that is there wins.
    pub(super) aliases: &'static [&'static str],
    pub(super) required: bool,
}

/// The names in the header line, and the user's mapping.
pub(super) struct Header<'a> {
    names: Vec<String>,
    map: &'a [ColumnMap],
}

/// Where a field stands in a row: no, one or several columns, in the order of preference.
pub(super) struct Column(Vec<usize>);

impl Column {
    /// Whether the file has no such column.
    pub(super) fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    /// The value: of the first column that is not blank.
    pub(super) fn get<'a>(&self, record: Record<'a>) -> &'a str {
        self.all(record)
            .find(|value| !value.is_empty())
            .unwrap_or_default()
    }

    /// The values of all its columns.
    pub(super) fn all<'a>(&self, record: Record<'a>) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(move |&at| record.get(at).trim())
    }
}

impl<'a> Header<'a> {
    /// Reads the header line.
    ///
    /// Fails when the mapping names a field that is not among `fields`.
    pub(super) fn new(
        record: Record<'_>,
        map: &'a [ColumnMap],
        fields: &[&Field],
    ) -> Result<Self, ImportError> {
        if let Some(unknown) = map
            .iter()
            .find(|pair| fields.iter().all(|f| f.name != pair.field))
        {
            return Err(ImportError::UnknownField {
                field: unknown.field.clone(),
                known: fields.iter().map(|field| field.name).collect(),
            });
        }
        let names = (0..record.len())
            .map(|at| text::line(record.get(at)))
            .collect();
        Ok(Self { names, map })
    }

    /// Whether these are the columns, in this order.
    pub(super) fn is(&self, names: &[&str]) -> bool {
        self.names == names
    }

    /// How many columns there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The columns that hold `field`: those that the mapping names, or else those with a known name.
    pub(super) fn column(&self, field: &Field) -> Result<Column, ImportError> {
        let mut columns = Vec::new();
        for pair in self.map.iter().filter(|pair| pair.field == field.name) {
            match self.find(|name| name.to_lowercase() == pair.column.to_lowercase())? {
                Some(at) => columns.push(at),
                None => return Err(self.missing(field, &pair.column)),
            }
        }
        if columns.is_empty() {
            for known in [field.name].iter().chain(field.aliases) {
                let known = simplified(known);
                columns.extend(self.find(|name| simplified(name) == known)?);
            }
        }
        if columns.is_empty() && field.required {
            return Err(self.missing(field, field.name));
        }
        Ok(Column(columns))
    }

    /// The columns with a name that hold none of `fields`.
    pub(super) fn unread(&self, fields: &[&Field]) -> Result<Vec<String>, ImportError> {
        let mut read = HashSet::new();
        for field in fields {
            read.extend(self.column(field)?.0);
        }
        let names = self.names.iter().enumerate();
        let unread = names.filter(|(at, name)| !read.contains(at) && !name.is_empty());
        Ok(unread.map(|(_, name)| name.clone()).collect())
    }

    fn find(&self, is_it: impl Fn(&str) -> bool) -> Result<Option<usize>, ImportError> {
        let mut found = self
            .names
            .iter()
            .enumerate()
            .filter(|(_, name)| is_it(name));
        let first = found.next();
        match found.next() {
            Some((_, name)) => Err(ImportError::RepeatedColumn { name: name.clone() }),
            None => Ok(first.map(|(at, _)| at)),
        }
    }

    /// What is said where a column is missing.
    pub(super) fn missing(&self, field: &Field, wanted: &str) -> ImportError {
        ImportError::MissingColumn {
            field: field.name,
            wanted: wanted.to_owned(),
            present: self.names.clone(),
        }
    }
}

/// `ISBN-13`, `isbn_13` and `Isbn 13` are one name.
fn simplified(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, ' ' | '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}
