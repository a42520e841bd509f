//! A query: its text, and the values of its placeholders.

use super::{Db, FromValue, Row, Value};
use crate::StoreError;
use std::borrow::Cow;

/// A query, written as `Sql::new("SELECT … WHERE id = $1").arg(id).rows(db)`. Its text only ever takes
/// literals of the program; what comes from outside is a value of a placeholder.
#[derive(Debug, Clone)]
pub struct Sql {
    pub(super) text: Cow<'static, str>,
    pub(super) values: Vec<Value>,
}

impl Sql {
    /// A query that consists of, or begins with, `text`. Its placeholders are `$1`, `$2`, … in the order
    /// in which they first stand there; one can stand there twice.
    pub fn new(text: &'static str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            values: Vec::new(),
        }
    }

    /// Gives the next placeholder its value.
    #[must_use]
    pub fn arg(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// A statement that begins with `into` and goes on with the placeholders of `rows` rows, `columns` each.
    fn of_rows(into: &'static str, rows: usize, columns: usize) -> Self {
        let mut text = into.to_owned();
        for number in 1..=rows * columns {
            text.push_str(match (number - 1) % columns {
                0 if number == 1 => "($",
                0 => "), ($",
                _ => ", $",
            });
            text.push_str(&number.to_string());
        }
        text.push(')');
        Self {
            text: Cow::Owned(text),
            values: Vec::new(),
        }
    }

    /// Appends text, for the few queries whose text depends on the request.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Appends a placeholder with its value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let number = self.values.len().to_string();
        let text = self.text.to_mut();
        text.push('$');
        text.push_str(&number);
        self
    }

    /// Appends placeholders with their values, separated by commas.
    pub fn bind_all<T: Into<Value>>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }

    /// All rows.
    ///
    /// # Errors
    /// When the database refuses the query or does not answer.
    pub fn rows(&self, db: &mut Db) -> Result<Vec<Row>, StoreError> {
        db.rows(self)
    }

    /// The first row, if there is any.
    ///
    /// # Errors
    /// When the database refuses the query or does not answer.
    pub fn row(&self, db: &mut Db) -> Result<Option<Row>, StoreError> {
        Ok(db.rows(self)?.into_iter().next())
    }

    /// The only column of all rows.
    ///
    /// # Errors
    /// When the database refuses the query or does not answer, or the column holds something else.
    pub fn values<T: FromValue>(&self, db: &mut Db) -> Result<Vec<T>, StoreError> {
        db.rows(self)?.iter().map(Row::only).collect()
    }

    /// The only column of the first row, if there is any.
    ///
    /// # Errors
    /// When the database refuses the query or does not answer, or the column holds something else.
    pub fn value<T: FromValue>(&self, db: &mut Db) -> Result<Option<T>, StoreError> {
        db.rows(self)?.first().map(Row::only).transpose()
    }

    /// Runs it for its effect; how many rows it has touched.
    ///
    /// # Errors
    /// When the database refuses the query or does not answer.
    pub fn run(&self, db: &mut Db) -> Result<u64, StoreError> {
        db.run(self)
    }
}

/// Whether the placeholders of a query first stand in the order of their numbers. SQLite gives values by that order,
/// PostgreSQL by the numbers: a query that has them otherwise is right on one of them alone.
pub(super) fn is_in_order(text: &str) -> bool {
    let mut known = 0;
    text.split('$').skip(1).all(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit());
        let number = rest[..digits.unwrap_or(rest.len())].parse().unwrap_or(0);
        let follows = number <= known + 1;
        known = known.max(number);
        follows
    })
}

/// How many rows one statement inserts where each statement is a round trip. A few sizes only, because each is a text
/// of its own, to be prepared.
const ROWS: [usize; 3] = [100, 10, 1];

/// Inserts `rows`, which have as many values each, by statements that begin with `into`
/// (`INSERT INTO … (…) VALUES `).
///
/// # Errors
/// When the database refuses a row or does not answer.
pub(crate) fn insert_all(
    db: &mut Db,
    into: &'static str,
    rows: Vec<Vec<Value>>,
) -> Result<(), StoreError> {
    // SQLite is within this process: one statement for all rows is not quicker there than the same one for each.
    let sizes = if db.has_one_writer() {
        &ROWS[2..]
    } else {
        &ROWS
    };
    let mut rest = rows.into_iter();
    while let Some(columns) = rest.as_slice().first().map(Vec::len) {
        let fits = sizes.iter().find(|size| **size <= rest.len());
        let count = *fits.unwrap_or(&1);
        let mut sql = Sql::of_rows(into, count, columns);
        loop {
            sql.values = rest.by_ref().take(count).flatten().collect();
            sql.run(db)?;
            if rest.len() < count {
                break;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_their_placeholders() {
        let sql = Sql::of_rows("INSERT INTO x (a, b) VALUES ", 2, 2);
        assert_eq!(sql.text, "INSERT INTO x (a, b) VALUES ($1, $2), ($3, $4)");
        let sql = Sql::of_rows("INSERT INTO x (a) VALUES ", 2, 1);
        assert_eq!(sql.text, "INSERT INTO x (a) VALUES ($1), ($2)");
    }

    #[test]
    fn a_placeholder_that_stands_too_early_is_seen() {
        assert!(is_in_order("SELECT $1, $2 WHERE a = $1 AND b = $3"));
        assert!(is_in_order("SELECT 1"));
        assert!(!is_in_order("SELECT $2, $1"));
        assert!(!is_in_order("SELECT $1, $3, $2"));
    }

    #[test]
    fn placeholders_are_numbered_in_order() {
        let mut sql = Sql::new("SELECT x FROM y WHERE a = $1").arg(1_i64);
        sql.push(" AND b IN (").bind_all(["p", "q"]).push(")");
        assert_eq!(sql.text, "SELECT x FROM y WHERE a = $1 AND b IN ($2, $3)");
        assert_eq!(
            sql.values,
            [Value::Int(1), Value::from("p"), Value::from("q")]
        );
    }
}
