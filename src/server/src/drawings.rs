//! Bar codes and QR codes as paths: what a till scans.

use crate::reply::Failure;
use bookplate_wire::Code;
use bookplate_wire::points::cards::Drawing;
use qrcode::{Color, QrCode};

/// The widths of bars and gaps, by the value of a symbol (ISO/IEC 15417, table 1).
const SYMBOLS: [&str; 106] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232",
];
/// How a code ends.
const STOP: &str = "2331112";
/// The free space that scanners need on both sides: of bar codes, and of QR codes.
const QUIET: (u32, u32) = (10, 4);

/// A set of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    /// Letters and digits, a symbol each.
    B,
    /// Digits, two a symbol.
    C,
}

impl Set {
    const fn other(self) -> Self {
        match self {
            Self::B => Self::C,
            Self::C => Self::B,
        }
    }

    const fn start(self) -> usize {
        match self {
            Self::B => 104,
            Self::C => 105,
        }
    }

    /// What changes to it.
    const fn change(self) -> usize {
        match self {
            Self::B => 100,
            Self::C => 99,
        }
    }

    /// The symbol for what a text begins with, and how many characters that is.
    fn first(self, text: &[u8]) -> Option<(usize, usize)> {
        match (self, text) {
            (Self::B, [byte @ 32..=126, ..]) => Some((usize::from(byte - 32), 1)),
            (Self::C, [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..]) => {
                Some((usize::from((tens - b'0') * 10 + ones - b'0'), 2))
            }
            _ => None,
        }
    }
}

/// A text of printable ASCII as a bar code (Code 128), as short as it can be.
///
/// # Errors
/// When it has other characters.
pub(crate) fn barcode(text: &str) -> Result<Drawing, Failure> {
    let symbols = symbols(text.as_bytes()).ok_or(Code::Internal)?;
    let widths = symbols.iter().map(|symbol| SYMBOLS[*symbol]).chain([STOP]);
    let widths = widths.flat_map(|widths| widths.bytes().map(|digit| u32::from(digit - b'0')));
    let (mut at, mut path) = (QUIET.0, String::new());
    for (place, width) in widths.enumerate() {
        if place % 2 == 0 {
            bar(&mut path, (at, 0), width);
        }
        at += width;
    }
    Ok(Drawing {
        width: at + QUIET.0,
        height: 1,
        path,
    })
}

/// A text as a QR code.
///
/// # Errors
/// When it is longer than one can be.
pub(crate) fn qr(text: &str) -> Result<Drawing, Failure> {
    let code = QrCode::new(text).map_err(|_| Code::Internal)?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in (QUIET.1..).zip(code.to_colors().chunks(width)) {
        let mut at = QUIET.1;
        for run in modules.chunk_by(|one, next| one == next) {
            let length = u32::try_from(run.len()).unwrap_or_default();
            if run[0] == Color::Dark {
                bar(&mut path, (at, row), length);
            }
            at += length;
        }
    }
    let side = u32::try_from(width).unwrap_or_default() + 2 * QUIET.1;
    Ok(Drawing {
        width: side,
        height: side,
        path,
    })
}

/// Something black with a height of 1.
fn bar(path: &mut String, (x, y): (u32, u32), width: u32) {
    path.push_str(&format!("M{x} {y}h{width}v1h-{width}z"));
}

/// The values of the symbols, with the start and the one that checks.
fn symbols(text: &[u8]) -> Option<Vec<usize>> {
    // How many symbols the rest of the text takes in each set, from the end.
    let mut takes = vec![[0_usize; 2]; text.len() + 2];
    let at = |set: Set| usize::from(set == Set::C);
    let unfit = text.len() * 2 + 9;
    for place in (0..text.len()).rev() {
        let stay = [Set::B, Set::C].map(|set| match set.first(&text[place..]) {
            Some((_, length)) => 1 + takes[place + length][at(set)],
            None => unfit,
        });
        takes[place] = [stay[0].min(stay[1] + 1), stay[1].min(stay[0] + 1)];
    }
    let mut set = if takes[0][1] <= takes[0][0] {
        Set::C
    } else {
        Set::B
    };
    let mut symbols = vec![set.start()];
    let mut place = 0;
    while place < text.len() {
        let stays = set.first(&text[place..]);
        let fits =
            stays.filter(|(_, length)| 1 + takes[place + length][at(set)] == takes[place][at(set)]);
        if let Some((symbol, length)) = fits {
            symbols.push(symbol);
            place += length;
        } else {
            set = set.other();
            set.first(&text[place..])?;
            symbols.push(set.change());
        }
    }
    let weighted = symbols.iter().zip([1].into_iter().chain(1..));
    let sum: usize = weighted.map(|(symbol, weight)| symbol * weight).sum();
    symbols.push(sum % 103);
    Some(symbols)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_has_three_bars_and_is_eleven_wide() {
        for symbol in SYMBOLS {
            let width: u32 = symbol.bytes().map(|digit| u32::from(digit - b'0')).sum();
            assert_eq!((symbol.len(), width), (6, 11), "{symbol}");
        }
        let mut all = SYMBOLS.to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), SYMBOLS.len());
    }

    #[test]
    fn a_code_is_as_short_as_it_can_be() {
        let of = |text: &str| {
            let symbols = symbols(text.as_bytes()).unwrap();
            symbols[..symbols.len() - 1].to_vec()
        };
        assert_eq!(of("9812"), [105, 98, 12]);
        // An odd digit, and letters, in the other set.
        assert_eq!(of("98123"), [105, 98, 12, 100, 19]);
        assert_eq!(of("AB"), [104, 33, 34]);
        assert_eq!(of("A1234"), [104, 33, 99, 12, 34]);
        assert_eq!(of("A12B"), [104, 33, 17, 18, 34]);
        assert_eq!(symbols("卡".as_bytes()), None);
    }

    #[test]
    fn the_sum_is_that_of_the_standard() {
        // "Wikipedia" in set B: the check is 88.
        assert_eq!(symbols(b"Wikipedia").unwrap().last(), Some(&88));
    }

    #[test]
    fn a_drawing_has_its_quiet_zones() {
        let code = barcode("9812345678901234").unwrap();
        // Start, eight pairs, check, and what ends it.
        assert_eq!(code.width, 10 + 11 * 10 + 13 + 10);
        assert!(code.path.starts_with("M10 0h2v1h-2z"), "{}", code.path);
        let square = qr("9812345678901234").unwrap();
        assert_eq!((square.width, square.height), (29, 29));
        assert!(square.path.starts_with("M4 4h7v1h-7z"), "{}", square.path);
    }
}
