//! The authors of a product out of its contributors.

use crate::text;

/// One `Contributor` composite.
#[derive(Default)]
pub(super) struct Contributor {
    pub(super) sequence: Option<u32>,
    /// List 17.
    pub(super) roles: Vec<String>,
    pub(super) person: String,
    pub(super) inverted: String,
    /// Names before the key, prefix, key, names after the key, suffix: the order in which they are read.
    pub(super) parts: [String; 5],
    pub(super) corporate: String,
}

impl Contributor {
    /// The name in reading order; empty for those who have none (`UnnamedPersons`).
    fn name(&self) -> String {
        if !self.person.is_empty() {
            return self.person.clone();
        }
        let parts: Vec<&str> = self
            .parts
            .iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        if !parts.is_empty() {
            // 村上 and 春樹 are written without a blank.
            let ideographs = |part: &&str| part.chars().all(is_east_asian);
            let blank = if parts.iter().all(ideographs) {
                ""
            } else {
                " "
            };
            return parts.join(blank);
        }
        match self.inverted.split_once(", ") {
            Some((key, before)) if !before.contains(',') => format!("{before} {key}"),
            _ if !self.inverted.is_empty() => self.inverted.clone(),
            _ => self.corporate.clone(),
        }
    }

    fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }
}

fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// The names of the authors, in the order of their sequence numbers.
///
/// Authors are those "by" whom the work is (role A01). Where nobody is, for instance in a book of pictures,
/// they are all who share the first role among those of creators (A…).
pub(super) fn authors(mut contributors: Vec<Contributor>) -> Vec<String> {
    // Stable: those without a number keep their place behind the others.
    contributors.sort_by_key(|contributor| contributor.sequence.unwrap_or(u32::MAX));
    let roles = || {
        contributors
            .iter()
            .flat_map(|contributor| &contributor.roles)
    };
    let Some(role) = roles()
        .find(|role| *role == "A01")
        .or_else(|| roles().find(|role| role.starts_with('A')))
        .cloned()
    else {
        return Vec::new();
    };
    let mut names: Vec<String> = Vec::new();
    for contributor in contributors
        .iter()
        .filter(|contributor| contributor.has_role(&role))
    {
        let name = text::line(&contributor.name());
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(sequence: u32, role: &str, person: &str) -> Contributor {
        Contributor {
            sequence: Some(sequence),
            roles: vec![role.into()],
            person: person.into(),
            ..Default::default()
        }
    }

    #[test]
    fn authors_come_in_their_sequence_and_translators_do_not_count() {
        let all = vec![
            by(3, "B06", "Lois Roth"),
            by(2, "A01", "Per Wahlöö"),
            by(1, "A01", "Maj Sjöwall"),
        ];
        assert_eq!(authors(all), ["Maj Sjöwall", "Per Wahlöö"]);
    }

    #[test]
    fn without_an_author_the_first_creators_count() {
        let all = vec![
            by(1, "B01", "An Editor"),
            by(2, "A12", "A Painter"),
            by(3, "A13", "A Photographer"),
        ];
        assert_eq!(authors(all), ["A Painter"]);
        assert_eq!(
            authors(vec![by(1, "B01", "An Editor")]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn names_are_put_together_as_they_are_read() {
        let parts = |parts: [&str; 5]| {
            let parts = parts.map(str::to_owned);
            Contributor {
                parts,
                ..Default::default()
            }
            .name()
        };
        assert_eq!(
            parts(["Ludwig", "van", "Beethoven", "", ""]),
            "Ludwig van Beethoven"
        );
        assert_eq!(parts(["", "", "村上", "春樹", ""]), "村上春樹");
        assert_eq!(
            parts(["Martin Luther", "", "King", "", "Jr."]),
            "Martin Luther King Jr."
        );
        let inverted = |name: &str| {
            Contributor {
                inverted: name.into(),
                ..Default::default()
            }
            .name()
        };
        assert_eq!(inverted("Sjöwall, Maj"), "Maj Sjöwall");
        assert_eq!(inverted("CLAMP"), "CLAMP");
        let corporate = Contributor {
            corporate: "Lonely Planet".into(),
            ..Default::default()
        };
        assert_eq!(corporate.name(), "Lonely Planet");
    }
}
