//! Runs made up for these tests, and numbers that are the same every time.

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::domain::evals::findings::{Finding, Rules, State, Watch};
use dogwatch::domain::evals::history::{Record, SuiteKey};
use dogwatch::domain::evals::{Case, CaseKey, Guard, Outcome, Run, Tool, Trial};
use dogwatch::domain::text::Clean;

/// A generator of numbers that look random and never change (`SplitMix64`, Steele et al. 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In [0, 1).
    pub fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / 4_294_967_296.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }
}

pub fn key(case: &str) -> CaseKey {
    CaseKey::of([case.as_bytes()])
}

/// The day with this number.
pub fn day(number: i64) -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(number)
}

pub const SUITE: &str = "mcp-tools";

pub fn suite() -> SuiteKey {
    SuiteKey::of(Tool::Jsonl, SUITE)
}

/// A run of cases, each with one letter a trial: `p` passed, `f` failed,
/// `e` errored, `u` unscored, `s` skipped; `name@guard` sets a guard.
pub fn run(id: &str, cases: &[(&str, &str)]) -> Run {
    let mut run = Run::new(Tool::Jsonl, SUITE);
    run.run_id = Some(id.to_owned());
    for (at, (case, trials)) in cases.iter().enumerate() {
        let (name, guard) = case.split_once('@').unwrap_or((case, ""));
        run.cases.push(Case {
            key: key(name),
            name: Clean::line(name),
            raw: "".into(),
            guard: Some(Guard::of([guard.as_bytes()])),
            tags: Vec::new(),
        });
        for (no, letter) in trials.chars().enumerate() {
            run.trials.push(trial(at, no, letter));
        }
    }
    run
}

pub fn trial(case: usize, no: usize, letter: char) -> Trial {
    let (outcome, verdict) = match letter {
        'p' => (Outcome::Passed, Some(true)),
        'f' => (Outcome::Failed, Some(false)),
        'e' => (Outcome::Errored, None),
        'u' => (Outcome::Unscored, None),
        's' => (Outcome::Skipped, None),
        other => panic!("no outcome is written {other}"),
    };
    Trial {
        case: u32::try_from(case).unwrap(),
        no: u32::try_from(no).unwrap(),
        outcome,
        score: verdict.map(|passed| f64::from(u8::from(passed))),
        verdict,
        latency_ms: None,
        cost_usd: None,
        tokens: None,
        at: (0, 0),
    }
}

/// Runs, one a day, one sweep each.
pub struct Story {
    pub watch: Watch,
    pub day: i64,
}

impl Story {
    pub fn new(rules: Rules) -> Self {
        Self { watch: Watch::new(rules), day: 0 }
    }

    /// The next day's run, after this was done to it.
    pub fn tell(&mut self, cases: &[(&str, &str)], change: impl FnOnce(&mut Run)) {
        let mut run = run(&format!("run-{}", self.day), cases);
        run.started_at = Some(day(self.day));
        run.git_sha = Some(format!("{:07x}00", self.day));
        change(&mut run);
        self.day += 1;
        self.watch.sweep([Record::from(&run)]);
    }

    pub fn runs(&mut self, times: usize, cases: &[(&str, &str)]) {
        for _ in 0..times {
            self.tell(cases, |_| {});
        }
    }

    /// Each finding as `kind verdict state case,case`.
    pub fn told(&self) -> Vec<String> {
        self.watch.findings().map(describe).collect()
    }

    pub fn open(&self) -> Vec<Finding> {
        self.watch.findings().filter(|finding| finding.state == State::Open).cloned().collect()
    }
}

fn describe(finding: &Finding) -> String {
    let again = if finding.again { " again" } else { "" };
    format!("{} {} {}{again}", finding.kind.name(), finding.verdict.name(), finding.state.name())
}

/// The same run with its cases and trials in another order.
pub fn shuffled(run: &Run, seed: u64) -> Run {
    let mut dice = Dice(seed);
    let mut order: Vec<usize> = (0..run.cases.len()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, dice.below(at + 1));
    }
    let mut out = run.clone();
    out.cases = order.iter().map(|at| run.cases[*at].clone()).collect();
    for trial in &mut out.trials {
        let place = order.iter().position(|at| *at == trial.case as usize).unwrap();
        trial.case = u32::try_from(place).unwrap();
    }
    for at in (1..out.trials.len()).rev() {
        out.trials.swap(at, dice.below(at + 1));
    }
    out
}
