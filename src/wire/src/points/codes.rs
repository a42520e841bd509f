//! Codes that people read out and type: of letters and figures that nobody takes for another, the last of which tells a slip.

/// The characters: no `0` and `O`, no `1`, `I` and `L`, no `Z` beside `2`, no `U` beside `V`. Twenty-nine of them, a prime
/// number, so that one wrong character and two that have changed places never give a code that fits.
const ALPHABET: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRSTVWXY";
/// How many characters a code has, with the one that checks.
const LENGTH: usize = 12;
/// After how many a hyphen stands.
const GROUP: usize = 4;

/// The code of a random number, such as `7KQ3-MX9A-BHTB`.
pub fn code_of(mut random: u128) -> String {
    let base = ALPHABET.len() as u128;
    let mut places = Vec::with_capacity(LENGTH);
    for _ in 1..LENGTH {
        places.push(usize::try_from(random % base).unwrap_or_default());
        random /= base;
    }
    places.push(check(&places));
    let characters = places.iter().map(|place| char::from(ALPHABET[*place]));
    grouped(characters)
}

/// The code that somebody has typed, in the form in which it is kept; `None` where it can be none: the check finds a slip.
pub fn read_code(typed: &str) -> Option<String> {
    let mut places = Vec::with_capacity(LENGTH);
    for character in typed.chars() {
        if character == '-' || character.is_whitespace() {
            continue;
        }
        let upper = u8::try_from(character.to_ascii_uppercase()).ok()?;
        places.push(ALPHABET.iter().position(|one| *one == upper)?);
        if places.len() > LENGTH {
            return None;
        }
    }
    let fits = places.len() == LENGTH && places[LENGTH - 1] == check(&places[..LENGTH - 1]);
    fits.then(|| grouped(places.iter().map(|place| char::from(ALPHABET[*place]))))
}

/// The place of the character that checks those before: each counts as often as its position says.
fn check(places: &[usize]) -> usize {
    let sum: usize = (1..)
        .zip(places)
        .map(|(weight, place)| weight * place)
        .sum();
    sum % ALPHABET.len()
}

fn grouped(characters: impl Iterator<Item = char>) -> String {
    let mut code = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (at, character) in characters.enumerate() {
        if at > 0 && at % GROUP == 0 {
            code.push('-');
        }
        code.push(character);
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = code_of(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        assert_eq!(code.len(), 14);
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(read_code(&typed), Some(code.clone()));
        assert_eq!(read_code(&code.replace('-', "")), Some(code.clone()));
        assert_eq!(read_code(&format!("{code}2")), None);
        assert_eq!(read_code(&code[..13]), None);
        assert_eq!(read_code("O0IL-1111-ZZZZ"), None);
    }

    #[test]
    fn every_slip_of_one_character_and_every_swap_of_two_is_found() {
        for random in [0, 1, 29, 987_654_321_987_654_321, u128::MAX] {
            let code = code_of(random).replace('-', "").into_bytes();
            for at in 0..LENGTH {
                for other in ALPHABET {
                    let mut slip = code.clone();
                    slip[at] = *other;
                    let read = read_code(&String::from_utf8(slip).unwrap());
                    assert_eq!(read.is_some(), *other == code[at]);
                }
                if at + 1 < LENGTH - 1 && code[at] != code[at + 1] {
                    let mut swap = code.clone();
                    swap.swap(at, at + 1);
                    assert_eq!(read_code(&String::from_utf8(swap).unwrap()), None);
                }
            }
        }
    }
}
