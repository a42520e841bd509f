//! Several faults told at once.

use super::{FieldProblem, Problem};

/// What is wrong with several fields, gathered so that all is told at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults(Option<Problem>);

impl Faults {
    /// What was `checked`, where it is right. Where it is not, that is noted, and [`Faults::none`] fails.
    pub fn keep<T>(&mut self, checked: Result<T, Problem>) -> Option<T> {
        let mut problem = match checked {
            Ok(right) => return Some(right),
            Err(problem) => problem,
        };
        match &mut self.0 {
            None => self.0 = Some(problem),
            Some(first) => {
                if let Some(field) = problem.field.take() {
                    let title = problem.title;
                    first.others.push(FieldProblem { field, title });
                }
                first.others.append(&mut problem.others);
            }
        }
        None
    }

    /// Whether everything was right.
    ///
    /// # Errors
    /// The first problem, with the others in it.
    pub fn none(self) -> Result<(), Problem> {
        self.0.map_or(Ok(()), Err)
    }
}
