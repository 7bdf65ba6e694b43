//! The themes that can be chosen: those that come with the program, and the
//! operator's own, which come first where they have the same name.

use super::{BUILT_IN, Depth, Theme};

/// What can be worn on a terminal of one depth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wardrobe {
    own: Vec<(String, Theme)>,
    depth: Depth,
}

impl Default for Wardrobe {
    /// What comes with the program, in all colours.
    fn default() -> Self {
        Self::new(Vec::new(), Depth::TrueColor)
    }
}

impl Wardrobe {
    /// With the operator's own, by their names.
    pub fn new(own: Vec<(String, Theme)>, depth: Depth) -> Self {
        Self { own, depth }
    }

    /// Every name with a sentence: the themes of the program in its order, then the operator's own by their names.
    pub fn names(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let built_in = BUILT_IN.iter().filter(|one| self.own(one.name).is_none());
        let own = self.own.iter().map(|(name, _)| (name.as_str(), "your own"));
        built_in.map(|one| (one.name, one.about)).chain(own)
    }

    /// The theme of this name as it looks on this terminal; none if there is none.
    pub fn wear(&self, name: &str) -> Option<Theme> {
        let theme = self.own(name).cloned().or_else(|| Theme::named(name).ok())?;
        Some(theme.at(self.depth))
    }

    /// How many colours the terminal has.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    fn own(&self, name: &str) -> Option<&Theme> {
        self.own.iter().find(|(own, _)| own == name).map(|(_, theme)| theme)
    }
}
