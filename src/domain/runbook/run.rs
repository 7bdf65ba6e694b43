//! A use of a runbook: what was ticked off, what was noted, and whether it worked.
//!
//! A run is a story of lines that are only ever added to. It belongs to an
//! incident, or it is practice. What an incident's timeline says of it is
//! computed from the lines, so saying it again says no more than it did.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::document::{Step, StepId};
use crate::domain::id::{IncidentId, OpId};
use crate::domain::text::Clean;

/// The most bytes of a comment; GitHub takes 65,536 characters, and the marker needs some.
const REPORT_BYTES: usize = 60_000;

/// How a use ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Went {
    /// The page did what it was for.
    Worked,
    /// It was followed, and it did not.
    Failed,
    /// It was the wrong page; says nothing of whether it works.
    NotThisOne,
}

impl Went {
    /// In a word or three, as everywhere.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Worked => "worked",
            Self::Failed => "did not work",
            Self::NotThisOne => "not this one",
        }
    }
}

/// What was done with a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "kebab-case")]
pub enum Did {
    /// A step was ticked off.
    Checked {
        /// Which.
        step: StepId,
        /// What it said then.
        text: Clean,
    },
    /// A tick was taken back.
    Unchecked {
        /// Of which step.
        step: StepId,
    },
    /// Somebody wrote a line.
    Noted {
        /// What.
        text: Clean,
    },
    /// It was left, and somebody said how it went.
    Ended {
        /// How.
        went: Went,
        /// Why, in a line; empty if nobody said.
        why: Clean,
    },
}

/// Which use of which page a line is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Tells this use from all others.
    pub run: OpId,
    /// The page, as it is listed.
    pub page: String,
    /// Its title then.
    pub title: Clean,
    /// For which incident; none: practice.
    pub incident: Option<IncidentId>,
    /// How many steps the page had then.
    pub steps: usize,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Of which use.
    #[serde(flatten)]
    pub of: Use,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a person's id.
    pub by: Clean,
    /// What.
    #[serde(flatten)]
    pub did: Did,
}

/// When a step was ticked off, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a person's id.
    pub by: Clean,
    /// What the step said then.
    pub text: Clean,
}

/// One use of a page, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Which.
    pub of: Use,
    /// When its first line was written.
    pub begun: DateTime<Utc>,
    /// When its last line was written.
    pub last: DateTime<Utc>,
    /// What is ticked off now.
    pub checked: BTreeMap<StepId, Check>,
    /// What was noted, oldest first.
    pub notes: Vec<(DateTime<Utc>, Clean, Clean)>,
    /// How many lines tell of it.
    pub lines: usize,
    /// How it ended, why, when and who said so; none while it goes on.
    pub ended: Option<(Went, Clean, DateTime<Utc>, Clean)>,
}

/// What stands beside a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not ticked off.
    Open,
    /// Ticked off.
    Done,
    /// Ticked off when it said something else.
    Changed,
}

impl Run {
    /// A use of which nothing is written down yet.
    pub fn begin(of: Use, at: DateTime<Utc>) -> Self {
        Self { of, begun: at, last: at, checked: BTreeMap::new(), notes: Vec::new(), lines: 0, ended: None }
    }

    /// All uses that these lines tell of, in the order in which they began.
    pub fn all(lines: impl IntoIterator<Item = Line>) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        let mut places: BTreeMap<OpId, usize> = BTreeMap::new();
        for line in lines {
            let place = *places.entry(line.of.run.clone()).or_insert_with(|| {
                runs.push(Self::begin(line.of.clone(), line.at));
                runs.len() - 1
            });
            runs[place].take(&line);
        }
        runs
    }

    /// Takes in one more line of it.
    pub fn take(&mut self, line: &Line) {
        self.last = self.last.max(line.at);
        self.lines += 1;
        self.of.steps = line.of.steps;
        match &line.did {
            Did::Checked { step, text } => {
                let check = Check { at: line.at, by: line.by.clone(), text: text.clone() };
                self.checked.insert(step.clone(), check);
            }
            Did::Unchecked { step } => {
                self.checked.remove(step);
            }
            Did::Noted { text } => self.notes.push((line.at, line.by.clone(), text.clone())),
            Did::Ended { went, why } => self.ended = Some((*went, why.clone(), line.at, line.by.clone())),
        }
    }

    /// How a step stands: one that says something else than when it was ticked off is not done, and not forgotten.
    pub fn standing(&self, step: &Step) -> Standing {
        if self.checked.contains_key(&step.id) {
            return Standing::Done;
        }
        let was = |id: &&StepId| id.heading == step.id.heading && id.number == step.id.number;
        if self.checked.keys().any(|id| was(&id)) { Standing::Changed } else { Standing::Open }
    }

    /// In a few words: `2 of 9 steps`, `worked`.
    pub fn said(&self) -> String {
        match &self.ended {
            Some((went, ..)) => went.word().to_owned(),
            None => format!("{} of {} steps", self.checked.len(), self.of.steps.max(self.checked.len())),
        }
    }

    /// The comment for the incident: all of it, as Markdown.
    pub fn report(&self) -> String {
        let Use { page, title, .. } = &self.of;
        let mut text = format!("Runbook: **{title}** (`{page}`), {}\n", self.said());
        let mut checked: Vec<(&StepId, &Check)> = self.checked.iter().collect();
        checked.sort_by_key(|(_, check)| check.at);
        if !checked.is_empty() {
            text.push('\n');
        }
        for (step, check) in checked {
            let heading = step.heading.rsplit(" / ").next().filter(|heading| !heading.is_empty());
            let below = heading.map(|heading| format!(" ({})", plain(&Clean::line(heading)))).unwrap_or_default();
            let (number, said, by, at) = (&step.number, plain(&check.text), &check.by, clock(check.at));
            // Writing into a string cannot fail.
            let _ = writeln!(text, "- [x] step {number}: {said}{below}: {by}, {at}");
        }
        for (at, by, note) in &self.notes {
            let _ = write!(text, "\n{by}, {}: {note}\n", clock(*at));
        }
        if let Some((went, why, at, by)) = &self.ended {
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            let word = match went {
                Went::Worked => "This worked",
                Went::Failed => "This did not work",
                Went::NotThisOne => "This was not the right page",
            };
            let _ = write!(text, "\n{word}{why} ({by}, {})\n", clock(*at));
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// A text of a page among our own words: it calls nobody, and opens no HTML that hides what follows.
fn plain(text: &Clean) -> String {
    text.as_str().replace('<', "&lt;").replace('@', "@\u{200B}")
}

fn clock(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true).replace('T', " ").replace('Z', " UTC")
}

/// What an incident's timeline is to say of a use: the whole of it so far, in place of what it said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Of which use: its comment is written once, and changed from then on.
    pub run: OpId,
    /// The comment, as Markdown, at most 60,000 bytes.
    pub text: String,
    /// The same in a few words: `mcp-tool-failing.md: 2 of 9 steps`.
    pub said: String,
    /// Whether anything was said of this use before.
    pub comment: Comment,
}

/// What becomes of the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comment {
    /// There is none yet.
    First,
    /// It is changed.
    Again,
}

impl Report {
    /// What is to be said of a use now: with its first line a comment is begun.
    pub fn of(run: &Run) -> Self {
        let comment = if run.lines > 1 { Comment::Again } else { Comment::First };
        let file = run.of.page.rsplit('/').next().unwrap_or_default();
        let mut text = run.report();
        text.truncate(text.floor_char_boundary(REPORT_BYTES));
        Self { run: run.of.run.clone(), text, said: format!("{file}: {}", run.said()), comment }
    }
}
