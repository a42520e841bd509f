//! Designs with one thing in their middle. All are drawn 400 wide and 600 high.

use super::painting::{Align, Column, Painting, Panel};
use super::palette::Palette;
use super::svg::{disc, fill, rect, ring, stroke};
use crate::chance::Chance;
use std::fmt::Write;

/// A circle of one brush stroke, with a seal.
pub fn brush(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let (x, y, radius) = (
        work.between(178, 210),
        work.between(376, 392),
        work.between(112, 124),
    );
    let turn = edition.between(0, 359);
    let mut art = rect(0, 0, 400, 600, palette.paper);
    let _ = write!(
        art,
        r#"<g transform="translate({x} {y})rotate({turn})" fill="none" stroke-linecap="round">"#
    );
    // The stroke swells, thins and runs dry: arcs of several radii, the last ones in the paper's colour.
    for n in 0..9 {
        let r = radius - 16 + n * 4;
        let (start, end) = (work.between(0, 16), work.between(300, 338));
        let _ = write!(
            art,
            r#"<path d="{}" stroke="{}" stroke-width="{}"/>"#,
            arc(r, start, end),
            palette.ink,
            work.between(3, 9)
        );
    }
    for _ in 0..5 {
        let r = radius + work.between(-14, 16);
        let start = work.between(170, 240);
        let _ = write!(
            art,
            r#"<path d="{}" stroke="{}" stroke-width="1.6"/>"#,
            arc(r, start, start + work.between(60, 110)),
            palette.paper
        );
    }
    art += "</g>";
    art += &(rect(x - 15, y - 15, 30, 30, palette.spark) + &ring(x, y, 8, palette.paper, "2"));
    Painting {
        art,
        panel: Panel {
            x: 40,
            y: 44,
            width: 320,
            height: 172,
            align: Align::Top,
            ink: palette.ink,
            rule: palette.spark,
            column: Some(Column {
                x: 348,
                y: 44,
                height: 240,
                largest: 58,
                ink: palette.ink,
                authors: (44, 500),
            }),
        },
        mark: (352, 566, palette.ink),
    }
}

/// The path of an arc around the origin between two angles in degrees.
fn arc(radius: i32, start: i32, end: i32) -> String {
    let at = |degrees: i32| {
        let angle = f64::from(degrees).to_radians();
        (
            f64::from(radius) * angle.cos(),
            f64::from(radius) * angle.sin(),
        )
    };
    let ((x1, y1), (x2, y2)) = (at(start), at(end));
    let large = i32::from(end - start > 180);
    format!("M{x1:.0} {y1:.0}A{radius} {radius} 0 {large} 1 {x2:.0} {y2:.0}")
}

/// Planets on their ways among stars.
pub fn orbits(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let mut stars = String::new();
    for _ in 0..46 {
        let _ = write!(
            stars,
            "M{} {}h0",
            edition.between(8, 392),
            edition.between(8, 592)
        );
    }
    let mut art = rect(0, 0, 400, 600, palette.ink) + &stroke(&stars, palette.paper, "1.8");
    let (x, y) = (work.between(120, 280), work.between(390, 430));
    let tilt = work.between(-34, 34);
    let _ = write!(
        art,
        r#"<g transform="translate({x} {y})rotate({tilt})" fill="none" stroke="{}">"#,
        palette.soft
    );
    let mut planets = String::new();
    let mut reach = 62;
    for colour in [palette.soft, palette.spark, palette.paper, palette.soft] {
        let (rx, ry) = (reach, reach * 2 / 5);
        let _ = write!(art, r#"<ellipse rx="{rx}" ry="{ry}" stroke-width="1.4"/>"#);
        let angle = f64::from(edition.between(0, 359)).to_radians();
        let (px, py) = (f64::from(rx) * angle.cos(), f64::from(ry) * angle.sin());
        planets += &disc(px as i32, py as i32, work.between(6, 15), colour)
            .replace("/>", r#" stroke="none"/>"#);
        reach += work.between(46, 62);
    }
    art += &planets;
    art += "</g>";
    art += &disc(x, y, work.between(24, 34), palette.spark);
    art += &ring(x, y, 44, palette.spark, "1");
    Painting {
        art,
        panel: Panel {
            x: 38,
            y: 46,
            width: 324,
            height: 200,
            align: Align::TopLeft,
            ink: palette.paper,
            rule: palette.spark,
            column: Some(Column {
                x: 80,
                y: 44,
                height: 220,
                largest: 58,
                ink: palette.paper,
                authors: (136, 48),
            }),
        },
        mark: (200, 572, palette.soft),
    }
}

/// A twig with leaves and berries.
pub fn twig(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let dark = work.once_in(2);
    let (ground, ink, leaf) = if dark {
        (palette.deep, palette.paper, palette.soft)
    } else {
        (palette.paper, palette.ink, palette.deep)
    };
    let bend = work.between(60, 110) * if work.once_in(2) { 1 } else { -1 };
    let mut art = rect(0, 0, 400, 600, ground);
    art += &stroke(
        &format!(
            "M{} 610Q{} 430 {} 250",
            200 - bend / 2,
            200 + bend,
            200 - bend / 3
        ),
        leaf,
        "4",
    );
    let leaves = work.between(6, 8);
    let long = work.between(78, 104);
    let mut path = String::new();
    for n in 0..leaves {
        let t = 0.12 + 0.84 * f64::from(n) / f64::from(leaves);
        let (x, y) = on_twig(t, f64::from(bend));
        for side in [-1, 1] {
            let (dx, dy) = (
                side * (long - n * 6 + edition.between(-6, 6)),
                -(30 + n * 6 + work.between(0, 12)),
            );
            let _ = write!(
                path,
                "M{x} {y}q{} {} {dx} {dy}q{} {} {} {}z",
                dx / 4,
                dy - 14,
                -dx / 3,
                -dy + 18,
                -dx,
                -dy
            );
        }
    }
    art += &fill(&path, leaf);
    for _ in 0..edition.between(5, 7) {
        let (x, y) = on_twig(f64::from(work.between(10, 98)) / 100., f64::from(bend));
        let side = if work.once_in(2) { 1 } else { -1 };
        art += &disc(
            x + side * work.between(14, 40),
            y - work.between(2, 16),
            work.between(6, 9),
            palette.spark,
        );
    }
    Painting {
        art,
        panel: Panel {
            x: 36,
            y: 42,
            width: 328,
            height: 190,
            align: Align::Top,
            ink,
            rule: palette.spark,
            column: Some(Column {
                x: 348,
                y: 40,
                height: 250,
                largest: 54,
                ink,
                authors: (52, 44),
            }),
        },
        mark: (368, 570, ink),
    }
}

/// A point of the twig; `t` goes from its foot to its tip.
fn on_twig(t: f64, bend: f64) -> (i32, i32) {
    let blend =
        |a: f64, b: f64, c: f64| (1. - t) * (1. - t) * a + 2. * t * (1. - t) * b + t * t * c;
    let x = blend(200. - bend / 2., 200. + bend, 200. - bend / 3.);
    (x as i32, blend(610., 430., 250.) as i32)
}
