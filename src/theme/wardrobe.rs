//! The themes that can be chosen: those that come with the program, and the
//! operator's own, which come first where they have the same name.

use super::{BUILT_IN, Depth, Theme};

/// A theme with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What it is called.
    pub name: String,
    /// One sentence; of the operator's own, that it is.
    pub about: String,
    theme: Theme,
}

/// What can be worn on a terminal of one depth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wardrobe {
    themes: Vec<Named>,
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
        let is_own = |name: &str| own.iter().any(|(one, _)| one == name);
        let built_in = BUILT_IN.iter().filter(|one| !is_own(one.name)).filter_map(|one| {
            let theme = Theme::named(one.name).ok()?;
            Some(Named { name: one.name.to_owned(), about: one.about.to_owned(), theme })
        });
        let mut themes: Vec<Named> = built_in.collect();
        let own = own.into_iter().map(|(name, theme)| Named { name, about: "your own".to_owned(), theme });
        themes.extend(own);
        Self { themes, depth }
    }

    /// All of them: those of the program in its order, then the operator's own by their names.
    pub fn themes(&self) -> &[Named] {
        &self.themes
    }

    /// The theme of this name as it looks on this terminal; none if there is none.
    pub fn wear(&self, name: &str) -> Option<Theme> {
        self.themes.iter().find(|one| one.name == name).map(|one| one.theme.at(self.depth))
    }
}
