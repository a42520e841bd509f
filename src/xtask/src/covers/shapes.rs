//! Designs of a few large shapes. All are drawn 400 wide and 600 high.

use super::painting::{Align, Painting, Panel};
use super::palette::Palette;
use super::svg::{disc, fill, frame, rect, ring};
use crate::chance::Chance;
use std::fmt::Write;

/// Three bands, the words in the middle one.
pub fn bands(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let (top, bottom) = (work.between(150, 170), work.between(430, 445));
    let mut art = rect(0, 0, 400, 600, palette.deep);
    art += &rect(0, top, 400, bottom - top, palette.paper);
    art += &rect(0, top + 8, 400, 2, palette.soft);
    art += &rect(0, bottom - 10, 400, 2, palette.soft);
    art += &emblem(
        work.between(1, 4),
        (200, top / 2 + 2),
        edition.between(38, 46),
        palette,
    );
    Painting {
        art,
        panel: Panel {
            x: 36,
            y: top + 20,
            width: 328,
            height: bottom - top - 40,
            align: Align::Centre,
            ink: palette.ink,
            rule: palette.spark,
            column: None,
        },
        mark: (200, 520, palette.paper),
    }
}

/// A small picture of about `radius`: a crescent, a flower, a sun or nested rings.
fn emblem(kind: i32, (x, y): (i32, i32), radius: i32, palette: &Palette) -> String {
    match kind {
        1 => {
            let hidden = disc(x + radius / 2, y - radius / 5, radius * 4 / 5, palette.deep);
            disc(x, y, radius, palette.soft) + &hidden
        }
        2 => {
            let petal = fill(
                &format!(
                    "M0 0q{0} -{1} 0 -{2}q-{0} {3} 0 {2}",
                    radius / 3,
                    radius / 3,
                    radius,
                    radius * 2 / 3
                ),
                palette.soft,
            );
            turned(&petal, (x, y), 8) + &disc(x, y, radius / 5, palette.spark)
        }
        3 => {
            let ray = rect(-2, -radius, 4, radius / 3, palette.soft);
            turned(&ray, (x, y), 16) + &disc(x, y, radius / 2, palette.soft)
        }
        _ => (1..=4)
            .map(|n| {
                ring(
                    x,
                    y,
                    radius * n / 4,
                    if n == 2 { palette.spark } else { palette.soft },
                    "3",
                )
            })
            .collect(),
    }
}

/// `shape`, drawn around the origin, `count` times in a circle around a point.
fn turned(shape: &str, (x, y): (i32, i32), count: i32) -> String {
    let mut group = format!(r#"<g transform="translate({x} {y})"><g id="t">{shape}</g>"#);
    for n in 1..count {
        let _ = write!(
            group,
            r##"<use href="#t" transform="rotate({})"/>"##,
            f64::from(360 * n) / f64::from(count)
        );
    }
    group + "</g>"
}

/// The rays of a sun that stands low.
pub fn rays(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let (x, y) = (work.between(150, 250), work.between(440, 470));
    let count = *work.pick(&[18, 24, 30]);
    let turn = f64::from(edition.between(0, 10));
    let mut path = String::new();
    for n in 0..count {
        let angle =
            |part: f64| ((f64::from(n) + part) * 360. / f64::from(count) + turn).to_radians();
        let at = |angle: f64| {
            (
                f64::from(x) + 620. * angle.cos(),
                f64::from(y) + 620. * angle.sin(),
            )
        };
        let ((x1, y1), (x2, y2)) = (at(angle(0.)), at(angle(0.5)));
        let _ = write!(path, "M{x} {y}L{x1:.0} {y1:.0}L{x2:.0} {y2:.0}z");
    }
    let radius = edition.between(64, 78);
    let mut art = rect(0, 0, 400, 600, palette.soft) + &fill(&path, palette.paper);
    art += &(disc(x, y, radius + 12, palette.paper) + &disc(x, y, radius, palette.spark));
    art += &rect(0, y + 14, 400, 600 - y, palette.deep);
    for line in 0..4 {
        art += &rect(0, y + 26 + line * (14 + line * 3), 400, 2, palette.soft);
    }
    art += &(rect(34, 44, 332, 250, palette.paper) + &frame((42, 52), (316, 234), palette.deep));
    Painting {
        art,
        panel: Panel {
            x: 56,
            y: 62,
            width: 288,
            height: 214,
            align: Align::Centre,
            ink: palette.ink,
            rule: palette.spark,
            column: None,
        },
        mark: (200, 572, palette.paper),
    }
}

/// Arches within arches, a disc in the innermost.
pub fn arches(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let colours = [
        palette.deep,
        palette.soft,
        palette.paper,
        palette.spark,
        palette.ink,
    ];
    let step = work.between(26, 32);
    let first = work.between(0, 1) as usize;
    let mut art = rect(0, 0, 400, 600, palette.paper);
    for n in 0..5 {
        let half = 160 - n * step;
        art += &fill(
            &format!(
                "M{} 600v-{}a{half} {half} 0 0 1 {} 0V600z",
                200 - half,
                190 - n * 8,
                2 * half
            ),
            colours[(n as usize + first) % 5],
        );
    }
    let y = edition.between(452, 476);
    art += &disc(
        200,
        y,
        18,
        if first == 0 {
            palette.paper
        } else {
            palette.soft
        },
    );
    Painting {
        art,
        panel: Panel {
            x: 36,
            y: 40,
            width: 328,
            height: 196,
            align: Align::Top,
            ink: palette.ink,
            rule: palette.spark,
            column: None,
        },
        mark: (20, 576, palette.deep),
    }
}
