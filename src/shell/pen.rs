//! The team file changed by us: only when somebody has asked for it, whole or
//! not at all, and never over what somebody else has written meanwhile. It is
//! left to people to commit it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use similar::TextDiff;

use super::engine::Engine;
use super::place::root_of;
use crate::app::editing::Draft;
use crate::app::event::{Effect, Fact};
use crate::config::Amendment;
use crate::domain::text::Clean;
use crate::store::files;

/// No team file is longer than this, in bytes.
const LONGEST: u64 = 1 << 20;
/// Held in our own folder while the file is changed: two terminals may write at once.
const LOCK: &str = "team.lock";
/// So many lines around a change are shown.
const AROUND: usize = 3;

/// Where the team file lies, and where its lock is held.
#[derive(Debug, Clone)]
pub struct Pen {
    /// The team file.
    pub file: PathBuf,
    /// The store's folder, which is there.
    pub data: PathBuf,
}

impl Pen {
    /// What the file would be with this; nothing is written.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file or the change, a line each, with its place and what to do.
    pub fn drafted(&self, amendment: &Amendment) -> Result<Draft, Vec<Clean>> {
        let before = self.text().map_err(|why| vec![why])?;
        let shown = self.file.display().to_string();
        let after = amendment
            .made_in(&before, &shown)
            .map_err(|problems| problems.iter().map(|problem| Clean::line(&problem.to_string())).collect::<Vec<_>>())?;
        let diff = self.diff(&before, &after);
        Ok(Draft { amendment: amendment.clone(), before, after, diff })
    }

    /// Writes what somebody has looked at.
    ///
    /// # Errors
    ///
    /// Why it was not written, with a remedy; the file is then what it was.
    pub fn write(&self, draft: &Draft) -> Result<(), Clean> {
        let _held = self.alone()?;
        self.put(draft)
    }

    /// Changes the file as it is now, whoever else has just changed it; not where the change is refused, seen from
    /// this instant.
    ///
    /// # Errors
    ///
    /// As [`Self::drafted`] and [`Self::write`].
    pub fn amend(&self, amendment: &Amendment, now: DateTime<Utc>) -> Result<Draft, Vec<Clean>> {
        let _held = self.alone().map_err(|why| vec![why])?;
        let draft = self.drafted(amendment)?;
        if draft.effect(now).refused.is_none() {
            self.put(&draft).map_err(|why| vec![why])?;
        }
        Ok(draft)
    }

    /// Within our folder first, where nothing else waits; then the file itself, for those with other folders.
    fn alone(&self) -> Result<(File, File), Clean> {
        let ours = files::alone(&self.data.join(LOCK)).map_err(|error| self.unwritable(&error))?;
        let all = files::hold(&self.file).map_err(|error| self.unwritable(&error))?;
        Ok((ours, all))
    }

    fn put(&self, draft: &Draft) -> Result<(), Clean> {
        if !draft.changes() {
            return Ok(());
        }
        self.may_be_written()?;
        if self.text()? != draft.before {
            return Err(self.said("has been changed meanwhile; look again"));
        }
        files::replace(&self.file, &draft.after).map_err(|error| self.unwritable(&error))
    }

    /// A repository that anybody may have written must not choose what else on this machine is written to.
    fn may_be_written(&self) -> Result<(), Clean> {
        let failed = |error: &std::io::Error| self.unwritable(error);
        let whole = fs::canonicalize(&self.file).map_err(|error| failed(&error))?;
        let root = fs::canonicalize(root_of(&self.file)).map_err(|error| failed(&error))?;
        if self.file.is_symlink() && !whole.starts_with(&root) {
            return Err(self.said(
                "is a link that leads out of its repository; make it a file, or name the file itself with --config",
            ));
        }
        if fs::metadata(&whole).map_err(|error| failed(&error))?.permissions().readonly() {
            return Err(self.said("is write-protected; allow writing with `chmod u+w`"));
        }
        Ok(())
    }

    fn text(&self) -> Result<String, Clean> {
        let unreadable = |why: &str| self.said(&format!("cannot be read: {why}"));
        let about = fs::metadata(&self.file).map_err(|error| unreadable(&error.to_string()))?;
        if !about.is_file() {
            return Err(unreadable("it is no regular file"));
        }
        let file = File::open(&self.file).map_err(|error| unreadable(&error.to_string()))?;
        let mut text = String::new();
        file.take(LONGEST + 1).read_to_string(&mut text).map_err(|error| unreadable(&error.to_string()))?;
        if text.len() as u64 > LONGEST {
            return Err(unreadable("it is longer than 1 MiB"));
        }
        Ok(text)
    }

    fn diff(&self, before: &str, after: &str) -> String {
        if before == after {
            return String::new();
        }
        let file = fs::canonicalize(&self.file).unwrap_or_else(|_| self.file.clone());
        let own = || file.file_name().map(PathBuf::from).unwrap_or_default();
        let name = file.strip_prefix(root_of(&self.file)).map_or_else(|_| own(), Path::to_owned).display().to_string();
        let diff = TextDiff::from_lines(before, after);
        diff.unified_diff().context_radius(AROUND).header(&format!("a/{name}"), &format!("b/{name}")).to_string()
    }

    fn said(&self, what: &str) -> Clean {
        Clean::line(&format!("{} {what}", self.file.display()))
    }

    fn unwritable(&self, error: &dyn std::error::Error) -> Clean {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        self.said(&format!("cannot be written: {error}{cause}"))
    }
}

impl Engine {
    fn pen(&self) -> Result<Pen, Clean> {
        let plan = self.plan();
        let none = || Clean::line("there is no team file here");
        let file = plan.team_path.clone().ok_or_else(none)?;
        Ok(Pen { file, data: plan.folder.clone() })
    }

    /// Says what the team file would be, or writes it as it was shown.
    pub(super) fn change_the_team_file(&self, change: Effect) {
        let engine = self.clone();
        tokio::task::spawn_blocking(move || {
            let pen = engine.pen();
            let first = |why: Vec<Clean>| why.into_iter().next().unwrap_or_default();
            if let Effect::Draft(amendment) = change {
                let drafted = pen.and_then(|pen| pen.drafted(&amendment).map_err(first));
                engine.report(Fact::Drafted(drafted.map(Box::new)));
            } else if let Effect::Amend(draft) = change {
                engine.report(Fact::Amended(pen.and_then(|pen| pen.write(&draft))));
            }
        });
    }
}
