//! One case in full: what it was asked, what it answered before and now, what
//! the scorer said, and where the two first did something else.
//!
//! All of it comes from result files that strangers' models have written: it
//! is cleaned, of bounded size, and stands in fences that it cannot close.

use crate::domain::evals::Outcome;
use crate::domain::evals::evidence::words;
use crate::domain::evals::sample::Sample;
use crate::domain::quote::{fence, span, wrapped};
use crate::domain::text::Clean;

/// The language of a fence whose lines may be broken anywhere.
pub const PROSE: &str = "prose";
/// Why there is nothing before: not that it could not be opened.
pub const NO_EARLIER: &str = "there is no earlier run to compare with";
/// So many characters of a question, or of what was expected.
const ASKED: usize = 600;
/// So many of what the scorer said, of an error, or of an answer that has nothing beside it.
const SAID: usize = 1_200;
/// Up to so many, and without a line break, it fits into a line.
const SHORT: usize = 60;

/// One trial of the case, from one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Which run, in words.
    pub run: Clean,
    /// What came of the trial.
    pub outcome: Outcome,
    /// All that its file has of it.
    pub sample: Sample,
}

/// A case as far as it could be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What it is called.
    pub name: Clean,
    /// Which of how many, from 1.
    pub place: (usize, usize),
    /// How it did over the last runs; empty if that is not known.
    pub marks: String,
    /// A trial of the newest run before that could be opened; else why none could be.
    pub before: Result<Side, Clean>,
    /// A trial that shows the finding; else why none could be opened.
    pub now: Result<Side, Clean>,
}

/// The first place where the two called tools otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    /// Which call of this run, from 1.
    pub at: usize,
    /// How many calls this run made, and how many the one before.
    pub of: (usize, usize),
    /// The call as it was before; none if there was none.
    pub before: Option<Clean>,
    /// The call as it is now; none if there is none.
    pub now: Option<Clean>,
}

impl Opened {
    /// The heading under which it is shown.
    pub fn heading(&self) -> String {
        format!("### Case {} of {}: {}", self.place.0, self.place.1, span(self.name.as_str()))
    }

    fn both(&self) -> Option<(&Sample, &Sample)> {
        Some((&self.before.as_ref().ok()?.sample, &self.now.as_ref().ok()?.sample))
    }

    /// The two answers as one text; none if they are the same, or one is missing.
    pub fn diff(&self) -> Option<Clean> {
        let (before, now) = self.both()?;
        words::diff(&before.output, &now.output)
    }

    /// Where the two first called a tool otherwise; none if they did not.
    pub fn parting(&self) -> Option<Parting> {
        let (before, now) = self.both()?;
        let longer = before.calls.len().max(now.calls.len());
        let at = (0..longer).find(|at| before.calls.get(*at) != now.calls.get(*at))?;
        let call = |sample: &Sample| sample.calls.get(at).map(|call| bounded(call, SAID));
        Some(Parting { at: at + 1, of: (now.calls.len(), before.calls.len()), before: call(before), now: call(now) })
    }
}

/// The case under its heading, as Markdown; lines of its texts are broken at so many columns.
pub fn page(case: &Opened, columns: usize) -> Clean {
    Clean::block(&format!("{}\n\n{}", case.heading(), below(case, columns)))
}

/// The same without the heading.
pub fn below(case: &Opened, columns: usize) -> Clean {
    let mut parts = facts(case, columns);
    parts.extend(answers(case, columns));
    parts.extend(verdicts(case, columns));
    parts.extend(case.parting().map(|parting| calls(&parting, columns)));
    if let Ok(now) = &case.now {
        parts.extend(named("It died of", &now.sample.error, SAID, columns));
    }
    Clean::block(&parts.join("\n\n"))
}

/// A text of a sample, as much of it as is shown.
pub fn said(text: &str) -> Clean {
    bounded(text, SAID)
}

/// How it did, which trials are shown or why one cannot be, and what was asked: in the list as far as it is short.
fn facts(case: &Opened, columns: usize) -> Vec<String> {
    let line = |which: &str, side: &Result<Side, Clean>| match side {
        Ok(side) => format!("- {which}: {}, a trial that {}", side.run, outcome(side.outcome)),
        Err(why) if why.as_str() == NO_EARLIER => format!("- {which}: {NO_EARLIER}"),
        Err(why) => format!("- {which}: cannot be opened: {}", span(why.as_str())),
    };
    let mut lines: Vec<String> =
        (!case.marks.is_empty()).then(|| format!("- runs: {}", span(&case.marks))).into_iter().collect();
    lines.extend([line("before", &case.before), line("now", &case.now)]);
    let mut long = Vec::new();
    if let Some(side) = [&case.now, &case.before].into_iter().find_map(|side| side.as_ref().ok()) {
        for (name, text) in [("asked", &side.sample.input), ("expected", &side.sample.target)] {
            let text = bounded(text.trim(), ASKED);
            if text.is_empty() {
                continue;
            }
            if fits(&text) {
                lines.push(format!("- {name}: {}", span(text.as_str())));
            } else {
                long.push(format!("It was {name}:\n\n{}", fence(PROSE, &wrapped(text.as_str(), columns))));
            }
        }
    }
    let mut parts = vec![lines.join("\n")];
    parts.extend(long);
    parts
}

/// Whether a text has room in a line.
fn fits(text: &Clean) -> bool {
    text.as_str().chars().count() <= SHORT && !text.as_str().contains('\n')
}

/// What came of a trial, as a verb.
pub const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Errored => "died",
        Outcome::Skipped => "was skipped",
        Outcome::Unscored => "was not scored",
    }
}

/// What was answered: both as one text, else the one there is.
fn answers(case: &Opened, columns: usize) -> Vec<String> {
    let Some((before, now)) = case.both() else {
        let one = case.now.as_ref().map(|side| ("Answered now", side));
        let one = one.or_else(|_| case.before.as_ref().map(|side| ("Answered before", side)));
        return one.ok().and_then(|(what, side)| named(what, &side.sample.output, SAID, columns)).into_iter().collect();
    };
    if before.output.is_empty() && now.output.is_empty() {
        return vec!["Neither file has what was answered.".to_owned()];
    }
    match case.diff() {
        Some(diff) => vec![
            "Answered `[-before-]` `{+now+}`:".to_owned(),
            fence(words::LANGUAGE, &wrapped(diff.as_str(), columns)),
        ],
        None => named("Answered, before and now", &now.output, SAID, columns).into_iter().collect(),
    }
}

/// What the scorer says now, and what it said before where that is something else.
fn verdicts(case: &Opened, columns: usize) -> Vec<String> {
    let said =
        |side: &Result<Side, Clean>| side.as_ref().map_or("", |side| side.sample.explanation.as_str()).to_owned();
    let (before, now) = (said(&case.before), said(&case.now));
    let other = if before == now { String::new() } else { before };
    let now = named("The scorer now", &now, SAID, columns);
    now.into_iter().chain(named("The scorer before", &other, SAID, columns)).collect()
}

fn calls(parting: &Parting, columns: usize) -> String {
    let (now, before) = parting.of;
    let place = format!("call {} of {now} (before: {before})", parting.at);
    let (text, note) = match (&parting.before, &parting.now) {
        (Some(old), Some(new)) => {
            let both = words::diff(old.as_str(), new.as_str()).unwrap_or_else(|| new.clone());
            (both, format!("First tool call that differs, {place}:"))
        }
        (None, Some(new)) => (new.clone(), format!("First tool call that was not made before, {place}:")),
        (Some(old), None) => (old.clone(), format!("First tool call that is no longer made, after {now} of {before}:")),
        (None, None) => return String::new(),
    };
    format!("{note}\n\n{}", fence(words::LANGUAGE, &wrapped(text.as_str(), columns)))
}

/// A text under its name, in the line where it is short; none without one.
fn named(name: &str, text: &str, most: usize, columns: usize) -> Option<String> {
    let text = bounded(text.trim(), most);
    if text.is_empty() {
        return None;
    }
    Some(if fits(&text) {
        format!("{name}: {}", span(text.as_str()))
    } else {
        format!("{name}:\n\n{}", fence(PROSE, &wrapped(text.as_str(), columns)))
    })
}

/// The first so many characters, with a mark where more was said.
fn bounded(text: &str, most: usize) -> Clean {
    match text.char_indices().nth(most) {
        Some((end, _)) => Clean::block(&format!("{}{}", &text[..end], words::FOLD)),
        None => Clean::block(text),
    }
}
