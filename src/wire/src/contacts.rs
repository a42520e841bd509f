//! Ways to reach a person, and a day of birth: what is accepted, and the one form in which it is kept.

use crate::problem::{Code, Problem};
use crate::text::{composed, half_width, single_line};

/// The longest name, in characters.
pub const NAME_MAX: usize = 100;
/// The longest email address, in bytes (RFC 5321's path without its brackets).
pub const EMAIL_MAX: usize = 254;

/// The longest id that a shop can call a customer by, in characters.
pub const EXTERNAL_ID_MAX: usize = 128;

/// What a shop calls a customer: any text, kept letter by letter.
///
/// # Errors
/// When it is blank, longer than [`EXTERNAL_ID_MAX`], or has control characters.
pub fn external_id(text: &str) -> Result<String, Problem> {
    let fits = !text.trim().is_empty()
        && text.chars().count() <= EXTERNAL_ID_MAX
        && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
        .ok_or_else(|| invalid("external_id", "an id has 1 to 128 characters of text"))
}

/// A name as it is kept: one line, without characters that are no text or turn others around.
///
/// # Errors
/// When it is longer than [`NAME_MAX`].
pub fn name(text: &str) -> Result<String, Problem> {
    let kept = single_line(text);
    if kept.chars().count() > NAME_MAX {
        return Err(invalid("name", "a name has at most 100 characters"));
    }
    Ok(kept)
}

/// The most favourite authors.
pub const AUTHORS_MAX: usize = 30;

/// Favourite authors as they are kept: each once, in their order, without empty ones.
///
/// # Errors
/// When there are more than [`AUTHORS_MAX`], or one is longer than a name can be.
pub fn authors(names: &[String]) -> Result<Vec<String>, Problem> {
    let mut kept: Vec<String> = Vec::new();
    for text in names {
        let one = name(text).map_err(|problem| problem.at("authors"))?;
        if !one.is_empty() && !kept.contains(&one) {
            kept.push(one);
        }
    }
    if kept.len() > AUTHORS_MAX {
        return Err(invalid("authors", "there are at most 30 favourite authors"));
    }
    Ok(kept)
}

/// An email address as it is kept and compared: in lower case, without space around it.
///
/// Mail servers may tell `Lin@` from `lin@`, but none that people use does, and two accounts for one person
/// are worse. Whether the address exists only a message can tell.
///
/// # Errors
/// When it has no `@` with something on both sides, or a space, or is too long; and when it has a character that
/// only becomes a plain letter here, such as the sign for Kelvin: that address is another mailbox.
pub fn email(text: &str) -> Result<String, Problem> {
    let text = &half_width(text);
    // Before anything else is changed: composing turns the sign for Kelvin into a letter, too.
    let disguised = |c: char| {
        !c.is_ascii() && composed(c.to_lowercase().collect()).contains(|c: char| c.is_ascii())
    };
    let is_disguised = text.contains(disguised);
    let kept = composed(text.trim().to_owned()).to_lowercase();
    let fits = kept.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.contains('@')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    });
    let plain = kept.chars().all(|c| !c.is_whitespace() && !c.is_control())
        && !kept.contains(['<', '>', '(', ')', ',', ';', '"']);
    if !fits || !plain || is_disguised || kept.len() > EMAIL_MAX {
        return Err(invalid("email", "this is no email address"));
    }
    Ok(kept)
}

/// A phone number as it is kept and compared: digits, with `+` before a country's calling code. See also
/// [`international`].
///
/// # Errors
/// When it has other characters than digits and the usual separators, or not 5 to 15 digits (ITU-T E.164).
pub fn phone(text: &str) -> Result<String, Problem> {
    let mut kept = String::new();
    let text = &half_width(text);
    // `+44 (0)20 …`: from abroad that digit is not dialled.
    let text = match text.trim() {
        text if text.starts_with(['+']) || text.starts_with("00") => text.replacen("(0)", "", 1),
        text => text.to_owned(),
    };
    for c in text.chars() {
        match c {
            '0'..='9' => kept.push(c),
            '+' if kept.is_empty() => kept.push(c),
            ' ' | '-' | '.' | '(' | ')' | '/' => {}
            _ => return Err(invalid("phone", "a phone number has digits only")),
        }
    }
    if let Some(abroad) = kept.strip_prefix("00") {
        kept = format!("+{abroad}");
    }
    let digits = kept.trim_start_matches('+').len();
    if !(5..=15).contains(&digits) {
        return Err(invalid("phone", "a phone number has 5 to 15 digits"));
    }
    Ok(kept)
}

/// A phone number that [`phone`] gave, as it is dialled from everywhere: a national one is that of the country
/// with this calling code (`86`), without the digit that is dialled within the country only. Without a calling
/// code it stays as it is.
pub fn international(kept: &str, calling_code: &str) -> String {
    if kept.starts_with('+') || calling_code.is_empty() {
        return kept.to_owned();
    }
    let national = match calling_code {
        // There the 0 belongs to the number.
        "39" | "225" | "242" | "378" | "379" => kept,
        // There are numbers that begin with these digits, but none that are as long.
        "1" if kept.len() == 11 => kept.strip_prefix('1').unwrap_or(kept),
        "7" if kept.len() == 11 => kept.strip_prefix('8').unwrap_or(kept),
        "1" | "7" => kept,
        "36" => kept.strip_prefix("06").unwrap_or(kept),
        _ => kept.strip_prefix('0').unwrap_or(kept),
    };
    format!("+{calling_code}{national}")
}

/// The number of a membership card as it is kept and compared: letters in upper case and digits.
///
/// # Errors
/// When it has other characters than letters, digits and the usual separators, or not 4 to 32 of them.
pub fn member_card(text: &str) -> Result<String, Problem> {
    let mut kept = String::new();
    for c in half_width(text).trim().chars() {
        match c {
            '0'..='9' | 'A'..='Z' => kept.push(c),
            'a'..='z' => kept.push(c.to_ascii_uppercase()),
            ' ' | '-' => {}
            _ => {
                return Err(invalid(
                    "member_card",
                    "a card number has letters and digits only",
                ));
            }
        }
    }
    if !(4..=32).contains(&kept.len()) {
        return Err(invalid(
            "member_card",
            "a card number has 4 to 32 characters",
        ));
    }
    Ok(kept)
}

/// A birthday, `YYYY-MM-DD`, that can be somebody's on the day `today` (`YYYY-MM-DD`).
///
/// # Errors
/// When it is no day of the calendar, lies in the future, or before 1900.
pub fn birthday(text: &str, today: &str) -> Result<String, Problem> {
    let kept = text.trim();
    if !is_day(kept) {
        return Err(invalid("birthday", "a birthday is a day, YYYY-MM-DD"));
    }
    // Written like this, days compare as text.
    if kept > today {
        return Err(invalid("birthday", "a birthday is not in the future"));
    }
    if kept < "1900-01-01" {
        return Err(invalid("birthday", "a birthday is not before 1900"));
    }
    Ok(kept.to_owned())
}

/// Whether `text` is a day of the Gregorian calendar as `YYYY-MM-DD`.
pub fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return false;
    }
    let number = |from: usize, to: usize| -> u32 {
        bytes[from..to]
            .iter()
            .fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_form() {
        assert_eq!(
            email(" Lin.Mei@Example.COM ").unwrap(),
            "lin.mei@example.com"
        );
        // As an input method for Japanese writes it.
        let wide = "ｌｉｎ．ｍｅｉ＠ｅｘａｍｐｌｅ．ｃｏｍ";
        assert_eq!(email(wide).unwrap(), "lin.mei@example.com");
        // As two characters and as one.
        assert_eq!(
            email("Jose\u{301}@example.com").unwrap(),
            "jos\u{e9}@example.com"
        );
        for bad in [
            "",
            "\u{212a}im@example.com",
            "\u{130}rem@example.com",
            "lin",
            "lin@",
            "@x.example",
            "l in@x.example",
            "a@b@c.example",
            "a@example",
            "a@.b",
            "<a@b.example>",
        ] {
            assert_eq!(email(bad).unwrap_err().field.unwrap(), "email", "{bad}");
        }
    }

    #[test]
    fn a_phone_number_has_one_form() {
        assert_eq!(phone("+86 (138) 0013-8000").unwrap(), "+8613800138000");
        assert_eq!(phone("０９０－１２３４－５６７８").unwrap(), "09012345678");
        for bad in ["", "12", "call me", "1234567890123456", "12+345678"] {
            assert!(phone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_phone_number_is_the_same_with_and_without_its_country() {
        for (code, expected, spellings) in [
            (
                "86",
                "+8613800138000",
                &[
                    "+86 138 0013 8000",
                    "0086-138-0013-8000",
                    "138 0013 8000",
                    "013800138000",
                ][..],
            ),
            (
                "86",
                "+861065529988",
                &["010-6552-9988", "+86 (0)10 6552 9988"],
            ),
            (
                "886",
                "+886912345678",
                &["0912 345 678", "912345678", "+886 912 345 678"],
            ),
            (
                "81",
                "+819012345678",
                &["090-1234-5678", "+81 90 1234 5678"],
            ),
            (
                "1",
                "+14155550132",
                &["(415) 555-0132", "1 415 555 0132", "+1.415.555.0132"],
            ),
            ("7", "+78125550132", &["8 812 555 01 32", "812 555 01 32"]),
            ("36", "+3615550132", &["06 1 555 0132", "1 555 0132"]),
            ("39", "+390655501", &["06 555 01", "+39 06 55501"]),
            (
                "44",
                "+442079460018",
                &["020 7946 0018", "+44 (0)20 7946 0018"],
            ),
            // Of another country.
            (
                "86",
                "+819012345678",
                &["+81 90 1234 5678", "0081 90 1234 5678"],
            ),
            // Nobody knows of which country.
            ("", "09012345678", &["090-1234-5678"]),
        ] {
            for spelling in spellings {
                let kept = international(&phone(spelling).unwrap(), code);
                assert_eq!(kept, expected, "{spelling} with {code}");
            }
        }
    }

    #[test]
    fn a_card_number_has_one_form() {
        assert_eq!(member_card("bp 1234-5678").unwrap(), "BP12345678");
        assert!(member_card("卡12345").is_err() && member_card("1").is_err());
    }

    #[test]
    fn a_birthday_is_a_day_that_has_been() {
        let today = "2026-11-25";
        assert!(birthday("2000-02-29", today).is_ok());
        assert!(birthday(today, today).is_ok());
        for bad in [
            "2026-11-26",
            "1900-02-29",
            "1899-12-31",
            "2000-13-01",
            "2000-00-10",
            "01.02.2000",
            "2000-1-1",
        ] {
            assert!(birthday(bad, today).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_is_kept_as_typed() {
        assert_eq!(name(" 林 美\u{0}\n ").unwrap(), "林 美");
        assert!(name(&"a".repeat(101)).is_err());
    }
}
