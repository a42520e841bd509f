//! HTML of what never changes.
//!
//! A review, once shown, stays as it is. As a Leptos view each of its thirty elements would be walked over
//! at hydration, and each kind of element and attribute would add code to the wasm (measured: half of
//! it). As text it is one node with one string, on both sides the same.

/// HTML under construction, in which nothing unescaped can come from outside: markup is `'static`, so it
/// stands in our own source, and all else goes through [`Html::text`].
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// Markup as it stands.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text, escaped for an element's content and for an attribute in double quotes alike.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"']) {
            self.0.push_str(&rest[..at]);
            self.0.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        self
    }

    /// What has been written.
    pub fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let mut html = Html::default();
        html.raw("<p title=\"")
            .text("\"><script>")
            .raw("\">")
            .text("a < b & c")
            .raw("</p>");
        assert_eq!(
            html.finish(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">a &lt; b &amp; c</p>"
        );
    }
}
