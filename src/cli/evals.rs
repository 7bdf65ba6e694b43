//! `dogwatch evals`: what evaluations said, whether it got worse, and what is
//! known and accepted.

mod answer;
mod compare;

pub(super) use answer::finding;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, out};
use crate::config::{Source, SourceKind};
use crate::domain::evals::CaseKey;
use crate::domain::evals::findings::{Finding, Rules, State};
use crate::domain::evals::gather::{Filed, SetAside, judge, one_of_each};
use crate::domain::text::Clean;
use crate::shell::clock::Clock;
use crate::sources::evals::folder::Walked;
use crate::sources::evals::many::read_many;

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
}

pub(super) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    match &args.what {
        Some(What::Compare(args)) => compare::run(global, args),
        None => read(global, args),
    }
}

/// What was read, each run once.
struct Read {
    runs: Vec<Filed>,
    aside: Vec<SetAside>,
    names: BTreeMap<CaseKey, Clean>,
    findings: Vec<Finding>,
}

/// Where results lie, and how they are read.
struct Place {
    paths: Vec<PathBuf>,
    pass_at: f64,
}

/// What was named, else what the team file's sources name.
fn places(global: &Global, args: &Args) -> Result<Vec<Place>, Failure> {
    if !args.paths.is_empty() {
        return Ok(vec![Place { paths: args.paths.clone(), pass_at: args.reading.pass_at() }]);
    }
    let context = Context::load(global)?;
    let home = context.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let of = |source: &Source| match &source.kind {
        SourceKind::Evals(evals) => Some(Place {
            paths: evals.paths.iter().map(|path| home.join(path)).collect(),
            pass_at: args.reading.pass_at.unwrap_or(evals.pass_at),
        }),
        SourceKind::Github(_) | SourceKind::Mcp(_) => None,
    };
    let places: Vec<Place> = context.team.sources.iter().filter_map(of).collect();
    if places.iter().all(|place| place.paths.is_empty()) {
        let remedy = "name files, folders or patterns, or give the team file a source with kind = \"evals\"";
        return Err(Failure::wrong(format!("there is nothing to read: {remedy}")));
    }
    Ok(places)
}

fn read(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let now = Clock::starting(global.now).now();
    let (mut found, mut aside, mut names) = (Vec::new(), Vec::new(), BTreeMap::new());
    for Place { paths, pass_at } in places(global, args)? {
        let walked = Walked::below(paths);
        aside.extend(walked.aside);
        let files: Vec<PathBuf> = walked.files.into_keys().collect();
        read_many(&files, now, pass_at, |told| match told.said {
            Ok(runs) => {
                for mut one in runs.into_iter().filter(|one| args.reading.wants(&one.row.suite)) {
                    names.extend(std::mem::take(&mut one.names).into_iter().map(|named| (named.key, named.name)));
                    found.push(one);
                }
            }
            Err(skip) => aside.push(SetAside { file: told.file, reason: skip.reason }),
        });
    }
    found.sort_by(|one, other| (&one.row.file, &one.row.suite).cmp(&(&other.row.file, &other.row.suite)));
    let (runs, twice) = one_of_each(found);
    aside.extend(twice);
    aside.sort_by(|one, other| one.file.cmp(&other.file));
    let findings = judge(Rules::default(), &runs);
    let read = Read { runs, aside, names, findings };
    if global.json {
        out::answer(&super::probe::visible(&format!("{:#}", answer::json(&read))))?;
    } else {
        out::answer(&answer::text(&read))?;
    }
    let open = |finding: &Finding| finding.kind.is_regression() && finding.state == State::Open;
    Ok(if read.findings.iter().any(open) { Exit::Found } else { Exit::Done })
}
