//! The title of a product out of its parts.

/// One `TitleDetail` composite.
#[derive(Default)]
pub(super) struct Title {
    /// List 15.
    pub(super) kind: String,
    pub(super) elements: Vec<Element>,
}

/// One `TitleElement` composite.
#[derive(Default)]
pub(super) struct Element {
    /// List 149: 01 is the product's own level, 02 the collection's.
    pub(super) level: String,
    pub(super) part: String,
    pub(super) text: String,
    pub(super) prefix: String,
    pub(super) without_prefix: String,
    pub(super) subtitle: String,
}

impl Element {
    pub(super) fn title(&self) -> String {
        if !self.text.is_empty() {
            return self.text.clone();
        }
        // French and Italian articles are written together with the word: L'Étranger.
        let together = self.prefix.is_empty() || self.prefix.ends_with(['\'', '’']);
        let blank = if together { "" } else { " " };
        format!("{}{blank}{}", self.prefix, self.without_prefix)
    }
}

/// Title and subtitle of a product: both empty where it has none.
///
/// The distinctive title (type 01) is the one on the title page; other types are taken only where it is
/// missing. A volume without a title of its own is called by its collection and number: `One Piece 3`.
pub(super) fn title(titles: &[Title]) -> (String, String) {
    let Some(title) = titles
        .iter()
        .find(|title| title.kind == "01")
        .or(titles.first())
    else {
        return Default::default();
    };
    let at = |level: &str| title.elements.iter().find(|element| element.level == level);
    let (own, collection) = (at("01"), at("02"));
    if let Some(own) = own.filter(|own| !own.title().is_empty()) {
        return (own.title(), own.subtitle.clone());
    }
    let part = own.map(|own| own.part.as_str()).unwrap_or_default();
    match collection {
        Some(collection) => {
            let name = format!("{} {part}", collection.title()).trim().to_owned();
            (name, collection.subtitle.clone())
        }
        None => Default::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(level: &str) -> Element {
        Element {
            level: level.into(),
            ..Default::default()
        }
    }

    fn titled(elements: Vec<Element>) -> String {
        title(&[Title {
            kind: "01".into(),
            elements,
        }])
        .0
    }

    #[test]
    fn a_prefix_comes_before_the_title() {
        let the = Element {
            prefix: "The".into(),
            without_prefix: "Trial".into(),
            ..element("01")
        };
        assert_eq!(titled(vec![the]), "The Trial");
        let l = Element {
            prefix: "L’".into(),
            without_prefix: "Étranger".into(),
            ..element("01")
        };
        assert_eq!(titled(vec![l]), "L’Étranger");
        let none = Element {
            without_prefix: "Roseanna".into(),
            ..element("01")
        };
        assert_eq!(titled(vec![none]), "Roseanna");
    }

    #[test]
    fn a_volume_is_called_by_its_collection_and_number() {
        let collection = || Element {
            text: "One Piece".into(),
            ..element("02")
        };
        let volume = Element {
            part: "3".into(),
            ..element("01")
        };
        assert_eq!(titled(vec![collection(), volume]), "One Piece 3");
        assert_eq!(titled(vec![collection()]), "One Piece");
        let own = Element {
            text: "Romance Dawn".into(),
            ..element("01")
        };
        assert_eq!(titled(vec![collection(), own]), "Romance Dawn");
    }

    #[test]
    fn the_distinctive_title_goes_before_others() {
        let of = |kind: &str, text: &str| Title {
            kind: kind.into(),
            elements: vec![Element {
                text: text.into(),
                ..element("01")
            }],
        };
        assert_eq!(
            title(&[of("10", "ROSEANNA #1"), of("01", "Roseanna")]).0,
            "Roseanna"
        );
        assert_eq!(title(&[of("10", "ROSEANNA #1")]).0, "ROSEANNA #1");
        assert_eq!(title(&[]).0, "");
    }
}
