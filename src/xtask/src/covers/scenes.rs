//! Landscapes. All are drawn 400 wide and 600 high.

use super::painting::{Align, Column, Painting, Panel};
use super::palette::Palette;
use super::svg::{curve, disc, fill, rect, stroke};
use crate::chance::Chance;
use std::fmt::Write;

/// The outline of hills across the cover: `points` random heights around `y`, then down to the foot.
fn hill(chance: &mut Chance, y: i32, swing: i32, points: i32) -> String {
    let step = 480 / points;
    let heights: Vec<(i32, i32)> = (0..=points)
        .map(|n| (n * step - 40, y + chance.between(-swing, swing)))
        .collect();
    curve(&heights) + "V600H-40z"
}

/// A moon over hills, by night.
pub fn moon(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let radius = work.between(58, 88);
    let (x, y) = (edition.between(110, 290), work.between(330, 370));
    let mut art = rect(0, 0, 400, 600, palette.deep) + &disc(x, y, radius, palette.spark);
    if work.once_in(2) {
        let shift = edition.between(24, 36);
        art += &disc(x + shift, y - shift / 2, radius - 6, palette.deep);
    }
    for (height, colour, opacity) in [
        (y + 30, palette.soft, ".45"),
        (y + 82, palette.soft, ".75"),
        (y + 132, palette.ink, ".55"),
        (y + 178, palette.ink, "1"),
    ] {
        let data = hill(work, height, 34, 6);
        let _ = write!(
            art,
            r#"<path d="{data}" fill="{colour}" fill-opacity="{opacity}"/>"#
        );
    }
    Painting {
        art,
        panel: Panel {
            x: 38,
            y: 44,
            width: 324,
            height: 208,
            align: Align::TopLeft,
            ink: palette.paper,
            rule: palette.soft,
            column: Some(Column {
                x: 340,
                y: 40,
                height: 230,
                largest: 56,
                ink: palette.paper,
                authors: (288, 44),
            }),
        },
        mark: (200, 578, palette.soft),
    }
}

/// Rows of trees before a sun.
pub fn forest(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let pointed = work.once_in(2);
    let mut art = rect(0, 0, 400, 600, palette.paper);
    art += &disc(
        edition.between(90, 310),
        356,
        work.between(56, 74),
        palette.spark,
    );
    for (row, (foot, colour)) in [(470, palette.soft), (540, palette.deep), (620, palette.ink)]
        .into_iter()
        .enumerate()
    {
        let mut path = String::new();
        let mut x = -edition.between(0, 30);
        while x < 420 {
            let height = work.between(74, 128) + 14 * row as i32;
            let half = work.between(17, 26) + 4 * row as i32;
            let top = foot - height;
            let _ = if pointed {
                write!(path, "M{x} {top}l{half} {height}h-{}z", 2 * half)
            } else {
                write!(
                    path,
                    "M{x} {top}c{half} 20 {half} {0} 3 {0}v30h-6v-30c-{half} 0-{half}-{1} 3-{0}z",
                    height - 20,
                    height - 40
                )
            };
            x += half + work.between(12, 26);
        }
        art += &fill(&path, colour);
        art += &rect(0, foot - 2, 400, 100, colour);
    }
    Painting {
        art,
        panel: Panel {
            x: 36,
            y: 42,
            width: 328,
            height: 214,
            align: Align::Top,
            ink: palette.ink,
            rule: palette.spark,
            column: None,
        },
        mark: (200, 576, palette.paper),
    }
}

/// Ridges that fade into mist, and a red sun.
pub fn ridges(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let mut art = format!(
        r#"<defs><linearGradient id="m" x2="0" y2="1"><stop stop-color="{}"/><stop offset="1" stop-color="{0}" stop-opacity="0"/></linearGradient></defs>"#,
        palette.deep
    );
    art += &rect(0, 0, 400, 600, palette.paper);
    art += &disc(
        edition.between(70, 220),
        edition.between(262, 272),
        38,
        palette.spark,
    );
    for (n, opacity) in [".3", ".5", ".75", "1"].into_iter().enumerate() {
        let y = 318 + 72 * n as i32;
        let data = ridge(work, y);
        let _ = write!(
            art,
            r#"<path d="{data}" fill="url(#m)" fill-opacity="{opacity}"/>"#
        );
    }
    let (x, y) = (edition.between(270, 330), edition.between(304, 316));
    art += &stroke(
        &format!("M{x} {y}q7-8 12 0q6-8 13-1m14 22q5-6 9 0q5-6 10-1"),
        palette.ink,
        "2",
    );
    Painting {
        art,
        panel: Panel {
            x: 40,
            y: 44,
            width: 320,
            height: 174,
            align: Align::TopLeft,
            ink: palette.ink,
            rule: palette.spark,
            column: Some(Column {
                x: 340,
                y: 44,
                height: 236,
                largest: 56,
                ink: palette.ink,
                authors: (286, 50),
            }),
        },
        mark: (360, 568, palette.paper),
    }
}

/// A jagged outline across the cover, then down to where the mist has swallowed it.
fn ridge(chance: &mut Chance, y: i32) -> String {
    let mut data = format!("M-10 {}", y + 140);
    let peak = chance.between(60, 340);
    let mut x = -10;
    while x < 410 {
        let near = (100 - (x - peak).abs() / 2).max(0);
        let _ = write!(data, "L{x} {}", y - near + chance.between(0, 34));
        x += chance.between(14, 34);
    }
    data + &format!("L410 {}V{}H-10z", y + 10, y + 170)
}
