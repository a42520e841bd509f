//! What is accepted as a password: long enough, and none of those that are tried first.
//!
//! Length is what helps; rules about digits and signs only make people write `Password1!` (NIST SP 800-63B).

use crate::problem::{Code, Problem};

/// The shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// The longest password, in characters: enough for any sentence, and a bound on the work of checking one.
pub const PASSWORD_MAX: usize = 256;
/// How many different characters a password has at least.
const DIFFERENT_MIN: usize = 4;

/// Passwords of sufficient length that are among the first that anybody tries, in lower case and sorted.
const COMMON: &str = include_str!("passwords.txt");

/// Checks a new password of somebody with the email address `email`.
///
/// # Errors
/// When it breaks a rule; the field is `password`, the title is the rule.
pub fn check(password: &str, email: &str) -> Result<(), Problem> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(invalid("a password has at least 10 characters"));
    }
    if length > PASSWORD_MAX {
        return Err(invalid("a password has at most 256 characters"));
    }
    if password.chars().any(char::is_control) {
        return Err(invalid("a password has no control characters"));
    }
    let folded = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    if folded == email || folded == local {
        return Err(invalid("a password is not the email address"));
    }
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT_MIN {
        return Err(invalid("a password has at least four different characters"));
    }
    if COMMON.lines().any(|common| common == folded) {
        return Err(invalid("this password is one of the most common"));
    }
    Ok(())
}

fn invalid(rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at("password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_refused_by_the_rule_that_it_breaks() {
        let email = "lin.meihua@example.com";
        assert!(check("tea with the dean", email).is_ok());
        assert!(check("在图书馆喝一杯绿茶吧", email).is_ok());
        for (bad, word) in [
            ("short", "at least 10"),
            ("", "at least 10"),
            (&"long".repeat(65), "at most 256"),
            ("tab\tin the middle", "control"),
            ("Lin.Meihua@example.com", "email"),
            ("lin.meihua", "email"),
            ("abababababab", "different"),
            ("Qwertyuiop123", "common"),
        ] {
            let problem = check(bad, email).unwrap_err();
            assert_eq!(problem.field.as_deref(), Some("password"));
            assert!(problem.title.contains(word), "{bad}: {}", problem.title);
        }
    }

    #[test]
    fn the_common_ones_are_long_enough_to_be_tried() {
        assert!(COMMON.lines().count() > 300);
        for common in COMMON.lines() {
            assert!(common.chars().count() >= PASSWORD_MIN, "{common}");
            assert_eq!(common, common.to_lowercase());
        }
    }
}
