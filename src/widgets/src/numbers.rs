//! Numbers as readers write them, without the formatting code of `core::fmt` (it is large in wasm).
//!
//! All languages of the widgets group by three with a comma and separate decimals with a point.

/// `1000` as `1,000`.
pub fn grouped(mut number: u32) -> String {
    // A u32 has at most ten digits and three commas.
    let mut digits = [0_u8; 13];
    let mut start = digits.len();
    let mut written = 0;
    loop {
        if written > 0 && written % 3 == 0 {
            start -= 1;
            digits[start] = b',';
        }
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        written += 1;
        if number == 0 {
            break;
        }
    }
    digits[start..]
        .iter()
        .map(|&digit| char::from(digit))
        .collect()
}

/// Points, which can be below zero: `-1000` as `−1,000`.
pub fn points(number: i64) -> String {
    let mut out = String::new();
    if number < 0 {
        out.push('\u{2212}');
    }
    let mut groups = Vec::new();
    let mut rest = number.unsigned_abs();
    while rest >= 1_000 {
        groups.push((rest % 1_000) as u32);
        rest /= 1_000;
    }
    out.push_str(&plain(rest as u32));
    for group in groups.into_iter().rev() {
        // A thousand more, so that zeros in front are written.
        out.push(',');
        out.push_str(&plain(group + 1_000)[1..]);
    }
    out
}

/// `1000` as `1000`: without separators, for programs.
pub fn plain(number: u32) -> String {
    grouped(number).replace(',', "")
}

/// Tenths as a decimal: `43` as `4.3`, always with one decimal, so that columns of ratings align.
pub fn decimal(tenths: u8) -> String {
    let mut out = grouped(u32::from(tenths / 10));
    out.push('.');
    out.push(char::from(b'0' + tenths % 10));
    out
}

/// The stars of one review: `40` tenths as `4`, `45` as `4.5`.
pub fn stars(tenths: u8) -> String {
    if tenths.is_multiple_of(10) {
        grouped(u32::from(tenths / 10))
    } else {
        decimal(tenths)
    }
}

/// The share of `part` in `whole`, rounded half up, as `62%`; what rounds to nothing is `<1%`.
pub fn share(part: u32, whole: u32) -> String {
    let percent = percent(part, whole);
    let mut out = if part > 0 && percent == 0 {
        String::from("<1")
    } else {
        grouped(percent)
    };
    out.push('%');
    out
}

/// The share of `part` in `whole` in whole percent, rounded half up.
pub fn percent(part: u32, whole: u32) -> u32 {
    let whole = u64::from(whole.max(1));
    ((u64::from(part) * 200 + whole) / (whole * 2)).min(100) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1_000, "1,000"),
            (1_002_003, "1,002,003"),
            (u32::MAX, "4,294,967,295"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn an_average_has_one_decimal() {
        assert_eq!(decimal(43), "4.3");
        assert_eq!(decimal(50), "5.0");
        assert_eq!(decimal(5), "0.5");
    }

    #[test]
    fn shares_are_rounded_and_never_hide_somebody() {
        assert_eq!(share(620, 1000), "62%");
        assert_eq!(share(1, 3), "33%");
        assert_eq!(share(2, 3), "67%");
        assert_eq!(share(1, 1000), "<1%");
        assert_eq!(share(0, 1000), "0%");
        assert_eq!(share(0, 0), "0%");
        assert_eq!(share(u32::MAX, u32::MAX), "100%");
    }
}
