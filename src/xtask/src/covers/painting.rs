//! A cover's drawing together with the place where its words go.

use super::lettering::{Block, Script, Words, is_column, stands_upright};
use super::svg::escape;
use std::fmt::Write;

/// Type faces that machines have by themselves, the pleasant ones first.
const SERIF: &str =
    "Palatino,'Palatino Linotype',Georgia,'Noto Serif','Songti SC','Noto Serif CJK SC',serif";
const SERIF_TC: &str = "'Songti TC','Noto Serif CJK TC',serif";
const SERIF_JA: &str = "'Hiragino Mincho ProN','Yu Mincho','Noto Serif CJK JP',serif";

/// Where lines stand in their box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Ragged right, from the top down.
    TopLeft,
    /// Centred between left and right, from the top down.
    Top,
    /// Centred both ways.
    Centre,
}

/// A column for titles of few Han characters.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The middle of the column.
    pub x: i32,
    /// Where it begins.
    pub y: i32,
    /// How long it is.
    pub height: i32,
    /// The largest size of the title.
    pub largest: i32,
    /// The colour of the title; the authors have the panel's.
    pub ink: &'static str,
    /// The middle and the beginning of the column of the authors.
    pub authors: (i32, i32),
}

/// The place for the words.
#[derive(Debug, Clone, Copy)]
pub struct Panel {
    /// Left edge of the box.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Where lines stand in the box.
    pub align: Align,
    /// The colour of the letters.
    pub ink: &'static str,
    /// The colour of the rule between title and authors.
    pub rule: &'static str,
    /// Where a title may stand in a column instead.
    pub column: Option<Column>,
}

/// A drawing without its words.
#[derive(Debug)]
pub struct Painting {
    /// The elements, from back to front.
    pub art: String,
    /// Where the words go.
    pub panel: Panel,
    /// The middle of the imprint's mark, and its colour.
    pub mark: (i32, i32, &'static str),
}

impl Painting {
    /// The whole picture.
    pub fn with_words(&self, words: &Words<'_>) -> String {
        let faces = match (words.language, Script::of(words.language)) {
            ("ja", _) => SERIF_JA,
            ("zh-TW" | "zh-HK" | "zh-Hant", _) => SERIF_TC,
            _ => SERIF,
        };
        let lang = escape(words.language);
        let mut svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 600" width="400" height="600" xml:lang="{lang}" font-family="{faces}"><title>{}</title>{}"#,
            escape(words.title),
            self.art
        );
        match self.panel.column {
            Some(column) if is_column(words.title) => {
                self.write_column(&mut svg, words, column);
            }
            _ => self.write_lines(&mut svg, words),
        }
        self.write_mark(&mut svg);
        svg.push_str("</svg>\n");
        svg
    }

    fn write_lines(&self, svg: &mut String, words: &Words<'_>) {
        let panel = &self.panel;
        let authors = Block::fitting(&named(words), panel.width, 46, 18);
        let subtitle = match words.subtitle {
            "" => Block {
                lines: Vec::new(),
                size: 15,
                leading: 20,
            },
            text => Block::fitting(text, panel.width, 44, 16),
        };
        let gap = 26;
        let rest = authors.height() + subtitle.height() + 2 * gap;
        let room = (panel.height - rest).max(0);
        let title = Block::fitting(words.title, panel.width, room, 58);
        let mut y = panel.y;
        if panel.align == Align::Centre {
            y += (panel.height - (title.height() + rest - gap)) / 2;
        }
        y = self.write_block(svg, &title, y, r#" font-weight="600""#);
        if !subtitle.lines.is_empty() {
            // Han characters have no italics; machines would only slant them.
            let style = match Script::of(words.language) {
                Script::Latin => r#" font-style="italic""#,
                Script::Han => "",
            };
            y = self.write_block(svg, &subtitle, y + 6, style);
        }
        let (left, length) = match panel.align {
            Align::TopLeft => (panel.x, 44),
            _ => (panel.x + panel.width / 2 - 22, 44),
        };
        let _ = write!(
            svg,
            r#"<path d="M{left} {}h{length}" stroke="{}" stroke-width="2"/>"#,
            y + 16,
            panel.rule
        );
        self.write_block(svg, &authors, y + gap + 2, r#" letter-spacing=".6""#);
    }

    /// Writes lines from `y` downwards; the reply is where they end.
    fn write_block(&self, svg: &mut String, block: &Block, y: i32, style: &str) -> i32 {
        let panel = &self.panel;
        let (x, anchor) = match panel.align {
            Align::TopLeft => (panel.x, ""),
            _ => (panel.x + panel.width / 2, r#" text-anchor="middle""#),
        };
        let _ = write!(
            svg,
            r#"<text font-size="{}" fill="{}"{style}{anchor}>"#,
            block.size, panel.ink
        );
        let mut bottom = y;
        for line in &block.lines {
            // Letters stand on the line a good fifth above its lower edge.
            let baseline = bottom + block.leading - block.size / 4;
            let _ = write!(
                svg,
                r#"<tspan x="{x}" y="{baseline}">{}</tspan>"#,
                escape(line)
            );
            bottom += block.leading;
        }
        svg.push_str("</text>");
        bottom
    }

    fn write_column(&self, svg: &mut String, words: &Words<'_>, column: Column) {
        let count = words.title.chars().count() as i32;
        let size = (column.height / count * 10 / 11).min(column.largest);
        let ink = self.panel.ink;
        write_upright(
            svg,
            words.title,
            (column.x, column.y),
            size,
            column.ink,
            r#" font-weight="600""#,
        );
        let (x, y) = column.authors;
        for (at, name) in words.authors.iter().take(2).enumerate() {
            let x = x - 26 * at as i32;
            if stands_upright(name) {
                write_upright(svg, name, (x, y), 18, ink, "");
            } else {
                // A name in Latin letters lies on its side, as it does on the spines of books.
                let _ = write!(
                    svg,
                    r#"<text font-size="16" fill="{ink}" transform="translate({} {y})rotate(90)">{}</text>"#,
                    x - 5,
                    escape(name)
                );
            }
        }
    }

    /// A lantern: the sign of the imaginary imprint of all these books.
    fn write_mark(&self, svg: &mut String) {
        let (x, y, colour) = self.mark;
        let _ = write!(
            svg,
            r#"<path d="M{x} {}v4m-4 0h8m-8 13h8m-4 0v5" stroke="{colour}" stroke-width="1.5"/><ellipse cx="{x}" cy="{}" rx="8.5" ry="6.5" fill="{colour}"/>"#,
            y - 12,
            y - 1
        );
    }
}

/// The authors in one line of text; those beyond the third are left to the title page.
fn named(words: &Words<'_>) -> String {
    let shown = &words.authors[..words.authors.len().min(3)];
    let separator = match Script::of(words.language) {
        Script::Han => "　",
        Script::Latin => ", ",
    };
    shown.join(separator)
}

/// Writes one character below the other. Each has its own place, because browsers differ in
/// `writing-mode` inside SVG.
fn write_upright(svg: &mut String, text: &str, at: (i32, i32), size: i32, ink: &str, style: &str) {
    let step = size * 11 / 10;
    let places: Vec<String> = (0..text.chars().count() as i32)
        .map(|n| (at.1 + size * 9 / 10 + n * step).to_string())
        .collect();
    // `x` is repeated, or the second character would stand beside the first.
    let columns = vec![(at.0 - size / 2).to_string(); places.len()];
    let _ = write!(
        svg,
        r#"<text font-size="{size}" fill="{ink}"{style} x="{}" y="{}">{}</text>"#,
        columns.join(" "),
        places.join(" "),
        escape(text)
    );
}
