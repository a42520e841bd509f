//! ISBNs as spreadsheets leave them, repaired where there is a proof.
//!
//! A spreadsheet takes an ISBN for a number. It drops the leading zeros of an ISBN-10 (`0439023483` becomes
//! `439023483`), adds `.0`, or rounds an ISBN-13 to what fits its column (`9.78043902348e+12`). What can
//! be proved of the original:
//!
//! - **Leading zeros** are put back where 7 to 9 characters are left and the check digit then fits.
//! - **A decimal zero** is dropped.
//! - **A rounded ISBN-13** stands for every number that rounds to it. Where another column of the record
//!   has the ISBN and it is one of those numbers, that is the proof. Where no other column has it, all
//!   numbers that round to it are tried: with 12 digits shown there are eleven, and the check digit
//!   leaves one, two or none of them. One is a proof; two differ in what the rounding did to the twelfth
//!   digit, and nothing tells which it was. With fewer digits shown there are always several.
//! - **A contradiction** is no proof: an ISBN-10 that needed its zeros back is not taken where a rounded
//!   ISBN-13 in the same record cannot be the same book's. (One that was whole is taken.)

use crate::reject::{RejectCode, Rejected, quoted};
use bookplate_wire::Isbn;
use bookplate_wire::isbn::IsbnError;
use std::ops::RangeInclusive;

/// The ISBN that the cells of a record prove, and whether it had to be repaired.
///
/// `cells` are the record's columns for the ISBN in the order of preference.
pub(crate) fn prove<'a>(
    line: u64,
    cells: impl Iterator<Item = &'a str>,
) -> Result<(Isbn, bool), Rejected> {
    let reject = |code, detail: String| Err(Rejected::field(line, "isbn", code, detail));
    let mut exact: Option<(Isbn, bool, &str)> = None;
    let mut rounded: Option<(RangeInclusive<u64>, &str)> = None;
    let mut wrong: Option<(IsbnError, &str)> = None;
    for cell in cells.map(unwrap).filter(|cell| !cell.is_empty()) {
        match Cell::read(cell) {
            Cell::Whole(isbn) => exact = exact.or(Some((isbn, false, cell))),
            Cell::Mended(isbn) => exact = exact.or(Some((isbn, true, cell))),
            Cell::Rounded(range) => rounded = rounded.or(Some((range, cell))),
            Cell::Wrong(error) => wrong = wrong.or(Some((error, cell))),
        }
    }
    match (exact, rounded) {
        (Some((isbn, true, cell)), Some((range, other))) if !range.contains(&number(isbn)) => {
            reject(
                RejectCode::IsbnContradicted,
                format!(
                    "with its zeros put back {} is {isbn}, which another column contradicts {}",
                    quoted(cell),
                    quoted(other)
                ),
            )
        }
        (Some((isbn, mended, _)), _) => Ok((isbn, mended)),
        (None, Some((range, cell))) => match candidates(range).as_slice() {
            [isbn] => Ok((*isbn, true)),
            [] => reject(
                RejectCode::IsbnDamaged,
                format!(
                    "rounded by a spreadsheet, and no ISBN rounds to it {}",
                    quoted(cell)
                ),
            ),
            several => reject(
                RejectCode::IsbnDamaged,
                format!(
                    "rounded by a spreadsheet, and {} ISBNs or more round to it {}; \
                     export the column as text",
                    several.len(),
                    quoted(cell)
                ),
            ),
        },
        (None, None) => match wrong {
            Some((error, cell)) => reject(RejectCode::Invalid, format!("{error} {}", quoted(cell))),
            None => reject(RejectCode::Missing, "there is no ISBN".to_owned()),
        },
    }
}

/// The smallest and the largest number that an ISBN-13 can be.
const FIRST: u64 = 9_780_000_000_000;
const LAST: u64 = 9_799_999_999_999;

/// What one cell says.
enum Cell {
    Whole(Isbn),
    Mended(Isbn),
    /// The numbers of thirteen digits that the cell can stand for.
    Rounded(RangeInclusive<u64>),
    Wrong(IsbnError),
}

impl Cell {
    fn read(cell: &str) -> Self {
        let error = match cell.parse() {
            Ok(isbn) => return Self::Whole(isbn),
            Err(error) => error,
        };
        let digits = cell.strip_suffix(".0").unwrap_or(cell);
        if digits.len() < cell.len()
            && let Ok(isbn) = digits.parse()
        {
            return Self::Mended(isbn);
        }
        let is_short = (7..=9).contains(&digits.len());
        if is_short
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'X' | b'x'))
        {
            return format!("{digits:0>10}")
                .parse()
                .map_or_else(Self::Wrong, Self::Mended);
        }
        match scientific(cell) {
            // All thirteen digits are there: nothing was rounded.
            Some(range) if range.start() == range.end() => range
                .start()
                .to_string()
                .parse()
                .map_or_else(Self::Wrong, Self::Mended),
            Some(range) => Self::Rounded(range),
            None => Self::Wrong(error),
        }
    }
}

/// The cell without what software wraps around it so that a spreadsheet leaves it alone: `="978…"`, `'978…`.
fn unwrap(cell: &str) -> &str {
    let cell = cell.trim();
    let formula = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    formula.unwrap_or(cell).trim_start_matches('\'').trim()
}

/// The numbers that round to `9.78043902348e+12`, if that is what `cell` is like and they can be ISBN-13.
fn scientific(cell: &str) -> Option<RangeInclusive<u64>> {
    let (mantissa, exponent) = cell.split_once(['e', 'E'])?;
    if !matches!(exponent, "12" | "+12") {
        return None;
    }
    // Some locales write a decimal comma.
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    if whole != "9" || fraction.len() > 12 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let unit = 10_u64.pow(12 - u32::try_from(fraction.len()).ok()?);
    let shown = format!("9{fraction}").parse::<u64>().ok()? * unit;
    // Halves included: software differs in how it rounds them.
    let first = (shown - unit / 2).max(FIRST);
    let last = (shown + unit / 2).min(LAST);
    // No longer than what can be an ISBN: the first candidates are near, however much was rounded.
    (first <= last).then_some(first..=last)
}

/// Up to two ISBNs among the numbers; more would prove no less that there is no proof.
fn candidates(range: RangeInclusive<u64>) -> Vec<Isbn> {
    range
        .filter_map(|number| number.to_string().parse().ok())
        .take(2)
        .collect()
}

fn number(isbn: Isbn) -> u64 {
    isbn.as_str()
        .bytes()
        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str]) -> Result<(String, bool), RejectCode> {
        prove(1, cells.iter().copied())
            .map(|(isbn, mended)| (isbn.to_string(), mended))
            .map_err(|rejected| rejected.code)
    }

    fn mended(isbn: &str) -> Result<(String, bool), RejectCode> {
        Ok((isbn.to_owned(), true))
    }

    fn whole(isbn: &str) -> Result<(String, bool), RejectCode> {
        Ok((isbn.to_owned(), false))
    }

    #[test]
    fn what_is_right_stays() {
        assert_eq!(read(&["978-0-439-02348-1"]), whole("9780439023481"));
        assert_eq!(read(&["", "0439023483"]), whole("9780439023481"));
        assert_eq!(read(&["=\"0439023483\""]), whole("9780439023481"));
        assert_eq!(read(&["'9780439023481"]), whole("9780439023481"));
    }

    #[test]
    fn lost_zeros_come_back_where_the_check_digit_fits() {
        assert_eq!(read(&["439023483"]), mended("9780439023481"));
        assert_eq!(read(&["439023483.0"]), mended("9780439023481"));
        assert_eq!(read(&["7232830X"]), Err(RejectCode::Invalid));
        assert_eq!(read(&["439023484"]), Err(RejectCode::Invalid));
        // 0000004391 would fit, but four digits prove nothing.
        assert_eq!(read(&["4391"]), Err(RejectCode::Invalid));
    }

    #[test]
    fn a_decimal_zero_and_an_unrounded_exponent_lose_nothing() {
        assert_eq!(read(&["9780439023481.0"]), mended("9780439023481"));
        assert_eq!(read(&["9.780439023481E+12"]), mended("9780439023481"));
        assert_eq!(read(&["9.780439023482E+12"]), Err(RejectCode::Invalid));
    }

    #[test]
    fn another_column_proves_what_a_rounded_number_was() {
        assert_eq!(
            read(&["9.78043902348e+12", "439023483"]),
            mended("9780439023481")
        );
        assert_eq!(read(&["9.78E+12", "0439023483"]), whole("9780439023481"));
    }

    #[test]
    fn a_contradicted_repair_is_no_proof_but_a_whole_number_is() {
        assert_eq!(
            read(&["9.78055381395e+12", "446612707"]),
            Err(RejectCode::IsbnContradicted)
        );
        assert_eq!(
            read(&["9.78142314674e+12", "1484724917"]),
            whole("9781484724910")
        );
        // An article number that is no ISBN contradicts nothing.
        assert_eq!(
            read(&["6.30809681058e+11", "439023483"]),
            mended("9780439023481")
        );
    }

    #[test]
    fn twelve_digits_prove_the_thirteenth_where_one_number_rounds_to_them() {
        // 978014143951 has check digit 8, so it is shown as …952; and 978014143952 has check digit 5,
        // which may be shown as …952 too: two candidates.
        assert_eq!(read(&["9.78014143952E+12"]), Err(RejectCode::IsbnDamaged));
        // 978043902348 has check digit 1; 978043902347 has 4 and would be shown as itself.
        assert_eq!(read(&["9.78043902348E+12"]), mended("9780439023481"));
        assert_eq!(read(&["9,78043902348E+12"]), mended("9780439023481"));
    }

    #[test]
    fn fewer_digits_prove_nothing() {
        assert_eq!(read(&["9.78E+12"]), Err(RejectCode::IsbnDamaged));
        assert_eq!(read(&["9.8E+12"]), Err(RejectCode::IsbnDamaged));
        assert_eq!(read(&["9.7804390235E+12"]), Err(RejectCode::IsbnDamaged));
    }

    #[test]
    fn nothing_and_nonsense_are_told_apart() {
        assert_eq!(read(&["", " "]), Err(RejectCode::Missing));
        assert_eq!(read(&["n/a"]), Err(RejectCode::Invalid));
        assert_eq!(read(&["4.39E+08"]), Err(RejectCode::Invalid));
    }

    #[test]
    fn a_repair_from_twelve_digits_is_never_wrong() {
        // Every number of a stretch, rounded as software rounds: a repair, if there is one, leads back.
        let mut repaired = 0;
        for number in 9_780_141_439_000_u64..9_780_141_441_000 {
            let Ok(isbn) = number.to_string().parse::<Isbn>() else {
                continue;
            };
            let shown = format!("{:.11e}", number as f64).replace('e', "e+");
            if let Ok((found, _)) = read(&[&shown]) {
                assert_eq!(found, isbn.as_str(), "{shown}");
                repaired += 1;
            }
        }
        assert!(repaired > 50, "{repaired} of 200");
    }
}
