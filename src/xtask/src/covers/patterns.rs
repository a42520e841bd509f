//! Designs of repeats. All are drawn 400 wide and 600 high.

use super::painting::{Align, Column, Painting, Panel};
use super::palette::Palette;
use super::svg::{disc, fill, frame, rect, ring, stroke};
use crate::chance::Chance;
use std::fmt::Write;

/// Waves of overlapping circles below a plain sky.
pub fn waves(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let radius = *work.pick(&[28, 36, 44]);
    let top = edition.between(300, 330);
    let scale: String = [(radius, palette.paper), (radius - 3, palette.deep)]
        .into_iter()
        .map(|(radius, colour)| disc(0, 0, radius, colour))
        .chain([
            ring(0, 0, radius * 2 / 3, palette.soft, "3"),
            ring(0, 0, radius / 3, palette.paper, "3"),
        ])
        .collect();
    let mut art = rect(0, 0, 400, 600, palette.paper);
    if work.once_in(2) {
        art += &disc(
            edition.between(290, 330),
            top - 8,
            edition.between(46, 60),
            palette.spark,
        );
    }
    let _ = write!(
        art,
        r#"<defs><g id="c">{scale}</g><pattern id="p" width="{}" height="{radius}" y="{top}" patternUnits="userSpaceOnUse">"#,
        2 * radius
    );
    for row in 0..5 {
        let y = row * radius / 2;
        // Odd rows sit in the gaps of even ones.
        let columns = if row % 2 == 0 { &[1][..] } else { &[0, 2][..] };
        for column in columns {
            let _ = write!(art, r##"<use href="#c" x="{}" y="{y}"/>"##, column * radius);
        }
    }
    art += "</pattern></defs>";
    art += &rect(0, top, 400, 600 - top, "url(#p)");
    art += &rect(0, top - 3, 400, 3, palette.deep);
    Painting {
        art,
        panel: Panel {
            x: 40,
            y: 48,
            width: 320,
            height: 206,
            align: Align::TopLeft,
            ink: palette.ink,
            rule: palette.spark,
            column: Some(Column {
                x: 80,
                y: 44,
                height: 212,
                largest: 56,
                ink: palette.ink,
                authors: (138, 48),
            }),
        },
        mark: (48, top - 26, palette.deep),
    }
}

/// Quarter circles, discs and triangles in a grid.
pub fn tiles(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let colours = [
        palette.deep,
        palette.soft,
        palette.spark,
        palette.paper,
        palette.ink,
    ];
    // One path a colour takes a third of the bytes of one element a tile.
    let mut grounds = [const { String::new() }; 5];
    let mut shapes = [const { String::new() }; 5];
    for cell in 0..20 {
        let corner = (cell % 5 * 80, cell / 5 * 80);
        let ground = work.between(0, 4) as usize;
        let shape = (ground + work.between(1, 4) as usize) % 5;
        let shared = work.between(1, 7);
        let kind = if edition.once_in(8) {
            edition.between(1, 7)
        } else {
            shared
        };
        let _ = write!(grounds[ground], "M{} {}h80v80h-80z", corner.0, corner.1);
        shapes[shape] += &tile(kind, corner);
    }
    let mut art = rect(0, 0, 400, 600, palette.paper);
    for layer in [grounds, shapes] {
        for (path, colour) in layer.iter().zip(colours) {
            art += &fill(path, colour);
        }
    }
    Painting {
        art,
        panel: Panel {
            x: 32,
            y: 342,
            width: 336,
            height: 218,
            align: Align::TopLeft,
            ink: palette.ink,
            rule: palette.spark,
            column: None,
        },
        mark: (366, 570, palette.deep),
    }
}

/// The path of the shape in the tile of 80 by 80 whose upper left corner is given.
fn tile(kind: i32, (x, y): (i32, i32)) -> String {
    let (right, below) = (x + 80, y + 80);
    match kind {
        1 => format!("M{x} {y}h80a80 80 0 0 1-80 80z"),
        2 => format!("M{right} {y}v80a80 80 0 0 1-80-80z"),
        3 => format!("M{x} {below}v-80a80 80 0 0 1 80 80z"),
        4 => format!("M{right} {below}h-80a80 80 0 0 1 80-80z"),
        5 => format!("M{} {}a26 26 0 1 1 52 0a26 26 0 1 1-52 0z", x + 14, y + 40),
        6 => format!(
            "M{x} {y}a40 40 0 0 0 80 0zM{x} {}a40 40 0 0 0 80 0z",
            y + 40
        ),
        _ => format!("M{x} {below}h80v-80z"),
    }
}

/// Patterned paper with a label, as on small gift books.
pub fn label(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let motif = match work.between(1, 5) {
        1 => {
            fill("M20 6q9 10 0 22q-9-12 0-22zM20 28v8", palette.soft)
                + &disc(4, 20, 2, palette.paper)
        }
        2 => {
            ring(20, 20, 13, palette.soft, "2")
                + &disc(20, 20, 5, palette.spark)
                + &disc(0, 0, 2, palette.paper)
        }
        3 => stroke(
            "M0 10q10-10 20 0t20 0M0 30q10-10 20 0t20 0",
            palette.soft,
            "3",
        ),
        4 => {
            fill(
                "M20 4l4 12l12 4l-12 4l-4 12l-4-12l-12-4l12-4z",
                palette.soft,
            ) + &disc(0, 0, 3, palette.paper)
        }
        _ => {
            fill(
                "M20 20q-14-2-14-14q14 2 14 14q14-2 14-14q-14 2-14 14v16",
                palette.soft,
            ) + &disc(20, 37, 2, palette.paper)
        }
    };
    let mut art = format!(
        r#"<defs><pattern id="p" width="40" height="40" patternUnits="userSpaceOnUse" patternTransform="rotate({})scale({})">{motif}</pattern></defs>"#,
        work.pick(&[0, 45]),
        edition.pick(&[".8", ".9", "1"])
    );
    art += &(rect(0, 0, 400, 600, palette.deep) + &rect(0, 0, 400, 600, "url(#p)"));
    let y = 96;
    art += &(rect(52, y, 296, 238, palette.paper) + &frame((60, y + 8), (280, 222), palette.deep));
    art += &rect(0, 0, 22, 600, palette.ink);
    Painting {
        art,
        panel: Panel {
            x: 74,
            y: y + 20,
            width: 252,
            height: 200,
            align: Align::Centre,
            ink: palette.ink,
            rule: palette.spark,
            column: None,
        },
        mark: (200, 560, palette.paper),
    }
}

/// A thread-bound book: the title slip on the left, the stitches along the right edge.
pub fn slip(palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
    let mut art = rect(0, 0, 400, 600, palette.deep);
    let cloud = "M8 30q0-12 12-12q4-12 16-8q12-4 14 8q10 2 8 12z";
    let _ = write!(
        art,
        r#"<defs><pattern id="p" width="{0}" height="{0}" patternUnits="userSpaceOnUse" patternTransform="rotate(-12)"><path d="{cloud}" fill="none" stroke="{1}" stroke-opacity=".35" stroke-width="2"/></pattern></defs>"#,
        work.pick(&[72, 84, 96]),
        palette.soft
    );
    art += &rect(0, 0, 400, 600, "url(#p)");
    let edge = 362;
    let mut thread = format!("M{edge} 0V600");
    let first = edition.between(48, 60);
    for n in 0..4 {
        let _ = write!(thread, "M{edge} {}h38", first + n * 164);
    }
    art += &stroke(&thread, palette.paper, "2.5");
    art += &(rect(46, 44, 96, 400, palette.paper) + &frame((52, 50), (84, 388), palette.ink));
    art += &(rect(78, 462, 32, 32, palette.spark) + &frame((83, 467), (22, 22), palette.paper));
    Painting {
        art,
        panel: Panel {
            x: 170,
            y: 60,
            width: 172,
            height: 380,
            align: Align::TopLeft,
            ink: palette.paper,
            rule: palette.spark,
            column: Some(Column {
                x: 94,
                y: 64,
                height: 352,
                largest: 58,
                ink: palette.ink,
                authors: (182, 60),
            }),
        },
        mark: (94, 560, palette.paper),
    }
}
