//! One run, put together trial by trial as its file is read.
//!
//! Equal keys are trials of one case, in the file's order: what was asked
//! twice is one question with two answers.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::domain::evals::{Case, CaseKey, Edition, Outcome, Run, Status, Trial};

/// A run that is still being read.
#[derive(Debug)]
pub struct Gathering {
    /// What is known of it so far; its cases and trials come in by [`Gathering::add`] alone.
    pub run: Run,
    /// Where a case stands, and how many trials it has.
    places: HashMap<CaseKey, (u32, u32)>,
}

impl Gathering {
    /// Nothing but the run itself.
    pub fn new(run: Run) -> Self {
        Self { run, places: HashMap::new() }
    }

    /// One more trial of the case with this key, which is described when it is met for the first time.
    pub fn add(&mut self, key: CaseKey, describe: impl FnOnce() -> Case, trial: Trial) {
        let cases = &mut self.run.cases;
        let (case, trials) = self.places.entry(key).or_insert_with(|| {
            cases.push(describe());
            (u32::try_from(cases.len() - 1).unwrap_or(u32::MAX), 0)
        });
        self.run.trials.push(Trial { case: *case, no: *trials, ..trial });
        *trials += 1;
    }

    /// The run as it stands now.
    pub fn finish(mut self, status: Status) -> Run {
        let scores = self.run.trials.iter().filter(|trial| trial.score.is_some()).count() as u64;
        let ended = matches!(status, Status::Complete | Status::Error | Status::Cancelled);
        self.run.status = status;
        self.run.edition = Edition { ended, updates: 0, scores };
        self.run
    }
}

/// A trial of which nothing is known but its place in the file.
pub const fn trial_at(at: (u64, u64)) -> Trial {
    Trial {
        case: 0,
        no: 0,
        outcome: Outcome::Unscored,
        score: None,
        verdict: None,
        latency_ms: None,
        cost_usd: None,
        tokens: None,
        at,
    }
}

/// What was said of it: the tool's verdict, else whether the score reaches `pass_at`; without both it is unscored.
#[must_use]
pub fn judged(trial: Trial, verdict: Option<bool>, score: Option<f64>, pass_at: f64) -> Trial {
    let score = score.filter(|score| score.is_finite());
    let outcome = match verdict.or_else(|| score.map(|score| score >= pass_at)) {
        Some(true) => Outcome::Passed,
        Some(false) => Outcome::Failed,
        None => Outcome::Unscored,
    };
    Trial { outcome, score, verdict, ..trial }
}

/// A count or an amount, if it can be one.
pub fn amount(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite() && *number >= 0.0)
}

/// A whole count, if it can be one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an amount; a cast of a float saturates")]
pub fn count(number: Option<f64>) -> Option<u64> {
    amount(number).map(|number| number as u64)
}

/// A time as tools write it; without a zone it is UTC.
pub fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let naive = |format| NaiveDateTime::parse_from_str(text, format).ok().map(|time| time.and_utc());
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .map(|time| time.to_utc())
        .ok()
        .or_else(|| naive("%Y-%m-%dT%H:%M:%S%.f"))
        .or_else(|| naive("%Y-%m-%d %H:%M:%S%.f"))
}
