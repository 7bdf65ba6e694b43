//! Changes of the operating model that a review proposes: a clock, an owner,
//! a runbook, a rule, or only a remark.
//!
//! Each stands below the reason for it, as a comment. All else in the file
//! stays as it is, byte for byte, and the changed text is a team file.

use super::page::Page;
use crate::config::team_file;

/// So wide is a reason written, in columns.
const WIDE: usize = 100;
/// What stands before a reason, so that it is known again.
const MARK: &str = "# review: ";

/// Something to change in the model, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelChange {
    /// The list that it is about, as in the file: `severities`, `lint.waivers`; or a table: `runbooks`.
    pub list: &'static str,
    /// Which entry of it, from 0, in the order of the file.
    pub nth: usize,
    /// What to do.
    pub does: Does,
    /// Why, in a sentence; nothing is written above the entry if it is empty.
    pub because: String,
}

/// What to do with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// Give it this key with this text; another value of the same key goes.
    Set {
        /// The key.
        key: &'static str,
        /// The value, not quoted yet.
        value: String,
    },
    /// Put a new entry before it, or at the end, if there is no entry of this number; the values are as in the file.
    Insert(Vec<(&'static str, String)>),
    /// Write the reason above it, and nothing else.
    Remark,
}

impl ModelChange {
    /// The text of a team file with this done; none where the file is written in a way that is not followed, or says
    /// so already.
    pub fn made_in(&self, text: &str) -> Option<String> {
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        let page = Page::read(bare).ok()?;
        let reason = self.reason();
        let is_told = reason.first().is_some_and(|first| bare.contains(first.as_str()));
        if is_told && reason.iter().all(|line| bare.contains(line.as_str())) {
            return None;
        }
        let changed = match &self.does {
            Does::Set { key, value } => page.with_value((self.list, self.nth), (key, value), &reason)?,
            Does::Insert(fields) => page.with_entry((self.list, self.nth), fields, &reason)?,
            Does::Remark => page.with_remark((self.list, self.nth), &reason)?,
        };
        let changed = format!("{}{changed}", &text[..text.len() - bare.len()]);
        team_file(&changed, "").is_ok().then_some(changed)
    }

    /// The reason in comments, a line each.
    fn reason(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        if self.because.is_empty() {
            return lines;
        }
        let mut line = MARK.to_owned();
        for word in self.because.split_whitespace() {
            if line.chars().count() + word.chars().count() > WIDE && line.len() > MARK.len() {
                lines.push(std::mem::replace(&mut line, "#   ".to_owned()));
            }
            line.push_str(word);
            line.push(' ');
        }
        lines.push(line);
        lines.iter().map(|line| line.trim_end().to_owned()).collect()
    }
}
