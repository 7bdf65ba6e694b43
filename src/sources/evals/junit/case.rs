//! One test case while it is read.

use quick_xml::events::BytesStart;

use super::super::gather::{Gathering, amount, count, judged, trial_at};
use super::attribute;
use crate::domain::evals::{Case, CaseKey, Outcome, Trial};
use crate::domain::text::Clean;

const MS: f64 = 1_000.0;
/// From which score a test case without a verdict would have passed; all have one.
const WHOLE: f64 = 1.0;

/// A test case that is not closed yet.
#[derive(Debug)]
pub struct Open {
    path: CaseKey,
    class: String,
    name: String,
    from: u64,
    latency_ms: Option<f64>,
    /// The gravest that was said of it: died, then failed, then skipped.
    outcome: Outcome,
    score: Option<f64>,
    cost_usd: Option<f64>,
    tokens: Option<f64>,
}

impl Open {
    /// What its own tag says.
    pub fn new(tag: &BytesStart<'_>, path: CaseKey, from: u64) -> Self {
        let status = attribute(tag, "status").unwrap_or_default().to_ascii_lowercase();
        let skipped = matches!(status.as_str(), "disabled" | "skipped" | "notrun" | "ignored");
        Self {
            path,
            class: attribute(tag, "classname").unwrap_or_default(),
            name: attribute(tag, "name").unwrap_or_default(),
            from,
            latency_ms: attribute(tag, "time").and_then(|time| seconds(&time)).map(|seconds| seconds * MS),
            outcome: if skipped { Outcome::Skipped } else { Outcome::Passed },
            score: None,
            cost_usd: None,
            tokens: None,
        }
    }

    /// What an element directly inside it says.
    pub fn child(&mut self, name: &str) {
        self.outcome = match (name, self.outcome) {
            ("error", _) => Outcome::Errored,
            ("failure", Outcome::Passed | Outcome::Skipped | Outcome::Unscored) => Outcome::Failed,
            ("skipped" | "disabled", Outcome::Passed) => Outcome::Skipped,
            (_, outcome) => outcome,
        };
    }

    /// A property of it.
    pub fn property(&mut self, tag: &BytesStart<'_>) {
        let Some(name) = attribute(tag, "name") else { return };
        let figure = || attribute(tag, "value").and_then(|value| value.trim().parse::<f64>().ok());
        match name.as_str() {
            "score" => self.score = figure().filter(|score| score.is_finite()).or(self.score),
            "cost_usd" => self.cost_usd = amount(figure()),
            "tokens" => self.tokens = amount(figure()),
            _ => {}
        }
    }

    /// It is complete, and counts.
    pub fn close(self, gathering: &mut Gathering, to: u64) {
        let trial = Trial {
            latency_ms: amount(self.latency_ms),
            cost_usd: self.cost_usd,
            tokens: count(self.tokens),
            ..trial_at((self.from, to))
        };
        let verdict = |passed| judged(trial, Some(passed), self.score.or(Some(f64::from(passed))), WHOLE);
        let trial = match self.outcome {
            Outcome::Passed => verdict(true),
            Outcome::Failed => verdict(false),
            outcome @ (Outcome::Errored | Outcome::Skipped | Outcome::Unscored) => Trial { outcome, ..trial },
        };
        let key = CaseKey::of([self.path.0.as_slice(), self.class.as_bytes(), self.name.as_bytes()]);
        let describe = || Case { key, name: self.shown(), raw: "".into(), guard: None, tags: Vec::new() };
        gathering.add(key, describe, trial);
    }

    fn shown(&self) -> Clean {
        let parts = [self.class.as_str(), &self.name].into_iter().filter(|part| !part.is_empty());
        Clean::line(&parts.collect::<Vec<_>>().join("::"))
    }
}

/// Seconds as tools write them: `0.1`, `1,234.5`.
fn seconds(text: &str) -> Option<f64> {
    text.replace(',', "").trim().parse().ok()
}
