//! Choosing a theme: the whole screen wears what is selected in the list, and
//! what was worn before if nothing is chosen.

use super::openers::choice;
use super::{App, Dialog};
use crate::app::event::Effect;
use crate::app::pick::{Means, Pick, Purpose};
use crate::theme::{BUILT_IN, Depth};

impl App {
    /// The name of the theme that is worn.
    pub fn worn(&self) -> &str {
        let worn = &self.outfit.worn;
        if worn.is_empty() { BUILT_IN[0].name } else { worn }
    }

    pub(super) fn pick_theme(&mut self) -> Vec<Effect> {
        let themes = self.outfit.wardrobe.names();
        let choices = themes.map(|(name, about)| choice(name, about, Means::Theme(name.to_owned()))).collect();
        let before = self.worn().to_owned();
        let title = match self.outfit.wardrobe.depth() {
            Depth::Mono => "Theme (colours are off here)",
            Depth::Ansi16 | Depth::Ansi256 | Depth::TrueColor => "Theme (seen at once)",
        };
        let mut pick = Pick::new(Purpose::Theme(before.clone()), title.to_owned(), choices);
        let at = self.outfit.wardrobe.names().position(|(name, _)| name == before);
        pick.select(at.unwrap_or(0));
        self.dialog = Some(Dialog::Pick(Box::new(pick)));
        Vec::new()
    }

    /// Shows what the list stands on, if it is a list of themes.
    pub(super) fn try_on(&mut self, pick: &Pick) {
        if !matches!(pick.purpose, Purpose::Theme(_)) {
            return;
        }
        if let Some(Means::Theme(name)) = pick.selected().map(|choice| choice.means.clone()) {
            self.wear(&name);
        }
    }

    /// Takes off what was only tried on.
    pub(super) fn change_back(&mut self, pick: &Pick) {
        if let Purpose::Theme(before) = &pick.purpose {
            self.wear(&before.clone());
        }
    }

    pub(super) fn keep_theme(&mut self, name: String) -> Vec<Effect> {
        self.wear(&name);
        vec![Effect::KeepTheme(name)]
    }

    fn wear(&mut self, name: &str) {
        if name == self.worn() {
            return;
        }
        let Some(theme) = self.outfit.wardrobe.wear(name) else { return };
        self.outfit.theme = theme;
        name.clone_into(&mut self.outfit.worn);
        // An open page was laid out in the colours of before.
        self.reader.lay_out_anew();
    }
}
