//! The few bits of SVG that the covers are made of.

use std::fmt::Write;

/// `text` as content of an element or of an attribute in double quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // No XML document may contain these, escaped or not.
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A filled rectangle.
pub fn rect(x: i32, y: i32, width: i32, height: i32, fill: &str) -> String {
    format!(r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>"#)
}

/// A filled circle.
pub fn disc(x: i32, y: i32, radius: i32, fill: &str) -> String {
    format!(r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}"/>"#)
}

/// A circle's line.
pub fn ring(x: i32, y: i32, radius: i32, stroke: &str, width: &str) -> String {
    format!(
        r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{stroke}" stroke-width="{width}"/>"#
    )
}

/// A filled path.
pub fn fill(path: &str, fill: &str) -> String {
    format!(r#"<path d="{path}" fill="{fill}"/>"#)
}

/// The line of a path.
pub fn stroke(path: &str, stroke: &str, width: &str) -> String {
    format!(
        r#"<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round"/>"#
    )
}

/// The thin line of a rectangle.
pub fn frame((x, y): (i32, i32), (width, height): (i32, i32), colour: &str) -> String {
    stroke(
        &format!("M{x} {y}h{width}v{height}h-{width}z"),
        colour,
        "1.5",
    )
}

/// The line through `points`, as the data of a path, rounded at its corners.
pub fn curve(points: &[(i32, i32)]) -> String {
    let mut path = String::new();
    for (at, &(x, y)) in points.iter().enumerate() {
        let _ = match (at, points.get(at + 1)) {
            (0, _) => write!(path, "M{x} {y}"),
            // Ending half way to the next point makes neighbouring arcs meet smoothly.
            (_, Some(&(next_x, next_y))) => {
                write!(
                    path,
                    "Q{x} {y} {} {}",
                    i32::midpoint(x, next_x),
                    i32::midpoint(y, next_y)
                )
            }
            (_, None) => write!(path, "L{x} {y}"),
        };
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_for_xml() {
        assert_eq!(escape("\"A\" & <B>\u{7}"), "&quot;A&quot; &amp; &lt;B&gt;");
        assert_eq!(escape("三体"), "三体");
    }

    #[test]
    fn a_curve_begins_and_ends_at_its_ends() {
        assert_eq!(curve(&[(0, 0), (10, 20), (20, 0)]), "M0 0Q10 20 15 10L20 0");
    }
}
