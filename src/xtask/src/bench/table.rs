//! One table of all figures.

use crate::shell;
use anyhow::Result;
use std::io::Write;

/// The figures in the order in which they were measured.
#[derive(Default)]
pub struct Table(Vec<Row>);

struct Row {
    name: String,
    figure: String,
    goal: String,
    met: Option<bool>,
    meaning: String,
}

impl Table {
    /// Adds a figure that nothing is promised about.
    pub fn add(&mut self, name: &str, figure: impl Into<String>, meaning: &str) {
        self.push(name, figure.into(), String::new(), None, meaning);
    }

    /// Adds a figure with its goal, and whether it is met.
    pub fn add_with_goal(
        &mut self,
        name: &str,
        figure: impl Into<String>,
        goal: impl Into<String>,
        met: bool,
        meaning: &str,
    ) {
        self.push(name, figure.into(), goal.into(), Some(met), meaning);
    }

    fn push(&mut self, name: &str, figure: String, goal: String, met: Option<bool>, meaning: &str) {
        // At once: the table comes after minutes, and never where a later part fails.
        shell::step(&format!("{name}: {figure}"));
        self.0.push(Row {
            name: name.to_owned(),
            figure,
            goal,
            met,
            meaning: meaning.to_owned(),
        });
    }

    /// Prints the table.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn print(&self) -> Result<()> {
        let head = Row {
            name: "what".into(),
            figure: "figure".into(),
            goal: "goal".into(),
            met: None,
            meaning: "meaning".into(),
        };
        let rows = || std::iter::once(&head).chain(&self.0);
        let width = |text: fn(&Row) -> &str| {
            rows()
                .map(|row| text(row).chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths = [
            width(|row| &row.name),
            width(|row| &row.figure),
            width(|row| &row.goal),
        ];
        let mut out = std::io::stdout().lock();
        for row in rows() {
            let verdict = match row.met {
                Some(true) => "met",
                Some(false) => "MISSED",
                None => "",
            };
            writeln!(
                out,
                "{:<w0$}  {:>w1$}  {:>w2$}  {verdict:<6}  {}",
                row.name,
                row.figure,
                row.goal,
                row.meaning,
                w0 = widths[0],
                w1 = widths[1],
                w2 = widths[2],
            )?;
        }
        Ok(())
    }
}

/// A whole number with its digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_from_the_right() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
