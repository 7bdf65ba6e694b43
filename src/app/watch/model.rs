//! The operating model: what is wrong with it as it was last looked at, one
//! finding in full, and the map. A fix that is a change of the team file is
//! shown as one, and written only after a yes.

use ratatui::text::Line;

use super::App;
use super::answers::Pressed;
use super::dialog::Dialog;
use super::keys::After;
use super::lookup::Lookup;
use super::panes::Placed;
use crate::app::bindings::{Answer, Place};
use crate::app::event::{Effect, Inspected};
use crate::app::key::Key;
use crate::domain::check::{self, Finding};
use crate::domain::text::Clean;
use crate::panes::model;

/// So many columns and rows of the screen are the frame of a dialog, and header and footer.
const FRAME: (u16, u16) = (2, 4);

/// How far looking at the model has come.
pub type Checkup = Lookup<Inspected>;

impl Checkup {
    /// What was found when somebody last looked.
    pub fn answer(&self) -> Option<&check::Answer> {
        self.known().map(|seen| &seen.answer)
    }
}

/// The selected finding: bound to what it says, not to its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModelCursor {
    /// Its rule and subject; none before the cursor has moved.
    pub name: Option<(&'static str, Clean)>,
    /// Where it was last seen.
    pub near: usize,
    /// What is shown.
    pub shows: Part,
}

/// What the model section shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// All findings.
    #[default]
    List,
    /// The selected one in full.
    One {
        /// How many lines have been scrolled away.
        top: usize,
    },
    /// The map.
    Map {
        /// How many lines have been scrolled away.
        top: usize,
    },
}

impl App {
    /// The model, as far as looking at it has come.
    pub fn checkup(&self) -> &Checkup {
        &self.checkup
    }

    pub(super) fn open_model(&mut self) -> Vec<Effect> {
        self.dialog = Some(Dialog::Model(ModelCursor::default()));
        self.ask_for_a_checkup()
    }

    pub(super) fn ask_for_a_checkup(&mut self) -> Vec<Effect> {
        self.checkup.ask();
        vec![Effect::Check]
    }

    pub(super) fn take_checkup(&mut self, told: &Result<Box<Inspected>, Clean>) {
        self.checkup.take(told);
    }

    /// The finding that is selected, and its place in the list.
    pub fn selected_finding(&self, cursor: &ModelCursor) -> Option<(usize, &Finding)> {
        let listed = model::listed(self.checkup.answer()?);
        let named =
            |one: &&Finding| cursor.name.as_ref().is_some_and(|name| (name.0, &name.1) == (one.rule, &one.subject));
        let at = listed.iter().position(named).unwrap_or(cursor.near.min(listed.len().saturating_sub(1)));
        listed.get(at).map(|one| (at, *one))
    }

    /// The lines of the list in so many columns.
    pub fn finding_lines(&self, width: u16) -> Placed {
        let shown = |text: &str| self.veiled(text).into_owned();
        let answer = self.checkup.answer();
        answer.map(|answer| model::list(answer, width, &shown, &self.outfit.theme)).unwrap_or_default()
    }

    /// What is read with a cursor in so many columns: the finding in full, or the map; nothing of the list.
    pub fn model_page(&self, cursor: &ModelCursor, width: u16) -> Vec<Line<'static>> {
        let (theme, shown) = (&self.outfit.theme, |text: &str| self.veiled(text).into_owned());
        match cursor.shows {
            Part::List => Vec::new(),
            Part::Map { .. } => {
                self.checkup.known().map(|seen| model::map(&seen.map, width, &shown, theme)).unwrap_or_default()
            }
            Part::One { .. } => {
                let selected = self.selected_finding(cursor);
                selected.map(|(_, one)| model::page(one, width, &shown, theme)).unwrap_or_default()
            }
        }
    }

    pub(super) fn press_in_model(&mut self, key: Key, cursor: &mut ModelCursor) -> Pressed {
        let page = isize::try_from(self.model_height().saturating_sub(1)).unwrap_or(1).max(1);
        match self.outfit.keys.answer(Place::Model, key) {
            Some(Answer::Down) => self.move_in_model(cursor, 1),
            Some(Answer::Up) => self.move_in_model(cursor, -1),
            Some(Answer::PageDown) => self.move_in_model(cursor, page),
            Some(Answer::PageUp) => self.move_in_model(cursor, -page),
            Some(Answer::Top) => self.move_in_model(cursor, isize::MIN + 1),
            Some(Answer::Bottom) => self.move_in_model(cursor, isize::MAX),
            Some(Answer::Choose) if cursor.shows == Part::List && self.selected_finding(cursor).is_some() => {
                cursor.shows = Part::One { top: 0 };
            }
            Some(Answer::Tab) => {
                let is_map = matches!(cursor.shows, Part::Map { .. });
                cursor.shows = if is_map { Part::List } else { Part::Map { top: 0 } };
            }
            Some(Answer::Take) => return (After::Stays, self.draft_the_fix(cursor)),
            Some(Answer::Copy) => return (After::Stays, self.copy_the_fix(cursor)),
            Some(Answer::Editor) => return (After::Stays, self.edit_the_place(cursor)),
            Some(Answer::Refresh) => return (After::Stays, self.ask_for_a_checkup()),
            Some(Answer::Back) => match cursor.shows {
                Part::List => return (After::Closes, Vec::new()),
                Part::One { .. } | Part::Map { .. } => cursor.shows = Part::List,
            },
            Some(_) | None => {}
        }
        (After::Stays, Vec::new())
    }

    fn model_height(&self) -> usize {
        usize::from(self.size.1.saturating_sub(FRAME.1))
    }

    fn move_in_model(&self, cursor: &mut ModelCursor, step: isize) {
        let last =
            self.model_page(cursor, self.size.0.saturating_sub(FRAME.0)).len().saturating_sub(self.model_height());
        let moved = |top: usize| top.saturating_add_signed(step).min(last);
        match cursor.shows {
            Part::One { top } => cursor.shows = Part::One { top: moved(top) },
            Part::Map { top } => cursor.shows = Part::Map { top: moved(top) },
            Part::List => {
                let Some(answer) = self.checkup.answer() else { return };
                let listed = model::listed(answer);
                let at = self.selected_finding(cursor).map_or(0, |(at, _)| at);
                let there = at.saturating_add_signed(step).min(listed.len().saturating_sub(1));
                cursor.near = there;
                cursor.name = listed.get(there).map(|one| (one.rule, one.subject.clone()));
            }
        }
    }

    /// Shows the fix as what it would change in the team file.
    fn draft_the_fix(&mut self, cursor: &ModelCursor) -> Vec<Effect> {
        let Some((_, one)) = self.selected_finding(cursor) else { return Vec::new() };
        if let Some(change) = one.change.clone() {
            return self.draft_amendment(change);
        }
        let key = self.outfit.keys.key_in(Place::Model, Answer::Editor);
        self.hint(&format!("a person has to say what to write; {key} opens the place"))
    }

    fn copy_the_fix(&mut self, cursor: &ModelCursor) -> Vec<Effect> {
        let Some((_, one)) = self.selected_finding(cursor) else { return Vec::new() };
        // What stands between backquotes is what is to be typed.
        let command = one.fix.as_str().split('`').skip(1).step_by(2).find(|code| code.starts_with("dogwatch "));
        let text = command.unwrap_or(one.fix.as_str()).to_owned();
        vec![Effect::Copy { what: "fix", text }]
    }

    fn edit_the_place(&mut self, cursor: &ModelCursor) -> Vec<Effect> {
        let Some((_, one)) = self.selected_finding(cursor) else { return Vec::new() };
        let Some(file) = &one.file else { return self.hint("it is about no file") };
        vec![Effect::EditPage { path: file.to_string(), line: one.line.unwrap_or(1) }]
    }
}
