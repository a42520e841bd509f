//! The colours of the covers.

/// Five colours that go together.
#[derive(Debug, Clone)]
pub struct Palette {
    /// Light: grounds, and letters on dark grounds.
    pub paper: &'static str,
    /// Nearly black: letters on light grounds.
    pub ink: &'static str,
    /// A deep colour on which `paper` can be read.
    pub deep: &'static str,
    /// A middle tone of its kin, on which neither is read.
    pub soft: &'static str,
    /// A contrast, for one thing on the cover.
    pub spark: &'static str,
}

const fn palette(
    paper: &'static str,
    ink: &'static str,
    deep: &'static str,
    soft: &'static str,
    spark: &'static str,
) -> Palette {
    Palette {
        paper,
        ink,
        deep,
        soft,
        spark,
    }
}

impl Palette {
    /// All of them.
    pub const ALL: [Self; 12] = [
        palette("#f6efe2", "#211a17", "#a3352a", "#e3a27f", "#f0be5e"),
        palette("#f3efe4", "#14262b", "#1f5a62", "#8fb7a8", "#e07a4b"),
        palette("#f2eee3", "#161d33", "#26407a", "#8aa4cf", "#dd6b43"),
        palette("#f1eedf", "#18231b", "#2f5b3f", "#a3b574", "#dc9d2f"),
        palette("#f5ece8", "#2a1523", "#6b2d52", "#c98fa3", "#e2a33c"),
        palette("#fbf3dc", "#2b2118", "#8a5314", "#e3bd63", "#cf4a2e"),
        palette("#eef0ec", "#1a2127", "#3a5164", "#a9bac2", "#d1495b"),
        palette("#faefe9", "#33181c", "#a8434a", "#efb5a2", "#f3c667"),
        palette("#efe9dc", "#0f1626", "#1b2a4a", "#6f88b4", "#f0c75e"),
        palette("#f4eddc", "#26211a", "#8f4527", "#d6a777", "#a3b37c"),
        palette("#f4efe3", "#191919", "#3a3a38", "#aaa496", "#b3302a"),
        palette("#f0f2e8", "#17302b", "#33695d", "#aecdbb", "#c75c3f"),
    ];

    /// These colours for the edition with this number of the same work: the first has them as they
    /// are, the next ones change places among them.
    pub fn for_edition(&self, number: usize) -> Self {
        let own = self.clone();
        match number % 3 {
            0 => own,
            1 => Self {
                soft: self.spark,
                spark: self.soft,
                ..own
            },
            _ => Self {
                ink: self.deep,
                deep: self.ink,
                ..own
            },
        }
    }
}
