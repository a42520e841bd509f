//! The designs by name, and which scripts they suit.

use super::lettering::Script;
use super::painting::Painting;
use super::palette::Palette;
use super::{figures, patterns, scenes, shapes};
use crate::chance::Chance;

/// A family of covers that differ in their numbers alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// Three bands, the words in the middle one.
    Bands,
    /// A moon over hills.
    Moon,
    /// Waves of overlapping circles, as on Japanese cloth.
    Waves,
    /// Rows of trees before a sun.
    Forest,
    /// Quarter circles in a grid.
    Tiles,
    /// A rising sun's rays.
    Rays,
    /// Patterned paper with a label.
    Label,
    /// A circle of one brush stroke.
    Brush,
    /// Ridges that fade into mist.
    Ridges,
    /// Planets on their ways.
    Orbits,
    /// A twig with leaves.
    Twig,
    /// Arches within arches.
    Arches,
    /// A thread-bound book with a title slip.
    Slip,
}

impl Design {
    /// All of them.
    #[cfg(test)]
    pub const ALL: [Self; 13] = [
        Self::Bands,
        Self::Moon,
        Self::Waves,
        Self::Forest,
        Self::Tiles,
        Self::Rays,
        Self::Label,
        Self::Brush,
        Self::Ridges,
        Self::Orbits,
        Self::Twig,
        Self::Arches,
        Self::Slip,
    ];

    /// The designs for works whose first edition is in `script`.
    pub const fn fitting(script: Script) -> &'static [Self] {
        match script {
            Script::Latin => &[
                Self::Bands,
                Self::Moon,
                Self::Waves,
                Self::Forest,
                Self::Tiles,
                Self::Rays,
                Self::Label,
                Self::Orbits,
                Self::Twig,
                Self::Arches,
            ],
            Script::Han => &[
                Self::Moon,
                Self::Waves,
                Self::Tiles,
                Self::Label,
                Self::Brush,
                Self::Ridges,
                Self::Orbits,
                Self::Twig,
                Self::Arches,
                Self::Slip,
            ],
        }
    }

    /// This design, or its kin where the title needs lines: a title slip has room for a column only.
    pub const fn suiting(self, upright: bool) -> Self {
        match self {
            Self::Slip if !upright => Self::Label,
            design => design,
        }
    }

    /// Draws it. `work` gives what editions share, `edition` the details.
    pub fn paint(self, palette: &Palette, work: &mut Chance, edition: &mut Chance) -> Painting {
        let paint = match self {
            Self::Bands => shapes::bands,
            Self::Waves => patterns::waves,
            Self::Tiles => patterns::tiles,
            Self::Rays => shapes::rays,
            Self::Label => patterns::label,
            Self::Arches => shapes::arches,
            Self::Slip => patterns::slip,
            Self::Moon => scenes::moon,
            Self::Forest => scenes::forest,
            Self::Brush => figures::brush,
            Self::Ridges => scenes::ridges,
            Self::Orbits => figures::orbits,
            Self::Twig => figures::twig,
        };
        paint(palette, work, edition)
    }
}
