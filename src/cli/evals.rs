//! `dogwatch evals`: what evaluations said, whether it got worse, and what is
//! known and accepted.

mod answer;
mod compare;
mod expect;
mod said;
mod unsay;

pub(super) use answer::finding;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use self::expect::Verb;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, out};
use crate::config::{EXPECTED_FILE, ExpectedEntry, Source, SourceKind};
use crate::domain::evals::CaseKey;
use crate::domain::evals::findings::{Finding, Spoken, State, Story};
use crate::domain::evals::gather::{Filed, Named, Row, SetAside};
use crate::domain::evals::history::SuiteKey;
use crate::domain::id::SourceId;
use crate::domain::text::Clean;
use crate::shell::clock::Clock;
use crate::sources::evals::artifacts::is_place;
use crate::sources::evals::folder::Walked;
use crate::sources::evals::many::read_many;
use crate::store::results::Results;

/// A primary score from here on has passed, where the tool gives no verdict.
const PASS_AT: f64 = 1.0;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Files, folders or patterns; default: those of the team file's sources.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

/// How results are read.
#[derive(Debug, clap::Args)]
struct Reading {
    /// A primary score from here on has passed, where the tool gives no verdict; 1.
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pass_at: Option<f64>,
    /// Only this suite.
    #[arg(long, value_name = "NAME")]
    suite: Option<String>,
}

impl Reading {
    fn pass_at(&self) -> f64 {
        self.pass_at.unwrap_or(PASS_AT)
    }

    fn wants(&self, suite: &str) -> bool {
        self.suite.as_deref().is_none_or(|wanted| wanted == suite)
    }
}

fn score(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|score: &f64| score.is_finite()).ok_or_else(|| "write a number, such as 0.8".to_owned())
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Compares two runs case by case; ends with 1 when the second is worse.
    #[command(after_help = super::examples::EVALS_COMPARE)]
    Compare(compare::Args),
    /// Says that a change was meant: its cases have a new normal, until a day. Alone it lists what has been said.
    #[command(after_help = super::examples::EVALS_EXPECT)]
    Expect(expect::Args),
    /// Puts cases that are known to do either into quarantine, until a day.
    #[command(after_help = super::examples::EVALS_FLAKY)]
    Flaky(expect::Args),
    /// Holds a suite against this run from now on, whatever came after it.
    #[command(after_help = super::examples::EVALS_PIN)]
    Pin(expect::ChooseArgs),
    /// Makes a run the new normal of its suite, whatever it shows.
    #[command(after_help = super::examples::EVALS_PIN)]
    Accept(expect::ChooseArgs),
    /// Takes back what was said last of a suite; `undo` takes back what was said of an incident.
    #[command(after_help = super::examples::EVALS_UNSAY)]
    Unsay(unsay::Args),
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    match &args.what {
        Some(What::Compare(args)) => compare::run(global, args),
        Some(What::Expect(args)) => expect::run(global, args, Verb::Expect).await,
        Some(What::Flaky(args)) => expect::run(global, args, Verb::Flaky).await,
        Some(What::Pin(args)) => expect::choose(global, args, ExpectedEntry::Pinned),
        Some(What::Accept(args)) => expect::choose(global, args, ExpectedEntry::Accepted),
        Some(What::Unsay(args)) => unsay::run(global, args),
        None => read(global, args),
    }
}

/// That the file has changed, from where the operator stands, and what it takes for everybody to hear of it.
fn written(context: &Context) -> String {
    let home = context.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let home = std::fs::canonicalize(home).unwrap_or_else(|_| home.to_path_buf());
    let file = match (home.strip_prefix(&here), here.strip_prefix(&home)) {
        (Ok(below), _) => below.join(EXPECTED_FILE),
        (Err(_), Ok(up)) => up.components().map(|_| "..").collect::<PathBuf>().join(EXPECTED_FILE),
        (Err(_), Err(_)) => home.join(EXPECTED_FILE),
    };
    format!("{} is written; commit it, so that it holds for everybody", Clean::line(&file.display().to_string()))
}

/// What was read, each run once.
#[derive(Default)]
struct Read {
    runs: Vec<Row>,
    aside: Vec<SetAside>,
    names: BTreeMap<CaseKey, Named>,
    suites: BTreeMap<SuiteKey, String>,
    findings: Vec<Finding>,
    /// What was said of them, a line each.
    said: Vec<String>,
}

/// Where results lie, and how they are read.
struct Place {
    paths: Vec<PathBuf>,
    pass_at: f64,
    spoken: Spoken,
    /// Runs that lie in no file: out of artifacts, as they were read by `sync` or the screen.
    kept: Vec<Filed>,
}

/// What was named, else what the team file's sources name.
fn places(global: &Global, args: &Args) -> Result<Vec<Place>, Failure> {
    if !args.paths.is_empty() {
        let (spoken, kept) = (Spoken::default(), Vec::new());
        return Ok(vec![Place { paths: args.paths.clone(), pass_at: args.reading.pass_at(), spoken, kept }]);
    }
    let context = Context::load(global)?;
    let home = context.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let said = said::heard(&context)?;
    let of = |source: &Source| match &source.kind {
        SourceKind::Evals(evals) => Some(Place {
            spoken: Spoken::of(evals, said.clone(), context.team.team.timezone),
            paths: evals.paths.iter().map(|path| home.join(path)).collect(),
            pass_at: args.reading.pass_at.unwrap_or(evals.pass_at),
            kept: if evals.artifacts.is_some() { artifacts(&context.folder, &source.id) } else { Vec::new() },
        }),
        SourceKind::Github(_) | SourceKind::Mcp(_) => None,
    };
    let places: Vec<Place> = context.team.sources.iter().filter_map(of).collect();
    if places.iter().all(|place| place.paths.is_empty() && place.kept.is_empty()) {
        let remedy = "name files, folders or patterns, or give the team file a source with kind = \"evals\"";
        return Err(Failure::wrong(format!("there is nothing to read: {remedy}")));
    }
    Ok(places)
}

/// What this machine has kept of a source's artifacts; what cannot be read is not shown, and `doctor` says why.
fn artifacts(folder: &Path, source: &str) -> Vec<Filed> {
    let Ok(Some(results)) = Results::look_into(folder) else { return Vec::new() };
    let mut runs = results.runs(&SourceId::from(source), 0, u32::MAX).unwrap_or_default();
    runs.retain(|(_, filed)| is_place(&filed.row.file));
    let mut runs: Vec<Filed> = runs.into_iter().map(|(_, filed)| filed).collect();
    for filed in &mut runs {
        let keys: Vec<CaseKey> = filed.record.cases.iter().map(|case| case.key).collect();
        filed.names = results.names(&keys).unwrap_or_default().into_values().collect();
    }
    runs
}

fn read(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let now = Clock::starting(global.now).now();
    let mut read = Read::default();
    let places = places(global, args)?;
    if let Some(place) = places.first() {
        read.said = said::lines(&place.spoken.said, now.with_timezone(&place.spoken.zone).date_naive());
    }
    for place in places {
        read.take(place, now, &args.reading);
    }
    read.runs.sort_by(|one, other| (&one.file, &one.suite).cmp(&(&other.file, &other.suite)));
    read.aside.sort_by(|one, other| one.file.cmp(&other.file));
    if global.json {
        out::json_as(&answer::json(&read), super::probe::visible)?;
    } else {
        out::answer(&answer::text(&read))?;
    }
    let open = |finding: &Finding| finding.kind.is_regression() && finding.state == State::Open;
    Ok(if read.findings.iter().any(open) { Exit::Found } else { Exit::Done })
}

impl Read {
    /// Reads everything in a place, and judges it by what was said of it.
    fn take(&mut self, place: Place, now: DateTime<Utc>, reading: &Reading) {
        let walked = Walked::below(place.paths);
        self.aside.extend(walked.aside);
        let files: Vec<PathBuf> = walked.files.into_keys().collect();
        let mut found = Vec::new();
        read_many(&files, now, place.pass_at, |told| match told.said {
            Ok(runs) => {
                for mut one in runs.into_iter().filter(|one| reading.wants(&one.row.suite)) {
                    self.names.extend(std::mem::take(&mut one.names).into_iter().map(|named| (named.key, named)));
                    found.push(one);
                }
            }
            Err(skip) => self.aside.push(SetAside { file: told.file, reason: skip.reason }),
        });
        for mut one in place.kept.into_iter().filter(|one| reading.wants(&one.row.suite)) {
            self.names.extend(std::mem::take(&mut one.names).into_iter().map(|named| (named.key, named)));
            found.push(one);
        }
        found.sort_by(|one, other| (&one.row.file, &one.row.suite).cmp(&(&other.row.file, &other.row.suite)));
        self.suites.extend(found.iter().map(|filed| (filed.record.suite, filed.row.suite.clone())));
        let rules = place.spoken.rules(&found, &self.names);
        let (story, twice) = Story::of(rules, found);
        self.aside.extend(twice);
        self.findings.extend(story.findings());
        self.runs.extend(story.into_rows());
    }
}
