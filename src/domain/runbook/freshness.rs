//! Whether a page can be relied on: it worked lately, or somebody really edited it.
//!
//! A date that says *reviewed* is not believed: of those that people bump, most
//! change nothing but the date. So a page is trusted for what happened, and the
//! screen says for which of the two.

use chrono::{DateTime, TimeDelta, Utc};

/// Whether a page can be relied on, and since when that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Freshness {
    /// In a word.
    pub state: State,
    /// The newest of what counts; none if nothing does.
    pub at: Option<DateTime<Utc>>,
    /// What that was; none if nothing counts.
    pub because: Option<Because>,
    /// When it was used and did not work, if that is newer than all that counts.
    pub failed: Option<DateTime<Utc>>,
}

/// Whether a page can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// It worked or was edited lately enough.
    Fresh,
    /// Too long ago, or it did not work since.
    Stale,
    /// Neither is known; counts as stale.
    #[default]
    Unused,
}

/// What a page is trusted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Somebody used it, and said that it worked.
    Worked,
    /// Somebody changed what it says.
    Edit,
    /// Its file is that old: where there is no git, and weaker for it.
    FileTime,
}

/// A use of a page that says something of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How.
    pub went: Went,
}

/// How a use ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Went {
    /// The page did what it was for.
    Worked,
    /// It was followed, and it did not.
    Failed,
}

/// When somebody last changed what a page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edited {
    /// Then, by a commit.
    At(DateTime<Utc>),
    /// Its whole history is known, and holds no real edit.
    Never,
    /// It has no history; its file is from then.
    File(DateTime<Utc>),
    /// That cannot be known here.
    #[default]
    Unknown,
}

/// Judges a page by its uses, in the order in which they were written down, and its last real edit. What is said to lie
/// ahead is as good as now, but for one thing: no clock that is wrong outweighs a word that was written down after it.
pub fn judge(uses: &[Use], edited: Edited, stale_after: TimeDelta, now: DateTime<Utc>) -> Freshness {
    let last_word = uses.last().map(|one| one.went);
    let last = |went: Went| {
        let counts = |one: &&Use| one.went == went && (one.at <= now || last_word == Some(went));
        uses.iter().filter(counts).map(|one| one.at).max()
    };
    let worked = last(Went::Worked).map(|at| (at, Because::Worked));
    let edit = match edited {
        Edited::At(at) => Some((at, Because::Edit)),
        Edited::File(at) => Some((at, Because::FileTime)),
        Edited::Never | Edited::Unknown => None,
    };
    // Of two at the same moment the use says more.
    let counts = match (worked, edit) {
        (Some(worked), Some(edit)) if edit.0 > worked.0 => Some(edit),
        (worked, edit) => worked.or(edit),
    };
    let overrides = |failed: &DateTime<Utc>| {
        counts.is_none_or(|(at, _)| *failed > at || (at > now && last_word == Some(Went::Failed)))
    };
    let failed = last(Went::Failed).filter(overrides);
    let state = match counts {
        _ if failed.is_some() => State::Stale,
        None => State::Unused,
        Some((at, _)) if now.signed_duration_since(at) > stale_after => State::Stale,
        Some(_) => State::Fresh,
    };
    Freshness { state, at: counts.map(|(at, _)| at), because: counts.map(|(_, because)| because), failed }
}

impl State {
    /// In a word, as everywhere.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Unused => "unused",
        }
    }
}

impl Freshness {
    /// In a few words, as beside every title: `fresh (worked 3 d ago)`, `stale (did not work 2 d ago)`, `unused`.
    pub fn words(&self, now: DateTime<Utc>) -> String {
        let word = self.state.word();
        let (what, at) = match (self.failed, self.at.zip(self.because)) {
            (Some(failed), _) => ("did not work", failed),
            (None, Some((at, Because::Worked))) => ("worked", at),
            (None, Some((at, Because::Edit))) => ("edited", at),
            (None, Some((at, Because::FileTime))) => ("file changed", at),
            (None, None) => return word.to_owned(),
        };
        // Outside a history a file's time is all there is, and any copy sets it.
        let weak = if self.is_weak() { ", no history" } else { "" };
        format!("{word} ({what} {}{weak})", ago(now.signed_duration_since(at)))
    }

    /// Whether it rests on nothing better than the time of a file.
    pub fn is_weak(&self) -> bool {
        self.failed.is_none() && self.because == Some(Because::FileTime)
    }
}

/// A span in its largest unit; what lies ahead is as good as now.
fn ago(span: TimeDelta) -> String {
    match span.num_minutes().max(0) {
        minutes @ 0..60 => format!("{minutes} min ago"),
        minutes @ 60..2_880 => format!("{} h ago", minutes / 60),
        minutes => format!("{} d ago", minutes / 1_440),
    }
}
