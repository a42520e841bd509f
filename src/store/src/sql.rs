//! Building the few queries whose text depends on the request.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, Arguments, AssertSqlSafe, Encode, Executor, Type};

/// A query under construction: its text, which only ever takes literals of this crate, and the values
/// of its `$1`, `$2`, … in order.
#[derive(Default)]
pub(crate) struct Sql {
    text: String,
    arguments: AnyArguments,
    count: usize,
}

impl Sql {
    /// A query that begins with `text`.
    pub(crate) fn new(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }

    /// Appends text.
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder for `value`.
    pub(crate) fn bind<'v, T>(&mut self, value: T) -> &mut Self
    where
        T: Encode<'v, Any> + Type<Any>,
    {
        // Texts, integers and truth values: encoding these for `Any` cannot fail.
        let added = self.arguments.add(value);
        debug_assert!(added.is_ok());
        self.count += 1;
        self.text.push('$');
        self.text.push_str(&self.count.to_string());
        self
    }

    /// Appends placeholders for `values`, separated by commas.
    pub(crate) fn bind_all<'v, T>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self
    where
        T: Encode<'v, Any> + Type<Any>,
    {
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }

    /// Runs the query and gives all its rows.
    pub(crate) async fn rows<'e>(
        self,
        executor: impl Executor<'e, Database = Any>,
    ) -> Result<Vec<AnyRow>, sqlx::Error> {
        sqlx::query_with(AssertSqlSafe(self.text), self.arguments)
            .fetch_all(executor)
            .await
    }

    /// Runs the query for its effect.
    pub(crate) async fn run<'e>(
        self,
        executor: impl Executor<'e, Database = Any>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query_with(AssertSqlSafe(self.text), self.arguments)
            .execute(executor)
            .await?;
        Ok(())
    }
}
