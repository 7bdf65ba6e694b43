//! `dogwatch evals compare`: two runs of one suite, case by case. Of files it
//! needs no team file, no store and no network; runs that are known here may
//! be called by their names.

mod known;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use self::known::{Known, is_place};
use super::super::exit::{Exit, Failure};
use super::super::{Global, out};
use super::Reading;
use crate::domain::evals::Run;
use crate::domain::evals::compare::{Comparison, Test, Verdict, compare};
use crate::domain::evals::evidence::p_value;
use crate::domain::text::Clean;
use crate::shell::clock::Clock;
use crate::sources::evals::file;
use crate::sources::evals::folder::Walked;

/// So many cases are named.
const NAMED: usize = 50;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run before: a result file, a folder with one run of the suite, or the id or key of a known run.
    #[arg(value_name = "BASE")]
    baseline: PathBuf,
    /// The run now.
    #[arg(value_name = "CANDIDATE")]
    candidate: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

pub(super) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let words = [&args.baseline, &args.candidate];
    let known = match words.iter().find(|word| !is_place(word)) {
        None => None,
        Some(word) if args.reading.pass_at.is_some() => {
            let word = word.display();
            return Err(Failure::wrong(format!("{word} is no file, and --pass-at is for files: leave it out")));
        }
        Some(_) => Some(Known::open(global)?),
    };
    let side = |word: &Path| match known.as_ref().filter(|_| !is_place(word)) {
        Some(known) => known.runs(word, &args.reading),
        None => runs(global, args, word),
    };
    let (baseline, candidate) = match (side(&args.baseline), side(&args.candidate)) {
        (Ok(baseline), Ok(candidate)) => (baseline, candidate),
        (one, other) => return Err(Failure::Wrong([one.err(), other.err()].into_iter().flatten().collect())),
    };
    let (baseline, candidate) = pair(args, &baseline, &candidate)?;
    let comparison = compare(baseline, candidate);
    if global.json {
        out::json_as(&answer(args, candidate, &comparison), super::super::probe::visible)?;
    } else {
        out::answer(&text(candidate, &comparison))?;
    }
    Ok(if comparison.verdict == Verdict::Regression { Exit::Found } else { Exit::Done })
}

/// Every run of the wanted suite in this place, or what is wrong with it.
fn runs(global: &Global, args: &Args, path: &Path) -> Result<Vec<Run>, String> {
    let now = Clock::starting(global.now).now();
    let walked = Walked::below([path.to_path_buf()]);
    if let Some(aside) = walked.aside.first() {
        return Err(format!("cannot read {}: {}", aside.file.display(), aside.reason));
    }
    let (mut runs, mut why) = (Vec::new(), Vec::new());
    for file in walked.files.keys() {
        match file::read(file, now, args.reading.pass_at()) {
            Ok((_, found)) => runs.extend(found),
            Err(skip) => why.push(format!("{} is no result: {}", file.display(), skip.reason)),
        }
    }
    let read = runs.len();
    runs.retain(|run: &Run| args.reading.wants(&run.suite));
    match (runs.is_empty(), read, &args.reading.suite) {
        (false, ..) => Ok(runs),
        (true, 1.., Some(suite)) => Err(format!("{} has no run of the suite {suite}", path.display())),
        (true, ..) => {
            Err(why.into_iter().next().unwrap_or_else(|| format!("{} holds no result files", path.display())))
        }
    }
}

/// The one run on either side that the operator means.
fn pair<'a>(args: &Args, baseline: &'a [Run], candidate: &'a [Run]) -> Result<(&'a Run, &'a Run), Failure> {
    if let ([one], [other]) = (baseline, candidate) {
        return Ok((one, other));
    }
    let mut pairs = Vec::new();
    for one in baseline {
        pairs.extend(candidate.iter().filter(|other| other.suite == one.suite).map(|other| (one, other)));
    }
    match pairs.as_slice() {
        [pair] => Ok(*pair),
        [] => Err(Failure::wrong("the two places have no suite in common")),
        [(first, _), ..] => {
            let mut suites: Vec<String> = pairs.iter().map(|(one, _)| Clean::line(&one.suite).to_string()).collect();
            suites.sort();
            suites.dedup();
            Err(Failure::wrong(if suites.len() > 1 {
                format!("there are several suites: {}; say which with --suite NAME", suites.join(", "))
            } else {
                let place = if baseline.len() > 1 { &args.baseline } else { &args.candidate };
                let suite = Clean::line(&first.suite);
                format!("{} has several runs of {suite}; name the file of one of them", place.display())
            }))
        }
    }
}

/// `dogwatch.evals-compare/1`.
fn answer(args: &Args, candidate: &Run, comparison: &Comparison) -> Value {
    let tested = &comparison.tested;
    json!({
        "schema": "dogwatch.evals-compare/1",
        "suite": candidate.suite,
        "baseline": args.baseline.display().to_string(),
        "candidate": args.candidate.display().to_string(),
        "paired": comparison.paired,
        "only_in_baseline": comparison.only_in_baseline,
        "only_in_candidate": comparison.only_in_candidate,
        "changed": comparison.changed,
        "broke": comparison.broke,
        "fixed": comparison.fixed,
        "mean_baseline": tested.mean_baseline,
        "mean_candidate": tested.mean_candidate,
        "delta": tested.delta,
        "test": tested.test.name(),
        "p_value": tested.p_value,
        "detectable_drop": tested.detectable_drop,
        "verdict": comparison.verdict.name(),
    })
}

fn text(candidate: &Run, comparison: &Comparison) -> String {
    let Comparison { paired, broke, fixed, tested, .. } = comparison;
    let suite = Clean::line(&candidate.suite);
    let mut lines = vec![match &comparison.reason {
        Some(reason) => format!("{suite}: not comparable: {reason}"),
        None => format!("{suite}: {}", verdict(comparison.verdict)),
    }];
    if let (Some(before), Some(after), Some(delta)) = (tested.mean_baseline, tested.mean_candidate, tested.delta) {
        let p = tested.p_value.map(|p| format!("; p = {} ({})", p_value(p), test(tested.test))).unwrap_or_default();
        lines.push(format!("  mean over {paired} cases {before:.3} → {after:.3} ({:+.1} points){p}", delta * 100.0));
    }
    if let Some(drop) = tested.detectable_drop {
        lines.push(format!("  this suite cannot see drops under {:.0} points", drop * 100.0));
    }
    let rest = [
        (comparison.only_in_baseline, "only in the baseline"),
        (comparison.only_in_candidate, "only in the candidate"),
        (comparison.changed, "with another question"),
    ];
    let rest: Vec<String> =
        rest.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !rest.is_empty() {
        lines.push(format!("  not compared: {}", rest.join(", ")));
    }
    for (word, cases) in [("broke", broke), ("fixed", fixed)] {
        if !cases.is_empty() {
            lines.push(format!("{word} ({})", cases.len()));
            lines.extend(cases.iter().take(NAMED).map(|case| format!("  {case}{}", alone(comparison, case))));
            lines.extend((cases.len() > NAMED).then(|| format!("  and {} more", cases.len() - NAMED)));
        }
    }
    lines.join("\n")
}

/// What the case says by itself, where it has trials enough.
fn alone(comparison: &Comparison, case: &Clean) -> String {
    let tested = comparison.cases.iter().find(|tested| tested.name == *case);
    tested.map(|tested| format!("  (against its own history p = {})", p_value(tested.adjusted))).unwrap_or_default()
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Regression => "a regression",
        Verdict::Suspected => "perhaps a regression: more runs would tell",
        Verdict::NoChange => "no change that this suite can see",
        Verdict::Improvement => "an improvement",
        Verdict::NotComparable => "not comparable",
    }
}

fn test(test: Test) -> &'static str {
    match test {
        Test::McnemarExact => "exact McNemar test",
        Test::PairedT => "paired t test",
        Test::Sign => "sign test",
        Test::None => "no test",
    }
}
